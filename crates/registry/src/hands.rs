//! Changes of clusters by hand, one after the other: each is kept with what it cost, none is ever rewritten,
//! undoing one is an entry, too. What a hand means is not known here; its document is.

use retail::Change;
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::any::AnyRow;

use crate::audit::Fact;
use crate::error::{Error, Result};
use crate::marks::require_open;
use crate::row::Columns;
use crate::store::{Registry, Tx};
use crate::versions::{SchemePart, hand_fields, texts};

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
    /// The version of the scheme whose changes it brings back: those that stood then stand again, and no others.
    pub restores: Option<i64>,
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
    "SELECT seq, scheme, run_id, hand, cost, at, author, reason, undoes, restores FROM hands";

/// The entries that stand, of a scheme's entries oldest first: neither undone nor left behind by going back.
pub fn standing_hands(entries: &[HandEntry]) -> Vec<&HandEntry> {
    // What stood before the last going back counts no more, save what it went back to.
    let back = entries.iter().enumerate().rev();
    let back = back
        .filter_map(|(place, entry)| Some((place, entry.restores?)))
        .next();
    let (mut all, rest) = match back {
        Some((place, version)) => {
            let then = entries.partition_point(|entry| entry.seq <= version);
            (
                standing_hands(&entries[..then.min(place)]),
                &entries[place + 1..],
            )
        }
        None => (Vec::new(), entries),
    };
    for entry in rest {
        match entry.undoes {
            Some(undone) => all.retain(|kept| kept.seq != undone),
            None => all.push(entry),
        }
    }
    all
}

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
        let entry = all
            .iter()
            .find(|entry| entry.seq == undoes && entry.undoes.is_none());
        let entry = entry.ok_or_else(|| Error::missing("change by hand", undoes.to_string()))?;
        if entry.restores.is_some() {
            return Err(Error::conflict(
                format!("change {undoes} went back to an earlier version"),
                "go back to the version before it instead",
            ));
        }
        if !standing_hands(&all).iter().any(|kept| kept.seq == undoes) {
            return Err(Error::conflict(
                format!("change {undoes} was undone before"),
                "make the change again, if it is wanted",
            ));
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
        require_open(&mut changing.tx, new.scheme).await?;
        let newest = newest(&mut changing.tx, new.scheme).await?;
        if newest != after {
            return Err(Error::Stale {
                what: format!("the changes of '{}'", new.scheme),
                seen: after,
                now: newest,
            });
        }
        let seq = changing.seq();
        let (hand, cost) = (new.hand.to_string(), new.cost.to_string());
        sqlx::query(
            "INSERT INTO hands (seq, scheme, run_id, hand, cost, at, author, reason, undoes) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(seq)
        .bind(new.scheme)
        .bind(new.run_id)
        .bind(&*hand)
        .bind(&*cost)
        .bind(at)
        .bind(&*change.author)
        .bind(&*change.reason)
        .bind(undoes)
        .execute(&mut *changing.tx)
        .await?;
        let fields = hand_fields(new.run_id, [&hand, &cost], undoes, None);
        let seal = changing.seal(SchemePart::Hands, new.scheme, (at, change), &texts(&fields));
        // The members named may be customers, known by their keys: the chain holds a seal that tells none.
        let fact = Fact {
            action: if undoes.is_some() {
                "hand.undo"
            } else {
                "hand.add"
            },
            subject: new.scheme,
            detail: json!({ "kind": new.hand.get("kind"), "undoes": undoes, "seals": { "hands": seal } }),
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
            restores: None,
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
        restores: row.int_or_none("restores")?,
    })
}
