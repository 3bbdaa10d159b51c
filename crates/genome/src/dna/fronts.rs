//! Kinds that a catalogue puts first and the variant behind them. It must not read a text for anything else.

use super::claim::{longest, matches};
use super::extract::{Extractor, distinct};
use super::{Attribute, Product};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A kind leads where something follows it in so many of 10 texts in which it is the only one, of at least so many.
const LEADS: usize = 6;
const LEADS_LEAST: usize = 5;

/// Kinds that as a rule stand before their variant where they are the only one of a text: `CARD DOG AND BALL`,
/// `RIBBON REEL SOCKS AND MITTENS`.
pub fn find(extractor: &Extractor, products: &[Product]) -> BTreeSet<usize> {
    let dictionary = extractor.dictionary();
    let seen: Vec<(usize, bool)> = products
        .par_iter()
        .filter_map(|product| {
            let (field, text) = product.texts.first()?;
            let reading = extractor.read(product, field, text);
            let all = matches(dictionary, &reading.line);
            let free = vec![false; reading.line.tokens.len()];
            let kinds = distinct(longest(dictionary, &all, &free, |one| {
                one == Attribute::Kind
            }));
            let [only] = kinds.as_slice() else {
                return None;
            };
            // Alone it says nothing of where it would stand with a variant.
            let is_whole = only.from == 0 && only.to == free.len();
            let next = reading.line.tokens.get(only.to);
            let is_size = reading.used.get(only.to) == Some(&Some(Attribute::Size));
            let leads = next.is_some_and(|next| next.is_word() && !is_size);
            (!is_whole).then_some((only.known, leads))
        })
        .collect();
    let mut counts: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for (known, leads) in seen {
        let count = counts.entry(known).or_default();
        count.0 += usize::from(leads);
        count.1 += 1;
    }
    let leads = |(before, all): &(usize, usize)| *all >= LEADS_LEAST && before * 10 >= all * LEADS;
    counts
        .into_iter()
        .filter(|(_, count)| leads(count))
        .map(|(known, _)| known)
        .collect()
}
