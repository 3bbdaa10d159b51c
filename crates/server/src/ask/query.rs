//! The query of a request: its pairs, typed filters, and the refusal of names that a route does not
//! document. An empty value counts as absent.

use crate::problem::Problem;
use crate::shared::Shared;
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::Method;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::{OpenApi, RefOr};

/// The pairs of a query that have a value, in order.
pub(super) fn pairs(parts: &Parts) -> Vec<(String, String)> {
    let query = parts.uri.query().unwrap_or_default();
    let pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
    pairs.filter(|(_, value)| !value.is_empty()).collect()
}

/// The value of a name; a name given twice is refused.
pub(super) fn one(pairs: &[(String, String)], name: &str) -> Result<Option<String>, Problem> {
    let mut values = pairs
        .iter()
        .filter(|(key, _)| key == name)
        .map(|(_, value)| value);
    let value = values.next().cloned();
    match values.next() {
        Some(_) => Err(Problem::field(name, "is given twice; give it once")),
        None => Ok(value),
    }
}

/// Typed filters of a query; other names are left to other extractors.
pub(crate) struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = pairs(parts);
        let mut text = form_urlencoded::Serializer::new(String::new());
        text.extend_pairs(query);
        let text = text.finish();
        let reader = serde_urlencoded::Deserializer::new(form_urlencoded::parse(text.as_bytes()));
        serde_path_to_error::deserialize(reader)
            .map(Self)
            .map_err(|cause| {
                let field = cause.path().to_string();
                Problem::field(field, cause.into_inner().to_string())
            })
    }
}

/// The query names that each route documents, by method and path.
pub(crate) struct KnownQueries(HashMap<String, Vec<String>>);

impl KnownQueries {
    /// Reads them from the document.
    pub fn new(document: &OpenApi) -> Self {
        let mut known = HashMap::new();
        for (path, item) in &document.paths.paths {
            let operations = [
                (Method::GET, &item.get),
                (Method::POST, &item.post),
                (Method::PATCH, &item.patch),
                (Method::PUT, &item.put),
                (Method::DELETE, &item.delete),
            ];
            for (method, operation) in operations {
                if let Some(operation) = operation {
                    known.insert(format!("{method} {path}"), names(operation));
                }
            }
        }
        Self(known)
    }

    fn of(&self, method: &Method, path: &str) -> Option<&[String]> {
        let method = if method == Method::HEAD {
            &Method::GET
        } else {
            method
        };
        self.0.get(&format!("{method} {path}")).map(Vec::as_slice)
    }
}

fn names(operation: &Operation) -> Vec<String> {
    let named = |parameter: &RefOr<Parameter>| match parameter {
        RefOr::T(found) if matches!(found.parameter_in, ParameterIn::Query) => {
            Some(found.name.clone())
        }
        _ => None,
    };
    operation
        .parameters
        .iter()
        .flatten()
        .filter_map(named)
        .collect()
}

/// Refuses a query name that the route does not document: a misspelt filter must not look like an answer.
pub(crate) async fn only_known_queries(
    State(shared): State<Shared>,
    request: Request,
    next: Next,
) -> Response {
    let known = request
        .extensions()
        .get::<MatchedPath>()
        .and_then(|path| shared.queries.of(request.method(), path.as_str()));
    if let (Some(known), Some(query)) = (known, request.uri().query()) {
        let mut names = form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name);
        if let Some(name) = names.find(|name| !known.iter().any(|k| k == name)) {
            let detail = match known {
                [] => "is not known here; this address takes no query".to_string(),
                known => format!("is not known here; known are {}", known.join(", ")),
            };
            return Problem::field(name, detail).into_response();
        }
    }
    next.run(request).await
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(super) mod tests {
    use super::*;
    use serde::Deserialize;

    pub fn parts(uri: &str) -> Parts {
        Request::builder()
            .uri(uri)
            .body(axum::body::Body::empty())
            .unwrap()
            .into_parts()
            .0
    }

    #[derive(Debug, Deserialize)]
    struct Filter {
        cluster: Option<i32>,
    }

    #[tokio::test]
    async fn filters_are_typed_and_wrong_ones_named() {
        let read =
            |uri| async move { Query::<Filter>::from_request_parts(&mut parts(uri), &()).await };
        assert_eq!(
            read("/x?cluster=3&offset=1").await.unwrap().0.cluster,
            Some(3)
        );
        assert_eq!(read("/x?cluster=").await.unwrap().0.cluster, None);
        let refused = read("/x?cluster=three").await.err().unwrap();
        assert_eq!(refused.status, 422);
        assert_eq!(refused.errors.unwrap()[0].field, "cluster");
    }

    #[test]
    fn a_name_given_twice_is_refused() {
        let query = pairs(&parts("/x?q=a&q=b&sort=c"));
        assert!(one(&query, "q").is_err());
        assert_eq!(one(&query, "sort").unwrap(), Some("c".into()));
        assert_eq!(one(&query, "dir").unwrap(), None);
    }
}
