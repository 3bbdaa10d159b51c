//! Bringing a file into the lake: parts that are appended once, duplicates told from true repeats, bad rows
//! held back, identifiers turned into keys. A stopped import goes on where it stopped.
//! It must not know formats or presets (`collect`).

use crate::dedup::Seen;
use crate::project::machine;
use crate::{EngineError, Project, Report};
use arrow::array::{ArrayRef, Int64Array, RecordBatch};
use collect::{Chunk, ImportArgs, ImportSpec, Importer, ValidSpec};
use lake::Commit;
use registry::{BadRow, Counts, ImportStart, ImportState, NewImport};
use retail::{Change, Kind, SourceId, Table};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::mpsc;

/// What is to be imported.
#[derive(Debug, Clone)]
pub struct ImportAsk {
    /// The file.
    pub file: PathBuf,
    /// Its name for people.
    pub name: String,
    /// How it is read.
    pub spec: ImportSpec,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Imported {
    /// The import.
    pub import_id: String,
    /// What was imported.
    pub kind: Kind,
    /// The file's name.
    pub file: String,
    /// Rows read: loaded + duplicate + quarantined, always.
    pub read: i64,
    /// Rows that are new in the lake.
    pub loaded: i64,
    /// Rows that were there already.
    pub duplicate: i64,
    /// Rows held back.
    pub quarantined: i64,
    /// Whether it went on from an import that was stopped.
    pub resumed: bool,
    /// What was detected or declared: (what, chosen, why).
    pub choices: Vec<(String, String, String)>,
    /// What ended the file before its end, if anything did; the rows before it are loaded.
    pub incomplete: Option<String>,
}

impl Project {
    /// Imports a file. The same file and spec again loads nothing; a stopped import goes on.
    pub async fn import(
        &self,
        ask: ImportAsk,
        change: &Change,
        report: Arc<dyn Report>,
    ) -> Result<Imported, EngineError> {
        report.stage(&format!("looking at {}", ask.name));
        let valid = checked(&ask.file, &ask.spec)?;
        let start = self.begin(&ask, change).await?;
        report.stage(&format!("importing {} as {}", ask.name, ask.spec.kind));
        let done = self.load(&valid, &start, report).await;
        let id = &start.import.import_id;
        let (state, message) = match &done {
            Ok(None) => (ImportState::Done, String::new()),
            Ok(Some(incomplete)) => (ImportState::Failed, incomplete.clone()),
            Err(EngineError::Cancelled) => (ImportState::Stopped, "stopped as asked".into()),
            Err(cause) => (ImportState::Failed, cause.to_string()),
        };
        self.registry()
            .finish_import(id, state, &message, self.now(), change)
            .await?;
        let incomplete = done?;
        let counts = self.registry().import(id).await?.counts;
        let choices = valid
            .choices()
            .iter()
            .map(|c| (c.what.to_string(), c.chosen.clone(), c.why.clone()));
        Ok(Imported {
            import_id: id.clone(),
            kind: ask.spec.kind,
            file: ask.name,
            read: counts.read,
            loaded: counts.loaded,
            duplicate: counts.duplicate,
            quarantined: counts.quarantined,
            resumed: start.resumed,
            choices: choices.collect(),
            incomplete,
        })
    }

    async fn begin(&self, ask: &ImportAsk, change: &Change) -> Result<ImportStart, EngineError> {
        let file = ask.file.clone();
        let hashing = tokio::task::spawn_blocking(move || fingerprint(&file));
        let (fingerprint, bytes) = hashing
            .await
            .map_err(|e| EngineError::Machine(e.to_string()))??;
        let new = NewImport {
            import_id: None,
            kind: ask.spec.kind,
            file: ask.name.clone(),
            fingerprint,
            bytes,
            preset: ask.spec.preset.clone().unwrap_or_default(),
            spec: serde_json::to_value(&ask.spec)
                .map_err(|e| EngineError::Machine(e.to_string()))?,
        };
        Ok(self
            .registry()
            .begin_import(&new, self.now(), change)
            .await?)
    }

    /// Loads every part that is not loaded yet. `Some` says what ended the file too early.
    async fn load(
        &self,
        valid: &ValidSpec,
        start: &ImportStart,
        report: Arc<dyn Report>,
    ) -> Result<Option<String>, EngineError> {
        let import = &start.import;
        let known_at = jiff::Timestamp::from_microsecond(import.started_at)
            .map_err(|e| EngineError::Machine(e.to_string()))?;
        let mut args = ImportArgs::new(&import.import_id, known_at, self.identity_secret().await?);
        args.chunk_rows = self.part_rows();
        let importer = Importer::open(valid, args)?;
        let mut seen = Seen::new(Table::of_feed(valid.kind()), &importer, &import.import_id);
        self.load_parts(importer, &mut seen, start, report).await
    }

    /// The loop over parts, for files and for replays alike.
    pub(crate) async fn load_parts(
        &self,
        importer: Importer,
        seen: &mut Seen,
        start: &ImportStart,
        report: Arc<dyn Report>,
    ) -> Result<Option<String>, EngineError> {
        let import_id = start.import.import_id.as_str();
        // Parsing runs beside writing; one part waits at most, which bounds memory.
        let (send, mut receive) = mpsc::channel(1);
        let reading = tokio::task::spawn_blocking(move || {
            for chunk in importer {
                if send.blocking_send(chunk).is_err() {
                    return;
                }
            }
        });
        let mut incomplete = None;
        while let Some(chunk) = receive.recv().await {
            let chunk = match chunk {
                Ok(chunk) => chunk,
                Err(cause) => {
                    incomplete = Some(cause.to_string());
                    break;
                }
            };
            if report.cancelled() {
                return Err(EngineError::Cancelled);
            }
            report.tick(chunk.bytes_done, Some(chunk.bytes_total));
            let part = i64::from(chunk.part_no);
            if start.parts.iter().any(|(known, _)| *known == part) {
                seen.note(&chunk.rows);
                continue;
            }
            let counts = self.load_part(chunk, seen, import_id).await?;
            self.registry()
                .record_part(import_id, part, &counts, self.now())
                .await?;
        }
        drop(receive);
        reading
            .await
            .map_err(|cause| EngineError::Machine(cause.to_string()))?;
        Ok(incomplete)
    }

    async fn load_part(
        &self,
        chunk: Chunk,
        seen: &mut Seen,
        import_id: &str,
    ) -> Result<Counts, EngineError> {
        if !chunk.quarantined.is_empty() {
            let bad: Vec<BadRow> = chunk.quarantined.iter().map(held_back).collect();
            self.registry()
                .add_quarantine(import_id, &bad, self.now())
                .await?;
        }
        let keys = self.keys_of(&chunk.ids).await?;
        let fields: Vec<_> = chunk
            .person_fields
            .iter()
            .filter_map(|field| {
                let who = chunk.who.get(field.row as usize).copied().flatten()?;
                let key = keys.get(who as usize)?;
                Some((
                    retail::CustomerKey(*key),
                    field.field.to_string(),
                    field.value.clone(),
                ))
            })
            .collect();
        if !fields.is_empty() {
            self.registry()
                .put_customer_fields(&fields, self.now())
                .await?;
        }
        let rows = with_keys(seen.table(), chunk.rows, &chunk.who, &chunk.devices, &keys)?;
        let offered = rows.num_rows();
        let span = chunk.first_happened_at.zip(chunk.last_happened_at);
        let rows = seen.fresh(self.lake(), rows, span).await?;
        let loaded = rows.num_rows();
        if loaded > 0 {
            let writer = format!("import:{import_id}");
            let commit = Commit {
                writer: &writer,
                step: i64::from(chunk.part_no),
            };
            self.lake().append(seen.table(), vec![rows], commit).await?;
        }
        Ok(Counts {
            read: chunk.read as i64,
            loaded: loaded as i64,
            duplicate: chunk.duplicate as i64 + (offered - loaded) as i64,
            quarantined: chunk.quarantined.len() as i64,
            first_happened_at: chunk.first_happened_at,
            last_happened_at: chunk.last_happened_at,
        })
    }

    /// The keys of a part's distinct identifiers; new ones are minted and kept before any row uses them.
    async fn keys_of(&self, ids: &[SourceId]) -> Result<Vec<i64>, EngineError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        // Two imports at once must not mint the same key.
        let _minting = self.minting.lock().await;
        let known = self.registry().lookup(ids).await?;
        let next = self.registry().next_customer_key().await?;
        let assigned = unify::assign(&known, next);
        if !assigned.minted.is_empty() {
            let pairs: Vec<_> = assigned
                .minted
                .iter()
                .map(|(place, key)| (ids[*place].clone(), *key))
                .collect();
            self.registry().assign(&pairs, next, self.now()).await?;
        }
        Ok(assigned.keys.iter().map(|key| key.0).collect())
    }

    /// The secret of row identities: made once, then the same for good, so that a row keeps its identity.
    pub(crate) async fn identity_secret(&self) -> Result<[u8; 32], EngineError> {
        const NAME: &str = "identity_secret";
        let change = Change {
            author: "tessera".into(),
            reason: "row identities need a lasting secret".into(),
        };
        let text = match self.registry().setting(NAME).await? {
            Some(value) => value.as_str().unwrap_or_default().to_string(),
            None => {
                let text = registry::ProjectSecret::generate()?.to_text();
                self.registry()
                    .set_setting(NAME, &serde_json::json!(text), self.now(), &change)
                    .await?;
                text
            }
        };
        Ok(*blake3::hash(text.as_bytes()).as_bytes())
    }
}

/// A spec checked against its file.
pub(crate) fn checked(file: &Path, spec: &ImportSpec) -> Result<ValidSpec, EngineError> {
    Ok(spec.check(&collect::sniff(file, &spec.options)?)?)
}

fn held_back(row: &collect::BadRow) -> BadRow {
    BadRow {
        row: row.row as i64,
        column: row.column.clone(),
        value: row.value.clone(),
        reason: row.reason.clone(),
        reason_code: row.code.word().to_string(),
        raw: row.raw.clone(),
    }
}

/// The rows with the keys of their people in place.
fn with_keys(
    table: &Table,
    rows: RecordBatch,
    who: &[Option<u32>],
    devices: &[Option<u32>],
    keys: &[i64],
) -> Result<RecordBatch, EngineError> {
    let schema = rows.schema();
    let mut columns = rows.columns().to_vec();
    for (name, places) in [("customer_key", who), ("device_key", devices)] {
        let Ok(column) = schema.index_of(name) else {
            continue;
        };
        if places.len() != rows.num_rows() {
            continue;
        }
        let values = places
            .iter()
            .map(|place| place.and_then(|place| keys.get(place as usize).copied()));
        columns[column] = Arc::new(values.collect::<Int64Array>()) as ArrayRef;
    }
    let fail =
        |cause: arrow::error::ArrowError| EngineError::Data(format!("rows without a key: {cause}"));
    RecordBatch::try_new(table.schema(), columns).map_err(fail)
}

/// The hash of a file's bytes, and how many they are.
fn fingerprint(file: &Path) -> Result<(String, u64), EngineError> {
    let fail = |cause: std::io::Error| machine(file, &cause);
    let mut reader = std::fs::File::open(file).map_err(fail)?;
    let mut hasher = blake3::Hasher::new();
    let bytes = std::io::copy(&mut reader, &mut hasher).map_err(fail)?;
    Ok((hasher.finalize().to_hex().to_string(), bytes))
}
