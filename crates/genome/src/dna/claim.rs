//! Which words of a text are matches of the dictionary, which of those hold in their context, and which word is used
//! for what. It must not choose the kind (see `kinds`).

use super::dictionary::{Phrase, Word};
use super::words::Token;
use super::{Attribute, Dictionary, Language};
use std::collections::HashMap;

/// A text's tokens with their stems.
pub struct Line {
    pub tokens: Vec<Token>,
    pub language: Language,
    own: Vec<String>,
    english: Vec<String>,
}

/// A place where a word of an entry stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// Which entry of the dictionary, and which of its words.
    pub known: usize,
    pub word: usize,
    /// First token and the first after it.
    pub from: usize,
    pub to: usize,
    /// Whether the word is listed in this form alone.
    pub exact: bool,
}

/// Which tokens a span was kept for: spans may be equal, but not overlap otherwise.
pub struct Kept(Vec<Option<(usize, usize)>>);

impl Kept {
    /// For a text of so many tokens.
    pub fn new(tokens: usize) -> Self {
        Self(vec![None; tokens])
    }

    /// Keeps a span, unless it overlaps another one that was kept.
    pub fn keep(&mut self, from: usize, to: usize) -> bool {
        let own = Some((from, to));
        let free = self.0[from..to].iter().all(|of| of.is_none() || *of == own);
        if free {
            self.0[from..to].fill(own);
        }
        free
    }
}

impl Line {
    pub fn new(tokens: Vec<Token>, language: Language) -> Self {
        let stems =
            |language: Language| tokens.iter().map(|one| language.stem(&one.text)).collect();
        let own: Vec<String> = stems(language);
        let english = match language {
            Language::En => Vec::new(),
            _ => stems(Language::En),
        };
        Self {
            own,
            english,
            tokens,
            language,
        }
    }

    pub fn stems(&self, language: Language) -> &[String] {
        match language == self.language {
            true => &self.own,
            false => &self.english,
        }
    }

    /// The text's language first, English beside it: catalogues everywhere use English words.
    pub fn languages(&self) -> impl Iterator<Item = Language> {
        let beside = (self.language != Language::En).then_some(Language::En);
        std::iter::once(self.language).chain(beside)
    }

    /// How many tokens from `at` on are a phrase of the list; 0 where none.
    pub fn is_in(&self, dictionary: &Dictionary, list: &'static str, at: usize) -> usize {
        let mut longest = 0;
        for language in self.languages() {
            for phrase in dictionary.list(list, language) {
                let here = self.tokens.get(at..at + phrase.len());
                let fits = here.is_some_and(|here| {
                    here.iter()
                        .zip(phrase)
                        .all(|(token, word)| token.text == *word)
                });
                if fits {
                    longest = longest.max(phrase.len());
                }
            }
        }
        longest
    }

    fn stands_at(&self, stems: &[String], at: usize, language: Language) -> bool {
        let here = self.stems(language).get(at..at + stems.len());
        // A phrase does not go on over a comma.
        let joined = || {
            let rest = &self.tokens[at + 1..at + stems.len()];
            rest.iter().all(|token| !matches!(token.mark, ',' | ';'))
        };
        here.is_some_and(|here| here == stems) && joined()
    }

    /// Whether the phrase stands anywhere in the text.
    pub fn holds(&self, phrase: &Phrase) -> bool {
        self.languages().any(|language| {
            let stems = phrase.stems(language);
            (0..self.tokens.len()).any(|at| self.stands_at(stems, at, language))
        })
    }

    /// Whether the phrase stands around these tokens.
    fn is_around(&self, phrase: &Phrase, from: usize, to: usize) -> bool {
        self.languages().any(|language| {
            let stems = phrase.stems(language);
            let first = to.saturating_sub(stems.len());
            (first..=from).any(|at| at + stems.len() >= to && self.stands_at(stems, at, language))
        })
    }
}

/// Every place where a word of the dictionary stands and means what its entry says.
pub fn matches(dictionary: &Dictionary, line: &Line) -> Vec<Match> {
    let mut found = Vec::new();
    // What a text holds elsewhere is looked for once per entry.
    let mut suits: HashMap<usize, bool> = HashMap::new();
    for at in 0..line.tokens.len() {
        for language in line.languages() {
            let before = found.len();
            let stem = &line.stems(language)[at];
            for word in dictionary.words(language, stem) {
                // Two spellings of one word fall together in one place.
                let to = at + word.stems.len();
                let known = |one: &Match| (one.known, one.to) == (word.entry, to);
                let as_written = |exact: &Vec<String>| {
                    let here = line.tokens[at..].iter().zip(exact);
                    here.clone().count() == exact.len()
                        && here.clone().all(|(token, word)| token.text == *word)
                };
                if line.stands_at(&word.stems, at, language)
                    && word.exact.as_ref().is_none_or(as_written)
                    && !found[before..].iter().any(known)
                {
                    let suits = suits.entry(word.entry);
                    if *suits.or_insert_with(|| is_in_company(dictionary, line, word.entry)) {
                        found.extend(placed(dictionary, line, word, at));
                    }
                }
            }
            // What the text's own language reads is not read as English once more.
            if found.len() > before {
                break;
            }
        }
    }
    found
}

/// Whether the text holds what an entry stands only with, and nothing that it does not stand with.
fn is_in_company(dictionary: &Dictionary, line: &Line, entry: usize) -> bool {
    let known = dictionary.known(entry);
    let holds = |phrase: &Phrase| line.holds(phrase);
    !known.not_with.iter().any(holds)
        && (known.only_with.is_empty() || known.only_with.iter().any(holds))
}

fn placed(dictionary: &Dictionary, line: &Line, word: &Word, at: usize) -> Option<Match> {
    let known = dictionary.known(word.entry);
    let (from, to) = (at, at + word.stems.len());
    let refused = known
        .not_in
        .iter()
        .any(|phrase| line.is_around(phrase, from, to))
        || known.entry.adjective && !is_before_noun(dictionary, line, to);
    (!refused).then_some(Match {
        known: word.entry,
        word: word.word,
        from,
        to,
        exact: word.exact.is_some(),
    })
}

/// Whether the noun phrase goes on after these tokens.
fn is_before_noun(dictionary: &Dictionary, line: &Line, to: usize) -> bool {
    line.tokens
        .get(to)
        .is_some_and(|next| next.is_word() && next.mark == ' ')
        && line.is_in(dictionary, "cut", to) == 0
}

/// The longest matches of those for which `of` holds, without overlaps but of equal spans; none over taken tokens.
pub fn longest(
    dictionary: &Dictionary,
    found: &[Match],
    taken: &[bool],
    of: impl Fn(Attribute) -> bool,
) -> Vec<Match> {
    let mut wanted: Vec<&Match> = found
        .iter()
        .filter(|one| of(dictionary.known(one.known).key.0))
        .filter(|one| !taken[one.from..one.to].contains(&true))
        .collect();
    wanted.sort_by_key(|one| (std::cmp::Reverse(one.to - one.from), one.from, one.known));
    let mut spans = Kept::new(taken.len());
    wanted.retain(|one| spans.keep(one.from, one.to));
    let mut kept: Vec<Match> = wanted.into_iter().cloned().collect();
    kept.sort_by_key(|one| {
        (
            one.from,
            dictionary.known(one.known).key.0,
            !one.exact,
            one.known,
        )
    });
    kept
}
