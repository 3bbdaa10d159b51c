//! People who work with a project, and their roles.

use super::words::RoleWord;
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;

/// The people of a project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PersonList {
    /// Everybody, closed accounts included.
    pub people: Vec<Person>,
}

/// A person who works with a project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Person {
    /// The person.
    pub person_id: String,
    /// The name shown beside changes.
    pub name: String,
    /// The e-mail address, where one is known.
    pub email: Option<String>,
    /// What the person does at the retailer.
    #[schema(value_type = Vec<RoleWord>)]
    pub roles: Vec<retail::Role>,
    /// Whether the account is open.
    pub active: bool,
    /// When the person last asked for something.
    #[schema(format = DateTime)]
    pub last_seen_at: Option<String>,
}

/// Adds a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPerson {
    /// The name shown beside changes.
    pub name: String,
    /// The e-mail address.
    pub email: Option<String>,
    /// What the person does at the retailer.
    #[schema(value_type = Vec<RoleWord>)]
    pub roles: Vec<retail::Role>,
    /// Why; kept in the audit.
    pub reason: String,
}

/// A person was added.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PersonCreated {
    /// The person.
    pub person_id: String,
    /// Works once.
    pub login_link: String,
}

// The link signs in, so it must not reach a log by accident.
impl fmt::Debug for PersonCreated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonCreated({}, …)", self.person_id)
    }
}

/// Changes roles or closes an account; absent values stay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonChange {
    /// The new roles.
    #[schema(value_type = Option<Vec<RoleWord>>)]
    pub roles: Option<Vec<retail::Role>>,
    /// Whether the account is open.
    pub active: Option<bool>,
    /// Why; kept in the audit.
    pub reason: String,
}
