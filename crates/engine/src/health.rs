//! How good each feed is: what came, how complete it is, what looks odd, and the gate that a stage asks
//! before it uses the feed. Every finding carries the statement that counted it.

use crate::ask::{count, instant};
use crate::views::{
    Completeness, Feed, FeedList, FeedState, Finding, FindingSeverity, Gate, Threshold,
};
use crate::{Actor, EngineError, Project};
use govern::Action;
use registry::FeedTotal;
use retail::{Kind, Table};
use serde::{Deserialize, Serialize};

/// The registry's setting that holds a feed's thresholds: this, a dot and the kind.
pub const GATE_SETTING: &str = "gate";

/// Thresholds of a feed; a stage refuses to run on a feed that misses one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Thresholds {
    /// Most rows held back, as a share of rows read.
    quarantined_max: f64,
    /// Most rows without a customer, as a share of rows (orders only).
    anonymous_max: f64,
    /// Least rows of a feed that a stage uses.
    rows_min: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            quarantined_max: 0.1,
            anonymous_max: 0.95,
            rows_min: 50.0,
        }
    }
}

/// A finding: severity, words, the statement that counts it.
type Check = (FindingSeverity, &'static str, &'static str);

/// What is looked for in receipts.
const ORDER_CHECKS: &[Check] = &[
    (
        FindingSeverity::Info,
        "lines without a customer: anonymous baskets, kept",
        "select count(*) from order_lines where customer_key is null",
    ),
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
        FindingSeverity::Warning,
        "lines without any text",
        "select count(*) from order_lines where description is null",
    ),
    (
        FindingSeverity::Warning,
        "goods lines whose quantity is more than 1,000 times the median",
        "select count(*) from order_lines where line_type <> 'service' and abs(quantity) > \
         1000 * (select median(abs(quantity)) from order_lines where line_type <> 'service')",
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
        let mut feeds = Vec::with_capacity(Kind::ALL.len());
        for kind in Kind::ALL {
            let total = totals.iter().find(|total| total.kind == kind);
            feeds.push(self.feed(kind, total).await?);
        }
        Ok(FeedList { feeds })
    }

    async fn feed(&self, kind: Kind, total: Option<&FeedTotal>) -> Result<Feed, EngineError> {
        let (label, _) = collect::kind_text(kind);
        let counts = total.map(|total| total.counts).unwrap_or_default();
        let loaded = total.is_some();
        let mut findings = Vec::new();
        if loaded && kind == Kind::Orders {
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
        }
        let last = counts.last_happened_at;
        Ok(Feed {
            kind: kind.to_string(),
            label: label.to_string(),
            state: if loaded {
                FeedState::Loaded
            } else {
                FeedState::Empty
            },
            rows_read: count(counts.read),
            loaded: count(counts.loaded),
            duplicate: count(counts.duplicate),
            quarantined: count(counts.quarantined),
            imports: total.map_or(0, |total| count(total.imports)),
            last_import_at: instant(total.and_then(|total| total.last_import_at)),
            first_happened_at: instant(counts.first_happened_at),
            last_happened_at: instant(last),
            days_since_last: last.map(|last| (self.now() - last) / 86_400_000_000),
            completeness: if loaded {
                self.completeness(kind).await?
            } else {
                Vec::new()
            },
            findings,
            gate: self.gate(kind, total).await?,
        })
    }

    /// The share of rows with a value, column by column.
    async fn completeness(&self, kind: Kind) -> Result<Vec<Completeness>, EngineError> {
        let table = Table::of_feed(kind);
        let own = [
            "known_at",
            "source",
            "import_id",
            "receipt_key",
            "line_key",
            "entity_key",
            "row_key",
        ];
        let columns: Vec<_> = table
            .columns
            .iter()
            .filter(|column| !own.contains(&column.name))
            .collect();
        let shares: Vec<String> = columns
            .iter()
            .map(|column| format!("count({0}) * 1.0 / count(*)", column.name))
            .collect();
        let sql = format!("select {} from {}", shares.join(", "), table.name);
        let rows = self.counted(&sql).await?;
        let cells = rows.first().cloned().unwrap_or_default();
        let each = columns
            .iter()
            .zip(cells)
            .map(|(column, share)| Completeness {
                column: column.name.to_string(),
                label: capital(&column.name.replace('_', " ")),
                share: share
                    .as_f64()
                    .or_else(|| share.as_str()?.parse().ok())
                    .unwrap_or_default(),
                required: column.required,
            });
        Ok(each.collect())
    }

    async fn gate(&self, kind: Kind, total: Option<&FeedTotal>) -> Result<Gate, EngineError> {
        let set = self
            .registry()
            .setting(&format!("{GATE_SETTING}.{kind}"))
            .await?;
        let limits: Thresholds = match set {
            None => Thresholds::default(),
            Some(value) => serde_json::from_value(value).map_err(|cause| {
                EngineError::invalid(format!("{GATE_SETTING}.{kind}"), cause.to_string())
            })?,
        };
        let Some(total) = total else {
            return Ok(Gate {
                passed: false,
                sentence: "Nothing was imported yet.".into(),
                thresholds: vec![],
            });
        };
        let counts = &total.counts;
        let share = |part: i64, of: i64| if of > 0 { part as f64 / of as f64 } else { 0.0 };
        let rows = (counts.loaded + counts.duplicate) as f64;
        let mut thresholds = vec![
            Threshold {
                name: "rows".into(),
                limit: limits.rows_min,
                actual: rows,
                passed: rows >= limits.rows_min,
            },
            {
                let actual = share(counts.quarantined, counts.read);
                let passed = actual <= limits.quarantined_max;
                Threshold {
                    name: "share held back".into(),
                    limit: limits.quarantined_max,
                    actual,
                    passed,
                }
            },
        ];
        if kind == Kind::Orders {
            let sql = "select count(*) filter (where customer_key is null) * 1.0 / count(*) from order_lines";
            let actual = self.number(sql).await?.unwrap_or_default();
            let passed = actual <= limits.anonymous_max;
            thresholds.push(Threshold {
                name: "share without a customer".into(),
                limit: limits.anonymous_max,
                actual,
                passed,
            });
        }
        let failed: Vec<String> = thresholds
            .iter()
            .filter(|threshold| !threshold.passed)
            .map(|t| format!("{} is {:.4}, the limit is {}", t.name, t.actual, t.limit))
            .collect();
        let sentence = match failed.is_empty() {
            true => "Good enough to use.".to_string(),
            false => format!("Not good enough: {}.", failed.join("; ")),
        };
        Ok(Gate {
            passed: failed.is_empty(),
            sentence,
            thresholds,
        })
    }

    /// Refuses where a feed misses a threshold, and says which.
    pub(crate) async fn require_gate(&self, kind: Kind) -> Result<(), EngineError> {
        let totals = self.registry().feed_totals().await?;
        let gate = self
            .gate(kind, totals.iter().find(|total| total.kind == kind))
            .await?;
        if gate.passed {
            return Ok(());
        }
        Err(EngineError::Data(format!(
            "the feed '{kind}' does not pass its gate. {} Mend the feed, or change the limits with \
             'tessera quality --set {kind}.NAME=VALUE'",
            gate.sentence
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
            .unwrap_or_else(|| serde_json::json!({}));
        kept[name] = serde_json::json!(value);
        serde_json::from_value::<Thresholds>(kept.clone())
            .map_err(|cause| EngineError::invalid(format!("{kind}.{name}"), cause.to_string()))?;
        Ok(self
            .registry()
            .set_setting(&setting, &kept, self.now(), &change)
            .await?)
    }

    async fn number(&self, sql: &str) -> Result<Option<f64>, EngineError> {
        let cell = self.counted_one(sql).await?;
        Ok(cell.as_f64().or_else(|| cell.as_str()?.parse().ok()))
    }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>());
    first.unwrap_or_default() + letters.as_str()
}
