//! What the clusters of live schemes are worth: members, sales, margin, and how that changed since the publication before.

use super::{EntityWord, SchemeStanding};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The clusters of every live scheme with what they are worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SchemeWorths {
    /// The currency of the money below, ISO 4217.
    pub currency: String,
    /// One per live scheme: customers, stores, products, and by name.
    pub schemes: Vec<SchemeWorth>,
    /// Live schemes that cannot be read.
    pub unread: Vec<UnreadScheme>,
    /// Schemes in use of which nothing is live.
    pub not_live: usize,
}

/// A live scheme that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnreadScheme {
    /// Its name in addresses.
    pub scheme: String,
    /// Its name for people.
    pub title: String,
    /// The live run.
    pub run_id: String,
    /// Why, and what to do.
    pub problem: String,
}

/// A live scheme with what its clusters are worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SchemeWorth {
    /// Its name in addresses.
    pub scheme: String,
    /// Its name for people.
    pub title: String,
    /// What it clusters.
    pub of: EntityWord,
    /// Where it stands.
    pub standing: SchemeStanding,
    /// The live run.
    pub run_id: String,
    /// What that is called.
    pub run_title: String,
    /// Since when it is live.
    #[schema(format = DateTime)]
    pub since: String,
    /// From when sales count; absent where all do.
    #[schema(format = DateTime)]
    pub from: Option<String>,
    /// Until when sales count: the newest receipt at the run.
    #[schema(format = DateTime)]
    pub to: String,
    /// The category of which alone sales count.
    pub category: Option<String>,
    /// Members of the clusters below: their sum.
    pub members: u64,
    /// Sales of the clusters below: their sum.
    #[schema(format = "decimal", examples("12.5000"))]
    pub sales: String,
    /// Their margin: the sum, where every cluster has one.
    #[schema(format = "decimal", examples("12.5000"))]
    pub margin: Option<String>,
    /// Share of the sales whose products have a cost in the catalogue, 0..1.
    pub costed: f64,
    /// The clusters, those with most sales first.
    pub clusters: Vec<ClusterWorth>,
    /// Clusters that are not shown: too few people.
    pub hidden: usize,
    /// Against which publication changes are told; absent for the first.
    pub before: Option<WorthBefore>,
    /// Counts of people in changes are to the nearest multiple of this; 1 is exact.
    pub rounded_to: u64,
}

/// The publication that changes are told against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WorthBefore {
    /// The run.
    pub run_id: String,
    /// What it is called.
    pub title: String,
    /// From when it was live.
    #[schema(format = DateTime)]
    pub from: String,
    /// Until when its sales counted.
    #[schema(format = DateTime)]
    pub to: String,
    /// Clusters of it that are none any more: of customers those that may be shown.
    pub gone: Vec<super::EmptyCluster>,
}

/// A cluster with what it is worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ClusterWorth {
    /// Its number.
    pub cluster: i32,
    /// Its place among the clusters by number, which gives its colour.
    pub place: usize,
    /// Its name.
    pub name: String,
    /// Members.
    pub members: u64,
    /// Share of the members shown, 0..1; the shares sum to 1.
    pub share_members: f64,
    /// Their sales in the period.
    #[schema(format = "decimal", examples("12.5000"))]
    pub sales: String,
    /// Share of the sales shown, 0..1; the shares sum to 1.
    pub share_sales: f64,
    /// Sales less costs, of products with a cost in the catalogue; absent where none has.
    #[schema(format = "decimal", examples("12.5000"))]
    pub margin: Option<String>,
    /// Margin of the sales of products with a cost, 0..1.
    pub margin_rate: Option<f64>,
    /// Against the publication before; absent for the first, for a cluster that was not in it or not shown, and for a
    /// change of so few people, or one of the same answer that would give it away.
    pub change: Option<WorthChange>,
    /// Whether the publication before did not have it.
    pub fresh: bool,
}

/// How a cluster changed since the publication before.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct WorthChange {
    /// Members more, or fewer where below 0.
    pub members: i64,
    /// Share of sales now less the share then, -1..1.
    pub share_sales: f64,
}
