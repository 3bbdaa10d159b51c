//! Which rows of a table are asked for: a page of it, or the whole filtered table.

use super::query::{one, pairs};
use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use engine::PageAsk;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Rows of a page at most.
const LIMIT_MAX: usize = 1_000;
/// Rows of a page where the request does not say.
const LIMIT: usize = 50;

/// The order of rows.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(dead_code, reason = "documents the words; the extractor reads them")]
pub(crate) enum Direction {
    /// Smallest first.
    Asc,
    /// Largest first.
    Desc,
}

/// A page of a table.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documents the names; the extractor reads them")]
pub(crate) struct PageParams {
    /// Rows to skip.
    #[param(minimum = 0)]
    offset: Option<i64>,
    /// Rows of the page.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<i64>,
    /// The column to order by.
    sort: Option<String>,
    /// The order of rows.
    #[param(inline)]
    dir: Option<Direction>,
    /// Text to search for.
    q: Option<String>,
}

/// A whole filtered table.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documents the names; the extractor reads them")]
pub(crate) struct WholeParams {
    /// The column to order by.
    sort: Option<String>,
    /// The order of rows.
    #[param(inline)]
    dir: Option<Direction>,
    /// Text to search for.
    q: Option<String>,
}

/// A page of a table.
#[derive(Debug)]
pub(crate) struct Page(pub PageAsk);

/// A whole filtered table; the download sets how many rows it takes at a time.
#[derive(Debug)]
pub(crate) struct Whole(pub PageAsk);

impl<S: Send + Sync> FromRequestParts<S> for Page {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = pairs(parts);
        let offset = number(&query, "offset")?.unwrap_or(0);
        let limit = number(&query, "limit")?.unwrap_or(LIMIT);
        if limit == 0 || limit > LIMIT_MAX {
            return Err(Problem::field(
                "limit",
                format!("is {limit}; give 1 to {LIMIT_MAX}"),
            ));
        }
        Ok(Self(PageAsk {
            offset,
            limit,
            ..order(&query)?
        }))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Whole {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(order(&pairs(parts))?))
    }
}

fn number(query: &[(String, String)], name: &str) -> Result<Option<usize>, Problem> {
    let refusal = |_| Problem::field(name, "must be a whole number, 0 or more");
    one(query, name)?
        .map(|text| text.parse().map_err(refusal))
        .transpose()
}

fn order(query: &[(String, String)]) -> Result<PageAsk, Problem> {
    let descending = match one(query, "dir")?.as_deref() {
        None | Some("asc") => false,
        Some("desc") => true,
        Some(_) => return Err(Problem::field("dir", "must be asc or desc")),
    };
    Ok(PageAsk {
        offset: 0,
        limit: LIMIT,
        sort: one(query, "sort")?,
        descending,
        search: one(query, "q")?,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::query::tests::parts;
    use super::*;

    async fn page(uri: &str) -> Result<PageAsk, Problem> {
        Page::from_request_parts(&mut parts(uri), &())
            .await
            .map(|page| page.0)
    }

    #[tokio::test]
    async fn a_page_has_defaults_and_reads_its_names() {
        let ask = page("/x").await.unwrap();
        assert_eq!((ask.offset, ask.limit, ask.descending), (0, 50, false));
        let ask = page("/x?offset=20&limit=1000&sort=spend&dir=desc&q=a%20b")
            .await
            .unwrap();
        assert_eq!((ask.offset, ask.limit, ask.descending), (20, 1000, true));
        assert_eq!(
            (ask.sort.as_deref(), ask.search.as_deref()),
            (Some("spend"), Some("a b"))
        );
    }

    #[tokio::test]
    async fn wrong_values_are_named() {
        let wrong = [
            ("/x?limit=1001", "limit"),
            ("/x?limit=0", "limit"),
            ("/x?limit=many", "limit"),
            ("/x?offset=-1", "offset"),
            ("/x?offset=99999999999999999999", "offset"),
            ("/x?dir=up", "dir"),
            ("/x?sort=a&sort=b", "sort"),
        ];
        for (uri, field) in wrong {
            let refused = page(uri).await.unwrap_err();
            assert_eq!(
                (refused.status, refused.errors.unwrap()[0].field.as_str()),
                (422, field),
                "{uri}"
            );
        }
    }
}
