//! RFM: recency, frequency and monetary value in bins, and the cells that people know by name.
//! After A. M. Hughes, "Strategic Database Marketing" (1994): bins by quantiles, 5 the most recent, most
//! frequent and highest. The names are those of retail programs; their ranges are this table's own.

use super::super::error::require;
use super::super::{
    Bins, Cell, Column, Columns, Comparison, Constant, Operand, Rule, RuleError, Scheme, Subject,
};
use super::Template;
use serde::{Deserialize, Serialize};

pub(super) const TEMPLATE: Template = Template {
    key: "rfm",
    title: "Recency, frequency, monetary value",
    description: "Champions, loyal, new, at-risk and lost customers, by when, how often and for how much they bought",
    how_computed: "each customer gets a score for recency, frequency and spend by quantiles of all customers; \
                   ranges of the three scores make the cells, and a customer is in the first that fits",
    names: &[
        "recency_days",
        "receipts",
        "spend",
        "recency_score",
        "frequency_score",
        "monetary_score",
    ],
};

/// A cell and its levels of recency, frequency and monetary value, 1 to 5, both ends included.
type Range = (&'static str, [(usize, usize); 3]);

/// Every combination of levels is in one of the cells; the first that fits counts. Money parts only those
/// who buy often: whether they are worth a personal call.
///
/// | recency | frequency 1 | 2 | 3 | 4–5, monetary 4–5 | 4–5, monetary 1–3 |
/// |---|---|---|---|---|---|
/// | 4–5 | New | Promising | Promising | Champions | Loyal |
/// | 3 | About to sleep | About to sleep | Need attention | Loyal | Loyal |
/// | 1–2 | Lost | Lost | At risk | Can't lose them | At risk |
pub const CELLS: [Range; 9] = [
    ("Champions", [(4, 5), (4, 5), (4, 5)]),
    ("Can't lose them", [(1, 2), (4, 5), (4, 5)]),
    ("Loyal", [(3, 5), (4, 5), (1, 5)]),
    ("At risk", [(1, 2), (3, 5), (1, 5)]),
    ("Need attention", [(3, 3), (3, 3), (1, 5)]),
    ("Promising", [(4, 5), (2, 3), (1, 5)]),
    ("New", [(4, 5), (1, 1), (1, 5)]),
    ("About to sleep", [(3, 3), (1, 2), (1, 5)]),
    ("Lost", [(1, 2), (1, 2), (1, 5)]),
];

/// Levels of the table of cells.
const LEVELS: usize = 5;

/// What is ranked, with its score's name, and whether less is better.
const AXES: [(&str, &str, bool); 3] = [
    ("recency_days", "recency_score", true),
    ("receipts", "frequency_score", false),
    ("spend", "monetary_score", false),
];

/// How many bins each axis has. Becomes a [`Ranking`] by [`Params::check`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Params {
    /// Of recency: 2 to 10.
    pub recency_bins: usize,
    /// Of frequency: 2 to 10.
    pub frequency_bins: usize,
    /// Of monetary value: 2 to 10.
    pub monetary_bins: usize,
}

impl Default for Params {
    /// Fifths.
    fn default() -> Self {
        Self {
            recency_bins: LEVELS,
            frequency_bins: LEVELS,
            monetary_bins: LEVELS,
        }
    }
}

impl Params {
    /// Checks the values.
    ///
    /// # Errors
    /// [`RuleError::Parameter`] naming the first value outside its range.
    pub fn check(self) -> Result<Ranking, RuleError> {
        for (field, bins) in [
            ("recency_bins", self.recency_bins),
            ("frequency_bins", self.frequency_bins),
            ("monetary_bins", self.monetary_bins),
        ] {
            require((2..=10).contains(&bins), field, bins, "2 to 10")?;
        }
        Ok(Ranking(self))
    }
}

/// Checked parameters, ready to rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranking(Params);

impl Ranking {
    /// Finds the bins of a population from its columns `recency_days`, `receipts` and `spend`.
    ///
    /// # Errors
    /// [`RuleError::Missing`] or [`RuleError::Kind`] for a column, [`RuleError::Parameter`] where one of
    /// them is not known for any member.
    pub fn fit(&self, population: &Columns) -> Result<Rfm, RuleError> {
        let Params {
            recency_bins,
            frequency_bins,
            monetary_bins,
        } = self.0;
        let fit = |axis: usize, bins| Bins::fit(population.numbers(AXES[axis].0)?, bins);
        Ok(Rfm {
            recency: fit(0, recency_bins)?,
            frequency: fit(1, frequency_bins)?,
            monetary: fit(2, monetary_bins)?,
        })
    }
}

/// The bins of a population: kept with a run, they give the same members the same labels again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rfm {
    /// Of days since the last purchase; its score counts from the other end.
    pub recency: Bins,
    /// Of the number of receipts.
    pub frequency: Bins,
    /// Of spend.
    pub monetary: Bins,
}

impl Rfm {
    fn bins(&self) -> [&Bins; 3] {
        [&self.recency, &self.frequency, &self.monetary]
    }

    /// `columns` with `recency_score`, `frequency_score` and `monetary_score`, 1 to the number of bins,
    /// the highest for the best. A score is not known where its value is not.
    ///
    /// # Errors
    /// As [`Ranking::fit`].
    pub fn apply(&self, columns: Columns) -> Result<Columns, RuleError> {
        let mut scored = columns;
        for ((value, score, less_is_better), bins) in AXES.into_iter().zip(self.bins()) {
            let of = |value: f64| {
                let bin = bins.of(value);
                let score = if less_is_better {
                    bins.count() + 1 - bin
                } else {
                    bin
                };
                score as f64
            };
            let values = scored.numbers(value)?.iter();
            let scores = values.map(|value| value.map(of)).collect();
            scored = scored.with(score, Column::Numbers(scores))?;
        }
        Ok(scored)
    }

    /// The cells over the scores. Where there are fewer than five bins some levels do not occur, and cells
    /// that ask for them only are left out.
    pub fn scheme(&self) -> Scheme {
        let cells = CELLS.iter().filter_map(|(name, levels)| {
            let axes = AXES.iter().zip(self.bins()).zip(levels);
            let tests = axes.map(|(((_, score, _), bins), levels)| {
                let bins = bins.count();
                let within = |bin: &usize| (levels.0..=levels.1).contains(&level(*bin, bins));
                let least = (1..=bins).find(within)?;
                let most = (1..=bins).rfind(within)?;
                Some(((least, most) != (1, bins)).then(|| range(score, least, most)))
            });
            let tests: Vec<Option<Rule>> = tests.collect::<Option<_>>()?;
            Some(Cell {
                name: (*name).to_string(),
                when: Rule::All(tests.into_iter().flatten().collect()),
            })
        });
        Scheme {
            cells: cells.collect(),
            otherwise: None,
        }
    }
}

/// The level, 1 to 5, in which the middle of a bin lies.
fn level(bin: usize, bins: usize) -> usize {
    (2 * bin - 1) * LEVELS / (2 * bins) + 1
}

fn range(score: &str, least: usize, most: usize) -> Rule {
    let subject = Subject::Name(score.to_string());
    let number = |bin: usize| Constant::number(bin as f64);
    if least == most {
        return Rule::Compare {
            left: subject,
            is: Comparison::Equal,
            right: Operand::Constant(number(least)),
        };
    }
    Rule::Between {
        subject,
        low: number(least),
        high: number(most),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::super::{Entity, Vocabulary};
    use super::*;

    fn population(rows: &[(f64, f64, f64)]) -> Columns {
        let column = |of: fn(&(f64, f64, f64)) -> f64| {
            Column::Numbers(rows.iter().map(|row| Some(of(row))).collect())
        };
        Columns::new(rows.len())
            .with("recency_days", column(|row| row.0))
            .and_then(|all| all.with("receipts", column(|row| row.1)))
            .and_then(|all| all.with("spend", column(|row| row.2)))
            .unwrap()
    }

    fn labels(rfm: &Rfm, rows: &Columns) -> Vec<String> {
        let scored = rfm.apply(rows.clone()).unwrap();
        let scheme = rfm.scheme().check(&Vocabulary::of(Entity::Customers));
        let found = scheme.unwrap().assign(&scored).unwrap();
        let named = found.cells.iter();
        named
            .map(|cell| cell.map_or_else(String::new, |cell| found.names[cell].clone()))
            .collect()
    }

    /// Ten customers worked by hand. With fifths of ten the cuts are the 2nd, 4th, 6th and 8th values:
    /// recency 2, 20, 60, 150; receipts 1, 3, 8, 10; spend 20, 50, 80, 300.
    const TEN: [(f64, f64, f64); 10] = [
        (1.0, 12.0, 900.0),
        (2.0, 1.0, 20.0),
        (10.0, 3.0, 60.0),
        (20.0, 10.0, 80.0),
        (40.0, 4.0, 90.0),
        (60.0, 2.0, 50.0),
        (90.0, 9.0, 300.0),
        (150.0, 8.0, 40.0),
        (200.0, 20.0, 700.0),
        (365.0, 1.0, 10.0),
    ];

    #[test]
    fn ten_customers_by_hand() {
        let rows = population(&TEN);
        let rfm = Params::default().check().unwrap().fit(&rows).unwrap();
        let scored = rfm.apply(rows.clone()).unwrap();
        let of = |name: &str| -> Vec<f64> {
            let values = scored.numbers(name).unwrap().iter();
            values.map(|value| value.unwrap()).collect()
        };
        let r = [5.0, 5.0, 4.0, 4.0, 3.0, 3.0, 2.0, 2.0, 1.0, 1.0];
        let f = [5.0, 1.0, 2.0, 4.0, 3.0, 2.0, 4.0, 3.0, 5.0, 1.0];
        let m = [5.0, 1.0, 3.0, 3.0, 4.0, 2.0, 4.0, 2.0, 5.0, 1.0];
        assert_eq!(of("recency_score"), r);
        assert_eq!(of("frequency_score"), f);
        assert_eq!(of("monetary_score"), m);
        assert_eq!(
            labels(&rfm, &rows),
            [
                "Champions",
                "New",
                "Promising",
                "Loyal",
                "Need attention",
                "About to sleep",
                "Can't lose them",
                "At risk",
                "Can't lose them",
                "Lost",
            ]
        );
    }

    #[test]
    fn kept_bins_give_the_same_labels_again() {
        let rows = population(&TEN);
        let rfm = Params::default().check().unwrap().fit(&rows).unwrap();
        let kept: Rfm = serde_json::from_str(&serde_json::to_string(&rfm).unwrap()).unwrap();
        assert_eq!(kept, rfm);
        let mut turned = TEN;
        turned.reverse();
        let turned = population(&turned);
        let again = Params::default().check().unwrap().fit(&turned).unwrap();
        assert_eq!(again, rfm);
        let mut back = labels(&kept, &turned);
        back.reverse();
        assert_eq!(back, labels(&rfm, &rows));
    }

    #[test]
    fn every_customer_is_in_a_cell_for_any_number_of_bins() {
        let each = |n: usize| {
            let rank = n as f64;
            (
                rank * 37.0 % 101.0,
                rank * 17.0 % 103.0,
                rank * 29.0 % 107.0,
            )
        };
        let rows: Vec<_> = (0..500).map(each).collect();
        let rows = population(&rows);
        for recency_bins in 2..=10 {
            for frequency_bins in 2..=10 {
                let params = Params {
                    recency_bins,
                    frequency_bins,
                    monetary_bins: recency_bins,
                };
                let rfm = params.check().unwrap().fit(&rows).unwrap();
                let labels = labels(&rfm, &rows);
                assert!(labels.iter().all(|label| !label.is_empty()), "{params:?}");
            }
        }
    }

    #[test]
    fn the_cells_read_as_rules() {
        let rows = population(&TEN);
        let of = |bins| {
            let params = Params {
                recency_bins: bins,
                frequency_bins: bins,
                monetary_bins: bins,
            };
            let cells = params.check().unwrap().fit(&rows).unwrap().scheme().cells;
            let told = cells.iter();
            told.map(|cell| format!("{}: {}", cell.name, cell.when))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            of(5)[3],
            "At risk: recency_score between 1 and 2 and frequency_score between 3 and 5"
        );
        assert_eq!(
            of(5)[6],
            "New: recency_score between 4 and 5 and frequency_score = 1"
        );
        assert_eq!(
            of(2),
            [
                "Champions: recency_score = 2 and frequency_score = 2 and monetary_score = 2",
                "Can't lose them: recency_score = 1 and frequency_score = 2 and monetary_score = 2",
                "Loyal: recency_score = 2 and frequency_score = 2",
                "At risk: recency_score = 1 and frequency_score = 2",
                "Promising: recency_score = 2 and frequency_score = 1",
                "Lost: recency_score = 1 and frequency_score = 1",
            ]
        );
    }

    #[test]
    fn wrong_bins_are_named() {
        let wrong = Params {
            frequency_bins: 11,
            ..Params::default()
        };
        let told = wrong.check().unwrap_err().to_string();
        assert_eq!(told, "frequency_bins is 11; give 2 to 10");
        let none = Params::default().check().unwrap().fit(&Columns::new(0));
        assert!(none.is_err());
    }
}
