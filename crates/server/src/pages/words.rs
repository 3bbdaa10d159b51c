//! A plain page of words, for what must be said where the pages' own program does not run.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use minijinja::{AutoEscape, Environment, context};

const TEMPLATE: &str = include_str!("templates/words.html");

/// A page of a title and paragraphs.
pub(super) fn page(status: StatusCode, title: &str, paragraphs: &[&str]) -> Response {
    let mut pages = Environment::new();
    pages.set_auto_escape_callback(|_| AutoEscape::Html);
    let paragraphs: Vec<String> = paragraphs.iter().map(ToString::to_string).collect();
    let text = pages.render_str(TEMPLATE, context! { title, paragraphs });
    let text = text.unwrap_or_else(|cause| {
        tracing::error!(%cause, "a page of words cannot be written");
        String::new()
    });
    (status, Html(text)).into_response()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn words_stay_words() {
        let response = page(StatusCode::OK, "<b>", &["a & b"]);
        let body = axum::body::to_bytes(response.into_body(), 10_000)
            .await
            .unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        assert!(
            text.contains("&lt;b&gt;") && text.contains("a &amp; b"),
            "{text}"
        );
        assert!(!text.contains("<b>"));
    }
}
