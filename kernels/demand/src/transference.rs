//! Where demand goes when a product leaves: a share to each substitute, the rest lost.
//!
//! Holds the parameters, the result and the order of the steps. What is estimated, and from what: the pull
//! of each product from choices among changing offers (`pull`), whether the customers of one product are
//! likelier than others to take another (`switching`, drawn towards what attributes say by `likeness`), and
//! how much a category loses with its offer (`loss`). Holds no price: shares are those at usual prices.

mod removal;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicU64, Ordering};

use numeric::{Progress, random::derive};
use rayon::prelude::*;

use crate::{
    Error,
    baskets::{Baskets, NONE},
    category::{Category, split},
    error::{require, require_ids, require_size},
    likeness::{ATTRIBUTES_MAX, Likeness},
    loss::elasticities,
    offer::Offer,
    pull::pulls,
    switching::{Switches, switches},
};

/// How demand transference is estimated. Becomes a [`Transferring`] by [`Params::check`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Periods that share one seasonal index of each category: 1 to 100,000.
    pub season: usize,
    /// Draws of all estimates that the intervals are made of: 20 to 100,000.
    pub draws: usize,
    /// Chance that an interval holds what it is about, as far as the model is right: above 0, below 1.
    pub level: f64,
    /// Seed of the draws.
    pub seed: u64,
}

/// What the estimate is made from.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// Who bought what, where and when.
    pub baskets: &'a Baskets,
    /// What could be bought, where and when.
    pub offer: &'a Offer,
    /// Per product: its category, within which shoppers choose, or [`NONE`].
    pub categories: &'a [u32],
    /// Per attribute and product: its level, or [`NONE`]. Two products have an attribute in common where
    /// their levels are equal.
    pub attributes: &'a [&'a [u32]],
    /// The period whose offer a product is taken from.
    pub at: u32,
}

impl Params {
    /// Checks the values.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the first value outside its range.
    pub fn check(self) -> Result<Transferring, Error> {
        let Self {
            season,
            draws,
            level,
            ..
        } = self;
        let legal = "1 to 100,000";
        require((1..=100_000).contains(&season), "season", season, legal)?;
        let legal = "20 to 100,000";
        require((20..=100_000).contains(&draws), "draws", draws, legal)?;
        let legal = "a number above 0 and below 1";
        require(level > 0.0 && level < 1.0, "level", level, legal)?;
        Ok(Transferring(self))
    }
}

/// Checked parameters, ready to fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Transferring(Params);

/// A share of a product's demand with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// The share, 0 to 1.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A product that gains when another leaves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Substitute {
    /// The product that gains.
    pub product: u32,
    /// Share of the other's demand that it gains.
    pub share: Share,
}

/// What happens when one product leaves everywhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Removal {
    /// The product that leaves.
    pub product: u32,
    /// Its purchases in all the history.
    pub purchases: usize,
    /// Every product of its category that is on offer beside it somewhere, largest share first.
    pub substitutes: Vec<Substitute>,
    /// What no substitute gains. The shares of the substitutes, added in their order, and this make
    /// exactly 1.
    pub lost: Share,
}

/// What was estimated of a category.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// The category.
    pub category: u32,
    /// Its purchases.
    pub purchases: usize,
    /// Purchases of products that were not on offer where and when they were bought: left out.
    pub contradictions: usize,
    /// Elasticity of its demand in the sum of the pulls on offer.
    pub elasticity: f64,
    /// Standard error of the elasticity.
    pub elasticity_error: f64,
}

/// Demand transference of all products.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// Each product that has a category and is on offer somewhere at the period asked for, by id.
    pub removals: Vec<Removal>,
    /// Each category that has products, by id.
    pub categories: Vec<Summary>,
    /// Per attribute: logarithm of how much likelier a switch between two products is that have it in
    /// common.
    pub attributes: Vec<f64>,
    /// Switches seen of one pair of products that weigh as much as what its attributes say.
    pub strength: f64,
}

impl Transferring {
    /// The parameters that were checked.
    pub fn params(&self) -> Params {
        self.0
    }

    /// Estimates where the demand of each product goes. Ticks after each category. Time grows with
    /// purchases × products of the category, and with draws × stores × the square of the products.
    ///
    /// # Errors
    /// [`Error::Mismatch`] where inputs differ in size, [`Error::Id`] for a period that there is not,
    /// [`Error::Parameter`] for more than 64 attributes, [`Error::Category`], [`Error::Cancelled`].
    pub fn fit(&self, input: Input<'_>, progress: &dyn Progress) -> Result<Fit, Error> {
        input.check()?;
        let Input {
            baskets,
            offer,
            categories,
            attributes,
            at,
        } = input;
        let categories = split(baskets, offer, categories, self.0.season)?;
        let estimates: Vec<(Vec<f64>, Switches)> = categories
            .par_iter()
            .map(|category| {
                let pulls = pulls(category);
                let switches = switches(category, &pulls, |_| 1.0);
                (pulls, switches)
            })
            .collect();
        let parts: Vec<_> = categories.iter().zip(&estimates).collect();
        let seen: Vec<(&Switches, &[u32])> = parts
            .iter()
            .map(|(category, (_, switches))| (switches, category.products.as_slice()))
            .collect();
        let likeness = Likeness::fit(&seen, attributes);
        let offers: Vec<(&Category, &[f64])> = parts
            .iter()
            .map(|(category, (pulls, _))| (*category, pulls.as_slice()))
            .collect();
        let elasticities = elasticities(&offers);
        let done = AtomicU64::new(0);
        let removals = parts
            .par_iter()
            .zip(&elasticities)
            .map(|((category, (pulls, switches)), &elasticity)| {
                if progress.cancelled() {
                    return Err(Error::Cancelled);
                }
                let model = removal::Model {
                    category,
                    pulls,
                    switches,
                    likeness: &likeness,
                    attributes,
                    elasticity,
                };
                let seed = derive(self.0.seed, u64::from(category.id));
                let removals = model.removals(at, self.0.draws, self.0.level, seed);
                let now = done.fetch_add(1, Ordering::Relaxed) + 1;
                progress.tick(now, parts.len() as u64);
                Ok(removals)
            })
            .collect::<Result<Vec<_>, Error>>()?;
        let mut removals = removals.concat();
        removals.sort_unstable_by_key(|removal| removal.product);
        let summaries = categories
            .iter()
            .zip(&elasticities)
            .map(|(category, elasticity)| Summary {
                category: category.id,
                purchases: category.purchases.len(),
                contradictions: category.contradictions,
                elasticity: elasticity.value,
                elasticity_error: elasticity.error,
            });
        Ok(Fit {
            removals,
            categories: summaries.collect(),
            attributes: likeness.weights[1..].to_vec(),
            strength: likeness.strength,
        })
    }
}

impl Input<'_> {
    fn check(&self) -> Result<(), Error> {
        let sizes = self.baskets.sizes();
        let of_offer = self.offer.sizes();
        require_size("offer", "products", of_offer.products, sizes.products)?;
        require_size("offer", "stores", of_offer.stores, sizes.stores)?;
        require_size("offer", "periods", of_offer.periods, sizes.periods)?;
        require_ids("at", &[self.at], sizes.periods, None)?;
        check_attributes(self.attributes, sizes.products)
    }
}

/// Refuses attributes that are too many or do not name a level for each product.
pub(crate) fn check_attributes(attributes: &[&[u32]], products: usize) -> Result<(), Error> {
    let legal = format!("at most {ATTRIBUTES_MAX} attributes; leave out or join some");
    let count = attributes.len();
    require(count <= ATTRIBUTES_MAX, "attributes", count, legal)?;
    for levels in attributes {
        require_size("attributes", "products", levels.len(), products)?;
        require_ids("attributes", levels, NONE as usize, Some(NONE))?;
    }
    Ok(())
}
