//! Scores from the spread inside and between clusters: cheap, over all rows, around cluster means.
//!
//! Nothing here compares pairs of rows; that is the silhouette's.

use numeric::{MatrixView, chunks, distance::squared_euclidean};

use crate::{
    Error,
    grouping::{Grouping, means},
};

/// Spread inside and between clusters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dispersion {
    /// Sum of squared distances of rows to the mean of their cluster; lower is tighter.
    pub inertia: f64,
    /// Calinski-Harabasz: spread between clusters over spread inside, each by its degrees of freedom;
    /// higher is better. 1 where there is no spread inside, as scikit-learn has it.
    pub calinski_harabasz: f64,
    /// Davies-Bouldin: mean over clusters of their likeness to the most alike other; lower is better.
    pub davies_bouldin: f64,
}

/// Scores a labelling of the rows.
///
/// Calinski-Harabasz is `(B / (k - 1)) / (W / (n - k))` (T. Caliński, J. Harabasz, "A dendrite method for
/// cluster analysis", Commun. Stat. 3, 1974). Davies-Bouldin is the mean of `max_j (s_i + s_j) / d_ij`,
/// `s` the mean distance of rows to their mean, `d` the distance of means (D. L. Davies, D. W. Bouldin,
/// IEEE PAMI 1, 1979); clusters whose means coincide are passed over, as scikit-learn does.
///
/// # Errors
/// [`Error::Mismatch`]; [`Error::Undefined`] unless there are 2 clusters and a cluster of 2 rows.
pub fn dispersion(data: MatrixView<'_>, labels: &[u32]) -> Result<Dispersion, Error> {
    let grouping = Grouping::comparable(data, labels)?;
    let (groups, cols) = (grouping.ids.len(), data.cols());
    let (centers, sizes) = means(data, groups, |row| grouping.group[row]);
    let (total, _) = means(data, 1, |_| 0);
    let center = |group: usize| &centers[group * cols..(group + 1) * cols];

    let parts = chunks::map(data.rows(), |range| {
        let mut inside = 0.0;
        let mut reach = vec![0.0; groups];
        for row in range {
            let group = grouping.group[row];
            let squared = squared_euclidean(data.row(row), center(group));
            inside += squared;
            reach[group] += squared.sqrt();
        }
        (inside, reach)
    });
    let mut inertia = 0.0;
    let mut reach = vec![0.0; groups];
    for (inside, part) in parts {
        inertia += inside;
        for (reach, part) in reach.iter_mut().zip(part) {
            *reach += part;
        }
    }
    let mut between = 0.0;
    for group in 0..groups {
        reach[group] /= sizes[group] as f64;
        between += sizes[group] as f64 * squared_euclidean(center(group), &total);
    }
    let calinski_harabasz = if inertia == 0.0 {
        1.0
    } else {
        between / (groups - 1) as f64 / (inertia / (data.rows() - groups) as f64)
    };

    let mut likeness = 0.0;
    for own in 0..groups {
        let mut most = 0.0;
        for other in (0..groups).filter(|&other| other != own) {
            let apart = squared_euclidean(center(own), center(other)).sqrt();
            if apart > 0.0 {
                most = f64::max(most, (reach[own] + reach[other]) / apart);
            }
        }
        likeness += most;
    }
    let davies_bouldin = likeness / groups as f64;
    Ok(Dispersion {
        inertia,
        calinski_harabasz,
        davies_bouldin,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use numeric::Matrix;

    use super::*;

    #[test]
    fn by_hand() {
        // Means 1 and 6, total 4: W = 2 + 2 = 4 over 3, B = 2·9 + 3·4 = 30 over 1.
        let data = Matrix::new(vec![0.0, 2.0, 5.0, 6.0, 7.0], 5, 1).unwrap();
        let score = dispersion(data.view(), &[1, 1, 4, 4, 4]).unwrap();
        assert_eq!(score.inertia, 4.0);
        assert!((score.calinski_harabasz - 22.5).abs() < 1e-12);
        assert!((score.davies_bouldin - (1.0 + 2.0 / 3.0) / 5.0).abs() < 1e-12);
    }

    #[test]
    fn no_spread_inside() {
        let data = Matrix::new(vec![0.0, 0.0, 3.0], 3, 1).unwrap();
        let score = dispersion(data.view(), &[0, 0, 1]).unwrap();
        assert_eq!(
            (score.inertia, score.calinski_harabasz, score.davies_bouldin),
            (0.0, 1.0, 0.0)
        );
        assert!(dispersion(data.view(), &[0, 0, 0]).is_err());
    }
}
