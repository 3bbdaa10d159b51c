//! Who comes again, how often, and what that is worth: models of repeat purchases of customers who leave without a word.
//!
//! Holds BG/NBD, Pareto/NBD and gamma-gamma, their fits, forecasts and calibration: arrays and checked parameters in, arrays
//! out. Holds no file, no clock and no currency: times are numbers of any unit, days are whole numbers. The same data give
//! the same bytes on any number of threads and in any order of the customers.
//!
//! ```text
//! history      Params { calibration_end, holdout_end, unit_days }.check() -> summaries of purchases and the holdout
//! Customers    new(repeats, recency, age): x, t_x and T, checked
//! fit          (Model, &Customers) -> Fit: parameters, standard errors, log-likelihood
//! pool         fits of groups, drawn towards the fit of all
//! forecast     Params { horizon, discount, level }.check() -> alive, orders with interval, next order, discounted orders
//! spend        gamma-gamma: fit(&[count], &[mean]) -> Fit; expected spend per order
//! calibration  what was forecast against what came: errors, tables, coverage, naive rate beside
//! simulate     customers drawn from a model
//! ```
#![forbid(unsafe_code)]

pub mod calibration;
mod customers;
mod error;
mod fit;
pub mod forecast;
pub mod history;
mod model;
mod newton;
mod orders;
pub mod pool;
pub mod simulate;
mod special;
pub mod spend;
#[cfg(test)]
mod test_data;

pub use customers::{Customer, Customers, REPEATS_MAX};
pub use error::Error;
pub use fit::{Fit, fit};
pub use model::{Model, log_integral, log_likelihood};
