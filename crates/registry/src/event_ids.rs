//! The ids of events of the last days: one table a day, made when its day begins and dropped whole when it is older
//! than the window. Of an id a keyed hash of 16 bytes is kept. It must not know what an event holds.

use std::collections::HashSet;

use sqlx::{Executor, Row};

use crate::bulk::BINDS_MAX;
use crate::error::{Error, Result};
use crate::row::Columns;
use crate::secret::Keys;
use crate::store::{Dialect, Registry, Tx};

/// For how many days an event that is sent again is known as a duplicate.
pub const DEDUP_DAYS: u32 = 30;

/// Microseconds of a day.
pub(crate) const DAY: i64 = 86_400_000_000;

/// Ids that are looked for at once.
const IDS_AT_ONCE: usize = 1_000;

/// Ids that are removed in one transaction; who puts events meanwhile waits for no more.
const IDS_REMOVED: u64 = 10_000;

/// The keyed hash of an event's id. Two of 10¹⁰ ids are equal by chance with a probability of 2⁻⁶³.
pub(crate) type EventId = [u8; 16];

/// What a writer holds while it has the head's lock.
pub(crate) struct Claim {
    /// The last number that was given before.
    pub seq: i64,
    /// The day whose table takes new ids.
    pub day: i64,
    /// The days that have a table, that one among them.
    pub days: Vec<i64>,
}

impl Keys {
    /// The keyed hash of the id that an event's sender gave it.
    pub(crate) fn event_id(&self, message_id: &str) -> EventId {
        let hash = self.blind("event id", message_id);
        hash.first_chunk().copied().unwrap_or_default()
    }
}

impl Dialect {
    /// On SQLite the ids are the tree itself; with row numbers they would be stored twice.
    fn create_ids(self, day: i64) -> String {
        let without = match self {
            Self::Sqlite => "WITHOUT ROWID",
            Self::Postgres => "",
        };
        let (table, bytes) = (table(day), self.bytes());
        format!("CREATE TABLE {table} (id {bytes} NOT NULL PRIMARY KEY) {without}")
    }
}

/// The day of a time, counted from 1970.
pub(crate) fn day_of(at: i64) -> Result<i64> {
    if at < 0 {
        let problem = "an event is put before 1970: set the clock of the machine";
        return Err(Error::invalid("at", problem));
    }
    Ok(at / DAY)
}

/// The table of a day's ids.
pub(crate) fn table(day: i64) -> String {
    format!("event_ids_{day}")
}

impl Registry {
    /// Takes the head's lock and so many numbers, and makes the table of a day that begins. Who comes second waits
    /// until the first has committed and then sees its ids; so no id is taken twice and no number is committed after
    /// a later one. The day never goes back: what is older than the head's is never written again.
    pub(crate) async fn claim(&self, tx: &mut Tx, numbers: i64, at: i64) -> Result<Claim> {
        let sql = "UPDATE inbox_head SET seq = seq + $1, day = CASE WHEN day < $2 THEN $2 ELSE day END \
                   WHERE id = 1 RETURNING seq, day";
        let claim = sqlx::query(sql).bind(numbers).bind(day_of(at)?);
        let head = claim.fetch_one(&mut **tx).await?;
        let (seq, day) = (head.int("seq")? - numbers, head.int("day")?);
        let mut days = days(tx).await?;
        if !days.contains(&day) {
            (&mut **tx).execute(&*self.dialect.create_ids(day)).await?;
            let sql = "INSERT INTO event_days (day) VALUES ($1)";
            sqlx::query(sql).bind(day).execute(&mut **tx).await?;
            days.push(day);
        }
        Ok(Claim { seq, day, days })
    }

    /// Takes the head's lock alone.
    pub(crate) async fn lock_head(&self, tx: &mut Tx) -> Result<()> {
        let lock = "UPDATE inbox_head SET seq = seq WHERE id = 1";
        (&mut **tx).execute(lock).await?;
        Ok(())
    }

    /// Which of the ids are in a day's table.
    pub(crate) async fn known_ids(
        &self,
        tx: &mut Tx,
        claim: &Claim,
        ids: &[EventId],
    ) -> Result<HashSet<EventId>> {
        let mut known = HashSet::new();
        for chunk in ids.chunks(IDS_AT_ONCE) {
            let asked = self.id_filters.ask(claim, chunk);
            let mut asked = &asked[..];
            while !asked.is_empty() {
                let (now, later) = asked.split_at(fitting(asked));
                asked = later;
                self.find_ids(tx, now, &mut known).await?;
            }
        }
        Ok(known)
    }

    /// Looks into the tables of some days, each for its own ids, in one statement.
    async fn find_ids(
        &self,
        tx: &mut Tx,
        asked: &[(i64, Vec<EventId>)],
        known: &mut HashSet<EventId>,
    ) -> Result<()> {
        let heads: Vec<_> = asked
            .iter()
            .map(|(day, _)| format!("SELECT id FROM {} WHERE id IN", table(*day)))
            .collect();
        let counts = asked.iter().map(|(_, ids)| ids.len());
        let parts: Vec<_> = heads.iter().map(|head| &**head).zip(counts).collect();
        let sql = self.dialect.union(&parts);
        let mut select = sqlx::query(&sql).persistent(false);
        for id in asked.iter().flat_map(|(_, ids)| ids) {
            select = select.bind(&id[..]);
        }
        for row in select.fetch_all(&mut **tx).await? {
            known.insert(read_id(&row.bytes("id")?)?);
        }
        Ok(())
    }

    /// Keeps ids that no day's table holds.
    pub(crate) async fn keep_ids(&self, tx: &mut Tx, day: i64, ids: &[EventId]) -> Result<()> {
        let head = format!("INSERT INTO {} (id)", table(day));
        let at_once = self.dialect.rows_at_once(1);
        for chunk in ids.chunks(at_once) {
            let sql = self.dialect.insert(&head, 1, chunk.len(), "");
            let mut insert = sqlx::query(&sql).persistent(chunk.len() == at_once);
            for id in chunk {
                insert = insert.bind(&id[..]);
            }
            insert.execute(&mut **tx).await?;
        }
        Ok(())
    }

    /// Drops the tables of the days of which every id is older than so many days (`DEDUP_DAYS`) with their filters; gives
    /// how many there were. Who puts events waits for a small part of it at most.
    pub async fn drop_old_event_ids(&self, keep_days: u32, at: i64) -> Result<u64> {
        let first = day_of(at)? - i64::from(keep_days);
        let mut tx = self.begin().await?;
        let old = days(&mut tx).await?.into_iter().filter(|day| *day < first);
        drop(tx);
        let mut dropped = 0;
        for day in old {
            self.remove_filter(day).await?;
            // On SQLite a dropped table is written over whole while nobody else may write.
            while self.dialect == Dialect::Sqlite && self.remove_ids(day).await? == IDS_REMOVED {}
            dropped += self.drop_day(day).await?;
        }
        self.id_filters.keep_from(first);
        Ok(dropped)
    }

    /// Removes the first ids of a day that is to be dropped; gives how many.
    async fn remove_ids(&self, day: i64) -> Result<u64> {
        let mut tx = self.begin().await?;
        self.lock_head(&mut tx).await?;
        if !days(&mut tx).await?.contains(&day) {
            return Ok(0);
        }
        let table = table(day);
        let sql = format!(
            "DELETE FROM {table} WHERE id IN (SELECT id FROM {table} ORDER BY id LIMIT {IDS_REMOVED})"
        );
        let removed = (&mut *tx).execute(&*sql).await?.rows_affected();
        tx.commit().await?;
        Ok(removed)
    }

    async fn drop_day(&self, day: i64) -> Result<u64> {
        let mut tx = self.begin().await?;
        // No one looks into a table while it is dropped.
        self.lock_head(&mut tx).await?;
        let sql = "DELETE FROM event_days WHERE day = $1";
        let delete = sqlx::query(sql).bind(day).execute(&mut *tx).await?;
        if delete.rows_affected() == 0 {
            return Ok(0);
        }
        let sql = format!("DROP TABLE {}", table(day));
        (&mut *tx).execute(&*sql).await?;
        let sql = "DELETE FROM event_filters WHERE day = $1";
        sqlx::query(sql).bind(day).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(1)
    }
}

/// How many of the days fit into one statement; at least one.
fn fitting(asked: &[(i64, Vec<EventId>)]) -> usize {
    let mut binds = 0;
    let fits = asked.iter().take_while(|(_, ids)| {
        binds += ids.len();
        binds <= BINDS_MAX
    });
    fits.count().max(1)
}

async fn days(tx: &mut Tx) -> Result<Vec<i64>> {
    let rows = sqlx::query("SELECT day FROM event_days ORDER BY day")
        .fetch_all(&mut **tx)
        .await?;
    rows.iter().map(|row| Ok(row.try_get("day")?)).collect()
}

pub(crate) fn read_id(bytes: &[u8]) -> Result<EventId> {
    let what = "the id of an event";
    bytes.try_into().map_err(|_| Error::Damaged { what })
}
