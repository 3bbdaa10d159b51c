//! `tessera lab`: reads plain files, calls a kernel, writes plain files. It holds no rule of its own and no project.

mod cluster;
mod columns;
mod dna;
mod identity;
mod interactions;
mod labels;
mod lifetime;
mod methods;
mod mixed;
mod products;
mod read;
mod recommend;
mod texts;
mod transactions;
mod write;

use crate::cli::{Basket, Cluster, Dna, Lab, LabIdentity, Lifetime, Recommend};
use crate::output::WrongUse;
use crate::progress::Bar;
use engine::Report;
use std::sync::Arc;

/// Runs one kernel, off the threads that answer signals.
pub async fn run(lab: Lab, json: bool) -> anyhow::Result<()> {
    let bar = Bar::new();
    let on_bar = OnBar(Arc::clone(&bar));
    let done = tokio::task::spawn_blocking(move || match lab {
        Lab::Cluster(Cluster::Fit(args)) => cluster::fit(&args, json, &on_bar),
        Lab::Cluster(Cluster::Score(args)) => cluster::score(&args, json, &on_bar),
        Lab::Lifetime(Lifetime::Fit(args)) => lifetime::fit(&args, json),
        Lab::Identity(LabIdentity::Fit(args)) => identity::fit(&args, json),
        Lab::Recommend(Recommend::Evaluate(args)) => recommend::evaluate(&args, json, &on_bar),
        Lab::Basket(Basket::Evaluate(args)) => recommend::baskets(&args, json, &on_bar),
        Lab::Dna(Dna::Extract(args)) => dna::extract(&args, json),
        Lab::Dna(Dna::Propose(args)) => dna::propose(&args, json),
        Lab::Dna(Dna::Score(args)) => labels::score(&args, json),
    });
    done.await?
}

/// A kernel's progress on the bar.
struct OnBar(Arc<Bar>);

impl numeric::Progress for OnBar {
    fn tick(&self, done: u64, total: u64) {
        self.0.tick(done, Some(total));
    }

    fn cancelled(&self) -> bool {
        self.0.cancelled()
    }
}

/// Calls `work` on so many threads.
fn on_threads<T: Send>(
    threads: Option<usize>,
    work: impl FnOnce() -> T + Send,
) -> anyhow::Result<T> {
    let Some(threads) = threads else {
        return Ok(work());
    };
    if threads == 0 {
        return Err(WrongUse("--threads is 0; give 1 or more".into()).into());
    }
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()?;
    Ok(pool.install(work))
}
