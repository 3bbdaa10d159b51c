//! Life events and projects as they are shown. What a run kept of a sensitive kind is told only while the consent to it
//! stands. It must not look for anything.

use super::DAY;
use super::keep::Counts;
use crate::ask::{quoted, written_instant};
use crate::cells::texts;
use crate::views::{CustomerLife, LifeFinding, LifeKind, LifeOverview, LifeRan, LifeSort};
use crate::{Actor, EngineError, Project, clock};
use genome::life::{Kinds, Sort};
use govern::{Action, SmallCells};
use retail::{CustomerKey, Purpose};

/// Why nothing is told of who refused.
const REFUSES: &str = "This customer refused to be profiled: life events are told for the purpose privacy_request alone.";

pub(super) fn ran(
    run_id: &str,
    day: i64,
    kinds: &Kinds,
    counts: &Counts,
    cells: SmallCells,
) -> LifeRan {
    // All kinds beside each other: a single one that is hidden would be told by the others.
    let counted = kinds.kinds.iter().map(|kind| {
        let found = counts.kinds.get(&kind.code);
        found.copied().unwrap_or_default()
    });
    let (customers, now): (Vec<u64>, Vec<u64>) = counted.unzip();
    let (customers, now) = (cells.table(&customers).cells, cells.table(&now).cells);
    let each = kinds
        .kinds
        .iter()
        .enumerate()
        .map(|(place, kind)| LifeKind {
            code: kind.code.clone(),
            title: kind.title.clone(),
            sort: match kind.sort {
                Sort::Event => LifeSort::Event,
                Sort::Project => LifeSort::Project,
            },
            sensitive: kind.sensitive,
            customers: customers[place],
            now: now[place],
        });
    LifeRan {
        run_id: run_id.into(),
        day: clock::day(day * DAY),
        customers: counts.customers,
        found: counts.found,
        kinds: each.collect(),
        sentence: format!(
            "{} life events and projects of {} customers as of {}",
            counts.found,
            counts.customers,
            clock::day(day * DAY)
        ),
    }
}

impl Project {
    /// The newest run.
    pub async fn life_overview(&self, actor: &Actor) -> Result<LifeOverview, EngineError> {
        actor.may(Action::ReadResults)?;
        let run = self.life_run(None).await?;
        Ok(LifeOverview {
            run: run.map(|(_, result)| result.ran),
        })
    }

    /// Life events and projects of one customer as of a date, or the newest.
    pub async fn customer_life(
        &self,
        actor: &Actor,
        purpose: Purpose,
        key: i64,
        on: Option<&str>,
    ) -> Result<CustomerLife, EngineError> {
        actor.may(Action::ReadPerson(purpose))?;
        let on = on
            .map(|on| written_instant("on", on, "2026-03-01"))
            .transpose()?;
        let customer = self.merges_at(None).await?.customer(CustomerKey(key));
        self.registry()
            .record_read(self.now(), &actor.id, purpose, customer, "life events")
            .await?;
        let kinds = self.life_kinds().await?;
        let topics = self.topics_of(customer).await?;
        let open = kinds.allowed(topics.iter().map(String::as_str));
        let numbered = kinds.kinds.iter().enumerate();
        let (open, closed): (Vec<_>, Vec<_>) =
            numbered.partition(|(number, _)| open.holds(*number));
        let mut told = CustomerLife {
            customer_key: customer.0,
            run_id: None,
            day: None,
            rows: Vec::new(),
            withheld: closed.iter().map(|(_, kind)| kind.title.clone()).collect(),
            note: None,
        };
        if purpose != Purpose::PrivacyRequest && self.refused_profiling(customer.0).await? {
            told.note = Some(REFUSES.into());
            return Ok(told);
        }
        let Some((run, result)) = self.life_run(on.map(|on| on.div_euclid(DAY))).await? else {
            let later = self.life_run(None).await?;
            told.note = Some(match later {
                None => "Nothing was looked for yet: run 'tessera life run'.".into(),
                Some((_, result)) => format!(
                    "No run describes that day or one before: the newest is of {}.",
                    clock::day(result.day * DAY)
                ),
            });
            return Ok(told);
        };
        // A kind that is none any more may have been a sensitive one.
        let open: Vec<&str> = open.iter().map(|(_, kind)| kind.code.as_str()).collect();
        let sql = format!(
            "select body from life_findings where run_id = {} and customer_key = {} order by began desc, kind",
            quoted(&run.run_id),
            customer.0
        );
        for batch in self.lake().look_up(&sql, None, vec![]).await? {
            let body = texts(&batch, 0)?;
            for row in 0..batch.num_rows() {
                let one: LifeFinding = serde_json::from_str(body.value(row)).map_err(|cause| {
                    EngineError::Machine(format!(
                        "a life event of run {} cannot be read: {cause}",
                        run.run_id
                    ))
                })?;
                // A consent that was taken back since holds at once, but for the person's own request.
                if purpose == Purpose::PrivacyRequest || open.contains(&one.code.as_str()) {
                    told.rows.push(one);
                }
            }
        }
        if told.rows.is_empty() {
            self.must_know(customer).await?;
        }
        told.day = Some(clock::day(result.day * DAY));
        told.run_id = Some(run.run_id);
        Ok(told)
    }
}
