//! Records of persons in bulk, as a run needs them that finds out which are one customer. It must not be used to show
//! anybody: a look at one person names a purpose and is recorded (`customers`); this reading is recorded as a run.

use std::collections::BTreeMap;

use retail::{CustomerKey, IdKind, SourceId};

use crate::error::{Error, Result};
use crate::row::Columns;
use crate::store::Registry;

/// One record: what one key was minted for. It holds personal data: never log it.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonRecord {
    /// Its key.
    pub key: CustomerKey,
    /// Its identifiers, the first known first.
    pub identifiers: Vec<SourceId>,
    /// Naming fields and their values, by field.
    pub fields: Vec<(String, String)>,
    /// When the newest of the fields held, microseconds since 1970 UTC; of a record without fields, when it was first
    /// seen.
    pub at: i64,
}

impl std::fmt::Debug for PersonRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PersonRecord({}, …)", self.key)
    }
}

impl Registry {
    /// Records by key, those above `after`, at most so many.
    pub async fn person_records(
        &self,
        after: CustomerKey,
        limit: u32,
    ) -> Result<Vec<PersonRecord>> {
        let mut tx = self.begin_snapshot().await?;
        let known = sqlx::query(
            "SELECT customer_key, wrapped, at FROM person_keys WHERE customer_key > $1 ORDER BY customer_key LIMIT $2",
        )
        .bind(after.0)
        .bind(i64::from(limit))
        .fetch_all(&mut *tx)
        .await?;
        let mut all: BTreeMap<i64, PersonRecord> = BTreeMap::new();
        let mut ciphers = BTreeMap::new();
        for row in &known {
            let key = row.int("customer_key")?;
            ciphers.insert(key, self.keys.person_key(key, &row.bytes("wrapped")?)?);
            let record = PersonRecord {
                key: CustomerKey(key),
                identifiers: Vec::new(),
                fields: Vec::new(),
                at: row.int("at")?,
            };
            all.insert(key, record);
        }
        let Some((last, _)) = all.last_key_value() else {
            return Ok(Vec::new());
        };
        let last = *last;
        let missing = |key: i64| Error::missing("customer", key);
        let rows = sqlx::query(
            "SELECT blind, customer_key, kind, sealed FROM identities \
             WHERE customer_key > $1 AND customer_key <= $2 ORDER BY customer_key, at, kind, blind",
        )
        .bind(after.0)
        .bind(last)
        .fetch_all(&mut *tx)
        .await?;
        for row in &rows {
            let key = row.int("customer_key")?;
            let cipher = ciphers.get(&key).ok_or_else(|| missing(key))?;
            let (sealed, place) = (row.bytes("sealed")?, row.bytes("blind")?);
            let id = SourceId {
                kind: row.word("kind", IdKind::from_word)?,
                value: cipher.open_text(&sealed, &place, "an identifier")?,
            };
            let record = all.get_mut(&key).ok_or_else(|| missing(key))?;
            record.identifiers.push(id);
        }
        let rows = sqlx::query(
            "SELECT customer_key, field, sealed, at FROM person_fields \
             WHERE customer_key > $1 AND customer_key <= $2 ORDER BY customer_key, field",
        )
        .bind(after.0)
        .bind(last)
        .fetch_all(&mut *tx)
        .await?;
        for row in &rows {
            let key = row.int("customer_key")?;
            let cipher = ciphers.get(&key).ok_or_else(|| missing(key))?;
            let field = row.text("field")?;
            let sealed = row.bytes("sealed")?;
            let value = cipher.open_text(&sealed, field.as_bytes(), "a naming field")?;
            let at = row.int("at")?;
            let record = all.get_mut(&key).ok_or_else(|| missing(key))?;
            record.at = match record.fields.is_empty() {
                true => at,
                false => record.at.max(at),
            };
            record.fields.push((field, value));
        }
        Ok(all.into_values().collect())
    }
}
