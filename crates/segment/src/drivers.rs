//! Drivers of choice: which attributes of products move what customers take from a shelf, of all and by cluster, with the
//! counts behind and a trial on later choices. Facts in, a report out; it must not read anything.

mod telling;

use crate::SegmentError;
use choice::evidence::evidence;
use choice::holdout::{Popularity, compare};
use choice::{Alternatives, Choices, Occasions, Params, Sets};
use numeric::Progress;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use telling::{Telling, tried};

/// Attributes with levels at most; the price comes beside them, and shares are Shapley's up to eight.
const ATTRIBUTES_MAX: usize = 7;
/// Levels of an attribute at most, and products that a level needs; the others are one level together.
const LEVELS_MAX: usize = 10;
const LEVEL_PRODUCTS: usize = 2;
/// What is not known, as a level.
pub const UNKNOWN: &str = "not known";
/// What is rare, as a level.
pub const OTHERS: &str = "all others";
/// The attribute that is a number.
pub const PRICE: &str = "price";
/// Part of the choices by time that the trial is held on.
const HELD: f64 = 0.2;
/// Alternatives that a set is sampled to.
const SAMPLED: usize = 20;
/// Choices of each group that shares of what is explained rest on.
const EXPLAINED: usize = 3_000;
/// Choices that shares rest on, of all groups together.
const EXPLAINED_ALL: usize = 60_000;
/// The prior's precision and the level of intervals.
const PARAMS: Params = Params {
    ridge: 1.0,
    level: 0.9,
};
/// Choices and customers that anything is said from.
const CHOICES_MIN: usize = 200;

/// A product as shoppers compare it: the level of each attribute, none where it is not known.
pub type Levels = Vec<Option<String>>;

/// What customers chose from what.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Names of the attributes.
    pub attributes: Vec<String>,
    /// Products.
    pub products: Vec<Levels>,
    /// What stood on which shelf at what price: shelf, product, price.
    pub offers: Vec<(u32, u32, f64)>,
    /// What was taken: shelf, product, customer, their cluster, day.
    pub choices: Vec<(u32, u32, u32, u32, i64)>,
    /// Clusters.
    pub groups: usize,
}

/// A number with its 90 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Between {
    /// The number.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// What moves choice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Choices that it rests on.
    pub choices: usize,
    /// Customers who made them.
    pub customers: usize,
    /// Products on a shelf, in the mean.
    pub shelf: f64,
    /// Of all, then of each cluster that made choices enough.
    pub groups: Vec<Group>,
    /// The trial on the last choices: of all, then by cluster.
    pub trials: Vec<Tried>,
}

/// What moves the choice of all, or of a cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// The cluster's place; none for all.
    pub group: Option<usize>,
    /// Choices that its shares rest on.
    pub choices: usize,
    /// How much better a choice is foreseen than by equal chances, as a share of foreseeing every one.
    pub of_perfect: Option<f64>,
    /// By attribute, the strongest first.
    pub attributes: Vec<Moves>,
}

/// How much an attribute moves choice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Moves {
    /// The attribute.
    pub attribute: String,
    /// Its share of what is explained; shares add up to 1. None where nothing sure is explained.
    pub share: Option<Between>,
    /// What nothing else explains.
    pub alone: Option<Between>,
    /// Whether it moves the cluster otherwise than all.
    pub differs: Option<bool>,
    /// Its levels, those taken most first; of the price one entry without counts.
    pub levels: Vec<OfLevel>,
}

/// A level of an attribute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OfLevel {
    /// The level; for the price: one more unit of its logarithm.
    pub level: String,
    /// Choices that took it; of the price the mean that was taken.
    pub observed: f64,
    /// Choices that would have, had all on the shelf been alike; of the price the mean on the shelves.
    pub expected: f64,
    /// How much it is wanted beside the mean level, in logits: .1 more is about 10 % better odds.
    pub utility: Between,
    /// What can be told: compared, not offered, not compared, never taken, always taken.
    pub standing: String,
}

/// How well later choices were foreseen: log-likelihood by choice, and share of right guesses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    /// The cluster's place; none for all.
    pub group: Option<usize>,
    /// Choices.
    pub choices: usize,
    /// By the cluster's own drivers.
    pub by_group: (f64, f64),
    /// By those of all.
    pub of_all: (f64, f64),
    /// By what sold before.
    pub popularity: (f64, f64),
    /// By equal chances.
    pub equal: (f64, f64),
    /// Log-likelihood by choice that the cluster's drivers gain over popularity.
    pub over_popularity: Between,
}

/// Attributes as the kernel takes them.
struct Coded {
    names: Vec<String>,
    /// Names of the levels of each.
    levels: Vec<Vec<String>>,
    /// By product, then attribute.
    codes: Vec<Vec<u32>>,
}

/// What moves choice in these facts. `progress` hears how far the shares of attributes are, and can stop it.
///
/// # Errors
/// [`SegmentError::TooFew`] where there are too few choices; [`SegmentError::Spec`] where the kernel refuses.
pub fn find(facts: &Facts, seed: u64, progress: &dyn Progress) -> Result<Report, SegmentError> {
    if facts.choices.len() < CHOICES_MIN {
        return Err(SegmentError::TooFew {
            what: "choices of known customers from a shelf with several products of this category",
            got: facts.choices.len(),
            least: CHOICES_MIN,
        });
    }
    let coded = coded(facts);
    let (whole, days) = choices(facts, &coded).map_err(refused)?;
    let (learned, held) = parted(&whole, &days).map_err(refused)?;
    let params = PARAMS.check().map_err(refused)?;
    let sampled = learned.sample(SAMPLED, seed).map_err(refused)?;
    let fit = params.fit(&sampled).map_err(refused)?;
    let pool = params.pool(&sampled, &fit).map_err(refused)?;
    let trials = match held {
        Some(held) => {
            compare(&Popularity::of(&learned), &pool, &held, PARAMS.level).map_err(refused)?
        }
        None => Vec::new(),
    };
    let explained = EXPLAINED.min(EXPLAINED_ALL / facts.groups.max(1)).max(1);
    let some = learned.at_most(explained, seed).map_err(refused)?;
    let some = some.sample(SAMPLED, seed).map_err(refused)?;
    let shares = params.importance(&some, &pool, progress).map_err(refused)?;
    let counts = evidence(&learned, None);
    let told = Telling {
        coded: &coded,
        learned: &learned,
        counts: &counts,
        fit: &fit,
        pool: &pool,
    };
    let customers: BTreeSet<u32> = facts.choices.iter().map(|choice| choice.2).collect();
    let shelves: BTreeSet<u32> = facts.offers.iter().map(|offer| offer.0).collect();
    Ok(Report {
        choices: facts.choices.len(),
        customers: customers.len(),
        shelf: facts.offers.len() as f64 / shelves.len().max(1) as f64,
        groups: shares.iter().map(|one| told.group(one)).collect(),
        trials: trials.iter().map(tried).collect(),
    })
}

/// The attributes that tell products apart, those known of most products first, with their rare levels joined.
fn coded(facts: &Facts) -> Coded {
    // What never stood on a shelf is compared with nothing, and must not make an attribute of one level look like two.
    let offered: BTreeSet<u32> = facts.offers.iter().map(|offer| offer.1).collect();
    let levels_of = |at: usize| {
        let each = offered
            .iter()
            .map(move |product| &facts.products[*product as usize]);
        each.map(move |levels| levels[at].as_deref())
    };
    let mut known: Vec<(usize, usize)> = (0..facts.attributes.len())
        .map(|at| (levels_of(at).flatten().count(), at))
        .collect();
    known.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut all = Coded {
        names: Vec::new(),
        levels: Vec::new(),
        codes: vec![Vec::new(); facts.products.len()],
    };
    for (_, at) in known {
        if all.names.len() == ATTRIBUTES_MAX {
            break;
        }
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for level in levels_of(at).flatten() {
            *counts.entry(level).or_default() += 1;
        }
        let mut common: Vec<(&str, usize)> = counts
            .into_iter()
            .filter(|(_, products)| *products >= LEVEL_PRODUCTS)
            .collect();
        common.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        common.truncate(LEVELS_MAX);
        let code = |level: Option<&str>| match level {
            None => common.len() + 1,
            Some(level) => common
                .iter()
                .position(|(name, _)| *name == level)
                .unwrap_or(common.len()),
        };
        let codes: Vec<u32> = facts
            .products
            .iter()
            .map(|levels| code(levels[at].as_deref()) as u32)
            .collect();
        // Where all products on shelves are alike nothing can be compared.
        let mut told = levels_of(at).map(code);
        let first = told.next();
        if told.all(|one| Some(one) == first) {
            continue;
        }
        let names = common.iter().map(|(name, _)| *name);
        let names = names.chain([OTHERS, UNKNOWN]).map(str::to_string);
        all.levels.push(names.collect());
        all.names.push(facts.attributes[at].clone());
        for (own, code) in all.codes.iter_mut().zip(codes) {
            own.push(code);
        }
    }
    all
}

/// Every choice from its whole shelf, with its day; a product has a row for each of its prices. A choice of what was not on
/// the shelf is left out.
fn choices(facts: &Facts, coded: &Coded) -> Result<(Choices, Vec<i64>), choice::Error> {
    // Prices that differ by less than a hundredth are one.
    let state = |product: u32, price: f64| (product, (100.0 * price.max(1e-6).ln()).round() as i64);
    let mut rows: BTreeMap<(u32, i64), u32> = BTreeMap::new();
    for &(_, product, price) in &facts.offers {
        let next = rows.len() as u32;
        rows.entry(state(product, price)).or_insert(next);
    }
    let mut order: Vec<((u32, i64), u32)> = rows.iter().map(|(key, row)| (*key, *row)).collect();
    order.sort_by_key(|(_, row)| *row);
    let items: Vec<u32> = order.iter().map(|((product, _), _)| *product).collect();
    let levels = items
        .iter()
        .flat_map(|product| coded.codes[*product as usize].iter().copied());
    let prices: Vec<f64> = order
        .iter()
        .map(|((_, price), _)| *price as f64 / 100.0)
        .collect();
    let sizes = coded.levels.iter().map(Vec::len).collect();
    // A price that is the same for all says nothing, and the kernel refuses it.
    let same = prices.iter().all(|price| *price == prices[0]);
    let numbers = if same { Vec::new() } else { vec![prices] };
    let alternatives = Alternatives::new(items.clone(), levels.collect(), sizes, &numbers)?;
    let mut shelves: BTreeMap<u32, BTreeMap<u32, u32>> = BTreeMap::new();
    for &(shelf, product, price) in &facts.offers {
        shelves
            .entry(shelf)
            .or_default()
            .insert(product, rows[&state(product, price)]);
    }
    let mut sets = Sets {
        offsets: vec![0],
        rows: Vec::new(),
    };
    let mut numbers: BTreeMap<u32, u32> = BTreeMap::new();
    for (shelf, on) in &shelves {
        numbers.insert(*shelf, numbers.len() as u32);
        sets.rows.extend(on.values());
        sets.offsets.push(sets.rows.len());
    }
    let mut taken = Occasions {
        set: Vec::new(),
        chosen: Vec::new(),
        group: Vec::new(),
        chooser: Vec::new(),
        weight: Vec::new(),
    };
    let mut days = Vec::with_capacity(facts.choices.len());
    for &(shelf, product, chooser, group, day) in &facts.choices {
        let on = shelves.get(&shelf).and_then(|on| on.get(&product));
        let (Some(row), Some(set)) = (on, numbers.get(&shelf)) else {
            continue;
        };
        days.push(day);
        taken.set.push(*set);
        taken.chosen.push(*row);
        taken.group.push(group);
        taken.chooser.push(chooser);
        taken.weight.push(1.0);
    }
    let whole = Choices::new(Arc::new(alternatives), sets, taken, facts.groups)?;
    Ok((whole, days))
}

/// The earlier choices, which are learned from, and the later ones; none of these where the last day has more than a fifth of
/// all, as nothing is later then.
fn parted(whole: &Choices, days: &[i64]) -> Result<(Choices, Option<Choices>), choice::Error> {
    let mut sorted = days.to_vec();
    sorted.sort_unstable();
    let cut = sorted[((1.0 - HELD) * (sorted.len().max(1) - 1) as f64) as usize];
    let (before, after): (Vec<usize>, Vec<usize>) =
        (0..whole.len()).partition(|at| days[*at] <= cut);
    let later = match after.is_empty() {
        true => None,
        false => Some(whole.take(&after)?),
    };
    Ok((whole.take(&before)?, later))
}

fn refused(cause: choice::Error) -> SegmentError {
    // Stopped is stopped, whichever kernel was.
    if matches!(cause, choice::Error::Cancelled) {
        return SegmentError::Kernel(cluster::Error::Cancelled);
    }
    SegmentError::Spec {
        field: "choices",
        value: cause.to_string(),
        legal: "what was chosen from what must be such that attributes can be compared".into(),
    }
}

#[cfg(test)]
mod tests;
