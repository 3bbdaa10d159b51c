//! How many pieces of evidence are tallied in a second on one thread: what `docs/measured.md` says of it. It holds
//! no test.
#![allow(clippy::print_stdout, clippy::expect_used)]

use affinity::{
    decay::Params,
    posterior::{Posterior, Prior},
    tally::tallies,
};

/// Seconds of processor time that this process has used (Linux; ticks of a hundredth), so that other work on the
/// machine does not count.
fn seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let user = stat
        .rsplit(')')
        .next()
        .and_then(|rest| rest.split(' ').nth(12)?.parse::<f64>().ok());
    user.unwrap_or(f64::NAN) / 100.0
}

fn main() {
    const PIECES: usize = 20_000_000;
    let decay = Params {
        landmark: 1_700_000_000,
        half_life: 180 * 86_400,
    };
    let decay = decay.check().expect("parameters are legal");
    let starts: Vec<usize> = (0..=PIECES / 5).map(|group| group * 5).collect();
    // Times within three years and weights of both signs, without a pattern that a branch could learn.
    let mut state = 1u64;
    let mut draw = |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % below) as i64
    };
    let at: Vec<i64> = (0..PIECES)
        .map(|_| 1_700_000_000 - draw(94_608_000))
        .collect();
    let weights: Vec<i64> = (0..PIECES).map(|_| draw(2_000_000) - 500_000).collect();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .expect("a pool");
    for _ in 0..3 {
        let begun = seconds();
        let found = pool
            .install(|| tallies(&decay, &starts, &at, &weights))
            .expect("legal input");
        let used = seconds() - begun;
        let sum: i128 = found.iter().map(|tally| tally.evidence).sum();
        println!(
            "{:.1} million pieces per cpu second (sum {sum})",
            PIECES as f64 / used / 1e6
        );
    }
    let begun = seconds();
    let mut sum = 0.0;
    for i in 0..200_000 {
        let prior = Prior {
            share: 0.001 + f64::from(i % 100) / 300.0,
            weight: 8.0,
        };
        let posterior = Posterior::new(prior, f64::from(i % 7) / 2.0, f64::from(i % 31) / 3.0);
        sum += posterior.quantile(0.05) + posterior.quantile(0.95) + posterior.below(0.1);
    }
    let micros = (seconds() - begun) * 1e6 / 200_000.0;
    println!("{micros:.2} µs per interval with its chance (sum {sum})");
}
