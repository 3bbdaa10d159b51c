//! The table rows of a run: features, segments, facts, memberships. Column order is the tables'.

use crate::{Feature, FeatureTable, Mix, SegmentError, Segmentation};
use arrow::array::{
    ArrayRef, BooleanArray, Decimal128Array, Float64Array, Int32Array, Int64Array, StringArray,
    TimestampMicrosecondArray,
};
use arrow::record_batch::RecordBatch;
use retail::{ColumnType, Money, Table, table};
use std::sync::Arc;

/// What every row of a run carries.
#[derive(Debug, Clone, Copy)]
pub struct Stamp<'a> {
    /// The run.
    pub run_id: &'a str,
    /// The scheme.
    pub scheme: &'a str,
    /// The instant described, microseconds since 1970 UTC.
    pub as_of: i64,
    /// When the run wrote it.
    pub known_at: i64,
}

impl Stamp<'_> {
    pub(crate) fn text(&self, value: &str, rows: usize) -> ArrayRef {
        Arc::new(StringArray::from_iter_values(std::iter::repeat_n(
            value, rows,
        )))
    }

    pub(crate) fn clocks(&self, rows: usize) -> [ArrayRef; 2] {
        [self.as_of, self.known_at].map(|at| {
            Arc::new(TimestampMicrosecondArray::from_value(at, rows).with_timezone("UTC"))
                as ArrayRef
        })
    }
}

pub(crate) fn batch(table: &Table, columns: Vec<ArrayRef>) -> Result<RecordBatch, SegmentError> {
    Ok(RecordBatch::try_new(table.schema(), columns)?)
}

pub(crate) fn floats(values: impl IntoIterator<Item = Option<f64>>) -> ArrayRef {
    Arc::new(values.into_iter().collect::<Float64Array>())
}

/// Rows of `customer_features`.
pub fn feature_rows(
    stamp: Stamp<'_>,
    features: &[Feature],
    customers: &FeatureTable,
) -> Result<RecordBatch, SegmentError> {
    let (rows, width) = (customers.keys.len() * features.len(), features.len());
    let mut values: Vec<Option<f64>> = customers
        .values
        .view()
        .data()
        .iter()
        .copied()
        .map(Some)
        .collect();
    for place in &customers.missing {
        values[*place] = None;
    }
    let keys = customers
        .keys
        .iter()
        .flat_map(|key| std::iter::repeat_n(*key, width));
    let names = customers
        .keys
        .iter()
        .flat_map(|_| features.iter().map(|feature| feature.key.as_str()));
    // Arrow's builder wants to know the length before it begins.
    let names: Vec<&str> = names.collect();
    let keys: Vec<i64> = keys.collect();
    let [as_of, known_at] = stamp.clocks(rows);
    let columns = vec![
        stamp.text(stamp.run_id, rows),
        Arc::new(Int64Array::from(keys)) as ArrayRef,
        Arc::new(StringArray::from(names)),
        floats(values),
        as_of,
        known_at,
    ];
    batch(&table::CUSTOMER_FEATURES, columns)
}

/// Rows of `segments`. `spend` is the exact spend by segment number, in order.
pub fn segment_rows(
    stamp: Stamp<'_>,
    found: &Segmentation,
    spend: &[Money],
) -> Result<RecordBatch, SegmentError> {
    let segments = &found.segments;
    let rows = segments.len();
    let members = found.members.len() as f64;
    let all: f64 = spend.iter().map(|spend| spend.to_f64()).sum();
    let share = |part: f64, of: f64| {
        if of == 0.0 {
            Some(0.0)
        } else {
            Some(part / of)
        }
    };
    let decimals = Decimal128Array::from_iter_values(spend.iter().map(|spend| i128::from(spend.0)))
        .with_precision_and_scale(ColumnType::DECIMAL_PRECISION, ColumnType::DECIMAL_SCALE)?;
    let [as_of, known_at] = stamp.clocks(rows);
    let columns = vec![
        stamp.text(stamp.run_id, rows),
        stamp.text(stamp.scheme, rows),
        Arc::new(Int32Array::from_iter_values(
            segments.iter().map(|s| s.cluster),
        )) as ArrayRef,
        Arc::new(StringArray::from_iter_values(
            segments.iter().map(|s| s.name.as_str()),
        )),
        Arc::new(StringArray::from_iter_values(
            segments.iter().map(|s| s.sentence.as_str()),
        )),
        Arc::new(Int64Array::from_iter_values(
            segments.iter().map(|s| s.members as i64),
        )),
        floats(segments.iter().map(|s| share(s.members as f64, members))),
        Arc::new(decimals),
        floats(spend.iter().map(|spend| share(spend.to_f64(), all))),
        floats(segments.iter().map(|s| s.silhouette)),
        as_of,
        known_at,
    ];
    batch(&table::SEGMENTS, columns)
}

/// Rows of `segment_facts`.
pub fn fact_rows(
    stamp: Stamp<'_>,
    features: &[Feature],
    found: &Segmentation,
) -> Result<RecordBatch, SegmentError> {
    let facts: Vec<_> = found
        .segments
        .iter()
        .flat_map(|s| s.facts.iter().map(move |fact| (s.cluster, fact)))
        .collect();
    let rows = facts.len();
    let names = facts
        .iter()
        .map(|(_, fact)| features[fact.feature].key.as_str());
    let [as_of, known_at] = stamp.clocks(rows);
    let columns = vec![
        stamp.text(stamp.run_id, rows),
        stamp.text(stamp.scheme, rows),
        Arc::new(Int32Array::from_iter_values(
            facts.iter().map(|(cluster, _)| *cluster),
        )) as ArrayRef,
        Arc::new(StringArray::from_iter_values(names)),
        floats(facts.iter().map(|(_, fact)| Some(fact.value))),
        floats(facts.iter().map(|(_, fact)| Some(fact.total))),
        floats(facts.iter().map(|(_, fact)| fact.index)),
        floats(facts.iter().map(|(_, fact)| Some(fact.effect))),
        Arc::new(
            facts
                .iter()
                .map(|(_, fact)| Some(fact.significant))
                .collect::<BooleanArray>(),
        ),
        as_of,
        known_at,
    ];
    batch(&table::SEGMENT_FACTS, columns)
}

/// Rows of `memberships`, one per customer.
pub fn membership_rows(
    stamp: Stamp<'_>,
    customers: &FeatureTable,
    found: &Segmentation,
) -> Result<RecordBatch, SegmentError> {
    let members = &found.members;
    let rows = members.len();
    let [as_of, known_at] = stamp.clocks(rows);
    let columns = vec![
        stamp.text(stamp.run_id, rows),
        stamp.text(stamp.scheme, rows),
        Arc::new(Int64Array::from(customers.keys.clone())) as ArrayRef,
        Arc::new(Int32Array::from_iter_values(
            members.iter().map(|m| m.cluster),
        )),
        Arc::new(Int32Array::from_iter_values(
            members.iter().map(|m| m.second),
        )),
        floats(members.iter().map(|m| Some(m.distance))),
        floats(members.iter().map(|m| Some(m.second_distance))),
        floats(members.iter().map(|m| m.silhouette)),
        floats(members.iter().map(|m| Some(m.x))),
        floats(members.iter().map(|m| Some(m.y))),
        as_of,
        known_at,
    ];
    batch(&table::MEMBERSHIPS, columns)
}

/// The product groups as rows that the feature query joins: product_id, grp.
pub fn group_rows(mix: &Mix) -> Result<RecordBatch, SegmentError> {
    let ids: ArrayRef = Arc::new(StringArray::from_iter_values(
        mix.members.iter().map(|(id, _)| id),
    ));
    let groups = mix.members.iter().map(|(_, group)| *group as i32);
    let groups: ArrayRef = Arc::new(Int32Array::from_iter_values(groups));
    Ok(RecordBatch::try_from_iter([
        ("product_id", ids),
        ("grp", groups),
    ])?)
}

/// Who was placed where, as rows that a query joins: customer_key, cluster_id.
pub fn placement_rows(
    customers: &FeatureTable,
    found: &Segmentation,
) -> Result<RecordBatch, SegmentError> {
    let keys: ArrayRef = Arc::new(Int64Array::from(customers.keys.clone()));
    let clusters: ArrayRef = Arc::new(Int32Array::from_iter_values(
        found.members.iter().map(|m| m.cluster),
    ));
    Ok(RecordBatch::try_from_iter([
        ("customer_key", keys),
        ("cluster_id", clusters),
    ])?)
}
