//! What kinds of shopping visits there are: a mixture of multinomials over items, with seasons by month. A visit for
//! paint brings brushes along without any project; only this makes purchases of one visit say no more than they do.
//! It knows items by number and no kind of event.

use affinity::portable::{exp, ln};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Kinds of visits that are told apart.
const TYPES: usize = 12;
/// Rounds of expectation and maximisation.
const ROUNDS: usize = 40;
/// Purchases as of the whole that every kind of visit, and every month, is taken to hold beforehand.
const SMOOTHING: f64 = 200.0;
/// Items from which a visit may be the seed of a kind.
const SEED_ITEMS: usize = 5;
/// Visits per piece of work; pieces are added up in their order, so threads change nothing.
const PIECE: usize = 4_096;

/// One visit: its month (0 to 11) and what was bought.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Visit {
    pub day: i32,
    pub month: usize,
    /// Item and product of each line.
    pub lines: Vec<(u32, u32, i32)>,
}

/// What is known of visits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Types {
    /// How often each kind of visit comes.
    #[serde(with = "super::baseline::bits")]
    pub weights: Vec<f64>,
    /// Logarithm of the share of each item, kind of visit by kind of visit.
    #[serde(with = "super::baseline::bits")]
    shares: Vec<f64>,
    /// Logarithm of the factor of each item in each month, month by month.
    #[serde(with = "super::baseline::bits")]
    seasons: Vec<f64>,
    /// Logarithm of the sum of share times factor, by kind of visit and month.
    #[serde(with = "super::baseline::bits")]
    norms: Vec<f64>,
    /// Share of each item in all purchases.
    #[serde(with = "super::baseline::bits")]
    pub usual: Vec<f64>,
}

impl Types {
    /// Learns from visits over `items` items, by expectation and maximisation from seeds that are drawn evenly over the
    /// visits given: equal visits in equal order give equal bytes (McLachlan, Peel, Finite Mixture Models, 2000, ch. 2;
    /// for documents as mixtures of multinomials: Nigam et al., Machine Learning 39, 2000).
    pub fn learn(visits: &[&Visit], items: usize) -> Self {
        let mut by_month = vec![0.0; 12 * items];
        for visit in visits {
            for &(item, _, _) in &visit.lines {
                by_month[visit.month * items + item as usize] += 1.0;
            }
        }
        let all: f64 = by_month.iter().sum();
        let usual: Vec<f64> = (0..items)
            .map(|item| {
                let sum: f64 = (0..12).map(|month| by_month[month * items + item]).sum();
                (sum + 0.5) / (all + 0.5 * items as f64)
            })
            .collect();
        let mut seasons = vec![0.0; 12 * items];
        for month in 0..12 {
            let row = month * items..(month + 1) * items;
            let sum: f64 = by_month[row.clone()].iter().sum();
            for (item, slot) in seasons[row.clone()].iter_mut().enumerate() {
                let share =
                    (by_month[row.start + item] + SMOOTHING * usual[item]) / (sum + SMOOTHING);
                *slot = ln(share / usual[item]);
            }
        }
        let (weights, shares) = mixture(visits, &usual);
        let mut types = Self {
            weights,
            shares: shares.iter().map(|share| ln(*share)).collect(),
            seasons,
            norms: vec![0.0; TYPES * 12],
            usual,
        };
        for kind in 0..TYPES {
            for month in 0..12 {
                let sum: f64 = (0..items)
                    .map(|item| {
                        exp(types.shares[kind * items + item] + types.seasons[month * items + item])
                    })
                    .sum();
                types.norms[kind * 12 + month] = ln(sum);
            }
        }
        types
    }

    /// The number of kinds of visits.
    pub fn count(&self) -> usize {
        self.weights.len()
    }

    /// Logarithm of the share of an item in visits of a kind in a month.
    pub fn log_share(&self, kind: usize, month: usize, item: u32) -> f64 {
        let (items, item) = (self.usual.len(), item as usize);
        self.shares[kind * items + item] + self.seasons[month * items + item]
            - self.norms[kind * 12 + month]
    }

    /// How likely a visit is under each kind of visit, as logarithms.
    pub fn log_likelihoods(&self, visit: &Visit) -> Vec<f64> {
        let of = |kind| {
            let lines = visit.lines.iter();
            lines
                .map(|line| self.log_share(kind, visit.month, line.0))
                .sum()
        };
        (0..self.count()).map(of).collect()
    }
}

/// Makes logarithms of weights to shares of one, and tells the logarithm of their sum.
pub(super) fn normalise(logs: &mut [f64]) -> f64 {
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for log in logs.iter_mut() {
        *log = exp(*log - most);
        sum += *log;
    }
    for log in logs.iter_mut() {
        *log /= sum;
    }
    most + ln(sum)
}

/// Weights of the kinds of visits, and the share of each item in each.
fn mixture(visits: &[&Visit], usual: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let items = usual.len();
    let large: Vec<&&Visit> = visits
        .iter()
        .filter(|visit| visit.lines.len() >= SEED_ITEMS)
        .collect();
    let mut weights = vec![1.0 / TYPES as f64; TYPES];
    let mut shares = vec![0.0; TYPES * items];
    for kind in 0..TYPES {
        let row = &mut shares[kind * items..(kind + 1) * items];
        row.copy_from_slice(usual);
        if let Some(visit) = large.get((2 * kind + 1) * large.len() / (2 * TYPES)) {
            let lines = visit.lines.len() as f64;
            row.iter_mut()
                .for_each(|share| *share *= 3.0 / (3.0 + lines));
            for line in &visit.lines {
                row[line.0 as usize] += 1.0 / (3.0 + lines);
            }
        }
    }
    for _ in 0..ROUNDS {
        let logs: Vec<f64> = shares.iter().map(|share| ln(*share)).collect();
        let bases: Vec<f64> = weights.iter().map(|weight| ln(*weight)).collect();
        let pieces: Vec<(Vec<f64>, Vec<f64>)> = visits
            .par_chunks(PIECE)
            .map(|piece| expected(piece, &bases, &logs, items))
            .collect();
        let (mut visited, mut bought) = (vec![1.0; TYPES], vec![0.0; TYPES * items]);
        for (some, lines) in pieces {
            visited
                .iter_mut()
                .zip(some)
                .for_each(|(sum, one)| *sum += one);
            bought
                .iter_mut()
                .zip(lines)
                .for_each(|(sum, one)| *sum += one);
        }
        let all: f64 = visited.iter().sum();
        weights = visited.iter().map(|one| one / all).collect();
        for kind in 0..TYPES {
            let row = kind * items..(kind + 1) * items;
            let sum: f64 = bought[row.clone()].iter().sum();
            for (item, share) in shares[row.clone()].iter_mut().enumerate() {
                *share = (bought[row.start + item] + SMOOTHING / 10.0 * usual[item])
                    / (sum + SMOOTHING / 10.0);
            }
        }
    }
    (weights, shares)
}

/// Visits and lines of each kind that are expected of a piece.
fn expected(piece: &[&Visit], bases: &[f64], logs: &[f64], items: usize) -> (Vec<f64>, Vec<f64>) {
    let (mut visited, mut bought) = (vec![0.0; TYPES], vec![0.0; TYPES * items]);
    for visit in piece {
        let mut parts: Vec<f64> = (0..TYPES)
            .map(|kind| {
                let lines = visit.lines.iter();
                bases[kind]
                    + lines
                        .map(|line| logs[kind * items + line.0 as usize])
                        .sum::<f64>()
            })
            .collect();
        normalise(&mut parts);
        for (kind, part) in parts.iter().enumerate() {
            visited[kind] += part;
            for line in &visit.lines {
                bought[kind * items + line.0 as usize] += part;
            }
        }
    }
    (visited, bought)
}
