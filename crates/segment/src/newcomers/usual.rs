//! What is usual in a cluster by attribute: the middle of numbers, the most common kind of texts. It must not place.

use super::{Candidate, Value};
use std::collections::BTreeMap;

/// What is usual among members.
#[derive(Debug, Clone, PartialEq)]
pub enum Usual {
    /// The median of those who have it.
    Middle(f64),
    /// The most common kind, and the share of those who have any that are of it.
    Most(String, f64),
}

/// What is usual among members, one for each attribute; none where no member has it.
pub(super) fn usual(attributes: usize, members: &[&Candidate]) -> Vec<Option<Usual>> {
    let known = |place: usize| {
        let values = members.iter();
        values.filter_map(move |member| member.values.get(place)?.as_ref())
    };
    (0..attributes)
        .map(|place| {
            let mut numbers = Vec::new();
            let mut texts: BTreeMap<&str, usize> = BTreeMap::new();
            for value in known(place) {
                match value {
                    Value::Number(number) => numbers.push(*number),
                    Value::Text(text) => *texts.entry(text).or_default() += 1,
                }
            }
            let all: usize = texts.values().sum();
            // The first in order of the alphabet among equally common ones.
            let most = texts
                .iter()
                .max_by_key(|(text, count)| (**count, std::cmp::Reverse(*text)));
            match most {
                Some((text, count)) => {
                    Some(Usual::Most((*text).into(), *count as f64 / all as f64))
                }
                None => median(numbers).map(Usual::Middle),
            }
        })
        .collect()
}

fn median(mut numbers: Vec<f64>) -> Option<f64> {
    numbers.sort_unstable_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    match numbers.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(numbers[middle]),
        _ => Some((numbers[middle - 1] + numbers[middle]) / 2.0),
    }
}
