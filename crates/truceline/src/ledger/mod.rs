//! Everything claimed, in the order it was learned. Comes in: readings. Goes out: entries, and what
//! is folded from them. Never opens a file and never asks the clock: every time is given.

/// The ledger's own written form of what a report says.
pub mod body;

/// Facts, their canonical bytes, and the chain.
pub mod entry;

/// Which actors stand for one camp.
pub mod kin;

/// Under which names the ledger holds what a person asks for.
pub mod names;

/// What of a report's truce decides which truce it is.
pub mod signs;

/// What two tellings have in common.
mod common;

/// Which truce a report tells of.
pub mod which;

/// Copies of one text.
pub mod family;

/// One truce, folded from the claims that stand.
pub mod fold;

/// In force at a time, according to whom.
pub mod status;

/// The entries of one report.
pub mod intake;
