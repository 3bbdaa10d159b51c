//! Sets in the style of the WUT battery: drawings, nested and touching shapes, small hard cases.

use std::f64::consts::{PI, TAU};

use crate::sketch::{Set, Sketch};

const NAME: &str = "wut";

pub fn sets(seed: u64) -> Vec<Set> {
    let draw = |cols, at: u64| Sketch::new(cols, numeric::random::derive(seed, 200 + at));
    vec![
        circles(draw(2, 1)),
        cross(draw(2, 2)),
        graph(draw(2, 3)),
        isolation(draw(2, 4)),
        labirynth(draw(2, 5)),
        clouds(
            draw(2, 6),
            "mk1",
            300,
            &[[0.0, 0.0, 0.0], [5.5, 1.0, 0.0], [2.5, 5.0, 0.0]],
            1.0,
        ),
        mk2(draw(2, 7)),
        clouds(
            draw(3, 8),
            "mk3",
            600,
            &[[0.0, 0.0, 0.0], [3.0, 3.0, 0.0], [3.2, 5.2, 2.0]],
            1.0,
        ),
        mk4(draw(3, 9)),
        olympic(draw(2, 10)),
        smile(draw(2, 11)),
        stripes(draw(2, 12)),
        trajectories(draw(2, 13)),
        trapped_lovers(draw(3, 14)),
        twosplashes(draw(2, 15)),
        windows(draw(2, 16)),
        clouds(
            draw(2, 17),
            "x1",
            120,
            &[[0.0, 0.0, 0.0], [6.0, 0.5, 0.0], [3.0, 5.5, 0.0]],
            1.1,
        ),
        x2(draw(2, 18)),
        x3(draw(2, 19)),
        z1(draw(2, 20)),
        z2(draw(2, 21)),
        z3(draw(2, 22)),
    ]
}

/// Clouds of like size; columns beyond those of the set are not looked at.
fn clouds(
    mut draw: Sketch,
    name: &'static str,
    rows: usize,
    centers: &[[f64; 3]],
    deviation: f64,
) -> Set {
    let cols = if name == "mk3" { 3 } else { 2 };
    for (label, center) in centers.iter().enumerate() {
        let count = draw.about(rows / centers.len());
        draw.cloud(
            label as u32,
            count,
            &center[..cols],
            &[deviation; 3][..cols],
        );
    }
    draw.finish(NAME, name)
}

fn circles(mut draw: Sketch) -> Set {
    // Four even discs side by side.
    let apart = draw.between(2.2, 2.6);
    for label in 0..4u32 {
        let center = [apart * f64::from(label % 2), apart * f64::from(label / 2)];
        draw.ring(label, 1_000, center, [0.0, 1.0]);
    }
    draw.finish(NAME, "circles")
}

fn cross(mut draw: Sketch) -> Set {
    // Four arms that nearly meet in the middle.
    for label in 0..4u32 {
        let (x, y) = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)][label as usize];
        draw.ellipse(
            label,
            500,
            [3.2 * x, 3.2 * y],
            [1.0, 0.35],
            f64::from(label) * PI / 2.0,
        );
    }
    draw.finish(NAME, "cross")
}

fn graph(mut draw: Sketch) -> Set {
    // Nodes joined by thin edges; each node owns its halves of the edges.
    let nodes: Vec<[f64; 2]> = (0..10)
        .map(|node| {
            let turn = f64::from(node) * TAU / 10.0;
            let radius = draw.between(2.5, 6.0);
            [radius * turn.cos(), radius * turn.sin()]
        })
        .collect();
    for (label, &node) in nodes.iter().enumerate() {
        let count = draw.between(80.0, 280.0) as usize;
        draw.cloud(label as u32, count, &node, &[0.3; 2]);
        for step in [1, 9] {
            let other = nodes[(label + step) % 10];
            let half = [(node[0] + other[0]) / 2.0, (node[1] + other[1]) / 2.0];
            draw.path(label as u32, 35, 0.04, &[node, half]);
        }
    }
    draw.finish(NAME, "graph")
}

fn isolation(mut draw: Sketch) -> Set {
    draw.ring(0, 3_000, [0.0; 2], [4.7, 5.0]);
    draw.ring(1, 3_000, [0.0; 2], [2.9, 3.2]);
    draw.ring(2, 3_000, [0.0; 2], [0.0, 1.2]);
    draw.finish(NAME, "isolation")
}

fn labirynth(mut draw: Sketch) -> Set {
    let wall = 0.07;
    draw.path(
        0,
        1_300,
        wall,
        &[[0.0, 0.0], [0.0, 8.0], [8.0, 8.0], [8.0, 3.0]],
    );
    draw.path(1, 900, wall, &[[1.2, 0.0], [1.2, 6.8], [6.8, 6.8]]);
    draw.path(
        2,
        600,
        wall,
        &[[2.4, 5.6], [2.4, 1.0], [6.8, 1.0], [6.8, 5.6]],
    );
    draw.path(3, 350, wall, &[[3.6, 5.6], [3.6, 2.2], [5.6, 2.2]]);
    draw.path(
        4,
        200,
        wall,
        &[[4.7, 5.6], [4.7, 3.4], [5.6, 3.4], [5.6, 5.6]],
    );
    draw.path(5, 296, wall, &[[2.4, 0.0], [8.0, 0.0], [8.0, 1.8]]);
    draw.finish(NAME, "labirynth")
}

fn mk2(mut draw: Sketch) -> Set {
    // Two long waves, one along the other.
    let apart = draw.between(0.8, 1.0);
    for label in 0..2u32 {
        draw.curve(label, 500, 0.11, |t| {
            let x = 6.0 * t;
            vec![x, (1.3 * x).sin() + apart * f64::from(label)]
        });
    }
    draw.finish(NAME, "mk2")
}

fn mk4(mut draw: Sketch) -> Set {
    // Three strands wound around each other.
    let turns = draw.between(0.8, 1.2);
    for label in 0..3u32 {
        let from = f64::from(label) * TAU / 3.0;
        draw.curve(label, 500, 0.09, |t| {
            let angle = from + turns * TAU * t;
            vec![0.6 * angle.cos(), 0.6 * angle.sin(), 4.0 * t]
        });
    }
    draw.finish(NAME, "mk4")
}

fn olympic(mut draw: Sketch) -> Set {
    for label in 0..5u32 {
        let (x, y) = [(0.0, 0.0), (2.4, 0.0), (4.8, 0.0), (1.2, -1.2), (3.6, -1.2)][label as usize];
        draw.ring(label, 1_000, [x, y], [0.9, 1.1]);
    }
    draw.finish(NAME, "olympic")
}

fn smile(mut draw: Sketch) -> Set {
    // Eyes are seen whole, or as ring and pupil.
    draw.ring(0, 400, [0.0; 2], [3.7, 4.0]);
    draw.arc(1, 200, [0.0, 0.2], [2.0, 2.35], [1.15 * PI, 1.85 * PI]);
    for (label, x) in [(2, -1.4), (4, 1.4)] {
        draw.ring(label, 130, [x, 1.3], [0.6, 0.75]);
        draw.cloud(label + 1, 70, &[x, 1.3], &[0.1; 2]);
    }
    let whole = |label| {
        Some(if label == 3 || label == 5 {
            label - 1
        } else {
            label
        })
    };
    draw.finish_also(NAME, "smile", &[whole])
}

fn stripes(mut draw: Sketch) -> Set {
    // Stripes of even points, denser along their middle, with a narrow gap.
    let apart = draw.between(0.98, 1.1);
    for label in 0..2u32 {
        for _ in 0..2_500 {
            let x = draw.between(0.0, 10.0);
            let y = f64::from(label) * apart + draw.between(0.0, 0.9) + 0.4 * (x * 0.8).sin();
            draw.point(Some(label), &[x, y]);
        }
    }
    draw.finish(NAME, "stripes")
}

fn trajectories(mut draw: Sketch) -> Set {
    for label in 0..4u32 {
        let (lift, swing) = (f64::from(label) * 4.0, draw.between(0.4, 1.2));
        let phase = draw.between(0.0, TAU);
        draw.curve(label, 2_500, 0.2, |t| {
            vec![5.0 * t, lift + swing * (3.0 * t + phase).sin()]
        });
    }
    draw.finish(NAME, "trajectories")
}

fn trapped_lovers(mut draw: Sketch) -> Set {
    for label in 0..2u32 {
        let side = [-1.0, 1.0][label as usize];
        draw.cloud(
            label,
            400 + 300 * label as usize,
            &[side, 0.0, 0.0],
            &[0.28; 3],
        );
    }
    draw.curve(2, 3_900, 0.08, |t| {
        // Windings around both.
        let angle = 40.0 * TAU * t;
        let height = 4.0 * t - 2.0;
        let radius = 3.0 - 0.2 * height.abs();
        vec![radius * angle.cos(), radius * angle.sin(), height]
    });
    draw.finish(NAME, "trapped_lovers")
}

fn twosplashes(mut draw: Sketch) -> Set {
    draw.ellipse(0, 200, [-0.7, 0.7], [1.3, 0.45], PI / 4.0);
    draw.ellipse(1, 200, [0.7, -0.7], [1.3, 0.45], PI / 4.0);
    draw.finish(NAME, "twosplashes")
}

fn windows(mut draw: Sketch) -> Set {
    for label in 0..4u32 {
        let (x, y) = [(0.0, 0.0), (3.0, 0.0), (0.0, 3.0), (3.0, 3.0)][label as usize];
        draw.block(Some(label), 400, &[x, y], &[x + 1.6, y + 1.6]);
    }
    let (low, high) = (-1.2, 5.8);
    let frame = [
        [low, low],
        [high, low],
        [high, high],
        [low, high],
        [low, low],
    ];
    draw.path(4, 1_377, 0.12, &frame);
    draw.finish(NAME, "windows")
}

fn x2(mut draw: Sketch) -> Set {
    draw.ellipse(0, 40, [0.0, 0.0], [0.5, 1.6], 0.3);
    draw.ellipse(1, 40, [2.6, 0.4], [0.5, 1.6], -0.2);
    draw.ellipse(2, 40, [5.4, 0.0], [0.9, 0.9], 0.0);
    draw.finish(NAME, "x2")
}

fn x3(mut draw: Sketch) -> Set {
    draw.cloud(0, 100, &[0.0, 0.0], &[1.0; 2]);
    draw.cloud(1, 40, &[4.2, 0.0], &[0.4; 2]);
    draw.cloud(2, 25, &[4.4, 2.6], &[0.4; 2]);
    draw.cloud(3, 20, &[2.2, 4.4], &[0.3; 2]);
    draw.finish(NAME, "x3")
}

fn z1(mut draw: Sketch) -> Set {
    draw.path(0, 80, 0.25, &[[0.0, 0.0], [5.0, 5.0]]);
    draw.path(1, 60, 0.25, &[[2.2, 0.0], [6.0, 2.8]]);
    draw.cloud(2, 52, &[1.0, 5.0], &[0.7; 2]);
    draw.finish(NAME, "z1")
}

fn z2(mut draw: Sketch) -> Set {
    draw.cloud(0, 400, &[0.0, 0.0], &[1.0; 2]);
    draw.cloud(1, 250, &[3.6, 1.0], &[0.6, 0.9]);
    draw.arc(2, 130, [1.0, 0.0], [5.5, 6.2], [0.1 * PI, 0.9 * PI]);
    draw.path(3, 80, 0.2, &[[-5.0, -4.0], [6.0, -4.6]]);
    draw.cloud(4, 40, &[7.5, -1.0], &[0.35; 2]);
    draw.finish(NAME, "z2")
}

fn z3(mut draw: Sketch) -> Set {
    let center = [[0.0, 0.0], [6.0, 1.0], [1.0, 6.0], [7.0, 7.5]];
    for (label, center) in (0..).zip(center) {
        let deviation = [draw.between(0.5, 1.0), draw.between(0.5, 1.0)];
        draw.cloud(label, 250, &center, &deviation);
    }
    draw.finish(NAME, "z3")
}
