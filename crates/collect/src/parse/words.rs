//! Small words: flags, consents, choices, currencies, GTINs. Unknown words are refused, never guessed.

use retail::Currency;

use crate::fields::Choice;

/// Yes or no in the words that files use.
pub(crate) fn flag(text: &str) -> Option<bool> {
    let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(&["true", "yes", "y", "1", "t", "on", "ja", "oui", "si"]) {
        return Some(true);
    }
    is(&["false", "no", "n", "0", "f", "off", "nein", "non"]).then_some(false)
}

/// The word meant by a text, by name or by another spelling.
pub(crate) fn choice(text: &str, choices: &[Choice]) -> Option<&'static str> {
    choices
        .iter()
        .find(|(word, others)| {
            text.eq_ignore_ascii_case(word) || others.iter().any(|o| text.eq_ignore_ascii_case(o))
        })
        .map(|(word, _)| *word)
}

/// Signs with the letters before them that name one currency. Without letters the pound, the euro and the
/// dollar are those that nearly every export means; the yen and the yuan share theirs, so it names neither.
const SIGNS: &[(&str, char, &str)] = &[
    ("", '£', "GBP"),
    ("", '€', "EUR"),
    ("", '$', "USD"),
    ("US", '$', "USD"),
    ("R", '$', "BRL"),
    ("A", '$', "AUD"),
    ("AU", '$', "AUD"),
    ("C", '$', "CAD"),
    ("CA", '$', "CAD"),
    ("HK", '$', "HKD"),
    ("NZ", '$', "NZD"),
    ("CN", '¥', "CNY"),
    ("JP", '¥', "JPY"),
];

/// Three letters that stand for a currency in shops and not in ISO 4217, or for the one that followed it.
const ALIASES: &[(&str, &[&str])] = &[
    ("NIS", &["ILS"]),
    ("RMB", &["CNY"]),
    ("LEI", &["RON", "MDL"]),
    ("LEU", &["RON", "MDL"]),
    ("LEV", &["BGN"]),
    ("CFA", &["XOF", "XAF"]),
    ("SFR", &["CHF"]),
    ("KCS", &["CZK"]),
    ("DKR", &["DKK"]),
    ("NKR", &["NOK"]),
    ("SKR", &["SEK"]),
    ("RUR", &["RUB"]),
    ("UKP", &["GBP"]),
    ("STG", &["GBP"]),
];

/// The currency named by a text: a code, a sign, or an amount that carries one.
pub(crate) fn currency(text: &str) -> Option<Currency> {
    if let Some(currency) = Currency::new(text) {
        return Some(currency);
    }
    let mut words = text
        .split(|c: char| !c.is_alphabetic())
        .filter(|w| !w.is_empty());
    if let (Some(word), None) = (words.next(), words.next())
        && word.len() == 3
        && text.bytes().any(|b| b.is_ascii_digit())
    {
        return Currency::new(word);
    }
    let is_sign = |(_, c): &(usize, char)| matches!(c, '£' | '€' | '$' | '¥');
    let (at, sign) = text.char_indices().find(is_sign)?;
    let (before, after) = (&text[..at], &text[at + sign.len_utf8()..]);
    let letters = before.len() - before.trim_end_matches(char::is_alphabetic).len();
    let letters = &before[at - letters..];
    let known = |(word, of, _): &&(&str, char, &str)| *of == sign && *word == letters;
    let (_, _, code) = SIGNS.iter().find(known)?;
    // "$U" and the like are signs of their own.
    (!after.starts_with(char::is_alphabetic)).then(|| Currency::new(code))?
}

/// Whether the text of an amount is more than digits, marks and a sign before them.
pub(crate) fn is_dressed(text: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'-');
    !text.bytes().all(is_plain)
}

/// Whether an amount carries a sign or code of a currency.
pub(crate) fn carries_currency(text: &str) -> bool {
    text.contains(['£', '€', '$', '¥']) || code_in(text).is_some()
}

/// Whether an amount may be in a currency by the sign or code that it carries. A sign that several currencies share
/// fits each of them, whatever unlisted letters stand before it.
pub(crate) fn may_be_in(text: &str, currency: Currency) -> bool {
    if let Some(word) = code_in(text) {
        let upper = word.to_ascii_uppercase();
        let stands_for = ALIASES.iter().find(|(alias, _)| *alias == upper);
        return upper == currency.code()
            || stands_for.is_some_and(|(_, codes)| codes.contains(&currency.code()));
    }
    let Some((at, sign)) = text.char_indices().find(|(_, c)| "£€$¥".contains(*c)) else {
        return true;
    };
    let before = &text[..at];
    let letters = &before[before.trim_end_matches(char::is_alphabetic).len()..];
    let mut known = SIGNS.iter().filter(|(word, ..)| !word.is_empty());
    if let Some((_, _, code)) = known.find(|(word, of, _)| *of == sign && *word == letters) {
        return *code == currency.code();
    }
    match (sign, currency.code()) {
        ('€', code) => code == "EUR",
        ('¥', code) => matches!(code, "JPY" | "CNY"),
        ('£', code) => !matches!(code, "EUR" | "USD" | "JPY" | "CNY"),
        (_, code) => !matches!(code, "EUR" | "GBP" | "JPY" | "CNY"),
    }
}

/// The three letters of a currency that stand before or behind an amount.
fn code_in(text: &str) -> Option<&str> {
    let mut words = text.split(|c: char| !c.is_ascii_alphabetic());
    words.find(|word| is_code(word))
}

/// Whether a word is the code of a currency, or three letters that people write for one.
pub(crate) fn is_code(word: &str) -> bool {
    let is_alias = |(alias, _): &(&str, _)| alias.eq_ignore_ascii_case(word);
    word.len() == 3 && (Currency::new(word).is_some() || ALIASES.iter().any(is_alias))
}

/// A GTIN as 14 digits; `None` for a wrong length or check digit (GS1: weights 3 and 1 from the right).
pub(crate) fn gtin(text: &str) -> Option<[u8; 14]> {
    let mut digits = [b'0'; 14];
    let mut count = 0;
    for byte in text.bytes().rev() {
        match byte {
            b'0'..=b'9' if count < 14 => {
                digits[13 - count] = byte;
                count += 1;
            }
            b' ' | b'-' => {}
            _ => return None,
        }
    }
    // Tables that hold a GTIN as a number lose its leading zeros, so shorter ones are padded, too.
    if !(6..=14).contains(&count) {
        return None;
    }
    let weighted = digits.iter().rev().skip(1).enumerate().map(|(i, digit)| {
        let digit = u32::from(digit - b'0');
        if i % 2 == 0 { digit * 3 } else { digit }
    });
    let check = (10 - weighted.sum::<u32>() % 10) % 10;
    (check == u32::from(digits[13] - b'0')).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gtins_are_checked_and_padded() {
        assert_eq!(
            gtin("4006381333931").as_ref().map(|g| &g[..]),
            Some(&b"04006381333931"[..])
        );
        assert_eq!(
            gtin("036000291452").as_ref().map(|g| &g[..]),
            Some(&b"00036000291452"[..])
        );
        assert_eq!(gtin("4006381333930"), None);
        assert_eq!(gtin("12"), None);
        assert_eq!(gtin("40063813x3931"), None);
    }

    #[test]
    fn currencies_are_found_in_prices() {
        let code = |text| currency(text).map(|c| c.code().to_string());
        assert_eq!(code("15.00 USD").as_deref(), Some("USD"));
        assert_eq!(code("£2.55").as_deref(), Some("GBP"));
        assert_eq!(code("gbp").as_deref(), Some("GBP"));
        assert_eq!(code("2.55"), None);
        assert_eq!(code("pounds"), None);
    }

    #[test]
    fn signs_that_several_currencies_share_are_not_guessed() {
        let check = |text: &str, expect: Option<&str>| {
            let found = currency(text).map(|c| c.code().to_string());
            assert_eq!(found.as_deref(), expect, "{text}");
        };
        check("R$ 12,50", Some("BRL"));
        check("A$12.50", Some("AUD"));
        check("C$12.50", Some("CAD"));
        check("HK$12", Some("HKD"));
        check("NZ$ 12", Some("NZD"));
        check("12.50 US$", Some("USD"));
        check("CN¥12", Some("CNY"));
        check("JP¥12", Some("JPY"));
        check("$12.50", Some("USD"));
        check("$12.50 AUD", Some("AUD"));
        check("€ 3", Some("EUR"));
        check("¥1200", None);
        check("Z$12", None);
        check("$U 12", None);
        check("E£12", None);
        check("¥", None);
    }

    #[test]
    fn words_are_known_or_refused() {
        assert_eq!(flag("Yes"), Some(true));
        assert_eq!(flag("0"), Some(false));
        assert_eq!(flag("perhaps"), None);
        assert_eq!(choice("Clicks", &[("click", &["clicks"])]), Some("click"));
        assert_eq!(choice("hover", &[("click", &["clicks"])]), None);
    }
}
