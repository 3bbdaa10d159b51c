//! Receipt lines brought together by basket: which products, whose, where and when.
//!
//! Holds the checked columns and nothing that is computed from them. No quantity and no price: a product
//! counts once in a basket.

use crate::{
    Error,
    error::{require_ids, require_size},
};

/// Stands for no customer, no category or no level of an attribute.
pub const NONE: u32 = u32::MAX;

/// How many products, stores and periods there are. Ids are counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// Products.
    pub products: usize,
    /// Stores.
    pub stores: usize,
    /// Periods, such as days: the unit in which the offer is known.
    pub periods: usize,
}

/// Receipt lines in any order, and the baskets they belong to. Becomes [`Baskets`] by [`Lines::check`].
#[derive(Debug, Clone, Copy)]
pub struct Lines<'a> {
    /// Per line: its basket.
    pub baskets: &'a [u32],
    /// Per line: its product.
    pub products: &'a [u32],
    /// Per basket: its customer, or [`NONE`].
    pub customers: &'a [u32],
    /// Per basket: its store.
    pub stores: &'a [u32],
    /// Per basket: its period.
    pub periods: &'a [u32],
}

/// Baskets: the distinct products of each, ascending, with customer, store and period.
#[derive(Debug, Clone, PartialEq)]
pub struct Baskets {
    offsets: Vec<usize>,
    products: Vec<u32>,
    customers: Vec<u32>,
    stores: Vec<u32>,
    periods: Vec<u32>,
    sizes: Sizes,
}

impl Lines<'_> {
    /// Checks all ids and brings the lines of each basket together. A basket may have no line.
    ///
    /// # Errors
    /// [`Error::Mismatch`] where columns differ in length, [`Error::Id`] naming the first bad id.
    pub fn check(self, sizes: Sizes) -> Result<Baskets, Error> {
        let count = self.customers.len();
        require_size("products", "lines", self.products.len(), self.baskets.len())?;
        require_size("stores", "baskets", self.stores.len(), count)?;
        require_size("periods", "baskets", self.periods.len(), count)?;
        require_ids("baskets", self.baskets, count, None)?;
        require_ids("products", self.products, sizes.products, None)?;
        require_ids("customers", self.customers, NONE as usize, Some(NONE))?;
        require_ids("stores", self.stores, sizes.stores, None)?;
        require_ids("periods", self.periods, sizes.periods, None)?;
        let mut starts = vec![0usize; count + 1];
        for &basket in self.baskets {
            starts[basket as usize + 1] += 1;
        }
        for basket in 0..count {
            starts[basket + 1] += starts[basket];
        }
        let mut next = starts.clone();
        let mut sorted = vec![0u32; self.products.len()];
        for (&basket, &product) in self.baskets.iter().zip(self.products) {
            sorted[next[basket as usize]] = product;
            next[basket as usize] += 1;
        }
        let mut offsets = Vec::with_capacity(count + 1);
        let mut products = Vec::with_capacity(sorted.len());
        offsets.push(0);
        for ends in starts.windows(2) {
            let basket = &mut sorted[ends[0]..ends[1]];
            basket.sort_unstable();
            let first = products.len();
            for &product in basket.iter() {
                if products.len() == first || products.last() != Some(&product) {
                    products.push(product);
                }
            }
            offsets.push(products.len());
        }
        Ok(Baskets {
            offsets,
            products,
            customers: self.customers.to_vec(),
            stores: self.stores.to_vec(),
            periods: self.periods.to_vec(),
            sizes,
        })
    }
}

impl Baskets {
    /// Number of baskets.
    pub fn len(&self) -> usize {
        self.customers.len()
    }

    /// Whether there is no basket.
    pub fn is_empty(&self) -> bool {
        self.customers.is_empty()
    }

    /// How many products, stores and periods there are.
    pub fn sizes(&self) -> Sizes {
        self.sizes
    }

    /// The distinct products of a basket, ascending. Like a slice, it panics where `basket >= len()`.
    pub fn products(&self, basket: usize) -> &[u32] {
        &self.products[self.offsets[basket]..self.offsets[basket + 1]]
    }

    /// The same, as products are placed by their company.
    pub fn purchases(&self) -> crate::embedding::Purchases<'_> {
        crate::embedding::Purchases {
            offsets: &self.offsets,
            products: &self.products,
            customers: &self.customers,
        }
    }

    /// Per basket: its customer, or [`NONE`].
    pub fn customers(&self) -> &[u32] {
        &self.customers
    }

    /// Per basket: its store.
    pub fn stores(&self) -> &[u32] {
        &self.stores
    }

    /// Per basket: its period.
    pub fn periods(&self) -> &[u32] {
        &self.periods
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const SIZES: Sizes = Sizes {
        products: 4,
        stores: 2,
        periods: 3,
    };

    #[test]
    fn brings_lines_together_and_drops_repeats() {
        let lines = Lines {
            baskets: &[2, 0, 2, 0, 2],
            products: &[3, 1, 0, 1, 3],
            customers: &[5, NONE, 5],
            stores: &[0, 1, 1],
            periods: &[0, 1, 2],
        };
        let baskets = lines.check(SIZES).unwrap();
        assert_eq!(baskets.len(), 3);
        assert_eq!(baskets.products(0), [1]);
        assert_eq!(baskets.products(1), [0u32; 0]);
        assert_eq!(baskets.products(2), [0, 3]);
    }

    #[test]
    fn names_the_bad_column_and_place() {
        let good = Lines {
            baskets: &[0, 0],
            products: &[1, 2],
            customers: &[0],
            stores: &[0],
            periods: &[0],
        };
        assert!(good.check(SIZES).is_ok());
        let text = |lines: Lines<'_>| lines.check(SIZES).unwrap_err().to_string();
        let bad = Lines {
            products: &[1, 4],
            ..good
        };
        assert!(text(bad).contains("products is 4 at place 1"));
        let bad = Lines {
            periods: &[3],
            ..good
        };
        assert!(text(bad).contains("periods is 3"));
        let bad = Lines {
            stores: &[],
            ..good
        };
        assert!(text(bad).contains("stores has 0 baskets"));
        let bad = Lines {
            baskets: &[0, 1],
            ..good
        };
        assert!(text(bad).contains("baskets is 1 at place 1"));
    }
}
