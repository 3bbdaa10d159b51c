//! What every client can rely on: problems that name the field, limits, compression, pages.

use crate::house::{Caller, House, MINE, mine, request};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use serde_json::json;

#[tokio::test]
async fn a_wrong_value_is_named() {
    let house = House::open().await;
    let owner = house.owner().await;
    let mut asked: Vec<(String, &str)> = Vec::new();
    let tables = [
        ("/imports", "?"),
        ("/runs", "?"),
        ("/quarantine", "?purpose=quality&"),
        ("/audit", "?"),
    ];
    for (table, with) in tables {
        asked.push((format!("{table}{with}limit=1001"), "limit"));
        asked.push((format!("{table}{with}limt=10"), "limt"));
        asked.push((format!("{table}{with}sort=nonsense"), "sort"));
        asked.push((format!("{table}{with}dir=up"), "dir"));
        asked.push((format!("{table}.csv{with}limit=10"), "limit"));
        asked.push((format!("{table}.csv{with}sort=nonsense"), "sort"));
    }
    asked.push(("/quarantine".into(), "purpose"));
    asked.push(("/home?x=1".into(), "x"));
    asked.push(("/customers".into(), "purpose"));
    asked.push(("/customers?purpose=curiosity".into(), "purpose"));
    asked.push(("/customers/abc?purpose=quality".into(), "customer_key"));
    asked.push((
        "/segments/customers/members?purpose=quality&cluster=x".into(),
        "cluster",
    ));
    asked.push(("/segments/customers?as_of=yesterday".into(), "as_of"));
    let mut wrong = Vec::new();
    for (path, field) in asked {
        let reply = house.get(&mine(&path), &owner).await;
        let named = reply.json()["errors"][0]["field"] == field;
        if reply.status != StatusCode::UNPROCESSABLE_ENTITY || !named {
            wrong.push(format!("{path} {}", reply.text()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_body_is_read_strictly() {
    let house = House::open().await;
    let owner = house.owner().await;
    let send = |body: &str, media: &str| {
        let request =
            request(Method::POST, &mine("/people"), &owner).header(header::CONTENT_TYPE, media);
        let request = request.body(Body::from(body.to_string())).unwrap();
        async { house.raw(request).await }
    };
    let json = "application/json";
    let cases = [
        ("{", json, 400, ""),
        ("[]", json, 422, ""),
        ("{}", json, 422, "name"),
        (
            r#"{"name":"a","roles":["king"],"reason":"r"}"#,
            json,
            422,
            "roles[0]",
        ),
        (
            r#"{"name":"a","roles":["staff"],"reason":"r","person_id":"1"}"#,
            json,
            422,
            "person_id",
        ),
        (
            r#"{"name":"a","name":"b","roles":["staff"],"reason":"r"}"#,
            json,
            422,
            "",
        ),
        (
            r#"{"name":"a","roles":["staff"],"reason":" "}"#,
            json,
            422,
            "reason",
        ),
        (
            r#"{"name":"a","roles":["staff"],"reason":"r"}"#,
            "text/plain",
            415,
            "",
        ),
        (
            r#"{"name":"a","roles":["staff"],"reason":"r"}"#,
            "application/json; charset=utf-8",
            201,
            "",
        ),
    ];
    for (body, media, status, field) in cases {
        let reply = send(body, media).await;
        assert_eq!(reply.status.as_u16(), status, "{body} {}", reply.text());
        if !field.is_empty() {
            assert_eq!(reply.json()["errors"][0]["field"], field, "{body}");
        }
    }
    let large = json!({"query": "x".repeat(2 << 20)}).to_string();
    assert_eq!(
        send(&large, json).await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
}

#[tokio::test]
async fn what_is_not_there_is_said_so() {
    let house = House::open().await;
    let owner = house.owner().await;
    for path in ["/api", "/api/v1", "/api/v1/nothing", "/api/v2/me"] {
        assert_eq!(
            house.get(path, &owner).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    let id = "00000000-0000-7000-8000-000000000000";
    let asked = [
        (Method::GET, mine("/jobs/none")),
        (Method::GET, mine("/segments/none")),
        (Method::GET, mine("/customers/987654?purpose=quality")),
        (Method::GET, "/api/v1/projects/none/home".to_string()),
        (Method::PATCH, mine(&format!("/people/{id}"))),
        (Method::DELETE, mine(&format!("/keys/{id}"))),
        (Method::POST, mine(&format!("/jobs/{id}/cancel"))),
    ];
    let mut wrong = Vec::new();
    for (method, path) in asked {
        let reply = house
            .send(method, &path, &owner, json!({"reason": "test"}))
            .await;
        if reply.status != StatusCode::NOT_FOUND {
            wrong.push(format!("{path} {}", reply.text()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_person_cannot_be_added_twice() {
    let house = House::open().await;
    let owner = house.owner().await;
    let body =
        json!({"name": "Ann", "email": "ann@example.org", "roles": ["staff"], "reason": "test"});
    let reply = house
        .send(Method::POST, &mine("/people"), &owner, body.clone())
        .await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
    let reply = house
        .send(Method::POST, &mine("/people"), &owner, body)
        .await;
    assert!(
        [409, 422].contains(&reply.status.as_u16()),
        "{}",
        reply.text()
    );
}

#[tokio::test]
async fn sql_reads_and_refuses_to_write() {
    let house = House::open().await;
    let owner = house.owner().await;
    let ask = |query: &str| {
        let body = json!({"query": query});
        let owner = owner.clone();
        let house = &house;
        async move { house.send(Method::POST, &mine("/sql"), &owner, body).await }
    };
    let reply = ask("select 1 as one").await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    assert_eq!(reply.json()["rows"], json!([[1]]));
    for wrong in [
        "selec 1",
        "select * from nowhere",
        "drop table order_lines",
        "copy (select 1) to 'x.csv'",
    ] {
        let reply = ask(wrong).await;
        assert_eq!(
            reply.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{wrong} {}",
            reply.text()
        );
    }
}

#[tokio::test]
async fn answers_are_compressed_where_it_helps() {
    let house = House::open().await;
    let owner = house.owner().await;
    let zipped = |path: String| {
        let request = request(Method::GET, &path, &owner).header(header::ACCEPT_ENCODING, "gzip");
        let request = request.body(Body::empty()).unwrap();
        async {
            house
                .raw(request)
                .await
                .header("content-encoding")
                .to_string()
        }
    };
    assert_eq!(zipped("/openapi.json".into()).await, "gzip");
    assert_eq!(zipped(mine("/audit")).await, "gzip");
    assert_eq!(zipped(mine("/audit.xlsx")).await, "");
}

#[tokio::test]
async fn answers_about_a_project_are_not_kept() {
    let house = House::open().await;
    let owner = house.owner().await;
    for path in [
        "/api/v1/me".to_string(),
        mine("/audit"),
        mine("/audit.csv"),
        "/openapi.json".into(),
    ] {
        assert_eq!(
            house.get(&path, &owner).await.header("cache-control"),
            "no-store",
            "{path}"
        );
    }
}

#[tokio::test]
async fn an_address_of_the_pages_gives_a_page() {
    let house = House::open().await;
    for path in ["/", &format!("/p/{MINE}/home"), "/p/x/segments/customers"] {
        let reply = house.get(path, &Caller::Nobody).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}");
        assert!(
            reply.header("content-type").starts_with("text/html"),
            "{path}"
        );
        assert!(reply.text().contains("Tessera"));
    }
    for path in ["/assets/none.js", "/robots.txt", "/../Cargo.toml"] {
        assert_eq!(
            house.get(path, &Caller::Nobody).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    let posted = request(Method::POST, "/", &Caller::Nobody)
        .body(Body::empty())
        .unwrap();
    assert_eq!(
        house.raw(posted).await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[cfg(feature = "ui")]
#[tokio::test]
async fn files_of_the_pages_may_be_kept() {
    let house = House::open().await;
    let page = house.get("/", &Caller::Nobody).await;
    assert_eq!(page.header("cache-control"), "no-cache");
    let text = page.text();
    let script = text
        .split('"')
        .find(|part| part.starts_with("/assets/") && part.ends_with(".js"))
        .unwrap();
    let reply = house.get(script, &Caller::Nobody).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert!(reply.header("cache-control").contains("immutable"));
    assert!(reply.header("content-type").contains("javascript"));
}

#[test]
fn every_route_is_registered_with_its_place_in_the_document() {
    fn look(folder: &std::path::Path) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                look(&path);
            } else {
                let text = std::fs::read_to_string(&path).unwrap();
                assert!(!text.contains(".route("), "{}: use routes!", path.display());
            }
        }
    }
    look(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
}
