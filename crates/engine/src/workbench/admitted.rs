//! Who is a member of a recipe's run, and who is left out for which reason. It must not read anything.

use super::gather::{Sold, Told};
use super::scenarios::in_tens;
use crate::clock;
use segment::{Entity, Known, Recipe, blocks};
use std::collections::{HashMap, HashSet};

/// A recipe at the instant that it describes.
struct Door<'a> {
    recipe: &'a Recipe,
    /// The attributes of the feed, in its order.
    names: &'a [&'static str],
    /// The day, as dates are written in the feed.
    today: String,
}

impl Door<'_> {
    fn attribute(&self, told: &Told, name: &str) -> Option<String> {
        let place = self.names.iter().position(|known| *known == name)?;
        told.attributes.get(place)?.clone()
    }

    /// Whether the filters keep it.
    fn fits(&self, told: &Told) -> bool {
        let mut filters = self.recipe.filters.iter();
        filters.all(|(name, legal)| {
            let value = self.attribute(told, name);
            value.is_some_and(|value| legal.contains(&value))
        })
    }

    /// Whether it is closed, or not open or joined yet. Dates compare as text: year, month, day.
    fn shut(&self, told: &Told) -> bool {
        told.closed
            .as_ref()
            .is_some_and(|closed| *closed < self.today)
            || told
                .opened
                .as_ref()
                .is_some_and(|opened| *opened > self.today)
    }

    /// Whether the recipe speaks of it at all: of products, those of its category.
    fn means(&self, told: &Told) -> bool {
        let category = self.recipe.category.as_ref();
        let category = category.filter(|_| self.recipe.of == Entity::Products);
        category.is_none_or(|category| {
            let mut levels = ["category_1", "category_2", "category_3"].iter();
            levels.any(|level| self.attribute(told, level).as_ref() == Some(category))
        })
    }

    /// The part of a nested scheme that it is in.
    fn part(&self, told: &Told) -> String {
        let each = self.recipe.nest.iter();
        let parts: Vec<String> = each
            .map(|name| {
                self.attribute(told, name)
                    .unwrap_or_else(|| "unknown".into())
            })
            .collect();
        parts.join(" / ")
    }
}

/// How many are left out, by reason.
#[derive(Default)]
struct Left {
    refused: usize,
    filtered: usize,
    closed: usize,
    worthless: usize,
    silent: usize,
}

impl Left {
    /// In sentences; `k` is the least number of members that is told of, of which numbers are multiples.
    fn notes(&self, of: Entity, k: u64) -> Vec<String> {
        let told = [
            (self.refused, "because they refused to be profiled"),
            (self.filtered, "by the recipe's filters"),
            (
                self.closed,
                "because they are closed, or not open or joined yet",
            ),
            (self.worthless, "because their sales are worth nothing"),
            (
                self.silent,
                match of {
                    Entity::Customers => "because they bought nothing that counts here",
                    Entity::Stores | Entity::Products => {
                        "because nothing that counts here was sold"
                    }
                },
            ),
        ];
        let told = told
            .into_iter()
            .map(|(number, why)| (in_tens(number, k), why));
        let told = told.filter(|(number, _)| *number > 0);
        told.map(|(number, why)| {
            let is = if number == 1 { "is" } else { "are" };
            format!("{number} {} {is} left out {why}.", of.counted(number))
        })
        .collect()
    }
}

/// The members that the recipe keeps, by id ascending, with what was left out and why: each of the feed, and each with
/// sales, is a member or left out for one reason.
pub(super) fn members(
    recipe: &Recipe,
    told: &HashMap<String, Told>,
    sold: Vec<Sold>,
    refused: &HashSet<String>,
    (as_of, k): (i64, u64),
) -> (Vec<Known>, Vec<String>) {
    let door = Door {
        recipe,
        names: blocks::attributes(recipe.of),
        today: clock::day(as_of),
    };
    let mut left = Left::default();
    let with_sales: HashSet<&str> = sold.iter().map(|sold| sold.member.as_str()).collect();
    let without = told
        .iter()
        .filter(|(id, told)| !with_sales.contains(id.as_str()) && door.means(told));
    for (id, told) in without {
        if refused.contains(id) {
            left.refused += 1;
            continue;
        }
        match (door.shut(told), door.fits(told)) {
            (true, _) => left.closed += 1,
            (false, false) => left.filtered += 1,
            (false, true) => left.silent += 1,
        }
    }
    let none = Told::default();
    let mut known = Vec::new();
    for sold in sold {
        let told = told.get(&sold.member).unwrap_or(&none);
        if refused.contains(&sold.member) {
            left.refused += 1;
        } else if door.shut(told) {
            left.closed += 1;
        } else if !door.fits(told) {
            left.filtered += 1;
        } else if sold.sales.0 <= 0 {
            left.worthless += 1;
        } else {
            known.push(Known {
                label: told.label.clone(),
                part: door.part(told),
                sales: sold.sales,
                receipts: sold.receipts,
                first_at: sold.first_at,
                last_at: sold.last_at,
                place: told.place,
                id: sold.member,
            });
        }
    }
    known.sort_by(|a, b| a.id.cmp(&b.id));
    (known, left.notes(recipe.of, k))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use retail::Money;

    #[test]
    fn everybody_of_the_feed_is_a_member_or_left_out_for_one_reason() {
        let text = "title = \"Shops\"\nof = \"stores\"\n[where]\nformat = [\"city\"]\n[[features]]\nuse = \"performance\"\nweight = 100\n";
        let recipe = Recipe::parse(text).unwrap();
        let format = blocks::attributes(Entity::Stores)
            .iter()
            .position(|name| *name == "format")
            .unwrap();
        let shop = |is: &str, closed: Option<&str>| {
            let mut attributes = vec![None; blocks::attributes(Entity::Stores).len()];
            attributes[format] = Some(is.to_string());
            Told {
                closed: closed.map(str::to_string),
                attributes,
                ..Told::default()
            }
        };
        let told: HashMap<String, Told> = [
            ("A", shop("city", None)),
            ("B", shop("city", Some("2001-01-01"))),
            ("C", shop("hyper", None)),
            // Of these three no sale counts here.
            ("D", shop("city", None)),
            ("E", shop("city", Some("2001-01-01"))),
            ("F", shop("hyper", None)),
            // This one with sales refused, and this one without.
            ("G", shop("city", None)),
            ("H", shop("city", None)),
        ]
        .into_iter()
        .map(|(id, told)| (id.to_string(), told))
        .collect();
        let sold = ["A", "B", "C", "G"].map(|member| Sold {
            member: member.into(),
            sales: Money(100),
            receipts: 1,
            first_at: None,
            last_at: None,
        });
        let refused = ["G", "H"].map(str::to_string).into();
        let (known, notes) = members(
            &recipe,
            &told,
            sold.into(),
            &refused,
            (1_700_000_000_000_000, 1),
        );
        assert_eq!(known.len(), 1);
        assert_eq!(
            notes,
            [
                "2 stores are left out because they refused to be profiled.",
                "2 stores are left out by the recipe's filters.",
                "2 stores are left out because they are closed, or not open or joined yet.",
                "1 store is left out because nothing that counts here was sold."
            ]
        );
    }
}
