//! `tessera segment …`: the clustering workbench on the command line.

mod agreement;
mod assign;
mod hands;
mod newcomers;
mod show;
mod size;
mod standing;
mod time;
mod tree;
mod versions;
mod worth;

pub use show::purpose;

use crate::cli::{Fit, Of, Recipe, Segment};
use crate::output::{self, WrongUse};
use crate::progress::Bar;
use engine::views::{HandAsk, RecipeRequest, StandingWord, StateWord, StepRequest};
use engine::{Actor, Report, RunAsk, Search, methods};
use retail::Change;
use std::sync::Arc;

pub async fn run(args: Segment, json: bool) -> anyhow::Result<()> {
    match args {
        Segment::Schemes { of, all, project } => {
            show::schemes(&super::open(&project).await?, of, all, json).await
        }
        Segment::Templates { name } => show::templates(name, json),
        Segment::Recipe(args) => recipe(args, json).await,
        Segment::Fit(args) => fit(args, json).await,
        Segment::Show(then) => show::clusters(&then, json).await,
        Segment::Members {
            then,
            cluster,
            purpose,
            limit,
        } => show::members(&then, cluster, purpose, limit, json).await,
        Segment::Tree { of, clusters } => tree::show(&of, clusters, json).await,
        Segment::Explain {
            then,
            member,
            purpose,
        } => show::explain(&then, &member, purpose, json).await,
        Segment::Move {
            of,
            members,
            to,
            why,
        } => {
            let to = hands::cluster(&of, &to).await?;
            hands::change(&of, HandAsk::Move { members, to }, &why, json).await
        }
        Segment::Assign(args) => assign::assign(args, json).await,
        Segment::Newcomers(args) => newcomers::newcomers(args, json).await,
        Segment::Place {
            of,
            members,
            to,
            why,
        } => {
            let to = hands::cluster(&of, &to).await?;
            hands::change(&of, HandAsk::Place { members, to }, &why, json).await
        }
        Segment::Lock(a) => {
            hands::change(&a.of, HandAsk::Lock { members: a.members }, &a.why, json).await
        }
        Segment::Unlock(a) => {
            hands::change(&a.of, HandAsk::Unlock { members: a.members }, &a.why, json).await
        }
        Segment::Together(a) => {
            hands::change(
                &a.of,
                HandAsk::Together { members: a.members },
                &a.why,
                json,
            )
            .await
        }
        Segment::Apart(a) => {
            hands::change(&a.of, HandAsk::Apart { members: a.members }, &a.why, json).await
        }
        Segment::Create { of, name, why } => {
            hands::change(&of, HandAsk::Create { name }, &why, json).await
        }
        Segment::Merge {
            of,
            from,
            into,
            why,
        } => {
            let (from, into) = (
                hands::cluster(&of, &from).await?,
                hands::cluster(&of, &into).await?,
            );
            hands::change(&of, HandAsk::Merge { from, into }, &why, json).await
        }
        Segment::Split { of, cluster, why } => {
            let cluster = hands::cluster(&of, &cluster).await?;
            hands::change(&of, HandAsk::Split { cluster }, &why, json).await
        }
        Segment::Rename {
            of,
            cluster,
            name,
            why,
        } => {
            let cluster = hands::cluster(&of, &cluster).await?;
            hands::change(&of, HandAsk::Rename { cluster, name }, &why, json).await
        }
        Segment::Describe {
            of,
            cluster,
            text,
            why,
        } => {
            let cluster = hands::cluster(&of, &cluster).await?;
            hands::change(&of, HandAsk::Describe { cluster, text }, &why, json).await
        }
        Segment::Undo {
            scheme,
            seq,
            reason,
            project,
        } => hands::undo(&super::open(&project).await?, &scheme, seq, &reason, json).await,
        Segment::History { scheme, project } => {
            time::history(&super::open(&project).await?, &scheme, json).await
        }
        Segment::Migration(args) => time::migration(args, json).await,
        Segment::HistoryOf {
            scheme,
            member,
            purpose,
            project,
        } => {
            let project = super::open(&project).await?;
            time::history_of(&project, &scheme, &member, purpose, json).await
        }
        Segment::Health { scheme, project } => {
            show::health(&super::open(&project).await?, &scheme, json).await
        }
        Segment::Compare {
            scheme,
            a,
            b,
            project,
        } => show::compare(&super::open(&project).await?, &scheme, (&a, &b), json).await,
        Segment::Agreement {
            scheme,
            other,
            project,
        } => agreement::agreement(&super::open(&project).await?, (&scheme, &other), json).await,
        Segment::Publish { of, from, reason } => publish(&of, from, reason, json).await,
        Segment::Worth { project } => worth::show(&super::open(&project).await?, json).await,
        Segment::Retire(of) => standing::mark(&of, StandingWord::Retired, json).await,
        Segment::Remove { of, yes } => standing::remove(&of, yes, json).await,
        Segment::Restore(args) => match args.version {
            Some(version) => versions::restore(&args, version, json).await,
            None => standing::mark(&args.of, StandingWord::Open, json).await,
        },
        Segment::Versions(args) => versions::show(&args, json).await,
    }
}

async fn recipe(args: Recipe, json: bool) -> anyhow::Result<()> {
    let project = super::open(&args.project).await?;
    let actor = Actor::command_line();
    let text = match (&args.file, &args.template) {
        (Some(file), _) => std::fs::read_to_string(file)
            .map_err(|cause| WrongUse(format!("'{}' cannot be read: {cause}", file.display())))?,
        (None, Some(name)) => project.template_for(name, args.category.as_deref()).await?,
        (None, None) => {
            let file = project.scheme_file(&actor, &args.scheme).await?;
            if json {
                return output::json(&file.recipe);
            }
            output::line(file.recipe.text);
            return Ok(());
        }
    };
    if args.dry_run {
        return size::show(&project, text, json).await;
    }
    let after = match project.scheme_file(&actor, &args.scheme).await {
        Ok(file) => file.recipe.version,
        Err(cause) if cause.is_missing() => 0,
        Err(cause) => return Err(cause.into()),
    };
    let asked = RecipeRequest {
        text,
        after,
        reason: args.reason,
    };
    let saved = project.save_recipe(&actor, &args.scheme, asked).await?;
    if json {
        return output::json(&saved);
    }
    output::line(format!(
        "Saved version {} of '{}'. Next: tessera segment fit {}",
        saved.version, args.scheme, args.scheme
    ));
    saved.notes.iter().for_each(output::line);
    Ok(())
}

async fn fit(args: Fit, json: bool) -> anyhow::Result<()> {
    let project = super::open(&args.project).await?;
    let change = Change::new("command-line", &args.reason)
        .ok_or_else(|| WrongUse("--reason must say something".into()))?;
    let ask = RunAsk {
        by: args.method.as_deref().map(method).transpose()?,
        title: args.title,
        clusters: args.clusters,
    };
    let bar = Bar::new();
    let report = Arc::clone(&bar) as Arc<dyn Report>;
    let ran = project
        .run_scheme(&args.scheme, ask, &change, report)
        .await?;
    drop(bar);
    if json {
        return output::json(&ran);
    }
    output::line(&ran.sentence);
    let of = Of {
        scheme: args.scheme,
        run: ran.run_id,
        project: args.project,
    };
    show::clusters_of(&project, &of.scheme, &engine::RunAt::now(&of.run), json).await
}

async fn publish(of: &Of, from: Option<String>, reason: String, json: bool) -> anyhow::Result<()> {
    let project = super::open(&of.project).await?;
    let asked = StepRequest {
        to: StateWord::Deployed,
        comment: reason,
        effective_at: from,
    };
    let live = project
        .step_scenario(&Actor::command_line(), &of.scheme, &of.run, asked)
        .await?;
    if json {
        return output::json(&live);
    }
    output::line(format!(
        "'{}' {} live from {}.",
        live.title,
        if live.live { "is" } else { "will be" },
        output::moment_or(live.effective_at.as_ref(), "now")
    ));
    if let Some(until) = &live.live_until {
        output::line(format!(
            "It ends on {}, when the run that was planned follows: tessera segment history {} shows both.",
            output::moment(until),
            of.scheme
        ));
    }
    Ok(())
}

/// The method of a name.
fn method(name: &str) -> anyhow::Result<Search> {
    Search::named(name).ok_or_else(|| {
        let names: Vec<&str> = methods().iter().map(|info| info.name).collect();
        let words = format!(
            "--method '{name}' is none: write one of {}",
            names.join(", ")
        );
        WrongUse(words).into()
    })
}
