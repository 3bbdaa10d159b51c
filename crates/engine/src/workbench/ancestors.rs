//! From which runs the clusters of a new run have their numbers, and whether a number means the same cluster in two
//! runs. It must not match clusters: `segment::same_clusters` and `segment::scheme` do.

use super::board::{Base, Board};
use super::obeyed::taken_from;
use super::timeline::Times;
use crate::{EngineError, Project};
use registry::{NewScenario, Scenario};
use segment::scheme::Before;
use segment::{Known, Numbers, Recipe, Same, Search};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// The runs that give a new run its numbers.
pub(super) struct Ancestors {
    /// The one before.
    base: Option<(String, Arc<Board>)>,
    /// The same scenario's own earlier run, for clusters that the one before does not have.
    own: Option<Arc<Board>>,
}

/// What is searched for: what tells one scenario of a scheme from another.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wanted {
    by: Search,
    clusters: Option<usize>,
    range: (usize, usize),
}

impl Wanted {
    fn of(recipe: &Recipe) -> Self {
        let method = &recipe.method;
        let range = match method.clusters {
            Some(_) => (0, 0),
            None => (method.clusters_min, method.clusters_max),
        };
        Self {
            by: method.by,
            clusters: method.clusters,
            range,
        }
    }
}

impl Ancestors {
    /// The run that a new one goes on from.
    pub fn run_id(self) -> Option<String> {
        self.base.map(|(run_id, _)| run_id)
    }

    /// Where these members were in it.
    pub fn before(&self, known: &[Known]) -> Option<Before> {
        let (_, board) = self.base.as_ref()?;
        let in_board = |board: &Board, clusters: &[i32]| -> Vec<Option<i32>> {
            let places = known.iter().map(|member| board.base.place(&member.id));
            places.map(|place| Some(clusters[place?])).collect()
        };
        let own = self.own.as_ref();
        Some(Before {
            found: in_board(board, &board.base.found),
            ids: in_board(board, &board.shaped.ids),
            also: own.map_or(Vec::new(), |own| in_board(own, &own.base.found)),
        })
    }
}

impl Project {
    /// The runs from which a new run has its numbers: what is live; else the same scenario's earlier run; else that of
    /// the recipe as it is written; else the newest. What other scenarios try renumbers nothing.
    pub(super) async fn ancestors(
        &self,
        new: &NewScenario,
        recipe: &Recipe,
    ) -> Result<Ancestors, EngineError> {
        let live = self.live_scenario(&new.scheme, self.now()).await?;
        let all = self.registry().scenarios(&new.scheme).await?;
        let kin = self.kin(&all).await?;
        let wanted = Wanted::of(recipe);
        let own = all.iter().find(|each| each.title == new.title);
        let alike = |each: &&Scenario| {
            kin.get(&each.run_id)
                .is_some_and(|kin| kin.wanted == wanted)
        };
        let own = own.or_else(|| all.iter().find(alike));
        let plain = |each: &&Scenario| kin.get(&each.run_id).is_some_and(|kin| kin.plain);
        let base = match &live {
            Some(live) => Some(live),
            None => own.or_else(|| all.iter().find(plain)).or(all.first()),
        };
        let own = own.filter(|own| base.is_some_and(|base| base.run_id != own.run_id));
        Ok(Ancestors {
            base: match base {
                Some(base) => Some((base.run_id.clone(), self.board(base).await?)),
                None => None,
            },
            own: match own {
                Some(own) => Some(self.board(own).await?),
                None => None,
            },
        })
    }

    /// What each run of a scheme looked for.
    async fn kin(&self, all: &[Scenario]) -> Result<HashMap<String, Kin>, EngineError> {
        let mut versions: BTreeMap<i64, Recipe> = BTreeMap::new();
        if let Some(first) = all.first() {
            for version in self.registry().recipe_versions(&first.scheme).await? {
                // One that another version of the program wrote, and this one cannot read, is like no other.
                if let Ok(recipe) = Recipe::parse(&version.text) {
                    versions.insert(version.version, recipe);
                }
            }
        }
        let mut kin = HashMap::new();
        for scenario in all {
            let line = self.line_of(scenario).await?;
            let searched = line.first().unwrap_or(scenario);
            let spec = self.registry().run(&searched.run_id).await?.spec;
            let clusters = spec["clusters"].as_u64().map(|clusters| clusters as usize);
            let by: Option<Search> = serde_json::from_value(spec["method"].clone()).ok();
            let asked = versions.get(&searched.version).cloned();
            let Some(Ok(recipe)) = asked.map(|recipe| recipe.with(clusters, by)) else {
                continue;
            };
            let plain = clusters.is_none() && by.is_none();
            let wanted = Wanted::of(&recipe);
            kin.insert(scenario.run_id.clone(), Kin { wanted, plain });
        }
        Ok(kin)
    }

    /// Whether a number means the same cluster in two runs: one has its numbers from the other, or both from a third,
    /// over runs that were live. A draft that nobody put live is a try: what went through it may have come back under
    /// other numbers.
    pub(super) async fn of_one_line(
        &self,
        times: &Times,
        a: &Scenario,
        b: &Scenario,
    ) -> Result<bool, EngineError> {
        let (a, b) = (self.reach(times, a).await?, self.reach(times, b).await?);
        Ok(!a.is_disjoint(&b))
    }

    async fn reach(&self, times: &Times, of: &Scenario) -> Result<BTreeSet<String>, EngineError> {
        let lived: BTreeSet<&str> = times
            .all
            .iter()
            .map(|lived| lived.step.run_id.as_str())
            .collect();
        let mut all = BTreeSet::from([of.run_id.clone()]);
        let (mut at, mut passes) = (of.clone(), true);
        while passes {
            let Some(base) = at.base.clone() else { break };
            // The same rows with changes are the same run to everybody but the registry.
            let copied = taken_from(&self.registry().run(&at.run_id).await?).is_some();
            passes = copied || lived.contains(base.as_str());
            at = self.registry().scenario(&base).await?;
            all.insert(base);
        }
        Ok(all)
    }

    /// Which cluster of one run is which of another.
    pub(super) async fn same_clusters(
        &self,
        times: &Times,
        before: (&Scenario, &Base, &[i32]),
        now: (&Scenario, &Base, &[i32]),
    ) -> Result<Vec<Same>, EngineError> {
        let rules = before.1.result.ruled && now.1.result.ruled;
        let line = rules || self.of_one_line(times, before.0, now.0).await?;
        let made = before.1.result.made.keys().chain(now.1.result.made.keys());
        let made: BTreeSet<i32> = made.copied().collect();
        let both = before.1.ids.iter().enumerate().filter_map(|(place, id)| {
            let other = now.1.place(id)?;
            Some((before.2[place], now.2[other]))
        });
        let clusters = |clusters: &[i32]| clusters.iter().copied().collect();
        let numbers = Numbers {
            same: line,
            members: !rules,
            made: &made,
        };
        Ok(segment::same_clusters(
            &both.collect::<Vec<_>>(),
            &clusters(before.2),
            &clusters(now.2),
            numbers,
        )?)
    }
}

/// What a run looked for.
struct Kin {
    wanted: Wanted,
    /// Whether it is the recipe as it is written.
    plain: bool,
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_is_what_it_looks_for() {
        let text =
            "title = 'Shops'\nof = 'stores'\n[[features]]\nuse = 'geography'\nweight = 100\n";
        let mut recipe = Recipe::parse(text).unwrap();
        let plain = Wanted::of(&recipe);
        recipe.method.seed += 1;
        assert_eq!(Wanted::of(&recipe), plain);
        recipe.method.clusters = Some(4);
        let four = Wanted::of(&recipe);
        assert_ne!(four, plain);
        // Where the number is given, between which it was looked for before says nothing.
        recipe.method.clusters_max += 1;
        assert_eq!(Wanted::of(&recipe), four);
    }
}
