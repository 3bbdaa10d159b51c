//! HDBSCAN over a file of numbers, for `bench/hdbscan.py`, which runs the Python package on the same file.
//!
//! ```text
//! cargo run --release -p cluster --example hdbscan_timing -- FILE ROWS COLS MIN_CLUSTER_SIZE MIN_SAMPLES LABELS
//! ```
//! FILE holds rows × columns 64-bit floats, little-endian, row by row. LABELS gets one 32-bit integer per
//! row, -1 for noise. Prints the seconds of the fit alone.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::{env, fs, time::Instant};

use cluster::hdbscan::{Params, Selection};
use numeric::{Matrix, Silent};

fn main() {
    let given: Vec<String> = env::args().skip(1).collect();
    let number = |at: usize| given[at].parse::<usize>().unwrap();
    let bytes = fs::read(&given[0]).unwrap();
    let values = bytes.as_chunks::<8>().0.iter();
    let values = values.map(|bytes| f64::from_le_bytes(*bytes)).collect();
    let data = Matrix::new(values, number(1), number(2)).unwrap();
    let params = Params {
        min_cluster_size: number(3),
        min_samples: number(4),
        selection: Selection::ExcessOfMass,
    };
    let begun = Instant::now();
    let fit = params
        .check(number(1))
        .unwrap()
        .fit(data.view(), &Silent)
        .unwrap();
    let seconds = begun.elapsed().as_secs_f64();
    let labels = fit
        .labels
        .iter()
        .map(|label| label.map_or(-1, |label| label as i32));
    let labels: Vec<u8> = labels.flat_map(i32::to_le_bytes).collect();
    fs::write(&given[5], labels).unwrap();
    println!("{seconds}");
}
