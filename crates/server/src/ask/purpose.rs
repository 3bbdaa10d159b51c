//! For what a person is looked at: part of every request for one person's data.

use super::query::{one, pairs};
use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use engine::views::PurposeWord;
use retail::Purpose;
use serde::Deserialize;
use utoipa::IntoParams;

/// For what a person is looked at.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documents the name; the extractor reads it")]
pub(crate) struct PurposeParam {
    /// Why a person is looked at; kept in the audit.
    #[param(value_type = PurposeWord)]
    purpose: String,
}

/// For what a person is looked at.
#[derive(Debug)]
pub(crate) struct For(pub Purpose);

impl<S: Send + Sync> FromRequestParts<S> for For {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let word = one(&pairs(parts), "purpose")?;
        some_purpose(word.as_deref())?.map(Self).ok_or_else(refusal)
    }
}

/// The purpose named by a word, where one is given.
pub(crate) fn some_purpose(word: Option<&str>) -> Result<Option<Purpose>, Problem> {
    word.map(|word| Purpose::from_word(word).ok_or_else(refusal))
        .transpose()
}

fn refusal() -> Problem {
    let words: Vec<_> = Purpose::ALL.iter().map(|purpose| purpose.word()).collect();
    let detail = format!(
        "say for what a person is looked at: one of {}",
        words.join(", ")
    );
    Problem::field("purpose", detail)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::query::tests::parts;
    use super::*;

    #[tokio::test]
    async fn a_purpose_is_needed_and_the_refusal_names_the_words() {
        for uri in ["/x", "/x?purpose=", "/x?purpose=curiosity"] {
            let refused = For::from_request_parts(&mut parts(uri), &())
                .await
                .unwrap_err();
            assert_eq!(refused.status, 422);
            let error = &refused.errors.unwrap()[0];
            assert_eq!(error.field, "purpose");
            assert!(error.detail.contains("privacy_request"));
        }
        let read = For::from_request_parts(&mut parts("/x?purpose=service"), &()).await;
        assert_eq!(read.unwrap().0, Purpose::Service);
    }
}
