//! Fits of groups of choosers, each drawn towards the fit of all the more the less it tells. It must not make groups.
//!
//! Empirical Bayes: a group's coefficients are spread about those of all as normal numbers, with one variance for each
//! attribute. Variances are those that explain the groups best, by expectation and maximisation with each group's
//! likelihood taken as normal about its top (Laplace; B. Efron, C. Morris 1975 for the idea; A. P. Dempster, N. M. Laird,
//! D. B. Rubin 1977 for the search; K. Train 2009, chapter 12, for the hierarchical logit). As choosers choose again and
//! again, likelihoods count by one over the design effect of the fit of all (F. Pauli, W. Racugno, L. Ventura 2011).

use numeric::tail::fisher_f_above;

use crate::choices::Choices;
use crate::dense;
use crate::effects::{Effect, effects};
use crate::error::Error;
use crate::evidence::Attribute;
use crate::fit::{Checked, Fit};
use crate::likelihood::Problem;
use crate::newton::{GAIN_MIN, Prior, Top, climb};

/// Rounds of fitting groups to variances, and of variances to groups.
const OUTER: usize = 4;
const INNER: usize = 200;
/// Variances to begin with and the least.
const BEGIN: f64 = 0.1;
const LEAST: f64 = 1e-6;

/// Fits of groups.
#[derive(Debug, Clone, PartialEq)]
pub struct Pool {
    /// Variance of the groups' coefficients about those of all, by attribute: levels in logits, numbers in logits by
    /// standard deviation.
    pub variances: Vec<f64>,
    pub(crate) temper: f64,
    pub(crate) of_all: Fit,
    pub(crate) groups: Vec<OfGroup>,
    significance: f64,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OfGroup {
    pub at: Vec<f64>,
    /// Of the coefficients, and of their difference from those of all.
    covariance: Vec<f64>,
    of_difference: Vec<f64>,
}

/// Whether an attribute moves a group otherwise than all.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The attribute, counted from 0.
    pub attribute: usize,
    /// The group's utility less that of all, by level (one entry for a number), with intervals.
    pub by_level: Vec<Effect>,
    /// Wald's statistic of the differences by their degrees.
    pub statistic: f64,
    /// Degrees: levels offered at all less 1, or 1 for a number.
    pub degrees: usize,
    /// Chance of as large a statistic were there no difference.
    pub p: f64,
    /// Whether `p` is below 1 less the level of the intervals.
    pub differs: bool,
}

impl Checked {
    /// Fits every group, drawn towards `fit`, which is of the same choices. A group without occasions is as all are.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn pool(&self, choices: &Choices, fit: &Fit) -> Result<Pool, Error> {
        let problems: Vec<Problem<'_>> = (0..choices.groups())
            .map(|group| Problem::of(choices, Some(group)))
            .collect();
        let attributes = choices.alternatives.attributes();
        let within = vec![true; attributes];
        let columns = choices.alternatives.all();
        let filled = problems
            .iter()
            .filter(|problem| problem.choosers() > 0)
            .count();
        let temper = 1.0 / fit.design_effect;
        // One group is all there is: nothing is spread.
        let begin = if filled > 1 { BEGIN } else { LEAST };
        let mut variances = vec![begin; attributes];
        let mut starts = vec![fit.coefficients.clone(); problems.len()];
        let mut tops = Vec::new();
        for round in 0..OUTER {
            let prior = prior(choices, &within, &variances, temper, &fit.coefficients);
            tops = problems
                .iter()
                .zip(&starts)
                .map(|(problem, start)| {
                    let curve = |at: &[f64]| problem.curve(&columns, at);
                    climb(start.clone(), &prior, GAIN_MIN, curve)
                })
                .collect::<Result<Vec<Top>, Error>>()?;
            starts = tops.iter().map(|top| top.at.clone()).collect();
            if filled > 1 && round + 1 < OUTER {
                let of: Vec<&Top> = tops
                    .iter()
                    .zip(&problems)
                    .filter(|(_, problem)| problem.choosers() > 0)
                    .map(|(top, _)| top)
                    .collect();
                variances = spread(choices, variances, temper, &fit.coefficients, &of);
            }
        }
        let prior = prior(choices, &within, &variances, temper, &fit.coefficients);
        let groups = tops
            .into_iter()
            .map(|top| of_group(top, &prior, fit))
            .collect();
        Ok(Pool {
            variances,
            temper,
            of_all: fit.clone(),
            groups,
            significance: 1.0 - self.0.level,
        })
    }
}

/// The prior of a group's coefficients of some attributes about `centre`.
pub(crate) fn prior(
    choices: &Choices,
    within: &[bool],
    variances: &[f64],
    temper: f64,
    centre: &[f64],
) -> Prior {
    let kept = (0..variances.len()).filter(|&attribute| within[attribute]);
    let each = kept.flat_map(|attribute| {
        choices
            .alternatives
            .range(attribute)
            .map(move |_| 1.0 / variances[attribute])
    });
    Prior {
        temper,
        centre: centre.to_vec(),
        precision: each.collect(),
    }
}

/// The variances that explain the groups best, likelihoods taken as normal about their tops.
fn spread(
    choices: &Choices,
    mut variances: Vec<f64>,
    temper: f64,
    centre: &[f64],
    tops: &[&Top],
) -> Vec<f64> {
    let within = vec![true; variances.len()];
    for _ in 0..INNER {
        let prior = prior(choices, &within, &variances, temper, centre);
        let mut sums = vec![0.0; variances.len()];
        for top in tops {
            let tempered: Vec<f64> = top.curve.hill.iter().map(|value| temper * value).collect();
            let Some(lower) = dense::factor(
                &dense::with_diagonal(&tempered, &prior.precision),
                centre.len(),
            ) else {
                return variances;
            };
            let slope: Vec<f64> = (0..centre.len())
                .map(|of| {
                    temper * top.curve.slope[of] - prior.precision[of] * (top.at[of] - centre[of])
                })
                .collect();
            let step = dense::solve(&lower, &slope);
            let away: Vec<f64> = (0..centre.len())
                .map(|of| top.at[of] + step[of] - centre[of])
                .collect();
            let unsure = dense::inverse(&lower, centre.len());
            for (attribute, sum) in sums.iter_mut().enumerate() {
                *sum += squares(choices, attribute, &away, &unsure) / tops.len() as f64;
            }
        }
        let moved = |(new, old): (&f64, &f64)| (new - old).abs() > 1e-3 * old;
        sums.iter_mut().for_each(|sum| *sum = sum.max(LEAST));
        let goes_on = sums.iter().zip(&variances).any(moved);
        variances = sums;
        if !goes_on {
            break;
        }
    }
    variances
}

/// The expected square of an attribute's coefficients, by degree of freedom; what all levels have in common moves no choice
/// and does not count.
fn squares(choices: &Choices, attribute: usize, away: &[f64], unsure: &[f64]) -> f64 {
    let (width, range) = (away.len(), choices.alternatives.range(attribute));
    let size = range.len() as f64;
    let own = range
        .clone()
        .map(|of| away[of].powi(2) + unsure[of * width + of])
        .sum::<f64>();
    if attribute >= choices.alternatives.sizes().len() {
        return own;
    }
    let common = range.clone().map(|of| away[of]).sum::<f64>().powi(2);
    let shared: f64 = range
        .clone()
        .map(|row| unsure[row * width..][range.clone()].iter().sum::<f64>())
        .sum();
    (own - (common + shared) / size) / (size - 1.0).max(1.0)
}

/// A group's top with its covariances: the posterior's, and what the centre's own error adds through the prior (R. Kass,
/// D. Steffey 1989).
fn of_group(top: Top, prior: &Prior, fit: &Fit) -> OfGroup {
    let width = top.at.len();
    // How the top moves with the centre, and how its difference from the centre does.
    let mut pull = top.inverse.clone();
    for line in pull.chunks_exact_mut(width) {
        line.iter_mut()
            .zip(&prior.precision)
            .for_each(|(value, sure)| *value *= sure);
    }
    let away = dense::with_diagonal(&pull, &vec![-1.0; width]);
    let plus = |by: &[f64]| {
        let more = dense::sandwich(by, &fit.covariance, width);
        top.inverse
            .iter()
            .zip(more)
            .map(|(own, more)| own + more)
            .collect()
    };
    OfGroup {
        covariance: plus(&pull),
        of_difference: plus(&away),
        at: top.at,
    }
}

impl Pool {
    /// The effects of a group. `evidence`: counts of all over whole sets, whose mean level is the one compared with.
    ///
    /// # Panics
    /// Like a slice, where there is no such group.
    pub fn effects(&self, group: usize, choices: &Choices, evidence: &[Attribute]) -> Vec<Effect> {
        let own = &self.groups[group];
        effects(
            &choices.alternatives,
            evidence,
            (&own.at, &own.covariance),
            self.of_all.quantile,
        )
    }

    /// By attribute, how a group differs from all. As the groups' coefficients are drawn together, chance differences are
    /// rarer than the level says (A. Gelman, J. Hill, M. Yajima 2012).
    ///
    /// # Panics
    /// Like a slice, where there is no such group.
    pub fn differences(
        &self,
        group: usize,
        choices: &Choices,
        evidence: &[Attribute],
    ) -> Vec<Difference> {
        let own = &self.groups[group];
        let width = own.at.len();
        let apart: Vec<f64> = own
            .at
            .iter()
            .zip(&self.of_all.coefficients)
            .map(|(a, b)| a - b)
            .collect();
        let of = (&apart[..], &own.of_difference[..]);
        let every = effects(&choices.alternatives, evidence, of, self.of_all.quantile);
        let choosers = self.of_all.choosers.saturating_sub(1).max(1) as f64;
        let of_attribute = |(attribute, counts): (usize, &Attribute)| {
            let range = choices.alternatives.range(attribute);
            let offered: Vec<usize> = match counts {
                Attribute::Number { .. } => range.collect(),
                Attribute::Levels(levels) => range
                    .zip(levels)
                    .filter(|(_, level)| level.offered > 0.0)
                    .map(|(at, _)| at)
                    .collect(),
            };
            let (statistic, degrees) = wald(&apart, &own.of_difference, width, &offered, counts);
            let p = fisher_f_above(statistic, degrees.max(1) as f64, choosers);
            Difference {
                attribute,
                by_level: every
                    .iter()
                    .filter(|one| one.attribute == attribute)
                    .copied()
                    .collect(),
                statistic,
                degrees,
                p,
                differs: p < self.significance,
            }
        };
        evidence.iter().enumerate().map(of_attribute).collect()
    }
}

/// Wald's statistic by its degrees, of a number, or of levels against the last one of them.
fn wald(
    apart: &[f64],
    covariance: &[f64],
    width: usize,
    offered: &[usize],
    counts: &Attribute,
) -> (f64, usize) {
    let cell = |row: usize, col: usize| covariance[row * width + col];
    let Some((&last, others)) = offered.split_last() else {
        return (0.0, 0);
    };
    if let Attribute::Number { .. } = counts {
        return (apart[last].powi(2) / cell(last, last), 1);
    }
    let gaps: Vec<f64> = others.iter().map(|&of| apart[of] - apart[last]).collect();
    let of_gaps: Vec<f64> = others
        .iter()
        .flat_map(|&a| {
            others
                .iter()
                .map(move |&b| cell(a, b) - cell(a, last) - cell(last, b) + cell(last, last))
        })
        .collect();
    match dense::factor(&of_gaps, gaps.len()) {
        Some(lower) if !gaps.is_empty() => {
            let solved = dense::solve(&lower, &gaps);
            let square: f64 = gaps.iter().zip(solved).map(|(a, b)| a * b).sum();
            (square / gaps.len() as f64, gaps.len())
        }
        _ => (0.0, gaps.len()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::Params;
    use crate::effects::mean_level;
    use crate::evidence::evidence;
    use crate::test_data::{Shape, drawn, of_groups};

    const ASK: Params = Params {
        ridge: 0.1,
        level: 0.9,
    };

    fn pooled(choices: &Choices) -> Pool {
        let ask = ASK.check().unwrap();
        ask.pool(choices, &ask.fit(choices).unwrap()).unwrap()
    }

    /// Squared errors of the contrasts of levels within attributes, and of the number.
    fn error(at: &[f64], truth: &[f64], scale: f64) -> f64 {
        let mut sum = 0.0;
        for range in [0..3, 3..5, 5..9] {
            let gap = |of: usize| at[of] - truth[of];
            let mean = range.clone().map(gap).sum::<f64>() / range.len() as f64;
            sum += range.map(|of| (gap(of) - mean).powi(2)).sum::<f64>();
        }
        sum + (at[9] - scale * truth[9]).powi(2)
    }

    #[test]
    fn small_groups_come_nearer_to_their_truth_than_alone_or_as_all() {
        let shape = Shape::grouped(4_800, 12);
        let (choices, _) = drawn(&shape, 21);
        let truths = of_groups(&shape, 21);
        let pool = pooled(&choices);
        let scale = choices.alternatives.scales()[0];
        let (mut drawn_near, mut alone, mut as_all) = (0.0, 0.0, 0.0);
        for (group, truth) in truths.iter().enumerate() {
            let only = choices.take(&choices.places(Some(group))).unwrap();
            let own = ASK.check().unwrap().fit(&only).unwrap();
            drawn_near += error(&pool.groups[group].at, truth, scale);
            alone += error(&own.coefficients, truth, scale);
            as_all += error(&pool.of_all.coefficients, truth, scale);
        }
        assert!(
            drawn_near < 0.95 * alone && drawn_near < 0.6 * as_all,
            "{drawn_near} {alone} {as_all}"
        );
        // Drawn with a variance of 0.16 by level.
        assert!(
            pool.variances[..3]
                .iter()
                .all(|one| (0.04..0.5).contains(one)),
            "{pool:?}"
        );
    }

    #[test]
    fn groups_that_are_alike_are_told_so_and_intervals_hold() {
        let (mut told, mut tests, mut held, mut all) = (0, 0, 0, 0);
        for seed in 0..20 {
            for apart in [0.0, 0.4] {
                let shape = Shape {
                    apart,
                    ..Shape::grouped(2_000, 8)
                };
                let (choices, _) = drawn(&shape, seed);
                let (pool, evidence) = (pooled(&choices), evidence(&choices, None));
                for (group, truth) in of_groups(&shape, seed).iter().enumerate() {
                    let differences = pool.differences(group, &choices, &evidence);
                    if apart == 0.0 {
                        told += differences.iter().filter(|one| one.differs).count();
                        tests += differences.len();
                    }
                    for effect in pool.effects(group, &choices, &evidence) {
                        let of = choices.alternatives.range(effect.attribute).start
                            + effect.level.unwrap_or(0);
                        let mean = match &evidence[effect.attribute] {
                            Attribute::Levels(levels) => {
                                let range = choices.alternatives.range(effect.attribute);
                                let mean = mean_level(levels);
                                range.zip(mean).map(|(at, share)| truth[at] * share).sum()
                            }
                            Attribute::Number { .. } => 0.0,
                        };
                        let own = truth[of] - mean;
                        held +=
                            usize::from(effect.utility.low <= own && own <= effect.utility.high);
                        all += 1;
                    }
                }
            }
        }
        assert!(
            f64::from(told as u32) / f64::from(tests as u32) < 0.1,
            "{told} {tests}"
        );
        let share = f64::from(held as u32) / f64::from(all);
        assert!((0.84..0.95).contains(&share), "{share}");
    }

    #[test]
    fn a_group_that_is_moved_otherwise_is_found_and_one_without_choices_is_as_all() {
        let shape = Shape {
            groups: 5,
            ..Shape::plain(9_000)
        };
        let (choices, _) = drawn(&shape, 8);
        // Group 2 takes, of the alternatives it has, the first with level 1 of the second attribute four times of five;
        // who was group 4 is of group 3.
        let mut occasions = choices.occasions.clone();
        for at in 0..choices.len() {
            if occasions.group[at] == 2 && at % 5 > 0 {
                let set = choices.sets.of(occasions.set[at]);
                let has = |row: &&u32| choices.alternatives.all().codes(**row)[1] == 4;
                occasions.chosen[at] = *set.iter().find(has).unwrap_or(&occasions.chosen[at]);
            }
            occasions.group[at] = occasions.group[at].min(3);
        }
        let sets = (*choices.sets).clone();
        let choices = Choices::new(choices.alternatives.clone(), sets, occasions, 5).unwrap();
        let (pool, evidence) = (pooled(&choices), evidence(&choices, None));
        let of = |group| pool.differences(group, &choices, &evidence);
        let found = &of(2)[1];
        assert!(found.differs && found.p < 1e-6, "{found:?}");
        assert!(found.by_level[1].utility.low > 0.5, "{found:?}");
        assert_eq!(pool.groups[4].at, pool.of_all.coefficients);
        for one in of(4) {
            assert!(!one.differs && one.statistic < 1e-12, "{one:?}");
            assert!(one.by_level.iter().all(|level| level.utility.error > 0.0));
        }
    }

    #[test]
    fn one_group_is_all() {
        let (choices, _) = drawn(&Shape::plain(600), 1);
        let pool = pooled(&choices);
        for (own, all) in pool.groups[0].at.iter().zip(&pool.of_all.coefficients) {
            assert!((own - all).abs() < 1e-4);
        }
        // Its error is that of all, not that of the narrow prior.
        let ratio = pool.groups[0].covariance[9 * 10 + 9] / pool.of_all.covariance[9 * 10 + 9];
        assert!((0.98..1.02).contains(&ratio), "{ratio}");
    }
}
