//! What is learned of each column before distances are taken: its categories, its middle, and the factor
//! that makes its average contribution equal its weight.
//!
//! Holds the averages over pairs. Keeps no row.

use numeric::chunks;
use rayon::prelude::*;

use super::column::{Column, MISSING};

/// A spread below this share of what it is taken from is what rounding leaves of none.
const ROUNDING: f64 = 1e-12;

/// One feature with its place in the table.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Feature {
    /// The weight where the feature has spread, otherwise 0: a feature without spread never contributes.
    pub weight: f64,
    /// The weight over the mean dissimilarity of all pairs of rows that know the feature.
    pub scale: f64,
    /// Its first number, its column of codes or its column of sets in the table.
    pub place: usize,
    pub kind: Kind,
}

/// What the feature's values are.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// Weight 0: never looked at.
    Dropped,
    Number {
        middle: f64,
    },
    Shares {
        middles: Vec<f64>,
        zero: f64,
    },
    Category(Dictionary),
    Set(Dictionary),
}

/// Codes to slots. The slot after the last code is that of codes seen later, the one after that (sets
/// only) of the empty set.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Dictionary {
    pub first: u32,
    pub codes: Vec<u32>,
}

impl Dictionary {
    fn of(mut codes: Vec<u32>, first: u32) -> Self {
        codes.sort_unstable();
        codes.dedup();
        codes.pop_if(|last| *last == MISSING);
        Self { first, codes }
    }

    pub fn slot(&self, code: u32) -> u32 {
        let place = self.codes.binary_search(&code);
        self.first + place.unwrap_or(self.codes.len()) as u32
    }

    pub fn empty_slot(&self) -> u32 {
        self.first + self.codes.len() as u32 + 1
    }

    /// All its slots.
    pub fn slots(&self) -> std::ops::Range<usize> {
        self.first as usize..self.first as usize + self.codes.len() + 2
    }
}

/// How many numbers, columns of codes, columns of sets and slots the table has so far. Slot 0 is that of
/// every code not known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Extent {
    pub numbers: usize,
    pub categories: usize,
    pub sets: usize,
    pub slots: usize,
}

/// Learns the feature and makes room for it.
pub(super) fn learn(column: &Column<'_>, weight: f64, extent: &mut Extent) -> Feature {
    let (kind, place, mean) = match *column {
        _ if weight == 0.0 => (Kind::Dropped, 0, 0.0),
        Column::Number(values) => {
            let (middle, mean) = number_pairs(values.len(), |row| values[row]);
            extent.numbers += 1;
            (Kind::Number { middle }, extent.numbers - 1, mean)
        }
        Column::Shares {
            values,
            parts,
            zero,
        } => {
            let (middles, mean) = share_pairs(values, parts, zero);
            extent.numbers += parts;
            (Kind::Shares { middles, zero }, extent.numbers - parts, mean)
        }
        Column::Category(codes) => {
            let dictionary = Dictionary::of(codes.to_vec(), extent.slots as u32);
            let mean = category_pairs(codes, &dictionary);
            extent.slots = dictionary.slots().end;
            extent.categories += 1;
            (Kind::Category(dictionary), extent.categories - 1, mean)
        }
        Column::Set { offsets, labels } => {
            let dictionary = Dictionary::of(labels.to_vec(), extent.slots as u32);
            let mean = set_pairs(offsets, labels, &dictionary);
            extent.slots = dictionary.slots().end;
            extent.sets += 1;
            (Kind::Set(dictionary), extent.sets - 1, mean)
        }
    };
    // Below the least normal number the quotient might not be finite.
    let (weight, scale) = match mean >= f64::MIN_POSITIVE {
        true => (weight, weight / mean),
        false => (0.0, 0.0),
    };
    Feature {
        weight,
        scale,
        place,
        kind,
    }
}

/// Mean of the known values and mean of `(a - b)²` over pairs of them, which is twice their variance.
fn number_pairs(rows: usize, value: impl Fn(usize) -> f64 + Sync) -> (f64, f64) {
    let known = |range: std::ops::Range<usize>| range.map(&value).filter(|value| !value.is_nan());
    let extremes = chunks::map(rows, |range| {
        known(range).fold(
            (0usize, f64::INFINITY, f64::NEG_INFINITY),
            |(n, low, high), value| (n + 1, value.min(low), value.max(high)),
        )
    });
    let (count, low, high) = extremes
        .into_iter()
        .fold((0, f64::INFINITY, f64::NEG_INFINITY), |a, b| {
            (a.0 + b.0, a.1.min(b.1), a.2.max(b.2))
        });
    // Asked of the values themselves: a mean that is rounded would give a constant a spread.
    if count < 2 || low == high {
        return (if count == 0 { 0.0 } else { low }, 0.0);
    }
    let mean = chunks::sum(rows, |range| known(range).sum()) / count as f64;
    let squares = chunks::sum(rows, |range| {
        known(range)
            .map(|value| (value - mean) * (value - mean))
            .sum()
    });
    (mean, 2.0 * squares / (count - 1) as f64)
}

/// As `number_pairs`, summed over the centred log-ratios of the shares.
fn share_pairs(values: &[f64], parts: usize, zero: f64) -> (Vec<f64>, f64) {
    let rows = values.len() / parts;
    let mut ratios = vec![0.0; values.len()];
    let rows_of_both = ratios
        .par_chunks_exact_mut(parts)
        .zip(values.par_chunks_exact(parts));
    rows_of_both.for_each(|(ratios, shares)| log_ratios(shares, zero, ratios));
    let (mut middles, mut total) = (Vec::with_capacity(parts), 0.0);
    for part in 0..parts {
        let (middle, mean) = number_pairs(rows, |row| ratios[row * parts + part]);
        middles.push(middle);
        total += if mean > (ROUNDING * middle).powi(2) {
            mean
        } else {
            0.0
        };
    }
    (middles, total)
}

/// Centred log-ratios of one row: `ln x_j` less the mean of the logarithms (J. Aitchison, "The Statistical
/// Analysis of Compositional Data", 1986, section 4.6). Zeros are replaced by `zero` and the other shares
/// shrunk by what that takes, which keeps their ratios (J. A. Martín-Fernández and others, "Dealing with
/// Zeros and Missing Values in Compositional Data Sets", Math. Geology 35, 2003, formula 5). All NaN where
/// a share is NaN.
pub(super) fn log_ratios(shares: &[f64], zero: f64, out: &mut [f64]) {
    let sum: f64 = shares.iter().sum();
    let zeros = shares.iter().filter(|&&share| share == 0.0).count();
    let rest = 1.0 - zeros as f64 * zero;
    for (out, &share) in out.iter_mut().zip(shares) {
        *out = match share == 0.0 {
            true => zero.ln(),
            false => (share / sum * rest).ln(),
        };
    }
    let mean = out.iter().sum::<f64>() / out.len() as f64;
    for out in out {
        *out -= mean;
    }
}

/// Share of pairs of known rows that differ in category: `(n² - Σ n_c²) / (n (n - 1))`.
fn category_pairs(codes: &[u32], dictionary: &Dictionary) -> f64 {
    let mut counts = vec![0usize; dictionary.codes.len()];
    for &code in codes.iter().filter(|&&code| code != MISSING) {
        counts[(dictionary.slot(code) - dictionary.first) as usize] += 1;
    }
    let known = counts.iter().sum::<usize>() as f64;
    let same: f64 = counts.iter().map(|&count| (count as f64).powi(2)).sum();
    pairs_apart(known, same)
}

/// Mean of `1 - |A ∩ B| / √(|A| |B|)` over pairs of known rows. With `u` the indicator of a set over its
/// length, that is `1 - u_a · u_b`, so the mean is `(n² - |Σ u|²) / (n (n - 1))`.
fn set_pairs(offsets: &[usize], labels: &[u32], dictionary: &Dictionary) -> f64 {
    let slots = dictionary.slots();
    let mut sums = vec![0.0f64; slots.len()];
    let mut known = 0usize;
    let mut set = Vec::new();
    for ends in offsets.windows(2) {
        set_slots(&labels[ends[0]..ends[1]], dictionary, &mut set);
        known += usize::from(!set.is_empty());
        for &slot in &set {
            sums[slot as usize - slots.start] += share_of_set(set.len());
        }
    }
    let same: f64 = sums.iter().map(|sum| sum * sum).sum();
    pairs_apart(known as f64, same)
}

fn pairs_apart(known: f64, same: f64) -> f64 {
    let apart = known * known - same;
    if known < 2.0 || apart <= ROUNDING * known * known {
        return 0.0;
    }
    apart / (known * (known - 1.0))
}

/// What each label of a set of this size weighs, so that the set has length 1.
pub(super) fn share_of_set(size: usize) -> f64 {
    1.0 / (size as f64).sqrt()
}

/// The slots of one set, ascending, each once; none where the set is not known.
pub(super) fn set_slots(labels: &[u32], dictionary: &Dictionary, out: &mut Vec<u32>) {
    out.clear();
    if labels.is_empty() {
        out.push(dictionary.empty_slot());
    }
    let known = labels.iter().filter(|&&label| label != MISSING);
    out.extend(known.map(|&label| dictionary.slot(label)));
    out.sort_unstable();
    out.dedup();
}
