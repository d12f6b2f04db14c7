//! Whether an item carries its report or only a teaser. Comes in: an item. Goes out: its whole text,
//! or none. What may be cut off counts as a teaser: the page is there to be fetched.

use super::{Item, plain};

/// Letters that a text in the field for whole texts has at least.
const CONTENT: usize = 400;
/// And one in the field for summaries, which some feeds use for everything.
const SUMMARY: usize = 1200;

/// The item's whole text, as HTML or plain text.
pub fn is_whole(item: &Item) -> Option<&str> {
    let long = |text: &Option<String>, least: usize| {
        let text = text.as_deref()?;
        let seen = plain(text);
        (seen.chars().count() >= least && !is_cut(&seen)).then_some(())
    };
    if long(&item.content, CONTENT).is_some() {
        return item.content.as_deref();
    }
    long(&item.summary, SUMMARY)?;
    item.summary.as_deref()
}

/// Dots at the end, or before a last link of a few words (`… Continue reading`).
fn is_cut(seen: &str) -> bool {
    let tail: String = {
        let mut last: Vec<char> = seen.chars().rev().take(80).collect();
        last.reverse();
        last.into_iter().collect()
    };
    let dots = tail.rfind('…').max(tail.rfind("..."));
    dots.is_some_and(|at| !tail[at..].contains(". ") && !tail.ends_with(['.', '!', '?', '”', '"']))
        || tail.ends_with("...")
}
