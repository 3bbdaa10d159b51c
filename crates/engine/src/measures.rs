//! The numbers that `collect::quality` judges, counted by statements over the lake: filled columns, lateness,
//! and the middle, spread and extremes of measures. It must not judge.

use crate::{EngineError, Project, clock};
use collect::quality::{ColumnCount, FeedCounts, Measure, outlier_bounds};
use registry::{FeedTotal, Import, ImportState};
use retail::{Kind, Table};
use serde_json::Value;

/// Columns that say how a row is kept, not what it says.
const BOOKKEEPING: &[&str] = &[
    "known_at",
    "source",
    "import_id",
    "receipt_key",
    "line_key",
    "entity_key",
    "row_key",
];

/// Rows up to which a median is exact.
const EXACT_ROWS: u64 = 5_000_000;

/// Measures in which outliers are looked for, and the rows that count.
fn measures_of(kind: Kind) -> (&'static [&'static str], &'static str) {
    match kind {
        Kind::Orders => (
            &["quantity", "unit_price", "amount"],
            "line_type <> 'service'",
        ),
        Kind::Prices => (&["price"], "true"),
        Kind::Inventory => (&["on_hand"], "true"),
        Kind::Ads => (&["cost"], "kind = 'cost'"),
        _ => (&[], "true"),
    }
}

impl Project {
    /// What was counted of a feed of which something was imported. `waiting`: rows held back, by kind.
    pub(crate) async fn feed_counts(
        &self,
        kind: Kind,
        total: &FeedTotal,
        waiting: &[(Kind, i64)],
    ) -> Result<FeedCounts, EngineError> {
        let waiting = waiting.iter().find(|(of, _)| *of == kind);
        let whole = |n: i64| u64::try_from(n).unwrap_or_default();
        let (lateness_days_p95, lateness_how) = self.lateness(kind).await?;
        let with_customer = match kind {
            Kind::Orders => {
                let sql = "select count(customer_key) from order_lines";
                self.counted_one(sql).await?.as_u64()
            }
            _ => None,
        };
        let unfinished = self.registry().unfinished_imports(kind).await?;
        Ok(FeedCounts {
            in_future: self.in_future(kind).await?,
            unfinished: unfinished.iter().map(unfinished_words).collect(),
            read: whole(total.counts.read),
            loaded: whole(total.counts.loaded),
            duplicate: whole(total.counts.duplicate),
            quarantined: waiting.map_or(0, |(_, rows)| whole(*rows)),
            columns: self.filled_columns(kind).await?,
            lateness_days_p95,
            lateness_how,
            with_customer,
            measures: self.measures(kind, whole(total.counts.loaded)).await?,
        })
    }

    /// Rows that happen after now. Prices, promotions and stock counts to come are no mistake.
    async fn in_future(&self, kind: Kind) -> Result<Option<u64>, EngineError> {
        if matches!(kind, Kind::Prices | Kind::Promotions | Kind::Inventory) {
            return Ok(None);
        }
        let table = Table::of_feed(kind).name;
        let sql = format!("select count(*) from {table} where happened_at > now()");
        Ok(self.counted_one(&sql).await?.as_u64())
    }

    /// The newest row that is not in the future, microseconds since 1970; for "how old is this feed".
    pub(crate) async fn newest(&self, kind: Kind) -> Result<Option<i64>, EngineError> {
        let table = Table::of_feed(kind).name;
        let sql = format!(
            "select cast(max(happened_at) as bigint) from {table} where happened_at <= now()"
        );
        Ok(self.counted_one(&sql).await?.as_i64())
    }

    async fn filled_columns(&self, kind: Kind) -> Result<Vec<ColumnCount>, EngineError> {
        let table = Table::of_feed(kind);
        let said = table.columns.iter().map(|column| column.name);
        let said: Vec<&str> = said.filter(|name| !BOOKKEEPING.contains(name)).collect();
        let counts: Vec<String> = said.iter().map(|name| format!("count({name})")).collect();
        let sql = format!("select {} from {}", counts.join(", "), table.name);
        let rows = self.counted(&sql).await?;
        let cells = rows.first().cloned().unwrap_or_default();
        let each = said.iter().zip(cells).map(|(name, filled)| ColumnCount {
            column: (*name).to_string(),
            filled: filled.as_u64().unwrap_or_default(),
        });
        Ok(each.collect())
    }

    /// Days from happening to being known among the rows that became known last: a first load of old
    /// receipts says nothing about how late a feed runs.
    async fn lateness(&self, kind: Kind) -> Result<(Option<f64>, String), EngineError> {
        let table = Table::of_feed(kind);
        if !table
            .columns
            .iter()
            .any(|column| column.name == "happened_at")
        {
            return Ok((None, String::new()));
        }
        let sql = format!(
            "select approx_percentile_cont(date_part('epoch', known_at - happened_at) / 86400.0, 0.95) \
             from {0} where known_at = (select max(known_at) from {0})",
            table.name
        );
        Ok((number(&self.counted_one(&sql).await?), sql))
    }

    async fn measures(&self, kind: Kind, loaded: u64) -> Result<Vec<Measure>, EngineError> {
        let (columns, rows) = measures_of(kind);
        let table = Table::of_feed(kind).name;
        // Exact over what fits in memory. A sketch would depend on the order in which threads end, so of more rows
        // a sample by their identities is taken, the same each time.
        let counted = match loaded <= EXACT_ROWS {
            true => loaded,
            false => {
                let sql = format!("select count(*) from {table} where {rows}");
                self.counted_one(&sql).await?.as_u64().unwrap_or(loaded)
            }
        };
        let share = counted.div_ceil(EXACT_ROWS).max(1);
        let sampled = match Table::of_feed(kind).identity {
            Some((_, row)) if share > 1 => format!("({rows}) and {row} % {share} = 0"),
            _ => rows.to_string(),
        };
        let mut measures = Vec::new();
        for column in columns {
            let value = format!("cast({column} as double)");
            let middle = format!(
                "select median({value}) filter (where {sampled}), min({value}), max({value}) from {table} where {rows}"
            );
            let Some([median, min, max]) = self.three(&middle).await? else {
                continue;
            };
            let spread =
                format!("select median(abs({value} - ({median:?}))) from {table} where {sampled}");
            let mad = number(&self.counted_one(&spread).await?).unwrap_or_default();
            // More than half of the rows are alike: how far the others lie off has no scale.
            if mad <= 0.0 {
                continue;
            }
            let (low, high) = outlier_bounds(median, mad);
            let how = format!(
                "select count(*) from {table} where {rows} and ({value} < {low:?} or {value} > {high:?})"
            );
            measures.push(Measure {
                column: (*column).to_string(),
                median,
                mad,
                min,
                max,
                outliers: self.counted_one(&how).await?.as_u64(),
                how,
            });
        }
        Ok(measures)
    }

    async fn three(&self, sql: &str) -> Result<Option<[f64; 3]>, EngineError> {
        let rows = self.counted(sql).await?;
        let cells = rows.first().map(Vec::as_slice).unwrap_or_default();
        let [a, b, c] = cells else { return Ok(None) };
        Ok(number(a)
            .zip(number(b))
            .zip(number(c))
            .map(|((a, b), c)| [a, b, c]))
    }
}

fn unfinished_words(import: &Import) -> String {
    let day = clock::day(import.started_at);
    let why = match import.state {
        ImportState::Running => "is under way, or was cut off",
        ImportState::Stopped => "was stopped",
        _ => "was read in part only",
    };
    format!(
        "import {} of {} ({day}) {why}",
        import.import_id, import.file
    )
}

/// A cell as a number; decimals come as text.
pub(crate) fn number(cell: &Value) -> Option<f64> {
    cell.as_f64().or_else(|| cell.as_str()?.parse().ok())
}
