//! Laws of time: what holds for every text, whatever it says.

use jiff::Timestamp;
use truceline::{
    mention::when::{Context, Direction, Times},
    pack::Source,
    text::Text,
    time::{Edge, Length, Moment},
};

fn times() -> Times {
    Times::load(&Source::Embedded, "en").expect("the packs load")
}

fn contexts() -> Vec<Context> {
    let mut contexts = vec![Context::default()];
    for published in ["2016-07-06", "2012-10-28", "2000-02-29", "1985-01-01", "2030-12-31"] {
        for zone in [None, Some("Asia/Damascus"), Some("Asia/Kathmandu"), Some("Nowhere/None")] {
            for direction in [Direction::Past, Direction::Future, Direction::Unknown] {
                contexts.push(Context {
                    published: published.parse().ok(),
                    zone: zone.map(str::to_owned),
                    country: Some("SY".to_owned()),
                    direction,
                });
            }
        }
    }
    contexts
}

#[track_caller]
fn moment(times: &Times, words: &str, context: &Context) -> Moment {
    let text = Text::new(words);
    let found = times.find(&text);
    assert_eq!(found.len(), 1, "{words}: {found:?}");
    times.resolve(&found[0], &text, context).moment.unwrap_or_else(|| panic!("{words}: no moment"))
}

#[track_caller]
fn lies_within(fine: &Moment, coarse: &Moment) {
    let stretch =
        |it: &Moment| -> Option<(Timestamp, Timestamp)> { Some((it.earliest?, it.latest?)) };
    let Some(((from, to), (earliest, latest))) = stretch(fine).zip(stretch(coarse)) else {
        assert_eq!(stretch(fine), None, "{} is dated, {} is not", fine.text, coarse.text);
        return;
    };
    assert!(from < to, "{} is empty", fine.text);
    assert!(earliest <= from && to <= latest, "{} is not within {}", fine.text, coarse.text);
}

#[test]
fn finer_lies_within_coarser() {
    let times = times();
    let ladders: &[&[&str]] = &[
        &["at 1 a.m. on July 6, 2016", "on July 6, 2016", "in July 2016", "in 2016"],
        &["at 11:59 p.m. on July 6", "on the evening of July 6", "on July 6"],
        &["at 8 a.m. on Friday", "on Friday morning", "on Friday"],
        &["at noon (0900 GMT) on Friday", "on Friday"],
        &["on 29 October 2012", "in October 2012", "in autumn 2012", "in 2012"],
        &["in early July 2016", "in July 2016"],
        &["from 1 a.m. to 8 a.m. on July 6, 2016", "on July 6, 2016"],
        &["July 6-8, 2016", "in July 2016"],
        &["yesterday evening", "yesterday"],
    ];
    for context in contexts() {
        for ladder in ladders {
            for pair in ladder.windows(2) {
                let [fine, coarse] = [0, 1].map(|idx| moment(&times, pair[idx], &context));
                lies_within(&fine, &coarse);
            }
        }
    }
}

#[test]
fn a_known_zone_lies_within_an_unknown_one() {
    let times = times();
    let told = Context { published: "2016-07-06".parse().ok(), ..Context::default() };
    for zone in ["Pacific/Kiritimati", "Asia/Kathmandu", "Pacific/Honolulu", "Etc/GMT+12"] {
        let known = Context { zone: Some(zone.to_owned()), ..told.clone() };
        for words in
            ["on Friday", "at 8 a.m. on Friday", "last week", "in March", "at dawn on Friday"]
        {
            lies_within(&moment(&times, words, &known), &moment(&times, words, &told));
        }
    }
}

/// Every span is found in its text, in order, and none overlaps the next.
fn sound(times: &Times, text: &Text, contexts: &[Context]) {
    let found = times.find(text);
    for pair in found.windows(2) {
        assert!(pair[0].span.end <= pair[1].span.start, "{:?}", text.of(pair[1].span));
    }
    for when in &found {
        let words = text.of(when.span);
        assert!(!words.trim().is_empty());
        assert_eq!(words.trim(), words);
        for context in contexts {
            let it = times.resolve(when, text, context);
            if let Some(moment) = &it.moment {
                assert_eq!(moment.text, words);
                assert!(!moment.edtf.is_empty(), "{words}");
            }
        }
    }
}

/// Pieces of times and of what stands around them, in every order a small generator gives.
#[test]
fn no_words_are_too_odd() {
    let pieces: Vec<&str> = include_str!("when.cases").split_whitespace().collect();
    let odd = "24:00 99:99 0000 2400 31 February 30 29 0 00 12 a.m. 0 p.m. 999999999999 -3 1e9 ( ) [ ] ' ’s \
               Feb. 29 9/10 13/13 32/1 ½ ٣ ³ – — … 1900 2100 2557 0001-01-01 9999-12-31 2016-13-45 \
               Ramadan Eid last next Friday midnight GMT EDT Moscow time twenty - five hundred years \
               9999 years ago 9999 months from now until from to between and of the first";
    let odd: Vec<&str> = odd.split_whitespace().collect();
    let (times, contexts) = (times(), contexts());
    let contexts = &contexts[..16];
    let mut state = 20160706_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as usize % below
    };
    for _ in 0..3000 {
        let words: Vec<&str> = (0..12)
            .map(|_| {
                let from = if next(2) == 0 { &pieces } else { &odd };
                from[next(from.len())]
            })
            .collect();
        for text in [words.join(" "), words.concat()] {
            sound(&times, &Text::new(text), contexts);
        }
    }
}

#[test]
fn spans_of_the_casebook_are_found_again() {
    let (times, contexts) = (times(), contexts());
    for line in include_str!("when.cases").lines().filter_map(|line| line.strip_prefix("> ")) {
        sound(&times, &Text::new(line), &contexts);
        sound(&times, &Text::new(line.to_uppercase()), &contexts[..4]);
    }
}

/// A line of many megabytes takes time in step with its length.
#[test]
fn long_lines_are_fine() {
    let times = times();
    for piece in [
        "from ",
        "until midnight Friday ( ",
        "the ",
        "Monday, ",
        "1 ",
        "2200 GMT ",
        "on the 8 to ",
        "(",
    ] {
        let text = Text::new(piece.repeat(20_000));
        times.find(&text);
    }
}

#[test]
fn a_label_is_held_against_its_ends() {
    let (times, told) = (times(), contexts()[1].clone());
    let words = "a 72-hour pause from 01:00 on July 6 until 24:00 on July 8";
    let text = Text::new(words);
    let found = times.find(&text);
    let length: Length = times.resolve(&found[0], &text, &told).length.expect("a length");
    let window = times.resolve(&found[1], &text, &told).window.expect("a window");
    let (Edge::At(start), Edge::At(end)) = (window.start, window.end) else { panic!("two ends") };
    let doubt = length.disagrees(&start, &end).expect("71 hours are not 72");
    assert_eq!(
        doubt,
        "72-hour is 72 hours; from 2016-07-06T01:00 to 2016-07-09T00:00 are 71.0 hours"
    );
}

#[test]
fn days_with_a_start_and_an_end_are_a_window() {
    let (times, told) = (times(), contexts()[1].clone());
    let text = Text::new("from 8 to 10 July");
    let it = times.resolve(&times.find(&text)[0], &text, &told);
    let edges = it.window.map(|it| (it.start, it.end));
    let Some((Edge::At(start), Edge::At(end))) = edges else { panic!("{edges:?}") };
    assert_eq!((start.edtf.as_str(), end.edtf.as_str()), ("2016-07-08", "2016-07-10"));
    assert_eq!(it.moment.map(|it| it.edtf).as_deref(), Some("2016-07-08/2016-07-10"));
}
