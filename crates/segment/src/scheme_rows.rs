//! The table rows of a workbench run: its members and their features. Column order is the tables'.

use crate::rows::{Stamp, batch, floats};
use crate::{Columns, Entity, SegmentError, scheme::Outcome};
use arrow::array::{
    ArrayRef, BooleanArray, Decimal128Array, Int32Array, Int64Array, StringArray,
    TimestampMicrosecondArray,
};
use arrow::record_batch::RecordBatch;
use retail::{ColumnType, Money, table};
use std::sync::Arc;

/// What is known of a member beside its features.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// Its id: a shop's or product's code, a customer's key as text.
    pub id: String,
    /// Its name for people.
    pub label: Option<String>,
    /// The part of a nested scheme.
    pub part: String,
    /// Its sales in the period.
    pub sales: Money,
    /// Its receipts.
    pub receipts: i64,
    /// Its first sale, microseconds since 1970 UTC.
    pub first_at: Option<i64>,
    /// Its last sale.
    pub last_at: Option<i64>,
    /// Latitude and longitude, where it has a place.
    pub place: Option<[f64; 2]>,
}

/// Ids as the tables hold them: the text of shops and products, the key of customers.
fn ids<'a>(of: Entity, ids: impl Iterator<Item = &'a str> + Clone) -> [ArrayRef; 2] {
    let customer = of == Entity::Customers;
    let texts: StringArray = ids.clone().map(|id| (!customer).then_some(id)).collect();
    let keys: Int64Array = ids
        .map(|id| id.parse::<i64>().ok().filter(|_| customer))
        .collect();
    [Arc::new(texts), Arc::new(keys)]
}

/// Rows of `scheme_features`.
pub fn scheme_feature_rows(
    stamp: Stamp<'_>,
    of: Entity,
    known: &[Known],
    columns: &Columns,
) -> Result<RecordBatch, SegmentError> {
    let width = columns.features.len();
    let rows = known.len() * width;
    let mut values: Vec<Option<f64>> = columns
        .table
        .values
        .view()
        .data()
        .iter()
        .copied()
        .map(Some)
        .collect();
    for place in &columns.table.missing {
        values[*place] = None;
    }
    let each: Vec<&str> = known
        .iter()
        .flat_map(|member| std::iter::repeat_n(member.id.as_str(), width))
        .collect();
    let [texts, keys] = ids(of, each.iter().copied());
    let names: Vec<&str> = known
        .iter()
        .flat_map(|_| columns.features.iter().map(|feature| feature.key.as_str()))
        .collect();
    let [as_of, known_at] = stamp.clocks(rows);
    let all = vec![
        stamp.text(stamp.run_id, rows),
        texts,
        keys,
        Arc::new(StringArray::from(names)) as ArrayRef,
        floats(values),
        as_of,
        known_at,
    ];
    batch(&table::SCHEME_FEATURES, all)
}

fn instants(values: impl Iterator<Item = Option<i64>>) -> ArrayRef {
    Arc::new(
        values
            .collect::<TimestampMicrosecondArray>()
            .with_timezone("UTC"),
    )
}

/// Rows of `scheme_members`.
pub fn scheme_member_rows(
    stamp: Stamp<'_>,
    of: Entity,
    known: &[Known],
    outcome: &Outcome,
) -> Result<RecordBatch, SegmentError> {
    let members = &outcome.segmentation.members;
    let rows = members.len();
    let [texts, keys] = ids(of, known.iter().map(|member| member.id.as_str()));
    let numbers = |each: Vec<i32>| Arc::new(Int32Array::from(each)) as ArrayRef;
    let sales =
        Decimal128Array::from_iter_values(known.iter().map(|member| i128::from(member.sales.0)))
            .with_precision_and_scale(ColumnType::DECIMAL_PRECISION, ColumnType::DECIMAL_SCALE)?;
    let pinned: BooleanArray = (0..rows)
        .map(|place| Some(outcome.shaped.pins.contains_key(&place)))
        .collect();
    let [as_of, known_at] = stamp.clocks(rows);
    let all = vec![
        stamp.text(stamp.run_id, rows),
        stamp.text(stamp.scheme, rows),
        texts,
        keys,
        Arc::new(
            known
                .iter()
                .map(|member| member.label.as_deref())
                .collect::<StringArray>(),
        ) as ArrayRef,
        Arc::new(
            known
                .iter()
                .map(|member| Some(member.part.as_str()))
                .collect::<StringArray>(),
        ),
        numbers(outcome.shaped.ids.clone()),
        numbers(outcome.found.clone()),
        Arc::new(pinned),
        numbers(members.iter().map(|member| member.second).collect()),
        floats(members.iter().map(|member| Some(member.distance))),
        floats(members.iter().map(|member| Some(member.second_distance))),
        floats(members.iter().map(|member| member.silhouette)),
        floats(members.iter().map(|member| Some(member.x))),
        floats(members.iter().map(|member| Some(member.y))),
        Arc::new(sales),
        Arc::new(
            known
                .iter()
                .map(|member| Some(member.receipts))
                .collect::<Int64Array>(),
        ),
        instants(known.iter().map(|member| member.first_at)),
        instants(known.iter().map(|member| member.last_at)),
        floats(
            known
                .iter()
                .map(|member| member.place.map(|place| place[0])),
        ),
        floats(
            known
                .iter()
                .map(|member| member.place.map(|place| place[1])),
        ),
        as_of,
        known_at,
    ];
    batch(&table::SCHEME_MEMBERS, all)
}
