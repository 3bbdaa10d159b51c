//! Answers of a known customer kept as what they declared: rows of `survey_answers` like those of any survey. It must not
//! ask.

use super::{answers, declared, telling};
use crate::views::{FinderKeepRequest, FinderKept};
use crate::{Actor, EngineError, Project};
use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use genome::ActKind;
use govern::Action;
use lake::Commit;
use retail::{Purpose, table};
use std::sync::Arc;

/// The survey that these answers are of.
const SURVEY: &str = "finder";
/// What stands before a value that was refused.
pub(crate) const NOT: &str = "not ";

impl Project {
    /// Keeps the answers of a customer; genes of the next run rest on them.
    pub async fn keep_finder_answers(
        &self,
        actor: &Actor,
        purpose: Option<Purpose>,
        asked: FinderKeepRequest,
    ) -> Result<FinderKept, EngineError> {
        actor.may(Action::KeepAnswers)?;
        let customer = self.shopper(actor, purpose, asked.customer_key).await?;
        let change = actor.change(&asked.reason)?;
        if self.refused_profiling(customer.0).await? {
            return Err(EngineError::Data(
                "this customer refused to be profiled: what they answer is used in the finder and not kept".into(),
            ));
        }
        let given = answers(&asked.answers)?;
        let looked = self.looked(None, Some(customer)).await?;
        let declared = declared(&looked, &given)?;
        if declared.is_empty() {
            return Err(EngineError::invalid(
                "answers",
                "none of the answers names a value that is wished for or refused",
            ));
        }
        let response_id = format!("finder-{}", uuid::Uuid::now_v7());
        let at = self.now();
        let rows = declared.len();
        let texts =
            |values: Vec<Option<String>>| -> ArrayRef { Arc::new(StringArray::from(values)) };
        let same = |value: &str| texts(vec![Some(value.to_string()); rows]);
        let time = || -> ArrayRef {
            Arc::new(TimestampMicrosecondArray::from_value(at, rows).with_timezone("UTC"))
        };
        let hash = |text: &str| {
            let bytes: [u8; 8] = blake3::hash(text.as_bytes()).as_bytes()[..8]
                .try_into()
                .unwrap_or_default();
            i64::from_le_bytes(bytes)
        };
        let keys = |of: &dyn Fn(usize) -> String| -> ArrayRef {
            Arc::new(
                (0..rows)
                    .map(|row| Some(hash(&of(row))))
                    .collect::<Int64Array>(),
            )
        };
        let each =
            |of: &dyn Fn(usize) -> String| texts((0..rows).map(|row| Some(of(row))).collect());
        let answer = |row: usize| match declared[row].kind {
            ActKind::Answer => declared[row].value.clone(),
            _ => format!("{NOT}{}", declared[row].value),
        };
        let columns: Vec<ArrayRef> = vec![
            keys(&|_| response_id.clone()),
            keys(&|row| format!("{response_id}/{row}")),
            same(&response_id),
            Arc::new(Int64Array::from(vec![customer.0; rows])),
            same(SURVEY),
            each(&|row| declared[row].attribute.clone()),
            each(&|row| format!("Which {}?", declared[row].attribute.replace('_', " "))),
            each(&answer),
            time(),
            time(),
            same(SURVEY),
            same(&response_id),
        ];
        let batch = RecordBatch::try_new(table::SURVEY_ANSWERS.schema(), columns)
            .map_err(|cause| EngineError::Machine(format!("answers of the finder: {cause}")))?;
        let writer = format!("{response_id} by {}", change.author);
        let commit = Commit {
            writer: &writer,
            step: 0,
        };
        self.lake()
            .append(&table::SURVEY_ANSWERS, vec![batch], commit)
            .await?;
        Ok(FinderKept {
            customer_key: customer.0,
            response_id,
            declared: declared.iter().map(telling::told).collect(),
        })
    }
}
