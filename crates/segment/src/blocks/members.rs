//! Questions about what members are: attributes of shops, products and customers as the feeds tell them.

use super::{Gives, Window};
use crate::recipe::Block;
use crate::{Entity, Recipe, Shape};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The attribute of products that holds several values.
pub(super) const FURTHER: &str = "attributes";

/// The table of the members and its key.
pub(crate) fn source(of: Entity) -> (&'static str, &'static str) {
    match of {
        Entity::Customers => (
            "(select *, row_number() over (partition by customer_key order by happened_at desc, known_at desc, \
             row_key) as newest from customers where customer_key is not null)",
            "customer_key",
        ),
        Entity::Stores => ("(select *, 1 as newest from current_stores)", "store_id"),
        Entity::Products => (&EVERY_PRODUCT, "product_id"),
    }
}

/// The catalogue's products; where there is no catalogue those that were sold, with a text that stands on their lines
/// for a name.
static EVERY_PRODUCT: LazyLock<String> = LazyLock::new(|| {
    let columns = retail::table::PRODUCTS.columns.iter().map(|one| one.name);
    let own: Vec<&str> = columns.clone().collect();
    let sold = columns.map(|name| match name {
        "product_id" => "product_id".to_string(),
        "name" => "max(description) as name".to_string(),
        "happened_at" | "known_at" => format!("min({name}) as {name}"),
        _ => format!("null as {name}"),
    });
    let sold: Vec<String> = sold.collect();
    format!(
        "(select {}, 1 as newest from current_products union all select {}, 1 as newest from sales where \
         (select count(*) from current_products) = 0 group by product_id)",
        own.join(", "),
        sold.join(", ")
    )
});

/// A numeric attribute: label, unit, shape, SQL. Others are text.
pub(crate) fn number(
    of: Entity,
    column: &str,
    window: &Window,
) -> Option<(&'static str, &'static str, Shape, String)> {
    let sql = |text: &str| text.to_string();
    Some(match (of, column) {
        (Entity::Stores, "area_m2") => ("Selling area", "m²", Shape::Skewed, sql("area_m2")),
        (Entity::Stores, "parking") => ("Parking places", "count", Shape::Skewed, sql("parking")),
        (Entity::Stores, "competitor_distance_km") => (
            "Distance to the next competitor",
            "km",
            Shape::Skewed,
            sql("competitor_distance_km"),
        ),
        (Entity::Stores, "catchment_households") => (
            "Households in the catchment",
            "count",
            Shape::Skewed,
            sql("catchment_households"),
        ),
        (Entity::Stores, "median_income_index") => (
            "Income index of the catchment",
            "count",
            Shape::Plain,
            sql("median_income_index"),
        ),
        (Entity::Stores, "households_with_children_share") => (
            "Households with children",
            "share",
            Shape::Plain,
            sql("households_with_children_share"),
        ),
        (Entity::Stores, "urban_share") => (
            "Urban share of the catchment",
            "share",
            Shape::Plain,
            sql("urban_share"),
        ),
        (Entity::Customers, "age") => (
            "Age",
            "years",
            Shape::Plain,
            format!("date_part('year', timestamp '{}') - birth_year", window.to),
        ),
        (Entity::Customers, "household_size") => (
            "Persons in the household",
            "count",
            Shape::Plain,
            sql("household_size"),
        ),
        _ => return None,
    })
}

/// The name of an attribute for people.
pub(crate) fn words(column: &str) -> String {
    let plain = column.replace('_', " ");
    let mut letters = plain.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}

/// The questions for where shops are.
fn places((table, key): (&str, &str)) -> Vec<(String, Gives)> {
    // Kilometres along the meridian, and along the parallel at the shops' mean latitude, so that one
    // kilometre counts the same in both directions (6,371 km is the earth's mean radius).
    let places = [
        (
            "km_north",
            "Kilometres north",
            "radians(lat) * 6371.0",
            "latitude in kilometres",
        ),
        (
            "km_east",
            "Kilometres east",
            "radians(lon) * 6371.0 * cos(radians((select avg(lat) from current_stores)))",
            "longitude in kilometres at the shops' mean latitude",
        ),
    ];
    places
        .into_iter()
        .map(|(name, label, sql, how)| {
            let sql = format!("select {key} as member, '{name}' as key, {sql} as value from {table} where newest = 1 and lat is not null");
            let gives = Gives::Column {
                key: name.into(), label: label.into(), unit: "km", how: how.into(), shape: Shape::Part(900),
            };
            (sql, gives)
        })
        .collect()
}

/// The questions of a block about what members are.
pub(super) fn questions(recipe: &Recipe, block: &Block, window: &Window) -> Vec<(String, Gives)> {
    let (table, key) = source(recipe.of);
    if block.name == "geography" {
        return places((table, key));
    }
    let infos = super::blocks(recipe.of);
    let all = infos.iter().find(|info| info.name == block.name);
    let all = all
        .map_or(&[][..], |info| info.choices)
        .iter()
        .map(|name| name.to_string());
    let columns: Vec<String> = match (block.columns.is_empty(), recipe.of) {
        (false, _) => block.columns.clone(),
        // A city or a size names single members more than kinds of them.
        (true, Entity::Stores) => all
            .filter(|c| !["city", "country", "region", "banner"].contains(&c.as_str()))
            .collect(),
        (true, Entity::Products) => all
            .filter(|c| !["category_1", "size", "need_group", FURTHER].contains(&c.as_str()))
            .collect(),
        (true, Entity::Customers) => all.collect(),
    };
    let each = columns.into_iter().map(|column| {
        if column == FURTHER {
            return further(block, (table, key));
        }
        match number(recipe.of, &column, window) {
        Some((label, unit, shape, sql)) => (
            format!(
                "select {key} as member, '{column}' as key, cast({sql} as double) as value from {table} where newest = 1"
            ),
            Gives::Column {
                how: format!("{column} of the {} feed, newest version", recipe.of.word()),
                key: column,
                label: label.into(),
                unit,
                shape,
            },
        ),
        None => (
            format!(
                "select {key} as member, {column} as key, cast(1 as double) as value from {table} \
                 where newest = 1 and {column} is not null and {column} <> ''"
            ),
            Gives::Mix {
                prefix: column.clone(),
                what: crate::columns::KINDS.into(),
                by: words(&column).to_lowercase(),
                top: block.top.unwrap_or(12),
                labels: BTreeMap::new(),
            },
        ),
        }
    });
    each.collect()
}

/// The question for the values of the set-valued attribute: `k=v;k=v` in one text.
fn further(block: &Block, (table, key): (&str, &str)) -> (String, Gives) {
    let sql = format!(
        "select member, trim(tag) as key, cast(1 as double) as value from (select {key} as member, \
         unnest(string_to_array({FURTHER}, ';')) as tag from {table} where newest = 1 and {FURTHER} <> '') \
         where trim(tag) <> '' order by member, key"
    );
    let gives = Gives::Tags {
        prefix: FURTHER.into(),
        whence: "of the catalogue".into(),
        top: block.top.unwrap_or(20),
    };
    (sql, gives)
}

/// The question for the groups of products whose company is counted: one row for each product that has one.
pub(super) fn company(block: &Block) -> (String, Gives) {
    let by = block.by.as_deref().unwrap_or("category_1");
    let sql = format!(
        "select product_id as member, {by} as key, cast(1 as double) as value from current_products where {by} <> '' \
         order by product_id"
    );
    let gives = Gives::Company {
        by: by.replace('_', " "),
        top: block.top.unwrap_or(60),
    };
    (sql, gives)
}

/// The question for the members' own text attributes, names and dates: member, label, opened, closed, lat, lon,
/// then the attributes in the order of [`super::attributes`].
pub fn attributes_sql(of: Entity) -> String {
    let (table, key) = source(of);
    let texts: Vec<String> = super::attributes(of)
        .iter()
        .map(|name| format!("cast({name} as varchar) as {name}"))
        .collect();
    let (label, opened, closed, lat, lon) = match of {
        Entity::Customers => (
            "cast(customer_key as varchar)",
            "joined_on",
            "cast(null as date)",
            "cast(null as double)",
            "cast(null as double)",
        ),
        Entity::Stores => ("name", "opened_on", "closed_on", "lat", "lon"),
        Entity::Products => (
            "name",
            "cast(null as date)",
            "cast(null as date)",
            "cast(null as double)",
            "cast(null as double)",
        ),
    };
    format!(
        "select cast({key} as varchar) as member, {label} as label, cast({opened} as varchar) as opened, \
         cast({closed} as varchar) as closed, {lat} as lat, {lon} as lon, {} from {table} where newest = 1 order by member",
        texts.join(", ")
    )
}

/// Those of the names that are columns of the members' own table, and whether each is a text.
pub fn table_names(of: Entity, names: &[String]) -> Vec<(&str, bool)> {
    let table = match of {
        Entity::Customers => &retail::table::CUSTOMERS,
        Entity::Stores => &retail::table::STORES,
        Entity::Products => &retail::table::PRODUCTS,
    };
    let each = names.iter().filter_map(|name| {
        let column = table.column(name)?;
        Some((name.as_str(), column.kind == retail::ColumnType::Text))
    });
    each.collect()
}

/// The question for one column of the members' own table: member, value. The name comes from [`table_names`].
pub fn table_sql(of: Entity, name: &str) -> String {
    let (table, key) = source(of);
    format!(
        "select cast({key} as varchar) as member, {name} as value from {table} where newest = 1"
    )
}
