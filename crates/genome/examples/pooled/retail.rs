//! Online Retail in clusters by rules that were known before the held-out days. It must not measure.

use super::{buy, tell, tried};
use genome::Act;
use genome::forecast::{AHEAD_DAYS, Purchases};
use numeric::random::derive;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs::File;

/// Lines of a customer: day, amount in pounds, product.
#[derive(Default)]
struct Customer {
    country: String,
    lines: Vec<(i64, f64, String)>,
}

/// What a rule knows of a customer by a day.
struct Known {
    customer: i64,
    country: String,
    days: usize,
    first: i64,
    /// Mean amount of a day.
    paid: f64,
    /// Different products of a day, on the mean.
    breadth: f64,
}

pub fn all(path: &str) -> Result<(), Box<dyn Error>> {
    let customers = read(path)?;
    let lines = || customers.values().flat_map(|one| &one.lines);
    let (begin, end) = lines().fold((i64::MAX, i64::MIN), |(low, high), (day, ..)| {
        (low.min(*day), high.max(*day))
    });
    let cut = end - i64::from(AHEAD_DAYS);
    let rules = ["country", "cohort", "amount", "breadth", "days"];
    let rules = rules.into_iter().map(|name| (name, 0));
    for (name, seed) in rules.chain((1..=20).map(|seed| ("by chance", seed))) {
        let by = |until: i64| {
            let known = known(&customers, until);
            known
                .iter()
                .map(|one| (one.customer, class((name, seed), one, &known, begin)))
                .collect::<BTreeMap<i64, u32>>()
        };
        tell(name, &tried(purchases(&customers), by(end), by(cut))?);
    }
    Ok(())
}

/// The cluster of a customer by a rule: thirds are of all customers known by then.
fn class((name, seed): (&str, u64), one: &Known, all: &[Known], begin: i64) -> u32 {
    let third = |of: &dyn Fn(&Known) -> f64| {
        let less = all.iter().filter(|other| of(other) < of(one)).count();
        (3 * less / all.len()) as u32
    };
    match name {
        "country" => u32::from(one.country != "United Kingdom"),
        // Who came within the first month may have come for years before; then by quarters.
        "cohort" => u32::from(one.first > begin + 30) + ((one.first - begin) / 91) as u32,
        "amount" => third(&|one| one.paid),
        "breadth" => third(&|one| one.breadth),
        "days" => one.days.min(4) as u32,
        _ => (derive(seed, one.customer as u64) % 5) as u32,
    }
}

fn known(customers: &BTreeMap<i64, Customer>, until: i64) -> Vec<Known> {
    let each = customers.iter().filter_map(|(customer, all)| {
        let lines = || all.lines.iter().filter(|(day, ..)| *day <= until);
        let days: BTreeSet<i64> = lines().map(|(day, ..)| *day).collect();
        let products: BTreeSet<(i64, &str)> = lines()
            .map(|(day, _, product)| (*day, product.as_str()))
            .collect();
        Some(Known {
            customer: *customer,
            country: all.country.clone(),
            days: days.len(),
            first: *days.first()?,
            paid: lines().map(|(_, paid, _)| paid).sum::<f64>() / days.len() as f64,
            breadth: products.len() as f64 / days.len() as f64,
        })
    });
    each.collect()
}

fn purchases(customers: &BTreeMap<i64, Customer>) -> Purchases {
    let mut all = Purchases::default();
    for (customer, one) in customers {
        let acts = one.lines.iter();
        let acts: Vec<Act> = acts
            .map(|(day, paid, _)| buy(*day, (paid * 1e4).round() as i64))
            .collect();
        all.add(*customer, &acts);
    }
    all
}

/// Lines with a customer and an amount above 0.
fn read(path: &str) -> Result<BTreeMap<i64, Customer>, Box<dyn Error>> {
    let mut reader = csv::Reader::from_reader(flate2::read::GzDecoder::new(File::open(path)?));
    let mut all: BTreeMap<i64, Customer> = BTreeMap::new();
    for row in reader.records() {
        let row = row?;
        let paid = row[3].parse::<f64>()? * row[5].parse::<f64>()?;
        let Ok(customer) = row[6].parse::<f64>() else {
            continue;
        };
        if paid > 0.0 {
            let one = all.entry(customer as i64).or_default();
            one.country = row[7].to_string();
            one.lines.push((day(&row[4])?, paid, row[1].to_string()));
        }
    }
    Ok(all)
}

/// Days since 1970 of a date (H. Hinnant, "chrono-compatible low-level date algorithms", `days_from_civil`).
fn day(text: &str) -> Result<i64, Box<dyn Error>> {
    let part = |range| text.get(range).ok_or("a date is short");
    let (year, month): (i64, i64) = (part(0..4)?.parse()?, part(5..7)?.parse()?);
    let of_month: i64 = part(8..10)?.parse()?;
    let (year, month) = match month > 2 {
        true => (year, month - 3),
        false => (year - 1, month + 9),
    };
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Ok(365 * year + leaps + (153 * month + 2) / 5 + of_month - 1 - 719_468)
}
