//! Genomes of groups, counted from those of their members: a cluster beside all customers, and all customers at two dates.
//! No count of few persons leaves it. It must not compute genomes.

use super::alerts::parts_of;
use crate::ask::{count, written_instant};
use crate::cells::{floats, ints, texts};
use crate::views::{ClusterGene, ClusterGenome, ClusterMean, DriftRow, GenomeDrift};
use crate::workbench::in_tens;
use crate::{Actor, EngineError, Project, clock};
use arrow::array::{ArrayRef, Int64Array, RecordBatch};
use govern::{Action, SmallCells};
use retail::CustomerKey;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Rows told on each side.
const ROWS: usize = 20;
/// Shares closer than this many standard errors are alike.
const CLEAR: f64 = 2.0;

/// Genes of customers in a scheme: how many members of the cluster and of the scheme lean to each.
const GENES: &str = "select g.attribute, g.value, sum(case when m.cluster = {cluster} then 1 else 0 end), \
     sum(case when m.cluster = {cluster} and g.gene_type = 'passion' then 1 else 0 end), count(*) from {genes} g join members \
     m on m.customer_key = g.customer_key where g.standing = 'liked' and g.value <> 'no' group by g.attribute, g.value \
     order by g.attribute, g.value";

/// How many members have a genome.
const SIZES: &str = "select sum(case when m.cluster = {cluster} then 1 else 0 end), count(*) from {genomes} g join members m \
     on m.customer_key = g.customer_key";

/// Means of what is expected.
const MEANS: &str = "select g.attribute, avg(case when m.cluster = {cluster} then cast(g.strength as double) end) / 1e6, \
     avg(cast(g.strength as double)) / 1e6, sum(case when m.cluster = {cluster} then 1 else 0 end), count(*) from {genes} g join members m on m.customer_key = g.customer_key \
     where g.gene_type = 'predicted' group by g.attribute order by g.attribute";

/// Genes at two dates, of customers who have a genome at both.
const DRIFT: &str = "with both_dates as (select customer_key from {from_genomes} where {part} intersect select customer_key \
     from {to_genomes} where {part}), was as (select customer_key, attribute, value from {from_genes} where \
     standing = 'liked' and value <> 'no' and {part}), is_now as (select customer_key, attribute, value from {to_genes} where standing = \
     'liked' and value <> 'no' and {part}), every as (select coalesce(w.customer_key, n.customer_key) as who, coalesce(w.attribute, n.attribute) as \
     attribute, coalesce(w.value, n.value) as value, case when w.customer_key is null then 0 else 1 end as had, case when \
     n.customer_key is null then 0 else 1 end as has from was w full outer join is_now n on n.customer_key = w.customer_key \
     and n.attribute = w.attribute and n.value = w.value) select attribute, value, sum(had), sum(has), sum(case when had = 0 \
     then 1 else 0 end), sum(case when has = 0 then 1 else 0 end) from every join both_dates b on b.customer_key = every.who \
     group by attribute, value order by attribute, value";

impl Project {
    /// What the members of a cluster lean to, beside all members of its scheme, as of a date or the newest.
    pub async fn cluster_genome(
        &self,
        actor: &Actor,
        scheme: &str,
        cluster: Option<i32>,
        on: Option<&str>,
    ) -> Result<ClusterGenome, EngineError> {
        actor.may(Action::ReadResults)?;
        let cluster = cluster.ok_or_else(|| {
            EngineError::invalid("cluster", "name the cluster by its number, as cluster=2")
        })?;
        let at = on
            .map(|on| written_instant("on", on, "2026-03-01"))
            .transpose()?;
        let (run, result) = self.some_genome_run(at).await?;
        let group = self.customers_of_scheme(scheme, on).await?;
        let Some(name) = group.shown.get(&cluster) else {
            return Err(EngineError::Missing {
                what: "cluster that may be shown",
                name: cluster.to_string(),
            });
        };
        let members = table(&group.members)?;
        let of = |sql: &str| {
            let sql = sql.replace("{cluster}", &cluster.to_string());
            let sql = sql.replace("{genes}", &result.rows(&run, "genes"));
            sql.replace("{genomes}", &result.rows(&run, "genomes"))
        };
        let mut sizes = (0, 0);
        let beside = vec![("members", members.clone())];
        for batch in self.lake().rows(&of(SIZES), None, beside).await? {
            sizes = (
                count(ints(&batch, 0)?.must(0)),
                count(ints(&batch, 1)?.must(0)),
            );
        }
        let cells = self.small_cells().await?;
        let mut told = ClusterGenome {
            scheme: scheme.to_string(),
            cluster,
            name: name.clone(),
            as_of: clock::text(result.as_of),
            members: sizes.0,
            all: sizes.1,
            more: Vec::new(),
            fewer: Vec::new(),
            expected: Vec::new(),
            note: None,
            run_id: run.run_id.clone(),
        };
        // Who refused has no genome: the others must be enough, and not all but a few.
        let others = sizes.1 - sizes.0;
        if cells.count(sizes.0).is_none_or(|few| few == 0) || cells.count(others).is_none() {
            told.members = 0;
            told.note = Some("Too few of its members have a genome to be told together.".into());
            return Ok(told);
        }
        let beside = vec![("members", members.clone())];
        for batch in self.lake().rows(&of(GENES), None, beside).await? {
            genes(&batch, cells, &mut told)?;
        }
        let order = |rows: &mut Vec<ClusterGene>| {
            rows.sort_by(|a, b| b.z.abs().total_cmp(&a.z.abs()));
            rows.truncate(ROWS);
        };
        order(&mut told.more);
        order(&mut told.fewer);
        let beside = vec![("members", members)];
        for batch in self.lake().rows(&of(MEANS), None, beside).await? {
            means(&batch, cells, &mut told.expected)?;
        }
        Ok(told)
    }

    /// What more or fewer customers lean to at a date than at an earlier one.
    pub async fn genome_drift(
        &self,
        actor: &Actor,
        (from, to): (Option<&str>, Option<&str>),
    ) -> Result<GenomeDrift, EngineError> {
        actor.may(Action::ReadResults)?;
        let at = |field: &str, on: Option<&str>| {
            on.map(|on| written_instant(field, on, "2026-03-01"))
                .transpose()
        };
        let (to, to_result) = self.some_genome_run(at("to", to)?).await?;
        let (from, from_result) = match at("from", from)? {
            Some(from) => self.some_genome_run(Some(from)).await?,
            None => self.genome_run_before(&to, &to_result).await?,
        };
        if from_result.as_of > to_result.as_of {
            return Err(EngineError::invalid(
                "from",
                "is after `to`: name the earlier date first",
            ));
        }
        let of = |sql: &str| {
            let sql = sql
                .replace("{from_genomes}", &from_result.rows(&from, "genomes"))
                .replace("{from_genes}", &from_result.rows(&from, "genes"));
            sql.replace("{to_genomes}", &to_result.rows(&to, "genomes"))
                .replace("{to_genes}", &to_result.rows(&to, "genes"))
        };
        let both = "select count(*) from (select customer_key from {from_genomes} intersect select customer_key from \
                    {to_genomes})";
        let sizes = self.lake().rows(&of(both), None, vec![]).await?;
        let size = sizes.first().map(|batch| ints(batch, 0)).transpose()?;
        let cells = self.small_cells().await?;
        let customers = size.map_or(0, |size| count(size.must(0)));
        let parts = parts_of(customers);
        let customers = in_tens(customers as usize, cells.k()) as u64;
        let mut rows = Vec::new();
        let mut counts = Moves::new();
        for part in parts {
            let sql = of(DRIFT).replace("{part}", &part);
            for batch in self.lake().rows(&sql, None, vec![]).await? {
                add_moves(&batch, &mut counts)?;
            }
        }
        drift(counts, cells, customers, &mut rows);
        rows.sort_by(|a, b| b.net.abs().total_cmp(&a.net.abs()));
        let moved = rows.len();
        rows.truncate(3 * ROWS);
        Ok(GenomeDrift {
            from: clock::text(from_result.as_of),
            to: clock::text(to_result.as_of),
            dates: self.genome_dates().await?,
            customers,
            sentence: match from.run_id == to.run_id {
                true => {
                    "Both dates have the same genomes: name dates with runs between them.".into()
                }
                false if moved == 1 => {
                    format!("1 gene moved among {customers} customers with a genome at both dates.")
                }
                false => format!(
                    "{moved} genes moved among {customers} customers with a genome at both dates."
                ),
            },
            rows,
        })
    }

    /// What a customer leans to by the newest genomes, as far as it may be used: the strength of each gene. None where
    /// there is no genome.
    pub(crate) async fn tastes(
        &self,
        customer: CustomerKey,
    ) -> Result<Option<HashMap<(String, String), f64>>, EngineError> {
        let Some((run, result)) = self.genome_run(None).await? else {
            return Ok(None);
        };
        if self.refused_profiling(customer.0).await? {
            return Ok(None);
        }
        let sql = format!(
            "select attribute, value, strength from {} where customer_key = {} and standing in ('liked', 'disliked')",
            result.rows(&run, "genes"),
            customer.0
        );
        // A consent that was taken back holds at once, whatever the run before read.
        let open = self.open_topics(customer).await?;
        let mut all = HashMap::new();
        for batch in self.lake().look_up(&sql, None, vec![]).await? {
            let (attribute, value) = (texts(&batch, 0)?, texts(&batch, 1)?);
            let strength = ints(&batch, 2)?;
            let is_open = |row: &usize| open.tells(attribute.value(*row), value.value(*row));
            for row in (0..batch.num_rows()).filter(is_open) {
                let named = (
                    attribute.value(row).to_string(),
                    value.value(row).to_string(),
                );
                all.insert(named, strength.must(row) as f64 / 1e6);
            }
        }
        Ok((!all.is_empty()).then_some(all))
    }
}

/// Customers and their clusters as a table.
fn table(members: &[(i64, i32)]) -> Result<RecordBatch, EngineError> {
    let keys: Int64Array = members.iter().map(|(key, _)| Some(*key)).collect();
    let clusters: Int64Array = members.iter().map(|(_, of)| Some(i64::from(*of))).collect();
    let columns: [(&str, ArrayRef); 2] = [
        ("customer_key", Arc::new(keys)),
        ("cluster", Arc::new(clusters)),
    ];
    RecordBatch::try_from_iter(columns)
        .map_err(|cause| EngineError::Machine(format!("members of a scheme: {cause}")))
}

fn genes(
    batch: &RecordBatch,
    cells: SmallCells,
    told: &mut ClusterGenome,
) -> Result<(), EngineError> {
    let (attribute, value) = (texts(batch, 0)?, texts(batch, 1)?);
    let (own, passions, all) = (ints(batch, 2)?, ints(batch, 3)?, ints(batch, 4)?);
    for row in 0..batch.num_rows() {
        let (own, all) = (count(own.must(row)), count(all.must(row)));
        // Those within and those outside: neither may be few.
        if cells.count(own).is_none() || cells.count(all - own).is_none() {
            continue;
        }
        let (members, everybody) = (told.members as f64, told.all as f64);
        let (share, share_all) = (own as f64 / members, all as f64 / everybody);
        let error = (share_all * (1.0 - share_all) / members).sqrt();
        let z = (share - share_all) / error.max(f64::MIN_POSITIVE);
        if z.abs() < CLEAR {
            continue;
        }
        let gene = ClusterGene {
            attribute: attribute.value(row).to_string(),
            value: value.value(row).to_string(),
            members: own,
            passions: cells.count(count(passions.must(row))),
            share,
            share_all,
            index: share / share_all,
            z,
        };
        match z > 0.0 {
            true => told.more.push(gene),
            false => told.fewer.push(gene),
        }
    }
    Ok(())
}

/// Means of what is expected, of a cluster and of all. Not all who have a genome have a forecast: few are not told.
fn means(
    batch: &RecordBatch,
    cells: SmallCells,
    told: &mut Vec<ClusterMean>,
) -> Result<(), EngineError> {
    let (name, own, all) = (texts(batch, 0)?, floats(batch, 1)?, floats(batch, 2)?);
    let (of, every) = (ints(batch, 3)?, ints(batch, 4)?);
    told.extend((0..batch.num_rows()).filter_map(|row| {
        let (of, every) = (count(of.must(row)), count(every.must(row)));
        cells.count(of)?;
        cells.count(every - of)?;
        Some(ClusterMean {
            name: name.value(row).to_string(),
            value: own.get(row)?,
            all: all.get(row)?,
        })
    }));
    Ok(())
}

/// Of each gene how many had it, have it, came to it and lost it.
type Moves = BTreeMap<(String, String), [u64; 4]>;

fn add_moves(batch: &RecordBatch, all: &mut Moves) -> Result<(), EngineError> {
    let (attribute, value) = (texts(batch, 0)?, texts(batch, 1)?);
    let numbers = [
        ints(batch, 2)?,
        ints(batch, 3)?,
        ints(batch, 4)?,
        ints(batch, 5)?,
    ];
    for row in 0..batch.num_rows() {
        let named = (
            attribute.value(row).to_string(),
            value.value(row).to_string(),
        );
        let sums = all.entry(named).or_default();
        for (sum, number) in sums.iter_mut().zip(&numbers) {
            *sum += count(number.must(row));
        }
    }
    Ok(())
}

fn drift(counts: Moves, cells: SmallCells, customers: u64, rows: &mut Vec<DriftRow>) {
    for ((attribute, value), [had, has, appeared, faded]) in counts {
        // In multiples of the least that is told of: dates beside each other must not tell of single people.
        let tens = |number: u64| in_tens(number as usize, cells.k()) as u64;
        let (before, after) = (tens(had), tens(has));
        let is_few = |number: u64| cells.count(number).is_none();
        // Nor may the two counts beside each other tell of few.
        let is_same = before == after;
        if is_same
            || [before, after, before.abs_diff(after)]
                .into_iter()
                .any(is_few)
        {
            continue;
        }
        // One of the two alone would tell the other.
        let moved = [tens(appeared), tens(faded)];
        let is_told = !moved.into_iter().any(is_few);
        rows.push(DriftRow {
            attribute,
            value,
            before,
            after,
            appeared: is_told.then_some(moved[0]),
            faded: is_told.then_some(moved[1]),
            net: (after as f64 - before as f64) / customers.max(1) as f64,
        });
    }
}
