//! Clusters from links. Not everything that hangs together by some chain of links is one: clusters are joined from
//! the strongest tie to the weakest, and a join is refused where a person said so, where members speak against
//! each other, where a cluster would grow too large, or where another tie is about as good. Holds no score.
//!
//! What comes out depends on ties, not on their order: they are sorted by strength, score and rows first.

mod forest;

use crate::Error;
use forest::Forest;

/// How binding a tie is; the stronger comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    /// Rows share something that only the same thing has.
    Certain,
    /// Rows are alike.
    Probable,
}

/// Two rows that may be the same thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tie {
    /// One row.
    pub a: u32,
    /// Another.
    pub b: u32,
    /// How binding.
    pub strength: Strength,
    /// Among ties of one strength the higher comes first.
    pub score: i64,
}

/// What a person said of two rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// One row.
    pub a: u32,
    /// Another.
    pub b: u32,
    /// Whether they are the same thing.
    pub same: bool,
    /// The higher, the later it was said; the latest word counts.
    pub turn: i64,
}

/// Who can tell that two rows are not the same thing.
pub trait Judge {
    /// Whether what is known of two rows speaks against them.
    fn opposed(&self, a: u32, b: u32) -> bool;
}

/// When a join is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most rows of a cluster joined by a certain tie.
    pub certain: usize,
    /// Most rows of a cluster joined by a probable tie.
    pub probable: usize,
    /// A probable tie whose row has another that is less than this below it, with a row opposed to the first, is
    /// undecided.
    pub margin: i64,
}

/// What became of a tie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It joined two clusters.
    Joined,
    /// Its rows were in one cluster already: it speaks for that cluster.
    Within,
    /// A person said that two rows of the clusters are not the same.
    Ordered(u32, u32),
    /// Two rows of the clusters speak against each other.
    Opposed(u32, u32),
    /// The cluster would have had so many rows.
    Large(usize),
    /// One of its rows fits this other row about as well, and the two cannot both be right.
    Undecided(u32),
}

/// Clusters, and what became of what was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// Per row the lowest row of its cluster.
    pub cluster: Vec<u32>,
    /// Per tie, as given.
    pub outcomes: Vec<Outcome>,
    /// Orders that later orders forbid, by their places.
    pub conflicts: Vec<usize>,
}

/// Joins `rows` rows by orders and ties. Time grows with ties, and per join with the product of the two clusters' rows.
///
/// # Errors
/// [`Error::Row`] where a tie or an order names a row that is not there.
pub fn link(
    rows: usize,
    ties: &[Tie],
    orders: &[Order],
    judge: &dyn Judge,
    limits: &Limits,
) -> Result<Linked, Error> {
    let known = |field, row: u32| match (row as usize) < rows {
        true => Ok(()),
        false => Err(Error::Row { field, row, rows }),
    };
    ties.iter()
        .try_for_each(|tie| known("ties", tie.a).and(known("ties", tie.b)))?;
    orders
        .iter()
        .try_for_each(|order| known("orders", order.a).and(known("orders", order.b)))?;
    let mut forest = Forest::new(rows);
    let conflicts = obey(orders, &mut forest);
    let mut sorted: Vec<usize> = (0..ties.len()).collect();
    sorted.sort_by_key(|&place| {
        let Tie {
            a,
            b,
            strength,
            score,
        } = ties[place];
        (
            strength,
            std::cmp::Reverse(score),
            a.min(b),
            a.max(b),
            place,
        )
    });
    let near = Neighbours::new(rows, ties);
    let mut outcomes = vec![Outcome::Within; ties.len()];
    for place in sorted {
        let tie = &ties[place];
        outcomes[place] = settle(tie, &mut forest, &near, judge, limits);
    }
    Ok(Linked {
        cluster: forest.lowest(),
        outcomes,
        conflicts,
    })
}

/// Carries out orders from the latest to the first; returns those that could not be obeyed.
fn obey(orders: &[Order], forest: &mut Forest) -> Vec<usize> {
    let mut latest: Vec<usize> = (0..orders.len()).collect();
    latest.sort_by_key(|&place| {
        let Order { a, b, same, turn } = orders[place];
        (std::cmp::Reverse(turn), same, a.min(b), a.max(b), place)
    });
    let mut conflicts = Vec::new();
    for place in latest {
        let Order { a, b, same, .. } = orders[place];
        let (one, other) = (forest.find(a), forest.find(b));
        match (same, one == other) {
            (true, false) if forest.apart(one, other).is_some() => conflicts.push(place),
            (true, is_one) => {
                if !is_one {
                    forest.join(one, other);
                }
                [a, b].into_iter().for_each(|row| forest.vouch(row));
            }
            (false, true) => conflicts.push(place),
            (false, false) => forest.part(a, b),
        }
    }
    conflicts.sort_unstable();
    conflicts
}

fn settle(
    tie: &Tie,
    forest: &mut Forest,
    near: &Neighbours,
    judge: &dyn Judge,
    limits: &Limits,
) -> Outcome {
    let (one, other) = (forest.find(tie.a), forest.find(tie.b));
    if one == other {
        return Outcome::Within;
    }
    if let Some((a, b)) = forest.apart(one, other) {
        return Outcome::Ordered(a, b);
    }
    let most = match tie.strength {
        Strength::Certain => limits.certain,
        Strength::Probable => limits.probable,
    };
    let size = forest.members(one).len() + forest.members(other).len();
    // Who is opposed is looked at only where the clusters are small enough to be joined.
    if size > most {
        return Outcome::Large(size);
    }
    for &a in forest.members(one) {
        for &b in forest.members(other) {
            // Where a person said that a row belongs, what it says keeps no others away; the tie itself must be sound.
            let is_tie = (a, b) == (tie.a, tie.b) || (a, b) == (tie.b, tie.a);
            let counts = is_tie || !forest.is_vouched(a) && !forest.is_vouched(b);
            if counts && judge.opposed(a, b) {
                return Outcome::Opposed(a, b);
            }
        }
    }
    if tie.strength == Strength::Probable
        && let Some(row) = near.undecided(tie, forest, judge, limits.margin)
    {
        return Outcome::Undecided(row);
    }
    forest.join(one, other);
    Outcome::Joined
}

/// Per row its probable ties.
struct Neighbours {
    starts: Vec<usize>,
    rows: Vec<(u32, i64)>,
}

impl Neighbours {
    fn new(rows: usize, ties: &[Tie]) -> Self {
        let probable = ties.iter().filter(|tie| tie.strength == Strength::Probable);
        let mut ends: Vec<_> = probable
            .flat_map(|tie| [(tie.a, tie.b, tie.score), (tie.b, tie.a, tie.score)])
            .collect();
        ends.sort_unstable();
        let starts = (0..=rows as u32).map(|row| ends.partition_point(|end| end.0 < row));
        Self {
            starts: starts.collect(),
            rows: ends
                .into_iter()
                .map(|(_, row, score)| (row, score))
                .collect(),
        }
    }

    fn of(&self, row: u32) -> &[(u32, i64)] {
        &self.rows[self.starts[row as usize]..self.starts[row as usize + 1]]
    }

    /// A row that one end of the tie fits about as well as the other end, and that cannot be the same as that.
    fn undecided(
        &self,
        tie: &Tie,
        forest: &mut Forest,
        judge: &dyn Judge,
        margin: i64,
    ) -> Option<u32> {
        for (row, partner) in [(tie.a, tie.b), (tie.b, tie.a)] {
            let (own, others) = (forest.find(row), forest.find(partner));
            for &(rival, score) in self.of(row) {
                let is_near = score > tie.score - margin && rival != partner;
                let cluster = forest.find(rival);
                if is_near && cluster != own && cluster != others && judge.opposed(partner, rival) {
                    return Some(rival);
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests;
