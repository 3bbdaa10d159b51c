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
    /// before the feed comes. Of customers a value counts that enough of them have to be told of.
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
            let none = |value: &&String| !values.is_empty() && !values.contains_key(value.as_str());
            if let Some(value) = asked.iter().find(none) {
                let tellable = values.iter().filter(|(_, members)| **members >= least);
                let tellable: Vec<&str> = tellable.map(|(value, _)| *value).collect();
                return Ok(Some(Unknown {
                    field: format!("where.{name}"),
                    words: words((recipe.of, name, value), &tellable),
                }));
            }
        }
        Ok(None)
    }
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
    format!(
        "no {} has the {name} '{value}', so it would keep nobody: {mend}",
        of.counted(1)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

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
