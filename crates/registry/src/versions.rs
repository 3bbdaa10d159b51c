//! Past versions of a scheme: every recipe, change by hand, deployment and mark under the number of its audit entry,
//! each held against the seal in that entry, and bringing one back as a new version. It must not know what a recipe or
//! a change means.

use std::collections::{BTreeMap, BTreeSet};

use retail::Change;
use serde::Serialize;
use serde_json::{Map, Value, json};
use sqlx::any::AnyRow;

use crate::audit::{Audited, Fact, hexadecimal};
use crate::error::{Error, Result};
use crate::marks::require_open;
use crate::recipes::{NewRecipe, insert_recipe};
use crate::row::{Columns, parse_json, stored_words};
use crate::scenarios::{ScenarioState, insert_step};
use crate::secret::Keys;
use crate::store::{Registry, Tx};

stored_words! {
    /// What of a scheme a version changed.
    SchemePart {
        /// Its recipe.
        Recipe => "recipe",
        /// Its changes by hand.
        Hands => "hands",
        /// Which run is live.
        Live => "live",
        /// Whether it is in use.
        Standing => "standing",
    }
}

stored_words! {
    /// Whether a version is as it was written.
    Genuine {
        /// It fits the seal in its audit entry.
        Sealed => "sealed",
        /// It was written by a program that did not seal yet: the audit chain proves that it was decided, not its text.
        Unsealed => "unsealed",
        /// It was changed from outside.
        Changed => "changed",
        /// The audit knows it, and it is gone.
        Missing => "missing",
    }
}

/// One part of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VersionEntry {
    /// The number of its audit entry, which is the version's.
    pub seq: i64,
    /// What it changed.
    pub part: SchemePart,
    /// When.
    pub at: i64,
    /// Who.
    pub author: String,
    /// Why.
    pub reason: String,
    /// The version that it brings back, where it does.
    pub restores: Option<i64>,
    /// Whether it is as it was written.
    pub genuine: Genuine,
    /// The hash of its audit entry and all before it, in hexadecimal; blank where that is gone.
    pub hash: String,
}

/// A past version to be brought back.
#[derive(Debug, Clone, PartialEq)]
pub struct NewRestore<'a> {
    /// The scheme.
    pub scheme: &'a str,
    /// The version.
    pub version: i64,
    /// Its recipe, where that is brought back.
    pub recipe: Option<NewRecipe>,
    /// Whether its changes by hand are.
    pub hands: bool,
    /// The run that is live again from now on.
    pub live: Option<&'a str>,
}

/// What of a row its seal covers beside who, when and why.
pub(crate) fn seal(
    keys: &Keys,
    (part, scheme, seq): (SchemePart, &str, i64),
    (at, author, reason): (i64, &str, &str),
    fields: &[&str],
) -> String {
    let (seq, at) = (seq.to_string(), at.to_string());
    let head = [part.word(), scheme, &seq, &at, author, reason];
    keys.version_seal(head.into_iter().chain(fields.iter().copied()))
}

fn number(value: Option<i64>) -> String {
    value.map_or(String::new(), |value| value.to_string())
}

impl Audited {
    /// The seal of a part that this change writes.
    pub(crate) fn seal(
        &self,
        part: SchemePart,
        scheme: &str,
        (at, change): (i64, &Change),
        fields: &[&str],
    ) -> String {
        let who = (at, &*change.author, &*change.reason);
        seal(self.keys(), (part, scheme, self.seq()), who, fields)
    }
}

/// What the seal of a recipe covers.
pub(crate) fn recipe_fields(version: i64, [entity, title, text]: [&str; 3]) -> [String; 4] {
    let [entity, title, text] = [entity, title, text].map(str::to_string);
    [version.to_string(), entity, title, text]
}

/// What the seal of a change by hand covers.
pub(crate) fn hand_fields(
    run_id: &str,
    [hand, cost]: [&str; 2],
    undoes: Option<i64>,
    restores: Option<i64>,
) -> [String; 5] {
    let [run_id, hand, cost] = [run_id, hand, cost].map(str::to_string);
    [run_id, hand, cost, number(undoes), number(restores)]
}

/// What the seal of a deployment covers.
pub(crate) fn live_fields(run_id: &str, effective_at: Option<i64>) -> [String; 2] {
    [run_id.to_string(), number(effective_at)]
}

/// Texts as the seal takes them.
pub(crate) fn texts<const N: usize>(fields: &[String; N]) -> [&str; N] {
    std::array::from_fn(|place| fields[place].as_str())
}

/// A stored row, and what its seal covers.
struct Row {
    part: SchemePart,
    seq: i64,
    at: i64,
    author: String,
    reason: String,
    fields: Vec<String>,
}

impl Row {
    fn read(row: &AnyRow, part: SchemePart, fields: Vec<String>) -> Result<Self> {
        Ok(Self {
            part,
            seq: row.int("seq")?,
            at: row.int("at")?,
            author: row.text("author")?,
            reason: row.text("reason")?,
            fields,
        })
    }
}

/// An audit entry of a scheme.
struct Entry {
    at: i64,
    author: String,
    reason: String,
    restores: Option<i64>,
    hash: String,
    /// The part that such a decision writes by itself.
    writes: Option<SchemePart>,
    /// None where the program did not seal yet.
    seals: Option<Map<String, Value>>,
}

impl Entry {
    fn read(row: &AnyRow) -> Result<Self> {
        let (action, detail) = (row.text("action")?, parse_json(&row.text("detail")?)?);
        let version = detail.get("version").and_then(Value::as_i64);
        let hash = row.bytes("hash")?;
        Ok(Self {
            restores: version.filter(|_| action == "scheme.restore"),
            at: row.int("at")?,
            author: row.text("author")?,
            reason: row.text("reason")?,
            hash: hexadecimal(&hash),
            writes: written_part(&action, &detail),
            // Seals that are no table are of no program: then nothing has one.
            seals: detail
                .get("seals")
                .map(|seals| seals.as_object().cloned().unwrap_or_default()),
        })
    }

    /// Whether a row is as this entry says, by the seal that the row should have. Without a seal it can only be the
    /// part that the decision wrote, in a time before seals, by the same person at the same instant.
    fn genuine(&self, row: &Row, own: &str) -> Genuine {
        let same = (row.at, &row.author, &row.reason) == (self.at, &self.author, &self.reason);
        let seal = self.seals.as_ref().map(|seals| seals.get(row.part.word()));
        match seal {
            Some(Some(Value::String(seal))) if seal == own => Genuine::Sealed,
            None if same && self.writes == Some(row.part) => Genuine::Unsealed,
            _ => Genuine::Changed,
        }
    }

    /// The parts of which there must be a row.
    fn parts(&self) -> impl Iterator<Item = SchemePart> + '_ {
        let sealed = |part: &SchemePart| {
            let seals = self.seals.as_ref();
            seals.is_some_and(|seals| seals.contains_key(part.word()))
        };
        let all = [
            SchemePart::Recipe,
            SchemePart::Hands,
            SchemePart::Live,
            SchemePart::Standing,
        ];
        let all = all.into_iter();
        all.filter(move |part| sealed(part) || self.writes == Some(*part))
    }
}

/// The part of a scheme that a decision writes: by its action, whatever seals stand beside it.
fn written_part(action: &str, detail: &Value) -> Option<SchemePart> {
    let to = detail.get("to").and_then(Value::as_str);
    match action {
        "recipe.save" => Some(SchemePart::Recipe),
        "hand.add" | "hand.undo" => Some(SchemePart::Hands),
        "scenario.step" if to == Some(ScenarioState::Deployed.word()) => Some(SchemePart::Live),
        "scheme.mark" => Some(SchemePart::Standing),
        _ => None,
    }
}

impl Registry {
    /// Every version of a scheme, oldest first, each part held against its audit entry.
    pub async fn scheme_versions(&self, scheme: &str) -> Result<Vec<VersionEntry>> {
        // Both of one moment: a decision in between would look like one changed from outside.
        let mut tx = self.begin_snapshot().await?;
        let entries = version_entries(&mut tx, scheme).await?;
        let rows = version_rows(&mut tx, scheme).await?;
        drop(tx);
        let mut found: BTreeSet<(i64, &str)> = BTreeSet::new();
        let mut all = Vec::with_capacity(rows.len());
        for row in &rows {
            found.insert((row.seq, row.part.word()));
            let entry = entries.get(&row.seq);
            let fields: Vec<&str> = row.fields.iter().map(String::as_str).collect();
            let own = seal(
                &self.keys,
                (row.part, scheme, row.seq),
                (row.at, &row.author, &row.reason),
                &fields,
            );
            all.push(VersionEntry {
                seq: row.seq,
                part: row.part,
                at: row.at,
                author: row.author.clone(),
                reason: row.reason.clone(),
                restores: entry.and_then(|entry| entry.restores),
                genuine: entry.map_or(Genuine::Changed, |entry| entry.genuine(row, &own)),
                hash: entry.map_or(String::new(), |entry| entry.hash.clone()),
            });
        }
        for (&seq, entry) in &entries {
            let gone = entry.parts();
            let gone = gone.filter(|part| !found.contains(&(seq, part.word())));
            all.extend(gone.map(|part| VersionEntry {
                seq,
                part,
                at: entry.at,
                author: entry.author.clone(),
                reason: entry.reason.clone(),
                restores: entry.restores,
                genuine: Genuine::Missing,
                hash: entry.hash.clone(),
            }));
        }
        all.sort_by_key(|one| (one.seq, one.part.word()));
        Ok(all)
    }

    /// Brings a past version of a scheme back as a new one, all parts or none; gives the new version's number. `seen`
    /// is the newest version that the author saw: another in between is an [`Error::Stale`]. The audit chain is walked
    /// first, since what it lost or what has no seal would get a new seal here: where it is broken, nothing is brought
    /// back, as an [`Error::Conflict`].
    pub async fn restore_version(
        &self,
        new: &NewRestore<'_>,
        seen: i64,
        at: i64,
        change: &Change,
    ) -> Result<i64> {
        let walked = self.walked().await?;
        let mut changing = self.begin_change().await?;
        changing.require_whole(walked).await?;
        require_open(&mut changing.tx, new.scheme).await?;
        let newest = newest_version(&mut changing, new.scheme).await?;
        if newest != seen {
            return Err(Error::Stale {
                what: format!("'{}'", new.scheme),
                seen,
                now: newest,
            });
        }
        let mut seals = Map::new();
        if let Some(recipe) = &new.recipe {
            let (_, seal) = insert_recipe(&mut changing, recipe, None, at, change).await?;
            seals.insert(SchemePart::Recipe.word().into(), seal.into());
        }
        if new.hands {
            let seal = insert_restore(&mut changing, new, at, change).await?;
            seals.insert(SchemePart::Hands.word().into(), seal.into());
        }
        if let Some(run_id) = new.live {
            let seal = insert_live(&mut changing, (run_id, new.scheme), at, change).await?;
            seals.insert(SchemePart::Live.word().into(), seal.into());
        }
        let fact = Fact {
            action: "scheme.restore",
            subject: new.scheme,
            detail: json!({ "version": new.version, "run_id": new.live, "seals": seals }),
        };
        changing.commit(at, change, fact).await
    }
}

/// The audit entries of what people decided about a scheme, by number.
async fn version_entries(tx: &mut Tx, scheme: &str) -> Result<BTreeMap<i64, Entry>> {
    let rows = sqlx::query(
        "SELECT seq, at, author, action, reason, detail, hash FROM audit WHERE subject = $1 AND action IN \
         ('recipe.save', 'hand.add', 'hand.undo', 'scenario.step', 'scheme.mark', 'scheme.restore')",
    )
    .bind(scheme)
    .fetch_all(&mut **tx)
    .await?;
    let each = rows
        .iter()
        .map(|row| Ok((row.int("seq")?, Entry::read(row)?)));
    each.collect()
}

/// What people decided about a scheme, as it is stored.
async fn version_rows(tx: &mut Tx, scheme: &str) -> Result<Vec<Row>> {
    let each = [
        (
            SchemePart::Recipe,
            "SELECT seq, at, author, reason, version, entity, title, text FROM recipes WHERE scheme = $1",
        ),
        (
            SchemePart::Hands,
            "SELECT seq, at, author, reason, run_id, hand, cost, undoes, restores FROM hands WHERE scheme = $1",
        ),
        (
            SchemePart::Live,
            "SELECT seq, at, author, comment AS reason, run_id, effective_at FROM scenario_steps \
             WHERE scheme = $1 AND state = 'deployed'",
        ),
        (
            SchemePart::Standing,
            "SELECT seq, at, author, reason, mark FROM scheme_marks WHERE scheme = $1",
        ),
    ];
    let mut all = Vec::new();
    for (part, sql) in each {
        let query = sqlx::query(sql).bind(scheme);
        for row in &query.fetch_all(&mut **tx).await? {
            let fields = match part {
                SchemePart::Recipe => recipe_fields(
                    row.int("version")?,
                    [
                        &row.text("entity")?,
                        &row.text("title")?,
                        &row.text("text")?,
                    ],
                )
                .to_vec(),
                SchemePart::Hands => hand_fields(
                    &row.text("run_id")?,
                    [&row.text("hand")?, &row.text("cost")?],
                    row.int_or_none("undoes")?,
                    row.int_or_none("restores")?,
                )
                .to_vec(),
                SchemePart::Live => {
                    live_fields(&row.text("run_id")?, row.int_or_none("effective_at")?).to_vec()
                }
                SchemePart::Standing => vec![row.text("mark")?],
            };
            all.push(Row::read(row, part, fields)?);
        }
    }
    Ok(all)
}

/// The number of the newest version of a scheme; 0 for none.
async fn newest_version(changing: &mut Audited, scheme: &str) -> Result<i64> {
    sqlx::query(
        "SELECT COALESCE(MAX(seq), 0) AS newest FROM (\
         SELECT seq FROM recipes WHERE scheme = $1 UNION ALL SELECT seq FROM hands WHERE scheme = $1 UNION ALL \
         SELECT seq FROM scenario_steps WHERE scheme = $1 AND state = 'deployed' UNION ALL \
         SELECT seq FROM scheme_marks WHERE scheme = $1) AS versions",
    )
    .bind(scheme)
    .fetch_one(&mut *changing.tx)
    .await?
    .int("newest")
}

/// The entry that brings changes by hand back; gives its seal.
async fn insert_restore(
    changing: &mut Audited,
    new: &NewRestore<'_>,
    at: i64,
    change: &Change,
) -> Result<String> {
    let (seq, nothing) = (changing.seq(), Value::Null.to_string());
    sqlx::query(
        "INSERT INTO hands (seq, scheme, run_id, hand, cost, at, author, reason, restores) \
         VALUES ($1, $2, '', $3, $3, $4, $5, $6, $7)",
    )
    .bind(seq)
    .bind(new.scheme)
    .bind(&*nothing)
    .bind(at)
    .bind(&*change.author)
    .bind(&*change.reason)
    .bind(new.version)
    .execute(&mut *changing.tx)
    .await?;
    let fields = hand_fields("", [&nothing, &nothing], None, Some(new.version));
    let who = (at, change);
    Ok(changing.seal(SchemePart::Hands, new.scheme, who, &texts(&fields)))
}

/// The step that makes a run live again which was live before; gives its seal.
async fn insert_live(
    changing: &mut Audited,
    place: (&str, &str),
    at: i64,
    change: &Change,
) -> Result<String> {
    let (run_id, scheme) = place;
    let lived = sqlx::query(
        "SELECT state FROM scenario_steps WHERE run_id = $1 AND scheme = $2 ORDER BY seq DESC LIMIT 1",
    )
    .bind(run_id)
    .bind(scheme)
    .fetch_optional(&mut *changing.tx)
    .await?;
    let lived = lived.ok_or_else(|| Error::missing("scenario", run_id))?;
    if lived.word("state", ScenarioState::from_word)? != ScenarioState::Deployed {
        let what = format!("run {run_id} is not deployed by now");
        return Err(Error::conflict(what, "look at it again before you decide"));
    }
    let seq = changing.seq();
    let live = (ScenarioState::Deployed, Some(at));
    insert_step(&mut changing.tx, seq, place, live, at, change).await?;
    let fields = live_fields(run_id, Some(at));
    Ok(changing.seal(SchemePart::Live, scheme, (at, change), &texts(&fields)))
}
