//! Values into bins of about equal size, by quantiles of the population. What bins mean is the template's.

use super::RuleError;
use super::error::require;
use serde::{Deserialize, Serialize};

/// The cuts between bins. Kept with a run, they give later members and the same members the same bins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bins {
    cuts: Vec<f64>,
}

impl Bins {
    /// Cuts the known values into `bins` bins, 2 to 10. The `j`-th cut is the least value that at least
    /// `j / bins` of the values do not exceed (R. J. Hyndman, Y. Fan, "Sample Quantiles in Statistical
    /// Packages", The American Statistician 50, 1996: definition 1), so that it is one of the values, and
    /// the order of members changes nothing. Equal values are never parted: with many of them some bins
    /// stay empty.
    ///
    /// # Errors
    /// [`RuleError::Parameter`] for other numbers of bins, and where no value is known.
    pub fn fit(values: &[Option<f64>], bins: usize) -> Result<Self, RuleError> {
        require((2..=10).contains(&bins), "bins", bins, "2 to 10")?;
        let known = sorted(values.iter().copied().flatten());
        require(
            !known.is_empty(),
            "values",
            "not known for any member",
            "one known value at least",
        )?;
        let count = known.len();
        let cuts = (1..bins).map(|cut| known[(count * cut).div_ceil(bins).max(1) - 1]);
        Ok(Self {
            cuts: cuts.collect(),
        })
    }

    /// How many bins.
    pub fn count(&self) -> usize {
        self.cuts.len() + 1
    }

    /// The bin of a value, 1 for the least: a value equal to a cut is below it.
    pub fn of(&self, value: f64) -> usize {
        1 + self.cuts.partition_point(|cut| *cut < value)
    }
}

/// The finite values, ascending.
pub(crate) fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut known: Vec<f64> = values.filter(|value| value.is_finite()).collect();
    known.sort_by(f64::total_cmp);
    known
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn bins(values: &[f64], count: usize) -> Vec<usize> {
        let known: Vec<Option<f64>> = values.iter().copied().map(Some).collect();
        let bins = Bins::fit(&known, count).unwrap();
        values.iter().map(|value| bins.of(*value)).collect()
    }

    /// numpy 2.4: `searchsorted(quantile(x, arange(1, k) / k, method="inverted_cdf"), x, side="left") + 1`.
    #[test]
    fn bins_are_those_of_numpy() {
        let values = [
            3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0, 3.0, 5.0, 8.0, 9.0, 7.0, 9.0,
        ];
        assert_eq!(
            bins(&values, 5),
            [2, 1, 2, 1, 3, 5, 1, 4, 3, 2, 3, 4, 5, 4, 5]
        );
        assert_eq!(
            bins(&values, 4),
            [1, 1, 2, 1, 2, 4, 1, 3, 2, 1, 2, 3, 4, 3, 4]
        );
        assert_eq!(
            bins(&values, 10),
            [3, 1, 4, 1, 5, 9, 2, 7, 5, 3, 5, 8, 9, 7, 9]
        );
    }

    #[test]
    fn odd_populations_have_bins_too() {
        assert_eq!(bins(&[7.0], 5), [1]);
        assert_eq!(bins(&[2.0, 2.0, 2.0], 3), [1, 1, 1]);
        assert_eq!(bins(&[1.0, 2.0], 5), [1, 3]);
        assert_eq!(bins(&[-0.0, 0.0, 5.0], 2), [1, 1, 2]);
    }

    #[test]
    fn what_cannot_be_cut_is_refused() {
        assert!(Bins::fit(&[Some(1.0)], 1).is_err());
        assert!(Bins::fit(&[Some(1.0)], 11).is_err());
        let none = Bins::fit(&[None, Some(f64::NAN)], 5);
        assert!(none.unwrap_err().to_string().contains("known"));
    }
}
