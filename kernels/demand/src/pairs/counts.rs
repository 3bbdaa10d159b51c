//! Baskets that hold both products of a pair, for all pairs that any basket holds.

use rayon::prelude::*;

use crate::baskets::Baskets;

/// Products that one thread counts before it makes its counters anew.
const AT_ONCE: usize = 64;

/// Counts of pairs, by product.
#[derive(Debug, Clone)]
pub(super) struct Together {
    /// Per product: the others bought with it and in how many baskets, by id.
    with: Vec<Vec<(u32, u32)>>,
}

impl Together {
    pub fn count(baskets: &Baskets) -> Self {
        let products = baskets.sizes().products;
        let set = |basket| baskets.products(basket);
        let with = each_with(products, baskets.len(), set, |_, others| others.to_vec());
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

/// For each product what `keep` makes of the others that stand in a set with it and in how many sets, by id.
/// There are fewer than 2³² sets, and a product stands in a set once. Time grows with the squares of the
/// sets' sizes; memory beside the answers with what the sets hold, and with products × threads.
pub(crate) fn each_with<'a, T: Send>(
    products: usize,
    sets: usize,
    set: impl Fn(usize) -> &'a [u32] + Sync,
    keep: impl Fn(u32, &[(u32, u32)]) -> T + Sync,
) -> Vec<T> {
    let (offsets, holding) = holding(products, sets, &set);
    let counters = || (vec![0u32; products], Vec::new());
    (0..products)
        .into_par_iter()
        .with_min_len(AT_ONCE)
        .map_init(counters, |(counts, met), product| {
            let own = &holding[offsets[product]..offsets[product + 1]];
            for &other in own.iter().flat_map(|&at| set(at as usize)) {
                if counts[other as usize] == 0 {
                    met.push(other);
                }
                counts[other as usize] += 1;
            }
            met.sort_unstable();
            let counted = |other: u32| (other, std::mem::take(&mut counts[other as usize]));
            let mut others: Vec<(u32, u32)> = met.drain(..).map(counted).collect();
            others.retain(|&(other, _)| other as usize != product);
            keep(product as u32, &others)
        })
        .collect()
}

/// The sets that hold each product: where each product's begin, and the sets.
fn holding<'a>(
    products: usize,
    sets: usize,
    set: impl Fn(usize) -> &'a [u32],
) -> (Vec<usize>, Vec<u32>) {
    let mut offsets = vec![0usize; products + 1];
    for at in 0..sets {
        for &product in set(at) {
            offsets[product as usize + 1] += 1;
        }
    }
    for product in 0..products {
        offsets[product + 1] += offsets[product];
    }
    let mut next = offsets.clone();
    let mut holding = vec![0u32; offsets[products]];
    for at in 0..sets {
        for &product in set(at) {
            holding[next[product as usize]] = at as u32;
            next[product as usize] += 1;
        }
    }
    (offsets, holding)
}
