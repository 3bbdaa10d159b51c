//! Two empty projects behind one server, the people and keys of the first, and a client that checks the
//! frame of every answer.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use engine::{Project, ProjectSettings, Workspaces};
use retail::{Role, Scope};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;
use tower::ServiceExt;

/// The project that the people belong to.
pub const MINE: &str = "mine";
/// A project of other people, behind the same server.
pub const OTHER: &str = "other";

/// What a client sends to say who it is.
#[derive(Debug, Clone, PartialEq)]
pub enum Caller {
    /// Nothing.
    Nobody,
    /// A session, with the header against forged requests.
    Session(String),
    /// A session without that header.
    BareSession(String),
    /// An API key.
    Key(String),
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

/// Two projects behind one server.
pub struct House {
    router: Router,
    workspaces: Arc<Workspaces>,
    folder: TempDir,
}

impl House {
    pub async fn open() -> Self {
        Self::at("127.0.0.1:8787", None).await
    }

    pub async fn at(addr: &str, public_url: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let workspaces = Arc::new(workspaces(folder.path(), &[MINE, OTHER]).await);
        let settings = server::ServerSettings {
            addr: addr.parse().unwrap(),
            public_url: public_url.map(String::from),
        };
        let router = server::router(Arc::clone(&workspaces), &settings).unwrap();
        Self {
            router,
            workspaces,
            folder,
        }
    }

    /// The first project, for what the API cannot set.
    pub fn project(&self) -> &engine::Project {
        &self.workspaces.projects()[0]
    }

    /// The folder of the first project.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().join(MINE)
    }

    /// Somebody who owns the machine and so may do everything in both projects.
    pub async fn owner(&self) -> Caller {
        let token = self.workspaces.issue_login().await.unwrap();
        self.sign_in(&format!("/login?token={token}")).await
    }

    pub async fn link(&self) -> String {
        format!(
            "/login?token={}",
            self.workspaces.issue_login().await.unwrap()
        )
    }

    pub async fn sign_in(&self, link: &str) -> Caller {
        let reply = self.get(link, &Caller::Nobody).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text());
        let cookie = reply.header("set-cookie").split(';').next().unwrap();
        Caller::Session(cookie.strip_prefix("tessera_session=").unwrap().to_string())
    }

    /// A person of the first project with one role.
    pub async fn person(&self, owner: &Caller, role: Role) -> Caller {
        let body = json!({"name": role.word(), "roles": [role.word()], "reason": "test"});
        let reply = self.send(Method::POST, &mine("/people"), owner, body).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
        self.sign_in(reply.json()["login_link"].as_str().unwrap())
            .await
    }

    /// A key of the first project with one scope.
    pub async fn key(&self, owner: &Caller, scope: Scope) -> Caller {
        let body = json!({"name": scope.word(), "scopes": [scope.word()], "reason": "test"});
        let reply = self.send(Method::POST, &mine("/keys"), owner, body).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
        Caller::Key(reply.json()["secret"].as_str().unwrap().to_string())
    }

    pub async fn get(&self, path: &str, caller: &Caller) -> Reply {
        self.raw(
            request(Method::GET, path, caller)
                .body(Body::empty())
                .unwrap(),
        )
        .await
    }

    pub async fn send(&self, method: Method, path: &str, caller: &Caller, body: Value) -> Reply {
        let request =
            request(method, path, caller).header(header::CONTENT_TYPE, "application/json");
        self.raw(request.body(Body::from(body.to_string())).unwrap())
            .await
    }

    /// Sends a request as it is and checks what holds for every answer.
    pub async fn raw(&self, request: Request<Body>) -> Reply {
        let asked = format!("{} {}", request.method(), request.uri());
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        let reply = Reply {
            status: parts.status,
            headers: parts.headers,
            body,
        };
        check_frame(&asked, &reply);
        reply
    }
}

fn check_frame(asked: &str, reply: &Reply) {
    let policy = reply.header("content-security-policy");
    for part in [
        "default-src 'self'",
        "script-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ] {
        assert!(policy.contains(part), "{asked}: {policy}");
    }
    assert_eq!(reply.header("x-content-type-options"), "nosniff", "{asked}");
    assert_eq!(reply.header("referrer-policy"), "no-referrer", "{asked}");
    assert_eq!(
        reply.header("cross-origin-opener-policy"),
        "same-origin",
        "{asked}"
    );
    assert!(!reply.header("x-request-id").is_empty(), "{asked}");
    let page = reply.header("content-type").starts_with("text/html");
    if (reply.status.is_client_error() || reply.status.is_server_error()) && !page {
        assert_eq!(
            reply.header("content-type"),
            "application/problem+json",
            "{asked}"
        );
        let problem = reply.json();
        assert_eq!(problem["status"], reply.status.as_u16(), "{asked}");
        assert!(
            problem["type"]
                .as_str()
                .unwrap()
                .starts_with("urn:tessera:problem:"),
            "{asked}"
        );
        assert!(!problem["title"].as_str().unwrap().is_empty(), "{asked}");
        assert!(!problem["detail"].as_str().unwrap().is_empty(), "{asked}");
        let id = reply.header("x-request-id");
        assert_eq!(problem["instance"], format!("urn:uuid:{id}"), "{asked}");
        for field in problem["errors"].as_array().into_iter().flatten() {
            assert!(
                field["field"].is_string() && field["detail"].is_string(),
                "{asked}"
            );
        }
    }
}

/// The address of something in the first project.
pub fn mine(path: &str) -> String {
    format!("/api/v1/projects/{MINE}{path}")
}

/// A request of a caller, without its body.
pub fn request(method: Method, path: &str, caller: &Caller) -> axum::http::request::Builder {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "localhost:8787");
    match caller {
        Caller::Nobody => request,
        Caller::Session(secret) => request
            .header(header::COOKIE, format!("tessera_session={secret}"))
            .header("x-tessera-csrf", "1"),
        Caller::BareSession(secret) => {
            request.header(header::COOKIE, format!("tessera_session={secret}"))
        }
        Caller::Key(secret) => request.header(header::AUTHORIZATION, format!("Bearer {secret}")),
    }
}

/// Empty projects below a folder.
pub async fn workspaces(folder: &Path, names: &[&str]) -> Workspaces {
    let mut projects = Vec::new();
    for name in names {
        let folder = folder.join(name);
        let settings = ProjectSettings {
            title: format!("Shop {name}"),
            lake_folder: folder.join("lake"),
            registry_url: "sqlite:registry.db".into(),
            threads: 2,
            memory_mib: 256,
            part_rows: 100_000,
            folder,
        };
        projects.push(Arc::new(Project::open(settings).await.unwrap()));
    }
    Workspaces::open(projects).await.unwrap()
}
