//! One category: each of its products taken away in turn, with the estimates as they are and with draws of
//! what else they may be.
//!
//! Holds the arithmetic of diversion; the estimates come from the parent.

use numeric::random::Random;

use super::{Removal, Share, Substitute};
use crate::{
    category::Category,
    draw::{gamma, quantile},
    likeness::{Likeness, common},
    loss::{Estimate, lost},
    switching::Switches,
};

/// Pairs of purchases that a product's own repeats need before they count for more than the category's.
const REPEATS_PRIOR: f64 = 5.0;
/// Largest share of a buyer's demand that a product is taken to hold: nobody is bound for ever.
const HELD_MAX: f64 = 0.95;
/// A pull seen in so many choices is as uncertain as a gamma number of this shape more.
const PULL_PRIOR: f64 = 0.5;

/// All that is known of a category.
pub(super) struct Model<'a> {
    pub category: &'a Category,
    pub pulls: &'a [f64],
    pub switches: &'a Switches,
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
    pub fn removals(&self, at: u32, draws: usize, level: f64, seed: u64) -> Vec<Removal> {
        let count = self.pulls.len();
        let shops = self.shops(at);
        let held = self.held();
        let shapes = self.shapes();
        let estimated = State {
            pulls: self.pulls.to_vec(),
            factors: shapes.iter().map(|(shape, rate)| shape / rate).collect(),
            elasticity: self.elasticity.value,
        };
        let shares = diversions(&estimated, &shops, &held);
        let chosen = self.chosen();
        let mut drawn = vec![Vec::with_capacity(draws); count * (count + 1)];
        for draw in 0..draws {
            let mut random = Random::stream(seed, draw as u64);
            let state = self.draw(&chosen, &shapes, &mut random);
            let shares = diversions(&state, &shops, &held);
            for (values, share) in drawn.iter_mut().zip(shares) {
                values.push(share);
            }
        }
        let interval = |place: usize, value: f64| {
            let mut sorted = drawn[place].clone();
            sorted.sort_unstable_by(f64::total_cmp);
            let tail = (1.0 - level) / 2.0;
            Share {
                value,
                low: quantile(&sorted, tail).min(value),
                high: quantile(&sorted, 1.0 - tail).max(value),
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
                    })
                    .collect();
                substitutes.sort_by(|a, b| b.share.value.total_cmp(&a.share.value));
                let kept: f64 = substitutes.iter().map(|other| other.share.value).sum();
                Removal {
                    product: self.category.products[slot],
                    purchases: chosen[slot] as usize,
                    substitutes,
                    lost: interval(first + count, (1.0 - kept).max(0.0)),
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
                    slots: self.category.slots(first + now).collect(),
                });
            }
            first += of_store.len();
        }
        shops
    }

    /// Purchases of each slot.
    fn chosen(&self) -> Vec<f64> {
        let mut chosen = vec![0.0; self.pulls.len()];
        for purchase in &self.category.purchases {
            chosen[purchase.slot] += 1.0;
        }
        chosen
    }

    /// The share of its buyers' demand that each product holds: how often they bought it again, drawn
    /// towards the category's repeats.
    fn held(&self) -> Vec<f64> {
        let Switches {
            chances, repeats, ..
        } = self.switches;
        let by_pull: f64 = chances.iter().zip(self.pulls).map(|(c, p)| c * p).sum();
        let lift = (repeats.iter().sum::<f64>() + 1.0) / (by_pull + 1.0);
        (0..self.pulls.len())
            .map(|slot| {
                let usual = (lift * self.pulls[slot]).min(HELD_MAX);
                let seen = repeats[slot] + REPEATS_PRIOR * usual;
                (seen / (chances[slot] + REPEATS_PRIOR)).min(HELD_MAX)
            })
            .collect()
    }

    /// Shape and rate of the factor of each pair.
    fn shapes(&self) -> Vec<(f64, f64)> {
        let count = self.pulls.len();
        let products = &self.category.products;
        let pair = |place: usize| {
            let (a, b) = (products[place / count], products[place % count]);
            let common = common(self.attributes, a, b);
            let (observed, expected) =
                (self.switches.observed[place], self.switches.expected[place]);
            self.likeness.given(common, observed, expected)
        };
        (0..count * count).map(pair).collect()
    }

    fn draw(&self, chosen: &[f64], shapes: &[(f64, f64)], random: &mut Random) -> State {
        let count = self.pulls.len();
        let pulls = self.pulls.iter().zip(chosen).map(|(pull, chosen)| {
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
