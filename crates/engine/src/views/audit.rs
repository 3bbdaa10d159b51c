//! The audit log: who did what and why, chained by hashes.

use super::page::page;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An entry of the audit log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuditRow {
    /// Its place in the chain.
    pub seq: i64,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// Who.
    pub author: String,
    /// What was done.
    pub action: String,
    /// To what.
    pub subject: String,
    /// Why.
    pub reason: Option<String>,
    /// Hash of this entry and the one before.
    pub hash: String,
}

page!(
    /// The audit log.
    AuditPage of AuditRow
);

/// Whether the audit log is as it was written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuditVerdict {
    /// Entries checked.
    pub entries: u64,
    /// Whether the chain holds.
    pub intact: bool,
    /// The first entry that does not fit.
    pub first_broken: Option<i64>,
}
