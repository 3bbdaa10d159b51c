//! The recipe of a scheme as people write it: what is clustered, from which lines, by which features at which
//! weight, and how. It reads and checks text; what a block of features is stands in `blocks`.

use crate::blocks;
use crate::{Entity, RuleSpec, Search, SegmentError, Spec};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A scheme's recipe. Its text is TOML; see `templates` for examples.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// The scheme's name for people.
    pub title: String,
    /// What is clustered.
    pub of: Entity,
    /// Only sales of this category count, at any level of the catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Only sales of the last so many months count, back from the newest receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub months: Option<u32>,
    /// Of stores: what a shop sold before its last refit does not count.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub since_refit: bool,
    /// Members are split by these attributes first, and clustered inside each part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nest: Vec<String>,
    /// Members are kept whose attribute has one of the values.
    #[serde(default, rename = "where", skip_serializing_if = "BTreeMap::is_empty")]
    pub filters: BTreeMap<String, Vec<String>>,
    /// How clusters are found, where no rules say who is where.
    #[serde(default)]
    pub method: Method,
    /// Rules that say who is where, instead of a search.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<RuleSpec>,
    /// The features, with weights that sum to 100; of customers divided by rules those of buying, where none is given.
    #[serde(default)]
    pub features: Vec<Block>,
}

/// How clusters are found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Method {
    /// By which method.
    #[serde(skip_serializing_if = "Search::is_usual")]
    pub by: Search,
    /// How many clusters, inside each part of a nested scheme; chosen from the data where not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clusters: Option<usize>,
    /// Fewest to consider.
    pub clusters_min: usize,
    /// Most to consider.
    pub clusters_max: usize,
    /// Fewest members of a cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size_min: Option<usize>,
    /// Most members of a cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size_max: Option<usize>,
    /// Seed of everything drawn.
    pub seed: u64,
}

impl Default for Method {
    fn default() -> Self {
        Self {
            by: Search::default(),
            clusters: None,
            clusters_min: 2,
            clusters_max: 9,
            size_min: None,
            size_max: None,
            seed: 1,
        }
    }
}

/// One block of features.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// Which block, as in sales_mix.
    #[serde(rename = "use")]
    pub name: String,
    /// What it counts for, in per cent; 0 drops it.
    pub weight: f64,
    /// Of a mix: the attribute by which sales are split.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Of attributes: which.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// Of a customer mix: the scheme of the customers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<String>,
    /// Of a mix: how many values count by themselves; the others are one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top: Option<usize>,
}

impl Block {
    /// A block that counts for everything.
    fn whole(name: &str) -> Self {
        Self {
            name: name.into(),
            weight: 100.0,
            by: None,
            columns: Vec::new(),
            scheme: None,
            top: None,
        }
    }
}

/// Weights may miss 100 by this much, so that thirds can be written.
const WEIGHT_SLACK: f64 = 0.05;

impl Recipe {
    /// Reads and checks a recipe's text.
    ///
    /// # Errors
    /// [`SegmentError::Recipe`] with the line and what to write instead.
    pub fn parse(text: &str) -> Result<Self, SegmentError> {
        let mut recipe: Self =
            toml::from_str(text).map_err(|cause| SegmentError::Recipe(cause.to_string()))?;
        if recipe.features.is_empty() && recipe.rules.is_some() && recipe.of == Entity::Customers {
            recipe.features.push(Block::whole("buying"));
        }
        recipe.check()?;
        Ok(recipe)
    }

    /// The recipe as text, in one way for each recipe.
    pub fn text(&self) -> Result<String, SegmentError> {
        toml::to_string(self).map_err(|cause| SegmentError::Recipe(cause.to_string()))
    }

    fn check(&self) -> Result<(), SegmentError> {
        let wrong = |words: String| Err(SegmentError::Recipe(words));
        if self.title.trim().is_empty() {
            return wrong("title: say in a few words what the scheme is for".into());
        }
        if self.months == Some(0) {
            return wrong("months: write 1 or more, or leave it out for all sales".into());
        }
        if self.since_refit && (self.of != Entity::Stores || self.rules.is_some()) {
            return wrong("since_refit: it is for stores that are clustered, leave it out".into());
        }
        for block in &self.features {
            if !block.weight.is_finite() || block.weight < 0.0 {
                return wrong(format!("weight of {}: write 0 to 100 per cent", block.name));
            }
            blocks::check(self.of, block)?;
        }
        if self.features.is_empty() {
            return wrong(
                "features: write at least one [[features]] block with use and weight".into(),
            );
        }
        let sum: f64 = self.features.iter().map(|block| block.weight).sum();
        if (sum - 100.0).abs() > WEIGHT_SLACK {
            let told = self
                .features
                .iter()
                .map(|b| format!("{} {}", b.name, b.weight));
            let told: Vec<String> = told.collect();
            return wrong(format!(
                "the weights sum to {sum} per cent ({}): bring them to 100",
                told.join(", ")
            ));
        }
        if let Some(rules) = &self.rules {
            rules.check(self.of)?;
            if !self.method.by.is_usual() {
                return wrong(
                    "by: rules say who is where, nothing is searched for: leave it out".into(),
                );
            }
            if !self.nest.is_empty() {
                return wrong("nest: rules divide the members by themselves, leave it out".into());
            }
        }
        for name in self.nest.iter().chain(self.filters.keys()) {
            blocks::require_attribute(self.of, name)?;
        }
        if let (Some(least), Some(most)) = (self.method.size_min, self.method.size_max)
            && least > most
        {
            return wrong(format!("size_min {least} is above size_max {most}"));
        }
        self.spec().check().map(|_| ())
    }

    /// The recipe with another number of clusters or another method.
    ///
    /// # Errors
    /// [`SegmentError::Recipe`] or [`SegmentError::Spec`] where the recipe cannot have it.
    pub fn with(
        mut self,
        clusters: Option<usize>,
        by: Option<Search>,
    ) -> Result<Self, SegmentError> {
        self.method.clusters = clusters.or(self.method.clusters);
        self.method.by = by.unwrap_or(self.method.by);
        self.check()?;
        Ok(self)
    }

    /// The blocks that count.
    pub fn weighted(&self) -> impl Iterator<Item = &Block> {
        self.features.iter().filter(|block| block.weight > 0.0)
    }

    /// What is asked of the search for clusters.
    pub fn spec(&self) -> Spec {
        Spec {
            clusters: self.method.clusters,
            clusters_min: self.method.clusters_min,
            clusters_max: self.method.clusters_max,
            seed: self.method.seed,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
title = "Shops by what they sell"
of = "stores"
months = 12
nest = ["format"]

[where]
country = ["DE"]

[method]
clusters_max = 6

[[features]]
use = "sales_mix"
by = "category_2"
weight = 70

[[features]]
use = "demographics"
weight = 30

[[features]]
use = "geography"
weight = 0
"#;

    #[test]
    fn a_recipe_is_read_and_written_back_alike() {
        let recipe = Recipe::parse(TEXT).unwrap();
        assert_eq!(recipe.weighted().count(), 2);
        assert_eq!(recipe.method.clusters_max, 6);
        assert_eq!(Recipe::parse(&recipe.text().unwrap()).unwrap(), recipe);
        assert!(!recipe.text().unwrap().contains("by = \"kmeans\""));
        let tree = TEXT.replacen("clusters_max = 6", "by = \"ward\"", 1);
        let tree = Recipe::parse(&tree).unwrap();
        assert_eq!(tree.method.by, Search::Ward);
        assert_eq!(Recipe::parse(&tree.text().unwrap()).unwrap(), tree);
    }

    #[test]
    fn every_method_is_read_by_its_name() {
        for info in crate::SEARCHES {
            let text = format!("clusters_max = 6\nby = \"{}\"", info.name);
            let recipe = Recipe::parse(&TEXT.replacen("clusters_max = 6", &text, 1)).unwrap();
            assert_eq!(recipe.method.by, info.search);
            assert!(!info.search.label().is_empty());
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let told = |from: &str, to: &str| {
            Recipe::parse(&TEXT.replacen(from, to, 1))
                .unwrap_err()
                .to_string()
        };
        assert!(told("weight = 70", "weight = 60").contains("sum to 90"));
        assert!(told("weight = 70", "weight = -1").contains("0 to 100"));
        assert!(told("sales_mix", "sale_mix").contains("sales_mix"));
        assert!(told("category_2", "colour_of_door").contains("colour_of_door"));
        assert!(told("\"format\"", "\"moon\"").contains("moon"));
        assert!(told("months = 12", "months = 0").contains("months"));
        let told_of_method = told("clusters_max = 6", "by = \"warts\"");
        assert!(told_of_method.contains("ward") && told_of_method.contains("mixture"));
        assert!(told("months = 12", "mouths = 12").contains("line 4"));
        let refit = "of = \"products\"\nsince_refit = true";
        assert!(told("of = \"stores\"", refit).contains("since_refit"));
    }
}
