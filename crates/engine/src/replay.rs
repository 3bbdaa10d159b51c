//! A second chance for rows that were held back: read again under a mended spec, loaded where they are good
//! now, kept back where they are not; and their end, where a person gives them up.

use crate::dedup::Seen;
use crate::importing::held_back;
use crate::project::beside;
use crate::uploads::apply_options;
use crate::views::{DropRequest, Dropped, JobStarted, ReplayFix, ReplayRequest};
use crate::{Actor, EngineError, ImportSpec, Project, Report};
use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use collect::{Chunk, IdentitySet, ImportArgs, Importer, Options, StoredRow, ValidSpec};
use govern::Action;
use registry::{
    BadRow, Counts, Import, ImportState, NewImport, QuarantineFilter, QuarantineRow,
    QuarantineState,
};
use retail::{Change, Kind, Table};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Rows read again in one go: what is in memory at once.
const AT_ONCE: u32 = 20_000;

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

impl Replayed {
    fn add(&mut self, more: &Self) {
        self.read += more.read;
        self.loaded += more.loaded;
        self.duplicate += more.duplicate;
        self.quarantined += more.quarantined;
    }
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
            None => self.registry().imports_with_waiting().await?,
        };
        let (mut total, mut failed) = (Replayed::default(), None);
        for import_id in imports {
            report.stage(&format!("replaying rows of import {import_id}"));
            let one = self.replay_import(&import_id, fix, change, Arc::clone(&report));
            match one.await {
                Ok(one) => total.add(&one),
                // Rows of one file that no fix can read do not keep those of other files waiting.
                Err(cause @ (EngineError::Collect(_) | EngineError::Data(_))) => {
                    failed = failed.or(Some(cause));
                }
                Err(cause) => return Err(cause),
            }
        }
        match failed {
            Some(cause) if total.read == 0 => Err(cause),
            _ => Ok(total),
        }
    }

    async fn replay_import(
        &self,
        import_id: &str,
        fix: &ReplayFix,
        change: &Change,
        report: Arc<dyn Report>,
    ) -> Result<Replayed, EngineError> {
        let import = self.registry().import(import_id).await?;
        let spec = mended(&import.spec, fix)?;
        let (mut total, mut after) = (Replayed::default(), -1);
        loop {
            let waiting = self.registry().waiting_rows(import_id, after, AT_ONCE);
            let waiting = waiting.await?;
            let Some(last) = waiting.last() else {
                return Ok(total);
            };
            after = last.row;
            let one = self
                .replay_rows(&import, &spec, waiting, change, Arc::clone(&report))
                .await?;
            total.add(&one);
        }
    }

    /// Reads some rows again. Those that are good now are loaded as an import of their own; the others wait on,
    /// with what is wrong with them now.
    async fn replay_rows(
        &self,
        import: &Import,
        spec: &ImportSpec,
        waiting: Vec<QuarantineRow>,
        change: &Change,
        report: Arc<dyn Report>,
    ) -> Result<Replayed, EngineError> {
        let mut rows: BTreeSet<i64> = waiting.iter().map(|row| row.row).collect();
        let stored = waiting.into_iter().map(|row| StoredRow {
            row: row.row as u64,
            raw: row.raw,
        });
        let stored: Vec<StoredRow> = stored.collect();
        let valid = spec.check(&collect::sniff_stored(&stored, &spec.options)?)?;
        let tried = self.tried(import, &valid, &stored).await?;
        let bad = tried.iter().flat_map(|chunk| &chunk.quarantined);
        let bad: Vec<BadRow> = bad.map(held_back).collect();
        self.registry().judge_again(&import.import_id, &bad).await?;
        for row in &bad {
            rows.remove(&row.row);
        }
        let held = bad.len() as i64;
        if rows.is_empty() {
            return Ok(Replayed {
                read: held,
                quarantined: held,
                ..Replayed::default()
            });
        }
        let counts = self
            .load_replayed(import, spec, &valid, stored, tried, change, report)
            .await?;
        let rows: Vec<i64> = rows.into_iter().collect();
        let (done, now) = (QuarantineState::Replayed, self.now());
        self.registry()
            .mark_quarantine(&import.import_id, &rows, done, now, change)
            .await?;
        Ok(Replayed {
            read: counts.read,
            loaded: counts.loaded,
            duplicate: counts.duplicate,
            quarantined: counts.quarantined,
        })
    }

    /// The rows as they read now, before anything is kept.
    async fn tried(
        &self,
        import: &Import,
        valid: &ValidSpec,
        stored: &[StoredRow],
    ) -> Result<Vec<Chunk>, EngineError> {
        let args = self.args_of(import, &import.import_id)?;
        let (valid, stored) = (valid.clone(), stored.to_vec());
        beside(move || {
            let importer = Importer::replay(&valid, args, stored, IdentitySet::new())?;
            Ok(importer.collect::<Result<Vec<_>, _>>()?)
        })
        .await
    }

    /// What has no date of its own is dated like the file it came in: a late row is no newer version.
    fn args_of(&self, import: &Import, import_id: &str) -> Result<ImportArgs, EngineError> {
        let known_at = jiff::Timestamp::from_microsecond(import.started_at)
            .map_err(|e| EngineError::Machine(e.to_string()))?;
        let secret = self.registry().identity_secret();
        Ok(ImportArgs::new(import_id, known_at, secret))
    }

    /// Loads rows of which at least one is good, as an import of their own.
    #[allow(clippy::too_many_arguments)]
    async fn load_replayed(
        &self,
        import: &Import,
        spec: &ImportSpec,
        valid: &ValidSpec,
        stored: Vec<StoredRow>,
        tried: Vec<Chunk>,
        change: &Change,
        report: Arc<dyn Report>,
    ) -> Result<Counts, EngineError> {
        let (root, now) = (import.root(), self.now());
        let file = self.registry().import(root).await?.file;
        let new = NewImport {
            import_id: None,
            kind: import.kind,
            file: format!("{file} (replay)"),
            fingerprint: format!("replay of {root} at {now}"),
            content: String::new(),
            replay_of: Some(root.to_string()),
            bytes: 0,
            preset: spec.preset.clone().unwrap_or_default(),
            spec: json!(spec),
        };
        let start = self.registry().begin_import(&new, now, change).await?;
        let id = start.import.import_id.as_str();
        let held = self.held_of(root, valid.kind(), tried).await?;
        let importer = Importer::replay(valid, self.args_of(import, id)?, stored, held)?;
        let seen = Seen::new(Table::of_feed(import.kind), &importer, id);
        let done = self.load_parts(importer, &seen, &start, report).await;
        let (state, message) = match &done {
            Ok(_) => (ImportState::Done, String::new()),
            Err(cause) => (ImportState::Failed, cause.to_string()),
        };
        let ended = self
            .registry()
            .finish_import(id, state, &message, self.now(), change)
            .await?;
        done?;
        Ok(ended.counts)
    }

    /// What the lake holds of a file, of the receipts that some of its rows belong to.
    async fn held_of(
        &self,
        root: &str,
        kind: Kind,
        tried: Vec<Chunk>,
    ) -> Result<IdentitySet, EngineError> {
        let mut held = IdentitySet::new();
        let table = Table::of_feed(kind);
        let Some((about, row)) = table.identity else {
            return Ok(held);
        };
        let family = self.registry().import_and_replays(root).await?;
        let family: Vec<String> = family.iter().map(|id| format!("'{id}'")).collect();
        let sql = format!(
            "select t.{about}, t.{row} from {0} t left semi join part p on t.{about} = p.{about} \
             where t.import_id in ({1})",
            table.name,
            family.join(", ")
        );
        for part in tried {
            let beside = vec![("part", part.rows)];
            for batch in self.lake().rows(&sql, None, beside).await? {
                let [about, row] =
                    [0, 1].map(|place| batch.column(place).as_primitive::<Int64Type>().clone());
                for place in 0..batch.num_rows() {
                    held.insert((about.value(place), row.value(place)));
                }
            }
        }
        Ok(held)
    }

    /// Gives up rows that wait: they are test receipts, or a corrected file brought them.
    pub async fn drop_quarantined(
        &self,
        actor: &Actor,
        asked: DropRequest,
    ) -> Result<Dropped, EngineError> {
        actor.may(Action::ReplayQuarantine)?;
        let change = actor.change(&asked.reason)?;
        let which = QuarantineFilter {
            import_id: asked.import_id,
            reason_code: asked.reason_code,
            state: None,
        };
        if let Some(import_id) = &which.import_id {
            self.registry().import(import_id).await?;
        }
        let rows = self
            .registry()
            .drop_waiting(&which, self.now(), &change)
            .await?;
        Ok(Dropped { rows })
    }

    /// Starts a replay beside the requests.
    pub async fn replay(
        self: &Arc<Self>,
        actor: &Actor,
        asked: ReplayRequest,
    ) -> Result<JobStarted, EngineError> {
        actor.may(Action::ReplayQuarantine)?;
        let change = actor.change(&asked.reason)?;
        let (project, why) = (Arc::clone(self), change.clone());
        let kept = json!({ "import": asked.import_id });
        self.start_job("replay", kept, &why, move |report| async move {
            let done = project
                .replay_now(asked.import_id.as_deref(), &asked.fix, &change, report)
                .await?;
            Ok(json!(done))
        })
        .await
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
        // What the first reading took from the wrong preset goes; how the file's lines are cut stays.
        let cut = spec.options;
        spec.options = Options {
            encoding: cut.encoding,
            delimiter: cut.delimiter,
            quotes: cut.quotes,
            header: cut.header,
            columns: cut.columns,
            ..Options::default()
        };
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
