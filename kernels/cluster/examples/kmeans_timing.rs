//! Times the k-means kernel alone on a file of little-endian `f32`, rows after one another. Made for
//! `bench/kmeans_kernel.py`, which runs peers beside it; holds no measurement of its own.
//!
//! kmeans_timing DATA COLUMNS CLUSTERS [INIT|-] [MAX_ITERATIONS] [TOLERANCE] [f32|f64] [SEED]
#![allow(clippy::print_stdout)]

use cluster::kmeans::{Fit, Params};
use numeric::{Matrix, Real, Silent};
use std::time::Instant;

type Failure = Box<dyn std::error::Error>;

fn read(path: &str) -> std::io::Result<Vec<f32>> {
    let bytes = std::fs::read(path)?;
    let (values, _) = bytes.as_chunks::<4>();
    Ok(values
        .iter()
        .map(|value| f32::from_le_bytes(*value))
        .collect())
}

fn timed<T: Real>(
    values: &[f32],
    cols: usize,
    init: Option<Vec<f32>>,
    params: Params,
) -> Result<([f64; 2], Fit), Failure> {
    let values: Vec<T> = values
        .iter()
        .map(|&value| T::from_f64(f64::from(value)))
        .collect();
    let rows = values.len() / cols;
    let data = Matrix::new(values, rows, cols)?;
    let ready = params.check(rows)?;
    let init = init.map(|init| {
        Matrix::new(
            init.iter().map(|&x| f64::from(x)).collect(),
            params.clusters,
            cols,
        )
    });
    let init = init.transpose()?;
    let (begun, before) = (Instant::now(), processor_seconds());
    let fit = match &init {
        Some(init) => ready.fit_from(data.view(), init.view(), &Silent)?,
        None => ready.fit(data.view(), &Silent)?,
    };
    let wall = begun.elapsed().as_secs_f64();
    Ok(([wall, processor_seconds() - before], fit))
}

/// Processor time of all threads so far, where the system tells it as Linux does; else 0.
fn processor_seconds() -> f64 {
    let tasks = std::fs::read_dir("/proc/self/task")
        .into_iter()
        .flatten()
        .flatten();
    let nanoseconds = tasks.filter_map(|task| {
        let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<f64>().ok()
    });
    nanoseconds.sum::<f64>() * 1e-9
}

fn main() -> Result<(), Failure> {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let [data, cols, clusters, rest @ ..] = asked.as_slice() else {
        return Err("name DATA, COLUMNS and CLUSTERS".into());
    };
    let (values, cols) = (read(data)?, cols.parse()?);
    let rest = |at: usize, other: &str| rest.get(at).cloned().unwrap_or_else(|| other.to_owned());
    let init = match rest(0, "-").as_str() {
        "-" => None,
        path => Some(read(path)?),
    };
    let params = Params {
        clusters: clusters.parse()?,
        starts: 1,
        max_iterations: rest(1, "20").parse()?,
        tolerance: rest(2, "0").parse()?,
        seed: rest(4, "0").parse()?,
    };
    let ([seconds, cpu], fit) = match rest(3, "f32").as_str() {
        "f64" => timed::<f64>(&values, cols, init, params)?,
        _ => timed::<f32>(&values, cols, init, params)?,
    };
    println!(
        "{{\"seconds\": {seconds:.4}, \"cpu_seconds\": {cpu:.4}, \"inertia\": {:.3}, \"iterations\": {}}}",
        fit.inertia, fit.iterations
    );
    Ok(())
}
