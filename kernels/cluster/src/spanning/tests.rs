//! Tests of neighbours and spanning trees: against all pairs, on ties and duplicates, over threads.
#![allow(clippy::unwrap_used)]

use numeric::{Matrix, Silent, distance::squared_euclidean, random::Random};
use proptest::prelude::*;

use super::*;
use crate::{
    sets::Sets,
    test_data::{Stop, blobs, on_threads},
};

fn distance(data: MatrixView<'_>, a: usize, b: usize) -> f64 {
    squared_euclidean(data.row(a), data.row(b)).sqrt()
}

/// The distances of every row to all others, ascending.
fn sorted_distances(data: MatrixView<'_>) -> Vec<Vec<f64>> {
    let of = |a: usize| {
        let others = (0..data.rows()).filter(|&b| b != a);
        let mut all: Vec<f64> = others.map(|b| distance(data, a, b)).collect();
        all.sort_by(f64::total_cmp);
        all
    };
    (0..data.rows()).map(of).collect()
}

/// The lengths of a minimum spanning tree, ascending, by all pairs in order of length (J. B. Kruskal, 1956).
fn plain_lengths(rows: usize, length: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    let pairs = (0..rows).flat_map(|b| (0..b).map(move |a| (a, b)));
    let mut pairs: Vec<(f64, usize, usize)> = pairs.map(|(a, b)| (length(a, b), a, b)).collect();
    pairs.sort_by(|x, y| x.0.total_cmp(&y.0));
    let mut sets = Sets::new(rows);
    let mut lengths = Vec::new();
    for (length, a, b) in pairs {
        let (a, b) = (sets.find(a as u32), sets.find(b as u32));
        if a != b {
            sets.join(a, b);
            lengths.push(length);
        }
    }
    lengths
}

/// One tree over all rows, each edge as long as it says, all together as short as can be.
#[track_caller]
fn check_tree(edges: &[Edge], rows: usize, length: impl Fn(usize, usize) -> f64) {
    let mut sets = Sets::new(rows);
    for edge in edges {
        assert!(edge.a < edge.b);
        assert_eq!(edge.length, length(edge.a as usize, edge.b as usize));
        let (a, b) = (sets.find(edge.a), sets.find(edge.b));
        assert_ne!(a, b, "a circle");
        sets.join(a, b);
    }
    let lengths: Vec<f64> = edges.iter().map(|edge| edge.length).collect();
    assert_eq!(lengths, plain_lengths(rows, length));
}

#[track_caller]
fn check_all(data: &Matrix, count: usize) {
    let data = data.view();
    let truth = sorted_distances(data);
    let found = nearest_neighbours(data, count, &Silent).unwrap();
    for (row, truth) in truth.iter().enumerate() {
        let distances = &found.distances[row * count..(row + 1) * count];
        assert_eq!(distances, &truth[..count], "row {row}");
        let rows = &found.rows[row * count..(row + 1) * count];
        for (&near, &far) in rows.iter().zip(distances) {
            assert_eq!(distance(data, row, near as usize), far);
        }
        let mut different = rows.to_vec();
        different.push(row as u32);
        different.sort_unstable();
        different.dedup();
        assert_eq!(different.len(), count + 1);
    }
    let edges = spanning_tree(data, &Silent).unwrap();
    check_tree(&edges, data.rows(), |a, b| distance(data, a, b));
    let reachable = reachability_tree(data, count, &Silent).unwrap();
    for (core, truth) in reachable.core_distances.iter().zip(&truth) {
        assert_eq!(*core, truth[count - 1]);
    }
    let core = &reachable.core_distances;
    check_tree(&reachable.edges, data.rows(), |a, b| {
        distance(data, a, b).max(core[a]).max(core[b])
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn equals_all_pairs(
        rows in 2usize..260, cols in 1usize..24, count in 1usize..30, grid in 0usize..4, seed in 0u64..1_000,
    ) {
        // On a grid of few values most distances are ties and many rows are equal.
        let mut random = Random::new(seed);
        let mut value = || if grid > 0 { random.below(grid + 1) as f64 } else { random.normal() };
        let data: Vec<f64> = (0..rows * cols).map(|_| value()).collect();
        check_all(&Matrix::new(data, rows, cols).unwrap(), count.min(rows - 1));
    }
}

#[test]
fn clouds_of_uneven_density() {
    let (data, _) = blobs(900, 3, 4, 30.0, 4);
    check_all(&data, 15);
    // A dense core in a thin cloud, far from zero, and a constant column.
    let mut random = Random::new(8);
    let row = |row: usize, random: &mut Random| {
        let spread = if row.is_multiple_of(2) { 1e-3 } else { 10.0 };
        [
            1e6 + random.normal() * spread,
            random.normal() * spread,
            7.0,
        ]
    };
    let data: Vec<f64> = (0..700).flat_map(|at| row(at, &mut random)).collect();
    check_all(&Matrix::new(data, 700, 3).unwrap(), 40);
}

#[test]
fn threads_do_not_matter() {
    let mut random = Random::new(3);
    for grid in [false, true] {
        let mut value = || {
            if grid {
                random.below(9) as f64
            } else {
                random.normal()
            }
        };
        let data: Vec<f64> = (0..6_000).map(|_| value()).collect();
        let data = Matrix::new(data, 3_000, 2).unwrap();
        let all = || {
            (
                nearest_neighbours(data.view(), 5, &Silent).unwrap(),
                spanning_tree(data.view(), &Silent).unwrap(),
                reachability_tree(data.view(), 5, &Silent).unwrap(),
            )
        };
        let one = on_threads(1, all);
        assert_eq!(one, on_threads(2, all));
        assert_eq!(one, on_threads(5, all));
    }
}

#[test]
fn many_equal_rows_take_no_longer() {
    let data = Matrix::new(vec![2.0; 40_000], 20_000, 2).unwrap();
    let tree = reachability_tree(data.view(), 10, &Silent).unwrap();
    assert_eq!(tree.edges.len(), 19_999);
    assert!(tree.edges.iter().all(|edge| edge.length == 0.0));
}

#[test]
fn ends_of_the_range() {
    let one = Matrix::new(vec![1.0, 2.0], 1, 2).unwrap();
    assert_eq!(spanning_tree(one.view(), &Silent), Ok(Vec::new()));
    assert_eq!(
        nearest_neighbours(one.view(), 1, &Silent)
            .unwrap_err()
            .to_string(),
        "count is 1; give data of more than one row, for a single row has no neighbour"
    );
    let two = Matrix::new(vec![1e100, -1e100], 2, 1).unwrap();
    check_all(&two, 1);
    assert_eq!(
        reachability_tree(two.view(), 2, &Silent)
            .unwrap_err()
            .to_string(),
        "neighbours is 2; give 1 to 1, one less than the rows"
    );
    assert!(nearest_neighbours(two.view(), 0, &Silent).is_err());
}

#[test]
fn stops_when_told() {
    let data = blobs(100, 2, 2, 1.0, 1).0;
    assert_eq!(spanning_tree(data.view(), &Stop), Err(Error::Cancelled));
}
