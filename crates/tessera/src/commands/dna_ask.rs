//! `tessera dna heard` and `find`: what customers see in a product, and the product finder, on the command line.

use super::segment::purpose;
use crate::cli::ProjectArg;
use crate::output::{self, WrongUse};
use engine::Actor;
use engine::views::{
    FinderAnswer, FinderChoice, FinderForgetRequest, FinderKeepRequest, FinderRequest, FinderStep,
    HeardShare,
};

/// Values and topics shown.
const SHOWN: usize = 12;

pub async fn heard(
    place: &ProjectArg,
    product: &str,
    on: Option<&str>,
    json: bool,
) -> anyhow::Result<()> {
    let project = super::open(place).await?;
    let told = project
        .product_heard(&Actor::command_line(), product, on)
        .await?;
    if json {
        return output::json(&told);
    }
    output::line(format!(
        "{}: {} texts of {} customers until {}",
        told.product_id, told.texts, told.customers, told.on
    ));
    for one in told.differences.iter().take(SHOWN) {
        output::line(format!("{:.2}  {}", one.sure, one.sentence));
    }
    let share = |one: &HeardShare| {
        format!(
            "{:.0} % ({:.0} to {:.0})",
            100.0 * one.value,
            100.0 * one.low,
            100.0 * one.high
        )
    };
    let tone = |tone: Option<f64>| tone.map_or(String::new(), |tone| format!("{tone:+.2}"));
    let rows = told.topics.iter().take(SHOWN).map(|one| {
        vec![
            one.topic.clone(),
            one.share.of.to_string(),
            share(&one.share),
            one.happy.to_string(),
            one.unhappy.to_string(),
            tone(one.sentiment),
        ]
    });
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        output::table(
            &["topic", "customers", "of all", "happy", "unhappy", "tone"],
            rows,
        );
    }
    let rows = told.values.iter().take(SHOWN).map(|one| {
        vec![
            one.attribute.clone(),
            one.value.clone(),
            one.share.of.to_string(),
            share(&one.share),
            one.denied.to_string(),
            one.excess.to_string(),
            tone(one.sentiment),
        ]
    });
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        let header = [
            "they say",
            "value",
            "customers",
            "of all",
            "deny it",
            "too much",
            "tone",
        ];
        output::table(&header, rows);
    }
    told.notes.iter().for_each(output::line);
    Ok(())
}

/// Answers as typed: `attribute=value,value`, `attribute=dont_mind`; what it must not be; and what it is something else than.
pub fn answers(
    given: &[String],
    refused: &[String],
    others: &[String],
) -> Result<Vec<FinderAnswer>, WrongUse> {
    let one = |(text, choice): (&String, FinderChoice)| {
        let (attribute, values) = text.split_once('=').ok_or_else(|| {
            WrongUse(format!(
                "'{text}' is no answer: write attribute=value, as flavour=dry"
            ))
        })?;
        let is_open = values == FinderChoice::DontMind.word();
        Ok(FinderAnswer {
            attribute: attribute.trim().to_string(),
            choice: if is_open {
                FinderChoice::DontMind
            } else {
                choice
            },
            values: match is_open {
                true => Vec::new(),
                false => values
                    .split(',')
                    .map(|one| one.trim().to_string())
                    .collect(),
            },
        })
    };
    let wished = given.iter().map(|text| (text, FinderChoice::AnyOf));
    let refused = refused.iter().map(|text| (text, FinderChoice::NoneOf));
    let others = others.iter().map(|text| (text, FinderChoice::OtherThan));
    wished.chain(refused).chain(others).map(one).collect()
}

pub async fn find(
    place: &ProjectArg,
    asked: FinderRequest,
    why: Option<String>,
    keep: Option<String>,
    json: bool,
) -> anyhow::Result<()> {
    let why = purpose(why)?;
    let project = super::open(place).await?;
    let actor = Actor::command_line();
    let keeping = keep.zip(asked.customer_key);
    let keeping = keeping.map(|(reason, customer_key)| FinderKeepRequest {
        answers: asked.answers.clone(),
        customer_key,
        reason,
    });
    // What is asked wrongly is refused before anything is kept.
    let told = project.find_products(&actor, why, asked).await?;
    let kept = match keeping {
        Some(request) => Some(project.keep_finder_answers(&actor, why, request).await?),
        None => None,
    };
    if json {
        return output::json(&serde_json::json!({ "step": told, "kept": kept }));
    }
    step(&told);
    if let Some(kept) = kept {
        output::line(format!(
            "{} answers are kept as {}; genes of the next run rest on them.",
            kept.declared.len(),
            kept.response_id
        ));
    }
    Ok(())
}

pub async fn forget(
    place: &ProjectArg,
    asked: FinderForgetRequest,
    why: String,
    json: bool,
) -> anyhow::Result<()> {
    let why = purpose(Some(why))?;
    let project = super::open(place).await?;
    let gone = project
        .forget_finder_answers(&Actor::command_line(), why, asked)
        .await?;
    if json {
        return output::json(&gone);
    }
    output::line(format!(
        "{} answers of customer {} count no more from the next run on.",
        gone.answers, gone.customer_key
    ));
    Ok(())
}

fn step(told: &FinderStep) {
    for one in &told.benefits {
        output::line(format!("{}: {}", one.attribute, one.sentence));
    }
    output::line(format!("{} of {} products fit.", told.remain, told.of));
    let rows = told.products.iter().map(|one| {
        let lines = one.lines.iter().filter_map(|line| {
            let (attribute, standing) = (line.attribute.as_ref()?, line.standing.as_ref()?);
            let has = match line.has.is_empty() {
                true => "not known".to_string(),
                false => line.has.join(", "),
            };
            Some(format!("{attribute} {standing} ({has})"))
        });
        vec![
            one.product_id.clone(),
            one.name.clone(),
            format!("{:+.2}", one.score as f64 / 1e3),
            lines.collect::<Vec<_>>().join("; "),
        ]
    });
    output::table(&["product", "name", "bits", "because"], rows.collect());
    match &told.question {
        Some(asked) => {
            output::line(format!("{} {}", asked.text, asked.why));
            let rows = asked.offers.iter().map(|one| {
                let values = one.answer.values.join(",");
                vec![
                    one.text.clone(),
                    one.remain.to_string(),
                    match one.answer.choice {
                        FinderChoice::AnyOf => format!("--answer \"{}={values}\"", asked.attribute),
                        FinderChoice::OtherThan => {
                            format!("--other \"{}={values}\"", asked.attribute)
                        }
                        _ => format!("--not \"{}={values}\"", asked.attribute),
                    },
                ]
            });
            output::table(&["answer", "would fit", "write"], rows.collect());
        }
        None => output::line("No further question would tell more."),
    }
    told.notes.iter().for_each(output::line);
}
