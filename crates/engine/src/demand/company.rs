//! Products near one by the company they are bought in, as the newest run about demand kept them. No count of few persons
//! leaves it. It must not compare anything.

use crate::ask::quoted;
use crate::cells::{floats, ints, texts};
use crate::views::{DemandCompanion, DemandNear};
use crate::{EngineError, Project};
use govern::SmallCells;
use segment::choices::Shared;
use std::collections::HashMap;

/// The near products of one; its code comes quoted.
const SQL: &str = "select near_id, similarity, contexts, together, company, shared from demand_company where run_id = {run} and \
     product_id = {product} order by similarity desc, near_id";

/// Names of the products of a run.
const NAMES: &str = "select product_id, name from demand_products where run_id = {run}";

impl Project {
    /// What is near a product in a run; nothing in runs of versions that did not look.
    pub(super) async fn company_of(
        &self,
        run_id: &str,
        product: &str,
    ) -> Result<Vec<DemandNear>, EngineError> {
        let run = quoted(run_id);
        let of = |sql: &str| sql.replace("{run}", &run).replace("{product}", product);
        let mut names: HashMap<String, String> = HashMap::new();
        for batch in self.lake().rows(&of(NAMES), None, vec![]).await? {
            let (code, name) = (texts(&batch, 0)?, texts(&batch, 1)?);
            for row in 0..batch.num_rows() {
                names.insert(code.value(row).to_string(), name.value(row).to_string());
            }
        }
        let named = |code: &str| names.get(code).map_or(code, String::as_str).to_string();
        let cells = self.small_cells().await?;
        let mut all = Vec::new();
        for batch in self.lake().rows(&of(SQL), None, vec![]).await? {
            let (near, similarity) = (texts(&batch, 0)?, floats(&batch, 1)?);
            let (contexts, together) = (ints(&batch, 2)?, ints(&batch, 3)?);
            let (company, shared) = (floats(&batch, 4)?, texts(&batch, 5)?);
            for row in 0..batch.num_rows() {
                let read: Vec<Shared> =
                    serde_json::from_str(shared.value(row)).map_err(|cause| {
                        EngineError::Machine(format!(
                            "companions in run {run_id} cannot be read: {cause}"
                        ))
                    })?;
                let told = |count: Option<i64>| count.and_then(|count| cells.count(count as u64));
                all.push(DemandNear {
                    product_id: near.value(row).to_string(),
                    name: named(near.value(row)),
                    similarity: similarity.get(row).unwrap_or_default(),
                    contexts: told(contexts.get(row)),
                    together: told(together.get(row)),
                    company: company.get(row).unwrap_or_default(),
                    shared: read
                        .iter()
                        .map(|one| companion(one, cells, &named))
                        .collect(),
                });
            }
        }
        Ok(all)
    }
}

fn companion(one: &Shared, cells: SmallCells, named: &dyn Fn(&str) -> String) -> DemandCompanion {
    DemandCompanion {
        product_id: one.product.clone(),
        name: named(&one.product),
        share: one.share,
        with_product: cells.count(u64::from(one.with_product)),
        with_near: cells.count(u64::from(one.with_near)),
    }
}
