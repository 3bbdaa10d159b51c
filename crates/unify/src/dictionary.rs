//! Words that a retailer extends: short names, titles, kinds of street, words that stand for nobody. Holds how the lists are
//! read and asked; the bundled lists are the files under `data/`. It must not compare.

use crate::Error;
use crate::normal::fold;
use std::collections::{BTreeMap, BTreeSet};

const SHORT_NAMES: &str = include_str!("data/short-names.txt");
const STREET_WORDS: &str = include_str!("data/street-words.txt");
const TITLES: &str = include_str!("data/titles.txt");
const NOBODY: &str = include_str!("data/nobody.txt");

/// The lists, ready to be asked. Each list is text: one entry a line, `#` begins a remark. Lists of pairs have the full
/// form, a colon, and its other forms apart by commas.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dictionary {
    /// Short or other form to full names.
    short: BTreeMap<String, BTreeSet<String>>,
    /// Kind of street to its short form.
    street: BTreeMap<String, String>,
    titles: BTreeSet<String>,
    nobody: BTreeSet<String>,
}

impl Dictionary {
    /// The lists that come with the program: names of a dozen languages, streets of six.
    pub fn bundled() -> Self {
        let mut all = Self::default();
        // The bundled lists are read by a test; a line that cannot be read would be left out here.
        let _ = all.add_short_names(SHORT_NAMES);
        let _ = all.add_street_words(STREET_WORDS);
        all.add_titles(TITLES);
        all.add_nobody(NOBODY);
        all
    }

    /// Adds names: `Robert: Bob, Rob, Bert`.
    ///
    /// # Errors
    /// [`Error::Dictionary`] for the first line that cannot be read; the lines before it are added.
    pub fn add_short_names(&mut self, text: &str) -> Result<(), Error> {
        for pair in pairs("short names", text) {
            let (full, forms) = pair?;
            for form in forms {
                self.short.entry(form).or_default().insert(full.clone());
            }
            self.short.entry(full.clone()).or_default().insert(full);
        }
        Ok(())
    }

    /// Adds kinds of street: `str: straße, strasse`.
    ///
    /// # Errors
    /// [`Error::Dictionary`] for the first line that cannot be read; the lines before it are added.
    pub fn add_street_words(&mut self, text: &str) -> Result<(), Error> {
        for pair in pairs("kinds of street", text) {
            let (short, forms) = pair?;
            for form in forms {
                self.street.insert(form, short.clone());
            }
        }
        Ok(())
    }

    /// Adds words before a name that are no part of it.
    pub fn add_titles(&mut self, text: &str) {
        self.titles.extend(lines(text).map(|(_, line)| fold(line)));
    }

    /// Adds names that mean that there is none.
    pub fn add_nobody(&mut self, text: &str) {
        self.nobody.extend(lines(text).map(|(_, line)| fold(line)));
    }

    pub(crate) fn is_title(&self, word: &str) -> bool {
        self.titles.contains(word)
    }

    pub(crate) fn is_nobody(&self, name: &str) -> bool {
        self.nobody.contains(name)
    }

    /// The full names that a folded name may stand for, itself among them where it is one.
    pub(crate) fn full_names(&self, name: &str) -> impl Iterator<Item = &str> {
        self.short
            .get(name)
            .into_iter()
            .flatten()
            .map(String::as_str)
    }

    /// A folded word of a street with its kind in the short form: `gartenstrasse` as `gartenstr`.
    pub(crate) fn street_word(&self, word: &str) -> String {
        if let Some(short) = self.street.get(word) {
            return short.clone();
        }
        // Kinds written onto the name, as in German and Dutch; of several the longest.
        let endings = self
            .street
            .iter()
            .filter(|(form, _)| form.len() >= 4 && word.ends_with(form.as_str()));
        match endings.max_by_key(|(form, _)| form.len()) {
            Some((form, short)) => format!("{}{short}", &word[..word.len() - form.len()]),
            None => word.to_string(),
        }
    }
}

/// Lines that say something, with their numbers.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let told = text
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim());
    told.zip(1..)
        .map(|(line, number)| (number, line))
        .filter(|(_, line)| !line.is_empty())
}

/// The lines of a list of pairs, folded.
fn pairs<'a>(
    of: &'static str,
    text: &'a str,
) -> impl Iterator<Item = Result<(String, Vec<String>), Error>> + 'a {
    lines(text).map(move |(line, said)| {
        let refused = || Error::Dictionary {
            of,
            line,
            text: said.to_string(),
            form: "full form: other form, other form",
        };
        let (full, forms) = said.split_once(':').ok_or_else(refused)?;
        let forms: Vec<String> = forms
            .split(',')
            .map(fold)
            .filter(|form| !form.is_empty())
            .collect();
        let full = fold(full);
        if full.is_empty() || forms.is_empty() {
            Err(refused())
        } else {
            Ok((full, forms))
        }
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_lists_can_be_read() {
        let mut own = Dictionary::default();
        own.add_short_names(SHORT_NAMES).unwrap();
        own.add_street_words(STREET_WORDS).unwrap();
        own.add_titles(TITLES);
        own.add_nobody(NOBODY);
        assert_eq!(own, Dictionary::bundled());
        let bob: Vec<_> = own.full_names("bob").collect();
        assert_eq!(bob, ["robert"]);
        assert!(own.full_names("alex").count() > 1);
        assert_eq!(own.full_names("robert").count(), 1);
    }

    #[test]
    fn a_retailer_extends_them() {
        let mut own = Dictionary::bundled();
        own.add_short_names("Wolfgang: Wolfi # said by our shops\n\n")
            .unwrap();
        assert_eq!(own.full_names("wolfi").collect::<Vec<_>>(), ["wolfgang"]);
        own.add_street_words("steig: steigung").unwrap();
        assert_eq!(own.street_word("bergsteigung"), "bergsteig");
        let wrong = own.add_short_names("Anna: Anni\nBertha").unwrap_err();
        assert!(
            wrong
                .to_string()
                .starts_with("line 2 of the dictionary of short names is 'Bertha'")
        );
    }
}
