//! Rows to given centers, or by given costs, at least cost within all rules.
//!
//! Single rows are an exact transportation problem (`flow`). Groups that must stay whole or apart make it one
//! of packing and coloring, which no method solves exactly at scale: they are placed by preference, then
//! bettered move by move (`improve`), and the gap to the relaxation that splits them is told.

use numeric::{MatrixView, chunks, distance::squared_euclidean, sum};

use super::{
    Constraints,
    costs::{Costs, Distances, Points, Table},
    flow::Flow,
    improve::improve,
    search::Found,
};
use crate::{Error, error::require_size};

/// Labels that keep every rule, and what is known of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    /// For each row, its cluster.
    pub labels: Vec<u32>,
    /// Sum of the rows' costs: squared distances to their centers, or what the table holds.
    pub cost: f64,
    /// The most by which any other labels that keep every rule could cost less: 0 but for rounding where no
    /// two rows are linked; elsewhere the distance to the relaxation in which linked rows may part or meet.
    pub gap: f64,
    /// For each cluster, what a place in it is worth: above 0 what one more row of its greatest size would
    /// save, below 0 what one row less of its least size would. 0 where sizes do not bind, and for closed
    /// clusters.
    pub prices: Vec<f64>,
}

/// Assigns the rows to the centers, one per cluster (that of a closed cluster is not asked), so that the sum
/// of squared distances is least: exactly where no rows are linked, within [`Assignment::gap`] elsewhere.
///
/// # Errors
/// [`Error::Mismatch`] where rows, clusters or columns are not those of the constraints and the data.
pub fn assign(
    data: MatrixView<'_>,
    centers: MatrixView<'_>,
    constraints: &Constraints,
) -> Result<Assignment, Error> {
    require_size("data", "rows", data.rows(), constraints.rows())?;
    require_size("centers", "rows", centers.rows(), constraints.clusters())?;
    require_size("centers", "columns", centers.cols(), data.cols())?;
    let points = Points::new(data, constraints);
    let solved = by_distance(&points, centers, constraints, &Start::default())?;
    let labels = solved.labels(constraints);
    let cost = inertia(data, centers, &labels);
    Ok(solved.assignment(constraints, labels, cost))
}

/// As [`assign`], by a table of costs: one row per row of the data, one column per cluster, for methods whose
/// clusters are not told by centers (dissimilarities to medoids, minus the logarithms of memberships).
///
/// # Errors
/// [`Error::Mismatch`] where rows or columns are not those of the constraints.
pub fn assign_costs(costs: MatrixView<'_>, constraints: &Constraints) -> Result<Assignment, Error> {
    require_size("costs", "rows", costs.rows(), constraints.rows())?;
    require_size("costs", "columns", costs.cols(), constraints.clusters())?;
    let table = Table {
        table: costs,
        constraints,
    };
    let solved = solve(&table, constraints, &Start::default());
    let labels = solved.labels(constraints);
    let cost = chunks::sum(costs.rows(), |range| {
        range.map(|row| costs.row(row)[labels[row] as usize]).sum()
    });
    Ok(solved.assignment(constraints, labels, cost))
}

/// Sum of squared distances of the rows to the centers of their labels.
pub(crate) fn inertia(data: MatrixView<'_>, centers: MatrixView<'_>, labels: &[u32]) -> f64 {
    chunks::sum(data.rows(), |range| {
        range
            .map(|row| squared_euclidean(data.row(row), centers.row(labels[row] as usize)))
            .sum()
    })
}

/// Where to start from: what an earlier assignment at nearly the same costs found. Empty where nothing is
/// known.
#[derive(Debug, Clone, Default)]
pub(crate) struct Start {
    /// Price of each open cluster.
    prices: Vec<f64>,
    /// Place of each bound group.
    places: Vec<u32>,
}

/// An assignment in groups and open clusters.
#[derive(Debug)]
pub(crate) struct Solved {
    /// For each group, its cluster.
    pub clusters: Vec<u32>,
    pub gap: f64,
    pub start: Start,
}

impl Solved {
    pub fn labels(&self, constraints: &Constraints) -> Vec<u32> {
        let groups = constraints.groups.of.iter();
        groups.map(|&group| self.clusters[group as usize]).collect()
    }

    pub fn assignment(self, constraints: &Constraints, labels: Vec<u32>, cost: f64) -> Assignment {
        let mut prices = vec![0.0; constraints.clusters()];
        for (&cluster, price) in constraints.open.iter().zip(&self.start.prices) {
            prices[cluster as usize] = *price;
        }
        Assignment {
            labels,
            cost,
            gap: self.gap,
            prices,
        }
    }
}

/// As [`solve`], by squared distances to centers.
pub(crate) fn by_distance(
    points: &Points<'_>,
    centers: MatrixView<'_>,
    constraints: &Constraints,
    start: &Start,
) -> Result<Solved, Error> {
    Ok(match Distances::new(points, centers, constraints)? {
        Some(distances) => solve(&distances, constraints, start),
        None => Solved {
            clusters: constraints.home.iter().flatten().copied().collect(),
            gap: 0.0,
            start: Start::default(),
        },
    })
}

/// The assignment. Where the start knows places of bound groups, these are only bettered and no gap is
/// told (it is infinite).
pub(super) fn solve<C: Costs>(costs: &C, constraints: &Constraints, start: &Start) -> Solved {
    let (puzzle, open) = (&constraints.puzzle, constraints.open.len());
    let mut prices = start.prices.clone();
    prices.resize(open, 0.0);
    let mut bound = vec![false; constraints.groups.len()];
    for item in &puzzle.bound {
        bound[item.group as usize] = true;
    }
    let loose = (0..bound.len()).filter(|&group| constraints.home[group].is_none());
    let singles: Vec<u32> = loose
        .filter(|&group| !bound[group])
        .map(|group| group as u32)
        .collect();
    let (mut places, mut least) = (start.places.clone(), f64::NEG_INFINITY);
    if places.len() != puzzle.bound.len() {
        let relaxed = Relaxed::new(costs, constraints, &singles, &prices);
        prices = relaxed.prices;
        least = relaxed.cost;
        places = relaxed.places;
    }
    let mut flow = Flow::new(costs, singles.clone(), &prices);
    improve(&mut flow, costs, puzzle, &mut places);
    let mut clusters = vec![0; bound.len()];
    for (group, home) in constraints.home.iter().enumerate() {
        clusters[group] = home.unwrap_or(0);
    }
    let placed = puzzle.bound.iter().map(|item| item.group).zip(&places);
    for (group, &place) in placed.chain(singles.iter().copied().zip(flow.at())) {
        clusters[group as usize] = constraints.open[place as usize];
    }
    let gap = if puzzle.bound.is_empty() {
        0.0
    } else {
        (value(costs, constraints, &clusters) - least).max(0.0)
    };
    Solved {
        clusters,
        gap,
        start: Start {
            prices: flow.prices(),
            places,
        },
    }
}

/// The problem in which bound groups may part and meet, solved exactly: a bound on the cost, prices, and
/// from these the first places of the bound groups.
struct Relaxed {
    cost: f64,
    prices: Vec<f64>,
    places: Vec<u32>,
}

impl Relaxed {
    fn new<C: Costs>(
        costs: &C,
        constraints: &Constraints,
        singles: &[u32],
        prices: &[f64],
    ) -> Self {
        let puzzle = &constraints.puzzle;
        let mut units = singles.to_vec();
        for item in &puzzle.bound {
            units.extend(std::iter::repeat_n(item.group, item.weight));
        }
        if puzzle.bound.is_empty() {
            return Self {
                cost: 0.0,
                prices: prices.to_vec(),
                places: Vec::new(),
            };
        }
        let mut flow = Flow::new(costs, units.clone(), prices);
        flow.solve(&puzzle.limits);
        let prices = flow.prices();
        let cost = chunks::sum(units.len(), |range| {
            let mut out = vec![0.0; prices.len()];
            let mut total = 0.0;
            for unit in range {
                costs.of(units[unit] as usize, &mut out);
                total += out[flow.at()[unit] as usize];
            }
            total
        });
        let mut ranks = Vec::with_capacity(puzzle.bound.len() * prices.len());
        let mut out = vec![0.0; prices.len()];
        for item in &puzzle.bound {
            costs.of(item.group as usize, &mut out);
            ranks.extend(out.iter().zip(&prices).map(|(cost, price)| cost + price));
        }
        let prefer = |bound: usize, cluster: usize| ranks[bound * prices.len() + cluster];
        let steps = 1_000 + 4 * puzzle.bound.len();
        let places = match puzzle.search(steps, Some(&prefer)) {
            Found::Places(places) => places,
            Found::Nothing | Found::Unknown => constraints.witness.clone(),
        };
        Self {
            cost,
            prices,
            places,
        }
    }
}

/// Cost of the groups that are not locked.
fn value<C: Costs>(costs: &C, constraints: &Constraints, clusters: &[u32]) -> f64 {
    let mut place = vec![0; constraints.clusters()];
    for (at, &cluster) in constraints.open.iter().enumerate() {
        place[cluster as usize] = at;
    }
    let mut out = vec![0.0; constraints.open.len()];
    let mut total = sum::Compensated::default();
    for (group, &cluster) in clusters.iter().enumerate() {
        if constraints.home[group].is_none() {
            costs.of(group, &mut out);
            let weight = constraints.groups.weight(group) as f64;
            total.add(weight * out[place[cluster as usize]]);
        }
    }
    total.total()
}
