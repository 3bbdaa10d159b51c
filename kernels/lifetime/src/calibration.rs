//! What was forecast against what came. It must not forecast.

use crate::customers::Customers;
use crate::error::{Error, require_rows};
use crate::forecast::Forecast;
use numeric::sum::sum;

/// Customers with so many repeats and more share a row of the table.
const REPEATS_TOGETHER: u32 = 7;
/// Parts of the table by forecast.
const PARTS: usize = 10;

/// How far forecasts were right.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// Orders that came.
    pub actual: f64,
    /// Errors of the model.
    pub model: Errors,
    /// Errors of the naive forecast: orders go on at each customer's own rate, repeats / age.
    pub naive: Errors,
    /// Share of the customers whose orders lie within their interval. Counts are whole, so intervals hold more than
    /// their level.
    pub within: f64,
    /// The share that a number drawn between the probabilities of less and of at most what came would lie within the
    /// level: equals the level where the model is right (C. Czado, T. Gneiting, L. Held, "Predictive Model Assessment for
    /// Count Data", Biometrics 65, 2009).
    pub within_randomised: f64,
    /// By repeats: 0, 1, …, and the last row 7 and more.
    pub by_repeats: Vec<Row>,
    /// By forecast: tenths of the customers, from the fewest orders to the most.
    pub by_forecast: Vec<Row>,
}

/// Errors of one forecast.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Errors {
    /// Orders forecast in all.
    pub expected: f64,
    /// Mean absolute error of a customer.
    pub mae: f64,
    /// Root of the mean squared error.
    pub rmse: f64,
    /// Correlation (Pearson) of forecast and what came; none where either is the same for all.
    pub correlation: Option<f64>,
}

/// Some customers of the table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Least repeats (or forecast) among them.
    pub from: f64,
    /// How many they are.
    pub customers: usize,
    /// Mean orders forecast.
    pub expected: f64,
    /// Mean orders that came.
    pub actual: f64,
    /// Mean of the naive forecast.
    pub naive: f64,
}

/// Compares. `standing` holds what [`crate::forecast::Forecasting::standing`] says, `level` is that of the intervals,
/// `horizon` the time in which `actual` came.
///
/// # Errors
/// `Mismatch` for columns of different length.
pub fn compare(
    customers: &Customers,
    forecasts: &[Forecast],
    standing: &[(f64, f64)],
    actual: &[u32],
    (horizon, level): (f64, f64),
) -> Result<Calibration, Error> {
    let count = customers.len();
    require_rows("forecasts", forecasts.len(), count)?;
    require_rows("standing", standing.len(), count)?;
    require_rows("actual", actual.len(), count)?;
    let expected: Vec<f64> = forecasts.iter().map(|one| one.orders).collect();
    let naive: Vec<f64> = (0..count)
        .map(|row| naive(customers, row, horizon))
        .collect();
    let came: Vec<f64> = actual.iter().map(|came| f64::from(*came)).collect();
    let each = forecasts.iter().zip(actual);
    let inside = each
        .filter(|(one, came)| (one.low..=one.high).contains(*came))
        .count();
    let shares: Vec<f64> = standing
        .iter()
        .map(|one| share_within(*one, level))
        .collect();
    let row = |rows: &[usize], from: f64| {
        let mean = |of: &[f64]| rows.iter().map(|row| of[*row]).sum::<f64>() / rows.len() as f64;
        Row {
            from,
            customers: rows.len(),
            expected: mean(&expected),
            actual: mean(&came),
            naive: mean(&naive),
        }
    };
    let by_repeats = (0..=REPEATS_TOGETHER).filter_map(|repeats| {
        let own = |row: &usize| customers.row(*row).repeats.min(REPEATS_TOGETHER) == repeats;
        let rows: Vec<usize> = (0..count).filter(own).collect();
        (!rows.is_empty()).then(|| row(&rows, f64::from(repeats)))
    });
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|a, b| expected[*a].total_cmp(&expected[*b]));
    let by_forecast = (0..PARTS).filter_map(|part| {
        let rows = &order[part * count / PARTS..(part + 1) * count / PARTS];
        rows.first().map(|first| row(rows, expected[*first]))
    });
    Ok(Calibration {
        actual: sum(&came),
        model: errors(&expected, &came),
        naive: errors(&naive, &came),
        within: inside as f64 / count as f64,
        within_randomised: sum(&shares) / count as f64,
        by_repeats: by_repeats.collect(),
        by_forecast: by_forecast.collect(),
    })
}

/// Who came first on the last day has no rate of his own: none is expected of him, as he has no repeat.
fn naive(customers: &Customers, row: usize, horizon: f64) -> f64 {
    let row = customers.row(row);
    if row.repeats == 0 {
        0.0
    } else {
        f64::from(row.repeats) / row.age * horizon
    }
}

/// Which share of what lies between two probabilities is within the level, a like part of the rest on either side.
fn share_within((less, at_most): (f64, f64), level: f64) -> f64 {
    let (low, high) = (0.5 - 0.5 * level, 0.5 + 0.5 * level);
    let width = at_most - less;
    if width > 0.0 {
        (at_most.min(high) - less.max(low)).max(0.0) / width
    } else {
        // So far out that a float does not tell the two apart.
        f64::from(u8::from((low..=high).contains(&less)))
    }
}

fn errors(expected: &[f64], came: &[f64]) -> Errors {
    let count = came.len() as f64;
    let pairs = || expected.iter().zip(came);
    let total =
        |of: &dyn Fn(f64, f64) -> f64| sum(&pairs().map(|(a, b)| of(*a, *b)).collect::<Vec<f64>>());
    let (own, other) = (sum(expected) / count, sum(came) / count);
    let spread = |a: f64, b: f64| (a * b).sqrt();
    let both = total(&|a, b| (a - own) * (b - other));
    let each = spread(
        total(&|a, _| (a - own).powi(2)),
        total(&|_, b| (b - other).powi(2)),
    );
    Errors {
        expected: sum(expected),
        mae: total(&|a, b| (a - b).abs()) / count,
        rmse: (total(&|a, b| (a - b).powi(2)) / count).sqrt(),
        correlation: (each > 0.0).then(|| both / each),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::forecast::Params;
    use crate::model::Model;
    use crate::test_data::drawn;

    const LEVEL: f64 = 0.8;

    fn compared(model: Model, truth: &[f64; 4], by: &[f64; 4], count: usize) -> Calibration {
        let (customers, later) = drawn(model, truth, count, (50.0, 26.0), 21);
        let asked = Params {
            horizon: 26.0,
            discount: 0.0,
            level: LEVEL,
        }
        .check()
        .unwrap();
        let told = asked.run(model, by, &customers).unwrap();
        let standing = asked.standing(model, by, &customers, &later).unwrap();
        compare(&customers, &told, &standing, &later, (26.0, LEVEL)).unwrap()
    }

    #[test]
    fn forecasts_by_the_truth_are_right_in_all_and_in_every_part() {
        for (model, truth) in [
            (Model::BgNbd, [0.6, 4.0, 0.7, 2.5]),
            (Model::BgNbd, [3.0, 2.0, 0.4, 9.0]),
            (Model::ParetoNbd, [0.8, 8.0, 0.9, 12.0]),
            (Model::ParetoNbd, [3.0, 2.0, 0.5, 30.0]),
        ] {
            let told = compared(model, &truth, &truth, 40_000);
            assert!(
                (told.model.expected / told.actual - 1.0).abs() < 0.02,
                "{told:?}"
            );
            for row in told.by_repeats.iter().chain(&told.by_forecast) {
                // Counts of this many customers are this sure, with a wide margin for customers who differ.
                let sure = 6.0 * (1.0 + row.expected) / (row.customers as f64).sqrt();
                assert!(
                    (row.expected - row.actual).abs() < sure,
                    "{model:?} {row:?}"
                );
            }
            // The level holds to the standard error of 40,000 customers, and counts make intervals wider.
            assert!(
                (told.within_randomised - LEVEL).abs() < 4.0 * (0.16f64 / 4e4).sqrt(),
                "{told:?}"
            );
            assert!(told.within >= told.within_randomised - 0.01, "{told:?}");
            assert!(
                told.model.rmse < told.naive.rmse && told.model.mae < told.naive.mae,
                "{told:?}"
            );
        }
    }

    #[test]
    fn forecasts_by_a_wrong_model_are_seen_to_be_wrong() {
        let truth = [0.8, 8.0, 0.9, 12.0];
        let told = compared(Model::ParetoNbd, &truth, &[0.8, 3.0, 0.9, 60.0], 20_000);
        assert!(told.model.expected > 1.5 * told.actual);
        assert!((told.within_randomised - LEVEL).abs() > 0.03, "{told:?}");
    }

    #[test]
    fn every_customer_is_in_one_row_of_each_table() {
        let told = compared(
            Model::BgNbd,
            &[0.6, 4.0, 0.7, 2.5],
            &[0.6, 4.0, 0.7, 2.5],
            1_234,
        );
        for table in [&told.by_repeats, &told.by_forecast] {
            assert_eq!(table.iter().map(|row| row.customers).sum::<usize>(), 1_234);
            let came: f64 = table
                .iter()
                .map(|row| row.actual * row.customers as f64)
                .sum();
            assert!((came - told.actual).abs() < 1e-9 * told.actual);
        }
        assert_eq!(told.by_repeats.len(), 8);
        assert!(
            told.by_forecast
                .windows(2)
                .all(|two| two[0].expected <= two[1].expected)
        );
    }

    #[test]
    fn errors_are_those_of_their_formulas() {
        let told = errors(&[1.0, 2.0, 4.0], &[0.0, 2.0, 7.0]);
        assert!(
            (told.mae - 4.0 / 3.0).abs() < 1e-15
                && (told.rmse - (10.0f64 / 3.0).sqrt()).abs() < 1e-15
        );
        // numpy.corrcoef
        assert!(
            (told.correlation.unwrap() - 0.998_625_428_903_524).abs() < 1e-12,
            "{told:?}"
        );
        assert_eq!(errors(&[1.0, 1.0], &[0.0, 2.0]).correlation, None);
        assert!((share_within((0.0, 0.4), 0.8) - 0.75).abs() < 1e-12);
        assert_eq!(share_within((0.95, 0.95), 0.8), 0.0);
    }
}
