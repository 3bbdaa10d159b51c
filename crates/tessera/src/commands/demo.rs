//! `tessera demo`: the bundled real data and the generated chain, every stage run, what was found told in
//! plain words, and the pages opened.

use super::{demo_genome, schemes};
use crate::cli::{DAYS, Demo, Only, Serve};
use crate::progress::Bar;
use crate::{output, settings};
use anyhow::Context;
use engine::views::Drivers;
use engine::{Fact, ImportAsk, ImportSpec, Imported, Project, Ran, Report, SchemeRan};
use retail::{Change, Kind};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// The bundled file, inside the program so that the demo works wherever the binary is.
const ONLINE_RETAIL: &[u8] = include_bytes!("../../../../data/online_retail.csv.gz");
/// The shop's own dictionaries, by the names that its folder has them under; the later is read on top.
const DICTIONARIES: [(&str, &str); 2] = [
    (
        "1-gift-shop.toml",
        include_str!("../../../genome/data/dna/online_retail.toml"),
    ),
    (
        "2-designs.toml",
        include_str!("../../../../data/gift_wholesaler.toml"),
    ),
];
const CREDIT: &str =
    "Chen, D. (2015). Online Retail. UCI Machine Learning Repository. doi:10.24432/C5BW33";
const LICENCE: &str = "CC BY 4.0";

/// The generated chain's size: large enough to show every shape, small enough for a laptop.
const SAMPLE: (u32, u32, u32, u64, u64) = (3_000, 40, 1_500, 60_000, 7);

/// What making one project found.
#[derive(Debug, Serialize)]
struct Made {
    project: PathBuf,
    seconds: f64,
    imports: Vec<Imported>,
    facts: serde_json::Map<String, serde_json::Value>,
    how_counted: serde_json::Map<String, serde_json::Value>,
    run: Ran,
    /// One customer and the evidence of a gene.
    customer: Option<demo_genome::Chapter>,
    /// What moves choice in the category that is bought most.
    drivers: Option<Drivers>,
    schemes: Vec<SchemeRan>,
}

pub async fn run(args: Demo, json: bool) -> anyhow::Result<()> {
    let bar = Bar::new();
    let mut made = serde_json::Map::new();
    let mut folders = Vec::new();
    if args.only != Some(Only::Real) {
        let folder = args.dir.join("sample-chain");
        let one = sample(&folder, &bar).await?;
        tell("The generated chain", &one, json);
        made.insert("sample".into(), serde_json::to_value(&one)?);
        folders.push(folder);
    }
    if args.only != Some(Only::Sample) {
        let folder = args.dir.join("gift-wholesaler");
        let one = real(&folder, &bar).await?;
        tell("The real gift wholesaler", &one, json);
        made.insert("real".into(), serde_json::to_value(&one)?);
        folders.push(folder);
    }
    drop(bar);
    if args.no_serve {
        return if json { output::json(&made) } else { Ok(()) };
    }
    let addr = Some(format!("127.0.0.1:{}", args.port));
    super::serve::serve(
        Serve {
            addr,
            public_url: None,
            projects: folders,
        },
        json.then_some(made),
    )
    .await
}

/// Opens the demo's project, making it the first time.
async fn project(folder: &Path, title: &str) -> anyhow::Result<Project> {
    if !folder.join(settings::FILE).exists() {
        settings::create(folder, title)?;
    }
    Ok(Project::open(settings::read(folder)?.project).await?)
}

fn change(reason: &str) -> Change {
    Change {
        author: "command-line".into(),
        reason: reason.into(),
    }
}

async fn real(folder: &Path, bar: &Arc<Bar>) -> anyhow::Result<Made> {
    let started = Instant::now();
    let project = project(folder, "Gift wholesaler (real data)").await?;
    let file = folder.join("online_retail.csv.gz");
    std::fs::write(&file, ONLINE_RETAIL)
        .with_context(|| format!("cannot write {}", file.display()))?;
    let own = folder.join("dictionaries");
    std::fs::create_dir_all(&own).with_context(|| format!("cannot make {}", own.display()))?;
    for (name, text) in DICTIONARIES {
        let file = own.join(name);
        std::fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    }
    let change = change("demo of the bundled real data");
    project.credit(CREDIT, LICENCE, &change).await?;
    let spec = ImportSpec::preset(Kind::Orders, "online-retail");
    let ask = ImportAsk {
        file,
        name: "online_retail.csv.gz".into(),
        spec,
    };
    let imported = project
        .import(ask, &change, Arc::clone(bar) as Arc<dyn Report>)
        .await?;
    let imports = (vec![imported], schemes::REAL);
    finish(project, folder, imports, started, bar, &change).await
}

async fn sample(folder: &Path, bar: &Arc<Bar>) -> anyhow::Result<Made> {
    let started = Instant::now();
    let project = project(folder, "Sample chain (generated)").await?;
    let files = folder.join("files");
    let (customers, stores, products, orders, seed) = SAMPLE;
    let spec = sample::Spec {
        customers,
        stores,
        products,
        orders,
        seed,
        format: sample::Format::Csv,
        start: super::synth::first_day()?,
        days: DAYS,
    };
    super::synth::write(&files, spec, bar).await?;
    let change = change("demo of the generated chain");
    let mut imports = Vec::new();
    for kind in Kind::ALL {
        let name = format!("{kind}.csv");
        let file = files.join(&name);
        if !file.exists() {
            continue;
        }
        let ask = ImportAsk {
            file,
            name,
            spec: ImportSpec::preset(kind, "native"),
        };
        imports.push(
            project
                .import(ask, &change, Arc::clone(bar) as Arc<dyn Report>)
                .await?,
        );
    }
    let imports = (imports, schemes::SAMPLE);
    finish(project, folder, imports, started, bar, &change).await
}

/// Runs the stages on what was imported, then the schemes wanted.
async fn finish(
    project: Project,
    folder: &Path,
    (imports, wanted): (Vec<Imported>, &[schemes::Wanted]),
    started: Instant,
    bar: &Arc<Bar>,
    change: &Change,
) -> anyhow::Result<Made> {
    let run = project
        .run_all(
            engine::default_spec(),
            change,
            Arc::clone(bar) as Arc<dyn Report>,
        )
        .await?;
    let schemes = schemes::make(&project, wanted, change, bar).await?;
    let drivers = demo_genome::drivers(&project, change, bar).await?;
    bar.stage("looking at a customer");
    demo_genome::past(&project, &run, change, bar).await?;
    let customer = demo_genome::find(&project, &run).await?;
    bar.stage("counting");
    let found = project.facts().await?;
    let keep = |of: fn(&Fact) -> serde_json::Value| {
        found
            .iter()
            .map(|fact| (fact.key.to_string(), of(fact)))
            .collect::<serde_json::Map<_, _>>()
    };
    Ok(Made {
        project: folder.to_path_buf(),
        seconds: started.elapsed().as_secs_f64(),
        imports,
        facts: keep(|fact| fact.value.clone()),
        how_counted: keep(|fact| fact.sql.into()),
        run,
        customer,
        drivers,
        schemes,
    })
}

fn tell(title: &str, made: &Made, json: bool) {
    if json {
        return;
    }
    output::line(format!(
        "\n{title}: {} in {:.1} s",
        made.project.display(),
        made.seconds
    ));
    for import in &made.imports {
        output::line(format!(
            "  {:<11} {} read = {} loaded + {} duplicate + {} held back",
            import.kind, import.read, import.loaded, import.duplicate, import.quarantined
        ));
    }
    for (key, value) in &made.facts {
        output::line(format!(
            "  {:<24} {}",
            key.replace('_', " "),
            output::cell(value)
        ));
    }
    output::line(format!(
        "  {} returned lines matched to their sale",
        made.run.returns_matched
    ));
    let segments = &made.run.segments;
    output::line(format!("  {}", segments.sentence));
    for segment in &segments.segments {
        output::line(format!(
            "  {}. {} ({:.0} % of spend): {}",
            segment.cluster,
            segment.name,
            100.0 * segment.share_spend,
            segment.sentence
        ));
    }
    demo_genome::tell(&made.run, made.customer.as_ref());
    if let Some(drivers) = &made.drivers {
        output::line(format!("  {}", drivers.sentence));
    }
    for scheme in &made.schemes {
        output::line(format!(
            "  {}: {} clusters of {} members. {}",
            scheme.scheme, scheme.clusters, scheme.members, scheme.sentence
        ));
    }
}
