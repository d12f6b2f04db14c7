//! The ledger's written form of claims and truces. Comes in: the inner types. Goes out: bodies that
//! are kept for good. A field may be added; none is renamed, and none is written when it is empty.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    claim::{Act, Actor, Claim, Part, Site, Stance},
    json,
    time::{Edge, Length, Moment},
    truce::Truce,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    pub name: String,
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spot {
    pub name: String,
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lat: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lon: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    pub edtf: String,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "stamp")]
    pub earliest: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "stamp")]
    pub latest: Option<Timestamp>,
    pub precision: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    pub text: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<String>,
}

/// A time stamp as ISO 8601 text.
mod stamp {
    use jiff::Timestamp;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub fn serialize<S: Serializer>(at: &Option<Timestamp>, to: S) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => to.collect_str(at),
            None => to.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        text.map(|text| text.parse().map_err(D::Error::custom)).transpose()
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Long {
    pub iso: String,
    pub text: String,
}

/// One end of a stated window; absent where it is not said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    At(When),
    NotBefore(When),
    After(String),
    Open,
}

/// A truce as one report tells it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Told {
    pub local: String,
    pub label: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sides: Vec<Vec<Who>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mediators: Vec<Who>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Spot>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared: Option<When>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<When>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<When>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<Long>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excludes: Vec<Who>,
    pub status: String,
}

/// A claim as one report makes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Said {
    pub act: String,
    pub stance: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<Who>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub against: Vec<Who>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub says: Vec<Who>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<When>,
    #[serde(default, rename = "where", skip_serializing_if = "Vec::is_empty")]
    pub wher: Vec<Spot>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Limit>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Limit>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<Long>,
    pub part: String,
    pub span: (u32, u32),
    pub quote: String,
    pub pattern: String,
}

impl Said {
    /// `Act::Talks` stands in for a word this version does not know: it decides nothing.
    pub fn act(&self) -> Act {
        Act::named(&self.act).unwrap_or(Act::Talks)
    }

    pub fn stance(&self) -> Stance {
        Stance::named(&self.stance).unwrap_or(Stance::Hedged)
    }

    pub fn is(&self, act: Act, stance: Stance) -> bool {
        self.act() == act && self.stance() == stance
    }
}

impl When {
    /// Seconds since 1970, `[earliest, latest)`, where the year is known.
    pub fn seconds(&self) -> Option<(i64, i64)> {
        let (from, to) = (self.earliest?.as_second(), self.latest?.as_second());
        (from <= to).then_some((from, to))
    }
}

impl From<&Actor> for Who {
    fn from(it: &Actor) -> Who {
        Who { name: it.name.clone(), text: it.text.clone(), id: it.id.clone() }
    }
}

impl From<&Site> for Spot {
    fn from(it: &Site) -> Spot {
        Spot {
            name: it.name.clone(),
            text: it.text.clone(),
            id: it.id.clone(),
            country: it.country.clone().filter(|it| !it.is_empty()),
            lat: it.lat.filter(|it| it.is_finite()),
            lon: it.lon.filter(|it| it.is_finite()),
        }
    }
}

impl From<&Moment> for When {
    fn from(it: &Moment) -> When {
        When {
            edtf: it.edtf.clone(),
            earliest: it.earliest,
            latest: it.latest,
            precision: json::precision(it.precision).to_owned(),
            zone: it.zone.clone(),
            text: it.text.clone(),
            doubts: it.doubts.clone(),
        }
    }
}

impl From<&Length> for Long {
    fn from(it: &Length) -> Long {
        Long { iso: it.iso.clone(), text: it.text.clone() }
    }
}

fn limit(edge: &Edge) -> Option<Limit> {
    match edge {
        Edge::At(moment) => Some(Limit::At(moment.into())),
        Edge::NotBefore(moment) => Some(Limit::NotBefore(moment.into())),
        Edge::After(event) => Some(Limit::After(event.clone())),
        Edge::Open => Some(Limit::Open),
        Edge::Unknown => None,
    }
}

fn all<'a, A: 'a, B: From<&'a A>>(them: &'a [A]) -> Vec<B> {
    them.iter().map(B::from).collect()
}

impl From<&Truce> for Told {
    fn from(it: &Truce) -> Told {
        Told {
            local: it.id.clone(),
            label: it.label.clone(),
            sides: it.sides.iter().map(|side| all(side)).collect(),
            mediators: all(&it.mediators),
            places: all(&it.places),
            declared: it.declared.as_ref().map(When::from),
            start: it.start.as_ref().map(When::from),
            end: it.end.as_ref().map(When::from),
            length: it.length.as_ref().map(Long::from),
            excludes: all(&it.excludes),
            status: it.status.name().to_owned(),
        }
    }
}

impl From<&Claim> for Said {
    fn from(it: &Claim) -> Said {
        Said {
            act: it.act.name().to_owned(),
            stance: it.stance.name().to_owned(),
            by: all(&it.by),
            against: all(&it.against),
            says: all(&it.says),
            when: it.when.as_ref().map(When::from),
            wher: all(&it.wher),
            start: it.window.as_ref().and_then(|it| limit(&it.start)),
            end: it.window.as_ref().and_then(|it| limit(&it.end)),
            length: it.length.as_ref().map(Long::from),
            part: match it.part {
                Part::Title => "title".to_owned(),
                Part::Text => "text".to_owned(),
            },
            span: (it.span.start, it.span.end),
            quote: it.quote.clone(),
            pattern: it.pattern.clone(),
        }
    }
}
