//! Frequent, occasional and lapsed buyers, by counts and days that people set themselves. Ranks against
//! other customers are `rfm`'s.

use super::super::error::require;
use super::super::{
    Cell, Comparison, Constant, Measure, MeasureKind, Operand, Rule, RuleError, Scheme, Subject,
    Unit,
};
use super::Template;
use serde::{Deserialize, Serialize};

pub(super) const TEMPLATE: Template = Template {
    key: "frequency",
    title: "Frequent, occasional and lapsed buyers",
    description: "Who buys often, who buys now and then, and who has stopped",
    how_computed: "lapsed: the last purchase is longer ago than a limit; frequent: not lapsed, with at least so many \
                   receipts in a window; occasional: all others with a purchase",
    names: &["recency_days"],
};

/// The limits. Becomes a [`Frequency`] by [`Params::check`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Params {
    /// Days without a purchase after which a customer counts as lapsed: 1 to 3,650.
    pub lapsed_days: u32,
    /// Days over which receipts are counted: 1 to 3,650.
    pub window_days: u32,
    /// Receipts in the window from which a customer counts as frequent: 2 at least.
    pub frequent_receipts: u32,
}

impl Default for Params {
    /// A purchase a month over a year, and half a year without one: a grocer's measure. Who sells furniture
    /// sets others.
    fn default() -> Self {
        Self {
            lapsed_days: 180,
            window_days: 365,
            frequent_receipts: 12,
        }
    }
}

impl Params {
    /// Checks the values.
    ///
    /// # Errors
    /// [`RuleError::Parameter`] naming the first value outside its range.
    pub fn check(self) -> Result<Frequency, RuleError> {
        for (field, days) in [
            ("lapsed_days", self.lapsed_days),
            ("window_days", self.window_days),
        ] {
            require((1..=3_650).contains(&days), field, days, "1 to 3,650")?;
        }
        let receipts = self.frequent_receipts;
        require(receipts >= 2, "frequent_receipts", receipts, "2 at least")?;
        Ok(Frequency(self))
    }
}

/// Checked limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frequency(Params);

impl Frequency {
    /// The cells. Members without a purchase are in none.
    pub fn scheme(&self) -> Scheme {
        let Params {
            lapsed_days,
            window_days,
            frequent_receipts,
        } = self.0;
        let cell = |name: &str, left, is, right| Cell {
            name: name.to_string(),
            when: Rule::Compare {
                left,
                is,
                right: Operand::Constant(right),
            },
        };
        let recency = || Subject::Name("recency_days".into());
        let days = Constant::Number {
            number: f64::from(lapsed_days),
            unit: Some(Unit::Days),
        };
        let receipts = Subject::Measure(Measure {
            kind: MeasureKind::Receipts,
            of: None,
            window_days: Some(window_days),
        });
        let enough = Constant::number(f64::from(frequent_receipts));
        let mut cells = vec![
            cell("Lapsed", recency(), Comparison::Greater, days),
            cell("Frequent", receipts, Comparison::AtLeast, enough),
        ];
        cells.push(Cell {
            name: "Occasional".into(),
            when: Rule::Known(recency()),
        });
        Scheme {
            cells,
            otherwise: None,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::super::{Column, Columns, Entity, Vocabulary};
    use super::*;

    #[test]
    fn lapsed_goes_before_frequent() {
        let scheme = Params::default().check().unwrap().scheme();
        let told: Vec<String> = scheme.cells.iter().map(|c| c.when.to_string()).collect();
        let expect = [
            "recency_days > 180 days",
            "receipts(365 days) >= 12",
            "recency_days is known",
        ];
        assert_eq!(told, expect);
        let column = |values: &[f64]| Column::Numbers(values.iter().map(|x| Some(*x)).collect());
        let columns = Columns::new(4)
            .with("recency_days", column(&[181.0, 180.0, 5.0, 200.0]))
            .and_then(|all| all.with("receipts(365 days)", column(&[1.0, 12.0, 11.0, 40.0])))
            .unwrap();
        let scheme = scheme.check(&Vocabulary::of(Entity::Customers)).unwrap();
        let found = scheme.assign(&columns).unwrap();
        assert_eq!(found.cells, [Some(0), Some(1), Some(2), Some(0)]);
    }

    #[test]
    fn wrong_limits_are_named() {
        let wrong = Params {
            frequent_receipts: 1,
            ..Params::default()
        };
        let told = wrong.check().unwrap_err().to_string();
        assert_eq!(told, "frequent_receipts is 1; give 2 at least");
    }
}
