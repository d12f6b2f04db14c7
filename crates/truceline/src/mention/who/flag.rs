//! What a word of the language can be in a phrase: one bit each, one list in `who.toml` each.

pub const DETERMINER: u64 = 1;
pub const QUANTITY: u64 = 1 << 1;
pub const NUMBER: u64 = 1 << 2;
pub const MODIFIER: u64 = 1 << 3;
pub const COMPASS: u64 = 1 << 4;
pub const LOCATIVE: u64 = 1 << 5;
pub const VERB: u64 = 1 << 6;
pub const SPEECH: u64 = 1 << 7;
pub const TITLE: u64 = 1 << 8;
pub const PARTICLE: u64 = 1 << 9;
pub const TAIL: u64 = 1 << 10;
pub const BROKERED: u64 = 1 << 11;
pub const PREFIX: u64 = 1 << 12;
pub const NEVER: u64 = 1 << 13;
pub const PLACE: u64 = 1 << 14;
pub const GIVEN: u64 = 1 << 15;
pub const AND: u64 = 1 << 16;
pub const OF: u64 = 1 << 17;
pub const COMMON: u64 = 1 << 18;
pub const PRONOUN: u64 = 1 << 19;
pub const PLURAL: u64 = 1 << 20;
pub const WITH: u64 = 1 << 21;
pub const SIDES: u64 = 1 << 22;
pub const OTHER: u64 = 1 << 23;
/// A single word that is a head.
pub const HEAD: u64 = 1 << 24;
pub const BOUND: u64 = 1 << 25;
pub const DEED: u64 = 1 << 26;
pub const THING: u64 = 1 << 27;
pub const INDEFINITE: u64 = 1 << 28;
pub const GOVERNMENT: u64 = 1 << 29;
pub const TOWARD: u64 = 1 << 30;
pub const TWO: u64 = 1 << 31;
pub const ACROSS: u64 = 1 << 32;
pub const SHARED: u64 = 1 << 33;
pub const BETWEEN: u64 = 1 << 34;
/// Flags of words that are no part of a person's name.
pub const NO_NAME: u64 = DETERMINER
    | QUANTITY
    | NUMBER
    | MODIFIER
    | COMPASS
    | LOCATIVE
    | VERB
    | SPEECH
    | NEVER
    | AND
    | OF
    | PRONOUN
    | WITH
    | SIDES
    | OTHER
    | HEAD;

/// The lists of `who.toml` and what their words are.
pub const LISTS: &[(&str, u64)] = &[
    ("determiners", DETERMINER),
    ("toward", TOWARD),
    ("two", TWO),
    ("across", ACROSS),
    ("shared", SHARED),
    ("between", BETWEEN),
    ("governments", GOVERNMENT),
    ("indefinite", INDEFINITE),
    ("quantities", QUANTITY | DETERMINER),
    ("numbers", NUMBER),
    ("modifiers", MODIFIER),
    ("compass", COMPASS),
    ("locatives", LOCATIVE),
    ("verbs", VERB),
    ("speech", SPEECH | VERB),
    ("titles", TITLE),
    ("particles", PARTICLE),
    ("bound_particles", BOUND),
    ("deeds", DEED),
    ("things", THING),
    ("tails", TAIL),
    ("brokered", BROKERED | TAIL),
    ("prefixes", PREFIX),
    ("never_names", NEVER),
    ("places", PLACE),
    ("given_names", GIVEN),
    ("and", AND),
    ("of", OF),
    ("common", COMMON),
    ("singular_pronouns", PRONOUN),
    ("plural_pronouns", PRONOUN | PLURAL),
    ("with", WITH),
    ("pairs", SIDES),
    ("others", OTHER),
];
