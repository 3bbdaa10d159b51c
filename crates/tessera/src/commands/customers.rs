//! `tessera customers …`: one customer as a person, on the command line.

use super::segment::purpose;
use crate::cli::{Customers, OfCustomer};
use crate::output::{self, WrongUse};
use engine::views::TimelineRow;
use engine::{Actor, PageAsk};

pub async fn run(args: Customers, json: bool) -> anyhow::Result<()> {
    match args {
        Customers::Timeline {
            of,
            channel,
            search,
            limit,
            offset,
        } => {
            let ask = PageAsk {
                offset,
                limit,
                search,
                ..PageAsk::default()
            };
            timeline(&of, channel.as_deref(), &ask, json).await
        }
        Customers::Letter { of } => letter(&of, json).await,
    }
}

async fn letter(of: &OfCustomer, json: bool) -> anyhow::Result<()> {
    let why = purpose(Some(of.purpose.clone()))?
        .ok_or_else(|| WrongUse("--purpose must say why you look at a person".into()))?;
    let project = super::open(&of.project).await?;
    let told = project
        .customer_letter(&Actor::command_line(), why, of.customer)
        .await?;
    if json {
        return output::json(&told);
    }
    for section in &told.sections {
        output::line(&section.title);
        for line in &section.lines {
            output::line(format!("  {line}"));
        }
    }
    Ok(())
}

/// What an entry is about, with what was on a receipt.
fn about(row: &TimelineRow) -> String {
    let mut named: Vec<String> = row.products.iter().map(|one| one.name.clone()).collect();
    if row.further_products > 0 {
        named.push(format!("{} more", row.further_products));
    }
    match named.is_empty() {
        true => row.detail.clone(),
        false => format!("{}: {}", row.detail, named.join(", ")),
    }
}

async fn timeline(
    of: &OfCustomer,
    channel: Option<&str>,
    ask: &PageAsk,
    json: bool,
) -> anyhow::Result<()> {
    let why = purpose(Some(of.purpose.clone()))?
        .ok_or_else(|| WrongUse("--purpose must say why you look at a person".into()))?;
    let project = super::open(&of.project).await?;
    let told = project
        .timeline(&Actor::command_line(), why, of.customer, channel, ask)
        .await?;
    if json {
        return output::json(&told);
    }
    let channels = told.channels.iter();
    let channels: Vec<_> = channels
        .map(|one| format!("{} {}", one.channel, one.rows))
        .collect();
    output::line(format!(
        "Customer {}: {}",
        told.customer_key,
        channels.join(", ")
    ));
    told.notes.iter().for_each(output::line);
    let rows = told.page.rows.iter().map(|row| {
        vec![
            output::moment(&row.happened_at),
            row.channel.clone(),
            row.what.clone(),
            about(row),
            row.amount.clone().unwrap_or_default(),
        ]
    });
    output::table(
        &["when", "channel", "what", "about", "amount"],
        rows.collect(),
    );
    output::line(format!(
        "{} to {} of {} are shown.",
        (told.page.offset + 1).min(told.page.total as usize),
        told.page.offset + told.page.rows.len(),
        told.page.total
    ));
    let rows = told.declared.iter().map(|one| {
        vec![
            one.question
                .clone()
                .unwrap_or_else(|| one.attribute.clone()),
            one.value.clone(),
            one.value_type.clone(),
            output::moment(&one.at),
        ]
    });
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        output::table(&["declared", "answer", "type", "when"], rows);
    }
    Ok(())
}
