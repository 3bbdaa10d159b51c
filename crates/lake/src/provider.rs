//! One version of one Delta table as a source that DataFusion can plan: a plain Parquet scan over the files
//! that the log lists, those pruned that cannot match. Being plain, the plan can be sent to another machine,
//! which Delta's own provider cannot (see ARCHITECTURE.md, "Tables over Ballista").
//!
//! It must not write, and must not know which table it reads.

use async_trait::async_trait;
use chrono::DateTime;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{DataFusionError, Result, ToDFSchema};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;
use datafusion::physical_plan::ExecutionPlan;
use deltalake::ObjectMeta;
use deltalake::{DeltaTable, DeltaTableBuilder};
use object_store::path::Path;
use std::sync::Arc;
use tokio::sync::OnceCell;
use url::Url;

/// One version of one Delta table.
pub struct SnapshotTable {
    uri: Url,
    version: u64,
    schema: SchemaRef,
    table: OnceCell<DeltaTable>,
}

impl std::fmt::Debug for SnapshotTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SnapshotTable({}@{})", self.uri, self.version)
    }
}

fn external(cause: impl std::error::Error + Send + Sync + 'static) -> DataFusionError {
    DataFusionError::External(Box::new(cause))
}

impl SnapshotTable {
    /// A source over a table that is already loaded at its version. `schema` must be the table's.
    pub fn loaded(table: DeltaTable, version: u64, schema: SchemaRef) -> Self {
        Self {
            uri: table.table_url().clone(),
            version,
            schema,
            table: OnceCell::new_with(Some(table)),
        }
    }

    /// A source that loads itself when it is first scanned, as on the machine that receives a plan.
    pub fn remote(uri: Url, version: u64, schema: SchemaRef) -> Self {
        Self {
            uri,
            version,
            schema,
            table: OnceCell::new(),
        }
    }

    /// Where the table is.
    pub fn uri(&self) -> &Url {
        &self.uri
    }

    /// Which version of it this is.
    pub fn version(&self) -> u64 {
        self.version
    }

    async fn table(&self) -> Result<&DeltaTable> {
        self.table
            .get_or_try_init(|| async {
                let builder = DeltaTableBuilder::from_url(self.uri.clone()).map_err(external)?;
                builder
                    .with_version(self.version as _)
                    .load()
                    .await
                    .map_err(external)
            })
            .await
    }

    /// The files of this version that may hold rows matching `filters`.
    async fn files(&self, state: &dyn Session, filters: &[Expr]) -> Result<Vec<PartitionedFile>> {
        let snapshot = self.table().await?.snapshot().map_err(external)?;
        let log = snapshot.log_data();
        let mut keep = vec![true; log.num_files()];
        if let Some(filter) = conjunction(filters.to_vec()) {
            let schema = Arc::clone(&self.schema).to_dfschema()?;
            let filter = state.create_physical_expr(filter, &schema)?;
            // A filter that cannot be turned into a pruning predicate simply prunes nothing.
            let pruning = PruningPredicateBuilder::new().with_file_schema(Arc::clone(&self.schema));
            if let Some(pruning) = pruning.build(filter) {
                keep = pruning.prune(&log)?;
            }
        }
        let root = Path::from_url_path(self.uri.path()).map_err(external)?;
        let mut files = Vec::new();
        for (file, _) in log.iter().zip(&keep).filter(|(_, kept)| **kept) {
            if file.deletion_vector_descriptor().is_some() {
                let what = format!(
                    "{}: deletion vectors are not read; compact the table first",
                    self.uri
                );
                return Err(DataFusionError::NotImplemented(what));
            }
            // Not `PartitionedFile::new`: it would escape the path a second time.
            files.push(PartitionedFile::new_from_meta(ObjectMeta {
                location: Path::parse(format!("{root}/{}", file.path())).map_err(external)?,
                last_modified: DateTime::UNIX_EPOCH,
                size: file.size() as u64,
                e_tag: None,
                version: None,
            }));
        }
        // Delta lists the newest file first; a fixed order makes equal queries read alike.
        files.sort_by(|a, b| a.object_meta.location.cmp(&b.object_meta.location));
        tracing::debug!(table = %self.uri, version = self.version, read = files.len(), of = keep.len(), "scan");
        Ok(files)
    }
}

#[async_trait]
impl TableProvider for SnapshotTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let files = self.files(state, filters).await?;
        let mut source = ParquetSource::new(Arc::clone(&self.schema));
        if let Some(filter) = conjunction(filters.to_vec()) {
            let schema = Arc::clone(&self.schema).to_dfschema()?;
            source = source.with_predicate(state.create_physical_expr(filter, &schema)?);
        }
        let store = match self.uri.scheme() {
            "file" => "file://".to_string(),
            scheme => format!("{scheme}://{}", self.uri.host_str().unwrap_or_default()),
        };
        let partitions = state.config().target_partitions().max(1);
        let config = FileScanConfigBuilder::new(ObjectStoreUrl::parse(store)?, Arc::new(source))
            .with_file_groups(FileGroup::new(files).split_files(partitions))
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}
