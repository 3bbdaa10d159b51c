//! Events that are put into the inbox: stored under a number together with the hash of their id, in one transaction.
//! Whether an event is well formed is `collect`'s to say; gathering many callers is `inbox`'s.

use std::collections::HashSet;

use crate::blocks;
use crate::error::{Error, Result};
use crate::event_ids::EventId;
use crate::secret::Noise;
use crate::store::{Registry, Tx};

/// An event to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// The id that its sender gave it; without one it is never a duplicate.
    pub message_id: Option<String>,
    /// When it came, in microseconds since 1970 UTC.
    pub received_at: i64,
    /// When it happened, in microseconds since 1970 UTC.
    pub happened_at: i64,
    /// What it holds, such as JSON; stored sealed.
    pub payload: Vec<u8>,
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// Stored under this number. Numbers rise in the order of commits and have gaps.
    Stored(i64),
    /// An event with its id was stored before, and this one was not.
    Duplicate,
}

const COLUMNS: usize = 4;

impl Registry {
    /// Stores events with the hashes of their ids, all or none; gives what became of each, in order. Of two events of
    /// one call with the same id the first is stored. `at` says into which day's table new ids go.
    pub async fn put_events(&self, events: &[NewEvent], at: i64) -> Result<Vec<Put>> {
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let mut tx = self.begin().await?;
        let puts = self.put_events_within(&mut tx, events, at).await?;
        tx.commit().await?;
        Ok(puts)
    }

    /// Stores events as a part of a transaction.
    pub(crate) async fn put_events_within(
        &self,
        tx: &mut Tx,
        events: &[NewEvent],
        at: i64,
    ) -> Result<Vec<Put>> {
        let numbers = i64::try_from(events.len())
            .map_err(|_| Error::invalid("events", "are too many for one call"))?;
        let ids: Vec<Option<EventId>> = events
            .iter()
            .map(|event| event.message_id.as_deref().map(|id| self.keys.event_id(id)))
            .collect();
        // In the order of the tables' trees, which makes looking and storing walk through neighbouring pages.
        let mut asked: Vec<EventId> = ids.iter().flatten().copied().collect();
        asked.sort_unstable();
        asked.dedup();
        let claim = self.claim(tx, numbers, at).await?;
        let mut known = self.known_ids(tx, &claim, &asked).await?;
        asked.retain(|id| !known.contains(id));
        self.keep_ids(tx, claim.day, &asked).await?;
        let puts = judge(&ids, &mut known, claim.seq);
        self.store_events(tx, events, &puts).await?;
        Ok(puts)
    }

    async fn store_events(&self, tx: &mut Tx, events: &[NewEvent], puts: &[Put]) -> Result<()> {
        let stored = events
            .iter()
            .zip(puts)
            .filter_map(|(event, put)| match put {
                Put::Stored(seq) => Some((*seq, event)),
                Put::Duplicate => None,
            });
        let blocks = blocks::pack(stored);
        // What is in the lake makes room for what comes, in the same transaction: its pages are written once with the
        // new events, instead of once more to be emptied. Two for one, so that what was left over gets less.
        self.remove_flushed(tx, 2 * blocks.len() + 1).await?;
        let mut noise = Noise::new();
        let head = "INSERT INTO inbox (last_seq, events, received_at, sealed)";
        let at_once = self.dialect.rows_at_once(COLUMNS);
        for chunk in blocks.chunks(at_once) {
            let sql = self.dialect.insert(head, COLUMNS, chunk.len(), "");
            let mut insert = sqlx::query(&sql).persistent(chunk.len() == 1);
            for block in chunk {
                let place = block.place();
                let sealed = self.keys.project.seal(&block.content, &place, &mut noise)?;
                insert = insert
                    .bind(block.last_seq)
                    .bind(block.events)
                    .bind(block.received_at)
                    .bind(sealed);
            }
            insert.execute(&mut **tx).await?;
        }
        Ok(())
    }
}

/// What becomes of each event: those of known ids are duplicates, and an id is known from its first event on.
fn judge(ids: &[Option<EventId>], known: &mut HashSet<EventId>, before: i64) -> Vec<Put> {
    let mut seq = before;
    let mut judge = |id: &Option<EventId>| {
        if id.is_some_and(|id| !known.insert(id)) {
            return Put::Duplicate;
        }
        seq += 1;
        Put::Stored(seq)
    };
    ids.iter().map(&mut judge).collect()
}
