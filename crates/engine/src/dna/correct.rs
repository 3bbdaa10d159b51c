//! What people say about attributes: each correction is kept apart from what was read, every later run obeys it, and what
//! it changes is told before it is kept. It must not read texts itself.

use super::keep::NOT;
use super::{Read, gather::Material, read};
use crate::project::beside;
use crate::spelling::unknown;
use crate::views::{
    DnaBeforeAfter, DnaCorrected, DnaCorrectionRequest, DnaCorrectionRow, DnaUndoRequest,
    DnaValueName, DnaVerb,
};
use crate::{Actor, EngineError, Project, clock};
use genome::dna::{Act, Attribute, Correction, Found, Scope};
use govern::Action;
use registry::DnaCorrection;
use serde_json::json;
use std::collections::BTreeSet;

/// Products shown before and after.
const EXAMPLES: usize = 8;
/// Letters of a value or of words at most.
const LETTERS_MAX: usize = 80;

impl Project {
    /// Keeps a correction, or tells what it would change.
    pub async fn correct_dna(
        &self,
        actor: &Actor,
        asked: DnaCorrectionRequest,
    ) -> Result<DnaCorrected, EngineError> {
        actor.may(Action::CorrectProducts)?;
        let change = actor.change(&asked.reason)?;
        let (scope, act) = (scope(&asked)?, act(&asked)?);
        let material = self.dna_material(None).await?;
        if let Scope::Product(code) = &scope {
            let mut codes = material.told.iter().map(|one| one.code.as_str());
            if !codes.any(|one| one == code) {
                let codes = material.told.iter().map(|one| one.code.as_str());
                return Err(unknown("product", code, codes));
            }
        }
        let standing = self.standing_corrections().await?;
        let new = Correction {
            // Larger than any that is kept.
            id: i64::MAX.to_string(),
            scope: scope.clone(),
            act: act.clone(),
            by: change.author.to_string(),
            why: change.reason.to_string(),
            at: String::new(),
        };
        let effect = beside(move || {
            let before = read(&material, &standing);
            let with: Vec<Correction> = standing.into_iter().chain([new]).collect();
            let after = read(&material, &with);
            Ok(effect(&material, &before, &after, with.len() - 1))
        })
        .await?;
        let cells = self.small_cells().await?;
        let customers = cells.count(self.buyers_of(&effect.changed).await? as u64);
        let correction = match asked.dry_run {
            true => None,
            false => Some(
                self.registry()
                    .correct_dna(&json!(scope), &json!(act), self.now(), &change)
                    .await?,
            ),
        };
        Ok(DnaCorrected {
            correction,
            products: effect.about,
            changed: effect.changed.len(),
            customers,
            sentence: match effect.about {
                0 => "It is about no product that there is: check what it names".into(),
                _ => format!(
                    "{} of {} products {}, and with them the genomes of {} customers who bought one, from the next run on",
                    effect.changed.len(),
                    effect.about,
                    if correction.is_some() {
                        "change"
                    } else {
                        "would change"
                    },
                    customers.map_or(format!("fewer than {}", cells.k()), |many| many.to_string())
                ),
            },
            examples: effect.examples,
            yields: effect.yields,
        })
    }

    /// Takes a correction back.
    pub async fn undo_dna_correction(
        &self,
        actor: &Actor,
        correction: i64,
        asked: DnaUndoRequest,
    ) -> Result<DnaCorrectionRow, EngineError> {
        actor.may(Action::CorrectProducts)?;
        let change = actor.change(&asked.reason)?;
        self.registry()
            .undo_dna_correction(correction, self.now(), &change)
            .await?;
        let all = self.correction_rows().await?;
        let mut all = all.into_iter();
        all.find(|one| one.correction == correction)
            .ok_or(EngineError::Missing {
                what: "correction",
                name: correction.to_string(),
            })
    }

    /// The corrections that stand, oldest first, as the reader takes them.
    pub(super) async fn standing_corrections(&self) -> Result<Vec<Correction>, EngineError> {
        let all = self.registry().dna_corrections().await?;
        let standing = all.into_iter().filter(|one| one.undone_at.is_none());
        standing.map(|one| correction(&one)).collect()
    }

    /// Every correction, the newest first.
    pub(super) async fn correction_rows(&self) -> Result<Vec<DnaCorrectionRow>, EngineError> {
        let newest = self.dna_run().await?.map(|(run, _)| run.started_at);
        let authors = self.authors().await?;
        let all = self.registry().dna_corrections().await?;
        let rows = all.into_iter().rev().map(|one| {
            let read = correction(&one)?;
            let (verb, attribute, values) = told(&read.act);
            let (product_id, words, having) = match read.scope {
                Scope::Product(code) => (Some(code), None, None),
                Scope::Rule { words, having } => (None, words, having),
            };
            let having = having.map(|(attribute, value)| DnaValueName {
                attribute: attribute.name().into(),
                value,
            });
            let last = one.undone_at.unwrap_or(one.at);
            Ok(DnaCorrectionRow {
                correction: one.seq,
                sentence: sentence(
                    (product_id.as_deref(), words.as_deref(), having.as_ref()),
                    (verb, attribute, &values),
                ),
                product_id,
                words,
                having,
                verb,
                attribute: attribute.name().into(),
                values,
                at: clock::text(one.at),
                author: authors.name(one.author),
                reason: one.reason,
                undone_at: one.undone_at.map(clock::text),
                undone_by: one.undone_by.map(|who| authors.name(who)),
                in_effect: newest.is_some_and(|newest| newest >= last),
            })
        });
        rows.collect()
    }

    /// Known customers who bought one of some products.
    async fn buyers_of(&self, products: &BTreeSet<String>) -> Result<usize, EngineError> {
        if products.is_empty() {
            return Ok(0);
        }
        let sql = "select count(distinct customer_key) from sales where customer_key is not null and product_id in \
                   (select product_id from changed)";
        let codes: Vec<&str> = products.iter().map(String::as_str).collect();
        let changed = super::codes(&codes)?;
        let buyers = self
            .whole_number(sql, None, vec![("changed", changed)])
            .await?;
        Ok(buyers.unwrap_or(0) as usize)
    }
}

/// What a correction makes different.
struct Effect {
    about: usize,
    changed: BTreeSet<String>,
    examples: Vec<DnaBeforeAfter>,
    yields: Vec<i64>,
}

fn effect(material: &Material, before: &Read, after: &Read, new: usize) -> Effect {
    let (mut about, mut changed, mut examples) = (0, BTreeSet::new(), Vec::new());
    for (place, told) in material.told.iter().enumerate() {
        if !after.corrected.met[place].contains(&new) {
            continue;
        }
        about += 1;
        let (was, is) = (values(&before.found[place]), values(&after.found[place]));
        if was == is {
            continue;
        }
        changed.insert(told.code.clone());
        if examples.len() < EXAMPLES {
            let only = |these: &BTreeSet<String>, others: &BTreeSet<String>| {
                these.difference(others).cloned().collect()
            };
            examples.push(DnaBeforeAfter {
                product_id: told.code.clone(),
                name: told.name.clone(),
                before: only(&was, &is),
                after: only(&is, &was),
            });
        }
    }
    let id = i64::MAX.to_string();
    let yields = after.corrected.conflicts.iter();
    let yields = yields.filter(|one| one.holds == id);
    let yields: BTreeSet<i64> = yields.filter_map(|one| one.yields.parse().ok()).collect();
    Effect {
        about,
        changed,
        examples,
        yields: yields.into_iter().collect(),
    }
}

fn values(found: &[Found]) -> BTreeSet<String> {
    let each = found
        .iter()
        .map(|one| format!("{}: {}", one.attribute.name().replace('_', " "), one.value));
    each.collect()
}

fn attribute(field: &str, name: &str) -> Result<Attribute, EngineError> {
    Attribute::of(name).ok_or_else(|| {
        let all: Vec<&str> = Attribute::ALL.iter().map(|one| one.name()).collect();
        let detail = format!("'{name}' is no attribute; there are {}", all.join(", "));
        EngineError::invalid(field, detail)
    })
}

/// A value as dictionaries write theirs: without space around, in lower case but for brands.
fn value(field: &str, of: Attribute, value: &str) -> Result<String, EngineError> {
    let value = value.trim();
    if value.is_empty() || value.chars().count() > LETTERS_MAX {
        let detail = format!("write 1 to {LETTERS_MAX} letters");
        return Err(EngineError::invalid(field, detail));
    }
    Ok(match of {
        Attribute::Brand => value.to_string(),
        _ => value.to_lowercase(),
    })
}

fn scope(asked: &DnaCorrectionRequest) -> Result<Scope, EngineError> {
    let words = asked.words.as_deref().map(str::trim);
    if words.is_some_and(|words| words.chars().count() > LETTERS_MAX) {
        let detail = format!("write at most {LETTERS_MAX} letters");
        return Err(EngineError::invalid("words", detail));
    }
    if words.is_some_and(|words| !words.chars().any(char::is_alphanumeric)) {
        return Err(EngineError::invalid("words", "write at least one word"));
    }
    match (&asked.product_id, words, &asked.having) {
        (Some(code), None, None) => Ok(Scope::Product(code.clone())),
        (None, None, None) => Err(EngineError::invalid(
            "product_id",
            "say which products: one by its code, or all with certain words or a certain value",
        )),
        (Some(_), ..) => Err(EngineError::invalid(
            "product_id",
            "name one product, or words and a value that all have; not both",
        )),
        (None, words, having) => Ok(Scope::Rule {
            words: words.map(str::to_string),
            having: match having {
                None => None,
                Some(name) => {
                    let of = attribute("having.attribute", &name.attribute)?;
                    Some((of, value("having.value", of, &name.value)?))
                }
            },
        }),
    }
}

fn act(asked: &DnaCorrectionRequest) -> Result<Act, EngineError> {
    let of = attribute("attribute", &asked.attribute)?;
    let values = asked.values.iter().map(|one| value("values", of, one));
    let mut values = values.collect::<Result<Vec<_>, _>>()?;
    let several = values.len() > 1;
    match asked.verb {
        DnaVerb::Set if values.is_empty() => Err(EngineError::invalid(
            "values",
            "name the values that it has; to say that it has none, forbid the attribute",
        )),
        DnaVerb::Set if several && !of.is_many() => Err(EngineError::invalid(
            "values",
            format!("a product has one {}; name one value", of.name()),
        )),
        DnaVerb::Set => Ok(Act::Set(of, values)),
        _ if several => Err(EngineError::invalid("values", "name one value at a time")),
        DnaVerb::Add if !of.is_many() => Err(EngineError::invalid(
            "verb",
            format!(
                "a product has one {}: set it instead of adding another",
                of.name()
            ),
        )),
        DnaVerb::Add => match values.pop() {
            Some(value) => Ok(Act::Add(of, value)),
            None => Err(EngineError::invalid("values", "name the value to add")),
        },
        DnaVerb::Forbid => Ok(Act::Forbid(of, values.pop())),
    }
}

fn correction(kept: &DnaCorrection) -> Result<Correction, EngineError> {
    let damaged = |cause: serde_json::Error| {
        EngineError::Machine(format!("correction {} cannot be read: {cause}", kept.seq))
    };
    Ok(Correction {
        id: kept.seq.to_string(),
        scope: serde_json::from_value(kept.scope.clone()).map_err(damaged)?,
        act: serde_json::from_value(kept.act.clone()).map_err(damaged)?,
        by: kept.author.clone(),
        why: kept.reason.clone(),
        at: clock::text(kept.at),
    })
}

fn told(act: &Act) -> (DnaVerb, Attribute, Vec<String>) {
    match act {
        Act::Set(of, values) => (DnaVerb::Set, *of, values.clone()),
        Act::Add(of, value) => (DnaVerb::Add, *of, vec![value.clone()]),
        Act::Forbid(of, value) => (DnaVerb::Forbid, *of, value.iter().cloned().collect()),
    }
}

fn sentence(
    (product, words, having): (Option<&str>, Option<&str>, Option<&DnaValueName>),
    (verb, attribute, values): (DnaVerb, Attribute, &[String]),
) -> String {
    let whose = match (product, words, having) {
        (Some(product), ..) => format!("Product {product}"),
        (None, Some(words), None) => format!("Every product with the words '{words}'"),
        (None, None, Some(has)) => {
            format!("Every product whose {} is {}", has.attribute, has.value)
        }
        (None, Some(words), Some(has)) => format!(
            "Every product with the words '{words}' whose {} is {}",
            has.attribute, has.value
        ),
        (None, None, None) => "No product".into(),
    };
    let (name, values) = (attribute.name().replace('_', " "), values.join(", "));
    match verb {
        DnaVerb::Set => format!("{whose}: {name} is {values} and nothing else"),
        DnaVerb::Add => format!("{whose}: {name} is {values}, too"),
        DnaVerb::Forbid if values.is_empty() => format!("{whose}: has no {name}"),
        DnaVerb::Forbid => format!("{whose}: {name} is {NOT} {values}"),
    }
}
