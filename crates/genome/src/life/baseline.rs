//! What is usual among all customers of a run: kinds of visits, seasons, how purchases for each kind of event spread,
//! and how often each kind begins. Learned without any label. It looks at no single customer's answer.

use super::find::{exposure, weight};
use super::reading::{Reader, Serving, visits};
use super::refine::{self, Spread};
use super::visits::{Types, Visit};
use super::{Customer, Kind, Kinds, Model, Signs};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Visits from which kinds of visits are learned, at most; evenly drawn.
const VISITS_MOST: usize = 200_000;
/// Customer-years with which the rate as written counts.
const YEARS_BEFORE: f64 = 100.0;
/// How often shares of kinds and parts are learned from what is found with those before.
const REFINED: usize = 3;
/// Rounds of learning how often each kind begins.
const ROUNDS: usize = 60;

/// What is usual in a run. It is kept with the run, and answers of the run are made from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    pub(super) types: Types,
    pub(super) servings: Vec<Serving>,
    /// How often each kind begins in a customer's day.
    #[serde(with = "bits")]
    pub(super) rates: Vec<f64>,
    /// Receipt lines of each product.
    pub(super) sold: Vec<u32>,
}

impl Baseline {
    /// Learns from the customers of a run (or a fair sample of them) what is usual, up to and with a day. Sensitive kinds
    /// are learned from those alone who allow it. Equal input gives equal bytes on any number of threads.
    #[must_use]
    pub fn learn(kinds: &Kinds, signs: &Signs, customers: &[Customer<'_>], on: i32) -> Self {
        let mut baseline = Self {
            types: Types::learn(&[], signs.items.len()),
            servings: Vec::new(),
            rates: Vec::new(),
            sold: vec![0; signs.len()],
        };
        let model = Model {
            kinds,
            signs,
            baseline: &baseline,
        };
        let all: Vec<Vec<Visit>> = customers
            .par_iter()
            .map(|one| visits(model, one.purchases, on))
            .collect();
        for line in all.iter().flatten().flat_map(|visit| &visit.lines) {
            baseline.sold[line.1 as usize] += 1;
        }
        let count: usize = all.iter().map(Vec::len).sum();
        let step = count.div_ceil(VISITS_MOST).max(1);
        let drawn: Vec<&Visit> = all.iter().flatten().step_by(step).collect();
        baseline.types = Types::learn(&drawn, signs.items.len());
        let of = |written: &Kind| Spread {
            share: written.share,
            parts: written.parts.iter().map(|part| part.weight).collect(),
        };
        let mut spreads: Vec<Spread> = kinds.kinds.iter().map(of).collect();
        for round in 0..=REFINED {
            if round > 0 {
                let model = Model {
                    kinds,
                    signs,
                    baseline: &baseline,
                };
                spreads = refine::refined(model, customers, &all, on);
            }
            let of = |(kind, spread)| serving(kinds, signs, &baseline.types, kind, spread);
            baseline.servings = spreads.iter().enumerate().map(of).collect();
            baseline.rates = baseline.learn_rates(kinds, customers, &all, on);
        }
        baseline
    }

    /// How often a kind (by number) begins in a customer's year, as learned.
    #[must_use]
    pub fn a_year(&self, kind: usize) -> f64 {
        self.rates[kind] * 365.25
    }

    /// Which part of what is bought meanwhile serves a kind (by number), as learned.
    #[must_use]
    pub fn share(&self, kind: usize) -> f64 {
        self.servings[kind].part
    }

    /// The rate that makes the customers' purchases most likely, a rate written beforehand counted in: expectation and
    /// maximisation over "begun or not" of each customer (Dempster, Laird, Rubin, J. R. Stat. Soc. B 39, 1977). A
    /// beginning has the odds rate × days before anything is bought, so that the rate with which the expected number of
    /// beginnings is Σ rate × days / (1 + rate × days) is the most likely one. The days are those that [`weight`] sums
    /// over.
    fn learn_rates(
        &self,
        kinds: &Kinds,
        customers: &[Customer<'_>],
        all: &[Vec<Visit>],
        on: i32,
    ) -> Vec<f64> {
        let weights: Vec<Vec<f64>> = customers
            .par_iter()
            .zip(all)
            .map(|(customer, visits)| {
                let reader = Reader::new(&self.types, visits);
                let of = |kind: usize| {
                    let allowed = customer.allowed.holds(kind);
                    let given = allowed && !visits.is_empty();
                    given.then(|| weight(&reader, &kinds.kinds[kind], &self.servings[kind], on))
                };
                (0..kinds.kinds.len())
                    .map(|kind| of(kind).unwrap_or(-1.0))
                    .collect()
            })
            .collect();
        let rate = |kind: usize| {
            let before = kinds.kinds[kind].a_year / 365.25;
            let (mut rate, prior) = (before, YEARS_BEFORE * 365.25);
            for _ in 0..ROUNDS {
                let (mut begun, mut days) = (before * prior, prior);
                for (customer, visits) in weights.iter().zip(all) {
                    if customer[kind] >= 0.0 {
                        let odds = rate * customer[kind];
                        begun += odds / (1.0 + odds);
                        let open = exposure(visits, kinds.kinds[kind].days, on);
                        days += open / (1.0 + rate * open);
                    }
                }
                rate = begun / days;
            }
            rate
        };
        (0..kinds.kinds.len()).map(rate).collect()
    }
}

/// How the purchases for a kind spread: over its parts by their weights, within a part as people buy anyway.
fn serving(kinds: &Kinds, signs: &Signs, types: &Types, kind: usize, spread: &Spread) -> Serving {
    let of = &kinds.kinds[kind];
    let mut usual = vec![0.0; of.parts.len()];
    let part = |item: &super::signs::Item| item.parts[kind].map(usize::from);
    for (number, item) in signs.items.iter().enumerate() {
        if let Some(part) = part(item) {
            usual[part] += types.usual[number];
        }
    }
    // Parts that the catalogue has nothing for take nothing.
    let there = spread
        .parts
        .iter()
        .zip(&usual)
        .filter(|(_, usual)| **usual > 0.0);
    let weights: f64 = there.map(|(weight, _)| weight).sum();
    let share = signs.items.iter().enumerate().map(|(number, item)| {
        part(item).map_or(0.0, |part| {
            spread.parts[part] / weights * types.usual[number] / usual[part]
        })
    });
    Serving {
        share: share.collect(),
        part: spread.share,
        days: i32::from(of.days),
    }
}

/// Numbers as their bits: text with decimals may come back as a neighbour.
pub(super) mod bits {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(numbers: &[f64], to: S) -> Result<S::Ok, S::Error> {
        let bits: Vec<u64> = numbers.iter().map(|number| number.to_bits()).collect();
        bits.serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<f64>, D::Error> {
        let bits = Vec::<u64>::deserialize(from)?;
        Ok(bits.into_iter().map(f64::from_bits).collect())
    }

    /// One number.
    pub mod one {
        use super::{Deserialize, Deserializer, Serialize, Serializer};

        pub fn serialize<S: Serializer>(number: &f64, to: S) -> Result<S::Ok, S::Error> {
            number.to_bits().serialize(to)
        }

        pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
            u64::deserialize(from).map(f64::from_bits)
        }
    }
}
