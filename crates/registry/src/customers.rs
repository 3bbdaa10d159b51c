//! What names a customer: the fields kept per person, reading them with a purpose, and erasing a person.
//! Every read leaves an audit entry. What a customer bought is in the lake.

use std::collections::HashMap;

use retail::{Change, CustomerKey, IdKind, Purpose, SourceId};
use serde_json::json;

use crate::audit::{Fact, customer_subject, read_change};
use crate::error::{Error, Result};
use crate::row::Columns;
use crate::secret::{Cipher, Noise};
use crate::store::{Registry, Tx};

/// What names a customer. It holds personal data: show it, never log it.
#[derive(Clone, PartialEq, Eq)]
pub struct CustomerNames {
    /// The customer.
    pub customer: CustomerKey,
    /// The identifiers that feeds gave.
    pub identifiers: Vec<SourceId>,
    /// Naming fields and their values, by field.
    pub fields: Vec<(String, String)>,
}

impl std::fmt::Debug for CustomerNames {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CustomerNames({}, …)", self.customer)
    }
}

const COLUMNS: usize = 4;

impl Registry {
    /// Keeps naming fields of customers: (customer, field, value, when it held). The newest value of a field
    /// holds; of equally new ones, the last. An old export that comes again changes nothing.
    pub async fn put_customer_fields(
        &self,
        fields: &[(CustomerKey, String, String, i64)],
    ) -> Result<()> {
        // One statement must not touch a row twice, so the newest value of a field is chosen first.
        let mut last: HashMap<(i64, &str), (i64, &str)> = HashMap::with_capacity(fields.len());
        for (CustomerKey(customer), field, value, at) in fields {
            let newest = last.entry((*customer, field)).or_insert((*at, value));
            if *at >= newest.0 {
                *newest = (*at, value);
            }
        }
        let mut rows: Vec<_> = last.into_iter().collect();
        rows.sort_unstable();
        let mut tx = self.begin().await?;
        let mut noise = Noise::new();
        let at_once = self.dialect.rows_at_once(COLUMNS);
        for chunk in rows.chunks(at_once) {
            let mut customers: Vec<_> = chunk.iter().map(|((customer, _), _)| *customer).collect();
            customers.dedup();
            let keys = self.person_keys(&mut tx, &customers).await?;
            let mut sealed = Vec::with_capacity(chunk.len());
            for ((customer, field), (_, value)) in chunk {
                let cipher = key_of(&keys, *customer)?;
                sealed.push(cipher.seal(value.as_bytes(), field.as_bytes(), &mut noise)?);
            }
            let sql = self.dialect.insert(
                "INSERT INTO person_fields (customer_key, field, sealed, at)",
                COLUMNS,
                chunk.len(),
                "ON CONFLICT (customer_key, field) DO UPDATE SET sealed = excluded.sealed, at = excluded.at \
                 WHERE excluded.at >= person_fields.at",
            );
            let mut insert = sqlx::query(&sql).persistent(chunk.len() == at_once);
            for (((customer, field), (at, _)), sealed) in chunk.iter().zip(&sealed) {
                insert = insert
                    .bind(*customer)
                    .bind(*field)
                    .bind(&sealed[..])
                    .bind(*at);
            }
            insert.execute(&mut *tx).await?;
        }
        Ok(tx.commit().await?)
    }

    /// What names a customer, for a purpose. The look is recorded before anything is shown.
    pub async fn customer_names(
        &self,
        customer: CustomerKey,
        purpose: Purpose,
        author: &str,
        at: i64,
    ) -> Result<CustomerNames> {
        let mut reading = self.begin_change().await?;
        let keys = self.person_keys(&mut reading.tx, &[customer.0]).await?;
        let cipher = key_of(&keys, customer.0)?;
        let names = CustomerNames {
            customer,
            identifiers: identifiers(&mut reading.tx, customer.0, cipher).await?,
            fields: fields(&mut reading.tx, customer.0, cipher).await?,
        };
        let seen: Vec<_> = names.fields.iter().map(|(field, _)| field).collect();
        let kinds: Vec<_> = names.identifiers.iter().map(|id| id.kind.word()).collect();
        let fact = Fact {
            action: "customer.read",
            subject: &customer_subject(customer),
            detail: json!({ "what": "names", "fields": seen, "identifiers": kinds }),
        };
        reading
            .commit(at, &read_change(author, purpose), fact)
            .await?;
        Ok(names)
    }

    /// Erases what names a customer: identifiers, fields and the key under which copies in backups are
    /// sealed. The customer key stays unused for good.
    pub async fn erase_customer(
        &self,
        customer: CustomerKey,
        at: i64,
        change: &Change,
    ) -> Result<()> {
        let mut changing = self.begin_change().await?;
        for table in ["identities", "person_fields"] {
            let sql = format!("DELETE FROM {table} WHERE customer_key = $1");
            let delete = sqlx::query(&sql).bind(customer.0);
            delete.execute(&mut *changing.tx).await?;
        }
        for table in ["identity_links", "identity_decisions"] {
            let sql = format!("DELETE FROM {table} WHERE a = $1 OR b = $1");
            let delete = sqlx::query(&sql).bind(customer.0);
            delete.execute(&mut *changing.tx).await?;
        }
        let erased = sqlx::query("DELETE FROM person_keys WHERE customer_key = $1")
            .bind(customer.0)
            .execute(&mut *changing.tx)
            .await?;
        if erased.rows_affected() == 0 {
            return Err(Error::missing("customer", customer));
        }
        let fact = Fact {
            action: "customer.erase",
            subject: &customer_subject(customer),
            detail: json!({}),
        };
        changing.commit(at, change, fact).await?;
        self.flush_deleted().await
    }
}

fn key_of(keys: &HashMap<i64, Cipher>, customer: i64) -> Result<&Cipher> {
    keys.get(&customer)
        .ok_or_else(|| Error::missing("customer", customer))
}

async fn identifiers(tx: &mut Tx, customer: i64, cipher: &Cipher) -> Result<Vec<SourceId>> {
    let rows = sqlx::query(
        "SELECT blind, kind, sealed FROM identities WHERE customer_key = $1 ORDER BY at, kind, blind",
    )
    .bind(customer)
    .fetch_all(&mut **tx)
    .await?;
    let mut identifiers = Vec::with_capacity(rows.len());
    for row in &rows {
        let (sealed, place) = (row.bytes("sealed")?, row.bytes("blind")?);
        identifiers.push(SourceId {
            kind: row.word("kind", IdKind::from_word)?,
            value: cipher.open_text(&sealed, &place, "an identifier")?,
        });
    }
    Ok(identifiers)
}

async fn fields(tx: &mut Tx, customer: i64, cipher: &Cipher) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query(
        "SELECT field, sealed FROM person_fields WHERE customer_key = $1 ORDER BY field",
    )
    .bind(customer)
    .fetch_all(&mut **tx)
    .await?;
    let mut fields = Vec::with_capacity(rows.len());
    for row in &rows {
        let field = row.text("field")?;
        let value = cipher.open_text(&row.bytes("sealed")?, field.as_bytes(), "a naming field")?;
        fields.push((field, value));
    }
    Ok(fields)
}
