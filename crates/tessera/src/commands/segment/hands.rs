//! Changes of clusters by hand on the command line: what one costs, making it, undoing it.

use crate::cli::{Of, Why};
use crate::output;
use engine::views::{HandAsk, HandRequest, HandSaved};
use engine::{Actor, Project, RunAt};

/// The number of a cluster that is named by number or name.
pub async fn cluster(of: &Of, called: &str) -> anyhow::Result<i32> {
    let project = super::super::open(&of.project).await?;
    let actor = Actor::command_line();
    Ok(project
        .cluster_called(&actor, &of.scheme, &RunAt::now(&of.run), called)
        .await?)
}

/// Shows the cost of a change and makes it, unless only the cost is asked for.
pub async fn change(of: &Of, hand: HandAsk, why: &Why, json: bool) -> anyhow::Result<()> {
    let project = super::super::open(&of.project).await?;
    let actor = Actor::command_line();
    if why.dry_run {
        let cost = project
            .preview_hand(&actor, &of.scheme, &of.run, hand)
            .await?;
        if json {
            return output::json(&cost);
        }
        output::line(&cost.sentence);
        for conflict in &cost.conflicts {
            output::line(&conflict.sentence);
        }
        return Ok(());
    }
    let after = Some(project.hands(&actor, &of.scheme).await?.version);
    let asked = HandRequest {
        hand,
        reason: why.reason.clone(),
    };
    let saved = project
        .save_hand(&actor, &of.scheme, &of.run, after, asked)
        .await?;
    told(&saved, json)
}

/// Undoes a change.
pub async fn undo(
    project: &Project,
    scheme: &str,
    seq: i64,
    reason: &str,
    json: bool,
) -> anyhow::Result<()> {
    let actor = Actor::command_line();
    let after = Some(project.hands(&actor, scheme).await?.version);
    let saved = project
        .undo_hand(&actor, scheme, seq, after, reason)
        .await?;
    told(&saved, json)
}

fn told(saved: &HandSaved, json: bool) -> anyhow::Result<()> {
    if json {
        return output::json(saved);
    }
    output::line(format!("{}: {}", saved.hand.seq, saved.hand.sentence));
    if let Some(cost) = &saved.hand.cost {
        output::line(&cost.sentence);
        for conflict in &cost.conflicts {
            output::line(&conflict.sentence);
        }
    }
    output::line(&saved.sentence);
    Ok(())
}
