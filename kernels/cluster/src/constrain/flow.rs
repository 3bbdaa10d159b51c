//! Units of one weight to clusters within sizes, at least cost: the transportation problem, exactly.
//!
//! Successive shortest paths with potentials (R. K. Ahuja, T. L. Magnanti, J. B. Orlin, "Network Flows", 1993,
//! section 9.7) over a graph of the clusters alone: the arc from one to another is the unit that changes
//! between them at least cost, and one more node, the market, lends and takes places above the least size of
//! a cluster up to its greatest. The potentials are the prices of a place; starting from prices that are
//! nearly right, few paths are left to walk.
//!
//! Arcs are short lists of the cheapest units, made anew when they run dry, so memory grows with clusters²
//! and a fraction of units × clusters, never with a matrix of all costs. It must not know rows or links.

use std::{
    cmp::{Ordering, Reverse},
    collections::BinaryHeap,
};

use numeric::chunks;

use super::{costs::Costs, search::Limit};

/// A unit and what it adds to the cost when it changes to the cluster of the list.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Offer {
    extra: f64,
    unit: u32,
}

impl Eq for Offer {}

impl Ord for Offer {
    fn cmp(&self, other: &Self) -> Ordering {
        self.extra
            .total_cmp(&other.extra)
            .then(self.unit.cmp(&other.unit))
    }
}

impl PartialOrd for Offer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The cheapest units on the way from one cluster to another. Some may have left; nobody who is there and
/// cheaper than `beyond` is missing.
#[derive(Debug, Clone)]
struct Arc {
    offers: BinaryHeap<Reverse<Offer>>,
    beyond: f64,
}

pub(super) struct Flow<'a, C: Costs> {
    costs: &'a C,
    /// For each unit, the group whose costs it has.
    units: Vec<u32>,
    at: Vec<u32>,
    /// Units of each cluster, and where in that list each unit stands.
    members: Vec<Vec<u32>>,
    spot: Vec<u32>,
    limits: Vec<Limit>,
    /// Places given to each cluster.
    places: Vec<usize>,
    /// Price of a place in each cluster, then that of the market. Relative: only differences count.
    prices: Vec<f64>,
    /// Arcs of the clusters that were looked at, `clusters` for each.
    arcs: Vec<Vec<Arc>>,
    /// Cheapest change between each pair of clusters, infinite where nobody is left.
    cheapest: Vec<f64>,
    /// Changes of units since the last mark: unit, and where it was.
    moves: Vec<(u32, u32)>,
    /// What changes of units since the last mark added to the cost.
    pub spent: f64,
}

impl<'a, C: Costs> Flow<'a, C> {
    /// Every unit at the cluster where its cost and the price of a place are least, the lowest of equals;
    /// not yet within the limits.
    pub fn new(costs: &'a C, units: Vec<u32>, prices: &[f64]) -> Self {
        let clusters = prices.len();
        let parts = chunks::map(units.len(), |range| {
            let mut out = vec![0.0; clusters];
            let mut pick = |unit: usize| {
                costs.of(units[unit] as usize, &mut out);
                let mut best = (0, f64::INFINITY);
                for (cluster, (cost, price)) in out.iter().zip(prices).enumerate() {
                    if cost + price < best.1 {
                        best = (cluster as u32, cost + price);
                    }
                }
                best.0
            };
            range.map(&mut pick).collect::<Vec<u32>>()
        });
        let at: Vec<u32> = parts.into_iter().flatten().collect();
        let mut members = vec![Vec::new(); clusters];
        let mut spot = vec![0; units.len()];
        for (unit, &cluster) in at.iter().enumerate() {
            let members: &mut Vec<u32> = &mut members[cluster as usize];
            spot[unit] = members.len() as u32;
            members.push(unit as u32);
        }
        let mut prices = prices.to_vec();
        prices.push(0.0);
        Self {
            costs,
            at,
            members,
            spot,
            places: vec![0; clusters],
            limits: vec![Limit { min: 0, max: 0 }; clusters],
            prices,
            arcs: vec![Vec::new(); clusters],
            cheapest: vec![f64::INFINITY; clusters * clusters],
            moves: Vec::new(),
            spent: 0.0,
            units,
        }
    }

    pub fn at(&self) -> &[u32] {
        &self.at
    }

    /// Prices of a place in each cluster: above 0 what one more place would save, below 0 what one place
    /// less to fill would.
    pub fn prices(&self) -> Vec<f64> {
        let clusters = self.limits.len();
        let market = self.prices[clusters];
        self.prices[..clusters]
            .iter()
            .map(|price| price - market)
            .collect()
    }

    /// The state to go back to.
    pub fn mark(&mut self) -> Vec<f64> {
        self.moves.clear();
        self.spent = 0.0;
        self.prices.clone()
    }

    /// Goes back to the last mark.
    pub fn undo(&mut self, prices: Vec<f64>, limits: &[Limit]) {
        let mut out = vec![0.0; self.limits.len()];
        while let Some((unit, before)) = self.moves.pop() {
            self.shift(unit, before as usize, &mut out);
        }
        self.prices = prices;
        self.limit(limits);
        self.spent = 0.0;
    }

    fn limit(&mut self, limits: &[Limit]) {
        for (own, limit) in self.limits.iter_mut().zip(limits) {
            // Room beyond the number of units would be borrowed and never filled.
            let max = limit.max.min(self.units.len());
            *own = Limit { max, ..*limit };
        }
    }

    /// Brings the units within the limits at least cost. There are limits that the number of units fits; where
    /// it fits none, some cluster stays outside.
    pub fn solve(&mut self, limits: &[Limit]) {
        self.limit(limits);
        let clusters = self.limits.len();
        let market = self.prices[clusters];
        for cluster in 0..clusters {
            let (limit, size) = (self.limits[cluster], self.members[cluster].len());
            let price = self.prices[cluster] - market;
            self.places[cluster] = match price {
                price if price > 0.0 => limit.max,
                price if price < 0.0 => limit.min,
                _ => size.clamp(limit.min, limit.max),
            };
        }
        let given: usize = self.places.iter().sum();
        let mut over: Vec<i64> = (0..clusters)
            .map(|cluster| self.members[cluster].len() as i64 - self.places[cluster] as i64)
            .collect();
        over.push(given as i64 - self.units.len() as i64);
        let mut walk = Walk::new(clusters + 1);
        let mut out = vec![0.0; clusters];
        while over.iter().any(|&over| over > 0) {
            let Some(end) = self.shortest(&over, &mut walk, &mut out) else {
                return;
            };
            self.reprice(&walk, walk.reach[end]);
            self.carry(&mut over, &walk, end, &mut out);
        }
    }

    /// Dijkstra's search from every node with units or places to spare to the nearest that lacks some.
    fn shortest(&mut self, over: &[i64], walk: &mut Walk, out: &mut [f64]) -> Option<usize> {
        walk.start(over);
        loop {
            let mut nearest: Option<usize> = None;
            for node in 0..over.len() {
                let nearer = nearest.is_none_or(|nearest| walk.reach[node] < walk.reach[nearest]);
                if !walk.done[node] && walk.reach[node] < f64::INFINITY && nearer {
                    nearest = Some(node);
                }
            }
            let node = nearest?;
            walk.done[node] = true;
            if over[node] < 0 {
                return Some(node);
            }
            self.relax(node, walk, out);
        }
    }

    /// Ways out of one node.
    fn relax(&mut self, node: usize, walk: &mut Walk, out: &mut [f64]) {
        let clusters = self.limits.len();
        let from = walk.reach[node];
        if node == clusters {
            for cluster in 0..clusters {
                if self.places[cluster] > self.limits[cluster].min {
                    let extra = self.prices[cluster] - self.prices[clusters];
                    walk.offer(node, cluster, from + extra.max(0.0));
                }
            }
            return;
        }
        if self.places[node] < self.limits[node].max {
            let extra = self.prices[clusters] - self.prices[node];
            walk.offer(node, clusters, from + extra.max(0.0));
        }
        self.open(node, out);
        let own = self.prices[node];
        let cheapest = &self.cheapest[node * clusters..(node + 1) * clusters];
        for (cluster, (extra, price)) in cheapest.iter().zip(&self.prices).enumerate() {
            // Rounding may leave a change that looks as if it gained a little.
            walk.offer(node, cluster, from + (extra + price - own).max(0.0));
        }
    }

    fn reprice(&mut self, walk: &Walk, reach: f64) {
        for (price, &node) in self.prices.iter_mut().zip(&walk.reach) {
            *price -= node.min(reach);
        }
    }

    /// Moves along the path that ends at `end`: one unit, or as many places as a way by the market alone
    /// carries.
    fn carry(&mut self, over: &mut [i64], walk: &Walk, end: usize, out: &mut [f64]) {
        let clusters = self.limits.len();
        let mut path = vec![end];
        let mut node = end;
        while walk.from[node] != node {
            node = walk.from[node];
            path.push(node);
        }
        path.reverse();
        let mut amount = over[path[0]].min(-over[end]) as usize;
        for pair in path.windows(2) {
            amount = amount.min(match (pair[0], pair[1]) {
                (from, to) if to == clusters => self.limits[from].max - self.places[from],
                (from, to) if from == clusters => self.places[to] - self.limits[to].min,
                _ => 1,
            });
        }
        over[path[0]] -= amount as i64;
        over[end] += amount as i64;
        for pair in path.windows(2) {
            match (pair[0], pair[1]) {
                (from, to) if to == clusters => self.places[from] += amount,
                (from, to) if from == clusters => self.places[to] -= amount,
                (from, to) => {
                    let offers = &self.arcs[from][to].offers;
                    if let Some(&Reverse(offer)) = offers.peek() {
                        self.moves.push((offer.unit, from as u32));
                        self.spent += offer.extra;
                        self.shift(offer.unit, to, out);
                    }
                }
            }
        }
    }

    /// Puts a unit into another cluster and offers it from there.
    fn shift(&mut self, unit: u32, to: usize, out: &mut [f64]) {
        let clusters = self.limits.len();
        let from = self.at[unit as usize] as usize;
        let spot = self.spot[unit as usize] as usize;
        self.members[from].swap_remove(spot);
        if let Some(&moved) = self.members[from].get(spot) {
            self.spot[moved as usize] = spot as u32;
        }
        self.spot[unit as usize] = self.members[to].len() as u32;
        self.members[to].push(unit);
        self.at[unit as usize] = to as u32;
        if !self.arcs[from].is_empty() {
            self.refresh(from);
        }
        if !self.arcs[to].is_empty() {
            self.costs.of(self.units[unit as usize] as usize, out);
            let own = out[to];
            for (cluster, (arc, cost)) in self.arcs[to].iter_mut().zip(out).enumerate() {
                let extra = *cost - own;
                // Offers are whole below `beyond`; from there on, making the list anew finds this unit.
                if cluster != to && extra < arc.beyond {
                    arc.offers.push(Reverse(Offer { extra, unit }));
                    let cheapest = &mut self.cheapest[to * clusters + cluster];
                    *cheapest = cheapest.min(extra);
                }
            }
        }
    }

    /// Drops offers of units that left; forgets all lists of the cluster where one ran dry that should not.
    fn refresh(&mut self, cluster: usize) {
        let clusters = self.limits.len();
        let at = &self.at;
        for (to, arc) in self.arcs[cluster].iter_mut().enumerate() {
            while let Some(Reverse(offer)) = arc.offers.peek() {
                if at[offer.unit as usize] as usize == cluster {
                    break;
                }
                arc.offers.pop();
            }
            let cheapest = &mut self.cheapest[cluster * clusters + to];
            match arc.offers.peek() {
                Some(Reverse(offer)) => *cheapest = offer.extra,
                None if arc.beyond == f64::INFINITY => *cheapest = f64::INFINITY,
                None => {
                    self.arcs[cluster] = Vec::new();
                    return;
                }
            }
        }
    }

    /// Makes the lists of the cluster unless they stand.
    fn open(&mut self, cluster: usize, out: &mut [f64]) {
        if !self.arcs[cluster].is_empty() {
            return;
        }
        let clusters = self.limits.len();
        let members = &self.members[cluster];
        let mut offers: Vec<Vec<Offer>> = (0..clusters)
            .map(|_| Vec::with_capacity(members.len()))
            .collect();
        for &unit in members {
            self.costs.of(self.units[unit as usize] as usize, out);
            for (offers, cost) in offers.iter_mut().zip(&*out) {
                let extra = cost - out[cluster];
                offers.push(Offer { extra, unit });
            }
        }
        // So many that making lists costs as much per move as looking for the path does.
        let kept = (members.len() / 8).clamp(16, 4_096);
        let cut = |(to, mut offers): (usize, Vec<Offer>)| {
            if to == cluster {
                offers.clear();
            }
            let mut beyond = f64::INFINITY;
            if offers.len() > kept {
                let (_, next, _) = offers.select_nth_unstable(kept);
                beyond = next.extra;
                offers.truncate(kept);
            }
            let offers: Vec<Reverse<Offer>> = offers.into_iter().map(Reverse).collect();
            Arc {
                offers: BinaryHeap::from(offers),
                beyond,
            }
        };
        self.arcs[cluster] = offers.into_iter().enumerate().map(cut).collect();
        for (to, arc) in self.arcs[cluster].iter().enumerate() {
            self.cheapest[cluster * clusters + to] = match arc.offers.peek() {
                Some(Reverse(offer)) => offer.extra,
                None => f64::INFINITY,
            };
        }
    }
}

/// The state of one search for a path.
struct Walk {
    reach: Vec<f64>,
    from: Vec<usize>,
    done: Vec<bool>,
}

impl Walk {
    fn new(nodes: usize) -> Self {
        Self {
            reach: vec![0.0; nodes],
            from: vec![0; nodes],
            done: vec![false; nodes],
        }
    }

    fn start(&mut self, over: &[i64]) {
        for (node, &over) in over.iter().enumerate() {
            self.reach[node] = if over > 0 { 0.0 } else { f64::INFINITY };
            self.from[node] = node;
            self.done[node] = false;
        }
    }

    fn offer(&mut self, from: usize, to: usize, reach: f64) {
        if reach < self.reach[to] && !self.done[to] {
            self.reach[to] = reach;
            self.from[to] = from;
        }
    }
}
