//! How well texts of customers are read, on labelled sentences and on generated reviews, with baselines beside: it holds no
//! test and is no part of the program.
//!
//! `heard sentences LABELS odd|even [wrong]`: scores on that half; `wrong` lists what was misread.
//! `heard sentences LABELS odd|even without N`: the same without the lexicon's phrases of N words or more that stand in a
//! held-out (even) sentence and in no open one.
//! `heard reviews DIR`: scores on `reviews.csv` of a generated chain by the remarks of which its texts are made, and, where
//! `truth.csv` (product and attributes parted by `;`) is there, what customers see beside what the catalogue states.
#![allow(clippy::print_stdout)]

#[path = "heard/reviews.rs"]
mod reviews;
#[path = "heard/sentences.rs"]
mod sentences;

use genome::dna::Dictionary;
use genome::heard::Lexicon;
use std::collections::BTreeSet;
use std::error::Error;

type Outcome<T> = Result<T, Box<dyn Error>>;

const USAGE: &str = "heard sentences LABELS odd|even [wrong | without N] | heard reviews DIR";

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (lexicon, dictionary) = (Lexicon::bundled()?, Dictionary::bundled()?);
    match arguments.as_slice() {
        ["sentences", labels, half @ ("odd" | "even"), rest @ ..] => {
            let (lexicon, wrong) = match rest {
                [] => (lexicon, false),
                ["wrong"] => (lexicon, true),
                ["without", words] => {
                    let without = sentences::without(&lexicon, labels, words.parse()?)?;
                    (without, false)
                }
                _ => return Err(USAGE.into()),
            };
            sentences::score(&lexicon, &dictionary, labels, *half == "even", wrong)
        }
        ["reviews", folder] => reviews::score(&lexicon, &dictionary, folder),
        _ => Err(USAGE.into()),
    }
}

/// Counts of what was found, of what should have been.
#[derive(Default)]
struct Counts {
    right: usize,
    told: usize,
    meant: usize,
}

impl Counts {
    fn add(&mut self, told: &BTreeSet<String>, meant: &BTreeSet<String>) {
        self.right += told.intersection(meant).count();
        self.told += told.len();
        self.meant += meant.len();
    }

    fn print(&self, name: &str) {
        let share = |of: usize| self.right as f64 / of.max(1) as f64;
        let f1 = 2.0 * self.right as f64 / (self.told + self.meant).max(1) as f64;
        println!(
            "{name}: precision {:.3} recall {:.3} F1 {f1:.3} ({} meant)",
            share(self.told),
            share(self.meant),
            self.meant
        );
    }
}

/// How many of how many were right.
#[derive(Default)]
struct Hits(usize, usize);

impl Hits {
    fn add(&mut self, right: bool) {
        self.0 += usize::from(right);
        self.1 += 1;
    }

    fn print(&self, name: &str) {
        let share = self.0 as f64 / self.1.max(1) as f64;
        println!("{name}: {share:.3} ({} of {})", self.0, self.1);
    }
}

/// Praise, blame or neither.
fn sign(sentiment: Option<i32>) -> char {
    match sentiment.unwrap_or(0) {
        150.. => '+',
        ..=-150 => '-',
        _ => '0',
    }
}

/// The same by stars alone.
fn sign_of(stars: Option<u8>) -> char {
    match stars {
        Some(4..) => '+',
        Some(..=2) => '-',
        _ => '0',
    }
}

/// The baseline for topics: a topic is spoken of where a word that names it (`cue`) stands in the text.
struct Keywords(Vec<(String, Vec<String>)>);

impl Keywords {
    fn new() -> Outcome<Self> {
        let file: toml::Table = toml::from_str(include_str!("../data/heard/topics.toml"))?;
        let topics = file.get("topic").and_then(toml::Value::as_table);
        let mut found = Vec::new();
        for (topic, sides) in topics.into_iter().flatten() {
            let words = sides.get("cue").and_then(toml::Value::as_table);
            let words = words.into_iter().flat_map(|one| one.values());
            let words = words.filter_map(toml::Value::as_array).flatten();
            let words = words.filter_map(|one| Some(format!(" {} ", one.as_str()?)));
            found.push((topic.clone(), words.collect()));
        }
        Ok(Self(found))
    }

    fn topics(&self, text: &str) -> BTreeSet<String> {
        let plain: String = text
            .to_lowercase()
            .chars()
            .map(|letter| {
                if letter.is_alphanumeric() {
                    letter
                } else {
                    ' '
                }
            })
            .collect();
        let plain = format!(" {plain} ");
        let named = self.0.iter();
        let named = named.filter(|(_, words)| words.iter().any(|word| plain.contains(word)));
        named.map(|(topic, _)| topic.clone()).collect()
    }
}
