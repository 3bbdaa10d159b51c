//! The frame around every answer: the id of the request, one line in the log, the headers that tell a
//! browser what it may do with it. The log names routes, never addresses as sent: they may hold a secret
//! or a customer.

use crate::problem::Problem;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::any::Any;
use std::time::Instant;
use tracing::Instrument;
use uuid::Uuid;

/// The id of a request.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What a browser may do with an answer.
const HEADERS: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; \
         script-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// Frames a request and its answer.
pub(crate) async fn frame(request: Request, next: Next) -> Response {
    let id = Uuid::now_v7();
    let method = request.method().clone();
    let path = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_string());
    let path = path.unwrap_or_else(|| "(page)".to_string());
    let span = tracing::info_span!("request", %id, %method, path);
    let started = Instant::now();
    async {
        let response = next.run(request).await;
        let milliseconds = started.elapsed().as_millis();
        tracing::info!(
            status = response.status().as_u16(),
            milliseconds,
            "answered"
        );
        finish(response, id)
    }
    .instrument(span)
    .await
}

fn finish(mut response: Response, id: Uuid) -> Response {
    // A problem names its occurrence, so that the log can be searched for it.
    if let Some(mut problem) = response.extensions_mut().remove::<Problem>() {
        problem.instance = Some(format!("urn:uuid:{id}"));
        let (mut parts, _) = response.into_parts();
        parts.headers.remove(header::CONTENT_LENGTH);
        let text = serde_json::to_string(&problem).unwrap_or_default();
        response = Response::from_parts(parts, text.into());
    }
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        headers.insert(REQUEST_ID, value);
    }
    response
}

/// The answer where a route panicked: a fault like any other.
pub(crate) fn panicked(cause: Box<dyn Any + Send + 'static>) -> Response {
    let words = cause.downcast_ref::<String>().map(String::as_str);
    let words = words
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("no words");
    Problem::fault(&format!("panic: {words}")).into_response()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_problem_names_its_occurrence_and_carries_the_headers() {
        let id = Uuid::now_v7();
        let response = finish(Problem::missing("there is no x").into_response(), id);
        assert_eq!(response.headers()[REQUEST_ID], id.to_string().as_str());
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
        assert!(
            response
                .headers()
                .contains_key(header::CONTENT_SECURITY_POLICY)
        );
        let body = axum::body::to_bytes(response.into_body(), 10_000)
            .await
            .unwrap();
        let problem: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem["instance"], format!("urn:uuid:{id}"));
    }

    #[test]
    fn a_route_may_allow_keeping_its_answer() {
        let kept = ([(header::CACHE_CONTROL, "public, max-age=1")], "x").into_response();
        assert_eq!(
            finish(kept, Uuid::now_v7()).headers()[header::CACHE_CONTROL],
            "public, max-age=1"
        );
    }

    #[test]
    fn a_panic_is_a_fault_without_its_words() {
        let response = panicked(Box::new("index 3 of /srv".to_string()));
        assert_eq!(response.status().as_u16(), 500);
        let problem = response.extensions().get::<Problem>().unwrap();
        assert!(!format!("{problem:?}").contains("/srv"));
    }
}
