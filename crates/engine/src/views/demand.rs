//! What shoppers choose among: runs about demand, categories with their trees, a product's two lists and where its
//! demand goes, clusters by co-purchase.

use super::words::words;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

words!(
    /// What one product is to another.
    PartnerKind {
        /// Bought together less often than chance would have it.
        Substitute => "substitute",
        /// Bought together more often.
        Complement => "complement",
    }
);

words!(
    /// What it is read from how much of a product's demand is lost with it.
    LostFrom {
        /// What categories gain from promotions.
        Promotions => "promotions",
        /// What categories lose while shelves are empty.
        Shelves => "shelves",
        /// Nothing: too little of either is known.
        Nothing => "nothing",
    }
);

/// What a run about demand is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DemandRunRequest {
    /// Months back from the newest receipt that count; all where not given.
    #[schema(minimum = 1, maximum = 1200)]
    #[serde(default)]
    pub months: Option<u32>,
    /// Why.
    pub reason: String,
}

/// What a run about demand did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DemandRan {
    /// The run.
    pub run_id: String,
    /// Products that were sold.
    pub products: usize,
    /// Categories within which shoppers choose.
    pub categories: usize,
    /// Clusters by co-purchase with at least two products.
    pub communities: usize,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// The newest run about demand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DemandOverview {
    /// The run; absent where there is none yet.
    pub run: Option<DemandRun>,
}

/// A run about demand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DemandRun {
    /// The run.
    pub run_id: String,
    /// The day it describes.
    #[schema(format = Date)]
    pub day: String,
    /// The first day that counts.
    #[schema(format = Date)]
    pub from: String,
    /// When it ended.
    #[schema(format = DateTime)]
    pub finished_at: String,
    /// Products that were sold.
    pub products: usize,
    /// Baskets.
    pub baskets: usize,
    /// Spans of days in which a shelf was known to be empty.
    pub empty_spans: usize,
    /// Promotions of one product that were looked at.
    pub promotions: usize,
    /// What it is read from how much is lost.
    pub lost_from: LostFrom,
    /// Shares held against what buyers took later, on the own data; absent where it could not be tried.
    pub backtest: Option<DemandBackTest>,
    /// How far the numbers can be trusted, in sentences.
    pub trust: Vec<String>,
    /// What a reader should know.
    pub notes: Vec<String>,
    /// The categories, the one with most purchases first.
    pub categories: Vec<DemandCategory>,
}

/// What buyers of a product took in the later days, while it was off the shelf, against the shares found from the earlier.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DemandBackTest {
    /// Days that were looked at, the last ones.
    pub days: usize,
    /// Purchases by known customers whose product was off the shelf.
    pub cases: usize,
    /// These customers.
    pub customers: usize,
    /// The share that what was taken had, in the geometric mean, 0..1.
    pub by_shares: f64,
    /// The same by sales alone: the naive answer.
    pub by_sales: f64,
    /// The same by guessing.
    pub by_guessing: f64,
    /// How many times the share by sales it is: lower end of its 90 % interval.
    pub times_low: f64,
    /// Upper end.
    pub times_high: f64,
}

/// A category within which shoppers choose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DemandCategory {
    /// Its path in the catalogue.
    pub path: String,
    /// Its last part.
    pub name: String,
    /// Its products that were sold.
    pub products: usize,
    /// Their purchases.
    pub purchases: usize,
    /// Weight of the switches seen among customers who are known: what trees and shares rest on.
    pub switches: f64,
    /// Days on which one of its products was promoted, product by product and shop by shop.
    pub promoted_days: u32,
    /// Days on which a shelf of one was known to be empty, likewise.
    pub empty_days: u32,
}

/// A category: its products and its tree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DemandCategoryFile {
    /// The run.
    pub run_id: String,
    /// The category.
    pub category: DemandCategory,
    /// Its products, best seller first.
    pub products: Vec<DemandProduct>,
    /// The nodes of its tree, parents before children; the first is the root.
    pub tree: Vec<DemandNode>,
}

/// A product of a run about demand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DemandProduct {
    /// Its code.
    pub product_id: String,
    /// Its name.
    pub name: String,
    /// Path of its category, where it has one.
    pub category: Option<String>,
    /// Baskets it is in.
    pub purchases: usize,
    /// Its cluster by co-purchase; 0 where it is alone.
    pub community: i32,
    /// Its leaf in the category's tree.
    pub leaf: Option<i32>,
    /// Share of its demand that would be lost with it, 0..1; absent where the data cannot tell.
    pub lost: Option<f64>,
    /// Lower end of the lost part's interval (90 %).
    pub lost_low: Option<f64>,
    /// Upper end of it.
    pub lost_high: Option<f64>,
    /// Days on which it was promoted, in each shop by itself.
    pub promoted_days: u32,
    /// Days on which its shelf was known to be empty, likewise.
    pub empty_days: u32,
}

/// A node of a tree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DemandNode {
    /// Its number.
    pub node: i32,
    /// The node above.
    pub parent: Option<i32>,
    /// The level of the attribute above that its products have; absent at the root and for products without one.
    pub level: Option<String>,
    /// Its products.
    pub products: usize,
    /// How it is split; absent in a leaf.
    pub split: Option<DemandSplit>,
}

/// How a node is split.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DemandSplit {
    /// The attribute.
    pub attribute: String,
    /// Gain in log likelihood over no split.
    pub gain: f64,
    /// Switches within the branches, against what pulls alone would make of them.
    pub within: f64,
    /// Switches between the branches, likewise.
    pub between: f64,
    /// Share of resamples of the customers in which this attribute is the best here, 0..1.
    pub stability: Option<f64>,
}

/// A product's two lists and where its demand goes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DemandProductFile {
    /// The run.
    pub run_id: String,
    /// The product.
    pub product: DemandProduct,
    /// Products of its category that are bought with it less often than by chance, strongest first.
    pub substitutes: Vec<DemandPartner>,
    /// Products of other categories that are bought with it more often, strongest first.
    pub complements: Vec<DemandPartner>,
    /// Where its demand goes when it leaves; absent where it has no category or is not on offer now.
    pub transfer: Option<Transfer>,
    /// Products that are bought in the same company, the nearest first: substitutes and products of one errand alike.
    pub company: Vec<DemandNear>,
}

/// A product that is bought in the same company as another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DemandNear {
    /// Its code.
    pub product_id: String,
    /// Its name.
    pub name: String,
    /// How much their company is the same, -1..1.
    pub similarity: f64,
    /// Customers (baskets, where few customers are known) that it rests on; absent where they are few.
    pub contexts: Option<u64>,
    /// Those with both, where that is more often than by chance and they are not few.
    pub together: Option<u64>,
    /// What the shares of all companions that both have sum to, 0..1; far below the similarity the two are near through
    /// companions of companions.
    pub company: f64,
    /// The companions with the greatest shares.
    pub shared: Vec<DemandCompanion>,
}

/// A product that two others are both bought with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DemandCompanion {
    /// Its code.
    pub product_id: String,
    /// Its name.
    pub name: String,
    /// Its share of the company that the two have in common, 0..1.
    pub share: f64,
    /// Customers, or baskets, with it and the product; absent where they are few.
    pub with_product: Option<u64>,
    /// The same with the near one.
    pub with_near: Option<u64>,
}

/// The two lists of every product of a category.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DemandListsFile {
    /// The run.
    pub run_id: String,
    /// The category.
    pub category: DemandCategory,
    /// Its products, best seller first.
    pub products: Vec<DemandLists>,
}

/// The two lists of a product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DemandLists {
    /// The product.
    pub product: DemandProduct,
    /// Products of its category that are bought with it less often than by chance, strongest first.
    pub substitutes: Vec<DemandPartner>,
    /// Products of other categories that are bought with it more often, strongest first.
    pub complements: Vec<DemandPartner>,
}

/// A product that goes with another or stands for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DemandPartner {
    /// Its code.
    pub product_id: String,
    /// Its name.
    pub name: String,
    /// What it is to the other.
    pub kind: PartnerKind,
    /// Baskets with both.
    pub together: usize,
    /// Baskets with both, had the products fallen by chance into the baskets of each shop and quarter.
    pub by_chance: f64,
    /// Natural logarithm of how much more often than by chance, drawn towards what the two categories show; below 0
    /// for substitutes.
    pub strength: f64,
    /// Lower end of its interval (90 %), in which baskets of customers who buy both again and again count for less;
    /// absent where a run of an older version kept none.
    pub low: Option<f64>,
    /// Upper end of it.
    pub high: Option<f64>,
}

/// Where a product's demand goes when it leaves. The tenths add up to exactly 1,000.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Transfer {
    /// In a sentence.
    pub sentence: String,
    /// Share of its buyers' demand for the category that it holds, 0..1: how bound they are to it.
    pub held: f64,
    /// The products that gain, largest share first.
    pub to: Vec<TransferShare>,
    /// Share that goes to further products, tenths of a per cent.
    pub others_tenths: u32,
    /// Share that is lost, tenths of a per cent; absent where the data cannot tell, and then the others are shares of
    /// what stays.
    pub lost_tenths: Option<u32>,
    /// Lower end of the lost part's interval (90 %), 0..1.
    pub lost_low: Option<f64>,
    /// Upper end of it.
    pub lost_high: Option<f64>,
}

/// A product that gains.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TransferShare {
    /// Its code.
    pub product_id: String,
    /// Its name.
    pub name: String,
    /// Its share, tenths of a per cent.
    pub tenths: u32,
    /// Lower end of the share's interval (90 %), 0..1; absent where a run of an older version kept none.
    pub low: Option<f64>,
    /// Upper end of it.
    pub high: Option<f64>,
    /// What it would be if all went to the others in proportion to their sales, 0..1: the naive answer.
    pub by_sales: f64,
    /// Weight of the switches seen between the two among customers who are known.
    pub switches: f64,
    /// What it would be if these customers switched to any product in proportion to its pull.
    pub by_pull: f64,
}

/// Products clustered by co-purchase.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DemandCommunities {
    /// The run.
    pub run_id: String,
    /// Share of the ties between products that lie within clusters, less what it would be by chance: below 1.
    pub modularity: f64,
    /// Products that are bought with no other beyond chance.
    pub alone: usize,
    /// How far the clusters agree with other groupings of the same products.
    pub agreement: Vec<Agreement>,
    /// The clusters, the one that sells most first.
    pub communities: Vec<DemandCommunity>,
}

/// How far two groupings of products agree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Agreement {
    /// The other grouping, in words.
    pub with: String,
    /// Products in both.
    pub products: usize,
    /// Adjusted Rand index: 1 the same, 0 as by chance.
    pub adjusted_rand: f64,
}

/// A cluster by co-purchase.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DemandCommunity {
    /// Its number.
    pub community: i32,
    /// Named after the categories that sell most in it.
    pub name: String,
    /// Its products.
    pub products: usize,
    /// Their purchases.
    pub purchases: usize,
    /// Its best sellers.
    pub best: Vec<DemandProduct>,
}
