//! Different orders of arrival. Comes in: the reports of a story. Goes out: a failure where one
//! order ends in other truces than the story's own.

use std::collections::BTreeSet;

use jiff::Timestamp;
use libtest_mimic::Failed;
use serde_json::Value;
use truceline::ledger::intake::Intake;
use truceline_store::{Asked, Filter, Ledger};

/// Adds the reports in several orders, all recorded at one time.
pub fn end_alike(
    intakes: &[Intake],
    at: Timestamp,
    make: impl Fn() -> Result<Ledger, Failed>,
) -> Result<(), Failed> {
    let mut first: Option<BTreeSet<String>> = None;
    for order in orders(intakes.len()) {
        let mut ledger = make()?;
        for it in &order {
            ledger.add(std::slice::from_ref(&intakes[*it]), at)?;
        }
        let found = truces(&ledger, at)?;
        let first = first.get_or_insert_with(|| found.clone());
        if *first != found {
            let here: Vec<&String> = found.difference(first).collect();
            let there: Vec<&String> = first.difference(&found).collect();
            return Err(format!("expected the same truces in the order {order:?} but found {here:#?} instead of {there:#?}").into());
        }
    }
    Ok(())
}

/// All orders of up to four; of more, each rotation, forwards and backwards, and every second one.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let own: Vec<usize> = (0..count).collect();
    let mut all = vec![own.clone()];
    if count <= 4 {
        let mut shorter = vec![Vec::new()];
        for _ in 0..count {
            let longer = |it: Vec<usize>| {
                let free: Vec<usize> = (0..count).filter(|at| !it.contains(at)).collect();
                free.into_iter().map(move |at| [it.clone(), vec![at]].concat())
            };
            shorter = shorter.into_iter().flat_map(longer).collect();
        }
        all.extend(shorter);
        return all;
    }
    for by in 0..count {
        let mut it = own.clone();
        it.rotate_left(by);
        all.push(it.clone());
        it.reverse();
        all.push(it.clone());
        let (even, odd): (Vec<usize>, Vec<usize>) = it.iter().partition(|it| *it % 2 == 0);
        all.push([odd, even].concat());
    }
    all
}

/// Truces as sets of what they are told by, with all that does not name them.
fn truces(ledger: &Ledger, at: Timestamp) -> Result<BTreeSet<String>, Failed> {
    let asked = Asked { at, as_of: None };
    let mut found = BTreeSet::new();
    for mut truce in ledger.list(asked, &Filter::default())? {
        let id = truce["id"].as_str().unwrap_or_default().to_owned();
        let shown = ledger.show(&id, asked)?;
        let told: BTreeSet<String> =
            list(&shown["told_by"]).map(|it| it["node"].to_string()).collect();
        let claims: BTreeSet<String> = list(&truce["claims"]).map(Value::to_string).collect();
        for field in ["id", "label", "claims"] {
            truce.as_object_mut().ok_or("expected an object")?.remove(field);
        }
        found.insert(format!("{told:?} {claims:?} {truce}"));
    }
    Ok(found)
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
