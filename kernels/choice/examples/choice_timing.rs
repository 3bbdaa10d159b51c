//! Times fits of so many drawn choices, each from 20 alternatives, with 30 columns and 8 groups.
//!
//! ```text
//! cargo run --release -p choice --example choice_timing -- 1000000
//! ```
//! Prints wall and processor seconds of each part; it must not hold a check.
#![allow(clippy::print_stdout, reason = "it reports what it measured")]

use std::sync::Arc;
use std::time::Instant;

use choice::evidence::evidence;
use choice::holdout::{Popularity, compare};
use choice::{Alternatives, Choices, Occasions, Params, Sets};
use numeric::Silent;
use numeric::random::Random;

/// Levels of the attributes; a number comes after them.
const SIZES: [usize; 6] = [3, 4, 5, 5, 6, 6];
const ROWS: usize = 600;
const GROUPS: usize = 8;
/// Alternatives in a sampled set, and shelves that whole sets are of.
const SAMPLED: usize = 20;
const SHELVES: usize = 400;
/// Occasions of each group that shares of what is explained are taken from.
const EXPLAINED: usize = 5_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count: usize = std::env::args()
        .nth(1)
        .ok_or("give a number of choices")?
        .parse()?;
    let whole = drawn(count)?;
    let ask = Params {
        ridge: 1.0,
        level: 0.9,
    }
    .check()?;
    let counts = timed("evidence", || evidence(&whole, None));
    let choices = timed("sample", || whole.sample(SAMPLED, 1))?;
    let fit = timed("fit", || ask.fit(&choices))?;
    let first = fit.effects(&choices, &counts)[0].utility;
    println!("rounds {}, first effect {first:?}", fit.rounds);
    let pool = timed("pool", || ask.pool(&choices, &fit))?;
    let trials = timed("compare", || {
        compare(&Popularity::of(&whole), &pool, &whole, 0.9)
    })?;
    println!("{:?}", trials[0]);
    let some = whole.at_most(EXPLAINED, 1)?.sample(SAMPLED, 2)?;
    let told = timed("importance", || ask.importance(&some, &pool, &Silent))?;
    println!("{} occasions explained: {:?}", some.len(), told[0].gain);
    Ok(())
}

fn timed<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let (begun, used) = (Instant::now(), processor_seconds());
    let done = work();
    let used = processor_seconds() - used;
    println!(
        "{name}: {:.2} s, {used:.2} processor seconds",
        begun.elapsed().as_secs_f64()
    );
    done
}

/// Of this process so far, as Linux counts them; 0 elsewhere.
fn processor_seconds() -> f64 {
    let told = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = told.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    ticks
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0
}

/// Choices from shelves of 100 to 200 rows, by coefficients of each group.
fn drawn(count: usize) -> Result<Choices, choice::Error> {
    let mut random = Random::new(1);
    let levels: Vec<u32> = (0..ROWS)
        .flat_map(|_| SIZES)
        .map(|size| random.below(size) as u32)
        .collect();
    let numbers: Vec<f64> = (0..ROWS).map(|_| 0.4 * random.normal()).collect();
    let mut sets = Sets {
        offsets: vec![0],
        rows: vec![],
    };
    for _ in 0..SHELVES {
        let size = 100 + random.below(101);
        sets.rows
            .extend(random.sample(ROWS, size).iter().map(|&row| row as u32));
        sets.offsets.push(sets.rows.len());
    }
    let shared: Vec<f64> = (0..29).map(|_| 0.5 * random.normal()).collect();
    let chances: Vec<Vec<f64>> = (0..GROUPS)
        .map(|_| {
            let own: Vec<f64> = shared
                .iter()
                .map(|one| one + 0.2 * random.normal())
                .collect();
            let of = |row: usize| {
                let mut first = 0;
                let mut sum = -0.8 * numbers[row];
                for (at, size) in SIZES.iter().enumerate() {
                    sum += own[first + levels[row * SIZES.len() + at] as usize];
                    first += size;
                }
                sum.exp()
            };
            (0..ROWS).map(of).collect()
        })
        .collect();
    let mut occasions = Occasions::default();
    for at in 0..count {
        let chooser = at / 10;
        let (group, set) = (chooser % GROUPS, random.below(SHELVES));
        let rows = &sets.rows[sets.offsets[set]..sets.offsets[set + 1]];
        let own: Vec<f64> = rows
            .iter()
            .map(|&row| chances[group][row as usize])
            .collect();
        let taken = random.weighted(&own).unwrap_or(0);
        occasions.set.push(set as u32);
        occasions.chosen.push(rows[taken]);
        occasions.group.push(group as u32);
        occasions.chooser.push(chooser as u32);
        occasions.weight.push(1.0);
    }
    let items = (0..ROWS as u32).collect();
    let alternatives = Alternatives::new(items, levels, SIZES.to_vec(), &[numbers])?;
    Choices::new(Arc::new(alternatives), sets, occasions, GROUPS)
}
