//! `tessera dna pictures`: pictures of products read from a folder, on the command line.

use crate::cli::ProjectArg;
use crate::output::{self, WrongUse};
use crate::progress::Bar;
use engine::{PicturesAsk, Report};
use retail::Change;
use serde_json::json;
use std::sync::Arc;

/// Files that are named of each sort.
const NAMED: usize = 5;

/// Reads pictures, or forgets what they told where none are given.
pub async fn run(
    place: &ProjectArg,
    ask: Option<PicturesAsk>,
    reason: &str,
    as_json: bool,
) -> anyhow::Result<()> {
    let project = super::open(place).await?;
    let change = Change::new("command-line", reason)
        .ok_or_else(|| WrongUse("--reason must say something".into()))?;
    let Some(ask) = ask else {
        let had = project.forget_pictures(&change).await?;
        if as_json {
            return output::json(&json!({ "forgotten": had }));
        }
        output::line(match had {
            true => "What pictures told is forgotten. Next: tessera dna run",
            false => "No pictures were read.",
        });
        return Ok(());
    };
    let bar = Bar::new();
    let report = Arc::clone(&bar) as Arc<dyn Report>;
    let read = project.read_pictures(ask, &change, report).await?;
    drop(bar);
    if as_json {
        return output::json(&read);
    }
    output::line(format!("{}.", read.sentence));
    for one in read.unread.iter().take(NAMED) {
        output::line(format!("  not read: {}: {}", one.file, one.why));
    }
    for file in read.strangers_named.iter().take(NAMED) {
        output::line(format!("  of no product: {file}"));
    }
    for file in read.links_refused.iter().take(NAMED) {
        output::line(format!("  not followed, it leads elsewhere: {file}"));
    }
    output::line("Next: tessera dna run, which joins it to what fields and texts say");
    Ok(())
}
