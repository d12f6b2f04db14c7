//! Sentences and the claims that are drawn from them before they are weighed: what is done, how sure
//! it is, by whom, and who says so. A row is `text` and `act stance by A; B says C; D`, or `not` and
//! an act and stance that must not be read. A headline stands before ` // `.

use std::sync::LazyLock;

use truceline::{
    claim::{Actor, draw::Candidate},
    pack::Source,
    read::Reader,
    report::{Form, Report},
};

static READER: LazyLock<Reader> = LazyLock::new(|| Reader::load(&Source::Embedded).unwrap());

fn candidates(text: &str) -> Vec<Candidate> {
    let (title, text) = match text.split_once(" // ") {
        Some((title, text)) => (Some(title.to_owned()), text),
        None => (None, text),
    };
    let read = READER.candidates(&Report {
        id: String::new(),
        path: None,
        url: None,
        outlet: None,
        title,
        published: None,
        form: Form::Text,
        // So that it is plain what the truce is of.
        content: format!("{text} The war goes on."),
    });
    read.into_iter().map(|(candidate, _)| candidate).collect()
}

fn told(it: &Candidate) -> String {
    let claim = &it.claim;
    let mut told = format!("{} {}", claim.act.name(), claim.stance.name());
    for (role, actors) in [("by", &claim.by), ("says", &claim.says)] {
        if !actors.is_empty() {
            let names: Vec<&str> = actors.iter().map(|it: &Actor| it.name.as_str()).collect();
            told += &format!(" {role} {}", names.join("; "));
        }
    }
    told
}

fn check(rows: &[(&str, &str)]) {
    let mut wrong = String::new();
    for (text, expected) in rows {
        let read: Vec<String> = candidates(text).iter().map(told).collect();
        let right = match expected.strip_prefix("not ") {
            Some(never) => {
                !read.iter().any(|it| it == never || it.starts_with(&format!("{never} ")))
            }
            None => read.iter().any(|it| it == expected),
        };
        if !right {
            wrong += &format!("\n{text}\n  expected {expected}\n  but read {read:#?}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_denial_is_the_act_denied() {
    check(&[
        ("The Contras denied that they had broken the truce.", "violated denied by Contras"),
        (
            "The militia has not agreed to any ceasefire, its commander said.",
            "agreed denied by militia says commander",
        ),
        (
            "UNITA denied reports that its troops had attacked Kuito during the ceasefire.",
            "not violated fact",
        ),
        ("The guerrillas never signed the truce.", "agreed denied by guerrillas"),
        ("Neither side has signed the truce.", "agreed denied by side"),
        ("The ceasefire has not collapsed, the general said.", "ended denied says general"),
        ("The ceasefire does not hold in Kordofan, rebels say.", "held denied says rebels"),
        (
            "Neither the army nor the rebels have signed the ceasefire.",
            "agreed denied by army; rebels",
        ),
        (
            "No ceasefire was agreed, a Houthi spokesman said.",
            "agreed denied says Houthi spokesman",
        ),
        ("The army left Huambo without declaring a truce.", "declared denied by army"),
    ]);
}

#[test]
fn what_lies_ahead_is_planned() {
    check(&[
        ("The rebels will observe the truce from Monday.", "held planned by rebels"),
        ("The truce is due to begin at dawn, the army said.", "began planned says army"),
        ("The truce between the warlords began at dawn.", "began fact"),
        ("The truce will be extended by a week, the rebels said.", "extended planned says rebels"),
        ("The rebels had extended the truce by a week.", "extended fact by rebels"),
        ("Renamo promised to respect the ceasefire.", "held planned by RENAMO"),
        ("The junta is to announce a ceasefire on Sunday.", "declared planned by junta"),
        ("The guerrillas plan to end their ceasefire.", "ended planned by guerrillas"),
        ("The army said that it would stop shelling the town under the truce.", "not held fact"),
    ]);
}

#[test]
fn what_hangs_on_something_is_hedged() {
    check(&[
        ("The army may extend the ceasefire.", "extended hedged by army"),
        ("If the rebels break the ceasefire, the army will answer.", "violated hedged by rebels"),
        (
            "The rebels would have accepted a truce, the bishop said.",
            "agreed hedged by rebels says bishop",
        ),
        ("The guerrillas reportedly signed a ceasefire in Havana.", "agreed hedged by guerrillas"),
        ("It is unclear whether the militia has accepted the truce.", "agreed hedged by militia"),
        ("The truce could collapse, the peacekeepers warned.", "ended hedged says peacekeepers"),
        ("The rebels threatened to end the truce.", "ended hedged by rebels"),
    ]);
}

#[test]
fn who_says_it() {
    check(&[
        ("The rebels broke the truce, the army said.", "violated fact by rebels says army"),
        ("According to the army, the rebels broke the truce.", "violated fact by rebels says army"),
        ("The rebels broke the truce, according to the army.", "violated fact by rebels says army"),
        (
            "\"The rebels broke the ceasefire,\" said General Ratko Mladic.",
            "violated fact by rebels says Ratko Mladic",
        ),
        (
            "The army said on Tuesday that the rebels had broken the truce.",
            "violated fact by rebels says army",
        ),
        ("Hamas said it had accepted the truce.", "agreed fact by Hamas"),
        ("The rebels said that the truce had collapsed.", "ended fact says rebels"),
        ("The rebels said the truce had collapsed.", "ended fact says rebels"),
        ("The army said that the Wa had broken the truce.", "violated fact says army"),
        (
            "General Haftar told Reuters that the militias had accepted the truce.",
            "agreed fact by militias says Khalifa Haftar; Reuters",
        ),
        (
            "The ceasefire in the war zone collapsed on Sunday, the Red Cross said.",
            "ended fact says International Committee of the Red Cross",
        ),
    ]);
}

#[test]
fn a_report_within_a_report_names_both() {
    check(&[
        (
            "Interfax quoted the ministry as saying that the rebels had broken the truce.",
            "violated fact by rebels says ministry; Interfax",
        ),
        (
            "The minister was quoted as saying that the rebels had broken the truce.",
            "violated fact by rebels says minister",
        ),
        (
            "Tanjug quoted General Mladic as saying that Muslim forces had violated the ceasefire.",
            "violated fact by Army of Bosnia and Herzegovina says Ratko Mladic; Tanjug",
        ),
    ]);
}

#[test]
fn an_accusation_is_the_accusers() {
    check(&[
        ("The army accused the rebels of breaking the truce.", "violated fact by rebels says army"),
        (
            "The rebels were accused by the army of breaking the truce.",
            "violated fact by rebels says army",
        ),
        (
            "The army blamed the rebels for the violations of the ceasefire.",
            "violated fact by rebels says army",
        ),
        (
            "India and Pakistan accused each other of violating the ceasefire.",
            "violated fact by India says Pakistan",
        ),
        (
            "India and Pakistan accused each other of violating the ceasefire.",
            "violated fact by Pakistan says India",
        ),
        (
            "Armenia accused Azerbaijan of shelling Martuni despite the ceasefire.",
            "violated fact by Azerbaijan says Armenia",
        ),
    ]);
}

#[test]
fn a_passive_is_done_by_its_agent() {
    check(&[
        ("The truce was broken by the rebels.", "violated fact by rebels"),
        ("The ceasefire was rejected by UNITA on Monday.", "rejected fact by UNITA"),
        ("A ceasefire declared by the guerrillas began at noon.", "declared fact by guerrillas"),
        (
            "The truce had been called off by the rebels, the army said.",
            "ended fact by rebels says army",
        ),
        (
            "The truce was welcomed by the African Union after months of war.",
            "welcomed fact by African Union",
        ),
    ]);
}

#[test]
fn narrative_after_a_speaker_is_the_reports_own() {
    check(&[
        (
            "The general said that the truce was holding. Rebels shelled two villages in spite of the ceasefire.",
            "violated fact by Rebels",
        ),
        (
            "\"The truce holds,\" the general said. The rebels called off the ceasefire on Monday.",
            "ended fact by rebels",
        ),
    ]);
}

#[test]
fn a_quotation_over_two_sentences_keeps_its_speaker() {
    check(&[
        (
            "\"Our troops hold their fire,\" General Aoun said. \"The militias have broken the ceasefire. They shell us.\"",
            "violated fact by militias says Aoun",
        ),
        (
            "\"We did not fire first,\" said the rebel commander. \"The army has broken the ceasefire. The ceasefire is over.\"",
            "ended fact says rebel commander",
        ),
    ]);
}

#[test]
fn a_headline_is_in_the_present() {
    check(&[
        (
            "Rebels reject truce in Darfur // The rebels spoke on Monday after a ceasefire was offered.",
            "rejected fact by Rebels",
        ),
        (
            "Tamil Tigers declare ceasefire // The guerrillas spoke on Monday of a ceasefire.",
            "declared fact by Liberation Tigers of Tamil Eelam",
        ),
        (
            "Army to observe truce over Easter // The army spoke on Monday of a truce.",
            "held planned by Army",
        ),
        (
            "Truce broken in Bosnia as shells hit Bihac // Serb forces shelled Bihac. The truce was a day old.",
            "violated fact",
        ),
    ]);
}
