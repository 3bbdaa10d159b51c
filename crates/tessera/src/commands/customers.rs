//! `tessera customers …`: one customer as a person, on the command line.

use super::genome::of_purpose;
use crate::cli::{Customers, OfCustomer};
use crate::output;
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
        Customers::History { of } => history(&of, json).await,
        Customers::Letter { of } => letter(&of, json).await,
    }
}

async fn history(of: &OfCustomer, json: bool) -> anyhow::Result<()> {
    let why = of_purpose(&of.purpose)?;
    let project = super::open(&of.project).await?;
    let told = project
        .customer_history(&Actor::command_line(), why, of.customer)
        .await?;
    if json {
        return output::json(&told);
    }
    if told.schemes.is_empty() {
        output::line("In no segment that was live.");
    }
    for scheme in &told.schemes {
        output::line(&scheme.title);
        for stay in &scheme.stays {
            let name = match (&stay.name, stay.hidden) {
                (Some(name), _) => name.as_str(),
                (None, true) => "one too small to be shown",
                (None, false) => "none",
            };
            let until = stay.until.as_deref().map_or("now".into(), output::moment);
            output::line(format!(
                "  {} to {until}: {name} ({})",
                output::moment(&stay.from),
                stay.sentence
            ));
        }
    }
    Ok(())
}

async fn letter(of: &OfCustomer, json: bool) -> anyhow::Result<()> {
    let why = of_purpose(&of.purpose)?;
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
    let why = of_purpose(&of.purpose)?;
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
