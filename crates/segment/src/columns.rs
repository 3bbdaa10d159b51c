//! Answers of the lake turned into the columns of the members: shares of a mix, single values. It must not ask.

use crate::blocks::{Gives, Question};
use crate::company;
use crate::shares::{mean, shares};
use crate::tags::tags;
use crate::{Feature, FeatureTable, SegmentError, Shape};
use numeric::Matrix;
use std::collections::{BTreeMap, HashMap};

/// What is split where members are of one kind each.
pub(crate) const KINDS: &str = "kinds";
/// The unit of a column that says whether a member is of a kind.
pub(crate) const KIND: &str = "kind";

/// One row of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// The member.
    pub member: String,
    /// The value's name in a mix, else the feature.
    pub key: String,
    /// The value; none where the lake has none.
    pub value: Option<f64>,
}

/// The features of the members of a scheme.
#[derive(Debug, Clone)]
pub struct Columns {
    /// What each column is.
    pub features: Vec<Feature>,
    /// The values, in the order of the members.
    pub table: FeatureTable,
    /// Places of the blocks without any column that differs between the members.
    pub silent: Vec<usize>,
}

/// One column while it is built.
pub(crate) struct Column {
    /// What it is.
    pub feature: Feature,
    /// In the order of the members; empty where nothing is known.
    pub values: Vec<Option<f64>>,
}

/// Forms the columns of `members` (ascending) from the answers to the questions, one list each. A column that
/// is the same for all members is left out, since it separates nobody; its weight goes to the others of its
/// question, and that of a question without columns to the others of its block.
///
/// # Errors
/// [`SegmentError::Shape`] where there is not one answer for each question; [`SegmentError::Recipe`] where no
/// column is left.
pub fn columns(
    questions: &[Question],
    answers: &[Vec<Cell>],
    members: &[String],
    worth: &[f64],
) -> Result<Columns, SegmentError> {
    if questions.len() != answers.len() {
        return Err(SegmentError::Shape {
            got: format!("{} answers", answers.len()),
            want: format!("{} answers", questions.len()),
        });
    }
    let places: HashMap<&str, usize> = members
        .iter()
        .enumerate()
        .map(|(place, member)| (member.as_str(), place))
        .collect();
    let mut all: Vec<Column> = Vec::new();
    let mut counts = Vec::new();
    for (number, (question, answer)) in questions.iter().zip(answers).enumerate() {
        let formed = match &question.gives {
            Gives::Column {
                key,
                label,
                unit,
                how,
                shape,
            } => {
                let mut values = vec![None; members.len()];
                for cell in answer {
                    if let Some(place) = places.get(cell.member.as_str()) {
                        values[*place] = cell.value.filter(|value| value.is_finite());
                    }
                }
                let feature = Feature {
                    key: key.clone(),
                    label: label.clone(),
                    unit: if *unit == "share" {
                        String::new()
                    } else {
                        (*unit).into()
                    },
                    description: label.clone(),
                    how_computed: how.clone(),
                    shape: *shape,
                    weight: 0.0,
                };
                vec![Column { feature, values }]
            }
            Gives::Mix {
                prefix,
                what,
                by,
                top,
                labels,
            } => {
                let mut formed = mix(number as u16, (prefix, what, by, *top), answer, &places);
                call(&mut formed, labels);
                formed
            }
            Gives::Shares {
                prefix,
                what,
                by,
                top,
                labels,
            } => {
                let mut formed = shares((prefix, what, by, *top), answer, &places);
                call(&mut formed, labels);
                formed
            }
            Gives::Mean {
                key,
                label,
                unit,
                how,
            } => vec![mean((key, label, unit, how), answer, &places)],
            Gives::Tags {
                prefix,
                whence,
                top,
            } => tags(number as u16, (prefix, whence, *top), answer, &places),
            Gives::Company { by, .. } => company::columns(number as u16, by, answer, &places),
        };
        let kept: Vec<Column> = formed
            .into_iter()
            .filter(|column| varies(&column.values))
            .collect();
        counts.push(kept.len());
        all.extend(kept);
    }
    let silent = weigh(questions, &counts, &mut all);
    if all.is_empty() {
        return Err(SegmentError::Recipe(
            "no feature differs between the members: choose other blocks, or import what they need"
                .into(),
        ));
    }
    unique(&mut all);
    Ok(Columns {
        silent,
        ..table(all, worth)?
    })
}

/// Calls columns of keys that have a name for people by it.
fn call(columns: &mut [Column], labels: &BTreeMap<String, String>) {
    for Column { feature, .. } in columns {
        if let Some(label) = labels.get(&feature.label) {
            feature.description = feature.description.replace(&feature.label, label);
            feature.label.clone_from(label);
        }
    }
}

/// Gives each column its weight: the whole weight of a block goes to its questions that have columns, evenly, and each
/// question's to its columns. Gives the blocks without any.
fn weigh(questions: &[Question], counts: &[usize], columns: &mut [Column]) -> Vec<usize> {
    let blocks = questions
        .iter()
        .map(|question| question.block + 1)
        .max()
        .unwrap_or(0);
    let (mut weight, mut alive) = (vec![0.0; blocks], vec![0usize; blocks]);
    for (question, count) in questions.iter().zip(counts) {
        weight[question.block] += question.weight;
        alive[question.block] += usize::from(*count > 0);
    }
    let mut columns = columns.iter_mut();
    for (question, count) in questions.iter().zip(counts) {
        let each = weight[question.block] / (alive[question.block].max(1) * (*count).max(1)) as f64;
        for column in columns.by_ref().take(*count) {
            column.feature.weight = each;
        }
    }
    (0..blocks).filter(|block| alive[*block] == 0).collect()
}

/// Shares over the largest keys, by their sum over all members; the others together are one more.
fn mix(
    number: u16,
    (prefix, what, by, top): (&str, &str, &str, usize),
    answer: &[Cell],
    places: &HashMap<&str, usize>,
) -> Vec<Column> {
    let kinds = what == KINDS;
    let known = |cell: &&Cell| places.contains_key(cell.member.as_str());
    let mut totals: BTreeMap<&str, f64> = BTreeMap::new();
    let mut of_member = vec![0.0; places.len()];
    for cell in answer.iter().filter(known) {
        // A net return over the period is no share of what was sold.
        let value = cell.value.unwrap_or_default().max(0.0);
        *totals.entry(&cell.key).or_default() += value;
        of_member[places[cell.member.as_str()]] += value;
    }
    let mut ranked: Vec<(&str, f64)> = totals
        .into_iter()
        .filter(|(key, _)| !key.is_empty())
        .collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    let others = ranked.len() > top;
    ranked.truncate(top);
    let slots: HashMap<&str, usize> = ranked
        .iter()
        .enumerate()
        .map(|(slot, (key, _))| (*key, slot))
        .collect();
    let mut values = vec![vec![0.0; places.len()]; ranked.len() + usize::from(others)];
    for cell in answer.iter().filter(known) {
        let slot = slots
            .get(cell.key.as_str())
            .copied()
            .unwrap_or(ranked.len());
        if let Some(column) = values.get_mut(slot) {
            column[places[cell.member.as_str()]] += cell.value.unwrap_or_default().max(0.0);
        }
    }
    let names = ranked
        .iter()
        .map(|(key, _)| (own_name(key), (*key).to_string()));
    // What is left over reads as such beside the names of things.
    let rest = || {
        (
            OTHERS.to_string(),
            format!("other than the {top} largest by {by}"),
        )
    };
    names
        .chain(others.then(rest))
        .zip(values)
        .map(|((name, label), values)| {
            let shares = values
                .iter()
                .zip(&of_member)
                .map(|(value, total)| (*total > 0.0).then(|| value / total));
            Column {
                feature: Feature {
                    key: format!("{prefix}={name}"),
                    label,
                    unit: if kinds { KIND.into() } else { String::new() },
                    description: match kinds {
                        true => format!("Whether its {by} is {name}"),
                        false => format!("Share of {what} by {by}: {name}"),
                    },
                    how_computed: match kinds {
                        true => format!("1 where {by} is '{name}', else 0"),
                        false => format!(
                            "{what} with {by} '{name}', divided by all {what} of the member"
                        ),
                    },
                    shape: Shape::Part(number),
                    weight: 0.0,
                },
                values: shares.collect(),
            }
        })
        .collect()
}

/// The group of all that are in none of the largest.
pub(crate) const OTHERS: &str = "others";

/// The name of a group in keys: one that is called as what is left over has its name in quotes, so that the two stay two.
pub(crate) fn own_name(group: &str) -> String {
    match group == OTHERS {
        true => format!("'{group}'"),
        false => group.to_string(),
    }
}

fn varies(values: &[Option<f64>]) -> bool {
    let mut known = values.iter().flatten();
    let first = known.next();
    first.is_some_and(|first| known.any(|value| value != first))
}

/// Two blocks may give a column of the same key: the later ones get a number.
fn unique(columns: &mut [Column]) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for column in columns {
        let count = seen.entry(column.feature.key.clone()).or_default();
        *count += 1;
        if *count > 1 {
            column.feature.key = format!("{} {count}", column.feature.key);
        }
    }
}

/// The table of columns whose features are known.
fn table(columns: Vec<Column>, worth: &[f64]) -> Result<Columns, SegmentError> {
    let (features, values): (Vec<Feature>, Vec<Vec<Option<f64>>>) = columns
        .into_iter()
        .map(|column| (column.feature, column.values))
        .unzip();
    Ok(Columns {
        features,
        table: FeatureTable::from_columns(&values, worth.to_vec())?,
        silent: Vec::new(),
    })
}

impl FeatureTable {
    /// A table of columns, each with one value per member. A missing value becomes its column's mean, which is
    /// no evidence for or against any cluster.
    pub fn from_columns(
        columns: &[Vec<Option<f64>>],
        worth: Vec<f64>,
    ) -> Result<Self, SegmentError> {
        let (rows, width) = (worth.len(), columns.len());
        let mut data = vec![0.0; rows * width];
        let mut missing = Vec::new();
        for (place, column) in columns.iter().enumerate() {
            let known: Vec<f64> = column.iter().flatten().copied().collect();
            let mean = known.iter().sum::<f64>() / known.len().max(1) as f64;
            for (row, value) in column.iter().enumerate() {
                if value.is_none() {
                    missing.push(row * width + place);
                }
                data[row * width + place] = value.unwrap_or(mean);
            }
        }
        missing.sort_unstable();
        Ok(Self {
            keys: (0..rows as i64).collect(),
            values: Matrix::new(data, rows, width)?,
            missing,
            worth,
        })
    }
}
