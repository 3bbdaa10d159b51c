//! Which products are bought together more often than chance would have it, and which less.
//!
//! Holds the parameters, the evidence of a pair and the two lists of a product; the counting and what
//! chance would do have their own files. Bought together less often is a sign of substitutes only among
//! products that serve one need: others may just belong to other trips.

pub(crate) mod chance;
pub(crate) mod counts;
mod repeats;
#[cfg(test)]
mod tests;

use numeric::Progress;
use rayon::prelude::*;

use crate::{
    Error,
    baskets::{Baskets, NONE},
    error::{require, require_ids, require_size},
    gamma::gamma_quantile,
};
use chance::Chance;
use counts::Together;
use repeats::Repeats;

/// Products whose pairs are looked at before lists are cut again.
const AT_ONCE: usize = 256;

/// How pairs are judged. Becomes a [`Pairing`] by [`Params::check`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Periods within which a store's trade counts as one: 1 to 100,000. What is bought at different times
    /// or places does not count as kept apart.
    pub season: usize,
    /// Chance that an interval holds what it is about: above 0, below 1.
    pub level: f64,
}

impl Params {
    /// Checks the values.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the first value outside its range.
    pub fn check(self) -> Result<Pairing, Error> {
        let Self { season, level } = self;
        let legal = "1 to 100,000";
        require((1..=100_000).contains(&season), "season", season, legal)?;
        let legal = "a number above 0 and below 1";
        require(level > 0.0 && level < 1.0, "level", level, legal)?;
        Ok(Pairing(self))
    }
}

/// Checked parameters, ready to fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pairing(Params);

/// What is known of a pair of products.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evidence {
    /// Baskets with both.
    pub together: usize,
    /// Baskets with both if products fell into baskets of the same store and time by chance.
    pub by_chance: f64,
    /// Natural logarithm of how much more often than by chance the two are bought together, drawn towards
    /// what their categories show: above 0 complements, below 0 kept apart.
    pub strength: f64,
    /// How many baskets tell as much as one: above 1 where customers buy the two again and again.
    pub repeats: f64,
    /// Lower end of its interval: counts as by chance, `repeats` baskets counting as one.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A product and the evidence of it with another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Partner {
    /// The product.
    pub product: u32,
    /// What is known of the pair.
    pub evidence: Evidence,
}

/// The two lists of a product.
#[derive(Debug, Clone, PartialEq)]
pub struct Partners {
    /// Of another category and surely bought together more often than by chance; surest first.
    pub complements: Vec<Partner>,
    /// Of the same category and surely bought together less often; surest first.
    pub substitutes: Vec<Partner>,
}

/// Evidence of all pairs.
#[derive(Debug, Clone)]
pub struct Fit {
    level: f64,
    categories: Vec<u32>,
    together: Together,
    chance: Chance,
    repeats: Repeats,
}

impl Pairing {
    /// The parameters that were checked.
    pub fn params(&self) -> Params {
        self.0
    }

    /// Counts pairs and what chance would make of them. `categories`: per product its category, or
    /// [`NONE`], for which nothing is borrowed from other pairs. Time grows with the squares of the
    /// baskets' sizes, and with pairs of categories × stores × seasons.
    ///
    /// # Errors
    /// [`Error::Mismatch`] where there is not one category for each product; [`Error::Cancelled`].
    pub fn fit(
        &self,
        baskets: &Baskets,
        categories: &[u32],
        progress: &dyn Progress,
    ) -> Result<Fit, Error> {
        let products = baskets.sizes().products;
        require_size("categories", "products", categories.len(), products)?;
        require_ids("categories", categories, NONE as usize, Some(NONE))?;
        let together = Together::count(baskets);
        if progress.cancelled() {
            return Err(Error::Cancelled);
        }
        progress.tick(1, 2);
        let chance = Chance::fit(baskets, &together, categories, self.0.season);
        let same = |a: u32, b: u32| same(categories, a, b);
        let repeats = Repeats::count(baskets, same);
        progress.tick(2, 2);
        Ok(Fit {
            level: self.0.level,
            categories: categories.to_vec(),
            together,
            chance,
            repeats,
        })
    }
}

impl Fit {
    /// What is known of two different products. Like a slice, it panics where there is no such product.
    pub fn evidence(&self, a: u32, b: u32) -> Evidence {
        let together = self.together.of(a, b);
        let by_chance = self.chance.of(a, b);
        let given = self.chance.given(a, b, together as f64, by_chance);
        let repeats = self.repeats.of(a, b, self.same(a, b));
        self.told(together, by_chance, given, repeats)
    }

    /// Baskets with both beyond those by chance, drawn as the strength is; below 0 for those kept apart.
    pub(crate) fn beyond(&self, a: u32, b: u32) -> f64 {
        let by_chance = self.chance.of(a, b);
        let together = self.together.of(a, b) as f64;
        let (shape, rate) = self.chance.given(a, b, together, by_chance);
        by_chance * (shape / rate - 1.0)
    }

    /// Evidence from the counts and the gamma distribution (shape, rate) of the pair's ratio to chance, which keeps its
    /// mean and is as wide as of a `repeats`-th of the baskets (quasi-likelihood: P. McCullagh, J. A. Nelder,
    /// "Generalized Linear Models", 1989, section 9.2).
    fn told(
        &self,
        together: usize,
        by_chance: f64,
        (shape, rate): (f64, f64),
        repeats: f64,
    ) -> Evidence {
        let tail = (1.0 - self.level) / 2.0;
        let (shape, rate) = (shape / repeats, rate / repeats);
        Evidence {
            together,
            by_chance,
            strength: (shape / rate).ln(),
            repeats,
            low: (gamma_quantile(shape, tail) / rate).ln(),
            high: (gamma_quantile(shape, 1.0 - tail) / rate).ln(),
        }
    }

    /// What is known of two products where one is in the other's lists.
    fn listed(&self, a: u32, b: u32) -> Option<Evidence> {
        let together = self.together.of(a, b);
        let same = self.same(a, b);
        // What chance expects is the dear part, and cannot make of these a pair that goes together.
        if !same && !self.chance.may_exceed(a, b, together as f64) {
            return None;
        }
        let by_chance = self.chance.of(a, b);
        let (shape, rate) = self.chance.given(a, b, together as f64, by_chance);
        // The lower end lies below the mean: who is not bought together more often is no complement.
        if !same && shape <= rate {
            return None;
        }
        let bare = self.told(together, by_chance, (shape, rate), 1.0);
        // What the two categories show makes no pair by itself: its own baskets must speak the same way.
        let both = together as f64;
        let sure = |evidence: &Evidence| match same {
            true => evidence.high < 0.0 && both < by_chance,
            false => evidence.low > 0.0 && both > by_chance,
        };
        // Who the customers were is the dearest part.
        if !sure(&bare) {
            return None;
        }
        let repeats = self.repeats.of(a, b, same);
        Some(self.told(together, by_chance, (shape, rate), repeats)).filter(sure)
    }

    /// Whether two products are of one category.
    fn same(&self, a: u32, b: u32) -> bool {
        same(&self.categories, a, b)
    }

    /// The two lists of every product, by id, each of at most `most`. Every pair is looked at once: time grows with
    /// the square of the products, times the stores × seasons that sell both.
    ///
    /// # Errors
    /// [`Error::Cancelled`].
    pub fn all_partners(
        &self,
        most: usize,
        progress: &dyn Progress,
    ) -> Result<Vec<Partners>, Error> {
        let products = self.products();
        let mut lists = vec![
            Partners {
                complements: Vec::new(),
                substitutes: Vec::new(),
            };
            products
        ];
        // Some at a time, so that pairs are not all held at once.
        for first in (0..products).step_by(AT_ONCE) {
            if progress.cancelled() {
                return Err(Error::Cancelled);
            }
            let end = (first + AT_ONCE).min(products);
            let found: Vec<Vec<(u32, Evidence)>> = (first as u32..end as u32)
                .into_par_iter()
                .map(|a| {
                    let others = a + 1..products as u32;
                    others
                        .filter_map(|b| Some((b, self.listed(a, b)?)))
                        .collect()
                })
                .collect();
            for (a, found) in (first as u32..).zip(found) {
                for (b, evidence) in found {
                    let same = self.same(a, b);
                    lists[a as usize].add(same, b, evidence);
                    lists[b as usize].add(same, a, evidence);
                }
            }
            lists.par_iter_mut().for_each(|lists| lists.keep(most));
            progress.tick(end as u64, products as u64);
        }
        Ok(lists)
    }

    /// Number of products.
    pub fn products(&self) -> usize {
        self.categories.len()
    }

    /// The products bought with this one at least once, and in how many baskets, by id.
    pub fn bought_with(&self, product: u32) -> &[(u32, u32)] {
        self.together.with(product)
    }
}

/// Whether two products are of one category.
fn same(categories: &[u32], a: u32, b: u32) -> bool {
    let own = categories[a as usize];
    own != NONE && categories[b as usize] == own
}

impl Partners {
    fn add(&mut self, same: bool, product: u32, evidence: Evidence) {
        let list = if same {
            &mut self.substitutes
        } else {
            &mut self.complements
        };
        list.push(Partner { product, evidence });
    }

    /// Keeps the surest; of equals those of lower id.
    fn keep(&mut self, most: usize) {
        self.complements.sort_by(|a, b| {
            let surer = b.evidence.low.total_cmp(&a.evidence.low);
            surer.then(a.product.cmp(&b.product))
        });
        self.substitutes.sort_by(|a, b| {
            let surer = a.evidence.high.total_cmp(&b.evidence.high);
            surer.then(a.product.cmp(&b.product))
        });
        self.complements.truncate(most);
        self.substitutes.truncate(most);
    }
}
