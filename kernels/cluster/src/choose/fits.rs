//! The fits of all counts of a range: from starting centers that the counts share, then from one another.
//!
//! Holds the starts and what a count takes from the count above it; the rounds are k-means's, scores are the parent's.

use std::ops::RangeInclusive;

use numeric::{Matrix, MatrixView, Progress, Real, distance::squared_euclidean, random::derive};

use crate::{
    Error,
    kmeans::{Fit, first_centers, lloyd},
};

/// Starting centers for every count up to the most. k-means++ chooses one center after another, so the first centers
/// of a long list start every shorter one.
pub(super) struct Starts<'a, T> {
    data: MatrixView<'a, T>,
    weights: Option<&'a [f64]>,
    /// For each start its centers, row by row; fewer than the most where fewer rows differ.
    centers: Vec<Vec<f64>>,
    rounds: lloyd::Rounds,
}

impl<'a, T: Real> Starts<'a, T> {
    /// Weights are one for each row, above 0; without them each counts 1.
    pub fn new(
        data: MatrixView<'a, T>,
        weights: Option<&'a [f64]>,
        most: usize,
        (starts, seed): (usize, u64),
        rounds: lloyd::Rounds,
    ) -> Self {
        let each = (0..starts as u64).map(|start| {
            let seed = derive(seed, start);
            first_centers(data, weights, most.min(data.rows()), seed)
        });
        Self {
            centers: each.collect(),
            data,
            weights,
            rounds,
        }
    }

    /// The start of least inertia, the first of equals.
    ///
    /// # Errors
    /// [`Error::TooFewDistinctRows`], [`Error::Cancelled`].
    pub fn best(&self, clusters: usize, progress: &dyn Progress) -> Result<Fit, Error> {
        let cols = self.data.cols();
        let mut best: Option<Fit> = None;
        for centers in &self.centers {
            let Some(centers) = centers.get(..clusters * cols) else {
                let distinct = centers.len() / cols;
                return Err(Error::TooFewDistinctRows { clusters, distinct });
            };
            let fit = self.from(centers.to_vec(), progress)?;
            best = Some(match best {
                Some(best) => best.or_better(fit),
                None => fit,
            });
        }
        best.ok_or(Error::TooFewDistinctRows {
            clusters,
            distinct: 0,
        })
    }

    fn from(&self, centers: Vec<f64>, progress: &dyn Progress) -> Result<Fit, Error> {
        lloyd::run(self.data, self.weights, centers, self.rounds, progress)
    }
}

/// What is kept of a fit: labels follow from the centers.
pub(super) struct Kept {
    pub centers: Matrix,
    pub sizes: Vec<usize>,
    pub inertia: f64,
    pub iterations: usize,
    pub converged: bool,
}

impl From<Fit> for Kept {
    fn from(fit: Fit) -> Self {
        Self {
            centers: fit.centers,
            sizes: fit.sizes,
            inertia: fit.inertia,
            iterations: fit.iterations,
            converged: fit.converged,
        }
    }
}

/// The fit of each count, ascending, as far as rows differ; and how many rows differ, where that ends the range.
///
/// Each is the best of the starts and of the fit above it with two clusters merged, those whose merging adds least to
/// the inertia (J. H. Ward, "Hierarchical Grouping to Optimize an Objective Function", JASA 58, 1963). Else a count whose
/// starts all end in poor places makes the count above it look like a gain. `done` is called after each count's starts.
///
/// # Errors
/// [`Error::TooFewDistinctRows`] where even the least count exceeds them; [`Error::Cancelled`].
pub(super) fn of_range(
    data: MatrixView<'_>,
    counts: RangeInclusive<usize>,
    starts: (usize, u64),
    rounds: lloyd::Rounds,
    progress: &dyn Progress,
    done: impl Fn(usize),
) -> Result<(Vec<Kept>, Option<usize>), Error> {
    let starts = Starts::new(data, None, *counts.end(), starts, rounds);
    let mut fits: Vec<Kept> = Vec::new();
    let mut differ = None;
    for clusters in counts {
        match starts.best(clusters, progress) {
            Ok(fit) => fits.push(fit.into()),
            Err(Error::TooFewDistinctRows { distinct, .. }) if !fits.is_empty() => {
                differ = Some(distinct);
                break;
            }
            Err(error) => return Err(error),
        }
        done(fits.len());
    }
    for place in (1..fits.len()).rev() {
        let fit = starts.from(merged(&fits[place]), progress)?;
        if fit.inertia < fits[place - 1].inertia {
            fits[place - 1] = fit.into();
        }
    }
    Ok((fits, differ))
}

/// The centers of a fit of at least two clusters with the two merged whose merging adds least to the inertia, the
/// first of equals; row by row.
fn merged(fit: &Kept) -> Vec<f64> {
    let centers = fit.centers.view();
    let (mut least, mut pair) = (f64::INFINITY, (0, 1));
    for b in 1..centers.rows() {
        for a in 0..b {
            let (m, n) = (fit.sizes[a] as f64, fit.sizes[b] as f64);
            let added = m * n / (m + n) * squared_euclidean(centers.row(a), centers.row(b));
            if added < least {
                (least, pair) = (added, (a, b));
            }
        }
    }
    let (a, b) = pair;
    let share = fit.sizes[a] as f64 / (fit.sizes[a] + fit.sizes[b]) as f64;
    let mut merged = Vec::with_capacity((centers.rows() - 1) * centers.cols());
    for row in (0..centers.rows()).filter(|row| *row != b) {
        let values = centers.row(row).iter().zip(centers.row(b));
        merged.extend(values.map(|(own, other)| match row == a {
            true => share * own + (1.0 - share) * other,
            false => *own,
        }));
    }
    merged
}
