//! Changes of clusters by hand, one after the other: each is kept with what it cost, none is ever rewritten,
//! undoing one is an entry, too. What a hand means is not known here; its document is.

use retail::Change;
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::any::AnyRow;

use crate::audit::Fact;
use crate::error::{Error, Result};
use crate::row::Columns;
use crate::store::{Registry, Tx};

/// One change by hand.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HandEntry {
    /// Its number, which is that of its entry in the audit chain.
    pub seq: i64,
    /// The scheme.
    pub scheme: String,
    /// The run that its author looked at.
    pub run_id: String,
    /// The change; null for an entry that undoes another.
    pub hand: Value,
    /// What it cost, as shown before it was saved.
    pub cost: Value,
    /// When.
    pub at: i64,
    /// Who.
    pub author: String,
    /// Why.
    pub reason: String,
    /// The entry that it undoes.
    pub undoes: Option<i64>,
}

/// A change by hand to be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct NewHand<'a> {
    /// The scheme.
    pub scheme: &'a str,
    /// The run that its author looked at.
    pub run_id: &'a str,
    /// The change.
    pub hand: &'a Value,
    /// What it costs.
    pub cost: &'a Value,
}

const SELECT: &str =
    "SELECT seq, scheme, run_id, hand, cost, at, author, reason, undoes FROM hands";

impl Registry {
    /// Keeps a change. `after` is the newest entry that the author saw, 0 for none: an entry of somebody else in
    /// between is an [`Error::Stale`], so that two people at work lose nothing.
    pub async fn add_hand(
        &self,
        new: &NewHand<'_>,
        after: i64,
        at: i64,
        change: &Change,
    ) -> Result<HandEntry> {
        self.keep_hand(new, None, after, at, change).await
    }

    /// Undoes a change that stands.
    pub async fn undo_hand(
        &self,
        scheme: &str,
        undoes: i64,
        after: i64,
        at: i64,
        change: &Change,
    ) -> Result<HandEntry> {
        let all = self.hands(scheme).await?;
        let undone = all.iter().any(|entry| entry.undoes == Some(undoes));
        let entry = all
            .iter()
            .find(|entry| entry.seq == undoes && entry.undoes.is_none());
        let entry = entry.ok_or_else(|| Error::missing("change by hand", undoes.to_string()))?;
        if undone {
            return Err(Error::Conflict {
                what: format!("change {undoes} was undone before"),
                mend: "make the change again, if it is wanted",
            });
        }
        let new = NewHand {
            scheme,
            run_id: &entry.run_id,
            hand: &Value::Null,
            cost: &Value::Null,
        };
        self.keep_hand(&new, Some(undoes), after, at, change).await
    }

    async fn keep_hand(
        &self,
        new: &NewHand<'_>,
        undoes: Option<i64>,
        after: i64,
        at: i64,
        change: &Change,
    ) -> Result<HandEntry> {
        let mut changing = self.begin_change().await?;
        let newest = newest(&mut changing.tx, new.scheme).await?;
        if newest != after {
            return Err(Error::Stale {
                what: format!("the changes of '{}'", new.scheme),
                seen: after,
                now: newest,
            });
        }
        let seq = changing.seq();
        sqlx::query(
            "INSERT INTO hands (seq, scheme, run_id, hand, cost, at, author, reason, undoes) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(seq)
        .bind(new.scheme)
        .bind(new.run_id)
        .bind(new.hand.to_string())
        .bind(new.cost.to_string())
        .bind(at)
        .bind(&*change.author)
        .bind(&*change.reason)
        .bind(undoes)
        .execute(&mut *changing.tx)
        .await?;
        // The members named may be customers, known by their keys: the chain holds how many, not which.
        let fact = Fact {
            action: if undoes.is_some() {
                "hand.undo"
            } else {
                "hand.add"
            },
            subject: new.scheme,
            detail: json!({ "kind": new.hand.get("kind"), "undoes": undoes }),
        };
        changing.commit(at, change, fact).await?;
        Ok(HandEntry {
            seq,
            scheme: new.scheme.to_string(),
            run_id: new.run_id.to_string(),
            hand: new.hand.clone(),
            cost: new.cost.clone(),
            at,
            author: change.author.clone(),
            reason: change.reason.clone(),
            undoes,
        })
    }

    /// Every entry of a scheme, oldest first.
    pub async fn hands(&self, scheme: &str) -> Result<Vec<HandEntry>> {
        let sql = format!("{SELECT} WHERE scheme = $1 ORDER BY seq");
        let rows = sqlx::query(&sql)
            .bind(scheme)
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(read_hand).collect()
    }
}

async fn newest(tx: &mut Tx, scheme: &str) -> Result<i64> {
    sqlx::query("SELECT COALESCE(MAX(seq), 0) AS newest FROM hands WHERE scheme = $1")
        .bind(scheme)
        .fetch_one(&mut **tx)
        .await?
        .int("newest")
}

fn read_hand(row: &AnyRow) -> Result<HandEntry> {
    Ok(HandEntry {
        seq: row.int("seq")?,
        scheme: row.text("scheme")?,
        run_id: row.text("run_id")?,
        hand: row.json("hand")?,
        cost: row.json("cost")?,
        at: row.int("at")?,
        author: row.text("author")?,
        reason: row.text("reason")?,
        undoes: row.int_or_none("undoes")?,
    })
}
