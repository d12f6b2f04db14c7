//! What of a text is the story. A row is a text as it comes and what must be told apart in it: the
//! title, the dateline, the date with where it stood, and each cut with its first words.

use std::sync::LazyLock;

use truceline::{
    article::{Article, Furniture, extract},
    pack::Source,
    report::{Form, Options, Report},
};

static FURNITURE: LazyLock<Furniture> =
    LazyLock::new(|| Furniture::load(&Source::Embedded, "en").expect("a pack that loads"));

fn article(text: &str, title: Option<&str>) -> Article {
    let mut report = Report::from_bytes(Some("a.txt"), text.as_bytes(), &Options::default())
        .remove(0)
        .expect("a report");
    assert_eq!(report.form, Form::Text);
    report.title = title.map(str::to_owned);
    extract(&report, &FURNITURE)
}

fn shown(it: &Article) -> String {
    let mut lines = Vec::new();
    lines.extend(it.title.iter().map(|it| format!("title: {it}")));
    lines.extend(it.dateline.iter().map(|it| format!("dateline: {it}")));
    lines.extend(it.outlet.iter().map(|it| format!("outlet: {it}")));
    lines.extend(it.published.iter().map(|it| format!("published: {} ({})", it.stamp, it.from)));
    if it.language != "en" {
        lines.push(format!("language: {}", it.language));
    }
    for cut in &it.cuts {
        let words: Vec<&str> = cut.span.of(&it.text).split_whitespace().take(5).collect();
        lines.push(format!("- {}: {}", cut.why, words.join(" ")));
    }
    for pair in it.cuts.windows(2) {
        assert!(pair[0].span.end <= pair[1].span.start, "cuts overlap: {pair:?}");
    }
    lines.join("\n")
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(shown(&article(text, None)), expected.trim(), "\nin: {text}");
}

/// None of these may lose a word.
#[track_caller]
fn kept(rows: &[&str]) {
    for row in rows {
        let it = article(&format!("{STORY}\n\n{row}\n\n{END}"), Some("A title"));
        assert!(it.cuts.is_empty(), "{row}\nlost {:?}", it.cuts);
    }
}

/// The whole of each of these is cut, for this reason.
#[track_caller]
fn cut(why: &str, rows: &[&str]) {
    for row in rows {
        let it = article(&format!("{STORY}\n\n{row}\n\n{END}"), Some("A title"));
        let cuts: Vec<(&str, &str)> =
            it.cuts.iter().map(|cut| (cut.why.as_str(), cut.span.of(&it.text))).collect();
        assert_eq!(cuts, [(why, *row)]);
    }
}

const STORY: &str = "The army and the rebels of the Lower Delta said on Monday that they would stop \
                     shooting for three days so that the wounded can be brought out.";
const END: &str = "The Red Cross said that its first lorries had left the harbour by noon and that \
                   more would follow on Tuesday if the calm held.";

#[test]
fn a_page_with_teasers_printed_twice() {
    let page = "\
Minister says delta truce is a step towards more

The foreign minister of Norland said on Tuesday he hoped that a 48-hour truce in the delta was \"a door\" to more.

\"We welcome what the army has declared,\" he told reporters in Port Anne, adding that talks went on.

The army declared a 48-hour \"time of quiet\" in all of the delta from 6 a.m. on May 3 (0300 GMT May 3), an officer said, although shots were heard after that.

Hãy theo dõi chúng tôi trên mạng xã hội

Related

Norland sends two ships with flour to the delta
Norland sends two ships with flour to the delta

Two ships with flour left Norland on April 28 while the defence minister of Sudland visited the president of the delta to talk about the harbour.

Norland sends two ships with flour to the delta

Norland sends two ships with flour to the delta

Two ships with flour left Norland on April 28 while the defence minister of Sudland visited the president of the delta to talk about the harbour.

Parliament, split over the delta, puts off a vote on planes
Parliament, split over the delta, puts off a vote on planes

The parliament of Norland put off on April 27 a vote on sending planes to the delta, which the ceasefire's critics had called for.

Parliament, split over the delta, puts off a vote on planes

The parliament of Norland put off on April 27 a vote on sending planes to the delta, which the ceasefire's critics had called for.
";
    check(
        page,
        "\
title: Minister says delta truce is a step towards more
- title: Minister says delta truce is
- line in another language: Hãy theo dõi chúng tôi
- related: Related
- teaser, printed twice: Norland sends two ships with
- teaser, printed twice: Norland sends two ships with
- teaser, printed twice: Two ships with flour left
- teaser, printed twice: Norland sends two ships with
- teaser, printed twice: Norland sends two ships with
- teaser, printed twice: Two ships with flour left
- teaser, printed twice: Parliament, split over the delta,
- teaser, printed twice: Parliament, split over the delta,
- teaser, printed twice: The parliament of Norland put
- teaser, printed twice: Parliament, split over the delta,
- teaser, printed twice: The parliament of Norland put",
    );
}

#[test]
fn datelines() {
    let line = |head: &str, expected: &str| {
        check(&format!("{head}{STORY}\n\n{END}"), expected);
    };
    line(
        "GAZA CITY, Nov. 21 (Reuters) - ",
        "dateline: GAZA CITY\noutlet: Reuters\n- dateline: GAZA CITY, Nov. 21 (Reuters)",
    );
    line("TEL AVIV — ", "dateline: TEL AVIV\n- dateline: TEL AVIV —");
    line("BEIRUT, Lebanon — ", "dateline: BEIRUT, Lebanon\n- dateline: BEIRUT, Lebanon —");
    line("(CNN) ", "outlet: CNN\n- dateline: (CNN)");
    line("Port Anne (AFP) - ", "dateline: Port Anne\noutlet: AFP\n- dateline: Port Anne (AFP) -");
    line("Jerusalem (CNN)", "dateline: Jerusalem\noutlet: CNN\n- dateline: Jerusalem (CNN)");
    line(
        "Geneva, 27 February 2016 – ",
        "dateline: Geneva\npublished: 2016-02-27 (dateline)\n- dateline: Geneva, 27 February 2016 –",
    );
    line(
        "DAMASCUS, Syria (AP) _ ",
        "dateline: DAMASCUS, Syria\noutlet: AP\n- dateline: DAMASCUS, Syria (AP) _",
    );
    line("ISLAMABAD: ", "dateline: ISLAMABAD\n- dateline: ISLAMABAD:");
    line(
        "BEIJING, July 5 (Xinhua) -- ",
        "dateline: BEIJING\noutlet: Xinhua\n- dateline: BEIJING, July 5 (Xinhua) --",
    );
    line(
        "UNITED NATIONS, Aug 3, 2014 (AFP) - ",
        "dateline: UNITED NATIONS\noutlet: AFP\npublished: 2014-08-03 (dateline)\n- dateline: UNITED NATIONS, Aug 3, 2014",
    );
    line(
        "BEIRUT/AMMAN (Reuters) - ",
        "dateline: BEIRUT/AMMAN\noutlet: Reuters\n- dateline: BEIRUT/AMMAN (Reuters) -",
    );
    line("PORT-ANNE - ", "dateline: PORT-ANNE\n- dateline: PORT-ANNE -");
    line("", "");
    // No datelines.
    line("Rebel leader Omar - who left the capital - agreed. ", "");
    line("UPDATE: ", "");
    line("Hamas - Israel talks go on. ", "");
}

#[test]
fn old_wires() {
    check(
        &format!(
            "DLT-0012 (LAB)\n\nSAN TOMAS (COSTA ALTA), 27 OCT 89 (ACAN-EFE) -- [REPORT] [TEXT] {}",
            STORY.to_uppercase()
        ),
        "\
dateline: SAN TOMAS (COSTA ALTA)
outlet: ACAN-EFE
published: 1989-10-27 (dateline)
- slug: DLT-0012 (LAB)
- dateline: SAN TOMAS (COSTA ALTA), 27",
    );
    check(
        "Delta rebels say truce holds .\nJane Roe\nPORT ANNE , Norland 1996-08-22\nRebels in the delta said on \
         Thursday that the truce held .\nThe army did not say so .",
        "\
title: Delta rebels say truce holds .
dateline: PORT ANNE , Norland
published: 1996-08-22 (dateline)
- title: Delta rebels say truce holds
- byline: Jane Roe
- dateline: PORT ANNE , Norland 1996-08-22",
    );
}

#[test]
fn titles() {
    check(
        &format!("Truce begins in the delta\n\n{STORY}"),
        "title: Truce begins in the delta\n- title: Truce begins in the delta",
    );
    check(
        &format!("Will the truce hold?\n\n{STORY}"),
        "title: Will the truce hold?\n- title: Will the truce hold?",
    );
    check(
        &format!("Analysis: Why the truce failed\n\n{STORY}"),
        "title: Analysis: Why the truce failed\n- title: Analysis: Why the truce failed",
    );
    check(
        &format!("Truce begins in the delta\n{STORY}\n{END}"),
        "title: Truce begins in the delta\n- title: Truce begins in the delta",
    );
    check(&format!("{STORY}\n\n{END}"), "");
    check("A truce was announced.", "");
    check("Truce in the delta", "");
    check("The truce was\nannounced on\nMonday.", "");
    // Given with the report: its place in the text is cut, not read twice.
    let it = article(
        &format!("Truce begins in the Lower Delta\n\n{STORY}"),
        Some("Truce begins in the lower delta - The Bay Post"),
    );
    assert_eq!(it.cuts.len(), 1);
    assert_eq!(it.cuts[0].why, "title");
}

#[test]
fn bylines_and_dates() {
    check(
        &format!(
            "Truce begins in the delta\n\nBy Jane Roe and John Doe\n\nPublished: July 6, 2016 14:02 GMT\n\n{STORY}"
        ),
        "\
title: Truce begins in the delta
published: 2016-07-06T14:02:00Z (text)
- title: Truce begins in the delta
- byline: By Jane Roe and John
- date line: Published: July 6, 2016 14:02",
    );
    check(
        &format!("Truce begins in the delta\n\nUpdated 9 July 2016\n\n6 July 2016\n\n{STORY}"),
        "\
title: Truce begins in the delta
published: 2016-07-06 (text)
- title: Truce begins in the delta
- date line: Updated 9 July 2016
- date line: 6 July 2016",
    );
    check(
        &format!("Truce begins in the delta\n\nLast updated: 9 July 2016 at 10:15\n\n{STORY}"),
        "\
title: Truce begins in the delta
published: 2016-07-09T10:15:00 (text, updated)
- title: Truce begins in the delta
- date line: Last updated: 9 July 2016",
    );
    // The reader's day printed first, then the item's.
    check(
        &format!(
            "Saturday, April 20, 2024\n\nTruce begins in the delta\n\nPublished on Jan 19, 2015\n\n{STORY}"
        ),
        "\
title: Truce begins in the delta
published: 2015-01-19 (text)
- date line: Saturday, April 20, 2024
- title: Truce begins in the delta
- date line: Published on Jan 19, 2015",
    );
    check(
        &format!(
            "Saturday, April 20, 2024\n\nTruce begins in the delta\n\nJan 19, 2015\n\n{STORY}"
        ),
        "\
title: Truce begins in the delta
published: 2015-01-19 (text)
- date line: Saturday, April 20, 2024
- title: Truce begins in the delta
- date line: Jan 19, 2015",
    );
    check(
        &format!("Date of publication 7 July 2016 {STORY}"),
        "published: 2016-07-07 (text)\n- date line: Date of publication 7 July",
    );
    check(
        &format!("{STORY}\n\nLast updated 13:37 GMT\n\n{END}"),
        "- date line: Last updated 13:37 GMT",
    );
    // A day that could be a month, a day without a year: no date.
    check(
        &format!("{STORY}\n\nPublished: 06/07/2016\n\n{END}"),
        "- date line: Published: 06/07/2016",
    );
    check(
        &format!("PORT ANNE, July 6 - {STORY}"),
        "dateline: PORT ANNE\n- dateline: PORT ANNE, July 6 -",
    );
    // A date that the story speaks of is not the story's.
    for head in [
        "Issued on 6 July 2016, the order",
        "Published on 6 July 2016 by the army, it",
        "On 6 July 2016 it",
    ] {
        check(
            &format!("{head} called for a truce of three days in all of the delta.\n\n{STORY}"),
            "",
        );
    }
    cut(
        "byline",
        &[
            "(Reporting by Jane Roe in Port Anne; Editing by John Doe)",
            "Additional reporting by Jane Roe",
            "Jane Roe and John Doe in Port Anne contributed to this report.",
            "Roe reported from Port Anne.",
            "jr/dm (AFP, Reuters)",
        ],
    );
}

#[test]
fn furniture() {
    cut(
        "advertisement",
        &[
            "Advertisement",
            "ADVERTISEMENT",
            "Story continues below",
            "Story continues below advertisement",
        ],
    );
    cut(
        "follow or share line",
        &[
            "Follow us on Twitter @baypost",
            "Share this article",
            "Facebook Twitter WhatsApp Email",
            "https://example.org/a?b",
        ],
    );
    cut(
        "subscription line",
        &[
            "Subscribe to our newsletter",
            "Sign up for the daily briefing.",
            "Get the news you need delivered to your inbox.",
        ],
    );
    cut(
        "caption",
        &[
            "FILE - In this May 2, 2011, file photo, rebels stand in the harbour of Port Anne. (AP Photo/Jo Roe)",
            "Image copyright AFP Image caption Rebels in Port Anne on Monday",
            "Smoke rises over the harbour of Port Anne on Monday. REUTERS/Jo Roe",
            "Rebels stand guard in Port Anne on Monday [Jo Roe/AFP]",
            "Photo: AFP",
            "Rebels in Port Anne. (Photo: Jo Roe)",
        ],
    );
    cut(
        "copyright",
        &[
            "Copyright 2014 The Bay Post. All rights reserved.",
            "© 2014 The Bay Post",
            "This material may not be published, broadcast or rewritten.",
        ],
    );
    cut("tags", &["Tags: delta, truce, rebels", "Filed under: Delta | Truce"]);
    cut(
        "correction",
        &[
            "An earlier version of this article said the truce began at noon; it was midnight.",
            "Correction: The truce began on Monday.",
        ],
    );
    cut("generated summary", &["This is AI generated summarization, which may have errors."]);
    cut(
        "teaser",
        &[
            "Read more: Hill truce ends in fire",
            "RELATED: Hill truce ends in fire",
            "SEE ALSO: Hill truce ends in fire",
        ],
    );
    cut("teaser in capitals", &["HILL TRUCE ENDS IN FIRE AS ARMY MOVES ON TWO TOWNS"]);
    cut(
        "line in another language",
        &[
            "Síguenos también en nuestras páginas de Facebook y Twitter para más información",
            "Читайте также: перемирие в дельте",
            "تابعونا على تويتر",
        ],
    );
    cut("rule", &["___", "* * *"]);
}

#[test]
fn blocks_of_links() {
    check(
        &format!(
            "{STORY}\n\nRelated stories\n\nHill truce ends\n\nNorland sends flour to the delta\n\n{END}\n\n{STORY} Yes."
        ),
        "- related: Related stories\n- related: Hill truce ends\n- related: Norland sends flour to the",
    );
    check(
        &format!(
            "{STORY}\n\nMore on this story\n\nHill truce ends\n\nThe truce in the hills ended on Sunday, the army said.\n\nFlour for the delta\n\nTwo ships left on Friday, Norland said."
        ),
        "\
- related: More on this story
- related: Hill truce ends
- related: The truce in the hills
- related: Flour for the delta
- related: Two ships left on Friday,",
    );
    // After one link the story may go on.
    check(
        &format!("{STORY}\n\nRead more\n\nHill truce ends\n\n{END}"),
        "- related: Read more\n- related: Hill truce ends",
    );
    check(
        &format!(
            "{STORY}\n\n{END}\n\nThe calm held on Tuesday, said the bishop of Port Anne in a sermon.\n\n2 comments\n\nJoe: The truce will be broken tomorrow.\n\nAnn: It was broken today."
        ),
        "\
- comments: 2 comments
- comments: Joe: The truce will be
- comments: Ann: It was broken today.",
    );
}

#[test]
fn sentences_of_the_story_stay() {
    kept(&[
        "Support for the truce grew today, a poll said.",
        "Help reached the town on Monday, the mayor said.",
        "Share of the blame lies with both, he said.",
        "Follow-up talks are due on Friday.",
        "Related talks on prisoners go on in Geneva.",
        "More than 40 people were killed on Sunday.",
        "Read as a whole, the deal favours the army, he said.",
        "Shelling was reported from the hills on Sunday.",
        "Al Jazeera reported from Port Anne that shots were heard.",
        "Summary executions were reported in the hills.",
        "The report was updated on Monday to count 40 dead.",
        "An earlier version of the draft called for a longer truce.",
        "A photo released by the army showed the harbour.",
        "The truce began at noon, he told Anadolu Agency.",
        "At least 20 people were wounded, the doctors said. (Reuters)",
        "Photos of the dead were shown on state television.",
        "\"We will not be the first to shoot,\" he said.",
        "No.",
        "Al-Nahr, Beit Dalal, Wadi Suf, Ain Rumman and Deir Anis were quiet.",
        "\"Allahu akbar wa lillah al-hamd,\" the men called.",
        "What is agreed",
        "WHAT IS AGREED",
        "By Monday evening both armies had left the bridge.",
        "On 6 July 2016 the truce was extended.",
        "Updated maps show where the armies stand.",
        "Tags of both sides were sprayed on the walls.",
        "Subscribers to the army's channel saw the film first.",
        "Copyright law is no concern of the rebels.",
        "Live fire was used, the monitors said.",
        "Correction of the line is up to both armies.",
    ]);
}

#[test]
fn a_quotation_pulled_out_stays_once() {
    let quote = "\"We have had every kind of truce and none of them has lasted a week here.\"";
    let it = article(&format!("{STORY}\n\n{quote}\n\n{END}\n\n{quote}"), Some("A title"));
    assert_eq!(it.cuts.len(), 1, "{:?}", it.cuts);
    assert_eq!(it.cuts[0].why, "printed twice");
}

#[test]
fn languages() {
    check(
        "El ejército y los rebeldes acordaron el lunes una tregua de tres días en todo el delta, dijo el ministro.",
        "language: es",
    );
    check(
        "Армия и повстанцы договорились о перемирии на три дня, сообщил министр.",
        "language: ru",
    );
    check("Truce holds.", "language: und");
}

#[test]
fn line_ends_alone_are_changed() {
    let it = article("A  truce\r\n\r\nwas\tsigned.\rIt held.", None);
    assert_eq!(it.text, "A  truce\n\nwas\tsigned.\nIt held.");
}

#[test]
fn long_texts_take_linear_time() {
    let many = |unit: &str, bytes: usize| unit.repeat(bytes / unit.len());
    for text in [
        many("The army said that the truce held in the north on Monday. ", 10_000_000),
        many("\"", 1_000_000),
        many("Related\n\n", 500_000),
        many(
            "Related\n\nA headline here\n\nA summary stands here, and it is a sentence.\n\n",
            500_000,
        ),
        many("The same line stands here again\n", 1_000_000),
        many("GAZA ", 500_000),
        many("a\n", 500_000),
        many("1 May 2016 ", 500_000),
    ] {
        assert_eq!(article(&text, None).text.len(), text.len());
    }
}
