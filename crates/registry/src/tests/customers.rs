//! Tests of identities, naming fields and erasure.

use retail::{CustomerKey, IdKind, Purpose, SourceId};

use super::{NOW, Place, change, on_both};
use crate::{Error, ListQuery, Registry};

on_both!(
    identifiers_are_found_again,
    stale_and_foreign_keys_are_refused,
    names_are_read_with_a_purpose,
    an_erased_customer_is_gone,
    racing_imports_mint_no_key_twice,
);

pub(super) fn email(n: i64) -> SourceId {
    SourceId::new(IdKind::Email, &format!("canary{n}@example.org")).unwrap()
}

fn pairs(range: std::ops::Range<i64>) -> Vec<(SourceId, CustomerKey)> {
    range.map(|n| (email(n), CustomerKey(n))).collect()
}

async fn assign(
    registry: &Registry,
    pairs: &[(SourceId, CustomerKey)],
    from: i64,
) -> crate::Result<()> {
    registry.assign(pairs, CustomerKey(from), NOW).await
}

async fn identifiers_are_found_again(place: &Place) {
    let registry = place.open().await;
    assert_eq!(registry.next_customer_key().await.unwrap(), CustomerKey(1));
    let mut new = pairs(1..2_501);
    // A second identifier of the same new customers, in another chunk than the first.
    // Its text begins with no kind's name: the kind is stored in clear, just before random bytes.
    let card = |n: i64| SourceId::new(IdKind::Card, &format!("canary-{n}")).unwrap();
    new.extend((1..1_501).map(|n| (card(n), CustomerKey(n))));
    new.push(new[0].clone());
    assign(&registry, &new, 1).await.unwrap();
    assign(&registry, &new, 1).await.unwrap();
    assert_eq!(
        registry.next_customer_key().await.unwrap(),
        CustomerKey(2_501)
    );
    let asked = [email(2_500), email(9_999), card(7), email(7), email(2_500)];
    let expect = [Some(2_500), None, Some(7), Some(7), Some(2_500)];
    let found = registry.lookup(&asked).await.unwrap();
    assert_eq!(found, expect.map(|key| key.map(CustomerKey)));
    // The same text of another kind is another identifier.
    let login = SourceId::new(IdKind::Login, "canary-7").unwrap();
    assert_eq!(registry.lookup(&[login]).await.unwrap(), [None]);
    assert!(registry.lookup(&[]).await.unwrap().is_empty());
    let page: Vec<_> = (1..2_501).map(email).collect();
    let found = registry.lookup(&page).await.unwrap();
    assert!(
        found
            .iter()
            .zip(1..)
            .all(|(key, n)| *key == Some(CustomerKey(n)))
    );
    assert!(!place.holds("canary7@example.org").await);
    assert!(!place.holds("canary-7").await);
}

async fn stale_and_foreign_keys_are_refused(place: &Place) {
    let registry = place.open().await;
    assign(&registry, &pairs(1..5), 1).await.unwrap();
    let stale = assign(&registry, &[(email(50), CustomerKey(2))], 1).await;
    assert!(
        matches!(stale, Err(Error::Conflict { .. })),
        "minted meanwhile: {stale:?}"
    );
    let foreign = assign(&registry, &[(email(3), CustomerKey(4))], 5).await;
    assert!(
        matches!(foreign, Err(Error::Conflict { .. })),
        "taken: {foreign:?}"
    );
    let unknown = assign(&registry, &[(email(50), CustomerKey(7))], 9).await;
    assert!(unknown.is_err(), "never minted");
    let twice = [(email(60), CustomerKey(5)), (email(60), CustomerKey(6))];
    let twice = assign(&registry, &twice, 5).await;
    assert!(matches!(twice, Err(Error::Invalid { .. })));
    // All or none: the good pairs of a refused call are not kept.
    let mixed = [(email(70), CustomerKey(5)), (email(3), CustomerKey(5))];
    assert!(assign(&registry, &mixed, 5).await.is_err());
    assert_eq!(
        registry.lookup(&[email(70), email(60)]).await.unwrap(),
        [None, None]
    );
    assert_eq!(registry.next_customer_key().await.unwrap(), CustomerKey(5));
    assign(&registry, &[(email(80), CustomerKey(2))], 5)
        .await
        .unwrap();
    assert_eq!(
        registry.lookup(&[email(80)]).await.unwrap(),
        [Some(CustomerKey(2))]
    );
}

async fn names_are_read_with_a_purpose(place: &Place) {
    let registry = place.open().await;
    assign(&registry, &pairs(1..4), 1).await.unwrap();
    let field = |key: i64, field: &str, value: &str| {
        (CustomerKey(key), field.to_string(), value.to_string(), NOW)
    };
    let fields = [
        field(1, "last_name", "Zaphodsson"),
        field(1, "street", "Elm Row 1"),
        field(2, "last_name", "Other"),
        field(1, "street", "Oak Row 2"),
    ];
    registry.put_customer_fields(&fields).await.unwrap();
    let moved = [field(1, "street", "Ash Row 3")];
    registry.put_customer_fields(&moved).await.unwrap();
    // An old export that comes again changes nothing.
    let mut old = field(1, "street", "Elm Row 1");
    old.3 = NOW - 1;
    registry.put_customer_fields(&[old]).await.unwrap();
    let nobody = registry
        .put_customer_fields(&[field(99, "street", "x")])
        .await;
    assert!(matches!(nobody, Err(Error::NotFound { .. })));
    let names = registry
        .customer_names(CustomerKey(1), Purpose::Service, "person:7", NOW)
        .await
        .unwrap();
    assert_eq!(names.identifiers, [email(1)]);
    let expect = [("last_name", "Zaphodsson"), ("street", "Ash Row 3")];
    assert_eq!(
        names.fields,
        expect.map(|(f, v)| (f.to_string(), v.to_string()))
    );
    assert!(!format!("{names:?}").contains("Zaphodsson"));
    let audit = registry.audit_entries(&ListQuery::default()).await.unwrap();
    let entry = &audit.rows[0];
    assert_eq!(
        (&*entry.action, &*entry.subject),
        ("customer.read", "customer:1")
    );
    assert_eq!((&*entry.author, &*entry.reason), ("person:7", "service"));
    for name in ["Zaphodsson", "Elm Row", "Oak Row", "Ash Row"] {
        assert!(!place.holds(name).await, "{name} in clear");
    }
}

async fn an_erased_customer_is_gone(place: &Place) {
    let registry = place.open().await;
    assign(&registry, &pairs(1..4), 1).await.unwrap();
    let field = |key| {
        (
            CustomerKey(key),
            "street".to_string(),
            "Elm Row 1".to_string(),
            NOW,
        )
    };
    registry
        .put_customer_fields(&[field(1), field(2)])
        .await
        .unwrap();
    let bare = place.bare().await;
    let wrapped: Vec<u8> = {
        use sqlx::Row;
        let sql = "SELECT wrapped FROM person_keys WHERE customer_key = 2";
        sqlx::query(sql)
            .fetch_one(&bare)
            .await
            .unwrap()
            .get("wrapped")
    };
    bare.close().await;
    let erase = async |key| {
        let why = change("asked by the customer");
        registry.erase_customer(CustomerKey(key), NOW, &why).await
    };
    erase(2).await.unwrap();
    assert!(matches!(erase(2).await, Err(Error::NotFound { .. })));
    let found = registry
        .lookup(&[email(1), email(2), email(3)])
        .await
        .unwrap();
    assert_eq!(found, [Some(CustomerKey(1)), None, Some(CustomerKey(3))]);
    let names = async |key| {
        registry
            .customer_names(CustomerKey(key), Purpose::PrivacyRequest, "person:7", NOW)
            .await
    };
    assert!(matches!(names(2).await, Err(Error::NotFound { .. })));
    assert_eq!(names(1).await.unwrap().fields.len(), 1);
    let revived = assign(&registry, &[(email(2), CustomerKey(2))], 4).await;
    assert!(
        matches!(revived, Err(Error::NotFound { .. })),
        "the key stays unused"
    );
    if place.schema.is_none() {
        let bytes = place.bytes().await;
        let gone = !bytes.windows(wrapped.len()).any(|window| window == wrapped);
        assert!(gone, "the key is nowhere on the disk");
    }
}

async fn racing_imports_mint_no_key_twice(place: &Place) {
    let registry = place.open().await;
    let mut imports = tokio::task::JoinSet::new();
    for import in 0..6_i64 {
        let registry = registry.clone();
        imports.spawn(async move {
            // Every two imports share half of their customers.
            let ids: Vec<_> = (import * 20..import * 20 + 40).map(email).collect();
            loop {
                let mut next = registry.next_customer_key().await.unwrap();
                let (from, known) = (next, registry.lookup(&ids).await.unwrap());
                let pairs: Vec<_> = ids
                    .iter()
                    .zip(known)
                    .map(|(id, key)| {
                        let key = key.unwrap_or_else(|| {
                            next.0 += 1;
                            CustomerKey(next.0 - 1)
                        });
                        (id.clone(), key)
                    })
                    .collect();
                match registry.assign(&pairs, from, NOW).await {
                    Ok(()) => return,
                    Err(Error::Conflict { .. }) => {}
                    Err(error) => panic!("{error}"),
                }
            }
        });
    }
    imports.join_all().await;
    let ids: Vec<_> = (0..140).map(email).collect();
    let mut keys: Vec<_> = registry
        .lookup(&ids)
        .await
        .unwrap()
        .into_iter()
        .flatten()
        .collect();
    keys.sort_unstable();
    let expect: Vec<_> = (1..=140).map(CustomerKey).collect();
    assert_eq!(keys, expect, "one key each, without gaps");
}
