//! Forecasts made without the last days, by one fit and by clusters, against what came in those days. It must not see the
//! clusters of now: they may be made from these very days.

use super::pooled::{self, Fits};
use super::{AHEAD_DAYS, LEVEL, Model, Purchases, params};
use lifetime::calibration::{self, Calibration};
use lifetime::forecast::Forecasting;
use lifetime::{Error, history};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// One fit of all beside fits of clusters, where clusters were known then. The other figures are of what the forecasts
    /// use; where that was chosen by this comparison they flatter it a little, as the same days chose it.
    #[serde(default)]
    pub pooled: Option<Compared>,
}

/// One fit of all beside fits of clusters, over all customers of the trial.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// Clusters with parameters of their own.
    pub clusters: usize,
    /// Customers in them.
    pub customers: usize,
    /// By one fit of all.
    pub single: Measures,
    /// By the fits of clusters; customers of no cluster by that of all.
    pub pooled: Measures,
}

/// How right forecasts were. The naive rate is beside by its error alone ([`Trial::naive_mae`]): it says no probability.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    /// Mean absolute error of a customer, orders. It is least for medians, and forecasts are means: of two right ones it may
    /// prefer the one that tells less.
    pub mae: f64,
    /// Root of the mean squared error, orders: least for means.
    pub rmse: f64,
    /// The logarithm of the probability that was given to just as many orders as came, on the mean of customers: the
    /// logarithmic score (I. J. Good, "Rational Decisions", JRSS B 14, 1952), the higher the better.
    pub log_likelihood: f64,
}

/// The trial by one fit and, or why not, by clusters.
pub(super) struct Tried {
    single: Trial,
    pub pooled: Result<(Trial, Compared), String>,
}

/// A lesser probability counts as this: floats near 1 do not tell it.
const CHANCE_MIN: f64 = 1e-12;

impl Tried {
    /// The trial of what is used: clusters or not.
    pub fn of(self, clusters: bool) -> Trial {
        match self.pooled {
            Ok((trial, compared)) => Trial {
                pooled: Some(compared),
                ..if clusters { trial } else { self.single }
            },
            Err(_) => self.single,
        }
    }
}

/// Tries forecasts on the last days; those of clusters where there is something to choose.
pub(super) fn run(purchases: &Purchases, today: i32, clusters: bool) -> Result<Tried, Error> {
    let known = purchases.until(today - AHEAD_DAYS, Some(today))?;
    let placed = match clusters {
        true => purchases.placed(&purchases.clusters.then, &known),
        false => vec![None; known.ids.len()],
    };
    let fits = Fits::of(&known.customers, &placed)?;
    let all = fits.all.parameters;
    let (single, of_all) = against(&known, &placed, &BTreeMap::new(), all)?;
    let pooled = fits.own.and_then(|own| {
        let found = against(&known, &placed, &own, all);
        let (trial, measures) =
            found.map_err(|cause| format!("forecasts were not found ({cause})"))?;
        let of_own = fits.clusters.iter();
        let of_own = of_own.filter(|one| own.contains_key(&one.cluster));
        let compared = Compared {
            clusters: own.len(),
            customers: of_own.map(|one| one.customers).sum(),
            single: of_all,
            pooled: measures,
        };
        Ok((trial, compared))
    });
    Ok(Tried { single, pooled })
}

/// Forecasts by the parameters of clusters, and of all for everybody else, against what came.
fn against(
    known: &history::Summaries,
    placed: &[Option<u32>],
    own: &BTreeMap<u32, [f64; 4]>,
    all: [f64; 4],
) -> Result<(Trial, Measures), Error> {
    let asked: Forecasting = params(f64::from(AHEAD_DAYS), 0.0).check()?;
    let mut each = Vec::new();
    for part in pooled::parts(placed, own, all) {
        let customers = known.customers.take(&part.rows);
        let later: Vec<u32> = part.rows.iter().map(|row| known.later[*row]).collect();
        let told = asked.run(Model::BgNbd, &part.parameters, &customers)?;
        let standing = asked.standing(Model::BgNbd, &part.parameters, &customers, &later)?;
        let rows = part.rows.into_iter().zip(told).zip(standing);
        each.extend(rows.map(|((row, told), standing)| (row, told, standing)));
    }
    each.sort_unstable_by_key(|(row, ..)| *row);
    let (forecasts, standing): (Vec<_>, Vec<_>) = each
        .into_iter()
        .map(|(_, told, standing)| (told, standing))
        .unzip();
    let chances = standing.iter().map(|(less, at_most)| at_most - less);
    let logarithms = chances.map(|chance| chance.max(CHANCE_MIN).ln());
    let log_likelihood = logarithms.sum::<f64>() / standing.len() as f64;
    let span = (known.horizon, LEVEL);
    let told: Calibration =
        calibration::compare(&known.customers, &forecasts, &standing, &known.later, span)?;
    let measures = Measures {
        mae: told.model.mae,
        rmse: told.model.rmse,
        log_likelihood,
    };
    Ok((trial(told), measures))
}

fn trial(told: Calibration) -> Trial {
    Trial {
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
        pooled: None,
    }
}
