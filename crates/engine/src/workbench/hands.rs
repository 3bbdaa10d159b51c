//! Changes of clusters by hand: what one would cost, saving it, undoing it, the list. It must not carry them out
//! (`segment::hands`).

use super::asked::{checked, told};
use super::board::{Board, standing};
use super::discreet::require_parted;
use super::entrants::absent;
use super::naming::require_telling;
use super::scenarios::coarse;
use crate::project::beside;
use crate::views::{HandAsk, HandConflict, HandCost, HandList, HandRequest, HandRow, HandSaved};
use crate::{Actor, EngineError, Project, clock};
use govern::Action;
use registry::{HandEntry, NewHand, Scenario};
use segment::hands::{Conflict, Hand, Kept, shape};
use segment::{Entity, cost};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What people call clusters, as the changes that stand say.
#[derive(Default)]
pub(super) struct HandNames {
    names: BTreeMap<i32, String>,
    descriptions: BTreeMap<i32, String>,
}

impl HandNames {
    /// As those of the entries say that stand, which are oldest first.
    pub fn by(entries: &[HandEntry]) -> Result<Self, EngineError> {
        let mut all = Self::default();
        for kept in standing(entries)? {
            match kept.hand {
                Hand::Create { cluster, name } | Hand::Rename { cluster, name } => {
                    all.names.insert(cluster, name);
                }
                Hand::Describe { cluster, text } if text.trim().is_empty() => {
                    all.descriptions.remove(&cluster);
                }
                Hand::Describe { cluster, text } => {
                    all.descriptions.insert(cluster, text);
                }
                _ => {}
            }
        }
        Ok(all)
    }

    /// The name of a cluster and whether a person gave it.
    pub fn name(&self, cluster: i32, proposed: &str) -> (String, bool) {
        match self.names.get(&cluster) {
            Some(name) => (name.clone(), true),
            None => (proposed.to_string(), false),
        }
    }

    /// What a person wrote about a cluster.
    pub fn description(&self, cluster: i32) -> Option<String> {
        self.descriptions.get(&cluster).cloned()
    }
}

impl Project {
    /// Names and descriptions of a scheme's clusters.
    pub(super) async fn hand_names(&self, scheme: &str) -> Result<HandNames, EngineError> {
        let entries = self.registry().hands(scheme).await?;
        HandNames::by(&entries)
    }

    /// What a change would cost, without making it.
    pub async fn preview_hand(
        &self,
        actor: &Actor,
        scheme: &str,
        run: &str,
        asked: HandAsk,
    ) -> Result<HandCost, EngineError> {
        actor.may(Action::EditSegments)?;
        self.require_open(scheme).await?;
        let scenario = self.find_scenario(scheme, run).await?;
        let board = self.board(&scenario).await?;
        require_open(&scenario, &board, &asked)?;
        self.require_discreet(actor, &board, &asked).await?;
        // The numbers of clusters to come are shown, not taken.
        let next = self.registry().take_cluster_numbers(scheme, 0).await? as i32;
        let beside = self.plannable(&board, &asked).await?;
        let hand = checked(&board, asked, next, &beside)?;
        require_telling(&board, &self.hand_names(scheme).await?, &hand)?;
        self.weigh(&scenario, &board, hand).await
    }

    /// Saves a change. `after` is the newest change that its author saw.
    pub async fn save_hand(
        &self,
        actor: &Actor,
        scheme: &str,
        run: &str,
        after: Option<i64>,
        asked: HandRequest,
    ) -> Result<HandSaved, EngineError> {
        actor.may(Action::EditSegments)?;
        let after = seen(after)?;
        let change = actor.change(&asked.reason)?;
        self.require_open(scheme).await?;
        let scenario = self.find_scenario(scheme, run).await?;
        let board = self.board(&scenario).await?;
        require_open(&scenario, &board, &asked.hand)?;
        self.require_discreet(actor, &board, &asked.hand).await?;
        let numbers = i64::from(matches!(
            asked.hand,
            HandAsk::Create { .. } | HandAsk::Split { .. }
        ));
        let next = self
            .registry()
            .take_cluster_numbers(scheme, numbers)
            .await? as i32;
        let beside = self.plannable(&board, &asked.hand).await?;
        let hand = checked(&board, asked.hand, next, &beside)?;
        require_telling(&board, &self.hand_names(scheme).await?, &hand)?;
        let cost = match moves(&hand) {
            true => json!(self.weigh(&scenario, &board, hand.clone()).await?),
            false => Value::Null,
        };
        let new = NewHand {
            scheme,
            run_id: &scenario.run_id,
            hand: &json!(hand),
            cost: &cost,
        };
        let entry = self
            .registry()
            .add_hand(&new, after, self.now(), &change)
            .await?;
        Ok(HandSaved {
            version: entry.seq,
            hand: row(&entry, actor.name.clone(), true),
            sentence: match hand {
                Hand::Together { .. } | Hand::Apart { .. } => "The next run keeps to it.".into(),
                Hand::Rename { .. } | Hand::Describe { .. } => "The words hold from now on.".into(),
                Hand::Place { members, .. } if !absent(&board, &members).is_empty() => {
                    "Who is in no run yet is planned, and goes there with its first run.".into()
                }
                _ => "It shows in this scenario at once, and every run to come keeps to it.".into(),
            },
        })
    }

    /// Undoes a change.
    pub async fn undo_hand(
        &self,
        actor: &Actor,
        scheme: &str,
        seq: i64,
        after: Option<i64>,
        reason: &str,
    ) -> Result<HandSaved, EngineError> {
        actor.may(Action::EditSegments)?;
        let after = seen(after)?;
        let change = actor.change(reason)?;
        self.require_open(scheme).await?;
        let entry = self
            .registry()
            .undo_hand(scheme, seq, after, self.now(), &change)
            .await?;
        // A later run that began after the change was saved has it in its rows.
        let runs = self.registry().scenarios(scheme).await?;
        let obeyed = runs.iter().any(|run| run.hands_seq >= seq);
        Ok(HandSaved {
            version: entry.seq,
            hand: row(&entry, actor.name.clone(), true),
            sentence: match obeyed {
                true => {
                    "Runs that obeyed it keep it; run the scheme again to be free of it.".into()
                }
                false => "The run is as it was before the change.".into(),
            },
        })
    }

    /// The changes of a scheme, newest first.
    pub async fn hands(&self, actor: &Actor, scheme: &str) -> Result<HandList, EngineError> {
        actor.may(Action::ReadResults)?;
        self.scheme_recipe(scheme).await?;
        let entries = self.registry().hands(scheme).await?;
        Ok(HandList {
            version: entries.last().map_or(0, |entry| entry.seq),
            hands: match self.is_of_customers(scheme).await? {
                true => counted(self.hand_rows(&entries, |_| true).await?),
                false => self.hand_rows(&entries, |_| true).await?,
            },
        })
    }

    /// Whether the members of a scheme are customers.
    async fn is_of_customers(&self, scheme: &str) -> Result<bool, EngineError> {
        let recipe = self.registry().recipe(scheme).await?;
        Ok(recipe.is_some_and(|recipe| recipe.entity == Entity::Customers.word()))
    }

    /// Entries as rows, newest first.
    pub(super) async fn hand_rows(
        &self,
        entries: &[HandEntry],
        wanted: impl Fn(&HandEntry) -> bool,
    ) -> Result<Vec<HandRow>, EngineError> {
        let stands: BTreeSet<i64> = standing(entries)?.iter().map(|kept| kept.seq).collect();
        let authors = self.authors().await?;
        let each = entries.iter().rev().filter(|entry| wanted(entry));
        Ok(each
            .map(|entry| {
                row(
                    entry,
                    authors.name(entry.author.clone()),
                    stands.contains(&entry.seq),
                )
            })
            .collect())
    }

    async fn weigh(
        &self,
        scenario: &Scenario,
        board: &Arc<Board>,
        hand: Hand,
    ) -> Result<HandCost, EngineError> {
        let planned = match &hand {
            Hand::Place { members, .. } => absent(board, members).len(),
            _ => 0,
        };
        let k = self.small_cells().await?.k();
        let mut changes = self.changes_since(scenario).await?;
        changes.push(Kept {
            seq: i64::MAX,
            hand: hand.clone(),
        });
        let categories = self.categories(scenario).await?;
        let board = Arc::clone(board);
        beside(move || {
            let base = Arc::clone(&board.base);
            // The cost needs who is where, not what the clusters are.
            let after = shape(&base.members(), &base.kept, &changes)?;
            require_parted(&board, &hand, &after, k)?;
            let of = base.result.of;
            let mut told = cost(
                &base.prepared,
                &base.worth,
                (&board.shaped.ids, &board.shaped.closed()),
                (&after.ids, &after.closed()),
            )?;
            told.fit_before = coarse(of, told.fit_before);
            told.fit_after = coarse(of, told.fit_after);
            let fresh: Vec<Conflict> = after
                .conflicts
                .iter()
                .filter(|conflict| !board.shaped.conflicts.contains(conflict))
                .cloned()
                .collect();
            Ok(HandCost {
                sentence: match planned {
                    0 => sentence(&told, base.result.of, categories),
                    planned => waiting(planned, &told, base.result.of, categories),
                },
                moved: told.moved,
                fit_before: told.fit_before,
                fit_after: told.fit_after,
                // A sum of nothing is -0.
                sales_moved: told.worth_moved + 0.0,
                sales_at_risk_before: told.at_risk_before,
                sales_at_risk_after: told.at_risk_after,
                sales: told.worth,
                clusters_before: told.clusters_before,
                clusters_after: told.clusters_after,
                ranges_before: told.clusters_before * categories,
                ranges_after: told.clusters_after * categories,
                conflicts: conflict_views(&fresh, base.result.of),
            })
        })
        .await
    }

    /// Categories for which a scheme's clusters need a range each: its own, else the top ones of the catalogue.
    pub(super) async fn categories(&self, scenario: &Scenario) -> Result<usize, EngineError> {
        let versions = self.registry().recipe_versions(&scenario.scheme).await?;
        let text = versions
            .iter()
            .find(|version| version.version == scenario.version);
        let one = text
            .and_then(|version| segment::Recipe::parse(&version.text).ok())
            .is_some_and(|recipe| recipe.category.is_some());
        if one {
            return Ok(1);
        }
        let sql = "select count(distinct category_1) from current_products where category_1 <> ''";
        let answer = self
            .lake()
            .query(sql, None, lake::Limits::default())
            .await?;
        let number = answer.cells().first().and_then(|row| row.first()?.as_u64());
        Ok(number.unwrap_or(1).max(1) as usize)
    }
}

/// What is put up, approved or live is what was decided on: members move in drafts alone. Words may be changed, and
/// who is in no run yet may be planned.
fn require_open(scenario: &Scenario, board: &Board, hand: &HandAsk) -> Result<(), EngineError> {
    use registry::ScenarioState::{Draft, Rejected};
    let still = match hand {
        HandAsk::Rename { .. } | HandAsk::Describe { .. } => true,
        HandAsk::Place { members, .. } => absent(board, members).len() == members.len(),
        _ => false,
    };
    if still || matches!(scenario.state, Draft | Rejected) {
        return Ok(());
    }
    Err(EngineError::Data(format!(
        "this run is {}: change a draft (run the scheme again, or take this one back to draft), then put it up",
        scenario.state.word()
    )))
}

/// The version that an author saw; a change without one could undo another's unseen.
pub(super) fn seen(after: Option<i64>) -> Result<i64, EngineError> {
    after.ok_or_else(|| {
        EngineError::invalid(
            "If-Match",
            "name the version of the changes that you saw, as in If-Match: \"12\"",
        )
    })
}

/// Rows that name no customer and tell no spend of a few.
fn counted(rows: Vec<HandRow>) -> Vec<HandRow> {
    let each = rows.into_iter().map(|row| HandRow {
        sentence: of_customers(&row.kind).unwrap_or(row.sentence),
        cost: None,
        ..row
    });
    each.collect()
}

/// A change of customers in words that tell neither whom nor where to; none for one that names no member.
pub(super) fn of_customers(kind: &str) -> Option<String> {
    let names = matches!(
        kind,
        "move" | "place" | "lock" | "unlock" | "together" | "apart"
    );
    names.then(|| format!("{kind} of customers"))
}

/// Conflicts as they are shown: those of customers name none.
pub(super) fn conflict_views(conflicts: &[Conflict], of: Entity) -> Vec<HandConflict> {
    let each = conflicts.iter().map(|conflict| HandConflict {
        seq: conflict.seq,
        member: conflict.member.clone().filter(|_| of != Entity::Customers),
        sentence: match of {
            Entity::Customers => {
                "some customers could not be placed as this change asks".to_string()
            }
            Entity::Stores | Entity::Products => conflict.sentence.clone(),
        },
    });
    let mut all: Vec<HandConflict> = each.collect();
    all.dedup();
    all
}

/// Whether a change can move members.
pub(super) fn moves(hand: &Hand) -> bool {
    !matches!(hand, Hand::Rename { .. } | Hand::Describe { .. })
}

fn sentence(told: &segment::Cost, of: Entity, categories: usize) -> String {
    let share = |part: f64| {
        if told.worth > 0.0 {
            100.0 * (part + 0.0) / told.worth
        } else {
            0.0
        }
    };
    // Without the sign of a nought that was rounded to.
    let tidy = |value: f64, unit: f64| (value / unit).round() * unit + 0.0;
    let points = tidy(100.0 * (told.fit_after - told.fit_before), 0.01);
    let risk = tidy(share(told.at_risk_after) - share(told.at_risk_before), 0.1);
    let ranges = told.clusters_after as i64 - told.clusters_before as i64;
    let mut words = format!(
        "{} {} with {:.1} % of sales move; the clusters explain {:.1} % of the spread, {points:+.2} points; \
         {:.1} % of sales are in a cluster they are not most like, {risk:+.1} points",
        told.moved,
        of.counted(told.moved),
        share(told.worth_moved),
        100.0 * told.fit_after,
        share(told.at_risk_after),
    );
    if ranges != 0 {
        words.push_str(&format!(
            "; {:+} ranges to maintain",
            ranges * categories as i64
        ));
    }
    words.push('.');
    words
}

/// The cost of placing members of whom some are in no run yet.
fn waiting(planned: usize, told: &segment::Cost, of: Entity, categories: usize) -> String {
    let (are, go) = match planned {
        1 => ("is", "it is planned and goes there with its first run"),
        _ => ("are", "they are planned and go there with their first run"),
    };
    let words = format!(
        "{planned} {} {are} in no run yet: {go}",
        of.counted(planned)
    );
    match told.moved {
        0 => format!("{words}; nobody moves now."),
        _ => format!("{words}. {}", sentence(told, of, categories)),
    }
}

/// An entry as a row.
pub(super) fn row(entry: &HandEntry, author: String, stands: bool) -> HandRow {
    let hand: Option<Hand> = serde_json::from_value(entry.hand.clone()).ok();
    HandRow {
        seq: entry.seq,
        kind: match (&hand, entry.restores) {
            (Some(hand), _) => hand.word().to_string(),
            (None, Some(_)) => "restore".to_string(),
            (None, None) => "undo".to_string(),
        },
        sentence: match (&hand, entry.undoes, entry.restores) {
            (Some(hand), _, _) => told(hand),
            (None, Some(undone), _) => format!("change {undone} was undone"),
            (None, None, Some(version)) => {
                format!("changes stand as in version {version} again")
            }
            (None, None, None) => String::new(),
        },
        run_id: entry.run_id.clone(),
        at: clock::text(entry.at),
        author,
        reason: entry.reason.clone(),
        stands,
        undoes: entry.undoes,
        restores: entry.restores,
        cost: serde_json::from_value(entry.cost.clone()).ok(),
    }
}
