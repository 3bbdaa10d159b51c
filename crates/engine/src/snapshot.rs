//! A published run in memory: its segments, facts and members as the lake holds them, read once and shared
//! by every request until another run is published. It must not be changed after it was read.

use crate::cells::{floats, ints, moneys, texts};
use crate::segmenting::RunResult;
use crate::{EngineError, Project};
use arrow::array::{AsArray, RecordBatch};
use registry::Run;
use retail::Money;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// One run as it is shown.
pub(crate) struct Snapshot {
    /// The run.
    pub run: Run,
    /// What the run keeps beside its rows.
    pub result: RunResult,
    /// Its features, in order.
    pub features: Vec<segment::Feature>,
    /// Its segments, by number from 1.
    pub segments: Vec<SegmentRow>,
    /// Its members, by customer key.
    pub members: Vec<Placed>,
    /// Customers with purchases who are in no segment, by key: they refused to be profiled, or what they bought is worth nothing.
    pub others: Vec<Sales>,
}

/// What somebody bought.
#[derive(Clone, Copy)]
pub(crate) struct Sales {
    pub customer_key: i64,
    /// Exact spend.
    pub spend: Money,
    pub receipts: i64,
    pub first_at: i64,
    pub last_at: i64,
}

/// One segment with its facts, one per feature.
pub(crate) struct SegmentRow {
    pub cluster: i64,
    pub name: String,
    pub sentence: String,
    pub members: i64,
    pub share_members: f64,
    pub spend: Money,
    pub share_spend: f64,
    pub silhouette: Option<f64>,
    pub facts: Vec<FactRow>,
}

/// One feature of one segment.
#[derive(Clone)]
pub(crate) struct FactRow {
    pub value: f64,
    pub total: f64,
    pub index: Option<f64>,
    pub effect: f64,
    pub significant: bool,
}

/// One member.
pub(crate) struct Placed {
    pub customer_key: i64,
    pub cluster: i64,
    pub second: Option<i64>,
    pub distance: f64,
    pub second_distance: Option<f64>,
    pub silhouette: Option<f64>,
    pub x: f64,
    pub y: f64,
    /// One value per feature; `None` where it is not defined.
    pub values: Vec<Option<f64>>,
    pub sales: Sales,
}

/// Snapshots that were read, by run; the newest few.
#[derive(Default)]
pub(crate) struct Snapshots(Mutex<BTreeMap<String, Arc<Snapshot>>>);

/// Snapshots kept in memory at once.
const KEPT: usize = 3;

impl Snapshot {
    /// The place of a member in the list.
    pub fn member(&self, customer_key: i64) -> Option<&Placed> {
        let place = self
            .members
            .binary_search_by_key(&customer_key, |member| member.customer_key);
        place.ok().map(|place| &self.members[place])
    }

    /// What a customer bought who is in no segment.
    pub fn other(&self, customer_key: i64) -> Option<Sales> {
        let place = self
            .others
            .binary_search_by_key(&customer_key, |other| other.customer_key);
        place.ok().map(|place| self.others[place])
    }

    /// The place of a feature in the list.
    pub fn feature(&self, key: &str) -> Option<usize> {
        self.features.iter().position(|feature| feature.key == key)
    }
}

impl Project {
    /// The snapshot of a run; read from the lake the first time.
    pub(crate) async fn snapshot(&self, run_id: &str) -> Result<Arc<Snapshot>, EngineError> {
        let known = || {
            self.snapshots
                .0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(found) = known().get(run_id) {
            return Ok(Arc::clone(found));
        }
        let read = Arc::new(self.read_snapshot(run_id).await?);
        let mut known = known();
        while known.len() >= KEPT {
            known.pop_first();
        }
        known.insert(run_id.to_string(), Arc::clone(&read));
        Ok(read)
    }

    async fn read_snapshot(&self, run_id: &str) -> Result<Snapshot, EngineError> {
        let run = self.registry().run(run_id).await?;
        let result: RunResult = serde_json::from_value(run.result.clone()).map_err(|cause| {
            EngineError::Data(format!(
                "run {run_id} was kept by another version ({cause}); run the segments again"
            ))
        })?;
        let features = result.features();
        // The id comes from the registry, never from a request; quotes cannot occur in it.
        let of_run = format!("where run_id = '{}'", run_id.replace('\'', ""));
        let lake = self.lake();
        let sql = format!(
            "select customer_key, cluster_id, second_cluster, distance, second_distance, silhouette, x, y \
             from memberships {of_run} order by customer_key"
        );
        let mut members = placed(&lake.rows(&sql, None, vec![]).await?, features.len())?;
        let sql = format!("select customer_key, feature, value from customer_features {of_run}");
        fill_values(
            &mut members,
            &features,
            &lake.rows(&sql, None, vec![]).await?,
        )?;
        let as_of = crate::clock::text(result.as_of);
        let sql = format!(
            "select customer_key, cast(sum(amount) as decimal(18, 4)), count(distinct receipt_key), \
             min(happened_at), max(happened_at) from order_lines where customer_key is not null and \
             line_type = 'sale' and happened_at <= timestamp '{as_of}' group by customer_key order by customer_key"
        );
        // As known when the run began: a later import of old receipts does not change a published run.
        let then = Some(run.started_at);
        let others = fill_sales(&mut members, &lake.rows(&sql, then, vec![]).await?)?;
        let sql = format!(
            "select cluster_id, name, sentence, members, share_members, spend, share_spend, silhouette \
             from segments {of_run} order by cluster_id"
        );
        let mut segments = segments(&lake.rows(&sql, None, vec![]).await?, features.len())?;
        let sql = format!(
            "select cluster_id, feature, value, total, index_total_100, effect, significant \
             from segment_facts {of_run}"
        );
        fill_facts(
            &mut segments,
            &features,
            &lake.rows(&sql, None, vec![]).await?,
        )?;
        Ok(Snapshot {
            run,
            result,
            features,
            segments,
            members,
            others,
        })
    }
}

fn placed(batches: &[RecordBatch], features: usize) -> Result<Vec<Placed>, EngineError> {
    let mut members = Vec::new();
    for batch in batches {
        let (key, cluster, second) = (ints(batch, 0)?, ints(batch, 1)?, ints(batch, 2)?);
        let numbers = (3..8)
            .map(|column| floats(batch, column))
            .collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.num_rows() {
            members.push(Placed {
                customer_key: key.must(row),
                cluster: cluster.must(row),
                second: second.get(row),
                distance: numbers[0].must(row),
                second_distance: numbers[1].get(row),
                silhouette: numbers[2].get(row),
                x: numbers[3].must(row),
                y: numbers[4].must(row),
                values: vec![None; features],
                sales: Sales {
                    customer_key: key.must(row),
                    spend: Money(0),
                    receipts: 0,
                    first_at: 0,
                    last_at: 0,
                },
            });
        }
    }
    Ok(members)
}

fn fill_values(
    members: &mut [Placed],
    features: &[segment::Feature],
    batches: &[RecordBatch],
) -> Result<(), EngineError> {
    let places: HashMap<&str, usize> = features
        .iter()
        .enumerate()
        .map(|(i, f)| (f.key.as_str(), i))
        .collect();
    for batch in batches {
        let (key, feature, value) = (ints(batch, 0)?, texts(batch, 1)?, floats(batch, 2)?);
        for row in 0..batch.num_rows() {
            let member = members.binary_search_by_key(&key.must(row), |member| member.customer_key);
            let column = places.get(feature.value(row));
            if let (Ok(member), Some(column)) = (member, column) {
                members[member].values[*column] = value.get(row);
            }
        }
    }
    Ok(())
}

/// Gives those of whom there is no member, by key.
fn fill_sales(members: &mut [Placed], batches: &[RecordBatch]) -> Result<Vec<Sales>, EngineError> {
    let mut others = Vec::new();
    for batch in batches {
        let (key, spend, receipts) = (ints(batch, 0)?, moneys(batch, 1)?, ints(batch, 2)?);
        let (first, last) = (ints(batch, 3)?, ints(batch, 4)?);
        for (row, spend) in spend.into_iter().enumerate() {
            let sales = Sales {
                customer_key: key.must(row),
                spend,
                receipts: receipts.must(row),
                first_at: first.must(row),
                last_at: last.must(row),
            };
            let member = members.binary_search_by_key(&key.must(row), |member| member.customer_key);
            match member {
                Ok(member) => members[member].sales = sales,
                Err(_) => others.push(sales),
            }
        }
    }
    Ok(others)
}

fn segments(batches: &[RecordBatch], features: usize) -> Result<Vec<SegmentRow>, EngineError> {
    let none = FactRow {
        value: 0.0,
        total: 0.0,
        index: None,
        effect: 0.0,
        significant: false,
    };
    let mut segments = Vec::new();
    for batch in batches {
        let (cluster, name, sentence, members) = (
            ints(batch, 0)?,
            texts(batch, 1)?,
            texts(batch, 2)?,
            ints(batch, 3)?,
        );
        let (share_members, spend, share_spend) =
            (floats(batch, 4)?, moneys(batch, 5)?, floats(batch, 6)?);
        let silhouette = floats(batch, 7)?;
        for (row, spend) in spend.into_iter().enumerate() {
            segments.push(SegmentRow {
                cluster: cluster.must(row),
                name: name.value(row).to_string(),
                sentence: sentence.value(row).to_string(),
                members: members.must(row),
                share_members: share_members.must(row),
                spend,
                share_spend: share_spend.must(row),
                silhouette: silhouette.get(row),
                facts: vec![none.clone(); features],
            });
        }
    }
    Ok(segments)
}

fn fill_facts(
    segments: &mut [SegmentRow],
    features: &[segment::Feature],
    batches: &[RecordBatch],
) -> Result<(), EngineError> {
    for batch in batches {
        let (cluster, feature) = (ints(batch, 0)?, texts(batch, 1)?);
        let numbers = (2..6)
            .map(|column| floats(batch, column))
            .collect::<Result<Vec<_>, _>>()?;
        let significant = batch.column(6).as_boolean();
        for row in 0..batch.num_rows() {
            let segment = segments
                .iter_mut()
                .find(|segment| segment.cluster == cluster.must(row));
            let column = features.iter().position(|f| f.key == feature.value(row));
            if let (Some(segment), Some(column)) = (segment, column) {
                segment.facts[column] = FactRow {
                    value: numbers[0].must(row),
                    total: numbers[1].must(row),
                    index: numbers[2].get(row),
                    effect: numbers[3].must(row),
                    significant: significant.value(row),
                };
            }
        }
    }
    Ok(())
}
