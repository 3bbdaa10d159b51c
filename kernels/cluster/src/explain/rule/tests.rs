//! Tests of rules: found exactly where there are some, none in noise, the same on any threads.
#![allow(clippy::unwrap_used)]

use numeric::{Matrix, random::Random};
use proptest::prelude::*;

use super::*;
use crate::test_data::{blobs, on_threads};

fn params() -> Params {
    Params {
        conditions_max: 3,
        measure: Measure::FBeta(1.0),
        gain_min: 0.02,
        significance: 0.05,
        beam: 5,
        bins_max: 64,
    }
}

fn rules(params: Params, data: &Matrix, labels: &[u32]) -> Vec<Rule> {
    params.check().unwrap().rules(data.view(), labels).unwrap()
}

/// Uniform values from 0 to 100, in hundredths.
fn uniform(rows: usize, cols: usize, seed: u64) -> Matrix {
    let mut random = Random::new(seed);
    let values = (0..rows * cols).map(|_| random.below(10_001) as f64 / 100.0);
    Matrix::new(values.collect(), rows, cols).unwrap()
}

#[test]
fn a_planted_rule_comes_back_exactly() {
    let data = uniform(5_000, 8, 3);
    let planted = |row: &[f64]| row[2] >= 61.37 && row[5] < 30.5 && row[2] < 90.0;
    let labels: Vec<u32> = (0..5_000)
        .map(|row| u32::from(planted(data.view().row(row))))
        .collect();
    let rule = &rules(params(), &data, &labels)[1];
    assert_eq!(
        (rule.cluster, rule.coverage, rule.purity, rule.score),
        (1, 1.0, 1.0, 1.0)
    );
    let shape: Vec<_> = rule.conditions.iter().map(|c| (c.column, c.side)).collect();
    assert_eq!(
        shape,
        [(2, Side::AtLeast), (2, Side::Below), (5, Side::Below)]
    );
    let thresholds: Vec<f64> = rule.conditions.iter().map(|c| c.threshold).collect();
    // The least value that occurs at or above each planted one.
    for (threshold, planted) in thresholds.iter().zip([61.37, 90.0, 30.5]) {
        assert!(
            (0.0..0.3).contains(&(threshold - planted)),
            "{threshold} {planted}"
        );
    }
    assert!(rule.p_value < 1e-100 && rule.baseline < 0.25);
}

#[test]
fn by_hand() {
    // Only row 7 is on the wrong side of 5, and row 4 as high.
    let values = vec![1.0, 2.0, 3.0, 2.0, 4.0, 5.0, 6.0, 4.0, 9.0, 5.0];
    let data = Matrix::new(values, 10, 1).unwrap();
    let labels = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1];
    let lenient = Params {
        significance: 0.9,
        conditions_max: 1,
        ..params()
    };
    let all = rules(lenient, &data, &labels);
    let (low, high) = (&all[0], &all[1]);
    let expected = Condition {
        column: 0,
        side: Side::Below,
        threshold: 5.0,
    };
    assert_eq!(
        (low.conditions.as_slice(), low.members, low.support),
        (&[expected][..], 5, 6)
    );
    assert_eq!((low.coverage, low.purity, low.rows), (1.0, 5.0 / 6.0, 5));
    assert!((low.score - 10.0 / 11.0).abs() < 1e-15);
    assert!((low.baseline - 2.0 / 3.0).abs() < 1e-15);
    assert_eq!(
        (high.conditions[0].threshold, high.members, high.support),
        (4.0, 5, 6)
    );
    // scipy.stats.hypergeom(10, 5, 6).sf(4), times two sides of six splits.
    assert!(
        (low.p_value - 0.023809523809523808 * 12.0).abs() < 1e-12,
        "{}",
        low.p_value
    );
    let pure = Params {
        measure: Measure::FBeta(0.3),
        ..lenient
    };
    assert_eq!(rules(pure, &data, &labels)[0].conditions[0].threshold, 4.0);
}

#[test]
fn fishers_tail_against_scipy() {
    // scipy.stats.hypergeom(rows, inside, support).sf(members - 1)
    let tail =
        |members, support, inside, rows| chance::ln_as_many(members, support, inside, rows).exp();
    for (actual, expected) in [
        (tail(30, 60, 100, 1_000), 1.5806374496695993e-16),
        (tail(3, 20, 100, 1_000), 0.32277601236843406),
        (tail(0, 20, 100, 1_000), 1.0),
    ] {
        assert!(
            (actual / expected - 1.0).abs() < 1e-9,
            "{actual} {expected}"
        );
    }
}

#[test]
fn noise_gets_no_rule() {
    let mut found = 0;
    for seed in 0..10 {
        let data = uniform(300, 20, seed);
        let labels: Vec<u32> = (0..300).map(|row| row % 4).collect();
        for rule in rules(params(), &data, &labels) {
            found += usize::from(!rule.conditions.is_empty());
            if rule.conditions.is_empty() {
                assert_eq!((rule.coverage, rule.purity, rule.support), (1.0, 0.25, 300));
                assert_eq!((rule.score, rule.p_value), (rule.baseline, 1.0));
            }
        }
    }
    assert!(found <= 1, "{found}");
}

#[test]
fn conditions_that_add_nothing_are_not_there() {
    // Column 1 repeats column 0 and column 2 is noise: one condition says it all.
    let base = uniform(1_000, 2, 9);
    let mut values = Vec::new();
    for row in 0..1_000 {
        let row = base.view().row(row);
        values.extend([row[0], row[0] * 2.0, row[1]]);
    }
    let data = Matrix::new(values, 1_000, 3).unwrap();
    let labels: Vec<u32> = (0..1_000)
        .map(|row| u32::from(data.view().row(row)[0] >= 70.0))
        .collect();
    for measure in [
        Measure::FBeta(1.0),
        Measure::FBeta(0.5),
        Measure::WeightedRelativeAccuracy,
    ] {
        let all = rules(
            Params {
                measure,
                ..params()
            },
            &data,
            &labels,
        );
        assert!(
            all.iter()
                .all(|rule| rule.conditions.len() == 1 && rule.purity == 1.0)
        );
        assert!(
            all.iter()
                .all(|rule| rule.conditions[0].column == 0 && rule.coverage == 1.0)
        );
    }
}

#[test]
fn a_small_cluster_in_one_bin_is_found() {
    let mut values: Vec<f64> = (0..20_000).map(|value| f64::from(value) / 20.0).collect();
    values.extend((0..25).map(|value| 5_000.0 + f64::from(value)));
    let data = Matrix::new(values, 20_025, 1).unwrap();
    let labels: Vec<u32> = (0..20_025).map(|row| u32::from(row >= 20_000)).collect();
    let rule = &rules(params(), &data, &labels)[1];
    assert_eq!((rule.conditions[0].threshold, rule.score), (5_000.0, 1.0));
}

#[test]
fn ends_of_the_range() {
    let one = Matrix::new(vec![4.0], 1, 1).unwrap();
    assert!(rules(params(), &one, &[3])[0].conditions.is_empty());
    let constant = Matrix::new(vec![4.0; 60], 20, 3).unwrap();
    let labels: Vec<u32> = (0..20).map(|row| row % 2).collect();
    assert!(
        rules(params(), &constant, &labels)
            .iter()
            .all(|rule| rule.conditions.is_empty())
    );
    let single = uniform(50, 2, 1);
    let whole = &rules(params(), &single, &[7; 50])[0];
    assert_eq!((whole.conditions.len(), whole.purity), (0, 1.0));
    assert!(
        params()
            .check()
            .unwrap()
            .rules(single.view(), &[0; 49])
            .is_err()
    );
    for bad in [
        Params {
            conditions_max: 0,
            ..params()
        },
        Params {
            conditions_max: 6,
            ..params()
        },
        Params {
            measure: Measure::FBeta(f64::NAN),
            ..params()
        },
        Params {
            gain_min: -0.1,
            ..params()
        },
        Params {
            significance: 0.0,
            ..params()
        },
        Params {
            beam: 0,
            ..params()
        },
        Params {
            bins_max: 257,
            ..params()
        },
    ] {
        assert!(matches!(bad.check(), Err(Error::Parameter { .. })));
    }
}

#[test]
fn threads_do_not_matter() {
    let (data, labels) = blobs(3_000, 6, 5, 2.0, 12);
    let on = |threads| on_threads(threads, || rules(params(), &data, &labels));
    assert_eq!(on(1), on(2));
    assert_eq!(on(1), on(5));
}

proptest! {
    #[test]
    fn numbers_agree_with_the_conditions_and_order_does_not_matter(
        values in prop::collection::vec(0u8..20, 12..240), labels in prop::collection::vec(0u32..3, 80), seed in 0u64..99,
    ) {
        let rows = values.len() / 3;
        let values: Vec<f64> = values[..rows * 3].iter().map(|&value| f64::from(value)).collect();
        let data = Matrix::new(values, rows, 3).unwrap();
        let lenient = Params { significance: 0.99, gain_min: 0.0, ..params() };
        let all = rules(lenient, &data, &labels[..rows]);
        for rule in &all {
            let holding: Vec<usize> = (0..rows).filter(|&row| rule.holds(data.view().row(row))).collect();
            let members = holding.iter().filter(|&&row| labels[row] == rule.cluster).count();
            prop_assert_eq!((rule.support, rule.members), (holding.len(), members));
            prop_assert!(rule.score >= rule.baseline && rule.conditions.len() <= 3);
            prop_assert!((0.0..=1.0).contains(&rule.p_value));
            let f = 2.0 * rule.purity * rule.coverage / (rule.purity + rule.coverage);
            prop_assert!((rule.score - f).abs() < 1e-12);
        }
        let mut order: Vec<usize> = (0..rows).collect();
        Random::new(seed).shuffle(&mut order);
        let mixed = data.view().take(&order).unwrap();
        let mixed_labels: Vec<u32> = order.iter().map(|&row| labels[row]).collect();
        prop_assert_eq!(rules(lenient, &mixed, &mixed_labels), all);
    }
}
