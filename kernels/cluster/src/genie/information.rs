//! Genie with an information criterion: what several runs of Genie agree on is joined so that the criterion
//! loses least (A. Cena, "Adaptive hierarchical clustering algorithms based on data aggregation methods",
//! PhD thesis, Systems Research Institute of the Polish Academy of Sciences, 2018; the criterion is that of
//! A. Müller, S. Nowozin, C. H. Lampert, "Information Theoretic Clustering Using Minimum Spanning Trees",
//! DAGM 2012).
//!
//! Holds the criterion and the joining. One number of clusters gives one clustering, no hierarchy.

use numeric::{MatrixView, Progress};

use super::{ascending, order, require_gini};
use crate::{
    Error,
    error::require,
    sets::Sets,
    spanning::{Edge, spanning_tree},
};

/// What is asked of Genie with the information criterion. Becomes an [`Information`] by
/// [`InformationParams::check`].
#[derive(Debug, Clone, PartialEq)]
pub struct InformationParams {
    /// Number of clusters: 1 to the number of rows.
    pub clusters: usize,
    /// Thresholds of the Gini index for the runs that must agree, as [`super::Params::gini_max`]: 1 to 100
    /// of them. The author's are .1, .3, .5 and .7.
    pub gini_max: Vec<f64>,
}

/// Checked parameters, ready to fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Information(InformationParams);

impl InformationParams {
    /// Checks the values for data of `rows` rows.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the first value outside its range.
    pub fn check(self, rows: usize) -> Result<Information, Error> {
        let legal = format!("1 to {rows}, the number of rows");
        require(
            (1..=rows).contains(&self.clusters),
            "clusters",
            self.clusters,
            legal,
        )?;
        let given = self.gini_max.len();
        require(
            (1..=100).contains(&given),
            "gini_max",
            format!("{given} values"),
            "1 to 100",
        )?;
        for &value in &self.gini_max {
            require_gini("gini_max", value)?;
        }
        Ok(Information(self))
    }
}

impl Information {
    /// The parameters that were checked.
    pub fn params(&self) -> &InformationParams {
        &self.0
    }

    /// Clusters the rows; clusters are numbered in order of their lowest row.
    ///
    /// # Errors
    /// [`Error::Parameter`] where the data has fewer rows than clusters; [`Error::Cancelled`].
    pub fn fit(&self, data: MatrixView<'_>, progress: &dyn Progress) -> Result<Vec<u32>, Error> {
        let edges = spanning_tree(data, progress)?;
        self.fit_tree(data.rows(), data.cols(), &edges)
    }

    /// As [`Information::fit`], from a minimum spanning tree over `rows` rows of `cols` columns.
    ///
    /// # Errors
    /// As [`Information::fit`]; as [`super::Genie::fit_tree`].
    pub fn fit_tree(&self, rows: usize, cols: usize, edges: &[Edge]) -> Result<Vec<u32>, Error> {
        self.0.clone().check(rows)?;
        let edges = ascending(rows, edges)?;
        let mut agreed = vec![true; edges.len()];
        for &gini_max in &self.0.gini_max {
            let mut taken = vec![false; edges.len()];
            for edge in order(rows, &edges, gini_max, self.0.clusters) {
                taken[edge] = true;
            }
            for (agreed, taken) in agreed.iter_mut().zip(taken) {
                *agreed &= taken;
            }
        }
        let mut parts = Parts {
            sets: Sets::new(rows),
            lengths: vec![0.0; rows],
            cols: cols as f64,
        };
        let mut open = Vec::new();
        for (edge, agreed) in edges.iter().zip(agreed) {
            if agreed {
                parts.join(edge);
            } else {
                open.push(*edge);
            }
        }
        while open.len() + 1 > self.0.clusters {
            let edge = parts.cheapest(&open);
            parts.join(&open.swap_remove(edge));
        }
        Ok(parts.sets.labels())
    }
}

/// Clusters, each a tree of edges.
struct Parts {
    sets: Sets,
    /// For the number that stands for a cluster, the sum of its edges.
    lengths: Vec<f64>,
    cols: f64,
}

impl Parts {
    fn join(&mut self, edge: &Edge) {
        let (a, b) = (self.sets.find(edge.a), self.sets.find(edge.b));
        let length = self.lengths[a as usize] + self.lengths[b as usize] + edge.length;
        let root = self.sets.join(a, b);
        self.lengths[root as usize] = length;
    }

    /// The place of the edge that costs least to join, the first of equals. A cluster without length (a
    /// single row, or equal ones) is joined before any other, by the first edge that touches one.
    fn cheapest(&mut self, open: &[Edge]) -> usize {
        let mut best = (0, f64::INFINITY);
        for (place, edge) in open.iter().enumerate() {
            let (a, b) = (self.sets.find(edge.a), self.sets.find(edge.b));
            let [x, y] = [a, b].map(|root| self.lengths[root as usize]);
            if x <= 0.0 || y <= 0.0 {
                return place;
            }
            let [m, n] = [a, b].map(|root| f64::from(self.sets.size(root)));
            let cost = self.criterion(m + n, x + y + edge.length)
                - self.criterion(m, x)
                - self.criterion(n, y);
            if cost < best.1 {
                best = (place, cost);
            }
        }
        best.0
    }

    /// What a cluster of this many rows and this sum of edges adds to the criterion, which is to be small:
    /// the entropy of its rows as estimated from its tree by Müller et al., times its rows.
    fn criterion(&self, rows: f64, length: f64) -> f64 {
        rows * (self.cols * length.ln() - (self.cols - 1.0) * rows.ln())
    }
}
