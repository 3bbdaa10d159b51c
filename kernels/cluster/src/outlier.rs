//! Rows far from the center of their cluster, and clusters of too few rows.
//!
//! Flags only: nothing is moved or dropped. Distances are those of the columns given, so the clustering's
//! own scaled columns are the ones to give.

use numeric::{MatrixView, chunks, distance::squared_euclidean};

use crate::{
    Error,
    error::{require, require_size},
    grouping::require_labels,
};

/// Deviation of a normal distribution over its median absolute deviation, `1 / Φ⁻¹(3/4)`.
const DEVIATION_PER_MAD: f64 = 1.482_602_218_505_602;
/// Deviation of a normal distribution over its mean absolute deviation, `√(π/2)`.
const DEVIATION_PER_MEAN: f64 = 1.253_314_137_315_500_3;

/// What is flagged. Becomes an [`Outlying`] by [`Params::check`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Least robust z of a row that is flagged: above 0 to 1,000. B. Iglewicz and D. Hoaglin advise 3.5.
    pub z_min: f64,
    /// A cluster of fewer rows is held against the distances in all clusters, because its own would show
    /// nothing: at least 3.
    pub rows_min: usize,
    /// Clusters with a smaller share of all rows are listed: 0 (none) to 1.
    pub share_min: f64,
}

impl Params {
    /// Checks the values.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the first value outside its range.
    pub fn check(self) -> Result<Outlying, Error> {
        let (z_min, share) = (self.z_min, self.share_min);
        let legal = z_min > 0.0 && z_min <= 1_000.0;
        require(legal, "z_min", z_min, "above 0 to 1,000")?;
        require(self.rows_min >= 3, "rows_min", self.rows_min, "at least 3")?;
        require((0.0..=1.0).contains(&share), "share_min", share, "0 to 1")?;
        Ok(Outlying(self))
    }
}

/// Checked parameters, ready to flag.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outlying(Params);

/// A row far from its center.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outlier {
    /// The row, counted from 0.
    pub row: usize,
    /// Its cluster.
    pub cluster: u32,
    /// Its distance to the cluster's center, in units of the data.
    pub distance: f64,
    /// How far that is above the usual, in robust deviations.
    pub z: f64,
}

/// The usual distance in one cluster.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClusterReach {
    /// The cluster's id.
    pub cluster: u32,
    /// Its rows.
    pub rows: usize,
    /// Its share of all rows.
    pub share: f64,
    /// Whether that is below `share_min`.
    pub small: bool,
    /// The distance that z counts from.
    pub median: f64,
    /// The distance that z counts in; 0 where all rows are equally far from their center.
    pub deviation: f64,
    /// Whether both are those of all clusters, for want of rows or of spread.
    pub pooled: bool,
}

/// What was flagged.
#[derive(Debug, Clone, PartialEq)]
pub struct Outliers {
    /// The rows, from the greatest z down, equals in order of row.
    pub rows: Vec<Outlier>,
    /// One for each center, in order of id.
    pub clusters: Vec<ClusterReach>,
}

impl Outlying {
    /// Looks at every row; `labels` names the rows of `centers`.
    ///
    /// `z = (d - median) / s`, `d` the Euclidean distance to the own center, `s` 1.4826 times the median
    /// absolute deviation of the distances in the cluster or, where that is 0, 1.2533 times their mean
    /// absolute deviation from the median (B. Iglewicz, D. Hoaglin, "How to Detect and Handle Outliers",
    /// 1993). Distances lean to the right, so z is a ranking with a bar, no chance. Where all
    /// rows are equally far, a row that is further by rounding alone is not flagged.
    ///
    /// # Errors
    /// [`Error::Mismatch`]; [`Error::Label`] where a label has no center.
    pub fn find(
        &self,
        data: MatrixView<'_>,
        labels: &[u32],
        centers: MatrixView<'_>,
    ) -> Result<Outliers, Error> {
        let distances = distances(data, labels, centers)?;
        let mut members: Vec<Vec<f64>> = vec![Vec::new(); centers.rows()];
        for (&label, &distance) in labels.iter().zip(&distances) {
            members[label as usize].push(distance);
        }
        let all = Usual::of(distances.clone());
        let clusters: Vec<ClusterReach> = members
            .into_iter()
            .enumerate()
            .map(|(cluster, distances)| {
                let rows = distances.len();
                let share = rows as f64 / data.rows() as f64;
                let own = (rows >= self.0.rows_min).then(|| Usual::of(distances));
                let own = own.filter(|own| own.deviation > 0.0);
                let usual = own.unwrap_or(all);
                ClusterReach {
                    cluster: cluster as u32,
                    rows,
                    share,
                    small: share < self.0.share_min,
                    median: usual.median,
                    deviation: usual.deviation,
                    pooled: own.is_none(),
                }
            })
            .collect();
        let mut rows: Vec<Outlier> = Vec::new();
        for (row, (&cluster, &distance)) in labels.iter().zip(&distances).enumerate() {
            let usual = &clusters[cluster as usize];
            if usual.deviation == 0.0 {
                continue;
            }
            let z = (distance - usual.median) / usual.deviation;
            if z >= self.0.z_min {
                rows.push(Outlier {
                    row,
                    cluster,
                    distance,
                    z,
                });
            }
        }
        rows.sort_by(|a, b| b.z.total_cmp(&a.z));
        Ok(Outliers { rows, clusters })
    }
}

/// Distance of each row to its own center.
fn distances(
    data: MatrixView<'_>,
    labels: &[u32],
    centers: MatrixView<'_>,
) -> Result<Vec<f64>, Error> {
    require_size("labels", "rows", labels.len(), data.rows())?;
    require_size("centers", "columns", centers.cols(), data.cols())?;
    require_labels(labels, centers.rows())?;
    let parts = chunks::map(data.rows(), |range| {
        let of_row = |row: usize| {
            let center = centers.row(labels[row] as usize);
            squared_euclidean(data.row(row), center).sqrt()
        };
        range.map(of_row).collect::<Vec<f64>>()
    });
    Ok(parts.concat())
}

/// Middle and robust deviation of distances.
#[derive(Debug, Clone, Copy)]
struct Usual {
    median: f64,
    deviation: f64,
}

impl Usual {
    /// Of at least one distance.
    fn of(mut distances: Vec<f64>) -> Self {
        let middle = median(&mut distances);
        // Equal up to rounding is equal: a deviation of a few bits would make outliers of them.
        let least = 1e-9 * middle;
        let mut apart: Vec<f64> = distances
            .iter()
            .map(|distance| (distance - middle).abs())
            .collect();
        let by_median = median(&mut apart) * DEVIATION_PER_MAD;
        let by_mean = apart.iter().sum::<f64>() / apart.len() as f64 * DEVIATION_PER_MEAN;
        let spreads = [by_median, by_mean];
        let spread = spreads.iter().find(|&&spread| spread > least);
        Self {
            median: middle,
            deviation: spread.copied().unwrap_or(0.0),
        }
    }
}

/// Sorts the values; the mean of the two middle ones where their number is even.
fn median(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        values[middle]
    } else {
        (values[middle - 1] + values[middle]) / 2.0
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use numeric::Matrix;

    use super::*;
    use crate::test_data::{blobs, on_threads};

    const PARAMS: Params = Params {
        z_min: 3.5,
        rows_min: 5,
        share_min: 0.1,
    };

    fn find(params: Params, data: &Matrix, labels: &[u32], centers: &Matrix) -> Outliers {
        params
            .check()
            .unwrap()
            .find(data.view(), labels, centers.view())
            .unwrap()
    }

    #[test]
    fn by_hand() {
        // Distances 1, 2, 3, 4, 50: median 3, absolute deviations 2, 1, 0, 1, 47, their median 1.
        let data = Matrix::new(vec![1.0, -2.0, 3.0, -4.0, 50.0], 5, 1).unwrap();
        let centers = Matrix::new(vec![0.0], 1, 1).unwrap();
        let found = find(PARAMS, &data, &[0; 5], &centers);
        // (50 - 3) / scipy.stats.median_abs_deviation([1, 2, 3, 4, 50], scale="normal")
        assert_eq!(
            (found.rows.len(), found.rows[0].row, found.rows[0].distance),
            (1, 4, 50.0)
        );
        assert!((found.rows[0].z - 47.0 / 1.482602218505602).abs() < 1e-12);
        let reach = found.clusters[0];
        assert_eq!(
            (reach.median, reach.share, reach.small, reach.pooled),
            (3.0, 1.0, false, false)
        );
    }

    #[test]
    fn a_tiny_cluster_is_held_against_all() {
        let (data, mut labels) = blobs(300, 2, 2, 20.0, 5);
        let mut values = data.into_data();
        // Two rows around a center of their own: one as near as others are, one far off.
        values.extend([500.0, 500.0, 500.0, 540.0]);
        labels.extend([2, 2]);
        let data = Matrix::new(values, 302, 2).unwrap();
        let (mut centers, _) = crate::grouping::means(data.view(), 3, |row| labels[row] as usize);
        centers[4..].copy_from_slice(&[500.5, 500.0]);
        let centers = Matrix::new(centers, 3, 2).unwrap();
        let found = find(PARAMS, &data, &labels, &centers);
        assert_eq!(found.rows[0].row, 301);
        assert!(found.rows.iter().all(|outlier| outlier.row != 300));
        assert!(found.clusters[2].pooled && found.clusters[2].small && !found.clusters[0].small);
        // Clouds without strangers have next to none: the bar is no chance, but near one.
        assert!(found.rows.len() <= 6, "{:?}", found.rows);
    }

    #[test]
    fn equal_distances_are_not_far() {
        let data = Matrix::new(vec![2.0; 8], 8, 1).unwrap();
        let centers = Matrix::new(vec![0.1, 7.0], 2, 1).unwrap();
        let found = find(PARAMS, &data, &[0; 8], &centers);
        assert!(found.rows.is_empty());
        assert_eq!(
            (found.clusters[0].deviation, found.clusters[1].rows),
            (0.0, 0)
        );
        // More than half at one distance: the mean deviation takes over.
        let mostly = vec![1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 9.0];
        let data = Matrix::new(mostly, 10, 1).unwrap();
        let found = find(PARAMS, &data, &[0; 10], &centers);
        assert_eq!(found.rows[0].row, 9);
        assert!((found.rows[0].z - 8.0 / (0.8 * DEVIATION_PER_MEAN)).abs() < 1e-9);
    }

    #[test]
    fn wrong_inputs_are_named() {
        let data = Matrix::new(vec![2.0, 3.0], 2, 1).unwrap();
        let centers = Matrix::new(vec![0.0], 1, 1).unwrap();
        let outlying = PARAMS.check().unwrap();
        let label = outlying.find(data.view(), &[0, 1], centers.view());
        assert_eq!(
            label,
            Err(Error::Label {
                label: 1,
                row: 1,
                clusters: 1
            })
        );
        assert!(outlying.find(data.view(), &[0], centers.view()).is_err());
        let wide = Matrix::new(vec![0.0, 1.0], 1, 2).unwrap();
        assert!(outlying.find(data.view(), &[0, 0], wide.view()).is_err());
        for bad in [
            Params {
                z_min: 0.0,
                ..PARAMS
            },
            Params {
                z_min: f64::NAN,
                ..PARAMS
            },
            Params {
                rows_min: 2,
                ..PARAMS
            },
            Params {
                share_min: 1.1,
                ..PARAMS
            },
        ] {
            assert!(matches!(bad.check(), Err(Error::Parameter { .. })));
        }
        let alone = Matrix::new(vec![2.0], 1, 1).unwrap();
        assert!(find(PARAMS, &alone, &[0], &centers).rows.is_empty());
    }

    #[test]
    fn threads_do_not_matter() {
        let (data, labels) = blobs(3_000, 4, 3, 3.0, 8);
        let centers = data.view().take(&[0, 1, 2]).unwrap();
        let on = |threads| on_threads(threads, || find(PARAMS, &data, &labels, &centers));
        assert_eq!(on(1), on(2));
        assert_eq!(on(1), on(5));
    }
}
