//! Where products stand by the company they are bought in: a unit vector for each, and which are near.
//!
//! Holds the parameters and the vectors; contexts, weights, factors and neighbours have their own files.
//! Method: the shifted positive pointwise mutual information of products in one context and its truncated
//! factors (O. Levy, Y. Goldberg, "Neural word embedding as implicit matrix factorization", NIPS 2014; with
//! I. Dagan, "Improving distributional similarity with lessons learned from word embeddings", TACL 3, 2015).
//! **Near means bought in the same company**: substitutes and products of one errand alike. It does not mean
//! bought together: that is a tie, of which the weights are made.

mod contexts;
mod factors;
mod nearest;
#[cfg(test)]
mod tests;
mod ties;

use numeric::Progress;
use rayon::prelude::*;

use crate::{Error, error::require};
use contexts::Contexts;
pub use contexts::{Context, Purchases};
use factors::Factors;
pub use nearest::{Companion, Neighbour};
pub use ties::Tie;
use ties::Ties;

/// Share of the squares of a product's weights that its vector must hold: below, it would stand where
/// rounding and chance put it.
const HELD_MIN: f64 = 0.01;

/// How products are placed. Becomes an [`Embedder`] by [`Params::check`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Numbers in each vector: 1 to 256; 32 is usual for some thousand products.
    pub dimensions: usize,
    /// What counts as bought in one company.
    pub context: Context,
    /// Fewest contexts for a vector, and to be company of others: 1 to 1,000,000.
    pub contexts_min: u32,
    /// Most products of a context: 2 to 100,000. One that holds more is left out and counted: its pairs grow
    /// with the square, and who buys all says nothing of which go together.
    pub context_max: usize,
    /// Fewest contexts with both for a tie: 1 to 1,000,000.
    pub together_min: u32,
    /// Ties kept of each product, those of the most contexts: 1 to 10,000. A tie stays if one of its two
    /// products keeps it; so memory grows with products × this.
    pub ties_max: usize,
    /// How many times as often as by chance two must be bought together for a tie: 1 to 1,000. Its logarithm
    /// is the shift of Levy and Goldberg 2014, section 3.
    pub shift: f64,
    /// Power of a product's count that chance goes by: above 0, at most 1. Below 1, seldom bought company
    /// weighs less (Levy, Goldberg, Dagan 2015, section 3.2, which gives 0.75).
    pub smoothing: f64,
    /// Seed of the directions in which factors are first looked for.
    pub seed: u64,
}

impl Params {
    /// Checks the values.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the first value outside its range.
    pub fn check(self) -> Result<Embedder, Error> {
        let million = 1..=1_000_000u32;
        let (own, both) = (self.contexts_min, self.together_min);
        let legal = "1 to 256";
        let holds = (1..=256).contains(&self.dimensions);
        require(holds, "dimensions", self.dimensions, legal)?;
        let legal = "1 to 1,000,000";
        require(million.contains(&own), "contexts_min", own, legal)?;
        require(million.contains(&both), "together_min", both, legal)?;
        let holds = (2..=100_000).contains(&self.context_max);
        require(holds, "context_max", self.context_max, "2 to 100,000")?;
        let holds = (1..=10_000).contains(&self.ties_max);
        require(holds, "ties_max", self.ties_max, "1 to 10,000")?;
        let holds = (1.0..=1e3).contains(&self.shift);
        require(holds, "shift", self.shift, "a number from 1 to 1,000")?;
        let holds = self.smoothing > 0.0 && self.smoothing <= 1.0;
        let legal = "a number above 0 and at most 1";
        require(holds, "smoothing", self.smoothing, legal)?;
        Ok(Embedder(self))
    }
}

/// Checked parameters, ready to fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Embedder(Params);

/// Why a product has no vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// It stands in fewer contexts with another product than are asked for.
    TooFewContexts,
    /// With no other is it bought often enough, and more often than by chance times the shift.
    NoTie,
    /// It has ties, but the vectors' dimensions hold next to nothing of them: its company is apart from all
    /// that these tell apart. More dimensions may place it.
    NotHeld,
}

/// Products placed by company.
#[derive(Debug, Clone, PartialEq)]
pub struct Embedding {
    dimensions: usize,
    /// Products × dimensions.
    vectors: Vec<f32>,
    lacks: Vec<Option<Lack>>,
    contexts: Vec<u32>,
    held: Vec<f32>,
    factors: Vec<f64>,
    ties: Ties,
    left_out: usize,
}

impl Embedder {
    /// The parameters that were checked.
    pub fn params(&self) -> Params {
        self.0
    }

    /// Places `products` products by purchases. Time grows with the squares of the contexts' sizes and with
    /// ties × dimensions; memory with lines, with products × `ties_max` and with products × dimensions. The
    /// order of baskets, and of lines in a basket, changes nothing.
    ///
    /// # Errors
    /// [`Error::Parameter`] for offsets that do not cut the lines, [`Error::Mismatch`], [`Error::Id`] where
    /// purchases do not fit each other; [`Error::Cancelled`].
    pub fn fit(
        &self,
        purchases: Purchases<'_>,
        products: usize,
        progress: &dyn Progress,
    ) -> Result<Embedding, Error> {
        purchases.check(products)?;
        let mut contexts = Contexts::new(purchases, self.0.context, self.0.context_max);
        if progress.cancelled() {
            return Err(Error::Cancelled);
        }
        let of_each = contexts.of_each(products);
        contexts.retain(|product| of_each[product as usize] >= self.0.contexts_min);
        let left_out = contexts.left_out;
        let ties = Ties::new(&contexts, products, self.0);
        drop(contexts);
        let factors = Factors::new(&ties, self.0.dimensions, self.0.seed, progress)?;
        Ok(self.placed(of_each, ties, factors, left_out))
    }

    fn placed(
        &self,
        contexts: Vec<u32>,
        ties: Ties,
        factors: Factors,
        left_out: usize,
    ) -> Embedding {
        let (products, dimensions) = (contexts.len(), self.0.dimensions);
        let mut vectors = vec![0.0f32; products * dimensions];
        let place = |(product, vector): (usize, &mut [f32])| {
            if contexts[product] < self.0.contexts_min {
                return (Some(Lack::TooFewContexts), 0.0);
            }
            let squares = ties.squares(product);
            if squares == 0.0 {
                return (Some(Lack::NoTie), 0.0);
            }
            let held = (factors.squares(product) / squares).min(1.0);
            if held < HELD_MIN {
                return (Some(Lack::NotHeld), held as f32);
            }
            let along = factors.coordinates(product);
            let length = along.iter().map(|value| value * value).sum::<f64>().sqrt();
            for (place, value) in vector.iter_mut().zip(along) {
                *place = (value / length) as f32;
            }
            (None, held as f32)
        };
        let (lacks, held) = vectors
            .par_chunks_mut(dimensions)
            .enumerate()
            .map(place)
            .unzip();
        Embedding {
            dimensions,
            vectors,
            lacks,
            contexts,
            held,
            factors: factors.values,
            ties,
            left_out,
        }
    }
}

impl Embedding {
    /// Number of products.
    pub fn products(&self) -> usize {
        self.contexts.len()
    }

    /// Numbers in each vector.
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// Products × dimensions, row by row: unit vectors, and rows of 0 of products that have none.
    pub fn vectors(&self) -> &[f32] {
        &self.vectors
    }

    /// The unit vector of a product below [`Self::products`].
    ///
    /// # Errors
    /// Why it has none.
    pub fn vector(&self, product: u32) -> Result<&[f32], Lack> {
        let first = product as usize * self.dimensions;
        match self.lacks[product as usize] {
            Some(lack) => Err(lack),
            None => Ok(&self.vectors[first..first + self.dimensions]),
        }
    }

    /// The evidence of a product: contexts that hold it and another product.
    pub fn contexts(&self, product: u32) -> u32 {
        self.contexts[product as usize]
    }

    /// Share of the squares of a product's weights that its vector holds, 0 to 1.
    pub fn held(&self, product: u32) -> f32 {
        self.held[product as usize]
    }

    /// Eigenvalues of the weights, greatest absolute value first; at most one per dimension. One below 0 sets
    /// products apart that are bought together.
    pub fn factors(&self) -> &[f64] {
        &self.factors
    }

    /// The products that one is bought with more often than by chance, and how often, by id: first-order
    /// company, as complements have it.
    pub fn ties(&self, product: u32) -> &[Tie] {
        self.ties.of(product as usize)
    }

    /// Contexts that were left out because they hold too many products.
    pub fn left_out(&self) -> usize {
        self.left_out
    }
}
