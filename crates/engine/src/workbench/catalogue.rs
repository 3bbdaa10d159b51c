//! Categories that a recipe names, held against the catalogue: a name that it does not have is told with the nearest
//! spelling before anything is saved or run. The best-selling one for templates. It must not know what recipes do.

use super::recipes::templates;
use crate::{EngineError, Project};
use segment::Recipe;
use segment::rules::{MeasureKind, nearest};

/// Every category name, from the newest catalogue.
const NAMES: &str = "select distinct name from (select category_1 as name from current_products union \
    select category_2 from current_products union select category_3 from current_products) where name <> '' order by name";

/// Names told at most.
const TOLD: usize = 8;

/// A category of a recipe that the catalogue does not have.
pub(super) struct Unknown {
    /// Where it stands: `category`, or the cell of a rule.
    pub field: String,
    /// What is wrong and how to mend it.
    pub words: String,
}

impl From<Unknown> for EngineError {
    fn from(unknown: Unknown) -> Self {
        Self::invalid(unknown.field, unknown.words)
    }
}

impl Project {
    /// The first category of a recipe that the catalogue does not have. None where there is no catalogue yet: a recipe
    /// may be written before the products come.
    pub(super) async fn unknown_category(
        &self,
        recipe: &Recipe,
    ) -> Result<Option<Unknown>, EngineError> {
        let asked = named(recipe)?;
        if asked.is_empty() {
            return Ok(None);
        }
        let names = self.names_by(NAMES).await?;
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let missing = asked
            .into_iter()
            .find(|(_, name)| !names.is_empty() && !names.contains(&name.as_str()));
        Ok(missing.map(|(field, name)| Unknown {
            field,
            words: words(&name, &names),
        }))
    }

    /// The category that sells most, on the middle level of the catalogue where it has one: what a template for one
    /// category begins with. None where nothing was sold yet.
    pub(super) async fn best_selling(&self) -> Result<Option<String>, EngineError> {
        for level in ["category_2", "category_1", "category_3"] {
            let sql = format!(
                "select p.{level} from order_lines l join current_products p on p.product_id = l.product_id \
                 where p.{level} <> '' group by p.{level} order by sum(l.amount) desc, p.{level} limit 1"
            );
            if let Some(name) = self.names_by(&sql).await?.into_iter().next() {
                return Ok(Some(name));
            }
        }
        Ok(None)
    }

    /// The text of a template for this project: one for a category has the category asked for, else the best-selling.
    pub async fn template_for(
        &self,
        name: &str,
        category: Option<&str>,
    ) -> Result<String, EngineError> {
        let for_one = templates()
            .iter()
            .find(|template| template.name == name)
            .map(|template| Recipe::parse(template.text))
            .transpose()?
            .is_some_and(|recipe| recipe.category.is_some());
        let best = match (category, for_one) {
            (None, true) => self.best_selling().await?,
            _ => None,
        };
        super::recipes::template_text(name, category.or(best.as_deref()))
    }

    async fn names_by(&self, sql: &str) -> Result<Vec<String>, EngineError> {
        let rows = self.counted(sql).await?;
        let names = rows.iter().filter_map(|row| row.first()?.as_str());
        Ok(names.map(str::to_string).collect())
    }
}

/// The categories that a recipe names, each with where.
fn named(recipe: &Recipe) -> Result<Vec<(String, String)>, EngineError> {
    let own = recipe.category.iter().cloned();
    let mut all: Vec<(String, String)> = own.map(|name| ("category".to_string(), name)).collect();
    if let Some(rules) = &recipe.rules {
        let needs = rules.needs(recipe.of)?;
        let of_sales = needs
            .measures
            .into_iter()
            .filter(|measure| measure.kind != MeasureKind::Events);
        all.extend(of_sales.filter_map(|measure| {
            let told = format!("rules, {measure}");
            Some((told, measure.of?))
        }));
    }
    Ok(all)
}

/// What to write instead.
fn words(category: &str, names: &[&str]) -> String {
    let sought = category.to_lowercase();
    let alike = names.iter().copied().filter(|name| {
        let name = name.to_lowercase();
        name.contains(&sought) || sought.contains(&name)
    });
    let mut near: Vec<&str> = nearest(category, names.iter().copied())
        .into_iter()
        .collect();
    near.extend(
        alike
            .filter(|name| near.first() != Some(name))
            .take(TOLD)
            .collect::<Vec<_>>(),
    );
    let mend = match near.is_empty() {
        true => {
            let some = names
                .iter()
                .take(TOLD)
                .copied()
                .collect::<Vec<_>>()
                .join(", ");
            let more = if names.len() > TOLD { " …" } else { "" };
            format!("write one as the catalogue does, as {some}{more}")
        }
        false => format!("did you mean {}?", near.join(", ")),
    };
    format!("the catalogue has no category '{category}': {mend}")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_spelling_is_told_first() {
        let names = ["Beer", "Red Wine", "White Wine", "Wine Glasses"];
        assert!(words("Red Wne", &names).ends_with("did you mean Red Wine?"));
        assert!(words("red wine", &names).contains("did you mean Red Wine?"));
        assert!(words("wine", &names).contains("Wine Glasses, Red Wine, White Wine?"));
        assert!(words("Nappies", &names).contains("as Beer, Red Wine"));
    }

    #[test]
    fn rules_name_categories_too() {
        let text = "title = 'T'\nof = 'customers'\n[rules]\n[[rules.cells]]\nname = 'A'\n\
                    when = 'receipts(\"Wine\", 90 days) > 2 and events(\"product_viewed\", 30 days) > 1'\n";
        let all = named(&Recipe::parse(text).unwrap()).unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].1, "Wine");
        assert!(all[0].0.starts_with("rules, receipts("), "{}", all[0].0);
    }
}
