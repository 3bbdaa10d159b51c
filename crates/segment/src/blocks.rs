//! The blocks that a recipe is made of: what each is called, what it needs, and the questions to the lake that
//! fill it. It must not ask them (`engine`) nor turn answers into columns (`columns`).

mod dna;
mod habits;
mod members;
mod sales;

use crate::recipe::Block;
use crate::{Entity, Recipe, SegmentError, Shape};
use std::collections::BTreeMap;

pub use members::{attributes_sql, table_names, table_sql};
pub(crate) use members::{number, source, words};

/// One question to the lake and what its answer becomes. The answer has the columns member, key, value: many
/// rows per member for a mix, one for each feature otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The question.
    pub sql: String,
    /// What the answer becomes.
    pub gives: Gives,
    /// What it counts for in a distance; weights of all questions sum to the recipe's 100.
    pub weight: f64,
    /// The place of its block in the recipe, among those that count.
    pub block: usize,
}

/// What an answer becomes.
#[derive(Debug, Clone, PartialEq)]
pub enum Gives {
    /// Shares of the member's total over the largest keys; the others are one more.
    Mix {
        /// Begins the key of each column.
        prefix: String,
        /// What is split, for descriptions: "sales".
        what: String,
        /// By what, for descriptions: "category".
        by: String,
        /// How many keys count by themselves.
        top: usize,
        /// What keys are called for people, where that is not the key.
        labels: BTreeMap<String, String>,
    },
    /// Shares of the largest keys, each on its own scale, steadied where they rest on little; rows with a blank
    /// key are the members' totals.
    Shares {
        /// Begins the key of each column.
        prefix: String,
        /// What is counted, for descriptions: "purchases".
        what: String,
        /// By what, for descriptions: "price tier".
        by: String,
        /// How many keys count.
        top: usize,
        /// What keys are called for people, where that is not the key.
        labels: BTreeMap<String, String>,
    },
    /// One column of means, steadied where they rest on little; rows with a blank key are the numbers of
    /// observations.
    Mean {
        /// Its key.
        key: String,
        /// Its name for people.
        label: String,
        /// Its unit.
        unit: &'static str,
        /// How it is computed, in words.
        how: String,
    },
    /// Whether a member has each of the commonest values of a set-valued attribute.
    Tags {
        /// The attribute.
        prefix: String,
        /// Where its values come from, in words: "of the catalogue".
        whence: String,
        /// How many values count.
        top: usize,
    },
    /// How far what is bought with a product leans to each group; the answer is the group of each product, and becomes
    /// that by [`crate::company::positions`].
    Company {
        /// By what products are grouped, for descriptions: "category 2".
        by: String,
        /// How many groups count by themselves.
        top: usize,
    },
    /// One column.
    Column {
        /// Its key.
        key: String,
        /// Its name for people.
        label: String,
        /// Its unit, blank for shares and counts.
        unit: &'static str,
        /// How it is computed, in words.
        how: String,
        /// How it is scaled.
        shape: Shape,
    },
}

/// From when to when sales count, and of which category.
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    /// The instant after which sales count, as SQL writes it; none for all.
    pub from: Option<String>,
    /// The last instant that counts.
    pub to: String,
}

/// The live run of a scheme of customers, and the table that holds its members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveRun {
    /// The run.
    pub run_id: String,
    /// Whether it is one of the workbench.
    pub workbench: bool,
    /// What people call its segments; those that are not here go by their number.
    pub names: BTreeMap<i32, String>,
}

impl LiveRun {
    /// The table that holds its members.
    fn members(&self) -> &'static str {
        match self.workbench {
            true => "scheme_members",
            false => "memberships",
        }
    }

    /// The SQL for the key of a segment: its number, since a name may change.
    fn key(&self) -> &'static str {
        "'segment ' || cast(cluster_id as varchar)"
    }

    /// What the keys are called.
    fn labels(&self) -> BTreeMap<String, String> {
        let each = self.names.iter();
        each.map(|(cluster, name)| (format!("segment {cluster}"), name.clone()))
            .collect()
    }
}

/// A block as people choose it.
#[derive(Debug, Clone, Copy)]
pub struct BlockInfo {
    /// Its name in a recipe.
    pub name: &'static str,
    /// What it is for people.
    pub label: &'static str,
    /// What it says about a member.
    pub description: &'static str,
    /// What it can be split by or made of; empty where there is nothing to choose.
    pub choices: &'static [&'static str],
}

/// Attributes of products by which sales can be split.
pub(crate) const PRODUCT_ATTRIBUTES: &[&str] = &[
    "category_1",
    "category_2",
    "category_3",
    "need_group",
    "brand",
    "price_tier",
    "color",
    "material",
    "pattern",
    "flavour",
    "size",
];
/// What products can be compared by: the same, and the set of their further attributes.
const PRODUCT_COLUMNS: &[&str] = &{
    let mut all = [members::FURTHER; PRODUCT_ATTRIBUTES.len() + 1];
    let mut at = 0;
    while at < PRODUCT_ATTRIBUTES.len() {
        all[at] = PRODUCT_ATTRIBUTES[at];
        at += 1;
    }
    all
};
/// What purchases can be split by: the same, every value of the further attributes, channel and weekday.
const PURCHASES_BY: &[&str] = &{
    let mut all = [""; PRODUCT_ATTRIBUTES.len() + habits::FURTHER.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = match at < PRODUCT_ATTRIBUTES.len() {
            true => PRODUCT_ATTRIBUTES[at],
            false => habits::FURTHER[at - PRODUCT_ATTRIBUTES.len()],
        };
        at += 1;
    }
    all
};
pub(crate) const STORE_ATTRIBUTES: &[&str] = &[
    "format",
    "banner",
    "region",
    "city",
    "country",
    "area_m2",
    "parking",
    "competitor_distance_km",
];
pub(crate) const STORE_PEOPLE: &[&str] = &[
    "catchment_households",
    "median_income_index",
    "households_with_children_share",
    "urban_share",
];
pub(crate) const CUSTOMER_PEOPLE: &[&str] = &[
    "region",
    "country",
    "age",
    "gender",
    "household_size",
    "income_band",
];

/// The block of what products are bought with.
pub const CO_PURCHASE: &str = "co_purchase";

const MIX: BlockInfo = BlockInfo {
    name: "sales_mix",
    label: "Sales mix",
    description: "share of sales by an attribute of the products",
    choices: PRODUCT_ATTRIBUTES,
};
const PERFORMANCE: BlockInfo = BlockInfo {
    name: "performance",
    label: "Performance",
    description: "how much is sold, how often, how large a basket is, how dear a unit",
    choices: &[],
};
const RHYTHM: BlockInfo = BlockInfo {
    name: "rhythm",
    label: "Rhythm",
    description: "when it is sold: weekend, late in the day, on promotion",
    choices: &[],
};
const CUSTOMER_MIX: BlockInfo = BlockInfo {
    name: "customer_mix",
    label: "Customer mix",
    description: "share of sales by the segment of the customers, of a published scheme",
    choices: &[],
};

const SHARES: BlockInfo = BlockInfo {
    name: "purchase_shares",
    label: "Shares of purchases",
    description: "how often it is what is bought, where or when: each share by itself, whatever it costs, steadied where there are few purchases",
    choices: PURCHASES_BY,
};
const CLOCK: BlockInfo = BlockInfo {
    name: "clock",
    label: "Days and hours",
    description: "on which days of the week and at which hour, steadied where there are few receipts",
    choices: &[],
};

/// The blocks that there are for an entity.
pub fn blocks(of: Entity) -> &'static [BlockInfo] {
    const STORES: &[BlockInfo] = &[
        MIX,
        PERFORMANCE,
        RHYTHM,
        SHARES,
        CLOCK,
        CUSTOMER_MIX,
        BlockInfo {
            name: "resident_mix",
            label: "Customers at home here",
            description: "share of the customers who call the shop theirs, by their segment in a published scheme",
            choices: &[],
        },
        BlockInfo {
            name: "geography",
            label: "Geography",
            description: "where the shop is, kilometres north and east",
            choices: &[],
        },
        BlockInfo {
            name: "demographics",
            label: "Demographics",
            description: "who lives in the catchment",
            choices: STORE_PEOPLE,
        },
        BlockInfo {
            name: "attributes",
            label: "Store attributes",
            description: "what the shop is: format, area, parking",
            choices: STORE_ATTRIBUTES,
        },
    ];
    const CUSTOMERS: &[BlockInfo] = &[
        BlockInfo {
            name: "buying",
            label: "Buying behaviour",
            description: "how recently, how often, for how much, how widely",
            choices: &[],
        },
        MIX,
        SHARES,
        CLOCK,
        RHYTHM,
        BlockInfo {
            name: "channel_mix",
            label: "Channel mix",
            description: "share of sales by channel",
            choices: &[],
        },
        BlockInfo {
            name: "demographics",
            label: "Demographics",
            description: "what the customer told of age, household and place",
            choices: CUSTOMER_PEOPLE,
        },
    ];
    const PRODUCTS: &[BlockInfo] = &[
        BlockInfo {
            name: "attributes",
            label: "Product attributes",
            description: "what the catalogue says of the product",
            choices: PRODUCT_COLUMNS,
        },
        BlockInfo {
            name: dna::NAME,
            label: "Product DNA",
            description: "what was read of the product in fields, texts and its price, with people's corrections",
            choices: dna::ATTRIBUTES,
        },
        BlockInfo {
            name: CO_PURCHASE,
            label: "Co-purchase",
            description: "with which groups of products it is in one basket, more or less often than by chance; not known \
                          where its baskets are too few to say",
            choices: PRODUCT_ATTRIBUTES,
        },
        PERFORMANCE,
        RHYTHM,
        CUSTOMER_MIX,
        BlockInfo {
            name: "store_mix",
            label: "Store mix",
            description: "share of sales by the format of the shop",
            choices: &[],
        },
    ];
    match of {
        Entity::Customers => CUSTOMERS,
        Entity::Stores => STORES,
        Entity::Products => PRODUCTS,
    }
}

/// Attributes of the members themselves: for filters, nesting and one-hot columns.
pub fn attributes(of: Entity) -> &'static [&'static str] {
    match of {
        Entity::Customers => &["region", "country", "gender", "income_band"],
        Entity::Stores => &["format", "banner", "region", "city", "country"],
        Entity::Products => PRODUCT_ATTRIBUTES,
    }
}

/// Whether an entity has a text attribute.
pub(crate) fn require_attribute(of: Entity, name: &str) -> Result<(), SegmentError> {
    one_of(attributes(of), name, || {
        format!("{} have no attribute '{name}'", of.word())
    })
}

fn one_of(legal: &[&str], name: &str, told: impl Fn() -> String) -> Result<(), SegmentError> {
    match legal.contains(&name) {
        true => Ok(()),
        false => Err(SegmentError::Recipe(format!(
            "{}: write one of {}",
            told(),
            legal.join(", ")
        ))),
    }
}

/// Whether a block is one that the entity has, with what it needs.
pub(crate) fn check(of: Entity, block: &Block) -> Result<(), SegmentError> {
    let infos = blocks(of);
    let names: Vec<&str> = infos.iter().map(|info| info.name).collect();
    one_of(&names, &block.name, || {
        format!("{} have no block '{}'", of.word(), block.name)
    })?;
    let wrong = |words: String| Err(SegmentError::Recipe(words));
    let chosen = infos.iter().find(|info| info.name == block.name);
    let choices = chosen.map_or(&[][..], |info| info.choices);
    let split = ["sales_mix", "purchase_shares", CO_PURCHASE].contains(&block.name.as_str());
    match (block.name.as_str(), &block.by) {
        (name, None) if split => {
            return wrong(format!(
                "{name} needs by: write one of {}",
                choices.join(", ")
            ));
        }
        (name, Some(by)) if split => {
            one_of(choices, by, || format!("{name} by '{by}' is not known"))?;
        }
        (name, Some(_)) => return wrong(format!("{name} takes no by: leave it out")),
        (_, None) => {}
    }
    if !split {
        for column in &block.columns {
            one_of(choices, column, || {
                format!("{} has no column '{column}'", block.name)
            })?;
        }
    }
    match (block.name.as_str(), &block.scheme) {
        (name @ ("customer_mix" | "resident_mix"), None) => {
            return wrong(format!(
                "{name} needs scheme: write the name of a published scheme of customers, as in buying"
            ));
        }
        ("customer_mix" | "resident_mix", Some(_)) | (_, None) => {}
        (name, Some(_)) => return wrong(format!("{name} takes no scheme: leave it out")),
    }
    if block.top.is_some_and(|top| !(1..=60).contains(&top)) {
        return wrong(format!("top of {}: write 1 to 60", block.name));
    }
    Ok(())
}

/// The questions that fill a recipe's features, in order. `live` gives the live run of a scheme of customers.
///
/// # Errors
/// [`SegmentError::Recipe`] where a scheme has no live run.
pub fn questions(
    recipe: &Recipe,
    window: &Window,
    live: &dyn Fn(&str) -> Option<LiveRun>,
) -> Result<Vec<Question>, SegmentError> {
    let mut all = Vec::new();
    for (number, block) in recipe.weighted().enumerate() {
        let parts = match block.name.as_str() {
            "geography" | "demographics" | "attributes" => {
                members::questions(recipe, block, window)
            }
            dna::NAME => dna::questions(block),
            "purchase_shares" => vec![habits::purchase_shares(recipe, block, window)],
            "clock" => habits::clock(recipe, window),
            CO_PURCHASE => vec![members::company(block)],
            "resident_mix" => vec![habits::resident_mix(block, live)?],
            _ => sales::questions(recipe, block, window, live)?,
        };
        let each = block.weight / parts.len() as f64;
        all.extend(parts.into_iter().map(|(sql, gives)| Question {
            sql,
            gives,
            weight: each,
            block: number,
        }));
    }
    Ok(all)
}

/// The question for what each member earned in the recipe's lines: member, sales of products with a unit cost in the
/// catalogue, and these less quantity × unit cost. Members without such a sale are not in it.
pub fn margin_sql(recipe: &Recipe, window: &Window) -> String {
    sales::margin(recipe, window)
}

/// The question for what each member is worth in the recipe's lines: member, worth (exact money), receipts,
/// first_at, last_at. Only members with a sale are in it.
pub fn worth_sql(recipe: &Recipe, window: &Window) -> String {
    sales::worth(recipe, window)
}
