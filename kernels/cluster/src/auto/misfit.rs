//! How far a mixture is from the density that the rows really have.
//!
//! Holds one number. Which mixture to trust for it is the choice's.

use numeric::{MatrixView, Progress, tail::ln_gamma};

use crate::{
    Error,
    mixture::Fit,
    spanning::{Neighbours, nearest_neighbours},
};

/// The neighbour whose distance measures density.
const NEIGHBOUR: usize = 5;
/// Euler's constant.
const EULER: f64 = 0.577_215_664_901_532_9;

/// Nats per row by which the mixture misses the density of the rows: the cross entropy of the rows under
/// the mixture, less their own entropy. About 0 where the rows may well be drawn from such a mixture.
///
/// The entropy is estimated from nearest neighbours, which knows no model (L. F. Kozachenko, N. N.
/// Leonenko, "Sample Estimate of the Entropy of a Random Vector", Probl. Inf. Transm. 23, 1987; for the
/// k-th neighbour A. Kraskov, H. Stögbauer, P. Grassberger, Phys. Rev. E 69, 2004, equation 20). Its bias
/// in many columns or few rows is taken off by the same difference for rows drawn from the mixture
/// itself. The likelihood flatters by half a nat per parameter (H. Akaike, IEEE Trans. Autom. Control 19,
/// 1974). Nothing where the rows have too few neighbours.
pub(super) fn misfit(
    fit: &Fit,
    data: MatrixView<'_>,
    near: &Neighbours,
    seed: u64,
    progress: &dyn Progress,
) -> Result<Option<f64>, Error> {
    if near.count < NEIGHBOUR {
        return Ok(None);
    }
    let rows = data.rows();
    let drawn = fit.draw(rows, seed)?;
    let drawn_near = nearest_neighbours(drawn.view(), NEIGHBOUR, progress)?;
    let densities = fit.assign(drawn.view())?.log_densities;
    let drawn_likelihood = densities.iter().sum::<f64>();
    let flattery = fit.parameters() as f64 / 2.0;
    let of_rows = (flattery - fit.log_likelihood) / rows as f64 - entropy(near, data.cols());
    let of_drawn = -drawn_likelihood / rows as f64 - entropy(&drawn_near, data.cols());
    Ok(Some(of_rows - of_drawn))
}

/// Entropy of the rows' distribution in nats. Rows that have twins only say that it is low where they
/// are, not how low, so they are left out.
fn entropy(near: &Neighbours, cols: usize) -> f64 {
    let rows = near.rows.len() / near.count;
    let logarithms: Vec<f64> = near
        .distances
        .chunks_exact(near.count)
        .map(|distances| distances[NEIGHBOUR - 1])
        .filter(|&distance| distance > 0.0)
        .map(f64::ln)
        .collect();
    let mean = logarithms.iter().sum::<f64>() / logarithms.len().max(1) as f64;
    let half = cols as f64 / 2.0;
    let log_ball = half * std::f64::consts::PI.ln() - ln_gamma(half + 1.0);
    digamma(rows) - digamma(NEIGHBOUR) + log_ball + cols as f64 * mean
}

/// The derivative of ln Γ at a whole number.
fn digamma(at: usize) -> f64 {
    (1..at).map(|n| 1.0 / n as f64).sum::<f64>() - EULER
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use numeric::{Matrix, Silent, random::Random};

    use super::*;
    use crate::{mixture, test_data::blobs};

    fn of(data: &Matrix, components: usize) -> f64 {
        let params = mixture::Params {
            components,
            covariance: mixture::Covariance::Full,
            start: mixture::Start::KMeans,
            starts: 2,
            max_iterations: 200,
            tolerance: 1e-4,
            regularisation: 1e-4,
            seed: 1,
        };
        let view = data.view();
        let mixture = params.check(view.rows()).unwrap();
        let fit = mixture.fit(view, &Silent).unwrap();
        let near = nearest_neighbours(view, 10, &Silent).unwrap();
        misfit(&fit, view, &near, 2, &Silent).unwrap().unwrap()
    }

    #[test]
    fn clouds_fit_in_few_and_many_columns_and_rings_do_not() {
        for (rows, cols) in [(300, 2), (2_000, 2), (1_000, 3), (1_500, 10)] {
            let found = of(&blobs(rows, cols, 3, 6.0, 3).0, 3);
            assert!(found.abs() < 0.1, "{rows} × {cols}: {found}");
        }
        let mut random = Random::new(1);
        let ring: Vec<f64> = (0..1_000)
            .flat_map(|row| {
                let angle = std::f64::consts::TAU * random.unit_f64();
                let radius = f64::from(1 + row % 2) + 0.05 * random.normal();
                [radius * angle.cos(), radius * angle.sin()]
            })
            .collect();
        assert!(of(&Matrix::new(ring, 1_000, 2).unwrap(), 2) > 0.5);
    }

    #[test]
    fn entropy_of_even_rows_in_a_square_is_that_of_its_area() {
        let mut random = Random::new(2);
        let values: Vec<f64> = (0..8_000).map(|_| 3.0 * random.unit_f64()).collect();
        let data = Matrix::new(values, 4_000, 2).unwrap();
        let near = nearest_neighbours(data.view(), 5, &Silent).unwrap();
        assert!((entropy(&near, 2) - 9f64.ln()).abs() < 0.05);
    }
}
