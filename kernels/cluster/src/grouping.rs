//! Labels as groups: which clusters have rows, how many, and their means.
//!
//! Labels may come from anywhere (a fit, a person's hand), so ids may have gaps. No score lives here.

use numeric::{MatrixView, Real, chunks};

use crate::{Error, error::require_size};

/// Labels renumbered without gaps, in order of id.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Grouping {
    /// The ids that have rows, ascending.
    pub ids: Vec<u32>,
    /// For each row, the position of its label in `ids`.
    pub group: Vec<usize>,
    /// Rows of each group.
    pub sizes: Vec<usize>,
}

impl Grouping {
    pub fn new(labels: &[u32]) -> Self {
        let mut ids = labels.to_vec();
        ids.sort_unstable();
        ids.dedup();
        // Every label is in `ids`, so the insertion point is its place.
        let group: Vec<usize> = labels
            .iter()
            .map(|label| ids.partition_point(|id| id < label))
            .collect();
        let mut sizes = vec![0; ids.len()];
        for &group in &group {
            sizes[group] += 1;
        }
        Self { ids, group, sizes }
    }

    /// As `new`, for labels of the rows of `data`.
    pub fn of(data: MatrixView<'_>, labels: &[u32]) -> Result<Self, Error> {
        require_size("labels", "rows", labels.len(), data.rows())?;
        Ok(Self::new(labels))
    }

    /// As `of`, for scores that compare clusters.
    pub fn comparable(data: MatrixView<'_>, labels: &[u32]) -> Result<Self, Error> {
        let grouping = Self::of(data, labels)?;
        let (clusters, rows) = (grouping.ids.len(), labels.len());
        if clusters < 2 || clusters >= rows {
            return Err(Error::Undefined { clusters, rows });
        }
        Ok(grouping)
    }

    /// The rows of each group, ascending.
    pub fn members(&self) -> Vec<Vec<usize>> {
        let mut members: Vec<Vec<usize>> = self
            .sizes
            .iter()
            .map(|&size| Vec::with_capacity(size))
            .collect();
        for (row, &group) in self.group.iter().enumerate() {
            members[group].push(row);
        }
        members
    }
}

/// Means of the rows of each group, row by row; a group without rows gets zeros. `group(row)` is below
/// `groups`. Fixed chunks, so any number of threads gives the same bytes.
pub(crate) fn means<T: Real>(
    data: MatrixView<'_, T>,
    groups: usize,
    group: impl Fn(usize) -> usize + Sync,
) -> (Vec<f64>, Vec<usize>) {
    let cols = data.cols();
    let parts = chunks::map(data.rows(), |range| {
        let mut sums = vec![0.0; groups * cols];
        let mut sizes = vec![0usize; groups];
        for row in range {
            let at = group(row);
            sizes[at] += 1;
            let sums = &mut sums[at * cols..(at + 1) * cols];
            for (sum, value) in sums.iter_mut().zip(data.row(row)) {
                *sum += value.to_f64();
            }
        }
        (sums, sizes)
    });
    let mut sums = vec![0.0; groups * cols];
    let mut sizes = vec![0; groups];
    for (part_sums, part_sizes) in parts {
        for (sum, part) in sums.iter_mut().zip(part_sums) {
            *sum += part;
        }
        for (size, part) in sizes.iter_mut().zip(part_sizes) {
            *size += part;
        }
    }
    for (sums, &size) in sums.chunks_exact_mut(cols).zip(&sizes) {
        for sum in sums {
            *sum /= size.max(1) as f64;
        }
    }
    (sums, sizes)
}

/// Refuses a label without a center.
pub(crate) fn require_labels(labels: &[u32], clusters: usize) -> Result<(), Error> {
    match labels.iter().position(|&label| label as usize >= clusters) {
        None => Ok(()),
        Some(row) => Err(Error::Label {
            label: labels[row],
            row,
            clusters,
        }),
    }
}
