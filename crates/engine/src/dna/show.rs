//! Runs, corrections and words that nothing reads, as they are shown. It must not change anything.

use super::{Material, Read};
use crate::project::beside;
use crate::views::{
    DnaConflict, DnaCount, DnaCoverage, DnaOverview, DnaProposal, DnaProposals, DnaRan,
};
use crate::{Actor, EngineError, Project, clock};
use genome::dna::{self, Attribute, CERTAIN, Extractor};
use govern::Action;
use std::collections::BTreeMap;

/// Values told of each attribute.
const TOP: usize = 12;
/// Products that words must stand in to be proposed, where nobody says otherwise.
const LEAST: usize = 5;

pub(super) fn ran(run_id: &str, material: &Material, read: &Read, corrections: usize) -> DnaRan {
    let values = read.found.iter().map(Vec::len).sum();
    let told = read.found.iter().filter(|found| !found.is_empty()).count();
    let number = |id: &String| id.parse().ok();
    let conflicts = read.corrected.conflicts.iter();
    let conflicts = conflicts.filter_map(|one| {
        Some(DnaConflict {
            product_id: one.product.clone(),
            attribute: one.attribute.name().into(),
            holds: number(&one.holds)?,
            yields: number(&one.yields)?,
        })
    });
    DnaRan {
        run_id: run_id.into(),
        products: material.told.len(),
        told,
        values,
        attributes: Attribute::ALL
            .iter()
            .map(|of| coverage(*of, read))
            .collect(),
        corrections,
        conflicts: conflicts.collect(),
        idle: read.corrected.idle.iter().filter_map(number).collect(),
        dictionaries: material.own.clone(),
        sentence: format!(
            "{values} values of {told} of {} products{}",
            material.told.len(),
            match corrections {
                0 => String::new(),
                1 => ", with 1 correction".into(),
                many => format!(", with {many} corrections"),
            }
        ),
    }
}

fn coverage(of: Attribute, read: &Read) -> DnaCoverage {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut products = 0;
    for found in &read.found {
        let own = found.iter().filter(|one| one.attribute == of);
        let mut any = false;
        for one in own {
            *counts.entry(&one.value).or_default() += 1;
            any = true;
        }
        products += usize::from(any);
    }
    let values = counts.len();
    let mut top: Vec<(&str, usize)> = counts.into_iter().collect();
    top.sort_by(|a, b| (b.1, a.0).cmp(&(a.1, b.0)));
    DnaCoverage {
        attribute: of.name().into(),
        products,
        values,
        top: top
            .into_iter()
            .take(TOP)
            .map(|(value, products)| DnaCount {
                value: value.into(),
                products,
            })
            .collect(),
    }
}

impl Project {
    /// What products are, by the newest run, and all corrections.
    pub async fn dna_overview(&self, actor: &Actor) -> Result<DnaOverview, EngineError> {
        actor.may(Action::ReadResults)?;
        let run = self.dna_run().await?;
        Ok(DnaOverview {
            at: run.as_ref().map(|(run, _)| clock::text(run.started_at)),
            run: run.map(|(_, result)| result.ran),
            corrections: self.correction_rows().await?,
        })
    }

    /// Words that stand in several products and that no dictionary reads, the most frequent first.
    pub async fn dna_proposals(
        &self,
        actor: &Actor,
        least: Option<usize>,
        limit: usize,
    ) -> Result<DnaProposals, EngineError> {
        actor.may(Action::ReadResults)?;
        let material = self.dna_material(None).await?;
        let all = beside(move || {
            let extractor = Extractor::of_catalogue(material.dictionary, &material.products);
            Ok(dna::propose(
                &extractor,
                &material.products,
                least.unwrap_or(LEAST),
            ))
        })
        .await?;
        Ok(DnaProposals {
            total: all.len(),
            rows: all
                .into_iter()
                .take(limit)
                .map(|one| DnaProposal {
                    words: one.words,
                    products: one.products,
                    examples: one.examples,
                    attribute: one.attribute.map(|of| of.name().to_string()),
                    sure: f64::from(one.sure) / f64::from(CERTAIN),
                })
                .collect(),
        })
    }
}
