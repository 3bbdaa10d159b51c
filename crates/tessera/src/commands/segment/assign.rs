//! `tessera segment assign`: where members would be today by the clusters of a run. It prints and changes nothing.

use super::show::{purpose, run_of};
use crate::cli::Assign;
use crate::output;
use engine::{Actor, AssignAsk, AssignedBy, PageAsk};

pub async fn assign(args: Assign, json: bool) -> anyhow::Result<()> {
    let project = super::super::open(&args.project).await?;
    let actor = Actor::command_line();
    let at = run_of(&project, &args.scheme, &args.run, None).await?;
    let asked = AssignAsk {
        members: args.members,
        changed: args.changed,
    };
    let page = PageAsk {
        limit: args.limit,
        ..PageAsk::default()
    };
    let why = purpose(args.purpose)?;
    let told = project.assign(&actor, &args.scheme, &at, why, &asked, &page);
    let told = told.await?;
    if json {
        return output::json(&told);
    }
    output::line(format!(
        "{} members today ({}) by the clusters of {} (of {}): {} would be in another cluster, {} are new, {} are gone",
        told.members,
        output::moment(&told.now),
        told.run_id,
        output::moment(&told.then),
        told.changed,
        told.new,
        told.gone
    ));
    let place = |cluster: Option<i32>, name: &Option<String>| match (cluster, name) {
        (Some(cluster), Some(name)) => format!("{cluster} {name}"),
        _ => "none".into(),
    };
    let rows = told.rows.iter().map(|row| {
        vec![
            row.member.clone(),
            row.label.clone().unwrap_or_default(),
            place(row.was, &row.was_name),
            place(row.cluster, &row.name),
            row.margin
                .map_or(String::new(), |margin| format!("{margin:.2}")),
            match row.by {
                AssignedBy::Distance => "nearest",
                AssignedBy::Run => "as the run has it",
                AssignedBy::Hand => "placed by hand",
                AssignedBy::Rule => "by rule",
                AssignedBy::Nothing => "no cluster in its part",
            }
            .into(),
        ]
    });
    output::table(
        &["member", "name", "in the run", "today", "margin", "why"],
        rows.collect(),
    );
    if told.rows.len() < told.total {
        output::line(format!(
            "{} of {} shown; --limit shows more",
            told.rows.len(),
            told.total
        ));
    }
    for note in &told.notes {
        output::line(note);
    }
    Ok(())
}
