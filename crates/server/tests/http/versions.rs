//! Going back to a past version of a scheme over HTTP: who did not see the newest version is told, and customers are
//! not named.

use crate::house::{Caller, House, MINE, request};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use serde_json::json;

/// Goes back to the version before any change by hand; gives the newest version of the scheme then.
pub async fn gone_back(house: &House, owner: &Caller, member: &str) -> String {
    let list = format!("/api/v1/projects/{MINE}/workbench/schemes/value/versions");
    let versions = house.get(&list, owner).await.json();
    assert_eq!(versions["broken"], 0, "{versions}");
    let rows = versions["versions"].as_array().unwrap();
    let lock = rows
        .iter()
        .find(|row| row["parts"] == json!(["hands"]))
        .unwrap();
    assert_eq!(lock["sentence"], "lock of customers");
    assert_eq!(lock["clusters"], json!([]));
    let told = house
        .get(&format!("{list}/{}", lock["version"]), owner)
        .await;
    assert!(
        !told.text().contains(&format!("{member} locked")),
        "{}",
        told.text()
    );
    let (first, newest) = (
        rows.last().unwrap()["version"].to_string(),
        versions["version"].to_string(),
    );
    let back = |seen: Option<&str>| {
        let path = format!("{list}/{first}/restore");
        let mut asked =
            request(Method::POST, &path, owner).header(header::CONTENT_TYPE, "application/json");
        if let Some(seen) = seen {
            asked = asked.header(header::IF_MATCH, format!("\"{seen}\""));
        }
        let body = json!({ "parts": ["hands"], "reason": "no locks" });
        house.raw(asked.body(Body::from(body.to_string())).unwrap())
    };
    assert_eq!(back(None).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        back(Some(&first)).await.status,
        StatusCode::PRECONDITION_FAILED
    );
    let done = back(Some(&newest)).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    let hands = list.replace("/versions", "/hands");
    let hands = house.get(&hands, owner).await.json();
    let stands = hands["hands"].as_array().unwrap().iter();
    assert_eq!(stands.filter(|hand| hand["stands"] == true).count(), 0);
    done.json()["version"]["version"].to_string()
}
