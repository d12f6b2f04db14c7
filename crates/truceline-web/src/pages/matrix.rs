//! Who accuses whom. Comes in: the lines of a story. Goes out: a small matrix, by teller and accused.
//! A breach is always an allegation: nothing here says that it happened.

use std::collections::BTreeMap;

use super::shape::Line;

/// More than these are summed up in words.
const ROWS: usize = 14;
const COLUMNS: usize = 8;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matrix {
    pub accused: Vec<String>,
    pub rows: Vec<Row>,
    /// Tellers and accused that there was no room for.
    pub left_out: usize,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    pub teller: String,
    pub cells: Vec<Cell>,
}

/// Allegations, and the first claim that makes one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    pub told: usize,
    pub denied: usize,
    pub claim: String,
}

/// `nobody`: what stands for a doer that is not named.
pub fn matrix(story: &[Line], nobody: &str) -> Matrix {
    let mut cells: BTreeMap<(&str, &str), Cell> = BTreeMap::new();
    let (mut tellers, mut accused): (BTreeMap<&str, usize>, BTreeMap<&str, usize>) =
        (BTreeMap::new(), BTreeMap::new());
    for line in story.iter().filter(|it| it.act == "violated" && !it.rejected) {
        let names: Vec<&str> = line.by.iter().map(|it| it.name.as_str()).collect();
        let names = if names.is_empty() { vec![nobody] } else { names };
        for teller in &line.according_to {
            for name in &names {
                let cell = cells.entry((teller, name)).or_default();
                if line.stance == "denied" {
                    cell.denied += 1
                } else {
                    cell.told += 1
                }
                if let (true, Some(first)) = (cell.claim.is_empty(), line.claims.first()) {
                    cell.claim = first.claim.clone();
                }
                *tellers.entry(teller).or_default() += 1;
                *accused.entry(name).or_default() += 1;
            }
        }
    }
    let all = tellers.len() + accused.len();
    let (tellers, accused) = (most(tellers, ROWS), most(accused, COLUMNS));
    let left_out = all - tellers.len() - accused.len();
    let rows = tellers.into_iter().map(|teller| Row {
        teller: teller.to_owned(),
        cells: accused.iter().map(|it| cells.remove(&(teller, *it)).unwrap_or_default()).collect(),
    });
    let rows = rows.collect();
    Matrix { accused: accused.iter().map(|it| (*it).to_owned()).collect(), rows, left_out }
}

fn most(names: BTreeMap<&str, usize>, room: usize) -> Vec<&str> {
    let mut names: Vec<(&str, usize)> = names.into_iter().collect();
    names.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    names.into_iter().take(room).map(|it| it.0).collect()
}

#[cfg(test)]
mod tests {
    use truceline::ledger::body::Who;

    use super::{Line, matrix};
    use crate::pages::shape::Quote;

    fn line(act: &str, stance: &str, by: &str, tellers: &[&str]) -> Line {
        let who = |name: &str| Who { name: name.to_owned(), text: name.to_owned(), id: None };
        Line {
            act: act.to_owned(),
            stance: stance.to_owned(),
            by: by.split(',').filter(|it| !it.is_empty()).map(who).collect(),
            according_to: tellers.iter().map(|it| (*it).to_owned()).collect(),
            claims: vec![Quote { claim: format!("c-{by}"), ..Quote::default() }],
            ..Line::default()
        }
    }

    #[test]
    fn each_teller_accuses_on_a_row_of_its_own() {
        let story = [
            line("violated", "fact", "army", &["rebels", "observers"]),
            line("violated", "denied", "army", &["army"]),
            line("violated", "fact", "", &["observers"]),
            line("held", "fact", "army", &["army"]),
        ];
        let it = matrix(&story, "?");
        assert_eq!(it.accused, ["army", "?"]);
        let row = |at: usize| {
            let row = &it.rows[at];
            let cells: Vec<_> = row.cells.iter().map(|it| (it.told, it.denied)).collect();
            (row.teller.as_str(), cells)
        };
        assert_eq!(row(0), ("observers", vec![(1, 0), (1, 0)]));
        assert_eq!(row(1), ("army", vec![(0, 1), (0, 0)]));
        assert_eq!(row(2), ("rebels", vec![(1, 0), (0, 0)]));
        assert_eq!((it.rows.len(), it.left_out), (3, 0));
    }

    #[test]
    fn a_crowd_is_cut_and_said_to_be() {
        let names: Vec<String> = (0..40).map(|it| format!("teller {it}")).collect();
        let tellers: Vec<&str> = names.iter().map(String::as_str).collect();
        let it = matrix(&[line("violated", "fact", "army", &tellers)], "?");
        assert_eq!((it.rows.len(), it.left_out), (14, 26));
    }
}
