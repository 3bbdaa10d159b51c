//! Who is whom: a run over all records finds which are one customer, keeps why, and says so to the lake, where every
//! session shows facts under the customers of then. Running stands here; gathering, showing and people's decisions have
//! files of their own. It must not compare records (`unify`).

mod decide;
mod gather;
mod rules;
mod show;
mod telling;

use crate::project::beside;
use crate::views::{IdentityRan, IdentityRunRequest, JobStarted, RefusedIdentifier};
use crate::{Actor, EngineError, Project, Report};
use registry::{LinkState, NewLink};
use retail::Change;
use rules::Rules;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use unify::{Dictionary, Doubt, Evidence, Link, Resolution, Settings, resolve};

/// The stage of these runs in the registry.
const STAGE: &str = "identity";

/// How often the right to decide is asked for again, a quarter of a second apart.
const DECIDING_TRIES: usize = 40;

/// The right to say whose records are: in this process, and among processes.
struct DecidingAlone<'a> {
    _here: tokio::sync::MutexGuard<'a, ()>,
    _among: std::fs::File,
}

/// Random pairs for each record that show how strangers agree; few records need fewer than the most.
const RANDOM_PAIRS: usize = 40;

/// What stands on a pair in the registry.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
struct Kept {
    /// Everything that speaks for the pair.
    evidence: Vec<Evidence>,
    /// What keeps it apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    doubt: Option<unify::Why>,
}

impl Project {
    /// Starts a run beside the requests.
    pub async fn start_identity_run(
        self: &Arc<Self>,
        actor: &Actor,
        asked: IdentityRunRequest,
    ) -> Result<JobStarted, EngineError> {
        self.start_stage(
            actor,
            STAGE,
            &asked.reason,
            |project, change, report| async move {
                Ok(json!(project.run_identity(&change, report).await?))
            },
        )
        .await
    }

    /// Finds which records are one customer, and keeps it.
    pub async fn run_identity(
        &self,
        change: &Change,
        report: Arc<dyn Report>,
    ) -> Result<IdentityRan, EngineError> {
        let _alone = self.run_alone(change).await?;
        self.find_identities(change, report).await
    }

    /// As [`Self::run_identity`], for who holds the right to run already.
    pub(crate) async fn find_identities(
        &self,
        change: &Change,
        report: Arc<dyn Report>,
    ) -> Result<IdentityRan, EngineError> {
        let started = self.now();
        let rules = self.rules().await?;
        let spec = (rules.merge.seed, json!(rules.merge));
        let run_id = self.begin_run(STAGE, spec, started, change).await?;
        let done = self.identities(&run_id, &rules, report).await;
        let kept = done.as_ref().map(|ran| (ran.sentence.clone(), json!(ran)));
        self.end_run(&run_id, started, kept, change).await?;
        done
    }

    async fn identities(
        &self,
        run_id: &str,
        rules: &Rules,
        report: Arc<dyn Report>,
    ) -> Result<IdentityRan, EngineError> {
        report.stage("reading records");
        let gathered = self.gather_identities(report.as_ref()).await?;
        let settings = rules.settings(&gathered.records, &self.blocking_key());
        let settings = Settings {
            random_pairs: (gathered.records.len() * RANDOM_PAIRS)
                .max(RANDOM_PAIRS)
                .min(settings.random_pairs),
            ..settings
        };
        report.stage("comparing records");
        let gathered = Arc::new(gathered);
        let (found, _deciding) = loop {
            let (records, settings) = (Arc::clone(&gathered), settings.clone());
            let (decisions, newest) = self.decisions_now().await?;
            let work = move || {
                let dictionary = Dictionary::bundled();
                let (all, seen) = (&records.records, &records.observed);
                resolve(all, seen, &decisions, &dictionary, &settings)
                    .map_err(|cause| EngineError::Data(cause.to_string()))
            };
            let found = beside(work).await?;
            if report.cancelled() {
                return Err(EngineError::Cancelled);
            }
            // Nobody decides from here on; who decided meanwhile is heard before anything is kept.
            let deciding = self.deciding_alone().await?;
            if self.decisions_now().await?.1 == newest {
                break (found, deciding);
            }
        };
        report.stage("keeping who is whom");
        let before: BTreeMap<i64, i64> = self
            .lake()
            .merged_customers(None)
            .await?
            .into_iter()
            .collect();
        let moved = moved(&before, &found);
        let at = self.now();
        self.lake().merge_customers(&moved, run_id, at).await?;
        let links = links(&found)?;
        self.registry()
            .keep_identity_links(&links, run_id, at)
            .await?;
        Ok(ran(run_id, &found, moved.len()))
    }

    /// The sole right to say whose records are, in this process and any other on the project, held until dropped.
    async fn deciding_alone(&self) -> Result<DecidingAlone<'_>, EngineError> {
        let here = self.deciding.lock().await;
        let taken =
            "whose records are is being said by another command just now; try again in a moment";
        for _ in 0..DECIDING_TRIES {
            if let Ok(file) = self.sole("deciding", taken) {
                return Ok(DecidingAlone {
                    _here: here,
                    _among: file,
                });
            }
            tokio::time::sleep(std::time::Duration::from_millis(250)).await;
        }
        Ok(DecidingAlone {
            _here: here,
            _among: self.sole("deciding", taken)?,
        })
    }

    /// The newest finished run, and when it ended.
    pub(crate) async fn identity_run(&self) -> Result<Option<(IdentityRan, i64)>, EngineError> {
        let newest = self.good_runs(STAGE, 1).await?;
        let Some(run) = newest.into_iter().next() else {
            return Ok(None);
        };
        let at = run.finished_at.unwrap_or(run.started_at);
        let ran = serde_json::from_value(run.result).map_err(|cause| {
            EngineError::Data(format!(
                "run {} was kept by another version ({cause}): run 'tessera identity run' again",
                run.run_id
            ))
        })?;
        Ok(Some((ran, at)))
    }
}

/// Records that go elsewhere: record and customer, by record.
fn moved(before: &BTreeMap<i64, i64>, found: &Resolution) -> Vec<(i64, i64)> {
    let mut after: BTreeMap<i64, i64> = BTreeMap::new();
    for (key, customer) in &found.customers {
        if key != customer {
            after.insert(key.0, customer.0);
        }
    }
    let mut moved: BTreeMap<i64, i64> = BTreeMap::new();
    for (record, customer) in &after {
        if before.get(record) != Some(customer) {
            moved.insert(*record, *customer);
        }
    }
    // Whose row the run did not write any more stands alone again.
    for record in before.keys().filter(|record| !after.contains_key(record)) {
        moved.insert(*record, *record);
    }
    moved.into_iter().collect()
}

/// What a run found as rows of the registry: one for each pair, with all that speaks for it.
fn links(found: &Resolution) -> Result<Vec<NewLink>, EngineError> {
    let mut pairs: BTreeMap<(i64, i64), (LinkState, Kept)> = BTreeMap::new();
    let pair = |a: retail::CustomerKey, b: retail::CustomerKey| (a.0.min(b.0), a.0.max(b.0));
    for Link { a, b, evidence, .. } in &found.links {
        let linked = || (LinkState::Linked, Kept::default());
        let (_, kept) = pairs.entry(pair(*a, *b)).or_insert_with(linked);
        kept.evidence.push(evidence.clone());
    }
    for Doubt {
        a,
        b,
        evidence,
        why,
    } in &found.review
    {
        let doubted = || (LinkState::Review, Kept::default());
        let (_, kept) = pairs.entry(pair(*a, *b)).or_insert_with(doubted);
        kept.evidence.push(evidence.clone());
        kept.doubt = Some(why.clone());
    }
    let each = pairs.into_iter().map(|((a, b), (state, kept))| {
        let score = kept.evidence.iter().map(telling::score).max();
        let evidence = serde_json::to_value(&kept)
            .map_err(|cause| EngineError::Data(format!("evidence cannot be kept: {cause}")))?;
        Ok(NewLink {
            a,
            b,
            state,
            score: score.unwrap_or_default(),
            evidence,
        })
    });
    each.collect()
}

fn ran(run_id: &str, found: &Resolution, moved: usize) -> IdentityRan {
    let counts = &found.counts;
    let refused = found.refused.iter().map(|one| RefusedIdentifier {
        kind: one.identifier.kind.word().into(),
        hint: telling::hint(&one.identifier.value),
        records: one.records,
        blocked: one.blocked,
    });
    let conflicts = found.conflicts.iter().map(telling::conflict);
    let skipped = found.skipped.iter().map(|block| {
        format!(
            "{} records agree in {}, like record {}: not all of them were compared",
            block.records, block.pass, block.example
        )
    });
    IdentityRan {
        run_id: run_id.into(),
        records: counts.records,
        customers: counts.customers,
        compared: counts.compared,
        by_person: counts.by_person,
        by_identifier: counts.by_identifier,
        by_likeness: counts.by_likeness,
        review: found.review.len(),
        moved,
        refused: refused.collect(),
        conflicts: conflicts.collect(),
        skipped: skipped.collect(),
        sentence: telling::sentence(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use retail::CustomerKey;

    #[test]
    fn who_moves_is_told_once_and_who_stays_never() {
        let keys = [(1, 1), (2, 1), (3, 3), (4, 3), (5, 5)];
        let found = Resolution {
            customers: keys.map(|(a, b)| (CustomerKey(a), CustomerKey(b))).to_vec(),
            links: Vec::new(),
            review: Vec::new(),
            refused: Vec::new(),
            conflicts: Vec::new(),
            skipped: Vec::new(),
            learned: Vec::new(),
            counts: unify::Counts::default(),
        };
        let before = BTreeMap::from([(2, 1), (4, 1), (5, 3)]);
        assert_eq!(moved(&before, &found), [(4, 3), (5, 5)]);
        assert_eq!(moved(&BTreeMap::from([(2, 1), (4, 3)]), &found), []);
    }
}
