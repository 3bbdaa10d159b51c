//! Tests of drivers: numbers by scipy, planted drivers found, noise at chance.
#![allow(clippy::unwrap_used)]

use numeric::{Matrix, random::Random};

use super::*;
use crate::test_data::{blobs, on_threads};

fn drivers(data: &Matrix, labels: &[u32]) -> Drivers {
    let params = Params {
        false_discovery_rate: 0.05,
        omega_squared_min: 0.01,
    };
    params
        .check()
        .unwrap()
        .drivers(data.view(), labels)
        .unwrap()
}

/// Column 0 (age) makes the clusters, column 1 follows a little, the others are noise.
fn by_age(rows: usize, seed: u64) -> (Matrix, Vec<u32>) {
    let mut random = Random::new(seed);
    let labels: Vec<u32> = (0..rows).map(|row| row as u32 % 3).collect();
    let mut values = Vec::new();
    for &label in &labels {
        values.push(30.0 + 20.0 * f64::from(label) + 2.0 * random.normal());
        values.push(0.5 * f64::from(label) + random.normal());
        values.extend((0..3).map(|_| random.normal()));
    }
    (Matrix::new(values, rows, 5).unwrap(), labels)
}

#[test]
fn by_scipy() {
    let values = vec![1.0, 2.0, 3.0, 2.5, 4.0, 5.0, 3.0, 6.0, 5.5, 2.0, 1.0, 4.0];
    let data = Matrix::new(values, 12, 1).unwrap();
    let found = drivers(&data, &[2, 2, 2, 2, 5, 5, 5, 5, 5, 9, 9, 9]);
    let driver = found.columns[0];
    // scipy.stats.f_oneway, and the formulas over its sums of squares.
    assert!((driver.f - 6.435133355284819).abs() < 1e-12);
    assert!((driver.p_value - 0.018397039271548045).abs() < 1e-12);
    assert!((driver.eta_squared - 0.5884823848238483).abs() < 1e-14);
    assert!((driver.omega_squared - 0.47530126553119195).abs() < 1e-14);
    assert_eq!((driver.q_value, found.top), (driver.p_value, vec![0]));
    assert!((found.eta_squared_by_chance - 2.0 / 11.0).abs() < 1e-15);
    // No column is left: every distance is 0 and the lowest cluster is told.
    assert!((driver.accuracy_without - 1.0 / 3.0).abs() < 1e-15);
    assert_eq!(driver.accuracy_alone, found.accuracy);
}

#[test]
fn a_planted_driver_stands_out() {
    let (data, labels) = by_age(900, 4);
    let found = drivers(&data, &labels);
    assert_eq!(found.top, [0, 1]);
    let (age, noise) = (found.columns[0], found.columns[4]);
    assert!(age.eta_squared > 0.95 && age.accuracy_alone > 0.98);
    assert!(age.accuracy_without < 0.55, "{}", age.accuracy_without);
    assert!(
        (noise.accuracy_alone - found.accuracy_by_chance).abs() < 0.06,
        "{noise:?}"
    );
    assert!(noise.accuracy_without > 0.98 && noise.omega_squared.abs() < 0.02);
}

#[test]
fn age_alone_against_behaviour() {
    let (data, labels) = by_age(900, 4);
    let warned = compare(data.view(), &labels, &[0], &[2, 3, 4]).unwrap();
    assert!(warned.first.accuracy > 0.98 && warned.second.accuracy < 0.42);
    assert!(warned.first.eta_squared > 0.95 && warned.second.eta_squared < 0.02);
    assert!(warned.both.accuracy > 0.97);
    let ends = &warned.clusters[0];
    assert!(ends.first.effect > 1.1 && ends.second.effect < 0.15 && ends.first.recall > 0.97);
    assert_eq!((ends.cluster, ends.rows), (0, 300));
    // The middle cluster lies at the mean age, so only its recall shows what drives it.
    assert!(warned.clusters[1].first.effect < 0.1 && warned.clusters[1].first.recall > 0.97);
    for (first, second) in [
        (&[][..], &[1][..]),
        (&[0], &[5]),
        (&[0], &[1, 0]),
        (&[2, 2], &[1]),
    ] {
        let error = compare(data.view(), &labels, first, second);
        assert!(matches!(error, Err(Error::Parameter { .. })));
    }
}

#[test]
fn labels_without_a_cause_are_told_by_chance() {
    let (data, _) = blobs(3_000, 8, 1, 1.0, 3);
    let labels: Vec<u32> = (0..3_000).map(|row| row % 5).collect();
    let found = drivers(&data, &labels);
    // Leaving the row out keeps it from voting for itself.
    assert!((found.accuracy - 0.2).abs() < 0.03, "{}", found.accuracy);
    assert!(found.top.is_empty());
    let mean = found
        .columns
        .iter()
        .map(|driver| driver.eta_squared)
        .sum::<f64>()
        / 8.0;
    assert!(
        (mean / found.eta_squared_by_chance - 1.0).abs() < 0.8,
        "{mean}"
    );
}

#[test]
fn constant_and_perfect_columns_and_lone_rows() {
    let values = vec![0.1, 1.0, 0.1, 1.0, 0.1, 5.0, 0.1, 5.0, 0.1, 9.0];
    let data = Matrix::new(values, 5, 2).unwrap();
    let found = drivers(&data, &[0, 0, 1, 1, 2]);
    let (constant, perfect) = (found.columns[0], found.columns[1]);
    assert_eq!(
        (constant.eta_squared, constant.p_value, constant.f),
        (0.0, 1.0, 0.0)
    );
    assert!((constant.accuracy_alone - 1.0 / 3.0).abs() < 1e-15);
    assert_eq!(
        (perfect.eta_squared, perfect.f, perfect.p_value),
        (1.0, f64::INFINITY, 0.0)
    );
    // The lone row of cluster 2 has no mean to be told by.
    assert!((perfect.accuracy_alone - 2.0 / 3.0).abs() < 1e-15);
    assert_eq!(found.top, [1]);
    let one = Matrix::new(vec![1.0], 1, 1).unwrap();
    let good = Params {
        false_discovery_rate: 0.05,
        omega_squared_min: 0.0,
    };
    let driving = good.check().unwrap();
    assert!(matches!(
        driving.drivers(one.view(), &[0]),
        Err(Error::Undefined { .. })
    ));
    assert!(driving.drivers(data.view(), &[0; 4]).is_err());
    assert!(
        Params {
            false_discovery_rate: 0.0,
            ..good
        }
        .check()
        .is_err()
    );
    assert!(
        Params {
            omega_squared_min: 1.0,
            ..good
        }
        .check()
        .is_err()
    );
}

#[test]
fn threads_and_names_do_not_matter() {
    let (data, labels) = blobs(2_000, 5, 4, 2.0, 8);
    let on = |threads| on_threads(threads, || drivers(&data, &labels));
    assert_eq!(on(1), on(2));
    assert_eq!(on(1), on(5));
    let renamed: Vec<u32> = labels.iter().map(|label| 10 + label * 7).collect();
    assert_eq!(drivers(&data, &renamed), on(1));
}
