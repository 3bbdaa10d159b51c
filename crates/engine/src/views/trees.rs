//! The tree that a scheme's clusters were cut from, as it is drawn.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The top of a tree of members: leaves and what joins them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BoardTree {
    /// The part of a nested scheme; absent where it is not nested.
    pub part: Option<String>,
    /// The leaves: nodes 0 to one less than their number.
    pub leaves: Vec<TreeLeaf>,
    /// The joins in order of height; join i makes the node of number leaves + i.
    pub joins: Vec<TreeJoin>,
    /// Clusters that the run cut the tree into.
    pub clusters: usize,
}

/// Members that no cut of the drawn tree divides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TreeLeaf {
    /// Members; of customers to the nearest multiple of the least number that is shown.
    pub members: usize,
    /// Their share of all sales, 0..1; absent for customers.
    pub share_sales: Option<f64>,
    /// The cluster that the run found them in, before changes by hand.
    pub cluster: i32,
    /// The member, where it is one alone; absent for customers.
    pub member: Option<String>,
    /// Its name.
    pub label: Option<String>,
}

/// Two nodes that become one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TreeJoin {
    /// The node drawn first.
    pub first: u32,
    /// The other.
    pub second: u32,
    /// How far apart they are, in weighted standard deviations.
    pub height: f64,
}
