//! Clusters by what people call them. It must not change anything.

use super::timeline::RunAt;
use crate::{Actor, EngineError, Project};
use govern::Action;
use segment::Entity;
use segment::hands::Hand;
use segment::rules::nearest;
use std::collections::BTreeSet;

impl Project {
    /// The number of a cluster that is named by its number or by its name, upper and lower case alike.
    ///
    /// # Errors
    /// [`EngineError::Invalid`] where no cluster of the run is called so, or several are, with the names.
    pub async fn cluster_called(
        &self,
        actor: &Actor,
        scheme: &str,
        at: &RunAt,
        called: &str,
    ) -> Result<i32, EngineError> {
        let board = self.scheme_board(actor, scheme, at).await?;
        let all = board.clusters.iter().map(|each| &each.cluster);
        let all = all.map(|cluster| (cluster.cluster, cluster.name.as_str()));
        let empty = board.empty.iter();
        let empty = empty.map(|cluster| (cluster.cluster, cluster.name.as_str()));
        choose(&all.chain(empty).collect::<Vec<_>>(), called)
            .map_err(|detail| EngineError::invalid("cluster", detail))
    }
}

impl Project {
    /// The number of a cluster by its number or by a name that it has, or had in any run or by anybody's hand; of customers
    /// by those of the newest run.
    ///
    /// # Errors
    /// [`EngineError::Invalid`] where none ever was called so, or several were, with the names.
    pub async fn cluster_ever_called(
        &self,
        actor: &Actor,
        scheme: &str,
        called: &str,
    ) -> Result<i32, EngineError> {
        actor.may(Action::ReadResults)?;
        let recipe = self.scheme_recipe(scheme).await?;
        let called = called.trim();
        let mut numbers: BTreeSet<i32> = BTreeSet::new();
        let mut names: BTreeSet<(i32, String)> = BTreeSet::new();
        for entry in self.registry().hands(scheme).await? {
            let Ok(hand) = serde_json::from_value::<Hand>(entry.hand.clone()) else {
                continue;
            };
            numbers.extend(hand.clusters());
            if let Hand::Create { cluster, name } | Hand::Rename { cluster, name } = hand {
                names.insert((cluster, name));
            }
        }
        let number: Option<i32> = called.parse().ok();
        if let Some(number) = number.filter(|number| numbers.contains(number)) {
            return Ok(number);
        }
        // Past segments of too few people to be shown have names, too.
        if recipe.entity == Entity::Customers.word() {
            let newest = RunAt::now("newest");
            return self.cluster_called(actor, scheme, &newest, called).await;
        }
        for scenario in self.registry().scenarios(scheme).await? {
            // A run of another version of the program has names that are not known any more.
            if let Ok(result) = self.scheme_result(&scenario.run_id).await {
                names.extend(result.names);
            }
        }
        let all: Vec<(i32, &str)> = names
            .iter()
            .map(|(id, name)| (*id, name.as_str()))
            .collect();
        choose(&all, called).map_err(|detail| EngineError::invalid("cluster", detail))
    }
}

/// The cluster that is called so, of pairs of number and name; a number that is one counts before a name.
///
/// # Errors
/// In words, where none is called so or several are.
pub fn choose(clusters: &[(i32, &str)], called: &str) -> Result<i32, String> {
    let called = called.trim();
    let number: Option<i32> = called.parse().ok();
    if let Some(number) = number.filter(|number| clusters.iter().any(|(id, _)| id == number)) {
        return Ok(number);
    }
    let same = |name: &str| name.trim().to_lowercase() == called.to_lowercase();
    let mut found: Vec<&(i32, &str)> = clusters.iter().filter(|(_, name)| same(name)).collect();
    found.dedup_by_key(|(id, _)| *id);
    let listed = |clusters: &mut dyn Iterator<Item = &(i32, &str)>| {
        let each: Vec<String> = clusters
            .map(|(id, name)| format!("{id} '{name}'"))
            .collect();
        each.join(", ")
    };
    if called.is_empty() {
        let all = listed(&mut clusters.iter());
        return Err(format!("name a cluster: one of {all}"));
    }
    match found[..] {
        [(id, _)] => Ok(*id),
        [] => {
            let meant = nearest(called, clusters.iter().map(|(_, name)| *name));
            let meant = meant.map(|name| format!("did you mean '{name}'? "));
            Err(format!(
                "no cluster is called '{called}'; {}write one of {}",
                meant.unwrap_or_default(),
                listed(&mut clusters.iter())
            ))
        }
        _ => Err(format!(
            "several clusters are called '{called}': {}; write the number",
            listed(&mut found.into_iter())
        )),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn by_number_or_by_name_and_never_by_guess() {
        let all = [
            (1, "Premium city"),
            (2, "Village"),
            (4, "village "),
            (7, "12"),
        ];
        assert_eq!(choose(&all, "4"), Ok(4));
        assert_eq!(choose(&all, " premium CITY "), Ok(1));
        assert_eq!(choose(&all, "12"), Ok(7));
        let several = choose(&all, "village").unwrap_err();
        assert!(several.contains("2 'Village', 4 'village '"), "{several}");
        let none = choose(&all, "Premium").unwrap_err();
        assert!(
            none.contains("1 'Premium city'") && none.contains("7 '12'"),
            "{none}"
        );
        let near = choose(&all, "Premium ciy").unwrap_err();
        assert!(near.contains("did you mean 'Premium city'?"), "{near}");
    }
}
