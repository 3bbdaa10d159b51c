//! What is shown of a genome: as it was kept at a date, and the evidence behind a gene. Whoever looks at one person names a
//! purpose, and the look is kept. It must not compute genomes; two dates beside each other are `differences`.

use super::acts::Whose;
use super::catalogue::{Catalogue, wrong};
use super::{GenomeResult, SECOND, clocks, consents, telling};
use crate::ask::written_instant;
use crate::cells::{ints, texts};
use crate::views::{CustomerGenome, GeneEvidence, GeneEvidenceLine, GenomeForecast};
use crate::{Actor, EngineError, Project, clock};
use genome::{EvidenceLine, Gene, Genome, Named, Standing, evidence, joined};
use govern::Action;
use registry::Run;
use retail::{CustomerKey, Purpose};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Why nothing is told of who refused.
pub(super) const REFUSES: &str =
    "This customer refused to be profiled: a genome is told for the purpose privacy_request alone.";
/// Why a gene of a sensitive topic is not told.
const CLOSED: &str = "This value is of a topic that needs the customer's consent, and there is none: it is told for the purpose \
     privacy_request alone.";
/// Why a gene that was struck is not told.
const STRUCK: &str = "This gene was struck from the customer's genome: it is told for the purpose privacy_request alone.";
/// Why there is nothing to tell of who did nothing.
const NO_ACTS: &str = "There is no genome of this customer by then: nothing was bought, looked at or answered that the run could read.";

/// A genome as its row has it.
pub(super) struct Row {
    pub(super) genome: Genome,
    revision: i64,
    late: i64,
    hash: String,
    /// The run that kept it: of a run of those alone of whom something was new, perhaps an earlier one.
    run_id: String,
}

impl Project {
    /// A customer's genome as of a date, or the newest.
    pub async fn customer_genome(
        &self,
        actor: &Actor,
        purpose: Purpose,
        key: i64,
        on: Option<&str>,
    ) -> Result<CustomerGenome, EngineError> {
        actor.may(Action::ReadPerson(purpose))?;
        let at = on
            .map(|on| written_instant("on", on, "2026-03-01"))
            .transpose()?;
        let (run, result) = self.some_genome_run(at).await?;
        let customer = self.customer_then(key, &result).await?;
        self.note_look(actor, purpose, customer, "genome").await?;
        // Not an error: whoever looks at a customer sees why there is nothing to see.
        if self
            .withholds(purpose, &[customer, CustomerKey(key)])
            .await?
        {
            return self.without(&run, &result, customer, REFUSES).await;
        }
        let row = match self.genome_row((&run, &result), customer.0).await {
            Ok(row) => row,
            Err(cause) if cause.is_missing() => {
                self.must_know(customer).await?;
                return self.without(&run, &result, customer, NO_ACTS).await;
            }
            Err(cause) => return Err(cause),
        };
        let (run, result) = self.owner((run, result), &row.run_id).await?;
        let moved = self.records_moved(customer, &result, None).await?;
        // Of what products say yes or no of, one side says it all.
        let mirrored =
            |gene: &Gene| gene.value == "no" && row.genome.gene(&gene.attribute, "yes").is_some();
        let mut told = self.open_genes(purpose, customer, &row.genome).await?;
        told.genes.retain(|gene| !mirrored(gene));
        let listed: BTreeSet<Named> = told.genes.iter().map(Gene::name).collect();
        for gene in &mut told.genes {
            gene.with.retain(|one| listed.contains(one));
        }
        let with = joined(&told.genes);
        let is_joined =
            |gene: &Gene| with.contains(&(gene.attribute.as_str(), gene.value.as_str()));
        let mut genes: Vec<&Gene> = told.genes.iter().collect();
        genes.sort_by_key(|gene| {
            (
                gene.standing == Standing::Faint,
                gene.gene_type != genome::GeneType::Passion,
                gene.sure.word == "unsure",
                Reverse(gene.sure.chance),
                Reverse(gene.score.abs()),
            )
        });
        Ok(CustomerGenome {
            customer_key: customer.0,
            run_id: run.run_id,
            as_of: clock::text(result.as_of),
            known_at: clock::text(result.known_by),
            revision: row.revision,
            late: row.late,
            hash: row.hash,
            genes: genes
                .iter()
                .map(|gene| telling::gene(gene, is_joined(gene)))
                .collect(),
            habits: row.genome.habits.iter().map(telling::habit).collect(),
            predicted: row
                .genome
                .predicted
                .iter()
                .map(telling::predicted)
                .collect(),
            forecast: result.ran.forecast,
            currency: self.currency().await?,
            note: moved.then(|| {
                "Records came to or left this customer since this was computed: the next run takes that in.".to_string()
            }),
            withheld: row.genome.withheld,
            forgotten: self.struck_genes(customer).await?,
            dates: self.genome_dates().await?,
        })
    }

    /// The evidence behind a gene at a date: the lines sum to the score that was kept.
    pub async fn gene_evidence(
        &self,
        actor: &Actor,
        purpose: Purpose,
        key: i64,
        (attribute, value): (Option<&str>, Option<&str>),
        on: Option<&str>,
    ) -> Result<GeneEvidence, EngineError> {
        actor.may(Action::ReadPerson(purpose))?;
        let unnamed = |field| move || EngineError::invalid(field, "name the gene, as brand Alpina");
        let attribute = attribute.ok_or_else(unnamed("attribute"))?;
        let value = value.ok_or_else(unnamed("value"))?;
        let at = on
            .map(|on| written_instant("on", on, "2026-03-01"))
            .transpose()?;
        let (run, result) = self.some_genome_run(at).await?;
        let customer = self.customer_then(key, &result).await?;
        self.note_genome(actor, purpose, (customer, key), "evidence behind a gene")
            .await?;
        let row = self.genome_row((&run, &result), customer.0).await?;
        let (run, result) = self.owner((run, result), &row.run_id).await?;
        let open = self.open_topics(customer).await?;
        if purpose != Purpose::PrivacyRequest && !open.holds(attribute, value) {
            return Err(EngineError::Refused(CLOSED.into()));
        }
        if purpose != Purpose::PrivacyRequest && open.is_struck(attribute, value) {
            return Err(EngineError::Refused(STRUCK.into()));
        }
        let kept = row.genome.gene(attribute, value);
        let Some(kept) = kept else {
            let told = self.open_genes(purpose, customer, &row.genome).await?;
            return Err(no_gene(&told, attribute, value));
        };
        let view = result.view();
        let frame = self.frozen(&run.run_id, &result).await?;
        let mut catalogue = self.genome_catalogue(frame, view.known_by).await?;
        let asides = self.genome_asides(view).await?;
        let mut acts = self
            .genome_acts(&mut catalogue, &asides, Whose::One(customer.0), view)
            .await?;
        let acts = acts.remove(&customer.0).unwrap_or_default();
        let number = catalogue.frame.find(attribute, value);
        let number = number.ok_or_else(|| {
            EngineError::Data(format!(
                "the run no longer knows '{value}' of '{attribute}'"
            ))
        })?;
        let given = self.topic_consents(Whose::One(customer.0), view).await?;
        let open = consents(&catalogue.frame, &given, customer.0);
        let told = evidence(&catalogue.frame, &acts, clocks(view), open, number);
        let told = told.map_err(wrong)?;
        // What is shown must be what was kept; rows that were erased since are gone from the evidence, and that is said.
        if told.score != kept.score {
            return Err(EngineError::Data(format!(
                "the evidence now sums to {} and the genome kept {}: rows behind it were erased or the program changed; \
                 run 'tessera genome run' for a genome of today",
                told.score, kept.score
            )));
        }
        Ok(GeneEvidence {
            customer_key: customer.0,
            run_id: run.run_id,
            as_of: clock::text(result.as_of),
            attribute: told.attribute.clone(),
            value: told.value.clone(),
            lines: told
                .lines
                .iter()
                .map(|line| evidence_line(line, &catalogue))
                .collect(),
            usual_share: told.baseline.share,
            total: told.baseline.total,
            baseline: told.baseline.contribution,
            score: told.score,
        })
    }

    pub(super) async fn note_look(
        &self,
        actor: &Actor,
        purpose: Purpose,
        customer: CustomerKey,
        what: &str,
    ) -> Result<(), EngineError> {
        let now = self.now();
        self.registry()
            .record_read(now, &actor.id, purpose, customer, what)
            .await?;
        Ok(())
    }

    /// Keeps a look, and refuses it where the customer refused to be profiled.
    async fn note_genome(
        &self,
        actor: &Actor,
        purpose: Purpose,
        (customer, key): (CustomerKey, i64),
        what: &str,
    ) -> Result<(), EngineError> {
        self.note_look(actor, purpose, customer, what).await?;
        match self
            .withholds(purpose, &[customer, CustomerKey(key)])
            .await?
        {
            true => Err(EngineError::Refused(REFUSES.into())),
            false => Ok(()),
        }
    }

    /// A genome with the genes alone that may be told: a consent to a topic that was taken back holds at once, whatever a run
    /// kept, but for the person's own request.
    pub(super) async fn open_genes(
        &self,
        purpose: Purpose,
        customer: CustomerKey,
        genome: &Genome,
    ) -> Result<Genome, EngineError> {
        let mut told = genome.clone();
        if purpose != Purpose::PrivacyRequest {
            let open = self.open_topics(customer).await?;
            told.genes
                .retain(|gene| open.tells(&gene.attribute, &gene.value));
            for gene in &mut told.genes {
                gene.with
                    .retain(|one| open.tells(&one.attribute, &one.value));
            }
        }
        Ok(told)
    }

    /// Whether what runs kept is not to be told: one of these records is of somebody who refused since or before, and it is not
    /// their own request. Who was another's record by then is asked for as what they are now, too.
    pub(super) async fn withholds(
        &self,
        purpose: Purpose,
        records: &[CustomerKey],
    ) -> Result<bool, EngineError> {
        if purpose == Purpose::PrivacyRequest {
            return Ok(false);
        }
        let merges = self.merges_at(None).await?;
        for record in records {
            if self.refused_profiling(merges.customer(*record).0).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A genome that says nothing but why.
    async fn without(
        &self,
        run: &Run,
        result: &GenomeResult,
        customer: CustomerKey,
        why: &str,
    ) -> Result<CustomerGenome, EngineError> {
        Ok(CustomerGenome {
            customer_key: customer.0,
            run_id: run.run_id.clone(),
            as_of: clock::text(result.as_of),
            known_at: clock::text(result.known_by),
            revision: 0,
            late: 0,
            hash: String::new(),
            genes: Vec::new(),
            habits: Vec::new(),
            predicted: Vec::new(),
            forecast: GenomeForecast::default(),
            currency: self.currency().await?,
            note: Some(why.into()),
            withheld: Vec::new(),
            forgotten: Vec::new(),
            dates: self.genome_dates().await?,
        })
    }

    /// Whose a record was when a run read the lake.
    pub(super) async fn customer_then(
        &self,
        key: i64,
        result: &GenomeResult,
    ) -> Result<CustomerKey, EngineError> {
        let merges = self.merges_at(Some(result.known_by)).await?;
        Ok(merges.customer(CustomerKey(key)))
    }

    /// Whether a customer has other records at a later run, or now, than when a run read the lake.
    pub(super) async fn records_moved(
        &self,
        customer: CustomerKey,
        result: &GenomeResult,
        later: Option<&GenomeResult>,
    ) -> Result<bool, EngineError> {
        let then = self.merges_at(Some(result.known_by)).await?;
        let later = self.merges_at(later.map(|result| result.known_by)).await?;
        Ok(then.members(customer) != later.members(customer))
    }

    /// The genome of a customer that holds by a run, with the run that kept it.
    pub(super) async fn genome_row(
        &self,
        (run, result): (&Run, &GenomeResult),
        customer: i64,
    ) -> Result<Row, EngineError> {
        let sql = format!(
            "select revision, late, hash, body, run_id from genomes where run_id in ({}) and customer_key = {customer} \
             order by run_id desc limit 1",
            result.quoted_chain(run).join(", ")
        );
        let has_one = !result.without.contains(&customer);
        for batch in self.lake().look_up(&sql, None, vec![]).await? {
            if has_one && batch.num_rows() > 0 {
                let body = texts(&batch, 3)?;
                return Ok(Row {
                    genome: Genome::from_bytes(body.value(0).as_bytes()).map_err(wrong)?,
                    revision: ints(&batch, 0)?.must(0),
                    late: ints(&batch, 1)?.must(0),
                    hash: texts(&batch, 2)?.value(0).to_string(),
                    run_id: texts(&batch, 4)?.value(0).to_string(),
                });
            }
        }
        Err(EngineError::Missing {
            what: "genome of a customer (who bought, looked or answered by then, and did not refuse to be profiled)",
            name: customer.to_string(),
        })
    }
}

/// A gene that the genome has not, with the nearest that it has.
fn no_gene(genome: &Genome, attribute: &str, value: &str) -> EngineError {
    let known = genome.genes.iter().map(|gene| gene.value.as_str());
    let meant = segment::rules::nearest(value, known);
    let meant = meant.map_or(String::new(), |meant| format!(": did you mean '{meant}'?"));
    EngineError::invalid(
        "value",
        format!("this genome has no gene '{value}' of the attribute '{attribute}'{meant}"),
    )
}

/// A line of evidence with its product.
fn evidence_line(line: &EvidenceLine, catalogue: &Catalogue) -> GeneEvidenceLine {
    let product = line.product.map(|one| one as usize);
    GeneEvidenceLine {
        at: clock::text(line.at * SECOND),
        act: telling::act(line.act),
        product_id: product.map(|one| catalogue.codes[one].clone()),
        product: product.map(|one| catalogue.names[one].clone()),
        table: telling::table(line.source.rows).into(),
        weight: line.weight,
        age_factor: line.age_factor,
        contribution: line.contribution,
    }
}
