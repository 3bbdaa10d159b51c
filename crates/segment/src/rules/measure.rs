//! What a rule may count over lines and events: of what kind, of what, over which window. The SQL that
//! counts it is in `sql`.

use super::Kind;
use serde::{Deserialize, Serialize};

/// Something counted for each member up to an instant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// What is counted.
    pub kind: MeasureKind,
    /// Only in this category (any level of the catalogue), or of events, only of this name; `None` for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// Only in the last so many days; `None` for all time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window_days: Option<u32>,
}

/// What a measure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasureKind {
    /// Receipts with at least one sale.
    Receipts,
    /// Amounts of sale lines, returns not taken off.
    Spend,
    /// Units of sale lines.
    Units,
    /// Events of web, app, e-mail and service.
    Events,
    /// Days since the last sale.
    DaysSince,
}

impl MeasureKind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Receipts,
        Self::Spend,
        Self::Units,
        Self::Events,
        Self::DaysSince,
    ];

    /// Its word in a rule.
    pub fn word(self) -> &'static str {
        match self {
            Self::Receipts => "receipts",
            Self::Spend => "spend",
            Self::Units => "units",
            Self::Events => "events",
            Self::DaysSince => "days_since",
        }
    }

    /// The kind of its values.
    pub fn kind(self) -> Kind {
        match self {
            Self::DaysSince => Kind::Days,
            _ => Kind::Number,
        }
    }

    /// What it is for a member of whom there is no line and no event: sums and counts of nothing are 0,
    /// and days since nothing are not known.
    pub fn of_nothing(self) -> Option<f64> {
        match self {
            Self::DaysSince => None,
            _ => Some(0.0),
        }
    }

    /// Whether it looks at all time only.
    pub(crate) fn endless(self) -> bool {
        self == Self::DaysSince
    }
}
