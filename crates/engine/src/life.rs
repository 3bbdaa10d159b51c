//! Life events and projects: a run reads what products serve, learns from a sample of customers what is usual, looks through
//! everybody's purchases, and keeps what it found with the evidence. Sensitive kinds are looked for with consent alone, and
//! who refused to be profiled is not read. It must not weigh anything (`genome::life`).

mod keep;
mod show;

use crate::cells::{ints, texts};
use crate::dna::Told;
use crate::project::{beside, machine};
use crate::refusals::REFUSED;
use crate::views::{JobStarted, LifeRan, LifeRunRequest};
use crate::{Actor, EngineError, Project, Report};
use arrow::array::Array;
use genome::life::{
    Baseline, Customer, DEFAULT, Found, Kinds, LifeError, Model, ProductText, Purchase, Signs, find,
};
use registry::Run;
use retail::Change;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The stage of these runs in the registry.
const STAGE: &str = "life";
/// Runs that are looked through for one of a date.
const RUNS_MAX: u64 = 1_000;
/// Customers that are learned from, about.
const LEARNED: i64 = 5_000;
/// Customers whose purchases are in memory at once, about.
const PART: i64 = 20_000;
/// The file of a project's own kinds.
const FILE: &str = "life.toml";
/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// What customers bought and gave back; a part of a unit, as half a metre, is one.
const LINES: &str = "select customer_key, cast(happened_at as bigint) as at, product_id, cast(case when line_type = 'return' then \
     -ceil(abs(quantity)) else signum(quantity) * ceil(abs(quantity)) end as bigint) from order_lines where line_type in ('sale', 'return') and not cancelled \
     and customer_key is not null and customer_key % {of} = {part} and customer_key not in (select customer_key from \
     {refused} as refused where customer_key is not null) order by customer_key, at, receipt_key, line_key";

/// The newest purchase, and how many customers bought.
const SIZE: &str = "select max(cast(happened_at as bigint)), count(distinct customer_key) from order_lines where \
     customer_key is not null and cast(happened_at as bigint) <= {now}";

/// What a run keeps beside its rows.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct LifeResult {
    /// The day it describes, in days since 1970.
    day: i64,
    /// What the run said of itself.
    ran: LifeRan,
}

type Purchases = BTreeMap<i64, Vec<Purchase>>;

/// What the customers of a run are looked through by.
struct Looking {
    kinds: Kinds,
    signs: Signs,
    told: Arc<Vec<Told>>,
    numbers: HashMap<String, u32>,
}

impl Project {
    /// Starts a run beside the requests.
    pub async fn start_life_run(
        self: &Arc<Self>,
        actor: &Actor,
        asked: LifeRunRequest,
    ) -> Result<JobStarted, EngineError> {
        self.start_stage(actor, STAGE, &asked.reason, |project, change, report| async move {
            Ok(json!(project.run_life(&change, report).await?))
        })
        .await
    }

    /// Looks for life events and projects of everybody, and keeps what it finds.
    pub async fn run_life(
        &self,
        change: &Change,
        report: Arc<dyn Report>,
    ) -> Result<LifeRan, EngineError> {
        let _alone = self.run_alone(change).await?;
        self.look_for_life(change, report).await
    }

    /// The same for who has the sole right to run.
    pub(crate) async fn look_for_life(
        &self,
        change: &Change,
        report: Arc<dyn Report>,
    ) -> Result<LifeRan, EngineError> {
        let started = self.now();
        let run_id = self
            .begin_run(STAGE, (0, json!({})), started, change)
            .await?;
        let done = self.life(&run_id, started, report).await;
        let kept = done
            .as_ref()
            .map(|result| (result.ran.sentence.clone(), json!(result)));
        self.end_run(&run_id, started, kept, change).await?;
        Ok(done?.ran)
    }

    async fn life(
        &self,
        run_id: &str,
        started: i64,
        report: Arc<dyn Report>,
    ) -> Result<LifeResult, EngineError> {
        report.stage("reading what products serve");
        let (newest, customers) = self.life_size(started).await?;
        let day = newest.div_euclid(DAY);
        let looking = self.life_looking(started).await?;
        let given = self.all_topics(started).await?;
        report.stage("learning what is usual");
        let sample = self
            .life_purchases(&looking, (0, customers / LEARNED + 1), started)
            .await?;
        let allowed = allowed(&looking.kinds, &given, sample.keys());
        let (looking, baseline) = beside(move || {
            let people: Vec<Customer<'_>> = sample
                .iter()
                .map(|(key, purchases)| Customer {
                    purchases,
                    allowed: allowed[key],
                })
                .collect();
            let usual = Baseline::learn(&looking.kinds, &looking.signs, &people, day as i32);
            Ok((looking, usual))
        })
        .await?;
        report.stage("looking through purchases");
        let (mut looking, mut baseline) = (looking, baseline);
        let parts = customers / PART + 1;
        let mut counts = keep::Counts::default();
        for part in 0..parts {
            let purchases = self
                .life_purchases(&looking, (part, parts), started)
                .await?;
            let allowed = self::allowed(&looking.kinds, &given, purchases.keys());
            let work = move || {
                let found = through(&looking, &baseline, &purchases, &allowed, day as i32);
                Ok((looking, baseline, found, purchases.len()))
            };
            let (kept, usual, found, seen) = beside(work).await?;
            (looking, baseline) = (kept, usual);
            counts.customers += seen;
            self.keep_life((run_id, part), (day, started), &looking, found, &mut counts)
                .await?;
            report.tick(part as u64 + 1, Some(parts as u64));
            if report.cancelled() {
                return Err(EngineError::Cancelled);
            }
        }
        let cells = self.small_cells().await?;
        Ok(LifeResult {
            day,
            ran: show::ran(run_id, day, &looking.kinds, &counts, cells),
        })
    }

    async fn life_size(&self, now: i64) -> Result<(i64, i64), EngineError> {
        let sql = SIZE.replace("{now}", &now.to_string());
        for batch in self.lake().rows(&sql, Some(now), vec![]).await? {
            if let Some(newest) = ints(&batch, 0)?.get(0) {
                return Ok((newest, ints(&batch, 1)?.must(0)));
            }
        }
        Err(EngineError::Data(
            "there are no receipts of known customers yet: import a file with 'tessera import FILE --as orders'".into(),
        ))
    }

    /// What the newest run said of itself.
    pub(crate) async fn newest_life(&self) -> Result<Option<LifeRan>, EngineError> {
        Ok(self.life_run(None).await?.map(|(_, result)| result.ran))
    }

    /// The kinds, and which products serve them.
    async fn life_looking(&self, known_by: i64) -> Result<Looking, EngineError> {
        let kinds = self.life_kinds().await?;
        let told = self.told_products(Some(known_by)).await?;
        let read = self.dna_values(known_by).await?;
        beside(move || {
            let categories: Vec<Vec<&str>> = told
                .iter()
                .map(|one| {
                    let levels = one
                        .fields
                        .iter()
                        .filter(|(name, _)| name.starts_with("category"));
                    levels.map(|(_, value)| value.as_str()).collect()
                })
                .collect();
            let kind_of = |code: &str| {
                read.get(code)
                    .and_then(|values| crate::genome::kind_of(values))
            };
            let texts = told
                .iter()
                .zip(&categories)
                .map(|(one, categories)| ProductText {
                    categories,
                    kind: kind_of(&one.code),
                    name: &one.name,
                });
            let signs = Signs::of(&kinds, texts);
            let numbers = told.iter().enumerate();
            let numbers = numbers
                .map(|(at, one)| (one.code.clone(), at as u32))
                .collect();
            Ok(Looking {
                kinds,
                signs,
                numbers,
                told,
            })
        })
        .await
    }

    /// The bundled kinds with the project's own over them.
    async fn life_kinds(&self) -> Result<Kinds, EngineError> {
        let path = self.folder().join(FILE);
        beside(move || {
            let bundled = Kinds::parse(DEFAULT).map_err(wrong)?;
            match std::fs::read_to_string(&path) {
                Ok(text) => Kinds::parse(&text)
                    .and_then(|own| bundled.with(&own))
                    .map_err(wrong),
                Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(bundled),
                Err(cause) => Err(machine(&path, &cause)),
            }
        })
        .await
    }

    /// Purchases of one of so many equal parts of all customers.
    async fn life_purchases(
        &self,
        looking: &Looking,
        (part, of): (i64, i64),
        known_by: i64,
    ) -> Result<Purchases, EngineError> {
        let sql = LINES
            .replace("{of}", &of.to_string())
            .replace("{part}", &part.to_string())
            .replace("{refused}", REFUSED);
        let mut all = Purchases::new();
        for batch in self.lake().rows(&sql, Some(known_by), vec![]).await? {
            let (who, at, quantity) = (ints(&batch, 0)?, ints(&batch, 1)?, ints(&batch, 3)?);
            let product = texts(&batch, 2)?;
            for row in (0..batch.num_rows()).filter(|row| product.is_valid(*row)) {
                let Some(number) = looking.numbers.get(product.value(row)) else {
                    continue;
                };
                all.entry(who.must(row)).or_default().push(Purchase {
                    day: at.must(row).div_euclid(DAY) as i32,
                    product: *number,
                    quantity: quantity.must(row).clamp(-1_000_000, 1_000_000) as i32,
                });
            }
        }
        Ok(all)
    }

    /// The newest run, or the newest whose day is not after another.
    async fn life_run(&self, on: Option<i64>) -> Result<Option<(Run, LifeResult)>, EngineError> {
        let all = self.good_runs(STAGE, RUNS_MAX).await?.into_iter();
        let mut read = all.filter_map(|run| {
            let result: LifeResult = serde_json::from_value(run.result.clone()).ok()?;
            on.is_none_or(|on| result.day <= on)
                .then_some((run, result))
        });
        Ok(read.next())
    }
}

/// Which kinds may be looked for, customer by customer: a consent names the very kind.
fn allowed<'a>(
    kinds: &Kinds,
    given: &BTreeMap<i64, Vec<String>>,
    customers: impl Iterator<Item = &'a i64>,
) -> HashMap<i64, genome::life::Allowed> {
    let none = Vec::new();
    let each = customers.map(|key| {
        let topics = given.get(key).unwrap_or(&none);
        (*key, kinds.allowed(topics.iter().map(String::as_str)))
    });
    each.collect()
}

/// What is found of each customer; those of whom nothing is are left out.
fn through(
    looking: &Looking,
    baseline: &Baseline,
    purchases: &Purchases,
    allowed: &HashMap<i64, genome::life::Allowed>,
    day: i32,
) -> Vec<(i64, Vec<Found>)> {
    let model = Model {
        kinds: &looking.kinds,
        signs: &looking.signs,
        baseline,
    };
    let each = purchases.iter().map(|(key, purchases)| {
        let customer = Customer {
            purchases,
            allowed: allowed[key],
        };
        (*key, find(model, &customer, day))
    });
    each.filter(|(_, found)| !found.is_empty()).collect()
}

fn wrong(cause: LifeError) -> EngineError {
    EngineError::Data(format!("{FILE}: {cause}"))
}
