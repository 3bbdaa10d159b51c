//! Tests of mixtures: what every fit must hold, over threads, and on data that is hard on it.
#![allow(clippy::unwrap_used)]

use numeric::{Matrix, Progress, Silent, random::Random};
use proptest::prelude::*;

use super::*;
use crate::{
    score::adjusted_rand,
    test_data::{blobs, on_threads},
};

const SHAPES: [Covariance; 4] = [
    Covariance::Full,
    Covariance::Tied,
    Covariance::Diagonal,
    Covariance::Spherical,
];

fn params(components: usize, covariance: Covariance) -> Params {
    Params {
        components,
        covariance,
        start: Start::KMeans,
        starts: 2,
        max_iterations: 200,
        tolerance: 1e-5,
        regularisation: 1e-6,
        seed: 5,
    }
}

fn fit(data: &Matrix, params: Params) -> Result<Fit, Error> {
    params.check(data.view().rows())?.fit(data.view(), &Silent)
}

#[test]
fn finds_blobs_from_either_start() {
    let (data, truth) = blobs(900, 4, 3, 12.0, 9);
    for covariance in SHAPES {
        for start in [Start::KMeans, Start::Random] {
            let asked = Params {
                start,
                starts: 30,
                ..params(3, covariance)
            };
            let fit = fit(&data, asked).unwrap();
            assert_eq!(adjusted_rand(&fit.labels, &truth).unwrap(), 1.0);
            assert_eq!(fit.sizes, [300; 3]);
            assert!(fit.converged && fit.icl - fit.bic < 1e-6);
        }
    }
}

/// Two long clouds side by side: k-means cuts across, an ellipsoid does not. Its criteria say so.
#[test]
fn full_covariances_find_long_clouds() {
    let mut random = Random::new(4);
    let values: Vec<f64> = (0..1_000)
        .flat_map(|row| {
            [
                10.0 * random.normal(),
                random.normal() + f64::from(row % 2) * 6.0,
            ]
        })
        .collect();
    let truth: Vec<u32> = (0..1_000).map(|row| row % 2).collect();
    let data = Matrix::new(values, 1_000, 2).unwrap();
    let full = fit(&data, params(2, Covariance::Full)).unwrap();
    let round = fit(&data, params(2, Covariance::Spherical)).unwrap();
    assert!(adjusted_rand(&full.labels, &truth).unwrap() > 0.95);
    assert!(adjusted_rand(&round.labels, &truth).unwrap() < 0.1);
    assert!(full.bic < round.bic && full.icl < round.icl);
    let covariance = full.covariance(0);
    assert!((covariance[0] - 100.0).abs() < 15.0 && (covariance[3] - 1.0).abs() < 0.2);
    assert_eq!(covariance[1], covariance[2]);
    // What is drawn from it looks like it.
    let drawn = full.draw(4_000, 3).unwrap();
    let again = fit(&drawn, params(2, Covariance::Full)).unwrap();
    let of_drawn = full.assign(drawn.view()).unwrap().labels;
    assert!(adjusted_rand(&again.labels, &of_drawn).unwrap() > 0.95);
    let least = |fit: &Fit| fit.covariance(0)[3].min(fit.covariance(1)[3]);
    assert!((least(&again) - least(&full)).abs() < 0.2);
    assert_eq!(full.draw(4_000, 3).unwrap(), drawn);
    assert!(full.draw(0, 3).is_err());
}

#[test]
fn one_component_is_the_normal_distribution_of_the_rows() {
    let data = Matrix::new(vec![0.0, 0.0, 2.0, 0.0, 0.0, 4.0, 2.0, 4.0], 4, 2).unwrap();
    let exact = Params {
        regularisation: 0.0,
        ..params(1, Covariance::Full)
    };
    let fit = fit(&data, exact).unwrap();
    assert_eq!(fit.means().view().data(), [1.0, 2.0]);
    for (found, expected) in fit.covariance(0).iter().zip([1.0, 0.0, 0.0, 4.0]) {
        assert!((found - expected).abs() < 1e-12);
    }
    // Every row is one deviation from the mean in both columns.
    let density = -(2.0 * std::f64::consts::PI).ln() - 2f64.ln() - 1.0;
    assert!((fit.log_likelihood - 4.0 * density).abs() < 1e-12);
    assert!((fit.bic - (5.0 * 4f64.ln() - 8.0 * density)).abs() < 1e-12);
    let other = fit.assign(data.view()).unwrap();
    assert!(
        other
            .log_densities
            .iter()
            .all(|value| (value - density).abs() < 1e-12)
    );
}

#[test]
fn threads_do_not_matter() {
    let data = blobs(20_000, 3, 4, 2.0, 2).0;
    for covariance in SHAPES {
        let asked = Params {
            max_iterations: 8,
            ..params(4, covariance)
        };
        let one = on_threads(1, || fit(&data, asked).unwrap());
        assert_eq!(one, on_threads(2, || fit(&data, asked).unwrap()));
        assert_eq!(one, on_threads(5, || fit(&data, asked).unwrap()));
    }
}

#[test]
fn degenerate_data_is_an_error_or_right() {
    let same = Matrix::new(vec![3.0; 8], 4, 2).unwrap();
    let two = Matrix::new(vec![0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0], 4, 2).unwrap();
    let constant = Matrix::new(vec![0.0, 7.0, 1.0, 7.0, 5.0, 7.0, 6.0, 7.0], 4, 2).unwrap();
    for covariance in SHAPES {
        let fit = |data: &Matrix, components| fit(data, params(components, covariance));
        // No spread at all has no density, however it is regularised.
        assert_eq!(fit(&same, 1), Err(Error::Singular { component: 0 }));
        assert!(matches!(
            fit(&same, 2),
            Err(Error::TooFewDistinctRows { distinct: 1, .. })
        ));
        // Duplicates and constant columns are held by the regularisation.
        assert_eq!(fit(&two, 2).unwrap().sizes, [2, 2]);
        assert!(matches!(
            fit(&two, 3),
            Err(Error::TooFewDistinctRows { distinct: 2, .. })
        ));
        let labels = fit(&constant, 2).unwrap().labels;
        assert_eq!(adjusted_rand(&labels, &[0, 0, 1, 1]).unwrap(), 1.0);
        let single = Matrix::new(vec![1.0], 1, 1).unwrap();
        assert_eq!(fit(&single, 1), Err(Error::Singular { component: 0 }));
        assert!(fit(&single, 2).is_err());
    }
    let bare = Params {
        regularisation: 0.0,
        ..params(2, Covariance::Full)
    };
    assert!(matches!(fit(&two, bare), Err(Error::Singular { .. })));
}

#[test]
fn parameters_and_labels_are_checked() {
    let good = params(2, Covariance::Full);
    for bad in [
        Params {
            components: 0,
            ..good
        },
        Params {
            components: 9,
            ..good
        },
        Params { starts: 0, ..good },
        Params {
            max_iterations: 0,
            ..good
        },
        Params {
            tolerance: f64::NAN,
            ..good
        },
        Params {
            regularisation: -1.0,
            ..good
        },
    ] {
        assert!(matches!(bad.check(8), Err(Error::Parameter { .. })));
    }
    let data = blobs(8, 2, 2, 4.0, 1).0;
    let from = |labels: &[u32]| {
        good.check(8)
            .unwrap()
            .fit_from(data.view(), labels, &Silent)
    };
    assert!(matches!(from(&[0; 7]), Err(Error::Mismatch { .. })));
    let error = from(&[0, 1, 0, 2, 0, 1, 0, 1]);
    assert!(matches!(
        error,
        Err(Error::Label {
            label: 2,
            row: 3,
            ..
        })
    ));
    let fit = from(&[0, 1, 0, 1, 0, 1, 0, 1]).unwrap();
    assert!(fit.assign(blobs(4, 3, 1, 1.0, 1).0.view()).is_err());
}

#[test]
fn a_row_beyond_all_reason_has_memberships() {
    let data = blobs(50, 2, 2, 4.0, 1).0;
    let fit = fit(&data, params(2, Covariance::Full)).unwrap();
    let far = Matrix::new(vec![1e100, -1e100], 1, 2).unwrap();
    let assigned = fit.assign(far.view()).unwrap();
    let total: f64 = assigned.memberships.view().data().iter().sum();
    assert!((total - 1.0).abs() < 1e-12 && assigned.log_densities[0].is_finite());
}

#[test]
fn stops_when_asked() {
    struct Impatient;
    impl Progress for Impatient {
        fn tick(&self, _done: u64, _total: u64) {}
        fn cancelled(&self) -> bool {
            true
        }
    }
    let data = blobs(50, 2, 2, 4.0, 1).0;
    let mixture = params(2, Covariance::Full).check(50).unwrap();
    assert_eq!(mixture.fit(data.view(), &Impatient), Err(Error::Cancelled));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn memberships_are_shares_and_rounds_only_gain(
        rows in 20usize..120, cols in 1usize..4, components in 1usize..4, shape in 0usize..4,
        seed in 0u64..1_000,
    ) {
        let data = blobs(rows, cols, 3, 3.0, seed).0;
        let asked = |max_iterations| Params {
            max_iterations,
            tolerance: 0.0,
            regularisation: 1e-9,
            starts: 1,
            ..params(components, SHAPES[shape])
        };
        let mut before = f64::NEG_INFINITY;
        for rounds in [1, 2, 5, 20] {
            let Ok(fit) = fit(&data, asked(rounds)) else { return Ok(()) };
            prop_assert!(fit.log_likelihood >= before - 1e-6 * before.abs());
            before = fit.log_likelihood;
            for row in 0..rows {
                let total: f64 = fit.memberships.view().row(row).iter().sum();
                prop_assert!((total - 1.0).abs() < 1e-12);
            }
            prop_assert!((fit.weights().iter().sum::<f64>() - 1.0).abs() < 1e-12);
            prop_assert!(fit.icl >= fit.bic);
            let again = fit.assign(data.view()).unwrap();
            prop_assert_eq!(&again.labels, &fit.labels);
        }
    }

    /// Names of labels and the order of rows change nothing but names and order.
    #[test]
    fn names_and_order_do_not_matter(rows in 20usize..80, shape in 0usize..4, seed in 0u64..1_000) {
        let (data, truth) = blobs(rows, 2, 3, 4.0, seed);
        let mixture = params(3, SHAPES[shape]).check(rows).unwrap();
        let plain = mixture.fit_from(data.view(), &truth, &Silent).unwrap();
        let mut order: Vec<usize> = (0..rows).collect();
        Random::new(seed).shuffle(&mut order);
        let moved = data.view().take(&order).unwrap();
        let names: Vec<u32> = order.iter().map(|&row| 2 - truth[row]).collect();
        let other = mixture.fit_from(moved.view(), &names, &Silent).unwrap();
        prop_assert!((plain.log_likelihood - other.log_likelihood).abs() < 1e-6 * rows as f64);
        let expected: Vec<u32> = order.iter().map(|&row| plain.labels[row]).collect();
        prop_assert!(adjusted_rand(&expected, &other.labels).unwrap() > 0.999);
    }
}
