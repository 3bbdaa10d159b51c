//! One way to write what people write in many: names, streets, phones, addresses of mail. Pure text to text; the words
//! come from the dictionary. It must not compare.

use crate::dictionary::Dictionary;
use sha2::{Digest, Sha256};

/// Digits of a phone number that count, from its end: countries and trunk digits stand before them.
const PHONE_DIGITS: usize = 9;
/// Fewer digits than this are no number.
const PHONE_DIGITS_MIN: usize = 6;

/// Latin letters with a mark or of two letters, by the plain letters they are written as where there are none.
fn plain(letter: char) -> &'static str {
    match letter {
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ä' | 'æ' => "ae",
        'ç' | 'ć' | 'č' | 'ĉ' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'ğ' | 'ģ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'į' | 'ı' => "i",
        'ķ' => "k",
        'ł' | 'ļ' | 'ľ' => "l",
        'ñ' | 'ń' | 'ň' | 'ņ' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ō' | 'ő' => "o",
        'ö' | 'ø' | 'œ' => "oe",
        'ŕ' | 'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ß' => "ss",
        'ť' | 'ţ' | 'ț' | 'þ' => "t",
        'ù' | 'ú' | 'û' | 'ū' | 'ů' | 'ű' | 'ų' => "u",
        'ü' => "ue",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => "",
    }
}

/// Words in lower case of letters a to z and digits, apart by one blank. Letters of other scripts stay as they are.
/// Of ae, oe and ue the e is dropped, so that Müller, Mueller and Muller are one.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        let marked = plain(letter);
        match letter {
            'a'..='z' | '0'..='9' => push(&mut folded, letter),
            // An apostrophe or a mark set after its letter joins what stands around it: O'Brien.
            '\'' | '’' | '`' | '\u{300}'..='\u{36f}' => {}
            _ if !marked.is_empty() => marked.chars().for_each(|letter| push(&mut folded, letter)),
            _ if letter.is_alphanumeric() => folded.push(letter),
            _ if folded.is_empty() || folded.ends_with(' ') => {}
            _ => folded.push(' '),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

fn push(folded: &mut String, letter: char) {
    let is_umlaut = letter == 'e' && folded.ends_with(['a', 'o', 'u']);
    if !is_umlaut {
        folded.push(letter);
    }
}

/// A name without titles; empty where it is a word that stands for none.
pub(crate) fn name(text: &str, dictionary: &Dictionary) -> String {
    let folded = fold(text);
    let words: Vec<&str> = folded
        .split(' ')
        .filter(|word| !dictionary.is_title(word))
        .collect();
    let name = words.join(" ");
    if dictionary.is_nobody(&name) {
        String::new()
    } else {
        name
    }
}

/// A street with its number in one form: words of kinds of street shortened, blanks dropped, the digits after it.
/// Returns the street and the digits; both empty where there is no street.
pub(crate) fn street(text: &str, dictionary: &Dictionary) -> (String, String) {
    let folded = fold(text);
    let (mut street, mut number) = (String::new(), String::new());
    for word in folded.split(' ') {
        match word.starts_with(|letter: char| letter.is_ascii_digit()) {
            true => number.push_str(word),
            false => street.push_str(&dictionary.street_word(word)),
        }
    }
    (street, number)
}

/// The digits of a phone number that count; empty where they are too few or all the same.
pub(crate) fn phone(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let own = digits.trim_start_matches('0');
    let own = &own[own.len().saturating_sub(PHONE_DIGITS)..];
    let first = own.as_bytes().first();
    let is_placeholder = own.bytes().all(|digit| Some(&digit) == first);
    if own.len() < PHONE_DIGITS_MIN || is_placeholder {
        String::new()
    } else {
        own.to_string()
    }
}

/// An address of mail without blanks around it, in lower case; empty where it is none.
pub(crate) fn email(text: &str) -> String {
    let address = text.trim().to_lowercase();
    let is_address = address.split_once('@').is_some_and(|(local, host)| {
        !local.is_empty()
            && host.contains('.')
            && !host.contains('@')
            && !address.contains(char::is_whitespace)
    });
    if is_address { address } else { String::new() }
}

/// SHA-256 of a normalised address in hexadecimal digits, as advertising platforms exchange it.
pub(crate) fn email_hash(address: &str) -> String {
    let hash = Sha256::digest(address.as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A postal code without blanks, in lower case.
pub(crate) fn postal_code(text: &str) -> String {
    text.chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// 1 for a woman, 2 for a man, 3 for another answer, 0 where nothing is said.
pub(crate) fn gender(text: &str) -> u8 {
    match fold(text).as_str() {
        "" | "u" | "unknown" | "n" | "na" => 0,
        "f" | "w" | "female" | "woman" | "weiblich" | "frau" | "femme" | "mujer" | "donna" => 1,
        "m" | "male" | "man" | "mannlich" | "herr" | "homme" | "hombre" | "uomo" => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_however_they_are_written() {
        for text in ["Müller", "MUELLER", " muller ", "Mu\u{308}ller"] {
            assert_eq!(fold(text), "muller");
        }
        assert_eq!(fold("Strauß"), fold("STRAUSS"));
        assert_eq!(fold("O’Brien-Łukasz"), "obrien lukasz");
        assert_eq!(fold("Ελένη"), "ελένη");
        assert_eq!(fold(" -- "), "");
        let dictionary = Dictionary::bundled();
        assert_eq!(name("Dr. Anna", &dictionary), "anna");
        assert_eq!(name("N/A", &dictionary), "");
        assert_eq!(name("Unknown", &dictionary), "");
    }

    #[test]
    fn streets_are_one_however_they_are_written() {
        let dictionary = Dictionary::bundled();
        let told = |text| street(text, &dictionary);
        assert_eq!(told("Gartenstraße 17a"), told("GARTENSTR. 17A"));
        assert_eq!(told("Garten Strasse 17"), told("Gartenstr. 17"));
        assert_eq!(told("12 High Street"), told("High St 12"));
        assert_eq!(told("Place du Marché 3"), told("place du marche, 3"));
        assert_eq!(told(""), (String::new(), String::new()));
    }

    #[test]
    fn phones_and_mail_are_one_however_they_are_written() {
        assert_eq!(phone("+99 152 5917563"), phone("0152/591 75 63"));
        assert_eq!(phone("0000000000"), "");
        assert_eq!(phone("111-111-1111"), "");
        assert_eq!(phone("12345"), "");
        assert_eq!(email(" Anna.M@Post.Example "), "anna.m@post.example");
        for none in [
            "",
            "anna",
            "@post.example",
            "a b@post.example",
            "anna@post",
            "a@b@c.example",
        ] {
            assert_eq!(email(none), "", "{none}");
        }
        // FIPS 180-4, the one-block example: SHA-256 of abc.
        assert!(email_hash("abc").starts_with("ba7816bf8f01cfea414140de5dae2223"));
        assert_eq!(postal_code(" SW1A 1aa"), "sw1a1aa");
        assert_eq!(
            [gender("F"), gender("Herr"), gender("d"), gender("")],
            [1, 2, 3, 0]
        );
    }
}
