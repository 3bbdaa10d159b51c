//! What products are: a run reads fields, texts and prices of every product by the dictionaries, lets people's corrections
//! have their way, and keeps every value with its evidence. Running stands here; gathering, rows, corrections and what is
//! shown have files of their own. It must not know a word of any language (`genome::dna`).

mod correct;
mod gather;
mod keep;
mod product;
mod readings;
mod show;

use crate::project::beside;
use crate::views::{DnaRan, DnaRunRequest, JobStarted};
use crate::{Actor, EngineError, Project, Report};
use gather::Material;
use genome::dna::{self, Corrected, Correction, Dictionary, Extractor, Found};
use registry::Run;
use retail::Change;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;

pub(crate) use gather::{FOLDER, Told, ToldKept, toml_files};
pub(crate) use keep::codes;

/// The stage of these runs in the registry.
const STAGE: &str = "dna";
/// Runs that are looked through for the newest.
const RUNS_MAX: u64 = 100;

/// What a run keeps beside its rows.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct DnaResult {
    /// BLAKE3 of its rows.
    hash: String,
    /// What the run said of itself.
    ran: DnaRan,
}

/// What was read of every product: as texts and fields say, and with corrections over it.
struct Read {
    /// Before corrections.
    plain: Vec<Vec<Found>>,
    /// After them.
    found: Vec<Vec<Found>>,
    /// What corrections did.
    corrected: Corrected,
}

impl Project {
    /// Starts a run beside the requests.
    pub async fn start_dna_run(
        self: &Arc<Self>,
        actor: &Actor,
        asked: DnaRunRequest,
    ) -> Result<JobStarted, EngineError> {
        self.start_stage(actor, STAGE, &asked.reason, |project, change, report| async move {
            Ok(json!(project.run_dna(&change, report).await?))
        })
        .await
    }

    /// Reads what every product is, and keeps it.
    pub async fn run_dna(
        &self,
        change: &Change,
        report: Arc<dyn Report>,
    ) -> Result<DnaRan, EngineError> {
        let _alone = self.run_alone(change).await?;
        self.read_dna(change, report).await
    }

    /// As [`Self::run_dna`], for who holds the right to run already.
    pub(crate) async fn read_dna(
        &self,
        change: &Change,
        report: Arc<dyn Report>,
    ) -> Result<DnaRan, EngineError> {
        let started = self.now();
        let run_id = self
            .begin_run(STAGE, (0, json!({})), started, change)
            .await?;
        let done = self.dna(&run_id, started, report).await;
        let kept = done
            .as_ref()
            .map(|result| (result.ran.sentence.clone(), json!(result)));
        self.end_run(&run_id, started, kept, change).await?;
        Ok(done?.ran)
    }

    async fn dna(
        &self,
        run_id: &str,
        known_by: i64,
        report: Arc<dyn Report>,
    ) -> Result<DnaResult, EngineError> {
        report.stage("reading what products are");
        let material = self.dna_material(Some(known_by)).await?;
        if report.cancelled() {
            return Err(EngineError::Cancelled);
        }
        let corrections = self.standing_corrections().await?;
        let (material, read) = beside(move || {
            let read = read(&material, &corrections);
            Ok((material, (read, corrections)))
        })
        .await?;
        let (read, corrections) = read;
        let rows = keep::Rows::of(&material, &read, &corrections);
        let hash = rows.hash();
        // Equal rows are kept once: current_product_dna shows those of the newest run that wrote any.
        if self.hash_shown().await?.as_ref() != Some(&hash) {
            self.keep_dna(run_id, known_by, rows).await?;
        }
        let ran = show::ran(run_id, &material, &read, corrections.len());
        Ok(DnaResult { hash, ran })
    }

    /// The hash of the rows that are shown; none where there are none, or where the run that wrote them was cut off.
    async fn hash_shown(&self) -> Result<Option<String>, EngineError> {
        let sql = "select run_id from product_dna order by known_at desc, run_id desc limit 1";
        let rows = self.lake().rows(sql, None, vec![]).await?;
        let Some(batch) = rows.iter().find(|batch| batch.num_rows() > 0) else {
            return Ok(None);
        };
        let shown = crate::cells::texts(batch, 0)?;
        let all = self.good_runs(STAGE, RUNS_MAX).await?.into_iter();
        let mut wrote = all.filter(|run| run.run_id == shown.value(0));
        let result = wrote.next().map(|run| serde_json::from_value(run.result));
        Ok(result
            .and_then(Result::ok)
            .map(|result: DnaResult| result.hash))
    }

    /// What the newest run is called, for who keeps what it read.
    pub(crate) async fn dna_key(&self) -> Result<String, EngineError> {
        Ok(self
            .dna_run()
            .await?
            .map_or(String::new(), |(run, _)| run.run_id))
    }

    /// What the newest run said of itself.
    pub(crate) async fn newest_dna(&self) -> Result<Option<DnaRan>, EngineError> {
        Ok(self.dna_run().await?.map(|(_, result)| result.ran))
    }

    /// Whether products were read before.
    pub(crate) async fn dna_was_read(&self) -> Result<bool, EngineError> {
        Ok(self.dna_run().await?.is_some())
    }

    /// The newest run that ended well and that this version can read.
    async fn dna_run(&self) -> Result<Option<(Run, DnaResult)>, EngineError> {
        let all = self.good_runs(STAGE, RUNS_MAX).await?;
        let mut read = all.into_iter().filter_map(|run| {
            let result = serde_json::from_value(run.result.clone()).ok()?;
            Some((run, result))
        });
        Ok(read.next())
    }
}

/// Reads every product, and applies corrections.
fn read(material: &Material, corrections: &[Correction]) -> Read {
    let extractor = Extractor::of_catalogue(material.dictionary.clone(), &material.products);
    let mut plain = extractor.extract_all(&material.products);
    for (found, told) in plain.iter_mut().zip(material.told.iter()) {
        if let Some(seen) = material.pictured.get(&told.code) {
            // What yields to a field or a text is not kept.
            drop(dna::join_pictured(found, seen.clone()));
        }
    }
    let mut found = plain.clone();
    let corrected = dna::correct(&material.products, corrections, &mut found);
    Read {
        plain,
        found,
        corrected,
    }
}

/// The dictionaries that come with the program.
fn bundled() -> Result<Dictionary, EngineError> {
    Dictionary::bundled().map_err(|cause| {
        EngineError::Machine(format!("the bundled dictionaries cannot be read: {cause}"))
    })
}
