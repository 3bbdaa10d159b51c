//! What to make: size, seed, format and dates, unchecked ([`Spec`]) and checked ([`ValidSpec`]). Holds
//! no default but the dates; sizes are the caller's to say.

use std::str::FromStr;

use crate::SampleError;
use crate::calendar::Date;

/// How the tables are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated text with a header line, UTF-8, `\n`.
    Csv,
    /// Apache Parquet, Snappy, with native dates, timestamps and decimals.
    Parquet,
}

impl Format {
    /// The ending of the files' names.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }
}

impl FromStr for Format {
    type Err = SampleError;

    fn from_str(text: &str) -> Result<Self, SampleError> {
        match text {
            "csv" => Ok(Self::Csv),
            "parquet" => Ok(Self::Parquet),
            _ => Err(SampleError::Format {
                text: text.to_owned(),
            }),
        }
    }
}

/// The retailer to make up.
#[derive(Clone, Debug)]
pub struct Spec {
    /// Persons with at least one customer record, 10 to 2,000,000. People who never identify come on top.
    pub customers: u32,
    /// Stores, the online shop among them, 2 to 2,000.
    pub stores: u32,
    /// Products, 200 to 200,000.
    pub products: u32,
    /// Sales receipts, at least 1; returns come on top (about 3 % of lines).
    pub orders: u64,
    /// Equal specs with equal seeds give equal bytes.
    pub seed: u64,
    /// Format of the tables (the truth is always Parquet and JSON).
    pub format: Format,
    /// First day.
    pub start: Date,
    /// Days, 56 to 3,650.
    pub days: u32,
}

impl Spec {
    /// First day when nothing else is asked for: Monday 4 November 2024.
    pub const DEFAULT_START: Date = Date::from_days(20_031);

    /// Days when nothing else is asked for: two years.
    pub const DEFAULT_DAYS: u32 = 730;
}

/// A spec that [`check`] has found good.
#[derive(Clone, Debug)]
pub struct ValidSpec(Spec);

impl ValidSpec {
    /// The spec inside.
    pub fn spec(&self) -> &Spec {
        &self.0
    }
}

/// Most pairs of store and product: each takes seven bytes of memory while the chain lives.
const SHELVES_MAX: u64 = 50_000_000;
/// Share of the days on which a person can make at most one trip that `orders` may fill.
const TRIPS_PER_DAY_MAX: f64 = 0.3;

/// Checks every number of the spec against its legal range.
///
/// # Errors
/// [`SampleError::OutOfRange`] or [`SampleError::TooManyOrders`], naming field, value and limits.
pub fn check(spec: Spec) -> Result<ValidSpec, SampleError> {
    let ranges = [
        ("customers", u64::from(spec.customers), 10, 2_000_000),
        ("stores", u64::from(spec.stores), 2, 2_000),
        ("products", u64::from(spec.products), 200, 200_000),
        ("orders", spec.orders, 1, 1_000_000_000),
        ("days", u64::from(spec.days), 56, 3_650),
    ];
    for (field, value, low, high) in ranges {
        if !(low..=high).contains(&value) {
            return Err(SampleError::OutOfRange {
                field,
                value,
                low,
                high,
            });
        }
    }
    let shelves = u64::from(spec.stores) * u64::from(spec.products);
    if shelves > SHELVES_MAX {
        return Err(SampleError::TooManyShelves {
            shelves,
            limit: SHELVES_MAX,
        });
    }
    let limit = (f64::from(spec.customers) * f64::from(spec.days) * TRIPS_PER_DAY_MAX) as u64;
    if spec.orders > limit {
        let Spec {
            orders,
            customers,
            days,
            ..
        } = spec;
        return Err(SampleError::TooManyOrders {
            orders,
            customers,
            days,
            limit,
        });
    }
    Ok(ValidSpec(spec))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn small() -> Spec {
        Spec {
            customers: 100,
            stores: 4,
            products: 200,
            orders: 1_000,
            seed: 1,
            format: Format::Csv,
            start: Spec::DEFAULT_START,
            days: Spec::DEFAULT_DAYS,
        }
    }

    #[test]
    fn a_good_spec_passes_and_each_bad_field_is_named() {
        assert!(check(small()).is_ok());
        let bad: [(&str, Spec); 6] = [
            (
                "customers is 9",
                Spec {
                    customers: 9,
                    ..small()
                },
            ),
            (
                "stores is 1",
                Spec {
                    stores: 1,
                    ..small()
                },
            ),
            (
                "products is 199",
                Spec {
                    products: 199,
                    ..small()
                },
            ),
            (
                "orders is 0",
                Spec {
                    orders: 0,
                    ..small()
                },
            ),
            (
                "days is 55",
                Spec {
                    days: 55,
                    ..small()
                },
            ),
            (
                "at most 21900",
                Spec {
                    orders: 30_000,
                    ..small()
                },
            ),
        ];
        for (wanted, spec) in bad {
            let error = check(spec).unwrap_err().to_string();
            assert!(error.contains(wanted), "{error}");
        }
    }

    #[test]
    fn the_default_start_is_a_monday() {
        assert_eq!(Spec::DEFAULT_START.to_string(), "2024-11-04");
        assert_eq!(Spec::DEFAULT_START.weekday(), 0);
    }
}
