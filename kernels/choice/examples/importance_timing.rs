//! Times what each of eight attributes explains: so many drawn choices of 10 groups, each from 20 alternatives, with 30
//! columns.
//!
//! ```text
//! cargo run --release -p choice --example importance_timing -- 3000
//! ```
//! Prints wall and processor seconds of each part; it must not hold a check.
#![allow(clippy::print_stdout, reason = "it reports what it measured")]

use std::sync::Arc;
use std::time::Instant;

use choice::{Alternatives, Choices, Occasions, Params, Sets};
use numeric::Silent;
use numeric::random::Random;

/// Levels of the attributes; a number comes after them.
const SIZES: [usize; 7] = [3, 3, 4, 4, 5, 5, 5];
const COLUMNS: usize = 30;
const ROWS: usize = 600;
const GROUPS: usize = 10;
const SET: usize = 20;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count: usize = std::env::args()
        .nth(1)
        .ok_or("give a number of choices")?
        .parse()?;
    let choices = drawn(count)?;
    let ask = Params {
        ridge: 1.0,
        level: 0.9,
    }
    .check()?;
    let fit = timed("fit", || ask.fit(&choices))?;
    let pool = timed("pool", || ask.pool(&choices, &fit))?;
    let told = timed("importance", || ask.importance(&choices, &pool, &Silent))?;
    println!("{:?}", told[0].gain);
    for of in &told[0].attributes {
        println!("share {:?}", of.share);
    }
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

/// Choices of choosers of ten each, every group by its own coefficients.
fn drawn(count: usize) -> Result<Choices, choice::Error> {
    let mut random = Random::new(1);
    let levels: Vec<u32> = (0..ROWS)
        .flat_map(|_| SIZES)
        .map(|size| random.below(size) as u32)
        .collect();
    let numbers: Vec<f64> = (0..ROWS).map(|_| 0.4 * random.normal()).collect();
    let shared: Vec<f64> = (1..COLUMNS).map(|_| 0.5 * random.normal()).collect();
    let mut own_odds = || -> Vec<f64> {
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
    };
    let odds: Vec<Vec<f64>> = (0..GROUPS).map(|_| own_odds()).collect();
    let (mut occasions, mut sets) = (Occasions::default(), Sets::default());
    sets.offsets.push(0);
    for at in 0..count {
        let chooser = at / 10;
        let group = chooser % GROUPS;
        let rows = random.sample(ROWS, SET);
        let own: Vec<f64> = rows.iter().map(|&row| odds[group][row]).collect();
        let taken = random.weighted(&own).unwrap_or(0);
        occasions.set.push(at as u32);
        occasions.chosen.push(rows[taken] as u32);
        occasions.group.push(group as u32);
        occasions.chooser.push(chooser as u32);
        occasions.weight.push(1.0);
        sets.rows.extend(rows.iter().map(|&row| row as u32));
        sets.offsets.push(sets.rows.len());
    }
    let items = (0..ROWS as u32).collect();
    let alternatives = Alternatives::new(items, levels, SIZES.to_vec(), &[numbers])?;
    Choices::new(Arc::new(alternatives), sets, occasions, GROUPS)
}
