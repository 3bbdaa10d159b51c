//! Gaussian mixtures of every shape, each from the most promising start.
//!
//! Holds how starts are compared. What a mixture is, is in `mixture`.

use numeric::{MatrixView, Progress};

use crate::{
    Error,
    grouping::Grouping,
    mixture::{self, Covariance},
};

const ROUNDS: usize = 200;
/// Rounds after which starts are compared.
const SHORT_ROUNDS: usize = 5;
const TOLERANCE: f64 = 1e-4;
/// Keeps clouds from collapsing onto a few rows that lie on a line.
const REGULARISATION: f64 = 1e-4;
/// Every shape.
pub(super) const SHAPES: [Covariance; 4] = [
    Covariance::Full,
    Covariance::Tied,
    Covariance::Diagonal,
    Covariance::Spherical,
];

/// The mixture of this shape from the start that is likeliest after a few rounds (C. Biernacki, G.
/// Celeux, G. Govaert, "Choosing Starting Values for the EM Algorithm for Getting the Highest Likelihood
/// in Multivariate Gaussian Mixture Models", Comput. Stat. Data Anal. 41, 2003). Nothing where a cloud collapses,
/// or all but, in every start: rows on a line or on few points have none, but other methods can cluster
/// them.
///
/// # Errors
/// [`Error::Cancelled`].
pub(super) fn fit(
    data: MatrixView<'_>,
    covariance: Covariance,
    clusters: usize,
    starts: &[Vec<u32>],
    progress: &dyn Progress,
) -> Result<Option<mixture::Fit>, Error> {
    let rows_min = rows_min(covariance, data.cols());
    let sound = |fit: &mixture::Fit| fit.sizes.iter().all(|&size| size >= rows_min);
    let whole = |start: &&Vec<u32>| {
        let sizes = Grouping::new(start).sizes;
        sizes.into_iter().all(|size| size >= rows_min)
    };
    let mut best: Option<mixture::Fit> = None;
    for start in starts.iter().filter(whole) {
        let fit = from(data, covariance, clusters, SHORT_ROUNDS, start, progress)?;
        let better = |fit: &mixture::Fit| {
            best.as_ref()
                .is_none_or(|best| fit.log_likelihood > best.log_likelihood)
        };
        if let Some(fit) = fit.filter(sound)
            && better(&fit)
        {
            best = Some(fit);
        }
    }
    let Some(short) = best else { return Ok(None) };
    let long = from(data, covariance, clusters, ROUNDS, &short.labels, progress)?;
    let better = |long: &mixture::Fit| sound(long) && long.log_likelihood >= short.log_likelihood;
    Ok(Some(long.filter(better).unwrap_or(short)))
}

/// Rows that a cloud must be likeliest for, lest it all but collapses: twice as many as its own covariance
/// needs so that it does not collapse. A few rows that happen to lie on a line or plane are as likely as
/// one pleases in a cloud of their own (G. J. McLachlan, D. Peel, "Finite Mixture Models", 2000, section
/// 3.10, on spurious maxima).
fn rows_min(covariance: Covariance, cols: usize) -> usize {
    match covariance {
        Covariance::Full => 2 * (cols + 1),
        Covariance::Diagonal | Covariance::Spherical => 4,
        Covariance::Tied => 1,
    }
}

/// The mixture after this many rounds from given labels, at most. Nothing where a cloud collapses.
///
/// # Errors
/// [`Error::Cancelled`].
pub(super) fn from(
    data: MatrixView<'_>,
    covariance: Covariance,
    components: usize,
    max_iterations: usize,
    start: &[u32],
    progress: &dyn Progress,
) -> Result<Option<mixture::Fit>, Error> {
    let fitting = mixture::Params {
        components,
        covariance,
        start: mixture::Start::KMeans,
        starts: 1,
        max_iterations,
        tolerance: TOLERANCE,
        regularisation: REGULARISATION,
        seed: 0,
    };
    let mixture = fitting.check(data.rows())?;
    match mixture.fit_from(data, start, progress) {
        Ok(fit) => Ok(Some(fit)),
        Err(Error::Singular { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use numeric::Silent;

    use super::*;
    use crate::test_data::blobs;

    #[test]
    fn the_better_start_is_taken_wherever_it_stands() {
        let (data, truth) = blobs(900, 2, 6, 9.0, 5);
        // Three pairs of clouds as one each, the last cloud as the three that are left.
        let poor: Vec<u32> = (0..900)
            .map(|row| match truth[row] {
                5 => 3 + (row / 6) as u32 % 3,
                cloud => cloud / 2,
            })
            .collect();
        let likelihood = |starts: &[Vec<u32>]| {
            let fit = fit(data.view(), Covariance::Spherical, 6, starts, &Silent);
            fit.unwrap().unwrap().log_likelihood
        };
        let good = likelihood(std::slice::from_ref(&truth));
        assert!(likelihood(std::slice::from_ref(&poor)) < good - 10.0);
        assert_eq!(likelihood(&[poor.clone(), truth.clone()]), good);
        assert_eq!(likelihood(&[truth, poor]), good);
    }

    #[test]
    fn a_handful_of_rows_is_no_cloud_however_likely() {
        let (data, truth) = blobs(200, 2, 2, 5.0, 8);
        // Four rows all but on one line, as one cloud.
        let mut values = data.into_data();
        for (at, row) in [10.0, 10.5, 11.0, 11.5].iter().zip([0, 1, 2, 3]) {
            values[2 * row] = *at;
            values[2 * row + 1] = at + 1e-4 * (row * row) as f64;
        }
        let data = numeric::Matrix::new(values, 200, 2).unwrap();
        let line: Vec<u32> = (0..200).map(|row| u32::from(row < 4)).collect();
        let fit = fit(data.view(), Covariance::Full, 2, &[line, truth], &Silent);
        let fit = fit.unwrap().unwrap();
        assert!(fit.sizes.iter().all(|&size| size > 50), "{:?}", fit.sizes);
    }

    #[test]
    fn nothing_where_every_start_collapses() {
        let data = numeric::Matrix::new(vec![1.0; 12], 6, 2).unwrap();
        let starts = [vec![0, 0, 0, 1, 1, 1]];
        let fit = fit(data.view(), Covariance::Full, 2, &starts, &Silent);
        assert_eq!(fit.unwrap(), None);
    }
}
