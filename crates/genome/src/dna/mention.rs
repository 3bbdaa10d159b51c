//! Words of the dictionary in running text, for those who read what people say of a product rather than its name. It
//! must not choose a kind, and mends no spelling: running text is full of words that no dictionary of products holds.

use super::claim::{Line, longest, matches};
use super::words::Token;
use super::{Attribute, Dictionary, Language};

/// A value that some tokens name.
pub struct Mention<'a> {
    /// The attribute.
    pub attribute: Attribute,
    /// The canonical value.
    pub value: &'a str,
    /// The dictionary's entry as `file:line`.
    pub entry: &'a str,
    /// First token and the first after it.
    pub from: usize,
    /// See `from`.
    pub to: usize,
}

/// Every value of the wanted attributes that the tokens name, the longest reading of each place, in their order.
pub fn mentions<'a>(
    dictionary: &'a Dictionary,
    tokens: &[Token],
    language: Language,
    wanted: &[Attribute],
) -> Vec<Mention<'a>> {
    let line = Line::new(tokens.to_vec(), language);
    let found = matches(dictionary, &line);
    let free = vec![false; line.tokens.len()];
    let kept = longest(dictionary, &found, &free, |one| wanted.contains(&one));
    kept.into_iter()
        .map(|one| {
            let known = dictionary.known(one.known);
            Mention {
                attribute: known.key.0,
                value: &known.key.1,
                entry: &known.entry.words[one.word].origin,
                from: one.from,
                to: one.to,
            }
        })
        .collect()
}
