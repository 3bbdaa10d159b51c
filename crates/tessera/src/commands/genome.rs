//! `tessera genome …`: what somebody leans to, why we think so, and what changed, on the command line.

use super::genome_groups;
use super::segment::purpose;
use crate::cli::{Genome, OfCustomer, ProjectArg};
use crate::output::{self, WrongUse};
use crate::progress::Bar;
use engine::views::{
    CustomerGenome, GeneEvidence, GeneForgetRequest, GeneRememberRequest, GeneRow, GeneStanding,
    GenomeForecast, HabitRow,
};
use engine::{Actor, AlertAsk, Project, Report};
use retail::{Change, Purpose};
use serde_json::json;
use std::sync::Arc;

pub async fn run(args: Genome, json: bool) -> anyhow::Result<()> {
    match args {
        Genome::Run {
            update,
            on,
            reason,
            project,
        } => compute(&project, (update, &on), &reason, json).await,
        Genome::Show { of, on, all } => show(&of, on.as_deref(), all, json).await,
        Genome::Diff { of, from, to } => diff(&of, (from.as_deref(), to.as_deref()), json).await,
        Genome::Evidence {
            of,
            attribute,
            value,
            on,
        } => evidence(&of, (&attribute, &value), on.as_deref(), json).await,
        Genome::Cluster {
            scheme,
            cluster,
            on,
            project,
        } => genome_groups::cluster(&project, (&scheme, cluster), on.as_deref(), json).await,
        Genome::Drift { from, to, project } => {
            genome_groups::drift(&project, (from.as_deref(), to.as_deref()), json).await
        }
        Genome::Alerts {
            purpose,
            from,
            to,
            attribute,
            value,
            limit,
            project,
        } => {
            let asked = AlertAsk {
                from,
                to,
                attribute,
                value,
            };
            genome_groups::alerts(&project, &purpose, (&asked, limit), json).await
        }
        Genome::Forget {
            of,
            attribute,
            value,
            reason,
        } => {
            let asked = GeneForgetRequest {
                attribute,
                value,
                reason,
            };
            forget(&of, asked, json).await
        }
        Genome::Remember { of, id, reason } => {
            remember(&of, GeneRememberRequest { id, reason }, json).await
        }
        Genome::Spec { bundled, project } => spec(&project, bundled, json).await,
    }
}

async fn forget(of: &OfCustomer, asked: GeneForgetRequest, json: bool) -> anyhow::Result<()> {
    let (project, why) = opened(of).await?;
    let struck = project
        .forget_gene(&Actor::command_line(), why, of.customer, asked)
        .await?;
    if json {
        return output::json(&struck);
    }
    output::line(format!(
        "{} ({}) is told and used no more. To take that back: tessera genome remember {} {}",
        struck.value, struck.attribute, of.customer, struck.id
    ));
    Ok(())
}

async fn remember(of: &OfCustomer, asked: GeneRememberRequest, json: bool) -> anyhow::Result<()> {
    let (project, why) = opened(of).await?;
    let told = project
        .remember_gene(&Actor::command_line(), why, of.customer, asked)
        .await?;
    if json {
        return output::json(&told);
    }
    output::line(format!(
        "{} ({}) is told and used again; the next run computes it.",
        told.value, told.attribute
    ));
    Ok(())
}

async fn spec(place: &ProjectArg, bundled: bool, json: bool) -> anyhow::Result<()> {
    let told = super::open(place).await?.genome_spec_text(bundled)?;
    match json {
        true => output::json(&told)?,
        false => output::line(told.text.trim_end()),
    }
    Ok(())
}

async fn compute(
    place: &ProjectArg,
    (update, on): (bool, &[String]),
    reason: &str,
    json: bool,
) -> anyhow::Result<()> {
    let project = super::open(place).await?;
    let change = Change::new("command-line", reason)
        .ok_or_else(|| WrongUse("--reason must say something".into()))?;
    let dates = project.past_instants(on).await?;
    let bar = Bar::new();
    let report = || Arc::clone(&bar) as Arc<dyn Report>;
    let mut all = Vec::new();
    if update {
        all.push(project.update_genomes(&change, report()).await?);
    } else if dates.is_empty() {
        all.push(project.run_genomes(None, &change, report()).await?);
    }
    for at in dates {
        all.push(project.run_genomes(Some(at), &change, report()).await?);
    }
    drop(bar);
    if json {
        return match &all[..] {
            [one] => output::json(one),
            many => output::json(&json!({ "runs": many })),
        };
    }
    for ran in &all {
        output::line(format!("{}.", ran.sentence));
    }
    output::line("Next: tessera genome show CUSTOMER --purpose analytics");
    Ok(())
}

/// The purpose that is named.
pub fn of_purpose(word: &str) -> anyhow::Result<Purpose> {
    let found = purpose(Some(word.to_string()))?;
    Ok(found.ok_or_else(|| WrongUse("--purpose must say why you look at a person".into()))?)
}

/// The project and the purpose that a look at a customer names.
async fn opened(of: &OfCustomer) -> anyhow::Result<(Project, Purpose)> {
    let why = of_purpose(&of.purpose)?;
    Ok((super::open(&of.project).await?, why))
}

async fn show(of: &OfCustomer, on: Option<&str>, all: bool, json: bool) -> anyhow::Result<()> {
    let (project, why) = opened(of).await?;
    let told = project
        .customer_genome(&Actor::command_line(), why, of.customer, on)
        .await?;
    if json {
        return output::json(&told);
    }
    genome(&told, all);
    Ok(())
}

/// A gene's value, with those that are told with it.
fn value(gene: &GeneRow) -> String {
    let with = gene.told_with();
    match with.is_empty() {
        true => gene.value.clone(),
        false => format!("{}, with {}", gene.value, with.join(", ")),
    }
}

fn genome(told: &CustomerGenome, all: bool) {
    let late = match told.late {
        0 => String::new(),
        late => format!(", revision {} by {late} late acts", told.revision),
    };
    output::line(format!(
        "Customer {} as of {}{late}, run {}",
        told.customer_key,
        output::moment(&told.as_of),
        told.run_id
    ));
    told.note.iter().for_each(output::line);
    if told.revision == 0 {
        return;
    }
    let kept = told
        .genes
        .iter()
        .filter(|gene| all || (gene.standing != GeneStanding::Faint && !gene.joined));
    let rows = kept.map(|gene| {
        vec![
            gene.gene_type.word().to_string(),
            gene.attribute.clone(),
            value(gene),
            format!("{:+.2}", gene.score as f64 / 1e6),
            gene.sure.clone(),
            gene.sentence.clone(),
        ]
    });
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() {
        output::line("No gene stands out yet; --all shows what there is evidence for.");
    } else {
        output::table(
            &[
                "type",
                "attribute",
                "value",
                "score",
                "sure",
                "what it says",
            ],
            rows,
        );
    }
    let rows = told.habits.iter().map(|habit| {
        vec![
            habit.label.clone(),
            number(habit, habit.value.value),
            format!(
                "{} to {}",
                number(habit, habit.value.low),
                number(habit, habit.value.high)
            ),
            number(habit, habit.usual),
            habit.word.clone(),
            habit.sure.clone(),
            habit.observations.to_string(),
        ]
    });
    output::table(
        &[
            "how they buy",
            "value",
            "interval",
            "usual",
            "that is",
            "sure",
            "seen",
        ],
        rows.collect(),
    );
    let rows = told.predicted.iter().map(|one| {
        let told = |value: f64| match one.unit.as_str() {
            "share" => format!("{:.0} %", 100.0 * value),
            "money" => format!("{value:.2}"),
            _ => format!("{value:.1}"),
        };
        vec![
            one.label.clone(),
            told(one.value.value),
            match one.unit.as_str() {
                "share" => String::new(),
                _ => format!("{} to {}", told(one.value.low), told(one.value.high)),
            },
        ]
    });
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        output::table(&["what is expected", "value", "four in five"], rows);
    }
    forecast(&told.forecast);
    for one in &told.forgotten {
        output::line(format!(
            "Struck: {} ({}), since {}; taken back by: tessera genome remember {} {}",
            one.value,
            one.attribute,
            output::moment(&one.at),
            told.customer_key,
            one.id
        ));
    }
    if !told.withheld.is_empty() {
        output::line(format!(
            "Not looked at for want of consent: {}.",
            told.withheld.join(", ")
        ));
    }
}

/// How right forecasts were.
fn forecast(told: &GenomeForecast) {
    told.reason
        .iter()
        .chain(&told.pooling)
        .for_each(output::line);
    if let Some(trial) = &told.trial {
        output::line(format!(
            "Tried on the last {} days: {:.0} orders came, {:.0} were expected, {:.0} by each customer's own rate; off by {:.2} \
             orders a customer, by the own rate {:.2}; {:.0} % within the interval of {:.0} %.",
            trial.days,
            trial.actual,
            trial.expected,
            trial.naive,
            trial.mae,
            trial.naive_mae,
            100.0 * trial.within,
            100.0 * trial.level
        ));
    }
}

fn number(habit: &HabitRow, value: f64) -> String {
    match habit.unit.as_str() {
        "share" => format!("{:.0} %", 100.0 * value),
        _ => format!("{value:.2}"),
    }
}

async fn diff(
    of: &OfCustomer,
    (from, to): (Option<&str>, Option<&str>),
    json: bool,
) -> anyhow::Result<()> {
    let (project, why) = opened(of).await?;
    let told = project
        .genome_diff(&Actor::command_line(), why, of.customer, (from, to))
        .await?;
    if json {
        return output::json(&told);
    }
    output::line(format!(
        "Customer {}, {} to {}: {}",
        told.customer_key,
        output::moment(&told.from),
        output::moment(&told.to),
        told.sentence
    ));
    for change in &told.changes {
        let mark = if change.alert { "!" } else { " " };
        output::line(format!("{mark} {}", change.sentence));
    }
    Ok(())
}

/// Millionths of a purchase, so that the sum can be checked by eye.
fn millionths(number: i64) -> String {
    format!("{:+.6}", number as f64 / 1e6)
}

async fn evidence(
    of: &OfCustomer,
    gene: (&str, &str),
    on: Option<&str>,
    json: bool,
) -> anyhow::Result<()> {
    let (project, why) = opened(of).await?;
    let told = project
        .gene_evidence(
            &Actor::command_line(),
            why,
            of.customer,
            (Some(gene.0), Some(gene.1)),
            on,
        )
        .await?;
    if json {
        return output::json(&told);
    }
    lines(&told);
    Ok(())
}

fn lines(told: &GeneEvidence) {
    let mut rows: Vec<Vec<String>> = told
        .lines
        .iter()
        .map(|line| {
            vec![
                output::moment(&line.at),
                line.act.clone(),
                line.product.clone().unwrap_or_default(),
                format!("{:+.2}", line.weight as f64 / 1e6),
                format!("{:.3}", line.age_factor as f64 / 1e6),
                millionths(line.contribution),
            ]
        })
        .collect();
    let usual = format!(
        "{:.3} % of all evidence for {} ({})",
        f64::from(told.usual_share) / 1e7,
        told.attribute,
        millionths(told.total)
    );
    let empty = String::new;
    rows.push(vec![
        empty(),
        "usual".into(),
        usual,
        empty(),
        empty(),
        millionths(told.baseline),
    ]);
    rows.push(vec![
        empty(),
        "score".into(),
        empty(),
        empty(),
        empty(),
        millionths(told.score),
    ]);
    output::table(
        &["when", "act", "product", "weight", "left by age", "adds"],
        rows,
    );
}
