//! A SQL session over the lake's tables, now or as of an instant. Tables that were never written are there,
//! empty, so that a query never fails only because a feed has not come yet. Rows of imports that were taken back
//! are not there.

use crate::gather::GatherFirst;
use crate::merged::Merged;
use crate::{Lake, LakeError, SnapshotTable, VIEWS};
use datafusion::catalog::TableProvider;
use datafusion::datasource::MemTable;
use datafusion::execution::SessionStateBuilder;
use datafusion::logical_expr::{Expr, col, lit};
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion::scalar::ScalarValue;
use retail::Table;
use retail::table::{ADS, CUSTOMERS};
use std::sync::Arc;

impl Lake {
    /// A session in which every table is one fixed version. With `as_of` (microseconds since 1970, UTC)
    /// only rows known by then are there. Also returns the versions: (table, version).
    pub async fn session(
        &self,
        as_of: Option<i64>,
    ) -> Result<(SessionContext, Vec<(&'static str, u64)>), LakeError> {
        self.session_with(as_of, Of::Customers, |_| true).await
    }

    /// A session with the tables and views that a statement of ours names, and no others: opening a table
    /// reads its log.
    pub(crate) async fn session_naming(
        &self,
        sql: &str,
        as_of: Option<i64>,
        of: Of,
    ) -> Result<SessionContext, LakeError> {
        let mut named = sql.to_owned();
        // A view reads earlier ones, so the latest come first.
        for (name, _, text) in VIEWS.iter().rev() {
            if named.contains(name) {
                named.push_str(text);
            }
        }
        let (context, _) = self
            .session_with(as_of, of, |name| named.contains(name))
            .await?;
        Ok(context)
    }

    async fn session_with(
        &self,
        as_of: Option<i64>,
        of: Of,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<(SessionContext, Vec<(&'static str, u64)>), LakeError> {
        let context = self.context();
        let kept = Kept {
            of,
            as_of,
            withdrawn: self.withdrawn(as_of).await?,
            merged: match of {
                Of::Customers | Of::Request => self.merged(as_of).await?,
                Of::Records => None,
            },
        };
        let mut versions = Vec::new();
        for table in Table::ALL
            .iter()
            .copied()
            .filter(|table| wanted(table.name))
        {
            if let Some(version) = self.register(&context, table, &kept).await? {
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

    /// Makes a table known, and says which version of it; none where it was never written.
    async fn register(
        &self,
        context: &SessionContext,
        table: &'static Table,
        kept: &Kept,
    ) -> Result<Option<u64>, LakeError> {
        let (version, mut provider) = self.provider(context, table, kept).await?;
        if table.name == ADS.name && version.is_some() && kept.of == Of::Customers {
            // Consent as it is now: whoever took it back is not told of in the past either.
            let now = Kept {
                as_of: None,
                ..kept.clone()
            };
            let (_, customers) = self.provider(context, &CUSTOMERS, &now).await?;
            provider = self.ads_of_who_agrees(provider, customers).await?;
        }
        context
            .register_table(table.name, provider)
            .map_err(LakeError::run)?;
        Ok(version)
    }

    async fn provider(
        &self,
        context: &SessionContext,
        table: &'static Table,
        kept: &Kept,
    ) -> Result<(Option<u64>, Arc<dyn TableProvider>), LakeError> {
        let schema = table.schema();
        let Some(current) = self.current(table).await? else {
            let empty = MemTable::try_new(schema, vec![vec![]]).map_err(LakeError::run)?;
            return Ok((None, Arc::new(empty)));
        };
        let version = current.version().unwrap_or_default();
        let snapshot = Arc::new(SnapshotTable::loaded(current, version, schema));
        let known = kept.as_of.map(|instant| {
            let instant = ScalarValue::TimestampMicrosecond(Some(instant), Some("UTC".into()));
            col("known_at").lt_eq(lit(instant))
        });
        let of_feed = table.feed.is_some() && !kept.withdrawn.is_empty();
        let counts = of_feed.then(|| {
            let ids = kept.withdrawn.iter().map(|id| lit(id.as_str()));
            col("import_id").in_list(ids.collect(), true)
        });
        let shown = known.into_iter().chain(counts).reduce(Expr::and);
        let customers = kept
            .merged
            .as_ref()
            .and_then(|merged| merged.columns(table));
        if shown.is_none() && customers.is_none() {
            return Ok((Some(version), snapshot));
        }
        let frame = context.read_table(snapshot);
        let frame = frame.and_then(|frame| match shown {
            Some(shown) => frame.filter(shown),
            None => Ok(frame),
        });
        let frame = frame.and_then(|frame| match customers {
            Some(columns) => frame.select(columns),
            None => Ok(frame),
        });
        Ok((Some(version), frame.map_err(LakeError::run)?.into_view()))
    }
}

/// Whose the rows of feeds are in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    /// The customers that records are of; an ad is somebody's with their consent alone.
    Customers,
    /// The same with every ad, for the customer who asks what is kept of them.
    Request,
    /// The records themselves, as the rows were written.
    Records,
}

/// What a session shows of the rows that tables hold.
#[derive(Clone)]
struct Kept {
    of: Of,
    /// Rows known by then.
    as_of: Option<i64>,
    /// Not those of these imports.
    withdrawn: Vec<String>,
    /// Under the customers that their records are of.
    merged: Option<Arc<Merged>>,
}
