//! Where dissimilarities come from: a matrix that is given, or rows that they are taken from as needed.
//!
//! Holds the sources and the assignment of rows to medoids. Moves no medoid.

use numeric::{MAGNITUDE_MAX, MatrixView, chunks, distance::squared_euclidean};

use crate::{
    Error,
    error::{require, require_size},
    mixed::Table,
};

/// Rows with a dissimilarity between any two: finite, not negative, the same both ways, 0 from a row to
/// itself.
pub trait Dissimilarities: Sync {
    /// Number of rows, at least 1.
    fn rows(&self) -> usize;

    /// How far two rows are apart. Like a slice, it panics where there is no such row.
    fn between(&self, a: usize, b: usize) -> f64;

    /// Writes how far each row is from one of them into `out`, one place for each row.
    fn fill(&self, from: usize, out: &mut [f64]) {
        for (row, out) in out.iter_mut().enumerate() {
            *out = self.between(from, row);
        }
    }
}

/// Dissimilarities in condensed form, as SciPy and [`Table::distances`] give them: first those of row 0 with
/// 1, 2, …, then those of row 1 with 2, 3, ….
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Condensed<'a> {
    values: &'a [f64],
    rows: usize,
}

impl<'a> Condensed<'a> {
    /// Borrows the dissimilarities of `rows` rows.
    ///
    /// # Errors
    /// [`Error::Mismatch`] where there are not rows × (rows - 1) / 2 of them; [`Error::Parameter`] where
    /// `rows` is 0, or naming the first that is negative, not a number or above 1e100.
    pub fn new(values: &'a [f64], rows: usize) -> Result<Self, Error> {
        require(rows > 0, "rows", rows, "at least 1")?;
        require_size("values", "pairs", values.len(), rows * (rows - 1) / 2)?;
        let legal = |value: &f64| (0.0..=MAGNITUDE_MAX).contains(value);
        if let Some(at) = values.iter().position(|value| !legal(value)) {
            let value = format!("{} at place {at}", values[at]);
            require(false, "values", value, "dissimilarities from 0 to 1e100")?;
        }
        Ok(Self { values, rows })
    }

    /// Where the pairs of this row with the next ones begin.
    fn begin(&self, row: usize) -> usize {
        row * (2 * self.rows - row - 1) / 2
    }
}

impl Dissimilarities for Condensed<'_> {
    fn rows(&self) -> usize {
        self.rows
    }

    fn between(&self, a: usize, b: usize) -> f64 {
        let (low, high) = (a.min(b), a.max(b));
        assert!(high < self.rows, "row {high} of {}", self.rows);
        if low == high {
            return 0.0;
        }
        self.values[self.begin(low) + high - low - 1]
    }

    fn fill(&self, from: usize, out: &mut [f64]) {
        for (row, out) in out[..from].iter_mut().enumerate() {
            *out = self.values[self.begin(row) + from - row - 1];
        }
        out[from] = 0.0;
        let begin = self.begin(from);
        out[from + 1..].copy_from_slice(&self.values[begin..begin + self.rows - 1 - from]);
    }
}

/// Euclidean distances between rows of numbers, taken as needed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Euclidean<'a>(pub MatrixView<'a>);

impl Dissimilarities for Euclidean<'_> {
    fn rows(&self) -> usize {
        self.0.rows()
    }

    fn between(&self, a: usize, b: usize) -> f64 {
        squared_euclidean(self.0.row(a), self.0.row(b)).sqrt()
    }
}

/// Dissimilarities of mixed rows, taken as needed. For up to some 10,000 rows [`Table::distances`] once is
/// quicker.
impl Dissimilarities for Table {
    fn rows(&self) -> usize {
        self.rows()
    }

    fn between(&self, a: usize, b: usize) -> f64 {
        self.distance(a, b)
    }
}

/// Some of the rows of another source.
pub(super) struct Subset<'a, D> {
    pub data: &'a D,
    pub rows: Vec<usize>,
}

impl<D: Dissimilarities> Dissimilarities for Subset<'_, D> {
    fn rows(&self) -> usize {
        self.rows.len()
    }

    fn between(&self, a: usize, b: usize) -> f64 {
        self.data.between(self.rows[a], self.rows[b])
    }
}

/// For each row the nearest medoid, the lowest place of equals, and the sum of the dissimilarities.
pub(super) fn assign(data: &impl Dissimilarities, medoids: &[usize]) -> (Vec<u32>, f64) {
    let nearest = |row: usize| {
        let mut best = (0, f64::INFINITY);
        for (place, &medoid) in medoids.iter().enumerate() {
            let apart = data.between(medoid, row);
            if apart < best.1 {
                best = (place as u32, apart);
            }
        }
        best
    };
    let parts = chunks::map(data.rows(), |range| range.map(nearest).collect::<Vec<_>>());
    let (labels, apart): (Vec<u32>, Vec<f64>) = parts.into_iter().flatten().unzip();
    (labels, numeric::sum::sum(&apart))
}
