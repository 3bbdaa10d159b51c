//! The whole chain, written to a folder: the world, then day by day, then what is worked out at the end.
//! Holds the order of these steps and nothing of what they do.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::mpsc::sync_channel;

use rayon::prelude::*;
use serde::Serialize;

use crate::SampleError;
use crate::ads::ad_rows;
use crate::day::{ChainDay, Simulation};
use crate::identities::{Customers, Keys, customer_rows};
use crate::journal::{Uplift, encode};
use crate::listings::{price_rows, product_rows, promotion_rows, store_rows};
use crate::output::Output;
use crate::pictures::write_pictures;
use crate::readme::{README, segments};
use crate::receipts::Labels;
use crate::response::responses;
use crate::rows::Rows;
use crate::score::{Scoreboard, Scores};
use crate::spec::ValidSpec;
use crate::surveys::survey_rows;
use crate::tables::{EVENTS, INVENTORY, ORDERS, REVIEWS};
use crate::truth::{LOST_SALES, RECEIPTS, world_rows};
use crate::world::{World, world};

/// Lines gathered before they are encoded: enough work for every thread, little memory.
const BATCH_LINES: usize = 65_536;
/// Batches that may wait for the disk.
const WAITING_BATCHES: usize = 2;

/// Told how far the work is, and asked whether to go on.
pub trait Progress: Sync {
    /// `done` of `total` steps of `what` are finished.
    fn tick(&self, what: &str, done: u64, total: u64);
    /// Whether the caller wants to stop; asked once a simulated day.
    fn cancelled(&self) -> bool;
}

/// Progress that nobody watches.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quiet;

impl Progress for Quiet {
    fn tick(&self, _what: &str, _done: u64, _total: u64) {}

    fn cancelled(&self) -> bool {
        false
    }
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Rows per file, by path relative to the folder.
    pub rows: BTreeMap<String, u64>,
    /// Pictures in `images/`.
    pub images: u64,
}

/// Writes the retailer and its truth into `dir`, which is made if need be; files of the same names are
/// replaced. Equal specs give equal bytes, on any number of threads.
///
/// # Errors
/// A file that cannot be written, or [`SampleError::Cancelled`].
pub fn write(spec: &ValidSpec, dir: &Path, progress: &dyn Progress) -> Result<Report, SampleError> {
    let world = world(spec.spec())?;
    let labels = Labels::new(&world);
    let mut output = Output::new(dir, world.spec.format)?;
    let keys = standing(&world, &labels, &mut output)?;
    let images = write_pictures(&world, dir)?;
    for table in [
        &ORDERS,
        &INVENTORY,
        &EVENTS,
        &REVIEWS,
        &RECEIPTS,
        &LOST_SALES,
    ] {
        output.expect(table)?;
    }
    let (mut output, ending) = live(&world, &labels, &keys, output, progress)?;
    for rows in ending.rows {
        output.accept(rows)?;
    }
    let rows = output.close()?;
    write_text(dir, "README.md", README)?;
    write_json(dir, "truth/segments.json", &segments())?;
    write_json(dir, "truth/baselines.json", &ending.scores)?;
    Ok(Report { rows, images })
}

/// Writes what stands before the first sale; returns the keys of the customer records.
fn standing(world: &World, labels: &Labels, output: &mut Output) -> Result<Vec<Keys>, SampleError> {
    let makers: [fn(&World, &Labels) -> Vec<Rows>; 7] = [
        |world, _| vec![price_rows(world)],
        |world, _| vec![product_rows(world)],
        |world, _| vec![store_rows(world)],
        |world, _| vec![promotion_rows(world)],
        |world, labels| vec![survey_rows(world, labels)],
        |world, labels| vec![ad_rows(world, labels)],
        |world, _| world_rows(world),
    ];
    let others = || {
        makers
            .par_iter()
            .map(|make| make(world, labels))
            .collect::<Vec<_>>()
    };
    let (customers, others) = rayon::join(|| customer_rows(world, &labels.ids), others);
    let Customers { rows, truth, keys } = customers;
    for rows in [rows, truth]
        .into_iter()
        .chain(others.into_iter().flatten())
    {
        output.accept(rows)?;
    }
    Ok(keys)
}

struct Ending {
    rows: Vec<Rows>,
    scores: Scores,
}

/// Simulates day by day, while another thread writes the days before.
fn live(
    world: &World,
    labels: &Labels,
    keys: &[Keys],
    output: Output,
    progress: &dyn Progress,
) -> Result<(Output, Ending), SampleError> {
    std::thread::scope(|scope| {
        let (send, receive) = sync_channel::<Vec<Vec<Rows>>>(WAITING_BATCHES);
        let writer = scope.spawn(move || {
            let mut output = output;
            for rows in receive.into_iter().flatten().flatten() {
                output.accept(rows)?;
            }
            Ok(output)
        });
        let days = world.spec.days;
        let mut simulation = Simulation::new(world);
        let (mut uplift, mut scoreboard) = (Uplift::new(world), Scoreboard::new(world));
        let mut batch: Vec<ChainDay> = Vec::new();
        let mut lines = 0;
        for index in 0..days as i32 {
            if progress.cancelled() {
                return Err(SampleError::Cancelled);
            }
            let day = simulation.day(index);
            scoreboard.ask(&simulation, index);
            lines += day.lines();
            batch.push(day);
            if lines >= BATCH_LINES || index + 1 == days as i32 {
                let watch = || {
                    for day in &batch {
                        uplift.add(day);
                        scoreboard.watch(day);
                    }
                };
                let (rows, ()) = rayon::join(|| encode(world, labels, &batch), watch);
                // A closed channel means that the writer met an error, which joining it will tell.
                if send.send(rows).is_err() {
                    break;
                }
                batch.clear();
                lines = 0;
            }
            progress.tick("days", index as u64 + 1, u64::from(days));
        }
        drop(send);
        let (rows, scores) = rayon::join(
            || responses(&simulation, labels),
            || scoreboard.scores(&uplift, keys),
        );
        let output = writer
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        let rows = [uplift.rows(world, labels)]
            .into_iter()
            .chain(rows)
            .collect();
        Ok((output, Ending { rows, scores }))
    })
}

fn write_text(dir: &Path, name: &str, text: &str) -> Result<(), SampleError> {
    let path = dir.join(name);
    std::fs::write(&path, text).map_err(|source| SampleError::io(path, source))
}

fn write_json(dir: &Path, name: &str, value: &impl Serialize) -> Result<(), SampleError> {
    let text = serde_json::to_string_pretty(value).map_err(|source| SampleError::Json {
        path: dir.join(name),
        source,
    })?;
    write_text(dir, name, &(text + "\n"))
}
