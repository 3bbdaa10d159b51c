//! How long the exact best 20 of 100,000 items of 64 factors take: what `docs/recommend.md` says of it.
#![allow(clippy::print_stdout, clippy::expect_used)]

use std::time::Instant;

use numeric::random::Random;
use recommend::als::{Factors, Params};

fn main() {
    let params = Params {
        factors: 64,
        rounds: 1,
        unobserved: 0.1,
        regularisation: 0.01,
        frequency: 0.0,
        steps: 2,
        seed: 1,
    };
    let mut random = Random::new(5);
    let mut draw =
        |count: usize| -> Vec<f32> { (0..count).map(|_| random.normal() as f32).collect() };
    let model = Factors::from_vectors(params, &draw(100_000 * 64)).expect("legal");
    let mut times = Vec::new();
    for _ in 0..400 {
        let customer = draw(64);
        let start = Instant::now();
        let best = model.scan(&customer, &[3, 5, 8], 20);
        times.push(start.elapsed().as_secs_f64() * 1e3);
        assert_eq!(best.len(), 20);
    }
    times.sort_by(f64::total_cmp);
    println!(
        "milliseconds: median {:.3}, 95 of 100 within {:.3}",
        times[200], times[380]
    );
}
