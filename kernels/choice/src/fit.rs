//! The fit of all choosers: coefficients by penalised maximum likelihood, errors that allow for choosers who choose
//! again and again. It must not know groups.

use crate::choices::Choices;
use crate::dense;
use crate::effects::{Effect, effects, quantile};
use crate::error::{Error, require, require_choosers};
use crate::evidence::Attribute;
use crate::likelihood::Problem;
use crate::newton::{GAIN_MIN, Prior, climb};

/// What a fit needs to be told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Precision of the prior of each coefficient about 0 (levels in logits, numbers in logits by standard deviation):
    /// half of it times their squares is taken off the log-likelihood. From 1e-4 to 1e4.
    pub ridge: f64,
    /// Level of the intervals, above 0 and below 1.
    pub level: f64,
}

/// Checked parameters.
#[derive(Debug, Clone, Copy)]
pub struct Checked(pub(crate) Params);

impl Params {
    /// Checks the ranges.
    ///
    /// # Errors
    /// [`Error::Parameter`].
    pub fn check(self) -> Result<Checked, Error> {
        let ridge = (1e-4..=1e4).contains(&self.ridge);
        require(ridge, "ridge", self.ridge, "a number from 0.0001 to 10000")?;
        let level = self.level > 0.0 && self.level < 1.0;
        require(level, "level", self.level, "a number between 0 and 1")?;
        Ok(Checked(self))
    }
}

/// A fit of all choosers.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    pub(crate) coefficients: Vec<f64>,
    /// `width × width`.
    pub(crate) covariance: Vec<f64>,
    pub(crate) quantile: f64,
    /// At the coefficients, without what the ridge takes off.
    pub log_likelihood: f64,
    /// The log-likelihood if every alternative of a set were as likely.
    pub equal_chances: f64,
    /// Occasions.
    pub occasions: usize,
    /// Choosers.
    pub choosers: usize,
    /// Weight of the occasions.
    pub weight: f64,
    /// By how much the variance of the coefficients exceeds that of independent occasions of weight 1, at least 1.
    pub design_effect: f64,
    /// Times that the likelihood was computed.
    pub rounds: usize,
}

impl Checked {
    /// Fits the coefficients of all. Half of the ridge times their squares is taken off the log-likelihood, which keeps
    /// them finite where a level was always or never taken (A. Albert, J. A. Anderson 1984 for that case) and makes levels
    /// sum to 0 by attribute. Their covariance is the sandwich of the scores of choosers (P. Huber 1967; H. White 1982;
    /// clustered as K.-Y. Liang, S. Zeger 1986, times C / (C - 1) of C choosers) with the ridge as a prior:
    /// `(H + ridge)⁻¹ (B + ridge) (H + ridge)⁻¹`. So where choices tell nothing, the interval is that of the prior.
    ///
    /// # Errors
    /// [`Error::Choosers`] where there is but one, [`Error::NotFound`] where rounding hides the top.
    pub fn fit(&self, choices: &Choices) -> Result<Fit, Error> {
        let problem = Problem::of(choices, None);
        require_choosers(problem.choosers())?;
        let columns = choices.alternatives.all();
        let width = columns.width();
        let prior = Prior {
            temper: 1.0,
            centre: vec![0.0; width],
            precision: vec![self.0.ridge; width],
        };
        let curve = |at: &[f64]| problem.curve(&columns, at);
        let top = climb(vec![0.0; width], &prior, GAIN_MIN, curve)?;
        let parts = problem.by_chooser(&columns, &top.at, |scores| {
            let mut outer = vec![0.0; width * width];
            for (_, score) in scores {
                for (line, own) in outer.chunks_exact_mut(width).zip(&score) {
                    line.iter_mut()
                        .zip(&score)
                        .for_each(|(sum, other)| *sum += own * other);
                }
            }
            outer
        });
        let choosers = problem.choosers();
        let small = choosers as f64 / (choosers - 1) as f64;
        let mut outer = vec![0.0; width * width];
        for part in parts {
            outer
                .iter_mut()
                .zip(&part)
                .for_each(|(sum, own)| *sum += small * own);
        }
        let of_scores = dense::trace_of_product(&top.inverse, &outer);
        let of_curvature = dense::trace_of_product(&top.inverse, &top.curve.hill);
        let middle = dense::with_diagonal(&outer, &vec![self.0.ridge; width]);
        Ok(Fit {
            covariance: dense::sandwich(&top.inverse, &middle, width),
            coefficients: top.at,
            quantile: quantile(self.0.level, choosers),
            log_likelihood: top.curve.value,
            equal_chances: problem.equal_chances(),
            occasions: choices.len(),
            choosers,
            weight: problem.weight(),
            design_effect: if of_curvature > 0.0 {
                (of_scores / of_curvature).max(1.0)
            } else {
                1.0
            },
            rounds: top.rounds,
        })
    }
}

impl Fit {
    /// The effects of all. `evidence`: counts of all over whole sets, whose mean level is the one compared with.
    pub fn effects(&self, choices: &Choices, evidence: &[Attribute]) -> Vec<Effect> {
        let of = (&self.coefficients[..], &self.covariance[..]);
        effects(&choices.alternatives, evidence, of, self.quantile)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::effects::mean_level;
    use crate::evidence::{Standing, count, evidence};
    use crate::test_data::{Shape, TRUTH, drawn};
    use crate::{Alternatives, Occasions, Sets};
    use std::sync::Arc;

    const ASK: Params = Params {
        ridge: 0.1,
        level: 0.9,
    };

    /// The truth against the mean level that the evidence names, in the order of effects.
    fn truths(evidence: &[Attribute]) -> Vec<f64> {
        let mut rest = &TRUTH[..];
        let mut truths = Vec::new();
        for of in evidence {
            let Attribute::Levels(levels) = of else {
                truths.push(rest[0]);
                continue;
            };
            let (own, more) = rest.split_at(levels.len());
            let mean: f64 = mean_level(levels)
                .iter()
                .zip(own)
                .map(|(share, own)| share * own)
                .sum();
            truths.extend(own.iter().map(|own| own - mean));
            rest = more;
        }
        truths
    }

    #[test]
    fn coefficients_come_back_within_their_errors_and_by_samples_too() {
        let (choices, _) = drawn(&Shape::plain(20_000), 11);
        let evidence = evidence(&choices, None);
        let ask = ASK.check().unwrap();
        for of in [choices.clone(), choices.sample(4, 3).unwrap()] {
            let fit = ask.fit(&of).unwrap();
            assert!(
                fit.log_likelihood > fit.equal_chances && fit.choosers == 6_667,
                "{fit:?}"
            );
            assert!((fit.design_effect - 1.0).abs() < 0.1, "{fit:?}");
            for (effect, truth) in fit.effects(&of, &evidence).iter().zip(truths(&evidence)) {
                let away = effect.utility.value - truth;
                assert!(
                    away.abs() < 3.2 * effect.utility.error,
                    "{effect:?} {truth}"
                );
                assert!(effect.utility.error < 0.06, "{effect:?}");
            }
        }
    }

    /// Share of 90 % intervals that hold the truth, over seeds, by whether the sandwich is asked for.
    #[test]
    fn intervals_hold_the_truth_as_often_as_they_say() {
        let (mut held, mut all) = (0, 0);
        for seed in 0..150 {
            let (choices, _) = drawn(&Shape::plain(400), seed);
            let evidence = evidence(&choices, None);
            let fit = ASK.check().unwrap().fit(&choices).unwrap();
            for (effect, truth) in fit
                .effects(&choices, &evidence)
                .iter()
                .zip(truths(&evidence))
            {
                held += usize::from(effect.utility.low <= truth && truth <= effect.utility.high);
                all += 1;
            }
        }
        let share = f64::from(held as u32) / f64::from(all);
        assert!((0.87..0.93).contains(&share), "{share}");
    }

    #[test]
    fn tastes_of_choosers_widen_the_errors() {
        let shape = Shape {
            each: 20,
            taste: 0.8,
            ..Shape::plain(8_000)
        };
        let (choices, _) = drawn(&shape, 4);
        let fit = ASK.check().unwrap().fit(&choices).unwrap();
        assert!(fit.design_effect > 1.5, "{}", fit.design_effect);
        // The same choices, each by somebody else, look surer.
        let mut apart = choices.occasions.clone();
        apart.chooser = (0..8_000).collect();
        let apart = Choices::new(
            choices.alternatives.clone(),
            (*choices.sets).clone(),
            apart,
            1,
        )
        .unwrap();
        let other = ASK.check().unwrap().fit(&apart).unwrap();
        assert!(other.design_effect < 1.2 && other.coefficients == fit.coefficients);
        let evidence = evidence(&choices, None);
        let errors = |fit: &Fit| -> Vec<f64> {
            fit.effects(&choices, &evidence)
                .iter()
                .map(|of| of.utility.error)
                .collect()
        };
        for (clustered, single) in errors(&fit).iter().zip(errors(&other)) {
            assert!(*clustered > 1.2 * single, "{clustered} {single}");
        }
    }

    #[test]
    fn neither_order_nor_threads_nor_shared_sets_matter() {
        let (choices, _) = drawn(&Shape::plain(3_000), 2);
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            pool.install(|| ASK.check().unwrap().fit(&choices)).unwrap()
        };
        let one = on(1);
        assert_eq!(one, on(2));
        assert_eq!(one, on(5));
        // A weight of 2 is the choice made twice from one set, but for what is known of choosers.
        let mut twice: Vec<usize> = (0..3_000).collect();
        twice.extend(0..3_000);
        let twice = ASK
            .check()
            .unwrap()
            .fit(&choices.take(&twice).unwrap())
            .unwrap();
        let mut heavy = choices.occasions.clone();
        heavy.weight.fill(2.0);
        let heavy = Choices::new(
            choices.alternatives.clone(),
            (*choices.sets).clone(),
            heavy,
            1,
        )
        .unwrap();
        let heavy = ASK.check().unwrap().fit(&heavy).unwrap();
        for (value, other) in twice.coefficients.iter().zip(&heavy.coefficients) {
            assert!((value - other).abs() < 1e-6);
        }
        assert!((twice.design_effect - heavy.design_effect).abs() < 1e-6);
    }

    #[test]
    fn levels_that_nothing_tells_of_stay_finite_and_are_named() {
        // Level 0 is taken whenever it is there, 3 is in no set, 4 is in sets by itself.
        let alternatives =
            Alternatives::new((0..5).collect(), vec![0, 1, 2, 3, 4], vec![5], &[]).unwrap();
        let sets = Sets {
            offsets: vec![0, 3, 5, 6],
            rows: vec![0, 1, 2, 1, 2, 4],
        };
        let count_of = 300;
        let occasions = Occasions {
            set: (0..count_of).map(|at| at % 3).collect(),
            chosen: (0..count_of)
                .map(|at| [0, 1 + (at / 3) % 2, 4][at as usize % 3])
                .collect(),
            group: vec![0; 300],
            chooser: (0..count_of).collect(),
            weight: vec![1.0; 300],
        };
        let choices = Choices::new(Arc::new(alternatives), sets, occasions, 1).unwrap();
        let fit = Params {
            ridge: 1.0,
            level: 0.9,
        }
        .check()
        .unwrap()
        .fit(&choices)
        .unwrap();
        let evidence = count(&Problem::of(&choices, None));
        let Attribute::Levels(levels) = &evidence[0] else {
            panic!()
        };
        let standings: Vec<Standing> = levels.iter().map(|level| level.standing).collect();
        use Standing::*;
        assert_eq!(
            standings,
            [AlwaysTaken, Compared, Compared, NotOffered, NotCompared]
        );
        let effects = fit.effects(&choices, &evidence);
        assert!(
            effects
                .iter()
                .all(|effect| effect.utility.value.is_finite())
        );
        assert!(
            fit.coefficients[0] > 2.0 && (fit.coefficients[1] - fit.coefficients[2]).abs() < 1e-9
        );
        // Of these the prior alone tells: 0, as unsure as it says.
        for of in [3, 4] {
            assert!(fit.coefficients[of].abs() < 1e-9);
            assert!((fit.covariance[of * 5 + of] - 1.0).abs() < 1e-9);
        }
        assert!(
            effects[3].utility.error > 3.0 * effects[1].utility.error,
            "{effects:?}"
        );
    }

    #[test]
    fn parameters_out_of_range_are_refused() {
        assert!(Params { ridge: 0.0, ..ASK }.check().is_err());
        assert!(
            Params {
                ridge: f64::NAN,
                ..ASK
            }
            .check()
            .is_err()
        );
        let (choices, _) = drawn(&Shape::plain(3), 1);
        let alone = ASK.check().unwrap().fit(&choices);
        assert_eq!(alone, Err(Error::Choosers { found: 1 }));
        let error = Params { level: 1.0, ..ASK }.check().unwrap_err();
        assert_eq!(
            error.to_string(),
            "level is 1; give a number between 0 and 1"
        );
    }
}
