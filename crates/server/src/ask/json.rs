//! A body of JSON: limited in size, read strictly, refused with the name of the field.

use crate::problem::Problem;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

/// Bytes of a body of JSON at most.
pub(crate) const BYTES_MAX: usize = 1 << 20;

/// A body of JSON.
#[derive(Debug)]
pub(crate) struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let content_type = request.headers().get(header::CONTENT_TYPE);
        let content_type = content_type
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            let title = "The body is not JSON";
            let detail = "send JSON with the header Content-Type: application/json";
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            return Err(Problem::new(status, "media-type", title, detail));
        }
        let body =
            Bytes::from_request(request, state)
                .await
                .map_err(|cause| match cause.status() {
                    StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large(BYTES_MAX as u64),
                    _ => Problem::unreadable("the body broke off; send it again"),
                })?;
        read(&body).map(Self)
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|cause| {
        let path = cause.path().to_string();
        refusal(&path, cause.inner())
    })?;
    reader.end().map_err(|cause| refusal(".", &cause))?;
    Ok(value)
}

fn refusal(path: &str, cause: &serde_json::Error) -> Problem {
    let text = cause.to_string();
    if cause.classify() != Category::Data {
        return Problem::unreadable(format!("the body is not JSON: {text}"));
    }
    let text = text
        .split(" at line ")
        .next()
        .unwrap_or_default()
        .to_string();
    // A missing or unknown field stands in the words alone, its parent in the path.
    let named = ["missing field `", "unknown field `"];
    let named = named
        .iter()
        .find_map(|start| text.strip_prefix(start)?.split('`').next());
    let field = match (path, named) {
        (".", Some(name)) => name.to_string(),
        (path, Some(name)) if !path.ends_with(name) => format!("{path}.{name}"),
        (path, _) => path.to_string(),
    };
    let detail = match text.starts_with("missing field") {
        true => "is missing".to_string(),
        false => text,
    };
    Problem::field(field, detail)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use engine::views::{ImportRequest, ReasonRequest};

    fn field<T: DeserializeOwned + std::fmt::Debug>(body: &str) -> (u16, String) {
        let refused = read::<T>(body.as_bytes()).unwrap_err();
        (
            refused.status,
            refused
                .errors
                .map(|e| e[0].field.clone())
                .unwrap_or_default(),
        )
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(field::<ReasonRequest>("{}"), (422, "reason".into()));
        assert_eq!(
            field::<ReasonRequest>("{\"reason\":3}"),
            (422, "reason".into())
        );
        assert_eq!(
            field::<ReasonRequest>("{\"reason\":\"a\",\"admin\":true}"),
            (422, "admin".into())
        );
        let body = "{\"upload_id\":\"u\",\"kind\":\"orders\",\"reason\":\"a\",\"options\":{\"tax\":\"maybe\"}}";
        assert_eq!(field::<ImportRequest>(body), (422, "options.tax".into()));
    }

    #[test]
    fn what_is_no_json_is_unreadable() {
        for body in ["", "{", "{\"reason\":\"a\"} x", "NaN"] {
            assert_eq!(field::<ReasonRequest>(body).0, 400, "{body}");
        }
        let deep = format!(
            "{{\"reason\":{}{}}}",
            "[".repeat(100_000),
            "]".repeat(100_000)
        );
        assert!([400, 422].contains(&field::<ReasonRequest>(&deep).0));
    }
}
