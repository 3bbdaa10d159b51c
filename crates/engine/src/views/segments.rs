//! Schemes of clusters: how the number was chosen, what each cluster is, where it lies on the map.

use super::TableVersion;
use super::words::words;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The schemes of a project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SchemeList {
    /// Those that were published.
    pub schemes: Vec<SchemeBrief>,
}

/// A scheme in short.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SchemeBrief {
    /// Its name in addresses.
    pub scheme: String,
    /// Its title for people.
    pub title: String,
    /// What is clustered: customers.
    pub of: String,
    /// The run that is live.
    pub run_id: String,
    /// How many clusters.
    pub clusters: usize,
    /// How many members.
    pub members: u64,
    /// When the run went live.
    #[schema(format = DateTime)]
    pub published_at: Option<String>,
    /// What it says, in a sentence.
    pub sentence: String,
}

/// One scheme with its clusters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Scheme {
    /// Its name in addresses.
    pub scheme: String,
    /// Its title for people.
    pub title: String,
    /// The currency of the money below, ISO 4217.
    pub currency: String,
    /// The run that made it.
    pub run: SchemeRun,
    /// How the number of clusters was chosen.
    pub choice: Choice,
    /// Mean silhouette of all members, -1..1.
    pub silhouette: f64,
    /// What describes a member.
    pub features: Vec<Feature>,
    /// The clusters.
    pub clusters: Vec<Cluster>,
    /// Members on a plane.
    pub map: ClusterMap,
    /// Groups too small to show.
    pub small_cells: SmallCells,
}

/// The run that made a scheme.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SchemeRun {
    /// The run.
    pub run_id: String,
    /// The seed of everything random.
    pub seed: u64,
    /// Version of the program.
    pub version: String,
    /// When it began.
    #[schema(format = DateTime)]
    pub started_at: String,
    /// The instant whose knowledge it used.
    #[schema(format = DateTime)]
    pub as_of: Option<String>,
    /// The tables it read.
    pub inputs: Vec<TableVersion>,
}

/// How the number of clusters was chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Choice {
    /// The number.
    pub clusters: usize,
    /// Why this number, in a sentence.
    pub sentence: String,
    /// What was measured for each number tried.
    pub scores: Vec<ChoiceScore>,
}

/// What was measured for one number of clusters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChoiceScore {
    /// The number.
    pub clusters: usize,
    /// Mean silhouette, -1..1.
    pub silhouette: f64,
    /// Agreement of resampled fits, 0..1.
    pub stability: Option<f64>,
    /// Sum of squared distances to the own centre.
    pub inertia: f64,
    /// How many times as much this number gains over the one before as it would in one cloud without clusters; where
    /// k-means chose among several.
    pub jump: Option<f64>,
}

/// What describes a member.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Feature {
    /// Its name for programs.
    pub key: String,
    /// Its name for people.
    pub label: String,
    /// Its unit; absent for a plain number.
    pub unit: Option<String>,
    /// What it means.
    pub description: String,
    /// How it is computed, for people who check.
    pub how_computed: String,
}

words!(
    /// Who named a cluster.
    NamedBy {
        /// The program, from what stands out.
        Machine => "machine",
        /// A person.
        Person => "person",
    }
);

/// A cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Cluster {
    /// Its number.
    pub cluster: i32,
    /// Its name.
    pub name: String,
    /// Who named it.
    pub named_by: NamedBy,
    /// Customers in it.
    pub customers: u64,
    /// Its share of the customers, 0..1.
    pub share_customers: f64,
    /// What its customers spent.
    #[schema(format = "decimal", examples("12.5000"))]
    pub spend: String,
    /// Its share of the spend, 0..1.
    pub share_spend: f64,
    /// Mean silhouette of its members, -1..1.
    pub silhouette: f64,
    /// What it is, in a sentence.
    pub sentence: String,
    /// What stands out most.
    pub facts: Vec<Fact>,
    /// Every feature against the total.
    pub profile: Vec<ProfileCell>,
}

/// Something that stands out in a cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Fact {
    /// The feature.
    pub feature: String,
    /// The feature in words.
    pub label: String,
    /// The cluster's mean.
    pub value: f64,
    /// The mean of all.
    pub total: f64,
    /// Total = 100.
    pub index: f64,
    /// The fact in words.
    pub text: String,
}

/// One feature of one cluster against the total.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProfileCell {
    /// The feature.
    pub feature: String,
    /// The cluster's mean.
    pub value: f64,
    /// The mean of all.
    pub total: f64,
    /// Total = 100.
    pub index: f64,
    /// Difference in standard deviations.
    pub effect: f64,
    /// Whether the difference is beyond chance.
    pub significant: bool,
}

/// Members on a plane.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ClusterMap {
    /// What grows to the right.
    pub x_label: String,
    /// What grows upwards.
    pub y_label: String,
    /// Share of the spread that each axis shows, 0..1.
    pub explained: [f64; 2],
    /// Members, a sample where there are many.
    pub points: Vec<MapPoint>,
    /// Centres of the clusters.
    pub centers: Vec<MapCenter>,
}

/// A member on the plane.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MapPoint {
    /// To the right.
    pub x: f64,
    /// Upwards.
    pub y: f64,
    /// Its cluster.
    pub cluster: i32,
}

/// A cluster's centre on the plane.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MapCenter {
    /// The cluster.
    pub cluster: i32,
    /// To the right.
    pub x: f64,
    /// Upwards.
    pub y: f64,
}

/// Groups too small to show, because a person could be made out in them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SmallCells {
    /// Customers that a group needs to be shown.
    pub threshold: u64,
    /// Groups that were hidden.
    pub hidden: u64,
}

/// Renames a cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenameRequest {
    /// The new name.
    pub name: String,
    /// Why; kept in the audit.
    pub reason: String,
}

/// A cluster's name after a change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Renamed {
    /// The cluster.
    pub cluster: i32,
    /// Its name.
    pub name: String,
    /// Who named it.
    pub named_by: NamedBy,
}

/// What was done to a scheme.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SchemeHistory {
    /// Newest first.
    pub entries: Vec<HistoryEntry>,
}

/// One change of a scheme.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HistoryEntry {
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// Who.
    pub author: String,
    /// What was done.
    pub action: String,
    /// To which cluster.
    pub cluster: Option<i32>,
    /// What was before.
    pub from: Option<String>,
    /// What is now.
    pub to: Option<String>,
    /// Why.
    pub reason: String,
}
