//! The form under which a name is looked up. Comes in: a name as written. Goes out: lower case,
//! no accents, no apostrophes, hyphens as spaces, every Arabic article as `al`. Never guesses:
//! two spellings that differ in a letter stay two.

/// Articles that are written with a hyphen before an Arabic name: `ez-Zor`, `as-Suwayda`.
const ARTICLES: &[&str] = &[
    "al", "ul", "el", "ad", "adh", "an", "ar", "as", "ash", "at", "ath", "az", "ed", "en", "er",
    "es", "esh", "et", "ez",
];

/// Latin letters with marks, by the plain letter they are written for.
const ACCENTS: &[(&str, &str)] = &[
    ("a", "àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ"),
    ("b", "ḃḅḇɓ"),
    ("c", "çćĉċčḉ"),
    ("d", "ďđḋḍḏḑḓɗ"),
    ("e", "èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệəɛ"),
    ("f", "ḟ"),
    ("g", "ĝğġģǧǵḡ"),
    ("h", "ĥħȟḣḥḧḩḫẖ"),
    ("i", "ìíîïĩīĭįıǐȉȋḭḯỉị"),
    ("j", "ĵǰ"),
    ("k", "ķƙǩḱḳḵ"),
    ("l", "ĺļľłḷḹḻḽ"),
    ("m", "ḿṁṃ"),
    ("n", "ñńņňŋǹṅṇṉṋ"),
    ("o", "òóôõöøōŏőơǒǫǭȍȏȫȭȯȱɔṍṏṑṓọỏốồổỗộớờởỡợ"),
    ("p", "ṕṗ"),
    ("r", "ŕŗřȑȓṙṛṝṟ"),
    ("s", "śŝşšșṡṣṥṧṩ"),
    ("t", "ţťŧțṫṭṯṱẗ"),
    ("u", "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự"),
    ("v", "ṽṿ"),
    ("w", "ŵẁẃẅẇẉẘ"),
    ("x", "ẋẍ"),
    ("y", "ýÿŷƴȳẏẙỳỵỷỹ"),
    ("z", "źżžẑẓẕ"),
    ("ae", "æ"),
    ("oe", "œ"),
    ("ss", "ß"),
    ("d", "ð"),
    ("th", "þ"),
];

/// The folded form of a name; names in other scripts keep their letters.
pub fn fold(name: &str) -> String {
    let mut into = String::with_capacity(name.len());
    push_folded(name, &mut into);
    into
}

/// Appends the folded form of `name` to `into`, with a space between if there is something before.
pub fn push_folded(name: &str, into: &mut String) {
    if !into.is_empty() {
        into.push(' ');
    }
    let mut word = into.len();
    for ch in name.chars() {
        match ch {
            'a'..='z' | '0'..='9' => into.push(ch),
            'A'..='Z' => into.push(ch.to_ascii_lowercase()),
            '-' | '‑' | '–' | ' ' | '\u{a0}' | '/' | '\t' | '\n' | '\r' => {
                end_word(into, &mut word, ch == '-' || ch == '‑');
            }
            _ if ch.is_alphanumeric() => push_letter(ch, into),
            _ => {}
        }
    }
    if into.len() == word {
        into.truncate(word.saturating_sub(1));
    } else if matches!(&into[word..], "el") {
        into.replace_range(word.., "al");
    }
}

fn end_word(into: &mut String, word: &mut usize, hyphen: bool) {
    let last = &into[*word..];
    if last.is_empty() {
        return;
    }
    if last == "el" || hyphen && ARTICLES.contains(&last) {
        into.replace_range(*word.., "al");
    }
    into.push(' ');
    *word = into.len();
}

fn push_letter(ch: char, into: &mut String) {
    for lower in ch.to_lowercase() {
        match ACCENTS.iter().find(|(_, marked)| marked.contains(lower)) {
            Some((plain, _)) => into.push_str(plain),
            None if matches!(
                lower,
                '\u{0300}'..='\u{036f}' | 'ʼ' | 'ʻ' | 'ʾ' | 'ʿ' | 'ʹ' | 'ʺ'
            ) => {}
            None => into.push(lower),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{fold, push_folded};

    #[test]
    fn spellings_meet() {
        let same = |a: &str, b: &str| assert_eq!(fold(a), fold(b));
        same("Deir ez-Zor", "Deir el-Zor");
        same("Nagorno-Karabakh", "NAGORNO KARABAKH");
        same("Ma‘arrat an-Nu‘mān", "Maarrat al-Numan");
        same("Perquín", "Perquin");
        same("U.S.", "US");
        assert_ne!(fold("Marka"), fold("Merka"));
        let mut name = String::new();
        push_folded("Khan", &mut name);
        push_folded("Younis", &mut name);
        assert_eq!(name, "khan younis");
        assert_eq!(fold("—"), "");
        assert_eq!(fold("San -"), "san");
    }
}
