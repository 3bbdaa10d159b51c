//! `tessera lab dna score`: what is extracted held against labels. Of sealed labels it tells totals alone: it must never
//! print a text, a code or a label of them, not in an error either.

use super::products;
use super::read::{opened, refuse};
use crate::cli::DnaScore;
use crate::output::{self, WrongUse};
use genome::dna::{
    Attribute, Dictionary, Extractor, Found, Labelled, Product, Score, Scores, score as scored,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// A line of a file of labels.
#[derive(Deserialize)]
struct Row {
    code: String,
    text: String,
    labels: Labelled,
}

/// Labelled products.
struct Labels {
    products: Vec<Product>,
    labels: Vec<Labelled>,
}

pub fn score(args: &DnaScore, as_json: bool) -> anyhow::Result<()> {
    let is_sealed = args.sealed || is_packed(&args.labels);
    if is_sealed && args.details {
        let words = "--details would tell what is sealed; of sealed labels totals alone are told";
        return Err(WrongUse(words.into()).into());
    }
    let dictionary = products::dictionary(&args.dictionary)?;
    let kinds = args.kinds_of.as_deref().map(kinds).transpose()?;
    let catalogue = args.catalogue.as_deref().map(products::read).transpose()?;
    let of = read(&args.labels, is_sealed)?;
    let seen = catalogue.as_ref().unwrap_or(&of.products);
    let extractor = Extractor::of_catalogue(dictionary.clone(), seen);
    let found = extractor.extract_all(&of.products);
    let scores = scored(&found, &of.labels, args.least);
    let mut told = told(&scores);
    told.insert("products".into(), of.products.len().into());
    told.insert("sealed".into(), is_sealed.into());
    if args.baseline {
        let plain: Vec<Vec<Found>> = of
            .products
            .iter()
            .map(|one| extractor.baseline(one))
            .collect();
        told.insert(
            "baseline".into(),
            Value::Object(self::told(&scored(&plain, &of.labels, 0))),
        );
    }
    if let Some(kinds) = kinds {
        let fewer = fewer(&dictionary, &kinds, args, seen, &of);
        told.insert("known_kinds".into(), kinds.len().into());
        told.insert("with_known_kinds".into(), Value::Object(self::told(&fewer)));
    }
    if args.details {
        told.insert("details".into(), details(&of, &found, args.least).into());
    }
    show(told, as_json)
}

fn is_packed(path: &Path) -> bool {
    path.to_string_lossy().to_lowercase().ends_with(".gz")
}

/// The score with these kinds alone in the dictionary.
fn fewer(
    dictionary: &Dictionary,
    kinds: &BTreeSet<String>,
    args: &DnaScore,
    seen: &[Product],
    of: &Labels,
) -> Scores {
    let fewer = dictionary.only(Attribute::Kind, |kind| kinds.contains(kind));
    let found = Extractor::of_catalogue(fewer, seen).extract_all(&of.products);
    scored(&found, &of.labels, args.least)
}

/// The labels of a file. Of sealed ones an error names the line and nothing else.
fn read(path: &Path, is_sealed: bool) -> anyhow::Result<Labels> {
    let plain = opened(path)?;
    let file: Box<dyn Read> = match is_packed(path) {
        true => Box::new(flate2::bufread::MultiGzDecoder::new(plain)),
        false => Box::new(plain),
    };
    let mut all = Labels {
        products: Vec::new(),
        labels: Vec::new(),
    };
    for (number, line) in BufReader::new(file).lines().enumerate() {
        let wrong = |cause: String| {
            let cause = if is_sealed {
                String::new()
            } else {
                format!(": {cause}")
            };
            let words = format!(
                "line {} is no JSON of code, text and labels by attribute{cause}",
                number + 1
            );
            refuse(path, &words)
        };
        let line = line.map_err(|cause| wrong(cause.to_string()))?;
        if line.trim().is_empty() {
            continue;
        }
        let row: Row = serde_json::from_str(&line).map_err(|cause| wrong(cause.to_string()))?;
        all.products.push(Product {
            code: row.code,
            texts: vec![("description".into(), row.text)],
            ..Product::default()
        });
        all.labels.push(row.labels);
    }
    if all.products.is_empty() {
        return Err(refuse(path, "it holds no line"));
    }
    Ok(all)
}

/// The kinds that are labelled in a file, which must be an open one.
fn kinds(path: &Path) -> anyhow::Result<BTreeSet<String>> {
    if is_packed(path) {
        let words = format!(
            "--kinds-of is {}, which is sealed; give an open file",
            path.display()
        );
        return Err(WrongUse(words).into());
    }
    let labels = read(path, false)?.labels;
    let kinds = labels
        .into_iter()
        .filter_map(|mut one| one.remove(&Attribute::Kind));
    Ok(kinds.flatten().collect())
}

fn told(scores: &Scores) -> Map<String, Value> {
    let each = scores
        .attributes
        .iter()
        .map(|(attribute, score)| (attribute.name().to_string(), figures(*score)));
    let mut told = Map::new();
    told.insert("micro".into(), figures(scores.micro));
    told.insert("attributes".into(), Value::Object(each.collect()));
    told
}

fn figures(score: Score) -> Value {
    json!({
        "precision": score.precision(), "recall": score.recall(), "f1": score.f1(), "labels": score.labels(),
        "right": score.right, "wrong": score.wrong, "missed": score.missed,
    })
}

/// Products whose values differ from their labels.
fn details(of: &Labels, found: &[Vec<Found>], least: u32) -> Vec<Value> {
    let each = of.products.iter().zip(&of.labels).zip(found);
    each.filter_map(|((product, labels), found)| {
        let labelled: BTreeSet<(Attribute, &str)> = labels
            .iter()
            .flat_map(|(attribute, values)| values.iter().map(|value| (*attribute, value.as_str())))
            .collect();
        let told: BTreeSet<(Attribute, &str)> = found
            .iter()
            .filter(|one| one.strength >= least && one.attribute != Attribute::PriceTier)
            .map(|one| (one.attribute, one.value.as_str()))
            .collect();
        let words = |set: Vec<&(Attribute, &str)>| -> Vec<String> {
            set.into_iter()
                .map(|(attribute, value)| format!("{} {value}", attribute.name()))
                .collect()
        };
        let wrong = words(told.difference(&labelled).collect());
        let missed = words(labelled.difference(&told).collect());
        let differs = !wrong.is_empty() || !missed.is_empty();
        let (code, text) = (&product.code, &product.texts[0].1);
        differs.then(|| json!({ "code": code, "text": text, "wrong": wrong, "missed": missed }))
    })
    .collect()
}

fn show(told: Map<String, Value>, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        return output::json(&Value::Object(told));
    }
    let parts = [
        ("", Some(&told)),
        ("plain look-up", object(&told, "baseline")),
        ("known kinds", object(&told, "with_known_kinds")),
    ];
    let mut rows = Vec::new();
    for (name, part) in parts
        .into_iter()
        .filter_map(|(name, part)| Some((name, part?)))
    {
        let attributes = object(part, "attributes").into_iter().flatten();
        let all = part.get("micro").map(|micro| ("all", micro));
        let each = attributes
            .map(|(attribute, figures)| (attribute.as_str(), figures))
            .chain(all);
        rows.extend(each.map(|(attribute, figures)| {
            let share = |key: &str| {
                figures[key]
                    .as_f64()
                    .map_or(String::new(), |share| format!("{share:.3}"))
            };
            vec![
                name.to_string(),
                attribute.to_string(),
                share("precision"),
                share("recall"),
                share("f1"),
                output::cell(&figures["labels"]),
            ]
        }));
    }
    output::table(
        &["by", "attribute", "precision", "recall", "F1", "labels"],
        rows,
    );
    for one in told
        .get("details")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let list = |key: &str| {
            let words = one[key]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str);
            words.collect::<Vec<_>>().join(", ")
        };
        output::line(format!(
            "{}: too much [{}], missing [{}]",
            output::cell(&one["text"]),
            list("wrong"),
            list("missed")
        ));
    }
    Ok(())
}

fn object<'a>(told: &'a Map<String, Value>, key: &str) -> Option<&'a Map<String, Value>> {
    told.get(key).and_then(Value::as_object)
}
