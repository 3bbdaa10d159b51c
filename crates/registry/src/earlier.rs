//! What later imports and people do to earlier imports: the same file read again, an import taken back. It must
//! not begin or end imports (`imports`), nor touch the lake's rows.

use retail::{Change, Kind};
use serde_json::json;

use crate::audit::Fact;
use crate::error::{Error, Result};
use crate::imports::{Import, ImportState, LISTING, Query, read_import};
use crate::quarantine::QuarantineState;
use crate::row::Columns;
use crate::store::Registry;

impl Registry {
    /// The imports of a feed that had a file of this content and were not withdrawn, newest first.
    pub async fn imports_of_content(&self, kind: Kind, content: &str) -> Result<Vec<Import>> {
        let sql = format!(
            "SELECT {} FROM imports WHERE content = $1 AND kind = $2 AND state <> 'withdrawn' \
             ORDER BY {}",
            LISTING.select, LISTING.order
        );
        let query = sqlx::query(&sql).bind(content).bind(kind.word());
        let rows = query.fetch_all(&self.reader).await?;
        rows.iter().map(read_import).collect()
    }

    /// An import and the replays of its rows, by id.
    pub async fn import_and_replays(&self, root: &str) -> Result<Vec<String>> {
        let sql = "SELECT import_id FROM imports WHERE import_id = $1 OR replay_of = $1 ORDER BY import_id";
        self.ids(sqlx::query(sql).bind(root)).await
    }

    /// The imports that brought rows of one file into the lake, by id: every import of its content, and the replays
    /// of their rows that came to their end. What was withdrawn is not among them.
    pub async fn imports_of_file(&self, root: &Import) -> Result<Vec<String>> {
        let sql = "SELECT i.import_id FROM imports i LEFT JOIN imports had ON had.import_id = i.replay_of \
                   WHERE i.state <> 'withdrawn' AND i.kind = $1 AND (i.import_id = $2 \
                   OR i.content <> '' AND i.content = $3 OR i.state = 'done' AND (had.import_id = $2 \
                   OR had.content <> '' AND had.content = $3)) ORDER BY i.import_id";
        self.ids_for(sql, root).await
    }

    /// The imports whose rows stand before those that an import held back, by id: every import of its content, and
    /// the replays of its own rows that came to their end. Replays of an earlier import of the file brought the rows
    /// that this one holds back, and are not among them; nor is what was withdrawn.
    pub async fn imports_before_held(&self, root: &Import) -> Result<Vec<String>> {
        let sql = "SELECT import_id FROM imports WHERE state <> 'withdrawn' AND kind = $1 AND (import_id = $2 \
                   OR content <> '' AND content = $3 OR state = 'done' AND replay_of = $2) ORDER BY import_id";
        self.ids_for(sql, root).await
    }

    async fn ids_for(&self, sql: &str, root: &Import) -> Result<Vec<String>> {
        let query = sqlx::query(sql)
            .bind(root.kind.word())
            .bind(&*root.import_id)
            .bind(&*root.content);
        self.ids(query).await
    }

    async fn ids(&self, query: Query<'_>) -> Result<Vec<String>> {
        let rows = query.fetch_all(&self.reader).await?;
        rows.iter().map(|row| row.text("import_id")).collect()
    }

    /// The imports of files of which a kill left something half done: those that the lake has withdrawn (`gone`) and
    /// this registry has not, and those with a replay that did not come to its end.
    pub async fn half_done(&self, gone: &[String]) -> Result<Vec<Import>> {
        let cut_off = "EXISTS (SELECT 1 FROM imports r WHERE r.replay_of = i.import_id \
                       AND r.state IN ('running', 'stopped', 'failed'))";
        let mut found = self.roots_where(cut_off, &[]).await?;
        // Not all at once: a database binds so many values.
        for gone in gone.chunks(500) {
            let places: Vec<String> = (1..=gone.len()).map(|place| format!("${place}")).collect();
            let told = format!("i.import_id IN ({})", places.join(", "));
            found.extend(self.roots_where(&told, gone).await?);
        }
        found.sort_by(|a, b| a.import_id.cmp(&b.import_id));
        found.dedup_by(|a, b| a.import_id == b.import_id);
        Ok(found)
    }

    async fn roots_where(&self, condition: &str, ids: &[String]) -> Result<Vec<Import>> {
        let sql = format!(
            "SELECT {} FROM imports i WHERE i.replay_of IS NULL AND i.state <> 'withdrawn' AND {condition}",
            LISTING.select
        );
        let mut query = sqlx::query(&sql).persistent(false);
        for id in ids {
            query = query.bind(&**id);
        }
        let rows = query.fetch_all(&self.reader).await?;
        rows.iter().map(read_import).collect()
    }

    /// The replays of an import's rows that did not come to their end, by id.
    pub async fn cut_off_replays(&self, root: &str) -> Result<Vec<String>> {
        let sql = "SELECT import_id FROM imports WHERE replay_of = $1 \
                   AND state IN ('running', 'stopped', 'failed') ORDER BY import_id";
        self.ids(sqlx::query(sql).bind(root)).await
    }

    /// Marks replays that did not come to their end as withdrawn; their rows still wait. The lake must have been told
    /// before, and nobody may be at work on them.
    pub async fn withdraw_cut_off(
        &self,
        root: &str,
        replays: &[String],
        at: i64,
        change: &Change,
    ) -> Result<()> {
        let mut changing = self.begin_change().await?;
        for replay in replays {
            let sql = "UPDATE imports SET state = $1, finished_at = COALESCE(finished_at, $2) \
                       WHERE import_id = $3 AND replay_of = $4 AND state IN ('running', 'stopped', 'failed')";
            let update = sqlx::query(sql)
                .bind(ImportState::Withdrawn.word())
                .bind(at)
                .bind(&**replay)
                .bind(root);
            update.execute(&mut *changing.tx).await?;
        }
        let fact = Fact {
            action: "replay.withdraw",
            subject: root,
            detail: json!({ "cut_off": replays }),
        };
        changing.commit(at, change, fact).await?;
        Ok(())
    }

    /// Rows that an import and the replays of its rows loaded.
    pub async fn loaded_of(&self, root: &str) -> Result<i64> {
        let sql = "SELECT CAST(COALESCE(SUM(loaded), 0) AS BIGINT) AS held FROM imports \
                   WHERE import_id = $1 OR replay_of = $1";
        let query = sqlx::query(sql).bind(root);
        query.fetch_one(&self.reader).await?.int("held")
    }

    /// Whether another file's import of the feed brought rows of a span of time (microseconds since 1970).
    pub async fn others_in_span(&self, import: &Import, first: i64, last: i64) -> Result<bool> {
        let sql = "SELECT COUNT(*) AS held FROM imports i LEFT JOIN imports had ON had.import_id = i.replay_of \
                   WHERE i.kind = $1 AND i.loaded > 0 AND i.state <> 'withdrawn' \
                   AND COALESCE(had.content, i.content) <> $2 \
                   AND i.first_happened_at <= $3 AND i.last_happened_at >= $4";
        let query = sqlx::query(sql)
            .bind(import.kind.word())
            .bind(&*import.content)
            .bind(last)
            .bind(first);
        Ok(query.fetch_one(&self.reader).await?.int("held")? > 0)
    }

    /// The imports of a feed that have not brought their file to its end, oldest first: those under way, and those
    /// that ended after a part. One whose file another import read to the end, later or with as many rows, is not
    /// among them, nor one whose rows were all in a later file of the same name.
    pub async fn unfinished_imports(&self, kind: Kind) -> Result<Vec<Import>> {
        let sql = format!(
            "SELECT {} FROM imports i WHERE kind = $1 AND replay_of IS NULL \
             AND (state = 'running' OR state IN ('stopped', 'failed') AND rows_read > 0) \
             AND NOT EXISTS (SELECT 1 FROM imports other \
             WHERE other.kind = i.kind AND other.state = 'done' AND (other.content = i.content \
             AND (other.finished_at >= i.started_at \
             OR other.loaded + other.duplicate > 0 AND other.loaded + other.duplicate >= i.loaded + i.duplicate) \
             OR other.file = i.file AND other.finished_at >= i.started_at AND i.loaded > 0 \
             AND other.duplicate >= i.loaded AND other.rows_read >= i.rows_read)) \
             ORDER BY started_at, import_id",
            LISTING.select
        );
        let query = sqlx::query(&sql).bind(kind.word());
        let rows = query.fetch_all(&self.reader).await?;
        rows.iter().map(read_import).collect()
    }

    /// Rows that earlier imports of the same file held back wait no longer: this import read them again. Gives how
    /// many there were.
    pub async fn supersede(&self, import: &Import, at: i64, change: &Change) -> Result<u64> {
        let mut changing = self.begin_change().await?;
        let sql = "UPDATE quarantine SET state = $1 WHERE state = 'waiting' AND import_id <> $2 \
                   AND import_id IN (SELECT i.import_id FROM imports i LEFT JOIN imports had \
                   ON had.import_id = i.replay_of WHERE i.kind = $3 AND $4 IN (i.content, had.content))";
        let update = sqlx::query(sql)
            .bind(QuarantineState::Superseded.word())
            .bind(&*import.import_id)
            .bind(import.kind.word())
            .bind(&*import.content);
        let rows = update.execute(&mut *changing.tx).await?.rows_affected();
        if rows == 0 {
            return Ok(0);
        }
        let fact = Fact {
            action: "quarantine.supersede",
            subject: &import.import_id,
            detail: json!({ "rows": rows }),
        };
        changing.commit(at, change, fact).await?;
        Ok(rows)
    }

    /// Rows that imports of the same feed counted as duplicates since this one began; what was withdrawn does not
    /// count, nor what lies in another span of time, where every row of the feed has a time of its own.
    pub async fn duplicates_since(&self, import: &Import) -> Result<i64> {
        let span = match import.kind {
            Kind::Orders | Kind::Events => self.span_of(&import.import_id).await?,
            _ => None,
        };
        let (first, last) = span.unwrap_or((i64::MIN, i64::MAX));
        let sql = "SELECT CAST(COALESCE(SUM(duplicate), 0) AS BIGINT) AS held FROM imports WHERE kind = $1 \
                   AND COALESCE(finished_at, $2) >= $2 AND import_id <> $3 AND state <> 'withdrawn' \
                   AND COALESCE(first_happened_at, $5) <= $5 AND COALESCE(last_happened_at, $4) >= $4";
        let query = sqlx::query(sql)
            .bind(import.kind.word())
            .bind(import.started_at)
            .bind(&*import.import_id)
            .bind(first)
            .bind(last);
        query.fetch_one(&self.reader).await?.int("held")
    }

    /// The time in which the rows of an import and of their replays lie (microseconds since 1970).
    async fn span_of(&self, root: &str) -> Result<Option<(i64, i64)>> {
        let sql = "SELECT MIN(first_happened_at) AS first_at, MAX(last_happened_at) AS last_at FROM imports \
                   WHERE import_id = $1 OR replay_of = $1";
        let row = sqlx::query(sql).bind(root).fetch_one(&self.reader).await?;
        Ok(row
            .int_or_none("first_at")?
            .zip(row.int_or_none("last_at")?))
    }

    /// Marks an import and the replays of its rows as withdrawn, and gives up its rows that were held back. Rows
    /// that it superseded wait again, where an earlier import of the file still counts. The lake must have been
    /// told before.
    pub async fn withdraw_import(&self, import: &Import, at: i64, change: &Change) -> Result<()> {
        let root = &*import.import_id;
        let mut changing = self.begin_change().await?;
        let sql = "UPDATE imports SET state = $1, finished_at = COALESCE(finished_at, $2) \
                   WHERE import_id = $3 OR replay_of = $3";
        let update = sqlx::query(sql)
            .bind(ImportState::Withdrawn.word())
            .bind(at)
            .bind(root);
        if update.execute(&mut *changing.tx).await?.rows_affected() == 0 {
            return Err(Error::missing("import", root));
        }
        let sql = "UPDATE quarantine SET state = $1 WHERE state = 'waiting' AND import_id IN \
                   (SELECT import_id FROM imports WHERE import_id = $2 OR replay_of = $2)";
        let update = sqlx::query(sql)
            .bind(QuarantineState::Dropped.word())
            .bind(root);
        let dropped = update.execute(&mut *changing.tx).await?.rows_affected();
        // Only an import that came to its end superseded others: of the newest of them nothing was superseded.
        let sql = "UPDATE quarantine SET state = 'waiting' WHERE state = 'superseded' AND import_id = \
                   (SELECT import_id FROM imports WHERE kind = $1 AND content = $2 AND content <> '' \
                   AND state = 'done' ORDER BY started_at DESC, import_id DESC LIMIT 1)";
        let update = sqlx::query(sql)
            .bind(import.kind.word())
            .bind(&*import.content);
        let waiting = update.execute(&mut *changing.tx).await?.rows_affected();
        let fact = Fact {
            action: "import.withdraw",
            subject: root,
            detail: json!({ "held_back_rows_dropped": dropped, "held_back_rows_waiting_again": waiting }),
        };
        changing.commit(at, change, fact).await?;
        Ok(())
    }
}
