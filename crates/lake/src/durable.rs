//! Bringing a commit to the disk itself: the object store writes files and renames them but does not wait for
//! the disk, and the registry, which does, must never know of rows that a power cut takes. It must not write.

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Waits until the files that a version of a table added, its log entry and their folders are on the disk.
pub(crate) async fn sync(table: &Path, version: u64) -> Result<(), String> {
    let table = table.to_path_buf();
    let work = move || sync_now(&table, version).map_err(|cause| cause.to_string());
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|cause| cause.to_string())?
}

fn sync_now(table: &Path, version: u64) -> std::io::Result<()> {
    let log = table.join("_delta_log");
    let entry = log.join(format!("{version:020}.json"));
    let mut folders = BTreeSet::from([table.to_path_buf(), log]);
    for line in std::fs::read_to_string(&entry)?.lines() {
        let action: Value = serde_json::from_str(line)?;
        let Some(path) = action["add"]["path"].as_str() else {
            continue;
        };
        let file: PathBuf = table.join(path);
        File::open(&file)?.sync_all()?;
        folders.extend(file.parent().map(Path::to_path_buf));
    }
    File::open(&entry)?.sync_all()?;
    for folder in folders {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
