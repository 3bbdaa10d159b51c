//! Checking the audit chain: edits, deletions, reorderings and a cut end are all found.
//! It must not change anything.
//!
//! What it cannot find is a whole older database put back in place, secret and all; compare `head` with
//! a copy kept elsewhere for that.

use serde::Serialize;
use sqlx::Any;
use sqlx::Transaction;

use crate::audit::{Audited, entry_hash, hexadecimal};
use crate::error::{Error, Result};
use crate::row::Columns;
use crate::store::Registry;

/// Entries read at once.
const BLOCK: i64 = 5_000;

/// The state of the audit chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditCheck {
    /// Entries that are there.
    pub entries: i64,
    /// Whether every entry is as it was written and none is missing.
    pub intact: bool,
    /// The number of the first entry that is missing or not as it was written.
    pub first_broken: Option<i64>,
    /// The hash that the chain should end in, in hexadecimal; empty where the head is missing.
    pub head: String,
}

impl Registry {
    /// Computes the whole chain anew and compares.
    pub async fn audit_verify(&self) -> Result<AuditCheck> {
        let mut tx = self.begin_snapshot().await?;
        let entries = sqlx::query("SELECT COUNT(*) AS entries FROM audit")
            .fetch_one(&mut *tx)
            .await?
            .int("entries")?;
        let (Walked { good, hash }, broken) = walk(&mut tx, Walked::default()).await?;
        let row = sqlx::query("SELECT entries, hash, mac FROM audit_head WHERE id = 1")
            .fetch_optional(&mut *tx)
            .await?;
        let mut head = String::new();
        let mut first_broken = broken;
        match row {
            None => first_broken = first_broken.or(Some(1)),
            Some(row) => {
                let (sealed, sealed_hash) = (row.int("entries")?, row.bytes("hash")?);
                head = hexadecimal(&sealed_hash);
                let mac = blake3::Hash::from_slice(&row.bytes("mac")?).ok();
                let genuine = mac == Some(self.keys.audit_mac(sealed, &sealed_hash));
                if first_broken.is_none() && genuine && good != sealed {
                    first_broken = Some(good.min(sealed) + 1);
                }
                if first_broken.is_none() && (!genuine || hash[..] != sealed_hash[..]) {
                    first_broken = Some(good.max(1));
                }
            }
        }
        Ok(AuditCheck {
            entries,
            intact: first_broken.is_none(),
            first_broken,
            head,
        })
    }

    /// Walks the chain as it is now, so that a change that needs it whole has only the rest left to walk.
    pub(crate) async fn walked(&self) -> Result<Walked> {
        let mut tx = self.begin_snapshot().await?;
        Ok(walk(&mut tx, Walked::default()).await?.0)
    }
}

impl Audited {
    /// Refuses a change where the chain before it is not as it was written; `walked` is what of it was walked before.
    pub(crate) async fn require_whole(&mut self, walked: Walked) -> Result<()> {
        let (Walked { good, hash }, broken) = walk(&mut self.tx, walked).await?;
        // The change holds the sealed head, which is genuine: a cut end and a chain hashed anew end elsewhere.
        let ends = self.ends_in(good, &hash);
        if broken.is_none() && ends {
            return Ok(());
        }
        Err(Error::conflict(
            match broken {
                Some(entry) => format!("entry {entry} of the audit is not as it was written"),
                None => "the audit does not end as it was written".to_string(),
            },
            "what was decided before is not known for certain; run `tessera audit verify` and restore the registry \
             from a backup",
        ))
    }
}

/// How far the chain was found as it was written.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Walked {
    /// The number of the last good entry; 0 for none.
    good: i64,
    /// Its hash.
    hash: [u8; 32],
}

/// Walks the entries in order from where an earlier walk ended: how far they are good now, and the number of the first
/// that is not.
async fn walk(tx: &mut Transaction<'static, Any>, from: Walked) -> Result<(Walked, Option<i64>)> {
    let Walked { mut good, mut hash } = from;
    // From the start, numbers below one are found as well.
    let mut after = if good == 0 { i64::MIN } else { good };
    loop {
        let rows = sqlx::query(
            "SELECT seq, at, author, action, subject, reason, detail, hash FROM audit \
             WHERE seq > $1 ORDER BY seq LIMIT $2",
        )
        .bind(after)
        .bind(BLOCK)
        .fetch_all(&mut **tx)
        .await?;
        for row in &rows {
            after = row.int("seq")?;
            let texts = [
                row.text("author")?,
                row.text("action")?,
                row.text("subject")?,
                row.text("reason")?,
                row.text("detail")?,
            ];
            let texts = texts.each_ref().map(String::as_str);
            let expected = entry_hash(&hash, after, row.int("at")?, texts);
            if after != good + 1 || row.bytes("hash")? != expected {
                return Ok((Walked { good, hash }, Some(good + 1)));
            }
            (good, hash) = (after, expected);
        }
        if (rows.len() as i64) < BLOCK {
            return Ok((Walked { good, hash }, None));
        }
    }
}
