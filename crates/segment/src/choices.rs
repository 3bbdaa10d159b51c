//! What shoppers choose among: which products stand for each other, which go together, where demand goes when
//! one leaves. From receipts, catalogue and stock counts to the kernel's arrays, and from its answers to rows.
//!
//! It must not open the lake (`engine` carries rows in and out), nor say what a number is worth to a planner.

mod ask;
mod backtest;
mod company;
mod facts;
mod find;
mod found;
mod offer;
mod rows;
#[cfg(test)]
mod tests;

pub use ask::{
    catalogue_attributes, catalogue_sql, counts_sql, places_sql, promotions_sql, sales_sql,
};
pub use backtest::{BackTest, CUSTOMERS_MIN};
pub use company::{Near, Shared, near, near_rows};
pub use facts::{Deal, Facts, Item, Place, Sale, Sales, StockCount};
pub(crate) use facts::{baskets, ordered};
pub use find::{SHARE_MIN, Spec, find};
pub use found::{Category, Choices, LostFrom, Node, Partner, Product, Share, Split};
pub use rows::{node_rows, partner_rows, product_rows, share_rows};

/// Parts of a whole as tenths of a per cent that add up to exactly 1,000: each is rounded down, and what is then
/// missing goes to the largest remainders (the method of A. Hamilton, 1792). Parts are at least 0; without any that
/// is above 0, all are 0.
pub fn tenths(parts: &[f64]) -> Vec<u32> {
    let whole: f64 = parts.iter().sum();
    if whole.is_nan() || whole <= 0.0 {
        return vec![0; parts.len()];
    }
    let exact: Vec<f64> = parts.iter().map(|part| 1_000.0 * part / whole).collect();
    let mut tenths: Vec<u32> = exact.iter().map(|exact| exact.floor() as u32).collect();
    let missing = 1_000u32.saturating_sub(tenths.iter().sum());
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|&a, &b| {
        let rest = |place: usize| exact[place] - exact[place].floor();
        rest(b).total_cmp(&rest(a)).then(a.cmp(&b))
    });
    for place in order.into_iter().cycle().take(missing as usize) {
        tenths[place] += 1;
    }
    tenths
}
