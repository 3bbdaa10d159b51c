//! What the fields of kinds may be: each error names its place and how to mend it. It reads no text.

use super::kinds::{Kind, Kinds, LifeError};
use crate::dna::words::tokens;

/// Kinds are kept as bits of one number.
const KINDS_MOST: usize = 64;

/// Refuses kinds with a field outside its range.
pub(super) fn check(kinds: &Kinds) -> Result<(), LifeError> {
    require(kinds.version == 1, "version", kinds.version, "1")?;
    let least = kinds.least();
    let mend = "a likelihood above 0 and below 1";
    require(least > 0.0 && least < 1.0, "least", least, mend)?;
    let count = kinds.kinds.len();
    require(count <= KINDS_MOST, "kinds", count, "64 kinds at most")?;
    for (place, kind) in kinds.kinds.iter().enumerate() {
        let mend = "a code of small letters, digits and _";
        let plain =
            |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
        let named = !kind.code.is_empty() && kind.code.chars().all(plain);
        require(
            named,
            &format!("code of kind {}", place + 1),
            &kind.code,
            mend,
        )?;
        let first = kinds.kinds.iter().position(|other| other.code == kind.code);
        let mend = "each code once";
        require(first == Some(place), "code", &kind.code, mend)?;
        one(kind)?;
    }
    Ok(())
}

fn one(kind: &Kind) -> Result<(), LifeError> {
    let place = |field: &str| format!("{field} of kind {}", kind.code);
    let titled = !kind.title.trim().is_empty();
    require(titled, &place("title"), "empty", "a name for people")?;
    let days = (1..=3_650).contains(&kind.days);
    require(days, &place("days"), kind.days, "days from 1 to 3650")?;
    let mend = "a part from 0.02 to 0.95";
    let share = (0.02..=0.95).contains(&kind.share);
    require(share, &place("share"), kind.share, mend)?;
    let mend = "beginnings in a customer's year, above 0 and at most 12";
    let rate = kind.a_year > 0.0 && kind.a_year <= 12.0;
    require(rate, &place("a_year"), kind.a_year, mend)?;
    let held = (0.0..=0.9).contains(&kind.held);
    require(held, &place("held"), kind.held, "a part from 0 to 0.9")?;
    let mend = "at least one part with its words";
    require(!kind.parts.is_empty(), &place("parts"), "empty", mend)?;
    for (number, part) in kind.parts.iter().enumerate() {
        let place = |field: &str| format!("{field} of part {} of kind {}", number + 1, kind.code);
        let titled = !part.title.trim().is_empty();
        require(titled, &place("title"), "empty", "a name for people")?;
        let weight = (0.01..=100.0).contains(&part.weight);
        require(weight, &place("weight"), part.weight, "0.01 to 100")?;
        let mut all = part.words.iter().chain(&part.names).peekable();
        let mend = "at least one word, or name";
        require(all.peek().is_some(), &place("words"), "empty", mend)?;
        for word in all.chain(&part.unless) {
            let mend = "words with letters";
            require(
                !tokens(word).is_empty(),
                &place("words"),
                format!("'{word}'"),
                mend,
            )?;
        }
    }
    Ok(())
}

fn require(
    holds: bool,
    place: &str,
    value: impl ToString,
    mend: &'static str,
) -> Result<(), LifeError> {
    if holds {
        return Ok(());
    }
    Err(LifeError::Field {
        place: place.into(),
        value: value.to_string(),
        mend,
    })
}
