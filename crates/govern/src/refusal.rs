//! A refusal: why, and how to get what was wanted. Turning it into an answer is the server's work.

use serde::Serialize;

/// Why something is not allowed, and what would make it so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{why}: {how}")]
pub struct Refusal {
    /// What stands in the way.
    pub why: String,
    /// What to do about it.
    pub how: String,
}
