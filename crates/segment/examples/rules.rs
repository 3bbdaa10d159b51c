//! Times rules over made-up members: a rule by itself, and RFM from its bins to its cells. A stopwatch for
//! people; holds no rule and is part of no build.
//!
//! `cargo run --release -p segment --example rules -- MEMBERS`

use segment::rules::templates::rfm;
use segment::rules::{Column, Columns, Entity, Rule, Truth, Vocabulary};
use std::time::Instant;

const RULE: &str = "spend >= 100 and not (recency_days > 90 days or country in (\"FR\", \"DE\")) \
                    and receipts(90 days) between 2 and 20";

#[allow(clippy::print_stdout)]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let members = std::env::args().nth(1).ok_or("usage: rules MEMBERS")?;
    let members: usize = members.parse()?;
    let mut random = numeric::random::Random::new(7);
    let mut column = |most: usize| {
        let mut value = || (random.below(20) > 0).then(|| random.below(most) as f64 / 7.0);
        Column::Numbers((0..members).map(|_| value()).collect())
    };
    let mut columns = Columns::new(members)
        .with("spend", column(5_000))?
        .with("recency_days", column(2_500))?
        .with("receipts", column(300))?
        .with("receipts(90 days)", column(80))?;
    let country = |member: usize| ["FR", "DE", "IT", "ES"].get(member % 5);
    let countries = (0..members).map(|member| country(member).map(ToString::to_string));
    columns = columns.with("country", Column::Texts(countries.collect()))?;

    let rule = Rule::parse(RULE)?;
    let start = Instant::now();
    let truths = rule.evaluate(&columns)?;
    let seconds = start.elapsed().as_secs_f64();
    let holds = truths.iter().filter(|truth| **truth == Truth::True).count();
    println!("one rule: {seconds:.3} s, true of {holds} of {members}");

    let start = Instant::now();
    let ranks = rfm::Params::default().check()?.fit(&columns)?;
    let scored = ranks.apply(columns)?;
    let fitted = start.elapsed().as_secs_f64();
    let scheme = ranks.scheme().check(&Vocabulary::of(Entity::Customers))?;
    let found = scheme.assign(&scored)?;
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "RFM: {seconds:.3} s, of them {fitted:.3} s for the bins; {:?}",
        found.members
    );
    Ok(())
}
