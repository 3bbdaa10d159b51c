//! `tessera lab cluster`: rows into clusters, and clusterings scored. It must not choose for the kernel.

use super::{OnBar, on_threads, read, write};
use crate::cli::{ClusterFit, ClusterScore, Method};
use crate::output::{self, WrongUse};
use ::cluster::{choose, kmeans, score as scores};
use numeric::MatrixView;
use serde_json::{Map, Value, json};
use std::time::Instant;

/// Rows over which silhouettes are exact; of more a sample of so many is scored.
const SCORED_ROWS: usize = 10_000;

pub fn fit(args: &ClusterFit, json: bool, progress: &OnBar) -> anyhow::Result<()> {
    write::check(args.labels.as_deref())?;
    write::check(args.centers.as_deref())?;
    let data = read::matrix(&args.input)?;
    let init = args.init.as_deref().map(read::matrix).transpose()?;
    let started = Instant::now();
    let (fitted, choice) = on_threads(args.threads, || {
        let Method::Kmeans = args.method;
        by_kmeans(
            args,
            data.view(),
            init.as_ref().map(numeric::Matrix::view),
            progress,
        )
    })??;
    let seconds = started.elapsed().as_secs_f64();
    let mut told = Map::new();
    told.insert("method".into(), "kmeans".into());
    told.insert("n".into(), data.view().rows().into());
    told.insert("d".into(), data.view().cols().into());
    told.insert("k".into(), fitted.sizes.len().into());
    told.insert("inertia".into(), fitted.inertia.into());
    told.insert("iterations".into(), fitted.iterations.into());
    told.insert("converged".into(), fitted.converged.into());
    told.insert("seconds".into(), seconds.into());
    told.insert("sizes".into(), json!(fitted.sizes));
    if let Some(choice) = choice {
        told.insert("reason".into(), choice.reason.clone().into());
        told.insert(
            "scores".into(),
            choice.candidates.iter().map(candidate).collect(),
        );
    }
    if args.score {
        let found = on_threads(args.threads, || {
            scored(data.view(), &fitted.labels, progress)
        })?;
        told.extend(found.map_err(wrong)?);
    }
    if let Some(file) = &args.labels {
        write::labels(file, &fitted.labels)?;
    }
    if let Some(file) = &args.centers {
        write::matrix(file, fitted.centers.view())?;
    }
    show(told, json)
}

pub fn score(args: &ClusterScore, json: bool, progress: &OnBar) -> anyhow::Result<()> {
    let data = read::matrix(&args.input)?;
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

type Fitted = (kmeans::Fit, Option<choose::Choice>);

fn by_kmeans(
    args: &ClusterFit,
    data: MatrixView<'_>,
    init: Option<MatrixView<'_>>,
    progress: &OnBar,
) -> anyhow::Result<Fitted> {
    let params = |clusters| kmeans::Params {
        clusters,
        starts: args.starts,
        max_iterations: args.max_iter,
        tolerance: args.tol,
        seed: args.seed,
    };
    let clusters = match (args.k.as_str(), init) {
        ("auto", None) => {
            let choosing = choose::Params {
                clusters_min: args.k_min,
                clusters_max: args.k_max,
                starts: args.starts,
                max_iterations: args.max_iter,
                tolerance: args.tol,
                bootstraps: 10,
                sample: SCORED_ROWS,
                stability_min: 0.8,
                seed: args.seed,
            };
            let choosing = choosing.check(data.rows()).map_err(wrong)?;
            let choice = choosing.run(data, progress).map_err(wrong)?;
            let fit = choosing
                .kmeans(choice.clusters, data.rows())
                .and_then(|ready| ready.fit(data, progress));
            return Ok((fit.map_err(wrong)?, Some(choice)));
        }
        ("auto", Some(init)) => init.rows(),
        (written, _) => written
            .parse()
            .map_err(|_| WrongUse(format!("--k is '{written}'; give a whole number, or auto")))?,
    };
    let ready = params(clusters).check(data.rows()).map_err(wrong)?;
    let fit = match init {
        Some(init) => ready.fit_from(data, init, progress),
        None => ready.fit(data, progress),
    };
    Ok((fit.map_err(wrong)?, None))
}

fn scored(
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
    })
}

/// What a kernel refuses is the caller's to mend; a stop is a failure of its own.
fn wrong(cause: ::cluster::Error) -> anyhow::Error {
    match cause {
        ::cluster::Error::Cancelled => anyhow::anyhow!("stopped as asked; nothing was written"),
        cause => WrongUse(cause.to_string()).into(),
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
        "calinski_harabasz",
        "davies_bouldin",
        "inertia",
    ];
    let cell = |of: &Value| match of.as_f64() {
        Some(number) if of.is_f64() => format!("{number:.3}"),
        _ => output::cell(of),
    };
    let row = |tried: &Value| columns.iter().map(|key| cell(&tried[*key])).collect();
    output::table(&columns, tried.iter().map(row).collect());
    Ok(())
}
