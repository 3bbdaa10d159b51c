//! Time in the workbench on the command line: which run was live when, who went where between two dates, where one
//! member was. It prints and changes nothing.

use super::show::purpose;
use crate::cli::Migration;
use crate::output;
use engine::views::{
    MigrationMemberPage, MigrationSide, MoveKind, MoveWhy, PublicationRow, RunShown, ScenarioRow,
    ShownWord,
};
use engine::{Actor, MigrationAsk, PageAsk, Project};

/// Where a run stands, in a word or two.
pub fn state(row: &ScenarioRow) -> String {
    match (row.live, &row.live_from) {
        (true, None) => "live".into(),
        (true, Some(from)) => format!("live, and again from {}", output::moment(from)),
        (false, Some(from)) => format!("live from {}", output::moment(from)),
        (false, None) => row.state.word().to_string(),
    }
}

/// How the run that is looked at stands, in a sentence.
pub fn shown(run: &RunShown) -> String {
    let time = |from: &Option<String>| output::moment_or(from.as_ref(), "");
    let (from, until) = (time(&run.from), time(&run.until));
    let told = match run.word {
        ShownWord::Live => format!("LIVE since {from}"),
        ShownWord::Planned => format!("PLANNED: live from {from} on, not before"),
        ShownWord::Past => format!("PAST: was live from {from} until {until}"),
        ShownWord::Draft => "DRAFT: not live, nobody decided on it".into(),
        ShownWord::Ready => "NOT LIVE: put up for approval".into(),
        ShownWord::Approved => "NOT LIVE: approved, not deployed".into(),
        ShownWord::Rejected => "NOT LIVE: rejected".into(),
        ShownWord::Replaced => "NOT LIVE: another run took its place before its day".into(),
    };
    match &run.on {
        Some(on) => format!("{told}; as of {}", output::moment(on)),
        None => told,
    }
}

/// Runs, publications and changes of a scheme, each newest first.
pub async fn history(project: &Project, scheme: &str, json: bool) -> anyhow::Result<()> {
    let actor = Actor::command_line();
    let (mut file, hands) = (
        project.scheme_file(&actor, scheme).await?,
        project.hands(&actor, scheme).await?,
    );
    // Ids of runs sort by the time at which they began.
    file.scenarios.sort_by(|a, b| b.run_id.cmp(&a.run_id));
    if json {
        return output::json(&serde_json::json!({ "scheme": file, "hands": hands }));
    }
    let rows = file.scenarios.iter().map(|row| {
        vec![
            output::moment(&row.at),
            row.run_id.clone(),
            row.title.clone(),
            state(row),
            row.clusters.to_string(),
            format!("{:.3}", row.silhouette),
            row.conflicts.to_string(),
        ]
    });
    output::table(
        &[
            "made",
            "run",
            "title",
            "state",
            "clusters",
            "silhouette",
            "conflicts",
        ],
        rows.collect(),
    );
    let rows = file.publications.iter().map(|row| {
        vec![
            output::moment(&row.from),
            output::moment_or(row.until.as_ref(), ""),
            row.state.word().into(),
            row.title.clone(),
            row.run_id.clone(),
            row.author.clone(),
            row.comment.clone(),
        ]
    });
    output::table(
        &["live from", "until", "", "title", "run", "by", "why"],
        rows.collect(),
    );
    let rows = hands.hands.iter().map(|hand| {
        vec![
            output::moment(&hand.at),
            hand.seq.to_string(),
            hand.author.clone(),
            hand.sentence.clone(),
            hand.reason.clone(),
            if hand.stands || hand.undoes.is_some() || hand.restores.is_some() {
                String::new()
            } else {
                "undone".into()
            },
        ]
    });
    output::table(&["at", "change", "by", "what", "why", ""], rows.collect());
    Ok(())
}

/// Who went where between two dates.
pub async fn migration(args: Migration, json: bool) -> anyhow::Result<()> {
    let project = super::super::open(&args.project).await?;
    let actor = Actor::command_line();
    let mut ask = MigrationAsk {
        from: args.from,
        to: args.to,
        kind: args.kind.as_deref().and_then(MoveKind::from_word),
        ..MigrationAsk::default()
    };
    let told = project.migration(&actor, &args.scheme, &ask).await?;
    ask.out_of = called(&told.from, args.out_of.as_deref(), "out-of")?;
    ask.into = called(&told.to, args.into.as_deref(), "into")?;
    let page = PageAsk {
        limit: args.limit,
        ..PageAsk::default()
    };
    let members = match args.members {
        true => {
            let why = purpose(args.purpose)?;
            let found = project.migration_members(&actor, &args.scheme, &ask, why, &page);
            Some(found.await?)
        }
        false => None,
    };
    if json {
        let mut told = serde_json::json!(told);
        told["members"] = serde_json::json!(members);
        return output::json(&told);
    }
    let side = |side: &MigrationSide| {
        let row = &side.publication;
        format!(
            "{}: {} ({}), live from {}",
            output::moment(&side.on),
            row.title,
            row.run_id,
            output::moment(&row.from)
        )
    };
    output::line(format!(
        "from {}\nto   {}",
        side(&told.from),
        side(&told.to)
    ));
    output::line(&told.sentence);
    for note in &told.notes {
        output::line(note);
    }
    matrix(&told);
    reasons(&told);
    if let Some(members) = &members {
        movers(members, &told.currency);
    }
    Ok(())
}

/// The number of a cluster of a date that is named by number or name.
fn called(side: &MigrationSide, called: Option<&str>, flag: &str) -> anyhow::Result<Option<i32>> {
    let Some(called) = called else {
        return Ok(None);
    };
    let names: Vec<(i32, &str)> = side
        .clusters
        .iter()
        .map(|each| (each.cluster.cluster, each.cluster.name.as_str()))
        .collect();
    let found = engine::choose_cluster(&names, called)
        .map_err(|detail| output::WrongUse(format!("--{flag}: {detail}")))?;
    Ok(Some(found))
}

/// Clusters of the earlier date by those of the later one: members, and their share of the row.
fn matrix(told: &engine::views::Migration) {
    let mut header = vec!["from \\ to".to_string()];
    let named = |each: &engine::views::MigrationCluster| {
        format!("{} {}", each.cluster.cluster, each.cluster.name)
    };
    header.extend(told.to.clusters.iter().map(named));
    header.extend(["left".to_string(), "all".to_string()]);
    let columns: Vec<Option<i32>> = told
        .to
        .clusters
        .iter()
        .map(|each| Some(each.cluster.cluster))
        .chain([None])
        .collect();
    let cell = |from: Option<i32>, to: Option<i32>| {
        let found = told
            .flows
            .iter()
            .find(|flow| (flow.from, flow.to) == (from, to));
        found.map_or(String::new(), |flow| match flow.share_of_from {
            Some(share) => format!("{} ({:.0} %)", flow.members, 100.0 * share),
            None => flow.members.to_string(),
        })
    };
    let line = |name: String, from: Option<i32>, all: String| {
        let mut row = vec![name];
        row.extend(columns.iter().map(|to| cell(from, *to)));
        row.push(all);
        row
    };
    let mut rows: Vec<Vec<String>> = told
        .from
        .clusters
        .iter()
        .map(|each| {
            line(
                named(each),
                Some(each.cluster.cluster),
                each.members.to_string(),
            )
        })
        .collect();
    rows.push(line("entered".into(), None, told.entered.to_string()));
    let mut all = vec!["all".to_string()];
    all.extend(told.to.clusters.iter().map(|each| each.members.to_string()));
    all.extend([told.left.to_string(), told.to.members.to_string()]);
    rows.push(all);
    output::table(&header.iter().map(String::as_str).collect::<Vec<_>>(), rows);
}

/// What moved those who moved, flow by flow.
fn reasons(told: &engine::views::Migration) {
    let moved = told
        .flows
        .iter()
        .filter(|flow| flow.kind == MoveKind::Moved);
    let sum = |sales: Option<f64>| sales.map_or(String::new(), |sales| format!("{sales:.0}"));
    let rows = moved.map(|flow| {
        let hands: Vec<String> = flow
            .hands
            .iter()
            .map(|hand| format!("{} by {}: {}", hand.sentence, hand.author, hand.reason))
            .collect();
        let causes = flow.causes.iter();
        let causes: Vec<String> = causes
            .map(|one| format!("{} {}", one.members, one.cause.word()))
            .collect();
        let number = |cluster: Option<i32>| cluster.map_or(String::new(), |id| id.to_string());
        vec![
            number(flow.from),
            number(flow.to),
            flow.members.to_string(),
            sum(flow.sales_before),
            sum(flow.sales_now),
            causes.join(", "),
            hands.join("; "),
            flow.why.as_ref().map_or(String::new(), features),
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    if !rows.is_empty() {
        output::table(
            &[
                "from",
                "to",
                "members",
                &format!("sales before, {}", told.currency),
                &format!("sales now, {}", told.currency),
                "by",
                "whose",
                "features (of the change by data)",
            ],
            rows,
        );
    }
}

/// Features with their parts of a change: per cents of it, or the numbers where those would tell nothing.
fn features(why: &MoveWhy) -> String {
    let part = |change: f64| match why.shares {
        true => format!("{:+.0} %", 100.0 * change / why.change),
        false => format!("{change:+.4}"),
    };
    let named = why
        .reasons
        .iter()
        .map(|each| format!("{} {}", each.label, part(each.change)));
    let all: Vec<String> = named
        .chain([format!("the rest {}", part(why.rest))])
        .collect();
    all.join(", ")
}

fn movers(page: &MigrationMemberPage, currency: &str) {
    let rows = page.rows.iter().map(|row| {
        let place = |cluster: Option<i32>, name: &Option<String>| match (cluster, name) {
            (Some(cluster), Some(name)) => format!("{cluster} {name}"),
            _ => String::new(),
        };
        vec![
            row.member.clone(),
            row.label.clone().unwrap_or_default(),
            place(row.from, &row.from_name),
            place(row.to, &row.to_name),
            row.sales_now
                .clone()
                .or(row.sales_before.clone())
                .unwrap_or_default(),
            row.sentence.clone(),
        ]
    });
    output::table(
        &[
            "member",
            "name",
            "from",
            "to",
            &format!("sales, {currency}"),
            "why",
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
}

/// Where a member was.
pub async fn history_of(
    project: &Project,
    scheme: &str,
    member: &str,
    why: Option<String>,
    json: bool,
) -> anyhow::Result<()> {
    let actor = Actor::command_line();
    let told = project.member_history(&actor, scheme, member, purpose(why)?);
    let told = told.await?;
    if json {
        return output::json(&told);
    }
    output::line(format!(
        "{} {} in {}",
        told.member,
        told.label.as_deref().unwrap_or_default(),
        told.title
    ));
    if told.stays.is_empty() {
        output::line("It is in runs of the scheme, of which none was live.");
        return Ok(());
    }
    let run = |row: &PublicationRow| format!("{} ({})", row.title, row.run_id);
    let rows = told.stays.iter().map(|stay| {
        let notes = stay.notes.iter().map(|note| format!("; {note}"));
        vec![
            output::moment(&stay.from),
            output::moment_or(stay.until.as_ref(), ""),
            stay.state.word().into(),
            match (stay.cluster, &stay.name) {
                (Some(cluster), Some(name)) => format!("{cluster} {name}"),
                _ if stay.hidden => "not shown".into(),
                _ => "none".into(),
            },
            stay.sentence.clone() + &notes.collect::<String>(),
            stay.publications
                .iter()
                .map(run)
                .collect::<Vec<_>>()
                .join(", "),
        ]
    });
    output::table(
        &["from", "until", "", "cluster", "why", "runs"],
        rows.collect(),
    );
    Ok(())
}
