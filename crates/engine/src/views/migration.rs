//! Time in the workbench: which run was live when, who went where between two dates and why, where one member was.

use super::page::page;
use super::words::words;
use super::{EmptyCluster, EntityWord};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

words!(
    /// Whether a run was live, is, or will be.
    PeriodWord {
        /// It was.
        Past => "past",
        /// It is.
        Live => "live",
        /// It will be, unless something else is decided.
        Planned => "planned",
    }
);

words!(
    /// What became of a member between two dates.
    MoveKind {
        /// It is in another cluster.
        Moved => "moved",
        /// It is in the same cluster.
        Stayed => "stayed",
        /// It was in no cluster before.
        Entered => "entered",
        /// It is in no cluster any more.
        Left => "left",
    }
);

words!(
    /// What moved a member.
    MoveCause {
        /// A person: a move, lock, merge, split, or taking one back.
        Hand => "hand",
        /// Its data, or that of the clusters.
        Data => "data",
        /// It is in another part of a nested scheme.
        Part => "part",
        /// It fits another rule.
        Rule => "rule",
        /// Distance does not speak for it: sizes, links or the bounds of the search.
        Bounds => "bounds",
    }
);

/// A time in which one run of a scheme is live.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PublicationRow {
    /// The run.
    pub run_id: String,
    /// What it is called.
    pub title: String,
    /// Whether it was live, is, or will be.
    pub state: PeriodWord,
    /// From when.
    #[schema(format = DateTime)]
    pub from: String,
    /// Until when; absent while nothing follows.
    #[schema(format = DateTime)]
    pub until: Option<String>,
    /// When that was decided.
    #[schema(format = DateTime)]
    pub at: String,
    /// By whom.
    pub author: String,
    /// What was said.
    pub comment: String,
}

/// Who went from which cluster to which between two dates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Migration {
    /// The scheme's name in addresses.
    pub scheme: String,
    /// What it clusters.
    pub of: EntityWord,
    /// The currency of the money below, ISO 4217.
    pub currency: String,
    /// It in a sentence.
    pub sentence: String,
    /// What was live at the earlier date.
    pub from: MigrationSide,
    /// What was live at the later date.
    pub to: MigrationSide,
    /// Members in the same cluster at both dates.
    pub stayed: usize,
    /// Members in another cluster.
    pub moved: usize,
    /// Of these, those whom people moved.
    pub by_hand: usize,
    /// Members in no cluster before.
    pub entered: usize,
    /// Members in no cluster any more.
    pub left: usize,
    /// Members by cluster at both dates; each member is in one flow.
    pub flows: Vec<MigrationFlow>,
    /// Which cluster of the earlier date is which of the later one.
    pub same: Vec<SameCluster>,
    /// Numbers of members are to the nearest multiple of this, so that none tells of a few people; 1 is exact.
    pub rounded_to: u64,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// Two clusters, of two runs, that are one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SameCluster {
    /// Its number in the first.
    pub before: i32,
    /// Its number in the second.
    pub now: i32,
    /// Of the members of both runs that are in it in either, the share that is in both, 0..1.
    pub share: f64,
    /// Whether its members say so, and not its number.
    pub by_members: bool,
}

/// A scheme at one date.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MigrationSide {
    /// The date.
    #[schema(format = DateTime)]
    pub on: String,
    /// What is live then.
    pub publication: PublicationRow,
    /// Members.
    pub members: usize,
    /// The clusters, by number; of customers those large enough to be shown.
    pub clusters: Vec<MigrationCluster>,
}

/// A cluster at one of two dates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MigrationCluster {
    /// Its number and name.
    #[serde(flatten)]
    pub cluster: EmptyCluster,
    /// Its members then: the sum of its row (earlier) or column (later) of the matrix.
    pub members: usize,
    /// Their sales then; absent for customers.
    pub sales: Option<f64>,
    /// Share of them that is in it at the other date too, 0..1; absent where it has none.
    pub stayed: Option<f64>,
}

/// Members that were in one cluster and are in one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MigrationFlow {
    /// What became of them.
    pub kind: MoveKind,
    /// Their cluster at the earlier date; absent for those who entered.
    pub from: Option<i32>,
    /// Their cluster at the later date; absent for those who left.
    pub to: Option<i32>,
    /// How many.
    pub members: usize,
    /// Share of the members of the cluster before, 0..1.
    pub share_of_from: Option<f64>,
    /// Share of the members of the cluster after, 0..1.
    pub share_of_to: Option<f64>,
    /// Their sales at the earlier date; absent for customers and for those who entered.
    pub sales_before: Option<f64>,
    /// Their sales at the later date; absent for customers and for those who left.
    pub sales_now: Option<f64>,
    /// Those whom people moved.
    pub by_hand: usize,
    /// Those who moved, by what made them; what nobody moved by is left out.
    pub causes: Vec<CauseCount>,
    /// The changes by hand that moved them, newest first; of customers those behind enough of them to be told of.
    pub hands: Vec<MoveHand>,
    /// What usually moved those whom data moved; absent where there are none.
    pub why: Option<MoveWhy>,
}

/// How many something moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CauseCount {
    /// What moved them.
    pub cause: MoveCause,
    /// How many.
    pub members: usize,
}

/// Which features moved somebody. The features and the rest add up to the change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MoveWhy {
    /// How much more the distances speak for the cluster entered, against the one left, than before (squared, scaled).
    pub change: f64,
    /// How much they speak for it now; not above 0 where something else than distance decided.
    pub lean: f64,
    /// Whether the parts may be told in per cent of the change: it is above 0, and no part is more than twice as large.
    pub shares: bool,
    /// The features that did most, from the greatest down.
    pub reasons: Vec<MoveReason>,
    /// All other features together; below 0 where they spoke against.
    pub rest: f64,
}

/// What one feature did to a move.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MoveReason {
    /// The feature.
    pub feature: String,
    /// In words.
    pub label: String,
    /// Its part of the change.
    pub change: f64,
    /// Of this, because the member changed.
    pub by_member: f64,
    /// Of this, because the clusters did.
    pub by_centers: f64,
}

/// A change by hand that moved somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MoveHand {
    /// Its number.
    pub seq: i64,
    /// It in a sentence that names no member.
    pub sentence: String,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// Who.
    pub author: String,
    /// Why.
    pub reason: String,
}

/// What became of one member between two dates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MigrationMember {
    /// Its id.
    pub member: String,
    /// Its name.
    pub label: Option<String>,
    /// What became of it.
    pub kind: MoveKind,
    /// Its cluster at the earlier date.
    pub from: Option<i32>,
    /// That cluster's name.
    pub from_name: Option<String>,
    /// Its cluster at the later date.
    pub to: Option<i32>,
    /// That cluster's name.
    pub to_name: Option<String>,
    /// Its sales at the earlier date.
    #[schema(format = "decimal", examples("12.5000"))]
    pub sales_before: Option<String>,
    /// Its sales at the later date.
    #[schema(format = "decimal", examples("12.5000"))]
    pub sales_now: Option<String>,
    /// What moved it; absent for one that did not move.
    pub cause: Option<MoveCause>,
    /// Why, in a sentence.
    pub sentence: String,
    /// Which features spoke for it.
    pub why: Option<MoveWhy>,
    /// The change by hand that moved it.
    pub hand: Option<MoveHand>,
}

page!(
    /// Members of a scheme at two dates.
    MigrationMemberPage of MigrationMember
);

/// Where a member of a scheme was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MemberHistory {
    /// The scheme's name in addresses.
    pub scheme: String,
    /// The scheme's name for people.
    pub title: String,
    /// What it clusters.
    pub of: EntityWord,
    /// The member.
    pub member: String,
    /// Its name.
    pub label: Option<String>,
    /// Where it was, newest first, with the times in which it was in no cluster; empty where it is in runs of which
    /// none was live.
    pub stays: Vec<MemberStay>,
}

/// A time in which a member was in one cluster, or in none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MemberStay {
    /// Whether it was there, is, or will be.
    pub state: PeriodWord,
    /// From when.
    #[schema(format = DateTime)]
    pub from: String,
    /// Until when; absent while nothing follows.
    #[schema(format = DateTime)]
    pub until: Option<String>,
    /// The cluster; absent where it was in none, or in one too small to be shown.
    pub cluster: Option<i32>,
    /// Whether it was in a cluster that is too small to be shown.
    pub hidden: bool,
    /// The cluster's name at the end of that time.
    pub name: Option<String>,
    /// The runs that were live in that time, oldest first.
    pub publications: Vec<PublicationRow>,
    /// How it came there; absent for the first, and where it came from or to a cluster that is not shown.
    pub kind: Option<MoveKind>,
    /// What moved it there.
    pub cause: Option<MoveCause>,
    /// Why it came there, in a sentence.
    pub sentence: String,
    /// Which features spoke for it.
    pub why: Option<MoveWhy>,
    /// The change by hand that moved it.
    pub hand: Option<MoveHand>,
    /// What happened to the cluster meanwhile, in sentences: new names.
    pub notes: Vec<String>,
}

/// Where a customer was in every scheme of customers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CustomerHistory {
    /// One per scheme that knows the customer and was live once.
    pub schemes: Vec<MemberHistory>,
}
