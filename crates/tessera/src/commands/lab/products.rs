//! Products and dictionaries from plain files, for the attributes of products. It must not read a text for what it says.

use super::read::{opened, refuse};
use crate::output::WrongUse;
use genome::dna::{Correction, Dictionary, Language, Product, field_attribute};
use std::collections::BTreeMap;
use std::io::{BufRead, Read};
use std::path::{Path, PathBuf};

/// Names of columns, the first found of each counts; texts are all of them, in this order.
const CODE: &[&str] = &[
    "code",
    "sku",
    "product_id",
    "product",
    "item",
    "stockcode",
    "stock_code",
    "id",
];
const TEXTS: &[&str] = &["name", "title", "product_name", "description", "text"];
const PRICE: &[&str] = &["price", "list_price", "unitprice", "unit_price"];
const CURRENCY: &[&str] = &["currency"];
const LANGUAGE: &[&str] = &["language", "lang"];

/// Where columns stand.
struct Columns {
    code: usize,
    texts: Vec<(usize, String)>,
    price: Option<usize>,
    currency: Option<usize>,
    language: Option<usize>,
    fields: Vec<(usize, String)>,
}

impl Columns {
    fn of(header: &csv::StringRecord, path: &Path) -> anyhow::Result<Self> {
        let names: Vec<String> = header
            .iter()
            .map(|name| name.trim().to_lowercase())
            .collect();
        let find = |known: &[&str]| {
            let place = |one: &&str| names.iter().position(|name| name == one);
            known.iter().find_map(place)
        };
        let code = find(CODE).ok_or_else(|| {
            refuse(
                path,
                &format!("no column holds the code; call one {}", CODE.join(", ")),
            )
        })?;
        let texts: Vec<(usize, String)> = TEXTS
            .iter()
            .filter_map(|known| names.iter().position(|name| name == known))
            .map(|at| (at, names[at].clone()))
            .collect();
        if texts.is_empty() {
            let words = format!("no column holds a text; call one {}", TEXTS.join(", "));
            return Err(refuse(path, &words));
        }
        let (price, currency, language) = (find(PRICE), find(CURRENCY), find(LANGUAGE));
        let used = |at: usize| {
            at == code
                || texts.iter().any(|(text, _)| *text == at)
                || [price, currency, language].contains(&Some(at))
        };
        // What tells no attribute differs from sale to sale, and is no way in which a product is told.
        let is_field = |at: &usize| !used(*at) && field_attribute(&names[*at]).is_some();
        let fields = (0..names.len())
            .filter(is_field)
            .map(|at| (at, names[at].clone()));
        Ok(Self {
            code,
            fields: fields.collect(),
            texts,
            price,
            currency,
            language,
        })
    }

    fn product(&self, record: &csv::StringRecord) -> anyhow::Result<Product> {
        let cell = |at: usize| record.get(at).unwrap_or("").trim();
        let named = |columns: &[(usize, String)]| {
            let filled = columns.iter().filter(|(at, _)| !cell(*at).is_empty());
            filled
                .map(|(at, name)| (name.clone(), cell(*at).to_string()))
                .collect()
        };
        let price = self.price.map(cell).filter(|price| !price.is_empty());
        let price = price
            .map(|price| {
                let number: f64 = price
                    .parse()
                    .map_err(|_| anyhow::anyhow!("its price '{price}' is no number"))?;
                anyhow::ensure!(
                    number.is_finite() && number.abs() < 1e12,
                    "its price '{price}' is out of range"
                );
                let currency = self.currency.map(cell).unwrap_or_default();
                Ok((((number * 100.0).round()) as i64, currency.to_string()))
            })
            .transpose()?;
        let language = self
            .language
            .map(cell)
            .filter(|language| !language.is_empty());
        let language = language
            .map(|tag| {
                Language::of(tag)
                    .ok_or_else(|| anyhow::anyhow!("its language '{tag}' is not known"))
            })
            .transpose()?;
        Ok(Product {
            code: cell(self.code).to_string(),
            texts: named(&self.texts),
            fields: named(&self.fields),
            price,
            language,
        })
    }
}

/// What a file tells of one code: every way in which it is told and how often, and its prices by currency.
#[derive(Default)]
struct Told {
    ways: Vec<(Product, usize)>,
    prices: Vec<(i64, String)>,
}

/// The products of a csv or csv.gz, by code. A file of sales has a code many times: then the most frequent texts and
/// fields count, and the median price.
pub fn read(path: &Path) -> anyhow::Result<Vec<Product>> {
    let name = path.to_string_lossy().to_lowercase();
    let file: Box<dyn Read> = if name.ends_with(".csv.gz") {
        Box::new(flate2::bufread::MultiGzDecoder::new(opened(path)?))
    } else if name.ends_with(".csv") {
        Box::new(opened(path)?)
    } else {
        return Err(refuse(path, "its name ends in none of .csv .csv.gz"));
    };
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
    let header = reader
        .headers()
        .map_err(|cause| refuse(path, &cause.to_string()))?
        .clone();
    let columns = Columns::of(&header, path)?;
    let mut told: BTreeMap<String, Told> = BTreeMap::new();
    for (line, record) in reader.records().enumerate() {
        let record = record.map_err(|cause| refuse(path, &cause.to_string()))?;
        let mut one = columns
            .product(&record)
            .map_err(|cause| refuse(path, &format!("line {}: {cause}", line + 2)))?;
        if one.code.is_empty() || one.texts.is_empty() && one.fields.is_empty() {
            continue;
        }
        let Told { ways, prices } = told.entry(one.code.clone()).or_default();
        prices.extend(one.price.take());
        match ways.iter_mut().find(|(known, _)| *known == one) {
            Some((_, count)) => *count += 1,
            None => ways.push((one, 1)),
        }
    }
    Ok(told.into_values().filter_map(whole).collect())
}

fn whole(told: Told) -> Option<Product> {
    let Told { ways, mut prices } = told;
    // Of equally frequent ones the first told.
    let most = ways.iter().map(|(_, count)| *count).max()?;
    let (mut one, _) = ways.into_iter().find(|(_, count)| *count == most)?;
    prices.sort_by(|a, b| (&a.1, a.0).cmp(&(&b.1, b.0)));
    one.price = (!prices.is_empty()).then(|| prices[(prices.len() - 1) / 2].clone());
    Some(one)
}

/// Corrections, a line of JSON for each.
pub fn corrections(path: &Path) -> anyhow::Result<Vec<Correction>> {
    let mut all = Vec::new();
    for (number, line) in opened(path)?.lines().enumerate() {
        let line = line.map_err(|cause| refuse(path, &cause.to_string()))?;
        if line.trim().is_empty() {
            continue;
        }
        let wrong = |cause| format!("line {} is no correction: {cause}", number + 1);
        all.push(serde_json::from_str(&line).map_err(|cause| refuse(path, &wrong(cause)))?);
    }
    Ok(all)
}

/// The general dictionaries with these files on top.
pub fn dictionary(files: &[PathBuf]) -> anyhow::Result<Dictionary> {
    let mut all = Dictionary::bundled()?;
    for file in files {
        let text =
            std::fs::read_to_string(file).map_err(|cause| refuse(file, &cause.to_string()))?;
        let name = file.display().to_string();
        all = all
            .with(&name, &text)
            .map_err(|cause| WrongUse(cause.to_string()))?;
    }
    Ok(all)
}
