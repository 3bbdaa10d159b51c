//! `tessera import`: files into the lake.

use crate::cli::{FileOptions, Import};
use crate::output::{self, WrongUse};
use crate::progress::Bar;
use anyhow::Context;
use engine::views::{ImportOptions, Tax};
use engine::{ImportAsk, ImportSpec, Report};
use retail::{Change, Kind};
use std::path::Path;
use std::sync::Arc;

pub async fn run(args: Import, json: bool) -> anyhow::Result<()> {
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
        (None, Some(path)) => {
            let spec = mapping_file(path)?;
            ImportSpec { kind, ..spec }
        }
        (None, None) => ImportSpec::new(kind),
    };
    apply(&mut spec, &args.options);
    let project = super::open(&args.project).await?;
    let change = Change::new("command-line", &args.reason)
        .ok_or_else(|| WrongUse("--reason must say something".into()))?;
    let bar = Bar::new();
    let mut done = Vec::new();
    for file in &args.files {
        let name = file
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().to_string());
        let ask = ImportAsk {
            file: file.clone(),
            name,
            spec: spec.clone(),
        };
        done.push(
            project
                .import(ask, &change, Arc::clone(&bar) as Arc<dyn Report>)
                .await?,
        );
    }
    drop(bar);
    let sum = |of: fn(&engine::Imported) -> i64| done.iter().map(of).sum::<i64>();
    let (read, loaded) = (sum(|i| i.read), sum(|i| i.loaded));
    let (duplicate, quarantined) = (sum(|i| i.duplicate), sum(|i| i.quarantined));
    let incomplete = done
        .iter()
        .find_map(|import| import.incomplete.as_ref().map(|why| (&import.file, why)))
        .map(|(file, why)| format!("{file} was read in part only: {why}"));
    if json {
        let mut told = serde_json::json!({
            "read": read, "loaded": loaded, "duplicate": duplicate, "quarantined": quarantined, "files": done,
        });
        if let Some(why) = &incomplete {
            told["error"] = why.as_str().into();
        }
        output::json(&told)?;
    } else {
        for import in &done {
            for (what, chosen, why) in &import.choices {
                output::line(format!("{}: {what} = {chosen} ({why})", import.file));
            }
        }
        output::line(format!(
            "{read} read = {loaded} loaded + {duplicate} duplicate + {quarantined} held back"
        ));
        if quarantined > 0 {
            output::line("See why with 'tessera quarantine list'.");
        }
    }
    incomplete.map_or(Ok(()), |why| Err(output::Told(why).into()))
}

/// The spec in a mapping file.
pub fn mapping_file(path: &Path) -> anyhow::Result<ImportSpec> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    ImportSpec::from_toml(&text).with_context(|| format!("in {}", path.display()))
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
fn apply(spec: &mut ImportSpec, asked: &FileOptions) {
    engine::apply_options(spec, Some(declared(asked)));
    if let Some(source) = &asked.source {
        spec.options.source = Some(source.clone());
    }
}
