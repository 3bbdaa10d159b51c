//! Products in a list, and one product on a page: fields, attributes with their evidence, who buys it. It must not change
//! anything, nor tell a count of few persons.

use super::keep::HAS;
use crate::ask::{PageAsk, count, money, quoted, written_instant};
use crate::cells::{ints, moneys, texts};
use crate::schemes::{name_of, visible};
use crate::segmenting::SCHEME;
use crate::spelling::unknown;
use crate::views::{
    BuyersOfSegment, DnaAttribute, DnaEvidence, DnaSource, DnaValue, ProductField, ProductFile,
    ProductPage, ProductRow,
};
use crate::{Actor, EngineError, Project, clock};
use arrow::array::Array;
use genome::dna::{Attribute, CERTAIN};
use govern::{Action, SmallCells};
use retail::Money;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Products with what a list says of each.
const LIST: &str = "with sold as (select product_id, count(distinct receipt_key) as receipts, sum(amount) as spend \
     from sales group by product_id), every as (select product_id from current_products union select product_id from \
     sold), lined as (select product_id, description, row_number() over (partition by product_id order by count(*) desc, \
     description) as place from sales where description is not null group by product_id, description), \
     read as (select product_id, count(*) as known, max(case when attribute = 'kind' then value end) as kind from \
     current_product_dna where state = 'has' group by product_id) \
     select e.product_id, coalesce(c.name, l.description, e.product_id), \
     coalesce(c.category_3, c.category_2, c.category_1), r.kind, coalesce(r.known, 0), coalesce(s.receipts, 0), \
     coalesce(s.spend, 0) from every e left join current_products c on c.product_id = e.product_id \
     left join sold s on s.product_id = e.product_id left join lined l on l.product_id = e.product_id and l.place = 1 \
     left join read r on r.product_id = e.product_id order by coalesce(s.spend, 0) desc, e.product_id";

/// How one product was sold.
const SOLD: &str = "select count(distinct receipt_key), sum(amount), min(cast(happened_at as bigint)), \
     max(cast(happened_at as bigint)) from sales where product_id = {product}";

/// Known buyers of one product.
const BUYERS: &str = "select distinct customer_key from sales where product_id = {product} and customer_key is not null";

/// Values of one product as the newest run read them (as of an instant: the newest until then), and which run that was.
const DNA: &str = "select attribute, value, state, strength, source, correction, evidence, run_id, \
     cast(known_at as bigint) from current_product_dna where product_id = {product} order by attribute, strength desc, \
     value";

/// The newest run that kept what products are.
const NEWEST: &str = "select run_id, cast(known_at as bigint) as at from product_dna order by known_at desc, run_id desc limit 1";

fn of(sql: &str, product: &str) -> String {
    sql.replace("{product}", &quoted(product))
}

impl Project {
    /// Products, the best seller first where nothing else is asked.
    pub async fn products(&self, actor: &Actor, ask: &PageAsk) -> Result<ProductPage, EngineError> {
        actor.may(Action::ReadResults)?;
        let mut rows = Vec::new();
        for batch in self.lake().rows(LIST, None, vec![]).await? {
            let text = |column| texts(&batch, column);
            let (id, name, category, kind) = (text(0)?, text(1)?, text(2)?, text(3)?);
            let (values, receipts) = (ints(&batch, 4)?, ints(&batch, 5)?);
            let spend = moneys(&batch, 6)?;
            rows.extend((0..batch.num_rows()).map(|row| ProductRow {
                product_id: id.value(row).to_string(),
                name: name.value(row).to_string(),
                category: category.is_valid(row).then(|| category.value(row).into()),
                kind: kind.is_valid(row).then(|| kind.value(row).into()),
                values: count(values.must(row)),
                receipts: count(receipts.must(row)),
                spend: spend[row].to_string(),
            }));
        }
        rows.retain(|row| ask.finds(&row.name) || ask.finds(&row.product_id));
        ask.sort(
            &mut rows,
            &[
                ("product_id", |a: &ProductRow, b| {
                    a.product_id.cmp(&b.product_id)
                }),
                ("name", |a, b| a.name.cmp(&b.name)),
                ("values", |a, b| a.values.cmp(&b.values)),
                ("receipts", |a, b| a.receipts.cmp(&b.receipts)),
                ("spend", |a, b| money(&a.spend).cmp(&money(&b.spend))),
            ],
        )?;
        let total = rows.len() as u64;
        let (offset, limit) = (ask.offset, ask.limit);
        Ok(ProductPage {
            rows: rows.into_iter().skip(offset).take(limit).collect(),
            total,
            offset,
            limit,
        })
    }

    /// One product, with what it was read to be as of a date, or now; all else is of now.
    pub async fn product(
        &self,
        actor: &Actor,
        product_id: &str,
        on: Option<&str>,
    ) -> Result<ProductFile, EngineError> {
        actor.may(Action::ReadResults)?;
        let at = on
            .map(|on| written_instant("on", on, "2026-03-01"))
            .transpose()?;
        let all = self.told_products(None).await?;
        let Some(told) = all.iter().find(|one| one.code == product_id) else {
            let codes = all.iter().map(|one| one.code.as_str());
            return Err(unknown("product", product_id, codes));
        };
        let sold = self
            .lake()
            .rows(&of(SOLD, product_id), None, vec![])
            .await?;
        let mut facts = (0, Money(0), None, None);
        if let Some(batch) = sold.iter().find(|batch| batch.num_rows() > 0) {
            let spend = moneys(batch, 1)?;
            facts = (
                count(ints(batch, 0)?.must(0)),
                spend[0],
                ints(batch, 2)?.get(0).map(clock::text),
                ints(batch, 3)?.get(0).map(clock::text),
            );
        }
        let buyers = self.buyers(product_id).await?;
        let cells = self.small_cells().await?;
        let (dna, run) = self.dna_of(product_id, at).await?;
        let corrections = self.correction_rows().await?.into_iter();
        let told_here: HashSet<i64> = dna
            .iter()
            .flat_map(|one| one.values.iter().chain(&one.denied))
            .filter_map(|value| value.correction)
            .collect();
        Ok(ProductFile {
            product_id: told.code.clone(),
            name: told.name.clone(),
            description: told.description.clone(),
            currency: self.currency().await?,
            price: told.price,
            receipts: facts.0,
            spend: facts.1.to_string(),
            buyers: cells.count(buyers.len() as u64),
            first_at: facts.2,
            last_at: facts.3,
            fields: told
                .fields
                .iter()
                .map(|(name, value)| ProductField {
                    name: name.clone(),
                    value: value.clone(),
                })
                .collect(),
            dna,
            run_id: run.as_ref().map(|(run, _)| run.clone()),
            read_at: run.map(|(_, at)| clock::text(at)),
            readings: self.dna_readings(product_id).await?,
            corrections: corrections
                .filter(|one| {
                    one.product_id.as_deref() == Some(product_id)
                        || told_here.contains(&one.correction)
                })
                .collect(),
            buyers_by_segment: self.buyers_by_segment(&buyers, cells).await?,
        })
    }

    async fn buyers(&self, product_id: &str) -> Result<HashSet<i64>, EngineError> {
        let mut all = HashSet::new();
        for batch in self
            .lake()
            .rows(&of(BUYERS, product_id), None, vec![])
            .await?
        {
            let who = ints(&batch, 0)?;
            all.extend((0..batch.num_rows()).map(|row| who.must(row)));
        }
        Ok(all)
    }

    /// Refuses a product that is neither in the catalogue nor sold.
    pub(crate) async fn known_product(&self, product_id: &str) -> Result<(), EngineError> {
        let all = self.told_products(None).await?;
        let mut codes = all.iter().map(|one| one.code.as_str());
        match codes.any(|code| code == product_id) {
            true => Ok(()),
            false => Err(unknown(
                "product",
                product_id,
                all.iter().map(|one| one.code.as_str()),
            )),
        }
    }

    /// Attribute by attribute as of an instant, or now, and the run that read it with its instant.
    pub(crate) async fn dna_of(
        &self,
        product_id: &str,
        at: Option<i64>,
    ) -> Result<(Vec<DnaAttribute>, Option<(String, i64)>), EngineError> {
        let mut run = None;
        let mut all: BTreeMap<Option<Attribute>, DnaAttribute> = BTreeMap::new();
        for batch in self.lake().rows(&of(DNA, product_id), at, vec![]).await? {
            let text = |column| texts(&batch, column);
            let (attribute, value, state, source) = (text(0)?, text(1)?, text(2)?, text(4)?);
            let (evidence, run_id) = (text(6)?, text(7)?);
            let (strength, correction, at) = (ints(&batch, 3)?, ints(&batch, 5)?, ints(&batch, 8)?);
            for row in 0..batch.num_rows() {
                let name = attribute.value(row);
                let into = all
                    .entry(Attribute::of(name))
                    .or_insert_with(|| DnaAttribute {
                        attribute: name.to_string(),
                        values: Vec::new(),
                        denied: Vec::new(),
                    });
                let one = DnaValue {
                    value: value.value(row).to_string(),
                    sure: strength.must(row) as f64 / f64::from(CERTAIN),
                    source: DnaSource::from_word(source.value(row)).unwrap_or(DnaSource::Text),
                    correction: correction.get(row),
                    evidence: read_evidence(evidence.value(row))?,
                };
                match state.value(row) == HAS {
                    true => into.values.push(one),
                    false => into.denied.push(one),
                }
                run = Some((run_id.value(row).to_string(), at.must(row)));
            }
        }
        // Of a product that nothing was read of, the run that read the others.
        for batch in self.lake().rows(NEWEST, at, vec![]).await? {
            if run.is_none() && batch.num_rows() > 0 {
                let known = ints(&batch, 1)?.must(0);
                run = Some((texts(&batch, 0)?.value(0).to_string(), known));
            }
        }
        Ok((all.into_values().collect(), run))
    }

    /// Buyers within each segment that may be told, against all customers.
    async fn buyers_by_segment(
        &self,
        buyers: &HashSet<i64>,
        cells: SmallCells,
    ) -> Result<Vec<BuyersOfSegment>, EngineError> {
        let Some(published) = self.registry().published(SCHEME).await? else {
            return Ok(Vec::new());
        };
        let snapshot = self.snapshot(&published.run_id).await?;
        let names = self.names(SCHEME, None).await?;
        let mut bought: HashMap<i64, u64> = HashMap::new();
        for member in &snapshot.members {
            *bought.entry(member.cluster).or_default() +=
                u64::from(buyers.contains(&member.customer_key));
        }
        let shown = visible(cells, &snapshot);
        let segments: Vec<_> = snapshot
            .segments
            .iter()
            .filter(|segment| shown.contains(&segment.cluster))
            .collect();
        let counts: Vec<u64> = segments
            .iter()
            .map(|segment| bought.get(&segment.cluster).copied().unwrap_or_default())
            .collect();
        let told = cells.table(&counts).cells;
        let all: u64 = bought.values().sum();
        let overall = all as f64 / snapshot.members.len().max(1) as f64;
        let rows = segments.into_iter().zip(told).map(|(segment, buyers)| {
            let share = buyers.map(|buyers| buyers as f64 / segment.members.max(1) as f64);
            BuyersOfSegment {
                cluster: segment.cluster as i32,
                name: name_of(segment, &names).0,
                buyers,
                share,
                index: share.filter(|_| overall > 0.0).map(|share| share / overall),
            }
        });
        Ok(rows.collect())
    }
}

fn read_evidence(text: &str) -> Result<Vec<DnaEvidence>, EngineError> {
    serde_json::from_str(text).map_err(|cause| {
        EngineError::Machine(format!("evidence of a product cannot be read: {cause}"))
    })
}
