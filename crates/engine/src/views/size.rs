//! The size of a recipe while it is written.

use super::EntityWord;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Asks for the size of a recipe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecipeSizeRequest {
    /// The recipe (TOML).
    pub text: String,
}

/// How many members a recipe keeps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RecipeSize {
    /// What it clusters.
    pub of: Option<EntityWord>,
    /// The instant described.
    #[schema(format = DateTime)]
    pub as_of: Option<String>,
    /// Numbers of members are told to the nearest multiple of this; 1 where they are exact.
    pub step: u64,
    /// Why the recipe cannot be read as it stands, which is no mistake while somebody writes; then all else is nothing.
    pub problem: Option<String>,
    /// Members that the filters keep.
    pub all: usize,
    /// Members that are clustered, of rules those in a cell.
    pub members: usize,
    /// The cells of rules, in order; empty where clusters are searched for.
    pub cells: Vec<CellSize>,
    /// Who is left out and why; absent for customers.
    pub notes: Vec<String>,
}

/// How many members a cell of rules has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CellSize {
    /// Its name.
    pub name: String,
    /// Its members.
    pub members: usize,
    /// Of all that the filters keep as told, 0..1.
    pub share: f64,
    /// Their sales; absent for customers.
    #[schema(format = "decimal", examples("12.5000"))]
    pub sales: Option<String>,
    /// Of the sales of all cells, 0..1; absent for customers.
    pub share_sales: Option<f64>,
}
