//! Questions about habits: shares of purchases by what is bought, where and when, and of the customers at home in a
//! shop's catchment. Each answer tells from how many observations it is, in rows with a blank key, so that
//! thin histories can be steadied. It must not form columns (`shares`).

use super::sales::lines;
use super::{Gives, LiveRun, Window};
use crate::recipe::Block;
use crate::rules::literal;
use crate::{Recipe, SegmentError};
use std::collections::BTreeMap;

/// What purchases can be split by beyond the text attributes of products.
pub(super) const FURTHER: [&str; 3] = ["attributes", "channel", "weekday"];

/// Shares of receipt lines by an attribute, of receipts by channel or weekday.
pub(super) fn purchase_shares(recipe: &Recipe, block: &Block, window: &Window) -> (String, Gives) {
    let by = block.by.as_deref().unwrap_or("attributes");
    let top = block.top.unwrap_or(12);
    let gives = |what: &str, by: &str, prefix: &str| Gives::Shares {
        prefix: prefix.into(),
        what: what.into(),
        by: by.into(),
        top,
        labels: BTreeMap::new(),
    };
    match by {
        "channel" | "weekday" => (of_receipts(recipe, window, by), gives("receipts", by, by)),
        // Several hold for one product: each is a key by itself, and the shares may add up to more than 1.
        "attributes" => {
            let sql = format!(
                "{}select member, trim(tag) as key, cast(sum(n) as double) as value from (select member, n, \
                 unnest(string_to_array(attribute, ';')) as tag from (select member, attribute, count(*) as n \
                 from lines where attribute <> '' group by member, attribute)) where trim(tag) <> '' \
                 group by member, trim(tag) union all \
                 select member, '' as key, cast(count(*) as double) as value from lines group by member",
                lines(recipe, window, "p.attributes")
            );
            (sql, gives("purchases", "attribute", "attribute"))
        }
        _ => {
            let sql = format!(
                "{}select member, attribute as key, cast(count(*) as double) as value from lines \
                 where attribute <> '' group by member, attribute union all \
                 select member, '' as key, cast(count(*) as double) as value from lines group by member",
                lines(recipe, window, &format!("p.{by}"))
            );
            (sql, gives("purchases", &by.replace('_', " "), by))
        }
    }
}

fn of_receipts(recipe: &Recipe, window: &Window, by: &str) -> String {
    let key = match by {
        "weekday" => {
            "case weekday when 1 then 'Monday' when 2 then 'Tuesday' when 3 then 'Wednesday' \
                      when 4 then 'Thursday' when 5 then 'Friday' when 6 then 'Saturday' else 'Sunday' end"
        }
        other => other,
    };
    format!(
        "{}select member, {key} as key, cast(count(distinct receipt_key) as double) as value from lines \
         where {by} is not null group by member, {key} union all \
         select member, '' as key, cast(count(distinct receipt_key) as double) as value from lines group by member",
        lines(recipe, window, "cast(null as varchar)")
    )
}

/// The days of the week and the hour of the day.
pub(super) fn clock(recipe: &Recipe, window: &Window) -> Vec<(String, Gives)> {
    let days = Gives::Shares {
        prefix: "weekday".into(),
        what: "receipts".into(),
        by: "weekday".into(),
        top: 7,
        labels: BTreeMap::new(),
    };
    let hour = format!(
        "{}, visits as (select member, receipt_key, min(hour) as hour from lines group by member, receipt_key) \
         select member, 'hour' as key, avg(cast(hour as double)) as value from visits group by member union all \
         select member, '' as key, cast(count(*) as double) as value from visits group by member",
        lines(recipe, window, "cast(null as varchar)").trim_end()
    );
    vec![
        (of_receipts(recipe, window, "weekday"), days),
        (
            hour,
            Gives::Mean {
                key: "hour".into(),
                label: "Hour of the day".into(),
                unit: "hours",
                how: "mean hour of the receipts, the shop's own time".into(),
            },
        ),
    ]
}

/// The customers who call a shop theirs, by their segment in a live scheme.
pub(super) fn resident_mix(
    block: &Block,
    live: &dyn Fn(&str) -> Option<LiveRun>,
) -> Result<(String, Gives), SegmentError> {
    let scheme = block.scheme.as_deref().unwrap_or_default();
    let run = live(scheme).ok_or_else(|| {
        SegmentError::Recipe(format!(
            "resident_mix: there is no live scheme of customers '{scheme}'; run and publish it first, or write another"
        ))
    })?;
    let sql = format!(
        "with residents as (select c.home_store_id as member, m.cluster_id from (select customer_key, home_store_id, \
         row_number() over (partition by customer_key order by happened_at desc, known_at desc, row_key) as newest \
         from customers where customer_key is not null) c \
         join {} m on m.customer_key = c.customer_key and m.run_id = {} \
         where c.newest = 1 and c.home_store_id <> '') \
         select member, {} as key, cast(count(*) as double) as value \
         from residents group by member, cluster_id union all \
         select member, '' as key, cast(count(*) as double) as value from residents group by member",
        run.members(),
        literal(&run.run_id),
        run.key()
    );
    let gives = Gives::Shares {
        prefix: "residents".into(),
        what: "customers at home here".into(),
        by: format!("segment in '{scheme}'"),
        top: block.top.unwrap_or(12),
        labels: run.labels(),
    };
    Ok((sql, gives))
}
