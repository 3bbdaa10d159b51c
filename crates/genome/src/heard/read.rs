//! One text: its tokens, the places where words of lexicon and dictionary stand, and from them what it says. It must not
//! decide what a word does to its neighbours (see `bind`).

use super::bind::{Item, Kind, Mark, Sentence};
use super::lexicon::{Lexicon, Place, Role};
use super::sources::Small;
use super::{Heard, squashed};
use crate::dna::{Dictionary, Language, Token, mentions, tokens};

/// Blame by "too" before a word that no list holds, in thousandths.
const TOO: i32 = -500;

/// Reads one text of a customer, in the given language or in the one of which it has most words.
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
    let tokens = cut(text, language);
    let (mut items, mut marks) = placed(lexicon, &tokens, language);
    let small = lexicon.small_words(&tokens, language);
    for one in mentions(dictionary, &tokens, language, lexicon.read_attributes()) {
        if !is_hidden(&items, &small, one.from, one.to) {
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
    excesses(&mut items, &mut marks, &tokens);
    items.sort_by_key(|one| (one.from, one.to));
    let said = Sentence::new(&tokens, items, marks).say(lexicon.topics());
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

/// Whether the lexicon reads these tokens otherwise than as a value of the product dictionary: as another value, as a
/// small or common word ("für" is no fur), or as praise or blame of a topic.
fn is_hidden(items: &[Item], small: &[Place], from: usize, to: usize) -> bool {
    let item_hides = |item: &Item| {
        item.is_value() && item.from < to && from < item.to
            || item.praises_topic() && (item.from, item.to) == (from, to)
    };
    let over = |one: &Place| one.from <= from && to <= one.to;
    items.iter().any(item_hides) || small.iter().any(over)
}

/// The tokens of a text, which know where they stood in it and, where they have accents, how they were written.
pub fn cut(text: &str, language: Language) -> Vec<Token> {
    let letters: Vec<char> = text.chars().collect();
    let mut tokens = tokens(&apart(text, language));
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
    for one in places {
        let clashes = |other: &Place| {
            other.from < one.to
                && one.from < other.to
                && (other.from, other.to) != (one.from, one.to)
        };
        let same = |other: &Place| {
            (other.from, other.to) == (one.from, one.to)
                && lexicon.entry(other.entry).role == lexicon.entry(one.entry).role
        };
        if !kept.iter().any(|other| clashes(other) || same(other)) {
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
    let mut blame = Vec::new();
    marks.retain(|one| {
        let followed = tokens
            .get(one.to)
            .is_some_and(|next| next.is_word() && !super::clause::ends(next.mark));
        let known = items.iter().any(|item| item.from == one.to);
        let alone = one.small == Small::ExcessAlways && followed && !known;
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
