//! Mixed rows as points, for methods that take nothing but numbers.
//!
//! Holds the embedding of [`Table`] written out. Learns nothing.

use numeric::Matrix;
use rayon::prelude::*;

use super::{
    feature::{Dictionary, Kind, share_of_set},
    prototypes::Prototypes,
    table::Table,
};
use crate::{Error, error::require};

/// Most values of all points: 4 GiB.
const VALUES_MAX: usize = 1 << 29;

impl Table {
    /// One point for each row whose squared Euclidean distances are the dissimilarities of the rows, as far
    /// as both know every feature; a feature that a row does not know lies at its mean. With it any method
    /// on numbers, with its links, limits and scores, works on mixed rows. One column for each number and
    /// part of a whole, two more than there are codes for each feature of categories or sets; one of zeros
    /// where that is none.
    ///
    /// # Errors
    /// [`Error::Parameter`] above 2²⁹ values.
    pub fn coordinates(&self) -> Result<Matrix, Error> {
        let width = (self.extent.numbers + self.extent.slots - 1).max(1);
        let values = self.rows.saturating_mul(width);
        let legal =
            format!("at most {VALUES_MAX} over {width} columns; draw a sample or join codes");
        require(values <= VALUES_MAX, "rows", self.rows, legal)?;
        let all = Prototypes::of_all(self);
        let mut points = vec![0.0; values];
        let each = points.par_chunks_exact_mut(width).enumerate();
        each.for_each(|(row, point)| self.write_point(row, &all, point));
        Ok(Matrix::new(points, self.rows, width)?)
    }

    /// Writes the point of a row: its numbers, then its slots but slot 0.
    fn write_point(&self, row: usize, all: &Prototypes, point: &mut [f64]) {
        let (numbers, slots) = point.split_at_mut(self.extent.numbers);
        for (point, &x) in numbers.iter_mut().zip(self.numbers_of(row)) {
            // Numbers are centred: their mean is 0.
            *point = if x.is_nan() { 0.0 } else { f64::from(x) };
        }
        for feature in &*self.features {
            let (dictionary, held) = match &feature.kind {
                Kind::Category(dictionary) => {
                    let place = feature.place;
                    (dictionary, &self.categories_of(row)[place..=place])
                }
                Kind::Set(dictionary) => (dictionary, self.set_of(row, feature.place)),
                _ => continue,
            };
            // Half the squared distance of indicators is the dissimilarity.
            let factor = (0.5 * feature.scale).sqrt();
            if self.knows(row, feature) {
                let own = factor * share_of_set(held.len());
                held.iter().for_each(|&slot| slots[slot as usize - 1] = own);
            } else {
                write_mean(dictionary, all, factor, slots);
            }
        }
    }
}

fn write_mean(dictionary: &Dictionary, all: &Prototypes, factor: f64, slots: &mut [f64]) {
    for slot in dictionary.slots() {
        slots[slot - 1] = factor * all.slots[slot];
    }
}
