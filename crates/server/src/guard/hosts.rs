//! Known host names. A page of another site can make a name of its own point at this machine and so reach
//! a server that listens on it (DNS rebinding); it cannot change the name that the browser sends.

use crate::problem::Problem;
use crate::shared::Shared;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Lets a request through that names a known host.
pub(crate) async fn known_hosts(
    State(shared): State<Shared>,
    request: Request,
    next: Next,
) -> Response {
    let Some(known) = &shared.access.hosts else {
        return next.run(request).await;
    };
    let named = match request.headers().get(header::HOST) {
        Some(value) => value.to_str().unwrap_or_default().to_string(),
        None => request
            .uri()
            .authority()
            .map(ToString::to_string)
            .unwrap_or_default(),
    };
    if known.iter().any(|host| host == &host_of(&named)) {
        return next.run(request).await;
    }
    let title = "This server does not answer under that name";
    let detail =
        "open it as localhost or 127.0.0.1; behind a proxy, set the public address of the server";
    Problem::new(StatusCode::MISDIRECTED_REQUEST, "host", title, detail).into_response()
}

/// The host of `host:port`, in lower case.
fn host_of(named: &str) -> String {
    let host = match named.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => named,
    };
    host.trim_end_matches('.').to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_and_case_do_not_matter() {
        assert_eq!(host_of("LocalHost:8787"), "localhost");
        assert_eq!(host_of("127.0.0.1"), "127.0.0.1");
        assert_eq!(host_of("[::1]:80"), "[::1]");
        assert_eq!(host_of("[::1]"), "[::1]");
        assert_eq!(host_of("evil.example:8787"), "evil.example");
        assert_eq!(host_of(""), "");
    }
}
