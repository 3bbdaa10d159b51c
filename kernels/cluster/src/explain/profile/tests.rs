//! Tests of the profile: numbers by hand and by scipy, noise left alone.
#![allow(clippy::unwrap_used)]

use numeric::{Matrix, random::Random};

use super::*;
use crate::test_data::{blobs, on_threads};

fn profile(data: &Matrix, labels: &[u32]) -> Vec<ClusterProfile> {
    let params = Params {
        false_discovery_rate: 0.05,
        effect_min: 0.2,
    };
    params
        .check()
        .unwrap()
        .profile(data.view(), labels)
        .unwrap()
}

#[test]
fn by_hand_and_by_scipy() {
    let values = vec![1.0, 2.0, 3.0, 7.0, 8.0, 9.0, 12.0];
    let data = Matrix::new(values, 7, 1).unwrap();
    let all = profile(&data, &[4, 4, 4, 9, 9, 9, 9]);
    let fact = all[0].facts[0];
    assert_eq!((all[0].cluster, all[0].rows, all[1].cluster), (4, 3, 9));
    assert_eq!((fact.mean, fact.total_mean), (2.0, 6.0));
    assert!((fact.index.unwrap() - 100.0 / 3.0).abs() < 1e-12);
    assert!((fact.effect + 4.0 / (100.0f64 / 6.0).sqrt()).abs() < 1e-12);
    // scipy.stats.ttest_ind([1, 2, 3], [7, 8, 9, 12], equal_var=False).pvalue
    assert!(
        (fact.p_value - 0.003408520064788004).abs() < 1e-12,
        "{}",
        fact.p_value
    );
    assert_eq!(all[0].top, [0]);
    assert!((all[1].facts[0].p_value - fact.p_value).abs() < 1e-15);
}

#[test]
fn noise_is_not_flagged_and_signal_is() {
    let mut random = Random::new(8);
    let (rows, cols) = (400, 30);
    let labels: Vec<u32> = (0..rows).map(|row| row as u32 % 4).collect();
    let mut flagged = 0;
    let mut values = Vec::new();
    for &label in &labels {
        for col in 0..cols {
            let shift = if col == 7 && label == 2 { 2.0 } else { 0.0 };
            values.push(5.0 + shift + random.normal());
        }
    }
    for cluster in profile(&Matrix::new(values, rows, cols).unwrap(), &labels) {
        if cluster.cluster == 2 {
            assert_eq!(cluster.top[0], 7);
        }
        flagged += cluster.top.iter().filter(|&&column| column != 7).count();
    }
    assert!(flagged <= 2, "{flagged}");
}

#[test]
fn constant_columns_single_rows_and_one_cluster_say_nothing() {
    let data = Matrix::new(vec![0.1, 1.0, 0.1, 2.0, 0.1, 9.0, 0.1, 9.5], 4, 2).unwrap();
    for labels in [[0, 0, 1, 1], [0, 0, 0, 1], [5, 5, 5, 5]] {
        for cluster in profile(&data, &labels) {
            let constant = cluster.facts[0];
            assert_eq!(
                (constant.effect, constant.p_value, constant.significant),
                (0.0, 1.0, false)
            );
            assert!(cluster.rows > 1 || cluster.top.is_empty());
        }
    }
    let one = Matrix::new(vec![3.0], 1, 1).unwrap();
    assert!(profile(&one, &[0])[0].top.is_empty());
    // Constant inside, different between: certain.
    let steps = Matrix::new(vec![1.0, 1.0, 1.0, 4.0, 4.0, 4.0], 6, 1).unwrap();
    assert_eq!(
        profile(&steps, &[0, 0, 0, 1, 1, 1])[0].facts[0].p_value,
        0.0
    );
}

#[test]
fn threads_and_row_order_do_not_matter() {
    let (data, truth) = blobs(1_200, 5, 3, 1.0, 4);
    let on = |threads| on_threads(threads, || profile(&data, &truth));
    assert_eq!(on(1), on(2));
    assert_eq!(on(1), on(5));
    let mut order: Vec<usize> = (0..1_200).collect();
    Random::new(1).shuffle(&mut order);
    let labels: Vec<u32> = order.iter().map(|&row| truth[row]).collect();
    let mixed = profile(&data.view().take(&order).unwrap(), &labels);
    for (a, b) in on(1).iter().zip(&mixed) {
        assert_eq!(a.top, b.top);
        for (a, b) in a.facts.iter().zip(&b.facts) {
            assert!((a.effect - b.effect).abs() < 1e-12);
        }
    }
}

#[test]
fn illegal_values_are_named() {
    let good = Params {
        false_discovery_rate: 0.05,
        effect_min: 0.2,
    };
    for bad in [
        Params {
            false_discovery_rate: 0.0,
            ..good
        },
        Params {
            false_discovery_rate: 1.0,
            ..good
        },
        Params {
            false_discovery_rate: f64::NAN,
            ..good
        },
        Params {
            effect_min: -0.1,
            ..good
        },
        Params {
            effect_min: f64::NAN,
            ..good
        },
    ] {
        assert!(matches!(bad.check(), Err(Error::Parameter { .. })));
    }
    let data = blobs(4, 1, 2, 1.0, 1).0;
    assert!(good.check().unwrap().profile(data.view(), &[0]).is_err());
}
