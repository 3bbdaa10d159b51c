//! Records that are one customer: rows of feeds are kept under the key that their record came with, and a session shows
//! them under the customer whose records they are by then. So a merge, and taking one back, writes a row per record
//! and rewrites no fact. It must not know why records are one (`unify`).

use crate::store::{Commit, Lake};
use crate::{LakeError, SnapshotTable};
use arrow::array::{ArrayRef, AsArray, Int64Array, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::{DataType, Int64Type, TimestampMicrosecondType};
use arrow::record_batch::RecordBatch;
use datafusion::functions::core::expr_fn::coalesce;
use datafusion::logical_expr::{ColumnarValue, Expr, ScalarUDF, Volatility, col, create_udf};
use retail::Table;
use retail::table::CUSTOMER_MERGES;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// A record's key, its customer's, and from when on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Merge {
    known_at: i64,
    record: i64,
    customer: i64,
}

/// The rows as last read, oldest first, with the version of their table and what they come to now.
struct Latest {
    version: u64,
    all: Arc<Vec<Merge>>,
    now: Option<Arc<Merged>>,
}

/// What was read last.
#[derive(Default)]
pub(crate) struct Merges(Mutex<Option<Latest>>);

/// Whose each record is at an instant.
#[derive(Debug)]
pub(crate) struct Merged {
    /// Customers by the keys of their records, keys being small integers without large gaps; its own key for a record that
    /// others are merged with, 0 for one that stands alone.
    customers: Arc<Vec<i64>>,
}

impl Merged {
    /// None where every record stands alone.
    fn of(all: &[Merge], as_of: Option<i64>) -> Option<Self> {
        let known = all
            .iter()
            .filter(|merge| as_of.is_none_or(|at| merge.known_at <= at));
        let mut customers = Vec::new();
        for merge in known {
            let place = usize::try_from(merge.record).unwrap_or_default();
            if customers.len() <= place {
                customers.resize(place + 1, 0);
            }
            customers[place] = match merge.customer == merge.record {
                true => 0,
                false => merge.customer,
            };
        }
        // A device can be the lowest key of a customer: its events are that customer's, too.
        let roots: BTreeSet<i64> = customers.iter().copied().filter(|one| *one != 0).collect();
        for root in &roots {
            let place = usize::try_from(*root).unwrap_or_default();
            if customers.len() <= place {
                customers.resize(place + 1, 0);
            }
            if customers[place] == 0 {
                customers[place] = *root;
            }
        }
        let customers = Arc::new(customers);
        (!roots.is_empty()).then_some(Self { customers })
    }

    /// The columns of a feed's table with customers in place of records; none where it has no customers. A row that
    /// knows only a device is of the customer whose device that is.
    pub(crate) fn columns(&self, table: &'static Table) -> Option<Vec<Expr>> {
        let feed = table.feed.is_some() && table.column("customer_key").is_some();
        let device = table.column("device_key").is_some();
        feed.then(|| {
            let each = table.columns.iter().map(|column| match column.name {
                "customer_key" => {
                    let own = self.whose(true).call(vec![col("customer_key")]);
                    let shown = match device {
                        true => {
                            coalesce(vec![own, self.whose(false).call(vec![col("device_key")])])
                        }
                        false => own,
                    };
                    shown.alias("customer_key")
                }
                name => col(name),
            });
            each.collect()
        })
    }

    /// The function from a record's key to its customer's; one that stands alone keeps its own, or has none.
    fn whose(&self, keeps: bool) -> ScalarUDF {
        let customers = Arc::clone(&self.customers);
        let name = if keeps { "customer_of" } else { "merged_with" };
        let work = move |given: &[ColumnarValue]| {
            let keys = ColumnarValue::values_to_arrays(given)?;
            let keys = keys[0].as_primitive::<Int64Type>();
            let each = keys.iter().map(|key| {
                let key = key?;
                let place = usize::try_from(key).ok();
                let found = place.and_then(|place| customers.get(place)).copied();
                match found.filter(|customer| *customer != 0) {
                    Some(customer) => Some(customer),
                    None => keeps.then_some(key),
                }
            });
            let shown: ArrayRef = Arc::new(each.collect::<Int64Array>());
            Ok(ColumnarValue::Array(shown))
        };
        create_udf(
            name,
            vec![DataType::Int64],
            DataType::Int64,
            Volatility::Immutable,
            Arc::new(work),
        )
    }
}

impl Lake {
    /// Says whose records are from `at` on (microseconds since 1970, UTC): pairs of a record's key and its customer's,
    /// the own key for one that stands alone again. A second time by the same run changes nothing.
    pub async fn merge_customers(
        &self,
        pairs: &[(i64, i64)],
        run_id: &str,
        at: i64,
    ) -> Result<(), LakeError> {
        if pairs.is_empty() {
            return Ok(());
        }
        let times = TimestampMicrosecondArray::from_value(at, pairs.len()).with_timezone("UTC");
        let times: ArrayRef = Arc::new(times);
        let records = pairs.iter().map(|(record, _)| *record);
        let customers = pairs.iter().map(|(_, customer)| *customer);
        let columns: Vec<ArrayRef> = vec![
            Arc::new(records.collect::<Int64Array>()),
            Arc::new(customers.collect::<Int64Array>()),
            Arc::new(StringArray::from(vec![run_id; pairs.len()])),
            Arc::clone(&times),
            times,
        ];
        let rows = RecordBatch::try_new(CUSTOMER_MERGES.schema(), columns).map_err(|cause| {
            LakeError::Rows {
                table: CUSTOMER_MERGES.name,
                cause: cause.to_string(),
            }
        })?;
        let writer = format!("identity:{run_id}");
        let commit = Commit {
            writer: &writer,
            step: 0,
        };
        self.append(&CUSTOMER_MERGES, vec![rows], commit).await?;
        Ok(())
    }

    /// Records that are not their own customers, now or as of an instant: key and customer, by key.
    pub async fn merged_customers(&self, as_of: Option<i64>) -> Result<Vec<(i64, i64)>, LakeError> {
        let Some(merged) = self.merged(as_of).await? else {
            return Ok(Vec::new());
        };
        let each = merged.customers.iter().enumerate();
        let merged = each.filter(|(key, customer)| **customer != 0 && **customer != *key as i64);
        Ok(merged
            .map(|(key, customer)| (key as i64, *customer))
            .collect())
    }

    /// Whose each record is, now or as of an instant; none where all stand alone.
    pub(crate) async fn merged(
        &self,
        as_of: Option<i64>,
    ) -> Result<Option<Arc<Merged>>, LakeError> {
        let Some(current) = self.current(&CUSTOMER_MERGES).await? else {
            return Ok(None);
        };
        let version = current.version().unwrap_or_default();
        let kept = || {
            let kept = self.merges.0.lock();
            kept.unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(latest) = kept().as_ref().filter(|latest| latest.version == version) {
            return Ok(match as_of {
                None => latest.now.clone(),
                Some(_) => Merged::of(&latest.all, as_of).map(Arc::new),
            });
        }
        let table = SnapshotTable::loaded(current, version, CUSTOMER_MERGES.schema());
        let frame = self.context().read_table(Arc::new(table));
        let wanted = ["record_key", "merged_key", "known_at"];
        let frame = frame.and_then(|frame| frame.select_columns(&wanted));
        let batches = frame.map_err(LakeError::run)?.collect().await;
        let mut all = Vec::new();
        for batch in batches.map_err(LakeError::run)? {
            let records = batch.column(0).as_primitive::<Int64Type>().values();
            let customers = batch.column(1).as_primitive::<Int64Type>().values();
            let times = batch.column(2).as_primitive::<TimestampMicrosecondType>();
            let pairs = records.iter().zip(customers);
            all.extend(
                pairs
                    .zip(times.values())
                    .map(|((record, customer), at)| Merge {
                        known_at: *at,
                        record: *record,
                        customer: *customer,
                    }),
            );
        }
        all.sort_unstable();
        let all = Arc::new(all);
        let now = Merged::of(&all, None).map(Arc::new);
        let shown = match as_of {
            None => now.clone(),
            Some(_) => Merged::of(&all, as_of).map(Arc::new),
        };
        *kept() = Some(Latest { version, all, now });
        Ok(shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_row_of_a_record_holds_and_a_lone_one_is_its_own_customer() {
        let all: Vec<Merge> = [(10, 3, 1), (10, 4, 1), (20, 3, 3), (30, 5, 4)]
            .map(|(known_at, record, customer)| Merge {
                known_at,
                record,
                customer,
            })
            .to_vec();
        let seen = |at| Merged::of(&all, at).map(|merged| merged.customers.to_vec());
        assert_eq!(seen(Some(9)), None);
        assert_eq!(seen(Some(10)), Some(vec![0, 1, 0, 1, 1]));
        assert_eq!(seen(Some(20)), Some(vec![0, 1, 0, 0, 1]));
        assert_eq!(seen(None), Some(vec![0, 1, 0, 0, 1, 4]));
        assert_eq!(
            Merged::of(&all[..1], None).map(|m| m.customers.len()),
            Some(4)
        );
        let back = [all[0], all[2]];
        assert!(Merged::of(&back, None).is_none(), "all stand alone again");
    }
}
