//! What it costs to put a group of rows into a cluster, and what obeying cost in the end.
//!
//! Holds the prices that assignments are made by; it must not know sizes or links.

use std::borrow::Cow;

use numeric::{MatrixView, chunks, distance::PackedRows, distance::squared_euclidean};

use super::Constraints;
use crate::{Error, error::require_size, kmeans::nearest};

/// Costs of groups in the open clusters, each the mean over the rows of the group. What is the same in all
/// clusters may be left out.
pub(super) trait Costs: Sync {
    /// Writes the cost in each open cluster.
    fn of(&self, group: usize, out: &mut [f64]);
}

/// Squared distances to centers. The mean over a group is the squared distance of its mean, plus what is the
/// same for every center (Huygens).
pub(super) struct Distances<'a> {
    points: &'a Points<'a>,
    centers: PackedRows,
}

/// The mean of each group; the rows themselves where no row is bound to another.
pub(crate) struct Points<'a> {
    values: Cow<'a, [f64]>,
    cols: usize,
}

impl<'a> Points<'a> {
    pub fn new(data: MatrixView<'a>, constraints: &Constraints) -> Self {
        let (groups, cols) = (&constraints.groups, data.cols());
        if groups.len() == data.rows() {
            let values = Cow::Borrowed(data.data());
            return Self { values, cols };
        }
        let mut values = Vec::with_capacity(groups.len() * cols);
        for group in 0..groups.len() {
            let from = values.len();
            values.resize(from + cols, 0.0);
            for &row in groups.rows(group) {
                for (sum, value) in values[from..].iter_mut().zip(data.row(row as usize)) {
                    *sum += value;
                }
            }
            for sum in &mut values[from..] {
                *sum /= groups.weight(group) as f64;
            }
        }
        Self {
            values: Cow::Owned(values),
            cols,
        }
    }
}

impl<'a> Distances<'a> {
    /// `centers` has one row per cluster, closed ones too; none where every cluster is closed.
    pub fn new(
        points: &'a Points<'a>,
        centers: MatrixView<'_>,
        constraints: &Constraints,
    ) -> Result<Option<Self>, Error> {
        let open: Vec<usize> = constraints
            .open
            .iter()
            .map(|&cluster| cluster as usize)
            .collect();
        if open.is_empty() {
            return Ok(None);
        }
        let centers = PackedRows::new(centers.take(&open)?.view());
        Ok(Some(Self { points, centers }))
    }
}

impl Costs for Distances<'_> {
    fn of(&self, group: usize, out: &mut [f64]) {
        let cols = self.points.cols;
        let point = &self.points.values[group * cols..(group + 1) * cols];
        self.centers.squared_distances(point, out);
    }
}

/// A table of costs, one row per row of the data and one column per cluster.
pub(super) struct Table<'a> {
    pub table: MatrixView<'a>,
    pub constraints: &'a Constraints,
}

impl Costs for Table<'_> {
    fn of(&self, group: usize, out: &mut [f64]) {
        let rows = self.constraints.groups.rows(group);
        out.fill(0.0);
        for &row in rows {
            let costs = self.table.row(row as usize);
            for (sum, &cluster) in out.iter_mut().zip(&self.constraints.open) {
                *sum += costs[cluster as usize];
            }
        }
        for sum in out {
            *sum /= rows.len() as f64;
        }
    }
}

/// What labels cost over the free assignment, where every row goes to its nearest center.
#[derive(Debug, Clone, PartialEq)]
pub struct Cost {
    /// For each row, its squared distance to its center less that to the nearest one, at least 0.
    pub rows: Vec<f64>,
    /// The sum over all rows: what obeying adds to the sum of squares within clusters at these centers.
    pub total: f64,
}

/// The cost of labels at given centers, row by row. It holds the row's own part: what a pinned row costs
/// itself, not what it costs rows that it crowds out of a full cluster; see [`super::Assignment::prices`].
///
/// # Errors
/// [`Error::Mismatch`] where labels or columns do not fit; [`Error::Label`] where a row's cluster has no
/// center.
pub fn cost(data: MatrixView<'_>, centers: MatrixView<'_>, labels: &[u32]) -> Result<Cost, Error> {
    require_size("labels", "rows", labels.len(), data.rows())?;
    require_labels(labels, centers.rows())?;
    let free = nearest(data, centers)?;
    let parts = chunks::map(data.rows(), |range| {
        let extra = range.map(|row| {
            let own = centers.row(labels[row] as usize);
            squared_euclidean(data.row(row), own) - free.squared_distances[row]
        });
        extra.collect::<Vec<f64>>()
    });
    let rows: Vec<f64> = parts.into_iter().flatten().collect();
    let total = numeric::sum::sum(&rows);
    Ok(Cost { rows, total })
}

/// Refuses labels of clusters beyond `clusters`.
pub(super) fn require_labels(labels: &[u32], clusters: usize) -> Result<(), Error> {
    match labels.iter().position(|&label| label as usize >= clusters) {
        None => Ok(()),
        Some(row) => Err(Error::Label {
            label: labels[row],
            row,
            clusters,
        }),
    }
}
