//! How a `SnapshotTable` travels inside a logical plan: its address and version, nothing else. This is what
//! lets the same plan run on another machine.

use crate::SnapshotTable;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::common::{DataFusionError, Result, TableReference, not_impl_err};
use datafusion::execution::TaskContext;
use datafusion::logical_expr::{Extension, LogicalPlan};
use datafusion_proto::logical_plan::LogicalExtensionCodec;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Writes and reads `SnapshotTable`s in plans; refuses every other provider.
#[derive(Debug, Default)]
pub struct SnapshotCodec;

#[derive(Serialize, Deserialize)]
struct Wire {
    uri: url::Url,
    version: u64,
}

fn external(cause: serde_json::Error) -> DataFusionError {
    DataFusionError::External(Box::new(cause))
}

impl LogicalExtensionCodec for SnapshotCodec {
    fn try_decode(&self, _: &[u8], _: &[LogicalPlan], _: &TaskContext) -> Result<Extension> {
        not_impl_err!("the lake has no plan nodes of its own")
    }

    fn try_encode(&self, _: &Extension, _: &mut Vec<u8>) -> Result<()> {
        not_impl_err!("the lake has no plan nodes of its own")
    }

    fn try_decode_table_provider(
        &self,
        bytes: &[u8],
        _: &TableReference,
        schema: SchemaRef,
        _: &TaskContext,
    ) -> Result<Arc<dyn TableProvider>> {
        let wire: Wire = serde_json::from_slice(bytes).map_err(external)?;
        Ok(Arc::new(SnapshotTable::remote(
            wire.uri,
            wire.version,
            schema,
        )))
    }

    fn try_encode_table_provider(
        &self,
        name: &TableReference,
        provider: Arc<dyn TableProvider>,
        bytes: &mut Vec<u8>,
    ) -> Result<()> {
        let Some(table) = provider.downcast_ref::<SnapshotTable>() else {
            return not_impl_err!("'{name}' is no table of the lake and cannot travel");
        };
        let wire = Wire {
            uri: table.uri().clone(),
            version: table.version(),
        };
        serde_json::to_writer(bytes, &wire).map_err(external)
    }
}
