//! Answers that tell from how many observations they are, turned into columns: shares of purchases, means. Each
//! is steadied. It must not ask.

use crate::columns::Column;
use crate::steady::steady;
use crate::tags::said;
use crate::{Cell, Feature, Shape};
use std::collections::{BTreeMap, HashMap};

/// How much is told of a share or mean beside what it is.
const STEADIED: &str =
    "; moved toward the mean of all as far as few observations leave it to chance";

/// The shares of the largest keys, by their number over all members, each a column on its own scale: keys need not
/// exclude each other. Rows with a blank key are the members' totals. A share that does not differ beyond
/// chance has no values.
pub(crate) fn shares(
    (prefix, what, by, top): (&str, &str, &str, usize),
    answer: &[Cell],
    places: &HashMap<&str, usize>,
) -> Vec<Column> {
    let counts = totals(answer, places);
    let mut found: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for cell in answer.iter().filter(|cell| !cell.key.is_empty()) {
        if let Some(place) = places.get(cell.member.as_str()) {
            let column = found
                .entry(&cell.key)
                .or_insert_with(|| vec![0.0; places.len()]);
            column[*place] += cell.value.unwrap_or_default().max(0.0);
        }
    }
    let mut ranked: Vec<(&str, Vec<f64>)> = found.into_iter().collect();
    ranked.sort_by(|a, b| {
        let sum = |column: &[f64]| column.iter().sum::<f64>();
        sum(&b.1).total_cmp(&sum(&a.1)).then(a.0.cmp(b.0))
    });
    let each = ranked.into_iter().take(top).map(|(name, numbers)| {
        let shares: Vec<Option<f64>> = numbers
            .iter()
            .zip(&counts)
            .map(|(number, count)| (*count > 0.0).then(|| number / count))
            .collect();
        Column {
            feature: Feature {
                key: format!("{prefix}={name}"),
                label: match prefix {
                    "attribute" => said(name),
                    _ => name.to_string(),
                },
                unit: String::new(),
                description: format!("Share of {what} by {by}: {name}"),
                how_computed: format!(
                    "{what} with {by} '{name}', divided by all {what} of the member{STEADIED}"
                ),
                shape: Shape::Plain,
                weight: 0.0,
            },
            values: steady(&shares, &counts).unwrap_or_default(),
        }
    });
    each.collect()
}

/// One column of means. Rows with a blank key are the numbers of observations.
pub(crate) fn mean(
    (key, label, unit, how): (&str, &str, &str, &str),
    answer: &[Cell],
    places: &HashMap<&str, usize>,
) -> Column {
    let counts = totals(answer, places);
    let mut values = vec![None; places.len()];
    for cell in answer.iter().filter(|cell| !cell.key.is_empty()) {
        if let Some(place) = places.get(cell.member.as_str()) {
            values[*place] = cell.value.filter(|value| value.is_finite());
        }
    }
    Column {
        feature: Feature {
            key: key.into(),
            label: label.into(),
            unit: unit.into(),
            description: label.into(),
            how_computed: format!("{how}{STEADIED}"),
            shape: Shape::Plain,
            weight: 0.0,
        },
        values: steady(&values, &counts).unwrap_or_default(),
    }
}

fn totals(answer: &[Cell], places: &HashMap<&str, usize>) -> Vec<f64> {
    let mut counts = vec![0.0; places.len()];
    for cell in answer.iter().filter(|cell| cell.key.is_empty()) {
        if let Some(place) = places.get(cell.member.as_str()) {
            counts[*place] += cell.value.unwrap_or_default().max(0.0);
        }
    }
    counts
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn cell(member: &str, key: &str, value: f64) -> Cell {
        Cell {
            member: member.into(),
            key: key.into(),
            value: Some(value),
        }
    }

    #[test]
    fn shares_are_of_the_members_total_and_need_not_exclude_each_other() {
        let places: HashMap<&str, usize> = [("A", 0), ("B", 1), ("C", 2)].into();
        let answer = [
            cell("A", "", 10.0),
            cell("A", "organic=yes", 6.0),
            cell("A", "vegan=yes", 5.0),
            cell("B", "", 10.0),
            cell("B", "organic=yes", 1.0),
            cell("B", "lab=3", 1.0),
            // Of a member that the recipe leaves out.
            cell("X", "lab=3", 90.0),
        ];
        let columns = shares(("attribute", "purchases", "attribute", 2), &answer, &places);
        let told: Vec<&str> = columns.iter().map(|c| c.feature.key.as_str()).collect();
        assert_eq!(told, ["attribute=organic=yes", "attribute=vegan=yes"]);
        assert_eq!(columns[0].values, [Some(0.6), Some(0.1), None]);
        assert_eq!(columns[1].values, [Some(0.5), Some(0.0), None]);
        assert_eq!(columns[0].feature.shape, Shape::Plain);
    }

    #[test]
    fn a_mean_of_few_is_drawn_in_and_its_member_without_any_has_none() {
        let names: Vec<String> = (0..40).map(|place| format!("M{place:02}")).collect();
        let places: HashMap<&str, usize> = names
            .iter()
            .enumerate()
            .map(|(place, name)| (name.as_str(), place))
            .collect();
        let mut answer = Vec::new();
        for (place, name) in names.iter().enumerate().skip(1) {
            let (count, hour) = match place % 4 {
                0 => (1.0, 6.0),
                1 => (1.0, 22.0),
                2 => (100.0, 12.0),
                _ => (100.0, 16.0),
            };
            answer.extend([cell(name, "", count), cell(name, "hour", hour)]);
        }
        let column = mean(("hour", "Hour", "hours", "mean"), &answer, &places);
        assert_eq!(column.values[0], None);
        let (thin, rich) = (column.values[4].unwrap(), column.values[2].unwrap());
        assert!(thin > 9.0, "{thin}");
        assert!((rich - 12.0).abs() < 0.2, "{rich}");
    }
}
