//! How well choices that were not learned from are foreseen, against popularity and equal chances. It must not fit.

use std::collections::HashMap;

use crate::choices::Choices;
use crate::effects::{Estimate, error_of_ratio, quantile};
use crate::error::{Error, require, require_choosers, require_len};
use crate::likelihood::Problem;
use crate::pool::Pool;

/// How often items were taken where they stood.
#[derive(Debug, Clone, PartialEq)]
pub struct Popularity {
    /// Times taken by times expected were all alike, 1 added to both: so seldom seen items are near 1.
    rates: HashMap<u32, f64>,
}

impl Popularity {
    /// Of the items in these choices, over whole sets.
    pub fn of(choices: &Choices) -> Self {
        let problem = Problem::of(choices, None);
        let items = choices.alternatives.items();
        let mut counts: HashMap<u32, (f64, f64)> = HashMap::new();
        for &(row, weight) in &problem.taken {
            counts.entry(items[row as usize]).or_default().0 += weight;
        }
        for &(set, weight) in &problem.sets {
            let rows = choices.sets.of(set);
            for &row in rows {
                counts.entry(items[row as usize]).or_default().1 += weight / rows.len() as f64;
            }
        }
        let rate =
            |(item, (taken, expected)): (u32, (f64, f64))| (item, (taken + 1.0) / (expected + 1.0));
        Self {
            rates: counts.into_iter().map(rate).collect(),
        }
    }
}

/// How well one way foresees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// Log-likelihood by unit of weight.
    pub log_likelihood: f64,
    /// Share of the weight whose choice was the likeliest alternative; of several equally likely ones, a part counts.
    pub hit_rate: f64,
}

/// Scores of one group's choices.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// The group; none for all.
    pub group: Option<usize>,
    /// Occasions tried.
    pub occasions: usize,
    /// Choosers tried.
    pub choosers: usize,
    /// By the coefficients of each group.
    pub by_group: Score,
    /// By those of all.
    pub of_all: Score,
    /// By popularity of the items.
    pub popularity: Score,
    /// By equal chances.
    pub equal: Score,
    /// Log-likelihood by unit of weight that the groups' coefficients gain over those of all, with the interval over choosers.
    pub over_all: Estimate,
    /// Over popularity.
    pub over_popularity: Estimate,
    /// Over equal chances.
    pub over_equal: Estimate,
}

/// Each chooser's log-likelihood, and the weight foreseen, by one way.
#[derive(Debug, Clone, Default)]
struct Way {
    values: Vec<f64>,
    hits: f64,
}

/// Tries the coefficients on choices not learned from, over whole sets; their rows are of the same alternatives. One entry
/// for all and one for each group with at least two choosers. `level`: of the intervals.
///
/// # Errors
/// [`Error::Choosers`] where there is but one, [`Error::Parameter`] where the level is not between 0 and 1, [`Error::Mismatch`] where `held` has other groups or columns
/// than `pool`.
pub fn compare(
    popularity: &Popularity,
    pool: &Pool,
    held: &Choices,
    level: f64,
) -> Result<Vec<Trial>, Error> {
    require(
        level > 0.0 && level < 1.0,
        "level",
        level,
        "a number between 0 and 1",
    )?;
    require_len("groups", held.groups(), pool.groups.len())?;
    require_len(
        "columns",
        held.alternatives.width(),
        pool.of_all.coefficients.len(),
    )?;
    let columns = held.alternatives.all();
    let rate = |item| popularity.rates.get(item).copied().unwrap_or(1.0).ln();
    let by_popularity: Vec<f64> = held.alternatives.items().iter().map(rate).collect();
    let by_all = columns.utilities(&pool.of_all.coefficients);
    let by_none = vec![0.0; held.alternatives.rows()];
    require_choosers(Problem::of(held, None).choosers())?;
    let mut total: [Way; 4] = Default::default();
    let (mut weights, mut trials) = (Vec::new(), Vec::new());
    for (group, own) in pool.groups.iter().enumerate() {
        let problem = Problem::of(held, Some(group));
        if problem.choosers() == 0 {
            continue;
        }
        let by_group = columns.utilities(&own.at);
        let ways = [&by_group, &by_all, &by_popularity, &by_none].map(|utilities| Way {
            values: problem.values(utilities.clone()),
            hits: hits(&problem, utilities),
        });
        let own = problem.chooser_weights();
        if own.len() >= 2 {
            trials.push(trial(Some(group), problem.places.len(), &own, &ways, level));
        }
        weights.extend(own);
        for (total, way) in total.iter_mut().zip(ways) {
            total.values.extend(way.values);
            total.hits += way.hits;
        }
    }
    trials.insert(0, trial(None, held.len(), &weights, &total, level));
    Ok(trials)
}

/// The weight of the choices that are the likeliest of their set.
fn hits(problem: &Problem<'_>, utilities: &[f64]) -> f64 {
    let from = &problem.choices.occasions;
    let hit = |&at: &usize| {
        let rows = problem.choices.sets.of(from.set[at]);
        let own = utilities[from.chosen[at] as usize];
        let (mut above, mut equal) = (false, 0.0);
        for &row in rows {
            above |= utilities[row as usize] > own;
            equal += if utilities[row as usize] == own {
                1.0
            } else {
                0.0
            };
        }
        if above { 0.0 } else { from.weight[at] / equal }
    };
    problem.places.iter().map(hit).sum()
}

/// `weights`: of each chooser, in the order of the ways' values.
fn trial(
    group: Option<usize>,
    occasions: usize,
    weights: &[f64],
    ways: &[Way; 4],
    level: f64,
) -> Trial {
    let choosers = weights.len();
    let weight = numeric::sum::sum(weights);
    let quantile = quantile(level, choosers);
    let score = |of: usize| Score {
        log_likelihood: numeric::sum::sum(&ways[of].values) / weight,
        hit_rate: ways[of].hits / weight,
    };
    let over = |other: usize| {
        let gaps: Vec<f64> = ways[0]
            .values
            .iter()
            .zip(&ways[other].values)
            .map(|(a, b)| a - b)
            .collect();
        let gain = numeric::sum::sum(&gaps) / weight;
        Estimate::new(gain, error_of_ratio(&gaps, weights), quantile)
    };
    Trial {
        group,
        occasions,
        choosers,
        by_group: score(0),
        of_all: score(1),
        popularity: score(2),
        equal: score(3),
        over_all: over(1),
        over_popularity: over(2),
        over_equal: over(3),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::Params;
    use crate::test_data::{Shape, drawn};

    #[test]
    fn who_chooses_often_does_not_make_an_even_gain_unsure() {
        let weights: Vec<f64> = (0..400).map(|at| [1.0, 50.0][at % 2]).collect();
        let way = |each: f64| Way {
            values: weights.iter().map(|weight| each * weight).collect(),
            hits: 0.0,
        };
        let ways = [way(-2.1), way(-2.4), way(-2.7), way(-3.0)];
        let told = trial(None, 10_200, &weights, &ways, 0.9);
        for (over, gain) in [(told.over_all, 0.3), (told.over_equal, 0.9)] {
            assert!((over.value - gain).abs() < 1e-12, "{over:?}");
            assert!(over.error < 1e-12, "{over:?}");
        }
        assert_eq!(told.choosers, 400);
    }

    #[test]
    fn groups_that_differ_are_foreseen_better_by_their_own_coefficients() {
        let shape = Shape {
            apart: 0.6,
            ..Shape::grouped(9_000, 4)
        };
        let (choices, _) = drawn(&shape, 2);
        let (learned, held): (Vec<usize>, Vec<usize>) = (0..9_000).partition(|at| at % 3 < 2);
        let (learned, held) = (
            choices.take(&learned).unwrap(),
            choices.take(&held).unwrap(),
        );
        let ask = Params {
            ridge: 0.1,
            level: 0.9,
        }
        .check()
        .unwrap();
        let pool = ask.pool(&learned, &ask.fit(&learned).unwrap()).unwrap();
        let popularity = Popularity::of(&learned);
        let trials = compare(&popularity, &pool, &held, 0.9).unwrap();
        assert_eq!(trials.len(), 5);
        let all = &trials[0];
        assert!(all.occasions == 3_000 && all.choosers == 3_000, "{all:?}");
        for over in [all.over_all, all.over_popularity, all.over_equal] {
            assert!(over.low > 0.0, "{all:?}");
        }
        // Popularity knows what all like, and equal chances are one by the size of the set, of 8 to 20.
        assert!(all.popularity.log_likelihood > all.equal.log_likelihood);
        assert!((0.06..0.09).contains(&all.equal.hit_rate), "{all:?}");
        assert!(
            all.by_group.hit_rate > all.of_all.hit_rate
                && all.of_all.hit_rate > 2.0 * all.equal.hit_rate
        );
        let sum: f64 = trials[1..]
            .iter()
            .map(|one| one.by_group.log_likelihood * one.occasions as f64)
            .sum();
        assert!((sum / 3_000.0 - all.by_group.log_likelihood).abs() < 1e-9);
        assert!(compare(&popularity, &pool, &held, 0.0).is_err());
    }
}
