//! A product on one page: what it is by the catalogue, by what was read, and who buys it.

use super::dna::{DnaCorrectionRow, DnaSource};
use super::page::page;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

page!(
    /// Products, the best seller first where nothing else is asked.
    ProductPage of ProductRow
);

/// A product in the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProductRow {
    /// Its code.
    pub product_id: String,
    /// Its name.
    pub name: String,
    /// Its lowest category, where the catalogue knows one.
    pub category: Option<String>,
    /// What it is, as read.
    pub kind: Option<String>,
    /// Values that are known of it.
    pub values: u64,
    /// Receipts with it.
    pub receipts: u64,
    /// What was sold of it, in the project's currency.
    #[schema(format = "decimal", examples("12.5000"))]
    pub spend: String,
}

/// A product on one page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProductFile {
    /// Its code.
    pub product_id: String,
    /// Its name.
    pub name: String,
    /// The catalogue's longer text.
    pub description: Option<String>,
    /// The project's currency.
    pub currency: String,
    /// Mean price paid, in hundredths of the currency's unit.
    pub price: Option<i64>,
    /// Receipts with it.
    pub receipts: u64,
    /// What was sold of it.
    #[schema(format = "decimal", examples("12.5000"))]
    pub spend: String,
    /// Customers who are known and bought it; absent where they are too few to be told.
    pub buyers: Option<u64>,
    /// The first time it was sold.
    #[schema(format = DateTime)]
    pub first_at: Option<String>,
    /// The last time.
    #[schema(format = DateTime)]
    pub last_at: Option<String>,
    /// What the catalogue says, field by field.
    pub fields: Vec<ProductField>,
    /// What it is, attribute by attribute.
    pub dna: Vec<DnaAttribute>,
    /// The run that read it; absent where none did.
    pub run_id: Option<String>,
    /// When that run read it.
    #[schema(format = DateTime)]
    pub read_at: Option<String>,
    /// The readings that told it otherwise than the one before, the newest first.
    pub readings: Vec<DnaReading>,
    /// Corrections about it, the newest first.
    pub corrections: Vec<DnaCorrectionRow>,
    /// Who buys it, segment by segment; empty where no segments are published.
    pub buyers_by_segment: Vec<BuyersOfSegment>,
}

/// A reading that told a product otherwise than the one before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DnaReading {
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// What changed, in words; nothing at the first.
    pub changes: Vec<String>,
}

/// A field of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProductField {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// An attribute of a product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DnaAttribute {
    /// The attribute.
    pub attribute: String,
    /// Its values, the surest first.
    pub values: Vec<DnaValue>,
    /// Values that were read and that a person spoke against.
    pub denied: Vec<DnaValue>,
}

/// A value of an attribute, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DnaValue {
    /// The value.
    pub value: String,
    /// How sure, 0..1.
    pub sure: f64,
    /// The strongest source.
    pub source: DnaSource,
    /// The correction that says so, or speaks against it.
    pub correction: Option<i64>,
    /// Every place that tells it.
    pub evidence: Vec<DnaEvidence>,
}

/// Where a value stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DnaEvidence {
    /// The field that was read.
    pub field: String,
    /// The first character of the match, counted from 0.
    pub from: usize,
    /// The first one after it.
    pub to: usize,
    /// The characters that matched.
    pub matched: String,
    /// How it was read.
    pub rule: String,
    /// The dictionary's entry, or the rule in words.
    pub entry: String,
    /// The words as they were read where they were misspelt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_as: Option<String>,
}

/// Buyers of a product within a segment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BuyersOfSegment {
    /// The segment's number.
    pub cluster: i32,
    /// Its name.
    pub name: String,
    /// Its customers who bought it; absent where they are too few to be told.
    pub buyers: Option<u64>,
    /// Share of its customers who did, 0..1.
    pub share: Option<f64>,
    /// How many times the share of all customers that is.
    pub index: Option<f64>,
}
