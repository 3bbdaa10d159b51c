//! Events that could not be taken, until they are replayed, dropped or too old. What they hold may name a person, so
//! it is sealed. Why an event is bad is `collect`'s to say.

use retail::Change;
use serde::Serialize;
use serde_json::json;
use sqlx::any::AnyRow;

use crate::audit::Fact;
use crate::error::{Error, Result};
use crate::events::{NewEvent, Put};
use crate::page::{Filter, ListQuery, Listing, Page};
use crate::row::Columns;
use crate::secret::Noise;
use crate::store::Registry;

/// What could not be taken as an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDeadLetter {
    /// When it came, in microseconds since 1970 UTC.
    pub received_at: i64,
    /// What is wrong, in words.
    pub reason: String,
    /// What is wrong, as a word to count by; it must not hold a value.
    pub reason_code: String,
    /// The bytes as they came.
    pub raw: Vec<u8>,
}

/// What could not be taken as an event, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Its id, made from its bytes: what comes again is kept once.
    pub letter_id: String,
    /// When it came first, in microseconds since 1970 UTC.
    pub received_at: i64,
    /// What is wrong, in words.
    pub reason: String,
    /// What is wrong, as a word.
    pub reason_code: String,
    /// The bytes as they came.
    pub raw: Vec<u8>,
}

/// Which letters are meant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LetterFilter {
    /// This one only.
    pub letter_id: Option<String>,
    /// With this reason only.
    pub reason_code: Option<String>,
}

/// How many letters have a reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LetterCount {
    /// The reason.
    pub reason_code: String,
    /// How many.
    pub letters: i64,
    /// When the newest of them came, in microseconds since 1970 UTC.
    pub newest: i64,
}

const LISTING: Listing = Listing {
    select: "letter_id, received_at, reason_code, sealed",
    from: "dead_letters",
    sorts: &[
        ("received_at", "received_at"),
        ("reason_code", "reason_code"),
    ],
    searches: &["reason_code", "letter_id"],
    order: "received_at DESC, letter_id",
};

const COLUMNS: usize = 4;

impl Registry {
    /// Keeps what could not be taken; gives how many are new. Bytes that are kept already stay as they are, so that a
    /// batch that is sent again adds nothing.
    pub async fn put_dead_letters(&self, letters: &[NewDeadLetter]) -> Result<u64> {
        if letters.is_empty() {
            return Ok(0);
        }
        let mut tx = self.begin().await?;
        let mut noise = Noise::new();
        let mut added = 0;
        let head = "INSERT INTO dead_letters (letter_id, received_at, reason_code, sealed)";
        let tail = "ON CONFLICT (letter_id) DO NOTHING";
        let at_once = self.dialect.rows_at_once(COLUMNS);
        for chunk in letters.chunks(at_once) {
            let sql = self.dialect.insert(head, COLUMNS, chunk.len(), tail);
            let mut insert = sqlx::query(&sql).persistent(chunk.len() == at_once);
            for letter in chunk {
                let id = self.letter_id(&letter.raw);
                let content = content(&letter.reason, &letter.raw);
                let sealed = self.keys.project.seal(&content, &place(&id), &mut noise)?;
                insert = insert
                    .bind(id)
                    .bind(letter.received_at)
                    .bind(&*letter.reason_code)
                    .bind(sealed);
            }
            added += insert.execute(&mut *tx).await?.rows_affected();
        }
        tx.commit().await?;
        Ok(added)
    }

    /// Letters in pages, the newest first.
    pub async fn dead_letters(
        &self,
        filter: &LetterFilter,
        query: &ListQuery,
    ) -> Result<Page<DeadLetter>> {
        let mut filters: Vec<Filter> = Vec::new();
        if let Some(letter_id) = &filter.letter_id {
            filters.push(("letter_id", letter_id.clone()));
        }
        if let Some(reason_code) = &filter.reason_code {
            filters.push(("reason_code", reason_code.clone()));
        }
        self.page(&LISTING, &filters, query, |row| self.read_letter(row))
            .await
    }

    /// One letter, to be looked at or read again.
    pub async fn dead_letter(&self, letter_id: &str) -> Result<DeadLetter> {
        let sql = format!(
            "SELECT {} FROM {} WHERE letter_id = $1",
            LISTING.select, LISTING.from
        );
        let select = sqlx::query(&sql).bind(letter_id);
        let row = select.fetch_optional(&self.reader).await?;
        let row = row.ok_or_else(|| Error::missing("dead letter", letter_id))?;
        self.read_letter(&row)
    }

    /// Puts the event that a letter holds after all, and takes the letter away, both or neither. A letter that somebody
    /// else replayed or dropped meanwhile ends it in an error, and nothing is put.
    pub async fn replay_dead_letter(
        &self,
        letter_id: &str,
        event: &NewEvent,
        at: i64,
        change: &Change,
    ) -> Result<Put> {
        let mut changing = self.begin_change().await?;
        let delete = sqlx::query("DELETE FROM dead_letters WHERE letter_id = $1").bind(letter_id);
        if delete.execute(&mut *changing.tx).await?.rows_affected() == 0 {
            return Err(Error::missing("dead letter", letter_id));
        }
        let events = std::slice::from_ref(event);
        let puts = self.put_events_within(&mut changing.tx, events, at).await?;
        let put = puts.first().copied().unwrap_or(Put::Duplicate);
        let fact = Fact {
            action: "dead_letter.replay",
            subject: letter_id,
            detail: json!({ "stored": matches!(put, Put::Stored(_)) }),
        };
        changing.commit(at, change, fact).await?;
        Ok(put)
    }

    /// Gives letters up; gives how many there were. Without a filter all are meant.
    pub async fn drop_dead_letters(
        &self,
        filter: &LetterFilter,
        at: i64,
        change: &Change,
    ) -> Result<u64> {
        let mut changing = self.begin_change().await?;
        // An empty word stands for any: no letter has an empty id and no reason an empty word.
        let sql = "DELETE FROM dead_letters WHERE ($1 = '' OR letter_id = $1) AND ($2 = '' OR reason_code = $2)";
        let letter_id = filter.letter_id.as_deref().unwrap_or_default();
        let reason_code = filter.reason_code.as_deref().unwrap_or_default();
        let delete = sqlx::query(sql).bind(letter_id).bind(reason_code);
        let letters = delete.execute(&mut *changing.tx).await?.rows_affected();
        let fact = Fact {
            action: "dead_letter.drop",
            subject: letter_id,
            detail: json!({ "letters": letters, "reason_code": reason_code }),
        };
        changing.commit(at, change, fact).await?;
        Ok(letters)
    }

    /// Removes the letters that came before a time; gives how many there were. How long letters are kept is the
    /// caller's; their bytes leave the disk of SQLite with `sweep_deleted`.
    pub async fn remove_old_dead_letters(&self, before: i64) -> Result<u64> {
        let mut tx = self.begin().await?;
        let delete = sqlx::query("DELETE FROM dead_letters WHERE received_at < $1").bind(before);
        let removed = delete.execute(&mut *tx).await?.rows_affected();
        tx.commit().await?;
        Ok(removed)
    }

    /// How many letters there are by reason, the most frequent first.
    pub async fn dead_letter_counts(&self) -> Result<Vec<LetterCount>> {
        let sql = "SELECT reason_code, COUNT(*) AS letters, MAX(received_at) AS newest FROM dead_letters \
                   GROUP BY reason_code ORDER BY letters DESC, reason_code";
        let rows = sqlx::query(sql).fetch_all(&self.reader).await?;
        let read = |row: &AnyRow| {
            Ok(LetterCount {
                reason_code: row.text("reason_code")?,
                letters: row.int("letters")?,
                newest: row.int("newest")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// The keyed hash of a letter's bytes, as 32 hexadecimal digits.
    fn letter_id(&self, raw: &[u8]) -> String {
        let hash = self.keys.blind("dead letter", raw);
        hash[..16]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    fn read_letter(&self, row: &AnyRow) -> Result<DeadLetter> {
        let what = "a dead letter";
        let letter_id = row.text("letter_id")?;
        let content = self
            .keys
            .project
            .open(&row.bytes("sealed")?, &place(&letter_id));
        let (reason, raw) = content
            .as_deref()
            .and_then(read_content)
            .ok_or(Error::Damaged { what })?;
        Ok(DeadLetter {
            received_at: row.int("received_at")?,
            reason,
            reason_code: row.text("reason_code")?,
            raw,
            letter_id,
        })
    }
}

/// What a sealed letter is bound to.
fn place(letter_id: &str) -> Vec<u8> {
    [b"dead letter ", letter_id.as_bytes()].concat()
}

/// The length of the reason in eight bytes, the reason, the bytes as they came.
fn content(reason: &str, raw: &[u8]) -> Vec<u8> {
    let length = (reason.len() as u64).to_le_bytes();
    [&length[..], reason.as_bytes(), raw].concat()
}

fn read_content(content: &[u8]) -> Option<(String, Vec<u8>)> {
    let (length, rest) = content.split_first_chunk()?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
    let (reason, raw) = rest.split_at_checked(length)?;
    Some((String::from_utf8(reason.to_vec()).ok()?, raw.to_vec()))
}
