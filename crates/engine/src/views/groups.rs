//! Genomes of groups: what the members of a cluster lean to beside all customers, and what more or fewer lean to than at
//! an earlier date.

use super::page::page;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The genome of a cluster of customers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ClusterGenome {
    /// The scheme.
    pub scheme: String,
    /// The cluster's number.
    pub cluster: i32,
    /// Its name.
    pub name: String,
    /// The run of genomes.
    pub run_id: String,
    /// The instant that these describe.
    #[schema(format = DateTime)]
    pub as_of: String,
    /// Its members with a genome.
    pub members: u64,
    /// All members of the scheme with a genome.
    pub all: u64,
    /// What its members lean to more often than all do, the clearest first.
    pub more: Vec<ClusterGene>,
    /// What they lean to less often.
    pub fewer: Vec<ClusterGene>,
    /// What is expected of its members, in the mean.
    pub expected: Vec<ClusterMean>,
    /// What is not shown, and why.
    pub note: Option<String>,
}

/// A gene within a cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ClusterGene {
    /// The attribute of products.
    pub attribute: String,
    /// Its value.
    pub value: String,
    /// Members who have the gene.
    pub members: u64,
    /// For how many of these it is a passion; absent where they are too few to be told.
    pub passions: Option<u64>,
    /// The share of members with a genome that is, 0..1.
    pub share: f64,
    /// The same share of all members of the scheme.
    pub share_all: f64,
    /// How many times that of all it is.
    pub index: f64,
    /// How far the two shares are apart, in standard errors of the cluster's.
    pub z: f64,
}

/// A mean over the members.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ClusterMean {
    /// Its name, as `orders_90_days`.
    pub name: String,
    /// The mean of the members.
    pub value: f64,
    /// The mean of all.
    pub all: f64,
}

/// What more or fewer customers lean to than at an earlier date.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GenomeDrift {
    /// The earlier instant.
    #[schema(format = DateTime)]
    pub from: String,
    /// The later one.
    #[schema(format = DateTime)]
    pub to: String,
    /// Every date that can be named, the newest first.
    pub dates: Vec<String>,
    /// Customers with a genome at both.
    pub customers: u64,
    /// Genes that moved, the largest net change first.
    pub rows: Vec<DriftRow>,
    /// The same in one line.
    pub sentence: String,
}

/// One gene over all customers between two dates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DriftRow {
    /// The attribute of products.
    pub attribute: String,
    /// Its value.
    pub value: String,
    /// Customers who had the gene at the earlier date.
    pub before: u64,
    /// Customers who have it at the later one.
    pub after: u64,
    /// Customers for whom it appeared; absent where they are too few to be told.
    pub appeared: Option<u64>,
    /// Customers for whom it faded; absent where they are too few to be told.
    pub faded: Option<u64>,
    /// After less before, as a share of the customers.
    pub net: f64,
}

/// A customer whose genes moved between two dates by as much as an alert asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AlertRow {
    /// The customer.
    pub customer_key: i64,
    /// Genes that moved so, the sum of the five kinds.
    pub alerts: u64,
    /// Values that became genes.
    pub appeared: u64,
    /// Genes that are none any more.
    pub faded: u64,
    /// Liked became disliked, or the other way round.
    pub turned: u64,
    /// Became a passion, or is none any more.
    pub retyped: u64,
    /// Moved by the step of an alert at least.
    pub shifted: u64,
    /// The largest move, as a share of the attribute.
    pub largest: f64,
    /// The largest moves in words, four at most.
    pub changes: Vec<String>,
}

page!(
    /// Customers whose genes moved.
    AlertPage of AlertRow
);
