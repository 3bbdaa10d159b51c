//! `tessera identity …`: who is whom, on the command line.

use super::segment::purpose;
use crate::cli::{Identity, IdentityBlocked, IdentityWhy, ProjectArg};
use crate::output::{self, WrongUse};
use crate::progress::Bar;
use anyhow::Context;
use engine::views::{
    CustomerIdentity, IdentityDecisionRequest, IdentityPair, IdentityRan, IdentityRules,
    IdentityRulesRequest, IdentityValue, IdentityVerdict, NamedValue, PairState,
};
use engine::{Actor, PageAsk, Report};
use retail::Change;
use std::sync::Arc;

pub async fn run(args: Identity, json: bool) -> anyhow::Result<()> {
    match args {
        Identity::Run { reason, project } => find(&project, &reason, json).await,
        Identity::Status { project } => status(&project, json).await,
        Identity::Review {
            limit,
            offset,
            project,
        } => review(&project, (limit, offset), json).await,
        Identity::Show {
            customer,
            purpose,
            project,
        } => show(&project, customer, purpose, json).await,
        Identity::Decide(args) => {
            let verdict = match args.same {
                true => IdentityVerdict::Same,
                false => IdentityVerdict::Different,
            };
            decide(&args.why, verdict, vec![args.record], Some(args.with), json).await
        }
        Identity::Unmerge { records, why } => {
            decide(&why, IdentityVerdict::Different, records, None, json).await
        }
        Identity::Undo { records, why } => {
            decide(&why, IdentityVerdict::Open, records, None, json).await
        }
        Identity::Rules {
            file: None,
            project,
            ..
        } => {
            let project = super::open(&project).await?;
            let told = project.identity_rules(&Actor::command_line()).await?;
            rules(&told, json)
        }
        Identity::Rules {
            file: Some(file),
            reason,
            project,
        } => {
            let text = std::fs::read_to_string(&file)
                .with_context(|| format!("reading {}", file.display()))?;
            let asked = IdentityRulesRequest {
                text: Some(text),
                reason: reason.unwrap_or_default(),
                ..IdentityRulesRequest::default()
            };
            set(&project, asked, json).await
        }
        Identity::Block(one) => block(one, true, json).await,
        Identity::Unblock(one) => block(one, false, json).await,
    }
}

async fn block(one: IdentityBlocked, is_blocked: bool, json: bool) -> anyhow::Result<()> {
    let value = vec![IdentityValue {
        kind: one.kind,
        value: one.value,
    }];
    let (block, unblock) = match is_blocked {
        true => (value, Vec::new()),
        false => (Vec::new(), value),
    };
    let asked = IdentityRulesRequest {
        block,
        unblock,
        reason: one.why.reason,
        ..IdentityRulesRequest::default()
    };
    set(&one.why.project, asked, json).await
}

async fn set(place: &ProjectArg, asked: IdentityRulesRequest, json: bool) -> anyhow::Result<()> {
    let project = super::open(place).await?;
    let told = project
        .set_identity_rules(&Actor::command_line(), asked)
        .await?;
    rules(&told, json)
}

fn rules(told: &IdentityRules, json: bool) -> anyhow::Result<()> {
    if json {
        return output::json(told);
    }
    output::line(told.text.trim_end());
    output::line(format!("# {} values link nobody", told.blocked));
    Ok(())
}

async fn find(place: &ProjectArg, reason: &str, json: bool) -> anyhow::Result<()> {
    let project = super::open(place).await?;
    let change = Change::new("command-line", reason)
        .ok_or_else(|| WrongUse("--reason must say something".into()))?;
    let bar = Bar::new();
    let report = Arc::clone(&bar) as Arc<dyn Report>;
    let ran = project.run_identity(&change, report).await?;
    drop(bar);
    if json {
        return output::json(&ran);
    }
    told(&ran);
    if ran.review > 0 {
        output::line("Next: tessera identity review");
    }
    Ok(())
}

/// What a run found.
fn told(ran: &IdentityRan) {
    output::line(&ran.sentence);
    output::line(format!(
        "{} pairs were compared; {} records went to another customer.",
        ran.compared, ran.moved
    ));
    for one in &ran.refused {
        let why = match one.blocked {
            true => "is blocked",
            false => "links nobody, as too many share it",
        };
        output::line(format!(
            "{} {} of {} records {why}",
            one.kind, one.hint, one.records
        ));
    }
    ran.conflicts.iter().for_each(output::line);
    ran.skipped.iter().for_each(output::line);
}

async fn status(place: &ProjectArg, json: bool) -> anyhow::Result<()> {
    let project = super::open(place).await?;
    let overview = project.identity_overview(&Actor::command_line()).await?;
    if json {
        return output::json(&overview);
    }
    match &overview.run {
        None => output::line("Who is whom was not asked yet: tessera identity run"),
        Some(ran) => {
            output::line(format!(
                "Run {} of {}",
                ran.run_id,
                output::moment_or(overview.at.as_ref(), "-")
            ));
            told(ran);
        }
    }
    let rows = overview.decisions.iter().map(|one| {
        vec![
            one.seq.to_string(),
            one.a.to_string(),
            one.b.to_string(),
            one.verdict.word().to_string(),
            output::moment(&one.at),
            one.author.clone(),
            one.reason.clone(),
        ]
    });
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        let head = ["", "record", "and", "are", "when", "who", "why"];
        output::table(&head, rows);
    }
    Ok(())
}

/// The points of a sum as people read them: bits with one decimal.
fn bits(points: i64) -> String {
    format!("{:+.1}", points as f64 / 1000.0)
}

fn evidence(pair: &IdentityPair) -> String {
    let each = pair.evidence.iter().map(|line| match line.points {
        Some(points) => format!("{} {}: {}", bits(points), line.about, line.found),
        None => format!("{}: {}", line.about, line.found),
    });
    each.collect::<Vec<_>>().join("\n")
}

fn sum(pair: &IdentityPair) -> String {
    match (pair.score, pair.threshold) {
        (Some(score), Some(threshold)) => format!("{} of {}", bits(score), bits(threshold)),
        _ if pair.doubt.is_some() => "-".into(),
        _ => "sure".into(),
    }
}

async fn review(
    place: &ProjectArg,
    (limit, offset): (usize, usize),
    json: bool,
) -> anyhow::Result<()> {
    let project = super::open(place).await?;
    let ask = PageAsk {
        limit,
        offset,
        ..PageAsk::default()
    };
    let page = project
        .identity_review(&Actor::command_line(), &ask)
        .await?;
    if json {
        return output::json(&page);
    }
    let rows = page.rows.iter().map(|pair| {
        vec![
            format!("{}\n{}", pair.a, pair.b),
            sum(pair),
            evidence(pair),
            pair.doubt.clone().unwrap_or_default(),
        ]
    });
    output::table(
        &["records", "bits", "evidence", "why it waits"],
        rows.collect(),
    );
    output::line(format!(
        "{} of {} pairs. Look at both with tessera identity show, then tessera identity decide A B --same or --different",
        page.rows.len(),
        page.total
    ));
    Ok(())
}

async fn show(place: &ProjectArg, customer: i64, word: String, json: bool) -> anyhow::Result<()> {
    let why = purpose(Some(word))?
        .ok_or_else(|| WrongUse("--purpose must say why you look at a person".into()))?;
    let project = super::open(place).await?;
    let told = project
        .customer_identity(&Actor::command_line(), why, customer)
        .await?;
    if json {
        return output::json(&told);
    }
    identity(&told);
    Ok(())
}

fn identity(told: &CustomerIdentity) {
    output::line(match told.asked_key == told.customer_key {
        true => format!("Customer {}", told.customer_key),
        false => format!(
            "Record {} is of customer {}",
            told.asked_key, told.customer_key
        ),
    });
    if !told.named {
        output::line(
            "Names and identifiers are told for the purposes service, privacy_request and quality alone.",
        );
    }
    let words = |all: &[NamedValue]| {
        let each = all.iter().map(|one| {
            format!("{} {}", one.field, one.value)
                .trim_end()
                .to_string()
        });
        each.collect::<Vec<_>>().join("\n")
    };
    let rows = told.records.iter().map(|record| {
        vec![
            record.record_key.to_string(),
            words(&record.identifiers),
            words(&record.fields),
        ]
    });
    output::table(&["record", "identifiers", "says"], rows.collect());
    let rows = told.profile.iter().map(|one| {
        let against: Vec<String> = one.against.iter().map(i64::to_string).collect();
        vec![
            one.attribute.clone(),
            one.value.clone(),
            one.from.to_string(),
            one.because.clone().unwrap_or_default(),
            against.join(", "),
        ]
    });
    output::table(
        &[
            "profile",
            "value",
            "from record",
            "because",
            "others say otherwise",
        ],
        rows.collect(),
    );
    let rows = told.links.iter().map(|pair| {
        let state = match (pair.state, &pair.until) {
            (_, Some(until)) => format!("until {}", output::moment(until)),
            (PairState::Linked, None) => "one customer".into(),
            (PairState::Review, None) => "waits".into(),
        };
        vec![
            format!("{}\n{}", pair.a, pair.b),
            state,
            sum(pair),
            evidence(pair),
        ]
    });
    output::table(&["records", "are", "bits", "evidence"], rows.collect());
}

async fn decide(
    why: &IdentityWhy,
    verdict: IdentityVerdict,
    records: Vec<i64>,
    with: Option<i64>,
    json: bool,
) -> anyhow::Result<()> {
    let project = super::open(&why.project).await?;
    let actor = Actor::command_line();
    let seen = project.identity_overview(&actor).await?.version;
    let asked = IdentityDecisionRequest {
        verdict,
        records,
        with,
        reason: why.reason.clone(),
    };
    let decided = project.decide_identity(&actor, Some(seen), asked).await?;
    if json {
        return output::json(&decided);
    }
    output::line(&decided.sentence);
    for one in &decided.moved {
        output::line(format!(
            "record {}: customer {} → {}",
            one.record_key, one.before, one.after
        ));
    }
    Ok(())
}
