//! Eight rows against centers: the innermost loops.
//!
//! Holds the distances, the least of them and what they bound; what follows from these is the sweep's.

use numeric::{
    Real,
    lanes::{Eight, LANES, Lanes},
};

use super::{NARROWER, Sweep, TINY, WIDER};
use crate::kmeans::tiles::Tile;

/// Rows that look on by themselves while the other lanes are done: so many or fewer are better compared with all
/// centers, together with rows of other centers.
const FEW: u32 = 2;

/// The nearest centers of eight rows.
pub(super) struct Found {
    /// Their ids, as the bits of floats.
    pub id: [f32; LANES],
    /// Upper bounds on the distances to them.
    pub upper: [f32; LANES],
    /// Lower bounds on the distances to all others.
    pub lower: [f32; LANES],
    /// Bits of the rows for which another center may be as near.
    pub unsure: u32,
}

/// The two least squared distances so far, less the greatest error and less the rows' squared lengths.
#[derive(Clone, Copy)]
struct Two<F> {
    first: F,
    second: F,
    /// The center of the first, by the bits of its id.
    id: F,
}

/// Squared lengths of eight rows, and how to go on from what was compared with them.
#[derive(Clone, Copy)]
struct Lengths<F> {
    square: F,
    /// Less the greatest error.
    narrow: F,
    epsilon: f32,
}

impl<F: Copy> Lengths<F> {
    /// An upper bound on the squared distance of which `least` was found. It may be off by 2ε(|x|² + |c|²), and |c|²
    /// is at most 2|x|² and twice the true square.
    #[inline(always)]
    fn upper_squared<L: Lanes<Floats = F>>(self, lanes: L, least: F) -> F {
        let found = lanes.add(least, self.narrow);
        let found = lanes.mul_add(self.square, lanes.splat(7.0 * self.epsilon), found);
        let share = lanes.splat((1.0 + 6.0 * self.epsilon) * WIDER);
        let found = lanes.mul_add(found, share, lanes.splat(TINY));
        lanes.max(found, lanes.splat(TINY))
    }

    /// A lower bound on the distance of which `least` was found.
    #[inline(always)]
    fn lower<L: Lanes<Floats = F>>(self, lanes: L, least: F) -> F {
        let found = lanes.add(least, self.narrow);
        let found = lanes.sqrt(lanes.max(found, lanes.splat(0.0)));
        lanes.mul(found, lanes.splat(NARROWER))
    }
}

impl<T: Real> Sweep<'_, '_, T> {
    /// Compares eight open rows of one center with it and its neighbours. Gives also the bits of the rows that must be
    /// compared with all; what was found of these is void.
    #[inline(always)]
    pub(super) fn search_near<L: Lanes>(
        &mut self,
        lanes: L,
        label: usize,
        places: &[u32; LANES],
    ) -> (Found, u32) {
        let lengths = self.take(lanes, places);
        let centers = &self.round.centers;
        let columns = &self.work.columns[..self.round.frame.cols];
        let from = label * centers.list_tiles;
        let reaches = &centers.reaches[label];
        let mut two = nothing(lanes);
        let mut own = lanes.splat(0.0);
        let mut beyond = own;
        let mut far = 0;
        for (at, tile) in centers.near.each(from, centers.list_tiles).enumerate() {
            let squared = distances(lanes, columns, tile);
            two = nearer(lanes, two, &squared, tile);
            if at == 0 {
                let squared = lengths.upper_squared(lanes, squared[0]);
                own = lanes.mul(lanes.sqrt(squared), lanes.splat(WIDER));
            }
            // A center that is `reach` from the own one is at least `reach - own` away; not nearer than the best
            // where that is no less than the best.
            let reach = lanes.splat(reaches[at]);
            beyond = lanes.sub(reach, own);
            let best = lanes.sqrt(lengths.upper_squared(lanes, two.first));
            let best = lanes.mul(best, lanes.splat(WIDER));
            far = lanes.bits(lanes.less(lanes.mul(beyond, lanes.splat(NARROWER)), best));
            if far.count_ones() <= FEW {
                break;
            }
        }
        let found = self.found(lanes, lengths, two, beyond);
        (found, far)
    }

    /// Compares eight open rows with all centers.
    #[inline(always)]
    pub(super) fn search_all<L: Lanes>(&mut self, lanes: L, places: &[u32; LANES]) -> Found {
        let lengths = self.take(lanes, places);
        let tiles = &self.round.centers.all;
        let columns = &self.work.columns[..self.round.frame.cols];
        let mut two = nothing(lanes);
        for tile in tiles.each(0, tiles.len()) {
            two = nearer(lanes, two, &distances(lanes, columns, tile), tile);
        }
        self.found(lanes, lengths, two, lanes.splat(f32::INFINITY))
    }

    /// Compares eight open rows, of which the own centers are none of them, with the centers that moved furthest.
    #[inline(always)]
    pub(super) fn search_movers<L: Lanes>(&mut self, lanes: L, places: &[u32; LANES]) -> Found {
        let lengths = self.take(lanes, places);
        let (mut own, mut ids, mut floors) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
        for (lane, &place) in places.iter().enumerate() {
            let place = place as usize;
            own[lane] = self.work.owns[place];
            floors[lane] = self.work.floors[place];
            ids[lane] = f32::from_bits(self.rows.labels[self.work.open[place] as usize]);
        }
        let own = lanes.load(&own);
        let squared = lanes.mul(lanes.mul(own, own), lanes.splat(NARROWER));
        let mut two = Two {
            first: lanes.sub(squared, lengths.narrow),
            second: lanes.splat(f32::INFINITY),
            id: lanes.load(&ids),
        };
        let movers = &self.round.centers.movers;
        let columns = &self.work.columns[..self.round.frame.cols];
        for tile in movers.each(0, movers.len()) {
            two = nearer(lanes, two, &distances(lanes, columns, tile), tile);
        }
        self.found(lanes, lengths, two, lanes.load(&floors))
    }

    /// Brings eight open rows into `columns`; gives their squared lengths.
    #[inline(always)]
    fn take<L: Lanes>(&mut self, lanes: L, places: &[u32; LANES]) -> Lengths<L::Floats> {
        let (round, blocks) = (self.round, self.round.frame.blocks);
        let mut square = lanes.splat(0.0);
        for (block, columns) in self
            .work
            .columns
            .as_chunks_mut::<LANES>()
            .0
            .iter_mut()
            .enumerate()
        {
            // Loops where `map` would do: a closure is compiled for no unit, and each call of one moves lanes through
            // memory.
            let mut values = [square; LANES];
            for (values, &place) in values.iter_mut().zip(places) {
                *values = lanes.load(&self.work.values[place as usize * blocks + block].0);
            }
            for (place, column) in columns.iter_mut().zip(lanes.transpose(values)) {
                place.0 = lanes.store(column);
                square = lanes.mul_add(column, column, square);
            }
        }
        let epsilon = round.centers.epsilon;
        Lengths {
            square,
            narrow: lanes.mul(square, lanes.splat(1.0 - epsilon)),
            epsilon,
        }
    }

    /// What follows from the two nearest; all centers not compared are at least `beyond` away.
    #[inline(always)]
    fn found<L: Lanes>(
        &self,
        lanes: L,
        lengths: Lengths<L::Floats>,
        two: Two<L::Floats>,
        beyond: L::Floats,
    ) -> Found {
        let upper = lengths.upper_squared(lanes, two.first);
        let second = lanes.add(two.second, lengths.narrow);
        // Unsure also where a number overflowed.
        let sure = lanes.bits(lanes.less(upper, second));
        let lower = lanes.min(lengths.lower(lanes, two.second), beyond);
        Found {
            id: lanes.store(two.id),
            upper: lanes.store(lanes.mul(lanes.sqrt(upper), lanes.splat(WIDER))),
            lower: lanes.store(lower),
            unsure: !sure,
        }
    }
}

#[inline(always)]
fn nothing<L: Lanes>(lanes: L) -> Two<L::Floats> {
    Two {
        first: lanes.splat(f32::INFINITY),
        second: lanes.splat(f32::INFINITY),
        id: lanes.splat(0.0),
    }
}

/// `|c|² - 2xc` of eight rows, for each of the eight centers of a tile.
#[inline(always)]
fn distances<L: Lanes>(lanes: L, columns: &[Eight], tile: Tile<'_>) -> [L::Floats; LANES] {
    let mut squared = [lanes.splat(0.0); LANES];
    for (squared, &norm) in squared.iter_mut().zip(&tile.norms.0) {
        *squared = lanes.splat(norm);
    }
    for (column, centers) in columns.iter().zip(tile.columns) {
        let column = lanes.load(&column.0);
        for (squared, &value) in squared.iter_mut().zip(&centers.0) {
            *squared = lanes.mul_add(column, lanes.splat(value), *squared);
        }
    }
    squared
}

/// The two nearest with those of one more tile.
#[inline(always)]
fn nearer<L: Lanes>(
    lanes: L,
    mut two: Two<L::Floats>,
    squared: &[L::Floats; LANES],
    tile: Tile<'_>,
) -> Two<L::Floats> {
    for (&squared, &id) in squared.iter().zip(&tile.ids.0) {
        two.id = lanes.pick(lanes.less(squared, two.first), lanes.splat(id), two.id);
        two.second = lanes.min(two.second, lanes.max(squared, two.first));
        two.first = lanes.min(squared, two.first);
    }
    two
}
