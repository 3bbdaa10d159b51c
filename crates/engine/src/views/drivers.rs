//! Drivers of choice: which attributes move what customers take from a shelf of a category, of all and by cluster.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a run about drivers is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DriversRequest {
    /// A category of the catalogue at any level, or, where there is no catalogue, a kind of product DNA.
    pub category: String,
    /// A live scheme of customers; buying where not given.
    #[serde(default)]
    pub scheme: Option<String>,
    /// Why.
    pub reason: String,
}

/// What moves choice in a category.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Drivers {
    /// The run.
    pub run_id: String,
    /// When it began.
    #[schema(format = DateTime)]
    pub at: String,
    /// The category.
    pub category: String,
    /// The scheme whose clusters are told apart.
    pub scheme: String,
    /// Choices that it rests on.
    pub choices: usize,
    /// Customers who made them.
    pub customers: usize,
    /// Products on a shelf, in the mean.
    pub shelf: f64,
    /// Of all first, then by cluster.
    pub groups: Vec<DriverGroup>,
    /// How well the last fifth of the choices was foreseen from the others, of all first.
    pub trials: Vec<DriverTrial>,
    /// The same in one line.
    pub sentence: String,
    /// What limits it.
    pub notes: Vec<String>,
}

/// Runs about drivers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DriversList {
    /// The newest of each category and scheme, the newest first.
    pub rows: Vec<Drivers>,
}

/// A number with its 90 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DriverRange {
    /// The number.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// What moves the choice of all, or of a cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DriverGroup {
    /// The cluster's number; absent for all.
    pub cluster: Option<i32>,
    /// Its name.
    pub name: String,
    /// Choices that its shares rest on.
    pub choices: usize,
    /// How much better a choice is foreseen than by equal chances, as a share of foreseeing every one, 0..1.
    pub of_perfect: Option<f64>,
    /// By attribute, the strongest first.
    pub attributes: Vec<DriverAttribute>,
}

/// How much an attribute moves choice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DriverAttribute {
    /// The attribute.
    pub attribute: String,
    /// Its share of what is explained; the shares of a group add up to 1.
    pub share: Option<DriverRange>,
    /// What nothing else explains.
    pub alone: Option<DriverRange>,
    /// Whether it moves the cluster otherwise than all.
    pub differs: Option<bool>,
    /// Its levels, those taken most first.
    pub levels: Vec<DriverLevel>,
}

/// A level of an attribute, with the counts behind it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DriverLevel {
    /// The level.
    pub level: String,
    /// Choices that took it, of the price the mean taken; absent where they are too few to be told.
    pub observed: Option<f64>,
    /// Choices that would have, had all products on the shelf been alike.
    pub expected: Option<f64>,
    /// How much it is wanted beside the mean level, in logits: .1 more is about 10 % better odds.
    pub utility: DriverRange,
    /// compared, not offered, not compared, never taken or always taken: of the last four the counts do not say it.
    pub standing: String,
}

/// How well later choices were foreseen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DriverTrial {
    /// The cluster's number; absent for all.
    pub cluster: Option<i32>,
    /// Its name.
    pub name: String,
    /// Choices.
    pub choices: usize,
    /// By the cluster's own drivers.
    pub by_group: DriverScore,
    /// By those of all.
    pub of_all: DriverScore,
    /// By what sold before: the naive answer.
    pub popularity: DriverScore,
    /// By equal chances.
    pub equal: DriverScore,
    /// Log-likelihood by choice that the drivers gain over popularity; below 0 popularity foresees better.
    pub over_popularity: DriverRange,
}

/// How well one way foresees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DriverScore {
    /// Log-likelihood by choice.
    pub log_likelihood: f64,
    /// Share of choices whose product was the likeliest, 0..1.
    pub hit_rate: f64,
}
