//! Members with a thin history or none, where each would be placed, and why.

use super::EntityWord;
use super::words::words;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

words!(
    /// A way to place a newcomer.
    PlacingWay {
        /// By the vote of the most alike members.
        Like => "like",
        /// By the attributes usual in each cluster.
        Model => "model",
        /// The largest cluster.
        Largest => "largest",
        /// The tightest cluster.
        Tightest => "tightest",
    }
);

/// The newcomers of a run of a scheme.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Newcomers {
    /// What the scheme clusters.
    pub of: EntityWord,
    /// The run.
    pub run_id: String,
    /// The instant that the run describes; days count back from it.
    #[schema(format = DateTime)]
    pub as_of: String,
    /// A history is thin that began fewer than so many days before; 0 where days do not matter.
    pub days: u32,
    /// A history is thin that has fewer receipts; 0 where receipts do not matter.
    pub receipts: u32,
    /// The way taken.
    pub way: PlacingWay,
    /// Whether it was chosen because it does best on known members.
    pub chosen: bool,
    /// Newcomers, and whether attributes help, in a sentence.
    pub sentence: String,
    /// Members with enough history, from which is learned.
    pub settled: usize,
    /// How each way does on them, each as if it were a newcomer.
    pub trials: Vec<PlacingTrial>,
    /// What members are compared by.
    pub attributes: Vec<PlacingAttribute>,
    /// The newcomers: those in no run first, then by id.
    pub rows: Vec<Newcomer>,
    /// Newcomers in all; fewer may be listed.
    pub total: u64,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// How a way does on members whose cluster is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PlacingTrial {
    /// The way.
    pub way: PlacingWay,
    /// Members tried.
    pub members: usize,
    /// Those placed in their cluster.
    pub right: usize,
    /// Their share, 0..1.
    pub accuracy: f64,
    /// Mean confidence, 0..1; the nearer to the share of those right, the more a confidence can be trusted.
    pub confidence: f64,
    /// Mean of minus the natural logarithm of the probability given to the own cluster: the least is chosen; absent
    /// for a way that gives none.
    pub log_loss: Option<f64>,
}

/// An attribute by which members are compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PlacingAttribute {
    /// Its name.
    pub attribute: String,
    /// In words.
    pub label: String,
    /// How much it counts, 0 to 100; only ratios matter.
    pub weight: f64,
    /// Whether it differs between members; where not, it says nothing whatever its weight.
    pub differs: bool,
}

/// A member with a thin history or none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Newcomer {
    /// Its id.
    pub member: String,
    /// Its name.
    pub label: Option<String>,
    /// The part of a nested scheme.
    pub part: Option<String>,
    /// Why its history is thin, in words.
    pub thin: Vec<String>,
    /// First day, where the feed tells it.
    #[schema(format = Date)]
    pub opened_on: Option<String>,
    /// Receipts in the recipe's lines.
    pub receipts: u64,
    /// Sales in them.
    #[schema(format = "decimal", examples("12.5000"))]
    pub sales: String,
    /// Whether it is a member of the run; who is not can be planned, and goes there with its first run.
    pub in_run: bool,
    /// The cluster that it has in the run.
    pub cluster: Option<i32>,
    /// Its name.
    pub cluster_name: Option<String>,
    /// Whether a person placed it.
    pub pinned: bool,
    /// Where a person planned it, while it is in no run.
    pub planned: Option<PlannedCluster>,
    /// Where it would be placed; absent where nothing can be compared.
    pub proposed: Option<ProposedCluster>,
    /// Whether nobody is as much like it as somebody is like 95 of 100 members: the confidence was not tried on such.
    pub unlike: bool,
    /// The most alike members, from the most alike down; none are named where they are customers.
    pub likes: Vec<LikeMember>,
    /// What each attribute says for the cluster proposed, what speaks most for it first.
    pub reasons: Vec<PlacingReason>,
}

/// Where a person planned a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlannedCluster {
    /// The cluster.
    pub cluster: i32,
    /// Its name.
    pub name: String,
    /// The change; undoing it ends the plan.
    pub seq: i64,
}

/// Where a newcomer would be placed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProposedCluster {
    /// The cluster.
    pub cluster: i32,
    /// Its name.
    pub name: String,
    /// How likely it is the right one, 0..1.
    pub confidence: f64,
    /// The next likeliest.
    pub second_cluster: Option<i32>,
    /// Its name.
    pub second_name: Option<String>,
    /// How likely that is, 0..1.
    pub second_confidence: Option<f64>,
}

/// A member that is like a newcomer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LikeMember {
    /// Its id.
    pub member: String,
    /// Its name.
    pub label: Option<String>,
    /// Its cluster.
    pub cluster: i32,
    /// The cluster's name.
    pub cluster_name: String,
    /// How alike, 0..1: the weighted mean over attributes of 1 less the difference over the range, of 1 or 0 for kinds
    /// (Gower 1971).
    pub similarity: f64,
}

/// What an attribute says for the cluster proposed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PlacingReason {
    /// The attribute.
    pub attribute: String,
    /// In words.
    pub label: String,
    /// What it is of the newcomer.
    pub value: String,
    /// What is usual in the cluster.
    pub usual: Option<String>,
    /// Mean likeness to the members of the cluster, 0..1.
    pub inside: f64,
    /// Mean likeness to all members, 0..1.
    pub all: f64,
    /// What it counts for, of all, 0..1.
    pub weight: f64,
}
