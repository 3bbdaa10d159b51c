//! Dissimilarities between rows, feature by feature and as a matrix.
//!
//! Holds what is done where rows do not know a feature. Knows no prototype.

use numeric::Progress;
use rayon::prelude::*;

use super::{
    feature::{Feature, Kind},
    table::Table,
};
use crate::{Error, error::require};

/// Most rows for which all pairs are written out: 3.2 GB.
const ROWS_MAX: usize = 20_000;

/// How far two rows are apart, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Dissimilarity {
    /// The sum of the parts; 1 is the average over pairs.
    pub total: f64,
    /// What each feature adds; nothing where one of the rows does not know it, or its weight is 0.
    pub features: Vec<Option<f64>>,
}

impl Table {
    /// How far two rows are apart. Features that one of them does not know are left out and the others
    /// raised in proportion to their weights (Gower 1971, section 2); rows that know no feature in common
    /// are as far apart as the average pair. Like a slice, it panics where there is no such row.
    pub fn dissimilarity(&self, a: usize, b: usize) -> Dissimilarity {
        let mut features = vec![None; self.features.len()];
        let total = self.pair(a, b, |at, part| features[at] = Some(part));
        let known: f64 = features.iter().flatten().sum();
        if known > 0.0 {
            let raise = total / known;
            features
                .iter_mut()
                .flatten()
                .for_each(|part| *part *= raise);
        }
        Dissimilarity { total, features }
    }

    /// The total alone, as [`Table::dissimilarity`].
    pub fn distance(&self, a: usize, b: usize) -> f64 {
        self.pair(a, b, |_, _| ())
    }

    /// The totals of all pairs: first those of row 0 with 1, 2, …, then those of row 1 with 2, 3, …, which
    /// is the condensed form of SciPy. They are squares in kind: a method that wants lengths, such as
    /// Ward's, takes their roots. Ticks per row.
    ///
    /// # Errors
    /// [`Error::Parameter`] above 20,000 rows; [`Error::Cancelled`].
    pub fn distances(&self, progress: &dyn Progress) -> Result<Vec<f64>, Error> {
        let legal = format!("at most {ROWS_MAX} for all pairs; draw a sample");
        require(self.rows <= ROWS_MAX, "rows", self.rows, legal)?;
        let mut distances = vec![0.0; self.rows * (self.rows - 1) / 2];
        let mut rest = &mut distances[..];
        let mut by_row = Vec::with_capacity(self.rows);
        for row in 0..self.rows {
            let (own, after) = rest.split_at_mut(self.rows - 1 - row);
            by_row.push(own);
            rest = after;
        }
        by_row
            .into_par_iter()
            .enumerate()
            .try_for_each(|(row, own)| {
                if progress.cancelled() {
                    return Err(Error::Cancelled);
                }
                for (index, distance) in own.iter_mut().enumerate() {
                    *distance = self.distance(row, row + 1 + index);
                }
                progress.tick(row as u64 + 1, self.rows as u64);
                Ok(())
            })?;
        Ok(distances)
    }

    /// The total of a pair; tells `part` what each feature that both know adds, before it is raised.
    pub(super) fn pair(&self, a: usize, b: usize, mut part: impl FnMut(usize, f64)) -> f64 {
        let (mut total, mut known, mut weights) = (0.0, 0.0, 0.0);
        for (at, feature) in self.features.iter().enumerate() {
            weights += feature.weight;
            if self.knows(a, feature) && self.knows(b, feature) {
                let adds = self.apart(a, b, feature);
                part(at, adds);
                total += adds;
                known += feature.weight;
            }
        }
        if known > 0.0 && known < weights {
            return total * (weights / known);
        }
        // Nothing known in common, or nothing left out.
        if known > 0.0 { total } else { weights }
    }

    /// What a feature that both rows know adds.
    fn apart(&self, a: usize, b: usize, feature: &Feature) -> f64 {
        let place = feature.place;
        let width = match &feature.kind {
            Kind::Dropped => 0,
            Kind::Number { .. } => 1,
            Kind::Shares { middles, .. } => middles.len(),
            Kind::Category(_) => {
                let same = self.categories_of(a)[place] == self.categories_of(b)[place];
                return if same { 0.0 } else { feature.scale };
            }
            Kind::Set(_) => {
                let (a, b) = (self.set_of(a, place), self.set_of(b, place));
                let shared = shared(a, b) as f64;
                let lengths = ((a.len() * b.len()) as f64).sqrt();
                return feature.scale * (1.0 - shared / lengths);
            }
        };
        let (a, b) = (&self.numbers_of(a)[place..], &self.numbers_of(b)[place..]);
        let pairs = a[..width].iter().zip(b);
        pairs
            .map(|(&a, &b)| (f64::from(a) - f64::from(b)).powi(2))
            .sum()
    }
}

/// How many values two ascending lists share.
fn shared(mut a: &[u32], mut b: &[u32]) -> usize {
    let mut shared = 0;
    while let (Some(first), Some(other)) = (a.first(), b.first()) {
        shared += usize::from(first == other);
        let (step_a, step_b) = (first <= other, other <= first);
        a = &a[usize::from(step_a)..];
        b = &b[usize::from(step_b)..];
    }
    shared
}
