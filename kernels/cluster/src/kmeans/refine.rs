//! Starting centers for many rows: k-means on a sample first.
//!
//! Holds the sample and the choice among several starts on it; seeding and rounds have their own files.

use numeric::{MatrixView, Progress, Real, random::Random, random::derive};

use super::{Fit, lloyd, plus_plus};
use crate::{Error, choose::Quiet};

/// Rows of the sample, if there are not so many clusters that it takes more.
const ROWS: usize = 32_768;
/// Rows of the sample for each cluster at least.
const ROWS_PER_CLUSTER: usize = 128;
/// Starts on the sample, of which the best goes on.
const TRIES: u64 = 3;
/// Stream of the draw of the sample.
const SAMPLE: u64 = 1 << 40;

/// Centers to start from. Where there are more than twice the rows of a sample, they are the best of several fits of a
/// sample (P. S. Bradley and U. M. Fayyad, "Refining Initial Points for K-Means Clustering", ICML 1998, without their
/// second clustering of the solutions): a pass over all rows for each center would take longer than all rounds, and
/// the best of several starts ends lower than one. Else, where the sample has too few distinct rows, and where rows have
/// weights, of which a sample could miss the heaviest, by k-means++ over all.
///
/// # Errors
/// As [`plus_plus`]; [`Error::Cancelled`].
pub(super) fn centers<T: Real>(
    data: MatrixView<'_, T>,
    weights: Option<&[f64]>,
    clusters: usize,
    seed: u64,
    rounds: lloyd::Rounds,
    progress: &dyn Progress,
) -> Result<Vec<f64>, Error> {
    let sample = ROWS.max(ROWS_PER_CLUSTER * clusters);
    if weights.is_some() || data.rows() <= 2 * sample {
        return plus_plus(data, weights, clusters, seed);
    }
    let rows = Random::stream(seed, SAMPLE).sample(data.rows(), sample);
    let drawn = data.take(&rows)?;
    let fit = |attempt: u64| -> Result<Fit, Error> {
        let centers = plus_plus(drawn.view(), None, clusters, derive(seed, attempt))?;
        lloyd::run(drawn.view(), None, centers, rounds, &Quiet(progress))
    };
    let best = fit(0)
        .and_then(|first| (1..TRIES).try_fold(first, |best, at| Ok(best.or_better(fit(at)?))));
    match best {
        Ok(fit) => Ok(fit.centers.into_data()),
        Err(Error::TooFewDistinctRows { .. }) => plus_plus(data, weights, clusters, seed),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use numeric::{Matrix, Silent};

    use super::super::Params;
    use crate::test_data::{blobs, on_threads};

    fn params(clusters: usize) -> Params {
        Params {
            clusters,
            starts: 1,
            max_iterations: 100,
            tolerance: 1e-4,
            seed: 3,
        }
    }

    #[test]
    fn many_rows_are_started_by_a_sample_on_any_number_of_threads() {
        let (data, truth) = blobs(70_000, 3, 9, 8.0, 2);
        let ready = params(9).check(70_000).unwrap();
        let on = |threads| on_threads(threads, || ready.fit(data.view(), &Silent).unwrap());
        let fit = on(1);
        assert!(crate::score::adjusted_rand(&fit.labels, &truth).unwrap() > 0.95);
        assert_eq!(fit, on(3));
    }

    #[test]
    fn distinct_rows_that_a_sample_lacks_are_found() {
        // One row in 70,000 differs: hardly any sample of half of them has all four.
        let mut values = vec![0.0; 70_000];
        (values[11], values[333], values[69_999]) = (1.0, 2.0, 3.0);
        let data = Matrix::new(values, 70_000, 1).unwrap();
        let ready = params(4).check(70_000).unwrap();
        let fit = ready.fit(data.view(), &Silent).unwrap();
        assert_eq!(fit.inertia, 0.0);
        let error = params(5).check(70_000).unwrap().fit(data.view(), &Silent);
        assert_eq!(
            error.unwrap_err(),
            crate::Error::TooFewDistinctRows {
                clusters: 5,
                distinct: 4
            }
        );
    }
}
