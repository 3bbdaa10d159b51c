//! Finding segments: their number, and the labels of prepared rows. It must not scale (`prepare`), hold a method
//! (`search`), say what each segment is (`settle`) or read and write tables.

use crate::search::{Labels, Search};
use crate::{Entity, Feature, FeatureTable, SegmentError, Segmentation, prepare, settle};
use cluster::linkage::Dendrogram;
use cluster::{auto, choose};
use numeric::{MatrixView, Progress};
use serde::{Deserialize, Serialize};

/// Fewest customers that can be segmented.
const CUSTOMERS_MIN: usize = 50;
/// Rows at most for silhouettes and stability while choosing.
pub(crate) const SCORED_ROWS: usize = 3_000;
/// Stability from which a number of clusters by another method than k-means is trusted.
const STABILITY_TRUSTED: f64 = 0.8;
/// Stability that some number must reach for k-means to find one: the value below which clusters should not be trusted
/// by the manual of R's `fpc::clusterboot`, there of a cluster's Jaccard likeness over resamples.
const STABILITY_LEAST: f64 = 0.6;
/// Greatest multiple that is told of what a number of clusters gains: beyond it clusters do not touch.
const JUMP_MAX: f64 = 1e6;

/// What a segmentation is asked to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spec {
    /// How many segments; `None` to choose between `clusters_min` and `clusters_max`.
    pub clusters: Option<usize>,
    /// Fewest segments to consider.
    pub clusters_min: usize,
    /// Most segments to consider.
    pub clusters_max: usize,
    /// Seed of everything drawn.
    pub seed: u64,
}

impl Spec {
    /// Checks the values.
    pub fn check(self) -> Result<ValidSpec, SegmentError> {
        let bad = |field, value: usize, legal: &str| SegmentError::Spec {
            field,
            value: value.to_string(),
            legal: legal.to_string(),
        };
        if let Some(clusters) = self
            .clusters
            .filter(|clusters| !(2..=50).contains(clusters))
        {
            return Err(bad(
                "clusters",
                clusters,
                "write 2 to 50, or leave it out to have it chosen",
            ));
        }
        if !(2..=50).contains(&self.clusters_min) {
            return Err(bad("clusters_min", self.clusters_min, "write 2 to 50"));
        }
        if !(self.clusters_min..=50).contains(&self.clusters_max) {
            return Err(bad(
                "clusters_max",
                self.clusters_max,
                "write clusters_min to 50",
            ));
        }
        Ok(ValidSpec(self))
    }
}

/// A checked spec, ready to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidSpec(Spec);

/// The scores of one number of segments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// How many segments.
    pub clusters: usize,
    /// Mean silhouette, -1 to 1.
    pub silhouette: f64,
    /// Mean adjusted Rand index over pairs of resamples, about 0 to 1.
    pub stability: f64,
    /// Sum of squared distances to the centres.
    pub inertia: f64,
    /// How many times as much this number gains over the one before as it would in one cloud without clusters; up to
    /// a million. None where the method is not k-means or no other number was tried.
    #[serde(default)]
    pub jump: Option<f64>,
}

/// Finds segments among the customers of `table`; they are numbered by spend. Same table and spec give the
/// same result on any number of threads.
pub fn fit(
    spec: &ValidSpec,
    features: &[Feature],
    table: &FeatureTable,
    progress: &dyn Progress,
) -> Result<Segmentation, SegmentError> {
    let customers = table.keys.len();
    if customers < CUSTOMERS_MIN {
        return Err(SegmentError::TooFew {
            what: "customers with a purchase",
            got: customers,
            least: CUSTOMERS_MIN,
        });
    }
    let prepared = prepare(features, &table.values)?;
    let rows = prepared.scaled.view();
    let chosen = choose_and_fit(&spec.0, Search::Kmeans, rows, "segments", progress)?;
    let ids = by_worth(&chosen.labels, chosen.clusters, &table.worth);
    let ids: Vec<i32> = chosen
        .labels
        .iter()
        .map(|label| ids[*label as usize])
        .collect();
    let asked = settle::Ask {
        of: Entity::Customers,
        features,
        table,
        seed: spec.0.seed,
        sure: None,
    };
    let mut found = settle::settle(&prepared, &asked, &ids, progress)?;
    (found.scores, found.sentence) = (chosen.scores, chosen.sentence);
    Ok(found)
}

/// What the search found.
pub(crate) struct Chosen {
    /// One label per row, from 0.
    pub labels: Vec<u32>,
    /// How many labels there are.
    pub clusters: usize,
    /// Every number tried.
    pub scores: Vec<Score>,
    /// Why this number.
    pub sentence: String,
    /// The tree over all rows, where the method makes one.
    pub tree: Option<Dendrogram>,
}

/// Chooses the number of clusters where the spec leaves it open, and finds them. `noun` is what people call
/// the clusters.
pub(crate) fn choose_and_fit(
    spec: &Spec,
    search: Search,
    scaled: MatrixView<'_>,
    noun: &str,
    progress: &dyn Progress,
) -> Result<Chosen, SegmentError> {
    let (least, most) = match spec.clusters {
        Some(clusters) => (clusters, clusters),
        None => (spec.clusters_min, spec.clusters_max),
    };
    let params = choose::Params {
        clusters_min: least,
        clusters_max: most,
        starts: 8,
        max_iterations: 300,
        tolerance: 0.0,
        bootstraps: 12,
        sample: SCORED_ROWS,
        stability_min: match search {
            Search::Kmeans | Search::Auto => STABILITY_LEAST,
            _ => STABILITY_TRUSTED,
        },
        seed: spec.seed,
    };
    let choosing = params.check(scaled.rows())?;
    // First, since it may refuse so many members.
    let tree = match search.makes_tree() {
        true => Some(search.tree(scaled, progress)?),
        false => None,
    };
    let (choice, labels, by) = match search {
        Search::Kmeans | Search::Auto => by_kmeans(spec, search, &choosing, scaled, progress)?,
        _ => {
            let labels = Labels {
                search,
                tree: tree.as_ref(),
            };
            let found = choosing.run_with(scaled, &labels, progress)?;
            (
                found.choice,
                found.labels,
                format!(" By {}.", search.label()),
            )
        }
    };
    let clusters = labels.iter().max().map_or(0, |most| *most as usize + 1);
    let scores = choice.candidates.iter().map(|candidate| Score {
        clusters: candidate.clusters,
        silhouette: candidate.silhouette,
        stability: candidate.stability,
        inertia: candidate.inertia,
        jump: candidate.jump.map(|jump| jump.exp().min(JUMP_MAX)),
    });
    let sentence = match spec.clusters {
        Some(asked) if asked == clusters => format!("{asked} {noun}, as asked.{by}"),
        Some(asked) => format!(
            "{clusters} {noun}: {asked} were asked for, but {} finds no more.{by}",
            search.label()
        ),
        // The kernel knows clusters; people call them by their noun.
        None => format!("{}.{by}", choice.reason.replace("clusters", noun)),
    };
    Ok(Chosen {
        clusters,
        labels,
        scores: scores.collect(),
        sentence,
        tree,
    })
}

/// The choice by k-means, and its labels or those of the method that suits the data at the number chosen; and in
/// words how they were found, where it is not by k-means.
fn by_kmeans(
    spec: &Spec,
    search: Search,
    choosing: &choose::Choosing,
    scaled: MatrixView<'_>,
    progress: &dyn Progress,
) -> Result<(choose::Choice, Vec<u32>, String), SegmentError> {
    let choose::ByKmeans { choice, fit } = choosing.run(scaled, progress)?;
    if search == Search::Auto {
        let params = auto::Params {
            clusters: choice.clusters,
            seed: spec.seed,
        };
        let found = params.check(scaled.rows())?.run(scaled, progress)?;
        let by = match spec.clusters {
            Some(_) => format!(" Method: {}.", found.reason),
            None => format!(" The number is k-means' choice; method: {}.", found.reason),
        };
        return Ok((choice, found.labels, by));
    }
    Ok((choice, fit.labels, String::new()))
}

/// For each label its number, from 1, so that 1 has most worth; ties keep the lower label first.
pub(crate) fn by_worth(labels: &[u32], clusters: usize, worth: &[f64]) -> Vec<i32> {
    let mut totals = vec![0.0; clusters];
    for (label, worth) in labels.iter().zip(worth) {
        totals[*label as usize] += worth;
    }
    let mut ranked: Vec<usize> = (0..clusters).collect();
    ranked.sort_by(|a, b| totals[*b].total_cmp(&totals[*a]).then(a.cmp(b)));
    let mut order = vec![0; clusters];
    for (place, label) in ranked.into_iter().enumerate() {
        order[label] = place as i32 + 1;
    }
    order
}
