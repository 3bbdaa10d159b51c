//! How much likelier than by pull alone the customers of one product are to take another: what was seen,
//! drawn towards what products with as many attributes in common show.
//!
//! Holds the regression on attributes, over all categories at once, and the shrinking. No offer and no
//! time.

use numeric::chunks;

use crate::{baskets::NONE, solve::solve, switching::Switches};

/// Most attributes: one bit of a word each.
pub(crate) const ATTRIBUTES_MAX: usize = 64;
/// Precision of the prior of each weight but the first, around 0.
const RIDGE: f64 = 1.0;
const ROUNDS_MAX: usize = 50;
/// Limits of the prior's strength, in switches.
const STRENGTH: (f64, f64) = (0.5, 1e4);

/// What attributes in common say about switching.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Likeness {
    /// Logarithm of the factor of having nothing in common, then of each attribute in common.
    pub weights: Vec<f64>,
    /// Switches as heavy as the prior of one pair.
    pub strength: f64,
}

/// A pair of products of one category.
struct Pair {
    observed: f64,
    expected: f64,
    common: u64,
}

/// The attributes two products have in common, as bits. A level of [`NONE`] is common with nothing.
pub(crate) fn common(attributes: &[&[u32]], a: u32, b: u32) -> u64 {
    attributes
        .iter()
        .enumerate()
        .fold(0, |bits, (place, levels)| {
            let (a, b) = (levels[a as usize], levels[b as usize]);
            bits | u64::from(a == b && a != NONE) << place
        })
}

impl Likeness {
    /// Fits the weights by Poisson regression of the switches, with what pulls alone expect as offset
    /// (Newton's steps, halved where the likelihood would fall), and the strength by the moments of a
    /// negative binomial: variance `m + m² / strength` (J. F. Lawless, "Negative binomial and mixed Poisson
    /// regression", Can. J. Stat. 15, 1987). `parts`: switches of each category and its products.
    pub fn fit(parts: &[(&Switches, &[u32])], attributes: &[&[u32]]) -> Self {
        let pairs: Vec<Pair> = parts
            .iter()
            .flat_map(|(switches, products)| pairs_of(switches, products, attributes))
            .collect();
        let mut likeness = Self {
            weights: vec![0.0; attributes.len() + 1],
            strength: STRENGTH.1,
        };
        let mut worth = likeness.worth(&pairs);
        for _ in 0..ROUNDS_MAX {
            let Some(step) = likeness.step(&pairs) else {
                break;
            };
            let before = worth;
            for halvings in 0..20 {
                let scale = 0.5f64.powi(halvings);
                let moved = likeness.weights.iter().zip(&step);
                let next = Self {
                    weights: moved.map(|(weight, step)| weight + scale * step).collect(),
                    ..likeness
                };
                let reached = next.worth(&pairs);
                if reached > worth {
                    (likeness, worth) = (next, reached);
                    break;
                }
            }
            if worth - before <= 1e-9 * before.abs() {
                break;
            }
        }
        likeness.strength = likeness.strength_of(&pairs);
        likeness
    }

    /// The factor that attributes in common predict.
    pub fn factor(&self, common: u64) -> f64 {
        let inside = self.weights[1..].iter().enumerate();
        let sum: f64 = inside
            .filter(|(place, _)| common >> place & 1 == 1)
            .map(|(_, weight)| weight)
            .sum();
        (self.weights[0] + sum).exp()
    }

    /// Shape and rate of the factor of a pair, given its switches: the gamma distribution that the prior
    /// becomes.
    pub fn given(&self, common: u64, observed: f64, expected: f64) -> (f64, f64) {
        let rate = expected + self.strength / self.factor(common);
        (observed + self.strength, rate)
    }

    /// Log likelihood less the prior's penalty.
    fn worth(&self, pairs: &[Pair]) -> f64 {
        let likelihood = chunks::sum(pairs.len(), |range| {
            pairs[range]
                .iter()
                .map(|pair| {
                    let factor = self.factor(pair.common);
                    pair.observed * factor.ln() - pair.expected * factor
                })
                .sum()
        });
        let penalty: f64 = self.weights[1..].iter().map(|weight| weight * weight).sum();
        likelihood - RIDGE * penalty / 2.0
    }

    /// Newton's step.
    fn step(&self, pairs: &[Pair]) -> Option<Vec<f64>> {
        let size = self.weights.len();
        let parts = chunks::map(pairs.len(), |range| {
            let mut sums = vec![0.0; size * (size + 1)];
            for pair in &pairs[range] {
                let mean = pair.expected * self.factor(pair.common);
                let set = || {
                    let places = (0..size - 1).filter(|place| pair.common >> place & 1 == 1);
                    std::iter::once(0).chain(places.map(|place| place + 1))
                };
                for row in set() {
                    sums[row * (size + 1) + size] += pair.observed - mean;
                    for col in set() {
                        sums[row * (size + 1) + col] += mean;
                    }
                }
            }
            sums
        });
        let mut system = vec![0.0; size * (size + 1)];
        for part in parts {
            for (sum, part) in system.iter_mut().zip(part) {
                *sum += part;
            }
        }
        for (place, weight) in self.weights.iter().enumerate().skip(1) {
            system[place * (size + 1) + place] += RIDGE;
            system[place * (size + 1) + size] -= RIDGE * weight;
        }
        solve(&mut system, size)
    }

    fn strength_of(&self, pairs: &[Pair]) -> f64 {
        let (mut excess, mut squares) = (0.0, 0.0);
        for pair in pairs {
            let mean = pair.expected * self.factor(pair.common);
            excess += (pair.observed - mean).powi(2) - mean;
            squares += mean * mean;
        }
        if squares <= 0.0 {
            // Nothing was seen: anything may be.
            return STRENGTH.0;
        }
        if excess <= 0.0 {
            return STRENGTH.1;
        }
        (squares / excess).clamp(STRENGTH.0, STRENGTH.1)
    }
}

/// Pairs that could be seen at all.
fn pairs_of(switches: &Switches, products: &[u32], attributes: &[&[u32]]) -> Vec<Pair> {
    let count = switches.count;
    let mut pairs = Vec::new();
    for a in 0..count {
        for b in a + 1..count {
            let expected = switches.expected[a * count + b];
            if expected > 0.0 {
                pairs.push(Pair {
                    observed: switches.observed[a * count + b],
                    expected,
                    common: common(attributes, products[a], products[b]),
                });
            }
        }
    }
    pairs
}
