//! The reading that a page asks for, to test the comparison itself. Comes in: a page. Goes out: a
//! [`Reading`] as a perfect reader would give it, and failures where comparing it says otherwise.

use std::path::PathBuf;

use libtest_mimic::Failed;
use truceline::{
    article::Article,
    claim::{Actor, Claim, Part, Site},
    read::Reading,
    text::Span,
    time::{Length, Moment, Precision},
    truce::{Status, Truce},
};

use crate::{
    compare::differences,
    judge::read_today,
    page::{Fields, Page, list},
    points::{problems, with_points},
};

fn as_told(page: &Page) -> Reading {
    let value = |fields: &Fields, key: &str| {
        fields.iter().find(|(k, _)| k == key).map(|(_, v)| v.clone()).unwrap_or_default()
    };
    let actors = |value: &str| {
        let actor = |name: &str| Actor { name: name.to_owned(), text: name.to_owned(), id: None };
        list(value).into_iter().map(actor).collect::<Vec<_>>()
    };
    let sites = |value: &str| {
        let site = |name: &str| Site {
            name: name.to_owned(),
            text: name.to_owned(),
            id: None,
            country: None,
            lat: None,
            lon: None,
        };
        list(value).into_iter().map(site).collect::<Vec<_>>()
    };
    let moment = |edtf: String| {
        let moment = |edtf| Moment {
            edtf,
            earliest: None,
            latest: None,
            precision: Precision::Day,
            zone: None,
            text: String::new(),
            doubts: Vec::new(),
        };
        (!edtf.is_empty()).then(|| moment(edtf))
    };
    const STATUS: [Status; 8] = [
        Status::Unknown,
        Status::Proposed,
        Status::Declared,
        Status::Agreed,
        Status::InForce,
        Status::Ended,
        Status::Rejected,
        Status::Disputed,
    ];
    let truces = page.truces.iter().map(|told| {
        let field = |key| value(&told.fields, key);
        let iso = field("length");
        Truce {
            id: told.id.clone(),
            label: String::new(),
            sides: field("sides").split(" / ").map(actors).filter(|it| !it.is_empty()).collect(),
            mediators: actors(&field("mediators")),
            places: sites(&field("places")),
            declared: moment(field("declared")),
            start: moment(field("start")),
            end: moment(field("end")),
            length: (!iso.is_empty()).then(|| Length { text: iso.clone(), iso }),
            excludes: actors(&field("excludes")),
            status: STATUS
                .into_iter()
                .find(|it| it.name() == field("status"))
                .unwrap_or(Status::Unknown),
        }
    });
    let claims = page.claims.iter().map(|want| {
        let field = |key| value(&want.fields, key);
        Claim {
            act: want.act,
            stance: want.stance,
            truce: want.truce,
            by: actors(&field("by")),
            against: actors(&field("against")),
            says: actors(&field("says")),
            when: moment(field("when")),
            wher: sites(&field("where")),
            window: None,
            length: None,
            part: Part::Text,
            span: Span::default(),
            quote: want.quote.clone(),
            pattern: String::new(),
        }
    });
    Reading {
        article: Article {
            id: page.id.clone(),
            path: None,
            url: None,
            outlet: None,
            title: page.title.clone(),
            published: None,
            dateline: None,
            language: "en".to_owned(),
            text: page.body.clone(),
            cuts: Vec::new(),
        },
        truces: truces.collect(),
        claims: claims.collect(),
        gaps: Vec::new(),
    }
}

pub fn pages_equal_themselves(paths: &[PathBuf]) -> Result<(), Failed> {
    for path in paths {
        let Ok(page) = Page::parse(&std::fs::read_to_string(path)?) else { continue };
        let lines = differences(&page, &as_told(&page));
        if !lines.is_empty() {
            return Err(format!("{}: {}", path.display(), lines.join("\n")).into());
        }
    }
    Ok(())
}

pub fn differences_are_told() -> Result<(), Failed> {
    let page = Page::parse(concat!(
        "# A page\n\n```report\nid: a\ntitle: Army declares truce in Orun\n\n",
        "The Karvan army declared a truce at noon on Friday.\n\nIt was broken on Saturday.\n```\n\n",
        "```truces\nT1 | sides: army / rebels | start: 2018-03-02T12:00+03:00\n```\n\n```claims\n",
        "declared fact T1 | by: Karvan army | \"The Karvan army declared a truce\"\n",
        "violated fact T1 | by: | when: 2018-03-03 | \"It was broken on Saturday.\"\n```\n",
    ))?;
    let check = |change: fn(&mut Reading), expected: &[&str]| {
        let mut reading = as_told(&page);
        change(&mut reading);
        let found = differences(&page, &reading);
        if found == expected {
            Ok(())
        } else {
            Err(format!("expected {expected:?} but found {found:?}"))
        }
    };
    check(|_| {}, &[])?;
    check(
        |it| drop(it.claims.remove(1)),
        &["missing violated fact T1 | \"It was broken on Saturday.\""],
    )?;
    check(
        |it| it.claims[1].by.push(Actor { name: "rebels".into(), text: "rebels".into(), id: None }),
        &[
            "field violated T1 by | \"It was broken on Saturday.\" | expected nothing but read rebels",
        ],
    )?;
    check(
        |it| it.claims[1].when.as_mut().unwrap().edtf = "2018-03".into(),
        &[
            "field violated T1 when | \"It was broken on Saturday.\" | expected 2018-03-03 but read 2018-03",
        ],
    )?;
    check(|it| it.truces[0].start.as_mut().unwrap().edtf = "2018-03-02T09:00Z".into(), &[])?;
    check(
        |it| it.truces[0].sides.truncate(1),
        &["field T1 sides | expected army / rebels but read army"],
    )?;
    check(
        |it| it.claims[0].quote = "Army declares truce in Orun".into(),
        &[
            "missing declared fact T1 | \"The Karvan army declared a truce\"",
            "extra declared fact T1 | \"Army declares truce in Orun\"",
        ],
    )?;
    check(
        |it| {
            let other = Truce { id: "T2".into(), ..it.truces[0].clone() };
            it.truces.push(other);
            it.claims[1].truce = 1;
        },
        &[
            "field violated T1 truce | \"It was broken on Saturday.\" | expected T1 but read another (T2)",
        ],
    )?;
    Ok(())
}

pub fn checks_are_judged() -> Result<(), Failed> {
    let source = concat!(
        "# A page\n\n```report\nid: a\ntitle: Army declares truce in Orun\n\n",
        "The Karvan army declared a truce at noon on Friday.\n\nIt was broken on Saturday.\n```\n\n",
        "```truces\nT1 | sides: army / rebels | start: 2018-03-02T12:00+03:00\n```\n\n```claims\n",
        "declared fact T1 | by: Karvan army; council | \"The Karvan army declared a truce\"\n",
        "violated fact T1 | by: | when: 2018-03-03 | \"It was broken on Saturday.\"\n```\n\n",
        "```points\nB1 | What holds.\n",
        "  has declared fact T1 | by+: Karvan | by-: rebels | \"Army declares truce\"\n```\n",
    );
    // Each check with what is read where it does not hold.
    let checks = [
        ("has declared fact T1 | by+: Karvan | by-: rebels", None),
        ("has declared|agreed any | by>: Karvan; council | \"declared a truce\"", None),
        ("has declared fact | by: Karvan", Some("declared fact T1 by Karvan army, council")),
        (
            "has declared fact | by>: council; Karvan",
            Some("declared fact T1 by Karvan army, council"),
        ),
        ("has any denied | \"broken on Saturday\"", Some("violated fact T1 when 2018-03-03")),
        ("has ended any", Some("nothing")),
        ("lacks ended any", None),
        ("lacks violated any | when: 2018-03", Some("violated fact T1 when 2018-03-03")),
        ("lacks violated any | when-: 2018-03", None),
        ("once violated any", None),
        ("once ended any", Some("nothing")),
        ("truces 1", None),
        ("truces 2", Some("1")),
        ("truce T1 | sides+: rebels | sides-: council | start: 2018-03-02T09:00Z", None),
        ("truce T1 | sides-: rebels", Some("sides army / rebels")),
        ("truce T1 | status-: unknown", Some("status unknown")),
    ];
    let held = "  has declared fact T1 | by+: Karvan | by-: rebels | \"Army declares truce\"\n";
    for (check, expected) in checks {
        let page = Page::parse(&source.replace(held, &format!("  {check}\n")))?;
        let read = read_today(&page, &as_told(&page));
        if read[0][0].as_deref() != expected {
            return Err(format!("{check}: expected {expected:?} but found {:?}", read[0][0]).into());
        }
    }

    // A held point that falls is kept as it stands; one that was given up is told.
    let fallen = source.replace(held, "  truces 2\n");
    let page = Page::parse(&fallen)?;
    let read = read_today(&page, &as_told(&page));
    assert!(problems(&page, &read).1);
    assert_eq!(with_points(&fallen, &page, &read), fallen);
    let given_up = source.replace(held, "  truces 2\n    today: ?\n");
    let page = Page::parse(&given_up)?;
    assert!(!problems(&page, &read).1);
    assert_eq!(with_points(&given_up, &page, &read), given_up.replace("today: ?", "today: 1"));
    let mended = source.replace(held, "  truces 1\n    today: 2\n");
    let page = Page::parse(&mended)?;
    let read = read_today(&page, &as_told(&page));
    assert_eq!(problems(&page, &read).0.len(), 1);
    assert_eq!(with_points(&mended, &page, &read), mended.replace("    today: 2\n", ""));
    Ok(())
}
