//! The one place where failures become HTTP: RFC 9457 problems and their status codes.
//!
//! A problem says what is wrong, where and how to mend it. It must not carry a stack, a path of the
//! server's disk or a person's data; what only the operator may see goes to the log.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::EngineError;
use serde::Serialize;
use utoipa::ToSchema;

/// The media type of a problem.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// RFC 9457 problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// URI of the kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// What is wrong, in general.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong, where, how to mend it.
    pub detail: Option<String>,
    /// This occurrence, as the server's log names it.
    pub instance: Option<String>,
    /// The fields that are wrong.
    pub errors: Option<Vec<ProblemField>>,
}

/// A field that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ProblemField {
    /// Its name, as the request wrote it.
    pub field: String,
    /// What is wrong and how to mend it.
    pub detail: String,
}

impl Problem {
    /// A problem of a kind; `detail` says what is wrong here and how to mend it.
    pub fn new(
        status: StatusCode,
        kind: &str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            kind: format!("urn:tessera:problem:{kind}"),
            title,
            status: status.as_u16(),
            detail: Some(detail.into()),
            instance: None,
            errors: None,
        }
    }

    /// A field that cannot be used.
    pub fn field(field: impl Into<String>, detail: impl Into<String>) -> Self {
        let (field, detail) = (field.into(), detail.into());
        let said = format!("{field}: {detail}");
        let errors = Some(vec![ProblemField { field, detail }]);
        Self {
            errors,
            ..Self::unusable(said)
        }
    }

    /// A request that is understood but cannot be used.
    pub fn unusable(detail: impl Into<String>) -> Self {
        let title = "That cannot be used as it is";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", title, detail)
    }

    /// A request that cannot be read.
    pub fn unreadable(detail: impl Into<String>) -> Self {
        let title = "The request cannot be read";
        Self::new(StatusCode::BAD_REQUEST, "unreadable", title, detail)
    }

    /// A body that is larger than allowed.
    pub fn too_large(bytes_max: u64) -> Self {
        let title = "That is too large";
        let detail = format!(
            "more than {bytes_max} bytes were sent; send less at a time, or import by command line"
        );
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", title, detail)
    }

    /// Nobody is signed in.
    pub fn unauthenticated(detail: impl Into<String>) -> Self {
        let title = "You are not signed in";
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", title, detail)
    }

    /// Something that is not there.
    pub fn missing(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "missing", "Not found", detail)
    }

    /// A fault of the server; the cause goes to the log alone.
    pub fn fault(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed");
        let title = "The server could not do this";
        let detail =
            "the cause is in the server's log, under the instance named here; try again later";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "fault", title, detail)
    }
}

impl From<EngineError> for Problem {
    fn from(cause: EngineError) -> Self {
        let conflict = "What is there does not allow it";
        match &cause {
            EngineError::Invalid { field, detail } => Self::field(field, detail),
            EngineError::Missing { .. } | EngineError::Misspelt { .. } => {
                Self::missing(cause.to_string())
            }
            EngineError::Unauthenticated(detail) => Self::unauthenticated(detail),
            EngineError::Refused(detail) => Self::new(
                StatusCode::FORBIDDEN,
                "refused",
                "You may not do this",
                detail,
            ),
            EngineError::Stale(detail) => Self::new(
                StatusCode::PRECONDITION_FAILED,
                "stale",
                "Somebody else changed it meanwhile",
                detail,
            ),
            EngineError::Data(_) | EngineError::Busy(_) | EngineError::Cancelled => Self::new(
                StatusCode::CONFLICT,
                "conflict",
                conflict,
                cause.to_string(),
            ),
            EngineError::Collect(_) => Self::unusable(cause.to_string()),
            EngineError::Lake(_) | EngineError::Segment(_) if cause.is_wrong_use() => {
                Self::unusable(cause.to_string())
            }
            _ => Self::fault(&cause),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let text = serde_json::to_string(&self).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, MEDIA_TYPE)], text).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer realm=\"tessera\"");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, scheme);
        }
        // The frame around all routes names the occurrence.
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cause: EngineError, status: u16, says: &str) {
        let problem = Problem::from(cause);
        assert_eq!(problem.status, status);
        let detail = problem.detail.unwrap_or_default();
        assert!(detail.contains(says), "{detail}");
    }

    #[test]
    fn every_failure_has_its_status() {
        let field = EngineError::Invalid {
            field: "clusters".into(),
            detail: "is 1; give 2 to 20".into(),
        };
        assert_eq!(
            Problem::from(field).errors.map(|e| e[0].field.clone()),
            Some("clusters".into())
        );
        check(
            EngineError::Missing {
                what: "project",
                name: "x".into(),
            },
            404,
            "project 'x'",
        );
        check(
            EngineError::Unauthenticated("sign in".into()),
            401,
            "sign in",
        );
        check(EngineError::Refused("your role".into()), 403, "your role");
        check(EngineError::Data("too few rows".into()), 409, "too few");
        check(EngineError::Cancelled, 409, "stopped");
    }

    #[test]
    fn a_fault_of_the_machine_stays_in_the_log() {
        let problem = Problem::from(EngineError::Machine("/srv/secret: no space".into()));
        assert_eq!(problem.status, 500);
        assert!(!format!("{problem:?}").contains("/srv"));
    }

    #[test]
    fn a_problem_is_a_response_of_its_media_type() {
        let response = Problem::unauthenticated("sign in").into_response();
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(response.headers()[header::CONTENT_TYPE], MEDIA_TYPE);
        assert!(response.headers().contains_key(header::WWW_AUTHENTICATE));
    }
}
