//! Lists in pages: what a caller asks for, and the one way in which every noun answers it.
//! It must not know any table; each noun says which columns sort and which are searched.

use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;

use crate::error::{Error, Result};
use crate::row::Columns;
use crate::store::Registry;

/// The direction of a sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Smallest first.
    #[default]
    Ascending,
    /// Largest first.
    Descending,
}

/// Which part of a list is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListQuery {
    /// Rows to pass over.
    pub offset: u64,
    /// Rows wanted; the caller caps it.
    pub limit: u64,
    /// The column to sort by, by its name in the answer; the list's own order where none is given.
    pub sort: Option<String>,
    /// The direction of that sort.
    pub direction: Direction,
    /// Text that one of the searched columns must hold, whatever the case.
    pub search: Option<String>,
}

impl Default for ListQuery {
    fn default() -> Self {
        Self {
            offset: 0,
            limit: 100,
            sort: None,
            direction: Direction::Ascending,
            search: None,
        }
    }
}

/// A part of a list, and how long the whole list is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Page<T> {
    /// The rows asked for.
    pub rows: Vec<T>,
    /// Rows of the whole list after filters and search.
    pub total: u64,
}

/// A list of one noun.
pub(crate) struct Listing {
    /// What is selected.
    pub select: &'static str,
    /// Table or join.
    pub from: &'static str,
    /// Columns a caller may sort by: name in the answer, expression.
    pub sorts: &'static [(&'static str, &'static str)],
    /// Text columns that a search looks into.
    pub searches: &'static [&'static str],
    /// The order without a sort; it ends in a unique column, so pages never overlap.
    pub order: &'static str,
}

/// A condition of a list: `expression = value`.
pub(crate) type Filter = (&'static str, String);

impl Registry {
    /// One page of a list.
    pub(crate) async fn page<T>(
        &self,
        listing: &Listing,
        filters: &[Filter],
        query: &ListQuery,
        read: impl Fn(&AnyRow) -> Result<T>,
    ) -> Result<Page<T>> {
        let (condition, values) = condition(listing, filters, query);
        let order = order(listing, query)?;
        let from = listing.from;
        let count_sql = format!("SELECT COUNT(*) AS total FROM {from}{condition}");
        let mut count = sqlx::query(&count_sql);
        let n = values.len();
        let rows_sql = format!(
            "SELECT {} FROM {from}{condition} ORDER BY {order} LIMIT ${} OFFSET ${}",
            listing.select,
            n + 1,
            n + 2
        );
        let mut rows = sqlx::query(&rows_sql);
        for value in &values {
            count = count.bind(&**value);
            rows = rows.bind(&**value);
        }
        let bounded = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let rows = rows.bind(bounded(query.limit)).bind(bounded(query.offset));
        let total = count.fetch_one(&self.reader).await?.int("total")?;
        let rows = rows.fetch_all(&self.reader).await?;
        Ok(Page {
            rows: rows.iter().map(read).collect::<Result<_>>()?,
            total: total.unsigned_abs(),
        })
    }
}

fn condition(listing: &Listing, filters: &[Filter], query: &ListQuery) -> (String, Vec<String>) {
    let mut values = Vec::new();
    let mut parts = Vec::new();
    for (expression, value) in filters {
        values.push(value.clone());
        parts.push(format!("{expression} = ${}", values.len()));
    }
    let search = query.search.as_deref().map(str::trim).unwrap_or_default();
    if !search.is_empty() {
        let escaped = search
            .to_lowercase()
            .replace('\\', "\\\\")
            .replace('%', "\\%")
            .replace('_', "\\_");
        values.push(format!("%{escaped}%"));
        let n = values.len();
        let any: Vec<_> = listing
            .searches
            .iter()
            .map(|column| format!("LOWER({column}) LIKE ${n} ESCAPE '\\'"))
            .collect();
        parts.push(format!("({})", any.join(" OR ")));
    }
    let condition = match parts.is_empty() {
        true => String::new(),
        false => format!(" WHERE {}", parts.join(" AND ")),
    };
    (condition, values)
}

fn order(listing: &Listing, query: &ListQuery) -> Result<String> {
    let Some(sort) = &query.sort else {
        return Ok(listing.order.to_string());
    };
    let found = listing.sorts.iter().find(|(name, _)| name == sort);
    let Some((_, expression)) = found else {
        let names: Vec<_> = listing.sorts.iter().map(|(name, _)| *name).collect();
        let problem = format!(
            "'{sort}' is no column to sort by; choose {}",
            names.join(", ")
        );
        return Err(Error::invalid("sort", problem));
    };
    let direction = match query.direction {
        Direction::Ascending => "ASC NULLS FIRST",
        Direction::Descending => "DESC NULLS LAST",
    };
    Ok(format!("{expression} {direction}, {}", listing.order))
}
