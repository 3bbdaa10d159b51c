//! One pass over some rows: whose nearest center may have changed, and what it is now.
//!
//! Rows whose bounds leave a doubt are taken eight at a time, rows of one center together, and compared with that
//! center and its nearest neighbours, until the next neighbour is too far away to be nearest. The few that see
//! further are compared with all centers. Distances are in `f32` with a proven bound on their error; where that
//! leaves two centers possible, `f64` decides. So labels are those of a search in `f64`. What is kept between rounds
//! belongs to the bounds; the innermost loops have their own file.

mod doubt;
mod search;

use numeric::{
    MatrixView, Real,
    distance::PackedRows,
    lanes::{Eight, LANES, Lanes, Work},
};

pub(super) use self::doubt::Moves;
use self::search::Found;
use super::{
    frame::Frame,
    nearest::TwoNearest,
    tiles::{Centers, LIST_TILES},
};

/// Bytes of data that are worked on before the next are touched: more bring more rows of one center together, fewer
/// stay in a near cache.
const CHUNK_BYTES: usize = 1 << 18;
/// Half the distance between 1 and the next `f32`.
const U: f32 = f32::EPSILON / 2.0;
/// Widens a number by more than a few operations in `f32` can err.
const WIDER: f32 = 1.0 + 8.0 * U;
/// Narrows a number by more than a few operations in `f32` can err.
const NARROWER: f32 = 1.0 - 8.0 * U;
/// Covers squares too small for `f32`.
const TINY: f32 = 1e-30;

/// The first places, at most eight, filled up with the last of them; and how many they are.
#[inline(always)]
fn eight(places: &[u32]) -> ([u32; LANES], usize) {
    let count = LANES.min(places.len());
    let mut eight = [places[count - 1]; LANES];
    eight[..count].copy_from_slice(&places[..count]);
    (eight, count)
}

/// What all parts of a round read.
pub(super) struct Round<'a, T> {
    pub data: MatrixView<'a, T>,
    /// What each row counts; 1 where there are none.
    pub weights: Option<&'a [f64]>,
    pub frame: &'a Frame<T>,
    pub centers: Centers,
    /// The centers in `f64`.
    pub exact: PackedRows,
    /// By center; empty in the first round.
    pub moves: Vec<Moves>,
    /// Nothing is known yet.
    pub fresh: bool,
}

/// The rows of one part, and what is known of them.
pub(super) struct Rows<'r> {
    pub first: usize,
    pub labels: &'r mut [u32],
    /// Upper bounds on the distance to the own center.
    pub uppers: &'r mut [f32],
    /// Lower bounds on the distance to every other center.
    pub lowers: &'r mut [f32],
}

/// What one part changed.
#[derive(Debug)]
pub(super) struct Change {
    /// By center: rows that came less rows that went.
    pub sums: Vec<f64>,
    pub sizes: Vec<i64>,
    /// By center: weight that came less weight that went.
    pub masses: Vec<f64>,
    /// Labels that changed.
    pub rows: usize,
}

/// One part's work.
pub(super) struct Sweep<'r, 'd, T> {
    round: &'r Round<'d, T>,
    rows: Rows<'r>,
    change: Change,
    work: &'r mut Scratch,
}

/// Room that a part works in; what is left in it from another part is never read.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// Rows whose bounds leave a doubt; what follows names them by their place here.
    open: Vec<u32>,
    /// The values of the open rows, padded to whole eights.
    values: Vec<Eight>,
    /// For each open row where it belongs among `sorted`; [`CLOSED`] where its own distance took the doubt away.
    keys: Vec<u32>,
    /// Open rows, those of one center together, and of these first those that see the fewest neighbours.
    sorted: Vec<u32>,
    /// For each open row a lower bound on its distance to its own center, and one on the distances to all others that
    /// are not among those that moved furthest.
    owns: Vec<f32>,
    floors: Vec<f32>,
    /// Where the rows of each key end in `sorted`.
    ends: Vec<u32>,
    /// Open rows to be compared with all centers.
    far: Vec<u32>,
    /// Column by column, the eight rows at hand.
    columns: Vec<Eight>,
}

/// The key of no row.
const CLOSED: u32 = u32::MAX;
/// Keys of a center's rows: how many tiles of its list they see fully, to all; the rows of the last see further.
const KEYS: usize = LIST_TILES + 1;

impl<T: Real> Work for Sweep<'_, '_, T> {
    type Output = Change;

    #[inline(always)]
    fn run<L: Lanes>(mut self, lanes: L) -> Change {
        let row_bytes = self.round.frame.blocks * size_of::<Eight>();
        let step = (CHUNK_BYTES / row_bytes).clamp(64, 16_384);
        let rows = self.rows.labels.len();
        let mut from = 0;
        while from < rows {
            let to = rows.min(from + step);
            if self.round.fresh {
                self.work.open.clear();
                self.work.open.extend(from as u32..to as u32);
                self.bring(lanes);
                self.work.far.extend(0..(to - from) as u32);
            } else {
                self.screen(from, to);
                self.bring(lanes);
                self.tighten(lanes);
                self.sort();
                self.settle_near(lanes);
                self.settle_movers(lanes);
            }
            self.settle_far(lanes);
            from = to;
        }
        self.change
    }
}

impl<'r, 'd, T: Real> Sweep<'r, 'd, T> {
    pub fn new(round: &'r Round<'d, T>, rows: Rows<'r>, work: &'r mut Scratch) -> Self {
        let centers = round.exact.len();
        work.ends.resize(centers * KEYS + 1, 0);
        work.columns
            .resize(round.frame.blocks * LANES, Eight::default());
        Self {
            round,
            rows,
            change: Change {
                sums: vec![0.0; centers * round.frame.cols],
                sizes: vec![0; centers],
                masses: vec![0.0; centers],
                rows: 0,
            },
            work,
        }
    }

    /// Brings the open rows of one key together, in order of keys.
    #[inline(always)]
    fn sort(&mut self) {
        let mut total = 0;
        for end in &mut self.work.ends {
            total += std::mem::replace(end, total);
        }
        self.work.sorted.resize(total as usize, 0);
        for (place, &key) in (0u32..).zip(&self.work.keys) {
            if key != CLOSED {
                let at = &mut self.work.ends[key as usize];
                self.work.sorted[*at as usize] = place;
                *at += 1;
            }
        }
    }

    /// Compares the sorted rows with the neighbours of their centers; leaves in `far` those that see further.
    #[inline(always)]
    fn settle_near<L: Lanes>(&mut self, lanes: L) {
        let mut at = 0;
        for label in 0..self.round.exact.len() {
            let ends = &self.work.ends[label * KEYS..(label + 1) * KEYS];
            let (near, all) = (ends[LIST_TILES - 1] as usize, ends[LIST_TILES] as usize);
            while at < near {
                let (places, count) = eight(&self.work.sorted[at..near]);
                let (found, far) = self.search_near(lanes, label, &places);
                for (lane, &place) in places.iter().enumerate().take(count) {
                    if far >> lane & 1 == 1 {
                        self.work.far.push(place);
                    } else {
                        self.keep(place, &found, lane);
                    }
                }
                at += count;
            }
            self.work.far.extend_from_slice(&self.work.sorted[at..all]);
            at = all;
        }
    }

    /// Compares the rows that only a center among those that moved furthest can have won with these.
    #[inline(always)]
    fn settle_movers<L: Lanes>(&mut self, lanes: L) {
        let [.., before, end] = self.work.ends[..] else {
            return;
        };
        let mut at = before as usize;
        while at < end as usize {
            let (places, count) = eight(&self.work.sorted[at..]);
            let found = self.search_movers(lanes, &places);
            for (lane, &place) in places.iter().enumerate().take(count) {
                self.keep(place, &found, lane);
            }
            at += count;
        }
    }

    /// Compares the far rows with all centers.
    #[inline(always)]
    fn settle_far<L: Lanes>(&mut self, lanes: L) {
        let far = std::mem::take(&mut self.work.far);
        let mut at = 0;
        while at < far.len() {
            let (places, count) = eight(&far[at..]);
            let found = self.search_all(lanes, &places);
            for (lane, &place) in places.iter().enumerate().take(count) {
                self.keep(place, &found, lane);
            }
            at += count;
        }
        self.work.far = far;
        self.work.far.clear();
    }

    /// Keeps what was found of an open row.
    #[inline(always)]
    fn keep(&mut self, place: u32, found: &Found, lane: usize) {
        let row = self.work.open[place as usize] as usize;
        let (mut label, mut upper) = (found.id[lane].to_bits(), found.upper[lane]);
        let mut lower = found.lower[lane];
        if found.unsure >> lane & 1 == 1 {
            (label, upper, lower) = self.decide(row);
        }
        self.rows.uppers[row] = upper;
        self.rows.lowers[row] = lower;
        if self.round.fresh || label != self.rows.labels[row] {
            self.relabel(row, label);
        }
    }

    /// Decides a near tie in `f64` over all centers: the nearest, and bounds on the distances to it and to all
    /// others.
    #[cold]
    #[inline(never)]
    fn decide(&self, row: usize) -> (u32, f32, f32) {
        let round = self.round;
        let values = round.data.row(self.rows.first + row);
        let values: Vec<f64> = values.iter().map(|value| value.to_f64()).collect();
        let mut squared = vec![0.0; round.exact.len()];
        round.exact.squared_distances(&values, &mut squared);
        let two = TwoNearest::of(&squared);
        let length = |squared: f64, share: f64| (squared.sqrt() * round.frame.scale * share) as f32;
        let upper = length(two.first_squared, 1.0 + 1e-6) + f32::MIN_POSITIVE;
        (
            two.first as u32,
            upper,
            length(two.second_squared, 1.0 - 1e-6),
        )
    }

    /// Moves a row to another center, or in the first round to its first.
    #[inline(always)]
    fn relabel(&mut self, row: usize, label: u32) {
        let weights = self.round.weights;
        let weight = weights.map_or(1.0, |weights| weights[self.rows.first + row]);
        if !self.round.fresh {
            let old = self.rows.labels[row] as usize;
            self.change.sizes[old] -= 1;
            self.carry(row, old, -weight);
        }
        self.change.sizes[label as usize] += 1;
        self.carry(row, label as usize, weight);
        self.change.rows += 1;
        self.rows.labels[row] = label;
    }

    /// Adds a row to what a center gained.
    #[inline(always)]
    fn carry(&mut self, row: usize, id: usize, weight: f64) {
        let cols = self.round.frame.cols;
        self.change.masses[id] += weight;
        let sums = &mut self.change.sums[id * cols..(id + 1) * cols];
        let values = self.round.data.row(self.rows.first + row);
        for (sum, value) in sums.iter_mut().zip(values) {
            *sum += weight * value.to_f64();
        }
    }
}
