//! A blend of next-basket models, chosen and weighted on each customer's last basket but one.
//!
//! Holds the settings that are tried, the choice and the sum. Customers' last baskets are held out, every setting is
//! fitted on those before, the best of each family go into a blend, and those with weight are fitted on everything.

use numeric::{Progress, random::Random};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    FollowUps, NextBasket, PersonalFrequency, Sequence, Sequences, TifuKnn, TifuParams, UpCf,
    UpCfParams, evaluate,
};
use crate::{
    Error,
    blend::{Case, LOOKED_AT, even, search},
    error::{go_on, require},
    neighbours,
    sparse::Sparse,
    top::top,
};

/// A fitted model of next baskets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum BasketModel {
    /// Own and everybody's shares.
    Frequency(PersonalFrequency),
    /// Fading baskets and nearest customers.
    Tifu(TifuKnn),
    /// Latest shares of like customers.
    UpCf(UpCf),
    /// What follows, or goes together.
    FollowUps(FollowUps),
}

impl BasketModel {
    fn inner(&self) -> &dyn NextBasket {
        match self {
            Self::Frequency(model) => model,
            Self::Tifu(model) => model,
            Self::UpCf(model) => model,
            Self::FollowUps(model) => model,
        }
    }
}

impl NextBasket for BasketModel {
    fn items(&self) -> usize {
        self.inner().items()
    }

    fn score(&self, history: Sequence<'_>, scores: &mut [f32]) {
        self.inner().score(history, scores);
    }
}

/// What to fit, with every parameter.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum BasketRecipe {
    /// [`PersonalFrequency::fit`]: own weight, latest baskets for popularity.
    Frequency(f32, usize),
    /// [`TifuKnn::fit`].
    Tifu(TifuParams),
    /// [`UpCf::fit`].
    UpCf(UpCfParams),
    /// [`FollowUps::fit`]: popularity, fade, keep.
    Follows(f32, f32, usize),
    /// [`FollowUps::together`]: similarity, fade.
    Together(neighbours::Params, f32),
}

impl BasketRecipe {
    /// Fits the model.
    ///
    /// # Errors
    /// Those of the model's own fit.
    pub fn fit(&self, train: &Sequences) -> Result<BasketModel, Error> {
        Ok(match *self {
            Self::Frequency(own, lately) => {
                BasketModel::Frequency(PersonalFrequency::fit(train, own, lately)?)
            }
            Self::Tifu(params) => BasketModel::Tifu(TifuKnn::fit(train, params)?),
            Self::UpCf(params) => BasketModel::UpCf(UpCf::fit(train, params)?),
            Self::Follows(popularity, fade, keep) => {
                BasketModel::FollowUps(FollowUps::fit(train, popularity, fade, keep)?)
            }
            Self::Together(params, fade) => {
                BasketModel::FollowUps(FollowUps::together(train, params, fade)?)
            }
        })
    }
}

/// A weighted sum of evened scores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BasketBlend {
    parts: Vec<(f32, BasketModel)>,
}

impl BasketBlend {
    /// From models of the same items with weights above 0.
    ///
    /// # Errors
    /// [`Error::Empty`] without models, [`Error::Parameter`] for a weight, [`Error::Mismatch`] where items differ.
    pub fn new(parts: Vec<(f32, BasketModel)>) -> Result<Self, Error> {
        let Some(items) = parts.first().map(|part| part.1.items()) else {
            return Err(Error::Empty { field: "parts" });
        };
        for (weight, model) in &parts {
            let holds = *weight > 0.0 && *weight <= 1e9;
            require(holds, "weight", weight, "a number above 0 and at most 1e9")?;
            crate::error::require_size("a model's items", model.items(), items)?;
        }
        Ok(Self { parts })
    }

    /// The models with their weights.
    pub fn parts(&self) -> &[(f32, BasketModel)] {
        &self.parts
    }
}

impl NextBasket for BasketBlend {
    fn items(&self) -> usize {
        self.parts[0].1.items()
    }

    fn score(&self, history: Sequence<'_>, scores: &mut [f32]) {
        scores.fill(0.0);
        let mut own = vec![0.0; scores.len()];
        for (weight, model) in &self.parts {
            model.score(history, &mut own);
            even(&mut own);
            scores
                .iter_mut()
                .zip(&own)
                .for_each(|(score, own)| *score += weight * own);
        }
    }
}

/// How a setting did on the held-out baskets.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BasketTrial {
    /// The setting.
    pub recipe: BasketRecipe,
    /// Its family, counted from 0.
    pub family: usize,
    /// Recall of its lists.
    pub recall: f64,
    /// NDCG of its lists. The mean of both is what is chosen by.
    pub ndcg: f64,
    /// Its weight in the blend; 0 where left out.
    pub weight: f32,
}

/// The blend chosen, fitted on everything, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BasketChoice {
    /// The blend; of one model where no blend did better.
    pub model: BasketBlend,
    /// Every setting tried.
    pub trials: Vec<BasketTrial>,
    /// Mean of recall and NDCG of the blend on the held-out baskets, to which the weights were fitted.
    pub reached: f64,
}

/// The families that are tried.
fn families() -> Vec<Vec<BasketRecipe>> {
    let tifu = |neighbours, within, between, own| {
        let group = 7;
        BasketRecipe::Tifu(TifuParams {
            neighbours,
            within,
            between,
            own,
            group,
        })
    };
    let up = |recent, asymmetry, locality| {
        BasketRecipe::UpCf(UpCfParams {
            recent,
            asymmetry,
            locality,
        })
    };
    vec![
        vec![
            BasketRecipe::Frequency(0.0, 0),
            BasketRecipe::Frequency(0.0, 1),
            BasketRecipe::Frequency(0.0, 3),
        ],
        vec![
            BasketRecipe::Frequency(1_000.0, 0),
            BasketRecipe::Frequency(1.0, 0),
            BasketRecipe::Frequency(1.0, 1),
        ],
        vec![
            tifu(300, 0.9, 0.7, 0.7),
            tifu(300, 0.9, 0.7, 0.9),
            tifu(900, 0.9, 0.7, 0.7),
            tifu(300, 1.0, 0.9, 0.7),
            tifu(100, 0.9, 0.7, 0.7),
        ],
        vec![tifu(300, 0.9, 0.7, 0.0), tifu(900, 0.9, 0.7, 0.0)],
        vec![
            up(10, 0.25, 5.0),
            up(5, 0.25, 5.0),
            up(0, 0.25, 5.0),
            up(10, 0.25, 10.0),
            up(10, 0.25, 2.0),
            up(10, 0.5, 5.0),
            up(1, 0.25, 5.0),
        ],
        vec![
            BasketRecipe::Follows(0.5, 0.5, 300),
            BasketRecipe::Follows(0.3, 0.8, 300),
        ],
        vec![
            BasketRecipe::Together(neighbours::Params::cosine(300), 0.8),
            BasketRecipe::Together(neighbours::Params::rp3beta(1.0, 0.4, 300), 0.8),
            BasketRecipe::Together(neighbours::Params::graph(300), 0.8),
        ],
    ]
}

/// Chooses and fits by lists of `count` items on the last baskets of at most `customers` customers, drawn by `seed`.
///
/// # Errors
/// [`Error::Parameter`] for a count or customers of 0, [`Error::Empty`] where no customer has two baskets,
/// [`Error::Cancelled`].
pub fn choose(
    train: &Sequences,
    count: usize,
    customers: usize,
    seed: u64,
    progress: &dyn Progress,
) -> Result<BasketChoice, Error> {
    require(count > 0, "count", count, "at least 1")?;
    require(customers > 0, "customers", customers, "at least 1")?;
    let (before, last) = train.leave_last();
    let find = drawn(last, customers, seed);
    let families = families();
    let total = families.iter().map(Vec::len).sum::<usize>() as u64;
    let mut trials: Vec<BasketTrial> = Vec::new();
    let mut kept: Vec<(usize, BasketModel)> = Vec::new();
    for (family, recipes) in families.iter().enumerate() {
        let mut best: Option<(usize, BasketModel)> = None;
        for &recipe in recipes {
            go_on(progress)?;
            let model = recipe.fit(&before)?;
            let of = evaluate(&model, &before, &find, count)?.all;
            let (recall, ndcg) = (of.recall, of.ndcg);
            if best.as_ref().is_none_or(|(place, _)| {
                recall + ndcg > trials[*place].recall + trials[*place].ndcg
            }) {
                best = Some((trials.len(), model));
            }
            trials.push(BasketTrial {
                recipe,
                family,
                recall,
                ndcg,
                weight: 0.0,
            });
            progress.tick(trials.len() as u64, total);
        }
        kept.extend(best);
    }
    let models: Vec<&BasketModel> = kept.iter().map(|(_, model)| model).collect();
    let (weights, reached) = search(&cases(&models, &before, &find), models.len(), count);
    for ((place, _), weight) in kept.iter().zip(weights) {
        trials[*place].weight = weight;
    }
    let weighted = trials.iter().filter(|trial| trial.weight > 0.0);
    let parts: Result<Vec<_>, Error> = weighted
        .map(|trial| Ok((trial.weight, trial.recipe.fit(train)?)))
        .collect();
    let model = BasketBlend::new(parts?)?;
    Ok(BasketChoice {
        model,
        trials,
        reached,
    })
}

/// The rows of at most so many customers, drawn among those with something to find; the others' become empty.
fn drawn(find: Sparse, customers: usize, seed: u64) -> Sparse {
    let rows: Vec<usize> = (0..find.rows())
        .filter(|&row| !find.row(row).is_empty())
        .collect();
    let mut chosen = vec![false; find.rows()];
    for place in Random::new(seed).sample(rows.len(), customers) {
        chosen[rows[place]] = true;
    }
    let row = |row: usize| {
        let of = find.row(row);
        let pairs = of.items.iter().copied().zip(of.weights.iter().copied());
        if chosen[row] {
            pairs.collect()
        } else {
            Vec::new()
        }
    };
    Sparse::from_sorted_rows(find.cols(), (0..find.rows()).map(row).collect())
}

/// The best items of each model for each customer, and every model's score of them.
fn cases(models: &[&BasketModel], histories: &Sequences, find: &Sparse) -> Vec<Case> {
    let case = |customer: usize| {
        let mut scores = vec![vec![0.0; find.cols()]; models.len()];
        let mut items = Vec::new();
        for (model, scores) in models.iter().zip(&mut scores) {
            model.score(histories.of(customer), scores);
            items.extend(top(scores, LOOKED_AT).into_iter().map(|best| best.item));
            even(scores);
        }
        items.sort_unstable();
        items.dedup();
        let of = |scores: &Vec<f32>| items.iter().map(|&item| scores[item as usize]).collect();
        Case {
            scores: scores.iter().map(of).collect(),
            items,
            find: find.row(customer).items.to_vec(),
            ideal: find.row(customer).items.len(),
        }
    };
    let some = (0..find.rows()).into_par_iter();
    some.filter(|&customer| !find.row(customer).is_empty())
        .map(case)
        .collect()
}
