//! Words that a catalogue repeats and no dictionary reads, as proposals for a person to accept. It must not add a word to
//! a dictionary by itself.
//!
//! The attribute is guessed by the company that words keep: what stands before and behind a word (words, and the
//! attributes of what has been read), and whether it stands first or last. A new word gets the attribute of the known words
//! of the catalogue whose company is most alike: a vote of the 7 nearest by the Bhattacharyya coefficient, the sum of
//! sqrt(p q) over the shares of two words in each feature (Bhattacharyya 1943).

use super::extract::Extractor;
use super::found::Reading;
use super::{Attribute, Product};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Longest phrase that is proposed.
const LONGEST: usize = 3;

/// A phrase stands for its words where it makes up so much of where they stand, of 10.
const OWN: usize = 7;

/// How many products a proposal shows.
const EXAMPLES: usize = 5;

/// So many of the nearest known words vote.
const NEAREST: usize = 7;

/// A known word seen less often than this has no company to compare with.
const KNOWN_LEAST: usize = 5;

/// A word or phrase that no dictionary reads.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Proposal {
    /// The words as texts write them, in lower case without accents.
    pub words: String,
    /// In how many products it stands.
    pub products: usize,
    /// Texts with it, the first by code.
    pub examples: Vec<String>,
    /// The attribute whose words keep the same company, none where the catalogue has too few known words.
    pub attribute: Option<Attribute>,
    /// Its share of the votes, per 10,000.
    pub sure: u32,
}

/// How often each feature was seen of a word: kinds of features apart, as each sums to one.
#[derive(Debug, Clone, Default)]
struct Company {
    features: [BTreeMap<String, u32>; 5],
    seen: u32,
}

impl Company {
    fn learn(&mut self, reading: &Reading, from: usize, to: usize) {
        let count = reading.used.len();
        let slot = |at: Option<usize>| match at {
            None => "edge".to_string(),
            Some(at) => reading.used[at]
                .map_or("unread", Attribute::name)
                .to_string(),
        };
        let word =
            |at: Option<usize>| at.map_or(String::new(), |at| reading.line.tokens[at].text.clone());
        let (before, behind) = (from.checked_sub(1), (to < count).then_some(to));
        // Where it stands: first, last, or how many of the three parts of the text lie before it.
        let part = (from + to) * 3 / (2 * count).max(1);
        let features = [
            slot(before),
            slot(behind),
            part.to_string(),
            word(before),
            word(behind),
        ];
        for (into, feature) in self.features.iter_mut().zip(features) {
            *into.entry(feature).or_default() += 1;
        }
        self.seen += 1;
    }

    /// How much alike the company of two words is, from 0 to 1.
    fn alike(&self, other: &Self) -> f64 {
        let (n, m) = (f64::from(self.seen), f64::from(other.seen));
        let pairs = self.features.iter().zip(&other.features);
        let one = |(a, b): (&BTreeMap<String, u32>, &BTreeMap<String, u32>)| -> f64 {
            let shared = a
                .iter()
                .filter_map(|(feature, count)| Some((count, b.get(feature)?)));
            shared
                .map(|(p, q)| (f64::from(*p) / n * f64::from(*q) / m).sqrt())
                .sum()
        };
        pairs.map(one).sum::<f64>() / self.features.len() as f64
    }

    /// The attribute of the known words nearest to it, and its share of their votes.
    fn guess(&self, known: &[(Attribute, Self)]) -> Option<(Attribute, u32)> {
        let mut near: Vec<(f64, Attribute)> = known
            .iter()
            .map(|(attribute, other)| (self.alike(other), *attribute))
            .collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        near.truncate(NEAREST);
        let mut votes: BTreeMap<Attribute, f64> = BTreeMap::new();
        for (alike, attribute) in &near {
            *votes.entry(*attribute).or_default() += alike;
        }
        let all: f64 = votes.values().sum();
        let most = votes
            .into_iter()
            .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
        most.filter(|_| all > 0.0)
            .map(|(attribute, votes)| (attribute, (votes / all * 10_000.0).round() as u32))
    }
}

/// Words and phrases of at most three words that stand in at least `least` products and that no dictionary reads, the
/// most frequent first.
///
/// A phrase is proposed instead of its words where these hardly stand elsewhere. Numbers, words of grammar and nouns
/// that stand for the kind by their place alone are read as unknown ones: they are what there is to propose.
#[must_use]
pub fn propose(extractor: &Extractor, products: &[Product], least: usize) -> Vec<Proposal> {
    let readings: Vec<(usize, Reading)> = products
        .par_iter()
        .enumerate()
        .flat_map_iter(|(at, product)| {
            let texts = product.texts.iter();
            texts.map(move |(field, text)| (at, extractor.read(product, field, text)))
        })
        .collect();
    let mut known: BTreeMap<(Attribute, String), Company> = BTreeMap::new();
    let mut seen: BTreeMap<Vec<String>, (BTreeSet<usize>, Company)> = BTreeMap::new();
    for (product, reading) in &readings {
        let free = free(extractor, reading);
        for at in 0..free.len() {
            if let Some(attribute) = reading.used[at] {
                let word = reading.line.tokens[at].text.clone();
                known
                    .entry((attribute, word))
                    .or_default()
                    .learn(reading, at, at + 1);
            }
            for length in 1..=LONGEST {
                let to = at + length;
                if to > free.len() || free[at..to].contains(&false) {
                    break;
                }
                let apart = reading.line.tokens[at + 1..to]
                    .iter()
                    .any(|token| token.mark != ' ');
                if apart {
                    break;
                }
                let words = reading.line.tokens[at..to]
                    .iter()
                    .map(|token| token.text.clone());
                let into = seen.entry(words.collect()).or_default();
                into.0.insert(*product);
                into.1.learn(reading, at, to);
            }
        }
    }
    let known: Vec<(Attribute, Company)> = known
        .into_iter()
        .filter(|((attribute, _), company)| {
            !matches!(attribute, Attribute::Pack) && company.seen as usize >= KNOWN_LEAST
        })
        .map(|((attribute, _), company)| (attribute, company))
        .collect();
    seen.retain(|_, (of, _)| of.len() >= least.max(1));
    let counts: BTreeMap<Vec<String>, usize> = seen
        .iter()
        .map(|(words, (of, _))| (words.clone(), of.len()))
        .collect();
    let mut proposals: Vec<Proposal> = seen
        .iter()
        .filter(|(words, (of, _))| stands_alone(words, of.len(), &counts))
        .map(|(words, (of, company))| {
            let guess = company.guess(&known);
            Proposal {
                words: words.join(" "),
                products: of.len(),
                examples: examples(products, of),
                attribute: guess.map(|(attribute, _)| attribute),
                sure: guess.map_or(0, |(_, sure)| sure),
            }
        })
        .collect();
    proposals.sort_by(|a, b| (b.products, &a.words).cmp(&(a.products, &b.words)));
    proposals
}

/// Which tokens nothing has read.
fn free(extractor: &Extractor, reading: &Reading) -> Vec<bool> {
    let (line, dictionary) = (&reading.line, extractor.dictionary());
    let small = [
        "cut",
        "empty",
        "join",
        "container",
        "piece",
        "part",
        "pair",
        "number",
        "hanging",
    ];
    let is_small = |at: usize| {
        small
            .iter()
            .any(|list| line.is_in(dictionary, list, at) > 0)
    };
    (0..line.tokens.len())
        .map(|at| {
            let token = &line.tokens[at];
            reading.used[at].is_none() && token.is_word() && token.text.len() >= 3 && !is_small(at)
        })
        .collect()
}

/// Whether a phrase is proposed: not where a longer one makes it up, nor where its words stand elsewhere most often.
fn stands_alone(words: &[String], count: usize, counts: &BTreeMap<Vec<String>, usize>) -> bool {
    let longer = counts.iter().any(|(other, n)| {
        other.len() > words.len()
            && *n * 10 >= count * OWN
            && other.windows(words.len()).any(|part| part == words)
    });
    let parts = words.len() == 1
        || (0..words.len()).any(|at| {
            let alone = counts.get(&words[at..=at]).copied().unwrap_or(count);
            count * 10 >= alone * OWN
        });
    !longer && parts
}

fn examples(products: &[Product], of: &BTreeSet<usize>) -> Vec<String> {
    let mut found: Vec<&Product> = of.iter().map(|at| &products[*at]).collect();
    found.sort_by(|a, b| a.code.cmp(&b.code));
    let text = |product: &&Product| product.texts.first().map(|(_, text)| text.clone());
    found.iter().filter_map(text).take(EXAMPLES).collect()
}
