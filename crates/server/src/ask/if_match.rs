//! The version that the author of a change saw, as `If-Match` names it.

use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::header::IF_MATCH;
use axum::http::request::Parts;
use serde::Deserialize;
use utoipa::IntoParams;

/// The version that the author of a change saw.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code, reason = "documents the name; the extractor reads it")]
pub(crate) struct IfMatchParam {
    /// The version that you saw, as "12": a change of somebody else in between is answered with 412.
    #[serde(rename = "If-Match")]
    if_match: Option<String>,
}

/// The version that was seen; none where the request names none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct IfMatch(pub Option<i64>);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(IF_MATCH) else {
            return Ok(Self(None));
        };
        let text = value.to_str().unwrap_or_default().trim();
        let version = text.trim_start_matches("W/").trim_matches('"').parse();
        version.map(|version| Self(Some(version))).map_err(|_| {
            Problem::field(
                "If-Match",
                "write the version that you saw, a number in quotes, as in \"12\"",
            )
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    async fn read(header: Option<&str>) -> Result<IfMatch, Problem> {
        let mut request = axum::http::Request::new(());
        if let Some(header) = header {
            request
                .headers_mut()
                .insert(IF_MATCH, header.parse().unwrap());
        }
        IfMatch::from_request_parts(&mut request.into_parts().0, &()).await
    }

    #[tokio::test]
    async fn a_version_is_a_number_in_quotes() {
        assert_eq!(read(None).await.unwrap(), IfMatch(None));
        assert_eq!(read(Some("\"12\"")).await.unwrap(), IfMatch(Some(12)));
        assert_eq!(read(Some("*")).await.unwrap_err().status, 422);
    }
}
