//! What a method of this crate refuses, and how to mend it. Little evidence is not here: that is a wide
//! interval of the result.

/// Why a method gave no result.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// A parameter outside its legal range.
    #[error("{field} is {value}; give {legal}")]
    Parameter {
        /// The field of the parameter set.
        field: &'static str,
        /// The value given.
        value: String,
        /// The legal range in words.
        legal: String,
    },
    /// Two inputs that belong together differ in size.
    #[error("{field} has {found} {unit}, but {expected} are needed; give one for each")]
    Mismatch {
        /// The input that does not fit.
        field: &'static str,
        /// What is counted.
        unit: &'static str,
        /// How many there are.
        found: usize,
        /// How many there should be.
        expected: usize,
    },
    /// An id that is not below the number of its kind.
    #[error(
        "{field} is {id} at place {place}, but there are only {count}; number them 0 to {count} less one"
    )]
    Id {
        /// The input that holds the id.
        field: &'static str,
        /// The id.
        id: u32,
        /// Where it stands, counted from 0.
        place: usize,
        /// How many there are.
        count: usize,
    },
    /// A span of periods that is empty or goes beyond the last period.
    #[error(
        "span {place} lasts from period {from} until before {until}, but periods are 0 to {periods} less one; give from < until ≤ {periods}"
    )]
    Span {
        /// Which span, counted from 0.
        place: usize,
        /// Its first period.
        from: u32,
        /// The period after its last.
        until: u32,
        /// Periods there are.
        periods: usize,
    },
    /// A category with more products than a table of all its pairs can hold.
    #[error(
        "category {category} has {products} products, more than {limit}; split it by what shoppers choose among"
    )]
    Category {
        /// The category.
        category: u32,
        /// Its products.
        products: usize,
        /// The most there may be.
        limit: usize,
    },
    /// The caller's [`numeric::Progress`] asked to stop.
    #[error("cancelled")]
    Cancelled,
}

/// Refuses a parameter unless `legal` holds.
pub(crate) fn require(
    holds: bool,
    field: &'static str,
    value: impl ToString,
    legal: impl Into<String>,
) -> Result<(), Error> {
    if holds {
        return Ok(());
    }
    Err(Error::Parameter {
        field,
        value: value.to_string(),
        legal: legal.into(),
    })
}

/// Refuses an input whose size is not the one needed.
pub(crate) fn require_size(
    field: &'static str,
    unit: &'static str,
    found: usize,
    expected: usize,
) -> Result<(), Error> {
    if found == expected {
        return Ok(());
    }
    Err(Error::Mismatch {
        field,
        unit,
        found,
        expected,
    })
}

/// Refuses ids that are not below `count`; `except` may stand for none.
pub(crate) fn require_ids(
    field: &'static str,
    ids: &[u32],
    count: usize,
    except: Option<u32>,
) -> Result<(), Error> {
    let bad = |&id: &u32| id as usize >= count && Some(id) != except;
    match ids.iter().position(bad) {
        None => Ok(()),
        Some(place) => Err(Error::Id {
            field,
            id: ids[place],
            place,
            count,
        }),
    }
}
