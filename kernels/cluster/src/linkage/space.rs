//! How far apart clusters are, and how that changes when two become one: the update formulas of
//! G. N. Lance, W. T. Williams, "A general theory of classificatory sorting strategies 1", Computer J. 9,
//! 1967.
//!
//! Holds the two ways to know it: Ward's criterion from centers and sizes, in memory linear in the rows;
//! the others from the distances of all pairs. Does not know which clusters to join.

use numeric::{MatrixView, distance::PackedRows};
use rayon::prelude::*;

/// Clusters handled at a time, so that several threads can share a search.
const BLOCK: usize = 4_096;

/// Clusters in numbered slots. A slot whose cluster was joined to another is empty, and infinitely far
/// from all.
pub(super) trait Space {
    /// Writes what orders the clusters by their distance from the one in `slot` into `out`, one value for
    /// each slot: infinite for `slot` itself and for empty ones, the same bits in both directions.
    fn measure(&self, slot: usize, out: &mut [f64]);

    /// The distance that a finite value of `measure` stands for.
    fn height(&self, measured: f64) -> f64;

    /// Joins the cluster in `gone` to the one in `kept`.
    fn join(&mut self, kept: usize, gone: usize);

    /// Keeps only the slots named, ascending, and renumbers them.
    fn compact(&mut self, slots: &[usize]);
}

/// Ward's distance `√(2·|A|·|B| / (|A| + |B|))·‖mean A - mean B‖` (J. H. Ward, "Hierarchical grouping to
/// optimize an objective function", JASA 58, 1963; the scale is SciPy's: two single rows are as far apart
/// as they are).
pub(super) struct Centers {
    cols: usize,
    centers: Vec<f64>,
    packed: Vec<PackedRows>,
    sizes: Vec<f64>,
    /// One by the size; of an empty slot it plays no part.
    inverse: Vec<f64>,
    /// Infinite for empty slots, else 0.
    empty: Vec<f64>,
}

impl Centers {
    pub fn new(data: MatrixView<'_>) -> Self {
        let rows = data.rows();
        let mut centers = Self {
            cols: data.cols(),
            centers: data.data().to_vec(),
            packed: Vec::new(),
            sizes: vec![1.0; rows],
            inverse: vec![1.0; rows],
            empty: vec![0.0; rows],
        };
        centers.pack();
        centers
    }

    fn pack(&mut self) {
        let blocks = self.centers.chunks(BLOCK * self.cols);
        let views = blocks.map(|block| MatrixView::new(block, block.len() / self.cols, self.cols));
        // Means of checked rows are checked values, and no block is empty.
        self.packed = views.flatten().map(PackedRows::new).collect();
    }

    fn center(&self, slot: usize) -> &[f64] {
        &self.centers[slot * self.cols..(slot + 1) * self.cols]
    }
}

impl Space for Centers {
    fn measure(&self, slot: usize, out: &mut [f64]) {
        let (center, inverse) = (self.center(slot), self.inverse[slot]);
        let block = |(at, out): (usize, &mut [f64])| {
            self.packed[at].squared_distances(center, out);
            let from = at * BLOCK;
            let others = self.inverse[from..].iter().zip(&self.empty[from..]);
            for (value, (other, empty)) in out.iter_mut().zip(others) {
                *value = 2.0 * *value / (inverse + other) + empty;
            }
        };
        if out.len() <= BLOCK {
            block((0, out));
        } else {
            out.par_chunks_mut(BLOCK).enumerate().for_each(block);
        }
        out[slot] = f64::INFINITY;
    }

    fn height(&self, measured: f64) -> f64 {
        measured.sqrt()
    }

    fn join(&mut self, kept: usize, gone: usize) {
        let size = self.sizes[kept] + self.sizes[gone];
        let share = self.sizes[gone] / size;
        for col in 0..self.cols {
            let from = self.centers[gone * self.cols + col];
            let value = &mut self.centers[kept * self.cols + col];
            *value += (from - *value) * share;
        }
        let center = &self.centers[kept * self.cols..(kept + 1) * self.cols];
        self.packed[kept / BLOCK].replace(kept % BLOCK, center);
        (self.sizes[kept], self.inverse[kept]) = (size, 1.0 / size);
        self.empty[gone] = f64::INFINITY;
    }

    fn compact(&mut self, slots: &[usize]) {
        self.centers = slots
            .iter()
            .flat_map(|&slot| self.center(slot))
            .copied()
            .collect();
        for values in [&mut self.sizes, &mut self.inverse, &mut self.empty] {
            *values = slots.iter().map(|&slot| values[slot]).collect();
        }
        self.pack();
    }
}

/// How the distance of a cluster from two that become one follows from its distances to each.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Update {
    /// The mean over all pairs of rows.
    Mean,
    /// The greatest.
    Greatest,
    /// The least.
    Least,
}

/// The distances of all pairs, the lower triangle row by row.
pub(super) struct Pairs {
    update: Update,
    distances: Vec<f64>,
    sizes: Vec<f64>,
}

/// Where the row of `slot` begins in the triangle.
fn start(slot: usize) -> usize {
    slot * slot.saturating_sub(1) / 2
}

impl Pairs {
    pub fn new(data: MatrixView<'_>, update: Update) -> Self {
        let rows = data.rows();
        let mut distances = vec![0.0; start(rows)];
        let mut rest = distances.as_mut_slice();
        let mut parts = Vec::with_capacity(rows);
        for row in 0..rows {
            let (part, after) = rest.split_at_mut(row);
            parts.push(part);
            rest = after;
        }
        let packed = PackedRows::new(data);
        parts.into_par_iter().enumerate().for_each(|(row, part)| {
            packed.squared_distances_from(0, data.row(row), part);
            for value in part {
                *value = value.sqrt();
            }
        });
        Self {
            update,
            distances,
            sizes: vec![1.0; rows],
        }
    }

    fn place(a: usize, b: usize) -> usize {
        start(a.max(b)) + a.min(b)
    }
}

impl Space for Pairs {
    fn measure(&self, slot: usize, out: &mut [f64]) {
        let (below, above) = out.split_at_mut(slot);
        below.copy_from_slice(&self.distances[start(slot)..start(slot + 1)]);
        let fill = |(at, out): (usize, &mut [f64])| {
            let from = slot + at * BLOCK;
            for (other, value) in out.iter_mut().enumerate() {
                // The first place is the slot's own, and stays infinite.
                if from + other > slot {
                    *value = self.distances[start(from + other) + slot];
                }
            }
        };
        above[0] = f64::INFINITY;
        if above.len() <= BLOCK {
            fill((0, above));
        } else {
            above.par_chunks_mut(BLOCK).enumerate().for_each(fill);
        }
    }

    fn height(&self, measured: f64) -> f64 {
        measured
    }

    fn join(&mut self, kept: usize, gone: usize) {
        let size = self.sizes[kept] + self.sizes[gone];
        let share = self.sizes[gone] / size;
        for other in (0..self.sizes.len()).filter(|&other| other != kept && other != gone) {
            let from = self.distances[Self::place(gone, other)];
            let to = &mut self.distances[Self::place(kept, other)];
            // Slots empty before are infinitely far from both; their difference would be no number.
            if to.is_finite() {
                *to = match self.update {
                    Update::Mean => *to + (from - *to) * share,
                    Update::Greatest => to.max(from),
                    Update::Least => to.min(from),
                };
            }
            self.distances[Self::place(gone, other)] = f64::INFINITY;
        }
        self.distances[Self::place(kept, gone)] = f64::INFINITY;
        self.sizes[kept] = size;
    }

    fn compact(&mut self, slots: &[usize]) {
        // Every place moves to an earlier one, so the triangle shrinks where it lies.
        for (new, &old) in slots.iter().enumerate() {
            for (column, &other) in slots[..new].iter().enumerate() {
                self.distances[start(new) + column] = self.distances[start(old) + other];
            }
            self.sizes[new] = self.sizes[old];
        }
        self.distances.truncate(start(slots.len()));
        self.sizes.truncate(slots.len());
    }
}
