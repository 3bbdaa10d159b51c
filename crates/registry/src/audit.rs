//! The audit chain: every change and every look at a person, each entry hashed with the one before it.
//! Entries hold ids, never personal data. Checking the chain is in `audit_check`.

use std::sync::Arc;

use retail::{Change, CustomerKey, Purpose};
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::any::AnyRow;

use crate::error::{Error, Result};
use crate::page::{ListQuery, Listing, Page};
use crate::row::{Columns, parse_json};
use crate::secret::Keys;
use crate::store::{Registry, Tx};

/// One entry of the audit chain.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AuditEntry {
    /// Its number, from one without gaps.
    pub seq: i64,
    /// When it was recorded.
    pub at: i64,
    /// Who acted.
    pub author: String,
    /// What was done, as noun and verb (`person.create`).
    pub action: String,
    /// What it was done to, by its id.
    pub subject: String,
    /// Why.
    pub reason: String,
    /// What changed, without personal data.
    pub detail: Value,
    /// The hash of this entry and all before it, in hexadecimal.
    pub hash: String,
}

/// What a change did, for its audit entry.
pub(crate) struct Fact<'a> {
    pub action: &'a str,
    pub subject: &'a str,
    pub detail: Value,
}

/// A transaction that ends in one audit entry. It holds the lock on the head of the chain from its
/// beginning, so changes follow one another and never wait for each other in a circle.
pub(crate) struct Audited {
    pub tx: Tx,
    entries: i64,
    hash: Vec<u8>,
    keys: Arc<Keys>,
}

impl Audited {
    /// The keys that seal what this change writes.
    pub(crate) fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The number that this change's entry will have.
    pub(crate) fn seq(&self) -> i64 {
        self.entries + 1
    }

    /// Whether the chain before this change ends in an entry of this number and hash, as its head says.
    pub(crate) fn ends_in(&self, entries: i64, hash: &[u8]) -> bool {
        (self.entries, &*self.hash) == (entries, hash)
    }

    /// Records the change and commits it.
    pub(crate) async fn commit(mut self, at: i64, change: &Change, fact: Fact<'_>) -> Result<i64> {
        let seq = self.seq();
        let detail = fact.detail.to_string();
        let Change { author, reason } = change;
        let texts = [&**author, fact.action, fact.subject, &**reason, &*detail];
        let hash = entry_hash(&self.hash, seq, at, texts);
        let mut insert = sqlx::query(
            "INSERT INTO audit (seq, at, author, action, subject, reason, detail, hash) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(seq)
        .bind(at);
        for text in texts {
            insert = insert.bind(text);
        }
        insert.bind(&hash[..]).execute(&mut *self.tx).await?;
        sqlx::query("UPDATE audit_head SET entries = $1, hash = $2, mac = $3 WHERE id = 1")
            .bind(seq)
            .bind(&hash[..])
            .bind(&self.keys.audit_mac(seq, &hash).as_bytes()[..])
            .execute(&mut *self.tx)
            .await?;
        self.tx.commit().await?;
        Ok(seq)
    }
}

/// The hash of an entry: over the hash before it and every column, each with its length.
pub(crate) fn entry_hash(previous: &[u8], seq: i64, at: i64, texts: [&str; 5]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(previous);
    hasher.update(&seq.to_le_bytes());
    hasher.update(&at.to_le_bytes());
    for text in texts {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    hasher.finalize().into()
}

const LISTING: Listing = Listing {
    select: "seq, at, author, action, subject, reason, detail, hash",
    from: "audit",
    sorts: &[
        ("seq", "seq"),
        ("at", "at"),
        ("author", "author"),
        ("action", "action"),
        ("subject", "subject"),
        ("reason", "reason"),
    ],
    searches: &["author", "action", "subject", "reason"],
    order: "seq DESC",
};

impl Registry {
    /// Begins a change: locks the head of the chain and makes sure that nobody changed it from outside.
    pub(crate) async fn begin_change(&self) -> Result<Audited> {
        let mut tx = self.begin().await?;
        let head = sqlx::query(
            "UPDATE audit_head SET entries = entries WHERE id = 1 RETURNING entries, hash, mac",
        )
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Error::AuditBroken)?;
        let (entries, hash) = (head.int("entries")?, head.bytes("hash")?);
        let stored = blake3::Hash::from_slice(&head.bytes("mac")?).ok();
        if stored != Some(self.keys.audit_mac(entries, &hash)) {
            return Err(Error::AuditBroken);
        }
        Ok(Audited {
            tx,
            entries,
            hash,
            keys: Arc::clone(&self.keys),
        })
    }

    /// Records something that changed outside the registry; gives the entry's number.
    pub async fn audit(
        &self,
        at: i64,
        change: &Change,
        action: &str,
        subject: &str,
        detail: Value,
    ) -> Result<i64> {
        let fact = Fact {
            action,
            subject,
            detail,
        };
        self.begin_change().await?.commit(at, change, fact).await
    }

    /// Records that somebody looked at a customer, with the purpose and what was seen.
    pub async fn record_read(
        &self,
        at: i64,
        author: &str,
        purpose: Purpose,
        customer: CustomerKey,
        what: &str,
    ) -> Result<i64> {
        let reading = self.begin_change().await?;
        let (change, subject) = (read_change(author, purpose), customer_subject(customer));
        let fact = Fact {
            action: "customer.read",
            subject: &subject,
            detail: json!({ "what": what }),
        };
        reading.commit(at, &change, fact).await
    }

    /// Keeps that answers of a customer were kept or taken back: the customer, the response, how many. What was answered is
    /// not written.
    pub async fn record_answers(
        &self,
        action: &'static str,
        (customer, response_id, answers): (CustomerKey, &str, usize),
        at: i64,
        change: &Change,
    ) -> Result<i64> {
        let changing = self.begin_change().await?;
        let subject = customer_subject(customer);
        let fact = Fact {
            action,
            subject: &subject,
            detail: json!({ "response": response_id, "answers": answers }),
        };
        changing.commit(at, change, fact).await
    }

    /// The audit chain in pages, newest first.
    pub async fn audit_entries(&self, query: &ListQuery) -> Result<Page<AuditEntry>> {
        self.page(&LISTING, &[], query, read_entry).await
    }
}

/// A look at a person as a change: the purpose is the reason.
pub(crate) fn read_change(author: &str, purpose: Purpose) -> Change {
    Change {
        author: author.to_string(),
        reason: purpose.word().to_string(),
    }
}

/// How the chain names a customer.
pub(crate) fn customer_subject(customer: CustomerKey) -> String {
    format!("customer:{customer}")
}

fn read_entry(row: &AnyRow) -> Result<AuditEntry> {
    let hash = row.bytes("hash")?;
    Ok(AuditEntry {
        seq: row.int("seq")?,
        at: row.int("at")?,
        author: row.text("author")?,
        action: row.text("action")?,
        subject: row.text("subject")?,
        reason: row.text("reason")?,
        detail: parse_json(&row.text("detail")?)?,
        hash: hexadecimal(&hash),
    })
}

/// A hash as people compare it.
pub(crate) fn hexadecimal(hash: &[u8]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
