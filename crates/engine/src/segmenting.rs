//! From receipts to published segments: features by SQL, the fit, the rows, the pointer.
//! It must not know how segments are found (`segment`) nor how they are shown (`segments`).

use crate::project::beside;
use crate::refusals::REFUSED;
use crate::report::ForKernel;
use crate::workbench::in_tens;
use crate::{EngineError, Project, Report, clock};
use lake::{Commit, Limits};
use retail::{Change, Money, table};
use segment::{FeatureTable, Group, Mix, Model, Score, Segmentation, Spec, Stamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;

/// The scheme that this foundation builds: how customers buy and what they buy.
pub const SCHEME: &str = "buying";

/// Its name on a screen.
pub const SCHEME_TITLE: &str = "How customers buy";

/// What products sell for: code, text, top category, spend. The text is the catalogue's, else the most
/// frequent text of the lines.
const PRODUCTS_SQL: &str = "select s.product_id, coalesce(max(c.name), \
     max(s.description) filter (where s.place = 1), '') as text, \
     max(c.category_1) as category, cast(sum(s.amount) as double) as spend \
     from (select product_id, description, sum(amount) as amount, row_number() over (partition by product_id \
     order by count(*) desc, description) as place from sales group by product_id, description) s \
     left join current_products c on c.product_id = s.product_id group by s.product_id order by s.product_id";

/// What a run keeps beside its rows: enough to show why, and to place a customer later.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RunResult {
    /// How many segments.
    pub clusters: usize,
    /// Why so many, in a sentence.
    pub sentence: String,
    /// The scores of every number tried.
    pub scores: Vec<Score>,
    /// Mean silhouette.
    pub silhouette: f64,
    /// The instant described, microseconds since 1970 UTC.
    pub as_of: i64,
    /// Labels of the product groups of the mix, with their rules.
    pub groups: Vec<(String, String)>,
    /// Customers in it.
    pub members: usize,
    /// The fitted model.
    pub model: Model,
}

impl RunResult {
    /// The features of the run, in order.
    pub fn features(&self) -> Vec<segment::Feature> {
        let groups = self.groups.iter().map(|(label, rule)| Group {
            label: label.clone(),
            rule: rule.clone(),
        });
        segment::features(&Mix {
            groups: groups.collect(),
            members: Vec::new(),
        })
    }
}

/// What a finished run says of itself.
#[derive(Debug, Clone, Serialize)]
pub struct Segmented {
    /// The run.
    pub run_id: String,
    /// One line for people.
    pub summary: String,
    /// How many segments.
    pub clusters: usize,
    /// Customers in them.
    pub customers: usize,
    /// Why so many.
    pub sentence: String,
    /// The segments: name, members, share of members, share of spend, what sets it apart.
    pub segments: Vec<SegmentLine>,
}

/// One segment in a summary.
#[derive(Debug, Clone, Serialize)]
pub struct SegmentLine {
    /// Its number.
    pub cluster: i32,
    /// Its name.
    pub name: String,
    /// Its members.
    pub customers: usize,
    /// Share of all spend, 0 to 1.
    pub share_spend: f64,
    /// What sets it apart.
    pub sentence: String,
}

/// Everything computed before anything is written.
struct Computed {
    features: Vec<segment::Feature>,
    customers: FeatureTable,
    found: Segmentation,
    groups: Vec<(String, String)>,
    as_of: i64,
    /// Buyers who refused to be profiled, and so are in no segment; to the nearest multiple of the least that is told of.
    refused: usize,
}

/// The default spec of a run.
pub fn default_spec() -> Spec {
    Spec {
        clusters: None,
        clusters_min: 4,
        clusters_max: 9,
        seed: 20_101_201,
    }
}

impl Project {
    /// Computes features and segments from what the lake holds, keeps the rows, publishes the run.
    pub(crate) async fn run_segments(
        &self,
        spec: Spec,
        change: &Change,
        report: Arc<dyn Report>,
    ) -> Result<Segmented, EngineError> {
        let valid = spec.clone().check()?;
        self.require_gate(retail::Kind::Orders).await?;
        self.require_one_currency().await?;
        let started = clock::now();
        let run_id = self
            .begin_run("segments", (spec.seed, json!(spec)), started, change)
            .await?;
        let done = self.segment(valid, &run_id, started, report).await;
        let kept = done
            .as_ref()
            .map(|(result, segmented)| (segmented.summary.clone(), json!(result)));
        self.end_run(&run_id, started, kept, change).await?;
        let now = self.now();
        let (_, segmented) = done?;
        let before = self.registry().published(SCHEME).await?;
        self.registry()
            .publish(SCHEME, &run_id, now, change)
            .await?;
        if let Some(before) = before {
            let old = self.snapshot(&before.run_id).await?;
            let new = self.snapshot(&run_id).await?;
            self.carry_names(SCHEME, &old, &new, &change.author).await?;
        }
        Ok(segmented)
    }

    async fn segment(
        &self,
        spec: segment::ValidSpec,
        run_id: &str,
        started: i64,
        report: Arc<dyn Report>,
    ) -> Result<(RunResult, Segmented), EngineError> {
        let computed = self.compute(spec, Arc::clone(&report)).await?;
        let stamp = Stamp {
            run_id,
            scheme: SCHEME,
            as_of: computed.as_of,
            known_at: started,
        };
        let spend = self.spend_by_segment(&computed).await?;
        report.stage("keeping the segments");
        let Computed {
            features,
            customers,
            found,
            ..
        } = &computed;
        let writer = format!("run:{run_id}");
        let rows = [
            (
                &table::CUSTOMER_FEATURES,
                segment::feature_rows(stamp, features, customers)?,
            ),
            (
                &table::SEGMENTS,
                segment::segment_rows(stamp, found, &spend)?,
            ),
            (
                &table::SEGMENT_FACTS,
                segment::fact_rows(stamp, features, found)?,
            ),
            (
                &table::MEMBERSHIPS,
                segment::membership_rows(stamp, customers, found)?,
            ),
        ];
        for (table, batch) in rows {
            self.lake()
                .append(
                    table,
                    vec![batch],
                    Commit {
                        writer: &writer,
                        step: 0,
                    },
                )
                .await?;
        }
        Ok((computed.result(), computed.summary(run_id, &spend)))
    }

    async fn compute(
        &self,
        spec: segment::ValidSpec,
        report: Arc<dyn Report>,
    ) -> Result<Computed, EngineError> {
        report.stage("computing customer features");
        let last = self
            .lake()
            .query(
                // One receipt dated in the future must not make everybody else's purchases look old.
                "select max(happened_at) from order_lines where happened_at <= now()",
                None,
                Limits::default(),
            )
            .await?;
        let as_of = last
            .cells()
            .first()
            .and_then(|row| row.first()?.as_str().map(str::to_string));
        let as_of = as_of.ok_or_else(|| {
            EngineError::Data(
                "there are no receipts yet: import a file with 'tessera import FILE --as orders'"
                    .into(),
            )
        })?;
        let instant = clock::parse(&as_of).ok_or_else(|| {
            EngineError::Data(format!("the newest receipt has no usable instant: {as_of}"))
        })?;
        let products = segment::products(&self.lake().rows(PRODUCTS_SQL, None, vec![]).await?)?;
        let mix = segment::mix(&products);
        let features = segment::features(&mix);
        let sql = format!(
            "select * from ({}) as every where customer_key not in (select customer_key from {REFUSED} as refused where \
             customer_key is not null) order by customer_key",
            segment::feature_sql(&mix, &as_of)
        );
        let groups = vec![("product_groups", segment::group_rows(&mix)?)];
        let customers =
            segment::read_features(&features, &self.lake().rows(&sql, None, groups).await?)?;
        let refused = format!(
            "select count(distinct customer_key) from order_lines where line_type = 'sale' and customer_key in (select \
             customer_key from {REFUSED} as refused)"
        );
        let refused = self
            .whole_number(&refused, None, vec![])
            .await?
            .unwrap_or(0);
        let refused = in_tens(refused as usize, self.small_cells().await?.k());
        report.stage("finding segments");
        let groups = mix
            .groups
            .iter()
            .map(|group| (group.label.clone(), group.rule.clone()))
            .collect();
        // The fit is long arithmetic: it must not hold up the threads that answer requests.
        let work = move || {
            let found = segment::fit(&spec, &features, &customers, &ForKernel(report.as_ref()))?;
            Ok(Computed {
                features,
                customers,
                found,
                groups,
                as_of: instant,
                refused,
            })
        };
        beside(work).await
    }

    /// Exact spend of each segment, in order of number.
    async fn spend_by_segment(&self, computed: &Computed) -> Result<Vec<Money>, EngineError> {
        let members = segment::placement_rows(&computed.customers, &computed.found)?;
        let sql = "select m.cluster_id, cast(sum(l.amount) as decimal(18, 4)) as spend from placed m join order_lines l \
                   on l.customer_key = m.customer_key where l.line_type = 'sale' group by m.cluster_id order by m.cluster_id";
        let rows = self
            .lake()
            .rows(sql, None, vec![("placed", members)])
            .await?;
        let mut spend = vec![Money(0); computed.found.segments.len()];
        for batch in &rows {
            for row in 0..batch.num_rows() {
                let number = lake::cell(batch.column(0), row)
                    .as_i64()
                    .unwrap_or_default();
                let amount = lake::cell(batch.column(1), row);
                let amount = amount.as_str().and_then(|text| text.parse().ok());
                let place = usize::try_from(number - 1)
                    .ok()
                    .and_then(|place| spend.get_mut(place));
                if let (Some(place), Some(amount)) = (place, amount) {
                    *place = amount;
                }
            }
        }
        Ok(spend)
    }
}

impl Computed {
    fn result(&self) -> RunResult {
        RunResult {
            clusters: self.found.segments.len(),
            sentence: self.found.sentence.clone(),
            scores: self.found.scores.clone(),
            silhouette: self.found.silhouette,
            as_of: self.as_of,
            groups: self.groups.clone(),
            members: self.customers.keys.len(),
            model: self.found.model.clone(),
        }
    }

    fn summary(&self, run_id: &str, spend: &[Money]) -> Segmented {
        let total: f64 = spend.iter().map(|spend| spend.to_f64()).sum();
        let segments = self
            .found
            .segments
            .iter()
            .zip(spend)
            .map(|(segment, spend)| SegmentLine {
                cluster: segment.cluster,
                name: segment.name.clone(),
                customers: segment.members,
                share_spend: if total == 0.0 {
                    0.0
                } else {
                    spend.to_f64() / total
                },
                sentence: segment.sentence.clone(),
            });
        let (clusters, customers) = (self.found.segments.len(), self.customers.keys.len());
        let without = match self.refused {
            0 => String::new(),
            many => format!(", without some {many} who refused to be profiled"),
        };
        Segmented {
            run_id: run_id.to_string(),
            summary: format!("{clusters} segments of {customers} customers{without}"),
            clusters,
            customers,
            sentence: self.found.sentence.clone(),
            segments: segments.collect(),
        }
    }
}
