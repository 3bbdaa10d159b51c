//! Where a scheme itself stands: in use, retired or removed. A mark is added and none is taken away, so that what was
//! live at any past date can still be asked for. Whether a mark may be set is not decided here.

use retail::Change;
use serde::Serialize;
use serde_json::json;
use sqlx::any::AnyRow;

use crate::audit::Fact;
use crate::error::{Error, Result};
use crate::row::{Columns, stored_words};
use crate::store::{Registry, Tx};
use crate::versions::SchemePart;

stored_words! {
    /// Where a scheme stands.
    Mark {
        /// In use, as every scheme is at first.
        Open => "open",
        /// Nothing of it is live any more, and it is not run.
        Retired => "retired",
        /// Not in lists either.
        Removed => "removed",
    }
}

/// A scheme was marked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SchemeMark {
    /// The number of its entry in the audit chain.
    pub seq: i64,
    /// The scheme.
    pub scheme: String,
    /// Where it stands from then on.
    pub mark: Mark,
    /// When.
    pub at: i64,
    /// Who.
    pub author: String,
    /// Why.
    pub reason: String,
}

/// A mark to be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewMark<'a> {
    /// The scheme.
    pub scheme: &'a str,
    /// Where it must stand now.
    pub from: Mark,
    /// Where it is to stand.
    pub to: Mark,
    /// The newest deployment that its author saw; 0 for none.
    pub deployed: i64,
}

/// Refuses what changes a scheme that is not in use, within the transaction that changes it.
pub(crate) async fn require_open(tx: &mut Tx, scheme: &str) -> Result<()> {
    match stands(tx, scheme).await? {
        Mark::Open => Ok(()),
        mark => Err(Error::conflict(
            format!("'{scheme}' is {} by now", mark.word()),
            "bring it back first (tessera segment restore), or leave it as it is",
        )),
    }
}

/// Where a scheme stands by its newest mark.
async fn stands(tx: &mut Tx, scheme: &str) -> Result<Mark> {
    let newest =
        sqlx::query("SELECT mark FROM scheme_marks WHERE scheme = $1 ORDER BY seq DESC LIMIT 1")
            .bind(scheme)
            .fetch_optional(&mut **tx)
            .await?;
    let mark = newest.map(|row| row.word("mark", Mark::from_word));
    Ok(mark.transpose()?.unwrap_or(Mark::Open))
}

impl Registry {
    /// Marks a scheme, and ends its schedule where it is not open any more. Where it stands elsewhere than `from` by
    /// now, or something was deployed that its author did not see, the mark is an [`Error::Conflict`].
    pub async fn mark_scheme(&self, new: NewMark<'_>, at: i64, change: &Change) -> Result<()> {
        let NewMark {
            scheme, from, to, ..
        } = new;
        let mut changing = self.begin_change().await?;
        let stands = stands(&mut changing.tx, scheme).await?;
        if stands != from {
            return Err(Error::conflict(
                format!("the scheme is {} by now", stands.word()),
                "look at it again before you decide",
            ));
        }
        let deployed = sqlx::query(
            "SELECT COALESCE(MAX(seq), 0) AS newest FROM scenario_steps WHERE scheme = $1 AND state = 'deployed'",
        )
        .bind(scheme)
        .fetch_one(&mut *changing.tx)
        .await?
        .int("newest")?;
        if deployed != new.deployed {
            return Err(Error::conflict(
                "a run of the scheme was deployed meanwhile",
                "look at it again before you decide",
            ));
        }
        sqlx::query(
            "INSERT INTO scheme_marks (seq, scheme, mark, at, author, reason) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(changing.seq())
        .bind(scheme)
        .bind(to.word())
        .bind(at)
        .bind(&*change.author)
        .bind(&*change.reason)
        .execute(&mut *changing.tx)
        .await?;
        if to != Mark::Open {
            sqlx::query("DELETE FROM schedules WHERE scheme = $1")
                .bind(scheme)
                .execute(&mut *changing.tx)
                .await?;
        }
        let seal = changing.seal(SchemePart::Standing, scheme, (at, change), &[to.word()]);
        let fact = Fact {
            action: "scheme.mark",
            subject: scheme,
            detail: json!({ "from": from.word(), "to": to.word(), "seals": { "standing": seal } }),
        };
        changing.commit(at, change, fact).await?;
        Ok(())
    }

    /// The marks of a scheme, oldest first.
    pub async fn scheme_marks(&self, scheme: &str) -> Result<Vec<SchemeMark>> {
        let rows = sqlx::query(
            "SELECT seq, scheme, mark, at, author, reason FROM scheme_marks WHERE scheme = $1 ORDER BY seq",
        )
        .bind(scheme)
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(read_mark).collect()
    }
}

fn read_mark(row: &AnyRow) -> Result<SchemeMark> {
    Ok(SchemeMark {
        seq: row.int("seq")?,
        scheme: row.text("scheme")?,
        mark: row.word("mark", Mark::from_word)?,
        at: row.int("at")?,
        author: row.text("author")?,
        reason: row.text("reason")?,
    })
}
