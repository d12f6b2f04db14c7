//! Sentences and the places in them. `Name:CC` is a place by country, `:CC/CC` several candidates,
//! `:?` a place no gazetteer knows, `~` an adjective or part of another name, `-` one left out;
//! scope words stand in square brackets.

use truceline::{
    mention::place::{Kind, Place, Places, report_country},
    pack::Source,
    text::Text,
};

fn places() -> Places {
    Places::load(&Source::Embedded, "en").expect("the embedded world loads")
}

fn found(places: &Places, text: &str, known: &[Place]) -> Vec<String> {
    let text = Text::new(text);
    let mentions = places.find(&text, known);
    for pair in mentions.windows(2) {
        assert!(pair[0].span.end <= pair[1].span.start, "mentions overlap");
    }
    let line = |at: usize| {
        let mention = &mentions[at];
        let it = &mention.what;
        let mut codes: Vec<&str> = it.candidates.iter().map(|it| it.country.as_str()).collect();
        codes.dedup();
        let code = if codes.is_empty() { "?".to_owned() } else { codes.join("/") };
        let mark = if it.adjective { "~" } else { "" };
        let except = if it.except { "-" } else { "" };
        let scope = it.scope.as_ref().map_or(String::new(), |it| format!("[{it}] "));
        format!("{scope}{except}{mark}{}:{code}", text.of(mention.span))
    };
    (0..mentions.len()).map(line).collect()
}

#[track_caller]
fn check(rows: &[(&str, &[&str])]) {
    let places = places();
    let mut wrong = String::new();
    for (text, expected) in rows {
        let got = found(&places, text, &[]);
        if got != *expected {
            wrong += &format!("{text}\n  expected {expected:?}\n  found    {got:?}\n");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn plain_sentences() {
    check(&[
        ("The truce began in Aleppo at midnight.", &["Aleppo:SY"]),
        ("Fighting stopped in Homs and Hama, the army said.", &["Homs:SY", "Hama:SY"]),
        ("Talks resumed in Geneva on Monday.", &["Geneva:CH"]),
        (
            "Nigeria's government said it had agreed with the group in Chad.",
            &["Nigeria:NG", "Chad:TD"],
        ),
        (
            "Envoys from Norway flew to Colombo for talks with Sri Lanka.",
            &["Norway:NO", "Colombo:LK", "Sri Lanka:LK"],
        ),
        ("Shells fell on Debaltseve, Ukraine.", &["Debaltseve:UA", "Ukraine:UA"]),
        (
            "The ceasefire between India and Pakistan took effect.",
            &["[between] India:IN", "Pakistan:PK"],
        ),
        ("Rebels left Bouake for Abidjan.", &["Bouake:CI", "Abidjan:CI"]),
        (
            "The Democratic Republic of the Congo and Rwanda signed.",
            &["Democratic Republic of the Congo:CD", "Rwanda:RW"],
        ),
        ("He met officials of the U.S. and the UK in Doha.", &["U.S.:US", "UK:GB", "Doha:QA"]),
    ]);
}

#[test]
fn adjectives_and_compounds() {
    check(&[
        ("Syrian and Israeli officials spoke.", &["~Syrian:SY", "~Israeli:IL"]),
        ("Turkish-backed fighters withdrew.", &["~Turkish:TR"]),
        ("The US-led coalition halted strikes.", &["~US:US"]),
        ("A U.S.-brokered truce held.", &["~U.S.:US"]),
        ("The India-Pakistan border was calm.", &["India:IN", "Pakistan:PK"]),
        ("Pro-Russian gunmen kept firing.", &["~Russian:RU"]),
        (
            "The Sri Lankan army and the South Sudanese rebels.",
            &["~Sri Lankan:LK", "~South Sudanese:SS"],
        ),
        ("Palestinians in Gaza City rejoiced.", &["~Palestinians:PS", "Gaza City:PS"]),
    ]);
}

#[test]
fn bodies_are_no_places() {
    check(&[
        ("Damascus University was closed.", &["~Damascus:SY"]),
        ("He told the Washington Post on Friday.", &["~Washington:US"]),
        ("The Israel Defense Forces said so.", &["~Israel:IL"]),
        ("The United Liberation Front of Assam agreed to talks.", &["~Assam:IN"]),
        ("An Air Canada flight was diverted.", &["~Canada:CA"]),
        ("The Kuwait News Agency reported it.", &["~Kuwait:KW"]),
    ]);
}

/// H2: what is in the scope and what is left out of it.
#[test]
fn scope_and_exceptions() {
    check(&[
        ("The truce covers all of Syria.", &["[all of] all of Syria:SY"]),
        ("It applies in and around Aleppo.", &["[in and around] Aleppo:SY"]),
        ("Shooting was heard along the Line of Control.", &["[along the] Line of Control:"]),
        ("The army holds most of northern Mali.", &["[most of] most of northern Mali:ML"]),
        ("Clashes went on in southeastern Ukraine.", &["[southeastern] southeastern Ukraine:UA"]),
        ("They stopped near the town of Kidal.", &["[near the town of] town of Kidal:ML"]),
        (
            "The regime of calm covers the whole of Idlib province except Saraqeb and Binnish.",
            &["[the whole of] the whole of Idlib province:SY", "-Saraqeb:SY", "-Binnish:SY"],
        ),
        (
            "A halt across Darfur, excluding Jebel Marra, began.",
            &["[across] Darfur:SD", "-Jebel Marra:SD"],
        ),
        ("Guns fell silent throughout South Sudan.", &["[throughout] South Sudan:SS"]),
        ("The truce will not apply to Manbij.", &["-Manbij:SY"]),
        ("Villages outside Donetsk were hit.", &["[outside] Donetsk:UA"]),
        (
            "It held in the northern city of Kunduz, Afghanistan.",
            &["[northern city of] northern city of Kunduz:AF", "Afghanistan:AF"],
        ),
    ]);
}

/// B17: one place, many spellings.
#[test]
fn spellings_meet_in_one_id() {
    let places = places();
    let families: &[&[&str]] = &[
        &["Hodeida", "Hodeidah", "Al-Hudaydah", "al-Hudaydah", "Hudaida"],
        &["Sweida", "Suwayda", "As-Suwayda", "al-Suwayda", "Suweida"],
        &["Fua", "Fuaa", "Foua", "Foah", "al-Fu'ah", "al-Foua"],
        &["Deir ez-Zor", "Deir el-Zour", "Deir Ezzor", "Deir al-Zor"],
        &["Debaltseve", "Debaltsevo"],
        &["Luhansk", "Lugansk"],
        &["Kobani", "Kobane", "Kobanê", "Ayn al-Arab", "Ain al-Arab"],
        &["Ras al-Ayn", "Ras al-Ain", "Serekaniye"],
        &["Taiz", "Taizz", "Ta'izz"],
        &["Nagorno-Karabakh", "Nagorno Karabakh", "Artsakh", "Nagorny Karabakh"],
        &["Morazan", "Morazán"],
        &["Kyiv", "Kiev"],
        &["Wanni", "Vanni"],
        &["Khuzaa", "Khuza'a", "Khozaa"],
        &["Transnistria", "Trans-Dniester", "Transdniestria"],
        &["Myanmar", "Burma"],
    ];
    for family in families {
        let id = |name: &&str| {
            let text = Text::new(format!("The truce in {name} held."));
            let mentions = places.find(&text, &[]);
            assert_eq!(mentions.len(), 1, "{name}: {mentions:?}");
            mentions[0].what.candidates.first().map(|it| it.id.clone())
        };
        let ids: Vec<_> = family.iter().map(id).collect();
        assert!(ids.iter().all(|it| it.is_some() && *it == ids[0]), "{family:?}: {ids:?}");
    }
}

/// H1: the same name elsewhere.
#[test]
fn ambiguous_names() {
    check(&[
        ("Shelling was heard in Tripoli.", &["Tripoli:LY/LB"]),
        ("Shelling was heard in Tripoli, Lebanon.", &["Tripoli:LB", "Lebanon:LB"]),
        ("The Lebanese army entered Tripoli.", &["~Lebanese:LB", "Tripoli:LB"]),
        ("Libya's rivals agreed on a truce in Tripoli.", &["Libya:LY", "Tripoli:LY"]),
        ("Talks were held in Paris.", &["Paris:FR"]),
        ("The Pakistani army was active in Hyderabad.", &["~Pakistani:PK", "Hyderabad:PK"]),
        ("The truce in Georgia's Abkhazia holds.", &["Georgia:GE", "Abkhazia:GE"]),
        ("The Houthis shelled Hays in Yemen.", &["Hays:YE", "Yemen:YE"]),
        ("Congo and Uganda agreed.", &["Congo:CD/CG", "Uganda:UG"]),
    ]);
    let places = places();
    let lebanon = places.country("LB").expect("Lebanon is kept").clone();
    assert_eq!(found(&places, "Shelling in Tripoli.", &[lebanon]), ["Tripoli:LB"]);
}

#[test]
fn false_friends() {
    check(&[
        ("Most of the fighters had left by Sunday in March.", &[]),
        ("Nice words, he said. Reading them took a while.", &[]),
        ("The Same Date was given to Ban by the Mobile unit.", &[]),
        ("May could not say. Will they stop? Can they?", &[]),
        ("Both sides agreed to let aid in, Union leaders said.", &[]),
        ("Male and female prisoners were freed.", &[]),
        ("The White House welcomed it.", &[]),
        ("Hamas and Fatah signed after Ramadan.", &[]),
        ("Jewish and Muslim leaders prayed for Peace.", &[]),
        ("It told us to stop; Us too.", &[]),
    ]);
}

#[test]
fn persons() {
    check(&[
        ("President Jimmy Carter met Hamilton Jordan.", &[]),
        ("Michael Jordan and George Washington were named.", &[]),
        ("Gen. Santos ordered it.", &[]),
        ("Israel Katz rejected it, but Israel did not.", &["Israel:IL"]),
        ("Mohamed Morsi spoke in Cairo. Later, in Morsi the crowd saw a hero.", &["Cairo:EG"]),
        ("Spokesman Bukar Mali Dongo said so.", &[]),
        ("Victoria Nuland told reporters in Washington Friday.", &["Washington:US"]),
        (
            "Colombia's rebels met in Caracas, and Cesar Gaviria in Cali.",
            &["Colombia:CO", "Caracas:VE", "Cali:CO"],
        ),
        ("In El Salvador, Mara Salvatrucha agreed.", &["El Salvador:SV"]),
        ("King Abdullah of Jordan called for calm.", &["Jordan:JO"]),
    ]);
}

#[test]
fn titles_and_capitals() {
    check(&[
        ("Truce Takes Effect In Aleppo As Rebels Hold Fire", &["Aleppo:SY"]),
        ("Army Says Most Fighters Have Left Before Deadline", &[]),
        ("Nice Try: Leaders Reading Same Statement", &[]),
        ("FIGHTING RESUMED IN EL SALVADOR, THE GUERRILLAS SAID.", &["EL SALVADOR:SV"]),
        (
            "SALVADORAN TROOPS CLASHED NEAR PERQUIN IN MORAZAN DEPARTMENT.",
            &["~SALVADORAN:SV", "[NEAR] PERQUIN:SV", "MORAZAN DEPARTMENT:SV"],
        ),
        ("THE ARMY TOLD US THAT THE MARCH WILL REST IN PEACE.", &[]),
        ("GROZNY, Russia, Aug 22 - Guns fell silent.", &["GROZNY:RU", "Russia:RU"]),
        ("KABUL (AP) - The Taliban agreed.", &["KABUL:AF"]),
        ("The agency SANA said the army withdrew.", &[]),
    ]);
}

#[test]
fn regions_and_their_towns() {
    check(&[
        (
            "The truce covers Helmand and Kandahar provinces.",
            &["Helmand:AF", "Kandahar provinces:AF"],
        ),
        ("Rebels hold the province of Idlib.", &["province of Idlib:SY"]),
        ("Clashes in Suleimaniya province, Iraq.", &["Suleimaniya province:IQ", "Iraq:IQ"]),
        (
            "The Philippine army left Lanao del Sur and Maguindanao.",
            &["~Philippine:PH", "Lanao del Sur:PH", "Maguindanao:PH"],
        ),
        ("It holds in Rakhine State and Shan State.", &["Rakhine State:MM", "Shan State:MM"]),
        ("They met at the Rafah crossing.", &["Rafah crossing:PS"]),
    ]);
    let places = places();
    let kind = |text: &str| {
        let mentions = places.find(&Text::new(text), &[]);
        mentions[0].what.candidates[0].kind
    };
    assert_eq!(kind("Shelling in Idlib province."), Kind::Region);
    assert_eq!(kind("Shelling in Idlib."), Kind::City);
    assert_eq!(kind("Shelling in Quneitra governorate."), Kind::Region);
    assert_eq!(kind("Shelling in Syria."), Kind::Country);
}

#[test]
fn unknown_names_keep_their_words() {
    check(&[
        (
            "Syrian troops entered the village of Tal Qarrah.",
            &["~Syrian:SY", "village of Tal Qarrah:?"],
        ),
        ("Snipers fired from the al-Zebda district of the city.", &["al-Zebda district:?"]),
        ("A village in the north was shelled. The district was calm.", &[]),
        ("Nigerian troops retook the town of Karwada.", &["~Nigerian:NG", "town of Karwada:?"]),
    ]);
}

/// B16: far-apart places in one truce.
#[test]
fn far_apart_places() {
    check(&[
        (
            "The halt covers Zabadani near the Lebanese border, and Foua and Kefraya in Idlib province.",
            &["Zabadani:SY", "~Lebanese:LB", "Foua:SY", "Kefraya:SY", "Idlib province:SY"],
        ),
        (
            "Truces were agreed in Goma in the east and Mbandaka in the west of Congo.",
            &["Goma:CD", "Mbandaka:CD", "[the west of] the west of Congo:CD"],
        ),
    ]);
}

#[test]
fn zones() {
    let places = places();
    let zone = |text: &str| {
        let mentions = places.find(&Text::new(text), &[]);
        places.zone(&mentions[0].what.candidates[0])
    };
    assert_eq!(zone("in Syria").as_deref(), Some("Asia/Damascus"));
    assert_eq!(zone("in Eastern Ghouta").as_deref(), Some("Asia/Damascus"));
    assert_eq!(zone("in Grozny").as_deref(), Some("Europe/Moscow"));
    assert_eq!(zone("in Goma").as_deref(), Some("Africa/Lubumbashi"));
    assert_eq!(zone("in Russia"), None, "Russia keeps several times");
    assert_eq!(zone("in Bougainville").as_deref(), Some("Pacific/Bougainville"));
}

#[test]
fn country_of_a_report() {
    let places = places();
    let country = |text: &str| report_country(&places.find(&Text::new(text), &[]));
    let text = "Syrian troops left Aleppo. Russia and Turkey welcomed it, and so did Syria.";
    assert_eq!(country(text).as_deref(), Some("SY"));
    assert_eq!(country("Both sides agreed to stop."), None);
}

#[test]
fn any_text_is_read() {
    let places = places();
    for text in
        ["", "’s", "-", "Al", "al-", "El-", "A\u{301}", "of of of", "\u{feff}Üşkü-x-", "The The of"]
    {
        places.find(&Text::new(text), &[]);
    }
    let long = "Aleppo and ".repeat(20_000);
    assert_eq!(places.find(&Text::new(long), &[]).len(), 20_000);
    let capitals = "Al Al-Al ".repeat(20_000);
    places.find(&Text::new(capitals), &[]);
}
