//! The company that products keep in baskets, as columns: how far what is bought with a product leans to each group of
//! the catalogue. It brings rows to the kernel's arrays and its answer to columns; it must not ask the lake, nor estimate.

use crate::choices::{Sales, baskets, ordered};
use crate::columns::{Column, OTHERS, own_name};
use crate::{Cell, Feature, SegmentError, Shape};
use demand::baskets::NONE;
use demand::company::Params;
use numeric::Progress;
use std::collections::{BTreeMap, HashMap, HashSet};

/// The unit of a lean: -1 to 1, 0 as by chance.
pub(crate) const LEAN: &str = "lean";
/// What begins a column's name for people.
pub(crate) const WITH: &str = "Bought with ";
/// Days within which a shop's trade counts as one.
const QUARTER: usize = 91;
/// Fewest baskets with another product that say where a product belongs: of as many receipts a product's history counts
/// as known (`newcomers`).
pub const BASKETS_MIN: usize = 20;
/// Chance that a product whose baskets are as by chance is said to be so.
const LEVEL: f64 = 0.95;

/// Where each product with enough company lies: one cell for each group, of products that have evidence alone.
/// `groups` has the group of each product that has one, as (member, key); the `top` that sell most count by
/// themselves, the others are one. Nothing depends on the order of sales or groups.
///
/// # Errors
/// [`SegmentError::Demand`] where the kernel refuses or is stopped.
pub fn positions(
    sales: &Sales,
    groups: &[Cell],
    top: usize,
    progress: &dyn Progress,
) -> Result<Vec<Cell>, SegmentError> {
    let days = || sales.lines.iter().map(|sale| sale.day);
    let (Some(first), Some(last)) = (days().min(), days().max()) else {
        return Ok(Vec::new());
    };
    let (product_places, products) = ordered(&sales.products);
    let (store_places, _) = ordered(&sales.stores);
    let periods = (last - first + 1) as usize;
    let baskets = baskets(sales, [&product_places, &store_places], first, periods)?;
    let mut sold = vec![0usize; products.len()];
    for basket in 0..baskets.len() {
        for &product in baskets.products(basket) {
            sold[product as usize] += 1;
        }
    }
    let (names, group_of) = grouped(&products, &sold, groups, top);
    let params = Params {
        season: QUARTER,
        baskets_min: BASKETS_MIN,
        level: LEVEL,
    };
    let found = params
        .check()?
        .fit(&baskets, &group_of, names.len(), progress)?;
    let placed = (0..).zip(&products).filter_map(|(place, id)| {
        let position = found.position(place)?;
        let each = names.iter().zip(position).map(move |(name, lean)| Cell {
            member: id.clone(),
            key: name.clone(),
            value: Some(*lean),
        });
        Some(each.collect::<Vec<_>>())
    });
    Ok(placed.flatten().collect())
}

/// The groups by name, those that sell most and the others as one, and per product its group's place or [`NONE`].
fn grouped(
    products: &[String],
    sold: &[usize],
    groups: &[Cell],
    top: usize,
) -> (Vec<String>, Vec<u32>) {
    let of: HashMap<&str, &str> = groups
        .iter()
        .filter(|cell| !cell.key.is_empty())
        .map(|cell| (cell.member.as_str(), cell.key.as_str()))
        .collect();
    let group = |id: &String| of.get(id.as_str()).copied();
    let mut totals: BTreeMap<&str, usize> = BTreeMap::new();
    for (id, sold) in products.iter().zip(sold) {
        if let Some(name) = group(id) {
            *totals.entry(name).or_default() += sold;
        }
    }
    let mut ranked: Vec<(&str, usize)> = totals.into_iter().collect();
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let rest = ranked.len() > top;
    let largest = || ranked.iter().take(top).map(|(name, _)| *name);
    let places: HashMap<&str, u32> = largest().zip(0..).collect();
    let mut names: Vec<String> = largest().map(own_name).collect();
    let others = names.len() as u32;
    if rest {
        names.push(OTHERS.to_string());
    }
    let place = |id: &String| match group(id) {
        Some(name) => places.get(name).copied().unwrap_or(others),
        None => NONE,
    };
    let of = products.iter().map(place).collect();
    (names, of)
}

/// The columns of an answer: one for each group, whose spreads keep their relation to each other.
pub(crate) fn columns(
    number: u16,
    by: &str,
    answer: &[Cell],
    places: &HashMap<&str, usize>,
) -> Vec<Column> {
    let mut found: BTreeMap<&str, Vec<Option<f64>>> = BTreeMap::new();
    for cell in answer {
        if let Some(place) = places.get(cell.member.as_str()) {
            let column = found
                .entry(&cell.key)
                .or_insert_with(|| vec![None; places.len()]);
            column[*place] = cell.value.filter(|value| value.is_finite());
        }
    }
    let each = found.into_iter().map(|(name, values)| Column {
        feature: Feature {
            key: format!("co_purchase={name}"),
            label: format!("{WITH}{name}"),
            unit: LEAN.into(),
            description: format!(
                "How far what is bought with it leans to {name}: above 0 more often than by chance, below 0 less, at most 1"
            ),
            how_computed: format!(
                "purchases of other products with {by} '{name}' in its baskets, less those by chance within shop and quarter, \
                 in standard errors; divided by the length of all of these, drawn towards 0 by what counting alone makes; not \
                 known with fewer than {BASKETS_MIN} baskets with another product, or none beyond chance"
            ),
            shape: Shape::Part(number),
            weight: 0.0,
        },
        values,
    });
    each.collect()
}

/// Of `members`, those of which an answer of [`positions`] says nothing, as flags in their order.
pub fn without(answer: &[Cell], members: &[String]) -> Vec<bool> {
    let placed: HashSet<&str> = answer.iter().map(|cell| cell.member.as_str()).collect();
    let each = members.iter();
    each.map(|member| !placed.contains(member.as_str()))
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::choices::Sale;
    use numeric::Silent;

    /// Breakfast things are bought together and so are nails and screws; a lamp is bought twice.
    fn sales() -> (Sales, Vec<Cell>) {
        let kinds = [
            ("milk", "dairy"),
            ("butter", "dairy"),
            ("bread", "bakery"),
            ("rolls", "bakery"),
            ("nails", "tools"),
            ("screws", "tools"),
            ("glue", "paint"),
            ("varnish", "paint"),
            ("lamp", "light"),
        ];
        let names: Vec<String> = kinds.iter().map(|kind| kind.0.to_string()).collect();
        let mut lines = Vec::new();
        for receipt in 0..400i64 {
            let first = if receipt % 2 == 0 { 0 } else { 4 };
            let one = first + (receipt / 2 % 2) as u32;
            let two = first + 2 + (receipt / 4 % 2) as u32;
            let lamp = (receipt < 2).then_some(8);
            for product in [Some(one), Some(two), lamp].into_iter().flatten() {
                lines.push(Sale {
                    receipt,
                    product,
                    store: 0,
                    customer: None,
                    day: receipt / 10,
                });
            }
        }
        let groups = kinds.iter().map(|(product, group)| Cell {
            member: (*product).into(),
            key: (*group).into(),
            value: Some(1.0),
        });
        let sales = Sales {
            products: names,
            stores: vec!["S1".into()],
            lines,
        };
        (sales, groups.collect())
    }

    fn lean(cells: &[Cell], member: &str, key: &str) -> Option<f64> {
        let found = cells
            .iter()
            .find(|cell| cell.member == member && cell.key == key);
        found.and_then(|cell| cell.value)
    }

    #[test]
    fn what_is_bought_together_leans_to_each_other() {
        let (mut sales, groups) = sales();
        let found = positions(&sales, &groups, 60, &Silent).unwrap();
        assert!(lean(&found, "milk", "bakery").unwrap() > 0.5);
        assert!(lean(&found, "milk", "tools").unwrap() < 0.0);
        assert!(lean(&found, "nails", "paint").unwrap() > 0.5);
        // Two baskets say nothing of a lamp.
        assert_eq!(lean(&found, "lamp", "dairy"), None);
        let members: Vec<String> = ["lamp", "milk"].map(String::from).to_vec();
        assert_eq!(without(&found, &members), [true, false]);
        sales.lines.reverse();
        assert_eq!(positions(&sales, &groups, 60, &Silent).unwrap(), found);
        let places: HashMap<&str, usize> = [("lamp", 0), ("milk", 1), ("nails", 2)].into();
        let columns = columns(0, "category 2", &found, &places);
        assert_eq!(columns.len(), 5);
        assert_eq!(columns[0].feature.label, "Bought with bakery");
        assert_eq!(columns[0].values[0], None);
        assert!(columns[0].values[1] > columns[0].values[2]);
    }

    #[test]
    fn small_groups_are_one_and_products_without_one_are_nobodys_company() {
        let (sales, mut groups) = sales();
        groups.retain(|cell| cell.key != "light");
        let found = positions(&sales, &groups, 2, &Silent).unwrap();
        let mut keys: Vec<&str> = found.iter().map(|cell| cell.key.as_str()).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), 3, "{keys:?}");
        assert!(keys.contains(&OTHERS));
        assert!(positions(&sales, &[], 60, &Silent).unwrap().is_empty());
        assert!(
            positions(&Sales::default(), &groups, 60, &Silent)
                .unwrap()
                .is_empty()
        );
    }
}
