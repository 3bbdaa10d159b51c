//! Signing in: one-time links and sessions. Only hashes of their secrets are stored.
//! Cookies and headers are the server's.

use retail::Change;
use serde_json::json;

use crate::audit::{Audited, Fact};
use crate::error::{Error, Result};
use crate::people::Person;
use crate::row::Columns;
use crate::secret::fresh_token;
use crate::store::Registry;

/// How fresh `last_seen_at` is kept: a minute, so that requests do not each write.
const SEEN_EVERY: i64 = 60_000_000;

/// A session just begun.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// The secret that the browser keeps; the registry keeps only its hash.
    pub secret: String,
    /// Who signed in.
    pub person_id: String,
    /// When the session ends.
    pub expires_at: i64,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Session({}, …)", self.person_id)
    }
}

impl Registry {
    /// Makes the secret of a one-time sign-in link for an active person.
    pub async fn issue_login_token(
        &self,
        person_id: &str,
        at: i64,
        expires_at: i64,
        change: &Change,
    ) -> Result<String> {
        let token = fresh_token("")?;
        let mut changing = self.begin_change().await?;
        let person = self.person_in(&mut changing.tx, person_id).await?;
        if !person.active {
            let what = "this person may not sign in";
            return Err(Error::conflict(what, "make the person active first"));
        }
        sqlx::query(
            "INSERT INTO login_tokens (token_hash, person_id, created_at, expires_at) \
             VALUES ($1, $2, $3, $4)",
        )
        .bind(&self.keys.token_hash(&token)[..])
        .bind(person_id)
        .bind(at)
        .bind(expires_at)
        .execute(&mut *changing.tx)
        .await?;
        let fact = Fact {
            action: "person.link",
            subject: person_id,
            detail: json!({ "expires_at": expires_at }),
        };
        changing.commit(at, change, fact).await?;
        Ok(token)
    }

    /// Trades a one-time link for a session. `None` where the link is unknown, used, expired, or its person
    /// may not sign in.
    pub async fn redeem_login_token(
        &self,
        token: &str,
        at: i64,
        session_expires_at: i64,
    ) -> Result<Option<Session>> {
        let hash = self.keys.token_hash(token);
        let known = sqlx::query(
            "SELECT person_id FROM login_tokens WHERE token_hash = $1 AND expires_at > $2",
        )
        .bind(&hash[..])
        .bind(at)
        .fetch_optional(&self.reader)
        .await?;
        if known.is_none() {
            return Ok(None);
        }
        let mut changing = self.begin_change().await?;
        // Deleting is what makes the link work once: of two at the same time, one finds no row.
        let row = sqlx::query(
            "DELETE FROM login_tokens WHERE token_hash = $1 AND expires_at > $2 RETURNING person_id",
        )
        .bind(&hash[..])
        .bind(at)
        .fetch_optional(&mut *changing.tx)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let person_id = row.text("person_id")?;
        self.start_session(
            changing,
            &person_id,
            "one-time link",
            at,
            session_expires_at,
        )
        .await
    }

    /// Who a session belongs to; `None` where it is unknown, ended, expired, or its person may not sign in.
    pub async fn session(&self, secret: &str, at: i64) -> Result<Option<Person>> {
        let row = sqlx::query(
            "SELECT p.person_id, p.name_sealed, p.email_sealed, p.roles, p.active, p.created_at, \
             p.last_seen_at FROM sessions s JOIN people p ON p.person_id = s.person_id \
             WHERE s.session_hash = $1 AND s.expires_at > $2 AND p.active = 1",
        )
        .bind(&self.keys.token_hash(secret)[..])
        .bind(at)
        .fetch_optional(&self.reader)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let person = self.read_person(&row)?;
        if person
            .last_seen_at
            .is_none_or(|seen| at.saturating_sub(seen) > SEEN_EVERY)
        {
            self.person_seen(&person.person_id, at).await?;
        }
        Ok(Some(person))
    }

    /// Ends a session; ending one that is not there is no error.
    pub async fn end_session(&self, secret: &str) -> Result<()> {
        let mut tx = self.begin().await?;
        sqlx::query("DELETE FROM sessions WHERE session_hash = $1")
            .bind(&self.keys.token_hash(secret)[..])
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Begins a session in a change, clears what has expired, and commits.
    pub(crate) async fn start_session(
        &self,
        mut changing: Audited,
        person_id: &str,
        way: &str,
        at: i64,
        expires_at: i64,
    ) -> Result<Option<Session>> {
        let person = self.person_in(&mut changing.tx, person_id).await?;
        if !person.active {
            return Ok(None);
        }
        for table in ["sessions", "login_tokens"] {
            let sql = format!("DELETE FROM {table} WHERE expires_at <= $1");
            let delete = sqlx::query(&sql).bind(at);
            delete.execute(&mut *changing.tx).await?;
        }
        let secret = fresh_token("")?;
        sqlx::query(
            "INSERT INTO sessions (session_hash, person_id, created_at, expires_at) \
             VALUES ($1, $2, $3, $4)",
        )
        .bind(&self.keys.token_hash(&secret)[..])
        .bind(person_id)
        .bind(at)
        .bind(expires_at)
        .execute(&mut *changing.tx)
        .await?;
        sqlx::query("UPDATE people SET last_seen_at = $1 WHERE person_id = $2")
            .bind(at)
            .bind(person_id)
            .execute(&mut *changing.tx)
            .await?;
        let signed_in = Change {
            author: person_id.to_string(),
            reason: way.to_string(),
        };
        let fact = Fact {
            action: "session.start",
            subject: person_id,
            detail: json!({ "expires_at": expires_at }),
        };
        changing.commit(at, &signed_in, fact).await?;
        Ok(Some(Session {
            secret,
            person_id: person_id.to_string(),
            expires_at,
        }))
    }
}
