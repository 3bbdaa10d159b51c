//! What a run about demand writes: products with their place among others, pairs that go together or stand for
//! each other, where demand goes, the trees. Rows carry the run that wrote them and are never rewritten.

use super::{may, must};
use crate::table::{Column, ColumnType::*, Table};

const RUN_ID: Column = must("run_id", Text, "the run that wrote the row");
const AS_OF: Column = must("happened_at", Time, "the instant that the row describes");
const WRITTEN: Column = must("known_at", Time, "when the run wrote it");

/// Products of a run about demand.
pub const DEMAND_PRODUCTS: Table = Table {
    name: "demand_products",
    doc: "one product of one run about demand",
    feed: None,
    identity: None,
    columns: &[
        RUN_ID,
        must("product_id", Text, "the product"),
        must(
            "name",
            Text,
            "its name; its code where the catalogue has none",
        ),
        may(
            "category",
            Text,
            "path of the lowest category, within which shoppers choose; empty where there is none",
        ),
        must("purchases", Int, "baskets it is in"),
        must(
            "community",
            SmallInt,
            "its cluster by co-purchase; 0 where it is bought with no other beyond chance",
        ),
        may("leaf", SmallInt, "its leaf in the category's tree"),
        may(
            "held",
            Float,
            "share of its buyers' demand for the category that it holds, 0 to 1",
        ),
        may(
            "others",
            Float,
            "share of its demand that goes to products without a row of their own in demand_shares",
        ),
        may(
            "lost",
            Float,
            "share of its demand that is lost with it; empty where the data cannot tell",
        ),
        may(
            "lost_low",
            Float,
            "lower end of the lost part's interval (90 %)",
        ),
        may("lost_high", Float, "upper end of it"),
        may(
            "promoted_days",
            Int,
            "days on which it was promoted, in each shop by itself",
        ),
        may(
            "empty_days",
            Int,
            "days on which its shelf was known to be empty, in each shop by itself",
        ),
        AS_OF,
        WRITTEN,
    ],
};

/// Pairs that are bought together more often, or less often, than chance would have it.
pub const DEMAND_PARTNERS: Table = Table {
    name: "demand_partners",
    doc: "one product and one that goes with it or stands for it, in one run about demand",
    feed: None,
    identity: None,
    columns: &[
        RUN_ID,
        must("product_id", Text, "the product"),
        must("partner_id", Text, "the other"),
        must("kind", Text, "complement or substitute"),
        must("together", Int, "baskets with both"),
        must(
            "by_chance",
            Float,
            "baskets with both, had the products fallen by chance into the baskets of each shop and quarter",
        ),
        must(
            "strength",
            Float,
            "logarithm of how much more often than by chance, drawn towards what the two categories show; below 0 for \
             substitutes",
        ),
        may(
            "low",
            Float,
            "lower end of the strength's interval (90 %); empty in rows of versions that kept none",
        ),
        may("high", Float, "upper end of it"),
        AS_OF,
        WRITTEN,
    ],
};

/// Products near each other by the company they are bought in.
pub const DEMAND_COMPANY: Table = Table {
    name: "demand_company",
    doc: "one product and one that is bought in the same company, in one run about demand",
    feed: None,
    identity: None,
    columns: &[
        RUN_ID,
        must("product_id", Text, "the product"),
        must("near_id", Text, "the other"),
        must("similarity", Float, "cosine of their vectors, -1..1"),
        must(
            "contexts",
            Int,
            "customers, or baskets, that the other's vector rests on",
        ),
        may(
            "together",
            Int,
            "those with both, where that is more often than by chance",
        ),
        must(
            "company",
            Float,
            "what the shares of all companions that both have sum to, 0..1",
        ),
        must("shared", Text, "the greatest of these, as JSON"),
        AS_OF,
        WRITTEN,
    ],
};

/// Where the demand for a product goes when it leaves.
pub const DEMAND_SHARES: Table = Table {
    name: "demand_shares",
    doc: "the share of one product's demand that one substitute gains when it leaves, in one run about demand",
    feed: None,
    identity: None,
    columns: &[
        RUN_ID,
        must("product_id", Text, "the product that leaves"),
        must("substitute_id", Text, "the product that gains"),
        must("share", Float, "share of the demand, 0 to 1"),
        must(
            "by_sales",
            Float,
            "what it would be if all demand went to the others in proportion to their sales: the naive answer",
        ),
        must(
            "switches",
            Float,
            "weight of the switches seen between the two among customers who are known, both directions",
        ),
        must(
            "by_pull",
            Float,
            "what it would be if these customers switched to any product in proportion to its pull",
        ),
        may("low", Float, "lower end of the share's interval (90 %)"),
        may("high", Float, "upper end of it"),
        AS_OF,
        WRITTEN,
    ],
};

/// The nodes of the decision trees.
pub const DEMAND_NODES: Table = Table {
    name: "demand_nodes",
    doc: "one node of one category's decision tree, in one run about demand",
    feed: None,
    identity: None,
    columns: &[
        RUN_ID,
        must("category", Text, "path of the category"),
        must("node", SmallInt, "its number in the tree; 0 is the root"),
        may("parent", SmallInt, "the node above; empty at the root"),
        may(
            "level",
            Text,
            "the level of the attribute above that its products have; empty at the root and for products without one",
        ),
        must("products", Int, "its products"),
        may(
            "attribute",
            Text,
            "the attribute by which it is split; empty in a leaf",
        ),
        may("gain", Float, "gain of the split in log likelihood"),
        may(
            "within",
            Float,
            "switches within the branches against what pulls alone would make of them",
        ),
        may("between", Float, "switches between them, likewise"),
        may(
            "stability",
            Float,
            "share of the resamples of customers in which this attribute is the best here, 0 to 1",
        ),
        AS_OF,
        WRITTEN,
    ],
};
