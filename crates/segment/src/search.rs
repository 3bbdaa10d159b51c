//! The methods by which a recipe may have its clusters searched for, each as a labeller whose number of clusters can
//! be chosen by scores. It must not choose the number (`fit`) nor bring labels within people's rules (`scheme`).

use crate::SegmentError;
use cluster::choose::Labeller;
use cluster::linkage::{self, Dendrogram};
use cluster::{Error, genie, medoids, mixture};
use numeric::{MatrixView, Part, Progress, distance::squared_euclidean};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// Members that k-medoids compares all with all; of more it takes samples.
const PAIRS_MAX: usize = 6_000;
/// Members at most for a tree: its time grows with their square.
pub const TREE_MEMBERS_MAX: usize = 20_000;
/// The Gini index of sizes from which Genie joins the smallest cluster: its authors' value.
const GINI_MAX: f64 = 0.3;

/// How clusters are searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Search {
    /// Least sum of squared distances to the centres; keeps sizes, locks and links while it searches.
    #[default]
    Kmeans,
    /// Clusters around members, least sum of distances: outliers pull less.
    Medoids,
    /// A tree that joins what adds least to the squared distances.
    Ward,
    /// A tree that joins by the mean distance.
    Average,
    /// A tree that joins by the greatest distance: clusters of small diameter.
    Complete,
    /// A tree of nearest neighbours that lets no cluster stay tiny: clusters of any shape.
    Genie,
    /// Clouds of different size and stretch along the features.
    Mixture,
    /// Several methods, of which one is chosen from the data; the number is that of k-means where it is open.
    Auto,
}

/// A method as people choose it.
#[derive(Debug, Clone, Copy)]
pub struct SearchInfo {
    /// What it is in a recipe.
    pub search: Search,
    /// Its name in a recipe.
    pub name: &'static str,
    /// Its name in a sentence.
    pub label: &'static str,
    /// What it is good for.
    pub description: &'static str,
}

/// All methods.
pub const SEARCHES: &[SearchInfo] = &[
    SearchInfo {
        search: Search::Kmeans,
        name: "kmeans",
        label: "k-means",
        description: "round clusters around means; the usual choice, fast for millions",
    },
    SearchInfo {
        search: Search::Medoids,
        name: "medoids",
        label: "k-medoids",
        description: "clusters around typical members; outliers pull less",
    },
    SearchInfo {
        search: Search::Ward,
        name: "ward",
        label: "Ward's linkage",
        description: "a tree of round clusters, to be cut where you like; up to 20,000 members",
    },
    SearchInfo {
        search: Search::Average,
        name: "average",
        label: "average linkage",
        description: "a tree by mean distance; sets outliers apart; up to 20,000 members",
    },
    SearchInfo {
        search: Search::Complete,
        name: "complete",
        label: "complete linkage",
        description: "a tree of clusters of small diameter; up to 20,000 members",
    },
    SearchInfo {
        search: Search::Genie,
        name: "genie",
        label: "Genie",
        description: "a tree for clusters of any shape, none tiny; up to 20,000 members",
    },
    SearchInfo {
        search: Search::Mixture,
        name: "mixture",
        label: "a mixture of Gaussians",
        description: "clouds of different size, stretched along the features",
    },
    SearchInfo {
        search: Search::Auto,
        name: "auto",
        label: "the method that suits the data",
        description: "several methods compete and the data chooses; says which and why",
    },
];

impl Search {
    /// Whether it is the usual one, which recipes need not name.
    #[allow(clippy::trivially_copy_pass_by_ref)] // serde hands over references
    pub(crate) fn is_usual(&self) -> bool {
        *self == Self::Kmeans
    }

    /// Whether it makes a tree that can be cut at any number.
    pub fn makes_tree(self) -> bool {
        matches!(
            self,
            Self::Ward | Self::Average | Self::Complete | Self::Genie
        )
    }

    /// The method of this name.
    pub fn named(name: &str) -> Option<Self> {
        let of = SEARCHES.iter().find(|info| info.name == name);
        of.map(|info| info.search)
    }

    /// Its name in a recipe.
    pub fn name(self) -> &'static str {
        let of = SEARCHES.iter().find(|info| info.search == self);
        of.map_or("", |info| info.name)
    }

    /// Its name in a sentence.
    pub fn label(self) -> &'static str {
        let of = SEARCHES.iter().find(|info| info.search == self);
        of.map_or("", |info| info.label)
    }

    /// The tree over all members.
    ///
    /// # Errors
    /// [`SegmentError::Limits`] where there are too many members; those of the kernel.
    pub(crate) fn tree(
        self,
        data: MatrixView<'_>,
        progress: &dyn Progress,
    ) -> Result<Dendrogram, SegmentError> {
        if data.rows() > TREE_MEMBERS_MAX {
            return Err(SegmentError::Limits(format!(
                "{} compares all {} members with each other, {TREE_MEMBERS_MAX} at most: write by = \"kmeans\" under \
                 [method], or filter",
                self.label(),
                data.rows()
            )));
        }
        Ok(self.dendrogram(data, progress)?)
    }

    fn dendrogram(
        self,
        data: MatrixView<'_>,
        progress: &dyn Progress,
    ) -> Result<Dendrogram, Error> {
        let method = match self {
            Self::Genie => {
                let params = genie::Params { gini_max: GINI_MAX };
                return params.check()?.fit(data, progress);
            }
            Self::Average => linkage::Method::Average,
            Self::Complete => linkage::Method::Complete,
            _ => linkage::Method::Ward,
        };
        linkage::Params { method }
            .check(data.rows())?
            .fit(data, progress)
    }
}

/// A search as the kernel's choice of a number asks it.
pub(crate) struct Labels<'a> {
    /// The method.
    pub search: Search,
    /// The tree over all members, where the method makes one.
    pub tree: Option<&'a Dendrogram>,
}

impl Labeller for Labels<'_> {
    fn labels(
        &self,
        data: MatrixView<'_>,
        counts: RangeInclusive<usize>,
        seed: u64,
        progress: &dyn Progress,
    ) -> Result<Vec<Vec<u32>>, Error> {
        if self.search.makes_tree() {
            let tree = self.search.dendrogram(data, progress)?;
            return counts.map(|clusters| tree.cut(clusters)).collect();
        }
        // All numbers ask for the same distances.
        let pairs = match self.search == Search::Medoids && data.rows() <= PAIRS_MAX {
            true => Some(pairs(data, progress)?),
            false => None,
        };
        let parts = (counts.end() + 1).saturating_sub(*counts.start()) as u64;
        let mut all = Vec::new();
        for (place, clusters) in (0..).zip(counts) {
            let part = Part {
                of: progress,
                place,
                parts,
            };
            let labels = match self.search {
                Search::Medoids => by_medoids(data, pairs.as_deref(), clusters, seed, &part),
                _ => by_mixture(data, clusters, seed, &part),
            };
            match labels {
                Ok(labels) => all.push(labels),
                Err(Error::TooFewDistinctRows { .. }) if !all.is_empty() => break,
                Err(error) => return Err(error),
            }
        }
        Ok(all)
    }

    fn whole(
        &self,
        data: MatrixView<'_>,
        counts: RangeInclusive<usize>,
        seed: u64,
        progress: &dyn Progress,
    ) -> Result<Vec<Vec<u32>>, Error> {
        match self.tree {
            Some(tree) => counts.map(|clusters| tree.cut(clusters)).collect(),
            None => self.labels(data, counts, seed, progress),
        }
    }
}

/// The distances of all pairs, as `medoids::Condensed` has them.
fn pairs(data: MatrixView<'_>, progress: &dyn Progress) -> Result<Vec<f64>, Error> {
    let rows = data.rows();
    let mut all = Vec::with_capacity(rows * rows.saturating_sub(1) / 2);
    for row in 0..rows {
        if progress.cancelled() {
            return Err(Error::Cancelled);
        }
        let others =
            (row + 1..rows).map(|other| squared_euclidean(data.row(row), data.row(other)).sqrt());
        all.extend(others);
    }
    Ok(all)
}

fn by_medoids(
    data: MatrixView<'_>,
    pairs: Option<&[f64]>,
    clusters: usize,
    seed: u64,
    progress: &dyn Progress,
) -> Result<Vec<u32>, Error> {
    let rows = data.rows();
    let search = match pairs {
        Some(_) => medoids::Search::All,
        None => medoids::Search::Sampled {
            samples: 5,
            rows: (80 + 4 * clusters).min(rows),
        },
    };
    let params = medoids::Params {
        clusters,
        search,
        start: medoids::Start::PlusPlus,
        starts: 3,
        max_iterations: 100,
        seed,
    };
    let ready = params.check(rows)?;
    let fit = match pairs {
        Some(pairs) => ready.fit(&medoids::Condensed::new(pairs, rows)?, progress)?,
        None => ready.fit(&medoids::Euclidean(data), progress)?,
    };
    Ok(fit.labels)
}

fn by_mixture(
    data: MatrixView<'_>,
    clusters: usize,
    seed: u64,
    progress: &dyn Progress,
) -> Result<Vec<u32>, Error> {
    let params = mixture::Params {
        components: clusters,
        covariance: mixture::Covariance::Diagonal,
        start: mixture::Start::KMeans,
        starts: 2,
        max_iterations: 200,
        tolerance: 1e-6,
        regularisation: 1e-4,
        seed,
    };
    Ok(params.check(data.rows())?.fit(data, progress)?.labels)
}
