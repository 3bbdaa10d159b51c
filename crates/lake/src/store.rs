//! The tables on disk: opening, creating, appending exactly once, compacting, and which version is current.
//! It must not plan queries (`query`, `session`).

use crate::merged::Merges;
use crate::withdrawn::Withdrawn;
use crate::{LakeError, LakeSettings, durable};
use arrow::record_batch::RecordBatch;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use deltalake::kernel::StructType;
use deltalake::kernel::Transaction;
use deltalake::kernel::engine::arrow_conversion::TryIntoKernel;
use deltalake::kernel::transaction::CommitProperties;
use deltalake::writer::{DeltaWriter, RecordBatchWriter, WriteMode};
use deltalake::{DeltaTable, DeltaTableBuilder, DeltaTableError};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};
use retail::Table;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::Mutex;
use url::Url;

/// Rows per Parquet row group: small enough that two threads share a file, large enough to compress.
const ROW_GROUP_ROWS: usize = 131_072;

/// The lake of one project.
pub struct Lake {
    root: PathBuf,
    pub(crate) settings: LakeSettings,
    pub(crate) runtime: Arc<RuntimeEnv>,
    open: Mutex<HashMap<&'static str, DeltaTable>>,
    pub(crate) withdrawn: Withdrawn,
    pub(crate) merges: Merges,
}

/// What makes an append exactly-once: the writer's name and its step. A step that the table has already
/// seen from that writer is not written again.
#[derive(Debug, Clone, Copy)]
pub struct Commit<'a> {
    /// The writer, as in `import:…` or `run:…`.
    pub writer: &'a str,
    /// The step, growing from 0.
    pub step: i64,
}

/// What an append did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// The table's version after it.
    pub version: u64,
    /// Rows written; 0 where the step had been written before.
    pub rows: usize,
    /// Whether the step had been written before.
    pub already: bool,
}

/// The sole right to write to a table, given back when dropped.
#[derive(Debug)]
pub struct Writing {
    /// Its lock ends when it is closed, also by a kill.
    _file: std::fs::File,
}

/// A table's state on disk.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct TableState {
    /// Its name.
    pub table: &'static str,
    /// Its current version.
    pub version: u64,
    /// Files of that version.
    pub files: usize,
    /// Bytes of those files.
    pub bytes: u64,
}

impl Lake {
    /// Opens the lake in `root`, making the folder where there is none. Tables are made when first written.
    pub async fn open(root: &Path, settings: LakeSettings) -> Result<Self, LakeError> {
        let fail = |cause: &dyn std::fmt::Display| LakeError::Folder {
            path: root.display().to_string(),
            cause: cause.to_string(),
        };
        tokio::fs::create_dir_all(root)
            .await
            .map_err(|e| fail(&e))?;
        let root = tokio::fs::canonicalize(root).await.map_err(|e| fail(&e))?;
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_limit(settings.memory_mib << 20, 1.0)
            .build_arc()
            .map_err(|e| fail(&e))?;
        Ok(Self {
            root,
            settings,
            runtime,
            open: Mutex::new(HashMap::new()),
            withdrawn: Withdrawn::default(),
            merges: Merges::default(),
        })
    }

    /// The folder of the lake.
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn url(&self, table: &'static Table) -> Result<Url, LakeError> {
        let path = self.root.join(table.name);
        Url::from_directory_path(&path).map_err(|()| LakeError::Folder {
            path: path.display().to_string(),
            cause: "no absolute path".into(),
        })
    }

    /// The current state of a table; `None` where it was never written.
    pub(crate) async fn current(
        &self,
        table: &'static Table,
    ) -> Result<Option<DeltaTable>, LakeError> {
        let mut open = self.open.lock().await;
        self.refresh(&mut open, table).await
    }

    async fn refresh(
        &self,
        open: &mut HashMap<&'static str, DeltaTable>,
        table: &'static Table,
    ) -> Result<Option<DeltaTable>, LakeError> {
        let fail = LakeError::table(table.name, "read");
        if let Some(known) = open.get_mut(table.name) {
            known.update_state().await.map_err(&fail)?;
            return Ok(Some(known.clone()));
        }
        if !self.root.join(table.name).join("_delta_log").is_dir() {
            return Ok(None);
        }
        let builder = DeltaTableBuilder::from_url(self.url(table)?).map_err(&fail)?;
        match builder.load().await {
            Ok(loaded) => {
                open.insert(table.name, loaded.clone());
                Ok(Some(loaded))
            }
            // The log folder of a creation that was killed before its first commit.
            Err(DeltaTableError::NotATable(_)) => Ok(None),
            Err(cause) => Err(fail(cause)),
        }
    }

    async fn create(&self, table: &'static Table) -> Result<DeltaTable, LakeError> {
        let fail = LakeError::table(table.name, "created");
        let schema: StructType =
            table
                .schema()
                .as_ref()
                .try_into_kernel()
                .map_err(|cause| LakeError::Rows {
                    table: table.name,
                    cause: format!("{cause}"),
                })?;
        let path = self.root.join(table.name);
        tokio::fs::create_dir_all(&path)
            .await
            .map_err(|e| LakeError::Folder {
                path: path.display().to_string(),
                cause: e.to_string(),
            })?;
        DeltaTable::try_from_url(self.url(table)?)
            .await
            .map_err(&fail)?
            .create()
            .with_table_name(table.name)
            .with_comment(table.doc)
            .with_columns(schema.fields().cloned())
            // Statistics hold minimum and maximum: customer keys stay out of them, so that erasing a
            // person leaves no trace in the log.
            .with_configuration_property(
                deltalake::TableProperty::DataSkippingStatsColumns,
                Some("happened_at,known_at"),
            )
            .await
            .map_err(&fail)
    }

    /// Appends rows to a table exactly once. `batches` have the table's schema, column for column.
    pub async fn append(
        &self,
        table: &'static Table,
        batches: Vec<RecordBatch>,
        commit: Commit<'_>,
    ) -> Result<Appended, LakeError> {
        let schema = table.schema();
        for batch in &batches {
            if batch.schema().fields() != schema.fields() {
                let cause = format!(
                    "got {:?}, want {:?}",
                    batch.schema().fields(),
                    schema.fields()
                );
                return Err(LakeError::Rows {
                    table: table.name,
                    cause,
                });
            }
        }
        let mut open = self.open.lock().await;
        let mut current = match self.refresh(&mut open, table).await? {
            Some(known) => known,
            None => self.create(table).await?,
        };
        let fail = LakeError::table(table.name, "written");
        let seen = seen_step(&current, commit.writer).await.map_err(&fail)?;
        if seen.is_some_and(|seen| seen >= commit.step) {
            let version = current.version().unwrap_or_default();
            open.insert(table.name, current);
            return Ok(Appended {
                version,
                rows: 0,
                already: true,
            });
        }
        let properties = row_groups().build();
        let transaction = Transaction::new(commit.writer, commit.step);
        let mut writer = RecordBatchWriter::for_table(&current)
            .map_err(&fail)?
            .with_writer_properties(properties)
            .with_commit_properties(
                CommitProperties::default().with_application_transaction(transaction),
            );
        let rows = batches.iter().map(RecordBatch::num_rows).sum();
        // A table that a version before made lacks columns that this one has; they are empty in its rows.
        let known = current.snapshot().map_err(&fail)?.schema().fields().count();
        let mode = match known < schema.fields().len() {
            true => WriteMode::MergeSchema,
            false => WriteMode::Default,
        };
        for batch in batches {
            writer.write_with_mode(batch, mode).await.map_err(&fail)?;
        }
        let version = writer.flush_and_commit(&mut current).await.map_err(&fail)?;
        self.synced(table, version).await?;
        open.insert(table.name, current);
        Ok(Appended {
            version,
            rows,
            already: false,
        })
    }

    async fn synced(&self, table: &'static Table, version: u64) -> Result<(), LakeError> {
        let folder = self.root.join(table.name);
        durable::sync(&folder, version).await.map_err(|cause| {
            let path = folder.display().to_string();
            LakeError::Folder { path, cause }
        })
    }

    /// Waits until nobody else, in this process or beside it on this machine, writes to a table, and keeps
    /// others waiting until the answer is dropped: what is read then still holds when rows are appended.
    pub async fn writing(&self, table: &'static Table) -> Result<Writing, LakeError> {
        let path = self.root.join(format!("{}.lock", table.name));
        let told = path.display().to_string();
        let waiting = tokio::task::spawn_blocking(move || {
            let file = std::fs::File::create(&path)?;
            file.lock()?;
            Ok::<_, std::io::Error>(Writing { _file: file })
        });
        let fail = |cause: String| LakeError::Folder { path: told, cause };
        match waiting.await {
            Ok(Ok(held)) => Ok(held),
            Ok(Err(cause)) => Err(fail(cause.to_string())),
            Err(cause) => Err(fail(cause.to_string())),
        }
    }

    /// The last step that a writer committed to a table; `None` where it never did.
    pub async fn committed(
        &self,
        table: &'static Table,
        writer: &str,
    ) -> Result<Option<i64>, LakeError> {
        match self.current(table).await? {
            Some(current) => seen_step(&current, writer)
                .await
                .map_err(LakeError::table(table.name, "read")),
            None => Ok(None),
        }
    }

    /// The current version of a table; `None` where it was never written.
    pub async fn version(&self, table: &'static Table) -> Result<Option<u64>, LakeError> {
        let current = self.current(table).await?;
        Ok(current.and_then(|current| current.version()))
    }

    /// Files of a table's current version.
    pub async fn files(&self, table: &'static Table) -> Result<usize, LakeError> {
        let Some(current) = self.current(table).await? else {
            return Ok(0);
        };
        let snapshot = current
            .snapshot()
            .map_err(LakeError::table(table.name, "read"))?;
        Ok(snapshot.log_data().num_files())
    }

    /// The state of every table that was written.
    pub async fn states(&self) -> Result<Vec<TableState>, LakeError> {
        let mut states = Vec::new();
        for table in Table::ALL.iter().copied() {
            let Some(current) = self.current(table).await? else {
                continue;
            };
            let snapshot = current
                .snapshot()
                .map_err(LakeError::table(table.name, "read"))?;
            let log = snapshot.log_data();
            states.push(TableState {
                table: table.name,
                version: current.version().unwrap_or_default(),
                files: log.num_files(),
                bytes: log.iter().map(|file| file.size() as u64).sum(),
            });
        }
        Ok(states)
    }

    /// Rewrites a table's small files into large ones; rows and answers stay the same.
    /// Returns how many files it replaced.
    pub async fn compact(&self, table: &'static Table) -> Result<usize, LakeError> {
        let mut open = self.open.lock().await;
        let Some(current) = self.refresh(&mut open, table).await? else {
            return Ok(0);
        };
        let fail = LakeError::table(table.name, "compacted");
        let (after, metrics) = current.optimize().await.map_err(fail)?;
        self.synced(table, after.version().unwrap_or_default())
            .await?;
        open.insert(table.name, after);
        Ok(metrics.num_files_removed as usize)
    }
}

/// How every Parquet file of ours is laid out.
pub(crate) fn row_groups() -> WriterPropertiesBuilder {
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1).unwrap_or_default()))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
}

async fn seen_step(table: &DeltaTable, writer: &str) -> Result<Option<i64>, DeltaTableError> {
    table
        .snapshot()?
        .transaction_version(table.log_store().as_ref(), writer)
        .await
}
