//! Tests of the choice: known counts are found, noise is called noise, threads do not matter.
#![allow(clippy::unwrap_used)]

use std::sync::atomic::{AtomicU64, Ordering};

use numeric::{Matrix, Silent};

use super::*;
use crate::test_data::{blobs, on_threads};

fn params(clusters_min: usize, clusters_max: usize) -> Params {
    Params {
        clusters_min,
        clusters_max,
        starts: 3,
        max_iterations: 100,
        tolerance: 1e-4,
        bootstraps: 8,
        sample: 1_000,
        stability_min: 0.6,
        seed: 5,
    }
}

fn choose(data: &Matrix, params: Params) -> Choice {
    params
        .check(data.view().rows())
        .unwrap()
        .run(data.view(), &Silent)
        .unwrap()
        .choice
}

#[test]
fn finds_the_count_of_clear_blobs() {
    for clusters in [2, 3, 5, 7] {
        let data = blobs(700, 8, clusters, 6.0, clusters as u64 + 40).0;
        let choice = choose(&data, params(2, 9));
        assert_eq!(choice.clusters, clusters, "{}", choice.reason);
        assert_eq!(choice.candidates.len(), 8);
        let row = &choice.candidates[clusters - 2];
        assert!(row.stability > 0.95 && row.converged, "{row:?}");
        assert!(choice.reason.starts_with(&format!(
            "{clusters} clusters: the step from {} to {clusters}",
            clusters - 1
        )));
    }
}

#[test]
fn noise_is_called_weak() {
    let data = blobs(600, 10, 1, 0.0, 3).0;
    let choice = choose(&data, params(2, 6));
    assert!(choice.reason.contains("weak"), "{}", choice.reason);
}

#[test]
fn the_fit_given_made_the_tables_row() {
    let data = blobs(400, 4, 3, 2.0, 3).0;
    let found = params(2, 4).check(400).unwrap();
    let ByKmeans { choice, fit } = found.run(data.view(), &Silent).unwrap();
    let row = &choice.candidates[choice.clusters - 2];
    assert_eq!((fit.inertia, &fit.sizes), (row.inertia, &row.sizes));
    let nearest = kmeans::nearest(data.view(), fit.centers.view()).unwrap();
    assert_eq!(nearest.labels, fit.labels);
}

/// Of single starts many end in poor places; a count is helped out of these by the count above it.
#[test]
fn a_count_takes_what_the_count_above_it_found() {
    let (mut helped, mut right) = (0, 0);
    for seed in 0..8 {
        let data = blobs(500, 100, 9, 0.6, seed).0;
        let once = Params {
            starts: 1,
            ..params(2, 12)
        };
        let choice = choose(&data, once);
        // As many draws as for 12 clusters, so that this is the very start that the table begins with.
        let alone = once.fitting(9).check(500).unwrap();
        let alone = alone.fit(data.view(), &Silent).unwrap().inertia;
        let kept = choice.candidates[7].inertia;
        assert!(kept <= alone, "{seed}: {kept} {alone}");
        helped += usize::from(kept < alone * 0.99);
        right += usize::from(choice.clusters == 9);
    }
    assert!(helped > 0 && right >= 6, "{helped} helped, {right} right");
}

#[test]
fn few_distinct_rows_cut_the_range() {
    let data: Vec<f64> = (0..60).map(|row| f64::from(row % 3)).collect();
    let data = Matrix::new(data, 60, 1).unwrap();
    let choice = choose(&data, params(2, 10));
    assert_eq!((choice.clusters, choice.candidates.len()), (3, 2));
    assert!(
        choice
            .reason
            .ends_with("counts above 3 are left out, because only 3 rows differ")
    );
    let same = Matrix::new(vec![1.0; 60], 60, 1).unwrap();
    let error = params(2, 4).check(60).unwrap().run(same.view(), &Silent);
    assert_eq!(
        error,
        Err(Error::TooFewDistinctRows {
            clusters: 2,
            distinct: 1
        })
    );
    // Resamples of six rows often lack five distinct ones.
    let tiny = Matrix::new((0..6).map(f64::from).collect(), 6, 1).unwrap();
    assert!(choose(&tiny, params(5, 5)).candidates[0].stability < 0.8);
}

#[test]
fn threads_do_not_matter() {
    let data = blobs(1_500, 5, 4, 2.0, 6).0;
    let one = on_threads(1, || choose(&data, params(2, 5)));
    assert_eq!(one, on_threads(2, || choose(&data, params(2, 5))));
    assert_eq!(one, on_threads(5, || choose(&data, params(2, 5))));
}

#[test]
fn ticks_to_the_end_and_stops_when_told() {
    struct Count {
        most: AtomicU64,
        stop_at: u64,
    }
    impl Progress for Count {
        fn tick(&self, done: u64, total: u64) {
            assert!(done <= total && total == 3 * 9);
            self.most.fetch_max(done, Ordering::Relaxed);
        }
        fn cancelled(&self) -> bool {
            self.most.load(Ordering::Relaxed) >= self.stop_at
        }
    }
    let data = blobs(200, 2, 3, 5.0, 1).0;
    let choosing = params(2, 4).check(200).unwrap();
    let count = |stop_at| Count {
        most: AtomicU64::new(0),
        stop_at,
    };
    let whole = count(u64::MAX);
    choosing.run(data.view(), &whole).unwrap();
    assert_eq!(whole.most.into_inner(), 27);
    for stop_at in [0, 1, 5] {
        assert_eq!(
            choosing.run(data.view(), &count(stop_at)),
            Err(Error::Cancelled)
        );
    }
}

/// k-means as a method among others.
struct Plain;

impl Labeller for Plain {
    fn labels(
        &self,
        data: numeric::MatrixView<'_>,
        counts: std::ops::RangeInclusive<usize>,
        seed: u64,
        progress: &dyn numeric::Progress,
    ) -> Result<Vec<Vec<u32>>, Error> {
        counts
            .map(|clusters| {
                let fitting = kmeans::Params {
                    clusters,
                    starts: 3,
                    max_iterations: 100,
                    tolerance: 1e-4,
                    seed,
                };
                Ok(fitting.check(data.rows())?.fit(data, progress)?.labels)
            })
            .collect()
    }
}

#[test]
fn another_method_is_judged_by_its_own_labels() {
    let data = blobs(700, 8, 5, 6.0, 45).0;
    let choosing = params(2, 9).check(700).unwrap();
    let own = choosing.run(data.view(), &Silent).unwrap().choice;
    let other = choosing.run_with(data.view(), &Plain, &Silent).unwrap();
    assert_eq!(other.choice.clusters, 5, "{}", other.choice.reason);
    assert_eq!(other.choice.candidates[3].sizes, own.candidates[3].sizes);
    assert!((other.choice.candidates[3].silhouette - own.candidates[3].silhouette).abs() < 1e-12);
    assert!(other.choice.candidates[3].stability > 0.95);
    assert!(other.choice.candidates[6].stability < 0.9);
    let one = on_threads(1, || {
        choosing.run_with(data.view(), &Plain, &Silent).unwrap()
    });
    assert_eq!(one, other);
}

#[test]
fn illegal_values_are_named() {
    let check = |params: Params, field: &str| match params.check(50) {
        Err(Error::Parameter { field: named, .. }) => assert_eq!(named, field),
        other => panic!("{other:?}"),
    };
    check(params(1, 4), "clusters_min");
    check(params(5, 4), "clusters_min");
    check(params(2, 50), "clusters_max");
    check(
        Params {
            bootstraps: 0,
            ..params(2, 4)
        },
        "bootstraps",
    );
    check(
        Params {
            bootstraps: 1_001,
            ..params(2, 4)
        },
        "bootstraps",
    );
    check(
        Params {
            sample: 199,
            ..params(2, 4)
        },
        "sample",
    );
    check(
        Params {
            stability_min: 1.1,
            ..params(2, 4)
        },
        "stability_min",
    );
    check(
        Params {
            stability_min: f64::NAN,
            ..params(2, 4)
        },
        "stability_min",
    );
    check(
        Params {
            starts: 0,
            ..params(2, 4)
        },
        "starts",
    );
    check(
        Params {
            max_iterations: 0,
            ..params(2, 4)
        },
        "max_iterations",
    );
    check(
        Params {
            tolerance: 2.0,
            ..params(2, 4)
        },
        "tolerance",
    );
}
