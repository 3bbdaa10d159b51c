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
    /// Versions of schemes that are as they were sealed; not looked at where the chain does not hold.
    pub versions: u64,
    /// Versions of before there were seals: the audit proves when and by whom they were made, and not their text.
    pub versions_unsealed: u64,
    /// Those that are not as they were written, or gone.
    pub broken_versions: Vec<BrokenVersion>,
}

/// A version of a scheme that is not as its seal says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BrokenVersion {
    /// The scheme.
    pub scheme: String,
    /// The version; none where what is stored of the scheme cannot be read.
    pub version: Option<i64>,
}
