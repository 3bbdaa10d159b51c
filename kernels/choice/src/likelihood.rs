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
        let utilities = columns.utilities(coefficients);
        let parts = chunks::map(self.sets.len(), |range| {
            part(&self.sets[range], &self.choices.sets, columns, &utilities)
        });
        let mut value = Compensated::default();
        let mut slope = vec![0.0; width];
        let mut hill = vec![0.0; width * width];
        for &(row, weight) in &self.taken {
            value.add(weight * utilities[row as usize]);
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
        let utilities = columns.utilities(coefficients);
        chunks::map(self.choosers(), |range: Range<usize>| {
            let mut mean = vec![0.0; columns.width()];
            let mut chances = Vec::new();
            let mut scores = range.map(|chooser| {
                let (mut value, mut score) = (0.0, vec![0.0; columns.width()]);
                for &at in &self.places[self.bounds[chooser]..self.bounds[chooser + 1]] {
                    let from = &self.choices.occasions;
                    let (chosen, weight) = (from.chosen[at], from.weight[at]);
                    let rows = self.choices.sets.of(from.set[at]);
                    let log = chances_of(rows, &utilities, &mut chances);
                    value += weight * (utilities[chosen as usize] - log);
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
    pub fn values(&self, utilities: &[f64]) -> Vec<f64> {
        let parts = chunks::map(self.choosers(), |range| {
            let mut chances = Vec::new();
            let of = |chooser: usize| {
                let own = &self.places[self.bounds[chooser]..self.bounds[chooser + 1]];
                let each = own.iter().map(|&at| {
                    let from = &self.choices.occasions;
                    let log =
                        chances_of(self.choices.sets.of(from.set[at]), utilities, &mut chances);
                    from.weight[at] * (utilities[from.chosen[at] as usize] - log)
                });
                each.sum::<f64>()
            };
            range.map(of).collect::<Vec<f64>>()
        });
        parts.concat()
    }
}

/// Fills in the chances of a set's rows; gives the logarithm of the sum of their exponentials.
#[inline]
pub(crate) fn chances_of(rows: &[u32], utilities: &[f64], chances: &mut Vec<f64>) -> f64 {
    chances.clear();
    chances.extend(rows.iter().map(|&row| utilities[row as usize]));
    let most = chances
        .iter()
        .fold(f64::NEG_INFINITY, |most, &value| most.max(value));
    let mut total = 0.0;
    for chance in chances.iter_mut() {
        *chance = (*chance - most).exp();
        total += *chance;
    }
    let share = total.recip();
    chances.iter_mut().for_each(|chance| *chance *= share);
    most + total.ln()
}

/// The sums of some sets: logarithms of sums, means, and the lower half of minus the curvature.
fn part(sets: &[(u32, f64)], all: &Sets, columns: &Columns, utilities: &[f64]) -> Curve {
    let (width, first) = (columns.width(), columns.first_number);
    let mut sums = Curve {
        value: 0.0,
        slope: vec![0.0; width],
        hill: vec![0.0; width * width],
    };
    let (mut mean, mut chances) = (vec![0.0; width], Vec::new());
    for &(set, weight) in sets {
        let rows = all.of(set);
        sums.value += weight * chances_of(rows, utilities, &mut chances);
        mean.fill(0.0);
        for (&row, chance) in rows.iter().zip(&chances) {
            columns.add(row, *chance, &mut mean);
            add_products(columns, row, weight * chance, &mut sums.hill);
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
    use numeric::random::Random;

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
        let values: f64 = problem.values(&columns.utilities(&truth)).iter().sum();
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
