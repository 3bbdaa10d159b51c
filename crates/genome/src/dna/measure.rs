//! Numbers of texts: measures with their unit, and how many pieces are sold together. It must not know a kind.

use super::words::Token;
use super::{Dictionary, Language};

/// Units of size: as texts write them, and as they are told.
const UNITS: &[(&str, &str)] = &[
    ("cm", "cm"),
    ("cms", "cm"),
    ("mm", "mm"),
    ("m", "m"),
    ("in", "in"),
    ("inch", "in"),
    ("inches", "in"),
    ("ft", "ft"),
    ("g", "g"),
    ("gr", "g"),
    ("gm", "g"),
    ("kg", "kg"),
    ("mg", "mg"),
    ("lb", "lb"),
    ("oz", "oz"),
    ("ml", "ml"),
    ("cl", "cl"),
    ("dl", "dl"),
    ("l", "l"),
    ("lt", "l"),
    ("ltr", "l"),
    ("litre", "l"),
    ("litres", "l"),
    ("liter", "l"),
    ("litr", "l"),
];

/// Most pieces that are read as a pack: larger numbers are article numbers and years.
const PACK_MOST: u64 = 1000;

/// Something read from numbers: its value and the tokens it stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    pub value: String,
    pub from: usize,
    pub to: usize,
}

fn unit(text: &str) -> Option<&'static str> {
    UNITS
        .iter()
        .find(|(name, _)| *name == text)
        .map(|(_, unit)| *unit)
}

/// Whether a unit tells what is inside: then "6 x 330 ml" are six of them, and not the sides of one.
fn is_content(unit: &str) -> bool {
    ["g", "kg", "mg", "lb", "oz", "ml", "cl", "dl", "l"].contains(&unit)
}

/// A number at the front, and what is behind it.
fn leading(text: &str) -> Option<(&str, &str)> {
    let ends = text
        .find(|letter: char| !letter.is_ascii_digit() && letter != '.')
        .unwrap_or(text.len());
    (ends > 0).then(|| text.split_at(ends))
}

/// One token as a measure: `60cm`, `40x40cm`, `30cmx30cm`.
fn whole(text: &str) -> Option<String> {
    let mut sides = Vec::new();
    let mut last = None;
    for side in text.split('x') {
        let (number, rest) = leading(side)?;
        if !rest.is_empty() {
            last = Some(unit(rest)?);
        }
        sides.push(number.trim_end_matches('.'));
    }
    last.map(|unit| match is_content(unit) {
        true => format!("{}{unit}", sides[sides.len() - 1]),
        false => format!("{}{unit}", sides.join("x")),
    })
}

/// Measures of a text: `60cm`, `60 cm`, `40 x 40 cm`, `42"`, `A5`.
pub fn measures(tokens: &[Token]) -> Vec<Number> {
    let (mut found, mut at) = (Vec::new(), 0);
    while at < tokens.len() {
        let one = measure_at(tokens, at);
        at = one.as_ref().map_or(at + 1, |one| one.to);
        found.extend(one);
    }
    found
}

fn measure_at(tokens: &[Token], from: usize) -> Option<Number> {
    let token = &tokens[from];
    let done = |value: String, to: usize| Some(Number { value, from, to });
    // A4 and A5 are sizes of paper; the tokeniser cuts a word from the number behind it.
    if token.text == "a" {
        let next = tokens.get(from + 1)?;
        let is_paper = next.from == token.to && next.number().is_some_and(|number| number <= 7);
        return is_paper.then(|| done(format!("a{}", next.text), from + 2))?;
    }
    if let Some(value) = whole(&token.text) {
        return done(value, from + 1);
    }
    let is_number = |token: &Token| {
        token
            .text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    if !is_number(token) {
        return None;
    }
    if token.next == '"' || token.next == '”' {
        return done(format!("{}in", token.text), from + 1);
    }
    // Sides in tokens of their own, then the unit.
    let mut sides = vec![token.text.as_str()];
    let mut at = from + 1;
    while at + 1 < tokens.len() && tokens[at].text == "x" && is_number(&tokens[at + 1]) {
        sides.push(&tokens[at + 1].text);
        at += 2;
    }
    let next = tokens.get(at)?;
    // "42 in" may go on as "42 in box".
    let unit = unit(&next.text).filter(|unit| *unit != "in" || next.text != "in")?;
    if next.text == "m" && next.mark != ' ' || next.next == '.' && next.text == "l" {
        return None;
    }
    if is_content(unit) {
        let (value, from) = (format!("{}{unit}", tokens[at - 1].text), at - 1);
        return Some(Number {
            value,
            from,
            to: at + 1,
        });
    }
    done(format!("{}{unit}", sides.join("x")), at + 1)
}

/// How many pieces a text says are sold together, if it does; the words are those of the language, English beside.
///
/// `is_taken` tells which tokens measures have used, `is_named` whether the thing is named before a token: a number
/// behind its name counts what is on it.
pub fn pack(
    tokens: &[Token],
    dictionary: &Dictionary,
    language: Language,
    is_taken: &dyn Fn(usize) -> bool,
    is_named: &dyn Fn(usize) -> bool,
) -> Option<Number> {
    let text = Text {
        tokens,
        dictionary,
        language,
    };
    for at in 0..tokens.len() {
        if let Some(found) = text.contained(at) {
            return Some(found);
        }
    }
    for at in 0..tokens.len() {
        if let Some(found) = text.pieces(at, is_taken) {
            return Some(found);
        }
    }
    (0..tokens.len()).find_map(|at| text.counted(at, &|at| is_taken(at) || is_named(at)))
}

struct Text<'a> {
    tokens: &'a [Token],
    dictionary: &'a Dictionary,
    language: Language,
}

impl Text<'_> {
    /// How many tokens from `at` on are a word of the list; 0 where none.
    fn is_in(&self, list: &'static str, at: usize) -> usize {
        let languages = [self.language, Language::En];
        let phrases = languages
            .iter()
            .flat_map(|one| self.dictionary.list(list, *one));
        let fits = |phrase: &&Vec<String>| {
            let here = self.tokens.get(at..at + phrase.len());
            here.is_some_and(|here| {
                here.iter()
                    .zip(phrase.iter())
                    .all(|(token, word)| token.text == *word)
            })
        };
        phrases.filter(fits).map(Vec::len).max().unwrap_or(0)
    }

    /// A number in digits or words.
    fn number(&self, at: usize) -> Option<u64> {
        let token = self.tokens.get(at)?;
        let digits = token.number().filter(|_| token.next != '"');
        let spelt = || {
            let languages = [self.language, Language::En];
            languages.iter().find_map(|one| {
                let words = self.dictionary.list("number", *one);
                let place = words
                    .iter()
                    .position(|word| word.len() == 1 && word[0] == token.text)?;
                // "un", "een" and "a" are articles before they are numbers.
                (place > 0).then_some(place as u64 + 1)
            })
        };
        digits
            .or_else(spelt)
            .filter(|number| (1..=PACK_MOST).contains(number))
    }

    fn told(number: u64, from: usize, to: usize) -> Option<Number> {
        Some(Number {
            value: number.to_string(),
            from,
            to,
        })
    }

    /// "set of 6", "set/6", "S/4", "pack 12", "box of 6", "pair of".
    fn contained(&self, at: usize) -> Option<Number> {
        let pair = self.is_in("pair", at);
        if pair > 0 {
            return Self::told(2, at, at + pair);
        }
        let held = self.is_in("container", at);
        if held == 0 {
            return None;
        }
        let linked = self.is_in("content", at + held) + self.is_in("cut", at + held);
        let mut number_at = at + held + usize::from(linked > 0);
        if self.tokens.get(number_at)?.text == "x" {
            number_at += 1;
        }
        let number = self.number(number_at)?;
        // The tube of "12 pencils in tube 3" holds nothing: without a link a container is a word of packing alone.
        let is_short = self.tokens[at].text.len() == 1;
        let is_marked = self.tokens[number_at].mark == '/';
        let ends = self.is_in("part", number_at + 1) > 0;
        let parts_of_one = ends && linked == 0 && !is_marked;
        (!parts_of_one && (!is_short || is_marked))
            .then(|| Self::told(number, at, number_at + 1))?
    }

    /// "6 piece", "12pc", "6 x 330ml", "4er-Set".
    fn pieces(&self, at: usize, is_taken: &dyn Fn(usize) -> bool) -> Option<Number> {
        let token = &self.tokens[at];
        if let Some((digits, rest)) = leading(&token.text).filter(|(_, rest)| !rest.is_empty()) {
            let number = digits
                .parse()
                .ok()
                .filter(|number| (1..=PACK_MOST).contains(number))?;
            // "6x330ml" in one token.
            if let Some((_, unit_of)) = rest.strip_prefix('x').and_then(leading) {
                return unit(unit_of)
                    .is_some_and(is_content)
                    .then(|| Self::told(number, at, at + 1))?;
            }
            let languages = [self.language, Language::En];
            let mut words = languages
                .iter()
                .flat_map(|one| self.dictionary.list("piece", *one));
            let is_piece = words.any(|phrase| phrase.len() == 1 && phrase[0] == rest);
            return is_piece.then(|| Self::told(number, at, at + 1))?;
        }
        if is_taken(at) {
            return None;
        }
        let number = self.number(at)?;
        let next = self.tokens.get(at + 1)?;
        // "6 x 330 ml": six of them.
        if next.text == "x" && is_taken(at + 2) {
            return Self::told(number, at, at + 2);
        }
        let piece = self.is_in("piece", at + 1);
        (piece > 0).then(|| Self::told(number, at, at + 1 + piece))?
    }

    /// A number before what is sold: at the front, or before a noun in the plural.
    fn counted(&self, at: usize, is_taken: &dyn Fn(usize) -> bool) -> Option<Number> {
        let number = self
            .number(at)
            .filter(|number| *number > 1 && !is_taken(at))?;
        // "rack with 2 bottles" is one rack.
        if at > 0 && self.is_in("cut", at - 1) > 0 {
            return None;
        }
        let next = self.tokens.get(at + 1).filter(|next| next.is_word())?;
        if self.is_in("part", at + 1) > 0 || next.mark != ' ' || next.text.len() < 3 {
            return None;
        }
        let behind: Vec<&Token> = self.tokens[at + 1..]
            .iter()
            .take_while(|token| token.is_word() && token.mark == ' ')
            .collect();
        let is_plural = |token: &&&Token| {
            let english = Language::En.stem(&token.text) != token.text || token.text == "mice";
            english && token.text.len() > 3
        };
        let is_cut = |place: &usize| self.is_in("cut", at + 1 + place) > 0;
        let phrase = (0..behind.len()).find(is_cut).unwrap_or(behind.len());
        let last_is_plural = behind[..phrase].last().is_some_and(|last| is_plural(&last));
        let spelt_amid = at > 0 && self.tokens[at].number().is_none();
        let is_front = at == 0;
        (is_front && !spelt_amid || last_is_plural && self.is_in("part", at + phrase) == 0)
            .then(|| Self::told(number, at, at + 1))?
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::dna::words::tokens;

    fn measured(text: &str) -> Vec<String> {
        measures(&tokens(text))
            .into_iter()
            .map(|one| one.value)
            .collect()
    }

    fn packed(text: &str, language: Language) -> Option<String> {
        let tokens = tokens(text);
        let taken: Vec<_> = measures(&tokens)
            .into_iter()
            .map(|one| one.from..one.to)
            .collect();
        let is_taken = |at: usize| taken.iter().any(|range| range.contains(&at));
        pack(
            &tokens,
            &Dictionary::bundled().unwrap(),
            language,
            &is_taken,
            &|_| false,
        )
        .map(|one| one.value)
    }

    #[test]
    fn measures_are_read_as_they_are_written() {
        let pairs: [(&str, &[&str]); 9] = [
            ("WHITE CHRISTMAS TREE 60CM", &["60cm"]),
            ("FILLER PAD 40x40cm", &["40x40cm"]),
            ("FILLER PAD 30CMx30CM", &["30x30cm"]),
            ("PEARL 42\"NECKL. GREEN", &["42in"]),
            ("BAG 125g SWIRLY MARBLES", &["125g"]),
            ("NOTEBOOK A5 RED", &["a5"]),
            ("Milch 1,5 l", &["1.5l"]),
            ("Mineralwasser 6 x 330 ml", &["330ml"]),
            ("LAUNDRY 15C 25W METAL SIGN 3 TIER", &[]),
        ];
        for (text, meant) in pairs {
            assert_eq!(measured(text), meant, "{text}");
        }
    }

    #[test]
    fn packs_are_read_and_parts_are_not() {
        let pairs = [
            ("SET OF 6 SOLDIER SKITTLES", Some("6")),
            ("SET/10 PINK CANDLES", Some("10")),
            ("S/4 CACTI CANDLES", Some("4")),
            ("SNACK BOXES SET OF4 WOODLAND", Some("4")),
            ("MAGNETS PACK OF 4", Some("4")),
            ("PAIR OF HAIR SLIDES", Some("2")),
            ("EIGHT PIECE SNAKE SET", Some("8")),
            ("6PC WOOD PLATE SET", Some("6")),
            ("60 FAIRY CAKE CASES", Some("60")),
            ("3 STRIPEY MICE FELTCRAFT", Some("3")),
            ("FELTCRAFT 6 FLOWER FRIENDS", Some("6")),
            ("FOUR HOOK WHITE LOVEBIRDS", None),
            ("SOAP RACK WITH 2 BOTTLES", None),
            ("TUB 24 PINK FLOWER PEGS", Some("24")),
            ("3 HOOK HANGER MAGIC GARDEN", None),
            ("CAKESTAND 3 TIER", None),
            ("NUMBER TILE COTTAGE GARDEN 5", None),
            ("WHITE 3 FRAME BIRDS AND TREE", None),
            ("3D TRADITIONAL CHRISTMAS STICKERS", None),
            ("SET OF TEA COFFEE SUGAR TINS", None),
            ("SET 10 CARDS 17074", Some("10")),
        ];
        for (text, meant) in pairs {
            assert_eq!(packed(text, Language::En).as_deref(), meant, "{text}");
        }
    }

    #[test]
    fn packs_of_other_languages_are_read() {
        let pairs = [
            ("4er Set Weingläser", Language::De, "4"),
            ("Kerzen 6 Stück", Language::De, "6"),
            ("Lot de 3 bougies", Language::Fr, "3"),
            ("Juego de 2 toallas", Language::Es, "2"),
            ("Set van 5 kaarsen", Language::Nl, "5"),
            ("Confezione da 10 candele", Language::It, "10"),
            ("Zestaw 4 talerzy", Language::Pl, "4"),
            ("Cola 6 x 330 ml", Language::De, "6"),
        ];
        for (text, language, meant) in pairs {
            assert_eq!(packed(text, language).as_deref(), Some(meant), "{text}");
        }
    }
}
