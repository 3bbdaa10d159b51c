//! Sparse linear models that scale with the number of items: each item from a few others.
//!
//! SLIM (X. Ning, G. Karypis, "SLIM: sparse linear methods for top-n recommender systems", ICDM 2011, equations 2 to 4,
//! and section IV.C for choosing features by neighbours): per item `j`, over the weights `w` of its candidates,
//!
//! `min ½ |x_j - X w|² + ½ β |w|² + λ |w|₁`, `w_j = 0`, and `w ≥ 0` unless signed,
//!
//! by coordinate descent on the candidates' Gram matrix (J. Friedman, T. Hastie, R. Tibshirani, "Regularization paths
//! for generalized linear models via coordinate descent", J. Stat. Softw. 33, 2010, section 2.2). Without bound and λ it
//! is EASE on the candidates.

use numeric::{
    Progress,
    lanes::{Lanes, Work, widest},
};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    Error,
    dense::add_in,
    error::{go_on, require},
    neighbours::{self, Neighbours},
    sparse::Sparse,
};

/// Items of one piece of work.
const ITEMS_PER_CHUNK: usize = 64;
/// Sweeps after which coordinate descent has settled, or is left where it is.
const SWEEPS_MAX: usize = 60;
/// A sweep whose greatest step is below this share of the greatest weight is the last.
const SETTLED: f32 = 1e-4;

/// How weights are fitted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Params {
    /// β: above 0, at most 1e9.
    pub ridge: f32,
    /// λ: 0 to 1e9. More leaves fewer weights.
    pub lasso: f32,
    /// Candidates of each item, the nearest by cosine: 1 to 2,000. Time grows with its square.
    pub candidates: usize,
    /// Whether weights may be below 0.
    pub signed: bool,
}

/// Fits the weights to customers × items. Memory grows with the pairs of items that some customer has both of.
///
/// # Errors
/// [`Error::Parameter`], [`Error::Cancelled`].
pub fn fit(train: &Sparse, params: Params, progress: &dyn Progress) -> Result<Neighbours, Error> {
    let holds = params.ridge > 0.0 && params.ridge <= 1e9;
    require(
        holds,
        "ridge",
        params.ridge,
        "a number above 0 and at most 1e9",
    )?;
    let holds = (0.0..=1e9).contains(&params.lasso);
    require(holds, "lasso", params.lasso, "a number from 0 to 1e9")?;
    let holds = (1..=2_000).contains(&params.candidates);
    require(holds, "candidates", params.candidates, "1 to 2,000")?;
    let items = train.cols();
    let near = Neighbours::fit(train, neighbours::Params::cosine(params.candidates))?;
    let by_item = train.transpose();
    let chunks = items.div_ceil(ITEMS_PER_CHUNK);
    let chunk = |chunk: usize| -> Result<Vec<Vec<(u32, f32)>>, Error> {
        go_on(progress)?;
        let mut room = Room::new(items);
        let places = chunk * ITEMS_PER_CHUNK..items.min((chunk + 1) * ITEMS_PER_CHUNK);
        let found = places.map(|item| {
            room.gather(item, near.weights().row(item).items, train, &by_item);
            room.descend(params);
            let weights = room
                .candidates
                .iter()
                .copied()
                .zip(room.weights.iter().copied());
            weights.filter(|pair| pair.1 != 0.0).collect()
        });
        Ok(found.collect())
    };
    let parts: Result<Vec<_>, Error> = (0..chunks).into_par_iter().map(chunk).collect();
    let columns = parts?.into_iter().flatten().collect();
    // A row was made for each candidate shown; scoring wants a row for each item of a history.
    Neighbours::from_weights(Sparse::from_sorted_rows(items, columns).transpose())
}

/// What the regression of one item needs, kept from item to item.
struct Room {
    /// Place among the candidates, plus 1; 0 for none.
    place_of: Vec<u32>,
    candidates: Vec<u32>,
    /// Candidates × candidates.
    gram: Vec<f32>,
    /// What is left of the products with the item itself.
    left: Vec<f32>,
    weights: Vec<f32>,
}

impl Room {
    fn new(items: usize) -> Self {
        Self {
            place_of: vec![0; items],
            candidates: Vec::new(),
            gram: Vec::new(),
            left: Vec::new(),
            weights: Vec::new(),
        }
    }

    /// Brings the products of the candidates, with each other and with the item, together.
    fn gather(&mut self, item: usize, candidates: &[u32], train: &Sparse, by_item: &Sparse) {
        for &candidate in &self.candidates {
            self.place_of[candidate as usize] = 0;
        }
        self.candidates = candidates.to_vec();
        let count = candidates.len();
        for (place, &candidate) in candidates.iter().enumerate() {
            self.place_of[candidate as usize] = place as u32 + 1;
        }
        self.gram.clear();
        self.gram.resize(count * count, 0.0);
        self.left.clear();
        self.left.resize(count, 0.0);
        self.weights.clear();
        self.weights.resize(count, 0.0);
        // Customers of any candidate, each once: products are added customer by customer.
        let of_candidates = candidates
            .iter()
            .flat_map(|&candidate| by_item.row(candidate as usize).items);
        let mut customers: Vec<u32> = of_candidates.copied().collect();
        customers.sort_unstable();
        customers.dedup();
        let mut held: Vec<(usize, f32)> = Vec::new();
        for customer in customers {
            held.clear();
            let mut own = 0.0;
            for (other, weight) in train.row(customer as usize).pairs() {
                match self.place_of[other] {
                    0 if other == item => own = weight,
                    0 => {}
                    place => held.push((place as usize - 1, weight)),
                }
            }
            for &(a, x) in &held {
                self.left[a] += own * x;
                let row = &mut self.gram[a * count..(a + 1) * count];
                for &(b, y) in &held {
                    row[b] += x * y;
                }
            }
        }
    }

    fn descend(&mut self, params: Params) {
        widest(Descend { room: self, params });
    }
}

struct Descend<'a> {
    room: &'a mut Room,
    params: Params,
}

impl Work for Descend<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let (room, params) = (self.room, self.params);
        let count = room.candidates.len();
        for _ in 0..SWEEPS_MAX {
            let (mut moved, mut greatest) = (0.0f32, 0.0f32);
            for place in 0..count {
                let row = &room.gram[place * count..(place + 1) * count];
                let before = room.weights[place];
                let pull = room.left[place] + row[place] * before;
                let mut next = (pull.abs() - params.lasso).max(0.0).copysign(pull);
                if !params.signed {
                    next = next.max(0.0);
                }
                next /= row[place] + params.ridge;
                greatest = greatest.max(next.abs());
                if next != before {
                    moved = moved.max((next - before).abs());
                    add_in(lanes, &mut room.left, before - next, row);
                    room.weights[place] = next;
                }
            }
            if moved <= SETTLED * greatest {
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ease::Ease,
        recommender::Recommender,
        test_data::{blocks, on_threads},
    };
    use numeric::Silent;

    const PARAMS: Params = Params {
        ridge: 5.0,
        lasso: 0.5,
        candidates: 20,
        signed: false,
    };

    #[test]
    fn without_bounds_it_is_ease() {
        // Dense enough that some customer has each pair: all other items are candidates.
        let mut random = numeric::random::Random::new(4);
        let mut list = || {
            (0..12)
                .filter(|_| random.below(5) < 2)
                .collect::<Vec<u32>>()
        };
        let lists: Vec<Vec<u32>> = (0..300).map(|_| list()).collect();
        let train = Sparse::from_lists(12, &lists).expect("legal");
        let params = Params {
            lasso: 0.0,
            signed: true,
            ..PARAMS
        };
        let model = fit(&train, params, &Silent).expect("legal");
        let ease = Ease::fit(&train, 5.0).expect("legal");
        let pairs = model
            .score(train.row(4))
            .into_iter()
            .zip(ease.score(train.row(4)));
        pairs.for_each(|(own, ease)| assert!((own - ease).abs() < 1e-3, "{own} {ease}"));
    }

    #[test]
    fn weights_hold_the_conditions_of_the_least_loss() {
        let train = blocks(3);
        let model = fit(&train, PARAMS, &Silent).expect("legal");
        let columns = model.weights().transpose();
        let by_item = train.transpose();
        let product = |a: usize, b: usize| -> f32 {
            let own = by_item.row(a).items;
            by_item
                .row(b)
                .items
                .iter()
                .filter(|c| own.binary_search(c).is_ok())
                .count() as f32
        };
        let mut some = 0;
        for item in 0..train.cols() {
            for (other, weight) in columns.row(item).pairs() {
                let fitted = columns.row(item).pairs();
                let fitted: f32 = fitted.map(|(k, w)| product(other, k) * w).sum();
                let slope = fitted - product(other, item) + 5.0 * weight + 0.5;
                assert!(weight > 0.0 && slope.abs() < 0.1, "{slope} of {weight}");
                some += 1;
            }
        }
        assert!(some > 100, "{some}");
    }

    #[test]
    fn more_lasso_leaves_fewer_weights() {
        let train = blocks(3);
        let count = |lasso| {
            fit(&train, Params { lasso, ..PARAMS }, &Silent)
                .expect("legal")
                .weights()
                .len()
        };
        assert!(count(5.0) < count(0.5) && count(1e6) == 0);
    }

    #[test]
    fn the_same_on_any_number_of_threads() {
        let train = blocks(9);
        on_threads(|| fit(&train, PARAMS, &Silent).expect("legal"));
    }
}
