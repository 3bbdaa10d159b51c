//! Items that nobody has taken yet, by their attributes.
//!
//! Holds two ways. [`by_attributes`] compares attributes of new items with those of the items of a history: the cosine
//! of tf-idf vectors (M. Pazzani, D. Billsus, "Content-based recommendation systems", 2007, section 10.2). [`map`] places
//! new items among vectors that were learned from behaviour, by ridge regression of these on attributes, so that new
//! items stand beside old ones in one list (Z. Gantner and others, "Learning attribute-to-feature mappings for cold-start
//! recommendations", ICDM 2010, section 4).

use numeric::Progress;

use crate::{
    Error,
    als::{self, Factors},
    error::{require, require_size},
    linear::Linear,
    sparse::Sparse,
};

/// A model of all items by their attributes alone. `attributes` is items × attributes, such as 1 for each value an item
/// has; a value that many items have says less: weights are times `ln(items / holders)`.
///
/// # Errors
/// [`Error::Empty`] without attributes. More than 4,096 attributes are refused ([`Error::Parameter`]).
pub fn by_attributes(attributes: &Sparse) -> Result<Linear, Error> {
    let depth = attributes.cols();
    if attributes.is_empty() {
        return Err(Error::Empty {
            field: "attributes",
        });
    }
    require(depth <= 4_096, "attributes", depth, "at most 4,096 columns")?;
    let holders = attributes.column_counts();
    let items = attributes.rows() as f32;
    let mut vectors = vec![0.0; attributes.rows() * depth];
    for (item, vector) in vectors.chunks_exact_mut(depth).enumerate() {
        for (attribute, weight) in attributes.row(item).pairs() {
            vector[attribute] = weight * (items / holders[attribute] as f32).ln();
        }
        let length = vector.iter().map(|v| v * v).sum::<f32>().sqrt();
        if length > 0.0 {
            vector.iter_mut().for_each(|v| *v /= length);
        }
    }
    let outward = vectors.clone();
    Linear::new(depth, vectors, &outward)
}

/// Vectors of items by their attributes, learned from items that have both.
#[derive(Debug, Clone, PartialEq)]
pub struct Map {
    /// Attributes × depth.
    weights: Vec<f32>,
    depth: usize,
}

/// Learns the map: `min Σ_known |v_i - Wᵀ a_i|² + ridge |W|²`, by conjugate gradients. `vectors` holds items × `depth`;
/// only items of `known` are learned from. `ridge` is above 0, at most 1e6.
///
/// # Errors
/// [`Error::Parameter`], [`Error::Mismatch`] where sizes differ, [`Error::Empty`] where no known item has an attribute,
/// [`Error::Value`] for a known item that is none, [`Error::Cancelled`].
pub fn map(
    attributes: &Sparse,
    vectors: &[f32],
    depth: usize,
    known: &[u32],
    ridge: f32,
    progress: &dyn Progress,
) -> Result<Map, Error> {
    require(
        ridge > 0.0 && ridge <= 1e6,
        "ridge",
        ridge,
        "a number above 0 and at most 1e6",
    )?;
    require(depth > 0, "depth", depth, "at least 1")?;
    require_size("vectors", vectors.len(), attributes.rows() * depth)?;
    if let Some(at) = known
        .iter()
        .position(|&item| item as usize >= attributes.rows())
    {
        let (field, value) = ("known", known[at].to_string());
        let legal = "items are below the number of items";
        return Err(Error::Value {
            field,
            value,
            at,
            legal,
        });
    }
    let rows = attributes.take_rows(known);
    if rows.is_empty() {
        return Err(Error::Empty { field: "known" });
    }
    let turned = rows.transpose();
    let mut weights = vec![0.0; attributes.cols() * depth];
    for place in 0..depth {
        crate::error::go_on(progress)?;
        let target: Vec<f64> = known
            .iter()
            .map(|&item| f64::from(vectors[item as usize * depth + place]))
            .collect();
        for (attribute, weight) in solve(&rows, &turned, &target, ridge)
            .into_iter()
            .enumerate()
        {
            weights[attribute * depth + place] = weight as f32;
        }
        progress.tick(place as u64 + 1, depth as u64);
    }
    Ok(Map { weights, depth })
}

/// A sparse matrix times a vector.
fn times(rows: &Sparse, by: &[f64]) -> Vec<f64> {
    let row = |row: usize| {
        rows.row(row)
            .pairs()
            .map(|(col, x)| f64::from(x) * by[col])
            .sum()
    };
    (0..rows.rows()).map(row).collect()
}

/// Solves `(AᵀA + ridge) w = Aᵀ y`.
fn solve(rows: &Sparse, turned: &Sparse, target: &[f64], ridge: f32) -> Vec<f64> {
    let ridge = f64::from(ridge);
    let mut residual = times(turned, target);
    let mut found = vec![0.0; residual.len()];
    let mut direction = residual.clone();
    let square = |of: &[f64]| of.iter().map(|v| v * v).sum::<f64>();
    let mut norm = square(&residual);
    let enough = norm * 1e-12;
    for _ in 0..2 * residual.len() + 20 {
        if norm <= enough {
            break;
        }
        let mut image = times(turned, &times(rows, &direction));
        image
            .iter_mut()
            .zip(&direction)
            .for_each(|(image, d)| *image += ridge * d);
        let along: f64 = image.iter().zip(&direction).map(|(a, b)| a * b).sum();
        let step = norm / along;
        found
            .iter_mut()
            .zip(&direction)
            .for_each(|(x, d)| *x += step * d);
        residual
            .iter_mut()
            .zip(&image)
            .for_each(|(r, i)| *r -= step * i);
        let next = square(&residual);
        let turn = next / norm;
        direction
            .iter_mut()
            .zip(&residual)
            .for_each(|(d, r)| *d = r + turn * *d);
        norm = next;
    }
    found
}

impl Map {
    /// Vectors of the rows of `attributes`, row by row.
    ///
    /// # Errors
    /// [`Error::Mismatch`] unless they have as many attributes as learned from.
    pub fn vectors(&self, attributes: &Sparse) -> Result<Vec<f32>, Error> {
        require_size(
            "attributes",
            attributes.cols() * self.depth,
            self.weights.len(),
        )?;
        let mut vectors = vec![0.0; attributes.rows() * self.depth];
        for (row, vector) in vectors.chunks_exact_mut(self.depth).enumerate() {
            for (attribute, x) in attributes.row(row).pairs() {
                let weights = &self.weights[attribute * self.depth..(attribute + 1) * self.depth];
                vector
                    .iter_mut()
                    .zip(weights)
                    .for_each(|(sum, weight)| *sum += x * weight);
            }
        }
        Ok(vectors)
    }
}

/// Factors with new items among the old: items that fewer than `least` customers of `train` have get the vector that
/// their attributes give, learned from all others with `ridge` as in [`map`].
///
/// # Errors
/// Those of [`map`].
pub fn with_new_items(
    factors: &Factors,
    train: &Sparse,
    attributes: &Sparse,
    least: u32,
    ridge: f32,
    progress: &dyn Progress,
) -> Result<Factors, Error> {
    let counts = train.column_counts();
    require_size("attributes", attributes.rows(), counts.len())?;
    let known: Vec<u32> = (0..counts.len() as u32)
        .filter(|&item| counts[item as usize] >= least)
        .collect();
    let als::Params { factors: depth, .. } = factors.params();
    let mut vectors: Vec<f32> = (0..counts.len())
        .flat_map(|item| factors.item_factor(item))
        .copied()
        .collect();
    let mapped = map(attributes, &vectors, depth, &known, ridge, progress)?.vectors(attributes)?;
    for (item, count) in counts.iter().enumerate() {
        if *count < least {
            let at = item * depth..(item + 1) * depth;
            vectors[at.clone()].copy_from_slice(&mapped[at]);
        }
    }
    Factors::from_vectors(factors.params(), &vectors)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{recommender::Recommender, test_data::blocks};
    use numeric::Silent;

    /// Each of the 60 items has the attribute of its block and one that all have.
    fn attributes() -> Sparse {
        let lists: Vec<Vec<u32>> = (0..60).map(|item| vec![item % 4, 4]).collect();
        Sparse::from_lists(5, &lists).expect("legal")
    }

    #[test]
    fn attributes_of_a_history_find_their_like() {
        let model = by_attributes(&attributes()).expect("legal");
        let history = Sparse::from_lists(60, &[vec![1, 5]]).expect("legal");
        let scores = model.score(history.row(0));
        // What all have says nothing.
        assert!((scores[9] - 2.0).abs() < 1e-6 && scores[2].abs() < 1e-6);
    }

    #[test]
    fn an_item_that_nobody_has_stands_among_its_block() {
        // Nobody has item 8 or 9.
        let rows: Vec<Vec<u32>> = (0..400)
            .map(|row| {
                let train = blocks(7);
                train
                    .row(row)
                    .items
                    .iter()
                    .copied()
                    .filter(|&i| i != 8 && i != 9)
                    .collect()
            })
            .collect();
        let train = Sparse::from_lists(60, &rows).expect("legal");
        let params = als::Params {
            factors: 8,
            rounds: 10,
            unobserved: 0.1,
            regularisation: 0.01,
            frequency: 0.5,
            steps: 3,
            seed: 1,
        };
        let factors = Factors::fit(&train, params, &Silent).expect("legal");
        let with = with_new_items(&factors, &train, &attributes(), 1, 0.1, &Silent).expect("legal");
        // A customer of block 0 whose items are all of it.
        let history = Sparse::from_lists(60, &[vec![0, 4, 12, 16]]).expect("legal");
        let (before, after) = (factors.score(history.row(0)), with.score(history.row(0)));
        assert!(before[8].abs() < 1e-3, "{}", before[8]);
        assert!(
            after[8] > 0.2 && after[8] > after[9] + 0.2,
            "{} {}",
            after[8],
            after[9]
        );
        // Items that are known stay where they are, but for rounding of the turned axes.
        assert!(
            (before[20] - after[20]).abs() < 0.05,
            "{} {}",
            before[20],
            after[20]
        );
    }

    #[test]
    fn the_map_solves_its_normal_equations() {
        let vectors: Vec<f32> = (0..120).map(|place| (place as f32 * 0.37).sin()).collect();
        let known: Vec<u32> = (0..60).collect();
        let map = map(&attributes(), &vectors, 2, &known, 0.5, &Silent).expect("legal");
        let fitted = map.vectors(&attributes()).expect("legal");
        for attribute in 0..5 {
            for place in 0..2 {
                let slope: f32 = (0..60)
                    .filter(|item| attribute == 4 || item % 4 == attribute)
                    .map(|item| fitted[item * 2 + place] - vectors[item * 2 + place])
                    .sum();
                assert!((slope + 0.5 * map.weights[attribute * 2 + place]).abs() < 1e-3);
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let none = Sparse::from_lists(5, &[vec![]]).expect("legal");
        assert!(by_attributes(&none).is_err());
        let map = |vectors: &[f32], known: &[u32], ridge| {
            map(&attributes(), vectors, 1, known, ridge, &Silent)
        };
        assert!(map(&[0.0; 60], &[0], 1.0).is_ok());
        assert!(map(&[0.0; 59], &[0], 1.0).is_err());
        assert!(map(&[0.0; 60], &[60], 1.0).is_err());
        assert!(map(&[0.0; 60], &[], 1.0).is_err());
        assert!(map(&[0.0; 60], &[0], 0.0).is_err());
    }
}
