//! `tessera demand drivers`: what moves choice, on the command line.

use crate::cli::ProjectArg;
use crate::output::{self, WrongUse};
use crate::progress::Bar;
use engine::Report;
use engine::views::{DriverAttribute, DriverRange, Drivers};
use retail::Change;
use std::sync::Arc;

/// Levels named of each attribute.
const NAMED: usize = 4;

pub async fn run(
    place: &ProjectArg,
    (category, scheme): (&str, &str),
    reason: &str,
    json: bool,
) -> anyhow::Result<()> {
    let project = super::open(place).await?;
    let change = Change::new("command-line", reason)
        .ok_or_else(|| WrongUse("--reason must say something".into()))?;
    let bar = Bar::new();
    let report = Arc::clone(&bar) as Arc<dyn Report>;
    let found = project
        .run_drivers(category, Some(scheme), &change, report)
        .await?;
    drop(bar);
    if json {
        return output::json(&found);
    }
    told(&found);
    Ok(())
}

fn told(found: &Drivers) {
    output::line(format!(
        "{}; {} customers, {:.0} products on a shelf in the mean",
        found.sentence, found.customers, found.shelf
    ));
    for group in &found.groups {
        output::line(format!("{}, {} choices:", group.name, group.choices));
        let rows = group.attributes.iter().map(row);
        output::table(
            &[
                "attribute",
                "share",
                "alone",
                "otherwise than all",
                "most wanted first",
            ],
            rows.collect(),
        );
    }
    let rows = found.trials.iter().map(|one| {
        vec![
            one.name.clone(),
            one.choices.to_string(),
            format!("{:.3}", one.by_group.log_likelihood),
            format!("{:.3}", one.of_all.log_likelihood),
            format!("{:.3}", one.popularity.log_likelihood),
            format!("{:.3}", one.equal.log_likelihood),
            between(one.over_popularity, 3),
        ]
    });
    output::table(
        &[
            "later choices of",
            "tried",
            "own drivers",
            "drivers of all",
            "what sold",
            "equal chances",
            "over what sold",
        ],
        rows.collect(),
    );
    found.notes.iter().for_each(output::line);
}

fn between(one: DriverRange, digits: usize) -> String {
    format!(
        "{:+.digits$} ({:+.digits$} to {:+.digits$})",
        one.value, one.low, one.high
    )
}

fn row(one: &DriverAttribute) -> Vec<String> {
    let percent = |range: Option<DriverRange>| {
        range.map_or(String::new(), |one| {
            format!(
                "{:.0} % ({:.0} to {:.0})",
                100.0 * one.value,
                100.0 * one.low,
                100.0 * one.high
            )
        })
    };
    let mut levels: Vec<_> = one
        .levels
        .iter()
        .filter(|level| level.standing == "compared")
        .collect();
    levels.sort_by(|a, b| b.utility.value.total_cmp(&a.utility.value));
    let named = levels.iter().take(NAMED);
    let named: Vec<_> = named
        .map(|level| format!("{} {:+.2}", level.level, level.utility.value))
        .collect();
    vec![
        one.attribute.clone(),
        percent(one.share),
        percent(one.alone),
        one.differs
            .map_or("", |differs| if differs { "yes" } else { "no" })
            .into(),
        named.join(", "),
    ]
}
