//! Tests of whole requests: bounds, keys, types, required fields, dead letters.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::call::EventType;
use crate::letter::Reason;
use crate::time::Rule;
use serde_json::{Value, json};

const KEY: &str = "Basic V0tfVEVTVDo=";

fn received() -> Timestamp {
    "2026-11-22T06:30:00Z".parse().unwrap()
}

fn send(path: &str, body: &[u8], key: Option<&str>) -> Result<Reception, Refusal> {
    let request = Request {
        path,
        body,
        authorization: key,
        ..Request::default()
    };
    let mut next = 0;
    let mut ids = || {
        next += 1;
        format!("given-{next}")
    };
    read(&request, received(), &Limits::default(), &mut ids)
}

fn batch(events: Value) -> Reception {
    send(
        "/v1/batch",
        json!({"batch": events}).to_string().as_bytes(),
        Some(KEY),
    )
    .unwrap()
}

fn dead(event: Value) -> (Reason, Option<String>) {
    let reception = batch(json!([event]));
    assert!(reception.records.is_empty());
    (reception.dead[0].reason, reception.dead[0].field.clone())
}

#[test]
fn required_fields_are_asked_for() {
    let missing = |event: Value, field: &str| {
        assert_eq!(dead(event), (Reason::MissingField, Some(field.into())))
    };
    missing(json!({"userId": "u"}), "type");
    missing(json!({"type": " ", "userId": "u"}), "type");
    missing(json!({"type": "track", "userId": "u"}), "event");
    missing(
        json!({"type": "track", "userId": "u", "event": "  "}),
        "event",
    );
    missing(
        json!({"type": "track", "userId": null, "anonymousId": "", "event": "e"}),
        "userId",
    );
    missing(json!({"type": "group", "userId": "u"}), "groupId");
    missing(json!({"type": "alias", "userId": "u"}), "previousId");
    missing(
        json!({"type": "alias", "anonymousId": "a", "previousId": "p"}),
        "userId",
    );
    let updated =
        json!({"type": "track", "userId": "u", "event": "segment_consent_preference_updated"});
    missing(updated, "context.consent.categoryPreferences");
    assert_eq!(
        dead(json!({"type": "tracked", "userId": "u"})),
        (Reason::UnknownType, Some("type".into()))
    );
}

#[test]
fn each_fault_has_its_reason() {
    let page = |field: &str, value: Value| {
        let mut event = json!({"type": "page", "userId": "u"});
        event[field] = value;
        event
    };
    let check = |field: &str, value: Value, reason| {
        assert_eq!(dead(page(field, value)), (reason, Some(field.into())))
    };
    check("userId", json!({"id": 1}), Reason::WrongType);
    check("anonymousId", json!(true), Reason::WrongType);
    check("properties", json!([1]), Reason::WrongType);
    check("context", json!("x"), Reason::WrongType);
    check("userId", json!("a\0b"), Reason::BadText);
    check("messageId", json!("x".repeat(101)), Reason::TooLong);
    check("timestamp", json!("yesterday"), Reason::BadTime);
    check("timestamp", json!(1_422_837_008), Reason::BadTime);
    check("writeKey", json!("other"), Reason::WrongKey);
    assert_eq!(dead(json!(7)), (Reason::NotAnObject, None));
    assert_eq!(
        dead(page("properties", json!({"a": "x".repeat(33_000)}))),
        (Reason::TooLarge, None)
    );
}

#[test]
fn one_bad_event_never_fails_its_batch() {
    let body = br#"{"batch":[{"type":"page","userId":"u"},{"type":"page","userId":"\ud800"},{"type":"page","userId":"v"}]}"#;
    let reception = send("/v1/batch", body, Some(KEY)).unwrap();
    assert_eq!(
        reception
            .records
            .iter()
            .map(|record| record.index)
            .collect::<Vec<_>>(),
        [0, 2]
    );
    let letter = &reception.dead[0];
    assert_eq!((letter.index, letter.reason), (1, Reason::BadJson));
    assert_eq!(letter.raw, br#"{"type":"page","userId":"\ud800"}"#);
}

#[test]
fn bytes_that_are_no_text_fail_their_event_alone() {
    let body = b"{\"batch\":[{\"type\":\"page\",\"userId\":\"caf\xe9\"},{\"type\":\"page\",\"userId\":\"v\"}]}";
    let reception = send("/v1/batch", body, Some(KEY)).unwrap();
    assert_eq!(
        (reception.records.len(), reception.dead[0].reason),
        (1, Reason::BadEncoding)
    );
}

#[test]
fn null_blank_and_numbers_as_ids() {
    let reception = batch(
        json!([{"type": "page", "userId": 12, "anonymousId": null, "messageId": null, "groupId": ""}]),
    );
    let record = &reception.records[0];
    assert_eq!(record.user_id.as_deref(), Some("12"));
    assert_eq!((&record.anonymous_id, &record.group_id), (&None, &None));
    assert_eq!(
        (
            record.message_id.as_str(),
            record.assigned,
            record.dedup_key()
        ),
        ("given-1", true, None)
    );
}

#[test]
fn ids_are_asked_for_only_where_one_is_missing() {
    let events = json!([{"type": "page"}, {"type": "page", "userId": "u", "messageId": "m"}, {"type": "page", "userId": "u"}]);
    let reception = batch(events);
    let ids: Vec<_> = reception
        .records
        .iter()
        .map(|record| (record.message_id.as_str(), record.assigned))
        .collect();
    assert_eq!(ids, [("m", false), ("given-1", true)]);
}

#[test]
fn a_batch_speaks_for_its_events_and_each_for_itself() {
    let body = json!({
        "context": {"ip": "1.2.3.4", "consent": {"categoryPreferences": {"Ads": true}}}, "integrations": {"All": true},
        "sentAt": "2026-11-22T06:29:50Z",
        "batch": [
            {"type": "page", "userId": "u", "timestamp": "2026-11-22T06:29:40Z"},
            {"type": "page", "userId": "u", "context": {"consent": {"categoryPreferences": {}}, "gpc": true},
             "timestamp": "2026-11-22T06:29:40Z", "sentAt": "2026-11-22T06:29:55Z"}
        ]
    });
    let reception = send("/v1/b", body.to_string().as_bytes(), Some(KEY)).unwrap();
    let merged = |at: usize| Value::Object(reception.records[at].context.merged());
    assert_eq!(merged(0), body["context"]);
    assert_eq!(
        merged(1),
        json!({"ip": "1.2.3.4", "consent": {"categoryPreferences": {}}, "gpc": true})
    );
    assert_eq!(
        reception.records[1].integrations.get("All"),
        Some(&json!(true))
    );
    let timing = |at: usize| {
        (
            reception.records[at].timing.rule,
            reception.records[at].timing.happened_at.to_string(),
        )
    };
    assert_eq!(
        timing(0),
        (Rule::BatchSentAt, "2026-11-22T06:29:50Z".into())
    );
    assert_eq!(
        timing(1),
        (Rule::EventSentAt, "2026-11-22T06:29:45Z".into())
    );
}

#[test]
fn the_header_says_when_it_was_sent_where_nobody_else_does() {
    let body = br#"{"userId":"u","event":"e","timestamp":"2026-11-22T06:00:00Z","sentAt":"soon"}"#;
    let request = Request {
        path: "/v1/t",
        query: "writeKey=WK_TEST",
        sent_at: Some("2026-11-22T06:00:10Z"),
        sec_gpc: Some("1"),
        body,
        ..Request::default()
    };
    let reception = read(&request, received(), &Limits::default(), &mut String::new).unwrap();
    let record = &reception.records[0];
    assert_eq!(
        (record.timing.rule, record.timing.happened_at.to_string()),
        (Rule::HeaderSentAt, "2026-11-22T06:29:50Z".into())
    );
    assert_eq!(
        (record.gpc_header, record.remarks[0].field.as_str()),
        (true, "sentAt")
    );
    assert_eq!(reception.write_key, "WK_TEST");
}

#[test]
fn keys_come_from_wherever_they_are() {
    let event = json!({"type": "page", "userId": "u"});
    let own = json!({"type": "page", "userId": "u", "writeKey": "k"});
    let key = |path: &str, body: Value, header| {
        send(path, body.to_string().as_bytes(), header).map(|r| r.write_key)
    };
    assert_eq!(
        key(
            "/v1/batch",
            json!({"batch": [event]}),
            Some("Basic V0tfVEVTVA==")
        )
        .unwrap(),
        "WK_TEST"
    );
    assert_eq!(
        key(
            "/v1/batch",
            json!({"batch": [event], "writeKey": "k"}),
            Some("Bearer t")
        )
        .unwrap(),
        "k"
    );
    assert_eq!(
        key("/v1/batch", json!({"batch": [event, own]}), None).unwrap(),
        "k"
    );
    assert_eq!(key("/v1/page", own.clone(), None).unwrap(), "k");
    assert_eq!(
        key("/v1/page", event, Some("Bearer t")),
        Err(Refusal::NoKey)
    );
    let differ = key("/v1/page", own, Some(KEY)).unwrap_err();
    assert_eq!(
        (
            differ.status(),
            matches!(differ, Refusal::KeysDiffer { .. })
        ),
        (401, true)
    );
    let bearer = send(
        "/v1/page",
        br#"{"userId":"u","writeKey":"k"}"#,
        Some("Bearer t"),
    )
    .unwrap();
    assert_eq!(bearer.bearer.as_deref(), Some("t"));
}

#[test]
fn whole_requests_are_refused_in_words() {
    let refused = |path: &str, body: &[u8]| send(path, body, Some(KEY)).unwrap_err();
    assert_eq!(refused("/v1/x", b"{}").status(), 404);
    assert!(matches!(
        refused("/v1/batch", b"{\"batch\":["),
        Refusal::Json(_)
    ));
    assert!(matches!(refused("/v1/batch", b""), Refusal::Json(_)));
    assert!(matches!(refused("/v1/batch", b"{} x"), Refusal::Json(_)));
    assert!(matches!(refused("/v1/batch", b"{}"), Refusal::Shape(_)));
    assert!(matches!(refused("/v1/batch", b"[]"), Refusal::Shape(_)));
    assert!(matches!(
        refused("/v1/batch", b"{\"batch\":{}}"),
        Refusal::Shape(_)
    ));
    assert!(matches!(refused("/v1/track", b"7"), Refusal::Shape(_)));
    let large = format!("{{\"event\":\"{}\"}}", "x".repeat(33_000));
    assert!(matches!(
        refused("/v1/track", large.as_bytes()),
        Refusal::EventTooLarge { .. }
    ));
    let many = format!("{{\"batch\":[{}1]}}", "1,".repeat(20_000));
    assert!(matches!(
        refused("/v1/batch", many.as_bytes()),
        Refusal::TooMany { events: 20_001, .. }
    ));
    let shared =
        json!({"context": {"a": "x".repeat(100_000)}, "batch": vec![1; 1_000]}).to_string();
    assert!(matches!(
        refused("/v1/batch", shared.as_bytes()),
        Refusal::SharedTooLarge { .. }
    ));
    assert!(batch(json!([])).records.is_empty());
}

#[test]
fn the_largest_event_that_may_be_is_taken() {
    let padded = |length: usize| {
        let empty = json!({"type": "page", "userId": "u", "properties": {"a": ""}})
            .to_string()
            .len();
        json!({"type": "page", "userId": "u", "properties": {"a": "x".repeat(length - empty)}})
    };
    assert_eq!(batch(json!([padded(32 << 10)])).records.len(), 1);
    assert_eq!(batch(json!([padded((32 << 10) + 1)])).dead.len(), 1);
    assert_eq!(
        send(
            "/v1/page",
            padded(32 << 10).to_string().as_bytes(),
            Some(KEY)
        )
        .unwrap()
        .records
        .len(),
        1
    );
}

#[test]
fn the_path_counts_over_the_type_and_further_keys_stay() {
    let body = br#"{"type":"page","userId":"u","event":"e","projectId":"p","receivedAt":"x","integrations":[1]}"#;
    let record = send("/v1/track", body, Some(KEY))
        .unwrap()
        .records
        .remove(0);
    assert_eq!(
        (record.event_type, record.remarks[0].field.as_str()),
        (EventType::Track, "type")
    );
    assert_eq!(
        Value::Object(record.extra),
        json!({"projectId": "p", "receivedAt": "x", "integrations": [1]})
    );
}

#[test]
fn an_event_name_of_a_page_is_a_further_key() {
    let record =
        batch(json!([{"type": "page", "userId": "u", "name": "Order Completed", "event": ["x"]}]))
            .records
            .remove(0);
    assert_eq!(
        (record.event, record.order, record.name.as_deref()),
        (None, None, Some("Order Completed"))
    );
    assert_eq!(Value::Object(record.extra), json!({"event": ["x"]}));
}

#[test]
fn a_dead_letter_is_read_again_with_all_that_it_needs() {
    let body = json!({
        "context": {"ip": "1"}, "sentAt": "2026-11-22T06:29:50Z",
        "batch": [{"type": "track", "userId": "u", "timestamp": "2026-11-22T06:29:40Z"}]
    });
    let letter = send("/v1/batch", body.to_string().as_bytes(), Some(KEY))
        .unwrap()
        .dead
        .remove(0);
    let stored = serde_json::to_string(&*letter.around).unwrap();
    let around = Arc::new(serde_json::from_str(&stored).unwrap());
    let again = |raw: &[u8]| {
        read_again(
            raw,
            letter.index,
            &around,
            received(),
            &Limits::default(),
            &mut || "n".into(),
        )
    };
    assert_eq!(again(&letter.raw).unwrap_err(), letter);
    let mended = String::from_utf8(letter.raw.clone())
        .unwrap()
        .replace("\"userId\"", "\"event\":\"product_viewed\",\"userId\"");
    let record = again(mended.as_bytes()).unwrap();
    assert_eq!(record.event.as_deref(), Some("Product Viewed"));
    assert_eq!(record.event_given.as_deref(), Some("product_viewed"));
    assert_eq!(
        record.timing.happened_at.to_string(),
        "2026-11-22T06:29:50Z"
    );
    assert_eq!(record.context.get("ip"), Some(&json!("1")));
}

#[test]
fn channels_are_told_by_word_type_and_library() {
    let channel = |event: Value| batch(json!([event])).records.remove(0).channel;
    let of = |kind: &str, sent: Value, context: Value| {
        channel(json!({"type": kind, "userId": "u", "channel": sent, "context": context}))
    };
    assert_eq!(
        of("identify", json!("mobile"), json!({})).as_deref(),
        Some("app")
    );
    assert_eq!(
        of("identify", json!("email"), json!({})).as_deref(),
        Some("email")
    );
    assert_eq!(of("identify", json!("server"), json!({})), None);
    assert_eq!(
        of("screen", json!("server"), json!({})).as_deref(),
        Some("app")
    );
    assert_eq!(of("page", Value::Null, json!({})).as_deref(), Some("web"));
    assert_eq!(
        of(
            "identify",
            Value::Null,
            json!({"library": {"name": "analytics.js"}})
        )
        .as_deref(),
        Some("web")
    );
    assert_eq!(
        of("identify", Value::Null, json!({"channel": "browser"})).as_deref(),
        Some("web")
    );
}

#[test]
fn no_debug_text_shows_a_person() {
    let reception = batch(
        json!([{"type": "page", "userId": "ann@example.org"}, {"type": "track", "userId": "ann@example.org"}]),
    );
    assert!(!format!("{:?}{:?}", reception.records, reception.dead).contains("ann"));
    assert!(
        !format!(
            "{:?}",
            crate::consents(&reception.records[0], &crate::Categories::default())
        )
        .contains("ann")
    );
}
