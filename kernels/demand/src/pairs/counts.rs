//! Baskets that hold both products of a pair, for all pairs that any basket holds.

use rayon::prelude::*;

use crate::baskets::Baskets;

/// Counts of pairs, by product.
#[derive(Debug, Clone)]
pub(super) struct Together {
    /// Per product: the others bought with it and in how many baskets, by id.
    with: Vec<Vec<(u32, u32)>>,
}

impl Together {
    pub fn count(baskets: &Baskets) -> Self {
        let products = baskets.sizes().products;
        let mut holding = vec![Vec::new(); products];
        for basket in 0..baskets.len() {
            for &product in baskets.products(basket) {
                holding[product as usize].push(basket);
            }
        }
        let with = holding
            .par_iter()
            .enumerate()
            .map(|(product, holding)| {
                let others = holding.iter().flat_map(|&basket| baskets.products(basket));
                let mut others: Vec<u32> = others
                    .copied()
                    .filter(|&other| other as usize != product)
                    .collect();
                others.sort_unstable();
                let runs = others.chunk_by(|a, b| a == b);
                runs.map(|run| (run[0], run.len() as u32)).collect()
            })
            .collect();
        Self { with }
    }

    /// Baskets with both.
    pub fn of(&self, a: u32, b: u32) -> usize {
        let with = &self.with[a as usize];
        let found = with.binary_search_by_key(&b, |&(other, _)| other);
        found.map_or(0, |place| with[place].1 as usize)
    }

    /// The others bought with a product.
    pub fn with(&self, product: u32) -> &[(u32, u32)] {
        &self.with[product as usize]
    }
}
