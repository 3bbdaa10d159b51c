//! A second chance for rows that were held back: read again under a mended spec, loaded where they are good
//! now, kept back where they are not.

use crate::dedup::Seen;
use crate::importing::checked;
use crate::uploads::apply_options;
use crate::views::{JobStarted, ReplayFix, ReplayRequest};
use crate::{Actor, EngineError, ImportSpec, Project, Report};
use collect::{ImportArgs, Importer, StoredRow};
use govern::Action;
use registry::{ImportState, NewImport, QuarantineFilter, QuarantineState};
use retail::{Change, Table};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

/// Rows read again in one go.
const AT_ONCE: u32 = 100_000;

/// What a replay did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Replayed {
    /// Rows read again: loaded + duplicate + quarantined.
    pub read: i64,
    /// Rows that are in the lake now.
    pub loaded: i64,
    /// Rows that were in the lake already.
    pub duplicate: i64,
    /// Rows that stay held back.
    pub quarantined: i64,
}

impl Project {
    /// Reads rows of one import, or of all, again.
    pub async fn replay_now(
        &self,
        import_id: Option<&str>,
        fix: &ReplayFix,
        change: &Change,
        report: Arc<dyn Report>,
    ) -> Result<Replayed, EngineError> {
        let imports = match import_id {
            Some(import_id) => vec![import_id.to_string()],
            None => self.imports_with_waiting().await?,
        };
        let mut total = Replayed::default();
        for import_id in imports {
            report.stage(&format!("replaying rows of import {import_id}"));
            let one = self
                .replay_import(&import_id, fix, change, Arc::clone(&report))
                .await?;
            total.read += one.read;
            total.loaded += one.loaded;
            total.duplicate += one.duplicate;
            total.quarantined += one.quarantined;
        }
        Ok(total)
    }

    async fn imports_with_waiting(&self) -> Result<Vec<String>, EngineError> {
        let filter = QuarantineFilter {
            state: Some(QuarantineState::Waiting),
            ..QuarantineFilter::default()
        };
        let query = registry::ListQuery {
            limit: u64::from(AT_ONCE),
            ..registry::ListQuery::default()
        };
        let rows = self.registry().quarantine(&filter, &query).await?.rows;
        let imports: BTreeSet<String> = rows.into_iter().map(|row| row.import_id).collect();
        Ok(imports.into_iter().collect())
    }

    async fn replay_import(
        &self,
        import_id: &str,
        fix: &ReplayFix,
        change: &Change,
        report: Arc<dyn Report>,
    ) -> Result<Replayed, EngineError> {
        let import = self.registry().import(import_id).await?;
        let waiting = self.registry().waiting_rows(import_id, -1, AT_ONCE).await?;
        if waiting.is_empty() {
            return Ok(Replayed::default());
        }
        let spec = mended(&import.spec, fix)?;
        let file = self.source_of(&waiting)?;
        let valid = checked(&file, &spec)?;
        let new = NewImport {
            import_id: None,
            kind: import.kind,
            file: format!("{} (replay)", import.file),
            fingerprint: format!("replay of {import_id} at {}", self.now()),
            bytes: 0,
            preset: spec.preset.clone().unwrap_or_default(),
            spec: json!(spec),
        };
        let start = self
            .registry()
            .begin_import(&new, self.now(), change)
            .await?;
        let known_at = jiff::Timestamp::from_microsecond(start.import.started_at)
            .map_err(|e| EngineError::Machine(e.to_string()))?;
        let args = ImportArgs::new(
            &start.import.import_id,
            known_at,
            self.identity_secret().await?,
        );
        let rows: Vec<i64> = waiting.iter().map(|row| row.row).collect();
        let stored = waiting.into_iter().map(|row| StoredRow {
            row: row.row as u64,
            raw: row.raw,
        });
        let importer = Importer::replay(&valid, args, stored.collect())?;
        let mut seen = Seen::new(
            Table::of_feed(import.kind),
            &importer,
            &start.import.import_id,
        );
        let done = self.load_parts(importer, &mut seen, &start, report).await;
        let state = if done.is_ok() {
            ImportState::Done
        } else {
            ImportState::Failed
        };
        let message = done
            .as_ref()
            .err()
            .map(ToString::to_string)
            .unwrap_or_default();
        self.registry()
            .finish_import(&start.import.import_id, state, &message, self.now(), change)
            .await?;
        done?;
        // Rows that are bad still were held back anew under the replay; the old entries are done with.
        self.registry()
            .mark_quarantine(
                import_id,
                &rows,
                QuarantineState::Replayed,
                self.now(),
                change,
            )
            .await?;
        let counts = self
            .registry()
            .import(&start.import.import_id)
            .await?
            .counts;
        Ok(Replayed {
            read: counts.read,
            loaded: counts.loaded,
            duplicate: counts.duplicate,
            quarantined: counts.quarantined,
        })
    }

    /// A file with the columns that the stored rows have, so that the spec can be checked without the file
    /// they came from.
    fn source_of(&self, rows: &[registry::QuarantineRow]) -> Result<PathBuf, EngineError> {
        let lines: Vec<&str> = rows
            .iter()
            .map(|row| row.raw.as_str())
            .filter(|raw| raw.starts_with('{'))
            .collect();
        let lines = lines.join("\n");
        if lines.is_empty() {
            let detail =
                "these rows cannot be taken apart into columns; mend the file and import it again";
            return Err(EngineError::Data(detail.into()));
        }
        let folder = self.folder().join("uploads");
        std::fs::create_dir_all(&folder).map_err(|e| crate::project::machine(&folder, &e))?;
        let path = folder.join(format!("{}.jsonl", crate::clock::new_id()));
        std::fs::write(&path, lines).map_err(|e| crate::project::machine(&path, &e))?;
        Ok(path)
    }

    /// Starts a replay beside the requests.
    pub async fn replay(
        self: &Arc<Self>,
        actor: &Actor,
        asked: ReplayRequest,
    ) -> Result<JobStarted, EngineError> {
        actor.may(Action::ReplayQuarantine)?;
        let change = actor.change(&asked.reason)?;
        let project = Arc::clone(self);
        Ok(self.start_job("replay", move |report| async move {
            let done = project
                .replay_now(asked.import_id.as_deref(), &asked.fix, &change, report)
                .await?;
            Ok(json!(done))
        }))
    }
}

/// The spec of the first import with what the fix changes.
fn mended(kept: &serde_json::Value, fix: &ReplayFix) -> Result<ImportSpec, EngineError> {
    let broken = |cause: String| {
        EngineError::Data(format!("the spec of that import cannot be read: {cause}"))
    };
    let mut spec =
        ImportSpec::from_json(&kept.to_string()).map_err(|cause| broken(cause.to_string()))?;
    if let Some(preset) = fix.preset.clone().filter(|preset| !preset.is_empty()) {
        spec.preset = Some(preset);
    }
    for (field, column) in fix.mapping.clone().unwrap_or_default() {
        let source = serde_json::from_value(json!(column)).map_err(|cause| {
            EngineError::invalid(format!("fix.mapping.{field}"), cause.to_string())
        })?;
        spec.mapping.insert(field, source);
    }
    apply_options(&mut spec, fix.options.clone());
    Ok(spec)
}
