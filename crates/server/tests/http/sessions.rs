//! Signing in and out, host names, and how often one may try.

use crate::house::{Caller, House, request};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::json;

#[tokio::test]
async fn a_link_works_once() {
    let house = House::open().await;
    let link = house.link().await;
    let head = request(Method::HEAD, &link, &Caller::Nobody)
        .body(Body::empty())
        .unwrap();
    assert_eq!(
        house.raw(head).await.status,
        StatusCode::OK,
        "looking does not use it up"
    );
    let reply = house.get(&link, &Caller::Nobody).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    assert_eq!(reply.header("location"), "/");
    let cookie = reply.header("set-cookie");
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure"));
    assert_eq!(reply.header("cache-control"), "no-store");
    for link in [link.as_str(), "/login", "/login?token=", "/login?token=x"] {
        let reply = house.get(link, &Caller::Nobody).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
        assert!(reply.header("content-type").starts_with("text/html"));
        assert!(
            reply.text().contains("tessera serve prints it"),
            "{}",
            reply.text()
        );
    }
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let house = House::open().await;
    let owner = house.owner().await;
    let me = house.get("/api/v1/me", &owner).await.json();
    assert_eq!(me["roles"].as_array().unwrap().len(), 8);
    assert_eq!(
        house.get("/api/v1/projects", &owner).await.json()["projects"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let reply = house
        .send(Method::POST, "/api/v1/logout", &owner, json!({}))
        .await;
    assert_eq!(reply.status, StatusCode::NO_CONTENT);
    assert!(reply.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(
        house.get("/api/v1/me", &owner).await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn behind_https_the_cookie_is_secure() {
    let house = House::at("127.0.0.1:8787", Some("https://shop.example.org")).await;
    let reply = house.get(&house.link().await, &Caller::Nobody).await;
    assert!(reply.header("set-cookie").ends_with("; Secure"));
}

#[tokio::test]
async fn a_foreign_host_name_is_refused() {
    let house = House::at("127.0.0.1:8787", Some("https://shop.example.org")).await;
    let hosts = [
        ("localhost:8787", true),
        ("127.0.0.1:1", true),
        ("[::1]:8787", true),
        ("SHOP.example.org", true),
        ("evil.example", false),
        ("localhost.evil.example:8787", false),
        ("", false),
    ];
    for path in ["/healthz", "/", "/login?token=x", "/api/v1/me"] {
        for (host, known) in hosts {
            let request = Request::builder()
                .uri(path)
                .header("host", host)
                .body(Body::empty())
                .unwrap();
            let status = house.raw(request).await.status;
            assert_eq!(
                status != StatusCode::MISDIRECTED_REQUEST,
                known,
                "{host} {path} {status}"
            );
        }
    }
    let open = House::at("0.0.0.0:8787", None).await;
    let request = Request::builder()
        .uri("/healthz")
        .header("host", "any.example")
        .body(Body::empty())
        .unwrap();
    assert_eq!(open.raw(request).await.status, StatusCode::OK);
}

#[tokio::test]
async fn trying_too_often_has_to_wait() {
    let house = House::open().await;
    for _ in 0..30 {
        assert_eq!(
            house.get("/login?token=x", &Caller::Nobody).await.status,
            StatusCode::UNAUTHORIZED
        );
    }
    let link = house.link().await;
    let reply = house.get(&link, &Caller::Nobody).await;
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(reply.header("retry-after").parse::<u64>().unwrap() <= 61);
}
