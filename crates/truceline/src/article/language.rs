//! Which language a text is in. Comes in: a draft. Goes out: ISO 639-1, or nothing where it cannot
//! be told. Never trusts a detector on a few words alone.

use whatlang::Lang;

use super::draft::Draft;

/// Share of words that are among the pack's common ones, and the number of words.
pub fn common_share(text: &str, draft: &Draft<'_>) -> (f32, usize) {
    let words = &draft.furniture.common;
    let is_common = |word: &str| match word.bytes().all(|it| it.is_ascii_lowercase()) {
        true => words.contains(word),
        false => words.contains(&word.to_lowercase()),
    };
    let (mut common, mut all) = (0, 0);
    for word in
        text.split(|ch: char| !ch.is_alphanumeric() && ch != '\'').filter(|it| !it.is_empty())
    {
        all += 1;
        common += usize::from(is_common(word));
    }
    (common as f32 / all.max(1) as f32, all)
}

/// The language of what is kept.
pub fn of(draft: &Draft<'_>) -> Option<String> {
    let mut sample = String::new();
    for at in draft.kept() {
        let line = draft.of(at);
        let mut end = line.len().min(20_000usize.saturating_sub(sample.len()));
        while !line.is_char_boundary(end) {
            end -= 1;
        }
        sample.push_str(&line[..end]);
        sample.push('\n');
        if sample.len() >= 20_000 {
            break;
        }
    }
    let (share, words) = common_share(&sample, draft);
    if words >= 4 && share >= 0.22 {
        return Some(draft.furniture.language.clone());
    }
    let found = whatlang::detect(&sample)?;
    let letters = sample.chars().filter(|ch| ch.is_alphabetic()).count();
    (letters >= 60 && found.is_reliable() || letters >= 15 && !is_latin(&sample))
        .then(|| code(found.lang()).to_owned())
}

fn is_latin(text: &str) -> bool {
    matches!(whatlang::detect_script(text), Some(whatlang::Script::Latin) | None)
}

/// Whether a line is plainly in another language than the article's.
pub fn is_foreign(line: &str, language: &str, draft: &Draft<'_>) -> bool {
    let letters = line.chars().filter(|ch| ch.is_alphabetic()).count();
    let wide = line.chars().filter(|ch| ch.is_alphabetic() && !is_latin_letter(*ch)).count();
    let latin = matches!(code_script(language), whatlang::Script::Latin);
    if letters < 6 {
        return false;
    }
    if latin && wide * 10 > letters * 6 {
        return true;
    }
    if !latin || language != draft.furniture.language {
        return false;
    }
    let (share, words) = common_share(line, draft);
    if words < 4 || share > 0.0 && words < 20 || share >= 0.08 {
        return false;
    }
    let Some(found) = whatlang::detect(line) else { return false };
    if code(found.lang()) == language {
        return false;
    }
    let accented = |word: &&str| word.chars().any(|ch| !ch.is_ascii() && ch.is_alphabetic());
    let accents = line.split_whitespace().filter(accented).count();
    // Headlines of names look foreign to a detector: marks on several words, or length, must agree.
    accents * 4 >= words && accents >= 2
        || words >= 8 && found.is_reliable() && found.confidence() > 0.9
        || words >= 14 && found.confidence() > 0.6
}

fn is_latin_letter(ch: char) -> bool {
    ch.is_ascii_alphabetic() || matches!(ch, '\u{aa}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

fn code_script(language: &str) -> whatlang::Script {
    let found = TABLE.iter().find(|(_, code)| *code == language);
    match found.map(|it| it.0) {
        Some(Lang::Ara | Lang::Pes | Lang::Urd) => whatlang::Script::Arabic,
        Some(Lang::Rus | Lang::Ukr | Lang::Bul | Lang::Bel | Lang::Mkd | Lang::Srp) => {
            whatlang::Script::Cyrillic
        }
        Some(Lang::Cmn | Lang::Jpn) => whatlang::Script::Mandarin,
        Some(Lang::Kor) => whatlang::Script::Hangul,
        Some(Lang::Heb | Lang::Yid) => whatlang::Script::Hebrew,
        Some(Lang::Ell) => whatlang::Script::Greek,
        Some(Lang::Hin | Lang::Mar | Lang::Nep) => whatlang::Script::Devanagari,
        Some(Lang::Tha) => whatlang::Script::Thai,
        _ => whatlang::Script::Latin,
    }
}

/// ISO 639-3 as the detector names languages, and ISO 639-1.
const TABLE: &[(Lang, &str)] = &[
    (Lang::Afr, "af"),
    (Lang::Aka, "ak"),
    (Lang::Amh, "am"),
    (Lang::Ara, "ar"),
    (Lang::Aze, "az"),
    (Lang::Bel, "be"),
    (Lang::Ben, "bn"),
    (Lang::Bul, "bg"),
    (Lang::Cat, "ca"),
    (Lang::Ces, "cs"),
    (Lang::Cmn, "zh"),
    (Lang::Dan, "da"),
    (Lang::Deu, "de"),
    (Lang::Ell, "el"),
    (Lang::Eng, "en"),
    (Lang::Epo, "eo"),
    (Lang::Est, "et"),
    (Lang::Fin, "fi"),
    (Lang::Fra, "fr"),
    (Lang::Guj, "gu"),
    (Lang::Heb, "he"),
    (Lang::Hin, "hi"),
    (Lang::Hrv, "hr"),
    (Lang::Hun, "hu"),
    (Lang::Hye, "hy"),
    (Lang::Ind, "id"),
    (Lang::Ita, "it"),
    (Lang::Jav, "jv"),
    (Lang::Jpn, "ja"),
    (Lang::Kan, "kn"),
    (Lang::Kat, "ka"),
    (Lang::Khm, "km"),
    (Lang::Kor, "ko"),
    (Lang::Lat, "la"),
    (Lang::Lav, "lv"),
    (Lang::Lit, "lt"),
    (Lang::Mal, "ml"),
    (Lang::Mar, "mr"),
    (Lang::Mkd, "mk"),
    (Lang::Mya, "my"),
    (Lang::Nep, "ne"),
    (Lang::Nld, "nl"),
    (Lang::Nob, "nb"),
    (Lang::Ori, "or"),
    (Lang::Pan, "pa"),
    (Lang::Pes, "fa"),
    (Lang::Pol, "pl"),
    (Lang::Por, "pt"),
    (Lang::Ron, "ro"),
    (Lang::Rus, "ru"),
    (Lang::Sin, "si"),
    (Lang::Slk, "sk"),
    (Lang::Slv, "sl"),
    (Lang::Sna, "sn"),
    (Lang::Spa, "es"),
    (Lang::Srp, "sr"),
    (Lang::Swe, "sv"),
    (Lang::Tam, "ta"),
    (Lang::Tel, "te"),
    (Lang::Tgl, "tl"),
    (Lang::Tha, "th"),
    (Lang::Tuk, "tk"),
    (Lang::Tur, "tr"),
    (Lang::Ukr, "uk"),
    (Lang::Urd, "ur"),
    (Lang::Uzb, "uz"),
    (Lang::Vie, "vi"),
    (Lang::Yid, "yi"),
    (Lang::Zul, "zu"),
];

fn code(lang: Lang) -> &'static str {
    TABLE.iter().find(|(it, _)| *it == lang).map_or("und", |it| it.1)
}
