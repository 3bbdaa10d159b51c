//! The kind of a thing: the head noun of the phrase that names it. It must not know a noun; those stand in the
//! dictionary.
//!
//! English names end with their head (`RED SPOT CERAMIC DRAWER KNOB`), and a phrase ends before the first "with", "of",
//! "in" … Catalogues also put the kind first and the variant behind it (`WRAP CAROUSEL`); then it is the only noun that
//! the dictionary knows. Other languages are read alike: the first phrase that holds a kind.

use super::claim::{Line, Match};
use super::layers::Figure;
use super::{Attribute, Dictionary, Language};
use std::collections::BTreeSet;

/// What a text says of the kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Nouns of the dictionary.
    Told(Vec<Match>),
    /// A figure alone, which stands on this pattern.
    Figure(Figure, Match),
    /// A noun that no dictionary knows, by its token.
    Noun(usize),
    /// Nothing names a thing.
    None,
}

/// A stretch of a text between two words that cut.
struct Phrase {
    from: usize,
    to: usize,
    /// What stands before it.
    link: Link,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Link {
    Start,
    /// "of": what follows may be the content.
    Content,
    /// "with": what follows comes along.
    Along,
    /// "in": what follows may be what it is packed in.
    Packed,
    Comma,
    Other,
}

/// Everything that the choice looks at.
pub struct Reader<'a> {
    pub dictionary: &'a Dictionary,
    pub line: &'a Line,
    /// Kinds of the dictionary, without overlaps, from left to right.
    pub kinds: &'a [Match],
    /// Matches of other attributes.
    pub others: &'a [Match],
    /// Tokens that numbers and brands have used.
    pub taken: &'a [bool],
    /// Entries of kinds that the catalogue puts first.
    pub fronts: &'a BTreeSet<usize>,
}

impl Reader<'_> {
    /// The kind or kinds of the thing.
    pub fn choose(&self) -> Kind {
        let phrases = self.phrases();
        let Some(first) = self.first(&phrases) else {
            return Kind::None;
        };
        let told = self.head(&phrases[first], false);
        if !told.is_empty() {
            return Kind::Told(self.content(told, phrases.get(first + 1)));
        }
        let behind = &phrases[first + 1..];
        // "white tea, coffee, sugar jars": the noun that all of them share.
        let listed = || {
            let after_comma = behind
                .iter()
                .take_while(|phrase| phrase.link == Link::Comma);
            after_comma
                .map(|phrase| self.head(phrase, false))
                .find(|told| !told.is_empty())
        };
        let weak = self.head(&phrases[first], true);
        if !weak.is_empty() {
            return Kind::Told(listed().unwrap_or(weak));
        }
        let figure = self.figure(&phrases[first]);
        let named_behind = behind.iter().find_map(|phrase| {
            let told = self.head(phrase, false);
            let one = told.first()?;
            // "cat with sunglasses blank card" is a card; what a hen or a harmonica comes in is no kind.
            let is_in = |list| self.line.is_in(self.dictionary, list, one.from) > 0;
            let is_next = (phrase.from..one.from).all(|at| {
                let is_number = self.line.tokens[at].number().is_some();
                is_number || self.line.is_in(self.dictionary, "empty", at) > 0
            });
            let stands_alone = match phrase.link {
                Link::Along => is_next,
                Link::Packed => is_next || is_in("container"),
                _ => false,
            };
            let is_named = figure.is_some() || self.noun(&phrases[first]).is_some();
            let is_name = phrase.link == Link::Comma || !is_named || !stands_alone;
            is_name.then_some(told)
        });
        if let Some(told) = named_behind {
            return Kind::Told(told);
        }
        let anywhere = || phrases.iter().find_map(|phrase| self.figure(phrase));
        if let Some(figure) = figure.or_else(anywhere) {
            let how = if self.hangs() {
                Figure::Hanging
            } else {
                Figure::Standing
            };
            return Kind::Figure(how, figure);
        }
        if let Some(weak) = behind
            .iter()
            .map(|one| self.head(one, true))
            .find(|one| !one.is_empty())
        {
            return Kind::Told(weak);
        }
        self.noun(&phrases[first]).map_or(Kind::None, Kind::Noun)
    }

    fn is_used(&self, at: usize) -> bool {
        let holds = |one: &&Match| (one.from..one.to).contains(&at);
        self.taken[at] || self.kinds.iter().chain(self.others).find(holds).is_some()
    }

    fn phrases(&self) -> Vec<Phrase> {
        let count = self.line.tokens.len();
        let (mut found, mut from, mut link, mut at) = (Vec::new(), 0, Link::Start, 0);
        while at < count {
            let is_comma = at > from && matches!(self.line.tokens[at].mark, ',' | ';' | '(');
            if is_comma {
                found.push(Phrase { from, to: at, link });
                (from, link) = (at, Link::Comma);
            }
            let cut = match self.is_used(at) {
                true => 0,
                false => self.line.is_in(self.dictionary, "cut", at),
            };
            if cut == 0 {
                at += 1;
                continue;
            }
            found.push(Phrase { from, to: at, link });
            link = if self.line.is_in(self.dictionary, "content", at) > 0 {
                Link::Content
            } else if self.line.is_in(self.dictionary, "along", at) > 0 {
                Link::Along
            } else if self.line.is_in(self.dictionary, "packed", at) > 0 {
                Link::Packed
            } else {
                Link::Other
            };
            at += cut;
            from = at;
        }
        found.push(Phrase {
            from,
            to: count,
            link,
        });
        found
    }

    /// The first phrase that can name a thing: "set of", "6" and the like cannot.
    fn first(&self, phrases: &[Phrase]) -> Option<usize> {
        let says = |phrase: &Phrase| {
            (phrase.from..phrase.to).any(|at| {
                let is_kind = self
                    .kinds
                    .iter()
                    .any(|one| (one.from..one.to).contains(&at));
                let is_wrapping = self.line.is_in(self.dictionary, "container", at) > 0
                    || self.line.is_in(self.dictionary, "empty", at) > 0;
                is_kind || !self.taken[at] && !is_wrapping && self.line.tokens[at].is_word()
            })
        };
        phrases.iter().position(says)
    }

    /// The last kind of a phrase, and the one before it where both are sold together.
    fn head(&self, phrase: &Phrase, weak: bool) -> Vec<Match> {
        let within = |one: &&Match| one.from >= phrase.from && one.to <= phrase.to;
        let of = |one: &&Match| {
            let entry = &self.dictionary.known(one.known).entry;
            entry.weak == weak && (!entry.last || self.ends(one, phrase))
        };
        let mut told: Vec<&Match> = self.kinds.iter().filter(within).filter(of).collect();
        // "coathanger 5 hook", "lunch bag vintage doily": a part that is counted, or a word that is a motif as well, is
        // the thing only where no other noun stands before it.
        while told.len() > 1
            && told
                .last()
                .is_some_and(|last| self.is_part(last) || self.is_motif(last))
        {
            told.pop();
        }
        // What the catalogue puts first names the thing, and what stands behind is its variant.
        let is_plain =
            |at: usize| self.is_used(at) || self.line.is_in(self.dictionary, "empty", at) > 0;
        let leads = told.first().zip(told.get(1)).is_some_and(|(one, second)| {
            // Nouns before a noun are in the singular: "cards Christmas tree" are cards, "pencil eraser" is none.
            let last = &self.line.tokens[one.to - 1].text;
            let is_plural = self.line.language == Language::En && Language::En.stem(last) != *last;
            let is_known = self.fronts.contains(&one.known) && second.from > one.to;
            (is_plural || is_known) && (phrase.from..one.from).all(is_plain)
        });
        if leads
            && !told
                .get(1)
                .is_some_and(|second| self.is_joined(told[0], second))
        {
            told.truncate(1);
        }
        let Some((last, before)) = told.split_last() else {
            return Vec::new();
        };
        let mut heads = Vec::new();
        if let Some(other) = before.last().filter(|other| self.is_joined(other, last)) {
            heads.push((*other).clone());
        }
        heads.push((*last).clone());
        heads
    }

    /// Whether two kinds are sold together: "necklace + bracelet", "party bag and stickers".
    fn is_joined(&self, one: &Match, next: &Match) -> bool {
        let linked = matches!(self.line.tokens[one.to].mark, '+' | '&')
            || self.line.is_in(self.dictionary, "join", one.to) > 0;
        linked && one.known != next.known
    }

    /// Whether nothing that is unread follows in the phrase.
    fn ends(&self, one: &Match, phrase: &Phrase) -> bool {
        (one.to..phrase.to).all(|at| {
            self.is_used(at)
                || !self.line.tokens[at].is_word()
                || self.line.is_in(self.dictionary, "empty", at) > 0
        })
    }

    fn is_part(&self, one: &Match) -> bool {
        let counted = one.from > 0 && self.line.tokens[one.from - 1].number().is_some();
        counted && self.line.is_in(self.dictionary, "part", one.from) > 0
    }

    fn is_motif(&self, one: &Match) -> bool {
        self.others.iter().any(|other| {
            let is_pattern = self.dictionary.known(other.known).key.0 == Attribute::Pattern;
            is_pattern && other.from <= one.from && other.to >= one.to
        })
    }

    /// A box of dominoes is dominoes: the content, where the head is something to pack in.
    fn content(&self, told: Vec<Match>, next: Option<&Phrase>) -> Vec<Match> {
        let packs = told.len() == 1
            && told[0].to - told[0].from == 1
            && self.line.is_in(self.dictionary, "container", told[0].from) > 0;
        let inside = next
            .filter(|next| packs && next.link == Link::Content && next.from == told[0].to + 1)
            .map(|next| self.head(next, false));
        inside.filter(|inside| !inside.is_empty()).unwrap_or(told)
    }

    fn figure(&self, phrase: &Phrase) -> Option<Match> {
        let can = |one: &&Match| {
            let known = self.dictionary.known(one.known);
            known.key.0 == Attribute::Pattern && !known.entry.surface
        };
        let within = |one: &&Match| one.from >= phrase.from && one.to <= phrase.to;
        let figure = self.others.iter().filter(within).rfind(can)?;
        // "daisy garden marker": an unknown noun behind it is the thing.
        let is_head = self.hangs() || self.noun(phrase).is_none_or(|noun| noun < figure.from);
        is_head.then(|| figure.clone())
    }

    fn hangs(&self) -> bool {
        let mut places = 0..self.line.tokens.len();
        places.any(|at| self.line.is_in(self.dictionary, "hanging", at) > 0)
    }

    /// The last word of a phrase that nothing else has used.
    fn noun(&self, phrase: &Phrase) -> Option<usize> {
        (phrase.from..phrase.to).rev().find(|at| {
            let token = &self.line.tokens[*at];
            token.is_word()
                && token.text.len() >= 3
                && !self.is_used(*at)
                && self.line.is_in(self.dictionary, "empty", *at) == 0
                && self.line.is_in(self.dictionary, "container", *at) == 0
                && self.line.is_in(self.dictionary, "hanging", *at) == 0
        })
    }
}
