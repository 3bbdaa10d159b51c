//! Tests of drift: nothing where nothing changed, planted changes at their size.
#![allow(clippy::unwrap_used)]

use numeric::{Matrix, random::Random};
use proptest::prelude::*;

use super::*;
use crate::{
    grouping::means,
    test_data::{blobs, on_threads},
};

fn centers_of(data: &Matrix, labels: &[u32], clusters: usize) -> Matrix {
    let (centers, _) = means(data.view(), clusters, |row| labels[row] as usize);
    Matrix::new(centers, clusters, data.view().cols()).unwrap()
}

fn compare(
    before: (&[u64], &Matrix),
    labels: &[u32],
    centers: &Matrix,
    now: (&[u64], &Matrix),
) -> Drift {
    let earlier = Snapshot {
        keys: before.0,
        rows: before.1.view(),
    };
    let later = Snapshot {
        keys: now.0,
        rows: now.1.view(),
    };
    let drifting = Params { bins: 10 }.check().unwrap();
    drifting
        .compare(earlier, labels, centers.view(), later)
        .unwrap()
}

fn keys(count: usize) -> Vec<u64> {
    (0..count as u64).map(|key| key * 7 + 3).collect()
}

#[test]
fn nothing_changed() {
    let (data, labels) = blobs(600, 3, 3, 20.0, 2);
    let centers = centers_of(&data, &labels, 3);
    let keys = keys(600);
    let drift = compare((&keys, &data), &labels, &centers, (&keys, &data));
    assert_eq!(
        (drift.lasting, drift.moved_share, drift.movers.len()),
        (600, 0.0, 0)
    );
    assert!(drift.gone.is_empty() && drift.new.is_empty());
    assert_eq!(drift.spread_before, drift.spread_now);
    assert!(
        drift
            .columns
            .iter()
            .all(|column| column.stability_index == 0.0)
    );
    for center in &drift.centers {
        assert_eq!((center.moved, center.error, center.ratio), (0.0, 0.0, 0.0));
        assert_eq!(
            (center.members, center.nearest_before, center.nearest_now),
            (200, 200, 200)
        );
        assert!((center.within - 3f64.sqrt()).abs() < 0.2, "{center:?}");
    }
}

#[test]
fn by_hand() {
    // Clusters at 0 and 10; member 3 crosses over, member 4 goes, member 5 comes.
    let before = Matrix::new(vec![-1.0, 1.0, 1.0, 9.0, 11.0], 5, 1).unwrap();
    let centers = Matrix::new(vec![0.0, 10.0], 2, 1).unwrap();
    let now = Matrix::new(vec![30.0, 8.0, 9.0, 1.0, -1.0], 5, 1).unwrap();
    let labels = [0, 0, 0, 1, 1];
    let drift = compare(
        (&[1, 2, 3, 4, 6], &before),
        &labels,
        &centers,
        (&[5, 3, 6, 2, 1], &now),
    );
    let mover = Mover {
        before_row: 2,
        now_row: 1,
        from: 0,
        to: 1,
    };
    assert_eq!(
        (drift.lasting, &drift.gone[..], &drift.new[..]),
        (4, &[3][..], &[0][..])
    );
    assert_eq!(
        (drift.movers.as_slice(), drift.moved_share),
        (&[mover][..], 0.25)
    );
    assert_eq!(
        (drift.misplaced_before_share, drift.spread_before),
        (0.0, 1.0)
    );
    assert_eq!(drift.spread_now, (400.0 + 4.0 + 1.0 + 1.0 + 1.0) / 5.0);
    // Moves of 0, 0 and 7: mean 7/3, variance (2 (7/3)² + (14/3)²) / 2.
    let first = drift.centers[0];
    assert!((first.moved - 7.0 / 3.0).abs() < 1e-15 && (first.ratio - 7.0 / 3.0).abs() < 1e-15);
    let variance = (2.0 * (7.0f64 / 3.0).powi(2) + (14.0f64 / 3.0).powi(2)) / 2.0;
    assert!((first.error - (variance / 3.0).sqrt()).abs() < 1e-14);
    assert_eq!((drift.centers[1].moved, drift.centers[1].members), (2.0, 1));
    assert_eq!((first.nearest_before, first.nearest_now), (3, 2));
}

#[test]
fn a_planted_shift_has_its_size_and_noise_has_none() {
    let (data, labels) = blobs(3_000, 4, 3, 20.0, 6);
    let centers = centers_of(&data, &labels, 3);
    let mut random = Random::new(1);
    let mut values = data.view().data().to_vec();
    for (row, values) in values.chunks_exact_mut(4).enumerate() {
        for value in values.iter_mut() {
            *value += 0.3 * random.normal();
        }
        // Cluster 1 moves by 2 in column 0.
        values[0] += if labels[row] == 1 { 2.0 } else { 0.0 };
    }
    let now = Matrix::new(values, 3_000, 4).unwrap();
    let keys = keys(3_000);
    let drift = compare((&keys, &data), &labels, &centers, (&keys, &now));
    let (still, moved) = (drift.centers[0], drift.centers[1]);
    assert!((moved.ratio - 1.0).abs() < 0.06, "{moved:?}");
    assert!(still.moved < 3.0 * still.error && moved.moved > 30.0 * moved.error);
    let [first, others @ ..] = drift.columns.as_slice() else {
        panic!()
    };
    assert!(first.stability_index > 20.0 * first.by_chance, "{first:?}");
    assert!(
        others
            .iter()
            .all(|column| column.stability_index < 10.0 * column.by_chance)
    );
}

#[test]
fn the_index_by_chance_is_what_chance_gives() {
    let (before, labels) = blobs(4_000, 40, 1, 0.0, 3);
    let (now, _) = blobs(1_000, 40, 1, 0.0, 4);
    let centers = centers_of(&before, &labels, 1);
    let drift = compare(
        (&keys(4_000), &before),
        &labels,
        &centers,
        (&keys(1_000), &now),
    );
    let mean = drift
        .columns
        .iter()
        .map(|column| column.stability_index)
        .sum::<f64>()
        / 40.0;
    let by_chance = drift.columns[0].by_chance;
    assert!((mean / by_chance - 1.0).abs() < 0.25, "{mean} {by_chance}");
    assert!((by_chance - 9.0 * (1.0 / 4_000.0 + 1.0 / 1_000.0)).abs() < 1e-15);
}

#[test]
fn wrong_inputs_are_named() {
    let data = Matrix::new(vec![1.0, 2.0], 2, 1).unwrap();
    let wide = Matrix::new(vec![1.0, 2.0], 1, 2).unwrap();
    let drifting = Params { bins: 2 }.check().unwrap();
    let good = Snapshot {
        keys: &[1, 2],
        rows: data.view(),
    };
    let centers = data.view();
    let refused =
        |before, labels: &[u32], now| drifting.compare(before, labels, centers, now).unwrap_err();
    let twice = refused(
        good,
        &[0, 1],
        Snapshot {
            keys: &[1, 1],
            ..good
        },
    );
    assert!(twice.to_string().contains("key 1 twice"), "{twice}");
    assert!(matches!(
        refused(good, &[0, 2], good),
        Error::Label { row: 1, .. }
    ));
    assert!(matches!(refused(good, &[0], good), Error::Mismatch { .. }));
    let short = Snapshot { keys: &[1], ..good };
    assert!(matches!(
        refused(short, &[0, 1], good),
        Error::Mismatch { .. }
    ));
    let other = Snapshot {
        keys: &[1],
        rows: wide.view(),
    };
    assert!(matches!(
        refused(good, &[0, 1], other),
        Error::Mismatch { .. }
    ));
    assert!(Params { bins: 1 }.check().is_err() && Params { bins: 101 }.check().is_err());
    let strangers = Snapshot {
        keys: &[8, 9],
        ..good
    };
    let drift = drifting.compare(good, &[0, 1], centers, strangers).unwrap();
    assert_eq!(
        (drift.lasting, drift.moved_share, drift.centers[0].moved),
        (0, 0.0, 0.0)
    );
}

#[test]
fn threads_do_not_matter() {
    let (data, labels) = blobs(2_000, 5, 4, 2.0, 8);
    let (now, _) = blobs(2_000, 5, 4, 2.1, 9);
    let centers = centers_of(&data, &labels, 4);
    let keys = keys(2_000);
    let on = |threads| {
        on_threads(threads, || {
            compare((&keys, &data), &labels, &centers, (&keys, &now))
        })
    };
    assert_eq!(on(1), on(2));
    assert_eq!(on(1), on(5));
}

proptest! {
    #[test]
    fn everybody_is_counted_once(old in prop::collection::btree_set(0u64..40, 1..20), new in prop::collection::btree_set(0u64..40, 1..20)) {
        let (old, new): (Vec<u64>, Vec<u64>) = (old.into_iter().collect(), new.into_iter().rev().collect());
        let rows = |keys: &[u64]| Matrix::new(keys.iter().map(|key| *key as f64).collect(), keys.len(), 1).unwrap();
        let centers = Matrix::new(vec![5.0, 30.0], 2, 1).unwrap();
        let labels = vec![0; old.len()];
        let drift = compare((&old, &rows(&old)), &labels, &centers, (&new, &rows(&new)));
        prop_assert_eq!(drift.lasting + drift.gone.len(), old.len());
        prop_assert_eq!(drift.lasting + drift.new.len(), new.len());
        prop_assert_eq!(drift.centers.iter().map(|center| center.nearest_now).sum::<usize>(), new.len());
        prop_assert!(drift.columns[0].stability_index >= 0.0);
        prop_assert_eq!(drift.moved_share, drift.misplaced_before_share);
    }
}
