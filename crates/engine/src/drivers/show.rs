//! What moves choice, as it is kept and shown: names for clusters, no count of few. It must not gather.

use super::{Gathered, STAGE};
use crate::views::{
    DriverAttribute, DriverGroup, DriverLevel, DriverRange, DriverScore, DriverTrial, Drivers,
    DriversList,
};
use crate::{Actor, EngineError, Project, clock};
use govern::{Action, SmallCells};
use segment::drivers::{Between, Group, Moves, OfLevel, PRICE, Report, Tried};
use std::collections::HashSet;

/// Runs that are looked through.
const RUNS_MAX: u64 = 200;
/// Attributes named in the line.
const NAMED: usize = 3;

impl Project {
    /// The newest run of each category and scheme.
    pub async fn drivers(
        &self,
        actor: &Actor,
        category: Option<&str>,
    ) -> Result<DriversList, EngineError> {
        actor.may(Action::ReadResults)?;
        let runs = self.good_runs(STAGE, RUNS_MAX).await?.into_iter();
        let read = runs.filter_map(|run| serde_json::from_value::<Drivers>(run.result).ok());
        let mut seen = HashSet::new();
        let rows = read.filter(|one| {
            category.is_none_or(|category| one.category.eq_ignore_ascii_case(category))
                && seen.insert((one.category.to_lowercase(), one.scheme.clone()))
        });
        Ok(DriversList {
            rows: rows.collect(),
        })
    }
}

pub(super) fn drivers(
    (run_id, started): (&str, i64),
    (category, scheme): (&str, &str),
    found: &Report,
    gathered: &Gathered,
    cells: SmallCells,
) -> Drivers {
    // Those in no cluster that may be shown are told among all alone.
    let told = |group: Option<usize>| group.is_none_or(|at| gathered.clusters[at].is_some());
    let groups: Vec<DriverGroup> = found
        .groups
        .iter()
        .filter(|one| told(one.group))
        .map(|one| group(one, gathered, cells))
        .collect();
    let strongest: Vec<String> = groups
        .first()
        .into_iter()
        .flat_map(|all| all.attributes.iter().take(NAMED))
        .filter_map(|one| {
            let share = one.share?;
            Some(format!(
                "{} {:.0} %",
                one.attribute.replace('_', " "),
                100.0 * share.value
            ))
        })
        .collect();
    Drivers {
        run_id: run_id.into(),
        at: clock::text(started),
        category: category.into(),
        scheme: scheme.into(),
        choices: found.choices,
        customers: found.customers,
        shelf: found.shelf,
        groups,
        trials: found
            .trials
            .iter()
            .filter(|one| told(one.group))
            .map(|one| trial(one, gathered))
            .collect(),
        sentence: match strongest.is_empty() {
            true => format!("{category}: nothing sure moves {} choices", found.choices),
            false => format!("{category}: {} of what explains choices, by {} of them", strongest.join(", "), found.choices),
        },
        notes: vec![
            "A product counts as on a shelf in a month in which it was sold there; what stood there unsold is not known.".into(),
            "The clusters are those of now: what customers took on the last days helped to make them, so the trial by cluster \
             is kinder than foresight would be. Shares of all count clusters by equal samples, not by their size.".into(),
            "Prices move with demand and with promotions: a price's effect here is no proof of what a change would do.".into(),
        ],
    }
}

fn range(one: Between) -> DriverRange {
    DriverRange {
        value: one.value,
        low: one.low,
        high: one.high,
    }
}

fn named(group: Option<usize>, gathered: &Gathered) -> (Option<i32>, String) {
    match group {
        None => (None, "all".into()),
        Some(at) => (gathered.clusters[at], gathered.names[at].clone()),
    }
}

fn group(one: &Group, gathered: &Gathered, cells: SmallCells) -> DriverGroup {
    let (cluster, name) = named(one.group, gathered);
    DriverGroup {
        cluster,
        name,
        choices: one.choices,
        of_perfect: one.of_perfect,
        attributes: one
            .attributes
            .iter()
            .map(|of| attribute(of, cells))
            .collect(),
    }
}

fn attribute(one: &Moves, cells: SmallCells) -> DriverAttribute {
    DriverAttribute {
        attribute: one.attribute.clone(),
        share: one.share.map(range),
        alone: one.alone.map(range),
        differs: one.differs,
        levels: one
            .levels
            .iter()
            .map(|level| of_level(level, one.attribute == PRICE, cells))
            .collect(),
    }
}

fn of_level(one: &OfLevel, is_price: bool, cells: SmallCells) -> DriverLevel {
    let is_told = is_price || cells.count(one.observed as u64).is_some();
    DriverLevel {
        level: one.level.clone(),
        observed: is_told.then_some(one.observed),
        expected: is_told.then_some(one.expected),
        utility: range(one.utility),
        standing: one.standing.clone(),
    }
}

fn trial(one: &Tried, gathered: &Gathered) -> DriverTrial {
    let (cluster, name) = named(one.group, gathered);
    let score = |(log_likelihood, hit_rate): (f64, f64)| DriverScore {
        log_likelihood,
        hit_rate,
    };
    DriverTrial {
        cluster,
        name,
        choices: one.choices,
        by_group: score(one.by_group),
        of_all: score(one.of_all),
        popularity: score(one.popularity),
        equal: score(one.equal),
        over_popularity: range(one.over_popularity),
    }
}
