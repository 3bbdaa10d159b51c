//! `tessera life …`: life events and projects, on the command line.

use super::segment::purpose;
use crate::cli::{Life, OfCustomer, ProjectArg};
use crate::output::{self, WrongUse};
use crate::progress::Bar;
use engine::views::{LifeFinding, LifeRan};
use engine::{Actor, Report};
use retail::Change;
use std::sync::Arc;

pub async fn run(args: Life, json: bool) -> anyhow::Result<()> {
    match args {
        Life::Run { reason, project } => look(&project, &reason, json).await,
        Life::Status { project } => status(&project, json).await,
        Life::Show { of, on } => show(&of, on.as_deref(), json).await,
    }
}

async fn look(place: &ProjectArg, reason: &str, json: bool) -> anyhow::Result<()> {
    let project = super::open(place).await?;
    let change = Change::new("command-line", reason)
        .ok_or_else(|| WrongUse("--reason must say something".into()))?;
    let bar = Bar::new();
    let report = Arc::clone(&bar) as Arc<dyn Report>;
    let ran = project.run_life(&change, report).await?;
    drop(bar);
    if json {
        return output::json(&ran);
    }
    kinds(&ran);
    Ok(())
}

async fn status(place: &ProjectArg, json: bool) -> anyhow::Result<()> {
    let project = super::open(place).await?;
    let told = project.life_overview(&Actor::command_line()).await?;
    if json {
        return output::json(&told);
    }
    match &told.run {
        Some(ran) => kinds(ran),
        None => output::line("Nothing was looked for yet; run 'tessera life run'."),
    }
    Ok(())
}

fn kinds(ran: &LifeRan) {
    output::line(&ran.sentence);
    let few = |count: Option<u64>| count.map_or("too few".into(), |count| count.to_string());
    let rows = ran.kinds.iter().map(|kind| {
        vec![
            kind.title.clone(),
            kind.sort.word().into(),
            few(kind.customers),
            few(kind.now),
            if kind.sensitive {
                "with consent alone"
            } else {
                ""
            }
            .into(),
        ]
    });
    output::table(
        &["what", "sort", "customers", "still on", ""],
        rows.collect(),
    );
}

async fn show(of: &OfCustomer, on: Option<&str>, json: bool) -> anyhow::Result<()> {
    let why = purpose(Some(of.purpose.clone()))?
        .ok_or_else(|| WrongUse("--purpose must say why you look at a person".into()))?;
    let project = super::open(&of.project).await?;
    let told = project
        .customer_life(&Actor::command_line(), why, of.customer, on)
        .await?;
    if json {
        return output::json(&told);
    }
    if let Some(day) = &told.day {
        output::line(format!("Customer {} as of {day}", told.customer_key));
    }
    told.note.iter().for_each(output::line);
    if told.rows.is_empty() && told.note.is_none() {
        output::line("Nothing is likely enough to be told.");
    }
    told.rows.iter().for_each(finding);
    if !told.withheld.is_empty() {
        output::line(format!(
            "Not looked for without consent: {}.",
            told.withheld.join(", ")
        ));
    }
    Ok(())
}

fn finding(one: &LifeFinding) {
    output::line(format!(
        "{}, {:.0} % likely, began about {} ({} to {}), told by purchases until {}",
        one.title,
        100.0 * one.likelihood,
        one.began,
        one.began_from,
        one.began_to,
        one.until
    ));
    let points = |points: i64| format!("{:+.3}", points as f64 / 1e3);
    let mut rows: Vec<Vec<String>> = one
        .evidence
        .iter()
        .map(|line| {
            vec![
                line.day.clone(),
                line.name.clone(),
                line.part.clone(),
                points(line.contribution),
            ]
        })
        .collect();
    rows.push(vec![
        String::new(),
        "all else".into(),
        String::new(),
        points(one.baseline),
    ]);
    rows.push(vec![
        String::new(),
        "score".into(),
        String::new(),
        points(one.score),
    ]);
    output::table(&["day", "bought", "serves", "adds"], rows);
    for part in &one.missing {
        let products: Vec<_> = part.products.iter().map(|one| one.name.as_str()).collect();
        output::line(format!(
            "  still missing: {}; for it {}",
            part.title,
            products.join(", ")
        ));
    }
}
