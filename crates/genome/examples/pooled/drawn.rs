//! Customers drawn from the model, in clusters that differ or do not. It must not measure.

use super::{Found, buy, tell, tried};
use genome::forecast::Purchases;
use lifetime::{Model, simulate};
use numeric::random::Random;
use std::collections::BTreeMap;
use std::error::Error;

/// The last day: the first purchases fall within the first half.
const END: i64 = 720;
const WEEK: f64 = 7.0;

/// What is drawn: a name, and of each cluster its parameters and how many customers it has.
type Case = (&'static str, Vec<([f64; 4], usize)>);

fn cases() -> Vec<Case> {
    let (slow, quick) = ([0.8, 12.0, 0.9, 3.0], [1.6, 4.0, 0.5, 3.0]);
    let (rare, often) = ([3.0, 60.0, 0.5, 6.0], [3.0, 6.0, 0.5, 6.0]);
    let six =
        |a: [f64; 4], b: [f64; 4]| vec![(a, 900), (b, 500), (a, 60), (b, 60), (a, 60), (b, 60)];
    vec![
        ("alike, 5 of 300", vec![(slow, 300); 5]),
        ("alike, 40 of 30", vec![(slow, 30); 40]),
        ("somewhat different", six(slow, quick)),
        ("ten times as quick", six(rare, often)),
        (
            "ten times as quick, 30 of 25",
            [(rare, 25), (often, 25)].repeat(15),
        ),
    ]
}

pub fn all(seeds: u64) -> Result<(), Box<dyn Error>> {
    for (name, truths) in cases() {
        let each = (1..=seeds).map(|seed| {
            let (purchases, of) = drawn(&truths, seed);
            tried(purchases, of.clone(), of)
        });
        let each: Vec<Found> = each.collect::<Result<_, _>>()?;
        let mean = |of: &dyn Fn(&Found) -> f64| each.iter().map(of).sum::<f64>() / seeds as f64;
        let means = Found {
            pooled: std::array::from_fn(|at| mean(&|one| one.pooled[at])),
            single: std::array::from_fn(|at| mean(&|one| one.single[at])),
            naive_mae: mean(&|one| one.naive_mae),
            used: true,
        };
        tell(name, &means);
        let used = each.iter().filter(|one| one.used).count();
        let gains: Vec<f64> = each
            .iter()
            .map(|one| one.pooled[0] - one.single[0])
            .collect();
        let least = gains.iter().copied().fold(f64::INFINITY, f64::min);
        let most = gains.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let nearer = |at: usize| {
            each.iter()
                .filter(|one| one.pooled[at] < one.single[at])
                .count()
        };
        println!(
            "  used {used} of {seeds}; gain of log-likelihood from {least:.4} to {most:.4}; lower rmse {}, lower mae {}",
            nearer(1),
            nearer(2)
        );
    }
    Ok(())
}

fn drawn(truths: &[([f64; 4], usize)], seed: u64) -> (Purchases, BTreeMap<i64, u32>) {
    let (mut all, mut of) = (Purchases::default(), BTreeMap::new());
    for (group, (truth, count)) in truths.iter().enumerate() {
        for _ in 0..*count {
            let customer = of.len() as i64;
            let mut random = Random::stream(seed, customer as u64);
            let first = random.below(END as usize / 2) as i64;
            let left = (END - first) as f64 / WEEK;
            let times = simulate::customer(Model::BgNbd, truth, left, &mut random).times;
            let later = times.iter().map(|time| first + (time * WEEK) as i64);
            let days = std::iter::once(first).chain(later);
            let acts: Vec<_> = days.map(|day| buy(day, 100_000)).collect();
            all.add(customer, &acts);
            of.insert(customer, group as u32);
        }
    }
    (all, of)
}
