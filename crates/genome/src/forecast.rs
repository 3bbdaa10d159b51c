//! Predicted genes: from days of purchase to who comes again, how often, when and for how much, with intervals; and how
//! right such forecasts were on a span that was held out. The models are `lifetime`'s; here is what they are asked.

mod pooled;
#[cfg(test)]
mod tests;
mod trial;

pub use pooled::{Clusters, OfCluster};
pub use trial::{Compared, Measures, Trial};

use crate::calendar::DAY;
use crate::gene::Range;
use crate::spec::millionths;
use crate::{Act, ActKind, Predicted};
use lifetime::forecast::{Forecast, Params};
use lifetime::{Error, Model, history, spend};
use pooled::Fits;
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
    clusters: Clusters,
}

/// Parameters of the models, found once and used again for single customers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Fitted {
    /// Of who comes again, and until when; none where the data allow no model.
    pub orders: Option<[f64; 4]>,
    /// Of what is paid; none where the data allow no model of it.
    pub spend: Option<[f64; 3]>,
    /// Of who comes again, by cluster; customers of a cluster that is not here have those of all. Empty where clusters
    /// have none of their own. The numbers of clusters are those of [`Clusters::now`] when this was found.
    #[serde(default)]
    pub clusters: BTreeMap<u32, [f64; 4]>,
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
    /// Clusters by whose parameters their customers are forecast; empty where everybody has those of all.
    #[serde(default)]
    pub clusters: Vec<OfCluster>,
    /// Whether clusters have parameters of their own, and why: one sentence. None where nothing is forecast.
    #[serde(default)]
    pub pooling: Option<String>,
}

impl Purchases {
    /// Adds a customer, each once: the purchases among the acts, by their days.
    pub fn add(&mut self, customer: i64, acts: &[Act]) {
        let id = self.customers.len() as u32;
        let bought = acts.iter().filter(|act| act.kind == ActKind::Buy);
        // What is paid on a day is summed in whole numbers: so the order of the acts leaves no trace, and the lines of a
        // receipt take no room.
        let mut days: BTreeMap<i32, i64> = BTreeMap::new();
        for act in bought {
            let paid = act.line.map_or(0, |line| line.amount.max(0));
            *days.entry(act.at.div_euclid(DAY) as i32).or_default() += paid;
        }
        for (day, paid) in &days {
            self.ids.push(id);
            self.days.push(*day);
            self.amounts.push(*paid as f64 / 1e4);
        }
        if !days.is_empty() {
            self.customers.push(customer);
        }
    }

    /// Says which customers are in which cluster: forecasts are then by clusters too, where that is no worse. Without it
    /// there are no clusters. For [`again`] it must be told of the same published clusters as for the [`forecast`] that
    /// found the parameters, since the numbers of others mean other clusters.
    pub fn put(&mut self, clusters: Clusters) {
        self.clusters = clusters;
    }

    /// The cluster of each customer of whom something is known.
    fn placed(
        &self,
        clusters: &BTreeMap<i64, u32>,
        known: &history::Summaries,
    ) -> Vec<Option<u32>> {
        let customers = known.ids.iter().map(|id| self.customers[*id as usize]);
        customers
            .map(|customer| clusters.get(&customer).copied())
            .collect()
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
    found(purchases, today).unwrap_or_else(|cause| Forecasts {
        fitted: Fitted::default(),
        of: BTreeMap::new(),
        told: Told {
            reason: Some(format!("nothing is forecast: {cause}")),
            ..Told::default()
        },
    })
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
    let fits = Fits::of(
        &known.customers,
        &purchases.placed(&purchases.clusters.now, &known),
    )?;
    // Without a model of spend that of orders stands all the same.
    let money = spend::fit(&known.repeats, &known.means).ok();
    let tried = trial::run(purchases, today, fits.own.is_ok());
    let mut chosen = pooled::choose(&fits, &tried);
    let mut fitted = Fitted {
        orders: Some(fits.all.parameters),
        spend: money.map(|money| money.parameters),
        clusters: chosen.clone().unwrap_or_default().0,
    };
    let of = match (each(purchases, &known, &fitted), &chosen) {
        // What clusters cannot be asked, all may be.
        (Err(cause), Ok(_)) => {
            chosen = Err(format!("by those forecasts were not found ({cause})"));
            fitted.clusters.clear();
            each(purchases, &known, &fitted)?
        }
        (of, _) => of?,
    };
    let told = told(&fits, tried, chosen);
    Ok(Forecasts { of, fitted, told })
}

fn told(fits: &Fits, tried: Result<trial::Tried, Error>, chosen: pooled::Chosen) -> Told {
    let leaves = (!fits.all.at_edge.is_empty()).then(|| {
        "nobody is seen to leave in these data, so how likely somebody is still a customer says little".into()
    });
    let (trial, reason) = match tried {
        Ok(tried) => (Some(tried.of(chosen.is_ok())), leaves),
        Err(cause) => {
            let untried =
                format!("forecasts could not be tried on the last {AHEAD_DAYS} days: {cause}");
            (None, Some(untried))
        }
    };
    let (clusters, pooling) = match chosen {
        Ok((_, why)) => (fits.clusters.clone(), why),
        Err(why) => (
            Vec::new(),
            format!(
                "orders are forecast by the parameters of all customers, not by those of clusters: {why}"
            ),
        ),
    };
    Told {
        parameters: pooled::named(fits.all.parameters),
        customers: fits.all.customers,
        reason,
        trial,
        clusters,
        pooling: Some(pooling),
    }
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

/// The predicted genes of each customer, by the parameters of his cluster where it has some.
fn each(
    purchases: &Purchases,
    known: &history::Summaries,
    fitted: &Fitted,
) -> Result<BTreeMap<i64, Vec<Predicted>>, Error> {
    let Some(all) = fitted.orders else {
        return Ok(BTreeMap::new());
    };
    let near = params(f64::from(AHEAD_DAYS), 0.0).check()?;
    let far = params(VALUE_DAYS, DISCOUNT).check()?;
    let placed = purchases.placed(&purchases.clusters.now, known);
    let mut each = BTreeMap::new();
    for part in pooled::parts(&placed, &fitted.clusters, all) {
        let customers = known.customers.take(&part.rows);
        let near = near.run(Model::BgNbd, &part.parameters, &customers)?;
        let far = far.run(Model::BgNbd, &part.parameters, &customers)?;
        let source = match (part.own, fitted.spend.is_some()) {
            (false, true) => "BG/NBD and gamma-gamma",
            (false, false) => "BG/NBD",
            (true, true) => "BG/NBD by cluster and gamma-gamma",
            (true, false) => "BG/NBD by cluster",
        };
        for ((row, near), far) in part.rows.into_iter().zip(&near).zip(&far) {
            let order = fitted
                .spend
                .map(|money| spend::expected(&money, known.repeats[row], known.means[row]));
            let customer = purchases.customers[known.ids[row] as usize];
            each.insert(customer, genes(near, far, order, source));
        }
    }
    Ok(each)
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
