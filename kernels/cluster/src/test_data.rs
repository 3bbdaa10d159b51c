//! Made-up data for the tests of this crate, and pools of threads to run them on.
#![allow(clippy::unwrap_used)]

use numeric::{Matrix, random::Random};

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

/// Runs the work on a pool of its own.
pub(crate) fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap()
        .install(work)
}
