//! Tests of opening and migrating: once or often, cut off, with foreign migrations, with a wrong secret.

use std::future::Future;
use std::task::{Context, Poll, Waker};

use retail::Role;
use sqlx::{AnyPool, Executor, Row};

use super::{Place, add_person, on_both, secret};
use crate::migrate::{self, testing};
use crate::store::Dialect;
use crate::{Error, ProjectSecret, Registry};

on_both!(
    opening_again_changes_nothing,
    a_failed_migration_leaves_the_old_schema,
    an_opening_that_is_cut_off_leaves_whole_migrations,
    foreign_migrations_are_refused,
    another_secret_is_refused,
    programs_that_open_together_agree,
    imports_of_before_know_content_and_root,
);

#[tokio::test]
async fn addresses_that_are_none_are_refused() {
    let check = async |url: &str| {
        let error = Registry::open(url, secret()).await.err().unwrap();
        assert!(matches!(error, Error::Address { .. }), "{url}: {error}");
        assert!(!error.to_string().contains("password"), "{error}");
    };
    check("mysql://root:password@localhost/x").await;
    check("registry.db").await;
    check("").await;
}

fn dialect(place: &Place) -> Dialect {
    match place.schema {
        None => Dialect::Sqlite,
        Some(_) => Dialect::Postgres,
    }
}

async fn bare(place: &Place) -> AnyPool {
    if place.schema.is_none() {
        let path = place.folder.path().join("registry %20 ü.db");
        std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(path)
            .unwrap();
    }
    place.bare().await
}

/// Names of the tables, in order.
async fn tables(place: &Place) -> Vec<String> {
    let sql = match dialect(place) {
        Dialect::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1",
        Dialect::Postgres => {
            "SELECT CAST(tablename AS TEXT) AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"
        }
    };
    let bare = bare(place).await;
    let rows = sqlx::query(sql).fetch_all(&bare).await.unwrap();
    bare.close().await;
    rows.iter().map(|row| row.get("name")).collect()
}

async fn opening_again_changes_nothing(place: &Place) {
    let registry = place.open().await;
    let ann = add_person(&registry, "ann", &[Role::Admin]).await;
    registry.close().await;
    let before = tables(place).await;
    assert!(before.len() > 15);
    for _ in 0..3 {
        let registry = place.open().await;
        assert_eq!(registry.people().await.unwrap(), std::slice::from_ref(&ann));
        assert!(registry.audit_verify().await.unwrap().intact);
        registry.close().await;
    }
    assert_eq!(tables(place).await, before);
}

async fn a_failed_migration_leaves_the_old_schema(place: &Place) {
    let pool = bare(place).await;
    let failed = migrate::run(&pool, dialect(place), testing::BROKEN).await;
    assert!(matches!(failed, Err(Error::Database(_))), "{failed:?}");
    pool.close().await;
    let left = tables(place).await;
    assert!(
        left.contains(&"audit".to_string()) && !left.contains(&"half".to_string()),
        "{left:?}"
    );
    let registry = place.open().await;
    add_person(&registry, "ann", &[Role::Admin]).await;
}

/// Drops the opening after some steps of it, as a killed program would, for every number of steps.
async fn an_opening_that_is_cut_off_leaves_whole_migrations(place: &Place) {
    let firsts = ["people", "audit", "runs", "imports", "person_keys", "jobs"];
    let lasts = [
        "api_keys",
        "project_seal",
        "cluster_names",
        "quarantine",
        "person_fields",
        "settings",
    ];
    let mut seen = std::collections::BTreeSet::new();
    for polls in (1..).step_by(4) {
        let opened = {
            let mut opening = Box::pin(Registry::open(&place.url, secret()));
            let mut opened = None;
            for _ in 0..polls {
                let mut context = Context::from_waker(Waker::noop());
                if let Poll::Ready(result) = opening.as_mut().poll(&mut context) {
                    opened = Some(result.unwrap());
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            }
            opened
        };
        let left = tables(place).await;
        let has = |name: &&str| left.iter().any(|table| table == *name);
        let begun: Vec<_> = firsts.iter().map(has).collect();
        let ended: Vec<_> = lasts.iter().map(has).collect();
        assert_eq!(begun, ended, "after {polls} steps");
        seen.insert(begun.iter().filter(|b| **b).count());
        if let Some(registry) = opened {
            add_person(&registry, "ann", &[Role::Admin]).await;
            assert!(registry.audit_verify().await.unwrap().intact);
            break;
        }
    }
    assert!(seen.len() > 1, "cut off in between: {seen:?}");
}

async fn foreign_migrations_are_refused(place: &Place) {
    place.open().await.close().await;
    let pool = place.bare().await;
    let edited = migrate::run(&pool, dialect(place), testing::EDITED).await;
    let newest = migrate::ALL.len() as i64;
    assert!(
        matches!(edited, Err(Error::Newer { found, known: 1 }) if found == newest),
        "{edited:?}"
    );
    pool.execute("DELETE FROM registry_migrations WHERE version > 1")
        .await
        .unwrap();
    let edited = migrate::run(&pool, dialect(place), testing::EDITED).await;
    assert!(
        matches!(edited, Err(Error::MigrationChanged { version: 1, .. })),
        "{edited:?}"
    );
    let newer =
        "INSERT INTO registry_migrations (version, name, checksum) VALUES (99, 'later', '')";
    pool.execute(newer).await.unwrap();
    let refused = Registry::open(&place.url, secret()).await.err();
    assert!(
        matches!(
            refused,
            Some(Error::Newer { found: 99, known }) if known == newest
        ),
        "{refused:?}"
    );
}

async fn another_secret_is_refused(place: &Place) {
    place.open().await;
    let other = ProjectSecret::from_bytes([8; 32]);
    let refused = Registry::open(&place.url, other).await.err();
    assert!(matches!(refused, Some(Error::WrongSecret)), "{refused:?}");
    place.open().await;
}

async fn programs_that_open_together_agree(place: &Place) {
    let mut programs = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let url = place.url.clone();
        programs.spawn(async move { Registry::open(&url, secret()).await.unwrap() });
    }
    let programs = programs.join_all().await;
    for (i, registry) in programs.iter().enumerate() {
        add_person(registry, &format!("person{i}"), &[Role::Admin]).await;
    }
    assert_eq!(programs[0].people().await.unwrap().len(), 4);
    assert!(programs[0].audit_verify().await.unwrap().intact);
}

/// A project whose imports were made before they knew what they are by their content.
async fn imports_of_before_know_content_and_root(place: &Place) {
    let pool = bare(place).await;
    let before = &migrate::ALL[..6];
    migrate::run(&pool, dialect(place), before).await.unwrap();
    let (root, hash) = ("01a20ddc-c24d-747a-9d26-74a6bdae95db", "c".repeat(64));
    for (id, fingerprint) in [
        (root, format!("{hash}/250000/0.1.0")),
        ("replay", format!("replay of {root} at 1767225600000000")),
    ] {
        let sql = "INSERT INTO imports (import_id, kind, file, fingerprint, bytes, preset, spec, state, parts, \
                   rows_read, loaded, duplicate, quarantined, started_at, author, reason, message) \
                   VALUES ($1, 'orders', 'a.csv', $2, 1, '', '{}', 'done', 1, 1, 1, 0, 0, 7, 'ann', 'load', '')";
        let insert = sqlx::query(sql).bind(id).bind(fingerprint);
        insert.execute(&pool).await.unwrap();
    }
    pool.close().await;
    let registry = place.open().await;
    let first = registry.import(root).await.unwrap();
    assert_eq!((&*first.content, first.root()), (&*hash, root));
    let replay = registry.import("replay").await.unwrap();
    assert_eq!((&*replay.content, replay.root()), ("", root));
    let family = registry.import_and_replays(root).await.unwrap();
    assert_eq!(family, [root, "replay"]);
}
