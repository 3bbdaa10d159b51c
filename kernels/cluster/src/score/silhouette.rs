//! Silhouettes: how much nearer each row is to its own cluster than to the next (P. J. Rousseeuw,
//! "Silhouettes", J. Comput. Appl. Math. 20, 1987), with Euclidean distances.
//!
//! `s = (b - a) / max(a, b)`: `a` the mean distance to the other rows of the own cluster, `b` the least
//! mean distance to the rows of another cluster; 0 for a cluster of one row. Exact over all rows, or
//! with rows and their neighbours drawn from each cluster when there are too many.

use numeric::{MatrixView, Progress, distance::PackedRows, random::Random, sum};
use rayon::prelude::*;

use crate::{Error, error::require, grouping::Grouping};

/// Rows of a cluster that are always drawn, so that its mean distances mean something.
const ROWS_MIN: usize = 30;

/// Silhouettes of a clustering, each from -1 (in the wrong cluster) to 1 (far from every other).
#[derive(Debug, Clone, PartialEq)]
pub struct Silhouette {
    /// Mean over all rows.
    pub mean: f64,
    /// Mean of each cluster that has rows, in order of id.
    pub clusters: Vec<ClusterSilhouette>,
    /// The rows that were scored, ascending: all of them where the score is exact.
    pub rows: Vec<usize>,
    /// The silhouette of each of these rows.
    pub values: Vec<f64>,
}

/// The mean silhouette of one cluster.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClusterSilhouette {
    /// The cluster's id.
    pub cluster: u32,
    /// All its rows, scored or not.
    pub rows: usize,
    /// Mean silhouette of its rows.
    pub mean: f64,
}

/// Exact silhouettes of all rows. Time grows with the square of the rows: 10,000 rows × 12 columns take
/// about a second on two cores. Ticks per row.
///
/// # Errors
/// [`Error::Mismatch`]; [`Error::Undefined`] unless there are 2 clusters and a cluster of 2 rows;
/// [`Error::Cancelled`].
pub fn silhouette(
    data: MatrixView<'_>,
    labels: &[u32],
    progress: &dyn Progress,
) -> Result<Silhouette, Error> {
    let grouping = Grouping::comparable(data, labels)?;
    let members = grouping.members();
    score(data, &grouping, &members, progress)
}

/// Silhouettes of about `rows_max` rows at most, drawn from every cluster: from each in proportion to
/// its rows, but at least 30 of them (or all it has). A drawn row's mean distances are taken over the
/// drawn rows of each cluster, which estimates them without bias; the overall mean weighs each cluster
/// by all its rows. Exact where the data has no more than `rows_max` rows.
///
/// # Errors
/// As [`silhouette`]; [`Error::Parameter`] where `rows_max` is below 100.
pub fn silhouette_sampled(
    data: MatrixView<'_>,
    labels: &[u32],
    rows_max: usize,
    seed: u64,
    progress: &dyn Progress,
) -> Result<Silhouette, Error> {
    require(rows_max >= 100, "rows_max", rows_max, "at least 100")?;
    let grouping = Grouping::comparable(data, labels)?;
    let mut members = grouping.members();
    if data.rows() > rows_max {
        for (group, members) in members.iter_mut().enumerate() {
            let share = members.len() as f64 * rows_max as f64 / data.rows() as f64;
            let count = (share as usize).max(ROWS_MIN);
            let drawn = Random::stream(seed, group as u64).sample(members.len(), count);
            *members = drawn.into_iter().map(|place| members[place]).collect();
        }
    }
    score(data, &grouping, &members, progress)
}

/// Scores the rows named for each group against each other.
fn score(
    data: MatrixView<'_>,
    grouping: &Grouping,
    members: &[Vec<usize>],
    progress: &dyn Progress,
) -> Result<Silhouette, Error> {
    let packed = members
        .iter()
        .map(|rows| Ok(PackedRows::new(data.take(rows)?.view())))
        .collect::<Result<Vec<_>, Error>>()?;
    let mut scored: Vec<(usize, usize)> = Vec::new();
    for (group, rows) in members.iter().enumerate() {
        scored.extend(rows.iter().map(|&row| (row, group)));
    }
    let total = scored.len() as u64;
    let values = scored
        .par_iter()
        .enumerate()
        .map_init(Vec::new, |distances, (done, &(row, group))| {
            if progress.cancelled() {
                return Err(Error::Cancelled);
            }
            let value = of_row(data.row(row), group, &packed, distances);
            progress.tick(done as u64 + 1, total);
            Ok(value)
        })
        .collect::<Result<Vec<_>, Error>>()?;

    let mut clusters = Vec::with_capacity(members.len());
    let (mut from, mut weighted) = (0, 0.0);
    for (group, rows) in members.iter().enumerate() {
        let mean = sum::sum(&values[from..from + rows.len()]) / rows.len() as f64;
        from += rows.len();
        weighted += mean * grouping.sizes[group] as f64;
        let (cluster, rows) = (grouping.ids[group], grouping.sizes[group]);
        clusters.push(ClusterSilhouette {
            cluster,
            rows,
            mean,
        });
    }
    let mut by_row: Vec<(usize, f64)> = scored.iter().map(|&(row, _)| row).zip(values).collect();
    by_row.sort_unstable_by_key(|&(row, _)| row);
    let (rows, values) = by_row.into_iter().unzip();
    let mean = weighted / data.rows() as f64;
    Ok(Silhouette {
        mean,
        clusters,
        rows,
        values,
    })
}

/// The silhouette of one of the rows that `packed` holds under `own`.
fn of_row(row: &[f64], own: usize, packed: &[PackedRows], distances: &mut Vec<f64>) -> f64 {
    if packed[own].len() < 2 {
        return 0.0;
    }
    let (mut inside, mut outside) = (0.0, f64::INFINITY);
    for (group, packed) in packed.iter().enumerate() {
        distances.resize(packed.len(), 0.0);
        packed.squared_distances(row, distances);
        let total = sum_of_roots(distances);
        if group == own {
            // The row itself is among them, at distance 0.
            inside = total / (packed.len() - 1) as f64;
        } else {
            outside = f64::min(outside, total / packed.len() as f64);
        }
    }
    let larger = f64::max(inside, outside);
    // All rows of both clusters in one spot: neither is nearer.
    if larger == 0.0 {
        0.0
    } else {
        (outside - inside) / larger
    }
}

/// Roots and sums on eight lanes: one running sum would wait for each addition.
fn sum_of_roots(squares: &[f64]) -> f64 {
    let mut totals = [0.0; 8];
    let (eights, rest) = squares.as_chunks::<8>();
    for eight in eights {
        for (total, square) in totals.iter_mut().zip(eight) {
            *total += square.sqrt();
        }
    }
    totals.iter().sum::<f64>() + rest.iter().map(|square| square.sqrt()).sum::<f64>()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use numeric::{Matrix, Silent};

    use super::*;
    use crate::test_data::{blobs, on_threads};

    #[test]
    fn by_hand() {
        // Rows 0, 1 | 4, 5, 9: a and b of row 0 are 1 and 6; row 9 has a = 4.5, b = 8.5.
        let data = Matrix::new(vec![0.0, 1.0, 4.0, 5.0, 9.0], 5, 1).unwrap();
        let score = silhouette(data.view(), &[3, 3, 8, 8, 8], &Silent).unwrap();
        let expected = [5.0 / 6.0, 4.0 / 5.0, 0.5 / 3.5, 2.0 / 4.5, 4.0 / 8.5];
        for (value, expected) in score.values.iter().zip(expected) {
            assert!((value - expected).abs() < 1e-15, "{value} {expected}");
        }
        let first = score.clusters[0];
        assert_eq!((first.cluster, first.rows, score.rows.len()), (3, 2, 5));
    }

    #[test]
    fn singletons_and_identical_rows_score_zero() {
        let data = Matrix::new(vec![1.0; 4], 4, 1).unwrap();
        let score = silhouette(data.view(), &[0, 0, 1, 2], &Silent).unwrap();
        assert_eq!(score.values, [0.0; 4]);
    }

    #[test]
    fn undefined_is_an_error() {
        let data = Matrix::new(vec![1.0, 2.0, 3.0], 3, 1).unwrap();
        for labels in [[0, 0, 0], [0, 1, 2]] {
            assert!(matches!(
                silhouette(data.view(), &labels, &Silent),
                Err(Error::Undefined { .. })
            ));
        }
        assert!(silhouette(data.view(), &[0, 1], &Silent).is_err());
        assert!(silhouette_sampled(data.view(), &[0, 1, 1], 99, 1, &Silent).is_err());
    }

    #[test]
    fn a_sample_is_within_two_hundredths_of_all_rows() {
        for (spread, clusters) in [(0.5, 3), (1.5, 5), (4.0, 8), (10.0, 12)] {
            let (data, truth) = blobs(6_000, 6, clusters, spread, 17);
            let exact = silhouette(data.view(), &truth, &Silent).unwrap();
            let sampled = silhouette_sampled(data.view(), &truth, 1_000, 3, &Silent).unwrap();
            assert!(
                (exact.mean - sampled.mean).abs() < 0.02,
                "{} {}",
                exact.mean,
                sampled.mean
            );
            assert!(sampled.rows.len() <= 1_000);
            for (exact, sampled) in exact.clusters.iter().zip(&sampled.clusters) {
                assert!(
                    (exact.mean - sampled.mean).abs() < 0.05,
                    "{exact:?} {sampled:?}"
                );
            }
        }
    }

    #[test]
    fn threads_and_names_do_not_matter() {
        let (data, truth) = blobs(800, 5, 4, 2.0, 4);
        let on = |threads| {
            on_threads(threads, || {
                silhouette(data.view(), &truth, &Silent).unwrap()
            })
        };
        assert_eq!(on(1), on(2));
        assert_eq!(on(1), on(5));
        let renamed: Vec<u32> = truth
            .iter()
            .map(|label| [90, 2, 70, 5][*label as usize])
            .collect();
        let renamed = silhouette(data.view(), &renamed, &Silent).unwrap();
        assert!((renamed.mean - on(1).mean).abs() < 1e-14);
        assert_eq!(renamed.clusters[0].cluster, 2);
    }
}
