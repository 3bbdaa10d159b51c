//! A SQL session over the lake's tables, now or as of an instant. Tables that were never written are there,
//! empty, so that a query never fails only because a feed has not come yet. Rows of imports that were taken back
//! are not there.

use crate::gather::GatherFirst;
use crate::{Lake, LakeError, SnapshotTable, VIEWS};
use datafusion::datasource::MemTable;
use datafusion::execution::SessionStateBuilder;
use datafusion::logical_expr::{Expr, col, lit};
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion::scalar::ScalarValue;
use retail::Table;
use std::sync::Arc;

impl Lake {
    /// A session in which every table is one fixed version. With `as_of` (microseconds since 1970, UTC)
    /// only rows known by then are there. Also returns the versions: (table, version).
    pub async fn session(
        &self,
        as_of: Option<i64>,
    ) -> Result<(SessionContext, Vec<(&'static str, u64)>), LakeError> {
        self.session_with(as_of, |_| true).await
    }

    /// A session with the tables and views that a statement of ours names, and no others: opening a table
    /// reads its log.
    pub(crate) async fn session_naming(
        &self,
        sql: &str,
        as_of: Option<i64>,
    ) -> Result<SessionContext, LakeError> {
        let views = VIEWS.iter().filter(|(name, _, _)| sql.contains(name));
        let mut named = sql.to_owned();
        for (_, _, text) in views {
            named.push_str(text);
        }
        let (context, _) = self
            .session_with(as_of, |name| named.contains(name))
            .await?;
        Ok(context)
    }

    async fn session_with(
        &self,
        as_of: Option<i64>,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<(SessionContext, Vec<(&'static str, u64)>), LakeError> {
        let context = self.context();
        let withdrawn = self.withdrawn(as_of).await?;
        let mut versions = Vec::new();
        for table in Table::ALL
            .iter()
            .copied()
            .filter(|table| wanted(table.name))
        {
            if let Some(version) = self.register(&context, table, as_of, &withdrawn).await? {
                versions.push((table.name, version));
            }
        }
        for (name, _, sql) in VIEWS.iter().filter(|(name, _, _)| wanted(name)) {
            let frame = context
                .sql(sql)
                .await
                .map_err(|e| LakeError::Plan(e.strip_backtrace()))?;
            context
                .register_table(*name, frame.into_view())
                .map_err(LakeError::run)?;
        }
        Ok((context, versions))
    }

    pub(crate) fn context(&self) -> SessionContext {
        let config = SessionConfig::new()
            .with_target_partitions(self.settings.threads.max(1))
            .with_information_schema(true)
            .with_batch_size(8192);
        let state = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(Arc::clone(&self.runtime))
            .with_default_features()
            .with_physical_optimizer_rule(Arc::new(GatherFirst::new()))
            .build();
        SessionContext::new_with_state(state)
    }

    async fn register(
        &self,
        context: &SessionContext,
        table: &'static Table,
        as_of: Option<i64>,
        withdrawn: &[String],
    ) -> Result<Option<u64>, LakeError> {
        let schema = table.schema();
        let Some(current) = self.current(table).await? else {
            let empty = MemTable::try_new(schema, vec![vec![]]).map_err(LakeError::run)?;
            context
                .register_table(table.name, Arc::new(empty))
                .map_err(LakeError::run)?;
            return Ok(None);
        };
        let version = current.version().unwrap_or_default();
        let snapshot = Arc::new(SnapshotTable::loaded(current, version, schema));
        let known = as_of.map(|instant| {
            let instant = ScalarValue::TimestampMicrosecond(Some(instant), Some("UTC".into()));
            col("known_at").lt_eq(lit(instant))
        });
        let of_feed = table.feed.is_some() && !withdrawn.is_empty();
        let counts = of_feed.then(|| {
            let ids = withdrawn.iter().map(|id| lit(id.as_str()));
            col("import_id").in_list(ids.collect(), true)
        });
        match known.into_iter().chain(counts).reduce(Expr::and) {
            None => context
                .register_table(table.name, snapshot)
                .map_err(LakeError::run)?,
            Some(shown) => {
                let frame = context
                    .read_table(snapshot)
                    .and_then(|frame| frame.filter(shown))
                    .map_err(LakeError::run)?;
                context
                    .register_table(table.name, frame.into_view())
                    .map_err(LakeError::run)?
            }
        };
        Ok(Some(version))
    }
}
