//! Product groups for the mix of a customer's purchases: the catalogue's top categories where it has them,
//! else the words that carry most spend in the product texts ("bag", "christmas", "cake").
//!
//! It must not look at customers.

use std::collections::BTreeMap;

/// A product with what is known of it, and its spend.
#[derive(Debug, Clone, PartialEq)]
pub struct Product {
    /// Its code.
    pub product_id: String,
    /// The text on its receipt lines or its name.
    pub text: String,
    /// Its top category, where the catalogue has one.
    pub category: Option<String>,
    /// Its spend, in any unit of money.
    pub spend: f64,
}

/// One group of products.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its name on a screen.
    pub label: String,
    /// What belongs to it, in words.
    pub rule: String,
}

/// The groups and which product is in which.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mix {
    /// The groups, largest spend first.
    pub groups: Vec<Group>,
    /// Product code and number of its group; products in none are absent.
    pub members: Vec<(String, usize)>,
}

/// Groups of the mix at most.
const GROUPS: usize = 10;

/// A word names a group only if products with it carry at least this share of spend.
const LEAST_SHARE: f64 = 0.015;

/// Words that say nothing about what a product is for: sizes, counts, colours, materials, small words.
const EMPTY_WORDS: &[&str] = &[
    "and", "antique", "assorted", "big", "black", "blue", "brown", "ceramic", "colour", "cotton",
    "cream", "design", "extra", "felt", "for", "from", "glass", "gold", "green", "grey", "hanging",
    "in", "ivory", "jumbo", "large", "medium", "metal", "mini", "natural", "of", "on", "or",
    "pack", "paper", "piece", "pieces", "pink", "purple", "red", "retro", "set", "silver", "small",
    "the", "tier", "tin", "to", "vintage", "white", "wicker", "with", "without", "wood", "wooden",
    "yellow", "zinc",
];

/// Forms of the mix for a list of products, the same whatever their order.
pub fn mix(products: &[Product]) -> Mix {
    let known = products
        .iter()
        .filter(|p| p.category.is_some())
        .map(|p| p.spend)
        .sum::<f64>();
    let total = products.iter().map(|p| p.spend).sum::<f64>();
    if known > total / 2.0 {
        by_category(products)
    } else {
        by_word(products, total)
    }
}

fn by_category(products: &[Product]) -> Mix {
    let mut spend: BTreeMap<&str, f64> = BTreeMap::new();
    for product in products {
        if let Some(category) = &product.category {
            *spend.entry(category).or_default() += product.spend;
        }
    }
    let chosen = largest(spend, GROUPS);
    let groups = chosen
        .iter()
        .map(|name| Group {
            label: (*name).to_string(),
            rule: format!("the category '{name}'"),
        })
        .collect();
    let mut members: Vec<_> = products
        .iter()
        .filter_map(|product| {
            let category = product.category.as_deref()?;
            let number = chosen.iter().position(|name| *name == category)?;
            Some((product.product_id.clone(), number))
        })
        .collect();
    members.sort();
    Mix { groups, members }
}

fn by_word(products: &[Product], total: f64) -> Mix {
    let tokens: Vec<Vec<String>> = products
        .iter()
        .map(|product| words(&product.text))
        .collect();
    let mut free: Vec<bool> = vec![true; products.len()];
    let (mut groups, mut members) = (Vec::new(), Vec::new());
    // Greedy: the word with the most spend among products not grouped yet, again and again.
    while groups.len() < GROUPS {
        let mut spend: BTreeMap<&str, f64> = BTreeMap::new();
        for (product, words) in tokens
            .iter()
            .enumerate()
            .filter(|(product, _)| free[*product])
        {
            for word in words {
                *spend.entry(word).or_default() += products[product].spend;
            }
        }
        let Some(best) = largest(spend.clone(), 1).first().copied() else {
            break;
        };
        if spend.get(best).copied().unwrap_or_default() < total * LEAST_SHARE {
            break;
        }
        for (product, words) in tokens.iter().enumerate() {
            if free[product] && words.iter().any(|word| word == best) {
                free[product] = false;
                members.push((products[product].product_id.clone(), groups.len()));
            }
        }
        groups.push(Group {
            label: capital(best),
            rule: format!("products whose text has the word '{best}'"),
        });
    }
    members.sort();
    Mix { groups, members }
}

/// The names with the largest spend, largest first, ties by name.
fn largest(spend: BTreeMap<&str, f64>, count: usize) -> Vec<&str> {
    let mut ranked: Vec<(&str, f64)> = spend
        .into_iter()
        .filter(|(_, spend)| *spend > 0.0)
        .collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    ranked
        .into_iter()
        .take(count)
        .map(|(name, _)| name)
        .collect()
}

/// The telling words of a text, lower case, singular where a plain -s shows the plural, each once.
fn words(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for word in text.split(|c: char| !c.is_alphabetic()) {
        let word = word.to_lowercase();
        let singular = word
            .strip_suffix('s')
            .filter(|stem| stem.len() >= 3 && !stem.ends_with('s'));
        let word = match singular {
            // Words that end in s without being a plural.
            Some(stem) if stem != "christma" && stem != "glas" && stem != "canva" => {
                stem.to_string()
            }
            _ => word,
        };
        if word.chars().count() >= 3
            && !EMPTY_WORDS.contains(&word.as_str())
            && !found.contains(&word)
        {
            found.push(word);
        }
    }
    found
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(id: &str, text: &str, category: Option<&str>, spend: f64) -> Product {
        Product {
            product_id: id.into(),
            text: text.into(),
            category: category.map(Into::into),
            spend,
        }
    }

    #[test]
    fn categories_win_where_the_catalogue_has_them() {
        let products = [
            product("1", "x", Some("Wine"), 5.0),
            product("2", "y", Some("Tea"), 9.0),
        ];
        let mix = mix(&products);
        assert_eq!(
            mix.groups
                .iter()
                .map(|g| g.label.as_str())
                .collect::<Vec<_>>(),
            ["Tea", "Wine"]
        );
        assert_eq!(mix.members, [("1".to_string(), 1), ("2".to_string(), 0)]);
    }

    #[test]
    fn words_stand_in_for_categories() {
        let products = [
            product("1", "JUMBO BAG RED RETROSPOT", None, 50.0),
            product("2", "LUNCH BAGS BLUE", None, 30.0),
            product("3", "PAPER CHRISTMAS KIT", None, 20.0),
        ];
        let mix = mix(&products);
        assert_eq!(mix.groups[0].label, "Bag");
        assert_eq!(
            mix.members.iter().filter(|(_, group)| *group == 0).count(),
            2
        );
        assert!(mix.groups.iter().any(|group| group.label == "Christmas"));
    }

    #[test]
    fn order_of_products_changes_nothing() {
        let mut products = vec![
            product("1", "cake stand", None, 3.0),
            product("2", "cake tin", None, 3.0),
            product("3", "tea tin", None, 3.0),
        ];
        let forward = mix(&products);
        products.reverse();
        assert_eq!(forward, mix(&products));
    }
}
