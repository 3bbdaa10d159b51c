//! `tessera quarantine`: rows that were held back, their second chance, and giving them up.

use super::import::{declared, mapping_file};
use crate::cli::{FileOptions, ProjectArg, Quarantine};
use crate::output::{self, Told, WrongUse};
use crate::progress::Bar;
use engine::views::{DropRequest, QuarantineAsk, QuarantineState, ReplayFix};
use engine::{Actor, PageAsk, Report};
use retail::{Change, Purpose};
use std::path::Path;
use std::sync::Arc;

pub async fn run(command: Quarantine, json: bool) -> anyhow::Result<()> {
    match command {
        Quarantine::List {
            import,
            state,
            limit,
            project,
        } => {
            let which = QuarantineAsk {
                import_id: import,
                reason_code: None,
                // No state of that word: any.
                state: QuarantineState::from_word(&state),
            };
            let ask = PageAsk {
                limit,
                ..PageAsk::default()
            };
            list(&project, &which, &ask, json).await
        }
        Quarantine::Drop {
            import,
            all: _,
            reason_code,
            reason,
            project,
        } => {
            let project = super::open(&project).await?;
            let asked = DropRequest {
                import_id: import,
                reason_code,
                reason,
            };
            let done = project
                .drop_quarantined(&Actor::command_line(), asked)
                .await?;
            if json {
                return output::json(&done);
            }
            output::line(format!("{} rows given up", done.rows));
            Ok(())
        }
        Quarantine::Replay {
            import,
            preset,
            mapping,
            options,
            reason,
            project,
        } => {
            let fix = fix(preset, mapping.as_deref(), &options)?;
            replay(&project, import.as_deref(), &fix, &reason, json).await
        }
    }
}

async fn list(
    project: &ProjectArg,
    which: &QuarantineAsk,
    ask: &PageAsk,
    json: bool,
) -> anyhow::Result<()> {
    let project = super::open(project).await?;
    let page = project
        .quarantine(&Actor::command_line(), Purpose::Quality, which, ask)
        .await?;
    if json {
        return output::json(&page);
    }
    let rows = page.rows.iter().map(|row| {
        vec![
            row.file.clone(),
            row.row.to_string(),
            row.column.clone().unwrap_or_default(),
            row.value.clone().unwrap_or_default(),
            row.reason.clone(),
            row.state.word().to_string(),
            row.import_id.clone(),
        ]
    });
    let head = [
        "file", "row", "column", "value", "reason", "state", "import",
    ];
    output::table(&head, rows.collect());
    output::line(format!("{} of {} rows", page.rows.len(), page.total));
    Ok(())
}

async fn replay(
    project: &ProjectArg,
    import: Option<&str>,
    fix: &ReplayFix,
    reason: &str,
    json: bool,
) -> anyhow::Result<()> {
    let change = Change::new("command-line", reason)
        .ok_or_else(|| WrongUse("--reason must say something".into()))?;
    let project = super::open(project).await?;
    let bar = Bar::new();
    let report = Arc::clone(&bar) as Arc<dyn Report>;
    let done = project.replay_now(import, fix, &change, report).await?;
    drop(bar);
    if json {
        output::json(&done)?;
    } else {
        output::line(format!(
            "{} read = {} loaded + {} duplicate + {} held back still",
            done.read, done.loaded, done.duplicate, done.quarantined
        ));
    }
    if done.skipped.is_empty() {
        return Ok(());
    }
    let skipped = done.skipped.iter();
    let skipped: Vec<String> = skipped
        .map(|of| format!("{} (import {}): {}", of.file, of.import_id, of.why))
        .collect();
    let words = format!("rows that were not tried: {}", skipped.join("; "));
    Err(Told(words).into())
}

fn fix(
    preset: Option<String>,
    mapping: Option<&Path>,
    options: &FileOptions,
) -> anyhow::Result<ReplayFix> {
    let mapping = match mapping {
        None => None,
        Some(path) => {
            let mapping = mapping_file(path)?.mapping;
            Some(serde_json::from_value(serde_json::to_value(mapping)?)?)
        }
    };
    Ok(ReplayFix {
        preset,
        mapping,
        options: Some(declared(options)),
    })
}
