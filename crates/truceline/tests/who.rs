//! Texts and the actors that must be found in them. A row marks each mention in place:
//! `[text = name #id < whom it speaks for ~ whom it stands for]`; the unmarked row is the input.

use truceline::{
    mention::{
        Mention,
        who::{Actors, Class, Who},
    },
    pack::Source,
    text::Text,
};

fn actors() -> Actors {
    Actors::load(&Source::Embedded, "en").unwrap()
}

fn named(it: &(String, Option<String>)) -> String {
    it.1.as_ref().map_or_else(|| it.0.clone(), |id| format!("#{id}"))
}

fn mark(text: &Text, found: &[Mention<Who>]) -> String {
    let mut out = String::new();
    let mut at = 0;
    for it in found {
        let surface = text.of(it.span);
        out += &text.text[at..it.span.range().start];
        out += "[";
        out += surface;
        if it.what.name != surface {
            out += &format!(" = {}", it.what.name);
        }
        if let Some(id) = &it.what.id {
            out += &format!(" #{id}");
        }
        if let Some(of) = &it.what.of {
            out += &format!(" < {}", named(of));
        }
        if !it.what.stands_for.is_empty() {
            let all: Vec<String> = it.what.stands_for.iter().map(named).collect();
            out += &format!(" ~ {}", all.join(" & "));
        }
        out += "]";
        at = it.span.range().end;
    }
    out + &text.text[at..]
}

fn unmark(row: &str) -> String {
    let mut out = String::new();
    for (at, part) in row.split('[').enumerate() {
        let Some((inside, after)) = part.split_once(']').filter(|_| at > 0) else {
            out += part;
            continue;
        };
        let end = [" = ", " #", " < ", " ~ "].iter().filter_map(|it| inside.find(it)).min();
        out += &inside[..end.unwrap_or(inside.len())];
        out += after;
    }
    out
}

#[track_caller]
fn check(rows: &[&str]) {
    let actors = actors();
    for row in rows {
        let text = Text::new(unmark(row));
        let got = mark(&text, &actors.find(&text, &[]));
        assert_eq!(&got, row);
    }
}

#[test]
fn states_and_their_seats() {
    check(&[
        "[Israel #il] and [Hamas #hamas] agreed to a truce on Monday.",
        "[Armenia #am], [Azerbaijan #az] and [Russia #ru] signed the statement.",
        "[Damascus = Syria #sy] said it would observe the lull; shells fell on Damascus all night.",
        "DAMASCUS, Aug 3 ([Reuters #reuters]) - The truce held.",
        "Talks were held in Egypt and Qatar, and [Egypt #eg] confirmed the deal.",
        "Fighting went on in northern Syria near Turkey's border.",
        "[The Kremlin = Kremlin #kremlin] denied that [Moscow = Russia #ru] had broken the truce.",
        "The [Israel #il]-[Hezbollah #hezbollah] ceasefire and the [U.S. = United States #us]-brokered pause both lapsed.",
        "[Pakistani officials < #pk] told us the news; [US officials < #us] did not.",
        "[The Dutch = Dutch < #nl] and [the Lebanese = Lebanese < #lb] sent [envoys]; [a Palestinian = Palestinian < #ps] was hurt.",
        "[Sudan's army = Sudanese Armed Forces #sd-army] said [Khartoum = Sudan #sd]'s airport was shut.",
    ]);
}

#[test]
fn groups_and_their_letters() {
    check(&[
        "[The Justice and Equality Movement (JEM) = Justice and Equality Movement #jem] rejected the offer, and [the JEM = Justice and Equality Movement #jem] repeated it on Tuesday.",
        "[The 23 March Movement = March 23 Movement #m23] declared a truce on Tuesday, 23 March 2010.",
        "[NSCN-NK #nscn-nk] and [NSCN-R #nscn-r] extended it until April; [the NSCN-K (Niki) = NSCN-K (Niki) #nscn-k-niki] until September.",
        "[The Syrian Defense Council = Syrian Defense Council < #sy] welcomed it.",
        "[Jabhat al-Nusra = Nusra Front #nusra], now called [Jabhat Fateh al-Sham #nusra], is excluded.",
        "[SPLM/A-IO fighters #splm-io < #splm-io] clashed with [the SPLA = Sudan People's Liberation Movement #splm].",
        "[AFP = Agence France-Presse #afp] reported that [the AFP = Armed Forces of the Philippines #ph-army], [the Armed Forces of the Philippines = Armed Forces of the Philippines #ph-army], had stood down.",
        "[FARC guerrillas = Revolutionary Armed Forces of Colombia #farc] and [the ELN = National Liberation Army #eln] will lay down their arms.",
        "[Farc = Revolutionary Armed Forces of Colombia #farc] and [Eta = ETA #eta] [both ~ #farc & #eta] wrote to [the Guardian = The Guardian #guardian].",
        "[The al-Qaeda-linked group Ansar Dine = Ansar Dine #ansar-dine] joined the talks.",
        "[The 5+5 Joint Military Commission = 5+5 Joint Military Commission #5-plus-5] met in Sirte.",
    ]);
}

#[test]
fn forces() {
    check(&[
        "[Israeli troops #il-army < #il], [Israeli warplanes #il-army < #il] and [the Israeli military = Israel Defense Forces #il-army] all stopped.",
        "[The Angolan army = Angolan Armed Forces #ao-army] and [UNITA rebels = UNITA #unita] kept the truce.",
        "[Russian and Syrian air forces ~ #ru-army & #sy-army] halted their raids.",
        "[Turkish and Kurdish forces ~ #tr & #kurdish-forces] blamed each other.",
        "[Two Ukrainian soldiers = Ukrainian soldiers #ua-army < #ua] died; [15 civilians] were hurt.",
        "[Government forces] and [separatists] fired at each other.",
    ]);
}

#[test]
fn persons_with_titles() {
    check(&[
        "[Lt. Col. Amina Kone = Amina Kone] said the front was quiet.",
        "[Hamas spokesman Sami Abu Zuhri = Sami Abu Zuhri #sami-abu-zuhri < #hamas] rejected it.",
        "Ruritanian [presidential aide Hugo Szell = Hugo Szell] left for talks.",
        "[Nepalese presidential aide Hari Thapa = Hari Thapa < #np] told [reporters] so.",
        "[Prime Minister Ranil Wickremesinghe = Ranil Wickremesinghe #ranil-wickremesinghe < #lk] met [Erik Solheim #erik-solheim < #no].",
        "[Field commander Aslanbek Turpal, 34, = Aslanbek Turpal] said [he ~ Aslanbek Turpal] would comply.",
        "[Rebel chief-of-staff Musa Kadi = Musa Kadi] signed for [the rebels = rebels].",
        "[Sgt. Maj. Peter van der Berg = Peter van der Berg] of [the Dutch contingent = Dutch contingent #nl-army < #nl] spoke.",
        "[Sheikh Abdul Qadir al-Rifai, a tribal elder, = Abdul Qadir al-Rifai] brokered it.",
    ]);
}

#[test]
fn appositions_up_to_the_comma() {
    check(&[
        "[Omar Dialo, a spokesman for the rebel group, = Omar Dialo < rebel group] said it would hold.",
        "[Grace Achieng, the chief mediator, = Grace Achieng] left Juba on Friday.",
        "[Uganda's defence minister, Paul Okello, = Paul Okello < #ug] signed the paper.",
        "[The group's leader, Iyad Ag Ghaly, = Iyad Ag Ghaly #iyad-ag-ghaly < group] denied it.",
        "It was announced by [Juan Rivas, head of the Army's Second Division = Juan Rivas < Second Division].",
        "[Sergei Lavrov, the Russian foreign minister, = Sergei Lavrov #sergei-lavrov < #ru] met [John Kerry, the U.S. secretary of state = John Kerry #john-kerry < #us].",
        "[M23, a rebel group, = March 23 Movement #m23] said [the army = army] had shelled its positions.",
    ]);
}

#[test]
fn surnames_of_those_named_in_full() {
    check(&[
        "[Mike Adeyemi, a government spokesman, = Mike Adeyemi] spoke first. [Mr. Adeyemi = Mike Adeyemi] said no more. [Adeyemi = Mike Adeyemi] left.",
        "[Rosa Quintana] said so. Later [Quintana = Rosa Quintana] denied it, and Monterrey was quiet.",
        "[Hillary Clinton #hillary-clinton < #us] arrived on Monday. [Clinton = Hillary Clinton #hillary-clinton < #us] met [the king = king].",
    ]);
}

#[test]
fn role_phrases() {
    check(&[
        "[A spokesman for the Syrian opposition = spokesman for the Syrian opposition < #syrian-opposition] said [the regime = regime] had shelled Homs.",
        "[A senior Hamas official = senior Hamas official < #hamas] and [a U.S. diplomat = U.S. diplomat < #us] confirmed it.",
        "[A military source = military source] told [Interfax #interfax] that [militants] fired first.",
        "[Members of the Taliban negotiating team < Taliban negotiating team] left Doha.",
        "[The head of Nigeria's military = head of Nigeria's military < #ng-army] announced the halt.",
        "[Boko Haram's leader = leader < #boko-haram] denied it, and so did [three of its commanders = commanders].",
        "[Observers from the OSCE < #osce] and [U.N. monitors < #un] were turned back.",
        "[The foreign ministers of Ukraine, Russia and France = foreign ministers of Ukraine, Russia and France < #ua] met.",
        "[Residents] and [witnesses] said [hospital officials] counted nine bodies.",
        "[State television] said [local media] were wrong.",
        "[Both sides = sides] accused each other.",
        "[A child = child] and [two women = women] were killed in rebel territory.",
        "[Suspected Boko Haram militants = Boko Haram #boko-haram] attacked the town.",
        "[Pro-Russian separatists = pro-Russian separatists #ua-separatists] and [anti-Assad fighters] agreed.",
        "[The Saudi-led coalition = Saudi-led coalition #saudi-led-coalition] and [Iranian-backed rebels] agreed.",
        "[The Borno Women's Union = Union < Borno Women] urged both to stop.",
    ]);
}

#[test]
fn deeds_of_an_adjective() {
    check(&[
        "[Israeli = Israel #il] gunfire killed [a farmer = farmer], and [Russian = Russia #ru] shelling hit a school.",
        "[Syrian = Syria #sy] and [Russian = Russia #ru] airstrikes broke the truce.",
        "[Rebel] positions were hit; [civilian] casualties rose.",
    ]);
}

#[test]
fn descriptors_stand_for_the_one_candidate_near() {
    check(&[
        "[Boko Haram #boko-haram] was not there. [The group = group ~ #boko-haram] denied that it had agreed.",
        "[The FARC = Revolutionary Armed Forces of Colombia #farc] and [the ELN = National Liberation Army #eln] met. [The group = group] denied it.",
        "[India #in] and [Pakistan #pk] stopped firing. [Both sides = sides ~ #in & #pk] said [the two ~ #in & #pk] had spoken by telephone.",
        "[Armenia #am] and [Azerbaijan #az] talked. [Russia #ru] and [Turkey #tr] talked. [Both sides = sides] left.",
        "[General Kofi Mensah = Kofi Mensah] signed. [He = he ~ Kofi Mensah] said [his men = men] would comply.",
        "[Kofi Mensah] met Ama Owusu. [He = he] said no.",
        "[The Sri Lankan army = Sri Lankan Armed Forces #lk-army] waited in Jaffna, Sri Lanka. [The army = army ~ #lk-army] said [the Tigers = Liberation Tigers of Tamil Eelam #ltte] had fired; [the government = government] was silent.",
        "[The LTTE = Liberation Tigers of Tamil Eelam #ltte] declared it. [The rebels = rebels ~ #ltte] said [they ~ #ltte] would keep it.",
        "[Kenya's prime minister, Raila Odinga, = Raila Odinga < #ke] spoke. [The prime minister = prime minister ~ Raila Odinga] praised the truce.",
        "[The Liberian government = Liberian government #lr < #lr] and [LURD = Liberians United for Reconciliation and Democracy #lurd] signed. [They = they ~ #lr & #lurd] blamed each other.",
    ]);
}

#[test]
fn all_capitals() {
    check(&[
        "[THE FMLN = Farabundo Marti National Liberation Front #fmln] SAID [THE SALVADORAN GOVERNMENT = Salvadoran government #sv < #sv] BROKE THE TRUCE.",
        "[GUATEMALAN PRESIDENT VINICIO CEREZO = Vinicio Cerezo #vinicio-cerezo < #gt] MET [REBEL LEADERS] IN MADRID, TOLD US SO, AND LEFT.",
    ]);
}

#[test]
fn spaced_tokens() {
    check(&[
        "\" It holds , \" said [Chechen rebel commander Ruslan Gelayev = Ruslan Gelayev < #chechens] , who met [Yeltsin 's envoy = envoy < #boris-yeltsin] .",
        "[The Kurd group 's spokesman = spokesman < Kurd group] said [Iran 's army = Iranian Armed Forces #ir-army < #ir] had left .",
    ]);
}

#[test]
fn headlines() {
    check(&[
        "[Army], [Rebels] to Observe Holiday Truces",
        "[Ukraine Rebels < #ua] Say Truce Broken by [Kiev Troops #ua-army < #ua]",
        "[Duterte = Rodrigo Duterte #rodrigo-duterte < #ph] Orders [Army] to Halt Offensive Against [Communist Rebels]",
    ]);
}

#[test]
fn no_actors() {
    check(&[
        "On Monday, March 4, a truce took effect in Geneva at noon.",
        "The ceasefire line near Mount Hermon was quiet in April.",
        "The agreement was signed at Camp David on Friday.",
        "It is not a ceasefire but a pause, however short.",
        "Ramadan ends on Thursday; Eid follows.",
        "Shelling resumed along the contact line, with no sign of peace.",
    ]);
}

#[test]
fn several_parties() {
    check(&[
        "[Government negotiators] and [the Maoists = Maoists] agreed, [Nepal's home minister = home minister < #np] said.",
        "[Myanmar's junta = State Administration Council #mm-junta] and [the Three Brotherhood Alliance = Three Brotherhood Alliance #brotherhood-alliance], which includes [the MNDAA = Myanmar National Democratic Alliance Army #mndaa], [the TNLA = Ta'ang National Liberation Army #tnla] and [the AA = Arakan Army #aa], met in Kunming.",
        "[The AFC/M23 = March 23 Movement #m23] and [the Congolese government = Congolese government #cd < #cd] signed in Doha.",
        "[Bosnian Serb leader Radovan Karadzic = Radovan Karadzic #radovan-karadzic < #bosnian-serbs] told [U.N. commander General Michael Rose = Michael Rose #michael-rose < #un] that [Bosnian Serb forces = Bosnian Serbs #bosnian-serbs] had stopped.",
        "[Ethnic Albanian rebels = National Liberation Army #nla-mk] and [the Macedonian government = Macedonian government #mk < #mk] each signed with [NATO #nato].",
        "[The Tamil Tigers = Liberation Tigers of Tamil Eelam #ltte] said [Norway #no], not [India #in], should mediate.",
        "[The IRA = Irish Republican Army #ira] said it; [Sinn Fein #sinn-fein] and [the loyalists = loyalists] agreed, [the BBC = BBC #bbc] reported.",
        "[Thai Foreign Minister Sihasak Phuangketkeow = Sihasak Phuangketkeow #sihasak-phuangketkeow < #th] and [his Cambodian counterpart = Cambodian counterpart < #kh] met [ASEAN observers = ASEAN Observer Team #asean-aot].",
        "[Gang leaders of the G9 and G-Pep < #g9] promised [Father Tom Hagan = Tom Hagan #tom-hagan < #hands-together] calm.",
        "[Guatemalan army officers < #gt-army] and [URNG commanders < #urng] flew to Oslo.",
        "[The U.N. Security Council = UN Security Council #unsc] and [the African Union = African Union #african-union] welcomed it, as did [the White House = White House #white-house].",
        "[An official in the prime minister's office = official in the prime minister's office < prime minister's office] told [state radio] that [police] had fired.",
        "[Sources] close to the talks said [diplomats] were hopeful.",
        "[Hemedti, commander of the Rapid Support Forces, = Mohamed Hamdan Dagalo #mohamed-hamdan-dagalo < #rsf] spoke to [Al Jazeera #al-jazeera].",
        "[Yemen's Houthis = Houthis #houthis < #ye] and [the Saudi-led coalition = Saudi-led coalition #saudi-led-coalition] traded blame, [Saba news agency = Saba #saba] reported, quoting [a Houthi official = Houthi official < #houthis].",
        "[The self-proclaimed Luhansk People's Republic = Luhansk People's Republic #lpr] accused [Kyiv = Ukraine #ua] of 12 breaches.",
        "[Turkey's president, Recep Tayyip Erdogan, = Recep Tayyip Erdogan #recep-tayyip-erdogan < #tr] told [the Observatory = Syrian Observatory for Human Rights #sohr] nothing.",
        "[Chad Miller, a resident of Atlanta, = Chad Miller < Atlanta] Georgia, was not there.",
        "[Villagers] fled; [the army's 3rd Brigade = 3rd Brigade < army], [the navy = navy] and [border guards] stayed.",
        "[UNITA's Jonas Savimbi = Jonas Savimbi #jonas-savimbi < #unita] and [Angola's José Eduardo dos Santos = Jose Eduardo dos Santos #jose-eduardo-dos-santos < #ao] shook hands.",
        "[The Contras = Contras #contras] accused [Managua = Nicaragua #ni] of firing first, [Reuters #reuters] said.",
        "[The Lord's Resistance Army's deputy leader, Vincent Otti, = Vincent Otti #vincent-otti < #lra] called [Riek Machar #riek-machar < #splm-io].",
        "[Opposition parties] and [the Janjaweed militia = Janjaweed militia #janjaweed < #janjaweed] said nothing to [the AU = African Union #african-union].",
        "[Palestinian President Mahmoud Abbas' office = office < #mahmoud-abbas] thanked Cairo.",
        "[Al-Shabab fighters #al-shabab < #al-shabab] ambushed [Ethiopian troops #et-army < #et]; [the Transitional Federal Government = Transitional Federal Government #tfg] blamed [Eritrea #er].",
        "[Colombia's High Commissioner = High Commissioner < #co] for Peace, [Danilo Rueda #danilo-rueda < #co], met [the ELN's chief negotiator, Pablo Beltran = Pablo Beltran #pablo-beltran < #eln].",
        "[President Santos = Juan Manuel Santos #juan-manuel-santos < #co] ordered [the army = army] to halt.",
        "[The rebels' political wing = political wing < rebels] said [its leader = leader] would meet [the mediators = mediators].",
        "[A group of people = group of people < people] watched; [none of the parties = parties] spoke.",
        "[Neither side = side] has complied, [the mission's head = head < mission] said.",
        "[Congo = Democratic Republic of the Congo #cd] and [Rwanda #rw] backed a ceasefire, but [the M23 rebels = March 23 Movement #m23] said [they] had not been told.",
        "[Hezbollah's Al-Manar TV = Al-Manar #al-manar < #hezbollah] said [the Lebanese army = Lebanese Armed Forces #lb-army] had entered Naqoura.",
        "[UNIFIL peacekeepers < #unifil] saw [Israeli drones #il-army < #il] over the village.",
        "[The Vatican = Holy See #va] urged [Washington = United States #us] and [Tehran = Iran #ir] to talk.",
    ]);
}

#[test]
fn which_two_and_which_group() {
    check(&[
        "[Kenya #ke] has signed a truce with [Somalia #so]. [The U.S. = United States #us] and [Egypt #eg] mediated. [Neither side = side] spoke to [the press = press].",
        "[Ana Ruiz] and [Juan Paz] talked. [The two leaders = leaders ~ Ana Ruiz & Juan Paz] smiled.",
        "As both [Turkey #tr] and [the SDF = Syrian Democratic Forces #sdf] claim, it held.",
        "[The FMLN movement = FMLN movement #fmln < #fmln] left; [the FMLN faction = FMLN faction < #fmln] stayed. Talks with [the militant sect = militant sect ~ #fmln] went on.",
        "[The president of Chad = president of Chad < #td] met [the country's army chief = army chief < country].",
        "[Ghana's ambassador to Mali = ambassador to Mali < #gh] spoke for [the mediators = mediators].",
        "[A legitimate representative of a specific cell = legitimate representative of a specific cell < specific cell] signed.",
        "Peace talks between [Mali #ml] and [the CMA = Coordination of Azawad Movements #cma-ml] went on. [Algeria #dz] and [France #fr] helped. [Both sides = sides ~ #ml & #cma-ml] hoped; the two sides of the river did not.",
    ]);
}

#[test]
fn the_title_names_for_the_text() {
    let actors = actors();
    let title = Text::new("Boko Haram's Bukar Shehu offers truce");
    let known: Vec<Who> = actors.find(&title, &[]).into_iter().map(|it| it.what).collect();
    let text = Text::new("The group would stop at noon.");
    let found = actors.find(&text, &known);
    assert_eq!(found[0].what.stands_for[0].1.as_deref(), Some("boko-haram"));
}

#[test]
fn similar_names_stay_apart() {
    let text = Text::new("NSCN-K, NSCN-K (Niki), NSCN-NK, NSCN-R and NSCN-IM; SLM-AW and SLM-MM.");
    let mut ids: Vec<String> =
        actors().find(&text, &[]).into_iter().filter_map(|it| it.what.id).collect();
    assert_eq!(ids.len(), 7);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 7);
}

#[test]
fn a_head_lies_within_its_mention() {
    let text = Text::new("Uganda’s envoy, Paul Okello, met Lt. Gen. Ana Ruíz’s staff in Kampala.");
    for it in actors().find(&text, &[]) {
        assert!(it.span.contains(it.what.head), "{it:?}");
    }
}

#[test]
fn mentions_are_in_order_and_apart() {
    let actors = actors();
    let odd = [
        "",
        "'s",
        "’s army’s",
        "the the the of of of ,,, ((( [FMLN",
        "A, a B, a C, a spokesman, the leader, X Y, a spokesman for for",
        "\u{feff}U.S.-U.S.-led-led 's 's — “Hamas” „Tass« Ω≈ç√ İstanbul'un ﬁghters",
        "of the of the leader of the head of the chief of the army of the group of the leader",
        "PRESIDENT PRESIDENT PRESIDENT JOSE JOSE JOSE AND AND AND",
    ];
    for text in odd {
        let text = Text::new(text);
        let found = actors.find(&text, &[]);
        for pair in found.windows(2) {
            assert!(pair[0].span.end <= pair[1].span.start, "{pair:?}");
        }
        for it in &found {
            assert!(!text.of(it.span).is_empty());
        }
    }
}

#[test]
fn one_long_line_takes_no_longer_than_many() {
    let actors = actors();
    let line = "Israel and Hamas said both sides and the group, a rebel group, led by Omar Dialo, ";
    let text = Text::new(line.repeat(4_000));
    let start = std::time::Instant::now();
    assert!(actors.find(&text, &[]).len() > 10_000);
    assert!(start.elapsed().as_secs() < 20);
}

#[test]
fn every_class_has_actors() {
    let text =
        Text::new("Egypt, the UPDF, Hamas, Kofi Annan, the UN, Reuters, SOHR, Kurds, officials");
    let found: Vec<Class> = actors().find(&text, &[]).into_iter().map(|it| it.what.class).collect();
    let expected = [
        Class::State,
        Class::Forces,
        Class::Group,
        Class::Person,
        Class::Organisation,
        Class::Media,
        Class::Monitor,
        Class::People,
        Class::Role,
    ];
    assert_eq!(found, expected);
}
