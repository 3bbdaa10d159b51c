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

fn ring(mut draw: Sketch, name: &'static str, strewn: Strewn) -> Set {
    draw.ring(0, 500, [0.0; 2], [1.6, 2.0]);
    draw.cloud(1, 500, &[0.0; 2], &[0.3; 2]);
    match strewn {
        Strewn::Nothing => {}
        Strewn::Noise => draw.block(None, 50, &[-2.6; 2], &[2.6; 2]),
        Strewn::Outliers => {
            for corner in [[4.0, 4.0], [-4.2, 3.8], [4.1, -4.0]] {
                for _ in 0..10 {
                    let at = corner.map(|x| x + 0.1 * draw.random.normal());
                    draw.point(None, &at);
                }
            }
        }
    }
    draw.finish(NAME, name)
}

fn zigzag(mut draw: Sketch, name: &'static str, strewn: Strewn) -> Set {
    let gap = draw.between(0.35, 0.5);
    draw.path(0, 90, 0.04, &[[0.0, 0.0], [1.0, 1.2], [2.0, 0.0]]);
    draw.path(1, 90, 0.04, &[[0.9, -gap], [1.9, -1.4], [2.9, -gap]]);
    draw.cloud(2, 70, &[3.4, 0.8], &[0.16; 2]);
    match strewn {
        Strewn::Nothing => {}
        Strewn::Noise => draw.block(None, 50, &[-0.5, -1.8], &[4.2, 1.8]),
        Strewn::Outliers => {
            for corner in [[-2.0, 3.0], [5.5, -2.5], [5.0, 3.0]] {
                for _ in 0..10 {
                    let at = corner.map(|x| x + 0.08 * draw.random.normal());
                    draw.point(None, &at);
                }
            }
        }
    }
    draw.finish(NAME, name)
}
