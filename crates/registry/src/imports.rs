//! Imports of files: what was handed in, what each part brought, and what each feed has brought so far.
//! Reading files is `collect`'s; the rows that were held back are in `quarantine`.

use retail::{Change, Kind};
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::any::AnyRow;

use crate::audit::Fact;
use crate::error::{Error, Result};
use crate::page::{Filter, ListQuery, Listing, Page};
use crate::row::{Columns, stored_words};
use crate::secret::fresh_id;
use crate::store::{Registry, Tx};

stored_words! {
    /// The state of an import.
    ImportState {
        /// Under way, or cut off and to be resumed.
        Running => "running",
        /// Finished.
        Done => "done",
        /// Ended by a person.
        Stopped => "stopped",
        /// Ended by an error.
        Failed => "failed",
        /// Taken back by a person: nothing reads its rows any more.
        Withdrawn => "withdrawn",
    }
}

/// An import to be begun.
#[derive(Debug, Clone, PartialEq)]
pub struct NewImport {
    /// Its id, where the caller has one; else one is made from the time.
    pub import_id: Option<String>,
    /// The feed.
    pub kind: Kind,
    /// The file's name, without its folder.
    pub file: String,
    /// What an import must share with an earlier one to go on where that stopped: content, and how it is cut.
    pub fingerprint: String,
    /// The hash of its content; empty for a replay.
    pub content: String,
    /// The import whose rows it reads again.
    pub replay_of: Option<String>,
    /// Its size in bytes.
    pub bytes: u64,
    /// The preset used; empty where there is none.
    pub preset: String,
    /// Mapping and options, complete.
    pub spec: Value,
}

/// Rows by what became of them: read = loaded + duplicate + quarantined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Rows read.
    pub read: i64,
    /// Rows that went into the lake.
    pub loaded: i64,
    /// Rows that were there already.
    pub duplicate: i64,
    /// Rows held back.
    pub quarantined: i64,
    /// The earliest time among the rows loaded.
    pub first_happened_at: Option<i64>,
    /// The latest time among the rows loaded.
    pub last_happened_at: Option<i64>,
}

impl Counts {
    /// Adds what another part brought.
    pub fn add(&mut self, more: &Self) {
        self.read += more.read;
        self.loaded += more.loaded;
        self.duplicate += more.duplicate;
        self.quarantined += more.quarantined;
        let first = [self.first_happened_at, more.first_happened_at];
        self.first_happened_at = first.into_iter().flatten().min();
        self.last_happened_at = self.last_happened_at.max(more.last_happened_at);
    }
}

/// An import.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Import {
    /// Its id.
    pub import_id: String,
    /// The feed.
    pub kind: Kind,
    /// The file's name.
    pub file: String,
    /// What an import must share with it to go on where it stopped.
    pub fingerprint: String,
    /// The hash of its content; empty for a replay.
    pub content: String,
    /// The import whose rows it read again.
    pub replay_of: Option<String>,
    /// Its size in bytes.
    pub bytes: u64,
    /// The preset used; empty where there is none.
    pub preset: String,
    /// Mapping and options.
    pub spec: Value,
    /// Its state.
    pub state: ImportState,
    /// Parts recorded.
    pub parts: i64,
    /// The sum over its parts.
    pub counts: Counts,
    /// When it began.
    pub started_at: i64,
    /// When it ended.
    pub finished_at: Option<i64>,
    /// Who handed it in.
    pub author: String,
    /// Why.
    pub reason: String,
    /// What there is to say about its end; empty until it ends.
    pub message: String,
}

/// An import that begins or goes on.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportStart {
    /// The import.
    pub import: Import,
    /// The parts that an earlier attempt recorded, to be passed over; empty for a new import.
    pub parts: Vec<(i64, Counts)>,
    /// Whether an earlier attempt was found.
    pub resumed: bool,
}

/// What a feed has brought so far, imports that ended early among them: their rows are in the lake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FeedTotal {
    /// The feed.
    pub kind: Kind,
    /// Its imports.
    pub imports: i64,
    /// The sum over them.
    pub counts: Counts,
    /// When the last of them ended.
    pub last_import_at: Option<i64>,
}

impl Import {
    /// The import that had the file: of a replay, the one whose rows it read again.
    pub fn root(&self) -> &str {
        self.replay_of.as_deref().unwrap_or(&self.import_id)
    }
}

const COUNTS: &str =
    "rows_read, loaded, duplicate, quarantined, first_happened_at, last_happened_at";

pub(crate) const LISTING: Listing = Listing {
    select: "import_id, kind, file, fingerprint, content, replay_of, bytes, preset, spec, state, parts, \
             rows_read, loaded, duplicate, quarantined, first_happened_at, last_happened_at, started_at, finished_at, \
             author, reason, message",
    from: "imports",
    sorts: &[
        ("import_id", "import_id"),
        ("file", "file"),
        ("kind", "kind"),
        ("preset", "preset"),
        ("state", "state"),
        ("read", "rows_read"),
        ("loaded", "loaded"),
        ("duplicate", "duplicate"),
        ("quarantined", "quarantined"),
        ("started_at", "started_at"),
        ("finished_at", "finished_at"),
        ("author", "author"),
    ],
    searches: &["import_id", "file", "kind", "preset", "author", "reason"],
    order: "started_at DESC, import_id DESC",
};

impl Registry {
    /// Begins an import, or goes on with one of the same feed, content and spec that was stopped or
    /// killed. One that failed is not gone on with: what ended it may have cut its last part short, and a new import
    /// counts the rows before as duplicates.
    pub async fn begin_import(
        &self,
        new: &NewImport,
        at: i64,
        change: &Change,
    ) -> Result<ImportStart> {
        let mut changing = self.begin_change().await?;
        let sql = format!(
            "SELECT {} FROM imports WHERE fingerprint = $1 AND kind = $2 AND spec = $3 \
             AND state IN ('running', 'stopped') ORDER BY started_at DESC, import_id DESC LIMIT 1",
            LISTING.select
        );
        let spec = new.spec.to_string();
        let earlier = sqlx::query(&sql)
            .bind(&*new.fingerprint)
            .bind(new.kind.word())
            .bind(&*spec)
            .fetch_optional(&mut *changing.tx)
            .await?;
        let resumed = earlier.is_some();
        let import = match earlier {
            Some(row) => Import {
                state: ImportState::Running,
                finished_at: None,
                message: String::new(),
                ..read_import(&row)?
            },
            None => fresh_import(new, at, change)?,
        };
        match resumed {
            true => {
                let sql = "UPDATE imports SET state = 'running', finished_at = NULL, message = '' \
                           WHERE import_id = $1";
                let update = sqlx::query(sql).bind(&*import.import_id);
                update.execute(&mut *changing.tx).await?;
            }
            false => insert_import(&mut changing.tx, &import, &spec).await?,
        }
        let fact = Fact {
            action: if resumed {
                "import.resume"
            } else {
                "import.begin"
            },
            subject: &import.import_id,
            detail: json!({ "kind": import.kind, "fingerprint": import.fingerprint }),
        };
        changing.commit(at, change, fact).await?;
        let parts = match resumed {
            true => self.import_parts(&import.import_id).await?,
            false => Vec::new(),
        };
        Ok(ImportStart {
            import,
            parts,
            resumed,
        })
    }

    /// Records what a part of an import brought. A part counts once, however often it is recorded.
    pub async fn record_part(
        &self,
        import_id: &str,
        part: i64,
        counts: &Counts,
        at: i64,
    ) -> Result<()> {
        let mut tx = self.begin().await?;
        record(&mut tx, import_id, part, counts, at).await?;
        Ok(tx.commit().await?)
    }

    /// The parts recorded of an import.
    pub async fn import_parts(&self, import_id: &str) -> Result<Vec<(i64, Counts)>> {
        let sql =
            format!("SELECT part, {COUNTS} FROM import_parts WHERE import_id = $1 ORDER BY part");
        let rows = sqlx::query(&sql)
            .bind(import_id)
            .fetch_all(&self.reader)
            .await?;
        rows.iter()
            .map(|row| Ok((row.int("part")?, read_counts(row)?)))
            .collect()
    }

    /// Records how a running import ended.
    pub async fn finish_import(
        &self,
        import_id: &str,
        state: ImportState,
        message: &str,
        at: i64,
        change: &Change,
    ) -> Result<Import> {
        if matches!(state, ImportState::Running | ImportState::Withdrawn) {
            let problem = "must be done, stopped or failed: so an import ends";
            return Err(Error::invalid("state", problem));
        }
        let mut changing = self.begin_change().await?;
        let sql = format!(
            "UPDATE imports SET state = $1, message = $2, finished_at = $3 \
             WHERE import_id = $4 AND state = 'running' RETURNING {}",
            LISTING.select
        );
        let row = sqlx::query(&sql)
            .bind(state.word())
            .bind(message)
            .bind(at)
            .bind(import_id)
            .fetch_optional(&mut *changing.tx)
            .await?
            .ok_or_else(|| Error::missing("running import", import_id))?;
        let import = read_import(&row)?;
        let counts = import.counts;
        let fact = Fact {
            action: "import.finish",
            subject: import_id,
            detail: json!({
                "state": state, "read": counts.read, "loaded": counts.loaded,
                "duplicate": counts.duplicate, "quarantined": counts.quarantined,
            }),
        };
        changing.commit(at, change, fact).await?;
        Ok(import)
    }

    /// One import.
    pub async fn import(&self, import_id: &str) -> Result<Import> {
        let sql = format!(
            "SELECT {} FROM imports WHERE import_id = $1",
            LISTING.select
        );
        let row = sqlx::query(&sql)
            .bind(import_id)
            .fetch_optional(&self.reader)
            .await?
            .ok_or_else(|| Error::missing("import", import_id))?;
        read_import(&row)
    }

    /// Imports in pages, newest first; of one feed or of all.
    pub async fn imports(&self, kind: Option<Kind>, query: &ListQuery) -> Result<Page<Import>> {
        let filter = kind.map(|kind| -> Filter { ("kind", kind.word().to_string()) });
        self.page(&LISTING, filter.as_slice(), query, read_import)
            .await
    }

    /// What each feed has brought so far; a feed of which nothing was read is not in it, and what was withdrawn
    /// counts no more. A replay reads rows that were read before: it moves them from quarantined to loaded or
    /// duplicate, so that read = loaded + duplicate + quarantined holds for the sums.
    pub async fn feed_totals(&self) -> Result<Vec<FeedTotal>> {
        let sql = "SELECT kind, SUM(CASE WHEN replay_of IS NULL THEN 1 ELSE 0 END) AS imports, \
             CAST(SUM(CASE WHEN replay_of IS NULL THEN rows_read ELSE 0 END) AS BIGINT) AS rows_read, \
             CAST(SUM(loaded) AS BIGINT) AS loaded, CAST(SUM(duplicate) AS BIGINT) AS duplicate, \
             CAST(SUM(CASE WHEN replay_of IS NULL THEN quarantined ELSE -loaded - duplicate END) AS BIGINT) \
             AS quarantined, \
             MIN(first_happened_at) AS first_happened_at, MAX(last_happened_at) AS last_happened_at, \
             MAX(finished_at) AS last_import_at FROM imports WHERE rows_read > 0 AND state <> 'withdrawn' \
             GROUP BY kind ORDER BY kind";
        let rows = sqlx::query(sql).fetch_all(&self.reader).await?;
        let read = |row: &AnyRow| {
            Ok(FeedTotal {
                kind: row.word("kind", Kind::from_word)?,
                imports: row.int("imports")?,
                counts: read_counts(row)?,
                last_import_at: row.int_or_none("last_import_at")?,
            })
        };
        rows.iter().map(read).collect()
    }
}

/// Adds a part and its counts to an import, unless that part is there already.
pub(crate) async fn record(
    tx: &mut Tx,
    import_id: &str,
    part: i64,
    counts: &Counts,
    at: i64,
) -> Result<()> {
    if counts.read != counts.loaded + counts.duplicate + counts.quarantined {
        let problem = "must be loaded + duplicate + quarantined: a row was lost or counted twice";
        return Err(Error::invalid("read", problem));
    }
    let sql = format!(
        "INSERT INTO import_parts ({COUNTS}, import_id, part, at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (import_id, part) DO NOTHING"
    );
    let recorded = bind_counts(sqlx::query(&sql), counts)
        .bind(import_id)
        .bind(part)
        .bind(at)
        .execute(&mut **tx)
        .await?;
    if recorded.rows_affected() == 1 {
        // Comparing with the extreme values stands in for LEAST and MIN, which differ by dialect.
        let sql = "UPDATE imports SET parts = parts + 1, rows_read = rows_read + $1, \
             loaded = loaded + $2, duplicate = duplicate + $3, quarantined = quarantined + $4, \
             first_happened_at = CASE WHEN COALESCE(first_happened_at, $7) <= COALESCE($5, $7) \
             THEN first_happened_at ELSE $5 END, \
             last_happened_at = CASE WHEN COALESCE(last_happened_at, $8) >= COALESCE($6, $8) \
             THEN last_happened_at ELSE $6 END WHERE import_id = $9";
        bind_counts(sqlx::query(sql), counts)
            .bind(i64::MAX)
            .bind(i64::MIN)
            .bind(import_id)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

fn fresh_import(new: &NewImport, at: i64, change: &Change) -> Result<Import> {
    Ok(Import {
        import_id: match &new.import_id {
            Some(import_id) => import_id.clone(),
            None => fresh_id(at)?,
        },
        kind: new.kind,
        file: new.file.clone(),
        fingerprint: new.fingerprint.clone(),
        content: new.content.clone(),
        replay_of: new.replay_of.clone(),
        bytes: new.bytes,
        preset: new.preset.clone(),
        spec: new.spec.clone(),
        state: ImportState::Running,
        parts: 0,
        counts: Counts::default(),
        started_at: at,
        finished_at: None,
        author: change.author.clone(),
        reason: change.reason.clone(),
        message: String::new(),
    })
}

async fn insert_import(tx: &mut Tx, import: &Import, spec: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO imports (import_id, kind, file, fingerprint, content, replay_of, bytes, preset, spec, \
         author, reason, started_at, state, parts, rows_read, loaded, duplicate, quarantined, message) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'running', 0, 0, 0, 0, 0, '')",
    )
    .bind(&*import.import_id)
    .bind(import.kind.word())
    .bind(&*import.file)
    .bind(&*import.fingerprint)
    .bind(&*import.content)
    .bind(import.replay_of.as_deref())
    .bind(import.bytes.cast_signed())
    .bind(&*import.preset)
    .bind(spec)
    .bind(&*import.author)
    .bind(&*import.reason)
    .bind(import.started_at)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub(crate) type Query<'q> = sqlx::query::Query<'q, sqlx::Any, sqlx::any::AnyArguments<'q>>;

/// Binds the six counts, in the order of `COUNTS`.
fn bind_counts<'q>(query: Query<'q>, counts: &Counts) -> Query<'q> {
    query
        .bind(counts.read)
        .bind(counts.loaded)
        .bind(counts.duplicate)
        .bind(counts.quarantined)
        .bind(counts.first_happened_at)
        .bind(counts.last_happened_at)
}

fn read_counts(row: &AnyRow) -> Result<Counts> {
    Ok(Counts {
        read: row.int("rows_read")?,
        loaded: row.int("loaded")?,
        duplicate: row.int("duplicate")?,
        quarantined: row.int("quarantined")?,
        first_happened_at: row.int_or_none("first_happened_at")?,
        last_happened_at: row.int_or_none("last_happened_at")?,
    })
}

pub(crate) fn read_import(row: &AnyRow) -> Result<Import> {
    Ok(Import {
        import_id: row.text("import_id")?,
        kind: row.word("kind", Kind::from_word)?,
        file: row.text("file")?,
        fingerprint: row.text("fingerprint")?,
        content: row.text("content")?,
        replay_of: row.text_or_none("replay_of")?,
        bytes: row.int("bytes")?.cast_unsigned(),
        preset: row.text("preset")?,
        spec: row.json("spec")?,
        state: row.word("state", ImportState::from_word)?,
        parts: row.int("parts")?,
        counts: read_counts(row)?,
        started_at: row.int("started_at")?,
        finished_at: row.int_or_none("finished_at")?,
        author: row.text("author")?,
        reason: row.text("reason")?,
        message: row.text("message")?,
    })
}
