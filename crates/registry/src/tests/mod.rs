//! One suite for both databases. SQLite always runs, in a temporary folder; PostgreSQL runs where
//! `TESSERA_TEST_POSTGRES` holds an address (`postgres://user@127.0.0.1:5432/postgres`) whose user may create
//! schemas. A PostgreSQL to test with, started by a user that is not root:
//! `initdb -D D -A trust && pg_ctl -D D -o "-p 5440 -k D -c listen_addresses=127.0.0.1" start`.
//!
//! It holds what every test needs; the tests are in the modules, by noun.
#![allow(clippy::unwrap_used)]

mod audit;
mod concurrency;
mod customers;
mod dead_letters;
mod earlier;
mod events;
mod id_filters;
mod imports;
mod inbox;
mod inbox_speed;
mod links;
mod migrations;
mod people;
mod quarantine;
mod runs;
mod speed;
mod versions;
mod work;
mod workbench;

use retail::{Change, Role};
use sqlx::{AnyPool, Executor, Row};

use crate::secret::fresh_id;
use crate::{NewPerson, Person, ProjectSecret, Registry, sqlite_url};

/// A time: 2026-01-01 00:00 UTC.
const NOW: i64 = 1_767_225_600_000_000;

/// A day later.
const LATER: i64 = NOW + 86_400_000_000;

/// Runs each test on both databases.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name(&crate::tests::Place::sqlite()).await;
            })+
        }
        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                if let Some(place) = crate::tests::Place::postgres().await {
                    super::$name(&place).await;
                    place.remove().await;
                }
            })+
        }
    };
}
use on_both;

/// Where a test has its database.
struct Place {
    url: String,
    folder: tempfile::TempDir,
    /// Server and schema of a PostgreSQL place.
    schema: Option<(String, String)>,
}

impl Place {
    fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            url: sqlite_url(&folder.path().join("registry %20 ü.db")),
            folder,
            schema: None,
        }
    }

    async fn postgres() -> Option<Self> {
        let Ok(server) = std::env::var("TESSERA_TEST_POSTGRES") else {
            eprintln!("skipped: TESSERA_TEST_POSTGRES names no PostgreSQL to test with");
            return None;
        };
        sqlx::any::install_default_drivers();
        let schema = format!("tessera_{}", fresh_id(NOW).unwrap().replace('-', "_"));
        let pool = AnyPool::connect(&server).await.unwrap();
        let sql = format!("CREATE SCHEMA {schema}");
        pool.execute(&*sql).await.unwrap();
        pool.close().await;
        let joint = if server.contains('?') { '&' } else { '?' };
        Some(Self {
            url: format!("{server}{joint}options[search_path]={schema}"),
            folder: tempfile::tempdir().unwrap(),
            schema: Some((server, schema)),
        })
    }

    async fn remove(&self) {
        if let Some((server, schema)) = &self.schema {
            let pool = AnyPool::connect(server).await.unwrap();
            let sql = format!("DROP SCHEMA {schema} CASCADE");
            pool.execute(&*sql).await.unwrap();
            pool.close().await;
        }
    }

    async fn open(&self) -> Registry {
        Registry::open(&self.url, secret()).await.unwrap()
    }

    /// The bare database, as an attacker with its password has it.
    async fn bare(&self) -> AnyPool {
        sqlx::any::install_default_drivers();
        let options = sqlx::any::AnyPoolOptions::new().max_connections(1);
        options.connect(&self.url).await.unwrap()
    }

    /// Every byte that the database keeps, as text where it is text.
    async fn bytes(&self) -> Vec<u8> {
        if self.schema.is_none() {
            let files = std::fs::read_dir(self.folder.path()).unwrap();
            // A journal may end between the listing and the reading; what it held is in the database then.
            let read = |file: std::io::Result<std::fs::DirEntry>| match std::fs::read(
                file.unwrap().path(),
            ) {
                Err(gone) if gone.kind() == std::io::ErrorKind::NotFound => Vec::new(),
                bytes => bytes.unwrap(),
            };
            return files.flat_map(read).collect();
        }
        let bare = self.bare().await;
        let tables = "SELECT CAST(tablename AS TEXT) AS name FROM pg_tables WHERE schemaname = current_schema()";
        let mut bytes = Vec::new();
        for table in sqlx::query(tables).fetch_all(&bare).await.unwrap() {
            let sql = format!(
                "SELECT t::text AS row FROM {} t",
                table.get::<String, _>("name")
            );
            for row in sqlx::query(&sql).fetch_all(&bare).await.unwrap() {
                bytes.extend(row.get::<String, _>("row").into_bytes());
            }
        }
        bytes
    }

    /// Whether the database keeps a text anywhere: in clear, or as PostgreSQL prints bytes.
    async fn holds(&self, text: &str) -> bool {
        let bytes = self.bytes().await;
        let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        [text, &hex]
            .iter()
            .any(|needle| bytes.windows(needle.len()).any(|w| w == needle.as_bytes()))
    }
}

fn secret() -> ProjectSecret {
    ProjectSecret::from_bytes([7; 32])
}

fn change(reason: &str) -> Change {
    Change::new("command-line", reason).unwrap()
}

async fn add_person(registry: &Registry, name: &str, roles: &[Role]) -> Person {
    let new = NewPerson {
        name: name.to_string(),
        email: Some(format!("{name}@Example.org")),
        roles: roles.to_vec(),
    };
    let change = change("joined the team");
    registry.create_person(&new, NOW, &change).await.unwrap()
}
