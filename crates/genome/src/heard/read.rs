//! One text: its tokens, the places where words of lexicon and dictionary stand, and from them what it says. It must not
//! decide what a word does to its neighbours (see `bind`).

use super::bind::{Item, Kind, Mark, Sentence};
use super::lexicon::{Lexicon, Place, Role};
use super::sources::Small;
use super::{Heard, squashed};
use crate::dna::{Dictionary, Kept, Language, Token, mentions, tokens};
use std::collections::HashSet;

/// How many words of a text are read, the first: a text may be of any length, and each look at a product reads all of its
/// texts anew.
const MOST: usize = 2_000;

/// Blame by "too" before a word that no list holds, in thousandths.
const TOO: i32 = -500;

/// Reads one text of a customer, in the given language or in the one of which it has most words: the first 2,000 words,
/// in steps that grow no faster than the text.
///
/// `stars` are from 1 to 5; others are taken for the nearest of these.
#[must_use]
pub fn read(
    lexicon: &Lexicon,
    dictionary: &Dictionary,
    text: &str,
    language: Option<Language>,
    stars: Option<u8>,
) -> Heard {
    let language = language.unwrap_or_else(|| lexicon.guess(text));
    hear(lexicon, dictionary, &cut(text, language), language, stars)
}

/// Reads all tokens of a text.
fn hear(
    lexicon: &Lexicon,
    dictionary: &Dictionary,
    tokens: &[Token],
    language: Language,
    stars: Option<u8>,
) -> Heard {
    let (mut items, mut marks) = placed(lexicon, tokens, language);
    let mut hidden = Hidden::new(&items, &lexicon.small_words(tokens, language), tokens.len());
    for one in mentions(dictionary, tokens, language, lexicon.read_attributes()) {
        if !hidden.holds(one.from, one.to) {
            hidden.values[one.from..one.to].fill(true);
            items.push(Item {
                from: one.from,
                to: one.to,
                kind: Kind::Value {
                    attribute: one.attribute.name().to_string(),
                    value: one.value.to_string(),
                    topic: None,
                    points: 0,
                },
                entry: one.entry.to_string(),
            });
        }
    }
    items.retain(|one| !one.is_pass());
    excesses(&mut items, &mut marks, tokens);
    items.sort_by_key(|one| (one.from, one.to));
    let said = Sentence::new(tokens, items, marks).say(lexicon.topics());
    let sum = said
        .points
        .iter()
        .map(|one| i64::from(one.points) * i64::from(one.weight) / 1000)
        .sum();
    let by_words = (!said.points.is_empty()).then(|| squashed(sum));
    let by_stars = stars.map(|stars| (i32::from(stars.clamp(1, 5)) - 3) * 500);
    let sentiment = match (by_words, by_stars) {
        (Some(words), Some(stars)) => Some(i32::midpoint(words, stars)),
        (one, other) => one.or(other),
    };
    Heard {
        language,
        sentiment,
        by_words,
        by_stars,
        points: said.points,
        topics: said.topics,
        attributes: said.attributes,
    }
}

/// The tokens that the lexicon reads otherwise than as a value of the product dictionary: as another value, as a small or
/// common word ("für" is no fur), or as praise or blame of a topic.
struct Hidden {
    /// Whether a token is part of a value.
    values: Vec<bool>,
    /// Where a topic's own praise and blame stand.
    praise: HashSet<(usize, usize)>,
    /// For each token the furthest end of small words that begin at it or before it.
    small: Vec<usize>,
}

impl Hidden {
    fn new(items: &[Item], small_words: &[Place], tokens: usize) -> Self {
        let mut values = vec![false; tokens];
        for one in items.iter().filter(|one| one.is_value()) {
            values[one.from..one.to].fill(true);
        }
        let praise = items.iter().filter(|one| one.praises_topic());
        let mut small = vec![0; tokens];
        for one in small_words {
            small[one.from] = one.to.max(small[one.from]);
        }
        for at in 1..tokens {
            small[at] = small[at].max(small[at - 1]);
        }
        Self {
            values,
            praise: praise.map(|one| (one.from, one.to)).collect(),
            small,
        }
    }

    fn holds(&self, from: usize, to: usize) -> bool {
        self.values[from..to].contains(&true)
            || self.praise.contains(&(from, to))
            || to <= self.small[from]
    }
}

/// The first tokens of a text, which know where they stood in it and, where they have accents, how they were written.
pub fn cut(text: &str, language: Language) -> Vec<Token> {
    let letters: Vec<char> = text.chars().collect();
    let mut tokens = tokens(&apart(text, language));
    tokens.truncate(MOST);
    for token in &mut tokens {
        let there = letters[token.from..token.to].iter();
        let written: String = there
            .filter(|letter| letter.is_alphanumeric())
            .flat_map(|letter| letter.to_lowercase())
            .collect();
        token.was = (written != token.text).then_some(written);
    }
    tokens
}

/// A text with a blank for each apostrophe where these part words (`l'odeur`): as many characters as before.
pub fn apart(text: &str, language: Language) -> String {
    if !matches!(language, Language::Fr | Language::It) {
        return text.to_string();
    }
    text.replace(['\'', '’', '`', '´'], " ")
}

/// The longest places of the lexicon's words, without overlaps but of equal spans, as items and as small words.
fn placed(lexicon: &Lexicon, tokens: &[Token], language: Language) -> (Vec<Item>, Vec<Mark>) {
    let mut places = lexicon.places(tokens, language);
    places.sort_by_key(|one| (std::cmp::Reverse(one.to - one.from), one.from, one.entry));
    let mut kept: Vec<Place> = Vec::new();
    let mut spans = Kept::new(tokens.len());
    for one in places {
        // Equal spans follow each other in this order.
        let there = kept.iter().rev();
        let mut there = there.take_while(|other| (other.from, other.to) == (one.from, one.to));
        let role = |place: &Place| &lexicon.entry(place.entry).role;
        if !there.any(|other| role(other) == role(&one)) && spans.keep(one.from, one.to) {
            kept.push(one);
        }
    }
    let (mut items, mut marks) = (Vec::new(), Vec::new());
    for one in &kept {
        let entry = lexicon.entry(one.entry);
        let kind = match &entry.role {
            Role::Tone(points) => Kind::Tone(*points),
            Role::Topic { topic, points } => Kind::Topic {
                topic: *topic,
                points: *points,
            },
            Role::Value {
                attribute,
                value,
                topic,
                points,
            } => Kind::Value {
                attribute: attribute.clone(),
                value: value.clone(),
                topic: *topic,
                points: *points,
            },
            Role::Small(Small::Common | Small::Pass) => Kind::Pass,
            Role::Small(small) => {
                marks.push(Mark {
                    small: *small,
                    from: one.from,
                    to: one.to,
                });
                continue;
            }
        };
        items.push(Item {
            from: one.from,
            to: one.to,
            kind,
            entry: entry.origin.clone(),
        });
    }
    (items, marks)
}

/// "Too" before a word that no list holds is blame of its own.
fn excesses(items: &mut Vec<Item>, marks: &mut Vec<Mark>, tokens: &[Token]) {
    marks.sort_by_key(|one| (one.from, one.to));
    let known: HashSet<usize> = items.iter().map(|item| item.from).collect();
    let mut blame = Vec::new();
    marks.retain(|one| {
        let followed = tokens
            .get(one.to)
            .is_some_and(|next| next.is_word() && !super::clause::ends(next.mark));
        let alone = one.small == Small::ExcessAlways && followed && !known.contains(&one.to);
        if alone {
            blame.push(Item {
                from: one.from,
                to: one.to + 1,
                kind: Kind::Tone(TOO),
                entry: "\"too\" before a word".to_string(),
            });
        }
        !alone
    });
    items.extend(blame);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// A megabyte of each would take hours in steps that go with the square of the words, and days with their cube.
    #[test]
    fn steps_grow_no_faster_than_the_text() {
        let (lexicon, dictionary) = (Lexicon::bundled().unwrap(), Dictionary::bundled().unwrap());
        let parts = [
            "price, ",
            "price ",
            "good ",
            "red sweet ",
            "nice price but not ",
            "cream of the crop, far too xyz ",
        ];
        for part in parts {
            let tokens = tokens(&part.repeat(1_000_000 / part.len()));
            let heard = hear(&lexicon, &dictionary, &tokens, Language::En, None);
            assert!(
                heard.points.len() + heard.topics.len() + heard.attributes.len() > 0,
                "{part}"
            );
        }
        let schmeckt = tokens(&"schmeckt nicht ".repeat(60_000));
        let heard = hear(&lexicon, &dictionary, &schmeckt, Language::De, None);
        assert_eq!(heard.topics[0].topic, "taste");
    }

    #[test]
    fn a_text_is_read_up_to_its_two_thousandth_word() {
        let (lexicon, dictionary) = (Lexicon::bundled().unwrap(), Dictionary::bundled().unwrap());
        let of = |before: usize| {
            let text = format!("{}good", "xyz ".repeat(before));
            read(&lexicon, &dictionary, &text, None, None).by_words
        };
        assert!(of(MOST - 1) > Some(0));
        assert_eq!(of(MOST), None);
        let long = read(
            &lexicon,
            &dictionary,
            &"price, ".repeat(150_000),
            None,
            None,
        );
        assert_eq!(long.topics[0].spans.len(), MOST);
    }
}
