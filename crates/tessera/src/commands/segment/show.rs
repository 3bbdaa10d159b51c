//! Schemes, clusters, members, reasons on the command line. It prints and changes nothing.

use crate::cli::Then;
use crate::output::{self, WrongUse};
use engine::views::StandingWord;
use engine::{Actor, PageAsk, Project, RunAt};
use retail::Purpose;

/// The schemes of the workbench.
pub async fn schemes(
    project: &Project,
    of: Option<String>,
    all: bool,
    json: bool,
) -> anyhow::Result<()> {
    let actor = Actor::command_line();
    let mut list = project.workbench_schemes(&actor, all).await?;
    list.schemes
        .retain(|scheme| of.as_ref().is_none_or(|of| of == scheme.of.word()));
    if json {
        return output::json(&list);
    }
    if list.schemes.is_empty() {
        output::line(
            "There is no scheme yet: tessera segment recipe NAME --template stores-by-sales-mix",
        );
        return Ok(());
    }
    let rows = list.schemes.iter().map(|scheme| {
        let told = |row: &Option<engine::views::ScenarioRow>| {
            row.as_ref().map_or("-".into(), |row| {
                format!("{} ({} clusters)", row.title, row.clusters)
            })
        };
        let from = |row: &engine::views::ScenarioRow| {
            let from = output::moment_or(row.live_from.as_ref(), "");
            format!("{} from {from}", row.title)
        };
        vec![
            scheme.scheme.clone(),
            scheme.of.word().into(),
            scheme.title.clone(),
            scheme.recipe_version.to_string(),
            scheme.scenarios.to_string(),
            match (&scheme.live, &scheme.planned) {
                _ if scheme.standing.word != StandingWord::Open => {
                    scheme.standing.word.word().into()
                }
                (live, None) => told(live),
                (None, Some(next)) => from(next),
                (live, Some(next)) => format!("{}, then {}", told(live), from(next)),
            },
            told(&scheme.newest),
        ]
    });
    output::table(
        &["scheme", "of", "title", "recipe", "runs", "live", "newest"],
        rows.collect(),
    );
    Ok(())
}

/// The templates, or one's text.
pub fn templates(name: Option<String>, json: bool) -> anyhow::Result<()> {
    if let Some(name) = name {
        let text = engine::template_text(&name, None)?;
        if json {
            return output::json(&serde_json::json!({ "name": name, "text": text }));
        }
        output::line(text);
        return Ok(());
    }
    let all = engine::templates();
    if json {
        let list: Vec<_> = all.iter().map(|t| serde_json::json!({ "name": t.name, "of": t.of.word(), "description": t.description })).collect();
        return output::json(&serde_json::json!({ "templates": list }));
    }
    let rows = all
        .iter()
        .map(|t| vec![t.name.into(), t.of.word().into(), t.description.into()]);
    output::table(&["template", "of", "what for"], rows.collect());
    Ok(())
}

/// The run that is asked for, with its date where one is given.
async fn run_then(project: &Project, then: &Then) -> anyhow::Result<RunAt> {
    run_of(project, &then.of.scheme, &then.of.run, then.on.as_deref()).await
}

/// The run that is named, or with a date the one that is live then.
pub async fn run_of(
    project: &Project,
    scheme: &str,
    run: &str,
    on: Option<&str>,
) -> anyhow::Result<RunAt> {
    let run = if on.is_some() { "live" } else { run };
    let actor = Actor::command_line();
    Ok(project.run_on(&actor, scheme, run, on).await?)
}

/// The clusters of a run.
pub async fn clusters(then: &Then, json: bool) -> anyhow::Result<()> {
    let project = super::super::open(&then.of.project).await?;
    let at = run_then(&project, then).await?;
    clusters_of(&project, &then.of.scheme, &at, json).await
}

pub async fn clusters_of(
    project: &Project,
    scheme: &str,
    at: &RunAt,
    json: bool,
) -> anyhow::Result<()> {
    let board = project
        .scheme_board(&Actor::command_line(), scheme, at)
        .await?;
    if json {
        return output::json(&board);
    }
    output::line(format!(
        "{}: {}, run {}\n{}",
        board.title,
        board.scenario.title,
        board.scenario.run_id,
        super::time::shown(&board.shown)
    ));
    let rows = board.clusters.iter().map(|each| {
        let cluster = &each.cluster;
        vec![
            cluster.cluster.to_string(),
            cluster.name.clone(),
            cluster.customers.to_string(),
            format!("{:.1} %", 100.0 * cluster.share_spend),
            each.pinned.to_string(),
            cluster.sentence.clone(),
        ]
    });
    output::table(
        &[
            "",
            "cluster",
            board.of.word(),
            "of sales",
            "placed",
            "what sets it apart",
        ],
        rows.collect(),
    );
    if board.small_cells.hidden > 0 {
        output::line(format!(
            "{} are not shown: with fewer than {} people, or needed to tell how many those are",
            board.small_cells.hidden, board.small_cells.threshold
        ));
    }
    for note in &board.notes {
        output::line(note);
    }
    for cluster in &board.empty {
        output::line(format!(
            "{} {}: made by hand, empty",
            cluster.cluster, cluster.name
        ));
    }
    for conflict in &board.conflicts {
        output::line(format!(
            "not obeyed, change {}: {}",
            conflict.seq, conflict.sentence
        ));
    }
    Ok(())
}

/// The purpose of a word.
pub fn purpose(word: Option<String>) -> anyhow::Result<Option<Purpose>> {
    let Some(word) = word else { return Ok(None) };
    match Purpose::ALL
        .into_iter()
        .find(|purpose| purpose.word() == word)
    {
        Some(purpose) => Ok(Some(purpose)),
        None => {
            let words: Vec<&str> = Purpose::ALL
                .into_iter()
                .map(|purpose| purpose.word())
                .collect();
            Err(WrongUse(format!(
                "--purpose '{word}' is none: write one of {}",
                words.join(", ")
            ))
            .into())
        }
    }
}

/// The members of a run.
pub async fn members(
    then: &Then,
    cluster: Option<String>,
    why: Option<String>,
    limit: usize,
    json: bool,
) -> anyhow::Result<()> {
    let project = super::super::open(&then.of.project).await?;
    let (at, actor) = (run_then(&project, then).await?, Actor::command_line());
    let scheme = &then.of.scheme;
    let cluster = match cluster {
        Some(called) => {
            let found = project.cluster_called(&actor, scheme, &at, &called);
            Some(found.await?)
        }
        None => None,
    };
    let ask = PageAsk {
        limit,
        ..PageAsk::default()
    };
    let page = project
        .board_members(&actor, scheme, &at, purpose(why)?, cluster, &ask)
        .await?;
    if json {
        return output::json(&page);
    }
    let currency = project.scheme_board(&actor, scheme, &at).await?.currency;
    let rows = page.rows.iter().map(|row| {
        vec![
            row.member.clone(),
            row.label.clone().unwrap_or_default(),
            row.part.clone().unwrap_or_default(),
            format!("{} {}", row.cluster, row.cluster_name),
            format!("{} {}", row.second_cluster, row.second_name),
            format!("{:.2}", row.margin),
            row.probability
                .map_or("-".into(), |share| format!("{:.0} %", 100.0 * share)),
            row.sales.clone(),
            if row.pinned {
                "placed".into()
            } else {
                String::new()
            },
        ]
    });
    output::table(
        &[
            "member",
            "name",
            "part",
            "cluster",
            "next",
            "margin",
            "probability",
            &format!("sales, {currency}"),
            "",
        ],
        rows.collect(),
    );
    if (page.rows.len() as u64) < page.total {
        output::line(format!(
            "{} of {} shown; --limit shows more",
            page.rows.len(),
            page.total
        ));
    }
    Ok(())
}

/// Why a member is where it is.
pub async fn explain(
    then: &Then,
    member: &str,
    why: Option<String>,
    json: bool,
) -> anyhow::Result<()> {
    let project = super::super::open(&then.of.project).await?;
    let at = run_then(&project, then).await?;
    let told = project
        .member_reasons(
            &Actor::command_line(),
            &then.of.scheme,
            &at,
            member,
            purpose(why)?,
        )
        .await?;
    if json {
        return output::json(&told);
    }
    let row = &told.member;
    let placed = if row.pinned { ", placed by hand," } else { "" };
    output::line(format!(
        "{} {}: {}{placed} at distance {:.3}; next {} at {:.3}",
        row.member,
        row.label.as_deref().unwrap_or_default(),
        row.cluster_name,
        told.distance,
        row.second_name,
        told.second_distance
    ));
    let shares: Vec<String> = told
        .memberships
        .iter()
        .take(5)
        .map(|share| format!("{} {:.0} %", share.name, 100.0 * share.probability))
        .collect();
    if !shares.is_empty() {
        output::line(format!("probability: {}", shares.join(", ")));
    }
    let rows = told.reasons.iter().map(|reason| {
        vec![
            reason.label.clone(),
            reason
                .value
                .map_or("not known".into(), |value| format!("{value:.3}")),
            format!("{:.3}", reason.own_mean),
            format!("{:.3}", reason.second_mean),
            format!("{:.4}", reason.own),
            format!("{:.4}", reason.second),
        ]
    });
    output::table(
        &[
            "feature",
            "value",
            "own mean",
            "next mean",
            "adds to own",
            "adds to next",
        ],
        rows.collect(),
    );
    for hand in &told.hands {
        output::line(format!(
            "change {}: {} by {}: {}",
            hand.seq, hand.sentence, hand.author, hand.reason
        ));
    }
    Ok(())
}

/// Two runs side by side.
pub async fn compare(
    project: &Project,
    scheme: &str,
    (a, b): (&str, &str),
    json: bool,
) -> anyhow::Result<()> {
    let told = project
        .compare_scenarios(&Actor::command_line(), scheme, a, b)
        .await?;
    if json {
        return output::json(&told);
    }
    output::line(format!(
        "{} against {}: {} of {} members move; agreement {}",
        told.a.title,
        told.b.title,
        told.moved,
        told.both,
        told.agreement
            .map_or("is not defined".into(), |ari| format!(
                "{ari:.3} (adjusted Rand index)"
            ))
    ));
    if let Some(words) = &told.matched {
        output::line(words);
    }
    let name = |names: &[engine::views::EmptyCluster], id: Option<i32>| match id {
        Some(id) => {
            let found = names.iter().find(|name| name.cluster == id);
            format!("{id} {}", found.map_or("", |name| &name.name))
        }
        None => "not in it".into(),
    };
    let rows = told.flows.iter().map(|flow| {
        vec![
            name(&told.a_names, flow.from),
            name(&told.b_names, flow.to),
            flow.members.to_string(),
            flow.sales
                .map_or(String::new(), |sales| format!("{sales:.0}")),
        ]
    });
    let currency = project
        .scheme_board(&Actor::command_line(), scheme, &RunAt::now(b))
        .await?
        .currency;
    let sales = format!("sales, {currency}");
    output::table(&["from", "to", "members", &sales], rows.collect());
    Ok(())
}

/// How well the live run still fits.
pub async fn health(project: &Project, scheme: &str, json: bool) -> anyhow::Result<()> {
    let told = project
        .scheme_health(&Actor::command_line(), scheme)
        .await?;
    if json {
        return output::json(&told);
    }
    output::line(&told.sentence);
    let rows = told.clusters.iter().map(|each| {
        vec![
            format!("{} {}", each.cluster, each.name),
            each.members.to_string(),
            format!("{:.2}", each.moved),
            if each.small {
                "too small to plan for".into()
            } else {
                String::new()
            },
        ]
    });
    output::table(&["cluster", "members", "centre moved", ""], rows.collect());
    let rows = told.features.iter().take(8).map(|each| {
        vec![
            each.label.clone(),
            format!("{:.3}", each.stability_index),
            format!("{:.3}", each.by_chance),
        ]
    });
    output::table(&["feature", "stability index", "by chance"], rows.collect());
    for (words, members) in [
        ("belong elsewhere by now", &told.belong_elsewhere),
        ("nearer to another cluster, placed by hand", &told.by_hand),
        ("far from their centre", &told.far),
    ] {
        if !members.is_empty() {
            output::line(format!("{words}: {}", members.join(", ")));
        }
    }
    Ok(())
}
