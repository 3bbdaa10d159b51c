//! Labels that a start begins with.

use numeric::{MatrixView, Progress, random::Random};

use super::{Params, Start};
use crate::{Error, kmeans};

/// Rounds of k-means before the mixture takes over, and its tolerance: the start need not be exact.
const ROUNDS: usize = 100;
const TOLERANCE: f64 = 1e-4;

/// A label below the number of components for each row.
///
/// # Errors
/// [`Error::TooFewDistinctRows`], [`Error::Cancelled`].
pub(super) fn labels(
    data: MatrixView<'_>,
    params: &Params,
    seed: u64,
    progress: &dyn Progress,
) -> Result<Vec<u32>, Error> {
    match params.start {
        Start::KMeans => {
            let kmeans = kmeans::Params {
                clusters: params.components,
                starts: 1,
                max_iterations: ROUNDS,
                tolerance: TOLERANCE,
                seed,
            };
            let fit = kmeans
                .check(data.rows())?
                .fit(data, &crate::choose::Quiet(progress))?;
            Ok(fit.labels)
        }
        Start::Random => {
            let rows = distinct_rows(data, params.components, seed)?;
            Ok(kmeans::nearest(data, data.take(&rows)?.view())?.labels)
        }
    }
}

/// Rows drawn at random, no two alike.
fn distinct_rows(data: MatrixView<'_>, count: usize, seed: u64) -> Result<Vec<usize>, Error> {
    let mut order: Vec<usize> = (0..data.rows()).collect();
    Random::new(seed).shuffle(&mut order);
    let mut drawn: Vec<usize> = Vec::with_capacity(count);
    for row in order {
        if drawn.len() == count {
            break;
        }
        if drawn.iter().all(|&other| data.row(other) != data.row(row)) {
            drawn.push(row);
        }
    }
    if drawn.len() < count {
        return Err(Error::TooFewDistinctRows {
            clusters: count,
            distinct: drawn.len(),
        });
    }
    Ok(drawn)
}
