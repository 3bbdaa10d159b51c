//! The rounds of expectation and maximisation of one start.

use numeric::{MatrixView, Progress, chunks, distance::squared_euclidean};

use super::{
    Fit, Params,
    gaussians::Gaussians,
    moments::{Frame, Moments},
};
use crate::{Error, grouping::means};

/// One start from labels below the number of components. `start` counts the starts, for ticks.
pub(super) fn run(
    data: MatrixView<'_>,
    params: &Params,
    labels: &[u32],
    start: usize,
    progress: &dyn Progress,
) -> Result<Fit, Error> {
    let floor = params.regularisation * mean_variance(data);
    let mut gaussians = from_labels(data, params, labels, floor)?;
    let (mut iterations, mut converged) = (0, false);
    let mut before = f64::NEG_INFINITY;
    while iterations < params.max_iterations && !converged {
        if progress.cancelled() {
            return Err(Error::Cancelled);
        }
        let moments = expect(data, params, &gaussians, floor);
        let mean = moments.log_likelihood / data.rows() as f64;
        gaussians = moments.gaussians(frame(data, params, &gaussians, floor))?;
        iterations += 1;
        converged = (mean - before).abs() < params.tolerance;
        before = mean;
        let done = start * params.max_iterations + iterations;
        progress.tick(done as u64, (params.starts * params.max_iterations) as u64);
    }
    let last = expect(data, params, &gaussians, floor);
    let assigned = gaussians.assign(data)?;
    let mut sizes = vec![0; params.components];
    for &label in &assigned.labels {
        sizes[label as usize] += 1;
    }
    let bic = gaussians.parameters() as f64 * (data.rows() as f64).ln() - 2.0 * last.log_likelihood;
    Ok(Fit {
        labels: assigned.labels,
        memberships: assigned.memberships,
        log_likelihood: last.log_likelihood,
        bic,
        icl: bic + 2.0 * last.entropy,
        iterations,
        converged,
        sizes,
        gaussians,
    })
}

fn frame<'a>(
    data: MatrixView<'a>,
    params: &Params,
    gaussians: &'a Gaussians,
    floor: f64,
) -> Frame<'a> {
    Frame {
        data,
        means: gaussians.means.view(),
        shape: params.covariance,
        floor,
    }
}

/// Memberships of all rows, summed as the next round needs them.
fn expect(data: MatrixView<'_>, params: &Params, gaussians: &Gaussians, floor: f64) -> Moments {
    let frame = frame(data, params, gaussians, floor);
    Moments::over(frame, |row, deviation, out| {
        gaussians.memberships(data.row(row), deviation, out)
    })
}

/// The clouds of rows that belong to their labels alone.
fn from_labels(
    data: MatrixView<'_>,
    params: &Params,
    labels: &[u32],
    floor: f64,
) -> Result<Gaussians, Error> {
    let (values, _) = means(data, params.components, |row| labels[row] as usize);
    let means = MatrixView::new(&values, params.components, data.cols())?;
    let frame = Frame {
        data,
        means,
        shape: params.covariance,
        floor,
    };
    let moments = Moments::over(frame, |row, _, out| {
        out.fill(0.0);
        out[labels[row] as usize] = 1.0;
        0.0
    });
    moments.gaussians(frame)
}

/// Mean over the columns of their variances.
fn mean_variance(data: MatrixView<'_>) -> f64 {
    let (mean, _) = means(data, 1, |_| 0);
    let squares = chunks::sum(data.rows(), |range| {
        range
            .map(|row| squared_euclidean(data.row(row), &mean))
            .sum()
    });
    squares / (data.rows() * data.cols()) as f64
}
