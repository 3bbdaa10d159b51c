//! HDBSCAN: clusters as regions denser than what is around them, at whatever density; rows in none are
//! noise (R. J. G. B. Campello, D. Moulavi, J. Sander, "Density-Based Clustering Based on Hierarchical
//! Density Estimates", PAKDD 2013; L. McInnes, J. Healy, "Accelerated Hierarchical Density Based
//! Clustering", ICDMW 2017).
//!
//! Holds the parameters and what is said of each row; the tree of clusters and the choice among them have
//! their own files. The number of clusters follows from the data. Scale the columns first, and multiply each
//! by the square root of its weight. The least size of a cluster is a parameter; a greatest size and links
//! are not taken, since density alone says which rows are together.

mod condensed;
mod selection;
#[cfg(test)]
mod tests;

use numeric::{MatrixView, Progress};

pub use selection::Selection;

use crate::{
    Error,
    error::require,
    linkage::{Dendrogram, Link},
    spanning::reachability_tree,
};
use condensed::Condensed;

/// What HDBSCAN is asked to do. Becomes an [`Hdbscan`] by [`Params::check`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Least rows of a cluster: 2 to the number of rows.
    pub min_cluster_size: usize,
    /// Neighbours that make a row's density: 1 to one less than the rows. More make more rows noise. As in
    /// the Python package `hdbscan`, the row itself does not count.
    pub min_samples: usize,
    /// Which of the clusters within one another are taken.
    pub selection: Selection,
}

/// Checked parameters, ready to fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hdbscan(Params);

/// A clustering by density.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// For each row, its cluster; none for noise. Clusters are numbered in order of their lowest row.
    pub labels: Vec<Option<u32>>,
    /// For each row, how far towards the densest rows of its cluster it is: 0 (noise) to 1.
    pub probabilities: Vec<f64>,
    /// For each row, how much thinner its surroundings are than the densest of the cluster that it is in or
    /// was last in: 0 to 1 (GLOSH; R. J. G. B. Campello, D. Moulavi, A. Zimek, J. Sander, "Hierarchical
    /// Density Estimates for Data Clustering, Visualization, and Outlier Detection", ACM TKDD 10, 2015).
    pub outlier_scores: Vec<f64>,
    /// The clusters.
    pub clusters: Vec<Cluster>,
}

/// A cluster by density.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cluster {
    /// Its rows.
    pub rows: usize,
    /// Its excess of mass: over its rows, the sum of how much density, as one by distance, each stays in it
    /// for. Infinite where as many rows as make a density are equal.
    pub stability: f64,
}

impl Params {
    /// Checks the values for data of `rows` rows.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the first value outside its range.
    pub fn check(self, rows: usize) -> Result<Hdbscan, Error> {
        require(
            rows >= 2,
            "rows",
            rows,
            "at least 2, for a single row has no density",
        )?;
        let size = self.min_cluster_size;
        let legal = format!("2 to {rows}, the number of rows");
        require((2..=rows).contains(&size), "min_cluster_size", size, legal)?;
        let samples = self.min_samples;
        let legal = format!("1 to {}, one less than the rows", rows - 1);
        require((1..rows).contains(&samples), "min_samples", samples, legal)?;
        Ok(Hdbscan(self))
    }
}

impl Hdbscan {
    /// The parameters that were checked.
    pub fn params(&self) -> Params {
        self.0
    }

    /// Clusters the rows. All rows together are never taken for a cluster, so data of one dense region is
    /// all noise. Edges of one length are cut at once, as in the first paper, so neither the order of rows
    /// nor the choice among spanning trees matters. The package cuts them one by one, which can differ where
    /// clusters of a few rows are allowed. Ticks per block of rows.
    ///
    /// # Errors
    /// [`Error::Parameter`] where the data has too few rows for the parameters; [`Error::Cancelled`].
    pub fn fit(&self, data: MatrixView<'_>, progress: &dyn Progress) -> Result<Fit, Error> {
        self.0.check(data.rows())?;
        let reachable = reachability_tree(data, self.0.min_samples, progress)?;
        let links = reachable.edges.iter().map(|edge| Link {
            a: edge.a,
            b: edge.b,
            height: edge.length,
        });
        let links: Vec<Link> = links.collect();
        let tree = Dendrogram::new(data.rows(), &links, 0, links.len());
        let condensed = Condensed::new(&tree, self.0.min_cluster_size);
        let chosen = selection::choose(&condensed.clusters, self.0.selection);
        Ok(describe(&condensed, &chosen))
    }
}

/// What is said of the rows where `chosen` tells, for each cluster of the tree, which chosen one holds it.
fn describe(condensed: &Condensed, chosen: &[Option<u32>]) -> Fit {
    let deepest = condensed.deepest();
    let mut numbers: Vec<Option<u32>> = vec![None; chosen.len()];
    let mut fit = Fit {
        labels: Vec::with_capacity(condensed.rows.len()),
        probabilities: Vec::with_capacity(condensed.rows.len()),
        outlier_scores: Vec::with_capacity(condensed.rows.len()),
        clusters: Vec::new(),
    };
    for row in &condensed.rows {
        let thinner = 1.0 - share(row.density, deepest[row.cluster as usize]);
        fit.outlier_scores.push(thinner);
        let Some(cluster) = chosen[row.cluster as usize] else {
            fit.labels.push(None);
            fit.probabilities.push(0.0);
            continue;
        };
        let own = &condensed.clusters[cluster as usize];
        let number = *numbers[cluster as usize].get_or_insert_with(|| {
            fit.clusters.push(Cluster {
                rows: 0,
                stability: own.stability,
            });
            fit.clusters.len() as u32 - 1
        });
        fit.clusters[number as usize].rows += 1;
        fit.labels.push(Some(number));
        fit.probabilities
            .push(share(row.density.min(own.death), own.death));
    }
    fit
}

/// A density as a share of a greatest one; infinite ones are equal, and endlessly more than others.
fn share(density: f64, greatest: f64) -> f64 {
    if density >= greatest {
        1.0
    } else {
        density / greatest
    }
}
