//! Writes made-up check-ins, `train.txt` and `test.txt` of `user item item …` lines, to a folder: 30,000 customers ×
//! 41,000 places, some 810,000 pairs to learn from. Places lie in districts and are visited by a power law; a
//! customer goes about a few districts, and now and then anywhere. It knows no model.
//!
//! ```text
//! cargo run --release -p recommend --example checkins -- /tmp/checkins
//! ```
#![allow(clippy::expect_used)]

use std::fmt::Write;

use numeric::random::Random;

const CUSTOMERS: u64 = 30_000;
const PLACES: usize = 41_000;
const DISTRICTS: usize = 600;

/// A number below `n` by a power law: low ones are drawn often.
fn skewed(random: &mut Random, n: usize, power: f64) -> usize {
    ((random.unit_f64().powf(power) * n as f64) as usize).min(n - 1)
}

fn main() {
    let folder = std::env::args().nth(1).expect("a folder");
    let mut random = Random::new(11);
    let mut districts = vec![Vec::new(); DISTRICTS];
    for place in 0..PLACES as u32 {
        districts[skewed(&mut random, DISTRICTS, 1.6)].push(place);
    }
    districts.retain(|places| !places.is_empty());
    let (mut train, mut test) = (String::new(), String::new());
    for customer in 0..CUSTOMERS {
        let mut random = Random::stream(12, customer);
        // Pareto: at least 15 draws, a mean of some 50, of which repeats fall away.
        let draws = (15.5 / random.unit_f64().max(1e-9).powf(0.72)).min(900.0) as usize;
        let home = skewed(&mut random, districts.len(), 1.6);
        // Neighbouring districts share customers.
        let about = [
            home,
            (home + 1) % districts.len(),
            random.below(districts.len()),
        ];
        let mut taken: Vec<u32> = (0..draws)
            .map(|_| {
                let district = match random.unit_f64() {
                    share if share < 0.6 => about[0],
                    share if share < 0.8 => about[1],
                    share if share < 0.9 => about[2],
                    _ => skewed(&mut random, districts.len(), 1.6),
                };
                let places = &districts[district];
                places[skewed(&mut random, places.len(), 2.2)]
            })
            .collect();
        taken.sort_unstable();
        taken.dedup();
        random.shuffle(&mut taken);
        let held = (taken.len() / 5).max(1);
        for (file, items) in [(&mut test, &taken[..held]), (&mut train, &taken[held..])] {
            write!(file, "{customer}").expect("memory");
            items
                .iter()
                .for_each(|item| write!(file, " {item}").expect("memory"));
            file.push('\n');
        }
    }
    std::fs::write(format!("{folder}/train.txt"), train).expect("a folder that can be written");
    std::fs::write(format!("{folder}/test.txt"), test).expect("a folder that can be written");
}
