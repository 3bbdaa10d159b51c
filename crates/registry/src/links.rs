//! Which records are one customer, as runs found it: pairs of records with state, score and evidence, each for as long as
//! it held; and what people decided about pairs. It must not find links (`unify`), and knows evidence as documents alone.

use std::collections::HashMap;

use retail::Change;
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::any::AnyRow;

use crate::audit::Fact;
use crate::error::{Error, Result};
use crate::page::{ListQuery, Listing, Page};
use crate::row::{Columns, stored_words};
use crate::store::{Registry, Tx};

stored_words! {
    /// What a run made of a pair of records.
    LinkState {
        /// One customer.
        Linked => "linked",
        /// A person is asked.
        Review => "review",
    }
}

stored_words! {
    /// What a person decided about a pair of records.
    Verdict {
        /// One customer.
        Same => "same",
        /// Two customers.
        Different => "different",
        /// Nothing any more: an earlier decision was taken back.
        Open => "open",
    }
}

/// A pair of records as a run found it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IdentityLink {
    /// Lower key of the two.
    pub a: i64,
    /// Higher key of the two.
    pub b: i64,
    /// What the run made of it.
    pub state: LinkState,
    /// How sure, in the unit of the finder.
    pub score: i64,
    /// Why; it names fields and no values.
    pub evidence: Value,
    /// The run that found it so.
    pub run_id: String,
    /// Since when.
    pub since: i64,
    /// Until when; none where it still holds.
    pub until: Option<i64>,
}

/// A pair to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLink {
    /// Lower key of the two.
    pub a: i64,
    /// Higher key of the two.
    pub b: i64,
    /// What the run made of it.
    pub state: LinkState,
    /// How sure.
    pub score: i64,
    /// Why.
    pub evidence: Value,
}

/// What keeping the links of a run changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LinksKept {
    /// Pairs that are new or found otherwise.
    pub fresh: usize,
    /// Pairs that hold no more, or hold otherwise.
    pub ended: usize,
    /// Pairs that were found as before.
    pub as_before: usize,
}

/// A decision about a pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IdentityDecision {
    /// The number of its entry in the audit chain.
    pub seq: i64,
    /// Lower key of the two.
    pub a: i64,
    /// Higher key of the two.
    pub b: i64,
    /// What was decided.
    pub verdict: Verdict,
    /// When.
    pub at: i64,
    /// Who.
    pub author: String,
    /// Why.
    pub reason: String,
}

const LINK_COLUMNS: usize = 7;

const LINKS: Listing = Listing {
    select: "a, b, since, until, run_id, state, score, evidence",
    // What a person decided waits no more; the next run brings it in line.
    from: "(SELECT l.* FROM identity_links l WHERE l.until IS NULL AND (l.state <> 'review' OR NOT EXISTS (SELECT 1 \
           FROM identity_decisions d WHERE d.a = l.a AND d.b = l.b AND d.verdict <> 'open' AND d.seq = (SELECT \
           MAX(e.seq) FROM identity_decisions e WHERE e.a = l.a AND e.b = l.b)))) AS links",
    sorts: &[("score", "score"), ("since", "since")],
    searches: &["CAST(a AS TEXT)", "CAST(b AS TEXT)"],
    order: "score DESC, a, b, since",
};

impl Registry {
    /// Keeps the links of a run: those that were found before in the same words go on, those that were not found any
    /// more end, all at once.
    pub async fn keep_identity_links(
        &self,
        links: &[NewLink],
        run_id: &str,
        at: i64,
    ) -> Result<LinksKept> {
        let mut tx = self.begin().await?;
        let mut before = self.links_now(&mut tx).await?;
        let mut fresh = Vec::new();
        let mut as_before = 0;
        for link in links {
            let text = link.evidence.to_string();
            let same = before
                .get(&(link.a, link.b))
                .is_some_and(|(state, score, evidence)| {
                    *state == link.state && *score == link.score && *evidence == text
                });
            if same {
                before.remove(&(link.a, link.b));
                as_before += 1;
            } else {
                fresh.push((link, text));
            }
        }
        for pair in before.keys() {
            sqlx::query(
                "UPDATE identity_links SET until = $1 WHERE a = $2 AND b = $3 AND until IS NULL",
            )
            .bind(at)
            .bind(pair.0)
            .bind(pair.1)
            .execute(&mut *tx)
            .await?;
        }
        let at_once = self.dialect.rows_at_once(LINK_COLUMNS);
        for chunk in fresh.chunks(at_once) {
            let head = "INSERT INTO identity_links (a, b, since, run_id, state, score, evidence)";
            let sql = self.dialect.insert(head, LINK_COLUMNS, chunk.len(), "");
            let mut insert = sqlx::query(&sql).persistent(chunk.len() == at_once);
            for (link, text) in chunk {
                insert = insert
                    .bind(link.a)
                    .bind(link.b)
                    .bind(at)
                    .bind(run_id)
                    .bind(link.state.word())
                    .bind(link.score)
                    .bind(&**text);
            }
            insert.execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(LinksKept {
            fresh: fresh.len(),
            ended: before.len(),
            as_before,
        })
    }

    async fn links_now(
        &self,
        tx: &mut Tx,
    ) -> Result<HashMap<(i64, i64), (LinkState, i64, String)>> {
        let rows = sqlx::query(
            "SELECT a, b, state, score, evidence FROM identity_links WHERE until IS NULL",
        )
        .fetch_all(&mut **tx)
        .await?;
        let each = rows.iter().map(|row| {
            let pair = (row.int("a")?, row.int("b")?);
            let state = row.word("state", LinkState::from_word)?;
            Ok((pair, (state, row.int("score")?, row.text("evidence")?)))
        });
        each.collect()
    }

    /// Links that hold now in one state, the surest first.
    pub async fn identity_links(
        &self,
        state: LinkState,
        query: &ListQuery,
    ) -> Result<Page<IdentityLink>> {
        let filters = [("state", state.word().to_string())];
        self.page(&LINKS, &filters, query, read_link).await
    }

    /// The links of some records with each other and with others, those that ended too, the newest first.
    pub async fn identity_links_of(&self, keys: &[i64]) -> Result<Vec<IdentityLink>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let numbers: Vec<_> = keys.iter().map(i64::to_string).collect();
        let list = numbers.join(",");
        let sql = format!(
            "SELECT a, b, since, until, run_id, state, score, evidence FROM identity_links \
             WHERE a IN ({list}) OR b IN ({list}) ORDER BY since DESC, a, b"
        );
        let rows = sqlx::query(&sql)
            .persistent(false)
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(read_link).collect()
    }

    /// Keeps a decision about a pair of records. `after` is the newest decision that its author saw, 0 for none: one of
    /// somebody else in between is an [`Error::Stale`].
    pub async fn decide_identity(
        &self,
        pairs: &[(i64, i64)],
        verdict: Verdict,
        after: i64,
        at: i64,
        change: &Change,
    ) -> Result<i64> {
        let mut changing = self.begin_change().await?;
        let newest = sqlx::query("SELECT COALESCE(MAX(seq), 0) AS newest FROM identity_decisions")
            .fetch_one(&mut *changing.tx)
            .await?
            .int("newest")?;
        if newest != after {
            return Err(Error::Stale {
                what: "the decisions about records".to_string(),
                seen: after,
                now: newest,
            });
        }
        let seq = changing.seq();
        for (a, b) in pairs {
            sqlx::query(
                "INSERT INTO identity_decisions (seq, a, b, verdict, at, author, reason) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(seq)
            .bind(*a.min(b))
            .bind(*a.max(b))
            .bind(verdict.word())
            .bind(at)
            .bind(&*change.author)
            .bind(&*change.reason)
            .execute(&mut *changing.tx)
            .await?;
        }
        let fact = Fact {
            action: "identity.decide",
            subject: "records",
            detail: json!({ "verdict": verdict.word(), "pairs": pairs }),
        };
        changing.commit(at, change, fact).await?;
        Ok(seq)
    }

    /// Every decision about records, oldest first.
    pub async fn identity_decisions(&self) -> Result<Vec<IdentityDecision>> {
        let rows = sqlx::query(
            "SELECT seq, a, b, verdict, at, author, reason FROM identity_decisions ORDER BY seq, a, b",
        )
        .fetch_all(&self.reader)
        .await?;
        let each = rows.iter().map(|row| {
            Ok(IdentityDecision {
                seq: row.int("seq")?,
                a: row.int("a")?,
                b: row.int("b")?,
                verdict: row.word("verdict", Verdict::from_word)?,
                at: row.int("at")?,
                author: row.text("author")?,
                reason: row.text("reason")?,
            })
        });
        each.collect()
    }
}

fn read_link(row: &AnyRow) -> Result<IdentityLink> {
    Ok(IdentityLink {
        a: row.int("a")?,
        b: row.int("b")?,
        state: row.word("state", LinkState::from_word)?,
        score: row.int("score")?,
        evidence: row.json("evidence")?,
        run_id: row.text("run_id")?,
        since: row.int("since")?,
        until: row.int_or_none("until")?,
    })
}
