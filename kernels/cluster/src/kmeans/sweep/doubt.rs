//! Which rows of a part their bounds leave in doubt, and what each of these has to be compared with.
//!
//! Holds the bounds after the centers' moves, each row's distance to its own center and the keys that sort the rows in
//! doubt. The comparison itself is the search's.

use numeric::{
    Real,
    lanes::{Eight, LANES, Lanes},
};

use super::{CLOSED, KEYS, NARROWER, Sweep, U, WIDER};
use crate::kmeans::tiles::Centers;

/// How far the centers moved since the last round, for the rows of one of them; each rounded up.
#[derive(Debug, Clone, Copy)]
pub(in crate::kmeans) struct Moves {
    own: f32,
    /// Half the distance to the nearest other center, rounded down.
    half: f32,
    /// Of some nearest neighbours the furthest move, and the distance to the nearest center that is none of them,
    /// rounded down.
    few: (f32, f32),
    /// The same of all neighbours that are listed.
    listed: (f32, f32),
    /// Of all others the furthest move.
    others: f32,
    /// The furthest move of all centers but the few that moved furthest; infinite where this is one of them.
    slower: f32,
}

impl Moves {
    /// From the moves of all centers, and these from the furthest on.
    pub fn new(centers: &Centers, moves: &[f64], order: &[u32], id: usize) -> Self {
        let up = |value: f64| (value * (1.0 + 1e-6)) as f32;
        let near = |tiles: usize| {
            let first = id * centers.list_tiles;
            let places = 1..centers.listed.min(tiles * LANES);
            let neighbours = places.map(|place| centers.near.id(first * LANES + place));
            let furthest = neighbours.map(|id| moves[id]).fold(0.0, f64::max);
            (up(furthest), centers.reaches[id][tiles - 1])
        };
        Self {
            own: up(moves[id]),
            half: centers.halves[id],
            few: near(centers.list_tiles.div_ceil(2)),
            listed: near(centers.list_tiles),
            others: order
                .iter()
                .find(|&&other| other as usize != id)
                .map_or(0.0, |&other| up(moves[other as usize])),
            slower: if order.iter().take(LANES).any(|&mover| mover as usize == id) {
                f32::INFINITY
            } else {
                order.get(LANES).map_or(0.0, |&id| up(moves[id as usize]))
            },
        }
    }

    /// Whether bounds, as they stand after the moves, leave a doubt.
    #[inline(always)]
    fn leaves_open(&self, upper: f32, lower: f32) -> bool {
        // In doubt also where a number overflowed.
        let sure = upper < most(lower, self.half);
        !sure
    }

    /// The bounds after the moves, from those before.
    #[inline(always)]
    fn bounds(&self, upper: f32, lower: f32) -> (f32, f32) {
        let upper = (upper + self.own) * WIDER;
        // A center is one of the neighbours, or beyond them.
        let few = least(lower - self.few.0, self.few.1 - upper);
        let listed = least(lower - self.listed.0, self.listed.1 - upper);
        (
            upper,
            most(most(few, listed), lower - self.others) * NARROWER,
        )
    }
}

#[inline(always)]
fn most(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

#[inline(always)]
fn least(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

impl<T: Real> Sweep<'_, '_, T> {
    /// Brings the bounds of the rows from `from` to `to` up to date; finds the rows that they leave in doubt.
    #[inline(always)]
    pub(super) fn screen(&mut self, from: usize, to: usize) {
        let (round, work) = (self.round, &mut *self.work);
        work.open.resize(to - from, 0);
        work.floors.resize(to - from, 0.0);
        let (open, floors) = (&mut work.open[..to - from], &mut work.floors[..to - from]);
        let labels = &self.rows.labels[from..to];
        let uppers = &mut self.rows.uppers[from..to];
        let bounds = uppers.iter_mut().zip(&mut self.rows.lowers[from..to]);
        let mut count = 0;
        for ((row, &label), (upper, lower)) in (from as u32..).zip(labels).zip(bounds) {
            let moves = &round.moves[label as usize];
            floors[count] = (*lower - moves.slower) * NARROWER;
            (*upper, *lower) = moves.bounds(*upper, *lower);
            // Written always, kept where in doubt: a branch would be mispredicted.
            open[count] = row;
            count += usize::from(moves.leaves_open(*upper, *lower));
        }
        work.open.truncate(count);
    }

    /// Brings the values of the open rows together, in the units of the search. Does nothing else, so that the processor
    /// waits for many rows at once.
    #[inline(always)]
    pub(super) fn bring<L: Lanes>(&mut self, lanes: L) {
        let (round, blocks) = (self.round, self.round.frame.blocks);
        self.work
            .values
            .resize(self.work.open.len() * blocks, Eight::default());
        for (values, &row) in self
            .work
            .values
            .chunks_exact_mut(blocks)
            .zip(&self.work.open)
        {
            let row = self.rows.first + row as usize;
            for (block, values) in values.iter_mut().enumerate() {
                let loaded = round.frame.load(lanes, round.data.data(), row, block);
                values.0 = lanes.store(loaded);
            }
        }
    }

    /// Takes the distances of the open rows to their own centers; gives those still in doubt their keys.
    #[inline(always)]
    pub(super) fn tighten<L: Lanes>(&mut self, lanes: L) {
        let count = self.work.open.len();
        self.work.ends.fill(0);
        self.work.keys.resize(count, CLOSED);
        self.work.owns.resize(count.next_multiple_of(LANES), 0.0);
        let mut at = 0;
        while at < count {
            let uppers = self.own(lanes, at);
            self.classify(at, &uppers);
            at += LANES;
        }
    }

    /// Gives eight open rows their keys, from upper bounds on their distances to their own centers.
    #[inline(always)]
    fn classify(&mut self, at: usize, uppers: &[f32; LANES]) {
        let (round, work) = (self.round, &mut *self.work);
        let by_movers = (round.exact.len() * KEYS) as u32;
        let each = work.keys[at..].iter_mut().zip(&work.open[at..]).zip(uppers);
        for (((key, &row), &upper), &floor) in each.zip(&work.floors[at..]) {
            let label = self.rows.labels[row as usize] as usize;
            self.rows.uppers[row as usize] = upper;
            let open = round.moves[label].leaves_open(upper, self.rows.lowers[row as usize]);
            // The tiles of its list that may hold its nearest, by its own distance alone.
            let both = 2.0 * upper * WIDER;
            let mut place = (label * KEYS) as u32;
            for &reach in &round.centers.reaches[label] {
                place += u32::from(reach < both);
            }
            let place = if upper < floor { by_movers } else { place };
            *key = if open { place } else { CLOSED };
            work.ends[place as usize] += u32::from(open);
        }
    }

    /// Upper bounds on the distances of eight open rows to their own centers; lower ones are kept. Past the last row
    /// it is anything.
    #[inline(always)]
    fn own<L: Lanes>(&mut self, lanes: L, at: usize) -> [f32; LANES] {
        let (round, blocks) = (self.round, self.round.frame.blocks);
        let mut squares = [lanes.splat(0.0); LANES];
        let mut lengths = [0.0; LANES];
        let values = self.work.values[at * blocks..].chunks_exact(blocks);
        let open = self.work.open[at..].iter().zip(values);
        for ((square, length), (&row, values)) in squares.iter_mut().zip(&mut lengths).zip(open) {
            let label = self.rows.labels[row as usize] as usize;
            let center = &round.centers.rows[label * blocks..(label + 1) * blocks];
            for (values, center) in values.iter().zip(center) {
                let difference = lanes.sub(lanes.load(&values.0), lanes.load(&center.0));
                *square = lanes.mul_add(difference, difference, *square);
            }
            *length = round.centers.lengths[label];
        }
        let distance = lanes.sqrt(lanes.sums(squares));
        // The sum is off by (blocks + 5)·u of itself at most; rounding row and center to f32 moves each by u of its
        // length, and the row's is below the sum of the center's and the distance.
        let share = lanes.splat((blocks + 16) as f32 * U);
        let error = lanes.mul_add(
            lanes.load(&lengths),
            lanes.splat(5.0 * U),
            lanes.splat(1e-15),
        );
        let error = lanes.mul_add(distance, share, error);
        let lower = lanes.max(lanes.sub(distance, error), lanes.splat(0.0));
        self.work.owns[at..at + LANES].copy_from_slice(&lanes.store(lower));
        lanes.store(lanes.add(distance, error))
    }
}
