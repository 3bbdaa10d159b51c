//! The scores that templates stand on: what each says in words, and the SQL that computes it for every
//! customer. It must not hold thresholds.

use super::super::Kind;
use super::super::sql::instant;

/// One score of a customer.
#[derive(Debug, Clone, Copy)]
pub struct Score {
    /// Its name in rules.
    pub key: &'static str,
    /// Its name on a screen.
    pub label: &'static str,
    /// The kind of its values.
    pub kind: Kind,
    /// What it says about a customer.
    pub description: &'static str,
    /// How it is computed, in words that match the SQL.
    pub how_computed: &'static str,
    query: Option<fn(&str) -> String>,
}

impl Score {
    /// The SQL that gives one row per customer with a sale by `as_of`: `customer_key`, then the score under
    /// its key, empty where not known; `None` for scores that are ranks of features (`rfm`). Sums are exact
    /// decimals, so that a row does not depend on the order in which lines are read.
    pub fn sql(&self, as_of: &str) -> Option<String> {
        self.query.map(|query| query(&instant(as_of)))
    }
}

/// Every score.
pub fn scores() -> &'static [Score] {
    SCORES
}

/// Days after a product's first sale in the chain in which buying it counts as early.
const EARLY_DAYS: u32 = 30;

const SCORES: &[Score] = &[
    Score {
        key: "price_tier",
        label: "Price tier",
        kind: Kind::Share,
        description: "How dear the products are that the customer buys, against others of their category",
        how_computed: "mean over the customer's spend of each product's percentile of unit price, before discounts, \
                       within its category (the finest level known), near 0 for the cheapest and near 1 for the \
                       dearest, equal prices in the middle of their ranks; products without a category, or alone in theirs, \
                       are left out",
        query: Some(price_tier),
    },
    Score {
        key: "promotion_share",
        label: "Share bought on promotion",
        kind: Kind::Share,
        description: "How much the customer buys on promotion",
        how_computed: "spend on sale lines that name a promotion, divided by spend; not known where no line of the \
                       whole chain names one",
        query: Some(promotion_share),
    },
    Score {
        key: "novelty",
        label: "Share of new products",
        kind: Kind::Share,
        description: "How early the customer buys new products",
        how_computed: "spend on products within 30 days of their first sale in the chain, divided by spend; the first \
                       30 days of the data are left out, since everything looks new there",
        query: Some(novelty),
    },
    Score {
        key: "recency_score",
        label: "Recency score",
        kind: Kind::Number,
        description: "How recently the customer bought, against all customers",
        how_computed: "bin of days since the last purchase, by quantiles of all customers, the highest for the most recent",
        query: None,
    },
    Score {
        key: "frequency_score",
        label: "Frequency score",
        kind: Kind::Number,
        description: "How often the customer bought, against all customers",
        how_computed: "bin of the number of receipts, by quantiles of all customers, the highest for the most",
        query: None,
    },
    Score {
        key: "monetary_score",
        label: "Monetary score",
        kind: Kind::Number,
        description: "How much the customer spent, against all customers",
        how_computed: "bin of spend, by quantiles of all customers, the highest for the most",
        query: None,
    },
];

/// The sale lines `l` up to an instant.
fn sold(as_of: &str) -> String {
    format!("l.line_type = 'sale' and l.happened_at <= {as_of}")
}

/// A percentile is (products that are cheaper + half of those that cost the same, itself included) / all.
fn price_tier(as_of: &str) -> String {
    let sold = sold(as_of);
    format!(
        "with priced as (select l.product_id, \
         coalesce(max(p.category_3), max(p.category_2), max(p.category_1)) as category, \
         cast(sum(l.unit_price * l.quantity) as double) / cast(sum(l.quantity) as double) as price \
         from order_lines l join current_products p on p.product_id = l.product_id \
         where {sold} and l.quantity > 0 group by l.product_id), \
         ranked as (select product_id, \
         rank() over (partition by category order by price) - 1 as cheaper, \
         count(*) over (partition by category, price) as same, \
         count(*) over (partition by category) as products from priced where category is not null), \
         tiers as (select product_id, cast((cheaper + 0.5 * same) / products as decimal(9, 6)) as tier \
         from ranked where products > 1) \
         select l.customer_key, cast(sum(l.amount * t.tier) as double) / \
         nullif(cast(sum(case when t.tier is not null then l.amount end) as double), 0) as price_tier \
         from order_lines l left join tiers t on t.product_id = l.product_id \
         where {sold} and l.customer_key is not null group by l.customer_key order by l.customer_key"
    )
}

fn promotion_share(as_of: &str) -> String {
    let sold = sold(as_of);
    format!(
        "select l.customer_key, case when c.promoted > 0 then \
         cast(sum(case when l.promotion_id is not null then l.amount else 0 end) as double) / \
         nullif(cast(sum(l.amount) as double), 0) end as promotion_share from order_lines l cross join \
         (select count(l.promotion_id) as promoted from order_lines l where {sold}) c \
         where {sold} and l.customer_key is not null group by l.customer_key, c.promoted order by l.customer_key"
    )
}

fn novelty(as_of: &str) -> String {
    let sold = sold(as_of);
    let early = format!("interval '{EARLY_DAYS} days'");
    format!(
        "with firsts as (select l.product_id, min(l.happened_at) as first_sale from order_lines l \
         where {sold} group by l.product_id), \
         chain as (select min(first_sale) as opened from firsts) \
         select l.customer_key, \
         cast(sum(case when f.first_sale >= c.opened + {early} and l.happened_at < f.first_sale + {early} \
         then l.amount else 0 end) as double) / nullif(cast(sum(case when l.happened_at >= c.opened + {early} \
         then l.amount else 0 end) as double), 0) as novelty \
         from order_lines l join firsts f on f.product_id = l.product_id cross join chain c \
         where {sold} and l.customer_key is not null group by l.customer_key order by l.customer_key"
    )
}
