//! The migrations and their runner: each in a transaction of its own, so that a killed program leaves the
//! old schema or the new one and nothing between. It must not hold data.

use sqlx::AnyPool;
use sqlx::{Executor, Row};

use crate::error::{Error, Result};
use crate::store::{Dialect, Tx, begin_write};

/// One step of the schema.
pub(crate) struct Migration {
    version: i64,
    name: &'static str,
    sql: &'static str,
}

macro_rules! migration {
    ($version:literal, $name:literal) => {
        Migration {
            version: $version,
            name: $name,
            sql: include_str!(concat!("../migrations/", $name, ".sql")),
        }
    };
}

/// Every migration, in order. A released one is never edited.
pub(crate) const ALL: &[Migration] = &[
    migration!(1, "0001_people"),
    migration!(2, "0002_audit"),
    migration!(3, "0003_runs"),
    migration!(4, "0004_imports"),
    migration!(5, "0005_persons"),
    migration!(6, "0006_jobs"),
    migration!(7, "0007_withdrawals"),
    migration!(8, "0008_workbench"),
    migration!(9, "0009_scheme_marks"),
    migration!(10, "0010_scheme_versions"),
    migration!(11, "0011_identity_links"),
    migration!(12, "0012_dna_corrections"),
    migration!(13, "0013_inbox"),
];

impl Migration {
    fn checksum(&self) -> String {
        blake3::hash(self.sql.as_bytes()).to_hex().to_string()
    }

    fn sql_for(&self, dialect: Dialect) -> String {
        let (int, float) = match dialect {
            Dialect::Sqlite => ("INTEGER", "REAL"),
            Dialect::Postgres => ("BIGINT", "DOUBLE PRECISION"),
        };
        self.sql
            .replace("{int}", int)
            .replace("{float}", float)
            .replace("{bytes}", dialect.bytes())
    }
}

/// Brings a database to the newest of the migrations; does nothing where it is there already.
pub(crate) async fn run(pool: &AnyPool, dialect: Dialect, migrations: &[Migration]) -> Result<()> {
    let known = migrations.last().map_or(0, |newest| newest.version);
    let mut tx = locked(pool, dialect).await?;
    let found: i64 =
        sqlx::query("SELECT COALESCE(MAX(version), 0) AS found FROM registry_migrations")
            .fetch_one(&mut *tx)
            .await?
            .try_get("found")?;
    tx.commit().await?;
    if found > known {
        return Err(Error::Newer { found, known });
    }
    for migration in migrations {
        let mut tx = locked(pool, dialect).await?;
        let applied = sqlx::query("SELECT checksum FROM registry_migrations WHERE version = $1")
            .bind(migration.version)
            .fetch_optional(&mut *tx)
            .await?;
        let checksum = migration.checksum();
        if let Some(row) = applied {
            if row.try_get::<String, _>("checksum")? != checksum {
                return Err(Error::MigrationChanged {
                    version: migration.version,
                    name: migration.name.to_string(),
                });
            }
            continue;
        }
        let sql = migration.sql_for(dialect);
        (&mut *tx).execute(&*sql).await?;
        sqlx::query(
            "INSERT INTO registry_migrations (version, name, checksum) VALUES ($1, $2, $3)",
        )
        .bind(migration.version)
        .bind(migration.name)
        .bind(&*checksum)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
    }
    Ok(())
}

/// A transaction in which no other program migrates, with the table of migrations in place.
async fn locked(pool: &AnyPool, dialect: Dialect) -> Result<Tx> {
    let mut tx = begin_write(pool, dialect).await?;
    if dialect == Dialect::Postgres {
        (&mut *tx)
            .execute("SELECT pg_advisory_xact_lock(hashtext('tessera ' || current_schema()))")
            .await?;
    }
    (&mut *tx)
        .execute(
            "CREATE TABLE IF NOT EXISTS registry_migrations \
             (version BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)",
        )
        .await?;
    Ok(tx)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(crate) mod testing {
    //! Broken and foreign migrations, for the tests of the runner.
    use super::*;

    /// The first two migrations, and a third that fails in its middle.
    pub(crate) const BROKEN: &[Migration] = &[
        migration!(1, "0001_people"),
        migration!(2, "0002_audit"),
        Migration {
            version: 3,
            name: "broken",
            sql: "CREATE TABLE half (a {int}); INSERT INTO nowhere VALUES (1);",
        },
    ];

    /// The released ones but for an edited text.
    pub(crate) const EDITED: &[Migration] = &[Migration {
        version: 1,
        name: "0001_people",
        sql: "SELECT 1",
    }];

    #[test]
    fn versions_run_from_one_without_gaps() {
        for (i, migration) in ALL.iter().enumerate() {
            assert_eq!(migration.version, i as i64 + 1);
            assert!(
                migration
                    .name
                    .starts_with(&format!("{:04}_", migration.version))
            );
        }
    }
}
