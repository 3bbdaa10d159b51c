//! Columns cut into at most 256 bins of about equally many rows, so that a search counts instead of
//! sorting.
//!
//! Every cut is a value of the column. Which cut is good is not known here.

use numeric::MatrixView;
use rayon::prelude::*;

/// The bins of every value.
pub(super) struct Binned {
    /// For each column, the values that cut it, ascending: a value is in the bin numbered by how many
    /// cuts are not above it.
    pub cuts: Vec<Vec<f64>>,
    /// Bins, row by row.
    pub bins: Vec<u8>,
    /// Ways to split the rows by one threshold on one column.
    pub splits: usize,
}

impl Binned {
    /// Cuts every column at all its values but the least, or at quantiles where there are more than
    /// `bins_max` (2 to 256).
    pub fn new(data: MatrixView<'_>, bins_max: usize) -> Self {
        let cols = data.cols();
        let (cuts, splits): (Vec<Vec<f64>>, Vec<usize>) = (0..cols)
            .into_par_iter()
            .map(|col| cuts(data, col, bins_max))
            .unzip();
        let bins = data
            .data()
            .par_chunks_exact(cols)
            .flat_map_iter(|row| {
                row.iter()
                    .zip(&cuts)
                    .map(|(value, cuts)| cuts.partition_point(|cut| cut <= value) as u8)
            })
            .collect();
        Self {
            cuts,
            bins,
            splits: splits.iter().sum(),
        }
    }

    /// The bins of one row.
    pub fn row(&self, row: usize) -> &[u8] {
        let cols = self.cuts.len();
        &self.bins[row * cols..(row + 1) * cols]
    }
}

/// The cuts of one column, and how many there could be.
fn cuts(data: MatrixView<'_>, col: usize, bins_max: usize) -> (Vec<f64>, usize) {
    let mut sorted: Vec<f64> = (0..data.rows()).map(|row| data.row(row)[col]).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let rows = sorted.len();
    let splits = sorted.windows(2).filter(|pair| pair[0] < pair[1]).count();
    let mut cuts: Vec<f64> = if splits < bins_max {
        sorted.clone()
    } else {
        (1..bins_max)
            .map(|bin| sorted[bin * rows / bins_max])
            .collect()
    };
    cuts.dedup();
    // A cut at the least value leaves nothing below it.
    cuts.retain(|&cut| cut > sorted[0]);
    (cuts, splits)
}
