//! How many members a recipe would keep, and of rules how many each cell, while somebody writes: nothing is saved and no
//! cluster is searched for. It must not change anything.

use super::gather::Kept;
use super::recipes::entity_word;
use super::scenarios::in_tens;
use crate::views::{CellSize, RecipeSize, RecipeSizeRequest};
use crate::{Actor, EngineError, Project, clock};
use govern::Action;
use retail::Money;
use segment::{Entity, Recipe};

impl Project {
    /// The size of a recipe that is being written.
    pub async fn recipe_size(
        &self,
        actor: &Actor,
        asked: &RecipeSizeRequest,
    ) -> Result<RecipeSize, EngineError> {
        actor.may(Action::EditSegments)?;
        let recipe = match Recipe::parse(&asked.text) {
            Ok(recipe) => recipe,
            Err(cause) => return Ok(unread(cause.to_string())),
        };
        let unknown = match self.unknown_category(&recipe).await? {
            None => self.unknown_value(&recipe).await?,
            some => some,
        };
        if let Some(unknown) = unknown {
            return Ok(unread(unknown.words));
        }
        let Kept {
            as_of,
            window,
            mut known,
            filtered,
            given,
            mut notes,
        } = self.kept(&recipe).await?;
        notes.extend(self.without_dark(&recipe, &window, &mut known).await?);
        let persons = recipe.of == Entity::Customers;
        let k = self.small_cells().await?.k();
        // Exact sizes that differ by one rule would tell of single people: they are told in steps, and so are shares.
        let told = |members: usize| match persons {
            true => in_tens(members, k),
            false => members,
        };
        if persons {
            notes.clear();
        }
        let all: i64 = known.iter().map(|member| member.sales.0).sum();
        let all_told = told(filtered);
        let mut cells = Vec::new();
        if let Some(given) = &given {
            for (place, name) in given.names.iter().enumerate() {
                let inside = given.cells.iter().zip(&known);
                let inside = inside.filter(|(cell, _)| **cell == place);
                let (mut count, mut sales) = (0, 0);
                for (_, member) in inside {
                    count += 1;
                    sales += member.sales.0;
                }
                let told = told(count);
                cells.push(CellSize {
                    name: name.clone(),
                    members: told,
                    share: told as f64 / (all_told as f64).max(1.0),
                    sales: (!persons).then(|| Money(sales).to_string()),
                    share_sales: (!persons && all > 0).then(|| sales as f64 / all as f64),
                });
            }
        }
        Ok(RecipeSize {
            of: Some(entity_word(recipe.of)),
            as_of: Some(clock::text(as_of)),
            step: if persons { k } else { 1 },
            problem: None,
            all: all_told,
            members: told(known.len()),
            cells,
            notes,
        })
    }
}

/// The answer for a recipe that cannot be read.
fn unread(problem: String) -> RecipeSize {
    RecipeSize {
        of: None,
        as_of: None,
        step: 1,
        problem: Some(problem),
        all: 0,
        members: 0,
        cells: Vec::new(),
        notes: Vec::new(),
    }
}
