//! Sets in the style of Graves and Pedrycz: lines, rings and zigzags, plain, among noise, with outliers.

use std::f64::consts::PI;

use crate::sketch::{Set, Sketch};

const NAME: &str = "graves";

/// What is strewn over a set.
#[derive(Clone, Copy)]
enum Strewn {
    Nothing,
    Noise,
    Outliers,
}

pub fn sets(seed: u64) -> Vec<Set> {
    let draw = |at: u64| Sketch::new(2, numeric::random::derive(seed, 300 + at));
    vec![
        dense(draw(1)),
        fuzzyx(draw(2)),
        line(draw(3)),
        parabolic(draw(4)),
        ring(draw(5), "ring", Strewn::Nothing),
        ring(draw(6), "ring_noisy", Strewn::Noise),
        ring(draw(7), "ring_outliers", Strewn::Outliers),
        zigzag(draw(8), "zigzag", Strewn::Nothing),
        zigzag(draw(9), "zigzag_noisy", Strewn::Noise),
        zigzag(draw(10), "zigzag_outliers", Strewn::Outliers),
    ]
}

fn dense(mut draw: Sketch) -> Set {
    let apart = draw.between(0.85, 1.1);
    draw.cloud(0, 100, &[0.0, 0.0], &[0.06; 2]);
    draw.cloud(1, 100, &[apart, 0.1], &[0.28; 2]);
    draw.finish(NAME, "dense")
}

fn fuzzyx(mut draw: Sketch) -> Set {
    // An X of four arms around a middle.
    for arm in 0..4u32 {
        let turn = PI / 4.0 + f64::from(arm) * PI / 2.0;
        let center = [3.0 * turn.cos(), 3.0 * turn.sin()];
        draw.ellipse(arm, 200, center, [0.85, 0.3], turn);
    }
    draw.cloud(4, 200, &[0.0; 2], &[0.35; 2]);
    draw.finish(NAME, "fuzzyx")
}

fn line(mut draw: Sketch) -> Set {
    let lift = draw.between(0.5, 0.7);
    draw.path(0, 100, 0.02, &[[0.0, 0.0], [5.0, 0.0]]);
    draw.cloud(1, 150, &[2.5, lift + 0.2], &[0.3, 0.15]);
    draw.finish(NAME, "line")
}

fn parabolic(mut draw: Sketch) -> Set {
    let apart = draw.between(0.9, 1.2);
    draw.curve(0, 500, 0.12, |t| {
        let x = 4.0 * t - 2.0;
        vec![x, x * x * 0.7]
    });
    draw.curve(1, 500, 0.12, |t| {
        let x = 4.0 * t - 2.0;
        vec![x + 2.0, apart + 2.2 - x * x * 0.7]
    });
    draw.finish(NAME, "parabolic")
}

/// A disc of normal points in a ring. Outliers are seen as clusters of their own or left aside.
fn ring(mut draw: Sketch, name: &'static str, strewn: Strewn) -> Set {
    draw.ring(0, 500, [0.0; 2], [1.6, 2.0]);
    draw.cloud(1, 500, &[0.0; 2], &[0.3; 2]);
    strew(&mut draw, strewn, [-2.6, -2.6], [2.6, 2.6], 2);
    match strewn {
        Strewn::Outliers => draw.finish_also(NAME, name, &[|label| (label < 2).then_some(label)]),
        _ => draw.finish(NAME, name),
    }
}

/// Five thin strokes of fifty points, seen as five clusters or as three lines.
fn zigzag(mut draw: Sketch, name: &'static str, strewn: Strewn) -> Set {
    let gap = draw.between(0.3, 0.45);
    let strokes = [
        [[0.0, 0.0], [0.9, 1.1]],
        [[1.0, 1.1], [1.9, 0.0]],
        [[1.0, -gap], [1.9, -1.3 - gap]],
        [[2.0, -1.3 - gap], [2.9, -gap]],
        [[2.3, 1.4], [3.3, 0.6]],
    ];
    for (label, stroke) in (0..).zip(strokes) {
        draw.path(label, 50, 0.035, &stroke);
    }
    strew(&mut draw, strewn, [-0.5, -2.2], [3.8, 1.9], 5);
    draw.finish_also(
        NAME,
        name,
        &[
            |label| (label < 5).then_some(label),
            |label| [0, 0, 1, 1, 2].get(label as usize).copied(),
        ],
    )
}

/// Noise over the box, or ten points at each of three places outside of it, labelled from `label`.
fn strew(draw: &mut Sketch, strewn: Strewn, low: [f64; 2], high: [f64; 2], label: u32) {
    match strewn {
        Strewn::Nothing => {}
        Strewn::Noise => draw.block(None, 50, &low, &high),
        Strewn::Outliers => {
            let size = high[0] - low[0];
            for (group, side) in (0..).zip([[0.3, 0.3], [-0.3, 0.25], [0.3, -0.3]]) {
                let corner = [0, 1].map(|col: usize| {
                    let edge = if side[col] > 0.0 { high } else { low };
                    edge[col] + size * side[col]
                });
                draw.cloud(label + group, 10, &corner, &[0.02 * size; 2]);
            }
        }
    }
}
