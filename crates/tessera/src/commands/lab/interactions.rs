//! Plain files of who took what, and of baskets, as numbers for the kernels. Users and items are numbered in the order of
//! their names, so that the order of lines changes nothing. It must not fit anything.

use super::read::{opened, refuse};
use super::texts::{self, Texts};
use recommend::Sparse;
use recommend::basket::Sequences;
use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;
use std::path::Path;

/// A line: user, item, weight.
type Taken = (String, String, f32);

/// What users took, and what they took later, in one numbering: those of the training file first, so that no other line
/// of a test moves one of them.
pub struct Interactions {
    /// What there is to learn from, with the users and items of the training file alone.
    pub known: Sparse,
    /// The same beside users and items that only the test has.
    pub train: Sparse,
    pub test: Sparse,
}

/// Baskets of the past, and the one to find of each user, numbered as [`Interactions`] are.
pub struct Baskets {
    /// What there is to learn from, with the items of the history alone.
    pub known: Sequences,
    /// The same beside items that only the future has.
    pub history: Sequences,
    pub find: Sparse,
}

/// Numbers by name, in the order of names.
struct Numbers(BTreeMap<String, u32>);

impl Numbers {
    fn of<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let names: BTreeSet<&str> = names.collect();
        let numbered = names.into_iter().zip(0..);
        Self(
            numbered
                .map(|(name, number)| (name.to_string(), number))
                .collect(),
        )
    }

    /// With further names behind, in their order.
    fn and<'a>(mut self, names: impl Iterator<Item = &'a str>) -> Self {
        let new: BTreeSet<&str> = names.filter(|name| !self.0.contains_key(*name)).collect();
        for name in new {
            let number = self.0.len() as u32;
            self.0.insert(name.to_string(), number);
        }
        self
    }

    fn get(&self, name: &str) -> Option<u32> {
        self.0.get(name).copied()
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

/// Both files of an evaluation.
pub fn interactions(train: &Path, test: &Path) -> anyhow::Result<Interactions> {
    let (before, after) = (taken(train)?, taken(test)?);
    let learned = (
        Numbers::of(before.iter().map(|(user, ..)| user.as_str())),
        Numbers::of(before.iter().map(|(_, item, _)| item.as_str())),
    );
    let shape = (learned.0.len(), learned.1.len());
    let users = learned.0.and(after.iter().map(|(user, ..)| user.as_str()));
    let items = learned
        .1
        .and(after.iter().map(|(_, item, _)| item.as_str()));
    let sparse = |path: &Path, taken: &[Taken], (rows, cols): (usize, usize)| {
        let triples: Vec<(u32, u32, f32)> = taken
            .iter()
            .filter_map(|(user, item, weight)| Some((users.get(user)?, items.get(item)?, *weight)))
            .collect();
        Sparse::from_triples(rows, cols, &triples).map_err(|cause| refuse(path, &cause.to_string()))
    };
    let whole = (users.len(), items.len());
    Ok(Interactions {
        known: sparse(train, &before, shape)?,
        train: sparse(train, &before, whole)?,
        test: sparse(test, &after, whole)?,
    })
}

/// The lines of one file: a table by its ending, else lists.
fn taken(path: &Path) -> anyhow::Result<Vec<Taken>> {
    match is_table(path) {
        true => table(path),
        false => lists(path),
    }
}

fn is_table(path: &Path) -> bool {
    let name = path.to_string_lossy().to_lowercase();
    [".csv", ".csv.gz", ".parquet"]
        .iter()
        .any(|end| name.ends_with(end))
}

fn table(path: &Path) -> anyhow::Result<Vec<Taken>> {
    let file = texts::read(path, &["user", "item", "weight"])?;
    file.require(path, &["user", "item"])?;
    (0..file.rows())
        .map(|row| {
            let weight = match file.cell("weight", row) {
                "" => 1.0,
                text => positive(text).ok_or_else(|| {
                    refuse(
                        path,
                        &format!("row {}: the weight '{text}' is no number above 0", row + 1),
                    )
                })?,
            };
            Ok((
                cell(path, &file, "user", row)?,
                cell(path, &file, "item", row)?,
                weight,
            ))
        })
        .collect()
}

fn positive(text: &str) -> Option<f32> {
    let number: f32 = text.parse().ok()?;
    (number.is_finite() && number > 0.0).then_some(number)
}

/// A cell that must not be blank.
fn cell(path: &Path, file: &Texts, column: &str, row: usize) -> anyhow::Result<String> {
    match file.cell(column, row) {
        "" => Err(refuse(
            path,
            &format!("row {}: the column '{column}' is blank", row + 1),
        )),
        text => Ok(text.to_string()),
    }
}

fn lists(path: &Path) -> anyhow::Result<Vec<Taken>> {
    let mut all = Vec::new();
    for line in opened(path)?.lines() {
        let line = line.map_err(|cause| refuse(path, &cause.to_string()))?;
        let mut words = line.split_whitespace();
        let Some(user) = words.next() else {
            continue;
        };
        all.extend(words.map(|item| (user.to_string(), item.to_string(), 1.0)));
    }
    match all.is_empty() {
        true => Err(refuse(path, "it has no line of 'user item item …'")),
        false => Ok(all),
    }
}

/// Baskets by user and number, each with its items.
type ByUser = BTreeMap<String, BTreeMap<i64, Vec<String>>>;

/// Histories and what to find after them, for the users asked for.
pub fn baskets(history: &Path, future: &Path, users: Option<&Path>) -> anyhow::Result<Baskets> {
    let (before, after) = (by_user(history)?, by_user(future)?);
    let wanted = users.map(names).transpose()?;
    let learned = Numbers::of(items_of(&before));
    let known = learned.len();
    let items = learned.and(items_of(&after));
    let numbers = |basket: &[String]| basket.iter().filter_map(|item| items.get(item)).collect();
    let lists: Vec<Vec<Vec<u32>>> = before
        .values()
        .map(|baskets| baskets.values().map(|basket| numbers(basket)).collect())
        .collect();
    let find: Vec<Vec<u32>> = before
        .keys()
        .map(|user| {
            let is_wanted = wanted.as_ref().is_none_or(|wanted| wanted.contains(user));
            let next = after.get(user).filter(|_| is_wanted);
            next.and_then(|baskets| baskets.values().next())
                .map_or(Vec::new(), |basket| numbers(basket))
        })
        .collect();
    let sequences = |items: usize| {
        Sequences::from_lists(items, &lists).map_err(|cause| refuse(history, &cause.to_string()))
    };
    Ok(Baskets {
        known: sequences(known)?,
        history: sequences(items.len())?,
        find: Sparse::from_lists(items.len(), &find)
            .map_err(|cause| refuse(future, &cause.to_string()))?,
    })
}

fn items_of(all: &ByUser) -> impl Iterator<Item = &str> {
    let items = all.values().flat_map(BTreeMap::values).flatten();
    items.map(String::as_str)
}

fn by_user(path: &Path) -> anyhow::Result<ByUser> {
    let file = texts::read(path, &["user", "basket", "item"])?;
    file.require(path, &["user", "basket", "item"])?;
    let mut all = ByUser::new();
    for row in 0..file.rows() {
        let text = file.cell("basket", row);
        let number: i64 = text.parse().map_err(|_| {
            refuse(
                path,
                &format!("row {}: the basket '{text}' is no whole number", row + 1),
            )
        })?;
        let item = cell(path, &file, "item", row)?;
        let baskets = all.entry(cell(path, &file, "user", row)?).or_default();
        baskets.entry(number).or_default().push(item);
    }
    Ok(all)
}

fn names(path: &Path) -> anyhow::Result<BTreeSet<String>> {
    let file = texts::read(path, &["user"])?;
    file.require(path, &["user"])?;
    Ok((0..file.rows())
        .map(|row| file.cell("user", row).to_string())
        .collect())
}
