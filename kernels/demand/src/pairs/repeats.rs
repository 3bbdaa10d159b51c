//! How much baskets tell that hold the same two products again and again by the same customers: less than as many by
//! as many customers.
//!
//! Holds the factor by which the variance of a pair's count exceeds that of single baskets; the intervals are the
//! parent's.

use rayon::prelude::*;

use crate::baskets::{Baskets, NONE};

/// Baskets that a pair's own customers need before they count for more than those of other pairs.
const USUAL: f64 = 10.0;

/// Who bought what, and how much customers repeat themselves.
#[derive(Debug, Clone)]
pub(super) struct Repeats {
    /// Per product: the baskets that hold it, ascending.
    holding: Vec<Vec<u32>>,
    /// Per basket: its customer, or [`NONE`].
    customers: Vec<u32>,
    /// The usual factor of pairs of one category, and of two.
    usual: [f64; 2],
}

impl Repeats {
    pub fn count(baskets: &Baskets, same: impl Fn(u32, u32) -> bool + Sync) -> Self {
        let mut holding = vec![Vec::new(); baskets.sizes().products];
        for basket in 0..baskets.len() {
            for &product in baskets.products(basket) {
                holding[product as usize].push(basket as u32);
            }
        }
        let customers = baskets.customers().to_vec();
        // Sums of the baskets with a pair and of the squares of their numbers by customer, all whole numbers: the order
        // in which they are added does not matter.
        let sums = holding
            .par_iter()
            .enumerate()
            .map(|(product, holding)| {
                let product = product as u32;
                let mut each: Vec<(u32, u32)> = Vec::new();
                let mut sums = [(0u64, 0u64); 2];
                for &basket in holding {
                    let others = baskets.products(basket as usize).iter();
                    let after = others.filter(|&&other| other > product);
                    let customer = customers[basket as usize];
                    for &other in after {
                        match customer {
                            NONE => add(&mut sums[usize::from(!same(product, other))], 1),
                            customer => each.push((other, customer)),
                        }
                    }
                }
                each.sort_unstable();
                for run in each.chunk_by(|a, b| a == b) {
                    let place = usize::from(!same(product, run[0].0));
                    add(&mut sums[place], run.len() as u64);
                }
                sums
            })
            .reduce(
                || [(0, 0); 2],
                |a, b| [0, 1].map(|place| (a[place].0 + b[place].0, a[place].1 + b[place].1)),
            );
        let usual = sums.map(|(all, squares)| (squares.max(1) as f64 / all.max(1) as f64).max(1.0));
        Self {
            holding,
            customers,
            usual,
        }
    }

    /// The factor of a pair: the second moment of its baskets by customer over the first, as a compound Poisson number
    /// has it, drawn towards that of all pairs of its kind. At least 1.
    pub fn of(&self, a: u32, b: u32, same: bool) -> f64 {
        let (a, b) = (&self.holding[a as usize], &self.holding[b as usize]);
        let (mut i, mut j, mut all, mut squares) = (0, 0, 0.0, 0.0);
        let mut known = Vec::new();
        while i < a.len() && j < b.len() {
            match a[i].cmp(&b[j]) {
                std::cmp::Ordering::Less => i += 1,
                std::cmp::Ordering::Greater => j += 1,
                std::cmp::Ordering::Equal => {
                    match self.customers[a[i] as usize] {
                        NONE => (all, squares) = (all + 1.0, squares + 1.0),
                        customer => known.push(customer),
                    }
                    (i, j) = (i + 1, j + 1);
                }
            }
        }
        known.sort_unstable();
        for run in known.chunk_by(|a, b| a == b) {
            let number = run.len() as f64;
            (all, squares) = (all + number, squares + number * number);
        }
        let usual = self.usual[usize::from(!same)];
        ((squares + USUAL * usual) / (all + USUAL)).max(1.0)
    }
}

fn add((all, squares): &mut (u64, u64), number: u64) {
    *all += number;
    *squares += number * number;
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::baskets::{Lines, Sizes};

    fn baskets(customers: &[u32]) -> Baskets {
        let count = customers.len();
        let of: Vec<u32> = (0..count as u32).flat_map(|basket| [basket; 2]).collect();
        let products: Vec<u32> = (0..count).flat_map(|_| [0, 1]).collect();
        let lines = Lines {
            baskets: &of,
            products: &products,
            customers,
            stores: &vec![0; count],
            periods: &vec![0; count],
        };
        let sizes = Sizes {
            products: 2,
            stores: 1,
            periods: 1,
        };
        lines.check(sizes).unwrap()
    }

    #[test]
    fn one_customer_a_hundred_times_tells_less_than_a_hundred_once() {
        let each: Vec<u32> = (0..100).collect();
        let one = Repeats::count(&baskets(&[7; 100]), |_, _| false);
        let many = Repeats::count(&baskets(&each), |_, _| false);
        let unknown = Repeats::count(&baskets(&[NONE; 100]), |_, _| false);
        assert!(one.of(0, 1, false) > 90.0);
        assert_eq!(many.of(0, 1, false), 1.0);
        assert_eq!(unknown.of(0, 1, false), 1.0);
    }
}
