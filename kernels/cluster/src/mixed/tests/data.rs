//! Made-up mixed rows. Tests nothing.

use numeric::random::Random;

use super::super::{Column, MISSING, Table};
use super::WEIGHTS;

/// Columns of every kind that know which of `clusters` clouds their row is from.
pub(super) struct Data {
    pub numbers: Vec<f64>,
    pub codes: Vec<u32>,
    pub offsets: Vec<usize>,
    pub labels: Vec<u32>,
    pub shares: Vec<f64>,
    pub truth: Vec<u32>,
}

const PARTS: usize = 3;

impl Data {
    /// `apart` is how far the clouds are from each other in deviations; `missing` the chance of a value not
    /// to be known.
    pub fn new(rows: usize, clusters: usize, apart: f64, missing: f64, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let (mut numbers, mut codes, mut shares) = (Vec::new(), Vec::new(), Vec::new());
        let (mut offsets, mut labels, mut truth) = (vec![0], Vec::new(), Vec::new());
        for row in 0..rows {
            let cloud = row % clusters;
            truth.push(cloud as u32);
            let mut gone = [0; 4].map(|_: u32| random.unit_f64() < missing);
            // A row of which nothing is known would be refused, with a column less, too.
            if gone.iter().filter(|&&gone| gone).count() > 2 {
                gone = [false; 4];
            }
            let number = cloud as f64 * apart + random.normal();
            numbers.push(if gone[0] { f64::NAN } else { number });
            let noisy = random.unit_f64() * apart < 1.0;
            let code = if noisy { random.below(clusters) } else { cloud } as u32;
            codes.push(if gone[1] { MISSING } else { 7 + 3 * code });
            let own = if noisy { random.below(clusters) } else { cloud } as u32;
            let held = [own, own + 1];
            let held = &held[..random.below(3)];
            labels.extend_from_slice(if gone[2] { &[MISSING] } else { held });
            offsets.push(labels.len());
            let raw: Vec<f64> = (0..PARTS)
                .map(|part| (random.normal() * 0.5 + ((cloud + part) % PARTS) as f64).exp())
                .collect();
            let sum: f64 = raw.iter().sum();
            shares.extend(raw.iter().map(|x| if gone[3] { f64::NAN } else { x / sum }));
        }
        Self {
            numbers,
            codes,
            offsets,
            labels,
            shares,
            truth,
        }
    }

    /// The rows in another order.
    pub fn in_order(&self, order: &[usize]) -> Self {
        let mut offsets = vec![0];
        let mut labels = Vec::new();
        for &row in order {
            labels.extend_from_slice(&self.labels[self.offsets[row]..self.offsets[row + 1]]);
            offsets.push(labels.len());
        }
        let shares = |&row: &usize| self.shares[row * PARTS..(row + 1) * PARTS].to_vec();
        Self {
            numbers: order.iter().map(|&row| self.numbers[row]).collect(),
            codes: order.iter().map(|&row| self.codes[row]).collect(),
            offsets,
            labels,
            shares: order.iter().flat_map(shares).collect(),
            truth: order.iter().map(|&row| self.truth[row]).collect(),
        }
    }

    pub fn columns(&self) -> [Column<'_>; 4] {
        [
            Column::Number(&self.numbers),
            Column::Category(&self.codes),
            Column::Set {
                offsets: &self.offsets,
                labels: &self.labels,
            },
            Column::Shares {
                values: &self.shares,
                parts: PARTS,
                zero: 0.001,
            },
        ]
    }

    pub fn table(&self) -> Table {
        Table::new(&self.columns(), &WEIGHTS).unwrap()
    }
}
