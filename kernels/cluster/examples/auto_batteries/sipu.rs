//! Sets in the style of the SIPU battery: many normal clouds, and small classics of odd shapes.

use std::f64::consts::{PI, TAU};

use crate::sketch::{Set, Sketch};

const NAME: &str = "sipu";

pub fn sets(seed: u64) -> Vec<Set> {
    let draw = |at: u64| Sketch::new(2, numeric::random::derive(seed, at));
    vec![
        scattered(draw(1), "a1", 20, 150, 0.062, 0.0),
        scattered(draw(2), "a2", 35, 150, 0.045, 0.0),
        scattered(draw(3), "a3", 50, 150, 0.037, 0.0),
        scattered(draw(4), "s1", 15, 333, 0.028, 0.4),
        scattered(draw(5), "s2", 15, 333, 0.042, 0.4),
        scattered(draw(6), "s3", 15, 333, 0.060, 0.4),
        scattered(draw(7), "s4", 15, 333, 0.070, 0.4),
        scattered(draw(8), "d31", 31, 100, 0.033, 0.0),
        birch_grid(draw(9)),
        birch_wave(draw(10)),
        unbalance(draw(11)),
        r15(draw(12)),
        aggregation(draw(13)),
        compound(draw(14)),
        jain(draw(15)),
        flame(draw(16)),
        pathbased(draw(17)),
        spiral(draw(18)),
        worms(draw(19)),
        worms_wide(Sketch::new(64, numeric::random::derive(seed, 20))),
    ]
}

/// Clouds at places that keep some distance; `skew` lets sizes and axes differ.
fn scattered(
    mut draw: Sketch,
    name: &'static str,
    clusters: u32,
    each: usize,
    deviation: f64,
    skew: f64,
) -> Set {
    let apart = 0.72 / f64::from(clusters).sqrt();
    let mut centers: Vec<[f64; 2]> = Vec::new();
    let mut tries = 0;
    while centers.len() < clusters as usize {
        tries += 1;
        let loose = apart * 0.9995f64.powi(tries / 10);
        let at = [draw.between(0.0, 1.0), draw.between(0.0, 1.0)];
        if centers
            .iter()
            .all(|c| (c[0] - at[0]).hypot(c[1] - at[1]) > loose)
        {
            centers.push(at);
        }
    }
    for (label, center) in (0..clusters).zip(centers) {
        let (a, b) = (draw.between(-skew, skew), draw.between(-skew, skew));
        let angle = draw.between(0.0, PI);
        let count = draw.about(each);
        let deviations = [deviation * (1.0 + a), deviation * (1.0 + b)];
        draw.ellipse(label, count, center, deviations, angle);
    }
    draw.finish(NAME, name)
}

fn birch_grid(mut draw: Sketch) -> Set {
    for label in 0..100 {
        let center = [f64::from(label % 10), f64::from(label / 10)];
        let deviation = draw.between(0.22, 0.26);
        draw.cloud(label, 1_000, &center, &[deviation; 2]);
    }
    draw.finish(NAME, "birch1")
}

fn birch_wave(mut draw: Sketch) -> Set {
    for label in 0..100 {
        let x = f64::from(label);
        let center = [x, 12.0 * (x * TAU / 25.0).sin()];
        draw.cloud(label, 1_000, &center, &[0.24; 2]);
    }
    draw.finish(NAME, "birch2")
}

fn unbalance(mut draw: Sketch) -> Set {
    for (label, center) in [[0.0, 0.0], [1.6, 1.0], [0.4, 1.9]].iter().enumerate() {
        draw.cloud(label as u32, 2_000, center, &[0.16; 2]);
    }
    for label in 3..8u32 {
        let turn = f64::from(label) * TAU / 5.0;
        let center = [9.0 + 1.9 * turn.cos(), 1.0 + 1.9 * turn.sin()];
        draw.cloud(label, 100, &center, &[0.28; 2]);
    }
    draw.finish(NAME, "unbalance")
}

fn r15(mut draw: Sketch) -> Set {
    draw.cloud(0, 40, &[0.0, 0.0], &[0.35; 2]);
    for label in 1..8u32 {
        let turn = f64::from(label) * TAU / 7.0;
        let center = [2.0 * turn.cos(), 2.0 * turn.sin()];
        draw.cloud(label, 40, &center, &[0.35; 2]);
        let center = [6.5 * turn.cos(), 6.5 * turn.sin()];
        draw.cloud(label + 7, 40, &center, &[0.4; 2]);
    }
    // The middle is seen as eight clusters, or as one.
    draw.finish_also(
        NAME,
        "r15",
        &[|label| Some(if label < 8 { 0 } else { label })],
    )
}

fn aggregation(mut draw: Sketch) -> Set {
    let narrow = draw.between(0.25, 0.5);
    draw.ring(0, 170, [10.0, 23.0], [0.0, 4.4]);
    draw.ring(1, 34, [3.4, 7.0 + 1.5], [0.0, 1.9]);
    draw.arc(2, 270, [20.0, 8.0], [0.0, 6.3], [0.0, TAU]);
    draw.ring(3, 102, [32.0, 22.0], [0.0, 3.4]);
    draw.path(
        3,
        3,
        0.1,
        &[[32.0, 18.6], [32.0, 18.6 - narrow], [32.5, 12.5]],
    );
    draw.ring(4, 130, [32.6, 8.6], [0.0, 3.9]);
    draw.ring(5, 45, [8.4, 12.4], [0.0, 2.2]);
    draw.ring(6, 34, [20.0, 25.0], [0.0, 1.9]);
    draw.path(2, 4, 0.1, &[[26.3, 8.4], [28.7, 8.4]]);
    draw.finish(NAME, "aggregation")
}

fn compound(mut draw: Sketch) -> Set {
    draw.cloud(0, 50, &[12.0, 19.0], &[1.0, 1.1]);
    draw.cloud(1, 92, &[18.2, 18.5], &[0.8, 1.1]);
    draw.ring(2, 38, [15.5, 9.5], [0.0, 1.0]);
    draw.ring(3, 158, [15.5, 9.5], [3.9, 5.0]);
    draw.cloud(4, 45, &[34.0, 12.0], &[0.35, 1.5]);
    draw.block(Some(5), 50, &[28.0, 4.0], &[42.0, 21.0]);
    // The sparse block around the last cloud is also seen as noise, or as one with it, and the clouds of
    // the corner as one.
    draw.finish_also(
        NAME,
        "compound",
        &[
            |label| (label != 5).then_some(label),
            |label| Some(label.min(4)),
            |label| (label != 5).then_some(label.max(1)),
            |label| Some(label.clamp(1, 4)),
        ],
    )
}

fn jain(mut draw: Sketch) -> Set {
    draw.arc(0, 97, [14.0, 15.0], [9.0, 12.5], [0.15 * PI, 0.95 * PI]);
    draw.arc(1, 276, [27.0, 17.5], [9.0, 13.0], [-0.97 * PI, -0.08 * PI]);
    draw.finish(NAME, "jain")
}

fn flame(mut draw: Sketch) -> Set {
    draw.cloud(0, 85, &[0.0, 2.6], &[1.35, 1.0]);
    draw.arc(1, 153, [0.0, 1.2], [3.4, 5.4], [-0.98 * PI, -0.02 * PI]);
    draw.point(Some(0), &[-5.6, 6.8]);
    draw.point(Some(0), &[-5.3, 6.6]);
    draw.finish(NAME, "flame")
}

fn pathbased(mut draw: Sketch) -> Set {
    draw.arc(0, 110, [19.0, 17.0], [12.4, 13.6], [-0.25 * PI, 1.25 * PI]);
    draw.cloud(1, 95, &[12.4, 17.0], &[1.5, 2.2]);
    draw.cloud(2, 95, &[25.6, 17.0], &[1.5, 2.2]);
    draw.finish(NAME, "pathbased")
}

fn spiral(mut draw: Sketch) -> Set {
    let turns = draw.between(1.5, 1.9);
    for arm in 0..3u32 {
        let from = f64::from(arm) * TAU / 3.0;
        draw.curve(arm, 104, 0.09, |at| {
            let angle = from + turns * PI * at.powf(0.7);
            let radius = 2.0 + 10.0 * at.powf(0.7);
            vec![radius * angle.cos(), radius * angle.sin()]
        });
    }
    draw.finish(NAME, "spiral")
}

/// Thick walks that bend slowly and cross each other.
fn worms(mut draw: Sketch) -> Set {
    for label in 0..35 {
        let mut at = [draw.between(0.0, 50.0), draw.between(0.0, 50.0)];
        let mut heading = draw.between(0.0, TAU);
        let bend = draw.between(-0.06, 0.06);
        let width = draw.between(0.25, 0.6);
        for _ in 0..60 {
            draw.cloud(label, 50, &at, &[width; 2]);
            heading += bend + 0.08 * draw.random.normal();
            at = [at[0] + 0.15 * heading.cos(), at[1] + 0.15 * heading.sin()];
        }
    }
    draw.finish(NAME, "worms_2")
}

fn worms_wide(mut draw: Sketch) -> Set {
    for label in 0..25 {
        let mut at: Vec<f64> = (0..64).map(|_| draw.between(0.0, 30.0)).collect();
        let mut heading: Vec<f64> = (0..64).map(|_| draw.random.normal()).collect();
        let width = draw.between(0.3, 0.8);
        for _ in 0..60 {
            draw.cloud(label, 70, &at, &[width; 64]);
            for (at, heading) in at.iter_mut().zip(&mut heading) {
                *heading += 0.15 * draw.random.normal();
                *at += 0.12 * *heading;
            }
        }
    }
    draw.finish(NAME, "worms_64")
}
