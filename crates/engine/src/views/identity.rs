//! Who is whom: the newest run, pairs that wait for a person, the records of one customer with every link's evidence, what
//! people decided.

use super::page::page;
use super::words::words;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

words!(
    /// What is made of a pair of records.
    PairState {
        /// One customer.
        Linked => "linked",
        /// A person is asked.
        Review => "review",
    }
);

words!(
    /// What a person says of records.
    IdentityVerdict {
        /// One customer.
        Same => "same",
        /// Two customers.
        Different => "different",
        /// Nothing: an earlier word on them is taken back.
        Open => "open",
    }
);

/// A run that finds out which records are one customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityRunRequest {
    /// Why.
    pub reason: String,
}

/// What a run found, in numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct IdentityRan {
    /// The run.
    pub run_id: String,
    /// Records: one per identifier that a feed gave, devices among them.
    pub records: usize,
    /// Customers they are.
    pub customers: usize,
    /// Pairs of records that were compared.
    pub compared: usize,
    /// Links by what people said.
    pub by_person: usize,
    /// Links by a shared identifier.
    pub by_identifier: usize,
    /// Links by likeness.
    pub by_likeness: usize,
    /// Pairs that wait for a person.
    pub review: usize,
    /// Records that went to another customer than before the run.
    pub moved: usize,
    /// Identifiers that link nobody.
    pub refused: Vec<RefusedIdentifier>,
    /// Decisions that could not be obeyed.
    pub conflicts: Vec<String>,
    /// Groups of records that were not all compared, as too many agree.
    pub skipped: Vec<String>,
    /// It in a sentence.
    pub sentence: String,
}

/// An identifier that too many records share, so that it links nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RefusedIdentifier {
    /// Its kind.
    pub kind: String,
    /// Its first letter, and of an e-mail address what follows the @; the rest is personal.
    pub hint: String,
    /// Records that have it.
    pub records: usize,
    /// Whether somebody put it on the list of blocked values.
    pub blocked: bool,
}

/// Who is whom by the newest run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct IdentityOverview {
    /// The newest run; absent where there is none yet.
    pub run: Option<IdentityRan>,
    /// When it was.
    #[schema(format = DateTime)]
    pub at: Option<String>,
    /// The newest decision, for If-Match; 0 for none.
    pub version: i64,
    /// What people decided that stands, newest first.
    pub decisions: Vec<IdentityDecisionRow>,
}

/// What a person decided about two records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IdentityDecisionRow {
    /// Its number.
    pub seq: i64,
    /// Key of one record.
    pub a: i64,
    /// Key of the other.
    pub b: i64,
    /// What was decided.
    pub verdict: IdentityVerdict,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// Who.
    pub author: String,
    /// Why.
    pub reason: String,
}

/// One line of the evidence of a pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PairEvidence {
    /// What it is about: a field, an identifier, or what is known before anything is compared.
    pub about: String,
    /// What was found there.
    pub found: String,
    /// What it adds, thousandths of a bit: 1000 doubles the odds that the two are one customer. None for an identifier or
    /// a person's word, which settle it by themselves.
    pub points: Option<i64>,
}

/// Two records that are, or may be, one customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IdentityPair {
    /// Key of one record.
    pub a: i64,
    /// Key of the other.
    pub b: i64,
    /// What is made of it.
    pub state: PairState,
    /// The sum of the points, where they are alike.
    pub score: Option<i64>,
    /// The sum from which records are linked.
    pub threshold: Option<i64>,
    /// Line by line; the points sum to the score exactly.
    pub evidence: Vec<PairEvidence>,
    /// What keeps a pair apart that waits.
    pub doubt: Option<String>,
    /// The run that found it so.
    pub run_id: String,
    /// Since when.
    #[schema(format = DateTime)]
    pub since: String,
    /// Until when, where it holds no more.
    #[schema(format = DateTime)]
    pub until: Option<String>,
}

page!(
    /// Pairs that wait for a person, the likeliest first.
    IdentityPairPage of IdentityPair
);

/// A field of a record, or of a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NamedValue {
    /// The field.
    pub field: String,
    /// Its value.
    pub value: String,
}

/// One record: what one identifier of a feed stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IdentityRecord {
    /// Its key, under which its facts were written.
    pub record_key: i64,
    /// Its identifiers by kind.
    pub identifiers: Vec<NamedValue>,
    /// What it says of the person.
    pub fields: Vec<NamedValue>,
}

/// What a customer's profile says, and which record says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProfileValue {
    /// What it is about.
    pub attribute: String,
    /// What it says.
    pub value: String,
    /// The record that says it.
    pub from: i64,
    /// Why this record's word counts, where others say something else.
    pub because: Option<String>,
    /// Records that say something else.
    pub against: Vec<i64>,
}

/// One customer: the records, why they are one, and what the profile takes from which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CustomerIdentity {
    /// The customer: the lowest key of the records.
    pub customer_key: i64,
    /// The key that was asked for, where it is one of the other records.
    pub asked_key: i64,
    /// Whether what names the person is told: not for every purpose, since groups and forecasts need no names. Values are
    /// empty where it is not.
    pub named: bool,
    /// The records, by key.
    pub records: Vec<IdentityRecord>,
    /// The profile.
    pub profile: Vec<ProfileValue>,
    /// Links among the records, and doubts about others; those that hold no more at the end.
    pub links: Vec<IdentityPair>,
    /// What people decided about them that stands.
    pub decisions: Vec<IdentityDecisionRow>,
    /// The newest decision of all, for If-Match; 0 for none.
    pub version: i64,
}

/// What a person decides about records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityDecisionRequest {
    /// What is decided: the records are one customer with `with`, or they are not; or an earlier word is taken back.
    pub verdict: IdentityVerdict,
    /// The records decided about.
    pub records: Vec<i64>,
    /// The record they are held against. Left out with "different": the records are parted from all others of their customer.
    #[serde(default)]
    pub with: Option<i64>,
    /// Why.
    pub reason: String,
}

/// What a decision did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IdentityDecided {
    /// The decision's number, which is the newest version now.
    pub version: i64,
    /// Records that went to another customer: record and customer.
    pub moved: Vec<MovedRecord>,
    /// It in a sentence.
    pub sentence: String,
}

/// A record that went to another customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MovedRecord {
    /// The record.
    pub record_key: i64,
    /// Its customer before.
    pub before: i64,
    /// Its customer now.
    pub after: i64,
}

/// The rules of who is whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IdentityRules {
    /// The rules as TOML: `[merge]` says when records are one, `[profile.ATTRIBUTE]` whose word counts.
    pub text: String,
    /// What the text is told by when it is changed.
    pub version: String,
    /// Values that link nobody.
    pub blocked: usize,
}

/// A change of the rules; what is left out stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityRulesRequest {
    /// The rules as TOML.
    #[serde(default)]
    pub text: Option<String>,
    /// The version of the text that was read before: a change that came in between is then refused, not overwritten.
    #[serde(default)]
    pub seen: Option<String>,
    /// Values that link nobody from the next run on.
    #[serde(default)]
    pub block: Vec<IdentityValue>,
    /// Values that link again.
    #[serde(default)]
    pub unblock: Vec<IdentityValue>,
    /// Why.
    pub reason: String,
}

/// An identifier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityValue {
    /// Its kind: loyalty, login, email, email_hash, card, phone, device, cookie.
    pub kind: String,
    /// Its value.
    pub value: String,
}
