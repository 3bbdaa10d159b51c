//! Products clustered by co-purchase, and how far that agrees with the catalogue and with a scheme of products.
//! It must not cluster anything.

use crate::cells::texts;
use crate::views::{Agreement, DemandCommunities, DemandCommunity, DemandProduct};
use crate::{Actor, EngineError, Project};
use govern::Action;
use segment::Entity;
use std::collections::{BTreeMap, HashMap};

/// Best sellers shown of a cluster.
const BEST_MAX: usize = 5;
/// Categories that name a cluster.
const NAMED_BY: usize = 3;

/// Per product a group.
type Groups = HashMap<String, u32>;

/// Groups by text.
fn grouped<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Groups {
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    pairs
        .map(|(product, group)| {
            let next = numbers.len() as u32;
            (product.to_string(), *numbers.entry(group).or_insert(next))
        })
        .collect()
}

impl Project {
    /// The clusters by co-purchase of the newest run, against the catalogue's levels and against a scheme of products
    /// where one is named (its live run, else its newest).
    pub async fn demand_communities(
        &self,
        actor: &Actor,
        scheme: Option<&str>,
    ) -> Result<DemandCommunities, EngineError> {
        actor.may(Action::ReadResults)?;
        let (run, result) = self.some_demand_run().await?;
        let products = self.demand_products(&run.run_id, "true").await?;
        let mut agreement = Vec::new();
        for level in ["category_1", "category_2", "category_3"] {
            let with = format!("{level} of the catalogue");
            agreement.extend(agree(&products, with, &self.catalogue_groups(level).await?));
        }
        if let Some(scheme) = scheme {
            let with = format!("scheme '{scheme}'");
            agreement.extend(agree(&products, with, &self.scheme_groups(scheme).await?));
        }
        Ok(DemandCommunities {
            run_id: run.run_id,
            modularity: result.modularity,
            alone: products
                .iter()
                .filter(|product| product.community == 0)
                .count(),
            agreement,
            communities: communities(products),
        })
    }

    async fn catalogue_groups(&self, level: &str) -> Result<Groups, EngineError> {
        let sql = format!(
            "select product_id, {level} from current_products where {level} <> '' order by product_id"
        );
        let mut all = Vec::new();
        for batch in self.lake().rows(&sql, None, vec![]).await? {
            let (id, group) = (texts(&batch, 0)?, texts(&batch, 1)?);
            all.extend(
                (0..batch.num_rows())
                    .map(|row| (id.value(row).to_string(), group.value(row).to_string())),
            );
        }
        Ok(grouped(all.iter().map(|(id, group)| (&**id, &**group))))
    }

    async fn scheme_groups(&self, scheme: &str) -> Result<Groups, EngineError> {
        let board = self.standing_board(scheme).await?;
        if board.base.result.of != Entity::Products {
            return Err(EngineError::invalid(
                "scheme",
                format!(
                    "'{scheme}' clusters {}: name a scheme of products",
                    board.base.result.of.word()
                ),
            ));
        }
        let ids = board.base.ids.iter().cloned();
        let clusters = board.shaped.ids.iter().map(|cluster| *cluster as u32);
        Ok(ids.zip(clusters).collect())
    }
}

/// How far the clusters agree with other groups, over the products that both have in one; none for fewer than two.
fn agree(products: &[DemandProduct], with: String, groups: &Groups) -> Option<Agreement> {
    let both: Vec<(u32, u32)> = products
        .iter()
        .filter(|product| product.community > 0)
        .filter_map(|product| Some((product.community as u32, *groups.get(&product.product_id)?)))
        .collect();
    let (own, other): (Vec<u32>, Vec<u32>) = both.into_iter().unzip();
    let adjusted_rand = segment::agreement(&own, &other)?;
    Some(Agreement {
        with,
        products: own.len(),
        adjusted_rand,
    })
}

/// The clusters by number; products come best seller first.
fn communities(products: Vec<DemandProduct>) -> Vec<DemandCommunity> {
    let mut by_number: BTreeMap<i32, Vec<DemandProduct>> = BTreeMap::new();
    for product in products {
        by_number
            .entry(product.community)
            .or_default()
            .push(product);
    }
    let each = by_number.into_iter().filter(|(number, _)| *number > 0);
    each.map(|(community, mut products)| DemandCommunity {
        community,
        name: name(&products),
        products: products.len(),
        purchases: products.iter().map(|product| product.purchases).sum(),
        best: {
            products.truncate(BEST_MAX);
            products
        },
    })
    .collect()
}

/// The categories that sell most in a cluster; its best seller where none has a category.
fn name(products: &[DemandProduct]) -> String {
    let mut sold: BTreeMap<&str, usize> = BTreeMap::new();
    for product in products {
        let path = product.category.as_deref();
        if let Some(name) = path.and_then(|path| path.rsplit(" / ").next()) {
            *sold.entry(name).or_default() += product.purchases;
        }
    }
    let mut most: Vec<(usize, &str)> = sold.into_iter().map(|(name, sold)| (sold, name)).collect();
    most.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    let names: Vec<&str> = most.iter().take(NAMED_BY).map(|(_, name)| *name).collect();
    match names.is_empty() {
        true => products
            .first()
            .map(|product| product.name.clone())
            .unwrap_or_default(),
        false => names.join(", "),
    }
}
