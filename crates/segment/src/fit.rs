//! Finding segments: the number of segments and k-means on prepared rows. It must not scale (`prepare`), say
//! what each segment is (`settle`) or read and write tables.

use crate::{Entity, Feature, FeatureTable, SegmentError, Segmentation, prepare, settle};
use cluster::{choose, kmeans};
use numeric::{MatrixView, Progress};
use serde::{Deserialize, Serialize};

/// Fewest customers that can be segmented.
const CUSTOMERS_MIN: usize = 50;
/// Rows at most for silhouettes and stability while choosing.
pub(crate) const SCORED_ROWS: usize = 3_000;

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
    let chosen = choose_and_fit(&spec.0, prepared.scaled.view(), "segments", progress)?;
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
    };
    let mut found = settle::settle(&prepared, &asked, &ids, progress)?;
    (found.scores, found.sentence) = (chosen.scores, chosen.sentence);
    Ok(found)
}

/// What k-means found.
pub(crate) struct Chosen {
    /// One label per row, from 0.
    pub labels: Vec<u32>,
    /// How many labels there are.
    pub clusters: usize,
    /// Every number tried.
    pub scores: Vec<Score>,
    /// Why this number.
    pub sentence: String,
}

/// Chooses the number of clusters where the spec leaves it open, and finds them. `noun` is what people call
/// the clusters.
pub(crate) fn choose_and_fit(
    spec: &Spec,
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
        stability_min: 0.8,
        seed: spec.seed,
    };
    let rows = scaled.rows();
    let choosing = params.check(rows)?;
    let choice = choosing.run(scaled, progress)?;
    let fitted: kmeans::Fit = choosing
        .kmeans(choice.clusters, rows)?
        .fit(scaled, progress)?;
    let scores = choice.candidates.iter().map(|candidate| Score {
        clusters: candidate.clusters,
        silhouette: candidate.silhouette,
        stability: candidate.stability,
        inertia: candidate.inertia,
    });
    let sentence = match spec.clusters {
        Some(clusters) if clusters == fitted.sizes.len() => {
            format!("{clusters} {noun}, as asked.")
        }
        Some(clusters) => format!(
            "{} {noun}: {clusters} were asked for, but there are no more that differ.",
            fitted.sizes.len()
        ),
        // The kernel knows clusters; people call them by their noun.
        None => format!("{}.", choice.reason.replace("clusters", noun)),
    };
    Ok(Chosen {
        clusters: fitted.sizes.len(),
        labels: fitted.labels,
        scores: scores.collect(),
        sentence,
    })
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
