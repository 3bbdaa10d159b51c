//! Predicted genes: from days of purchase to who comes again, how often, when and for how much, with intervals; and how
//! right such forecasts were on a span that was held out. The models are `lifetime`'s; here is what they are asked.

use crate::calendar::DAY;
use crate::gene::Range;
use crate::spec::millionths;
use crate::{Act, ActKind, Predicted};
use lifetime::calibration::{self, Calibration};
use lifetime::forecast::{Forecast, Params};
use lifetime::{Customers, Error, Model, history, spend};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Days that orders and spend are forecast for, and that are held out to see how right that is.
pub const AHEAD_DAYS: i32 = 90;
/// Days of the value.
pub const VALUE_DAYS: f64 = 365.0;
/// Yearly rate by which later money counts less.
const DISCOUNT: f64 = 0.10;
/// The share that intervals hold.
const LEVEL: f64 = 0.8;
/// Days of the unit of time of the models.
const WEEK: f64 = 7.0;
/// Longer waits are told as this many days: nobody plans beyond.
const WAIT_MAX: f64 = 36_500.0;

/// Days of purchase of everybody, with what was paid.
#[derive(Debug, Clone, Default)]
pub struct Purchases {
    customers: Vec<i64>,
    ids: Vec<u32>,
    days: Vec<i32>,
    amounts: Vec<f64>,
}

/// Parameters of the models, found once and used again for single customers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Fitted {
    /// Of who comes again, and until when; none where the data allow no model.
    pub orders: Option<[f64; 4]>,
    /// Of what is paid; none where the data allow no model of it.
    pub spend: Option<[f64; 3]>,
}

/// What was forecast.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Forecasts {
    /// By which parameters.
    pub fitted: Fitted,
    /// Predicted genes by customer.
    pub of: BTreeMap<i64, Vec<Predicted>>,
    /// How it was done and how right it is.
    pub told: Told,
}

/// How forecasts were made, and how right they were where that could be tried.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Told {
    /// The model's parameters by name; empty where there is none.
    pub parameters: Vec<(String, f64)>,
    /// Customers it was fitted on.
    pub customers: usize,
    /// Why there is no forecast, or no trial of it.
    pub reason: Option<String>,
    /// The trial on the last days.
    pub trial: Option<Trial>,
}

/// Forecasts made without the last days, against what came in them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// Days that were held out.
    pub days: i32,
    /// Orders that came.
    pub actual: f64,
    /// Orders forecast.
    pub expected: f64,
    /// Orders by each customer's own rate, which is the naive forecast.
    pub naive: f64,
    /// Mean absolute error of a customer.
    pub mae: f64,
    /// That of the naive forecast.
    pub naive_mae: f64,
    /// Share of customers within their interval; it holds at least [`Trial::level`] where the model is right.
    pub within: f64,
    /// What the intervals promise.
    pub level: f64,
    /// By the forecast, tenths of the customers from the fewest orders to the most: customers, forecast, came, naive.
    pub by_forecast: Vec<(usize, f64, f64, f64)>,
}

impl Purchases {
    /// Adds a customer, each once: the purchases among the acts, by their days.
    pub fn add(&mut self, customer: i64, acts: &[Act]) {
        let id = self.customers.len() as u32;
        let bought = acts.iter().filter(|act| act.kind == ActKind::Buy);
        let mut any = false;
        for act in bought {
            let paid = act.line.map_or(0, |line| line.amount.max(0));
            any = true;
            self.ids.push(id);
            self.days.push(act.at.div_euclid(DAY) as i32);
            self.amounts.push(paid as f64 / 1e4);
        }
        if any {
            self.customers.push(customer);
        }
    }

    fn until(&self, end: i32, held_out: Option<i32>) -> Result<history::Summaries, Error> {
        let params = history::Params {
            calibration_end: end,
            holdout_end: held_out,
            unit_days: WEEK,
        };
        params.check()?.run(&self.ids, &self.days, &self.amounts)
    }
}

/// Forecasts of everybody as of the newest day of purchase. Where the data allow no model there is no forecast, and the
/// reason is told: genomes do not fail for want of it.
pub fn forecast(purchases: &Purchases) -> Forecasts {
    // Other feeds may be newer than the receipts: a day without a receipt of anybody is no day on which somebody stayed away.
    let today = purchases.days.iter().copied().max().unwrap_or_default();
    match found(purchases, today) {
        Ok(mut found) => {
            match trial(purchases, today) {
                Ok(trial) => found.told.trial = Some(trial),
                Err(cause) => {
                    found.told.reason = Some(format!(
                        "forecasts could not be tried on the last {AHEAD_DAYS} days: {cause}"
                    ));
                }
            }
            found
        }
        Err(cause) => Forecasts {
            fitted: Fitted::default(),
            of: BTreeMap::new(),
            told: Told {
                reason: Some(format!("nothing is forecast: {cause}")),
                ..Told::default()
            },
        },
    }
}

fn params(days: f64, discount: f64) -> Params {
    Params {
        horizon: days / WEEK,
        discount: discount.ln_1p() * WEEK / 365.25,
        level: LEVEL,
    }
}

fn found(purchases: &Purchases, today: i32) -> Result<Forecasts, Error> {
    let known = purchases.until(today, None)?;
    let fit = lifetime::fit(Model::BgNbd, &known.customers)?;
    // Without a model of spend that of orders stands all the same.
    let money = spend::fit(&known.repeats, &known.means).ok();
    let fitted = Fitted {
        orders: Some(fit.parameters),
        spend: money.map(|money| money.parameters),
    };
    let names = Model::BgNbd.names().into_iter().zip(fit.parameters);
    let told = Told {
        parameters: names
            .map(|(name, value)| (name.to_string(), value))
            .collect(),
        customers: known.ids.len(),
        reason: (!fit.at_edge.is_empty()).then(|| {
            "nobody is seen to leave in these data, so how likely somebody is still a customer says little".into()
        }),
        trial: None,
    };
    Ok(Forecasts {
        of: each(purchases, &known, &fitted)?,
        fitted,
        told,
    })
}

/// Forecasts of some customers by parameters that were found of all, as of a day: that of the newest purchase of anybody.
///
/// # Errors
/// As of [`lifetime::forecast::Checked::run`], where the parameters are none that a fit can give.
pub fn again(
    purchases: &Purchases,
    fitted: &Fitted,
    today: i32,
) -> Result<BTreeMap<i64, Vec<Predicted>>, Error> {
    if purchases.customers.is_empty() || fitted.orders.is_none() {
        return Ok(BTreeMap::new());
    }
    each(purchases, &purchases.until(today, None)?, fitted)
}

/// The predicted genes of each customer.
fn each(
    purchases: &Purchases,
    known: &history::Summaries,
    fitted: &Fitted,
) -> Result<BTreeMap<i64, Vec<Predicted>>, Error> {
    let Some(orders) = fitted.orders else {
        return Ok(BTreeMap::new());
    };
    let near = params(f64::from(AHEAD_DAYS), 0.0).check()?;
    let near = near.run(Model::BgNbd, &orders, &known.customers)?;
    let far = params(VALUE_DAYS, DISCOUNT).check()?;
    let far = far.run(Model::BgNbd, &orders, &known.customers)?;
    let source = match fitted.spend.is_some() {
        true => "BG/NBD and gamma-gamma",
        false => "BG/NBD",
    };
    let each = known.ids.iter().enumerate().map(|(row, id)| {
        let order = fitted
            .spend
            .map(|money| spend::expected(&money, known.repeats[row], known.means[row]));
        let genes = genes(&near[row], &far[row], order, source);
        (purchases.customers[*id as usize], genes)
    });
    Ok(each.collect())
}

fn genes(near: &Forecast, far: &Forecast, order: Option<f64>, source: &str) -> Vec<Predicted> {
    let gene = |name: &str, [low, value, high]: [f64; 3]| Predicted {
        name: name.into(),
        value: Range {
            value: millionths(value),
            low: millionths(low),
            high: millionths(high),
        },
        source: source.into(),
    };
    let (low, high) = (f64::from(near.low), f64::from(near.high));
    let wait = near.next.map(|weeks| (weeks * WEEK).min(WAIT_MAX));
    let mut all = vec![
        gene("alive", [near.alive; 3]),
        gene("orders_90_days", [low, near.orders, high]),
        gene("next_order_days", wait),
    ];
    if let Some(order) = order.filter(|order| order.is_finite()) {
        all.push(gene(
            "spend_90_days",
            [low * order, near.orders * order, high * order],
        ));
        // The interval of orders, each worth what the discounted ones are on the mean.
        let worth = match far.orders > 0.0 {
            true => order * far.discounted / far.orders,
            false => 0.0,
        };
        let (low, high) = (f64::from(far.low) * worth, f64::from(far.high) * worth);
        all.push(gene("value_365_days", [low, far.discounted * order, high]));
    }
    all
}

/// The same without the last days, against what came in them.
fn trial(purchases: &Purchases, today: i32) -> Result<Trial, Error> {
    let known = purchases.until(today - AHEAD_DAYS, Some(today))?;
    let fit = lifetime::fit(Model::BgNbd, &known.customers)?;
    let asked = params(f64::from(AHEAD_DAYS), 0.0).check()?;
    let of: &Customers = &known.customers;
    let forecasts = asked.run(Model::BgNbd, &fit.parameters, of)?;
    let standing = asked.standing(Model::BgNbd, &fit.parameters, of, &known.later)?;
    let span = (known.horizon, LEVEL);
    let told: Calibration = calibration::compare(of, &forecasts, &standing, &known.later, span)?;
    Ok(Trial {
        days: AHEAD_DAYS,
        actual: told.actual,
        expected: told.model.expected,
        naive: told.naive.expected,
        mae: told.model.mae,
        naive_mae: told.naive.mae,
        within: told.within,
        level: LEVEL,
        by_forecast: told
            .by_forecast
            .iter()
            .map(|row| (row.customers, row.expected, row.actual, row.naive))
            .collect(),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::{Line, Rows, Source};

    fn buy(day: i64, amount: i64, key: i64) -> Act {
        Act {
            source: Source {
                rows: Rows::OrderLines,
                key: (key, 0),
            },
            kind: ActKind::Buy,
            at: day * DAY + 3_600,
            known_at: day * DAY,
            product: None,
            values: Vec::new(),
            line: Some(Line {
                receipt: key,
                amount,
                promoted: None,
                price_place: None,
                channel: None,
                weekday: 1,
                hour: 1,
            }),
        }
    }

    /// Customers who come every so many days, some of whom stopped long ago.
    fn purchases() -> Purchases {
        let mut all = Purchases::default();
        for customer in 0..240i64 {
            let every = 9 + customer % 23;
            let until = if customer % 3 == 0 { 150 } else { 720 };
            let days = (customer % 17..until).step_by(every as usize);
            // Chance that the models can see: now and then somebody stays away.
            let days = days.filter(|day| (day * 7_919 + customer * 104_729) % 11 > 2);
            let acts: Vec<Act> = days
                .map(|day| buy(day, 200_000 + customer * 500, day))
                .collect();
            all.add(customer, &acts);
        }
        all
    }

    #[test]
    fn who_stayed_away_long_is_hardly_expected_and_intervals_hold_the_number() {
        let found = forecast(&purchases());
        let gene = |customer: i64, name: &str| {
            let all = &found.of[&customer];
            all.iter().find(|one| one.name == name).unwrap().value
        };
        // Both come every ten days; one was last seen 570 days ago.
        assert!(gene(24, "alive").value < 200_000, "{:?}", gene(24, "alive"));
        assert!(gene(1, "alive").value > 900_000, "{:?}", gene(1, "alive"));
        assert!(gene(1, "orders_90_days").value > 10 * gene(24, "orders_90_days").value);
        for all in found.of.values() {
            for one in all.iter().filter(|one| one.name != "alive") {
                let Range { value, low, high } = one.value;
                // Quantiles of a skewed count may lie to one side of its mean by less than one order.
                let slack = 60_000_000 + value / 10;
                assert!(low <= value + slack && value <= high + slack, "{one:?}");
            }
        }
        let trial = found.told.trial.unwrap();
        assert!(
            trial.actual > 100.0 && trial.mae < trial.naive_mae,
            "{trial:?}"
        );
        assert!(trial.within > 0.6, "{trial:?}");
        let counted: usize = trial.by_forecast.iter().map(|row| row.0).sum();
        assert!(counted > 200);
    }

    #[test]
    fn single_customers_are_forecast_as_they_were_among_all() {
        let all = purchases();
        let found = forecast(&all);
        let today = *all.days.iter().max().unwrap();
        let mut one = Purchases::default();
        let own = all.ids.iter().zip(&all.days).zip(&all.amounts);
        let acts: Vec<Act> = own
            .filter(|((id, _), _)| all.customers[**id as usize] == 7)
            .map(|((_, day), paid)| {
                let day = i64::from(*day);
                buy(day, (paid * 1e4).round() as i64, day)
            })
            .collect();
        one.add(7, &acts);
        let again = again(&one, &found.fitted, today).unwrap();
        assert_eq!(again[&7], found.of[&7]);
        assert!(
            super::again(&one, &Fitted::default(), today)
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn where_nobody_came_again_nothing_is_forecast_and_the_reason_told() {
        let mut all = Purchases::default();
        for customer in 0..30 {
            all.add(customer, &[buy(customer, 10_000, customer)]);
        }
        let found = forecast(&all);
        assert!(found.of.is_empty());
        assert!(
            found
                .told
                .reason
                .unwrap()
                .starts_with("nothing is forecast")
        );
    }
}
