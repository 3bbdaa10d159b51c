//! The open registry: its database, its connections, and how a transaction begins on each dialect.
//! It must not hold what is stored; each noun has its own module.

use std::path::Path;
use std::sync::Arc;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{Any, AnyPool, ConnectOptions, Executor, Row, Transaction};

use crate::error::{Error, Result};
use crate::id_days::IdFilters;
use crate::migrate;
use crate::secret::{Keys, ProjectSecret};

/// A transaction on either database.
pub(crate) type Tx = Transaction<'static, Any>;

/// Connections of a PostgreSQL registry, and readers of a SQLite one.
const CONNECTIONS_MAX: u32 = 8;

/// What makes writing faster on SQLite. A statement of many rows keeps what it may have to undo: in memory, for a file
/// of its own was made and removed for each (migrations run without, since they may sort more than fits). And the log
/// is brought into the database after 2,000 pages instead of 1,000.
const WRITER_PRAGMAS: &str = "PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 2000;";

/// Which database holds the registry. The SQL is the same; only these few words differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    fn of(url: &str) -> Result<Self> {
        let scheme = url.split(':').next().unwrap_or_default();
        match scheme {
            "sqlite" => Ok(Self::Sqlite),
            "postgres" | "postgresql" => Ok(Self::Postgres),
            _ => Err(Error::Address {
                scheme: scheme.chars().take(20).collect(),
            }),
        }
    }

    /// SQLite takes its write lock at once: a lock taken later could not wait for another process.
    fn begin_write(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }

    /// The type of bytes.
    pub(crate) fn bytes(self) -> &'static str {
        match self {
            Self::Sqlite => "BLOB",
            Self::Postgres => "BYTEA",
        }
    }

    fn begin_read(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN",
            Self::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }
}

/// The registry of a project: people, runs, imports, persons and the audit chain, in SQLite or PostgreSQL.
///
/// Every time is `at`, in microseconds since 1970 UTC, and comes from the caller.
#[derive(Clone)]
pub struct Registry {
    pub(crate) dialect: Dialect,
    pub(crate) keys: Arc<Keys>,
    pub(crate) reader: AnyPool,
    /// What is known by heart of the days of event ids that are over.
    pub(crate) id_filters: Arc<IdFilters>,
    writer: AnyPool,
}

impl Registry {
    /// The key under which rows get their identities: made from the project's secret, the same for good, and
    /// kept nowhere else.
    pub fn identity_secret(&self) -> [u8; 32] {
        self.keys.identity()
    }

    /// Opens the registry at `sqlite:///path/registry.db` or `postgres://…`, makes it where there is none,
    /// and brings it to this program's migrations. A PostgreSQL registry lives in the first schema of the
    /// connection's search path (`?options[search_path]=name` chooses it).
    pub async fn open(url: &str, secret: ProjectSecret) -> Result<Self> {
        let dialect = Dialect::of(url)?;
        sqlx::any::install_default_drivers();
        let (writer, reader) = match dialect {
            Dialect::Sqlite => {
                let migrating = sqlite_pool(url, "rwc", 1, "").await?;
                migrate::run(&migrating, dialect, migrate::ALL).await?;
                migrating.close().await;
                let writer = sqlite_pool(url, "rw", 1, WRITER_PRAGMAS).await?;
                let reader =
                    sqlite_pool(url, "rw", CONNECTIONS_MAX, "PRAGMA query_only = ON;").await?;
                (writer, reader)
            }
            Dialect::Postgres => {
                let pool = AnyPoolOptions::new()
                    .max_connections(CONNECTIONS_MAX)
                    .connect_with(quiet(url)?)
                    .await?;
                migrate::run(&pool, dialect, migrate::ALL).await?;
                (pool.clone(), pool)
            }
        };
        let registry = Self {
            dialect,
            keys: Arc::new(Keys::new(&secret)),
            reader,
            id_filters: Arc::default(),
            writer,
        };
        registry.check_secret().await?;
        Ok(registry)
    }

    /// Closes every connection after what is under way.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }

    /// Begins a transaction that may write; it is rolled back when dropped.
    pub(crate) async fn begin(&self) -> Result<Tx> {
        begin_write(&self.writer, self.dialect).await
    }

    /// Begins a transaction that sees one moment of the database.
    pub(crate) async fn begin_snapshot(&self) -> Result<Tx> {
        begun(&self.reader, self.dialect.begin_read()).await
    }

    /// Empties the write-ahead log of SQLite, so that deleted bytes are nowhere on the disk.
    pub(crate) async fn flush_deleted(&self) -> Result<()> {
        if self.dialect == Dialect::Sqlite {
            let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
            self.writer.execute(sql).await?;
        }
        Ok(())
    }

    /// Seals a new registry with the secret's proof and the head of an empty audit chain, in one step;
    /// refuses another secret than the one it was sealed with.
    async fn check_secret(&self) -> Result<()> {
        let mut tx = self.begin().await?;
        let proof = self.keys.proof();
        let sealed = sqlx::query(
            "INSERT INTO project_seal (id, proof) VALUES (1, $1) ON CONFLICT (id) DO NOTHING",
        )
        .bind(&proof.as_bytes()[..])
        .execute(&mut *tx)
        .await?;
        if sealed.rows_affected() == 1 {
            let hash = [0_u8; 32];
            let mac = self.keys.audit_mac(0, &hash);
            sqlx::query("INSERT INTO audit_head (id, entries, hash, mac) VALUES (1, 0, $1, $2)")
                .bind(&hash[..])
                .bind(&mac.as_bytes()[..])
                .execute(&mut *tx)
                .await?;
        } else {
            let stored: Vec<u8> = sqlx::query("SELECT proof FROM project_seal WHERE id = 1")
                .fetch_one(&mut *tx)
                .await?
                .try_get("proof")?;
            // blake3::Hash compares in constant time.
            if blake3::Hash::from_slice(&stored).ok() != Some(proof) {
                return Err(Error::WrongSecret);
            }
        }
        tx.commit().await?;
        Ok(())
    }
}

/// The address of a SQLite registry at a path.
pub fn sqlite_url(path: &Path) -> String {
    let text = path.to_string_lossy();
    let escaped = text
        .replace('%', "%25")
        .replace('?', "%3F")
        .replace('#', "%23");
    format!("sqlite://{escaped}")
}

pub(crate) async fn begin_write(pool: &AnyPool, dialect: Dialect) -> Result<Tx> {
    begun(pool, dialect.begin_write()).await
}

/// Begins in a task of its own: given up in the middle of its beginning, as when a browser leaves the page that asked, a
/// transaction would stay open on a connection that goes back to the pool, and every later one on it would be refused.
async fn begun(pool: &AnyPool, statement: &'static str) -> Result<Tx> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { pool.begin_with(statement).await });
    Ok(begun.await.map_err(|_| sqlx::Error::WorkerCrashed)??)
}

/// Options that keep statements out of the log.
fn quiet(url: &str) -> Result<AnyConnectOptions> {
    Ok(url
        .parse::<AnyConnectOptions>()?
        .disable_statement_logging())
}

async fn sqlite_pool(url: &str, mode: &str, connections: u32, more: &str) -> Result<AnyPool> {
    let joint = if url.contains('?') { '&' } else { '?' };
    let pragmas: Arc<str> = format!(
        "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
         PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA cache_size = -16000; {more}"
    )
    .into();
    let options = AnyPoolOptions::new()
        .max_connections(connections)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .after_connect(move |connection, _| {
            let pragmas = Arc::clone(&pragmas);
            Box::pin(async move { connection.execute(&*pragmas).await.map(|_| ()) })
        });
    Ok(options
        .connect_with(quiet(&format!("{url}{joint}mode={mode}"))?)
        .await?)
}
