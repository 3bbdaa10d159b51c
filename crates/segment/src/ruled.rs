//! Schemes whose clusters people write down: cells of rules or a template, as a recipe holds them, and who is in
//! which. It says what must be asked of the lake (`rules` has the SQL) and takes the answers as columns.

use crate::rules::templates::{frequency, rfm, scores, taste, templates};
use crate::rules::{Assignment, Cell, Columns, Measure, Rule, RuleError, Scheme, Vocabulary};
use crate::{Entity, SegmentError};
use serde::{Deserialize, Serialize};

/// The rules of a recipe: a template, or cells in order, of which the first that fits has a member.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSpec {
    /// A template, as in rfm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// Of rfm: bins of each axis.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bins: Option<usize>,
    /// Of frequency: days without a purchase after which a customer counts as lapsed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lapsed_days: Option<u32>,
    /// Of frequency: receipts in a year from which a customer counts as frequent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frequent_receipts: Option<u32>,
    /// Of a taste: the share of customers in it at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
    /// What members in no cell are called; where not given they are in no segment.
    #[serde(default, rename = "else", skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<String>,
    /// The cells.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cells: Vec<CellText>,
}

/// A cell as people write it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CellText {
    /// What its members are called.
    pub name: String,
    /// Who is in it, in the language of rules.
    pub when: String,
}

/// What must be known of the members to say who is where.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Needs {
    /// Names: features, scores, columns of the members' table.
    pub names: Vec<String>,
    /// Counts and sums over windows.
    pub measures: Vec<Measure>,
}

fn wrong(cause: &RuleError) -> SegmentError {
    SegmentError::Recipe(format!("rules: {cause}"))
}

impl RuleSpec {
    /// Checks the template or the cells.
    pub(crate) fn check(&self, of: Entity) -> Result<(), SegmentError> {
        let told = |words: String| Err(SegmentError::Recipe(format!("rules: {words}")));
        match (&self.template, self.cells.is_empty()) {
            (Some(_), false) => told("give a template or cells, not both".into()),
            (None, true) => told("give a template, or cells with name and when".into()),
            (Some(name), true) if of != Entity::Customers => {
                told(format!("the template '{name}' is for customers"))
            }
            (Some(name), true) => match templates().iter().any(|known| known.key == name) {
                true => self.parameters(name),
                false => {
                    let names: Vec<&str> = templates().iter().map(|known| known.key).collect();
                    told(format!(
                        "there is no template '{name}': write one of {}",
                        names.join(", ")
                    ))
                }
            },
            (None, false) => self.written(of).map(|_| ()),
        }
    }

    /// Whether the values given are legal for the template.
    fn parameters(&self, template: &str) -> Result<(), SegmentError> {
        match template {
            "rfm" => self.ranking().map(|_| ()),
            "frequency" => self.frequency().map(|_| ()),
            _ => self.tasting().map(|_| ()),
        }
    }

    fn ranking(&self) -> Result<rfm::Ranking, SegmentError> {
        let bins = self.bins.unwrap_or(5);
        let params = rfm::Params {
            recency_bins: bins,
            frequency_bins: bins,
            monetary_bins: bins,
        };
        params.check().map_err(|cause| wrong(&cause))
    }

    fn frequency(&self) -> Result<frequency::Frequency, SegmentError> {
        let usual = frequency::Params::default();
        let params = frequency::Params {
            lapsed_days: self.lapsed_days.unwrap_or(usual.lapsed_days),
            frequent_receipts: self.frequent_receipts.unwrap_or(usual.frequent_receipts),
            ..usual
        };
        params.check().map_err(|cause| wrong(&cause))
    }

    fn tasting(&self) -> Result<taste::Tasting, SegmentError> {
        let usual = taste::Params::default();
        let params = taste::Params {
            share: self.share.unwrap_or(usual.share),
            ..usual
        };
        params.check().map_err(|cause| wrong(&cause))
    }

    /// The cells that people wrote.
    fn written(&self, of: Entity) -> Result<Scheme, SegmentError> {
        let vocabulary = Vocabulary::of(of);
        let cells = self.cells.iter().map(|cell| {
            let when = Rule::parse_with(&cell.when, &vocabulary)
                .map_err(|cause| SegmentError::Recipe(format!("cell '{}': {cause}", cell.name)))?;
            Ok(Cell {
                name: cell.name.clone(),
                when,
            })
        });
        let scheme = Scheme {
            cells: cells.collect::<Result<_, SegmentError>>()?,
            otherwise: self.otherwise.clone(),
        };
        scheme
            .clone()
            .check(&vocabulary)
            .map_err(|cause| wrong(&cause))?;
        Ok(scheme)
    }

    /// What must be asked of the lake.
    pub fn needs(&self, of: Entity) -> Result<Needs, SegmentError> {
        let mut needs = Needs::default();
        if let Some(name) = &self.template {
            let template = templates().iter().find(|known| known.key == name);
            needs.names.extend(
                template
                    .into_iter()
                    .flat_map(|known| known.names)
                    .map(|name| (*name).to_string()),
            );
            if name == "frequency" {
                let cells = self.frequency()?.scheme().cells;
                needs
                    .measures
                    .extend(cells.iter().flat_map(|cell| cell.when.measures_used()));
            }
        } else {
            for cell in &self.written(of)?.cells {
                needs.names.extend(cell.when.names_used());
                needs.measures.extend(cell.when.measures_used());
            }
        }
        // The scores of ranks are made from the features that they rank.
        if needs.names.iter().any(|name| name.ends_with("_score")) {
            needs
                .names
                .extend(["recency_days", "receipts", "spend"].map(String::from));
        }
        needs.names.sort();
        needs.names.dedup();
        needs.measures.sort_by_key(ToString::to_string);
        needs.measures.dedup();
        Ok(needs)
    }

    /// Who is in which cell. `columns` holds what is needed, of every member.
    pub fn assign(&self, of: Entity, columns: Columns) -> Result<Assignment, SegmentError> {
        let fault = |cause: RuleError| wrong(&cause);
        let ranked = |columns: Columns| -> Result<(Columns, rfm::Rfm), SegmentError> {
            let found = self.ranking()?.fit(&columns).map_err(fault)?;
            Ok((found.apply(columns).map_err(fault)?, found))
        };
        let (columns, mut scheme) = match self.template.as_deref() {
            Some("rfm") => {
                let (columns, found) = ranked(columns)?;
                (columns, found.scheme())
            }
            Some("frequency") => (columns, self.frequency()?.scheme()),
            Some(name) => {
                let known = taste::Taste::ALL
                    .into_iter()
                    .find(|taste| taste.template().key == name);
                let known = known.ok_or_else(|| {
                    SegmentError::Recipe(format!("rules: there is no template '{name}'"))
                })?;
                let scheme = self.tasting()?.fit(known, &columns).map_err(fault)?;
                (columns, scheme)
            }
            None => {
                let needs = self.needs(of)?;
                let scheme = self.written(of)?;
                match needs.names.iter().any(|name| name.ends_with("_score")) {
                    true => (ranked(columns)?.0, scheme),
                    false => (columns, scheme),
                }
            }
        };
        if self.otherwise.is_some() {
            scheme.otherwise.clone_from(&self.otherwise);
        }
        let valid = scheme.check(&Vocabulary::of(of)).map_err(fault)?;
        valid.assign(&columns).map_err(fault)
    }
}

/// The scores that some names need from the lake: name and SQL at an instant.
pub fn score_questions(names: &[String], as_of: &str) -> Vec<(String, String)> {
    let wanted = scores()
        .iter()
        .filter(|score| names.iter().any(|name| name == score.key));
    wanted
        .filter_map(|score| Some((score.key.to_string(), score.sql(as_of)?)))
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::rules::Column;

    fn cells(cells: &[(&str, &str)]) -> RuleSpec {
        RuleSpec {
            cells: cells
                .iter()
                .map(|(name, when)| CellText {
                    name: (*name).into(),
                    when: (*when).into(),
                })
                .collect(),
            ..RuleSpec::default()
        }
    }

    #[test]
    fn rules_say_what_they_need_and_who_is_where() {
        let spec = cells(&[
            ("Big", "spend >= 400"),
            ("Wine", "receipts(\"Wine\", 90 days) >= 1"),
        ]);
        spec.check(Entity::Customers).unwrap();
        let needs = spec.needs(Entity::Customers).unwrap();
        assert_eq!(needs.names, ["spend"]);
        assert_eq!(needs.measures.len(), 1);
        let spend = [Some(500.0), Some(1.0), Some(2.0)].to_vec();
        let wine = [Some(1.0), Some(2.0), Some(0.0)].to_vec();
        let columns = Columns::new(3)
            .with("spend", Column::Numbers(spend))
            .unwrap();
        let columns = columns
            .with(needs.measures[0].to_string(), Column::Numbers(wine))
            .unwrap();
        let found = spec.assign(Entity::Customers, columns).unwrap();
        assert_eq!(found.cells, [Some(0), Some(1), None]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let told = |spec: &RuleSpec, of| spec.check(of).unwrap_err().to_string();
        assert!(told(&cells(&[("A", "spendd > 1")]), Entity::Customers).contains("spend"));
        assert!(told(&RuleSpec::default(), Entity::Customers).contains("template"));
        let of = |template: &str, bins| RuleSpec {
            template: Some(template.into()),
            bins,
            ..RuleSpec::default()
        };
        assert!(told(&of("rfm", Some(1)), Entity::Customers).contains("2 to 10"));
        assert!(told(&of("moon", None), Entity::Customers).contains("rfm"));
        assert!(told(&of("rfm", None), Entity::Stores).contains("customers"));
    }
}
