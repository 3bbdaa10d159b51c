//! Times k-means over more and more rows, and says how much memory a fit takes beside its input.
//!
//! ```text
//! cargo run --release -p cluster --example kmeans_scale -- 1000000 4000000 16000000
//! ```
//! Rows of 16 `f32` around 50 places, drawn one number of rows after the other; 20 rounds of Lloyd from the same 50
//! rows. For `bench/clustering.py`; prints one line of JSON for each number of rows and holds no check. Memory is the
//! process's peak during the fit less what it held before, as Linux tells it; elsewhere 0.
#![allow(clippy::print_stdout, reason = "it reports what it measured")]

use cluster::kmeans::Params;
use numeric::{Matrix, Silent, random::Random};
use std::time::Instant;

const COLS: usize = 16;
const CLUSTERS: usize = 50;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for rows in std::env::args().skip(1) {
        let rows: usize = rows.parse()?;
        let data = clouds(rows)?;
        let first: Vec<usize> = (0..CLUSTERS).map(|at| at * (rows / CLUSTERS)).collect();
        let init: Vec<f64> = first
            .iter()
            .flat_map(|&row| data.view().row(row))
            .map(|&value| f64::from(value))
            .collect();
        let init = Matrix::new(init, CLUSTERS, COLS)?;
        let params = Params {
            clusters: CLUSTERS,
            starts: 1,
            max_iterations: 20,
            tolerance: 0.0,
            seed: 1,
        };
        let ready = params.check(rows)?;
        // Sets the peak back to what is held now.
        let known = std::fs::write("/proc/self/clear_refs", "5").is_ok();
        let before = kilobytes("VmRSS:");
        let begun = Instant::now();
        let fit = ready.fit_from(data.view(), init.view(), &Silent)?;
        let seconds = begun.elapsed().as_secs_f64();
        let peak = if known { kilobytes("VmHWM:") } else { before };
        let input = rows * COLS * size_of::<f32>();
        let share = ((peak - before) * 1024) as f64 / input as f64;
        println!(
            "{{\"rows\": {rows}, \"seconds\": {seconds:.3}, \"memory_to_input\": {share:.3}, \"iterations\": {}, \
             \"inertia\": {:.0}}}",
            fit.iterations, fit.inertia
        );
    }
    Ok(())
}

fn kilobytes(name: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.unwrap_or(0)
}

fn clouds(rows: usize) -> Result<Matrix<f32>, numeric::Error> {
    let mut random = Random::new(1);
    let places: Vec<f64> = (0..CLUSTERS * COLS)
        .map(|_| 4.0 * random.normal())
        .collect();
    let mut values = Vec::with_capacity(rows * COLS);
    for _ in 0..rows {
        let place = random.below(CLUSTERS) * COLS;
        let spread = 0.6 + 1.6 * random.unit_f64();
        values.extend(
            places[place..place + COLS]
                .iter()
                .map(|at| (at + spread * random.normal()) as f32),
        );
    }
    Matrix::new(values, rows, COLS)
}
