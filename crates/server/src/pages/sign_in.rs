//! Signing in: a one-time link becomes a session in a cookie.

use super::words;
use crate::guard::COOKIE;
use crate::settings::Access;
use crate::shared::Shared;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use engine::EngineError;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Instant;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(login))
}

/// A one-time link.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documents the name; the route reads it")]
struct LinkParams {
    /// The secret of the link.
    token: String,
}

/// Trades a one-time link for a session; for browsers.
#[utoipa::path(
    get, path = "/login", tag = "session", security(()), params(LinkParams),
    responses(
        (status = 303, description = "Signed in; the cookie is set"),
        (status = 401, description = "Used or too old", body = String, content_type = "text/html"),
        (status = 429, description = "Too many tries", body = String, content_type = "text/html"),
    )
)]
async fn login(State(shared): State<Shared>, request: Request) -> Response {
    // A program that only looks must not use the link up.
    if request.method() == Method::HEAD {
        return StatusCode::OK.into_response();
    }
    let from = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let from = from.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |from| from.0.ip());
    if let Err(seconds) = shared.logins.count(from, Instant::now()) {
        let wait = format!("Wait {seconds} seconds, then open the link again; it still works.");
        let page = words::page(
            StatusCode::TOO_MANY_REQUESTS,
            "Too many tries to sign in",
            &[&wait],
        );
        return ([(header::RETRY_AFTER, seconds.to_string())], page).into_response();
    }
    let query = request.uri().query().unwrap_or_default();
    let token = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "token");
    let token = token
        .map(|(_, token)| token.into_owned())
        .unwrap_or_default();
    match shared.workspaces.sign_in(&token).await {
        Ok(session) => match cookie(&session, &shared.access) {
            Some(cookie) => ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response(),
            None => fault(&"a session secret does not fit a cookie"),
        },
        Err(EngineError::Unauthenticated(_) | EngineError::Invalid { .. }) => words::page(
            StatusCode::UNAUTHORIZED,
            "This link does not sign in any more",
            &[
                "This link was used or is too old; ask the terminal for a new one: tessera serve prints it.",
            ],
        ),
        Err(cause) => fault(&cause),
    }
}

fn fault(cause: &dyn std::fmt::Display) -> Response {
    tracing::error!(%cause, "signing in failed");
    let words = "The cause is in the server's log. Open the link again later.";
    words::page(
        StatusCode::INTERNAL_SERVER_ERROR,
        "The server could not sign you in",
        &[words],
    )
}

/// The cookie that holds a session; `None` where the secret has a character that a cookie may not have.
fn cookie(session: &str, access: &Access) -> Option<HeaderValue> {
    let fits = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b';' | b'\\');
    if session.is_empty() || !session.bytes().all(fits) {
        return None;
    }
    HeaderValue::from_str(&format!("{COOKIE}={session}; {}", attributes(access))).ok()
}

/// The cookie that ends a session in the browser.
pub(crate) fn closing_cookie(access: &Access) -> String {
    format!("{COOKIE}=; Max-Age=0; {}", attributes(access))
}

fn attributes(access: &Access) -> &'static str {
    match access.cookie_secure {
        true => "HttpOnly; SameSite=Strict; Path=/; Secure",
        false => "HttpOnly; SameSite=Strict; Path=/",
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_closed_to_scripts_and_other_sites() {
        let mut access = Access {
            cookie_secure: false,
            hosts: None,
        };
        let text = cookie("a~b", &access).unwrap();
        assert_eq!(
            text,
            "tessera_session=a~b; HttpOnly; SameSite=Strict; Path=/"
        );
        access.cookie_secure = true;
        assert!(
            cookie("a", &access)
                .unwrap()
                .to_str()
                .unwrap()
                .ends_with("; Secure")
        );
        assert!(closing_cookie(&access).contains("Max-Age=0"));
        for wrong in ["", "a;b", "a b", "a\nb"] {
            assert_eq!(cookie(wrong, &access), None);
        }
    }
}
