//! A weighted sum of models, its weights fitted on data that none of them has seen.
//!
//! Holds the sum and the search for the weights. Each model's scores of a history are centred and divided by their
//! standard deviation over all items, so that models of different units add up (stacking; D. Wolpert, "Stacked
//! generalization", Neural Networks 5, 1992; for lists, R. Burke, "Hybrid recommender systems", UMUAI 12, 2002,
//! section 3). Weights are not below 0.

use serde::{Deserialize, Serialize};

use crate::{
    Error,
    error::{require, require_size},
    metrics::Accuracy,
    model::Model,
    recommender::{Recommender, in_blocks},
    sparse::{Row, Sparse},
    top::{Best, hide_seen, top},
};

/// Best items of each model that are looked at when weights are fitted.
pub(crate) const LOOKED_AT: usize = 100;
/// Steps that are tried of each weight.
const STEPS: [f32; 6] = [0.0, 0.5, 0.8, 1.25, 2.0, 4.0];
/// A weight that is tried where one is 0, as a share of the greatest.
const FRESH: f32 = 0.1;
/// Rounds over all weights.
const ROUNDS: usize = 8;

/// Models and their weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Blend {
    parts: Vec<(f32, Model)>,
}

impl Blend {
    /// From models with weights of at least 0; those of weight 0 are left out.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a weight, [`Error::Empty`] where none is above 0, [`Error::Mismatch`] where models
    /// differ in items.
    pub fn new(parts: Vec<(f32, Model)>) -> Result<Self, Error> {
        for (weight, _) in &parts {
            let holds = (0.0..=1e9).contains(weight);
            require(holds, "weight", weight, "a number from 0 to 1e9")?;
        }
        let parts: Vec<(f32, Model)> = parts.into_iter().filter(|part| part.0 > 0.0).collect();
        let Some(first) = parts.first() else {
            return Err(Error::Empty { field: "parts" });
        };
        let items = first.1.items();
        for (_, model) in &parts {
            require_size("a model's items", model.items(), items)?;
        }
        Ok(Self { parts })
    }

    /// The models with their weights.
    pub fn parts(&self) -> &[(f32, Model)] {
        &self.parts
    }
}

impl Recommender for Blend {
    fn items(&self) -> usize {
        self.parts[0].1.items()
    }

    fn score_many(&self, histories: &[Row<'_>], scores: &mut [f32]) {
        scores.fill(0.0);
        let items = self.items().max(1);
        let mut own = vec![0.0; scores.len()];
        for (weight, model) in &self.parts {
            model.score_many(histories, &mut own);
            for (scores, own) in scores.chunks_mut(items).zip(own.chunks_mut(items)) {
                even(own);
                scores
                    .iter_mut()
                    .zip(own)
                    .for_each(|(score, own)| *score += weight * *own);
            }
        }
    }
}

/// Centres scores and divides them by their standard deviation; equal ones become 0.
pub(crate) fn even(scores: &mut [f32]) {
    let count = scores.len() as f64;
    let mean = scores.iter().map(|&score| f64::from(score)).sum::<f64>() / count;
    let square = |&score: &f32| (f64::from(score) - mean).powi(2);
    let deviation = (scores.iter().map(square).sum::<f64>() / count).sqrt();
    let (mean, scale) = (
        mean as f32,
        if deviation > 0.0 {
            1.0 / deviation as f32
        } else {
            0.0
        },
    );
    scores
        .iter_mut()
        .for_each(|score| *score = (*score - mean) * scale);
}

/// What the models say of the items that matter to one history.
pub(crate) struct Case {
    pub items: Vec<u32>,
    /// Model by model, a score of each item.
    pub scores: Vec<Vec<f32>>,
    /// What is to be found, ascending.
    pub find: Vec<u32>,
    /// How many hits the best possible list is taken to have, as by the measures of what is chosen.
    pub ideal: usize,
}

/// Finds the weights whose lists of `count` items find most of `find` (the mean of recall and NDCG, so that neither is
/// bought with the other) for histories that hold the rest. Rows
/// without anything to find are left out. Gives the weights, the greatest 1, and the mean reached. A model that alone
/// is not beaten gets all the weight.
///
/// # Errors
/// [`Error::Mismatch`] where shapes differ, [`Error::Empty`] without models or where nothing is to find.
pub fn fit_weights(
    models: &[&Model],
    histories: &Sparse,
    find: &Sparse,
    count: usize,
) -> Result<(Vec<f32>, f64), Error> {
    require_size("find", find.rows(), histories.rows())?;
    for model in models {
        require_size("a model's items", model.items(), histories.cols())?;
    }
    let rows: Vec<u32> = (0..find.rows() as u32)
        .filter(|&row| !find.row(row as usize).is_empty())
        .collect();
    if rows.is_empty() || models.is_empty() {
        return Err(Error::Empty {
            field: if models.is_empty() { "models" } else { "find" },
        });
    }
    let cases = cases(
        models,
        &histories.take_rows(&rows),
        &find.take_rows(&rows),
        count,
    );
    Ok(search(&cases, models.len(), count))
}

/// Weights of so many models and what they reach, the mean of recall and NDCG: from the best model alone, one weight after the other is moved
/// while that helps.
pub(crate) fn search(cases: &[Case], models: usize, count: usize) -> (Vec<f32>, f64) {
    let reached = |weights: &[f32]| reached(cases, weights, count);
    let alone = |place: usize| {
        let mut weights = vec![0.0; models];
        weights[place] = 1.0;
        let found = reached(&weights);
        (weights, found)
    };
    let mut best = alone(0);
    for place in 1..models {
        let next = alone(place);
        if next.1 > best.1 {
            best = next;
        }
    }
    for _ in 0..ROUNDS {
        let before = best.1;
        for place in 0..models {
            let greatest = best.0.iter().copied().fold(0.0, f32::max);
            let from = if best.0[place] > 0.0 {
                best.0[place]
            } else {
                FRESH * greatest
            };
            for step in STEPS {
                let mut weights = best.0.clone();
                weights[place] = from * step;
                let found = reached(&weights);
                if found > best.1 {
                    best = (weights, found);
                }
            }
        }
        if best.1 <= before {
            break;
        }
    }
    let greatest = best.0.iter().copied().fold(0.0, f32::max);
    best.0.iter_mut().for_each(|weight| *weight /= greatest);
    best
}

/// The best items of each model for each history, and every model's score of them.
fn cases(models: &[&Model], histories: &Sparse, find: &Sparse, count: usize) -> Vec<Case> {
    let mut items = vec![Vec::new(); histories.rows()];
    for model in models {
        let best = in_blocks(*model, histories, |_, history, scores| {
            hide_seen(scores, history);
            top(scores, LOOKED_AT)
        });
        for (items, best) in items.iter_mut().zip(best) {
            items.extend(best.into_iter().map(|best| best.item));
        }
    }
    for items in &mut items {
        items.sort_unstable();
        items.dedup();
    }
    let mut scores = vec![Vec::new(); histories.rows()];
    for model in models {
        let own = in_blocks(*model, histories, |place, _, scores| {
            even(scores);
            items[place]
                .iter()
                .map(|&item| scores[item as usize])
                .collect::<Vec<f32>>()
        });
        scores
            .iter_mut()
            .zip(own)
            .for_each(|(scores, own)| scores.push(own));
    }
    let each = items.into_iter().zip(scores).enumerate();
    each.map(|(place, (items, scores))| Case {
        items,
        scores,
        find: find.row(place).items.to_vec(),
        ideal: count.min(find.row(place).items.len()),
    })
    .collect()
}

fn reached(cases: &[Case], weights: &[f32], count: usize) -> f64 {
    use rayon::prelude::*;
    let of_case = |case: &Case| {
        let mut sums = vec![0.0; case.items.len()];
        for (weight, scores) in weights
            .iter()
            .zip(&case.scores)
            .filter(|pair| *pair.0 > 0.0)
        {
            sums.iter_mut()
                .zip(scores)
                .for_each(|(sum, score)| *sum += weight * score);
        }
        let mut best = Best::new(count);
        case.items
            .iter()
            .zip(sums)
            .for_each(|(&item, sum)| best.offer(item, sum));
        let of = Accuracy::beside(&best.finish(), &case.find, count, case.ideal);
        (of.recall + of.ndcg) / 2.0
    };
    let each: Vec<f64> = cases.par_iter().with_min_len(64).map(of_case).collect();
    each.iter().sum::<f64>() / each.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        neighbours::{Neighbours, Params},
        popular::Popular,
        split::at_random,
        test_data::blocks,
    };

    fn models(train: &Sparse) -> (Model, Model) {
        let near = Neighbours::fit(train, Params::cosine(60)).expect("legal");
        (Model::Popular(Popular::fit(train)), Model::Neighbours(near))
    }

    #[test]
    fn scores_are_evened_and_added() {
        let train = blocks(3);
        let (popular, near) = models(&train);
        let blend = Blend::new(vec![(2.0, popular.clone()), (0.5, near.clone())]).expect("legal");
        let of = |model: &Model| {
            let mut scores = model.score(train.row(3));
            even(&mut scores);
            scores
        };
        let (one, other) = (of(&popular), of(&near));
        let mean: f32 = one.iter().sum::<f32>() / 60.0;
        let square: f32 = one.iter().map(|score| score * score).sum::<f32>() / 60.0;
        assert!(mean.abs() < 1e-5 && (square - 1.0).abs() < 1e-4);
        let both = blend.score(train.row(3));
        assert!((both[9] - (2.0 * one[9] + 0.5 * other[9])).abs() < 1e-5);
    }

    #[test]
    fn weight_goes_to_the_model_that_finds() {
        let split = at_random(&blocks(3), 0.3, 1).expect("legal");
        let (popular, near) = models(&split.train);
        let both = [&popular, &near];
        let (weights, found) = fit_weights(&both, &split.train, &split.held_out, 5).expect("legal");
        assert_eq!(weights[1], 1.0);
        assert!(weights[0] < 0.5, "{weights:?}");
        let (_, alone) = fit_weights(&both[1..], &split.train, &split.held_out, 5).expect("legal");
        assert!(found >= alone);
    }

    #[test]
    fn what_cannot_be_blended_is_refused() {
        let train = blocks(3);
        let small = Sparse::from_lists(3, &[vec![0]]).expect("legal");
        let (popular, near) = models(&train);
        let other = Model::Popular(Popular::fit(&small));
        assert!(Blend::new(vec![(1.0, popular), (1.0, other)]).is_err());
        assert!(Blend::new(vec![(0.0, near.clone())]).is_err());
        assert!(Blend::new(vec![(f32::NAN, near)]).is_err());
    }
}
