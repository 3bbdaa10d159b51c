//! Rows of product DNA: a row per value that a product has, and one per value that a person said it has not. It must not
//! read products.

use super::{Read, gather::Material};
use crate::{EngineError, Project};
use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use genome::dna::{Attribute, CERTAIN, Correction, Found, Source};
use lake::Commit;
use retail::table;
use serde_json::json;
use std::sync::Arc;

/// The word of a value that a product has, and of one that a person said it has not.
pub(crate) const HAS: &str = "has";
pub(crate) const NOT: &str = "not";

/// A row.
struct Row {
    product: String,
    attribute: Attribute,
    value: String,
    state: &'static str,
    strength: u32,
    source: Source,
    correction: Option<i64>,
    evidence: String,
}

/// The rows of a run.
pub(super) struct Rows(Vec<Row>);

impl Rows {
    /// In the order of the products.
    pub fn of(material: &Material, read: &Read, corrections: &[Correction]) -> Self {
        let mut rows = Vec::new();
        for (place, told) in material.told.iter().enumerate() {
            let about = &read.corrected.met[place];
            let found = &read.found[place];
            rows.extend(found.iter().map(|one| Row {
                product: told.code.clone(),
                attribute: one.attribute,
                value: one.value.clone(),
                state: HAS,
                strength: one.strength,
                source: one.source,
                correction: match one.source {
                    Source::Person => said_by(about, corrections, one.attribute),
                    _ => None,
                },
                evidence: json!(one.evidence).to_string(),
            }));
            let gone = read.plain[place]
                .iter()
                .filter(|one| !has(found, one.attribute, &one.value));
            rows.extend(gone.map(|one| Row {
                product: told.code.clone(),
                attribute: one.attribute,
                value: one.value.clone(),
                state: NOT,
                strength: CERTAIN,
                source: Source::Person,
                correction: said_by(about, corrections, one.attribute),
                // What a person speaks against.
                evidence: json!(one.evidence).to_string(),
            }));
        }
        Self(rows)
    }

    /// BLAKE3 of all of them: equal products with equal corrections have equal rows.
    pub fn hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for row in &self.0 {
            let told = json!([
                row.product,
                row.attribute,
                row.value,
                row.state,
                row.strength,
                row.source,
                row.correction,
                row.evidence
            ]);
            hasher.update(told.to_string().as_bytes());
        }
        hasher.finalize().to_hex().to_string()
    }

    fn batch(&self, run_id: &str, at: i64) -> Result<RecordBatch, EngineError> {
        let text = |of: &dyn Fn(&Row) -> Option<String>| -> ArrayRef {
            Arc::new(self.0.iter().map(of).collect::<StringArray>())
        };
        let instant = || -> ArrayRef {
            let all = TimestampMicrosecondArray::from(vec![at; self.0.len()]);
            Arc::new(all.with_timezone("UTC"))
        };
        let word = |source: Source| json!(source).as_str().unwrap_or_default().to_string();
        let columns: Vec<ArrayRef> = vec![
            text(&|_| Some(run_id.to_string())),
            text(&|row| Some(row.product.clone())),
            text(&|row| Some(row.attribute.name().to_string())),
            text(&|row| Some(row.value.clone())),
            text(&|row| Some(row.state.to_string())),
            Arc::new(
                self.0
                    .iter()
                    .map(|row| Some(i64::from(row.strength)))
                    .collect::<Int64Array>(),
            ),
            text(&|row| Some(word(row.source))),
            Arc::new(
                self.0
                    .iter()
                    .map(|row| row.correction)
                    .collect::<Int64Array>(),
            ),
            text(&|row| Some(row.evidence.clone())),
            instant(),
            instant(),
        ];
        RecordBatch::try_new(table::PRODUCT_DNA.schema(), columns)
            .map_err(|cause| EngineError::Machine(format!("rows of product DNA: {cause}")))
    }
}

/// The correction that has the last word on an attribute of a product.
fn said_by(about: &[usize], corrections: &[Correction], attribute: Attribute) -> Option<i64> {
    let mut last = about.iter().rev().map(|at| &corrections[*at]);
    let found = last.find(|one| one.act.attribute() == attribute)?;
    found.id.parse().ok()
}

fn has(found: &[Found], attribute: Attribute, value: &str) -> bool {
    found
        .iter()
        .any(|one| one.attribute == attribute && one.value == value)
}

/// Codes of products as a table of one column, `product_id`.
pub(crate) fn codes(codes: &[&str]) -> Result<RecordBatch, EngineError> {
    let column: ArrayRef = Arc::new(StringArray::from(codes.to_vec()));
    RecordBatch::try_from_iter([("product_id", column)])
        .map_err(|cause| EngineError::Machine(format!("codes of products: {cause}")))
}

impl Project {
    /// Keeps the rows of a run, all at once.
    pub(super) async fn keep_dna(
        &self,
        run_id: &str,
        at: i64,
        rows: Rows,
    ) -> Result<(), EngineError> {
        let batch = rows.batch(run_id, at)?;
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let writer = format!("run:{run_id}");
        let commit = Commit {
            writer: &writer,
            step: 0,
        };
        self.lake()
            .append(&table::PRODUCT_DNA, vec![batch], commit)
            .await?;
        Ok(())
    }
}
