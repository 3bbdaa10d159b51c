//! `tessera imports`: what was imported, and taking an import back.

use crate::cli::Imports;
use crate::output;
use engine::views::ReasonRequest;
use engine::{Actor, PageAsk};

pub async fn run(command: Imports, json: bool) -> anyhow::Result<()> {
    match command {
        Imports::List { limit, project } => {
            let project = super::open(&project).await?;
            let ask = PageAsk {
                limit,
                ..PageAsk::default()
            };
            let page = project.imports(&Actor::command_line(), &ask).await?;
            if json {
                return output::json(&page);
            }
            let rows = page.rows.iter().map(|import| {
                vec![
                    import.import_id.clone(),
                    import.file.clone(),
                    import.kind.clone(),
                    import.state.word().to_string(),
                    import.read.to_string(),
                    import.loaded.to_string(),
                    import.duplicate.to_string(),
                    import.quarantined.to_string(),
                    import.started_at.clone(),
                    import.message.clone().unwrap_or_default(),
                ]
            });
            let header = [
                "import",
                "file",
                "as",
                "state",
                "read",
                "loaded",
                "duplicate",
                "held back",
                "started",
                "note",
            ];
            output::table(&header, rows.collect());
            output::line(format!("{} of {} imports", page.rows.len(), page.total));
            Ok(())
        }
        Imports::Withdraw {
            import_id,
            reason,
            project,
        } => {
            let project = super::open(&project).await?;
            let asked = ReasonRequest { reason };
            let done = project
                .withdraw(&Actor::command_line(), &import_id, asked)
                .await?;
            if json {
                return output::json(&done);
            }
            output::line(format!(
                "No longer counted: {} rows of {}. Segments stay as they are until the next 'tessera run'.",
                done.rows, done.file
            ));
            if done.later_duplicates > 0 {
                output::line(format!(
                    "Later imports of this feed, of the same time, counted {} rows as there before. Where these were \
                     rows of {}, import those files again, so that none is missed.",
                    done.later_duplicates, done.file
                ));
            }
            Ok(())
        }
    }
}
