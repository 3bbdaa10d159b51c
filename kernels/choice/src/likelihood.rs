//! The logarithm of the conditional logit's likelihood with its slope and curvature, and the scores of each chooser.
//! It must not search.
//!
//! With utilities `v = xβ` of alternatives `x`, the chance of `j` within a set is `exp v_j / Σ exp v_k` (D. McFadden,
//! "Conditional logit analysis of qualitative choice behavior", 1974; K. Train, "Discrete Choice Methods with
//! Simulation", 2nd ed. 2009, chapter 3). With `x̄` the mean of `x` by these chances, the slope is `Σ w (x_chosen - x̄)`
//! and minus the curvature `Σ w (Σ_j p_j x_j x_j' - x̄ x̄')`. Occasions of one set are taken together.

use std::ops::Range;

use numeric::chunks;
use numeric::sum::Compensated;

use crate::alternatives::Columns;
use crate::choices::{Choices, Sets};

/// The choices of all or of a group, as the likelihood needs them.
#[derive(Debug)]
pub(crate) struct Problem<'a> {
    pub choices: &'a Choices,
    /// Places of the occasions, those of a chooser together.
    pub places: Vec<usize>,
    /// Where each chooser's occasions begin and the last one's end.
    pub bounds: Vec<usize>,
    /// Distinct sets with the weight of their occasions.
    pub sets: Vec<(u32, f64)>,
    /// Distinct rows chosen with the weight of their occasions.
    pub taken: Vec<(u32, f64)>,
}

/// Value, slope and minus the curvature (`width × width`, both halves) at a point.
#[derive(Debug, Clone)]
pub(crate) struct Curve {
    pub value: f64,
    pub slope: Vec<f64>,
    pub hill: Vec<f64>,
}

/// Brings equal keys together: their weights are added in order of the occasions.
fn gathered(keys: &[u32], weights: &[f64], places: &[usize]) -> Vec<(u32, f64)> {
    let mut order: Vec<(u32, usize)> = places.iter().map(|&at| (keys[at], at)).collect();
    order.sort_unstable();
    let mut sums: Vec<(u32, f64)> = Vec::new();
    for (key, at) in order {
        match sums.last_mut() {
            Some((last, sum)) if *last == key => *sum += weights[at],
            _ => sums.push((key, weights[at])),
        }
    }
    sums
}

impl<'a> Problem<'a> {
    /// The occasions of a group, or of all.
    pub fn of(choices: &'a Choices, group: Option<usize>) -> Self {
        let mut places = choices.places(group);
        let from = &choices.occasions;
        let sets = gathered(&from.set, &from.weight, &places);
        let taken = gathered(&from.chosen, &from.weight, &places);
        places.sort_by_key(|&at| from.chooser[at]);
        let is_first =
            |&at: &usize| at == 0 || from.chooser[places[at]] != from.chooser[places[at - 1]];
        let mut bounds: Vec<usize> = (0..places.len()).filter(is_first).collect();
        bounds.push(places.len());
        Self {
            choices,
            places,
            bounds,
            sets,
            taken,
        }
    }

    pub fn choosers(&self) -> usize {
        self.bounds.len() - 1
    }

    /// Each chooser's weight.
    pub fn chooser_weights(&self) -> Vec<f64> {
        let own = |bounds: &[usize]| {
            let places = self.places[bounds[0]..bounds[1]].iter();
            places
                .map(|&at| self.choices.occasions.weight[at])
                .sum::<f64>()
        };
        self.bounds.windows(2).map(own).collect()
    }

    pub fn weight(&self) -> f64 {
        self.taken.iter().map(|(_, weight)| weight).sum()
    }

    /// The log-likelihood of equal chances.
    pub fn equal_chances(&self) -> f64 {
        let mut total = Compensated::default();
        for &(set, weight) in &self.sets {
            total.add(-weight * (self.choices.sets.of(set).len() as f64).ln());
        }
        total.total()
    }

    pub fn curve(&self, columns: &Columns, coefficients: &[f64]) -> Curve {
        let width = columns.width();
        let odds = Odds::of(columns.utilities(coefficients));
        let parts = chunks::map(self.sets.len(), |range| {
            part(&self.sets[range], &self.choices.sets, columns, &odds)
        });
        let mut value = Compensated::default();
        let mut slope = vec![0.0; width];
        let mut hill = vec![0.0; width * width];
        for &(row, weight) in &self.taken {
            value.add(weight * odds.utilities[row as usize]);
            columns.add(row, weight, &mut slope);
        }
        for part in parts {
            value.add(-part.value);
            slope
                .iter_mut()
                .zip(&part.slope)
                .for_each(|(sum, own)| *sum -= own);
            hill.iter_mut()
                .zip(&part.hill)
                .for_each(|(sum, own)| *sum += own);
        }
        for row in 0..width {
            for col in row + 1..width {
                hill[row * width + col] = hill[col * width + row];
            }
        }
        Curve {
            value: value.total(),
            slope,
            hill,
        }
    }

    /// Each chooser's score at a point is given to `work` with the chooser's weighted log-likelihood; what it makes of chunks
    /// of choosers comes back in their order.
    pub fn by_chooser<T: Send>(
        &self,
        columns: &Columns,
        coefficients: &[f64],
        work: impl Fn(&mut dyn Iterator<Item = (f64, Vec<f64>)>) -> T + Sync,
    ) -> Vec<T> {
        let odds = Odds::of(columns.utilities(coefficients));
        chunks::map(self.choosers(), |range: Range<usize>| {
            let mut mean = vec![0.0; columns.width()];
            let mut chances = Vec::new();
            let mut scores = range.map(|chooser| {
                let (mut value, mut score) = (0.0, vec![0.0; columns.width()]);
                for &at in &self.places[self.bounds[chooser]..self.bounds[chooser + 1]] {
                    let from = &self.choices.occasions;
                    let (chosen, weight) = (from.chosen[at], from.weight[at]);
                    let rows = self.choices.sets.of(from.set[at]);
                    let log = odds.chances(rows, &mut chances);
                    value += weight * (odds.utilities[chosen as usize] - log);
                    mean.fill(0.0);
                    for (&row, chance) in rows.iter().zip(&chances) {
                        columns.add(row, *chance, &mut mean);
                    }
                    columns.add(chosen, weight, &mut score);
                    score
                        .iter_mut()
                        .zip(&mean)
                        .for_each(|(sum, mean)| *sum -= weight * mean);
                }
                (value, score)
            });
            work(&mut scores)
        })
    }

    /// Each chooser's weighted log-likelihood under utilities of the rows.
    pub fn values(&self, utilities: Vec<f64>) -> Vec<f64> {
        let odds = Odds::of(utilities);
        let parts = chunks::map(self.choosers(), |range| {
            let mut chances = Vec::new();
            let of = |chooser: usize| {
                let own = &self.places[self.bounds[chooser]..self.bounds[chooser + 1]];
                let each = own.iter().map(|&at| {
                    let from = &self.choices.occasions;
                    let log = odds.chances(self.choices.sets.of(from.set[at]), &mut chances);
                    from.weight[at] * (odds.utilities[from.chosen[at] as usize] - log)
                });
                each.sum::<f64>()
            };
            range.map(of).collect::<Vec<f64>>()
        });
        parts.concat()
    }
}

/// Utilities farther apart than this leave nothing of the least one's exponential beside the greatest.
const APART_MAX: f64 = 600.0;

/// Utilities of the rows with their exponentials, which are computed once for all sets that a row is in.
struct Odds {
    utilities: Vec<f64>,
    /// Over the greatest of all rows; none where utilities are so far apart that a set could have but zeros.
    odds: Option<Vec<f64>>,
    most: f64,
}

impl Odds {
    fn of(utilities: Vec<f64>) -> Self {
        let most = utilities.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let least = utilities.iter().copied().fold(f64::INFINITY, f64::min);
        let each = || utilities.iter().map(|value| (value - most).exp()).collect();
        Self {
            odds: (most - least < APART_MAX).then(each),
            utilities,
            most,
        }
    }

    /// Fills in the exponentials of a set's rows over that of the number given back.
    #[inline]
    fn exponentials(&self, rows: &[u32], each: &mut Vec<f64>) -> f64 {
        each.clear();
        if let Some(odds) = &self.odds {
            each.extend(rows.iter().map(|&row| odds[row as usize]));
            return self.most;
        }
        let own = rows.iter().map(|&row| self.utilities[row as usize]);
        let most = own.clone().fold(f64::NEG_INFINITY, f64::max);
        each.extend(own.map(|value| (value - most).exp()));
        most
    }

    /// Fills in the chances of a set's rows; gives the logarithm of the sum of their exponentials.
    #[inline]
    fn chances(&self, rows: &[u32], chances: &mut Vec<f64>) -> f64 {
        let over = self.exponentials(rows, chances);
        let total: f64 = chances.iter().sum();
        let share = total.recip();
        chances.iter_mut().for_each(|chance| *chance *= share);
        over + total.ln()
    }
}

/// The sums of some sets: logarithms of sums, means, and the lower half of minus the curvature.
fn part(sets: &[(u32, f64)], all: &Sets, columns: &Columns, odds: &Odds) -> Curve {
    let (width, first) = (columns.width(), columns.first_number);
    let mut sums = Curve {
        value: 0.0,
        slope: vec![0.0; width],
        hill: vec![0.0; width * width],
    };
    let (mut mean, mut chances) = (vec![0.0; width], Vec::new());
    // What a row adds to the curvature is its products times its chances in all sets: once a row, not once a set.
    let mut masses = vec![0.0; odds.utilities.len()];
    for &(set, weight) in sets {
        let rows = all.of(set);
        sums.value += weight * odds.chances(rows, &mut chances);
        mean.fill(0.0);
        for (&row, chance) in rows.iter().zip(&chances) {
            columns.add(row, *chance, &mut mean);
            masses[row as usize] += weight * chance;
        }
        for row in 0..width {
            let own = weight * mean[row];
            sums.slope[row] += own;
            let line = &mut sums.hill[row * width..row * width + row + 1];
            for (sum, mean) in line.iter_mut().zip(&mean) {
                *sum -= own * mean;
            }
            // The square of a column of 0 and 1 is the column.
            if row < first {
                line[row] += own;
            }
        }
    }
    for (row, mass) in masses.iter().enumerate().filter(|(_, mass)| **mass > 0.0) {
        add_products(columns, row as u32, *mass, &mut sums.hill);
    }
    sums
}

/// Adds a row's products of two columns, but squares of levels, to the lower half.
#[inline]
fn add_products(columns: &Columns, row: u32, factor: f64, hill: &mut [f64]) {
    let width = columns.width();
    let codes = columns.codes(row);
    for (place, &code) in codes.iter().enumerate() {
        let line = &mut hill[code as usize * width..][..width];
        for &other in &codes[..place] {
            line[other as usize] += factor;
        }
    }
    let numbers = columns.numbers(row);
    for (place, number) in numbers.iter().enumerate() {
        let own = factor * number;
        let line = &mut hill[(columns.first_number + place) * width..][..width];
        for &code in codes {
            line[code as usize] += own;
        }
        for (sum, other) in line[columns.first_number..]
            .iter_mut()
            .zip(&numbers[..=place])
        {
            *sum += own * other;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::test_data::{Shape, drawn};
    use crate::{Alternatives, Occasions};
    use numeric::random::Random;
    use std::sync::Arc;

    #[test]
    fn slope_and_curvature_are_those_of_the_value() {
        let (choices, truth) = drawn(&Shape::grouped(700, 2), 5);
        let problem = Problem::of(&choices, Some(1));
        for within in [
            [true; 4],
            [true, false, true, true],
            [false, true, false, false],
        ] {
            let columns = choices.alternatives.columns(&within);
            let mut random = Random::new(2);
            let at: Vec<f64> = (0..columns.width())
                .map(|_| 0.7 * random.normal())
                .collect();
            let found = problem.curve(&columns, &at);
            let moved = |of: usize, by: f64| {
                let mut moved = at.clone();
                moved[of] += by;
                problem.curve(&columns, &moved)
            };
            for of in 0..columns.width() {
                let (up, down) = (moved(of, 1e-4), moved(of, -1e-4));
                let slope = (up.value - down.value) / 2e-4;
                assert!(
                    (slope - found.slope[of]).abs() < 1e-4,
                    "{of} {slope} {found:?}"
                );
                for other in 0..columns.width() {
                    let bend = -(up.slope[other] - down.slope[other]) / 2e-4;
                    let own = found.hill[of * columns.width() + other];
                    assert!((bend - own).abs() < 1e-4, "{of} {other} {bend} {own}");
                }
            }
        }
        assert_eq!(truth.len(), choices.alternatives.width());
    }

    #[test]
    fn numbers_far_from_0_and_utilities_far_apart_are_not_rounded_away() {
        let of = |first: f64| {
            let numbers: Vec<f64> = (0..4).map(|at| first + f64::from(at)).collect();
            let alternatives =
                Alternatives::new((0..4).collect(), vec![], vec![], &[numbers]).unwrap();
            let sets = Sets {
                offsets: vec![0, 4, 6],
                rows: vec![0, 1, 2, 3, 2, 3],
            };
            let one = Occasions {
                set: vec![0, 1],
                chosen: vec![2, 2],
                group: vec![0, 0],
                chooser: vec![0, 1],
                weight: vec![1.0, 1.0],
            };
            Choices::new(Arc::new(alternatives), sets, one, 1).unwrap()
        };
        let curve = |choices: &Choices, at: f64| {
            Problem::of(choices, None).curve(&choices.alternatives.all(), &[at])
        };
        let (near, far) = (of(0.0), of(1.7e9));
        // In standard deviations of the four rows their variance is 1, that of the last two a fifth of it.
        let found = curve(&far, 0.0);
        assert!((found.hill[0] - 1.2).abs() < 1e-9, "{found:?}");
        for at in [0.7, -2.0] {
            let (one, other) = (curve(&near, at), curve(&far, at));
            assert!((one.value - other.value).abs() < 1e-6, "{one:?} {other:?}");
            assert!((one.hill[0] - other.hill[0]).abs() < 1e-6);
        }
        // Beyond the range of exponentials the likeliest of each set takes it.
        let apart = curve(&near, -4_000.0);
        let step = 4_000.0 / 1.25f64.sqrt();
        assert!((apart.value + 2.0 * step).abs() < 1e-6, "{apart:?}");
        assert!(apart.slope[0].is_finite() && apart.hill[0].abs() < 1e-9);
    }

    #[test]
    fn scores_and_values_of_choosers_add_up() {
        let (choices, truth) = drawn(&Shape::plain(900), 6);
        let columns = choices.alternatives.all();
        let problem = Problem::of(&choices, None);
        let found = problem.curve(&columns, &truth);
        let each = problem
            .by_chooser(&columns, &truth, |all| all.collect::<Vec<_>>())
            .concat();
        assert_eq!(each.len(), problem.choosers());
        assert!(problem.choosers() < choices.len());
        let value: f64 = each.iter().map(|(value, _)| value).sum();
        assert!((value - found.value).abs() < 1e-8);
        let values: f64 = problem.values(columns.utilities(&truth)).iter().sum();
        assert!((values - found.value).abs() < 1e-8);
        for of in 0..columns.width() {
            let score: f64 = each.iter().map(|(_, score)| score[of]).sum();
            assert!((score - found.slope[of]).abs() < 1e-8);
        }
        let none = vec![0.0; columns.width()];
        let equal = problem.curve(&columns, &none).value;
        assert!((equal - problem.equal_chances()).abs() < 1e-8);
    }
}
