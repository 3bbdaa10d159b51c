//! A place for every group of rows that links bind, within sizes and apart from what it must not meet.
//!
//! Holds one bounded search, used twice: by the check, to prove that the rules can be kept, and by the
//! assignment, which asks for the cheapest places first. It must not know rows or distances.

/// Sizes within which a cluster must end, in rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Limit {
    pub min: usize,
    pub max: usize,
}

/// A group that must be placed as a whole: more than one row, or rows that must be apart from others.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bound {
    pub group: u32,
    pub weight: usize,
    /// Open clusters that hold locked rows which this must be apart from, ascending.
    pub barred: Vec<u32>,
    /// Places in the list of bound groups of those that this must be apart from, ascending.
    pub apart: Vec<u32>,
}

/// What is to be placed: bound groups among so many open clusters, and single rows that go anywhere.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Puzzle {
    pub bound: Vec<Bound>,
    pub singles: usize,
    /// Sizes of the open clusters less the rows locked to them.
    pub limits: Vec<Limit>,
}

/// How a search ended.
#[derive(Debug, PartialEq)]
pub(super) enum Found {
    /// For each bound group, its open cluster.
    Places(Vec<u32>),
    /// There is no way.
    Nothing,
    /// The steps were used up.
    Unknown,
}

/// Which group is placed next.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Order {
    /// The heaviest, as in packing bins (first fit decreasing).
    Heaviest,
    /// The one with fewest clusters left (D. Brélaz, "New methods to color the vertices of a graph", Commun.
    /// ACM 22, 1979).
    Scarcest,
}

impl Puzzle {
    /// Depth-first search with at most `steps` placements in each of two orders. `prefer(bound, cluster)`
    /// ranks the clusters of a group, lowest first; without it, clusters short of their least size come
    /// first, then the fullest.
    pub fn search(&self, steps: usize, prefer: Option<&dyn Fn(usize, usize) -> f64>) -> Found {
        for order in [Order::Heaviest, Order::Scarcest] {
            match Search::new(self, order, prefer).run(steps) {
                Found::Unknown => {}
                found => return found,
            }
        }
        Found::Unknown
    }
}

/// A group placed, and the clusters that it has not tried yet (the next one last).
struct Step {
    bound: usize,
    at: Option<usize>,
    left: Vec<usize>,
}

struct Search<'a> {
    puzzle: &'a Puzzle,
    order: Order,
    prefer: Option<&'a dyn Fn(usize, usize) -> f64>,
    loads: Vec<usize>,
    /// Clusters barred to no group: those of equal limits are interchangeable while empty.
    plain: Vec<bool>,
    /// For each group and cluster, how many reasons bar it.
    barred: Vec<u32>,
    /// For each group, clusters that nothing bars.
    open: Vec<usize>,
    placed: Vec<Option<usize>>,
    sequence: Vec<usize>,
    /// Rows still to come, single ones too.
    left: usize,
}

impl<'a> Search<'a> {
    fn new(
        puzzle: &'a Puzzle,
        order: Order,
        prefer: Option<&'a dyn Fn(usize, usize) -> f64>,
    ) -> Self {
        let (groups, clusters) = (puzzle.bound.len(), puzzle.limits.len());
        let mut barred = vec![0; groups * clusters];
        let mut plain = vec![true; clusters];
        let mut open = vec![clusters; groups];
        for (place, bound) in puzzle.bound.iter().enumerate() {
            open[place] -= bound.barred.len();
            for &cluster in &bound.barred {
                barred[place * clusters + cluster as usize] = 1;
                plain[cluster as usize] = false;
            }
        }
        let mut sequence: Vec<usize> = (0..groups).collect();
        let ease = |&place: &usize| {
            let bound = &puzzle.bound[place];
            let reasons = bound.apart.len() + bound.barred.len();
            (usize::MAX - bound.weight, usize::MAX - reasons, place)
        };
        sequence.sort_unstable_by_key(ease);
        let weights: usize = puzzle.bound.iter().map(|bound| bound.weight).sum();
        Self {
            puzzle,
            order,
            prefer,
            loads: vec![0; clusters],
            plain,
            barred,
            open,
            placed: vec![None; groups],
            sequence,
            left: puzzle.singles + weights,
        }
    }

    fn run(&mut self, steps: usize) -> Found {
        let mut stack: Vec<Step> = Vec::new();
        let mut taken = 0;
        loop {
            if self.short() <= self.left {
                let Some(bound) = self.next(stack.len()) else {
                    let places = self.placed.iter().flatten();
                    return Found::Places(places.map(|&cluster| cluster as u32).collect());
                };
                let left = self.clusters(bound);
                stack.push(Step {
                    bound,
                    at: None,
                    left,
                });
            }
            // Go back to the last group that has a cluster left to try.
            loop {
                let Some(step) = stack.last_mut() else {
                    return Found::Nothing;
                };
                let (bound, before, next) = (step.bound, step.at, step.left.pop());
                step.at = next;
                if let Some(cluster) = before {
                    self.lift(bound, cluster);
                }
                if let Some(cluster) = next {
                    taken += 1;
                    if taken > steps {
                        return Found::Unknown;
                    }
                    self.put(bound, cluster);
                    break;
                }
                stack.pop();
            }
        }
    }

    /// Rows that clusters lack to their least sizes.
    fn short(&self) -> usize {
        let pairs = self.puzzle.limits.iter().zip(&self.loads);
        pairs
            .map(|(limit, &load)| limit.min.saturating_sub(load))
            .sum()
    }

    fn next(&self, depth: usize) -> Option<usize> {
        match self.order {
            Order::Heaviest => self.sequence.get(depth).copied(),
            Order::Scarcest => {
                let unplaced = self
                    .sequence
                    .iter()
                    .copied()
                    .filter(|&bound| self.placed[bound].is_none());
                unplaced.min_by_key(|&bound| self.open[bound])
            }
        }
    }

    /// Clusters that take the group now, the one to try first last.
    fn clusters(&self, bound: usize) -> Vec<usize> {
        let weight = self.puzzle.bound[bound].weight;
        let limits = &self.puzzle.limits;
        let mut seen: Vec<Limit> = Vec::new();
        let mut clusters: Vec<usize> = Vec::new();
        for cluster in 0..limits.len() {
            let free = self.barred[bound * limits.len() + cluster] == 0;
            if !free || self.loads[cluster] + weight > limits[cluster].max {
                continue;
            }
            // One of several empty clusters that are alike stands for all, unless costs tell them apart.
            if self.prefer.is_none() && self.plain[cluster] && self.loads[cluster] == 0 {
                if seen.contains(&limits[cluster]) {
                    continue;
                }
                seen.push(limits[cluster]);
            }
            clusters.push(cluster);
        }
        if let Some(prefer) = self.prefer {
            let worth = |&cluster: &usize| (prefer(bound, cluster), cluster);
            clusters.sort_by(|a, b| {
                let (a, b) = (worth(a), worth(b));
                b.0.total_cmp(&a.0).then(b.1.cmp(&a.1))
            });
        } else {
            clusters.sort_by_key(|&cluster| {
                let short = limits[cluster].min.saturating_sub(self.loads[cluster]);
                let room = limits[cluster].max - self.loads[cluster];
                (short.min(weight), usize::MAX - room, usize::MAX - cluster)
            });
        }
        clusters
    }

    fn put(&mut self, bound: usize, cluster: usize) {
        let item = &self.puzzle.bound[bound];
        self.placed[bound] = Some(cluster);
        self.loads[cluster] += item.weight;
        self.left -= item.weight;
        for &other in &item.apart {
            let other = other as usize;
            let reasons = &mut self.barred[other * self.loads.len() + cluster];
            self.open[other] -= usize::from(*reasons == 0);
            *reasons += 1;
        }
    }

    fn lift(&mut self, bound: usize, cluster: usize) {
        let item = &self.puzzle.bound[bound];
        self.placed[bound] = None;
        self.loads[cluster] -= item.weight;
        self.left += item.weight;
        for &other in &item.apart {
            let other = other as usize;
            let reasons = &mut self.barred[other * self.loads.len() + cluster];
            *reasons -= 1;
            self.open[other] += usize::from(*reasons == 0);
        }
    }
}
