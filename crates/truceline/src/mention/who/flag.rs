//! What a word of the language can be in a phrase: one bit each, one list in `who.toml` each.

pub const DETERMINER: u32 = 1;
pub const QUANTITY: u32 = 1 << 1;
pub const NUMBER: u32 = 1 << 2;
pub const MODIFIER: u32 = 1 << 3;
pub const COMPASS: u32 = 1 << 4;
pub const LOCATIVE: u32 = 1 << 5;
pub const VERB: u32 = 1 << 6;
pub const SPEECH: u32 = 1 << 7;
pub const TITLE: u32 = 1 << 8;
pub const PARTICLE: u32 = 1 << 9;
pub const TAIL: u32 = 1 << 10;
pub const BROKERED: u32 = 1 << 11;
pub const PREFIX: u32 = 1 << 12;
pub const NEVER: u32 = 1 << 13;
pub const PLACE: u32 = 1 << 14;
pub const GIVEN: u32 = 1 << 15;
pub const AND: u32 = 1 << 16;
pub const OF: u32 = 1 << 17;
pub const COMMON: u32 = 1 << 18;
pub const PRONOUN: u32 = 1 << 19;
pub const PLURAL: u32 = 1 << 20;
pub const WITH: u32 = 1 << 21;
pub const SIDES: u32 = 1 << 22;
pub const OTHER: u32 = 1 << 23;
/// A single word that is a head.
pub const HEAD: u32 = 1 << 24;
pub const BOUND: u32 = 1 << 25;
pub const DEED: u32 = 1 << 26;
pub const THING: u32 = 1 << 27;
pub const INDEFINITE: u32 = 1 << 28;
pub const GOVERNMENT: u32 = 1 << 29;
pub const TOWARD: u32 = 1 << 30;
/// Flags of words that are no part of a person's name.
pub const NO_NAME: u32 = DETERMINER
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
pub const LISTS: &[(&str, u32)] = &[
    ("determiners", DETERMINER),
    ("toward", TOWARD),
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
