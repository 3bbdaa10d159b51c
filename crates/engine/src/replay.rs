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
use registry::{BadRow, Counts, Import, ImportState, NewImport, QuarantineFilter, QuarantineRow};
use retail::{Change, Table};
use serde::Serialize;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
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
    /// Imports whose rows could not be tried, each with the reason.
    pub skipped: Vec<SkippedImport>,
}

/// An import of which a replay tried no row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SkippedImport {
    /// The import.
    pub import_id: String,
    /// Its file.
    pub file: String,
    /// Why not, and what to do.
    pub why: String,
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
                // Rows of one file that no fix can read, or that someone is at work on, do not keep those of other
                // files waiting.
                Err(
                    cause @ (EngineError::Collect(_) | EngineError::Data(_) | EngineError::Busy(_)),
                ) => {
                    total.skipped.push(SkippedImport {
                        file: self.registry().import(&import_id).await?.file,
                        import_id,
                        why: cause.to_string(),
                    });
                    failed = failed.or(Some(cause));
                }
                Err(cause) => return Err(cause),
            }
        }
        match failed {
            // Of the one import that was asked for, the cause itself tells more.
            Some(cause) if import_id.is_some() => Err(cause),
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
        let root = self.registry().import(import.root()).await?;
        // Two replays at once would load a row twice, and one beside a withdrawal would outlive it.
        let _alone = self.one_import_of(&root.content)?;
        self.settle(&[&root.content], change).await?;
        let root = self.registry().import(&root.import_id).await?;
        if root.state == ImportState::Withdrawn {
            return Ok(Replayed::default());
        }
        let done = self
            .replay_waiting((&import, &root), fix, change, report)
            .await;
        if done.is_err() {
            // What it brought before it failed does not count, since its rows still wait.
            self.settle(&[&root.content], change).await?;
        }
        done
    }

    async fn replay_waiting(
        &self,
        (import, root): (&Import, &Import),
        fix: &ReplayFix,
        change: &Change,
        report: Arc<dyn Report>,
    ) -> Result<Replayed, EngineError> {
        let spec = mended(&import.spec, fix)?;
        let (mut total, mut after) = (Replayed::default(), -1);
        loop {
            let waiting = self
                .registry()
                .waiting_rows(&import.import_id, after, AT_ONCE);
            let waiting = waiting.await?;
            let Some(last) = waiting.last() else {
                return Ok(total);
            };
            after = last.row;
            let report = Arc::clone(&report);
            let one = self.replay_rows((import, root), &spec, waiting, change, report);
            total.add(&one.await?);
        }
    }

    /// Reads some rows again. Those that are good now are loaded as an import of their own; the others wait on,
    /// with what is wrong with them now.
    async fn replay_rows(
        &self,
        (import, root): (&Import, &Import),
        spec: &ImportSpec,
        waiting: Vec<QuarantineRow>,
        change: &Change,
        report: Arc<dyn Report>,
    ) -> Result<Replayed, EngineError> {
        let raws = waiting.into_iter().map(|row| (row.row, row.raw));
        let raws: BTreeMap<i64, String> = raws.collect();
        let stored = raws.iter().map(|(row, raw)| StoredRow {
            row: *row as u64,
            raw: raw.clone(),
        });
        let stored: Vec<StoredRow> = stored.collect();
        let valid = spec.check(&collect::sniff_stored(&stored, &spec.options)?)?;
        let tried = self.tried(root, &valid, &stored).await?;
        let bad = tried.iter().flat_map(|chunk| &chunk.quarantined);
        let bad = bad.map(|row| BadRow {
            // As it stood in the file, whatever this reading made of it.
            raw: raws.get(&(row.row as i64)).cloned().unwrap_or_default(),
            ..held_back(row)
        });
        let bad: Vec<BadRow> = bad.collect();
        self.registry()
            .judge_again(&import.import_id, &bad, self.now(), change)
            .await?;
        let held = bad.len() as i64;
        let bad: BTreeSet<i64> = bad.iter().map(|row| row.row).collect();
        let good = raws.keys().copied().filter(|row| !bad.contains(row));
        let good: Vec<i64> = good.collect();
        if good.is_empty() {
            return Ok(Replayed {
                read: held,
                quarantined: held,
                ..Replayed::default()
            });
        }
        let (id, counts) = self
            .load_replayed(root, spec, &valid, stored, tried, change, report)
            .await?;
        self.registry()
            .finish_replay(&id, &counts, &import.import_id, &good, self.now(), change)
            .await?;
        Ok(Replayed {
            read: counts.read,
            loaded: counts.loaded,
            duplicate: counts.duplicate,
            quarantined: counts.quarantined,
            skipped: Vec::new(),
        })
    }

    /// The rows as they read now, before anything is kept.
    async fn tried(
        &self,
        root: &Import,
        valid: &ValidSpec,
        stored: &[StoredRow],
    ) -> Result<Vec<Chunk>, EngineError> {
        let args = self.args_of(root, &root.import_id)?;
        let (valid, stored) = (valid.clone(), stored.to_vec());
        beside(move || {
            let importer = Importer::replay(&valid, args, stored, IdentitySet::new())?;
            Ok(importer.collect::<Result<Vec<_>, _>>()?)
        })
        .await
    }

    /// What has no date of its own is dated like the file it came in: a late row is no newer version.
    fn args_of(&self, root: &Import, import_id: &str) -> Result<ImportArgs, EngineError> {
        let known_at = jiff::Timestamp::from_microsecond(root.started_at)
            .map_err(|e| EngineError::Machine(e.to_string()))?;
        let secret = self.registry().identity_secret();
        Ok(ImportArgs::new(import_id, known_at, secret))
    }

    /// Loads rows of which at least one is good, as an import of their own; gives it with what it brought. None is
    /// gone on with: one that was cut off has been taken back (`settle`).
    #[allow(clippy::too_many_arguments)]
    async fn load_replayed(
        &self,
        root: &Import,
        spec: &ImportSpec,
        valid: &ValidSpec,
        stored: Vec<StoredRow>,
        tried: Vec<Chunk>,
        change: &Change,
        report: Arc<dyn Report>,
    ) -> Result<(String, Counts), EngineError> {
        let first = stored.first().map_or(0, |row| row.row);
        let read = stored.len() as i64;
        let new = NewImport {
            import_id: None,
            kind: root.kind,
            file: format!("{} (replay)", root.file),
            fingerprint: format!("replay of {}, from row {first}", root.import_id),
            content: String::new(),
            replay_of: Some(root.import_id.clone()),
            bytes: 0,
            preset: spec.preset.clone().unwrap_or_default(),
            spec: json!(spec),
        };
        let start = self
            .registry()
            .begin_import(&new, self.now(), change)
            .await?;
        let id = start.import.import_id.clone();
        let held = self.held_of(root, tried).await?;
        let importer = Importer::replay(valid, self.args_of(root, &id)?, stored, held)?;
        let seen = Seen::new(Table::of_feed(root.kind), &importer, &id);
        let loaded = self.load_parts(importer, &seen, &start, report).await;
        let whole = loaded.and_then(|loaded| match loaded.incomplete {
            Some(cause) => Err(EngineError::Data(cause)),
            // A row that was neither loaded nor held back would be settled and lost.
            None if loaded.counts.read != read => Err(EngineError::Machine(format!(
                "{} rows of {read} were read again",
                loaded.counts.read
            ))),
            None => Ok(loaded.counts),
        });
        match whole {
            Ok(counts) => Ok((id, counts)),
            Err(cause) => {
                let (state, words) = match &cause {
                    EngineError::Cancelled => (ImportState::Stopped, "stopped as asked".into()),
                    other => (ImportState::Failed, other.to_string()),
                };
                self.registry()
                    .finish_import(&id, state, &words, self.now(), change)
                    .await?;
                Err(cause)
            }
        }
    }

    /// What the lake holds of a file, of the receipts that some of its rows belong to, so that these rows are numbered
    /// after them.
    async fn held_of(&self, root: &Import, tried: Vec<Chunk>) -> Result<IdentitySet, EngineError> {
        let mut held = IdentitySet::new();
        let table = Table::of_feed(root.kind);
        let Some((about, row)) = table.identity else {
            return Ok(held);
        };
        let family = self.registry().imports_before_held(root).await?;
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
        if let Some(code) = &which.reason_code
            && serde_json::from_value::<collect::BadCode>(json!(code)).is_err()
        {
            let detail = format!(
                "'{code}' is no reason; the list of quarantined rows names those there are"
            );
            return Err(EngineError::invalid("reason_code", detail));
        }
        // No replay settles them meanwhile, and none that was cut off has brought them already.
        let imports = match &which.import_id {
            Some(import_id) => vec![import_id.clone()],
            None => self.registry().imports_with_waiting().await?,
        };
        let mut contents = Vec::new();
        for import_id in imports {
            let import = self.registry().import(&import_id).await?;
            contents.push(self.registry().import(import.root()).await?.content);
        }
        let _alone = self.rights_to(&contents)?;
        let held: Vec<&str> = contents.iter().map(String::as_str).collect();
        self.settle(&held, &change).await?;
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

#[cfg(test)]
mod tests;
