//! What forecasts by clusters gain over one fit of all, for docs/lifetime.md: customers drawn from the model, and Online
//! Retail. It holds no check.
//!
//! ```text
//! cargo run --release -p genome --example pooled -- drawn 20
//! cargo run --release -p genome --example pooled -- retail data/online_retail.csv.gz
//! ```
//! One line for each trial: of the pooled fit and of the single one log-likelihood, root of the mean squared error and mean
//! absolute error of a customer, that of the naive rate, and which is used.
#![allow(clippy::print_stdout, reason = "it reports what it measured")]

#[path = "pooled/drawn.rs"]
mod drawn;
#[path = "pooled/retail.rs"]
mod retail;

use genome::forecast::{Clusters, Purchases, forecast};
use genome::{Act, ActKind, Line, Rows, Source};
use std::collections::BTreeMap;
use std::error::Error;

/// Seconds of a day.
const DAY: i64 = 86_400;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["drawn", seeds] => drawn::all(seeds.parse()?),
        ["retail", path] => retail::all(path),
        _ => Err("pooled drawn SEEDS | pooled retail CSV_GZ".into()),
    }
}

/// A purchase on a day, of an amount in ten-thousandths.
fn buy(day: i64, amount: i64) -> Act {
    Act {
        source: Source {
            rows: Rows::OrderLines,
            key: (day, 0),
        },
        kind: ActKind::Buy,
        at: day * DAY,
        known_at: day * DAY,
        product: None,
        values: Vec::new(),
        line: Some(Line {
            receipt: day,
            amount,
            promoted: None,
            price_place: None,
            channel: None,
            weekday: 1,
            hour: 1,
        }),
    }
}

/// Of a trial: log-likelihood, root of the mean squared error and mean absolute error by clusters and by all.
struct Found {
    pooled: [f64; 3],
    single: [f64; 3],
    naive_mae: f64,
    used: bool,
}

fn tried(
    mut purchases: Purchases,
    now: BTreeMap<i64, u32>,
    then: BTreeMap<i64, u32>,
) -> Result<Found, Box<dyn Error>> {
    purchases.put(Clusters { now, then });
    let found = forecast(&purchases);
    let pooling = found.told.pooling.ok_or("nothing is forecast")?;
    let trial = found.told.trial.ok_or("no trial")?;
    let compared = trial.pooled.ok_or(pooling)?;
    let of = |one: genome::forecast::Measures| [one.log_likelihood, one.rmse, one.mae];
    Ok(Found {
        pooled: of(compared.pooled),
        single: of(compared.single),
        naive_mae: trial.naive_mae,
        used: !found.fitted.clusters.is_empty(),
    })
}

fn tell(name: &str, found: &Found) {
    let [a, b, c] = found.pooled;
    let [x, y, z] = found.single;
    let naive = found.naive_mae;
    println!(
        "{name}: pooled {a:.4} {b:.4} {c:.4} single {x:.4} {y:.4} {z:.4} naive {naive:.4} used {}",
        found.used
    );
}
