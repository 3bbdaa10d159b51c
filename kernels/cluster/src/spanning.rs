//! Which rows are near: nearest neighbours, and the shortest tree that connects all rows.
//!
//! Holds exact answers in Euclidean distance and in mutual reachability, and their arrays. Knows no
//! cluster; what the tree says about clusters is for others (`genie`, `hdbscan`).

mod boruvka;
mod kd_tree;
mod nearest;
#[cfg(test)]
mod tests;

use numeric::{MatrixView, Progress};

use crate::{Error, error::require};
use boruvka::Graph;
use kd_tree::KdTree;

/// Neighbours looked up for each row before a Euclidean tree is built: most of its edges are among them.
const NEIGHBOURS_FIRST: usize = 8;

/// The nearest other rows of each row.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbours {
    /// Neighbours of each row.
    pub count: usize,
    /// `count` rows for each row, nearest first; equally near ones in order of row.
    pub rows: Vec<u32>,
    /// The distance to each of these.
    pub distances: Vec<f64>,
}

/// Two rows and how far apart they are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    /// The lower row.
    pub a: u32,
    /// The higher row.
    pub b: u32,
    /// Their distance.
    pub length: f64,
}

/// A tree over mutual reachability.
#[derive(Debug, Clone, PartialEq)]
pub struct Reachability {
    /// One less than the rows, in order of length, then of rows.
    pub edges: Vec<Edge>,
    /// For each row, the distance to its farthest neighbour of those asked for.
    pub core_distances: Vec<f64>,
}

/// The `count` nearest other rows of each row. Where more rows are equally far than fit, which of them
/// are taken depends on the data alone. Time grows little faster than the rows where the data has
/// structure or few columns, else with their square. Ticks per block of rows.
///
/// # Errors
/// [`Error::Parameter`] where `count` is not 1 to one less than the rows; [`Error::Cancelled`].
pub fn nearest_neighbours(
    data: MatrixView<'_>,
    count: usize,
    progress: &dyn Progress,
) -> Result<Neighbours, Error> {
    check_count("count", count, data.rows())?;
    let tree = KdTree::new(data);
    let found = nearest::all(&tree, count, progress)?;
    let mut rows = vec![0; found.len()];
    let mut distances = vec![0.0; found.len()];
    let mut list = Vec::with_capacity(count);
    for (place, near) in found.chunks_exact(count).enumerate() {
        list.clear();
        list.extend(
            near.iter()
                .map(|near| (near.squared(), tree.row(near.place()))),
        );
        list.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let at = tree.row(place) as usize * count;
        for (offset, &(squared, row)) in list.iter().enumerate() {
            (rows[at + offset], distances[at + offset]) = (row, squared.sqrt());
        }
    }
    Ok(Neighbours {
        count,
        rows,
        distances,
    })
}

/// The minimum spanning tree of the rows in Euclidean distance: one less edge than rows, in order of
/// length, then of rows. Where edges are equally long, one of the shortest trees. Ticks per block of rows.
///
/// # Errors
/// [`Error::Cancelled`].
pub fn spanning_tree(data: MatrixView<'_>, progress: &dyn Progress) -> Result<Vec<Edge>, Error> {
    let count = NEIGHBOURS_FIRST.min(data.rows() - 1);
    if count == 0 {
        return Ok(Vec::new());
    }
    let tree = KdTree::new(data);
    let near = nearest::all(&tree, count, progress)?;
    Graph::new(&tree, vec![0.0; data.rows()], &near, progress).spanning_tree()
}

/// The minimum spanning tree in mutual reachability: two rows are as far apart as the greatest of their
/// distance and of either's core distance, that to its `neighbours`-th nearest other row (R. J. G. B.
/// Campello, D. Moulavi, A. Zimek, J. Sander, "Hierarchical Density Estimates for Data Clustering,
/// Visualization, and Outlier Detection", ACM TKDD 10, 2015, definitions 2 and 3; there a row counts as its
/// own first neighbour). Edges as by [`spanning_tree`].
///
/// # Errors
/// [`Error::Parameter`] where `neighbours` is not 1 to one less than the rows; [`Error::Cancelled`].
pub fn reachability_tree(
    data: MatrixView<'_>,
    neighbours: usize,
    progress: &dyn Progress,
) -> Result<Reachability, Error> {
    check_count("neighbours", neighbours, data.rows())?;
    let tree = KdTree::new(data);
    let near = nearest::all(&tree, neighbours, progress)?;
    let core: Vec<f64> = near
        .chunks_exact(neighbours)
        .map(|near| near[neighbours - 1].squared())
        .collect();
    let mut core_distances = vec![0.0; data.rows()];
    for (place, squared) in core.iter().enumerate() {
        core_distances[tree.row(place) as usize] = squared.sqrt();
    }
    let edges = Graph::new(&tree, core, &near, progress).spanning_tree()?;
    Ok(Reachability {
        edges,
        core_distances,
    })
}

fn check_count(field: &'static str, count: usize, rows: usize) -> Result<(), Error> {
    let legal = match rows {
        1 => "data of more than one row, for a single row has no neighbour".to_owned(),
        _ => format!("1 to {}, one less than the rows", rows - 1),
    };
    require((1..rows).contains(&count), field, count, legal)
}
