//! What each attribute explains of choices, of all and of each group. It must not know what the attributes are.
//!
//! A part of the attributes explains by how much the log-likelihood of its own fit exceeds that of equal chances, less
//! what fitting adds by chance. The share of one attribute is Shapley's value (L. Shapley 1953;
//! as a share of what a regression explains: S. Lipovetsky, M. Conklin 2001): what it adds to the others, over all orders.
//! These shares add up to 1. What it alone explains is what is lost without it when all others stay; these do not add up.

use numeric::Progress;
use rayon::prelude::*;

use crate::choices::Choices;
use crate::effects::{Estimate, error_of_ratio, quantile};
use crate::error::{Error, require_choosers};
use crate::fit::Checked;
use crate::likelihood::Problem;
use crate::parts::{Made, Part, Parts};
use crate::pool::Pool;

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
    /// Log-likelihood over equal chances, by unit of weight, less what fitting adds by chance: what the best coefficients
    /// would explain, and not what the fit foresees of other choices.
    pub gain: Estimate,
    /// The gain as a share of what would be if every choice were foreseen (D. McFadden 1974's ρ², corrected); none where
    /// every set has one alternative.
    pub of_perfect: Option<f64>,
    /// By attribute.
    pub attributes: Vec<Importance>,
}

/// Parts that are fitted side by side, and whose choosers' values are held at once.
const BLOCK: usize = 8;

/// Running sums of one group: of each chooser and of the bias, what counts for all and for each attribute.
struct Sums {
    /// Each chooser's weight and log-likelihood of equal chances.
    weights: Vec<f64>,
    equal: Vec<f64>,
    /// One entry for all attributes together, then shares, then what each alone explains.
    each: Vec<Vec<f64>>,
    bias: Vec<f64>,
}

impl Checked {
    /// What each attribute explains, of all and of each group with at least two choosers. `pool` is of the same choices or of more, of
    /// which these are drawn ([`Choices::at_most`]); its variances draw the groups' fits towards that of all, for every
    /// part of the attributes anew. Intervals are those of a ratio of sums over choosers with coefficients taken as found,
    /// which to first order is all there is at a top; for what explains next to nothing they are rough.
    ///
    /// Up to [`ATTRIBUTES_MAX`] attributes all parts are fitted, so shares are exact but for the fits, each of which is
    /// within about 1e-3 of its highest log-likelihood; of more, one part more than there are attributes. Work is parts ×
    /// sum of the sets' sizes: bound it by [`Choices::at_most`] and [`Choices::sample`]. Told are parts of all parts.
    ///
    /// # Errors
    /// [`Error::Choosers`] where there is but one, [`Error::NotFound`], [`Error::Cancelled`].
    pub fn importance(
        &self,
        choices: &Choices,
        pool: &Pool,
        progress: &dyn Progress,
    ) -> Result<Vec<Explained>, Error> {
        let attributes = choices.alternatives.attributes();
        let who = std::iter::once(None).chain((0..choices.groups()).map(Some));
        let problems: Vec<(Option<usize>, Problem<'_>)> = who
            .map(|group| (group, Problem::of(choices, group)))
            .filter(|(group, problem)| group.is_none() || problem.choosers() >= 2)
            .collect();
        require_choosers(problems[0].1.choosers())?;
        let parts = Parts {
            choices,
            pool,
            ridge: self.0.ridge,
            problems,
        };
        let problems = parts.problems.iter();
        let mut sums: Vec<Sums> = problems.map(|(_, of)| Sums::of(of, attributes)).collect();
        let layers = layers(attributes);
        let total = layers.iter().map(Vec::len).sum::<usize>() as u64;
        let (mut above, mut done) = (Vec::new(), 0);
        for (place, layer) in layers.iter().enumerate() {
            let is_last = place + 1 == layers.len();
            let mut fitted: Vec<Part> = Vec::new();
            for block in layer.chunks(BLOCK) {
                let fit = |within: &Vec<bool>| parts.fit(within, &above, progress);
                let block_made: Vec<_> = block.par_iter().map(fit).collect();
                for (within, made) in block.iter().zip(block_made) {
                    let (part, made) = made?;
                    let weights = weights(within);
                    for (sums, made) in sums.iter_mut().zip(&made) {
                        sums.add(&weights, made);
                    }
                    // Nothing begins from the last ones, and of many attributes they are large.
                    fitted.extend((!is_last).then_some(part));
                }
                done += block.len() as u64;
                progress.tick(done, total);
            }
            above = fitted;
        }
        let told = parts.problems.iter().zip(&sums);
        Ok(told
            .map(|((group, problem), sums)| sums.told(*group, problem, self.0.level))
            .collect())
    }
}

/// The parts of the attributes to be fitted, by how many they have, most first: all but the empty one, or all of the
/// attributes and all but one.
fn layers(attributes: usize) -> Vec<Vec<Vec<bool>>> {
    if attributes > ATTRIBUTES_MAX {
        let but = |out: usize| (0..attributes).map(|of| of != out).collect();
        return vec![
            vec![vec![true; attributes]],
            (0..attributes).map(but).collect(),
        ];
    }
    let has = |part: usize| (0..attributes).map(|of| part >> of & 1 == 1).collect();
    let of_size = |size: usize| {
        let parts = (1..1usize << attributes).filter(|part| part.count_ones() as usize == size);
        parts.map(has).collect()
    };
    (1..=attributes).rev().map(of_size).collect()
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

impl Sums {
    fn of(problem: &Problem<'_>, attributes: usize) -> Self {
        let equal = problem.values(vec![0.0; problem.choices.alternatives.rows()]);
        Self {
            weights: problem.chooser_weights(),
            each: vec![vec![0.0; equal.len()]; 1 + 2 * attributes],
            bias: vec![0.0; 1 + 2 * attributes],
            equal,
        }
    }

    fn add(&mut self, weights: &[f64], made: &Made) {
        for ((each, total), weight) in self.each.iter_mut().zip(&mut self.bias).zip(weights) {
            if *weight == 0.0 {
                continue;
            }
            *total += weight * made.bias;
            for ((sum, value), equal) in each.iter_mut().zip(&made.values).zip(&self.equal) {
                *sum += weight * (value - equal);
            }
        }
    }

    fn told(&self, group: Option<usize>, problem: &Problem<'_>, level: f64) -> Explained {
        let attributes = problem.choices.alternatives.attributes();
        let quantile = quantile(level, problem.choosers());
        let weight = numeric::sum::sum(&self.weights);
        let total = |of: usize| numeric::sum::sum(&self.each[of]) - self.bias[of];
        let all = total(0);
        let perfect = -problem.equal_chances();
        let error = error_of_ratio(&self.each[0], &self.weights);
        let gain = Estimate::new(all / weight, error, quantile);
        let part = |of: usize| {
            let share = total(of) / all;
            let own = self.each[of].iter().zip(&self.each[0]);
            let away: Vec<f64> = own.map(|(own, all)| own - share * all).collect();
            let error = error_of_ratio(&away, &self.weights) * weight / all;
            (gain.low > 0.0).then(|| Estimate::new(share, error, quantile))
        };
        let of_attribute = |attribute: usize| Importance {
            attribute,
            share: part(1 + attribute).filter(|_| attributes <= ATTRIBUTES_MAX),
            alone: part(1 + attributes + attribute),
        };
        Explained {
            group,
            occasions: problem.places.len(),
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
    use numeric::Silent;
    use numeric::random::Random;
    use std::sync::Arc;
    use std::sync::Mutex;

    fn explained(choices: &Choices) -> Vec<Explained> {
        let ask = Params {
            ridge: 0.1,
            level: 0.9,
        }
        .check()
        .unwrap();
        let fit = ask.fit(choices).unwrap();
        let pool = ask.pool(choices, &fit).unwrap();
        ask.importance(choices, &pool, &Silent).unwrap()
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
            let joins: f64 = layers(count)
                .iter()
                .flatten()
                .filter(|part| part[0])
                .map(|part| weights(part)[1])
                .sum();
            assert!((joins - 1.0).abs() < 1e-12);
        }
        let sizes = |count| layers(count).iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(sizes(4), [1, 4, 6, 4]);
        assert_eq!(sizes(9), [1, 9]);
    }

    #[test]
    fn who_chooses_often_does_not_make_an_even_gain_unsure() {
        let shape = Shape {
            each: 1,
            ..Shape::plain(400)
        };
        let (mut choices, _) = drawn(&shape, 1);
        let weights = &mut choices.occasions.weight;
        *weights = (0..400).map(|at| [1.0, 50.0][at % 2]).collect();
        let problem = Problem::of(&choices, None);
        let mut sums = Sums::of(&problem, 4);
        let parts = [0.3, 0.12, 0.06, 0.06, 0.06];
        for (each, part) in sums.each.iter_mut().zip(parts) {
            *each = sums.weights.iter().map(|weight| part * weight).collect();
        }
        sums.bias[0] = 60.0;
        let told = sums.told(None, &problem, 0.9);
        assert!(told.gain.error < 1e-12, "{told:?}");
        let share = told.attributes[0].share.unwrap();
        assert!(share.error < 1e-12 && share.value > 0.4, "{share:?}");
    }

    /// Counts what is told and asks to stop from some count on.
    struct Told(Mutex<Vec<(u64, u64)>>, usize);

    impl Progress for Told {
        fn tick(&self, done: u64, total: u64) {
            self.0.lock().unwrap().push((done, total));
        }

        fn cancelled(&self) -> bool {
            self.0.lock().unwrap().len() >= self.1
        }
    }

    #[test]
    fn threads_do_not_matter_progress_is_told_and_it_stops_when_asked() {
        let (choices, _) = drawn(&Shape::grouped(1_800, 3), 7);
        let ask = Params {
            ridge: 0.1,
            level: 0.9,
        };
        let ask = ask.check().unwrap();
        let pool = ask.pool(&choices, &ask.fit(&choices).unwrap()).unwrap();
        let on = |threads, stop| {
            let workers = rayon::ThreadPoolBuilder::new().num_threads(threads);
            let told = Told(Mutex::default(), stop);
            let workers = workers.build().unwrap();
            let found = workers.install(|| ask.importance(&choices, &pool, &told));
            (found, told.0.into_inner().unwrap())
        };
        let one = on(1, usize::MAX);
        assert_eq!(one.1, [1, 5, 11, 15].map(|done| (done, 15)));
        assert!(one.0.is_ok());
        assert_eq!(one, on(2, usize::MAX));
        assert_eq!(one, on(5, usize::MAX));
        for stop in 0..4 {
            assert_eq!(on(2, stop), (Err(Error::Cancelled), one.1[..stop].to_vec()));
        }
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
    /// `of_rows`: seed of the rows.
    fn made(occasions: usize, copies: bool, of_rows: u64, seed: u64) -> Choices {
        let mut random = Random::new(of_rows);
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
        let mut random = Random::stream(of_rows, seed);
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
        let told = &explained(&made(4_000, true, 3, 0))[0];
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

    /// Shares of 300 choices against those of 10,000 from the same rows.
    #[test]
    fn shares_of_few_choices_are_right_on_average_and_their_intervals_hold() {
        let (mut away, mut held) = ([0.0; 3], [0; 3]);
        for rows in 0..5 {
            let truth = &explained(&made(10_000, false, rows, 0))[0];
            for seed in 1..=60 {
                let told = &explained(&made(300, false, rows, seed))[0];
                for (of, truth) in truth.attributes.iter().enumerate() {
                    let own = told.attributes[of].share.unwrap();
                    let truth = truth.share.unwrap().value;
                    away[of] += (own.value - truth) / 300.0;
                    held[of] += usize::from(own.low <= truth && truth <= own.high);
                }
            }
        }
        // With nothing, or all of Takeuchi's, taken off for chance, the third attribute is .03 too high or .05 too low.
        assert!(away.iter().all(|away| away.abs() < 0.01), "{away:?}");
        // Of 300 intervals of .9 that hold as often as they say, fewer than 255 do in one case of 500. Of what tells
        // nothing they are rough.
        assert!(held[0] >= 255, "{held:?}");
    }
}
