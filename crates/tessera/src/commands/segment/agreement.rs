//! `tessera segment agreement`: two schemes of the same members side by side. It prints and changes nothing.

use crate::output;
use engine::{Actor, Project};

/// Overlaps shown.
const SHOWN: usize = 30;

/// How far two schemes agree.
pub async fn agreement(
    project: &Project,
    (scheme, other): (&str, &str),
    json: bool,
) -> anyhow::Result<()> {
    let told = project
        .scheme_agreement(&Actor::command_line(), scheme, other)
        .await?;
    if json {
        return output::json(&told);
    }
    output::line(&told.sentence);
    if told.only_here + told.only_there > 0 {
        output::line(format!(
            "{} are in {scheme} alone, {} in {other} alone.",
            told.only_here, told.only_there
        ));
    }
    let rows = told.overlaps.iter().take(SHOWN).map(|overlap| {
        vec![
            format!("{} {}", overlap.cluster, overlap.name),
            format!("{} {}", overlap.other, overlap.other_name),
            overlap.members.to_string(),
        ]
    });
    output::table(&[scheme, other, "members"], rows.collect());
    if told.overlaps.len() > SHOWN {
        output::line(format!(
            "{} smaller overlaps: --json shows them",
            told.overlaps.len() - SHOWN
        ));
    }
    Ok(())
}
