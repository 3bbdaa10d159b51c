//! Colours as people name them: sRGB to CIELAB, and the canonical colour nearest to one. It must not look at a picture.
//!
//! CIELAB after CIE 15:2004 (D65 white) of sRGB (IEC 61966-2-1); distances are CIE76, the Euclidean one.

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

/// A colour in CIELAB: lightness from 0 to 100, and the two axes of hue.
pub type Lab = [f64; 3];

/// From sRGB to CIELAB, with what is the same for all pixels computed once.
pub struct Table {
    linear: Vec<f64>,
    named: Vec<(&'static str, Lab)>,
}

impl Table {
    pub fn new() -> Self {
        let mut table = Self {
            linear: (0..=255).map(linear).collect(),
            named: Vec::new(),
        };
        let named = NAMED.iter();
        table.named = named.map(|(name, rgb)| (*name, table.lab(*rgb))).collect();
        table
    }

    /// CIELAB of an sRGB value.
    pub fn lab(&self, rgb: [u8; 3]) -> Lab {
        lab_of_linear(self.linear_of(rgb))
    }

    /// Linear light of an sRGB value, each from 0 to 1.
    pub fn linear_of(&self, rgb: [u8; 3]) -> [f64; 3] {
        rgb.map(|value| self.linear[usize::from(value)])
    }

    /// The canonical colour nearest to one, the first of equal ones.
    pub fn nearest(&self, one: Lab) -> &'static str {
        let mut best = (f64::INFINITY, "");
        for (name, lab) in &self.named {
            let distance = (0..3).map(|at| (lab[at] - one[at]).powi(2)).sum::<f64>();
            if distance < best.0 {
                best = (distance, name);
            }
        }
        best.1
    }
}

/// CIELAB of linear light.
pub fn lab_of_linear([r, g, b]: [f64; 3]) -> Lab {
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

/// The canonical colour nearest to an sRGB value.
#[must_use]
pub fn named(rgb: [u8; 3]) -> &'static str {
    let table = Table::new();
    table.nearest(table.lab(rgb))
}

/// How far two colours are from each other (CIE76).
pub fn away(a: Lab, b: Lab) -> f64 {
    (0..3).map(|at| (a[at] - b[at]).powi(2)).sum::<f64>().sqrt()
}

fn linear(value: i32) -> f64 {
    let value = f64::from(value) / 255.0;
    if value <= 0.04045 {
        value / 12.92
    } else {
        ((value + 0.055) / 1.055).powf(2.4)
    }
}

#[cfg(test)]
mod tests {
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
            let lab = Table::new().lab(rgb);
            assert!(away(lab, meant) < 0.05, "{rgb:?} is {lab:?}");
        }
    }

    #[test]
    fn every_named_colour_is_called_by_its_name() {
        for (name, rgb) in NAMED {
            assert_eq!(named(*rgb), *name);
        }
    }
}
