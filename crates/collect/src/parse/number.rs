//! Numbers as shops write them, exactly: decimals with four places as an integer of ten-thousandths.
//! Floats never pass through here on their way to money, except as the text that a float's writer gave.

use crate::parse::words::is_code;
use crate::problem::BadCode;

/// How a file writes its decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NumberStyle {
    /// The decimal mark, `.` or `,`; the other one groups thousands.
    pub mark: u8,
    /// Whether decimals beyond the fourth are rounded instead of refused.
    pub round: bool,
}

/// Largest value of a decimal column: 18 digits.
const LIMIT: i128 = 1_000_000_000_000_000_000;
/// Digits from which a number is a float's full expansion, whose last digits are noise; so are digits behind
/// five zeros or nines past the fourth decimal, as in 4.4e-16 or 2.50000000001.
const NOISE_DIGITS: usize = 15;
const NOISE_RUN: i32 = 5;

/// A decimal in ten-thousandths.
#[inline]
pub(crate) fn decimal(text: &str, style: NumberStyle) -> Result<i64, BadCode> {
    match plain(text.as_bytes(), style.mark) {
        Some(value) => Ok(value),
        None => dressed(text, style),
    }
}

/// The common case: sign, up to 13 digits, a mark, up to four digits.
fn plain(bytes: &[u8], mark: u8) -> Option<i64> {
    let (negative, digits) = match bytes.first()? {
        b'-' => (true, &bytes[1..]),
        _ => (false, bytes),
    };
    let mut value: i64 = 0;
    let mut places: Option<u32> = None;
    let mut count = 0;
    for &byte in digits {
        match byte {
            b'0'..=b'9' => {
                value = value * 10 + i64::from(byte - b'0');
                count += 1;
                if let Some(places) = &mut places {
                    *places += 1;
                }
            }
            _ if byte == mark && places.is_none() => places = Some(0),
            _ => return None,
        }
        if count > 13 {
            return None;
        }
    }
    let places = places.unwrap_or(0);
    if count == 0 || places > 4 {
        return None;
    }
    let value = value * 10_i64.pow(4 - places);
    Some(if negative { -value } else { value })
}

/// Numbers with currency signs, grouped thousands, brackets, trailing signs or exponents.
fn dressed(text: &str, style: NumberStyle) -> Result<i64, BadCode> {
    let (negative, body) = undress(text).ok_or(BadCode::BadNumber)?;
    let (mantissa, exponent) = match body.find(['e', 'E']) {
        Some(i) => (
            &body[..i],
            body[i + 1..]
                .parse::<i32>()
                .map_err(|_| BadCode::BadNumber)?,
        ),
        None => (body, 0),
    };
    if !(-40..=40).contains(&exponent) {
        return Err(BadCode::TooLarge);
    }
    let (whole, part) = mantissa
        .split_once(char::from(style.mark))
        .unwrap_or((mantissa, ""));
    let mut digits: Vec<u8> = Vec::with_capacity(mantissa.len());
    ungroup(whole, style.mark, &mut digits).ok_or(BadCode::BadNumber)?;
    let whole_digits = digits.len() as i32;
    if !part.bytes().all(|b| b.is_ascii_digit()) {
        return Err(BadCode::BadNumber);
    }
    digits.extend(part.bytes().map(|b| b - b'0'));
    if digits.is_empty() {
        return Err(BadCode::BadNumber);
    }
    let value = scaled(&digits, whole_digits + exponent, style.round)?;
    Ok(if negative { -value } else { value })
}

/// Strips signs, brackets, currency signs and codes; `None` where there is no number or two signs.
fn undress(text: &str) -> Option<(bool, &str)> {
    let mut body = text.trim();
    let mut negative = false;
    if let Some(inner) = body.strip_prefix('(').and_then(|b| b.strip_suffix(')')) {
        (negative, body) = (true, inner.trim());
    }
    loop {
        let before = body;
        for sign in ['-', '\u{2212}'] {
            if let Some(rest) = body.strip_prefix(sign).or_else(|| body.strip_suffix(sign)) {
                if negative {
                    return None;
                }
                (negative, body) = (true, rest.trim());
            }
        }
        body = body.strip_prefix('+').unwrap_or(body).trim();
        body = without_currency(body).trim();
        if body.len() == before.len() {
            break;
        }
    }
    body.bytes().next().map(|_| (negative, body))
}

/// Drops one currency sign or three-letter code at either end.
fn without_currency(text: &str) -> &str {
    // Some signs have letters before them, as in R$ and HK$.
    let lettered = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    if text.len() - lettered.len() <= 2
        && let Some(rest) = lettered.strip_prefix(['$', '£', '¥'])
    {
        return rest;
    }
    for sign in ['£', '€', '$', '¥'] {
        if let Some(rest) = text.strip_prefix(sign).or_else(|| text.strip_suffix(sign)) {
            return rest;
        }
    }
    if let (Some(code), Some(rest)) = (text.get(..3), text.get(3..))
        && is_code(code)
        && rest
            .trim_start()
            .starts_with(|c: char| c.is_ascii_digit() || "-.,".contains(c))
    {
        return rest;
    }
    let cut = text.len().saturating_sub(3);
    if let (Some(rest), Some(code)) = (text.get(..cut), text.get(cut..))
        && is_code(code)
        && rest
            .trim_end()
            .ends_with(|c: char| c.is_ascii_digit() || ".,-".contains(c))
    {
        return rest;
    }
    text
}

/// Appends the digits of a whole part, whose thousands may be grouped in threes.
fn ungroup(whole: &str, mark: u8, digits: &mut Vec<u8>) -> Option<()> {
    let is_group_mark = |c: char| match c {
        ',' | '.' => c != char::from(mark),
        ' ' | '\u{a0}' | '\u{202f}' | '\'' | '\u{2019}' | '_' => true,
        _ => false,
    };
    let groups: Vec<&str> = whole.split(is_group_mark).collect();
    for (i, group) in groups.iter().enumerate() {
        let grouped_right = groups.len() == 1
            || (i == 0 && (1..=3).contains(&group.len()))
            || (i > 0 && group.len() == 3);
        if !grouped_right || !group.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        digits.extend(group.bytes().map(|b| b - b'0'));
    }
    Some(())
}

/// Ten-thousandths of a row of digits whose decimal point lies after `point` digits.
fn scaled(digits: &[u8], point: i32, round: bool) -> Result<i64, BadCode> {
    let keep = point + 4;
    let significant = digits.iter().skip_while(|&&d| d == 0).count();
    let mut value: i128 = 0;
    for i in 0..keep {
        let digit = usize::try_from(i)
            .ok()
            .and_then(|i| digits.get(i))
            .copied()
            .unwrap_or(0);
        value = value * 10 + i128::from(digit);
        if value >= LIMIT {
            return Err(BadCode::TooLarge);
        }
    }
    let dropped = digits
        .get(usize::try_from(keep).unwrap_or(0)..)
        .unwrap_or(&[]);
    if dropped.iter().any(|&d| d != 0) {
        let digit = |i: i32| usize::try_from(i).map_or(0, |i| digits.get(i).copied().unwrap_or(0));
        let run = |d| (keep..keep + NOISE_RUN).all(|i| digit(i) == d);
        if !round && significant < NOISE_DIGITS && !run(0) && !run(9) {
            return Err(BadCode::TooFine);
        }
        if keep >= 0 && dropped[0] >= 5 {
            value += 1;
        }
    }
    i64::try_from(value).map_err(|_| BadCode::TooLarge)
}

/// A whole number; "3.0" is one.
pub(crate) fn int(text: &str, style: NumberStyle) -> Result<i64, BadCode> {
    let bytes = text.as_bytes();
    if bytes.len() <= 18 && !bytes.is_empty() && bytes.iter().all(u8::is_ascii_digit) {
        return Ok(bytes
            .iter()
            .fold(0, |sum, b| sum * 10 + i64::from(b - b'0')));
    }
    let value = decimal(text, style)?;
    if value % 10_000 == 0 {
        Ok(value / 10_000)
    } else {
        Err(BadCode::BadNumber)
    }
}

/// A measure; may carry more decimals than money.
pub(crate) fn float(text: &str, style: NumberStyle) -> Result<f64, BadCode> {
    let parsed = if style.mark == b'.' {
        text.parse::<f64>()
    } else {
        text.replace(char::from(style.mark), ".").parse::<f64>()
    };
    match parsed {
        Ok(value) if value.is_finite() => Ok(value),
        _ => {
            let style = NumberStyle {
                round: true,
                ..style
            };
            decimal(text, style).map(|value| value as f64 / 10_000.0)
        }
    }
}

/// `a × b` of ten-thousandths, rounded half away from zero; `None` beyond 18 digits.
#[inline]
pub(crate) fn multiply(a: i64, b: i64) -> Option<i64> {
    if let Some(product) = a.checked_mul(b) {
        // Rounded half away from zero without wide division: the usual case.
        let half = if product < 0 { -5_000 } else { 5_000 };
        return product.checked_add(half).map(|p| p / 10_000);
    }
    divide_rounded(i128::from(a) * i128::from(b), 10_000)
}

/// `a ÷ b` of ten-thousandths, rounded half away from zero; `None` for a zero divisor or beyond 18 digits.
pub(crate) fn divide(a: i64, b: i64) -> Option<i64> {
    divide_rounded(i128::from(a) * 10_000, i128::from(b))
}

fn divide_rounded(a: i128, b: i128) -> Option<i64> {
    if b == 0 {
        return None;
    }
    let (quotient, rest) = (a / b, a % b);
    let away = if (a < 0) == (b < 0) { 1 } else { -1 };
    let value = if rest.abs() * 2 >= b.abs() {
        quotient + away
    } else {
        quotient
    };
    (value.abs() < LIMIT)
        .then(|| i64::try_from(value).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use BadCode::*;

    fn check(text: &str, mark: u8, expect: Result<i64, BadCode>) {
        let style = NumberStyle { mark, round: false };
        assert_eq!(decimal(text, style), expect, "{text}");
    }

    #[test]
    fn plain_and_dressed_numbers() {
        for (text, value) in [
            ("2.55", 25_500),
            ("-11062.06", -110_620_600),
            ("0.001", 10),
            (".5", 5_000),
            ("7.", 70_000),
            ("1,234.50", 12_345_000),
            ("£2.55", 25_500),
            ("15.00 USD", 150_000),
            ("USD 15", 150_000),
            ("-$3.10", -31_000),
            ("$-3.10", -31_000),
            ("(4.20)", -42_000),
            ("5-", -50_000),
            ("+5", 50_000),
            ("1.5000000", 15_000),
            ("1e3", 10_000_000),
            ("1.5E-2", 150),
            ("3.3899999999999997", 33_900),
            ("2.50000000001", 25_000),
            ("2.4999999999", 25_000),
            ("4.440892e-16", 0),
        ] {
            check(text, b'.', Ok(value));
        }
        check("1 234 567,0", b'.', Err(BadNumber));
        check("2,55,0", b'.', Err(BadNumber));
    }

    #[test]
    fn decimal_commas() {
        check("2,55", b',', Ok(25_500));
        check("1.234,50 €", b',', Ok(12_345_000));
        check("1 234,5", b',', Ok(12_345_000));
        check("2.55", b',', Err(BadNumber));
    }

    #[test]
    fn refusals() {
        for text in [
            "", "-", ".", "abc", "1..2", "--1", "(-1)", "1.2.3", "NaN", "£", "1e999999",
        ] {
            let style = NumberStyle {
                mark: b'.',
                round: false,
            };
            assert!(decimal(text, style).is_err(), "{text}");
        }
        check("0.12345", b'.', Err(TooFine));
        check("99999999999999999999", b'.', Err(TooLarge));
        check("1e15", b'.', Err(TooLarge));
    }

    #[test]
    fn rounding_is_half_away_from_zero() {
        let style = NumberStyle {
            mark: b'.',
            round: true,
        };
        assert_eq!(decimal("0.00005", style), Ok(1));
        assert_eq!(decimal("-0.00005", style), Ok(-1));
        assert_eq!(decimal("0.00004999", style), Ok(0));
        assert_eq!(multiply(5, 10_000), Some(5));
        assert_eq!(multiply(-5, 5_000), Some(-3));
        assert_eq!(divide(10_000, 30_000), Some(3_333));
        assert_eq!(divide(-20_000, 30_000), Some(-6_667));
        assert_eq!(divide(1, 0), None);
    }

    #[test]
    fn whole_numbers_and_measures() {
        let style = NumberStyle {
            mark: b'.',
            round: false,
        };
        assert_eq!(int("17850", style), Ok(17_850));
        assert_eq!(int("3.0", style), Ok(3));
        assert_eq!(int("3.5", style), Err(BadNumber));
        assert_eq!(float("53.123456789", style), Ok(53.123456789));
        assert!(float("inf", style).is_err());
    }
}
