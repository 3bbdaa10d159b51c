//! Times mixed clustering on made-up rows: 35 numbers and 15 categories in 12 clouds.
//!
//! ```text
//! cargo run --release -p cluster --example mixed_timing -- [rows] [starts]
//! ```
//! Prints the seconds of encoding and of the fit, and what the fit found. Holds no check.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::time::Instant;

use cluster::mixed::{Column, Params, Table};
use numeric::{Silent, random::Random};

const CLUSTERS: usize = 12;
const NUMBERS: usize = 35;
const CATEGORIES: usize = 15;
/// Categories of each of these columns: 2 to 30.
const CODES: [usize; CATEGORIES] = [2, 2, 3, 3, 4, 5, 5, 6, 8, 10, 12, 15, 20, 25, 30];

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut number = |or: usize| arguments.next().map_or(or, |text| text.parse().unwrap());
    let (rows, starts) = (number(1_000_000), number(1));
    let mut random = Random::new(1);
    let mut draw = |count: usize, each: &dyn Fn(&mut Random, usize) -> f64| -> Vec<f64> {
        (0..count).map(|at| each(&mut random, at)).collect()
    };
    let centers = draw(NUMBERS * CLUSTERS, &|random, _| random.normal());
    let favourites = draw(CATEGORIES * CLUSTERS, &|random, _| random.unit_f64());
    let numbers: Vec<Vec<f64>> = (0..NUMBERS)
        .map(|col| {
            draw(rows, &|random, row| {
                centers[col * CLUSTERS + row % CLUSTERS] + random.normal() * 1.5
            })
        })
        .collect();
    let codes: Vec<Vec<u32>> = (0..CATEGORIES)
        .map(|col| {
            let code = |random: &mut Random, row: usize| {
                let favourite = favourites[col * CLUSTERS + row % CLUSTERS] * CODES[col] as f64;
                match random.below(2) {
                    0 => favourite,
                    _ => random.below(CODES[col]) as f64,
                }
            };
            let codes = draw(rows, &code);
            codes.into_iter().map(|code| code as u32).collect()
        })
        .collect();
    let columns: Vec<Column<'_>> = numbers
        .iter()
        .map(|values| Column::Number(values))
        .chain(codes.iter().map(|codes| Column::Category(codes)))
        .collect();
    let weights = vec![1.0 / columns.len() as f64; columns.len()];

    let begin = Instant::now();
    let table = Table::new(&columns, &weights).unwrap();
    let encoded = begin.elapsed();
    let params = Params {
        clusters: CLUSTERS,
        starts,
        max_iterations: 300,
        tolerance: 1e-4,
        seed: 1,
    };
    let begin = Instant::now();
    let fit = params.check(rows).unwrap().fit(&table, &Silent).unwrap();
    let fitted = begin.elapsed();
    let truth: Vec<u32> = (0..rows).map(|row| (row % CLUSTERS) as u32).collect();
    let agreement = cluster::score::adjusted_rand(&fit.labels, &truth).unwrap();
    println!(
        "{rows} rows: encoded in {:.2} s, fitted in {:.2} s, {} rounds of the kept start of {starts}, inertia {:.1}, adjusted Rand index with the truth {agreement:.4}",
        encoded.as_secs_f64(),
        fitted.as_secs_f64(),
        fit.iterations,
        fit.inertia,
    );
}
