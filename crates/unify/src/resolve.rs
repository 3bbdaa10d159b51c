//! From records to customers: the order of the steps, and what each pair became. Holds no arithmetic of likeness.
//!
//! Everything is done in the order of the records' own identifiers, so that neither the order in which records arrive nor
//! their keys change who is whom.

use crate::Error;
use crate::blocks::{self, PASSES};
use crate::dictionary::Dictionary;
use crate::evidence::{Conflict, Doubt, Evidence, FieldTold, Link, Refused, SkippedBlock, Why};
use crate::fit::Fit;
use crate::identifiers::{Groups, Shared};
use crate::record::{Decision, Observed, Record};
use crate::rows::Rows;
use crate::settings::Settings;
use matching::linking::{Limits, Linked, Order, Outcome, Strength, Tie, link};
use matching::weights::score_of;
use rayon::prelude::*;
use retail::CustomerKey;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// How many there are of each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Records given.
    pub records: usize,
    /// Customers they are.
    pub customers: usize,
    /// Pairs compared.
    pub compared: usize,
    /// Links by what people said.
    pub by_person: usize,
    /// Links by identifiers.
    pub by_identifier: usize,
    /// Links by likeness.
    pub by_likeness: usize,
}

/// Who is whom.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Resolution {
    /// Per record its key and its customer's, in order of keys. A customer's key is the smallest of its records'.
    pub customers: Vec<(CustomerKey, CustomerKey)>,
    /// Links within customers.
    pub links: Vec<Link>,
    /// What a person should decide.
    pub review: Vec<Doubt>,
    /// Identifiers that link nobody: raise an alert.
    pub refused: Vec<Refused>,
    /// Decisions that could not be obeyed.
    pub conflicts: Vec<Conflict>,
    /// Records not all compared, as too many agree.
    pub skipped: Vec<SkippedBlock>,
    /// What was learned of the fields.
    pub learned: Vec<FieldTold>,
    /// How many of each.
    pub counts: Counts,
}

/// Says which records are one customer. The same records, observations, decisions and settings give the same answer, in
/// any order of them and on any number of threads.
///
/// # Errors
/// [`Error::KeyTwice`], [`Error::IdentifierTwice`], [`Error::Setting`].
pub fn resolve(
    records: &[Record],
    observed: &[Observed],
    decisions: &[Decision],
    dictionary: &Dictionary,
    settings: &Settings,
) -> Result<Resolution, Error> {
    settings.check()?;
    let order = order(records)?;
    let keys: Vec<CustomerKey> = order
        .iter()
        .map(|&place| records[place as usize].key)
        .collect();
    let mut groups = Groups::new(records, &order, observed, settings);
    let mut rows = Rows::new(records, &order, dictionary, &|email: &str| {
        groups.refuses(email)
    });
    let mut candidates = blocks::find(&rows, settings.block_max)?;
    let mut fit = Fit::new(&rows, &candidates, settings)?;
    // An address that unlike people share would speak against each of their other records: learned anew without it.
    if groups.refuse_unlike(&fit) {
        rows.forget_emails(|email| groups.refuses(email));
        candidates = blocks::find(&rows, settings.block_max)?;
        fit = Fit::new(&rows, &candidates, settings)?;
    }
    let (shared, refused) = groups.pairs();
    let alike = alike(&fit, &candidates.pairs, &shared, settings);
    let (orders, known, mut conflicts) = ordered(decisions, &keys);
    let pairs = Pairs {
        shared,
        alike,
        keys: &keys,
        threshold: score_of(settings.link_at),
    };
    let limits = Limits {
        certain: settings.certain_max,
        probable: settings.probable_max,
        margin: (settings.margin * 1000.0).round() as i64,
    };
    let linked = link(keys.len(), &pairs.ties(), &orders, &fit, &limits)?;
    let refusals = linked.conflicts.iter().map(|&place| Conflict {
        decision: known[place].clone(),
        unknown: false,
    });
    conflicts.extend(refusals);
    conflicts.sort_by(|a, b| a.decision.cmp(&b.decision));
    let skipped = candidates.skipped.iter().map(|block| SkippedBlock {
        pass: PASSES[block.pass].to_string(),
        example: keys[block.row as usize],
        records: block.rows,
    });
    let (mut links, review) = pairs.settle(&fit, &linked);
    let said = known
        .iter()
        .enumerate()
        .filter(|(place, _)| !linked.conflicts.contains(place));
    let said = said
        .map(|(_, decision)| decision)
        .filter(|decision| decision.same);
    links.extend(said.map(|decision| Link {
        a: decision.a,
        b: decision.b,
        evidence: Evidence::Person {
            turn: decision.turn,
        },
        joined: true,
    }));
    let customers = customers(&keys, &linked);
    let counts = counts(&customers, &links, candidates.pairs.len());
    let skipped = skipped.collect();
    Ok(Resolution {
        customers,
        links,
        review,
        refused,
        conflicts,
        skipped,
        learned: fit.told(),
        counts,
    })
}

/// Places of records in the order of their own identifiers.
fn order(records: &[Record]) -> Result<Vec<u32>, Error> {
    let mut order: Vec<u32> = (0..records.len() as u32).collect();
    let record = |place: u32| &records[place as usize];
    order.par_sort_unstable_by(|&a, &b| {
        record(a)
            .id
            .cmp(&record(b).id)
            .then(record(a).key.cmp(&record(b).key))
    });
    let twice = order
        .windows(2)
        .find(|pair| record(pair[0]).id == record(pair[1]).id);
    if let Some(pair) = twice {
        return Err(Error::IdentifierTwice {
            first: record(pair[0]).key.0,
            second: record(pair[1]).key.0,
            kind: record(pair[0]).id.kind.word(),
        });
    }
    let mut keys: Vec<CustomerKey> = records.iter().map(|record| record.key).collect();
    keys.par_sort_unstable();
    match keys.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(Error::KeyTwice { key: pair[0].0 }),
        None => Ok(order),
    }
}

/// Candidates at or above the lower threshold that share no identifier, with their scores.
fn alike(
    fit: &Fit<'_>,
    candidates: &[(u32, u32)],
    shared: &[Shared],
    settings: &Settings,
) -> Vec<(u32, u32, i64)> {
    let lowest = score_of(settings.review_at);
    let is_shared = |a: u32, b: u32| {
        shared
            .binary_search_by_key(&(a, b), |pair| (pair.a, pair.b))
            .is_ok()
    };
    let scored = candidates.par_iter().filter(|(a, b)| !is_shared(*a, *b));
    let scored = scored.map(|&(a, b)| (a, b, fit.score(a, b).score));
    scored.filter(|(.., score)| *score >= lowest).collect()
}

/// Decisions as orders over rows, the decisions behind them, and those about records that are not there.
fn ordered(
    decisions: &[Decision],
    keys: &[CustomerKey],
) -> (Vec<Order>, Vec<Decision>, Vec<Conflict>) {
    let places: HashMap<CustomerKey, u32> = keys.iter().copied().zip(0..).collect();
    let (mut orders, mut known, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
    let mut sorted = decisions.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    for decision in sorted {
        match (places.get(&decision.a), places.get(&decision.b)) {
            (Some(&a), Some(&b)) if a != b => {
                orders.push(Order {
                    a,
                    b,
                    same: decision.same,
                    turn: decision.turn,
                });
                known.push(decision);
            }
            _ => unknown.push(Conflict {
                decision,
                unknown: true,
            }),
        }
    }
    (orders, known, unknown)
}

/// Pairs that may be linked.
struct Pairs<'a> {
    shared: Vec<Shared>,
    /// Rows and score.
    alike: Vec<(u32, u32, i64)>,
    keys: &'a [CustomerKey],
    threshold: i64,
}

impl Pairs<'_> {
    /// Shared identifiers, then pairs alike at or above the threshold.
    fn ties(&self) -> Vec<Tie> {
        // Trust first; then what both records hold before what was seen, and what was seen often.
        let rank = |pair: &Shared| {
            let seen = if pair.seen == 0 { u32::MAX } else { pair.seen };
            (pair.trust << 32) + i64::from(seen)
        };
        let shared = self.shared.iter().map(|pair| Tie {
            a: pair.a,
            b: pair.b,
            strength: Strength::Certain,
            score: rank(pair),
        });
        let alike = self
            .alike
            .iter()
            .filter(|(.., score)| *score >= self.threshold);
        let alike = alike.map(|&(a, b, score)| Tie {
            a,
            b,
            strength: Strength::Probable,
            score,
        });
        shared.chain(alike).collect()
    }

    /// Links, and what waits for a person. What a person decided does not wait.
    fn settle(&self, fit: &Fit<'_>, linked: &Linked) -> (Vec<Link>, Vec<Doubt>) {
        let key = |row: u32| self.keys[row as usize];
        let cluster = |row: u32| linked.cluster[row as usize];
        let (mut links, mut review) = (Vec::new(), Vec::new());
        let mut outcomes = linked.outcomes.iter();
        let mut sort = |a: u32, b: u32, evidence: Evidence, outcome: Option<&Outcome>| {
            let is_one = cluster(a) == cluster(b);
            let joined = outcome == Some(&Outcome::Joined);
            let (a, b) = (key(a), key(b));
            let why = match outcome {
                // What other links brought together after all is confirmed by this one.
                _ if is_one => {
                    return links.push(Link {
                        a,
                        b,
                        evidence,
                        joined,
                    });
                }
                Some(Outcome::Ordered(..) | Outcome::Joined | Outcome::Within) => return,
                Some(&Outcome::Opposed(one, other)) => Why::Opposed {
                    a: key(one),
                    b: key(other),
                },
                Some(&Outcome::Undecided(rival)) => Why::Undecided { rival: key(rival) },
                Some(&Outcome::Large(records)) => Why::Large { records },
                None => Why::Between,
            };
            review.push(Doubt {
                a,
                b,
                evidence,
                why,
            });
        };
        for pair in &self.shared {
            let evidence = Evidence::Identifier {
                kind: pair.kind,
                seen: pair.seen,
                of: pair.of,
            };
            sort(pair.a, pair.b, evidence, outcomes.next());
        }
        for &(a, b, score) in &self.alike {
            let outcome = if score >= self.threshold {
                outcomes.next()
            } else {
                None
            };
            sort(a, b, self.likeness(fit, a, b), outcome);
        }
        (links, review)
    }

    fn likeness(&self, fit: &Fit<'_>, a: u32, b: u32) -> Evidence {
        let scored = fit.score(a, b);
        Evidence::Likeness {
            rival: scored.rival,
            prior: scored.prior,
            contributions: scored.contributions,
            score: scored.score,
            threshold: self.threshold,
        }
    }
}

/// Per key its customer: the smallest key of the cluster.
fn customers(keys: &[CustomerKey], linked: &Linked) -> Vec<(CustomerKey, CustomerKey)> {
    let mut smallest: Vec<Option<CustomerKey>> = vec![None; keys.len()];
    for (key, cluster) in keys.iter().zip(&linked.cluster) {
        let lowest = &mut smallest[*cluster as usize];
        *lowest = Some(lowest.map_or(*key, |lowest| lowest.min(*key)));
    }
    let customer =
        |(key, cluster): (&CustomerKey, &u32)| (*key, smallest[*cluster as usize].unwrap_or(*key));
    let mut customers: Vec<_> = keys.iter().zip(&linked.cluster).map(customer).collect();
    customers.par_sort_unstable();
    customers
}

fn counts(customers: &[(CustomerKey, CustomerKey)], links: &[Link], compared: usize) -> Counts {
    let by = |kind: fn(&Evidence) -> bool| links.iter().filter(|link| kind(&link.evidence)).count();
    Counts {
        records: customers.len(),
        customers: customers
            .iter()
            .filter(|(key, customer)| key == customer)
            .count(),
        compared,
        by_person: by(|evidence| matches!(evidence, Evidence::Person { .. })),
        by_identifier: by(|evidence| matches!(evidence, Evidence::Identifier { .. })),
        by_likeness: by(|evidence| matches!(evidence, Evidence::Likeness { .. })),
    }
}

#[cfg(test)]
mod tests;
