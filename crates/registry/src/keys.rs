//! API keys of programs: shown once, stored as a hash, with scopes and an end.
//! What a scope may do is `govern`'s.

use retail::{Change, Scope};
use serde::Serialize;
use serde_json::json;
use sqlx::any::AnyRow;

use crate::audit::Fact;
use crate::error::{Error, Result};
use crate::row::{Columns, join_words};
use crate::secret::{fresh_id, fresh_token};
use crate::store::Registry;

/// What every key begins with, so that scanners of secrets find leaked ones.
const PREFIX: &str = "tsr_";

/// Characters of a key that are shown, to tell keys apart.
const SHOWN: usize = 12;

/// How fresh `last_used_at` is kept: a minute, so that requests do not each write.
const USED_EVERY: i64 = 60_000_000;

/// An API key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApiKey {
    /// The id, `key:` and a UUID.
    pub key_id: String,
    /// What it is for.
    pub name: String,
    /// Its first characters.
    pub prefix: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Who made it.
    pub created_by: String,
    /// When it was made.
    pub created_at: i64,
    /// When it ends; never where none is given.
    pub expires_at: Option<i64>,
    /// When it was last used, to about a minute.
    pub last_used_at: Option<i64>,
    /// Whether it was revoked.
    pub revoked: bool,
}

/// A key to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApiKey {
    /// What it is for.
    pub name: String,
    /// What it may do; at least one.
    pub scopes: Vec<Scope>,
    /// When it ends.
    pub expires_at: Option<i64>,
}

const SELECT: &str = "SELECT key_id, name, prefix, scopes, created_by, created_at, expires_at, \
     last_used_at, revoked_at FROM api_keys";

impl Registry {
    /// Makes a key; the second value is its secret, which nobody can see again.
    pub async fn create_key(
        &self,
        new: &NewApiKey,
        at: i64,
        change: &Change,
    ) -> Result<(ApiKey, String)> {
        if new.name.trim().is_empty() {
            return Err(Error::invalid("name", "is empty: say what the key is for"));
        }
        let scopes: Vec<_> = Scope::ALL
            .iter()
            .copied()
            .filter(|scope| new.scopes.contains(scope))
            .collect();
        if scopes.is_empty() {
            return Err(Error::invalid(
                "scopes",
                "is empty: give at least one scope",
            ));
        }
        let secret = fresh_token(PREFIX)?;
        let key = ApiKey {
            key_id: format!("key:{}", fresh_id(at)?),
            name: new.name.trim().to_string(),
            prefix: secret[..SHOWN].to_string(),
            scopes,
            created_by: change.author.clone(),
            created_at: at,
            expires_at: new.expires_at,
            last_used_at: None,
            revoked: false,
        };
        let mut changing = self.begin_change().await?;
        sqlx::query(
            "INSERT INTO api_keys (key_id, name, prefix, secret_hash, scopes, created_by, created_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(&*key.key_id)
        .bind(&*key.name)
        .bind(&*key.prefix)
        .bind(&self.keys.token_hash(&secret)[..])
        .bind(join_words(&key.scopes, Scope::word))
        .bind(&*key.created_by)
        .bind(at)
        .bind(key.expires_at)
        .execute(&mut *changing.tx)
        .await?;
        let fact = Fact {
            action: "key.create",
            subject: &key.key_id,
            detail: json!({ "scopes": key.scopes, "expires_at": key.expires_at }),
        };
        changing.commit(at, change, fact).await?;
        Ok((key, secret))
    }

    /// Every key, newest first.
    pub async fn api_keys(&self) -> Result<Vec<ApiKey>> {
        let sql = format!("{SELECT} ORDER BY created_at DESC, key_id DESC");
        let rows = sqlx::query(&sql).fetch_all(&self.reader).await?;
        rows.iter().map(read_key).collect()
    }

    /// The key of a secret; `None` where it is unknown, revoked or expired. Notes the use.
    pub async fn use_key(&self, secret: &str, at: i64) -> Result<Option<ApiKey>> {
        let sql = format!(
            "{SELECT} WHERE secret_hash = $1 AND revoked_at IS NULL \
             AND (expires_at IS NULL OR expires_at > $2)"
        );
        let row = sqlx::query(&sql)
            .bind(&self.keys.token_hash(secret)[..])
            .bind(at)
            .fetch_optional(&self.reader)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let key = read_key(&row)?;
        if key
            .last_used_at
            .is_none_or(|used| at.saturating_sub(used) > USED_EVERY)
        {
            let mut tx = self.begin().await?;
            sqlx::query("UPDATE api_keys SET last_used_at = $1 WHERE key_id = $2")
                .bind(at)
                .bind(&*key.key_id)
                .execute(&mut *tx)
                .await?;
            tx.commit().await?;
        }
        Ok(Some(key))
    }

    /// Revokes a key at once and for good.
    pub async fn revoke_key(&self, key_id: &str, at: i64, change: &Change) -> Result<()> {
        let mut changing = self.begin_change().await?;
        let revoked = sqlx::query(
            "UPDATE api_keys SET revoked_at = $1 WHERE key_id = $2 AND revoked_at IS NULL",
        )
        .bind(at)
        .bind(key_id)
        .execute(&mut *changing.tx)
        .await?;
        if revoked.rows_affected() == 0 {
            return Err(Error::missing("key in use", key_id));
        }
        let fact = Fact {
            action: "key.revoke",
            subject: key_id,
            detail: json!({}),
        };
        changing.commit(at, change, fact).await?;
        Ok(())
    }
}

fn read_key(row: &AnyRow) -> Result<ApiKey> {
    Ok(ApiKey {
        key_id: row.text("key_id")?,
        name: row.text("name")?,
        prefix: row.text("prefix")?,
        scopes: row.words("scopes", Scope::from_word)?,
        created_by: row.text("created_by")?,
        created_at: row.int("created_at")?,
        expires_at: row.int_or_none("expires_at")?,
        last_used_at: row.int_or_none("last_used_at")?,
        revoked: row.int_or_none("revoked_at")?.is_some(),
    })
}
