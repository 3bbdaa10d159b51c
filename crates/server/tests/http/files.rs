//! Files in and out: uploads, their refusal, and tables as csv and xlsx.

use crate::house::{Caller, House, mine, request};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use serde_json::json;

const HEAD: &str =
    "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"orders.csv\"\r\n\r\n";

fn upload(caller: &Caller, body: Body) -> axum::http::Request<Body> {
    let request = request(Method::POST, &mine("/uploads"), caller);
    request
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
        .body(body)
        .unwrap()
}

#[tokio::test]
async fn a_file_is_taken_and_looked_at() {
    let house = House::open().await;
    let owner = house.owner().await;
    // More than a body of JSON may have.
    let lines: String = (0..60_000)
        .map(|i| format!("{i},2011-12-09 12:50,85123A,2,2.55\n"))
        .collect();
    let text = format!("receipt_id,happened_at,product_id,quantity,unit_price\n{lines}");
    assert!(text.len() > 1 << 20);
    let reply = house
        .raw(upload(
            &owner,
            Body::from(format!("{HEAD}{text}\r\n--b--\r\n")),
        ))
        .await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    let upload = reply.json();
    assert_eq!(
        (upload["bytes"].as_u64(), upload["file"].as_str()),
        (Some(text.len() as u64), Some("orders.csv"))
    );
    assert_eq!(upload["columns"].as_array().unwrap().len(), 5);
    let path = mine(&format!(
        "/uploads/{}/preview",
        upload["upload_id"].as_str().unwrap()
    ));
    let reply = house
        .send(Method::POST, &path, &owner, json!({"kind": "orders"}))
        .await;
    assert!(
        reply.status == StatusCode::OK || reply.status == StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        reply.text()
    );
}

#[tokio::test]
async fn a_file_that_breaks_off_leaves_nothing() {
    let house = House::open().await;
    let owner = house.owner().await;
    let first = futures::stream::once(async { Ok(format!("{HEAD}a,b\n1,2\n")) });
    let end = futures::stream::once(async {
        // Late enough that the file was begun.
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        Err(std::io::Error::other("the sender left"))
    });
    let body = Body::from_stream(futures::StreamExt::chain(first, end));
    let reply = house.raw(upload(&owner, body)).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    let left = std::fs::read_dir(house.folder().join("uploads")).unwrap();
    let left: Vec<_> = left
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(left.iter().all(|name| name.ends_with(".name")), "{left:?}");
}

#[tokio::test]
async fn a_form_without_a_file_is_refused() {
    let house = House::open().await;
    let owner = house.owner().await;
    let other = "--b\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nx\r\n--b--\r\n";
    let reply = house.raw(upload(&owner, Body::from(other))).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(reply.json()["errors"][0]["field"], "file");
    let reply = house
        .send(Method::POST, &mine("/uploads"), &owner, json!({}))
        .await;
    assert_eq!(reply.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn a_table_is_the_same_as_pages_and_as_csv() {
    let house = House::open().await;
    let owner = house.owner().await;
    let body =
        json!({"name": "x", "roles": ["staff"], "reason": "=HYPERLINK(\"http://evil.example\")"});
    let reply = house
        .send(Method::POST, &mine("/people"), &owner, body)
        .await;
    assert_eq!(reply.status, StatusCode::CREATED);
    let page = house.get(&mine("/audit?limit=1000"), &owner).await.json();
    let rows = page["rows"].as_array().unwrap();
    let reply = house.get(&mine("/audit.csv"), &owner).await;
    assert_eq!(reply.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        reply.header("content-disposition"),
        "attachment; filename=\"mine-audit.csv\""
    );
    let mut reader = csv::Reader::from_reader(reply.body.as_slice());
    let head: Vec<_> = reader.headers().unwrap().iter().map(String::from).collect();
    let fields: Vec<_> = rows[0].as_object().unwrap().keys().cloned().collect();
    assert_eq!(head, fields);
    let records: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), rows.len());
    for (record, row) in records.iter().zip(rows) {
        assert_eq!(
            record[0].parse::<i64>().unwrap(),
            row["seq"].as_i64().unwrap()
        );
    }
    let reason = head.iter().position(|name| name == "reason").unwrap();
    assert!(
        records
            .iter()
            .any(|record| record[reason].starts_with("'=HYPERLINK")),
        "{}",
        reply.text()
    );
    assert!(!records.iter().any(|record| record[reason].starts_with('=')));
}

#[tokio::test]
async fn an_empty_table_has_its_head() {
    let house = House::open().await;
    let owner = house.owner().await;
    let reply = house.get(&mine("/imports.csv"), &owner).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert!(
        reply.text().starts_with("import_id,file,kind,"),
        "{}",
        reply.text()
    );
    assert_eq!(reply.text().lines().count(), 1);
    for table in [
        "/imports.xlsx",
        "/runs.xlsx",
        "/quarantine.xlsx?purpose=quality",
        "/audit.xlsx",
    ] {
        let reply = house.get(&mine(table), &owner).await;
        assert_eq!(reply.status, StatusCode::OK, "{table}");
        assert!(reply.body.starts_with(b"PK"), "{table}");
    }
}
