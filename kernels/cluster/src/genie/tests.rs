//! Tests of Genie: against the authors' own package, on shapes, over threads and orders of rows.
#![allow(clippy::unwrap_used)]

use numeric::{Matrix, Silent, random::Random};
use proptest::prelude::*;

use super::*;
use crate::{
    score::adjusted_rand,
    test_data::{Stop, blobs, clouds, on_threads},
};

fn genie(gini_max: f64) -> Genie {
    Params { gini_max }.check().unwrap()
}

fn information(data: &Matrix, clusters: usize) -> Vec<u32> {
    let params = InformationParams {
        clusters,
        gini_max: vec![0.1, 0.3, 0.5, 0.7],
    };
    let checked = params.check(data.view().rows()).unwrap();
    checked.fit(data.view(), &Silent).unwrap()
}

/// One number that tells labellings apart.
fn digest(labels: &[u32]) -> i64 {
    labels
        .iter()
        .zip(1..)
        .map(|(&label, row)| row * (i64::from(label) + 1))
        .sum()
}

/// `genieclust.Genie(k, gini_threshold=g)` and `genieclust.GIc(k)`, genieclust 1.3.0; the length of the
/// tree by SciPy's `minimum_spanning_tree`.
#[test]
fn equals_the_package() {
    let data = clouds();
    let edges = spanning_tree(data.view(), &Silent).unwrap();
    let length: f64 = edges.iter().map(|edge| edge.length).sum();
    assert!((length - 150.22272724538675).abs() < 1e-9, "{length}");
    let expected = [
        (4, 0.3, 193_446),
        (4, 0.5, 193_446),
        (7, 0.1, 335_202),
        (3, 1.0, 81_060),
        (20, 0.3, 770_554),
    ];
    for (clusters, gini_max, sign) in expected {
        let tree = genie(gini_max).fit_tree(400, &edges).unwrap();
        let labels = tree.cut(clusters).unwrap();
        assert_eq!(digest(&labels), sign, "{clusters} at {gini_max}");
    }
    for (clusters, sign) in [(2, 97_060), (4, 193_446), (6, 227_712), (9, 392_103)] {
        assert_eq!(digest(&information(&data, clusters)), sign, "{clusters}");
    }
}

#[test]
fn finds_rings_within_one_another() {
    let mut random = Random::new(6);
    let mut point = |row: usize| {
        let (angle, radius) = (
            random.unit_f64() * std::f64::consts::TAU,
            [1.0, 4.0][row % 2],
        );
        let radius = radius + random.normal() * 0.1;
        [radius * angle.cos(), radius * angle.sin()]
    };
    let data: Vec<f64> = (0..1_000).flat_map(&mut point).collect();
    let data = Matrix::new(data, 1_000, 2).unwrap();
    let truth: Vec<u32> = (0..1_000).map(|row| row % 2).collect();
    assert_eq!(
        genie(0.3)
            .fit(data.view(), &Silent)
            .unwrap()
            .cut(2)
            .unwrap(),
        truth
    );
    assert_eq!(information(&data, 2), truth);
}

#[test]
fn threads_do_not_matter() {
    let (data, truth) = blobs(3_000, 3, 5, 20.0, 2);
    let all = || {
        (
            genie(0.3).fit(data.view(), &Silent).unwrap(),
            information(&data, 5),
        )
    };
    let one = on_threads(1, all);
    for labels in [&one.0.cut(5).unwrap(), &one.1] {
        assert!(adjusted_rand(labels, &truth).unwrap() > 0.98);
    }
    assert_eq!(one, on_threads(4, all));
}

#[test]
fn small_and_degenerate_data() {
    let one = Matrix::new(vec![4.0], 1, 1).unwrap();
    assert_eq!(
        genie(0.3).fit(one.view(), &Silent).unwrap().cut(1).unwrap(),
        [0]
    );
    assert_eq!(information(&one, 1), [0]);
    let same = Matrix::new(vec![4.0; 24], 12, 2).unwrap();
    let tree = genie(0.3).fit(same.view(), &Silent).unwrap();
    assert!(tree.merges().iter().all(|merge| merge.height == 0.0));
    assert_eq!(information(&same, 12).len(), 12);
    assert_eq!(information(&same, 1), [0; 12]);
    assert_eq!(genie(0.3).fit(same.view(), &Stop), Err(Error::Cancelled));
}

#[test]
fn what_cannot_be_is_said() {
    assert!(Params { gini_max: 1.1 }.check().is_err());
    assert!(Params { gini_max: f64::NAN }.check().is_err());
    let check = |clusters, gini_max: &[f64]| {
        let gini_max = gini_max.to_vec();
        InformationParams { clusters, gini_max }.check(9)
    };
    assert!(check(10, &[0.3]).is_err() && check(0, &[0.3]).is_err());
    assert!(check(3, &[]).is_err() && check(3, &[-0.1]).is_err());
    let edge = |a, b| Edge { a, b, length: 1.0 };
    let fit = |rows, edges: &[Edge]| genie(0.3).fit_tree(rows, edges);
    assert_eq!(
        fit(3, &[edge(0, 1), edge(0, 1)]).unwrap_err().to_string(),
        "edges is 0 to 1; give edges of one tree over the rows, such as spanning_tree finds"
    );
    assert!(fit(2, &[edge(0, 2)]).is_err());
    assert!(matches!(fit(3, &[edge(0, 1)]), Err(Error::Mismatch { .. })));
    assert!(fit(0, &[]).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn neither_order_nor_constant_columns_matter(
        rows in 2usize..120, clusters in 1usize..8, seed in 0u64..1_000, gini in 0usize..6,
    ) {
        let mut random = Random::new(seed);
        let clusters = clusters.min(rows);
        let data: Vec<f64> = (0..rows * 2).map(|_| random.normal()).collect();
        let mut order: Vec<usize> = (0..rows).collect();
        random.shuffle(&mut order);
        let other: Vec<f64> = order.iter().flat_map(|&row| [data[row * 2], 3.0, data[row * 2 + 1]]).collect();
        let data = Matrix::new(data, rows, 2).unwrap();
        let other = Matrix::new(other, rows, 3).unwrap();
        let genie = genie(gini as f64 / 5.0);
        let first = genie.fit(data.view(), &Silent).unwrap();
        let second = genie.fit(other.view(), &Silent).unwrap();
        let (a, b) = (first.cut(clusters).unwrap(), second.cut(clusters).unwrap());
        let a: Vec<u32> = order.iter().map(|&row| a[row]).collect();
        prop_assert_eq!(adjusted_rand(&a, &b).unwrap(), 1.0);
        prop_assert_eq!(*b.iter().max().unwrap() as usize + 1, clusters);
        prop_assert!(first.merges().is_sorted_by_key(|merge| merge.height));
    }
}
