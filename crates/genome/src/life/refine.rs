//! How the purchases for each kind spread over its parts, and which share of all purchases meanwhile they are, learned
//! from what is found with the spread before: expectation and maximisation without labels. It finds nothing itself.

use super::find::{Candidate, candidates};
use super::visits::Visit;
use super::{Customer, Model};
use affinity::portable::exp;
use rayon::prelude::*;

/// Purchases with which the weights of parts as written count.
const PARTS_BEFORE: f64 = 40.0;
/// Purchases with which the share as written counts.
const SHARE_BEFORE: f64 = 200.0;

/// How the purchases for a kind spread.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spread {
    /// Part of all purchases meanwhile that serve the kind.
    pub share: f64,
    /// Weight of each part.
    pub parts: Vec<f64>,
}

/// What one beginning adds: how likely it is, purchases meanwhile, and those that serve each part, as expected.
struct Seen {
    kind: usize,
    lines: f64,
    parts: Vec<f64>,
}

/// The spreads of all kinds after one more round.
pub(super) fn refined(
    model: Model<'_>,
    customers: &[Customer<'_>],
    all: &[Vec<Visit>],
    on: i32,
) -> Vec<Spread> {
    let each: Vec<Vec<Seen>> = customers
        .par_iter()
        .zip(all)
        .map(|(customer, visits)| {
            let found = candidates(model, visits, customer.allowed, on);
            found.iter().map(|one| seen(model, visits, one)).collect()
        })
        .collect();
    let mut spreads: Vec<Spread> = Vec::new();
    let mut lines: Vec<f64> = Vec::new();
    for kind in &model.kinds.kinds {
        let weights: f64 = kind.parts.iter().map(|part| part.weight).sum();
        spreads.push(Spread {
            share: kind.share * SHARE_BEFORE,
            parts: kind
                .parts
                .iter()
                .map(|part| part.weight / weights * PARTS_BEFORE)
                .collect(),
        });
        lines.push(SHARE_BEFORE);
    }
    for one in each.iter().flatten() {
        let spread = &mut spreads[one.kind];
        spread.share += one.parts.iter().sum::<f64>();
        spread
            .parts
            .iter_mut()
            .zip(&one.parts)
            .for_each(|(sum, part)| *sum += part);
        lines[one.kind] += one.lines;
    }
    for (spread, lines) in spreads.iter_mut().zip(lines) {
        spread.share = (spread.share / lines).clamp(0.02, 0.95);
    }
    spreads
}

fn seen(model: Model<'_>, visits: &[Visit], one: &Candidate) -> Seen {
    let likely = 1.0 / (1.0 + exp(-(one.odds + one.others)));
    let left = 1.0 - model.baseline.servings[one.kind].part;
    let mut parts = vec![0.0; model.kinds.kinds[one.kind].parts.len()];
    let mut lines = 0.0;
    for (visit, heard) in visits[one.visits.0..one.visits.1].iter().zip(&one.heard) {
        lines += visit.lines.len() as f64;
        for (line, log) in &heard.lines {
            // The ratio is what is left of usual purchases plus what serves the kind: the second's part of it.
            if let Some(part) = model.signs.part(visit.lines[*line].1, one.kind) {
                parts[part] += likely * (1.0 - left * exp(-log)).max(0.0);
            }
        }
    }
    Seen {
        kind: one.kind,
        lines: likely * lines,
        parts,
    }
}
