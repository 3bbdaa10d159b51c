//! Listening on a free port, answering, and ending when asked.

use crate::house::{MINE, workspaces};
use server::{ServerSettings, serve};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

#[tokio::test]
async fn a_free_port_is_taken_told_and_given_back() {
    let folder = tempfile::tempdir().unwrap();
    let workspaces = Arc::new(workspaces(folder.path(), &[MINE]).await);
    let settings = ServerSettings {
        addr: "127.0.0.1:0".parse().unwrap(),
        public_url: None,
    };
    let (told, bound) = oneshot::channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async {
        let _ = stopped.await;
    };
    let running = tokio::spawn(serve(
        workspaces,
        settings,
        move |bound: &server::Bound| told.send(bound.clone()).unwrap(),
        shutdown,
    ));
    let bound = bound.await.unwrap();
    assert_ne!(bound.addr.port(), 0);
    assert_eq!(bound.url, format!("http://{}", bound.addr));
    assert_eq!(
        bound.login_link("a~b"),
        format!("{}/login?token=a%7Eb", bound.url)
    );
    let mut stream = TcpStream::connect(bound.addr).await.unwrap();
    let asked = format!(
        "GET /healthz HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        bound.addr
    );
    stream.write_all(asked.as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    assert!(text.ends_with("{\"status\":\"ok\"}"), "{text}");
    stop.send(()).unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(20), running)
        .await
        .unwrap();
    ended.unwrap().unwrap();
    assert!(TcpStream::connect(bound.addr).await.is_err());
}

#[tokio::test]
async fn an_address_in_use_is_said_so() {
    let folder = tempfile::tempdir().unwrap();
    let workspaces = Arc::new(workspaces(folder.path(), &[MINE]).await);
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let settings = ServerSettings {
        addr: taken.local_addr().unwrap(),
        public_url: None,
    };
    let refused = serve(workspaces, settings, |_| (), std::future::pending())
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("--addr"), "{refused}");
}
