//! The lexicon ready for matching: every word of every layer under its first token, by language. It must not decide what
//! a word does to its neighbours.

use super::sources::{File, Small, Words};
use crate::dna::{Attribute, DnaError, Language, Token, folded, respelt};
use std::collections::HashMap;

const BUNDLED: &[(&str, &str)] = &[
    ("topics.toml", include_str!("../../data/heard/topics.toml")),
    ("tones.toml", include_str!("../../data/heard/tones.toml")),
    ("words.toml", include_str!("../../data/heard/words.toml")),
    (
        "attributes.toml",
        include_str!("../../data/heard/attributes.toml"),
    ),
];

/// Points of a topic's own words of praise, and of blame with the other sign.
pub const OWN: i32 = 700;

/// Fewest letters before a `*`: shorter beginnings would match most of a language.
const BEGINNING: usize = 3;

/// What a word does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// Praise or blame of anything, in thousandths.
    Tone(i32),
    /// Names a topic, with praise or blame where not 0.
    Topic { topic: usize, points: i32 },
    /// Names a value.
    Value {
        attribute: String,
        value: String,
        topic: Option<usize>,
        points: i32,
    },
    /// A small word.
    Small(Small),
}

/// One token of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Stem(String),
    Exact(String),
    Beginning(String),
}

/// A word or phrase of the lexicon.
#[derive(Debug, Clone)]
pub struct Entry {
    pub role: Role,
    /// Where it stands: `topic.taste.good de "lecker"`.
    pub origin: String,
    parts: Vec<Part>,
}

/// A place where an entry's words stand, in tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub entry: usize,
    pub from: usize,
    pub to: usize,
}

/// What one layer says: a word as written, its language, where it is listed and what it does.
#[derive(Debug, Clone)]
struct Listed {
    language: Language,
    written: String,
    path: String,
    role: Role,
}

/// Words of topics, praise, blame and attributes in several languages, in layers.
#[derive(Debug, Clone)]
pub struct Lexicon {
    listed: Vec<Listed>,
    topics: Vec<String>,
    read: Vec<Attribute>,
    entries: Vec<Entry>,
    /// By language: entries under the stem or exact text of their first token, and under its first letters.
    whole: Vec<HashMap<String, Vec<usize>>>,
    begun: Vec<HashMap<String, Vec<usize>>>,
}

impl Lexicon {
    /// The lexicon that comes with the program.
    ///
    /// # Errors
    /// Where a file of it is wrong; a test holds that none is.
    pub fn bundled() -> Result<Self, DnaError> {
        let mut whole = Self {
            listed: Vec::new(),
            topics: Vec::new(),
            read: Vec::new(),
            entries: Vec::new(),
            whole: Vec::new(),
            begun: Vec::new(),
        };
        for (name, text) in BUNDLED {
            whole.add(name, text)?;
        }
        whole.index()?;
        Ok(whole)
    }

    /// This lexicon with a retailer's own file on top: it adds topics, values and words, and takes words back
    /// (`[without]`).
    ///
    /// # Errors
    /// Names the file, where the parser knows it the line, and what to mend.
    pub fn with(&self, name: &str, text: &str) -> Result<Self, DnaError> {
        let mut more = self.clone();
        more.add(name, text)?;
        more.index()?;
        Ok(more)
    }

    /// Names of the topics, in the order in which they were first listed.
    #[must_use]
    pub fn topics(&self) -> &[String] {
        &self.topics
    }

    pub(super) fn read_attributes(&self) -> &[Attribute] {
        &self.read
    }

    pub(super) fn entry(&self, at: usize) -> &Entry {
        &self.entries[at]
    }

    fn add(&mut self, name: &str, text: &str) -> Result<(), DnaError> {
        let file: File = toml::from_str(text).map_err(|cause: toml::de::Error| {
            let at = cause.span().map_or(0, |span| span.start);
            let line = text[..at.min(text.len())].matches('\n').count() + 1;
            wrong(&format!("{name}:{line}"), cause.message())
        })?;
        for (language, words) in &file.without {
            self.listed
                .retain(|one| one.language != *language || !words.contains(&one.written));
        }
        if let Some(read) = &file.read {
            self.read = read
                .attributes
                .iter()
                .map(|one| {
                    let why = format!("[read] attributes names '{one}', which product DNA has not");
                    Attribute::of(one).ok_or_else(|| wrong(name, &why))
                })
                .collect::<Result<_, _>>()?;
        }
        for (topic, words) in &file.topic {
            let at = self.topic(topic);
            for (side, words, points) in [
                ("cue", &words.cue, 0),
                ("good", &words.good, OWN),
                ("bad", &words.bad, -OWN),
            ] {
                let role = Role::Topic { topic: at, points };
                self.list(&format!("topic.{topic}.{side}"), words, &role);
            }
        }
        for (tone, told) in &file.tone {
            if !(-1000..=1000).contains(&told.points) {
                let why = format!("[tone.{tone}] points must be from -1000 to 1000");
                return Err(wrong(name, &why));
            }
            self.list(
                &format!("tone.{tone}"),
                &told.words,
                &Role::Tone(told.points),
            );
        }
        for (attribute, values) in &file.attribute {
            for (value, told) in values {
                let role = Role::Value {
                    attribute: attribute.clone(),
                    value: value.to_lowercase(),
                    topic: told.topic.as_ref().map(|topic| self.topic(topic)),
                    points: told.points.clamp(-1000, 1000),
                };
                self.list(
                    &format!("attribute.{attribute}.{value}"),
                    &told.words,
                    &role,
                );
            }
        }
        for (small, words) in &file.word {
            self.list("word", words, &Role::Small(*small));
        }
        Ok(())
    }

    fn topic(&mut self, name: &str) -> usize {
        if let Some(at) = self.topics.iter().position(|one| one == name) {
            return at;
        }
        self.topics.push(name.to_string());
        self.topics.len() - 1
    }

    fn list(&mut self, path: &str, words: &Words, role: &Role) {
        for (language, words) in words {
            self.listed.extend(words.iter().map(|written| Listed {
                language: *language,
                written: written.clone(),
                path: path.to_string(),
                role: role.clone(),
            }));
        }
    }

    fn index(&mut self) -> Result<(), DnaError> {
        let none = vec![HashMap::new(); Language::ALL.len()];
        (self.whole, self.begun) = (none.clone(), none);
        self.entries.clear();
        for one in &self.listed {
            let origin = format!("{} {} \"{}\"", one.path, one.language.code(), one.written);
            let spellings = [Some(one.written.clone()), respelt(&one.written)];
            for written in spellings.into_iter().flatten() {
                let parts = parts(&written, one.language).map_err(|why| wrong(&origin, &why))?;
                let at = self.entries.len();
                let language = one.language as usize;
                let (map, key) = match &parts[0] {
                    Part::Stem(text) => (&mut self.whole[language], text.clone()),
                    Part::Exact(text) => {
                        (&mut self.whole[language], one.language.stem(&folded(text)))
                    }
                    Part::Beginning(text) => (
                        &mut self.begun[language],
                        text.chars().take(BEGINNING).collect(),
                    ),
                };
                map.entry(key).or_default().push(at);
                self.entries.push(Entry {
                    role: one.role.clone(),
                    origin: origin.clone(),
                    parts,
                });
            }
        }
        Ok(())
    }

    /// Every place where words of the lexicon stand, unsorted and with overlaps.
    pub(super) fn places(&self, tokens: &[Token], language: Language) -> Vec<Place> {
        let stems: Vec<String> = tokens.iter().map(|one| language.stem(&one.text)).collect();
        let mut found = Vec::new();
        for (from, token) in tokens.iter().enumerate() {
            let begun: String = token.text.chars().take(BEGINNING).collect();
            let whole = self.whole[language as usize].get(&stems[from]);
            let begun = self.begun[language as usize].get(&begun);
            for entry in whole.into_iter().chain(begun).flatten() {
                let parts = &self.entries[*entry].parts;
                let to = from + parts.len();
                if to <= tokens.len() && stands(parts, &tokens[from..to], &stems[from..to]) {
                    found.push(Place {
                        entry: *entry,
                        from,
                        to,
                    });
                }
            }
        }
        found
    }

    /// Places of small and common words, also within longer phrases.
    pub(super) fn small_words(&self, tokens: &[Token], language: Language) -> Vec<Place> {
        let mut places = self.places(tokens, language);
        places.retain(|one| matches!(self.entries[one.entry].role, Role::Small(_)));
        places
    }

    /// The language of which the text has the most words; the first of equals.
    pub(super) fn guess(&self, text: &str) -> Language {
        let mut best = (0, Language::En);
        for language in Language::ALL {
            let tokens = super::read::cut(text, language);
            let mut known = vec![false; tokens.len()];
            for one in self.places(&tokens, language) {
                known[one.from..one.to].fill(true);
            }
            let count = known.into_iter().filter(|one| *one).count();
            if count > best.0 {
                best = (count, language);
            }
        }
        best.1
    }
}

fn wrong(at: &str, why: &str) -> DnaError {
    DnaError {
        at: at.to_string(),
        why: why.trim().to_string(),
    }
}

/// A word as its tokens: `=word` in this form alone, accents included, `word*` every word that begins so.
fn parts(written: &str, language: Language) -> Result<Vec<Part>, String> {
    let exact = written.trim().starts_with('=');
    let mut parts = Vec::new();
    for piece in super::read::apart(written, language).split_whitespace() {
        let cut = super::read::cut(piece, language);
        let last = cut.len().saturating_sub(1);
        for (at, token) in cut.into_iter().enumerate() {
            let begins = at == last && piece.ends_with('*');
            if begins && token.text.chars().count() < BEGINNING {
                return Err(format!("write at least {BEGINNING} letters before '*'"));
            }
            parts.push(match (begins, exact) {
                (true, _) => Part::Beginning(token.text),
                (false, true) => Part::Exact(token.was.unwrap_or(token.text)),
                (false, false) => Part::Stem(language.stem(&token.text)),
            });
        }
    }
    if parts.is_empty() {
        return Err("has no letter; take it out".into());
    }
    Ok(parts)
}

/// Whether the parts are these tokens; a phrase does not go on over a sign that ends a clause.
fn stands(parts: &[Part], tokens: &[Token], stems: &[String]) -> bool {
    let joined = tokens
        .iter()
        .skip(1)
        .all(|token| !super::clause::ends(token.mark));
    joined
        && parts
            .iter()
            .zip(tokens.iter().zip(stems))
            .all(|(part, (token, stem))| match part {
                Part::Stem(text) => text == stem,
                Part::Exact(text) => text == token.was.as_ref().unwrap_or(&token.text),
                Part::Beginning(text) => token.text.starts_with(text.as_str()),
            })
}
