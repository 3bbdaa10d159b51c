//! What an order of each customer is worth: the gamma-gamma model (P. S. Fader, B. G. S. Hardie, "The Gamma-Gamma Model of
//! Monetary Value", 2013). It must not know when orders come.
//!
//! Amounts of one customer's orders follow a gamma distribution of shape p and a rate of his own, which is spread over
//! customers as a gamma distribution of shape q and rate γ. Of x orders with mean z the likelihood is
//! `Γ(px+q) / (Γ(px) Γ(q)) γ^q z^(px-1) x^(px) / (γ + xz)^(px+q)`. How much and how often are taken to be independent.

use crate::error::{Error, require, require_rows};
use crate::newton::{self, Derivatives};
use crate::special::{digamma, trigamma};
use numeric::chunks;
use numeric::sum::Compensated;
use numeric::tail::ln_gamma;
use rayon::prelude::*;

/// Parameters of the model.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// p, q and γ; γ in the unit of the amounts.
    pub parameters: [f64; 3],
    /// Their standard errors, as those of [`crate::Fit`].
    pub standard_errors: [Option<f64>; 3],
    /// The log-likelihood at its top.
    pub log_likelihood: f64,
    /// Customers it was fitted on: those with an order and an amount above 0.
    pub customers: usize,
    /// How often the likelihood was computed.
    pub rounds: usize,
    /// Parameters that ran to the edge of what is searched, by name.
    pub at_edge: Vec<&'static str>,
}

/// The names of the parameters.
pub const NAMES: [&str; 3] = ["p", "q", "gamma"];

/// Logarithms of parameters are searched within these, γ as a multiple of the mean amount.
const LOWEST: f64 = -12.0;
const HIGHEST: f64 = 12.0;

/// Fits the model to numbers of orders and their mean amounts. Customers without an order, or with a mean of 0, are left
/// out: a gamma distribution has no zero. The order of customers and the number of threads change nothing.
///
/// # Errors
/// `Mismatch` and `Row` (an amount that is negative or not finite), `NoRepeats` where nobody is left, `NotFound`.
pub fn fit(orders: &[u32], amounts: &[f64]) -> Result<Fit, Error> {
    require_rows("amounts", amounts.len(), orders.len())?;
    if let Some(row) = amounts
        .iter()
        .position(|amount| !amount.is_finite() || *amount < 0.0)
    {
        let legal = "give a finite amount of 0 or more";
        return Err(Error::Row {
            field: "amounts",
            value: amounts[row],
            row,
            legal,
        });
    }
    let each = orders
        .iter()
        .zip(amounts)
        .filter(|(orders, amount)| **orders > 0 && **amount > 0.0);
    let mut rows: Vec<(u32, f64)> = each.map(|(orders, amount)| (*orders, *amount)).collect();
    if rows.is_empty() {
        return Err(Error::NoRepeats);
    }
    rows.par_sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let data = Data::of(&rows);
    // As from p = q = 3: then a third of the variance is between customers, and the mean is p γ / (q - 1).
    let start = [3f64.ln(), 3f64.ln(), (data.mean * 2.0 / 3.0).ln()];
    let shift = [0.0, 0.0, data.mean.ln()];
    let bounds = shift.map(|shift| (LOWEST + shift, HIGHEST + shift));
    let top = newton::maximise(start, &bounds, |at| data.log_likelihood(at))?;
    let parameters = top.at.map(f64::exp);
    let edges = NAMES.into_iter().zip(top.edge);
    let at_edge: Vec<&'static str> = edges
        .filter_map(|(name, edge)| edge.then_some(name))
        .collect();
    let errors = newton::errors(&top.found.curvature, &top.edge);
    Ok(Fit {
        parameters,
        standard_errors: std::array::from_fn(|of| errors[of].map(|error| parameters[of] * error)),
        log_likelihood: top.found.value,
        customers: rows.len(),
        rounds: top.rounds,
        at_edge,
    })
}

/// The amount expected of a customer's order, after `orders` of mean `amount`: `p (γ + xz) / (px + q - 1)`. Of a customer
/// without orders the mean of all. Infinite where `px + q` is not above 1.
pub fn expected(parameters: &[f64; 3], orders: u32, amount: f64) -> f64 {
    let [p, q, gamma] = *parameters;
    let orders = f64::from(orders);
    let known = if orders > 0.0 { orders * amount } else { 0.0 };
    let rest = p * orders + q - 1.0;
    if rest > 0.0 {
        p * (gamma + known) / rest
    } else {
        f64::INFINITY
    }
}

/// The log-likelihood and its slope by p, q and γ.
///
/// # Errors
/// `Parameter` where one is not above 0; as [`fit`] for the data.
pub fn log_likelihood(
    parameters: &[f64; 3],
    orders: &[u32],
    amounts: &[f64],
) -> Result<(f64, [f64; 3]), Error> {
    require_rows("amounts", amounts.len(), orders.len())?;
    for value in parameters {
        require(
            value.is_finite() && *value > 0.0,
            "parameters",
            value,
            "numbers above 0",
        )?;
    }
    let mut rows: Vec<(u32, f64)> = orders
        .iter()
        .copied()
        .zip(amounts.iter().copied())
        .collect();
    rows.retain(|(orders, amount)| *orders > 0 && *amount > 0.0);
    rows.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let found = Data::of(&rows).log_likelihood(&parameters.map(f64::ln));
    Ok((
        found.value,
        std::array::from_fn(|of| found.slope[of] / parameters[of]),
    ))
}

/// What the likelihood needs, summed where parameters do not matter.
struct Data {
    /// Orders and their total, of each customer.
    rows: Vec<(f64, f64)>,
    /// Numbers of orders, and how many customers have each.
    numbers: Vec<(f64, f64)>,
    /// Sum of x ln(xz).
    weighted: f64,
    /// Sum of ln z.
    logarithms: f64,
    /// Mean amount.
    mean: f64,
}

impl Data {
    fn of(sorted: &[(u32, f64)]) -> Self {
        let mut numbers: Vec<(f64, f64)> = Vec::new();
        let (mut weighted, mut logarithms, mut mean) = (
            Compensated::default(),
            Compensated::default(),
            Compensated::default(),
        );
        for (orders, amount) in sorted {
            let orders = f64::from(*orders);
            match numbers.last_mut() {
                Some((number, count)) if *number == orders => *count += 1.0,
                _ => numbers.push((orders, 1.0)),
            }
            weighted.add(orders * (orders * amount).ln());
            logarithms.add(amount.ln());
            mean.add(*amount);
        }
        Self {
            rows: sorted
                .iter()
                .map(|(orders, amount)| (f64::from(*orders), f64::from(*orders) * amount))
                .collect(),
            numbers,
            weighted: weighted.total(),
            logarithms: logarithms.total(),
            mean: mean.total() / sorted.len().max(1) as f64,
        }
    }

    /// By the logarithms of the parameters.
    fn log_likelihood(&self, logarithms: &[f64; 3]) -> Derivatives<3> {
        let at = logarithms.map(f64::exp);
        let mut sum = Derivatives::ZERO;
        for (number, count) in &self.numbers {
            sum.add(&of_number(&at, *number), *count);
        }
        let [p, q, gamma] = at;
        let count = self.rows.len() as f64;
        sum.value += count * q * gamma.ln() + p * self.weighted - self.logarithms;
        sum.slope[0] += self.weighted;
        sum.slope[1] += count * gamma.ln();
        sum.slope[2] += count * q / gamma;
        sum.curvature[1][2] += count / gamma;
        sum.curvature[2][1] += count / gamma;
        sum.curvature[2][2] -= count * q / (gamma * gamma);
        // The rest: -(px + q) ln(γ + xz).
        let parts = chunks::map(self.rows.len(), |range| {
            let mut part = [0.0; 7];
            for (orders, total) in &self.rows[range] {
                let all = gamma + total;
                let (ln, one, power) = (all.ln(), 1.0 / all, p * orders + q);
                let each = [
                    power * ln,
                    orders * ln,
                    ln,
                    power * one,
                    orders * one,
                    one,
                    power * one * one,
                ];
                part.iter_mut()
                    .zip(each)
                    .for_each(|(sum, value)| *sum += value);
            }
            part
        });
        let mut rest = [Compensated::default(); 7];
        for part in parts {
            rest.iter_mut()
                .zip(part)
                .for_each(|(sum, value)| sum.add(value));
        }
        let rest = rest.map(|sum| sum.total());
        sum.value -= rest[0];
        for of in 0..3 {
            sum.slope[of] -= rest[1 + of];
        }
        for (of, value) in [(0, rest[4]), (1, rest[5])] {
            sum.curvature[of][2] -= value;
            sum.curvature[2][of] -= value;
        }
        sum.curvature[2][2] += rest[6];
        sum.of_logarithms(&at)
    }
}

/// `ln Γ(px+q) - ln Γ(px) - ln Γ(q)`, of x orders.
fn of_number(at: &[f64; 3], orders: f64) -> Derivatives<3> {
    let [p, q, _] = *at;
    let (own, all) = (p * orders, p * orders + q);
    let mut found = Derivatives::ZERO;
    found.value = ln_gamma(all) - ln_gamma(own) - ln_gamma(q);
    found.slope = [
        orders * (digamma(all) - digamma(own)),
        digamma(all) - digamma(q),
        0.0,
    ];
    let third = trigamma(all);
    found.curvature[0][0] = orders * orders * (third - trigamma(own));
    found.curvature[0][1] = orders * third;
    found.curvature[1][0] = orders * third;
    found.curvature[1][1] = third - trigamma(q);
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::simulate;
    use numeric::random::Random;

    /// Customers whose amounts follow the model.
    fn drawn(parameters: &[f64; 3], count: u64) -> (Vec<u32>, Vec<f64>) {
        let [p, q, gamma] = *parameters;
        let each = (0..count).map(|row| {
            let mut random = Random::stream(3, row);
            let orders = random.below(6) as u32;
            let rate = simulate::gamma(q, &mut random) / gamma;
            let total: f64 = (0..orders)
                .map(|_| simulate::gamma(p, &mut random) / rate)
                .sum();
            (orders, total / f64::from(orders.max(1)))
        });
        each.unzip()
    }

    #[test]
    fn parameters_come_back_within_their_errors() {
        let truth = [4.0, 3.0, 20.0];
        let (orders, amounts) = drawn(&truth, 20_000);
        let found = fit(&orders, &amounts).unwrap();
        let errors = found.standard_errors.map(Option::unwrap);
        for ((value, error), truth) in found.parameters.iter().zip(errors).zip(truth) {
            assert!((value - truth).abs() < 3.0 * error, "{found:?}");
            assert!(error < 0.1 * truth, "{found:?}");
        }
        assert!(found.at_edge.is_empty());
        // What is expected of a customer lies between his own mean and that of all, nearer to his own the more he buys.
        let all = expected(&found.parameters, 0, 0.0);
        let (one, many) = (
            expected(&found.parameters, 1, 60.0),
            expected(&found.parameters, 50, 60.0),
        );
        assert!(all < one && one < many && many < 60.0, "{all} {one} {many}");
        assert!((all - 10.0 * 4.0).abs() < 1.5, "{all}");
    }

    #[test]
    fn slopes_and_curvatures_are_those_of_differences() {
        let (orders, amounts) = drawn(&[2.0, 4.0, 9.0], 500);
        let mut rows: Vec<(u32, f64)> = orders
            .into_iter()
            .zip(amounts)
            .filter(|row| row.0 > 0)
            .collect();
        rows.sort_by_key(|row| row.0);
        let data = Data::of(&rows);
        for at in [[0.7, 1.4, 2.2], [-2.0, 3.0, -1.0], [3.0, -2.0, 5.0]] {
            let found = data.log_likelihood(&at);
            for of in 0..3 {
                let step = 1e-5;
                let moved = |by: f64| {
                    let mut to = at;
                    to[of] += by;
                    data.log_likelihood(&to)
                };
                let (up, down) = (moved(step), moved(-step));
                let slope = (up.value - down.value) / (2.0 * step);
                assert!(
                    (slope - found.slope[of]).abs() < 1e-5 * slope.abs().max(10.0),
                    "{at:?} {of}"
                );
                for other in 0..3 {
                    let bend = (up.slope[other] - down.slope[other]) / (2.0 * step);
                    let own = found.curvature[of][other];
                    assert!(
                        (bend - own).abs() < 1e-5 * bend.abs().max(10.0),
                        "{at:?} {of} {other}"
                    );
                }
            }
        }
    }

    #[test]
    fn amounts_that_say_nothing_are_left_out_and_wrong_ones_refused() {
        let (mut orders, mut amounts) = drawn(&[2.0, 4.0, 9.0], 300);
        let before = fit(&orders, &amounts).unwrap();
        orders.extend([0, 3]);
        amounts.extend([5.0, 0.0]);
        assert_eq!(fit(&orders, &amounts).unwrap(), before);
        amounts[301] = -1.0;
        assert!(matches!(
            fit(&orders, &amounts),
            Err(Error::Row { row: 301, .. })
        ));
        amounts[301] = f64::NAN;
        assert!(fit(&orders, &amounts).is_err());
        assert_eq!(fit(&[0], &[1.0]), Err(Error::NoRepeats));
    }
}
