//! Eight rows against the centers of some groups: the innermost loops.
//!
//! Holds the distances and the least of them; what follows from these is the sweep's.

use numeric::{
    Real,
    lanes::{Eight, LANES, Lanes},
};

use super::{Open, Round, Sweep, U};

/// The nearest centers of eight rows among those compared.
pub(super) struct Found {
    /// Squared distances less the greatest error.
    pub best: [f32; LANES],
    pub second: [f32; LANES],
    /// Lower bound in units on the other centers of the best one's group.
    pub runner: [f32; LANES],
    pub position: [f32; LANES],
    /// Squared lengths of the rows.
    pub square: [f32; LANES],
}

impl<T: Real> Sweep<'_, '_, T> {
    /// Compares eight rows with the centers of the groups named; leaves new bounds of these groups in `lowers`.
    #[inline(always)]
    pub(super) fn search<L: Lanes>(
        &mut self,
        lanes: L,
        open: &[Open; LANES],
        groups: u32,
    ) -> Found {
        let round = self.round;
        let (cols, blocks) = (round.frame.cols, round.frame.blocks);
        for block in 0..blocks {
            let rows = std::array::from_fn(|lane| {
                let row = self.rows.first + open[lane].row as usize;
                round.frame.load(lanes, round.data.data(), row, block)
            });
            let columns = lanes.transpose(rows);
            let places = &mut self.columns[block * LANES..(block + 1) * LANES];
            for (place, column) in places.iter_mut().zip(columns) {
                place.0 = lanes.store(column);
            }
        }
        let columns = &self.columns[..cols];
        let mut square = lanes.splat(0.0);
        for column in columns {
            let column = lanes.load(&column.0);
            square = lanes.mul_add(column, column, square);
        }
        let narrow = lanes.mul(square, lanes.splat(1.0 - round.tiles.epsilon));
        // The own center takes part from the start, unless it is among those compared.
        let own = std::array::from_fn(|lane| {
            let open = open[lane];
            let among = groups >> round.order.group(open.position) & 1 == 1;
            let lower = open.lower * open.lower * (1.0 - 8.0 * U);
            if round.fresh || among {
                f32::INFINITY
            } else {
                lower
            }
        });
        let position = std::array::from_fn(|lane| f32::from_bits(open[lane].position));
        let (mut best, mut position) = (lanes.load(&own), lanes.load(&position));
        let mut second = lanes.splat(f32::INFINITY);
        let mut runner = second;
        let per_unit = lanes.splat(round.per_unit * (1.0 - 8.0 * U));
        let units = |squared: L::Floats| {
            lanes.mul(lanes.sqrt(lanes.max(squared, lanes.splat(0.0))), per_unit)
        };
        let mut rest = groups;
        while rest != 0 {
            let group = rest.trailing_zeros() as usize;
            rest &= rest - 1;
            let (first, next, at) = nearest_two(lanes, round, columns, group);
            let (first, next) = (lanes.add(first, narrow), lanes.add(next, narrow));
            let nearer = lanes.less(first, best);
            second = lanes.min(lanes.max(first, best), lanes.min(second, next));
            best = lanes.min(first, best);
            position = lanes.pick(nearer, at, position);
            runner = lanes.pick(nearer, next, runner);
            let bound = lanes.add(units(first), lanes.splat(round.offsets[group]));
            // 255 is kept for what nothing excludes.
            self.lowers[group] = lanes.to_bytes(lanes.min(bound, lanes.splat(254.0)));
        }
        Found {
            best: lanes.store(best),
            second: lanes.store(second),
            runner: lanes.store(units(runner)),
            position: lanes.store(position),
            square: lanes.store(square),
        }
    }
}

/// For eight rows, the two least of `|c|² - 2xc` over the centers of a group, and the position of the least.
#[inline(always)]
fn nearest_two<L: Lanes, T: Real>(
    lanes: L,
    round: &Round<'_, T>,
    columns: &[Eight],
    group: usize,
) -> (L::Floats, L::Floats, L::Floats) {
    let mut first = lanes.splat(f32::INFINITY);
    let (mut next, mut at) = (first, lanes.splat(0.0));
    for tile in round.order.tiles(group) {
        let cols = columns.len();
        let centers = &round.tiles.columns[tile * cols..(tile + 1) * cols];
        let mut squared = round.tiles.norms[tile].0.map(|norm| lanes.splat(norm));
        for (column, centers) in columns.iter().zip(centers) {
            let column = lanes.load(&column.0);
            for (squared, &value) in squared.iter_mut().zip(&centers.0) {
                *squared = lanes.mul_add(column, lanes.splat(value), *squared);
            }
        }
        for (center, &squared) in squared.iter().enumerate() {
            let place = lanes.splat(f32::from_bits((tile * LANES + center) as u32));
            at = lanes.pick(lanes.less(squared, first), place, at);
            next = lanes.min(next, lanes.max(squared, first));
            first = lanes.min(squared, first);
        }
    }
    (first, next, at)
}
