//! Ties between products that are bought together more often than by chance: the sparse symmetric matrix
//! whose factors place them.
//!
//! Holds the weights and which ties are kept.

use numeric::sum::ExactSum;

use super::{Params, contexts::Contexts};
use crate::pairs::counts::each_with;

/// A product that another is bought with, beyond chance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tie {
    /// The other product.
    pub product: u32,
    /// Contexts that hold both.
    pub together: u32,
    /// Natural logarithm of how many times as often as by chance, less that of the shift: above 0.
    pub weight: f32,
}

/// The ties of each product, by id of the other.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ties {
    offsets: Vec<usize>,
    ties: Vec<Tie>,
}

impl Ties {
    pub fn new(contexts: &Contexts, products: usize, params: Params) -> Self {
        let chance = Chance::new(contexts, products, params);
        let set = |at| contexts.set(at);
        let keep = |product: u32, others: &[(u32, u32)]| {
            let tie = |&(other, together): &(u32, u32)| {
                let weight = chance.beyond(product, other, together) as f32;
                let tie = Tie {
                    product: other,
                    together,
                    weight,
                };
                (together >= params.together_min && weight > 0.0).then_some(tie)
            };
            let mut own: Vec<Tie> = others.iter().filter_map(tie).collect();
            if own.len() > params.ties_max {
                // Of equal counts the more surprising first; ids end what is left open.
                own.sort_unstable_by(|a, b| {
                    let weights = b.weight.total_cmp(&a.weight);
                    let counts = b.together.cmp(&a.together);
                    counts.then(weights).then(a.product.cmp(&b.product))
                });
                own.truncate(params.ties_max);
                own.sort_unstable_by_key(|tie| tie.product);
            }
            own.shrink_to_fit();
            own
        };
        Self::both_ways(each_with(products, contexts.len(), set, keep))
    }

    /// Each tie at both of its products, though only one of them kept it.
    fn both_ways(kept: Vec<Vec<Tie>>) -> Self {
        let mut missing = vec![Vec::new(); kept.len()];
        for (product, own) in kept.iter().enumerate() {
            for tie in own {
                let back = &kept[tie.product as usize];
                let has = back.binary_search_by_key(&(product as u32), |back| back.product);
                if has.is_err() {
                    missing[tie.product as usize].push(Tie {
                        product: product as u32,
                        ..*tie
                    });
                }
            }
        }
        let count = |rows: &[Vec<Tie>]| rows.iter().map(Vec::len).sum::<usize>();
        let mut ties = Vec::with_capacity(count(&kept) + count(&missing));
        let mut offsets = vec![0];
        for (own, missing) in kept.into_iter().zip(missing) {
            let first = ties.len();
            ties.extend(own.into_iter().chain(missing));
            ties[first..].sort_unstable_by_key(|tie: &Tie| tie.product);
            offsets.push(ties.len());
        }
        Self { offsets, ties }
    }

    pub fn products(&self) -> usize {
        self.offsets.len() - 1
    }

    pub fn is_empty(&self) -> bool {
        self.ties.is_empty()
    }

    pub fn of(&self, product: usize) -> &[Tie] {
        &self.ties[self.offsets[product]..self.offsets[product + 1]]
    }

    /// The sum of a product's squared weights.
    pub fn squares(&self, product: usize) -> f64 {
        let weights = self.of(product).iter().map(|tie| f64::from(tie.weight));
        weights.map(|weight| weight * weight).sum()
    }
}

/// How often two would stand in one context by chance.
struct Chance {
    /// Per product: the logarithm of its pairs, times half of 1 + smoothing.
    own: Vec<f64>,
    all: f64,
}

impl Chance {
    fn new(contexts: &Contexts, products: usize, params: Params) -> Self {
        let mut pairs = vec![0u64; products];
        for at in 0..contexts.len() {
            let set = contexts.set(at);
            for &product in set {
                pairs[product as usize] += set.len() as u64 - 1;
            }
        }
        let mut total = ExactSum::default();
        for &pairs in pairs.iter().filter(|&&pairs| pairs > 0) {
            total.add((pairs as f64).powf(params.smoothing));
        }
        let power = (1.0 + params.smoothing) / 2.0;
        Self {
            own: pairs
                .iter()
                .map(|&pairs| power * (pairs as f64).ln())
                .collect(),
            all: total.total().ln() - params.shift.ln(),
        }
    }

    /// The shifted pointwise mutual information with a smoothed context (Levy, Goldberg, Dagan 2015, sections
    /// 2.1 and 3.2), in the mean of either product as the context of the other: so it is symmetric.
    fn beyond(&self, a: u32, b: u32, together: u32) -> f64 {
        f64::from(together).ln() - (self.own[a as usize] + self.own[b as usize]) + self.all
    }
}
