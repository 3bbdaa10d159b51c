//! The tree of a run on the command line: what each cut gives. It prints and changes nothing.

use crate::cli::Of;
use crate::output::{self, WrongUse};
use engine::views::{Board, BoardTree, MethodWord};
use engine::{Actor, RunAt};

/// Shows the cuts of the trees, or the clusters of one.
pub async fn show(of: &Of, clusters: Option<usize>, json: bool) -> anyhow::Result<()> {
    let project = super::super::open(&of.project).await?;
    let board = project
        .scheme_board(&Actor::command_line(), &of.scheme, &RunAt::now(&of.run))
        .await?;
    if board.trees.is_empty() {
        return Err(WrongUse(none(&board)).into());
    }
    if json && clusters.is_none() {
        return output::json(&serde_json::json!({ "trees": board.trees }));
    }
    let mut cuts = Vec::new();
    for tree in &board.trees {
        if let Some(part) = tree.part.as_ref().filter(|_| !json) {
            output::line(part);
        }
        match clusters {
            Some(clusters) => cuts.push(cut(tree, clusters, json)?),
            None => heights(tree),
        }
    }
    if json {
        return output::json(&serde_json::json!({ "cuts": cuts }));
    }
    Ok(())
}

/// Why a run has no tree.
fn none(board: &Board) -> String {
    if board.ruled {
        return "the run's segments are by rules: nothing was searched for, so there is no tree"
            .into();
    }
    match board.method {
        MethodWord::Ward | MethodWord::Average | MethodWord::Complete | MethodWord::Genie => {
            "the run has no tree to show: its members are too few to divide, or the branches hold too few people".into()
        }
        method => format!(
            "the run was made by {}, which makes no tree: tessera segment fit {} --method ward",
            method.word(),
            board.scheme
        ),
    }
}

/// The least and greatest height at which each number of clusters is left.
fn heights(tree: &BoardTree) {
    let joins = &tree.joins;
    let rows = (1..=tree.leaves.len().min(12)).map(|clusters| {
        // With so many clusters left, the next join to undo is that of this place from the end.
        let above = joins.len() + 1 - clusters;
        let from = above
            .checked_sub(1)
            .map_or(0.0, |place| joins[place].height);
        let to = joins.get(above).map(|join| join.height);
        vec![
            clusters.to_string(),
            format!("{from:.3}"),
            to.map_or("-".into(), |to| format!("{to:.3}")),
            to.map_or("-".into(), |to| format!("{:.3}", to - from)),
            if clusters == tree.clusters {
                "this run".into()
            } else {
                String::new()
            },
        ]
    });
    let head = ["clusters", "from height", "to height", "long", ""];
    output::table(&head, rows.collect());
}

/// The clusters of a cut: members and the leaves in them.
fn cut(tree: &BoardTree, clusters: usize, json: bool) -> anyhow::Result<serde_json::Value> {
    let leaves = tree.leaves.len();
    if !(1..=leaves).contains(&clusters) {
        let of = tree
            .part
            .as_ref()
            .map_or(String::new(), |part| format!(" for '{part}'"));
        let words = format!("--clusters is {clusters}: write 1 to {leaves}{of}");
        return Err(WrongUse(words).into());
    }
    let mut groups: Vec<Option<Vec<usize>>> = (0..leaves).map(|leaf| Some(vec![leaf])).collect();
    for join in &tree.joins[..leaves - clusters] {
        let mut both = Vec::new();
        for node in [join.first, join.second] {
            both.extend(groups[node as usize].take().unwrap_or_default());
        }
        groups.push(Some(both));
    }
    let mut told = Vec::new();
    let mut rows = Vec::new();
    for group in groups.into_iter().flatten() {
        let members: usize = group.iter().map(|leaf| tree.leaves[*leaf].members).sum();
        let mut found: Vec<i32> = group
            .iter()
            .map(|leaf| tree.leaves[*leaf].cluster)
            .collect();
        found.sort_unstable();
        found.dedup();
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        rows.push(vec![members.to_string(), found.join(", ")]);
        told.push(serde_json::json!({ "members": members, "of_clusters": found }));
    }
    if !json {
        output::table(&["members", "of this run's clusters"], rows);
    }
    Ok(serde_json::json!({ "part": tree.part, "clusters": told }))
}
