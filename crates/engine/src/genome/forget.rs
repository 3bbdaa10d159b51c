//! Genes that a person struck from a customer's genome: told and used nowhere at once, and in no later run until the word is
//! taken back. Kept as rows of `survey_answers`, so that they move with the record and are erased with it. What rests on the
//! same acts stays. It must not compute a genome.

use super::acts::{View, Whose};
use crate::cells::{ints, texts};
use crate::views::{ForgottenGene, GeneForgetRequest, GeneRememberRequest, GeneRemembered};
use crate::{Actor, EngineError, Project, clock};
use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use genome::many::Made;
use genome::{Genome, Snapshot};
use govern::Action;
use lake::Commit;
use retail::{CustomerKey, Purpose, table};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What the questions of these rows begin with, before the attribute.
pub(crate) const QUESTION: &str = "forget:";
/// The survey that these rows are of, and what their ids begin with.
const SURVEY: &str = "gene";

/// The words that stand.
const SQL: &str = "select customer_key, substr(question_id, 8), answer, import_id, cast(happened_at as bigint) from survey_answers \
     where question_id like 'forget:%' and import_id like 'gene-%' and answer is not null and customer_key is not null and \
     {whose} order by customer_key, 2, 3";

/// Attribute and value.
type Named = (String, String);

/// Genes that are struck, by customer.
#[derive(Debug, Clone, Default)]
pub(super) struct Forgotten(BTreeMap<i64, BTreeSet<Named>>);

impl Forgotten {
    /// Takes the genes that are struck out of genomes that were computed.
    pub fn strike(&self, made: &mut [Made], known_by: i64) -> Result<(), EngineError> {
        for one in made {
            if let Some(struck) = self.0.get(&one.genome.customer) {
                without(&mut one.genome, struck);
                one.snapshot = Snapshot::first(&one.genome, known_by).map_err(super::wrong)?;
            }
        }
        Ok(())
    }
}

/// Takes some genes out, also where others are told with them.
pub(super) fn without(genome: &mut Genome, struck: &BTreeSet<Named>) {
    let is_struck = |attribute: &str, value: &str| {
        let mut each = struck.iter();
        each.any(|one| one.0 == attribute && one.1 == value)
    };
    genome
        .genes
        .retain(|gene| !is_struck(&gene.attribute, &gene.value));
    for gene in &mut genome.genes {
        gene.with
            .retain(|one| !is_struck(&one.attribute, &one.value));
    }
}

impl Project {
    /// Strikes a gene from a customer's genome, at once and in every later run.
    pub async fn forget_gene(
        &self,
        actor: &Actor,
        purpose: Purpose,
        key: i64,
        asked: GeneForgetRequest,
    ) -> Result<ForgottenGene, EngineError> {
        let customer = self.struck_of(actor, purpose, key).await?;
        let change = actor.change(&asked.reason)?;
        let (run, result) = self.some_genome_run(None).await?;
        let row = self.genome_row((&run, &result), customer.0).await?;
        if row.genome.gene(&asked.attribute, &asked.value).is_none() {
            let named = format!("{} {}", asked.attribute, asked.value);
            let known = row.genome.genes.iter();
            let all: Vec<String> = known
                .map(|gene| format!("{} {}", gene.attribute, gene.value))
                .collect();
            let all = all.iter().map(String::as_str);
            return Err(crate::spelling::unknown("gene", &named, all));
        }
        let struck = self.struck_genes(customer).await?;
        if let Some(one) = struck
            .into_iter()
            .find(|one| one.attribute == asked.attribute && one.value == asked.value)
        {
            return Ok(one);
        }
        let id = format!("{SURVEY}-{}", uuid::Uuid::now_v7());
        let at = self.now();
        // Under the record that was asked for: should it part from its customer, the word goes with it.
        let rows = row_of(&id, key, &asked, at)?;
        self.registry()
            .record_answers("gene.forget", (customer, &id, 1), at, &change)
            .await?;
        let commit = Commit {
            writer: &id,
            step: 0,
        };
        self.lake()
            .append(&table::SURVEY_ANSWERS, vec![rows], commit)
            .await?;
        Ok(ForgottenGene {
            id,
            attribute: asked.attribute,
            value: asked.value,
            at: clock::text(at),
        })
    }

    /// Takes the word back: the gene is told and used again, by the next run and by what runs kept.
    pub async fn remember_gene(
        &self,
        actor: &Actor,
        purpose: Purpose,
        key: i64,
        asked: GeneRememberRequest,
    ) -> Result<GeneRemembered, EngineError> {
        let customer = self.struck_of(actor, purpose, key).await?;
        let change = actor.change(&asked.reason)?;
        let struck = self.struck_genes(customer).await?;
        let Some(gene) = struck.into_iter().find(|one| one.id == asked.id) else {
            return Err(EngineError::Missing {
                what: "gene of this customer that was struck and not taken back",
                name: asked.id,
            });
        };
        let at = self.now();
        self.registry()
            .record_answers("gene.remember", (customer, &gene.id, 1), at, &change)
            .await?;
        self.lake().withdraw(&gene.id, at).await?;
        Ok(GeneRemembered {
            attribute: gene.attribute,
            value: gene.value,
        })
    }

    /// The customer whose genome is changed by somebody who helps them or answers their request; the look is kept.
    async fn struck_of(
        &self,
        actor: &Actor,
        purpose: Purpose,
        key: i64,
    ) -> Result<CustomerKey, EngineError> {
        actor.may(Action::StrikeGenes)?;
        actor.may(Action::ReadPerson(purpose))?;
        if !matches!(purpose, Purpose::Service | Purpose::PrivacyRequest) {
            return Err(EngineError::invalid(
                "purpose",
                "a gene is struck to help the customer (service) or for their own request (privacy_request)",
            ));
        }
        let customer = self.merges_at(None).await?.customer(CustomerKey(key));
        self.must_know(customer).await?;
        self.note_look(actor, purpose, customer, "a gene that is struck")
            .await?;
        Ok(customer)
    }

    /// The genes that are struck from one customer's genome now.
    pub(super) async fn struck_genes(
        &self,
        customer: CustomerKey,
    ) -> Result<Vec<ForgottenGene>, EngineError> {
        let sql = SQL.replace("{whose}", &Whose::One(customer.0).condition());
        let mut all = Vec::new();
        for batch in self.lake().look_up(&sql, None, vec![]).await? {
            let (attribute, value, id) = (texts(&batch, 1)?, texts(&batch, 2)?, texts(&batch, 3)?);
            let at = ints(&batch, 4)?;
            all.extend((0..batch.num_rows()).map(|row| ForgottenGene {
                id: id.value(row).to_string(),
                attribute: attribute.value(row).to_string(),
                value: value.value(row).to_string(),
                at: clock::text(at.must(row)),
            }));
        }
        Ok(all)
    }

    /// The same as names.
    pub(crate) async fn struck_names(
        &self,
        customer: CustomerKey,
    ) -> Result<BTreeSet<Named>, EngineError> {
        let all = self.struck_genes(customer).await?.into_iter();
        Ok(all.map(|one| (one.attribute, one.value)).collect())
    }

    /// All genes that are struck, as known to a view.
    pub(super) async fn forgotten(&self, view: View) -> Result<Forgotten, EngineError> {
        let sql = SQL.replace("{whose}", &Whose::All.condition());
        let mut all = Forgotten::default();
        for batch in self.lake().rows(&sql, Some(view.known_by), vec![]).await? {
            let (who, attribute, value) = (ints(&batch, 0)?, texts(&batch, 1)?, texts(&batch, 2)?);
            for row in 0..batch.num_rows() {
                let own = all.0.entry(who.must(row)).or_default();
                own.insert((
                    attribute.value(row).to_string(),
                    value.value(row).to_string(),
                ));
            }
        }
        Ok(all)
    }
}

/// The row that keeps one word.
fn row_of(
    id: &str,
    record: i64,
    asked: &GeneForgetRequest,
    at: i64,
) -> Result<RecordBatch, EngineError> {
    let text = |value: &str| -> ArrayRef { Arc::new(StringArray::from(vec![value.to_string()])) };
    let time = || -> ArrayRef {
        Arc::new(TimestampMicrosecondArray::from_value(at, 1).with_timezone("UTC"))
    };
    let key = |name: &str| -> ArrayRef {
        let hash = blake3::hash(name.as_bytes());
        let bytes: [u8; 8] = hash.as_bytes()[..8].try_into().unwrap_or_default();
        Arc::new(Int64Array::from(vec![i64::from_le_bytes(bytes)]))
    };
    let columns: Vec<ArrayRef> = vec![
        key(id),
        key(&format!("{id}/0")),
        text(id),
        Arc::new(Int64Array::from(vec![record])),
        text(SURVEY),
        text(&format!("{QUESTION}{}", asked.attribute)),
        text("What is not to be thought of you?"),
        text(&asked.value),
        Arc::new(StringArray::new_null(1)),
        time(),
        time(),
        text(SURVEY),
        text(id),
    ];
    RecordBatch::try_new(table::SURVEY_ANSWERS.schema(), columns)
        .map_err(|cause| EngineError::Machine(format!("a gene that is struck: {cause}")))
}
