//! The two models of when customers come again, by what differs between them: the likelihood of one row. It must not
//! search or predict.
//!
//! Both: while alive a customer buys at a rate λ of his own, spread over customers as a gamma distribution of shape r and
//! rate α. BG/NBD (P. S. Fader, B. G. S. Hardie, K. L. Lee, "'Counting Your Customers' the Easy Way", Marketing Science 24,
//! 2005): after every repeat he is gone with a probability spread as a beta distribution of a and b. Pareto/NBD (D. C.
//! Schmittlein, D. G. Morrison, R. Colombo, "Counting Your Customers", Management Science 33, 1987): he is gone after a
//! time of a rate spread as a gamma distribution of shape s and rate β.

mod bgnbd;
mod pareto;

use crate::customers::{Customer, Distinct};
use crate::newton::Derivatives;
use numeric::chunks;
use numeric::sum::Compensated;

pub use pareto::log_integral;

/// A model of when customers come again and when they are gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    /// Beta-geometric / negative binomial: r, α, a, b.
    BgNbd,
    /// Pareto / negative binomial: r, α, s, β.
    ParetoNbd,
}

impl Model {
    /// The names of the four parameters.
    pub fn names(self) -> [&'static str; 4] {
        match self {
            Self::BgNbd => ["r", "alpha", "a", "b"],
            Self::ParetoNbd => ["r", "alpha", "s", "beta"],
        }
    }

    /// Which parameters are times: α, and β of Pareto/NBD.
    pub(crate) fn times(self) -> [bool; 4] {
        [false, true, false, self == Self::ParetoNbd]
    }

    /// What a row adds that does not depend on its repeats alone, by the parameters themselves.
    fn of_row(self, at: &[f64; 4], row: &Customer) -> Derivatives<4> {
        match self {
            Self::BgNbd => bgnbd::of_row(at, row).0,
            Self::ParetoNbd => pareto::of_row(at, row).0,
        }
    }

    /// The probability that a customer is still alive at his age, by the parameters. In BG/NBD a customer without repeats
    /// is alive: there, nobody leaves but after a repeat.
    pub(crate) fn alive(self, at: &[f64; 4], row: &Customer) -> f64 {
        match self {
            Self::BgNbd => bgnbd::alive(at, row),
            Self::ParetoNbd => pareto::alive(at, row),
        }
    }

    /// What rows add by their repeats alone: rising factorials of r and, in BG/NBD, of b and a + b.
    fn of_repeats(self, at: &[f64; 4], above: &[f64], customers: f64) -> Derivatives<4> {
        let mut sum = rising(at, above);
        match self {
            Self::BgNbd => bgnbd::of_repeats(at, above, &mut sum),
            Self::ParetoNbd => pareto::of_all(at, customers, &mut sum),
        }
        // Every row: r ln α.
        let [r, alpha, ..] = *at;
        sum.value += customers * r * alpha.ln();
        sum.slope[0] += customers * alpha.ln();
        sum.slope[1] += customers * r / alpha;
        sum.curvature[0][1] += customers / alpha;
        sum.curvature[1][0] += customers / alpha;
        sum.curvature[1][1] -= customers * r / (alpha * alpha);
        sum
    }

    /// The log-likelihood of all, with slope and curvature, by the logarithms of the parameters.
    pub(crate) fn log_likelihood(self, logarithms: &[f64; 4], all: &Distinct) -> Derivatives<4> {
        let at = logarithms.map(f64::exp);
        let parts = chunks::map(all.rows.len(), |range| {
            let mut part = Derivatives::ZERO;
            for of in range {
                part.add(&self.of_row(&at, &all.rows[of]), all.counts[of]);
            }
            part
        });
        let mut sum = self.of_repeats(&at, &all.above, all.customers());
        let mut value = Compensated::default();
        value.add(sum.value);
        for part in &parts {
            value.add(part.value);
            sum.add(part, 1.0);
        }
        sum.value = value.total();
        sum.of_logarithms(&at)
    }
}

/// `ln Γ(r + x) - ln Γ(r)` of all rows: the sum of `ln(r + j)` below each row's x, with no difference of large numbers.
fn rising(at: &[f64; 4], above: &[f64]) -> Derivatives<4> {
    let mut sum = Derivatives::ZERO;
    for (step, count) in above.iter().enumerate() {
        let to = at[0] + step as f64;
        sum.value += count * to.ln();
        sum.slope[0] += count / to;
        sum.curvature[0][0] -= count / (to * to);
    }
    sum
}

/// The log-likelihood and its slope by the four parameters, of customers as they are.
///
/// The constant of the literature: times are not scaled, and no factorials are left out.
pub fn log_likelihood(
    model: Model,
    parameters: &[f64; 4],
    customers: &crate::customers::Customers,
) -> (f64, [f64; 4]) {
    let found = model.log_likelihood(&parameters.map(f64::ln), &Distinct::of(customers));
    (
        found.value,
        std::array::from_fn(|of| found.slope[of] / parameters[of]),
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::customers::Customers;
    use crate::test_data::drawn;
    use proptest::prelude::*;

    const BOTH: [Model; 2] = [Model::BgNbd, Model::ParetoNbd];

    #[track_caller]
    fn like_differences(model: Model, at: [f64; 4], all: &Distinct) {
        let found = model.log_likelihood(&at, all);
        for of in 0..4 {
            let step = 1e-5;
            let moved = |by: f64| {
                let mut to = at;
                to[of] += by;
                model.log_likelihood(&to, all)
            };
            let (up, down) = (moved(step), moved(-step));
            let slope = (up.value - down.value) / (2.0 * step);
            let near = |a: f64, b: f64| {
                (a - b).abs() <= 2e-5 * a.abs().max(0.01 * found.value.abs()).max(0.1)
            };
            assert!(
                near(slope, found.slope[of]),
                "{model:?} {at:?} {of}: {slope} {}",
                found.slope[of]
            );
            for other in 0..4 {
                let bend = (up.slope[other] - down.slope[other]) / (2.0 * step);
                let own = found.curvature[of][other];
                assert!(
                    near(bend, own),
                    "{model:?} {at:?} {of} {other}: {bend} {own}"
                );
            }
        }
    }

    proptest! {
        #[test]
        fn slopes_and_curvatures_are_those_of_differences(
            at in prop::array::uniform4(-4.0f64..6.0), seed in 0u64..50, pareto in any::<bool>(),
        ) {
            let (customers, _) = drawn(Model::BgNbd, &[0.6, 4.0, 0.7, 2.5], 60, (40.0, 0.0), seed);
            like_differences(BOTH[usize::from(pareto)], at, &Distinct::of(&customers));
        }

        #[test]
        fn the_unit_of_time_only_shifts_the_likelihood(
            at in prop::array::uniform4(-2.0f64..4.0), unit in 0.01f64..100.0, pareto in any::<bool>(),
        ) {
            let model = BOTH[usize::from(pareto)];
            let (customers, _) = drawn(model, &[0.6, 4.0, 0.7, 2.5], 60, (40.0, 0.0), 1);
            let rows: Vec<Customer> = (0..60).map(|row| customers.row(row)).collect();
            let scaled = Customers::new(
                rows.iter().map(|row| row.repeats).collect(),
                rows.iter().map(|row| row.recency * unit).collect(),
                rows.iter().map(|row| row.age * unit).collect(),
            );
            let times = model.times();
            let own = at.map(f64::exp);
            let moved = std::array::from_fn(|of| if times[of] { own[of] * unit } else { own[of] });
            let repeats: f64 = rows.iter().map(|row| f64::from(row.repeats)).sum();
            let (before, _) = log_likelihood(model, &own, &customers);
            let (after, _) = log_likelihood(model, &moved, &scaled.unwrap());
            prop_assert!((before - after - repeats * unit.ln()).abs() < 1e-9 * before.abs());
        }
    }

    #[test]
    fn slopes_hold_where_parameters_are_near_each_other_or_far_apart() {
        let (customers, _) = drawn(
            Model::ParetoNbd,
            &[0.6, 10.0, 0.6, 11.0],
            200,
            (40.0, 0.0),
            4,
        );
        let all = Distinct::of(&customers);
        for (alpha, beta) in [
            (3.0, 3.0),
            (3.0, 3.0 + 1e-9),
            (-5.0, 6.0),
            (6.0, -5.0),
            (9.0, 9.0),
        ] {
            like_differences(Model::ParetoNbd, [-0.5, alpha, -0.5, beta], &all);
        }
    }

    #[test]
    fn alive_is_the_share_of_the_likelihood() {
        for model in BOTH {
            let (customers, _) = drawn(model, &[0.6, 4.0, 0.7, 2.5], 300, (40.0, 0.0), 7);
            for row in 0..300 {
                let row = customers.row(row);
                for at in [
                    [0.6, 4.0, 0.7, 2.5],
                    [5.0, 0.1, 0.01, 40.0],
                    [0.01, 100.0, 9.0, 0.2],
                ] {
                    let share = match model {
                        Model::BgNbd => bgnbd::of_row(&at, &row).1,
                        Model::ParetoNbd => pareto::of_row(&at, &row).1,
                    };
                    let alive = model.alive(&at, &row);
                    assert!(
                        (alive - share).abs() < 1e-12,
                        "{model:?} {row:?} {at:?}: {alive} {share}"
                    );
                }
            }
        }
    }

    #[test]
    fn who_bought_just_now_is_alive_and_the_probability_falls_with_silence() {
        let at = [0.6, 4.0, 0.7, 2.5];
        let silent = |age| Customer {
            repeats: 6,
            recency: 20.0,
            age,
        };
        assert_eq!(Model::ParetoNbd.alive(&at, &silent(20.0)), 1.0);
        // Under BG/NBD he may have left with his last purchase: a / (a + b + x - 1) of such customers.
        let left = 1.0 - Model::BgNbd.alive(&at, &silent(20.0));
        assert!((left - 0.7 / (0.7 + 2.5 + 5.0)).abs() < 1e-14, "{left}");
        for model in BOTH {
            let falling: Vec<f64> = [20.0, 21.0, 30.0, 80.0, 1e4, 1e9]
                .map(|age| model.alive(&at, &silent(age)))
                .into();
            assert!(
                falling.windows(2).all(|two| two[0] > two[1]) && falling[5] < 1e-4,
                "{falling:?}"
            );
        }
    }
}
