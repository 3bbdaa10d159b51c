//! Tests of k-means: against plain Lloyd, over threads, and on data that is hard on it.
#![allow(clippy::unwrap_used)]

use numeric::{Matrix, Progress, Real, Silent, distance::squared_euclidean, random::Random};
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

/// Lloyd as in the textbook: every distance, every round. None where a cluster loses all its rows.
fn plain<T: Real>(
    data: MatrixView<'_, T>,
    centers: MatrixView<'_>,
    rounds: usize,
) -> Option<(Vec<u32>, Vec<f64>)> {
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
        let sizes;
        (at, sizes) = means(data, centers.rows(), |row| labels[row] as usize);
        if sizes.contains(&0) {
            return None;
        }
        let next = assign(&at);
        if next == labels {
            break;
        }
        labels = next;
    }
    Some((labels, at))
}

/// Values on a coarse grid bring many ties, normal ones many rounds; a constant column, a far origin, rows that
/// repeat and one row far away are hard on bounds.
fn hard(rows: usize, cols: usize, seed: u64) -> Vec<f64> {
    let mut random = Random::new(seed);
    let mut data = Vec::with_capacity(rows * cols);
    for row in 0..rows {
        for col in 0..cols {
            let value = match seed % 6 {
                0 => random.below(6) as f64,
                1 if col == 1 => 3.25,
                2 => 1e4 + random.normal(),
                3 if row % 3 > 0 => data[(row / 3) * 3 * cols + col],
                4 if row == 7 => 1e6 * random.normal(),
                5 => (row % 4) as f64 * 4.0 + random.normal(),
                _ => random.normal(),
            };
            data.push(value);
        }
    }
    data
}

fn equals_plain<T: Real>(data: &Matrix<T>, clusters: usize, seed: u64) {
    let view = data.view();
    let Ok(centers) = seeding::plus_plus(view, None, clusters, seed) else {
        return;
    };
    let centers = Matrix::new(centers, clusters, view.cols()).unwrap();
    let fit = params(clusters)
        .check(view.rows())
        .unwrap()
        .fit_from(view, centers.view(), &Silent)
        .unwrap();
    let Some((labels, at)) = plain(view, centers.view(), 300) else {
        return;
    };
    assert_eq!(fit.labels, labels, "seed {seed}");
    let largest = at.iter().fold(0.0, |most, x| f64::max(most, x.abs()));
    for (center, plain) in fit.centers.view().data().iter().zip(at) {
        assert!(
            (center - plain).abs() <= 1e-12 * largest,
            "seed {seed}: {center} instead of {plain}"
        );
    }
    assert!(fit.converged);
    let near = nearest(view, fit.centers.view()).unwrap();
    assert_eq!(near.labels, fit.labels);
    assert_eq!(
        plain_nearest(view, fit.centers.view()),
        near.squared_distances
    );
}

fn plain_nearest<T: Real>(data: MatrixView<'_, T>, centers: MatrixView<'_>) -> Vec<f64> {
    let nearest = |row| {
        (0..centers.rows())
            .map(|center| squared_euclidean(data.row(row), centers.row(center)))
            .fold(f64::INFINITY, f64::min)
    };
    (0..data.rows()).map(nearest).collect()
}

#[test]
fn equals_plain_lloyd() {
    for seed in 0..60 {
        let cols = [1, 2, 3, 5, 8, 11, 16, 19][seed as usize % 8];
        let clusters = [1, 2, 5, 8, 9, 17, 40][seed as usize % 7];
        let values = hard(700, cols, seed);
        let narrow = values.iter().map(|&value| value as f32).collect();
        equals_plain(&Matrix::new(narrow, 700, cols).unwrap(), clusters, seed);
        equals_plain(&Matrix::new(values, 700, cols).unwrap(), clusters, seed);
    }
}

#[test]
fn equals_plain_lloyd_with_many_clusters() {
    // More centers than a list of neighbours holds, and as many clusters as rows.
    for (rows, cols, clusters) in [(1_500, 3, 400), (1_500, 70, 300), (60, 4, 60)] {
        let values = hard(rows, cols, 6 + 5);
        let narrow = values.iter().map(|&value| value as f32).collect();
        equals_plain(&Matrix::new(narrow, rows, cols).unwrap(), clusters, 1);
        equals_plain(&Matrix::new(values, rows, cols).unwrap(), clusters, 1);
    }
}

#[test]
fn sizes_of_numbers_do_not_matter() {
    // By powers of two, all is the same but for the scale; the first and last leave what `f32` can square.
    let values = hard(400, 5, 11);
    let labels = |factor: f64| {
        let data = values.iter().map(|value| value * factor).collect();
        fit(&Matrix::new(data, 400, 5).unwrap(), params(6))
            .unwrap()
            .labels
    };
    let expected = labels(1.0);
    for exponent in [-200, -60, -20, 20, 60, 300] {
        assert_eq!(labels(2f64.powi(exponent)), expected, "2^{exponent}");
    }
    let narrow = |factor: f32| {
        let data = values.iter().map(|&value| value as f32 * factor).collect();
        let data = Matrix::new(data, 400, 5).unwrap();
        let ready = params(6).check(400).unwrap();
        ready.fit(data.view(), &Silent).unwrap().labels
    };
    let expected = narrow(1.0);
    for exponent in [-60, -20, 20, 40] {
        assert_eq!(narrow(2f32.powi(exponent)), expected, "2^{exponent}");
    }
}

#[test]
fn a_far_row_takes_no_digits_along() {
    // All rows but the far one leave its cluster in the first round.
    let mut data: Vec<f64> = (0..50).map(|row| f64::from(row % 7) * 0.1).collect();
    data.push(3e15);
    let rows = data.len();
    let data = Matrix::new(data, rows, 1).unwrap();
    let centers = Matrix::new(vec![0.0, 0.3], 2, 1).unwrap();
    let fit = params(2)
        .check(rows)
        .unwrap()
        .fit_from(data.view(), centers.view(), &Silent)
        .unwrap();
    let (labels, at) = plain(data.view(), centers.view(), 300).unwrap();
    assert_eq!(fit.labels, labels);
    let sums = fit.centers.into_data();
    assert!((sums[0] - at[0]).abs() < 1e-12, "{} {}", sums[0], at[0]);
}

#[test]
fn threads_do_not_matter() {
    let data = blobs(3_000, 6, 5, 3.0, 2).0;
    let one = on_threads(1, || fit(&data, params(5)).unwrap());
    assert_eq!(one, on_threads(2, || fit(&data, params(5)).unwrap()));
    assert_eq!(one, on_threads(5, || fit(&data, params(5)).unwrap()));
    let narrow = data.view().data().iter().map(|&x| x as f32).collect();
    let narrow = Matrix::new(narrow, 3_000, 6).unwrap();
    let of_narrow = || {
        let ready = params(5).check(3_000).unwrap();
        ready.fit(narrow.view(), &Silent).unwrap()
    };
    let one = on_threads(1, of_narrow);
    assert_eq!(one, on_threads(2, of_narrow));
    assert_eq!(one, on_threads(4, of_narrow));
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
