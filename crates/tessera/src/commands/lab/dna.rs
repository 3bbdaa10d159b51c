//! `tessera lab dna extract` and `propose`: attributes of the products of a file, and words to add to dictionaries. It must
//! not know a word of any language.

use super::products;
use crate::cli::{DnaExtract, DnaPropose};
use crate::output::{self, WrongUse};
use anyhow::Context;
use genome::dna::{self, CERTAIN, Extractor, Found, Product};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

/// Products that are told to people, as all would fill the screen.
const SHOWN: usize = 20;

pub fn extract(args: &DnaExtract, as_json: bool) -> anyhow::Result<()> {
    let ending = args.output.as_deref().map(ending).transpose()?;
    let extractor_of = products::dictionary(&args.dictionary)?;
    let catalogue = products::read(&args.input)?;
    let corrections = args.corrections.as_deref().map(products::corrections);
    let corrections = corrections.transpose()?;
    let started = Instant::now();
    let extractor = Extractor::of_catalogue(extractor_of, &catalogue);
    let mut found = extractor.extract_all(&catalogue);
    let seconds = started.elapsed().as_secs_f64();
    let corrected = corrections.map(|all| dna::correct(&catalogue, &all, &mut found));
    if let Some((file, ending)) = args.output.as_deref().zip(ending) {
        write(file, ending, &catalogue, &found)
            .with_context(|| format!("writing {}", file.display()))?;
    }
    let values: usize = found.iter().map(Vec::len).sum();
    if as_json {
        let mut told = json!({ "products": catalogue.len(), "values": values, "seconds": seconds });
        if let Some(corrected) = &corrected {
            told["corrections"] = json!(corrected);
        }
        if args.output.is_none() {
            let each = catalogue
                .iter()
                .zip(&found)
                .map(|(one, found)| of_product(one, found));
            told["dna"] = each.collect();
        }
        return output::json(&told);
    }
    if args.output.is_none() {
        let shown = catalogue.iter().zip(&found).take(SHOWN);
        let rows = shown.flat_map(|(one, found)| rows(one, found));
        output::table(&HEADER, rows.collect());
    }
    for one in corrected.iter().flat_map(|corrected| &corrected.conflicts) {
        let (product, holds, yields) = (&one.product, &one.holds, &one.yields);
        let attribute = one.attribute.name();
        output::line(format!(
            "Corrections {holds} and {yields} cannot both hold for the {attribute} of {product}: {holds} holds, as it is later."
        ));
    }
    for id in corrected.iter().flat_map(|corrected| &corrected.idle) {
        output::line(format!("Correction {id} is about no product of this file."));
    }
    output::line(format!(
        "{} products, {values} values, {seconds:.1} s",
        catalogue.len()
    ));
    if args.output.is_none() && catalogue.len() > SHOWN {
        output::line(format!("The first {SHOWN} are shown; --output writes all."));
    }
    Ok(())
}

const HEADER: [&str; 10] = [
    "code",
    "attribute",
    "value",
    "strength",
    "source",
    "field",
    "from",
    "matched",
    "read as",
    "entry",
];

/// A line for each piece of evidence.
fn rows(product: &Product, found: &[Found]) -> Vec<Vec<String>> {
    let each = found
        .iter()
        .flat_map(|one| one.evidence.iter().map(move |why| (one, why)));
    each.map(|(one, why)| {
        vec![
            product.code.clone(),
            one.attribute.name().into(),
            one.value.clone(),
            format!("{:.2}", f64::from(one.strength) / f64::from(CERTAIN)),
            output::cell(&json!(one.source)),
            why.field.clone(),
            why.from.to_string(),
            why.matched.clone(),
            why.read_as.clone().unwrap_or_default(),
            why.entry.clone(),
        ]
    })
    .collect()
}

fn of_product(product: &Product, found: &[Found]) -> Value {
    json!({ "code": product.code, "attributes": found })
}

fn ending(file: &Path) -> anyhow::Result<&'static str> {
    let name = file.to_string_lossy().to_lowercase();
    let known = [".csv", ".jsonl"]
        .into_iter()
        .find(|ending| name.ends_with(ending));
    known.ok_or_else(|| {
        let words = format!(
            "--output is {}; its name must end in .csv or .jsonl",
            file.display()
        );
        WrongUse(words).into()
    })
}

fn write(
    file: &Path,
    ending: &str,
    products: &[Product],
    found: &[Vec<Found>],
) -> anyhow::Result<()> {
    let mut out = BufWriter::new(File::create(file)?);
    let each = products.iter().zip(found);
    if ending == ".jsonl" {
        for (one, found) in each {
            writeln!(out, "{}", of_product(one, found))?;
        }
        return Ok(out.flush()?);
    }
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(HEADER)?;
    for (one, found) in each {
        for row in rows(one, found) {
            writer.write_record(row)?;
        }
    }
    Ok(writer.flush()?)
}

pub fn propose(args: &DnaPropose, as_json: bool) -> anyhow::Result<()> {
    let dictionary = products::dictionary(&args.dictionary)?;
    let catalogue = products::read(&args.input)?;
    let extractor = Extractor::of_catalogue(dictionary, &catalogue);
    let proposals = dna::propose(&extractor, &catalogue, args.least);
    if as_json {
        return output::json(&json!({ "products": catalogue.len(), "proposals": proposals }));
    }
    let row = |one: &dna::Proposal| {
        vec![
            one.words.clone(),
            one.products.to_string(),
            one.attribute
                .map_or("", |attribute| attribute.name())
                .to_string(),
            format!("{:.2}", f64::from(one.sure) / f64::from(CERTAIN)),
            one.examples.first().cloned().unwrap_or_default(),
        ]
    };
    let rows = proposals.iter().map(row).collect();
    output::table(&["words", "products", "perhaps", "sure", "example"], rows);
    Ok(())
}
