//! Mixed columns as one table on which every feature has the footing its weight asks for.
//!
//! Holds the encoded rows and how they are made. Distances between rows are in `pairs`, those to
//! prototypes in `lanes`.
//!
//! Row by row: numbers as `f32`, centred and scaled so that squared differences are contributions; one
//! slot for each category; for each set the slots of its labels.

use std::sync::Arc;

use numeric::chunks;
use rayon::prelude::*;

use super::{
    column::{Column, MISSING},
    feature::{Dictionary, Extent, Feature, Kind, learn, log_ratios, set_slots},
};
use crate::{
    Error,
    error::{require, require_size},
};

/// Numbers of later rows are held within this, where their squares are finite in `f32`. The rows that a
/// footing was learned from stay within the root of their count.
const FAR: f64 = 1e12;
/// How far the weights may sum from 1.
const WEIGHTS_SLACK: f64 = 1e-6;

/// Rows of mixed columns, encoded and weighed.
///
/// The dissimilarity of two rows is the sum over features of `weight · δ / mean δ`, where the mean is over
/// all pairs of rows that know the feature. So each feature contributes its weight on average, whatever
/// its kind, unit or number of categories, and two rows drawn at random are 1 apart on average (J. C.
/// Gower, "A General Coefficient of Similarity and Some of Its Properties", Biometrics 27, 1971, made
/// commensurable as in M. van de Velden, A. Iodice D'Enza, A. Markos, C. Cavicchia, "Unbiased mixed
/// variables distance", 2024). `δ` is
/// - of numbers `(a - b)²`;
/// - of categories 1 where they differ, otherwise 0;
/// - of sets `1 - |A ∩ B| / √(|A| |B|)` (A. Ochiai 1957), an empty set being like no other set;
/// - of shares the squared Aitchison distance, `Σ (clr a_j - clr b_j)²`.
///
/// All four are squared Euclidean distances of some embedding (of half the squared distance of indicators
/// for categories and sets), which is what lets means serve as prototypes. A feature without spread
/// contributes nothing, whatever its weight.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    pub(super) rows: usize,
    /// Shared with prototypes and with tables on the same footing.
    pub(super) features: Arc<[Feature]>,
    pub(super) extent: Extent,
    /// rows × numbers; NaN where not known.
    pub(super) numbers: Vec<f32>,
    /// rows × categories; slot 0 where not known.
    pub(super) categories: Vec<u32>,
    /// Where the slots of each row's sets begin: rows × sets + 1 places.
    pub(super) offsets: Vec<usize>,
    /// The slots of the sets; none where not known.
    pub(super) labels: Vec<u32>,
}

impl Table {
    /// Learns what the columns hold and encodes their rows. `weights` has one share for each column, and
    /// they sum to 1, which is 100 %; a column of weight 0 is never looked at.
    ///
    /// # Errors
    /// [`Error::Matrix`] without rows or columns and for infinite numbers; [`Error::Mismatch`],
    /// [`Error::Parameter`], [`Error::Shares`]; [`Error::Unknown`] for a row that knows no feature.
    pub fn new(columns: &[Column<'_>], weights: &[f64]) -> Result<Self, Error> {
        require_size("weights", "columns", weights.len(), columns.len())?;
        let legal = weights.iter().all(|weight| (0.0..=1.0).contains(weight));
        let sum: f64 = weights.iter().sum();
        let good = columns.is_empty() || legal && (sum - 1.0).abs() <= WEIGHTS_SLACK;
        require(
            good,
            "weights",
            format!("{weights:?}"),
            "for each column a share from 0 to 1, together 1 (100 %)",
        )?;
        let rows = rows_of(columns, |place| weights[place] > 0.0)?;
        let mut extent = Extent {
            numbers: 0,
            categories: 0,
            sets: 0,
            slots: 1,
        };
        let pairs = columns.iter().zip(weights);
        let features = pairs
            .map(|(column, &weight)| learn(column, weight, &mut extent))
            .collect();
        Self::encode(columns, features, extent, rows)
    }

    /// Encodes other rows of the same columns on this table's footing, such as newcomers to be given to
    /// its prototypes. Categories and labels that this table does not hold count as one of their own.
    ///
    /// # Errors
    /// As [`Table::new`]; [`Error::Parameter`] where a column is of another kind than here.
    pub fn like(&self, columns: &[Column<'_>]) -> Result<Self, Error> {
        require_size("columns", "columns", columns.len(), self.features.len())?;
        let looked_at = |place: usize| self.features[place].kind != Kind::Dropped;
        for (place, (column, feature)) in columns.iter().zip(&*self.features).enumerate() {
            let same = match (column, &feature.kind) {
                (_, Kind::Dropped)
                | (Column::Number(_), Kind::Number { .. })
                | (Column::Category(_), Kind::Category(_))
                | (Column::Set { .. }, Kind::Set(_)) => true,
                (Column::Shares { parts, .. }, Kind::Shares { middles, .. }) => {
                    *parts == middles.len()
                }
                _ => false,
            };
            let legal = "columns of the kinds that the table was made from, in their order";
            require(
                same,
                "columns",
                format!("of another kind at {place}"),
                legal,
            )?;
        }
        let rows = rows_of(columns, looked_at)?;
        Self::encode(columns, self.features.clone(), self.extent, rows)
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of features, those of weight 0 among them.
    pub fn features(&self) -> usize {
        self.features.len()
    }

    /// The numbers of a row.
    pub(super) fn numbers_of(&self, row: usize) -> &[f32] {
        &self.numbers[row * self.extent.numbers..(row + 1) * self.extent.numbers]
    }

    /// The slots of a row's categories.
    pub(super) fn categories_of(&self, row: usize) -> &[u32] {
        &self.categories[row * self.extent.categories..(row + 1) * self.extent.categories]
    }

    /// The slots of one of a row's sets.
    pub(super) fn set_of(&self, row: usize, set: usize) -> &[u32] {
        let at = row * self.extent.sets + set;
        &self.labels[self.offsets[at]..self.offsets[at + 1]]
    }

    /// Whether the row knows the feature. A feature that is dropped is known to nobody.
    pub(super) fn knows(&self, row: usize, feature: &Feature) -> bool {
        match feature.kind {
            Kind::Dropped => false,
            Kind::Number { .. } | Kind::Shares { .. } => {
                !self.numbers_of(row)[feature.place].is_nan()
            }
            Kind::Category(_) => self.categories_of(row)[feature.place] != 0,
            Kind::Set(_) => !self.set_of(row, feature.place).is_empty(),
        }
    }

    fn encode(
        columns: &[Column<'_>],
        features: Arc<[Feature]>,
        extent: Extent,
        rows: usize,
    ) -> Result<Self, Error> {
        let (offsets, labels) = encode_sets(columns, &features, extent, rows);
        let table = Self {
            rows,
            numbers: encode_numbers(columns, &features, extent, rows),
            categories: encode_categories(columns, &features, extent, rows),
            features,
            extent,
            offsets,
            labels,
        };
        let knows_nothing = |row: &usize| {
            !table
                .features
                .iter()
                .any(|feature| table.knows(*row, feature))
        };
        match (0..rows).into_par_iter().find_first(knows_nothing) {
            None => Ok(table),
            Some(row) => Err(Error::Unknown { row }),
        }
    }
}

/// The number of rows, after the columns that are looked at were checked.
fn rows_of(columns: &[Column<'_>], looked_at: impl Fn(usize) -> bool) -> Result<usize, Error> {
    let rows = columns.first().map_or(0, Column::rows);
    if rows == 0 {
        let cols = columns.len();
        return Err(Error::Matrix(numeric::Error::Empty { rows, cols }));
    }
    for (place, column) in columns.iter().enumerate() {
        if looked_at(place) {
            column.check(place, rows)?;
        }
    }
    Ok(rows)
}

fn encode_numbers(
    columns: &[Column<'_>],
    features: &[Feature],
    extent: Extent,
    rows: usize,
) -> Vec<f32> {
    let width = extent.numbers;
    let mut numbers = vec![0.0f32; rows * width];
    if width == 0 {
        return numbers;
    }
    let step = chunks::rows_per_chunk(rows);
    let each = numbers.par_chunks_mut(step * width).enumerate();
    each.for_each(|(chunk, numbers)| {
        for (column, feature) in columns.iter().zip(features) {
            let factor = feature.scale.sqrt();
            let mut ratios = Vec::new();
            for (index, out) in numbers.chunks_exact_mut(width).enumerate() {
                let row = chunk * step + index;
                match (column, &feature.kind) {
                    (Column::Number(values), Kind::Number { middle }) => {
                        out[feature.place] = coordinate(values[row], *middle, factor);
                    }
                    (Column::Shares { values, .. }, Kind::Shares { middles, zero }) => {
                        let parts = middles.len();
                        ratios.resize(parts, 0.0);
                        log_ratios(&values[row * parts..(row + 1) * parts], *zero, &mut ratios);
                        let out = &mut out[feature.place..feature.place + parts];
                        for ((out, ratio), middle) in out.iter_mut().zip(&ratios).zip(middles) {
                            *out = coordinate(*ratio, *middle, factor);
                        }
                    }
                    _ => break,
                }
            }
        }
    });
    numbers
}

/// NaN stays NaN.
fn coordinate(value: f64, middle: f64, factor: f64) -> f32 {
    ((value - middle) * factor).clamp(-FAR, FAR) as f32
}

fn encode_categories(
    columns: &[Column<'_>],
    features: &[Feature],
    extent: Extent,
    rows: usize,
) -> Vec<u32> {
    let width = extent.categories;
    let mut slots = vec![0; rows * width];
    if width == 0 {
        return slots;
    }
    let step = chunks::rows_per_chunk(rows);
    let each = slots.par_chunks_mut(step * width).enumerate();
    each.for_each(|(chunk, slots)| {
        for (column, feature) in columns.iter().zip(features) {
            let (Column::Category(codes), Kind::Category(dictionary)) = (column, &feature.kind)
            else {
                continue;
            };
            for (out, &code) in slots.chunks_exact_mut(width).zip(&codes[chunk * step..]) {
                if code != MISSING {
                    out[feature.place] = dictionary.slot(code);
                }
            }
        }
    });
    slots
}

fn encode_sets(
    columns: &[Column<'_>],
    features: &[Feature],
    extent: Extent,
    rows: usize,
) -> (Vec<usize>, Vec<u32>) {
    let pairs = columns.iter().zip(features);
    let sets: Vec<(&[usize], &[u32], &Dictionary)> = pairs
        .filter_map(|pair| match (pair.0, &pair.1.kind) {
            (Column::Set { offsets, labels }, Kind::Set(dictionary)) => {
                Some((*offsets, *labels, dictionary))
            }
            _ => None,
        })
        .collect();
    let mut places = Vec::with_capacity(rows * extent.sets + 1);
    places.push(0);
    let (mut slots, mut set) = (Vec::new(), Vec::new());
    for row in 0..rows {
        for (offsets, labels, dictionary) in &sets {
            set_slots(
                &labels[offsets[row]..offsets[row + 1]],
                dictionary,
                &mut set,
            );
            slots.extend_from_slice(&set);
            places.push(slots.len());
        }
    }
    (places, slots)
}
