//! Shapes, surfaces and backgrounds of drawn pictures, in linear light. It must not know names of colours.

use super::{below, between};
use numeric::random::Random;

/// Outline of a thing.
pub struct Shape {
    kind: u32,
    centre: [f64; 2],
    half: [f64; 2],
}

/// The pattern of a thing.
pub struct Surface {
    kind: u32,
    angle: f64,
    period: f64,
    ratio: f64,
}

/// What stands behind.
pub struct Behind {
    kind: u32,
    colour: [f64; 3],
    towards: [f64; 3],
    grain: f64,
    seed: f64,
}

impl Shape {
    pub fn draw(random: &mut Random, width: f64, height: f64) -> Self {
        let half = [
            width * between(random, [0.22, 0.38]),
            height * between(random, [0.25, 0.40]),
        ];
        let centre = [
            width * between(random, [0.45, 0.55]),
            height * between(random, [0.46, 0.52]),
        ];
        Self {
            kind: below(random, 5),
            centre,
            half,
        }
    }

    /// Where in its box a point of the thing lies, across and down from 0 to 1.
    pub fn at(&self, x: f64, y: f64) -> Option<(f64, f64)> {
        let u = (x - self.centre[0]) / self.half[0];
        let v = (y - self.centre[1]) / self.half[1];
        let is_in = match self.kind {
            0 => u * u + v * v <= 1.0,
            // A box with round corners.
            1 => u.powi(8) + v.powi(8) <= 1.0,
            // A bottle.
            2 => {
                (u.abs() <= 0.7 && (-0.4..=1.0).contains(&v))
                    || (u.abs() <= 0.25 && (-1.0..=-0.4).contains(&v))
            }
            // A shirt.
            3 => {
                (u.abs() <= 0.6 && (-0.9..=1.0).contains(&v))
                    || (u.abs() <= 1.0 && (-0.9..=-0.4).contains(&v))
            }
            // A mug with a handle.
            _ => {
                let ring = ((u - 0.6) / 0.4).powi(2) + (v / 0.6).powi(2);
                (u + 0.25).abs() <= 0.75 && v.abs() <= 1.0 || (0.5..=1.0).contains(&ring) && u > 0.5
            }
        };
        is_in.then_some(((u + 1.0) / 2.0, (v + 1.0) / 2.0))
    }

    /// How much of the light a point behind the thing lacks, from 0 to 1.
    pub fn shadow(&self, x: f64, y: f64) -> f64 {
        let u = (x - self.centre[0] - 0.1 * self.half[0]) / (1.15 * self.half[0]);
        let v = (y - self.centre[1] - self.half[1]) / (0.18 * self.half[1]);
        (-(u * u + v * v) * 1.5).exp()
    }
}

impl Surface {
    /// Half of all are plain, every sixth is striped.
    pub fn draw(random: &mut Random) -> Self {
        Self {
            kind: [0, 0, 0, 1, 2, 3][below(random, 6) as usize] + below(random, 6) / 5,
            angle: between(random, [0.0, std::f64::consts::PI]),
            period: between(random, [14.0, 48.0]),
            ratio: between(random, [0.3, 0.5]),
        }
    }

    pub fn is_plain(&self) -> bool {
        self.kind == 0
    }

    pub fn name(&self) -> &'static str {
        match self.kind {
            0 => "plain",
            1 => "stripe",
            _ => "patterned",
        }
    }

    pub fn is_second(&self, x: f64, y: f64) -> bool {
        let (sin, cos) = self.angle.sin_cos();
        let (u, v) = (
            (x * cos + y * sin) / self.period,
            (y * cos - x * sin) / self.period,
        );
        let (fu, fv) = (u.rem_euclid(1.0), v.rem_euclid(1.0));
        match self.kind {
            0 => false,
            1 => fu < self.ratio,
            // Spots.
            2 => (fu - 0.5).powi(2) + (fv - 0.5).powi(2) < 0.25 * self.ratio,
            // A chessboard.
            3 => (fu < 0.5) != (fv < 0.5),
            // Blots.
            _ => {
                (u * 5.1 + (v * 3.7).sin() * 2.0).sin() + (v * 4.3 + (u * 2.9).sin() * 2.0).sin()
                    > 0.9
            }
        }
    }
}

impl Behind {
    /// Linear RGB at a place, across and down from 0 to 1.
    pub fn at(&self, u: f64, v: f64) -> [f64; 3] {
        let mixed = |t: f64| [0, 1, 2].map(|at| self.colour[at] * (1.0 - t) + self.towards[at] * t);
        match self.kind {
            // A gradient from above, and one from a corner.
            2 => mixed(v),
            3 => mixed((u + v) / 2.0),
            // Grain of wood, and that of a cloth.
            4 => {
                mixed(0.5 + 0.5 * (v * 60.0 + (u * 3.0 + self.seed).sin() * 4.0).sin() * self.grain)
            }
            5 => {
                let noise = ((u * 917.0 + v * 613.0 + self.seed).sin() * 43_758.5).rem_euclid(1.0);
                mixed(noise * self.grain)
            }
            _ => self.colour,
        }
    }
}

/// A background and its name: white in four of ten.
pub fn behind(random: &mut Random) -> (Behind, &'static str) {
    let pick = below(random, 10);
    let grey = |value: f64| [value; 3];
    let (kind, name, colour, towards) = match pick {
        0..=3 => (0, "white", grey(between(random, [0.93, 1.0])), grey(1.0)),
        4 => (1, "grey", grey(between(random, [0.3, 0.7])), grey(1.0)),
        5 => (
            2,
            "gradient",
            grey(between(random, [0.8, 1.0])),
            grey(between(random, [0.35, 0.6])),
        ),
        6 => (
            3,
            "gradient",
            grey(between(random, [0.8, 1.0])),
            grey(between(random, [0.35, 0.6])),
        ),
        7 => (
            4,
            "texture",
            linear_of_hsv(30.0, 0.35, 0.8),
            linear_of_hsv(28.0, 0.45, 0.6),
        ),
        8 => (5, "texture", grey(between(random, [0.4, 0.7])), grey(0.25)),
        _ => {
            let (hue, value) = (between(random, [0.0, 360.0]), between(random, [0.7, 0.95]));
            (1, "colour", linear_of_hsv(hue, 0.3, value), grey(1.0))
        }
    };
    let own = Behind {
        kind,
        colour,
        towards,
        grain: between(random, [0.2, 0.8]),
        seed: between(random, [0.0, 100.0]),
    };
    (own, name)
}

/// HSV (Smith 1978) to linear RGB.
pub fn linear_of_hsv(h: f64, s: f64, v: f64) -> [f64; 3] {
    let part = |n: f64| {
        let k = (n + h / 60.0).rem_euclid(6.0);
        v - v * s * k.min(4.0 - k).clamp(0.0, 1.0)
    };
    [part(5.0), part(3.0), part(1.0)].map(|value| match value <= 0.040_45 {
        true => value / 12.92,
        false => ((value + 0.055) / 1.055).powf(2.4),
    })
}

pub fn srgb(value: f64) -> u8 {
    let value = value.clamp(0.0, 1.0);
    let curved = match value <= 0.003_130_8 {
        true => 12.92 * value,
        false => 1.055 * value.powf(1.0 / 2.4) - 0.055,
    };
    (curved * 255.0).round() as u8
}
