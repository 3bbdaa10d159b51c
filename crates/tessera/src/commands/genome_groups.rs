//! `tessera genome cluster`, `drift` and `alerts`: what groups of customers lean to, on the command line.

use super::genome;
use crate::cli::ProjectArg;
use crate::output;
use engine::views::ClusterGene;
use engine::{Actor, AlertAsk, PageAsk};

pub async fn cluster(
    place: &ProjectArg,
    (scheme, cluster): (&str, i32),
    on: Option<&str>,
    json: bool,
) -> anyhow::Result<()> {
    let project = super::open(place).await?;
    let told = project
        .cluster_genome(&Actor::command_line(), scheme, Some(cluster), on)
        .await?;
    if json {
        return output::json(&told);
    }
    output::line(format!(
        "{}: {} of {} members of '{scheme}' with a genome, as of {}",
        told.name,
        told.members,
        told.all,
        output::moment(&told.as_of)
    ));
    told.note.iter().for_each(output::line);
    for (title, rows) in [("leans to", &told.more), ("leans less to", &told.fewer)] {
        if !rows.is_empty() {
            output::table(
                &[
                    title, "value", "members", "passions", "share", "of all", "index",
                ],
                rows.iter().map(gene).collect(),
            );
        }
    }
    let rows = told.expected.iter().map(|one| {
        vec![
            one.name.replace('_', " "),
            format!("{:.2}", one.value),
            format!("{:.2}", one.all),
        ]
    });
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        output::table(&["expected in the mean", "members", "all"], rows);
    }
    Ok(())
}

fn gene(one: &ClusterGene) -> Vec<String> {
    vec![
        one.attribute.clone(),
        one.value.clone(),
        one.members.to_string(),
        one.passions
            .map_or("few".into(), |passions| passions.to_string()),
        format!("{:.0} %", 100.0 * one.share),
        format!("{:.0} %", 100.0 * one.share_all),
        format!("{:.2}", one.index),
    ]
}

pub async fn drift(
    place: &ProjectArg,
    dates: (Option<&str>, Option<&str>),
    json: bool,
) -> anyhow::Result<()> {
    let project = super::open(place).await?;
    let told = project.genome_drift(&Actor::command_line(), dates).await?;
    if json {
        return output::json(&told);
    }
    output::line(format!(
        "{} to {}: {}",
        output::moment(&told.from),
        output::moment(&told.to),
        told.sentence
    ));
    let few = |number: Option<u64>| number.map_or("few".into(), |number| number.to_string());
    let rows = told.rows.iter().map(|row| {
        vec![
            row.attribute.clone(),
            row.value.clone(),
            row.before.to_string(),
            row.after.to_string(),
            few(row.appeared),
            few(row.faded),
            format!("{:+.1} %", 100.0 * row.net),
        ]
    });
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        output::table(
            &[
                "attribute",
                "value",
                "had",
                "have",
                "appeared",
                "faded",
                "net",
            ],
            rows,
        );
    }
    Ok(())
}

pub async fn alerts(
    place: &ProjectArg,
    why: &str,
    (asked, limit): (&AlertAsk, usize),
    json: bool,
) -> anyhow::Result<()> {
    let purpose = genome::of_purpose(why)?;
    let project = super::open(place).await?;
    let ask = PageAsk {
        limit,
        ..PageAsk::default()
    };
    let told = project
        .genome_alerts(&Actor::command_line(), purpose, asked, &ask)
        .await?;
    if json {
        return output::json(&told);
    }
    output::line(match told.total {
        0 => "No gene of anybody moved by as much as an alert asks.".to_string(),
        1 => "1 customer with alerts.".to_string(),
        many => format!("{many} customers with alerts, those with most first."),
    });
    let rows = told.rows.iter().map(|row| {
        vec![
            row.customer_key.to_string(),
            row.alerts.to_string(),
            row.appeared.to_string(),
            row.faded.to_string(),
            (row.turned + row.retyped + row.shifted).to_string(),
            row.changes.join("; "),
        ]
    });
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        output::table(
            &[
                "customer",
                "alerts",
                "appeared",
                "faded",
                "moved",
                "the largest",
            ],
            rows,
        );
    }
    Ok(())
}
