//! What products are bought with, for a recipe: the sales of its window brought to their positions, and the products of
//! which the baskets say nothing. It must not estimate (`segment::company`).

use crate::project::beside;
use crate::report::ForKernel;
use crate::{EngineError, Project, Report};
use segment::blocks::{Gives, Question, Window};
use segment::choices::Sales;
use segment::company::{BASKETS_MIN, positions, without};
use segment::{Cell, Known, Recipe};
use std::sync::Arc;

impl Project {
    /// Where each product lies by its company over a window; `groups` has the group of each product.
    pub(super) async fn company(
        &self,
        window: &Window,
        groups: Vec<Cell>,
        top: usize,
        report: &Arc<dyn Report>,
    ) -> Result<Vec<Cell>, EngineError> {
        report.stage("placing products by what they are bought with");
        let sold = self.sale_lines(window.from.as_deref(), &window.to);
        let (lines, products, stores) = sold.await?;
        let sales = Sales {
            products: products.texts,
            stores: stores.texts,
            lines,
        };
        let report = Arc::clone(report);
        let work = move || {
            Ok(positions(
                &sales,
                &groups,
                top,
                &ForKernel(report.as_ref()),
            )?)
        };
        beside(work).await
    }
}

fn company(question: &Question) -> bool {
    matches!(question.gives, Gives::Company { .. })
}

/// Whether nothing but company says who is where, so that products without evidence are left out.
pub(super) fn alone(recipe: &Recipe, questions: &[Question]) -> bool {
    recipe.rules.is_none() && !questions.is_empty() && questions.iter().all(company)
}

/// Keeps the products whose company is known where nothing else counts, so that none is placed by noise, and says how
/// many it is not known of. Where other blocks count too, or rules say who is where, all stay. Gives the ids of those it
/// takes out, ascending.
pub(super) fn keep_evident(
    recipe: &Recipe,
    questions: &[Question],
    answers: &[Vec<Cell>],
    known: &mut Vec<Known>,
) -> Option<(Vec<String>, String)> {
    let place = questions.iter().position(company)?;
    let members: Vec<String> = known.iter().map(|member| member.id.clone()).collect();
    let dark = without(&answers[place], &members);
    let number = dark.iter().filter(|dark| **dark).count();
    let alone = alone(recipe, questions);
    // Where it is known of nobody, the block has no data, and that is said already.
    if number == 0 || number == dark.len() {
        return None;
    }
    let mut out = Vec::new();
    if alone {
        let mut each = dark.iter();
        known.retain(|_| !each.next().copied().unwrap_or(true));
        let gone = members.into_iter().zip(&dark).filter(|(_, dark)| **dark);
        out = gone.map(|(member, _)| member).collect();
    }
    let one = number == 1;
    let (what, rest) = match alone {
        true => (
            if one { "is left out" } else { "are left out" },
            "'tessera segment newcomers' places them by what they are",
        ),
        false => (
            "without a position by co-purchase",
            "the other blocks alone place them",
        ),
    };
    let note = format!(
        "{number} {} {what}: there is no evidence of what is bought with them, since fewer than {BASKETS_MIN} of their baskets hold \
         another product or those do not differ from chance; {rest}.",
        recipe.of.counted(number),
    );
    Some((out, note))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use retail::Money;
    use std::collections::BTreeMap;

    const TEXT: &str = "title = \"t\"\nof = \"products\"\n[[features]]\nuse = \"co_purchase\"\nby = \"brand\"\nweight = 100\n";

    fn known() -> Vec<Known> {
        let each = ["A", "B"].into_iter().map(|id| Known {
            id: id.into(),
            label: None,
            part: String::new(),
            sales: Money(1),
            receipts: 1,
            first_at: None,
            last_at: None,
            place: None,
        });
        each.collect()
    }

    fn question(gives: Gives) -> Question {
        Question {
            sql: String::new(),
            gives,
            weight: 50.0,
            block: 0,
        }
    }

    #[test]
    fn who_has_no_evidence_is_left_out_where_nothing_else_counts() {
        let recipe = Recipe::parse(TEXT).unwrap();
        let company = question(Gives::Company {
            by: "brand".into(),
            top: 9,
        });
        let placed = vec![Cell {
            member: "B".into(),
            key: "X".into(),
            value: Some(0.5),
        }];
        let mut left = known();
        let questions = [company.clone()];
        let answers = [placed.clone()];
        let (out, note) = keep_evident(&recipe, &questions, &answers, &mut left).unwrap();
        assert!(note.starts_with("1 product is left out"), "{note}");
        assert_eq!(out, ["A"]);
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].id, "B");

        let mix = question(Gives::Mix {
            prefix: "p".into(),
            what: "w".into(),
            by: "b".into(),
            top: 1,
            labels: BTreeMap::new(),
        });
        let (questions, answers) = ([company.clone(), mix], [placed, Vec::new()]);
        let mut all = known();
        let (out, note) = keep_evident(&recipe, &questions, &answers, &mut all).unwrap();
        assert!(note.contains("the other blocks alone"), "{note}");
        assert!(out.is_empty());
        assert_eq!(all.len(), 2);
        let nobody = keep_evident(&recipe, &[company], &[Vec::new()], &mut all);
        assert_eq!((nobody, all.len()), (None, 2));
    }
}
