//! What people decide about a scheme: which run of it is live, and what its clusters are called.
//! Who belongs to a cluster is in the lake.

use retail::Change;
use serde::Serialize;
use serde_json::json;
use sqlx::any::AnyRow;

use crate::audit::{Audited, Fact};
use crate::error::{Error, Result};
use crate::row::Columns;
use crate::store::Registry;

/// The longest name of a cluster (characters).
const NAME_MAX: usize = 200;

/// Which run of a scheme is live.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Publication {
    /// The scheme.
    pub scheme: String,
    /// The live run.
    pub run_id: String,
    /// Since when.
    pub at: i64,
    /// Who published it.
    pub author: String,
    /// Why.
    pub reason: String,
}

/// The name a person gave to a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClusterName {
    /// The cluster's number in its scheme.
    pub cluster: i64,
    /// Its name.
    pub name: String,
    /// Since when.
    pub at: i64,
    /// Who named it.
    pub author: String,
}

/// One decision about a scheme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SchemeEntry {
    /// The number of its entry in the audit chain.
    pub seq: i64,
    /// When.
    pub at: i64,
    /// Who.
    pub author: String,
    /// `publish` or `rename`.
    pub action: String,
    /// The cluster renamed.
    pub cluster: Option<i64>,
    /// The name or run before; `None` where a person gave none before.
    pub from: Option<String>,
    /// The name or run after; blank where a given name was taken away.
    pub to: String,
    /// Why.
    pub reason: String,
}

impl Registry {
    /// Makes a finished run the live one of a scheme.
    pub async fn publish(
        &self,
        scheme: &str,
        run_id: &str,
        at: i64,
        change: &Change,
    ) -> Result<Publication> {
        let mut changing = self.begin_change().await?;
        let done = sqlx::query("SELECT run_id FROM runs WHERE run_id = $1 AND status = 'done'")
            .bind(run_id)
            .fetch_optional(&mut *changing.tx)
            .await?;
        if done.is_none() {
            return Err(Error::missing("finished run", run_id));
        }
        sqlx::query(
            "INSERT INTO publications (seq, scheme, run_id, at, author, reason) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(changing.seq())
        .bind(scheme)
        .bind(run_id)
        .bind(at)
        .bind(&*change.author)
        .bind(&*change.reason)
        .execute(&mut *changing.tx)
        .await?;
        let fact = Fact {
            action: "scheme.publish",
            subject: scheme,
            detail: json!({ "run_id": run_id }),
        };
        changing.commit(at, change, fact).await?;
        Ok(Publication {
            scheme: scheme.to_string(),
            run_id: run_id.to_string(),
            at,
            author: change.author.clone(),
            reason: change.reason.clone(),
        })
    }

    /// The live run of a scheme; `None` where nothing was published.
    pub async fn published(&self, scheme: &str) -> Result<Option<Publication>> {
        let row = sqlx::query(
            "SELECT scheme, run_id, at, author, reason FROM publications WHERE scheme = $1 \
             ORDER BY seq DESC LIMIT 1",
        )
        .bind(scheme)
        .fetch_optional(&self.reader)
        .await?;
        row.as_ref().map(read_publication).transpose()
    }

    /// The live run of every scheme that has one.
    pub async fn schemes(&self) -> Result<Vec<Publication>> {
        let rows = sqlx::query(
            "SELECT scheme, run_id, at, author, reason FROM publications p WHERE seq = \
             (SELECT MAX(seq) FROM publications o WHERE o.scheme = p.scheme) ORDER BY scheme",
        )
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(read_publication).collect()
    }

    /// Gives a cluster a name.
    pub async fn rename_cluster(
        &self,
        scheme: &str,
        cluster: i64,
        name: &str,
        at: i64,
        change: &Change,
    ) -> Result<ClusterName> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > NAME_MAX {
            let problem = format!("takes 1 to {NAME_MAX} characters");
            return Err(Error::invalid("name", problem));
        }
        self.set_name(scheme, cluster, name, at, change).await?;
        Ok(ClusterName {
            cluster,
            name: name.to_string(),
            at,
            author: change.author.clone(),
        })
    }

    /// Takes a cluster's given name away: the proposed one counts again.
    pub async fn unname_cluster(
        &self,
        scheme: &str,
        cluster: i64,
        at: i64,
        change: &Change,
    ) -> Result<()> {
        self.set_name(scheme, cluster, "", at, change).await
    }

    /// A blank name stands for none.
    async fn set_name(
        &self,
        scheme: &str,
        cluster: i64,
        name: &str,
        at: i64,
        change: &Change,
    ) -> Result<()> {
        let mut changing = self.begin_change().await?;
        let before = name_now(&mut changing, scheme, cluster).await?;
        sqlx::query(
            "INSERT INTO cluster_names (seq, scheme, cluster, name, name_before, at, author, reason) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(changing.seq())
        .bind(scheme)
        .bind(cluster)
        .bind(name)
        .bind(before.as_deref())
        .bind(at)
        .bind(&*change.author)
        .bind(&*change.reason)
        .execute(&mut *changing.tx)
        .await?;
        let fact = Fact {
            action: "cluster.rename",
            subject: scheme,
            detail: json!({ "cluster": cluster, "from": before, "to": name }),
        };
        changing.commit(at, change, fact).await?;
        Ok(())
    }

    /// The names that people gave to the clusters of a scheme.
    pub async fn cluster_names(&self, scheme: &str) -> Result<Vec<ClusterName>> {
        let rows = sqlx::query(
            "SELECT cluster, name, at, author FROM cluster_names n WHERE scheme = $1 AND seq = \
             (SELECT MAX(seq) FROM cluster_names o WHERE o.scheme = n.scheme AND o.cluster = n.cluster) \
             AND name <> '' ORDER BY cluster",
        )
        .bind(scheme)
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(read_name).collect()
    }

    /// Every decision about a scheme, newest first.
    pub async fn scheme_history(&self, scheme: &str) -> Result<Vec<SchemeEntry>> {
        let renames = sqlx::query(
            "SELECT seq, at, author, 'rename' AS action, cluster, name_before AS before, \
             name AS after, reason FROM cluster_names WHERE scheme = $1",
        )
        .bind(scheme)
        .fetch_all(&self.reader)
        .await?;
        let publications = sqlx::query(
            "SELECT seq, at, author, 'publish' AS action, NULL AS cluster, \
             LAG(run_id) OVER (ORDER BY seq) AS before, run_id AS after, reason \
             FROM publications WHERE scheme = $1",
        )
        .bind(scheme)
        .fetch_all(&self.reader)
        .await?;
        let rows = renames.iter().chain(&publications);
        let mut entries: Vec<_> = rows.map(read_entry).collect::<Result<_>>()?;
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.seq));
        Ok(entries)
    }
}

async fn name_now(changing: &mut Audited, scheme: &str, cluster: i64) -> Result<Option<String>> {
    let row = sqlx::query(
        "SELECT name FROM cluster_names WHERE scheme = $1 AND cluster = $2 \
         ORDER BY seq DESC LIMIT 1",
    )
    .bind(scheme)
    .bind(cluster)
    .fetch_optional(&mut *changing.tx)
    .await?;
    let name = row.map(|row| row.text("name")).transpose()?;
    Ok(name.filter(|name| !name.is_empty()))
}

fn read_publication(row: &AnyRow) -> Result<Publication> {
    Ok(Publication {
        scheme: row.text("scheme")?,
        run_id: row.text("run_id")?,
        at: row.int("at")?,
        author: row.text("author")?,
        reason: row.text("reason")?,
    })
}

fn read_name(row: &AnyRow) -> Result<ClusterName> {
    Ok(ClusterName {
        cluster: row.int("cluster")?,
        name: row.text("name")?,
        at: row.int("at")?,
        author: row.text("author")?,
    })
}

fn read_entry(row: &AnyRow) -> Result<SchemeEntry> {
    Ok(SchemeEntry {
        seq: row.int("seq")?,
        at: row.int("at")?,
        author: row.text("author")?,
        action: row.text("action")?,
        cluster: row.int_or_none("cluster")?,
        from: row.text_or_none("before")?,
        to: row.text("after")?,
        reason: row.text("reason")?,
    })
}
