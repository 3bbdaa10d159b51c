//! Data set apart to check on: a share of each row, drawn or the latest.
//!
//! Holds splits alone. A row keeps at least one entry to learn from.

use numeric::random::Random;

use crate::{
    Error,
    error::{require, require_size},
    sparse::Sparse,
};

/// What is learned from, and what is held out; both of the shape of the whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    /// To learn from.
    pub train: Sparse,
    /// To find.
    pub held_out: Sparse,
}

/// Holds out a share of each row, drawn at random: `share` times its entries, rounded down, at least one of rows
/// with two or more. `share` is above 0 and below 1. Rows are drawn from streams of their own.
///
/// # Errors
/// [`Error::Parameter`] for the share.
pub fn at_random(of: &Sparse, share: f64, seed: u64) -> Result<Split, Error> {
    check(share)?;
    Ok(split(of, |row, size| {
        let mut held = vec![false; size];
        for place in Random::stream(seed, row as u64).sample(size, count(size, share)) {
            held[place] = true;
        }
        held
    }))
}

/// Holds out the latest share of each row; `times` has one per entry, in the order of the entries, in any unit. Of
/// equal times the higher columns are held out.
///
/// # Errors
/// [`Error::Parameter`] for the share, [`Error::Mismatch`] for the times.
pub fn latest(of: &Sparse, times: &[i64], share: f64) -> Result<Split, Error> {
    check(share)?;
    require_size("times", times.len(), of.len())?;
    let mut first = 0;
    Ok(split(of, |_, size| {
        let times = &times[first..first + size];
        first += size;
        let mut order: Vec<usize> = (0..size).collect();
        order.sort_by_key(|&place| times[place]);
        let mut held = vec![false; size];
        for &place in &order[size - count(size, share)..] {
            held[place] = true;
        }
        held
    }))
}

fn check(share: f64) -> Result<(), Error> {
    let holds = share > 0.0 && share < 1.0;
    require(holds, "share", share, "a number above 0 and below 1")
}

/// Entries held out of a row.
fn count(size: usize, share: f64) -> usize {
    let least = usize::from(size > 1);
    ((size as f64 * share) as usize)
        .max(least)
        .min(size.saturating_sub(1))
}

fn split(of: &Sparse, mut held: impl FnMut(usize, usize) -> Vec<bool>) -> Split {
    let (mut train, mut out) = (Vec::new(), Vec::new());
    for place in 0..of.rows() {
        let row = of.row(place);
        let pairs = row.items.iter().copied().zip(row.weights.iter().copied());
        let marked = pairs.zip(held(place, row.len()));
        let (there, here): (Vec<_>, Vec<_>) = marked.partition(|pair| pair.1);
        train.push(here.into_iter().map(|pair| pair.0).collect());
        out.push(there.into_iter().map(|pair| pair.0).collect());
    }
    Split {
        train: Sparse::from_sorted_rows(of.cols(), train),
        held_out: Sparse::from_sorted_rows(of.cols(), out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> Sparse {
        Sparse::from_lists(9, &[(0..9).collect(), vec![3], vec![], vec![1, 2]]).expect("legal")
    }

    #[test]
    fn shares_are_drawn_and_nothing_is_lost() {
        let split = at_random(&whole(), 0.4, 5).expect("legal");
        let sizes = |of: &Sparse| (0..4).map(|row| of.row(row).len()).collect::<Vec<_>>();
        assert_eq!(sizes(&split.train), [6, 1, 0, 1]);
        assert_eq!(sizes(&split.held_out), [3, 0, 0, 1]);
        let mut all = [split.train.row(0).items, split.held_out.row(0).items].concat();
        all.sort_unstable();
        assert_eq!(all, (0..9).collect::<Vec<_>>());
        assert_ne!(at_random(&whole(), 0.4, 6).expect("legal"), split);
        assert!(at_random(&whole(), 1.0, 5).is_err());
    }

    #[test]
    fn the_latest_are_held_out() {
        let times = [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 4, 4];
        let split = latest(&whole(), &times, 0.25).expect("legal");
        assert_eq!(split.held_out.row(0).items, [0, 1]);
        assert_eq!(split.held_out.row(3).items, [2]);
        assert!(latest(&whole(), &times[1..], 0.25).is_err());
    }
}
