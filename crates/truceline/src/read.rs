//! The whole way from a report to its truces and claims. Comes in: a [`Report`] and a [`Reader`].
//! Goes out: a [`Reading`]. Never fails on text: what cannot be read is a gap.

/// The examples of the pattern files, as tests of their lines.
pub mod examples;

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    article::{self, Article, Cut, Furniture},
    claim::{
        self, Claim, Part,
        draw::{Candidate, Drawer, Drawn, PartText, Setting},
        filler::{Dated, Filler},
        fold::Found,
    },
    mention::{
        place::Places,
        truce::TruceLexicon,
        when::Times,
        who::{Actors, Class},
    },
    pack::{Error, Source},
    report::Report,
    text::{Span, Text},
    truce::{self, Truce},
};

/// What could not be read, where, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    pub part: Part,
    pub span: Span,
    pub what: String,
}

/// All that was read of one report.
#[derive(Clone, Debug)]
pub struct Reading {
    pub article: Article,
    pub truces: Vec<Truce>,
    pub claims: Vec<Claim>,
    pub gaps: Vec<Gap>,
}

/// A loaded pack and the world: what reports are read with. Made once, used from any thread.
pub struct Reader {
    pub furniture: Furniture,
    pub times: Times,
    pub places: Places,
    pub actors: Actors,
    pub truces: TruceLexicon,
    pub drawer: Drawer,
    outsiders: BTreeMap<String, f64>,
}

impl Reader {
    pub fn load(source: &Source) -> Result<Reader, Error> {
        std::thread::scope(|scope| {
            // Two halves that take as long.
            let half = scope.spawn(|| {
                Ok::<_, Error>((Furniture::load(source, "en")?, Drawer::load(source, "en")?))
            });
            let (times, places) = (Times::load(source, "en")?, Places::load(source, "en")?);
            let (actors, truces) = (Actors::load(source, "en")?, TruceLexicon::load(source, "en")?);
            let outsiders = source.toml("world/outsiders.toml")?;
            let half = half.join().unwrap_or_else(|it| std::panic::resume_unwind(it));
            let (furniture, drawer) = half?;
            Ok(Reader { furniture, times, places, actors, truces, drawer, outsiders })
        })
    }

    /// Every reading of every pattern before the model weighs them: what it is trained on.
    /// Each with the actors that its fields may name.
    pub fn candidates(&self, report: &Report) -> Vec<(Candidate, Vec<Filler>)> {
        let Some((parts, _, drawn)) = self.drawn(report) else { return Vec::new() };
        let fillers = |it: &Candidate| self.drawer.fillers(&parts, &drawn, it);
        drawn.candidates.iter().map(|it| (it.clone(), fillers(it))).collect()
    }

    fn drawn(&self, report: &Report) -> Option<(Vec<PartText>, Setting, Drawn)> {
        let article = article::extract(report, &self.furniture);
        let (parts, setting) = self.parts(&article)?;
        let drawn = self.drawer.draw(&parts, &self.times, &setting);
        Some((parts, setting, drawn))
    }

    /// The times that may date each of the candidates that `keep` keeps.
    pub fn dated(
        &self,
        report: &Report,
        keep: impl Fn(&Candidate) -> bool,
    ) -> Vec<(Candidate, Vec<Dated>)> {
        let Some((parts, setting, drawn)) = self.drawn(report) else { return Vec::new() };
        let mut kept: Vec<Candidate> =
            drawn.candidates.iter().filter(|it| keep(it)).cloned().collect();
        truce::group::part_truces(&parts, &mut kept, &setting);
        let (drawer, times) = (&self.drawer, &self.times);
        let options = truce::group::options(&parts, drawer, times, &drawn, &mut kept, &setting);
        kept.into_iter().zip(options).collect()
    }

    pub fn read(&self, report: &Report) -> Reading {
        self.read_article(article::extract(report, &self.furniture))
    }

    /// The same, for who looks for truces alone: `None` where it is plain early that none is named.
    pub fn read_telling(&self, report: &Report) -> Option<Reading> {
        let names = |text: &str| self.names_a_truce(text);
        article::extract_if(report, &self.furniture, &names).map(|it| self.read_article(it))
    }

    /// Whether a text names a truce by more than what could point back to one.
    pub fn names_a_truce(&self, text: &str) -> bool {
        self.truces.find(&Text::new(text), false).iter().any(|it| !it.what.weak)
    }

    pub fn read_article(&self, article: Article) -> Reading {
        let Some((parts, setting)) = self.parts(&article) else {
            let gaps = gaps(&article, &[]);
            return Reading { article, truces: Vec::new(), claims: Vec::new(), gaps };
        };
        let drawn = self.drawer.draw(&parts, &self.times, &setting);
        let mut candidates = self.drawer.choose(&parts, &drawn);
        let truces = truce::group::group(
            &parts,
            &self.drawer,
            &self.times,
            &drawn,
            &mut candidates,
            &setting,
        );
        let quoted = |mut claim: Claim| {
            if claim.part == Part::Text {
                claim.quote = claim.span.of(&article.text).to_owned();
            }
            claim
        };
        let claims: Vec<Claim> = candidates.into_iter().map(|it| quoted(it.claim)).collect();
        let gaps = gaps(&article, &claims);
        Reading { article, truces, claims, gaps }
    }

    /// The texts of an article with their mentions, and what its times are resolved against; `None`
    /// where no truce of arms is named.
    pub fn parts(&self, article: &Article) -> Option<(Vec<PartText>, Setting)> {
        let parts = self.named(article).filter(|parts| self.is_armed(parts))?;
        let setting = self.setting(&parts, article);
        Some((parts, setting))
    }

    /// The texts of an article that names a truce of any kind, with their mentions.
    fn named(&self, article: &Article) -> Option<Vec<PartText>> {
        if !has_pack(&article.language) {
            return None;
        }
        let mut parts = Vec::new();
        if let Some(title) = &article.title {
            parts.push((Part::Title, Text::new(title.as_str())));
        }
        parts.push((Part::Text, Text::new(masked(&article.text, &article.cuts))));
        let mut named = false;
        let mut found = Vec::new();
        for (part, text) in parts {
            let truces = self.truces.find(&text, named);
            named |= truces.iter().any(|it| !it.what.weak);
            found.push((part, text, truces));
        }
        if !named {
            // No truce, nothing to read: the rest of the way is not walked.
            return None;
        }
        let mut known_whos = Vec::new();
        let mut known_places = Vec::new();
        let mut read_parts = Vec::new();
        for (part, text, truces) in found {
            let whos = self.actors.find(&text, &known_whos);
            let wheres = self.places.find(&text, &known_places);
            let whens = self.times.find(&text);
            known_whos.extend(whos.iter().map(|it| it.what.clone()));
            known_places.extend(wheres.iter().filter_map(|it| it.what.candidates.first().cloned()));
            read_parts.push(PartText { part, text, found: Found { truces, whos, wheres, whens } });
        }
        Some(read_parts)
    }

    fn is_armed(&self, parts: &[PartText]) -> bool {
        let mut groups: BTreeSet<&str> = BTreeSet::new();
        for mention in parts.iter().flat_map(|part: &PartText| &part.found.whos) {
            if let (Class::Group | Class::Forces, Some(id)) = (mention.what.class, &mention.what.id)
            {
                groups.insert(id);
            }
        }
        let texts: Vec<_> =
            parts.iter().map(|part| (&part.text, part.found.truces.as_slice())).collect();
        self.truces.is_armed(&texts, groups.len())
    }

    fn setting(&self, parts: &[PartText], article: &Article) -> Setting {
        let published = article.published.as_ref().map(|it| it.date);
        claim::setting::setting(parts, &self.places, &self.outsiders, published)
    }
}

/// Languages that a pack is there for; a text too short to tell is read as one of them.
fn has_pack(language: &str) -> bool {
    matches!(language, "en" | "und")
}

/// What the report as a whole keeps from being read: no date to count from, no pack for its language.
fn gaps(article: &Article, claims: &[Claim]) -> Vec<Gap> {
    let whole = Span { start: 0, end: article.text.len() as u32 };
    let gap = |what: String| Gap { part: Part::Text, span: whole, what };
    let mut gaps = Vec::new();
    if !has_pack(&article.language) {
        gaps.push(gap(format!(
            "no pack for the language `{}`: nothing was read",
            article.language
        )));
    }
    if article.published.is_none() && !claims.is_empty() {
        let what =
            "no date of publication: years and weekdays cannot be told (give one with --published)";
        gaps.push(gap(what.to_owned()));
    }
    gaps
}

/// The story with each cut blanked out, byte for byte, so that spans stay those of the article:
/// line ends where whole lines were cut, blanks within a line.
pub fn masked(text: &str, cuts: &[Cut]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for cut in cuts {
        let range = cut.span.range();
        let whole = text[..range.start].ends_with('\n') || range.start == 0;
        let whole = whole && (text[range.end..].starts_with('\n') || range.end == text.len());
        bytes[range].fill(if whole { b'\n' } else { b' ' });
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}
