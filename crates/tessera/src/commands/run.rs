//! `tessera run`: the stages in their order.

use super::demand;
use crate::cli::Run;
use crate::output::{self, WrongUse};
use crate::progress::Bar;
use engine::{Report, SegmentSpec};
use retail::Change;
use std::sync::Arc;

pub async fn run(args: Run, json: bool) -> anyhow::Result<()> {
    let project = super::open(&args.project).await?;
    let change = Change::new("command-line", &args.reason)
        .ok_or_else(|| WrongUse("--reason must say something".into()))?;
    let default = engine::default_spec();
    let spec = SegmentSpec {
        clusters: args.clusters,
        seed: args.seed.unwrap_or(default.seed),
        ..default
    };
    let bar = Bar::new();
    let ran = project
        .run_all(spec, &change, Arc::clone(&bar) as Arc<dyn Report>)
        .await?;
    drop(bar);
    if json {
        return output::json(&ran);
    }
    output::line(&ran.identity.sentence);
    output::line(format!(
        "{} returned lines matched to their sale",
        ran.returns_matched
    ));
    output::line(format!("{}.", ran.genomes.sentence));
    output::line(format!("{}.", ran.life.sentence));
    output::line(format!(
        "{} (tessera demand show).",
        demand::in_short(ran.demand.as_ref())
    ));
    output::line(&ran.segments.sentence);
    let rows = ran.segments.segments.iter().map(|segment| {
        vec![
            segment.cluster.to_string(),
            segment.name.clone(),
            segment.customers.to_string(),
            format!("{:.1} %", 100.0 * segment.share_spend),
            segment.sentence.clone(),
        ]
    });
    output::table(
        &["", "segment", "customers", "of spend", "what sets it apart"],
        rows.collect(),
    );
    Ok(())
}
