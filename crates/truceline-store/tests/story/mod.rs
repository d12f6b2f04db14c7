//! Readings by hand: a report in a few lines, as the reading stages would give it.

#![allow(dead_code)]

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use truceline::{
    article::Article,
    claim::{Act, Actor, Claim, Part, Site, Stance},
    ledger::intake::Intake,
    read::Reading,
    report::Published,
    text::Span,
    time::{Edge, Length, Moment, Precision, Window},
    truce::{Status, Truce},
};

pub struct Story {
    reading: Reading,
    pack: String,
}

/// `2014-08-05`, `2014-08-05T05:00Z`, `2014-08`, `XXXX-10-17`.
pub fn moment(edtf: &str) -> Moment {
    let (earliest, latest, precision) = if edtf.starts_with("XXXX-XX-XXT") {
        (None, None, Precision::Minute)
    } else if edtf.contains('T') {
        let at: Timestamp = edtf.parse().unwrap();
        let end = Timestamp::from_second(at.as_second() + 60).unwrap();
        (Some(at), Some(end), Precision::Minute)
    } else if edtf.starts_with("XXXX") {
        (None, None, Precision::Day)
    } else {
        let full = if edtf.len() == 7 { format!("{edtf}-01") } else { edtf.to_owned() };
        let day: Date = full.parse().unwrap();
        let end = if edtf.len() == 7 { day.last_of_month() } else { day }.tomorrow().unwrap();
        let at = |day: Date| Some(day.to_zoned(TimeZone::UTC).unwrap().timestamp());
        let precision = if edtf.len() == 7 { Precision::Month } else { Precision::Day };
        (at(day), at(end), precision)
    };
    Moment {
        edtf: edtf.to_owned(),
        earliest,
        latest,
        precision,
        zone: None,
        text: edtf.to_owned(),
        doubts: Vec::new(),
    }
}

pub fn length(iso: &str) -> Length {
    Length { iso: iso.to_owned(), text: iso.to_owned() }
}

/// `Israel`: known to the world as `israel`; `?rebels`: words only.
pub fn actor(name: &str) -> Actor {
    let id = (!name.starts_with('?')).then(|| name.to_lowercase().replace(' ', "-"));
    let name = name.trim_start_matches('?').to_owned();
    Actor { text: name.clone(), name, id }
}

/// `Gaza/PS`, or with coordinates `Aleppo/SY/36.2/37.2`.
pub fn site(name: &str) -> Site {
    let parts: Vec<&str> = name.split('/').collect();
    Site {
        name: parts[0].to_owned(),
        text: parts[0].to_owned(),
        id: Some(format!("place:{}", parts[0].to_lowercase())),
        country: parts.get(1).map(|it| (*it).to_owned()),
        lat: parts.get(2).and_then(|it| it.parse().ok()),
        lon: parts.get(3).and_then(|it| it.parse().ok()),
    }
}

fn split(names: &str) -> Vec<Actor> {
    names.split(',').map(str::trim).filter(|it| !it.is_empty()).map(actor).collect()
}

impl Story {
    pub fn new(id: &str, outlet: &str, published: &str) -> Story {
        let date = published.get(..10).and_then(|it| it.parse().ok());
        Story {
            reading: Reading {
                article: Article {
                    id: id.to_owned(),
                    path: None,
                    url: None,
                    outlet: Some(outlet.to_owned()),
                    title: None,
                    published: date.map(|date| Published {
                        date,
                        stamp: published.to_owned(),
                        from: "json".to_owned(),
                    }),
                    dateline: None,
                    language: "en".to_owned(),
                    text: String::new(),
                    cuts: Vec::new(),
                },
                truces: Vec::new(),
                claims: Vec::new(),
                gaps: Vec::new(),
            },
            pack: "pack-1".to_owned(),
        }
    }

    pub fn url(mut self, url: &str) -> Story {
        self.reading.article.url = Some(url.to_owned());
        self
    }

    pub fn pack(mut self, pack: &str) -> Story {
        self.pack = pack.to_owned();
        self
    }

    /// Words of the report that claim nothing.
    pub fn words(mut self, words: &str) -> Story {
        self.reading.article.text.push_str(words);
        self.reading.article.text.push('\n');
        self
    }

    /// `sides`: `Israel | Hamas, Islamic Jihad`. The claims that follow are of this truce.
    pub fn truce(mut self, label: &str, sides: &str, places: &str) -> Story {
        let id = format!("T{}", self.reading.truces.len() + 1);
        self.reading.truces.push(Truce {
            id,
            label: label.to_owned(),
            sides: sides.split('|').map(split).filter(|it| !it.is_empty()).collect(),
            mediators: Vec::new(),
            places: places
                .split(',')
                .filter(|it| !it.is_empty())
                .map(|it| site(it.trim()))
                .collect(),
            declared: None,
            start: None,
            end: None,
            length: None,
            excludes: Vec::new(),
            status: Status::Unknown,
        });
        self
    }

    fn last(&mut self) -> &mut Truce {
        self.reading.truces.last_mut().unwrap()
    }

    pub fn starts(mut self, edtf: &str) -> Story {
        self.last().start = Some(moment(edtf));
        self
    }

    pub fn ends(mut self, edtf: &str) -> Story {
        self.last().end = Some(moment(edtf));
        self
    }

    pub fn declared(mut self, edtf: &str) -> Story {
        self.last().declared = Some(moment(edtf));
        self
    }

    /// The day of its making is lent by another sentence.
    pub fn lent(mut self) -> Story {
        if let Some(declared) = &mut self.last().declared {
            declared.doubts.push(truceline::truce::dates::LENT.to_owned());
        }
        self
    }

    pub fn lasts(mut self, iso: &str) -> Story {
        self.last().length = Some(length(iso));
        self
    }

    pub fn mediated(mut self, by: &str) -> Story {
        self.last().mediators = split(by);
        self
    }

    pub fn claim(self, act: Act, by: &str, quote: &str) -> Story {
        self.claims(act, Stance::Fact, by, "", "", quote)
    }

    pub fn says(self, act: Act, by: &str, says: &str, quote: &str) -> Story {
        self.claims(act, Stance::Fact, by, says, "", quote)
    }

    pub fn when(self, act: Act, by: &str, when: &str, quote: &str) -> Story {
        self.claims(act, Stance::Fact, by, "", when, quote)
    }

    pub fn denies(self, act: Act, by: &str, says: &str, quote: &str) -> Story {
        self.claims(act, Stance::Denied, by, says, "", quote)
    }

    pub fn claims(
        mut self,
        act: Act,
        stance: Stance,
        by: &str,
        says: &str,
        when: &str,
        quote: &str,
    ) -> Story {
        let text = &mut self.reading.article.text;
        let start = text.len();
        text.push_str(quote);
        let span = Span::new(start..text.len());
        text.push('\n');
        self.reading.claims.push(Claim {
            act,
            stance,
            truce: self.reading.truces.len() - 1,
            by: split(by),
            against: Vec::new(),
            says: split(says),
            when: (!when.is_empty()).then(|| moment(when)),
            wher: Vec::new(),
            window: None,
            length: None,
            part: Part::Text,
            span,
            quote: quote.to_owned(),
            pattern: format!("en/act/{}:1", act.name()),
        });
        self
    }

    /// The length told by the last claim.
    pub fn by(mut self, iso: &str) -> Story {
        self.reading.claims.last_mut().unwrap().length = Some(length(iso));
        self
    }

    /// The hours of every day told by the last claim: `10:00`, `20:00`.
    pub fn hours(mut self, from: &str, to: &str, zone: &str) -> Story {
        let edge = |clock: &str| {
            let zone = (!zone.is_empty()).then(|| zone.to_owned());
            Edge::At(Moment { zone, ..moment(&format!("XXXX-XX-XXT{clock}")) })
        };
        let window = Window { start: edge(from), end: edge(to) };
        self.reading.claims.last_mut().unwrap().window = Some(window);
        self
    }

    pub fn intake(&self) -> Intake {
        let article = &self.reading.article;
        let came =
            format!("{} {:?} {:?} {}", article.id, article.url, article.outlet, article.text);
        let digest = truceline::ledger::entry::sha256(came.as_bytes());
        Intake::of(&self.reading, &truceline::ledger::entry::hex(&digest), &self.pack)
    }
}

pub fn time(at: &str) -> Timestamp {
    if at.contains('T') { at.parse().unwrap() } else { format!("{at}T12:00Z").parse().unwrap() }
}
