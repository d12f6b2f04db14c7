//! Text that becomes part of markup. Comes in: any text. Goes out: the same words, and nothing that a
//! browser or a reader of feeds could take for more.

/// For HTML and XML, in text and in quoted attributes. What XML 1.0 cannot hold is replaced.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for it in text.chars() {
        match it {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(it),
            '\0'..='\x1f' | '\x7f' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(it),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_that_could_be_markup() {
        assert_eq!(escape("<a b='\"'>&\0"), "&lt;a b=&#39;&quot;&#39;&gt;&amp;\u{fffd}");
    }
}
