//! Words that no dictionary knows, read as what they plainly stand for: misspelt, run together, or cut off at the end
//! of a text. It must not touch a word that a dictionary knows, nor choose where two readings are as near.

use super::words::Token;
use super::{Dictionary, Language};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Words shorter than this are never corrected: too many others are one letter away.
const SHORTEST: usize = 6;

/// From this length on two letters may be wrong.
const TWO_WRONG: usize = 9;

/// A word that a catalogue uses more often than this is only read as one used this much more often: shops repeat their
/// own words, and typing errors are rare.
const RARE: u32 = 2;
const MORE_OFTEN: u32 = 3;

/// So often a word must stand in a catalogue to be a word that others may be read as.
const FREQUENT: u32 = 5;

/// The last letters of the catalogue's longest text within which others may have been cut off by the system that
/// exported them, and the least of that length: shorter systems than this are none.
const CUT_WITHIN: usize = 1;
const CUT_LEAST: usize = 20;

/// What a catalogue's words are, and what each unknown one is read as.
#[derive(Debug, Clone)]
pub struct Speller {
    counts: HashMap<String, u32>,
    /// By language: stems that dictionaries know.
    stems: Vec<HashSet<String>>,
    /// By language: words that others may be read as, by first letter, longest last.
    targets: Vec<HashMap<char, Vec<String>>>,
    cache: HashMap<(Language, String), Option<Vec<String>>>,
    /// How long the catalogue's longest text is, in characters.
    longest: Option<usize>,
}

impl Speller {
    /// Of the words of a dictionary, and of how often a catalogue uses each word.
    pub fn new(dictionary: &Dictionary, counts: HashMap<String, u32>) -> Self {
        let mut frequent: Vec<&String> = counts
            .iter()
            .filter(|(_, count)| **count >= FREQUENT)
            .map(|(word, _)| word)
            .collect();
        frequent.sort();
        let stems = Language::ALL.map(|language| {
            let vocabulary = dictionary.vocabulary(language).iter();
            vocabulary.map(|word| language.stem(word)).collect()
        });
        let targets = Language::ALL.map(|language| {
            let words: BTreeSet<&String> = dictionary
                .vocabulary(language)
                .iter()
                .chain(frequent.iter().copied())
                .filter(|word| word.len() >= SHORTEST - 1 && word.is_ascii())
                .collect();
            let mut by_letter: HashMap<char, Vec<String>> = HashMap::new();
            for word in words {
                let first = word.chars().next().unwrap_or(' ');
                by_letter.entry(first).or_default().push(word.clone());
            }
            by_letter
        });
        Self {
            counts,
            stems: stems.to_vec(),
            targets: targets.to_vec(),
            cache: HashMap::new(),
            longest: None,
        }
    }

    /// Tells how long the catalogue's longest text is: those as long may have been cut off there.
    pub const fn cut_at(&mut self, longest: usize) {
        self.longest = Some(longest);
    }

    /// Reads every word of the catalogue once, so that texts only look up.
    pub fn learn(&mut self, dictionary: &Dictionary, language: Language) {
        let mut words: Vec<String> = self.counts.keys().cloned().collect();
        words.sort();
        for word in words {
            let read = self.find(dictionary, &word, language);
            self.cache.insert((language, word), read);
        }
    }

    pub fn count(&self, word: &str) -> u32 {
        self.counts.get(word).copied().unwrap_or(0)
    }

    /// Whether a dictionary of the language knows the word in some form.
    pub fn knows_in(&self, word: &str, language: Language) -> bool {
        self.stems[language as usize].contains(&language.stem(word))
    }

    /// Whether one of the language, or the English one, does.
    fn knows(&self, word: &str, language: Language) -> bool {
        self.knows_in(word, language) || self.knows_in(word, Language::En)
    }

    /// The words as which an unknown one is read; none where it stays.
    pub fn read(
        &self,
        dictionary: &Dictionary,
        word: &str,
        language: Language,
    ) -> Option<Vec<String>> {
        match self.cache.get(&(language, word.to_string())) {
            Some(read) => read.clone(),
            None => self.find(dictionary, word, language),
        }
    }

    fn find(&self, dictionary: &Dictionary, word: &str, language: Language) -> Option<Vec<String>> {
        let letters = word.bytes().all(|byte| byte.is_ascii_lowercase());
        if word.len() < SHORTEST || !letters || self.knows(word, language) {
            return None;
        }
        self.nearest(word, language, 1)
            .map(|one| vec![one])
            .or_else(|| self.parts(dictionary, word, language))
            .or_else(|| {
                let two = (word.len() >= TWO_WRONG)
                    .then(|| self.nearest(word, language, 2))
                    .flatten();
                two.map(|one| vec![one])
            })
    }

    /// The one known word within so many edits; none where two different ones are as near.
    fn nearest(&self, word: &str, language: Language, most: usize) -> Option<String> {
        let first = word.chars().next()?;
        let (mut best, mut found): (usize, Vec<&String>) = (most + 1, Vec::new());
        let mut seen: Vec<Language> = vec![language, Language::En];
        seen.dedup();
        for one in seen {
            for target in self.targets[one as usize].get(&first).into_iter().flatten() {
                if target.len().abs_diff(word.len()) > most || target == word {
                    continue;
                }
                let away = distance(word.as_bytes(), target.as_bytes(), best);
                if away > most {
                    continue;
                }
                if away < best {
                    (best, found) = (away, Vec::new());
                }
                if away == best {
                    found.push(target);
                }
            }
        }
        let stems: BTreeSet<String> = found.iter().map(|one| language.stem(one)).collect();
        if stems.len() != 1 {
            return None;
        }
        // A word of the catalogue that is no typing error by its number stays what it is.
        let target = found.first()?;
        let (own, other) = (self.count(word), self.count(target));
        (own <= RARE || other >= own * MORE_OFTEN).then(|| (*target).clone())
    }

    /// Two known words run together.
    fn parts(
        &self,
        dictionary: &Dictionary,
        word: &str,
        language: Language,
    ) -> Option<Vec<String>> {
        let is_word = |part: &str, language: Language| {
            let stem = language.stem(part);
            let words = dictionary.words(language, &stem);
            part.len() >= 3 && words.iter().any(|one| one.stems.len() == 1)
        };
        let of_compound = || compound(word, &|part| is_word(part, language));
        if let Some(parts) = language.is_compounding().then(of_compound).flatten() {
            return Some(parts);
        }
        let english = Language::En;
        // Long enough that two words of three letters by chance are none.
        let at = (4..=word.len().saturating_sub(4))
            .find(|at| is_word(&word[..*at], english) && is_word(&word[*at..], english))?;
        let (before, behind) = word.split_at(at);
        // A sweetheart that the catalogue repeats is no slip of "sweet heart".
        let (own, apart) = (self.count(word), self.count(before).min(self.count(behind)));
        (own <= RARE || apart >= own * MORE_OFTEN)
            .then(|| vec![before.to_string(), behind.to_string()])
    }

    /// What the last word of a text that was cut off began to say; none where several words begin so.
    pub fn finish(&self, word: &str, language: Language, text_length: usize) -> Option<String> {
        let longest = self.longest.filter(|longest| *longest >= CUT_LEAST)?;
        let is_cut = text_length + CUT_WITHIN >= longest;
        if !is_cut || word.len() < 4 || self.count(word) > RARE || self.knows(word, language) {
            return None;
        }
        let first = word.chars().next()?;
        let begun: Vec<&String> = self.targets[language as usize]
            .get(&first)?
            .iter()
            .filter(|target| target.len() > word.len() && target.starts_with(word))
            .collect();
        let stems: BTreeSet<String> = begun.iter().map(|one| language.stem(one)).collect();
        (stems.len() == 1).then(|| begun[0].clone())
    }
}

/// A compound's parts: its head is the longest known ending, what stands before may be known or not.
fn compound(word: &str, is_word: &dyn Fn(&str) -> bool) -> Option<Vec<String>> {
    let at = (3..=word.len().saturating_sub(3))
        .find(|at| is_word(&word[*at..]) && (word.len() - at > 3 || *at > 3))?;
    let (before, head) = word.split_at(at);
    let mut parts = Vec::new();
    let linked = ["", "s", "n", "en", "es", "er", "e"]
        .iter()
        .find_map(|link| {
            let bare = before.strip_suffix(link)?;
            is_word(bare).then(|| vec![bare.to_string()])
        });
    parts.extend(
        linked
            .or_else(|| compound(before, is_word))
            .unwrap_or_else(|| vec![before.to_string()]),
    );
    parts.push(head.to_string());
    Some(parts)
}

/// The least number of letters put in, left out, changed or swapped with the next (optimal string alignment); `most` +
/// 1 or more where it is above `most`.
pub fn distance(one: &[u8], other: &[u8], most: usize) -> usize {
    let width = other.len() + 1;
    let (mut before, mut last): (Vec<usize>, Vec<usize>) = (vec![0; width], (0..width).collect());
    for (row, letter) in one.iter().enumerate() {
        let mut now = vec![row + 1; width];
        for (col, against) in other.iter().enumerate() {
            let swap = row > 0
                && col > 0
                && *letter == other[col - 1]
                && one[row - 1] == *against
                && letter != against;
            let least = (last[col] + usize::from(letter != against))
                .min(last[col + 1] + 1)
                .min(now[col] + 1);
            now[col + 1] = match swap {
                true => least.min(before[col - 1] + 1),
                false => least,
            };
        }
        if now.iter().all(|value| *value > most) {
            return most + 1;
        }
        (before, last) = (last, now);
    }
    last[width - 1]
}

/// The tokens with unknown words read as what they stand for, each knowing what was written.
pub fn mended(
    speller: &Speller,
    dictionary: &Dictionary,
    tokens: Vec<Token>,
    language: Language,
) -> Vec<Token> {
    let (count, length) = (tokens.len(), tokens.last().map_or(0, |last| last.to));
    let mut out = Vec::with_capacity(count);
    for (at, token) in tokens.into_iter().enumerate() {
        let read = speller.read(dictionary, &token.text, language).or_else(|| {
            let last = at + 1 == count && token.next == ' ';
            let finished = last.then(|| speller.finish(&token.text, language, length));
            finished.flatten().map(|one| vec![one])
        });
        let Some(read) = read else {
            out.push(token);
            continue;
        };
        for (part, text) in read.into_iter().enumerate() {
            out.push(Token {
                text,
                mark: if part == 0 { token.mark } else { ' ' },
                was: Some(token.text.clone()),
                ..token.clone()
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    fn speller(counts: &[(&str, u32)]) -> (Dictionary, Speller) {
        let dictionary = Dictionary::bundled().unwrap();
        let counts = counts.iter().map(|(word, n)| ((*word).to_string(), *n));
        let speller = Speller::new(&dictionary, counts.collect());
        (dictionary, speller)
    }

    fn read(word: &str) -> String {
        let (dictionary, speller) = speller(&[]);
        let read = speller.read(&dictionary, word, Language::En);
        read.map_or_else(|| word.to_string(), |words| words.join(" "))
    }

    #[test]
    fn misspelt_words_are_read() {
        let pairs = [
            ("minature", "miniature"),
            ("necklce", "necklace"),
            ("skippping", "skipping"),
            ("pinkwhite", "pink white"),
            ("chocolatecandle", "chocolate candle"),
        ];
        for (written, meant) in pairs {
            assert_eq!(read(written), meant, "{written}");
        }
    }

    #[test]
    fn words_that_are_right_or_short_stay() {
        for word in [
            "starts", "spice", "share", "grown", "rod", "blu", "necklace", "birdcage",
        ] {
            assert_eq!(read(word), word);
        }
    }

    #[test]
    fn a_word_that_the_catalogue_repeats_is_no_typing_error() {
        let (dictionary, rare) = speller(&[("orgami", 1), ("origami", 30)]);
        assert_eq!(
            rare.read(&dictionary, "orgami", Language::En),
            Some(vec!["origami".into()])
        );
        let (dictionary, often) = speller(&[("orgami", 20), ("origami", 30)]);
        assert_eq!(often.read(&dictionary, "orgami", Language::En), None);
    }

    #[test]
    fn a_word_cut_off_is_finished_where_one_reading_is_possible() {
        let (_, mut speller) = speller(&[]);
        assert_eq!(speller.finish("diaman", Language::En, 35), None);
        speller.cut_at(35);
        assert_eq!(
            speller.finish("diaman", Language::En, 35).as_deref(),
            Some("diamante")
        );
        assert_eq!(speller.finish("diaman", Language::En, 12), None);
        assert_eq!(speller.finish("stri", Language::En, 35), None);
    }

    #[test]
    fn german_compounds_are_split() {
        let (dictionary, speller) = speller(&[]);
        let read = |word| {
            let parts = speller.read(&dictionary, word, Language::De);
            parts.map(|parts| parts.join(" "))
        };
        assert_eq!(read("keramikbecher").as_deref(), Some("keramik becher"));
        assert_eq!(read("blumenvase").as_deref(), Some("blumen vase"));
        assert_eq!(read("kuchenuhr").as_deref(), Some("kuchen uhr"));
    }

    #[test]
    fn distances_count_swaps_as_one() {
        assert_eq!(distance(b"paisely", b"paisley", 3), 1);
        assert_eq!(distance(b"abc", b"abc", 3), 0);
        assert_eq!(distance(b"kitten", b"sitting", 5), 3);
    }

    /// Long words of the dictionary, the edit's place, its kind and its letter.
    fn edits() -> impl Strategy<Value = (usize, usize, u8, u8)> {
        (0..100_000_usize, 1..100_usize, 0..4_u8, b'a'..=b'z')
    }

    fn edited(word: &str, (at, kind, letter): (usize, u8, u8)) -> String {
        let mut letters: Vec<u8> = word.bytes().collect();
        let at = 1 + at % (letters.len() - 1);
        match kind {
            0 => letters[at] = letter,
            1 => letters.insert(at, letter),
            2 => drop(letters.remove(at)),
            _ if at + 1 < letters.len() => letters.swap(at, at + 1),
            _ => {}
        }
        String::from_utf8(letters).unwrap()
    }

    proptest! {
        #[test]
        fn one_wrong_letter_never_makes_another_word((which, at, kind, letter) in edits()) {
            static READY: LazyLock<(Dictionary, Speller)> = LazyLock::new(|| speller(&[]));
            let (dictionary, speller) = &*READY;
            let words: Vec<&String> = dictionary
                .vocabulary(Language::En)
                .iter()
                .filter(|word| word.len() >= 7 && word.bytes().all(|byte| byte.is_ascii_lowercase()))
                .collect();
            let word = words[which % words.len()];
            let wrong = edited(word, (at, kind, letter));
            let stem = |word: &str| Language::En.stem(word);
            if let Some(read) = speller.read(dictionary, &wrong, Language::En) {
                let as_one = read.concat();
                prop_assert!(
                    read.iter().any(|one| stem(one) == stem(word)) || as_one == wrong,
                    "{word} as {wrong} was read as {read:?}"
                );
            }
        }
    }
}
