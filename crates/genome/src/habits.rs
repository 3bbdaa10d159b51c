//! Behaviour genes: how somebody buys, from the receipt lines of the last months, beside what is usual. Here are the
//! list, what is usual of each and how sure a customer's is; the counting of lines is `observe`'s.

use crate::frame::Frame;
use crate::gene::{Range, Sure, sure};
use affinity::popularity::concentration;
use affinity::posterior::{Level, Posterior, Prior};
use serde::{Deserialize, Serialize};

mod observe;
pub use observe::observe;

/// What a habit's number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A share, 0 to 1.
    Share,
    /// A place among the prices of a category, 0 the lowest, 1 the highest.
    Place,
    /// Money of the receipts.
    Money,
    /// Lines.
    Lines,
    /// Stars, 1 to 5.
    Stars,
}

/// A habit that is measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HabitInfo {
    /// Its name.
    pub name: &'static str,
    /// Its name for people.
    pub words: &'static str,
    /// What its number is.
    pub unit: Unit,
    /// Whether it is the share of observations of which something holds; else it is a mean.
    pub(crate) counted: bool,
    pub(crate) least: f64,
    pub(crate) most: f64,
}

const fn habit(name: &'static str, words: &'static str, unit: Unit, counted: bool) -> HabitInfo {
    let (least, most) = match unit {
        Unit::Share | Unit::Place => (0.0, 1.0),
        Unit::Money | Unit::Lines => (0.0, 1e12),
        Unit::Stars => (1.0, 5.0),
    };
    HabitInfo {
        name,
        words,
        unit,
        counted,
        least,
        most,
    }
}

/// Every habit, in a fixed order.
pub const HABITS: [HabitInfo; 11] = [
    habit("price_tier", "price tier", Unit::Place, false),
    habit(
        "promotion_share",
        "share of purchases on promotion",
        Unit::Share,
        true,
    ),
    habit(
        "novelty",
        "share of purchases of products not bought before",
        Unit::Share,
        true,
    ),
    habit(
        "brand_loyalty",
        "chance that two purchases of a category are of one brand",
        Unit::Share,
        false,
    ),
    habit("basket_value", "money per receipt", Unit::Money, false),
    habit("basket_lines", "lines per receipt", Unit::Lines, false),
    habit(
        "weekend_share",
        "share of receipts on Saturday or Sunday",
        Unit::Share,
        true,
    ),
    habit(
        "evening_share",
        "share of receipts from 17 o'clock on",
        Unit::Share,
        true,
    ),
    habit(
        "online_share",
        "share of receipts outside shops",
        Unit::Share,
        true,
    ),
    habit(
        "return_share",
        "share of purchases given back",
        Unit::Share,
        true,
    ),
    habit(
        "satisfaction",
        "stars of reviews, complaints counting as one star",
        Unit::Stars,
        false,
    ),
];

/// What was observed of one habit of one customer. Numbers are in millionths of the unit; of a share each
/// observation is 0 or one whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Observed {
    pub(crate) count: i64,
    pub(crate) sum: i64,
    pub(crate) squares: i128,
    pub(crate) facts: Vec<(String, i64)>,
    pub(crate) first: Option<i64>,
    pub(crate) last: Option<i64>,
}

const MILLION: i64 = 1_000_000;

/// Sums over customers from which the usual comes.
#[derive(Debug, Clone, Default)]
pub(crate) struct UsualSums {
    customers: i64,
    count: i64,
    counts_squared: i128,
    sum: i128,
    /// Squared distances of observations to their customer's mean, and of these to nothing.
    within: i128,
    between: i128,
    agree: u128,
    pairs: u128,
}

impl UsualSums {
    pub(crate) fn add(&mut self, observed: &Observed) {
        if observed.count == 0 {
            return;
        }
        let (count, sum) = (i128::from(observed.count), i128::from(observed.sum));
        self.customers += 1;
        self.count += observed.count;
        self.counts_squared += count * count;
        self.sum += sum;
        let mean_part = sum * sum / count;
        self.within += observed.squares - mean_part;
        self.between += mean_part;
        let yes = (observed.sum / MILLION)
            .clamp(0, observed.count)
            .unsigned_abs();
        let no = observed.count.unsigned_abs() - yes;
        let pairs = |n: u64| u128::from(n) * u128::from(n.saturating_sub(1));
        self.agree += pairs(yes) + pairs(no);
        self.pairs += pairs(yes + no);
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.customers += other.customers;
        self.count += other.count;
        self.counts_squared += other.counts_squared;
        self.sum += other.sum;
        self.within += other.within;
        self.between += other.between;
        self.agree += other.agree;
        self.pairs += other.pairs;
    }

    /// Mean of all; variances by the analysis of variance of one way with unequal sizes (S. R. Searle, G. Casella, C. E.
    /// McCulloch, "Variance Components", 1992, section 3.6); of shares the concentration.
    pub(crate) fn finish(&self) -> Usual {
        if self.count == 0 {
            return Usual::default();
        }
        let count = i128::from(self.count);
        let mean = self.sum / count;
        let free = (self.count - self.customers).max(1) as f64;
        let within = self.within as f64 / free;
        let groups = (self.customers - 1).max(1) as f64;
        let among = (self.between - self.sum * self.sum / count) as f64 / groups;
        let size = (self.count as f64 - self.counts_squared as f64 / self.count as f64) / groups;
        let between = if size > 0.0 {
            (among - within) / size
        } else {
            0.0
        };
        let share = mean as f64 / MILLION as f64;
        let chance = share * share + (1.0 - share) * (1.0 - share);
        let weight = concentration(self.agree, self.pairs, chance);
        // A deviation of 0 would make a single observation certain, or none of any use.
        let deviation = |variance: f64| (variance.max(0.0).sqrt().round() as i64).max(1);
        Usual {
            known: true,
            mean: mean as i64,
            within: deviation(within),
            between: deviation(between),
            weight: weight.map(|weight| (weight * 1_000.0).round() as i64),
        }
    }
}

/// What is usual of a habit: in millionths, the weight of a share in thousandths of observations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usual {
    known: bool,
    mean: i64,
    within: i64,
    between: i64,
    weight: Option<i64>,
}

/// A behaviour gene.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Habit {
    /// Its name, one of [`HABITS`].
    pub name: String,
    /// What its number is.
    pub unit: Unit,
    /// The customer's number with its interval, drawn towards the usual, in millionths of the unit.
    pub value: Range,
    /// The usual number.
    pub usual: i64,
    /// low, middle or high of a price tier; of others: more than usual, less than usual, as usual.
    pub word: String,
    /// How sure it is that the number lies on its side of the usual one.
    pub sure: Sure,
    /// Observations behind it.
    pub observations: i64,
    /// Counts behind it, by name; money in ten-thousandths.
    pub facts: Vec<(String, i64)>,
    /// First observation, in seconds since 1970.
    pub first: Option<i64>,
    /// Last one.
    pub last: Option<i64>,
}

/// The habits of which something was observed, where the frame knows what is usual.
pub(crate) fn habits(frame: &Frame, observed: &[Observed]) -> Vec<Habit> {
    let each = HABITS.iter().zip(observed).zip(&frame.baseline.habits);
    each.filter(|((_, observed), usual)| observed.count > 0 && usual.known)
        .map(|((info, observed), usual)| habit_of(frame, info, observed, usual))
        .collect()
}

fn habit_of(frame: &Frame, info: &HabitInfo, observed: &Observed, usual: &Usual) -> Habit {
    let spec = frame.spec();
    let whole = |x: i64| x as f64 / MILLION as f64;
    let usual_mean = whole(usual.mean);
    let count = observed.count as f64;
    let (mean, low, high, below) = if info.counted {
        let prior = Prior {
            share: usual_mean.clamp(1e-6, 1.0 - 1e-6),
            weight: usual
                .weight
                .map_or(spec.genes.prior_weight, |w| w as f64 / 1_000.0),
        };
        let yes = whole(observed.sum);
        let posterior = Posterior::new(prior, yes, count - yes);
        let tail = (1.0 - spec.genes.level) / 2.0;
        let ends = (posterior.quantile(tail), posterior.quantile(1.0 - tail));
        (
            posterior.mean(),
            ends.0,
            ends.1,
            posterior.below(usual_mean),
        )
    } else {
        let square = |x: i64| whole(x) * whole(x);
        let (within, between) = (square(usual.within), square(usual.between));
        let level = Level::new(
            usual_mean,
            within,
            between,
            count,
            whole(observed.sum) / count,
        );
        let half = frame.deviations() * level.deviation;
        (
            level.mean,
            level.mean - half,
            level.mean + half,
            level.below(usual_mean),
        )
    };
    let millionths = |x: f64| (x.clamp(info.least, info.most) * MILLION as f64).round() as i64;
    let chance = below.max(1.0 - below);
    let acts = u32::try_from(observed.count).unwrap_or(u32::MAX);
    let [low_tier, high_tier] = spec.habits.price_tiers;
    let word = match info.unit {
        Unit::Place if mean < low_tier => "low",
        Unit::Place if mean < high_tier => "middle",
        Unit::Place => "high",
        _ if chance < spec.genes.likely_from => "as usual",
        _ if below > 0.5 => "less than usual",
        _ => "more than usual",
    };
    Habit {
        name: info.name.into(),
        unit: info.unit,
        value: Range {
            value: millionths(mean),
            low: millionths(low),
            high: millionths(high),
        },
        usual: usual.mean,
        word: word.into(),
        sure: sure(chance, acts, spec),
        observations: observed.count,
        facts: observed.facts.clone(),
        first: observed.first,
        last: observed.last,
    }
}
