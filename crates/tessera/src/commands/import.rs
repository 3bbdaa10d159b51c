//! `tessera import`: files into the lake.

use crate::cli::{FileOptions, Import};
use crate::output::{self, Told, WrongUse};
use crate::progress::Bar;
use anyhow::Context;
use engine::views::{ImportOptions, Tax};
use engine::{ImportAsk, ImportSpec, Imported, Report};
use retail::{Change, Kind};
use std::path::Path;
use std::sync::Arc;

pub async fn run(args: Import, json: bool) -> anyhow::Result<()> {
    let spec = spec(&args)?;
    let project = super::open(&args.project).await?;
    let change = Change::new("command-line", &args.reason)
        .ok_or_else(|| WrongUse("--reason must say something".into()))?;
    let bar = Bar::new();
    let (mut done, mut failed) = (Vec::new(), None);
    for file in &args.files {
        let name = file
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().to_string());
        let ask = ImportAsk {
            file: file.clone(),
            name,
            spec: spec.clone(),
        };
        let report = Arc::clone(&bar) as Arc<dyn Report>;
        match project.import(ask, &change, report).await {
            Ok(imported) => done.push(imported),
            // What the files before it brought is told as well.
            Err(cause) => {
                failed = Some(cause);
                break;
            }
        }
    }
    drop(bar);
    if done.is_empty()
        && let Some(cause) = failed
    {
        return Err(cause.into());
    }
    let failed = failed.map(anyhow::Error::from);
    let incomplete = done
        .iter()
        .find_map(|import| import.incomplete.as_ref().map(|why| (&import.file, why)))
        .map(|(file, why)| Told(format!("{file} was read in part only: {why}")).into());
    let failed = failed.or(incomplete);
    tell(&done, failed.as_ref(), json)?;
    match failed {
        Some(cause) if json && !cause.is::<Told>() => {
            Err(cause.context(Told("some files were not imported".into())))
        }
        Some(cause) => Err(cause),
        None => Ok(()),
    }
}

/// How the files are to be read, by what was typed.
fn spec(args: &Import) -> anyhow::Result<ImportSpec> {
    let words: Vec<&str> = Kind::ALL.iter().map(|kind| kind.word()).collect();
    let kind = Kind::from_word(&args.kind).ok_or_else(|| {
        WrongUse(format!(
            "'{}' is no KIND; write one of {}",
            args.kind,
            words.join(" ")
        ))
    })?;
    let mut spec = match (&args.preset, &args.mapping) {
        (Some(preset), _) => ImportSpec::preset(kind, preset),
        (None, Some(path)) => mapping_file(path)?,
        (None, None) => ImportSpec::new(kind),
    };
    if spec.kind != kind {
        let other = spec.kind;
        return Err(WrongUse(format!(
            "--as {kind} does not go with a mapping file of {other}: write --as {other}, or mend its kind"
        ))
        .into());
    }
    apply(&mut spec, &args.options)?;
    Ok(spec)
}

fn tell(done: &[Imported], failed: Option<&anyhow::Error>, json: bool) -> anyhow::Result<()> {
    let sum = |of: fn(&Imported) -> i64| done.iter().map(of).sum::<i64>();
    let (read, loaded) = (sum(|i| i.read), sum(|i| i.loaded));
    let (duplicate, quarantined) = (sum(|i| i.duplicate), sum(|i| i.quarantined));
    if json {
        let mut told = serde_json::json!({
            "read": read, "loaded": loaded, "duplicate": duplicate, "quarantined": quarantined, "files": done,
        });
        if let Some(cause) = failed {
            told["error"] = format!("{cause:#}").into();
        }
        return output::json(&told);
    }
    let mut open = false;
    for import in done {
        for (what, chosen, why) in &import.choices {
            open |= why.contains("give ");
            output::line(format!("{}: {what} = {chosen} ({why})", import.file));
        }
    }
    if open {
        output::line(output::OPTIONS);
    }
    output::line(format!(
        "{read} read = {loaded} loaded + {duplicate} duplicate + {quarantined} held back"
    ));
    if quarantined > 0 {
        output::line("See why with 'tessera quarantine list'.");
    }
    for import in done {
        for warning in &import.warnings {
            output::line(format!("Look at {}: {warning}.", import.file));
        }
    }
    Ok(())
}

/// The spec in a mapping file.
pub fn mapping_file(path: &Path) -> anyhow::Result<ImportSpec> {
    let text = std::fs::read_to_string(path)
        .map_err(|cause| WrongUse(format!("cannot read {}: {cause}", path.display())))?;
    ImportSpec::from_toml(&text)
        .map_err(engine::EngineError::from)
        .with_context(|| format!("in {}", path.display()))
}

/// What the command line declares, as the engine takes it.
pub fn declared(asked: &FileOptions) -> ImportOptions {
    ImportOptions {
        date_format: asked.date_format.clone(),
        decimal: asked.decimal.map(String::from),
        timezone: asked.timezone.clone(),
        currency: asked.currency.clone(),
        tax: asked.tax.as_deref().and_then(Tax::from_word),
    }
}

/// What the command line declares wins over preset and mapping file.
fn apply(spec: &mut ImportSpec, asked: &FileOptions) -> anyhow::Result<()> {
    engine::apply_options(spec, Some(declared(asked)));
    if let Some(source) = &asked.source {
        spec.options.source = Some(source.clone());
    }
    for other in &asked.others {
        spec.options
            .set(&other.name, &other.value)
            .map_err(engine::EngineError::from)?;
    }
    Ok(())
}
