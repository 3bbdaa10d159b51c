//! The company that a product keeps: with which groups of products it is in one basket more often, or less
//! often, than by chance, and its position among products by that.
//!
//! Holds the counting, what chance would make of it and the positions. Products of one group lend each other
//! counts, which single pairs of products hardly have; which group a product is of itself is no part of its position.

use numeric::Progress;
use rayon::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::{
    Error,
    baskets::{Baskets, NONE},
    error::{require, require_ids, require_size},
    gamma::normal_quantile,
    pairs::chance::{Spread, dot, gathered, spreads},
};

/// Purchases added to what chance expects, so that a group of which hardly any is expected does not decide.
const ADDED: f64 = 1.0;

/// How company is judged. Becomes a [`Keeping`] by [`Params::check`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Periods within which a store's trade counts as one: 1 to 100,000.
    pub season: usize,
    /// Fewest baskets with another product for a position: 1 to 1,000,000.
    pub baskets_min: usize,
    /// Chance that a product whose baskets are as by chance has no position: above 0, below 1.
    pub level: f64,
}

impl Params {
    /// Checks the values.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the first value outside its range.
    pub fn check(self) -> Result<Keeping, Error> {
        let Self {
            season,
            baskets_min,
            level,
        } = self;
        let legal = "1 to 100,000";
        require((1..=100_000).contains(&season), "season", season, legal)?;
        let legal = "1 to 1,000,000";
        require(
            (1..=1_000_000).contains(&baskets_min),
            "baskets_min",
            baskets_min,
            legal,
        )?;
        let legal = "a number above 0 and below 1";
        require(level > 0.0 && level < 1.0, "level", level, legal)?;
        Ok(Keeping(self))
    }
}

/// Checked parameters, ready to fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Keeping(Params);

/// The company of all products.
#[derive(Debug, Clone, PartialEq)]
pub struct Company {
    groups: usize,
    /// Per product: baskets that hold another product.
    baskets: Vec<usize>,
    /// Products × groups: purchases of others of the group in the product's baskets.
    seen: Vec<u32>,
    /// The same, had as many fallen into them by chance.
    by_chance: Vec<f64>,
    /// Per product: its position, one number per group.
    positions: Vec<Option<Vec<f64>>>,
}

impl Keeping {
    /// The parameters that were checked.
    pub fn params(&self) -> Params {
        self.0
    }

    /// Counts company and places products. `group_of`: per product its group, below `groups`, or [`NONE`], which is
    /// nobody's company. Time grows with the squares of the baskets' sizes and with products × groups × strata (stores
    /// × seasons); memory with products × groups.
    ///
    /// # Errors
    /// [`Error::Mismatch`] or [`Error::Id`] where the groups do not fit the products; [`Error::Cancelled`].
    pub fn fit(
        &self,
        baskets: &Baskets,
        group_of: &[u32],
        groups: usize,
        progress: &dyn Progress,
    ) -> Result<Company, Error> {
        let products = baskets.sizes().products;
        require_size("group_of", "products", group_of.len(), products)?;
        require_ids("group_of", group_of, groups, Some(NONE))?;
        let steps = Steps::new(progress, 3 * products as u64);
        let counted = counted(baskets, group_of, groups, &steps);
        steps.go_on()?;
        let mut by_chance = by_chance(baskets, group_of, groups, self.0.season, &steps);
        steps.go_on()?;
        to_size(&mut by_chance, &counted, groups);
        let clumps = clumps(&counted, groups);
        let place = |product: usize| {
            let row = product * groups..(product + 1) * groups;
            let enough = steps.next() && counted[product].baskets >= self.0.baskets_min;
            let place = || {
                position(
                    &counted[product].seen,
                    &by_chance[row],
                    &clumps,
                    self.0.level,
                )
            };
            enough.then(place).flatten()
        };
        let positions = (0..products).into_par_iter().map(place).collect();
        steps.go_on()?;
        Ok(Company {
            groups,
            baskets: counted.iter().map(|own| own.baskets).collect(),
            seen: counted.into_iter().flat_map(|own| own.seen).collect(),
            by_chance,
            positions,
        })
    }
}

impl Company {
    /// Baskets of a product that hold another one. Like a slice, it panics where there is no such product.
    pub fn baskets(&self, product: u32) -> usize {
        self.baskets[product as usize]
    }

    /// Purchases of other products of a group in a product's baskets, and how many there would be by chance. Like a
    /// slice, it panics where there is no such product or group.
    pub fn with(&self, product: u32, group: u32) -> (u32, f64) {
        let cell = product as usize * self.groups + group as usize;
        (self.seen[cell], self.by_chance[cell])
    }

    /// The position of a product: per group how far its company leans to it, above 0 more often than by chance. The
    /// squares sum to at most 1: to how much of the lean is not counting's chance, squared. None where too few baskets
    /// hold another product, or where they do not differ from chance.
    pub fn position(&self, product: u32) -> Option<&[f64]> {
        self.positions[product as usize].as_deref()
    }
}

/// Steps of one product each, of all parts of the work: none is long, so that the work stops soon where it should and
/// what is told of it moves to the end.
struct Steps<'a> {
    progress: &'a dyn Progress,
    done: AtomicU64,
    all: u64,
}

impl<'a> Steps<'a> {
    /// Steps between two words about them.
    const TOLD: u64 = 64;

    fn new(progress: &'a dyn Progress, all: u64) -> Self {
        let done = AtomicU64::new(0);
        Self {
            progress,
            done,
            all,
        }
    }

    /// A step begins; false where it should not, since the work is to stop.
    fn next(&self) -> bool {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if done.is_multiple_of(Self::TOLD) || done == self.all {
            self.progress.tick(done, self.all);
        }
        !self.progress.cancelled()
    }

    fn go_on(&self) -> Result<(), Error> {
        match self.progress.cancelled() {
            true => Err(Error::Cancelled),
            false => Ok(()),
        }
    }
}

/// What the baskets of one product hold beside it.
struct Counted {
    baskets: usize,
    /// Per group: purchases.
    seen: Vec<u32>,
    /// Per group: the sum of the squares of its purchases in each basket.
    squares: Vec<u64>,
}

fn counted(baskets: &Baskets, group_of: &[u32], groups: usize, steps: &Steps<'_>) -> Vec<Counted> {
    let mut holding = vec![Vec::new(); group_of.len()];
    for basket in 0..baskets.len() {
        for &product in baskets.products(basket) {
            holding[product as usize].push(basket);
        }
    }
    holding
        .par_iter()
        .enumerate()
        .map(|(product, holding)| {
            let mut own = Counted {
                baskets: 0,
                seen: vec![0; groups],
                squares: vec![0; groups],
            };
            let mut inside = Vec::new();
            let holding = if steps.next() { &holding[..] } else { &[] };
            for &basket in holding {
                let others = baskets.products(basket).iter();
                let others = others.filter(|&&other| other as usize != product);
                inside.clear();
                inside.extend(others.map(|&other| group_of[other as usize]));
                own.baskets += usize::from(!inside.is_empty());
                inside.retain(|&group| group != NONE);
                inside.sort_unstable();
                for run in inside.chunk_by(|a, b| a == b) {
                    own.seen[run[0] as usize] += run.len() as u32;
                    own.squares[run[0] as usize] += (run.len() * run.len()) as u64;
                }
            }
            own
        })
        .collect()
}

/// Products × groups: what chance makes of the company, within each store and season as pairs have it.
fn by_chance(
    baskets: &Baskets,
    group_of: &[u32],
    groups: usize,
    season: usize,
    steps: &Steps<'_>,
) -> Vec<f64> {
    let spreads = spreads(baskets, season);
    let mut entries = vec![Vec::new(); groups];
    for (spread, &group) in spreads.iter().zip(group_of) {
        if group != NONE {
            entries[group as usize].extend_from_slice(spread);
        }
    }
    let entries: Vec<Spread> = entries.into_par_iter().map(gathered).collect();
    let each = spreads
        .par_iter()
        .zip(group_of)
        .flat_map_iter(|(own, &of)| {
            let entries = if steps.next() { &entries[..] } else { &[] };
            entries.iter().enumerate().map(move |(group, entry)| {
                // What a product makes with itself is no company.
                let itself = if group == of as usize {
                    dot(own, own)
                } else {
                    0.0
                };
                (dot(own, entry) - itself).max(0.0)
            })
        });
    each.collect()
}

/// Scales what chance makes of each product's company to as much as it has: that its baskets are large or small says
/// nothing of who keeps it company.
fn to_size(by_chance: &mut [f64], counted: &[Counted], groups: usize) {
    for (row, own) in by_chance.chunks_exact_mut(groups.max(1)).zip(counted) {
        let all: u32 = own.seen.iter().sum();
        let usual: f64 = row.iter().sum();
        if usual > 0.0 {
            row.iter_mut()
                .for_each(|mean| *mean *= f64::from(all) / usual);
        }
    }
}

/// Per group: how many of it come at once, in the mean over purchases: the factor by which the variance of counts
/// exceeds that of single purchases (a compound Poisson number has the second moment of its clumps over the first).
fn clumps(counted: &[Counted], groups: usize) -> Vec<f64> {
    let sums = |group: usize| {
        let add = |(all, squares): (u64, u64), own: &Counted| {
            (
                all + u64::from(own.seen[group]),
                squares + own.squares[group],
            )
        };
        let (all, squares) = counted.iter().fold((0, 0), add);
        (squares.max(1) as f64 / all.max(1) as f64).max(1.0)
    };
    (0..groups).map(sums).collect()
}

/// Deviations from chance in standard errors, drawn towards none by the share of their squares that counting alone
/// makes (the positive-part rule of W. James, C. Stein, "Estimation with quadratic loss", 4th Berkeley Symp. 1,
/// 1961), as a direction: of one product bought often and one bought seldom with the same, both lie one way. None where
/// the squares are no more than chance makes (chi-square by E. B. Wilson, M. M. Hilferty, 1931).
fn position(seen: &[u32], by_chance: &[f64], clumps: &[f64], level: f64) -> Option<Vec<f64>> {
    let each = seen.iter().zip(by_chance).zip(clumps);
    let away: Vec<f64> = each
        .map(|((&seen, &mean), &clump)| (f64::from(seen) - mean) / (clump * (mean + ADDED)).sqrt())
        .collect();
    let squares: f64 = away.iter().map(|away| away * away).sum();
    let width = away.len() as f64;
    let ninth = 2.0 / (9.0 * width);
    let bar = width * (1.0 - ninth + normal_quantile(level) * ninth.sqrt()).powi(3);
    if width == 0.0 || squares <= bar.max(width) {
        return None;
    }
    let kept = (1.0 - width / squares) / squares.sqrt();
    Some(away.into_iter().map(|away| away * kept).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use numeric::{Silent, random::Random};

    use super::*;
    use crate::baskets::{Lines, Sizes};

    const PARAMS: Params = Params {
        season: 1,
        baskets_min: 20,
        level: 0.95,
    };

    /// Baskets of one store and period.
    fn baskets(all: &[Vec<u32>], products: usize) -> Baskets {
        let (mut of, mut bought) = (Vec::new(), Vec::new());
        for (number, basket) in all.iter().enumerate() {
            of.extend(basket.iter().map(|_| number as u32));
            bought.extend_from_slice(basket);
        }
        let lines = Lines {
            baskets: &of,
            products: &bought,
            customers: &vec![NONE; all.len()],
            stores: &vec![0; all.len()],
            periods: &vec![0; all.len()],
        };
        let sizes = Sizes {
            products,
            stores: 1,
            periods: 1,
        };
        lines.check(sizes).unwrap()
    }

    /// Two occasions, each of ten products in two groups; product 20 is bought once, 21 with anything.
    fn occasions() -> Vec<Vec<u32>> {
        let mut random = Random::new(5);
        let mut all = Vec::new();
        for number in 0..1_200u32 {
            let first = 10 * (number % 2);
            let mut basket: Vec<u32> = (0..4).map(|_| first + random.below(10) as u32).collect();
            if number % 4 < 2 {
                basket.push(21);
            }
            all.push(basket);
        }
        all[0].push(20);
        all
    }

    fn groups() -> Vec<u32> {
        // Occasion one: groups 0 and 1; two: 2 and 3; the rest group 4.
        (0..22u32).map(|product| (product / 5).min(4)).collect()
    }

    /// Counts what it is told, and asks to stop after so many words.
    struct Listener {
        told: std::sync::Mutex<Vec<(u64, u64)>>,
        stop_after: usize,
    }

    impl Progress for Listener {
        fn tick(&self, done: u64, total: u64) {
            self.told.lock().unwrap().push((done, total));
        }

        fn cancelled(&self) -> bool {
            self.told.lock().unwrap().len() > self.stop_after
        }
    }

    #[test]
    fn the_work_is_told_step_by_step_and_stops_where_it_should() {
        let products = 400;
        let all: Vec<Vec<u32>> = (0..2_000u32)
            .map(|basket| (0..5).map(|item| (basket * 7 + item * 31) % 400).collect())
            .collect();
        let groups: Vec<u32> = (0..products as u32).map(|product| product % 6).collect();
        let baskets = baskets(&all, products);
        let fit = |stop_after| {
            let listener = Listener {
                told: Vec::new().into(),
                stop_after,
            };
            let done = PARAMS.check().unwrap().fit(&baskets, &groups, 6, &listener);
            (done.map(|_| ()), listener.told.into_inner().unwrap())
        };
        let (done, told) = fit(usize::MAX);
        assert!(done.is_ok());
        // Spread over all of the work, and at the end only when it ends.
        assert!(told.len() >= 18, "{told:?}");
        let last = told.iter().map(|(done, _)| *done).max();
        assert_eq!(last, Some(1_200));
        assert!(told.iter().all(|(_, total)| *total == 1_200));
        for stop_after in [0, 7, 13] {
            let (stopped, _) = fit(stop_after);
            assert!(matches!(stopped, Err(Error::Cancelled)), "{stop_after}");
        }
    }

    #[test]
    fn one_occasion_lies_one_way_and_the_other_another() {
        let baskets = baskets(&occasions(), 22);
        let fit = PARAMS.check().unwrap();
        let found = fit.fit(&baskets, &groups(), 5, &Silent).unwrap();
        let along = |a: u32, b: u32| -> f64 {
            let (a, b) = (found.position(a).unwrap(), found.position(b).unwrap());
            a.iter().zip(b).map(|(a, b)| a * b).sum()
        };
        // Of two groups of one occasion, and of two occasions.
        assert!(along(0, 7) > 0.7, "{}", along(0, 7));
        assert!(along(0, 12) < -0.7, "{}", along(0, 12));
        assert_eq!(found.position(20), None);
        assert_eq!(found.baskets(20), 1);
        assert_eq!(found.position(21), None);
        assert!(found.baskets(21) > 500);
        let (seen, by_chance) = found.with(0, 1);
        assert!(f64::from(seen) > 1.3 * by_chance, "{seen} {by_chance}");
        let (seen, by_chance) = found.with(0, 2);
        assert!(seen == 0 && by_chance > 20.0, "{seen} {by_chance}");
    }

    #[test]
    fn the_same_on_any_number_of_threads_and_whatever_the_order_of_baskets() {
        let (mut all, groups) = (occasions(), groups());
        let fit = PARAMS.check().unwrap();
        let one = |all: &[Vec<u32>], threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            let baskets = baskets(all, 22);
            pool.build()
                .unwrap()
                .install(|| fit.fit(&baskets, &groups, 5, &Silent).unwrap())
        };
        let found = one(&all, 1);
        assert_eq!(found, one(&all, 3));
        all.reverse();
        assert_eq!(found, one(&all, 2));
    }

    #[test]
    fn a_random_basket_seldom_gives_a_position() {
        let mut random = Random::new(11);
        let all: Vec<Vec<u32>> = (0..4_000)
            .map(|_| (0..4).map(|_| random.below(200) as u32).collect())
            .collect();
        let groups: Vec<u32> = (0..200u32).map(|product| product % 20).collect();
        let found = PARAMS
            .check()
            .unwrap()
            .fit(&baskets(&all, 200), &groups, 20, &Silent)
            .unwrap();
        let placed = (0..200u32).filter(|&product| found.position(product).is_some());
        let placed = placed.count();
        assert!(placed <= 20, "{placed} of 200 where 10 are by chance");
    }

    #[test]
    fn what_is_wrong_is_said() {
        let bad = Params {
            level: 1.0,
            ..PARAMS
        };
        assert!(bad.check().unwrap_err().to_string().contains("level"));
        let baskets = baskets(&[vec![0, 1]], 2);
        let fit = PARAMS.check().unwrap();
        assert!(fit.fit(&baskets, &[0], 1, &Silent).is_err());
        assert!(fit.fit(&baskets, &[0, 3], 1, &Silent).is_err());
        let nobody = fit.fit(&baskets, &[NONE, NONE], 0, &Silent).unwrap();
        assert_eq!(nobody.position(0), None);
    }
}
