//! A cluster for a member with a thin history or none, from what is known of it: attributes, some of them
//! missing.
//!
//! Holds the parameters, the answer and the choice among the ways; the likeness of members, the model of
//! clusters and the trial on known members have their own files. The confidence of every answer is one
//! that was tried on members whose cluster is known, beside what the shares of the clusters give alone.

mod alike;
mod attributes;
mod bayes;
mod fallback;
#[cfg(test)]
mod tests;
mod trial;

use numeric::Progress;

pub use alike::{Alike, AttributeLikeness};
pub use fallback::{Largest, Tightest, largest, tightest};
pub use trial::Trial;

use crate::{
    Error,
    error::{require, require_size},
    grouping::Grouping,
};
use attributes::Attributes;

/// How values of an attribute are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The nearer, the more.
    Number,
    /// Equal or not; a value is a code.
    Category,
}

/// How newcomers are placed. Becomes a [`Placing`] by [`Params::check`].
#[derive(Debug, Clone, PartialEq)]
pub struct Params {
    /// One for each attribute.
    pub kinds: Vec<Kind>,
    /// How much each attribute counts: 0 (not at all) to 1e6, not all 0. Only their ratios matter.
    pub weights: Vec<f64>,
    /// Most alike members that vote: at least 1.
    pub neighbours: usize,
    /// Most members on which the placing is tried, drawn at random: at least 1. Time grows with their number
    /// times all members times attributes.
    pub trials_max: usize,
    /// Seed of that draw.
    pub seed: u64,
}

impl Params {
    /// Checks the values for `cols` attributes.
    ///
    /// # Errors
    /// [`Error::Mismatch`], [`Error::Parameter`].
    pub fn check(self, cols: usize) -> Result<Placing, Error> {
        require_size("kinds", "attributes", self.kinds.len(), cols)?;
        require_size("weights", "attributes", self.weights.len(), cols)?;
        for &weight in &self.weights {
            let legal = (0.0..=1e6).contains(&weight);
            require(legal, "weights", weight, "0 to 1,000,000")?;
        }
        let some = self.weights.iter().any(|&weight| weight > 0.0);
        require(some, "weights", "0 throughout", "at least one above 0")?;
        let (neighbours, trials) = (self.neighbours, self.trials_max);
        require(neighbours >= 1, "neighbours", neighbours, "at least 1")?;
        require(trials >= 1, "trials_max", trials, "at least 1")?;
        Ok(Placing(self))
    }
}

/// Checked parameters, ready to learn from members.
#[derive(Debug, Clone, PartialEq)]
pub struct Placing(Params);

/// A way to place a newcomer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// By the vote of the most alike members.
    Likes,
    /// By the attributes usual in each cluster.
    Model,
    /// By the shares of the clusters alone: the largest.
    Shares,
}

/// Where a newcomer is placed.
#[derive(Debug, Clone, PartialEq)]
pub struct Placement {
    /// The likeliest cluster, the lowest id of equally likely ones.
    pub cluster: u32,
    /// Its probability.
    pub confidence: f64,
    /// The probability of each cluster, in order of [`Placer::clusters`].
    pub probabilities: Vec<f64>,
}

/// What was learned from members, ready to place newcomers.
#[derive(Debug, Clone, PartialEq)]
pub struct Placer {
    attributes: Attributes,
    grouping: Grouping,
    model: bayes::Model,
    neighbours: usize,
    likes: Trial,
    by_model: Trial,
    shares: Trial,
}

impl Placing {
    /// Learns from members: `values` are their attributes, row by row, NaN where one is not known, and
    /// `labels` their clusters. Ticks per member tried.
    ///
    /// # Errors
    /// [`Error::Mismatch`] where there is not one value per member and attribute; [`Error::Matrix`] where
    /// there are no members or a value is infinite; [`Error::Cancelled`].
    pub fn fit(
        &self,
        values: &[f64],
        labels: &[u32],
        progress: &dyn Progress,
    ) -> Result<Placer, Error> {
        let attributes = Attributes::new(&self.0, values, labels.len())?;
        let grouping = Grouping::new(labels);
        let model = bayes::Model::new(&attributes, &grouping);
        let blank = Trial::default();
        let mut placer = Placer {
            attributes,
            grouping,
            model,
            neighbours: self.0.neighbours,
            likes: blank,
            by_model: blank,
            shares: blank,
        };
        let trials = trial::run(&placer, self.0.trials_max, self.0.seed, progress)?;
        [placer.likes, placer.by_model, placer.shares] = trials;
        Ok(placer)
    }
}

impl Placer {
    /// The ids of the clusters, ascending.
    pub fn clusters(&self) -> &[u32] {
        &self.grouping.ids
    }

    /// How a way did on known members.
    pub fn trial(&self, method: Method) -> Trial {
        match method {
            Method::Likes => self.likes,
            Method::Model => self.by_model,
            Method::Shares => self.shares,
        }
    }

    /// The way of least log loss on known members; the plainer one of equals, so that attributes that say
    /// nothing leave the shares.
    pub fn best(&self) -> Method {
        let mut best = Method::Shares;
        for method in [Method::Model, Method::Likes] {
            if self.trial(method).log_loss < self.trial(best).log_loss {
                best = method;
            }
        }
        best
    }

    /// The members most alike to a newcomer, `count` of them at most, from the most alike down, equals in
    /// order of row. None where the newcomer has no attribute that a member has.
    ///
    /// # Errors
    /// [`Error::Mismatch`] where the newcomer has not one value per attribute; [`Error::Matrix`] where one
    /// is infinite.
    pub fn likes(&self, newcomer: &[f64], count: usize) -> Result<Vec<Alike>, Error> {
        self.attributes.check_row(newcomer)?;
        Ok(alike::most(&self.attributes, newcomer, None, count))
    }

    /// How alike a newcomer is to the members of each cluster, one attribute at a time. Their means, weighted,
    /// are its mean similarity to the cluster where nobody lacks an attribute.
    ///
    /// # Errors
    /// As [`Placer::likes`].
    pub fn by_attribute(&self, newcomer: &[f64]) -> Result<Vec<AttributeLikeness>, Error> {
        self.attributes.check_row(newcomer)?;
        Ok(alike::by_attribute(
            &self.attributes,
            &self.grouping,
            newcomer,
        ))
    }

    /// Places a newcomer, NaN where an attribute is not known. Without any known attribute all ways give the
    /// shares of the clusters.
    ///
    /// # Errors
    /// As [`Placer::likes`].
    pub fn place(&self, newcomer: &[f64], method: Method) -> Result<Placement, Error> {
        self.attributes.check_row(newcomer)?;
        let logs = self.logs(newcomer, None, method);
        let probabilities = trial::tempered(&logs, self.trial(method).temperature);
        let mut first = 0;
        for (place, &probability) in probabilities.iter().enumerate() {
            if probability > probabilities[first] {
                first = place;
            }
        }
        Ok(Placement {
            cluster: self.grouping.ids[first],
            confidence: probabilities[first],
            probabilities,
        })
    }

    /// Logarithms of the probabilities of clusters (up to a constant), before they are tempered, as if the
    /// member `without` were not there.
    fn logs(&self, row: &[f64], without: Option<usize>, method: Method) -> Vec<f64> {
        let shares = self.shares_without(without);
        match method {
            Method::Shares => shares.iter().map(|share| share.ln()).collect(),
            Method::Likes => {
                let likes = alike::most(&self.attributes, row, without, self.neighbours);
                // One vote more, cast by the shares: no cluster is out of the question.
                let mut votes = shares;
                for like in &likes {
                    votes[self.grouping.group[like.row]] += like.similarity;
                }
                votes.iter().map(|vote| vote.ln()).collect()
            }
            Method::Model => {
                let group = without.map(|member| self.grouping.group[member]);
                let mut logs = self.model.logs(&self.attributes, row, group);
                for (log, share) in logs.iter_mut().zip(&shares) {
                    *log += share.ln();
                }
                logs
            }
        }
    }

    /// The share of each cluster, one member added to each (Laplace's rule of succession).
    fn shares_without(&self, without: Option<usize>) -> Vec<f64> {
        let left_out = without.map(|member| self.grouping.group[member]);
        let total: usize = self.grouping.sizes.iter().map(|size| size + 1).sum();
        let total = (total - usize::from(left_out.is_some())) as f64;
        let sizes = self.grouping.sizes.iter().enumerate();
        sizes
            .map(|(group, size)| (size + 1 - usize::from(left_out == Some(group))) as f64 / total)
            .collect()
    }
}
