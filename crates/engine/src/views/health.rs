//! How well a live scheme still fits.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How well a live scheme still fits its members of today.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SchemeHealth {
    /// Whether it is time to run it again.
    pub again: bool,
    /// Why, or why not.
    pub sentence: String,
    /// The instant that the live run describes.
    #[schema(format = DateTime)]
    pub then: String,
    /// The newest instant there is.
    #[schema(format = DateTime)]
    pub now: String,
    /// Members on both days.
    pub lasting: usize,
    /// Members that are gone.
    pub gone: usize,
    /// Members that are new.
    pub new: usize,
    /// Share of the lasting members that are now nearer to another cluster, 0..1.
    pub moved_share: f64,
    /// Share of them that were so at the run, 0..1.
    pub moved_share_before: f64,
    /// Members that are now nearer to another cluster and that nobody placed; none are named where they are customers.
    pub belong_elsewhere: Vec<String>,
    /// Members that are nearer to another cluster, and are where they are because a person moved, locked or placed them;
    /// none are named where they are customers.
    pub by_hand: Vec<String>,
    /// Members that were far from their centre at the run already; none are named where they are customers.
    pub far: Vec<String>,
    /// The clusters.
    pub clusters: Vec<HealthCluster>,
    /// The features, the one that changed most first.
    pub features: Vec<HealthFeature>,
}

/// One cluster then and now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HealthCluster {
    /// Its number.
    pub cluster: i32,
    /// Its name.
    pub name: String,
    /// Its members that are there on both days.
    pub members: usize,
    /// How far its centre moved, in spreads within it.
    pub moved: f64,
    /// Whether it holds too small a share of the members to plan for.
    pub small: bool,
}

/// One feature then and now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HealthFeature {
    /// The feature.
    pub feature: String,
    /// In words.
    pub label: String,
    /// Population stability index: below 0.1 no change, above 0.25 a great one.
    pub stability_index: f64,
    /// The index to be expected by chance for so many members.
    pub by_chance: f64,
}
