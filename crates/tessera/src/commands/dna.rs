//! `tessera dna …`: what products are, and people's corrections of it, on the command line.

use super::{dna_ask, dna_pictures};
use crate::cli::{DnaCorrect, ProductDna, ProjectArg};
use crate::output::{self, WrongUse};
use crate::progress::Bar;
use engine::views::{
    DnaCorrectionRequest, DnaCorrectionRow, DnaOverview, DnaSource, DnaUndoRequest, DnaValue,
    DnaValueName, DnaVerb, FinderForgetRequest, FinderRequest, ProductFile,
};
use engine::{Actor, PicturesAsk, Report};
use retail::Change;
use std::sync::Arc;

/// Common values named of each attribute.
const NAMED: usize = 6;

pub async fn run(args: ProductDna, json: bool) -> anyhow::Result<()> {
    match args {
        ProductDna::Run { reason, project } => read(&project, &reason, json).await,
        ProductDna::Pictures {
            folder,
            model,
            forget: _,
            reason,
            project,
        } => {
            let ask = folder.map(|folder| PicturesAsk { folder, model });
            dna_pictures::run(&project, ask, &reason, json).await
        }
        ProductDna::Show {
            product: None,
            on: _,
            project,
        } => overview(&project, json).await,
        ProductDna::Show {
            product: Some(product),
            on,
            project,
        } => show(&project, &product, on.as_deref(), json).await,
        ProductDna::Heard {
            product,
            on,
            project,
        } => dna_ask::heard(&project, &product, on.as_deref(), json).await,
        ProductDna::Find {
            category,
            answers,
            refused,
            others,
            language,
            customer,
            purpose,
            keep,
            top,
            project,
        } => {
            let asked = FinderRequest {
                answers: dna_ask::answers(&answers, &refused, &others)?,
                category,
                language: Some(language),
                top: Some(top),
                customer_key: customer,
            };
            dna_ask::find(&project, asked, purpose, keep, json).await
        }
        ProductDna::Forget {
            response,
            customer,
            purpose,
            reason,
            project,
        } => {
            let asked = FinderForgetRequest {
                response_id: response,
                customer_key: customer,
                reason,
            };
            dna_ask::forget(&project, asked, purpose, json).await
        }
        ProductDna::Correct(asked) => correct(asked, json).await,
        ProductDna::Corrections { project } => corrections(&project, json).await,
        ProductDna::Undo {
            correction,
            reason,
            project,
        } => undo(&project, correction, reason, json).await,
        ProductDna::Proposals {
            least,
            limit,
            project,
        } => proposals(&project, least, limit, json).await,
    }
}

async fn read(place: &ProjectArg, reason: &str, json: bool) -> anyhow::Result<()> {
    let project = super::open(place).await?;
    let change = Change::new("command-line", reason)
        .ok_or_else(|| WrongUse("--reason must say something".into()))?;
    let bar = Bar::new();
    let report = Arc::clone(&bar) as Arc<dyn Report>;
    let ran = project.run_dna(&change, report).await?;
    drop(bar);
    if json {
        return output::json(&ran);
    }
    output::line(format!("{}. Next: tessera dna show", ran.sentence));
    Ok(())
}

async fn overview(place: &ProjectArg, json: bool) -> anyhow::Result<()> {
    let project = super::open(place).await?;
    let told = project.dna_overview(&Actor::command_line()).await?;
    if json {
        return output::json(&told);
    }
    let DnaOverview {
        run: Some(run), at, ..
    } = &told
    else {
        output::line("Nothing was read yet; run 'tessera dna run'.");
        return Ok(());
    };
    output::line(format!(
        "{}, read {}",
        run.sentence,
        output::moment(at.as_deref().unwrap_or_default())
    ));
    let rows = run.attributes.iter().map(|one| {
        let top = one.top.iter().take(NAMED);
        let top: Vec<_> = top
            .map(|value| format!("{} {}", value.value, value.products))
            .collect();
        vec![
            one.attribute.clone(),
            one.products.to_string(),
            one.values.to_string(),
            top.join(", "),
        ]
    });
    output::table(
        &["attribute", "products", "values", "most common"],
        rows.collect(),
    );
    for one in &run.conflicts {
        output::line(format!(
            "Corrections {} and {} cannot both hold for the {} of {}: {} holds, as it is later.",
            one.holds, one.yields, one.attribute, one.product_id, one.holds
        ));
    }
    for one in &run.idle {
        output::line(format!("Correction {one} is about no product."));
    }
    if !run.dictionaries.is_empty() {
        output::line(format!("Own dictionaries: {}", run.dictionaries.join(", ")));
    }
    Ok(())
}

async fn show(
    place: &ProjectArg,
    product: &str,
    on: Option<&str>,
    json: bool,
) -> anyhow::Result<()> {
    let project = super::open(place).await?;
    let told = project.product(&Actor::command_line(), product, on).await?;
    if json {
        return output::json(&told);
    }
    output::line(format!("{}  {}", told.product_id, told.name));
    if told.run_id.is_none() {
        output::line(match on {
            Some(_) => "Nothing was read of it by then.",
            None => "Nothing was read of it yet; run 'tessera dna run'.",
        });
    }
    values(&told);
    for reading in &told.readings {
        if !reading.changes.is_empty() {
            output::line(format!(
                "Read otherwise on {}: {}.",
                output::moment(&reading.at),
                reading.changes.join("; ")
            ));
        }
    }
    for one in &told.corrections {
        output::line(correction(one));
    }
    let rows = told.buyers_by_segment.iter().map(|one| {
        let cell = |value: Option<String>| value.unwrap_or_else(|| "too few".into());
        vec![
            one.name.clone(),
            cell(one.buyers.map(|buyers| buyers.to_string())),
            cell(one.share.map(|share| format!("{:.1} %", 100.0 * share))),
            cell(one.index.map(|index| format!("{index:.2}"))),
        ]
    });
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        output::table(
            &["segment", "buyers", "of its customers", "against all"],
            rows,
        );
    }
    Ok(())
}

fn values(told: &ProductFile) {
    let row = |attribute: &str, value: &DnaValue, is_denied: bool| {
        let why = value.evidence.first();
        vec![
            attribute.to_string(),
            match is_denied {
                true => format!("not {}", value.value),
                false => value.value.clone(),
            },
            format!("{:.2}", value.sure),
            match (value.source, value.correction) {
                (DnaSource::Person, Some(correction)) => format!("correction {correction}"),
                (source, _) => source.word().to_string(),
            },
            why.map(|why| format!("{}: '{}'", why.field, why.matched))
                .unwrap_or_default(),
            why.map(|why| why.entry.clone()).unwrap_or_default(),
        ]
    };
    let rows = told.dna.iter().flat_map(|of| {
        let has = of
            .values
            .iter()
            .map(|value| row(&of.attribute, value, false));
        has.chain(
            of.denied
                .iter()
                .map(|value| row(&of.attribute, value, true)),
        )
    });
    output::table(
        &["attribute", "value", "sure", "source", "read from", "by"],
        rows.collect(),
    );
}

fn correction(one: &DnaCorrectionRow) -> String {
    let state = match (&one.undone_at, one.in_effect) {
        (Some(_), true) => "taken back",
        (Some(_), false) => "taken back from the next run on",
        (None, true) => "in effect",
        (None, false) => "from the next run on",
    };
    format!(
        "Correction {} by {}, {state}: {} ({})",
        one.correction, one.author, one.sentence, one.reason
    )
}

/// "attribute=value", or the attribute alone.
fn named(text: &str) -> (String, Option<String>) {
    match text.split_once('=') {
        Some((attribute, value)) => (spelt(attribute), Some(value.to_string())),
        None => (spelt(text), None),
    }
}

/// An attribute as people write it: the catalogue's column is `color`.
fn spelt(attribute: &str) -> String {
    match attribute.trim() {
        "color" => "colour".into(),
        "flavor" => "flavour".into(),
        other => other.replace(' ', "_"),
    }
}

async fn correct(asked: DnaCorrect, json: bool) -> anyhow::Result<()> {
    let (verb, text) = match (&asked.set, &asked.add, &asked.forbid) {
        (Some(text), ..) => (DnaVerb::Set, text),
        (_, Some(text), _) => (DnaVerb::Add, text),
        (.., Some(text)) => (DnaVerb::Forbid, text),
        _ => {
            let words = "say what to do: --set color=navy, --add color=navy or --forbid color=blue";
            return Err(WrongUse(words.into()).into());
        }
    };
    let (attribute, values) = named(text);
    let values = values.unwrap_or_default();
    let values = match verb {
        DnaVerb::Set => values.split(',').map(str::to_string).collect(),
        _ => vec![values],
    };
    let having = asked.having.as_deref().map(|text| match named(text) {
        (attribute, Some(value)) => Ok(DnaValueName { attribute, value }),
        _ => Err(WrongUse("--having is written as attribute=value".into())),
    });
    let request = DnaCorrectionRequest {
        product_id: asked.product,
        words: asked.words,
        having: having.transpose()?,
        verb,
        attribute,
        values: values
            .into_iter()
            .filter(|value| !value.is_empty())
            .collect(),
        dry_run: asked.dry_run,
        reason: asked.reason,
    };
    let project = super::open(&asked.project).await?;
    let done = project.correct_dna(&Actor::command_line(), request).await?;
    if json {
        return output::json(&done);
    }
    output::line(match done.correction {
        Some(number) => format!("Correction {number}: {}.", done.sentence),
        None => format!("{}; nothing was kept.", done.sentence),
    });
    let rows = done.examples.iter().map(|one| {
        vec![
            one.product_id.clone(),
            one.name.clone(),
            one.before.join(", "),
            one.after.join(", "),
        ]
    });
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        output::table(&["product", "name", "no more", "instead"], rows);
    }
    for one in &done.yields {
        output::line(format!("Correction {one} yields to it."));
    }
    Ok(())
}

async fn corrections(place: &ProjectArg, json: bool) -> anyhow::Result<()> {
    let project = super::open(place).await?;
    let told = project.dna_overview(&Actor::command_line()).await?;
    if json {
        return output::json(&told.corrections);
    }
    if told.corrections.is_empty() {
        output::line("Nobody corrected anything yet.");
    }
    told.corrections
        .iter()
        .map(correction)
        .for_each(output::line);
    Ok(())
}

async fn undo(place: &ProjectArg, number: i64, reason: String, json: bool) -> anyhow::Result<()> {
    let project = super::open(place).await?;
    let asked = DnaUndoRequest { reason };
    let undone = project
        .undo_dna_correction(&Actor::command_line(), number, asked)
        .await?;
    if json {
        return output::json(&undone);
    }
    output::line(correction(&undone));
    Ok(())
}

async fn proposals(
    place: &ProjectArg,
    least: usize,
    limit: usize,
    json: bool,
) -> anyhow::Result<()> {
    let project = super::open(place).await?;
    let told = project
        .dna_proposals(&Actor::command_line(), Some(least), limit)
        .await?;
    if json {
        return output::json(&told);
    }
    let rows = told.rows.iter().map(|one| {
        vec![
            one.words.clone(),
            one.products.to_string(),
            one.attribute.clone().unwrap_or_default(),
            format!("{:.2}", one.sure),
            one.examples.first().cloned().unwrap_or_default(),
        ]
    });
    output::table(
        &["words", "products", "perhaps", "sure", "example"],
        rows.collect(),
    );
    output::line(format!(
        "{} of {} are shown. To teach one: tessera dna correct --words \"WORDS\" --add ATTRIBUTE=VALUE --reason …",
        told.rows.len(),
        told.total
    ));
    Ok(())
}
