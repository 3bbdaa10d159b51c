//! The minimum spanning tree, by rounds: every component takes its shortest edge to another one, and what
//! is connected becomes one component (O. Borůvka, 1926; with a tree of boxes: W. B. March, P. Ram, A. G.
//! Gray, "Fast Euclidean Minimum Spanning Tree", KDD 2010).
//!
//! Holds the rounds. Lengths are squared all through. A row is searched for only where it can beat what its
//! component has: known neighbours are tried first, and how near a row of another component can be at least
//! is kept from round to round, for components only grow.
//!
//! Which of equally long edges is taken depends on the data alone. Any choice gives a shortest tree, since
//! an edge is added only where it connects what is not yet connected.

use std::ops::Range;

use numeric::{Progress, chunks};
use rayon::prelude::*;

use super::{
    Edge,
    kd_tree::{KdTree, LEAF, Search},
    nearest::{Near, least},
};
use crate::{Error, sets::Sets};

/// The component of a node whose rows are in several.
const MIXED: u32 = u32::MAX;
/// Leaves that are searched in one piece, sharing what they find.
const LEAVES_TOGETHER: usize = 8;

/// An edge from a known place.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Candidate {
    squared: f64,
    to: u32,
}

const NONE: Candidate = Candidate {
    squared: f64::INFINITY,
    to: 0,
};

/// All rows, each connected to each.
pub(super) struct Graph<'a> {
    tree: &'a KdTree,
    progress: &'a dyn Progress,
    /// For each place, what its edges are at least as long as.
    core: Vec<f64>,
    /// The least of these in each node.
    node_core: Vec<f64>,
    /// Neighbours of each place, `count` of them.
    near: &'a [Near],
    count: usize,
    component: Vec<u32>,
    node_component: Vec<u32>,
    /// For each place, the shortest edge to another component, where it is known.
    shortest: Vec<Candidate>,
    /// For each place, what its edges to other components are at least as long as.
    least: Vec<f64>,
}

impl<'a> Graph<'a> {
    /// The edge of two rows is as long as the greatest of their distance and both their `core`.
    pub fn new(
        tree: &'a KdTree,
        core: Vec<f64>,
        near: &'a [Near],
        progress: &'a dyn Progress,
    ) -> Self {
        let rows = tree.len();
        let mut graph = Self {
            tree,
            progress,
            node_core: Vec::new(),
            near,
            count: near.len() / rows,
            component: (0..rows as u32).collect(),
            node_component: vec![MIXED; tree.nodes()],
            shortest: vec![NONE; rows],
            least: core.clone(),
            core,
        };
        graph.node_core = graph.of_nodes(&graph.core, f64::min);
        graph
    }

    /// For each node, what its places come to.
    fn of_nodes<T: Copy>(&self, places: &[T], join: impl Fn(T, T) -> T) -> Vec<T> {
        let mut nodes: Vec<T> = Vec::new();
        for node in (0..self.tree.nodes()).rev() {
            // From the last node on, so `nodes` holds the later ones backwards.
            let of = |child: usize| nodes[self.tree.nodes() - 1 - child];
            nodes.push(match self.tree.children(node) {
                Some((first, second)) => join(of(first), of(second)),
                None => {
                    let places = &places[self.tree.places(node)];
                    places[1..].iter().fold(places[0], |a, &b| join(a, b))
                }
            });
        }
        nodes.reverse();
        nodes
    }

    pub fn spanning_tree(mut self) -> Result<Vec<Edge>, Error> {
        let rows = self.tree.len();
        let mut sets = Sets::new(rows);
        let mut edges = Vec::with_capacity(rows - 1);
        while edges.len() + 1 < rows {
            let best = self.round()?;
            for (from, found) in best {
                let (a, b) = (sets.find(from), sets.find(found.to));
                if a != b {
                    sets.join(a, b);
                    edges.push(self.edge(from, found));
                }
            }
            for (place, component) in self.component.iter_mut().enumerate() {
                *component = sets.find(place as u32);
            }
            self.progress.tick(edges.len() as u64, rows as u64 - 1);
        }
        edges.sort_by(|x, y| {
            let rows = (x.a, x.b).cmp(&(y.a, y.b));
            x.length.total_cmp(&y.length).then(rows)
        });
        Ok(edges)
    }

    fn edge(&self, from: u32, found: Candidate) -> Edge {
        let [x, y] = [from, found.to].map(|place| self.tree.row(place as usize));
        Edge {
            a: x.min(y),
            b: x.max(y),
            length: found.squared.sqrt(),
        }
    }

    /// The shortest edge of each component to another, and the place that it begins at.
    fn round(&mut self) -> Result<Vec<(u32, Candidate)>, Error> {
        let join = |a, b| if a == b { a } else { MIXED };
        self.node_component = self.of_nodes(&self.component, join);
        let mut best = vec![(0, NONE); self.tree.len()];
        let known = self.among_neighbours();
        self.offer(&mut best, &known);
        let leaves = self.tree.leaves();
        let parts = leaves.par_chunks(LEAVES_TOGETHER).map(|leaves| {
            if self.progress.cancelled() {
                return Err(Error::Cancelled);
            }
            Ok(Foreign::search(self, leaves, &best))
        });
        let parts = parts.collect::<Result<Vec<_>, Error>>()?;
        (self.shortest, self.least) = parts.into_iter().flatten().unzip();
        self.offer(&mut best, &self.shortest);
        best.retain(|(_, candidate)| *candidate != NONE);
        Ok(best)
    }

    /// Lets each place's candidate be its component's if it is shorter; the first of equals stays.
    fn offer(&self, best: &mut [(u32, Candidate)], candidates: &[Candidate]) {
        for (place, &candidate) in candidates.iter().enumerate() {
            let best = &mut best[self.component[place] as usize];
            if candidate.squared < best.1.squared {
                *best = (place as u32, candidate);
            }
        }
    }

    /// For each place the shortest edge to a neighbour in another component. Where no row further away can
    /// beat it, it is the shortest of all, and kept as that.
    fn among_neighbours(&mut self) -> Vec<Candidate> {
        let parts = chunks::map(self.tree.len(), |places| {
            places
                .map(|place| self.nearest_neighbour(place))
                .collect::<Vec<_>>()
        });
        let mut known = Vec::with_capacity(self.tree.len());
        for (place, (candidate, beyond)) in parts.into_iter().flatten().enumerate() {
            let settled = candidate.squared <= beyond;
            self.shortest[place] = if settled { candidate } else { NONE };
            self.least[place] = self.least[place].max(candidate.squared.min(beyond));
            known.push(candidate);
        }
        known
    }

    /// As above for one place, and what edges to all others are at least as long as.
    fn nearest_neighbour(&self, place: usize) -> (Candidate, f64) {
        let (own, core) = (self.component[place], self.core[place]);
        let kept = self.shortest[place];
        if kept != NONE && self.component[kept.to as usize] != own {
            return (kept, kept.squared);
        }
        let near = &self.near[place * self.count..(place + 1) * self.count];
        let beyond = core.max(near[self.count - 1].squared());
        let mut best = NONE;
        // Else the tree has been searched further than these reach.
        if self.least[place] <= beyond {
            for near in near
                .iter()
                .filter(|near| self.component[near.place()] != own)
            {
                let squared = near.squared().max(core).max(self.core[near.place()]);
                if squared < best.squared {
                    let to = near.place() as u32;
                    best = Candidate { squared, to };
                }
                if best.squared <= near.squared().max(core) {
                    break;
                }
            }
        }
        (best, beyond)
    }
}

/// The search from a leaf for rows in other components.
struct Foreign<'g> {
    graph: &'g Graph<'g>,
    /// The components around, ascending, and what an edge must be shorter than to be of use to each.
    components: Vec<u32>,
    limits: Vec<f64>,
    /// The places searched from, each with the place of its component in these, and what is found.
    active: Vec<(usize, usize, Candidate)>,
    /// The leaf of these.
    leaf: usize,
    /// The component of all of these, if it is one.
    own: u32,
    limit: f64,
}

impl<'g> Foreign<'g> {
    /// For each place of these leaves its shortest edge, where it is known now, and what it is at least as
    /// long as.
    fn search(
        graph: &'g Graph<'g>,
        leaves: &[usize],
        best: &[(u32, Candidate)],
    ) -> Vec<(Candidate, f64)> {
        let tree = graph.tree;
        let places = leaves.iter().flat_map(|&leaf| tree.places(leaf));
        let mut components: Vec<u32> = places.map(|place| graph.component[place]).collect();
        components.sort_unstable();
        components.dedup();
        let limit = |&component: &u32| best[component as usize].1.squared;
        let mut search = Self {
            graph,
            limits: components.iter().map(limit).collect(),
            components,
            active: Vec::with_capacity(LEAF),
            leaf: 0,
            own: MIXED,
            limit: 0.0,
        };
        let mut results = Vec::with_capacity(leaves.len() * LEAF);
        for &leaf in leaves {
            let places = tree.places(leaf);
            search.leaf = leaf;
            search.begin(places.clone());
            if !search.active.is_empty() {
                tree.visit(leaf, &mut search);
            }
            let from = results.len();
            results.extend(
                places
                    .clone()
                    .map(|place| (graph.shortest[place], graph.least[place])),
            );
            for &(place, slot, found) in &search.active {
                // All that is shorter than the limit has been seen.
                let limit = search.limits[slot];
                let shortest = if found.squared <= limit { found } else { NONE };
                results[from + place - places.start] = (shortest, graph.least[place].max(limit));
            }
        }
        results
    }

    fn begin(&mut self, places: Range<usize>) {
        let graph = self.graph;
        self.active.clear();
        (self.own, self.limit) = (MIXED, 0.0);
        for place in places.filter(|&place| graph.shortest[place] == NONE) {
            let component = graph.component[place];
            let slot = self.components.partition_point(|&other| other < component);
            if graph.least[place] < self.limits[slot] {
                let first = self.active.is_empty();
                let same = first || self.own == component;
                self.own = if same { component } else { MIXED };
                self.limit = self.limit.max(self.limits[slot]);
                self.active.push((place, slot, NONE));
            }
        }
    }
}

impl Search for Foreign<'_> {
    fn limit(&self) -> f64 {
        self.limit
    }

    fn skips(&self, node: usize) -> bool {
        let component = self.graph.node_component[node];
        (component == self.own && component != MIXED) || self.graph.node_core[node] >= self.limit
    }

    fn look(&mut self, leaf: usize) {
        let graph = self.graph;
        let others = graph.tree.places(leaf);
        let mut squared = [f64::INFINITY; LEAF];
        let places = graph.tree.places(self.leaf);
        let mut gaps = [0.0; LEAF];
        graph
            .tree
            .gaps_from(self.leaf, leaf, &mut gaps[..places.len()]);
        self.limit = 0.0;
        for (place, slot, found) in &mut self.active {
            let (own, core) = (graph.component[*place], graph.core[*place]);
            let limit = &mut self.limits[*slot];
            if graph.node_component[leaf] != own
                && graph.node_core[leaf].max(core) < *limit
                && gaps[*place - places.start] < *limit
            {
                graph
                    .tree
                    .squared_distances(*place, leaf, &mut squared[..others.len()]);
                let none = least(&squared) >= *limit;
                let looked = if none { 0..0 } else { others.clone() };
                for (other, &squared) in looked.zip(&squared) {
                    let squared = squared.max(core).max(graph.core[other]);
                    if squared < *limit && graph.component[other] != own {
                        *limit = squared;
                        let to = other as u32;
                        *found = Candidate { squared, to };
                    }
                }
            }
            if graph.least[*place] < *limit {
                self.limit = self.limit.max(*limit);
            }
        }
    }
}
