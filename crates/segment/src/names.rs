//! Names in plain words from the facts of a segment: "Big-spending regulars", "Lapsed small-basket buyers".
//! It must not look at members, only at the facts, nor spell a fact (`words`); a person may rename any segment
//! afterwards.

mod words;

use crate::{Entity, Feature};
use std::collections::{BTreeMap, BTreeSet};
pub(crate) use words::LEFT_OVER;
use words::{Word, compose, word};

/// One feature of one segment against all members, as far as naming needs it.
#[derive(Debug, Clone, Copy)]
pub struct Trait<'a> {
    /// The feature.
    pub feature: &'a Feature,
    /// Difference to all members in standard deviations.
    pub effect: f64,
    /// Whether it is more than noise.
    pub significant: bool,
}

/// A difference smaller than this is not worth a word.
const LEAST_EFFECT: f64 = 0.4;

/// Clusters of a few shops or products are too small for a test to say much: a difference as large as this names them
/// all the same (Cohen 1988 calls .8 large).
const LARGE_EFFECT: f64 = 0.8;

/// What tells two segments of the same name apart may be as small as this, where it is more than noise (Cohen 1988
/// calls .2 small).
const LEAST_APART: f64 = 0.2;

/// Names for all segments of a run, each different from the others, in the order given. Two facts describe a segment;
/// of segments that would be called the same, each is told from the others by a further fact, and a number is left for
/// those that no fact tells apart.
pub fn names(of: Entity, segments: &[Vec<Trait<'_>>]) -> Vec<String> {
    let told: Vec<Told<'_>> = segments.iter().map(|traits| Told::of(of, traits)).collect();
    let mut used: Vec<Vec<usize>> = told.iter().map(Told::describing).collect();
    loop {
        let mut added = false;
        for group in alike(&told, &used) {
            let each = group.iter().map(|&own| {
                let others = group.iter().filter(|other| **other != own);
                let others: Vec<&Told<'_>> = others.map(|other| &told[*other]).collect();
                (own, told[own].apart(&used[own], &others))
            });
            for (own, fact) in each.collect::<Vec<_>>() {
                added |= fact.is_some();
                used[own].extend(fact);
            }
        }
        // Every round uses up facts, so this ends.
        if !added {
            break;
        }
    }
    let (mut given, mut order) = (BTreeSet::new(), Vec::new());
    for (told, used) in told.iter().zip(&used) {
        let name = told.name(used);
        let mut numbers = 2..;
        let mut tried = name.clone();
        while !given.insert(tried.clone()) {
            tried = format!("{name} {}", numbers.next().unwrap_or(2));
        }
        order.push(tried);
    }
    order
}

/// The segments that would be called the same, in groups.
fn alike(told: &[Told<'_>], used: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, (told, used)) in told.iter().zip(used).enumerate() {
        groups.entry(told.name(used)).or_default().push(place);
    }
    groups
        .into_values()
        .filter(|group| group.len() > 1)
        .collect()
}

/// What can be said of one segment.
struct Told<'a> {
    traits: &'a [Trait<'a>],
    noun: &'static str,
    /// What has a word and is more than noise, strongest first: the place of its trait and the word.
    facts: Vec<(usize, Word)>,
}

impl<'a> Told<'a> {
    fn of(of: Entity, traits: &'a [Trait<'a>]) -> Self {
        let noun = match of {
            Entity::Customers => noun(traits),
            Entity::Stores | Entity::Products => of.word(),
        };
        let mut places: Vec<usize> = (0..traits.len())
            .filter(|place| {
                let each = &traits[*place];
                let large = of != Entity::Customers && each.effect.abs() >= LARGE_EFFECT;
                (each.significant || large) && each.effect.abs() >= LEAST_APART
            })
            .collect();
        places.sort_by(|a, b| {
            let (a, b) = (&traits[*a], &traits[*b]);
            let stronger = b.effect.abs().total_cmp(&a.effect.abs());
            stronger.then(a.feature.key.cmp(&b.feature.key))
        });
        let facts = places.into_iter().filter_map(|place| {
            // The noun says these.
            let key = &traits[place].feature.key;
            let in_noun = of == Entity::Customers && NOUN_KEYS.contains(&key.as_str());
            let high = traits[place].effect > 0.0;
            let word = word(of, traits[place].feature, high)?;
            (!in_noun).then_some((place, word))
        });
        let facts = facts.collect();
        Self {
            traits,
            noun,
            facts,
        }
    }

    fn name(&self, used: &[usize]) -> String {
        let words: Vec<&Word> = used.iter().map(|fact| &self.facts[*fact].1).collect();
        compose(&words, self.noun)
    }

    /// The places of the two facts that describe the segment.
    fn describing(&self) -> Vec<usize> {
        let mut used: Vec<usize> = Vec::new();
        for (place, (of, word)) in self.facts.iter().enumerate() {
            let said = used.iter().any(|used| self.facts[*used].1.repeats(word));
            let long = word.of_people() && used.iter().any(|used| self.facts[*used].1.of_people());
            if used.len() < 2 && !said && !long && self.traits[*of].effect.abs() >= LEAST_EFFECT {
                used.push(place);
            }
        }
        used
    }

    /// The place of the fact, not used yet, that tells the segment from most of the others, of which the same word is not
    /// true; of several the one by which it differs most from the nearest of those. None where no fact tells it from any.
    fn apart(&self, used: &[usize], others: &[&Told<'_>]) -> Option<usize> {
        let mut best: Option<(usize, (usize, f64))> = None;
        for (place, (of, word)) in self.facts.iter().enumerate() {
            if used.contains(&place) {
                continue;
            }
            let own_word = |other: &&&Told<'_>| !other.facts.iter().any(|(_, said)| said == word);
            let own = self.traits[*of].effect;
            let apart = others
                .iter()
                .filter(own_word)
                .map(|other| (own - other.traits[*of].effect).abs())
                .filter(|apart| *apart >= LEAST_APART);
            let (told, least) = apart.fold((0, f64::INFINITY), |(told, least), apart| {
                (told + 1, apart.min(least))
            });
            let better =
                best.is_none_or(|(_, (most, by))| told > most || told == most && least > by);
            if told > 0 && better {
                best = Some((place, (told, least)));
            }
        }
        best.map(|(place, _)| place)
    }
}

fn effect(traits: &[Trait<'_>], key: &str) -> f64 {
    traits
        .iter()
        .find(|t| t.significant && t.feature.key == key)
        .map_or(0.0, |t| t.effect)
}

/// What the noun of customers says.
const NOUN_KEYS: [&str; 2] = ["receipts", "recency_days"];

/// What the members are, by how often and how recently they buy; customers, where that is not looked at.
fn noun(traits: &[Trait<'_>]) -> &'static str {
    let looked_at = |t: &Trait<'_>| NOUN_KEYS.contains(&t.feature.key.as_str());
    let (often, ago) = (effect(traits, "receipts"), effect(traits, "recency_days"));
    if !traits.iter().any(looked_at) {
        "customers"
    } else if often >= LEAST_EFFECT {
        "regulars"
    } else if ago >= LEAST_EFFECT {
        "lapsed buyers"
    } else if often <= -LEAST_EFFECT / 2.0 && ago <= 0.0 {
        "recent buyers"
    } else {
        "occasional buyers"
    }
}

#[cfg(test)]
mod tests;
