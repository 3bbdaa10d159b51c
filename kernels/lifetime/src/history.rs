//! Purchases by day into what the models know of each customer, and into what came after. It must not read files or know
//! a calendar: days are whole numbers in a row.

use crate::customers::Customers;
use crate::error::{Error, require, require_rows};

/// What is observed and what is held out.
#[derive(Debug, Clone, PartialEq)]
pub struct Params {
    /// The last day that the models see.
    pub calibration_end: i32,
    /// The last day of what is held out: after the calibration; none for no holdout.
    pub holdout_end: Option<i32>,
    /// Days of the unit of time: 7 for weeks.
    pub unit_days: f64,
}

/// Parameters that were checked.
#[derive(Debug, Clone)]
pub struct Summing(Params);

/// What is known of those who bought by the end of the calibration.
#[derive(Debug, Clone, PartialEq)]
pub struct Summaries {
    /// Which they are, ascending.
    pub ids: Vec<u32>,
    /// Repeats, recency and age by the day, in the unit asked for.
    pub customers: Customers,
    /// Repeats of each.
    pub repeats: Vec<u32>,
    /// Mean amount of a repeat's day; 0 where there is none. The first purchase is left out.
    pub means: Vec<f64>,
    /// Days with a purchase after the calibration, by the end of the holdout.
    pub later: Vec<u32>,
    /// Amount of those days.
    pub later_amounts: Vec<f64>,
    /// Length of the holdout in the unit; 0 for none.
    pub horizon: f64,
}

impl Params {
    /// Checks the parameters.
    ///
    /// # Errors
    /// `Parameter` for a holdout that does not end after the calibration, or a unit that is not above 0.
    pub fn check(self) -> Result<Summing, Error> {
        let unit = self.unit_days;
        require(
            unit.is_finite() && unit > 0.0,
            "unit_days",
            unit,
            "a number of days above 0",
        )?;
        if let Some(end) = self.holdout_end {
            let legal = "a day after the end of the calibration";
            require(end > self.calibration_end, "holdout_end", end, legal)?;
        }
        Ok(Summing(self))
    }
}

impl Summing {
    /// Sums purchases: one row each, of a customer (any number), on a day, of an amount (0 or more). Several purchases of
    /// a customer on one day are one, of the sum of their amounts. As in the literature the first day is 0: repeats are
    /// the later days, recency the last of them, age the end of the calibration. Who came first after it is left out.
    ///
    /// # Errors
    /// `Mismatch` for columns of different length, `Row` for an amount that is negative or not finite.
    pub fn run(&self, ids: &[u32], days: &[i32], amounts: &[f64]) -> Result<Summaries, Error> {
        require_rows("days", days.len(), ids.len())?;
        require_rows("amounts", amounts.len(), ids.len())?;
        if let Some(row) = amounts
            .iter()
            .position(|amount| !amount.is_finite() || *amount < 0.0)
        {
            let legal = "give a finite amount of 0 or more, and leave returns out";
            return Err(Error::Row {
                field: "amounts",
                value: amounts[row],
                row,
                legal,
            });
        }
        let Params {
            calibration_end,
            holdout_end,
            unit_days,
        } = self.0;
        let mut order: Vec<u32> = (0..ids.len() as u32).collect();
        // By amount at last, so that a day's sum does not depend on the order of the rows.
        order.sort_unstable_by(|&a, &b| {
            let (a, b) = (a as usize, b as usize);
            (ids[a], days[a])
                .cmp(&(ids[b], days[b]))
                .then(amounts[a].total_cmp(&amounts[b]))
        });
        let mut sums = Sums::default();
        let mut rest = order.as_slice();
        while let Some(&first) = rest.first() {
            let id = ids[first as usize];
            let own = rest.partition_point(|&row| ids[row as usize] == id);
            let rows = rest[..own]
                .iter()
                .map(|&row| (days[row as usize], amounts[row as usize]));
            rest = &rest[own..];
            sums.add(id, rows, (calibration_end, holdout_end), unit_days);
        }
        let span = |end: i32| (f64::from(end) - f64::from(calibration_end)) / unit_days;
        Ok(Summaries {
            ids: sums.ids,
            customers: Customers::new(sums.repeats.clone(), sums.recency, sums.age)?,
            repeats: sums.repeats,
            means: sums.means,
            later: sums.later,
            later_amounts: sums.later_amounts,
            horizon: holdout_end.map_or(0.0, span),
        })
    }
}

#[derive(Default)]
struct Sums {
    ids: Vec<u32>,
    repeats: Vec<u32>,
    recency: Vec<f64>,
    age: Vec<f64>,
    means: Vec<f64>,
    later: Vec<u32>,
    later_amounts: Vec<f64>,
}

impl Sums {
    /// One customer's rows, by day.
    fn add(
        &mut self,
        id: u32,
        rows: impl Iterator<Item = (i32, f64)>,
        (calibration_end, holdout_end): (i32, Option<i32>),
        unit_days: f64,
    ) {
        let (mut first, mut last) = (None, None);
        let (mut repeats, mut amount, mut later, mut later_amount) = (0u32, 0.0, 0u32, 0.0);
        let mut before = None;
        for (day, paid) in rows {
            let is_new = before != Some(day);
            before = Some(day);
            if day > calibration_end {
                if holdout_end.is_some_and(|end| day <= end) {
                    later += u32::from(is_new);
                    later_amount += paid;
                }
            } else if day == *first.get_or_insert(day) {
                last = Some(day);
            } else {
                repeats += u32::from(is_new);
                amount += paid;
                last = Some(day);
            }
        }
        let (Some(first), Some(last)) = (first, last) else {
            return;
        };
        let since = |day: i32| (f64::from(day) - f64::from(first)) / unit_days;
        self.ids.push(id);
        self.repeats.push(repeats);
        self.recency.push(since(last));
        self.age.push(since(calibration_end));
        self.means.push(if repeats > 0 {
            amount / f64::from(repeats)
        } else {
            0.0
        });
        self.later.push(later);
        self.later_amounts.push(later_amount);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::customers::Customer;
    use numeric::random::Random;

    /// Customer, day, amount.
    const ROWS: [(u32, i32, f64); 12] = [
        (7, 0, 5.0),
        (7, 14, 2.0),
        (7, 14, 4.0),
        (7, 28, 10.0),
        (7, 71, 1.0),
        (7, 71, 1.5),
        (7, 72, 1.0),
        (7, 99, 1.0),
        (3, 70, 9.0),
        (3, 70, 1.0),
        (5, 71, 9.0),
        (9, 70, 0.0),
    ];

    fn summed(rows: &[(u32, i32, f64)], unit_days: f64) -> Summaries {
        let params = Params {
            calibration_end: 70,
            holdout_end: Some(91),
            unit_days,
        };
        let ids: Vec<u32> = rows.iter().map(|row| row.0).collect();
        let days: Vec<i32> = rows.iter().map(|row| row.1).collect();
        let amounts: Vec<f64> = rows.iter().map(|row| row.2).collect();
        params.check().unwrap().run(&ids, &days, &amounts).unwrap()
    }

    #[test]
    fn purchases_of_a_day_are_one_and_the_first_is_no_repeat() {
        let told = summed(&ROWS, 7.0);
        assert_eq!(told.ids, [3, 7, 9]);
        assert_eq!(
            told.customers.row(1),
            Customer {
                repeats: 2,
                recency: 4.0,
                age: 10.0
            }
        );
        assert_eq!(
            told.customers.row(0),
            Customer {
                repeats: 0,
                recency: 0.0,
                age: 0.0
            }
        );
        assert_eq!(told.means, [0.0, 8.0, 0.0]);
        assert_eq!(
            (told.later, told.later_amounts),
            (vec![0, 2, 0], vec![0.0, 3.5, 0.0])
        );
        assert_eq!(told.horizon, 3.0);
        assert_eq!(
            summed(&ROWS, 1.0).customers.row(1),
            Customer {
                repeats: 2,
                recency: 28.0,
                age: 70.0
            }
        );
    }

    #[test]
    fn the_order_of_rows_does_not_matter() {
        let mut rows = ROWS;
        for seed in 0..20 {
            Random::new(seed).shuffle(&mut rows);
            assert_eq!(summed(&rows, 7.0), summed(&ROWS, 7.0));
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let params = |holdout_end, unit_days| {
            Params {
                calibration_end: 70,
                holdout_end,
                unit_days,
            }
            .check()
        };
        assert!(params(Some(70), 7.0).is_err() && params(None, 0.0).is_err());
        let summing = params(None, 7.0).unwrap();
        assert!(summing.run(&[1], &[1, 2], &[1.0]).is_err());
        assert!(matches!(
            summing.run(&[1, 1], &[1, 2], &[1.0, -0.5]),
            Err(Error::Row { row: 1, .. })
        ));
        assert_eq!(summing.run(&[], &[], &[]).unwrap().ids, []);
    }
}
