//! Set-valued attributes turned into columns: one for each value, since a member may have several. It must not ask.

use crate::columns::{Column, KIND};
use crate::{Cell, Feature, Shape};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Whether a member has each of the commonest values of a set-valued attribute. Of a member without any value the set
/// is not known, and says nothing; else what is not in its set it does not have. Repeats count once. `number` is the
/// composition that the columns belong to, so that a rare value counts less than a common one.
pub(crate) fn tags(
    number: u16,
    (prefix, whence, top): (&str, &str, usize),
    answer: &[Cell],
    places: &HashMap<&str, usize>,
) -> Vec<Column> {
    let mut members: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    let mut known = vec![false; places.len()];
    for cell in answer.iter().filter(|cell| !cell.key.is_empty()) {
        if let Some(&place) = places.get(cell.member.as_str()) {
            known[place] = true;
            members.entry(&cell.key).or_default().insert(place);
        }
    }
    let mut ranked: Vec<(&str, BTreeSet<usize>)> = members.into_iter().collect();
    ranked.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(b.0)));
    let each = ranked.into_iter().take(top).map(|(tag, has)| {
        let values = known.iter().enumerate();
        Column {
            feature: Feature {
                key: format!("{prefix}={tag}"),
                label: said(tag),
                unit: KIND.into(),
                description: format!("Whether {tag} is among its {prefix}"),
                how_computed: format!(
                    "1 where '{tag}' is among the {prefix} {whence}, 0 where only others are, not known where none is"
                ),
                shape: Shape::Part(number),
                weight: 0.0,
            },
            values: values
                .map(|(place, known)| known.then(|| f64::from(u8::from(has.contains(&place)))))
                .collect(),
        }
    });
    each.collect()
}

/// "organic=yes" in words: "organic"; "pack=family": "pack family".
pub(crate) fn said(tag: &str) -> String {
    match tag.split_once('=') {
        Some((name, "yes" | "true" | "1")) => name.trim().replace('_', " "),
        Some((name, value)) => format!("{} {}", name.trim().replace('_', " "), value.trim()),
        None => tag.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(member: &str, key: &str) -> Cell {
        Cell {
            member: member.into(),
            key: key.into(),
            value: Some(1.0),
        }
    }

    #[test]
    fn a_member_may_have_several_and_one_without_any_is_not_known() {
        let places: HashMap<&str, usize> = [("A", 0), ("B", 1), ("C", 2)].into();
        let answer = [
            cell("A", "organic=yes"),
            cell("A", "pack=family"),
            cell("A", "pack=family"),
            cell("B", "pack=family"),
            cell("B", "scent=rose"),
            // Of a member that the recipe leaves out.
            cell("X", "scent=rose"),
        ];
        let columns = tags(3, ("attributes", "of the catalogue", 2), &answer, &places);
        let told: Vec<(&str, &str)> = columns
            .iter()
            .map(|column| (column.feature.key.as_str(), column.feature.label.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                ("attributes=pack=family", "pack family"),
                ("attributes=organic=yes", "organic")
            ]
        );
        assert_eq!(columns[0].values, [Some(1.0), Some(1.0), None]);
        assert_eq!(columns[1].values, [Some(1.0), Some(0.0), None]);
    }
}
