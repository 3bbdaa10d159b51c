//! When a product was read otherwise than before, and what changed then. It must not read products, nor show one.

use super::keep::HAS;
use crate::ask::quoted;
use crate::cells::{ints, texts};
use crate::views::DnaReading;
use crate::{EngineError, Project, clock};
use std::collections::{BTreeMap, BTreeSet};

/// Every run that kept what products are, in order of time.
const RUNS: &str = "select run_id, max(cast(known_at as bigint)) as at from product_dna group by run_id order by at, run_id";

/// What each of them read of one product.
const OF_PRODUCT: &str =
    "select run_id, attribute, value, state from product_dna where product_id = {product}";

/// Attribute, value, and whether the product has it: not where a person spoke against it.
type Values = BTreeSet<(String, String, bool)>;

impl Project {
    /// The readings that told a product otherwise than the one before, the newest first.
    pub(super) async fn dna_readings(
        &self,
        product_id: &str,
    ) -> Result<Vec<DnaReading>, EngineError> {
        let mut values: BTreeMap<String, Values> = BTreeMap::new();
        let sql = OF_PRODUCT.replace("{product}", &quoted(product_id));
        for batch in self.lake().rows(&sql, None, vec![]).await? {
            let text = |column| texts(&batch, column);
            let (run, attribute, value, state) = (text(0)?, text(1)?, text(2)?, text(3)?);
            for row in 0..batch.num_rows() {
                values
                    .entry(run.value(row).to_string())
                    .or_default()
                    .insert((
                        attribute.value(row).to_string(),
                        value.value(row).to_string(),
                        state.value(row) == HAS,
                    ));
            }
        }
        let mut runs = Vec::new();
        for batch in self.lake().rows(RUNS, None, vec![]).await? {
            let (run, at) = (texts(&batch, 0)?, ints(&batch, 1)?);
            runs.extend((0..batch.num_rows()).map(|row| {
                let values = values.remove(run.value(row)).unwrap_or_default();
                (at.must(row), values)
            }));
        }
        let mut readings = turns(runs);
        readings.reverse();
        Ok(readings
            .into_iter()
            .map(|(at, changes)| DnaReading {
                at: clock::text(at),
                changes,
            })
            .collect())
    }
}

/// Where what was read turned, in order of time, with what changed in words; of the first reading that tells anything
/// nothing changed.
fn turns(runs: Vec<(i64, Values)>) -> Vec<(i64, Vec<String>)> {
    let mut before: Option<Values> = None;
    let mut turns = Vec::new();
    for (at, values) in runs {
        let turned = match &before {
            None => (!values.is_empty()).then(Vec::new),
            Some(before) => (*before != values).then(|| changes(before, &values)),
        };
        if let Some(changes) = turned {
            turns.push((at, changes));
            before = Some(values);
        }
    }
    turns
}

fn changes(before: &Values, after: &Values) -> Vec<String> {
    let gone = before.difference(after).filter(|one| one.2);
    let came = after.difference(before).filter(|one| one.2);
    let gone = gone.map(|(attribute, value, _)| format!("{attribute} {value} is gone"));
    let came = came.map(|(attribute, value, _)| format!("{attribute} {value} is new"));
    gone.chain(came).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(of: &[(&str, &str, bool)]) -> Values {
        let each = of.iter();
        each.map(|(attribute, value, has)| (attribute.to_string(), value.to_string(), *has))
            .collect()
    }

    #[test]
    fn only_readings_that_differ_are_told() {
        let blue = values(&[("colour", "blue", true)]);
        let navy = values(&[("colour", "blue", false), ("colour", "navy", true)]);
        let runs = vec![
            (1, Values::new()),
            (2, blue.clone()),
            (3, blue.clone()),
            (4, navy),
            (5, blue),
            (6, Values::new()),
        ];
        let told = turns(runs);
        let at: Vec<i64> = told.iter().map(|(at, _)| *at).collect();
        assert_eq!(at, [2, 4, 5, 6]);
        assert!(told[0].1.is_empty());
        assert_eq!(told[1].1, ["colour blue is gone", "colour navy is new"]);
        assert_eq!(told[2].1, ["colour navy is gone", "colour blue is new"]);
        assert_eq!(told[3].1, ["colour blue is gone"]);
    }
}
