//! Tests of k-means: against plain Lloyd, over threads, and on data that is hard on it.
#![allow(clippy::unwrap_used)]

use numeric::{Matrix, Progress, Silent, distance::squared_euclidean, random::Random};
use proptest::prelude::*;

use super::*;
use crate::test_data::{blobs, on_threads};

fn params(clusters: usize) -> Params {
    Params {
        clusters,
        starts: 3,
        max_iterations: 300,
        tolerance: 0.0,
        seed: 7,
    }
}

fn fit(data: &Matrix, params: Params) -> Result<Fit, Error> {
    params.check(data.view().rows())?.fit(data.view(), &Silent)
}

/// Lloyd as in the textbook: every distance, every round. Centers by the same sums.
fn plain(data: MatrixView<'_>, centers: MatrixView<'_>, rounds: usize) -> (Vec<u32>, Vec<f64>) {
    let assign = |centers: &[f64]| -> Vec<u32> {
        let nearest = |row: usize| {
            let mut best = (0, f64::INFINITY);
            for (center, values) in centers.chunks_exact(data.cols()).enumerate() {
                let squared = squared_euclidean(data.row(row), values);
                if squared < best.1 {
                    best = (center as u32, squared);
                }
            }
            best.0
        };
        (0..data.rows()).map(nearest).collect()
    };
    let mut at = centers.data().to_vec();
    let mut labels = assign(&at);
    for _ in 0..rounds {
        at = means(data, centers.rows(), |row| labels[row] as usize).0;
        let next = assign(&at);
        if next == labels {
            break;
        }
        labels = next;
    }
    (labels, at)
}

#[test]
fn equals_plain_lloyd_bit_for_bit() {
    // Values on a coarse grid bring many ties; the blobs bring many rounds.
    for seed in 0..30 {
        let mut random = Random::new(seed);
        let (rows, cols, clusters) = (700, 1 + seed as usize % 5, 2 + seed as usize % 9);
        let grid = seed % 2 == 0;
        let draw = |random: &mut Random| {
            if grid {
                random.below(6) as f64
            } else {
                random.normal()
            }
        };
        let data: Vec<f64> = (0..rows * cols).map(|_| draw(&mut random)).collect();
        let data = Matrix::new(data, rows, cols).unwrap();
        let Ok(centers) = seeding::plus_plus(data.view(), clusters, seed) else {
            continue;
        };
        let centers = Matrix::new(centers, clusters, cols).unwrap();
        let fit = params(clusters)
            .check(rows)
            .unwrap()
            .fit_from(data.view(), centers.view(), &Silent)
            .unwrap();
        let (labels, at) = plain(data.view(), centers.view(), 300);
        assert_eq!(fit.labels, labels, "seed {seed}");
        assert_eq!(fit.centers.into_data(), at, "seed {seed}");
        assert!(fit.converged);
    }
}

#[test]
fn threads_do_not_matter() {
    let data = blobs(3_000, 6, 5, 3.0, 2).0;
    let one = on_threads(1, || fit(&data, params(5)).unwrap());
    assert_eq!(one, on_threads(2, || fit(&data, params(5)).unwrap()));
    assert_eq!(one, on_threads(5, || fit(&data, params(5)).unwrap()));
}

#[test]
fn finds_blobs() {
    let (data, truth) = blobs(900, 4, 6, 12.0, 9);
    let fit = fit(&data, params(6)).unwrap();
    assert_eq!(
        crate::score::adjusted_rand(&fit.labels, &truth).unwrap(),
        1.0
    );
    assert_eq!(fit.sizes.iter().sum::<usize>(), 900);
    assert!(fit.converged);
}

#[test]
fn small_and_degenerate_data() {
    let one = Matrix::new(vec![4.0, 2.0], 1, 2).unwrap();
    let single = fit(&one, params(1)).unwrap();
    assert_eq!(
        (single.inertia, single.converged, single.sizes),
        (0.0, true, vec![1])
    );

    // Three distinct rows, four copies each; one constant column.
    let rows = [[0.0, 5.0], [1.0, 5.0], [9.0, 5.0]];
    let data: Vec<f64> = rows.iter().cycle().take(12).flatten().copied().collect();
    let data = Matrix::new(data, 12, 2).unwrap();
    let three = fit(&data, params(3)).unwrap();
    assert_eq!((three.inertia, three.sizes), (0.0, vec![4, 4, 4]));
    let four = Error::TooFewDistinctRows {
        clusters: 4,
        distinct: 3,
    };
    assert_eq!(fit(&data, params(4)), Err(four.clone()));
    let centers = Matrix::new(vec![0.0; 8], 4, 2).unwrap();
    let checked = params(4).check(12).unwrap();
    assert_eq!(
        checked.fit_from(data.view(), centers.view(), &Silent),
        Err(four)
    );

    let error = fit(&data, params(13)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "clusters is 13; give 1 to 12, the number of rows"
    );
}

#[test]
fn empty_clusters_are_filled() {
    let data = blobs(300, 2, 4, 20.0, 1).0;
    // All four centers on one spot far away: three of them start without rows.
    let centers = Matrix::new(vec![1e3; 8], 4, 2).unwrap();
    for max_iterations in [1, 2, 300] {
        let checked = Params {
            max_iterations,
            ..params(4)
        }
        .check(300)
        .unwrap();
        let fit = checked
            .fit_from(data.view(), centers.view(), &Silent)
            .unwrap();
        assert!(fit.sizes.iter().all(|&size| size > 0), "{:?}", fit.sizes);
        assert_eq!(
            nearest(data.view(), fit.centers.view()).unwrap().labels,
            fit.labels
        );
    }
}

#[test]
fn illegal_values_are_named() {
    let check = |params: Params, field: &str| match params.check(10) {
        Err(Error::Parameter { field: named, .. }) => assert_eq!(named, field),
        other => panic!("{other:?}"),
    };
    check(
        Params {
            clusters: 0,
            ..params(2)
        },
        "clusters",
    );
    check(
        Params {
            clusters: 11,
            ..params(2)
        },
        "clusters",
    );
    check(
        Params {
            starts: 0,
            ..params(2)
        },
        "starts",
    );
    check(
        Params {
            starts: 1_001,
            ..params(2)
        },
        "starts",
    );
    check(
        Params {
            max_iterations: 0,
            ..params(2)
        },
        "max_iterations",
    );
    check(
        Params {
            max_iterations: 100_001,
            ..params(2)
        },
        "max_iterations",
    );
    check(
        Params {
            tolerance: -0.1,
            ..params(2)
        },
        "tolerance",
    );
    check(
        Params {
            tolerance: f64::NAN,
            ..params(2)
        },
        "tolerance",
    );
}

#[test]
fn stops_early_when_told() {
    struct Stop;
    impl Progress for Stop {
        fn tick(&self, _: u64, _: u64) {}
        fn cancelled(&self) -> bool {
            true
        }
    }
    let data = blobs(100, 2, 2, 1.0, 1).0;
    let checked = params(2).check(100).unwrap();
    assert_eq!(checked.fit(data.view(), &Stop), Err(Error::Cancelled));
    let short = Params {
        max_iterations: 1,
        ..params(8)
    };
    let short = fit(&blobs(2_000, 2, 8, 0.5, 1).0, short).unwrap();
    assert_eq!((short.iterations, short.converged), (1, false));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn every_row_sits_at_its_nearest_center(
        rows in 3usize..80, cols in 1usize..5, clusters in 1usize..4, seed in 0u64..1_000,
    ) {
        let mut random = Random::new(seed);
        let data: Vec<f64> = (0..rows * cols).map(|_| random.normal()).collect();
        let data = Matrix::new(data, rows, cols).unwrap();
        let result = fit(&data, Params { seed, ..params(clusters) }).unwrap();
        let near = nearest(data.view(), result.centers.view()).unwrap();
        prop_assert_eq!(&near.labels, &result.labels);
        let inertia: f64 = near.squared_distances.iter().sum();
        prop_assert!((inertia - result.inertia).abs() <= 1e-9 * inertia.max(1.0));
        prop_assert!(result.sizes.iter().all(|&size| size > 0));
        let more = fit(&data, Params { starts: 6, seed, ..params(clusters) }).unwrap();
        prop_assert!(more.inertia <= result.inertia);
    }
}
