//! The vocabulary of behaviour (missions, taste axes) and the eight shopper segments in its words. These
//! are the made-up world's ground truth: no model may read them. Holds tables, no simulation.

/// Why a shopper sets out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mission {
    StockUp,
    TopUp,
    Meal,
    Family,
    Household,
    Project,
    Wardrobe,
    Party,
}

pub(crate) const MISSIONS: [Mission; 8] = [
    Mission::StockUp,
    Mission::TopUp,
    Mission::Meal,
    Mission::Family,
    Mission::Household,
    Mission::Project,
    Mission::Wardrobe,
    Mission::Party,
];

impl Mission {
    /// Name in the truth.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::StockUp => "stock_up",
            Self::TopUp => "top_up",
            Self::Meal => "meal",
            Self::Family => "family",
            Self::Household => "household",
            Self::Project => "do_it_yourself",
            Self::Wardrobe => "wardrobe",
            Self::Party => "party",
        }
    }

    /// Letter in the need table.
    pub(crate) fn letter(self) -> char {
        match self {
            Self::StockUp => 'S',
            Self::TopUp => 'T',
            Self::Meal => 'M',
            Self::Family => 'F',
            Self::Household => 'H',
            Self::Project => 'D',
            Self::Wardrobe => 'W',
            Self::Party => 'P',
        }
    }

    /// Mean number of needs looked at beyond the first, for a household of two.
    pub(crate) fn extra_needs(self) -> f32 {
        [10.5, 2.4, 2.6, 4.2, 3.4, 3.2, 1.6, 4.2][self as usize]
    }
}

/// What a product can be, and a shopper can like or dislike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Axis {
    Value,
    Premium,
    Organic,
    Vegan,
    Convenience,
    Family,
    Indulgent,
    Novelty,
    Local,
    Kids,
    Natural,
    Vivid,
}

/// Number of taste axes.
pub(crate) const AXES: usize = 12;

/// Names of the axes, in order, as they stand in the need table and the truth.
pub(crate) const AXIS_NAMES: [&str; AXES] = [
    "value",
    "premium",
    "organic",
    "vegan",
    "convenience",
    "family",
    "indulgent",
    "novelty",
    "local",
    "kids",
    "natural",
    "vivid",
];

/// One shopper segment.
#[derive(Debug)]
pub(crate) struct Segment {
    /// Name in the truth.
    pub name: &'static str,
    /// Relative weight of each mission (order of [`MISSIONS`]).
    pub missions: [f32; 8],
    /// Mean taste per axis, in units of utility.
    pub tastes: [f32; AXES],
    /// Relative inclination to shop from Monday to Sunday.
    pub week: [f32; 7],
    /// Hour of the day around which trips lie.
    pub hour: f32,
    /// Standard deviation of that hour.
    pub hour_spread: f32,
    /// Share of trips to the online shop.
    pub online: f32,
    /// Share of the app in online orders.
    pub app: f32,
    /// Coefficient of the logarithm of price in utility (negative).
    pub price: f32,
    /// Utility of a promotion's sign beyond its discount.
    pub promotion: f32,
    /// Utility of the product bought last time.
    pub habit: f32,
}

/// Number of segments.
pub(crate) const SEGMENT_COUNT: usize = 8;

const WORKING_WEEK: [f32; 7] = [1.4, 1.4, 1.4, 1.4, 1.2, 0.4, 0.3];
const WEEKEND: [f32; 7] = [0.5, 0.5, 0.5, 0.6, 1.3, 2.2, 1.2];

/// The segments. They differ in what they look for and when, hardly in what they spend.
pub(crate) static SEGMENTS: [Segment; SEGMENT_COUNT] = [
    Segment {
        name: "bargain_hunters",
        missions: [5.0, 2.0, 0.6, 0.6, 2.6, 0.4, 0.5, 0.6],
        tastes: [
            1.9, -1.4, -1.0, -0.4, 0.0, 0.7, 0.2, -0.3, 0.0, 0.0, -0.4, 0.0,
        ],
        week: [1.6, 1.0, 0.8, 1.0, 1.2, 1.0, 0.4],
        hour: 9.5,
        hour_spread: 1.6,
        online: 0.06,
        app: 0.7,
        price: -3.6,
        promotion: 1.1,
        habit: 0.3,
    },
    Segment {
        name: "health_minded",
        missions: [3.2, 3.0, 2.0, 0.3, 1.4, 0.5, 0.6, 0.3],
        tastes: [
            -0.6, 0.3, 2.1, 1.7, -0.7, -0.2, -1.4, 0.1, 0.8, -0.4, 0.8, 0.0,
        ],
        week: WORKING_WEEK,
        hour: 12.5,
        hour_spread: 2.2,
        online: 0.14,
        app: 0.4,
        price: -1.9,
        promotion: 0.2,
        habit: 1.0,
    },
    Segment {
        name: "young_families",
        missions: [4.4, 1.2, 0.6, 4.2, 1.0, 0.5, 0.5, 0.9],
        tastes: [0.4, -0.4, 0.4, -0.3, 0.3, 1.9, 0.4, 0.0, 0.0, 1.9, 0.3, 0.4],
        week: WEEKEND,
        hour: 10.5,
        hour_spread: 1.8,
        online: 0.2,
        app: 0.6,
        price: -2.6,
        promotion: 0.6,
        habit: 0.8,
    },
    Segment {
        name: "urban_convenience",
        missions: [0.8, 4.4, 4.8, 0.1, 0.5, 0.2, 0.7, 0.5],
        tastes: [
            -0.3, 0.3, 0.1, 0.3, 2.0, -1.7, 0.6, 0.5, -0.4, -0.5, -0.2, 0.2,
        ],
        week: WORKING_WEEK,
        hour: 18.8,
        hour_spread: 1.4,
        online: 0.3,
        app: 0.9,
        price: -1.5,
        promotion: 0.2,
        habit: 0.6,
    },
    Segment {
        name: "home_makers",
        missions: [1.8, 0.8, 0.4, 0.3, 4.6, 3.8, 0.4, 0.6],
        tastes: [0.2, 0.3, 0.0, -0.4, 0.1, 0.6, 0.0, 0.2, 0.4, 0.0, 1.5, -0.3],
        week: [0.7, 0.7, 0.8, 0.9, 1.3, 2.2, 0.7],
        hour: 14.5,
        hour_spread: 2.0,
        online: 0.16,
        app: 0.3,
        price: -2.1,
        promotion: 0.4,
        habit: 0.5,
    },
    Segment {
        name: "trendsetters",
        missions: [0.8, 1.4, 1.2, 0.2, 0.9, 0.2, 4.8, 1.4],
        tastes: [
            -0.8, 0.8, 0.1, 0.4, 0.3, -0.5, 0.1, 2.2, -0.5, 0.0, -0.1, 1.8,
        ],
        week: [0.7, 0.8, 0.9, 1.2, 1.4, 1.6, 0.7],
        hour: 16.5,
        hour_spread: 2.4,
        online: 0.42,
        app: 0.75,
        price: -1.5,
        promotion: 0.3,
        habit: 0.1,
    },
    Segment {
        name: "traditional_cooks",
        missions: [5.6, 3.2, 1.0, 0.2, 1.2, 0.3, 0.3, 0.4],
        tastes: [
            0.1, 0.0, -0.2, -1.4, -1.9, 0.5, 0.1, -1.0, 1.9, 0.0, 0.6, -0.6,
        ],
        week: [0.9, 1.8, 1.2, 1.8, 1.4, 0.8, 0.1],
        hour: 8.8,
        hour_spread: 1.1,
        online: 0.03,
        app: 0.1,
        price: -2.3,
        promotion: 0.4,
        habit: 1.8,
    },
    Segment {
        name: "gourmets",
        missions: [1.6, 2.0, 3.4, 0.1, 1.0, 0.2, 0.6, 3.0],
        tastes: [
            -1.9, 2.0, 0.4, -0.3, -0.7, -0.6, 0.9, 0.5, 0.7, -0.3, 0.4, 0.0,
        ],
        week: [0.6, 0.7, 0.9, 1.2, 1.8, 1.5, 0.4],
        hour: 15.5,
        hour_spread: 2.2,
        online: 0.12,
        app: 0.4,
        price: -1.0,
        promotion: 0.0,
        habit: 0.7,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missions_and_axes_are_in_order() {
        for (index, mission) in MISSIONS.iter().enumerate() {
            assert_eq!(*mission as usize, index);
        }
        assert_eq!(Axis::Vivid as usize, AXES - 1);
        assert_eq!(AXIS_NAMES[Axis::Local as usize], "local");
    }
}
