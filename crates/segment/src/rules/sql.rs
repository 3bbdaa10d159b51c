//! The SQL that counts a list of measures for every member at an instant. It must not run it.

use super::columns::measure_column;
use super::{Entity, Measure, MeasureKind};

/// A text as a literal of SQL, whatever is in it: a quote is doubled, and nothing else has a meaning there
/// (ISO/IEC 9075-2, 5.3).
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// An instant as a literal of SQL.
pub(crate) fn instant(as_of: &str) -> String {
    format!("timestamp {}", literal(as_of))
}

/// The SQL that gives one row per member with a sale (or an event, where events are counted) by `as_of`:
/// the member's key, then `m1`, `m2`, … in the order of `measures`; `None` where there are none. It reads
/// `order_lines`, `current_products` where a category is asked for, and `events`. Windows end at `as_of`
/// and are open at their start. Amounts are summed as exact decimals, so that a row does not depend on the
/// order in which lines are read; [`super::Columns::read`] takes the rows.
pub fn measure_sql(entity: Entity, measures: &[Measure], as_of: &str) -> Option<String> {
    let as_of = instant(as_of);
    let key = entity.key();
    let (mut columns, mut of_lines, mut of_events) = (Vec::new(), Vec::new(), Vec::new());
    for (place, measure) in measures.iter().enumerate() {
        let name = measure_column(place);
        let sum = format!("{} as {name}", sum(measure, &as_of));
        if measure.kind == MeasureKind::Events {
            of_events.push(sum);
        } else {
            of_lines.push(sum);
        }
        columns.push(match measure.kind {
            MeasureKind::DaysSince => {
                format!("date_part('epoch', {as_of} - {name}) / 86400.0 as {name}")
            }
            _ => format!("coalesce(cast({name} as double), 0.0) as {name}"),
        });
    }
    let columns = columns.join(", ");
    let by_category = measures
        .iter()
        .any(|measure| measure.kind != MeasureKind::Events && measure.of.is_some());
    let products = if by_category {
        " left join current_products p on p.product_id = l.product_id"
    } else {
        ""
    };
    let lines = (!of_lines.is_empty()).then(|| {
        format!(
            "select l.{key}, {} from order_lines l{products} where l.{key} is not null \
             and l.line_type = 'sale' and l.happened_at <= {as_of} group by l.{key}",
            of_lines.join(", ")
        )
    });
    let events = (!of_events.is_empty()).then(|| {
        format!(
            "select e.{key}, {} from events e where e.{key} is not null \
             and e.happened_at <= {as_of} group by e.{key}",
            of_events.join(", ")
        )
    });
    let (from, key) = match (lines, events) {
        (Some(lines), Some(events)) => (
            format!("({lines}) l full join ({events}) e on l.{key} = e.{key}"),
            format!("coalesce(l.{key}, e.{key}) as {key}"),
        ),
        (Some(one), None) | (None, Some(one)) => (format!("({one})"), key.to_string()),
        (None, None) => return None,
    };
    let order = entity.key();
    Some(format!(
        "select {key}, {columns} from {from} order by {order}"
    ))
}

/// The aggregate of one measure over lines `l` with products `p`, or over events `e`.
fn sum(measure: &Measure, as_of: &str) -> String {
    let events = measure.kind == MeasureKind::Events;
    let of = measure.of.as_ref().map(|of| {
        if events {
            // Sources write Product Viewed, product_viewed or product viewed.
            let name = literal(&of.to_lowercase().replace('_', " "));
            format!("lower(replace(e.event, '_', ' ')) = {name}")
        } else {
            let name = literal(of);
            format!("{name} in (p.category_1, p.category_2, p.category_3)")
        }
    });
    let window = measure.window_days.map(|days| {
        let table = if events { "e" } else { "l" };
        format!("{table}.happened_at > {as_of} - interval '{days} days'")
    });
    let conditions: Vec<String> = of.into_iter().chain(window).collect();
    let of = |value: &str| {
        if conditions.is_empty() {
            value.to_string()
        } else {
            format!("case when {} then {value} end", conditions.join(" and "))
        }
    };
    match measure.kind {
        MeasureKind::Receipts => format!("count(distinct {})", of("l.receipt_key")),
        MeasureKind::Spend => format!("sum({})", of("l.amount")),
        MeasureKind::Units => format!("sum({})", of("l.quantity")),
        MeasureKind::Events => format!("count({})", of("1")),
        MeasureKind::DaysSince => format!("max({})", of("l.happened_at")),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::{Rule, Vocabulary};
    use super::*;

    const AS_OF: &str = "2011-12-09T12:50:00";

    fn of(rule: &str) -> String {
        let measures = Rule::parse(rule).unwrap().measures_used();
        measure_sql(Entity::Customers, &measures, AS_OF).unwrap()
    }

    #[test]
    fn lines_are_counted_in_one_scan() {
        assert_eq!(
            of("receipts(90 days) >= 3 and days_since(\"Wine\") > 30 days and spend() > 5"),
            "select customer_key, coalesce(cast(m1 as double), 0.0) as m1, \
             date_part('epoch', timestamp '2011-12-09T12:50:00' - m2) / 86400.0 as m2, \
             coalesce(cast(m3 as double), 0.0) as m3 from (select l.customer_key, \
             count(distinct case when l.happened_at > timestamp '2011-12-09T12:50:00' - interval '90 days' \
             then l.receipt_key end) as m1, max(case when 'Wine' in (p.category_1, p.category_2, p.category_3) \
             then l.happened_at end) as m2, sum(l.amount) as m3 from order_lines l left join current_products p \
             on p.product_id = l.product_id where l.customer_key is not null and l.line_type = 'sale' \
             and l.happened_at <= timestamp '2011-12-09T12:50:00' group by l.customer_key) order by customer_key"
        );
    }

    #[test]
    fn events_are_joined_to_lines_only_where_both_are_asked_for() {
        assert_eq!(
            of("events(\"Product_Viewed\", 30 days) > 2"),
            "select customer_key, coalesce(cast(m1 as double), 0.0) as m1 from (select e.customer_key, \
             count(case when lower(replace(e.event, '_', ' ')) = 'product viewed' and e.happened_at > \
             timestamp '2011-12-09T12:50:00' - interval '30 days' then 1 end) as m1 from events e \
             where e.customer_key is not null and e.happened_at <= timestamp '2011-12-09T12:50:00' \
             group by e.customer_key) order by customer_key"
        );
        let both = of("events() > 2 or units(1 week) > 3");
        assert!(both.contains("coalesce(l.customer_key, e.customer_key) as customer_key"));
        assert!(both.contains(" l full join ("), "{both}");
        assert!(!both.contains("current_products"), "{both}");
    }

    #[test]
    fn nothing_to_count_is_no_query() {
        assert_eq!(measure_sql(Entity::Customers, &[], AS_OF), None);
    }

    #[test]
    fn shops_and_products_are_counted_by_their_own_key() {
        let stores = Vocabulary::of(Entity::Stores);
        let rule = Rule::parse_with("spend(\"Wine\", 1 week) > 5", &stores).unwrap();
        let sql = measure_sql(Entity::Stores, &rule.measures_used(), AS_OF).unwrap();
        assert!(sql.starts_with("select store_id, "), "{sql}");
        assert!(
            sql.ends_with("group by l.store_id) order by store_id"),
            "{sql}"
        );
    }

    /// What stands outside of literals must be the same whatever a category is called.
    #[test]
    fn no_text_leaves_its_literal() {
        let outside = |sql: &str| -> String {
            let (mut kept, mut within) = (String::new(), false);
            for letter in sql.chars() {
                within ^= letter == '\'';
                if !within && letter != '\'' {
                    kept.push(letter);
                }
            }
            assert!(!within, "a literal without an end: {sql}");
            kept
        };
        let plain = outside(&of("spend(\"Wine\") > 1 and events(\"x\") > 1"));
        for attack in [
            "'",
            "''",
            "\\'",
            "'; drop table order_lines; --",
            "' or '1' = '1",
            "x') or 1 in (select 1) --",
            "/* ' */",
            "’",
            "\u{2019}; --",
        ] {
            let measure = |kind| Measure {
                kind,
                of: Some(attack.into()),
                window_days: None,
            };
            let measures = [measure(MeasureKind::Spend), measure(MeasureKind::Events)];
            let sql = measure_sql(Entity::Customers, &measures, AS_OF).unwrap();
            assert_eq!(outside(&sql), plain, "{attack}");
            assert!(sql.contains(&literal(attack)), "{attack}");
            let timed = measure_sql(Entity::Customers, &measures, attack).unwrap();
            outside(&timed);
        }
        assert_eq!(literal("a'b"), "'a''b'");
    }
}
