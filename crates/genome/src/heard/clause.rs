//! A text's tokens in clauses, and how much each counts beside a contrast. It must not know praise from blame.

use crate::dna::Token;

/// How much counts what stands before a contrast and after it, in thousandths (VADER, `but_check`: .5 and 1.5).
const BEFORE: i32 = 500;
const AFTER: i32 = 1500;

/// A run of tokens that says one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clause {
    pub from: usize,
    pub to: usize,
    pub sentence: usize,
    /// Whether a contrast stands at its front.
    pub contrasts: bool,
    /// Weight of its points in the whole, in thousandths.
    pub weight: i32,
}

/// Whether a sign ends a sentence.
const fn ends_sentence(mark: char) -> bool {
    matches!(mark, '.' | '!' | '?' | '…' | ';')
}

/// Whether a sign ends a clause.
pub const fn ends(mark: char) -> bool {
    ends_sentence(mark) || matches!(mark, ',' | ':' | '(' | ')' | '–' | '—')
}

/// The clauses of a text: cut at signs, before contrasts and at joins (`and`).
pub fn clauses(
    tokens: &[Token],
    is_contrast: impl Fn(usize) -> bool,
    is_join: impl Fn(usize) -> bool,
) -> Vec<Clause> {
    let mut found: Vec<Clause> = Vec::new();
    let mut sentence = 0;
    for (at, token) in tokens.iter().enumerate() {
        let contrasts = is_contrast(at) && at > 0;
        sentence += usize::from(at > 0 && ends_sentence(token.mark));
        let begins = at == 0 || ends(token.mark) || contrasts || is_join(at);
        if begins {
            found.push(Clause {
                from: at,
                to: at + 1,
                sentence,
                contrasts,
                weight: 1000,
            });
        } else if let Some(last) = found.last_mut() {
            last.to = at + 1;
        }
    }
    weigh(&mut found);
    found
}

/// Clauses of a sentence before its last contrast count less, those from it on more.
fn weigh(clauses: &mut [Clause]) {
    let sentences = clauses.last().map_or(0, |one| one.sentence + 1);
    let mut turns: Vec<Option<usize>> = vec![None; sentences];
    for (at, one) in clauses.iter().enumerate().filter(|(_, one)| one.contrasts) {
        turns[one.sentence] = Some(at);
    }
    for (at, one) in clauses.iter_mut().enumerate() {
        if let Some(turn) = turns[one.sentence] {
            one.weight = if at < turn { BEFORE } else { AFTER };
        }
    }
}
