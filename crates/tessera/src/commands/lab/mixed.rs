//! `tessera lab cluster fit` of rows that mix numbers and categories: `--method mixed`, and the methods on numbers on
//! the points whose squared distances are the dissimilarities of the rows. It must not read the rows.

use super::cluster::{choosing, clusters, head, of_choice, rules, scored, wrong};
use super::columns::{self, Columns, Values, Words};
use super::methods::{Found, by_density, kept, lloyd, means, require, run};
use super::{OnBar, on_threads, read, write};
use crate::cli::{ClusterFit, Method};
use crate::output::WrongUse;
use ::cluster::mixed::{Fit, MISSING, Params, Table};
use ::cluster::{choose, kmeans};
use numeric::{Matrix, MatrixView, Progress};
use serde_json::{Map, Value, json};
use std::ops::RangeInclusive;
use std::path::Path;
use std::time::Instant;

/// Whether rows are to be taken as numbers and categories.
pub fn asked(args: &ClusterFit) -> bool {
    args.method == Method::Mixed || !args.categorical.is_empty()
}

/// Fits, writes what was asked for, and gives what there is to tell.
pub fn fit(args: &ClusterFit, progress: &OnBar) -> anyhow::Result<Map<String, Value>> {
    require_fitting(args)?;
    let columns = columns::read(&args.input, &args.categorical, &args.without)?;
    let weights = weights(&columns, args.weights.as_deref())?;
    on_threads(args.threads, || {
        let started = Instant::now();
        let table = Table::new(&columns.of_kernel(), &weights).map_err(wrong)?;
        let rows = Rows {
            columns: &columns,
            weights: &weights,
            table: &table,
            started,
        };
        match args.method {
            Method::Mixed => of_mixed(args, &rows, progress),
            _ => of_points(args, &rows, progress),
        }
    })?
}

fn require_fitting(args: &ClusterFit) -> anyhow::Result<()> {
    let refuse = |words: &str| Err(WrongUse(words.to_string()).into());
    let csv = |path: &Path| path.extension().is_some_and(|ending| ending == "csv");
    match (&args.init, &args.centers) {
        (Some(_), _) => refuse(
            "--init: rows with categories start from rows that are drawn; leave it out and change --seed",
        ),
        (_, Some(file)) if !csv(file) => {
            refuse("--centers: centres of mixed rows hold words; name a .csv")
        }
        _ => Ok(()),
    }
}

/// The share of each column; the weights given, brought to a sum of 1.
fn weights(columns: &Columns, file: Option<&Path>) -> anyhow::Result<Vec<f64>> {
    let cols = columns.names.len();
    if cols == 0 {
        return Err(WrongUse("--input: no column is left to cluster by".into()).into());
    }
    let given = match file {
        Some(file) => read::matrix(file)?.into_data(),
        None => vec![1.0; cols],
    };
    let sum: f64 = given.iter().sum();
    if given.len() != cols || given.iter().any(|weight| *weight < 0.0) || sum <= 0.0 {
        let words = format!(
            "--weights: give {cols} numbers of 0 or more, not all 0, one for each column that is not left out"
        );
        return Err(WrongUse(words).into());
    }
    Ok(given.iter().map(|weight| weight / sum).collect())
}

/// Rows of a file with categories as points, every column with the same share.
pub fn points_of(
    file: &Path,
    categorical: &[String],
    without: &[String],
) -> anyhow::Result<Matrix> {
    let columns = columns::read(file, categorical, without)?;
    let weights = weights(&columns, None)?;
    points(&Table::new(&columns.of_kernel(), &weights).map_err(wrong)?)
}

fn points(table: &Table) -> anyhow::Result<Matrix> {
    table.coordinates().map_err(wrong)
}

/// Rows as the kernel takes them, and when the fit began.
struct Rows<'a> {
    columns: &'a Columns,
    weights: &'a [f64],
    table: &'a Table,
    started: Instant,
}

/// k-means, as a method whose number is chosen by silhouettes and stability.
struct Means<'a>(&'a ClusterFit);

impl choose::Labeller for Means<'_> {
    fn labels(
        &self,
        data: MatrixView<'_>,
        counts: RangeInclusive<usize>,
        seed: u64,
        progress: &dyn Progress,
    ) -> Result<Vec<Vec<u32>>, ::cluster::Error> {
        let fits = counts.map(|clusters| {
            let params = kmeans::Params {
                seed,
                ..lloyd(self.0, clusters)
            };
            let fit = params.check(data.rows())?.fit(data, progress)?;
            Ok(fit.labels)
        });
        fits.collect()
    }
}

/// The number of clusters. Jumps beside one normal cloud, which say it for numbers, do not for categories: each
/// combination of them that gets a cluster of its own is a jump, whether or not there are clusters.
fn chosen(
    args: &ClusterFit,
    points: MatrixView<'_>,
    progress: &OnBar,
) -> anyhow::Result<choose::Choice> {
    let choosing = choosing(args, points.rows())?;
    let chosen = choosing.run_with(points, &Means(args), progress);
    Ok(chosen.map_err(wrong)?.choice)
}

/// By a method on numbers.
fn of_points(
    args: &ClusterFit,
    rows: &Rows<'_>,
    progress: &OnBar,
) -> anyhow::Result<Map<String, Value>> {
    let points = points(rows.table)?;
    let mut choice = None;
    let mut found = match args.method {
        Method::Hdbscan => by_density(args, points.view(), progress)?,
        _ => {
            let count = match args.k.as_str() {
                "auto" => {
                    choice
                        .insert(chosen(args, points.view(), progress)?)
                        .clusters
                }
                _ => clusters(args, None)?,
            };
            run(args, points.view(), None, (count, &rules(args)?), progress)?
        }
    };
    let inertia = match found.own.take() {
        Some((_, inertia)) => inertia,
        None => means(points.view(), &found.labels)?.1,
    };
    let choice = choice.as_ref();
    told(args, rows, (found, inertia), choice, Some(points), progress)
}

fn of_mixed(
    args: &ClusterFit,
    rows: &Rows<'_>,
    progress: &OnBar,
) -> anyhow::Result<Map<String, Value>> {
    let table = rows.table;
    let (mut points_of, mut choice) = (None, None);
    let count = match args.k.as_str() {
        "auto" => {
            let points = points_of.insert(points(table)?);
            choice
                .insert(chosen(args, points.view(), progress)?)
                .clusters
        }
        _ => clusters(args, None)?,
    };
    require(count, table.rows())?;
    let constraints = rules(args)?
        .check(table.rows(), count)
        .map_err(|cause| wrong(cause.into()))?;
    let params = Params {
        clusters: count,
        starts: args.starts,
        max_iterations: args.max_iter,
        tolerance: args.tol,
        seed: args.seed,
    };
    let ready = params.check(table.rows()).map_err(wrong)?;
    let fit = ready.fit(table, progress).map_err(wrong)?;
    let mut inertia = fit.inertia;
    let told_of = features(rows, &fit);
    let mut found = Found {
        labels: fit.labels,
        iterations: fit.iterations,
        converged: fit.converged,
        own: None,
        more: Map::new(),
    };
    if !constraints.is_free() && !constraints.holds(&found.labels) {
        let points = match &points_of {
            Some(points) => points,
            None => points_of.insert(points(table)?),
        };
        found = kept(found, points.view(), &constraints)?;
        inertia = means(points.view(), &found.labels)?.1;
    } else {
        // What was moved for a limit is not what the columns speak for.
        found.more.insert("features".into(), told_of);
    }
    let choice = choice.as_ref();
    told(args, rows, (found, inertia), choice, points_of, progress)
}

/// Writes what was asked for; gives what there is to tell. `known` are the points of the rows, where they were needed.
fn told(
    args: &ClusterFit,
    rows: &Rows<'_>,
    (mut found, inertia): (Found, f64),
    choice: Option<&choose::Choice>,
    known: Option<Matrix>,
    progress: &OnBar,
) -> anyhow::Result<Map<String, Value>> {
    let seconds = rows.started.elapsed().as_secs_f64();
    let most = found.labels.iter().max();
    let mut sizes = vec![0usize; most.map_or(0, |most| *most as usize + 1)];
    found
        .labels
        .iter()
        .for_each(|label| sizes[*label as usize] += 1);
    let mut scores = Map::new();
    if args.score || choice.is_some() {
        let points = known.map_or_else(|| points(rows.table), Ok)?;
        if let Some(choice) = choice {
            for (key, value) in of_choice(args, choice, points.view(), progress)? {
                // The method's own reason stands; that of the number beside it.
                let taken = found.more.contains_key(&key);
                let key = if taken { format!("{key}_of_k") } else { key };
                found.more.insert(key, value);
            }
        }
        if args.score {
            scores = scored(points.view(), &found.labels, progress).map_err(wrong)?;
        }
    }
    if let Some(file) = &args.labels {
        write::labels(file, &found.labels)?;
    }
    if let Some(file) = &args.centers {
        let centers = centers(rows.columns, &found.labels, &sizes);
        write::rows(file, &rows.columns.names, &centers)?;
    }
    let shape = (rows.table.rows(), rows.columns.names.len());
    let mut told = head(args, shape, &sizes, (inertia, seconds), found);
    told.extend(scores);
    Ok(told)
}

/// What each column has to do with the clusters.
fn features(rows: &Rows<'_>, fit: &Fit) -> Value {
    let each = rows.columns.names.iter().zip(rows.weights);
    each.zip(&fit.features)
        .map(|((name, weight), feature)| {
            json!({ "column": name, "weight": weight, "explained": feature.explained, "share": feature.share })
        })
        .collect()
}

/// The mean of each number and the most frequent category (the first of equals), of the rows of each cluster that know
/// it; blank where none does.
fn centers(columns: &Columns, labels: &[u32], sizes: &[usize]) -> Vec<Vec<String>> {
    let mut rows = vec![Vec::with_capacity(columns.names.len()); sizes.len()];
    for values in &columns.values {
        let cells = match values {
            Values::Numbers(numbers) => numbers_of(numbers, labels, sizes.len()),
            Values::Categories(words) => words_of(words, labels, sizes.len()),
        };
        rows.iter_mut()
            .zip(cells)
            .for_each(|(row, cell)| row.push(cell));
    }
    rows
}

fn numbers_of(numbers: &[f64], labels: &[u32], clusters: usize) -> Vec<String> {
    let mut sums = vec![(0.0, 0usize); clusters];
    let known = numbers
        .iter()
        .zip(labels)
        .filter(|(number, _)| !number.is_nan());
    for (number, label) in known {
        let (sum, count) = &mut sums[*label as usize];
        *sum += number;
        *count += 1;
    }
    let each = sums.into_iter().map(|(sum, count)| match count {
        0 => String::new(),
        count => (sum / count as f64).to_string(),
    });
    each.collect()
}

fn words_of(words: &Words, labels: &[u32], clusters: usize) -> Vec<String> {
    let mut counts = vec![vec![0usize; words.words.len()]; clusters];
    let known = words
        .codes
        .iter()
        .zip(labels)
        .filter(|(code, _)| **code != MISSING);
    for (code, label) in known {
        counts[*label as usize][*code as usize] += 1;
    }
    let each = counts.iter().map(|counts| {
        let most = counts
            .iter()
            .enumerate()
            .rev()
            .max_by_key(|(_, count)| **count);
        let most = most.filter(|(_, count)| **count > 0);
        most.map_or(String::new(), |(code, _)| words.words[code].clone())
    });
    each.collect()
}
