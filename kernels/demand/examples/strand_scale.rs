//! Times the co-purchase embedding on made-up baskets, and says how much memory it takes beside its input.
//!
//! ```text
//! cargo run --release -p demand --example strand_scale -- PRODUCTS LINES
//! ```
//! Errands of 40 products with some bought far more than others, ten lines to a basket on average, three in ten of them
//! strays. Prints one line of JSON and holds no check. Memory is the process's peak less what it held before, as
//! Linux tells it; elsewhere 0.
#![allow(clippy::print_stdout, reason = "it reports what it measured")]

use demand::embedding::{Context, Params, Purchases};
use numeric::{Silent, random::Random};
use std::time::Instant;

const ERRAND: usize = 40;
const ASKED: usize = 100;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut numbers = std::env::args().skip(1);
    let mut number = || numbers.next().ok_or("give products and lines");
    let (products, lines): (usize, usize) = (number()?.parse()?, number()?.parse()?);
    let (offsets, bought) = drawn(products, lines);
    let customers: Vec<u32> = (0..offsets.len() as u32 - 1).map(|at| at / 10).collect();
    let params = Params {
        dimensions: 32,
        context: Context::Both,
        contexts_min: 20,
        context_max: 200,
        together_min: 2,
        ties_max: 200,
        shift: 1.0,
        smoothing: 0.75,
        seed: 1,
    };
    let ready = params.check()?;
    let purchases = Purchases {
        offsets: &offsets,
        products: &bought,
        customers: &customers,
    };
    // Sets the peak back to what is held now.
    let known = std::fs::write("/proc/self/clear_refs", "5").is_ok();
    let before = kilobytes("VmRSS:");
    let begun = Instant::now();
    let placed = ready.fit(purchases, products, &Silent)?;
    let seconds = begun.elapsed().as_secs_f64();
    let peak = if known { kilobytes("VmHWM:") } else { before };
    let (mut right, mut asked) = (0, 0);
    let begun = Instant::now();
    for product in (0..products).step_by((products / ASKED).max(1)) {
        for near in placed.nearest(product as u32, 10, 3).unwrap_or_default() {
            asked += 1;
            right += usize::from(near.product as usize / ERRAND == product / ERRAND);
        }
    }
    let each = begun.elapsed().as_secs_f64() / ASKED as f64;
    let ties: usize = (0..products as u32)
        .map(|product| placed.ties(product).len())
        .sum();
    println!(
        "{{\"products\": {products}, \"lines\": {lines}, \"seconds\": {seconds:.1}, \"megabytes\": {}, \"before\": {}, \
         \"ties\": {ties}, \"seconds_of_nearest\": {each:.4}, \"near_of_errand\": {:.3}}}",
        (peak - before) / 1024,
        before / 1024,
        f64::from(right as u32) / f64::from(asked.max(1))
    );
    Ok(())
}

fn kilobytes(name: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.unwrap_or(0)
}

fn drawn(products: usize, lines: usize) -> (Vec<usize>, Vec<u32>) {
    let mut random = Random::new(1);
    let (mut offsets, mut bought) = (vec![0], Vec::with_capacity(lines));
    // The cube makes the first products the most popular.
    let skewed = |random: &mut Random, from: usize, count: usize| {
        let place = (random.unit_f64().powi(3) * count as f64) as usize;
        (from + place).min(products - 1) as u32
    };
    while bought.len() < lines {
        let errand = random.below(products.div_ceil(ERRAND)) * ERRAND;
        for _ in 0..(1 + random.below(19)).min(lines - bought.len()) {
            bought.push(match random.unit_f64() < 0.3 {
                true => skewed(&mut random, 0, products),
                false => skewed(&mut random, errand, ERRAND),
            });
        }
        offsets.push(bought.len());
    }
    (offsets, bought)
}
