//! Laws of the ledger, over histories that nobody wrote.

mod story;

use std::{collections::BTreeSet, sync::Arc};

use proptest::prelude::*;
use serde_json::Value;
use story::{Story, time};
use truceline::{
    claim::{Act, Stance},
    ledger::kin::Kin,
};
use truceline_store::{Asked, Decision, Filter, Form, Ledger};

/// A report in numbers, so that it can be made smaller when a law fails.
#[derive(Clone, Debug)]
struct Seed {
    day: u8,
    dated: bool,
    truces: Vec<(u8, u8, u8, u8)>,
    text: u8,
}

/// From 14 on, days of later months: a truce that began long before.
fn date(day: u8) -> String {
    let month = [3, 3, 4, 6, 9, 12][usize::from(day / 14) % 6];
    format!("2020-{month:02}-{:02}", 1 + day % 28)
}

fn story(at: usize, seed: &Seed, pack: &str) -> Story {
    let published = if seed.dated { date(seed.day) } else { String::new() };
    let mut story =
        Story::new(&format!("r{at}"), ["Gazette", "Courier"][at % 2], &published).pack(pack);
    let copied = [
        "The envoy said on Tuesday that both commands had been given the maps, and that the trucks would wait at the crossing until the last gun was silent in the hills.",
        "A nurse in the border town said that the night had been quiet for the first time in a month, and that the children had slept until the morning came.",
        "Nothing was heard from the northern front, where the roads are closed by snow and the radio of the guerrillas has been silent since the middle of February.",
    ];
    story = story.words(copied[usize::from(seed.text) % 3]).words(&format!("report {at}"));
    for (sides, time, kind, extra) in &seed.truces {
        let sides = match sides % 5 {
            0 => "North | South",
            1 => "North | East",
            2 => "South | North",
            3 => "North",
            _ => "?rebels",
        };
        let place = if extra % 3 == 0 { "Port/XA/1.0/1.0" } else { "Xanadu/XA" };
        story = story.truce("truce", sides, place);
        let day = date(seed.day.wrapping_add(time % 4));
        match kind % 6 {
            0 => story = story.starts(&day).lasts(if extra % 2 == 0 { "PT72H" } else { "PT24H" }),
            1 => story = story.starts(&format!("{day}T{:02}:00Z", extra % 24)).lasts("PT72H"),
            2 if extra % 2 == 0 => story = story.declared(&day),
            2 => story = story.declared(&day).lent(),
            3 => story = story.starts("2020-03"),
            4 => story = story.starts(&format!("XXXX-03-{}", &day[8..])),
            _ => {}
        }
        story = match extra % 5 {
            0 => {
                story.claim(Act::Declared, "North", &format!("North declares {at} {time} {kind}."))
            }
            1 => story.claim(
                Act::Agreed,
                "North, South",
                &format!("Both agreed {at} {time} {kind}."),
            ),
            2 => story
                .says(
                    Act::Extended,
                    "North",
                    "Envoy",
                    &format!("North prolongs {at} {time} {kind}."),
                )
                .by("PT72H"),
            3 => story.claims(
                Act::Talks,
                Stance::Hedged,
                "",
                "Envoy",
                "",
                &format!("Talks {at} {time} {kind}."),
            ),
            _ => story.denies(
                Act::Agreed,
                "South",
                "South",
                &format!("South denies {at} {time} {kind}."),
            ),
        };
        if kind % 2 == 0 {
            story = story.says(
                Act::Violated,
                "South",
                "North",
                &format!("South fired {at} {time} {kind}."),
            );
        }
    }
    story
}

fn seed() -> impl Strategy<Value = Seed> {
    let truce = (any::<u8>(), any::<u8>(), any::<u8>(), any::<u8>());
    (
        prop_oneof![4 => 0_u8..14, 1 => 14_u8..84],
        prop::bool::weighted(0.85),
        prop::collection::vec(truce, 1..3),
        any::<u8>(),
    )
        .prop_map(|(day, dated, truces, text)| Seed { day, dated, truces, text })
}

/// The East is a state from elsewhere; the South is at home where the truces are.
fn knowing(mut ledger: Ledger) -> Ledger {
    let mut kin = Kin::default();
    for (id, camp, country) in [("east", "xb", "XB"), ("south", "south", "XA")] {
        kin.of.insert(id.to_owned(), (camp.to_owned(), Some(country.to_owned())));
    }
    ledger.set_kin(kin);
    ledger
}

fn asked(as_of: Option<&str>) -> Asked {
    Asked { at: time("2020-03-10"), as_of: as_of.map(time) }
}

fn answers(ledger: &Ledger, as_of: Option<&str>) -> (Vec<Value>, Vec<Arc<str>>) {
    let all = Filter::default();
    let mut status = ledger.status(asked(as_of), &all).unwrap();
    status.sort();
    (ledger.list(asked(as_of), &all).unwrap(), status)
}

/// Truces as sets of what they are told by, with all that does not name them.
fn content(ledger: &Ledger) -> BTreeSet<String> {
    let truces = ledger.list(asked(None), &Filter::default()).unwrap();
    let plain = |mut it: Value| {
        let id = it["id"].as_str().unwrap().to_owned();
        let shown = ledger.show(&id, asked(None)).unwrap();
        let told: BTreeSet<String> = shown["told_by"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["node"].as_str().unwrap().to_owned())
            .collect();
        let claims: BTreeSet<String> =
            it["claims"].as_array().unwrap().iter().map(Value::to_string).collect();
        let it = it.as_object_mut().unwrap();
        for field in ["id", "label", "claims"] {
            it.remove(field);
        }
        format!("{told:?} {claims:?} {}", serde_json::to_string(it).unwrap())
    };
    truces.into_iter().map(plain).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: std::env::var("LAWS").ok().and_then(|it| it.parse().ok()).unwrap_or(48), ..ProptestConfig::default() })]

    #[test]
    fn order_of_arrival_does_not_change_the_fold(
        seeds in prop::collection::vec(seed(), 1..9),
        turns in prop::collection::vec(any::<u16>(), 9),
    ) {
        let mut order: Vec<usize> = (0..seeds.len()).collect();
        let mut first = knowing(Ledger::in_memory().unwrap());
        for at in &order {
            first.add(&[story(*at, &seeds[*at], "p").intake()], time("2020-04-01")).unwrap();
        }
        order.sort_by_key(|at| turns[*at]);
        let mut second = knowing(Ledger::in_memory().unwrap());
        for at in &order {
            second.add(&[story(*at, &seeds[*at], "p").intake()], time("2020-04-01")).unwrap();
        }
        prop_assert_eq!(content(&first), content(&second));
    }

    #[test]
    fn appending_never_changes_an_earlier_answer(
        seeds in prop::collection::vec(seed(), 2..8),
        acts in prop::collection::vec((any::<u8>(), any::<u8>()), 2..10),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger");
        let mut ledger = knowing(Ledger::open(&path).unwrap());
        #[allow(clippy::type_complexity)]
        let mut known: Vec<(String, (Vec<Value>, Vec<Arc<str>>))> = Vec::new();
        let mut added = 0;
        for (step, (act, pick)) in acts.iter().enumerate() {
            let now = format!("2020-04-01T{:02}:00Z", step);
            let pick = usize::from(*pick);
            let truces: Vec<String> = ledger.list(asked(None), &Filter::default()).unwrap().iter()
                .map(|it| it["id"].as_str().unwrap().to_owned()).collect();
            let why = |ledger: &mut Ledger, it: Decision| { let _ = ledger.review(&it, "ada", "because", time(&now)); };
            match act % 9 {
                5 if added > 0 => {
                    let at = pick % added.min(seeds.len());
                    ledger.add(&[story(at, &seeds[at], &format!("p{step}")).intake()], time(&now)).unwrap();
                }
                6 if truces.len() > 1 => {
                    let (a, b) = (pick % truces.len(), (pick + 1) % truces.len());
                    why(&mut ledger, Decision::Join { truce: truces[a].clone(), into: truces[b].clone() });
                }
                7 => {
                    let head = ledger.head().unwrap().map_or(0, |it| it.seq);
                    why(&mut ledger, Decision::Withdraw { entry: 1 + pick as u64 % head.max(1) });
                }
                8 if !truces.is_empty() => {
                    let id = &truces[pick % truces.len()];
                    let shown = ledger.show(id, asked(None)).unwrap();
                    let told = shown["told_by"].as_array().unwrap();
                    if told.len() > 1 {
                        let nodes = vec![told[pick % told.len()]["node"].as_str().unwrap().to_owned()];
                        why(&mut ledger, Decision::Split { truce: id.clone(), nodes });
                    } else if let Some(claim) = shown["claims"].get(0) {
                        why(&mut ledger, Decision::Reject { claim: claim.as_str().unwrap().to_owned() });
                    }
                }
                _ => {
                    let at = added % seeds.len();
                    ledger.add(&[story(at, &seeds[at], "p").intake()], time(&now)).unwrap();
                    added += 1;
                }
            }
            if pick % 4 == 0 {
                ledger = knowing(Ledger::open(&path).unwrap());
            }
            known.push((now.clone(), answers(&ledger, Some(&now))));
        }
        for (then, answer) in &known {
            prop_assert_eq!(&answers(&ledger, Some(then)), answer, "as of {}", then);
        }
        prop_assert_eq!(ledger.verify().unwrap().fault, None);

        // An export taken back gives the same digests and the same answers.
        let mut out = Vec::new();
        ledger.export(Form::Jsonl, asked(None), &mut out).unwrap();
        let mut copy = knowing(Ledger::in_memory().unwrap());
        copy.import(&mut out.as_slice()).unwrap();
        prop_assert_eq!(copy.head().unwrap(), ledger.head().unwrap());
        prop_assert_eq!(answers(&copy, None), answers(&ledger, None));
        prop_assert_eq!(copy.verify().unwrap().fault, None);
        prop_assert_eq!(copy.import(&mut out.as_slice()).unwrap(), 0);

        // And so does folding again.
        let before = answers(&ledger, None);
        ledger.rebuild().unwrap();
        prop_assert_eq!(answers(&ledger, None), before);
        prop_assert_eq!(ledger.verify().unwrap().fault, None);
    }
}
