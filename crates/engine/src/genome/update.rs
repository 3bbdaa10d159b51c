//! A run of those alone of whom something came to be known since the run before: under what that run froze, so that it costs
//! in proportion to what came. The genomes of the others stay as they were kept. It must not learn what is usual.

use super::acts::{Asides, View, Whose};
use super::catalogue::{Catalogue, wrong};
use super::{GenomeResult, SECOND, STAGE, Words, compute, going_on, keep, telling};
use crate::ask::quoted;
use crate::cells::ints;
use crate::project::beside;
use crate::segmenting::SCHEME;
use crate::snapshot::Snapshot;
use crate::views::GenomeRan;
use crate::{EngineError, Project, Report, clock};
use genome::forecast::{self, AHEAD_DAYS, Clusters, Fitted, Purchases};
use genome::many::Made;
use registry::Run;
use retail::Change;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Customers of one part.
const PART: usize = 20_000;
/// Seconds of a day.
const DAY: i64 = 86_400;

/// The newest purchase that genomes count, of anybody: as in a run of everybody, what nobody known bought is none.
const NEWEST: &str = "select max(cast(happened_at as bigint)) from order_lines where line_type = 'sale' and not cancelled and \
     customer_key is not null and product_id is not null and cast(happened_at as bigint) <= {as_of} and customer_key not in \
     (select customer_key from refusing)";

/// What genomes of some customers are computed by.
struct By {
    asides: Asides,
    words: Arc<Words>,
    fitted: Fitted,
    clusters: BTreeMap<i64, u32>,
    /// Days since 1970 of the newest purchase of anybody.
    today: i32,
}

impl Project {
    /// Computes the genomes of those alone of whom something came to be known since the newest run.
    pub async fn update_genomes(
        &self,
        change: &Change,
        report: Arc<dyn Report>,
    ) -> Result<GenomeRan, EngineError> {
        let _alone = self.run_alone(change).await?;
        let Some(before) = self.genome_run_of_now().await? else {
            return Err(EngineError::Data(
                "there is no run of everybody to go on from: run 'tessera genome run' without --update first".into(),
            ));
        };
        let own = self.genome_spec()?;
        if *self.frozen(&before.0.run_id, &before.1).await?.spec() != own {
            return Err(EngineError::Data(
                "the spec of genomes is another than the newest run's: run 'tessera genome run' without --update, so that all \
                 are computed by it"
                    .into(),
            ));
        }
        self.read_dna(change, Arc::clone(&report)).await?;
        let started = self.now();
        let spec = json!({ "spec": own.text().map_err(wrong)?, "update": before.0.run_id });
        let run_id = self.begin_run(STAGE, (0, spec), started, change).await?;
        let done = self.updated(&run_id, started, &before, report).await;
        let kept = done
            .as_ref()
            .map(|result| (result.ran.sentence.clone(), json!(result)));
        self.end_run(&run_id, started, kept, change).await?;
        Ok(done?.ran)
    }

    async fn updated(
        &self,
        run_id: &str,
        known_by: i64,
        earlier: &(Run, GenomeResult),
        report: Arc<dyn Report>,
    ) -> Result<GenomeResult, EngineError> {
        let (before, known) = earlier;
        report.stage("reading products");
        let as_of = self.newest_act(known_by).await?;
        let view = View::newest(as_of, known_by);
        let frame = self.frozen(&before.run_id, known).await?;
        let mut catalogue = self.genome_catalogue(frame, known_by).await?;
        report.stage("looking for whom something is new");
        let touched = self.touched(known, view).await?;
        let asides = self.genome_asides(view).await?;
        let said = View::newest(known_by, known_by);
        let words = Arc::new(self.words(said).await?);
        let newest = self.newest_purchase(&asides, view).await?;
        let today = newest.div_euclid(SECOND * DAY) as i32;
        // Of the publication by which they were fitted.
        let clusters = match &known.pooled_by {
            Some(run_id) => self.clusters_of_run(run_id).await?,
            None => BTreeMap::new(),
        };
        report.stage("computing genomes");
        let same = Arc::new(self.earlier(Some(earlier), view).await?);
        let mut without: BTreeSet<i64> = touched.iter().copied().collect();
        let (mut counts, mut made) = (keep::Counts::default(), BTreeSet::new());
        let parts = touched.len().div_ceil(PART).max(1) as i64;
        for (part, some) in touched.chunks(PART).enumerate() {
            let by = By {
                asides: asides.clone().naming(some)?,
                words: Arc::clone(&words),
                fitted: known.fitted.clone(),
                clusters: clusters.clone(),
                today,
            };
            let computed = self.computed(catalogue, by, view).await?;
            catalogue = computed.0;
            let stamp = keep::Stamp {
                run_id: run_id.to_string(),
                view,
                part: part as i64,
                before: Arc::clone(&same),
            };
            for one in &computed.1 {
                without.remove(&one.genome.customer);
                made.insert(one.genome.customer);
            }
            counts.add(self.keep_genomes(stamp, computed.1).await?);
            going_on(report.as_ref(), part as i64 + 1, parts)?;
        }
        // Of whom something is new and who has no genome now: they had one, refused, or are another's by now.
        let mut without: BTreeSet<i64> = self
            .described(earlier, &without)
            .await?
            .into_iter()
            .collect();
        without.extend(known.without.iter().filter(|key| !made.contains(key)));
        let mut ran = telling::ran(run_id, view, &catalogue, &counts, forecast::Told::default());
        // How right forecasts were is what the run that fitted them found.
        ran.forecast = known.ran.forecast.clone();
        ran.sentence = format!("of those of whom something was new: {}", ran.sentence);
        let chain = std::iter::once(run_id.to_string()).chain(known.chain.iter().cloned());
        Ok(GenomeResult {
            as_of,
            known_by,
            past: false,
            frozen: known.frozen.clone(),
            base: Some(known.base.clone().unwrap_or_else(|| before.run_id.clone())),
            chain: chain.collect(),
            without: without.into_iter().collect(),
            pooled_by: known.pooled_by.clone(),
            fitted: known.fitted.clone(),
            ran,
        })
    }

    /// The genomes of the customers whom the asides name.
    async fn computed(
        &self,
        mut catalogue: Catalogue,
        by: By,
        view: View,
    ) -> Result<(Catalogue, Vec<Made>), EngineError> {
        let acts = self
            .genome_acts(&mut catalogue, &by.asides, Whose::Named, view)
            .await?;
        beside(move || {
            let mut bought = Purchases::default();
            for (customer, acts) in &acts {
                bought.add(*customer, acts);
            }
            bought.put(Clusters {
                now: by.clusters,
                ..Clusters::default()
            });
            let ahead = ahead(&bought, &by.fitted, by.today)?;
            let computed = compute(catalogue, (acts, by.words), view, ahead)?;
            Ok((computed.0, computed.1))
        })
        .await
    }

    /// The clusters of customers that are published now, and those that were known when the trial's days began, with the run
    /// of the former.
    pub(super) async fn forecast_clusters(
        &self,
        asides: &Asides,
        view: View,
    ) -> Result<(Option<String>, Clusters), EngineError> {
        let published = match view.is_past() {
            // Segments that were found later know what came later.
            true => self.published_then(view.as_of).await?,
            false => self
                .registry()
                .published(SCHEME)
                .await?
                .map(|one| one.run_id),
        };
        let Some(published) = published else {
            return Ok((None, Clusters::default()));
        };
        let newest = self.newest_purchase(asides, view).await?;
        let cut = newest - i64::from(AHEAD_DAYS) * DAY * SECOND;
        let then = match self.published(SCHEME, Some(&clock::text(cut))).await {
            Ok(snapshot) => members(&snapshot),
            Err(cause) if cause.is_missing() => BTreeMap::new(),
            Err(cause) => return Err(cause),
        };
        let now = self.clusters_of_run(&published).await?;
        Ok((Some(published), Clusters { now, then }))
    }

    /// The run of the segments that were published at an instant.
    async fn published_then(&self, at: i64) -> Result<Option<String>, EngineError> {
        match self.published(SCHEME, Some(&clock::text(at))).await {
            Ok(snapshot) => Ok(Some(snapshot.run.run_id.clone())),
            Err(cause) if cause.is_missing() => Ok(None),
            Err(cause) => Err(cause),
        }
    }

    async fn clusters_of_run(&self, run_id: &str) -> Result<BTreeMap<i64, u32>, EngineError> {
        Ok(members(self.snapshot(run_id).await?.as_ref()))
    }

    async fn newest_purchase(&self, asides: &Asides, view: View) -> Result<i64, EngineError> {
        let sql = NEWEST.replace("{as_of}", &view.as_of.to_string());
        let known = Some(view.known_by);
        let newest = self.whole_number(&sql, known, asides.beside()).await?;
        Ok(newest.unwrap_or_default())
    }

    /// Those of some customers who have a genome by the runs of a chain.
    async fn described(
        &self,
        (run, result): &(Run, GenomeResult),
        of: &BTreeSet<i64>,
    ) -> Result<Vec<i64>, EngineError> {
        let chain = result.quoted_chain(run).join(", ");
        let sql = format!("select distinct customer_key from genomes where run_id in ({chain})");
        let mut all = Vec::new();
        for batch in self.lake().rows(&sql, None, vec![]).await? {
            let who = ints(&batch, 0)?;
            let keys = (0..batch.num_rows()).map(|row| who.must(row));
            all.extend(keys.filter(|key| of.contains(key)));
        }
        Ok(all)
    }
}

/// The cluster of each member.
fn members(snapshot: &Snapshot) -> BTreeMap<i64, u32> {
    let each = snapshot.members.iter();
    each.map(|member| (member.customer_key, member.cluster as u32))
        .collect()
}

fn ahead(bought: &Purchases, fitted: &Fitted, today: i32) -> Result<super::Ahead, EngineError> {
    forecast::again(bought, fitted, today)
        .map_err(|cause| EngineError::Data(format!("forecasts cannot be made again: {cause}")))
}

impl GenomeResult {
    /// The runs whose rows hold, the newest first, as SQL writes them.
    pub(super) fn quoted_chain(&self, run: &Run) -> Vec<String> {
        match self.chain.is_empty() {
            true => vec![quoted(&run.run_id)],
            false => self.chain.iter().map(|id| quoted(id)).collect(),
        }
    }

    /// A table's rows that hold by a run: of each customer those of the newest run of its chain that has any.
    pub(super) fn rows(&self, run: &Run, table: &str) -> String {
        match &self.quoted_chain(run)[..] {
            [one] => format!("(select * from {table} where run_id = {one})"),
            many => format!(
                "(select t.* from {table} t join (select customer_key, max(run_id) as run_id from genomes where run_id in \
                 ({}) group by customer_key) e on e.customer_key = t.customer_key and e.run_id = t.run_id{})",
                many.join(", "),
                self.leaving_out()
            ),
        }
    }

    /// The condition that leaves out who has no genome by this run.
    fn leaving_out(&self) -> String {
        let keys: Vec<String> = self.without.iter().map(i64::to_string).collect();
        match keys.is_empty() {
            true => String::new(),
            false => format!(" where t.customer_key not in ({})", keys.join(", ")),
        }
    }
}
