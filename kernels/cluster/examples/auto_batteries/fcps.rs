//! Sets in the style of the fundamental clustering problems suite: one difficulty each.

use std::f64::consts::TAU;

use crate::sketch::{Set, Sketch};

const NAME: &str = "fcps";

pub fn sets(seed: u64) -> Vec<Set> {
    let draw = |cols, at: u64| Sketch::new(cols, numeric::random::derive(seed, 100 + at));
    vec![
        atom(draw(3, 1)),
        chainlink(draw(3, 2)),
        engytime(draw(2, 3)),
        hepta(draw(3, 4)),
        lsun(draw(2, 5)),
        target(draw(2, 6)),
        tetra(draw(3, 7)),
        twodiamonds(draw(2, 8)),
        wingnut(draw(2, 9)),
    ]
}

/// A direction, every one equally likely, times a length.
fn on_sphere(draw: &mut Sketch, radius: f64) -> Vec<f64> {
    let raw: Vec<f64> = (0..3).map(|_| draw.random.normal()).collect();
    let length = raw.iter().map(|x| x * x).sum::<f64>().sqrt();
    raw.iter().map(|x| x / length * radius).collect()
}

fn atom(mut draw: Sketch) -> Set {
    for _ in 0..400 {
        let radius = 10.0 * draw.random.unit_f64().cbrt();
        let at = on_sphere(&mut draw, radius);
        draw.point(Some(0), &at);
        let radius = draw.between(47.0, 53.0);
        let at = on_sphere(&mut draw, radius);
        draw.point(Some(1), &at);
    }
    draw.finish(NAME, "atom")
}

fn chainlink(mut draw: Sketch) -> Set {
    draw.curve(0, 500, 0.05, |t| {
        vec![(TAU * t).cos(), (TAU * t).sin(), 0.0]
    });
    draw.curve(1, 500, 0.05, |t| {
        vec![1.0 + (TAU * t).cos(), 0.0, (TAU * t).sin()]
    });
    draw.finish(NAME, "chainlink")
}

fn engytime(mut draw: Sketch) -> Set {
    draw.cloud(0, 2_048, &[0.0, 0.0], &[1.0, 1.0]);
    let apart = draw.between(2.6, 3.2);
    draw.cloud(1, 2_048, &[apart, apart * 0.9], &[0.8, 0.9]);
    draw.finish(NAME, "engytime")
}

fn hepta(mut draw: Sketch) -> Set {
    draw.cloud(0, 32, &[0.0; 3], &[0.25; 3]);
    for axis in 0..3 {
        for side in 0..2 {
            let mut center = [0.0; 3];
            center[axis] = [3.0, -3.0][side];
            let label = 1 + 2 * axis as u32 + side as u32;
            draw.cloud(label, 30, &center, &[0.5; 3]);
        }
    }
    draw.finish(NAME, "hepta")
}

fn lsun(mut draw: Sketch) -> Set {
    draw.block(Some(0), 100, &[0.0, 2.0], &[0.5, 5.0]);
    draw.block(Some(0), 100, &[0.5, 4.6], &[2.2, 5.0]);
    draw.block(Some(1), 100, &[0.0, 0.0], &[4.2, 1.0]);
    draw.ring(2, 100, [3.5, 3.2], [0.0, 0.75]);
    draw.finish(NAME, "lsun")
}

fn target(mut draw: Sketch) -> Set {
    draw.ring(0, 363, [0.0; 2], [0.0, 0.6]);
    draw.ring(1, 395, [0.0; 2], [1.9, 2.35]);
    for corner in 0..4u32 {
        let at = [[3.0, 3.0], [-3.0, 3.0], [3.0, -3.0], [-3.0, -3.0]][corner as usize];
        draw.cloud(2 + corner, 3, &at, &[0.08; 2]);
    }
    draw.finish_also(NAME, "target", &[|label| (label < 2).then_some(label)])
}

fn tetra(mut draw: Sketch) -> Set {
    let apart = draw.between(1.0, 1.15);
    for label in 0..4u32 {
        let center = [
            [1.0, 1.0, 1.0],
            [1.0, -1.0, -1.0],
            [-1.0, 1.0, -1.0],
            [-1.0, -1.0, 1.0],
        ][label as usize]
            .map(|x| x * apart);
        for _ in 0..100 {
            let radius = 1.25 * draw.random.unit_f64().cbrt();
            let at: Vec<f64> = on_sphere(&mut draw, radius)
                .iter()
                .zip(center)
                .map(|(x, center)| x + center)
                .collect();
            draw.point(Some(label), &at);
        }
    }
    draw.finish(NAME, "tetra")
}

fn twodiamonds(mut draw: Sketch) -> Set {
    for (label, center) in [(0, -1.0), (1, 1.0)] {
        for _ in 0..400 {
            let (a, b) = (draw.between(-0.5, 0.5), draw.between(-0.5, 0.5));
            draw.point(Some(label), &[center * 1.02 + a + b, a - b]);
        }
    }
    draw.finish(NAME, "twodiamonds")
}

fn wingnut(mut draw: Sketch) -> Set {
    for label in 0..2u32 {
        let side = if label == 0 { 1.0 } else { -1.0 };
        let mut left = 508;
        while left > 0 {
            let (x, y) = (draw.between(0.0, 2.0), draw.between(0.0, 3.0));
            // Denser towards the corner that the other one is not near.
            if draw.random.unit_f64() < 0.25 + 0.75 * (x / 2.0) * (y / 3.0) {
                draw.point(Some(label), &[side * (x + 0.13), side * (y - 1.0)]);
                left -= 1;
            }
        }
    }
    draw.finish(NAME, "wingnut")
}
