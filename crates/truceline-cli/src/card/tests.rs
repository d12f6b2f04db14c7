//! A card and its claims, drawn from a reading made by hand.

use jiff::Timestamp;
use truceline::{
    article::{Article, Cut},
    claim::{Act, Actor, Claim, Part, Site, Stance},
    read::{Gap, Reading},
    report::Published,
    text::Span,
    time::{Length, Moment, Precision},
    truce::{Status, Truce},
};

use super::reading;
use crate::ink::Ink;

fn actor(name: &str, text: &str) -> Actor {
    Actor { name: name.to_owned(), text: text.to_owned(), id: None }
}

fn site(name: &str, text: &str) -> Site {
    let (name, text) = (name.to_owned(), text.to_owned());
    Site { name, text, id: None, country: None, lat: None, lon: None }
}

fn sample() -> Reading {
    let quote = "The air force will stand down over the whole valley for 48 hours from 1 a.m. on \
                 March 4 (2200 GMT March 4), a military source told the Harbour Times";
    let text = format!("{quote}, and both sides said on Friday that they had seen no bombing.");
    let at = |text: &str| text.parse::<Timestamp>().ok();
    let start = Moment {
        edtf: "2019-03-04T01:00+03:00".to_owned(),
        earliest: at("2019-03-03T22:00:00Z"),
        latest: at("2019-03-03T22:01:00Z"),
        precision: Precision::Minute,
        zone: Some("+03:00".to_owned()),
        text: "from 1 a.m. on March 4 (2200 GMT March 4)".to_owned(),
        doubts: vec![
            "01:00 on March 4 there is 22:00 GMT on March 3; the report says March 4".to_owned(),
        ],
    };
    let length = Length { iso: "PT48H".to_owned(), text: "for 48 hours".to_owned() };
    let truce = Truce {
        id: "T1".to_owned(),
        label: "48-hour halt of the air force over the valley".to_owned(),
        sides: vec![
            vec![actor("Valley Air Force", "The air force")],
            vec![
                actor("Popular Front for the Defence of the Upper Valley and the Coast", "PFDUVC"),
                actor("Hill Brigades", "the Hill Brigades"),
            ],
        ],
        mediators: Vec::new(),
        places: vec![site("the valley", "the whole valley")],
        declared: None,
        start: Some(start.clone()),
        end: None,
        length: Some(length.clone()),
        excludes: Vec::new(),
        status: Status::InForce,
    };
    let claim = |act, stance, says: Vec<Actor>, when, quote: &str| Claim {
        act,
        stance,
        truce: 0,
        by: vec![actor("Valley Air Force", "The air force")],
        against: Vec::new(),
        says,
        when,
        wher: Vec::new(),
        window: None,
        length: None,
        part: Part::Text,
        span: Span::new(0..quote.len()),
        quote: quote.to_owned(),
        pattern: "en/act/declared:3".to_owned(),
    };
    let source = [actor("military source", "a military source"), actor("Harbour Times", "")];
    Reading {
        article: Article {
            id: "1".to_owned(),
            path: None,
            url: Some("https://harbour.example/valley".to_owned()),
            outlet: Some("Harbour Times".to_owned()),
            title: Some("Planes stay down over the valley".to_owned()),
            published: Some(Published::on(jiff::civil::date(2019, 3, 4), "option")),
            dateline: None,
            language: "en".to_owned(),
            cuts: vec![Cut { span: Span::new(0..3), why: "byline".to_owned() }],
            text,
        },
        truces: vec![truce],
        claims: vec![
            claim(Act::Declared, Stance::Planned, source.to_vec(), Some(start), quote),
            claim(Act::Held, Stance::Fact, Vec::new(), None, "they had seen no bombing"),
        ],
        gaps: vec![Gap {
            part: Part::Text,
            span: Span::new(180..189),
            what: "a day of the week that fits two dates".to_owned(),
        }],
    }
}

#[test]
fn the_card_tells_all_that_was_read() {
    let drawn = reading(&sample(), &Ink { colour: false, width: 90 });
    expect_test::expect_file!["sample.txt"].assert_eq(&drawn);
}

#[test]
fn colours_change_no_word_and_lines_fit() {
    let plain = reading(&sample(), &Ink { colour: false, width: 70 });
    let painted = reading(&sample(), &Ink { colour: true, width: 70 });
    assert_ne!(plain, painted);
    assert_eq!(plain, anstream::adapter::strip_str(&painted).to_string());
    for line in plain.lines() {
        assert!(unicode_width::UnicodeWidthStr::width(line) <= 70, "{line}");
    }
}
