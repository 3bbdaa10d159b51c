//! One retailer's project: its lake, its registry, its secret. Opening and making it; every operation is a
//! method of it in a file named after what it does.

use crate::cells::ints;
use crate::counted::Counted;
use crate::dna::ToldKept;
use crate::finder::Shelves;
use crate::jobs::Jobs;
use crate::snapshot::Snapshots;
use crate::workbench::{Boards, Margins};
use crate::{EngineError, clock};
use arrow::array::RecordBatch;
use lake::{Lake, LakeSettings};
use registry::{ProjectSecret, Registry};
use retail::Change;
use std::path::{Path, PathBuf};

/// The file in the project's folder that holds its secret: who has it can read what names a person.
const SECRET_FILE: &str = "secret.key";

/// What starts a process on a project. The binary reads it from the settings file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectSettings {
    /// The project's folder.
    pub folder: PathBuf,
    /// Its name for people.
    pub title: String,
    /// The folder of its lake.
    pub lake_folder: PathBuf,
    /// Its registry: `sqlite:PATH` or `postgres://…`.
    pub registry_url: String,
    /// Threads of one query.
    pub threads: usize,
    /// Memory of queries, MiB.
    pub memory_mib: usize,
    /// Rows of one part of an import: what a stop can lose, and what is in memory at once.
    pub part_rows: usize,
}

/// One open project.
pub struct Project {
    id: String,
    settings: ProjectSettings,
    lake: Lake,
    registry: Registry,
    pub(crate) jobs: Jobs,
    pub(crate) snapshots: Snapshots,
    pub(crate) shelves: Shelves,
    pub(crate) boards: Boards,
    pub(crate) margins: Margins,
    pub(crate) counted: Counted,
    pub(crate) told: ToldKept,
    /// Held while customer keys are minted.
    pub(crate) minting: tokio::sync::Mutex<()>,
    /// Held while it is said whose records are.
    pub(crate) deciding: tokio::sync::Mutex<()>,
}

impl Project {
    /// Opens a project, making lake, registry and secret where they are not there yet.
    pub async fn open(settings: ProjectSettings) -> Result<Self, EngineError> {
        let folder =
            std::path::absolute(&settings.folder).map_err(|e| machine(&settings.folder, &e))?;
        std::fs::create_dir_all(&folder).map_err(|e| machine(&folder, &e))?;
        let kept = folder.join(SECRET_FILE);
        let (mut url, mut file) = (settings.registry_url.clone(), None);
        if let Some(path) = settings.registry_url.strip_prefix("sqlite:")
            && !path.starts_with("//")
        {
            let path = folder.join(path);
            url = registry::sqlite_url(&path);
            file = Some(path);
        }
        // In this order: who makes a project writes its key before its registry.
        let had = file.is_some_and(|file| file.exists());
        let is_new = !kept.exists();
        if is_new && had {
            return Err(EngineError::Machine(format!(
                "'{}' is missing: it holds the key to the names in the registry, and no other key opens them. Put \
                 it back from where it was kept; to begin anew, name an empty folder",
                kept.display()
            )));
        }
        let registry = match Registry::open(&url, secret(&kept)?).await {
            Ok(registry) => registry,
            Err(cause) => {
                // A key that was made just now for a registry that has another one must not pass for its key.
                if is_new && matches!(cause, registry::Error::WrongSecret) {
                    std::fs::remove_file(&kept).map_err(|e| machine(&kept, &e))?;
                }
                return Err(cause.into());
            }
        };
        let limits = LakeSettings {
            threads: settings.threads,
            memory_mib: settings.memory_mib,
        };
        let lake = Lake::open(&folder.join(&settings.lake_folder), limits).await?;
        let id = folder.file_name().map_or_else(
            || "project".into(),
            |name| name.to_string_lossy().to_string(),
        );
        Ok(Self {
            id,
            settings: ProjectSettings { folder, ..settings },
            lake,
            registry,
            jobs: Jobs::default(),
            snapshots: Snapshots::default(),
            shelves: Shelves::default(),
            boards: Boards::default(),
            margins: Margins::default(),
            counted: Counted::default(),
            told: ToldKept::default(),
            minting: tokio::sync::Mutex::new(()),
            deciding: tokio::sync::Mutex::new(()),
        })
    }

    /// Its short name in addresses: the folder's name.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its name for people.
    pub fn title(&self) -> &str {
        &self.settings.title
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.settings.folder
    }

    /// Rows of one part of an import.
    pub(crate) fn part_rows(&self) -> usize {
        self.settings.part_rows.max(1)
    }

    /// Its lake.
    pub fn lake(&self) -> &Lake {
        &self.lake
    }

    /// Its registry.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Keeps whose data the project shows and under which licence, for every page that shows it.
    pub async fn credit(
        &self,
        credit: &str,
        licence: &str,
        change: &Change,
    ) -> Result<(), EngineError> {
        for (setting, text) in [("credit", credit), ("licence", licence)] {
            self.registry
                .set_setting(setting, &serde_json::json!(text), self.now(), change)
                .await?;
        }
        Ok(())
    }

    /// Now, for what is about to be written.
    pub(crate) fn now(&self) -> i64 {
        clock::now()
    }
}

impl Project {
    /// The first number of a query's answer, as a session of an instant gives it; none where there is no row, or nothing in it.
    pub(crate) async fn whole_number(
        &self,
        sql: &str,
        as_of: Option<i64>,
        beside: Vec<(&str, RecordBatch)>,
    ) -> Result<Option<i64>, EngineError> {
        let rows = self.lake().rows(sql, as_of, beside).await?;
        let first = rows.iter().find(|batch| batch.num_rows() > 0);
        let first = first.map(|batch| ints(batch, 0)).transpose()?;
        Ok(first.and_then(|number| number.get(0)))
    }
}

/// Runs what reads files or computes for long beside the threads that answer requests.
pub(crate) async fn beside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, EngineError> + Send + 'static,
) -> Result<T, EngineError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|cause| EngineError::Machine(cause.to_string()))?
}

pub(crate) fn machine(path: &Path, cause: &std::io::Error) -> EngineError {
    EngineError::Machine(format!("'{}': {cause}", path.display()))
}

/// The project's secret: read, or made once and kept so that only its owner reads it.
fn secret(path: &Path) -> Result<ProjectSecret, EngineError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(ProjectSecret::from_text(text.trim())?),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
            let secret = ProjectSecret::generate()?;
            match keep_private(path, &secret.to_text()) {
                Ok(()) => Ok(secret),
                // Another process made one meanwhile: that one counts.
                Err(cause) if cause.kind() == std::io::ErrorKind::AlreadyExists => {
                    let text = std::fs::read_to_string(path).map_err(|e| machine(path, &e))?;
                    Ok(ProjectSecret::from_text(text.trim())?)
                }
                Err(cause) => Err(machine(path, &cause)),
            }
        }
        Err(cause) => Err(machine(path, &cause)),
    }
}

/// Writes a file that only its owner can read, whole or not at all, and not over another.
fn keep_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let draft = path.with_extension(format!("draft-{}", std::process::id()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    writeln!(file, "{text}")?;
    file.sync_all()?;
    let kept = std::fs::hard_link(&draft, path);
    std::fs::remove_file(draft)?;
    kept
}
