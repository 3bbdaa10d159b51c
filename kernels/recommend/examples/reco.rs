//! Evaluates models on a train and a test file of `user item item …` lines, each fitted on the train file alone.
#![allow(clippy::print_stdout, clippy::expect_used)]

use numeric::Silent;
use recommend::*;
use std::time::Instant;

fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let mut fields = stat.rsplit(')').next().unwrap_or("").split(' ').skip(12);
    let mut next = || {
        fields
            .next()
            .and_then(|f| f.parse::<f64>().ok())
            .unwrap_or(f64::NAN)
    };
    (next() + next()) / 100.0
}

fn read(path: &str) -> Vec<Vec<u32>> {
    let text = std::fs::read_to_string(path).expect("a file");
    let mut rows: Vec<Vec<u32>> = Vec::new();
    for line in text.lines() {
        let numbers: Vec<u32> = line
            .split(' ')
            .map(|n| n.parse().expect("a number"))
            .collect();
        let user = numbers[0] as usize;
        if rows.len() <= user {
            rows.resize(user + 1, Vec::new());
        }
        rows[user].extend(&numbers[1..]);
    }
    rows
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let (mut a, mut b) = (read(&args[1]), read(&args[2]));
    let items = a.iter().chain(&b).flatten().max().expect("an item") + 1;
    let rows = a.len().max(b.len());
    a.resize(rows, vec![]);
    b.resize(rows, vec![]);
    let train = Sparse::from_lists(items as usize, &a).expect("legal");
    let test = Sparse::from_lists(items as usize, &b).expect("legal");
    let n = |at: usize, or: f32| args.get(at).map_or(or, |v| v.parse().expect("a number"));
    let (start, before) = (Instant::now(), cpu());
    let model: Box<dyn Recommender> = match &args[3][..] {
        "popular" => Box::new(popular::Popular::fit(&train)),
        "cosine" => Box::new(
            neighbours::Neighbours::fit(&train, neighbours::Params::cosine(n(4, 100.0) as usize))
                .expect("legal"),
        ),
        "rp3" => Box::new(
            neighbours::Neighbours::fit(
                &train,
                neighbours::Params::rp3beta(n(4, 1.0), n(5, 0.6), n(6, 500.0) as usize),
            )
            .expect("legal"),
        ),
        "linear" => Box::new(
            neighbours::Neighbours::fit(&train, neighbours::Params::graph(n(4, 500.0) as usize))
                .expect("legal"),
        ),
        "als" => {
            let params = als::Params {
                factors: n(8, 64.0) as usize,
                rounds: n(7, 15.0) as usize,
                unobserved: n(4, 0.1),
                regularisation: n(5, 1e-3),
                frequency: n(6, 1.0),
                steps: n(9, 3.0) as usize,
                seed: 42,
            };
            Box::new(als::Factors::fit(&train, params, &Silent).expect("legal"))
        }
        "gfcf" => {
            let params = graph::Params {
                factors: n(5, 256.0) as usize,
                rounds: n(6, 5.0) as usize,
                seed: 42,
            };
            Box::new(
                graph::GraphFilter::fit(&train, params, n(4, 0.3), n(7, 2000.0) as usize, &Silent)
                    .expect("legal"),
            )
        }
        "ease" => Box::new(ease::Ease::fit(&train, n(4, 100.0)).expect("legal")),
        "slim" => {
            let params = slim::Params {
                ridge: n(4, 10.0),
                lasso: n(5, 1.0),
                candidates: n(6, 200.0) as usize,
                signed: n(7, 0.0) > 0.0,
            };
            Box::new(slim::fit(&train, params, &Silent).expect("legal"))
        }
        "contrast" => {
            let params = contrast::Params {
                rounds: n(4, 20.0) as usize,
                negatives: n(5, 512.0) as usize,
                hidden: n(6, 0.3),
                temperature: n(7, 0.15),
                rate: n(8, 0.1),
                factors: n(9, 64.0) as usize,
                seed: 42,
            };
            Box::new(contrast::fit(&train, params, &Silent).expect("legal"))
        }
        "lowpass" => {
            let params = graph::Params {
                factors: n(4, 256.0) as usize,
                rounds: 5,
                seed: 42,
            };
            Box::new(graph::low_pass(&train, params, &Silent).expect("legal"))
        }
        "auto" => {
            let params = auto::Params {
                seed: n(4, 1.0) as u64,
                ..Default::default()
            };
            let choice = auto::choose(&train, params, &Silent).expect("legal");
            for trial in &choice.trials {
                println!("{trial:?}");
            }
            println!("blend {:.4} on validation", choice.ndcg);
            Box::new(choice.model)
        }
        other => panic!("{other}"),
    };
    let (fit, fit_cpu) = (start.elapsed().as_secs_f64(), cpu() - before);
    let (start, before) = (Instant::now(), cpu());
    let found = metrics::evaluate(&*model, &train, &test, 20).expect("legal");
    let (wall, used) = (start.elapsed().as_secs_f64(), cpu() - before);
    println!(
        "{:?} R {:.4} N {:.4} fit {fit:.2}s cpu {fit_cpu:.2} score {wall:.2}s cpu {used:.2} cov {:.3} lift {:.2} div {:.2}",
        &args[3..],
        found.accuracy.recall,
        found.accuracy.ndcg,
        found.coverage,
        found.popularity_lift,
        found.diversity
    );
}
