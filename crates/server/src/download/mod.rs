//! Whole tables as files, from the same rows that the pages show: csv piece by piece, xlsx in one.
//! Columns are the fields of the row, in order. It must not know which table it writes.

mod columns;
mod csv;
mod xlsx;

use crate::problem::Problem;
use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use columns::{Column, columns};
use engine::views::Paged;
use engine::{EngineError, PageAsk};
use futures::{Stream, StreamExt};
use serde::Serialize;
use serde_json::Value;
use std::future::Future;
use utoipa::ToSchema;

/// The media type of csv.
pub(crate) const CSV: &str = "text/csv; charset=utf-8";
/// The media type of xlsx.
pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Rows asked for at a time.
const ROWS: usize = 50_000;

/// A file as it stands in the OpenAPI document.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[allow(dead_code, reason = "documents the body")]
pub(crate) struct FileBody(Vec<u8>);

/// A table that can be asked for page by page: which rows, by whom, for what.
pub(crate) trait Table: Clone + Send + Sync + 'static {
    /// Its name, as files are called.
    const NAME: &'static str;
    /// A page of it.
    type Page: Paged<Row: Serialize + ToSchema + Send> + Send;

    /// The project it is asked for in.
    fn project(&self) -> &str;

    /// Asks for a page.
    fn page(self, ask: PageAsk) -> impl Future<Output = Result<Self::Page, EngineError>> + Send;
}

/// A table as csv. The first page is asked for before anything is sent, so that a refusal is one.
pub(crate) async fn csv<T: Table>(table: T, ask: PageAsk) -> Result<Response, Problem> {
    let columns = columns::<<T::Page as Paged>::Row>();
    let (rows, total) = rows(&table, &ask, 0).await?;
    let mut text = csv::head(&columns);
    csv::append(&mut text, &columns, &rows).map_err(|cause| Problem::fault(&cause))?;
    let name = file_name(&table, "csv");
    let first = futures::stream::once(async move { Ok(text) });
    let body = first.chain(more(table, ask, columns, rows.len(), total));
    Ok(file(CSV, &name, Body::from_stream(body)))
}

/// The pieces of csv after the first page.
fn more<T: Table>(
    table: T,
    ask: PageAsk,
    columns: Vec<Column>,
    done: usize,
    total: u64,
) -> impl Stream<Item = Result<Vec<u8>, std::io::Error>> + Send {
    let start = (table, ask, columns, done, done > 0);
    futures::stream::try_unfold(start, move |(table, ask, columns, done, more)| async move {
        if !more || done as u64 >= total {
            return Ok(None);
        }
        // The head was sent: all that is left to say is that the file is not whole.
        let broken = |cause: Problem| std::io::Error::other(cause.title);
        let (rows, _) = rows(&table, &ask, done).await.map_err(broken)?;
        let mut text = Vec::new();
        csv::append(&mut text, &columns, &rows)?;
        let count = rows.len();
        Ok(Some((text, (table, ask, columns, done + count, count > 0))))
    })
}

/// A table as xlsx.
pub(crate) async fn xlsx<T: Table>(table: T, ask: PageAsk) -> Result<Response, Problem> {
    let columns = columns::<<T::Page as Paged>::Row>();
    let (mut found, total) = rows(&table, &ask, 0).await?;
    let rows_max = xlsx::ROWS_MAX;
    if total > u64::from(rows_max) {
        let detail = format!(
            "a sheet holds {rows_max} rows and the table has {total}; take csv, or filter it"
        );
        return Err(Problem::unusable(detail));
    }
    while (found.len() as u64) < total {
        let (more, _) = rows(&table, &ask, found.len()).await?;
        if more.is_empty() {
            break;
        }
        found.extend(more);
    }
    let written = tokio::task::spawn_blocking(move || xlsx::write(T::NAME, &columns, &found)).await;
    let bytes = written
        .map_err(|cause| Problem::fault(&cause))?
        .map_err(|cause| Problem::fault(&cause))?;
    Ok(file(XLSX, &file_name(&table, "xlsx"), Body::from(bytes)))
}

/// Rows from an offset on, as plain values, and how many the whole table has.
async fn rows<T: Table>(
    table: &T,
    ask: &PageAsk,
    offset: usize,
) -> Result<(Vec<Value>, u64), Problem> {
    let ask = PageAsk {
        offset,
        limit: ROWS,
        ..ask.clone()
    };
    let (rows, total) = table.clone().page(ask).await?.into_rows();
    let values: Result<Vec<_>, _> = rows.iter().map(serde_json::to_value).collect();
    Ok((values.map_err(|cause| Problem::fault(&cause))?, total))
}

fn file_name<T: Table>(table: &T, ending: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let project: String = table.project().chars().map(plain).collect();
    format!("{project}-{}.{ending}", T::NAME)
}

fn file(media_type: &'static str, name: &str, body: Body) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [
        (header::CONTENT_TYPE, media_type.to_string()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, body).into_response()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use engine::views::{CustomerPage, CustomerRow};

    /// A table of numbered customers that lies about its length or breaks at a row, where it is told to.
    #[derive(Clone)]
    struct Numbered {
        rows: usize,
        said: u64,
        breaks_at: Option<usize>,
    }

    impl Table for Numbered {
        const NAME: &'static str = "customers";
        type Page = CustomerPage;

        fn project(&self) -> &str {
            "a/../\"b"
        }

        async fn page(self, ask: PageAsk) -> Result<CustomerPage, EngineError> {
            if self.breaks_at.is_some_and(|row| ask.offset >= row) {
                return Err(EngineError::Data("the table changed".into()));
            }
            let end = self.rows.min(ask.offset + ask.limit);
            let row = |key: usize| CustomerRow {
                customer_key: key as i64,
                cluster: None,
                cluster_name: None,
                recency_days: 1,
                receipts: 1,
                spend: "1.0000".into(),
            };
            let rows = (ask.offset..end).map(row).collect();
            Ok(CustomerPage {
                rows,
                total: self.said,
                offset: ask.offset,
                limit: ask.limit,
            })
        }
    }

    async fn text(table: Numbered) -> Result<String, String> {
        let response = csv(table, PageAsk::default())
            .await
            .map_err(|problem| problem.title.to_string())?;
        let name = response.headers()[header::CONTENT_DISPOSITION]
            .to_str()
            .unwrap()
            .to_string();
        assert_eq!(name, "attachment; filename=\"a-----b-customers.csv\"");
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await;
        body.map(|bytes| String::from_utf8(bytes.to_vec()).unwrap())
            .map_err(|cause| cause.to_string())
    }

    #[tokio::test]
    async fn every_row_comes_once_over_many_pages() {
        let rows = 2 * ROWS + 7;
        let table = Numbered {
            rows,
            said: rows as u64,
            breaks_at: None,
        };
        let text = text(table).await.unwrap();
        let keys: Vec<usize> = text
            .lines()
            .skip(1)
            .map(|line| line.split(',').next().unwrap().parse().unwrap())
            .collect();
        assert!(keys.iter().copied().eq(0..rows));
    }

    #[tokio::test]
    async fn a_table_that_shrinks_meanwhile_ends() {
        let table = Numbered {
            rows: ROWS + 3,
            said: 10 * ROWS as u64,
            breaks_at: None,
        };
        assert_eq!(text(table.clone()).await.unwrap().lines().count(), ROWS + 4);
        assert!(xlsx(table, PageAsk::default()).await.is_ok());
    }

    #[tokio::test]
    async fn a_failure_is_told_or_breaks_the_file() {
        let table = |breaks_at| Numbered {
            rows: 2 * ROWS,
            said: 2 * ROWS as u64,
            breaks_at,
        };
        assert!(
            text(table(Some(0)))
                .await
                .unwrap_err()
                .contains("does not allow")
        );
        assert!(text(table(Some(ROWS))).await.is_err());
    }

    #[tokio::test]
    async fn a_sheet_that_would_overflow_is_refused() {
        let table = Numbered {
            rows: 1,
            said: u64::from(xlsx::ROWS_MAX) + 1,
            breaks_at: None,
        };
        assert_eq!(
            xlsx(table, PageAsk::default()).await.unwrap_err().status,
            422
        );
    }
}
