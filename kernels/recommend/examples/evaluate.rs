//! Fits models on a train file and measures their lists against a test file: popular and item cosine beside what is
//! asked for. Lines are `user item item …`, or `user,item[,weight[,time]]` with or without a header; ids are any text.
//! All items are ranked, a user's train items left out. Nothing is fitted or chosen on the test file.
//!
//! ```text
//! cargo run --release -p recommend --example evaluate -- train.txt test.txt auto 20 1
//! ```
#![allow(clippy::print_stdout, clippy::expect_used)]

use std::{collections::HashMap, time::Instant};

use numeric::Silent;
use recommend::{
    Recommender, Sparse, als, auto, contrast, graph, metrics, model::Recipe, neighbours::Params,
    slim,
};

/// Numbers for ids, in the order in which they come.
#[derive(Default)]
struct Ids(HashMap<String, u32>);

impl Ids {
    fn of(&mut self, id: &str) -> u32 {
        let next = self.0.len() as u32;
        *self.0.entry(id.to_string()).or_insert(next)
    }
}

fn read(path: &str, users: &mut Ids, items: &mut Ids) -> Vec<(u32, u32, f32)> {
    let text = std::fs::read_to_string(path).expect("a file that can be read");
    let mut triples = Vec::new();
    for (place, line) in text.lines().enumerate() {
        if line.contains(',') {
            let fields: Vec<&str> = line.split(',').map(str::trim).collect();
            if place == 0 && fields[0].to_lowercase().contains("user") {
                continue;
            }
            let weight = fields
                .get(2)
                .map_or(1.0, |weight| weight.parse().expect("a weight"));
            triples.push((users.of(fields[0]), items.of(fields[1]), weight));
        } else {
            let mut fields = line.split_whitespace();
            let user = users.of(fields.next().expect("a user"));
            triples.extend(fields.map(|item| (user, items.of(item), 1.0)));
        }
    }
    triples
}

/// Seconds of processor time and the greatest memory of this process (Linux).
fn used() -> (f64, f64) {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat
        .rsplit(')')
        .next()
        .unwrap_or("")
        .split(' ')
        .skip(12)
        .take(2);
    let ticks: f64 = fields.filter_map(|field| field.parse::<f64>().ok()).sum();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    (ticks / 100.0, peak.unwrap_or(f64::NAN) / 1024.0)
}

fn recipe(name: &str, seed: u64) -> Recipe {
    match name {
        "popular" => Recipe::Popular,
        "cosine" => Recipe::Neighbours(Params::cosine(100)),
        "rp3beta" => Recipe::Neighbours(Params::rp3beta(1.0, 0.6, 2_000)),
        "linear" => Recipe::Neighbours(Params::graph(2_000)),
        "low-pass" => Recipe::LowPass(graph::Params {
            factors: 256,
            rounds: 5,
            seed,
        }),
        "als" => Recipe::Factors(als::Params {
            factors: 64,
            rounds: 15,
            unobserved: 0.1,
            regularisation: 1e-3,
            frequency: 1.0,
            steps: 2,
            seed,
        }),
        "ease" => Recipe::Ease(100.0),
        "slim" => Recipe::Slim(slim::Params {
            ridge: 10.0,
            lasso: 1.0,
            candidates: 200,
            signed: false,
        }),
        "contrast" => Recipe::Contrast(contrast::Params {
            seed,
            ..contrast::Params::default()
        }),
        other => panic!(
            "{other} is no model; give popular, cosine, rp3beta, linear, low-pass, als, ease, slim, contrast, gf-cf or auto"
        ),
    }
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let [_, train, test, names, rest @ ..] = &args[..] else {
        panic!(
            "give a train file, a test file and models, joined by commas; then the list's length and a seed"
        );
    };
    let number =
        |place: usize, or: u64| rest.get(place).map_or(or, |n| n.parse().expect("a number"));
    let (count, seed) = (number(0, 20) as usize, number(1, 1));
    let (mut users, mut items) = (Ids::default(), Ids::default());
    let (train, test) = (
        read(train, &mut users, &mut items),
        read(test, &mut users, &mut items),
    );
    let (users, items) = (users.0.len(), items.0.len());
    let train = Sparse::from_triples(users, items, &train).expect("legal");
    let test = Sparse::from_triples(users, items, &test).expect("legal");
    println!(
        "{users} users, {items} items, {} pairs, seed {seed}",
        train.len()
    );
    println!(
        "{:<10} recall precision ndcg   hit    mrr    cover  gini   bits  lift   divers | fit s  cpu s | score s cpu s | MB",
        "model"
    );
    for name in ["popular", "cosine"].into_iter().chain(names.split(',')) {
        let (start, before) = (Instant::now(), used().0);
        let model: Box<dyn Recommender> = match name {
            "auto" => {
                let params = auto::Params {
                    count,
                    seed,
                    ..Default::default()
                };
                let choice = auto::choose(&train, params, &Silent).expect("something to learn");
                for trial in &choice.trials {
                    println!(
                        "  validation R {:.4} N {:.4} weight {:.3} {:?}",
                        trial.recall, trial.ndcg, trial.weight, trial.recipe
                    );
                }
                Box::new(choice.model)
            }
            "gf-cf" => {
                let params = graph::Params {
                    factors: 256,
                    rounds: 5,
                    seed,
                };
                Box::new(
                    graph::GraphFilter::fit(&train, params, 0.3, 2_000, &Silent)
                        .expect("something to learn"),
                )
            }
            name => Box::new(
                recipe(name, seed)
                    .fit(&train, &Silent)
                    .expect("something to learn"),
            ),
        };
        let (fit, fit_cpu) = (start.elapsed().as_secs_f64(), used().0 - before);
        let (start, before) = (Instant::now(), used().0);
        let found = metrics::evaluate(&*model, &train, &test, count).expect("something to find");
        let (score, score_cpu) = (start.elapsed().as_secs_f64(), used().0 - before);
        let of = found.accuracy;
        println!(
            "{name:<10} {:.4} {:.4}    {:.4} {:.4} {:.4} {:.4} {:.4} {:5.2} {:6.2} {:.4} | {fit:6.2} {fit_cpu:6.2} | {score:6.2} {score_cpu:6.2} | {:.0}",
            of.recall,
            of.precision,
            of.ndcg,
            of.hit_rate,
            of.mrr,
            found.coverage,
            found.gini,
            found.novelty,
            found.popularity_lift,
            found.diversity,
            used().1
        );
    }
}
