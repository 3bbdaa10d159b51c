//! What a run about demand kept, as it is shown: overview, category with its tree, product with its lists and where
//! its demand goes. It must not change anything.

use super::telling::{sentence, sure};
use super::{DemandResult, trust::trust};
use crate::ask::quoted;
use crate::cells::{floats, ints, texts};
use crate::spelling::unknown;
use crate::views::{
    DemandBackTest, DemandCategory, DemandCategoryFile, DemandLists, DemandListsFile, DemandNode,
    DemandOverview, DemandPartner, DemandProduct, DemandProductFile, DemandRun, DemandSplit,
    LostFrom, PartnerKind, Transfer, TransferShare,
};
use crate::{Actor, EngineError, Project, clock};
use arrow::array::{Array, StringArray};
use govern::Action;
use registry::Run;
use segment::choices::{self, Category, tenths};
use std::collections::HashMap;

/// Products named where a category is asked for that there is not.
const NEAR_MAX: usize = 8;

fn optional(column: &StringArray, row: usize) -> Option<String> {
    column.is_valid(row).then(|| column.value(row).to_string())
}

/// The error for a product that was not sold: who wrote its name is told the id, else the nearest id is.
fn not_sold(asked: &str, all: &[DemandProduct]) -> EngineError {
    let same = |name: &str| name.trim().to_lowercase() == asked.trim().to_lowercase();
    let named = all.iter().filter(|product| same(&product.name));
    let named: Vec<&str> = named.map(|product| product.product_id.as_str()).collect();
    let what = "product with sales";
    if let [id] = named[..] {
        return EngineError::Misspelt {
            what,
            name: asked.to_string(),
            meant: id.to_string(),
        };
    }
    unknown(
        what,
        asked,
        all.iter().map(|product| product.product_id.as_str()),
    )
}

/// Substitutes and complements.
fn two_lists(
    partners: impl Iterator<Item = DemandPartner>,
) -> (Vec<DemandPartner>, Vec<DemandPartner>) {
    partners.partition(|partner| partner.kind == PartnerKind::Substitute)
}

fn category(category: &Category) -> DemandCategory {
    DemandCategory {
        path: category.path.clone(),
        name: category
            .path
            .rsplit(" / ")
            .next()
            .unwrap_or_default()
            .to_string(),
        promoted_days: category.promoted_days,
        empty_days: category.empty_days,
        products: category.products,
        purchases: category.purchases,
        switches: category.switches,
    }
}

impl Project {
    /// The newest run about demand, with its categories.
    pub async fn demand_overview(&self, actor: &Actor) -> Result<DemandOverview, EngineError> {
        actor.may(Action::ReadResults)?;
        let run = self.demand_run().await?;
        Ok(DemandOverview {
            run: run.map(|(run, result)| overview(&run, &result)),
        })
    }

    /// One category by its path, or by its last part where only one has it; the one with most purchases where none
    /// is named.
    pub async fn demand_category(
        &self,
        actor: &Actor,
        name: Option<&str>,
    ) -> Result<DemandCategoryFile, EngineError> {
        actor.may(Action::ReadResults)?;
        let (run, result) = self.some_demand_run().await?;
        let found = find(&result, name)?;
        let path = quoted(&found.path);
        let products = self
            .demand_products(&run.run_id, &format!("category = {path}"))
            .await?;
        let sql = format!(
            "select node, parent, level, products, attribute, gain, within, between, stability from demand_nodes \
             where run_id = {} and category = {path} order by node",
            quoted(&run.run_id)
        );
        let mut tree = Vec::new();
        for batch in self.lake().rows(&sql, None, vec![]).await? {
            let (node, parent, level) = (ints(&batch, 0)?, ints(&batch, 1)?, texts(&batch, 2)?);
            let (products, attribute) = (ints(&batch, 3)?, texts(&batch, 4)?);
            let numbers = (5..9)
                .map(|column| floats(&batch, column))
                .collect::<Result<Vec<_>, _>>()?;
            tree.extend((0..batch.num_rows()).map(|row| DemandNode {
                node: node.must(row) as i32,
                parent: parent.get(row).map(|parent| parent as i32),
                level: optional(&level, row),
                products: products.must(row) as usize,
                split: optional(&attribute, row).map(|attribute| DemandSplit {
                    attribute,
                    gain: numbers[0].must(row),
                    within: numbers[1].must(row),
                    between: numbers[2].must(row),
                    stability: numbers[3].get(row),
                }),
            }));
        }
        Ok(DemandCategoryFile {
            run_id: run.run_id,
            category: category(found),
            products,
            tree,
        })
    }

    /// One product: its two lists, and where its demand goes.
    pub async fn demand_product(
        &self,
        actor: &Actor,
        product_id: &str,
    ) -> Result<DemandProductFile, EngineError> {
        actor.may(Action::ReadResults)?;
        let (run, result) = self.some_demand_run().await?;
        let id = quoted(product_id);
        let own = format!("product_id = {id}");
        let mut found = self.demand_products(&run.run_id, &own).await?;
        let Some(product) = found.pop() else {
            let all = self.demand_products(&run.run_id, "true").await?;
            return Err(not_sold(product_id, &all));
        };
        let of_product = format!("a.product_id = {id}");
        let partners = self.demand_partners(&run.run_id, &of_product).await?;
        let (substitutes, complements) = two_lists(partners.into_iter().map(|(_, one)| one));
        let transfer = self.transfer(&run.run_id, &id, &product, &result).await?;
        let company = self.company_of(&run.run_id, &id).await?;
        Ok(DemandProductFile {
            run_id: run.run_id,
            product,
            substitutes,
            complements,
            transfer,
            company,
        })
    }

    /// The two lists of every product of a category, named as in [`Self::demand_category`].
    pub async fn demand_lists(
        &self,
        actor: &Actor,
        name: Option<&str>,
    ) -> Result<DemandListsFile, EngineError> {
        actor.may(Action::ReadResults)?;
        let (run, result) = self.some_demand_run().await?;
        let found = find(&result, name)?;
        let path = quoted(&found.path);
        let own = format!("category = {path}");
        let products = self.demand_products(&run.run_id, &own).await?;
        let of_category = format!(
            "a.product_id in (select product_id from demand_products where run_id = {} and category = {path})",
            quoted(&run.run_id)
        );
        let mut partners: HashMap<String, Vec<DemandPartner>> = HashMap::new();
        for (product, partner) in self.demand_partners(&run.run_id, &of_category).await? {
            partners.entry(product).or_default().push(partner);
        }
        let products = products.into_iter().map(|product| {
            let own = partners.remove(&product.product_id).unwrap_or_default();
            let (substitutes, complements) = two_lists(own.into_iter());
            DemandLists {
                product,
                substitutes,
                complements,
            }
        });
        Ok(DemandListsFile {
            run_id: run.run_id,
            category: category(found),
            products: products.collect(),
        })
    }

    /// Products of a run for which a condition holds, best seller first.
    pub(super) async fn demand_products(
        &self,
        run_id: &str,
        condition: &str,
    ) -> Result<Vec<DemandProduct>, EngineError> {
        let sql = format!(
            "select product_id, name, category, purchases, community, leaf, lost, lost_low, lost_high, promoted_days, \
             empty_days from demand_products where run_id = \
             {} and {condition} order by purchases desc, product_id",
            quoted(run_id)
        );
        let mut all = Vec::new();
        for batch in self.lake().rows(&sql, None, vec![]).await? {
            let (id, name, category) = (texts(&batch, 0)?, texts(&batch, 1)?, texts(&batch, 2)?);
            let (purchases, community) = (ints(&batch, 3)?, ints(&batch, 4)?);
            let (leaf, lost) = (ints(&batch, 5)?, floats(&batch, 6)?);
            let (low, high) = (floats(&batch, 7)?, floats(&batch, 8)?);
            let (promoted, empty) = (ints(&batch, 9)?, ints(&batch, 10)?);
            all.extend((0..batch.num_rows()).map(|row| DemandProduct {
                product_id: id.value(row).to_string(),
                name: name.value(row).to_string(),
                category: optional(&category, row),
                purchases: purchases.must(row) as usize,
                community: community.must(row) as i32,
                leaf: leaf.get(row).map(|leaf| leaf as i32),
                lost: lost.get(row),
                lost_low: low.get(row),
                lost_high: high.get(row),
                promoted_days: promoted.get(row).unwrap_or_default() as u32,
                empty_days: empty.get(row).unwrap_or_default() as u32,
            }));
        }
        Ok(all)
    }

    /// Pairs of a run for which a condition on `a` holds, each with the product whose list it is in; strongest first.
    /// A run keeps the surest of each list and not their order.
    async fn demand_partners(
        &self,
        run_id: &str,
        condition: &str,
    ) -> Result<Vec<(String, DemandPartner)>, EngineError> {
        let sql = format!(
            "select a.partner_id, p.name, a.kind, a.together, a.by_chance, a.strength, a.product_id, a.low, a.high from demand_partners a join \
             demand_products p on p.run_id = a.run_id and p.product_id = a.partner_id where a.run_id = {} and \
             {condition} order by abs(a.strength) desc, a.partner_id",
            quoted(run_id)
        );
        let mut all = Vec::new();
        for batch in self.lake().rows(&sql, None, vec![]).await? {
            let (other, name, kind) = (texts(&batch, 0)?, texts(&batch, 1)?, texts(&batch, 2)?);
            let (together, by_chance) = (ints(&batch, 3)?, floats(&batch, 4)?);
            let (strength, product) = (floats(&batch, 5)?, texts(&batch, 6)?);
            let (low, high) = (floats(&batch, 7)?, floats(&batch, 8)?);
            for row in 0..batch.num_rows() {
                let kind = PartnerKind::from_word(kind.value(row)).ok_or_else(|| {
                    EngineError::Data(format!(
                        "demand_partners has the kind '{}'",
                        kind.value(row)
                    ))
                })?;
                let partner = DemandPartner {
                    product_id: other.value(row).to_string(),
                    name: name.value(row).to_string(),
                    kind,
                    together: together.must(row) as usize,
                    by_chance: by_chance.must(row),
                    strength: strength.must(row),
                    low: low.get(row),
                    high: high.get(row),
                };
                all.push((product.value(row).to_string(), partner));
            }
        }
        Ok(all)
    }

    async fn transfer(
        &self,
        run_id: &str,
        id: &str,
        product: &DemandProduct,
        result: &DemandResult,
    ) -> Result<Option<Transfer>, EngineError> {
        let run = quoted(run_id);
        let sql = format!(
            "select held, others from demand_products where run_id = {run} and product_id = {id} and held is not null"
        );
        let mut kept = None;
        for batch in self.lake().rows(&sql, None, vec![]).await? {
            let (held, others) = (floats(&batch, 0)?, floats(&batch, 1)?);
            for row in 0..batch.num_rows() {
                kept = Some((held.must(row), others.must(row)));
            }
        }
        let Some((held, others)) = kept else {
            return Ok(None);
        };
        let sql = format!(
            "select s.substitute_id, p.name, s.share, s.by_sales, s.switches, s.by_pull, s.low, s.high from demand_shares s join \
             demand_products p on p.run_id = s.run_id and p.product_id = s.substitute_id where s.run_id = {run} and \
             s.product_id = {id} order by s.share desc, s.substitute_id"
        );
        let (mut parts, mut to) = (Vec::new(), Vec::new());
        for batch in self.lake().rows(&sql, None, vec![]).await? {
            let (other, name) = (texts(&batch, 0)?, texts(&batch, 1)?);
            let numbers = (2..8)
                .map(|column| floats(&batch, column))
                .collect::<Result<Vec<_>, _>>()?;
            for row in 0..batch.num_rows() {
                parts.push(numbers[0].must(row));
                to.push(TransferShare {
                    product_id: other.value(row).to_string(),
                    name: name.value(row).to_string(),
                    tenths: 0,
                    by_sales: numbers[1].must(row),
                    switches: numbers[2].must(row),
                    by_pull: numbers[3].must(row),
                    low: numbers[4].get(row),
                    high: numbers[5].get(row),
                });
            }
        }
        parts.push(others);
        parts.extend(product.lost);
        let each = tenths(&parts);
        for (share, tenths) in to.iter_mut().zip(&each) {
            share.tenths = *tenths;
        }
        let others_tenths = each[to.len()];
        let lost_tenths = product.lost.map(|_| each[to.len() + 1]);
        let mut all = result.categories.iter();
        let own = all.find(|category| Some(&category.path) == product.category.as_ref());
        Ok(Some(Transfer {
            sentence: sentence(&product.name, &to, others_tenths, lost_tenths)
                + &sure(product, own, result.lost_from),
            lost_low: product.lost_low,
            lost_high: product.lost_high,
            held,
            to,
            others_tenths,
            lost_tenths,
        }))
    }
}

fn overview(run: &Run, result: &DemandResult) -> DemandRun {
    let mut categories: Vec<DemandCategory> = result.categories.iter().map(category).collect();
    categories.sort_by(|a, b| b.purchases.cmp(&a.purchases).then(a.path.cmp(&b.path)));
    let trust = match categories.is_empty() {
        true => Vec::new(),
        false => trust(result),
    };
    DemandRun {
        run_id: run.run_id.clone(),
        day: clock::day(result.as_of),
        from: result.from.clone(),
        finished_at: clock::text(run.finished_at.unwrap_or(run.started_at)),
        products: result.products,
        baskets: result.baskets,
        empty_spans: result.empty_spans,
        promotions: result.promotions,
        lost_from: match result.lost_from {
            choices::LostFrom::Promotions => LostFrom::Promotions,
            choices::LostFrom::Shelves => LostFrom::Shelves,
            choices::LostFrom::Nothing => LostFrom::Nothing,
        },
        backtest: result.backtest.map(|tried| DemandBackTest {
            days: tried.days,
            cases: tried.cases,
            customers: tried.customers,
            by_shares: tried.by_shares,
            by_sales: tried.by_sales,
            by_guessing: tried.by_guessing,
            times_low: tried.gain_low.exp(),
            times_high: tried.gain_high.exp(),
        }),
        trust,
        notes: result.notes.clone(),
        categories,
    }
}

/// The category of a path, or of a last part that only one has; the one with most purchases where none is named.
fn find<'a>(result: &'a DemandResult, name: Option<&str>) -> Result<&'a Category, EngineError> {
    let all = || result.categories.iter();
    let Some(name) = name else {
        // Of equals the first by path.
        let most = all().rev().max_by_key(|category| category.purchases);
        return most.ok_or_else(|| {
            EngineError::Data(
                "the catalogue names no categories: import it with 'tessera import FILE --as products'"
                    .into(),
            )
        });
    };
    if let Some(found) = all().find(|category| category.path == name) {
        return Ok(found);
    }
    let ends: Vec<&Category> = all()
        .filter(|category| category.path.rsplit(" / ").next() == Some(name))
        .collect();
    if let [found] = ends[..] {
        return Ok(found);
    }
    if ends.len() > 1 {
        let paths: Vec<&str> = ends.iter().map(|found| found.path.as_str()).collect();
        return Err(EngineError::invalid(
            "category",
            format!(
                "{} categories are called '{name}': write the whole path, {}",
                ends.len(),
                paths.join(", or ")
            ),
        ));
    }
    let sought = name.to_lowercase();
    let near: Vec<&str> = all()
        .map(|category| category.path.as_str())
        .filter(|path| path.to_lowercase().contains(&sought))
        .take(NEAR_MAX)
        .collect();
    let mend = match near.is_empty() {
        true => {
            "write one of the lowest level as the catalogue does, or its whole path".to_string()
        }
        false => format!("did you mean {}?", near.join(", or ")),
    };
    Err(EngineError::invalid(
        "category",
        format!("no category '{name}' of the lowest level has sales: {mend}"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_two_categories_have_is_told_to_be_so() {
        let of = |path: &str| Category {
            path: path.into(),
            products: 2,
            purchases: 9,
            contradictions: 0,
            elasticity: 0.1,
            elasticity_error: 0.1,
            switches: 0.0,
            promoted_days: 0,
            empty_days: 0,
            tree: Vec::new(),
        };
        let result = DemandResult {
            as_of: 0,
            from: String::new(),
            products: 4,
            baskets: 9,
            empty_spans: 0,
            promotions: 0,
            lost_from: choices::LostFrom::Nothing,
            backtest: None,
            modularity: 0.0,
            communities: 0,
            categories: vec![of("Food / Dog"), of("Toys / Dog"), of("Toys / Cat")],
            notes: Vec::new(),
        };
        let told = |name: &str| find(&result, Some(name)).map_err(|refused| refused.to_string());
        let refused = told("Dog").err().unwrap_or_default();
        assert!(
            refused.contains("2 categories are called 'Dog'")
                && refused.contains("Food / Dog, or Toys / Dog"),
            "{refused}"
        );
        assert_eq!(
            told("Cat").map(|found| found.path.as_str()),
            Ok("Toys / Cat")
        );
        assert!(told("Toys / Dog").is_ok());
    }
}
