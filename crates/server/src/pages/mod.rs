//! What browsers open: signing in by a one-time link, the embedded pages, and what is said where there is
//! nothing. It must not hold data of a project.

#[cfg(feature = "ui")]
mod embedded;
mod sign_in;
mod words;

use crate::problem::Problem;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};

pub(crate) use sign_in::{closing_cookie, routes};

/// Everything that no route answers: a file of the pages, or the page that finds its own way from there.
pub(crate) async fn page(method: Method, uri: Uri) -> Response {
    let path = uri.path();
    if path == "/api" || path.starts_with("/api/") {
        return Problem::missing(format!(
            "there is no address '{path}'; /openapi.json lists them"
        ))
        .into_response();
    }
    if method != Method::GET && method != Method::HEAD {
        return no_such_method().await;
    }
    let last = path.rsplit('/').next().unwrap_or_default();
    found(path, last.contains('.'))
}

/// What an address answers that exists, but not for this method.
pub(crate) async fn no_such_method() -> Response {
    let title = "That cannot be done with this address";
    let detail = "the method is not known here; /openapi.json lists those that are";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method", title, detail).into_response()
}

#[cfg(feature = "ui")]
fn found(path: &str, is_file: bool) -> Response {
    match embedded::file(path) {
        Some(response) => response,
        None if is_file => Problem::missing(format!("there is no file '{path}'")).into_response(),
        None => embedded::file("/index.html")
            .unwrap_or_else(|| Problem::missing("there are no pages").into_response()),
    }
}

#[cfg(not(feature = "ui"))]
fn found(path: &str, is_file: bool) -> Response {
    if is_file {
        return Problem::missing(format!("there is no file '{path}'")).into_response();
    }
    words::page(
        StatusCode::OK,
        "This Tessera was built without pages",
        &[
            "It was built with --no-default-features and answers as an API alone; /openapi.json describes it.",
            "For the pages, build it again without that flag. Node.js 20.19 or newer must be there.",
        ],
    )
}
