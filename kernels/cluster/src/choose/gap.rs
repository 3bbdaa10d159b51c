//! The gap statistic: how much tighter the clusters are than those of rows without any.
//!
//! Holds the references and the rule; fits are k-means's. It stands beside the table of counts, because it may
//! recommend one cluster, which no silhouette can.

use numeric::{Matrix, MatrixView, Progress, Real, random::Random, random::derive};
use rayon::prelude::*;

use super::stability::Quiet;
use crate::{Error, error::require, kmeans};

/// Which counts to try. Becomes a [`Gaps`] by [`Params::check`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Greatest count; all from 1 on are tried: 1 to one less than the rows.
    pub clusters_max: usize,
    /// Sets of reference rows: 2 to 1,000; 20 and more for a steady answer.
    pub references: usize,
    /// As [`kmeans::Params::starts`].
    pub starts: usize,
    /// As [`kmeans::Params::max_iterations`].
    pub max_iterations: usize,
    /// As [`kmeans::Params::tolerance`].
    pub tolerance: f64,
    /// Seed of everything.
    pub seed: u64,
}

impl Params {
    /// Checks the values for data of `rows` rows.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the first value outside its range.
    pub fn check(self, rows: usize) -> Result<Gaps, Error> {
        let most = self.clusters_max;
        let legal = format!("1 to less than {rows}, the number of rows");
        require((1..rows).contains(&most), "clusters_max", most, legal)?;
        let references = self.references;
        let legal = "2 to 1,000";
        require(
            (2..=1_000).contains(&references),
            "references",
            references,
            legal,
        )?;
        self.fitting(most).check(rows)?;
        Ok(Gaps(self))
    }

    fn fitting(&self, clusters: usize) -> kmeans::Params {
        kmeans::Params {
            clusters,
            starts: self.starts,
            max_iterations: self.max_iterations,
            tolerance: self.tolerance,
            seed: self.seed,
        }
    }
}

/// Checked parameters, ready to run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gaps(Params);

/// One count and its gap.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gap {
    /// The count.
    pub clusters: usize,
    /// Sum of squared distances to the centers.
    pub inertia: f64,
    /// Mean logarithm of the references' inertia less that of the data's.
    pub gap: f64,
    /// Its standard error, with that of the simulation.
    pub error: f64,
}

/// The count that the rule names, and all gaps.
#[derive(Debug, Clone, PartialEq)]
pub struct GapChoice {
    /// The least count whose gap reaches the next one's less its error; the greatest tried where none does.
    pub clusters: usize,
    /// One for each count, ascending, as far as rows still differ from their centers.
    pub gaps: Vec<Gap>,
}

impl Gaps {
    /// The parameters that were checked.
    pub fn params(&self) -> Params {
        self.0
    }

    /// Compares `ln W`, W the inertia, with its mean over references: as many rows, each column even between its
    /// least and greatest value in the data (R. Tibshirani, G. Walther, T. Hastie, "Estimating the number of clusters
    /// in a data set via the gap statistic", J. R. Stat. Soc. B 63, 2001, sections 3 and 4, reference a). Columns are
    /// taken as they are: where they depend on each other, rotate them to principal axes first (their reference b).
    /// Ticks per fit.
    ///
    /// # Errors
    /// [`Error::TooFewDistinctRows`] where all rows are equal; else as [`kmeans::KMeans::fit`].
    pub fn run<T: Real>(
        &self,
        data: MatrixView<'_, T>,
        progress: &dyn Progress,
    ) -> Result<GapChoice, Error> {
        let params = self.0;
        params.check(data.rows())?;
        let jobs = (params.clusters_max * (params.references + 1)) as u64;
        let mut inertias = Vec::with_capacity(params.clusters_max);
        for clusters in 1..=params.clusters_max {
            let ready = params.fitting(clusters).check(data.rows())?;
            match ready.fit(data, &Quiet(progress)) {
                // The logarithm of nothing compares with nothing.
                Ok(fit) if fit.inertia > 0.0 => inertias.push(fit.inertia),
                Ok(_) | Err(Error::TooFewDistinctRows { .. }) => break,
                Err(error) => return Err(error),
            }
            progress.tick(clusters as u64, jobs);
        }
        if inertias.is_empty() {
            let (clusters, distinct) = (params.clusters_max, 1);
            return Err(Error::TooFewDistinctRows { clusters, distinct });
        }
        let ranges = ranges(data);
        let logs = (0..params.references)
            .into_par_iter()
            .map(|reference| {
                let rows = self.reference(data.rows(), &ranges, reference)?;
                (1..=inertias.len())
                    .map(|clusters| {
                        let ready = params.fitting(clusters).check(data.rows())?;
                        let fit = ready.fit(rows.view(), &Quiet(progress))?;
                        let done = (reference + 1) * params.clusters_max + clusters;
                        progress.tick(done as u64, jobs);
                        Ok(fit.inertia.ln())
                    })
                    .collect()
            })
            .collect::<Result<Vec<Vec<f64>>, Error>>()?;
        let gaps: Vec<Gap> = (0..inertias.len())
            .map(|at| gap_of(at + 1, inertias[at], logs.iter().map(|of| of[at]).collect()))
            .collect();
        let holds = |pair: &[Gap]| pair[0].gap >= pair[1].gap - pair[1].error;
        let clusters = gaps
            .windows(2)
            .position(holds)
            .map_or(gaps.len(), |at| at + 1);
        Ok(GapChoice { clusters, gaps })
    }

    /// Rows even within the ranges. Columns without spread stay so.
    fn reference(
        &self,
        rows: usize,
        ranges: &[(f64, f64)],
        reference: usize,
    ) -> Result<Matrix, Error> {
        let seed = derive(derive(self.0.seed, 1 << 33), reference as u64);
        let mut random = Random::new(seed);
        let mut values = Vec::with_capacity(rows * ranges.len());
        for _ in 0..rows {
            values.extend(
                ranges
                    .iter()
                    .map(|(low, high)| low + (high - low) * random.unit_f64()),
            );
        }
        Ok(Matrix::new(values, rows, ranges.len())?)
    }
}

/// The least and greatest value of each column.
fn ranges<T: Real>(data: MatrixView<'_, T>) -> Vec<(f64, f64)> {
    let mut ranges = vec![(f64::INFINITY, f64::NEG_INFINITY); data.cols()];
    for row in data.data().chunks_exact(data.cols()) {
        for ((low, high), value) in ranges.iter_mut().zip(row) {
            *low = low.min(value.to_f64());
            *high = high.max(value.to_f64());
        }
    }
    ranges
}

fn gap_of(clusters: usize, inertia: f64, logs: Vec<f64>) -> Gap {
    let count = logs.len() as f64;
    let mean = logs.iter().sum::<f64>() / count;
    let variance = logs.iter().map(|log| (log - mean).powi(2)).sum::<f64>() / count;
    Gap {
        clusters,
        inertia,
        gap: mean - inertia.ln(),
        error: variance.sqrt() * (1.0 + 1.0 / count).sqrt(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use numeric::Silent;

    use super::*;
    use crate::test_data::{blobs, on_threads};

    fn params(clusters_max: usize) -> Params {
        Params {
            clusters_max,
            references: 10,
            starts: 3,
            max_iterations: 100,
            tolerance: 0.0,
            seed: 6,
        }
    }

    fn choose(data: &Matrix, most: usize) -> GapChoice {
        let ready = params(most).check(data.view().rows()).unwrap();
        ready.run(data.view(), &Silent).unwrap()
    }

    #[test]
    fn finds_the_count_even_where_it_is_one() {
        assert_eq!(choose(&blobs(240, 2, 4, 20.0, 8).0, 7).clusters, 4);
        let mut random = Random::new(9);
        let even = (0..400).map(|_| random.unit_f64()).collect();
        let even = Matrix::new(even, 200, 2).unwrap();
        assert_eq!(choose(&even, 5).clusters, 1);
    }

    #[test]
    fn threads_do_not_matter() {
        let data = blobs(150, 3, 3, 4.0, 1).0;
        assert_eq!(
            on_threads(1, || choose(&data, 4)),
            on_threads(4, || choose(&data, 4))
        );
    }

    #[test]
    fn few_distinct_rows_and_illegal_values() {
        let data = Matrix::new([1.0, 1.0, 5.0, 9.0].repeat(3), 12, 1).unwrap();
        assert_eq!(choose(&data, 6).gaps.len(), 2);
        let equal = Matrix::new(vec![1.0; 5], 5, 1).unwrap();
        let refused = params(3).check(5).unwrap().run(equal.view(), &Silent);
        assert!(matches!(refused, Err(Error::TooFewDistinctRows { .. })));
        for bad in [
            Params {
                clusters_max: 0,
                ..params(2)
            },
            Params {
                clusters_max: 12,
                ..params(2)
            },
            Params {
                references: 1,
                ..params(2)
            },
            Params {
                starts: 0,
                ..params(2)
            },
        ] {
            assert!(matches!(bad.check(12), Err(Error::Parameter { .. })));
        }
    }
}
