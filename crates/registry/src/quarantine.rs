//! Rows of imports that were held back, until they are replayed or dropped. What they hold may name a
//! person, so it is sealed. Why a row is bad is `collect`'s to say.

use retail::{Change, Kind};
use serde::Serialize;
use serde_json::json;
use sqlx::any::AnyRow;

use crate::audit::Fact;
use crate::error::{Error, Result};
use crate::imports::{Counts, ImportState, record};
use crate::page::{Filter, ListQuery, Listing, Page};
use crate::row::{Columns, stored_words};
use crate::secret::Noise;
use crate::store::Registry;

stored_words! {
    /// What became of a row that was held back.
    QuarantineState {
        /// Held back.
        Waiting => "waiting",
        /// Loaded by a later import.
        Replayed => "replayed",
        /// Given up by a person.
        Dropped => "dropped",
        /// Read again with the whole file, by a later import.
        Superseded => "superseded",
    }
}

/// A row to be held back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// Its number in the file.
    pub row: i64,
    /// The column at fault; `None` where the whole row is.
    pub column: Option<String>,
    /// The value at fault.
    pub value: Option<String>,
    /// What is wrong, in words.
    pub reason: String,
    /// What is wrong, as a word to count by; it must not hold the value.
    pub reason_code: String,
    /// The row as it stood in the file.
    pub raw: String,
    /// Whether `raw` is the whole row, so that it can be read again.
    pub replayable: bool,
}

/// A row that was held back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuarantineRow {
    /// Its id: import and row.
    pub quarantine_id: String,
    /// The import.
    pub import_id: String,
    /// The import's file.
    pub file: String,
    /// Its number in the file.
    pub row: i64,
    /// The column at fault.
    pub column: Option<String>,
    /// The value at fault.
    pub value: Option<String>,
    /// What is wrong, in words.
    pub reason: String,
    /// What is wrong, as a word.
    pub reason_code: String,
    /// What became of it.
    pub state: QuarantineState,
    /// The row as it stood in the file.
    pub raw: String,
    /// Whether `raw` is the whole row, so that it can be read again.
    pub replayable: bool,
    /// When it was held back.
    pub at: i64,
}

/// Which rows are listed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QuarantineFilter {
    /// Of this import only.
    pub import_id: Option<String>,
    /// With this reason only.
    pub reason_code: Option<String>,
    /// In this state only.
    pub state: Option<QuarantineState>,
}

/// How many rows have a reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReasonCount {
    /// The reason.
    pub reason_code: String,
    /// What became of them.
    pub state: QuarantineState,
    /// How many.
    pub rows: i64,
}

const LISTING: Listing = Listing {
    select: "q.import_id, i.file, q.row_no, q.column_name, q.reason_code, q.sealed, q.state, q.replayable, \
             q.at",
    from: "quarantine q JOIN imports i ON i.import_id = q.import_id",
    sorts: &[
        ("import_id", "q.import_id"),
        ("file", "i.file"),
        ("row", "q.row_no"),
        ("column", "q.column_name"),
        ("reason_code", "q.reason_code"),
        ("state", "q.state"),
    ],
    searches: &["q.import_id", "i.file", "q.column_name", "q.reason_code"],
    order: "q.import_id, q.row_no",
};

const COLUMNS: usize = 8;

impl Registry {
    /// Holds rows of an import back; gives how many are new. A row that is held back already stays as it is.
    pub async fn add_quarantine(&self, import_id: &str, rows: &[BadRow], at: i64) -> Result<u64> {
        let mut tx = self.begin().await?;
        let mut noise = Noise::new();
        let mut added = 0;
        let at_once = self.dialect.rows_at_once(COLUMNS);
        for chunk in rows.chunks(at_once) {
            let sealed = chunk
                .iter()
                .map(|row| self.seal_row(import_id, row, &mut noise))
                .collect::<Result<Vec<_>>>()?;
            let sql = self.dialect.insert(
                "INSERT INTO quarantine (import_id, row_no, column_name, reason_code, sealed, state, replayable, at)",
                COLUMNS,
                chunk.len(),
                "ON CONFLICT (import_id, row_no) DO NOTHING",
            );
            let mut insert = sqlx::query(&sql).persistent(chunk.len() == at_once);
            for (row, sealed) in chunk.iter().zip(&sealed) {
                insert = insert
                    .bind(import_id)
                    .bind(row.row)
                    .bind(row.column.as_deref())
                    .bind(&*row.reason_code)
                    .bind(&sealed[..])
                    .bind(QuarantineState::Waiting.word())
                    .bind(i64::from(row.replayable))
                    .bind(at);
            }
            added += insert.execute(&mut *tx).await?.rows_affected();
        }
        tx.commit().await?;
        Ok(added)
    }

    /// Rows that were held back, in pages, by import and row.
    pub async fn quarantine(
        &self,
        filter: &QuarantineFilter,
        query: &ListQuery,
    ) -> Result<Page<QuarantineRow>> {
        let mut filters: Vec<Filter> = Vec::new();
        if let Some(import_id) = &filter.import_id {
            filters.push(("q.import_id", import_id.clone()));
        }
        if let Some(reason_code) = &filter.reason_code {
            filters.push(("q.reason_code", reason_code.clone()));
        }
        if let Some(state) = filter.state {
            filters.push(("q.state", state.word().to_string()));
        }
        self.page(&LISTING, &filters, query, |row| self.read_bad_row(row))
            .await
    }

    /// Keeps why rows that are held back are bad now: a replay read them again and they still are.
    pub async fn judge_again(
        &self,
        import_id: &str,
        rows: &[BadRow],
        at: i64,
        change: &Change,
    ) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let mut changing = self.begin_change().await?;
        let mut noise = Noise::new();
        for row in rows {
            let sql = "UPDATE quarantine SET column_name = $1, reason_code = $2, sealed = $3 \
                       WHERE import_id = $4 AND row_no = $5 AND state = 'waiting'";
            sqlx::query(sql)
                .bind(row.column.as_deref())
                .bind(&*row.reason_code)
                .bind(self.seal_row(import_id, row, &mut noise)?)
                .bind(import_id)
                .bind(row.row)
                .execute(&mut *changing.tx)
                .await?;
        }
        let fact = Fact {
            action: "quarantine.judge",
            subject: import_id,
            detail: json!({ "rows": rows.len() }),
        };
        changing.commit(at, change, fact).await?;
        Ok(())
    }

    /// Gives up rows that wait, of one import or of all, with one reason or any (the filter's state does not
    /// count); gives how many there were.
    pub async fn drop_waiting(
        &self,
        filter: &QuarantineFilter,
        at: i64,
        change: &Change,
    ) -> Result<u64> {
        let mut changing = self.begin_change().await?;
        // An empty word stands for any: no import and no reason has an empty name.
        let sql = "UPDATE quarantine SET state = $1 WHERE state = 'waiting' \
                   AND ($2 = '' OR import_id = $2) AND ($3 = '' OR reason_code = $3)";
        let import_id = filter.import_id.as_deref().unwrap_or_default();
        let reason_code = filter.reason_code.as_deref().unwrap_or_default();
        let update = sqlx::query(sql)
            .bind(QuarantineState::Dropped.word())
            .bind(import_id)
            .bind(reason_code);
        let rows = update.execute(&mut *changing.tx).await?.rows_affected();
        let fact = Fact {
            action: "quarantine.drop",
            subject: import_id,
            detail: json!({ "rows": rows, "reason_code": reason_code }),
        };
        changing.commit(at, change, fact).await?;
        Ok(rows)
    }

    /// The waiting rows of an import after a row number that can be read again, in order: how a replay walks
    /// through them.
    pub async fn waiting_rows(
        &self,
        import_id: &str,
        after_row: i64,
        limit: u32,
    ) -> Result<Vec<QuarantineRow>> {
        let sql = format!(
            "SELECT {} FROM {} WHERE q.import_id = $1 AND q.row_no > $2 AND q.state = 'waiting' \
             AND q.replayable = 1 ORDER BY q.row_no LIMIT $3",
            LISTING.select, LISTING.from
        );
        let rows = sqlx::query(&sql)
            .bind(import_id)
            .bind(after_row)
            .bind(i64::from(limit))
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(|row| self.read_bad_row(row)).collect()
    }

    /// The imports that have waiting rows that can be read again, by id.
    pub async fn imports_with_waiting(&self) -> Result<Vec<String>> {
        let sql = "SELECT DISTINCT import_id FROM quarantine WHERE state = 'waiting' AND replayable = 1 ORDER BY import_id";
        let rows = sqlx::query(sql).fetch_all(&self.reader).await?;
        rows.iter().map(|row| row.text("import_id")).collect()
    }

    /// How many rows wait, by kind of feed.
    pub async fn waiting_by_kind(&self) -> Result<Vec<(Kind, i64)>> {
        let sql = "SELECT i.kind, COUNT(*) AS held FROM quarantine q \
                   JOIN imports i ON i.import_id = q.import_id \
                   WHERE q.state = 'waiting' GROUP BY i.kind ORDER BY i.kind";
        let rows = sqlx::query(sql).fetch_all(&self.reader).await?;
        let read = |row: &AnyRow| Ok((row.word("kind", Kind::from_word)?, row.int("held")?));
        rows.iter().map(read).collect()
    }

    /// How many rows there are by reason and state, the most frequent first; of one import or of all.
    pub async fn quarantine_counts(&self, import_id: Option<&str>) -> Result<Vec<ReasonCount>> {
        let condition = import_id.map_or("", |_| "WHERE import_id = $1");
        let sql = format!(
            "SELECT reason_code, state, COUNT(*) AS held FROM quarantine {condition} \
             GROUP BY reason_code, state ORDER BY held DESC, reason_code, state"
        );
        let mut query = sqlx::query(&sql);
        if let Some(import_id) = import_id {
            query = query.bind(import_id);
        }
        let rows = query.fetch_all(&self.reader).await?;
        let read = |row: &AnyRow| {
            Ok(ReasonCount {
                reason_code: row.text("reason_code")?,
                state: row.word("state", QuarantineState::from_word)?,
                rows: row.int("held")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Ends a replay: records what it brought as its one part, closes it, and marks the rows of `held_by` that it
    /// settled, all or nothing: a row that waits no longer ends it in an error. A replay that is cut off before this
    /// is taken back (`withdraw_cut_off`), and its rows wait on.
    pub async fn finish_replay(
        &self,
        import_id: &str,
        counts: &Counts,
        held_by: &str,
        rows: &[i64],
        at: i64,
        change: &Change,
    ) -> Result<()> {
        let mut changing = self.begin_change().await?;
        record(&mut changing.tx, import_id, 0, counts, at).await?;
        let sql = "UPDATE imports SET state = 'done', finished_at = $1 \
                   WHERE import_id = $2 AND state = 'running'";
        let ended = sqlx::query(sql).bind(at).bind(import_id);
        if ended.execute(&mut *changing.tx).await?.rows_affected() == 0 {
            return Err(Error::missing("running replay", import_id));
        }
        let state = QuarantineState::Replayed;
        let mut marked = 0;
        for chunk in rows.chunks(10_000) {
            let numbers: Vec<_> = chunk.iter().map(i64::to_string).collect();
            let sql = format!(
                "UPDATE quarantine SET state = $1 WHERE import_id = $2 AND state = 'waiting' AND row_no IN ({})",
                numbers.join(",")
            );
            let update = sqlx::query(&sql)
                .persistent(false)
                .bind(state.word())
                .bind(held_by);
            marked += update.execute(&mut *changing.tx).await?.rows_affected();
        }
        if marked != rows.len() as u64 {
            return Err(Error::conflict(
                format!("rows of import {held_by} were settled by someone else meanwhile"),
                "replay what still waits",
            ));
        }
        let fact = Fact {
            action: "import.finish",
            subject: import_id,
            detail: json!({
                "state": ImportState::Done, "read": counts.read, "loaded": counts.loaded,
                "duplicate": counts.duplicate, "quarantined": counts.quarantined, "rows_settled": marked,
            }),
        };
        changing.commit(at, change, fact).await?;
        Ok(())
    }

    fn seal_row(&self, import_id: &str, row: &BadRow, noise: &mut Noise) -> Result<Vec<u8>> {
        let content = json!([row.value, row.reason, row.raw]).to_string();
        let place = place(import_id, row.row);
        self.keys.project.seal(content.as_bytes(), &place, noise)
    }

    fn read_bad_row(&self, row: &AnyRow) -> Result<QuarantineRow> {
        let what = "a row in quarantine";
        let import_id = row.text("import_id")?;
        let number = row.int("row_no")?;
        let content = self
            .keys
            .project
            .open(&row.bytes("sealed")?, &place(&import_id, number))
            .and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let (value, reason, raw) = content.ok_or(Error::Damaged { what })?;
        Ok(QuarantineRow {
            quarantine_id: format!("{import_id}:{number}"),
            file: row.text("file")?,
            row: number,
            column: row.text_or_none("column_name")?,
            value,
            reason,
            reason_code: row.text("reason_code")?,
            state: row.word("state", QuarantineState::from_word)?,
            raw,
            replayable: row.int("replayable")? != 0,
            at: row.int("at")?,
            import_id,
        })
    }
}

/// What a sealed row is bound to.
fn place(import_id: &str, row: i64) -> Vec<u8> {
    [import_id.as_bytes(), &row.to_le_bytes()].concat()
}
