//! The clustering workbench: schemes of customers, shops and products from recipes, shaped by people, decided
//! on by two, live from a date on. One file for each thing people do; what a scheme's run keeps stands here.
//! It must not know how clusters are found (`segment`).

mod across;
mod admitted;
mod agreement;
mod ancestors;
mod asked;
mod assigning;
mod board;
mod called;
mod catalogue;
mod company;
mod compare;
mod discreet;
mod entrants;
mod gather;
mod hands;
mod health;
mod histories;
mod keep;
mod members;
mod memberships;
mod migration;
mod movers;
mod naming;
mod newcomers;
mod obeyed;
mod online;
mod placings;
mod recipes;
mod ruled;
mod running;
mod scenarios;
mod schedule;
mod show;
mod size;
mod standing;
mod timeline;
mod trees;
mod values;
mod versions;
mod worth;

pub use assigning::{AssignAsk, AssignPage, AssignRow, AssignedBy};
pub(crate) use board::Boards;
pub use called::choose as choose_cluster;
pub use migration::MigrationAsk;
pub use newcomers::NewcomerAsk;
pub use recipes::{methods, template_text, templates};
pub use running::{RunAsk, SchemeRan};
pub(crate) use scenarios::in_tens;
pub(crate) use show::LiveScheme;
pub use timeline::RunAt;
pub(crate) use worth::Margins;

use crate::EngineError;
use segment::hands::Conflict;
use segment::{Entity, Feature, Score, Search, Tree};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a run of a scheme keeps beside its rows: all that is needed to shape and explain it later.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SchemeResult {
    /// What is clustered.
    pub of: Entity,
    /// The features, in order.
    pub features: Vec<Feature>,
    /// Seed of everything drawn.
    pub seed: u64,
    /// Members.
    pub members: usize,
    /// Clusters.
    pub clusters: usize,
    /// Why so many.
    pub sentence: String,
    /// The scores of every number tried.
    pub scores: Vec<Score>,
    /// Mean silhouette.
    pub silhouette: f64,
    /// The instant described, microseconds since 1970 UTC.
    pub as_of: i64,
    /// Hands that could not be obeyed.
    pub conflicts: Vec<Conflict>,
    /// Clusters made by hand.
    pub made: BTreeMap<i32, String>,
    /// The proposed names of the clusters by number, so that a change of members renames none.
    #[serde(default)]
    pub names: BTreeMap<i32, String>,
    /// What a reader should know, in sentences.
    pub notes: Vec<String>,
    /// By which method.
    #[serde(default)]
    pub by: Search,
    /// Whether rules say who is where, instead of a search.
    #[serde(default)]
    pub ruled: bool,
    /// The trees of the parts, where the method makes them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trees: Vec<Tree>,
}

impl SchemeResult {
    /// What a run kept.
    fn of(run: &registry::Run) -> Result<Self, EngineError> {
        serde_json::from_value(run.result.clone()).map_err(|cause| {
            EngineError::Data(format!(
                "run {} was kept by another version ({cause}); run the scheme again",
                run.run_id
            ))
        })
    }
}

/// The proposed names of clusters by number.
fn proposed(found: &segment::Segmentation) -> BTreeMap<i32, String> {
    let each = found.segments.iter();
    each.map(|segment| (segment.cluster, segment.name.clone()))
        .collect()
}
