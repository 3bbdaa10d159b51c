//! Who is signed in, and which projects there are.

use super::words::{PurposeWord, RoleWord};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Me {
    /// The person, or the API key.
    pub person_id: String,
    /// The name shown beside changes.
    pub name: String,
    /// The e-mail address, where one is known.
    pub email: Option<String>,
    /// What the person does at the retailer.
    #[schema(value_type = Vec<RoleWord>)]
    pub roles: Vec<retail::Role>,
    /// Version of the program.
    pub version: String,
    /// Every purpose of looking at a person, and whether this person may.
    pub purposes: Vec<PurposeChoice>,
}

/// A purpose of looking at a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PurposeChoice {
    /// The word to send.
    #[schema(value_type = PurposeWord)]
    pub purpose: retail::Purpose,
    /// The purpose in words.
    pub label: String,
    /// Whether the roles allow it.
    pub allowed: bool,
}

/// The projects that this server serves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProjectList {
    /// Those that the signed-in person may see.
    pub projects: Vec<Project>,
}

/// A project: one retailer's data and decisions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Project {
    /// Its name in addresses.
    pub id: String,
    /// Its folder's name.
    pub name: String,
    /// Its title for people.
    pub title: String,
    /// The currency of its money, ISO 4217.
    pub currency: String,
    /// Where the data came from.
    pub credit: Option<String>,
    /// Under which licence the data may be used.
    pub licence: Option<String>,
    /// When the first receipt happened.
    #[schema(format = DateTime)]
    pub first_at: Option<String>,
    /// When the last receipt happened.
    #[schema(format = DateTime)]
    pub last_at: Option<String>,
    /// Receipt lines.
    pub lines: u64,
    /// Customers with a key.
    pub customers: u64,
}
