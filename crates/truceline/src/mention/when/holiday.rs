//! Holidays by which truces are named. Comes in: `world/holidays.toml`. Goes out: their first and
//! last days in a year. Never computes a calendar: outside the table a holiday has no date.

use std::collections::BTreeMap;

use jiff::{ToSpan, civil::Date};
use serde::Deserialize;

use crate::pack::{Error, Source};

#[derive(Deserialize)]
struct File {
    holiday: Vec<Holiday>,
    either: Vec<Either>,
    hijri: Hijri,
}

#[derive(Debug, Deserialize)]
pub(super) struct Holiday {
    pub id: String,
    words: Vec<String>,
    days: i64,
    /// The day may be one earlier or later, as the moon is sighted.
    #[serde(default)]
    pub sighted: bool,
    /// `MM-DD`
    fixed: Option<String>,
    #[serde(default)]
    first: Vec<First>,
    east: Option<East>,
}

/// In these countries the bare name means another day.
#[derive(Debug, Deserialize)]
struct East {
    countries: Vec<String>,
    is: String,
}

#[derive(Debug, Deserialize)]
struct Either {
    words: Vec<String>,
    of: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Hijri {
    words: BTreeMap<String, i32>,
    first: BTreeMap<String, Vec<First>>,
}

/// `YYYY-MM-DD`
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
struct First(Date);

impl TryFrom<String> for First {
    type Error = jiff::Error;

    fn try_from(text: String) -> Result<First, jiff::Error> {
        text.parse().map(First)
    }
}

/// One keeping of a holiday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    pub first: Date,
    pub last: Date,
    /// Which holiday, for its name.
    pub holiday: usize,
}

#[derive(Debug)]
pub(super) struct Holidays {
    all: Vec<Holiday>,
    either: Vec<Either>,
    hijri: Hijri,
}

impl Holidays {
    pub fn load(source: &Source) -> Result<Holidays, Error> {
        let path = "world/holidays.toml";
        let file: File = source.toml(path)?;
        let known = |id: &String| file.holiday.iter().any(|it| it.id == *id);
        if let Some(id) = file.either.iter().flat_map(|it| &it.of).find(|id| !known(id)) {
            return Err(Error::new(path, format!("expected the id of a holiday but found {id}")));
        }
        Ok(Holidays { all: file.holiday, either: file.either, hijri: file.hijri })
    }

    /// Names with the value that [`Holidays::kept`] takes.
    pub fn names(&self) -> impl Iterator<Item = (&str, i32)> {
        let all = self.all.iter().map(|it| &it.words).chain(self.either.iter().map(|it| &it.words));
        all.zip(0..).flat_map(|(words, idx)| words.iter().map(move |it| (it.as_str(), idx)))
    }

    pub fn hijri_months(&self) -> impl Iterator<Item = (&str, i32)> {
        self.hijri.words.iter().map(|(word, month)| (word.as_str(), *month))
    }

    /// What a name means in a country: Easter in Ukraine is that of the Eastern churches.
    pub fn meant(&self, value: i32, country: Option<&str>) -> i32 {
        let east = self.all.get(value as usize).and_then(|it| it.east.as_ref());
        let other = east
            .filter(|it| country.is_some_and(|country| it.countries.iter().any(|it| it == country)))
            .and_then(|it| self.all.iter().position(|other| other.id == it.is));
        other.map_or(value, |it| it as i32)
    }

    /// Month and day of a holiday that is the same in every year.
    pub fn fixed(&self, value: i32) -> Option<(i8, i8)> {
        self.all.get(value as usize)?.fixed.as_deref().and_then(month_day)
    }

    pub fn of(&self, holiday: usize) -> &Holiday {
        &self.all[holiday]
    }

    /// Every keeping in the years `from..=to`, by first day; of a name for several holidays, all.
    pub fn kept(&self, value: i32, from: i16, to: i16) -> Vec<Kept> {
        let value = value as usize;
        let several: Vec<usize> = match value.checked_sub(self.all.len()) {
            None => vec![value],
            Some(idx) => {
                let of = |id: &String| self.all.iter().position(|it| it.id == *id);
                self.either.get(idx).map_or(Vec::new(), |it| it.of.iter().filter_map(of).collect())
            }
        };
        let mut kept: Vec<Kept> = Vec::new();
        for holiday in several {
            let it = &self.all[holiday];
            let firsts: Vec<Date> = match it.fixed.as_deref().and_then(month_day) {
                Some((month, day)) => {
                    (from..=to).filter_map(|year| Date::new(year, month, day).ok()).collect()
                }
                None => it.first.iter().map(|first| first.0).collect(),
            };
            for first in firsts.into_iter().filter(|it| (from..=to).contains(&it.year())) {
                let last = first.saturating_add((it.days - 1).days());
                kept.push(Kept { first, last, holiday });
            }
        }
        kept.sort_by_key(|it| it.first);
        kept
    }

    /// The days in `from..=to` that are this day of this month of the Islamic year.
    pub fn hijri(&self, month: i32, day: i64, from: i16, to: i16) -> Vec<Date> {
        let firsts = self.hijri.first.get(&month.to_string());
        let dates =
            firsts.into_iter().flatten().map(|first| first.0.saturating_add((day - 1).days()));
        dates.filter(|date| (from..=to).contains(&date.year())).collect()
    }
}

fn month_day(text: &str) -> Option<(i8, i8)> {
    let (month, day) = text.split_once('-')?;
    Some((month.parse().ok()?, day.parse().ok()?))
}
