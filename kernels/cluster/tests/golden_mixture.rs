//! Gaussian mixtures against scikit-learn 1.9, from the same start on one small matrix. The numbers come
//! from `reference_mixture.py` beside this file.
#![allow(clippy::unwrap_used)]

use cluster::mixture::{Covariance, Params, Start};
use numeric::{Matrix, Silent};

const ROWS: usize = 240;
const COLS: usize = 5;

/// What scikit-learn says of one shape.
struct Expected {
    /// Log-likelihood, BIC and ICL.
    scores: [f64; 3],
    iterations: usize,
    sizes: [usize; 4],
    weights: [f64; 4],
    first_mean: [f64; 5],
    first_row: [f64; 4],
}

fn matrix() -> Matrix {
    let (mut state, mut values) = (12_345u64, Vec::new());
    for row in 0..ROWS {
        for col in 0..COLS {
            state = (state * 1_103_515_245 + 12_345) % (1 << 31);
            let noise = ((state >> 12) % 1_000) as f64 / 100.0;
            values.push(noise + 4.0 * (((row % 4) >> (col % 2)) & 1) as f64);
        }
    }
    Matrix::new(values, ROWS, COLS).unwrap()
}

#[track_caller]
fn close(actual: &[f64], expected: &[f64]) {
    assert_eq!(actual.len(), expected.len());
    for (actual, expected) in actual.iter().zip(expected) {
        assert!(
            (actual - expected).abs() <= 1e-8 * expected.abs().max(1e-3),
            "{actual} instead of {expected}"
        );
    }
}

#[track_caller]
fn check(covariance: Covariance, expected: &Expected) {
    let data = matrix();
    let params = Params {
        components: 4,
        covariance,
        start: Start::KMeans,
        starts: 1,
        max_iterations: 500,
        tolerance: 1e-6,
        regularisation: 1e-4,
        seed: 0,
    };
    let labels: Vec<u32> = (0..ROWS as u32).map(|row| row % 4).collect();
    let mixture = params.check(ROWS).unwrap();
    let fit = mixture.fit_from(data.view(), &labels, &Silent).unwrap();
    close(&[fit.log_likelihood, fit.bic, fit.icl], &expected.scores);
    assert_eq!(
        (fit.iterations, fit.converged, &fit.sizes[..]),
        (expected.iterations, true, &expected.sizes[..])
    );
    close(fit.weights(), &expected.weights);
    close(fit.means().view().row(0), &expected.first_mean);
    close(fit.memberships.view().row(0), &expected.first_row);
}

#[test]
fn full() {
    let expected = Expected {
        scores: [-3088.9757032691964, 6632.844437175778, 6757.17422792964],
        iterations: 94,
        sizes: [88, 35, 62, 55],
        weights: [
            0.35428116470527626,
            0.148127595023182,
            0.282540454781816,
            0.21505078548972573,
        ],
        first_mean: [
            6.567365874106722,
            6.295615402075191,
            6.6917463224849385,
            6.105752241474823,
            6.199459144538744,
        ],
        first_row: [
            0.036657331196491866,
            6.50982434067481e-16,
            0.9616833698819682,
            0.0016592989215393273,
        ],
    };
    check(Covariance::Full, &expected);
}

#[test]
fn tied() {
    let expected = Expected {
        scores: [-3127.5350636428698, 6463.334406372735, 6622.915938322285],
        iterations: 163,
        sizes: [75, 55, 53, 57],
        weights: [
            0.30660024517510226,
            0.24024838769069326,
            0.22723816402331284,
            0.22591320311089172,
        ],
        first_mean: [
            5.95310786759674,
            5.618534199916278,
            4.978834760911323,
            5.202996920578642,
            6.355689730532914,
        ],
        first_row: [
            0.06852092139604443,
            0.015497468245126851,
            0.04217787913426893,
            0.8738037312245605,
        ],
    };
    check(Covariance::Tied, &expected);
}

#[test]
fn diagonal() {
    let expected = Expected {
        scores: [-3122.393377929548, 6480.454229562802, 6627.819396405979],
        iterations: 119,
        sizes: [64, 101, 51, 24],
        weights: [
            0.25686809228930985,
            0.42710771928280084,
            0.22566914624790493,
            0.0903550421799844,
        ],
        first_mean: [
            5.361111696636544,
            6.407295108461712,
            4.874792663455715,
            4.538696927084736,
            5.246670237204022,
        ],
        first_row: [
            0.01975115420279108,
            0.6326271592641513,
            0.34762168653305764,
            1.9827565333329013e-16,
        ],
    };
    check(Covariance::Diagonal, &expected);
}

#[test]
fn spherical() {
    let expected = Expected {
        scores: [-3141.2420639529705, 6430.461378836175, 6682.264423148537],
        iterations: 73,
        sizes: [73, 85, 58, 24],
        weights: [
            0.28808231706143045,
            0.3482192138231104,
            0.24106206948532374,
            0.12263639963013538,
        ],
        first_mean: [
            5.591144123421266,
            6.1807130842839575,
            5.086627654253883,
            5.321408800127897,
            5.109187822451034,
        ],
        first_row: [
            0.13866749038425225,
            0.2779376268640297,
            0.4714043421735715,
            0.11199054057814563,
        ],
    };
    check(Covariance::Spherical, &expected);
}
