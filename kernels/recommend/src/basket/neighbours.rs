//! Baskets that fade, and those of customers with like ones.
//!
//! TIFU-KNN (H. Hu and others, "Modeling personalized item frequency information for next-basket recommendation", SIGIR
//! 2020, sections 4.1 to 4.3): baskets are gathered in groups; within a group of `n`, the basket at place i (1 the oldest)
//! counts `r_b^(n-i)`, the mean is the group's vector; groups fade by `r_g` alike. With `u` the customer's vector and
//! `ū` the mean of those of the k nearest customers, scores are `α u + (1 - α) ū`.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{NextBasket, Sequence, Sequences, require_rate};
use crate::{
    Error,
    error::require,
    sparse::{Row, Sparse},
    top::Best,
};

/// How customers are described and compared.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TifuParams {
    /// Nearest customers: 1 to 10,000.
    pub neighbours: usize,
    /// r_b: above 0, at most 1.
    pub within: f32,
    /// r_g: above 0, at most 1.
    pub between: f32,
    /// α: 0 to 1.
    pub own: f32,
    /// Baskets of a group: 1 to 1,000.
    pub group: usize,
}

impl Default for TifuParams {
    /// The paper's settings for Ta-Feng (table 3).
    fn default() -> Self {
        Self {
            neighbours: 300,
            within: 0.9,
            between: 0.7,
            own: 0.7,
            group: 7,
        }
    }
}

/// Vectors of the customers fitted on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TifuKnn {
    params: TifuParams,
    vectors: Sparse,
    by_item: Sparse,
    squares: Vec<f32>,
}

impl TifuKnn {
    /// Describes the customers.
    ///
    /// # Errors
    /// [`Error::Parameter`].
    pub fn fit(train: &Sequences, params: TifuParams) -> Result<Self, Error> {
        let holds = (1..=10_000).contains(&params.neighbours);
        require(holds, "neighbours", params.neighbours, "1 to 10,000")?;
        require_rate("within", params.within)?;
        require_rate("between", params.between)?;
        require(
            (0.0..=1.0).contains(&params.own),
            "own",
            params.own,
            "a number from 0 to 1",
        )?;
        require(
            (1..=1_000).contains(&params.group),
            "group",
            params.group,
            "1 to 1,000",
        )?;
        let rows = (0..train.customers())
            .into_par_iter()
            .map(|customer| vector(train.of(customer), params))
            .collect();
        let vectors = Sparse::from_sorted_rows(train.items(), rows);
        let square = |row| squares(vectors.row(row));
        let squares = (0..vectors.rows()).map(square).collect();
        let by_item = vectors.transpose();
        Ok(Self {
            params,
            vectors,
            by_item,
            squares,
        })
    }
}

fn squares(row: Row<'_>) -> f32 {
    row.weights.iter().map(|weight| weight * weight).sum()
}

/// The vector of one customer's baskets, by ascending item.
fn vector(of: Sequence<'_>, params: TifuParams) -> Vec<(u32, f32)> {
    // The oldest group is the short one, as in the authors' program.
    let groups = of.len().div_ceil(params.group);
    let short = of.len() - groups.saturating_sub(1) * params.group;
    let mut pairs: Vec<(u32, f32)> = Vec::new();
    for (place, basket) in of.baskets().enumerate() {
        let (group, within, size) = match place.checked_sub(short) {
            None => (0, place, short),
            Some(rest) => (1 + rest / params.group, rest % params.group, params.group),
        };
        let fade = params.within.powi((size - 1 - within) as i32) / size as f32;
        let fade = fade * params.between.powi((groups - 1 - group) as i32) / groups as f32;
        pairs.extend(basket.items.iter().map(|&item| (item, fade)));
    }
    // Stable: weights of an item are added from the oldest on.
    pairs.sort_by_key(|pair| pair.0);
    pairs.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    pairs
}

impl NextBasket for TifuKnn {
    fn items(&self) -> usize {
        self.vectors.cols()
    }

    fn score(&self, history: Sequence<'_>, scores: &mut [f32]) {
        scores.fill(0.0);
        let own = vector(history, self.params);
        let mut products = vec![0.0f32; self.vectors.rows()];
        for &(item, weight) in &own {
            for (customer, other) in self.by_item.row(item as usize).pairs() {
                products[customer] += weight * other;
            }
        }
        // Nearest by Euclidean distance: the own square is the same for all.
        let mut best = Best::new(self.params.neighbours + 1);
        for (customer, (product, square)) in products.iter().zip(&self.squares).enumerate() {
            best.offer(customer as u32, 2.0 * product - square);
        }
        let itself = |customer: u32| {
            let row = self.vectors.row(customer as usize);
            row.items
                .iter()
                .copied()
                .zip(row.weights.iter().copied())
                .eq(own.iter().copied())
        };
        let mut near: Vec<u32> = best.finish().into_iter().map(|best| best.item).collect();
        // A customer is no neighbour of himself: one that is the same to the last bit is taken for him.
        if let Some(place) = near.iter().position(|&customer| itself(customer)) {
            near.remove(place);
        }
        near.truncate(self.params.neighbours);
        let share = (1.0 - self.params.own) / near.len().max(1) as f32;
        for customer in near {
            for (item, weight) in self.vectors.row(customer as usize).pairs() {
                scores[item] += share * weight;
            }
        }
        for (item, weight) in own {
            scores[item as usize] += self.params.own * weight;
        }
    }
}
