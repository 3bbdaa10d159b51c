//! Fits of parts of the attributes, of all and of each group, each begun where a part with one attribute more says that it
//! ends. It must not weigh them.

use numeric::Progress;

use crate::alternatives::Alternatives;
use crate::choices::Choices;
use crate::dense;
use crate::error::Error;
use crate::likelihood::Problem;
use crate::newton::{Prior, Top, climb};
use crate::pool::{Pool, prior};

/// A search ends where a step promises less, in units of the log-likelihood, and that step is taken unseen: Newton's
/// method squares what is left, and what attributes explain is told in tens of units.
const NEAR: f64 = 1e-3;

/// What every part is fitted to.
pub(crate) struct Parts<'a> {
    pub choices: &'a Choices,
    pub pool: &'a Pool,
    pub ridge: f64,
    /// Of all, then of groups.
    pub problems: Vec<(Option<usize>, Problem<'a>)>,
}

/// A fitted part: what those with one attribute less begin from.
pub(crate) struct Part {
    within: Vec<bool>,
    /// The log-likelihood of all.
    value: f64,
    /// One for each problem.
    ends: Vec<End>,
}

/// The top of a problem, about which its likelihood bends as `hill` says.
struct End {
    at: Vec<f64>,
    hill: Vec<f64>,
    centre: Vec<f64>,
}

/// What a part makes of a problem.
pub(crate) struct Made {
    /// Each chooser's log-likelihood.
    pub values: Vec<f64>,
    /// What fitting adds to them by chance.
    pub bias: f64,
}

impl Parts<'_> {
    /// Fits a part. `above`: fitted parts with one attribute more; none for the part of all attributes, which begins from
    /// the coefficients of the pool.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Cancelled`].
    pub fn fit(
        &self,
        within: &[bool],
        above: &[Part],
        progress: &dyn Progress,
    ) -> Result<(Part, Vec<Made>), Error> {
        let columns = self.choices.alternatives.columns(within);
        // The nearest is the one that loses least by losing an attribute: the one with the least to lose.
        let from = above
            .iter()
            .filter(|part| part.holds(within))
            .min_by(|a, b| a.value.total_cmp(&b.value));
        let mut part = Part {
            within: within.to_vec(),
            value: 0.0,
            ends: Vec::with_capacity(self.problems.len()),
        };
        let (mut made, mut of_all) = (Vec::new(), None);
        for (place, (group, problem)) in self.problems.iter().enumerate() {
            if progress.cancelled() {
                return Err(Error::Cancelled);
            }
            let prior = self.prior(*group, within, columns.width(), &part);
            let start = match (from, group) {
                (Some(from), _) => from.without(place, &self.choices.alternatives, within, &prior),
                (None, Some(group)) => self.pool.groups[*group].at.clone(),
                (None, None) => self.pool.of_all.coefficients.clone(),
            };
            let top = climb(start, &prior, NEAR, |at| problem.curve(&columns, at))?;
            let at = top.ahead(&prior);
            let bias = match &of_all {
                Some(all) => by_chance_of_group(&top, &prior, all),
                None => by_chance(&top.inverse, &top.curve.hill, at.len(), self.pool.temper),
            };
            made.push(Made {
                values: problem.values(columns.utilities(&at)),
                bias,
            });
            part.ends.push(End {
                at,
                hill: top.curve.hill.clone(),
                centre: prior.centre,
            });
            // All are before the groups.
            of_all.get_or_insert(top);
        }
        part.value = of_all.map_or(0.0, |top| top.curve.value);
        Ok((part, made))
    }

    /// Of all about 0; of a group about the part's fit of all, which is before it.
    fn prior(&self, group: Option<usize>, within: &[bool], width: usize, part: &Part) -> Prior {
        match (group, part.ends.first()) {
            (Some(_), Some(all)) => {
                let pool = self.pool;
                prior(self.choices, within, &pool.variances, pool.temper, &all.at)
            }
            _ => Prior {
                temper: 1.0,
                centre: vec![0.0; width],
                precision: vec![self.ridge; width],
            },
        }
    }
}

impl Part {
    fn holds(&self, within: &[bool]) -> bool {
        self.within.iter().zip(within).all(|(own, of)| *own || !of)
    }

    /// Where a problem's top is without some attributes, were its likelihood as bent everywhere as at the top with them:
    /// from `temper · slope = precision · (at - centre)` there, with coefficients left out `o` and others kept, the step
    /// solves `(temper · H + precision) step = precision · (centre's move) + temper · H_o at_o`.
    fn without(
        &self,
        problem: usize,
        alternatives: &Alternatives,
        within: &[bool],
        prior: &Prior,
    ) -> Vec<f64> {
        let end = &self.ends[problem];
        let (mut kept, mut out, mut first) = (Vec::new(), Vec::new(), 0);
        for attribute in (0..within.len()).filter(|&attribute| self.within[attribute]) {
            let next = first + alternatives.range(attribute).len();
            let of = if within[attribute] {
                &mut kept
            } else {
                &mut out
            };
            of.extend(first..next);
            first = next;
        }
        let hill = |row: usize, col: usize| prior.temper * end.hill[row * end.at.len() + col];
        let bend: Vec<f64> = kept
            .iter()
            .flat_map(|&row| kept.iter().map(move |&col| hill(row, col)))
            .collect();
        let pull = kept.iter().enumerate().map(|(place, &row)| {
            let lost: f64 = out.iter().map(|&col| hill(row, col) * end.at[col]).sum();
            lost + prior.precision[place] * (prior.centre[place] - end.centre[row])
        });
        let pull: Vec<f64> = pull.collect();
        let mut start: Vec<f64> = kept.iter().map(|&of| end.at[of]).collect();
        let bend = dense::with_diagonal(&bend, &prior.precision);
        if let Some(lower) = dense::factor(&bend, kept.len()) {
            let step = dense::solve(&lower, &pull);
            start
                .iter_mut()
                .zip(step)
                .for_each(|(at, step)| *at += step);
        }
        start
    }
}

/// By how much a fit's log-likelihood of its own choices exceeds that of the best coefficients, by chance: with scores `s`
/// of variance `hill / temper` that move the fit by `moves · s`, the expected `s' moves s` less half of what so moved it is
/// away from the top, `tr(moves B) - tr(moves B moves' H) / 2`. Without a prior that is half of K. Takeuchi's `tr H⁻¹B` (1976);
/// the other half is what the fit loses on choices of others, which is no matter of what an attribute explains.
fn by_chance(moves: &[f64], hill: &[f64], width: usize, temper: f64) -> f64 {
    let away = dense::sandwich(moves, hill, width);
    (dense::trace_of_product(moves, hill) - 0.5 * dense::trace_of_product(&away, hill)) / temper
}

/// The same of a group, whose scores move it themselves and through the fit of all that it is drawn to, and which those of
/// others move too. How far its prior holds it from its best coefficients is not known and not in it.
fn by_chance_of_group(top: &Top, prior: &Prior, all: &Top) -> f64 {
    let (width, temper, hill) = (top.at.len(), prior.temper, &top.curve.hill);
    let mut pull = top.inverse.clone();
    for line in pull.chunks_exact_mut(width) {
        line.iter_mut()
            .zip(&prior.precision)
            .for_each(|(value, sure)| *value *= sure);
    }
    let through = dense::product(&pull, &all.inverse, width);
    let own = top.inverse.iter().zip(&through);
    let moves: Vec<f64> = own.map(|(own, more)| temper * own + more).collect();
    let others = all.curve.hill.iter().zip(hill);
    let others: Vec<f64> = others.map(|(all, own)| all - own).collect();
    let away = dense::sandwich(&through, &others, width);
    by_chance(&moves, hill, width, temper) - 0.5 * dense::trace_of_product(&away, hill) / temper
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::Params;
    use crate::newton::GAIN_MIN;
    use crate::test_data::{Shape, drawn};
    use numeric::Silent;

    #[test]
    fn a_part_begun_from_another_ends_where_one_begun_from_nothing_does() {
        let (choices, _) = drawn(&Shape::grouped(1_500, 3), 4);
        let ask = Params {
            ridge: 0.5,
            level: 0.9,
        };
        let ask = ask.check().unwrap();
        let pool = ask.pool(&choices, &ask.fit(&choices).unwrap()).unwrap();
        let who = [None, Some(0), Some(1), Some(2)];
        let parts = Parts {
            choices: &choices,
            pool: &pool,
            ridge: 0.5,
            problems: who
                .map(|group| (group, Problem::of(&choices, group)))
                .into(),
        };
        let mut above = vec![parts.fit(&[true; 4], &[], &Silent).unwrap().0];
        for within in [
            [true, false, true, true],
            [false, false, true, true],
            [false, false, true, false],
        ] {
            let (part, made) = parts.fit(&within, &above, &Silent).unwrap();
            let columns = choices.alternatives.columns(&within);
            for (place, (group, problem)) in parts.problems.iter().enumerate() {
                let prior = parts.prior(*group, &within, columns.width(), &part);
                let curve = |at: &[f64]| problem.curve(&columns, at);
                let none = vec![0.0; columns.width()];
                let exact = climb(none, &prior, GAIN_MIN, curve).unwrap();
                let value: f64 = made[place].values.iter().sum();
                assert!(
                    (value - exact.curve.value).abs() < 1e-3,
                    "{value} {within:?} {exact:?}"
                );
                // What it begins from is most of the way: losing an attribute loses hundreds.
                let start = above[0].without(place, &choices.alternatives, &within, &prior);
                let lost = 2.0
                    * (prior.value(&exact.at, &exact.curve) - {
                        let begun = problem.curve(&columns, &start);
                        prior.value(&start, &begun)
                    });
                assert!((-1e-9..20.0).contains(&lost), "{within:?} {place} {lost}");
            }
            above = vec![part];
        }
    }
}
