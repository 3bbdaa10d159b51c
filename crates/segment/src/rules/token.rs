//! A rule's text as words, numbers, texts and signs, each with its place. It must not know which may follow
//! which (`parse`).

use super::{Comparison, RuleError};

/// One token.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token {
    /// A name or a keyword, as written.
    Word(String),
    /// A number, finite.
    Number(f64),
    /// What stands between quotes.
    Text(String),
    /// A comparison.
    Comparison(Comparison),
    /// `(`
    Open,
    /// `)`
    Close,
    /// `,`
    Comma,
    /// `%`
    Percent,
    /// The end of the text.
    End,
}

/// Where a token stands, counted from 1, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl Place {
    /// The error that something else was expected here.
    pub(crate) fn refuse(
        self,
        found: impl Into<String>,
        expected: impl Into<String>,
        mend: impl Into<String>,
    ) -> RuleError {
        RuleError::Text {
            line: self.line,
            column: self.column,
            found: found.into(),
            expected: expected.into(),
            mend: mend.into(),
        }
    }
}

impl Token {
    /// It as an error message shows it.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Word(word) => format!("'{word}'"),
            Self::Number(number) => format!("the number {number}"),
            Self::Text(text) => format!("the text \"{text}\""),
            Self::Comparison(comparison) => format!("'{comparison}'"),
            Self::Open => "'('".into(),
            Self::Close => "')'".into(),
            Self::Comma => "','".into(),
            Self::Percent => "'%'".into(),
            Self::End => "the end of the rule".into(),
        }
    }
}

/// All tokens of a text; the last is [`Token::End`].
pub(crate) fn tokens(text: &str) -> Result<Vec<(Token, Place)>, RuleError> {
    let mut reader = Reader {
        letters: text.chars().collect(),
        next: 0,
        place: Place { line: 1, column: 1 },
    };
    let mut found = Vec::new();
    loop {
        while reader.peek().is_some_and(char::is_whitespace) {
            reader.take();
        }
        let place = reader.place;
        let token = reader.token(place)?;
        let ends = token == Token::End;
        found.push((token, place));
        if ends {
            return Ok(found);
        }
    }
}

struct Reader {
    letters: Vec<char>,
    next: usize,
    place: Place,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.letters.get(self.next).copied()
    }

    fn after(&self) -> Option<char> {
        self.letters.get(self.next + 1).copied()
    }

    fn take(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.next += 1;
        if letter == '\n' {
            self.place.line += 1;
            self.place.column = 1;
        } else {
            self.place.column += 1;
        }
        Some(letter)
    }

    fn take_while(&mut self, holds: impl Fn(char) -> bool) -> String {
        let mut taken = String::new();
        while let Some(letter) = self.peek().filter(|letter| holds(*letter)) {
            taken.push(letter);
            self.take();
        }
        taken
    }

    fn token(&mut self, place: Place) -> Result<Token, RuleError> {
        let Some(letter) = self.peek() else {
            return Ok(Token::End);
        };
        let digit = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_digit());
        match letter {
            _ if letter.is_alphabetic() || letter == '_' => {
                Ok(Token::Word(self.take_while(|letter| {
                    letter.is_alphanumeric() || letter == '_'
                })))
            }
            '0'..='9' => self.number(place),
            '-' | '.' if digit(self.after()) || self.after() == Some('.') => self.number(place),
            '"' | '\'' => self.text(letter, place),
            '“' | '”' | '„' | '‘' | '’' | '«' | '»' => Err(place.refuse(
                format!("the quote {letter}"),
                "a plain quote",
                "write \" before and after the text",
            )),
            _ => self.sign(letter, place),
        }
    }

    fn sign(&mut self, letter: char, place: Place) -> Result<Token, RuleError> {
        self.take();
        let equals = self.peek() == Some('=');
        let (token, second) = match letter {
            '(' => (Token::Open, false),
            ')' => (Token::Close, false),
            ',' => (Token::Comma, false),
            '%' => (Token::Percent, false),
            '=' => (Token::Comparison(Comparison::Equal), equals),
            '!' if equals => (Token::Comparison(Comparison::NotEqual), true),
            '<' if self.peek() == Some('>') => (Token::Comparison(Comparison::NotEqual), true),
            '<' if equals => (Token::Comparison(Comparison::AtMost), true),
            '<' => (Token::Comparison(Comparison::Less), false),
            '>' if equals => (Token::Comparison(Comparison::AtLeast), true),
            '>' => (Token::Comparison(Comparison::Greater), false),
            '≠' => (Token::Comparison(Comparison::NotEqual), false),
            '≤' => (Token::Comparison(Comparison::AtMost), false),
            '≥' => (Token::Comparison(Comparison::AtLeast), false),
            _ => {
                let mend = match letter {
                    '&' => "write 'and'",
                    '|' => "write 'or'",
                    '!' => "write 'not' before a rule, '!=' for not equal",
                    ';' => "write one rule without ';'",
                    _ => "take it out, or put it between quotes if it belongs to a text",
                };
                let expected = "a name, a number, a text, a comparison, '(' or ')'";
                return Err(place.refuse(format!("'{letter}'"), expected, mend));
            }
        };
        if second {
            self.take();
        }
        Ok(token)
    }

    fn number(&mut self, place: Place) -> Result<Token, RuleError> {
        let from = self.next;
        if self.peek() == Some('-') {
            self.take();
        }
        self.take_while(|letter| letter.is_ascii_digit() || matches!(letter, '.' | '_'));
        let exponent = matches!(self.peek(), Some('e' | 'E'))
            && self
                .after()
                .is_some_and(|letter| letter.is_ascii_digit() || matches!(letter, '-' | '+'));
        if exponent {
            self.take();
            self.take();
            self.take_while(|letter| letter.is_ascii_digit());
        }
        let written: String = self.letters[from..self.next].iter().collect();
        match written.replace('_', "").parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Token::Number(number)),
            _ => Err(place.refuse(
                format!("'{written}'"),
                "a number",
                "write digits, with '.' before decimals, as in 1000 or 0.5",
            )),
        }
    }

    fn text(&mut self, quote: char, place: Place) -> Result<Token, RuleError> {
        self.take();
        let mut text = String::new();
        loop {
            let here = self.place;
            match self.take() {
                Some(letter) if letter == quote => return Ok(Token::Text(text)),
                Some('\\') => match self.take() {
                    Some(letter @ ('"' | '\'' | '\\')) => text.push(letter),
                    _ => {
                        return Err(here.refuse(
                            "'\\' within a text",
                            "'\\\"' or '\\\\'",
                            "write '\\\\' for a backslash",
                        ));
                    }
                },
                Some('\n') | None => {
                    let mend = format!("write {quote} at its end, on the same line");
                    return Err(place.refuse("a text without an end", "a closing quote", mend));
                }
                Some(letter) if letter.is_control() => {
                    return Err(here.refuse(
                        format!("the control character U+{:04X}", u32::from(letter)),
                        "a letter",
                        "take it out",
                    ));
                }
                Some(letter) => text.push(letter),
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<Token> {
        let found = tokens(text).unwrap();
        found.into_iter().map(|(token, _)| token).collect()
    }

    #[test]
    fn signs_have_their_spellings() {
        use Comparison::*;
        let expect = [
            Equal, Equal, NotEqual, NotEqual, NotEqual, Less, AtMost, AtMost, Greater, AtLeast,
            AtLeast,
        ];
        let mut expect: Vec<Token> = expect.into_iter().map(Token::Comparison).collect();
        expect.push(Token::End);
        assert_eq!(of("= == != <> ≠ < <= ≤ > >= ≥"), expect);
    }

    #[test]
    fn numbers_and_texts_are_read() {
        let expect = [
            Token::Number(1000.0),
            Token::Number(-0.5),
            Token::Number(0.25),
            Token::Number(1e6),
            Token::Text("it's \"so\" \\".into()),
            Token::Text("say \"x\"".into()),
            Token::End,
        ];
        let text = r#"1_000 -.5 .25 1e6 "it's \"so\" \\" 'say "x"'"#;
        assert_eq!(of(text), expect);
    }

    #[test]
    fn places_are_counted_in_characters() {
        let found = tokens("é  >\n  \"ü\" x").unwrap();
        let places: Vec<_> = found.iter().map(|(_, p)| (p.line, p.column)).collect();
        assert_eq!(places, [(1, 1), (1, 4), (2, 3), (2, 7), (2, 8)]);
    }

    #[test]
    fn what_cannot_be_read_says_where_and_how_to_mend_it() {
        for (text, place, mend) in [
            ("a & b", (1, 3), "write 'and'"),
            ("a >= 1.2.3", (1, 6), "write digits"),
            ("a >= 1e999", (1, 6), "write digits"),
            ("a = \"x", (1, 5), "at its end"),
            ("a = \"x\ny\"", (1, 5), "on the same line"),
            ("a = \"x\\n\"", (1, 7), "for a backslash"),
            ("a = “x”", (1, 5), "write \" before and after"),
            ("a; drop", (1, 2), "one rule without"),
            ("a = \"\u{0}\"", (1, 6), "take it out"),
        ] {
            let error = tokens(text).unwrap_err();
            let told = error.to_string();
            let RuleError::Text { line, column, .. } = error else {
                panic!("{told}")
            };
            assert_eq!((line, column), place, "{text}: {told}");
            assert!(told.contains(mend), "{told}");
        }
    }
}
