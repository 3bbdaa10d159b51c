//! Clusters by what people call them. It must not change anything.

use super::timeline::RunAt;
use crate::{Actor, EngineError, Project};
use segment::rules::nearest;

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
    let found: Vec<&(i32, &str)> = clusters.iter().filter(|(_, name)| same(name)).collect();
    let listed = |clusters: &mut dyn Iterator<Item = &(i32, &str)>| {
        let each: Vec<String> = clusters
            .map(|(id, name)| format!("{id} '{name}'"))
            .collect();
        each.join(", ")
    };
    match found[..] {
        [(id, _)] => Ok(*id),
        [] => {
            let meant = nearest(called, clusters.iter().map(|(_, name)| *name));
            let meant = meant.map(|name| format!("did you mean '{name}'? "));
            Err(format!(
                "no cluster of this run is called '{called}'; {}write one of {}",
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
