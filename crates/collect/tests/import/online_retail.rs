//! Golden counts on the whole of UCI Online Retail, and that its chunks do not hang on how it is read.
use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

use arrow::array::{Array, AsArray};
use arrow::datatypes::Decimal128Type;
use collect::{ImportSpec, Limits, sniff};
use retail::Kind;

use crate::support::*;

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../data/online_retail.csv.gz")
}

fn spec() -> ImportSpec {
    ImportSpec::preset(Kind::Orders, "online-retail")
}

fn count(texts: &[String]) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for text in texts {
        *counts.entry(text.as_str()).or_insert(0) += 1;
    }
    counts
}

#[test]
fn golden_counts() {
    let sniffed = sniff(&file(), &spec().options).unwrap();
    assert_eq!(sniffed.guessed_preset, Some("online-retail"));
    let start = std::time::Instant::now();
    let outcome = import(&file(), &spec()).unwrap();
    let seconds = start.elapsed().as_secs_f64();
    eprintln!("{:.0} lines/s", outcome.read() as f64 / seconds);
    assert!(outcome.failure.is_none());
    assert_eq!(
        (outcome.read(), outcome.good(), outcome.bad().len()),
        (541_909, 541_909, 0)
    );

    let receipts = outcome.text("receipt_id");
    assert_eq!(receipts.iter().collect::<HashSet<_>>().len(), 25_900);
    assert_eq!(
        outcome
            .ints("receipt_key")
            .iter()
            .collect::<HashSet<_>>()
            .len(),
        25_900
    );
    let cancelled = outcome.column("cancelled");
    assert_eq!(cancelled.as_boolean().true_count(), 9_288);
    let people = outcome.people();
    assert_eq!(people.iter().filter(|p| p.is_none()).count(), 135_080);
    assert_eq!(people.iter().flatten().collect::<HashSet<_>>().len(), 4_372);

    let total = |name: &str| -> i128 {
        outcome
            .column(name)
            .as_primitive::<Decimal128Type>()
            .values()
            .iter()
            .sum()
    };
    assert_eq!(total("quantity"), 5_176_450 * 10_000);
    // 9,747,747.934 before rounding to cents.
    assert_eq!((total("amount") + 50) / 100, 974_774_793);
    assert_eq!(outcome.column("description").null_count(), 1_454);
    assert_eq!(
        count(&outcome.text("currency"))
            .into_iter()
            .collect::<Vec<_>>(),
        [("GBP", 541_909)]
    );
}

#[test]
fn services_and_returns() {
    let outcome = import(&file(), &spec()).unwrap();
    let kinds = outcome.text("service_kind");
    let kinds: Vec<(&str, usize)> = count(&kinds)
        .into_iter()
        .filter(|(k, _)| !k.is_empty())
        .collect();
    assert_eq!(
        kinds,
        [
            ("adjustment", 571 + 1 + 3 + 4),
            ("discount", 77),
            ("fee", 37 + 34 + 16),
            ("postage", 1_256 + 710 + 144),
            ("sample", 63),
            ("voucher", 10 + 9 + 8 + 4 + 3),
            ("write_off", 1_336),
        ]
    );
    let types = outcome.text("line_type");
    let types = count(&types);
    assert_eq!(types.values().sum::<usize>(), 541_909);
    assert!(types["return"] < 9_288 && types["return"] > 8_000);
}

#[test]
fn exact_repeats_stay_apart_and_can_be_dropped() {
    let outcome = import(&file(), &spec()).unwrap();
    let keys = outcome.keys("receipt_key", "line_key");
    assert_eq!(keys.iter().collect::<HashSet<_>>().len(), 541_909);

    let mut drop = spec();
    drop.options.repeats = Some(collect::Repeats::Drop);
    let dropped = import(&file(), &drop).unwrap();
    assert_eq!(
        (dropped.duplicate(), dropped.good()),
        (5_268, 541_909 - 5_268)
    );
}

#[test]
fn chunks_and_memory_bounds_do_not_change_the_rows() {
    let whole = import(&file(), &spec()).unwrap();
    let mut small = args();
    small.chunk_rows = 40_000;
    let limits = Limits {
        fingerprints_in_memory: 100_000,
        ..Limits::default()
    };
    let bounded = import_within(&file(), &spec(), small, limits).unwrap();
    assert_eq!(bounded.chunks.len(), 14);
    assert_eq!(bounded.rows(), whole.rows());
    assert_eq!(bounded.people(), whole.people());
}
