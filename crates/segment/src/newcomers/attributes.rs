//! The attributes by which newcomers are compared with members: those of the members' own table, with the weight
//! that each has unless people say otherwise, and the question that asks for them. It must not place anybody.

use crate::blocks::{
    CUSTOMER_PEOPLE, PRODUCT_ATTRIBUTES, STORE_ATTRIBUTES, STORE_PEOPLE, Window, number, source,
    words,
};
use crate::{Entity, SegmentError, Shape};

/// The greatest weight of an attribute.
const WEIGHT_MAX: f64 = 100.0;

/// An attribute of the members' own table.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// Its name in the table.
    pub name: &'static str,
    /// Its name for people.
    pub label: String,
    /// The unit of a number: share, m², km, years ...; none of a text.
    pub unit: Option<&'static str>,
    /// Whether numbers are compared by their logarithm: sizes, where twice as much is the same step everywhere.
    pub skewed: bool,
    /// How much it counts, 0 to 100; only ratios matter.
    pub weight: f64,
    sql: String,
}

/// The attributes of an entity. What names single members more than kinds of them (a city, a pack size) counts for
/// nothing unless people give it a weight; a place is two numbers, of half the weight each.
pub fn attributes(of: Entity, as_of: &str) -> Vec<Attribute> {
    let window = Window {
        from: None,
        to: as_of.into(),
    };
    let names: Vec<&'static str> = match of {
        Entity::Customers => CUSTOMER_PEOPLE.to_vec(),
        Entity::Stores => [STORE_ATTRIBUTES, STORE_PEOPLE].concat(),
        Entity::Products => PRODUCT_ATTRIBUTES.to_vec(),
    };
    let each = names
        .into_iter()
        .map(|name| match number(of, name, &window) {
            Some((label, unit, shape, sql)) => Attribute {
                name,
                label: label.into(),
                unit: Some(unit),
                skewed: shape == Shape::Skewed,
                weight: 1.0,
                sql,
            },
            None => Attribute {
                name,
                label: words(name),
                unit: None,
                skewed: false,
                weight: f64::from(u8::from(!["city", "country", "size"].contains(&name))),
                sql: name.into(),
            },
        });
    let plain = |name, label: &str, unit, skewed, weight| Attribute {
        name,
        label: label.into(),
        unit: Some(unit),
        skewed,
        weight,
        sql: name.into(),
    };
    let more = match of {
        Entity::Customers => vec![],
        Entity::Stores => vec![
            plain("lat", "Latitude", "°", false, 0.5),
            plain("lon", "Longitude", "°", false, 0.5),
        ],
        Entity::Products => vec![plain("list_price", "List price", "money", true, 1.0)],
    };
    each.chain(more).collect()
}

/// Gives attributes the weights that people wrote, as in `format=2,city=0`; the others keep theirs.
///
/// # Errors
/// [`SegmentError::Spec`] where a name is unknown, a weight is no number of 0 to 100, or all are 0.
pub fn weigh(attributes: &mut [Attribute], written: &str) -> Result<(), SegmentError> {
    let wrong = |value: &str, legal: String| SegmentError::Spec {
        field: "weights",
        value: format!("'{value}'"),
        legal,
    };
    for part in written
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let (name, value) = part
            .split_once('=')
            .ok_or_else(|| wrong(part, "write attribute=weight, as in format=2".into()))?;
        let weight = value.trim().parse::<f64>().ok();
        let legal = weight.filter(|weight| (0.0..=WEIGHT_MAX).contains(weight));
        let weight = legal.ok_or_else(|| wrong(part, "write a weight of 0 to 100".into()))?;
        let names: Vec<&str> = attributes.iter().map(|each| each.name).collect();
        let place = names.iter().position(|known| *known == name.trim());
        let place =
            place.ok_or_else(|| wrong(part, format!("write one of {}", names.join(", "))))?;
        attributes[place].weight = weight;
    }
    match attributes.iter().any(|each| each.weight > 0.0) {
        true => Ok(()),
        false => Err(wrong(written, "at least one must be above 0".into())),
    }
}

/// The question for members and newcomers alike: member, label, opened, closed and refit as days since 1970, then the
/// attributes in their order, texts as text and numbers as numbers.
pub fn sql(of: Entity, attributes: &[Attribute]) -> String {
    let (table, key) = source(of);
    let (label, opened, closed, refit) = match of {
        Entity::Customers => ("cast(null as varchar)", "joined_on", "null", "null"),
        Entity::Stores => ("name", "opened_on", "closed_on", "refit_on"),
        Entity::Products => ("name", "launched_on", "withdrawn_on", "null"),
    };
    let day = |name: &str| match name {
        "null" => "cast(null as bigint)".to_string(),
        name => format!("cast(cast({name} as int) as bigint)"),
    };
    let own = [
        format!("cast({key} as varchar) as member"),
        format!("{label} as label"),
        format!("{} as opened", day(opened)),
        format!("{} as closed", day(closed)),
        format!("{} as refit", day(refit)),
    ];
    let each = attributes.iter().enumerate().map(|(place, attribute)| {
        let kind = match attribute.unit {
            Some(_) => "double",
            None => "varchar",
        };
        format!("cast({} as {kind}) as a{place}", attribute.sql)
    });
    let all: Vec<String> = own.into_iter().chain(each).collect();
    format!(
        "select {} from {table} where newest = 1 order by member",
        all.join(", ")
    )
}
