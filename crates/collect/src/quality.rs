//! Measuring a feed: how complete, how repetitive, how late, how odd, and whether models may run on it. Pure
//! functions on counts that the engine gets by SQL; no reading, no clock.

use retail::Kind;
use serde::{Deserialize, Serialize};

use crate::fields::fields_of;

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
    /// Days from happened_at to known_at, at the 95th percentile.
    pub lateness_days_p95: Option<f64>,
    /// Days from the newest row to the instant of looking.
    pub days_since_last: Option<f64>,
    /// Rows of an order feed with a customer.
    pub with_customer: Option<u64>,
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
    /// At most so many days from happening to being known, at the 95th percentile; none: not looked at.
    pub lateness_days_max: Option<f64>,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            rows_min: 1,
            quarantined_share_max: 0.05,
            completeness_min: 0.99,
            customer_share_min: 0.1,
            outlier_share_max: 0.1,
            lateness_days_max: None,
        }
    }
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

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Look at it.
    Warning,
    /// Results will suffer.
    Serious,
}

/// Something seen in a feed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// How serious.
    pub severity: Severity,
    /// In a sentence.
    pub text: String,
    /// Rows concerned.
    pub count: Option<u64>,
    /// How the figure comes about.
    pub how_computed: String,
}

/// One threshold against its actual value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ThresholdResult {
    /// Its name, as in `Thresholds`.
    pub name: &'static str,
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

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// Measures a feed and judges it.
pub fn measure(kind: Kind, counts: &FeedCounts, thresholds: &Thresholds) -> FeedQuality {
    let completeness = completeness(kind, counts);
    let gate = gate(kind, counts, &completeness, thresholds);
    let mut findings = findings(counts, &completeness);
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    FeedQuality {
        completeness,
        findings,
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

fn gate(
    kind: Kind,
    counts: &FeedCounts,
    completeness: &[Completeness],
    thresholds: &Thresholds,
) -> Gate {
    let at_least = |name, limit: f64, actual: f64| ThresholdResult {
        name,
        limit,
        actual,
        passed: actual >= limit,
    };
    let at_most = |name, limit: f64, actual: f64| ThresholdResult {
        name,
        limit,
        actual,
        passed: actual <= limit,
    };
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
        .map(|r| format!("{} (limit {}, actual {:.4})", r.name, r.limit, r.actual))
        .collect();
    Gate {
        passed: failed.is_empty(),
        sentence: if failed.is_empty() {
            format!("{kind} may be used: every threshold holds")
        } else {
            format!("{kind} may not be used: {}", failed.join(", "))
        },
        thresholds: results,
    }
}

fn findings(counts: &FeedCounts, completeness: &[Completeness]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut add = |severity, text: String, count, how: &str| {
        findings.push(Finding {
            severity,
            text,
            count,
            how_computed: how.to_string(),
        });
    };
    if counts.quarantined > 0 {
        let part = share(counts.quarantined, counts.read);
        let severity = if part > 0.05 {
            Severity::Serious
        } else {
            Severity::Warning
        };
        let text = format!("{} of the rows read wait in quarantine", percent(part));
        add(
            severity,
            text,
            Some(counts.quarantined),
            "quarantined ÷ read",
        );
    }
    if counts.duplicate > 0 {
        let text = format!(
            "{} of the rows read were known before",
            percent(share(counts.duplicate, counts.read))
        );
        add(
            Severity::Info,
            text,
            Some(counts.duplicate),
            "duplicate ÷ read",
        );
    }
    for column in completeness
        .iter()
        .filter(|c| c.share > 0.0 && c.share < 0.9)
    {
        let blank = counts.loaded - (column.share * counts.loaded as f64).round() as u64;
        let text = format!(
            "{} is filled in {} of the rows",
            column.label,
            percent(column.share)
        );
        add(
            Severity::Info,
            text,
            Some(blank),
            "rows with a value ÷ rows loaded",
        );
    }
    if let Some(with_customer) = counts.with_customer.filter(|n| *n < counts.loaded) {
        let anonymous = counts.loaded - with_customer;
        let text = format!(
            "{} of the lines belong to anonymous baskets",
            percent(share(anonymous, counts.loaded))
        );
        add(
            Severity::Info,
            text,
            Some(anonymous),
            "lines without customer ÷ lines loaded",
        );
    }
    for measure in &counts.measures {
        let (low, high) = outlier_bounds(measure.median, measure.mad);
        let extreme = if measure.max - measure.median > measure.median - measure.min {
            measure.max
        } else {
            measure.min
        };
        if let Some(outliers) = measure.outliers.filter(|n| *n > 0) {
            let text = format!(
                "{} has {outliers} values outside {low:.2} to {high:.2}; the farthest is {extreme:.2}",
                measure.column
            );
            add(
                Severity::Warning,
                text,
                Some(outliers),
                "values more than 10 robust standard deviations (MAD) from the median",
            );
        }
    }
    if let Some(days) = counts.lateness_days_p95.filter(|days| *days < 0.0) {
        add(
            Severity::Serious,
            format!(
                "rows happen {:.0} days after they were known: check the date format and the time zone",
                -days
            ),
            None,
            "95th percentile of known_at − happened_at",
        );
    }
    findings
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
        check(|c| c.quarantined = 10, &["quarantined_share_max"]);
        check(|c| c.columns[0].filled = 50, &["completeness_min"]);
        check(|c| c.with_customer = Some(2), &["customer_share_min"]);
        let measure = |outliers| Measure {
            column: "amount".to_string(),
            median: 5.0,
            mad: 1.0,
            min: 0.0,
            max: 900.0,
            outliers: Some(outliers),
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
