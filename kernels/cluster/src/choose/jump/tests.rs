//! Tests of the jumps: the clouds are like the rows, and the count is found where silhouettes name another.
#![allow(clippy::unwrap_used)]

use numeric::Silent;

use super::*;
use crate::choose::{Choice, Params};
use crate::test_data::{blobs, on_threads};

fn choose(data: &Matrix, clusters_max: usize) -> Choice {
    let params = Params {
        clusters_min: 2,
        clusters_max,
        starts: 6,
        max_iterations: 100,
        tolerance: 1e-4,
        bootstraps: 6,
        sample: 1_200,
        stability_min: 0.6,
        seed: 3,
    };
    let ready = params.check(data.view().rows()).unwrap();
    ready.run(data.view(), &Silent).unwrap().choice
}

/// Normal rows around these centers, so many around each.
fn around(centers: &[(&[f64], usize)], seed: u64) -> Matrix {
    let mut random = Random::new(seed);
    let (mut values, mut rows) = (Vec::new(), 0);
    for (center, count) in centers {
        for _ in 0..*count {
            values.extend(center.iter().map(|value| value + random.normal()));
        }
        rows += count;
    }
    Matrix::new(values, rows, centers[0].0.len()).unwrap()
}

fn silhouettes_name(choice: &Choice) -> usize {
    let mut best = &choice.candidates[0];
    for candidate in &choice.candidates {
        if candidate.silhouette > best.silhouette {
            best = candidate;
        }
    }
    best.clusters
}

#[test]
fn clusters_in_groups_are_counted_and_not_the_groups() {
    let mut centers = Vec::new();
    for group in [[0.0, 0.0], [40.0, 0.0], [0.0, 40.0]] {
        for corner in [[-3.5, 0.0, 0.0], [3.5, 0.0, 0.0], [0.0, 3.5, 4.0]] {
            centers.push(vec![group[0] + corner[0], group[1] + corner[1], corner[2]]);
        }
    }
    let each: Vec<(&[f64], usize)> = centers.iter().map(|center| (&center[..], 70)).collect();
    let choice = choose(&around(&each, 8), 11);
    assert_eq!(silhouettes_name(&choice), 3);
    assert_eq!(choice.clusters, 9, "{}", choice.reason);
    assert!(
        choice.reason.contains("; silhouettes prefer 3 (."),
        "{}",
        choice.reason
    );
}

#[test]
fn small_clusters_beside_a_large_one_are_counted() {
    let centers: [(&[f64], usize); 4] = [
        (&[0.0, 0.0, 0.0], 700),
        (&[5.0, 0.0, 0.0], 250),
        (&[0.0, 5.0, 0.0], 120),
        (&[0.0, 0.0, 5.0], 80),
    ];
    let choice = choose(&around(&centers, 4), 8);
    assert_eq!(choice.clusters, 4, "{}", choice.reason);
}

#[test]
fn columns_of_noise_do_not_hide_the_count() {
    let mut centers = vec![vec![0.0; 30]; 6];
    for (place, center) in centers.iter_mut().enumerate() {
        center[place] = 5.0;
    }
    let each: Vec<(&[f64], usize)> = centers.iter().map(|center| (&center[..], 120)).collect();
    let choice = choose(&around(&each, 5), 9);
    assert_eq!(choice.clusters, 6, "{}", choice.reason);
}

#[test]
fn one_cloud_gains_as_a_cloud_does() {
    // A long cloud: not one of unit deviations, which any reference would match.
    let mut random = Random::new(6);
    let rows = (0..900).flat_map(|_| [4.0, 2.0, 1.0, 0.5].map(|spread| spread * random.normal()));
    let data = Matrix::new(rows.collect(), 900, 4).unwrap();
    let choice = choose(&data, 7);
    for candidate in &choice.candidates {
        let jump = candidate.jump.unwrap();
        assert!(jump.abs() < 0.7, "{} {jump}", candidate.clusters);
    }
    let told = &choice.reason;
    assert!(
        told.contains("weak") || told.contains("no count reaches"),
        "{told}"
    );
}

#[test]
fn clear_clusters_of_many_columns_stay_in_the_range_of_numbers() {
    let data = blobs(400, 120, 7, 3_000.0, 2).0;
    let choice = choose(&data, 9);
    assert_eq!(choice.clusters, 7, "{}", choice.reason);
    assert!(
        choice
            .candidates
            .iter()
            .all(|each| !each.jump.unwrap().is_nan())
    );
}

#[test]
fn a_cloud_is_like_its_rows() {
    // The third column is the sum of the others, and the fourth does not differ.
    let mut random = Random::new(11);
    let rows = (0..600).flat_map(|_| {
        let (a, b) = (random.normal(), 3.0 * random.normal());
        [a + 0.5 * b, b, a + 1.5 * b, 7.0]
    });
    let data = Matrix::new(rows.collect(), 600, 4).unwrap();
    let cloud = Cloud::like(data.view());
    let drawn = cloud.draw(20_000, 1).unwrap();
    let product = |of: &Matrix, a: usize, b: usize| {
        let view = of.view();
        let (mean, _) = means(view, 1, |_| 0);
        let each = (0..view.rows()).map(|row| {
            let row = view.row(row);
            (row[a] - mean[a]) * (row[b] - mean[b])
        });
        each.sum::<f64>() / view.rows() as f64
    };
    for a in 0..4 {
        for b in 0..=a {
            let (own, theirs) = (product(&data, a, b), product(&drawn, a, b));
            assert!(
                (own - theirs).abs() < 0.03 * (1.0 + own.abs()),
                "{a} {b}: {own} {theirs}"
            );
        }
    }
    let even = Matrix::new(vec![1.0, 0.0, -1.0, 0.0, 0.0, 1.0, 0.0, -1.0], 4, 2).unwrap();
    assert!((Cloud::like(even.view()).dimensions - 2.0).abs() < 1e-12);
    assert!(cloud.dimensions < 1.5, "{}", cloud.dimensions);
}

#[test]
fn the_jump_by_hand() {
    // Y = 1/2: powers 1, 2, 4, so jumps 1 and 2; then one that gains nothing, and one that leaves nothing.
    let jumps = jumps(&[16.0, 4.0, 1.0, 1.0, 0.0, 0.0], 0.5);
    assert!((jumps[0] - 0.0).abs() < 1e-12 && (jumps[1] - 2f64.ln()).abs() < 1e-12);
    let rest = [f64::NEG_INFINITY, f64::INFINITY, f64::NEG_INFINITY];
    assert_eq!(jumps[2..], rest);
}

#[test]
fn threads_do_not_matter() {
    let data = blobs(500, 4, 3, 3.0, 9).0;
    let one = on_threads(1, || choose(&data, 5));
    assert_eq!(one, on_threads(3, || choose(&data, 5)));
}
