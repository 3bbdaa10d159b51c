//! The centers of one round as the search reads them: all of them, and for each center those nearest to it.
//!
//! Holds how centers are packed, eight to a tile; no row of data is seen.

use numeric::{
    MatrixView, Real,
    distance::PackedRows,
    lanes::{Eight, LANES},
};
use rayon::prelude::*;

use super::frame::Frame;

/// Most tiles in the list of one center: 31 neighbours and itself. Rows that see further look at all centers.
pub(super) const LIST_TILES: usize = 4;
/// Relative error in `f32` of what was rounded down to it, with room for one more operation.
const NARROWER: f64 = 1.0 - 1e-6;

/// Centers, eight to a tile.
#[derive(Debug, Default)]
pub(super) struct Tiles {
    /// For each tile, column by column, -2 times the values of its eight centers.
    columns: Vec<Eight>,
    /// For each tile, the eight squared lengths less [`Centers::epsilon`] of themselves; infinite at empty places.
    norms: Vec<Eight>,
    /// For each tile, the centers' ids, as the bits of floats.
    ids: Vec<Eight>,
}

/// One tile.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tile<'a> {
    pub columns: &'a [Eight],
    pub norms: &'a Eight,
    pub ids: &'a Eight,
}

impl Tiles {
    fn new(tiles: usize, cols: usize) -> Self {
        Self {
            columns: vec![Eight::default(); tiles * cols],
            norms: vec![Eight([f32::INFINITY; LANES]); tiles],
            ids: vec![Eight::default(); tiles],
        }
    }

    /// Tiles from `from` on, `count` of them.
    #[inline(always)]
    pub fn each(&self, from: usize, count: usize) -> impl Iterator<Item = Tile<'_>> {
        let cols = self.columns.len() / self.norms.len();
        let range = from..from + count;
        let columns = self.columns[range.start * cols..range.end * cols].chunks_exact(cols);
        let norms = self.norms[range.clone()].iter();
        let tiles = columns.zip(norms).zip(&self.ids[range]);
        tiles.map(|((columns, norms), ids)| Tile {
            columns,
            norms,
            ids,
        })
    }

    pub fn len(&self) -> usize {
        self.norms.len()
    }

    /// The center at a place: eight places to a tile.
    pub fn id(&self, place: usize) -> usize {
        self.ids[place / LANES].0[place % LANES].to_bits() as usize
    }
}

/// All centers of a round.
#[derive(Debug)]
pub(super) struct Centers {
    /// By id.
    pub all: Tiles,
    /// The eight that moved furthest, or all. Empty in the first round.
    pub movers: Tiles,
    /// For each center as many tiles: itself, then the nearest others. Empty in the first round.
    pub near: Tiles,
    /// Tiles of each center in `near`.
    pub list_tiles: usize,
    /// Centers in each list, itself too.
    pub listed: usize,
    /// For each center and tile of its list, the distance to the nearest center that is neither in the tile nor in
    /// one before it, rounded down; infinite where none is left.
    pub reaches: Vec<[f32; LIST_TILES]>,
    /// For each center, half the distance to the nearest other, rounded down.
    pub halves: Vec<f32>,
    /// For each center its values, padded to whole eights.
    pub rows: Vec<Eight>,
    /// For each center its length.
    pub lengths: Vec<f32>,
    /// What a squared distance may be off by, as a share of both squared lengths.
    pub epsilon: f32,
}

impl Centers {
    /// Packs the centers; with their lists where `order`, the centers from the one that moved furthest on, is known.
    /// In a first round it is not: every row is compared with all.
    pub fn new<T: Real>(
        frame: &Frame<T>,
        centers: MatrixView<'_>,
        exact: &PackedRows,
        order: Option<&[u32]>,
    ) -> Self {
        let (count, cols) = (centers.rows(), frame.cols);
        // With u = 2⁻²⁴: a sum of n products in any order is off by at most n·u of the sum of their sizes (N. J.
        // Higham, "Accuracy and Stability of Numerical Algorithms", 2002, section 3.1). Here that is (cols + 2)·u of
        // 2(|x|² + |c|²) at most; rounding x and c to f32 adds 4u of it, the lengths and their sum 3u; the rest is
        // to spare.
        let epsilon = (2 * cols + 16) as f32 * (f32::EPSILON / 2.0);
        let packed: Vec<(Vec<f32>, f32)> = (0..count)
            .map(|id| {
                let values: Vec<f32> = frame.center(centers.row(id)).collect();
                let square: f64 = values.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
                (values, (square * (1.0 - f64::from(epsilon))) as f32)
            })
            .collect();
        let mut all = Tiles::new(count.div_ceil(LANES), cols);
        let mut rows = vec![Eight::default(); count * frame.blocks];
        for (id, (values, _)) in packed.iter().enumerate() {
            put(
                &mut all.columns,
                &mut all.norms,
                &mut all.ids,
                id,
                id,
                &packed,
            );
            for (col, &value) in values.iter().enumerate() {
                rows[id * frame.blocks + col / LANES].0[col % LANES] = value;
            }
        }
        let list_tiles = count.div_ceil(LANES).min(LIST_TILES);
        let mut lists = Self {
            all,
            movers: Tiles::default(),
            near: Tiles::default(),
            list_tiles,
            listed: count.min(list_tiles * LANES),
            reaches: Vec::new(),
            halves: vec![0.0; count],
            rows,
            lengths: packed.iter().map(|(_, square)| square.sqrt()).collect(),
            epsilon,
        };
        if let Some(order) = order {
            lists.neighbours(frame, centers, exact, &packed);
            let mut movers = Tiles::new(1, cols);
            for (place, &id) in order.iter().take(LANES).enumerate() {
                put(
                    &mut movers.columns,
                    &mut movers.norms,
                    &mut movers.ids,
                    place,
                    id as usize,
                    &packed,
                );
            }
            lists.movers = movers;
        }
        lists
    }

    /// Fills the list of each center.
    fn neighbours<T: Real>(
        &mut self,
        frame: &Frame<T>,
        centers: MatrixView<'_>,
        exact: &PackedRows,
        packed: &[(Vec<f32>, f32)],
    ) {
        let (count, cols, tiles) = (centers.rows(), frame.cols, self.list_tiles);
        let narrower = frame.scale * NARROWER;
        let mut near = Tiles::new(count * tiles, cols);
        let mut reaches = vec![[f32::INFINITY; LIST_TILES]; count];
        let each = near.columns.par_chunks_mut(tiles * cols);
        let each = each.zip(near.norms.par_chunks_mut(tiles));
        let each = each.zip(near.ids.par_chunks_mut(tiles));
        let each = each.zip(&mut reaches);
        let each = each.zip(self.halves.par_iter_mut()).enumerate();
        each.for_each(|(own, ((((columns, norms), ids), reaches), half))| {
            let mut squared = vec![0.0; count];
            exact.squared_distances(centers.row(own), &mut squared);
            // Itself first, however many stand on the same place; then by distance, then by id.
            squared[own] = -1.0;
            let nearer = |a: &u32, b: &u32| {
                let by_distance = squared[*a as usize].total_cmp(&squared[*b as usize]);
                by_distance.then(a.cmp(b))
            };
            let mut order: Vec<u32> = (0..count as u32).collect();
            let listed = count.min(tiles * LANES + 1);
            if listed < count {
                order.select_nth_unstable_by(listed - 1, nearer);
                order.truncate(listed);
            }
            order.sort_unstable_by(nearer);
            let distance = |place: usize| {
                let square: &f64 = &squared[order[place] as usize];
                (square.sqrt() * narrower) as f32
            };
            if count > 1 {
                *half = 0.5 * distance(1);
            }
            for (tile, reach) in reaches.iter_mut().enumerate() {
                let next = (tile + 1) * LANES;
                if next < listed {
                    *reach = distance(next);
                }
            }
            for (place, &id) in order.iter().take(tiles * LANES).enumerate() {
                put(columns, norms, ids, place, id as usize, packed);
            }
        });
        (self.near, self.reaches) = (near, reaches);
    }
}

/// Puts a center into a place.
fn put(
    columns: &mut [Eight],
    norms: &mut [Eight],
    ids: &mut [Eight],
    place: usize,
    id: usize,
    packed: &[(Vec<f32>, f32)],
) {
    let (values, norm) = &packed[id];
    let (tile, lane) = (place / LANES, place % LANES);
    let columns = &mut columns[tile * values.len()..(tile + 1) * values.len()];
    for (column, value) in columns.iter_mut().zip(values) {
        column.0[lane] = -2.0 * value;
    }
    norms[tile].0[lane] = *norm;
    ids[tile].0[lane] = f32::from_bits(id as u32);
}
