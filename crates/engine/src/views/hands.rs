//! Changes of clusters by hand: what is asked, what it costs, what was done.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A change by hand, as a person asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum HandAsk {
    /// Members go to a cluster and stay there in every run to come.
    Move {
        /// The members.
        members: Vec<String>,
        /// The cluster.
        to: i32,
    },
    /// As a move, for members that may have no sales yet: who is in no run is planned there, and goes there with
    /// its first one.
    Place {
        /// The members.
        members: Vec<String>,
        /// The cluster.
        to: i32,
    },
    /// Members stay where they are in every run to come.
    Lock {
        /// The members.
        members: Vec<String>,
    },
    /// Members are free again.
    Unlock {
        /// The members.
        members: Vec<String>,
    },
    /// A cluster made by hand, which no run fills.
    Create {
        /// Its name.
        name: String,
    },
    /// A cluster becomes part of another.
    Merge {
        /// The cluster that ends.
        from: i32,
        /// The cluster that takes its members.
        into: i32,
    },
    /// A cluster becomes two, where its members differ most.
    Split {
        /// The cluster.
        cluster: i32,
    },
    /// Members are in one cluster in every run to come.
    Together {
        /// The members.
        members: Vec<String>,
    },
    /// No two of the members are in one cluster in any run to come.
    Apart {
        /// The members.
        members: Vec<String>,
    },
    /// A cluster gets a name.
    Rename {
        /// The cluster.
        cluster: i32,
        /// The name.
        name: String,
    },
    /// A cluster gets a description.
    Describe {
        /// The cluster.
        cluster: i32,
        /// The description; blank for none.
        text: String,
    },
}

/// A change to be weighed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandPreview {
    /// The change.
    pub hand: HandAsk,
}

/// A change to be saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandRequest {
    /// The change.
    pub hand: HandAsk,
    /// Why; kept with it.
    pub reason: String,
}

/// What a change costs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HandCost {
    /// The cost in a sentence.
    pub sentence: String,
    /// Members that change their cluster.
    pub moved: usize,
    /// Share of the spread that the clusters explain, before.
    pub fit_before: f64,
    /// The same after.
    pub fit_after: f64,
    /// Sales of the members that change.
    pub sales_moved: f64,
    /// Sales of members that are in another cluster than the one they are most like, before.
    pub sales_at_risk_before: f64,
    /// The same after.
    pub sales_at_risk_after: f64,
    /// All sales.
    pub sales: f64,
    /// Clusters before.
    pub clusters_before: usize,
    /// Clusters after.
    pub clusters_after: usize,
    /// Ranges to maintain before: clusters, for each category of the scheme.
    pub ranges_before: usize,
    /// The same after.
    pub ranges_after: usize,
    /// What the change could not do.
    pub conflicts: Vec<super::HandConflict>,
}

/// A change that was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HandRow {
    /// Its number.
    pub seq: i64,
    /// What it is: move, lock, merge ...
    pub kind: String,
    /// It in a sentence.
    pub sentence: String,
    /// The run that its author looked at.
    pub run_id: String,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// Who.
    pub author: String,
    /// Why.
    pub reason: String,
    /// Whether it stands; an undone one does not.
    pub stands: bool,
    /// The change that it undoes.
    pub undoes: Option<i64>,
    /// The version of the scheme whose changes it brings back.
    pub restores: Option<i64>,
    /// What it cost, as shown before it was saved; absent for one that moves nobody.
    pub cost: Option<HandCost>,
}

/// The changes of a scheme.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HandList {
    /// The number of the newest; the next change names it in If-Match.
    pub version: i64,
    /// Newest first.
    pub hands: Vec<HandRow>,
}

/// A change after it was saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HandSaved {
    /// The number of the newest change.
    pub version: i64,
    /// The change.
    pub hand: HandRow,
    /// When it shows: at once, or with the next run.
    pub sentence: String,
}
