//! Dictionaries ready for matching: every word of every layer under the stem of its first token, by language. It must
//! not decide which of several matches counts.

use super::layers::{Entry, Key, Layers, Listed};
use super::words::{folded, respelt, tokens};
use super::{Attribute, Language, read};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The lists of small words that a dictionary may hold.
pub const LISTS: &[&str] = &[
    "cut",
    "along",
    "packed",
    "content",
    "join",
    "container",
    "piece",
    "pair",
    "part",
    "hanging",
    "empty",
    "number",
    "leave",
];

/// The general dictionaries that come with the program.
const BUNDLED: &[(&str, &str)] = &[
    ("colours.toml", include_str!("../../data/dna/colours.toml")),
    (
        "materials.toml",
        include_str!("../../data/dna/materials.toml"),
    ),
    (
        "patterns.toml",
        include_str!("../../data/dna/patterns.toml"),
    ),
    ("sizes.toml", include_str!("../../data/dna/sizes.toml")),
    (
        "flavours.toml",
        include_str!("../../data/dna/flavours.toml"),
    ),
    (
        "occasions.toml",
        include_str!("../../data/dna/occasions.toml"),
    ),
    ("dietary.toml", include_str!("../../data/dna/dietary.toml")),
    ("styles.toml", include_str!("../../data/dna/styles.toml")),
    ("kinds.toml", include_str!("../../data/dna/kinds.toml")),
    ("grammar.toml", include_str!("../../data/dna/grammar.toml")),
];

/// Longest phrase whose words are also known when written together: longer ones are no compounds any more.
const JOINED_MOST: usize = 2;

/// What is wrong with a dictionary, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {why}")]
pub struct DnaError {
    /// File and line.
    pub at: String,
    /// What is wrong and how to mend it.
    pub why: String,
}

impl DnaError {
    pub(super) fn new(at: &str, why: &str) -> Self {
        Self {
            at: at.into(),
            why: why.trim().into(),
        }
    }
}

/// A phrase by its stems in every language, as texts of any are held against it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    stems: [Vec<String>; Language::ALL.len()],
}

impl Phrase {
    pub fn new(written: &str) -> Self {
        let tokens = tokens(written);
        let stems = Language::ALL.map(|language| {
            let stem = |token: &super::words::Token| language.stem(&token.text);
            tokens.iter().map(stem).collect()
        });
        Self { stems }
    }

    pub fn stems(&self, language: Language) -> &[String] {
        &self.stems[language as usize]
    }
}

/// An entry with its contexts as phrases.
#[derive(Debug, Clone)]
pub struct Known {
    pub key: Key,
    pub entry: Entry,
    pub not_in: Vec<Phrase>,
    pub not_with: Vec<Phrase>,
    pub only_with: Vec<Phrase>,
}

/// One word of an entry.
#[derive(Debug, Clone)]
pub struct Word {
    /// Which entry.
    pub entry: usize,
    /// Which of its words.
    pub word: usize,
    /// Stems of its tokens.
    pub stems: Vec<String>,
    /// Its tokens as they are written, where only those count.
    pub exact: Option<Vec<String>>,
}

/// Dictionaries of all attributes and languages, in layers, ready for reading texts.
#[derive(Debug, Clone)]
pub struct Dictionary {
    layers: Layers,
    known: Vec<Known>,
    by_key: BTreeMap<Key, usize>,
    /// By language: words under the stem of their first token, longest first.
    index: Vec<HashMap<String, Vec<Word>>>,
    /// By language: every token that a dictionary knows, as texts write it.
    vocabulary: Vec<BTreeSet<String>>,
    lists: HashMap<(&'static str, Language), Vec<Vec<String>>>,
}

impl Dictionary {
    /// The general dictionaries that come with the program.
    ///
    /// # Errors
    /// Where one of them is wrong; a test holds that none is.
    pub fn bundled() -> Result<Self, DnaError> {
        let mut layers = Layers::default();
        let mut told = BTreeMap::new();
        let mut lists = super::layers::Lists::new();
        for (name, text) in BUNDLED {
            let (more, listed) = read::read(name, text)?;
            told.extend(more);
            for (name, words) in listed {
                lists.entry(name).or_default().extend(words);
            }
        }
        layers.add(told, lists)?;
        Ok(Self::of(layers))
    }

    /// These dictionaries with a retailer's own file on top: it adds values and words, takes some back (`without`,
    /// `drop`), and where both read a word, its reading holds.
    ///
    /// # Errors
    /// Names the file's line and what to mend.
    pub fn with(&self, name: &str, text: &str) -> Result<Self, DnaError> {
        let mut layers = self.layers.clone();
        let (told, lists) = read::read(name, text)?;
        layers.add(told, lists)?;
        Ok(Self::of(layers))
    }

    /// These dictionaries with those values of an attribute alone for which `keep` holds: what a catalogue would see
    /// whose words the lists do not hold.
    #[must_use]
    pub fn only(&self, attribute: Attribute, keep: impl Fn(&str) -> bool) -> Self {
        let mut layers = self.layers.clone();
        layers
            .entries
            .retain(|(of, value), _| *of != attribute || keep(value));
        Self::of(layers)
    }

    fn of(layers: Layers) -> Self {
        let count = Language::ALL.len();
        let mut index: Vec<HashMap<String, Vec<Word>>> = vec![HashMap::new(); count];
        let mut vocabulary = vec![BTreeSet::new(); count];
        let (mut known, mut by_key) = (Vec::new(), BTreeMap::new());
        for (key, entry) in &layers.entries {
            let at = known.len();
            by_key.insert(key.clone(), at);
            for (word, listed) in entry.words.iter().enumerate() {
                let language = listed.language;
                for form in forms(listed, &mut vocabulary[language as usize]) {
                    let stems: Vec<String> = form.iter().map(|one| language.stem(one)).collect();
                    let Some(first) = stems.first().cloned() else {
                        continue;
                    };
                    let exact = listed.exact.then_some(form);
                    let word = Word {
                        entry: at,
                        word,
                        stems,
                        exact,
                    };
                    index[language as usize]
                        .entry(first)
                        .or_default()
                        .push(word);
                }
            }
            let phrases = |written: &[String]| written.iter().map(|one| Phrase::new(one)).collect();
            known.push(Known {
                key: key.clone(),
                not_in: phrases(&entry.not_in),
                not_with: phrases(&entry.not_with),
                only_with: phrases(&entry.only_with),
                entry: entry.clone(),
            });
        }
        for words in index.iter_mut().flat_map(HashMap::values_mut) {
            words.sort_by(|a, b| {
                (b.stems.len(), a.entry, a.word).cmp(&(a.stems.len(), b.entry, b.word))
            });
        }
        let mut lists: HashMap<_, Vec<Vec<String>>> = HashMap::new();
        for name in LISTS {
            for listed in layers.lists.get(*name).into_iter().flatten() {
                let texts = texts(&listed.written);
                // Words of grammar are known, so they are never taken for misspelt ones.
                vocabulary[listed.language as usize].extend(texts.iter().cloned());
                lists
                    .entry((*name, listed.language))
                    .or_default()
                    .push(texts);
            }
        }
        Self {
            layers,
            known,
            by_key,
            index,
            vocabulary,
            lists,
        }
    }

    pub(super) fn known(&self, at: usize) -> &Known {
        &self.known[at]
    }

    pub(super) fn all(&self) -> &[Known] {
        &self.known
    }

    pub(super) fn words(&self, language: Language, stem: &str) -> &[Word] {
        self.index[language as usize]
            .get(stem)
            .map_or(&[], Vec::as_slice)
    }

    pub(super) fn vocabulary(&self, language: Language) -> &BTreeSet<String> {
        &self.vocabulary[language as usize]
    }

    pub(super) fn list(&self, name: &'static str, language: Language) -> &[Vec<String>] {
        self.lists.get(&(name, language)).map_or(&[], Vec::as_slice)
    }

    /// The entry of an attribute's canonical value.
    pub(super) fn entry(&self, attribute: Attribute, value: &str) -> Option<&Known> {
        self.by_key
            .get(&(attribute, value.to_string()))
            .map(|at| &self.known[*at])
    }

    /// The canonical value that a whole text stands for, in any language (the given one first), and where it is
    /// listed.
    pub(super) fn look_up(
        &self,
        attribute: Attribute,
        text: &str,
        language: Language,
    ) -> Option<(String, String)> {
        let texts = texts(text);
        let plain = folded(text.trim());
        if let Some(known) = self.entry(attribute, &plain) {
            return Some((known.key.1.clone(), known.entry.origin.clone()));
        }
        std::iter::once(language)
            .chain(Language::ALL)
            .find_map(|language| {
                let stems: Vec<String> = texts.iter().map(|one| language.stem(one)).collect();
                let words = self.words(language, stems.first()?).iter();
                words
                    .filter(|word| self.known[word.entry].key.0 == attribute)
                    .find(|word| word.stems == stems)
                    .map(|word| {
                        let known = &self.known[word.entry];
                        (
                            known.key.1.clone(),
                            known.entry.words[word.word].origin.clone(),
                        )
                    })
            })
    }

    /// Canonical values of an attribute.
    pub fn values(&self, attribute: Attribute) -> impl Iterator<Item = &str> {
        let of = move |known: &&Known| known.key.0 == attribute;
        self.known
            .iter()
            .filter(of)
            .map(|known| known.key.1.as_str())
    }
}

fn texts(written: &str) -> Vec<String> {
    tokens(written).into_iter().map(|one| one.text).collect()
}

/// The ways in which texts write a word: as it is listed, without umlauts, and a phrase of two words as one. Their tokens
/// go to the vocabulary, but for those of the joined one.
fn forms(listed: &Listed, vocabulary: &mut BTreeSet<String>) -> Vec<Vec<String>> {
    let spellings = [Some(listed.written.clone()), respelt(&listed.written)];
    let mut forms = Vec::new();
    for written in spellings.into_iter().flatten() {
        let texts = texts(&written);
        vocabulary.extend(texts.iter().cloned());
        // "maat s" is not "maats".
        let ends = texts.last().is_some_and(|last| last.len() > 1);
        let joined =
            ((2..=JOINED_MOST).contains(&texts.len()) && ends).then(|| vec![texts.concat()]);
        forms.push(texts);
        forms.extend(joined);
    }
    forms
}
