//! Products near each other by the company they are bought in: what `demand::embedding` is asked, its answers with the
//! products' codes, and their rows. It must not estimate anything.

use super::Facts;
use crate::SegmentError;
use crate::rows::{Stamp, batch, floats};
use arrow::array::{ArrayRef, Int64Array, StringArray};
use arrow::record_batch::RecordBatch;
use demand::embedding::{Context, Neighbour, Params};
use numeric::Progress;
use rayon::prelude::*;
use retail::table;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Near products kept of each.
const NEAR: usize = 10;
/// Shared companions kept of a pair.
const REASONS: usize = 4;
/// Products that are compared with all others: the exact search grows with the square.
const COMPARED_MAX: usize = 20_000;
/// Numbers in a vector; what measured best on Online Retail, on a split of its own (docs/strand.md).
const DIMENSIONS: usize = 128;

/// A product that two others are both bought with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shared {
    /// Its code.
    pub product: String,
    /// Its part of the company that the two share, 0..1.
    pub share: f64,
    /// Customers, or baskets, with it and the product.
    pub with_product: u32,
    /// The same with the near one.
    pub with_near: u32,
}

/// A product near another.
#[derive(Debug, Clone, PartialEq)]
pub struct Near {
    /// The product's code.
    pub product: String,
    /// The near one's.
    pub near: String,
    /// Cosine of the two vectors.
    pub similarity: f64,
    /// Customers, or baskets, that the near one's vector rests on.
    pub contexts: u32,
    /// Those with both, where that is more often than by chance.
    pub together: Option<u32>,
    /// Cosine of the ties themselves: what the shares of all shared companions sum to.
    pub company: f64,
    /// The greatest of these.
    pub shared: Vec<Shared>,
}

/// The near products of each, the nearest first, in the order of the products' codes. A context is all that a customer bought
/// where customers of most baskets are known, else a basket. `seed` fixes where factors are looked for.
///
/// # Errors
/// Where the kernel was stopped.
pub fn near(facts: &Facts, seed: u64, progress: &dyn Progress) -> Result<Vec<Near>, SegmentError> {
    let baskets = &facts.baskets;
    let known = baskets
        .customers()
        .iter()
        .filter(|who| **who != demand::baskets::NONE);
    let (context, context_max) = match 2 * known.count() >= baskets.len() {
        true => (Context::Customer, 500),
        false => (Context::Basket, 100),
    };
    let params = Params {
        // A vector with as many numbers as there are products would say each pair again.
        dimensions: (facts.products.len() / 8).clamp(1, DIMENSIONS),
        context,
        contexts_min: 10,
        context_max,
        together_min: 2,
        ties_max: 500,
        shift: 1.0,
        smoothing: 0.5,
        seed,
    };
    let placed = params.check()?;
    let placed = placed.fit(baskets.purchases(), facts.products.len(), progress)?;
    let mut compared: Vec<u32> = (0..facts.products.len() as u32)
        .filter(|product| placed.vector(*product).is_ok())
        .collect();
    compared.sort_by_key(|product| (std::cmp::Reverse(placed.contexts(*product)), *product));
    compared.truncate(COMPARED_MAX);
    compared.sort_unstable();
    let told = |product: u32, one: Neighbour| {
        let code = |at: u32| facts.products[at as usize].clone();
        let shared = one.shared.iter().map(|of| Shared {
            product: code(of.product),
            share: of.share,
            with_product: of.with_product,
            with_near: of.with_neighbour,
        });
        Near {
            product: code(product),
            near: code(one.product),
            similarity: one.similarity,
            contexts: one.contexts,
            together: one.together.map(|tie| tie.together),
            company: one.company,
            shared: shared.collect(),
        }
    };
    let each = compared.par_iter().map(|product| {
        let near = placed.nearest(*product, NEAR, REASONS).unwrap_or_default();
        near.into_iter()
            .map(|one| told(*product, one))
            .collect::<Vec<_>>()
    });
    let all: Vec<Vec<Near>> = each.collect();
    Ok(all.into_iter().flatten().collect())
}

/// Rows of `demand_company`.
///
/// # Errors
/// Where rows do not fit the table.
pub fn near_rows(stamp: Stamp<'_>, all: &[Near]) -> Result<RecordBatch, SegmentError> {
    let texts = |of: &dyn Fn(&Near) -> String| -> ArrayRef {
        Arc::new(all.iter().map(|one| Some(of(one))).collect::<StringArray>())
    };
    let counts = |of: &dyn Fn(&Near) -> Option<u32>| -> ArrayRef {
        Arc::new(
            all.iter()
                .map(|one| of(one).map(i64::from))
                .collect::<Int64Array>(),
        )
    };
    let [as_of, known_at] = stamp.clocks(all.len());
    let columns = vec![
        stamp.text(stamp.run_id, all.len()),
        texts(&|one| one.product.clone()),
        texts(&|one| one.near.clone()),
        floats(all.iter().map(|one| Some(one.similarity))),
        counts(&|one| Some(one.contexts)),
        counts(&|one| one.together),
        floats(all.iter().map(|one| Some(one.company))),
        texts(&|one| serde_json::to_string(&one.shared).unwrap_or_default()),
        as_of,
        known_at,
    ];
    batch(&table::DEMAND_COMPANY, columns)
}
