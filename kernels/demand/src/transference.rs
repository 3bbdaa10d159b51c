//! Where demand goes when a product leaves: a share to each substitute, the rest lost.
//!
//! Holds the parameters, the result and the order of the steps. What is estimated, and from what: the pull
//! of each product from choices among changing offers (`pull`), whether the customers of one product are
//! likelier than others to take another (`switching`, drawn towards what attributes say by `likeness`), and
//! how much a category loses with its offer (`promoted`, or `loss`). Holds no price: shares are those at usual prices.

mod removal;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicU64, Ordering};

use numeric::Progress;
use rayon::prelude::*;

use crate::{
    Error,
    baskets::{Baskets, NONE},
    category::{Category, Cut, Visits, split},
    error::{require, require_ids, require_size},
    likeness::{ATTRIBUTES_MAX, Likeness},
    loss::{self, Estimate, Part, drawn_together},
    offer::Offer,
    promoted,
    pull::pulls,
    switching::{Switches, switches},
};

/// Pairs of purchases that a product's own repeats need before they count for more than the category's.
const REPEATS_PRIOR: f64 = 5.0;
/// Standard error of the elasticity of all categories together up to which promotions are listened to.
const PROMOTIONS_ERROR_MAX: f64 = 0.1;
/// Largest share of a buyer's demand that a product is taken to hold: nobody is bound for ever.
const HELD_MAX: f64 = 0.95;

/// How demand transference is estimated. Becomes a [`Transferring`] by [`Params::check`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Periods that share one level of each category's demand, 1 to 100,000; a year is good. Short ones take
    /// away what changes in all stores tell, and let a run on a shelf count against its being empty.
    pub season: usize,
    /// A product that is away from a store for fewer periods has an empty shelf; for more, it has left the
    /// range: 1 to 100,000.
    pub absence: usize,
    /// Periods within which demand with promotions is compared with demand without: 1 to 100,000; four weeks
    /// are good. Short ones take away what changes by itself.
    pub campaign: usize,
    /// Draws of all estimates that the intervals are made of: 20 to 100,000.
    pub draws: usize,
    /// Chance that an interval holds what it is about, as far as the model is right: above 0, below 1.
    pub level: f64,
    /// Factor by which intervals are wider than the estimates' own uncertainty makes them, because no model
    /// is all there is: 1 to 100. To be measured where the truth is known.
    pub widening: f64,
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
    /// When and where products were promoted; without a span where that is not known.
    pub promoted: &'a Offer,
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
            absence,
            campaign,
            draws,
            level,
            widening,
            ..
        } = self;
        let legal = "1 to 100,000";
        require((1..=100_000).contains(&season), "season", season, legal)?;
        require((1..=100_000).contains(&absence), "absence", absence, legal)?;
        let known = (1..=100_000).contains(&campaign);
        require(known, "campaign", campaign, legal)?;
        let legal = "20 to 100,000";
        require((20..=100_000).contains(&draws), "draws", draws, legal)?;
        let legal = "a number above 0 and below 1";
        require(level > 0.0 && level < 1.0, "level", level, legal)?;
        let legal = "1 to 100";
        require(
            (1.0..=100.0).contains(&widening),
            "widening",
            widening,
            legal,
        )?;
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
    /// Weight of the switches seen between the two, in both directions.
    pub seen: f64,
    /// What pulls alone would make of it.
    pub by_pull: f64,
}

/// What happens when one product leaves everywhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Removal {
    /// The product that leaves.
    pub product: u32,
    /// Its purchases in all the history.
    pub purchases: usize,
    /// The share of its buyers' demand for the category that it holds, 0 to 1.
    pub held: f64,
    /// Every product of its category that is on offer beside it somewhere, largest share first.
    pub substitutes: Vec<Substitute>,
    /// What no substitute gains. The shares of the substitutes, added in their order, and this make
    /// exactly 1.
    pub lost: Share,
}

/// What the elasticities were read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Promotions: what a category gains when its products are promoted. In a nested choice that is what it loses
    /// when they leave for good.
    Promotions,
    /// Empty shelves. Who finds one may come back, or leave at once: not quite what a product that is gone for
    /// good costs.
    Shelves,
    /// Neither: anything may be.
    Nothing,
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
    /// Elasticity of its demand in the pull of what is on offer: the share of a small product's demand that
    /// is lost with it.
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
    /// What their elasticities were read from.
    pub source: Source,
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
            promoted,
            at,
        } = input;
        let Params {
            season, absence, ..
        } = self.0;
        let categories = split(baskets, offer, categories, Cut { season, absence })?;
        let estimates: Vec<Estimates> = categories.par_iter().map(Estimates::of).collect();
        let seen: Vec<(&Switches, &[u32])> = estimates
            .iter()
            .zip(&categories)
            .map(|(of, category)| (&of.switches, category.products.as_slice()))
            .collect();
        let likeness = Likeness::fit(&seen, attributes);
        let parts: Vec<Part<'_>> = estimates
            .iter()
            .zip(&categories)
            .map(|(of, category)| (category, of.pulls.as_slice(), of.held.as_slice()))
            .collect();
        let visits = Visits::new(baskets);
        let by_promotion = promoted::estimates(&parts, promoted, &visits, self.0.campaign);
        let (elasticities, source) = elasticities(&by_promotion, || loss::estimates(&parts));
        let done = AtomicU64::new(0);
        let removals = (0..categories.len())
            .into_par_iter()
            .map(|place| {
                if progress.cancelled() {
                    return Err(Error::Cancelled);
                }
                let model = removal::Model {
                    category: &categories[place],
                    estimates: &estimates[place],
                    likeness: &likeness,
                    attributes,
                    elasticity: elasticities[place],
                };
                let removals = model.removals(at, &self.0);
                let now = done.fetch_add(1, Ordering::Relaxed) + 1;
                progress.tick(now, categories.len() as u64);
                Ok(removals)
            })
            .collect::<Result<Vec<_>, Error>>()?;
        let mut removals = removals.concat();
        removals.sort_unstable_by_key(|removal| removal.product);
        let summaries = categories.iter().zip(&elasticities);
        let summaries = summaries.map(|(category, elasticity)| Summary {
            category: category.id,
            purchases: category.purchases.len(),
            contradictions: category.contradictions,
            elasticity: elasticity.value,
            elasticity_error: elasticity.error,
        });
        Ok(Fit {
            removals,
            categories: summaries.collect(),
            source,
            attributes: likeness.weights[1..].to_vec(),
            strength: likeness.strength,
        })
    }
}

/// The elasticities from the best of what there is.
fn elasticities(
    by_promotion: &[Estimate],
    by_shelf: impl FnOnce() -> Vec<Estimate>,
) -> (Vec<Estimate>, Source) {
    // How well promotions tell all together; shelves, which tell of something else, come second.
    let known: f64 = by_promotion.iter().map(|own| own.error.powi(-2)).sum();
    if known.sqrt() * PROMOTIONS_ERROR_MAX > 1.0 {
        return (drawn_together(by_promotion), Source::Promotions);
    }
    let own = by_shelf();
    let source = match own.iter().any(|own| own.error.is_finite()) {
        true => Source::Shelves,
        false => Source::Nothing,
    };
    (drawn_together(&own), source)
}

/// What is estimated of a category from itself alone.
struct Estimates {
    pulls: Vec<f64>,
    switches: Switches,
    /// The share of its buyers' demand that each product holds.
    held: Vec<f64>,
}

impl Estimates {
    fn of(category: &Category) -> Self {
        let pulls = pulls(category);
        let switches = switches(category, &pulls, &vec![true; pulls.len()], |_| 1.0);
        Self {
            held: held(&switches, &pulls),
            pulls,
            switches,
        }
    }
}

/// How often buyers of a product bought it again, drawn towards how much likelier than by pull a purchase of
/// the category is a repeat.
fn held(switches: &Switches, pulls: &[f64]) -> Vec<f64> {
    let Switches {
        chances, repeats, ..
    } = switches;
    let by_pull: f64 = chances.iter().zip(pulls).map(|(c, p)| c * p).sum();
    let lift = (repeats.iter().sum::<f64>() + 1.0) / (by_pull + 1.0);
    (0..pulls.len())
        .map(|slot| {
            let usual = (lift * pulls[slot]).min(HELD_MAX);
            let seen = repeats[slot] + REPEATS_PRIOR * usual;
            (seen / (chances[slot] + REPEATS_PRIOR)).min(HELD_MAX)
        })
        .collect()
}

impl Input<'_> {
    fn check(&self) -> Result<(), Error> {
        let sizes = self.baskets.sizes();
        let of_offer = self.offer.sizes();
        require_size("offer", "products", of_offer.products, sizes.products)?;
        require_size("offer", "stores", of_offer.stores, sizes.stores)?;
        require_size("offer", "periods", of_offer.periods, sizes.periods)?;
        let of_promoted = self.promoted.sizes();
        let wanted = [sizes.products, sizes.stores, sizes.periods];
        let given = [
            of_promoted.products,
            of_promoted.stores,
            of_promoted.periods,
        ];
        for (place, unit) in ["products", "stores", "periods"].into_iter().enumerate() {
            require_size("promoted", unit, given[place], wanted[place])?;
        }
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
