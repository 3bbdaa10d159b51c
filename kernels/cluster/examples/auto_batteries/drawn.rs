//! Sets of shapes drawn at random, in the style of no published battery: what the choice does where nobody
//! looked.

use std::f64::consts::TAU;

use crate::sketch::{Set, Sketch};

const NAME: &str = "drawn";
/// Names of the sets, which are otherwise alike.
const NAMES: [&str; 16] = [
    "d01", "d02", "d03", "d04", "d05", "d06", "d07", "d08", "d09", "d10", "d11", "d12", "d13",
    "d14", "d15", "d16",
];
/// Places tried for a shape before the distance asked for gets less.
const TRIES: usize = 40;

pub fn sets(seed: u64) -> Vec<Set> {
    (0..)
        .zip(NAMES)
        .map(|(at, name)| {
            drawn(
                Sketch::new(2, numeric::random::derive(seed, 500 + at)),
                name,
            )
        })
        .collect()
}

/// Two to seven shapes on a sheet, each some distance from the others, all of them among noise in one set
/// of two.
fn drawn(mut draw: Sketch, name: &'static str) -> Set {
    let shapes = 2 + draw.random.below(6) as u32;
    let scale = draw.between(60.0, 350.0);
    let mut apart = draw.between(0.15, 0.9);
    let sheet = 2.6 * f64::from(shapes).sqrt();
    let mut placed: Vec<[f64; 2]> = Vec::new();
    for label in 0..shapes {
        let count = (scale * draw.between(-1.0, 1.0).exp()) as usize;
        let shape = shape(&mut draw, count);
        let mut tries = 0;
        let shape = loop {
            let by = [draw.between(0.0, sheet), draw.between(0.0, sheet)];
            let moved: Vec<[f64; 2]> = shape
                .iter()
                .map(|at| [at[0] + by[0], at[1] + by[1]])
                .collect();
            if far(&moved, &placed, apart) {
                break moved;
            }
            tries += 1;
            if tries % TRIES == 0 {
                apart *= 0.8;
            }
        };
        for at in &shape {
            draw.point(Some(label), at);
        }
        placed.extend(shape);
    }
    if draw.random.below(2) == 0 {
        let share = draw.between(0.02, 0.15);
        let noise = (share * placed.len() as f64) as usize;
        draw.block(None, noise, &[-1.5; 2], &[sheet + 1.5; 2]);
    }
    draw.finish(NAME, name)
}

/// Whether no point of the first is nearer than this to one of the second.
fn far(shape: &[[f64; 2]], placed: &[[f64; 2]], apart: f64) -> bool {
    let near = |a: &[f64; 2], b: &[f64; 2]| (a[0] - b[0]).hypot(a[1] - b[1]) < apart;
    !shape.iter().any(|a| placed.iter().any(|b| near(a, b)))
}

/// A cloud, a box, a ring, an arc, a wave or a stroke around the origin, about two wide.
fn shape(draw: &mut Sketch, count: usize) -> Vec<[f64; 2]> {
    let turn = draw.between(0.0, TAU);
    let kind = draw.random.below(6);
    let (a, b) = (draw.between(0.2, 1.0), draw.between(0.05, 0.25));
    let mut points = Vec::with_capacity(count);
    for _ in 0..count {
        let (u, v) = (draw.between(-1.0, 1.0), draw.between(-1.0, 1.0));
        let (x, y) = (draw.random.normal(), draw.random.normal());
        let [x, y] = match kind {
            0 => [0.5 * x, 0.5 * a * y],
            1 => [u, a * v],
            2 => round(u * TAU / 2.0, 0.9 + b * v),
            3 => round(u * (0.8 + 1.6 * a), 0.9 + b * y * 0.5),
            4 => [1.4 * u, 0.5 * (4.0 * u).sin() + b * y * 0.5],
            _ => [1.5 * u, b * y],
        };
        points.push([
            x * turn.cos() - y * turn.sin(),
            x * turn.sin() + y * turn.cos(),
        ]);
    }
    points
}

fn round(angle: f64, radius: f64) -> [f64; 2] {
    [radius * angle.cos(), radius * angle.sin()]
}
