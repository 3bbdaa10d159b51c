//! Imports that were taken back: their rows stay on disk, a reading as of a time before still shows them, and
//! no later one does. It must not delete rows, nor know why an import was taken back.

use crate::store::{Commit, Lake};
use crate::{LakeError, SnapshotTable};
use arrow::array::{ArrayRef, AsArray, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::TimestampMicrosecondType;
use arrow::record_batch::RecordBatch;
use retail::table::WITHDRAWALS;
use std::sync::{Arc, Mutex, PoisonError};

/// The import and when it was taken back (microseconds since 1970, UTC).
type Withdrawal = (String, i64);

/// The list as last read, with the version of the table that it was read from.
#[derive(Default)]
pub(crate) struct Withdrawn(Mutex<Option<(u64, Arc<Vec<Withdrawal>>)>>);

impl Lake {
    /// Takes an import back from `at` on (microseconds since 1970, UTC). A second time changes nothing.
    pub async fn withdraw(&self, import_id: &str, at: i64) -> Result<(), LakeError> {
        let at = TimestampMicrosecondArray::from_value(at, 1).with_timezone("UTC");
        let at: ArrayRef = Arc::new(at);
        let ids: ArrayRef = Arc::new(StringArray::from(vec![import_id]));
        let rows = RecordBatch::try_new(WITHDRAWALS.schema(), vec![ids, Arc::clone(&at), at])
            .map_err(|cause| LakeError::Rows {
                table: WITHDRAWALS.name,
                cause: cause.to_string(),
            })?;
        let writer = format!("withdraw:{import_id}");
        let commit = Commit {
            writer: &writer,
            step: 0,
        };
        self.append(&WITHDRAWALS, vec![rows], commit).await?;
        Ok(())
    }

    /// The imports whose rows a reading must not show: those taken back by then, or by now.
    pub async fn withdrawn(&self, as_of: Option<i64>) -> Result<Vec<String>, LakeError> {
        let all = self.withdrawals().await?;
        let by = |(_, at): &&Withdrawal| as_of.is_none_or(|instant| *at <= instant);
        Ok(all.iter().filter(by).map(|(id, _)| id.clone()).collect())
    }

    async fn withdrawals(&self) -> Result<Arc<Vec<Withdrawal>>, LakeError> {
        let Some(current) = self.current(&WITHDRAWALS).await? else {
            return Ok(Arc::default());
        };
        let version = current.version().unwrap_or_default();
        let kept = || {
            let kept = self.withdrawn.0.lock();
            kept.unwrap_or_else(PoisonError::into_inner)
        };
        if let Some((_, list)) = kept().as_ref().filter(|(then, _)| *then == version) {
            return Ok(Arc::clone(list));
        }
        let table = SnapshotTable::loaded(current, version, WITHDRAWALS.schema());
        let frame = self.context().read_table(Arc::new(table));
        let frame = frame.and_then(|frame| frame.select_columns(&["import_id", "known_at"]));
        let batches = frame.map_err(LakeError::run)?.collect().await;
        let mut list = Vec::new();
        for batch in batches.map_err(LakeError::run)? {
            let ids = batch.column(0).as_string::<i32>();
            let times = batch.column(1).as_primitive::<TimestampMicrosecondType>();
            let ids = ids.iter().map(|id| id.unwrap_or_default().to_owned());
            list.extend(ids.zip(times.values().iter().copied()));
        }
        let list = Arc::new(list);
        *kept() = Some((version, Arc::clone(&list)));
        Ok(list)
    }
}
