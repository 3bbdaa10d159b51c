//! Scores of naive methods over several seeds, without writing a file. Holds the loop over seeds only.

use crate::SampleError;
use crate::day::Simulation;
use crate::identities::{Identities, customer_rows};
use crate::journal::Uplift;
use crate::score::{Scoreboard, Scores};
use crate::spec::{Spec, ValidSpec};
use crate::world::world;
use crate::write::Progress;

/// Simulates the spec once per seed (`seed`, `seed` + 1, …, as many as `seeds`) and scores naive methods on
/// each. The spec's format does not matter.
///
/// # Errors
/// [`SampleError::Cancelled`], or a damaged bundled table.
pub fn baselines(
    spec: &ValidSpec,
    seeds: u32,
    progress: &dyn Progress,
) -> Result<Vec<Scores>, SampleError> {
    (0..seeds)
        .map(|step| score(spec.spec(), step, seeds, progress))
        .collect()
}

fn score(
    spec: &Spec,
    step: u32,
    seeds: u32,
    progress: &dyn Progress,
) -> Result<Scores, SampleError> {
    let spec = Spec {
        seed: spec.seed.wrapping_add(u64::from(step)),
        ..spec.clone()
    };
    let world = world(&spec)?;
    let mut simulation = Simulation::new(&world);
    let (mut uplift, mut scoreboard) = (Uplift::new(&world), Scoreboard::new(&world));
    for index in 0..spec.days as i32 {
        if progress.cancelled() {
            return Err(SampleError::Cancelled);
        }
        let day = simulation.day(index);
        uplift.add(&day);
        scoreboard.watch(&day);
        scoreboard.ask(&simulation, index);
    }
    progress.tick("seeds", u64::from(step) + 1, u64::from(seeds));
    let records = customer_rows(&world, &Identities::new(&world)).keys;
    Ok(scoreboard.scores(&uplift, &records))
}
