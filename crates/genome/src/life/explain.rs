//! What is told of something found: its evidence line by line and one line for all else, which together are its score;
//! what of it is bought and what is missing. It computes no likelihood.

use super::find::Candidate;
use super::likely::likelihood;
use super::visits::Visit;
use super::{Model, Sort};
use serde::Serialize;

/// Products named for a missing part, at most.
const NAMED: usize = 5;

/// A purchase that serves what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EvidenceLine {
    /// Day since 1970-01-01.
    pub day: i32,
    /// The product, by its number in the catalogue.
    pub product: u32,
    /// Pieces.
    pub quantity: i32,
    /// Title of the part that it serves.
    pub part: String,
    /// What it adds to the score, in thousandths.
    pub contribution: i64,
}

/// The one line for all that is no purchase for it, in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct BaselineLine {
    /// How rarely it begins.
    pub prior: i64,
    /// What else could explain the same purchases: other kinds; never above 0.
    pub others: i64,
    /// What else was bought meanwhile, what kind of visits these were, how many days it could have begun on, and
    /// whether the customer lived with it all along.
    pub rest: i64,
    /// What the line adds to the score: the sum of the above.
    pub contribution: i64,
}

/// A part of a project that is bought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartBought {
    /// Its title.
    pub title: String,
    /// Day of the first purchase.
    pub day: i32,
    /// Products, by number.
    pub products: Vec<u32>,
}

/// A part of a project that is still missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// Its title.
    pub title: String,
    /// Categories in which there is something for it.
    pub categories: Vec<String>,
    /// Products that serve it, the most bought first; five at most.
    pub products: Vec<u32>,
}

/// An event or project found in a customer's purchases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Code of its kind.
    pub code: String,
    /// Title of its kind.
    pub title: String,
    /// Event or project.
    pub sort: Sort,
    /// The day about which it began: half of the likelihood lies before.
    pub began: i32,
    /// A tenth of the likelihood lies before this day.
    pub began_from: i32,
    /// A tenth of the likelihood lies after this day.
    pub began_to: i32,
    /// The first day on which purchases no longer tell of it.
    pub until: i32,
    /// Logarithm of the odds that it is so, in thousandths: exactly the sum of the evidence and the baseline line.
    pub score: i64,
    /// How likely it is, per 10,000: the score's, on a curve fitted to what was right where the truth is known.
    pub likelihood: u32,
    /// The purchases that serve it, in the order of time.
    pub evidence: Vec<EvidenceLine>,
    /// All else.
    pub baseline: BaselineLine,
    /// Of a project, the parts that are bought, in the order of the kind's parts.
    pub bought: Vec<PartBought>,
    /// Of a project, the parts that are not.
    pub missing: Vec<Missing>,
}

fn thousandths(number: f64) -> i64 {
    (number * 1e3).round() as i64
}

/// Tells a candidate with its reasons.
pub(super) fn explain(model: Model<'_>, visits: &[Visit], one: &Candidate) -> Found {
    let kind = &model.kinds.kinds[one.kind];
    let covered = &visits[one.visits.0..one.visits.1];
    let mut evidence = Vec::new();
    let mut bought: Vec<Option<PartBought>> = vec![None; kind.parts.len()];
    for (visit, heard) in covered.iter().zip(&one.heard) {
        for (line, log) in &heard.lines {
            let (_, product, quantity) = visit.lines[*line];
            let Some(part) = model.signs.part(product, one.kind) else {
                continue;
            };
            let title = &kind.parts[part].title;
            let first = || PartBought {
                title: title.clone(),
                day: visit.day,
                products: Vec::new(),
            };
            let products = &mut bought[part].get_or_insert_with(first).products;
            if !products.contains(&product) {
                products.push(product);
            }
            evidence.push(EvidenceLine {
                day: visit.day,
                product,
                quantity,
                part: title.clone(),
                contribution: thousandths(*log),
            });
        }
    }
    let score = thousandths(one.odds + one.others);
    let lines: i64 = evidence.iter().map(|line| line.contribution).sum();
    let contribution = score - lines;
    let (prior, others) = (thousandths(one.prior), thousandths(one.others));
    let missing = (0..kind.parts.len()).filter(|part| bought[*part].is_none());
    let is_project = kind.sort == Sort::Project;
    Found {
        code: kind.code.clone(),
        title: kind.title.clone(),
        sort: kind.sort,
        began: one.began[0],
        began_from: one.began[1],
        began_to: one.began[2],
        until: one.began[0] + i32::from(kind.days),
        score,
        likelihood: (1e4 * likelihood(kind.sort, score as f64 / 1e3)).round() as u32,
        evidence,
        baseline: BaselineLine {
            prior,
            others,
            rest: contribution - prior - others,
            contribution,
        },
        missing: missing
            .filter(|_| is_project)
            .map(|part| lacking(model, one.kind, part))
            .collect(),
        bought: bought
            .into_iter()
            .flatten()
            .filter(|_| is_project)
            .collect(),
    }
}

/// A part with what there is for it.
fn lacking(model: Model<'_>, kind: usize, part: usize) -> Missing {
    let mut categories: Vec<String> = model
        .signs
        .serving(kind, part)
        .map(|item| item.shelf.clone())
        .collect();
    categories.retain(|name| !name.is_empty());
    categories.sort();
    categories.dedup();
    let mut products = model.signs.products(kind, part);
    let sold = |product: &u32| {
        model
            .baseline
            .sold
            .get(*product as usize)
            .copied()
            .unwrap_or(0)
    };
    products.sort_by_key(|product| (std::cmp::Reverse(sold(product)), *product));
    products.truncate(NAMED);
    Missing {
        title: model.kinds.kinds[kind].parts[part].title.clone(),
        categories,
        products,
    }
}
