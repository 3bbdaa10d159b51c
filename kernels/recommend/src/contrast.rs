//! Factors that set what a customer takes apart from what he does not: a contrastive loss over cosines.
//!
//! Holds the parameters and the rounds; what one batch gives is in its own file. A customer is the sum of the inward
//! vectors of what he has over the root of their number, so that new customers are served without fitting (as SimpleX
//! gathers behaviour: K. Mao and others, "SimpleX: a simple and strong baseline for collaborative filtering", CIKM
//! 2021, section 3.3). In each round a part of his items is hidden and must be found among items drawn at random, by
//! sampled softmax over cosines with a temperature (J. Wu and others, "On the effectiveness of sampled softmax loss for
//! item recommendation", TOIS 42, 2024, equations 5 and 6). The start are the leading singular vectors
//! ([`crate::graph::low_pass`]); steps are Adagrad's with one sum per vector (J. Duchi, E. Hazan, Y. Singer, "Adaptive
//! subgradient methods", JMLR 12, 2011).

mod batch;

use numeric::{Progress, Silent, random::Random};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    Error,
    error::{go_on, require},
    graph,
    linear::Linear,
    sparse::Sparse,
};
use batch::{Batch, CUSTOMERS_PER_CHUNK, Case};

/// Customers whose gradients are gathered before a step.
const CUSTOMERS_PER_BATCH: usize = 256;
/// Rounds of subspace iteration of the start: it need not be exact.
const START_ROUNDS: usize = 3;

/// How vectors are fitted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Params {
    /// Numbers of a vector: 1 to 1,024.
    pub factors: usize,
    /// Rounds over all customers: 1 to 1,000.
    pub rounds: usize,
    /// Items drawn to be told apart, shared by a batch: 1 to 100,000.
    pub negatives: usize,
    /// Share of a customer's items that is hidden in a round: above 0, below 1.
    pub hidden: f32,
    /// Temperature of the softmax: 0.01 to 10.
    pub temperature: f32,
    /// Length of steps: above 0, at most 10.
    pub rate: f32,
    /// Seed of all draws.
    pub seed: u64,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            factors: 128,
            rounds: 30,
            negatives: 1_024,
            hidden: 0.5,
            temperature: 0.12,
            rate: 1.0,
            seed: 1,
        }
    }
}

impl Params {
    fn check(self) -> Result<(), Error> {
        let holds = (1..=1_024).contains(&self.factors);
        require(holds, "factors", self.factors, "1 to 1,024")?;
        let holds = (1..=1_000).contains(&self.rounds);
        require(holds, "rounds", self.rounds, "1 to 1,000")?;
        let holds = (1..=100_000).contains(&self.negatives);
        require(holds, "negatives", self.negatives, "1 to 100,000")?;
        let holds = self.hidden > 0.0 && self.hidden < 1.0;
        require(holds, "hidden", self.hidden, "a number above 0 and below 1")?;
        let holds = (0.01..=10.0).contains(&self.temperature);
        require(
            holds,
            "temperature",
            self.temperature,
            "a number from 0.01 to 10",
        )?;
        let holds = self.rate > 0.0 && self.rate <= 10.0;
        require(holds, "rate", self.rate, "a number above 0 and at most 10")
    }
}

/// Fits vectors to customers × items. Time grows with rounds × customers × negatives × factors.
///
/// # Errors
/// [`Error::Parameter`], [`Error::Empty`] without entries, [`Error::Cancelled`].
pub fn fit(train: &Sparse, params: Params, progress: &dyn Progress) -> Result<Linear, Error> {
    params.check()?;
    let start = graph::Params {
        factors: params.factors,
        rounds: START_ROUNDS,
        seed: params.seed,
    };
    let start = graph::low_pass(train, start, &Silent)?;
    let mut vectors = Vectors::new(&start, train.cols());
    let mut order: Vec<u32> = (0..train.rows() as u32)
        .filter(|&row| train.row(row as usize).len() > 1)
        .collect();
    let mut step = 0;
    for round in 0..params.rounds as u64 {
        go_on(progress)?;
        Random::stream(params.seed, round).shuffle(&mut order);
        // Steps shorten towards the end, so that vectors settle.
        let rate = params.rate * (1.0 - round as f32 / params.rounds as f32);
        for customers in order.chunks(CUSTOMERS_PER_BATCH) {
            step += 1;
            let seed = numeric::random::derive(params.seed ^ 0x5EED, step);
            vectors.learn(train, customers, &params, rate, seed);
        }
        progress.tick(round + 1, params.rounds as u64);
    }
    vectors.finish()
}

/// Vectors while they are fitted.
struct Vectors {
    depth: usize,
    inward: Vec<f32>,
    outward: Vec<f32>,
    /// Adagrad's sums, one per vector.
    squares: [Vec<f32>; 2],
}

impl Vectors {
    /// Inward vectors keep their lengths against each other; outward ones are of length 1.
    fn new(start: &Linear, items: usize) -> Self {
        let depth = start.depth();
        let length = |vector: &[f32]| vector.iter().map(|v| v * v).sum::<f32>().sqrt();
        let inward: Vec<f32> = (0..items)
            .flat_map(|item| start.inward(item))
            .copied()
            .collect();
        let known: Vec<f32> = inward
            .chunks_exact(depth)
            .map(length)
            .filter(|&l| l > 0.0)
            .collect();
        let mean = known.iter().sum::<f32>() / known.len().max(1) as f32;
        let even = |to: f32| -> Vec<f32> {
            let rows = inward.chunks_exact(depth);
            rows.flat_map(|row| {
                let by = if to > 0.0 { to } else { length(row) };
                row.iter().map(move |v| v / by.max(1e-12))
            })
            .collect()
        };
        Self {
            depth,
            outward: even(0.0),
            inward: even(mean),
            squares: [vec![0.0; items], vec![0.0; items]],
        }
    }

    /// One batch: gradients of all its customers, then the steps of the vectors they touch, in a fixed order.
    fn learn(&mut self, train: &Sparse, customers: &[u32], params: &Params, rate: f32, seed: u64) {
        let mut random = Random::new(seed);
        let negatives: Vec<u32> = (0..params.negatives)
            .map(|_| random.below(train.cols()) as u32)
            .collect();
        let batch = Batch::new(&self.outward, self.depth, negatives, train.cols(), params);
        let cases: Vec<Case> = customers
            .iter()
            .map(|&customer| {
                let row = train.row(customer as usize);
                let count = ((row.len() as f32 * params.hidden) as usize).clamp(1, row.len() - 1);
                let mut find = random.sample(row.len(), count).into_iter().peekable();
                let (mut have, mut hidden) = (Vec::new(), Vec::new());
                for (place, &item) in row.items.iter().enumerate() {
                    match find.next_if_eq(&place) {
                        Some(_) => hidden.push(item),
                        None => have.push(item),
                    }
                }
                Case { have, find: hidden }
            })
            .collect();
        let parts: Vec<_> = cases
            .par_chunks(CUSTOMERS_PER_CHUNK)
            .map(|cases| batch.gradients(cases, &self.inward, &self.outward))
            .collect();
        let mut touched: Vec<(u32, bool)> = Vec::new();
        let mut room = vec![0u32; 2 * train.cols()];
        let mut sums: Vec<f32> = Vec::new();
        for part in &parts {
            for (item, outward, gradient) in part.each(&batch.negatives, self.depth) {
                let place = &mut room[2 * item as usize + usize::from(outward)];
                if *place == 0 {
                    touched.push((item, outward));
                    sums.resize(sums.len() + self.depth, 0.0);
                    *place = touched.len() as u32;
                }
                let at = (*place as usize - 1) * self.depth;
                let to = &mut sums[at..at + self.depth];
                to.iter_mut()
                    .zip(gradient)
                    .for_each(|(sum, value)| *sum += value);
            }
        }
        for ((item, outward), sum) in touched.into_iter().zip(sums.chunks_exact(self.depth)) {
            self.step(item as usize, outward, sum, rate);
        }
    }

    fn step(&mut self, item: usize, outward: bool, gradient: &[f32], rate: f32) {
        let all = if outward {
            &mut self.outward
        } else {
            &mut self.inward
        };
        let vector = &mut all[item * self.depth..(item + 1) * self.depth];
        let square = gradient.iter().map(|g| g * g).sum::<f32>() / self.depth as f32;
        let sum = &mut self.squares[usize::from(outward)][item];
        *sum += square;
        let step = rate / (sum.sqrt() + 1e-8) / (self.depth as f32).sqrt();
        vector
            .iter_mut()
            .zip(gradient)
            .for_each(|(value, g)| *value -= step * g);
    }

    fn finish(self) -> Result<Linear, Error> {
        let outward: Vec<f32> = self
            .outward
            .chunks_exact(self.depth)
            .flat_map(|row| {
                let length = row.iter().map(|v| v * v).sum::<f32>().sqrt().max(1e-12);
                row.iter().map(move |v| v / length)
            })
            .collect();
        Linear::new(self.depth, self.inward, &outward)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        metrics::evaluate,
        popular::Popular,
        split::at_random,
        test_data::{blocks, on_threads},
    };

    fn params() -> Params {
        Params {
            factors: 8,
            rounds: 10,
            negatives: 30,
            ..Params::default()
        }
    }

    #[test]
    fn hidden_items_are_found() {
        let split = at_random(&blocks(3), 0.3, 1).expect("legal");
        let model = fit(&split.train, params(), &Silent).expect("legal");
        let of = |model| {
            evaluate(model, &split.train, &split.held_out, 5)
                .expect("legal")
                .accuracy
                .ndcg
        };
        let popular = Popular::fit(&split.train);
        assert!(of(&model) > 2.0 * of(&popular));
    }

    #[test]
    fn the_same_on_any_number_of_threads() {
        let train = blocks(9);
        on_threads(|| fit(&train, params(), &Silent).expect("legal"));
    }

    #[test]
    fn wrong_parameters_are_named() {
        let params = Params {
            hidden: 1.0,
            ..params()
        };
        let cause = fit(&blocks(1), params, &Silent).expect_err("nothing left to have");
        assert!(cause.to_string().contains("hidden is 1"), "{cause}");
    }
}
