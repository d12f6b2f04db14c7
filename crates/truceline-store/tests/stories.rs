//! Stories of several reports, with what the ledger must say after them.

mod story;

use serde_json::Value;
use story::{Story, time};
use truceline::claim::{Act, Stance};
use truceline_store::{Asked, Decision, Filter, Ledger, Outcome};

fn asked(at: &str, as_of: &str) -> Asked {
    Asked { at: time(at), as_of: (!as_of.is_empty()).then(|| time(as_of)) }
}

/// Adds one report a day from the given day, in this order.
fn ledger(stories: &[(&str, Story)]) -> Ledger {
    let mut ledger = Ledger::in_memory().unwrap();
    for (day, story) in stories {
        ledger.add(&[story.intake()], time(day)).unwrap();
    }
    let verified = ledger.verify().unwrap();
    assert_eq!(verified.fault, None);
    ledger
}

/// At a time of the world, as known on a day (`""`: when it was told): `in_force` of each truce,
/// sorted.
type Ask = (&'static str, &'static str, &'static str);

/// Adds one report a step and asks three questions after each; when all are in, what was known then
/// is still known of then.
#[track_caller]
fn told(steps: Vec<(&str, Story, [Ask; 3])>) -> Ledger {
    let mut ledger = Ledger::in_memory().unwrap();
    let mut asked = Vec::new();
    for (day, story, asks) in &steps {
        ledger.add(&[story.intake()], time(day)).unwrap();
        for (at, as_of, expected) in asks {
            let as_of = if as_of.is_empty() { day } else { as_of };
            let expected: Vec<&str> = expected.split_whitespace().collect();
            check(&ledger, at, as_of, &expected);
            asked.push((*at, *as_of, expected));
        }
    }
    for (at, as_of, expected) in asked {
        check(&ledger, at, as_of, &expected);
    }
    assert_eq!(ledger.verify().unwrap().fault, None);
    ledger
}

fn list(ledger: &Ledger, at: &str) -> Vec<Value> {
    ledger.list(asked(at, ""), &Filter::default()).unwrap()
}

/// `in_force` of each truce at a time, as known at a time.
#[track_caller]
fn check(ledger: &Ledger, at: &str, as_of: &str, expected: &[&str]) {
    let lines = ledger.status(asked(at, as_of), &Filter::default()).unwrap();
    let mut found: Vec<String> = lines
        .iter()
        .map(|it| serde_json::from_str::<Value>(it).unwrap())
        .map(|it| it["in_force"].as_str().unwrap().to_owned())
        .collect();
    found.sort();
    let mut expected: Vec<String> = expected.iter().map(|it| (*it).to_owned()).collect();
    expected.sort();
    assert_eq!(found, expected, "{lines:#?}");
}

fn names(voices: &Value) -> Vec<&str> {
    voices.as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect()
}

fn calm(id: &str, outlet: &str, day: &str) -> Story {
    Story::new(id, outlet, day)
        .truce("a regime of calm", "Army | ?rebels", "Westland/WL")
        .lasts("PT72H")
}

#[test]
fn a_calm_is_declared_and_extended_twice() {
    let ledger = told(vec![
        (
            "2016-07-06",
            calm("a", "Gazette", "2016-07-06").starts("2016-07-05T22:00Z").when(
                Act::Declared,
                "Army",
                "2016-07-06",
                "The army announced a 72-hour regime of calm.",
            ),
            [
                ("2016-07-05T12:00Z", "", "no"),
                ("2016-07-07", "", "yes"),
                ("2016-07-09T06:00Z", "", "no"),
            ],
        ),
        (
            "2016-07-06",
            calm("b", "Courier", "2016-07-06").starts("2016-07-06").says(
                Act::Violated,
                "",
                "Observatory",
                "Shells fell in the north despite the calm.",
            ),
            [
                ("2016-07-07", "", "yes"),
                ("2016-07-05T12:00Z", "", "no"),
                ("2016-07-09T06:00Z", "", "no"),
            ],
        ),
        (
            "2016-07-09",
            calm("c", "Gazette", "2016-07-09")
                .says(Act::Extended, "Army", "State agency", "The calm was prolonged by 72 hours.")
                .by("PT72H"),
            [
                ("2016-07-10", "", "yes"),
                ("2016-07-10", "2016-07-07", "no"),
                ("2016-07-13", "", "no"),
            ],
        ),
        (
            "2016-07-12",
            calm("d", "Courier", "2016-07-12").claims(
                Act::Extended,
                Stance::Fact,
                "Army",
                "",
                "2016-07-14T21:00Z",
                "The army extended the calm again, until midnight on Thursday.",
            ),
            [
                ("2016-07-13", "", "yes"),
                ("2016-07-13", "2016-07-11", "no"),
                ("2016-07-15", "", "no"),
            ],
        ),
    ]);
    let truces = list(&ledger, "2016-07-07");
    assert_eq!(truces.len(), 1, "{truces:#?}");
    let truce = &truces[0];
    assert_eq!(truce["start"]["edtf"], "2016-07-05T22:00Z");
    assert_eq!(truce["end"], Value::Null);
    assert_eq!(truce["windows"][0]["derived"], true);
    assert_eq!(truce["windows"][0]["end"]["earliest"], "2016-07-08T22:00:00Z");
    assert_eq!(truce["windows"][1]["end"]["earliest"], "2016-07-11T22:00:00Z");
    assert_eq!(truce["windows"][2]["derived"], false);
    assert_eq!(truce["extensions"].as_array().unwrap().len(), 2);
    assert_eq!(truce["families"], 4);
    // As known on each day.
    check(&ledger, "2016-07-07", "2016-07-07", &["yes"]);
    check(&ledger, "2016-07-09T06:00Z", "2016-07-08", &["no"]);
    check(&ledger, "2016-07-10", "2016-07-10", &["yes"]);
    check(&ledger, "2016-07-13", "2016-07-11", &["no"]);
    check(&ledger, "2016-07-13", "2016-07-13", &["yes"]);
    check(&ledger, "2016-07-15", "", &["no"]);
    check(&ledger, "2016-07-05T12:00Z", "", &["no"]);
    let line: Value = serde_json::from_str(
        &ledger.status(asked("2016-07-07T22:00Z", "2016-07-07"), &Filter::default()).unwrap()[0],
    )
    .unwrap();
    assert_eq!(line["hours_left"], 24.0);
    assert_eq!(line["ends_derived"], true);
}

#[test]
fn a_series_with_one_label_is_a_list() {
    let three = |id: &str, day: &str, start: &str| {
        Story::new(id, "Gazette", day)
            .truce("72-hour cease-fire", "Israel | Hamas", "Gaza/PS")
            .starts(start)
            .lasts("PT72H")
            .claim(
                Act::Agreed,
                "Israel",
                &format!("Israel agreed to a 72-hour truce, says report {id}."),
            )
    };
    let ledger = told(vec![
        (
            "2014-08-01",
            three("a", "2014-08-01", "2014-08-01T05:00Z"),
            [
                ("2014-08-01T04:00Z", "", "no"),
                ("2014-08-03", "", "yes"),
                ("2014-08-04T06:00Z", "", "no"),
            ],
        ),
        (
            "2014-08-05",
            three("b", "2014-08-05", "2014-08-05T05:00Z"),
            [
                ("2014-08-06", "", "no yes"),
                ("2014-08-03", "", "no yes"),
                ("2014-08-06", "2014-08-02", "no"),
            ],
        ),
        (
            "2014-08-06",
            three("c", "2014-08-06", "2014-08-05"),
            [
                ("2014-08-06", "", "no yes"),
                ("2014-08-04T12:00Z", "", "no no"),
                ("2014-08-09", "", "no no"),
            ],
        ),
        (
            "2014-08-11",
            three("d", "2014-08-11", "2014-08-10T21:01Z"),
            [
                ("2014-08-12", "", "no no yes"),
                ("2014-08-09", "", "no no no"),
                ("2014-08-12", "2014-08-07", "no no"),
            ],
        ),
        (
            "2014-08-12",
            Story::new("e", "Courier", "2014-08-07")
                .truce("the truce", "Israel | Hamas", "Gaza/PS")
                .claim(Act::Held, "", "The truce held for a second day."),
            [
                ("2014-08-07", "", "no no yes"),
                ("2014-08-12", "", "no no yes"),
                ("2014-08-14", "", "no no no"),
            ],
        ),
    ]);
    let sizes: Vec<usize> = list(&ledger, "2014-08-12")
        .iter()
        .map(|it| it["reports"].as_array().unwrap().len())
        .collect();
    assert_eq!(sizes, [1, 3, 1]);
    check(&ledger, "2014-08-06", "", &["no", "yes", "no"]);
}

#[test]
fn two_that_stop_alone_are_two_truces() {
    let alone = |id: &str, who: &str, end: &str| {
        Story::new(id, "Gazette", "2017-12-20")
            .truce(
                "Christmas truce",
                &format!("{who} | {}", if who == "Army" { "Guerrillas" } else { "Army" }),
                "Island/IX",
            )
            .starts("2017-12-23T10:00Z")
            .ends(end)
            .claim(
                Act::Declared,
                who,
                &format!("The {who} declared a holiday truce of its own, {id}."),
            )
    };
    let ledger = told(vec![
        (
            "2017-12-20",
            alone("a", "Army", "2017-12-26T15:59Z"),
            [("2017-12-22", "", "no"), ("2017-12-26T12:00Z", "", "yes"), ("2017-12-27", "", "no")],
        ),
        (
            "2017-12-20T13:00Z",
            alone("b", "Guerrillas", "2017-12-26T10:00Z"),
            [
                ("2017-12-24", "", "yes yes"),
                ("2017-12-26T12:00Z", "", "no yes"),
                ("2017-12-26T12:00Z", "2017-12-20", "yes"),
            ],
        ),
        (
            "2017-12-21",
            alone("c", "Army", "2017-12-26T15:59Z"),
            [
                ("2017-12-22", "", "no no"),
                ("2017-12-26T12:00Z", "", "no yes"),
                ("2017-12-27", "", "no no"),
            ],
        ),
    ]);
    assert_eq!(list(&ledger, "2017-12-24").len(), 2);
    check(&ledger, "2017-12-26T12:00Z", "", &["no", "yes"]);
}

#[test]
fn announced_and_denied_is_disputed() {
    let deal = |id: &str, day: &str| {
        Story::new(id, "Gazette", day).truce("ceasefire", "Nigeria | Boko Haram", "Nigeria/NG")
    };
    let ledger = told(vec![
        (
            "2014-10-17",
            deal("a", "2014-10-17").declared("2014-10-17").claim(
                Act::Declared,
                "Air marshal",
                "The air marshal announced a ceasefire with the sect.",
            ),
            [("2014-10-16", "", "no"), ("2014-10-18", "", "yes"), ("2014-12-18", "", "unknown")],
        ),
        (
            "2014-10-18",
            deal("b", "2014-10-18").declared("2014-10-17").says(
                Act::Agreed,
                "Nigeria",
                "Presidency",
                "The presidency said both had agreed.",
            ),
            [
                ("2014-10-16", "", "no"),
                ("2014-10-20", "", "yes"),
                ("2014-10-20", "2014-10-17", "yes"),
            ],
        ),
        (
            "2014-11-01",
            deal("c", "2014-11-01").denies(
                Act::Agreed,
                "Boko Haram",
                "Abubakar Shekau",
                "The leader denied that there was any truce.",
            ),
            [
                ("2014-11-02", "", "disputed"),
                ("2014-10-20", "", "disputed"),
                ("2014-10-20", "2014-10-20", "yes"),
            ],
        ),
        (
            "2014-11-02",
            Story::new("d", "Sheet", "")
                .truce("ceasefire", "Nigeria | Boko Haram", "Nigeria/NG")
                .claim(Act::Violated, "Boko Haram", "Gunmen attacked in spite of the ceasefire."),
            [
                ("2014-11-02", "", "disputed"),
                ("2014-10-16", "", "no"),
                ("2014-11-02", "2014-10-20", "yes"),
            ],
        ),
    ]);
    assert_eq!(list(&ledger, "2014-11-03").len(), 1);
    check(&ledger, "2014-10-20", "2014-10-20", &["yes"]);
    check(&ledger, "2014-11-02", "", &["disputed"]);
    let shown = ledger
        .show(list(&ledger, "2014-11-02")[0]["id"].as_str().unwrap(), asked("2014-11-02", ""))
        .unwrap();
    assert_eq!(names(&shown["in_force"]["yes"]), ["Air marshal", "Presidency"]);
    assert_eq!(names(&shown["in_force"]["no"]), ["Abubakar Shekau"]);
    assert_eq!(shown["status"], "disputed");
}

#[test]
fn who_denies_a_deal_does_not_affirm_it_in_the_same_breath() {
    let ledger = told(vec![(
        "2014-11-01",
        Story::new("a", "Gazette", "2014-11-01")
            .truce("ceasefire", "Nigeria | Boko Haram", "Nigeria/NG")
            .denies(Act::Agreed, "Boko Haram", "Abubakar Shekau", "We have agreed with no one.")
            .claims(
                Act::Agreed,
                Stance::Fact,
                "",
                "Abubakar Shekau",
                "2014-10-17",
                "Whoever worked out that deal does not speak for us.",
            ),
        [("2014-10-18", "", "no"), ("2014-11-02", "", "no"), ("2014-10-01", "", "no")],
    )]);
    let line = ledger.status(asked("2014-11-02", ""), &Filter::default()).unwrap();
    let line: Value = serde_json::from_str(&line[0]).unwrap();
    assert_eq!(names(&line["no"]), ["Abubakar Shekau"]);
}

#[test]
fn what_was_only_planned_never_began() {
    let ledger = told(vec![(
        "2012-11-16",
        Story::new("a", "Gazette", "2012-11-16")
            .truce("pause", "Israel | Hamas", "Gaza/PS")
            .claims(
                Act::Began,
                Stance::Planned,
                "",
                "",
                "2012-11-17T05:00Z",
                "A pause is to begin at seven on Saturday.",
            ),
        [
            ("2012-11-16", "", "unknown"),
            ("2012-11-17T06:00Z", "", "unknown"),
            ("2012-11-18", "", "unknown"),
        ],
    )]);
    check(&ledger, "2012-11-18", "", &["unknown"]);
    assert_eq!(list(&ledger, "2012-11-18")[0]["windows"][0]["end"], Value::Null);
}

#[test]
fn one_side_extends_and_the_other_refuses() {
    let pause = |id: &str| {
        Story::new(id, "Gazette", "2014-07-26")
            .truce("pause", "Israel | Hamas", "Gaza/PS")
            .starts("2014-07-26T05:00Z")
            .lasts("PT12H")
    };
    let ledger = told(vec![
        (
            "2014-07-26",
            pause("a").claim(
                Act::Agreed,
                "Israel, Hamas",
                "Israel and Hamas agreed to a pause of 12 hours.",
            ),
            [
                ("2014-07-26T04:00Z", "", "no"),
                ("2014-07-26T12:00Z", "", "yes"),
                ("2014-07-26T19:00Z", "", "no"),
            ],
        ),
        (
            "2014-07-26T18:00Z",
            pause("b")
                .claims(
                    Act::Extended,
                    Stance::Fact,
                    "Israel",
                    "Israel",
                    "2014-07-26T21:00Z",
                    "Israel added four hours.",
                )
                .claims(
                    Act::Rejected,
                    Stance::Fact,
                    "Hamas",
                    "",
                    "2014-07-26T17:30Z",
                    "Hamas refused the longer pause.",
                ),
            [
                ("2014-07-26T12:00Z", "", "yes"),
                ("2014-07-26T19:00Z", "", "disputed"),
                ("2014-07-26T19:00Z", "2014-07-26", "no"),
            ],
        ),
    ]);
    check(&ledger, "2014-07-26T12:00Z", "", &["yes"]);
    check(&ledger, "2014-07-26T19:00Z", "", &["disputed"]);
}

#[test]
fn the_same_bytes_change_nothing_and_a_changed_text_is_a_version() {
    let story = |words: &str| {
        calm("a", "Gazette", "2016-07-06")
            .url("https://www.gazette.example/calm/#top")
            .words(words)
            .when(
                Act::Declared,
                "Army",
                "2016-07-06",
                "The army announced a 72-hour regime of calm.",
            )
    };
    let mut ledger = ledger(&[("2016-07-06", story("At nine."))]);
    let head = ledger.head().unwrap();
    let again = ledger.add(&[story("At nine.").intake()], time("2016-07-07")).unwrap();
    assert_eq!(again[0].outcome, Outcome::Known);
    assert_eq!(ledger.head().unwrap(), head);
    let changed =
        ledger.add(&[story("At nine. More follows.").intake()], time("2016-07-07")).unwrap();
    assert_eq!(changed[0].outcome, Outcome::Version);
    let truces = list(&ledger, "2016-07-07");
    assert_eq!((truces.len(), &truces[0]["families"]), (1, &Value::from(1)));
    assert_eq!(truces[0]["claims"].as_array().unwrap().len(), 2);
    assert_eq!(ledger.verify().unwrap().fault, None);
}

#[test]
fn another_pack_makes_the_claims_again_and_the_old_ones_still_answer() {
    let old =
        calm("a", "Gazette", "2016-07-06").claim(Act::Talks, "Army", "The army announced a calm.");
    let new = calm("a", "Gazette", "2016-07-06")
        .claim(Act::Declared, "Army", "The army announced a calm.")
        .pack("pack-2");
    let mut ledger = ledger(&[("2016-07-06", old)]);
    let id = list(&ledger, "2016-07-06")[0]["id"].clone();
    let again = ledger.add(&[new.intake()], time("2016-07-08")).unwrap();
    assert_eq!(again[0].outcome, Outcome::Again);
    assert_eq!(list(&ledger, "2016-07-07")[0]["id"], id);
    check(&ledger, "2016-07-08", "2016-07-07", &["unknown"]);
    check(&ledger, "2016-07-08", "2016-07-08", &["yes"]);
    assert_eq!(ledger.verify().unwrap().fault, None);
}

#[test]
fn people_join_split_reject_and_take_it_back() {
    let one = |id: &str, start: &str| {
        Story::new(id, "Gazette", "2014-08-05")
            .truce("truce", "Israel | Hamas", "Gaza/PS")
            .starts(start)
            .claim(
                Act::Began,
                "",
                &format!("The truce took effect, wrote {id}, and the streets filled."),
            )
    };
    let mut ledger = ledger(&[
        ("2014-08-05", one("a", "2014-08-05T05:00Z")),
        ("2014-08-05", one("b", "2014-08-07T05:00Z")),
    ]);
    let ids: Vec<String> = list(&ledger, "2014-08-08")
        .iter()
        .map(|it| it["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), 2);
    let join = Decision::Join { truce: ids[1].clone(), into: ids[0].clone() };
    assert!(ledger.review(&join, "ada", " ", time("2014-08-09")).is_err());
    let entry = ledger.review(&join, "ada", "one truce, two clocks", time("2014-08-09")).unwrap();
    assert_eq!(list(&ledger, "2014-08-08").len(), 1);
    assert_eq!(
        ledger.list(asked("2014-08-08", "2014-08-08"), &Filter::default()).unwrap().len(),
        2
    );
    // Both names still find it.
    assert!(ledger.show(&ids[1], asked("2014-08-08", "")).is_ok());
    ledger.review(&Decision::Withdraw { entry }, "ada", "no, two", time("2014-08-10")).unwrap();
    assert_eq!(list(&ledger, "2014-08-08").len(), 2);
    assert_eq!(ledger.verify().unwrap().fault, None);

    ledger.add(&[one("c", "2014-08-05T05:00Z").intake()], time("2014-08-10")).unwrap();
    let shown = ledger.show(&ids[0], asked("2014-08-08", "")).unwrap();
    let nodes: Vec<String> = shown["told_by"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["node"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(nodes.len(), 2);
    let split = Decision::Split { truce: ids[0].clone(), nodes: vec![nodes[1].clone()] };
    ledger.review(&split, "ada", "another district", time("2014-08-11")).unwrap();
    assert_eq!(list(&ledger, "2014-08-08").len(), 3);

    let claim = shown["claims"][0].as_str().unwrap().to_owned();
    ledger
        .review(&Decision::Reject { claim: claim.clone() }, "ada", "misread", time("2014-08-12"))
        .unwrap();
    let shown = ledger.show(&ids[0], asked("2014-08-08", "")).unwrap();
    assert_eq!(
        (shown["claims"].as_array().unwrap().len(), shown["rejected"].as_array().unwrap().len()),
        (0, 1)
    );
    ledger
        .review(&Decision::Accept { claim: claim.clone() }, "bob", "well read", time("2014-08-13"))
        .unwrap();
    assert_eq!(
        ledger.show(&ids[0], asked("2014-08-08", "")).unwrap()["claims"].as_array().unwrap().len(),
        1
    );
    let why = ledger.why(&claim, asked("2014-08-08", "")).unwrap();
    assert_eq!(why["reviews"].as_array().unwrap().len(), 2);
    assert_eq!(why["paragraph"]["text"], "The truce took effect, wrote a, and the streets filled.");
    assert_eq!(why["pattern"], "en/act/began:1");
    assert_eq!(ledger.verify().unwrap().fault, None);
}

#[test]
fn a_report_withdrawn_and_added_again_is_both() {
    let story = || {
        calm("a", "Gazette", "2016-07-06").claim(
            Act::Declared,
            "Army",
            "The army announced a calm.",
        )
    };
    let mut ledger = ledger(&[("2016-07-06", story())]);
    ledger.review(&Decision::Withdraw { entry: 1 }, "ada", "a hoax", time("2016-07-07")).unwrap();
    assert_eq!(list(&ledger, "2016-07-07").len(), 0);
    let again = ledger.add(&[story().intake()], time("2016-07-08")).unwrap();
    assert_eq!(again[0].outcome, Outcome::New);
    assert_eq!(list(&ledger, "2016-07-07").len(), 1);
    for (as_of, count) in [("2016-07-06", 1), ("2016-07-07", 0), ("2016-07-08", 1)] {
        let as_known = ledger.list(asked("2016-07-08", as_of), &Filter::default()).unwrap();
        assert_eq!(as_known.len(), count, "{as_of}");
    }
    assert_eq!(ledger.verify().unwrap().fault, None);
    assert!(
        ledger.add(&[calm("b", "Gazette", "2016-07-06").intake()], time("2016-07-01")).is_err()
    );
}

#[test]
fn ten_copies_count_once() {
    let copy = |id: &str, outlet: &str| {
        calm(id, outlet, "2016-07-06")
            .words("WESTPORT (Reuters) - The army of Westland said on Wednesday that it would hold its fire for three days over the holiday, in every province, and that it would answer any attack.")
            .words("Rebel commanders in the north said that they had not been asked, that planes had bombed two towns at dawn, and that they would judge the army by what it did.")
            .claim(Act::Declared, "Army", "The army announced a 72-hour regime of calm.")
    };
    let ledger = ledger(&[
        ("2016-07-06", copy("a", "Gazette").starts("2016-07-05T22:00Z")),
        ("2016-07-06", copy("b", "Courier").starts("2016-07-06T10:00Z")),
        ("2016-07-06", copy("c", "Mirror").starts("2016-07-05T22:00Z")),
    ]);
    let truces = list(&ledger, "2016-07-07");
    assert_eq!((truces.len(), &truces[0]["families"]), (1, &Value::from(1)));
    let shown = ledger.show(truces[0]["id"].as_str().unwrap(), asked("2016-07-07", "")).unwrap();
    assert_eq!(shown["deviating_copies"][0]["report"], "b");
    assert_eq!(shown["disputed"], serde_json::json!(["start"]));
}

#[test]
fn a_daily_pause_is_in_force_at_its_hours() {
    let pause = |id: &str, zone: &str| {
        Story::new(id, "Gazette", "2025-07-27")
            .truce("a daily pause", "Israel | Hamas", "Gaza/PS")
            .declared("2025-07-27")
            .claim(Act::Declared, "Israel", "The army announced a pause from 10 to 8 each day.")
            .hours("10:00", "20:00", zone)
    };
    let one = told(vec![(
        "2025-07-27",
        pause("a", "Asia/Gaza"),
        [
            ("2025-07-28T07:00Z", "", "yes"),
            ("2025-07-28T06:59Z", "", "no"),
            ("2025-07-28T17:00Z", "", "no"),
        ],
    )]);
    // 10 to 20 in Gaza is 7 to 17 UTC.
    check(&one, "2025-07-28T07:00Z", "", &["yes"]);
    check(&one, "2025-07-28T16:59Z", "", &["yes"]);
    check(&one, "2025-07-28T17:00Z", "", &["no"]);
    check(&one, "2025-07-28T06:59Z", "", &["no"]);
    let line = |ledger: &Ledger, at: &str| -> Value {
        let lines = ledger.status(asked(at, ""), &Filter::default()).unwrap();
        serde_json::from_str(&lines[0]).unwrap()
    };
    let noon = line(&one, "2025-07-29T09:00Z");
    assert_eq!(noon["hours_left"], 8.0);
    assert_eq!(noon["ends"]["edtf"], "2025-07-29T20:00+03:00");
    let night = line(&one, "2025-07-29T20:00Z");
    assert_eq!(night["no"][0]["why"], "outside its hours");
    assert_eq!(night["ends"], Value::Null);
    assert_eq!(list(&one, "2025-07-28")[0]["daily"][0]["from"], "10:00");
    // Over midnight; and where no zone is known, no hour is outside.
    let over = |id: &str, zone: &str| pause(id, "").hours("22:00", "04:00", zone);
    let night = ledger(&[("2025-07-27", over("b", "Asia/Gaza"))]);
    check(&night, "2025-07-28T20:00Z", "", &["yes"]);
    check(&night, "2025-07-29T00:59Z", "", &["yes"]);
    check(&night, "2025-07-29T01:00Z", "", &["no"]);
    check(&ledger(&[("2025-07-27", over("c", ""))]), "2025-07-29T12:00Z", "", &["yes"]);
}

#[test]
fn exports_hold_every_truce_with_its_claims() {
    let ledger = ledger(&[(
        "2016-07-06",
        Story::new("a", "Gazette", "2016-07-06")
            .truce("a \"calm\", of sorts", "Army | ?rebels", "Westland/WL, Port/WL/36.2/37.2")
            .starts("2016-07-05T22:00Z")
            .lasts("PT72H")
            .when(Act::Declared, "Army", "2016-07", "The army announced a regime of calm.")
            .denies(Act::Agreed, "Army", "?rebels", "Rebels denied that anyone had asked them."),
    )]);
    let export = |form: &str| {
        let mut out = Vec::new();
        ledger
            .export(truceline_store::Form::named(form).unwrap(), asked("2016-07-07", ""), &mut out)
            .unwrap();
        String::from_utf8(out).unwrap()
    };
    let claim = list(&ledger, "2016-07-07")[0]["claims"][0].as_str().unwrap().to_owned();
    for form in truceline_store::Form::NAMES.into_iter().filter(|it| !it.starts_with("parquet")) {
        let out = export(form);
        assert!(out.contains(&claim) || form == "ics", "{form}: {out}");
    }
    let csv = export("csv");
    assert!(
        csv.lines().nth(1).unwrap().contains("\"a \"\"calm\"\", of sorts\",Army,rebels,"),
        "{csv}"
    );
    let columns = |line: &str| line.split(',').count();
    let claims = export("csv-claims");
    assert_eq!(claims.lines().count(), 3);
    let cf = export("cf");
    let lines: Vec<&str> = cf.lines().collect();
    assert_eq!(columns(lines[0]), columns(lines[1]), "{cf}");
    assert!(lines[1].contains(",2016,7,-1,month,2016,7,5,minute,"), "{cf}");
    let ics = export("ics");
    assert!(ics.contains("DTSTART:20160708T220000Z\r\n") && ics.contains("(derived)"), "{ics}");
    let geo: Value = serde_json::from_str(&export("geojson")).unwrap();
    assert_eq!(geo["features"][0]["geometry"]["coordinates"], serde_json::json!([37.2, 36.2]));
    let plover = export("plover");
    assert!(plover.contains("\"event_modes\":[\"negated\"]"), "{plover}");
}
