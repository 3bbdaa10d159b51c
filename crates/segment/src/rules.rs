//! Segments that people write down: a small readable language of rules, what a rule says of each member,
//! cells that divide all members, and templates of cells that retailers know.
//!
//! It must not run queries: it gives the SQL of what a rule measures, and takes columns.
//!
//! # The language
//! ```text
//! spend >= 100 and not (recency_days > 90 or country in ("FR", "DE"))
//! receipts(90 days) >= 3 and days_since("Wine") between 30 days and 6 months
//! birth_year is unknown or promotion_share > 30 %
//!
//! rule     = all { "or" all }
//! all      = one { "and" one }
//! one      = "not" one | "(" rule ")" | test
//! test     = subject ( compare operand
//!                    | ["not"] "between" number "and" number
//!                    | ["not"] "in" "(" constant { "," constant } ")"
//!                    | "is" ["not"] ( "known" | "unknown" ) )
//! compare  = "=" | "!=" | "<" | "<=" | ">" | ">="
//! subject  = name | measure "(" [ text ] [ "," window ] ")"
//! operand  = subject | constant
//! constant = number | text
//! number   = digits, with "-" before, "." within, and a unit after: days weeks months years %
//! text     = anything between double quotes (or single ones); \" is a quote, \\ a backslash
//! ```
//! `and` binds closer than `or`, `not` closer than both. Keywords are read in any case, names as they are
//! written. A week has 7 days, a month 30 and a year 365, whatever the calendar says, so that a rule means
//! the same in every month. `30 %` is 0.3.
//!
//! # What is not known
//! A test of a value that is not known is neither true nor false but unknown, and stays so through `not`;
//! `and` and `or` decide where the other side suffices (S. C. Kleene, "On Notation for Ordinal Numbers",
//! J. Symbolic Logic 3, 1938: the strong three-valued logic, that of SQL). Only who makes a rule true is in
//! its segment. `is known` and `is unknown` are always true or false.

mod bins;
mod cells;
mod columns;
mod error;
mod evaluate;
mod measure;
mod parse;
mod print;
mod rule;
mod sql;
pub mod templates;
#[cfg(test)]
mod test_data;
mod token;
mod truth;
mod vocabulary;

pub use crate::Entity;
pub use bins::Bins;
pub use cells::{Assignment, Cell, Overlap, Scheme, ValidScheme};
pub use columns::{Column, Columns};
pub use error::RuleError;
pub use measure::{Measure, MeasureKind};
pub use rule::{Comparison, Constant, Operand, Rule, Subject, Unit};
pub(crate) use sql::literal;
pub use sql::measure_sql;
pub use truth::Truth;
pub use vocabulary::{Kind, Vocabulary, nearest};
