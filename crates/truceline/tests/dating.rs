//! Reports of a few sentences, and how the acts in them are dated: `act when`, and the truce's start.

use std::sync::LazyLock;

use truceline::{
    pack::Source,
    read::Reader,
    report::{Form, Published, Report},
};

static READER: LazyLock<Reader> = LazyLock::new(|| Reader::load(&Source::Embedded).unwrap());

/// `expected` are the start of the first truce and the dates of the first act of that name.
fn check(published: &str, text: &str, start: &str, act: &str, when: &str) {
    let date = published.parse().unwrap();
    let read = READER.read(&Report {
        id: String::new(),
        path: None,
        url: None,
        outlet: None,
        title: None,
        published: Some(Published { date, stamp: published.to_owned(), from: "test".to_owned() }),
        form: Form::Text,
        content: text.to_owned(),
    });
    let edtf = |it: &Option<truceline::time::Moment>| {
        it.as_ref().map_or("none".to_owned(), |it| it.edtf.clone())
    };
    let read_start = read.truces.first().map_or("no truce".to_owned(), |it| edtf(&it.start));
    assert_eq!(read_start, start, "start of the truce in: {text}");
    let claim = read.claims.iter().find(|it| it.act.name() == act);
    let read_when = claim.map_or("no claim".to_owned(), |it| edtf(&it.when));
    assert_eq!(read_when, when, "{act} in: {text}");
}

#[test]
fn a_clock_without_a_day_is_of_the_day_told_before_it() {
    check(
        "2022-09-17",
        "A first cease-fire was agreed by the chiefs of the border guards of Kyrgyzstan and Tajikistan on Friday. \
         It came into force at 4 p.m. local time. Shelling of villages went on.",
        "2022-09-16T16:00+06:00",
        "began",
        "2022-09-16T16:00+06:00",
    );
}

#[test]
fn a_clock_in_a_report_that_tells_of_no_other_day_is_of_its_own() {
    check(
        "2022-09-17",
        "The ceasefire between Kyrgyzstan and Tajikistan came into force at 4 p.m. local time, the army said.",
        "2022-09-17T16:00+06:00",
        "began",
        "2022-09-17T16:00+06:00",
    );
}

#[test]
fn what_was_to_begin_lies_on_the_nearest_day_of_that_name() {
    check(
        "2008-05-12",
        "The cease-fire in Sadr City was to take effect on Sunday, a militia commander said.",
        "2008-05-11",
        "began",
        "2008-05-11",
    );
    check(
        "2008-05-09",
        "The cease-fire in Sadr City was to take effect on Sunday, a militia commander said.",
        "2008-05-11",
        "began",
        "2008-05-11",
    );
}

#[test]
fn an_event_is_counted_back_from_what_came_after_it() {
    check(
        "1996-08-22",
        "Shelling shook the town on Thursday, two days after the start of the latest ceasefire between the factions.",
        "1996-08-20",
        "began",
        "1996-08-20",
    );
}

#[test]
fn a_truce_with_immediate_effect_begins_when_it_is_made() {
    let text = "The army and the rebels of Libya signed a permanent ceasefire on Friday with immediate effect.";
    check("2020-10-24", text, "2020-10-23", "agreed", "2020-10-23");
    let text = "The army and the rebels of Libya signed a permanent ceasefire on Friday.";
    check("2020-10-24", text, "none", "agreed", "2020-10-23");
}

#[test]
fn a_truce_of_long_ago_that_ends_today_keeps_its_start() {
    check(
        "2008-12-19",
        "The Palestinian group Hamas has formally ended a six-month ceasefire with Israel in the Gaza Strip. \
         The lull came into effect on 19 June.",
        "2008-06-19",
        "ended",
        "2008-12-19",
    );
}
