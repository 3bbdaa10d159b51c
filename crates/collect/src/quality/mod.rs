//! Measuring a feed: how complete, how repetitive, how late, how odd, and whether models may run on it. Pure
//! functions on counts that the engine gets by SQL; no reading, no clock.

mod findings;
mod gate;

use retail::Kind;
use serde::Serialize;

use crate::fields::fields_of;
use findings::findings;
use gate::gate;

pub use findings::{Finding, Severity};
pub use gate::{Gate, ThresholdResult, Thresholds};

/// Filled values of one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnCount {
    /// The column.
    pub column: String,
    /// Rows in which it is not null.
    pub filled: u64,
}

/// Plain numbers about one feed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FeedCounts {
    /// Rows read by all imports.
    pub read: u64,
    /// Rows in the lake.
    pub loaded: u64,
    /// Rows known before.
    pub duplicate: u64,
    /// Rows that wait in quarantine.
    pub quarantined: u64,
    /// Filled values per column, out of `loaded`.
    pub columns: Vec<ColumnCount>,
    /// Days from happened_at to known_at among the rows that became known last, at the 95th percentile.
    pub lateness_days_p95: Option<f64>,
    /// The statement that gave it.
    pub lateness_how: String,
    /// Rows of an order feed with a customer.
    pub with_customer: Option<u64>,
    /// Rows that happen after now; `None` where rows may lie in the future, as prices do.
    pub in_future: Option<u64>,
    /// Imports that brought a part of their file and not its end: file and what ended it.
    pub unfinished: Vec<String>,
    /// Measures looked at for outliers.
    pub measures: Vec<Measure>,
}

/// The middle and the spread of a measure, and its extremes, for outliers.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// Its column, as in `amount`.
    pub column: String,
    /// Median.
    pub median: f64,
    /// Median of the distances from the median.
    pub mad: f64,
    /// Smallest value.
    pub min: f64,
    /// Largest value.
    pub max: f64,
    /// Rows whose robust score (`robust_score`) is beyond `OUTLIER_SCORE`, where counted.
    pub outliers: Option<u64>,
    /// The statement that counts them.
    pub how: String,
}

/// Score from which a value counts as an outlier.
pub const OUTLIER_SCORE: f64 = 10.0;

/// How far a value lies from the median in robust standard deviations: 0.6745 × (value − median) ÷ MAD
/// (Iglewicz and Hoaglin 1993). Zero where there is no spread and the value is the median, infinite beside it.
pub fn robust_score(value: f64, median: f64, mad: f64) -> f64 {
    let distance = value - median;
    if distance == 0.0 {
        0.0
    } else {
        0.6745 * distance / mad
    }
}

/// The values between which nothing is an outlier, for counting by SQL.
pub fn outlier_bounds(median: f64, mad: f64) -> (f64, f64) {
    let reach = OUTLIER_SCORE * mad / 0.6745;
    (median - reach, median + reach)
}

/// How filled a column is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Completeness {
    /// The column.
    pub column: String,
    /// Its label on screens.
    pub label: String,
    /// Share of rows with a value.
    pub share: f64,
    /// Whether every row needs one.
    pub required: bool,
}

/// The quality of one feed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FeedQuality {
    /// Per column.
    pub completeness: Vec<Completeness>,
    /// What was seen, the most serious first.
    pub findings: Vec<Finding>,
    /// The verdict.
    pub gate: Gate,
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

/// Measures a feed and judges it.
pub fn measure(kind: Kind, counts: &FeedCounts, thresholds: &Thresholds) -> FeedQuality {
    let completeness = completeness(kind, counts);
    let gate = gate(kind, counts, &completeness, thresholds);
    FeedQuality {
        findings: findings(counts, &completeness),
        completeness,
        gate,
    }
}

fn completeness(kind: Kind, counts: &FeedCounts) -> Vec<Completeness> {
    let of_column = |column: &ColumnCount| {
        let field = fields_of(kind).iter().find(|f| f.column == column.column);
        Completeness {
            column: column.column.clone(),
            label: field
                .map_or(column.column.as_str(), |f| f.label)
                .to_string(),
            share: share(column.filled, counts.loaded),
            required: field.is_some_and(|f| f.required),
        }
    };
    counts.columns.iter().map(of_column).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> FeedCounts {
        FeedCounts {
            read: 100,
            loaded: 98,
            duplicate: 1,
            quarantined: 1,
            columns: vec![
                ColumnCount {
                    column: "receipt_id".to_string(),
                    filled: 98,
                },
                ColumnCount {
                    column: "country".to_string(),
                    filled: 49,
                },
            ],
            with_customer: Some(75),
            ..FeedCounts::default()
        }
    }

    fn check(change: impl FnOnce(&mut FeedCounts), failed: &[&str]) {
        let mut counts = good();
        change(&mut counts);
        let quality = measure(Kind::Orders, &counts, &Thresholds::default());
        let names: Vec<&str> = quality
            .gate
            .thresholds
            .iter()
            .filter(|t| !t.passed)
            .map(|t| t.name)
            .collect();
        assert_eq!(names, failed);
        assert_eq!(quality.gate.passed, failed.is_empty());
        for name in failed {
            assert!(quality.gate.sentence.contains(name));
        }
    }

    #[test]
    fn each_threshold_can_fail_and_is_named() {
        check(|_| (), &[]);
        check(|c| c.quarantined = 11, &["quarantined_share_max"]);
        check(|c| c.columns[0].filled = 50, &["completeness_min"]);
        check(|c| c.with_customer = Some(2), &["customer_share_min"]);
        let measure = |outliers| Measure {
            column: "amount".to_string(),
            median: 5.0,
            mad: 1.0,
            min: 0.0,
            max: 900.0,
            outliers: Some(outliers),
            how: String::new(),
        };
        check(|c| c.measures = vec![measure(1)], &[]);
        check(|c| c.measures = vec![measure(40)], &["outlier_share_max"]);
        check(|c| *c = FeedCounts::default(), &["rows_min"]);
    }

    #[test]
    fn robust_scores() {
        assert_eq!(robust_score(5.0, 5.0, 0.0), 0.0);
        assert_eq!(robust_score(6.0, 5.0, 0.0), f64::INFINITY);
        assert!((robust_score(7.0, 5.0, 1.0) - 1.349).abs() < 1e-9);
        let (low, high) = outlier_bounds(5.0, 1.0);
        assert!((robust_score(high, 5.0, 1.0) - OUTLIER_SCORE).abs() < 1e-9 && low < 5.0);
    }

    #[test]
    fn findings_come_with_the_serious_first() {
        let mut counts = good();
        counts.quarantined = 20;
        counts.lateness_days_p95 = Some(-3.0);
        counts.lateness_how = "select".to_string();
        let quality = measure(Kind::Orders, &counts, &Thresholds::default());
        assert_eq!(quality.findings[0].severity, Severity::Serious);
        assert!(
            quality
                .findings
                .iter()
                .any(|f| f.text.contains("Country is filled in 50.0 %"))
        );
    }
}
