//! `tessera audit verify`: whether the audit is as it was written.

use crate::cli::Audit;
use crate::output;
use engine::Actor;

pub async fn run(command: Audit, json: bool) -> anyhow::Result<()> {
    let Audit::Verify { project } = command;
    let verdict = super::open(&project)
        .await?
        .verify_audit(&Actor::command_line())
        .await?;
    if json {
        output::json(&verdict)?;
    } else if verdict.intact {
        output::line(format!("{} entries, none changed", verdict.entries));
    }
    match verdict.first_broken {
        None if verdict.intact => Ok(()),
        broken => {
            let place = broken.map(|seq| format!(", first at entry {seq}"));
            Err(output::Told(format!(
                "the audit was changed from outside{}; restore the registry from a backup",
                place.unwrap_or_default()
            ))
            .into())
        }
    }
}
