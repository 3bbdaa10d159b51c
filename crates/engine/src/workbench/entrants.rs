//! Everybody of a recipe's entity with what their own table says of them, whether they have sales or not. It must not
//! place anybody.

use super::board::Board;
use crate::cells::{floats, ints, texts};
use crate::views::HandAsk;
use crate::{EngineError, Project};
use arrow::array::{Array, StringArray};
use segment::newcomers::{self, Attribute, Value};
use segment::{Entity, Recipe};
use std::collections::{BTreeMap, BTreeSet};

/// What the members' own table says of one. Days count from 1970.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Entrant {
    /// Its name; none of a customer.
    pub label: Option<String>,
    /// First day.
    pub opened: Option<i64>,
    /// Last day.
    pub closed: Option<i64>,
    /// Last refit.
    pub refit: Option<i64>,
    /// What each attribute says.
    pub values: Vec<Option<Value>>,
}

impl Entrant {
    /// A text attribute by its name.
    pub fn text(&self, attributes: &[Attribute], name: &str) -> Option<&str> {
        let place = attributes
            .iter()
            .position(|attribute| attribute.name == name)?;
        match self.values.get(place)?.as_ref()? {
            Value::Text(text) => Some(text),
            Value::Number(_) => None,
        }
    }

    /// Whether the recipe's filters keep it; of products, whether it is of the recipe's category.
    pub fn fits(&self, recipe: &Recipe, attributes: &[Attribute]) -> bool {
        let kept = recipe.filters.iter().all(|(name, legal)| {
            let value = self.text(attributes, name);
            value.is_some_and(|value| legal.iter().any(|legal| legal == value))
        });
        let of_category = |category: &str| {
            let levels = ["category_1", "category_2", "category_3"];
            levels
                .iter()
                .any(|level| self.text(attributes, level) == Some(category))
        };
        let category = recipe
            .category
            .as_deref()
            .filter(|_| recipe.of == Entity::Products);
        kept && category.is_none_or(of_category)
    }

    /// The part of a nested scheme that it is in.
    pub fn part(&self, recipe: &Recipe, attributes: &[Attribute]) -> String {
        let names = recipe.nest.iter();
        let parts: Vec<&str> = names
            .map(|name| self.text(attributes, name).unwrap_or("unknown"))
            .collect();
        parts.join(" / ")
    }
}

/// Of the members that a change names, those in no run of the board.
pub(super) fn absent<'a>(board: &Board, members: &'a [String]) -> Vec<&'a String> {
    let each = members.iter();
    each.filter(|member| board.base.place(member).is_none())
        .collect()
}

impl Project {
    /// Of the members that a change names, those in no run that the feed knows: they can be planned.
    pub(super) async fn plannable(
        &self,
        board: &Board,
        asked: &HandAsk,
    ) -> Result<BTreeSet<String>, EngineError> {
        let absent = absent(board, super::discreet::members(asked));
        if absent.is_empty() {
            return Ok(BTreeSet::new());
        }
        let entrants = self.entrants(board.base.result.of, &[]).await?;
        let known = absent.into_iter();
        Ok(known
            .filter(|member| entrants.contains_key(*member))
            .cloned()
            .collect())
    }

    /// Everybody of an entity, by id.
    pub(super) async fn entrants(
        &self,
        of: Entity,
        attributes: &[Attribute],
    ) -> Result<BTreeMap<String, Entrant>, EngineError> {
        let sql = newcomers::sql(of, attributes);
        let mut all = BTreeMap::new();
        for batch in self.lake().rows(&sql, None, vec![]).await? {
            let (id, label) = (texts(&batch, 0)?, texts(&batch, 1)?);
            let (opened, closed) = (ints(&batch, 2)?, ints(&batch, 3)?);
            let refit = ints(&batch, 4)?;
            let known = |column: &StringArray, row: usize| {
                let known = column.is_valid(row) && !column.value(row).is_empty();
                known.then(|| column.value(row).to_string())
            };
            let mut values = vec![Vec::with_capacity(attributes.len()); batch.num_rows()];
            for (slot, attribute) in attributes.iter().enumerate() {
                if attribute.unit.is_some() {
                    let column = floats(&batch, 5 + slot)?;
                    for (row, values) in values.iter_mut().enumerate() {
                        values.push(column.get(row).map(Value::Number));
                    }
                } else {
                    let column = texts(&batch, 5 + slot)?;
                    for (row, values) in values.iter_mut().enumerate() {
                        values.push(known(&column, row).map(Value::Text));
                    }
                }
            }
            for (row, values) in values.into_iter().enumerate() {
                let entrant = Entrant {
                    label: known(&label, row),
                    opened: opened.get(row),
                    closed: closed.get(row),
                    refit: refit.get(row),
                    values,
                };
                all.insert(id.value(row).to_string(), entrant);
            }
        }
        Ok(all)
    }
}
