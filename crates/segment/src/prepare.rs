//! Feature values onto one scale, each feature with its weight. It must not look for segments.

use crate::{Feature, SegmentError, Shape};
use cluster::scale;
use numeric::Matrix;
use std::collections::BTreeMap;

/// Quantiles at which values are held, so that one wholesaler does not become a segment of its own.
const HELD: (f64, f64) = (0.005, 0.995);

/// Rows ready for distances, and how they became so.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The scale of each feature.
    pub scaler: scale::Scaler,
    /// What each scaled column was multiplied with.
    pub factors: Vec<f64>,
    /// Rows × features, scaled and weighted.
    pub scaled: Matrix,
}

impl Prepared {
    /// Other values (rows × features) on the same scales, with the same weights.
    pub fn scale(&self, values: &Matrix) -> Result<Matrix, SegmentError> {
        weigh(&self.scaler.apply(values.view())?, &self.factors)
    }
}

/// Scales and weighs `values` (rows × features). A feature's weight is its share of the squared distances:
/// its column is brought to a variance of weight / sum of weights. The columns of one composition keep their
/// spreads relative to each other, so that a group of products that hardly sells does not count as much as
/// the largest; together they have the variance of all their weights.
pub fn prepare(features: &[Feature], values: &Matrix) -> Result<Prepared, SegmentError> {
    let shapes = features.iter().map(|feature| match feature.shape {
        Shape::Plain | Shape::Part(_) => scale::Shape::Linear,
        Shape::Skewed => scale::Shape::SignedLog,
    });
    let params = scale::Params {
        method: scale::Method::ZScore,
        shapes: shapes.collect(),
        quantile_low: HELD.0,
        quantile_high: HELD.1,
    };
    let scaler = params.check(features.len())?.fit(values.view())?;
    let factors = factors(features, &scaler);
    let scaled = scaler.apply(values.view())?;
    let weighted = weigh(&scaled, &factors)?;
    Ok(Prepared {
        scaler,
        factors,
        scaled: weighted,
    })
}

/// The weight of every feature as a factor on its scaled values: distances are squared, so the root.
fn factors(features: &[Feature], scaler: &scale::Scaler) -> Vec<f64> {
    let total: f64 = features.iter().map(|feature| feature.weight).sum();
    let mut variance: BTreeMap<u16, (f64, f64)> = BTreeMap::new();
    for (feature, column) in features.iter().zip(scaler.columns()) {
        if let Shape::Part(number) = feature.shape {
            let sums = variance.entry(number).or_default();
            sums.0 += column.spread * column.spread;
            sums.1 += feature.weight;
        }
    }
    let each = features.iter().zip(scaler.columns());
    each.map(|(feature, column)| match feature.shape {
        Shape::Plain | Shape::Skewed => (feature.weight / total).sqrt(),
        Shape::Part(number) => {
            let (variance, weight) = variance[&number];
            (weight / total).sqrt() * column.spread / variance.sqrt()
        }
    })
    .collect()
}

/// Every column times its factor.
fn weigh(scaled: &Matrix, factors: &[f64]) -> Result<Matrix, SegmentError> {
    let view = scaled.view();
    let weighted = view
        .data()
        .chunks_exact(view.cols())
        .flat_map(|row| row.iter().zip(factors).map(|(x, w)| x * w));
    Ok(Matrix::new(weighted.collect(), view.rows(), view.cols())?)
}
