//! Rows of what was found: one per customer and finding, whole with its evidence, so that a past run says what it said. It
//! must not look for anything.

use super::{DAY, Looking};
use crate::views::{LifeEvidence, LifeFinding, LifeMissing, LifePart, LifeProduct, LifeSort};
use crate::{EngineError, Project, clock};
use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use genome::life::{Found, Sort};
use lake::Commit;
use retail::table;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a run came to.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub customers: usize,
    pub found: usize,
    /// By code: customers, and those of whom purchases still tell it.
    pub kinds: BTreeMap<String, (u64, u64)>,
}

impl Project {
    /// Keeps what was found of a part of the customers.
    pub(super) async fn keep_life(
        &self,
        (run_id, part): (&str, i64),
        (day, started): (i64, i64),
        looking: &Looking,
        found: Vec<(i64, Vec<Found>)>,
        counts: &mut Counts,
    ) -> Result<(), EngineError> {
        let mut rows: Vec<(i64, LifeFinding, u32)> = Vec::new();
        for (customer, all) in found {
            let mut seen: BTreeMap<String, bool> = BTreeMap::new();
            for one in all {
                let is_now = i64::from(one.until) > day;
                *seen.entry(one.code.clone()).or_default() |= is_now;
                counts.found += 1;
                rows.push((customer, told(&one, looking), one.likelihood));
            }
            for (code, is_now) in seen {
                let count = counts.kinds.entry(code).or_default();
                *count = (count.0 + 1, count.1 + u64::from(is_now));
            }
        }
        if rows.is_empty() {
            return Ok(());
        }
        let text = |of: &dyn Fn(&LifeFinding) -> String| -> ArrayRef {
            Arc::new(
                rows.iter()
                    .map(|row| Some(of(&row.1)))
                    .collect::<StringArray>(),
            )
        };
        let number = |of: &dyn Fn(&(i64, LifeFinding, u32)) -> i64| -> ArrayRef {
            Arc::new(rows.iter().map(|row| Some(of(row))).collect::<Int64Array>())
        };
        let time = |at: i64| -> ArrayRef {
            Arc::new(TimestampMicrosecondArray::from_value(at, rows.len()).with_timezone("UTC"))
        };
        let columns: Vec<ArrayRef> = vec![
            Arc::new(StringArray::from(vec![run_id; rows.len()])),
            number(&|row| row.0),
            text(&|one| one.code.clone()),
            text(&|one| one.sort.word().into()),
            number(&|row| i64::from(row.2)),
            number(&|row| row.1.score),
            text(&|one| one.began.clone()),
            text(&|one| one.until.clone()),
            text(&|one| json!(one).to_string()),
            time(day * DAY),
            time(started),
        ];
        let batch = RecordBatch::try_new(table::LIFE_FINDINGS.schema(), columns)
            .map_err(|cause| EngineError::Machine(format!("rows of life events: {cause}")))?;
        let writer = format!("run:{run_id}");
        let commit = Commit {
            writer: &writer,
            step: part,
        };
        self.lake()
            .append(&table::LIFE_FINDINGS, vec![batch], commit)
            .await?;
        Ok(())
    }
}

fn day(days: i32) -> String {
    clock::day(i64::from(days) * DAY)
}

/// A finding with products by code and name.
fn told(one: &Found, looking: &Looking) -> LifeFinding {
    let product = |number: u32| {
        let told = &looking.told[number as usize];
        (told.code.clone(), told.name.clone())
    };
    LifeFinding {
        code: one.code.clone(),
        title: one.title.clone(),
        sort: match one.sort {
            Sort::Event => LifeSort::Event,
            Sort::Project => LifeSort::Project,
        },
        began: day(one.began),
        began_from: day(one.began_from),
        began_to: day(one.began_to),
        until: day(one.until),
        likelihood: f64::from(one.likelihood) / 1e4,
        score: one.score,
        evidence: one
            .evidence
            .iter()
            .map(|line| {
                let (product_id, name) = product(line.product);
                LifeEvidence {
                    day: day(line.day),
                    product_id,
                    name,
                    part: line.part.clone(),
                    contribution: line.contribution,
                }
            })
            .collect(),
        baseline: one.baseline.contribution,
        bought: one
            .bought
            .iter()
            .map(|part| LifePart {
                title: part.title.clone(),
                day: day(part.day),
            })
            .collect(),
        missing: one
            .missing
            .iter()
            .map(|part| LifeMissing {
                title: part.title.clone(),
                categories: part.categories.clone(),
                products: part
                    .products
                    .iter()
                    .map(|number| {
                        let (product_id, name) = product(*number);
                        LifeProduct { product_id, name }
                    })
                    .collect(),
            })
            .collect(),
    }
}
