//! The health of each feed: what was loaded, how complete it is, what stands out, whether the gate holds.

use super::words::words;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The feeds of a project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FeedList {
    /// One entry per kind of feed.
    pub feeds: Vec<Feed>,
}

words!(
    /// Whether a feed was ever loaded.
    FeedState {
        /// Something was loaded.
        Loaded => "loaded",
        /// Nothing was loaded yet.
        Empty => "empty",
    }
);

/// One kind of feed and its health.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Feed {
    /// The kind's word.
    pub kind: String,
    /// The kind in words.
    pub label: String,
    /// Whether it was ever loaded.
    pub state: FeedState,
    /// Rows read over all imports: loaded + duplicate + quarantined.
    pub rows_read: u64,
    /// Rows loaded.
    pub loaded: u64,
    /// Rows that were there before.
    pub duplicate: u64,
    /// Rows set aside with a reason.
    pub quarantined: u64,
    /// Imports.
    pub imports: u64,
    /// When the last import began.
    #[schema(format = DateTime)]
    pub last_import_at: Option<String>,
    /// When the earliest loaded fact happened; none for lists of products, shops and customers.
    #[schema(format = DateTime)]
    pub first_happened_at: Option<String>,
    /// When the latest loaded fact happened; what is dated in the future does not count.
    #[schema(format = DateTime)]
    pub last_happened_at: Option<String>,
    /// Days since that.
    pub days_since_last: Option<i64>,
    /// How complete each column is.
    pub completeness: Vec<Completeness>,
    /// What stands out.
    pub findings: Vec<Finding>,
    /// Whether the feed is good enough to build on.
    pub gate: Gate,
}

/// How complete a column is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Completeness {
    /// The column's name.
    pub column: String,
    /// The column in words.
    pub label: String,
    /// Share of loaded rows that have a value, 0..1.
    pub share: f64,
    /// Whether a row needs it.
    pub required: bool,
}

words!(
    /// How much a finding matters.
    FindingSeverity {
        /// Good to know.
        Info => "info",
        /// Look at it.
        Warning => "warning",
        /// Results suffer.
        Serious => "serious",
    }
);

/// Something that stands out in a feed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// How much it matters.
    pub severity: FindingSeverity,
    /// What stands out.
    pub text: String,
    /// How many rows it concerns.
    pub count: Option<u64>,
    /// How it is computed, for people who check.
    pub how_computed: String,
}

/// Whether a feed is good enough to build on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Gate {
    /// Whether every threshold holds.
    pub passed: bool,
    /// The verdict in a sentence.
    pub sentence: String,
    /// What was measured against which limit.
    pub thresholds: Vec<Threshold>,
}

/// One limit of the gate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Threshold {
    /// The limit's name, by which it is set.
    pub name: String,
    /// What is measured, in words.
    pub label: String,
    /// rows, imports, share (0 to 1) or days.
    pub unit: String,
    /// The limit.
    pub limit: f64,
    /// What was measured.
    pub actual: f64,
    /// Whether the limit holds.
    pub passed: bool,
}
