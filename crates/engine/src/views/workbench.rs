//! A run of a scheme as people work on it: clusters, map, conflicts, members, why each is where it is.

use super::page::page;
use super::words::words;
use super::{BoardTree, Choice, Cluster, Feature, MapCenter, MethodWord, SchemeRun, SmallCells};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

words!(
    /// What a scheme clusters.
    EntityWord {
        /// Customers.
        Customers => "customers",
        /// Shops.
        Stores => "stores",
        /// Products.
        Products => "products",
    }
);

words!(
    /// Where a scenario stands.
    StateWord {
        /// Being worked on.
        Draft => "draft",
        /// Put up for approval.
        Ready => "ready",
        /// Approved, not live yet.
        Approved => "approved",
        /// Sent back.
        Rejected => "rejected",
        /// Live from its effective date on.
        Deployed => "deployed",
    }
);

words!(
    /// How the run that is looked at stands: whether anybody plans by it.
    ShownWord {
        /// It is live.
        Live => "live",
        /// It will be.
        Planned => "planned",
        /// It was.
        Past => "past",
        /// Nobody decided on it.
        Draft => "draft",
        /// It is put up for approval.
        Ready => "ready",
        /// It is approved and not live.
        Approved => "approved",
        /// It was sent back.
        Rejected => "rejected",
        /// It was to be live, and another took its place before.
        Replaced => "replaced",
    }
);

/// How the run that is looked at stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunShown {
    /// In a word.
    pub word: ShownWord,
    /// From when it is, was or will be live; absent for one that never is.
    #[schema(format = DateTime)]
    pub from: Option<String>,
    /// Until when.
    #[schema(format = DateTime)]
    pub until: Option<String>,
    /// The date that was asked for; names of clusters are those of then.
    #[schema(format = DateTime)]
    pub on: Option<String>,
}

/// A run of a scheme with the changes that people made since.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Board {
    /// The scheme's name in addresses.
    pub scheme: String,
    /// The scheme's name for people.
    pub title: String,
    /// What is clustered.
    pub of: EntityWord,
    /// The scenario.
    pub scenario: ScenarioRow,
    /// How it stands.
    pub shown: RunShown,
    /// The number of the newest change by hand; the next change names it in If-Match.
    pub hands_version: i64,
    /// Changes since the run that stand.
    pub changes: usize,
    /// The currency of the money below, ISO 4217.
    pub currency: String,
    /// The run.
    pub run: SchemeRun,
    /// By which method the clusters were found.
    pub method: MethodWord,
    /// Whether rules say who is where, instead of a search.
    pub ruled: bool,
    /// How the number of clusters was chosen.
    pub choice: Choice,
    /// The trees that the clusters were cut from, one for each part; empty where the method makes none, or where no
    /// branch of customers has enough people to be shown.
    pub trees: Vec<BoardTree>,
    /// Mean silhouette of all members, -1..1.
    pub silhouette: f64,
    /// Share of the members' spread that the clusters explain, 0..1.
    pub fit: f64,
    /// What describes a member, with what it counts for.
    pub features: Vec<WeightedFeature>,
    /// The clusters.
    pub clusters: Vec<BoardCluster>,
    /// Clusters made by hand that have no member yet.
    pub empty: Vec<EmptyCluster>,
    /// Members on a plane.
    pub map: BoardMap,
    /// Changes by hand that the run could not obey.
    pub conflicts: Vec<HandConflict>,
    /// What a reader should know.
    pub notes: Vec<String>,
    /// Groups too small to show; none where the members are no persons.
    pub small_cells: SmallCells,
}

/// A feature with its weight.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct WeightedFeature {
    /// The feature.
    #[serde(flatten)]
    pub feature: Feature,
    /// What it counts for, per cent of all.
    pub weight: f64,
}

/// A cluster of a scheme.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BoardCluster {
    /// What every cluster has; customers are members, spend is their sales.
    #[serde(flatten)]
    pub cluster: Cluster,
    /// What a person wrote about it.
    pub description: Option<String>,
    /// Whether a person made it; no run fills it.
    pub made: bool,
    /// Members that a person placed.
    pub pinned: usize,
    /// A short rule that tells its members from the others; absent where none does better than chance.
    pub rule: Option<ClusterRule>,
}

/// A rule that most members of a cluster pass and few others do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ClusterRule {
    /// The rule in words.
    pub text: String,
    /// Share of the members that pass, 0..1.
    pub coverage: f64,
    /// Share of those who pass that are members, 0..1.
    pub purity: f64,
    /// Members over all, 0..1: the purity of no rule.
    pub baseline: f64,
}

/// A cluster made by hand without members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EmptyCluster {
    /// Its number.
    pub cluster: i32,
    /// Its name.
    pub name: String,
}

/// Members on a plane, and on the ground where they have a place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BoardMap {
    /// What grows to the right.
    pub x_label: String,
    /// What grows upwards.
    pub y_label: String,
    /// Share of the spread that each axis shows, 0..1.
    pub explained: [f64; 2],
    /// Members, a sample where there are many.
    pub points: Vec<BoardPoint>,
    /// Centres of the clusters.
    pub centers: Vec<MapCenter>,
}

/// A member on the plane.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BoardPoint {
    /// To the right.
    pub x: f64,
    /// Upwards.
    pub y: f64,
    /// Its cluster.
    pub cluster: i32,
    /// Its id; absent for a customer.
    pub member: Option<String>,
    /// Its name; absent for a customer.
    pub label: Option<String>,
    /// Latitude, degrees north.
    pub lat: Option<f64>,
    /// Longitude, degrees east.
    pub lon: Option<f64>,
    /// Whether a person placed it.
    pub pinned: bool,
    /// Whether it is an online shop.
    pub online: bool,
}

/// A change by hand that was not obeyed, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HandConflict {
    /// The change's number.
    pub seq: i64,
    /// The member, where it is one.
    pub member: Option<String>,
    /// Why, and what can be done.
    pub sentence: String,
}

/// A scenario: a run of a scheme to decide on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ScenarioRow {
    /// The run.
    pub run_id: String,
    /// What it is called.
    pub title: String,
    /// The recipe's version.
    pub recipe_version: i64,
    /// Where it stands.
    pub state: StateWord,
    /// Whether it is the one that is live now.
    pub live: bool,
    /// From when it will be live, where that is still to come.
    #[schema(format = DateTime)]
    pub live_from: Option<String>,
    /// Until when, where it is live and another is planned to follow, or was live.
    #[schema(format = DateTime)]
    pub live_until: Option<String>,
    /// How it stands by what was decided of all runs: a deployment whose day another took is replaced.
    pub shown: ShownWord,
    /// Clusters.
    pub clusters: usize,
    /// Members.
    pub members: usize,
    /// Mean silhouette, -1..1.
    pub silhouette: f64,
    /// Changes that could not be obeyed.
    pub conflicts: usize,
    /// Why so many clusters.
    pub sentence: String,
    /// When it was made.
    #[schema(format = DateTime)]
    pub at: String,
    /// Who took the last step.
    pub author: String,
    /// The person's id, since two may be called the same.
    pub author_id: String,
    /// From when it is live.
    #[schema(format = DateTime)]
    pub effective_at: Option<String>,
}

/// A member of a scheme.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BoardMember {
    /// Its id.
    pub member: String,
    /// Its name.
    pub label: Option<String>,
    /// The part of a nested scheme.
    pub part: Option<String>,
    /// The cluster.
    pub cluster: i32,
    /// The cluster's name.
    pub cluster_name: String,
    /// The nearest other cluster.
    pub second_cluster: i32,
    /// Its name.
    pub second_name: String,
    /// How much nearer the own cluster is than the next, of the way between them; negative where the next is nearer.
    pub margin: f64,
    /// Silhouette, -1..1; absent outside the sample it is measured on.
    pub silhouette: Option<f64>,
    /// Probability of the own cluster, 0..1, where clusters are clouds of one size around their centres; absent where
    /// rules or a person's hand, and no distance, say who is in it.
    pub probability: Option<f64>,
    /// Sales in the period.
    #[schema(format = "decimal", examples("12.5000"))]
    pub sales: String,
    /// Receipts in the period.
    pub receipts: u64,
    /// Whether a person placed it.
    pub pinned: bool,
    /// The cluster that the run found, where a person's change gave it another.
    pub found: Option<i32>,
    /// The nearest other shop.
    pub nearest: Option<String>,
    /// How far that is.
    pub nearest_km: Option<f64>,
    /// When it last sold or bought.
    #[schema(format = DateTime)]
    pub last_at: Option<String>,
    /// Whether it is an online shop.
    pub online: bool,
}

page!(
    /// Members of a scheme.
    BoardMemberPage of BoardMember
);

/// Why a member is where it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MemberReasons {
    /// The member.
    pub member: BoardMember,
    /// Distance to the own centre, scaled units.
    pub distance: f64,
    /// Distance to the next centre.
    pub second_distance: f64,
    /// What each feature adds to the squared distances; each list sums to its distance squared.
    pub reasons: Vec<MemberReason>,
    /// The probability of each cluster of the member's part, likeliest first; with those of clusters too small to be
    /// shown they sum to 1. None where rules or a person's hand say who is in the own one.
    pub memberships: Vec<MemberShare>,
    /// The changes by hand that name it, newest first.
    pub hands: Vec<super::HandRow>,
}

/// How likely a member is of a cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MemberShare {
    /// The cluster.
    pub cluster: i32,
    /// Its name.
    pub name: String,
    /// The probability, 0..1.
    pub probability: f64,
}

/// One feature of a member against its own and the next centre.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MemberReason {
    /// The feature.
    pub feature: String,
    /// In words.
    pub label: String,
    /// The member's value; absent where it is not known.
    pub value: Option<f64>,
    /// Mean of the own cluster.
    pub own_mean: f64,
    /// Mean of the next cluster.
    pub second_mean: f64,
    /// Adds to the squared distance to the own centre.
    pub own: f64,
    /// Adds to the squared distance to the next centre.
    pub second: f64,
}
