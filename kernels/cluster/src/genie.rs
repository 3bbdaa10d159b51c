//! Genie: the merges of single linkage, but while cluster sizes are too uneven, one of the smallest
//! clusters is joined first (M. Gagolewski, M. Bartoszuk, A. Cena, "Genie: A new, fast, and
//! outlier-resistant hierarchical clustering algorithm", Information Sciences 363, 2016).
//!
//! Holds the order in which the edges of a minimum spanning tree are taken, and, in `information`, the
//! variant that joins by an information criterion. Clusters may have any shape. Scale the columns first, and
//! multiply each by the square root of its weight. Takes no links and no size limits: only edges of one tree
//! are joined, and these leave no second way where one is barred; `linkage` does take links.

mod information;
mod sizes;
#[cfg(test)]
mod tests;

use numeric::{MatrixView, Progress};

pub use information::{Information, InformationParams};

use crate::{
    Error,
    error::{require, require_size},
    linkage::{Dendrogram, Link},
    sets::Sets,
    spanning::{Edge, spanning_tree},
};
use sizes::Sizes;

/// What Genie is asked to do. Becomes a [`Genie`] by [`Params::check`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Gini index of the cluster sizes above which a smallest cluster is joined: 0 (sizes nearly equal) to
    /// 1 (single linkage). The authors' value is .3.
    pub gini_max: f64,
}

/// Checked parameters, ready to fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Genie(Params);

impl Params {
    /// Checks the values.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the first value outside its range.
    pub fn check(self) -> Result<Genie, Error> {
        require_gini("gini_max", self.gini_max)?;
        Ok(Genie(self))
    }
}

impl Genie {
    /// The parameters that were checked.
    pub fn params(&self) -> Params {
        self.0
    }

    /// Clusters the rows: all merges, to be cut at any number of clusters. Edges are not taken in order of
    /// length, so the height of a merge is that of the longest taken so far.
    ///
    /// # Errors
    /// [`Error::Cancelled`].
    pub fn fit(&self, data: MatrixView<'_>, progress: &dyn Progress) -> Result<Dendrogram, Error> {
        let edges = spanning_tree(data, progress)?;
        self.fit_tree(data.rows(), &edges)
    }

    /// As [`Genie::fit`], from a minimum spanning tree over `rows` rows: one tree serves many thresholds.
    ///
    /// # Errors
    /// [`Error::Mismatch`] where there is not one edge less than rows; [`Error::Parameter`] where the edges
    /// are no tree.
    pub fn fit_tree(&self, rows: usize, edges: &[Edge]) -> Result<Dendrogram, Error> {
        let edges = ascending(rows, edges)?;
        let mut highest: f64 = 0.0;
        let links: Vec<Link> = order(rows, &edges, self.0.gini_max, 1)
            .into_iter()
            .map(|taken| {
                let Edge { a, b, length } = edges[taken];
                highest = highest.max(length);
                let height = highest;
                Link { a, b, height }
            })
            .collect();
        Ok(Dendrogram::new(rows, &links, 0, links.len()))
    }
}

fn require_gini(field: &'static str, value: f64) -> Result<(), Error> {
    require((0.0..=1.0).contains(&value), field, value, "0 to 1")
}

/// The edges in order of length, if they are a tree over the rows.
fn ascending(rows: usize, edges: &[Edge]) -> Result<Vec<Edge>, Error> {
    require(rows > 0, "rows", rows, "at least 1")?;
    require_size("edges", "edges", edges.len(), rows - 1)?;
    let mut sets = Sets::new(rows);
    for edge in edges {
        let inside = (edge.a.max(edge.b) as usize) < rows;
        let joins = inside && {
            let (a, b) = (sets.find(edge.a), sets.find(edge.b));
            sets.join(a, b);
            a != b
        };
        let legal = "edges of one tree over the rows, such as spanning_tree finds";
        require(joins, "edges", format!("{} to {}", edge.a, edge.b), legal)?;
    }
    let mut edges = edges.to_vec();
    edges.sort_by(|x, y| x.length.total_cmp(&y.length));
    Ok(edges)
}

/// The places of the edges in the order in which they are taken until `clusters` are left; edges ascending.
fn order(rows: usize, edges: &[Edge], gini_max: f64, clusters: usize) -> Vec<usize> {
    // The edges not taken yet as a list: for each place the next one; the first follows `edges.len()`.
    let start = edges.len();
    let mut next: Vec<usize> = (1..=start).chain([0]).collect();
    let mut sets = Sets::new(rows);
    let mut sizes = Sizes::new(rows);
    let mut taken = Vec::with_capacity(rows - clusters);
    // Where the last search for a smallest cluster of this size ended: edges before it touch none.
    let (mut searched, mut searched_for) = (start, 0);
    while sizes.clusters() > clusters {
        let mut before = start;
        if sizes.gini() > gini_max {
            let smallest = sizes.smallest();
            if smallest == searched_for {
                before = searched;
            }
            let touches = |edge: &Edge, sets: &mut Sets| {
                [edge.a, edge.b].into_iter().any(|row| {
                    let root = sets.find(row);
                    sets.size(root) as usize == smallest
                })
            };
            while !touches(&edges[next[before]], &mut sets) {
                before = next[before];
            }
            (searched, searched_for) = (before, smallest);
        } else {
            // The first edge goes, and a search must not go on from it.
            searched_for = if searched == next[start] {
                0
            } else {
                searched_for
            };
        }
        let edge = next[before];
        next[before] = next[edge];
        let (a, b) = (sets.find(edges[edge].a), sets.find(edges[edge].b));
        sizes.join(sets.size(a) as usize, sets.size(b) as usize);
        sets.join(a, b);
        taken.push(edge);
    }
    taken
}
