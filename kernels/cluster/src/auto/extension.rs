//! How a clustering of some rows becomes one of all rows.
//!
//! Holds the three ways. Which clustering is taken, is chosen elsewhere.

use numeric::{Matrix, MatrixView, Progress};

use super::{methods::Found, mixtures};
use crate::{
    Error,
    kmeans::{self, nearest},
    mixture::{self, Covariance},
};

/// Rounds over all rows: they begin near the end.
const ROUNDS: usize = 20;
const TOLERANCE: f64 = 1e-4;

/// What a method leaves to other rows.
pub(super) enum Extension {
    /// Rounds of k-means over all rows, from these centers.
    Centers(Matrix),
    /// Rounds of a mixture of this shape over all rows, from this fit.
    Mixture(Covariance, Box<mixture::Fit>),
    /// The label of the nearest row that has one.
    Nearest,
}

/// Labels for all rows from those of the rows seen.
///
/// # Errors
/// [`Error::Cancelled`].
pub(super) fn extend(
    data: MatrixView<'_>,
    seen: MatrixView<'_>,
    found: &Found,
    progress: &dyn Progress,
) -> Result<Vec<u32>, Error> {
    match &found.extension {
        Extension::Centers(centers) => {
            let fitting = kmeans::Params {
                clusters: centers.view().rows(),
                starts: 1,
                max_iterations: ROUNDS,
                tolerance: TOLERANCE,
                seed: 0,
            };
            let kmeans = fitting.check(data.rows())?;
            Ok(kmeans.fit_from(data, centers.view(), progress)?.labels)
        }
        Extension::Mixture(shape, fit) => {
            let (labels, clusters) = (fit.assign(data)?.labels, fit.sizes.len());
            let refined = mixtures::from(data, *shape, clusters, ROUNDS, &labels, progress)?;
            let whole = |fit: &mixture::Fit| fit.sizes.iter().all(|&size| size > 0);
            Ok(refined.filter(whole).map_or(labels, |fit| fit.labels))
        }
        Extension::Nearest => {
            let near = nearest(data, seen)?;
            let label = |&row: &u32| found.labels[row as usize];
            Ok(near.labels.iter().map(label).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use numeric::Silent;

    use super::*;
    use crate::{auto::Method, score::adjusted_rand, test_data::blobs};

    fn found(method: Method, labels: Vec<u32>, extension: Extension) -> Found {
        Found {
            method,
            labels,
            bic: None,
            extension,
        }
    }

    #[test]
    fn centers_and_clouds_of_a_few_rows_are_mended_by_all() {
        let (data, truth) = blobs(3_000, 2, 3, 8.0, 2);
        let view = data.view();
        let rows: Vec<usize> = (0..60).collect();
        let few = view.take(&rows).unwrap();
        // Centers half a gap off: nearest alone would err.
        let off: Vec<f64> = (0..3)
            .flat_map(|cloud| {
                let row = truth.iter().position(|&label| label == cloud).unwrap();
                [view.row(row)[0] + 3.0, view.row(row)[1] - 2.5]
            })
            .collect();
        let off = Matrix::new(off, 3, 2).unwrap();
        let nearest = nearest(view, off.view()).unwrap().labels;
        assert!(adjusted_rand(&nearest, &truth).unwrap() < 0.97);
        let centers = found(Method::KMeans, Vec::new(), Extension::Centers(off));
        let labels = extend(view, few.view(), &centers, &Silent).unwrap();
        assert!(adjusted_rand(&labels, &truth).unwrap() > 0.98);

        let start = [truth[..60].to_vec()];
        let shape = Covariance::Full;
        let fit = mixtures::fit(few.view(), shape, 3, &start, &Silent);
        let fit = fit.unwrap().unwrap();
        let whole = mixtures::from(view, shape, 3, 200, &truth, &Silent);
        let clouds = found(
            Method::Mixture(shape),
            fit.labels.clone(),
            Extension::Mixture(shape, Box::new(fit)),
        );
        let labels = extend(view, few.view(), &clouds, &Silent).unwrap();
        let whole = whole.unwrap().unwrap().labels;
        assert!(adjusted_rand(&labels, &whole).unwrap() > 0.995);
    }
}
