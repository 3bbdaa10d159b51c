//! Whose genes moved between two dates by as much as an alert asks: a list of customers, for those who act on it. Sensitive
//! topics are in no such list, with or without consent: they are told on the customer's own page. It must not say how a
//! gene came to move (`differences`).

use super::GenomeResult;
use crate::ask::{PageAsk, count, quoted, written_instant};
use crate::cells::{ints, texts};
use crate::reads::Read;
use crate::views::{AlertPage, AlertRow};
use crate::{Actor, EngineError, Project};
use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use genome::Spec;
use govern::Action;
use registry::Run;
use retail::Purpose;
use std::collections::HashMap;
use std::sync::Arc;

/// Customers whose genes of two dates are held against each other at once.
const PART: u64 = 100_000;
/// Changes told of one customer.
const TOLD: usize = 4;

/// Every gene of customers who have a genome at both dates that appeared, faded, turned, became or left a passion, or moved by
/// the step of an alert: as `genome::Change::is_alert` has it of genes.
const MOVED: &str = "with was as (select customer_key, attribute, value, standing, gene_type, strength from {from_genes} where \
     standing in ('liked', 'disliked') and {part}), is_now as (select customer_key, attribute, value, standing, gene_type, strength from \
     {to_genes} where standing in ('liked', 'disliked') and {part}), both_dates as (select customer_key from {from_genomes} where \
     {part} intersect select customer_key from {to_genomes} where {part}), every as (select coalesce(w.customer_key, n.customer_key) as customer_key, \
     coalesce(w.attribute, n.attribute) as attribute, coalesce(w.value, n.value) as value, coalesce(n.strength, 0) - \
     coalesce(w.strength, 0) as moved, case when w.customer_key is null then 'appeared' when n.customer_key is null then \
     'faded' when w.standing <> n.standing then 'turned' when w.gene_type <> n.gene_type then 'retyped' else 'shifted' end as \
     kind from was w full outer join is_now n on n.customer_key = w.customer_key and n.attribute = w.attribute and n.value = \
     w.value), moves as (select e.* from every e join both_dates b on b.customer_key = e.customer_key left join closed c on \
     c.attribute = e.attribute and c.value = e.value left join (select customer_key, substr(question_id, 8) as attribute, answer \
     from survey_answers where question_id like 'forget:%' and import_id like 'gene-%' group by 1, 2, 3) f on f.customer_key = \
     e.customer_key and f.attribute = e.attribute and f.answer = e.value where c.attribute is null and f.customer_key is null and (e.kind <> 'shifted' or abs(e.moved) >= \
     {step}) {wanted}) ";

/// How many of each kind, by customer.
const COUNTS: &str = "select customer_key, sum(case when kind = 'appeared' then 1 else 0 end), sum(case when kind = 'faded' then 1 \
     else 0 end), sum(case when kind = 'turned' then 1 else 0 end), sum(case when kind = 'retyped' then 1 else 0 end), \
     sum(case when kind = 'shifted' then 1 else 0 end), max(abs(moved)) from moves group by customer_key order by customer_key";

/// The moves of some customers, the largest first.
const MOVES: &str = "select customer_key, attribute, value, kind, moved from moves where customer_key in ({who}) order by \
     customer_key, abs(moved) desc, attribute, value";

/// Values that genes of a run are of.
const VALUES: &str = "select distinct attribute, value from {genes} where standing in ('liked', 'disliked') order by attribute, value";

/// Two dates and, where wanted, one gene.
#[derive(Debug, Clone, Default)]
pub struct AlertAsk {
    /// The first date; that before the second where not given.
    pub from: Option<String>,
    /// The second; the newest where not given.
    pub to: Option<String>,
    /// Of this attribute alone.
    pub attribute: Option<String>,
    /// Of this value alone.
    pub value: Option<String>,
}

type Dated = (Run, GenomeResult);

impl Project {
    /// Customers with alerts between two dates, most first.
    pub async fn genome_alerts(
        &self,
        actor: &Actor,
        purpose: Purpose,
        asked: &AlertAsk,
        ask: &PageAsk,
    ) -> Result<AlertPage, EngineError> {
        actor.may(Action::ReadPerson(purpose))?;
        let (from, to) = self.alert_dates(asked).await?;
        let frame = self.frozen(&to.0.run_id, &to.1).await?;
        let closed = self.closed_values([&from, &to], frame.spec()).await?;
        let moved = moved((&from, &to), frame.spec(), asked);
        let withheld = self.withheld(purpose).await?;
        let mut rows = Vec::new();
        let sizes = format!("select count(*) from {}", to.1.rows(&to.0, "genomes"));
        let customers = self.whole_number(&sizes, None, vec![]).await?;
        for part in parts_of(count(customers.unwrap_or(0))) {
            let sql = format!("{}{COUNTS}", moved.replace("{part}", &part));
            let beside = vec![("closed", closed.clone())];
            for batch in self.lake().rows(&sql, None, beside).await? {
                counted(&batch, &mut rows)?;
            }
        }
        rows.retain(|row: &AlertRow| {
            !withheld.contains(&row.customer_key) && ask.finds(&row.customer_key.to_string())
        });
        rows.sort_by_key(|row| std::cmp::Reverse(row.alerts));
        ask.sort(
            &mut rows,
            &[
                ("customer_key", |a: &AlertRow, b| {
                    a.customer_key.cmp(&b.customer_key)
                }),
                ("alerts", |a, b| a.alerts.cmp(&b.alerts)),
                ("appeared", |a, b| a.appeared.cmp(&b.appeared)),
                ("faded", |a, b| a.faded.cmp(&b.faded)),
                ("largest", |a, b| a.largest.total_cmp(&b.largest)),
            ],
        )?;
        let total = rows.len() as u64;
        let mut rows = ask.cut(rows);
        self.name_moves(&moved, closed, &mut rows).await?;
        let read = Read {
            what: "customers whose genes moved",
            cluster: None,
            total,
            keys: rows.iter().map(|row| row.customer_key).collect(),
        };
        self.note_read(actor, purpose, read, ask).await?;
        Ok(AlertPage {
            rows,
            total,
            offset: ask.offset,
            limit: ask.limit,
        })
    }

    /// The runs of both dates, the earlier first.
    async fn alert_dates(&self, asked: &AlertAsk) -> Result<(Dated, Dated), EngineError> {
        let at = |field: &str, on: &Option<String>| {
            on.as_deref()
                .map(|on| written_instant(field, on, "2026-03-01"))
                .transpose()
        };
        let to = self.some_genome_run(at("to", &asked.to)?).await?;
        let from = match at("from", &asked.from)? {
            Some(from) => self.some_genome_run(Some(from)).await?,
            None => self.genome_run_before(&to.0, &to.1).await?,
        };
        match from.1.as_of > to.1.as_of {
            true => Err(EngineError::invalid(
                "from",
                "is after `to`: name the earlier date first",
            )),
            false => Ok((from, to)),
        }
    }

    /// Values of genes that belong to a sensitive topic.
    async fn closed_values(
        &self,
        runs: [&Dated; 2],
        spec: &Spec,
    ) -> Result<RecordBatch, EngineError> {
        let now = self.genome_spec()?;
        let (mut attributes, mut values) = (Vec::new(), Vec::new());
        for (run, result) in runs {
            let sql = VALUES.replace("{genes}", &result.rows(run, "genes"));
            for batch in self.lake().rows(&sql, None, vec![]).await? {
                let (attribute, value) = (texts(&batch, 0)?, texts(&batch, 1)?);
                for row in 0..batch.num_rows() {
                    let (attribute, value) = (attribute.value(row), value.value(row));
                    if [spec, &now]
                        .iter()
                        .any(|spec| spec.topic(attribute, value).is_some())
                    {
                        attributes.push(attribute.to_string());
                        values.push(value.to_string());
                    }
                }
            }
        }
        let columns: [(&str, ArrayRef); 2] = [
            ("attribute", Arc::new(StringArray::from(attributes))),
            ("value", Arc::new(StringArray::from(values))),
        ];
        RecordBatch::try_from_iter(columns)
            .map_err(|cause| EngineError::Machine(format!("values of sensitive topics: {cause}")))
    }

    /// Puts the largest moves of each customer into words.
    async fn name_moves(
        &self,
        moved: &str,
        closed: RecordBatch,
        rows: &mut [AlertRow],
    ) -> Result<(), EngineError> {
        if rows.is_empty() {
            return Ok(());
        }
        let places: HashMap<i64, usize> =
            rows.iter().map(|row| row.customer_key).zip(0..).collect();
        let who: Int64Array = rows.iter().map(|row| Some(row.customer_key)).collect();
        let page = RecordBatch::try_from_iter([("customer_key", Arc::new(who) as ArrayRef)])
            .map_err(|cause| EngineError::Machine(format!("customers of a page: {cause}")))?;
        let of_page = "customer_key in (select customer_key from page)";
        let moved = moved.replace("{part}", of_page);
        let moves = MOVES.replace("{who}", "select customer_key from page");
        let sql = format!("{moved}{moves}");
        let beside = vec![("closed", closed), ("page", page)];
        for batch in self.lake().rows(&sql, None, beside).await? {
            let (who, moved) = (ints(&batch, 0)?, ints(&batch, 4)?);
            let (attribute, value, kind) =
                (texts(&batch, 1)?, texts(&batch, 2)?, texts(&batch, 3)?);
            for row in 0..batch.num_rows() {
                let Some(told) = places.get(&who.must(row)).map(|place| &mut rows[*place]) else {
                    continue;
                };
                if told.changes.len() < TOLD {
                    told.changes.push(in_words(
                        (attribute.value(row), value.value(row)),
                        kind.value(row),
                        moved.must(row),
                    ));
                }
            }
        }
        Ok(())
    }
}

/// Conditions that part so many customers, so that a join of their genes fits into memory.
pub(super) fn parts_of(customers: u64) -> Vec<String> {
    let parts = customers / PART + 1;
    let each = (0..parts).map(|part| format!("customer_key % {parts} = {part}"));
    each.collect()
}

/// The statement's beginning for two runs and what is wanted of them.
fn moved((from, to): (&Dated, &Dated), spec: &Spec, asked: &AlertAsk) -> String {
    let only = [("attribute", &asked.attribute), ("value", &asked.value)]
        .into_iter()
        .filter_map(|(column, wanted)| {
            let wanted = wanted.as_deref()?;
            Some(format!("and e.{column} = {} ", quoted(wanted)))
        });
    let sql = MOVED
        .replace("{from_genomes}", &from.1.rows(&from.0, "genomes"))
        .replace("{from_genes}", &from.1.rows(&from.0, "genes"))
        .replace("{to_genomes}", &to.1.rows(&to.0, "genomes"))
        .replace("{to_genes}", &to.1.rows(&to.0, "genes"));
    let step = (spec.drift.alert * 1e6).round() as i64;
    sql.replace("{step}", &step.to_string())
        .replace("{wanted}", &only.collect::<String>())
}

fn counted(batch: &RecordBatch, rows: &mut Vec<AlertRow>) -> Result<(), EngineError> {
    let column = |place| ints(batch, place);
    let (who, largest) = (column(0)?, column(6)?);
    let kinds = [column(1)?, column(2)?, column(3)?, column(4)?, column(5)?];
    rows.extend((0..batch.num_rows()).map(|row| {
        let [appeared, faded, turned, retyped, shifted] =
            kinds.each_ref().map(|kind| count(kind.must(row)));
        AlertRow {
            customer_key: who.must(row),
            alerts: appeared + faded + turned + retyped + shifted,
            appeared,
            faded,
            turned,
            retyped,
            shifted,
            largest: largest.must(row) as f64 / 1e6,
            changes: Vec::new(),
        }
    }));
    Ok(())
}

fn in_words((attribute, value): (&str, &str), kind: &str, moved: i64) -> String {
    let attribute = attribute.replace('_', " ");
    let what = match kind {
        "appeared" => "appeared",
        "faded" => "faded",
        "turned" => "turned round",
        "retyped" => "became or left a passion",
        _ => "moved",
    };
    format!(
        "{value} ({attribute}) {what}, {:+.0} points",
        moved as f64 / 1e4
    )
}
