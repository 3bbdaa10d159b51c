//! How good the automatic choice is on sets in the styles of five published batteries, and on shapes drawn
//! at random, with the truth unknown to it: adjusted Rand index per set and battery, the best single method
//! beside it. Rows of noise are clustered like any, and not scored.
//!
//! ```text
//! cargo run --release -p cluster --example auto_batteries -- SEED[,SEED…] [BATTERY]
//! ```
//!
//! Even seeds were looked at while the choice was built, odd ones are held out: their sets differ in
//! places, sizes, gaps and noise. One line per candidate (set, method, score, border cost, agreement),
//! one per set, then the means.
#![allow(clippy::print_stdout, clippy::expect_used)]

mod drawn;
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

/// Names of scores that are no method's.
const AUTO: &str = "(auto)";
const AFTERWARDS: &str = "(best afterwards)";

fn main() {
    let mut arguments = std::env::args().skip(1);
    let seeds = arguments.next().unwrap_or_else(|| "0".to_owned());
    let battery = arguments.next();
    let mut scores: BTreeMap<(&str, String), Vec<f64>> = BTreeMap::new();
    for seed in seeds.split(',') {
        let seed: u64 = seed.parse().expect("a whole number");
        for sets in [
            sipu::sets,
            fcps::sets,
            wut::sets,
            graves::sets,
            other::sets,
            drawn::sets,
        ] {
            for set in sets(seed) {
                if battery.as_deref().is_none_or(|name| name == set.battery) {
                    run(&set, seed, &mut scores);
                }
            }
        }
    }
    summarise(&scores);
}

/// Means over each battery, then the choice beside the best single method. A method that does not always
/// come to the number of clusters asked for is listed, but is no rival.
fn summarise(scores: &BTreeMap<(&str, String), Vec<f64>>) {
    let mean = |scores: &[f64]| scores.iter().sum::<f64>() / scores.len() as f64;
    println!("\nmean adjusted Rand index");
    for ((battery, method), scores) in scores {
        let mean = mean(scores);
        println!("mean {battery} {mean:.4} {method} over {}", scores.len());
    }
    println!();
    for ((battery, _), auto) in scores.iter().filter(|((_, method), _)| method == AUTO) {
        let rivals = scores.iter().filter(|((other, method), scores)| {
            other == battery && !method.starts_with('(') && scores.len() == auto.len()
        });
        let single = rivals.max_by(|a, b| mean(a.1).total_cmp(&mean(b.1)));
        let of = |method: &str| mean(&scores[&(*battery, method.to_owned())]);
        if let Some(((_, single), of_single)) = single {
            println!(
                "{battery}: {} sets, auto {:.4}, best single {:.4} ({single}), KMeans {:.4}, Ward {:.4}, best afterwards {:.4}",
                auto.len(),
                mean(auto),
                mean(of_single),
                of("KMeans"),
                of("Ward"),
                of(AFTERWARDS),
            );
        }
    }
}

/// Scores of one set: the choice's, the best candidate's, and each candidate's; where the set can be seen
/// in several ways, each by the way that it meets best.
fn run(set: &Set, seed: u64, scores: &mut BTreeMap<(&'static str, String), Vec<f64>>) {
    let rows = set.rows.view();
    let all: Vec<usize> = (0..rows.rows()).collect();
    let mut best: BTreeMap<String, f64> = BTreeMap::new();
    let mut note = |method: &str, score: f64| {
        let best = best.entry(method.to_owned()).or_insert(score);
        *best = best.max(score);
    };
    for truth in &set.truths {
        let began = Instant::now();
        let auto = Params {
            clusters: truth.clusters(),
            seed: 1,
        };
        let chosen = auto
            .check(rows.rows())
            .and_then(|auto| auto.run(rows, &Silent))
            .expect("sets can be clustered");
        let seconds = began.elapsed().as_secs_f64();
        let mut afterwards = f64::NEG_INFINITY;
        for candidate in &chosen.candidates {
            let score = truth.score(&chosen.rows, &candidate.labels);
            afterwards = afterwards.max(score);
            println!(
                "candidate {} {seed} {:?} {score:.4} {:.5} {:.4}",
                set.name, candidate.method, candidate.border, candidate.agreement
            );
            note(&format!("{:?}", candidate.method), score);
        }
        let score = truth.score(&all, &chosen.labels);
        note(AUTO, score);
        note(AFTERWARDS, afterwards);
        println!(
            "set {} {} {seed} rows {} clusters {}: {score:.3}, best {afterwards:.3}, {seconds:.1} s, {}",
            set.battery,
            set.name,
            rows.rows(),
            truth.clusters(),
            chosen.reason
        );
    }
    for (method, score) in best {
        scores.entry((set.battery, method)).or_default().push(score);
    }
}
