//! Times a fit and a forecast of so many drawn customers, of days or of times that are all different.
//!
//! ```text
//! cargo run --release -p lifetime --example lifetime_timing -- 1000000 days
//! cargo run --release -p lifetime --example lifetime_timing -- 1000000 times
//! ```
//! For `bench/lifetime.py`; prints a line of JSON for each model, wall and processor seconds of each part, and holds
//! no check.
#![allow(clippy::print_stdout, reason = "it reports what it measured")]

use lifetime::{Customers, Model, fit, forecast, simulate, spend};
use numeric::random::Random;
use rayon::prelude::*;
use std::time::Instant;

/// A year of weeks, within which customers come for the first time.
const WEEKS: f64 = 52.0;
const HORIZON: f64 = 26.0;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let [count, kind] = &asked[..] else {
        return Err("give a number of customers, and days or times".into());
    };
    let (count, in_days): (u64, bool) = (count.parse()?, kind == "days");
    for (model, name, truth) in [
        (Model::BgNbd, "bgnbd", [0.4, 4.0, 0.8, 2.5]),
        (Model::ParetoNbd, "paretonbd", [0.6, 10.0, 0.6, 12.0]),
    ] {
        let customers = drawn(model, &truth, count, in_days)?;
        let (found, fitted) = timed(|| fit(model, &customers));
        let (found, mut scored) = (found?, Vec::new());
        for discount in [0.0, 0.002] {
            let ask = forecast::Params {
                horizon: HORIZON,
                discount,
                level: 0.8,
            }
            .check()?;
            let (told, spent) = timed(|| ask.run(model, &found.parameters, &customers));
            scored.push((spent, told?.iter().map(|one| one.orders).sum::<f64>()));
        }
        println!(
            "{{\"model\": \"{name}\", \"customers\": {count}, \"distinct\": {}, \"fit\": {fitted:.2?}, \"rounds\": {}, \
             \"score\": {:.2?}, \"score_discounted\": {:.2?}, \"parameters\": {:?}, \"expected\": {:.1}}}",
            found.distinct, found.rounds, scored[0].0, scored[1].0, found.parameters, scored[0].1
        );
    }
    let (orders, amounts): (Vec<u32>, Vec<f64>) = (0..count)
        .into_par_iter()
        .map(|row| {
            let mut random = Random::stream(2, row);
            let orders = 1 + random.below(12) as u32;
            let rate = simulate::gamma(4.0, &mut random) / 15.0;
            (
                orders,
                simulate::gamma(6.0 * f64::from(orders), &mut random) / rate / f64::from(orders),
            )
        })
        .unzip();
    let (found, spent) = timed(|| spend::fit(&orders, &amounts));
    let found = found?;
    println!(
        "{{\"model\": \"gamma-gamma\", \"customers\": {count}, \"fit\": {spent:.2?}, \"rounds\": {}, \"parameters\": {:?}}}",
        found.rounds, found.parameters
    );
    Ok(())
}

/// What a computation gives, with its wall and processor seconds.
fn timed<T>(work: impl FnOnce() -> T) -> (T, [f64; 2]) {
    let (begun, before) = (Instant::now(), processor_seconds());
    let made = work();
    (
        made,
        [begun.elapsed().as_secs_f64(), processor_seconds() - before],
    )
}

/// Of this process so far, as Linux counts them in hundredths; NaN elsewhere.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = |at: usize| {
        after_name
            .split_whitespace()
            .nth(at)
            .and_then(|text| text.parse::<f64>().ok())
    };
    ticks(11)
        .zip(ticks(12))
        .map_or(f64::NAN, |(user, system)| (user + system) / 100.0)
}

fn drawn(
    model: Model,
    truth: &[f64; 4],
    count: u64,
    in_days: bool,
) -> Result<Customers, lifetime::Error> {
    let rows: Vec<(u32, (f64, f64))> = (0..count)
        .into_par_iter()
        .map(|row| {
            let mut random = Random::stream(1, row);
            let whole = |time: f64| {
                if in_days {
                    (time * 7.0).ceil() / 7.0
                } else {
                    time
                }
            };
            let age = whole(WEEKS * random.unit_f64());
            let mut times = simulate::customer(model, truth, age, &mut random).times;
            times
                .iter_mut()
                .for_each(|time| *time = whole(*time).min(age));
            times.dedup();
            (
                times.len() as u32,
                (times.last().copied().unwrap_or(0.0), age),
            )
        })
        .collect();
    let (repeats, times): (Vec<u32>, Vec<(f64, f64)>) = rows.into_iter().unzip();
    let (recency, age) = times.into_iter().unzip();
    Customers::new(repeats, recency, age)
}
