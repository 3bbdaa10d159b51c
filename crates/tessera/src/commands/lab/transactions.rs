//! Files of transactions as customers, days and amounts. It must not sum them.

use super::columns::{self, Columns, Values, Words};
use super::read::refuse;
use crate::output::WrongUse;
use ::cluster::mixed::MISSING;
use std::path::Path;

/// Purchases, one row each, and what was left out.
pub struct Transactions {
    /// The customer of each, as a place in `names`.
    pub customers: Vec<u32>,
    /// The customers as the file names them.
    pub names: Vec<String>,
    /// The day of each, counted from 1 January 1970.
    pub days: Vec<i32>,
    /// The amount of each; 0 where none was asked for.
    pub amounts: Vec<f64>,
    /// Rows without a customer.
    pub anonymous: usize,
    /// Rows with a negative amount.
    pub returns: usize,
}

/// Reads the columns of customers and dates, and that of amounts where one is given.
pub fn read(
    path: &Path,
    customer: &str,
    date: &str,
    amount: Option<&str>,
) -> anyhow::Result<Transactions> {
    let texts = [customer.to_string(), date.to_string()];
    let numbers: Vec<String> = amount.map(str::to_string).into_iter().collect();
    if texts[0] == texts[1] || numbers.iter().any(|name| texts.contains(name)) {
        let words = "--customer, --date and --amount name one column; give each its own";
        return Err(WrongUse(words.into()).into());
    }
    let mut columns = columns::read_only(path, &texts, &numbers)?;
    let customers = words_of(&mut columns, path, customer)?;
    let dates = words_of(&mut columns, path, date)?;
    let amounts = match amount.map(|name| columns.take(name)) {
        None => None,
        Some(Some(Values::Numbers(amounts))) => Some(amounts),
        Some(_) => return Err(refuse(path, "--amount: its column is no column of numbers")),
    };
    kept(path, customers, &dates, amounts)
}

fn words_of(columns: &mut Columns, path: &Path, asked: &str) -> anyhow::Result<Words> {
    match columns.take(asked) {
        Some(Values::Categories(words)) => Ok(words),
        _ => Err(refuse(path, &format!("it has no column '{asked}'"))),
    }
}

/// The rows that are purchases.
fn kept(
    path: &Path,
    customers: Words,
    dates: &Words,
    amounts: Option<Vec<f64>>,
) -> anyhow::Result<Transactions> {
    let rows = customers.codes.len();
    let days: Vec<Option<i32>> = dates.words.iter().map(|word| day(word)).collect();
    let mut told = Transactions {
        customers: Vec::with_capacity(rows),
        names: customers.words,
        days: Vec::with_capacity(rows),
        amounts: Vec::with_capacity(rows),
        anonymous: 0,
        returns: 0,
    };
    for (row, (&customer, &date)) in customers.codes.iter().zip(&dates.codes).enumerate() {
        let amount = amounts.as_ref().map_or(0.0, |amounts| amounts[row]);
        if customer == MISSING {
            told.anonymous += 1;
        } else if !amount.is_finite() {
            let words =
                format!("row {row} has no amount; give a number, 0 for none (rows count from 0)");
            return Err(refuse(path, &words));
        } else if amount < 0.0 {
            told.returns += 1;
        } else {
            let word = dates.words.get(date as usize);
            let known = days.get(date as usize).copied().flatten();
            let day = known.ok_or_else(|| {
                let word = word.map_or("", String::as_str);
                let words =
                    format!("'{word}' in row {row} is no date; give {FORMS} (rows count from 0)");
                refuse(path, &words)
            })?;
            told.customers.push(customer);
            told.days.push(day);
            told.amounts.push(amount);
        }
    }
    Ok(told)
}

/// What a date looks like.
pub const FORMS: &str = "dates as 2024-03-31 or 20240331, a time of day after them or not";

/// The day of a text, counted from 1 January 1970; what comes after a date is a time of day and does not count.
pub fn day(text: &str) -> Option<i32> {
    let text = text.trim();
    let number = |from: usize, to: usize| {
        let part = text.get(from..to)?;
        let digits = part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse::<i32>().ok()).flatten()
    };
    let bytes = text.as_bytes();
    let dashed = bytes.get(4) == Some(&b'-') && bytes.get(7) == Some(&b'-');
    let (month, day, end) = if dashed {
        ((5, 7), (8, 10), 10)
    } else {
        ((4, 6), (6, 8), 8)
    };
    // Something else after the date must not be more of it.
    if bytes.get(end).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let year = number(0, 4)?;
    let (month, day) = (number(month.0, month.1)?, number(day.0, day.1)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    // Years from March on, so that the leap day is the last (H. Hinnant, "chrono-Compatible Low-Level Date
    // Algorithms", 2021).
    let year = year - i32::from(month <= 2);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let of_leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(365 * year + of_leaps + of_year - 719_468)
}

/// A day as text, from 1 January of the year 0 to the end of 9999; none beyond.
pub fn date(day: f64) -> Option<String> {
    const FIRST: f64 = -719_528.0;
    const LAST: f64 = 2_932_896.0;
    if !(FIRST..=LAST).contains(&day) {
        return None;
    }
    // As above, the other way.
    let since = day as i32 + 719_468;
    let era = since.div_euclid(146_097);
    let of_era = since.rem_euclid(146_097);
    let years = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * years + years / 4 - years / 100);
    let month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = years + era * 400 + i32::from(month <= 2);
    Some(format!("{year:04}-{month:02}-{of_month:02}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_day_and_its_text_are_one() {
        for number in (-719_528..2_932_896).step_by(97) {
            let text = date(f64::from(number)).unwrap();
            assert_eq!(day(&text), Some(number), "{text}");
        }
        assert_eq!(date(2_932_896.0).as_deref(), Some("9999-12-31"));
        assert_eq!((date(2_932_897.0), date(f64::INFINITY)), (None, None));
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        for (text, number) in [
            ("1970-01-01", 0),
            ("19970101", 9_862),
            ("2000-02-29T23:59:59Z", 11_016),
            ("2000-03-01 00:00", 11_017),
            ("2011-12-09 12:50:00", 15_317),
            (" 1969-12-31 ", -1),
            ("0000-03-01", -719_468),
        ] {
            assert_eq!(day(text), Some(number), "{text}");
        }
        for text in [
            "",
            "2023-02-29",
            "2023-13-01",
            "2023-00-10",
            "31/12/2023",
            "2023-1-01",
            "202301011",
            "1900-02-29",
            "2023-04-31",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
