//! What callers ask of a list, and how it is answered from the registry or from memory.

use crate::{EngineError, clock};
use registry::{Direction, ListQuery};
use retail::Money;
use std::cmp::Ordering;

/// A column that rows in memory can be sorted by, and how.
pub(crate) type Order<'a, T> = (&'a str, fn(&T, &T) -> Ordering);

/// Which part of a list is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PageAsk {
    /// Rows to pass over.
    pub offset: usize,
    /// Rows wanted.
    pub limit: usize,
    /// The column to sort by.
    pub sort: Option<String>,
    /// Largest first.
    pub descending: bool,
    /// Text to look for.
    pub search: Option<String>,
}

impl PageAsk {
    /// The same question for the registry.
    pub(crate) fn query(&self) -> ListQuery {
        ListQuery {
            offset: self.offset as u64,
            limit: self.limit as u64,
            sort: self.sort.clone(),
            direction: if self.descending {
                Direction::Descending
            } else {
                Direction::Ascending
            },
            search: self.search.clone(),
        }
    }

    /// Whether a row with this text is looked for.
    pub(crate) fn finds(&self, text: &str) -> bool {
        let sought = self
            .search
            .as_deref()
            .map(str::trim)
            .unwrap_or_default()
            .to_lowercase();
        sought.is_empty() || text.to_lowercase().contains(&sought)
    }

    /// Sorts rows that are in memory by one of the named orders; without a sort they stay as they are.
    pub(crate) fn sort<T>(
        &self,
        rows: &mut [T],
        orders: &[Order<'_, T>],
    ) -> Result<(), EngineError> {
        let Some(sort) = &self.sort else {
            return Ok(());
        };
        let Some((_, order)) = orders.iter().find(|(name, _)| name == sort) else {
            let names: Vec<&str> = orders.iter().map(|(name, _)| *name).collect();
            let detail = format!(
                "'{sort}' is no column to sort by; write one of {}",
                names.join(", ")
            );
            return Err(EngineError::invalid("sort", detail));
        };
        // Stable, so equal rows keep the order of the list.
        rows.sort_by(|a, b| {
            if self.descending {
                order(b, a)
            } else {
                order(a, b)
            }
        });
        Ok(())
    }

    /// The rows asked for.
    pub(crate) fn cut<T>(&self, rows: Vec<T>) -> Vec<T> {
        rows.into_iter()
            .skip(self.offset)
            .take(self.limit)
            .collect()
    }
}

/// An instant for a screen; none where it was never set.
pub(crate) fn instant(at: Option<i64>) -> Option<String> {
    at.map(clock::text)
}

/// A text as SQL writes it.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A count that cannot be below 0.
pub(crate) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// Money as an answer writes it, for sorting and adding.
pub(crate) fn money(text: &str) -> Money {
    text.parse().unwrap_or_default()
}

/// An instant or a date as the caller wrote it in a field; a date means its end. `example` is such a date.
pub(crate) fn written_instant(
    field: &str,
    written: &str,
    example: &str,
) -> Result<i64, EngineError> {
    clock::parse(written).ok_or_else(|| {
        let detail = format!("write a date as {example} or an instant as {example}T12:00:00Z");
        EngineError::invalid(field, detail)
    })
}

/// The `as_of` of a request, where there is one.
pub(crate) fn written_as_of(written: Option<&str>) -> Result<Option<i64>, EngineError> {
    written
        .map(|written| written_instant("as_of", written, "2011-12-09"))
        .transpose()
}
