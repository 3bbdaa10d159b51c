//! The files of the pages, as the build script made them.

use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

/// What npm built.
#[derive(RustEmbed)]
#[folder = "$OUT_DIR/dist"]
struct Files;

/// The file of a path; names of files below /assets/ change with their content, so those may be kept.
pub(super) fn file(path: &str) -> Option<Response> {
    let path = path.trim_start_matches('/');
    let file = Files::get(path)?;
    let media_type = mime_guess::from_path(path).first_or_octet_stream();
    let keep = match path.starts_with("assets/") {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    };
    let headers = [
        (header::CONTENT_TYPE, media_type.as_ref()),
        (header::CACHE_CONTROL, keep),
    ];
    Some((headers, Body::from(file.data)).into_response())
}
