//! A project with receipts and segments, asked as a client asks: every answer has the document's shape, the
//! pages' sums agree, a given name stays with the people it was given to.

use crate::house::{Caller, House, mine, request};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::time::Duration;

/// Receipts of three kinds of shoppers, a return among them, and one row that cannot be read.
fn receipts() -> String {
    let mut text = String::from(
        "receipt_id,happened_at,product_id,description,quantity,unit_price,customer_id\n",
    );
    for customer in 0..240u32 {
        let kind = customer % 3;
        let (visits, lines, price) = [(12, 2, 3), (3, 8, 9), (1, 1, 80)][kind as usize];
        for visit in 0..visits + customer % 2 {
            let day = 1 + (customer * 7 + visit * 29) % 28;
            let month = 1 + (visit + customer) % 6;
            for line in 0..lines {
                let product = kind * 20 + (customer + line) % 12;
                let _ = writeln!(
                    text,
                    "R{customer}-{visit},2024-{month:02}-{day:02} 1{kind}:00:00,P{product},Thing {product},{},{price}.50,C{customer}",
                    1 + line % 2
                );
            }
        }
    }
    text.push_str("R3-0,2024-06-30 10:00:00,P3,Thing 3,-1,3.50,C3\n");
    text.push_str("R9-9,2024-06-30 10:00:00,P3,Thing 3,many,3.50,C9\n");
    text
}

async fn done(house: &House, caller: &Caller, job: &Value) -> Value {
    let path = mine(&format!("/jobs/{}", job["job_id"].as_str().unwrap()));
    for _ in 0..600 {
        let state = house.get(&path, caller).await.json();
        if state["state"] != "running" {
            assert_eq!(state["state"], "done", "{state}");
            return state;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the job does not end");
}

/// Uploads a file and imports it; gives the job.
async fn load(house: &House, owner: &Caller, kind: &str, text: &str) -> Value {
    let form = format!(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{kind}.csv\"\r\n\r\n{text}\r\n--b--\r\n"
    );
    let upload = request(Method::POST, &mine("/uploads"), owner)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b");
    let upload = house.raw(upload.body(Body::from(form)).unwrap()).await;
    assert!(upload.status.is_success(), "{}", upload.text());
    let spec = json!({
        "upload_id": upload.json()["upload_id"], "kind": kind, "reason": "first file",
        "options": { "currency": "EUR" },
    });
    let job = house
        .send(Method::POST, &mine("/imports"), owner, spec)
        .await;
    done(house, owner, &job.json()).await
}

/// Uploads, imports and runs.
async fn filled(house: &House, owner: &Caller) {
    let job = load(house, owner, "orders", &receipts()).await;
    assert_eq!(job["result"]["quarantined"], 1, "{job}");
    // What was handed in is gone once it is imported.
    let left = std::fs::read_dir(house.folder().join("uploads")).unwrap();
    assert_eq!(left.count(), 0, "the upload is still on disk");
    run(house, owner, 3).await;
}

/// A catalogue with a category for each kind of shopper, and what was found about demand with it.
async fn demand(house: &House, owner: &Caller) {
    let mut text = String::from("product_id,name,category_1,category_2,brand\n");
    for product in 0..60 {
        let (kind, brand) = (product / 20, product % 2);
        let _ = writeln!(
            text,
            "P{product},Thing {product},Things,Kind {kind},B{brand}"
        );
    }
    load(house, owner, "products", &text).await;
    let asked = json!({ "months": 12, "reason": "test" });
    let runs = mine("/demand/runs");
    let job = house.send(Method::POST, &runs, owner, asked).await;
    assert_eq!(job.status, StatusCode::ACCEPTED, "{}", job.text());
    done(house, owner, &job.json()).await;
}

async fn run(house: &House, owner: &Caller, clusters: u32) {
    let asked = json!({ "stage": "all", "clusters": clusters, "reason": "test" });
    let job = house.send(Method::POST, &mine("/runs"), owner, asked).await;
    done(house, owner, &job.json()).await;
}

/// The schema of an object that is made of several.
fn joined(document: &Value, parts: &[Value]) -> Value {
    let (mut fields, mut required) = (serde_json::Map::new(), Vec::new());
    for part in parts {
        let part = match part["$ref"].as_str() {
            Some(name) => document.pointer(name.trim_start_matches('#')).unwrap(),
            None => part,
        };
        fields.extend(
            part["properties"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(k, v)| (k.clone(), v.clone())),
        );
        required.extend(part["required"].as_array().into_iter().flatten().cloned());
    }
    json!({ "type": "object", "properties": fields, "required": required })
}

/// A scheme of the workbench, put up by the owner, approved by somebody else, live. Gives a member of it.
async fn workbench(house: &House, owner: &Caller) -> String {
    let scheme = mine("/workbench/schemes/value");
    let parts = house.get(&mine("/workbench/parts"), owner).await.json();
    let templates = parts["templates"].as_array().unwrap().iter();
    let text = templates
        .into_iter()
        .find(|one| one["name"] == "customer-value")
        .unwrap()["text"]
        .clone();
    let asked = json!({ "text": text, "after": 0, "reason": "first" });
    let saved = house
        .send(
            Method::PUT,
            &format!("{scheme}/recipe"),
            owner,
            asked.clone(),
        )
        .await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.text());
    // Whoever saw no version, or an older one, may not write over the newest.
    let stale = house
        .send(Method::PUT, &format!("{scheme}/recipe"), owner, asked)
        .await;
    assert_eq!(
        stale.status,
        StatusCode::PRECONDITION_FAILED,
        "{}",
        stale.text()
    );
    let asked = json!({ "clusters": 3, "reason": "first" });
    let job = house
        .send(Method::POST, &format!("{scheme}/runs"), owner, asked)
        .await;
    assert_eq!(job.status, StatusCode::ACCEPTED, "{}", job.text());
    done(house, owner, &job.json()).await;
    // A change needs the version that was seen; of two who saw the same, the second is told.
    let members = format!("{scheme}/runs/newest/members?purpose=analytics");
    let member = house.get(&members, owner).await.json()["rows"][0].clone();
    let hand = json!({ "kind": "lock", "members": [member["member"]] });
    let hands = format!("{scheme}/runs/newest/hands");
    let lock = |seen: Option<&str>| {
        let mut asked =
            request(Method::POST, &hands, owner).header(header::CONTENT_TYPE, "application/json");
        if let Some(seen) = seen {
            asked = asked.header(header::IF_MATCH, seen);
        }
        let body = json!({ "hand": hand, "reason": "keep" });
        house.raw(asked.body(Body::from(body.to_string())).unwrap())
    };
    assert_eq!(lock(None).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(lock(Some("\"0\"")).await.status, StatusCode::OK);
    assert_eq!(
        lock(Some("\"0\"")).await.status,
        StatusCode::PRECONDITION_FAILED
    );
    let steps = format!("{scheme}/runs/newest/steps");
    let step = |to: &str| json!({ "to": to, "comment": "good" });
    let early = house
        .send(Method::POST, &steps, owner, step("deployed"))
        .await;
    assert_eq!(
        early.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        early.text()
    );
    let ready = house.send(Method::POST, &steps, owner, step("ready")).await;
    assert_eq!(ready.status, StatusCode::OK, "{}", ready.text());
    let own = house
        .send(Method::POST, &steps, owner, step("approved"))
        .await;
    assert_eq!(own.status, StatusCode::FORBIDDEN, "{}", own.text());
    let approver = house.person(owner, retail::Role::Approver).await;
    let approved = house
        .send(Method::POST, &steps, &approver, step("approved"))
        .await;
    assert_eq!(approved.status, StatusCode::OK, "{}", approved.text());
    let live = house
        .send(Method::POST, &steps, owner, step("deployed"))
        .await;
    assert_eq!(live.json()["live"], true, "{}", live.text());

    // What is live is what was decided on: nobody moves in it.
    let hand = json!({ "hand": hand, "reason": "keep" });
    let asked = request(Method::POST, &hands, owner)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::IF_MATCH, "\"999\"");
    let refused = house
        .raw(asked.body(Body::from(hand.to_string())).unwrap())
        .await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text());
    member["member"].as_str().unwrap().to_string()
}

/// What of a value does not fit its schema.
fn misfits(document: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        let schema = document.pointer(name.trim_start_matches('#')).unwrap();
        return misfits(document, schema, value, at, found);
    }
    if let Some(all) = schema["allOf"].as_array() {
        return misfits(document, &joined(document, all), value, at, found);
    }
    if let Some(any) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()) {
        let fits = any.iter().any(|one| {
            let mut own = Vec::new();
            misfits(document, one, value, at, &mut own);
            own.is_empty()
        });
        if !fits {
            found.push(format!("{at}: {value} fits no variant"));
        }
        return;
    }
    if let Some(words) = schema["enum"].as_array() {
        if !words.contains(value) {
            found.push(format!("{at}: {value} is none of {words:?}"));
        }
        return;
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => return,
    };
    let own = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let whole_number = own == "integer" && types.contains(&"number");
    if !types.contains(&own) && !whole_number {
        found.push(format!("{at}: {own} where {types:?} was promised"));
    }
    for (i, item) in value.as_array().into_iter().flatten().enumerate() {
        misfits(
            document,
            &schema["items"],
            item,
            &format!("{at}[{i}]"),
            found,
        );
    }
    let Some(fields) = value.as_object() else {
        return;
    };
    for name in schema["required"].as_array().into_iter().flatten() {
        if !fields.contains_key(name.as_str().unwrap()) {
            found.push(format!("{at}: {name} is missing"));
        }
    }
    let known = &schema["properties"];
    for (name, inner) in fields {
        let at = format!("{at}.{name}");
        match (known.get(name), &schema["additionalProperties"]) {
            (Some(schema), _) => misfits(document, schema, inner, &at, found),
            (None, Value::Object(_)) => {
                misfits(document, &schema["additionalProperties"], inner, &at, found);
            }
            (None, _) if known.is_object() => found.push(format!("{at} is not documented")),
            _ => {}
        }
    }
}

#[tokio::test]
async fn answers_with_data_have_the_documented_shape_and_agree() {
    let house = House::open().await;
    let owner = house.owner().await;
    filled(&house, &owner).await;
    let member = workbench(&house, &owner).await;
    demand(&house, &owner).await;
    let document: Value = serde_json::to_value(server::openapi()).unwrap();
    let scheme = house.get(&mine("/segments/buying"), &owner).await.json();
    let members = mine("/segments/buying/members?purpose=analytics&limit=1000");
    let members = house.get(&members, &owner).await.json();
    let key = members["rows"][0]["customer_key"].as_i64().unwrap();
    let version = crate::versions::gone_back(&house, &owner, &member).await;
    let mut asked = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        let operation = &item["get"];
        let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
        let ours = path.starts_with("/api/v1/projects/{project}/")
            && !path.contains("{job_id}")
            && !path.ends_with("/genome/evidence");
        if !ours || schema.is_null() {
            continue;
        }
        let workbench = path.contains("/workbench/");
        let called = if workbench { "value" } else { "buying" };
        let mut url = path
            .replace("{project}", crate::house::MINE)
            .replace("{scheme}", called)
            .replace("{run}", "newest")
            .replace("{member}", &member)
            .replace("{product}", "P3")
            .replace("{version}", &version)
            .replace("{customer_key}", &key.to_string());
        let names = operation["parameters"].as_array().into_iter().flatten();
        if names.clone().any(|p| p["name"] == "purpose") {
            // What names a person is written out for the person alone.
            let purpose = match path.ends_with("/letter") {
                true => "?purpose=service",
                false => "?purpose=quality",
            };
            url.push_str(purpose);
        }
        if path.contains("/genome/schemes/") {
            url.push_str("?cluster=1");
        }
        if path.ends_with("/agreement") {
            url.push_str("?with=value");
        }
        let reply = house.get(&url, &owner).await;
        assert_eq!(reply.status, StatusCode::OK, "{url}: {}", reply.text());
        let mut wrong = Vec::new();
        misfits(&document, schema, &reply.json(), path, &mut wrong);
        assert!(wrong.is_empty(), "{url}: {wrong:#?}");
        asked += 1;
    }
    assert!(asked >= 14, "only {asked} answers were looked at");

    let clusters = scheme["clusters"].as_array().unwrap();
    let of_clusters: i64 = clusters
        .iter()
        .map(|c| c["customers"].as_i64().unwrap())
        .sum();
    assert_eq!(of_clusters, 240);
    assert_eq!(members["total"], 240);
    // The map names nobody: it needs no purpose.
    assert!(
        !scheme["map"].to_string().contains("customer"),
        "{}",
        scheme["map"]
    );
    let held = mine("/quarantine?purpose=quality");
    let held = house.get(&held, &owner).await.json();
    assert_eq!(
        (&held["total"], &held["rows"][0]["value"]),
        (&json!(1), &json!("many"))
    );
    // Looking at raw rows and at lists of people is in the audit, with what was looked for.
    let audit = house.get(&mine("/audit?limit=100"), &owner).await.json();
    let subjects: BTreeSet<&str> = audit["rows"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["action"] == "customer.list")
        .filter_map(|row| row["subject"].as_str())
        .collect();
    let told = subjects.into_iter().collect::<Vec<_>>().join(", ");
    let all = "a change by hand, customers, customers whose genes moved, history of a member, identity review, member, members, members between two dates, \
               newcomers, quarantine";
    assert_eq!(told, all);
}

/// Customers of the segment that has a name.
async fn named(house: &House, owner: &Caller, name: &str) -> BTreeSet<i64> {
    let scheme = house.get(&mine("/segments/buying"), owner).await.json();
    let clusters = scheme["clusters"].as_array().unwrap();
    let found: Vec<&Value> = clusters.iter().filter(|c| c["name"] == name).collect();
    assert_eq!(found.len(), 1, "{name}: {clusters:#?}");
    let path = format!(
        "/segments/buying/members?purpose=analytics&limit=1000&cluster={}",
        found[0]["cluster"]
    );
    let members = house.get(&mine(&path), owner).await.json();
    let rows = members["rows"].as_array().unwrap().iter();
    rows.map(|row| row["customer_key"].as_i64().unwrap())
        .collect()
}

#[tokio::test]
async fn a_given_name_follows_its_people_through_new_runs() {
    let house = House::open().await;
    let owner = house.owner().await;
    filled(&house, &owner).await;
    for cluster in 1..=3 {
        let body = json!({ "name": format!("Team name {cluster}"), "reason": "ours" });
        let path = mine(&format!("/segments/buying/clusters/{cluster}/rename"));
        let reply = house.send(Method::POST, &path, &owner, body).await;
        assert!(reply.status.is_success(), "{}", reply.text());
    }
    let mut before = Vec::new();
    for cluster in 1..=3 {
        before.push(named(&house, &owner, &format!("Team name {cluster}")).await);
    }
    let then = house
        .get(&mine("/segments/buying/history"), &owner)
        .await
        .json();
    let then = then["entries"][0]["at"].as_str().unwrap().to_string();
    // Another number of segments: numbers are given anew, names go where the people are.
    run(&house, &owner, 5).await;
    for (place, before) in before.iter().enumerate() {
        let after = named(&house, &owner, &format!("Team name {}", place + 1)).await;
        let stayed = after.intersection(before).count();
        assert!(
            2 * stayed > after.len(),
            "{stayed} of {} are the same people",
            after.len()
        );
    }
    let path = mine(&format!(
        "/segments/buying?as_of={}",
        then.replace('+', "%2B")
    ));
    let past = house.get(&path, &owner).await.json();
    let names: BTreeSet<&str> = past["clusters"]
        .as_array()
        .unwrap_or_else(|| panic!("{past}"))
        .iter()
        .filter_map(|c| c["name"].as_str())
        .collect();
    assert_eq!(names, ["Team name 1", "Team name 2", "Team name 3"].into());
}

#[tokio::test]
async fn segments_that_are_not_shown_are_in_no_list() {
    let house = House::open().await;
    let owner = house.owner().await;
    filled(&house, &owner).await;
    let sizes = |scheme: &Value| -> Vec<(i64, i64)> {
        let clusters = scheme["clusters"].as_array().unwrap().iter();
        let number = |of: &Value, key: &str| of[key].as_i64().unwrap();
        clusters
            .map(|c| (number(c, "cluster"), number(c, "customers")))
            .collect()
    };
    let scheme = mine("/segments/buying");
    let all = sizes(&house.get(&scheme, &owner).await.json());
    let (_, smallest) = all.iter().min_by_key(|(_, size)| *size).unwrap();
    let least = json!(smallest + 1);
    let why = retail::Change::new("tester", "nobody has so few").unwrap();
    let set = house
        .project()
        .registry()
        .set_setting("small_cells", &least, 1, &why);
    set.await.unwrap();

    let left = sizes(&house.get(&scheme, &owner).await.json());
    assert!(left.len() < all.len(), "{all:?}");
    let shown = |cluster: i64| left.iter().any(|(one, _)| *one == cluster);
    let members = "/segments/buying/members?purpose=analytics&limit=1000";
    let listed = house.get(&mine(members), &owner).await.json();
    assert_eq!(
        listed["total"],
        left.iter().map(|(_, size)| size).sum::<i64>()
    );
    for row in listed["rows"].as_array().unwrap() {
        let second = row["second_cluster"].as_i64();
        assert!(
            shown(row["cluster"].as_i64().unwrap()) && second.is_none_or(shown),
            "{row}"
        );
        assert_eq!(row["second_name"].is_null(), second.is_none(), "{row}");
    }
    let (hidden, _) = all.iter().find(|(cluster, _)| !shown(*cluster)).unwrap();
    let one = house
        .get(&mine(&format!("{members}&cluster={hidden}")), &owner)
        .await;
    assert_eq!(one.status, StatusCode::NOT_FOUND, "{}", one.text());
    let customers = mine("/customers?purpose=analytics&limit=1000");
    let customers = house.get(&customers, &owner).await.json();
    assert_eq!(customers["total"], 240);
    for row in customers["rows"].as_array().unwrap() {
        assert!(row["cluster"].as_i64().is_none_or(shown), "{row}");
    }
    let home = house.get(&mine("/home"), &owner).await.json();
    let told = home["sentence"].as_str().unwrap();
    assert!(told.contains("segments are not shown"), "{told}");
}
