//! People decide. Comes in: a decision with its author and reason. Goes out: an entry; nothing that
//! was there before is changed, and it can itself be withdrawn.

use jiff::Timestamp;
use rusqlite::OptionalExtension as _;
use truceline::ledger::entry::Fact;

use crate::{Error, Ledger, Result};

#[derive(Clone, Debug)]
pub enum Decision {
    Accept {
        claim: String,
    },
    Reject {
        claim: String,
    },
    /// The first truce is the second.
    Join {
        truce: String,
        into: String,
    },
    /// These tellings are another truce than the one they were put in.
    Split {
        truce: String,
        nodes: Vec<String>,
    },
    /// An entry, by its sequence, no longer counts.
    Withdraw {
        entry: u64,
    },
}

impl Ledger {
    /// Appends a decision; gives its sequence.
    pub fn review(
        &mut self,
        decision: &Decision,
        by: &str,
        why: &str,
        recorded: Timestamp,
    ) -> Result<u64> {
        if by.trim().is_empty() || why.trim().is_empty() {
            return Err(Error::Input(
                "expected who decides and why; give both --by and --why".to_owned(),
            ));
        }
        let (by, why) = (by.trim().to_owned(), why.trim().to_owned());
        let fact = self.decide(decision, by, why)?;
        let recorded = recorded.as_microsecond();
        self.write(|write| {
            let seq = write.append(recorded, &fact, None)?;
            write.join(recorded)?;
            Ok(seq)
        })
    }

    fn decide(&self, decision: &Decision, by: String, why: String) -> Result<Fact> {
        let head = self.as_of(None)?;
        Ok(match decision {
            Decision::Accept { claim } => Fact::Accepted { claim: self.claim(claim)?, by, why },
            Decision::Reject { claim } => Fact::Rejected { claim: self.claim(claim)?, by, why },
            Decision::Join { truce, into } => {
                let (from, into) = (self.resolve(truce, head)?, self.resolve(into, head)?);
                if from == into {
                    return Err(Error::Input(format!(
                        "{truce}: expected two truces but found one"
                    )));
                }
                let mut nodes = self.nodes(&into)?;
                nodes.extend(self.nodes(&from)?);
                let rule = "a person's word".to_owned();
                Fact::Joined { nodes, truce: into, rule, why, by: Some(by) }
            }
            Decision::Split { truce, nodes } => {
                let from = self.resolve(truce, head)?;
                let all = self.nodes(&from)?;
                if let Some(stray) = nodes.iter().find(|it| !all.contains(it)) {
                    return Err(Error::Input(format!(
                        "{stray}: not a telling of {from}; `truceline show {from}` names them"
                    )));
                }
                let stay: Vec<String> =
                    all.iter().filter(|it| !nodes.contains(it)).cloned().collect();
                if stay.is_empty() || nodes.is_empty() {
                    return Err(Error::Input(
                        "expected some tellings to go and some to stay".to_owned(),
                    ));
                }
                // The part that holds the telling the truce is named for keeps the name.
                let named = |part: &[String]| part.contains(&from);
                let (from, truce) =
                    if named(nodes) { (stay[0].clone(), from) } else { (from, nodes[0].clone()) };
                Fact::Split { nodes: nodes.clone(), truce, stay, from, by, why }
            }
            Decision::Withdraw { entry } => {
                match self.entry(*entry)? {
                    None => return Err(Error::Absent(format!("entry {entry}: no such entry"))),
                    Some(_) if matches!(self.fact(*entry)?, Fact::Withdrawn { .. }) => {
                        return Err(Error::Input(format!(
                            "entry {entry}: expected an entry that is no withdrawal; decide or add \
                             again what it took back"
                        )));
                    }
                    Some(_) => {}
                }
                let twice = self.withdrawn(*entry)?;
                if let Some(at) = twice {
                    return Err(Error::Input(format!(
                        "entry {entry}: withdrawn before, by entry {at}"
                    )));
                }
                Fact::Withdrawn { entry: *entry, by, why }
            }
        })
    }

    fn claim(&self, name: &str) -> Result<String> {
        let mut query = self.conn.prepare_cached(
            "SELECT DISTINCT id FROM claim WHERE id >= ?1 AND id < ?1 || 'g' LIMIT 2",
        )?;
        let found: Vec<String> =
            query.query_map([name], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        match found.as_slice() {
            [one] => Ok(one.clone()),
            [] => Err(Error::Absent(format!("{name}: no such claim"))),
            _ => Err(Error::Input(format!(
                "{name}: expected the name of one claim but found several"
            ))),
        }
    }

    fn nodes(&self, truce: &str) -> Result<Vec<String>> {
        let mut query = self.conn.prepare_cached(
            "SELECT node FROM member WHERE truce = ?1 AND until IS NULL ORDER BY since, node",
        )?;
        Ok(query.query_map([truce], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
    }

    fn withdrawn(&self, entry: u64) -> Result<Option<u64>> {
        let body = format!("%\"entry\":{entry},\"kind\":\"withdrawn\"%");
        Ok(self
            .conn
            .query_row(
                "SELECT seq FROM entries WHERE seq > ?1 AND body LIKE ?2 LIMIT 1",
                rusqlite::params![entry, body],
                |row| row.get(0),
            )
            .optional()?)
    }
}
