//! The way of events out of the inbox into the lake, exactly once: whoever flushes reads in the order of numbers,
//! commits to the lake together with the last number, and then tells it here. It must not know the lake.

use sqlx::any::AnyRow;

use crate::blocks;
use crate::error::{Error, Result};
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
    /// When the event that waits longest came, or a neighbour of it before; `None` where none waits.
    pub waiting_since: Option<i64>,
}

const SELECT: &str = "SELECT last_seq, events, received_at, sealed FROM inbox";

/// Blocks that are read at once.
const BLOCKS_READ: i64 = 16;

/// Blocks that are removed in one transaction where no one waits for it; who comes meanwhile waits for no more.
const BLOCKS_REMOVED: usize = 16;

impl Registry {
    /// The events that are not in the lake yet, by number, so many at most. After a crash, tell the number that the
    /// lake holds with `flushed` first.
    pub async fn take_events(&self, limit: u32) -> Result<Vec<InboxEvent>> {
        self.events_after(0, limit).await
    }

    /// The events after a number that are not in the lake yet, by number: how another reader than the lake's goes
    /// through them.
    pub async fn events_after(&self, seq: i64, limit: u32) -> Result<Vec<InboxEvent>> {
        let limit = limit as usize;
        let mut after = seq.max(self.position(LAKE).await?);
        let sql = format!("{SELECT} WHERE last_seq > $1 ORDER BY last_seq LIMIT $2");
        let mut events = Vec::new();
        while events.len() < limit {
            let select = sqlx::query(&sql).bind(after).bind(BLOCKS_READ);
            let rows = select.fetch_all(&self.reader).await?;
            for row in &rows {
                if events.len() < limit {
                    let block = self.read_block(row)?;
                    events.extend(block.into_iter().filter(|event| event.seq > after));
                }
            }
            if (rows.len() as i64) < BLOCKS_READ {
                break;
            }
            after = events.last().map_or(after, |event| event.seq);
        }
        events.truncate(limit);
        Ok(events)
    }

    /// The events that came last and are not in the lake yet, the last one first.
    pub async fn newest_events(&self, limit: u32) -> Result<Vec<InboxEvent>> {
        let limit = limit as usize;
        let flushed = self.position(LAKE).await?;
        let sql = format!(
            "{SELECT} WHERE last_seq > $1 AND last_seq < $2 ORDER BY last_seq DESC LIMIT 1"
        );
        let mut events: Vec<InboxEvent> = Vec::new();
        while events.len() < limit {
            let before = events.last().map_or(i64::MAX, |event| event.seq);
            let select = sqlx::query(&sql).bind(flushed).bind(before);
            let Some(row) = select.fetch_optional(&self.reader).await? else {
                break;
            };
            let block = self.read_block(&row)?.into_iter().rev();
            events.extend(block.filter(|event| event.seq > flushed));
        }
        events.truncate(limit);
        Ok(events)
    }

    /// The lake holds every event up to a number: none of them is read from the inbox any more, and no later event gets
    /// such a number, also where the registry is older than the lake, as after a restored backup. Telling it again
    /// changes nothing. Nothing is deleted here, so that nobody who puts events waits: those who come next take the
    /// room, and `sweep_deleted` takes the rest off the disk.
    pub async fn flushed(&self, up_to_seq: i64, at: i64) -> Result<()> {
        let mut tx = self.begin().await?;
        let sql =
            "UPDATE inbox_head SET seq = CASE WHEN seq < $1 THEN $1 ELSE seq END WHERE id = 1";
        let raise = sqlx::query(sql).bind(up_to_seq);
        raise.execute(&mut *tx).await?;
        set_position(&mut tx, LAKE, up_to_seq, at).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Removes so many blocks at most of which the lake holds every event; gives how many. The caller has the head's
    /// lock.
    pub(crate) async fn remove_flushed(&self, tx: &mut Tx, blocks: usize) -> Result<u64> {
        let sql = "DELETE FROM inbox WHERE last_seq IN (SELECT last_seq FROM inbox WHERE last_seq <= \
                   (SELECT seq FROM inbox_positions WHERE name = $1) ORDER BY last_seq LIMIT $2)";
        let blocks = i64::try_from(blocks).unwrap_or(i64::MAX);
        let delete = sqlx::query(sql).bind(LAKE).bind(blocks);
        Ok(delete.execute(&mut **tx).await?.rows_affected())
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
                   (SELECT i.received_at FROM inbox i WHERE i.last_seq > COALESCE((SELECT p.seq FROM inbox_positions p \
                   WHERE p.name = $1), 0) ORDER BY i.last_seq LIMIT 1) AS since \
                   FROM inbox_head h WHERE h.id = 1";
        let row = sqlx::query(sql).bind(LAKE).fetch_one(&self.reader).await?;
        Ok(InboxState {
            last_seq: row.int("seq")?,
            flushed_seq: row.int("flushed")?,
            waiting_since: row.int_or_none("since")?,
        })
    }

    /// Takes the bytes of flushed events and of deleted letters off the disk of SQLite: what was flushed is removed, a
    /// little at a time, and deleted rows are written over at once, but their journal still holds them until now. To be
    /// called when little comes in.
    pub async fn sweep_deleted(&self) -> Result<()> {
        loop {
            let mut tx = self.begin().await?;
            self.lock_head(&mut tx).await?;
            let removed = self.remove_flushed(&mut tx, BLOCKS_REMOVED).await?;
            tx.commit().await?;
            if removed < BLOCKS_REMOVED as u64 {
                break;
            }
        }
        self.flush_deleted().await
    }

    fn read_block(&self, row: &AnyRow) -> Result<Vec<InboxEvent>> {
        let what = "an event in the inbox";
        let place = blocks::place(
            row.int("last_seq")?,
            row.int("events")?,
            row.int("received_at")?,
        );
        let content = self.keys.project.open(&row.bytes("sealed")?, &place);
        let events = content.as_deref().and_then(blocks::unpack);
        events.ok_or(Error::Damaged { what })
    }
}

async fn set_position(tx: &mut Tx, name: &str, seq: i64, at: i64) -> Result<()> {
    let sql = "INSERT INTO inbox_positions (name, seq, at) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE \
               SET seq = excluded.seq, at = excluded.at WHERE inbox_positions.seq < excluded.seq";
    let insert = sqlx::query(sql).bind(name).bind(seq).bind(at);
    insert.execute(&mut **tx).await?;
    Ok(())
}
