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

    /// The imports of a feed that brought a part of their file and not its end, oldest first. One whose file was
    /// read to the end by a later import is not among them, nor one whose rows a later file of the same name had.
    pub async fn unfinished_imports(&self, kind: Kind) -> Result<Vec<Import>> {
        let sql = format!(
            "SELECT {} FROM imports i WHERE kind = $1 AND rows_read > 0 AND replay_of IS NULL \
             AND state IN ('running', 'stopped', 'failed') AND NOT EXISTS (SELECT 1 FROM imports later \
             WHERE later.kind = i.kind AND later.state = 'done' AND later.started_at >= i.started_at \
             AND (later.content = i.content OR later.file = i.file AND later.duplicate >= i.loaded)) \
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

    /// Rows that imports of the same feed after this one counted as duplicates; what was withdrawn does not count.
    pub async fn duplicates_after(&self, import: &Import) -> Result<i64> {
        let sql = "SELECT CAST(COALESCE(SUM(duplicate), 0) AS BIGINT) AS rows FROM imports WHERE kind = $1 \
                   AND started_at >= $2 AND import_id <> $3 AND state <> 'withdrawn'";
        let query = sqlx::query(sql)
            .bind(import.kind.word())
            .bind(import.started_at)
            .bind(&*import.import_id);
        query.fetch_one(&self.reader).await?.int("rows")
    }

    /// Marks an import and the replays of its rows as withdrawn, and gives up its rows that were held back. The
    /// lake must have been told before.
    pub async fn withdraw_import(&self, root: &str, at: i64, change: &Change) -> Result<()> {
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
        let rows = update.execute(&mut *changing.tx).await?.rows_affected();
        let fact = Fact {
            action: "import.withdraw",
            subject: root,
            detail: json!({ "held_back_rows_dropped": rows }),
        };
        changing.commit(at, change, fact).await?;
        Ok(())
    }
}
