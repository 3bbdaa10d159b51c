//! Tests of people, links, sessions and API keys.

use retail::{Role, Scope};

use super::{LATER, NOW, Place, add_person, change, on_both};
use crate::{Error, NewApiKey, NewPerson, PersonUpdate};

on_both!(
    people_are_kept,
    the_last_admin_stays,
    a_link_works_once,
    links_and_sessions_end,
    a_link_raced_for_works_once,
    keys_are_hashed_and_end,
);

async fn people_are_kept(place: &Place) {
    let registry = place.open().await;
    let ann = add_person(&registry, "ann", &[Role::Admin, Role::Planner]).await;
    let bob = add_person(&registry, "bob", &[Role::Marketer]).await;
    assert_eq!(ann.email.as_deref(), Some("ann@example.org"));
    assert_eq!(ann.roles, [Role::Planner, Role::Admin]);
    let mut people = registry.people().await.unwrap();
    people.sort_by_key(|person| person.name.clone());
    assert_eq!(people, [ann, bob.clone()]);
    assert_eq!(registry.person(&bob.person_id).await.unwrap(), bob);
    let twin = NewPerson {
        name: "Ann the second".into(),
        email: Some(" ANN@example.ORG ".into()),
        roles: vec![Role::Staff],
    };
    let again = registry.create_person(&twin, NOW, &change("twin")).await;
    assert!(matches!(again, Err(Error::Conflict { .. })), "{again:?}");
    let nobody = registry.person("person:none").await;
    assert!(matches!(nobody, Err(Error::NotFound { .. })));
    for (name, email, roles) in [
        (" ", None, vec![Role::Staff]),
        ("carl", None, vec![]),
        ("carl", Some("no address"), vec![Role::Staff]),
    ] {
        let new = NewPerson {
            name: name.into(),
            email: email.map(str::to_string),
            roles,
        };
        let refused = registry.create_person(&new, NOW, &change("bad")).await;
        assert!(matches!(refused, Err(Error::Invalid { .. })), "{refused:?}");
    }
    registry.person_seen(&bob.person_id, LATER).await.unwrap();
    registry.person_seen(&bob.person_id, NOW).await.unwrap();
    let seen = registry.person(&bob.person_id).await.unwrap().last_seen_at;
    assert_eq!(seen, Some(LATER));
    assert_eq!(registry.people().await.unwrap().len(), 2);
    assert_eq!(registry.audit_verify().await.unwrap().entries, 2);
    assert!(!place.holds("ann@example.org").await);
    assert!(!place.holds("bob").await);
}

async fn the_last_admin_stays(place: &Place) {
    let registry = place.open().await;
    let ann = add_person(&registry, "ann", &[Role::Admin]).await;
    let bob = add_person(&registry, "bob", &[Role::Staff]).await;
    let leave = PersonUpdate {
        active: Some(false),
        ..PersonUpdate::default()
    };
    let demote = PersonUpdate {
        roles: Some(vec![Role::Staff]),
        ..PersonUpdate::default()
    };
    for update in [&leave, &demote] {
        let refused = registry
            .update_person(&ann.person_id, update, NOW, &change("left"))
            .await;
        assert!(matches!(refused, Err(Error::Conflict { .. })));
    }
    let promote = PersonUpdate {
        roles: Some(vec![Role::Admin]),
        ..PersonUpdate::default()
    };
    let reason = change("takes over");
    let promoted = registry
        .update_person(&bob.person_id, &promote, NOW, &reason)
        .await;
    assert_eq!(promoted.unwrap().roles, [Role::Admin]);
    let left = registry
        .update_person(&ann.person_id, &leave, NOW, &change("left"))
        .await;
    assert!(!left.unwrap().active);
    assert!(!registry.person(&ann.person_id).await.unwrap().active);
}

async fn a_link_works_once(place: &Place) {
    let registry = place.open().await;
    let ann = add_person(&registry, "ann", &[Role::Admin]).await;
    let token = registry
        .issue_login_token(&ann.person_id, NOW, LATER, &change("first start"))
        .await
        .unwrap();
    assert!(!place.holds(&token).await);
    let redeem = |token: String| {
        let registry = registry.clone();
        async move {
            registry
                .redeem_login_token(&token, NOW + 1, LATER)
                .await
                .unwrap()
        }
    };
    assert!(redeem("no such link".into()).await.is_none());
    let session = redeem(token.clone()).await.unwrap();
    assert_eq!(session.person_id, ann.person_id);
    assert!(redeem(token).await.is_none());
    let person = registry.session(&session.secret, NOW + 2).await.unwrap();
    assert_eq!(person.unwrap().person_id, ann.person_id);
    assert!(!place.holds(&session.secret).await);
    assert!(!format!("{session:?}").contains(&session.secret));
    registry.end_session(&session.secret).await.unwrap();
    let ended = registry.session(&session.secret, NOW + 2).await.unwrap();
    assert!(ended.is_none());
}

async fn links_and_sessions_end(place: &Place) {
    let registry = place.open().await;
    let ann = add_person(&registry, "ann", &[Role::Admin]).await;
    let bob = add_person(&registry, "bob", &[Role::Staff]).await;
    let link = async |person: &str| {
        let change = change("a link");
        registry
            .issue_login_token(person, NOW, LATER, &change)
            .await
            .unwrap()
    };
    let late = link(&ann.person_id).await;
    let expired = registry.redeem_login_token(&late, LATER, LATER + 9).await;
    assert!(expired.unwrap().is_none());
    let token = link(&bob.person_id).await;
    let session = registry.redeem_login_token(&token, NOW, LATER).await;
    let session = session.unwrap().unwrap();
    let over = registry.session(&session.secret, LATER).await.unwrap();
    assert!(over.is_none(), "expired");
    let unused = link(&bob.person_id).await;
    let leave = PersonUpdate {
        active: Some(false),
        ..PersonUpdate::default()
    };
    registry
        .update_person(&bob.person_id, &leave, NOW, &change("left"))
        .await
        .unwrap();
    let gone = registry.session(&session.secret, NOW).await.unwrap();
    assert!(gone.is_none(), "left");
    let gone = registry.redeem_login_token(&unused, NOW, LATER).await;
    assert!(gone.unwrap().is_none(), "left");
    let refused = registry
        .issue_login_token(&bob.person_id, NOW, LATER, &change("again"))
        .await;
    assert!(matches!(refused, Err(Error::Conflict { .. })));
}

async fn a_link_raced_for_works_once(place: &Place) {
    let registry = place.open().await;
    let ann = add_person(&registry, "ann", &[Role::Admin]).await;
    let token = registry
        .issue_login_token(&ann.person_id, NOW, LATER, &change("race"))
        .await
        .unwrap();
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (registry, token) = (registry.clone(), token.clone());
        racers.spawn(async move {
            registry
                .redeem_login_token(&token, NOW, LATER)
                .await
                .unwrap()
        });
    }
    let won = racers.join_all().await.into_iter().flatten().count();
    assert_eq!(won, 1);
}

async fn keys_are_hashed_and_end(place: &Place) {
    let registry = place.open().await;
    let new = NewApiKey {
        name: "till".into(),
        scopes: vec![Scope::Ingest, Scope::Read, Scope::Read],
        expires_at: Some(LATER),
    };
    let reason = change("new tills");
    let (key, secret) = registry.create_key(&new, NOW, &reason).await.unwrap();
    assert!(secret.starts_with("tsr_") && secret.len() == 47);
    assert!(secret.starts_with(&key.prefix) && key.prefix.len() == 12);
    assert_eq!(key.scopes, [Scope::Read, Scope::Ingest]);
    assert!(!place.holds(&secret[12..]).await);
    let used = registry.use_key(&secret, NOW + 5).await.unwrap().unwrap();
    assert_eq!(used.key_id, key.key_id);
    let listed = registry.api_keys().await.unwrap();
    assert_eq!(listed[0].last_used_at, Some(NOW + 5));
    let wrong = format!("{}x", &secret[..secret.len() - 1]);
    assert!(registry.use_key(&wrong, NOW).await.unwrap().is_none());
    assert!(registry.use_key(&secret, LATER).await.unwrap().is_none());
    let reason = change("tills were stolen");
    registry
        .revoke_key(&key.key_id, NOW, &reason)
        .await
        .unwrap();
    assert!(registry.use_key(&secret, NOW).await.unwrap().is_none());
    let again = registry.revoke_key(&key.key_id, NOW, &reason).await;
    assert!(matches!(again, Err(Error::NotFound { .. })));
    assert!(registry.api_keys().await.unwrap()[0].revoked);
}
