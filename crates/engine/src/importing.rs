//! Bringing a file into the lake: parts that are appended once, duplicates told from true repeats, bad rows
//! held back, identifiers turned into keys. A stopped import goes on where it stopped.
//! It must not know formats or presets (`collect`).

use crate::dedup::Seen;
use crate::earlier::kept_spec;
use crate::project::{beside, machine};
use crate::{EngineError, Project, Report};
use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, TimestampMicrosecondArray};
use arrow::datatypes::{Int64Type, TimestampMicrosecondType};
use collect::{Chunk, ImportArgs, ImportSpec, Importer, ValidSpec};
use lake::Commit;
use registry::{BadRow, Counts, ImportStart, ImportState, NewImport};
use retail::{Change, Kind, SourceId, Table};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::mpsc;

/// Files of a table above which they are brought together: every part of an import adds one, and a query opens
/// them all.
const FILES_MAX: usize = 64;

/// How often keys are asked for again when another process minted some meanwhile.
const MINTING_TRIES: usize = 100;

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
    /// What to look at before the rows are used.
    pub warnings: Vec<String>,
}

/// What the parts of an import brought, in this go.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    /// The sum of the parts.
    pub counts: Counts,
    /// What ended the file before its end.
    pub incomplete: Option<String>,
    /// Rows that say something else than the row before them with their number.
    pub contradicting: u64,
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
        let valid = self.checked(&ask.file, &ask.spec).await?;
        let mut fingerprint = fingerprint(&ask.file).await?;
        if let Some(sheet) = valid.sheet() {
            // Another sheet of a workbook is another file.
            fingerprint.hash = format!("{}#{sheet}", fingerprint.hash);
        }
        let _alone = self.one_import_of(&fingerprint.hash)?;
        self.settle(&[&fingerprint.hash], change).await?;
        self.refuse_second_count(&valid, &fingerprint.hash, &ask.name)
            .await?;
        let start = self.begin(&ask, &valid, fingerprint, change).await?;
        report.stage(&format!("importing {} as {}", ask.name, ask.spec.kind));
        let done = self.load(&valid, &start, report).await;
        let id = &start.import.import_id;
        let warnings = match &done {
            Ok(loaded) => self.warnings(id, loaded.contradicting).await,
            Err(_) => Vec::new(),
        };
        let done = done.map(|loaded| loaded.incomplete);
        let (state, message) = match &done {
            Ok(None) => (ImportState::Done, warnings.join(" ")),
            Ok(Some(incomplete)) => (ImportState::Failed, incomplete.clone()),
            Err(EngineError::Cancelled) => (ImportState::Stopped, "stopped as asked".into()),
            Err(cause) => (ImportState::Failed, cause.to_string()),
        };
        let ended = self
            .registry()
            .finish_import(id, state, &message, self.now(), change)
            .await?;
        let incomplete = done?;
        if incomplete.is_none() {
            let registry = self.registry();
            registry.supersede(&ended, self.now(), change).await?;
        }
        let table = Table::of_feed(ask.spec.kind);
        if self.lake().files(table).await? > FILES_MAX {
            let _writing = self.lake().writing(table).await?;
            self.lake().compact(table).await?;
        }
        let counts = ended.counts;
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
            warnings,
        })
    }

    async fn begin(
        &self,
        ask: &ImportAsk,
        valid: &ValidSpec,
        fingerprint: Fingerprint,
        change: &Change,
    ) -> Result<ImportStart, EngineError> {
        let new = NewImport {
            import_id: None,
            kind: ask.spec.kind,
            file: ask.name.clone(),
            // Parts are the same only for the same program and part size: another one starts anew, and what is
            // loaded counts as duplicate.
            fingerprint: format!(
                "{}/{}/{}",
                fingerprint.hash,
                self.part_rows(),
                env!("CARGO_PKG_VERSION")
            ),
            content: fingerprint.hash,
            replay_of: None,
            bytes: fingerprint.bytes,
            preset: ask.spec.preset.clone().unwrap_or_default(),
            spec: kept_spec(valid)?,
        };
        Ok(self
            .registry()
            .begin_import(&new, self.now(), change)
            .await?)
    }

    /// Loads every part that is not loaded yet.
    async fn load(
        &self,
        valid: &ValidSpec,
        start: &ImportStart,
        report: Arc<dyn Report>,
    ) -> Result<Loaded, EngineError> {
        let import = &start.import;
        let known_at = jiff::Timestamp::from_microsecond(import.started_at)
            .map_err(|e| EngineError::Machine(e.to_string()))?;
        let mut args = ImportArgs::new(
            &import.import_id,
            known_at,
            self.registry().identity_secret(),
        );
        args.chunk_rows = self.part_rows();
        let importer = Importer::open(valid, args)?;
        let seen = Seen::new(Table::of_feed(valid.kind()), &importer, &import.import_id);
        self.load_parts(importer, &seen, start, report).await
    }

    /// The loop over parts, for files and for replays alike. A file's parts are told to the registry one by one, so
    /// that a stop loses one at most; a replay's rows are settled together with them, by its caller.
    pub(crate) async fn load_parts(
        &self,
        importer: Importer,
        seen: &Seen,
        start: &ImportStart,
        report: Arc<dyn Report>,
    ) -> Result<Loaded, EngineError> {
        let import_id = start.import.import_id.as_str();
        let is_replay = start.import.replay_of.is_some();
        // Parsing runs beside writing; one part waits at most, which bounds memory.
        let (send, mut receive) = mpsc::channel(1);
        let reading = tokio::task::spawn_blocking(move || {
            for chunk in importer {
                if send.blocking_send(chunk).is_err() {
                    return;
                }
            }
        });
        let mut loaded = Loaded::default();
        while let Some(chunk) = receive.recv().await {
            let chunk = match chunk {
                Ok(chunk) => chunk,
                Err(cause) => {
                    loaded.incomplete = Some(cause.to_string());
                    break;
                }
            };
            if report.cancelled() {
                return Err(EngineError::Cancelled);
            }
            report.tick(chunk.bytes_done, Some(chunk.bytes_total));
            let part = i64::from(chunk.part_no);
            if start.parts.iter().any(|(known, _)| *known == part) {
                continue;
            }
            // What a replay cannot load stays held back where it was.
            if !is_replay && !chunk.quarantined.is_empty() {
                let bad: Vec<BadRow> = chunk.quarantined.iter().map(held_back).collect();
                self.registry()
                    .add_quarantine(import_id, &bad, self.now())
                    .await?;
            }
            let counts = self.load_part(chunk, seen, import_id).await?;
            loaded.counts.add(&counts);
            if !is_replay {
                self.registry()
                    .record_part(import_id, part, &counts, self.now())
                    .await?;
            }
        }
        loaded.contradicting = seen.contradicting();
        drop(receive);
        reading
            .await
            .map_err(|cause| EngineError::Machine(cause.to_string()))?;
        Ok(loaded)
    }

    async fn load_part(
        &self,
        chunk: Chunk,
        seen: &Seen,
        import_id: &str,
    ) -> Result<Counts, EngineError> {
        let keys = self.keys_of(&chunk.ids).await?;
        self.keep_fields(&chunk, &keys).await?;
        let places = [
            ("customer_key", chunk.who.as_slice()),
            ("device_key", chunk.devices.as_slice()),
            ("card_key", chunk.cards.as_slice()),
        ];
        let rows = with_keys(seen.table(), chunk.rows, &places, &keys)?;
        let offered = rows.num_rows();
        let span = chunk.first_happened_at.zip(chunk.last_happened_at);
        let writer = format!("import:{import_id}");
        let commit = Commit {
            writer: &writer,
            step: i64::from(chunk.part_no),
        };
        let loaded = self
            .append_fresh(seen, rows, span, commit, import_id)
            .await?;
        Ok(Counts {
            read: chunk.read as i64,
            loaded: loaded as i64,
            duplicate: chunk.duplicate as i64 + (offered - loaded) as i64,
            quarantined: chunk.quarantined.len() as i64,
            first_happened_at: chunk.first_happened_at,
            last_happened_at: chunk.last_happened_at,
        })
    }

    /// What names people goes to the registry, as of when each row held.
    async fn keep_fields(&self, chunk: &Chunk, keys: &[i64]) -> Result<(), EngineError> {
        let times = chunk.rows.column_by_name("happened_at");
        let times = times.and_then(|c| c.as_primitive_opt::<TimestampMicrosecondType>());
        let now = self.now();
        let fields = chunk.person_fields.iter().filter_map(|field| {
            let row = field.row as usize;
            let who = chunk.who.get(row).copied().flatten()?;
            let at = times.filter(|times| times.is_valid(row));
            Some((
                retail::CustomerKey(*keys.get(who as usize)?),
                field.field.to_string(),
                field.value.clone(),
                at.map_or(now, |times| times.value(row)),
            ))
        });
        let fields: Vec<_> = fields.collect();
        if !fields.is_empty() {
            self.registry().put_customer_fields(&fields).await?;
        }
        Ok(())
    }

    /// Appends the rows of a part that are new and returns how many they are.
    async fn append_fresh(
        &self,
        seen: &Seen,
        rows: RecordBatch,
        span: Option<(i64, i64)>,
        commit: Commit<'_>,
        import_id: &str,
    ) -> Result<usize, EngineError> {
        let (lake, table) = (self.lake(), seen.table());
        // Two imports at once must not both find a row new.
        let _writing = lake.writing(table).await?;
        let committed = lake.committed(table, commit.writer).await?;
        if committed.is_some_and(|step| step >= commit.step) {
            // Appended before a stop, and the stop came before the registry was told.
            let sql = format!(
                "select count(*) from {} where import_id = '{import_id}'",
                table.name
            );
            let answer = lake.rows(&sql, None, vec![]).await?;
            let in_lake = answer.first().map_or(0, |batch| {
                batch.column(0).as_primitive::<Int64Type>().value(0)
            });
            let told = self.registry().import(import_id).await?.counts.loaded;
            return Ok((in_lake - told).max(0) as usize);
        }
        let rows = known_now(seen.fresh(lake, rows, span).await?, self.now())?;
        let loaded = rows.num_rows();
        if loaded > 0 {
            lake.append(table, vec![rows], commit).await?;
        }
        Ok(loaded)
    }

    /// A spec checked against its file.
    pub(crate) async fn checked(
        &self,
        file: &Path,
        spec: &ImportSpec,
    ) -> Result<ValidSpec, EngineError> {
        let (file, spec) = (file.to_path_buf(), spec.clone());
        beside(move || Ok(spec.check(&collect::sniff(&file, &spec.options)?)?)).await
    }

    /// The keys of a part's distinct identifiers; new ones are minted and kept before any row uses them.
    async fn keys_of(&self, ids: &[SourceId]) -> Result<Vec<i64>, EngineError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        // Two imports at once must not mint the same key.
        let _minting = self.minting.lock().await;
        for _ in 0..MINTING_TRIES {
            let known = self.registry().lookup(ids).await?;
            let next = self.registry().next_customer_key().await?;
            let assigned = unify::assign(&known, next);
            let keys = assigned.keys.iter().map(|key| key.0).collect();
            if assigned.minted.is_empty() {
                return Ok(keys);
            }
            let minted = assigned.minted.iter();
            let pairs: Vec<_> = minted
                .map(|(place, key)| (ids[*place].clone(), *key))
                .collect();
            match self.registry().assign(&pairs, next, self.now()).await {
                Ok(()) => return Ok(keys),
                // Another process minted between the look and the write: look again.
                Err(registry::Error::Conflict { .. }) => {}
                Err(cause) => return Err(cause.into()),
            }
        }
        let detail = "other imports mint customer keys all the time; run this one again";
        Err(EngineError::Data(detail.into()))
    }
}

/// The rows as known from now on: the instant at which they are appended, so that what was read as of an
/// instant reads the same later, however long the import took.
fn known_now(rows: RecordBatch, now: i64) -> Result<RecordBatch, EngineError> {
    let Ok(place) = rows.schema().index_of("known_at") else {
        return Ok(rows);
    };
    let mut columns = rows.columns().to_vec();
    let known = TimestampMicrosecondArray::from_value(now, rows.num_rows()).with_timezone("UTC");
    columns[place] = Arc::new(known);
    RecordBatch::try_new(rows.schema(), columns)
        .map_err(|cause| EngineError::Data(cause.to_string()))
}

/// A row that cannot be loaded, as the registry keeps it.
pub(crate) fn held_back(row: &collect::BadRow) -> BadRow {
    BadRow {
        row: row.row as i64,
        column: row.column.clone(),
        value: row.value.clone(),
        reason: row.reason.clone(),
        reason_code: row.code.word().to_string(),
        raw: row.raw.clone(),
        replayable: row.replayable,
    }
}

/// The rows with the keys of their people, devices and cards in place: per column where in `keys` each row's is.
fn with_keys(
    table: &Table,
    rows: RecordBatch,
    places: &[(&str, &[Option<u32>])],
    keys: &[i64],
) -> Result<RecordBatch, EngineError> {
    let schema = rows.schema();
    let mut columns = rows.columns().to_vec();
    for &(name, places) in places {
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

/// A file by its bytes.
struct Fingerprint {
    hash: String,
    bytes: u64,
}

async fn fingerprint(file: &Path) -> Result<Fingerprint, EngineError> {
    let file = file.to_path_buf();
    beside(move || {
        let fail = |cause: std::io::Error| machine(&file, &cause);
        let mut reader = std::fs::File::open(&file).map_err(fail)?;
        let mut hasher = blake3::Hasher::new();
        let bytes = std::io::copy(&mut reader, &mut hasher).map_err(fail)?;
        let hash = hasher.finalize().to_hex().to_string();
        Ok(Fingerprint { hash, bytes })
    })
    .await
}
