//! Reads news reports and draws what each one claims about a truce.
//!
//! The modules stand in the order the data takes; one may use those above it, never those below.

/// Text with places in it: sentences and tokens by byte span.
pub mod text;

/// When: moments no more exact than the words that gave them.
pub mod time;

/// A language and the names of the world, as data.
pub mod pack;

/// What came: bytes and what is known of where they are from.
pub mod report;

/// The readable text of a report, with its furniture listed as cuts.
pub mod article;

/// Words tied to the world: when, where, who, and the truce itself.
pub mod mention;

/// What a sentence says happened to a truce.
pub mod claim;

/// The truces a report tells of.
pub mod truce;

/// The whole way from a report to its truces and claims.
pub mod read;

/// The contract's JSON, written from the types above.
pub mod json;

/// Times and lengths in words.
pub mod said;

/// Entries appended for good; everything else is folded from them.
pub mod ledger;
