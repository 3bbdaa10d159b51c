//! What the models know of each customer: repeats, recency and age, checked; and equal ones brought together. It must not
//! know a model.

use crate::error::{Error, require_rows};
use rayon::prelude::*;

/// The most repeats of one row: likelihoods step through them one by one.
pub const REPEATS_MAX: u32 = 1_000_000;

/// Repeats, recency and age of each customer. Time is counted from a customer's first purchase, in any unit, the same for
/// all; the first purchase itself is no repeat.
#[derive(Debug, Clone, PartialEq)]
pub struct Customers {
    repeats: Vec<u32>,
    recency: Vec<f64>,
    age: Vec<f64>,
}

/// One customer: `x`, `t_x` and `T` of the literature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Customer {
    /// Purchases after the first.
    pub repeats: u32,
    /// Time from the first purchase to the last; 0 where there is no repeat.
    pub recency: f64,
    /// Time from the first purchase to the end of the observation.
    pub age: f64,
}

impl Customers {
    /// Checks the columns: `0 ≤ recency ≤ age`, finite; recency is 0 where there is no repeat, and there alone; at most
    /// [`REPEATS_MAX`] repeats.
    ///
    /// # Errors
    /// `Mismatch` for columns of different length, `Row` for the first row that breaks a rule.
    pub fn new(repeats: Vec<u32>, recency: Vec<f64>, age: Vec<f64>) -> Result<Self, Error> {
        require_rows("recency", recency.len(), repeats.len())?;
        require_rows("age", age.len(), repeats.len())?;
        for (row, ((&repeats, &recency), &age)) in
            repeats.iter().zip(&recency).zip(&age).enumerate()
        {
            let refused = |field, value, legal| {
                Err(Error::Row {
                    field,
                    value,
                    row,
                    legal,
                })
            };
            if !age.is_finite() || age < 0.0 {
                return refused("age", age, "give a finite time of 0 or more");
            }
            if repeats > REPEATS_MAX {
                return refused("repeats", f64::from(repeats), "give at most 1000000");
            }
            if !(0.0..=age).contains(&recency) {
                return refused("recency", recency, "give a time from 0 to the row's age");
            }
            if (recency == 0.0) != (repeats == 0) {
                return refused(
                    "recency",
                    recency,
                    "it is 0 where there is no repeat, and there alone",
                );
            }
        }
        // A negative zero would be another row than a zero.
        let plain = |times: Vec<f64>| times.into_iter().map(|time| time + 0.0).collect();
        Ok(Self {
            repeats,
            recency: plain(recency),
            age: plain(age),
        })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.repeats.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.repeats.is_empty()
    }

    /// The customer of a row.
    pub fn row(&self, row: usize) -> Customer {
        Customer {
            repeats: self.repeats[row],
            recency: self.recency[row],
            age: self.age[row],
        }
    }

    /// Some of the rows, in the order given.
    pub fn take(&self, rows: &[usize]) -> Self {
        Self {
            repeats: rows.iter().map(|&row| self.repeats[row]).collect(),
            recency: rows.iter().map(|&row| self.recency[row]).collect(),
            age: rows.iter().map(|&row| self.age[row]).collect(),
        }
    }
}

/// Equal customers as one row with a count, in the order of their values: sums over them do not depend on the order in
/// which customers came.
#[derive(Debug, Clone)]
pub(crate) struct Distinct {
    /// The rows.
    pub rows: Vec<Customer>,
    /// How many customers each stands for.
    pub counts: Vec<f64>,
    /// Of each number from 0 on, how many customers have more repeats than that.
    pub above: Vec<f64>,
    /// For each customer its row.
    pub of: Vec<u32>,
}

impl Distinct {
    pub fn of(customers: &Customers) -> Self {
        let mut order: Vec<(u32, u64, u64, u32)> = (0..customers.len())
            .map(|row| {
                let Customer {
                    repeats,
                    recency,
                    age,
                } = customers.row(row);
                (repeats, recency.to_bits(), age.to_bits(), row as u32)
            })
            .collect();
        order.par_sort_unstable();
        let mut of = vec![0; order.len()];
        let (mut rows, mut counts): (Vec<Customer>, Vec<f64>) = (Vec::new(), Vec::new());
        let mut last = None;
        for (repeats, recency, age, row) in order {
            if last != Some((repeats, recency, age)) {
                last = Some((repeats, recency, age));
                let (recency, age) = (f64::from_bits(recency), f64::from_bits(age));
                rows.push(Customer {
                    repeats,
                    recency,
                    age,
                });
                counts.push(0.0);
            }
            let at = rows.len() - 1;
            counts[at] += 1.0;
            of[row as usize] = at as u32;
        }
        let above = above(&rows, &counts);
        Self {
            rows,
            counts,
            above,
            of,
        }
    }

    /// Every so many-th row, so that at most about `most` are left: as rows are in order, a fair picture of all.
    pub fn thinned(&self, most: usize) -> Self {
        let step = self.rows.len().div_ceil(most);
        let rows: Vec<Customer> = self.rows.iter().copied().step_by(step).collect();
        let counts: Vec<f64> = self.counts.iter().copied().step_by(step).collect();
        let above = above(&rows, &counts);
        Self {
            rows,
            counts,
            above,
            of: Vec::new(),
        }
    }

    /// How many customers they stand for.
    pub fn customers(&self) -> f64 {
        self.counts.iter().sum()
    }
}

fn above(rows: &[Customer], counts: &[f64]) -> Vec<f64> {
    let most = rows.iter().map(|row| row.repeats).max().unwrap_or(0) as usize;
    let mut above = vec![0.0; most];
    for (row, count) in rows.iter().zip(counts) {
        if let Some(last) = (row.repeats as usize).checked_sub(1) {
            above[last] += count;
        }
    }
    for at in (1..most).rev() {
        above[at - 1] += above[at];
    }
    above
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_cannot_be_is_refused_with_its_row() {
        let one = |repeats, recency, age| {
            Customers::new(vec![0, repeats], vec![0.0, recency], vec![3.0, age])
        };
        assert!(one(2, 3.0, 3.0).is_ok());
        for (repeats, recency, age) in [
            (2, 3.1, 3.0),
            (2, 0.0, 3.0),
            (0, 1.0, 3.0),
            (2, -1.0, 3.0),
            (2, f64::NAN, 3.0),
            (2, 1.0, f64::NAN),
            (2, 1.0, f64::INFINITY),
            (0, 0.0, -1.0),
            (REPEATS_MAX + 1, 1.0, 3.0),
        ] {
            let refused = one(repeats, recency, age).unwrap_err();
            assert!(matches!(refused, Error::Row { row: 1, .. }), "{refused}");
        }
        let short = Customers::new(vec![1], vec![], vec![1.0]);
        assert!(matches!(
            short,
            Err(Error::Mismatch {
                field: "recency",
                ..
            })
        ));
    }

    #[test]
    fn equal_customers_are_one_row() {
        let customers = Customers::new(
            vec![2, 0, 2, 1, 0],
            vec![1.0, -0.0, 1.0, 2.0, 0.0],
            vec![3.0, 4.0, 3.0, 3.0, 4.0],
        );
        let distinct = Distinct::of(&customers.unwrap());
        assert_eq!(distinct.counts, [2.0, 1.0, 2.0]);
        assert_eq!(distinct.of, [2, 0, 2, 1, 0]);
        assert_eq!(distinct.above, [3.0, 2.0]);
        assert_eq!(distinct.customers(), 5.0);
    }
}
