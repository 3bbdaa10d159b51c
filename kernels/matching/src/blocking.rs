//! Which pairs of rows are worth a comparison: those that agree in a key of some pass. Holds no meaning of keys.

use crate::Error;
use crate::error::require;
use numeric::random::Random;
use rayon::prelude::*;

/// The key of a row that takes no part in a pass.
pub const NONE: u64 = 0;

/// Pairs drawn by one stream of random numbers.
const DRAWN_AT_ONCE: usize = 4096;

/// One way to cut rows into blocks.
#[derive(Debug, Clone, Copy)]
pub struct Pass<'a> {
    /// Per row its key, or [`NONE`].
    pub keys: &'a [u64],
    /// Per row a second key, by which blocks that are too large are cut again; [`NONE`] leaves the row out there.
    pub finer: &'a [u64],
}

/// A block that stayed too large after it was cut again, and whose pairs are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skipped {
    /// Number of the pass, counted from 0.
    pub pass: usize,
    /// A row of the block.
    pub row: u32,
    /// Rows in it.
    pub rows: usize,
}

/// The pairs of all passes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidates {
    /// Pairs (a, b), a < b, each once, in order.
    pub pairs: Vec<(u32, u32)>,
    /// Blocks left out, by pass.
    pub skipped: Vec<Skipped>,
}

/// Pairs of rows that share a block of at most `size_max` rows in some pass. Time and memory grow with rows ×
/// passes × `size_max` at most.
///
/// # Errors
/// [`Error::Parameter`] unless `size_max` is 2 or more and rows are below 2³²; [`Error::Mismatch`] where a pass has
/// not one key for each row.
pub fn candidates(passes: &[Pass<'_>], rows: usize, size_max: usize) -> Result<Candidates, Error> {
    require(size_max >= 2, "size_max", size_max, "2 or more")?;
    require(u32::try_from(rows).is_ok(), "rows", rows, "fewer than 2^32")?;
    let mut codes: Vec<u64> = Vec::new();
    let mut skipped = Vec::new();
    for (number, pass) in passes.iter().enumerate() {
        for (field, keys) in [("keys", pass.keys), ("finer", pass.finer)] {
            if keys.len() != rows {
                let (found, expected) = (keys.len(), rows);
                return Err(Error::Mismatch {
                    field,
                    unit: "rows",
                    found,
                    expected,
                });
            }
        }
        let mut keyed: Vec<(u64, u32)> = (0..rows as u32)
            .map(|row| (pass.keys[row as usize], row))
            .filter(|(key, _)| *key != NONE)
            .collect();
        keyed.par_sort_unstable();
        for block in keyed.chunk_by(|a, b| a.0 == b.0) {
            if block.len() <= size_max {
                pairs_of(block, &mut codes);
                continue;
            }
            let finer = |row: u32| pass.finer[row as usize];
            let mut cut: Vec<(u64, u32)> = block
                .iter()
                .map(|&(_, row)| (finer(row), row))
                .filter(|(key, _)| *key != NONE)
                .collect();
            cut.sort_unstable();
            let is_left_out = cut.len() < block.len();
            let mut unseen = usize::from(is_left_out) * block.len();
            for part in cut.chunk_by(|a, b| a.0 == b.0) {
                match part.len() <= size_max {
                    true => pairs_of(part, &mut codes),
                    false => unseen = block.len(),
                }
            }
            if unseen > 0 {
                let row = block[0].1;
                skipped.push(Skipped {
                    pass: number,
                    row,
                    rows: unseen,
                });
            }
        }
        // Passes find the same pairs: what is known already need not be held twice.
        codes.par_sort_unstable();
        codes.dedup();
    }
    let pairs = codes
        .into_par_iter()
        .map(|code| ((code >> 32) as u32, code as u32));
    Ok(Candidates {
        pairs: pairs.collect(),
        skipped,
    })
}

/// All pairs of a block, whose rows come in order.
fn pairs_of(block: &[(u64, u32)], codes: &mut Vec<u64>) {
    for (place, &(_, a)) in block.iter().enumerate() {
        codes.extend(
            block[place + 1..]
                .iter()
                .map(|&(_, b)| u64::from(a) << 32 | u64::from(b)),
        );
    }
}

/// `count` pairs (a, b), a < b, each drawn alike among all pairs of rows; every pair once where there are no more
/// than `count`. None where there are fewer than two rows.
pub fn random_pairs(rows: usize, count: usize, seed: u64) -> Vec<(u32, u32)> {
    let all = rows.saturating_mul(rows.saturating_sub(1)) / 2;
    if all <= count {
        return (0..rows as u32)
            .flat_map(|a| (a + 1..rows as u32).map(move |b| (a, b)))
            .collect();
    }
    let draw = |part: usize| {
        let mut random = Random::stream(seed, part as u64);
        let size = DRAWN_AT_ONCE.min(count - part * DRAWN_AT_ONCE);
        let pair = move |_| {
            let (a, b) = (random.below(rows) as u32, random.below(rows - 1) as u32);
            // The second is drawn among the others, so that the two always differ.
            let b = b + u32::from(b >= a);
            (a.min(b), a.max(b))
        };
        (0..size).map(pair).collect::<Vec<_>>()
    };
    let parts = 0..count.div_ceil(DRAWN_AT_ONCE);
    parts.into_par_iter().flat_map_iter(draw).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn pairs_come_once_and_large_blocks_are_cut_or_told() {
        let keys = [[1, 1, 2, 2, 2, 0], [7, 7, 0, 0, 0, 0]];
        let finer = [[0, 0, 1, 1, 2, 0], [0; 6]];
        let passes = [0, 1].map(|n| Pass {
            keys: &keys[n],
            finer: &finer[n],
        });
        let all = candidates(&passes, 6, 3).unwrap();
        assert_eq!(all.pairs, [(0, 1), (2, 3), (2, 4), (3, 4)]);
        assert!(all.skipped.is_empty());
        let cut = candidates(&passes, 6, 2).unwrap();
        assert_eq!(cut.pairs, [(0, 1), (2, 3)]);
        assert!(
            cut.skipped.is_empty(),
            "each row was in a small part: {:?}",
            cut.skipped
        );
        let none = [0; 6];
        let passes = [Pass {
            keys: &keys[0],
            finer: &none,
        }];
        let told = candidates(&passes, 6, 2).unwrap().skipped;
        assert_eq!(
            told,
            [Skipped {
                pass: 0,
                row: 2,
                rows: 3
            }]
        );
        assert!(candidates(&passes, 5, 2).is_err());
        assert!(candidates(&passes, 6, 1).is_err());
    }

    #[test]
    fn drawn_pairs_are_pairs_and_the_same_on_any_threads() {
        assert_eq!(random_pairs(3, 9, 1), [(0, 1), (0, 2), (1, 2)]);
        assert!(random_pairs(1, 9, 1).is_empty());
        let drawn = random_pairs(200, 10_000, 4);
        assert_eq!(drawn.len(), 10_000);
        assert!(drawn.iter().all(|(a, b)| a < b && *b < 200));
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .build()
            .unwrap();
        assert_eq!(pool.install(|| random_pairs(200, 10_000, 4)), drawn);
        // Every row is in 100 of 10,000 pairs on average; 5 standard deviations are 50.
        let mut seen = [0; 200];
        drawn
            .iter()
            .for_each(|&(a, b)| [a, b].iter().for_each(|&row| seen[row as usize] += 1));
        assert!(seen.iter().all(|count| (50..=150).contains(count)));
    }
}
