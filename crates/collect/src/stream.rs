//! A file as a stream of rows and bad rows: reader, mapping and conversion put together. Counting repeats and
//! building batches is the importer's.

use std::sync::Arc;

use crate::check::ValidSpec;
use crate::error::CollectError;
use crate::identity::KeyMaker;
use crate::mapping::CarryPlan;
use crate::parse::time::TimeReader;
use crate::problem::{BadRow, Problem, cut};
use crate::read::{Record, Records};
use crate::row::{Row, RowPlan, RowState};

/// What the next record came to. Good rows are the rule, and a box for each would cost more than the copy.
#[allow(clippy::large_enum_variant)]
pub(crate) enum Step<'s> {
    Good(Row<'s>),
    Bad(BadRow),
    /// It only adds to the row above.
    Adds,
    End,
}

pub(crate) struct RowStream {
    records: Box<dyn Records>,
    record: Record,
    plan: Arc<RowPlan>,
    state: RowState,
    carry: Option<CarryPlan>,
    columns: Vec<String>,
    used: Vec<usize>,
    raw_bytes_max: usize,
    scratch: String,
    /// Bytes of text that the records so far take in a chunk.
    pub text_bytes: u64,
    /// Columns told late and not taken yet.
    pub late: Vec<String>,
}

impl RowStream {
    pub fn new(
        spec: &ValidSpec,
        plan: Arc<RowPlan>,
        secret: [u8; 32],
        records: Box<dyn Records>,
    ) -> Self {
        let used = plan.mapping.columns_used();
        Self {
            records,
            record: Record::default(),
            state: RowState {
                time: TimeReader::new(spec.format.clone(), spec.zone.clone()),
                keys: KeyMaker::new(secret, spec.kind.word(), &spec.source),
            },
            plan,
            carry: spec.carry.clone(),
            columns: spec.columns.clone(),
            used,
            raw_bytes_max: spec.limits.raw_bytes_max,
            scratch: String::new(),
            text_bytes: 0,
            late: Vec::new(),
        }
    }

    pub fn bytes_done(&self) -> u64 {
        self.records.bytes_done()
    }

    pub fn next(&mut self) -> Result<Step<'_>, CollectError> {
        if !self.records.next(&mut self.record)? {
            return Ok(Step::End);
        }
        self.late.append(&mut self.record.late);
        if let Some(problem) = self.fault() {
            return Ok(Step::Bad(self.counted_bad(problem)));
        }
        if let Some(carry) = &mut self.carry
            && carry.fill(&mut self.record)
        {
            return Ok(Step::Adds);
        }
        self.plan
            .mapping
            .derive(&mut self.record, &mut self.scratch);
        match self.plan.read(&mut self.state, &self.record) {
            Ok(row) => {
                self.text_bytes += self.record.text.len() as u64;
                Ok(Step::Good(row))
            }
            Err(problem) => {
                let bad = self.bad(problem);
                self.text_bytes += bad.bytes();
                Ok(Step::Bad(bad))
            }
        }
    }

    fn counted_bad(&mut self, problem: Problem) -> BadRow {
        let bad = self.bad(problem);
        self.text_bytes += bad.bytes();
        bad
    }

    /// The reader's fault, unless it lies in a column that nothing looks at.
    fn fault(&self) -> Option<Problem> {
        let fault = self.record.fault.as_ref()?;
        let Some(column) = fault.column else {
            return Some(Problem::of_row(fault.code, fault.reason.clone()));
        };
        let name = self.columns.get(column).map_or("", String::as_str);
        let text = self.record.get(column);
        let used = self.used.contains(&column);
        used.then(|| Problem::of_value(fault.code, name, text, fault.reason.clone()))
    }

    /// A field as a bad row keeps it: what was a number stays one, so that a replay reads it as one.
    fn kept(&self, index: usize) -> serde_json::Value {
        let text = self.record.get(index);
        let number = self
            .record
            .is_number(index)
            .then(|| serde_json::from_str(text));
        match number {
            Some(Ok(serde_json::Value::Number(number))) if number.to_string() == text => {
                number.into()
            }
            _ => text.into(),
        }
    }

    fn bad(&self, problem: Problem) -> BadRow {
        let whole = self.record.fault.as_ref().is_none_or(|fault| fault.whole);
        let split = self.record.len() >= self.columns.len();
        let raw = if split {
            let fields = self.columns.iter().enumerate();
            let fields = fields.map(|(i, name)| (name.clone(), self.kept(i)));
            serde_json::Value::Object(fields.collect()).to_string()
        } else {
            serde_json::Value::String(self.record.text.clone()).to_string()
        };
        let fits = raw.len() <= self.raw_bytes_max;
        BadRow {
            row: self.record.row,
            column: problem.column,
            value: problem.value,
            reason: problem.reason,
            code: problem.code,
            replayable: whole && fits,
            raw: if fits {
                raw
            } else {
                serde_json::Value::String(cut(&raw, self.raw_bytes_max).to_string()).to_string()
            },
        }
    }
}
