//! How good the automatic choice is on sets in the styles of five published batteries, with the truth
//! unknown to it: adjusted Rand index per set and battery, the best single method beside it.
//!
//! ```text
//! cargo run --release -p cluster --example auto_batteries -- SEED[,SEED…] [BATTERY]
//! ```
//!
//! Even seeds were looked at while the choice was built, odd ones are held out: their sets differ in
//! places, sizes, gaps and noise. One line per candidate (set, method, score, border cost, agreement),
//! one per set, then the means.
#![allow(clippy::print_stdout, clippy::expect_used)]

mod fcps;
mod graves;
mod other;
mod sipu;
mod sketch;
mod wut;

use std::{collections::BTreeMap, time::Instant};

use cluster::auto::Params;
use numeric::Silent;
use sketch::Set;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let seeds = arguments.next().unwrap_or_else(|| "0".to_owned());
    let battery = arguments.next();
    let mut scores: BTreeMap<(&str, String), Vec<f64>> = BTreeMap::new();
    for seed in seeds.split(',') {
        let seed: u64 = seed.parse().expect("a whole number");
        for sets in [sipu::sets, fcps::sets, wut::sets, graves::sets, other::sets] {
            for set in sets(seed) {
                if battery.as_deref().is_none_or(|name| name == set.battery) {
                    run(&set, seed, &mut scores);
                }
            }
        }
    }
    println!("\nmean adjusted Rand index");
    for ((battery, method), scores) in &scores {
        let mean = scores.iter().sum::<f64>() / scores.len() as f64;
        println!("mean {battery} {mean:.3} {method} over {}", scores.len());
    }
}

/// Scores of one set: the choice's, the best candidate's, and each candidate's.
fn run(set: &Set, seed: u64, scores: &mut BTreeMap<(&'static str, String), Vec<f64>>) {
    let rows = set.rows.view();
    let began = Instant::now();
    let auto = Params {
        clusters: set.clusters(),
        seed: 1,
    };
    let chosen = auto
        .check(rows.rows())
        .and_then(|auto| auto.run(rows, &Silent))
        .expect("sets can be clustered");
    let seconds = began.elapsed().as_secs_f64();
    let mut note = |method: String, score: f64| {
        let key = (set.battery, method);
        scores.entry(key).or_default().push(score);
    };
    let mut best = f64::NEG_INFINITY;
    for candidate in &chosen.candidates {
        let score = set.score_of(&chosen.rows, &candidate.labels);
        best = best.max(score);
        println!(
            "candidate {} {seed} {:?} {score:.4} {:.5} {:.4}",
            set.name, candidate.method, candidate.border, candidate.agreement
        );
        note(format!("{:?}", candidate.method), score);
    }
    let score = set.score(&chosen.labels);
    note("(auto)".to_owned(), score);
    note("(best afterwards)".to_owned(), best);
    println!(
        "set {} {} {seed} rows {} clusters {}: {score:.3}, best {best:.3}, {seconds:.1} s, {}",
        set.battery,
        set.name,
        rows.rows(),
        set.clusters(),
        chosen.reason
    );
}
