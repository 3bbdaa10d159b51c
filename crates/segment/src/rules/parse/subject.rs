//! Names and measures: whether the project has them, and which was meant where it has not.

use super::super::token::{Place, Token};
use super::super::vocabulary::nearest;
use super::super::{Kind, Measure, MeasureKind, RuleError, Subject};
use super::{KEYWORDS, Parser};

/// How many names an error lists at most.
const LISTED: usize = 40;

impl Parser<'_> {
    /// A name or a measure, with the kind of its values.
    pub(super) fn subject(&mut self) -> Result<(Subject, Kind), RuleError> {
        let expected = "a name, a measure, 'not' or '('";
        let word = match self.peek() {
            Token::Word(word) => word.clone(),
            Token::Number(_) | Token::Text(_) => {
                let mend = "write the name first, as in spend >= 100";
                return Err(self.refuse(expected, mend));
            }
            Token::End => return Err(self.refuse(expected, "write a test, as in spend >= 100")),
            _ => return Err(self.refuse(expected, "take it out, or write a test before it")),
        };
        if KEYWORDS.contains(&word.to_lowercase().as_str()) {
            return Err(self.refuse(expected, "write a test on each side of 'and' and 'or'"));
        }
        let (_, place) = self.take();
        if self.take_token(&Token::Open) {
            let measure = self.measure(&word, place)?;
            let kind = measure.kind.kind();
            return Ok((Subject::Measure(measure), kind));
        }
        match self.vocabulary.kind(&word) {
            Some(kind) => Ok((Subject::Name(word), kind)),
            None => Err(self.unknown(&word, place)),
        }
    }

    fn unknown(&self, word: &str, place: Place) -> RuleError {
        let measure = MeasureKind::ALL
            .into_iter()
            .find(|kind| kind.word() == word);
        let mend = match (measure, self.vocabulary.nearest(word)) {
            (Some(_), _) => {
                format!("write '{word}()' for all time, or {word} with what to count in ()")
            }
            (None, Some(near)) => format!("did you mean '{near}'?"),
            (None, None) => {
                let names = self.vocabulary.names().map(|(name, _)| name);
                let names: Vec<&str> = names.take(LISTED).collect();
                format!("the names are {}", names.join(", "))
            }
        };
        place.refuse(format!("'{word}'"), "a name that this project has", mend)
    }

    /// What stands in the parentheses of a measure, which are open.
    fn measure(&mut self, word: &str, place: Place) -> Result<Measure, RuleError> {
        let entity = self.vocabulary.entity();
        let mut counted = MeasureKind::ALL.into_iter();
        let words = || MeasureKind::ALL.into_iter().map(MeasureKind::word);
        let Some(kind) = counted.find(|kind| kind.word() == word) else {
            let mend = match nearest(word, words()) {
                Some(near) => format!("did you mean '{near}'?"),
                None if self.vocabulary.kind(word).is_some() => {
                    format!("write '{word}' without parentheses")
                }
                None => format!("write one of {}", words().collect::<Vec<_>>().join(", ")),
            };
            return Err(place.refuse(format!("'{word}'"), "a measure", mend));
        };
        if !entity.counts(kind) {
            let mend = "events do not say in which shop they happened: take the test out";
            return Err(place.refuse(format!("'{word}'"), "another measure", mend));
        }
        let of = match self.peek() {
            Token::Text(text) if text.is_empty() => {
                return Err(self.refuse("what to count", "write its name, or leave it out"));
            }
            Token::Text(text) => Some(text.clone()),
            Token::Word(name) => {
                let mend = format!("write \"{name}\" between quotes");
                return Err(self.refuse("a text or a window", mend));
            }
            _ => None,
        };
        if of.is_some() {
            self.take();
        }
        let follows = if of.is_some() {
            self.take_token(&Token::Comma)
        } else {
            *self.peek() != Token::Close
        };
        if follows && kind.endless() {
            let mend = format!("{word} looks back without limit: leave the window out");
            return Err(self.refuse("')'", mend));
        }
        let window_days = follows.then(|| self.window()).transpose()?;
        if !self.take_token(&Token::Close) {
            let expected = if of.is_some() && !follows {
                "',' or ')'"
            } else {
                "')'"
            };
            let mend = format!("write {word}(\"what\", 90 days), each part where it is needed");
            return Err(self.refuse(expected, mend));
        }
        Ok(Measure {
            kind,
            of,
            window_days,
        })
    }
}
