//! Gradients of one batch of customers: what they hide against items drawn.
//!
//! Holds the loss and its slope. With `s = cos(u, q) / temperature`, the loss of a hidden item t is
//! `-ln(e^s_t / (e^s_t + κ Σ_n e^s_n))` over the drawn n, where κ scales them up to all items; a customer's loss is the
//! mean over his hidden items times the root of their number.

use crate::dense::{Panels, transposed_product};

use super::Params;

/// Customers of one piece of work.
pub(super) const CUSTOMERS_PER_CHUNK: usize = 32;

/// What a customer shows and what he hides.
pub(super) struct Case {
    pub have: Vec<u32>,
    pub find: Vec<u32>,
}

/// What all customers of a batch share.
pub(super) struct Batch {
    pub negatives: Vec<u32>,
    depth: usize,
    temperature: f32,
    /// κ.
    scale: f32,
    /// Unit vectors of the negatives: as columns, and as rows.
    columns: Panels,
    rows: Panels,
    units: Vec<f32>,
    lengths: Vec<f32>,
}

/// Gradients by vector, in the order in which they are to be added.
pub(super) struct Gradients {
    /// Negatives × depth.
    negatives: Vec<f32>,
    /// Item, whether outward, gradient.
    others: Vec<(u32, bool, Vec<f32>)>,
}

impl Gradients {
    pub fn each<'a>(
        &'a self,
        negatives: &'a [u32],
        depth: usize,
    ) -> impl Iterator<Item = (u32, bool, &'a [f32])> {
        let drawn = negatives.iter().zip(self.negatives.chunks_exact(depth));
        let drawn = drawn.map(|(&item, gradient)| (item, true, gradient));
        drawn.chain(
            self.others
                .iter()
                .map(|(item, outward, g)| (*item, *outward, &g[..])),
        )
    }
}

/// The unit vector along another and that one's length.
fn unit(of: &[f32]) -> (Vec<f32>, f32) {
    let length = of.iter().map(|v| v * v).sum::<f32>().sqrt().max(1e-6);
    (of.iter().map(|v| v / length).collect(), length)
}

/// The slope by a vector, from that by its unit vector.
fn through_unit(slope: &mut [f32], unit: &[f32], length: f32) {
    let along: f32 = slope.iter().zip(unit).map(|(s, u)| s * u).sum();
    slope
        .iter_mut()
        .zip(unit)
        .for_each(|(s, u)| *s = (*s - along * u) / length);
}

fn add(to: &mut [f32], factor: f32, from: &[f32]) {
    to.iter_mut()
        .zip(from)
        .for_each(|(to, from)| *to += factor * from);
}

impl Batch {
    pub fn new(
        outward: &[f32],
        depth: usize,
        negatives: Vec<u32>,
        items: usize,
        params: &Params,
    ) -> Self {
        let mut units = Vec::with_capacity(negatives.len() * depth);
        let mut lengths = Vec::with_capacity(negatives.len());
        for &item in &negatives {
            let (unit, length) = unit(&outward[item as usize * depth..][..depth]);
            units.extend(unit);
            lengths.push(length);
        }
        Self {
            depth,
            temperature: params.temperature,
            scale: items as f32 / negatives.len() as f32,
            columns: Panels::from_rows(&units, depth),
            rows: Panels::from_matrix(&units, depth),
            negatives,
            units,
            lengths,
        }
    }

    /// Gradients of some customers.
    pub fn gradients(&self, cases: &[Case], inward: &[f32], outward: &[f32]) -> Gradients {
        let (depth, drawn) = (self.depth, self.negatives.len());
        let mut people = Vec::with_capacity(cases.len() * depth);
        let mut lengths = Vec::with_capacity(cases.len());
        for case in cases {
            let mut sum = vec![0.0; depth];
            for &item in &case.have {
                add(&mut sum, 1.0, &inward[item as usize * depth..][..depth]);
            }
            let (unit, length) = unit(&sum);
            people.extend(unit);
            lengths.push(length);
        }
        let mut scores = vec![0.0; cases.len() * drawn];
        self.columns.product(&people, &mut scores);
        let mut slopes = vec![0.0; people.len()];
        let mut others = Vec::new();
        let each = cases.iter().zip(people.chunks_exact(depth));
        let each = each
            .zip(scores.chunks_exact_mut(drawn))
            .zip(slopes.chunks_exact_mut(depth));
        for (((case, person), scores), slope) in each {
            self.found(case, person, scores, slope, outward, &mut others);
        }
        // The scores have become the slopes by the scores.
        let mut by_drawn = vec![0.0; people.len()];
        self.rows.product(&scores, &mut by_drawn);
        let each = slopes
            .chunks_exact_mut(depth)
            .zip(by_drawn.chunks_exact(depth));
        let each = each.zip(people.chunks_exact(depth)).zip(cases).zip(lengths);
        for ((((slope, drawn), person), case), length) in each {
            add(slope, 1.0, drawn);
            through_unit(slope, person, length);
            for &item in &case.have {
                others.push((item, false, slope.to_vec()));
            }
        }
        let mut negatives = transposed_product(&scores, drawn, &people, depth);
        let units = self.units.chunks_exact(depth).zip(&self.lengths);
        for (slope, (unit, &length)) in negatives.chunks_exact_mut(depth).zip(units) {
            through_unit(slope, unit, length);
        }
        Gradients { negatives, others }
    }

    /// The slopes of one customer's loss: by his unit vector (the hidden items' part), by the scores of the drawn
    /// items, which they replace, and by the hidden items' vectors.
    fn found(
        &self,
        case: &Case,
        person: &[f32],
        scores: &mut [f32],
        slope: &mut [f32],
        outward: &[f32],
        others: &mut Vec<(u32, bool, Vec<f32>)>,
    ) {
        let heat = 1.0 / self.temperature;
        scores
            .iter_mut()
            .for_each(|score| *score = (*score * heat).exp());
        let rest = self.scale * scores.iter().sum::<f32>();
        let weight = heat / (case.find.len() as f32).sqrt();
        let mut shares = 0.0;
        for &item in &case.find {
            let (unit, length) = unit(&outward[item as usize * self.depth..][..self.depth]);
            let score: f32 = unit.iter().zip(person).map(|(a, b)| a * b).sum();
            let own = (score * heat).exp();
            let missed = rest / (own + rest);
            shares += 1.0 / (own + rest);
            add(slope, -weight * missed, &unit);
            let mut gradient: Vec<f32> = person.iter().map(|p| -weight * missed * p).collect();
            through_unit(&mut gradient, &unit, length);
            others.push((item, true, gradient));
        }
        let factor = weight * self.scale * shares;
        scores.iter_mut().for_each(|score| *score *= factor);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gradients_are_the_slope_of_the_loss() {
        let params = Params {
            temperature: 0.5,
            ..Params::default()
        };
        let depth = 3;
        let inward = [
            0.3, -0.2, 0.5, 0.1, 0.4, -0.3, 0.2, 0.2, 0.9, 0.5, 0.1, -0.4,
        ];
        let outward = [
            0.7, 0.1, -0.5, 0.3, 0.3, 0.8, -0.6, 0.2, 0.1, 0.2, -0.9, 0.4,
        ];
        let case = || {
            [Case {
                have: vec![0, 1],
                find: vec![2],
            }]
        };
        let drawn = vec![0u32, 3];
        let loss = |inward: &[f32], outward: &[f32]| -> f64 {
            let row = |of: &[f32], item: usize| of[item * depth..(item + 1) * depth].to_vec();
            let person: Vec<f32> = row(inward, 0)
                .iter()
                .zip(row(inward, 1))
                .map(|(a, b)| a + b)
                .collect();
            let (person, _) = unit(&person);
            let power = |item: usize| {
                let (other, _) = unit(&row(outward, item));
                let score: f32 = person.iter().zip(other).map(|(a, b)| a * b).sum();
                f64::from(score / 0.5).exp()
            };
            let rest = 2.0 * (power(0) + power(3));
            -(power(2) / (power(2) + rest)).ln()
        };
        let batch = Batch::new(&outward, depth, drawn.clone(), 4, &params);
        let found = batch.gradients(&case(), &inward, &outward);
        let mut sums = vec![vec![0.0f32; inward.len()]; 2];
        for (item, out, gradient) in found.each(&drawn, depth) {
            add(
                &mut sums[usize::from(out)][item as usize * depth..][..depth],
                1.0,
                gradient,
            );
        }
        for place in 0..inward.len() {
            let moved = |by: f32, of: &[f32]| {
                let mut of = of.to_vec();
                of[place] += by;
                of
            };
            let slope = |up: f64, down: f64| ((up - down) / 0.02) as f32;
            let by_in = slope(
                loss(&moved(0.01, &inward), &outward),
                loss(&moved(-0.01, &inward), &outward),
            );
            let by_out = slope(
                loss(&inward, &moved(0.01, &outward)),
                loss(&inward, &moved(-0.01, &outward)),
            );
            assert!(
                (sums[0][place] - by_in).abs() < 2e-3,
                "{} {by_in}",
                sums[0][place]
            );
            assert!(
                (sums[1][place] - by_out).abs() < 2e-3,
                "{} {by_out}",
                sums[1][place]
            );
        }
    }
}
