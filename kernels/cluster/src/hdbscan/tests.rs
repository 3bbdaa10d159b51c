//! Tests of HDBSCAN: against the Python package, against the definition, over threads and orders of rows.
#![allow(clippy::unwrap_used)]

use std::collections::HashMap;

use numeric::{Matrix, Silent, random::Random};
use proptest::prelude::*;

use super::*;
use crate::{
    sets::Sets,
    spanning::reachability_tree,
    test_data::{Stop, clouds, on_threads},
};

fn fit(data: &Matrix, size: usize, samples: usize, selection: Selection) -> Fit {
    let params = Params {
        min_cluster_size: size,
        min_samples: samples,
        selection,
    };
    let checked = params.check(data.view().rows()).unwrap();
    checked.fit(data.view(), &Silent).unwrap()
}

fn sum(values: &[f64]) -> f64 {
    values.iter().sum()
}

/// What the package says of the clouds: a letter for the cluster of each row, a dot for noise; and of the
/// first eight rows how well they belong.
struct Package {
    size: usize,
    samples: usize,
    selection: Selection,
    labels: &'static str,
    probabilities: [f64; 8],
    outlier_scores: [f64; 8],
}

/// `hdbscan.HDBSCAN(size, samples, cluster_selection_method=…, algorithm="prims_kdtree")`, hdbscan 0.8.44.
fn package() -> [Package; 3] {
    [
        Package {
            size: 15,
            samples: 5,
            selection: Selection::ExcessOfMass,
            labels: "abcdabcdab.dabcd.bc..bcdabcdabcdabcdabc.abcdabcdabcdabcdab.dabcdabcdab.dab.dabc.\
             abcdab.dabcd.bcdabc.abcdabcdabcdabcdabc.abcd.bcd.b.dab.dabc..bcd.bcd.bcdab.dcbc.\
             abcdabcdab.dabcdabcaabcdab.dab.dabcdab..abcdabcdabcdabcdab...bcdabcdab.dabcdabc.\
             .bcdabcdabcdabcdabc.abcdabcdabcdab.dabc.ab.dabcdabcdabcdabc.abcdab.dabcdab.d.bc.\
             abcdabcdab.dabcdabc.abcdabcd.bcdabcdabccabcdabcdab.dab.dabc.abcdabcdabcd.bcdabcb",
            probabilities: [
                0.9957670748328282,
                1.0,
                1.0,
                0.9474372458223388,
                0.6906982221501877,
                1.0,
                0.9736752857148503,
                0.7975152237991788,
            ],
            outlier_scores: [
                0.004232925167171815,
                0.0,
                0.0,
                0.052562754177661195,
                0.30930177784981233,
                0.0,
                0.22293834045890787,
                0.2024847762008212,
            ],
        },
        Package {
            size: 15,
            samples: 5,
            selection: Selection::Leaf,
            labels: "abcdab.da..dabcd.e...bfda.fdaecdaefdab..a..dabfda.fda..da..da.fda.cdab.dae.da...\
             ab.da..da.cd.e.dae..a.cda.fdabcda..dabc.a.cd..cd...dab.dabf..bfd..cd...dab.d..f.\
             a.fda..da..da..dabcaa.cdae.dab.da.cda...a.fdab.da..dae.da......dabcda..daecdab..\
             ..cda.cda.cdaecdae..a.fdabcdaefda..da.f.a..dabcda.cdab.daef.a..dab.da.cda..d....\
             a.cda..dae.da..da.c.a..dabfd.b.da.cda.c.a.fdabfdab.da..da...aecda.fda..d.efda.f.",
            probabilities: [
                0.9957670748328282,
                1.0,
                1.0,
                0.9474372458223388,
                0.6906982221501877,
                1.0,
                0.0,
                0.7975152237991788,
            ],
            outlier_scores: [
                0.004232925167171815,
                0.0,
                0.0,
                0.052562754177661195,
                0.30930177784981233,
                0.0,
                0.22293834045890787,
                0.2024847762008212,
            ],
        },
        Package {
            size: 40,
            samples: 40,
            selection: Selection::ExcessOfMass,
            labels: "abacab.c.b.cabac.b...b.cabacabacabacab..ab.cabac.b.cab.cab.cab.cab.cab.cab.caba.\
             abacab.cab.c.bacab..abacabacab.cabacaba.abac.b.c.b.cabacab...b.c.bac.b.cab.cab..\
             abacab.cab.cab.cabaa.bacab.cab.cab.cab..ab.cabacab.cab.cab.c.bacabacab.cabacab..\
             .bacabacabacabacaba.ab.cabac.bacab.cabacab.cabacab.cab.cab..ab.cab.cabacab.c.b..\
             ab.cab.cab.cab.caba.ab.cabacab.cabacaba.abacabacab.cab.caba.abacab.cab.c.bacabab",
            probabilities: [
                1.0,
                1.0,
                0.6731244292576274,
                1.0,
                0.8818894569613556,
                1.0,
                0.0,
                1.0,
            ],
            outlier_scores: [
                0.0,
                0.0,
                0.3268755707423726,
                0.0,
                0.11811054303864446,
                0.0,
                0.6784365202065749,
                0.0,
            ],
        },
    ]
}

#[test]
fn equals_the_package() {
    for told in package() {
        let fit = fit(&clouds(), told.size, told.samples, told.selection);
        // The package cuts edges of one length one by one, in any order: so a row that leaves where a
        // cluster begins may still count as the cluster's.
        let (mut leaving, mut numbers) = (0, HashMap::new());
        for (row, (&label, letter)) in fit.labels.iter().zip(told.labels.bytes()).enumerate() {
            if label.is_none() && letter != b'.' {
                leaving += 1;
                continue;
            }
            let number = *numbers.entry(letter).or_insert(label);
            assert_eq!(label, number, "row {row} of {}", told.size);
            if row < 8 {
                let off = (fit.probabilities[row] - told.probabilities[row]).abs();
                assert!(off < 1e-12, "row {row} of {}: {off}", told.size);
                let off = (fit.outlier_scores[row] - told.outlier_scores[row]).abs();
                assert!(off < 1e-12, "row {row} of {}: {off}", told.size);
            }
        }
        assert_eq!(numbers[&b'.'], None);
        assert_eq!(numbers.len(), fit.clusters.len() + 1);
        assert!(
            leaving <= fit.clusters.len(),
            "{leaving} rows of {} differ",
            told.size
        );
    }
}

/// The clusters at a density are what edges no longer than one by it connect, if they are large enough: for
/// every row, its probability and cluster follow from that.
#[test]
fn every_cluster_is_connected_at_its_density() {
    let data = clouds();
    let fit = fit(&data, 15, 5, Selection::ExcessOfMass);
    let edges = reachability_tree(data.view(), 5, &Silent).unwrap().edges;
    for (number, cluster) in fit.clusters.iter().enumerate() {
        let rows: Vec<usize> = (0..400)
            .filter(|&row| fit.labels[row] == Some(number as u32))
            .collect();
        assert_eq!(rows.len(), cluster.rows);
        assert!(cluster.stability > 0.0);
        // Some length connects its rows and no other.
        let mut sets = Sets::new(400);
        let alone = edges.iter().any(|edge| {
            let (a, b) = (sets.find(edge.a), sets.find(edge.b));
            sets.join(a, b);
            let root = sets.find(rows[0] as u32);
            sets.size(root) as usize == rows.len()
                && rows.iter().all(|&row| sets.find(row as u32) == root)
        });
        assert!(alone, "cluster {number}");
        let best = rows
            .iter()
            .map(|&row| fit.probabilities[row])
            .fold(0.0, f64::max);
        assert_eq!(best, 1.0);
    }
}

#[test]
fn threads_do_not_matter() {
    let one = on_threads(1, || fit(&clouds(), 10, 7, Selection::Leaf));
    assert_eq!(
        one,
        on_threads(3, || fit(&clouds(), 10, 7, Selection::Leaf))
    );
}

#[test]
fn equal_rows_and_small_data() {
    let same = fit(
        &Matrix::new(vec![1.0; 30], 30, 1).unwrap(),
        5,
        4,
        Selection::ExcessOfMass,
    );
    assert_eq!(same.labels, vec![None; 30]);
    assert_eq!(
        (sum(&same.probabilities), sum(&same.outlier_scores)),
        (0.0, 0.0)
    );
    // Two piles of equal rows and a row between: infinitely dense, and found.
    let values = [vec![0.0; 8], vec![5.0; 8], vec![2.5]].concat();
    let piles = fit(
        &Matrix::new(values, 17, 1).unwrap(),
        5,
        3,
        Selection::ExcessOfMass,
    );
    assert_eq!(piles.clusters.len(), 2);
    assert_eq!(piles.labels[16], None);
    assert_eq!((piles.labels[7], piles.labels[8]), (Some(0), Some(1)));
    assert!(
        piles
            .clusters
            .iter()
            .all(|pile| pile.stability == f64::INFINITY && pile.rows == 8)
    );
    assert_eq!(
        (piles.probabilities[0], piles.outlier_scores[0]),
        (1.0, 0.0)
    );
    let two = fit(
        &Matrix::new(vec![1e100, -1e100], 2, 1).unwrap(),
        2,
        1,
        Selection::Leaf,
    );
    assert_eq!(two.labels, [None, None]);
}

#[test]
fn illegal_values_are_named() {
    let check = |size, samples, rows, message: &str| {
        let params = Params {
            min_cluster_size: size,
            min_samples: samples,
            selection: Selection::Leaf,
        };
        assert_eq!(params.check(rows).unwrap_err().to_string(), message);
    };
    check(
        2,
        1,
        1,
        "rows is 1; give at least 2, for a single row has no density",
    );
    check(
        1,
        1,
        9,
        "min_cluster_size is 1; give 2 to 9, the number of rows",
    );
    check(
        10,
        1,
        9,
        "min_cluster_size is 10; give 2 to 9, the number of rows",
    );
    check(
        3,
        9,
        9,
        "min_samples is 9; give 1 to 8, one less than the rows",
    );
    check(
        3,
        0,
        9,
        "min_samples is 0; give 1 to 8, one less than the rows",
    );
    let params = Params {
        min_cluster_size: 5,
        min_samples: 5,
        selection: Selection::Leaf,
    };
    let checked = params.check(400).unwrap();
    assert_eq!(checked.fit(clouds().view(), &Stop), Err(Error::Cancelled));
    let few = Matrix::new(vec![1.0, 2.0], 2, 1).unwrap();
    assert!(checked.fit(few.view(), &Silent).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn the_order_of_rows_does_not_matter(
        rows in 4usize..150, size in 2usize..12, samples in 1usize..8, grid in any::<bool>(), seed in 0u64..1_000,
    ) {
        // On a grid most edges are equally long, and many trees are shortest.
        let mut random = Random::new(seed);
        let mut value = || if grid { random.below(9) as f64 } else { random.normal() };
        let data: Vec<f64> = (0..rows * 2).map(|_| value()).collect();
        let mut order: Vec<usize> = (0..rows).collect();
        random.shuffle(&mut order);
        let (size, samples) = (size.min(rows), samples.min(rows - 1));
        let data = Matrix::new(data, rows, 2).unwrap();
        let other = data.view().take(&order).unwrap();
        for selection in [Selection::ExcessOfMass, Selection::Leaf] {
            let (a, b) = (fit(&data, size, samples, selection), fit(&other, size, samples, selection));
            prop_assert_eq!(a.clusters.len(), b.clusters.len());
            for (at, &row) in order.iter().enumerate() {
                prop_assert_eq!(a.labels[row].is_some(), b.labels[at].is_some());
                prop_assert!((a.probabilities[row] - b.probabilities[at]).abs() < 1e-12);
                prop_assert!((a.outlier_scores[row] - b.outlier_scores[at]).abs() < 1e-12);
                prop_assert!((0.0..=1.0).contains(&a.outlier_scores[row]));
                let same = |fit: &Fit, x: usize, y: usize| fit.labels[x] == fit.labels[y];
                prop_assert_eq!(same(&a, row, order[0]), same(&b, at, 0));
            }
            prop_assert!(a.clusters.iter().all(|cluster| cluster.rows >= size));
        }
    }
}
