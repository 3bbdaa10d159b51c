//! Labels of a method that knows no rules, mended to keep them.
//!
//! Holds the repair and its report. It starts from labels, not from centers, and leaves alone every row
//! that no rule asks to move.

use numeric::{Matrix, MatrixView};

use super::{
    Constraints,
    assign::{Start, inertia, solve},
    costs::{Costs, require_labels},
};
use crate::{Error, error::require_size, grouping::means};

/// A row that the repair put elsewhere.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moved {
    /// The row.
    pub row: usize,
    /// Its cluster before.
    pub from: u32,
    /// Its cluster now.
    pub to: u32,
    /// Its squared distance to the mean of the new cluster less that to the mean of the old one, both before
    /// the repair.
    pub extra: f64,
}

/// Labels that keep every rule, and what it took.
#[derive(Debug, Clone, PartialEq)]
pub struct Repair {
    /// For each row, its cluster.
    pub labels: Vec<u32>,
    /// The rows whose cluster changed, ascending.
    pub moved: Vec<Moved>,
    /// Sum of squared distances of rows to the mean of their cluster before the repair.
    pub inertia_before: f64,
    /// The same after it.
    pub inertia_after: f64,
}

/// Costs of leaving the labels: nothing for staying.
struct Leaving<'a> {
    data: MatrixView<'a>,
    labels: &'a [u32],
    centers: &'a Matrix,
    constraints: &'a Constraints,
    fee: f64,
}

impl Costs for Leaving<'_> {
    fn of(&self, group: usize, out: &mut [f64]) {
        let rows = self.constraints.groups.rows(group);
        out.fill(0.0);
        for &row in rows {
            let (row, label) = (row as usize, self.labels[row as usize]);
            for (sum, &cluster) in out.iter_mut().zip(&self.constraints.open) {
                if cluster != label {
                    *sum += self.extra(row, cluster).max(0.0) + self.fee;
                }
            }
        }
        for sum in out {
            *sum /= rows.len() as f64;
        }
    }
}

impl Leaving<'_> {
    fn extra(&self, row: usize, to: u32) -> f64 {
        let to_center = |cluster: u32| {
            let center = self.centers.view().row(cluster as usize);
            numeric::distance::squared_euclidean(self.data.row(row), center)
        };
        to_center(to) - to_center(self.labels[row])
    }
}

/// Mends labels (from linkage, density or mixtures, which cannot keep rules themselves) so that they keep
/// every rule: a row that moves costs what its squared distance grows from the mean of its old cluster to
/// that of the new one, never less than a millionth of the mean squared distance (so that no row moves without
/// need), and a row that stays costs nothing. The sum is least, exactly where no rows are linked. A cluster
/// without rows has the fixed center if there is one, else the mean of all rows.
///
/// # Errors
/// [`Error::Mismatch`] where rows or columns are not those of the constraints; [`Error::Label`] where a row
/// is in a cluster that the constraints do not count.
pub fn obey(
    data: MatrixView<'_>,
    labels: &[u32],
    constraints: &Constraints,
) -> Result<Repair, Error> {
    require_size("data", "rows", data.rows(), constraints.rows())?;
    require_size("labels", "rows", labels.len(), constraints.rows())?;
    require_labels(labels, constraints.clusters())?;
    let centers = centers_of(data, labels, constraints)?;
    let inertia_before = inertia(data, centers.view(), labels);
    let leaving = Leaving {
        data,
        labels,
        centers: &centers,
        constraints,
        // Above 0 even where all rows are alike.
        fee: (1e-6 * inertia_before / data.rows() as f64).max(f64::EPSILON),
    };
    let mended = if constraints.holds(labels) {
        labels.to_vec()
    } else {
        solve(&leaving, constraints, &Start::default()).labels(constraints)
    };
    let pairs = labels.iter().zip(&mended).enumerate();
    let moved = pairs
        .filter(|(_, (from, to))| from != to)
        .map(|(row, (&from, &to))| Moved {
            row,
            from,
            to,
            extra: leaving.extra(row, to),
        })
        .collect();
    let after = centers_of(data, &mended, constraints)?;
    Ok(Repair {
        moved,
        inertia_before,
        inertia_after: inertia(data, after.view(), &mended),
        labels: mended,
    })
}

/// The mean of each cluster, whether or not its center is fixed; where it has no rows, the fixed center or
/// the mean of all.
fn centers_of(
    data: MatrixView<'_>,
    labels: &[u32],
    constraints: &Constraints,
) -> Result<Matrix, Error> {
    let (clusters, cols) = (constraints.clusters(), data.cols());
    let (mut centers, sizes) = means(data, clusters, |row| labels[row] as usize);
    let (all, _) = means(data, 1, |_| 0);
    for (cluster, center) in centers.chunks_exact_mut(cols).enumerate() {
        if sizes[cluster] > 0 {
            continue;
        }
        let fixed = constraints.fixed_center(cluster).unwrap_or(&all);
        require_size("fixed_centers", "columns", fixed.len(), cols)?;
        center.copy_from_slice(fixed);
    }
    Ok(Matrix::new(centers, clusters, cols)?)
}
