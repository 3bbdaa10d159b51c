//! Factors of implicit feedback by alternating least squares.
//!
//! Holds the fit, and how a history is placed among fitted items. Loss of Y. Hu, Y. Koren, C. Volinsky,
//! "Collaborative filtering for implicit feedback datasets", ICDM 2008, in the form and with the frequency-scaled
//! regularisation of S. Rendle, W. Krichene, L. Zhang, Y. Koren, "Revisiting the performance of iALS on item
//! recommendation benchmarks", RecSys 2022, equations 1 to 4:
//!
//! `Σ_ui∈S c_ui (1 - w·h)² + α₀ Σ_u Σ_i (w·h)² + λ Σ_u (|S_u| + α₀ I)^ν |w_u|² + λ Σ_i (|S_i| + α₀ U)^ν |h_i|²`
//!
//! The loss stays as it is when both sides are turned alike, so the side that is held still is turned until its Gram
//! matrix is diagonal. The other is then solved by some steps of conjugate
//! gradients from where it stood (G. Takács, I. Pilászy, D. Tikk,
//! "Applications of the conjugate gradient method for implicit feedback collaborative filtering", RecSys 2011), or
//! exactly.

mod solve;

use numeric::{Progress, eigen::symmetric_eigen, lanes::LANES, random::Random};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    Error,
    dense::{Panels, gram},
    error::{go_on, require, require_size},
    recommender::Recommender,
    sparse::{Row, Sparse},
    top::{Best, Scored},
};
use solve::Side;

/// Rows whose factors are found by one piece of work; a multiple of the kernel's six.
const ROWS_PER_CHUNK: usize = 384;
/// Steps after which a new history stands as well as exactly.
const STEPS_NEW: usize = 64;

/// How factors are fitted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Params {
    /// Numbers of a factor: 1 to 1,024.
    pub factors: usize,
    /// Rounds over both sides: 1 to 1,000.
    pub rounds: usize,
    /// Weight of what was not taken, α₀, where what was taken weighs its entry: above 0, at most 1e3.
    pub unobserved: f32,
    /// Regularisation λ: above 0, at most 1e3.
    pub regularisation: f32,
    /// Power ν of the frequency by which λ is scaled: 0 to 1.
    pub frequency: f32,
    /// Steps of conjugate gradients in each round: 1 to 1,024. As many as factors solve exactly.
    pub steps: usize,
    /// Seed of the factors at the start.
    pub seed: u64,
}

impl Params {
    fn check(self) -> Result<(), Error> {
        let holds = (1..=1_024).contains(&self.factors);
        require(holds, "factors", self.factors, "1 to 1,024")?;
        let holds = (1..=1_000).contains(&self.rounds);
        require(holds, "rounds", self.rounds, "1 to 1,000")?;
        let legal = "a number above 0 and at most 1e3";
        let above = |value: f32| value > 0.0 && value <= 1e3;
        require(above(self.unobserved), "unobserved", self.unobserved, legal)?;
        let (field, value) = ("regularisation", self.regularisation);
        require(above(value), field, value, legal)?;
        let holds = (0.0..=1.0).contains(&self.frequency);
        require(holds, "frequency", self.frequency, "a number from 0 to 1")?;
        let holds = (1..=1_024).contains(&self.steps);
        require(holds, "steps", self.steps, "1 to 1,024")
    }

    /// Numbers a factor is stored in: filled up with 0 to eights.
    fn width(&self) -> usize {
        self.factors.next_multiple_of(LANES)
    }

    /// λ for each row of one side, which has `others` on the other.
    fn ridge(&self, entries: usize, others: usize) -> f32 {
        let frequency = entries as f32 + self.unobserved * others as f32;
        self.regularisation * frequency.powf(self.frequency)
    }
}

/// Factors of items, and what places a history among them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Factors {
    params: Params,
    /// Items × width.
    items: Vec<f32>,
    /// The diagonal of `α₀ HᵀH`, which holds nothing else.
    gram: Vec<f32>,
    panels: Panels,
}

impl Factors {
    /// Fits factors to customers × items whose weights are above 0. Time grows with rounds × (entries + customers +
    /// items) × factors × steps, memory with (customers + items) × factors.
    ///
    /// # Errors
    /// [`Error::Parameter`], [`Error::Empty`] without entries, [`Error::Value`] for a weight below 0,
    /// [`Error::Cancelled`].
    pub fn fit(train: &Sparse, params: Params, progress: &dyn Progress) -> Result<Self, Error> {
        params.check()?;
        if train.is_empty() {
            return Err(Error::Empty { field: "train" });
        }
        let weights = (0..train.rows()).flat_map(|row| train.row(row).weights);
        if let Some((at, value)) = weights.enumerate().find(|(_, weight)| **weight < 0.0) {
            return Err(Error::Value {
                field: "train",
                value: value.to_string(),
                at,
                legal: "weights are not below 0",
            });
        }
        let by_item = train.transpose();
        let width = params.width();
        let mut items = start(train.cols(), params);
        let mut customers = vec![0.0; train.rows() * width];
        let rounds = params.rounds as u64;
        for round in 0..rounds {
            go_on(progress)?;
            improve(&mut customers, &mut items, train, &params);
            improve(&mut items, &mut customers, &by_item, &params);
            progress.tick(round + 1, rounds);
        }
        Ok(Self::of(params, items))
    }

    fn of(params: Params, mut items: Vec<f32>) -> Self {
        let gram = turn(&mut items, &mut [], &params);
        let panels = Panels::from_rows(&items, params.width());
        Self {
            params,
            items,
            gram,
            panels,
        }
    }

    /// From vectors of one's own, items × factors, row by row, scored with the loss of `params`.
    ///
    /// # Errors
    /// [`Error::Parameter`], [`Error::Mismatch`] unless the vectors fill their rows.
    pub fn from_vectors(params: Params, vectors: &[f32]) -> Result<Self, Error> {
        params.check()?;
        require_size("vectors", vectors.len() % params.factors, 0)?;
        let width = params.width();
        let mut items = vec![0.0; vectors.len() / params.factors * width];
        let rows = items
            .chunks_exact_mut(width)
            .zip(vectors.chunks_exact(params.factors));
        rows.for_each(|(row, vector)| row[..params.factors].copy_from_slice(vector));
        Ok(Self::of(params, items))
    }

    /// What it was fitted with.
    pub fn params(&self) -> Params {
        self.params
    }

    /// The factor of an item below the number of items.
    pub fn item_factor(&self, item: usize) -> &[f32] {
        &self.items[item * self.params.width()..][..self.params.factors]
    }

    /// Places histories among the items: the least loss with the items as they are. Histories × factors,
    /// these filled up to a multiple of eight.
    pub fn place(&self, histories: &[Row<'_>]) -> Vec<f32> {
        let width = self.params.width();
        let mut placed = vec![0.0; histories.len() * width];
        let side = Side {
            others: &self.items,
            gram: &self.gram,
            width,
            steps: STEPS_NEW,
        };
        let others = self.panels.cols();
        let ridge = |row: &Row<'_>| self.params.ridge(row.len(), others);
        let ridges: Vec<f32> = histories.iter().map(ridge).collect();
        side.improve(histories, &ridges, &mut placed);
        placed
    }

    /// The `count` best items of a placed history, those of `hidden` (ascending) left out: one exact scan over all
    /// items, without a table of their scores.
    pub fn scan(&self, placed: &[f32], hidden: &[u32], count: usize) -> Vec<Scored> {
        let mut best = Best::new(count);
        self.panels.each_panel(placed, |first, scores| {
            let least = best.least();
            if scores.iter().all(|&score| score < least) {
                return;
            }
            for (item, &score) in (first as u32..).zip(scores) {
                if score >= least && hidden.binary_search(&item).is_err() {
                    best.offer(item, score);
                }
            }
        });
        best.finish()
    }
}

impl Recommender for Factors {
    fn items(&self) -> usize {
        self.panels.cols()
    }

    fn score_many(&self, histories: &[Row<'_>], scores: &mut [f32]) {
        self.panels.product(&self.place(histories), scores);
    }
}

/// Small random factors: evenly spread with deviation `0.1 / √factors`, which is how Rendle and others start, but for
/// their bell.
fn start(rows: usize, params: Params) -> Vec<f32> {
    let scale = 0.1 * (12.0 / params.factors as f64).sqrt();
    let draw = |row: usize| {
        let mut random = Random::stream(params.seed, row as u64);
        let each = (0..params.factors).map(move |_| (scale * (random.unit_f64() - 0.5)) as f32);
        each.chain(std::iter::repeat_n(0.0, params.width() - params.factors))
    };
    (0..rows).into_par_iter().flat_map_iter(draw).collect()
}

/// Turns both sides by one rotation, which changes no score, so that the Gram matrix of `others` becomes diagonal;
/// gives that diagonal times the weight of what was not taken.
fn turn(others: &mut [f32], own: &mut [f32], params: &Params) -> Vec<f32> {
    let width = params.width();
    let pairs = symmetric_eigen(gram(others, width), width);
    let axes: Vec<f32> = pairs
        .iter()
        .flat_map(|pair| &pair.1)
        .map(|&v| v as f32)
        .collect();
    let axes = Panels::from_rows(&axes, width);
    for side in [others, own] {
        side.par_chunks_mut(ROWS_PER_CHUNK * width)
            .for_each(|rows| {
                let before = rows.to_vec();
                axes.product(&before, rows);
            });
    }
    let scale = f64::from(params.unobserved);
    pairs
        .iter()
        .map(|pair| (scale * pair.0).max(0.0) as f32)
        .collect()
}

/// Brings one side nearer to the least loss, the other but turned.
fn improve(own: &mut [f32], others: &mut [f32], rows: &Sparse, params: &Params) {
    let width = params.width();
    let side = Side {
        gram: &turn(others, own, params),
        others,
        width,
        steps: params.steps,
    };
    let chunks = own.par_chunks_mut(ROWS_PER_CHUNK * width).enumerate();
    chunks.for_each(|(chunk, own)| {
        let first = chunk * ROWS_PER_CHUNK;
        let rows: Vec<Row<'_>> = (first..first + own.len() / width)
            .map(|row| rows.row(row))
            .collect();
        let ridge = |row: &Row<'_>| params.ridge(row.len(), side.others.len() / width);
        let ridges: Vec<f32> = rows.iter().map(ridge).collect();
        side.improve(&rows, &ridges, own);
    });
}

#[cfg(test)]
mod tests;
