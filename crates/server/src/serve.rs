//! Listening: from an address to a running server and back to silence.
//! It must not hold a route.

use crate::ServerSettings;
use engine::Workspaces;
use std::future::{Future, IntoFuture};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// How long answers in flight may take after the server was asked to stop.
const LINGER: Duration = Duration::from_secs(10);

/// Why the server does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The settings contradict themselves.
    #[error("{0}")]
    Settings(String),
    /// The address cannot be listened on.
    #[error(
        "cannot listen on {addr}: {cause}; choose another with --addr, port 0 takes a free one"
    )]
    Listen {
        /// The address.
        addr: SocketAddr,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The server broke off.
    #[error("the server broke off: {0}")]
    Run(std::io::Error),
}

/// A server that listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// The address and port it took.
    pub addr: SocketAddr,
    /// The address that a person opens.
    pub url: String,
}

impl Bound {
    /// The link that signs in with a one-time token.
    pub fn login_link(&self, token: &str) -> String {
        let token: String = form_urlencoded::byte_serialize(token.as_bytes()).collect();
        format!("{}/login?token={token}", self.url)
    }
}

/// Serves the projects until `shutdown` ends. `bound` is told the address as soon as requests are taken.
pub async fn serve(
    workspaces: Arc<Workspaces>,
    settings: ServerSettings,
    bound: impl FnOnce(&Bound),
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServerError> {
    let router = crate::router(workspaces, &settings)?;
    let listen = |cause| ServerError::Listen {
        addr: settings.addr,
        cause,
    };
    let listener = TcpListener::bind(settings.addr).await.map_err(listen)?;
    let addr = listener.local_addr().map_err(listen)?;
    bound(&Bound {
        addr,
        url: settings.url(addr),
    });
    let (stopping, stopped) = tokio::sync::oneshot::channel();
    let graceful = async move {
        shutdown.await;
        let _ = stopping.send(());
    };
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(graceful);
    let patience = async move {
        let _ = stopped.await;
        tokio::time::sleep(LINGER).await;
    };
    tokio::select! {
        ended = server.into_future() => ended.map_err(ServerError::Run),
        () = patience => Ok(()),
    }
}
