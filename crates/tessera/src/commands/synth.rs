//! `tessera synth`: a made-up retailer with its truth.

use crate::cli::{FileFormat, Synth};
use crate::output::{self, WrongUse};
use crate::progress::Bar;
use anyhow::Context;
use engine::Report;
use sample::{Format, Spec};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub async fn run(args: Synth, json: bool) -> anyhow::Result<()> {
    let format = match args.format {
        FileFormat::Csv => Format::Csv,
        FileFormat::Parquet => Format::Parquet,
    };
    let spec = Spec {
        customers: args.customers,
        stores: args.stores,
        products: args.products,
        orders: args.orders,
        seed: args.seed,
        format,
        start: first_day()?,
        days: args.days,
    };
    // Nothing of a folder is overwritten by a slip of the keys.
    let holds_files = args
        .dir
        .read_dir()
        .is_ok_and(|mut files| files.next().is_some());
    if holds_files && !args.overwrite {
        let dir = args.dir.display();
        let wrong = format!("{dir} holds files already: name another folder, or add --overwrite");
        return Err(WrongUse(wrong).into());
    }
    let bar = Bar::new();
    let written = write(&args.dir, spec, &bar).await?;
    drop(bar);
    if json {
        return output::json(&serde_json::json!({ "dir": args.dir, "rows": written }));
    }
    for (file, rows) in &written {
        output::line(format!("{rows:>10}  {file}"));
    }
    output::line(format!(
        "The truth is in {}; no model may read it.",
        args.dir.join("truth").display()
    ));
    Ok(())
}

/// The generator's progress on the bar.
struct OnBar(Arc<Bar>);

impl sample::Progress for OnBar {
    fn tick(&self, what: &str, done: u64, total: u64) {
        if done == 0 {
            self.0.stage(&format!("making up {what}"));
        }
        self.0.tick(done, Some(total));
    }

    fn cancelled(&self) -> bool {
        self.0.cancelled()
    }
}

/// The day on which every generated chain begins.
pub fn first_day() -> anyhow::Result<sample::Date> {
    sample::Date::new(2024, 1, 1).context("the first day of the generated chain")
}

/// Writes a made-up retailer; returns the rows of each file.
pub async fn write(dir: &Path, spec: Spec, bar: &Arc<Bar>) -> anyhow::Result<Vec<(String, u64)>> {
    let valid = sample::check(spec).map_err(|cause| WrongUse(cause.to_string()))?;
    let (dir, progress): (PathBuf, _) = (dir.to_path_buf(), OnBar(Arc::clone(bar)));
    let report =
        tokio::task::spawn_blocking(move || sample::write(&valid, &dir, &progress)).await??;
    Ok(report.rows.into_iter().collect())
}
