//! Questions about what members sell or buy: mixes, performance, rhythm, over the lines of a recipe's window
//! and category.

use super::{Gives, LiveRun, Window};
use crate::recipe::Block;
use crate::rules::literal;
use crate::{Entity, Recipe, SegmentError, Shape};
use std::collections::BTreeMap;

/// The member of a line. Sales on the web, in the app or on a marketplace that name no shop are a shop of
/// that name, so that the online shop takes part beside the others.
fn member(of: Entity) -> &'static str {
    match of {
        Entity::Customers => "cast(l.customer_key as varchar)",
        Entity::Stores => {
            "coalesce(l.store_id, case when l.channel in ('web', 'app', 'marketplace') then l.channel end)"
        }
        Entity::Products => "l.product_id",
    }
}

/// The condition on lines: window and category.
fn condition(recipe: &Recipe, window: &Window) -> String {
    let mut all = vec![format!("l.happened_at <= timestamp '{}'", window.to)];
    all.extend(
        window
            .from
            .as_ref()
            .map(|from| format!("l.happened_at > timestamp '{from}'")),
    );
    all.extend(recipe.category.as_ref().map(|category| {
        let name = literal(category);
        format!("(p.category_1 = {name} or p.category_2 = {name} or p.category_3 = {name})")
    }));
    all.join(" and ")
}

/// The sales lines of a recipe as a table `lines`: member, columns of the line, `attribute`.
pub(super) fn lines(recipe: &Recipe, window: &Window, attribute: &str) -> String {
    let (shops, refit) = match recipe.since_refit {
        true => (
            "left join current_stores t on t.store_id = l.store_id ",
            format!(
                " and (t.refit_on is null or cast(t.refit_on as timestamp) > timestamp '{}' \
                 or l.happened_at >= cast(t.refit_on as timestamp))",
                window.to
            ),
        ),
        false => ("", String::new()),
    };
    format!(
        "with lines as (select {member} as member, l.receipt_key, l.product_id, l.store_id, l.customer_key, \
         l.channel, l.happened_at, l.amount, l.quantity, l.weekday, l.hour, l.promotion_id, {attribute} as attribute \
         from order_lines l left join current_products p on p.product_id = l.product_id {shops}\
         where {member} is not null and l.line_type = 'sale' and not l.cancelled and {condition}{refit}) ",
        member = member(recipe.of),
        condition = condition(recipe, window),
    )
}

fn mix(recipe: &Recipe, window: &Window, attribute: &str, gives: Gives) -> (String, Gives) {
    let sql = format!(
        "{}select member, coalesce(attribute, '') as key, cast(sum(amount) as double) as value \
         from lines group by member, coalesce(attribute, '')",
        lines(recipe, window, attribute)
    );
    (sql, gives)
}

fn mix_of(prefix: &str, by: &str, top: usize) -> Gives {
    Gives::Mix {
        prefix: prefix.into(),
        what: "sales".into(),
        by: by.into(),
        top,
        labels: BTreeMap::new(),
    }
}

/// Label, key, unit, shape, how, SQL over the lines of one member.
type Measure = (
    &'static str,
    &'static str,
    &'static str,
    Shape,
    &'static str,
    &'static str,
);

const SPEND: Measure = (
    "Sales",
    "spend",
    "money",
    Shape::Skewed,
    "sum of the amounts of sale lines",
    "cast(sum(amount) as double)",
);
const PER_WEEK: &str = "greatest(1.0, date_part('epoch', {to} - min(happened_at)) / 604800.0)";
const WEEKLY: Measure = (
    "Sales per week",
    "weekly_sales",
    "money",
    Shape::Skewed,
    "sum of the amounts of sale lines, divided by the weeks since the member's first sale in the period",
    "cast(sum(amount) as double) / {weeks}",
);
const RECEIPTS: Measure = (
    "Purchases",
    "receipts",
    "receipts",
    Shape::Skewed,
    "number of receipts",
    "cast(count(distinct receipt_key) as double)",
);
const WEEKLY_RECEIPTS: Measure = (
    "Receipts per week",
    "weekly_receipts",
    "receipts",
    Shape::Skewed,
    "number of receipts, divided by the weeks since the member's first sale in the period",
    "cast(count(distinct receipt_key) as double) / {weeks}",
);
const BASKET: Measure = (
    "Sales per receipt",
    "basket",
    "money",
    Shape::Skewed,
    "sales divided by receipts",
    "cast(sum(amount) as double) / count(distinct receipt_key)",
);
const UNIT_PRICE: Measure = (
    "Price per unit",
    "unit_price",
    "money",
    Shape::Skewed,
    "sales divided by units",
    "cast(sum(amount) as double) / nullif(cast(sum(quantity) as double), 0)",
);
const BREADTH: Measure = (
    "Different products",
    "breadth",
    "products",
    Shape::Skewed,
    "number of different products",
    "cast(count(distinct product_id) as double)",
);
const SHOPS: Measure = (
    "Shops that sell it",
    "shops",
    "count",
    Shape::Skewed,
    "number of shops with a sale",
    "cast(count(distinct store_id) as double)",
);
const RECENCY: Measure = (
    "Days since last purchase",
    "recency_days",
    "days",
    Shape::Skewed,
    "days from the last sale to the run's date",
    "date_part('epoch', {to} - max(happened_at)) / 86400.0",
);
const WEEKEND: Measure = (
    "Weekend share",
    "weekend_share",
    "share",
    Shape::Plain,
    "sales on Saturday and Sunday, divided by sales",
    "cast(coalesce(sum(amount) filter (where weekday >= 6), 0) as double) / nullif(cast(sum(amount) as double), 0)",
);
const LATE: Measure = (
    "Afternoon and evening share",
    "afternoon_share",
    "share",
    Shape::Plain,
    "sales from 15:00 on, shop's own time, divided by sales",
    "cast(coalesce(sum(amount) filter (where hour >= 15), 0) as double) / nullif(cast(sum(amount) as double), 0)",
);
const PROMOTED: Measure = (
    "Promotion share",
    "promotion_share",
    "share",
    Shape::Plain,
    "sales of lines with a promotion, divided by sales",
    "cast(coalesce(sum(amount) filter (where promotion_id is not null), 0) as double) / nullif(cast(sum(amount) as double), 0)",
);

fn measures(recipe: &Recipe, window: &Window, list: &[Measure]) -> Vec<(String, Gives)> {
    let to = format!("timestamp '{}'", window.to);
    let weeks = PER_WEEK.replace("{to}", &to);
    let each = list.iter().map(|&(label, key, unit, shape, how, sql)| {
        let sql = sql.replace("{weeks}", &weeks).replace("{to}", &to);
        let sql = format!(
            "{}select member, '{key}' as key, {sql} as value from lines group by member",
            lines(recipe, window, "cast(null as varchar)")
        );
        let gives = Gives::Column {
            key: key.into(),
            label: label.into(),
            unit,
            how: how.into(),
            shape,
        };
        (sql, gives)
    });
    each.collect()
}

/// The questions of a block about sales.
pub(super) fn questions(
    recipe: &Recipe,
    block: &Block,
    window: &Window,
    live: &dyn Fn(&str) -> Option<LiveRun>,
) -> Result<Vec<(String, Gives)>, SegmentError> {
    let top = block.top.unwrap_or(12);
    Ok(match (block.name.as_str(), recipe.of) {
        ("sales_mix", _) => {
            let by = block.by.as_deref().unwrap_or("category_1");
            let words = by.replace('_', " ");
            vec![mix(
                recipe,
                window,
                &format!("p.{by}"),
                mix_of(by, &words, top),
            )]
        }
        ("channel_mix", _) => vec![mix(
            recipe,
            window,
            "l.channel",
            mix_of("channel", "channel", top),
        )],
        ("store_mix", _) => {
            let format =
                "(select max(s.format) from current_stores s where s.store_id = l.store_id)";
            vec![mix(
                recipe,
                window,
                format,
                mix_of("format", "format of the shop", top),
            )]
        }
        ("customer_mix", _) => {
            let scheme = block.scheme.as_deref().unwrap_or_default();
            let run = live(scheme).ok_or_else(|| {
                SegmentError::Recipe(format!(
                    "customer_mix: there is no live scheme of customers '{scheme}'; run and publish it first, or write another"
                ))
            })?;
            vec![customer_mix(recipe, window, scheme, &run, top)]
        }
        ("buying", _) => measures(
            recipe,
            window,
            &[RECENCY, RECEIPTS, SPEND, BASKET, BREADTH, UNIT_PRICE],
        ),
        ("performance", Entity::Products) => measures(
            recipe,
            window,
            &[WEEKLY, UNIT_PRICE, WEEKLY_RECEIPTS, SHOPS],
        ),
        ("performance", _) => measures(
            recipe,
            window,
            &[WEEKLY, WEEKLY_RECEIPTS, BASKET, UNIT_PRICE, BREADTH],
        ),
        ("rhythm", _) => measures(recipe, window, &[WEEKEND, LATE, PROMOTED]),
        (other, _) => return Err(SegmentError::Recipe(format!("there is no block '{other}'"))),
    })
}

/// Sales of a member by the segment of who bought; sales without a known customer are left out.
fn customer_mix(
    recipe: &Recipe,
    window: &Window,
    scheme: &str,
    run: &LiveRun,
    top: usize,
) -> (String, Gives) {
    let sql = format!(
        "{}select member, {} as key, cast(sum(amount) as double) as value \
         from lines join {} m on m.customer_key = lines.customer_key and m.run_id = {} \
         group by member, m.cluster_id",
        lines(recipe, window, "cast(null as varchar)"),
        run.key(),
        run.members(),
        literal(&run.run_id)
    );
    let gives = Gives::Mix {
        prefix: "segment".into(),
        what: "sales".into(),
        by: format!("customers' segment in '{scheme}'"),
        top,
        labels: run.labels(),
    };
    (sql, gives)
}

/// The question for what each member is worth: member, sales (exact), receipts, first and last sale.
pub(crate) fn worth(recipe: &Recipe, window: &Window) -> String {
    format!(
        "{}select member, cast(sum(amount) as decimal(18, 4)) as worth, count(distinct receipt_key) as receipts, \
         min(happened_at) as first_at, max(happened_at) as last_at from lines group by member order by member",
        lines(recipe, window, "cast(null as varchar)")
    )
}

/// See [`super::margin_sql`].
pub(crate) fn margin(recipe: &Recipe, window: &Window) -> String {
    format!(
        "{}select member, cast(sum(amount) as decimal(18, 4)) as sales, \
         cast(sum(amount - cast(quantity * attribute as decimal(18, 4))) as decimal(18, 4)) as margin from lines \
         where attribute is not null group by member order by member",
        lines(recipe, window, "p.unit_cost")
    )
}
