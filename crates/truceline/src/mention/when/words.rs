//! The words and rules of time of one language. Comes in: `lang/<code>/when.toml` and the names of
//! the world. Goes out: a vocabulary and a tree of rule lines. Never sees a text.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Role, holiday::Holidays, zone::Zones};
use crate::pack::{Error, Source, Table};

#[derive(Deserialize)]
struct Pack {
    hole: BTreeMap<String, BTreeMap<String, i32>>,
    careful: BTreeMap<String, Vec<String>>,
    suffix: Suffix,
    part: BTreeMap<String, [i8; 2]>,
    role: BTreeMap<String, Vec<String>>,
    near: BTreeMap<String, Vec<String>>,
    fill: Fill,
    cue: Listed,
    label: Nouns,
    direction: Directions,
    special: Special,
    rule: Vec<RuleLines>,
}

/// Words that rules ask for by name.
#[derive(Deserialize)]
struct Special {
    local: String,
    since: String,
    tonight: String,
    into: String,
    alone: Vec<String>,
    never_alone: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Suffix {
    pub ordinal: Vec<String>,
}

#[derive(Deserialize)]
struct Fill {
    before: Vec<String>,
    between: Vec<String>,
    about: Vec<String>,
    again: Vec<String>,
    more: Vec<String>,
    inside: Vec<String>,
    close: Vec<String>,
    to: Vec<String>,
    and: Vec<String>,
    between_word: Vec<String>,
    #[serde(rename = "in")]
    in_: Vec<String>,
    daily: Vec<String>,
}

#[derive(Deserialize)]
struct Listed {
    words: Vec<String>,
}

#[derive(Deserialize)]
struct Nouns {
    nouns: Vec<String>,
}

#[derive(Deserialize)]
struct Directions {
    future: Vec<String>,
    past: Vec<String>,
    past_endings: Vec<String>,
    lasted: Vec<String>,
}

#[derive(Deserialize)]
struct RuleLines {
    makes: String,
    needs: Option<String>,
    lines: Vec<String>,
}

pub(super) type Word = u32;
/// A token that is no word of time.
pub(super) const OTHER: Word = u32::MAX;

/// What stands in braces in a rule line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Hole {
    N,
    Day,
    Nth,
    Month,
    Weekday,
    Wd,
    Year,
    Yy,
    Short,
    Hour,
    Hm,
    Mm,
    Mil,
    Half,
    Noon,
    Unit,
    Units,
    Weekend,
    Long,
    Part,
    Rel,
    Last,
    Next,
    Side,
    Ago,
    This,
    Third,
    Season,
    Zone,
    Place,
    Holiday,
    Hijri,
    Be,
    Iso,
    Dotted,
}

impl Hole {
    fn named(name: &str) -> Option<Hole> {
        use Hole::*;
        Some(match name {
            "n" => N,
            "day" => Day,
            "nth" => Nth,
            "month" => Month,
            "weekday" => Weekday,
            "wd" => Wd,
            "year" => Year,
            "yy" => Yy,
            "short" => Short,
            "hour" => Hour,
            "hm" => Hm,
            "mm" => Mm,
            "mil" => Mil,
            "half" => Half,
            "noon" => Noon,
            "unit" => Unit,
            "units" => Units,
            "weekend" => Weekend,
            "long" => Long,
            "part" => Part,
            "rel" => Rel,
            "last" => Last,
            "next" => Next,
            "side" => Side,
            "ago" => Ago,
            "this" => This,
            "third" => Third,
            "season" => Season,
            "zone" => Zone,
            "place" => Place,
            "holiday" => Holiday,
            "hijri" => Hijri,
            "be" => Be,
            "iso" => Iso,
            "dotted" => Dotted,
            _ => return None,
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Elem {
    Word(Word),
    /// A number as it stands in a line: the `9` of `9 / 11`.
    Number(u32),
    Hole(Hole),
}

/// What a rule line makes of its holes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Makes {
    Clock,
    Zone,
    Date,
    Weekday,
    Relative,
    Part,
    Into,
    Unit,
    Season,
    Shift,
    Hence,
    Behind,
    Ahead,
    Length,
    Half,
    Age,
    Event,
    Hours,
    Holiday,
    Islamic,
    Nothing,
}

/// What must stand beside a reading that its words alone do not make a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needs {
    Nothing,
    Clock,
    Month,
    Year,
    BareDay,
    Slash,
    DateBeside,
    Part,
    Beside,
    ShortYear,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    pub makes: Makes,
    pub needs: Needs,
}

#[derive(Debug, Default)]
pub(super) struct Node {
    pub next: Vec<(Elem, usize)>,
    pub rule: Option<Rule>,
}

/// A role that a phrase before the expression gives, and whether the phrase belongs to it.
#[derive(Debug)]
pub(super) struct Cue {
    pub phrase: Vec<Word>,
    pub role: Role,
    pub inside: bool,
}

/// What a word may be besides itself.
#[derive(Debug, Default)]
pub(super) struct Sense {
    pub holes: Vec<(Hole, i32)>,
    /// Names of several words that start with this one: the rest, what it is, its value.
    pub phrases: Vec<(Vec<Word>, Hole, i32)>,
    pub careful: bool,
    pub starts: bool,
    /// One bit for each list of [`List`] the word is in.
    pub lists: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    Before,
    Between,
    About,
    Again,
    More,
    In,
    Inside,
    Close,
    To,
    And,
    BetweenWord,
    Cue,
    Label,
    Future,
    Past,
    Lasted,
}

#[derive(Debug)]
pub(super) struct Words {
    ids: Table<String, Word>,
    /// For each first byte, the lengths of the words that start with it: most tokens end here.
    lengths: [u64; 128],
    senses: Vec<Sense>,
    pub nodes: Vec<Node>,
    pub cues: Vec<Cue>,
    pub daily: Vec<Vec<Word>>,
    pub suffix_ordinal: Vec<String>,

    pub past_endings: Vec<String>,
    /// Hours from, to; a part's value is its place here.
    pub parts: Vec<(String, [i8; 2])>,
    /// Parts of day that a rule gives without naming them.
    pub tonight: Option<u8>,
    pub into: Option<u8>,
    pub alone: Vec<u8>,
    pub never_alone: Vec<u8>,
    pub local: Word,
    pub since: Word,
    pub hyphen: Word,
    pub apostrophe: Word,
    pub brackets: [Word; 2],
}

impl Words {
    pub fn load(
        source: &Source,
        language: &str,
        zones: &Zones,
        holidays: &Holidays,
    ) -> Result<Words, Error> {
        let path = format!("lang/{language}/when.toml");
        let pack: Pack = source.toml(&path)?;
        let mut words = Words {
            ids: Table::default(),
            lengths: [0; 128],
            senses: Vec::new(),
            nodes: vec![Node::default()],
            cues: Vec::new(),
            daily: Vec::new(),
            suffix_ordinal: pack.suffix.ordinal,

            past_endings: pack.direction.past_endings,
            parts: pack.part.into_iter().collect(),
            tonight: None,
            into: None,
            alone: Vec::new(),
            never_alone: Vec::new(),
            local: OTHER,
            since: OTHER,
            hyphen: OTHER,
            apostrophe: OTHER,
            brackets: [OTHER; 2],
        };
        let special = pack.special;
        words.local = words.word(&special.local);
        words.since = words.word(&special.since);
        words.hyphen = words.word("-");
        words.apostrophe = words.word("'");
        words.brackets = ["(", "["].map(|it| words.word(it));
        words.tonight = words.part(&special.tonight);
        words.into = words.part(&special.into);
        words.alone = special.alone.iter().filter_map(|it| words.part(it)).collect();
        words.never_alone = special.never_alone.iter().filter_map(|it| words.part(it)).collect();
        let err = |problem: String| Error::new(&path, problem);
        for (name, values) in &pack.hole {
            let hole = Hole::named(name)
                .ok_or_else(|| err(format!("expected a known hole but found {name}")))?;
            for (word, value) in values {
                words.name(word, hole, *value);
            }
        }
        for (idx, name) in (0..).zip(words.parts.clone()) {
            words.name(&name.0, Hole::Part, idx);
        }
        for (letters, idx) in zones.letters() {
            words.name(letters, Hole::Zone, idx);
        }
        for (name, idx) in zones.places() {
            words.name(name, Hole::Place, idx);
        }
        for (name, idx) in holidays.names() {
            words.name(name, Hole::Holiday, idx);
        }
        for (name, month) in holidays.hijri_months() {
            words.name(name, Hole::Hijri, month);
        }
        for word in pack.careful.values().flatten() {
            let id = words.word(word);
            words.senses[id as usize].careful = true;
        }
        words.roles(&pack.role, true).map_err(&err)?;
        words.roles(&pack.near, false).map_err(&err)?;
        words.cues.sort_by_key(|cue| std::cmp::Reverse(cue.phrase.len()));
        let fill = pack.fill;
        words.daily = fill.daily.iter().map(|it| words.phrase(it)).collect();
        for (list, of) in [
            (List::Before, &fill.before),
            (List::Between, &fill.between),
            (List::About, &fill.about),
            (List::Again, &fill.again),
            (List::More, &fill.more),
            (List::In, &fill.in_),
            (List::Inside, &fill.inside),
            (List::Close, &fill.close),
            (List::To, &fill.to),
            (List::And, &fill.and),
            (List::BetweenWord, &fill.between_word),
            (List::Cue, &pack.cue.words),
            (List::Label, &pack.label.nouns),
            (List::Future, &pack.direction.future),
            (List::Past, &pack.direction.past),
            (List::Lasted, &pack.direction.lasted),
        ] {
            for word in of {
                let id = words.word(word);
                words.senses[id as usize].lists |= 1 << list as u32;
            }
        }
        for rule in &pack.rule {
            let made = made(&rule.makes)
                .ok_or_else(|| err(format!("makes = {:?} is not known", rule.makes)))?;
            let needs = needs(rule.needs.as_deref())
                .ok_or_else(|| err(format!("needs = {:?} is not known", rule.needs)))?;
            for line in &rule.lines {
                words.line(line, Rule { makes: made, needs }).map_err(&err)?;
            }
        }
        // Of two lines as long, the one with more words of its own wins: it is tried first.
        for node in &mut words.nodes {
            node.next.sort_by_key(|(elem, _)| matches!(elem, Elem::Hole(_)));
        }
        words.mark_starts();
        Ok(words)
    }

    fn word(&mut self, word: &str) -> Word {
        if let Some(id) = self.ids.get(word) {
            return *id;
        }
        let id = self.senses.len() as Word;
        if let Some(first) = word.bytes().next().filter(u8::is_ascii) {
            self.lengths[usize::from(first)] |= 1 << word.len().min(63);
        }
        self.ids.insert(word.to_owned(), id);
        self.senses.push(Sense::default());
        id
    }

    fn phrase(&mut self, phrase: &str) -> Vec<Word> {
        phrase.split_whitespace().map(|word| self.word(word)).collect()
    }

    fn name(&mut self, name: &str, hole: Hole, value: i32) {
        let phrase = self.phrase(name);
        let Some((first, rest)) = phrase.split_first() else { return };
        let sense = &mut self.senses[*first as usize];
        if rest.is_empty() {
            if !sense.holes.contains(&(hole, value)) {
                sense.holes.push((hole, value));
            }
        } else {
            sense.phrases.push((rest.to_vec(), hole, value));
            sense.phrases.sort_by_key(|it| std::cmp::Reverse(it.0.len()));
        }
    }

    fn roles(&mut self, roles: &BTreeMap<String, Vec<String>>, inside: bool) -> Result<(), String> {
        for (name, phrases) in roles {
            let role = match name.as_str() {
                "at" => Role::At,
                "from" => Role::From,
                "until" => Role::Until,
                "by" => Role::By,
                "within" => Role::Within,
                "for" => Role::For,
                "after" => Role::After,
                _ => return Err(format!("expected a role but found {name}")),
            };
            for phrase in phrases {
                let phrase = self.phrase(phrase);
                self.cues.push(Cue { phrase, role, inside });
            }
        }
        Ok(())
    }

    /// One line of a rule into the tree, its `word?` with and without.
    fn line(&mut self, line: &str, rule: Rule) -> Result<(), String> {
        let mut ends = vec![0];
        for item in line.split_whitespace() {
            let (item, optional) = match item.strip_suffix('?') {
                Some(item) => (item, true),
                None => (item, false),
            };
            let mut next = Vec::new();
            for choice in item.split('|') {
                let elem = match choice.strip_prefix('{').and_then(|it| it.strip_suffix('}')) {
                    Some(name) => Elem::Hole(
                        Hole::named(name)
                            .ok_or_else(|| format!("no such hole in {line:?}: {name}"))?,
                    ),
                    None => match choice.parse() {
                        Ok(number) => Elem::Number(number),
                        Err(_) => Elem::Word(self.word(choice)),
                    },
                };
                for &end in &ends {
                    let known = self.nodes[end].next.iter().find(|(it, _)| *it == elem);
                    let node = match known {
                        Some(&(_, node)) => node,
                        None => {
                            self.nodes.push(Node::default());
                            let node = self.nodes.len() - 1;
                            self.nodes[end].next.push((elem, node));
                            node
                        }
                    };
                    next.push(node);
                }
            }
            if optional {
                next.extend(&ends);
            }
            next.sort_unstable();
            next.dedup();
            ends = next;
        }
        for end in ends {
            if self.nodes[end].rule.is_none() {
                self.nodes[end].rule = Some(rule);
            }
        }
        Ok(())
    }

    fn mark_starts(&mut self) {
        let first: Vec<Elem> = self.nodes[0].next.iter().map(|(elem, _)| *elem).collect();
        for (id, sense) in (0..).zip(&mut self.senses) {
            let holes = sense.holes.iter().map(|it| it.0);
            let phrases = sense.phrases.iter().map(|it| it.1);
            sense.starts = first.contains(&Elem::Word(id))
                || holes.chain(phrases).any(|hole| {
                    first.contains(&Elem::Hole(hole))
                        || hole == Hole::N && first.contains(&Elem::Hole(Hole::Hour))
                });
        }
    }

    pub fn id(&self, word: &str) -> Word {
        if let Some(first) = word.bytes().next().filter(u8::is_ascii)
            && self.lengths[usize::from(first)] & (1 << word.len().min(63)) == 0
        {
            return OTHER;
        }
        self.ids.get(word).copied().unwrap_or(OTHER)
    }

    pub fn sense(&self, word: Word) -> Option<&Sense> {
        self.senses.get(word as usize)
    }

    pub fn value(&self, word: Word, hole: Hole) -> Option<i32> {
        self.sense(word)?.holes.iter().find(|it| it.0 == hole).map(|it| it.1)
    }

    pub fn is(&self, word: Word, list: List) -> bool {
        self.sense(word).is_some_and(|it| it.lists & (1 << list as u32) != 0)
    }

    pub fn part(&self, name: &str) -> Option<u8> {
        self.parts.iter().position(|it| it.0 == name).map(|it| it as u8)
    }
}

fn made(name: &str) -> Option<Makes> {
    use Makes::*;
    Some(match name {
        "clock" => Clock,
        "zone" => Zone,
        "date" => Date,
        "weekday" => Weekday,
        "relative" => Relative,
        "part" => Part,
        "into" => Into,
        "unit" => Unit,
        "season" => Season,
        "shift" => Shift,
        "hence" => Hence,
        "behind" => Behind,
        "ahead" => Ahead,
        "length" => Length,
        "half" => Half,
        "age" => Age,
        "event" => Event,
        "hours" => Hours,
        "holiday" => Holiday,
        "islamic" => Islamic,
        "nothing" => Nothing,
        _ => return None,
    })
}

fn needs(name: Option<&str>) -> Option<Needs> {
    Some(match name {
        None => Needs::Nothing,
        Some("clock") => Needs::Clock,
        Some("month") => Needs::Month,
        Some("year") => Needs::Year,
        Some("bare day") => Needs::BareDay,
        Some("slash") => Needs::Slash,
        Some("date beside") => Needs::DateBeside,
        Some("part") => Needs::Part,
        Some("beside") => Needs::Beside,
        Some("short year") => Needs::ShortYear,
        Some(_) => return None,
    })
}
