//! What products are: runs, a product with every value and its evidence, corrections, words that no dictionary reads.

use super::words::words;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

words!(
    /// Where a value of a product comes from.
    DnaSource {
        /// A person said so.
        Person => "person",
        /// A field of the catalogue.
        Field => "field",
        /// A text.
        Text => "text",
        /// A picture.
        Picture => "picture",
        /// Its price among those of its like.
        Price => "price",
    }
);

words!(
    /// What a correction does.
    DnaVerb {
        /// The attribute has these values and no others.
        Set => "set",
        /// The attribute has these values, too.
        Add => "add",
        /// The attribute has these values not, or none at all.
        Forbid => "forbid",
    }
);

/// A run that reads what products are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DnaRunRequest {
    /// Why.
    pub reason: String,
}

/// What such a run did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DnaRan {
    /// The run.
    pub run_id: String,
    /// Products that were read.
    pub products: usize,
    /// Products with at least one value.
    pub told: usize,
    /// Values of all products together.
    pub values: usize,
    /// How many products have a value of each attribute, and which values are most common.
    pub attributes: Vec<DnaCoverage>,
    /// Corrections that stand.
    pub corrections: usize,
    /// Corrections of which two cannot both hold.
    pub conflicts: Vec<DnaConflict>,
    /// Numbers of corrections that are about no product.
    pub idle: Vec<i64>,
    /// The retailer's own dictionaries, in the order in which they count.
    pub dictionaries: Vec<String>,
    /// The same in one line.
    pub sentence: String,
}

/// One attribute over all products.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DnaCoverage {
    /// The attribute.
    pub attribute: String,
    /// Products that have a value of it.
    pub products: usize,
    /// Different values.
    pub values: usize,
    /// The most common ones.
    pub top: Vec<DnaCount>,
}

/// A value, and how many products have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DnaCount {
    /// The value.
    pub value: String,
    /// Products with it.
    pub products: usize,
}

/// Two corrections of which one yields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DnaConflict {
    /// The product.
    pub product_id: String,
    /// The attribute.
    pub attribute: String,
    /// The correction that holds.
    pub holds: i64,
    /// The correction that yields.
    pub yields: i64,
}

/// What products are, by the newest run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DnaOverview {
    /// The run; absent where there is none yet.
    pub run: Option<DnaRan>,
    /// When it ended.
    #[schema(format = DateTime)]
    pub at: Option<String>,
    /// Corrections, the newest first, with those that were taken back.
    pub corrections: Vec<DnaCorrectionRow>,
}

/// A correction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DnaCorrectionRow {
    /// Its number.
    pub correction: i64,
    /// The product that it is about; absent where it is about several.
    pub product_id: Option<String>,
    /// Words that texts of its products hold.
    pub words: Option<String>,
    /// A value that its products have, as attribute and value.
    pub having: Option<DnaValueName>,
    /// What it does.
    pub verb: DnaVerb,
    /// The attribute.
    pub attribute: String,
    /// The values; none where it forbids all.
    pub values: Vec<String>,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// Who.
    pub author: String,
    /// Why.
    pub reason: String,
    /// When it was taken back.
    #[schema(format = DateTime)]
    pub undone_at: Option<String>,
    /// Who took it back.
    pub undone_by: Option<String>,
    /// Whether the newest run knew it, or that it was taken back.
    pub in_effect: bool,
    /// The same in one line.
    pub sentence: String,
}

/// A value of an attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DnaValueName {
    /// The attribute.
    pub attribute: String,
    /// The value.
    pub value: String,
}

/// A correction to be made: of one product, or of all with certain words or a certain value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DnaCorrectionRequest {
    /// The product; not together with `words` or `having`.
    #[serde(default)]
    pub product_id: Option<String>,
    /// Words that stand together in a text of each product.
    #[serde(default)]
    pub words: Option<String>,
    /// A value that each product has.
    #[serde(default)]
    pub having: Option<DnaValueName>,
    /// What to do.
    pub verb: DnaVerb,
    /// The attribute.
    pub attribute: String,
    /// The values. `add` takes one; `forbid` takes one, or none to forbid all.
    #[serde(default)]
    pub values: Vec<String>,
    /// Only tell what it would change.
    #[serde(default)]
    pub dry_run: bool,
    /// Why.
    pub reason: String,
}

/// What a correction changes, or would.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DnaCorrected {
    /// Its number; absent where nothing was kept.
    pub correction: Option<i64>,
    /// Products that it is about.
    pub products: usize,
    /// Products that it makes different from what is read now.
    pub changed: usize,
    /// Customers who bought one of these: their genomes change with the next run.
    pub customers: Option<u64>,
    /// The first of the products, before and after.
    pub examples: Vec<DnaBeforeAfter>,
    /// Earlier corrections that yield to it.
    pub yields: Vec<i64>,
    /// The same in one line.
    pub sentence: String,
}

/// The values of one attribute of one product, before and after a correction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DnaBeforeAfter {
    /// The product.
    pub product_id: String,
    /// Its name.
    pub name: String,
    /// The values before.
    pub before: Vec<String>,
    /// The values after.
    pub after: Vec<String>,
}

/// A correction that is taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DnaUndoRequest {
    /// Why.
    pub reason: String,
}

/// Words that stand in several products and that no dictionary reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DnaProposals {
    /// The most frequent first.
    pub rows: Vec<DnaProposal>,
    /// How many there are.
    pub total: usize,
}

/// Words that no dictionary reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DnaProposal {
    /// The words.
    pub words: String,
    /// Products whose texts hold them.
    pub products: usize,
    /// Texts with them.
    pub examples: Vec<String>,
    /// The attribute whose words keep the same company.
    pub attribute: Option<String>,
    /// Its share of the votes, 0..1.
    pub sure: f64,
}

/// What pictures of products told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PicturesRead {
    /// When they were read.
    #[schema(format = DateTime)]
    pub read_at: String,
    /// Products of the project.
    pub products: usize,
    /// Products of which a picture was read.
    pub pictured: usize,
    /// Values that were seen, before fields and texts have their say.
    pub values: usize,
    /// Products without a picture in the folder.
    pub without: usize,
    /// Pictures of no product.
    pub strangers: usize,
    /// The first of these.
    pub strangers_named: Vec<String>,
    /// Links out of the folder, which were not followed.
    pub links_refused: Vec<String>,
    /// Pictures that could not be read.
    pub not_read: usize,
    /// The first of these, and why.
    pub unread: Vec<UnreadPicture>,
    /// The name of the model that looked at them, too.
    pub model: Option<String>,
    /// BLAKE3 of what the model is made of.
    pub model_digest: Option<String>,
    /// It in a sentence.
    pub sentence: String,
}

/// A picture that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnreadPicture {
    /// Its path in the folder.
    pub file: String,
    /// Why, and how to mend it.
    pub why: String,
}
