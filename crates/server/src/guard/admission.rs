//! Credentials of a request: an API key in a header, or a session in a cookie with the header that a forged
//! request of another site cannot carry. Whether they are good is the engine's to say.

use crate::ask::Who;
use crate::problem::Problem;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use engine::Credentials;
use std::sync::Arc;

/// The name of the session cookie.
pub(crate) const COOKIE: &str = "tessera_session";
/// What every API key starts with.
const KEY_START: &str = "tsr_";
/// The header that a changing request of a session carries.
const CSRF: &str = "x-tessera-csrf";

/// Lets a request through that carries credentials.
pub(crate) async fn admission(mut request: Request, next: Next) -> Response {
    match credentials(request.method(), request.headers()) {
        Ok(who) => {
            request.extensions_mut().insert(Who(Arc::new(who)));
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

fn credentials(method: &Method, headers: &HeaderMap) -> Result<Credentials, Problem> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let value = value.to_str().unwrap_or_default();
        let (scheme, secret) = value.split_once(' ').unwrap_or_default();
        let secret = secret.trim();
        if scheme.eq_ignore_ascii_case("bearer") && secret.starts_with(KEY_START) {
            return Ok(Credentials::Key(secret.to_string()));
        }
        return Err(Problem::unauthenticated(
            "the header Authorization does not hold an API key; write it as: Bearer tsr_…",
        ));
    }
    let session = session(headers).ok_or_else(|| {
        Problem::unauthenticated(
            "open the one-time link that the terminal printed, or send an API key as: Authorization: Bearer tsr_…",
        )
    })?;
    if !method.is_safe() && headers.get(CSRF).is_none_or(|value| value != "1") {
        let title = "This change may come from another site";
        let detail = "a changing request of a browser session carries the header X-Tessera-CSRF: 1";
        return Err(Problem::new(StatusCode::FORBIDDEN, "csrf", title, detail));
    }
    Ok(Credentials::Session(session))
}

/// The session in the cookies of a request.
fn session(headers: &HeaderMap) -> Option<String> {
    let cookies = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let pairs = cookies
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let mut values = pairs.filter(|(name, value)| *name == COOKIE && !value.is_empty());
    values.next().map(|(_, value)| value.to_string())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn check(method: Method, headers: &[(&'static str, &str)], expect: Result<&str, u16>) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        let got = credentials(&method, &map).map(|who| match who {
            Credentials::Session(secret) => format!("session {secret}"),
            Credentials::Key(secret) => format!("key {secret}"),
        });
        assert_eq!(
            got.as_deref().map_err(|problem| problem.status),
            expect,
            "{headers:?}"
        );
    }

    #[test]
    fn keys_and_sessions_are_found() {
        check(Method::GET, &[], Err(401));
        check(
            Method::POST,
            &[("authorization", "bearer tsr_a")],
            Ok("key tsr_a"),
        );
        check(Method::GET, &[("authorization", "Bearer abc")], Err(401));
        check(
            Method::GET,
            &[("authorization", "Basic dGVzdA==")],
            Err(401),
        );
        check(
            Method::GET,
            &[("cookie", "a=b; tessera_session=s1~s2")],
            Ok("session s1~s2"),
        );
        check(
            Method::GET,
            &[("cookie", "a=b"), ("cookie", "tessera_session=s")],
            Ok("session s"),
        );
        check(Method::GET, &[("cookie", "tessera_session=")], Err(401));
        check(Method::GET, &[("cookie", "xtessera_session=s")], Err(401));
    }

    #[test]
    fn a_change_of_a_session_needs_the_header() {
        let cookie = ("cookie", "tessera_session=s");
        for method in [Method::POST, Method::PATCH, Method::PUT, Method::DELETE] {
            check(method.clone(), &[cookie], Err(403));
            check(method.clone(), &[cookie, ("x-tessera-csrf", "0")], Err(403));
            check(method, &[cookie, ("x-tessera-csrf", "1")], Ok("session s"));
        }
    }
}
