//! `tessera lab cluster`: rows into clusters, and clusterings scored. It must not choose for the kernel.

use super::methods::{self, Found};
use super::{OnBar, columns, mixed, on_threads, read, write};
use crate::cli::{ClusterFit, ClusterScore, Method};
use crate::output::{self, WrongUse};
use ::cluster::constrain::Rules;
use ::cluster::{choose, score as scores};
use clap::ValueEnum;
use numeric::{Matrix, MatrixView, Real};
use serde_json::{Map, Value, json};
use std::path::Path;
use std::time::Instant;

/// Rows over which silhouettes are exact; of more a sample of so many is scored.
const SCORED_ROWS: usize = 10_000;

/// Sets of rows without clusters that the gap statistic compares with: from 20 on it is steady.
const REFERENCES: usize = 20;

pub fn fit(args: &ClusterFit, json: bool, progress: &OnBar) -> anyhow::Result<()> {
    let chooses = args.k == "auto" && args.init.is_none() && args.method != Method::Hdbscan;
    if args.gap && !chooses {
        let words =
            "--gap compares numbers of clusters: ask for --k auto, of a method that takes a number";
        return Err(WrongUse(words.into()).into());
    }
    write::check(args.labels.as_deref())?;
    write::check(args.centers.as_deref())?;
    if mixed::asked(args) {
        return show(mixed::fit(args, progress)?, json);
    }
    if let Some(told) = plain(args, progress)? {
        return show(told, json);
    }
    let data = match args.without.is_empty() {
        true => read::matrix(&args.input)?,
        false => columns::read(&args.input, &[], &args.without)?.matrix(&args.input)?,
    };
    let data = weighted(data, args)?;
    let init = args.init.as_deref().map(read::matrix).transpose()?;
    let started = Instant::now();
    let (found, choice) = on_threads(args.threads, || {
        let init = init.as_ref().map(Matrix::view);
        found(args, data.view(), init, progress)
    })??;
    let mut told = results(args, data.view(), found, started.elapsed().as_secs_f64())?;
    if let Some(choice) = choice {
        let choice = on_threads(args.threads, || {
            of_choice(args, &choice, data.view(), progress)
        })??;
        for (key, value) in choice {
            // The method's own reason stands; that of the number beside it.
            let taken = told.0.contains_key(&key);
            let key = if taken { format!("{key}_of_k") } else { key };
            told.0.insert(key, value);
        }
    }
    if args.score {
        let scores = on_threads(args.threads, || scored(data.view(), &told.1, progress))?;
        told.0.extend(scores.map_err(wrong)?);
    }
    show(told.0, json)
}

/// Plain k-means of a file of `f32`, whose rows stay as narrow as they are: half the memory, and less to move. None
/// where anything else is asked.
fn plain(args: &ClusterFit, progress: &OnBar) -> anyhow::Result<Option<Map<String, Value>>> {
    let more = args.weights.is_some()
        || !args.without.is_empty()
        || args.score
        || args.min_size.is_some()
        || args.max_size.is_some()
        || args.must_link.is_some()
        || args.cannot_link.is_some();
    let given = args.k != "auto" || args.init.is_some();
    if args.method != Method::Kmeans || more || !given {
        return Ok(None);
    }
    let Some(data) = read::narrow(&args.input)? else {
        return Ok(None);
    };
    let init = args.init.as_deref().map(read::matrix).transpose()?;
    let started = Instant::now();
    let found = on_threads(args.threads, || {
        let init = init.as_ref().map(Matrix::view);
        let clusters = clusters(args, init)?;
        methods::plain(args, data.view(), init, clusters, progress)
    })??;
    let seconds = started.elapsed().as_secs_f64();
    Ok(Some(results(args, data.view(), found, seconds)?.0))
}

/// Writes what was asked for; gives what there is to tell, and the labels.
fn results<T: Real>(
    args: &ClusterFit,
    data: MatrixView<'_, T>,
    mut found: Found,
    seconds: f64,
) -> anyhow::Result<(Map<String, Value>, Vec<u32>)> {
    let (means, of_means, sizes) = methods::means(data, &found.labels)?;
    let (centers, inertia) = found.own.take().unwrap_or((means, of_means));
    if let Some(file) = &args.labels {
        write::labels(file, &found.labels)?;
    }
    if let Some(file) = &args.centers {
        write::matrix(file, centers.view())?;
    }
    let labels = found.labels.clone();
    let shape = (data.rows(), data.cols());
    let told = head(args, shape, &sizes, (inertia, seconds), found);
    Ok((told, labels))
}

/// What is told of every clustering: of so many rows and columns, the clusters' sizes, inertia and seconds.
pub(super) fn head(
    args: &ClusterFit,
    (rows, cols): (usize, usize),
    sizes: &[usize],
    (inertia, seconds): (f64, f64),
    found: Found,
) -> Map<String, Value> {
    let mut told = Map::new();
    let name = args.method.to_possible_value();
    told.insert(
        "method".into(),
        name.map_or(Value::Null, |name| name.get_name().into()),
    );
    told.insert("n".into(), rows.into());
    told.insert("d".into(), cols.into());
    told.insert("k".into(), sizes.len().into());
    told.insert("inertia".into(), inertia.into());
    told.insert("iterations".into(), found.iterations.into());
    told.insert("converged".into(), found.converged.into());
    told.insert("seconds".into(), seconds.into());
    told.insert("sizes".into(), json!(sizes));
    told.extend(found.more);
    told
}

pub fn score(args: &ClusterScore, json: bool, progress: &OnBar) -> anyhow::Result<()> {
    let data = match (args.categorical.is_empty(), args.without.is_empty()) {
        (true, true) => read::matrix(&args.input)?,
        (true, false) => columns::read(&args.input, &[], &args.without)?.matrix(&args.input)?,
        (false, _) => mixed::points_of(&args.input, &args.categorical, &args.without)?,
    };
    let labels = read::labels(&args.labels)?;
    let found = on_threads(args.threads, || scored(data.view(), &labels, progress))?;
    let mut told = found.map_err(wrong)?;
    if let Some(truth) = &args.truth {
        let agreement = scores::agreement(&labels, &read::labels(truth)?).map_err(wrong)?;
        told.insert("ari".into(), agreement.adjusted_rand.into());
        told.insert("nmi".into(), agreement.normalised_mutual.into());
        told.insert("ami".into(), agreement.adjusted_mutual.into());
    }
    show(told, json)
}

/// Columns times the roots of their weights: distances are squared.
fn weighted(data: Matrix, args: &ClusterFit) -> anyhow::Result<Matrix> {
    let Some(file) = &args.weights else {
        return Ok(data);
    };
    let weights = read::matrix(file)?.into_data();
    let (rows, cols) = (data.view().rows(), data.view().cols());
    if weights.len() != cols || weights.iter().any(|weight| *weight < 0.0) {
        let words = format!("--weights: give {cols} numbers of 0 or more, one for each column");
        return Err(WrongUse(words).into());
    }
    let factors: Vec<f64> = weights.iter().map(|weight| weight.sqrt()).collect();
    let mut values = data.into_data();
    for row in values.chunks_exact_mut(cols) {
        row.iter_mut()
            .zip(&factors)
            .for_each(|(value, factor)| *value *= factor);
    }
    Ok(Matrix::new(values, rows, cols)?)
}

/// Pairs of row numbers: two columns of a file.
fn pairs(file: Option<&Path>) -> anyhow::Result<Vec<(usize, usize)>> {
    let Some(file) = file else {
        return Ok(Vec::new());
    };
    let table = read::matrix(file)?;
    let view = table.view();
    let whole = |value: f64| (value >= 0.0 && value.fract() == 0.0).then_some(value as usize);
    let pair = |row: usize| match view.row(row) {
        [a, b] => whole(*a).zip(whole(*b)),
        _ => None,
    };
    let each = (0..view.rows()).map(|row| {
        pair(row).ok_or_else(|| {
            let words = format!(
                "'{}', row {row}: give two row numbers, counted from 0",
                file.display()
            );
            WrongUse(words).into()
        })
    });
    each.collect()
}

fn found(
    args: &ClusterFit,
    data: MatrixView<'_>,
    init: Option<MatrixView<'_>>,
    progress: &OnBar,
) -> anyhow::Result<(Found, Option<choose::Choice>)> {
    if args.method == Method::Hdbscan {
        return Ok((methods::by_density(args, data, progress)?, None));
    }
    let rules = rules(args)?;
    let (clusters, chosen) = match (args.k.as_str(), init) {
        ("auto", None) => {
            let choosing = choosing(args, data.rows())?;
            let chosen = choosing.run(data, progress).map_err(wrong)?;
            (chosen.choice.clusters, Some(chosen))
        }
        _ => (clusters(args, init)?, None),
    };
    // k-means goes on from the fit that the choice was made by, so that the table's row is what is returned.
    let from = chosen.as_ref().filter(|_| args.method == Method::Kmeans);
    let init = init.or(from.map(|chosen| chosen.fit.centers.view()));
    let found = methods::run(args, data, init, (clusters, &rules), progress)?;
    Ok((found, chosen.map(|chosen| chosen.choice)))
}

/// Sizes and links.
pub(super) fn rules(args: &ClusterFit) -> anyhow::Result<Rules> {
    Ok(Rules {
        min_size: args.min_size,
        max_size: args.max_size,
        must_link: pairs(args.must_link.as_deref())?,
        cannot_link: pairs(args.cannot_link.as_deref())?,
        ..Rules::default()
    })
}

/// How the number of clusters is to be chosen.
pub(super) fn choosing(args: &ClusterFit, rows: usize) -> anyhow::Result<choose::Choosing> {
    let choosing = choose::Params {
        clusters_min: args.k_min,
        clusters_max: args.k_max,
        starts: args.starts,
        max_iterations: args.max_iter,
        tolerance: args.tol,
        bootstraps: 10,
        sample: SCORED_ROWS,
        stability_min: 0.6,
        seed: args.seed,
    };
    choosing.check(rows).map_err(wrong)
}

/// What a choice of the number has to tell, with the gap statistic where it is asked for.
pub(super) fn of_choice(
    args: &ClusterFit,
    choice: &choose::Choice,
    data: MatrixView<'_>,
    progress: &OnBar,
) -> anyhow::Result<Map<String, Value>> {
    let mut scores: Vec<Value> = choice.candidates.iter().map(candidate).collect();
    let mut told = Map::new();
    if args.gap {
        let params = choose::gap::Params {
            clusters_max: args.k_max,
            references: REFERENCES,
            starts: args.starts,
            max_iterations: args.max_iter,
            tolerance: args.tol,
            seed: args.seed,
        };
        let gaps = params.check(data.rows()).map_err(wrong)?;
        let found = gaps.run(data, progress).map_err(wrong)?;
        for score in &mut scores {
            let own = found.gaps.iter().find(|gap| score["k"] == gap.clusters);
            score["gap"] = own.map(|gap| gap.gap).into();
            score["gap_error"] = own.map(|gap| gap.error).into();
        }
        told.insert("gap_names".into(), found.clusters.into());
    }
    told.insert("reason".into(), choice.reason.clone().into());
    told.insert("scores".into(), Value::Array(scores));
    Ok(told)
}

/// The number of clusters written, or that of the centers given.
pub(super) fn clusters(args: &ClusterFit, init: Option<MatrixView<'_>>) -> anyhow::Result<usize> {
    match (args.k.as_str(), init) {
        ("auto", Some(init)) => Ok(init.rows()),
        (written, _) => written.parse().map_err(|_| {
            WrongUse(format!("--k is '{written}'; give a whole number, or auto")).into()
        }),
    }
}

pub(super) fn scored(
    data: MatrixView<'_>,
    labels: &[u32],
    progress: &OnBar,
) -> Result<Map<String, Value>, ::cluster::Error> {
    let silhouette = match data.rows() <= SCORED_ROWS {
        true => scores::silhouette(data, labels, progress)?,
        false => scores::silhouette_sampled(data, labels, SCORED_ROWS, 1, progress)?,
    };
    let dispersion = scores::dispersion(data, labels)?;
    let mut told = Map::new();
    told.insert("silhouette".into(), silhouette.mean.into());
    told.insert("silhouette_rows".into(), silhouette.rows.len().into());
    told.insert(
        "calinski_harabasz".into(),
        dispersion.calinski_harabasz.into(),
    );
    told.insert("davies_bouldin".into(), dispersion.davies_bouldin.into());
    Ok(told)
}

fn candidate(tried: &choose::Candidate) -> Value {
    json!({
        "k": tried.clusters, "inertia": tried.inertia, "silhouette": tried.silhouette,
        "calinski_harabasz": tried.calinski_harabasz, "davies_bouldin": tried.davies_bouldin,
        "stability": tried.stability, "sizes": tried.sizes,
        "jump": tried.jump.map(f64::exp).filter(|jump| jump.is_finite()),
    })
}

/// What a kernel refuses is the caller's to mend; a stop is a failure of its own.
pub(super) fn wrong(cause: ::cluster::Error) -> anyhow::Error {
    match cause {
        ::cluster::Error::Cancelled => anyhow::anyhow!("stopped as asked; nothing was written"),
        ::cluster::Error::Parameter {
            field,
            value,
            legal,
        } => WrongUse(format!("{} is {value}; give {legal}", flag(field))).into(),
        cause => WrongUse(cause.to_string()).into(),
    }
}

/// A kernel's parameter as the command line calls it.
fn flag(field: &str) -> &str {
    match field {
        "clusters" => "--k",
        "clusters_min" => "--k-min",
        "clusters_max" => "--k-max",
        "max_iterations" => "--max-iter",
        "tolerance" => "--tol",
        "starts" => "--starts",
        "min_size" => "--min-size",
        "max_size" => "--max-size",
        other => other,
    }
}

fn show(told: Map<String, Value>, json: bool) -> anyhow::Result<()> {
    if json {
        return output::json(&Value::Object(told));
    }
    for (key, value) in told.iter().filter(|(key, _)| *key != "scores") {
        output::line(format!("{key:<18} {}", output::cell(value)));
    }
    let Some(tried) = told.get("scores").and_then(Value::as_array) else {
        return Ok(());
    };
    let columns = [
        "k",
        "silhouette",
        "stability",
        "jump",
        "gap",
        "calinski_harabasz",
        "davies_bouldin",
        "inertia",
    ];
    let cell = |of: &Value| match of.as_f64() {
        Some(number) if of.is_f64() => format!("{number:.3}"),
        _ => output::cell(of),
    };
    let columns = columns
        .into_iter()
        .filter(|key| !tried.iter().all(|row| row[*key].is_null()));
    let columns: Vec<&str> = columns.collect();
    let row = |tried: &Value| columns.iter().map(|key| cell(&tried[*key])).collect();
    output::table(&columns, tried.iter().map(row).collect());
    Ok(())
}
