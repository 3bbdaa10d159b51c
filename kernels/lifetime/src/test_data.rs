//! Customers drawn for tests. It must not test.
#![allow(clippy::unwrap_used)]

use crate::{Customers, Model, simulate};
use numeric::random::Random;

/// So many customers of different ages up to `age`, and what each bought within `ahead` after it.
pub(crate) fn drawn(
    model: Model,
    parameters: &[f64; 4],
    count: usize,
    (age, ahead): (f64, f64),
    seed: u64,
) -> (Customers, Vec<u32>) {
    let (mut repeats, mut recency, mut ages, mut later) = (vec![], vec![], vec![], vec![]);
    for row in 0..count {
        let mut random = Random::stream(seed, row as u64);
        let own = age * (0.6 + 0.4 * random.unit_f64());
        let times = simulate::customer(model, parameters, own + ahead, &mut random).times;
        let within = times.partition_point(|time| *time <= own);
        repeats.push(within as u32);
        recency.push(within.checked_sub(1).map_or(0.0, |last| times[last]));
        ages.push(own);
        later.push((times.len() - within) as u32);
    }
    (Customers::new(repeats, recency, ages).unwrap(), later)
}
