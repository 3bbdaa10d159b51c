//! The table rows of a run about demand. Column order is the tables'.

use super::found::{Choices, Partner};
use crate::SegmentError;
use crate::rows::{Stamp, batch, floats};
use arrow::array::{ArrayRef, Int32Array, Int64Array, StringArray};
use arrow::record_batch::RecordBatch;
use retail::table;
use std::sync::Arc;

fn texts<'a>(values: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    Arc::new(values.collect::<StringArray>())
}

fn counts(values: impl Iterator<Item = usize>) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(
        values.map(|count| count as i64),
    ))
}

fn numbers(values: impl Iterator<Item = Option<i32>>) -> ArrayRef {
    Arc::new(values.collect::<Int32Array>())
}

/// Rows of `demand_products`.
pub fn product_rows(stamp: Stamp<'_>, found: &Choices) -> Result<RecordBatch, SegmentError> {
    let all = &found.products;
    let [as_of, known_at] = stamp.clocks(all.len());
    let columns = vec![
        stamp.text(stamp.run_id, all.len()),
        texts(all.iter().map(|product| Some(&*product.id))),
        texts(all.iter().map(|product| Some(&*product.name))),
        texts(all.iter().map(|product| product.category.as_deref())),
        counts(all.iter().map(|product| product.purchases)),
        numbers(all.iter().map(|product| Some(product.community))),
        numbers(all.iter().map(|product| product.leaf)),
        floats(all.iter().map(|product| product.held)),
        floats(
            all.iter()
                .map(|product| product.held.map(|_| product.others)),
        ),
        floats(all.iter().map(|product| product.lost)),
        floats(
            all.iter()
                .map(|product| product.lost_between.map(|ends| ends.0)),
        ),
        floats(
            all.iter()
                .map(|product| product.lost_between.map(|ends| ends.1)),
        ),
        counts(all.iter().map(|product| product.promoted_days as usize)),
        counts(all.iter().map(|product| product.empty_days as usize)),
        as_of,
        known_at,
    ];
    batch(&table::DEMAND_PRODUCTS, columns)
}

/// Rows of `demand_partners`.
pub fn partner_rows(stamp: Stamp<'_>, found: &Choices) -> Result<RecordBatch, SegmentError> {
    let all: Vec<(&str, &str, &Partner)> = found
        .products
        .iter()
        .flat_map(|product| {
            let lists = [
                ("substitute", &product.substitutes),
                ("complement", &product.complements),
            ];
            lists.into_iter().flat_map(move |(kind, list)| {
                list.iter()
                    .map(move |partner| (&*product.id, kind, partner))
            })
        })
        .collect();
    let [as_of, known_at] = stamp.clocks(all.len());
    let columns = vec![
        stamp.text(stamp.run_id, all.len()),
        texts(all.iter().map(|row| Some(row.0))),
        texts(all.iter().map(|row| Some(&*row.2.id))),
        texts(all.iter().map(|row| Some(row.1))),
        counts(all.iter().map(|row| row.2.together)),
        floats(all.iter().map(|row| Some(row.2.by_chance))),
        floats(all.iter().map(|row| Some(row.2.strength))),
        floats(all.iter().map(|row| Some(row.2.low))),
        floats(all.iter().map(|row| Some(row.2.high))),
        as_of,
        known_at,
    ];
    batch(&table::DEMAND_PARTNERS, columns)
}

/// Rows of `demand_shares`.
pub fn share_rows(stamp: Stamp<'_>, found: &Choices) -> Result<RecordBatch, SegmentError> {
    let all: Vec<_> = found
        .products
        .iter()
        .flat_map(|product| product.shares.iter().map(|share| (&*product.id, share)))
        .collect();
    let [as_of, known_at] = stamp.clocks(all.len());
    let columns = vec![
        stamp.text(stamp.run_id, all.len()),
        texts(all.iter().map(|row| Some(row.0))),
        texts(all.iter().map(|row| Some(&*row.1.id))),
        floats(all.iter().map(|row| Some(row.1.share))),
        floats(all.iter().map(|row| Some(row.1.by_sales))),
        floats(all.iter().map(|row| Some(row.1.switches))),
        floats(all.iter().map(|row| Some(row.1.by_pull))),
        floats(all.iter().map(|row| Some(row.1.low))),
        floats(all.iter().map(|row| Some(row.1.high))),
        as_of,
        known_at,
    ];
    batch(&table::DEMAND_SHARES, columns)
}

/// Rows of `demand_nodes`.
pub fn node_rows(stamp: Stamp<'_>, found: &Choices) -> Result<RecordBatch, SegmentError> {
    let all: Vec<_> = found
        .categories
        .iter()
        .flat_map(|category| {
            let nodes = category.tree.iter().enumerate();
            nodes.map(|(place, node)| (&*category.path, place as i32, node))
        })
        .collect();
    let [as_of, known_at] = stamp.clocks(all.len());
    let split = |of: fn(&super::found::Split) -> Option<f64>| {
        floats(all.iter().map(|row| row.2.split.as_ref().and_then(of)))
    };
    let columns = vec![
        stamp.text(stamp.run_id, all.len()),
        texts(all.iter().map(|row| Some(row.0))),
        numbers(all.iter().map(|row| Some(row.1))),
        numbers(all.iter().map(|row| row.2.parent)),
        texts(all.iter().map(|row| row.2.level.as_deref())),
        counts(all.iter().map(|row| row.2.products)),
        texts(all.iter().map(|row| {
            let split = row.2.split.as_ref();
            split.map(|split| &*split.attribute)
        })),
        split(|split| Some(split.gain)),
        split(|split| Some(split.within)),
        split(|split| Some(split.between)),
        split(|split| split.stability),
        as_of,
        known_at,
    ];
    batch(&table::DEMAND_NODES, columns)
}
