//! Merges by the nearest-neighbour chain (D. Müllner, "Modern hierarchical, agglomerative clustering
//! algorithms", arXiv:1109.2378, 2011, section 3.2).
//!
//! From a cluster to its nearest one, from there to the nearest, until two are nearest to each other:
//! these are joined, whatever happens elsewhere. That finds the merges of the greedy method because a
//! joined cluster is never nearer to a third than the nearer of its parts was. Keeping clusters apart, by
//! taking them for infinitely far, leaves that true. Does not know how distances come about.

use numeric::Progress;

use super::{dendrogram::Link, space::Space};
use crate::Error;

/// Clusters on their way to becoming one.
pub(super) struct Chain<'a, S> {
    space: S,
    progress: &'a dyn Progress,
    rows: usize,
    /// For each slot, a row of its cluster.
    row: Vec<u32>,
    /// For each slot, whether it holds a cluster.
    full: Vec<bool>,
    clusters: usize,
    /// For each slot, the height at which its cluster was made.
    made_at: Vec<f64>,
    /// For each slot, those that it must not be joined with.
    apart: Vec<Vec<u32>>,
    links: Vec<Link>,
    measured: Vec<f64>,
}

impl<'a, S: Space> Chain<'a, S> {
    /// Every row is a cluster; those of `apart` stay apart.
    pub fn new(
        space: S,
        rows: usize,
        apart: &[(usize, usize)],
        progress: &'a dyn Progress,
    ) -> Self {
        let mut lists = vec![Vec::new(); rows];
        for &(a, b) in apart {
            lists[a].push(b as u32);
            lists[b].push(a as u32);
        }
        Self {
            space,
            progress,
            rows,
            row: (0..rows as u32).collect(),
            full: vec![true; rows],
            clusters: rows,
            made_at: vec![0.0; rows],
            apart: lists,
            links: Vec::with_capacity(rows),
            measured: vec![0.0; rows],
        }
    }

    /// Joins two rows that are together from the start. Must come before any merge.
    pub fn force(&mut self, into: usize, row: usize) {
        self.join(into, row, 0.0);
    }

    /// Makes all merges: the links in the order in which a tree makes them, and how many of them keep
    /// apart what is to stay apart. After these, the rest is joined regardless.
    pub fn run(mut self) -> Result<(Vec<Link>, usize), Error> {
        let forced = self.links.len();
        self.join_nearest()?;
        // Stable: links of one height stay in the order made, so none comes before what it builds on.
        self.links[forced..].sort_by(|a, b| a.height.total_cmp(&b.height));
        let allowed = self.links.len();
        let highest = self.links.last().map_or(0.0, |link| link.height);
        self.apart.iter_mut().for_each(Vec::clear);
        self.made_at.fill(highest);
        self.join_nearest()?;
        self.links[allowed..].sort_by(|a, b| a.height.total_cmp(&b.height));
        Ok((self.links, allowed))
    }

    /// Joins until every cluster that is left must be kept apart from every other.
    fn join_nearest(&mut self) -> Result<(), Error> {
        let mut chain: Vec<usize> = Vec::new();
        // Slots before this one are empty or have nothing to be joined with.
        let mut next = 0;
        while next < self.full.len() {
            let Some(&top) = chain.last() else {
                if self.full[next] {
                    chain.push(next);
                } else {
                    next += 1;
                }
                continue;
            };
            if self.progress.cancelled() {
                return Err(Error::Cancelled);
            }
            let before = chain.len().checked_sub(2).map(|at| chain[at]);
            match self.nearest(top, before) {
                // Further along a chain distances shrink, so only its start can have none in reach. It
                // never will: what others join with only adds to what it is kept apart from.
                None => {
                    chain.pop();
                    next += 1;
                }
                Some((near, measured)) if Some(near) == before => {
                    chain.truncate(chain.len() - 2);
                    let height = self.space.height(measured);
                    self.join(top.min(near), top.max(near), height);
                    if self.clusters * 2 < self.full.len() {
                        next = self.compact(&mut chain, next);
                    }
                }
                Some((near, _)) => chain.push(near),
            }
        }
        Ok(())
    }

    /// The nearest cluster that may be joined with the one in `slot`, `before` first among equals, then the
    /// lowest slot.
    fn nearest(&mut self, slot: usize, before: Option<usize>) -> Option<(usize, f64)> {
        let measured = &mut self.measured[..self.full.len()];
        self.space.measure(slot, measured);
        for &other in &self.apart[slot] {
            measured[other as usize] = f64::INFINITY;
        }
        let mut best = before.map_or((0, f64::INFINITY), |slot| (slot, measured[slot]));
        for (other, &value) in measured.iter().enumerate() {
            if value < best.1 {
                best = (other, value);
            }
        }
        (best.1 < f64::INFINITY).then_some(best)
    }

    fn join(&mut self, kept: usize, gone: usize, height: f64) {
        // Rounding could put a merge below one that it builds on.
        let height = height.max(self.made_at[kept]).max(self.made_at[gone]);
        self.links.push(Link {
            a: self.row[kept],
            b: self.row[gone],
            height,
        });
        self.space.join(kept, gone);
        self.made_at[kept] = height;
        self.full[gone] = false;
        self.clusters -= 1;
        for other in std::mem::take(&mut self.apart[gone]) {
            let list = &mut self.apart[other as usize];
            list.retain(|&slot| slot as usize != gone);
            if !list.contains(&(kept as u32)) {
                list.push(kept as u32);
                self.apart[kept].push(other);
            }
        }
        let (done, total) = (self.links.len() as u64, self.rows as u64 - 1);
        self.progress.tick(done, total);
    }

    /// Drops the empty slots; gives the new number of `next`, and renumbers the chain.
    fn compact(&mut self, chain: &mut [usize], next: usize) -> usize {
        let slots: Vec<usize> = (0..self.full.len())
            .filter(|&slot| self.full[slot])
            .collect();
        let mut number = vec![0u32; self.full.len()];
        for (new, &old) in slots.iter().enumerate() {
            number[old] = new as u32;
        }
        self.space.compact(&slots);
        self.row = slots.iter().map(|&slot| self.row[slot]).collect();
        self.made_at = slots.iter().map(|&slot| self.made_at[slot]).collect();
        self.apart = slots
            .iter()
            .map(|&slot| std::mem::take(&mut self.apart[slot]))
            .collect();
        for other in self.apart.iter_mut().flatten() {
            *other = number[*other as usize];
        }
        for slot in chain {
            *slot = number[*slot] as usize;
        }
        self.full = vec![true; slots.len()];
        slots.partition_point(|&slot| slot < next)
    }
}
