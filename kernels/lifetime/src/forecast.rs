//! What the models say of each customer from now on: alive or not, orders and when the next one comes. It must not fit.

use crate::customers::{Customer, Customers, Distinct};
use crate::error::{Error, require, require_rows};
use crate::model::Model;
use crate::orders::{Ahead, EXPECTED_MAX, mean_while_staying};
use crate::special::EIGHT;
use numeric::chunks;

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Params {
    /// How far to look ahead, in the unit of the customers: above 0.
    pub horizon: f64,
    /// Rate of discount per unit of time, continuous: an order after u counts e^(-rate u). 0 for none.
    pub discount: f64,
    /// The share that intervals hold, between 0 and 1: .8 leaves a tenth on either side.
    pub level: f64,
}

/// Parameters that were checked.
#[derive(Debug, Clone)]
pub struct Forecasting(Params);

/// What is to be expected of one customer. Parameters are taken as known: intervals hold the spread among customers and
/// of chance, not that of estimating.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
    /// The probability that he is still a customer.
    pub alive: f64,
    /// Expected orders within the horizon.
    pub orders: f64,
    /// The interval of orders within the horizon: its quantiles, whole numbers. Holds at least the level.
    pub low: u32,
    /// Its upper end.
    pub high: u32,
    /// The probability of no order within the horizon, gone or not.
    pub none: f64,
    /// Expected orders, each discounted by when it comes.
    pub discounted: f64,
    /// Time to the next order of a customer who is alive and stays until then: lower end, median, upper end. Times
    /// [`Forecast::alive`] (and, under Pareto/NBD, his staying) to be read. Infinite where a float does not hold it.
    pub next: [f64; 3],
}

impl Params {
    /// Checks the parameters.
    ///
    /// # Errors
    /// `Parameter` for one outside its range.
    pub fn check(self) -> Result<Forecasting, Error> {
        let horizon = self.horizon;
        require(
            horizon.is_finite() && horizon > 0.0,
            "horizon",
            horizon,
            "a time above 0",
        )?;
        let discount = self.discount;
        require(
            discount.is_finite() && discount >= 0.0,
            "discount",
            discount,
            "a rate of 0 or more",
        )?;
        let level = self.level;
        require(
            level > 0.0 && level < 1.0,
            "level",
            level,
            "a share between 0 and 1",
        )?;
        Ok(Forecasting(self))
    }
}

impl Forecasting {
    /// The forecast of every customer, by parameters of a fit; equal customers are computed once.
    ///
    /// # Errors
    /// `Parameter` where a parameter is not above 0, `Horizon` for a row that would come more than 100,000 times.
    pub fn run(
        &self,
        model: Model,
        parameters: &[f64; 4],
        customers: &Customers,
    ) -> Result<Vec<Forecast>, Error> {
        checked(parameters)?;
        let distinct = Distinct::of(customers);
        let parts = chunks::map(distinct.rows.len(), |range| {
            let each = range.map(|of| self.one(model, parameters, &distinct.rows[of]));
            each.collect::<Vec<_>>()
        });
        let found: Vec<Result<Forecast, f64>> = parts.into_iter().flatten().collect();
        let of_row = |(row, of): (usize, &u32)| {
            found[*of as usize].map_err(|expected| Error::Horizon {
                row,
                expected,
                limit: EXPECTED_MAX,
            })
        };
        distinct.of.iter().enumerate().map(of_row).collect()
    }

    /// For what came within the horizon, by customer: the probabilities of less and of at most that. Where the model is
    /// right, a number drawn between the two is uniform.
    ///
    /// # Errors
    /// As [`Forecasting::run`], and `Mismatch` where `orders` is of other length.
    pub fn standing(
        &self,
        model: Model,
        parameters: &[f64; 4],
        customers: &Customers,
        orders: &[u32],
    ) -> Result<Vec<(f64, f64)>, Error> {
        checked(parameters)?;
        require_rows("orders", orders.len(), customers.len())?;
        let parts = chunks::map(orders.len(), |range| {
            let each = range.map(|at| {
                let row = customers.row(at);
                let alive = model.alive(parameters, &row);
                let (from, beyond) =
                    Ahead::new(model, parameters, &row, self.0.horizon).around(orders[at]);
                // Of no order less is impossible, whoever is gone.
                let less = if orders[at] == 0 {
                    0.0
                } else {
                    1.0 - alive * from
                };
                (less, 1.0 - alive * beyond)
            });
            each.collect::<Vec<_>>()
        });
        Ok(parts.into_iter().flatten().collect())
    }

    fn one(&self, model: Model, parameters: &[f64; 4], row: &Customer) -> Result<Forecast, f64> {
        let Params {
            horizon,
            discount,
            level,
        } = self.0;
        let ahead = Ahead::new(model, parameters, row, horizon);
        if ahead.mean_of_count() > EXPECTED_MAX {
            return Err(ahead.mean_of_count());
        }
        let alive = model.alive(parameters, row);
        let sides = [0.5 - 0.5 * level, 0.5 + 0.5 * level];
        let (any, [low, high]) = ahead.quantiles(alive, sides);
        let orders = mean(model, parameters, row, &ahead, horizon);
        let discounted = match discount > 0.0 {
            true => discounted(model, parameters, row, orders, (horizon, discount)),
            false => orders,
        };
        let (size, rate) = (
            parameters[0] + f64::from(row.repeats),
            parameters[1] + row.age,
        );
        let wait = |share: f64| rate * (-(-share).ln_1p() / size).exp_m1();
        Ok(Forecast {
            alive,
            orders: alive * orders,
            low,
            high,
            none: 1.0 - alive * any,
            discounted: alive * discounted,
            next: [wait(sides[0]), wait(0.5), wait(sides[1])],
        })
    }
}

fn checked(parameters: &[f64; 4]) -> Result<(), Error> {
    for value in parameters {
        require(
            value.is_finite() && *value > 0.0,
            "parameters",
            value,
            "numbers above 0",
        )?;
    }
    Ok(())
}

/// Expected orders of a customer who is alive.
fn mean(model: Model, parameters: &[f64; 4], row: &Customer, ahead: &Ahead, horizon: f64) -> f64 {
    let [r, alpha, s, beta] = *parameters;
    match model {
        Model::BgNbd => ahead.mean(),
        Model::ParetoNbd => {
            let rate = (r + f64::from(row.repeats)) / (alpha + row.age);
            rate * mean_while_staying(s, beta + row.age, horizon)
        }
    }
}

/// Expected discounted orders of a customer who is alive, of whom `orders` are expected in all.
///
/// Pareto/NBD: the rate of orders at u, times e^(-δu), summed over u. BG/NBD, by parts:
/// `e^(-δh) E(h) + δ ∫ e^(-δu) E(u) du`, E(u) the orders expected within u.
fn discounted(
    model: Model,
    parameters: &[f64; 4],
    row: &Customer,
    orders: f64,
    (horizon, discount): (f64, f64),
) -> f64 {
    let [r, alpha, s, beta] = *parameters;
    let rate = alpha + row.age;
    // Smooth in l = ln(1 + u / c).
    let unit = if model == Model::BgNbd {
        rate
    } else {
        beta + row.age
    };
    let length = (horizon / unit).ln_1p();
    let bend = match model {
        Model::BgNbd => length / 4.0,
        Model::ParetoNbd => (s + 1.0) * length / 4.0,
    };
    let panels = bend.max(discount * horizon / 4.0).ceil().clamp(1.0, 32.0);
    let half = 0.5 * length / panels;
    let mut sum = 0.0;
    for panel in 0..panels as usize {
        for (place, weight) in EIGHT {
            let at = half * ((2 * panel + 1) as f64 + place);
            let time = unit * at.exp_m1();
            let expected = match model {
                Model::BgNbd => discount * Ahead::new(model, parameters, row, time).mean(),
                Model::ParetoNbd => (r + f64::from(row.repeats)) / rate * (-s * at).exp(),
            };
            sum += half * weight * (time + unit) * (-discount * time).exp() * expected;
        }
    }
    match model {
        Model::BgNbd => (-discount * horizon).exp() * orders + sum,
        Model::ParetoNbd => sum,
    }
}

#[cfg(test)]
mod tests;
