//! Life events and projects of customers in plain files, for `bench/life.py`: it holds no test and is no part of the
//! program. It calls `genome::life` as the engine does; kinds of product read by Product DNA are not used.
//!
//! `life PRODUCTS PURCHASES DAY [LEAST] > FINDINGS`: products one per line as name and categories, the widest first,
//! parted by tabs, numbered from 0; purchases as customer, day since 1970, product, pieces (negative for what was brought
//! back), day for day as of DAY. All sensitive kinds count as consented to. A finding is customer, kind, sort, day about which
//! it began, the day before which a tenth of the likelihood lies, first day on which purchases no longer tell of it, score in thousandths, likelihood. On standard error:
//! what was learned.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use genome::life::{
    Baseline, Customer, DEFAULT, Kinds, Model, ProductText, Purchase, Signs, Sort, find,
};
use std::collections::BTreeMap;
use std::error::Error;

/// Customers that are learned from, about; the engine's figure.
const LEARNED: usize = 5_000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (products, purchases, day, least) = match arguments.as_slice() {
        [products, purchases, day] => (products, purchases, day, None),
        [products, purchases, day, least] => (products, purchases, day, Some(least)),
        _ => return Err("life PRODUCTS PURCHASES DAY [LEAST]".into()),
    };
    let day: i32 = day.parse()?;
    let mut kinds = Kinds::parse(DEFAULT)?;
    if let Some(least) = least {
        kinds = kinds.with(&Kinds::parse(&format!("version = 1\nleast = {least}"))?)?;
    }
    let text = std::fs::read_to_string(products)?;
    let signs = signs(&kinds, &text);
    let people = people(&std::fs::read_to_string(purchases)?)?;
    let codes = kinds.kinds.iter().map(|kind| kind.code.as_str());
    let allowed = kinds.allowed(codes);
    let customers: Vec<(u32, Customer<'_>)> = people
        .iter()
        .map(|(key, purchases)| (*key, Customer { purchases, allowed }))
        .collect();
    let sample = customers.len() / LEARNED + 1;
    let learned: Vec<Customer<'_>> = customers
        .iter()
        .filter(|(key, _)| (*key as usize).is_multiple_of(sample))
        .map(|(_, customer)| *customer)
        .collect();
    let baseline = Baseline::learn(&kinds, &signs, &learned, day);
    for (number, kind) in kinds.kinds.iter().enumerate() {
        let (rate, share) = (baseline.a_year(number), baseline.share(number));
        eprintln!("{}\t{rate:.4} a year\tshare {share:.3}", kind.code);
    }
    let model = Model {
        kinds: &kinds,
        signs: &signs,
        baseline: &baseline,
    };
    for (key, customer) in &customers {
        for one in find(model, customer, day) {
            let sort = if one.sort == Sort::Event {
                "event"
            } else {
                "project"
            };
            println!(
                "{key}\t{}\t{sort}\t{}\t{}\t{}\t{}\t{}",
                one.code,
                one.began,
                one.began_from,
                one.until,
                one.score,
                f64::from(one.likelihood) / 1e4
            );
        }
    }
    Ok(())
}

fn signs(kinds: &Kinds, text: &str) -> Signs {
    let rows: Vec<Vec<&str>> = text
        .lines()
        .map(|line| line.split('\t').collect())
        .collect();
    let texts = rows.iter().map(|row| ProductText {
        categories: &row[1..],
        kind: None,
        name: row[0],
    });
    Signs::of(kinds, texts)
}

fn people(text: &str) -> Result<BTreeMap<u32, Vec<Purchase>>, Box<dyn Error>> {
    let mut people: BTreeMap<u32, Vec<Purchase>> = BTreeMap::new();
    for (row, line) in text.lines().enumerate() {
        let fields: Vec<&str> = line.split('\t').collect();
        let &[customer, day, product, quantity] = fields.as_slice() else {
            return Err(format!("line {row} has {} fields, not 4", fields.len()).into());
        };
        people.entry(customer.parse()?).or_default().push(Purchase {
            day: day.parse()?,
            product: product.parse()?,
            quantity: quantity.parse()?,
        });
    }
    Ok(people)
}
