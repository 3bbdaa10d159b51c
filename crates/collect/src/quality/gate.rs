//! The verdict on a feed: thresholds against what was measured. What is measured is the parent's.

use retail::Kind;
use serde::{Deserialize, Serialize};

use super::{Completeness, FeedCounts, share};

/// Limits beyond which models refuse to run. Shares are 0 to 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Thresholds {
    /// At least so many rows.
    pub rows_min: u64,
    /// At most this share of rows read in quarantine.
    pub quarantined_share_max: f64,
    /// Every required column is filled in at least this share of rows.
    pub completeness_min: f64,
    /// At least this share of order lines has a customer.
    pub customer_share_min: f64,
    /// At most this share of a measure's rows are outliers.
    pub outlier_share_max: f64,
    /// At most this share of rows happens in the future.
    pub future_share_max: f64,
    /// At most so many imports that brought a part of their file and not its end.
    pub unfinished_max: u64,
    /// At most so many days from happening to being known, at the 95th percentile; none: not looked at.
    pub lateness_days_max: Option<f64>,
}

impl Thresholds {
    /// What is wrong with these limits: name and words. A limit that nothing can miss, or that nothing can hold,
    /// guards nothing.
    pub fn problem(&self) -> Option<(&'static str, &'static str)> {
        let shares = [
            ("quarantined_share_max", self.quarantined_share_max),
            ("completeness_min", self.completeness_min),
            ("customer_share_min", self.customer_share_min),
            ("outlier_share_max", self.outlier_share_max),
            ("future_share_max", self.future_share_max),
        ];
        let outside = |(_, share): &(&str, f64)| !(0.0..=1.0).contains(share);
        if let Some((name, _)) = shares.into_iter().find(outside) {
            return Some((name, "is a share: write a number from 0 to 1"));
        }
        let days = self.lateness_days_max;
        days.is_some_and(|days| !(days >= 0.0 && days.is_finite()))
            .then_some(("lateness_days_max", "counts days: write 0 or more"))
    }
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            rows_min: 1,
            quarantined_share_max: 0.1,
            completeness_min: 0.99,
            customer_share_min: 0.05,
            outlier_share_max: 0.1,
            future_share_max: 0.01,
            unfinished_max: 0,
            lateness_days_max: None,
        }
    }
}

/// One threshold against its actual value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ThresholdResult {
    /// Its name, as in `Thresholds`.
    pub name: &'static str,
    /// What is measured, in words.
    pub label: &'static str,
    /// rows, imports, share (0 to 1) or days.
    pub unit: &'static str,
    /// The limit.
    pub limit: f64,
    /// What was measured.
    pub actual: f64,
    /// Whether it holds.
    pub passed: bool,
}

/// Whether models may run on a feed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gate {
    /// Whether every threshold holds.
    pub passed: bool,
    /// In a sentence, naming the thresholds that failed.
    pub sentence: String,
    /// Each threshold.
    pub thresholds: Vec<ThresholdResult>,
}

/// Judges a feed.
pub(super) fn gate(
    kind: Kind,
    counts: &FeedCounts,
    completeness: &[Completeness],
    thresholds: &Thresholds,
) -> Gate {
    let at_least = |name, limit: f64, actual: f64| result(name, limit, actual, actual >= limit);
    let at_most = |name, limit: f64, actual: f64| result(name, limit, actual, actual <= limit);
    let required = completeness.iter().filter(|c| c.required).map(|c| c.share);
    let least_filled = required.fold(1.0, f64::min);
    let outliers = counts.measures.iter().filter_map(|m| m.outliers);
    let most_outliers = outliers
        .map(|n| share(n, counts.loaded))
        .fold(0.0, f64::max);
    let mut results = vec![
        at_least("rows_min", thresholds.rows_min as f64, counts.loaded as f64),
        at_most(
            "quarantined_share_max",
            thresholds.quarantined_share_max,
            share(counts.quarantined, counts.read),
        ),
        at_least(
            "completeness_min",
            thresholds.completeness_min,
            least_filled,
        ),
        at_most(
            "outlier_share_max",
            thresholds.outlier_share_max,
            most_outliers,
        ),
    ];
    if let Some(future) = counts.in_future {
        let actual = share(future, counts.loaded);
        results.push(at_most(
            "future_share_max",
            thresholds.future_share_max,
            actual,
        ));
    }
    results.push(at_most(
        "unfinished_max",
        thresholds.unfinished_max as f64,
        counts.unfinished.len() as f64,
    ));
    if let (Kind::Orders, Some(with_customer)) = (kind, counts.with_customer) {
        let actual = share(with_customer, counts.loaded);
        results.push(at_least(
            "customer_share_min",
            thresholds.customer_share_min,
            actual,
        ));
    }
    if let (Some(limit), Some(actual)) = (thresholds.lateness_days_max, counts.lateness_days_p95) {
        results.push(at_most("lateness_days_max", limit, actual));
    }
    let failed: Vec<String> = results
        .iter()
        .filter(|r| !r.passed)
        .map(|r| {
            let decimals = if r.unit == "share" { 4 } else { 0 };
            let actual = format!("{:.decimals$}", r.actual);
            format!(
                "{} is {actual}, the limit {} is {}",
                r.label, r.name, r.limit
            )
        })
        .collect();
    Gate {
        passed: failed.is_empty(),
        sentence: if failed.is_empty() {
            "Good enough to use: every limit holds.".to_string()
        } else {
            format!("Not good enough: {}.", failed.join("; "))
        },
        thresholds: results,
    }
}

fn result(name: &'static str, limit: f64, actual: f64, passed: bool) -> ThresholdResult {
    let (label, unit) = match name {
        "rows_min" => ("rows", "rows"),
        "quarantined_share_max" => ("share held back", "share"),
        "completeness_min" => ("least filled required column", "share"),
        "outlier_share_max" => ("share of outliers", "share"),
        "customer_share_min" => ("share of lines with a customer", "share"),
        "future_share_max" => ("share of rows in the future", "share"),
        "unfinished_max" => (
            "imports that did not reach the end of their file",
            "imports",
        ),
        _ => ("days until known", "days"),
    };
    ThresholdResult {
        name,
        label,
        unit,
        limit,
        actual,
        passed,
    }
}
