//! Filters of the days of event ids that are over: which they are, how they are made, and which tables still have to
//! be looked into. Without them every answer is the same, only later.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::error::Result;
use crate::event_ids::{Claim, EventId, read_id, table};
use crate::id_filter::IdFilter;
use crate::row::Columns;
use crate::store::Registry;

/// Ids that are read at once while a filter is made.
const IDS_AT_ONCE: i64 = 20_000;

/// The filters of one open registry, by day.
#[derive(Default)]
pub(crate) struct IdFilters {
    days: RwLock<HashMap<i64, Arc<IdFilter>>>,
}

/// Which days have a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FilteredDays {
    /// Days that are over and have a table of ids.
    pub over: usize,
    /// Those of them that have a filter; the others' tables are looked into for every event.
    pub filtered: usize,
    /// What the filters take in memory, in bytes.
    pub bytes: usize,
}

impl IdFilters {
    /// For each day with a table the ids that have to be looked for there.
    pub(crate) fn ask(&self, claim: &Claim, ids: &[EventId]) -> Vec<(i64, Vec<EventId>)> {
        let filters = self.days.read().unwrap_or_else(PoisonError::into_inner);
        let ask = |day: &i64| {
            // The day that takes ids has no filter.
            let filter = filters.get(day).filter(|_| *day < claim.day);
            let may_hold = |id: &&EventId| filter.is_none_or(|filter| filter.may_hold(id));
            let asked: Vec<_> = ids.iter().filter(may_hold).copied().collect();
            (*day, asked)
        };
        let asked = claim.days.iter().map(ask);
        asked.filter(|(_, ids)| !ids.is_empty()).collect()
    }

    /// Forgets the filters of days before one.
    pub(crate) fn keep_from(&self, first: i64) {
        let mut filters = self.days.write().unwrap_or_else(PoisonError::into_inner);
        filters.retain(|day, _| *day >= first);
    }

    fn get(&self, day: i64) -> Option<Arc<IdFilter>> {
        let filters = self.days.read().unwrap_or_else(PoisonError::into_inner);
        filters.get(&day).map(Arc::clone)
    }

    fn put(&self, day: i64, filter: Arc<IdFilter>) {
        let mut filters = self.days.write().unwrap_or_else(PoisonError::into_inner);
        filters.insert(day, filter);
    }
}

impl Registry {
    /// Makes filters for the days that are over and have none, the newest first, as long as all of them fit into so
    /// many bytes (1.5 for each id), and forgets those that do not. To be called after opening and once a day
    /// begins; events are taken meanwhile.
    pub async fn filter_event_ids(&self, max_bytes: usize) -> Result<FilteredDays> {
        // What is over when it is read here is over for good: the head's day never goes back.
        let sql =
            "SELECT d.day FROM event_days d JOIN inbox_head h ON d.day < h.day ORDER BY d.day DESC";
        let rows = sqlx::query(sql).fetch_all(&self.reader).await?;
        let mut made = FilteredDays {
            over: rows.len(),
            filtered: 0,
            bytes: 0,
        };
        for row in rows {
            let day = row.int("day")?;
            let kept = self.id_filters.get(day);
            let bytes = match &kept {
                Some(filter) => filter.bytes(),
                None => IdFilter::bytes_for(self.count_ids(day).await?),
            };
            if made.bytes + bytes > max_bytes {
                self.id_filters.keep_from(day + 1);
                break;
            }
            if kept.is_none() {
                let filter = self.read_filter(day, bytes).await?;
                self.id_filters.put(day, Arc::new(filter));
            }
            made.filtered += 1;
            made.bytes += bytes;
        }
        Ok(made)
    }

    async fn count_ids(&self, day: i64) -> Result<usize> {
        let sql = format!("SELECT COUNT(*) AS ids FROM {}", table(day));
        let row = sqlx::query(&sql).fetch_one(&self.reader).await?;
        Ok(usize::try_from(row.int("ids")?).unwrap_or(0))
    }

    async fn read_filter(&self, day: i64, bytes: usize) -> Result<IdFilter> {
        let mut filter = IdFilter::of_bytes(bytes);
        let (from, after) = (
            format!("SELECT id FROM {}", table(day)),
            "ORDER BY id LIMIT $1",
        );
        let first = format!("{from} {after}");
        let next = format!("{from} WHERE id > $2 {after}");
        let mut last: Option<EventId> = None;
        loop {
            let select = match &last {
                None => sqlx::query(&first).bind(IDS_AT_ONCE),
                Some(id) => sqlx::query(&next).bind(IDS_AT_ONCE).bind(&id[..]),
            };
            let rows = select.fetch_all(&self.reader).await?;
            for row in &rows {
                let id = read_id(&row.bytes("id")?)?;
                filter.add(&id);
                last = Some(id);
            }
            if (rows.len() as i64) < IDS_AT_ONCE {
                return Ok(filter);
            }
        }
    }
}
