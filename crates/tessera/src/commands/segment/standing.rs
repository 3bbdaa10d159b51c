//! Retiring, removing and bringing back a scheme on the command line. It prints what became of it; it must not decide
//! what is allowed.

use crate::cli::Standing;
use crate::output::{self, WrongUse};
use engine::Actor;
use engine::views::{SchemeStanding, StandingRequest, StandingWord};

/// Marks a scheme and tells where it stands.
pub async fn mark(of: &Standing, to: StandingWord, json: bool) -> anyhow::Result<()> {
    let project = super::super::open(&of.project).await?;
    let asked = StandingRequest {
        to,
        reason: of.reason.clone(),
    };
    let stands = project
        .mark_scheme(&Actor::command_line(), &of.scheme, asked)
        .await?;
    if json {
        return output::json(&stands);
    }
    output::line(sentence(&of.scheme, &stands));
    Ok(())
}

/// Removes a scheme where the caller says yes, else says what would be done.
pub async fn remove(of: &Standing, yes: bool, json: bool) -> anyhow::Result<()> {
    if yes {
        return mark(of, StandingWord::Removed, json).await;
    }
    let project = super::super::open(&of.project).await?;
    let file = project
        .scheme_file(&Actor::command_line(), &of.scheme)
        .await?;
    Err(WrongUse(format!(
        "this takes '{}' ({}) with {} versions of its recipe and {} runs from all lists; nothing is deleted, and \
         'tessera segment restore' brings it back. Say --yes to do it",
        of.scheme,
        file.title,
        file.versions.len(),
        file.scenarios.len()
    ))
    .into())
}

fn sentence(scheme: &str, stands: &SchemeStanding) -> String {
    let since = output::moment_or(stands.since.as_ref(), "");
    match stands.word {
        StandingWord::Open => {
            format!("'{scheme}' is in use again since {since}; publish a run to make one live.")
        }
        StandingWord::Retired => format!(
            "'{scheme}' is retired since {since}: nothing of it is live. What was live is still there (segment show {scheme} --on DATE)."
        ),
        StandingWord::Removed => format!(
            "'{scheme}' is removed from the lists since {since}. Bring it back with: tessera segment restore {scheme} --reason WHY"
        ),
    }
}
