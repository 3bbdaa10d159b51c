//! Values that a recipe's filters name, held against what the members have: one that nobody has is told with the nearest
//! spelling before anything is saved. It must not filter anybody.

use super::catalogue::Unknown;
use crate::{EngineError, Project};
use segment::rules::nearest;
use segment::{Entity, Recipe, blocks};
use std::collections::BTreeMap;

/// Values told at most.
const TOLD: usize = 8;

impl Project {
    /// The first value under `[where]` that no member has. None where no member is known yet: a recipe may be written
    /// before the feed comes. Of customers a value that fewer have than may be told of is one that nobody has: else
    /// asking would tell of single ones whether they are there.
    pub(super) async fn unknown_value(
        &self,
        recipe: &Recipe,
    ) -> Result<Option<Unknown>, EngineError> {
        if recipe.filters.is_empty() {
            return Ok(None);
        }
        let least = match recipe.of {
            Entity::Customers => self.small_cells().await?.k(),
            Entity::Stores | Entity::Products => 1,
        };
        let names = blocks::attributes(recipe.of);
        let told = self.told(recipe.of).await?;
        for (name, asked) in &recipe.filters {
            // A name that is none was refused when the recipe was read.
            let Some(place) = names.iter().position(|known| known == name) else {
                continue;
            };
            let mut values: BTreeMap<&str, u64> = BTreeMap::new();
            for member in told.values() {
                if let Some(Some(value)) = member.attributes.get(place) {
                    *values.entry(value).or_default() += 1;
                }
            }
            if let Some((value, tellable)) = unheld(asked, &values, least) {
                return Ok(Some(Unknown {
                    field: format!("where.{name}"),
                    words: words((recipe.of, name, value), &tellable),
                }));
            }
        }
        Ok(None)
    }
}

/// The first value asked for that fewer than `least` members have, with those that are had by enough; none where no
/// member has any.
fn unheld<'a, 'b>(
    asked: &'a [String],
    values: &BTreeMap<&'b str, u64>,
    least: u64,
) -> Option<(&'a str, Vec<&'b str>)> {
    if values.is_empty() {
        return None;
    }
    let enough = values.iter().filter(|(_, members)| **members >= least);
    let tellable: Vec<&str> = enough.map(|(value, _)| *value).collect();
    let mut asked = asked.iter().map(String::as_str);
    let value = asked.find(|value| !tellable.contains(value))?;
    Some((value, tellable))
}

/// What to write instead.
fn words((of, name, value): (Entity, &str, &str), values: &[&str]) -> String {
    let mend = match nearest(value, values.iter().copied()) {
        Some(meant) => format!("did you mean '{meant}'?"),
        None if values.is_empty() => "leave it out".to_string(),
        None => {
            let some = values.iter().take(TOLD).copied().collect::<Vec<_>>();
            let more = if values.len() > TOLD { " …" } else { "" };
            format!("write one as the feed does, as {}{more}", some.join(", "))
        }
    };
    let one = of.counted(1);
    match of {
        Entity::Customers => {
            format!("no {one}, or too few to be shown, has the {name} '{value}': {mend}")
        }
        Entity::Stores | Entity::Products => {
            format!("no {one} has the {name} '{value}', so it would keep nobody: {mend}")
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_few_customers_is_refused_as_one_of_nobody() {
        let values = BTreeMap::from([("Delft", 1), ("Leiden", 9), ("Utrecht", 10)]);
        let told = |value: &str| {
            let asked = [value.to_string()];
            let (value, tellable) = unheld(&asked, &values, 10)?;
            Some(words((Entity::Customers, "city", value), &tellable).replace(value, "it"))
        };
        assert_eq!(told("Utrecht"), None);
        let nobody = told("Nowhere").unwrap();
        assert!(nobody.ends_with("as Utrecht"), "{nobody}");
        assert_eq!(told("Delft").unwrap(), nobody);
        assert_eq!(told("Leiden").unwrap(), nobody);
        // Of shops one is enough, and where nothing is known yet nothing is refused.
        assert_eq!(unheld(&["Delft".to_string()], &values, 1), None);
        assert_eq!(unheld(&["Delft".to_string()], &BTreeMap::new(), 10), None);
    }

    #[test]
    fn the_nearest_value_is_told_else_what_there_is() {
        let told = |value: &str| {
            words(
                (Entity::Stores, "format", value),
                &["hypermarket", "supermarket"],
            )
        };
        let near = "no store has the format 'supermarkt', so it would keep nobody: did you mean 'supermarket'?";
        assert_eq!(told("supermarkt"), near);
        assert!(told("kiosk").ends_with("as hypermarket, supermarket"));
    }
}
