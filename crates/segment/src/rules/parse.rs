//! Reading a rule by recursive descent, one function per line of the grammar in `rules`. What may be
//! compared with what is checked here, where the place is known.

mod subject;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod value;

use super::token::{Place, Token, tokens};
use super::vocabulary::nearest;
use super::{Comparison, Constant, Kind, Operand, Rule, RuleError, Subject, Vocabulary};

/// Most parentheses and `not` within each other: what a person can still read, and the stack can hold.
pub(crate) const DEPTH_MAX: usize = 64;

/// Words that are no names.
const KEYWORDS: &[&str] = &[
    "and", "or", "not", "between", "in", "is", "known", "unknown",
];

/// What may follow a whole test.
const AFTER_TEST: &str = "'and', 'or' or the end of the rule";

/// Reads a rule in the names of a vocabulary.
pub(crate) fn parse(text: &str, vocabulary: &Vocabulary) -> Result<Rule, RuleError> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        next: 0,
        depth: 0,
        vocabulary,
    };
    let rule = parser.any()?;
    match parser.peek() {
        Token::End => Ok(rule),
        _ => Err(parser.refuse_rest()),
    }
}

struct Parser<'a> {
    tokens: Vec<(Token, Place)>,
    next: usize,
    depth: usize,
    vocabulary: &'a Vocabulary,
}

impl Parser<'_> {
    fn peek(&self) -> &Token {
        &self.tokens[self.next].0
    }

    fn place(&self) -> Place {
        self.tokens[self.next].1
    }

    /// The next token, which stays where it is if it is the end.
    fn take(&mut self) -> (Token, Place) {
        let taken = self.tokens[self.next].clone();
        if taken.0 != Token::End {
            self.next += 1;
        }
        taken
    }

    fn at_word(&self, word: &str) -> bool {
        matches!(self.peek(), Token::Word(found) if found.eq_ignore_ascii_case(word))
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.at_word(word);
        if found {
            self.take();
        }
        found
    }

    fn take_token(&mut self, token: &Token) -> bool {
        let found = self.peek() == token;
        if found {
            self.take();
        }
        found
    }

    /// The error that something else than the next token was expected.
    fn refuse(&self, expected: impl Into<String>, mend: impl Into<String>) -> RuleError {
        self.place().refuse(self.peek().shown(), expected, mend)
    }

    fn refuse_rest(&self) -> RuleError {
        let mend = match self.peek() {
            Token::Comma => "write numbers without ',' as in 1000 or 0.5".into(),
            Token::Close => "take it out, or open it with '(' before".into(),
            Token::Comparison(_) => {
                "join two tests with 'and', or write 'between 1 and 2' for a range".into()
            }
            Token::Word(word) => match nearest(word, ["and", "or"].into_iter()) {
                Some(near) => format!("did you mean '{near}'?"),
                None => "join two tests with 'and' or 'or'".into(),
            },
            _ => "join two tests with 'and' or 'or'".to_string(),
        };
        self.refuse(AFTER_TEST, mend)
    }

    fn any(&mut self) -> Result<Rule, RuleError> {
        let first = self.all()?;
        if !self.at_word("or") {
            return Ok(first);
        }
        let mut rules = vec![first];
        while self.take_word("or") {
            rules.push(self.all()?);
        }
        Ok(Rule::Any(rules))
    }

    fn all(&mut self) -> Result<Rule, RuleError> {
        let first = self.one()?;
        if !self.at_word("and") {
            return Ok(first);
        }
        let mut rules = vec![first];
        while self.take_word("and") {
            rules.push(self.one()?);
        }
        Ok(Rule::All(rules))
    }

    fn one(&mut self) -> Result<Rule, RuleError> {
        let opens = *self.peek() == Token::Open;
        if !opens && !self.at_word("not") {
            return self.test();
        }
        if self.depth == DEPTH_MAX {
            let expected = format!("at most {DEPTH_MAX} of '(' and 'not' within each other");
            return Err(self.refuse(expected, "split the rule"));
        }
        self.depth += 1;
        let (_, opened) = self.take();
        let rule = if opens {
            let rule = self.any()?;
            if !self.take_token(&Token::Close) {
                return Err(self.refuse_open(opened));
            }
            rule
        } else {
            Rule::Not(Box::new(self.one()?))
        };
        self.depth -= 1;
        Ok(rule)
    }

    fn refuse_open(&self, opened: Place) -> RuleError {
        if *self.peek() != Token::End {
            return self.refuse("'and', 'or' or ')'", "join two tests with 'and' or 'or'");
        }
        let Place { line, column } = opened;
        let mend = format!("close the '(' of line {line}, column {column}");
        self.refuse("')'", mend)
    }

    fn test(&mut self) -> Result<Rule, RuleError> {
        let (subject, kind) = self.subject()?;
        if let Token::Comparison(is) = *self.peek() {
            return self.compare(subject, kind, is);
        }
        if self.take_word("is") {
            let not = self.take_word("not");
            let known = self.at_word("known");
            if !known && !self.at_word("unknown") {
                let mend = format!("write '{subject} is known', or '=' to compare values");
                return Err(self.refuse("'known' or 'unknown'", mend));
            }
            self.take();
            return Ok(if known != not {
                Rule::Known(subject)
            } else {
                Rule::Unknown(subject)
            });
        }
        let not = self.take_word("not");
        let rule = if self.take_word("between") {
            self.between(subject, kind)?
        } else if self.take_word("in") {
            self.within(subject, kind)?
        } else {
            return Err(self.refuse_test(&subject, kind, not));
        };
        Ok(if not { Rule::Not(Box::new(rule)) } else { rule })
    }

    fn refuse_test(&self, subject: &Subject, kind: Kind, not: bool) -> RuleError {
        if not {
            return self.refuse("'between' or 'in'", "write 'not' before the name instead");
        }
        let example = match kind {
            Kind::Text => format!("{subject} = \"…\""),
            Kind::Share => format!("{subject} >= 10 %"),
            Kind::Days => format!("{subject} >= 30 days"),
            Kind::Number => format!("{subject} >= 1"),
        };
        let expected = "a comparison, 'between', 'in' or 'is'";
        self.refuse(expected, format!("write a test, as in {example}"))
    }

    fn compare(&mut self, left: Subject, kind: Kind, is: Comparison) -> Result<Rule, RuleError> {
        if kind == Kind::Text && !matches!(is, Comparison::Equal | Comparison::NotEqual) {
            let mend = format!("{left} is a text: write '=' or '!=', or 'in (…)' for several");
            return Err(self.refuse("'=', '!=', 'in' or 'is'", mend));
        }
        self.take();
        let right = match self.peek() {
            Token::Word(word) if kind == Kind::Text && self.vocabulary.kind(word).is_none() => {
                let mend = format!("write \"{word}\" between quotes if it is a text");
                return Err(self.refuse("a text, or a name that this project has", mend));
            }
            Token::Word(_) => {
                let place = self.place();
                let shown = self.peek().shown();
                let (right, other) = self.subject()?;
                if other != kind {
                    let mend = format!(
                        "{left} is {}, {right} is {}: compare what is alike",
                        kind.words(),
                        other.words()
                    );
                    return Err(place.refuse(shown, kind.words(), mend));
                }
                Operand::Subject(right)
            }
            _ => Operand::Constant(self.constant(&left, kind)?),
        };
        Ok(Rule::Compare { left, is, right })
    }

    fn between(&mut self, subject: Subject, kind: Kind) -> Result<Rule, RuleError> {
        if kind == Kind::Text {
            let mend = format!("{subject} is a text: write 'in (…)' for several");
            return Err(self.refuse("no range", mend));
        }
        let start = self.place();
        let low = self.constant(&subject, kind)?;
        if !self.take_word("and") {
            return Err(self.refuse("'and'", format!("write 'between {low} and …'")));
        }
        let high = self.constant(&subject, kind)?;
        if low.as_number() > high.as_number() {
            let mend = format!("write 'between {high} and {low}'");
            let found = format!("{low} before {high}");
            return Err(start.refuse(found, "the lesser number first", mend));
        }
        Ok(Rule::Between { subject, low, high })
    }

    fn within(&mut self, subject: Subject, kind: Kind) -> Result<Rule, RuleError> {
        let example = "write the values in parentheses, as in (\"FR\", \"DE\") or (1, 2)";
        if !self.take_token(&Token::Open) {
            return Err(self.refuse("'('", example));
        }
        let mut values = vec![self.constant(&subject, kind)?];
        while self.take_token(&Token::Comma) {
            values.push(self.constant(&subject, kind)?);
        }
        if !self.take_token(&Token::Close) {
            return Err(self.refuse("',' or ')'", example));
        }
        Ok(Rule::In { subject, values })
    }

    /// A constant that may stand beside a subject of this kind.
    fn constant(&mut self, beside: &Subject, kind: Kind) -> Result<Constant, RuleError> {
        let constant = match (self.peek(), kind) {
            (Token::Number(_), Kind::Text) => {
                let mend = format!("{beside} is a text: write it between quotes");
                return Err(self.refuse("a text", mend));
            }
            (Token::Text(_), Kind::Number | Kind::Days | Kind::Share) => {
                let mend = format!("{beside} is {}: take the quotes away", kind.words());
                return Err(self.refuse("a number", mend));
            }
            (Token::Number(_), _) => self.number(beside, kind)?,
            (Token::Text(text), _) => {
                let text = text.clone();
                self.take();
                Constant::Text { text }
            }
            (Token::Word(_), Kind::Text) => {
                return Err(self.refuse("a text", "write texts between quotes"));
            }
            _ => return Err(self.refuse(kind.words(), "write the value to compare with")),
        };
        Ok(constant)
    }
}
