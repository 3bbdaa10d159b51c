//! Properties of any input: nothing panics, every event is in one of the two lists, nothing that was sent is lost.

use std::collections::BTreeSet;

use intake::{Categories, consents, read_again};
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::support::{gzip, posts, send};

const PATHS: [&str; 5] = [
    "/v1/batch",
    "/v1/t",
    "/v1/i",
    "/beacon/v1/batch",
    "/v1/alias",
];

/// JSON of any shape, a few levels deep, with the keys that are read more often than others.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        "2026-1?[0-9]-[0-9]{1,2}T[0-9]{1,2}:00:00Z".prop_map(Value::from),
    ];
    let key = prop_oneof![
        Just("type"),
        Just("event"),
        Just("userId"),
        Just("properties"),
        Just("context"),
        Just("products"),
        Just("consent"),
        Just("categoryPreferences"),
        Just("consentManagement"),
        Just("allowedConsentIds"),
        Just("tcf"),
        Just("timestamp"),
        Just("sentAt"),
        Just("messageId"),
        Just("total"),
        Just("order_id"),
        Just("writeKey"),
        Just("batch"),
        Just("integrations"),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::vec((key.clone().prop_map(str::to_string), inner), 0..8)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

/// A good event.
fn good() -> impl Strategy<Value = Value> {
    let kind = prop_oneof![
        Just("page"),
        Just("track"),
        Just("identify"),
        Just("screen")
    ];
    (kind, "[a-z]{1,6}", proptest::option::of("[a-z0-9-]{1,40}")).prop_map(|(kind, user, id)| {
        json!({"type": kind, "event": "Product Viewed", "userId": user, "messageId": id, "properties": {"product_id": "p"}})
    })
}

/// An event that cannot be taken.
fn bad() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(null)),
        Just(json!(["page"])),
        Just(json!({"userId": "u"})),
        Just(json!({"type": "purchase", "userId": "u"})),
        Just(json!({"type": "track", "userId": "u"})),
        Just(json!({"type": "page", "userId": null})),
        Just(json!({"type": "page", "userId": {}})),
        Just(json!({"type": "page", "userId": "u", "timestamp": "2026-02-30"})),
        "[a-z]{101,120}".prop_map(|id| json!({"type": "page", "userId": "u", "messageId": id})),
        (32_769..33_000_usize).prop_map(
            |length| json!({"type": "page", "userId": "u", "properties": {"a": "x".repeat(length)}})
        ),
    ]
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(
        bytes in proptest::collection::vec(any::<u8>(), 0..400), path in 0..PATHS.len(), zipped: bool, header in ".{0,30}",
    ) {
        let body = if zipped { gzip(&bytes) } else { bytes };
        let _ = send(PATHS[path], &body);
        let request = intake::Request {
            path: &header, query: &header, authorization: Some(&header), content_encoding: Some(&header), sent_at: Some(&header),
            sec_gpc: Some(&header), body: &body,
        };
        let _ = intake::read(&request, Timestamp::MIN, &intake::Limits::default(), &mut String::new);
        let basic = format!("Basic {header}");
        let request = intake::Request { path: "/v1/b", authorization: Some(&basic), ..request };
        let _ = intake::read(&request, Timestamp::MAX, &intake::Limits::default(), &mut String::new);
    }

    #[test]
    fn any_json_is_read_or_refused_and_each_event_is_in_one_list(items in proptest::collection::vec(any_json(), 0..6)) {
        let body = json!({"batch": items, "context": {"consent": {"categoryPreferences": {}}}}).to_string();
        let reception = send("/v1/batch", body.as_bytes()).unwrap();
        let places = reception.records.iter().map(|record| record.index).chain(reception.dead.iter().map(|letter| letter.index));
        let mut places: Vec<_> = places.collect();
        places.sort_unstable();
        prop_assert_eq!(places, (0..items.len()).collect::<Vec<_>>());
        for record in &reception.records {
            let _ = consents(record, &Categories::default());
        }
        for item in &items {
            let _ = send("/v1/t", item.to_string().as_bytes());
        }
    }

    #[test]
    fn any_damage_to_a_recorded_body_is_read_or_refused(at in any::<prop::sample::Index>(), to: u8, cut: bool) {
        let mut body = posts("python-segment.json")[0]["body"].to_string().into_bytes();
        let at = at.index(body.len());
        body[at] = to;
        if cut {
            body.truncate(at);
        }
        if let Ok(reception) = send("/v1/batch", &body) {
            prop_assert_eq!(reception.records.len() + reception.dead.len(), 8);
        }
    }

    #[test]
    fn bad_events_are_dead_letters_and_no_good_one_is(items in proptest::collection::vec((any::<bool>(), good(), bad()), 0..30)) {
        let batch: Vec<_> = items.iter().map(|(is_good, good, bad)| if *is_good { good } else { bad }).collect();
        let body = json!({ "batch": batch }).to_string();
        prop_assume!(body.len() <= 500 << 10);
        let reception = send("/v1/batch", &gzip(body.as_bytes())).unwrap();
        let bad: Vec<_> = (0..items.len()).filter(|at| !items[*at].0).collect();
        prop_assert_eq!(reception.records.len(), items.len() - bad.len());
        prop_assert_eq!(reception.dead.iter().map(|letter| letter.index).collect::<Vec<_>>(), bad);
        for letter in &reception.dead {
            prop_assert_eq!(&serde_json::from_slice::<Value>(&letter.raw).unwrap(), batch[letter.index]);
            let limits = intake::Limits::default();
            let again = read_again(&letter.raw, letter.index, &letter.around, Timestamp::UNIX_EPOCH, &limits, &mut String::new);
            prop_assert_eq!(&again.unwrap_err(), letter);
        }
        let assigned: Vec<_> = reception.records.iter().filter(|record| record.assigned).map(|record| &record.message_id).collect();
        prop_assert_eq!(assigned.iter().collect::<BTreeSet<_>>().len(), assigned.len());
        prop_assert!(reception.records.iter().all(|record| record.assigned == record.dedup_key().is_none()));
    }

    #[test]
    fn no_property_is_lost(properties in proptest::collection::vec(
        (prop_oneof![Just("product_id"), Just("sku"), Just("query"), Just("order_id"), Just("currency"), Just("value"), Just("x")],
         prop_oneof![Just(json!("EUR")), Just(json!("eur")), Just(json!(12)), Just(json!(0.1)), Just(json!(" ")), Just(json!(null)),
                     Just(json!({})), Just(json!("a\0"))]), 0..8,
    )) {
        let given: Map<String, Value> = properties.into_iter().map(|(key, value)| (key.to_string(), value)).collect();
        let body = json!({"event": "Order Completed", "userId": "u", "properties": given}).to_string();
        let record = send("/v1/t", body.as_bytes()).unwrap().records.remove(0);
        prop_assert_eq!(record.given_properties(), given);
        prop_assert!(record.properties.len() <= record.given_properties().len());
    }

    #[test]
    fn a_wrong_clock_of_the_sender_changes_nothing(shift in -1_000_000..1_000_000_i64) {
        let body = |shift: i64| {
            let time = |second: i64| Timestamp::from_second(1_795_329_000 + shift + second).unwrap().to_string();
            json!({"sentAt": time(0), "batch": [
                {"type": "page", "userId": "u", "timestamp": time(-30)}, {"type": "page", "userId": "u", "timestamp": time(-20)}]})
        };
        let times = |shift| {
            let reception = send("/v1/b", body(shift).to_string().as_bytes()).unwrap();
            reception.records.iter().map(|record| record.timing.happened_at).collect::<Vec<_>>()
        };
        prop_assert_eq!(times(shift), times(0));
        prop_assert!(times(shift).is_sorted());
    }
}
