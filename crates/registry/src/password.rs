//! Passwords, for people who use them instead of one-time links: argon2id, and the same time for a wrong
//! password, an unknown person and one without a password. It must not keep or log a password.

use std::sync::OnceLock;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use retail::Change;
use serde_json::json;

use crate::audit::Fact;
use crate::error::{Error, Result};
use crate::people::normal_email;
use crate::row::Columns;
use crate::sign_in::Session;
use crate::store::Registry;

/// Shortest password taken (characters). Length is the one rule: composition rules make passwords worse.
const LENGTH_MIN: usize = 12;

/// Longest password taken (bytes), so that nobody makes the server hash megabytes.
const BYTES_MAX: usize = 1_024;

impl Registry {
    /// Sets a person's password and ends the person's sessions.
    pub async fn set_password(
        &self,
        person_id: &str,
        password: &str,
        at: i64,
        change: &Change,
    ) -> Result<()> {
        if password.chars().count() < LENGTH_MIN || password.len() > BYTES_MAX {
            let problem = format!("takes {LENGTH_MIN} characters or more, up to {BYTES_MAX} bytes");
            return Err(Error::invalid("password", problem));
        }
        let hash = hash(password.to_string()).await?;
        let mut changing = self.begin_change().await?;
        self.person_in(&mut changing.tx, person_id).await?;
        sqlx::query("UPDATE people SET password_hash = $1 WHERE person_id = $2")
            .bind(&*hash)
            .bind(person_id)
            .execute(&mut *changing.tx)
            .await?;
        sqlx::query("DELETE FROM sessions WHERE person_id = $1")
            .bind(person_id)
            .execute(&mut *changing.tx)
            .await?;
        let fact = Fact {
            action: "person.password",
            subject: person_id,
            detail: json!({}),
        };
        changing.commit(at, change, fact).await?;
        Ok(())
    }

    /// Begins a session for an e-mail address and its password; `None` where they do not fit together.
    pub async fn sign_in_with_password(
        &self,
        email: &str,
        password: &str,
        at: i64,
        session_expires_at: i64,
    ) -> Result<Option<Session>> {
        let blind = self.email_blind(&normal_email(email).unwrap_or_default());
        let row = sqlx::query(
            "SELECT person_id, password_hash FROM people WHERE email_blind = $1 AND active = 1",
        )
        .bind(&blind[..])
        .fetch_optional(&self.reader)
        .await?;
        let (person_id, stored) = match row {
            Some(row) => (
                Some(row.text("person_id")?),
                row.text_or_none("password_hash")?,
            ),
            None => (None, None),
        };
        let fits = verify(password.to_string(), stored).await?;
        let Some(person_id) = person_id.filter(|_| fits) else {
            return Ok(None);
        };
        let changing = self.begin_change().await?;
        self.start_session(changing, &person_id, "password", at, session_expires_at)
            .await
    }
}

async fn hash(password: String) -> Result<String> {
    blocking(move || hash_now(&password)).await
}

/// Whether the password fits; where none is stored, one that fits nothing is compared, for the time it takes.
async fn verify(password: String, stored: Option<String>) -> Result<bool> {
    static NOBODY: OnceLock<String> = OnceLock::new();
    blocking(move || {
        let is_stored = stored.is_some();
        let nobody = || NOBODY.get_or_init(|| hash_now("nobody's password").unwrap_or_default());
        let text = stored.unwrap_or_else(|| nobody().clone());
        let parsed = PasswordHash::new(&text).map_err(|_| Error::Damaged {
            what: "a password hash",
        })?;
        let taken = &password.as_bytes()[..password.len().min(BYTES_MAX + 1)];
        let fits = Argon2::default().verify_password(taken, &parsed).is_ok();
        Ok(fits && is_stored)
    })
    .await
}

fn hash_now(password: &str) -> Result<String> {
    let hash = Argon2::default()
        .hash_password(password.as_bytes())
        .map_err(|error| Error::Password(error.to_string()))?;
    Ok(hash.to_string())
}

/// Runs slow hashing beside the requests.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::Password(error.to_string()))?
}
