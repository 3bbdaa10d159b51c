//! `tessera lab identity`: which records of a file are one person, and how right that is where the truth is known. It reads
//! and counts; who is whom is said by `unify`. The truth is never shown to it.

use super::texts;
use super::{on_threads, write};
use crate::cli::IdentityFit;
use crate::output;
use anyhow::Context;
use matching::score::{Pairs, pairs};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::time::Instant;
use unify::{
    Dictionary, Evidence, Identifier, IdentifierKind, Observed, Person, Record, Resolution,
    Settings, resolve,
};

const COLUMNS: [&str; 12] = [
    "customer_id",
    "id_kind",
    "first_name",
    "last_name",
    "email",
    "phone",
    "street",
    "postal_code",
    "city",
    "region",
    "birth_year",
    "gender",
];

/// Probabilities that the curve asks for.
const CURVE: [f64; 7] = [0.5, 0.8, 0.9, 0.95, 0.99, 0.995, 0.999];

pub fn fit(args: &IdentityFit, json: bool) -> anyhow::Result<()> {
    write::check(args.customers.as_deref())?;
    let records = records(&args.input)?;
    let kinds: HashMap<&str, IdentifierKind> = records
        .iter()
        .map(|record| (record.id.value.as_str(), record.id.kind))
        .collect();
    let observed = args
        .pairs
        .as_deref()
        .map(|path| observed(path, &kinds))
        .transpose()?
        .unwrap_or_default();
    let truth = args
        .truth
        .as_deref()
        .map(|path| truth(path, &records))
        .transpose()?;
    let dictionary = Dictionary::bundled();
    let settings = |link_at: f64| Settings {
        link_at,
        review_at: args.review_at.min(link_at),
        seed: args.seed,
        ..Settings::default()
    };
    let run = |link_at: f64| {
        on_threads(args.threads, || {
            resolve(&records, &observed, &[], &dictionary, &settings(link_at))
        })
    };
    let started = Instant::now();
    let found = run(args.link_at)??;
    let seconds = started.elapsed().as_secs_f64();
    if let Some(path) = &args.customers {
        customers(path, &records, &found)?;
    }
    let mut told = told(&found, seconds);
    if let Some(truth) = truth {
        let of_run = |found: &Resolution| {
            let customer = found.customers.iter().map(|(_, customer)| Some(customer.0));
            scored(&customer.collect::<Vec<_>>(), &truth)
        };
        told.insert("pairs".into(), of_run(&found));
        told.insert("baselines".into(), baselines(&records, &truth));
        let mut curve = Vec::new();
        for link_at in CURVE {
            let mut point = json!({ "link_at": link_at });
            let of_point = of_run(&run(link_at)??);
            if let (Some(point), Some(of_point)) = (point.as_object_mut(), of_point.as_object()) {
                point.extend(of_point.clone());
            }
            curve.push(point);
        }
        told.insert("curve".into(), curve.into());
    }
    show(&told, json)
}

/// Records of a customers feed, keys counted from 1 by rows.
fn records(path: &Path) -> anyhow::Result<Vec<Record>> {
    let file = texts::read(path, &COLUMNS)?;
    file.require(path, &["customer_id", "id_kind"])?;
    let record = |row: usize| {
        let cell = |name: &str| file.cell(name, row).to_string();
        let word = file.cell("id_kind", row);
        let kind = IdentifierKind::from_word(word).with_context(|| {
            let kinds = IdentifierKind::ALL.map(IdentifierKind::word).join(", ");
            format!(
                "{}: id_kind '{word}' at row {row} is none of {kinds}",
                path.display()
            )
        })?;
        Ok(Record {
            key: retail::CustomerKey(row as i64 + 1),
            id: Identifier::new(kind, cell("customer_id")),
            others: Vec::new(),
            person: Person {
                first_name: cell("first_name"),
                last_name: cell("last_name"),
                email: cell("email"),
                phone: cell("phone"),
                street: cell("street"),
                postal_code: cell("postal_code"),
                city: cell("city"),
                region: cell("region"),
                birth_year: file.cell("birth_year", row).parse().ok(),
                gender: cell("gender"),
            },
            source: String::new(),
            declared: false,
            at: 0,
        })
    };
    (0..file.rows()).map(record).collect()
}

/// Identifiers seen together, counted. Of events the customer's kind is the one of its record.
fn observed(path: &Path, kinds: &HashMap<&str, IdentifierKind>) -> anyhow::Result<Vec<Observed>> {
    let columns = [
        "kind_a",
        "value_a",
        "kind_b",
        "value_b",
        "times",
        "of",
        "anonymous_id",
        "customer_id",
    ];
    let file = texts::read(path, &columns)?;
    let mut counts: BTreeMap<(Identifier, Identifier), (u32, u32)> = BTreeMap::new();
    let is_events = file.has("anonymous_id") && file.has("customer_id");
    if !is_events {
        file.require(path, &columns[..4])?;
    }
    for row in 0..file.rows() {
        let kind = |name: &str| {
            let word = file.cell(name, row);
            let known = IdentifierKind::from_word(word);
            known.with_context(|| {
                format!(
                    "{}: {name} '{word}' at row {row} is no kind of identifier",
                    path.display()
                )
            })
        };
        let (a, b, times, of) = if is_events {
            let (cookie, customer) = (
                file.cell("anonymous_id", row),
                file.cell("customer_id", row),
            );
            let Some(kind) = kinds.get(customer).filter(|_| !cookie.is_empty()) else {
                continue;
            };
            (
                Identifier::new(IdentifierKind::Cookie, cookie),
                Identifier::new(*kind, customer),
                1,
                0,
            )
        } else {
            let a = Identifier::new(kind("kind_a")?, file.cell("value_a", row));
            let b = Identifier::new(kind("kind_b")?, file.cell("value_b", row));
            let (times, of) = (file.cell("times", row), file.cell("of", row));
            (a, b, times.parse().unwrap_or(1), of.parse().unwrap_or(0))
        };
        let (seen, seen_at_all) = counts.entry((a, b)).or_default();
        *seen = seen.saturating_add(times);
        // A whole is the same in every row of its pair.
        *seen_at_all = of.max(*seen_at_all);
    }
    let observed = |((a, b), (times, of))| Observed { a, b, times, of };
    Ok(counts.into_iter().map(observed).collect())
}

/// What is true of the records, in their order.
struct Truth {
    /// Person by number.
    person: Vec<u32>,
    /// Whether the record says anything by which it could be told whose it is.
    says: Vec<bool>,
}

fn truth(path: &Path, records: &[Record]) -> anyhow::Result<Truth> {
    let file = texts::read(path, &["record_id", "person_id"])?;
    file.require(path, &["record_id", "person_id"])?;
    let (mut numbers, mut people) = (HashMap::new(), HashMap::new());
    for row in 0..file.rows() {
        let next = numbers.len() as u32;
        let number = *numbers.entry(file.cell("person_id", row)).or_insert(next);
        people.insert(file.cell("record_id", row), number);
    }
    let person = records.iter().map(|record| {
        let value = &record.id.value;
        let known = people.get(value.as_str()).copied();
        known.with_context(|| {
            format!(
                "{} cannot be used: it does not know record '{value}'",
                path.display()
            )
        })
    });
    let says = records
        .iter()
        .map(|record| record.person != Person::default());
    Ok(Truth {
        person: person.collect::<anyhow::Result<_>>()?,
        says: says.collect(),
    })
}

fn of_pairs(counted: Pairs) -> Value {
    json!({
        "precision": counted.precision(), "recall": counted.recall(), "f1": counted.f1(),
        "said": counted.said, "truly": counted.truly, "both": counted.both,
    })
}

/// Agreement over records that say something of a person, and over all.
fn scored<C: Ord + Copy>(clusters: &[Option<C>], truth: &Truth) -> Value {
    let all: Vec<_> = clusters
        .iter()
        .copied()
        .zip(truth.person.iter().copied())
        .collect();
    let telling = all.iter().zip(&truth.says).filter(|(_, says)| **says);
    let telling: Vec<_> = telling.map(|(row, _)| *row).collect();
    let mut told = of_pairs(pairs(&telling));
    told["of_all_records"] = of_pairs(pairs(&all));
    told
}

/// What people do without an engine: equal addresses of mail; equal names and postal codes.
fn baselines(records: &[Record], truth: &Truth) -> Value {
    let by = |key: fn(&Person) -> Option<String>| {
        let keys: Vec<_> = records.iter().map(|record| key(&record.person)).collect();
        let keys: Vec<Option<&str>> = keys.iter().map(Option::as_deref).collect();
        scored(&keys, truth)
    };
    let email = |person: &Person| {
        let email = person.email.trim().to_lowercase();
        (!email.is_empty()).then_some(email)
    };
    let name = |person: &Person| {
        let parts = [&person.first_name, &person.last_name, &person.postal_code]
            .map(|part| part.trim().to_lowercase());
        parts
            .iter()
            .all(|part| !part.is_empty())
            .then(|| parts.join("|"))
    };
    json!({ "email": by(email), "name_postal": by(name) })
}

fn told(found: &Resolution, seconds: f64) -> Map<String, Value> {
    let counts = found.counts;
    let mut told = Map::new();
    told.insert("records".into(), counts.records.into());
    told.insert("customers".into(), counts.customers.into());
    told.insert(
        "links".into(),
        json!({ "deterministic": counts.by_identifier, "fuzzy": counts.by_likeness }),
    );
    told.insert("compared".into(), counts.compared.into());
    let by_evidence = |is: fn(&Evidence) -> bool| {
        found
            .review
            .iter()
            .filter(|doubt| is(&doubt.evidence))
            .count()
    };
    told.insert("review".into(), found.review.len().into());
    let of_identifiers = by_evidence(|evidence| matches!(evidence, Evidence::Identifier { .. }));
    told.insert("review_of_identifiers".into(), of_identifiers.into());
    // Values are personal: kinds and counts are not.
    let refused = found
        .refused
        .iter()
        .map(|one| json!({ "kind": one.identifier.kind, "records": one.records }));
    told.insert("refused".into(), refused.collect());
    told.insert("skipped".into(), json!(found.skipped.len()));
    told.insert("learned".into(), json!(found.learned));
    told.insert("seconds".into(), seconds.into());
    told
}

fn customers(path: &Path, records: &[Record], found: &Resolution) -> anyhow::Result<()> {
    let said = || format!("writing {}", path.display());
    let mut writer = csv::Writer::from_path(path).with_context(said)?;
    writer
        .write_record(["record_id", "customer"])
        .with_context(said)?;
    // Keys were counted from 1 by rows.
    for (record, (_, customer)) in records.iter().zip(&found.customers) {
        let first = &records[customer.0 as usize - 1].id.value;
        writer
            .write_record([record.id.value.as_str(), first])
            .with_context(said)?;
    }
    writer.flush().with_context(said)
}

fn show(told: &Map<String, Value>, json: bool) -> anyhow::Result<()> {
    if json {
        return output::json(&told);
    }
    for (key, value) in told {
        match (key.as_str(), value) {
            ("learned" | "curve", _) => {}
            (_, Value::Object(parts)) => {
                let parts = parts.iter().filter(|(_, part)| !part.is_object());
                let parts: Vec<String> =
                    parts.map(|(name, part)| format!("{name} {part}")).collect();
                output::line(format!("{key}: {}", parts.join(", ")));
            }
            (_, Value::Array(values)) => output::line(format!("{key}: {}", values.len())),
            (_, value) => output::line(format!("{key}: {}", output::cell(value))),
        }
    }
    Ok(())
}
