//! What each attribute explains of choices, of all and of each group. It must not know what the attributes are.
//!
//! A part of the attributes explains by how much the log-likelihood of its own fit exceeds that of equal chances, less
//! what fitting adds by chance (`tr J⁻¹B`: K. Takeuchi 1976). The share of one attribute is Shapley's value (L. Shapley 1953;
//! as a share of what a regression explains: S. Lipovetsky, M. Conklin 2001): what it adds to the others, over all orders.
//! These shares add up to 1. What it alone explains is what is lost without it when all others stay; these do not add up.

use crate::choices::Choices;
use crate::dense;
use crate::effects::{Estimate, quantile};
use crate::error::{Error, require_choosers};
use crate::fit::Checked;
use crate::likelihood::Problem;
use crate::newton::{Prior, Top};
use crate::pool::{Pool, prior, top};

/// The most attributes of which every part is fitted, as Shapley's shares need it.
pub const ATTRIBUTES_MAX: usize = 8;

/// What an attribute explains, in shares of what all explain together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Importance {
    /// The attribute, counted from 0.
    pub attribute: usize,
    /// Its share; none where there are more than [`ATTRIBUTES_MAX`] attributes or nothing sure is explained.
    pub share: Option<Estimate>,
    /// What nothing else explains; none where nothing sure is explained. An attribute that goes with others has little
    /// of its own, one that only counts beside others may have more than its share.
    pub alone: Option<Estimate>,
}

/// What is explained of the choices of a group.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// The group; none for all.
    pub group: Option<usize>,
    /// Occasions.
    pub occasions: usize,
    /// Log-likelihood over equal chances, by unit of weight, less what fitting adds by chance.
    pub gain: Estimate,
    /// The gain as a share of what would be if every choice were foreseen (D. McFadden 1974's ρ², corrected); none where
    /// every set has one alternative.
    pub of_perfect: Option<f64>,
    /// By attribute.
    pub attributes: Vec<Importance>,
}

/// Running sums of one group: of each chooser and of the bias, what counts for all and for each attribute.
struct Sums<'a> {
    problem: Problem<'a>,
    /// Each chooser's log-likelihood of equal chances.
    equal: Vec<f64>,
    /// One entry for all attributes together, then shares, then what each alone explains.
    each: Vec<Vec<f64>>,
    bias: Vec<f64>,
}

impl Checked {
    /// What each attribute explains, of all and of each group with at least two choosers. `pool` is of the same choices or of more, of
    /// which these are drawn ([`Choices::at_most`]); its variances draw the groups' fits towards that of all, for every
    /// part of the attributes anew. Intervals are those of sums over choosers with coefficients taken as found, which to
    /// first order is all there is at a top; for what explains next to nothing they are rough.
    ///
    /// # Errors
    /// [`Error::Choosers`] where there is but one, [`Error::NotFound`].
    pub fn importance(&self, choices: &Choices, pool: &Pool) -> Result<Vec<Explained>, Error> {
        let attributes = choices.alternatives.attributes();
        let who = std::iter::once(None).chain((0..choices.groups()).map(Some));
        let mut sums: Vec<(Option<usize>, Sums<'_>)> = who
            .map(|group| (group, Sums::of(Problem::of(choices, group), attributes)))
            .filter(|(_, sums)| sums.problem.choosers() >= 2)
            .collect();
        require_choosers(Problem::of(choices, None).choosers())?;
        for within in parts(attributes) {
            let columns = choices.alternatives.columns(&within);
            let weights = weights(&within);
            let of_all = self.top(
                &sums[0].1.problem,
                &within,
                restricted(choices, &within, &pool.of_all.coefficients),
            )?;
            let prior = prior(choices, &within, &pool.variances, pool.temper, &of_all.at);
            for (group, sums) in &mut sums {
                let (at, bias) = match group {
                    None => (
                        of_all.at.clone(),
                        dense::trace_of_product(&of_all.inverse, &of_all.curve.hill) / pool.temper,
                    ),
                    Some(group) => {
                        let start = restricted(choices, &within, &pool.groups[*group].at);
                        let top = top(&sums.problem, &within, &prior, start)?;
                        let bias = bias(&top, &prior, &of_all.inverse);
                        (top.at, bias)
                    }
                };
                sums.add(&weights, &columns.utilities(&at), bias);
            }
        }
        Ok(sums
            .into_iter()
            .map(|(group, sums)| sums.told(group, attributes, self.0.level))
            .collect())
    }
}

/// What fitting adds by chance to a group's likelihood: through its own coefficients, and through those of all that they
/// are drawn to.
fn bias(top: &Top, prior: &Prior, inverse_of_all: &[f64]) -> f64 {
    let width = top.at.len();
    let own = dense::trace_of_product(&top.inverse, &top.curve.hill);
    let mut pull = top.inverse.clone();
    for line in pull.chunks_exact_mut(width) {
        line.iter_mut()
            .zip(&prior.precision)
            .for_each(|(value, sure)| *value *= sure);
    }
    let through = dense::product(&pull, inverse_of_all, width);
    own + dense::trace_of_product(&through, &top.curve.hill) / prior.temper
}

/// The parts of the attributes to be fitted, none excepted but the empty one: all of them, or all and all but one.
fn parts(attributes: usize) -> Vec<Vec<bool>> {
    if attributes <= ATTRIBUTES_MAX {
        let has = |part: usize| (0..attributes).map(|of| part >> of & 1 == 1).collect();
        return (1..1usize << attributes).map(has).collect();
    }
    let but = |out: usize| (0..attributes).map(|of| of != out).collect();
    (0..=attributes).map(but).collect()
}

/// How much a part counts for: all together, the share of each attribute, what each alone explains.
fn weights(within: &[bool]) -> Vec<f64> {
    let count = within.len();
    let size = within.iter().filter(|within| **within).count();
    // Orders in which just these come first, with the attribute last of them or next after them.
    let orders = |before: usize| {
        let after = count - 1 - before;
        let chosen: f64 = (1..=before)
            .map(|of| of as f64 / (after + of) as f64)
            .product();
        chosen / count as f64
    };
    let share = |is: &bool| match is {
        _ if count > ATTRIBUTES_MAX => 0.0,
        true => orders(size - 1),
        false => -orders(size),
    };
    let whole = if size == count { 1.0 } else { 0.0 };
    let alone = |is: &bool| {
        if size + 1 == count && !is {
            -1.0
        } else {
            whole
        }
    };
    let mut weights = vec![whole];
    weights.extend(within.iter().map(share));
    weights.extend(within.iter().map(alone));
    weights
}

/// The coefficients of some attributes.
fn restricted(choices: &Choices, within: &[bool], all: &[f64]) -> Vec<f64> {
    let kept = (0..within.len()).filter(|&attribute| within[attribute]);
    kept.flat_map(|attribute| all[choices.alternatives.range(attribute)].to_vec())
        .collect()
}

impl<'a> Sums<'a> {
    fn of(problem: Problem<'a>, attributes: usize) -> Self {
        let equal = problem.values(&vec![0.0; problem.choices.alternatives.rows()]);
        Self {
            each: vec![vec![0.0; equal.len()]; 1 + 2 * attributes],
            bias: vec![0.0; 1 + 2 * attributes],
            equal,
            problem,
        }
    }

    fn add(&mut self, weights: &[f64], utilities: &[f64], bias: f64) {
        let values = self.problem.values(utilities);
        for ((each, total), weight) in self.each.iter_mut().zip(&mut self.bias).zip(weights) {
            if *weight == 0.0 {
                continue;
            }
            *total += weight * bias;
            for ((sum, value), equal) in each.iter_mut().zip(&values).zip(&self.equal) {
                *sum += weight * (value - equal);
            }
        }
    }

    fn told(&self, group: Option<usize>, attributes: usize, level: f64) -> Explained {
        let choosers = self.problem.choosers();
        let quantile = quantile(level, choosers);
        let small = choosers as f64 / (choosers - 1) as f64;
        let total = |of: usize| numeric::sum::sum(&self.each[of]) - self.bias[of];
        let all = total(0);
        let error = |of: usize, share: f64| {
            let sum = |of: usize| numeric::sum::sum(&self.each[of]);
            let mean = (sum(of) - share * sum(0)) / choosers as f64;
            let away = self.each[of]
                .iter()
                .zip(&self.each[0])
                .map(|(own, all)| own - share * all - mean);
            (small * away.map(|away| away * away).sum::<f64>()).sqrt()
        };
        let weight = self.problem.weight();
        let perfect = -self.problem.equal_chances();
        let gain = Estimate::new(all / weight, error(0, 0.0) / weight, quantile);
        let part = |of: usize| {
            let share = total(of) / all;
            (gain.low > 0.0).then(|| Estimate::new(share, error(of, share) / all, quantile))
        };
        let of_attribute = |attribute: usize| Importance {
            attribute,
            share: part(1 + attribute).filter(|_| attributes <= ATTRIBUTES_MAX),
            alone: part(1 + attributes + attribute),
        };
        Explained {
            group,
            occasions: self.problem.places.len(),
            gain,
            of_perfect: (perfect > 0.0).then_some(all / perfect),
            attributes: (0..attributes).map(of_attribute).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::test_data::{Shape, drawn};
    use crate::{Alternatives, Occasions, Params, Sets};
    use numeric::random::Random;
    use std::sync::Arc;

    fn explained(choices: &Choices) -> Vec<Explained> {
        let ask = Params {
            ridge: 0.1,
            level: 0.9,
        }
        .check()
        .unwrap();
        let fit = ask.fit(choices).unwrap();
        ask.importance(choices, &ask.pool(choices, &fit).unwrap())
            .unwrap()
    }

    #[test]
    fn weights_are_those_of_all_orders() {
        // Of three attributes a part of one comes first in two of six orders, a part of two just before the third in two.
        assert_eq!(
            weights(&[true, false, false])[1..4],
            [1.0 / 3.0, -1.0 / 6.0, -1.0 / 6.0]
        );
        assert_eq!(
            weights(&[true, true, true])[..4],
            [1.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0]
        );
        assert_eq!(weights(&[true, false, true])[4..], [0.0, -1.0, 0.0]);
        for count in 1..=ATTRIBUTES_MAX {
            // What an attribute adds counts 1 in all, over the parts that it joins.
            let joins: f64 = parts(count)
                .iter()
                .filter(|part| part[0])
                .map(|part| weights(part)[1])
                .sum();
            assert!((joins - 1.0).abs() < 1e-12);
        }
        assert_eq!(parts(9).len(), 10);
    }

    #[test]
    fn shares_add_up_and_follow_the_coefficients() {
        let (choices, _) = drawn(&Shape::grouped(6_000, 3), 5);
        let told = explained(&choices);
        assert_eq!(told.len(), 4);
        for one in &told {
            let shares: f64 = one
                .attributes
                .iter()
                .map(|of| of.share.unwrap().value)
                .sum();
            assert!((shares - 1.0).abs() < 1e-9, "{one:?}");
            assert!(
                one.gain.low > 0.0 && (0.05..0.5).contains(&one.of_perfect.unwrap()),
                "{one:?}"
            );
            for of in &one.attributes {
                let (share, alone) = (of.share.unwrap(), of.alone.unwrap());
                assert!((share.value - alone.value).abs() < 0.2, "{one:?}");
                assert!(share.error > 0.0 && share.error < 0.2, "{one:?}");
            }
        }
        // The first and third attribute and the number move more than the second.
        let share = |of: usize| told[0].attributes[of].share.unwrap().value;
        assert!(
            share(0) > share(1) && share(2) > share(1) && share(3) > share(1),
            "{told:?}"
        );
    }

    /// Attributes drawn by chance: choices follow the first, the second is its copy but for one row of ten, the third tells
    /// nothing.
    fn made(occasions: usize, copies: bool, seed: u64) -> Choices {
        let mut random = Random::new(seed);
        let mut levels = Vec::new();
        for _ in 0..80 {
            let own = random.below(2) as u32;
            let other = if copies && random.below(10) > 0 {
                own
            } else {
                random.below(2) as u32
            };
            levels.extend([own, other, random.below(4) as u32]);
        }
        let alternatives =
            Alternatives::new((0..80).collect(), levels, vec![2, 2, 4], &[]).unwrap();
        let columns = alternatives.all();
        let (mut sets, mut made) = (
            Sets {
                offsets: vec![0],
                rows: vec![],
            },
            Occasions::default(),
        );
        for at in 0..occasions {
            let rows: Vec<u32> = random
                .sample(80, 10)
                .iter()
                .map(|&row| row as u32)
                .collect();
            let chances: Vec<f64> = rows
                .iter()
                .map(|&row| if columns.codes(row)[0] == 1 { 3.0 } else { 1.0 })
                .collect();
            made.chosen.push(rows[random.weighted(&chances).unwrap()]);
            made.set.push(at as u32);
            made.group.push(0);
            made.chooser.push(at as u32);
            made.weight.push(1.0);
            sets.rows.extend(rows);
            sets.offsets.push(sets.rows.len());
        }
        Choices::new(Arc::new(alternatives), sets, made, 1).unwrap()
    }

    #[test]
    fn what_goes_with_another_shares_and_has_little_alone() {
        let told = &explained(&made(4_000, true, 3))[0];
        let [first, copy, nothing] = [0, 1, 2].map(|of| told.attributes[of]);
        assert!(
            copy.share.unwrap().value > 0.25 && copy.alone.unwrap().value < 0.05,
            "{told:?}"
        );
        assert!(
            first.alone.unwrap().value < 0.6 * first.share.unwrap().value,
            "{told:?}"
        );
        assert!(nothing.share.unwrap().value.abs() < 0.02, "{told:?}");
    }

    #[test]
    fn what_tells_nothing_explains_nothing_on_average() {
        let (mut sum, mut held) = (0.0, 0);
        for seed in 0..40 {
            let told = &explained(&made(300, false, seed))[0];
            let first = told.attributes[0].share.unwrap();
            sum += told.attributes[2].share.unwrap().value / 40.0;
            held += usize::from(first.low <= 1.0 && first.high >= 1.0);
        }
        // Without taking off what fitting adds, the third attribute's three degrees would have a share near a tenth.
        assert!(sum.abs() < 0.03, "{sum}");
        assert!(held >= 30, "{held}");
    }
}
