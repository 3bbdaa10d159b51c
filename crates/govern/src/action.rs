//! What people and programs can ask for, as the rules see it. Who may do it is in `access`.

use retail::Purpose;

/// Something that a person or a program asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// See results about groups: home, feeds, segments, runs.
    ReadResults,
    /// See one person's data for a purpose.
    ReadPerson(Purpose),
    /// See rows held back; they are raw and may name persons.
    ReadQuarantine,
    /// Name clusters and publish segments.
    EditSegments,
    /// Say which records are one customer.
    DecideIdentity,
    /// Say what products are, over what was read.
    CorrectProducts,
    /// Keep what a customer answered.
    KeepAnswers,
    /// Strike genes from customers' genomes, and take that back.
    StrikeGenes,
    /// Approve or reject what another person put up.
    ApproveScenario,
    /// Start and cancel runs.
    StartRun,
    /// Hand in files.
    Import,
    /// Take an import back, so that nothing counts its rows.
    WithdrawImport,
    /// Give rows held back a second chance, or drop them.
    ReplayQuarantine,
    /// Ask questions in SQL; the lake has customer keys but no names.
    RunSql,
    /// See and change people and their roles.
    ManagePeople,
    /// See, make and revoke API keys.
    ManageKeys,
    /// See and check the audit chain.
    ReadAudit,
    /// Change settings of the project.
    ChangeSettings,
}

impl Action {
    /// The action in words, after "may not".
    pub fn words(self) -> String {
        let words = match self {
            Self::ReadResults => "see results",
            Self::ReadPerson(purpose) => {
                return format!("look at a person for the purpose '{}'", purpose.word());
            }
            Self::ReadQuarantine => "see rows held back",
            Self::EditSegments => "change segments",
            Self::DecideIdentity => "say which records are one customer",
            Self::CorrectProducts => "correct what products are",
            Self::KeepAnswers => "keep what customers answer",
            Self::StrikeGenes => "strike genes from customers' genomes",
            Self::ApproveScenario => "approve or reject scenarios",
            Self::StartRun => "start or cancel runs",
            Self::Import => "hand in files",
            Self::WithdrawImport => "take imports back",
            Self::ReplayQuarantine => "replay or drop rows held back",
            Self::RunSql => "ask in SQL",
            Self::ManagePeople => "manage people",
            Self::ManageKeys => "manage API keys",
            Self::ReadAudit => "see the audit",
            Self::ChangeSettings => "change settings",
        };
        words.to_string()
    }
}
