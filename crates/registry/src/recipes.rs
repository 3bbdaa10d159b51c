//! Recipes of schemes, version by version, the numbers that their clusters were given, and when they are run
//! again. What a recipe means is not known here; its text is.

use retail::Change;
use serde::Serialize;
use serde_json::json;
use sqlx::any::AnyRow;

use crate::audit::{Audited, Fact};
use crate::error::{Error, Result};
use crate::marks::require_open;
use crate::row::Columns;
use crate::store::Registry;
use crate::versions::{SchemePart, recipe_fields, texts};

/// One version of a scheme's recipe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecipeVersion {
    /// The number of its entry in the audit chain.
    pub seq: i64,
    /// The scheme's name in addresses.
    pub scheme: String,
    /// The version, from 1.
    pub version: i64,
    /// What is clustered: customers, stores, products.
    pub entity: String,
    /// The scheme's name for people.
    pub title: String,
    /// The recipe.
    pub text: String,
    /// When it was saved.
    pub at: i64,
    /// Who saved it.
    pub author: String,
    /// Why.
    pub reason: String,
}

/// A recipe to be saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecipe {
    /// The scheme's name in addresses.
    pub scheme: String,
    /// What is clustered.
    pub entity: String,
    /// The scheme's name for people.
    pub title: String,
    /// The recipe.
    pub text: String,
}

/// When a scheme is run again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Schedule {
    /// The scheme.
    pub scheme: String,
    /// Days from one run to the next.
    pub every_days: i64,
    /// When the next is due.
    pub next_at: i64,
    /// Who set it.
    pub author: String,
}

const SELECT: &str =
    "SELECT seq, scheme, version, entity, title, text, at, author, reason FROM recipes r";

impl Registry {
    /// Saves a recipe as the next version of its scheme. `after` is the version that the author saw, 0 for a
    /// new scheme: somebody else's version in between is an [`Error::Stale`].
    pub async fn save_recipe(
        &self,
        new: &NewRecipe,
        after: i64,
        at: i64,
        change: &Change,
    ) -> Result<RecipeVersion> {
        let mut changing = self.begin_change().await?;
        require_open(&mut changing.tx, &new.scheme).await?;
        let (saved, seal) = insert_recipe(&mut changing, new, Some(after), at, change).await?;
        let fact = Fact {
            action: "recipe.save",
            subject: &new.scheme,
            detail: json!({ "version": saved.version, "seals": { "recipe": seal } }),
        };
        changing.commit(at, change, fact).await?;
        Ok(saved)
    }

    /// The newest recipe of every scheme.
    pub async fn recipes(&self) -> Result<Vec<RecipeVersion>> {
        let sql = format!(
            "{SELECT} WHERE version = (SELECT MAX(version) FROM recipes o WHERE o.scheme = r.scheme) ORDER BY scheme"
        );
        let rows = sqlx::query(&sql).fetch_all(&self.reader).await?;
        rows.iter().map(read_recipe).collect()
    }

    /// Every version of a scheme's recipe, newest first.
    pub async fn recipe_versions(&self, scheme: &str) -> Result<Vec<RecipeVersion>> {
        let sql = format!("{SELECT} WHERE scheme = $1 ORDER BY version DESC");
        let rows = sqlx::query(&sql)
            .bind(scheme)
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(read_recipe).collect()
    }

    /// The newest recipe of a scheme; `None` where there is none.
    pub async fn recipe(&self, scheme: &str) -> Result<Option<RecipeVersion>> {
        let sql = format!("{SELECT} WHERE scheme = $1 ORDER BY version DESC LIMIT 1");
        let row = sqlx::query(&sql)
            .bind(scheme)
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(read_recipe).transpose()
    }

    /// Takes numbers for clusters of a scheme that no cluster had before; gives the first of them. Numbers that
    /// a run took and did not use stay unused.
    pub async fn take_cluster_numbers(&self, scheme: &str, count: i64) -> Result<i64> {
        let mut tx = self.begin().await?;
        let row = sqlx::query(
            "INSERT INTO cluster_numbers (scheme, next) VALUES ($1, 1 + $2) \
             ON CONFLICT (scheme) DO UPDATE SET next = cluster_numbers.next + $2 RETURNING next",
        )
        .bind(scheme)
        .bind(count)
        .fetch_one(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(row.int("next")? - count)
    }

    /// Sets when a scheme is run again, or with `None` that it is not.
    pub async fn set_schedule(
        &self,
        scheme: &str,
        every_days: Option<i64>,
        next_at: i64,
        at: i64,
        change: &Change,
    ) -> Result<()> {
        if every_days.is_some_and(|days| !(1..=366).contains(&days)) {
            return Err(Error::invalid("every_days", "takes 1 to 366"));
        }
        let mut changing = self.begin_change().await?;
        require_open(&mut changing.tx, scheme).await?;
        sqlx::query("DELETE FROM schedules WHERE scheme = $1")
            .bind(scheme)
            .execute(&mut *changing.tx)
            .await?;
        if let Some(days) = every_days {
            sqlx::query(
                "INSERT INTO schedules (scheme, every_days, next_at, at, author) VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(scheme)
            .bind(days)
            .bind(next_at)
            .bind(at)
            .bind(&*change.author)
            .execute(&mut *changing.tx)
            .await?;
        }
        let fact = Fact {
            action: "schedule.set",
            subject: scheme,
            detail: json!({ "every_days": every_days, "next_at": next_at }),
        };
        changing.commit(at, change, fact).await?;
        Ok(())
    }

    /// The schedules, soonest first.
    pub async fn schedules(&self) -> Result<Vec<Schedule>> {
        let rows = sqlx::query(
            "SELECT scheme, every_days, next_at, author FROM schedules ORDER BY next_at, scheme",
        )
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(read_schedule).collect()
    }

    /// Claims a due run: moves the schedule on to `next_at` if it is still due then. `false` where another
    /// process was first, so that one run is started once.
    pub async fn claim_schedule(&self, due: &Schedule, next_at: i64) -> Result<bool> {
        let mut tx = self.begin().await?;
        let moved =
            sqlx::query("UPDATE schedules SET next_at = $1 WHERE scheme = $2 AND next_at = $3")
                .bind(next_at)
                .bind(&*due.scheme)
                .bind(due.next_at)
                .execute(&mut *tx)
                .await?;
        tx.commit().await?;
        Ok(moved.rows_affected() == 1)
    }
}

/// The next version of a recipe, and its seal; `after` is the version that the author saw, where one must be named.
pub(crate) async fn insert_recipe(
    changing: &mut Audited,
    new: &NewRecipe,
    after: Option<i64>,
    at: i64,
    change: &Change,
) -> Result<(RecipeVersion, String)> {
    let newest =
        sqlx::query("SELECT COALESCE(MAX(version), 0) AS newest FROM recipes WHERE scheme = $1")
            .bind(&*new.scheme)
            .fetch_one(&mut *changing.tx)
            .await?
            .int("newest")?;
    if let Some(seen) = after.filter(|after| newest != *after) {
        return Err(Error::Stale {
            what: format!("the recipe of '{}'", new.scheme),
            seen,
            now: newest,
        });
    }
    let (seq, version) = (changing.seq(), newest + 1);
    sqlx::query(
        "INSERT INTO recipes (seq, scheme, version, entity, title, text, at, author, reason) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(seq)
    .bind(&*new.scheme)
    .bind(version)
    .bind(&*new.entity)
    .bind(&*new.title)
    .bind(&*new.text)
    .bind(at)
    .bind(&*change.author)
    .bind(&*change.reason)
    .execute(&mut *changing.tx)
    .await?;
    let fields = recipe_fields(version, [&new.entity, &new.title, &new.text]);
    let seal = changing.seal(
        SchemePart::Recipe,
        &new.scheme,
        (at, change),
        &texts(&fields),
    );
    let saved = RecipeVersion {
        seq,
        scheme: new.scheme.clone(),
        version,
        entity: new.entity.clone(),
        title: new.title.clone(),
        text: new.text.clone(),
        at,
        author: change.author.clone(),
        reason: change.reason.clone(),
    };
    Ok((saved, seal))
}

fn read_recipe(row: &AnyRow) -> Result<RecipeVersion> {
    Ok(RecipeVersion {
        seq: row.int("seq")?,
        scheme: row.text("scheme")?,
        version: row.int("version")?,
        entity: row.text("entity")?,
        title: row.text("title")?,
        text: row.text("text")?,
        at: row.int("at")?,
        author: row.text("author")?,
        reason: row.text("reason")?,
    })
}

fn read_schedule(row: &AnyRow) -> Result<Schedule> {
    Ok(Schedule {
        scheme: row.text("scheme")?,
        every_days: row.int("every_days")?,
        next_at: row.int("next_at")?,
        author: row.text("author")?,
    })
}
