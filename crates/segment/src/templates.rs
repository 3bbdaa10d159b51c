//! Recipes to begin with, for each entity. It holds text; a test reads every one.

use crate::Entity;

/// A recipe to begin with.
#[derive(Debug, Clone, Copy)]
pub struct Template {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub description: &'static str,
    /// What it clusters.
    pub of: Entity,
    /// The recipe.
    pub text: &'static str,
}

/// All templates.
pub const ALL: &[Template] = &[
    Template {
        name: "stores-by-sales-mix",
        description: "Shops that sell alike, with who lives around them and how much they sell",
        of: Entity::Stores,
        text: include_str!("templates/stores-by-sales-mix.toml"),
    },
    Template {
        name: "stores-for-category",
        description: "Shops that sell one category alike: write its name; one scheme for each category",
        of: Entity::Stores,
        text: include_str!("templates/stores-for-category.toml"),
    },
    Template {
        name: "stores-by-format",
        description: "Format first, then sales mix inside each format",
        of: Entity::Stores,
        text: include_str!("templates/stores-by-format.toml"),
    },
    Template {
        name: "stores-by-shoppers",
        description: "Shops that the same kinds of customers shop at",
        of: Entity::Stores,
        text: include_str!("templates/stores-by-shoppers.toml"),
    },
    Template {
        name: "stores-by-catchment",
        description: "Shops with the same people around them: what is known of the catchment, and which customers live there",
        of: Entity::Stores,
        text: include_str!("templates/stores-by-catchment.toml"),
    },
    Template {
        name: "customer-habits",
        description: "What customers choose, and when and where: attributes, categories, price tiers, days and hours",
        of: Entity::Customers,
        text: include_str!("templates/customer-habits.toml"),
    },
    Template {
        name: "customer-value",
        description: "How recently, how often and for how much customers buy",
        of: Entity::Customers,
        text: include_str!("templates/customer-value.toml"),
    },
    Template {
        name: "customer-missions",
        description: "What customers come for: their mix of categories and when they come",
        of: Entity::Customers,
        text: include_str!("templates/customer-missions.toml"),
    },
    Template {
        name: "customer-tastes",
        description: "Price tier, promotion and brand: what customers choose within categories",
        of: Entity::Customers,
        text: include_str!("templates/customer-tastes.toml"),
    },
    Template {
        name: "customer-life-stage",
        description: "What customers tell of household and age, beside what they buy",
        of: Entity::Customers,
        text: include_str!("templates/customer-life-stage.toml"),
    },
    Template {
        name: "customer-rfm",
        description: "Fifths of recency, frequency and value, in nine named cells",
        of: Entity::Customers,
        text: include_str!("templates/customer-rfm.toml"),
    },
    Template {
        name: "customer-frequency",
        description: "Who buys often, now and then, or has stopped",
        of: Entity::Customers,
        text: include_str!("templates/customer-frequency.toml"),
    },
    Template {
        name: "budget-conscious",
        description: "Who buys the cheaper products of a category",
        of: Entity::Customers,
        text: include_str!("templates/budget-conscious.toml"),
    },
    Template {
        name: "bargain-hunters",
        description: "Who buys much on promotion",
        of: Entity::Customers,
        text: include_str!("templates/bargain-hunters.toml"),
    },
    Template {
        name: "trendsetters",
        description: "Who buys new products early",
        of: Entity::Customers,
        text: include_str!("templates/trendsetters.toml"),
    },
    Template {
        name: "premium",
        description: "Who buys the dearer products of a category",
        of: Entity::Customers,
        text: include_str!("templates/premium.toml"),
    },
    Template {
        name: "customer-rules",
        description: "Segments by rules of your own: and, or, not over traits, counts and windows",
        of: Entity::Customers,
        text: include_str!("templates/customer-rules.toml"),
    },
    Template {
        name: "products-by-attributes",
        description: "Products alike in what the catalogue says of them",
        of: Entity::Products,
        text: include_str!("templates/products-by-attributes.toml"),
    },
    Template {
        name: "products-by-co-purchase",
        description: "Products that are bought with the same things, whatever they are",
        of: Entity::Products,
        text: include_str!("templates/products-by-co-purchase.toml"),
    },
    Template {
        name: "products-by-dna",
        description: "Products alike in what was read of them: kind, colour, material, pattern and more, with people's corrections",
        of: Entity::Products,
        text: include_str!("templates/products-by-dna.toml"),
    },
    Template {
        name: "products-by-customers",
        description: "Products that the same kinds of customers buy in the same kinds of shops",
        of: Entity::Products,
        text: include_str!("templates/products-by-customers.toml"),
    },
];

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::Recipe;

    #[test]
    fn every_template_is_a_recipe_of_its_entity() {
        for template in ALL {
            let recipe = Recipe::parse(template.text).unwrap();
            assert_eq!(recipe.of, template.of, "{}", template.name);
        }
    }
}
