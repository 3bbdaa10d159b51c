//! Latest popularity of a customer's items, and of customers who share them.
//!
//! UP-CF@r (G. Faggioli, M. Polato, F. Aiolli, "Recency aware collaborative filtering for next basket recommendation",
//! UMAP 2020, section 3): with `p_ui` the share of u's last r baskets that hold i, scores are
//! `Σ_v cos_α(u, v)^q p_vi` over all customers, himself included, where `cos_α = |U ∩ V| / (|U|^α |V|^(1-α))` of the sets
//! of items ever taken.

use serde::{Deserialize, Serialize};

use super::{NextBasket, Sequence, Sequences};
use crate::{Error, error::require, sparse::Sparse};

/// How far back, and how customers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct UpCfParams {
    /// r: baskets that count, the latest; 0 for all, at most 100,000.
    pub recent: usize,
    /// α: 0 to 1; ½ is the cosine.
    pub asymmetry: f32,
    /// q: power of the likeness, 0 to 1,000; more looks at nearer customers alone.
    pub locality: f32,
}

impl Default for UpCfParams {
    /// The settings of the reality check for Ta-Feng.
    fn default() -> Self {
        Self {
            recent: 10,
            asymmetry: 0.25,
            locality: 5.0,
        }
    }
}

/// Sets and latest shares of the customers fitted on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UpCf {
    params: UpCfParams,
    /// Customers × items, the latest shares.
    shares: Sparse,
    /// Items × customers, who ever took.
    takers: Sparse,
    sizes: Vec<f32>,
}

impl UpCf {
    /// Gathers sets and shares.
    ///
    /// # Errors
    /// [`Error::Parameter`].
    pub fn fit(train: &Sequences, params: UpCfParams) -> Result<Self, Error> {
        require(
            params.recent <= 100_000,
            "recent",
            params.recent,
            "0 to 100,000",
        )?;
        let (field, value) = ("asymmetry", params.asymmetry);
        require(
            (0.0..=1.0).contains(&value),
            field,
            value,
            "a number from 0 to 1",
        )?;
        let (field, value) = ("locality", params.locality);
        require(
            (0.0..=1_000.0).contains(&value),
            field,
            value,
            "a number from 0 to 1,000",
        )?;
        let customers = 0..train.customers();
        let rows = customers
            .clone()
            .map(|customer| shares(train.of(customer), params.recent));
        let sets = customers.map(|customer| shares(train.of(customer), 0));
        let sets = Sparse::from_sorted_rows(train.items(), sets.collect());
        let size = |row| sets.row(row).len() as f32;
        Ok(Self {
            params,
            shares: Sparse::from_sorted_rows(train.items(), rows.collect()),
            sizes: (0..sets.rows()).map(size).collect(),
            takers: sets.transpose(),
        })
    }
}

/// The share of the last `recent` baskets that hold each item, by ascending item.
fn shares(of: Sequence<'_>, recent: usize) -> Vec<(u32, f32)> {
    let count = if recent == 0 {
        of.len()
    } else {
        recent.min(of.len())
    };
    let baskets = of.baskets().skip(of.len() - count);
    let mut items: Vec<u32> = baskets.flat_map(|basket| basket.items).copied().collect();
    items.sort_unstable();
    let each = items.chunk_by(|a, b| a == b);
    each.map(|same| (same[0], same.len() as f32 / count as f32))
        .collect()
}

impl NextBasket for UpCf {
    fn items(&self) -> usize {
        self.shares.cols()
    }

    fn score(&self, history: Sequence<'_>, scores: &mut [f32]) {
        scores.fill(0.0);
        let set = shares(history, 0);
        let mut shared = vec![0.0f32; self.sizes.len()];
        for &(item, _) in &set {
            for &customer in self.takers.row(item as usize).items {
                shared[customer as usize] += 1.0;
            }
        }
        let own_size = (set.len() as f32).powf(self.params.asymmetry);
        let latest = shares(history, self.params.recent);
        let same = |customer: usize| {
            let row = self.shares.row(customer);
            row.items
                .iter()
                .copied()
                .zip(row.weights.iter().copied())
                .eq(latest.iter().copied())
        };
        let mut himself = false;
        for (customer, (&shared, &size)) in shared.iter().zip(&self.sizes).enumerate() {
            if shared == 0.0 {
                continue;
            }
            // One that is the same in all is taken for himself, whose shares are added below.
            let equal = shared == size && set.len() as f32 == size;
            if equal && !himself && same(customer) {
                himself = true;
                continue;
            }
            let like = shared / (own_size * size.powf(1.0 - self.params.asymmetry));
            let weight = like.powf(self.params.locality);
            for (item, share) in self.shares.row(customer).pairs() {
                scores[item] += weight * share;
            }
        }
        for (item, share) in latest {
            scores[item as usize] += share;
        }
    }
}
