//! One type for every model, to keep, store and blend; and the recipe by which each is fitted again.
//!
//! Holds the choice among models and nothing of their arithmetic.

use numeric::Progress;
use serde::{Deserialize, Serialize};

use crate::{
    Error, als,
    blend::Blend,
    contrast,
    ease::Ease,
    graph::{self, GraphFilter},
    linear::Linear,
    neighbours::{self, Neighbours},
    popular::Popular,
    recommender::Recommender,
    slim,
    sparse::{Row, Sparse},
};

/// A fitted model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Model {
    /// What most take.
    Popular(Popular),
    /// Item to item, sparse: neighbours and sparse linear models.
    Neighbours(Neighbours),
    /// Item to item, dense.
    Ease(Ease),
    /// Factors by least squares.
    Factors(als::Factors),
    /// Two vectors of each item.
    Linear(Linear),
    /// Linear and low-pass filter together.
    Graph(GraphFilter),
    /// A weighted sum of models.
    Blend(Blend),
}

impl Model {
    fn inner(&self) -> &dyn Recommender {
        match self {
            Self::Popular(model) => model,
            Self::Neighbours(model) => model,
            Self::Ease(model) => model,
            Self::Factors(model) => model,
            Self::Linear(model) => model,
            Self::Graph(model) => model,
            Self::Blend(model) => model,
        }
    }
}

impl Recommender for Model {
    fn items(&self) -> usize {
        self.inner().items()
    }

    fn score_many(&self, histories: &[Row<'_>], scores: &mut [f32]) {
        self.inner().score_many(histories, scores);
    }
}

/// What to fit, with every parameter.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Recipe {
    /// [`Popular::fit`].
    Popular,
    /// [`Neighbours::fit`].
    Neighbours(neighbours::Params),
    /// [`Ease::fit`] with its ridge.
    Ease(f32),
    /// [`slim::fit`].
    Slim(slim::Params),
    /// [`als::Factors::fit`].
    Factors(als::Params),
    /// [`graph::low_pass`].
    LowPass(graph::Params),
    /// [`contrast::fit`].
    Contrast(contrast::Params),
}

impl Recipe {
    /// Fits the model.
    ///
    /// # Errors
    /// Those of the model's own fit.
    pub fn fit(&self, train: &Sparse, progress: &dyn Progress) -> Result<Model, Error> {
        Ok(match *self {
            Self::Popular => Model::Popular(Popular::fit(train)),
            Self::Neighbours(params) => Model::Neighbours(Neighbours::fit(train, params)?),
            Self::Ease(ridge) => Model::Ease(Ease::fit(train, ridge)?),
            Self::Slim(params) => Model::Neighbours(slim::fit(train, params, progress)?),
            Self::Factors(params) => Model::Factors(als::Factors::fit(train, params, progress)?),
            Self::LowPass(params) => Model::Linear(graph::low_pass(train, params, progress)?),
            Self::Contrast(params) => Model::Linear(contrast::fit(train, params, progress)?),
        })
    }

    /// A short name of the kind, for reports.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Popular => "popular",
            Self::Neighbours(_) => "neighbours",
            Self::Ease(_) => "ease",
            Self::Slim(_) => "slim",
            Self::Factors(_) => "als",
            Self::LowPass(_) => "low-pass",
            Self::Contrast(_) => "contrast",
        }
    }
}
