//! One category: each of its products taken away in turn, with the estimates as they are and with draws of
//! what else they may be.
//!
//! Holds the arithmetic of diversion; the estimates come from the parent.

use numeric::random::{Random, derive};

use super::{Estimates, Params, Removal, Share, Substitute};
use crate::{
    category::Category,
    draw::{gamma, quantile},
    likeness::{Likeness, common},
    loss::{Estimate, lost},
};

/// A pull seen in so many choices is as uncertain as a gamma number of this shape more.
const PULL_PRIOR: f64 = 0.5;

/// All that is known of a category.
pub(super) struct Model<'a> {
    pub category: &'a Category,
    pub estimates: &'a Estimates,
    pub likeness: &'a Likeness,
    pub attributes: &'a [&'a [u32]],
    pub elasticity: Estimate,
}

/// A store at the period asked for.
struct Shop {
    /// Purchases of the category there.
    bought: f64,
    slots: Vec<usize>,
}

/// The numbers that diversion is computed from: as estimated, or as drawn.
struct State {
    pulls: Vec<f64>,
    /// How much likelier the customers of the row are to take the column, `count × count`.
    factors: Vec<f64>,
    elasticity: f64,
}

impl Model<'_> {
    /// What happens when each product that is on offer at period `at` leaves.
    pub fn removals(&self, at: u32, params: &Params) -> Vec<Removal> {
        let Estimates {
            pulls,
            held,
            switches,
        } = self.estimates;
        let count = pulls.len();
        let seed = derive(params.seed, u64::from(self.category.id));
        let shops = self.shops(at);
        let shapes = self.shapes();
        let estimated = State {
            pulls: pulls.clone(),
            factors: shapes.iter().map(|(shape, rate)| shape / rate).collect(),
            elasticity: self.elasticity.value,
        };
        let shares = diversions(&estimated, &shops, held);
        let chosen = self.chosen();
        let mut drawn = vec![Vec::with_capacity(params.draws); count * (count + 1)];
        for draw in 0..params.draws {
            let mut random = Random::stream(seed, draw as u64);
            let state = self.draw(&chosen, &shapes, &mut random);
            let shares = diversions(&state, &shops, held);
            for (values, share) in drawn.iter_mut().zip(shares) {
                values.push(share);
            }
        }
        let interval = |place: usize, value: f64| {
            let mut sorted = drawn[place].clone();
            sorted.sort_unstable_by(f64::total_cmp);
            let tail = (1.0 - params.level) / 2.0;
            let end = |share: f64| {
                let wider = value + params.widening * (quantile(&sorted, share) - value);
                wider.clamp(0.0, 1.0)
            };
            Share {
                value,
                low: end(tail).min(value),
                high: end(1.0 - tail).max(value),
            }
        };
        let on_offer = |slot: &usize| shops.iter().any(|shop| shop.slots.contains(slot));
        (0..count)
            .filter(on_offer)
            .map(|slot| {
                let first = slot * (count + 1);
                let beside = |other: &usize| *other != slot && shares[first + other] > 0.0;
                let mut substitutes: Vec<Substitute> = (0..count)
                    .filter(beside)
                    .map(|other| Substitute {
                        product: self.category.products[other],
                        share: interval(first + other, shares[first + other]),
                        seen: switches.observed[slot * count + other],
                        by_pull: switches.expected[slot * count + other],
                    })
                    .collect();
                substitutes.sort_by(|a, b| b.share.value.total_cmp(&a.share.value));
                let kept = kept(&mut substitutes);
                Removal {
                    product: self.category.products[slot],
                    purchases: chosen[slot] as usize,
                    held: held[slot],
                    substitutes,
                    lost: interval(first + count, 1.0 - kept),
                }
            })
            .collect()
    }

    fn shops(&self, at: u32) -> Vec<Shop> {
        let spells = &self.category.spells;
        let mut shops = Vec::new();
        let mut first = 0;
        for of_store in spells.chunk_by(|a, b| a.store == b.store) {
            let bought: usize = of_store.iter().map(|spell| spell.bought).sum();
            let now = of_store
                .iter()
                .position(|spell| (spell.from..spell.until).contains(&at));
            if let Some(now) = now {
                shops.push(Shop {
                    // Half a purchase: where nothing sold yet, something may.
                    bought: bought as f64 + 0.5,
                    slots: self.category.range(first + now).collect(),
                });
            }
            first += of_store.len();
        }
        shops
    }

    /// Purchases of each slot.
    fn chosen(&self) -> Vec<f64> {
        let mut chosen = vec![0.0; self.category.products.len()];
        for purchase in &self.category.purchases {
            chosen[purchase.slot] += 1.0;
        }
        chosen
    }

    /// Shape and rate of the factor of each pair.
    fn shapes(&self) -> Vec<(f64, f64)> {
        let switches = &self.estimates.switches;
        let count = switches.count;
        let products = &self.category.products;
        let pair = |place: usize| {
            let (a, b) = (products[place / count], products[place % count]);
            let common = common(self.attributes, a, b);
            let (observed, expected) = (switches.observed[place], switches.expected[place]);
            self.likeness.given(common, observed, expected)
        };
        (0..count * count).map(pair).collect()
    }

    fn draw(&self, chosen: &[f64], shapes: &[(f64, f64)], random: &mut Random) -> State {
        let count = chosen.len();
        let pulls = self
            .estimates
            .pulls
            .iter()
            .zip(chosen)
            .map(|(pull, chosen)| {
                let shape = chosen + PULL_PRIOR;
                pull * gamma(random, shape) / shape
            });
        let pulls = pulls.collect();
        let mut factors = vec![1.0; count * count];
        for a in 0..count {
            for b in a + 1..count {
                let (shape, rate) = shapes[a * count + b];
                let factor = gamma(random, shape) / rate;
                factors[a * count + b] = factor;
                factors[b * count + a] = factor;
            }
        }
        let elasticity = self.elasticity.value + self.elasticity.error * random.normal();
        State {
            pulls,
            factors,
            elasticity: elasticity.clamp(0.0, 1.0),
        }
    }
}

/// What the substitutes gain together. Rounding may carry it past 1: the largest share then gives way, so
/// that nothing less than nothing is lost.
fn kept(substitutes: &mut [Substitute]) -> f64 {
    loop {
        let kept: f64 = substitutes.iter().map(|other| other.share.value).sum();
        match substitutes.first_mut() {
            Some(first) if kept > 1.0 => {
                first.share.value -= kept - 1.0;
                first.share.low = first.share.low.min(first.share.value);
            }
            _ => return kept,
        }
    }
}

/// Per product that leaves: the share each other product gains and, last, the share lost; each `count + 1`
/// numbers. Within a store the demand that stays goes to what is left in proportion to pull × factor; stores
/// count by the product's demand there.
fn diversions(state: &State, shops: &[Shop], held: &[f64]) -> Vec<f64> {
    let count = state.pulls.len();
    let mut shares = vec![0.0; count * (count + 1)];
    let mut demand = vec![0.0; count];
    for shop in shops {
        let all: f64 = shop.slots.iter().map(|&slot| state.pulls[slot]).sum();
        for &slot in &shop.slots {
            let weight = shop.bought * state.pulls[slot] / all;
            demand[slot] += weight;
            let row = &mut shares[slot * (count + 1)..(slot + 1) * (count + 1)];
            let draws = |other: usize| state.pulls[other] * state.factors[slot * count + other];
            let others = shop.slots.iter().filter(|&&other| other != slot);
            let rest: f64 = others.clone().map(|&other| draws(other)).sum();
            let gone = if rest > 0.0 {
                lost(state.elasticity, held[slot])
            } else {
                1.0
            };
            row[count] += weight * gone;
            for &other in others {
                row[other] += weight * (1.0 - gone) * draws(other) / rest.max(f64::MIN_POSITIVE);
            }
        }
    }
    for (row, demand) in shares.chunks_exact_mut(count + 1).zip(demand) {
        for share in row {
            *share /= f64::max(demand, f64::MIN_POSITIVE);
        }
    }
    shares
}
