//! What a run froze, as a file of the project: the spec, the values and what is usual. It is read for evidence alone, and too
//! large to lie beside every run in the registry. It must not compute anything.

use super::GenomeResult;
use super::catalogue::wrong;
use crate::project::{beside, machine};
use crate::{EngineError, Project};
use genome::Frame;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Where a project keeps what runs fitted.
const FOLDER: &str = "models";

impl Project {
    fn frozen_file(&self, run_id: &str) -> PathBuf {
        self.folder()
            .join(FOLDER)
            .join(format!("genome-{run_id}.json"))
    }

    /// Writes what a run froze, whole or not at all; gives the hash of its bytes.
    pub(super) async fn freeze(&self, run_id: &str, frame: &Frame) -> Result<String, EngineError> {
        let text = frame.text().map_err(wrong)?;
        let path = self.frozen_file(run_id);
        beside(move || {
            write_whole(&path, text.as_bytes()).map_err(|cause| machine(&path, &cause))?;
            Ok(blake3::hash(text.as_bytes()).to_hex().to_string())
        })
        .await
    }

    /// What a run froze.
    ///
    /// # Errors
    /// [`EngineError::Data`] where the file is not there or not as it was written.
    pub(super) async fn frozen(
        &self,
        run_id: &str,
        result: &GenomeResult,
    ) -> Result<Frame, EngineError> {
        // A run of those alone whom a day told of rests on what the run before it froze.
        let run_id = result.base.as_deref().unwrap_or(run_id);
        let (path, hash) = (self.frozen_file(run_id), result.frozen.clone());
        beside(move || {
            let lost = |why: &str| {
                EngineError::Data(format!(
                    "'{}' {why}, and without it nothing of that run can be explained: put it back from a backup, or run \
                     'tessera genome run' for genomes of today",
                    path.display()
                ))
            };
            let text = std::fs::read_to_string(&path).map_err(|_| lost("cannot be read"))?;
            match blake3::hash(text.as_bytes()).to_hex().as_str() == hash {
                true => Frame::from_text(&text).map_err(wrong),
                false => Err(lost("is not as it was written")),
            }
        })
        .await
    }
}

/// Under another name first, so that a kill leaves no half of a file under this one.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    std::fs::create_dir_all(folder)?;
    let beside = path.with_extension("json.new");
    let mut file = std::fs::File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&beside, path)?;
    std::fs::File::open(folder)?.sync_all()
}
