//! A run of a scheme in memory with the changes that people made to it since: what the pages show and what the
//! next change is weighed against. Read once, shaped anew after each change, by the same arithmetic as a run. It
//! must not write.

use super::SchemeResult;
use crate::cells::{floats, ints, moneys, texts};
use crate::project::beside;
use crate::{EngineError, Project};
use arrow::array::{Array, AsArray};
use registry::{HandEntry, Run, Scenario};
use segment::hands::{Hand, Kept, Members, Shaped, shape};
use segment::scheme::Outcome;
use segment::{Columns, Entity, FeatureTable, Known, Prepared, Segmentation, settle};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// What a run wrote, and what follows from it alone.
pub(crate) struct Base {
    /// The run.
    pub run: Run,
    /// What it keeps beside its rows.
    pub result: SchemeResult,
    /// The members, by id ascending.
    pub known: Vec<Known>,
    /// Their ids.
    pub ids: Vec<String>,
    /// The part of a nested scheme in which each is; blank where it is not nested.
    pub parts: Vec<String>,
    /// Their features.
    pub columns: Columns,
    /// The features scaled and weighted.
    pub prepared: Prepared,
    /// What each is worth.
    pub worth: Vec<f64>,
    /// Clusters found, before hands.
    pub found: Vec<i32>,
    /// Clusters as the run kept them.
    pub kept: Vec<i32>,
    /// Members that a person placed before the run, with their clusters.
    pub pins: BTreeMap<usize, i32>,
    /// The online shops among the shops.
    pub online: BTreeSet<String>,
}

/// What lists tell of a run with the changes since.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Brief {
    /// Clusters that have members.
    pub clusters: usize,
    /// Mean silhouette.
    pub silhouette: f64,
    /// Changes that could not be obeyed.
    pub conflicts: usize,
}

/// A run with the changes since.
pub(crate) struct Board {
    /// The run.
    pub base: Arc<Base>,
    /// Clusters after the changes.
    pub shaped: Shaped,
    /// What they are.
    pub segmentation: Segmentation,
}

/// A run, and the changes that stand on it.
type Seen = (String, Vec<i64>);

/// Boards that were read, those used last.
#[derive(Default)]
pub(crate) struct Boards {
    bases: Mutex<Latest<String, Base>>,
    boards: Mutex<Latest<Seen, Board>>,
    /// A few numbers each, so that a list of many runs reads each once.
    briefs: Mutex<Latest<Seen, Brief>>,
}

/// The values used last, the latest at the end.
struct Latest<K, V>(Vec<(K, Arc<V>)>);

impl<K, V> Default for Latest<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: PartialEq, V> Latest<K, V> {
    fn get(&mut self, key: &K) -> Option<Arc<V>> {
        let at = self.0.iter().position(|(known, _)| known == key)?;
        let used = self.0.remove(at);
        let value = Arc::clone(&used.1);
        self.0.push(used);
        Some(value)
    }

    fn keep(&mut self, key: K, value: Arc<V>, most: usize) {
        self.0.retain(|(known, _)| *known != key);
        if self.0.len() >= most {
            self.0.remove(0);
        }
        self.0.push((key, value));
    }
}

/// Boards kept in memory at once.
const KEPT: usize = 8;
/// Briefs kept.
const BRIEFS: usize = 4_096;

fn held<T>(lock: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The changes that stand, oldest first.
pub(super) fn standing(entries: &[HandEntry]) -> Result<Vec<Kept>, EngineError> {
    let each = registry::standing_hands(entries).into_iter();
    each.map(|entry| {
        let hand: Hand = serde_json::from_value(entry.hand.clone()).map_err(|cause| {
            EngineError::Data(format!("change {} cannot be read: {cause}", entry.seq))
        })?;
        Ok(Kept {
            seq: entry.seq,
            hand,
        })
    })
    .collect()
}

/// The changes made to a run since it was kept, that stand, of a scheme's entries.
pub(super) fn changes_of(
    entries: &[HandEntry],
    scenario: &Scenario,
) -> Result<Vec<Kept>, EngineError> {
    let here: BTreeSet<i64> = entries
        .iter()
        .filter(|entry| entry.run_id == scenario.run_id && entry.seq > scenario.hands_seq)
        .map(|entry| entry.seq)
        .collect();
    let mut standing = standing(entries)?;
    standing.retain(|kept| here.contains(&kept.seq));
    Ok(standing)
}

/// The changes that stand, by the run that they were made on, of a scheme's entries.
pub(super) fn changes_by_run(
    entries: &[HandEntry],
) -> Result<HashMap<String, Vec<Kept>>, EngineError> {
    let run_of: HashMap<i64, &str> = entries
        .iter()
        .map(|entry| (entry.seq, entry.run_id.as_str()))
        .collect();
    let mut all: HashMap<String, Vec<Kept>> = HashMap::new();
    for kept in standing(entries)? {
        let run = run_of.get(&kept.seq).copied().unwrap_or_default();
        all.entry(run.to_string()).or_default().push(kept);
    }
    Ok(all)
}

impl Base {
    /// The members as hands see them.
    pub fn members(&self) -> Members<'_> {
        Members {
            names: &self.ids,
            rows: &self.prepared.scaled,
            before: None,
            made: &self.result.made,
            pinned: &self.pins,
            free: &self.found,
            seed: self.result.seed,
        }
    }

    /// What the members are settled by, where these clusters are made by hand.
    fn ask<'a>(&'a self, made: &'a BTreeMap<i32, String>) -> settle::Ask<'a> {
        settle::Ask {
            of: self.result.of,
            features: &self.columns.features,
            table: &self.columns.table,
            seed: self.result.seed,
            sure: (!self.result.ruled).then_some(settle::Sure {
                parts: Some(&self.parts),
                made,
            }),
        }
    }

    /// The place of a member.
    pub fn place(&self, id: &str) -> Option<usize> {
        self.ids
            .binary_search_by(|known| known.as_str().cmp(id))
            .ok()
    }
}

impl Board {
    /// What lists tell of it.
    pub(super) fn brief(&self) -> Brief {
        Brief {
            clusters: self.segmentation.segments.len(),
            silhouette: self.segmentation.silhouette,
            conflicts: self.shaped.conflicts.len(),
        }
    }

    /// Whether a person placed the member at a place.
    pub fn pinned(&self, place: usize) -> bool {
        self.shaped.pins.contains_key(&place)
    }

    /// The board as a run's outcome, to be kept as one.
    pub fn outcome(&self) -> Outcome {
        Outcome {
            found: self.base.found.clone(),
            shaped: self.shaped.clone(),
            segmentation: self.segmentation.clone(),
            next: 0,
            warning: None,
            trees: Vec::new(),
        }
    }
}

impl Project {
    /// The changes made to a run since it was kept, in order.
    pub(super) async fn changes_since(
        &self,
        scenario: &Scenario,
    ) -> Result<Vec<Kept>, EngineError> {
        changes_of(&self.registry().hands(&scenario.scheme).await?, scenario)
    }

    /// A scenario with the changes since it was run.
    pub(crate) async fn board(&self, scenario: &Scenario) -> Result<Arc<Board>, EngineError> {
        let changes = self.changes_since(scenario).await?;
        let key = (
            scenario.run_id.clone(),
            changes.iter().map(|kept| kept.seq).collect::<Vec<_>>(),
        );
        if let Some(board) = held(&self.boards.boards).get(&key) {
            return Ok(board);
        }
        let base = self.base(&scenario.run_id).await?;
        let board = Arc::new(beside(move || shaped_board(base, &changes)).await?);
        held(&self.boards.briefs).keep(key.clone(), Arc::new(board.brief()), BRIEFS);
        held(&self.boards.boards).keep(key, Arc::clone(&board), KEPT);
        Ok(board)
    }

    /// What lists tell of a run with these changes since, its members read only the first time.
    pub(super) async fn brief(
        &self,
        scenario: &Scenario,
        changes: &[Kept],
    ) -> Result<Brief, EngineError> {
        let seqs = changes.iter().map(|kept| kept.seq).collect();
        let key = (scenario.run_id.clone(), seqs);
        if let Some(brief) = held(&self.boards.briefs).get(&key) {
            return Ok(*brief);
        }
        Ok(self.board(scenario).await?.brief())
    }

    pub(super) async fn base(&self, run_id: &str) -> Result<Arc<Base>, EngineError> {
        if let Some(base) = held(&self.boards.bases).get(&run_id.to_string()) {
            return Ok(base);
        }
        let base = Arc::new(self.read_base(run_id).await?);
        held(&self.boards.bases).keep(run_id.to_string(), Arc::clone(&base), KEPT);
        Ok(base)
    }

    async fn read_base(&self, run_id: &str) -> Result<Base, EngineError> {
        let run = self.registry().run(run_id).await?;
        let result = SchemeResult::of(&run)?;
        // The id comes from the registry, never from a request; quotes cannot occur in it.
        let of_run = format!("where run_id = '{}'", run_id.replace('\'', ""));
        let id = match result.of {
            Entity::Customers => "cast(customer_key as varchar)",
            Entity::Stores | Entity::Products => "member_id",
        };
        let sql = format!(
            "select {id} as id, label, part, cluster_id, found_id, pinned, sales, receipts, first_at, last_at, lat, lon \
             from scheme_members {of_run} order by id"
        );
        let members = self.lake().rows(&sql, None, vec![]).await?;
        let mut read = Read::default();
        for batch in &members {
            read.members(batch)?;
        }
        let sql = format!("select {id} as id, feature, value from scheme_features {of_run}");
        let values = self.lake().rows(&sql, None, vec![]).await?;
        let columns = columns(&result, &read, &values)?;
        let prepared = segment::prepare(&columns.features, &columns.table.values)?;
        let online = self.online(result.of).await?;
        Ok(Base {
            ids: read.known.iter().map(|member| member.id.clone()).collect(),
            parts: read
                .known
                .iter()
                .map(|member| member.part.clone())
                .collect(),
            worth: columns.table.worth.clone(),
            run,
            result,
            known: read.known,
            columns,
            prepared,
            pins: read
                .pinned
                .iter()
                .map(|place| (*place, read.kept[*place]))
                .collect(),
            found: read.found,
            kept: read.kept,
            online,
        })
    }
}

/// Shapes a run by changes; without any it is as it was kept.
pub(super) fn shaped_board(base: Arc<Base>, changes: &[Kept]) -> Result<Board, EngineError> {
    let mut shaped = shape(&base.members(), &base.kept, changes)?;
    shaped
        .conflicts
        .splice(0..0, base.result.conflicts.iter().cloned());
    let ask = base.ask(&shaped.made);
    let mut segmentation = settle::settle(&base.prepared, &ask, &shaped.ids, &numeric::Silent)?;
    for segment in &mut segmentation.segments {
        if let Some(name) = base.result.names.get(&segment.cluster) {
            segment.name.clone_from(name);
        }
    }
    Ok(Board {
        base,
        shaped,
        segmentation,
    })
}

/// What is read of the members.
#[derive(Default)]
struct Read {
    known: Vec<Known>,
    kept: Vec<i32>,
    found: Vec<i32>,
    pinned: BTreeSet<usize>,
}

impl Read {
    fn members(&mut self, batch: &arrow::array::RecordBatch) -> Result<(), EngineError> {
        let (id, label, part) = (texts(batch, 0)?, texts(batch, 1)?, texts(batch, 2)?);
        let (cluster, found) = (ints(batch, 3)?, ints(batch, 4)?);
        let pinned = batch.column(5).as_boolean();
        let (sales, receipts) = (moneys(batch, 6)?, ints(batch, 7)?);
        let (first, last) = (ints(batch, 8)?, ints(batch, 9)?);
        let (lat, lon) = (floats(batch, 10)?, floats(batch, 11)?);
        for (row, sales) in sales.into_iter().enumerate() {
            if pinned.value(row) {
                self.pinned.insert(self.known.len());
            }
            self.kept.push(cluster.must(row) as i32);
            self.found.push(found.must(row) as i32);
            self.known.push(Known {
                id: id.value(row).to_string(),
                label: label.is_valid(row).then(|| label.value(row).to_string()),
                part: part.value(row).to_string(),
                sales,
                receipts: receipts.must(row),
                first_at: first.get(row),
                last_at: last.get(row),
                place: lat.get(row).zip(lon.get(row)).map(|(lat, lon)| [lat, lon]),
            });
        }
        Ok(())
    }
}

/// The features as the run had them: what is missing is the column's mean again.
fn columns(
    result: &SchemeResult,
    read: &Read,
    values: &[arrow::array::RecordBatch],
) -> Result<Columns, EngineError> {
    let places: HashMap<&str, usize> = read
        .known
        .iter()
        .enumerate()
        .map(|(place, member)| (member.id.as_str(), place))
        .collect();
    let slots: HashMap<&str, usize> = result
        .features
        .iter()
        .enumerate()
        .map(|(slot, feature)| (feature.key.as_str(), slot))
        .collect();
    let mut cells = vec![vec![None; read.known.len()]; result.features.len()];
    for batch in values {
        let (id, feature, value) = (texts(batch, 0)?, texts(batch, 1)?, floats(batch, 2)?);
        for row in 0..batch.num_rows() {
            if let (Some(place), Some(slot)) =
                (places.get(id.value(row)), slots.get(feature.value(row)))
            {
                cells[*slot][*place] = value.get(row);
            }
        }
    }
    let worth = read
        .known
        .iter()
        .map(|member| member.sales.to_f64())
        .collect();
    let table = FeatureTable::from_columns(&cells, worth)?;
    Ok(Columns {
        features: result.features.clone(),
        table,
        silent: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_longest_ago_goes_first() {
        let mut latest = Latest::default();
        for key in 0..KEPT {
            latest.keep(key, Arc::new(key), KEPT);
        }
        assert_eq!(latest.get(&0).as_deref(), Some(&0));
        latest.keep(KEPT, Arc::new(KEPT), KEPT);
        assert!(latest.get(&1).is_none() && latest.get(&0).is_some());
        assert_eq!(latest.0.len(), KEPT);
    }
}
