//! Made-up data for the tests of this crate, and pools of threads to run them on.
#![allow(clippy::unwrap_used)]

use numeric::{Matrix, Progress, random::Random};

/// Normal clouds of deviation 1 around centers of deviation `spread`; rows take turns. Gives the truth,
/// too.
pub(crate) fn blobs(
    rows: usize,
    cols: usize,
    clusters: usize,
    spread: f64,
    seed: u64,
) -> (Matrix, Vec<u32>) {
    let mut random = Random::new(seed);
    let centers: Vec<f64> = (0..clusters * cols)
        .map(|_| random.normal() * spread)
        .collect();
    let mut data = Vec::with_capacity(rows * cols);
    for row in 0..rows {
        let center = row % clusters;
        for col in 0..cols {
            data.push(centers[center * cols + col] + random.normal());
        }
    }
    let truth = (0..rows).map(|row| (row % clusters) as u32).collect();
    (Matrix::new(data, rows, cols).unwrap(), truth)
}

/// Four clouds of uneven density and one row of noise in twenty, by sums that any language makes again:
/// expected numbers in the tests come from Python packages on the same 400 rows.
pub(crate) fn clouds() -> Matrix {
    let mut state = 777u64;
    let mut unit = move || {
        state = (state * 1_103_515_245 + 12_345) % (1 << 31);
        state as f64 / 2f64.powi(31)
    };
    let centers = [[0.0, 0.0], [6.0, 0.0], [0.0, 6.0], [9.0, 9.0]];
    let spreads = [1.0, 0.5, 1.5, 0.3];
    let mut data = Vec::new();
    for row in 0..400 {
        for center in centers[row % 4] {
            data.push(if row % 20 == 19 {
                unit() * 20.0 - 5.0
            } else {
                let near_normal = unit() + unit() + unit() + unit() - 2.0;
                center + near_normal * spreads[row % 4] * 2.0
            });
        }
    }
    Matrix::new(data, 400, 2).unwrap()
}

/// Listens to nothing and always cancels.
pub(crate) struct Stop;

impl Progress for Stop {
    fn tick(&self, _: u64, _: u64) {}
    fn cancelled(&self) -> bool {
        true
    }
}

/// Runs the work on a pool of its own.
pub(crate) fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap()
        .install(work)
}
