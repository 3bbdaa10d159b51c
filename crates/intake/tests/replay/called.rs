//! What the recorded scripts called, word by word: some recordings held against values written by hand.

use intake::{About, Act, Categories, EventType, Record, Signal, Use, consents};
use serde_json::json;

use crate::support::{posts, reception};

fn records(file: &str) -> Vec<Record> {
    posts(file)
        .iter()
        .flat_map(|request| reception(request).records)
        .collect()
}

fn some(text: &str) -> Option<String> {
    Some(text.to_string())
}

#[test]
fn eight_calls_of_python_and_of_node() {
    for file in [
        "python-segment.json",
        "python-segment-gzip.json",
        "node-segment.json",
    ] {
        let records = records(file);
        let types: Vec<_> = records.iter().map(|record| record.event_type).collect();
        use EventType::*;
        assert_eq!(
            types,
            [Identify, Track, Track, Page, Screen, Group, Alias, Track],
            "{file}"
        );
        assert_eq!(records[0].traits["email"], "a@example.org");
        let viewed = &records[1];
        assert_eq!(
            (&viewed.event, &viewed.product_id, &viewed.user_id),
            (&some("Product Viewed"), &some("p1"), &some("u1"))
        );
        assert_eq!(viewed.channel, None);
        assert!(!viewed.properties.contains_key("product_id"));
        let ordered = &records[2];
        assert_eq!(
            (&ordered.user_id, &ordered.anonymous_id, &ordered.order_id),
            (&None, &some("anon1"), &some("o1"))
        );
        let order = ordered.order.as_ref().unwrap();
        assert_eq!(
            (order.act, order.total.unwrap().to_string()),
            (Act::Completed, "30.0000".to_string())
        );
        assert_eq!(
            (
                ordered.products.len(),
                ordered.products[0].product_id.as_deref()
            ),
            (1, Some("p1"))
        );
        assert_eq!(ordered.products[0].quantity.unwrap().to_string(), "2.0000");
        assert_eq!(ordered.value, order.total);
        // The script for Node told no currency, and no category of its page.
        let currency = ordered.currency.map(|currency| currency.code().to_string());
        assert_eq!(
            currency,
            file.starts_with("python").then(|| "EUR".to_string())
        );
        let category = file.starts_with("python").then(|| "Cat".to_string());
        assert_eq!(
            (&records[3].name, &records[3].category),
            (&some("Home"), &category)
        );
        assert_eq!(records[3].event, None);
        assert_eq!(
            (&records[4].name, &records[4].channel),
            (&some("Main"), &some("app"))
        );
        assert_eq!(
            (&records[5].group_id, &records[5].traits["name"]),
            (&some("g1"), &json!("G"))
        );
        assert_eq!(
            (&records[6].previous_id, &records[6].user_id),
            (&some("anon1"), &some("u1"))
        );
    }
}

#[test]
fn what_is_imported_of_2024_stays_in_2024() {
    for file in [
        "python-segment.json",
        "python-segment-retry500-429.json",
        "node-segment.json",
    ] {
        for historic in records(file)
            .into_iter()
            .filter(|record| record.message_id == "my-id-1")
        {
            let happened = historic.timing.happened_at.to_string();
            assert!(
                happened.starts_with("2024-01-02T03:04:05."),
                "{file}: {happened}"
            );
            assert_eq!(historic.event.as_deref(), Some("Historic"));
        }
    }
}

#[test]
fn a_browser_without_a_login_is_a_device() {
    let record = &records("browser-rudder-consent.json")[0];
    assert_eq!(
        (&record.user_id, &record.anonymous_id),
        (&None, &some("5a69dcb6-f0be-4a67-ab70-6881b64abe71"))
    );
    assert_eq!(record.channel, some("web"));
    let record = &records("browser-segment-cdn.json")[0];
    assert_eq!((&record.user_id, &record.channel), (&None, &some("web")));
}

#[test]
fn a_beacon_brings_five_events_with_the_key_in_its_address() {
    let records = records("browser-rudder-beacon.json");
    let events: Vec<_> = records
        .iter()
        .map(|record| record.event_type.word())
        .collect();
    assert_eq!(events, ["identify", "page", "track", "group", "alias"]);
    assert!(records.iter().all(|record| record.channel == some("web")));
}

#[test]
fn consent_is_read_of_both_families() {
    let said = |file: &str, at: usize| {
        let consents = consents(&records(file)[at], &Categories::default());
        assert!(consents.remarks.is_empty());
        consents
            .statements
            .into_iter()
            .map(|said| (said.about, said.allowed, said.signal))
            .collect::<Vec<_>>()
    };
    let of = About::Use;
    assert_eq!(
        said("browser-segment-gpc-consent.json", 0),
        [
            (of(Use::Analytics), true, Signal::CategoryPreferences),
            (of(Use::AdsShare), false, Signal::CategoryPreferences),
            (of(Use::AdsShare), false, Signal::GpcHeader),
            (of(Use::AdsShare), false, Signal::GpcContext),
        ]
    );
    let rudder = [
        (of(Use::Analytics), true, Signal::ConsentManagement),
        (of(Use::AdsShare), false, Signal::ConsentManagement),
    ];
    assert_eq!(said("browser-rudder-consent.json", 0), rudder);
    assert_eq!(
        said("python-segment.json", 7),
        [(of(Use::AdsShare), false, Signal::CategoryPreferences)]
    );
    assert_eq!(said("python-segment.json", 0), []);
}
