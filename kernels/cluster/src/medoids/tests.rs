//! Tests of k-medoids: against the package of its authors, against exhaustive search, over threads, and on
//! data that is hard on it.
#![allow(clippy::unwrap_used)]

use numeric::{Matrix, Progress, Silent, random::Random};
use proptest::prelude::*;

use super::*;
use crate::test_data::{blobs, on_threads};

fn params(clusters: usize) -> Params {
    Params {
        clusters,
        search: Search::All,
        start: Start::Build,
        starts: 1,
        max_iterations: 300,
        seed: 3,
    }
}

fn fit(data: &impl Dissimilarities, params: Params) -> Result<Fit, Error> {
    params.check(data.rows())?.fit(data, &Silent)
}

fn condensed(data: &impl Dissimilarities) -> Vec<f64> {
    let pairs = (0..data.rows()).flat_map(|a| (a + 1..data.rows()).map(move |b| (a, b)));
    pairs.map(|(a, b)| data.between(a, b)).collect()
}

/// The matrix of `tests/golden.rs`.
fn golden() -> Matrix {
    let (mut state, mut values) = (12_345u64, Vec::new());
    for row in 0..240 {
        for col in 0..5 {
            state = (state * 1_103_515_245 + 12_345) % (1 << 31);
            let noise = ((state >> 12) % 1_000) as f64 / 100.0;
            values.push(noise + 4.0 * (((row % 4) >> (col % 2)) & 1) as f64);
        }
    }
    Matrix::new(values, 240, 5).unwrap()
}

#[track_caller]
fn close(actual: f64, expected: f64) {
    let error = (actual - expected).abs();
    assert!(
        error <= 1e-9 * expected.abs(),
        "{actual} instead of {expected}"
    );
}

/// Numbers of the package kmedoids 0.5.5 for Python (E. Schubert, L. Lenssen) on Euclidean distances:
/// `pam_build(d, 6)`, `fasterpam(d, medoids, 300)` from these and from rows 0 to 5, and from row 0 alone.
#[test]
fn equals_the_authors_package() {
    let data = golden();
    let data = Euclidean(data.view());
    let mut medoids = starting::build(&data, 6, &Silent).unwrap();
    close(
        dissimilarities::assign(&data, &medoids).1,
        1334.745543963833,
    );
    assert_eq!(medoids, [14, 219, 178, 149, 170, 198]);
    let from_build = fit(&data, params(6)).unwrap();
    close(from_build.loss, 1321.5354615345188);
    assert_eq!(from_build.medoids, [56, 74, 149, 170, 198, 219]);
    assert_eq!((from_build.iterations, from_build.swaps), (2, 2));
    assert_eq!(from_build.sizes, [45, 49, 35, 30, 39, 42]);
    medoids.clone_from(&from_build.medoids);
    let first: Vec<usize> = from_build.labels[..5]
        .iter()
        .map(|&label| medoids[label as usize])
        .collect();
    assert_eq!(first, [198, 149, 56, 170, 56]);

    let checked = params(6).check(240).unwrap();
    let from_rows = checked
        .fit_from(&data, &[0, 1, 2, 3, 4, 5], &Silent)
        .unwrap();
    close(from_rows.loss, 1301.9028440822328);
    assert_eq!(from_rows.medoids, [56, 74, 155, 189, 190, 198]);
    assert_eq!(
        (from_rows.iterations, from_rows.swaps, from_rows.converged),
        (4, 23, true)
    );

    let one = fit(&data, params(1)).unwrap();
    close(one.loss, 1853.9982318992227);
    assert_eq!(one.medoids, [14]);
    // The least loss of PAM from these rows and of 200 random starts of the package.
    let many = Params {
        start: Start::PlusPlus,
        starts: 40,
        ..params(6)
    };
    close(fit(&data, many).unwrap().loss, 1299.0894477993122);
}

#[test]
fn sources_agree() {
    let data = golden();
    let rows = Euclidean(data.view());
    let values = condensed(&rows);
    let matrix = Condensed::new(&values, 240).unwrap();
    let (mut a, mut b) = (vec![0.0; 240], vec![0.0; 240]);
    for from in [0, 1, 120, 239] {
        rows.fill(from, &mut a);
        matrix.fill(from, &mut b);
        assert_eq!(a, b);
        assert_eq!(matrix.between(from, 7), a[7]);
    }
    assert_eq!(fit(&rows, params(4)), fit(&matrix, params(4)));

    let codes: Vec<u32> = (0..240).map(|row| row % 4).collect();
    let column = crate::mixed::Column::Category(&codes);
    let table = crate::mixed::Table::new(&[column], &[1.0]).unwrap();
    let by_code = fit(&table, params(4)).unwrap();
    assert_eq!((by_code.loss, by_code.labels), (0.0, codes));
    let values = table.distances(&Silent).unwrap();
    let matrix = Condensed::new(&values, 240).unwrap();
    assert_eq!(fit(&table, params(3)), fit(&matrix, params(3)));
}

#[test]
fn threads_do_not_matter() {
    let data = blobs(1_500, 3, 6, 2.0, 4).0;
    for start in [Start::Build, Start::Lab, Start::PlusPlus] {
        let params = Params {
            start,
            starts: 2,
            ..params(6)
        };
        let run = || fit(&Euclidean(data.view()), params).unwrap();
        assert_eq!(on_threads(1, run), on_threads(3, run));
    }
}

#[test]
fn finds_blobs_by_every_start_and_by_samples() {
    let (data, truth) = blobs(900, 4, 6, 12.0, 9);
    let sampled = Search::Sampled {
        samples: 5,
        rows: 104,
    };
    for search in [Search::All, sampled] {
        for start in [Start::Build, Start::Lab, Start::PlusPlus] {
            let params = Params {
                search,
                start,
                starts: 3,
                ..params(6)
            };
            let fit = fit(&Euclidean(data.view()), params).unwrap();
            let agreement = crate::score::adjusted_rand(&fit.labels, &truth).unwrap();
            assert_eq!(agreement, 1.0, "{search:?} {start:?}");
            assert_eq!(fit.sizes, vec![150; 6]);
        }
    }
}

#[test]
fn a_sample_of_all_rows_is_no_sample() {
    let data = golden();
    let data = Euclidean(data.view());
    let all = Search::Sampled {
        samples: 1,
        rows: 240,
    };
    let sampled = Params {
        search: all,
        ..params(6)
    };
    assert_eq!(fit(&data, sampled), fit(&data, params(6)));
}

#[test]
fn small_and_degenerate_data() {
    let one = Matrix::new(vec![4.0], 1, 1).unwrap();
    let single = fit(&Euclidean(one.view()), params(1)).unwrap();
    assert_eq!(
        (single.loss, single.medoids, single.sizes),
        (0.0, vec![0], vec![1])
    );
    assert!(Condensed::new(&[], 1).is_ok());

    // Two distinct rows, three copies each: medoids may be equal rows, but no cluster is empty.
    let data = Matrix::new(vec![0.0, 0.0, 0.0, 9.0, 9.0, 9.0], 6, 1).unwrap();
    for clusters in 2..=6 {
        for start in [Start::Build, Start::Lab, Start::PlusPlus] {
            let params = Params {
                start,
                ..params(clusters)
            };
            let fit = fit(&Euclidean(data.view()), params).unwrap();
            assert_eq!((fit.loss, fit.converged), (0.0, true));
            assert!(fit.sizes.iter().all(|&size| size > 0), "{:?}", fit.sizes);
            assert!(fit.medoids.windows(2).all(|pair| pair[0] < pair[1]));
        }
    }
}

#[test]
fn what_cannot_be_computed_is_refused() {
    let refused = |result: Result<Condensed<'_>, Error>, says: &str| {
        let error = result.unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    };
    refused(Condensed::new(&[], 0), "rows is 0");
    refused(Condensed::new(&[1.0, 2.0], 3), "values has 2 pairs, but 3");
    refused(Condensed::new(&[1.0, -2.0, 1.0], 3), "-2 at place 1");
    refused(Condensed::new(&[1.0, 2.0, f64::NAN], 3), "NaN at place 2");
    refused(Condensed::new(&[f64::INFINITY], 2), "inf at place 0");
    let check = |params: Params, field: &str| match params.check(10) {
        Err(Error::Parameter { field: named, .. }) => assert_eq!(named, field),
        other => panic!("{other:?}"),
    };
    let two = params(2);
    let sampled = |samples, rows| Params {
        search: Search::Sampled { samples, rows },
        ..two
    };
    check(params(0), "clusters");
    check(params(11), "clusters");
    check(sampled(0, 5), "samples");
    check(sampled(2, 1), "rows");
    check(sampled(2, 11), "rows");
    check(Params { starts: 0, ..two }, "starts");
    check(
        Params {
            max_iterations: 0,
            ..two
        },
        "max_iterations",
    );
    let data = Matrix::new(vec![0.0; 10], 10, 1).unwrap();
    let from = |medoids: &[usize]| {
        let checked = two.check(10).unwrap();
        checked
            .fit_from(&Euclidean(data.view()), medoids, &Silent)
            .unwrap_err()
            .to_string()
    };
    assert!(from(&[1]).contains("medoids has 1 rows, but 2"));
    assert!(from(&[1, 1]).contains("different rows below 10"));
    assert!(from(&[1, 10]).contains("different rows below 10"));
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
    let data = Euclidean(data.view());
    let sampled = Search::Sampled {
        samples: 2,
        rows: 40,
    };
    for search in [Search::All, sampled] {
        let checked = Params {
            search,
            ..params(2)
        }
        .check(100)
        .unwrap();
        assert_eq!(checked.fit(&data, &Stop), Err(Error::Cancelled));
    }
    let short = Params {
        max_iterations: 1,
        ..params(6)
    };
    let golden = golden();
    let checked = short.check(240).unwrap();
    let fit = checked
        .fit_from(&Euclidean(golden.view()), &[0, 1, 2, 3, 4, 5], &Silent)
        .unwrap();
    assert_eq!((fit.iterations, fit.converged), (1, false));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Dissimilarities that obey no triangle, on a coarse grid that brings ties.
    #[test]
    fn no_swap_lowers_the_loss(rows in 2usize..30, clusters in 1usize..6, seed in 0u64..1_000) {
        let mut random = Random::new(seed);
        let values: Vec<f64> = (0..rows * (rows - 1) / 2).map(|_| random.below(9) as f64).collect();
        let data = Condensed::new(&values, rows).unwrap();
        let clusters = clusters.min(rows);
        for start in [Start::Build, Start::Lab, Start::PlusPlus] {
            let found = fit(&data, Params { start, seed, starts: 2, ..params(clusters) }).unwrap();
            prop_assert!(found.converged);
            prop_assert_eq!(found.medoids.len(), clusters);
            prop_assert_eq!(found.sizes.iter().sum::<usize>(), rows);
            prop_assert!(found.sizes.iter().all(|&size| size > 0));
            let labelled: f64 = found.labels.iter().enumerate()
                .map(|(row, &label)| data.between(row, found.medoids[label as usize])).sum();
            prop_assert_eq!(labelled, found.loss);
            for place in 0..clusters {
                for row in 0..rows {
                    let mut other = found.medoids.clone();
                    other[place] = row;
                    prop_assert!(dissimilarities::assign(&data, &other).1 >= found.loss);
                }
            }
        }
    }
}
