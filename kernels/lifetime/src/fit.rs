//! Parameters by maximum likelihood, with standard errors. It must not predict.

use crate::customers::{Customers, Distinct};
use crate::error::Error;
use crate::model::Model;
use crate::newton::{self, Derivatives, Top};

/// Parameters of a model, and how sure they are.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// The model.
    pub model: Model,
    /// Its parameters, in the order of [`Model::names`]; times in the unit of the customers.
    pub parameters: [f64; 4],
    /// Their standard errors, from the curvature of the log-likelihood at its top (of the logarithms; the error of a
    /// parameter is its own size times that of its logarithm). None for parameters at the edge, which the errors of the
    /// others take as known, and none at all where the likelihood is flat in some direction.
    pub standard_errors: [Option<f64>; 4],
    /// The log-likelihood at the top.
    pub log_likelihood: f64,
    /// Customers it was fitted on.
    pub customers: usize,
    /// Rows left when equal customers are one.
    pub distinct: usize,
    /// How often the likelihood of all rows was computed.
    pub rounds: usize,
    /// Parameters that ran to the edge of what is searched, where the model has one parameter too many: by name.
    pub at_edge: Vec<&'static str>,
}

/// Logarithms of parameters are searched within these, times as multiples of the mean age.
const LOWEST: f64 = -12.0;
const HIGHEST: f64 = 12.0;
/// Above so many different rows, the search begins on a fair part of so many.
const BEGIN_WITH: usize = 20_000;

/// Fits a model. Equal customers count as one row, in the order of their values, and sums are over fixed chunks: the result
/// depends neither on the order of customers nor on threads. Above 20,000 different rows the search begins on every
/// so many-th.
///
/// # Errors
/// `NoRepeats` where nobody came again, `NotFound` where the likelihood has no top.
pub fn fit(model: Model, customers: &Customers) -> Result<Fit, Error> {
    let all = Distinct::of(customers);
    let space = Space::of(model, &all)?;
    let mut start = space.start;
    if all.rows.len() > BEGIN_WITH {
        let part = all.thinned(BEGIN_WITH);
        // A part that has no top leaves the start as it was: all rows decide.
        if let Ok(top) = space.climb(start, &part, |_| Derivatives::ZERO) {
            start = top.at;
        }
    }
    let top = space.climb(start, &all, |_| Derivatives::ZERO)?;
    Ok(told(
        model,
        &top,
        top.found.value,
        &top.found.curvature,
        &all,
    ))
}

/// What a top says.
pub(crate) fn told(
    model: Model,
    top: &Top<4>,
    log_likelihood: f64,
    curvature: &[[f64; 4]; 4],
    all: &Distinct,
) -> Fit {
    let parameters = top.at.map(f64::exp);
    let edges = model.names().into_iter().zip(top.edge);
    let at_edge: Vec<&'static str> = edges
        .filter_map(|(name, edge)| edge.then_some(name))
        .collect();
    let errors = newton::errors(curvature, &top.edge);
    Fit {
        model,
        parameters,
        standard_errors: std::array::from_fn(|of| errors[of].map(|error| parameters[of] * error)),
        log_likelihood,
        customers: all.customers() as usize,
        distinct: all.rows.len(),
        rounds: top.rounds,
        at_edge,
    }
}

/// Where to search, and from where.
#[derive(Debug, Clone)]
pub(crate) struct Space {
    model: Model,
    pub start: [f64; 4],
    bounds: [(f64, f64); 4],
}

impl Space {
    /// Of these rows: times as multiples of their mean age, r / α at the rate of repeats.
    pub fn of(model: Model, all: &Distinct) -> Result<Self, Error> {
        let each = || all.rows.iter().zip(&all.counts);
        let repeats: f64 = each()
            .map(|(row, count)| count * f64::from(row.repeats))
            .sum();
        let age: f64 = each().map(|(row, count)| count * row.age).sum();
        if repeats == 0.0 {
            return Err(Error::NoRepeats);
        }
        let mean = (age / all.customers()).ln();
        let shift = model
            .times()
            .map(|is_time| if is_time { mean } else { 0.0 });
        let shape = 0.5f64.ln();
        let own = match model {
            Model::BgNbd => [shape, shape + (age / repeats).ln(), 0.0, 1.0],
            Model::ParetoNbd => [shape, shape + (age / repeats).ln(), shape, mean],
        };
        let bounds = shift.map(|shift| (LOWEST + shift, HIGHEST + shift));
        Ok(Self {
            model,
            start: own,
            bounds,
        })
    }

    /// Climbs the log-likelihood of the rows and what `prior` adds to it.
    pub fn climb(
        &self,
        start: [f64; 4],
        all: &Distinct,
        prior: impl Fn(&[f64; 4]) -> Derivatives<4>,
    ) -> Result<Top<4>, Error> {
        newton::maximise(start, &self.bounds, |at| {
            let mut found = self.model.log_likelihood(at, all);
            found.add(&prior(at), 1.0);
            found
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::test_data::drawn;
    use numeric::random::Random;

    const TRUTHS: [(Model, [f64; 4]); 4] = [
        (Model::BgNbd, [0.6, 4.0, 0.7, 2.5]),
        (Model::BgNbd, [2.0, 15.0, 1.5, 3.0]),
        (Model::ParetoNbd, [0.8, 8.0, 0.9, 12.0]),
        (Model::ParetoNbd, [1.5, 6.0, 0.6, 20.0]),
    ];

    #[test]
    fn parameters_come_back_within_their_errors() {
        for (model, truth) in TRUTHS {
            let (customers, _) = drawn(model, &truth, 20_000, (60.0, 0.0), 11);
            let found = fit(model, &customers).unwrap();
            let errors = found.standard_errors.map(Option::unwrap);
            for ((value, error), truth) in found.parameters.iter().zip(errors).zip(truth) {
                assert!((value - truth).abs() < 3.0 * error, "{found:?}");
                assert!(error < 0.25 * truth, "{found:?}");
            }
            assert!(
                found.at_edge.is_empty() && found.customers == 20_000,
                "{found:?}"
            );
            // The top lies above the truth, and no step along an axis leads higher.
            let all = Distinct::of(&customers);
            let at =
                |parameters: &[f64; 4]| model.log_likelihood(&parameters.map(f64::ln), &all).value;
            assert!(found.log_likelihood >= at(&truth));
            for of in 0..4 {
                for factor in [0.99, 1.01] {
                    let mut moved = found.parameters;
                    moved[of] *= factor;
                    assert!(at(&moved) < found.log_likelihood, "{of} {factor}");
                }
            }
        }
    }

    #[test]
    fn neither_order_nor_threads_matter() {
        let (model, truth) = TRUTHS[2];
        let (customers, _) = drawn(model, &truth, 5_000, (60.0, 0.0), 3);
        let on = |threads, customers: &Customers| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            pool.install(|| fit(model, customers)).unwrap()
        };
        let mut order: Vec<usize> = (0..5_000).collect();
        Random::new(1).shuffle(&mut order);
        let one = on(1, &customers);
        assert_eq!(one, on(5, &customers));
        assert_eq!(one, on(2, &customers.take(&order)));
    }

    #[test]
    fn a_search_begun_on_a_part_ends_at_the_same_top() {
        let (model, truth) = TRUTHS[0];
        let (customers, _) = drawn(model, &truth, 60_000, (60.0, 0.0), 3);
        let found = fit(model, &customers).unwrap();
        let all = Distinct::of(&customers);
        assert!(all.rows.len() > BEGIN_WITH);
        let space = Space::of(model, &all).unwrap();
        let top = space
            .climb(space.start, &all, |_| Derivatives::ZERO)
            .unwrap();
        for (value, other) in found.parameters.iter().zip(top.at) {
            assert!((value.ln() - other).abs() < 1e-5, "{found:?}");
        }
    }

    #[test]
    fn who_never_leaves_drives_a_parameter_to_the_edge_and_that_is_said() {
        let (customers, _) = drawn(Model::BgNbd, &[2.0, 4.0, 1e-9, 1.0], 2_000, (30.0, 0.0), 2);
        for model in [Model::BgNbd, Model::ParetoNbd] {
            let found = fit(model, &customers).unwrap();
            // The parameters of leaving are at the edge, or as good as unknown; those of buying are known.
            let unsure = |of: usize| {
                found.standard_errors[of].is_none_or(|error| error > found.parameters[of])
            };
            assert!(
                unsure(2) && (!found.at_edge.is_empty() || unsure(3)),
                "{found:?}"
            );
            for of in [0, 1] {
                assert!(
                    found.standard_errors[of]
                        .is_none_or(|error| error < 0.1 * found.parameters[of]),
                    "{found:?}"
                );
            }
            assert!(
                (found.parameters[0] / found.parameters[1] - 0.5).abs() < 0.03,
                "{found:?}"
            );
        }
    }

    #[test]
    fn nobody_who_came_again_is_refused() {
        let customers = Customers::new(vec![0; 9], vec![0.0; 9], vec![3.0; 9]).unwrap();
        assert_eq!(fit(Model::BgNbd, &customers), Err(Error::NoRepeats));
        assert_eq!(
            fit(Model::ParetoNbd, &customers.take(&[])),
            Err(Error::NoRepeats)
        );
    }
}
