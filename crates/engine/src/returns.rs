//! Which sale a return gives back: by the receipt it names, else the latest earlier sale of the same
//! customer, product and price that still has units left. Nothing is matched twice.

use crate::{EngineError, Project, Report, clock};
use arrow::array::{
    ArrayRef, AsArray, Decimal128Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow::datatypes::{Decimal128Type, Int64Type};
use lake::Commit;
use registry::{NewRun, RunEnd, RunStatus};
use retail::{Change, ColumnType, table};
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;

/// Returns with every sale they could give back, best first.
/// Two joins on equal values and not one with an `or`, which would look at every sale of the product.
const CANDIDATES: &str = "with r as (select * from order_lines where line_type = 'return' and quantity < 0), \
     s as (select * from order_lines where line_type = 'sale'), \
     both as (select r.receipt_key, r.line_key, r.happened_at, r.quantity, r.receipt_id, r.product_id, \
     s.receipt_key as sale_receipt, s.line_key as sale_line, s.quantity as sold, s.happened_at as sold_at, \
     s.receipt_id as sale_id, 1 as named from r join s on s.source = r.source and s.receipt_id = r.return_of \
     and s.product_id = r.product_id where s.happened_at <= r.happened_at \
     union all select r.receipt_key, r.line_key, r.happened_at, r.quantity, r.receipt_id, r.product_id, \
     s.receipt_key, s.line_key, s.quantity, s.happened_at, s.receipt_id, 0 from r join s \
     on s.customer_key = r.customer_key and s.product_id = r.product_id and s.unit_price = r.unit_price \
     where r.return_of is null and s.happened_at <= r.happened_at) \
     select receipt_key, line_key, cast(happened_at as bigint) as at, -quantity as units, sale_receipt, sale_line, \
     sold, named from both order by at, receipt_id, product_id, quantity, line_key, sold_at desc, sale_id, \
     sold desc, sale_line";

/// One returned line with the sale line it gives back; units in ten-thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Match {
    back: (i64, i64),
    sale: (i64, i64),
    units: i128,
    at: i64,
    named: bool,
}

/// One possible match, in order of preference within a return.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    back: (i64, i64),
    at: i64,
    wanted: i128,
    sale: (i64, i64),
    sold: i128,
    named: bool,
}

impl Project {
    /// Matches returns to their sales and keeps the matches. Returns how many returned lines found a sale.
    pub(crate) async fn match_returns(
        &self,
        change: &Change,
        report: Arc<dyn Report>,
    ) -> Result<usize, EngineError> {
        report.stage("matching returns to their sales");
        let started = self.now();
        let new = NewRun {
            run_id: None,
            stage: "returns".into(),
            spec: json!({}),
            seed: 0,
            version: env!("CARGO_PKG_VERSION").into(),
            inputs: Vec::new(),
        };
        let run_id = self
            .registry()
            .start_run(&new, started, change)
            .await?
            .run_id;
        let done = self.keep_matches(&run_id, started).await;
        let (status, matched, summary) = match &done {
            Ok(matched) => {
                let words = format!("{matched} returned lines matched to their sale");
                (RunStatus::Done, *matched, words)
            }
            Err(cause) => (RunStatus::Failed, 0, cause.to_string()),
        };
        let end = RunEnd {
            status,
            summary,
            result: json!({ "matched": matched }),
            seconds: (clock::now() - started) as f64 / 1e6,
        };
        self.registry()
            .finish_run(&run_id, &end, self.now(), change)
            .await?;
        done
    }

    async fn keep_matches(&self, run_id: &str, started: i64) -> Result<usize, EngineError> {
        let rows = self.lake().rows(CANDIDATES, None, vec![]).await?;
        let matches = allot(&candidates(&rows));
        if !matches.is_empty() {
            let writer = format!("run:{run_id}");
            let batch = rows_of(&matches, run_id, started)?;
            self.lake()
                .append(
                    &table::RETURN_MATCHES,
                    vec![batch],
                    Commit {
                        writer: &writer,
                        step: 0,
                    },
                )
                .await?;
        }
        let mut lines: Vec<_> = matches.iter().map(|m| m.back).collect();
        lines.dedup();
        Ok(lines.len())
    }
}

fn candidates(batches: &[RecordBatch]) -> Vec<Candidate> {
    let mut found = Vec::new();
    for batch in batches {
        let int = |column: usize| batch.column(column).as_primitive::<Int64Type>().clone();
        let units = |column: usize| {
            batch
                .column(column)
                .as_primitive::<Decimal128Type>()
                .clone()
        };
        let (back, back_line, at, wanted) = (int(0), int(1), int(2), units(3));
        let (sale, sale_line, sold, named) = (int(4), int(5), units(6), int(7));
        for row in 0..batch.num_rows() {
            found.push(Candidate {
                back: (back.value(row), back_line.value(row)),
                at: at.value(row),
                wanted: wanted.value(row),
                sale: (sale.value(row), sale_line.value(row)),
                sold: sold.value(row),
                named: named.value(row) == 1,
            });
        }
    }
    found
}

/// Gives each return, in order of time, units of its candidates until it has all or none are left.
fn allot(candidates: &[Candidate]) -> Vec<Match> {
    let mut left: HashMap<(i64, i64), i128> = HashMap::new();
    let mut matches: Vec<Match> = Vec::new();
    let mut open: Option<((i64, i64), i128)> = None;
    for candidate in candidates {
        let wanted = match open {
            Some((back, wanted)) if back == candidate.back => wanted,
            _ => candidate.wanted,
        };
        let has = left.entry(candidate.sale).or_insert(candidate.sold);
        let units = wanted.min(*has);
        if units > 0 {
            *has -= units;
            matches.push(Match {
                back: candidate.back,
                sale: candidate.sale,
                units,
                at: candidate.at,
                named: candidate.named,
            });
        }
        open = Some((candidate.back, wanted - units.max(0)));
    }
    matches
}

fn rows_of(matches: &[Match], run_id: &str, known_at: i64) -> Result<RecordBatch, EngineError> {
    let rows = matches.len();
    let ints = |of: fn(&Match) -> i64| {
        Arc::new(Int64Array::from_iter_values(matches.iter().map(of))) as ArrayRef
    };
    let fail = |cause: arrow::error::ArrowError| EngineError::Data(cause.to_string());
    let units = Decimal128Array::from_iter_values(matches.iter().map(|m| m.units))
        .with_precision_and_scale(ColumnType::DECIMAL_PRECISION, ColumnType::DECIMAL_SCALE)
        .map_err(fail)?;
    let rule = |m: &Match| {
        if m.named {
            "named_receipt"
        } else {
            "same_customer_product_price"
        }
    };
    let at = TimestampMicrosecondArray::from_iter_values(matches.iter().map(|m| m.at))
        .with_timezone("UTC");
    let columns = vec![
        Arc::new(StringArray::from_iter_values(std::iter::repeat_n(
            run_id, rows,
        ))) as ArrayRef,
        ints(|m| m.back.0),
        ints(|m| m.back.1),
        ints(|m| m.sale.0),
        ints(|m| m.sale.1),
        Arc::new(units),
        Arc::new(StringArray::from_iter_values(matches.iter().map(rule))),
        Arc::new(at),
        Arc::new(TimestampMicrosecondArray::from_value(known_at, rows).with_timezone("UTC")),
    ];
    RecordBatch::try_new(table::RETURN_MATCHES.schema(), columns).map_err(fail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(back: i64, wanted: i128, sale: i64, sold: i128) -> Candidate {
        Candidate {
            back: (back, 0),
            at: back,
            wanted,
            sale: (sale, 0),
            sold,
            named: false,
        }
    }

    #[test]
    fn a_sale_gives_no_more_than_it_sold() {
        let matches = allot(&[
            candidate(1, 3, 10, 5),
            candidate(2, 4, 10, 5),
            candidate(2, 4, 11, 9),
        ]);
        let got: Vec<_> = matches
            .iter()
            .map(|m| (m.back.0, m.sale.0, m.units))
            .collect();
        assert_eq!(got, [(1, 10, 3), (2, 10, 2), (2, 11, 2)]);
    }

    #[test]
    fn a_return_takes_no_more_than_it_gave_back() {
        let matches = allot(&[candidate(1, 2, 10, 5), candidate(1, 2, 11, 5)]);
        assert_eq!(matches.len(), 1);
    }
}
