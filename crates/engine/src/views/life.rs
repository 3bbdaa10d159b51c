//! Life events and projects as purchases tell of them: runs, one customer's with the evidence, and how many there are.

use super::words::words;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

words!(
    /// What sort of thing it is.
    LifeSort {
        /// It happens: a move, a birth.
        Event => "event",
        /// It is undertaken: a room, a garden, a party.
        Project => "project",
    }
);

/// A run that looks for life events and projects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LifeRunRequest {
    /// Why.
    pub reason: String,
}

/// What such a run found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LifeRan {
    /// The run.
    pub run_id: String,
    /// The day it describes.
    #[schema(format = Date)]
    pub day: String,
    /// Customers who were looked at.
    pub customers: usize,
    /// What was found of all of them together.
    pub found: usize,
    /// By kind.
    pub kinds: Vec<LifeKind>,
    /// The same in one line.
    pub sentence: String,
}

/// How many have a life event or project of a kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LifeKind {
    /// Its code.
    pub code: String,
    /// Its name.
    pub title: String,
    /// Event or project.
    pub sort: LifeSort,
    /// Whether it is looked for only with the customer's consent to it.
    pub sensitive: bool,
    /// Customers of whom it was found; absent where they are too few to be told.
    pub customers: Option<u64>,
    /// Of these, those whose purchases still tell of it; absent where they are too few.
    pub now: Option<u64>,
}

/// The newest run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LifeOverview {
    /// The run; absent where there is none yet.
    pub run: Option<LifeRan>,
}

/// Life events and projects of one customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CustomerLife {
    /// The customer.
    pub customer_key: i64,
    /// The run; absent where there is none yet.
    pub run_id: Option<String>,
    /// The day it describes.
    #[schema(format = Date)]
    pub day: Option<String>,
    /// What was found, the newest first.
    pub rows: Vec<LifeFinding>,
    /// Kinds that are not looked for without the customer's consent to them.
    pub withheld: Vec<String>,
    /// Why nothing is told.
    pub note: Option<String>,
}

/// A life event or project, and why we think so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LifeFinding {
    /// The kind's code.
    pub code: String,
    /// Its name.
    pub title: String,
    /// Event or project.
    pub sort: LifeSort,
    /// The day about which it began.
    #[schema(format = Date)]
    pub began: String,
    /// A tenth of the likelihood lies before this day.
    #[schema(format = Date)]
    pub began_from: String,
    /// A tenth lies after this day.
    #[schema(format = Date)]
    pub began_to: String,
    /// The day from which purchases no longer tell of it.
    #[schema(format = Date)]
    pub until: String,
    /// How likely, 0..1.
    pub likelihood: f64,
    /// Logarithm of the odds in thousandths: the sum of the lines and `baseline`.
    pub score: i64,
    /// The purchases that tell of it.
    pub evidence: Vec<LifeEvidence>,
    /// The one line for all else: how rare it is, what else could explain the purchases, what else was bought.
    pub baseline: i64,
    /// Of a project, the parts that are bought.
    pub bought: Vec<LifePart>,
    /// Of a project, the parts that are still missing, with what the shop has for them.
    pub missing: Vec<LifeMissing>,
}

/// A purchase that tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LifeEvidence {
    /// The day.
    #[schema(format = Date)]
    pub day: String,
    /// The product.
    pub product_id: String,
    /// Its name.
    pub name: String,
    /// The part that it serves.
    pub part: String,
    /// What it adds to the score.
    pub contribution: i64,
}

/// A part that is bought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LifePart {
    /// Its name.
    pub title: String,
    /// The first day.
    #[schema(format = Date)]
    pub day: String,
}

/// A part that is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LifeMissing {
    /// Its name.
    pub title: String,
    /// Categories in which there is something for it.
    pub categories: Vec<String>,
    /// Products for it, the most bought first.
    pub products: Vec<LifeProduct>,
}

/// A product for a missing part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LifeProduct {
    /// Its code.
    pub product_id: String,
    /// Its name.
    pub name: String,
}
