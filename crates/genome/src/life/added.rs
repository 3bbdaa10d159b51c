//! Scores put together once more, day by day and visit by visit: each part that is told must be what it says it is, not
//! what is left over. Tests only.
#![allow(clippy::unwrap_used)]

use super::explain::explain;
use super::find::{Candidate, candidates};
use super::reading::{Reader, visits};
use super::visits::Visit;
use super::*;
use affinity::portable::{exp, ln};

const ON: i32 = 20_400;
const FIRST: i32 = 19_723;
const SHELVES: [&str; 12] = [
    "Milk",
    "Bread",
    "Cheese",
    "Fruit",
    "Wall Paint",
    "Brushes",
    "Lamps",
    "Rugs",
    "Storage",
    "Dog Food",
    "Soil",
    "Tools",
];

/// A visit in about two weeks; for some weeks more and more of things that several kinds need.
fn history(shopper: i32) -> Vec<Purchase> {
    let mut all = Vec::new();
    for visit in 0..44 {
        let day = FIRST + visit * 15 + (shopper * 7 + visit * 3) % 11;
        let busy = shopper % 3 == 0 && (12 + shopper % 9..16 + shopper % 9).contains(&visit);
        for line in 0..4 {
            let place = shopper * 5 + visit * 7 + line * 11;
            let product = match place % 23 {
                _ if busy && line < 3 => 4 + place % 8,
                9 => 4 + place % 8,
                _ => place % 4,
            };
            all.push(Purchase {
                day,
                product: product as u32,
                quantity: 1 + place % 2,
            });
        }
    }
    all
}

/// What is said of a candidate that is not prior, purchases for it, or other kinds: found by trying each day.
fn rest(model: Model<'_>, visits: &[Visit], one: &Candidate) -> f64 {
    let kind = &model.kinds.kinds[one.kind];
    let heard = Reader::new(&model.baseline.types, visits).hear(&model.baseline.servings[one.kind]);
    let window = i32::from(kind.days);
    // Days in a row that cover the same visits.
    let mut runs: Vec<(i32, i32, (usize, usize), f64)> = Vec::new();
    for day in visits[0].day - window + 1..=ON {
        let inside: Vec<usize> = (0..visits.len())
            .filter(|visit| (day..day + window).contains(&visits[*visit].day))
            .collect();
        let first = visits.iter().filter(|visit| visit.day < day).count();
        let covered = (first, first + inside.len());
        match runs.last_mut() {
            Some(last) if last.2 == covered => last.1 = day + 1,
            _ => {
                let log = inside.iter().map(|visit| heard[*visit].total).sum();
                runs.push((day, day + 1, covered, log));
            }
        }
    }
    let best = *runs.iter().find(|run| run.2 == one.visits).unwrap();
    let near = runs
        .iter()
        .filter(|run| run.0 < best.1 + window && run.1 > best.0 - window);
    let days: f64 = near
        .map(|run| f64::from(run.1 - run.0) * exp(run.3 - best.3))
        .sum();
    let all: f64 = heard.iter().map(|visit| visit.total).sum();
    let held = ln(1.0 - kind.held + kind.held * exp(all));
    let lines = heard[one.visits.0..one.visits.1]
        .iter()
        .flat_map(|visit| &visit.lines);
    best.3 - lines.map(|line| line.1).sum::<f64>() + ln(days) - held
}

#[test]
fn every_part_of_a_score_is_what_it_says() {
    let kinds = Kinds::parse(DEFAULT).unwrap();
    let shelves = SHELVES.map(|shelf| [shelf]);
    let signs = Signs::of(
        &kinds,
        shelves.iter().map(|shelf| ProductText {
            categories: shelf,
            kind: None,
            name: "",
        }),
    );
    let all: Vec<Vec<Purchase>> = (0..60).map(history).collect();
    let allowed = kinds.allowed([]);
    let people: Vec<Customer<'_>> = all
        .iter()
        .map(|purchases| Customer { purchases, allowed })
        .collect();
    let baseline = Baseline::learn(&kinds, &signs, &people, ON);
    let model = Model {
        kinds: &kinds,
        signs: &signs,
        baseline: &baseline,
    };
    let (mut tried, mut shared) = (0, 0);
    for purchases in &all {
        let visits = visits(model, purchases, ON);
        let found = candidates(model, &visits, allowed, ON);
        let told: Vec<Found> = found
            .iter()
            .map(|one| explain(model, &visits, one))
            .collect();
        for (number, (one, said)) in found.iter().zip(&told).enumerate() {
            // The likeliest of each kind: further ones are found in the days that it leaves.
            if found[..number].iter().any(|other| other.kind == one.kind) {
                continue;
            }
            let same =
                |a: &EvidenceLine, b: &EvidenceLine| (a.day, a.product) == (b.day, b.product);
            let shares = |other: &Found| {
                let of = |line: &EvidenceLine| other.evidence.iter().any(|one| same(one, line));
                said.evidence.iter().any(of)
            };
            let others: f64 = (0..found.len())
                .filter(|other| *other != number && shares(&told[*other]))
                .map(|other| exp(found[other].odds))
                .sum();
            let prior = ln(baseline.a_year(one.kind) / 365.25);
            let parts = [prior, -ln(1.0 + others), rest(model, &visits, one)];
            let base = [
                said.baseline.prior,
                said.baseline.others,
                said.baseline.rest,
            ];
            // Each line and part is rounded to a thousandth.
            let slack = (said.evidence.len() + 3) as f64 / 2.0 + 1.0;
            for (part, told) in parts.iter().zip(base) {
                assert!(
                    (part * 1e3 - told as f64).abs() <= slack,
                    "{parts:?} {said:?}"
                );
            }
            tried += 1;
            shared += usize::from(others > 0.0);
        }
    }
    assert!(tried >= 20 && shared >= 5, "{tried} {shared}");
}
