//! Genomes of customers: a run freezes what is usual, computes everybody's genome as of the newest act, and keeps its bytes
//! with every gene. Running stands here; products, acts, rows and what is shown have files of their own. It must not weigh
//! evidence (`genome`).

mod acts;
mod alerts;
mod catalogue;
mod consents;
mod dates;
mod differences;
mod dna;
mod forget;
mod frozen;
mod groups;
mod keep;
mod posts;
mod show;
mod spec;
mod telling;
mod touched;
mod update;

pub use alerts::AlertAsk;
pub(crate) use consents::Open;
pub(crate) use dna::{Trait, kind_of, topics, traits};
pub(crate) use frozen::write_whole;

use crate::project::beside;
use crate::views::{GenomeRan, GenomeRunRequest, JobStarted};
use crate::{Actor, EngineError, Project, Report, clock};
use acts::{View, Whose};
use catalogue::{Catalogue, wrong};
use consents::Given;
use forget::Forgotten;
use genome::forecast::{self, Fitted, Forecasts, Purchases};
use genome::many::{self, Made, Person};
use genome::{Act, BaselineBuilder, Clocks, Consents, Frame, Predicted, Spec};
use retail::Change;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Why a past date and an update do not go together.
const BOTH: &str = "an update goes on from the newest run: ask for a past date without it";
/// The stage of these runs in the registry.
const STAGE: &str = "genome";
/// Acts in memory at once, about: customers are read in so many parts that a part has no more.
const PART_ACTS: i64 = 500_000;
/// Microseconds of a second.
const SECOND: i64 = 1_000_000;

/// What a run keeps beside its rows: enough to show every gene's evidence later.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct GenomeResult {
    /// Acts until this instant count, microseconds since 1970 UTC.
    as_of: i64,
    /// Of rows known by this one.
    known_by: i64,
    /// Whether the instant was asked for and newer acts were known.
    #[serde(default)]
    past: bool,
    /// BLAKE3 of the file with what the run froze.
    frozen: String,
    /// The run whose rows hold where this one has none, and which froze what is usual; none of a run of everybody.
    #[serde(default)]
    base: Option<String>,
    /// This run and those whose rows hold where later ones have none, the newest first.
    #[serde(default)]
    chain: Vec<String>,
    /// Customers who had a genome in the chain and have none by this run: they refused, or are another's by now.
    #[serde(default)]
    without: Vec<i64>,
    /// The run whose published segments forecasts were pooled by; none where none were published.
    #[serde(default)]
    pooled_by: Option<String>,
    /// What forecasts were made by.
    #[serde(default)]
    fitted: Fitted,
    /// What the run said of itself.
    ran: GenomeRan,
}

/// What a run of everybody reads part by part.
struct Read {
    asides: acts::Asides,
    words: Arc<Words>,
    parts: i64,
}

impl Project {
    /// Starts a run beside the requests.
    pub async fn start_genome_run(
        self: &Arc<Self>,
        actor: &Actor,
        asked: GenomeRunRequest,
    ) -> Result<JobStarted, EngineError> {
        let at = self.past_instant(asked.on.as_deref())?;
        if asked.update && at.is_some() {
            return Err(EngineError::invalid("on", BOTH));
        }
        self.start_stage(
            actor,
            STAGE,
            &asked.reason,
            move |project, change, report| async move {
                Ok(json!(match asked.update {
                    true => project.update_genomes(&change, report).await?,
                    false => project.run_genomes(at, &change, report).await?,
                }))
            },
        )
        .await
    }

    /// Computes everybody's genome, and keeps it: as of the newest act, or as of a past instant with what is known now.
    ///
    /// # Errors
    /// [`EngineError::Invalid`] where nothing happened after that instant, or nothing before.
    pub async fn run_genomes(
        &self,
        at: Option<i64>,
        change: &Change,
        report: Arc<dyn Report>,
    ) -> Result<GenomeRan, EngineError> {
        let _alone = self.run_alone(change).await?;
        match at {
            None => self.compute_genomes(change, report).await,
            Some(at) => {
                let until = self.act_before(at).await?;
                // What products are is not of a date: as the newest reading has it.
                if !self.dna_was_read().await? {
                    self.read_dna(change, Arc::clone(&report)).await?;
                }
                self.kept_genomes(Some(until), change, report).await
            }
        }
    }

    /// As [`Self::run_genomes`], for who holds the right to run already.
    pub(crate) async fn compute_genomes(
        &self,
        change: &Change,
        report: Arc<dyn Report>,
    ) -> Result<GenomeRan, EngineError> {
        // What products are by now, in a run of its own.
        self.read_dna(change, Arc::clone(&report)).await?;
        self.kept_genomes(None, change, report).await
    }

    /// A run as of an instant that acts have; the newest act's where none is given.
    async fn kept_genomes(
        &self,
        past: Option<i64>,
        change: &Change,
        report: Arc<dyn Report>,
    ) -> Result<GenomeRan, EngineError> {
        let started = self.now();
        let on = past.map(clock::text);
        let spec = self.genome_spec()?;
        let kept = json!({ "spec": spec.text().map_err(wrong)?, "on": on });
        let run_id = self.begin_run(STAGE, (0, kept), started, change).await?;
        let done = self.genomes(&run_id, (past, started), spec, report).await;
        let kept = done
            .as_ref()
            .map(|result| (result.ran.sentence.clone(), json!(result)));
        self.end_run(&run_id, started, kept, change).await?;
        Ok(done?.ran)
    }

    async fn genomes(
        &self,
        run_id: &str,
        (past, known_by): (Option<i64>, i64),
        spec: Spec,
        report: Arc<dyn Report>,
    ) -> Result<GenomeResult, EngineError> {
        report.stage("reading products");
        let view = match past {
            Some(as_of) => View::past(as_of, known_by),
            None => View::newest(self.newest_act(known_by).await?, known_by),
        };
        let as_of = view.as_of;
        // Named by what it describes and not by the run, so that a run over the same data gives the same bytes.
        let frame = Frame::new(&clock::text(as_of), as_of.div_euclid(SECOND), spec);
        let mut catalogue = self
            .genome_catalogue(frame.map_err(wrong)?, known_by)
            .await?;
        let parts = self.parts(known_by).await?;
        report.stage("reading what customers did");
        let asides = self.genome_asides(view).await?;
        let asides = self.deal_acts(asides, view, parts).await?;
        // What everybody consented to is small: it is read once, and not for each part.
        let words = Arc::new(self.words(view).await?);
        report.stage("learning what is usual");
        let (mut usual, mut bought) = (BaselineBuilder::default(), Purchases::default());
        for part in 0..parts {
            let whose = Whose::Part(part);
            let acts = self
                .genome_acts(&mut catalogue, &asides, whose, view)
                .await?;
            let words = Arc::clone(&words);
            (catalogue, usual, bought) =
                beside(move || learn(catalogue, (acts, words), view, usual, bought)).await?;
            going_on(report.as_ref(), part + 1, parts)?;
        }
        let baseline = usual.finish(&catalogue.frame);
        catalogue.frame = catalogue.frame.with_baseline(baseline);
        report.stage("forecasting");
        let (pooled_by, clusters) = self.forecast_clusters(&asides, view).await?;
        bought.put(clusters);
        let work = move || Ok(forecast::forecast(&bought));
        let forecasts: Forecasts = beside(work).await?;
        report.stage("computing genomes");
        let read = Read {
            asides,
            words,
            parts,
        };
        let (catalogue, counts) = self
            .compute_parts((run_id, view), &read, (catalogue, forecasts.of), report)
            .await?;
        let ran = telling::ran(run_id, view, &catalogue, &counts, forecasts.told);
        Ok(GenomeResult {
            as_of,
            known_by,
            past: past.is_some(),
            base: None,
            chain: vec![run_id.to_string()],
            without: Vec::new(),
            pooled_by,
            fitted: forecasts.fitted,
            frozen: self.freeze(run_id, &catalogue.frame).await?,
            ran,
        })
    }

    /// Computes and keeps all genomes, part by part.
    async fn compute_parts(
        &self,
        (run_id, view): (&str, View),
        read: &Read,
        (mut catalogue, mut ahead): (Catalogue, Ahead),
        report: Arc<dyn Report>,
    ) -> Result<(Catalogue, keep::Counts), EngineError> {
        let before = self.genome_run(Some(view.as_of)).await?;
        let before = Arc::new(self.earlier(before.as_ref(), view).await?);
        let stamp = |part| keep::Stamp {
            run_id: run_id.to_string(),
            view,
            part,
            before: Arc::clone(&before),
        };
        let mut counts = keep::Counts::default();
        let mut made: Vec<Made> = Vec::new();
        for part in 0..read.parts {
            let whose = Whose::Part(part);
            let acts = self
                .genome_acts(&mut catalogue, &read.asides, whose, view)
                .await?;
            let words = Arc::clone(&read.words);
            let computing = beside(move || compute(catalogue, (acts, words), view, ahead));
            // While a part is computed the one before it is written: each keeps another core busy.
            let keeping = self.keep_genomes(stamp(part - 1), made);
            // Both to their end, also where one fails: else a part would go on being computed for nobody.
            let (computed, kept) = tokio::join!(computing, keeping);
            counts.add(kept?);
            (catalogue, made, ahead) = computed?;
            going_on(report.as_ref(), part + 1, read.parts)?;
        }
        let last = stamp(read.parts - 1);
        counts.add(self.keep_genomes(last, made).await?);
        Ok((catalogue, counts))
    }

    /// What everybody said, as known to a view.
    async fn words(&self, view: View) -> Result<Words, EngineError> {
        Ok(Words {
            given: self.topic_consents(Whose::All, view).await?,
            forgotten: self.forgotten(view).await?,
        })
    }

    /// In how many parts customers are read.
    async fn parts(&self, known_by: i64) -> Result<i64, EngineError> {
        let acts = self
            .whole_number(acts::COUNT, Some(known_by), vec![])
            .await?;
        Ok(acts.unwrap_or(0) / PART_ACTS + 1)
    }
}

/// Tells how far it is, and ends where that is asked.
fn going_on(report: &dyn Report, done: i64, parts: i64) -> Result<(), EngineError> {
    report.tick(done as u64, Some(parts as u64));
    match report.cancelled() {
        true => Err(EngineError::Cancelled),
        false => Ok(()),
    }
}

fn clocks(view: View) -> Clocks {
    Clocks {
        as_of: view.as_of.div_euclid(SECOND),
        known_by: view.known_by.div_euclid(SECOND),
    }
}

/// What customers said of what may be thought of them.
struct Words {
    given: Given,
    forgotten: Forgotten,
}

/// The consents of one customer, as a frame counts them.
fn consents(frame: &Frame, given: &Given, customer: i64) -> Consents {
    let topics = given.get(&customer).map_or(&[][..], Vec::as_slice);
    frame.consents(topics.iter().map(String::as_str))
}

type Acts = BTreeMap<i64, Vec<Act>>;
/// Predicted genes by customer.
type Ahead = BTreeMap<i64, Vec<Predicted>>;

fn learn(
    catalogue: Catalogue,
    (acts, words): (Acts, Arc<Words>),
    view: View,
    mut usual: BaselineBuilder,
    mut bought: Purchases,
) -> Result<(Catalogue, BaselineBuilder, Purchases), EngineError> {
    for (customer, acts) in &acts {
        bought.add(*customer, acts);
    }
    let frame = &catalogue.frame;
    let people: Vec<(&[Act], Consents)> = acts
        .iter()
        .map(|(customer, acts)| {
            let open = consents(frame, &words.given, *customer);
            (acts.as_slice(), open)
        })
        .collect();
    usual.merge(many::usual(frame, &people, clocks(view)).map_err(wrong)?);
    Ok((catalogue, usual, bought))
}

fn compute(
    catalogue: Catalogue,
    (acts, words): (Acts, Arc<Words>),
    view: View,
    mut ahead: Ahead,
) -> Result<(Catalogue, Vec<Made>, Ahead), EngineError> {
    let people = acts.into_iter().map(|(customer, acts)| Person {
        customer,
        acts,
        consents: consents(&catalogue.frame, &words.given, customer),
        predicted: ahead.remove(&customer).unwrap_or_default(),
    });
    let people = people.collect();
    let mut made = many::genomes(&catalogue.frame, people, clocks(view)).map_err(wrong)?;
    words.forgotten.strike(&mut made, clocks(view).known_by)?;
    Ok((catalogue, made, ahead))
}
