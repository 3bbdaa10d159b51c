//! Values as they are found: with the characters they stand on, and together with what told them before. It must not
//! decide what a word means.

use super::claim::Line;
use super::{Attribute, CERTAIN, Evidence, Found, Rule, Source};

/// A text as it was read, for those who look for what nothing has read.
pub struct Reading {
    pub line: Line,
    /// The attribute that used each token, if one did.
    pub used: Vec<Option<Attribute>>,
    pub found: Vec<Found>,
}

/// Puts values down with the characters they stand on.
pub struct Writer<'a> {
    pub field: &'a str,
    pub letters: &'a [char],
    pub reading: &'a mut Reading,
}

/// A value, how sure, and by which rule and entry.
pub struct Said<'a> {
    pub attribute: Attribute,
    pub value: &'a str,
    pub strength: u32,
    pub rule: Rule,
    pub entry: &'a str,
}

impl Writer<'_> {
    /// As `put`, of a value that other words told: they stay as free as they were.
    pub fn put_beside(&mut self, said: &Said<'_>, from: usize, to: usize) {
        let used = self.reading.used[from..to].to_vec();
        self.put(said, from, to);
        self.reading.used[from..to].copy_from_slice(&used);
    }

    /// Which tokens a value has used.
    pub fn taken(&self) -> Vec<bool> {
        self.reading.used.iter().map(Option::is_some).collect()
    }

    /// Puts a value down on the tokens from `from` to before `to`, which are used by it from then on.
    pub fn put(&mut self, said: &Said<'_>, from: usize, to: usize) {
        let tokens = &self.reading.line.tokens[from..to];
        let (first, last) = (tokens[0].from, tokens[tokens.len() - 1].to);
        let read_as = tokens.iter().any(|token| token.was.is_some()).then(|| {
            let words: Vec<&str> = tokens.iter().map(|token| token.text.as_str()).collect();
            words.join(" ")
        });
        let found = Found {
            attribute: said.attribute,
            value: said.value.to_string(),
            strength: said.strength,
            source: Source::Text,
            evidence: vec![Evidence {
                field: self.field.to_string(),
                from: first,
                to: last,
                matched: self.letters[first..last].iter().collect(),
                rule: said.rule,
                entry: said.entry.to_string(),
                read_as,
            }],
        };
        self.reading.used[from..to].fill(Some(said.attribute));
        add(&mut self.reading.found, found);
    }
}

/// Adds a value; where it is told already, its evidence, and the strength of both: 1 - (1 - a)(1 - b).
pub fn add(all: &mut Vec<Found>, one: Found) {
    let same = |other: &&mut Found| other.attribute == one.attribute && other.value == one.value;
    match all.iter_mut().find(same) {
        None => all.push(one),
        Some(other) => {
            let (a, b) = (u64::from(other.strength), u64::from(one.strength));
            let certain = u64::from(CERTAIN);
            let both = a + b - a * b / certain;
            other.strength = u32::try_from(both).unwrap_or(CERTAIN).min(CERTAIN);
            other.source = other.source.min(one.source);
            other.evidence.extend(one.evidence);
        }
    }
}

/// In the order of attributes, the surest value first.
pub fn sort(found: &mut [Found]) {
    found.sort_by(|a, b| {
        (a.attribute, b.strength, &a.value).cmp(&(b.attribute, a.strength, &b.value))
    });
}
