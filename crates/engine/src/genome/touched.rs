//! Of whom something is new since a run of genomes: rows that came or went, records that moved, products that are read
//! otherwise. It must not compute genomes.

use super::acts::View;
use super::dna::Trait;
use super::{GenomeResult, dna};
use crate::ask::quoted;
use crate::cells::ints;
use crate::dna::codes;
use crate::{EngineError, Project};
use arrow::array::RecordBatch;
use retail::CustomerKey;
use std::collections::{BTreeSet, HashMap};

/// The tables that genomes read of customers.
const TABLES: [&str; 5] = [
    "order_lines",
    "events",
    "reviews",
    "survey_answers",
    "customers",
];

/// Records that moved since.
const MOVED: &str =
    "select record_key, merged_key from customer_merges where cast(known_at as bigint) > {known}";

/// Customers of products.
const ABOUT: &str = "select distinct e.customer_key from (select customer_key, product_id from order_lines union all select \
     customer_key, product_id from events union all select customer_key, product_id from reviews) as e join changed c on \
     c.product_id = e.product_id where e.customer_key is not null";

impl Project {
    /// The customers of whom a view tells otherwise than the run before could know, by key.
    pub(super) async fn touched(
        &self,
        known: &GenomeResult,
        view: View,
    ) -> Result<Vec<i64>, EngineError> {
        let mut all = BTreeSet::new();
        let fresh = format!(
            "cast(known_at as bigint) > {} or (cast(happened_at as bigint) > {} and cast(happened_at as bigint) <= {})",
            known.known_by, known.as_of, view.as_of
        );
        self.customers_where(&fresh, view.known_by, &mut all)
            .await?;
        self.customers_moved(known, view, &mut all).await?;
        // Rows that were taken back since are in no session of now: whose they were is asked of then.
        let before = self.lake().withdrawn(Some(known.known_by)).await?;
        let gone = self
            .lake()
            .withdrawn(Some(view.known_by))
            .await?
            .into_iter();
        let gone: Vec<String> = gone
            .filter(|id| !before.contains(id))
            .map(|id| quoted(&id))
            .collect();
        if !gone.is_empty() {
            let were = format!("import_id in ({})", gone.join(", "));
            self.customers_where(&were, known.known_by, &mut all)
                .await?;
        }
        let changed = self.products_changed(known.known_by, view.known_by).await?;
        if !changed.is_empty() {
            let changed: Vec<&str> = changed.iter().map(String::as_str).collect();
            let beside = vec![("changed", codes(&changed)?)];
            self.customers_of(ABOUT, view.known_by, beside, &mut all)
                .await?;
        }
        // Keys of then are of whom they are by now, too.
        let merges = self.merges_at(Some(view.known_by)).await?;
        let by_now: Vec<i64> = all
            .iter()
            .map(|key| merges.customer(CustomerKey(*key)).0)
            .collect();
        all.extend(by_now);
        Ok(all.into_iter().collect())
    }

    /// Customers with such rows, as a session of an instant sees them.
    async fn customers_where(
        &self,
        condition: &str,
        known_by: i64,
        all: &mut BTreeSet<i64>,
    ) -> Result<(), EngineError> {
        let each =
            TABLES.map(|table| format!("select customer_key from {table} where {condition}"));
        let sql = format!(
            "select distinct customer_key from ({}) where customer_key is not null",
            each.join(" union all ")
        );
        self.customers_of(&sql, known_by, Vec::new(), all).await
    }

    /// Records that moved, with their customers of then and of now: each of these lost or won something.
    async fn customers_moved(
        &self,
        known: &GenomeResult,
        view: View,
        all: &mut BTreeSet<i64>,
    ) -> Result<(), EngineError> {
        let sql = MOVED.replace("{known}", &known.known_by.to_string());
        let then = self.merges_at(Some(known.known_by)).await?;
        for batch in self.lake().rows(&sql, Some(view.known_by), vec![]).await? {
            let (record, customer) = (ints(&batch, 0)?, ints(&batch, 1)?);
            for row in 0..batch.num_rows() {
                let record = record.must(row);
                all.extend([
                    record,
                    customer.must(row),
                    then.customer(CustomerKey(record)).0,
                ]);
            }
        }
        Ok(())
    }

    async fn customers_of(
        &self,
        sql: &str,
        known_by: i64,
        beside: Vec<(&str, RecordBatch)>,
        all: &mut BTreeSet<i64>,
    ) -> Result<(), EngineError> {
        for batch in self.lake().rows(sql, Some(known_by), beside).await? {
            let who = ints(&batch, 0)?;
            all.extend((0..batch.num_rows()).map(|row| who.must(row)));
        }
        Ok(())
    }

    /// Codes of products that are other ones at the second instant than at the first, as genomes see them.
    async fn products_changed(&self, then: i64, now: i64) -> Result<Vec<String>, EngineError> {
        let (before, after) = (self.traits_at(then).await?, self.traits_at(now).await?);
        let gone = before.keys().filter(|code| !after.contains_key(*code));
        let other = after
            .iter()
            .filter(|(code, traits)| before.get(*code) != Some(traits))
            .map(|(code, _)| code);
        Ok(gone.chain(other).cloned().collect())
    }

    async fn traits_at(&self, at: i64) -> Result<HashMap<String, Vec<Trait>>, EngineError> {
        let read = self.dna_values(at).await?;
        let told = self.told_products(Some(at)).await?;
        let each = told.iter().map(|product| {
            let values = read.get(&product.code).map_or(&[][..], Vec::as_slice);
            let traits = dna::traits(product, values);
            (product.code.clone(), traits)
        });
        Ok(each.collect())
    }
}
