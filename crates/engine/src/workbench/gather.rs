//! The members of a scheme and their features, as a recipe asks for them: window, filters, opening and closing,
//! parts of a nested scheme. It must not look for clusters.

use super::admitted::members;
use super::company::{alone, keep_evident};
use super::movers::name_of;
use super::scenarios::in_tens;
use crate::cells::{floats, ints, moneys, texts};
use crate::report::Quiet;
use crate::{EngineError, Project, Report, clock};
use arrow::array::{Array, RecordBatch};
use lake::Limits;
use retail::Money;
use segment::blocks::{self, Gives, LiveRun, Question, Window};
use segment::rules::Assignment;
use segment::scheme::Given;
use segment::{Cell, Columns, Entity, Known, Recipe};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Everything that a run of a recipe works on.
pub(super) struct Gathered {
    /// The members, by id ascending.
    pub known: Vec<Known>,
    /// Their features.
    pub columns: Columns,
    /// The instant described.
    pub as_of: i64,
    /// Of a scheme of rules: who is in which cell.
    pub given: Option<Given>,
    /// Members that are left out since the data has no evidence of where they belong, ascending.
    pub dark: Vec<String>,
    /// What a reader should know: members left out, blocks without data.
    pub notes: Vec<String>,
}

/// The members that a recipe keeps, before any feature is asked for.
pub(super) struct Kept {
    /// From when to when lines count.
    pub window: Window,
    /// The instant described.
    pub as_of: i64,
    /// The members, by id ascending; of rules those in a cell.
    pub known: Vec<Known>,
    /// How many the filters keep, in a cell or not.
    pub filtered: usize,
    /// Of a scheme of rules: who is in which cell.
    pub given: Option<Given>,
    /// Who was left out and why.
    pub notes: Vec<String>,
}

/// What the feeds say of a member.
#[derive(Default)]
pub(super) struct Told {
    /// Its name.
    pub label: Option<String>,
    /// First day, as text.
    pub opened: Option<String>,
    /// Last day, as text.
    pub closed: Option<String>,
    /// Latitude and longitude.
    pub place: Option<[f64; 2]>,
    /// The attributes, in the order of `blocks::attributes`.
    pub attributes: Vec<Option<String>>,
}

/// What the lines say of a member.
pub(super) struct Sold {
    /// The member.
    pub member: String,
    /// Its sales.
    pub sales: Money,
    /// Its receipts.
    pub receipts: i64,
    /// Its first sale, microseconds since 1970 UTC.
    pub first_at: Option<i64>,
    /// Its last sale.
    pub last_at: Option<i64>,
}

impl Project {
    /// The members that a recipe keeps, from what the lake holds.
    pub(super) async fn kept(&self, recipe: &Recipe) -> Result<Kept, EngineError> {
        let (window, as_of) = self.window(recipe).await?;
        if let Some(unknown) = self.unknown_category(recipe).await? {
            return Err(unknown.into());
        }
        let told = self.told(recipe.of).await?;
        let sold = self.sold(recipe, &window).await?;
        let mut notes = Vec::new();
        let k = self.least_told(recipe.of).await?;
        let refused: HashSet<String> = match recipe.of {
            Entity::Customers => self.refusing().await?.iter().map(i64::to_string).collect(),
            Entity::Stores | Entity::Products => HashSet::new(),
        };
        let (mut known, left) = members(recipe, &told, sold, &refused, (as_of, k));
        notes.extend(left);
        let filtered = known.len();
        let given = match &recipe.rules {
            Some(rules) => {
                let found = self.cells(recipe.of, rules, &window, &known).await?;
                Some(inside((recipe.of, k), found, &mut known, &mut notes))
            }
            None => None,
        };
        Ok(Kept {
            window,
            as_of,
            known,
            filtered,
            given,
            notes,
        })
    }

    /// Gathers the members of a recipe and their features, from what the lake holds.
    pub(super) async fn gather(
        &self,
        recipe: &Recipe,
        report: &Arc<dyn Report>,
    ) -> Result<Gathered, EngineError> {
        report.stage("gathering features");
        let Kept {
            window,
            as_of,
            mut known,
            given,
            mut notes,
            ..
        } = self.kept(recipe).await?;
        let live = self.live_customer_runs(recipe).await?;
        let questions = blocks::questions(recipe, &window, &|scheme| live.get(scheme).cloned())?;
        let answers = self.answers(&questions, &window, report).await?;
        let mut dark = Vec::new();
        if let Some((out, note)) = keep_evident(recipe, &questions, &answers, &mut known) {
            dark = out;
            notes.push(note);
        }
        let ids: Vec<String> = known.iter().map(|member| member.id.clone()).collect();
        let worth: Vec<f64> = known.iter().map(|member| member.sales.to_f64()).collect();
        if known.len() < recipe.of.members_min() {
            return Err(EngineError::Data(format!(
                "the recipe leaves {} {} with sales, at least {} are needed: filter less, or take a longer period",
                match recipe.of {
                    Entity::Customers => "too few".to_string(),
                    Entity::Stores | Entity::Products => known.len().to_string(),
                },
                recipe.of.counted(known.len()),
                recipe.of.members_min()
            )));
        }
        let columns = segment::columns(&questions, &answers, &ids, &worth)?;
        let blocks: Vec<&str> = recipe.weighted().map(|block| block.name.as_str()).collect();
        notes.extend(columns.silent.iter().map(|place| {
            let name = blocks.get(*place).copied().unwrap_or_default();
            format!("{name} counts for nothing: it has no data that differs between the members.")
        }));
        Ok(Gathered {
            known,
            columns,
            as_of,
            given,
            dark,
            notes,
        })
    }

    async fn answers(
        &self,
        questions: &[Question],
        window: &Window,
        report: &Arc<dyn Report>,
    ) -> Result<Vec<Vec<Cell>>, EngineError> {
        let mut answers = Vec::with_capacity(questions.len());
        for question in questions {
            if report.cancelled() {
                return Err(EngineError::Cancelled);
            }
            let answer = cells(&self.lake().rows(&question.sql, None, vec![]).await?)?;
            answers.push(match question.gives {
                Gives::Company { top, .. } => self.company(window, answer, top, report).await?,
                _ => answer,
            });
        }
        Ok(answers)
    }

    /// Leaves the products out of which co-purchase alone would have to say where they belong, and cannot; gives what
    /// to say of it.
    pub(super) async fn without_dark(
        &self,
        recipe: &Recipe,
        window: &Window,
        known: &mut Vec<Known>,
    ) -> Result<Option<String>, EngineError> {
        let questions = blocks::questions(recipe, window, &|_| None);
        // What cannot be asked yet, as by a scheme that is not live, is not by company alone.
        let Ok(questions) = questions else {
            return Ok(None);
        };
        if !alone(recipe, &questions) {
            return Ok(None);
        }
        let quiet: Arc<dyn Report> = Arc::new(Quiet);
        let answers = self.answers(&questions, window, &quiet).await?;
        let told = keep_evident(recipe, &questions, &answers, known);
        Ok(told.map(|(_, note)| note))
    }

    /// From when to when a recipe's lines count, and the newest receipt's instant.
    pub(super) async fn window(&self, recipe: &Recipe) -> Result<(Window, i64), EngineError> {
        // One receipt dated in the future must not make everybody else's purchases look old.
        let sql = "select max(happened_at) from order_lines where happened_at <= now()";
        let last = self.lake().query(sql, None, Limits::default()).await?;
        let last = last
            .cells()
            .first()
            .and_then(|row| row.first()?.as_str().map(str::to_string));
        let last = last.ok_or_else(|| {
            EngineError::Data(
                "there are no receipts yet: import a file with 'tessera import FILE --as orders'"
                    .into(),
            )
        })?;
        let as_of = clock::parse(&last).ok_or_else(|| {
            EngineError::Data(format!("the newest receipt has no usable instant: {last}"))
        })?;
        Ok((period(recipe, as_of), as_of))
    }

    /// What the feeds say of every member.
    pub(super) async fn told(&self, of: Entity) -> Result<HashMap<String, Told>, EngineError> {
        let width = blocks::attributes(of).len();
        let mut all = HashMap::new();
        for batch in self
            .lake()
            .rows(&blocks::attributes_sql(of), None, vec![])
            .await?
        {
            let each = (0..4)
                .map(|column| texts(&batch, column))
                .collect::<Result<Vec<_>, _>>()?;
            let (lat, lon) = (floats(&batch, 4)?, floats(&batch, 5)?);
            let attributes = (6..6 + width)
                .map(|column| texts(&batch, column))
                .collect::<Result<Vec<_>, _>>()?;
            let text = |column: &arrow::array::StringArray, row: usize| {
                let known = column.is_valid(row) && !column.value(row).is_empty();
                known.then(|| column.value(row).to_string())
            };
            for row in 0..batch.num_rows() {
                let told = Told {
                    label: text(&each[1], row).filter(|_| of != Entity::Customers),
                    opened: text(&each[2], row),
                    closed: text(&each[3], row),
                    place: lat.get(row).zip(lon.get(row)).map(|(lat, lon)| [lat, lon]),
                    attributes: attributes.iter().map(|column| text(column, row)).collect(),
                };
                all.insert(each[0].value(row).to_string(), told);
            }
        }
        Ok(all)
    }

    /// What each member sold in a recipe's lines.
    pub(super) async fn sold(
        &self,
        recipe: &Recipe,
        window: &Window,
    ) -> Result<Vec<Sold>, EngineError> {
        let mut all = Vec::new();
        for batch in self
            .lake()
            .rows(&blocks::worth_sql(recipe, window), None, vec![])
            .await?
        {
            let (member, sales, receipts) =
                (texts(&batch, 0)?, moneys(&batch, 1)?, ints(&batch, 2)?);
            let (first, last) = (ints(&batch, 3)?, ints(&batch, 4)?);
            for (row, sales) in sales.into_iter().enumerate() {
                all.push(Sold {
                    member: member.value(row).to_string(),
                    sales,
                    receipts: receipts.must(row),
                    first_at: first.get(row),
                    last_at: last.get(row),
                });
            }
        }
        Ok(all)
    }

    /// The live runs of the customers' schemes that a recipe names.
    async fn live_customer_runs(
        &self,
        recipe: &Recipe,
    ) -> Result<BTreeMap<String, LiveRun>, EngineError> {
        let mut live = BTreeMap::new();
        let named = recipe
            .features
            .iter()
            .filter_map(|block| block.scheme.as_ref());
        for scheme in named {
            let own = self.registry().recipe(scheme).await?;
            let of_customers = own.is_some_and(|own| own.entity == Entity::Customers.word());
            if let Some(scenario) = self.live_scenario(scheme, self.now()).await?
                && of_customers
            {
                let run = LiveRun {
                    names: self.called(scheme, &scenario.run_id).await?,
                    run_id: scenario.run_id,
                    workbench: true,
                };
                live.insert(scheme.clone(), run);
            } else if let Some(published) = self.registry().published(scheme).await? {
                let given = self.names(scheme, None).await?;
                let snapshot = self.snapshot(&published.run_id).await?;
                let each = snapshot.segments.iter().map(|segment| {
                    let name = given.get(&segment.cluster).unwrap_or(&segment.name);
                    (segment.cluster as i32, name.clone())
                });
                let run = LiveRun {
                    names: each.collect(),
                    run_id: published.run_id,
                    workbench: false,
                };
                live.insert(scheme.clone(), run);
            }
        }
        Ok(live)
    }

    /// What people call the clusters of a run; nothing where another version kept it.
    async fn called(
        &self,
        scheme: &str,
        run_id: &str,
    ) -> Result<BTreeMap<i32, String>, EngineError> {
        let result = match self.scheme_result(run_id).await {
            Err(EngineError::Data(_)) => return Ok(BTreeMap::new()),
            result => result?,
        };
        let names = self.hand_names(scheme).await?;
        let each = result.names.keys();
        Ok(each
            .map(|&cluster| (cluster, name_of(&names, &result, cluster)))
            .collect())
    }
}

/// From when to when a recipe's lines count, at the instant described.
pub(super) fn period(recipe: &Recipe, as_of: i64) -> Window {
    let from = recipe
        .months
        .map(|months| clock::months_before(as_of, months));
    Window {
        from: from.map(clock::text),
        to: clock::text(as_of),
    }
}

/// Keeps the members that are in a cell; what the rules left open goes into the notes.
fn inside(
    (of, k): (Entity, u64),
    found: Assignment,
    known: &mut Vec<Known>,
    notes: &mut Vec<String>,
) -> Given {
    let mut cells = found.cells.iter();
    known.retain(|_| cells.next().is_some_and(Option::is_some));
    let told = [
        (found.without, "are in no cell of the rules"),
        (found.several, "fit several cells and are in the first"),
        (
            found.undecided,
            "miss a value that an earlier cell asks for",
        ),
    ];
    let told = told
        .into_iter()
        .map(|(number, why)| (in_tens(number, k), why));
    let told = told.filter(|(number, _)| *number > 0);
    notes.extend(told.map(|(number, why)| format!("{number} {} {why}.", of.counted(number))));
    Given {
        names: found.names,
        cells: found.cells.into_iter().flatten().collect(),
    }
}

/// Rows of an answer: member, key, value.
fn cells(batches: &[RecordBatch]) -> Result<Vec<Cell>, EngineError> {
    let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    let mut cells = Vec::with_capacity(rows);
    for batch in batches {
        let (member, key, value) = (texts(batch, 0)?, texts(batch, 1)?, floats(batch, 2)?);
        for row in 0..batch.num_rows() {
            cells.push(Cell {
                member: member.value(row).to_string(),
                key: if key.is_valid(row) {
                    key.value(row).to_string()
                } else {
                    String::new()
                },
                value: value.get(row),
            });
        }
    }
    // The lake answers in any order; sums of floats must not depend on it.
    cells.sort_by(|a, b| a.member.cmp(&b.member).then_with(|| a.key.cmp(&b.key)));
    Ok(cells)
}
