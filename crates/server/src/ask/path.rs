//! The variable parts of an address.

use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use axum::http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

/// The project in an address.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct ProjectPath {
    /// The project.
    pub project: String,
}

/// The variable parts of an address, by name.
pub(crate) struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        read.map(|path| Self(path.0)).map_err(refusal)
    }
}

fn refusal(cause: PathRejection) -> Problem {
    let PathRejection::FailedToDeserializePathParams(cause) = cause else {
        return Problem::fault(&cause);
    };
    match cause.kind() {
        ErrorKind::ParseErrorAtKey {
            key, expected_type, ..
        } => Problem::field(key, format!("must be a whole number ({expected_type})")),
        ErrorKind::InvalidUtf8InPathParam { key } => Problem::field(key, "must be UTF-8"),
        _ => Problem::unusable("a part of the address cannot be read"),
    }
}
