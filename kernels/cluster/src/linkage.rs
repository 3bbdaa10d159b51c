//! Hierarchical clustering: every row at first alone, then the two nearest clusters joined until one is
//! left. Ward, average, complete and single linkage.
//!
//! Holds the parameters and the links that a person demands; the tree, the order of merges and the
//! distances between clusters have their own files. Distances are Euclidean over all columns alike: scale
//! the columns first (`scale`), and multiply each by the square root of its weight where it should count
//! more or less.

mod chain;
mod demands;
mod dendrogram;
mod outline;
mod space;
#[cfg(test)]
mod tests;

use numeric::{MatrixView, Progress};

pub use demands::Demands;
pub(crate) use dendrogram::Link;
pub use dendrogram::{Dendrogram, Merge};
pub use outline::{Join, Outline};

use crate::{
    Error,
    error::{require, require_size},
    sets::Sets,
    spanning::spanning_tree,
};
use chain::Chain;
use space::{Centers, Pairs, Space, Update};

/// Most rows for a method that keeps the distances of all pairs: 3.4 GiB.
const ROWS_WITH_PAIRS_MAX: usize = 30_000;
/// What is legal then.
const PAIRS: &str = "1 to 30,000, since the distances of all pairs are kept (3.4 GiB then); take Ward's linkage, which keeps none, or a sample of the rows";
/// Most rows at all: ids of rows and merges fit 32 bits.
const ROWS_MAX: usize = 1 << 31;

/// What makes two clusters near.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Joining them adds little to the sum of squared distances to the means: round clusters of like
    /// size. Keeps no distances, so memory is linear in the rows; time grows with their square.
    Ward,
    /// The mean distance over their pairs of rows. At most 30,000 rows: 4 bytes × rows² of memory.
    Average,
    /// The greatest distance of two of their rows: clusters of small diameter. At most 30,000 rows.
    Complete,
    /// The least distance of two of their rows: clusters of any shape, but chains. Keeps no distances,
    /// unless rows must be apart: then at most 30,000 rows.
    Single,
}

/// What hierarchical clustering is asked to do. Becomes a [`Linkage`] by [`Params::check`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// What makes two clusters near.
    pub method: Method,
}

/// Checked parameters, ready to fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Linkage {
    params: Params,
    rows: usize,
}

impl Params {
    /// Checks the values for data of `rows` rows.
    ///
    /// # Errors
    /// [`Error::Parameter`] where the method cannot take so many rows.
    pub fn check(self, rows: usize) -> Result<Linkage, Error> {
        let (most, legal) = match self.method {
            Method::Ward | Method::Single => (ROWS_MAX, "1 to 2,147,483,648"),
            Method::Average | Method::Complete => (ROWS_WITH_PAIRS_MAX, PAIRS),
        };
        require((1..=most).contains(&rows), "rows", rows, legal)?;
        Ok(Linkage { params: self, rows })
    }
}

impl Linkage {
    /// The parameters that were checked.
    pub fn params(&self) -> Params {
        self.params
    }

    /// Clusters the rows: the merges that the greedy method makes, found by the nearest-neighbour chain.
    /// Of equally near clusters, those on lower rows are mostly joined first. Ticks after each merge.
    ///
    /// # Errors
    /// [`Error::Mismatch`] where the data has not the rows checked for; [`Error::Cancelled`].
    pub fn fit(&self, data: MatrixView<'_>, progress: &dyn Progress) -> Result<Dendrogram, Error> {
        self.fit_with(data, Demands::default(), progress)
    }

    /// As [`Linkage::fit`], with rows that must be together and rows that must not. Those that must be
    /// are joined first, at height 0, and count from then on as the cluster that they are. A merge that
    /// would bring together two rows that must be apart is made only when no other is left, at a height
    /// no lower than any before; [`Dendrogram::cut`] never makes it. Since merges are never undone, that
    /// may leave more clusters than the links require at least.
    ///
    /// # Errors
    /// As [`Linkage::fit`]; [`Error::Parameter`] where a link names a row that does not exist;
    /// [`Error::Contradiction`] where two rows are to be both together and apart.
    pub fn fit_with(
        &self,
        data: MatrixView<'_>,
        demands: Demands<'_>,
        progress: &dyn Progress,
    ) -> Result<Dendrogram, Error> {
        require_size("data", "rows", data.rows(), self.rows)?;
        let groups = demands.groups(self.rows)?;
        let run = |space: Update| self.merge(Pairs::new(data, space), demands, &groups, progress);
        match self.params.method {
            Method::Ward => self.merge(Centers::new(data), demands, &groups, progress),
            Method::Average => run(Update::Mean),
            Method::Complete => run(Update::Greatest),
            Method::Single if demands.cannot.is_empty() => self.connect(data, &groups, progress),
            Method::Single => {
                let fits = self.rows <= ROWS_WITH_PAIRS_MAX;
                require(fits, "rows", self.rows, PAIRS)?;
                run(Update::Least)
            }
        }
    }

    /// Single linkage: the edges of the minimum spanning tree in order of length (J. C. Gower, G. J. S. Ross,
    /// "Minimum Spanning Trees and Single Linkage Cluster Analysis", Applied Statistics 18, 1969), less
    /// those within what must be together.
    fn connect(
        &self,
        data: MatrixView<'_>,
        groups: &[(usize, usize)],
        progress: &dyn Progress,
    ) -> Result<Dendrogram, Error> {
        let forced = groups.iter().map(|&(a, b)| Link {
            a: a as u32,
            b: b as u32,
            height: 0.0,
        });
        let edges = spanning_tree(data, progress)?;
        let nearest = edges.iter().map(|edge| Link {
            a: edge.a,
            b: edge.b,
            height: edge.length,
        });
        let mut sets = Sets::new(self.rows);
        let mut links: Vec<Link> = forced.chain(nearest).collect();
        links.retain(|link| {
            let (a, b) = (sets.find(link.a), sets.find(link.b));
            sets.join(a, b);
            a != b
        });
        Ok(Dendrogram::new(
            self.rows,
            &links,
            groups.len(),
            links.len(),
        ))
    }

    fn merge<S: Space>(
        &self,
        space: S,
        demands: Demands<'_>,
        groups: &[(usize, usize)],
        progress: &dyn Progress,
    ) -> Result<Dendrogram, Error> {
        let mut chain = Chain::new(space, self.rows, demands.cannot, progress);
        for &(into, row) in groups {
            chain.force(into, row);
        }
        let (links, allowed) = chain.run()?;
        Ok(Dendrogram::new(self.rows, &links, groups.len(), allowed))
    }
}
