//! What later imports and people do to earlier imports: the same file read again, an import taken back. It must
//! not begin or end imports (`imports`), nor touch the lake's rows.

use retail::{Change, Kind};
use serde_json::json;

use crate::audit::Fact;
use crate::error::{Error, Result};
use crate::imports::{Import, ImportState, LISTING, read_import};
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
        let query = sqlx::query(sql).bind(root);
        let rows = query.fetch_all(&self.reader).await?;
        rows.iter().map(|row| row.text("import_id")).collect()
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
        let rows = query.fetch_all(&self.reader).await?;
        rows.iter().map(|row| row.text("import_id")).collect()
    }

    /// The imports of files of which a kill left something half done: those that the lake has withdrawn (`gone`) and
    /// this registry has not, and those with a replay that did not come to its end.
    pub async fn half_done(&self, gone: &[String]) -> Result<Vec<Import>> {
        let places: Vec<String> = (1..=gone.len()).map(|place| format!("${place}")).collect();
        let told = match places.is_empty() {
            true => String::new(),
            false => format!("i.import_id IN ({}) OR ", places.join(", ")),
        };
        let sql = format!(
            "SELECT {} FROM imports i WHERE i.replay_of IS NULL AND i.state <> 'withdrawn' AND ({told}EXISTS \
             (SELECT 1 FROM imports r WHERE r.replay_of = i.import_id \
             AND r.state IN ('running', 'stopped', 'failed'))) ORDER BY i.import_id",
            LISTING.select
        );
        let mut query = sqlx::query(&sql).persistent(false);
        for id in gone {
            query = query.bind(&**id);
        }
        let rows = query.fetch_all(&self.reader).await?;
        rows.iter().map(read_import).collect()
    }

    /// The replays of an import's rows that did not come to their end, by id.
    pub async fn cut_off_replays(&self, root: &str) -> Result<Vec<String>> {
        let sql = "SELECT import_id FROM imports WHERE replay_of = $1 \
                   AND state IN ('running', 'stopped', 'failed') ORDER BY import_id";
        let rows = sqlx::query(sql).bind(root).fetch_all(&self.reader).await?;
        rows.iter().map(|row| row.text("import_id")).collect()
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
    /// many there were. Those that a replay of an earlier one loaded, or that a person gave up, are so in this one too.
    pub async fn supersede(&self, import: &Import, at: i64, change: &Change) -> Result<u64> {
        let mut changing = self.begin_change().await?;
        let mut settled = 0;
        for state in [QuarantineState::Replayed, QuarantineState::Dropped] {
            let sql = "UPDATE quarantine SET state = $1 WHERE state = 'waiting' AND import_id = $2 \
                       AND row_no IN (SELECT q.row_no FROM quarantine q JOIN imports i ON i.import_id = q.import_id \
                       WHERE q.state = $1 AND i.import_id <> $2 AND i.kind = $3 AND i.content = $4 \
                       AND i.content <> '' AND i.state <> 'withdrawn')";
            let update = sqlx::query(sql)
                .bind(state.word())
                .bind(&*import.import_id)
                .bind(import.kind.word())
                .bind(&*import.content);
            settled += update.execute(&mut *changing.tx).await?.rows_affected();
        }
        let sql = "UPDATE quarantine SET state = $1 WHERE state = 'waiting' AND import_id <> $2 \
                   AND import_id IN (SELECT i.import_id FROM imports i LEFT JOIN imports had \
                   ON had.import_id = i.replay_of WHERE i.kind = $3 AND $4 IN (i.content, had.content))";
        let update = sqlx::query(sql)
            .bind(QuarantineState::Superseded.word())
            .bind(&*import.import_id)
            .bind(import.kind.word())
            .bind(&*import.content);
        let rows = update.execute(&mut *changing.tx).await?.rows_affected();
        if rows + settled == 0 {
            return Ok(0);
        }
        let fact = Fact {
            action: "quarantine.supersede",
            subject: &import.import_id,
            detail: json!({ "rows": rows, "settled_before": settled }),
        };
        changing.commit(at, change, fact).await?;
        Ok(rows)
    }

    /// Rows that imports of the same feed counted as duplicates since this one began, where their time overlaps with
    /// its own (microseconds since 1970); what was withdrawn does not count.
    pub async fn duplicates_since(&self, import: &Import) -> Result<i64> {
        let sql = "SELECT CAST(COALESCE(SUM(duplicate), 0) AS BIGINT) AS held FROM imports WHERE kind = $1 \
                   AND COALESCE(finished_at, $2) >= $2 AND import_id <> $3 AND state <> 'withdrawn' \
                   AND COALESCE(first_happened_at, $5) <= $5 AND COALESCE(last_happened_at, $4) >= $4";
        let query = sqlx::query(sql)
            .bind(import.kind.word())
            .bind(import.started_at)
            .bind(&*import.import_id)
            .bind(import.counts.first_happened_at.unwrap_or(i64::MIN))
            .bind(import.counts.last_happened_at.unwrap_or(i64::MAX));
        query.fetch_one(&self.reader).await?.int("held")
    }

    /// Marks an import and the replays of its rows as withdrawn, and gives up its rows that were held back. Rows
    /// that it superseded wait again, where an earlier import of the file still counts, and so do rows of later
    /// imports that its replays had loaded. The lake must have been told before.
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
        let mut waiting = update.execute(&mut *changing.tx).await?.rows_affected();
        // A later import of the file has them as replayed (`supersede`); nothing has loaded them any more.
        let sql = "UPDATE quarantine SET state = 'waiting' WHERE state = 'replayed' AND row_no IN \
                   (SELECT row_no FROM quarantine WHERE import_id = $1 AND state = 'replayed') \
                   AND import_id IN (SELECT import_id FROM imports WHERE kind = $2 AND content = $3 \
                   AND content <> '' AND import_id > $1 AND state = 'done')";
        let update = sqlx::query(sql)
            .bind(root)
            .bind(import.kind.word())
            .bind(&*import.content);
        waiting += update.execute(&mut *changing.tx).await?.rows_affected();
        let fact = Fact {
            action: "import.withdraw",
            subject: root,
            detail: json!({ "held_back_rows_dropped": dropped, "held_back_rows_waiting_again": waiting }),
        };
        changing.commit(at, change, fact).await?;
        Ok(())
    }
}
