//! Tests of the automatic choice: that it finds shapes of every kind, and what it must hold on any data.
//! Breaking a rule of the choice fails the table of shapes.
#![allow(clippy::unwrap_used)]

use std::f64::consts::{PI, TAU};

use numeric::{Matrix, Progress, Silent, random::Random};

use super::*;
use crate::test_data::{blobs, on_threads};

fn run(data: &Matrix, clusters: usize) -> Result<Chosen, Error> {
    let params = Params { clusters, seed: 3 };
    params.check(data.view().rows())?.run(data.view(), &Silent)
}

/// Points of one shape after another, each with its cluster.
struct Sketch(Random, Vec<f64>, Vec<u32>);

impl Sketch {
    fn cloud(&mut self, label: u32, count: usize, center: [f64; 2], deviation: [f64; 2]) {
        for _ in 0..count {
            for col in 0..2 {
                self.1.push(center[col] + deviation[col] * self.0.normal());
            }
            self.2.push(label);
        }
    }

    /// Part of a ring around a center, from one angle to another.
    fn arc(&mut self, label: u32, count: usize, center: [f64; 2], radius: f64, angles: [f64; 2]) {
        for _ in 0..count {
            let angle = angles[0] + (angles[1] - angles[0]) * self.0.unit_f64();
            let radius = radius + 0.12 * self.0.normal();
            self.1.push(center[0] + radius * angle.cos());
            self.1.push(center[1] + radius * angle.sin());
            self.2.push(label);
        }
    }

    fn block(&mut self, label: u32, count: usize, low: [f64; 2], high: [f64; 2]) {
        for _ in 0..count {
            for col in 0..2 {
                self.1
                    .push(low[col] + (high[col] - low[col]) * self.0.unit_f64());
            }
            self.2.push(label);
        }
    }
}

const NOISE: u32 = u32::MAX;

/// Score of the choice on one drawing; noise is not counted, but has labels.
fn score(clusters: usize, draw: impl Fn(&mut Sketch)) -> (f64, Chosen) {
    let mut sketch = Sketch(Random::new(17), Vec::new(), Vec::new());
    draw(&mut sketch);
    let data = Matrix::new(sketch.1, sketch.2.len(), 2).unwrap();
    let chosen = run(&data, clusters).unwrap();
    assert_eq!(chosen.labels.len(), data.view().rows());
    let (truth, found): (Vec<u32>, Vec<u32>) = sketch
        .2
        .iter()
        .zip(&chosen.labels)
        .filter(|(truth, _)| **truth != NOISE)
        .unzip();
    (adjusted_rand(&truth, &found).unwrap(), chosen)
}

#[track_caller]
fn check(least: f64, clusters: usize, draw: impl Fn(&mut Sketch)) -> Chosen {
    let (score, chosen) = score(clusters, draw);
    assert!(score >= least, "{score}: {}", chosen.reason);
    chosen
}

#[test]
fn rings_and_the_far_few() {
    let chosen = check(1.0, 6, |sketch| {
        sketch.arc(0, 300, [0.0; 2], 0.0, [0.0, TAU]);
        sketch.arc(1, 400, [0.0; 2], 2.5, [0.0, TAU]);
        for (label, (x, y)) in (2..).zip([(4.0, 4.0), (-4.0, 4.0), (4.0, -4.0), (-4.0, -4.0)]) {
            sketch.cloud(label, 4, [x, y], [0.08; 2]);
        }
    });
    assert_eq!(chosen.method, Method::Single);
    assert!(chosen.reason.contains("falls into just as many pieces"));
}

#[test]
fn a_ring_among_noise() {
    let chosen = check(0.97, 2, |sketch| {
        sketch.arc(0, 500, [0.0; 2], 2.0, [0.0, TAU]);
        sketch.cloud(1, 400, [0.0; 2], [0.3; 2]);
        sketch.block(NOISE, 50, [-2.8; 2], [2.8; 2]);
    });
    assert!(!matches!(
        chosen.method,
        Method::KMeans | Method::Mixture(_)
    ));
}

#[test]
fn moons_that_nearly_touch() {
    check(0.95, 2, |sketch| {
        sketch.arc(0, 400, [0.0, 0.0], 2.0, [0.0, PI]);
        sketch.arc(1, 250, [2.0, 0.45], 2.0, [PI, TAU]);
        sketch.block(NOISE, 30, [-2.5, -2.5], [4.5, 3.0]);
    });
}

#[test]
fn overlapping_clouds_are_a_mixture() {
    let chosen = check(0.85, 3, |sketch| {
        sketch.cloud(0, 600, [0.0, 0.0], [1.0, 1.0]);
        sketch.cloud(1, 600, [4.0, 0.0], [1.0, 1.6]);
        sketch.cloud(2, 200, [2.0, 3.4], [0.5, 0.5]);
    });
    assert!(matches!(chosen.method, Method::Mixture(_)));
    assert!(chosen.reason.contains("like draws from this mixture"));
}

#[test]
fn blocks_of_unequal_size_among_noise() {
    check(0.97, 4, |sketch| {
        sketch.block(0, 700, [0.0, 0.0], [6.0, 1.0]);
        sketch.block(1, 200, [0.0, 1.8], [1.0, 3.8]);
        sketch.arc(2, 300, [4.0, 3.4], 1.1, [0.0, 1.5 * PI]);
        sketch.cloud(3, 150, [4.0, 3.4], [0.15; 2]);
        sketch.block(NOISE, 60, [-1.0, -1.0], [7.0, 5.0]);
    });
}

#[test]
fn one_cheap_border_does_not_outweigh_what_many_find() {
    let candidate = |labels: [u32; 6], border: f64| Candidate {
        method: Method::Single,
        labels: labels.to_vec(),
        border,
        agreement: 0.0,
        bic: None,
    };
    let of = |cheapest: f64| {
        let candidates = [
            candidate([0, 1, 0, 1, 0, 1], cheapest),
            candidate([0, 0, 0, 1, 1, 1], 0.002),
            candidate([0, 0, 0, 1, 1, 1], 0.002),
            candidate([0, 0, 0, 0, 1, 1], 0.003),
        ];
        let agreements: Vec<Vec<f64>> = candidates
            .iter()
            .map(|a| {
                let with = |b: &Candidate| adjusted_rand(&a.labels, &b.labels).unwrap();
                candidates.iter().map(with).collect()
            })
            .collect();
        most_expected(&candidates, &agreements)
    };
    // Three alike at twice its cost outweigh it; at a twentieth of their cost it outweighs them.
    assert_eq!(of(0.001), 1);
    assert_eq!(of(0.0), 0);
}

#[test]
fn discs_of_unequal_size_that_touch() {
    // k-means and Ward divide the large disc, and mixtures from these two would.
    check(0.95, 4, |sketch| {
        for (label, radius, x, y) in [
            (0, 4.0, 0.0, 0.0),
            (1, 1.4, 6.2, 0.0),
            (2, 1.4, 6.2, 3.6),
            (3, 1.4, 6.2, -3.6),
        ] {
            let count = (radius * radius * 25.0) as usize;
            for _ in 0..count {
                let angle = TAU * sketch.0.unit_f64();
                let radius = radius * sketch.0.unit_f64().sqrt();
                sketch.1.push(x + radius * angle.cos());
                sketch.1.push(y + radius * angle.sin());
                sketch.2.push(label);
            }
        }
    });
}

#[test]
fn rows_that_were_not_seen_are_labelled() {
    let (data, truth) = blobs(8_000, 2, 4, 30.0, 6);
    let chosen = run(&data, 4).unwrap();
    assert_eq!(chosen.rows.len(), ROWS_MAX);
    assert!(adjusted_rand(&chosen.labels, &truth).unwrap() > 0.99);
    assert!(
        chosen
            .candidates
            .iter()
            .all(|candidate| candidate.labels.len() == ROWS_MAX)
    );
}

#[test]
fn threads_do_not_matter() {
    let data = blobs(700, 3, 4, 2.0, 4).0;
    let one = on_threads(1, || run(&data, 4).unwrap());
    assert_eq!(one, on_threads(3, || run(&data, 4).unwrap()));
}

#[test]
fn small_and_degenerate_data() {
    let one = Matrix::new(vec![1.0, 2.0], 1, 2).unwrap();
    assert_eq!(run(&one, 1).unwrap().labels, [0]);
    assert!(matches!(run(&one, 2), Err(Error::Parameter { .. })));
    assert!(matches!(run(&one, 0), Err(Error::Parameter { .. })));
    let few = Matrix::new(vec![0.0, 0.1, 5.0, 5.1, 9.0], 5, 1).unwrap();
    assert_eq!(run(&few, 5).unwrap().labels.len(), 5);
    let labels = run(&few, 3).unwrap().labels;
    assert_eq!(adjusted_rand(&labels, &[0, 0, 1, 1, 2]).unwrap(), 1.0);
    let same = Matrix::new(vec![3.0; 20], 10, 2).unwrap();
    assert_eq!(run(&same, 1).unwrap().labels, [0; 10]);
    assert!(matches!(
        run(&same, 2),
        Err(Error::TooFewDistinctRows { .. })
    ));
    // Twins by the dozen and a constant column.
    let twins: Vec<f64> = (0..60)
        .flat_map(|row| [f64::from(row % 3) * 4.0, 7.0])
        .collect();
    let labels = run(&Matrix::new(twins, 60, 2).unwrap(), 3).unwrap().labels;
    let truth: Vec<u32> = (0..60).map(|row| row % 3).collect();
    assert_eq!(adjusted_rand(&labels, &truth).unwrap(), 1.0);
}

#[test]
fn stops_when_asked() {
    struct Impatient;
    impl Progress for Impatient {
        fn tick(&self, _done: u64, _total: u64) {}
        fn cancelled(&self) -> bool {
            true
        }
    }
    let data = blobs(50, 2, 2, 4.0, 1).0;
    let auto = Params {
        clusters: 2,
        seed: 1,
    }
    .check(50)
    .unwrap();
    assert_eq!(auto.run(data.view(), &Impatient), Err(Error::Cancelled));
}

#[test]
fn columns_without_spread_change_nothing() {
    let mut sketch = Sketch(Random::new(5), Vec::new(), Vec::new());
    sketch.block(0, 300, [0.0; 2], [2.0; 2]);
    sketch.block(1, 300, [2.2, 0.0], [4.2, 2.0]);
    let rows = sketch.2.len();
    let wide = sketch
        .1
        .chunks_exact(2)
        .flat_map(|row| [7.0, row[0], 0.0, row[1], 3.0]);
    let wide = Matrix::new(wide.collect(), rows, 5).unwrap();
    let narrow = Matrix::new(sketch.1, rows, 2).unwrap();
    let (wide, narrow) = (run(&wide, 2).unwrap(), run(&narrow, 2).unwrap());
    // Even squares are no draws from clouds, with or without them.
    assert!(
        !narrow.reason.contains("like draws from this mixture"),
        "{}",
        narrow.reason
    );
    assert_eq!((wide.labels, wide.reason), (narrow.labels, narrow.reason));
}
