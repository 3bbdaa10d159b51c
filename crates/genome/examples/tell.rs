//! Genomes of customers in plain files, for `bench/genome.py`: it holds no test and is no part of the program.
//!
//! `tell PRODUCTS ACTS AS_OF > GENES`: products one per line as `attribute=value` parted by tabs, numbered from 0; acts
//! as customer, seconds, kind, product, receipt, amount, promoted (0, 1), place of the price (thousandths, -1 unknown),
//! channel, weekday, hour. All topics count as consented to.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use genome::{
    Act, ActKind, BaselineBuilder, CHANNEL, Clocks, Frame, GenomeError, Line, Rows, Source, Spec,
    State, genome, observe, spec,
};
use std::collections::BTreeMap;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, products, acts, as_of] = arguments.as_slice() else {
        return Err("tell PRODUCTS ACTS AS_OF".into());
    };
    let as_of: i64 = as_of.parse()?;
    let mut frame = Frame::new("bench", as_of, Spec::parse(spec::DEFAULT)?)?;
    for channel in ["shop", "web", "app"] {
        frame.value(CHANNEL, channel)?;
    }
    for line in std::fs::read_to_string(products)?.lines() {
        let traits = line.split('\t').filter_map(|one| one.split_once('='));
        let traits: Vec<(&str, &str, f64)> =
            traits.map(|(name, value)| (name, value, 1.0)).collect();
        frame.product(&traits)?;
    }
    frame.end_catalogue()?;
    let mut people: BTreeMap<i64, Vec<Act>> = BTreeMap::new();
    for (row, line) in std::fs::read_to_string(acts)?.lines().enumerate() {
        let (customer, act) = read(&frame, row as i64, line)?;
        people.entry(customer).or_default().push(act);
    }
    let frame = with_baseline(frame, &people, as_of)?;
    let consents = frame.consents(frame.spec().topics().iter().map(String::as_str));
    for (customer, acts) in &people {
        let found = genome(&frame, *customer, acts, clocks(as_of), consents, Vec::new())?;
        for gene in &found.genes {
            println!(
                "{customer}\t{}\t{}\t{:?}\t{:?}\t{}\t{}\t{}\t{}\t{}\t{}",
                gene.attribute,
                gene.value,
                gene.gene_type,
                gene.standing,
                gene.score,
                gene.evidence,
                gene.strength.value,
                gene.sure.chance,
                gene.supporting,
                gene.usual_share
            );
        }
    }
    Ok(())
}

fn clocks(as_of: i64) -> Clocks {
    Clocks {
        as_of,
        known_by: i64::MAX,
    }
}

fn with_baseline(
    frame: Frame,
    people: &BTreeMap<i64, Vec<Act>>,
    as_of: i64,
) -> Result<Frame, GenomeError> {
    let consents = frame.consents(frame.spec().topics().iter().map(String::as_str));
    let mut builder = BaselineBuilder::default();
    for acts in people.values() {
        let until = acts.iter().filter(|act| act.at <= as_of);
        let state = State::rebuild(&frame, consents, until)?;
        builder.add(
            &frame,
            &state,
            &observe(&frame, acts, clocks(as_of), consents)?,
        );
    }
    let baseline = builder.finish(&frame);
    Ok(frame.with_baseline(baseline))
}

fn read(frame: &Frame, row: i64, line: &str) -> Result<(i64, Act), Box<dyn Error>> {
    let fields: Vec<&str> = line.split('\t').collect();
    let &[
        customer,
        at,
        kind,
        product,
        receipt,
        amount,
        promoted,
        place,
        channel,
        weekday,
        hour,
    ] = fields.as_slice()
    else {
        return Err(format!("line {row} of the acts has {} fields, not 11", fields.len()).into());
    };
    let kind = match kind {
        "view" => ActKind::View,
        "cart" => ActKind::Cart,
        "buy" => ActKind::Buy,
        "return" => ActKind::Return,
        stars => ActKind::Review(stars.parse()?),
    };
    let line = Line {
        receipt: receipt.parse()?,
        amount: amount.parse()?,
        promoted: Some(promoted == "1"),
        price_place: place.parse().ok(),
        channel: frame.find(CHANNEL, channel),
        weekday: weekday.parse()?,
        hour: hour.parse()?,
    };
    let at = at.parse()?;
    let act = Act {
        source: Source {
            rows: Rows::OrderLines,
            key: (row, 0),
        },
        kind,
        at,
        known_at: at,
        product: Some(product.parse()?),
        values: Vec::new(),
        line: matches!(kind, ActKind::Buy | ActKind::Return).then_some(line),
    };
    Ok((customer.parse()?, act))
}
