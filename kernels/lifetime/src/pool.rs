//! Fits of groups of customers, each drawn towards the fit of all the more the less it tells. It must not make groups.
//!
//! Empirical Bayes: the logarithms of a group's parameters are spread about those of the fit of all as normal numbers, each
//! with a variance of its own. Variances are those that explain the groups best, by expectation and maximisation with
//! each group's likelihood taken as normal about its top (Laplace; B. Efron, C. Morris 1975 for the idea; A. P.
//! Dempster, N. M. Laird, D. B. Rubin 1977 for the search).

use crate::customers::{Customers, Distinct};
use crate::error::{Error, require, require_rows};
use crate::fit::{self, Fit, Space};
use crate::model::Model;
use crate::newton::{self, Derivatives, Top};
use rayon::prelude::*;

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Params {
    /// Groups of fewer customers get the fit of all: at least 1.
    pub fewest: usize,
}

/// Parameters that were checked.
#[derive(Debug, Clone)]
pub struct Pooling(Params);

/// Fits of all and of groups.
#[derive(Debug, Clone, PartialEq)]
pub struct Pooled {
    /// The fit of all.
    pub all: Fit,
    /// That of each group. Standard errors are of the group's likelihood and the spread of groups together.
    pub groups: Vec<Fit>,
    /// Whether each group has a fit of its own, or that of all.
    pub own: Vec<bool>,
    /// Standard deviation of the logarithm of each parameter among groups.
    pub spread: [f64; 4],
}

/// The variance of a logarithm among groups from which the search begins: factors of about 1.4 either way.
const BEGIN: f64 = 0.1;
/// Below this variance groups are alike, and a lesser one changes nothing that anybody would see.
const LEAST: f64 = 1e-6;
/// The search for variances ends where none changes by more than this share.
const CHANGE: f64 = 0.02;
/// Or after so many rounds.
const ROUNDS_MAX: usize = 40;

impl Params {
    /// Checks the parameters.
    ///
    /// # Errors
    /// `Parameter` where `fewest` is 0.
    pub fn check(self) -> Result<Pooling, Error> {
        require(self.fewest > 0, "fewest", self.fewest, "1 or more")?;
        Ok(Pooling(self))
    }
}

impl Pooling {
    /// Fits all customers, and each group of `groups`; `of` is the group of each customer, from 0. Those of no group count
    /// in the fit of all alone.
    ///
    /// # Errors
    /// As [`crate::fit`] of all; `Mismatch`; `Parameter` for a group that is not below `groups`.
    pub fn fit(
        &self,
        model: Model,
        customers: &Customers,
        of: &[Option<u32>],
        groups: usize,
    ) -> Result<Pooled, Error> {
        require_rows("groups", of.len(), customers.len())?;
        let mut members = vec![Vec::new(); groups];
        let placed = of.iter().enumerate();
        for (row, group) in placed.filter_map(|(row, group)| Some((row, (*group)?))) {
            let own = members.get_mut(group as usize);
            own.ok_or_else(|| Error::Parameter {
                field: "group",
                value: group.to_string(),
                legal: "a number below that of groups",
            })?
            .push(row);
        }
        let all = fit::fit(model, customers)?;
        let space = Space::of(model, &Distinct::of(customers))?;
        let centre = all.parameters.map(f64::ln);
        let own: Vec<bool> = members
            .iter()
            .map(|rows| rows.len() >= self.0.fewest)
            .collect();
        let told = members.iter().zip(&own).filter(|(_, own)| **own);
        let data: Vec<Distinct> = told
            .map(|(rows, _)| Distinct::of(&customers.take(rows)))
            .collect();
        let found = settle(&space, centre, &data)?;
        let mut fits = data.iter().zip(&found.tops).map(|(rows, top)| {
            let value = model.log_likelihood(&top.at, rows).value;
            fit::told(model, top, value, &top.found.curvature, rows)
        });
        let of_group = |own: &bool| {
            own.then(|| fits.next())
                .flatten()
                .unwrap_or_else(|| all.clone())
        };
        let groups = own.iter().map(of_group).collect();
        Ok(Pooled {
            groups,
            own,
            spread: found.variances.map(f64::sqrt),
            all,
        })
    }
}

struct Settled {
    tops: Vec<Top<4>>,
    variances: [f64; 4],
}

fn settle(space: &Space, centre: [f64; 4], data: &[Distinct]) -> Result<Settled, Error> {
    let mut variances = [BEGIN; 4];
    let mut starts = vec![centre; data.len()];
    for round in 1.. {
        let climbed = data
            .par_iter()
            .zip(&starts)
            .map(|(rows, start)| space.climb(*start, rows, |at| prior(at, &centre, &variances)));
        let tops: Vec<Top<4>> = climbed.collect::<Result<_, Error>>()?;
        let next = spread(&tops, &centre, &variances);
        let settled = (0..4).all(|of| (next[of] / variances[of] - 1.0).abs() < CHANGE);
        if settled || round == ROUNDS_MAX || data.is_empty() {
            return Ok(Settled { tops, variances });
        }
        variances = next;
        starts = tops.iter().map(|top| top.at).collect();
    }
    unreachable!("the rounds end")
}

/// The variances that groups at these tops speak for: their distances from the centre, and how unsure each is.
fn spread(tops: &[Top<4>], centre: &[f64; 4], variances: &[f64; 4]) -> [f64; 4] {
    std::array::from_fn(|of| {
        let each = tops.iter().map(|top| {
            let unsure =
                newton::covariance(&top.found.curvature).map_or(variances[of], |own| own[of][of]);
            (top.at[of] - centre[of]).powi(2) + unsure
        });
        (each.sum::<f64>() / tops.len() as f64).max(LEAST)
    })
}

/// The logarithm of the normal density, but for its constant.
fn prior(at: &[f64; 4], centre: &[f64; 4], variances: &[f64; 4]) -> Derivatives<4> {
    let mut found = Derivatives::ZERO;
    for of in 0..4 {
        let away = at[of] - centre[of];
        found.value -= 0.5 * away * away / variances[of];
        found.slope[of] = -away / variances[of];
        found.curvature[of][of] = -1.0 / variances[of];
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::forecast;
    use crate::test_data::drawn;

    /// Groups that differ, of different sizes: their customers, what they bought later, and whose they are.
    fn groups(
        model: Model,
        truths: &[([f64; 4], usize)],
    ) -> (Customers, Vec<u32>, Vec<Option<u32>>) {
        let (mut repeats, mut recency, mut age) = (vec![], vec![], vec![]);
        let (mut later, mut of) = (vec![], vec![]);
        for (group, (truth, count)) in truths.iter().enumerate() {
            let (own, after) = drawn(model, truth, *count, (40.0, 40.0), 100 + group as u64);
            for row in 0..*count {
                let row = own.row(row);
                repeats.push(row.repeats);
                recency.push(row.recency);
                age.push(row.age);
            }
            later.extend(after);
            of.extend(vec![Some(group as u32); *count]);
        }
        (Customers::new(repeats, recency, age).unwrap(), later, of)
    }

    fn squared_error(
        model: Model,
        fits: &[Fit],
        customers: &Customers,
        later: &[u32],
        of: &[Option<u32>],
    ) -> f64 {
        let ask = forecast::Params {
            horizon: 40.0,
            discount: 0.0,
            level: 0.8,
        }
        .check()
        .unwrap();
        let each = fits.iter().enumerate().map(|(group, fit)| {
            let rows: Vec<usize> = (0..of.len())
                .filter(|row| of[*row] == Some(group as u32))
                .collect();
            let told = ask
                .run(model, &fit.parameters, &customers.take(&rows))
                .unwrap();
            told.iter()
                .zip(rows)
                .map(|(one, row)| (one.orders - f64::from(later[row])).powi(2))
                .sum::<f64>()
        });
        each.sum()
    }

    #[test]
    fn groups_drawn_to_all_forecast_better_than_all_or_each_alone() {
        let (slow, quick) = ([0.8, 12.0, 0.9, 3.0], [1.6, 4.0, 0.5, 3.0]);
        let truths: Vec<([f64; 4], usize)> = (0..16)
            .map(|group| {
                (
                    if group % 2 == 0 { slow } else { quick },
                    if group < 4 { 2_000 } else { 40 },
                )
            })
            .collect();
        let model = Model::BgNbd;
        let (customers, later, of) = groups(model, &truths);
        let pooling = Params { fewest: 20 }.check().unwrap();
        let found = pooling.fit(model, &customers, &of, truths.len()).unwrap();
        let alone: Vec<Fit> = (0..16)
            .map(|group| {
                let rows: Vec<usize> = (0..of.len())
                    .filter(|row| of[*row] == Some(group))
                    .collect();
                fit::fit(model, &customers.take(&rows)).unwrap()
            })
            .collect();
        let error = |fits: &[Fit]| squared_error(model, fits, &customers, &later, &of);
        let (own, one, pooled) = (
            error(&alone),
            error(&vec![found.all.clone(); 16]),
            error(&found.groups),
        );
        assert!(
            pooled < one && pooled < own,
            "{pooled} all {one} alone {own} {:?}",
            found.spread
        );
        // A large group keeps nearly what it says itself; a small one lies between itself and all.
        let away = |a: &Fit, b: &Fit| (a.parameters[1] / b.parameters[1]).ln().abs();
        assert!(away(&found.groups[0], &alone[0]) < 0.1 * away(&found.all, &alone[0]));
    }

    #[test]
    fn groups_that_are_alike_get_what_all_get() {
        let truth = [0.8, 8.0, 0.9, 12.0];
        let truths = [
            (truth, 1_000),
            (truth, 200),
            (truth, 200),
            (truth, 60),
            (truth, 5),
        ];
        let model = Model::ParetoNbd;
        let (customers, _, of) = groups(model, &truths);
        let found = Params { fewest: 20 }
            .check()
            .unwrap()
            .fit(model, &customers, &of, 6)
            .unwrap();
        assert!(
            found.spread.iter().all(|spread| *spread < 0.25),
            "{:?}",
            found.spread
        );
        assert_eq!(found.own, [true, true, true, true, false, false]);
        assert_eq!(found.groups[4], found.all);
        for group in &found.groups {
            for (value, all) in group.parameters.iter().zip(found.all.parameters) {
                assert!((value / all).ln().abs() < 0.35, "{group:?}");
            }
        }
    }

    #[test]
    fn who_is_in_no_group_counts_for_all_and_for_no_group() {
        let (model, truth) = (Model::BgNbd, [0.6, 4.0, 0.7, 2.5]);
        let busy = [3.0, 2.0, 0.7, 2.5];
        let (customers, _, mut of) = groups(model, &[(truth, 400), (truth, 400), (busy, 400)]);
        of[800..].fill(None);
        let pooling = Params { fewest: 20 }.check().unwrap();
        let found = pooling.fit(model, &customers, &of, 2).unwrap();
        assert_eq!(found.all, fit::fit(model, &customers).unwrap());
        assert_eq!(
            [found.groups[0].customers, found.groups[1].customers],
            [400; 2]
        );
        let rate = |fit: &Fit| fit.parameters[0] / fit.parameters[1];
        let placed = fit::fit(model, &customers.take(&(0..800).collect::<Vec<_>>())).unwrap();
        let far = |fit: &Fit| (rate(fit) / rate(&placed)).ln().abs();
        assert!(
            found
                .groups
                .iter()
                .all(|group| far(group) < 0.5 * far(&found.all)),
            "{found:?}"
        );
    }

    #[test]
    fn a_group_without_repeats_is_held_by_the_others() {
        let model = Model::BgNbd;
        let truth = [0.6, 4.0, 0.7, 2.5];
        let (customers, _, mut of) = groups(model, &[(truth, 500), (truth, 500), (truth, 1)]);
        // Whoever never came again is the third group.
        for (row, of) in of.iter_mut().enumerate() {
            if customers.row(row).repeats == 0 {
                *of = Some(2);
            }
        }
        let found = Params { fewest: 20 }
            .check()
            .unwrap()
            .fit(model, &customers, &of, 3)
            .unwrap();
        let rate = |fit: &Fit| fit.parameters[0] / fit.parameters[1];
        assert!(
            found.own[2] && rate(&found.groups[2]) < rate(&found.all),
            "{found:?}"
        );
        assert!(found.groups.iter().all(|fit| {
            fit.parameters
                .iter()
                .all(|value| value.is_finite() && *value > 0.0)
        }));
        let wrong = Params { fewest: 1 }
            .check()
            .unwrap()
            .fit(model, &customers, &of, 2);
        assert!(
            matches!(wrong, Err(Error::Parameter { .. })) && Params { fewest: 0 }.check().is_err()
        );
    }
}
