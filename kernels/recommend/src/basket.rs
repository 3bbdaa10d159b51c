//! The next basket: what a customer takes again, and what he takes for the first time.
//!
//! Holds sequences of baskets and the models' common form; each model has its own file. Scores are over all items,
//! those of earlier baskets included, since most groceries are repeats. Protocol: each customer's last basket is to be
//! found from those before (M. Li and others, "A next basket recommendation reality check", TOIS 41, 2023, section 4).

mod blend;
mod evaluate;
mod frequency;
mod neighbours;
mod next;
mod recency;

pub use blend::{BasketBlend, BasketChoice, BasketModel, BasketRecipe, BasketTrial, choose};
pub use evaluate::{BasketEvaluation, evaluate};
pub use frequency::PersonalFrequency;
pub use neighbours::{TifuKnn, TifuParams};
pub use next::FollowUps;
pub use recency::{UpCf, UpCfParams};

use serde::{Deserialize, Serialize};

use crate::{
    Error,
    error::{require, require_size},
    sparse::{Row, Sparse},
};

/// Baskets of customers in the order in which they were bought.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sequences {
    /// Customer `c` has the baskets `offsets[c]..offsets[c + 1]`.
    offsets: Vec<usize>,
    baskets: Sparse,
}

/// One customer's baskets, the oldest first.
#[derive(Debug, Clone, Copy)]
pub struct Sequence<'a> {
    first: usize,
    len: usize,
    baskets: &'a Sparse,
}

impl<'a> Sequence<'a> {
    /// Number of baskets.
    pub fn len(self) -> usize {
        self.len
    }

    /// True without baskets.
    pub fn is_empty(self) -> bool {
        self.len == 0
    }

    /// A basket below [`Self::len`], 0 the oldest.
    pub fn basket(self, place: usize) -> Row<'a> {
        self.baskets.row(self.first + place)
    }

    /// All baskets, the oldest first.
    pub fn baskets(self) -> impl DoubleEndedIterator<Item = Row<'a>> + ExactSizeIterator {
        (0..self.len).map(move |place| self.baskets.row(self.first + place))
    }

    /// The oldest `count` of them.
    pub fn before(self, count: usize) -> Self {
        Self {
            len: count.min(self.len),
            ..self
        }
    }
}

impl Sequences {
    /// From baskets × items and where each customer's baskets begin: one offset more than customers, the first 0.
    ///
    /// # Errors
    /// [`Error::Value`] for offsets that fall, [`Error::Mismatch`] where they do not cover the baskets.
    pub fn new(offsets: Vec<usize>, baskets: Sparse) -> Result<Self, Error> {
        let fall = offsets.windows(2).position(|pair| pair[0] > pair[1]);
        if offsets.first() != Some(&0) || fall.is_some() {
            let at = fall.map_or(0, |at| at + 1);
            let value = format!("{:?}", offsets.get(at));
            let legal = "offsets begin with 0 and must not fall";
            return Err(Error::Value {
                field: "offsets",
                value,
                at,
                legal,
            });
        }
        require_size("baskets", baskets.rows(), offsets[offsets.len() - 1])?;
        Ok(Self { offsets, baskets })
    }

    /// From lists: customer, basket, items.
    ///
    /// # Errors
    /// [`Error::Value`] for an item that is not below `items`.
    pub fn from_lists(items: usize, lists: &[Vec<Vec<u32>>]) -> Result<Self, Error> {
        let mut offsets = vec![0];
        for list in lists {
            offsets.push(offsets[offsets.len() - 1] + list.len());
        }
        let baskets: Vec<Vec<u32>> = lists.iter().flatten().cloned().collect();
        Self::new(offsets, Sparse::from_lists(items, &baskets)?)
    }

    /// Number of customers.
    pub fn customers(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Number of items.
    pub fn items(&self) -> usize {
        self.baskets.cols()
    }

    /// One customer's baskets.
    pub fn of(&self, customer: usize) -> Sequence<'_> {
        Sequence {
            first: self.offsets[customer],
            len: self.offsets[customer + 1] - self.offsets[customer],
            baskets: &self.baskets,
        }
    }

    /// All but each customer's last basket, and that one; customers with one basket keep it and have an empty row to
    /// find.
    pub fn leave_last(&self) -> (Self, Sparse) {
        let (mut offsets, mut kept, mut last) = (vec![0], Vec::new(), Vec::new());
        let pairs = |row: Row<'_>| -> Vec<(u32, f32)> {
            row.items
                .iter()
                .copied()
                .zip(row.weights.iter().copied())
                .collect()
        };
        for customer in 0..self.customers() {
            let of = self.of(customer);
            let keep = if of.len() > 1 { of.len() - 1 } else { of.len() };
            kept.extend(of.before(keep).baskets().map(pairs));
            last.push(if of.len() > 1 {
                pairs(of.basket(keep))
            } else {
                Vec::new()
            });
            offsets.push(kept.len());
        }
        let baskets = Sparse::from_sorted_rows(self.items(), kept);
        (
            Self { offsets, baskets },
            Sparse::from_sorted_rows(self.items(), last),
        )
    }

    /// How many baskets hold each item.
    fn popularity(&self) -> Vec<f32> {
        self.baskets
            .column_counts()
            .into_iter()
            .map(|count| count as f32)
            .collect()
    }
}

/// A model that scores all items for a customer's next basket, by his baskets so far: not necessarily ones it was
/// fitted on.
pub trait NextBasket: Sync {
    /// Number of items it knows.
    fn items(&self) -> usize;

    /// Scores of all items: `scores` holds as many numbers and is overwritten; greater is better.
    fn score(&self, history: Sequence<'_>, scores: &mut [f32]);
}

/// Refuses a rate that is not above 0 and at most 1.
fn require_rate(field: &'static str, rate: f32) -> Result<(), Error> {
    let holds = rate > 0.0 && rate <= 1.0;
    require(holds, field, rate, "a number above 0 and at most 1")
}

#[cfg(test)]
mod tests;
