//! The way of events out of the inbox into the lake, exactly once: whoever flushes reads in the order of numbers,
//! commits to the lake together with the last number, and then tells it here. It must not know the lake.

use sqlx::any::AnyRow;

use crate::error::{Error, Result};
use crate::events::place;
use crate::row::Columns;
use crate::store::{Registry, Tx};

/// The reader whose position says what is in the lake.
const LAKE: &str = "lake";

/// An event in the inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxEvent {
    /// Its number.
    pub seq: i64,
    /// When it came, in microseconds since 1970 UTC.
    pub received_at: i64,
    /// When it happened, in microseconds since 1970 UTC.
    pub happened_at: i64,
    /// What it holds.
    pub payload: Vec<u8>,
}

/// How full the inbox is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InboxState {
    /// The last number that was given.
    pub last_seq: i64,
    /// The number up to which events are in the lake.
    pub flushed_seq: i64,
    /// When the event that waits longest came; `None` where none waits.
    pub waiting_since: Option<i64>,
}

const SELECT: &str = "SELECT seq, received_at, happened_at, sealed FROM inbox";

impl Registry {
    /// The events that are not in the lake yet, by number, so many at most. After a crash, tell the number that the
    /// lake holds with `flushed` first.
    pub async fn take_events(&self, limit: u32) -> Result<Vec<InboxEvent>> {
        self.events_after(self.position(LAKE).await?, limit).await
    }

    /// The events after a number, by number: how another reader than the lake's goes through them.
    pub async fn events_after(&self, seq: i64, limit: u32) -> Result<Vec<InboxEvent>> {
        let sql = format!("{SELECT} WHERE seq > $1 ORDER BY seq LIMIT $2");
        let select = sqlx::query(&sql).bind(seq).bind(i64::from(limit));
        let rows = select.fetch_all(&self.reader).await?;
        rows.iter().map(|row| self.read_event(row)).collect()
    }

    /// The events that came last and are not in the lake yet, the last one first.
    pub async fn newest_events(&self, limit: u32) -> Result<Vec<InboxEvent>> {
        let sql = format!("{SELECT} ORDER BY seq DESC LIMIT $1");
        let select = sqlx::query(&sql).bind(i64::from(limit));
        let rows = select.fetch_all(&self.reader).await?;
        rows.iter().map(|row| self.read_event(row)).collect()
    }

    /// The lake holds every event up to a number: they leave the inbox, and no later event gets such a number, also
    /// where the registry is older than the lake, as after a restored backup. Gives how many left. Telling it again
    /// changes nothing. Their bytes leave the disk of SQLite with `sweep_deleted`.
    pub async fn flushed(&self, up_to_seq: i64, at: i64) -> Result<u64> {
        let mut tx = self.begin().await?;
        let sql =
            "UPDATE inbox_head SET seq = CASE WHEN seq < $1 THEN $1 ELSE seq END WHERE id = 1";
        let raise = sqlx::query(sql).bind(up_to_seq);
        raise.execute(&mut *tx).await?;
        set_position(&mut tx, LAKE, up_to_seq, at).await?;
        let delete = sqlx::query("DELETE FROM inbox WHERE seq <= $1").bind(up_to_seq);
        let gone = delete.execute(&mut *tx).await?.rows_affected();
        tx.commit().await?;
        Ok(gone)
    }

    /// How far the lake has come; 0 before the first flush.
    pub async fn flush_position(&self) -> Result<i64> {
        self.position(LAKE).await
    }

    /// How far a reader has come; 0 where it never said.
    pub async fn position(&self, name: &str) -> Result<i64> {
        let select = sqlx::query("SELECT seq FROM inbox_positions WHERE name = $1").bind(name);
        let row = select.fetch_optional(&self.reader).await?;
        row.map_or(Ok(0), |row| row.int("seq"))
    }

    /// Keeps how far a reader has come; a position never goes back.
    pub async fn set_position(&self, name: &str, seq: i64, at: i64) -> Result<()> {
        let mut tx = self.begin().await?;
        set_position(&mut tx, name, seq, at).await?;
        tx.commit().await?;
        Ok(())
    }

    /// How full the inbox is.
    pub async fn inbox_state(&self) -> Result<InboxState> {
        let sql = "SELECT h.seq, COALESCE((SELECT p.seq FROM inbox_positions p WHERE p.name = $1), 0) AS flushed, \
                   (SELECT i.received_at FROM inbox i ORDER BY i.seq LIMIT 1) AS since \
                   FROM inbox_head h WHERE h.id = 1";
        let row = sqlx::query(sql).bind(LAKE).fetch_one(&self.reader).await?;
        Ok(InboxState {
            last_seq: row.int("seq")?,
            flushed_seq: row.int("flushed")?,
            waiting_since: row.int_or_none("since")?,
        })
    }

    /// Takes the bytes of deleted events and letters off the disk of SQLite: deleted rows are written over at once, but
    /// their journal still holds them until now.
    pub async fn sweep_deleted(&self) -> Result<()> {
        self.flush_deleted().await
    }

    fn read_event(&self, row: &AnyRow) -> Result<InboxEvent> {
        let what = "an event in the inbox";
        let (seq, received_at, happened_at) = (
            row.int("seq")?,
            row.int("received_at")?,
            row.int("happened_at")?,
        );
        let place = place(seq, received_at, happened_at);
        let payload = self.keys.project.open(&row.bytes("sealed")?, &place);
        Ok(InboxEvent {
            seq,
            received_at,
            happened_at,
            payload: payload.ok_or(Error::Damaged { what })?,
        })
    }
}

async fn set_position(tx: &mut Tx, name: &str, seq: i64, at: i64) -> Result<()> {
    let sql = "INSERT INTO inbox_positions (name, seq, at) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE \
               SET seq = excluded.seq, at = excluded.at WHERE inbox_positions.seq < excluded.seq";
    let insert = sqlx::query(sql).bind(name).bind(seq).bind(at);
    insert.execute(&mut **tx).await?;
    Ok(())
}
