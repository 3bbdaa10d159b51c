//! Colours and texture of a picture. Its pixels come in as an array: it must not decode a file.
//!
//! sRGB to CIELAB after CIE 15:2004 (D65 white, IEC 61966-2-1 transfer), nearest colour by CIE76 distance.

use super::CERTAIN;
use serde::Serialize;

/// Canonical colours with a typical sRGB value each; a picture tells no gold from ochre, so metals are left out.
const NAMED: &[(&str, [u8; 3])] = &[
    ("black", [20, 20, 20]),
    ("white", [250, 250, 250]),
    ("ivory", [250, 245, 225]),
    ("cream", [245, 230, 190]),
    ("red", [200, 20, 30]),
    ("red", [130, 15, 35]),
    ("pink", [250, 170, 190]),
    ("pink", [230, 60, 140]),
    ("orange", [240, 130, 30]),
    ("yellow", [250, 220, 50]),
    ("green", [40, 140, 60]),
    ("green", [150, 200, 110]),
    ("green", [25, 75, 45]),
    ("green", [110, 120, 50]),
    ("blue", [30, 70, 170]),
    ("blue", [130, 180, 230]),
    ("blue", [20, 30, 80]),
    ("turquoise", [50, 190, 190]),
    ("purple", [110, 50, 140]),
    ("purple", [190, 160, 215]),
    ("grey", [128, 128, 128]),
    ("grey", [190, 190, 190]),
    ("grey", [75, 75, 78]),
    ("brown", [110, 70, 40]),
    ("brown", [70, 42, 25]),
    ("beige", [210, 185, 150]),
];

/// Border pixels must be so much alike, in CIELAB units, to be a background.
const BACKGROUND: f64 = 10.0;

/// A colour with less of the thing than this, per 10,000, is not told.
const LEAST_SHARE: u32 = 500;

/// Pixels of a picture, row by row.
#[derive(Debug, Clone, Copy)]
pub struct Picture<'a> {
    width: usize,
    pixels: &'a [[u8; 3]],
}

/// How much of the thing has a colour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColourShare {
    /// A canonical colour.
    pub colour: &'static str,
    /// Its share of the pixels that are no background, per 10,000.
    pub share: u32,
}

/// How a surface looks, each from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Texture {
    /// Spread of lightness: standard deviation over 50, at most 1.
    pub contrast: f64,
    /// Share of neighbouring pixels whose lightness differs by more than 10: 0 is plain.
    pub edges: f64,
    /// Of the change between neighbours, how much lies in one direction: 1 is striped, 0 has none.
    pub direction: f64,
}

impl<'a> Picture<'a> {
    /// Pixels row by row, `width` each; none where they are no whole rows.
    #[must_use]
    pub fn new(pixels: &'a [[u8; 3]], width: usize) -> Option<Self> {
        let whole = width > 0 && !pixels.is_empty() && pixels.len().is_multiple_of(width);
        whole.then_some(Self { width, pixels })
    }

    /// The colours of the thing, the largest share first: each pixel's nearest canonical colour. A border of one even
    /// colour is the background and left out, unless all of the picture is of it.
    #[must_use]
    pub fn colours(&self) -> Vec<ColourShare> {
        let background = self.background();
        let is_thing = |lab: &[f64; 3]| background.is_none_or(|back| away(*lab, back) > BACKGROUND);
        let labs: Vec<[f64; 3]> = self.pixels.iter().map(|rgb| lab(*rgb)).collect();
        let thing: Vec<&[f64; 3]> = labs.iter().filter(|lab| is_thing(lab)).collect();
        let thing = if thing.is_empty() {
            labs.iter().collect()
        } else {
            thing
        };
        let table: Vec<(&str, [f64; 3])> =
            NAMED.iter().map(|(name, rgb)| (*name, lab(*rgb))).collect();
        let mut counts: Vec<(&'static str, u64)> = Vec::new();
        for one in &thing {
            let name = nearest(&table, **one);
            match counts.iter_mut().find(|(known, _)| *known == name) {
                Some((_, count)) => *count += 1,
                None => counts.push((name, 1)),
            }
        }
        let share = |count: u64| {
            u32::try_from(count * u64::from(CERTAIN) / thing.len() as u64).unwrap_or(CERTAIN)
        };
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

    /// The border's mean colour where it is even.
    fn background(&self) -> Option<[f64; 3]> {
        let (width, height) = (self.width, self.pixels.len() / self.width);
        let is_border = |at: &usize| {
            let (row, col) = (at / width, at % width);
            row == 0 || row + 1 == height || col == 0 || col + 1 == width
        };
        let border: Vec<[f64; 3]> = (0..self.pixels.len())
            .filter(is_border)
            .map(|at| lab(self.pixels[at]))
            .collect();
        let mean = [0, 1, 2]
            .map(|axis| border.iter().map(|one| one[axis]).sum::<f64>() / border.len() as f64);
        let is_even = border.iter().all(|one| away(*one, mean) <= BACKGROUND);
        is_even.then_some(mean)
    }

    /// How the surface looks.
    #[must_use]
    pub fn texture(&self) -> Texture {
        let light: Vec<f64> = self.pixels.iter().map(|rgb| lab(*rgb)[0]).collect();
        let n = light.len() as f64;
        let mean = light.iter().sum::<f64>() / n;
        let spread = (light.iter().map(|one| (one - mean).powi(2)).sum::<f64>() / n).sqrt();
        let (mut across, mut down, mut edges, mut pairs) = (0.0, 0.0, 0_u64, 0_u64);
        for at in 0..light.len() {
            let right = (at % self.width + 1 < self.width).then_some(at + 1);
            let below = (at + self.width < light.len()).then_some(at + self.width);
            for (to, into) in [(right, &mut across), (below, &mut down)] {
                let Some(to) = to else { continue };
                let change = (light[at] - light[to]).abs();
                *into += change;
                pairs += 1;
                edges += u64::from(change > 10.0);
            }
        }
        let all: f64 = across + down;
        Texture {
            contrast: (spread / 50.0).min(1.0),
            edges: edges as f64 / pairs.max(1) as f64,
            direction: if all > 0.0 {
                (across - down).abs() / all
            } else {
                0.0
            },
        }
    }
}

/// The canonical colour nearest to an sRGB value.
#[must_use]
pub fn named(rgb: [u8; 3]) -> &'static str {
    let table: Vec<(&str, [f64; 3])> = NAMED.iter().map(|(name, rgb)| (*name, lab(*rgb))).collect();
    nearest(&table, lab(rgb))
}

fn nearest(table: &[(&'static str, [f64; 3])], one: [f64; 3]) -> &'static str {
    let by_distance =
        |a: &&(&str, [f64; 3]), b: &&(&str, [f64; 3])| away(a.1, one).total_cmp(&away(b.1, one));
    table
        .iter()
        .min_by(by_distance)
        .map_or("", |(name, _)| name)
}

fn away(a: [f64; 3], b: [f64; 3]) -> f64 {
    a.iter()
        .zip(b)
        .map(|(a, b)| (a - b).powi(2))
        .sum::<f64>()
        .sqrt()
}

/// CIELAB of an sRGB value.
fn lab(rgb: [u8; 3]) -> [f64; 3] {
    let linear = rgb.map(|value| {
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    });
    let [r, g, b] = linear;
    let xyz = [
        (0.412_456_4 * r + 0.357_576_1 * g + 0.180_437_5 * b) / 0.950_47,
        0.212_672_9 * r + 0.715_152_2 * g + 0.072_175 * b,
        (0.019_333_9 * r + 0.119_192 * g + 0.950_304_1 * b) / 1.088_83,
    ];
    let [x, y, z] = xyz.map(|value: f64| {
        if value > 216.0 / 24_389.0 {
            value.cbrt()
        } else {
            (24_389.0 / 27.0 * value + 16.0) / 116.0
        }
    });
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn lab_is_that_of_the_standard() {
        // Red, green and blue of sRGB under D65.
        let pairs = [
            ([255, 0, 0], [53.24, 80.09, 67.20]),
            ([0, 255, 0], [87.73, -86.18, 83.18]),
            ([0, 0, 255], [32.30, 79.19, -107.86]),
            ([255, 255, 255], [100.0, 0.0, 0.0]),
        ];
        for (rgb, meant) in pairs {
            assert!(away(lab(rgb), meant) < 0.05, "{rgb:?} is {:?}", lab(rgb));
        }
    }

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
    fn pixels_that_are_no_rows_are_refused() {
        assert!(Picture::new(&[[0; 3]; 7], 2).is_none());
        assert!(Picture::new(&[], 2).is_none());
    }
}
