//! Least squares of many short rows at once, by conjugate gradients with the diagonal as preconditioner.
//!
//! Holds the steps. The part that all rows share, the Gram matrix of the other side, is diagonal: factors are turned
//! beforehand so that it is. That spares products with it, and makes the diagonal a close preconditioner, since what
//! is left beside it are a row's few entries. Those go eight at a time. Factors are eights of numbers.

use numeric::lanes::{LANES, Lanes, Work, widest};

use crate::{
    dense::{add_in, dot_in},
    sparse::Row,
};

/// A residual so small against the target that more steps move nothing in `f32`.
const CLOSE: f32 = 1e-12;

/// One side of the problem: what its rows are solved against.
pub(super) struct Side<'a> {
    /// The other side's factors.
    pub others: &'a [f32],
    /// The diagonal of their Gram matrix, which holds nothing else, times the weight of what was not taken.
    pub gram: &'a [f32],
    /// Numbers of a factor: a multiple of eight.
    pub width: usize,
    pub steps: usize,
}

/// What changes from step to step.
struct State {
    residual: Vec<f32>,
    direction: Vec<f32>,
    image: Vec<f32>,
    /// 1 / the diagonal.
    inverse: Vec<f32>,
    /// Residual · preconditioned residual.
    norm: f32,
    /// The other side's factors of the row's entries, filled up with 0 to eights of entries.
    others: Vec<f32>,
    /// Their weights.
    weights: Vec<f32>,
}

impl Side<'_> {
    /// Moves `own` (rows × width) towards the solutions of `(G + ridge + Σ c h hᵀ) w = Σ c h`.
    pub fn improve(&self, rows: &[Row<'_>], ridges: &[f32], own: &mut [f32]) {
        let mut state = State {
            residual: vec![0.0; self.width],
            direction: vec![0.0; self.width],
            image: vec![0.0; self.width],
            inverse: vec![0.0; self.width],
            norm: 0.0,
            others: Vec::new(),
            weights: Vec::new(),
        };
        let each = rows
            .iter()
            .zip(ridges)
            .zip(own.chunks_exact_mut(self.width));
        for ((row, &ridge), own) in each {
            if row.is_empty() {
                own.fill(0.0);
                continue;
            }
            self.gather(*row, &mut state);
            widest(Solve {
                side: self,
                ridge,
                own,
                state: &mut state,
            });
        }
    }

    /// Brings a row's entries together.
    fn gather(&self, row: Row<'_>, state: &mut State) {
        state.others.clear();
        state.weights.clear();
        for (item, weight) in row.pairs() {
            let at = item * self.width;
            state
                .others
                .extend_from_slice(&self.others[at..at + self.width]);
            state.weights.push(weight);
        }
        let full = state.weights.len().next_multiple_of(LANES);
        state.weights.resize(full, 0.0);
        state.others.resize(full * self.width, 0.0);
    }
}

/// Adds `Σ weight · (target - h·x) · h` over eight entries to `to`; entries are rows of `width` numbers.
#[inline(always)]
fn pull<L: Lanes>(
    lanes: L,
    eight: &[f32],
    weights: &[f32; LANES],
    target: f32,
    x: &[[f32; LANES]],
    to: &mut [[f32; LANES]],
) {
    let rows = rows_of_eight(eight);
    let mut sums = [lanes.splat(0.0); LANES];
    for (k, x) in x.iter().enumerate() {
        let x = lanes.load(x);
        for (sum, row) in sums.iter_mut().zip(&rows) {
            *sum = lanes.mul_add(lanes.load(&row[k]), x, *sum);
        }
    }
    let missing = lanes.sub(lanes.splat(target), lanes.sums(sums));
    let factors = lanes.store(lanes.mul(lanes.load(weights), missing));
    let factors = factors.map(|factor| lanes.splat(factor));
    for (k, to) in to.iter_mut().enumerate() {
        let mut sum = lanes.load(to);
        for (factor, row) in factors.iter().zip(&rows) {
            sum = lanes.mul_add(*factor, lanes.load(&row[k]), sum);
        }
        *to = lanes.store(sum);
    }
}

/// Eight rows, each in eights of numbers.
#[inline(always)]
fn rows_of_eight(eight: &[f32]) -> [&[[f32; LANES]]; LANES] {
    let (parts, _) = eight.as_chunks::<LANES>();
    let count = parts.len() / LANES;
    std::array::from_fn(|row| &parts[row * count..(row + 1) * count])
}

struct Solve<'a, 'b> {
    side: &'a Side<'b>,
    ridge: f32,
    own: &'a mut [f32],
    state: &'a mut State,
}

impl Work for Solve<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(mut self, lanes: L) {
        self.begin(lanes);
        let enough = CLOSE * self.state.weights.iter().sum::<f32>();
        for _ in 0..self.side.steps {
            if self.state.norm <= enough {
                break;
            }
            self.step(lanes);
        }
    }
}

impl Solve<'_, '_> {
    #[inline(always)]
    fn begin<L: Lanes>(&mut self, lanes: L) {
        let width = self.side.width;
        let state = &mut *self.state;
        let (residual, inverse) = (&mut state.residual[..], &mut state.inverse[..]);
        for (diagonal, gram) in inverse.iter_mut().zip(self.side.gram) {
            *diagonal = gram + self.ridge;
        }
        for ((residual, diagonal), own) in residual.iter_mut().zip(&*inverse).zip(&*self.own) {
            *residual = -diagonal * own;
        }
        let (own, _) = self.own.as_chunks::<LANES>();
        let eights = state.others.chunks_exact(LANES * width);
        for (eight, weights) in eights.zip(state.weights.as_chunks::<LANES>().0) {
            pull(
                lanes,
                eight,
                weights,
                1.0,
                own,
                residual.as_chunks_mut::<LANES>().0,
            );
            add_squares(lanes, eight, weights, inverse.as_chunks_mut::<LANES>().0);
        }
        let mut norm = 0.0;
        let each = state.direction.iter_mut().zip(residual).zip(inverse);
        for ((direction, residual), inverse) in each {
            *inverse = 1.0 / *inverse;
            *direction = *residual * *inverse;
            norm += *direction * *residual;
        }
        state.norm = norm;
    }

    #[inline(always)]
    fn step<L: Lanes>(&mut self, lanes: L) {
        let state = &mut *self.state;
        let (direction, image) = (&mut state.direction[..], &mut state.image[..]);
        // The image is kept with its sign turned, as [`pull`] adds what is missing to 0.
        let each = image.iter_mut().zip(&*direction).zip(self.side.gram);
        for ((image, direction), gram) in each {
            *image = -(gram + self.ridge) * direction;
        }
        let eights = state.others.chunks_exact(LANES * self.side.width);
        for (eight, weights) in eights.zip(state.weights.as_chunks::<LANES>().0) {
            let x = direction.as_chunks::<LANES>().0;
            pull(
                lanes,
                eight,
                weights,
                0.0,
                x,
                image.as_chunks_mut::<LANES>().0,
            );
        }
        let step = -state.norm / dot_in(lanes, direction, image);
        add_in(lanes, self.own, step, direction);
        add_in(lanes, &mut state.residual, step, image);
        // The image is done with: it holds the preconditioned residual.
        let each = image.iter_mut().zip(&state.residual).zip(&state.inverse);
        for ((image, residual), inverse) in each {
            *image = residual * inverse;
        }
        let next = dot_in(lanes, image, &state.residual);
        let turn = next / state.norm;
        for (direction, image) in direction.iter_mut().zip(image) {
            *direction = turn.mul_add(*direction, *image);
        }
        state.norm = next;
    }
}

/// Adds the squares of eight entries, each times its weight.
#[inline(always)]
fn add_squares<L: Lanes>(lanes: L, eight: &[f32], weights: &[f32; LANES], to: &mut [[f32; LANES]]) {
    let rows = rows_of_eight(eight);
    let weights = weights.map(|weight| lanes.splat(weight));
    for (k, to) in to.iter_mut().enumerate() {
        let mut sum = lanes.load(to);
        for (weight, row) in weights.iter().zip(&rows) {
            let value = lanes.load(&row[k]);
            sum = lanes.mul_add(lanes.mul(*weight, value), value, sum);
        }
        *to = lanes.store(sum);
    }
}
