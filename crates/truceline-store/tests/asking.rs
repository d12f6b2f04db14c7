//! What a server asks of a ledger: the catalogue, search in quotes, entries of a truce.

mod story;

use std::sync::Arc;

use story::{Story, time};
use truceline::claim::Act;
use truceline_store::{Asked, Catalogue, Decision, Filter, Ledger, Wanted, after};

const NOW: &str = "2020-03-20";

fn told(at: usize, sides: &str, day: &str) -> Story {
    Story::new(&format!("r{at}"), "Gazette", day)
        .words(&format!("Report {at} has words of its own, {}.", at * 7919))
        .truce("truce", sides, "Xanadu/XA")
        .starts(day)
        .lasts("PT72H")
        .claim(Act::Agreed, sides.split(" | ").next().unwrap(), &format!("Agreed at café {at}."))
        .claim(Act::Violated, "South", &format!("Shells fell at the bridge, witness {at} said."))
}

fn add(ledger: &mut Ledger, story: Story, day: &str) {
    ledger.add(&[story.intake()], time(day)).unwrap();
}

fn filled() -> Ledger {
    let mut ledger = Ledger::in_memory().unwrap();
    add(&mut ledger, told(1, "North | South", "2020-03-01"), "2020-03-01");
    add(&mut ledger, told(2, "East | West", "2020-03-05"), "2020-03-05");
    add(&mut ledger, told(3, "North | South", "2020-03-12"), "2020-03-12");
    ledger
}

fn found(ledger: &Ledger, words: &str) -> Vec<String> {
    let seq = ledger.as_of(None).unwrap();
    let found = ledger.search(words, seq, None, 10, |_| Ok(true)).unwrap();
    found.claims.iter().map(|it| it["said"]["quote"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn quotes_are_found_by_all_their_words() {
    let ledger = filled();
    assert_eq!(
        found(&ledger, "shells bridge"),
        [3, 2, 1].map(|at| format!("Shells fell at the bridge, witness {at} said."))
    );
    assert_eq!(found(&ledger, "CAFE 2"), ["Agreed at café 2."]);
    assert_eq!(found(&ledger, "\"the bridge witness 1\"").len(), 1);
    assert!(found(&ledger, "\"bridge the\"").is_empty());
    assert!(found(&ledger, "shells OR café").is_empty(), "words are never syntax");
}

#[test]
fn search_goes_on_where_it_stopped_and_knows_the_past() {
    let mut ledger = filled();
    let head = ledger.as_of(None).unwrap();
    let one = ledger.search("shells", head, None, 1, |_| Ok(true)).unwrap();
    let two = ledger.search("shells", head, one.before, 5, |_| Ok(true)).unwrap();
    assert_eq!((one.claims.len(), two.claims.len(), two.before), (1, 2, None));
    let past = ledger.as_of(Some(time("2020-03-02"))).unwrap();
    assert_eq!(ledger.search("shells", past, None, 5, |_| Ok(true)).unwrap().claims.len(), 1);
    // A report that is withdrawn takes its quotes with it, from then on.
    let report = one.claims[0]["report"]["digest"].as_str().unwrap().to_owned();
    let asked = Asked { at: time(NOW), as_of: None };
    let entry = ledger.report(&report, asked).unwrap()["entry"].as_u64().unwrap();
    ledger.review(&Decision::Withdraw { entry }, "ada", "a hoax", time(NOW)).unwrap();
    assert_eq!(found(&ledger, "shells").len(), 2);
    assert_eq!(ledger.search("shells", head, None, 5, |_| Ok(true)).unwrap().claims.len(), 3);
    assert_eq!(ledger.search("shells", head, None, 5, |_| Ok(false)).unwrap().claims.len(), 0);
}

#[test]
fn an_old_ledger_is_indexed_when_it_is_opened_for_writing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let mut ledger = Ledger::open(&path).unwrap();
    add(&mut ledger, told(1, "North | South", "2020-03-01"), "2020-03-01");
    drop(ledger);
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.execute_batch("DROP TABLE quotes; DROP INDEX view_changed; PRAGMA user_version = 3;")
        .unwrap();
    drop(conn);
    assert!(Ledger::read(&path).err().unwrap().to_string().contains("rebuild"));
    assert_eq!(found(&Ledger::open(&path).unwrap(), "shells").len(), 1);
}

fn lines(it: &Catalogue) -> Vec<String> {
    it.rows().iter().map(|it| format!("{it:?}")).collect()
}

#[test]
fn a_catalogue_brought_up_to_date_is_a_fresh_one() {
    let mut ledger = filled();
    let first = ledger.catalogue(None).unwrap();
    assert_eq!(first.rows().len(), 3);
    let truces: Vec<Arc<str>> = first.rows().iter().map(|it| it.truce.clone()).collect();
    let join = Decision::Join { truce: truces[0].to_string(), into: truces[2].to_string() };
    ledger.review(&join, "ada", "one truce", time("2020-03-13")).unwrap();
    add(&mut ledger, told(4, "North | South", "2020-03-16"), "2020-03-16");
    let second = ledger.catalogue(Some(&first)).unwrap();
    let fresh = ledger.catalogue(None).unwrap();
    assert_eq!(lines(&second), lines(&fresh));
    for party in ["North", "East", "south"] {
        let filter = Filter { place: Vec::new(), party: vec![party.to_owned()] };
        let wanted = [Wanted::from(&filter)];
        let near = |it: &Catalogue| it.near(&wanted).iter().map(|it| it.truce.clone()).collect();
        let (one, other): (Vec<Arc<str>>, Vec<Arc<str>>) = (near(&second), near(&fresh));
        assert_eq!(one, other);
    }
    assert_eq!(second.rows().len(), 3);
    // What was known then, made from what is known now.
    let past = ledger.catalogue_as_of(first.seq, &second).unwrap();
    let short = |it: &Catalogue| -> Vec<(String, i64, i64, i64)> {
        it.rows().iter().map(|it| (it.truce.to_string(), it.order, it.from, it.until)).collect()
    };
    assert_eq!(short(&past), short(&first));
    let later = after(past.rows(), Some((past.rows()[0].order, &past.rows()[0].truce)));
    assert_eq!(later.len(), 2);
}

#[test]
fn a_catalogue_says_what_status_says() {
    let ledger = filled();
    let catalogue = ledger.catalogue(None).unwrap();
    for day in ["2020-02-01", "2020-03-02", "2020-03-06", "2020-03-13", NOW, "2021-01-01"] {
        let asked = Asked { at: time(day), as_of: None };
        for row in catalogue.rows() {
            let stands = ledger.stands(row, asked.at.as_second(), catalogue.seq).unwrap().unwrap();
            let said = ledger.standing_of(&row.truce, asked).unwrap();
            let listed = ledger.listed(&row.truce, asked).unwrap();
            assert_eq!(
                (said["in_force"].as_str(), listed["status"].as_str()),
                (Some(stands.in_force), Some(stands.status))
            );
        }
    }
    let of = |place: &str, party: &str| {
        let names = |it: &str| (!it.is_empty()).then(|| it.to_owned()).into_iter().collect();
        let wanted = Wanted::from(&Filter { place: names(place), party: names(party) });
        let near = catalogue.near(std::slice::from_ref(&wanted));
        let all = catalogue.rows().iter().filter(|it| it.is_of(&wanted)).count();
        assert_eq!(near.iter().filter(|it| it.is_of(&wanted)).count(), all);
        all
    };
    assert_eq!(
        (of("", ""), of("xa", ""), of("", "East"), of("XA", "north"), of("YY", "")),
        (3, 3, 1, 2, 0)
    );
}

#[test]
fn the_entries_of_a_truce_are_its_own() {
    let mut ledger = filled();
    let asked = Asked { at: time(NOW), as_of: None };
    let truce = ledger.catalogue(None).unwrap().rows()[1].truce.to_string();
    let claim = ledger.claims_of(&truce, asked).unwrap()[0]["claim"].as_str().unwrap().to_owned();
    let decision = Decision::Reject { claim };
    let seq = ledger.review(&decision, "ada", "misread", time(NOW)).unwrap();
    let entries = ledger.entries_of(&truce, u64::MAX >> 1, 10).unwrap();
    let kinds: Vec<String> = entries
        .iter()
        .map(|it| ledger.entry_value(*it).unwrap().unwrap())
        .inspect(|it| assert_eq!(it["truce"], *truce))
        .map(|it| it["fact"]["kind"].as_str().unwrap().to_owned())
        .collect();
    assert!(entries.contains(&seq) && entries.is_sorted_by(|a, b| a > b), "{entries:?}");
    assert!(kinds.join(" ").ends_with("rejected joined claim claim truce"), "{kinds:?}");
    assert_eq!(ledger.story_of(&truce, asked).unwrap().len(), 2);
    assert_eq!(ledger.reports_of(&truce, asked).unwrap().len(), 1);
    assert_eq!(ledger.families_of(&truce, asked).unwrap()["families"].as_array().unwrap().len(), 1);
    assert_eq!(ledger.standing_of(&truce, asked).unwrap()["status"], "unknown");
}
