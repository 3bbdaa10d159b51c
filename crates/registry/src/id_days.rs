//! Filters of the days of event ids that are over: which they are, how they are made, and which tables still have to
//! be looked into. Without them every answer is the same, only later.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use sqlx::any::AnyRow;

use crate::error::{Error, Result};
use crate::event_ids::{Claim, EventId, table};
use crate::id_filter::IdFilter;
use crate::row::Columns;
use crate::store::{Dialect, Registry};
use crate::stored_filters::StoredFilter;

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
    /// Filters that were not stored and had to be made of the ids.
    pub made: usize,
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

    /// Whether a day's filter of so many bytes fits into `max_bytes` beside those of newer days; older ones' are forgotten
    /// to make room for it.
    fn fit(&self, day: i64, bytes: usize, max_bytes: usize) -> bool {
        let mut filters = self.days.write().unwrap_or_else(PoisonError::into_inner);
        let others = filters.iter().filter(|(other, _)| **other != day);
        let mut others: Vec<_> = others.map(|(day, f)| (*day, f.bytes())).collect();
        others.sort_unstable();
        let newer = others.iter().filter(|(other, _)| *other > day);
        if newer.map(|(_, bytes)| bytes).sum::<usize>() + bytes > max_bytes {
            return false;
        }
        let mut sum = others.iter().map(|(_, bytes)| bytes).sum::<usize>() + bytes;
        for (oldest, bytes) in others {
            if sum <= max_bytes {
                break;
            }
            filters.remove(&oldest);
            sum -= bytes;
        }
        true
    }

    fn get(&self, day: i64) -> Option<Arc<IdFilter>> {
        let filters = self.days.read().unwrap_or_else(PoisonError::into_inner);
        filters.get(&day).map(Arc::clone)
    }

    fn put(&self, day: i64, filter: IdFilter) {
        let mut filters = self.days.write().unwrap_or_else(PoisonError::into_inner);
        filters.insert(day, Arc::new(filter));
    }

    fn forget(&self, day: i64) {
        let mut filters = self.days.write().unwrap_or_else(PoisonError::into_inner);
        filters.remove(&day);
    }

    /// How many of some days have a filter, and what these take in memory.
    fn kept(&self, days: &[OverDay]) -> (usize, usize) {
        let kept = days.iter().filter_map(|over| self.get(over.day));
        kept.fold((0, 0), |(count, sum), f| (count + 1, sum + f.bytes()))
    }
}

/// A day that is over.
struct OverDay {
    day: i64,
    stored: Option<StoredFilter>,
}

impl Registry {
    /// Gives filters to the days that are over and have none, the newest first, as long as all of them fit into so many
    /// bytes (1.5 for each id), and forgets those that do not. First those that are stored, which takes a moment; then
    /// the others are made of their ids, which takes seconds for each ten million, and stored. To be called after
    /// opening and once a day begins; events are taken meanwhile.
    pub async fn filter_event_ids(&self, max_bytes: usize) -> Result<FilteredDays> {
        let days = self.days_over().await?;
        let filters = &self.id_filters;
        let mut missing = Vec::new();
        for OverDay { day, stored } in &days {
            let kept = filters.get(*day);
            let bytes = match (&kept, stored) {
                (Some(filter), _) => filter.bytes(),
                (None, Some(stored)) => stored.bytes,
                (None, None) => {
                    missing.push(*day);
                    continue;
                }
            };
            match stored {
                _ if !filters.fit(*day, bytes, max_bytes) => filters.forget(*day),
                Some(stored) if kept.is_none() => match self.stored_filter(*day, stored).await? {
                    Some(filter) => filters.put(*day, filter),
                    None => missing.push(*day),
                },
                _ => {}
            }
        }
        let mut made = 0;
        for day in missing {
            let bytes = IdFilter::bytes_for(self.count_ids(day).await?);
            if filters.fit(day, bytes, max_bytes) {
                let filter = self.make_filter(day, bytes).await?;
                self.store_filter(day, &filter).await?;
                filters.put(day, filter);
                made += 1;
            }
        }
        let (filtered, bytes) = filters.kept(&days);
        Ok(FilteredDays {
            over: days.len(),
            filtered,
            made,
            bytes,
        })
    }

    /// The days that are over, the newest first. What is over when it is read here is over for good: the head's day
    /// never goes back.
    async fn days_over(&self) -> Result<Vec<OverDay>> {
        let sql = "SELECT d.day, d.filter_bytes, d.filter_seal FROM event_days d \
                   JOIN inbox_head h ON d.day < h.day ORDER BY d.day DESC";
        let rows = sqlx::query(sql).fetch_all(&self.reader).await?;
        let read = |row: &AnyRow| {
            let bytes = row.int_or_none("filter_bytes")?;
            let bytes = bytes.and_then(|bytes| usize::try_from(bytes).ok());
            let seal = row.bytes_or_none("filter_seal")?;
            Ok(OverDay {
                day: row.int("day")?,
                stored: bytes
                    .zip(seal)
                    .map(|(bytes, seal)| StoredFilter { bytes, seal }),
            })
        };
        rows.iter().map(read).collect()
    }

    async fn count_ids(&self, day: i64) -> Result<usize> {
        let sql = format!("SELECT COUNT(*) AS ids FROM {}", table(day));
        let row = sqlx::query(&sql).fetch_one(&self.reader).await?;
        Ok(usize::try_from(row.int("ids")?).unwrap_or(0))
    }

    /// Makes a filter of a day's ids. They come as one text each time: a row for each would take eight times as long.
    pub(crate) async fn make_filter(&self, day: i64, bytes: usize) -> Result<IdFilter> {
        let mut filter = IdFilter::of_bytes(bytes);
        let (table, joined) = (table(day), self.dialect.joined_ids());
        let sql = format!(
            "SELECT {joined} AS ids FROM (SELECT id FROM {table} WHERE id > $1 ORDER BY id LIMIT $2) s"
        );
        // Less than any id; that a hash is all zeros does not happen.
        let mut last: EventId = [0; 16];
        loop {
            let select = sqlx::query(&sql).bind(last.to_vec()).bind(IDS_AT_ONCE);
            let row = select.fetch_one(&self.reader).await?;
            let text = row.text_or_none("ids")?.unwrap_or_default();
            let ids = text.as_bytes().as_chunks().0;
            for digits in ids {
                let id = read_digits(digits)?;
                filter.add(&id);
                last = last.max(id);
            }
            if (ids.len() as i64) < IDS_AT_ONCE {
                return Ok(filter);
            }
        }
    }
}

impl Dialect {
    /// The hexadecimal digits of all ids, one after the other.
    fn joined_ids(self) -> &'static str {
        match self {
            Self::Sqlite => "group_concat(hex(id), '')",
            Self::Postgres => "string_agg(encode(id, 'hex'), '')",
        }
    }
}

/// An id from its hexadecimal digits.
fn read_digits(digits: &[u8; 32]) -> Result<EventId> {
    let what = "the id of an event";
    let text = std::str::from_utf8(digits).ok();
    let number = text.and_then(|text| u128::from_str_radix(text, 16).ok());
    Ok(number.ok_or(Error::Damaged { what })?.to_be_bytes())
}
