//! Centers laid out for the search: eights of centers that lie near each other, and groups of such tiles.
//!
//! Holds the order and the copies in `f32`; the data's rows are not here.

use numeric::{
    Real,
    distance::squared_euclidean,
    lanes::{Eight, LANES},
};

use super::frame::Frame;

/// Groups that a row's open ones can be told of in one word.
pub(super) const GROUPS_MAX: usize = 32;

/// Which center stands where. A position counts through the tiles, eight to each; the last places of a group may
/// be empty.
#[derive(Debug, Clone)]
pub(super) struct Order {
    /// The center at each position; `EMPTY` where none is.
    ids: Vec<u32>,
    /// The position of each center.
    positions: Vec<u32>,
    /// The group of each position.
    group_of: Vec<u8>,
    tiles_per_group: usize,
    pub groups: usize,
}

/// No center.
const EMPTY: u32 = u32::MAX;

impl Order {
    /// Puts centers (rows of `cols` values) into at most `groups_max` groups: again and again the free center
    /// nearest to the last group's last one opens a group and takes in its nearest free ones.
    pub fn new(centers: &[f64], cols: usize, groups_max: usize) -> Self {
        let count = centers.len() / cols;
        let tiles = count.div_ceil(LANES);
        let tiles_per_group = tiles.div_ceil(groups_max.clamp(1, GROUPS_MAX));
        let groups = tiles.div_ceil(tiles_per_group);
        let center = |id: u32| &centers[id as usize * cols..(id as usize + 1) * cols];
        let mut free: Vec<u32> = (0..count as u32).collect();
        let mut ids = Vec::with_capacity(groups * tiles_per_group * LANES);
        let mut last = 0;
        while !free.is_empty() {
            // The two sorts are by distance, then by id, so the order is one.
            let by_distance = |from: u32, free: &mut Vec<u32>| {
                let mut keyed: Vec<(f64, u32)> = free
                    .iter()
                    .map(|&id| (squared_euclidean(center(from), center(id)), id))
                    .collect();
                keyed.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
                *free = keyed.into_iter().map(|(_, id)| id).collect();
            };
            by_distance(last, &mut free);
            by_distance(free[0], &mut free);
            let taken: Vec<u32> = free
                .drain(..free.len().min(tiles_per_group * LANES))
                .collect();
            last = taken[taken.len() - 1];
            ids.extend(taken);
        }
        ids.resize(groups * tiles_per_group * LANES, EMPTY);
        let mut positions = vec![0; count];
        for (position, &id) in ids.iter().enumerate().take(count) {
            positions[id as usize] = position as u32;
        }
        Self {
            group_of: (0..ids.len())
                .map(|position| (position / (tiles_per_group * LANES)) as u8)
                .collect(),
            ids,
            positions,
            tiles_per_group,
            groups,
        }
    }

    /// The center at a position that is not empty.
    #[inline(always)]
    pub fn id(&self, position: u32) -> usize {
        self.ids[position as usize] as usize
    }

    /// Where a center stands.
    pub fn position(&self, id: usize) -> u32 {
        self.positions[id]
    }

    /// The group of a position.
    #[inline(always)]
    pub fn group(&self, position: u32) -> usize {
        usize::from(self.group_of[position as usize])
    }

    /// The tiles of a group.
    #[inline(always)]
    pub fn tiles(&self, group: usize) -> std::ops::Range<usize> {
        group * self.tiles_per_group..(group + 1) * self.tiles_per_group
    }

    /// Positions, empty ones too.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// The positions that hold a center, and which.
    pub fn held(&self) -> impl Iterator<Item = (usize, usize)> {
        let held = self.ids.iter().enumerate();
        held.filter(|&(_, &id)| id != EMPTY)
            .map(|(position, &id)| (position, id as usize))
    }
}

/// The centers of one round as the search reads them.
#[derive(Debug)]
pub(super) struct Tiles {
    /// For each tile, column by column, -2 times the values of its eight centers.
    pub columns: Vec<Eight>,
    /// For each tile, the eight squared lengths less [`Tiles::epsilon`] of themselves; infinite at empty places.
    pub norms: Vec<Eight>,
    /// For each position, its center's values, padded to whole eights.
    pub rows: Vec<Eight>,
    /// For each position, its center's squared length.
    pub squares: Vec<f32>,
    /// What a squared distance may be off by, as a share of both squared lengths.
    pub epsilon: f32,
}

impl Tiles {
    pub fn new<T: Real>(frame: &Frame<T>, order: &Order, centers: &[f64]) -> Self {
        let (cols, blocks) = (frame.cols, frame.blocks);
        // With u = 2⁻²⁴: a sum of n products in any order is off by at most n·u of the sum of their sizes (N. J.
        // Higham, "Accuracy and Stability of Numerical Algorithms", 2002, section 3.1). Here that is (cols + 2)·u of
        // 2(|x|² + |c|²) at most; rounding x and c to f32 adds 4u of it, the lengths and their sum 3u; the rest is
        // to spare.
        let epsilon = (2 * cols + 16) as f32 * (f32::EPSILON / 2.0);
        let tiles = order.len() / LANES;
        let mut packed = Self {
            columns: vec![Eight::default(); tiles * cols],
            norms: vec![Eight([f32::INFINITY; LANES]); tiles],
            rows: vec![Eight::default(); order.len() * blocks],
            squares: vec![0.0; order.len()],
            epsilon,
        };
        for (position, id) in order.held() {
            let (tile, lane) = (position / LANES, position % LANES);
            let mut square = 0.0;
            let center = &centers[id * cols..(id + 1) * cols];
            for (col, value) in frame.center(center).enumerate() {
                packed.columns[tile * cols + col].0[lane] = -2.0 * value;
                packed.rows[position * blocks + col / LANES].0[col % LANES] = value;
                square += f64::from(value) * f64::from(value);
            }
            packed.norms[tile].0[lane] = (square * (1.0 - f64::from(epsilon))) as f32;
            packed.squares[position] = square as f32;
        }
        packed
    }
}
