//! One file per command. A command reads its arguments, calls the engine, prints; it holds no rule.

mod audit;
mod customers;
mod demand;
mod demo;
mod demo_genome;
mod dna;
mod dna_ask;
mod dna_pictures;
mod drivers;
mod genome;
mod genome_groups;
mod identity;
mod import;
mod imports;
mod lab;
mod life;
mod quality;
mod quarantine;
mod run;
mod schemes;
mod segment;
mod serve;
mod sql;
mod synth;

use crate::cli::{Command, ProjectArg};
use crate::{output, settings};
use engine::Project;
use std::path::Path;

/// Runs one command.
pub async fn run(command: Command, json: bool) -> anyhow::Result<()> {
    match command {
        Command::Demo(args) => demo::run(args, json).await,
        Command::New(args) => new(&args.dir, args.title, json),
        Command::Synth(args) => synth::run(args, json).await,
        Command::Import(args) => import::run(args, json).await,
        Command::Imports(args) => imports::run(args, json).await,
        Command::Quality(args) => quality::run(args, json).await,
        Command::Quarantine(args) => quarantine::run(args, json).await,
        Command::Run(args) => run::run(args, json).await,
        Command::Segment(args) => segment::run(args, json).await,
        Command::Demand(args) => demand::run(args, json).await,
        Command::Customers(args) => customers::run(args, json).await,
        Command::Life(args) => life::run(args, json).await,
        Command::Dna(args) => dna::run(args, json).await,
        Command::Genome(args) => genome::run(args, json).await,
        Command::Identity(args) => identity::run(args, json).await,
        Command::Sql(args) => sql::run(args, json).await,
        Command::Serve(args) => serve::run(args, json).await,
        Command::Audit(args) => audit::run(args, json).await,
        Command::Lab(args) => lab::run(args, json).await,
        Command::Config(_) => {
            if json {
                return output::json(&serde_json::json!({ "explained": settings::EXPLAINED }));
            }
            output::line(settings::EXPLAINED);
            Ok(())
        }
    }
}

/// Opens the project that a command names.
async fn open(project: &ProjectArg) -> anyhow::Result<Project> {
    Ok(Project::open(settings::read(&project.project)?.project).await?)
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || "/._-~+:@%".contains(c);
    match path.chars().all(plain) {
        true => path,
        false => format!("'{}'", path.replace('\'', "'\\''")),
    }
}

fn new(dir: &Path, title: Option<String>, json: bool) -> anyhow::Result<()> {
    let name = dir.file_name().map_or_else(
        || "My shop".into(),
        |name| name.to_string_lossy().to_string(),
    );
    settings::create(dir, &title.unwrap_or(name))?;
    if json {
        return output::json(&serde_json::json!({ "project": dir }));
    }
    output::line(format!(
        "Made the project {0}. Next: tessera import FILE --as orders --currency EUR --project {0}",
        quoted(dir)
    ));
    Ok(())
}
