//! Lloyd's rounds on mixed rows: prototypes to the means of their rows, rows to their nearest prototypes,
//! until nothing gets better.
//!
//! Holds the rounds of one start and what happens to a cluster that loses all its rows.

use numeric::{Progress, sum::Compensated};
use rayon::prelude::*;

use super::{
    lanes::Lanes,
    prototypes::Prototypes,
    sums::{Sums, rows_per_part},
    table::Table,
};
use crate::Error;

/// When to stop, and where this start stands among all.
pub(super) struct Rounds {
    pub max: usize,
    /// Share of the inertia by which a round must lower it for another to follow.
    pub tolerance: f64,
    pub before: usize,
    pub total: usize,
}

/// What one start found.
pub(super) struct Start {
    pub labels: Vec<u32>,
    pub prototypes: Prototypes,
    pub sizes: Vec<usize>,
    pub inertia: f64,
    pub iterations: usize,
    pub converged: bool,
}

/// What one assignment of all rows brought.
struct Assigned {
    changed: usize,
    inertia: f64,
    sums: Sums,
    /// The row furthest from its prototype, the lowest of equals.
    furthest: (usize, f32),
}

/// One start with the given rows as prototypes.
pub(super) fn run(
    table: &Table,
    all: &Prototypes,
    rows: &[usize],
    rounds: &Rounds,
    progress: &dyn Progress,
) -> Result<Start, Error> {
    let mut prototypes = Prototypes::of_rows(table, rows, all);
    let mut labels = vec![u32::MAX; table.rows()];
    let mut now = assign_without_gaps(table, all, &mut prototypes, &mut labels)?;
    let (mut iterations, mut converged) = (0, false);
    while iterations < rounds.max && !converged {
        if progress.cancelled() {
            return Err(Error::Cancelled);
        }
        prototypes = now.sums.prototypes(table, Some(all));
        let before = now.inertia;
        now = assign_without_gaps(table, all, &mut prototypes, &mut labels)?;
        iterations += 1;
        // The second also ends a dance between prototypes that rounding holds equally near.
        converged = now.changed == 0 || before - now.inertia <= rounds.tolerance * before;
        progress.tick((rounds.before + iterations) as u64, rounds.total as u64);
    }
    Ok(Start {
        labels,
        prototypes,
        sizes: now.sums.sizes,
        inertia: now.inertia,
        iterations,
        converged,
    })
}

/// Assigns every row; while a cluster is empty, its prototype becomes the row furthest from its own
/// prototype (lowest cluster, lowest row first) and all rows are assigned again. That row stays on its
/// prototype at distance 0, so this comes to an end.
fn assign_without_gaps(
    table: &Table,
    all: &Prototypes,
    prototypes: &mut Prototypes,
    labels: &mut [u32],
) -> Result<Assigned, Error> {
    let mut assigned = assign(table, &Lanes::new(table, prototypes), labels);
    while let Some(empty) = assigned.sums.sizes.iter().position(|&size| size == 0) {
        let (row, distance) = assigned.furthest;
        if distance <= 0.0 {
            let held = assigned.sums.sizes.iter().filter(|&&size| size > 0);
            return Err(Error::TooFewDistinctRows {
                clusters: prototypes.clusters,
                distinct: held.count(),
            });
        }
        prototypes.replace(empty, &Prototypes::of_rows(table, &[row], all));
        let changed = assigned.changed;
        assigned = assign(table, &Lanes::new(table, prototypes), labels);
        assigned.changed += changed;
    }
    Ok(assigned)
}

/// Gives every row its nearest prototype, the lowest of equals, and sums the clusters up on the way.
fn assign(table: &Table, lanes: &Lanes, labels: &mut [u32]) -> Assigned {
    let step = rows_per_part(table, lanes.clusters());
    let parts: Vec<Assigned> = labels
        .par_chunks_mut(step)
        .enumerate()
        .map(|(part, labels)| assign_part(table, lanes, part * step, labels))
        .collect();
    let mut whole = Assigned {
        changed: 0,
        inertia: 0.0,
        sums: Sums::new(table, lanes.clusters()),
        furthest: (0, 0.0),
    };
    let mut inertia = Compensated::default();
    for part in &parts {
        whole.changed += part.changed;
        inertia.add(part.inertia);
        whole.sums.merge(&part.sums);
        if part.furthest.1 > whole.furthest.1 {
            whole.furthest = part.furthest;
        }
    }
    whole.inertia = inertia.total();
    whole
}

fn assign_part(table: &Table, lanes: &Lanes, first: usize, labels: &mut [u32]) -> Assigned {
    let mut part = Assigned {
        changed: 0,
        inertia: 0.0,
        sums: Sums::new(table, lanes.clusters()),
        furthest: (0, 0.0),
    };
    let mut distances = vec![0.0; lanes.clusters()];
    for (index, label) in labels.iter_mut().enumerate() {
        let row = first + index;
        lanes.distances(table, row, &mut distances);
        let (cluster, distance) = nearest(&distances);
        part.changed += usize::from(*label != cluster as u32);
        *label = cluster as u32;
        part.inertia += f64::from(distance);
        part.sums.add(table, row, cluster);
        if distance > part.furthest.1 {
            part.furthest = (row, distance);
        }
    }
    part
}

/// The least distance, the lowest place of equals.
pub(super) fn nearest(distances: &[f32]) -> (usize, f32) {
    let mut best = (0, f32::INFINITY);
    for (place, &distance) in distances.iter().enumerate() {
        if distance < best.1 {
            best = (place, distance);
        }
    }
    best
}
