//! Tests of what is said of consent.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::{Limits, Request, read};
use serde_json::json;

fn said(context: Value, gpc: Option<&str>) -> Consents {
    said_by("e", context, gpc)
}

fn said_by(event: &str, context: Value, gpc: Option<&str>) -> Consents {
    let body = json!({
        "event": event, "userId": "u", "anonymousId": "a", "writeKey": "k", "context": context, "timestamp": "2026-01-02T00:00:00Z"
    });
    let body = body.to_string();
    let request = Request {
        path: "/v1/t",
        body: body.as_bytes(),
        sec_gpc: gpc,
        ..Request::default()
    };
    let received = "2026-11-22T06:30:00Z".parse().unwrap();
    let reception = read(&request, received, &Limits::default(), &mut String::new).unwrap();
    consents(&reception.records[0], &Categories::default())
}

fn uses(consents: &Consents) -> Vec<(&'static str, bool)> {
    let word = |statement: &Statement| match &statement.about {
        About::Use(of) => of.word(),
        About::Category(_) => "category",
    };
    consents
        .statements
        .iter()
        .map(|statement| (word(statement), statement.allowed))
        .collect()
}

#[test]
fn preferences_are_yes_or_no_and_say_nothing_of_the_rest() {
    let consents = said(
        json!({"consent": {"categoryPreferences": {"Advertising": false, "Analytics": true, "C0003": null}}}),
        None,
    );
    assert_eq!(uses(&consents), [("analytics", true), ("ads_share", false)]);
    assert_eq!(consents.statements[0].signal, Signal::CategoryPreferences);
    assert_eq!(
        consents.statements[0].at.to_string(),
        "2026-01-02T00:00:00Z"
    );
    assert_eq!(
        (
            consents.user_id.as_deref(),
            consents.anonymous_id.as_deref()
        ),
        (Some("u"), Some("a"))
    );
    let updated = said_by(
        "Segment Consent Preference Updated",
        json!({"consent": {"categoryPreferences": {"C0002": true}}}),
        None,
    );
    assert_eq!(updated.statements[0].signal, Signal::PreferenceUpdated);
}

#[test]
fn an_empty_object_is_no_to_all_and_a_missing_one_says_nothing() {
    let none = said(json!({"consent": {"categoryPreferences": {}}}), None);
    assert_eq!(uses(&none), Use::ALL.map(|of| (of.word(), false)));
    assert_eq!(uses(&said(json!({"consentManagement": {}}), None)).len(), 6);
    for nothing in [
        json!({}),
        json!({"consent": {}}),
        json!({"consent": {"categoryPreferences": null}}),
        json!({"consent": 3}),
    ] {
        assert_eq!(said(nothing, None).statements, []);
    }
    let unread = said(
        json!({"consent": {"categoryPreferences": [true], "tcf": 1}, "consentManagement": "yes"}),
        None,
    );
    assert_eq!((unread.statements.len(), unread.remarks.len()), (0, 3));
}

#[test]
fn no_beats_yes_and_only_true_is_yes() {
    let both = said(
        json!({"consent": {"categoryPreferences": {"C0004": true, "C0005": false, "Ads": "true"}}}),
        None,
    );
    assert_eq!(uses(&both), [("ads_share", false)]);
    let marketing = |yes: bool| {
        uses(&said(
            json!({"consent": {"categoryPreferences": {"Marketing": yes}}}),
            None,
        ))
    };
    assert_eq!(marketing(true), [("ads_share", true)]);
    assert_eq!(
        marketing(false),
        [("marketing_messages", false), ("ads_share", false)]
    );
}

#[test]
fn lists_of_rudder_and_unknown_categories() {
    let lists = json!({"provider": "custom", "allowedConsentIds": ["analytics", "X-1"], "deniedConsentIds": ["ads"]});
    let context = json!({ "consentManagement": lists });
    let consents = said(context, None);
    assert_eq!(
        uses(&consents),
        [
            ("analytics", true),
            ("ads_share", false),
            ("category", true)
        ]
    );
    assert_eq!(consents.statements[2].about, About::Category("X-1".into()));
    assert_eq!(consents.statements[0].signal, Signal::ConsentManagement);
    let unanswered = json!({"consentManagement": {"provider": "x", "allowedConsentIds": [], "deniedConsentIds": []}});
    assert_eq!(said(unanswered, None).statements, []);
    let mut own = Categories::default();
    own.add("X-1", &[Use::Research]);
    assert_eq!(own.about("x 1", true), [(About::Use(Use::Research), true)]);
}

#[test]
fn a_browser_opts_out_by_header_or_context() {
    let both = said(
        json!({"gpc": true, "consent": {"categoryPreferences": {"Advertising": true}}}),
        Some(" 1"),
    );
    let signals: Vec<_> = both
        .statements
        .iter()
        .map(|statement| (statement.signal, statement.allowed))
        .collect();
    assert_eq!(
        signals,
        [
            (Signal::CategoryPreferences, true),
            (Signal::GpcHeader, false),
            (Signal::GpcContext, false)
        ]
    );
    assert_eq!(both.statements[1].at.to_string(), "2026-11-22T06:30:00Z");
    for nothing in [Some("0"), Some("true"), Some(""), None] {
        assert_eq!(said(json!({"gpc": false}), nothing).statements, []);
    }
}

/// A TC string's core with a time and purposes, in base64url: what `tcf` reads, written by hand.
fn tc_string(version: u8, tenths: u64, purposes: &[usize]) -> String {
    let mut bits = [false; 184];
    let mut write = |from: usize, count: usize, value: u64| {
        (0..count).for_each(|at| bits[from + at] = value >> (count - 1 - at) & 1 == 1);
    };
    write(0, 6, u64::from(version));
    write(42, 36, tenths);
    purposes
        .iter()
        .for_each(|purpose| write(151 + purpose, 1, 1));
    let alphabet: Vec<char> = ('A'..='Z')
        .chain('a'..='z')
        .chain('0'..='9')
        .chain(['-', '_'])
        .collect();
    let digit = |six: &[bool]| {
        alphabet[six
            .iter()
            .chain(&[false; 5])
            .take(6)
            .fold(0, |sum, bit| sum * 2 + usize::from(*bit))]
    };
    bits.chunks(6).map(digit).collect()
}

#[test]
fn purposes_of_the_framework_become_uses() {
    let text = tc_string(2, 17_600_000_000, &[1, 5, 6, 8, 9, 11]) + ".YAAAAAAAAAA";
    let consents = said(json!({"consent": {"tcf": text}}), None);
    assert_eq!(
        uses(&consents),
        [
            ("analytics", true),
            ("personalisation", true),
            ("ads_share", false),
            ("research", false)
        ]
    );
    assert_eq!(
        consents.statements[0].at.to_string(),
        "2025-10-09T08:53:20Z"
    );
    let partly = TcString::read(&tc_string(2, 0, &[2, 3, 4, 9])).unwrap();
    assert_eq!(partly.uses().map(|(_, yes)| yes), [false; 4]);
    assert!(partly.allows(2) && !partly.allows(7) && !partly.allows(0) && !partly.allows(25));
    // Changed after the event happened: no later than that.
    let ahead = said(
        json!({"consent": {"tcf": tc_string(2, 60_000_000_000, &[])}}),
        None,
    );
    assert_eq!(ahead.statements[0].at.to_string(), "2026-01-02T00:00:00Z");
}

#[test]
fn a_published_tc_string_is_read() {
    // The example of the framework's own documentation; other libraries' tests read the same of it.
    let text = "COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA.IFoEUQQgAIQwgIwQABAEAAAAOIAACAIAAAAQAIAgEAACEAAAAAgAQBAA\
                AAAAAGBAAgAAAAAAAFAAECAAAgAAQARAEQAAAAAJAAIAAgAAAYQEAAAQmAgBC3ZAYzUw";
    let tc = TcString::read(text).unwrap();
    let allowed: Vec<u32> = (1..=24).filter(|purpose| tc.allows(*purpose)).collect();
    assert_eq!(allowed, [1, 2, 3]);
    assert_eq!(tc.updated.as_millisecond(), 1_582_243_059_300);
}

#[test]
fn what_is_no_tc_string_says_why() {
    assert_eq!(TcString::read("?"), Err(TcfError::Encoding));
    assert_eq!(TcString::read(""), Err(TcfError::Short));
    assert_eq!(TcString::read("COvFyGBOvFyG"), Err(TcfError::Short));
    assert_eq!(
        TcString::read(&tc_string(1, 0, &[])),
        Err(TcfError::Version(1))
    );
    let consents = said(json!({"consent": {"tcf": "nonsense"}}), None);
    assert_eq!((consents.statements.len(), consents.remarks.len()), (0, 1));
}
