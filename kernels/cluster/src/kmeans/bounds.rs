//! Which center is nearest, asked only where the answer may have changed.
//!
//! Holds what is known of every row between rounds: its center, an upper bound on the distance to it and a lower bound
//! on the distance to every other (G. Hamerly, "Making k-means even faster", SDM 2010, section 3); beside them half
//! the distances between centers (C. Elkan, "Using the Triangle Inequality to Accelerate k-Means", ICML 2003, lemma 1)
//! and for each center its nearest neighbours, which are all that a row in doubt is compared with (J. Newling and F.
//! Fleuret, "Fast K-Means with Accurate Bounds", ICML 2016, section 3.1). Bounds are always rounded outwards by more
//! than arithmetic can err, so a row is passed over only where a full search would give the same label. The search
//! itself is the sweep's.

use numeric::{
    MatrixView, Real,
    distance::{PackedRows, squared_euclidean},
    lanes::{LANES, widest},
};
use rayon::prelude::*;
use std::sync::{Mutex, PoisonError};

use super::{
    frame::Frame,
    sweep::{Change, Moves, Round, Rows, Scratch, Sweep},
    tiles::Centers,
};

/// Most pieces that rows are cut into; each holds its own sums.
const PARTS_MAX: usize = 64;
/// Share of a sum below which what was added to it must not shrink, else digits are lost: 2⁻¹⁶ leaves 37 bits.
const WORN: f64 = 1.0 / 65_536.0;

/// What is known of each row.
#[derive(Debug, Default)]
struct Known {
    labels: Vec<u32>,
    /// Upper bounds on the distances to their centers, as they stood in the last round.
    uppers: Vec<f32>,
    /// Lower bounds on the distances to all other centers, as they stood in the last round.
    lowers: Vec<f32>,
}

/// What is known of all rows, with the centers it is known for.
pub(super) struct Bounds<'a, T> {
    data: MatrixView<'a, T>,
    weights: Option<&'a [f64]>,
    frame: Frame<T>,
    known: Known,
    /// How far each center has moved since the last round, rounded up.
    moves: Vec<f64>,
    fresh: bool,
    /// Room for as many parts as were ever worked on at once.
    scratch: Mutex<Vec<Scratch>>,
    /// Weighted sums of the rows of each center, their weight, and how many they are.
    sums: Vec<f64>,
    masses: Vec<f64>,
    sizes: Vec<i64>,
}

impl<'a, T: Real> Bounds<'a, T> {
    /// Knows nothing yet; the centers only tell where the search will be.
    /// Weights are one for each row, above 0; without them each counts 1.
    pub fn new(
        data: MatrixView<'a, T>,
        weights: Option<&'a [f64]>,
        centers: MatrixView<'_>,
    ) -> Self {
        let clusters = centers.rows();
        let rows = data.rows();
        Self {
            known: Known {
                labels: vec![0; rows],
                uppers: vec![0.0; rows],
                lowers: vec![0.0; rows],
            },
            moves: vec![0.0; clusters],
            fresh: true,
            scratch: Mutex::default(),
            sums: vec![0.0; centers.data().len()],
            masses: vec![0.0; clusters],
            sizes: vec![0; clusters],
            weights,
            data,
            frame: Frame::new(data, centers.data()),
        }
    }

    /// The center of a row.
    pub fn label(&self, row: usize) -> usize {
        self.known.labels[row] as usize
    }

    /// The centers of all rows.
    pub fn into_labels(self) -> Vec<u32> {
        self.known.labels
    }

    /// Rows of each center.
    pub fn sizes(&self) -> impl Iterator<Item = usize> {
        self.sizes.iter().map(|&size| size as usize)
    }

    /// Means of the rows of each center, row by row; every center has rows.
    pub fn means(&self) -> Vec<f64> {
        let mut means = self.sums.clone();
        for (mean, mass) in means.chunks_exact_mut(self.frame.cols).zip(&self.masses) {
            for value in mean {
                *value /= mass;
            }
        }
        means
    }

    /// Notes that the centers moved; gives the sum of their squared moves.
    pub fn note_moves(&mut self, from: &[f64], to: &[f64]) -> f64 {
        let cols = self.frame.cols;
        let pairs = from.chunks_exact(cols).zip(to.chunks_exact(cols));
        let mut shift = 0.0;
        for (moves, (from, to)) in self.moves.iter_mut().zip(pairs) {
            let squared = squared_euclidean(from, to);
            shift += squared;
            *moves += squared.sqrt() * self.frame.scale * (1.0 + slack(cols));
        }
        shift
    }

    /// Gives every row the nearest of the centers; returns how many labels changed.
    pub fn assign(&mut self, centers: MatrixView<'_>) -> usize {
        let step = self.rows_per_part();
        // Lent out, so that the rest of `self` can be read meanwhile.
        let mut known = std::mem::take(&mut self.known);
        let round = self.round(centers);
        let parts: Vec<Change> = known
            .labels
            .par_chunks_mut(step)
            .zip(known.uppers.par_chunks_mut(step))
            .zip(known.lowers.par_chunks_mut(step))
            .enumerate()
            .map(|(part, ((labels, uppers), lowers))| {
                let rows = Rows {
                    first: part * step,
                    labels,
                    uppers,
                    lowers,
                };
                let mut scratch = self.lend();
                let change = widest(Sweep::new(&round, rows, &mut scratch));
                self.scratch
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(scratch);
                change
            })
            .collect();
        drop(round);
        self.known = known;
        self.fresh = false;
        self.moves.fill(0.0);
        let changed = parts.iter().map(|part| part.rows).sum();
        self.add(&parts);
        changed
    }

    /// Room to work in. Each part would ask the system for fresh memory otherwise, which costs more than the search.
    fn lend(&self) -> Scratch {
        let mut free = self.scratch.lock().unwrap_or_else(PoisonError::into_inner);
        free.pop().unwrap_or_default()
    }

    fn round(&self, centers: MatrixView<'_>) -> Round<'_, T> {
        let exact = PackedRows::new(centers);
        let order = (!self.fresh).then(|| self.by_moves());
        let centers = Centers::new(&self.frame, centers, &exact, order.as_deref());
        let moves = order.map_or_else(Vec::new, |order| {
            (0..self.moves.len())
                .map(|id| Moves::new(&centers, &self.moves, &order, id))
                .collect()
        });
        Round {
            data: self.data,
            weights: self.weights,
            frame: &self.frame,
            centers,
            exact,
            moves,
            fresh: self.fresh,
        }
    }

    /// The centers, from the one that moved furthest on; of equals the lowest first.
    fn by_moves(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.moves.len() as u32).collect();
        let moved = |id: u32| self.moves[id as usize];
        order.sort_by(|&a, &b| moved(b).total_cmp(&moved(a)));
        order
    }

    /// Rows in each part; depends on the shape alone, so that sums do not depend on threads. The sums of all parts
    /// take a twentieth of the data at most, and there are enough parts for many threads.
    fn rows_per_part(&self) -> usize {
        let rows = self.data.rows();
        let parts = (rows / (40 * self.sizes.len())).clamp(1, PARTS_MAX);
        rows.div_ceil(parts).next_multiple_of(LANES)
    }

    /// Adds what the parts changed to the sums, in their order.
    fn add(&mut self, parts: &[Change]) {
        let mut worn = false;
        let mut raise = |sum: &mut f64, delta: f64| {
            *sum += delta;
            worn |= *sum != 0.0 && sum.abs() < delta.abs() * WORN;
        };
        let cols = self.frame.cols;
        let mut delta = vec![0.0; cols];
        for (id, sums) in self.sums.chunks_exact_mut(cols).enumerate() {
            delta.fill(0.0);
            for part in parts {
                self.sizes[id] += part.sizes[id];
                let from = &part.sums[id * cols..(id + 1) * cols];
                for (delta, from) in delta.iter_mut().zip(from) {
                    *delta += from;
                }
            }
            for (sum, &delta) in sums.iter_mut().zip(&delta) {
                raise(sum, delta);
            }
            let mass = parts.iter().map(|part| part.masses[id]).sum();
            raise(&mut self.masses[id], mass);
        }
        if worn {
            self.sum_again();
        }
    }

    /// Takes all sums anew, where what rows took out has eaten the digits.
    fn sum_again(&mut self) {
        let cols = self.frame.cols;
        let step = self.rows_per_part();
        let (rows, clusters) = (self.data.rows(), self.masses.len());
        let parts: Vec<(Vec<f64>, Vec<f64>)> = (0..rows.div_ceil(step))
            .into_par_iter()
            .map(|part| {
                let mut sums = vec![0.0; clusters * cols];
                let mut masses = vec![0.0; clusters];
                for row in part * step..rows.min((part + 1) * step) {
                    let weight = self.weights.map_or(1.0, |weights| weights[row]);
                    let id = self.label(row);
                    masses[id] += weight;
                    let sums = &mut sums[id * cols..(id + 1) * cols];
                    for (sum, value) in sums.iter_mut().zip(self.data.row(row)) {
                        *sum += weight * value.to_f64();
                    }
                }
                (sums, masses)
            })
            .collect();
        self.sums.fill(0.0);
        self.masses.fill(0.0);
        for (sums, masses) in parts {
            for (sum, part) in self.sums.iter_mut().zip(sums) {
                *sum += part;
            }
            for (mass, part) in self.masses.iter_mut().zip(masses) {
                *mass += part;
            }
        }
    }
}

/// Relative error that no distance of `cols` columns in `f64` reaches, with much to spare.
fn slack(cols: usize) -> f64 {
    1e-12 + cols as f64 * 4.0 * f64::EPSILON
}
