//! What is bought in one company: baskets, and all that a customer bought.
//!
//! Holds the sets of products; what is counted over them has its own file.

use crate::{
    Error,
    baskets::NONE,
    error::{require, require_ids, require_size},
};

/// Most baskets, so that any context has a number of 32 bits.
const BASKETS_MAX: usize = 1_000_000_000;

/// Baskets one after the other: the columns of receipt lines that are sorted by receipt.
#[derive(Debug, Clone, Copy)]
pub struct Purchases<'a> {
    /// Baskets + 1: where in `products` each basket begins, and the number of lines.
    pub offsets: &'a [usize],
    /// Per line: its product. In any order within a basket; twice counts once.
    pub products: &'a [u32],
    /// Per basket: its customer, or [`NONE`].
    pub customers: &'a [u32],
}

/// What counts as one company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Context {
    /// A basket.
    Basket,
    /// All that a customer bought; baskets of nobody known are none.
    Customer,
    /// Baskets, and what a customer of two or more baskets bought in all.
    Both,
}

impl Purchases<'_> {
    pub(super) fn check(&self, products: usize) -> Result<(), Error> {
        let (first, last) = (self.offsets.first(), self.offsets.last());
        let legal =
            "0, then where each next basket begins, never less, and last the number of lines";
        let text = |value: Option<&usize>| value.map_or("nothing".to_string(), usize::to_string);
        require(first == Some(&0), "offsets", text(first), legal)?;
        let lines = self.products.len();
        require(last == Some(&lines), "offsets", text(last), legal)?;
        let falls = self.offsets.windows(2).find(|ends| ends[0] > ends[1]);
        let fall = text(falls.map(|ends| &ends[1]));
        require(falls.is_none(), "offsets", fall, legal)?;
        let baskets = self.offsets.len() - 1;
        let legal = "at most 1,000,000,000 baskets";
        require(baskets <= BASKETS_MAX, "offsets", baskets, legal)?;
        require_size("customers", "baskets", self.customers.len(), baskets)?;
        require_ids("products", self.products, products, None)?;
        require_ids("customers", self.customers, NONE as usize, Some(NONE))
    }

    fn basket(&self, basket: usize) -> &[u32] {
        &self.products[self.offsets[basket]..self.offsets[basket + 1]]
    }
}

/// Sets of at least two different products, ascending.
pub(super) struct Contexts {
    offsets: Vec<usize>,
    products: Vec<u32>,
    /// Sets that were too large.
    pub left_out: usize,
}

impl Contexts {
    pub fn new(purchases: Purchases<'_>, context: Context, most: usize) -> Self {
        let mut contexts = Self {
            offsets: vec![0],
            products: Vec::new(),
            left_out: 0,
        };
        let baskets = purchases.customers.len();
        if context != Context::Customer {
            for basket in 0..baskets {
                contexts.push(purchases.basket(basket).iter().copied(), most);
            }
        }
        if context != Context::Basket {
            let known = |&basket: &usize| {
                purchases.customers[basket] != NONE && !purchases.basket(basket).is_empty()
            };
            let mut order: Vec<usize> = (0..baskets).filter(known).collect();
            order.sort_by_key(|&basket| purchases.customers[basket]);
            let own = order.chunk_by(|&a, &b| purchases.customers[a] == purchases.customers[b]);
            // One basket said all of its own already.
            let fewest = if context == Context::Both { 2 } else { 1 };
            for own in own.filter(|own| own.len() >= fewest) {
                let lines = own.iter().flat_map(|&basket| purchases.basket(basket));
                contexts.push(lines.copied(), most);
            }
        }
        contexts
    }

    fn push(&mut self, lines: impl Iterator<Item = u32>, most: usize) {
        let first = self.products.len();
        self.products.extend(lines);
        self.products[first..].sort_unstable();
        let mut kept = first;
        for at in first..self.products.len() {
            if kept == first || self.products[kept - 1] != self.products[at] {
                self.products[kept] = self.products[at];
                kept += 1;
            }
        }
        let size = kept - first;
        self.left_out += usize::from(size > most);
        if (2..=most).contains(&size) {
            self.products.truncate(kept);
            self.offsets.push(kept);
        } else {
            self.products.truncate(first);
        }
    }

    /// Per product: contexts that hold it.
    pub fn of_each(&self, products: usize) -> Vec<u32> {
        let mut counts = vec![0; products];
        for &product in &self.products {
            counts[product as usize] += 1;
        }
        counts
    }

    /// Leaves only products that `stays` holds for, and contexts that still hold two.
    pub fn retain(&mut self, stays: impl Fn(u32) -> bool) {
        let (mut kept, mut sets, mut first) = (0, 0, 0);
        for at in 1..self.offsets.len() {
            let (begun, end) = (kept, self.offsets[at]);
            for line in first..end {
                let product = self.products[line];
                if stays(product) {
                    self.products[kept] = product;
                    kept += 1;
                }
            }
            first = end;
            if kept - begun < 2 {
                kept = begun;
            } else {
                sets += 1;
                self.offsets[sets] = kept;
            }
        }
        self.products.truncate(kept);
        self.offsets.truncate(sets + 1);
    }

    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    pub fn set(&self, at: usize) -> &[u32] {
        &self.products[self.offsets[at]..self.offsets[at + 1]]
    }
}
