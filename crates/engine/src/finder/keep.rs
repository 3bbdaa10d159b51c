//! Answers of a known customer kept as what they declared: rows of `survey_answers` like those of any survey, which are taken
//! back like an import. It must not ask.

use super::{answers, declared, telling};
use crate::ask::quoted;
use crate::views::{FinderForgetRequest, FinderForgotten, FinderKeepRequest, FinderKept};
use crate::{Actor, EngineError, Project};
use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use genome::ActKind;
use genome::finder::Declared;
use govern::Action;
use lake::Commit;
use retail::{CustomerKey, Purpose, table};
use std::sync::Arc;

/// The survey that these answers are of, and what the ids of their rows begin with.
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
        // Only what products have is kept: a slip would be a gene, and free words may tell of somebody's health.
        for one in &declared {
            let mut known = looked.index.values(&one.attribute);
            if !known.any(|value| value == one.value) {
                let known = looked.index.values(&one.attribute);
                let what = "value that any product has";
                return Err(crate::spelling::unknown(what, &one.value, known));
            }
        }
        let response_id = format!("{SURVEY}-{}", uuid::Uuid::now_v7());
        let at = self.now();
        // Under the record that answered: should it part from its customer, its answers go with it.
        let rows = rows(&response_id, CustomerKey(asked.customer_key), &declared, at)?;
        let told = (customer, response_id.as_str(), declared.len());
        self.registry()
            .record_answers("finder.keep", told, at, &change)
            .await?;
        let commit = Commit {
            writer: &response_id,
            step: 0,
        };
        self.lake()
            .append(&table::SURVEY_ANSWERS, vec![rows], commit)
            .await?;
        Ok(FinderKept {
            customer_key: customer.0,
            response_id,
            declared: declared.iter().map(telling::told).collect(),
        })
    }

    /// Takes answers back that were kept: they count no more, from the next run on.
    pub async fn forget_finder_answers(
        &self,
        actor: &Actor,
        purpose: Option<Purpose>,
        asked: FinderForgetRequest,
    ) -> Result<FinderForgotten, EngineError> {
        actor.may(Action::KeepAnswers)?;
        let customer = self.shopper(actor, purpose, asked.customer_key).await?;
        let change = actor.change(&asked.reason)?;
        let id = asked.response_id;
        let count = self.answers_of(&id, customer).await?;
        if count == 0 || !id.starts_with("finder-") {
            return Err(EngineError::Missing {
                what: "answer of this customer that the finder kept and nobody took back",
                name: id,
            });
        }
        let at = self.now();
        let told = (customer, id.as_str(), count);
        self.registry()
            .record_answers("finder.forget", told, at, &change)
            .await?;
        self.lake().withdraw(&id, at).await?;
        Ok(FinderForgotten {
            customer_key: customer.0,
            response_id: id,
            answers: count,
        })
    }

    /// How many answers of a response a customer gave.
    async fn answers_of(&self, id: &str, customer: CustomerKey) -> Result<usize, EngineError> {
        let sql = format!(
            "select count(*) from survey_answers where import_id = {} and customer_key = {}",
            quoted(id),
            customer.0
        );
        let given = self.whole_number(&sql, None, vec![]).await?;
        Ok(given.unwrap_or(0) as usize)
    }
}

/// The rows of answers.
fn rows(
    response_id: &str,
    customer: CustomerKey,
    declared: &[Declared],
    at: i64,
) -> Result<RecordBatch, EngineError> {
    let rows = declared.len();
    let texts = |values: Vec<String>| -> ArrayRef { Arc::new(StringArray::from(values)) };
    let same = |value: &str| texts(vec![value.to_string(); rows]);
    let each = |of: &dyn Fn(&Declared) -> String| texts(declared.iter().map(of).collect());
    let time = || -> ArrayRef {
        Arc::new(TimestampMicrosecondArray::from_value(at, rows).with_timezone("UTC"))
    };
    let keys = |of: &dyn Fn(usize) -> String| -> ArrayRef {
        let hashed = (0..rows).map(|row| Some(key(&of(row))));
        Arc::new(hashed.collect::<Int64Array>())
    };
    let answer = |one: &Declared| match one.kind {
        ActKind::Answer => one.value.clone(),
        _ => format!("{NOT}{}", one.value),
    };
    let columns: Vec<ArrayRef> = vec![
        keys(&|_| response_id.to_string()),
        keys(&|row| format!("{response_id}/{row}")),
        same(response_id),
        Arc::new(Int64Array::from(vec![customer.0; rows])),
        same(SURVEY),
        each(&|one| one.attribute.clone()),
        each(&|one| format!("Which {}?", one.attribute.replace('_', " "))),
        each(&answer),
        // What somebody wants is about themselves and no product.
        Arc::new(StringArray::new_null(rows)),
        time(),
        time(),
        same(SURVEY),
        same(response_id),
    ];
    RecordBatch::try_new(table::SURVEY_ANSWERS.schema(), columns)
        .map_err(|cause| EngineError::Machine(format!("answers of the finder: {cause}")))
}

/// A row's key: the first eight bytes of its name's hash.
fn key(name: &str) -> i64 {
    let hash = blake3::hash(name.as_bytes());
    let bytes: [u8; 8] = hash.as_bytes()[..8].try_into().unwrap_or_default();
    i64::from_le_bytes(bytes)
}
