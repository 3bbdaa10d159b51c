//! Tests of records in bulk, links between them, and decisions about them.

use retail::{CustomerKey, IdKind, SourceId};
use serde_json::json;

use super::customers::email;
use super::{LATER, NOW, Place, change, on_both};
use crate::{Error, LinkState, LinksKept, ListQuery, NewLink, Registry, Verdict};

on_both!(
    records_come_in_pages_with_what_names_them,
    links_hold_until_a_run_finds_otherwise,
    decisions_are_kept_and_none_is_lost,
    an_erased_person_is_in_no_link,
);

async fn with_records(place: &Place) -> Registry {
    let registry = place.open().await;
    let card = SourceId::new(IdKind::Card, "canary-card").unwrap();
    let known = [
        (email(1), CustomerKey(1)),
        (email(2), CustomerKey(2)),
        (card, CustomerKey(3)),
    ];
    registry.assign(&known, CustomerKey(1), NOW).await.unwrap();
    let field = |key, field: &str, value: &str, at| {
        (CustomerKey(key), field.to_string(), value.to_string(), at)
    };
    let fields = [
        field(1, "first_name", "Ann", NOW),
        field(1, "phone", "0123", LATER),
        field(2, "first_name", "Anne", NOW),
    ];
    registry.put_customer_fields(&fields).await.unwrap();
    registry
}

async fn records_come_in_pages_with_what_names_them(place: &Place) {
    let registry = with_records(place).await;
    let page = registry.person_records(CustomerKey(0), 2).await.unwrap();
    assert_eq!(page.len(), 2);
    let first = &page[0];
    assert_eq!((first.key, first.at), (CustomerKey(1), LATER));
    assert_eq!(first.identifiers, [email(1)]);
    let told = [("first_name", "Ann"), ("phone", "0123")];
    let told = told.map(|(field, value)| (field.to_string(), value.to_string()));
    assert_eq!(first.fields, told);
    let rest = registry.person_records(CustomerKey(2), 2).await.unwrap();
    assert_eq!((rest.len(), rest[0].key), (1, CustomerKey(3)));
    assert!(rest[0].fields.is_empty() && rest[0].at == NOW);
    assert!(!format!("{page:?}").contains("Ann"), "not for logs");
    let none = registry.person_records(CustomerKey(3), 2).await.unwrap();
    assert!(none.is_empty());
}

fn link(a: i64, b: i64, state: LinkState, score: i64) -> NewLink {
    let evidence = json!({ "fields": ["phone"], "score": score });
    NewLink {
        a,
        b,
        state,
        score,
        evidence,
    }
}

async fn links_hold_until_a_run_finds_otherwise(place: &Place) {
    let registry = with_records(place).await;
    let first = [
        link(1, 2, LinkState::Review, 40),
        link(1, 3, LinkState::Linked, 90),
    ];
    let kept = registry
        .keep_identity_links(&first, "r1", NOW)
        .await
        .unwrap();
    let counts = |fresh, ended, as_before| LinksKept {
        fresh,
        ended,
        as_before,
    };
    assert_eq!(kept, counts(2, 0, 0));
    // The same again changes nothing; another state ends the old one.
    let kept = registry
        .keep_identity_links(&first, "r2", NOW + 1)
        .await
        .unwrap();
    assert_eq!(kept, counts(0, 0, 2));
    let second = [link(1, 2, LinkState::Linked, 95), first[1].clone()];
    let kept = registry
        .keep_identity_links(&second, "r3", LATER)
        .await
        .unwrap();
    assert_eq!(kept, counts(1, 1, 1));
    let of = registry.identity_links_of(&[2]).await.unwrap();
    let told: Vec<_> = of
        .iter()
        .map(|one| (one.state, one.since, one.until))
        .collect();
    assert_eq!(
        told,
        [
            (LinkState::Linked, LATER, None),
            (LinkState::Review, NOW, Some(LATER))
        ]
    );
    assert_eq!(of[0].run_id, "r3");
    assert_eq!(of[1].evidence, json!({ "fields": ["phone"], "score": 40 }));
    let listed = async |state| {
        let page = registry.identity_links(state, &ListQuery::default()).await;
        let page = page.unwrap();
        (
            page.total,
            page.rows
                .iter()
                .map(|one| (one.a, one.b))
                .collect::<Vec<_>>(),
        )
    };
    assert_eq!(listed(LinkState::Review).await, (0, vec![]));
    assert_eq!(listed(LinkState::Linked).await, (2, vec![(1, 2), (1, 3)]));
    // Looked for by a record's key.
    let query = ListQuery {
        search: Some("3".into()),
        ..ListQuery::default()
    };
    let page = registry.identity_links(LinkState::Linked, &query).await;
    assert_eq!(page.unwrap().total, 1);
    registry
        .keep_identity_links(&[], "r4", LATER + 1)
        .await
        .unwrap();
    assert_eq!(listed(LinkState::Linked).await.0, 0);
    assert_eq!(
        registry.identity_links_of(&[1, 2, 3]).await.unwrap().len(),
        3
    );
}

async fn decisions_are_kept_and_none_is_lost(place: &Place) {
    let registry = with_records(place).await;
    let why = change("met them");
    let pair = [(2, 1)];
    let first = registry
        .decide_identity(&pair, Verdict::Different, 0, NOW, &why)
        .await
        .unwrap();
    let late = registry
        .decide_identity(&pair, Verdict::Same, 0, LATER, &why)
        .await;
    assert!(
        matches!(late, Err(Error::Stale { seen: 0, now, .. }) if now == first),
        "{late:?}"
    );
    let second = registry
        .decide_identity(&[(1, 2), (1, 3)], Verdict::Open, first, LATER, &why)
        .await
        .unwrap();
    let all = registry.identity_decisions().await.unwrap();
    let told: Vec<_> = all
        .iter()
        .map(|one| (one.seq, one.a, one.b, one.verdict))
        .collect();
    assert_eq!(
        told,
        [
            (first, 1, 2, Verdict::Different),
            (second, 1, 2, Verdict::Open),
            (second, 1, 3, Verdict::Open)
        ]
    );
    assert_eq!(all[0].reason, "met them");
}

async fn an_erased_person_is_in_no_link(place: &Place) {
    let registry = with_records(place).await;
    let links = [
        link(1, 2, LinkState::Linked, 90),
        link(2, 3, LinkState::Linked, 90),
    ];
    registry
        .keep_identity_links(&links, "r1", NOW)
        .await
        .unwrap();
    let why = change("asked for");
    registry
        .decide_identity(&[(1, 2)], Verdict::Same, 0, NOW, &why)
        .await
        .unwrap();
    registry
        .erase_customer(CustomerKey(1), LATER, &why)
        .await
        .unwrap();
    let of = registry.identity_links_of(&[1, 2]).await.unwrap();
    assert_eq!(
        of.iter().map(|one| (one.a, one.b)).collect::<Vec<_>>(),
        [(2, 3)]
    );
    assert!(registry.identity_decisions().await.unwrap().is_empty());
}
