//! Times k-means under size limits: rows, columns, clusters and starts are asked for; the data are made.
//!
//! ```text
//! cargo run --release -p cluster --example constrained -- 23000 16 100 1
//! ```
#![allow(clippy::print_stdout, reason = "it reports what it measured")]

use std::time::Instant;

use cluster::{constrain, constrained, kmeans};
use numeric::{Matrix, Silent, random::Random};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let numbers: Vec<usize> = std::env::args()
        .skip(1)
        .map(|word| word.parse())
        .collect::<Result<_, _>>()?;
    let &[rows, cols, clusters, starts] = &numbers[..] else {
        return Err("give rows, columns, clusters and starts".into());
    };
    let data = clouds(rows, cols, clusters)?;
    let kmeans = kmeans::Params {
        clusters,
        starts,
        max_iterations: 300,
        tolerance: 1e-4,
        seed: 1,
    };
    let kmeans = kmeans.check(rows)?;
    let mean = rows / clusters;
    let sizes = constrain::Rules {
        min_size: Some(mean * 9 / 10),
        max_size: Some(mean * 11 / 10 + 1),
        ..constrain::Rules::default()
    };
    let pairs = (0..rows / 20).map(|pair| (2 * pair, 2 * pair + 1));
    let links = constrain::Rules {
        must_link: pairs.clone().step_by(2).collect(),
        cannot_link: pairs.skip(1).step_by(2).collect(),
        ..sizes.clone()
    };
    for (name, rules) in [("sizes", sizes), ("sizes and links", links)] {
        let before = Instant::now();
        let constraints = rules.check(rows, clusters)?;
        let checked = before.elapsed();
        let fit = constrained::fit(&kmeans, data.view(), &constraints, &Silent)?;
        let fitted = before.elapsed();
        let found = constrain::assign(data.view(), fit.centers.view(), &constraints)?;
        println!(
            "{name}: check {checked:?}, fit {fitted:?}, {} rounds, converged {}, inertia {:.3}, gap {:.2e}, keeps all {}",
            fit.iterations,
            fit.converged,
            fit.inertia,
            found.gap / found.cost,
            constraints.holds(&fit.labels)
        );
    }
    Ok(())
}

/// Normal clouds of unequal size, so that sizes bind.
fn clouds(rows: usize, cols: usize, clusters: usize) -> Result<Matrix, numeric::Error> {
    let mut random = Random::new(7);
    let centers: Vec<f64> = (0..clusters * cols)
        .map(|_| random.normal() * 2.0)
        .collect();
    let mut data = Vec::with_capacity(rows * cols);
    for _ in 0..rows {
        // The square of an even number favours the first clouds.
        let cloud = (random.unit_f64().powi(2) * clusters as f64) as usize;
        let center = &centers[cloud * cols..(cloud + 1) * cols];
        data.extend(center.iter().map(|value| value + random.normal()));
    }
    Matrix::new(data, rows, cols)
}
