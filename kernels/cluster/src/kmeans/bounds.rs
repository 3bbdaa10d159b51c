//! Which center is nearest, asked only where the answer may have changed.
//!
//! Holds the bounds that spare distances (G. Hamerly, "Making k-means even faster", SDM 2010): per row
//! one upper bound on the distance to its own center and one lower bound on the distance to every other.
//! Bounds are always rounded outwards by more than arithmetic can err, so a row is skipped only where a
//! full search would give the same label: labels equal those of plain Lloyd, bit for bit.

use numeric::{
    MatrixView, chunks,
    distance::{PackedRows, squared_euclidean},
};
use rayon::prelude::*;

use super::nearest::TwoNearest;

/// What is known of one row.
#[derive(Debug, Clone, Copy)]
struct Known {
    label: u32,
    upper: f64,
    lower: f64,
}

/// What is known of all rows, with the centers it is known for.
pub(super) struct Bounds {
    known: Vec<Known>,
    /// How far each center moved since, rounded up.
    moved: Vec<f64>,
}

impl Bounds {
    pub fn new(rows: usize, clusters: usize) -> Self {
        let nothing = Known {
            label: 0,
            upper: f64::INFINITY,
            lower: 0.0,
        };
        Self {
            known: vec![nothing; rows],
            moved: vec![0.0; clusters],
        }
    }

    pub fn label(&self, row: usize) -> usize {
        self.known[row].label as usize
    }

    pub fn labels(&self) -> Vec<u32> {
        self.known.iter().map(|known| known.label).collect()
    }

    /// Notes that the centers moved; gives the sum of their squared moves.
    pub fn note_moves(&mut self, cols: usize, from: &[f64], to: &[f64]) -> f64 {
        let wider = 1.0 + slack(cols);
        let pairs = from.chunks_exact(cols).zip(to.chunks_exact(cols));
        let mut shift = 0.0;
        for (moved, (from, to)) in self.moved.iter_mut().zip(pairs) {
            let squared = squared_euclidean(from, to);
            shift += squared;
            *moved += squared.sqrt() * wider;
        }
        shift
    }

    /// Gives every row the nearest of the centers; returns how many labels changed.
    pub fn assign(&mut self, data: MatrixView<'_>, centers: MatrixView<'_>) -> usize {
        let packed = PackedRows::new(centers);
        let (wider, narrower) = (1.0 + slack(data.cols()), 1.0 - slack(data.cols()));
        let gaps = half_gaps(centers, &packed, narrower);
        let moved = std::mem::replace(&mut self.moved, vec![0.0; centers.rows()]);
        let furthest = Furthest::of(&moved);
        let step = chunks::rows_per_chunk(data.rows());
        self.known
            .par_chunks_mut(step)
            .zip(data.data().par_chunks(step * data.cols()))
            .map(|(known, rows)| {
                let mut distances = vec![0.0; packed.len()];
                let mut changed = 0;
                for (known, row) in known.iter_mut().zip(rows.chunks_exact(data.cols())) {
                    let own = known.label as usize;
                    // The factors cover the rounding of the sum and the difference themselves.
                    known.upper = (known.upper + moved[own]) * (1.0 + 4.0 * f64::EPSILON);
                    known.lower =
                        known.lower * (1.0 - 4.0 * f64::EPSILON) - furthest.other_than(own);
                    let guard = known.lower.max(gaps[own]);
                    if known.upper < guard {
                        continue;
                    }
                    known.upper = squared_euclidean(row, centers.row(own)).sqrt() * wider;
                    if known.upper < guard {
                        continue;
                    }
                    packed.squared_distances(row, &mut distances);
                    let two = TwoNearest::of(&distances);
                    known.label = two.first as u32;
                    known.upper = two.first_squared.sqrt() * wider;
                    known.lower = two.second_squared.sqrt() * narrower;
                    changed += usize::from(two.first != own);
                }
                changed
            })
            .sum()
    }
}

/// Relative error that no distance of `cols` columns reaches, with much to spare.
fn slack(cols: usize) -> f64 {
    1e-12 + cols as f64 * 4.0 * f64::EPSILON
}

/// Half the distance from each center to the nearest other one, rounded down: a row nearer to its center
/// than this has no nearer one (Hamerly 2010, section 3).
fn half_gaps(centers: MatrixView<'_>, packed: &PackedRows, narrower: f64) -> Vec<f64> {
    (0..centers.rows())
        .into_par_iter()
        .map(|center| {
            let mut distances = vec![0.0; packed.len()];
            packed.squared_distances(centers.row(center), &mut distances);
            distances[center] = f64::INFINITY;
            let nearest = distances.iter().copied().fold(f64::INFINITY, f64::min);
            0.5 * nearest.sqrt() * narrower
        })
        .collect()
}

/// The longest move of a center, for rows of every other center.
struct Furthest {
    center: usize,
    first: f64,
    second: f64,
}

impl Furthest {
    fn of(moved: &[f64]) -> Self {
        let mut furthest = Self {
            center: 0,
            first: 0.0,
            second: 0.0,
        };
        for (center, &distance) in moved.iter().enumerate() {
            if distance > furthest.first {
                furthest.second = furthest.first;
                furthest.first = distance;
                furthest.center = center;
            } else if distance > furthest.second {
                furthest.second = distance;
            }
        }
        furthest
    }

    fn other_than(&self, center: usize) -> f64 {
        if center == self.center {
            self.second
        } else {
            self.first
        }
    }
}
