//! What changed in a genome between two dates. A customer of whom nothing is told, or who had no genome at one of the dates, is
//! no error: a sentence says so. It must not show a genome of one date.

use super::GenomeResult;
use super::show::REFUSES;
use crate::ask::written_instant;
use crate::views::{GenomeChange, GenomeDiff};
use crate::{Actor, EngineError, Project, clock};
use genome::{ChangeKind, Genome, diff};
use govern::Action;
use registry::Run;
use retail::{CustomerKey, Purpose};

impl Project {
    /// What changed in a genome between two dates. Without `from` the later is held against the date before it.
    pub async fn genome_diff(
        &self,
        actor: &Actor,
        purpose: Purpose,
        key: i64,
        (from, to): (Option<&str>, Option<&str>),
    ) -> Result<GenomeDiff, EngineError> {
        actor.may(Action::ReadPerson(purpose))?;
        let (earlier, later) = self.two_runs(from, to).await?;
        // Each as the customer was then: a merge in between is told, and is no change of taste.
        let then = self.customer_then(key, &earlier.1).await?;
        let customer = self.customer_then(key, &later.1).await?;
        self.note_look(actor, purpose, customer, "genome at two dates")
            .await?;
        let told = |changes, sentence| GenomeDiff {
            customer_key: customer.0,
            from: clock::text(earlier.1.as_of),
            to: clock::text(later.1.as_of),
            changes,
            sentence,
        };
        if self
            .withholds(purpose, &[then, customer, CustomerKey(key)])
            .await?
        {
            return Ok(told(Vec::new(), REFUSES.into()));
        }
        let before = self.genome_if_any(&earlier, then).await?;
        let after = self.genome_if_any(&later, customer).await?;
        let (Some(before), Some(after)) = (&before, &after) else {
            self.must_know(customer).await?;
            let day = |at: i64| clock::text(at)[..10].to_string();
            let without = match (before, after) {
                (None, None) => "either of these days".to_string(),
                (None, _) => day(earlier.1.as_of),
                _ => day(later.1.as_of),
            };
            return Ok(told(
                Vec::new(),
                format!("There is nothing to compare: this customer had no genome by {without}."),
            ));
        };
        let merged =
            then != customer || self.records_moved(then, &earlier.1, Some(&later.1)).await?;
        let frame = self.frozen(&later.0.run_id, &later.1).await?;
        let spec = frame.spec();
        let before = self.open_genes(purpose, then, before).await?;
        let after = self.open_genes(purpose, customer, after).await?;
        let changes: Vec<GenomeChange> = diff(&before, &after, spec)
            .iter()
            .map(|change| GenomeChange {
                kind: kind_word(change.kind()).into(),
                alert: change.is_alert(spec),
                sentence: change.sentence(before.as_of, after.as_of, spec),
            })
            .collect();
        let sentence = in_short(&changes, earlier.0.run_id == later.0.run_id, merged);
        Ok(told(changes, sentence))
    }

    /// The runs of two dates, the earlier first.
    async fn two_runs(
        &self,
        from: Option<&str>,
        to: Option<&str>,
    ) -> Result<((Run, GenomeResult), (Run, GenomeResult)), EngineError> {
        let written = |field: &str, given: Option<&str>| {
            given
                .map(|given| written_instant(field, given, "2026-03-01"))
                .transpose()
        };
        let (from, to) = (written("from", from)?, written("to", to)?);
        let later = self.some_genome_run(to).await?;
        let earlier = match from {
            Some(from) => self.some_genome_run(Some(from)).await?,
            // The one before, else itself: then nothing changed.
            None => match self.genome_run(Some(later.1.as_of - 1)).await? {
                Some(before) => before,
                None => self.some_genome_run(to).await?,
            },
        };
        if earlier.1.as_of > later.1.as_of {
            return Err(EngineError::invalid(
                "from",
                "is after `to`: name the earlier date first",
            ));
        }
        Ok((earlier, later))
    }

    /// The genome of a customer by a run, `None` where there is none.
    async fn genome_if_any(
        &self,
        (run, result): &(Run, GenomeResult),
        customer: CustomerKey,
    ) -> Result<Option<Genome>, EngineError> {
        match self.genome_row((run, result), customer.0).await {
            Ok(row) => Ok(Some(row.genome)),
            Err(cause) if cause.is_missing() => Ok(None),
            Err(cause) => Err(cause),
        }
    }
}

/// How many changes there are, and what to mind when they are read.
fn in_short(changes: &[GenomeChange], one_run: bool, merged: bool) -> String {
    let alerts = changes.iter().filter(|change| change.alert).count();
    match changes.len() {
        _ if one_run => {
            "Both dates have the same genome: name dates with runs between them.".into()
        }
        0 => "Nothing changed by more than what is told.".into(),
        many if merged => format!(
            "{many} changes, {alerts} of them alerts. Records came to or left this customer in between, so some of it is whose acts count."
        ),
        many => format!("{many} changes, {alerts} of them alerts."),
    }
}

fn kind_word(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Appeared => "appeared",
        ChangeKind::Faded => "faded",
        ChangeKind::Turned => "turned",
        ChangeKind::Retyped => "retyped",
        ChangeKind::Shifted => "shifted",
        ChangeKind::Consent => "consent",
    }
}
