//! Who changed something and why: the pair that every change in the product carries.
//! It must not hold what was changed; that belongs to the room that changes it.

use serde::{Deserialize, Serialize};

/// Author and reason of a change, as written to the audit chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The person or key that acts, by its id in the registry (`person:…`, `key:…`, `command-line`).
    pub author: String,
    /// Why, in the author's words; never empty.
    pub reason: String,
}

impl Change {
    /// A change with its author and reason; `None` where either is blank, because a change without a
    /// reason cannot be explained later.
    pub fn new(author: impl Into<String>, reason: impl Into<String>) -> Option<Self> {
        let (author, reason) = (author.into(), reason.into());
        (!author.trim().is_empty() && !reason.trim().is_empty()).then_some(Self { author, reason })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_needs_author_and_reason() {
        assert!(Change::new("person:1", "moved the shop").is_some());
        assert!(Change::new("person:1", "  ").is_none());
        assert!(Change::new("", "why").is_none());
    }
}
