//! Where members would be today by the clusters of a run, without running it again: the list that a night's assignment
//! goes by. Of customers the purpose is asked for and the look is kept. It must not change anything.

use super::board::{Board, standing};
use super::gather::Gathered;
use super::hands::HandNames;
use super::members::require_purpose;
use super::scenarios::in_tens;
use super::timeline::RunAt;
use crate::ask::PageAsk;
use crate::project::beside;
use crate::reads::Read;
use crate::{Actor, EngineError, Project, clock};
use govern::Action;
use retail::Purpose;
use segment::newcomers::{Planned, planned};
use segment::{Entity, Known, Nearest, Then};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Which members are asked for.
#[derive(Debug, Clone, Default)]
pub struct AssignAsk {
    /// These; all where none is named.
    pub members: Vec<String>,
    /// Only those that the run has elsewhere or not at all.
    pub changed: bool,
}

/// Why a member would be where it would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AssignedBy {
    /// The centre is nearest.
    Distance,
    /// No centre is nearer than at the run, whose method, sizes or links have it where it is.
    Run,
    /// A person put it there.
    Hand,
    /// The first rule that fits.
    Rule,
    /// The run has no cluster in its part.
    Nothing,
}

/// A member with its cluster in the run and the one that it would be in today.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AssignRow {
    /// Its id.
    pub member: String,
    /// Its name; none of a customer.
    pub label: Option<String>,
    /// Its cluster in the run; none where the run does not have it.
    pub was: Option<i32>,
    /// That cluster's name.
    pub was_name: Option<String>,
    /// The cluster that it would be in.
    pub cluster: Option<i32>,
    /// That cluster's name.
    pub name: Option<String>,
    /// Why.
    pub by: AssignedBy,
    /// How much nearer that cluster is than the next, 0 to 1; none by a hand or a rule.
    pub margin: Option<f64>,
}

impl AssignRow {
    fn changed(&self) -> bool {
        self.was != self.cluster
    }
}

/// Members of today by the clusters of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AssignPage {
    /// The scheme.
    pub scheme: String,
    /// The run.
    pub run_id: String,
    /// The instant that the run describes.
    pub then: String,
    /// The instant that the members are taken at: the newest receipt.
    pub now: String,
    /// Members of today. Of customers this and the next three are to the nearest multiple of the least that is shown.
    pub members: usize,
    /// Members of the run that would be in another cluster.
    pub changed: usize,
    /// Members that the run does not have.
    pub new: usize,
    /// Members of the run that are not there today.
    pub gone: usize,
    /// Rows that were asked for, as far as they may be shown.
    pub total: usize,
    /// Those of the page, by member.
    pub rows: Vec<AssignRow>,
    /// What a reader should know of today's members.
    pub notes: Vec<String>,
}

/// A run, what people call its clusters, and where they planned members that are in no run.
struct Teller<'a> {
    board: &'a Board,
    names: BTreeMap<i32, String>,
    plans: BTreeMap<String, Planned>,
    doors: Doors,
}

/// The clusters that a member may come to be in without anybody's placing it: by the part of a nested scheme, or by the
/// cell of its rule as the run found it. Where everybody in a cluster was brought there by hand, nobody comes by itself.
struct Doors {
    by: BTreeMap<String, BTreeSet<i32>>,
    none: BTreeSet<i32>,
}

impl Doors {
    fn of(board: &Board) -> Self {
        let base = &board.base;
        let mut by: BTreeMap<String, BTreeSet<i32>> = BTreeMap::new();
        for (place, cluster) in board.shaped.ids.iter().enumerate() {
            // Who was locked where the search had put it shows that the search comes there.
            if !board.pinned(place) || base.found[place] == *cluster {
                let key = match base.result.ruled {
                    true => base.found[place].to_string(),
                    false => base.parts[place].clone(),
                };
                by.entry(key).or_default().insert(*cluster);
            }
        }
        let none = BTreeSet::new();
        Self { by, none }
    }

    fn to(&self, key: &str) -> &BTreeSet<i32> {
        self.by.get(key).unwrap_or(&self.none)
    }
}

/// A member of today with what speaks for a cluster.
struct Today<'a> {
    known: &'a Known,
    /// Its place in the run.
    place: Option<usize>,
    nearest: Option<Nearest>,
    /// The nearest at the run.
    then: Option<Nearest>,
    /// The number of its rule's cell.
    cell: Option<i32>,
}

impl Teller<'_> {
    fn name(&self, cluster: Option<i32>) -> Option<String> {
        let cluster = cluster?;
        let name = self.names.get(&cluster).cloned();
        Some(name.unwrap_or_else(|| format!("cluster {cluster}")))
    }

    /// Where it would be, and why.
    fn goes(&self, today: &Today<'_>) -> (Option<i32>, AssignedBy) {
        let was = today.place.map(|place| self.board.shaped.ids[place]);
        if today.place.is_some_and(|place| self.board.pinned(place)) {
            return (was, AssignedBy::Hand);
        }
        let plan = self.plans.get(&today.known.id);
        if let Some(plan) = plan.filter(|_| today.place.is_none()) {
            return (Some(plan.cluster), AssignedBy::Hand);
        }
        let near = today.nearest.map(|nearest| nearest.cluster);
        if let Some(cell) = today.cell {
            let as_found = today.place.map(|place| self.board.base.found[place]);
            let there = self.doors.to(&cell.to_string());
            let cluster = match (as_found == Some(cell), there.len()) {
                (true, _) => was,
                // A cell that was empty keeps its number.
                (false, 0) => Some(cell),
                (false, 1) => there.first().copied(),
                (false, _) => near,
            };
            return (cluster, AssignedBy::Rule);
        }
        let then = today.then.map(|nearest| nearest.cluster);
        match near {
            None => (None, AssignedBy::Nothing),
            Some(near) if was != Some(near) && then == Some(near) => (was, AssignedBy::Run),
            Some(near) => (Some(near), AssignedBy::Distance),
        }
    }

    fn row(&self, today: &Today<'_>) -> AssignRow {
        let (cluster, by) = self.goes(today);
        let was = today.place.map(|place| self.board.shaped.ids[place]);
        let nearest = today.nearest.filter(|_| by == AssignedBy::Distance);
        let margin = nearest.and_then(|nearest| {
            let (_, second) = nearest.second?;
            let both = nearest.distance + second;
            (both > 0.0).then(|| (second - nearest.distance) / both)
        });
        let persons = self.board.base.result.of == Entity::Customers;
        AssignRow {
            member: today.known.id.clone(),
            label: today.known.label.clone().filter(|_| !persons),
            was,
            was_name: self.name(was),
            cluster,
            name: self.name(cluster),
            by,
            margin,
        }
    }

    /// Every member of today.
    fn rows(&self, today: &Gathered) -> Result<Vec<AssignRow>, EngineError> {
        let base = &self.board.base;
        let then = Then {
            ids: &base.ids,
            columns: &base.columns,
            prepared: &base.prepared,
            clusters: &self.board.shaped.ids,
            model: &self.board.segmentation.model,
        };
        let cells: Vec<Option<i32>> = match &today.given {
            Some(given) => given
                .cells
                .iter()
                .map(|cell| Some(*cell as i32 + 1))
                .collect(),
            None => vec![None; today.known.len()],
        };
        let doors = today
            .known
            .iter()
            .zip(&cells)
            .map(|(known, cell)| match cell {
                Some(cell) => self.doors.to(&cell.to_string()),
                None => self.doors.to(&known.part),
            });
        let doors: Vec<&BTreeSet<i32>> = doors.collect();
        let near = segment::nearest_today(&then, &doors, &today.columns)?;
        let before = base.parts.iter().map(|part| self.doors.to(part));
        let before = segment::nearest_then(&then, &before.collect::<Vec<_>>());
        let each = today.known.iter().zip(near.into_iter().zip(cells));
        let rows = each.map(|(known, (nearest, cell))| {
            let place = base.place(&known.id);
            self.row(&Today {
                known,
                place,
                nearest,
                then: place.and_then(|place| before[place]),
                cell,
            })
        });
        Ok(rows.collect())
    }
}

impl Project {
    /// Members of today by the clusters of a run.
    pub async fn assign(
        &self,
        actor: &Actor,
        scheme: &str,
        at: &RunAt,
        purpose: Option<Purpose>,
        asked: &AssignAsk,
        page: &PageAsk,
    ) -> Result<AssignPage, EngineError> {
        actor.may(Action::ReadResults)?;
        let scenario = self.find_scenario(scheme, &at.run).await?;
        let board = self.board(&scenario).await?;
        let of = board.base.result.of;
        let purpose = require_purpose(actor, of, purpose)?;
        let recipe = self.recipe_of(&scenario).await?;
        let today = self.todays(recipe).await?;
        let (now, notes) = (today.as_of, today.notes.clone());
        // What is still sold, but says nothing of where it belongs by now, is not gone.
        let dark = today.dark.iter();
        let dark = dark.filter(|id| board.base.place(id).is_some()).count();
        let all = self.todays_rows(&board, (scheme, at), today).await?;
        let (new, known): (Vec<&AssignRow>, Vec<&AssignRow>) =
            all.iter().partition(|row| row.was.is_none());
        let counts = [
            all.len(),
            known.iter().filter(|row| row.changed()).count(),
            new.len(),
            board.base.ids.len() - known.len() - dark,
        ];
        let picked = self.picked(&board, all, asked).await?;
        let total = picked.rows.len();
        let rows = page.cut(picked.rows);
        if let Some(purpose) = purpose {
            let keys = looked_at(asked, &rows);
            let read = Read {
                what: "assignments",
                cluster: None,
                total: total as u64,
                keys,
            };
            self.note_read(actor, purpose, read, page).await?;
        }
        if let Some(refusal) = picked.refusal {
            return Err(refusal);
        }
        let k = picked.k;
        let [members, changed, new, gone] = counts.map(|count| in_tens(count, k));
        Ok(AssignPage {
            scheme: scheme.to_string(),
            run_id: scenario.run_id.clone(),
            then: clock::text(board.base.result.as_of),
            now: clock::text(now),
            members,
            changed,
            new,
            gone,
            total,
            rows,
            notes,
        })
    }

    /// Every member of today, as names were known by the instant at which the run is looked at.
    async fn todays_rows(
        &self,
        board: &Arc<Board>,
        (scheme, at): (&str, &RunAt),
        today: Gathered,
    ) -> Result<Vec<AssignRow>, EngineError> {
        let entries = self.registry().hands(scheme).await?;
        let (names, plans) = (
            HandNames::by(at.known(&entries))?,
            planned(&standing(&entries)?),
        );
        let kept = Arc::clone(board);
        beside(move || {
            let segments = kept.segmentation.segments.iter();
            let called = segments.map(|segment| {
                let name = names.name(segment.cluster, &segment.name).0;
                (segment.cluster, name)
            });
            let mut called: BTreeMap<i32, String> = called.collect();
            // A rule that nobody fitted at the run has a name all the same.
            let cells = today.given.iter().flat_map(|given| &given.names);
            for (cell, name) in (1..).zip(cells) {
                called
                    .entry(cell)
                    .or_insert_with(|| names.name(cell, name).0);
            }
            let teller = Teller {
                board: &kept,
                names: called,
                plans,
                doors: Doors::of(&kept),
            };
            teller.rows(&today)
        })
        .await
    }

    /// The rows that are asked for, as far as they may be shown: of customers those of clusters, then and now, that are
    /// large enough, and changes only where enough people make the same one.
    async fn picked(
        &self,
        board: &Board,
        all: Vec<AssignRow>,
        asked: &AssignAsk,
    ) -> Result<Picked, EngineError> {
        let of = board.base.result.of;
        let k = self.least_told(of).await?;
        let (mut sizes, mut ways) = (BTreeMap::new(), BTreeMap::new());
        for row in &all {
            if let Some(cluster) = row.cluster {
                *sizes.entry(cluster).or_insert(0_u64) += 1;
            }
            *ways.entry((row.was, row.cluster)).or_insert(0_u64) += 1;
        }
        let (then, now) = (self.shown(board).await?, self.shown_sizes(of, sizes).await?);
        let shows = |row: &AssignRow| {
            let large = row.was.is_none_or(|was| then.contains(&was))
                && row.cluster.is_none_or(|is| now.contains(&is));
            of != Entity::Customers
                || large && (!row.changed() || ways[&(row.was, row.cluster)] >= k)
        };
        let by_id: BTreeMap<&str, &AssignRow> =
            all.iter().map(|row| (row.member.as_str(), row)).collect();
        let refusal = asked.members.iter().find_map(|member| {
            let row = by_id.get(member.as_str());
            let what = match row {
                None => "member with sales today that tell where it belongs",
                Some(row) if !shows(row) => "member of clusters large enough to be shown",
                Some(_) => return None,
            };
            let name = member.clone();
            Some(EngineError::Missing { what, name })
        });
        let wanted: BTreeSet<&str> = asked.members.iter().map(String::as_str).collect();
        let fits = |row: &AssignRow| {
            (wanted.is_empty() || wanted.contains(row.member.as_str()))
                && (!asked.changed || row.changed())
                && shows(row)
        };
        let rows = all.iter().filter(|row| fits(row)).cloned().collect();
        Ok(Picked { rows, refusal, k })
    }
}

/// The customers that a look goes into the audit with: those named, whatever may be shown of them, else those shown.
fn looked_at(asked: &AssignAsk, rows: &[AssignRow]) -> Vec<i64> {
    let shown = rows.iter().map(|row| &row.member);
    match asked.members.is_empty() {
        true => shown.filter_map(|id| id.parse().ok()).collect(),
        false => asked
            .members
            .iter()
            .filter_map(|id| id.parse().ok())
            .collect(),
    }
}

/// What is shown of what was asked for.
struct Picked {
    rows: Vec<AssignRow>,
    /// Why a member that was named is not told of.
    refusal: Option<EngineError>,
    /// The least number of people that is told of.
    k: u64,
}
