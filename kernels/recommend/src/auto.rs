//! The automatic choice: families of models, the best of each, and their blend, by data set apart from the training
//! data. No test data is ever seen.
//!
//! Holds the families with their settings, and the steps: a share of each customer's items is held out; every setting
//! is fitted on the rest and measured; the best of each family go into a blend whose weights are fitted on the held
//! out; those with weight are fitted again on everything.

use numeric::{Progress, random::Random};
use serde::{Deserialize, Serialize};

use crate::{
    Error, als,
    blend::{Blend, fit_weights},
    contrast,
    error::{go_on, require},
    graph, metrics,
    model::{Model, Recipe},
    neighbours, slim,
    sparse::Sparse,
    split::at_random,
};

/// Items up to which the dense closed form is among the families.
const EASE_ITEMS: usize = 6_000;

/// How the choice is made.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Params {
    /// Length of the lists that are measured: at least 1.
    pub count: usize,
    /// Share of each customer's items that is held out: above 0, below 1.
    pub share: f64,
    /// Most customers that are measured, drawn at random: at least 1.
    pub customers: usize,
    /// Seed of all draws.
    pub seed: u64,
}

impl Default for Params {
    /// Lists of 20, a fifth held out, 4,000 customers measured.
    fn default() -> Self {
        Self {
            count: 20,
            share: 0.2,
            customers: 4_000,
            seed: 1,
        }
    }
}

/// How a setting did on the held out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// The setting.
    pub recipe: Recipe,
    /// Its family, counted from 0.
    pub family: usize,
    /// Recall of its lists.
    pub recall: f64,
    /// NDCG of its lists. The mean of both is what is chosen by.
    pub ndcg: f64,
    /// Its weight in the blend; 0 where left out.
    pub weight: f32,
}

/// The model chosen, fitted on everything, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// A blend, or of one model where no blend did better.
    pub model: Model,
    /// Every setting tried.
    pub trials: Vec<Trial>,
    /// Mean of recall and NDCG of the blend on the held out. Weights were fitted on the same customers, so it flatters a
    /// little.
    pub reached: f64,
}

/// The families that are tried for so many items.
pub fn families(items: usize, seed: u64) -> Vec<Vec<Recipe>> {
    let keep = 1_000;
    let near = |history, customer, popularity| {
        Recipe::Neighbours(neighbours::Params {
            history,
            customer,
            popularity,
            shrink: 0.0,
            keep,
        })
    };
    // The ridge of a row without entries is `λ α₀ others`: it, not λ, is what carries over to other sizes.
    let factors = |unobserved: f32, ridge: f32| {
        Recipe::Factors(als::Params {
            factors: 96,
            rounds: 12,
            unobserved,
            regularisation: ridge / (unobserved * items as f32),
            frequency: 1.0,
            steps: 2,
            seed,
        })
    };
    let low_pass = |factors| {
        let rounds = 5;
        Recipe::LowPass(graph::Params {
            factors,
            rounds,
            seed,
        })
    };
    let sparse = |ridge, lasso, signed| {
        Recipe::Slim(slim::Params {
            ridge,
            lasso,
            candidates: 200,
            signed,
        })
    };
    let apart = |temperature| {
        Recipe::Contrast(contrast::Params {
            temperature,
            seed,
            ..contrast::Params::default()
        })
    };
    let mut families = vec![
        vec![Recipe::Popular],
        vec![
            near(1.0, 1.0, 0.3),
            near(1.0, 1.0, 0.5),
            near(0.7, 0.7, 0.5),
            near(0.5, 0.5, 0.4),
        ],
        vec![near(0.5, 1.0, 0.5), near(0.5, 0.0, 0.5)],
        vec![low_pass(256)],
        vec![low_pass(64)],
        vec![
            factors(0.1, 4.0),
            factors(0.1, 1.5),
            factors(0.3, 4.0),
            factors(0.03, 2.0),
        ],
        vec![
            sparse(2.0, 0.5, false),
            sparse(10.0, 1.0, false),
            sparse(30.0, 0.5, true),
        ],
        vec![apart(0.12), apart(0.2)],
    ];
    if items <= EASE_ITEMS {
        families.push(vec![
            Recipe::Ease(30.0),
            Recipe::Ease(100.0),
            Recipe::Ease(300.0),
        ]);
    }
    families
}

/// Chooses and fits among [`families`].
///
/// # Errors
/// Those of [`choose_among`].
pub fn choose(train: &Sparse, params: Params, progress: &dyn Progress) -> Result<Choice, Error> {
    choose_among(
        train,
        &families(train.cols(), params.seed),
        params,
        progress,
    )
}

/// Chooses the best setting of each family, fits their blend's weights, and fits those with weight on everything.
///
/// # Errors
/// [`Error::Parameter`], [`Error::Empty`] where no customer has two items or no family is given,
/// [`Error::Cancelled`], and those of the models' fits.
pub fn choose_among(
    train: &Sparse,
    families: &[Vec<Recipe>],
    params: Params,
    progress: &dyn Progress,
) -> Result<Choice, Error> {
    require(params.count > 0, "count", params.count, "at least 1")?;
    require(
        params.customers > 0,
        "customers",
        params.customers,
        "at least 1",
    )?;
    let split = at_random(train, params.share, params.seed)?;
    let mut rows: Vec<u32> = (0..train.rows() as u32)
        .filter(|&row| !split.held_out.row(row as usize).is_empty())
        .collect();
    if rows.len() > params.customers {
        let drawn = Random::stream(params.seed, u64::MAX).sample(rows.len(), params.customers);
        rows = drawn.into_iter().map(|place| rows[place]).collect();
    }
    let (histories, find) = (
        split.train.take_rows(&rows),
        split.held_out.take_rows(&rows),
    );
    let steps = 2 * families.iter().map(Vec::len).sum::<usize>() as u64;
    let mut trials: Vec<Trial> = Vec::new();
    let mut kept: Vec<(usize, Model)> = Vec::new();
    for (family, recipes) in families.iter().enumerate() {
        let mut best: Option<(usize, Model)> = None;
        for &recipe in recipes {
            go_on(progress)?;
            let model = recipe.fit(&split.train, &numeric::Silent)?;
            let (recall, ndcg) = metrics::recall_and_ndcg(&model, &histories, &find, params.count)?;
            let better = best.as_ref().is_none_or(|(place, _)| {
                recall + ndcg > trials[*place].recall + trials[*place].ndcg
            });
            if better {
                best = Some((trials.len(), model));
            }
            let weight = 0.0;
            trials.push(Trial {
                recipe,
                family,
                recall,
                ndcg,
                weight,
            });
            progress.tick(trials.len() as u64, steps);
        }
        kept.extend(best);
    }
    let models: Vec<&Model> = kept.iter().map(|(_, model)| model).collect();
    let (weights, reached) = fit_weights(&models, &histories, &find, params.count)?;
    for ((place, _), weight) in kept.iter().zip(weights) {
        trials[*place].weight = weight;
    }
    drop(kept);
    let mut parts = Vec::new();
    for (place, trial) in trials
        .iter()
        .enumerate()
        .filter(|(_, trial)| trial.weight > 0.0)
    {
        go_on(progress)?;
        parts.push((trial.weight, trial.recipe.fit(train, &numeric::Silent)?));
        progress.tick((trials.len() + place + 1) as u64, steps);
    }
    let model = Model::Blend(Blend::new(parts)?);
    Ok(Choice {
        model,
        trials,
        reached,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        recommender::Recommender,
        test_data::{blocks, on_threads},
    };
    use numeric::Silent;

    fn few() -> Vec<Vec<Recipe>> {
        let near = |keep| Recipe::Neighbours(neighbours::Params::cosine(keep));
        vec![
            vec![Recipe::Popular],
            vec![near(1), near(60)],
            vec![Recipe::Ease(5.0)],
        ]
    }

    #[test]
    fn the_better_setting_of_a_family_is_kept_and_the_blend_is_no_worse() {
        let params = Params {
            count: 5,
            ..Params::default()
        };
        let choice = choose_among(&blocks(3), &few(), params, &Silent).expect("legal");
        let trials = &choice.trials;
        assert_eq!(
            trials.iter().map(|trial| trial.family).collect::<Vec<_>>(),
            [0, 1, 1, 2]
        );
        assert_eq!(trials[1].weight, 0.0);
        assert!(trials[2].ndcg > trials[1].ndcg && trials[2].ndcg > 1.5 * trials[0].ndcg);
        let mean = |trial: &Trial| (trial.recall + trial.ndcg) / 2.0;
        assert!(
            trials
                .iter()
                .all(|trial| choice.reached >= mean(trial) - 1e-12)
        );
        assert_eq!(choice.model.items(), 60);
    }

    #[test]
    fn the_same_on_any_number_of_threads() {
        let params = Params {
            count: 5,
            customers: 200,
            ..Params::default()
        };
        let train = blocks(5);
        on_threads(|| choose_among(&train, &few(), params, &Silent).expect("legal"));
    }

    #[test]
    fn nothing_to_hold_out_is_refused() {
        let train = Sparse::from_lists(3, &[vec![0], vec![1]]).expect("legal");
        let cause = choose_among(&train, &few(), Params::default(), &Silent);
        assert!(matches!(cause, Err(Error::Empty { .. })), "{cause:?}");
        let params = Params {
            share: 1.5,
            ..Params::default()
        };
        assert!(choose_among(&train, &few(), params, &Silent).is_err());
    }
}
