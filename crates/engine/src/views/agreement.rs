//! How far two schemes agree.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Two schemes of the same members side by side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SchemeAgreement {
    /// The first.
    pub scheme: String,
    /// The second.
    pub other: String,
    /// Members in both; of customers to the nearest multiple of the least number that is shown.
    pub both: usize,
    /// Members of the first alone, likewise.
    pub only_here: usize,
    /// Members of the second alone, likewise.
    pub only_there: usize,
    /// Adjusted Rand index over the members in both: 1 the same, about 0 by chance; absent where it is not defined.
    pub adjusted_rand: Option<f64>,
    /// In a sentence.
    pub sentence: String,
    /// Members in one cluster of each, most first; of clusters too small to be shown none.
    pub overlaps: Vec<SchemeOverlap>,
}

/// Members that are in one cluster of the first and in one of the second.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SchemeOverlap {
    /// Cluster of the first.
    pub cluster: i32,
    /// Its name.
    pub name: String,
    /// Cluster of the second.
    pub other: i32,
    /// Its name.
    pub other_name: String,
    /// Members.
    pub members: usize,
}
