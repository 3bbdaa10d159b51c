//! Starting centers by k-means||: many rows drawn at once, few passes over the data.
//!
//! Holds the draws; the choice among the rows drawn is k-means++'s.

use numeric::{Matrix, MatrixView, Real, chunks, random::Random};

use super::{nearest, plus_plus};
use crate::Error;

/// Draws centers as B. Bahmani and others ("Scalable K-Means++", VLDB 2012, algorithm 2): from one row on, each of
/// `rounds` rounds keeps every row with chance `oversampling · clusters` times its share of all squared distances to
/// the rows kept so far; then each row kept weighs as many rows as are nearest to it, and k-means++ chooses
/// among them. Where fewer differ than there are clusters, k-means++ over all rows takes over.
///
/// # Errors
/// As [`plus_plus`].
pub(super) fn centers<T: Real>(
    data: MatrixView<'_, T>,
    weights: Option<&[f64]>,
    clusters: usize,
    (rounds, oversampling): (usize, f64),
    seed: u64,
) -> Result<Vec<f64>, Error> {
    let weight = |row: usize| weights.map_or(1.0, |weights| weights[row]);
    let mut random = Random::new(seed);
    let first = match weights {
        None => random.below(data.rows()),
        Some(weights) => random.weighted(weights).unwrap_or(0),
    };
    let (mut kept, mut new) = (Vec::new(), vec![first]);
    let mut known = (vec![0u32; data.rows()], vec![f64::INFINITY; data.rows()]);
    for round in 0..=rounds {
        if !new.is_empty() {
            draw_near(data, kept.len(), &new, &mut known)?;
            kept.append(&mut new);
        }
        if round == rounds {
            break;
        }
        let squared = &known.1;
        let total = chunks::sum(data.rows(), |range| {
            range.map(|row| weight(row) * squared[row]).sum()
        });
        let scale = oversampling * clusters as f64 / total;
        // Nothing is left to draw where every row sits on one kept.
        if !scale.is_finite() {
            break;
        }
        let seed = random.next_u64();
        let parts = chunks::map(data.rows(), |range| {
            let mut random = Random::stream(seed, range.start as u64);
            range
                .filter(|&row| random.unit_f64() < scale * weight(row) * squared[row])
                .collect::<Vec<usize>>()
        });
        new = parts.concat();
    }
    let mut masses = vec![0.0; kept.len()];
    for (row, &place) in known.0.iter().enumerate() {
        masses[place as usize] += weight(row);
    }
    // Of equal rows only one has all the weight; the others would be drawn never, and may not weigh 0.
    let weighty: Vec<usize> = (0..kept.len())
        .filter(|&place| masses[place] > 0.0)
        .collect();
    let rows: Vec<usize> = weighty.iter().map(|&place| kept[place]).collect();
    let masses: Vec<f64> = weighty.iter().map(|&place| masses[place]).collect();
    match plus_plus(
        data.take(&rows)?.view(),
        Some(&masses),
        clusters,
        random.next_u64(),
    ) {
        Err(Error::TooFewDistinctRows { .. }) => plus_plus(data, weights, clusters, seed),
        drawn => drawn,
    }
}

/// Lowers what is known of each row, its nearest place among the rows kept and the squared distance, by new rows
/// whose places begin at `first`.
fn draw_near<T: Real>(
    data: MatrixView<'_, T>,
    first: usize,
    new: &[usize],
    (places, squared): &mut (Vec<u32>, Vec<f64>),
) -> Result<(), Error> {
    let taken = data.take(new)?.into_data();
    let centers = taken.iter().map(|value| value.to_f64()).collect();
    let centers = Matrix::new(centers, new.len(), data.cols())?;
    let near = nearest(data, centers.view())?;
    for row in 0..data.rows() {
        if near.squared_distances[row] < squared[row] {
            squared[row] = near.squared_distances[row];
            places[row] = first as u32 + near.labels[row];
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use numeric::Silent;

    use super::super::{Params, Seeding};
    use super::*;
    use crate::test_data::{blobs, on_threads};

    const PARALLEL: Seeding = Seeding::Parallel {
        rounds: 5,
        oversampling: 2.0,
    };

    fn params(clusters: usize) -> Params {
        Params {
            clusters,
            starts: 1,
            max_iterations: 100,
            tolerance: 0.0,
            seed: 3,
        }
    }

    #[test]
    fn finds_blobs_on_any_number_of_threads() {
        let (data, truth) = blobs(4_000, 5, 12, 15.0, 2);
        let ready = params(12).check(4_000).unwrap();
        let on = |threads| {
            on_threads(threads, || {
                ready.fit_seeded(data.view(), PARALLEL, &Silent).unwrap()
            })
        };
        let fit = on(1);
        assert!(crate::score::adjusted_rand(&fit.labels, &truth).unwrap() > 0.9);
        assert_eq!(fit, on(4));
    }

    #[test]
    fn few_distinct_rows_and_illegal_values() {
        let data = Matrix::new([1.0, 5.0, 9.0].repeat(4), 12, 1).unwrap();
        let fit = |clusters, seeding| {
            let ready = params(clusters).check(12).unwrap();
            ready.fit_seeded(data.view(), seeding, &Silent)
        };
        assert_eq!(fit(3, PARALLEL).unwrap().inertia, 0.0);
        assert!(matches!(
            fit(4, PARALLEL),
            Err(Error::TooFewDistinctRows { distinct: 3, .. })
        ));
        for (rounds, oversampling) in [(0, 2.0), (101, 2.0), (5, 0.0), (5, f64::NAN), (5, 101.0)] {
            let bad = Seeding::Parallel {
                rounds,
                oversampling,
            };
            assert!(matches!(fit(2, bad), Err(Error::Parameter { .. })));
        }
    }
}
