//! What a run keeps so that any customer can be explained or placed later: the scales, the weights, the
//! centres, the axes of the map. It is stored as JSON with the run and never changed.

use crate::prepare::Prepared;
use crate::{Feature, SegmentError, Shape};
use cluster::{explain, project::Projection, scale};
use numeric::Matrix;
use serde::{Deserialize, Serialize};

/// The fitted model of one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// Keys of the features, in order.
    pub features: Vec<String>,
    /// The scale of each feature.
    pub scales: Vec<Scale>,
    /// Numbers of the segments, ascending.
    pub numbers: Vec<i32>,
    /// Centres in the order of the numbers, scaled and weighted.
    pub centers: Vec<Vec<f64>>,
    /// Places of the centres on the map.
    pub places: Vec<[f64; 2]>,
    /// Share of the variance that each axis of the map shows.
    pub explained: [f64; 2],
    /// What each axis shows, in words.
    pub axes: [String; 2],
}

/// How one feature is scaled.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Scale {
    /// Whether the logarithm is taken.
    pub log: bool,
    /// Least value let through.
    pub low: f64,
    /// Greatest value let through.
    pub high: f64,
    /// Middle of the shaped values.
    pub center: f64,
    /// Their spread.
    pub spread: f64,
    /// Factor of the feature's weight.
    pub factor: f64,
}

/// What one feature adds to a customer's squared distances.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contribution {
    /// The feature's key.
    pub feature: String,
    /// To the own centre.
    pub own: f64,
    /// To the next nearest centre.
    pub second: f64,
}

impl Model {
    pub(crate) fn new(
        features: &[Feature],
        prepared: &Prepared,
        numbers: &[i32],
        centers: &Matrix,
        projection: &Projection,
    ) -> Result<Self, SegmentError> {
        let scales =
            prepared
                .scaler
                .columns()
                .iter()
                .zip(&prepared.factors)
                .map(|(column, factor)| Scale {
                    log: column.shape == scale::Shape::SignedLog,
                    low: column.low,
                    high: column.high,
                    center: column.center,
                    spread: column.spread,
                    factor: *factor,
                });
        let places = projection.apply(centers.view())?;
        let rows = centers.view().rows();
        let axes = projection.axes();
        Ok(Self {
            features: features.iter().map(|feature| feature.key.clone()).collect(),
            scales: scales.collect(),
            numbers: numbers.to_vec(),
            centers: (0..rows)
                .map(|row| centers.view().row(row).to_vec())
                .collect(),
            places: (0..rows)
                .map(|row| [places.view().row(row)[0], places.view().row(row)[1]])
                .collect(),
            explained: [axes[0].explained, axes[1].explained],
            axes: [
                axis_words(features, &axes[0].loadings),
                axis_words(features, &axes[1].loadings),
            ],
        })
    }

    /// The squared distances of one customer to two segments, feature by feature. `values` are in the
    /// features' own units; segments go by number. The lists add up to the distances exactly.
    pub fn contributions(
        &self,
        values: &[f64],
        own: i32,
        second: i32,
    ) -> Result<Vec<Contribution>, SegmentError> {
        let shape = || SegmentError::Shape {
            got: format!("{} values, segments {own} and {second}", values.len()),
            want: format!("{} values, segments {:?}", self.scales.len(), self.numbers),
        };
        let center = |number: i32| {
            let place = self.numbers.binary_search(&number).map_err(|_| shape())?;
            self.centers.get(place).ok_or_else(shape)
        };
        if values.len() != self.scales.len() {
            return Err(shape());
        }
        let row: Vec<f64> = values
            .iter()
            .zip(&self.scales)
            .map(|(value, scale)| scale.apply(*value))
            .collect();
        let split = explain::contributions(&row, center(own)?, center(second)?)?;
        let each = self.features.iter().zip(split.own.iter().zip(&split.next));
        Ok(each
            .map(|(feature, (own, second))| Contribution {
                feature: feature.clone(),
                own: *own,
                second: *second,
            })
            .collect())
    }
}

impl Scale {
    fn apply(&self, value: f64) -> f64 {
        let held = value.clamp(self.low, self.high);
        let shaped = if self.log {
            held.signum() * held.abs().ln_1p()
        } else {
            held
        };
        (shaped - self.center) / self.spread * self.factor
    }
}

/// The two features that weigh most on an axis, as "more purchases, fewer days since last purchase".
fn axis_words(features: &[Feature], loadings: &[f64]) -> String {
    let mut ranked: Vec<usize> = (0..features.len()).collect();
    ranked.sort_by(|a, b| {
        loadings[*b]
            .abs()
            .total_cmp(&loadings[*a].abs())
            .then(a.cmp(b))
    });
    let told = ranked
        .into_iter()
        .take(2)
        .filter(|place| loadings[*place] != 0.0)
        .map(|place| {
            let more = match (loadings[place] > 0.0, features[place].shape) {
                (true, _) => "more",
                (false, Shape::Skewed) => "fewer",
                (false, Shape::Plain | Shape::Part(_)) => "less",
            };
            format!("{more} {}", features[place].within())
        });
    told.collect::<Vec<_>>().join(", ")
}
