//! Lexicon files in TOML as they stand. It must not match a text.

use crate::dna::Language;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Words by language.
pub type Words = BTreeMap<Language, Vec<String>>;

/// A lexicon file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct File {
    pub read: Option<Read>,
    pub topic: BTreeMap<String, Topic>,
    pub tone: BTreeMap<String, Tone>,
    pub attribute: BTreeMap<String, BTreeMap<String, Value>>,
    pub word: BTreeMap<Small, Words>,
    pub without: Words,
}

/// What is read beside the lexicon's own attributes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Read {
    /// Attributes of the product dictionary.
    pub attributes: Vec<String>,
}

/// The words of a topic: such as only name it, praise, blame.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Topic {
    pub cue: Words,
    pub good: Words,
    pub bad: Words,
}

/// Words of praise or blame of anything, all of one strength.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tone {
    pub points: i32,
    pub words: Words,
}

/// A value of an attribute that the product dictionary does not have.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Value {
    /// The topic that it speaks of.
    pub topic: Option<String>,
    /// Whether naming it is praise or blame.
    #[serde(default)]
    pub points: i32,
    pub words: Words,
}

/// Small words that change what others say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Small {
    /// Turns what follows.
    Negator,
    /// Turns what follows, or what stood before where nothing follows (`schmeckt nicht`).
    NegatorAfter,
    /// Strengthens what follows.
    Stronger,
    /// Weakens what follows.
    Weaker,
    /// Tells that the word right behind it is too much so.
    Excess,
    /// As `excess`, and blame before words that no list holds, too.
    ExcessAlways,
    /// Sets what follows against what stood before.
    Contrast,
    /// Joins two clauses.
    Join,
    /// Phrases that say nothing, though words of theirs would.
    Pass,
    /// Words that only tell the language.
    Common,
}
