//! FasterPAM: medoids swapped with other rows as soon as that lowers the loss (E. Schubert, P. J. Rousseeuw,
//! "Fast and eager k-medoids clustering: O(k) runtime improvement of the PAM, CLARA, and CLARANS
//! algorithms", Inf. Systems 101, 2021, algorithm 3).
//!
//! Holds the swaps of one start. Rows are tried in order and the first that helps is taken, so that the
//! result is that of one thread; several threads only try rows ahead, and what they found is dropped
//! where a row before them was taken.

use numeric::{Progress, chunks};
use rayon::prelude::*;

use super::{dissimilarities::Dissimilarities, starting::build};
use crate::Error;

/// Rows tried side by side while none helps.
const AHEAD_MAX: usize = 64;
/// A swap must lower the loss by more than this share of it, which is more than rounding can feign.
const GAIN_MIN: f64 = 1e-12;

/// When to stop, and where this start stands among all.
pub(super) struct Rounds {
    pub max: usize,
    pub before: usize,
    pub total: usize,
}

/// What one start found.
pub(super) struct Found {
    pub medoids: Vec<usize>,
    pub loss: f64,
    pub iterations: usize,
    pub swaps: usize,
    pub converged: bool,
}

/// The two medoids nearest to a row, by place.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Two {
    first: u32,
    second: u32,
    to_first: f64,
    to_second: f64,
}

/// Medoids with what is known of every row.
struct State {
    medoids: Vec<usize>,
    is_medoid: Vec<bool>,
    known: Vec<Two>,
    /// For each medoid, by how much the loss grows without it.
    removal: Vec<f64>,
    loss: f64,
}

/// A medoid's place, and by how much the loss changes where a row takes it.
type Swap = (usize, f64);

/// One start from the given medoids, which are different rows.
pub(super) fn run(
    data: &impl Dissimilarities,
    medoids: Vec<usize>,
    rounds: &Rounds,
    progress: &dyn Progress,
) -> Result<Found, Error> {
    if medoids.len() == 1 {
        return only(data, medoids[0], progress);
    }
    let mut state = State::new(data, medoids);
    let (mut iterations, mut swaps, mut converged) = (0, 0, false);
    let mut last = data.rows();
    while iterations < rounds.max && !converged {
        let before = swaps;
        let (mut next, mut ahead) = (0, 1);
        // Back at the last row that was taken, every other row has been tried in vain since.
        while next < data.rows() && next != last {
            if progress.cancelled() {
                return Err(Error::Cancelled);
            }
            let stop = if last > next { last } else { data.rows() };
            let end = stop.min(next + ahead);
            match state.first_gain(data, next..end) {
                Some((row, place)) => {
                    state.swap(data, place, row);
                    (swaps, last, next, ahead) = (swaps + 1, row, row + 1, 1);
                }
                None => (next, ahead) = (end, AHEAD_MAX.min(2 * ahead)),
            }
        }
        iterations += 1;
        converged = swaps == before;
        progress.tick((rounds.before + iterations) as u64, rounds.total as u64);
    }
    Ok(Found {
        medoids: state.medoids,
        loss: state.loss,
        iterations,
        swaps,
        converged,
    })
}

/// The one medoid of all rows, which needs no swaps to be found.
fn only(data: &impl Dissimilarities, from: usize, progress: &dyn Progress) -> Result<Found, Error> {
    let medoids = build(data, 1, progress)?;
    let loss = super::dissimilarities::assign(data, &medoids).1;
    Ok(Found {
        loss,
        iterations: 1,
        swaps: usize::from(medoids[0] != from),
        medoids,
        converged: true,
    })
}

impl State {
    fn new(data: &impl Dissimilarities, medoids: Vec<usize>) -> Self {
        let parts = chunks::map(data.rows(), |range| {
            range
                .map(|row| two(data, &medoids, row))
                .collect::<Vec<_>>()
        });
        let mut is_medoid = vec![false; data.rows()];
        for &medoid in &medoids {
            is_medoid[medoid] = true;
        }
        let mut state = Self {
            known: parts.into_iter().flatten().collect(),
            is_medoid,
            removal: Vec::new(),
            loss: 0.0,
            medoids,
        };
        state.sum_up();
        state
    }

    /// The first of the rows that lowers the loss in the place of a medoid, and that place.
    fn first_gain(
        &self,
        data: &impl Dissimilarities,
        rows: std::ops::Range<usize>,
    ) -> Option<(usize, usize)> {
        let helps = |row: usize, buffer: &mut Vec<f64>| {
            if self.is_medoid[row] {
                return None;
            }
            let (place, change) = self.best_swap(data, row, buffer);
            (change < -GAIN_MIN * self.loss).then_some((row, place))
        };
        if rows.len() == 1 {
            return helps(rows.start, &mut Vec::new());
        }
        let found: Vec<Option<(usize, usize)>> = rows
            .into_par_iter()
            .map_init(Vec::new, |buffer, row| helps(row, buffer))
            .collect();
        found.into_iter().flatten().next()
    }

    /// Which medoid the row had best take the place of (the lowest place of equals), and by how much that
    /// changes the loss (section 3.1 there: what all medoids share is summed once).
    fn best_swap(&self, data: &impl Dissimilarities, row: usize, buffer: &mut Vec<f64>) -> Swap {
        buffer.resize(data.rows(), 0.0);
        data.fill(row, buffer);
        let mut changes = self.removal.clone();
        let mut shared = 0.0;
        for (known, &apart) in self.known.iter().zip(buffer.iter()) {
            if apart < known.to_first {
                shared += apart - known.to_first;
                changes[known.first as usize] += known.to_first - known.to_second;
            } else if apart < known.to_second {
                changes[known.first as usize] += apart - known.to_second;
            }
        }
        let mut best = (0, f64::INFINITY);
        for (place, &change) in changes.iter().enumerate() {
            if change < best.1 {
                best = (place, change);
            }
        }
        (best.0, best.1 + shared)
    }

    /// Puts the row in the place of a medoid.
    fn swap(&mut self, data: &impl Dissimilarities, place: usize, row: usize) {
        self.is_medoid[self.medoids[place]] = false;
        self.is_medoid[row] = true;
        self.medoids[place] = row;
        let mut apart = vec![0.0; data.rows()];
        data.fill(row, &mut apart);
        let (medoids, step) = (&self.medoids, chunks::rows_per_chunk(data.rows()));
        let parts = self.known.par_chunks_mut(step).zip(apart.par_chunks(step));
        parts.enumerate().for_each(|(chunk, (known, apart))| {
            for (index, (known, &apart)) in known.iter_mut().zip(apart).enumerate() {
                let searched = || two(data, medoids, chunk * step + index);
                *known = known.after_swap(place as u32, apart, searched);
            }
        });
        self.sum_up();
    }

    /// The loss, and what it grows by without each medoid.
    fn sum_up(&mut self) {
        let known = &self.known;
        self.loss = chunks::sum(known.len(), |range| {
            known[range].iter().map(|known| known.to_first).sum()
        });
        let mut removal = vec![0.0; self.medoids.len()];
        for known in known {
            removal[known.first as usize] += known.to_second - known.to_first;
        }
        self.removal = removal;
    }
}

impl Two {
    /// The two nearest after the medoid at `place` became a row `apart` from this one. `searched` looks at
    /// all medoids, which is needed only where one of the two is gone and the new one is no nearer.
    fn after_swap(self, place: u32, apart: f64, searched: impl Fn() -> Self) -> Self {
        let (is_first, is_second) = (self.first == place, self.second == place);
        if is_first && apart < self.to_second {
            return Self {
                to_first: apart,
                ..self
            };
        }
        if is_first || is_second && apart > self.to_second {
            return searched();
        }
        if apart < self.to_first {
            return Self {
                first: place,
                to_first: apart,
                second: self.first,
                to_second: self.to_first,
            };
        }
        if apart < self.to_second || is_second {
            return Self {
                second: place,
                to_second: apart,
                ..self
            };
        }
        self
    }
}

/// The two medoids nearest to a row; ties go to the lower place.
fn two(data: &impl Dissimilarities, medoids: &[usize], row: usize) -> Two {
    let mut two = Two {
        first: 0,
        second: 0,
        to_first: f64::INFINITY,
        to_second: f64::INFINITY,
    };
    for (place, &medoid) in medoids.iter().enumerate() {
        let apart = data.between(medoid, row);
        if apart < two.to_first {
            (two.second, two.to_second) = (two.first, two.to_first);
            (two.first, two.to_first) = (place as u32, apart);
        } else if apart < two.to_second {
            (two.second, two.to_second) = (place as u32, apart);
        }
    }
    two
}
