//! Colours, texture and likeness of a picture. Its pixels come in as an array: it must not decode a file.
//!
//! What stands behind the thing is told apart first (`thing`); a white background that is not quite white tells the light, which
//! is then taken out (von Kries' rule in linear RGB).

mod colour;
mod thing;

use super::CERTAIN;
use colour::{Lab, Table, away, lab_of_linear};
use serde::Serialize;
use thing::{Grid, eroded, smoothed, thing};

pub use colour::named;

/// A colour with less of the thing than this, per 10,000, is not told.
const LEAST_SHARE: u32 = 500;

/// Numbers of a picture's vector.
pub const VECTOR: usize = 32;

/// Colours further apart than this, in CIELAB units, are an edge.
const EDGE: f64 = 10.0;

/// The outline of a thing is no texture: so many pixels along it are left out.
const OUTLINE: usize = 3;

/// A background at least so light and with so little hue is taken to be white, and tells the light.
const WHITE_LIGHT: f64 = 80.0;
const WHITE_HUE: f64 = 22.0;

/// Pixels of a picture, with what stands behind the thing told apart.
#[derive(Debug, Clone)]
pub struct Picture {
    width: usize,
    labs: Vec<Lab>,
    thing: Vec<bool>,
}

/// How much of the thing has a colour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColourShare {
    /// A canonical colour.
    pub colour: &'static str,
    /// Its share of the pixels that are no background, per 10,000.
    pub share: u32,
}

/// How the surface of the thing looks, each from 0 to 1; its outline is left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Texture {
    /// Spread of lightness: standard deviation over 50, at most 1.
    pub contrast: f64,
    /// Share of neighbouring pixels whose colour differs by more than 10 CIELAB units: 0 is plain.
    pub edges: f64,
    /// Of the change at edges, how much lies in one direction: 1 is striped, whichever way, and 0 has none. It is the
    /// coherence of the structure tensor (Bigün and Granlund 1987) summed over the axes of colour (Di Zenzo 1986).
    pub direction: f64,
}

impl Picture {
    /// Pixels of sRGB row by row, `width` each; none where they are no whole rows.
    #[must_use]
    pub fn new(pixels: &[[u8; 3]], width: usize) -> Option<Self> {
        Self::with_opaque(pixels, &vec![true; pixels.len()], width)
    }

    /// As [`Self::new`], with whether each pixel is opaque; the others are background. None where the two differ in length.
    #[must_use]
    pub fn with_opaque(pixels: &[[u8; 3]], opaque: &[bool], width: usize) -> Option<Self> {
        let whole = width > 0 && !pixels.is_empty() && pixels.len().is_multiple_of(width);
        if !whole || opaque.len() != pixels.len() {
            return None;
        }
        let table = Table::new();
        let mut labs: Vec<Lab> = pixels.iter().map(|rgb| table.lab(*rgb)).collect();
        // What is transparent throughout shows nothing; its colours are read as they stand.
        let all = vec![true; pixels.len()];
        let opaque = if opaque.contains(&true) { opaque } else { &all };
        let grid = Grid { width, labs: &labs };
        let (thing, background) = thing(grid, opaque);
        let light = background.and_then(|background| {
            let ground = (0..labs.len()).filter(|at| opaque[*at] && !thing[*at]);
            let pale = ground.filter(|at| {
                let [light, a, b] = background.at(grid, *at);
                light >= WHITE_LIGHT && a.hypot(b) <= WHITE_HUE
            });
            light(pale.map(|at| table.linear_of(pixels[at])))
        });
        if let Some(light) = light {
            for (lab, rgb) in labs.iter_mut().zip(pixels) {
                let own = table.linear_of(*rgb);
                *lab = lab_of_linear([0, 1, 2].map(|at| (own[at] / light[at]).min(1.0)));
            }
        }
        Some(Self { width, labs, thing })
    }

    /// The share of the picture that is the thing, from 0 to 1.
    #[must_use]
    pub fn thing(&self) -> f64 {
        self.things().count() as f64 / self.labs.len() as f64
    }

    fn things(&self) -> impl Iterator<Item = Lab> {
        let labs = self.labs.iter().zip(&self.thing);
        labs.filter(|(_, is_thing)| **is_thing).map(|(lab, _)| *lab)
    }

    /// The colours of the thing, the largest share first: each pixel's nearest canonical colour.
    #[must_use]
    pub fn colours(&self) -> Vec<ColourShare> {
        let table = Table::new();
        let (mut counts, mut all): (Vec<(&'static str, u64)>, u64) = (Vec::new(), 0);
        for one in self.things() {
            let name = table.nearest(one);
            all += 1;
            match counts.iter_mut().find(|(known, _)| *known == name) {
                Some((_, count)) => *count += 1,
                None => counts.push((name, 1)),
            }
        }
        let share = |count: u64| u32::try_from(count * u64::from(CERTAIN) / all).unwrap_or(CERTAIN);
        let mut found: Vec<ColourShare> = counts
            .into_iter()
            .map(|(colour, count)| ColourShare {
                colour,
                share: share(count),
            })
            .filter(|one| one.share >= LEAST_SHARE)
            .collect();
        found.sort_by(|a, b| (b.share, a.colour).cmp(&(a.share, b.colour)));
        found
    }

    /// How the surface of the thing looks.
    #[must_use]
    pub fn texture(&self) -> Texture {
        let inner = eroded(&self.thing, self.width, OUTLINE);
        let inside: Vec<usize> = (0..self.labs.len()).filter(|at| inner[*at]).collect();
        if inside.is_empty() {
            return Texture::default();
        }
        let n = inside.len() as f64;
        let light = |at: &usize| self.labs[*at][0];
        let mean = inside.iter().map(light).sum::<f64>() / n;
        let spread = (inside
            .iter()
            .map(|at| (light(at) - mean).powi(2))
            .sum::<f64>()
            / n)
            .sqrt();
        let beside = |at: usize| {
            let right = (at % self.width + 1 < self.width).then_some(at + 1);
            let below = (at + self.width < inner.len()).then_some(at + self.width);
            [right, below].into_iter().flatten().filter(|to| inner[*to])
        };
        let pairs: usize = inside.iter().map(|at| beside(*at).count()).sum();
        let is_edge = |at: usize, to: &usize| away(self.labs[at], self.labs[*to]) > EDGE;
        let edges: usize = inside
            .iter()
            .map(|at| beside(*at).filter(|to| is_edge(*at, to)).count())
            .sum();
        Texture {
            contrast: (spread / 50.0).min(1.0),
            edges: edges as f64 / pairs.max(1) as f64,
            direction: self.direction(&inner),
        }
    }

    /// Coherence of the structure tensor of what lies inside; 0 where there is no edge. Differences are taken over two pixels of
    /// the smoothed picture, as the steps of slanted lines would count as edges of their own.
    fn direction(&self, inner: &[bool]) -> f64 {
        let (width, labs) = (self.width, &self.labs);
        let soft = smoothed(Grid { width, labs });
        let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
        for at in width + 1..labs.len().saturating_sub(width + 1) {
            let around = [at - 1, at + 1, at - width, at + width];
            let is_margin = at % width == 0 || at % width + 1 == width;
            if is_margin || !inner[at] || around.iter().any(|near| !inner[*near]) {
                continue;
            }
            let change = |a: usize, b: usize| [0, 1, 2].map(|axis| soft[b][axis] - soft[a][axis]);
            let [left, right, above, below] = around;
            let (across, down) = (change(left, right), change(above, below));
            if away(across, [0.0; 3]).hypot(away(down, [0.0; 3])) > EDGE {
                for axis in 0..3 {
                    xx += across[axis] * across[axis];
                    yy += down[axis] * down[axis];
                    xy += across[axis] * down[axis];
                }
            }
        }
        match xx + yy > 0.0 {
            true => ((xx - yy).hypot(2.0 * xy) / (xx + yy)).min(1.0),
            false => 0.0,
        }
    }

    /// [`VECTOR`] numbers by which pictures are near each other under the cosine: of 29 ranges of CIELAB the square root of
    /// the thing's share (so that the product of two is Bhattacharyya's coefficient), and half of contrast, the square root
    /// of edges, and direction where there are any.
    ///
    /// The ranges: without hue (chroma below 12) five of lightness, 20 units each; with hue eight of 45 degrees times three of
    /// lightness (below 40, below 70, above).
    #[must_use]
    pub fn vector(&self) -> [f32; VECTOR] {
        let mut counts = [0.0_f64; VECTOR];
        for one in self.things() {
            counts[range(one)] += 1.0;
        }
        let all: f64 = counts.iter().sum();
        let mut vector = counts.map(|count| (count / all.max(1.0)).sqrt());
        let texture = self.texture();
        let direction = texture.direction * texture.edges.sqrt();
        for (at, one) in [texture.contrast, texture.edges.sqrt(), direction]
            .into_iter()
            .enumerate()
        {
            vector[RANGES + at] = one / 2.0;
        }
        vector.map(|one| one as f32)
    }
}

/// Ranges of CIELAB in a vector.
const RANGES: usize = VECTOR - 3;

fn range([light, a, b]: Lab) -> usize {
    if a.hypot(b) < 12.0 {
        return ((light / 20.0).max(0.0) as usize).min(4);
    }
    let hue = b.atan2(a).to_degrees().rem_euclid(360.0);
    let hue = ((hue / 45.0) as usize).min(7);
    let light = usize::from(light >= 40.0) + usize::from(light >= 70.0);
    5 + 3 * hue + light
}

/// The mean of linear light; none of nothing.
fn light(all: impl Iterator<Item = [f64; 3]>) -> Option<[f64; 3]> {
    let (mut sum, mut count) = ([0.0; 3], 0.0_f64);
    for one in all {
        for (sum, one) in sum.iter_mut().zip(one) {
            *sum += one;
        }
        count += 1.0;
    }
    (count > 0.0).then(|| sum.map(|one| (one / count).max(1e-3)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_thing_is_told_and_not_its_background() {
        // A disc of red with a quarter of blue on white.
        let pixels: Vec<[u8; 3]> = (0..100 * 100)
            .map(|at| {
                let (row, col) = (f64::from(at / 100) - 50.0, f64::from(at % 100) - 50.0);
                match (row * row + col * col < 1600.0, row < 0.0 && col < 0.0) {
                    (false, _) => [255, 255, 255],
                    (true, false) => [205, 20, 30],
                    (true, true) => [25, 70, 175],
                }
            })
            .collect();
        let found = Picture::new(&pixels, 100).unwrap().colours();
        assert_eq!(
            (found[0].colour, found[1].colour, found.len()),
            ("red", "blue", 2)
        );
        assert!(found[0].share.abs_diff(7_500) < 150, "{found:?}");
    }

    #[test]
    fn a_plain_picture_has_its_colour_and_no_texture() {
        let pixels = [[128, 128, 128]; 64];
        let picture = Picture::new(&pixels, 8).unwrap();
        assert_eq!(
            picture.colours(),
            [ColourShare {
                colour: "grey",
                share: CERTAIN
            }]
        );
        let texture = picture.texture();
        assert!(
            texture.contrast < 1e-9 && texture.edges == 0.0 && texture.direction == 0.0,
            "{texture:?}"
        );
    }

    #[test]
    fn stripes_have_a_direction_and_a_chessboard_has_none() {
        let drawn = |is_dark: fn(usize, usize) -> bool| -> Vec<[u8; 3]> {
            (0..1024)
                .map(|at| {
                    if is_dark(at / 32, at % 32) {
                        [0; 3]
                    } else {
                        [255; 3]
                    }
                })
                .collect()
        };
        let stripes = drawn(|_, col| col / 4 % 2 == 0);
        let board = drawn(|row, col| (row / 4 + col / 4) % 2 == 0);
        let texture = |pixels: &[[u8; 3]]| Picture::new(pixels, 32).unwrap().texture();
        assert!(texture(&stripes).direction > 0.99);
        assert!(texture(&board).direction < 0.01);
        assert!(texture(&board).edges > texture(&stripes).edges);
    }

    #[test]
    fn slanted_stripes_have_a_direction_too() {
        let pixels: Vec<[u8; 3]> = (0..96 * 96)
            .map(|at| match (at / 96 + 2 * (at % 96)) / 12 % 2 == 0 {
                true => [30, 60, 160],
                false => [240, 240, 240],
            })
            .collect();
        let texture = Picture::new(&pixels, 96).unwrap().texture();
        assert!(
            texture.direction > 0.95 && texture.edges > 0.1,
            "{texture:?}"
        );
    }

    #[test]
    fn likeness_is_of_colours_with_or_without_hue() {
        let vector = |rgb: [u8; 3]| Picture::new(&[rgb; 64], 8).unwrap().vector();
        let places = |rgb| vector(rgb).iter().position(|one| *one == 1.0);
        // Black, the lightest grey, red (hue 40 degrees, lightness 53), a pale blue (280, 76).
        assert_eq!(places([0, 0, 0]), Some(0));
        assert_eq!(places([255, 255, 255]), Some(4));
        assert_eq!(places([255, 0, 0]), Some(5 + 1));
        assert_eq!(places([150, 190, 255]), Some(5 + 3 * 6 + 2));
    }

    #[test]
    fn pixels_that_are_no_rows_are_refused() {
        assert!(Picture::new(&[[0; 3]; 7], 2).is_none());
        assert!(Picture::new(&[], 2).is_none());
    }
}
