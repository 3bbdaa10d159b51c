//! The order in which customers decide within a category: products split by attributes so that customers
//! switch within branches rather than between them.
//!
//! Holds the growing of the tree and the result; the measure of a split has its own file. A tree says which
//! products stand for each other, not why.

mod score;
#[cfg(test)]
mod tests;

use numeric::{Progress, random::Random, random::derive};
use rayon::prelude::*;

use crate::{
    Error,
    baskets::Baskets,
    category::{Category, Cut, split},
    error::require,
    gamma::normal_quantile,
    offer::Offer,
    pull::pulls,
    switching::{Switches, switches},
    transference::check_attributes,
};
use score::{Score, score};

/// How trees are grown. Becomes a [`Growing`] by [`Params::check`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Most splits above a leaf: 1 to 64.
    pub depth_max: usize,
    /// Fewest products that are split: at least 2.
    pub products_min: usize,
    /// Chance that a node is split though no attribute plays a part in its switches, at most: above 0, below 1.
    /// It is shared among the attributes that could split the node (C. E. Bonferroni, 1936), since the best of
    /// many is great by chance alone. Right as far as switches fall independently, as Poisson's do.
    pub chance: f64,
    /// Resamples of the customers: 0 to 10,000.
    pub resamples: usize,
    /// Seed of the resamples.
    pub seed: u64,
}

/// What trees are grown from; as the fields of [`crate::transference::Input`].
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// Who bought what, where and when.
    pub baskets: &'a Baskets,
    /// What could be bought, where and when.
    pub offer: &'a Offer,
    /// Per product: its category, or [`crate::baskets::NONE`].
    pub categories: &'a [u32],
    /// Per attribute and product: its level. [`crate::baskets::NONE`] is a branch of its own.
    pub attributes: &'a [&'a [u32]],
}

impl Params {
    /// Checks the values.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the first value outside its range.
    pub fn check(self) -> Result<Growing, Error> {
        let depth = self.depth_max;
        require((1..=64).contains(&depth), "depth_max", depth, "1 to 64")?;
        let least = self.products_min;
        require(least >= 2, "products_min", least, "at least 2")?;
        let chance = self.chance;
        let legal = "a number above 0 and below 1";
        require(chance > 0.0 && chance < 1.0, "chance", chance, legal)?;
        let resamples = self.resamples;
        require(resamples <= 10_000, "resamples", resamples, "0 to 10,000")?;
        Ok(Growing(self))
    }
}

/// Checked parameters, ready to grow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Growing(Params);

/// How the products of a node are split.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    /// The attribute.
    pub attribute: usize,
    /// Gain in log likelihood over no split.
    pub gain: f64,
    /// Switches within the branches against what pulls alone would make of them.
    pub within: f64,
    /// Switches between them, likewise.
    pub between: f64,
    /// Share of the resamples in which this attribute is the best for these products; none without
    /// resamples.
    pub stability: Option<f64>,
    /// The branches: nodes of the tree, by level.
    pub branches: Vec<usize>,
}

/// Some of a category's products.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The level of the parent's attribute that these have; none at the root.
    pub level: Option<u32>,
    /// The products, ascending.
    pub products: Vec<u32>,
    /// How they are split; none in a leaf.
    pub split: Option<Split>,
}

/// The decision tree of a category; node 0 is the root.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// The category.
    pub category: u32,
    /// Weight of the switches it was grown from.
    pub switches: f64,
    /// Parents before children.
    pub nodes: Vec<Node>,
}

impl Growing {
    /// The parameters that were checked.
    pub fn params(&self) -> Params {
        self.0
    }

    /// Grows the tree of each category, by id. Each node is split by the attribute of greatest gain (the
    /// first of equals). Stability comes from resamples of customers by Poisson weights (N. C. Oza, S.
    /// Russell, "Online bagging and boosting", AISTATS 2001).
    ///
    /// # Errors
    /// [`Error::Mismatch`] where inputs differ in size, [`Error::Parameter`] for more than 64 attributes,
    /// [`Error::Category`], [`Error::Cancelled`].
    pub fn fit(&self, input: Input<'_>, progress: &dyn Progress) -> Result<Vec<Tree>, Error> {
        let sizes = input.baskets.sizes();
        check_attributes(input.attributes, sizes.products)?;
        // Neither seasons nor ranges play a part.
        let cut = Cut {
            season: sizes.periods.max(1),
            absence: 1,
        };
        let categories = split(input.baskets, input.offer, input.categories, cut)?;
        categories
            .par_iter()
            .map(|category| {
                if progress.cancelled() {
                    return Err(Error::Cancelled);
                }
                Ok(self.grow(category, input.attributes))
            })
            .collect()
    }

    fn grow(&self, category: &Category, attributes: &[&[u32]]) -> Tree {
        let levels: Vec<Vec<u32>> = attributes
            .iter()
            .map(|levels| {
                let products = category.products.iter();
                products.map(|&product| levels[product as usize]).collect()
            })
            .collect();
        let pulls = pulls(category);
        let among = |slots: &[usize], weight: &dyn Fn(u32) -> f64| {
            let mut among = vec![false; pulls.len()];
            slots.iter().for_each(|&slot| among[slot] = true);
            switches(category, &pulls, &among, weight)
        };
        let all: Vec<usize> = (0..pulls.len()).collect();
        let seen: f64 = among(&all, &|_| 1.0).observed.iter().sum();
        let mut nodes = Vec::new();
        self.branch(&mut nodes, all, None, 0, &|slots: &[usize]| {
            let (attribute, score) = best(&among(slots, &|_| 1.0), &levels, slots)?;
            let differ = |levels: &&Vec<u32>| {
                let first = levels[slots[0]];
                slots.iter().any(|&slot| levels[slot] != first)
            };
            let tried = levels.iter().filter(differ).count();
            if score.gain <= gain_beyond(self.0.chance, tried) {
                return None;
            }
            let again = |resample: &usize| {
                let seed = derive(self.0.seed, *resample as u64);
                let drawn = among(slots, &|customer| poisson(seed, customer));
                best(&drawn, &levels, slots).is_some_and(|(best, _)| best == attribute)
            };
            let resamples = self.0.resamples;
            let stability = (resamples > 0)
                .then(|| (0..resamples).filter(again).count() as f64 / resamples as f64);
            Some((
                (attribute, score),
                stability,
                parts(&levels[attribute], slots),
            ))
        });
        for node in &mut nodes {
            for product in &mut node.products {
                *product = category.products[*product as usize];
            }
        }
        Tree {
            category: category.id,
            switches: seen / 2.0,
            nodes,
        }
    }

    /// Adds a node, by slots for now, and what grows under it.
    fn branch(
        &self,
        nodes: &mut Vec<Node>,
        slots: Vec<usize>,
        level: Option<u32>,
        depth: usize,
        choose: &dyn Fn(&[usize]) -> Option<Chosen>,
    ) -> usize {
        let place = nodes.len();
        nodes.push(Node {
            level,
            products: slots.iter().map(|&slot| slot as u32).collect(),
            split: None,
        });
        if depth == self.0.depth_max || slots.len() < self.0.products_min {
            return place;
        }
        let Some(((attribute, score), stability, parts)) = choose(&slots) else {
            return place;
        };
        let branches = parts
            .into_iter()
            .map(|(level, slots)| self.branch(nodes, slots, Some(level), depth + 1, choose))
            .collect();
        nodes[place].split = Some(Split {
            attribute,
            gain: score.gain,
            within: score.within,
            between: score.between,
            stability,
            branches,
        });
        place
    }
}

/// An attribute with its score, its stability and the branches it makes.
type Chosen = ((usize, Score), Option<f64>, Vec<(u32, Vec<usize>)>);

/// The attribute of greatest gain.
fn best(switches: &Switches, levels: &[Vec<u32>], slots: &[usize]) -> Option<(usize, Score)> {
    let mut best: Option<(usize, Score)> = None;
    for (attribute, levels) in levels.iter().enumerate() {
        let Some(score) = score(switches, levels, slots) else {
            continue;
        };
        if best.is_none_or(|(_, kept)| score.gain > kept.gain) {
            best = Some((attribute, score));
        }
    }
    best
}

/// The gain that the best of so many attributes reaches by chance at most this often: half of chi-square's point
/// of one degree of freedom.
fn gain_beyond(chance: f64, attributes: usize) -> f64 {
    let each = chance / attributes.max(1) as f64;
    normal_quantile(1.0 - each / 2.0).powi(2) / 2.0
}

/// The slots of each level, by level.
fn parts(levels: &[u32], slots: &[usize]) -> Vec<(u32, Vec<usize>)> {
    let mut sorted: Vec<(u32, usize)> = slots.iter().map(|&slot| (levels[slot], slot)).collect();
    sorted.sort_unstable();
    sorted
        .chunk_by(|a, b| a.0 == b.0)
        .map(|part| (part[0].0, part.iter().map(|&(_, slot)| slot).collect()))
        .collect()
}

/// A customer's weight in a resample: a Poisson number of mean 1 (Knuth, TAOCP 2, 3.4.1).
fn poisson(seed: u64, customer: u32) -> f64 {
    let mut random = Random::stream(seed, u64::from(customer));
    let (mut count, mut product) = (0.0, random.unit_f64());
    while product > (-1.0f64).exp() {
        count += 1.0;
        product *= random.unit_f64();
    }
    count
}
