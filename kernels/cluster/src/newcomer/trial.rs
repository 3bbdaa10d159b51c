//! The ways to place a newcomer, tried on members whose cluster is known: each as if it were not there.
//!
//! Holds the leave-one-out trial and the tempering of probabilities by it.

use std::sync::atomic::{AtomicU64, Ordering};

use numeric::{Progress, random::Random};
use rayon::prelude::*;

use super::{Method, Placer};
use crate::Error;

/// Steps of the search for the temperature; each narrows it by a third.
const STEPS: usize = 60;

/// How a way did on the members tried.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Trial {
    /// Members tried.
    pub members: usize,
    /// Share of them that were placed in their cluster.
    pub accuracy: f64,
    /// Mean confidence; the nearer to `accuracy`, the more a confidence can be trusted.
    pub confidence: f64,
    /// Mean of minus the logarithm of the probability given to the own cluster; lower is better.
    pub log_loss: f64,
    /// Mean over members of the sum of squared errors of the probabilities of all clusters, 0 to 2; lower is
    /// better (G. W. Brier, Mon. Weather Rev. 78, 1950).
    pub brier: f64,
    /// What logarithms of probabilities are divided by: above 1 where the way is too sure of itself.
    pub temperature: f64,
}

/// One member's trial.
struct Tried {
    own: usize,
    logs: Vec<f64>,
}

/// Tries every way on at most `members_max` members: by likes, by the model, by the shares.
///
/// The temperature is that of least log loss on the members tried (C. Guo and others, "On Calibration of
/// Modern Neural Networks", ICML 2017, section 4.2), one number for all of them, so the numbers flatter
/// the ways by next to nothing where many members were tried. The shares are those of all
/// members and not tempered.
pub(super) fn run(
    placer: &Placer,
    members_max: usize,
    seed: u64,
    progress: &dyn Progress,
) -> Result<[Trial; 3], Error> {
    let rows = placer.attributes.rows;
    let members = Random::new(seed).sample(rows, members_max);
    let total = members.len() as u64;
    let done = AtomicU64::new(0);
    let tried = members
        .par_iter()
        .map(|&member| {
            if progress.cancelled() {
                return Err(Error::Cancelled);
            }
            let row = placer.attributes.row(member);
            let by = |method| Tried {
                own: placer.grouping.group[member],
                // Left out, a member would vote against its own cluster: of equally large ones, never for it.
                logs: placer.logs(
                    row,
                    Some(member).filter(|_| method != Method::Shares),
                    method,
                ),
            };
            let tried = [Method::Likes, Method::Model, Method::Shares].map(by);
            progress.tick(done.fetch_add(1, Ordering::Relaxed) + 1, total);
            Ok(tried)
        })
        .collect::<Result<Vec<_>, Error>>()?;
    let mut ways: [Vec<Tried>; 3] = Default::default();
    for member in tried {
        for (way, tried) in ways.iter_mut().zip(member) {
            way.push(tried);
        }
    }
    let [likes, model, shares] = ways;
    Ok([
        of(&likes, temperature(&likes)),
        of(&model, temperature(&model)),
        of(&shares, 1.0),
    ])
}

/// Probabilities from logarithms that are divided by a temperature.
pub(super) fn tempered(logs: &[f64], temperature: f64) -> Vec<f64> {
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let parts: Vec<f64> = logs
        .iter()
        .map(|log| ((log - most) / temperature).exp())
        .collect();
    let total: f64 = parts.iter().sum();
    parts.iter().map(|part| part / total).collect()
}

/// The temperature of least log loss between 1/20 and 100: the loss has one valley in its reciprocal.
fn temperature(tried: &[Tried]) -> f64 {
    let (mut low, mut high) = (0.01, 20.0);
    for _ in 0..STEPS {
        let third = (high - low) / 3.0;
        let (left, right) = (low + third, high - third);
        if log_loss(tried, 1.0 / left) <= log_loss(tried, 1.0 / right) {
            high = right;
        } else {
            low = left;
        }
    }
    2.0 / (low + high)
}

/// From differences of logarithms: a probability of 0 after rounding has a finite loss.
fn log_loss(tried: &[Tried], temperature: f64) -> f64 {
    let loss = |tried: &Tried| {
        let most = tried.logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let parts = tried
            .logs
            .iter()
            .map(|log| ((log - most) / temperature).exp());
        parts.sum::<f64>().ln() - (tried.logs[tried.own] - most) / temperature
    };
    tried.iter().map(loss).sum::<f64>() / tried.len() as f64
}

fn of(tried: &[Tried], temperature: f64) -> Trial {
    let mut trial = Trial {
        members: tried.len(),
        log_loss: log_loss(tried, temperature),
        temperature,
        ..Trial::default()
    };
    let mut right = 0;
    let count = tried.len() as f64;
    for one in tried {
        let probabilities = tempered(&one.logs, temperature);
        let mut first = 0;
        for (place, &probability) in probabilities.iter().enumerate() {
            let wanted = f64::from(u8::from(place == one.own));
            trial.brier += (probability - wanted).powi(2) / count;
            if probability > probabilities[first] {
                first = place;
            }
        }
        trial.confidence += probabilities[first] / count;
        right += usize::from(first == one.own);
    }
    trial.accuracy = right as f64 / count;
    trial
}
