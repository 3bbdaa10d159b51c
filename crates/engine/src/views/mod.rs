//! The plain answers and questions of the engine: what a screen, a program or a download gets and sends.
//! Names, fields and absent values are the HTTP contract; doc comments become its descriptions.
//!
//! Money is a decimal string with the currency once per object, shares are 0..1, instants are RFC 3339 in
//! UTC, days are YYYY-MM-DD. It must not hold behaviour beyond naming words, nor a type of another room.

mod agreement;
mod audit;
mod customers;
mod demand;
mod dna;
mod drivers;
mod feeds;
mod finder;
mod genome;
mod groups;
mod hands;
mod health;
mod heard;
mod home;
mod identity;
mod imports;
mod jobs;
mod keys;
mod kinds;
mod letter;
mod life;
mod members;
mod migration;
mod newcomers;
mod page;
mod people;
mod products;
mod quarantine;
mod receipts;
mod recipes;
mod runs;
mod segments;
mod session;
mod size;
mod sql;
mod timeline;
mod trees;
mod uploads;
mod versions;
mod words;
mod workbench;
mod worth;

pub use agreement::{SchemeAgreement, SchemeOverlap};
pub use audit::{AuditPage, AuditRow, AuditVerdict, BrokenVersion};
pub use customers::{
    Contribution, CustomerCard, CustomerFeature, CustomerMembership, CustomerPage, CustomerRow,
    CustomerSegment,
};
pub use demand::{
    Agreement, DemandBackTest, DemandCategory, DemandCategoryFile, DemandCommunities,
    DemandCommunity, DemandCompanion, DemandLists, DemandListsFile, DemandNear, DemandNode,
    DemandOverview, DemandPartner, DemandProduct, DemandProductFile, DemandRan, DemandRun,
    DemandRunRequest, DemandSplit, LostFrom, PartnerKind, Transfer, TransferShare,
};
pub use dna::{
    DnaBeforeAfter, DnaConflict, DnaCorrected, DnaCorrectionRequest, DnaCorrectionRow, DnaCount,
    DnaCoverage, DnaOverview, DnaProposal, DnaProposals, DnaRan, DnaRunRequest, DnaSource,
    DnaUndoRequest, DnaValueName, DnaVerb, PicturesRead, UnreadPicture,
};
pub use drivers::{
    DriverAttribute, DriverGroup, DriverLevel, DriverRange, DriverScore, DriverTrial, Drivers,
    DriversList, DriversRequest,
};
pub use feeds::{
    Completeness, Feed, FeedList, FeedState, Finding, FindingSeverity, Gate, Threshold,
};
pub use finder::{
    FinderAnswer, FinderBenefit, FinderChoice, FinderDeclared, FinderForgetRequest,
    FinderForgotten, FinderKeepRequest, FinderKept, FinderLine, FinderOffer, FinderProduct,
    FinderQuestion, FinderRequest, FinderStep,
};
pub use genome::{
    CustomerGenome, ForecastParameter, ForecastTenth, ForecastTrial, ForgottenGene, GeneEvidence,
    GeneEvidenceLine, GeneForgetRequest, GeneName, GeneRange, GeneRememberRequest, GeneRemembered,
    GeneRow, GeneStanding, GeneTypeWord, GenomeChange, GenomeDiff, GenomeForecast, GenomeRan,
    GenomeRunRequest, GenomeSpec, HabitRow, PredictedRow,
};
pub use groups::{
    AlertPage, AlertRow, ClusterGene, ClusterGenome, ClusterMean, DriftRow, GenomeDrift,
};
pub use hands::{HandAsk, HandCost, HandList, HandPreview, HandRequest, HandRow, HandSaved};
pub use health::{HealthCluster, HealthFeature, SchemeHealth};
pub use heard::{
    HeardDifference, HeardDifferenceKind, HeardMention, HeardShare, HeardTopic, HeardValue,
    ProductHeard,
};
pub use home::{Chapter, Figure, Home, MonthSales, NextStep, SegmentShare};
pub use identity::{
    CustomerIdentity, IdentityDecided, IdentityDecisionRequest, IdentityDecisionRow,
    IdentityOverview, IdentityPair, IdentityPairPage, IdentityRan, IdentityRecord, IdentityRules,
    IdentityRulesRequest, IdentityRunRequest, IdentityValue, IdentityVerdict, MovedRecord,
    NamedValue, PairEvidence, PairState, ProfileValue, RefusedIdentifier,
};
pub use imports::{
    ImportOptions, ImportPage, ImportRequest, ImportRow, ImportState, Tax, Withdrawn,
};
pub use jobs::{Job, JobProblem, JobStarted, JobState, ReasonRequest};
pub use keys::{Key, KeyCreated, KeyList, NewKey};
pub use kinds::{Kind, KindField, KindList, Preset};
pub use letter::{CustomerLetter, LetterSection};
pub use life::{
    CustomerLife, LifeEvidence, LifeFinding, LifeKind, LifeMissing, LifeOverview, LifePart,
    LifeProduct, LifeRan, LifeRunRequest, LifeSort,
};
pub use members::{MemberPage, MemberRow};
pub use migration::{
    CauseCount, CustomerHistory, MemberHistory, MemberStay, Migration, MigrationCluster,
    MigrationFlow, MigrationMember, MigrationMemberPage, MigrationSide, MoveCause, MoveHand,
    MoveKind, MoveReason, MoveWhy, PeriodWord, PublicationRow, SameCluster,
};
pub use newcomers::{
    LikeMember, Newcomer, Newcomers, PlacingAttribute, PlacingReason, PlacingTrial, PlacingWay,
    PlannedCluster, ProposedCluster,
};
pub use page::Paged;
pub use people::{NewPerson, Person, PersonChange, PersonCreated, PersonList};
pub use products::{
    BuyersOfSegment, DnaAttribute, DnaEvidence, DnaReading, DnaValue, ProductField, ProductFile,
    ProductPage, ProductRow,
};
pub use quarantine::{
    DropRequest, Dropped, QuarantineAsk, QuarantinePage, QuarantineRow, QuarantineState, ReplayFix,
    ReplayRequest,
};
pub use receipts::{LineType, Receipt, ReceiptItem, ReceiptPage, ReceiptType};
pub use recipes::{
    BlockPart, Comparison, EntityParts, Flow, MethodPart, MethodWord, RecipeBrief, RecipeList,
    RecipeParts, RecipeRequest, RecipeRow, RecipeTemplate, RuleKind, RuleName, ScenarioFigures,
    ScheduleRequest, ScheduleRow, SchemeFile, SchemeRunRequest, SchemeStanding, StandingRequest,
    StandingWord, StepRequest, StepRow,
};
pub use runs::{RunBrief, RunPage, RunRequest, RunRow, RunStage, TableVersion};
pub use segments::{
    Choice, ChoiceScore, Cluster, ClusterMap, Fact, Feature, HistoryEntry, MapCenter, MapPoint,
    NamedBy, ProfileCell, RenameRequest, Renamed, Scheme, SchemeBrief, SchemeHistory, SchemeList,
    SchemeRun, SmallCells,
};
pub use session::{Me, Project, ProjectList, PurposeChoice};
pub use size::{CellSize, RecipeSize, RecipeSizeRequest};
pub use sql::{SqlColumn, SqlRequest, SqlResult};
pub use timeline::{
    DeclaredAttribute, Timeline, TimelineChannel, TimelinePage, TimelineProduct, TimelineRow,
};
pub use trees::{BoardTree, TreeJoin, TreeLeaf};
pub use uploads::{Preview, PreviewProblem, PreviewRequest, Upload, UploadChoice, UploadColumn};
pub use versions::{
    GenuineWord, LineWord, RecipeLine, RestoreRequest, Restored, SchemeVersion, SchemeVersions,
    VersionDiff, VersionPart, VersionRow,
};
pub use words::{PurposeWord, RoleWord, ScopeWord};
pub use workbench::{
    Board, BoardCluster, BoardMap, BoardMember, BoardMemberPage, BoardPoint, ClusterRule,
    EmptyCluster, EntityWord, HandConflict, MemberReason, MemberReasons, MemberShare, RunShown,
    ScenarioRow, ShownWord, StateWord, WeightedFeature,
};
pub use worth::{ClusterWorth, SchemeWorth, SchemeWorths, UnreadScheme, WorthBefore, WorthChange};
