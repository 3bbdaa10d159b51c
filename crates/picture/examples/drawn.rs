//! How well colours and patterns are read from drawn pictures, for docs/pictures.md: it holds no check.
//!
//! `cargo run --release -p picture --example drawn -- [SEED] [COUNT] [numbers | speed | out DIR]`: precision and recall over COUNT
//! pictures of a seed, as JPEG, beside the mean colour of the whole picture. Seed 1 is for choosing, seed 2 for reporting.
#![allow(clippy::print_stdout, reason = "it reports what it measured")]

#[path = "../tests/drawn/mod.rs"]
mod drawn;

use drawn::{Truth, draw, jpeg};
use genome::dna::{Attribute, named};
use numeric::random::Random;
use picture::{Limits, Reading, Small, decode, look};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::error::Error;
use std::time::Instant;

/// Claims that hold, claims, and truths.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    right: u32,
    said: u32,
    true_: u32,
}

impl Tally {
    /// One value at most, of which several truths each would do.
    fn add_main(&mut self, said: &[&str], truth: &[&str]) {
        self.right += u32::from(said.iter().any(|one| truth.contains(one)));
        self.said += said.len() as u32;
        self.true_ += 1;
    }

    fn add(&mut self, said: &[&str], truth: &[&str]) {
        self.right += said.iter().filter(|one| truth.contains(one)).count() as u32;
        self.said += said.len() as u32;
        self.true_ += truth.len() as u32;
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let share = |of: u32| f64::from(self.right) / f64::from(of.max(1));
        let (precision, recall) = (share(self.said), share(self.true_));
        write!(
            f,
            "precision {precision:.3}, recall {recall:.3} ({} of {} said, {} true)",
            self.right, self.said, self.true_
        )
    }
}

struct One {
    truth: Truth,
    seen: Reading,
    mean: &'static str,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let seed = arguments.first().map_or(Ok(1), |one| one.parse())?;
    let count = arguments.get(1).map_or(Ok(1_000), |one| one.parse())?;
    let out = arguments.get(3);
    let all: Result<Vec<One>, String> = (0..count)
        .into_par_iter()
        .map(|at| one(seed, at, out).map_err(|cause| cause.to_string()))
        .collect();
    let all = all?;
    match arguments.get(2).map(String::as_str) {
        Some("numbers") => numbers(&all),
        Some("speed") => speed(seed)?,
        _ => report(&all),
    }
    Ok(())
}

fn one(seed: u64, at: u64, out: Option<&String>) -> Result<One, Box<dyn Error>> {
    let mut random = Random::stream(seed, at);
    let (picture, truth) = draw(&mut random);
    let bytes = jpeg(&picture, &mut random);
    if let Some(folder) = out {
        let name = format!(
            "{at:03}_{}_{}_{}.jpg",
            truth.main, truth.pattern, truth.background
        );
        std::fs::write(std::path::Path::new(folder).join(name), &bytes)?;
    }
    let small = decode(&bytes, &Limits::default())?.small();
    let mean = named(mean(&small));
    let seen = look(&small, "drawn.jpg");
    Ok(One { truth, seen, mean })
}

/// Milliseconds of each step for a JPEG of 2,000 pixels across.
fn speed(seed: u64) -> Result<(), Box<dyn Error>> {
    let mut random = Random::stream(seed, 0);
    let (picture, _) = draw(&mut random);
    let high = 2_000 * picture.height() / picture.width();
    let filter = image::imageops::FilterType::Triangle;
    let large = image::imageops::resize(&picture, 2_000, high, filter);
    let bytes = jpeg(&large, &mut random);
    for _ in 0..5 {
        let start = Instant::now();
        let decoded = decode(&bytes, &Limits::default())?;
        let decoding = start.elapsed();
        let small = decoded.small();
        let scaling = start.elapsed() - decoding;
        let seen = look(&small, "drawn.jpg").found.len();
        let looking = start.elapsed() - decoding - scaling;
        println!(
            "2000 x {high}: decode {decoding:.1?}, scale {scaling:.1?}, look {looking:.1?} ({seen} values)"
        );
    }
    Ok(())
}

/// The mean of all pixels, as sRGB.
fn mean(small: &Small) -> [u8; 3] {
    let n = small.pixels.len() as f64;
    [0, 1, 2].map(|axis| {
        let sum: f64 = small.pixels.iter().map(|one| f64::from(one[axis])).sum();
        (sum / n).round() as u8
    })
}

fn said(one: &One, attribute: Attribute) -> Vec<&str> {
    let own = one
        .seen
        .found
        .iter()
        .filter(|found| found.attribute == attribute);
    own.map(|found| found.value.as_str()).collect()
}

fn report(all: &[One]) {
    println!("{} pictures", all.len());
    let (mut main, mut mean, mut any) = (Tally::default(), Tally::default(), Tally::default());
    let mut any_mean = Tally::default();
    let mut by: BTreeMap<String, (Tally, Tally)> = BTreeMap::new();
    let mut patterns: BTreeMap<&str, Tally> = BTreeMap::new();
    for one in all {
        let colours = said(one, Attribute::Colour);
        let first = &colours[..colours.len().min(1)];
        let truth = one.truth.mains();
        main.add_main(first, &truth);
        mean.add_main(&[one.mean], &truth);
        any.add(&colours, &one.truth.colours());
        any_mean.add(&[one.mean], &one.truth.colours());
        let light = if one.truth.warm {
            "warm light"
        } else {
            "neutral light"
        };
        for key in [
            format!("behind: {}", one.truth.background),
            format!("colour: {}", one.truth.main),
            format!("light: {light}"),
            format!("surface: {}", one.truth.pattern),
        ] {
            let (own, whole) = by.entry(key).or_default();
            own.add_main(first, &truth);
            whole.add_main(&[one.mean], &truth);
        }
        let pattern = said(one, Attribute::Pattern);
        for word in ["plain", "stripe", "patterned"] {
            let only = |of: &[&str]| -> Vec<&str> {
                if of.contains(&word) {
                    vec![word]
                } else {
                    vec![]
                }
            };
            let truth = only(&[one.truth.pattern]);
            let own = only(&pattern);
            patterns.entry(word).or_default().add(&own, &truth);
        }
    }
    println!("main colour      {main}\n  mean of all    {mean}");
    println!("any colour       {any}\n  mean of all    {any_mean}");
    for (word, tally) in patterns {
        println!("pattern {word:10} {tally}");
    }
    for (key, (own, whole)) in by {
        println!("  {key:22} {own}; mean of all: {whole}");
    }
}

/// What was counted in each, for choosing thresholds: truth, texture and shares, parted by tabs.
fn numbers(all: &[One]) {
    for one in all {
        let texture = one.seen.look.texture;
        let colours = one.seen.look.colours.iter();
        let shares: Vec<String> = colours
            .map(|one| format!("{} {}", one.colour, one.share))
            .collect();
        println!(
            "{}\t{}\t{}\t{:.4}\t{:.3}\t{}\t{:.3}",
            one.truth.pattern,
            one.truth.mains().join(" "),
            one.truth.colours().join(" "),
            texture.edges,
            texture.direction,
            shares.join(";"),
            one.seen.look.thing
        );
    }
}
