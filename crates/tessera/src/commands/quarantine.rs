//! `tessera quarantine`: rows that were held back, their second chance, and giving them up.

use super::import::{declared, mapping_file};
use crate::cli::{FileOptions, Quarantine};
use crate::output::{self, WrongUse};
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
            let project = super::open(&project).await?;
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
            let page = project
                .quarantine(&Actor::command_line(), Purpose::Quality, &which, &ask)
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
            output::table(
                &[
                    "file", "row", "column", "value", "reason", "state", "import",
                ],
                rows.collect(),
            );
            output::line(format!("{} of {} rows", page.rows.len(), page.total));
            Ok(())
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
            let project = super::open(&project).await?;
            let change = Change::new("command-line", &reason)
                .ok_or_else(|| WrongUse("--reason must say something".into()))?;
            let fix = fix(preset, mapping.as_deref(), &options)?;
            let bar = Bar::new();
            let report = Arc::clone(&bar) as Arc<dyn Report>;
            let done = project
                .replay_now(import.as_deref(), &fix, &change, report)
                .await?;
            drop(bar);
            if json {
                return output::json(&done);
            }
            output::line(format!(
                "{} read = {} loaded + {} duplicate + {} held back still",
                done.read, done.loaded, done.duplicate, done.quarantined
            ));
            Ok(())
        }
    }
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
