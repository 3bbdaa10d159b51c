//! The names that a rule may use, what kind of value each has, and the name that somebody meant. It must
//! not hold values.

use super::{MeasureKind, templates};
use crate::{Entity, Feature, Mix, features};
use retail::{ColumnType, table};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

impl Entity {
    /// The column that names the member in the lake's tables.
    pub fn key(self) -> &'static str {
        match self {
            Self::Customers => "customer_key",
            Self::Stores => "store_id",
            Self::Products => "product_id",
        }
    }

    /// Whether a measure can be counted for it: events do not say in which shop they happened.
    pub fn counts(self, kind: MeasureKind) -> bool {
        !(self == Self::Stores && kind == MeasureKind::Events)
    }

    fn table(self) -> &'static retail::Table {
        match self {
            Self::Customers => &table::CUSTOMERS,
            Self::Stores => &table::STORES,
            Self::Products => &table::PRODUCTS,
        }
    }
}

/// The kind of a value, which says what it may be compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A number without a unit of its own: counts, money, measures.
    Number,
    /// A number of days.
    Days,
    /// A share, 0 to 1.
    Share,
    /// A text.
    Text,
}

impl Kind {
    /// It in words.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Days => "a number of days",
            Self::Share => "a share",
            Self::Text => "a text",
        }
    }
}

/// The names of a project for one kind of member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vocabulary {
    entity: Entity,
    names: BTreeMap<String, Kind>,
}

/// Columns of the tables that say where a row came from and not what its member is like.
const HOUSEKEEPING: &[&str] = &[
    "entity_key",
    "row_key",
    "customer_key",
    "source",
    "import_id",
];

impl Vocabulary {
    /// The names that every project has: the columns of the member's table that hold numbers or texts, and
    /// for customers the features that need no catalogue and the scores of the templates.
    pub fn of(entity: Entity) -> Self {
        let columns = entity.table().columns.iter();
        let columns = columns.filter(|column| !HOUSEKEEPING.contains(&column.name));
        let names = columns.filter_map(|column| {
            let kind = match column.kind {
                ColumnType::Text => Kind::Text,
                ColumnType::Float if column.name.ends_with("_share") => Kind::Share,
                ColumnType::Int
                | ColumnType::SmallInt
                | ColumnType::Float
                | ColumnType::Decimal => Kind::Number,
                // There is no constant to compare an instant or a flag with.
                ColumnType::Time | ColumnType::Date | ColumnType::Flag => return None,
            };
            Some((column.name.to_string(), kind))
        });
        let plain = Self {
            entity,
            names: names.collect(),
        };
        if entity != Entity::Customers {
            return plain;
        }
        let scores = templates::scores().iter();
        let scores = scores.fold(plain, |all, score| all.with(score.key, score.kind));
        scores.with_features(&features(&Mix::default()))
    }

    /// With one more name, or with a name's kind changed. Rules can write names of letters, digits and _
    /// that are not words of the language.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, kind: Kind) -> Self {
        self.names.insert(name.into(), kind);
        self
    }

    /// With the features of a run: those of its product mix are not in every project.
    #[must_use]
    pub fn with_features(self, features: &[Feature]) -> Self {
        features.iter().fold(self, |all, feature| {
            let kind = match feature.unit.as_str() {
                "days" => Kind::Days,
                "" => Kind::Share,
                _ => Kind::Number,
            };
            all.with(feature.key.clone(), kind)
        })
    }

    /// Whom it is about.
    pub fn entity(&self) -> Entity {
        self.entity
    }

    /// All names with their kinds, by name: what a builder offers.
    pub fn names(&self) -> impl Iterator<Item = (&str, Kind)> {
        self.names.iter().map(|(name, kind)| (name.as_str(), *kind))
    }

    /// The kind of a name; `None` where nothing has this name.
    pub fn kind(&self, name: &str) -> Option<Kind> {
        self.names.get(name).copied()
    }

    /// The name that was most likely meant; `None` where none is near.
    pub(crate) fn nearest(&self, meant: &str) -> Option<&str> {
        nearest(meant, self.names.keys().map(String::as_str))
    }
}

/// The word that takes fewest changes of letters to become, at most a third of the letters; of equally near
/// ones the first. A word that continues what was written counts as near, too.
pub fn nearest<'a>(meant: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let lower = meant.to_lowercase();
    let most = (lower.chars().count() / 3).max(1);
    let near = words.filter_map(|word| {
        let changes = changes(&lower, &word.to_lowercase());
        let continues = lower.chars().count() >= 3 && word.to_lowercase().starts_with(&lower);
        (changes <= most || continues).then_some((changes.min(most + 1), word))
    });
    near.min().map(|(_, word)| word)
}

/// Letters to put in, take out, replace or swap with their neighbour: the optimal string alignment distance
/// (L. Boytsov, "Indexing Methods for Approximate Dictionary Searching", ACM JEA 2011, section 2.1).
fn changes(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=to.len()).collect();
    for row in 1..=from.len() {
        let mut here = vec![row];
        for column in 1..=to.len() {
            let differs = usize::from(from[row - 1] != to[column - 1]);
            let mut least = (above[column] + 1)
                .min(here[column - 1] + 1)
                .min(above[column - 1] + differs);
            let swapped = row > 1
                && column > 1
                && from[row - 1] == to[column - 2]
                && from[row - 2] == to[column - 1];
            if swapped {
                least = least.min(before[column - 2] + 1);
            }
            here.push(least);
        }
        before = std::mem::replace(&mut above, here);
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_counted_by_letter() {
        for (from, to, expect) in [
            ("", "abc", 3),
            ("abc", "", 3),
            ("kitten", "sitting", 3),
            ("spned", "spend", 1),
            ("same", "same", 0),
            ("ca", "abc", 3),
        ] {
            assert_eq!(changes(from, to), expect, "{from} {to}");
        }
    }

    #[test]
    fn the_meant_name_is_found() {
        let vocabulary = Vocabulary::of(Entity::Customers);
        for (meant, name) in [
            ("spned", Some("spend")),
            ("Spend", Some("spend")),
            ("recency", Some("recency_days")),
            ("recency_day", Some("recency_days")),
            ("contry", Some("country")),
            ("zzzzz", None),
        ] {
            assert_eq!(vocabulary.nearest(meant), name, "{meant}");
        }
    }

    #[test]
    fn names_know_their_kinds() {
        let customers = Vocabulary::of(Entity::Customers);
        assert_eq!(customers.kind("recency_days"), Some(Kind::Days));
        assert_eq!(customers.kind("return_share"), Some(Kind::Share));
        assert_eq!(customers.kind("spend"), Some(Kind::Number));
        assert_eq!(customers.kind("city"), Some(Kind::Text));
        assert_eq!(customers.kind("novelty"), Some(Kind::Share));
        assert_eq!(customers.kind("row_key"), None);
        let stores = Vocabulary::of(Entity::Stores);
        assert_eq!(stores.kind("urban_share"), Some(Kind::Share));
        assert_eq!(stores.kind("area_m2"), Some(Kind::Number));
        assert_eq!(stores.kind("spend"), None);
        assert_eq!(
            Vocabulary::of(Entity::Products).kind("list_price"),
            Some(Kind::Number)
        );
    }
}
