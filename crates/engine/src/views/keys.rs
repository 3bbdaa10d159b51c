//! API keys of programs.

use super::words::ScopeWord;
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;

/// The API keys of a project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct KeyList {
    /// Every key, revoked ones included.
    pub keys: Vec<Key>,
}

/// An API key, without its secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Key {
    /// The key.
    pub key_id: String,
    /// What it is for.
    pub name: String,
    /// The first characters of the secret, to tell keys apart.
    pub prefix: String,
    /// What it may do.
    #[schema(value_type = Vec<ScopeWord>)]
    pub scopes: Vec<retail::Scope>,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it ends.
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
    /// When it was last used.
    #[schema(format = DateTime)]
    pub last_used_at: Option<String>,
    /// Whether it was revoked.
    pub revoked: bool,
}

/// Makes an API key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewKey {
    /// What it is for.
    pub name: String,
    /// What it may do.
    #[schema(value_type = Vec<ScopeWord>)]
    pub scopes: Vec<retail::Scope>,
    /// When it ends; absent for a key that does not.
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
    /// Why; kept in the audit.
    pub reason: String,
}

/// An API key was made.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct KeyCreated {
    /// The key.
    pub key_id: String,
    /// Shown once.
    pub secret: String,
}

// The secret must not reach a log by accident.
impl fmt::Debug for KeyCreated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyCreated({}, …)", self.key_id)
    }
}
