//! Every recording: all events taken, each field as it was sent, times by the rules, retries known as such.

use std::collections::{BTreeMap, BTreeSet};

use intake::time::Rule;
use intake::{EventType, Record};
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::support::{events, files, posts, received, reception};

fn text(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.is_empty())
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

/// Holds a record against the event that it was read from, key by key of the event.
fn same(record: &Record, event: &Value, file: &str) {
    let mut seen = 0;
    for (key, sent) in event.as_object().unwrap() {
        let held = match key.as_str() {
            "type" => Some(record.event_type.word()) == text(sent),
            "messageId" => {
                Some(record.message_id.as_str()) == text(sent) && record.dedup_key() == text(sent)
            }
            "event" => {
                record.event_given.as_deref() == text(sent) && record.event.as_deref() == text(sent)
            }
            "userId" => record.user_id.as_deref() == text(sent),
            "anonymousId" => record.anonymous_id.as_deref() == text(sent),
            "previousId" => record.previous_id.as_deref() == text(sent),
            "groupId" => record.group_id.as_deref() == text(sent),
            "name" => record.name.as_deref() == text(sent),
            "category" => record.category.as_deref() == text(sent),
            "properties" => record.given_properties() == object(sent),
            "traits" => record.traits == object(sent),
            "context" => record.context.merged() == object(sent),
            "integrations" => record.integrations.merged() == object(sent),
            "timestamp" | "originalTimestamp" => {
                record.timing.given == Some(text(sent).unwrap().parse().unwrap())
            }
            "sentAt" => record.timing.sent == Some(text(sent).unwrap().parse().unwrap()),
            "channel" => match text(sent) {
                Some("web") => record.channel.as_deref() == Some("web"),
                _ => record
                    .channel
                    .as_deref()
                    .is_none_or(|channel| ["web", "app"].contains(&channel)),
            },
            "writeKey" => text(sent) == Some("WK_TEST"),
            _ => record.extra.get(key) == Some(sent),
        };
        assert!(held, "{file}: {key} of {}", record.message_id);
        seen += 1;
    }
    assert!(seen >= 6, "{file}: an event of {seen} keys");
    assert!(
        record.extra.keys().all(|key| event.get(key).is_some()),
        "{file}: a key that nobody sent"
    );
    assert!(record.remarks.is_empty(), "{file}: {:?}", record.remarks);
}

#[test]
fn every_event_is_taken_as_it_was_sent() {
    let (mut count, mut distinct) = (0, BTreeSet::new());
    for file in files() {
        for request in posts(&file) {
            let reception = reception(&request);
            let sent = events(&request);
            assert!(reception.dead.is_empty(), "{file}: {:?}", reception.dead);
            assert_eq!(reception.records.len(), sent.len(), "{file}");
            assert_eq!(reception.write_key, "WK_TEST", "{file}");
            for (record, event) in reception.records.iter().zip(&sent) {
                same(record, event, &file);
                count += 1;
                distinct.insert(record.message_id.clone());
            }
        }
    }
    // Counted over the recordings apart from this program.
    assert_eq!((files().len(), count, distinct.len()), (21, 161, 118));
}

#[test]
fn retries_of_a_message_have_one_key_whatever_they_say_of_sending() {
    for (file, attempts, messages) in [
        ("python-segment-retry500-429.json", 3, 8),
        ("node-segment-retry500-429.json", 3, 8),
        ("node-rudder-retry500.json", 3, 6),
        ("browser-segment-retry.json", 2, 6),
        ("browser-segment-429-exposed.json", 2, 6),
    ] {
        let mut by_key: BTreeMap<String, Vec<Record>> = BTreeMap::new();
        for request in posts(file) {
            for record in reception(&request).records {
                by_key
                    .entry(record.dedup_key().unwrap().to_string())
                    .or_default()
                    .push(record);
            }
        }
        assert_eq!(by_key.len(), messages, "{file}");
        assert_eq!(
            by_key.values().map(Vec::len).max(),
            Some(attempts),
            "{file}"
        );
        for tries in by_key.values() {
            assert!(
                tries
                    .iter()
                    .all(|record| record.given_properties() == tries[0].given_properties()),
                "{file}"
            );
        }
    }
}

#[test]
fn times_follow_the_rule_in_thousandths_of_a_second() {
    for file in files() {
        for request in posts(&file) {
            let batch_sent = text(&request["body"]["sentAt"]);
            for (record, event) in reception(&request).records.iter().zip(events(&request)) {
                let time = |text: &str| text.parse::<Timestamp>().unwrap().as_microsecond();
                let given = time(
                    text(&event["originalTimestamp"])
                        .or(text(&event["timestamp"]))
                        .unwrap(),
                );
                let sent = time(text(&event["sentAt"]).or(batch_sent).unwrap());
                let stale = event["context"]["library"]["name"] == "analytics-node";
                let skew = received(&request).as_microsecond() - sent;
                let expected = if stale { given } else { given + skew };
                let rule = match (stale, text(&event["sentAt"])) {
                    (true, _) => Rule::NotRefreshed,
                    (false, Some(_)) => Rule::EventSentAt,
                    (false, None) => Rule::BatchSentAt,
                };
                assert_eq!(
                    (
                        record.timing.happened_at.as_microsecond(),
                        record.timing.rule
                    ),
                    (expected, rule),
                    "{file}"
                );
                assert!(!record.timing.clamped);
                assert!(
                    (0..1_000_000).contains(&skew) || stale,
                    "{file}: clocks were one machine's, yet {skew}"
                );
            }
        }
    }
}

#[test]
fn the_library_that_does_not_refresh_is_found_in_the_recordings_and_only_it() {
    // Of each recording of retries: how many different `sentAt` the attempts of one message had.
    let spread = |file: &str| {
        let mut by_message: BTreeMap<String, (usize, BTreeSet<Timestamp>)> = BTreeMap::new();
        for record in posts(file)
            .iter()
            .flat_map(|request| reception(request).records)
        {
            let entry = by_message.entry(record.message_id).or_default();
            entry.0 += 1;
            entry.1.insert(record.timing.sent.unwrap());
        }
        by_message
            .values()
            .filter(|(tries, _)| *tries > 1)
            .map(|(tries, sent)| (*tries, sent.len()))
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(
        spread("node-rudder-retry500.json"),
        BTreeSet::from([(3, 1)])
    );
    assert_eq!(
        spread("node-segment-retry500-429.json"),
        BTreeSet::from([(3, 3)])
    );
    assert_eq!(
        spread("python-segment-retry500-429.json"),
        BTreeSet::from([(3, 3)])
    );
    assert_eq!(
        spread("browser-segment-retry.json"),
        BTreeSet::from([(2, 2)])
    );
}

#[test]
fn the_library_that_does_not_refresh_keeps_the_time_of_its_first_attempt() {
    let tries: Vec<_> = posts("node-rudder-retry500.json")
        .iter()
        .take(3)
        .map(reception)
        .collect();
    for attempt in &tries {
        let timing = attempt.records[0].timing;
        assert_eq!(timing.happened_at.to_string(), "2026-11-22T06:30:33.002Z");
        assert_eq!(attempt.records[0].event_type, EventType::Identify);
    }
}
