//! Scores on labelled sentences.

use super::{Counts, Hits, Keywords, Outcome, sign, sign_of};
use genome::dna::{Dictionary, Language};
use genome::heard::{Heard, Lexicon, read};
use std::collections::BTreeSet;

/// One labelled sentence.
struct Sentence<'a> {
    even: bool,
    language: Option<Language>,
    stars: Option<u8>,
    whole: char,
    /// Topics, each with its tone.
    topics: Vec<(&'a str, char)>,
    values: BTreeSet<String>,
    text: &'a str,
}

impl<'a> Sentence<'a> {
    /// A line of the file; none where it is a comment.
    fn of(line: &'a str) -> Outcome<Option<Self>> {
        let cells: Vec<&str> = line.split('\t').collect();
        let [number, language, stars, whole, topics, values, text] = cells.as_slice() else {
            return Ok(None);
        };
        let listed = |cell: &'a str| cell.split(' ').filter(|one| *one != "-");
        let topics = listed(topics).filter_map(|one| {
            let tone = one.chars().next_back()?;
            Some((one.strip_suffix(tone)?, tone))
        });
        Ok(Some(Self {
            even: number.parse::<u32>()?.is_multiple_of(2),
            language: Language::of(language),
            stars: stars.parse().ok(),
            whole: whole.chars().next().unwrap_or('0'),
            topics: topics.collect(),
            values: listed(values).map(str::to_string).collect(),
            text,
        }))
    }
}

/// What the scores are made of.
#[derive(Default)]
struct Scores {
    languages: Hits,
    words: Hits,
    starred: Hits,
    stars_only: Hits,
    both: Hits,
    topics: Counts,
    plain: Counts,
    tones: Hits,
    tones_by_stars: Hits,
    values: Counts,
}

impl Scores {
    /// Scores one sentence as it was read; whether all of it was right.
    fn add(&mut self, meant: &Sentence<'_>, heard: &Heard, keywords: &Keywords) -> bool {
        let by_words = sign(heard.by_words) == meant.whole;
        self.words.add(by_words);
        if meant.stars.is_some() {
            self.starred.add(by_words);
            self.stars_only.add(sign_of(meant.stars) == meant.whole);
            self.both.add(sign(heard.sentiment) == meant.whole);
        }
        let named: BTreeSet<String> = meant.topics.iter().map(|one| one.0.to_string()).collect();
        let told: BTreeSet<String> = heard.topics.iter().map(|one| one.topic.clone()).collect();
        self.topics.add(&told, &named);
        self.plain.add(&keywords.topics(meant.text), &named);
        for (name, tone) in &meant.topics {
            let found = heard.topics.iter().find(|found| found.topic == *name);
            self.tones
                .add(found.map(|found| sign(found.sentiment)) == Some(*tone));
            if meant.stars.is_some() {
                self.tones_by_stars.add(sign_of(meant.stars) == *tone);
            }
        }
        self.values.add(&attributes(heard), &meant.values);
        by_words && told == named && attributes(heard) == meant.values
    }

    fn print(&self) {
        self.languages.print("language");
        self.words.print("whole, words only");
        self.starred.print("whole, words only, of those with stars");
        self.stars_only
            .print("whole, stars only, of those with stars");
        self.both.print("whole, both, of those with stars");
        self.topics.print("topics");
        self.plain.print("topics, keywords");
        self.tones
            .print("topic found with the right tone, of all meant");
        self.tones_by_stars
            .print("tone of topics by stars only, topics given, of those with stars");
        self.values.print("attributes");
    }
}

/// Prints the scores on one half of the sentences, with those that were misread if `wrong`.
pub fn score(
    lexicon: &Lexicon,
    dictionary: &Dictionary,
    labels: &str,
    even: bool,
    wrong: bool,
) -> Outcome<()> {
    let keywords = Keywords::new()?;
    let mut scores = Scores::default();
    for line in std::fs::read_to_string(labels)?.lines() {
        let Some(meant) = Sentence::of(line)?.filter(|one| one.even == even) else {
            continue;
        };
        let heard = read(lexicon, dictionary, meant.text, meant.language, meant.stars);
        let guessed = read(lexicon, dictionary, meant.text, None, None).language;
        scores.languages.add(Some(guessed) == meant.language);
        if !scores.add(&meant, &heard, &keywords) && wrong {
            println!("{line}\n  {:?} {:?}", heard.by_words, attributes(&heard));
            for one in &heard.topics {
                println!("  {} {:?}", one.topic, one.sentiment);
            }
            for one in &heard.points {
                println!("    {} {}", one.points, one.entry);
            }
        }
    }
    scores.print();
    Ok(())
}

/// The lexicon without its phrases of `words` words or more that stand in a held-out sentence of their language, as they
/// are written, and in no open one; prints them.
pub fn without(lexicon: &Lexicon, labels: &str, words: usize) -> Outcome<Lexicon> {
    let labels = std::fs::read_to_string(labels)?;
    let mut texts: Vec<(Option<Language>, bool, String)> = Vec::new();
    for line in labels.lines() {
        if let Some(one) = Sentence::of(line)? {
            texts.push((one.language, one.even, plain(one.text, one.language)));
        }
    }
    let mut lexicon = lexicon.clone();
    for (code, phrase) in listed()? {
        let language = Language::of(&code);
        let mut wanted = plain(&phrase, language);
        if phrase.ends_with('*') {
            wanted.pop();
        }
        let stands = |even: bool| {
            let mut of = texts
                .iter()
                .filter(|one| (one.0, one.1) == (language, even));
            of.any(|one| one.2.contains(&wanted))
        };
        if wanted.split_whitespace().count() >= words && stands(true) && !stands(false) {
            println!("without {code} \"{phrase}\"");
            let quoted = toml::Value::from(phrase);
            lexicon = lexicon.with("without", &format!("[without]\n{code} = [{quoted}]\n"))?;
        }
    }
    Ok(lexicon)
}

/// Lower case between single blanks, without signs; apostrophes part words in French and Italian alone, as in the lexicon.
fn plain(text: &str, language: Option<Language>) -> String {
    let parts = matches!(language, Some(Language::Fr | Language::It));
    let apostrophe = if parts { " " } else { "" };
    let text = text.to_lowercase().replace(['\'', '’'], apostrophe);
    let words = text.split(|letter: char| !letter.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    format!(" {} ", words.join(" "))
}

/// Every word and phrase of the lexicon with the code of its language, each once.
fn listed() -> Outcome<BTreeSet<(String, String)>> {
    fn walk(table: &toml::Table, found: &mut BTreeSet<(String, String)>) {
        for (key, value) in table {
            match value {
                toml::Value::Table(inner) => walk(inner, found),
                toml::Value::Array(words) if Language::of(key).is_some() => {
                    let words = words.iter().filter_map(toml::Value::as_str);
                    found.extend(words.map(|word| (key.clone(), word.to_string())));
                }
                _ => {}
            }
        }
    }
    let mut found = BTreeSet::new();
    for text in [
        include_str!("../../data/heard/attributes.toml"),
        include_str!("../../data/heard/tones.toml"),
        include_str!("../../data/heard/topics.toml"),
        include_str!("../../data/heard/words.toml"),
    ] {
        walk(&toml::from_str(text)?, &mut found);
    }
    Ok(found)
}

fn attributes(heard: &Heard) -> BTreeSet<String> {
    let written = heard.attributes.iter().map(|one| {
        let denied = if one.denied { "!" } else { "" };
        let excess = if one.excess { "^" } else { "" };
        format!("{denied}{}={}{excess}", one.attribute, one.value)
    });
    // What a thing is made for was not labelled.
    written.filter(|one| !one.contains("made for")).collect()
}
