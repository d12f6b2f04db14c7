//! Facts, their canonical bytes, and the chain. Comes in: a fact and the entry before it. Goes out:
//! an [`Entry`] whose digest covers all of it. An entry is never changed: a later one withdraws it.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::body::{Said, Told};

pub type Digest = [u8; 32];

/// The digest before the first entry.
pub const GENESIS: Digest = [0; 32];

/// One fact. Reports are named by the digest of what came, truces as told by `t…`, claims by `c…`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fact {
    /// A report taken, or read again with another pack (`supersedes` names the entry before).
    Report(Box<ReportTaken>),
    /// A report tells of a truce.
    Truce {
        node: String,
        report: String,
        told: Box<Told>,
    },
    /// A report claims something of a truce it tells of.
    Claim {
        claim: String,
        node: String,
        said: Box<Said>,
    },
    /// A report repeats the text of others.
    Copy {
        report: String,
        of: Vec<String>,
        why: String,
    },
    /// Truces as told are the same truce: by a rule, or by a person (`by`), whose word stands.
    Joined {
        nodes: Vec<String>,
        truce: String,
        rule: String,
        why: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// A person says that `nodes` are another truce than `stay`.
    Split {
        nodes: Vec<String>,
        truce: String,
        stay: Vec<String>,
        from: String,
        by: String,
        why: String,
    },
    /// An earlier entry no longer counts.
    Withdrawn {
        entry: u64,
        by: String,
        why: String,
    },
    Accepted {
        claim: String,
        by: String,
        why: String,
    },
    Rejected {
        claim: String,
        by: String,
        why: String,
    },
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReportTaken {
    pub report: String,
    pub id: String,
    /// What versions of one item share: its address, else its own id.
    pub item: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outlet: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dateline: Option<String>,
    pub language: String,
    /// Digest of the article's text.
    pub text: String,
    /// Digest of the pack it was read with.
    pub pack: String,
    /// An earlier report of the same item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version_of: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<u64>,
}

impl Fact {
    pub fn kind(&self) -> &'static str {
        match self {
            Fact::Report(_) => "report",
            Fact::Truce { .. } => "truce",
            Fact::Claim { .. } => "claim",
            Fact::Copy { .. } => "copy",
            Fact::Joined { .. } => "joined",
            Fact::Split { .. } => "split",
            Fact::Withdrawn { .. } => "withdrawn",
            Fact::Accepted { .. } => "accepted",
            Fact::Rejected { .. } => "rejected",
        }
    }

    /// Canonical JSON: keys in byte order, no white space.
    pub fn canonical(&self) -> String {
        canonical(&serde_json::to_value(self).expect("facts are plain data"))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// From 1, without gaps.
    pub seq: u64,
    /// Microseconds since 1970; never less than that of the entry before.
    pub recorded: i64,
    pub prev: Digest,
    pub digest: Digest,
    /// Canonical JSON of a [`Fact`].
    pub body: String,
}

impl Entry {
    pub fn after(last: Option<(u64, Digest)>, recorded: i64, body: String) -> Entry {
        let (seq, prev) = last.map_or((1, GENESIS), |(seq, digest)| (seq + 1, digest));
        let digest = digest_of(seq, recorded, &prev, &body);
        Entry { seq, recorded, prev, digest, body }
    }

    /// What is wrong with this entry behind `last`, in words.
    pub fn fault(&self, last: Option<(u64, i64, Digest)>) -> Option<String> {
        let (seq, recorded, prev) =
            last.map_or((1, i64::MIN, GENESIS), |(seq, at, digest)| (seq + 1, at, digest));
        if self.seq != seq {
            return Some(format!("expected entry {seq} but found entry {}", self.seq));
        }
        if self.prev != prev {
            return Some("its previous digest is not the digest of the entry before it".to_owned());
        }
        if self.recorded < recorded {
            return Some("it was recorded before the entry before it".to_owned());
        }
        if digest_of(self.seq, self.recorded, &self.prev, &self.body) != self.digest {
            return Some("its digest does not match what it holds".to_owned());
        }
        None
    }
}

fn digest_of(seq: u64, recorded: i64, prev: &Digest, body: &str) -> Digest {
    let mut sha = Sha256::new();
    sha.update(prev);
    sha.update(seq.to_be_bytes());
    sha.update(recorded.to_be_bytes());
    sha.update(body.as_bytes());
    sha.finalize().into()
}

pub fn sha256(bytes: &[u8]) -> Digest {
    Sha256::digest(bytes).into()
}

pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        out.push(DIGITS[usize::from(byte >> 4)] as char);
        out.push(DIGITS[usize::from(byte & 15)] as char);
    }
    out
}

/// JSON with keys in byte order and no white space, so that equal facts are equal bytes.
pub fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            out.push('{');
            for (at, key) in keys.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                out.push_str(&Value::from(key.as_str()).to_string());
                out.push(':');
                write(&map[key], out);
            }
            out.push('}');
        }
        plain => out.push_str(&plain.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_facts_are_equal_bytes() {
        let value = serde_json::json!({"b": [1, {"z": null, "a": "\u{e9}\n"}], "a": 1.5});
        assert_eq!(canonical(&value), "{\"a\":1.5,\"b\":[1,{\"a\":\"é\\n\",\"z\":null}]}");
        let fact = Fact::Withdrawn { entry: 3, by: "ada".into(), why: "misread".into() };
        let body = fact.canonical();
        assert_eq!(body, r#"{"by":"ada","entry":3,"kind":"withdrawn","why":"misread"}"#);
        assert_eq!(serde_json::from_str::<Fact>(&body).unwrap(), fact);
    }

    #[test]
    fn an_entry_tells_what_is_wrong_with_it() {
        let first = Entry::after(None, 5, "{}".into());
        let second = Entry::after(Some((1, first.digest)), 6, "[]".into());
        let last = Some((1, 5, first.digest));
        assert_eq!(first.fault(None), None);
        assert_eq!(second.fault(last), None);
        let changed = Entry { body: "[1]".into(), ..second.clone() };
        assert_eq!(changed.fault(last).unwrap(), "its digest does not match what it holds");
        let early = Entry::after(Some((1, first.digest)), 4, "[]".into());
        assert!(early.fault(last).unwrap().contains("before the entry before it"));
        assert!(second.fault(None).unwrap().contains("expected entry 1 but found entry 2"));
    }
}
