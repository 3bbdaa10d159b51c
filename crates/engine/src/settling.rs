//! What a kill left half done, brought to its end: withdrawals that the lake knows and the registry does not, and
//! replays without their end, whose rows would count although they still wait. It must not load rows.

use crate::{EngineError, Project};
use registry::Import;
use retail::{Change, Table};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;

impl Project {
    /// Settles what was left behind of every file that nobody is at work on. `held` are the contents of files whose
    /// sole right the caller has.
    pub(crate) async fn settle(&self, held: &[&str], change: &Change) -> Result<(), EngineError> {
        let gone = self.lake().withdrawn(None).await?;
        let held: BTreeSet<String> = held.iter().map(|content| lock_of(content)).collect();
        for import in self.registry().half_done(&gone).await? {
            let _alone = match held.contains(&lock_of(&import.content)) {
                true => None,
                false => match self.one_import_of(&import.content) {
                    Ok(right) => Some(right),
                    Err(EngineError::Busy(_)) => continue,
                    Err(cause) => return Err(cause),
                },
            };
            // No import of the feed counts as there what goes now.
            let _writing = self.lake().writing(Table::of_feed(import.kind)).await?;
            if gone.contains(&import.import_id) {
                self.take_back(&import, change).await?;
                continue;
            }
            // Looked up under the sole right: what goes on elsewhere is not cut off.
            let id = &import.import_id;
            let cut_off = self.registry().cut_off_replays(id).await?;
            for replay in &cut_off {
                self.lake().withdraw(replay, self.now()).await?;
            }
            if !cut_off.is_empty() {
                self.registry()
                    .withdraw_cut_off(id, &cut_off, self.now(), change)
                    .await?;
            }
        }
        Ok(())
    }

    /// Takes an import back with the replays of its rows, the lake before the registry. The caller has the sole
    /// right to its file.
    pub(crate) async fn take_back(
        &self,
        import: &Import,
        change: &Change,
    ) -> Result<(), EngineError> {
        let now = self.now();
        for id in self
            .registry()
            .import_and_replays(&import.import_id)
            .await?
        {
            self.lake().withdraw(&id, now).await?;
        }
        Ok(self.registry().withdraw_import(import, now, change).await?)
    }

    /// The sole rights to several files, by their contents.
    pub(crate) fn rights_to(&self, contents: &[String]) -> Result<Vec<File>, EngineError> {
        let names: BTreeMap<_, _> = contents.iter().map(|c| (lock_of(c), c)).collect();
        names.values().map(|c| self.one_import_of(c)).collect()
    }

    /// The sole right to work on imports of a file of this content: two at once would count its parts together.
    pub(crate) fn one_import_of(&self, content: &str) -> Result<File, EngineError> {
        self.sole(
            &lock_of(content),
            "this file is being imported, replayed or taken back at the moment; wait for that to end",
        )
    }
}

/// The name of the lock of a file; sheets of a workbook share it.
fn lock_of(content: &str) -> String {
    format!("import-{}", content.get(..16).unwrap_or("unknown"))
}
