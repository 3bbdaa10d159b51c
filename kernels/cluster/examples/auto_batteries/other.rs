//! Sets in the style of the "other" battery: shapes among noise, flowers, squares.

use std::f64::consts::{PI, TAU};

use crate::sketch::{Set, Sketch};

const NAME: &str = "other";

pub fn sets(seed: u64) -> Vec<Set> {
    let draw = |cols, at: u64| Sketch::new(cols, numeric::random::derive(seed, 400 + at));
    vec![
        chameleon_t4(draw(2, 1)),
        chameleon_t5(draw(2, 2)),
        chameleon_t7(draw(2, 3)),
        chameleon_t8(draw(2, 4)),
        hdbscan(draw(2, 5)),
        iris(draw(4, 6), "iris", [50; 3]),
        iris(draw(4, 7), "iris5", [5, 50, 50]),
        square(draw(2, 8)),
    ]
}

fn chameleon_t4(mut draw: Sketch) -> Set {
    draw.arc(0, 1_100, [130.0, 190.0], [50.0, 85.0], [0.1 * PI, 1.4 * PI]);
    draw.arc(
        1,
        1_100,
        [170.0, 150.0],
        [45.0, 80.0],
        [-0.75 * PI, 0.2 * PI],
    );
    draw.block(Some(2), 900, &[300.0, 40.0], &[330.0, 260.0]);
    draw.block(Some(3), 1_200, &[370.0, 60.0], &[520.0, 100.0]);
    draw.block(Some(4), 1_000, &[390.0, 140.0], &[430.0, 280.0]);
    draw.ring(5, 1_200, [520.0, 220.0], [0.0, 55.0]);
    strew(&mut draw, 761, [620.0, 310.0], 3.0);
    draw.finish(NAME, "chameleon_t4_8k")
}

fn chameleon_t5(mut draw: Sketch) -> Set {
    // Letters that a thin wave joins.
    let letters: [&[[f64; 2]]; 6] = [
        &[[0.0, 0.0], [0.0, 80.0], [50.0, 80.0]],
        &[[90.0, 0.0], [90.0, 80.0], [140.0, 80.0], [140.0, 0.0]],
        &[[180.0, 80.0], [205.0, 0.0], [230.0, 80.0]],
        &[[270.0, 0.0], [320.0, 0.0], [270.0, 80.0], [320.0, 80.0]],
        &[[360.0, 0.0], [385.0, 80.0], [410.0, 0.0]],
        &[[450.0, 80.0], [450.0, 0.0], [500.0, 0.0]],
    ];
    for (label, corners) in letters.iter().enumerate() {
        let count = draw.about(1_150);
        draw.path(label as u32, count, 5.5, corners);
    }
    strew(&mut draw, 1_187, [530.0, 130.0], 2.0);
    draw.finish(NAME, "chameleon_t5_8k")
}

fn chameleon_t7(mut draw: Sketch) -> Set {
    draw.ring(0, 1_100, [100.0, 120.0], [62.0, 80.0]);
    draw.ring(1, 800, [100.0, 120.0], [0.0, 36.0]);
    draw.block(Some(2), 900, &[30.0, 250.0], &[300.0, 280.0]);
    draw.block(Some(3), 900, &[30.0, 320.0], &[300.0, 350.0]);
    draw.arc(4, 1_000, [300.0, 120.0], [40.0, 65.0], [0.5 * PI, 1.7 * PI]);
    draw.arc(5, 1_000, [350.0, 90.0], [40.0, 65.0], [-0.5 * PI, 0.7 * PI]);
    draw.block(Some(6), 900, &[480.0, 40.0], &[510.0, 340.0]);
    draw.block(Some(7), 900, &[560.0, 40.0], &[590.0, 340.0]);
    draw.ellipse(8, 1_000, [390.0, 260.0], [38.0, 16.0], 0.6);
    strew(&mut draw, 926, [640.0, 400.0], 0.0);
    draw.finish(NAME, "chameleon_t7_10k")
}

fn chameleon_t8(mut draw: Sketch) -> Set {
    draw.block(Some(0), 1_100, &[20.0, 20.0], &[220.0, 75.0]);
    draw.block(Some(1), 500, &[60.0, 100.0], &[110.0, 150.0]);
    draw.ellipse(2, 1_500, [330.0, 90.0], [45.0, 18.0], 1.2);
    draw.ellipse(3, 700, [480.0, 70.0], [28.0, 14.0], 0.0);
    draw.ring(4, 900, [150.0, 250.0], [50.0, 68.0]);
    draw.cloud(5, 500, &[150.0, 250.0], &[11.0; 2]);
    draw.arc(6, 1_000, [330.0, 260.0], [38.0, 64.0], [0.0, 1.2 * PI]);
    draw.block(Some(7), 1_100, &[440.0, 150.0], &[480.0, 330.0]);
    strew(&mut draw, 346, [560.0, 350.0], 3.0);
    draw.finish(NAME, "chameleon_t8_8k")
}

/// Noise over a box from 0, some of it along a wave.
fn strew(draw: &mut Sketch, count: usize, high: [f64; 2], waves: f64) {
    draw.block(None, count * 2 / 3, &[0.0, 0.0], &high);
    for _ in 0..count / 3 {
        let t = draw.random.unit_f64();
        let lift = if waves == 0.0 {
            draw.random.unit_f64()
        } else {
            0.5 + 0.4 * (waves * TAU * t).sin()
        };
        let jitter = 2.0 * draw.random.normal();
        draw.point(None, &[high[0] * t, high[1] * lift + jitter]);
    }
}

fn hdbscan(mut draw: Sketch) -> Set {
    draw.arc(0, 320, [-0.1, 0.25], [0.16, 0.22], [0.0, PI]);
    draw.arc(1, 320, [0.08, 0.3], [0.16, 0.22], [PI, TAU]);
    draw.ellipse(2, 320, [-0.3, -0.3], [0.05, 0.03], 0.5);
    draw.ellipse(3, 320, [0.35, 0.05], [0.025, 0.025], 0.0);
    draw.ellipse(4, 320, [0.25, -0.3], [0.07, 0.02], -0.7);
    draw.ellipse(5, 200, [-0.38, 0.1], [0.02, 0.05], 0.2);
    draw.block(None, 510, &[-0.55, -0.5], &[0.6, 0.6]);
    draw.finish(NAME, "hdbscan")
}

/// Flowers by the published means and deviations, with one factor for size.
fn iris(mut draw: Sketch, name: &'static str, counts: [usize; 3]) -> Set {
    let means = [
        [5.01, 3.43, 1.46, 0.25],
        [5.94, 2.77, 4.26, 1.33],
        [6.59, 2.97, 5.55, 2.03],
    ];
    let deviations = [
        [0.35, 0.38, 0.17, 0.11],
        [0.52, 0.31, 0.47, 0.20],
        [0.64, 0.32, 0.55, 0.27],
    ];
    for label in 0..3 {
        for _ in 0..counts[label] {
            let size = draw.random.normal();
            let at: Vec<f64> = (0..4)
                .map(|col| {
                    let own = draw.random.normal();
                    means[label][col] + deviations[label][col] * (0.8 * size + 0.6 * own)
                })
                .collect();
            draw.point(Some(label as u32), &at);
        }
    }
    draw.finish(NAME, name)
}

fn square(mut draw: Sketch) -> Set {
    let gap = draw.between(0.1, 0.25);
    draw.block(Some(0), 500, &[0.0, 0.0], &[1.0, 1.0]);
    draw.block(Some(1), 500, &[1.0 + gap, 0.0], &[2.0 + gap, 1.0]);
    draw.finish(NAME, "square")
}
