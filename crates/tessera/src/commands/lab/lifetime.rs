//! `tessera lab lifetime`: transactions into a model of who comes again, and its forecasts against what came. It must not
//! know the models' formulas.

use super::transactions::{self, FORMS, Transactions};
use super::{on_threads, write};
use crate::cli::{LifetimeFit, RepeatModel, TimeUnit};
use crate::output::{self, WrongUse};
use ::lifetime::calibration::{self, Calibration, Errors, Row};
use ::lifetime::forecast::{self, Forecast, Forecasting};
use ::lifetime::history::{self, Summaries};
use ::lifetime::{Error, Fit, Model, spend};
use clap::ValueEnum;
use serde_json::{Map, Value, json};
use std::time::Instant;

/// How far forecasts look where nothing else is said.
const DAYS_AHEAD: f64 = 364.0;
const DAYS_OF_YEAR: f64 = 365.25;

/// What was fitted, on what.
struct Fitted {
    summaries: Summaries,
    fit: Fit,
    spend: Option<spend::Fit>,
    /// Why there is no model of spend, where one was asked for.
    no_spend: Option<String>,
    seconds: f64,
}

pub fn fit(args: &LifetimeFit, json: bool) -> anyhow::Result<()> {
    let params = history::Params {
        calibration_end: day("--calibration-end", &args.calibration_end)?,
        holdout_end: match &args.holdout_end {
            Some(text) => Some(day("--holdout-end", text)?),
            None => None,
        },
        unit_days: days_of(args.unit),
    };
    let end = params.calibration_end;
    let summing = params.check().map_err(wrong)?;
    let asked = asked(args)?;
    if let Some(file) = &args.forecasts {
        write::check_csv(file)?;
    }
    let amount = args.amount.as_deref();
    let read = transactions::read(&args.transactions, &args.customer, &args.date, amount)?;
    let fitted = on_threads(args.threads, || {
        let started = Instant::now();
        let summaries = summing.run(&read.customers, &read.days, &read.amounts)?;
        let fit = ::lifetime::fit(model(args.model), &summaries.customers)?;
        let spend = amount.map(|_| spend::fit(&summaries.repeats, &summaries.means));
        // Without a model of spend that of orders stands all the same; amounts that cannot be are refused.
        let (spend, no_spend) = match spend.transpose() {
            Err(cause @ (Error::NoRepeats | Error::NotFound { .. })) => {
                (None, Some(cause.to_string()))
            }
            other => (other?, None),
        };
        let seconds = started.elapsed().as_secs_f64();
        Ok(Fitted {
            summaries,
            fit,
            spend,
            no_spend,
            seconds,
        })
    })?;
    let fitted = fitted.map_err(wrong)?;
    let mut told = head(args, &read, &fitted);
    if fitted.summaries.horizon > 0.0 {
        let compared = on_threads(args.threads, || compared(args.level, &fitted))?;
        told.insert(
            "holdout".into(),
            holdout(&compared.map_err(wrong)?, &fitted.summaries, args.level),
        );
    }
    told.insert("seconds".into(), fitted.seconds.into());
    if let Some(file) = &args.forecasts {
        let asked = asked(fitted.summaries.horizon)?;
        let forecasts = on_threads(args.threads, || forecasts(&asked, &fitted))?.map_err(wrong)?;
        let rows = forecasts.iter().enumerate();
        let unit = days_of(args.unit);
        let rows: Vec<Vec<String>> = rows
            .map(|(row, one)| cells(&read, &fitted, row, one, (f64::from(end), unit)))
            .collect();
        write::rows(file, &COLUMNS.map(String::from), &rows)?;
    }
    show(&told, json)
}

fn model(model: RepeatModel) -> Model {
    match model {
        RepeatModel::Bgnbd => Model::BgNbd,
        RepeatModel::Paretonbd => Model::ParetoNbd,
    }
}

fn days_of(unit: TimeUnit) -> f64 {
    match unit {
        TimeUnit::Week => 7.0,
        TimeUnit::Day => 1.0,
    }
}

fn day(flag: &str, text: &str) -> anyhow::Result<i32> {
    transactions::day(text)
        .ok_or_else(|| WrongUse(format!("{flag} is '{text}'; give {FORMS}")).into())
}

/// What is asked of forecasts, by the length of the holdout.
fn asked(args: &LifetimeFit) -> anyhow::Result<impl Fn(f64) -> anyhow::Result<Forecasting>> {
    let unit = days_of(args.unit);
    let (level, given) = (args.level, args.horizon);
    let discount = args.discount;
    if !(0.0..1e3).contains(&discount) {
        return Err(WrongUse(format!(
            "--discount is {discount}; give a share of 0 or more"
        ))
        .into());
    }
    let params = move |holdout: f64| {
        let else_ahead = if holdout > 0.0 {
            holdout
        } else {
            DAYS_AHEAD / unit
        };
        let params = forecast::Params {
            horizon: given.unwrap_or(else_ahead),
            discount: discount.ln_1p() * unit / DAYS_OF_YEAR,
            level,
        };
        params.check().map_err(wrong)
    };
    // Refused before anything is read.
    params(0.0)?;
    Ok(params)
}

fn forecasts(asked: &Forecasting, fitted: &Fitted) -> Result<Vec<Forecast>, Error> {
    let Fit {
        model, parameters, ..
    } = &fitted.fit;
    asked.run(*model, parameters, &fitted.summaries.customers)
}

/// Forecasts for the time of the holdout against it.
fn compared(level: f64, fitted: &Fitted) -> Result<Calibration, Error> {
    let Summaries {
        customers,
        later,
        horizon,
        ..
    } = &fitted.summaries;
    let params = forecast::Params {
        horizon: *horizon,
        discount: 0.0,
        level,
    };
    let asked = params.check()?;
    let told = forecasts(&asked, fitted)?;
    let Fit {
        model, parameters, ..
    } = &fitted.fit;
    let standing = asked.standing(*model, parameters, customers, later)?;
    calibration::compare(customers, &told, &standing, later, (*horizon, level))
}

fn head(args: &LifetimeFit, read: &Transactions, fitted: &Fitted) -> Map<String, Value> {
    let Fitted {
        summaries,
        fit,
        spend,
        ..
    } = fitted;
    let name = |value: Option<clap::builder::PossibleValue>| {
        value.map(|value| value.get_name().to_string())
    };
    let names = fit.model.names();
    let mut told = Map::new();
    told.insert("model".into(), json!(name(args.model.to_possible_value())));
    told.insert("customers".into(), fit.customers.into());
    told.insert("unit".into(), json!(name(args.unit.to_possible_value())));
    told.insert("transactions".into(), read.customers.len().into());
    told.insert("without_customer".into(), read.anonymous.into());
    told.insert("returns".into(), read.returns.into());
    let repeaters = summaries
        .repeats
        .iter()
        .filter(|repeats| **repeats > 0)
        .count();
    told.insert("repeaters".into(), repeaters.into());
    told.insert("parameters".into(), by_name(&names, &fit.parameters));
    let errors = by_name(&names, &fit.standard_errors);
    told.insert("standard_errors".into(), errors);
    told.insert("at_edge".into(), json!(fit.at_edge));
    told.insert("log_likelihood".into(), fit.log_likelihood.into());
    told.insert("distinct".into(), fit.distinct.into());
    told.insert("holdout".into(), Value::Null);
    let of_spend = spend.as_ref().map(|spend| {
        let mut own = by_name(&spend::NAMES, &spend.parameters);
        own["standard_errors"] = by_name(&spend::NAMES, &spend.standard_errors);
        own["log_likelihood"] = spend.log_likelihood.into();
        own["customers"] = spend.customers.into();
        own["at_edge"] = json!(spend.at_edge);
        own
    });
    told.insert("gamma_gamma".into(), of_spend.unwrap_or(Value::Null));
    if let Some(reason) = &fitted.no_spend {
        told.insert("no_gamma_gamma".into(), reason.clone().into());
    }
    told
}

fn by_name<T: Copy + Into<Value>>(names: &[&str], values: &[T]) -> Value {
    let each = names.iter().zip(values);
    each.map(|(name, value)| ((*name).to_string(), (*value).into()))
        .collect()
}

fn holdout(told: &Calibration, summaries: &Summaries, level: f64) -> Value {
    let mut own = errors(&told.model);
    own["actual"] = told.actual.into();
    own["naive"] = errors(&told.naive);
    own["units"] = summaries.horizon.into();
    own["amount"] = summaries.later_amounts.iter().sum::<f64>().into();
    own["level"] = level.into();
    own["within"] = told.within.into();
    own["within_randomised"] = told.within_randomised.into();
    let rows = |rows: &[Row], first: &str| -> Value {
        let each = rows.iter().map(|row| {
            json!({
                first: row.from, "customers": row.customers, "expected": row.expected, "actual": row.actual,
                "naive": row.naive,
            })
        });
        each.collect()
    };
    own["by_repeats"] = rows(&told.by_repeats, "repeats");
    own["by_forecast"] = rows(&told.by_forecast, "from");
    own
}

fn errors(of: &Errors) -> Value {
    json!({ "expected": of.expected, "mae": of.mae, "rmse": of.rmse, "correlation": of.correlation })
}

/// The columns of a file of forecasts.
const COLUMNS: [&str; 16] = [
    "customer",
    "repeats",
    "recency",
    "age",
    "alive",
    "orders",
    "orders_low",
    "orders_high",
    "no_order",
    "discounted_orders",
    "next_low",
    "next_median",
    "next_high",
    "spend_per_order",
    "spend",
    "value",
];

/// One customer's forecast; dates of the next order of a customer who is alive and stays, counted from a day in days of
/// the unit.
fn cells(
    read: &Transactions,
    fitted: &Fitted,
    row: usize,
    one: &Forecast,
    (end, unit): (f64, f64),
) -> Vec<String> {
    let Summaries {
        ids,
        customers,
        means,
        ..
    } = &fitted.summaries;
    let own = customers.row(row);
    let number = |value: f64| {
        if value.is_finite() {
            value.to_string()
        } else {
            String::new()
        }
    };
    let spend = fitted
        .spend
        .as_ref()
        .map(|fit| spend::expected(&fit.parameters, own.repeats, means[row]));
    let of_spend = |times: f64| spend.map_or(String::new(), |spend| number(times * spend));
    let mut cells = vec![
        read.names[ids[row] as usize].clone(),
        own.repeats.to_string(),
    ];
    cells.extend([own.recency, own.age, one.alive, one.orders].map(number));
    cells.extend([one.low, one.high].map(|count| count.to_string()));
    cells.extend([one.none, one.discounted].map(number));
    let dates = one
        .next
        .map(|time| transactions::date((end + time * unit).ceil()).unwrap_or_default());
    cells.extend(dates);
    cells.extend([1.0, one.orders, one.discounted].map(of_spend));
    cells
}

/// What the kernel refuses is the caller's to mend.
fn wrong(cause: Error) -> anyhow::Error {
    WrongUse(cause.to_string()).into()
}

fn show(told: &Map<String, Value>, json: bool) -> anyhow::Result<()> {
    if json {
        return output::json(told);
    }
    for (key, value) in told
        .iter()
        .filter(|(_, value)| !value.is_object() && !value.is_null())
    {
        output::line(format!("{key:<18} {}", output::cell(value)));
    }
    let mut rows = parameters(told, "parameters", &told["standard_errors"]);
    let spend = &told["gamma_gamma"];
    if !spend.is_null() {
        rows.extend(parameters(told, "gamma_gamma", &spend["standard_errors"]));
    }
    output::table(&["parameter", "value", "standard error"], rows);
    let holdout = &told["holdout"];
    if holdout.is_null() {
        return Ok(());
    }
    let of = |name: &str, from: &Value| {
        let figures = ["expected", "mae", "rmse", "correlation"].map(|key| short(&from[key]));
        [&[name.to_string()][..], &figures[..]].concat()
    };
    output::line(format!(
        "holdout: {} orders came; intervals of {} held {} of the customers ({} of counts drawn between their ends)",
        short(&holdout["actual"]),
        short(&holdout["level"]),
        short(&holdout["within"]),
        short(&holdout["within_randomised"]),
    ));
    let rows = vec![of("model", holdout), of("naive rate", &holdout["naive"])];
    output::table(&["forecast", "orders", "mae", "rmse", "correlation"], rows);
    let columns = ["repeats", "customers", "expected", "actual", "naive"];
    let each = holdout["by_repeats"].as_array().into_iter().flatten();
    let rows = each.map(|row| columns.map(|key| short(&row[key])).to_vec());
    output::table(&columns, rows.collect());
    Ok(())
}

/// The parameters under a key, with their errors.
fn parameters(told: &Map<String, Value>, key: &str, errors: &Value) -> Vec<Vec<String>> {
    let names = ["r", "alpha", "a", "b", "s", "beta", "p", "q", "gamma"];
    let own = names
        .into_iter()
        .filter(|name| told[key].get(name).is_some());
    own.map(|name| {
        vec![
            name.to_string(),
            short(&told[key][name]),
            short(&errors[name]),
        ]
    })
    .collect()
}

/// A number as people read it: four digits after the point where it is no whole one, and four in all where it is tiny.
fn short(value: &Value) -> String {
    match value.as_f64() {
        Some(number) if number.fract() == 0.0 => format!("{number}"),
        Some(number) if number.abs() < 1e-3 => format!("{number:.3e}"),
        Some(number) => format!("{number:.4}"),
        None => output::cell(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_short() {
        assert_eq!(short(&json!(1.0)), "1");
        assert_eq!(short(&json!(0.123_456)), "0.1235");
        assert_eq!(short(&json!(-0.000_012_345)), "-1.234e-5");
        assert_eq!(short(&Value::Null), "");
    }
}
