//! Pictures scaled down: to what colours are counted on, and to the input of a model. It must not decode.
//!
//! For counting, each pixel is the mean of the pixels that it covers (box filter), taken in linear light (IEC 61966-2-1) and
//! weighted by opacity, so that what hides behind transparent pixels does not shine through.

use crate::Decoded;
use image::imageops::{self, FilterType};
use image::{DynamicImage, RgbImage, Rgba, RgbaImage};

/// Pixels of the longer side on which colours are counted.
pub const SIDE: u32 = 256;

/// From this opacity on, of 255, a pixel belongs to the picture; below, it is background.
const OPAQUE: u8 = 128;

/// A picture upright and small enough to be counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Small {
    /// Pixels of a row.
    pub width: usize,
    /// sRGB, row by row; transparent ones stand as if on white.
    pub pixels: Vec<[u8; 3]>,
    /// Whether each pixel is opaque.
    pub opaque: Vec<bool>,
}

/// How a picture is brought to the size of a model's input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Resize {
    /// All of it, with white beside it where the shapes differ.
    Fit,
    /// The largest part in its middle that has the shape of the input.
    Crop,
}

impl Decoded {
    /// The picture with a longer side of at most [`SIDE`] pixels. Smaller ones stay as they are.
    #[must_use]
    pub fn small(&self) -> Small {
        let (width, height) = self.pixels.dimensions();
        let longer = width.max(height);
        let side = |own: u32| match longer > SIDE {
            true => {
                ((u64::from(own) * u64::from(SIDE) + u64::from(longer) / 2) / u64::from(longer))
                    .max(1) as u32
            }
            false => own,
        };
        let boxed = boxed(&self.pixels, side(width), side(height));
        let mut upright = DynamicImage::ImageRgba8(boxed);
        upright.apply_orientation(self.turn);
        let upright = upright.into_rgba8();
        Small {
            width: upright.width() as usize,
            pixels: upright.pixels().map(on_white).collect(),
            opaque: upright.pixels().map(|one| one.0[3] >= OPAQUE).collect(),
        }
    }

    /// The picture on white as `width` x `height` pixels of sRGB, by a triangle filter as wide as a pixel of the result: what
    /// image libraries call bilinear with anti-aliasing, and most models were trained on.
    #[must_use]
    pub fn input(&self, width: u32, height: u32, how: Resize) -> RgbImage {
        let flat = RgbImage::from_vec(
            self.pixels.width(),
            self.pixels.height(),
            self.pixels.pixels().flat_map(on_white).collect(),
        );
        let mut upright = DynamicImage::ImageRgb8(flat.unwrap_or_default());
        upright.apply_orientation(self.turn);
        let (own_width, own_height) = (upright.width().max(1), upright.height().max(1));
        // Sides that have the shape of the other size, within and without rounding to nothing.
        let scaled = |own: u32, by: u32, of: u32| {
            ((u64::from(own) * u64::from(by) + u64::from(of) / 2) / u64::from(of)).max(1) as u32
        };
        let is_wide =
            u64::from(own_width) * u64::from(height) > u64::from(own_height) * u64::from(width);
        match how {
            Resize::Crop => {
                let (w, h) = match is_wide {
                    true => (scaled(width, own_height, height).min(own_width), own_height),
                    false => (own_width, scaled(height, own_width, width).min(own_height)),
                };
                let (x, y) = ((own_width - w) / 2, (own_height - h) / 2);
                let part = upright.crop_imm(x, y, w, h).into_rgb8();
                imageops::resize(&part, width, height, FilterType::Triangle)
            }
            Resize::Fit => {
                let (w, h) = match is_wide {
                    true => (width, scaled(own_height, width, own_width).min(height)),
                    false => (scaled(own_width, height, own_height).min(width), height),
                };
                let whole = imageops::resize(&upright.into_rgb8(), w, h, FilterType::Triangle);
                let mut framed = RgbImage::from_pixel(width, height, image::Rgb([255; 3]));
                let (x, y) = ((width - w) / 2, (height - h) / 2);
                imageops::replace(&mut framed, &whole, i64::from(x), i64::from(y));
                framed
            }
        }
    }
}

fn on_white(pixel: &Rgba<u8>) -> [u8; 3] {
    let [r, g, b, alpha] = pixel.0;
    let alpha = u32::from(alpha);
    [r, g, b].map(|value| ((u32::from(value) * alpha + 255 * (255 - alpha) + 127) / 255) as u8)
}

/// Means over boxes of whole pixels, by opacity and in linear light.
fn boxed(from: &RgbaImage, width: u32, height: u32) -> RgbaImage {
    if (width, height) == from.dimensions() {
        return from.clone();
    }
    let linear: Vec<f32> = (0..=255_u8).map(linear).collect();
    let edge = |at: u32, of: u32, own: u32| (u64::from(at) * u64::from(own) / u64::from(of)) as u32;
    RgbaImage::from_fn(width, height, |x, y| {
        let (x0, y0) = (edge(x, width, from.width()), edge(y, height, from.height()));
        let (x1, y1) = (
            edge(x + 1, width, from.width()).max(x0 + 1),
            edge(y + 1, height, from.height()).max(y0 + 1),
        );
        let (mut sum, mut opacity) = ([0.0_f32; 3], 0.0_f32);
        for row in y0..y1 {
            for column in x0..x1 {
                let [r, g, b, alpha] = from.get_pixel(column, row).0;
                let alpha = f32::from(alpha);
                opacity += alpha;
                for (sum, value) in sum.iter_mut().zip([r, g, b]) {
                    *sum += alpha * linear[usize::from(value)];
                }
            }
        }
        let count = ((x1 - x0) * (y1 - y0)) as f32;
        let [r, g, b] = sum.map(|one| {
            if opacity > 0.0 {
                srgb(one / opacity)
            } else {
                255
            }
        });
        Rgba([r, g, b, (opacity / count).round() as u8])
    })
}

fn linear(value: u8) -> f32 {
    let value = f32::from(value) / 255.0;
    match value <= 0.040_45 {
        true => value / 12.92,
        false => ((value + 0.055) / 1.055).powf(2.4),
    }
}

fn srgb(value: f32) -> u8 {
    let value = value.clamp(0.0, 1.0);
    let curved = match value <= 0.003_130_8 {
        true => 12.92 * value,
        false => 1.055 * value.powf(1.0 / 2.4) - 0.055,
    };
    (curved * 255.0).round() as u8
}
