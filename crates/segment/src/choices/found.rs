//! What is found about choices, in the retailer's ids. Plain values; how they are found is `find`'s.

use serde::{Deserialize, Serialize};

/// All that a run finds.
#[derive(Debug, Clone, PartialEq)]
pub struct Choices {
    /// Every product sold, by code.
    pub products: Vec<Product>,
    /// The categories that have a product, by path.
    pub categories: Vec<Category>,
    /// Share of the ties between products that lie within clusters by co-purchase, less what it would be by chance.
    pub modularity: f64,
    /// Clusters by co-purchase with at least two products.
    pub communities: usize,
    /// What it is read from how much is lost, in the categories where that can be told.
    pub lost_from: LostFrom,
    /// What shoppers did in the later days against what the earlier ones foretold.
    pub backtest: Option<super::BackTest>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// What it is read from how much of a product's demand is lost with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LostFrom {
    /// What categories gain from promotions.
    Promotions,
    /// What categories lose while shelves are empty.
    Shelves,
    /// Nothing: too little of either is known.
    Nothing,
}

/// One product.
#[derive(Debug, Clone, PartialEq)]
pub struct Product {
    /// Its code.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// The path of its category.
    pub category: Option<String>,
    /// Baskets it is in.
    pub purchases: usize,
    /// Its cluster by co-purchase from 1, largest first; 0 where it is alone.
    pub community: i32,
    /// Its leaf in the category's tree.
    pub leaf: Option<i32>,
    /// Share of its buyers' demand for the category that it holds, 0 to 1.
    pub held: Option<f64>,
    /// Where its demand goes: the products that gain, largest share first; empty where it is not on offer now.
    pub shares: Vec<Share>,
    /// Share of its demand that goes to products not in `shares`.
    pub others: f64,
    /// Share that is lost; none where the data of its category cannot tell. With it all shares add up to 1; without, to 1 among those
    /// that stay.
    pub lost: Option<f64>,
    /// The interval of the lost part (90 %).
    pub lost_between: Option<(f64, f64)>,
    /// Days on which it was promoted, in each shop by itself.
    pub promoted_days: u32,
    /// Days on which its shelf was known to be empty, likewise.
    pub empty_days: u32,
    /// Bought together less often than chance would have it, in one category; surest first.
    pub substitutes: Vec<Partner>,
    /// Bought together more often, from other categories; surest first.
    pub complements: Vec<Partner>,
}

/// A product that gains when another leaves.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// The code of the one that gains.
    pub id: String,
    /// Its share of the demand.
    pub share: f64,
    /// Lower end of its interval (90 %).
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// What the share would be if all went to the others by their sales.
    pub by_sales: f64,
    /// Weight of the switches seen between the two.
    pub switches: f64,
    /// What it would be by pull alone.
    pub by_pull: f64,
}

/// A product that goes with another, or stands for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Partner {
    /// Its code.
    pub id: String,
    /// Baskets with both.
    pub together: usize,
    /// Baskets with both by chance.
    pub by_chance: f64,
    /// Logarithm of how much more often than by chance.
    pub strength: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// One category.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Category {
    /// Its path in the catalogue.
    pub path: String,
    /// Its products that were sold.
    pub products: usize,
    /// Their purchases.
    pub purchases: usize,
    /// Purchases of products that were not known to be on offer: left out.
    pub contradictions: usize,
    /// Elasticity of demand in what is on offer; see the kernel.
    pub elasticity: f64,
    /// Its standard error.
    pub elasticity_error: f64,
    /// Weight of the switches that the tree was grown from.
    pub switches: f64,
    /// Days on which one of its products was promoted, product by product and shop by shop.
    #[serde(default)]
    pub promoted_days: u32,
    /// Days on which a shelf of one was known to be empty, likewise.
    #[serde(default)]
    pub empty_days: u32,
    /// The tree; the first node is the root.
    #[serde(skip)]
    pub tree: Vec<Node>,
}

/// A node of a category's tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The node above.
    pub parent: Option<i32>,
    /// The level of the attribute above that its products have; none at the root, or where they have none.
    pub level: Option<String>,
    /// How many products it has.
    pub products: usize,
    /// How it is split; none in a leaf.
    pub split: Option<Split>,
}

/// How a node is split.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    /// By which attribute.
    pub attribute: String,
    /// Gain in log likelihood.
    pub gain: f64,
    /// Switches within branches against pulls alone.
    pub within: f64,
    /// Switches between branches against pulls alone.
    pub between: f64,
    /// Share of the resamples in which the attribute is the best.
    pub stability: Option<f64>,
}
