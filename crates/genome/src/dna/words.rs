//! Texts as tokens that know where they stood. It must not know what a token means.

/// A word or number of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// In lower case, without accents and apostrophes.
    pub text: String,
    /// Place of its first character in the text, in characters, and of the first after it.
    pub from: usize,
    /// See `from`.
    pub to: usize,
    /// The first sign other than a blank between it and the word before, or a blank.
    pub mark: char,
    /// The sign that follows at once, or a blank: `"` after a number are inches.
    pub next: char,
    /// Whether the text before it was spelt otherwise: what stood there.
    pub was: Option<String>,
}

impl Token {
    /// Whether it is a whole number without unit.
    pub fn number(&self) -> Option<u64> {
        let digits = self.text.bytes().all(|byte| byte.is_ascii_digit());
        (digits && self.text.len() <= 5)
            .then(|| self.text.parse().ok())
            .flatten()
    }

    /// Whether it is made of letters alone.
    pub fn is_word(&self) -> bool {
        self.text.bytes().all(|byte| !byte.is_ascii_digit())
    }
}

/// The letter without its accent, in lower case.
fn plain(letter: char) -> &'static str {
    match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ą' => "a",
        'ç' | 'ć' | 'č' => "c",
        'è' | 'é' | 'ê' | 'ë' | 'ę' => "e",
        'ì' | 'í' | 'î' | 'ï' => "i",
        'ł' => "l",
        'ñ' | 'ń' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => "o",
        'ś' | 'š' => "s",
        'ù' | 'ú' | 'û' | 'ü' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        _ => "",
    }
}

/// `text` in lower case without accents.
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match plain(letter) {
            "" => out.push(letter),
            other => out.push_str(other),
        }
    }
    out
}

/// A dictionary's word with ä, ö, ü written as ae, oe, ue; none where it has none of them.
pub fn respelt(word: &str) -> Option<String> {
    let lower = word.to_lowercase();
    let other = lower
        .replace('ä', "ae")
        .replace('ö', "oe")
        .replace('ü', "ue");
    (other != lower).then_some(other)
}

const fn is_apostrophe(letter: char) -> bool {
    matches!(letter, '\'' | '’' | '`' | '´')
}

/// Cuts a text into words and numbers.
///
/// Apostrophes within a word are left out (`b'fly`), every other sign ends it; a number keeps its decimals and the
/// letters behind it (`60cm`, `1.5l`), a word gives up a number behind it (`of4`).
pub fn tokens(text: &str) -> Vec<Token> {
    let letters: Vec<char> = text.chars().collect();
    let (mut found, mut at, mut mark) = (Vec::new(), 0, ' ');
    while at < letters.len() {
        let letter = letters[at];
        if !letter.is_alphanumeric() {
            if mark == ' ' && !letter.is_whitespace() {
                mark = letter;
            }
            at += 1;
            continue;
        }
        let to = end_of(&letters, at);
        let word: String = letters[at..to]
            .iter()
            .filter(|letter| !is_apostrophe(**letter))
            .collect();
        found.push(Token {
            text: folded(&word).replace(',', "."),
            from: at,
            to,
            mark,
            next: letters.get(to).copied().unwrap_or(' '),
            was: None,
        });
        (at, mark) = (to, ' ');
    }
    found
}

/// Where the word that begins at `from` ends.
fn end_of(letters: &[char], from: usize) -> usize {
    let begins_with_digit = letters[from].is_ascii_digit();
    let mut at = from + 1;
    while at < letters.len() {
        let (letter, before) = (letters[at], letters[at - 1]);
        let next = letters.get(at + 1).copied().unwrap_or(' ');
        let goes_on = if is_apostrophe(letter) {
            next.is_alphanumeric()
        } else if letter == '.' || letter == ',' {
            // At most three decimals, or "1,2,3" would be a number.
            begins_with_digit
                && before.is_ascii_digit()
                && next.is_ascii_digit()
                && letters[from..at].iter().all(char::is_ascii_digit)
        } else if letter.is_ascii_digit() {
            begins_with_digit || before.is_ascii_digit()
        } else {
            letter.is_alphanumeric()
        };
        if !goes_on {
            break;
        }
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn cut(text: &str) -> Vec<String> {
        tokens(text).into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn words_are_cut_where_a_reader_would() {
        assert_eq!(
            cut("SET OF4 B'FLY C/COVER"),
            ["set", "of", "4", "bfly", "c", "cover"]
        );
        assert_eq!(
            cut("1,5l Grüne Töpfe, 60CM"),
            ["1.5l", "grune", "topfe", "60cm"]
        );
        assert_eq!(
            cut("SILVER M.O.P 30CMx30CM"),
            ["silver", "m", "o", "p", "30cmx30cm"]
        );
        assert_eq!(cut("50'S NECKL.36\"GREEN"), ["50s", "neckl", "36", "green"]);
        assert_eq!(cut("  ...  "), Vec::<String>::new());
    }

    #[test]
    fn tokens_know_where_they_stood() {
        let found = tokens("Rosé + Blau");
        assert_eq!((found[1].from, found[1].to, found[1].mark), (7, 11, '+'));
    }
}
