//! One pass over some rows: whose nearest center may have changed, and what it is now.
//!
//! Rows whose bounds leave a doubt get the exact distance to their own center; those still in doubt are taken eight
//! at a time, rows of one center together, and compared with the open groups of centers, eight centers to eight rows.
//! Distances are in `f32` with a proven bound on their error; where that leaves two centers possible, `f64` decides.
//! So labels are those of a search in `f64`. What is kept between rounds belongs to the bounds.

mod compare;

use numeric::{
    MatrixView, Real,
    distance::PackedRows,
    lanes::{Eight, LANES, Lanes, Work},
};

use super::{
    frame::Frame,
    nearest::TwoNearest,
    tiles::{Order, Tiles},
};

/// Bytes of data that are worked on before the next are touched: more bring more rows of one center together, fewer
/// stay in a near cache.
const CHUNK_BYTES: usize = 1 << 20;
/// Screened rows that are asked for ahead of their turn.
const AHEAD: usize = 16;
/// Half the distance between 1 and the next `f32`.
const U: f32 = f32::EPSILON / 2.0;
/// Widens a number by more than a few operations in `f32` can err.
const WIDER: f32 = 1.0 + 8.0 * U;
/// Covers squares too small for `f32`.
const TINY: f32 = 1e-30;

/// What all parts of a round read.
pub(super) struct Round<'a, T> {
    pub data: MatrixView<'a, T>,
    /// What each row counts; 1 where there are none.
    pub weights: Option<&'a [f64]>,
    pub frame: &'a Frame<T>,
    pub order: &'a Order,
    pub tiles: Tiles,
    /// The centers by id, in `f64`.
    pub exact: PackedRows,
    /// For each position, per group half the distance to its nearest other center.
    pub halves: Vec<[u8; 8]>,
    /// Units to take off the lower bounds of each group for good, if any.
    pub settled: Option<Vec<[u8; 8]>>,
    /// Units to take off the lower bounds of each group when they are read.
    pub drift: Vec<[u8; 8]>,
    /// Units to add to a new lower bound of each group before it is rounded down.
    pub offsets: Vec<f32>,
    /// For each position, how far its center moved in all, rounded down and up.
    pub totals: Vec<[f32; 2]>,
    pub per_unit: f32,
    /// Eights of groups.
    pub words: usize,
    /// Nothing is known yet.
    pub fresh: bool,
}

/// The rows of one part, and what is known of them.
pub(super) struct Rows<'r> {
    pub first: usize,
    pub labels: &'r mut [u32],
    pub uppers: &'r mut [f32],
    pub bytes: &'r mut [[u8; 8]],
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

/// A row in doubt.
#[derive(Debug, Clone, Copy, Default)]
struct Open {
    /// Place in the part.
    row: u32,
    position: u32,
    /// Bits of the groups that may hold its nearest center.
    groups: u32,
    /// Bounds on the distance to its own center.
    lower: f32,
    upper: f32,
}

/// One part's work.
pub(super) struct Sweep<'r, 'd, T> {
    round: &'r Round<'d, T>,
    rows: Rows<'r>,
    change: Change,
    screened: Vec<u32>,
    open: Vec<Open>,
    sorted: Vec<Open>,
    starts: Vec<u32>,
    /// Column by column, the eight rows at hand.
    columns: Vec<Eight>,
    /// For each group, new lower bounds of the eight rows at hand.
    lowers: Vec<[u8; LANES]>,
}

impl<T: Real> Work for Sweep<'_, '_, T> {
    type Output = Change;

    #[inline(always)]
    fn run<L: Lanes>(mut self, lanes: L) -> Change {
        let round = self.round;
        let row_bytes = round.frame.cols * size_of::<T>();
        let step = (CHUNK_BYTES / row_bytes).clamp(64, 8_192);
        let rows = self.rows.labels.len();
        let mut from = 0;
        while from < rows {
            let to = rows.min(from + step);
            self.sorted.clear();
            if round.fresh {
                let groups = u32::MAX >> (32 - round.order.groups);
                self.sorted.extend((from..to).map(|row| Open {
                    row: row as u32,
                    groups,
                    ..Open::default()
                }));
            } else {
                self.screen(lanes, from, to);
                self.tighten(lanes);
                self.sort();
            }
            let mut at = 0;
            while at < self.sorted.len() {
                let count = LANES.min(self.sorted.len() - at);
                // The last row fills up the eight.
                let eight = std::array::from_fn(|lane| self.sorted[at + lane.min(count - 1)]);
                self.settle(lanes, &eight, count);
                at += LANES;
            }
            from = to;
        }
        self.change
    }
}

impl<'r, 'd, T: Real> Sweep<'r, 'd, T> {
    pub fn new(round: &'r Round<'d, T>, rows: Rows<'r>) -> Self {
        let centers = round.exact.len();
        Self {
            round,
            rows,
            change: Change {
                sums: vec![0.0; centers * round.frame.cols],
                sizes: vec![0; centers],
                masses: vec![0.0; centers],
                rows: 0,
            },
            screened: Vec::new(),
            open: Vec::new(),
            sorted: Vec::new(),
            starts: vec![0; 2 * round.order.len() + 1],
            columns: vec![Eight::default(); round.frame.blocks * LANES],
            lowers: vec![[0; LANES]; round.words * 8],
        }
    }

    /// Upper bounds in units, rounded up with a hundredth to spare; 255 excludes nothing.
    #[inline(always)]
    fn units<L: Lanes>(&self, lanes: L, uppers: L::Floats) -> [u8; LANES] {
        let per_unit = lanes.splat(self.round.per_unit);
        lanes.to_bytes(lanes.mul_add(uppers, per_unit, lanes.splat(1.01)))
    }

    /// The groups that may hold a center nearer than so many units, as bits.
    #[inline(always)]
    fn groups<L: Lanes>(&self, lanes: L, bytes: &[[u8; 8]], position: u32, units: u8) -> u32 {
        let (round, words) = (self.round, self.round.words);
        let halves = &round.halves[position as usize * words..(position as usize + 1) * words];
        let mut groups = 0;
        let each = bytes.iter().zip(&round.drift).zip(halves);
        for (word, ((bytes, drift), halves)) in each.enumerate() {
            groups |= lanes.below(*bytes, *drift, *halves, units) << (8 * word);
        }
        groups & (u32::MAX >> (32 - round.order.groups))
    }

    /// Finds the rows from `from` to `to` that their bounds leave in doubt.
    #[inline(always)]
    fn screen<L: Lanes>(&mut self, lanes: L, from: usize, to: usize) {
        let words = self.round.words;
        if let Some(settled) = &self.round.settled {
            for bytes in self.rows.bytes[from * words..to * words].chunks_exact_mut(words) {
                for (bytes, drift) in bytes.iter_mut().zip(settled) {
                    *bytes = lanes.less_bytes(*bytes, *drift);
                }
            }
        }
        let mut screened = std::mem::take(&mut self.screened);
        screened.resize(to - from, 0);
        let mut count = 0;
        let labels = self.rows.labels[from..to].chunks(LANES);
        let uppers = self.rows.uppers[from..to].chunks(LANES);
        let bytes = self.rows.bytes[from * words..to * words].chunks(LANES * words);
        let mut row = from as u32;
        for ((labels, uppers), bytes) in labels.zip(uppers).zip(bytes) {
            let mut now = [0.0; LANES];
            for ((now, &upper), &position) in now.iter_mut().zip(uppers).zip(labels) {
                *now = upper + self.round.totals[position as usize][1];
            }
            let units = self.units(lanes, lanes.mul(lanes.load(&now), lanes.splat(WIDER)));
            let each = labels.iter().zip(bytes.chunks_exact(words)).zip(units);
            for ((&position, bytes), units) in each {
                let groups = self.groups(lanes, bytes, position, units);
                // Written always, kept where in doubt: a branch would be mispredicted.
                screened[count] = row;
                count += usize::from(groups != 0);
                row += 1;
            }
        }
        screened.truncate(count);
        self.screened = screened;
    }

    /// Takes the distance of each screened row to its own center; those still in doubt are open.
    #[inline(always)]
    fn tighten<L: Lanes>(&mut self, lanes: L) {
        self.open.clear();
        let mut at = 0;
        while at < self.screened.len() {
            let count = LANES.min(self.screened.len() - at);
            for &row in self.screened[at..].iter().skip(AHEAD).take(LANES) {
                lanes.prefetch(self.round.data.row(self.rows.first + row as usize));
            }
            let rows: [u32; LANES] =
                std::array::from_fn(|lane| self.screened[at + lane.min(count - 1)]);
            let (lower, upper) = self.own(lanes, &rows);
            let units = self.units(lanes, upper);
            let (lower, upper) = (lanes.store(lower), lanes.store(upper));
            for lane in 0..count {
                let row = rows[lane];
                let position = self.rows.labels[row as usize];
                let words = self.round.words;
                let bytes = &self.rows.bytes[row as usize * words..(row as usize + 1) * words];
                let groups = self.groups(lanes, bytes, position, units[lane]);
                if groups == 0 {
                    self.keep_upper(row as usize, position, upper[lane]);
                } else {
                    self.open.push(Open {
                        row,
                        position,
                        groups,
                        lower: lower[lane],
                        upper: upper[lane],
                    });
                }
            }
            at += LANES;
        }
    }

    /// Bounds on the distances of eight rows to their own centers.
    #[inline(always)]
    fn own<L: Lanes>(&self, lanes: L, rows: &[u32; LANES]) -> (L::Floats, L::Floats) {
        let (round, blocks) = (self.round, self.round.frame.blocks);
        let data = round.data.data();
        let mut squares = [lanes.splat(0.0); LANES];
        let mut reach = [0.0; LANES];
        for lane in 0..LANES {
            let row = rows[lane] as usize;
            let position = self.rows.labels[row] as usize;
            let center = &round.tiles.rows[position * blocks..(position + 1) * blocks];
            let mut square = lanes.splat(0.0);
            for (block, center) in center.iter().enumerate() {
                let values = round.frame.load(lanes, data, self.rows.first + row, block);
                let difference = lanes.sub(values, lanes.load(&center.0));
                square = lanes.mul_add(difference, difference, square);
            }
            squares[lane] = square;
            reach[lane] = round.tiles.squares[position];
        }
        let distance = lanes.sqrt(lanes.sums(squares));
        // The sum is off by (blocks + 5)·u of itself at most; rounding row and center to f32 moves each by u of its
        // length, and the row's is below the sum of the center's and the distance.
        let share = lanes.splat((blocks + 16) as f32 * U);
        let reach = lanes.sqrt(lanes.load(&reach));
        let error = lanes.mul_add(reach, lanes.splat(5.0 * U), lanes.splat(1e-15));
        let error = lanes.mul_add(distance, share, error);
        let lower = lanes.max(lanes.sub(distance, error), lanes.splat(0.0));
        (lower, lanes.add(distance, error))
    }

    /// Keeps an upper bound as if the row's center had not moved yet.
    #[inline(always)]
    fn keep_upper(&mut self, row: usize, position: u32, upper: f32) {
        self.rows.uppers[row] = upper * WIDER - self.round.totals[position as usize][0];
    }

    /// Brings the open rows of one center together, centers in order of position; rows with many open groups come
    /// after all others, so that they do not open these groups to their neighbours.
    #[inline(always)]
    fn sort(&mut self) {
        let order = self.round.order;
        let key = |open: &Open| {
            let many = open.groups.count_ones() as usize > order.groups / 4;
            open.position as usize + usize::from(many) * order.len()
        };
        self.starts.fill(0);
        for open in &self.open {
            self.starts[key(open) + 1] += 1;
        }
        let mut total = 0;
        for start in &mut self.starts {
            total += *start;
            *start = total;
        }
        self.sorted.resize(self.open.len(), Open::default());
        for open in &self.open {
            let place = &mut self.starts[key(open)];
            self.sorted[*place as usize] = *open;
            *place += 1;
        }
    }

    /// Gives the first `count` of eight open rows their nearest centers.
    #[inline(always)]
    fn settle<L: Lanes>(&mut self, lanes: L, open: &[Open; LANES], count: usize) {
        let groups = open.iter().fold(0, |all, open| all | open.groups);
        let found = self.search(lanes, open, groups);
        self.keep_bounds(lanes, open, count, groups);
        for lane in 0..count {
            let open = open[lane];
            let row = open.row as usize;
            let mut position = found.position[lane].to_bits();
            let stays = !self.round.fresh && position == open.position;
            let mut upper = open.upper;
            let mut sure = upper * upper * WIDER;
            if !stays {
                let length = found.square[lane] + self.round.tiles.squares[position as usize];
                sure = (found.best[lane] + 2.0 * self.round.tiles.epsilon * length) * WIDER + TINY;
                upper = sure.sqrt();
            }
            let old = self.round.order.group(open.position);
            // False also where a number overflowed.
            if found.second[lane] > sure {
                let group = self.round.order.group(position);
                if groups >> group & 1 == 1 {
                    self.set_bound(row, group, found.runner[lane]);
                }
                if !stays && !self.round.fresh && groups >> old & 1 == 0 {
                    let lower = open.lower * (1.0 - 8.0 * U) * self.round.per_unit;
                    self.lower_bound(row, old, lower);
                }
            } else {
                let first = self.round.order.group(position);
                (position, upper) = self.decide(row, [first, old]);
            }
            self.keep_upper(row, position, upper);
            if self.round.fresh || position != open.position {
                self.relabel(row, position);
            }
        }
    }

    /// Keeps the new lower bounds of the groups named.
    #[inline(always)]
    fn keep_bounds<L: Lanes>(&mut self, lanes: L, open: &[Open; LANES], count: usize, groups: u32) {
        let words = self.round.words;
        for (word, lowers) in self.lowers.as_chunks::<LANES>().0.iter().enumerate() {
            let bits = groups >> (8 * word) & 0xFF;
            if bits == 0 {
                continue;
            }
            let named: [u8; 8] =
                std::array::from_fn(|bit| 0u8.wrapping_sub((bits >> bit & 1) as u8));
            let named = u64::from_le_bytes(named);
            let lowers = lanes.transpose_bytes(*lowers);
            for (open, lowers) in open.iter().zip(lowers).take(count) {
                let bytes = &mut self.rows.bytes[open.row as usize * words + word];
                let old = u64::from_le_bytes(*bytes);
                *bytes = (old & !named | u64::from_le_bytes(lowers) & named).to_le_bytes();
            }
        }
    }

    /// Sets a lower bound, given in units.
    #[inline(always)]
    fn set_bound(&mut self, row: usize, group: usize, units: f32) {
        let units = (units + self.round.offsets[group]).min(254.0) as u8;
        self.rows.bytes[row * self.round.words + group / 8][group % 8] = units;
    }

    /// Lowers a bound to this, given in units.
    #[inline(always)]
    fn lower_bound(&mut self, row: usize, group: usize, units: f32) {
        let units = (units + self.round.offsets[group]).min(254.0) as u8;
        let byte = &mut self.rows.bytes[row * self.round.words + group / 8][group % 8];
        *byte = units.min(*byte);
    }

    /// Decides a near tie in `f64` over all centers: the position, and an upper bound on the distance. The groups
    /// named and the winner's get the second distance as their bound.
    #[cold]
    #[inline(never)]
    fn decide(&mut self, row: usize, groups: [usize; 2]) -> (u32, f32) {
        let round = self.round;
        let values = round.data.row(self.rows.first + row);
        let values: Vec<f64> = values.iter().map(|value| value.to_f64()).collect();
        let mut squared = vec![0.0; round.exact.len()];
        round.exact.squared_distances(&values, &mut squared);
        let two = TwoNearest::of(&squared);
        let position = round.order.position(two.first);
        let length = |squared: f64, share: f64| squared.sqrt() * round.frame.scale * share;
        let lower = length(two.second_squared, 1.0 - 1e-6) as f32 * round.per_unit;
        for group in groups.into_iter().chain([round.order.group(position)]) {
            self.set_bound(row, group, lower);
        }
        let upper = length(two.first_squared, 1.0 + 1e-6) as f32 + f32::MIN_POSITIVE;
        (position, upper)
    }

    /// Moves a row to another center, or in the first round to its first.
    #[inline(always)]
    fn relabel(&mut self, row: usize, position: u32) {
        let weights = self.round.weights;
        let weight = weights.map_or(1.0, |weights| weights[self.rows.first + row]);
        if !self.round.fresh {
            let old = self.rows.labels[row];
            self.change.sizes[self.round.order.id(old)] -= 1;
            self.carry(row, old, -weight);
        }
        self.change.sizes[self.round.order.id(position)] += 1;
        self.carry(row, position, weight);
        self.change.rows += 1;
        self.rows.labels[row] = position;
    }

    /// Adds a row to what a center gained.
    #[inline(always)]
    fn carry(&mut self, row: usize, position: u32, weight: f64) {
        let (id, cols) = (self.round.order.id(position), self.round.frame.cols);
        self.change.masses[id] += weight;
        let sums = &mut self.change.sums[id * cols..(id + 1) * cols];
        let values = self.round.data.row(self.rows.first + row);
        for (sum, value) in sums.iter_mut().zip(values) {
            *sum += weight * value.to_f64();
        }
    }
}
