//! What strikes in a feed, in sentences for people, each with how its figure comes about.

use serde::Serialize;

use super::{Completeness, FeedCounts, outlier_bounds, share};

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

impl Finding {
    fn new(severity: Severity, text: String, count: Option<u64>, how_computed: &str) -> Self {
        Self {
            severity,
            text,
            count,
            how_computed: how_computed.to_string(),
        }
    }
}

fn percent(share: f64) -> String {
    // A few rows among millions are not none.
    if share > 0.0 && share < 0.0005 {
        return "less than 0.1 %".to_string();
    }
    format!("{:.1} %", share * 100.0)
}

/// Everything that strikes, the most serious first.
pub(super) fn findings(counts: &FeedCounts, completeness: &[Completeness]) -> Vec<Finding> {
    let mut findings = of_rows(counts);
    findings.extend(of_imports(counts));
    findings.extend(of_columns(counts, completeness));
    findings.extend(of_measures(counts));
    findings.extend(of_times(counts));
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}

fn of_rows(counts: &FeedCounts) -> Vec<Finding> {
    let mut findings = Vec::new();
    if counts.quarantined > 0 {
        let part = share(counts.quarantined, counts.read);
        let severity = if part > 0.05 {
            Severity::Serious
        } else {
            Severity::Warning
        };
        let text = format!("{} of the rows read wait in quarantine", percent(part));
        findings.push(Finding::new(
            severity,
            text,
            Some(counts.quarantined),
            "quarantined ÷ read",
        ));
    }
    if counts.duplicate > 0 {
        let part = percent(share(counts.duplicate, counts.read));
        let text = format!("{part} of the rows read were known before");
        findings.push(Finding::new(
            Severity::Info,
            text,
            Some(counts.duplicate),
            "duplicate ÷ read",
        ));
    }
    if let Some(with_customer) = counts.with_customer.filter(|n| *n < counts.loaded) {
        let anonymous = counts.loaded - with_customer;
        let part = percent(share(anonymous, counts.loaded));
        let text = format!("{part} of the lines belong to anonymous baskets");
        let how = "lines without customer ÷ lines loaded";
        findings.push(Finding::new(Severity::Info, text, Some(anonymous), how));
    }
    findings
}

fn of_imports(counts: &FeedCounts) -> impl Iterator<Item = Finding> {
    counts.unfinished.iter().map(|told| {
        let text = format!(
            "{told}. Import the file again to go on, or take the import back with tessera imports withdraw"
        );
        let how = "imports with rows and without the end of their file";
        Finding::new(Severity::Serious, text, None, how)
    })
}

fn of_columns(counts: &FeedCounts, completeness: &[Completeness]) -> Vec<Finding> {
    // A column that hardly any row fills is about few rows by its nature, as the kind of a service is.
    // Lines without a customer have a finding of their own.
    let told = |c: &&Completeness| counts.with_customer.is_none() || c.column != "customer_key";
    let gaps = completeness
        .iter()
        .filter(|c| (0.2..0.9).contains(&c.share))
        .filter(told);
    let finding = |column: &Completeness| {
        let filled = (column.share * counts.loaded as f64).round() as u64;
        let text = format!(
            "{} is filled in {} of the rows",
            column.label,
            percent(column.share)
        );
        let blank = Some(counts.loaded.saturating_sub(filled));
        Finding::new(
            Severity::Info,
            text,
            blank,
            "rows with a value ÷ rows loaded",
        )
    };
    gaps.map(finding).collect()
}

fn of_measures(counts: &FeedCounts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for measure in &counts.measures {
        let Some(outliers) = measure.outliers.filter(|n| *n > 0) else {
            continue;
        };
        let (low, high) = outlier_bounds(measure.median, measure.mad);
        let above = measure.max - measure.median > measure.median - measure.min;
        let farthest = if above { measure.max } else { measure.min };
        let text = format!(
            "{} outside {low:.2} to {high:.2}; the farthest is {farthest:.2}",
            measure.column.replace('_', " ")
        );
        let how = &measure.how;
        findings.push(Finding::new(Severity::Warning, text, Some(outliers), how));
    }
    findings
}

fn of_times(counts: &FeedCounts) -> Option<Finding> {
    let days = counts.lateness_days_p95?;
    let (severity, text) = if days < 0.0 {
        let text = format!(
            "rows happen {:.1} days after they were known: check the date format and the time zone",
            -days
        );
        (Severity::Serious, text)
    } else {
        let text = format!("95 % of the newest rows were known within {days:.1} days");
        (Severity::Info, text)
    };
    Some(Finding::new(severity, text, None, &counts.lateness_how))
}
