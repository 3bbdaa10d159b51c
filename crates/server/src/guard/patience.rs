//! How long an answer may take. Uploads and downloads take what they take.

use crate::problem::Problem;
use axum::extract::{MatchedPath, Request};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::time::Duration;

/// How long an answer may take; longer than the longest query.
const PATIENCE: Duration = Duration::from_secs(90);

/// Ends a request that takes too long.
pub(crate) async fn patience(request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>();
    if path.is_some_and(|path| takes_its_time(path.as_str())) {
        return next.run(request).await;
    }
    match tokio::time::timeout(PATIENCE, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let title = "That took too long";
            let detail = format!(
                "no answer within {} s; ask for less, or try again later",
                PATIENCE.as_secs()
            );
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too-slow", title, detail).into_response()
        }
    }
}

fn takes_its_time(path: &str) -> bool {
    path.ends_with(".csv") || path.ends_with(".xlsx") || path.ends_with("/uploads")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_take_their_time() {
        assert!(takes_its_time("/api/v1/projects/{project}/audit.csv"));
        assert!(takes_its_time("/api/v1/projects/{project}/uploads"));
        assert!(!takes_its_time(
            "/api/v1/projects/{project}/uploads/{upload_id}/preview"
        ));
        assert!(!takes_its_time("/api/v1/projects/{project}/sql"));
    }
}
