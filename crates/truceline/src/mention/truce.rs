//! Truce words. Comes in: a text and the truce words of a language. Goes out: the noun phrases that
//! name a truce, false friends kept out.
