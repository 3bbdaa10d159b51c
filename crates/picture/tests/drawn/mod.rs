//! Drawn pictures of products with their truth: shapes of a known colour and pattern over several backgrounds, with shading,
//! shadow, warm light and the noise of JPEG. They are no photographs. It must not read a picture.

#![allow(dead_code, reason = "tests and the example use parts of it")]

mod paint;

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, Rgb, RgbImage};
use numeric::random::Random;
use paint::{Shape, Surface};

/// What a drawn picture shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truth {
    /// The colour of most of the thing.
    pub main: &'static str,
    /// A second colour of a tenth of the thing or more.
    pub second: Option<&'static str>,
    /// Whether the second colour has two fifths of the thing or more.
    pub is_even: bool,
    /// `plain`, `stripe` or `patterned`.
    pub pattern: &'static str,
    /// What is behind it.
    pub background: &'static str,
    /// Whether the light is warm.
    pub warm: bool,
}

impl Truth {
    /// The colours of which either may be called the main one: both where they share the thing about evenly.
    pub fn mains(&self) -> Vec<&'static str> {
        match self.is_even {
            true => self.colours(),
            false => vec![self.main],
        }
    }

    /// All colours, the main one first.
    pub fn colours(&self) -> Vec<&'static str> {
        std::iter::once(self.main).chain(self.second).collect()
    }
}

/// A colour's name, and from where to where its hue, saturation and value go.
type Named = (&'static str, [f64; 2], [f64; 2], [f64; 2]);

/// Hue in degrees, saturation and value of HSV, each from and to: what a person calls by the name without doubt. They were
/// written down before anything was measured, and not taken from the table by which pictures are read.
const COLOURS: &[Named] = &[
    ("black", [0.0, 360.0], [0.0, 0.15], [0.04, 0.13]),
    ("white", [0.0, 360.0], [0.0, 0.02], [0.95, 1.0]),
    ("grey", [0.0, 360.0], [0.0, 0.04], [0.35, 0.70]),
    ("red", [352.0, 364.0], [0.80, 0.95], [0.60, 0.85]),
    ("pink", [330.0, 348.0], [0.25, 0.55], [0.92, 1.0]),
    ("orange", [22.0, 32.0], [0.80, 0.95], [0.88, 0.98]),
    ("yellow", [48.0, 56.0], [0.70, 0.90], [0.90, 1.0]),
    ("green", [105.0, 145.0], [0.50, 0.85], [0.35, 0.65]),
    ("blue", [208.0, 228.0], [0.65, 0.90], [0.40, 0.80]),
    ("turquoise", [174.0, 184.0], [0.60, 0.85], [0.60, 0.80]),
    ("purple", [275.0, 290.0], [0.50, 0.75], [0.40, 0.65]),
    ("brown", [20.0, 28.0], [0.55, 0.75], [0.28, 0.45]),
    ("beige", [32.0, 38.0], [0.25, 0.33], [0.76, 0.86]),
    ("cream", [44.0, 50.0], [0.16, 0.24], [0.94, 0.98]),
];

/// A picture and what it shows.
pub fn draw(random: &mut Random) -> (RgbImage, Truth) {
    let (width, height) = (280 + below(random, 240), 280 + below(random, 240));
    let main = colour(random, None);
    let other = colour(random, Some(main.0));
    let surface = Surface::draw(random);
    let shape = Shape::draw(random, f64::from(width), f64::from(height));
    // The rest, a lid or a handle, of a plain thing in every third picture.
    let part =
        (surface.is_plain() && random.unit_f64() < 0.33).then(|| between(random, [0.15, 0.3]));
    let (behind, background) = paint::behind(random);
    let warm = random.unit_f64() < 0.4;
    let light = match warm {
        true => [
            1.0,
            between(random, [0.9, 0.98]),
            between(random, [0.72, 0.9]),
        ],
        false => [1.0, 1.0, 1.0],
    };
    let exposure = between(random, [0.85, 1.0]);
    let (depth, from) = (between(random, [0.1, 0.45]), random.unit_f64());
    let gloss = (random.unit_f64() < 0.4).then(|| between(random, [0.15, 0.45]));
    let shadow = between(random, [0.0, 0.45]);
    let mut second_pixels = 0_u32;
    let mut thing_pixels = 0_u32;
    let picture = RgbImage::from_fn(width, height, |x, y| {
        let (x, y) = (f64::from(x), f64::from(y));
        let mut value = match shape.at(x, y) {
            None => {
                let dark = 1.0 - shadow * shape.shadow(x, y);
                behind
                    .at(x / f64::from(width), y / f64::from(height))
                    .map(|one| one * dark)
            }
            Some((across, down)) => {
                thing_pixels += 1;
                let is_second = match part {
                    Some(part) => down < part,
                    None => surface.is_second(x, y),
                };
                second_pixels += u32::from(is_second);
                let own = if is_second { other.1 } else { main.1 };
                // A cylinder turned away from the light, and a soft highlight.
                let away = (across - from).abs();
                let shade = 1.0 - depth * away * away * 1.5;
                let near = ((across - from).powi(2) + (down - 0.35).powi(2)) / 0.02;
                let shine = gloss.map_or(0.0, |gloss| gloss * (-near).exp());
                own.map(|one| one * shade * (1.0 - shine) + shine)
            }
        };
        for (value, light) in value.iter_mut().zip(light) {
            *value *= light * exposure;
        }
        Rgb(value.map(paint::srgb))
    });
    let share = f64::from(second_pixels) / f64::from(thing_pixels.max(1));
    let (main, second) = match share > 0.5 {
        true => (other.0, (share < 0.9).then_some(main.0)),
        false => (main.0, (share >= 0.1).then_some(other.0)),
    };
    let truth = Truth {
        main,
        second,
        is_even: (0.4..=0.6).contains(&share),
        pattern: surface.name(),
        background,
        warm,
    };
    (picture, truth)
}

/// A picture as the bytes of a JPEG of a quality of 60 to 92.
pub fn jpeg(picture: &RgbImage, random: &mut Random) -> Vec<u8> {
    let quality = 60 + below(random, 33) as u8;
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
    encoder
        .encode(
            picture,
            picture.width(),
            picture.height(),
            ExtendedColorType::Rgb8,
        )
        .expect("memory takes all bytes");
    bytes
}

/// One of the colours as a name and linear RGB, but not this one.
fn colour(random: &mut Random, not: Option<&str>) -> (&'static str, [f64; 3]) {
    loop {
        let (name, hue, saturation, value) = COLOURS[below(random, COLOURS.len() as u32) as usize];
        if Some(name) != not {
            let (h, s, v) = (
                between(random, hue),
                between(random, saturation),
                between(random, value),
            );
            return (name, paint::linear_of_hsv(h, s, v));
        }
    }
}

fn between(random: &mut Random, [from, to]: [f64; 2]) -> f64 {
    from + (to - from) * random.unit_f64()
}

fn below(random: &mut Random, count: u32) -> u32 {
    ((random.unit_f64() * f64::from(count)) as u32).min(count - 1)
}
