//! How words are spelled. Comes in: a word. Goes out: the key under which all its spellings meet,
//! and the capitals that a name asks for.

/// Of two sets of needed capitals, the freer at each atom.
pub fn freer(a: u64, b: u64) -> u64 {
    (0..32).map(|at| ((a >> (2 * at)) & 3).min((b >> (2 * at)) & 3) << (2 * at)).sum()
}

/// 0 for any letters, 1 for a capital, 2 for all capitals.
pub fn needed_case(piece: &str) -> u64 {
    let mut letters = piece.chars().filter(|it| it.is_alphabetic());
    let Some(first) = letters.next() else { return 0 };
    if !first.is_uppercase() {
        return u64::from(letters.any(char::is_uppercase));
    }
    let mut rest = letters.peekable();
    if rest.peek().is_some() && rest.all(char::is_uppercase) { 2 } else { 1 }
}

/// `SPLM/A` as the tokens of a text have it: words, and marks one by one.
pub fn marks_apart(part: &str) -> impl Iterator<Item = &str> {
    let mut rest = part;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let inner = |ch: char| ch.is_alphanumeric() || matches!(ch, '-' | '.' | '\'' | '’');
        let len = if inner(first) {
            rest.find(|ch: char| !inner(ch)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (word, tail) = rest.split_at(len);
        rest = tail;
        Some(word)
    })
}

/// Small letters without accents, stops and apostrophes, so that spellings of one word meet.
pub fn fold(word: &str, key: &mut String) {
    key.clear();
    if word.is_ascii() {
        key.extend(
            word.bytes()
                .filter(|it| !matches!(it, b'.' | b'\''))
                .map(|it| it.to_ascii_lowercase() as char),
        );
    } else {
        for ch in word.chars().flat_map(char::to_lowercase) {
            match ch {
                '.' | '\'' | '’' | 'ʼ' | '‘' | '`' | 'ʿ' | 'ʾ' | '\u{300}'..='\u{36f}' => {}
                'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => key.push('a'),
                'ç' | 'ć' | 'č' | 'ĉ' => key.push('c'),
                'ď' | 'đ' | 'ð' => key.push('d'),
                'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' | 'ə' => key.push('e'),
                'ğ' | 'ģ' | 'ǧ' => key.push('g'),
                'ḥ' | 'ħ' => key.push('h'),
                'ì' | 'í' | 'î' | 'ï' | 'ī' | 'į' | 'ı' => key.push('i'),
                'ł' | 'ľ' | 'ļ' => key.push('l'),
                'ñ' | 'ń' | 'ň' | 'ņ' => key.push('n'),
                'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' => key.push('o'),
                'ř' => key.push('r'),
                'ś' | 'š' | 'ş' | 'ș' | 'ṣ' => key.push('s'),
                'ť' | 'ţ' | 'ț' | 'ṭ' => key.push('t'),
                'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' | 'ų' => key.push('u'),
                'ý' | 'ÿ' => key.push('y'),
                'ź' | 'ż' | 'ž' | 'ẓ' => key.push('z'),
                _ => key.push(ch),
            }
        }
    }
    if key.is_empty() {
        // A bare mark or the possessive keeps its own sign.
        key.push_str(word);
        if word.ends_with(['s', 'S']) {
            key.clear();
            key.push_str("'s");
        }
    } else if key == "s" && word.len() > 1 && !word.ends_with('.') {
        key.clear();
        key.push_str("'s");
    }
}
