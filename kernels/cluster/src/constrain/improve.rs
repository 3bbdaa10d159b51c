//! Bound groups moved while that lowers the cost, single rows following at least cost.
//!
//! Holds the local search: moves of one group, of two at once, and of all groups of one weight. Each move
//! keeps every rule, and is taken only when the whole assignment costs less after it. It must not know rows.

use std::collections::BTreeMap;

use super::{
    costs::Costs,
    flow::Flow,
    search::{Limit, Puzzle},
};

/// Passes over the bound groups; each later one sees only what earlier ones moved.
const PASSES: usize = 20;

/// Betters the places of the bound groups and leaves the single rows of the flow at their best.
pub(super) fn improve<C: Costs>(
    flow: &mut Flow<'_, C>,
    costs: &C,
    puzzle: &Puzzle,
    places: &mut Vec<u32>,
) {
    let clusters = puzzle.limits.len();
    let mut loads = vec![0; clusters];
    for (item, &place) in puzzle.bound.iter().zip(&*places) {
        loads[place as usize] += item.weight;
    }
    flow.solve(&rest(puzzle, &loads));
    if puzzle.bound.is_empty() {
        return;
    }
    let mut table = vec![0.0; puzzle.bound.len() * clusters];
    for (item, out) in puzzle.bound.iter().zip(table.chunks_exact_mut(clusters)) {
        costs.of(item.group as usize, out);
        out.iter_mut().for_each(|cost| *cost *= item.weight as f64);
    }
    let scale = table
        .iter()
        .fold(0.0, |most, cost: &f64| cost.abs().max(most));
    let mut search = Local {
        flow,
        puzzle,
        table,
        loads,
        places,
        // Less than this may be rounding.
        gain_min: scale * 1e-10,
    };
    for _ in 0..PASSES {
        let by_weight = search.by_weight(costs);
        let one_by_one = search.pass();
        if !by_weight && !one_by_one {
            return;
        }
    }
}

/// Sizes left to single rows.
fn rest(puzzle: &Puzzle, loads: &[usize]) -> Vec<Limit> {
    let pairs = puzzle.limits.iter().zip(loads);
    pairs
        .map(|(limit, &load)| Limit {
            min: limit.min.saturating_sub(load),
            max: limit.max.saturating_sub(load),
        })
        .collect()
}

struct Local<'a, 'b, C: Costs> {
    flow: &'a mut Flow<'b, C>,
    puzzle: &'a Puzzle,
    /// Cost of each bound group, all its rows, in each cluster.
    table: Vec<f64>,
    /// Rows of bound groups in each cluster.
    loads: Vec<usize>,
    places: &'a mut Vec<u32>,
    gain_min: f64,
}

impl<C: Costs> Local<'_, '_, C> {
    fn cost(&self, bound: usize, cluster: usize) -> f64 {
        self.table[bound * self.loads.len() + cluster]
    }

    /// What the move adds at least: its own cost, and the single rows' by the prices of places (the
    /// cost of the single rows is convex in the sizes, and the prices are a slope of it).
    fn extra(&self, prices: &[f64], bound: usize, to: usize) -> f64 {
        let from = self.places[bound] as usize;
        let weight = self.puzzle.bound[bound].weight as f64;
        self.cost(bound, to) - self.cost(bound, from) + weight * (prices[to] - prices[from])
    }

    /// Groups in the cluster that this one must be apart from; none at all where a locked row bars it.
    fn blockers(&self, bound: usize, cluster: usize) -> Option<Vec<usize>> {
        let item = &self.puzzle.bound[bound];
        if item.barred.binary_search(&(cluster as u32)).is_ok() {
            return None;
        }
        let apart = item.apart.iter().map(|&other| other as usize);
        Some(
            apart
                .filter(|&other| self.places[other] as usize == cluster)
                .collect(),
        )
    }

    /// One pass over all groups and clusters; tells whether anything moved.
    fn pass(&mut self) -> bool {
        let clusters = self.loads.len();
        let mut moved = false;
        for bound in 0..self.places.len() {
            let prices = self.flow.prices();
            let mut ways: Vec<(f64, usize)> = (0..clusters)
                .filter(|&to| to != self.places[bound] as usize)
                .map(|to| (self.extra(&prices, bound, to), to))
                .filter(|way| way.0 < -self.gain_min)
                .collect();
            ways.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            for (extra, to) in ways {
                if self.go(&prices, bound, to, extra) {
                    moved = true;
                    break;
                }
            }
        }
        moved
    }

    /// Tries to move the group, with another one making way where that is what it takes.
    fn go(&mut self, prices: &[f64], bound: usize, to: usize, extra: f64) -> bool {
        let Some(blockers) = self.blockers(bound, to) else {
            return false;
        };
        if blockers.is_empty() && self.attempt(&[(bound, to)]) {
            return true;
        }
        let inside = |&other: &usize| self.places[other] as usize == to;
        let others: Vec<usize> = match blockers.len() {
            0 => (0..self.places.len()).filter(inside).collect(),
            1 => blockers,
            _ => return false,
        };
        for other in others {
            let mut ways: Vec<(f64, usize)> = (0..self.loads.len())
                .filter(|&next| next != to)
                .map(|next| (extra + self.extra(prices, other, next), next))
                .filter(|way| way.0 < -self.gain_min)
                .collect();
            ways.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            for (_, next) in ways {
                let free = self.blockers(other, next).is_some_and(|mut blockers| {
                    blockers.retain(|&blocker| blocker != bound);
                    blockers.is_empty()
                });
                let meet = next == to && self.puzzle.bound[other].apart.contains(&(bound as u32));
                if free && !meet && self.attempt(&[(bound, to), (other, next)]) {
                    return true;
                }
            }
        }
        false
    }

    /// Makes the moves where that keeps the sizes and lowers the cost; else leaves all as it was.
    fn attempt(&mut self, moves: &[(usize, usize)]) -> bool {
        let before = rest(self.puzzle, &self.loads);
        let mut extra = 0.0;
        for &(bound, to) in moves {
            let (from, weight) = (self.places[bound] as usize, self.puzzle.bound[bound].weight);
            extra += self.cost(bound, to) - self.cost(bound, from);
            self.loads[from] -= weight;
            self.loads[to] += weight;
        }
        let mut gains = false;
        if self.fits() {
            let prices = self.flow.mark();
            self.flow.solve(&rest(self.puzzle, &self.loads));
            gains = extra + self.flow.spent < -self.gain_min;
            if !gains {
                self.flow.undo(prices, &before);
            }
        }
        for &(bound, to) in moves {
            if gains {
                self.places[bound] = to as u32;
            } else {
                let weight = self.puzzle.bound[bound].weight;
                self.loads[self.places[bound] as usize] += weight;
                self.loads[to] -= weight;
            }
        }
        gains
    }

    /// Whether single rows can fill what bound groups leave.
    fn fits(&self) -> bool {
        let mut short = 0;
        for (limit, &load) in self.puzzle.limits.iter().zip(&self.loads) {
            if load > limit.max {
                return false;
            }
            short += limit.min.saturating_sub(load);
        }
        short <= self.puzzle.singles
    }

    /// All groups of one weight that may meet any other, placed anew at least cost while everything else
    /// stays; weight by weight. Tells whether the cost fell.
    fn by_weight(&mut self, costs: &C) -> bool {
        let mut classes: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (bound, item) in self.puzzle.bound.iter().enumerate() {
            if item.apart.is_empty() && item.barred.is_empty() {
                classes.entry(item.weight).or_default().push(bound);
            }
        }
        let mut gained = false;
        for (weight, class) in classes {
            gained |= class.len() > 1 && self.anew(costs, weight, &class);
        }
        gained
    }

    fn anew(&mut self, costs: &C, weight: usize, class: &[usize]) -> bool {
        let mut sizes = self.loads.clone();
        for &place in self.flow.at() {
            sizes[place as usize] += 1;
        }
        for &bound in class {
            sizes[self.places[bound] as usize] -= weight;
        }
        let limits = self.puzzle.limits.iter().zip(&sizes);
        let limits: Vec<Limit> = limits
            .map(|(limit, &size)| Limit {
                min: limit.min.saturating_sub(size).div_ceil(weight),
                max: limit.max.saturating_sub(size) / weight,
            })
            .collect();
        let groups = class
            .iter()
            .map(|&bound| self.puzzle.bound[bound].group)
            .collect();
        let mut flow = Flow::new(costs, groups, &vec![0.0; limits.len()]);
        flow.solve(&limits);
        let mut extra = 0.0;
        for (&bound, &to) in class.iter().zip(flow.at()) {
            extra += self.cost(bound, to as usize) - self.cost(bound, self.places[bound] as usize);
        }
        if extra >= -self.gain_min {
            return false;
        }
        for (&bound, &to) in class.iter().zip(flow.at()) {
            self.loads[self.places[bound] as usize] -= weight;
            self.loads[to as usize] += weight;
            self.places[bound] = to;
        }
        self.flow.solve(&rest(self.puzzle, &self.loads));
        true
    }
}
