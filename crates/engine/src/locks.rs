//! Sole rights within a project, held by a lock on a file: they end when dropped, also by a kill, and count for
//! every process on the machine. It must not know what they are for.

use crate::project::machine;
use crate::{EngineError, Project};
use std::fs::{File, TryLockError};

impl Project {
    /// The sole right of a name, held until dropped; where somebody has it, a refusal in these words.
    pub(crate) fn sole(&self, name: &str, taken: &str) -> Result<File, EngineError> {
        let folder = self.folder().join("locks");
        std::fs::create_dir_all(&folder).map_err(|e| machine(&folder, &e))?;
        let path = folder.join(format!("{name}.lock"));
        let file = File::create(&path).map_err(|e| machine(&path, &e))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(EngineError::Busy(taken.into())),
            Err(TryLockError::Error(cause)) => Err(machine(&path, &cause)),
        }
    }
}
