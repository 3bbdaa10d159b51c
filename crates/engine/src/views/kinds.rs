//! The kinds of feed, their fields and the presets: what an upload can be.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The kinds of feed, and presets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct KindList {
    /// Every kind that can be imported.
    pub kinds: Vec<Kind>,
    /// Every preset.
    pub presets: Vec<Preset>,
}

/// A kind of feed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Kind {
    /// The word to send.
    pub kind: String,
    /// The kind in words.
    pub label: String,
    /// What such a file holds.
    pub description: String,
    /// A small file of this kind, as csv text.
    pub sample_file: String,
    /// Its fields.
    pub fields: Vec<KindField>,
}

/// A field of a kind of feed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct KindField {
    /// The word used in mappings.
    pub field: String,
    /// The field in words.
    pub label: String,
    /// What its values are.
    #[serde(rename = "type")]
    pub field_type: String,
    /// Whether a row needs it.
    pub required: bool,
    /// What it means.
    pub description: String,
    /// A value.
    pub example: String,
}

/// How a known system writes a kind of feed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Preset {
    /// The word to send.
    pub name: String,
    /// The preset in words.
    pub label: String,
    /// The kind that it reads.
    pub kind: String,
    /// Whose files it reads.
    pub description: String,
}
