//! A run of those alone of whom something came to be known since the run before: under what that run froze, so that it costs
//! in proportion to what came. The genomes of the others stay as they were kept. It must not learn what is usual.

use super::acts::{View, Whose};
use super::{GenomeResult, SECOND, STAGE, compute, going_on, keep, telling};
use crate::cells::ints;
use crate::project::beside;
use crate::views::GenomeRan;
use crate::{EngineError, Project, Report};
use genome::forecast::{self, Fitted, Purchases};
use registry::Run;
use retail::Change;
use serde_json::json;
use std::sync::Arc;

/// Customers of one part.
const PART: usize = 20_000;
/// Seconds of a day.
const DAY: i64 = 86_400;

/// Customers of whom a row came to be known, or happened, since the run before, or whose records moved.
const TOUCHED: &str = "select distinct customer_key from (select customer_key from order_lines where {new} union all \
     select customer_key from events where {new} union all select customer_key from reviews where {new} union all select \
     customer_key from survey_answers where {new} union all select customer_key from customers where {new} union all \
     select merged_key as customer_key from customer_merges where cast(known_at as bigint) > {known} union all select \
     record_key as customer_key from customer_merges where cast(known_at as bigint) > {known}) where customer_key is not \
     null order by customer_key";

/// The newest day with a receipt of anybody.
const NEWEST: &str = "select max(cast(happened_at as bigint)) from order_lines where cast(happened_at as bigint) <= {now}";

impl Project {
    /// Computes the genomes of those alone of whom something came to be known since the newest run.
    pub async fn update_genomes(
        &self,
        change: &Change,
        report: Arc<dyn Report>,
    ) -> Result<GenomeRan, EngineError> {
        let _alone = self.run_alone(change).await?;
        let Some(before) = self.genome_run(None).await? else {
            return Err(EngineError::Data(
                "there is no run of everybody to go on from: run 'tessera genome run' without --update first".into(),
            ));
        };
        self.read_dna(change, Arc::clone(&report)).await?;
        let started = self.now();
        let spec = json!({ "spec": genome::spec::DEFAULT, "update": before.0.run_id });
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
        let view = View { as_of, known_by };
        let frame = self.frozen(&before.run_id, known).await?;
        let mut catalogue = self.genome_catalogue(frame, known_by).await?;
        report.stage("looking for whom something is new");
        let touched = self.touched(known, view).await?;
        let asides = self.genome_asides(view).await?;
        let today = self
            .newest_receipt(known_by)
            .await?
            .div_euclid(SECOND * DAY) as i32;
        report.stage("computing genomes");
        let mut counts = keep::Counts::default();
        let parts = touched.len().div_ceil(PART).max(1) as i64;
        for (part, some) in touched.chunks(PART).enumerate() {
            let asides = asides.clone().naming(some)?;
            let acts = self
                .genome_acts(&mut catalogue, &asides, Whose::Named, view)
                .await?;
            let given = self.all_topics(known_by).await?;
            let fitted = known.fitted.clone();
            let computed = beside(move || {
                let mut bought = Purchases::default();
                for (customer, acts) in &acts {
                    bought.add(*customer, acts);
                }
                let ahead = ahead(&bought, &fitted, today)?;
                compute(catalogue, (acts, given), view, ahead)
            })
            .await?;
            catalogue = computed.0;
            let stamp = keep::Stamp {
                run_id,
                view,
                part: part as i64,
                parts: 1,
                before: Some(earlier),
            };
            self.keep_genomes(&stamp, computed.1, &mut counts).await?;
            going_on(report.as_ref(), part as i64 + 1, parts)?;
        }
        let mut ran = telling::ran(run_id, view, &catalogue, &counts, forecast::Told::default());
        // How right forecasts were is what the run that fitted them found.
        ran.forecast = known.ran.forecast.clone();
        ran.sentence = format!("of those of whom something was new: {}", ran.sentence);
        let chain = std::iter::once(run_id.to_string()).chain(known.chain.iter().cloned());
        Ok(GenomeResult {
            as_of,
            known_by,
            frozen: known.frozen.clone(),
            base: Some(known.base.clone().unwrap_or_else(|| before.run_id.clone())),
            chain: chain.collect(),
            fitted: known.fitted.clone(),
            ran,
        })
    }

    /// The customers of whom a view tells something that the run before could not know.
    async fn touched(&self, known: &GenomeResult, view: View) -> Result<Vec<i64>, EngineError> {
        let new = format!(
            "(cast(known_at as bigint) > {} or (cast(happened_at as bigint) > {} and cast(happened_at as bigint) <= {}))",
            known.known_by, known.as_of, view.as_of
        );
        let sql = TOUCHED
            .replace("{new}", &new)
            .replace("{known}", &known.known_by.to_string());
        let mut all = Vec::new();
        for batch in self.lake().rows(&sql, Some(view.known_by), vec![]).await? {
            let who = ints(&batch, 0)?;
            all.extend((0..batch.num_rows()).map(|row| who.must(row)));
        }
        Ok(all)
    }

    async fn newest_receipt(&self, now: i64) -> Result<i64, EngineError> {
        let sql = NEWEST.replace("{now}", &now.to_string());
        let rows = self.lake().rows(&sql, Some(now), vec![]).await?;
        let first = rows.first().map(|batch| ints(batch, 0)).transpose()?;
        Ok(first.and_then(|at| at.get(0)).unwrap_or_default())
    }
}

fn ahead(bought: &Purchases, fitted: &Fitted, today: i32) -> Result<super::Ahead, EngineError> {
    forecast::again(bought, fitted, today)
        .map_err(|cause| EngineError::Data(format!("forecasts cannot be made again: {cause}")))
}

impl GenomeResult {
    /// The runs whose rows hold, the newest first.
    pub(super) fn chain<'a>(&'a self, run: &'a Run) -> Vec<&'a str> {
        match self.chain.is_empty() {
            true => vec![&run.run_id],
            false => self.chain.iter().map(String::as_str).collect(),
        }
    }

    /// A table's rows that hold by a run: of each customer those of the newest run of its chain that has any.
    pub(super) fn rows(&self, run: &Run, table: &str) -> String {
        let chain = self.chain(run);
        let quoted: Vec<String> = chain
            .iter()
            .map(|id| format!("'{}'", id.replace('\'', "")))
            .collect();
        match &quoted[..] {
            [one] => format!("(select * from {table} where run_id = {one})"),
            many => format!(
                "(select t.* from {table} t join (select customer_key, max(run_id) as run_id from genomes where run_id in \
                 ({}) group by customer_key) e on e.customer_key = t.customer_key and e.run_id = t.run_id)",
                many.join(", ")
            ),
        }
    }
}
