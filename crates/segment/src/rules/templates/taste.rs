//! Budget-conscious buyers, bargain hunters, trendsetters and premium buyers: those at the end of one score
//! among customers with enough purchases to tell. The scores are in `scores`.

use super::super::bins::sorted;
use super::super::error::require;
use super::super::{
    Cell, Columns, Comparison, Constant, Operand, Rule, RuleError, Scheme, Subject,
};
use super::Template;
use serde::{Deserialize, Serialize};

const HOW_LOW: &str = "the score is below the threshold under which at most the given share of customers lies, and the \
                       customer has enough purchases to tell";
const HOW_HIGH: &str = "the score is above the threshold over which at most the given share of customers lies, and the \
                        customer has enough purchases to tell";

pub(super) const BUDGET_CONSCIOUS: Template = Template {
    key: "budget_conscious",
    title: "Budget-conscious buyers",
    description: "Who buys the cheaper products of a category, promotion or not",
    how_computed: HOW_LOW,
    names: &["price_tier", "receipts"],
};

pub(super) const BARGAIN_HUNTERS: Template = Template {
    key: "bargain_hunters",
    title: "Bargain hunters",
    description: "Who buys on promotion more than others do",
    how_computed: HOW_HIGH,
    names: &["promotion_share", "receipts"],
};

pub(super) const TRENDSETTERS: Template = Template {
    key: "trendsetters",
    title: "Trendsetters",
    description: "Who buys products soon after they first came on sale",
    how_computed: HOW_HIGH,
    names: &["novelty", "receipts"],
};

pub(super) const PREMIUM: Template = Template {
    key: "premium",
    title: "Premium buyers",
    description: "Who buys the dearer products of a category",
    how_computed: HOW_HIGH,
    names: &["price_tier", "receipts"],
};

/// One of the four.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Taste {
    /// Low price tier.
    BudgetConscious,
    /// High share on promotion.
    BargainHunters,
    /// High share of new products.
    Trendsetters,
    /// High price tier.
    Premium,
}

impl Taste {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::BudgetConscious,
        Self::BargainHunters,
        Self::Trendsetters,
        Self::Premium,
    ];

    /// Its template.
    pub fn template(self) -> &'static Template {
        match self {
            Self::BudgetConscious => &BUDGET_CONSCIOUS,
            Self::BargainHunters => &BARGAIN_HUNTERS,
            Self::Trendsetters => &TRENDSETTERS,
            Self::Premium => &PREMIUM,
        }
    }
}

/// How far from the others a customer must be. Becomes a [`Tasting`] by [`Params::check`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Params {
    /// Share of the customers with enough purchases that are in the segment at most: above 0, to 0.5.
    pub share: f64,
    /// Receipts from which a score tells something: 1 at least.
    pub receipts_min: u32,
}

impl Default for Params {
    /// A fifth, of those with three receipts.
    fn default() -> Self {
        Self {
            share: 0.2,
            receipts_min: 3,
        }
    }
}

impl Params {
    /// Checks the values.
    ///
    /// # Errors
    /// [`RuleError::Parameter`] naming the first value outside its range.
    pub fn check(self) -> Result<Tasting, RuleError> {
        let share = self.share;
        require(
            share > 0.0 && share <= 0.5,
            "share",
            share,
            "above 0, to 0.5",
        )?;
        let receipts = self.receipts_min;
        require(receipts >= 1, "receipts_min", receipts, "1 at least")?;
        Ok(Tasting(self))
    }
}

/// Checked parameters, ready to find thresholds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tasting(Params);

impl Tasting {
    /// The one cell of a taste, with the threshold that the population's columns of its score and of
    /// `receipts` give. It stands in the rule as a number, so that the rule means the same on the next run.
    /// Equal scores are never parted: where too many share the score at the threshold, fewer are in.
    ///
    /// # Errors
    /// [`RuleError::Missing`] or [`RuleError::Kind`] for a column, [`RuleError::Parameter`] where no
    /// customer with enough receipts has the score.
    pub fn fit(&self, taste: Taste, population: &Columns) -> Result<Scheme, RuleError> {
        let Template { title, names, .. } = taste.template();
        let (score, least) = (names[0], f64::from(self.0.receipts_min));
        let receipts = population.numbers("receipts")?.iter();
        let pairs = population.numbers(score)?.iter().zip(receipts);
        let enough = pairs.filter(|(_, receipts)| receipts.is_some_and(|n| n >= least));
        let known = sorted(enough.filter_map(|(score, _)| *score));
        require(
            !known.is_empty(),
            score,
            "not known for any customer with enough receipts",
            "data that it can be computed from, or a lower receipts_min",
        )?;
        let within = (self.0.share * known.len() as f64).floor() as usize;
        // Four decimals read better than sixteen; rounding away from the middle keeps the share.
        let (is, threshold) = if taste == Taste::BudgetConscious {
            (Comparison::Less, (known[within] * 1e4).floor() / 1e4)
        } else {
            let threshold = known[known.len() - 1 - within];
            (Comparison::Greater, (threshold * 1e4).ceil() / 1e4)
        };
        let test = |name: &str, is, number| Rule::Compare {
            left: Subject::Name(name.to_string()),
            is,
            right: Operand::Constant(Constant::number(number)),
        };
        let cell = Cell {
            name: (*title).to_string(),
            when: Rule::All(vec![
                test(score, is, threshold),
                test("receipts", Comparison::AtLeast, least),
            ]),
        };
        Ok(Scheme {
            cells: vec![cell],
            otherwise: None,
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::super::{Column, Entity, Vocabulary};
    use super::*;

    fn population(scores: &[f64], receipts: &[f64]) -> Columns {
        let column = |values: &[f64]| Column::Numbers(values.iter().map(|x| Some(*x)).collect());
        let empty = Columns::new(scores.len());
        let scored = ["price_tier", "promotion_share", "novelty"]
            .into_iter()
            .try_fold(empty, |all, name| all.with(name, column(scores)));
        scored.unwrap().with("receipts", column(receipts)).unwrap()
    }

    fn members(taste: Taste, columns: &Columns) -> (String, Vec<usize>) {
        let scheme = Params::default()
            .check()
            .unwrap()
            .fit(taste, columns)
            .unwrap();
        let rule = scheme.cells[0].when.to_string();
        let scheme = scheme.check(&Vocabulary::of(Entity::Customers)).unwrap();
        let found = scheme.assign(columns).unwrap();
        let placed = found.cells.iter().enumerate();
        (
            rule,
            placed.filter_map(|(row, cell)| cell.map(|_| row)).collect(),
        )
    }

    #[test]
    fn the_ends_of_a_score_are_found() {
        let scores: Vec<f64> = (0..12).map(|n| f64::from(n) / 11.0).collect();
        // The first and the last have too few receipts to tell.
        let receipts: Vec<f64> = (0..12)
            .map(|n| if n % 11 == 0 { 1.0 } else { 3.0 })
            .collect();
        let columns = population(&scores, &receipts);
        let (rule, found) = members(Taste::BudgetConscious, &columns);
        assert_eq!(rule, "price_tier < 0.2727 and receipts >= 3");
        assert_eq!(found, [1, 2]);
        let (rule, found) = members(Taste::Premium, &columns);
        assert_eq!(rule, "price_tier > 0.7273 and receipts >= 3");
        assert_eq!(found, [9, 10]);
        assert_eq!(members(Taste::Trendsetters, &columns).1, [9, 10]);
        assert_eq!(members(Taste::BargainHunters, &columns).1, [9, 10]);
    }

    #[test]
    fn nobody_stands_out_where_all_are_alike() {
        let columns = population(&[0.0; 9], &[5.0; 9]);
        for taste in Taste::ALL {
            assert!(members(taste, &columns).1.is_empty(), "{taste:?}");
        }
    }

    #[test]
    fn what_cannot_be_found_is_said() {
        let columns = population(&[0.5; 3], &[1.0; 3]);
        let tasting = Params::default().check().unwrap();
        let told = tasting.fit(Taste::Premium, &columns).unwrap_err();
        assert!(told.to_string().contains("lower receipts_min"), "{told}");
        let wrong = Params {
            share: 0.6,
            receipts_min: 3,
        };
        assert!(wrong.check().is_err());
        let wrong = Params {
            share: 0.2,
            receipts_min: 0,
        };
        assert!(wrong.check().is_err());
    }
}
