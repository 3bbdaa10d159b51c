//! Rows of genomes: the bytes of each, and every gene by itself. Every run writes everybody's rows; a genome of an
//! instant that was described before becomes a revision where late acts changed it. It must not compute.

use super::acts::View;
use super::{GenomeResult, SECOND};
use crate::cells::{ints, texts};
use crate::project::beside;
use crate::{EngineError, Project};
use arrow::array::{
    ArrayRef, Int64Array, RecordBatch, StringArray, StringBuilder, TimestampMicrosecondArray,
};
use genome::many::Made;
use genome::{Gene, GeneType, Habit, Predicted, Snapshot, Standing, late_rows};
use lake::Commit;
use rayon::prelude::*;
use registry::Run;
use retail::table;
use std::collections::HashMap;
use std::sync::Arc;

/// Customers of one batch of rows: a column of text holds no more than 2 GiB.
const BATCH: usize = 1_000;

/// What a run came to.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    pub customers: usize,
    pub acts: usize,
    pub genes: usize,
    pub passions: usize,
    pub revised: usize,
}

impl Counts {
    /// Adds what another part came to.
    pub(super) fn add(&mut self, other: Self) {
        self.customers += other.customers;
        self.acts += other.acts;
        self.genes += other.genes;
        self.passions += other.passions;
        self.revised += other.revised;
    }
}

/// Which part of which run is kept.
pub(super) struct Stamp {
    pub run_id: String,
    pub view: View,
    pub part: i64,
    /// What the run before kept of the same instant.
    pub before: Arc<HashMap<i64, Earlier>>,
}

impl Project {
    /// Keeps the genomes of a part of the customers.
    pub(super) async fn keep_genomes(
        &self,
        stamp: Stamp,
        genomes: Vec<Made>,
    ) -> Result<Counts, EngineError> {
        let writer = format!("run:{}", stamp.run_id);
        let step = stamp.part;
        let (rows, counts) = beside(move || rows(&stamp, genomes)).await?;
        for (table, batches) in [(&table::GENOMES, rows.0), (&table::GENES, rows.1)] {
            if !batches.is_empty() {
                let commit = Commit {
                    writer: &writer,
                    step,
                };
                self.lake().append(table, batches, commit).await?;
            }
        }
        Ok(counts)
    }

    /// What the run before kept of the same instant, by customer.
    pub(super) async fn earlier(
        &self,
        before: Option<&(Run, GenomeResult)>,
        view: View,
    ) -> Result<HashMap<i64, Earlier>, EngineError> {
        let Some((run, result)) = before.filter(|(_, result)| result.as_of == view.as_of) else {
            return Ok(HashMap::new());
        };
        let rows = result.rows(run, "genomes");
        let sql = format!("select customer_key, revision, hash from {rows} as kept");
        let mut all = HashMap::new();
        for batch in self.lake().rows(&sql, None, vec![]).await? {
            let (who, revision, hash) = (ints(&batch, 0)?, ints(&batch, 1)?, texts(&batch, 2)?);
            for row in 0..batch.num_rows() {
                let earlier = Earlier {
                    revision: revision.must(row) as u32,
                    known_by: result.known_by.div_euclid(SECOND),
                    hash: hash.value(row).to_string(),
                };
                all.insert(who.must(row), earlier);
            }
        }
        Ok(all)
    }
}

/// What is looked at of a genome that was kept: not its bytes, which are the largest part of a lake.
pub(super) struct Earlier {
    revision: u32,
    known_by: i64,
    hash: String,
}

/// Rows of genomes, and rows of genes.
type Both = (Vec<RecordBatch>, Vec<RecordBatch>);

/// The rows of a part, and what it came to.
fn rows(stamp: &Stamp, genomes: Vec<Made>) -> Result<(Both, Counts), EngineError> {
    // In chunks, so that threads share the copying; the chunks stay in the order of the customers.
    let mut chunks: Vec<Vec<Made>> = Vec::new();
    for made in genomes {
        match chunks.last_mut().filter(|chunk| chunk.len() < BATCH) {
            Some(chunk) => chunk.push(made),
            None => chunks.push(vec![made]),
        }
    }
    let each = chunks.into_par_iter().map(|chunk| chunk_rows(stamp, chunk));
    let each: Vec<_> = each.collect::<Result<_, EngineError>>()?;
    let (mut both, mut counts) = (Both::default(), Counts::default());
    for (whole, single, some) in each {
        both.0.push(whole);
        both.1.push(single);
        counts.add(some);
    }
    both.0.retain(|batch| batch.num_rows() > 0);
    both.1.retain(|batch| batch.num_rows() > 0);
    Ok((both, counts))
}

fn chunk_rows(
    stamp: &Stamp,
    genomes: Vec<Made>,
) -> Result<(RecordBatch, RecordBatch, Counts), EngineError> {
    let known_by = stamp.view.known_by.div_euclid(SECOND);
    let (mut whole, mut single) = (Genomes::default(), Genes::default());
    let mut counts = Counts::default();
    for made in genomes {
        let Made {
            genome,
            snapshot,
            acts,
        } = made;
        counts.customers += 1;
        counts.acts += acts.len();
        let told = genome.genes.iter();
        let told = told.filter(|gene| gene.standing != Standing::Faint);
        counts.genes += told.clone().count();
        counts.passions += told
            .filter(|gene| gene.gene_type == GeneType::Passion)
            .count();
        let snapshot = match stamp.before.get(&genome.customer) {
            Some(earlier) => {
                // What is usual was learned anew, or only the run has another name: no late act, no revision.
                let late = match earlier.hash == snapshot.hash {
                    true => 0,
                    false => late_rows(&acts, genome.as_of, (earlier.known_by, known_by)),
                };
                Snapshot {
                    revision: earlier.revision + u32::from(late > 0),
                    late,
                    ..snapshot
                }
            }
            None => snapshot,
        };
        counts.revised += usize::from(snapshot.late > 0);
        whole.push(genome.customer, snapshot)?;
        for gene in &genome.genes {
            single.gene(genome.customer, gene);
        }
        for habit in &genome.habits {
            single.habit(genome.customer, habit);
        }
        for one in &genome.predicted {
            single.predicted(genome.customer, one);
        }
    }
    Ok((whole.batch(stamp)?, single.batch(stamp)?, counts))
}

fn batch(
    of: &'static table::Table,
    stamp: &Stamp,
    own: Vec<ArrayRef>,
) -> Result<RecordBatch, EngineError> {
    let rows = own.first().map_or(0, |column| column.len());
    let time = |at: i64| -> ArrayRef {
        Arc::new(TimestampMicrosecondArray::from_value(at, rows).with_timezone("UTC"))
    };
    let mut columns: Vec<ArrayRef> = vec![Arc::new(StringArray::from(vec![
        stamp.run_id.as_str();
        rows
    ]))];
    columns.extend(own);
    columns.extend([time(stamp.view.as_of), time(stamp.view.known_by)]);
    RecordBatch::try_new(of.schema(), columns)
        .map_err(|cause| EngineError::Data(format!("rows of genomes: {cause}")))
}

fn numbers(values: Vec<i64>) -> ArrayRef {
    Arc::new(Int64Array::from(values))
}

fn some(values: Vec<Option<i64>>) -> ArrayRef {
    Arc::new(Int64Array::from(values))
}

fn words(values: Vec<String>) -> ArrayRef {
    Arc::new(StringArray::from(values))
}

/// Columns of whole genomes.
#[derive(Default)]
struct Genomes {
    customers: Vec<i64>,
    revisions: Vec<i64>,
    late: Vec<i64>,
    hashes: Vec<String>,
    bodies: Vec<String>,
}

impl Genomes {
    fn push(&mut self, customer: i64, snapshot: Snapshot) -> Result<(), EngineError> {
        let body = String::from_utf8(snapshot.bytes)
            .map_err(|cause| EngineError::Data(format!("a genome is no text: {cause}")))?;
        self.customers.push(customer);
        self.revisions.push(i64::from(snapshot.revision));
        self.late.push(i64::from(snapshot.late));
        self.hashes.push(snapshot.hash);
        self.bodies.push(body);
        Ok(())
    }

    fn batch(self, stamp: &Stamp) -> Result<RecordBatch, EngineError> {
        let own = vec![
            numbers(self.customers),
            numbers(self.revisions),
            numbers(self.late),
            words(self.hashes),
            words(self.bodies),
        ];
        batch(&table::GENOMES, stamp, own)
    }
}

/// Columns of single genes.
#[derive(Default)]
struct Genes {
    customers: Vec<i64>,
    texts: [StringBuilder; 5],
    scores: Vec<Option<i64>>,
    ranges: [Vec<i64>; 3],
    chances: Vec<Option<i64>>,
    acts: [Vec<Option<i64>>; 2],
}

impl Genes {
    fn gene(&mut self, customer: i64, gene: &Gene) {
        let standing = match gene.standing {
            Standing::Liked => "liked",
            Standing::Disliked => "disliked",
            Standing::Faint => "faint",
        };
        let named = [
            type_word(gene.gene_type),
            &gene.attribute,
            &gene.value,
            standing,
            &gene.sure.word,
        ];
        let strength = &gene.strength;
        self.row(
            customer,
            named,
            [strength.value, strength.low, strength.high],
        );
        self.scores.push(Some(gene.score));
        self.chances.push(Some(gene.sure.chance));
        self.acts[0].push(Some(i64::from(gene.supporting)));
        self.acts[1].push(Some(i64::from(gene.opposing)));
    }

    fn habit(&mut self, customer: i64, habit: &Habit) {
        let named = ["behaviour", &habit.name, "", "", &habit.sure.word];
        let value = &habit.value;
        self.row(customer, named, [value.value, value.low, value.high]);
        self.scores.push(None);
        self.chances.push(Some(habit.sure.chance));
        self.acts[0].push(Some(habit.observations));
        self.acts[1].push(None);
    }

    fn predicted(&mut self, customer: i64, one: &Predicted) {
        let named = ["predicted", &one.name, "", "", ""];
        let value = &one.value;
        self.row(customer, named, [value.value, value.low, value.high]);
        self.scores.push(None);
        self.chances.push(None);
        self.acts[0].push(None);
        self.acts[1].push(None);
    }

    fn row(&mut self, customer: i64, named: [&str; 5], range: [i64; 3]) {
        self.customers.push(customer);
        for (column, text) in self.texts.iter_mut().zip(named) {
            column.append_value(text);
        }
        for (column, number) in self.ranges.iter_mut().zip(range) {
            column.push(number);
        }
    }

    fn batch(self, stamp: &Stamp) -> Result<RecordBatch, EngineError> {
        let texts = self
            .texts
            .map(|mut column| -> ArrayRef { Arc::new(column.finish()) });
        let [kind, attribute, value, standing, sure] = texts;
        let [strength, low, high] = self.ranges;
        let [supporting, opposing] = self.acts;
        let own = vec![
            numbers(self.customers),
            kind,
            attribute,
            value,
            standing,
            some(self.scores),
            numbers(strength),
            numbers(low),
            numbers(high),
            some(self.chances),
            sure,
            some(supporting),
            some(opposing),
        ];
        batch(&table::GENES, stamp, own)
    }
}

/// A type of genes as rows and answers write it.
fn type_word(kind: GeneType) -> &'static str {
    match kind {
        GeneType::Preference => "preference",
        GeneType::Motivation => "motivation",
        GeneType::Passion => "passion",
    }
}
