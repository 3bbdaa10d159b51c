//! Which genes are told as one: those that rest on the same acts, as the words of one product's name do. Each keeps its own
//! evidence and score. It weighs nothing.

use crate::frame::{Consents, Frame};
use crate::gene::{Gene, GeneType, Standing};
use crate::{Act, GenomeError};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// A gene by its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Named {
    /// Its attribute.
    pub attribute: String,
    /// Its value.
    pub value: String,
}

/// What a gene rests on.
#[derive(Default)]
struct Rests {
    /// Products in order, with what acts about each weigh.
    products: Vec<(u32, i64)>,
    /// The weight of all acts, also of those that name the value and no product.
    all: i64,
}

impl Rests {
    /// Whether at least as much of the acts is for both as is for one of the two alone: a Jaccard index of a half or more
    /// (P. Jaccard, "The distribution of the flora in the alpine zone", New Phytologist 11, 1912), of weights.
    fn is_same(&self, other: &Self) -> bool {
        let (mut shared, mut rest) = (0, other.products.iter().peekable());
        for (product, weight) in &self.products {
            while rest.next_if(|(other, _)| other < product).is_some() {}
            if rest.next_if(|(other, _)| other == product).is_some() {
                shared += weight;
            }
        }
        // shared / (one + other - shared) is a half or more.
        3 * shared >= self.all + other.all && shared > 0
    }
}

/// Gives each leading gene the names of those that come with it. Liked genes are looked at in the order of their scores,
/// passions first, and so are disliked ones: each comes with the first leader that rests on the same acts, and leads where
/// there is none (the leader algorithm of J. A. Hartigan, "Clustering Algorithms", 1975, chapter 3), so that no chain of
/// likenesses joins what has little in common. Motivations are made of values and answer another question: they stay alone.
///
/// An act weighs here what its kind weighs, however old it is.
///
/// # Errors
/// [`GenomeError::Product`] for a product that the frame does not hold.
pub(crate) fn join(
    frame: &Frame,
    acts: &[&Act],
    consents: Consents,
    genes: &mut [Gene],
) -> Result<(), GenomeError> {
    for standing in [Standing::Liked, Standing::Disliked] {
        let is_meant =
            |gene: &Gene| gene.standing == standing && gene.gene_type != GeneType::Motivation;
        let mut order: Vec<usize> = (0..genes.len())
            .filter(|&place| is_meant(&genes[place]))
            .collect();
        if order.len() < 2 {
            continue;
        }
        order.sort_by_key(|&place| {
            let gene = &genes[place];
            (
                gene.gene_type != GeneType::Passion,
                Reverse(gene.score.abs()),
            )
        });
        let named: Vec<Option<u32>> = order
            .iter()
            .map(|&place| frame.find(&genes[place].attribute, &genes[place].value))
            .collect();
        let acts = acts.iter().copied().filter(|act| {
            let weight = frame.spec().weight(act.kind);
            if standing == Standing::Liked {
                weight > 0
            } else {
                weight < 0
            }
        });
        let rests = rests(frame, acts, consents, &named)?;
        let mut leaders: Vec<usize> = Vec::new();
        for own in 0..order.len() {
            let same = |leader: &&usize| rests[**leader].is_same(&rests[own]);
            match leaders.iter().find(same) {
                Some(&leader) => {
                    let name = genes[order[own]].name();
                    genes[order[leader]].with.push(name);
                }
                None => leaders.push(own),
            }
        }
    }
    Ok(())
}

/// What some values rest on, of acts that may be looked at.
fn rests<'a>(
    frame: &Frame,
    acts: impl Iterator<Item = &'a Act>,
    consents: Consents,
    named: &[Option<u32>],
) -> Result<Vec<Rests>, GenomeError> {
    let mut products: BTreeMap<u32, i64> = BTreeMap::new();
    let mut alone: BTreeMap<u32, i64> = BTreeMap::new();
    for act in acts {
        if !frame.open(act, consents)? {
            continue;
        }
        let weight = frame.spec().weight(act.kind).abs();
        if let Some(product) = act.product {
            *products.entry(product).or_default() += weight;
        }
        for value in &act.values {
            *alone.entry(*value).or_default() += weight;
        }
    }
    let mut all: Vec<Rests> = Vec::with_capacity(named.len());
    let mut places = BTreeMap::new();
    for value in named {
        let own = value.and_then(|value| alone.get(&value)).copied();
        if let Some(value) = value {
            places.insert(*value, all.len());
        }
        all.push(Rests {
            products: Vec::new(),
            all: own.unwrap_or(0),
        });
    }
    for (product, weight) in products {
        for (value, _) in frame.values_of(product) {
            if let Some(&place) = places.get(value) {
                all[place].products.push((product, weight));
                all[place].all += weight;
            }
        }
    }
    Ok(all)
}

/// The names of those genes that come with another: a short list leaves them to the gene that leads.
pub fn joined(genes: &[Gene]) -> BTreeSet<(&str, &str)> {
    let with = genes.iter().flat_map(|gene| &gene.with);
    with.map(|one| (one.attribute.as_str(), one.value.as_str()))
        .collect()
}
