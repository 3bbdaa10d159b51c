//! Reading ahead on a thread of its own: inflating and cutting a file into records goes on while the records
//! before are checked. Records come in the same order and number as without it; memory is bounded by the
//! batches that wait.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::{Record, Records};
use crate::error::CollectError;

const BATCH_RECORDS: usize = 512;
const BATCH_BYTES: usize = 1 << 20;
const BATCHES_WAITING: usize = 3;

#[derive(Default)]
struct Batch {
    records: Vec<Record>,
    filled: usize,
    bytes_done: u64,
    /// How the file ended, in its last batch.
    end: Option<Result<(), CollectError>>,
}

pub(crate) struct Ahead {
    path: PathBuf,
    columns: Vec<String>,
    full: Receiver<Batch>,
    empty: SyncSender<Vec<Record>>,
    batch: Batch,
    at: usize,
}

impl Ahead {
    pub fn new(path: &Path, records: Box<dyn Records>) -> Self {
        let columns = records.columns().to_vec();
        let (send, full) = sync_channel(BATCHES_WAITING);
        let (empty, used) = sync_channel(BATCHES_WAITING);
        std::thread::spawn(move || read_all(records, &send, &used));
        Self {
            path: path.to_path_buf(),
            columns,
            full,
            empty,
            batch: Batch::default(),
            at: 0,
        }
    }
}

/// Reads batch after batch until the end, or until nobody listens.
fn read_all(mut records: Box<dyn Records>, send: &SyncSender<Batch>, used: &Receiver<Vec<Record>>) {
    loop {
        let mut batch = Batch {
            records: used.try_recv().unwrap_or_default(),
            ..Batch::default()
        };
        let mut bytes = 0;
        while batch.end.is_none() && batch.filled < BATCH_RECORDS && bytes < BATCH_BYTES {
            if batch.filled == batch.records.len() {
                batch.records.push(Record::default());
            }
            let record = &mut batch.records[batch.filled];
            match records.next(record) {
                Ok(true) => {
                    bytes += record.text.len();
                    batch.filled += 1;
                }
                Ok(false) => batch.end = Some(Ok(())),
                Err(error) => batch.end = Some(Err(error)),
            }
        }
        batch.bytes_done = records.bytes_done();
        let ends = batch.end.is_some();
        if send.send(batch).is_err() || ends {
            return;
        }
    }
}

impl Records for Ahead {
    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn next(&mut self, into: &mut Record) -> Result<bool, CollectError> {
        while self.at == self.batch.filled {
            if let Some(end) = self.batch.end.replace(Ok(())) {
                return end.map(|()| false);
            }
            let mut used = std::mem::take(&mut self.batch.records);
            // One very long line must not hold its memory for the rest of the file.
            used.retain(|record| record.text.capacity() < BATCH_BYTES);
            let _ = self.empty.try_send(used);
            self.batch = self.full.recv().unwrap_or_else(|_| Batch {
                end: Some(Err(CollectError::Incomplete {
                    file: self.path.clone(),
                    row: into.row,
                    why: "reading stopped for an unknown reason".to_string(),
                })),
                ..Batch::default()
            });
            self.at = 0;
        }
        std::mem::swap(into, &mut self.batch.records[self.at]);
        self.at += 1;
        Ok(true)
    }

    fn bytes_done(&self) -> u64 {
        self.batch.bytes_done
    }
}
