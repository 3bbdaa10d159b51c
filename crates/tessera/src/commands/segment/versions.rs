//! Past versions of a scheme on the command line: the list, one, two held against each other, and going back to one.
//! It must not decide what is brought back.

use crate::cli::{Restore, Versions};
use crate::output;
use engine::views::{
    GenuineWord, HandRow, LineWord, PublicationRow, RestoreRequest, SchemeVersion, VersionDiff,
    VersionPart, VersionRow,
};
use engine::{Actor, Project};

/// The versions of a scheme, one of them, or two held against each other.
pub async fn show(args: &Versions, json: bool) -> anyhow::Result<()> {
    let project = super::super::open(&args.project).await?;
    let actor = Actor::command_line();
    match (args.version, args.against) {
        (None, _) => list(&project, args, json).await,
        (Some(version), None) => {
            let told = project
                .scheme_version(&actor, &args.scheme, version)
                .await?;
            match json {
                true => output::json(&told),
                false => {
                    one(&told);
                    Ok(())
                }
            }
        }
        (Some(a), Some(b)) => {
            let told = project
                .version_diff(&actor, &args.scheme, (a, Some(b)))
                .await?;
            match json {
                true => output::json(&told),
                false => {
                    two(&told);
                    Ok(())
                }
            }
        }
    }
}

async fn list(project: &Project, args: &Versions, json: bool) -> anyhow::Result<()> {
    let actor = Actor::command_line();
    let cluster = match &args.cluster {
        Some(called) => {
            let found = project.cluster_ever_called(&actor, &args.scheme, called);
            Some(found.await?)
        }
        None => None,
    };
    let told = project.scheme_versions(&actor, &args.scheme, cluster);
    let told = told.await?;
    if json {
        return output::json(&told);
    }
    let rows = told.versions.iter().map(|row| {
        vec![
            row.version.to_string(),
            output::moment(&row.at),
            row.author.clone(),
            row.sentence.clone(),
            row.reason.clone(),
            genuine(row.genuine).into(),
        ]
    });
    output::table(
        &["version", "at", "by", "what", "why", "seal"],
        rows.collect(),
    );
    output::line(match told.broken {
        0 => "Every sealed version is as it was written. Whether the whole audit is: tessera audit verify".to_string(),
        1 => "1 version is not as it was written: restore the registry from a backup".to_string(),
        many => format!("{many} versions are not as they were written: restore the registry from a backup"),
    });
    Ok(())
}

fn genuine(word: GenuineWord) -> &'static str {
    match word {
        GenuineWord::Sealed => "holds",
        GenuineWord::Unsealed => "none (older program)",
        GenuineWord::Changed => "BROKEN: changed from outside",
        GenuineWord::Missing => "BROKEN: gone",
    }
}

fn head(row: &VersionRow) {
    output::line(format!(
        "Version {} of {} by {}: {} ({})",
        row.version,
        output::moment(&row.at),
        row.author,
        row.sentence,
        row.reason
    ));
}

fn live(row: Option<&PublicationRow>) -> String {
    row.map_or("nothing".into(), |row| {
        let from = output::moment(&row.from);
        format!("'{}' ({}) from {from}", row.title, row.run_id)
    })
}

fn hands(rows: &[HandRow], title: &str) {
    let each = rows.iter().map(|row| {
        vec![
            row.seq.to_string(),
            output::moment(&row.at),
            row.author.clone(),
            row.sentence.clone(),
            row.reason.clone(),
        ]
    });
    output::table(&[title, "at", "by", "what", "why"], each.collect());
}

fn one(told: &SchemeVersion) {
    head(&told.version);
    output::line(format!("Live then: {}", live(told.live.as_ref())));
    hands(&told.hands, "change");
    if let Some(recipe) = &told.recipe {
        output::line(format!(
            "Version {} of the recipe, by {} ({}):",
            recipe.version, recipe.author, recipe.reason
        ));
        output::line(&recipe.text);
    }
}

fn two(told: &VersionDiff) {
    head(&told.a);
    head(&told.b);
    output::line(&told.sentence);
    let differs = |part| told.differs.contains(&part);
    if differs(VersionPart::Live) {
        let (a, b) = (live(told.live_a.as_ref()), live(told.live_b.as_ref()));
        output::line(format!("Live: {a}; against {b}"));
    }
    if differs(VersionPart::Hands) {
        hands(&told.hands_a, "change in the first alone");
        hands(&told.hands_b, "change in the second alone");
    }
    if differs(VersionPart::Recipe) {
        for line in &told.recipe {
            let sign = match line.word {
                LineWord::Same => ' ',
                LineWord::Gone => '-',
                LineWord::New => '+',
            };
            output::line(format!("{sign} {}", line.text));
        }
    }
}

/// Goes back to a version.
pub async fn restore(args: &Restore, version: i64, json: bool) -> anyhow::Result<()> {
    let of = &args.of;
    let project = super::super::open(&of.project).await?;
    let actor = Actor::command_line();
    let seen = project.scheme_versions(&actor, &of.scheme, None).await?;
    let named = args
        .part
        .iter()
        .filter_map(|part| VersionPart::from_word(part));
    let parts: Vec<VersionPart> = match args.part.is_empty() {
        true => vec![VersionPart::Recipe, VersionPart::Hands],
        false => named.collect(),
    };
    let asked = RestoreRequest {
        parts,
        reason: of.reason.clone(),
    };
    let done = project
        .restore_version(&actor, &of.scheme, version, Some(seen.version), asked)
        .await?;
    if json {
        return output::json(&done);
    }
    output::line(&done.sentence);
    Ok(())
}
