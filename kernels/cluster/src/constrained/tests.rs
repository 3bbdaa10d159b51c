//! Tests of k-means under rules.
#![allow(clippy::unwrap_used)]

use numeric::{Silent, random::Random};
use proptest::prelude::*;

use super::*;
use crate::test_data::{blobs, on_threads};

fn params(clusters: usize) -> Params {
    Params {
        clusters,
        starts: 2,
        max_iterations: 100,
        tolerance: 0.0,
        seed: 3,
    }
}

fn fitted(data: &Matrix, clusters: usize, rules: &Rules) -> Fit {
    let rows = data.view().rows();
    let constraints = rules.check(rows, clusters).unwrap();
    let kmeans = params(clusters).check(rows).unwrap();
    let fit = fit(&kmeans, data.view(), &constraints, &Silent).unwrap();
    assert!(constraints.holds(&fit.labels));
    fit
}

#[test]
fn without_rules_it_is_k_means() {
    let data = blobs(400, 3, 4, 2.0, 1).0;
    let kmeans = params(4).check(400).unwrap();
    let none = Rules::default().check(400, 4).unwrap();
    let constrained = fit(&kmeans, data.view(), &none, &Silent).unwrap();
    assert_eq!(constrained, kmeans.fit(data.view(), &Silent).unwrap());
    let centers = data.view().take(&[0, 1, 2, 3]).unwrap();
    let plain = kmeans
        .fit_from(data.view(), centers.view(), &Silent)
        .unwrap();
    let from = |rules: &Rules| {
        let constraints = rules.check(400, 4).unwrap();
        fit_from(&kmeans, data.view(), &constraints, centers.view(), &Silent).unwrap()
    };
    assert_eq!(from(&Rules::default()), plain);
    // Rules that never bind go through the rounds under rules and end at the same labels.
    let wide = Rules {
        min_size: Some(2),
        ..Rules::default()
    };
    let bound = from(&wide);
    assert_eq!((&bound.labels, &bound.sizes), (&plain.labels, &plain.sizes));
    // Centers are means summed in another order.
    assert!((bound.inertia - plain.inertia).abs() <= 1e-12 * plain.inertia);
}

#[test]
fn threads_do_not_matter() {
    let data = blobs(1_500, 4, 6, 1.5, 2).0;
    let rules = Rules {
        min_size: Some(240),
        max_size: Some(260),
        must_link: (0..40).map(|pair| (2 * pair, 2 * pair + 1)).collect(),
        cannot_link: (0..20).map(|pair| (pair, 100 + pair)).collect(),
        ..Rules::default()
    };
    let one = on_threads(1, || fitted(&data, 6, &rules));
    assert_eq!(one, on_threads(2, || fitted(&data, 6, &rules)));
    assert_eq!(one, on_threads(5, || fitted(&data, 6, &rules)));
}

#[test]
fn locked_rows_name_their_cluster() {
    let (data, truth) = blobs(300, 2, 3, 20.0, 4);
    // Rows 0, 1, 2 are of three blobs: they decide which cluster is which.
    let rules = Rules {
        locked: vec![(0, 2), (1, 0), (2, 1)],
        ..Rules::default()
    };
    let fit = fitted(&data, 3, &rules);
    for (row, &blob) in truth.iter().enumerate() {
        assert_eq!(fit.labels[row], (blob + 2) % 3);
    }
}

#[test]
fn closed_clusters_and_fixed_centers_stay() {
    let data = blobs(200, 2, 3, 10.0, 5).0;
    let rules = Rules {
        closed: vec![1],
        locked: vec![(0, 1), (1, 1), (2, 1)],
        fixed_centers: vec![(3, vec![0.5, -0.5])],
        ..Rules::default()
    };
    let fit = fitted(&data, 4, &rules);
    assert_eq!(fit.sizes[1], 3);
    assert_eq!(fit.centers.view().row(3), [0.5, -0.5]);
    let wrong = Rules {
        fixed_centers: vec![(3, vec![0.5])],
        ..rules
    };
    let constraints = wrong.check(200, 4).unwrap();
    let kmeans = params(4).check(200).unwrap();
    let error = super::fit(&kmeans, data.view(), &constraints, &Silent).unwrap_err();
    assert!(matches!(
        error,
        Error::Mismatch {
            field: "fixed_centers",
            ..
        }
    ));
}

#[test]
fn duplicates_are_split_where_sizes_ask_for_it() {
    let data = Matrix::new(vec![1.0; 12], 12, 1).unwrap();
    let rules = Rules {
        max_size: Some(4),
        ..Rules::default()
    };
    let constraints = rules.check(12, 3).unwrap();
    let centers = Matrix::new(vec![0.0, 1.0, 2.0], 3, 1).unwrap();
    let kmeans = params(3).check(12).unwrap();
    let fit = fit_from(&kmeans, data.view(), &constraints, centers.view(), &Silent).unwrap();
    assert_eq!((fit.sizes, fit.inertia), (vec![4, 4, 4], 0.0));
    let error = super::fit(&kmeans, data.view(), &constraints, &Silent).unwrap_err();
    assert_eq!(
        error,
        Error::TooFewDistinctRows {
            clusters: 3,
            distinct: 1
        }
    );
    let other = Rules::default().check(12, 2).unwrap();
    assert!(super::fit(&kmeans, data.view(), &other, &Silent).is_err());
}

#[test]
fn no_worse_than_k_means_constrained() {
    // The matrix of tests/reference.py. From the first rows as centers, k-means-constrained 0.9.1 (n_init=1,
    // max_iter=300, tol=0) ends at these inertias; it rounds distances, so its rounds are not these rounds.
    let mut state = 12_345u64;
    let mut values = Vec::new();
    for row in 0..240 {
        for col in 0..5 {
            state = (state * 1_103_515_245 + 12_345) % (1 << 31);
            let step = 4 * (((row % 4) >> (col % 2)) & 1);
            values.push(((state >> 12) % 1_000) as f64 / 100.0 + f64::from(step));
        }
    }
    let data = Matrix::new(values, 240, 5).unwrap();
    for (clusters, min, max, theirs) in [
        (4, 55, 65, 8690.238373944163),
        (6, 38, 42, 7307.073207089876),
        (8, 10, 31, 6617.845045707197),
    ] {
        let rules = Rules {
            min_size: Some(min),
            max_size: Some(max),
            ..Rules::default()
        };
        let constraints = rules.check(240, clusters).unwrap();
        let centers = data
            .view()
            .take(&(0..clusters).collect::<Vec<_>>())
            .unwrap();
        let kmeans = params(clusters).check(240).unwrap();
        let fit = fit_from(&kmeans, data.view(), &constraints, centers.view(), &Silent).unwrap();
        assert!(constraints.holds(&fit.labels) && fit.converged);
        assert!(fit.inertia <= theirs, "{} {theirs}", fit.inertia);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn rules_hold_in_every_fit(seed in 0u64..1_000_000) {
        let mut random = Random::new(seed);
        let (rows, clusters) = (30 + random.below(100), 2 + random.below(5));
        let data = blobs(rows, 3, clusters, 2.0, seed).0;
        let mut rules = Rules {
            min_size: Some(rows / clusters / 2),
            max_size: Some(rows / clusters + 2 + random.below(rows)),
            ..Rules::default()
        };
        // Links and locks that row % clusters keeps.
        for _ in 0..random.below(20) {
            let (a, b) = (random.below(rows), random.below(rows));
            let links = if a % clusters == b % clusters { &mut rules.must_link } else { &mut rules.cannot_link };
            links.push((a, b));
        }
        for _ in 0..random.below(4) {
            let row = random.below(rows);
            rules.locked.push((row, (row % clusters) as u32));
        }
        let result = fitted(&data, clusters, &rules);
        prop_assert_eq!(result.sizes.iter().sum::<usize>(), rows);
        let labels: Vec<u32> = (0..rows).map(|row| (row % clusters) as u32).collect();
        prop_assert!(rules.check(rows, clusters).unwrap().holds(&labels));
    }
}
