//! How good each feed is: what came, how complete it is, what looks odd, and the gate that a stage asks
//! before it uses the feed. Every finding carries the statement that counted it. What is counted for the
//! measures is in `measures`; how they are judged, in `collect::quality`.

use crate::ask::{count, instant};
use crate::measures::number;
use crate::views::{
    Completeness, Feed, FeedList, FeedState, Finding, FindingSeverity, Gate, Threshold,
};
use crate::{Actor, EngineError, Project};
use collect::quality::{self, FeedCounts, FeedQuality, Thresholds};
use govern::Action;
use registry::FeedTotal;
use retail::Kind;
use serde_json::json;

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// The registry's setting that holds a feed's thresholds: this, a dot and the kind.
pub const GATE_SETTING: &str = "gate";

/// A finding: severity, words, the statement that counts it.
type Check = (FindingSeverity, &'static str, &'static str);

/// What is looked for in receipts.
const ORDER_CHECKS: &[Check] = &[
    (
        FindingSeverity::Info,
        "lines on cancelled receipts",
        "select count(*) from order_lines where cancelled",
    ),
    (
        FindingSeverity::Info,
        "service lines: postage, fees, write-offs, samples, set apart from goods",
        "select count(*) from order_lines where line_type = 'service'",
    ),
    (
        FindingSeverity::Warning,
        "goods lines with a price of zero or below",
        "select count(*) from order_lines where line_type <> 'service' and unit_price <= 0",
    ),
    (
        FindingSeverity::Serious,
        "lines in another currency than most: amounts of several currencies cannot be added",
        "select count(*) from order_lines where currency <> (select currency from order_lines where currency is \
         not null group by currency order by count(*) desc, currency limit 1)",
    ),
    (
        FindingSeverity::Warning,
        "lines dated in the future: runs and charts leave them out until that day",
        "select count(*) from order_lines where happened_at > now()",
    ),
    (
        FindingSeverity::Warning,
        "lines without any text",
        "select count(*) from order_lines where description is null",
    ),
    (
        FindingSeverity::Info,
        "lines that repeat another line of the same receipt exactly: true repeats, kept",
        "select coalesce(sum(n - 1), 0) from (select count(*) as n from order_lines group by receipt_key, product_id, \
         description, quantity, unit_price, happened_at, customer_key, country having count(*) > 1)",
    ),
];

impl Project {
    /// Every feed with its quality.
    pub async fn feeds(&self, actor: &Actor) -> Result<FeedList, EngineError> {
        actor.may(Action::ReadResults)?;
        let totals = self.registry().feed_totals().await?;
        let waiting = self.registry().waiting_by_kind().await?;
        let mut feeds = Vec::with_capacity(Kind::ALL.len());
        for kind in Kind::ALL {
            let total = totals.iter().find(|total| total.kind == kind);
            feeds.push(self.feed(kind, total, &waiting).await?);
        }
        Ok(FeedList { feeds })
    }

    async fn feed(
        &self,
        kind: Kind,
        total: Option<&FeedTotal>,
        waiting: &[(Kind, i64)],
    ) -> Result<Feed, EngineError> {
        let (label, _) = collect::kind_text(kind);
        let counts = total.map(|total| total.counts).unwrap_or_default();
        let quality = self.quality(kind, total, waiting).await?;
        let mut findings: Vec<Finding> = quality.findings.into_iter().map(finding).collect();
        if total.is_some() && kind == Kind::Orders {
            findings.extend(self.of_orders().await?);
        }
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity as u8));
        // A list of things is no record of days: its rows are dated by when the list was handed in.
        let is_list = matches!(kind, Kind::Products | Kind::Stores | Kind::Customers);
        let (first, last) = match total {
            Some(_) if !is_list => (counts.first_happened_at, self.newest(kind).await?),
            _ => (None, None),
        };
        Ok(Feed {
            kind: kind.to_string(),
            label: label.to_string(),
            state: match total {
                Some(_) => FeedState::Loaded,
                None => FeedState::Empty,
            },
            rows_read: count(counts.read),
            loaded: count(counts.loaded),
            duplicate: count(counts.duplicate),
            quarantined: count(counts.quarantined),
            imports: total.map_or(0, |total| count(total.imports)),
            last_import_at: instant(total.and_then(|total| total.last_import_at)),
            first_happened_at: instant(first),
            last_happened_at: instant(last),
            days_since_last: last.map(|last| (self.now() - last) / DAY),
            completeness: quality.completeness.into_iter().map(filled).collect(),
            findings,
            gate: gate(quality.gate),
        })
    }

    async fn of_orders(&self) -> Result<Vec<Finding>, EngineError> {
        let mut findings = Vec::new();
        for (severity, words, sql) in ORDER_CHECKS {
            let found = self.number(sql).await?.unwrap_or_default();
            if found > 0.0 {
                findings.push(Finding {
                    severity: *severity,
                    text: (*words).to_string(),
                    count: Some(found as u64),
                    how_computed: (*sql).to_string(),
                });
            }
        }
        Ok(findings)
    }

    /// A feed measured and judged under its thresholds.
    async fn quality(
        &self,
        kind: Kind,
        total: Option<&FeedTotal>,
        waiting: &[(Kind, i64)],
    ) -> Result<FeedQuality, EngineError> {
        let name = format!("{GATE_SETTING}.{kind}");
        let limits: Thresholds = match self.registry().setting(&name).await? {
            None => Thresholds::default(),
            Some(value) => serde_json::from_value(value)
                .map_err(|cause| EngineError::invalid(&name, cause.to_string()))?,
        };
        let Some(total) = total else {
            let mut empty = quality::measure(kind, &FeedCounts::default(), &limits);
            empty.gate.sentence = "Nothing was imported yet.".into();
            empty.gate.thresholds.clear();
            return Ok(empty);
        };
        let counts = self.feed_counts(kind, total, waiting).await?;
        Ok(quality::measure(kind, &counts, &limits))
    }

    /// Refuses where a feed misses a threshold, and says which.
    pub(crate) async fn require_gate(&self, kind: Kind) -> Result<(), EngineError> {
        let totals = self.registry().feed_totals().await?;
        let total = totals.iter().find(|total| total.kind == kind);
        let waiting = self.registry().waiting_by_kind().await?;
        let gate = self.quality(kind, total, &waiting).await?.gate;
        if gate.passed {
            return Ok(());
        }
        Err(EngineError::Data(format!(
            "the feed '{kind}' does not pass its gate. {} Mend the feed, or change the limits with \
             'tessera quality --set {kind}.NAME=VALUE'",
            gate.sentence
        )))
    }

    /// Refuses to add amounts of several currencies.
    pub(crate) async fn require_one_currency(&self) -> Result<(), EngineError> {
        let sql = "select currency from order_lines where currency is not null group by currency order by currency";
        let found = self.counted(sql).await?;
        let words = found.iter().filter_map(|row| row.first()?.as_str());
        let words: Vec<&str> = words.collect();
        if words.len() < 2 {
            return Ok(());
        }
        Err(EngineError::Data(format!(
            "receipts are in {}: their amounts cannot be added. Import one currency into each project, or convert \
             the amounts before",
            words.join(" and ")
        )))
    }

    /// Sets one threshold of a feed.
    pub async fn set_threshold(
        &self,
        actor: &Actor,
        kind: Kind,
        name: &str,
        value: f64,
        reason: &str,
    ) -> Result<(), EngineError> {
        actor.may(Action::ChangeSettings)?;
        let change = actor.change(reason)?;
        let setting = format!("{GATE_SETTING}.{kind}");
        let mut kept = self
            .registry()
            .setting(&setting)
            .await?
            .unwrap_or_else(|| json!({}));
        // Counts are whole numbers, and their limits too.
        kept[name] = match value {
            whole if whole.fract() == 0.0 && whole.abs() < 1e15 => json!(whole as i64),
            other => json!(other),
        };
        let limits = serde_json::from_value::<Thresholds>(kept.clone())
            .map_err(|cause| EngineError::invalid(format!("{kind}.{name}"), cause.to_string()))?;
        if let Some((name, problem)) = limits.problem() {
            return Err(EngineError::invalid(format!("{kind}.{name}"), problem));
        }
        Ok(self
            .registry()
            .set_setting(&setting, &kept, self.now(), &change)
            .await?)
    }

    async fn number(&self, sql: &str) -> Result<Option<f64>, EngineError> {
        Ok(number(&self.counted_one(sql).await?))
    }
}

fn finding(found: quality::Finding) -> Finding {
    Finding {
        severity: match found.severity {
            quality::Severity::Info => FindingSeverity::Info,
            quality::Severity::Warning => FindingSeverity::Warning,
            quality::Severity::Serious => FindingSeverity::Serious,
        },
        text: found.text,
        count: found.count,
        how_computed: found.how_computed,
    }
}

fn filled(column: quality::Completeness) -> Completeness {
    Completeness {
        column: column.column,
        label: capital(&column.label.replace('_', " ")),
        share: column.share,
        required: column.required,
    }
}

fn gate(judged: quality::Gate) -> Gate {
    let thresholds = judged.thresholds.into_iter().map(|result| Threshold {
        name: result.name.into(),
        label: result.label.into(),
        unit: result.unit.into(),
        limit: result.limit,
        actual: result.actual,
        passed: result.passed,
    });
    Gate {
        passed: judged.passed,
        sentence: judged.sentence,
        thresholds: thresholds.collect(),
    }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>());
    first.unwrap_or_default() + letters.as_str()
}
