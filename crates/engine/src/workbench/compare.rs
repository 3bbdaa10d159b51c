//! Two scenarios of a scheme side by side: how well they agree, which cluster is which, who moves. It must not change
//! anything.

use super::board::Board;
use super::scenarios::{as_shaped, coarse, in_tens, row};
use crate::views::{Comparison, EmptyCluster, Flow, SameCluster, ScenarioFigures};
use crate::{Actor, EngineError, Project};
use govern::Action;
use registry::Scenario;
use segment::{Cost, Entity, Known, Same};
use std::collections::{BTreeMap, BTreeSet};

/// Which clusters are one, for people: those that may be shown on both sides, of customers with rounded shares.
pub(super) fn same_views(
    same: &[Same],
    shown: (&BTreeSet<i32>, &BTreeSet<i32>),
    k: u64,
) -> Vec<SameCluster> {
    let both = same
        .iter()
        .filter(|pair| shown.0.contains(&pair.before) && shown.1.contains(&pair.now));
    let part = |pair: &Same| {
        let whole = in_tens(pair.either, k).max(1);
        (in_tens(pair.shared, k) as f64 / whole as f64).min(1.0)
    };
    let each = both.map(|pair| SameCluster {
        before: pair.before,
        now: pair.now,
        share: part(pair),
        by_members: pair.by_members,
    });
    each.collect()
}

/// How clusters were matched where their numbers do not say it, in a sentence; none where they do.
pub(super) fn same_words(same: &[SameCluster], sides: [&str; 2], clusters: &str) -> Option<String> {
    let matched: Vec<&SameCluster> = same.iter().filter(|pair| pair.by_members).collect();
    if matched.is_empty() {
        return None;
    }
    let renumbered = matched.iter().filter(|pair| pair.before != pair.now);
    let each: Vec<String> = renumbered
        .map(|pair| {
            format!(
                "{} of {} is {} of {} ({:.0} % of their members)",
                pair.before,
                sides[0],
                pair.now,
                sides[1],
                100.0 * pair.share
            )
        })
        .collect();
    let which = match each.is_empty() {
        true => "they have the same numbers in both".to_string(),
        false => each.join(", "),
    };
    Some(format!(
        "Where a number does not mean the same in both, {clusters} are matched by their members: {which}."
    ))
}

impl Project {
    /// Two scenarios of a scheme side by side.
    pub async fn compare_scenarios(
        &self,
        actor: &Actor,
        scheme: &str,
        a: &str,
        b: &str,
    ) -> Result<Comparison, EngineError> {
        actor.may(Action::ReadResults)?;
        self.scheme_recipe(scheme).await?;
        let (first, second) = (
            self.find_scenario(scheme, a).await?,
            self.find_scenario(scheme, b).await?,
        );
        let (left, right) = (self.board(&first).await?, self.board(&second).await?);
        let times = self.times(scheme).await?;
        let same = self
            .same_clusters(
                &times,
                (&first, &left.base, &left.shaped.ids),
                (&second, &right.base, &right.shaped.ids),
            )
            .await?;
        let authors = self.authors().await?;
        let brief = |scenario: &Scenario, board: &Board| {
            let author = authors.name(scenario.author.clone());
            let kept = row(scenario, &board.base.result, &times, author);
            as_shaped(kept, board.base.result.of, board.brief())
        };
        let names = self.hand_names(scheme).await?;
        let of = left.base.result.of;
        let k = self.least_told(of).await?;
        let (old, new) = both(&left, &right);
        let pairs: BTreeSet<(i32, i32)> = same.iter().map(|pair| (pair.before, pair.now)).collect();
        let moved = old
            .iter()
            .zip(&new)
            .filter(|(old, new)| !pairs.contains(&(**old as i32, **new as i32)))
            .count();
        let shown = (self.shown(&left).await?, self.shown(&right).await?);
        let named = |board: &Board, shown: &BTreeSet<i32>| {
            let all = board.segmentation.segments.iter();
            all.filter(|segment| shown.contains(&segment.cluster))
                .map(|segment| EmptyCluster {
                    cluster: segment.cluster,
                    name: names.name(segment.cluster, &segment.name).0,
                })
                .collect()
        };
        let same = same_views(&same, (&shown.0, &shown.1), k);
        Ok(Comparison {
            a: brief(&first, &left),
            b: brief(&second, &right),
            agreement: segment::agreement(&old, &new).map(|alike| coarse(of, alike)),
            both: in_tens(old.len(), k),
            moved: in_tens(moved, k),
            flows: flows(&left, &right, &pairs, k),
            matched: same_words(&same, ["the first", "the second"], of.clusters()),
            same,
            a_names: named(&left, &shown.0),
            b_names: named(&right, &shown.1),
            a_figures: self.figures(&first, &left).await?,
            b_figures: self.figures(&second, &right).await?,
        })
    }

    async fn figures(
        &self,
        scenario: &Scenario,
        board: &Board,
    ) -> Result<ScenarioFigures, EngineError> {
        let ids = &board.shaped.ids;
        let closed = board.shaped.closed();
        let side = (&ids[..], &closed);
        let told = segment::cost(&board.base.prepared, &board.base.worth, side, side)?;
        let categories = self.categories(scenario).await?;
        Ok(figures(board.base.result.of, &told, categories))
    }
}

/// What is told of a scenario. Of customers neither fit nor sales at risk: between two scenarios that differ by one
/// customer, their differences would be what that one spends and how far it is from the centres.
fn figures(of: Entity, told: &Cost, categories: usize) -> ScenarioFigures {
    let tellable = of != Entity::Customers;
    let at_risk = match told.worth > 0.0 {
        true => told.at_risk_after / told.worth,
        false => 0.0,
    };
    ScenarioFigures {
        fit: tellable.then_some(told.fit_after),
        at_risk: tellable.then_some(at_risk),
        ranges: told.clusters_after * categories,
    }
}

/// The clusters of the members of both boards, in each.
fn both(left: &Board, right: &Board) -> (Vec<u32>, Vec<u32>) {
    let each = left.base.ids.iter().enumerate().filter_map(|(place, id)| {
        let other = right.base.place(id)?;
        Some((
            left.shaped.ids[place] as u32,
            right.shaped.ids[other] as u32,
        ))
    });
    each.unzip()
}

/// The cluster of a member in each of two boards, where it is in it.
type Clusters = (Option<i32>, Option<i32>);

/// Members by cluster in each of two boards; of customers to the nearest multiple of `k`, without their spend.
fn flows<'a>(left: &'a Board, right: &'a Board, same: &BTreeSet<(i32, i32)>, k: u64) -> Vec<Flow> {
    let mut parts: BTreeMap<Clusters, Vec<(f64, &'a Known)>> = BTreeMap::new();
    let mut add = |from, to, board: &'a Board, place: usize| {
        let (base, part) = (&board.base, parts.entry((from, to)).or_default());
        part.push((base.worth[place], &base.known[place]));
    };
    for (place, id) in left.base.ids.iter().enumerate() {
        let from = Some(left.shaped.ids[place]);
        match right.base.place(id) {
            Some(other) => add(from, Some(right.shaped.ids[other]), right, other),
            None => add(from, None, left, place),
        }
    }
    for (place, id) in right.base.ids.iter().enumerate() {
        if left.base.place(id).is_none() {
            add(None, Some(right.shaped.ids[place]), right, place);
        }
    }
    let persons = left.base.result.of == Entity::Customers;
    let each = parts.into_iter().map(|((from, to), members)| {
        let stays = from.zip(to).is_some_and(|pair| same.contains(&pair));
        Flow {
            from,
            to,
            members: in_tens(members.len(), k),
            sales: (!persons).then(|| members.iter().map(|(worth, _)| worth).sum()),
            stays,
            named: match persons || stays {
                true => Vec::new(),
                false => first_few(members),
            },
        }
    });
    each.filter(|flow| flow.members > 0).collect()
}

/// Members named at most.
const NAMED: usize = 5;

/// The names of the greatest members.
fn first_few(mut members: Vec<(f64, &Known)>) -> Vec<String> {
    members.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.id.cmp(&b.1.id)));
    let each = members.into_iter().take(NAMED);
    each.map(|(_, known)| known.label.clone().unwrap_or_else(|| known.id.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(id: &str, label: Option<&str>) -> Known {
        Known {
            id: id.into(),
            label: label.map(str::to_string),
            part: String::new(),
            sales: retail::Money(0),
            receipts: 0,
            first_at: None,
            last_at: None,
            place: None,
        }
    }

    #[test]
    fn of_customers_neither_fit_nor_sales_at_risk_is_told() {
        let told = Cost {
            moved: 0,
            fit_before: 0.5,
            fit_after: 0.5,
            worth_moved: 0.0,
            at_risk_before: 20.0,
            at_risk_after: 20.0,
            worth: 80.0,
            clusters_before: 3,
            clusters_after: 3,
        };
        let shops = figures(Entity::Stores, &told, 2);
        assert_eq!((shops.fit, shops.at_risk), (Some(0.5), Some(0.25)));
        let people = figures(Entity::Customers, &told, 2);
        assert_eq!((people.fit, people.at_risk), (None, None));
        assert_eq!((shops.ranges, people.ranges), (6, 6));
    }

    #[test]
    fn the_greatest_are_named_first_and_few_at_most() {
        let all: Vec<Known> = (0..9)
            .map(|number| known(&format!("S{number}"), (number != 7).then_some("Shop")))
            .collect();
        let members = all.iter().enumerate();
        let named = first_few(members.map(|(worth, one)| (worth as f64, one)).collect());
        assert_eq!(named, ["Shop", "S7", "Shop", "Shop", "Shop"]);
    }
}
