//! Customers drawn from the models, who are what the models say: to try how well parameters come back and whether
//! intervals hold what they promise. It must not fit.

use crate::model::Model;
use numeric::random::Random;

/// What is drawn of one customer.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// Times of the purchases after the first, ascending, until the end of the drawing.
    pub times: Vec<f64>,
    /// Whether, and how long after the first purchase, the customer was gone within that time.
    pub gone: Option<f64>,
}

/// Draws one customer under a model, until `end` after the first purchase.
pub fn customer(model: Model, parameters: &[f64; 4], end: f64, random: &mut Random) -> Drawn {
    let rate = gamma(parameters[0], random) / parameters[1];
    let [_, _, third, fourth] = *parameters;
    let (leaves, end_alive) = match model {
        Model::BgNbd => {
            let (a, b) = (gamma(third, random), gamma(fourth, random));
            (a / (a + b), f64::INFINITY)
        }
        Model::ParetoNbd => (0.0, exponential(random) * fourth / gamma(third, random)),
    };
    let mut drawn = Drawn {
        times: Vec::new(),
        gone: (end_alive < end).then_some(end_alive),
    };
    let mut time = 0.0;
    loop {
        time += exponential(random) / rate;
        if time >= end.min(end_alive) {
            return drawn;
        }
        drawn.times.push(time);
        if random.unit_f64() < leaves {
            drawn.gone = Some(time);
            return drawn;
        }
    }
}

/// An exponential number of mean 1.
pub fn exponential(random: &mut Random) -> f64 {
    -(1.0 - random.unit_f64()).ln()
}

/// A gamma number of rate 1 (G. Marsaglia, W. W. Tsang, "A Simple Method for Generating Gamma Variables", ACM TOMS 26, 2000;
/// shapes below 1 by the power of a uniform number).
pub fn gamma(shape: f64, random: &mut Random) -> f64 {
    if shape < 1.0 {
        let power = (1.0 - random.unit_f64()).powf(1.0 / shape);
        return gamma(shape + 1.0, random) * power;
    }
    let size = shape - 1.0 / 3.0;
    let spread = 1.0 / (9.0 * size).sqrt();
    loop {
        let normal = random.normal();
        let cube = (1.0 + spread * normal).powi(3);
        if cube > 0.0 {
            let uniform = 1.0 - random.unit_f64();
            if uniform.ln() < 0.5 * normal * normal + size * (1.0 - cube + cube.ln()) {
                return size * cube;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gamma_numbers_have_their_mean_and_variance() {
        let mut random = Random::new(5);
        for shape in [0.3, 1.0, 4.5] {
            let draws: Vec<f64> = (0..100_000).map(|_| gamma(shape, &mut random)).collect();
            let mean = draws.iter().sum::<f64>() / 1e5;
            let variance = draws.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 1e5;
            assert!((mean / shape - 1.0).abs() < 0.03, "{shape}: {mean}");
            assert!((variance / shape - 1.0).abs() < 0.06, "{shape}: {variance}");
        }
    }

    #[test]
    fn customers_buy_at_the_rate_of_the_model() {
        let mut random = Random::new(9);
        // Never gone: r / α purchases per unit of time.
        let forever = [2.0, 4.0, 1e-9, 1.0];
        let drawn = (0..20_000).map(|_| customer(Model::BgNbd, &forever, 10.0, &mut random));
        let drawn: Vec<Drawn> = drawn.collect();
        let mean = drawn.iter().map(|one| one.times.len()).sum::<usize>() as f64 / 2e4;
        assert!((mean - 5.0).abs() < 0.1, "{mean}");
        assert!(
            drawn
                .iter()
                .all(|one| one.gone.is_none() && one.times.is_sorted())
        );
        // Alive at 10 with probability (β / (β + 10))^s.
        let leaving = [2.0, 4.0, 0.5, 10.0];
        let gone = (0..20_000).filter(|_| {
            customer(Model::ParetoNbd, &leaving, 10.0, &mut random)
                .gone
                .is_some()
        });
        let share = gone.count() as f64 / 2e4;
        assert!((share - (1.0 - 0.5f64.sqrt())).abs() < 0.01, "{share}");
    }
}
