//! Mini-batch k-means: centers from many small draws of rows, for data that full rounds take too long on.
//!
//! Holds the draws and the running means; starting centers and the last assignment are k-means's own.

use numeric::{Matrix, MatrixView, Progress, Real, random::Random};

use crate::{
    Error,
    error::require,
    kmeans::{self, Fit, nearest},
};

/// What mini-batch k-means is asked to do. Becomes a [`MiniBatch`] by [`Params::check`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Number of clusters: 1 to the number of rows.
    pub clusters: usize,
    /// Rows in one draw: 1 to the number of rows.
    pub batch: usize,
    /// Most rows drawn in all, in times the rows of the data: 1 to 100,000.
    pub passes: usize,
    /// Draws without a better smoothed inertia after which it ends: 1 to 100,000.
    pub patience: usize,
    /// A center that has drawn less than this share of what the busiest one has is moved to a drawn row: 0
    /// (never) to below 1.
    pub idle: f64,
    /// Seed of everything.
    pub seed: u64,
}

impl Params {
    /// Checks the values for data of `rows` rows.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the first value outside its range.
    pub fn check(self, rows: usize) -> Result<MiniBatch, Error> {
        let legal = format!("1 to {rows}, the number of rows");
        let inside = |value: usize| (1..=rows).contains(&value);
        require(
            inside(self.clusters),
            "clusters",
            self.clusters,
            legal.as_str(),
        )?;
        require(inside(self.batch), "batch", self.batch, legal)?;
        let legal = "1 to 100,000";
        let inside = |value: usize| (1..=100_000).contains(&value);
        require(inside(self.passes), "passes", self.passes, legal)?;
        require(inside(self.patience), "patience", self.patience, legal)?;
        let legal = "0 to below 1";
        require((0.0..1.0).contains(&self.idle), "idle", self.idle, legal)?;
        Ok(MiniBatch(self))
    }
}

/// Checked parameters, ready to fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MiniBatch(Params);

/// The centers, and how many rows each has drawn.
struct Running {
    /// Row by row.
    centers: Vec<f64>,
    drawn: Vec<f64>,
    cols: usize,
    since_moved: usize,
}

impl MiniBatch {
    /// The parameters that were checked.
    pub fn params(&self) -> Params {
        self.0
    }

    /// Clusters the rows: centers by k-means++ over three batches of rows, then draws of rows with replacement,
    /// each pulling its nearest center towards it by one over the rows that center has drawn so far (D. Sculley,
    /// "Web-Scale K-Means Clustering", WWW 2010, algorithm 1, whose steps within a batch are taken at once, as
    /// scikit-learn does). Ends like scikit-learn's: when the batch inertia, smoothed over about half the data, has
    /// not improved for `patience` draws. At last every row gets its nearest center; a center without rows is moved
    /// as [`kmeans::KMeans::fit_from`] does. `iterations` counts draws. Ticks per draw.
    ///
    /// # Errors
    /// As [`kmeans::KMeans::fit`].
    pub fn fit<T: Real>(
        &self,
        data: MatrixView<'_, T>,
        progress: &dyn Progress,
    ) -> Result<Fit, Error> {
        let params = self.0;
        params.check(data.rows())?;
        let mut random = Random::new(params.seed);
        let first = (3 * params.batch).max(3 * params.clusters);
        let rows = random.sample(data.rows(), first);
        let drawn = data.take(&rows)?;
        let centers = match kmeans::plus_plus(drawn.view(), None, params.clusters, params.seed) {
            // The rows left out may differ.
            Err(Error::TooFewDistinctRows { .. }) => {
                kmeans::plus_plus(data, None, params.clusters, params.seed)?
            }
            drawn => drawn?,
        };
        let mut running = Running {
            drawn: vec![0.0; params.clusters],
            cols: data.cols(),
            since_moved: 0,
            centers,
        };
        let draws_max = (params.passes * data.rows()).div_ceil(params.batch);
        let smoothing = (2.0 * params.batch as f64 / (data.rows() + 1) as f64).min(1.0);
        let (mut smoothed, mut least, mut waited) = (None, f64::INFINITY, 0);
        let (mut draws, mut converged) = (0, false);
        while draws < draws_max && !converged {
            if progress.cancelled() {
                return Err(Error::Cancelled);
            }
            let rows: Vec<usize> = (0..params.batch)
                .map(|_| random.below(data.rows()))
                .collect();
            let batch = data.take(&rows)?;
            let inertia = running.step(batch.view(), params.idle, &mut random)?;
            draws += 1;
            // The first draw's inertia is that of the starting centers.
            if draws > 1 {
                let now = smoothed.map_or(inertia, |old| old + (inertia - old) * smoothing);
                smoothed = Some(now);
                waited = if now < least { 0 } else { waited + 1 };
                least = least.min(now);
                converged = waited >= params.patience;
            }
            progress.tick(draws as u64, draws_max as u64);
        }
        let centers = Matrix::new(running.centers, params.clusters, data.cols())?;
        let fit = kmeans::settle(data, centers.view())?;
        Ok(Fit {
            iterations: draws,
            converged,
            ..fit
        })
    }
}

impl Running {
    /// Takes one draw in; gives its mean squared distance to the centers before.
    fn step<T: Real>(
        &mut self,
        batch: MatrixView<'_, T>,
        idle: f64,
        random: &mut Random,
    ) -> Result<f64, Error> {
        let (clusters, cols) = (self.drawn.len(), self.cols);
        let centers = MatrixView::new(&self.centers, clusters, cols)?;
        let near = nearest(batch, centers)?;
        let mut sums = vec![0.0; self.centers.len()];
        let mut sizes = vec![0.0; clusters];
        for (row, &label) in near.labels.iter().enumerate() {
            let label = label as usize;
            sizes[label] += 1.0;
            let sums = &mut sums[label * cols..(label + 1) * cols];
            for (sum, value) in sums.iter_mut().zip(batch.row(row)) {
                *sum += value.to_f64();
            }
        }
        let each = self
            .centers
            .chunks_exact_mut(cols)
            .zip(sums.chunks_exact(cols));
        for (((center, sums), drawn), size) in each.zip(&mut self.drawn).zip(sizes) {
            if size > 0.0 {
                for (value, sum) in center.iter_mut().zip(sums) {
                    *value = (*value * *drawn + sum) / (*drawn + size);
                }
                *drawn += size;
            }
        }
        self.since_moved += batch.rows();
        let waiting = self.drawn.contains(&0.0) || self.since_moved >= 10 * clusters;
        if idle > 0.0 && waiting {
            self.since_moved = 0;
            self.move_idle(batch, idle, random);
        }
        let total: f64 = near.squared_distances.iter().sum();
        Ok(total / batch.rows() as f64)
    }

    /// Moves centers that drew too little to rows of the batch, at most half as many as it has, the idlest first;
    /// they then count as busy as the least of the others (as scikit-learn does).
    fn move_idle<T: Real>(&mut self, batch: MatrixView<'_, T>, idle: f64, random: &mut Random) {
        let most = self.drawn.iter().copied().fold(0.0, f64::max);
        let mut idlest: Vec<usize> = (0..self.drawn.len())
            .filter(|&center| self.drawn[center] < idle * most)
            .collect();
        idlest.sort_by(|&a, &b| self.drawn[a].total_cmp(&self.drawn[b]));
        idlest.truncate(batch.rows() / 2);
        let others = (0..self.drawn.len()).filter(|center| !idlest.contains(center));
        let least = others
            .map(|center| self.drawn[center])
            .fold(f64::INFINITY, f64::min);
        let rows = random.sample(batch.rows(), idlest.len());
        for (&center, row) in idlest.iter().zip(rows) {
            let place = &mut self.centers[center * self.cols..(center + 1) * self.cols];
            for (place, value) in place.iter_mut().zip(batch.row(row)) {
                *place = value.to_f64();
            }
            self.drawn[center] = least;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use numeric::Silent;

    use super::*;
    use crate::test_data::{blobs, on_threads};

    fn params(clusters: usize) -> Params {
        Params {
            clusters,
            batch: 256,
            passes: 100,
            patience: 10,
            idle: 0.01,
            seed: 4,
        }
    }

    #[test]
    fn is_nearly_as_good_as_full_rounds() {
        let (data, truth) = blobs(6_000, 5, 8, 6.0, 3);
        let fit = params(8)
            .check(6_000)
            .unwrap()
            .fit(data.view(), &Silent)
            .unwrap();
        let full = kmeans::Params {
            clusters: 8,
            starts: 3,
            max_iterations: 100,
            tolerance: 0.0,
            seed: 4,
        };
        let full = full
            .check(6_000)
            .unwrap()
            .fit(data.view(), &Silent)
            .unwrap();
        assert!(
            fit.inertia < full.inertia * 1.02,
            "{} {}",
            fit.inertia,
            full.inertia
        );
        assert!(crate::score::adjusted_rand(&fit.labels, &truth).unwrap() > 0.95);
        assert!(fit.converged && fit.sizes.iter().sum::<usize>() == 6_000);
    }

    #[test]
    fn threads_do_not_matter() {
        let data = blobs(3_000, 4, 5, 2.0, 7).0;
        let ready = params(5).check(3_000).unwrap();
        let on = |threads| on_threads(threads, || ready.fit(data.view(), &Silent).unwrap());
        assert_eq!(on(1), on(4));
    }

    #[test]
    fn small_data_and_illegal_values() {
        let data = Matrix::new(vec![1.0, 1.0, 5.0], 3, 1).unwrap();
        let two = Params {
            batch: 2,
            idle: 0.0,
            ..params(2)
        }
        .check(3)
        .unwrap();
        assert_eq!(two.fit(data.view(), &Silent).unwrap().inertia, 0.0);
        let three = Params {
            batch: 3,
            ..params(3)
        }
        .check(3)
        .unwrap();
        assert!(matches!(
            three.fit(data.view(), &Silent),
            Err(Error::TooFewDistinctRows { .. })
        ));
        for bad in [
            Params {
                clusters: 0,
                ..params(2)
            },
            Params {
                batch: 0,
                ..params(2)
            },
            Params {
                batch: 301,
                ..params(2)
            },
            Params {
                passes: 0,
                ..params(2)
            },
            Params {
                patience: 0,
                ..params(2)
            },
            Params {
                idle: 1.0,
                ..params(2)
            },
            Params {
                idle: f64::NAN,
                ..params(2)
            },
        ] {
            assert!(matches!(bad.check(300), Err(Error::Parameter { .. })));
        }
    }
}
