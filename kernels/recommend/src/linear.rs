//! Scores by two vectors of each item: what it says of who has it, and who it is for.
//!
//! Holds the scoring that graph filters, contrastive factors and attributes share: `score_j = in(history) · out_j` with
//! `in(history) = Σ x_i in_i`.

use serde::{Deserialize, Serialize};

use crate::{
    Error,
    dense::Panels,
    error::{require, require_size},
    recommender::Recommender,
    sparse::Row,
};

/// A vector of each item for histories, and one for candidates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Linear {
    depth: usize,
    /// Items × depth.
    inward: Vec<f32>,
    outward: Panels,
}

impl Linear {
    /// From vectors of one's own: `inward` and `outward` hold items × `depth` numbers, row by row.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a depth of 0, [`Error::Mismatch`] where sizes differ.
    pub fn new(depth: usize, inward: Vec<f32>, outward: &[f32]) -> Result<Self, Error> {
        require(depth > 0, "depth", depth, "at least 1")?;
        require_size("outward", outward.len(), inward.len())?;
        require_size("inward", inward.len() % depth, 0)?;
        Ok(Self {
            depth,
            inward,
            outward: Panels::from_rows(outward, depth),
        })
    }

    /// Numbers of a vector.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// What an item says of who has it.
    pub fn inward(&self, item: usize) -> &[f32] {
        &self.inward[item * self.depth..(item + 1) * self.depth]
    }

    /// The vectors of histories, one after the other.
    pub fn place(&self, histories: &[Row<'_>]) -> Vec<f32> {
        let mut placed = vec![0.0; histories.len() * self.depth];
        for (history, placed) in histories.iter().zip(placed.chunks_exact_mut(self.depth)) {
            for (item, weight) in history.pairs() {
                for (sum, value) in placed.iter_mut().zip(self.inward(item)) {
                    *sum += weight * value;
                }
            }
        }
        placed
    }
}

impl Recommender for Linear {
    fn items(&self) -> usize {
        self.outward.cols()
    }

    fn score_many(&self, histories: &[Row<'_>], scores: &mut [f32]) {
        self.outward.product(&self.place(histories), scores);
    }
}
