//! Times rules, drivers, outliers, drift and newcomers on made-up clouds, one at a time:
//!
//! ```text
//! cargo run --release -p cluster --example reasons -- [rows] [columns] [clusters]
//! ```
//!
//! Wall time and, on Linux, processor time, since the machine may be shared. Prints how good the rules
//! are, too; holds no data of its own.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::time::Instant;

use cluster::{
    drift,
    explain::{drivers, rule},
    newcomer, outlier,
};
use numeric::{Matrix, MatrixView, Silent, random::Random};

/// Normal clouds of deviation 1 around centers of deviation 2; rows take turns.
fn clouds(rows: usize, cols: usize, clusters: usize) -> (Matrix, Vec<u32>, Matrix) {
    let mut random = Random::new(7);
    let centers: Vec<f64> = (0..clusters * cols)
        .map(|_| 2.0 * random.normal())
        .collect();
    let mut values = Vec::with_capacity(rows * cols);
    for row in 0..rows {
        let center = &centers[row % clusters * cols..][..cols];
        values.extend(center.iter().map(|center| center + random.normal()));
    }
    let labels = (0..rows).map(|row| (row % clusters) as u32).collect();
    let data = Matrix::new(values, rows, cols).unwrap();
    (data, labels, Matrix::new(centers, clusters, cols).unwrap())
}

/// Seconds of processor time of this process so far; none where the system does not say.
fn processor() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = text.rsplit(')').next()?.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    // Fields 14 and 15 of proc(5), in ticks of 1/100 s.
    Some((ticks(11)? + ticks(12)?) / 100.0)
}

fn timed<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let (start, before) = (Instant::now(), processor());
    let result = work();
    let spent = processor().zip(before).map(|(now, before)| now - before);
    println!(
        "{name}: {:.2?} wall, {spent:.2?} s processor",
        start.elapsed()
    );
    result
}

fn rules(data: MatrixView<'_>, labels: &[u32]) {
    let params = rule::Params {
        conditions_max: 3,
        measure: rule::Measure::FBeta(1.0),
        gain_min: 0.02,
        significance: 0.05,
        beam: 5,
        bins_max: 64,
    };
    let ruling = params.check().unwrap();
    let rules = timed("rules", || ruling.rules(data, labels).unwrap());
    for rule in &rules {
        println!(
            "  cluster {}: {} conditions, coverage {:.3}, purity {:.3}, score {:.3} (all rows {:.3})",
            rule.cluster,
            rule.conditions.len(),
            rule.coverage,
            rule.purity,
            rule.score,
            rule.baseline
        );
    }
}

fn main() {
    let mut sizes = std::env::args().skip(1).map(|size| size.parse().unwrap());
    let rows = sizes.next().unwrap_or(100_000);
    let cols = sizes.next().unwrap_or(30);
    let clusters = sizes.next().unwrap_or(12);
    let (data, labels, centers) = clouds(rows, cols, clusters);
    let (data, centers) = (data.view(), centers.view());
    rules(data, &labels);

    let driving = drivers::Params {
        false_discovery_rate: 0.05,
        omega_squared_min: 0.01,
    };
    let driving = driving.check().unwrap();
    let found = timed("drivers", || driving.drivers(data, &labels).unwrap());
    println!("  accuracy {:.3}", found.accuracy);

    let outlying = outlier::Params {
        z_min: 3.5,
        rows_min: 10,
        share_min: 0.01,
    };
    let outlying = outlying.check().unwrap();
    let found = timed("outliers", || {
        outlying.find(data, &labels, centers).unwrap()
    });
    println!("  {} rows", found.rows.len());

    let keys: Vec<u64> = (0..rows as u64).collect();
    let members = drift::Snapshot {
        keys: &keys,
        rows: data,
    };
    let drifting = drift::Params { bins: 10 }.check().unwrap();
    timed("drift", || {
        drifting
            .compare(members, &labels, centers, members)
            .unwrap()
    });

    let placing = newcomer::Params {
        kinds: vec![newcomer::Kind::Number; cols],
        weights: vec![1.0; cols],
        neighbours: 15,
        trials_max: 200,
        seed: 1,
    };
    let placing = placing.check(cols).unwrap();
    let placer = timed("newcomers", || {
        placing.fit(data.data(), &labels, &Silent).unwrap()
    });
    for method in [
        newcomer::Method::Likes,
        newcomer::Method::Model,
        newcomer::Method::Shares,
    ] {
        println!("  {method:?}: {:?}", placer.trial(method));
    }
}
