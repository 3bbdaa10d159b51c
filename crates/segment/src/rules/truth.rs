//! True, false, unknown, and how they combine. It must not know rules.

use serde::{Deserialize, Serialize};

/// What a rule says of one member. The order is that of Kleene's strong logic: `and` takes the lesser,
/// `or` the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Truth {
    /// It does not hold.
    False,
    /// A value that decides is not known.
    Unknown,
    /// It holds.
    True,
}

impl Truth {
    /// Both hold.
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// At least one holds.
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }
}

/// Not: what is unknown stays unknown.
impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }
}

/// `None` is unknown.
impl From<Option<bool>> for Truth {
    fn from(holds: Option<bool>) -> Self {
        holds.map_or(Self::Unknown, Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{False as F, True as T, Unknown as U};

    /// The tables of SQL:1999 (ISO/IEC 9075-2, 6.30), written out.
    #[test]
    fn the_tables_are_those_of_kleene() {
        let and = [
            (T, T, T),
            (T, U, U),
            (T, F, F),
            (U, T, U),
            (U, U, U),
            (U, F, F),
            (F, T, F),
            (F, U, F),
            (F, F, F),
        ];
        for (left, right, both) in and {
            assert_eq!(left.and(right), both, "{left:?} and {right:?}");
        }
        let or = [
            (T, T, T),
            (T, U, T),
            (T, F, T),
            (U, T, T),
            (U, U, U),
            (U, F, U),
            (F, T, T),
            (F, U, U),
            (F, F, F),
        ];
        for (left, right, either) in or {
            assert_eq!(left.or(right), either, "{left:?} or {right:?}");
        }
        assert_eq!([!T, !U, !F], [F, U, T]);
    }
}
