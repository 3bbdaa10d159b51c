//! What people say about attributes of products, over what was read; each can be taken back. It must not know what a
//! correction means: scope and act are documents.

use retail::Change;
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::any::AnyRow;

use crate::audit::Fact;
use crate::error::{Error, Result};
use crate::row::Columns;
use crate::store::Registry;

/// A correction.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DnaCorrection {
    /// The number of its entry in the audit chain.
    pub seq: i64,
    /// Which products it is about.
    pub scope: Value,
    /// What it does.
    pub act: Value,
    /// When.
    pub at: i64,
    /// Who.
    pub author: String,
    /// Why.
    pub reason: String,
    /// When it was taken back; none where it stands.
    pub undone_at: Option<i64>,
    /// Who took it back.
    pub undone_by: Option<String>,
}

impl Registry {
    /// Keeps a correction; gives its number.
    pub async fn correct_dna(
        &self,
        scope: &Value,
        act: &Value,
        at: i64,
        change: &Change,
    ) -> Result<i64> {
        let mut changing = self.begin_change().await?;
        let seq = changing.seq();
        sqlx::query(
            "INSERT INTO dna_corrections (seq, scope, act, at, author, reason) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(seq)
        .bind(scope.to_string())
        .bind(act.to_string())
        .bind(at)
        .bind(&*change.author)
        .bind(&*change.reason)
        .execute(&mut *changing.tx)
        .await?;
        let fact = Fact {
            action: "dna.correct",
            subject: "products",
            detail: json!({ "scope": scope, "act": act }),
        };
        changing.commit(at, change, fact).await?;
        Ok(seq)
    }

    /// Takes a correction back.
    ///
    /// # Errors
    /// [`Error::NotFound`] where no such correction stands.
    pub async fn undo_dna_correction(&self, seq: i64, at: i64, change: &Change) -> Result<()> {
        let mut changing = self.begin_change().await?;
        let done = sqlx::query(
            "UPDATE dna_corrections SET undone_at = $1, undone_by = $2 WHERE seq = $3 AND undone_at IS NULL",
        )
        .bind(at)
        .bind(&*change.author)
        .bind(seq)
        .execute(&mut *changing.tx)
        .await?;
        if done.rows_affected() == 0 {
            return Err(Error::NotFound {
                what: "standing correction",
                id: seq.to_string(),
            });
        }
        let fact = Fact {
            action: "dna.undo",
            subject: "products",
            detail: json!({ "correction": seq }),
        };
        changing.commit(at, change, fact).await?;
        Ok(())
    }

    /// Every correction, oldest first, with those that were taken back.
    pub async fn dna_corrections(&self) -> Result<Vec<DnaCorrection>> {
        let rows = sqlx::query(
            "SELECT seq, scope, act, at, author, reason, undone_at, undone_by FROM dna_corrections ORDER BY seq",
        )
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &AnyRow) -> Result<DnaCorrection> {
    Ok(DnaCorrection {
        seq: row.int("seq")?,
        scope: row.json("scope")?,
        act: row.json("act")?,
        at: row.int("at")?,
        author: row.text("author")?,
        reason: row.text("reason")?,
        undone_at: row.int_or_none("undone_at")?,
        undone_by: row.text_or_none("undone_by")?,
    })
}
