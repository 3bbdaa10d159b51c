//! Newcomers of a scheme's run on the command line: where each would be placed. It prints and changes nothing.

use super::show::purpose;
use crate::cli::Newcomers;
use crate::output;
use engine::views::{Newcomer, PlacingTrial};
use engine::{Actor, NewcomerAsk};

/// The newcomers of a run.
pub async fn newcomers(args: Newcomers, json: bool) -> anyhow::Result<()> {
    let project = super::super::open(&args.of.project).await?;
    let ask = NewcomerAsk {
        way: Some(args.method),
        days: args.days,
        receipts: args.receipts,
        weights: (!args.weight.is_empty()).then(|| args.weight.join(",")),
        purpose: purpose(args.purpose)?,
        limit: Some(args.limit),
    };
    let told = project
        .scheme_newcomers(&Actor::command_line(), &args.of.scheme, &args.of.run, &ask)
        .await?;
    if json {
        return output::json(&told);
    }
    output::line(&told.sentence);
    output::table(
        &["way", "right", "of", "", "mean confidence"],
        told.trials.iter().map(trial).collect(),
    );
    if !told.rows.is_empty() {
        output::table(
            &[
                "member",
                "name",
                "why thin",
                "in",
                "proposed",
                "confidence",
                "most alike",
            ],
            told.rows.iter().map(row).collect(),
        );
    }
    for each in told.rows.iter().filter(|_| args.reasons) {
        let name = each.label.as_deref().unwrap_or_default();
        output::line(format!("{} {name}", each.member));
        output::table(
            &[
                "attribute",
                "here",
                "usual in the cluster",
                "alike",
                "alike to all",
                "counts for",
            ],
            each.reasons.iter().map(reason).collect(),
        );
    }
    for note in &told.notes {
        output::line(note);
    }
    Ok(())
}

fn trial(trial: &PlacingTrial) -> Vec<String> {
    vec![
        trial.way.word().into(),
        trial.right.to_string(),
        trial.members.to_string(),
        format!("{:.0} %", 100.0 * trial.accuracy),
        format!("{:.0} %", 100.0 * trial.confidence),
    ]
}

fn row(row: &Newcomer) -> Vec<String> {
    let inside = match (&row.planned, &row.cluster_name) {
        (Some(plan), _) => format!("planned: {} {}", plan.cluster, plan.name),
        (None, Some(name)) => format!("{} {name}", row.cluster.unwrap_or_default()),
        (None, None) => "no run yet".into(),
    };
    let proposed = row.proposed.as_ref();
    let likes = row.likes.iter().take(3);
    let likes = likes.map(|like| format!("{} ({:.2})", like.member, like.similarity));
    vec![
        row.member.clone(),
        row.label.clone().unwrap_or_default(),
        row.thin.join(", "),
        inside,
        proposed.map_or("nothing to compare with".into(), |place| {
            format!("{} {}", place.cluster, place.name)
        }),
        proposed.map_or(String::new(), |place| {
            let unlike = if row.unlike { ", unlike all" } else { "" };
            format!("{:.0} %{unlike}", 100.0 * place.confidence)
        }),
        likes.collect::<Vec<_>>().join(", "),
    ]
}

fn reason(reason: &engine::views::PlacingReason) -> Vec<String> {
    vec![
        reason.label.clone(),
        reason.value.clone(),
        reason.usual.clone().unwrap_or_default(),
        format!("{:.2}", reason.inside),
        format!("{:.2}", reason.all),
        format!("{:.0} %", 100.0 * reason.weight),
    ]
}
