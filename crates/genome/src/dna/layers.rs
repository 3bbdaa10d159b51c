//! Layers of dictionaries put on top of each other: what a later one adds, takes back or reads otherwise. It must not
//! read TOML, nor match a text.

use super::dictionary::{DnaError, Phrase};
use super::{Attribute, Language};
use std::collections::BTreeMap;

/// A word or phrase as a dictionary lists it, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub language: Language,
    pub written: String,
    /// Whether it counts only as it is written, not in another number or gender.
    pub exact: bool,
    pub origin: String,
}

/// What is a figure alone without a noun, and what a figure that hangs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    Standing,
    Hanging,
}

/// What the layers say of one value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// Where it was listed first.
    pub origin: String,
    pub words: Vec<Listed>,
    /// Phrases within which its words mean something else.
    pub not_in: Vec<String>,
    /// Words beside which, anywhere in the text, its words mean something else.
    pub not_with: Vec<String>,
    /// Words of which one must stand in the text.
    pub only_with: Vec<String>,
    /// What it tells of other attributes.
    pub gives: Vec<(Attribute, String)>,
    /// Whether it counts only before the noun that names the thing.
    pub adjective: bool,
    /// Whether it counts only as the last word of its phrase.
    pub last: bool,
    /// Whether, as a kind, it counts only where no other is told.
    pub weak: bool,
    /// Whether, as a pattern, it cannot stand alone as a figure.
    pub surface: bool,
    pub figure: Option<Figure>,
}

/// What one file says of one value.
#[derive(Debug, Clone, Default)]
pub struct Told {
    pub entry: Entry,
    /// Words of earlier layers that are taken back.
    pub without: Vec<String>,
    /// Whether the value is taken back whole.
    pub drop: bool,
    /// Which flags the file sets; the others stay.
    pub flags: Flags,
}

/// Flags that a file sets.
#[derive(Debug, Clone, Copy, Default)]
pub struct Flags {
    pub adjective: bool,
    pub last: bool,
    pub weak: bool,
    pub surface: bool,
}

pub type Key = (Attribute, String);

/// Lists of small words, by the list's name.
pub type Lists = BTreeMap<String, Vec<Listed>>;

/// All layers together.
#[derive(Debug, Clone, Default)]
pub struct Layers {
    pub entries: BTreeMap<Key, Entry>,
    pub lists: Lists,
}

impl Layers {
    /// Puts one file on top.
    pub fn add(&mut self, told: BTreeMap<Key, Told>, lists: Lists) -> Result<(), DnaError> {
        twice(&told)?;
        blind(&told)?;
        for (key, told) in told {
            self.add_one(key, told);
        }
        for (name, words) in lists {
            self.lists.entry(name).or_default().extend(words);
        }
        Ok(())
    }

    fn add_one(&mut self, key: Key, told: Told) {
        if told.drop {
            self.entries.remove(&key);
            return;
        }
        // A word means what the last layer says.
        for word in &told.entry.words {
            let others = self.entries.iter_mut();
            for (_, other) in others.filter(|(other, _)| other.0 == key.0 && **other != key) {
                other
                    .words
                    .retain(|one| one.language != word.language || one.written != word.written);
            }
        }
        let is_new = !self.entries.contains_key(&key);
        let own_name = key.1.clone();
        let into = self.entries.entry(key).or_default();
        let from = told.entry;
        if is_new {
            into.origin = from.origin.clone();
        }
        into.words
            .retain(|word| !told.without.contains(&word.written));
        for word in from.words {
            let known = |one: &Listed| one.language == word.language && one.written == word.written;
            if !into.words.iter().any(known) {
                into.words.push(word);
            }
        }
        if is_new && !into.words.iter().any(|one| one.language == Language::En) {
            into.words.push(Listed {
                language: Language::En,
                written: own_name,
                exact: false,
                origin: from.origin,
            });
        }
        into.not_in.extend(from.not_in);
        into.not_with.extend(from.not_with);
        into.only_with.extend(from.only_with);
        into.gives.extend(from.gives);
        into.figure = from.figure.or(into.figure);
        if told.flags.adjective {
            into.adjective = from.adjective;
        }
        if told.flags.last {
            into.last = from.last;
        }
        if told.flags.weak {
            into.weak = from.weak;
        }
        if told.flags.surface {
            into.surface = from.surface;
        }
    }
}

/// Refuses a context that is the word itself: the word would never count.
fn blind(told: &BTreeMap<Key, Told>) -> Result<(), DnaError> {
    for ((_, value), told) in told {
        for context in &told.entry.not_in {
            for word in &told.entry.words {
                let stems = Phrase::new(&word.written);
                if Phrase::new(context).stems(word.language) == stems.stems(word.language) {
                    return Err(DnaError::new(
                        &told.entry.origin,
                        &format!(
                            "not_in of '{value}' holds '{context}', which is its word '{}'; give the words around it, too",
                            word.written
                        ),
                    ));
                }
            }
        }
    }
    Ok(())
}

/// Refuses a file that reads one word of a language as two values of an attribute.
fn twice(told: &BTreeMap<Key, Told>) -> Result<(), DnaError> {
    let mut seen: BTreeMap<(Attribute, Language, &str), (&str, &str)> = BTreeMap::new();
    for ((attribute, value), told) in told {
        for word in &told.entry.words {
            let key = (*attribute, word.language, word.written.as_str());
            match seen.insert(key, (value, &word.origin)) {
                Some((other, origin)) if other != value => {
                    return Err(DnaError::new(
                        &word.origin,
                        &format!(
                            "'{}' ({}) is listed as {} '{value}', and at {origin} as '{other}'; leave it in one place",
                            word.written,
                            word.language.code(),
                            attribute.name()
                        ),
                    ));
                }
                _ => {}
            }
        }
    }
    Ok(())
}
