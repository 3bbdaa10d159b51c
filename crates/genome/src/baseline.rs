//! What is usual, frozen for a run: the share of each value among all evidence for its attribute, how alike the acts
//! of one customer are, and the population's habits. Sums over customers are whole numbers, so that customers may
//! come in any order and in parts.

use crate::frame::Frame;
use crate::habits::{HABITS, Observed, Usual, UsualSums};
use crate::state::State;
use affinity::popularity::{Share, WHOLE, concentration};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is usual. Indices are numbers of values and attributes of the frame.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Baseline {
    /// Per value: its share, in billionths; 0 where nobody has evidence for it.
    shares: Vec<u32>,
    /// Per attribute: the share of a value that nobody had.
    unseen: Vec<u32>,
    /// Per attribute: how many observations the shares are worth, in thousandths; none where no customer has two.
    weights: Vec<Option<u32>>,
    /// Per habit.
    pub(crate) habits: Vec<Usual>,
}

impl Baseline {
    /// The usual share of a value. A value that nobody had counts like one act more than there were; an attribute
    /// that nobody had tells nothing, so all is expected.
    pub(crate) fn share(&self, value: u32, attribute: u32) -> Share {
        let known = self
            .shares
            .get(value as usize)
            .copied()
            .filter(|&share| share > 0);
        let unseen = || {
            self.unseen
                .get(attribute as usize)
                .copied()
                .unwrap_or(WHOLE)
        };
        Share::new(known.unwrap_or_else(unseen))
    }

    pub(crate) fn weight(&self, attribute: u32, otherwise: f64) -> f64 {
        let weight = self.weights.get(attribute as usize).copied().flatten();
        weight.map_or(otherwise, |thousandths| f64::from(thousandths) / 1_000.0)
    }
}

/// Sums of one attribute over customers.
#[derive(Debug, Clone, Default)]
struct Sums {
    evidence: i128,
    /// Of customers who consented to a topic, by its bit.
    consenting: BTreeMap<u32, i128>,
    agree: u128,
    pairs: u128,
    acts: u64,
}

/// Gathers what is usual, customer by customer.
#[derive(Debug, Clone, Default)]
pub struct BaselineBuilder {
    values: BTreeMap<u32, (i128, u64)>,
    attributes: BTreeMap<u32, Sums>,
    habits: Vec<UsualSums>,
}

impl BaselineBuilder {
    /// Adds a customer: the state as of the landmark, and what was observed of the habits.
    pub fn add(&mut self, frame: &Frame, state: &State, habits: &[Observed]) {
        let mut own: BTreeMap<u32, (i128, u128)> = BTreeMap::new();
        for (&value, held) in &state.values {
            let acts = u64::from(held.tally.supporting);
            let all = self.values.entry(value).or_default();
            *all = (all.0.saturating_add(held.tally.evidence), all.1 + acts);
            let attribute = frame.values()[value as usize].attribute;
            let sums = self.attributes.entry(attribute).or_default();
            sums.agree += u128::from(acts) * u128::from(acts.saturating_sub(1));
            sums.acts += acts;
            let own = own.entry(attribute).or_default();
            *own = (own.0 + held.tally.evidence, own.1 + u128::from(acts));
        }
        for (attribute, (evidence, acts)) in own {
            let sums = self.attributes.entry(attribute).or_default();
            sums.evidence = sums.evidence.saturating_add(evidence);
            sums.pairs += acts * acts.saturating_sub(1);
            for bit in (0..32)
                .map(|place| 1 << place)
                .filter(|bit| state.consents.0 & bit != 0)
            {
                let of = sums.consenting.entry(bit).or_default();
                *of = of.saturating_add(evidence);
            }
        }
        self.habits.resize_with(HABITS.len(), UsualSums::default);
        self.habits
            .iter_mut()
            .zip(habits)
            .for_each(|(sums, observed)| sums.add(observed));
    }

    /// Adds what another part of the customers gave.
    pub fn merge(&mut self, other: Self) {
        for (value, (evidence, acts)) in other.values {
            let all = self.values.entry(value).or_default();
            *all = (all.0.saturating_add(evidence), all.1 + acts);
        }
        for (attribute, part) in other.attributes {
            let sums = self.attributes.entry(attribute).or_default();
            sums.evidence = sums.evidence.saturating_add(part.evidence);
            sums.agree += part.agree;
            sums.pairs += part.pairs;
            sums.acts += part.acts;
            for (bit, evidence) in part.consenting {
                let of = sums.consenting.entry(bit).or_default();
                *of = of.saturating_add(evidence);
            }
        }
        self.habits.resize_with(HABITS.len(), UsualSums::default);
        self.habits
            .iter_mut()
            .zip(&other.habits)
            .for_each(|(sums, part)| sums.merge(part));
    }

    /// What is usual.
    pub fn finish(&self, frame: &Frame) -> Baseline {
        let count = frame.attributes().len();
        let mut chances = vec![0.0; count];
        let mut shares = vec![0; frame.values().len()];
        let nothing = Sums::default();
        for (&value, &(evidence, acts)) in &self.values {
            let of = &frame.values()[value as usize];
            let sums = self.attributes.get(&of.attribute).unwrap_or(&nothing);
            // Of a topic that needs consent only those count who gave it: the others had no chance to show it.
            let whole = match of.topic {
                0 => sums.evidence,
                bit => sums.consenting.get(&bit).copied().unwrap_or(0),
            };
            shares[value as usize] = Share::of(evidence, whole).billionths();
            let part = acts as f64 / sums.acts.max(1) as f64;
            chances[of.attribute as usize] += part * part;
        }
        let of = |attribute: usize| self.attributes.get(&(attribute as u32)).unwrap_or(&nothing);
        let unseen = |attribute| Share::of(1, i128::from(of(attribute).acts) + 1).billionths();
        let weight = |attribute: usize| {
            let sums = of(attribute);
            let found = concentration(sums.agree, sums.pairs, chances[attribute])?;
            Some((found * 1_000.0).round() as u32)
        };
        Baseline {
            unseen: (0..count).map(unseen).collect(),
            weights: (0..count).map(weight).collect(),
            shares,
            habits: self.habits.iter().map(UsualSums::finish).collect(),
        }
    }
}
