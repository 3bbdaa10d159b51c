//! Past versions of a scheme: every decision about its recipe, its changes by hand and what is live of it, two of them
//! held against each other, and going back to one.

use super::words::words;
use super::{HandRow, PublicationRow, RecipeRow};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

words!(
    /// What of a scheme a version changed, or going back to one brings back.
    VersionPart {
        /// Its recipe, with its rules.
        Recipe => "recipe",
        /// Its changes by hand, with the names of its clusters.
        Hands => "hands",
        /// Which run is live.
        Live => "live",
        /// Whether it is in use; nothing goes back to that but bringing it back.
        Standing => "standing",
    }
);

words!(
    /// Whether a version is as it was written.
    GenuineWord {
        /// It fits the seal in its entry of the audit.
        Sealed => "sealed",
        /// It was written by a version of the program that did not seal yet.
        Unsealed => "unsealed",
        /// It was changed from outside.
        Changed => "changed",
        /// The audit knows it, and it is gone.
        Missing => "missing",
    }
);

words!(
    /// Where a line of two recipes is.
    LineWord {
        /// In both.
        Same => "same",
        /// In the earlier one alone.
        Gone => "gone",
        /// In the later one alone.
        New => "new",
    }
);

/// The versions of a scheme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SchemeVersions {
    /// The scheme.
    pub scheme: String,
    /// Its name for people.
    pub title: String,
    /// The number of the newest version; going back names it in If-Match.
    pub version: i64,
    /// Versions that are not as they were written, or gone.
    pub broken: usize,
    /// Newest first.
    pub versions: Vec<VersionRow>,
}

/// One version of a scheme: a decision, under the number of its entry in the audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VersionRow {
    /// Its number.
    pub version: i64,
    /// What it changed.
    pub parts: Vec<VersionPart>,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// Who.
    pub author: String,
    /// Why.
    pub reason: String,
    /// It in a sentence.
    pub sentence: String,
    /// The version that it brings back, where it does.
    pub restores: Option<i64>,
    /// The version of the recipe that it saved.
    pub recipe_version: Option<i64>,
    /// The clusters that it names, by number; none of a change that places customers.
    pub clusters: Vec<i32>,
    /// Whether it is as it was written.
    pub genuine: GenuineWord,
    /// Hash of its entry in the audit and all before it; blank where that is gone.
    pub hash: String,
}

/// A scheme as it was in a version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SchemeVersion {
    /// The version.
    pub version: VersionRow,
    /// The recipe then; absent before the first.
    pub recipe: Option<RecipeRow>,
    /// The changes by hand that stood, oldest first; those of customers tell neither whom nor where to.
    pub hands: Vec<HandRow>,
    /// What was live.
    pub live: Option<PublicationRow>,
}

/// A line of two recipes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecipeLine {
    /// Where it is.
    pub word: LineWord,
    /// The line, without its end.
    pub text: String,
}

/// Two versions of a scheme held against each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct VersionDiff {
    /// The first.
    pub a: VersionRow,
    /// The second.
    pub b: VersionRow,
    /// The lines of both recipes.
    pub recipe: Vec<RecipeLine>,
    /// Changes by hand that stand in the first alone.
    pub hands_a: Vec<HandRow>,
    /// Changes by hand that stand in the second alone.
    pub hands_b: Vec<HandRow>,
    /// What was live in the first.
    pub live_a: Option<PublicationRow>,
    /// What was live in the second.
    pub live_b: Option<PublicationRow>,
    /// The parts in which they differ.
    pub differs: Vec<VersionPart>,
    /// They in a sentence.
    pub sentence: String,
}

/// Goes back to a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RestoreRequest {
    /// What is brought back: recipe, hands, live.
    pub parts: Vec<VersionPart>,
    /// Why; kept with it.
    pub reason: String,
}

/// A version that was brought back as a new one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Restored {
    /// The new version.
    pub version: VersionRow,
    /// What became of it, and what to do next.
    pub sentence: String,
}
