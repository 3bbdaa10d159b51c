//! Which center is nearest, asked only where the answer may have changed.
//!
//! Holds what is known of every row between rounds: its center, an upper bound on the distance to it, and for each
//! group of centers a lower bound on the distance to every other center of the group (Y. Ding and others, "Yinyang
//! K-Means", ICML 2015, section 3), kept in one byte; beside them half the distances between centers (C. Elkan,
//! "Using the Triangle Inequality to Accelerate k-Means", ICML 2003, lemma 1). Bounds are always rounded outwards
//! by more than arithmetic can err, so a row is passed over only where a full search would give the same label.
//! The search itself is the sweep's.

use numeric::{
    MatrixView, Real,
    distance::{PackedRows, squared_euclidean},
    lanes::{LANES, widest},
};
use rayon::prelude::*;

use super::{
    frame::Frame,
    nearest::TwoNearest,
    sweep::{Change, Round, Rows, Sweep},
    tiles::{GROUPS_MAX, Order, Tiles},
};

/// Rows looked at to choose the unit of the bounds.
const SAMPLE: usize = 256;
/// Units of drift after which it is taken off the bounds themselves: each time, part of a unit is lost.
const DRIFT_MAX: f64 = 12.0;
/// Most pieces that rows are cut into; each holds its own sums.
const PARTS_MAX: usize = 128;
/// Share of a sum below which what was added to it must not shrink, else digits are lost: 2⁻¹⁶ leaves 37 bits.
const WORN: f64 = 1.0 / 65_536.0;

/// What is known of each row.
#[derive(Debug, Default)]
struct Known {
    /// The position of its center.
    labels: Vec<u32>,
    /// The upper bound as if its center had not moved yet.
    uppers: Vec<f32>,
    /// Eights of lower bounds in units, as they were at the last settling.
    bytes: Vec<[u8; 8]>,
}

/// What is known of all rows, with the centers it is known for.
pub(super) struct Bounds<'a, T> {
    data: MatrixView<'a, T>,
    weights: Option<&'a [f64]>,
    frame: Frame<T>,
    order: Order,
    known: Known,
    /// Eights for each row.
    words: usize,
    /// What a byte counts, in the frame's units.
    unit: f64,
    /// How far the center at each position has moved since the first round, rounded up.
    moved: Vec<f64>,
    /// How far the furthest center of each group moved, round by round, since the last settling.
    drift: Vec<f64>,
    /// Moves noted since the last round.
    moves: Vec<f64>,
    fresh: bool,
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
        let centers = centers.data();
        let (rows, cols) = (data.rows(), data.cols());
        let frame = Frame::new(data, centers);
        let order = Order::new(centers, cols, groups_max(cols));
        let words = order.groups.div_ceil(8);
        Self {
            known: Known {
                labels: vec![0; rows],
                uppers: vec![0.0; rows],
                bytes: vec![[0; 8]; rows * words],
            },
            words,
            unit: 1.0,
            moved: vec![0.0; order.len()],
            drift: vec![0.0; order.groups],
            moves: vec![0.0; order.len()],
            fresh: true,
            sums: vec![0.0; centers.len()],
            masses: vec![0.0; clusters],
            sizes: vec![0; clusters],
            weights,
            data,
            frame,
            order,
        }
    }

    /// The center of a row.
    pub fn label(&self, row: usize) -> usize {
        self.order.id(self.known.labels[row])
    }

    /// The centers of all rows.
    pub fn into_labels(self) -> Vec<u32> {
        let mut labels = self.known.labels;
        for label in &mut labels {
            *label = self.order.id(*label) as u32;
        }
        labels
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
        for (id, (from, to)) in pairs.enumerate() {
            let squared = squared_euclidean(from, to);
            shift += squared;
            self.moves[self.order.position(id) as usize] +=
                squared.sqrt() * self.frame.scale * (1.0 + slack(cols));
        }
        shift
    }

    /// Gives every row the nearest of the centers; returns how many labels changed.
    pub fn assign(&mut self, centers: MatrixView<'_>) -> usize {
        let exact = PackedRows::new(centers);
        if self.fresh {
            self.unit = self.unit_for(&exact);
        }
        self.settle_moves();
        let settling = self
            .drift
            .iter()
            .any(|&drift| drift > DRIFT_MAX * self.unit);
        let step = self.rows_per_part();
        // Lent out, so that the rest of `self` can be read meanwhile.
        let mut known = std::mem::take(&mut self.known);
        let round = self.round(centers, exact, settling);
        let parts: Vec<Change> = known
            .labels
            .par_chunks_mut(step)
            .zip(known.uppers.par_chunks_mut(step))
            .zip(known.bytes.par_chunks_mut(step * self.words))
            .enumerate()
            .map(|(part, ((labels, uppers), bytes))| {
                let rows = Rows {
                    first: part * step,
                    labels,
                    uppers,
                    bytes,
                };
                widest(Sweep::new(&round, rows))
            })
            .collect();
        drop(round);
        self.known = known;
        if settling {
            self.drift.fill(0.0);
        }
        self.fresh = false;
        let changed = parts.iter().map(|part| part.rows).sum();
        self.add(&parts);
        changed
    }

    /// A unit such that 254 of them reach beyond the distances of all but one in a hundred rows.
    fn unit_for(&self, exact: &PackedRows) -> f64 {
        let rows = self.data.rows();
        let mut squared = vec![0.0; exact.len()];
        let step = rows.div_ceil(SAMPLE);
        let mut distances: Vec<f64> = (0..rows)
            .step_by(step)
            .map(|row| {
                let row: Vec<f64> = self.data.row(row).iter().map(|x| x.to_f64()).collect();
                exact.squared_distances(&row, &mut squared);
                TwoNearest::of(&squared).first_squared.sqrt() * self.frame.scale
            })
            .collect();
        distances.sort_unstable_by(f64::total_cmp);
        let far = distances[(distances.len() - 1) * 99 / 100];
        let unit = far * 1.1 / 254.0;
        if unit > 1e-15 { unit } else { 1.0 }
    }

    /// Brings the moves noted into the sums that bounds are read with.
    fn settle_moves(&mut self) {
        let mut furthest = vec![0.0f64; self.order.groups];
        for (position, (moved, moves)) in self.moved.iter_mut().zip(&mut self.moves).enumerate() {
            let group = self.order.group(position as u32);
            furthest[group] = furthest[group].max(*moves);
            *moved += std::mem::take(moves);
        }
        for (drift, furthest) in self.drift.iter_mut().zip(furthest) {
            *drift += furthest;
        }
    }

    fn round(&self, centers: MatrixView<'_>, exact: PackedRows, settling: bool) -> Round<'_, T> {
        let mut drift = vec![[0; 8]; self.words];
        let mut offsets = Vec::with_capacity(self.order.groups);
        for (group, &moved) in self.drift.iter().enumerate() {
            let units = moved / self.unit;
            // A hundredth of a unit covers all rounding here and in the sweep.
            // What has not moved takes nothing off.
            drift[group / 8][group % 8] = if moved > 0.0 {
                (units + 0.01).ceil() as u8
            } else {
                0
            };
            let kept = if settling { 0.0 } else { units };
            offsets.push((kept - 0.01) as f32);
        }
        let totals = self.moved.iter();
        let none = vec![[0; 8]; self.words];
        let (settled, drift) = if settling {
            (Some(drift), none)
        } else {
            (None, drift)
        };
        Round {
            data: self.data,
            weights: self.weights,
            frame: &self.frame,
            order: &self.order,
            tiles: Tiles::new(&self.frame, &self.order, centers.data()),
            halves: self.halves(centers, &exact),
            exact,
            settled,
            drift,
            offsets,
            totals: totals
                .map(|&total| [(total * (1.0 - 1e-6)) as f32, (total * (1.0 + 1e-6)) as f32])
                .collect(),
            per_unit: (1.0 / self.unit) as f32,
            words: self.words,
            fresh: self.fresh,
        }
    }

    /// For each position and group, half the distance to the group's nearest other center, in units, rounded down.
    fn halves(&self, centers: MatrixView<'_>, exact: &PackedRows) -> Vec<[u8; 8]> {
        let narrower = (1.0 - slack(self.frame.cols)) * self.frame.scale / self.unit;
        let mut halves = vec![[0; 8]; self.order.len() * self.words];
        if self.fresh {
            return halves;
        }
        let mut held = vec![None; self.order.len()];
        self.order.held().for_each(|(at, id)| held[at] = Some(id));
        let each = halves.par_chunks_mut(self.words).zip(held);
        each.for_each(|(halves, own)| {
            let Some(own) = own else { return };
            let mut squared = vec![0.0; exact.len()];
            exact.squared_distances(centers.row(own), &mut squared);
            squared[own] = f64::INFINITY;
            let mut nearest = vec![f64::INFINITY; self.order.groups];
            for (other, id) in self.order.held() {
                let nearest = &mut nearest[self.order.group(other as u32)];
                *nearest = nearest.min(squared[id]);
            }
            for (group, squared) in nearest.into_iter().enumerate() {
                let units = 0.5 * squared.sqrt() * narrower - 0.01;
                halves[group / 8][group % 8] = units.min(254.0) as u8;
            }
        });
        halves
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

/// Groups of centers for data of so many columns: more groups spare more distances, but each takes a byte per row.
fn groups_max(cols: usize) -> usize {
    (cols / 2).clamp(8, GROUPS_MAX)
}
