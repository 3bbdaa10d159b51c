//! The registry's lists as people see them: imports, runs, quarantine, audit. Thin: rights, the question,
//! the shape of the answer.

use crate::ask::{PageAsk, count, instant};
use crate::reads::Read;
use crate::views::{
    AuditPage, AuditRow, AuditVerdict, BrokenVersion, ImportPage, ImportRow, ImportState,
    QuarantineAsk, QuarantinePage, QuarantineRow, QuarantineState, RunBrief, RunPage, RunRow,
    TableVersion,
};
use crate::{Actor, EngineError, Project, clock};
use govern::Action;
use registry::{QuarantineFilter, RunFilter, VersionsCheck};
use retail::Purpose;

impl Project {
    /// Files that were imported.
    pub async fn imports(&self, actor: &Actor, ask: &PageAsk) -> Result<ImportPage, EngineError> {
        actor.may(Action::ReadResults)?;
        let page = self.registry().imports(None, &ask.query()).await?;
        let authors = self.authors().await?;
        let rows = page.rows.into_iter().map(|import| ImportRow {
            import_id: import.import_id,
            file: import.file,
            kind: import.kind.to_string(),
            preset: (!import.preset.is_empty()).then_some(import.preset),
            state: ImportState::from_word(import.state.word()).unwrap_or(ImportState::Failed),
            read: count(import.counts.read),
            loaded: count(import.counts.loaded),
            duplicate: count(import.counts.duplicate),
            quarantined: count(import.counts.quarantined),
            started_at: clock::text(import.started_at),
            finished_at: instant(import.finished_at),
            author: authors.name(import.author),
            reason: Some(import.reason),
            replay_of: import.replay_of,
            message: (!import.message.is_empty()).then_some(import.message),
        });
        Ok(ImportPage {
            rows: rows.collect(),
            total: page.total,
            offset: ask.offset,
            limit: ask.limit,
        })
    }

    /// Runs, newest first.
    pub async fn runs(&self, actor: &Actor, ask: &PageAsk) -> Result<RunPage, EngineError> {
        actor.may(Action::ReadResults)?;
        let page = self
            .registry()
            .runs(&RunFilter::default(), &ask.query())
            .await?;
        let authors = self.authors().await?;
        let rows = page.rows.into_iter().map(|run| RunRow {
            inputs: run
                .inputs
                .into_iter()
                .map(|input| TableVersion {
                    table: input.table,
                    version: count(input.version),
                })
                .collect(),
            run_id: run.run_id,
            stage: run.stage,
            status: run.status.word().to_string(),
            started_at: clock::text(run.started_at),
            seconds: run.seconds,
            seed: Some(run.seed),
            version: run.version,
            author: authors.name(run.author),
            summary: run.summary,
        });
        Ok(RunPage {
            rows: rows.collect(),
            total: page.total,
            offset: ask.offset,
            limit: ask.limit,
        })
    }

    /// The last runs, for Home.
    pub(crate) async fn last_runs(&self) -> Result<Vec<RunBrief>, EngineError> {
        let ask = PageAsk {
            limit: 5,
            ..PageAsk::default()
        };
        let page = self
            .registry()
            .runs(&RunFilter::default(), &ask.query())
            .await?;
        let rows = page.rows.into_iter().map(|run| RunBrief {
            run_id: run.run_id,
            stage: run.stage,
            status: run.status.word().to_string(),
            started_at: clock::text(run.started_at),
            seconds: run.seconds,
            summary: run.summary,
        });
        Ok(rows.collect())
    }

    /// Rows that were held back. They are raw and may name people, so that a look at them has a purpose and
    /// is kept in the audit.
    pub async fn quarantine(
        &self,
        actor: &Actor,
        purpose: Purpose,
        which: &QuarantineAsk,
        ask: &PageAsk,
    ) -> Result<QuarantinePage, EngineError> {
        actor.may(Action::ReadQuarantine)?;
        if !actor.is_key() {
            actor.may(Action::ReadPerson(purpose))?;
        }
        let filter = QuarantineFilter {
            import_id: which.import_id.clone(),
            reason_code: which.reason_code.clone(),
            state: which
                .state
                .and_then(|state| registry::QuarantineState::from_word(state.word())),
        };
        let page = self.registry().quarantine(&filter, &ask.query()).await?;
        let read = Read {
            what: "quarantine",
            cluster: None,
            total: page.total,
            keys: Vec::new(),
        };
        self.note_read(actor, purpose, read, ask).await?;
        let rows = page.rows.into_iter().map(|row| QuarantineRow {
            quarantine_id: row.quarantine_id,
            import_id: row.import_id,
            file: row.file,
            row: count(row.row),
            column: row.column,
            value: row.value,
            reason: row.reason,
            reason_code: row.reason_code,
            state: QuarantineState::from_word(row.state.word()).unwrap_or(QuarantineState::Waiting),
        });
        Ok(QuarantinePage {
            rows: rows.collect(),
            total: page.total,
            offset: ask.offset,
            limit: ask.limit,
        })
    }

    /// The audit, newest first.
    pub async fn audit(&self, actor: &Actor, ask: &PageAsk) -> Result<AuditPage, EngineError> {
        actor.may(Action::ReadAudit)?;
        let page = self.registry().audit_entries(&ask.query()).await?;
        let authors = self.authors().await?;
        let rows = page.rows.into_iter().map(|entry| AuditRow {
            seq: entry.seq,
            at: clock::text(entry.at),
            author: authors.name(entry.author),
            action: entry.action,
            subject: authors.name(entry.subject),
            reason: Some(entry.reason),
            hash: entry.hash,
        });
        Ok(AuditPage {
            rows: rows.collect(),
            total: page.total,
            offset: ask.offset,
            limit: ask.limit,
        })
    }

    /// Whether the audit is as it was written.
    pub async fn verify_audit(&self, actor: &Actor) -> Result<AuditVerdict, EngineError> {
        actor.may(Action::ReadAudit)?;
        let check = self.registry().audit_verify().await?;
        // Where the chain is broken, what it says of versions is not known, either.
        let versions = match check.intact {
            true => self.registry().verify_versions().await?,
            false => VersionsCheck::default(),
        };
        let broken = versions.broken.into_iter();
        Ok(AuditVerdict {
            entries: count(check.entries),
            intact: check.intact,
            first_broken: check.first_broken,
            versions: versions.sealed as u64,
            versions_unsealed: versions.unsealed as u64,
            broken_versions: broken
                .map(|(scheme, version)| BrokenVersion { scheme, version })
                .collect(),
        })
    }
}
