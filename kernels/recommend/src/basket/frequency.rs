//! What a customer took most often, then what all took: the baselines of next baskets.
//!
//! Holds P-TopFreq and GP-TopFreq (M. Li and others, "A next basket recommendation reality check", TOIS 41, 2023,
//! section 3.2): a customer's own items by the share of his baskets that hold them, then all others by the share of
//! all baskets.

use serde::{Deserialize, Serialize};

use super::{NextBasket, Sequence, Sequences};
use crate::{Error, error::require};

/// Own share plus a small part of everybody's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonalFrequency {
    own: f32,
    popular: Vec<f32>,
}

impl PersonalFrequency {
    /// `own` is the weight of the customer's share against everybody's: 0 for popularity alone, 1,000 to let any item of
    /// his own go first; 0 to 1e6. Popularity is counted in the last `lately` baskets of each customer, 0 for all.
    ///
    /// # Errors
    /// [`Error::Parameter`].
    pub fn fit(train: &Sequences, own: f32, lately: usize) -> Result<Self, Error> {
        require(
            (0.0..=1e6).contains(&own),
            "own",
            own,
            "a number from 0 to 1e6",
        )?;
        let mut popular = vec![0.0f32; train.items()];
        for customer in 0..train.customers() {
            let of = train.of(customer);
            let skipped = if lately == 0 {
                0
            } else {
                of.len().saturating_sub(lately)
            };
            let items = of.baskets().skip(skipped).flat_map(|basket| basket.items);
            items.for_each(|&item| popular[item as usize] += 1.0);
        }
        let most = popular.iter().copied().fold(1.0, f32::max);
        popular.iter_mut().for_each(|count| *count /= most);
        Ok(Self { own, popular })
    }
}

impl NextBasket for PersonalFrequency {
    fn items(&self) -> usize {
        self.popular.len()
    }

    fn score(&self, history: Sequence<'_>, scores: &mut [f32]) {
        scores.copy_from_slice(&self.popular);
        let share = self.own / history.len().max(1) as f32;
        for basket in history.baskets() {
            basket
                .items
                .iter()
                .for_each(|&item| scores[item as usize] += share);
        }
    }
}
