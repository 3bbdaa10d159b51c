//! Points drawn shape by shape, with the truth beside them.
//!
//! Holds the pencils; which sets are drawn with them is the other files'.

use cluster::score::adjusted_rand;
use numeric::{Matrix, random::Random};

/// A finished set.
pub struct Set {
    /// The battery whose style it follows, and its name in it.
    pub battery: &'static str,
    pub name: &'static str,
    pub rows: Matrix,
    /// What people may see in it, one or several ways.
    pub truths: Vec<Truth>,
}

/// Labels for each row; none for noise, which is clustered like any row but which no score counts.
pub struct Truth(pub Vec<Option<u32>>);

impl Truth {
    /// Clusters in it.
    pub fn clusters(&self) -> usize {
        let mut ids: Vec<u32> = self.0.iter().flatten().copied().collect();
        ids.sort_unstable();
        ids.dedup();
        ids.len()
    }

    /// Adjusted Rand index over the rows that are not noise, for labels of these rows.
    pub fn score(&self, rows: &[usize], labels: &[u32]) -> f64 {
        let known = rows.iter().zip(labels);
        let (truth, found): (Vec<u32>, Vec<u32>) = known
            .filter_map(|(&row, &label)| self.0[row].map(|truth| (truth, label)))
            .unzip();
        adjusted_rand(&truth, &found).unwrap_or(f64::NAN)
    }
}

/// A set being drawn.
pub struct Sketch {
    pub random: Random,
    cols: usize,
    values: Vec<f64>,
    truth: Vec<Option<u32>>,
}

impl Sketch {
    pub fn new(cols: usize, seed: u64) -> Self {
        Self {
            random: Random::new(seed),
            cols,
            values: Vec::new(),
            truth: Vec::new(),
        }
    }

    /// Rows in random order, so that no method gains from the order of drawing.
    pub fn finish(self, battery: &'static str, name: &'static str) -> Set {
        self.finish_also(battery, name, &[])
    }

    /// As `finish`, with other ways to see the set: for each, what the labels drawn with become.
    pub fn finish_also(
        mut self,
        battery: &'static str,
        name: &'static str,
        also: &[fn(u32) -> Option<u32>],
    ) -> Set {
        let mut order: Vec<usize> = (0..self.truth.len()).collect();
        self.random.shuffle(&mut order);
        let mut values = Vec::with_capacity(self.values.len());
        for &row in &order {
            values.extend_from_slice(&self.values[row * self.cols..(row + 1) * self.cols]);
        }
        let truth: Vec<Option<u32>> = order.iter().map(|&row| self.truth[row]).collect();
        let mut truths: Vec<Truth> = also
            .iter()
            .map(|seen| Truth(truth.iter().map(|label| label.and_then(seen)).collect()))
            .collect();
        truths.insert(0, Truth(truth));
        let rows = Matrix::new(values, order.len(), self.cols).expect("finite points");
        Set {
            battery,
            name,
            rows,
            truths,
        }
    }

    pub fn point(&mut self, label: Option<u32>, at: &[f64]) {
        self.values.extend_from_slice(at);
        self.truth.push(label);
    }

    /// A number between the two.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.random.unit_f64()
    }

    /// About this many: within a tenth.
    pub fn about(&mut self, count: usize) -> usize {
        (count as f64 * self.between(0.9, 1.1)).round() as usize
    }

    /// A normal cloud, one deviation per column.
    pub fn cloud(&mut self, label: u32, count: usize, center: &[f64], deviation: &[f64]) {
        for _ in 0..count {
            let at: Vec<f64> = center
                .iter()
                .zip(deviation)
                .map(|(center, deviation)| center + deviation * self.random.normal())
                .collect();
            self.point(Some(label), &at);
        }
    }

    /// A normal cloud in the plane, its long axis turned by `angle`.
    pub fn ellipse(
        &mut self,
        label: u32,
        count: usize,
        center: [f64; 2],
        deviation: [f64; 2],
        angle: f64,
    ) {
        for _ in 0..count {
            let (x, y) = (
                deviation[0] * self.random.normal(),
                deviation[1] * self.random.normal(),
            );
            let at = [
                center[0] + x * angle.cos() - y * angle.sin(),
                center[1] + x * angle.sin() + y * angle.cos(),
            ];
            self.point(Some(label), &at);
        }
    }

    /// Even points between two radii around a center, over a range of angles.
    pub fn arc(
        &mut self,
        label: u32,
        count: usize,
        center: [f64; 2],
        radii: [f64; 2],
        angles: [f64; 2],
    ) {
        for _ in 0..count {
            let square = self.between(radii[0] * radii[0], radii[1] * radii[1]);
            let angle = self.between(angles[0], angles[1]);
            let radius = square.sqrt();
            let at = [
                center[0] + radius * angle.cos(),
                center[1] + radius * angle.sin(),
            ];
            self.point(Some(label), &at);
        }
    }

    /// Even points between two radii, all around.
    pub fn ring(&mut self, label: u32, count: usize, center: [f64; 2], radii: [f64; 2]) {
        self.arc(label, count, center, radii, [0.0, std::f64::consts::TAU]);
    }

    /// Even points in a box.
    pub fn block(&mut self, label: Option<u32>, count: usize, low: &[f64], high: &[f64]) {
        for _ in 0..count {
            let at: Vec<f64> = low
                .iter()
                .zip(high)
                .map(|(&low, &high)| self.between(low, high))
                .collect();
            self.point(label, &at);
        }
    }

    /// Even points along a curve of parameter 0 to 1, with normal jitter.
    pub fn curve(
        &mut self,
        label: u32,
        count: usize,
        jitter: f64,
        curve: impl Fn(f64) -> Vec<f64>,
    ) {
        for _ in 0..count {
            let at = self.random.unit_f64();
            let at: Vec<f64> = curve(at)
                .iter()
                .map(|value| value + jitter * self.random.normal())
                .collect();
            self.point(Some(label), &at);
        }
    }

    /// Even points along straight pieces, with normal jitter.
    pub fn path(&mut self, label: u32, count: usize, jitter: f64, corners: &[[f64; 2]]) {
        let lengths: Vec<f64> = corners
            .windows(2)
            .map(|pair| (pair[1][0] - pair[0][0]).hypot(pair[1][1] - pair[0][1]))
            .collect();
        for _ in 0..count {
            let piece = self.random.weighted(&lengths).unwrap_or(0);
            let along = self.random.unit_f64();
            let (from, to) = (corners[piece], corners[piece + 1]);
            let at = [0, 1].map(|col| {
                from[col] + along * (to[col] - from[col]) + jitter * self.random.normal()
            });
            self.point(Some(label), &at);
        }
    }
}
