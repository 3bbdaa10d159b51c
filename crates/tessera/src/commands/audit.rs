//! `tessera audit verify`: whether the audit and the versions of schemes are as they were written.

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
    } else if verdict.intact && verdict.broken_versions.is_empty() {
        let unsealed = match verdict.versions_unsealed {
            0 => String::new(),
            some => format!(", {some} more are of before there were seals"),
        };
        output::line(format!(
            "{} entries and {} versions of schemes, none changed{unsealed}",
            verdict.entries, verdict.versions
        ));
    }
    let broken: Vec<String> = verdict
        .broken_versions
        .iter()
        .map(|one| match one.version {
            Some(version) => format!("version {version} of '{}'", one.scheme),
            None => format!("what is stored of '{}'", one.scheme),
        })
        .collect();
    match verdict.first_broken {
        None if verdict.intact && broken.is_empty() => Ok(()),
        None if verdict.intact => Err(output::Told(format!(
            "the audit is whole, but {} {} changed from outside; restore the registry from a backup",
            broken.join(", "),
            if broken.len() == 1 { "was" } else { "were" }
        ))
        .into()),
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
