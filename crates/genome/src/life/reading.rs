//! How much more likely each visit of a customer is with a kind of event going on than without: logarithms of
//! likelihood ratios, visit by visit and line by line. It decides nothing.

use super::visits::{Types, Visit, normalise};
use super::{Model, Purchase};
use crate::calendar::{DAY, civil};
use affinity::portable::{exp, ln};
use serde::{Deserialize, Serialize};

/// Visits as of the whole that a customer's own mix of visits begins with.
const OWN_VISITS: f64 = 10.0;
/// Purchases as of the whole that a customer's own habit of buying an item begins with.
const OWN_LINES: f64 = 60.0;
/// No visit speaks louder than this for or against, so that sums stay within what `exp` can hold.
const LOUDEST: f64 = 200.0;

/// How the purchases of a kind spread over items while it goes on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Serving {
    /// Share of each item among the purchases that serve the kind; 0 for what does not.
    #[serde(with = "super::baseline::bits")]
    pub share: Vec<f64>,
    /// Part of all purchases meanwhile that serve it.
    #[serde(with = "super::baseline::bits::one")]
    pub part: f64,
    /// Days over which they do.
    pub days: i32,
}

/// The visits of a customer up to and with a day, in their order; what was brought back by then is left out.
pub(super) fn visits(model: Model<'_>, purchases: &[Purchase], on: i32) -> Vec<Visit> {
    let mut known: Vec<Purchase> = purchases
        .iter()
        .filter(|one| one.day <= on)
        .copied()
        .collect();
    // Purchases of a day before its returns.
    known.sort_by_key(|one| (one.day, one.quantity < 0, one.product, one.quantity));
    let mut lines: Vec<Purchase> = Vec::with_capacity(known.len());
    for one in known {
        if one.quantity > 0 {
            lines.push(one);
            continue;
        }
        let mut back = -i64::from(one.quantity);
        for line in lines
            .iter_mut()
            .rev()
            .filter(|line| line.product == one.product)
        {
            let taken = back.min(i64::from(line.quantity));
            line.quantity -= taken as i32;
            back -= taken;
        }
    }
    let mut found: Vec<Visit> = Vec::new();
    for line in lines.into_iter().filter(|line| line.quantity > 0) {
        let Some(item) = model.signs.item(line.product) else {
            continue;
        };
        if found.last().is_none_or(|visit| visit.day != line.day) {
            let (_, month, _) = civil(i64::from(line.day) * DAY);
            found.push(Visit {
                day: line.day,
                month: month as usize - 1,
                lines: Vec::new(),
            });
        }
        if let Some(visit) = found.last_mut() {
            match visit.lines.last_mut() {
                Some(last) if last.1 == line.product => {
                    last.2 = last.2.saturating_add(line.quantity)
                }
                _ => visit.lines.push((item, line.product, line.quantity)),
            }
        }
    }
    found
}

/// A customer's visits with what does not depend on the kind of event.
pub(super) struct Reader<'a> {
    pub visits: &'a [Visit],
    types: &'a Types,
    /// How likely each visit is under each kind of visit, the customer's own mix beforehand counted in; shares of one.
    usual: Vec<Vec<f64>>,
}

/// What one visit says.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Heard {
    /// Logarithm of the likelihood ratio.
    pub total: f64,
    /// Number of a line that serves the kind, and its part of the total. The rest of the total is what else was
    /// bought, and what kind of visit it was.
    pub lines: Vec<(usize, f64)>,
}

impl<'a> Reader<'a> {
    /// Prepares a customer's visits.
    pub fn new(types: &'a Types, visits: &'a [Visit]) -> Self {
        let base: Vec<f64> = types.weights.iter().map(|weight| ln(*weight)).collect();
        let raw: Vec<Vec<f64>> = visits
            .iter()
            .map(|visit| types.log_likelihoods(visit))
            .collect();
        let plain: Vec<Vec<f64>> = raw
            .iter()
            .map(|logs| {
                let mut with: Vec<f64> = logs
                    .iter()
                    .zip(&base)
                    .map(|(log, base)| log + base)
                    .collect();
                normalise(&mut with);
                with
            })
            .collect();
        let mut own: Vec<f64> = types
            .weights
            .iter()
            .map(|weight| weight * OWN_VISITS)
            .collect();
        for visit in &plain {
            own.iter_mut()
                .zip(visit)
                .for_each(|(sum, part)| *sum += part);
        }
        let all = visits.len() as f64 - 1.0 + OWN_VISITS;
        let usual = raw.into_iter().zip(&plain).map(|(logs, itself)| {
            // The customer's other visits tell what this one is likely to be.
            let others = own
                .iter()
                .zip(itself)
                .map(|(sum, part)| ln((sum - part).max(1e-9) / all));
            let mut with: Vec<f64> = logs
                .iter()
                .zip(others)
                .map(|(log, base)| log + base)
                .collect();
            normalise(&mut with);
            with
        });
        Self {
            visits,
            types,
            usual: usual.collect(),
        }
    }

    /// What each visit says of a kind.
    pub fn hear(&self, serving: &Serving) -> Vec<Heard> {
        let mut habit = Habit::new(self.types, serving);
        let heard = self.visits.iter().enumerate().map(|(number, visit)| {
            habit.until(self.visits, visit.day - serving.days);
            self.visit(number, serving, &habit)
        });
        heard.collect()
    }

    fn visit(&self, number: usize, serving: &Serving, habit: &Habit<'_>) -> Heard {
        let (visit, usual) = (&self.visits[number], &self.usual[number]);
        let left = ln(1.0 - serving.part);
        let serves = |line: &(usize, &(u32, u32, i32))| serving.share[line.1.0 as usize] > 0.0;
        let signed: Vec<(usize, &(u32, u32, i32))> =
            visit.lines.iter().enumerate().filter(serves).collect();
        let rest = (visit.lines.len() - signed.len()) as f64 * left;
        if signed.is_empty() {
            return Heard {
                total: rest.max(-LOUDEST),
                lines: Vec::new(),
            };
        }
        // Row by row: the kinds of visits, each with what its lines say.
        let ratio = |kind: usize, item: u32| {
            let log = self.types.log_share(kind, visit.month, item) + habit.log(item);
            ln(1.0 - serving.part + serving.part * serving.share[item as usize] * exp(-log))
        };
        let table: Vec<Vec<f64>> = (0..self.types.count())
            .map(|kind| signed.iter().map(|(_, line)| ratio(kind, line.0)).collect())
            .collect();
        let mut posterior: Vec<f64> = table
            .iter()
            .zip(usual)
            .map(|(row, before)| ln(before.max(1e-300)) + row.iter().sum::<f64>())
            .collect();
        let total = normalise(&mut posterior) + rest;
        let of = |place: usize| {
            posterior
                .iter()
                .zip(&table)
                .map(|(part, row)| part * row[place])
                .sum()
        };
        Heard {
            total: total.clamp(-LOUDEST, LOUDEST),
            lines: signed
                .iter()
                .enumerate()
                .map(|(place, (line, _))| (*line, of(place)))
                .collect(),
        }
    }
}

/// How much more of an item a customer bought, longer ago than an event lasts, than others do.
struct Habit<'a> {
    types: &'a Types,
    serving: &'a Serving,
    bought: Vec<(u32, f64)>,
    all: f64,
    next: usize,
}

impl<'a> Habit<'a> {
    const fn new(types: &'a Types, serving: &'a Serving) -> Self {
        Self {
            types,
            serving,
            bought: Vec::new(),
            all: 0.0,
            next: 0,
        }
    }

    /// Takes in the visits before a day.
    fn until(&mut self, visits: &[Visit], day: i32) {
        while let Some(visit) = visits.get(self.next).filter(|visit| visit.day < day) {
            for line in &visit.lines {
                self.all += 1.0;
                if self.serving.share[line.0 as usize] > 0.0 {
                    match self.bought.iter_mut().find(|(item, _)| *item == line.0) {
                        Some((_, count)) => *count += 1.0,
                        None => self.bought.push((line.0, 1.0)),
                    }
                }
            }
            self.next += 1;
        }
    }

    /// Logarithm of the customer's share over the usual one; never below 0: who did not buy it before may begin to.
    fn log(&self, item: u32) -> f64 {
        let count = self
            .bought
            .iter()
            .find(|one| one.0 == item)
            .map_or(0.0, |one| one.1);
        if count == 0.0 {
            return 0.0;
        }
        let usual = self.types.usual[item as usize];
        let share = (count + OWN_LINES * usual) / (self.all + OWN_LINES);
        ln(share / usual).max(0.0)
    }
}
