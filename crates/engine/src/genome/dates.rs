//! Which run of genomes holds at which date: the newest of each, and runs that were asked for of a past date. It must not
//! compute genomes, nor show one.

use super::acts::View;
use super::{GenomeResult, STAGE};
use crate::ask::written_instant;
use crate::views::GenomeRan;
use crate::{EngineError, Project, clock};
use registry::Run;
use std::cmp::Reverse;

/// Runs that are looked through for one of a date.
const RUNS_MAX: u64 = 10_000;

/// The newest act of anybody until an instant.
const NEWEST: &str = "select max(at) from (select max(cast(happened_at as bigint)) as at from order_lines where \
     cast(happened_at as bigint) <= {until} union all select max(cast(happened_at as bigint)) from events where \
     cast(happened_at as bigint) <= {until})";

impl GenomeResult {
    /// What the run read.
    pub(super) fn view(&self) -> View {
        match self.past {
            true => View::past(self.as_of, self.known_by),
            false => View::newest(self.as_of, self.known_by),
        }
    }
}

impl Project {
    /// The instant of a past date that a run is asked for.
    pub fn past_instant(&self, on: Option<&str>) -> Result<Option<i64>, EngineError> {
        on.map(|on| written_instant("on", on, "2026-03-01"))
            .transpose()
    }

    /// The instants of past dates that a command names, all of which a run can be asked for: one that cannot must not be found
    /// out after hours on the others.
    pub async fn past_instants(&self, on: &[String]) -> Result<Vec<i64>, EngineError> {
        let mut instants = Vec::new();
        for on in on {
            let at = written_instant("on", on, "2026-03-01")?;
            self.act_before(at).await?;
            instants.push(at);
        }
        Ok(instants)
    }

    /// The newest act that is not in the future, microseconds since 1970 UTC.
    pub(super) async fn newest_act(&self, known_by: i64) -> Result<i64, EngineError> {
        let newest = self.act_until(known_by, known_by).await?;
        newest.ok_or_else(|| {
            EngineError::Data(
                "there are no receipts and no events yet: import a file with 'tessera import FILE --as orders'"
                    .into(),
            )
        })
    }

    /// The newest act until an instant, where newer ones are known: what a run of a past date describes.
    pub(super) async fn act_before(&self, at: i64) -> Result<i64, EngineError> {
        let now = self.now();
        let newest = self.newest_act(now).await?;
        if at >= newest {
            return Err(EngineError::invalid(
                "on",
                format!(
                    "nothing is known to have happened after it (the newest act is of {}): run without a date",
                    clock::text(newest)
                ),
            ));
        }
        self.act_until(at, now).await?.ok_or_else(|| {
            EngineError::invalid("on", "nothing happened until then: name a later date")
        })
    }

    async fn act_until(&self, until: i64, known_by: i64) -> Result<Option<i64>, EngineError> {
        let sql = NEWEST.replace("{until}", &until.to_string());
        self.whole_number(&sql, Some(known_by), vec![]).await
    }

    /// The newest run of the newest acts, or the run of the newest instant not after another.
    pub(super) async fn genome_run(
        &self,
        on: Option<i64>,
    ) -> Result<Option<(Run, GenomeResult)>, EngineError> {
        let all = self.genome_runs().await?;
        let Some(on) = on else {
            // A run of a past date is the newest for who asks for that date alone.
            let newest = all.iter().position(|(_, result)| !result.past);
            return Ok(all.into_iter().nth(newest.unwrap_or_default()));
        };
        Ok(all.into_iter().find(|(_, result)| result.as_of <= on))
    }

    /// What the newest run said of itself.
    pub(crate) async fn newest_genomes(&self) -> Result<Option<GenomeRan>, EngineError> {
        Ok(self.genome_run(None).await?.map(|(_, result)| result.ran))
    }

    /// The newest instant that genomes describe and the one before it, where there are two.
    pub(crate) async fn genome_step(&self) -> Result<Option<(i64, i64)>, EngineError> {
        let Some((run, result)) = self.genome_run(None).await? else {
            return Ok(None);
        };
        let (_, before) = self.genome_run_before(&run, &result).await?;
        Ok((before.as_of < result.as_of).then_some((before.as_of, result.as_of)))
    }

    /// The run of the newest acts that an update goes on from.
    pub(super) async fn genome_run_of_now(
        &self,
    ) -> Result<Option<(Run, GenomeResult)>, EngineError> {
        let mut all = self.every_genome_run().await?.into_iter();
        Ok(all.find(|(_, result)| !result.past))
    }

    /// The runs that hold at some date, the newest instant first.
    async fn genome_runs(&self) -> Result<Vec<(Run, GenomeResult)>, EngineError> {
        Ok(standing(self.every_genome_run().await?, |(_, result)| {
            (result.as_of, result.past)
        }))
    }

    /// The finished runs that this version can read, the newest first: one that another version kept must not keep this one
    /// from computing anew.
    async fn every_genome_run(&self) -> Result<Vec<(Run, GenomeResult)>, EngineError> {
        let all = self.good_runs(STAGE, RUNS_MAX).await?.into_iter();
        let read = all.filter_map(|run| {
            let result = serde_json::from_value(run.result.clone()).ok()?;
            Some((run, result))
        });
        Ok(read.collect())
    }

    /// The run whose genomes hold at an instant.
    pub(super) async fn some_genome_run(
        &self,
        on: Option<i64>,
    ) -> Result<(Run, GenomeResult), EngineError> {
        if let Some(found) = self.genome_run(on).await? {
            return Ok(found);
        }
        Err(match (on, self.genome_dates().await?.last()) {
            (Some(_), Some(first)) => EngineError::invalid(
                "on",
                format!(
                    "the first genomes are of {first}: name that or a later date, or have those of your date computed with \
                     'tessera genome run --on DATE'"
                ),
            ),
            _ => EngineError::Data(
                "no genome was computed yet: run 'tessera genome run', or 'tessera run' for all stages".into(),
            ),
        })
    }

    /// Instants that genomes describe, newest first.
    pub(super) async fn genome_dates(&self) -> Result<Vec<String>, EngineError> {
        let runs = self.genome_runs().await?.into_iter();
        let mut dates: Vec<i64> = runs.map(|(_, result)| result.as_of).collect();
        dates.dedup();
        Ok(dates.into_iter().map(clock::text).collect())
    }

    /// The run that kept a row.
    pub(super) async fn owner(
        &self,
        (run, result): (Run, GenomeResult),
        kept_by: &str,
    ) -> Result<(Run, GenomeResult), EngineError> {
        if kept_by == run.run_id {
            return Ok((run, result));
        }
        let all = self.every_genome_run().await?.into_iter();
        let mut own = all.filter(|(run, _)| run.run_id == kept_by);
        // A row outlives no run: both are kept for good.
        Ok(own.next().unwrap_or((run, result)))
    }

    /// The newest run of an earlier instant than another's; that run itself where there is none.
    pub(super) async fn genome_run_before(
        &self,
        run: &Run,
        result: &GenomeResult,
    ) -> Result<(Run, GenomeResult), EngineError> {
        let all = self.genome_runs().await?.into_iter();
        let mut earlier = all.filter(|(_, other)| other.as_of < result.as_of);
        Ok(earlier
            .next()
            .unwrap_or_else(|| (run.clone(), result.clone())))
    }
}

/// Of runs, the newest first, those that hold at some date, the newest instant first. A run of the newest acts takes the place
/// of all earlier ones of a later instant, whose acts were taken back; of one instant the newest holds.
fn standing<T>(runs: Vec<T>, of: impl Fn(&T) -> (i64, bool)) -> Vec<T> {
    let mut newest = i64::MAX;
    let mut all: Vec<T> = Vec::new();
    for run in runs {
        let (as_of, past) = of(&run);
        if as_of > newest {
            continue;
        }
        if !past {
            newest = as_of;
        }
        all.push(run);
    }
    all.sort_by_key(|run| Reverse(of(run).0));
    all
}

#[cfg(test)]
mod tests {
    use super::standing;

    #[test]
    fn a_date_is_told_by_the_run_of_it_whenever_that_ran() {
        // (instant, past), the newest run first.
        let of = |runs: Vec<(i64, bool)>| standing(runs, |run| *run);
        assert_eq!(
            of(vec![(3, true), (9, false), (5, false)]),
            vec![(9, false), (5, false), (3, true)]
        );
        // Acts after 6 were taken back: what an earlier run said of 9 holds no more, of 5 it does.
        assert_eq!(
            of(vec![(6, false), (9, false), (7, true), (5, false)]),
            vec![(6, false), (5, false)]
        );
        // Of one instant the newest run.
        assert_eq!(of(vec![(5, true), (9, false), (5, false)])[1], (5, true));
    }
}
