//! How sure a membership is: for each row the probability of each cluster.
//!
//! Holds the probabilities of labels that any method or any person gave. A mixture has its own
//! (`mixture::Fit::memberships`); this is for all others.

use numeric::{Matrix, MatrixView, chunks, distance::squared_euclidean};

use crate::{
    Error,
    grouping::{Grouping, means},
};

/// Probabilities, and the cloud that they are by.
#[derive(Debug, Clone, PartialEq)]
pub struct Soft {
    /// Ids of the clusters, ascending: the columns.
    pub clusters: Vec<u32>,
    /// Rows × clusters; each row sums to 1.
    pub probabilities: Matrix,
    /// Variance of a row around the mean of its cluster in one direction, in squared units of the columns.
    pub variance: f64,
    /// How many independent directions the rows vary in within clusters: 1 to the number of columns.
    pub directions: f64,
}

/// The probability of each cluster given the row, where clusters are round clouds of one size around their
/// means and as frequent as their rows: pₖ ∝ nₖ · exp(-d²ₖ / 2σ²), which is the model that k-means is the
/// limit of (G. Celeux, G. Govaert, "A classification EM algorithm for clustering and two stochastic versions",
/// Comput. Stat. Data Anal. 14, 1992, section 4). σ² is the mean squared distance W / n divided by the
/// number of directions f = tr(S)² / tr(S²), S the covariance within clusters: columns that say the same count
/// once, where W / (n · columns) would make every membership look certain (F. E. Satterthwaite, "An
/// Approximate Distribution of Estimates of Variance Components", Biometrics Bulletin 2, 1946). Where all rows
/// lie on their means, a row is of the clusters of the nearest mean for certain, in shares of their rows.
///
/// Takes rows × clusters × columns plus rows × columns² steps.
///
/// # Errors
/// [`Error::Mismatch`] where there is not one label for each row.
pub fn memberships(data: MatrixView<'_>, labels: &[u32]) -> Result<Soft, Error> {
    let grouping = Grouping::of(data, labels)?;
    let clusters = grouping.ids.len();
    let (centers, sizes) = means(data, clusters, |row| grouping.group[row]);
    let centers = Matrix::new(centers, clusters, data.cols())?;
    let (within, directions) = spread(data, &grouping.group, centers.view());
    let variance = within / (data.rows() as f64 * directions);
    let parts = chunks::map(data.rows(), |range| {
        let mut out = Vec::with_capacity(range.len() * clusters);
        for row in range {
            let squared =
                (0..clusters).map(|k| squared_euclidean(data.row(row), centers.view().row(k)));
            out.extend(shares(&squared.collect::<Vec<f64>>(), &sizes, variance));
        }
        out
    });
    let all: Vec<f64> = parts.into_iter().flatten().collect();
    Ok(Soft {
        clusters: grouping.ids,
        probabilities: Matrix::new(all, data.rows(), clusters)?,
        variance,
        directions,
    })
}

/// The shares of one row by its squared distances.
fn shares(squared: &[f64], sizes: &[usize], variance: f64) -> Vec<f64> {
    let least = squared.iter().copied().fold(f64::INFINITY, f64::min);
    let each = squared.iter().zip(sizes).map(|(squared, &size)| {
        let beyond = squared - least;
        // Without any spread, only the nearest mean is possible.
        let likely = if beyond == 0.0 {
            1.0
        } else {
            (-beyond / (2.0 * variance)).exp()
        };
        size as f64 * likely
    });
    let each: Vec<f64> = each.collect();
    let sum: f64 = each.iter().sum();
    each.into_iter().map(|share| share / sum).collect()
}

/// The sum of squared distances to the own means, and the number of independent directions of the differences.
fn spread(data: MatrixView<'_>, group: &[usize], centers: MatrixView<'_>) -> (f64, f64) {
    let cols = data.cols();
    let parts = chunks::map(data.rows(), |range| {
        let mut products = vec![0.0; cols * cols];
        for row in range {
            let off = data.row(row).iter().zip(centers.row(group[row]));
            let off: Vec<f64> = off.map(|(value, mean)| value - mean).collect();
            for (at, a) in off.iter().enumerate() {
                let line = &mut products[at * cols..=at * cols + at];
                line.iter_mut().zip(&off).for_each(|(sum, b)| *sum += a * b);
            }
        }
        products
    });
    let mut products = vec![0.0; cols * cols];
    for part in parts {
        products
            .iter_mut()
            .zip(part)
            .for_each(|(sum, part)| *sum += part);
    }
    let trace: f64 = (0..cols).map(|at| products[at * cols + at]).sum();
    if trace == 0.0 {
        return (0.0, 1.0);
    }
    // In shares of the trace, so that squares of large values stay finite.
    let mut squares = 0.0;
    for at in 0..cols {
        let share = |value: &f64| (value / trace).powi(2);
        let line = &products[at * cols..at * cols + at];
        squares += 2.0 * line.iter().map(share).sum::<f64>() + share(&products[at * cols + at]);
    }
    let directions = 1.0 / squares;
    (trace, directions.clamp(1.0, cols as f64))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::test_data::{blobs, on_threads};
    use numeric::random::Random;

    #[test]
    fn probabilities_are_as_often_right_as_they_say() {
        // Two round clouds of one size, three to one: the truth is known, and so is how often it is guessed.
        let mut random = Random::new(5);
        let rows = 4_000;
        let truth: Vec<u32> = (0..rows).map(|row| u32::from(row % 4 == 0)).collect();
        let values = truth.iter().flat_map(|&cluster| {
            let shift = 2.5 * f64::from(cluster);
            [shift + random.normal(), random.normal(), random.normal()]
        });
        let data = Matrix::new(values.collect(), rows, 3).unwrap();
        let soft = memberships(data.view(), &truth).unwrap();
        assert!((soft.directions - 3.0).abs() < 0.1 && (soft.variance - 1.0).abs() < 0.05);
        for band in 0..5 {
            let (low, high) = (f64::from(band) / 5.0, f64::from(band + 1) / 5.0);
            let inside = (0..rows).filter(|&row| {
                let p = soft.probabilities.view().row(row)[1];
                low <= p && p < high
            });
            let inside: Vec<usize> = inside.collect();
            let said: f64 = inside
                .iter()
                .map(|&row| soft.probabilities.view().row(row)[1])
                .sum();
            let right = inside.iter().filter(|&&row| truth[row] == 1).count() as f64;
            let slack = 4.0 * (inside.len() as f64).sqrt() / 2.0;
            assert!(
                (said - right).abs() <= slack,
                "{low}: {said} {right} of {}",
                inside.len()
            );
        }
    }

    #[test]
    fn a_column_told_twice_counts_once() {
        let (data, truth) = blobs(300, 2, 3, 1.5, 4);
        let once = memberships(data.view(), &truth).unwrap();
        let twice = data
            .view()
            .data()
            .chunks_exact(2)
            .flat_map(|row| [row[0], row[1], row[0], row[1]]);
        let twice = Matrix::new(twice.collect(), 300, 4).unwrap();
        let again = memberships(twice.view(), &truth).unwrap();
        for (a, b) in once
            .probabilities
            .view()
            .data()
            .iter()
            .zip(again.probabilities.view().data())
        {
            assert!((a - b).abs() < 1e-9, "{a} {b}");
        }
    }

    #[test]
    fn shares_sum_to_one_whatever_the_rows() {
        let (data, truth) = blobs(200, 4, 3, 2.0, 8);
        let soft = memberships(data.view(), &truth).unwrap();
        for row in 0..200 {
            let row = soft.probabilities.view().row(row);
            assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        }
        let same = Matrix::new(vec![1.0; 8], 4, 2).unwrap();
        let soft = memberships(same.view(), &[0, 0, 0, 7]).unwrap();
        assert_eq!(soft.clusters, [0, 7]);
        assert_eq!(soft.probabilities.view().row(3), [0.75, 0.25]);
        let far = Matrix::new(vec![0.0, 0.0, 1e100, 1e100], 4, 1).unwrap();
        let soft = memberships(far.view(), &[0, 0, 1, 1]).unwrap();
        assert_eq!(
            soft.probabilities.view().data(),
            [1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0]
        );
        let wide = Matrix::new(vec![0.0, 1e99, 1e100, 9e99], 4, 1).unwrap();
        let soft = memberships(wide.view(), &[0, 0, 1, 1]).unwrap();
        assert!(
            soft.probabilities
                .view()
                .data()
                .iter()
                .all(|share| (0.0..=1.0).contains(share))
        );
        assert!(memberships(far.view(), &[0]).is_err());
    }

    #[test]
    fn threads_do_not_matter() {
        let (data, truth) = blobs(3_000, 5, 4, 2.0, 6);
        let one = on_threads(1, || memberships(data.view(), &truth).unwrap());
        assert_eq!(
            one,
            on_threads(3, || memberships(data.view(), &truth).unwrap())
        );
    }
}
