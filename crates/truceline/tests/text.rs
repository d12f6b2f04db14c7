//! Where sentences end, as the wires and the web print them. A row is a text and its sentences; a
//! sentence that starts with `# ` must be taken for a heading.

use truceline::text::Text;

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let doc = Text::new(text);
    let got: Vec<String> = doc
        .sentences
        .iter()
        .map(|it| format!("{}{}", if it.heading { "# " } else { "" }, it.span.of(&doc.text)))
        .collect();
    assert_eq!(got, expected, "\nin: {text:?}");
}

/// Rows of one sentence each: nothing in them ends one.
#[track_caller]
fn whole(rows: &[&str]) {
    rows.iter().for_each(|row| check(row, &[row]));
}

#[test]
fn abbreviations_end_nothing() {
    whole(&[
        "It starts at 7 a.m. Saturday, the army said.",
        "The lull ran from 9 a.m. to 2 p.m. Damascus time on Sunday.",
        "It takes effect at 10 p.m. EDT, 0200 GMT.",
        "The guns fall silent at 6 p.m. Moscow time.",
        "Fire stopped at 11 p.m. local time (2100 GMT) on Sept. 3.",
        "Lt. Gen. Omar Haddad met Maj. Gen. J. R. Doe in St. Petersburg.",
        "U.S. Secretary of State Jane Roe flew to Geneva.",
        "The U.N. Security Council met.",
        "A U.N.-backed truce and the U.N.'s envoy were named.",
        "Mr. Roe and Mrs. Roe met Dr. Doe, Prof. Moe and Gov. Poe.",
        "Resolution No. 2254 was adopted on Dec. 18, 2015.",
        "Col. Ali Omar of the 3rd Brig. Command, Sgt. Bo Lee and Capt. Li spoke.",
        "Acme Inc. of New York and Roe Ltd. shipped the aid.",
        "H.R. Doe, the envoy, left at 5 p.m. on Friday.",
        "Rebels vs. the army: no truce was kept.",
        "He spoke to Rep. Ann Doe, R-Calif., and Sen. Bob Roe.",
    ]);
}

#[test]
fn abbreviations_that_do_end_one() {
    check("It began at 7 a.m. The army said so.", &["It began at 7 a.m.", "The army said so."]);
    check(
        "The pause ends at 8 p.m. Israel has not agreed to more.",
        &["The pause ends at 8 p.m.", "Israel has not agreed to more."],
    );
    check("He left for the U.S. The truce held.", &["He left for the U.S.", "The truce held."]);
    check(
        "Asked if it held, he said no. Rebels agreed.",
        &["Asked if it held, he said no.", "Rebels agreed."],
    );
    check("It ends on Aug. 7. Talks go on.", &["It ends on Aug. 7.", "Talks go on."]);
}

#[test]
fn numbers_end_nothing() {
    whole(&[
        "Some 1.5 million people and 3,000 carts moved 2.5 km.",
        "It starts at 07.30 on 5.5.2018 in Wau.",
        "See example.org for more.",
    ]);
    check(
        "1. Both armies stop. 2. The roads open.",
        &["1. Both armies stop.", "2. The roads open."],
    );
    check(
        "The terms are:\n1. Both armies stop.\n2. The roads open.",
        &["The terms are:", "1. Both armies stop.", "2. The roads open."],
    );
    check("It began in 2015. It ended in 2016.", &["It began in 2015.", "It ended in 2016."]);
}

#[test]
fn quotations() {
    check("“It holds.” He left.", &["“It holds.”", "He left."]);
    check("\"It holds.\" He left.", &["\"It holds.\"", "He left."]);
    check("'It holds.' He left.", &["'It holds.'", "He left."]);
    check("‘It holds.’ He left.", &["‘It holds.’", "He left."]);
    whole(&[
        "“Is it over?” she asked.",
        "\"It is over!\" he said, and left.",
        "“It holds,” he said, “for now.”",
        "He called it \"a truce in name only\" on Monday.",
    ]);
    check(
        "“We hold.” “They do not.” Both spoke on air.",
        &["“We hold.”", "“They do not.”", "Both spoke on air."],
    );
    check(
        "The army stopped. \"We keep our word,\" it said.",
        &["The army stopped.", "\"We keep our word,\" it said."],
    );
    check("(It began at noon.) It held.", &["(It began at noon.)", "It held."]);
    check("He said, \"Stop.\" Then he left.", &["He said, \"Stop.\"", "Then he left."]);
}

#[test]
fn spaced_text() {
    check(
        "Rebels said the truce held .\nThe U.N. envoy , Mr. Roe , did not .",
        &["Rebels said the truce held .", "The U.N. envoy , Mr. Roe , did not ."],
    );
    check(
        "\" It holds , \" he said . \" We are calm . \" They left .",
        &["\" It holds , \" he said .", "\" We are calm . \"", "They left ."],
    );
    check("`` It holds , '' he said . They left .", &["`` It holds , '' he said .", "They left ."]);
}

#[test]
fn missing_spaces() {
    check("The army stopped.Rebels did not.", &["The army stopped.", "Rebels did not."]);
    check("It ended on July 7.The army said so.", &["It ended on July 7.", "The army said so."]);
    check("“It holds.”The army agreed.", &["“It holds.”", "The army agreed."]);
    check("Will it hold?The army says so.", &["Will it hold?", "The army says so."]);
}

#[test]
fn headings_and_lines() {
    check("Truce begins\n\nIt held.", &["# Truce begins", "It held."]);
    check(
        "Rebels and army agree on a truce for the harvest in the north\nThe rebels and the army in the \
         north agreed on Monday to stop shooting until the harvest is in, both of them said in a statement.",
        &[
            "# Rebels and army agree on a truce for the harvest in the north",
            "The rebels and the army in the north agreed on Monday to stop shooting until the \
             harvest is in, both of them said in a statement.",
        ],
    );
    check("Photo\nVideo\nIt held.", &["# Photo", "# Video", "It held."]);
    check("- Guns stop\n- Roads open", &["# - Guns stop", "# - Roads open"]);
    check("WHAT IS AGREED\n\nGuns stop.", &["# WHAT IS AGREED", "Guns stop."]);
    check(
        "Army and rebels trade the blame for the broken truce today\n\
         Army and rebels trade the blame for the broken truce today",
        &[
            "# Army and rebels trade the blame for the broken truce today",
            "# Army and rebels trade the blame for the broken truce today",
        ],
    );
}

#[test]
fn wrapped_lines() {
    check("A truce was\nannounced.", &["A truce was\nannounced."]);
    check(
        "The two sides in the long war in the south agreed to stop fire\n\
         Monday morning, and the Red Cross in the town opened the road\n\
         again. Aid came in.",
        &[
            "The two sides in the long war in the south agreed to stop fire\n\
             Monday morning, and the Red Cross in the town opened the road\nagain.",
            "Aid came in.",
        ],
    );
    check(
        "THE GENERAL COMMAND HAS SAID THAT IT WILL STOP ALL ATTACKS ON THE\n\
         ARMY FROM MIDNIGHT. THE ARMY HAS NOT ANSWERED THE OFFER, AND THE\n\
         BISHOP HAS ASKED IT TO.",
        &[
            "THE GENERAL COMMAND HAS SAID THAT IT WILL STOP ALL ATTACKS ON THE\nARMY FROM MIDNIGHT.",
            "THE ARMY HAS NOT ANSWERED THE OFFER, AND THE\nBISHOP HAS ASKED IT TO.",
        ],
    );
}

#[test]
fn capitals_and_ellipses() {
    check(
        "THE TRUCE HOLDS. THE U.S. ENVOY LEFT AT 7 A.M. TODAY.",
        &["THE TRUCE HOLDS.", "THE U.S. ENVOY LEFT AT 7 A.M. TODAY."],
    );
    whole(&["We had ... nothing left to lose.", "It was … quiet, he said."]);
    check("Will it hold? No one knows! It may.", &["Will it hold?", "No one knows!", "It may."]);
    check(
        "GAZA CITY, Nov. 21 (Wire) - A truce began. It held.",
        &["GAZA CITY, Nov. 21 (Wire) - A truce began.", "It held."],
    );
}

#[test]
fn long_texts_take_linear_time() {
    for unit in ["\"", "“", ".", "A.", "U.S. ", "a\n", "'Tis ", "( ", "1. "] {
        let text = unit.repeat(1_000_000 / unit.len());
        let doc = Text::new(text);
        assert!(!doc.tokens.is_empty());
        assert!(doc.sentences.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
    }
}
