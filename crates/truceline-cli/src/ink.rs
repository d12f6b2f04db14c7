//! Lines for people. Comes in: words, a width, whether colours are wanted. Goes out: wrapped and
//! painted lines. Never measures in bytes: a name in any script takes the columns it takes.

use std::io::IsTerminal;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

/// Columns where there is no terminal to ask.
const PIPED: usize = 90;

#[derive(Clone, Copy, Debug)]
pub struct Ink {
    pub colour: bool,
    pub width: usize,
}

pub const BOLD: Style = Style::new().bold();
pub const DIM: Style = Style::new().dimmed();
pub const ACT: Style = AnsiColor::Cyan.on_default().bold();
pub const WARN: Style = AnsiColor::Yellow.on_default();
pub const GOOD: Style = AnsiColor::Green.on_default();
pub const BAD: Style = AnsiColor::Red.on_default();

impl Ink {
    /// For standard output: colours on a terminal only, and never where `NO_COLOR` is set.
    pub fn for_stdout() -> Ink {
        let stdout = std::io::stdout();
        let width = if stdout.is_terminal() {
            terminal_size::terminal_size().map_or(PIPED, |(width, _)| width.0 as usize)
        } else {
            PIPED
        };
        let colour = anstream::AutoStream::choice(&stdout) != anstream::ColorChoice::Never;
        Ink { colour, width: width.clamp(60, 100) }
    }

    pub fn paint(&self, style: Style, words: &str) -> String {
        if self.colour && !words.is_empty() {
            format!("{style}{words}{style:#}")
        } else {
            words.to_owned()
        }
    }

    /// `words` wrapped into lines that follow `head` (its columns given), later ones indented to
    /// the same column; each line painted by itself.
    pub fn hang(&self, into: &mut String, head: (&str, usize), style: Style, words: &str) {
        let (head, column) = head;
        if fits(words, self.width.saturating_sub(column)) && !self.colour {
            for part in [head, words, "\n"] {
                into.push_str(part);
            }
            return;
        }
        for (at, line) in wrap(words, self.width.saturating_sub(column)).iter().enumerate() {
            if at == 0 {
                into.push_str(head);
            } else {
                // The rule of a card goes on beside wrapped lines.
                let rule = if head.contains('│') { "│" } else { "" };
                into.push_str(&self.paint(DIM, rule));
                into.extend(std::iter::repeat_n(' ', column - rule.width()));
            }
            into.push_str(&self.paint(style, line));
            into.push('\n');
        }
    }
}

/// Whether words are a line as they are, as most are: plain letters and single blanks.
fn fits(words: &str, width: usize) -> bool {
    let plain = |it: u8| it.is_ascii_graphic() || it == b' ';
    words.len() <= width
        && words.bytes().all(plain)
        && !words.contains("  ")
        && words.trim_ascii().len() == words.len()
}

/// Breaks at blanks; a word wider than the line is cut. Line ends in `words` count as blanks.
/// At least one line, if an empty one.
pub fn wrap(words: &str, width: usize) -> Vec<String> {
    let width = width.max(10);
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in words.split_whitespace() {
        let mut word = word.to_owned();
        if used > 0 {
            if used + 1 + word.width() <= width {
                let line = lines.last_mut().expect("there is always a line");
                line.push(' ');
                line.push_str(&word);
                used += 1 + word.width();
                continue;
            }
            lines.push(String::new());
        }
        while word.width() > width {
            let rest = word.split_off(fitting(&word, width));
            lines.last_mut().expect("there is always a line").push_str(&word);
            lines.push(String::new());
            word = rest;
        }
        lines.last_mut().expect("there is always a line").push_str(&word);
        used = word.width();
    }
    lines
}

/// Bytes of the longest start of `word` that takes at most `width` columns, one character at least.
fn fitting(word: &str, width: usize) -> usize {
    let mut end = word.chars().next().map_or(0, char::len_utf8);
    for (at, ch) in word.char_indices() {
        let next = at + ch.len_utf8();
        if word[..next].width() > width {
            break;
        }
        end = next;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::{DIM, Ink, wrap};

    #[test]
    fn wraps_by_columns_not_bytes() {
        assert_eq!(wrap("a calm in\nGhouta began", 10), ["a calm in", "Ghouta", "began"]);
        assert_eq!(wrap("", 10), [""]);
        assert_eq!(wrap("停火協議在加薩生效", 10), ["停火協議在", "加薩生效"]);
        assert_eq!(wrap("Όι̱κ", 10), ["Όι̱κ"]);
        assert_eq!(wrap("0123456789abcdefghijX end", 10), ["0123456789", "abcdefghij", "X end"]);
    }

    #[test]
    fn later_lines_stand_below_the_first() {
        let ink = Ink { colour: false, width: 24 };
        let mut out = String::new();
        ink.hang(&mut out, ("│ place   ", 10), DIM, "Aleppo, Idlib and Hama");
        assert_eq!(out, "│ place   Aleppo, Idlib\n│         and Hama\n");
    }
}
