//! What follows a basket: items of the next one by the items of the last ones.
//!
//! Holds transitions between baskets that follow each other, a first-order chain per item (S. Rendle, C. Freudenthaler,
//! L. Schmidt-Thieme, "Factorizing personalized Markov chains for next-basket recommendation", WWW 2010, section 4.2),
//! here by cosine of the counts instead of factors. It finds what is new to a customer.

use serde::{Deserialize, Serialize};

use super::{NextBasket, Sequence, Sequences};
use crate::{
    Error,
    error::require,
    neighbours::{Neighbours, Params},
    sparse::Sparse,
    top::Best,
};

/// Items of a basket, and how likely each is to be followed by others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FollowUps {
    weights: Sparse,
    fade: f32,
}

impl FollowUps {
    /// Counts how often a basket with i is followed by one with j, within the next one, over
    /// `n_i^½ n_j^popularity`; keeps the `keep` greatest of each i. In scoring the last basket counts 1, the one before
    /// `fade`, and so on.
    ///
    /// # Errors
    /// [`Error::Parameter`].
    pub fn fit(train: &Sequences, popularity: f32, fade: f32, keep: usize) -> Result<Self, Error> {
        let holds = (0.0..=2.0).contains(&popularity);
        require(holds, "popularity", popularity, "a number from 0 to 2")?;
        super::require_rate("fade", fade)?;
        require((1..=100_000).contains(&keep), "keep", keep, "1 to 100,000")?;
        let (mut from, mut to) = (Vec::new(), Vec::new());
        for customer in 0..train.customers() {
            let of = train.of(customer);
            for place in 1..of.len() {
                let even = |row: crate::Row<'_>| -> Vec<(u32, f32)> {
                    row.items.iter().map(|&item| (item, 1.0)).collect()
                };
                from.push(even(of.basket(place - 1)));
                to.push(even(of.basket(place)));
            }
        }
        let from = Sparse::from_sorted_rows(train.items(), from).transpose();
        let to = Sparse::from_sorted_rows(train.items(), to);
        let counts = train.popularity();
        let mut sums = vec![0.0f32; train.items()];
        let row = |item: usize| {
            let mut touched = Vec::new();
            for &pair in from.row(item).items {
                for &next in to.row(pair as usize).items {
                    if sums[next as usize] == 0.0 {
                        touched.push(next);
                    }
                    sums[next as usize] += 1.0;
                }
            }
            let mut best = Best::new(keep);
            for next in touched {
                let sum = std::mem::take(&mut sums[next as usize]);
                let below = counts[item].sqrt() * counts[next as usize].powf(popularity);
                best.offer(next, sum / below);
            }
            let mut row: Vec<(u32, f32)> = best
                .finish()
                .into_iter()
                .map(|best| (best.item, best.score))
                .collect();
            row.sort_unstable_by_key(|pair| pair.0);
            row
        };
        let rows = (0..train.items()).map(row).collect();
        Ok(Self {
            weights: Sparse::from_sorted_rows(train.items(), rows),
            fade,
        })
    }

    /// Items that go together at any time instead: the similarities of `params` between customers' sets.
    ///
    /// # Errors
    /// [`Error::Parameter`].
    pub fn together(train: &Sequences, params: Params, fade: f32) -> Result<Self, Error> {
        super::require_rate("fade", fade)?;
        let set = |customer: usize| {
            let mut items: Vec<u32> = train
                .of(customer)
                .baskets()
                .flat_map(|row| row.items)
                .copied()
                .collect();
            items.sort_unstable();
            items.dedup();
            items.into_iter().map(|item| (item, 1.0)).collect()
        };
        let sets = (0..train.customers()).map(set).collect();
        let sets = Sparse::from_sorted_rows(train.items(), sets);
        let weights = Neighbours::fit(&sets, params)?.weights().clone();
        Ok(Self { weights, fade })
    }
}

impl NextBasket for FollowUps {
    fn items(&self) -> usize {
        self.weights.cols()
    }

    fn score(&self, history: Sequence<'_>, scores: &mut [f32]) {
        scores.fill(0.0);
        let mut weight = 1.0f32;
        for basket in history.baskets().rev() {
            if weight < 1e-4 {
                break;
            }
            for &item in basket.items {
                for (next, follows) in self.weights.row(item as usize).pairs() {
                    scores[next] += weight * follows;
                }
            }
            weight *= self.fade;
        }
    }
}
