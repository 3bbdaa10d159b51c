//! The demo's chapter on customers: who is whom, what products are, and one customer with the evidence of one gene, added up
//! before the reader's eyes. It must not compute anything: each number is asked of the engine as a person would.

use super::demand;
use crate::output;
use crate::progress::Bar;
use engine::views::{CustomerGenome, Drivers, GeneEvidence, GeneStanding, GenomeDiff, SqlRequest};
use engine::{Actor, Project, Ran, Report};
use retail::{Change, Purpose};
use serde::Serialize;
use std::sync::Arc;

/// The customer of whom most is known: passions first, then genes; of equals the first key.
const TOLD: &str = "select customer_key from genes where run_id = '{run}' and standing = 'liked' and value <> 'no' group by customer_key \
     order by sum(case when gene_type = 'passion' then 1 else 0 end) desc, count(*) desc, customer_key limit 1";

/// The category on most receipts.
const CATEGORY: &str = "select coalesce(p.category_3, p.category_2, p.category_1) as category from sales s join current_products p \
     on p.product_id = s.product_id where p.category_1 is not null group by 1 order by count(distinct s.receipt_key) desc, 1 limit 1";

/// Genes that are told of the customer.
const GENES: usize = 4;
/// Changes that are told of the customer.
const CHANGES: usize = 3;
/// Days before the newest act for which the demo has genomes, too, so that there is something to compare with.
const BEFORE: [i64; 2] = [182, 91];
const DAY: i64 = 86_400_000_000;

/// One customer, as the demo tells of them.
#[derive(Debug, Serialize)]
pub struct Chapter {
    /// The customer.
    customer: i64,
    /// The whole genome.
    genome: CustomerGenome,
    /// The acts behind the first gene.
    evidence: GeneEvidence,
    /// What changed since the date before, where there was a genome.
    diff: Option<GenomeDiff>,
}

/// Computes the genomes of earlier dates.
pub async fn past(
    project: &Project,
    ran: &Ran,
    change: &Change,
    bar: &Arc<Bar>,
) -> anyhow::Result<()> {
    let newest = project.past_instant(Some(&ran.genomes.as_of))?;
    for days in BEFORE {
        let at = newest.map(|newest| newest - days * DAY);
        let report = Arc::clone(bar) as Arc<dyn Report>;
        project.run_genomes(at, change, report).await?;
    }
    Ok(())
}

/// Finds what moves choice in the category that is bought most; nothing where the catalogue names no categories.
pub async fn drivers(
    project: &Project,
    change: &Change,
    bar: &Arc<Bar>,
) -> anyhow::Result<Option<Drivers>> {
    let asked = SqlRequest {
        query: CATEGORY.into(),
        limit: Some(1),
        as_of: None,
    };
    let actor = Actor::command_line();
    let answer = project.sql_beside(&actor, asked, Vec::new()).await?;
    let first = answer.rows.first().and_then(|row| row.first());
    let Some(category) = first.and_then(serde_json::Value::as_str) else {
        return Ok(None);
    };
    let report = Arc::clone(bar) as Arc<dyn Report>;
    let found = project.run_drivers(category, None, change, report).await?;
    Ok(Some(found))
}

/// Looks at the customer of whom most is known; none where no gene stands out.
pub async fn find(project: &Project, ran: &Ran) -> anyhow::Result<Option<Chapter>> {
    let actor = Actor::command_line();
    let asked = SqlRequest {
        query: TOLD.replace("{run}", &ran.genomes.run_id),
        limit: Some(1),
        as_of: None,
    };
    let answer = project.sql_beside(&actor, asked, Vec::new()).await?;
    let first = answer.rows.first().and_then(|row| row.first());
    let Some(customer) = first.and_then(serde_json::Value::as_i64) else {
        return Ok(None);
    };
    let why = Purpose::Analytics;
    let genome = project.customer_genome(&actor, why, customer, None).await?;
    let Some(gene) = liked(&genome).next() else {
        return Ok(None);
    };
    let named = (Some(gene.attribute.as_str()), Some(gene.value.as_str()));
    let evidence = project
        .gene_evidence(&actor, why, customer, named, None)
        .await?;
    let diff = match project
        .genome_diff(&actor, why, customer, (None, None))
        .await
    {
        Ok(diff) => Some(diff),
        Err(cause) if cause.is_missing() => None,
        Err(cause) => return Err(cause.into()),
    };
    Ok(Some(Chapter {
        customer,
        genome,
        evidence,
        diff,
    }))
}

fn liked(genome: &CustomerGenome) -> impl Iterator<Item = &engine::views::GeneRow> {
    let genes = genome.genes.iter();
    genes.filter(|gene| gene.standing == GeneStanding::Liked && gene.value != "no" && !gene.joined)
}

/// Tells it in a few lines.
pub fn tell(ran: &Ran, chapter: Option<&Chapter>) {
    output::line(format!("  {}", ran.identity.sentence));
    output::line(format!("  {}", ran.genomes.sentence));
    output::line(format!("  {}", ran.life.sentence));
    output::line(format!("  {}", demand::in_short(ran.demand.as_ref())));
    let Some(told) = chapter else {
        return;
    };
    output::line(format!("  One of them, customer {}:", told.customer));
    for gene in liked(&told.genome).take(GENES) {
        output::line(format!("    {} ({})", gene.sentence, gene.sure));
    }
    for one in &told.genome.predicted {
        let value = match one.unit.as_str() {
            "share" => format!("{:.0} %", 100.0 * one.value.value),
            "money" => format!("{:.2} {}", one.value.value, told.genome.currency),
            _ => format!("{:.1}", one.value.value),
        };
        output::line(format!("    {}: {value}", one.label));
    }
    let evidence = &told.evidence;
    let purchases = |number: i64| format!("{:+.6}", number as f64 / 1e6);
    output::line(format!(
        "    Why {}: {} acts {} and what is usual {} are the score {} exactly.",
        evidence.value,
        evidence.lines.len(),
        purchases(evidence.score - evidence.baseline),
        purchases(evidence.baseline),
        purchases(evidence.score)
    ));
    let Some(diff) = &told.diff else {
        return;
    };
    output::line(format!(
        "    Since {}: {}",
        output::moment(&diff.from),
        diff.sentence
    ));
    for change in diff.changes.iter().take(CHANGES) {
        output::line(format!("      {}", change.sentence));
    }
}
