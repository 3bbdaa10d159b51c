//! Drivers of choice in a category: gathers what stood on which shelf and what known customers took, has it worked out
//! (`segment::drivers`), and keeps it. Who refused to be profiled is not read. It must not compute.

mod show;

use crate::ask::quoted;
use crate::cells::{floats, ints, texts};
use crate::project::beside;
use crate::refusals::REFUSED;
use crate::report::ForKernel;
use crate::views::{Drivers, DriversRequest, JobStarted};
use crate::{Actor, EngineError, Project, Report};
use arrow::array::{ArrayRef, RecordBatch, StringArray};
use govern::{Action, SmallCells};
use retail::Change;
use segment::drivers::{Facts, Levels, find};
use serde_json::json;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// The stage of these runs in the registry.
const STAGE: &str = "drivers";
/// The scheme where none is named.
const SCHEME: &str = crate::segmenting::SCHEME;
/// Choices at most: of more a fixed part of the customers is taken.
const CHOICES_MAX: usize = 400_000;
const SEED: u64 = 1;

/// Attributes by which products of a category can differ.
const ATTRIBUTES: [&str; 11] = [
    "brand", "colour", "material", "pattern", "flavour", "dietary", "style", "occasion", "size",
    "pack", "kind",
];

/// Products of a category.
const PRODUCTS: &str = "select product_id from current_products where lower({category}) in (lower(category_1), \
     lower(category_2), lower(category_3)) order by product_id";
/// Products of a kind, where there is no catalogue.
const OF_KIND: &str = "select distinct product_id from current_product_dna where attribute = 'kind' and state = 'has' and \
     lower(value) = lower({category}) and (select count(*) from current_products) = 0 order by product_id";
/// The surest value of each attribute.
const LEVELS: &str = "select product_id, attribute, value from (select d.product_id, d.attribute, d.value, row_number() \
     over (partition by d.product_id, d.attribute order by d.strength desc, d.value) as place from current_product_dna d \
     join of_category c on c.product_id = d.product_id where d.state = 'has') where place = 1";
/// What stood where in which month, as far as it was sold there then, and its mean price.
const OFFERS: &str = "select concat(coalesce(store_id, channel, ''), '/', cast(date_trunc('month', happened_at) as varchar)) \
     as shelf, l.product_id, avg(coalesce(cast(unit_price as double), cast(amount as double) / nullif(cast(quantity as \
     double), 0))) from sales l join of_category c on c.product_id = l.product_id group by 1, 2 order by 1, 2";
/// What known customers took.
const CHOICES: &str = "select concat(coalesce(store_id, channel, ''), '/', cast(date_trunc('month', happened_at) as varchar)), \
     l.product_id, customer_key, cast(happened_at as bigint) as at from sales l join of_category c on c.product_id = l.product_id \
     where customer_key is not null and customer_key not in (select customer_key from {refused} as refused where customer_key \
     is not null) order by at, receipt_key, line_key";

/// Facts, and which cluster each group is.
struct Gathered {
    facts: Facts,
    clusters: Vec<Option<i32>>,
    names: Vec<String>,
}

impl Project {
    /// Starts a run beside the requests.
    pub async fn start_drivers_run(
        self: &Arc<Self>,
        actor: &Actor,
        asked: DriversRequest,
    ) -> Result<JobStarted, EngineError> {
        actor.may(Action::StartRun)?;
        let change = actor.change(&asked.reason)?;
        // What is misspelt is the request's problem and not the job's.
        self.category_products(&asked.category).await?;
        let (project, why) = (Arc::clone(self), change.clone());
        let kept = json!({ "stage": STAGE, "category": asked.category });
        self.start_job("run", kept, &why, move |report| async move {
            let scheme = asked.scheme.as_deref();
            Ok(json!(
                project
                    .run_drivers(&asked.category, scheme, &change, report)
                    .await?
            ))
        })
        .await
    }

    /// Finds what moves choice in a category, and keeps it.
    pub async fn run_drivers(
        &self,
        category: &str,
        scheme: Option<&str>,
        change: &Change,
        report: Arc<dyn Report>,
    ) -> Result<Drivers, EngineError> {
        let scheme = scheme.unwrap_or(SCHEME);
        let _alone = self.run_alone(change).await?;
        let started = self.now();
        let spec = json!({ "category": category, "scheme": scheme });
        let run_id = self.begin_run(STAGE, (SEED, spec), started, change).await?;
        let done = self
            .drivers_of(&run_id, (category, scheme), started, report)
            .await;
        let kept = done
            .as_ref()
            .map(|drivers| (drivers.sentence.clone(), json!(drivers)));
        self.end_run(&run_id, started, kept, change).await?;
        done
    }

    async fn drivers_of(
        &self,
        run_id: &str,
        (category, scheme): (&str, &str),
        started: i64,
        report: Arc<dyn Report>,
    ) -> Result<Drivers, EngineError> {
        report.stage("gathering shelves and choices");
        let gathered = self.gather_drivers(category, scheme).await?;
        report.stage("finding what moves choice");
        let told = Arc::clone(&report);
        let (found, gathered) = beside(move || {
            let found = find(&gathered.facts, SEED, &ForKernel(told.as_ref()))?;
            Ok((found, gathered))
        })
        .await?;
        let cells = self.small_cells().await?;
        Ok(show::drivers(
            (run_id, started),
            (category, scheme),
            &found,
            &gathered,
            cells,
        ))
    }

    /// The codes of a category's products.
    async fn category_products(&self, category: &str) -> Result<Vec<String>, EngineError> {
        let quoted = quoted(category);
        for sql in [PRODUCTS, OF_KIND] {
            let sql = sql.replace("{category}", &quoted);
            let codes = self.words_of(&sql).await?;
            if !codes.is_empty() {
                return Ok(codes);
            }
        }
        let names = "select distinct category_3 from current_products where category_3 is not null union select distinct \
                     category_2 from current_products where category_2 is not null union select distinct value from \
                     current_product_dna where attribute = 'kind' and (select count(*) from current_products) = 0";
        let names = self.words_of(names).await?;
        Err(crate::spelling::unknown(
            "category",
            category,
            names.iter().map(String::as_str),
        ))
    }

    /// The first column of a query.
    async fn words_of(&self, sql: &str) -> Result<Vec<String>, EngineError> {
        let mut all = Vec::new();
        for batch in self.lake().rows(sql, None, vec![]).await? {
            let column = texts(&batch, 0)?;
            all.extend((0..batch.num_rows()).map(|row| column.value(row).to_string()));
        }
        Ok(all)
    }

    async fn gather_drivers(&self, category: &str, scheme: &str) -> Result<Gathered, EngineError> {
        let codes = self.category_products(category).await?;
        let numbers: HashMap<String, u32> = codes
            .iter()
            .enumerate()
            .map(|(at, code)| (code.clone(), at as u32))
            .collect();
        let column: ArrayRef = Arc::new(StringArray::from(codes.clone()));
        let beside = RecordBatch::try_from_iter([("product_id", column)])
            .map_err(|cause| EngineError::Machine(format!("products of a category: {cause}")))?;
        let ask = |sql: String| {
            let beside = beside.clone();
            async move {
                self.lake()
                    .rows(&sql, None, vec![("of_category", beside)])
                    .await
            }
        };
        let mut facts = Facts {
            attributes: ATTRIBUTES.map(str::to_string).to_vec(),
            products: vec![Levels::from(vec![None; ATTRIBUTES.len()]); codes.len()],
            ..Facts::default()
        };
        for batch in ask(LEVELS.to_string()).await? {
            read_levels(&batch, &numbers, &mut facts.products)?;
        }
        let mut shelves: BTreeMap<String, u32> = BTreeMap::new();
        for batch in ask(OFFERS.to_string()).await? {
            read_offers(&batch, &numbers, &mut shelves, &mut facts.offers)?;
        }
        let mut on: HashMap<u32, usize> = HashMap::new();
        for (shelf, ..) in &facts.offers {
            *on.entry(*shelf).or_default() += 1;
        }
        // Where one product stood alone nothing was chosen.
        facts.offers.retain(|offer| on[&offer.0] > 1);
        let offered: HashSet<(u32, u32)> = facts
            .offers
            .iter()
            .map(|offer| (offer.0, offer.1))
            .collect();
        let group = self.customers_of_scheme(scheme, None).await?;
        let clusters: Vec<i32> = group.shown.keys().copied().collect();
        let of_customer: HashMap<i64, u32> = group
            .members
            .iter()
            .filter_map(|(key, cluster)| {
                let at = clusters.iter().position(|one| one == cluster)?;
                Some((*key, at as u32))
            })
            .collect();
        let mut choosers: HashMap<i64, u32> = HashMap::new();
        for batch in ask(CHOICES.replace("{refused}", REFUSED)).await? {
            let (shelf, code) = (texts(&batch, 0)?, texts(&batch, 1)?);
            let (who, at) = (ints(&batch, 2)?, ints(&batch, 3)?);
            for row in 0..batch.num_rows() {
                let (Some(shelf), product) =
                    (shelves.get(shelf.value(row)), numbers[code.value(row)])
                else {
                    continue;
                };
                if !offered.contains(&(*shelf, product)) {
                    continue;
                }
                let next = choosers.len() as u32;
                let chooser = *choosers.entry(who.must(row)).or_insert(next);
                // Who is in no cluster that may be shown counts among all.
                let of = of_customer.get(&who.must(row)).copied();
                let of = of.unwrap_or(clusters.len() as u32);
                facts
                    .choices
                    .push((*shelf, product, chooser, of, at.must(row)));
            }
        }
        let part = facts.choices.len().div_ceil(CHOICES_MAX).max(1) as u32;
        facts.choices.retain(|choice| choice.2 % part == 0);
        apart_from_few(
            &mut facts.choices,
            clusters.len() as u32,
            self.small_cells().await?,
        );
        facts.groups = clusters.len() + 1;
        Ok(Gathered {
            names: clusters
                .iter()
                .map(|cluster| group.shown[cluster].clone())
                .collect(),
            clusters: clusters.into_iter().map(Some).chain([None]).collect(),
            facts,
        })
    }
}

/// The surest values of products, into their places.
fn read_levels(
    batch: &RecordBatch,
    numbers: &HashMap<String, u32>,
    products: &mut [Levels],
) -> Result<(), EngineError> {
    let (code, of, value) = (texts(batch, 0)?, texts(batch, 1)?, texts(batch, 2)?);
    for row in 0..batch.num_rows() {
        let at = ATTRIBUTES.iter().position(|name| *name == of.value(row));
        if let (Some(at), Some(product)) = (at, numbers.get(code.value(row))) {
            products[*product as usize][at] = Some(value.value(row).to_string());
        }
    }
    Ok(())
}

/// What stood where and at which price, with shelves numbered as they come.
fn read_offers(
    batch: &RecordBatch,
    numbers: &HashMap<String, u32>,
    shelves: &mut BTreeMap<String, u32>,
    offers: &mut Vec<(u32, u32, f64)>,
) -> Result<(), EngineError> {
    let (shelf, code, price) = (texts(batch, 0)?, texts(batch, 1)?, floats(batch, 2)?);
    for row in 0..batch.num_rows() {
        let Some(price) = price.get(row).filter(|price| *price > 0.0) else {
            continue;
        };
        let next = shelves.len() as u32;
        let shelf = *shelves.entry(shelf.value(row).to_string()).or_insert(next);
        offers.push((shelf, numbers[code.value(row)], price));
    }
    Ok(())
}

/// Lets choices of a cluster with few choosers count among all alone: what moves them would tell of each.
fn apart_from_few(choices: &mut [(u32, u32, u32, u32, i64)], all: u32, cells: SmallCells) {
    let mut choosers: HashMap<u32, HashSet<u32>> = HashMap::new();
    for choice in choices.iter() {
        choosers.entry(choice.3).or_default().insert(choice.2);
    }
    let is_few = |of: u32| cells.count(choosers[&of].len() as u64).is_none();
    for choice in choices.iter_mut() {
        if is_few(choice.3) {
            choice.3 = all;
        }
    }
}
