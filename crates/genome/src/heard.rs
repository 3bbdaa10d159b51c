//! What customers see in a product: topics, tone and attributes of their texts, over all texts the perceived DNA, and
//! where it differs from the stated one.
//!
//! It holds plain values and computes. It must not read a file or a clock, decide which texts may be read, nor know a
//! word of its own: words stand in a [`Lexicon`] and in the product [`Dictionary`](crate::dna::Dictionary).
//!
//! ```text
//! Lexicon::bundled()?.with(name, toml)?                 the retailer's own words on top
//! read(&lexicon, &dictionary, text, language, stars)    -> Heard: topics, points and attributes with their words
//! perceived(&[Told { id, customer, day, heard }], on)   -> Perceived: customers, shares with intervals, evidence
//! against(&[Stated { attribute, value, sure }], &seen)  -> differences, the surest first, each as a sentence
//! ```

mod against;
mod bind;
mod clause;
mod lexicon;
mod perceived;
mod read;
mod share;
mod sources;

pub use against::{Difference, DifferenceKind, Stated, against};
pub use lexicon::Lexicon;
pub use perceived::{Mention, Perceived, SeenTopic, SeenValue, Told, perceived};
pub use read::read;
pub use share::Share;

use crate::dna::Language;
use serde::{Deserialize, Serialize};

/// Characters of a text, counted from 0: the first, and the first after them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// First character.
    pub from: usize,
    /// First character after them.
    pub to: usize,
}

/// Praise or blame by some words of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// Thousandths: above 0 praise, below it blame.
    pub points: i32,
    /// The words that praise or blame.
    pub span: Span,
    /// The words that turn, strengthen or weaken them, in the order of the text.
    pub by: Vec<Span>,
    /// How much it counts in the whole, in thousandths: less before a "but", more after it.
    pub weight: i32,
    /// The lexicon's entry.
    pub entry: String,
}

/// A topic that a text speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topic {
    /// The topic's name in the lexicon.
    pub topic: String,
    /// From -1000 to 1000; none where it is named without praise or blame.
    pub sentiment: Option<i32>,
    /// The words that name it.
    pub spans: Vec<Span>,
    /// Its praise and blame, as places in [`Heard::points`].
    pub points: Vec<usize>,
}

/// A value that a text gives the product, or denies it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// The attribute: one of the product DNA or of the lexicon.
    pub attribute: String,
    /// Its value.
    pub value: String,
    /// Whether the text says that the product is not so.
    pub denied: bool,
    /// Whether it is too much so ("too sweet").
    pub excess: bool,
    /// From -1000 to 1000: praise and blame in the same clause; none where there is none.
    pub sentiment: Option<i32>,
    /// The words that name it.
    pub span: Span,
    /// The words that deny it, or tell that it is too much.
    pub by: Vec<Span>,
    /// The entry of lexicon or dictionary.
    pub entry: String,
}

/// One text as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// The language in which it was read.
    pub language: Language,
    /// What words and stars say together, from -1000 to 1000; none where neither says anything.
    pub sentiment: Option<i32>,
    /// What the words alone say.
    pub by_words: Option<i32>,
    /// What the stars alone say.
    pub by_stars: Option<i32>,
    /// Praise and blame, in the order of the text.
    pub points: Vec<Point>,
    /// Topics by name.
    pub topics: Vec<Topic>,
    /// Attributes in the order of the text.
    pub attributes: Vec<Given>,
}

/// A sum of points on the scale from -1000 to 1000: x / sqrt(x² + 1000²).
///
/// The form is that of VADER (Hutto and Gilbert 2014, <https://doi.org/10.1609/icwsm.v8i1.14550>), which has α = 15 for
/// words of up to 4; words here reach 1000, so that α scales to about 1000².
pub(crate) fn squashed(sum: i64) -> i32 {
    let sum = sum.clamp(-1_000_000, 1_000_000);
    let root = (sum.unsigned_abs().pow(2) + 1_000_000).isqrt();
    // A value of at most 1000 in size.
    (sum * 1000 / root.max(1) as i64) as i32
}
