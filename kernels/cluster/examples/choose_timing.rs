//! Times the choice of the number of clusters: 5,000 rows of 200 columns, 2 to 20 clusters, 100 resamples.
//!
//! ```text
//! cargo run --release -p cluster --example choose_timing
//! ```
//! For `bench/clustering.py`; prints one line of JSON and holds no check.
#![allow(clippy::print_stdout, reason = "it reports what it measured")]

use cluster::choose::Params;
use numeric::{Matrix, Silent, random::Random};
use std::time::Instant;

const ROWS: usize = 5_000;
const COLS: usize = 200;
const PLACES: usize = 12;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut random = Random::new(1);
    let places: Vec<f64> = (0..PLACES * COLS).map(|_| random.normal()).collect();
    let mut values = Vec::with_capacity(ROWS * COLS);
    for _ in 0..ROWS {
        let place = random.below(PLACES) * COLS;
        values.extend(
            places[place..place + COLS]
                .iter()
                .map(|at| at + 2.0 * random.normal()),
        );
    }
    let data = Matrix::new(values, ROWS, COLS)?;
    let params = Params {
        clusters_min: 2,
        clusters_max: 20,
        starts: 4,
        max_iterations: 300,
        tolerance: 1e-4,
        bootstraps: 100,
        sample: ROWS,
        stability_min: 0.8,
        seed: 1,
    };
    let begun = Instant::now();
    let choice = params.check(ROWS)?.run(data.view(), &Silent)?.choice;
    println!(
        "{{\"seconds\": {:.2}, \"clusters\": {}, \"true\": {PLACES}, \"reason\": {:?}}}",
        begun.elapsed().as_secs_f64(),
        choice.clusters,
        choice.reason
    );
    Ok(())
}
