//! Product DNA: attributes of a product from its catalogue fields, texts and price, each with strength and evidence.
//!
//! Texts are read by dictionaries, which are data (`Dictionary`); an `Extractor` holds one, and what it has seen of a
//! catalogue. It must not read files, and knows no word of its own: every word it understands stands in a dictionary.

mod baseline;
mod claim;
mod correct;
mod dictionary;
mod extract;
mod fields;
mod found;
mod fronts;
mod kinds;
mod language;
mod layers;
mod measure;
mod mention;
mod picture;
mod pictured;
mod price;
mod propose;
mod read;
mod score;
mod spell;
pub(crate) mod words;

pub(crate) use claim::Kept;
pub use correct::{Act, Conflict, Corrected, Correction, Scope, correct};
pub use dictionary::{Dictionary, DnaError};
pub use extract::Extractor;
pub use fields::attribute as field_attribute;
pub use language::Language;
pub(crate) use mention::mentions;
pub use picture::{ColourShare, Picture, Texture, VECTOR, named};
pub use pictured::join_pictured;
pub use price::{PriceTier, Priced, price_tiers};
pub use propose::{Proposal, propose};
pub(crate) use words::{Token, folded, respelt, tokens};

pub use score::{Labelled, Score, Scores, score};

use serde::{Deserialize, Serialize};

/// Strength of what is certain, as fixed point: 10,000 are 1.
pub const CERTAIN: u32 = 10_000;

/// What a product can be told to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attribute {
    /// What the thing is, as a shop would name the category.
    Kind,
    /// Maker, character or named line of designs.
    Brand,
    /// Colours.
    Colour,
    /// What it or a part of it is made of.
    Material,
    /// Surface pattern or motif.
    Pattern,
    /// Words of size, and measures.
    Size,
    /// Pieces sold together.
    Pack,
    /// Taste or scent.
    Flavour,
    /// Feast or event.
    Occasion,
    /// What people who avoid or seek something ask for.
    Dietary,
    /// Where its price stands among its like.
    PriceTier,
    /// Period, region or manner of the design.
    Style,
}

impl Attribute {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 12] = [
        Self::Kind,
        Self::Brand,
        Self::Colour,
        Self::Material,
        Self::Pattern,
        Self::Size,
        Self::Pack,
        Self::Flavour,
        Self::Occasion,
        Self::Dietary,
        Self::PriceTier,
        Self::Style,
    ];

    /// Its name in dictionaries and answers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Brand => "brand",
            Self::Colour => "colour",
            Self::Material => "material",
            Self::Pattern => "pattern",
            Self::Size => "size",
            Self::Pack => "pack",
            Self::Flavour => "flavour",
            Self::Occasion => "occasion",
            Self::Dietary => "dietary",
            Self::PriceTier => "price_tier",
            Self::Style => "style",
        }
    }

    /// The attribute of this name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// Whether a product can have several values of it.
    #[must_use]
    pub const fn is_many(self) -> bool {
        !matches!(self, Self::Brand | Self::Pack | Self::PriceTier)
    }
}

/// A product as the catalogue tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Product {
    /// Its code, unique in the catalogue.
    pub code: String,
    /// Texts to be read, each under the name of its field (`name`, `description`), the one that names the thing first.
    pub texts: Vec<(String, String)>,
    /// Catalogue fields and further attributes (`colour` = `navy`), each under its name.
    pub fields: Vec<(String, String)>,
    /// List price in the currency's smallest unit, and the currency.
    pub price: Option<(i64, String)>,
    /// The language of its texts, where it is known.
    pub language: Option<Language>,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A person said so.
    Person,
    /// A field of the catalogue that is kept for it.
    Field,
    /// A text.
    Text,
    /// Its price among those of its like.
    Price,
    /// A picture of it.
    Picture,
}

/// How a value was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// A word of a dictionary.
    Word,
    /// Told by the name of another value (a Christmas tree tells Christmas).
    Given,
    /// A number with its unit.
    Measure,
    /// A number of pieces.
    Pack,
    /// A figure alone, without a noun that says what it is for.
    Figure,
    /// The last noun of the phrase that names the thing, in no dictionary.
    HeadNoun,
    /// The value of a catalogue field that no dictionary knows, as it stands.
    AsTold,
    /// Rank of the price among its like.
    Rank,
    /// A correction by a person.
    Correction,
    /// Counted in the pixels of a picture.
    Picture,
    /// Told by a model that looked at a picture.
    Model,
}

/// Why a product is told to have a value: where it stands, and by which entry or rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The field that was read.
    pub field: String,
    /// First character of the match in that field, counted in characters from 0, and the first after it.
    pub from: usize,
    /// See `from`.
    pub to: usize,
    /// The characters that matched.
    pub matched: String,
    /// How it was read.
    pub rule: Rule,
    /// The dictionary's entry as `file:line`, or the rule in words.
    pub entry: String,
    /// The words as they were read where they were misspelt or run together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_as: Option<String>,
}

/// One value of one attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The attribute.
    pub attribute: Attribute,
    /// Its value: a canonical word of the dictionary, a measure or a number.
    pub value: String,
    /// How sure, per 10,000 (`CERTAIN`).
    pub strength: u32,
    /// The strongest source.
    pub source: Source,
    /// Every place that tells it, in the order in which they were read.
    pub evidence: Vec<Evidence>,
}
