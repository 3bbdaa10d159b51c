//! `tessera quality`: how good each feed is, and the limits of its gate.

use crate::cli::Quality;
use crate::output::{self, Told, WrongUse};
use engine::Actor;
use retail::Kind;

pub async fn run(args: Quality, json: bool) -> anyhow::Result<()> {
    let project = super::open(&args.project).await?;
    let actor = Actor::command_line();
    if let Some(set) = &args.set {
        let wrong = || {
            WrongUse(format!(
                "'{set}' is no limit: write KIND.NAME=VALUE, as in orders.quarantined_share_max=0.05"
            ))
        };
        let (place, value) = set.split_once('=').ok_or_else(wrong)?;
        let (kind, name) = place.split_once('.').ok_or_else(wrong)?;
        let kind = Kind::from_word(kind).ok_or_else(wrong)?;
        let value: f64 = value.trim().parse().map_err(|_| wrong())?;
        project
            .set_threshold(&actor, kind, name, value, &args.reason)
            .await?;
    }
    let feeds = project.feeds(&actor).await?;
    let missed: Vec<&str> = feeds
        .feeds
        .iter()
        .filter(|feed| feed.imports > 0 && !feed.gate.passed)
        .map(|feed| feed.kind.as_str())
        .collect();
    // Who sets a limit asked for that; who looks wants to know by the exit code, too.
    let verdict = match args.set.is_none() && !missed.is_empty() {
        true => {
            let words = format!("feeds that do not pass their gate: {}", missed.join(", "));
            Err(Told(words).into())
        }
        false => Ok(()),
    };
    if json {
        output::json(&feeds)?;
        return verdict;
    }
    if feeds.feeds.iter().all(|feed| feed.imports == 0) {
        output::line("Nothing has been imported yet.");
        return verdict;
    }
    let rows = feeds
        .feeds
        .iter()
        .filter(|feed| feed.imports > 0)
        .map(|feed| {
            vec![
                feed.kind.clone(),
                feed.rows_read.to_string(),
                feed.loaded.to_string(),
                feed.duplicate.to_string(),
                feed.quarantined.to_string(),
                feed.last_happened_at.clone().unwrap_or_default(),
                if feed.gate.passed {
                    "passes".into()
                } else {
                    feed.gate.sentence.clone()
                },
            ]
        });
    output::table(
        &[
            "feed",
            "read",
            "loaded",
            "duplicate",
            "held back",
            "newest",
            "gate",
        ],
        rows.collect(),
    );
    for feed in &feeds.feeds {
        for finding in &feed.findings {
            let count = finding.count.map(|count| format!(" ({count})"));
            output::line(format!(
                "{} {}: {}{}",
                feed.kind,
                finding.severity.word(),
                finding.text,
                count.unwrap_or_default()
            ));
        }
    }
    verdict
}
