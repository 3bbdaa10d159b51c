//! `tessera segment …` as people type it. It must not do anything.

use super::ProjectArg;
use super::assign::Assign;
use super::versions::{Restore, Standing, Versions};
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum Segment {
    /// The schemes of customers, stores and products.
    #[command(after_help = "Example:\n  tessera segment schemes --of stores --project my-shop")]
    Schemes {
        /// Of one entity only: customers, stores, products.
        #[arg(long, value_parser = ["customers", "stores", "products"])]
        of: Option<String>,
        /// Those that were removed, too.
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        project: ProjectArg,
    },
    /// Recipes to begin with; with a name, its text.
    #[command(
        after_help = "Example:\n  tessera segment templates\n  tessera segment templates stores-for-category > wine.toml"
    )]
    Templates {
        /// Which one.
        name: Option<String>,
    },
    /// Save a recipe: of a new scheme, or the next version of one.
    #[command(
        after_help = "Example:\n  tessera segment recipe wine-stores wine.toml --project my-shop\n  tessera segment recipe wine-stores --template stores-for-category"
    )]
    Recipe(Recipe),
    /// Run a scheme's recipe with people's changes; the result is a draft.
    #[command(
        after_help = "Example:\n  tessera segment fit wine-stores --project my-shop\n  tessera segment fit wine-stores --clusters 4 --method ward --title \"Four, by Ward\""
    )]
    Fit(Fit),
    /// The clusters of a scheme's run.
    #[command(
        after_help = "Example:\n  tessera segment show wine-stores --project my-shop\n  tessera segment show wine-stores --on 2026-03-01"
    )]
    Show(Then),
    /// The members of a scheme's run, each with its cluster, the next, and how near that is.
    #[command(
        after_help = "Example:\n  tessera segment members wine-stores --cluster 2 --project my-shop"
    )]
    Members {
        #[command(flatten)]
        then: Then,
        /// Of one cluster only: its number or name.
        #[arg(long)]
        cluster: Option<String>,
        /// Of customers: what they are looked at for, as in analytics.
        #[arg(long)]
        purpose: Option<String>,
        /// Members shown.
        #[arg(long, default_value_t = 100)]
        limit: usize,
    },
    /// The tree that a run's clusters were cut from, for runs by ward, average, complete or genie; cut elsewhere
    /// where a number is given.
    #[command(
        after_help = "Example:\n  tessera segment tree wine-stores --project my-shop\n  tessera segment tree wine-stores --clusters 5"
    )]
    Tree {
        #[command(flatten)]
        of: Of,
        /// Show what a cut into so many clusters would give.
        #[arg(long)]
        clusters: Option<usize>,
    },
    /// Why a member is where it is: distances to its own and the next cluster by feature.
    #[command(
        after_help = "Example:\n  tessera segment explain wine-stores S0012 --project my-shop"
    )]
    Explain {
        #[command(flatten)]
        then: Then,
        /// The member's id.
        member: String,
        /// Of a customer: what it is looked at for, as in analytics.
        #[arg(long)]
        purpose: Option<String>,
    },
    /// Move members to a cluster, where they stay in every run to come.
    #[command(
        after_help = "Example:\n  tessera segment move wine-stores S0012 --to 2 --dry-run --project my-shop\n  tessera segment move wine-stores S0012 --to 2 --reason \"new fit-out\""
    )]
    Move {
        #[command(flatten)]
        of: Of,
        /// The members.
        #[arg(required = true)]
        members: Vec<String>,
        /// The cluster: its number or name.
        #[arg(long)]
        to: String,
        #[command(flatten)]
        why: Why,
    },
    /// Where members would be today by the clusters of a run, without running it again: new ones, and those that changed.
    #[command(
        after_help = "Example:\n  tessera segment assign wine-stores --changed --project my-shop\n  tessera segment assign value 1204 --purpose analytics"
    )]
    Assign(Assign),
    /// Members with a thin history or none: where each would be placed by what it is, with which confidence, and why.
    #[command(
        after_help = "Example:\n  tessera segment newcomers wine-stores --project my-shop\n  tessera segment newcomers wine-stores --method like --weight format=3 --weight lat=0 --weight lon=0"
    )]
    Newcomers(Newcomers),
    /// Place newcomers in a cluster: who has no sales yet is planned there, and goes there with its first run.
    #[command(
        after_help = "Example:\n  tessera segment place wine-stores S0025 --to 2 --reason \"opens in May\" --project my-shop"
    )]
    Place {
        #[command(flatten)]
        of: Of,
        /// The members.
        #[arg(required = true)]
        members: Vec<String>,
        /// The cluster: its number or name.
        #[arg(long)]
        to: String,
        #[command(flatten)]
        why: Why,
    },
    /// Keep members where they are in every run to come.
    #[command(
        after_help = "Example:\n  tessera segment lock wine-stores S0012 S0013 --project my-shop"
    )]
    Lock(OfMembers),
    /// Set members free again.
    #[command(
        after_help = "Example:\n  tessera segment unlock wine-stores S0012 --project my-shop"
    )]
    Unlock(OfMembers),
    /// Keep members in one cluster.
    #[command(
        after_help = "Example:\n  tessera segment together wine-stores S0012 S0013 --project my-shop"
    )]
    Together(OfMembers),
    /// Keep members in different clusters.
    #[command(
        after_help = "Example:\n  tessera segment apart wine-stores S0012 S0013 --project my-shop"
    )]
    Apart(OfMembers),
    /// Make a cluster by hand, as for flagships: no run fills it.
    #[command(
        after_help = "Example:\n  tessera segment create wine-stores Flagships --project my-shop"
    )]
    Create {
        #[command(flatten)]
        of: Of,
        /// Its name.
        name: String,
        #[command(flatten)]
        why: Why,
    },
    /// Merge one cluster into another.
    #[command(
        after_help = "Example:\n  tessera segment merge wine-stores 3 --into 2 --project my-shop"
    )]
    Merge {
        #[command(flatten)]
        of: Of,
        /// The cluster that ends: its number or name.
        from: String,
        /// The cluster that takes its members.
        #[arg(long)]
        into: String,
        #[command(flatten)]
        why: Why,
    },
    /// Split a cluster in two, where its members differ most.
    #[command(after_help = "Example:\n  tessera segment split wine-stores 2 --project my-shop")]
    Split {
        #[command(flatten)]
        of: Of,
        /// The cluster: its number or name.
        cluster: String,
        #[command(flatten)]
        why: Why,
    },
    /// Name a cluster.
    #[command(
        after_help = "Example:\n  tessera segment rename wine-stores 2 \"City, premium\" --project my-shop"
    )]
    Rename {
        #[command(flatten)]
        of: Of,
        /// The cluster: its number or name.
        cluster: String,
        /// The name.
        name: String,
        #[command(flatten)]
        why: Why,
    },
    /// Describe a cluster.
    #[command(
        after_help = "Example:\n  tessera segment describe wine-stores 2 \"shops near offices\" --project my-shop"
    )]
    Describe {
        #[command(flatten)]
        of: Of,
        /// The cluster: its number or name.
        cluster: String,
        /// The description; blank for none.
        text: String,
        #[command(flatten)]
        why: Why,
    },
    /// Past versions of a scheme: who decided what, when and why; one of them, or two held against each other.
    #[command(
        after_help = "Example:\n  tessera segment versions wine-stores --project my-shop\n  tessera segment versions wine-stores 412\n  tessera segment versions wine-stores 412 --against 530"
    )]
    Versions(Versions),
    /// Undo a change by hand.
    #[command(after_help = "Example:\n  tessera segment undo wine-stores 412 --project my-shop")]
    Undo {
        /// The scheme.
        scheme: String,
        /// The change's number, as in the history.
        seq: i64,
        /// Why, for the audit.
        #[arg(long, default_value = "undone on the command line")]
        reason: String,
        #[command(flatten)]
        project: ProjectArg,
    },
    /// Runs of a scheme, which was live when, and the changes by hand; each newest first.
    #[command(after_help = "Example:\n  tessera segment history wine-stores --project my-shop")]
    History {
        /// The scheme.
        scheme: String,
        #[command(flatten)]
        project: ProjectArg,
    },
    /// How well the live run still fits, and whether to run it again.
    #[command(after_help = "Example:\n  tessera segment health wine-stores --project my-shop")]
    Health {
        /// The scheme.
        scheme: String,
        #[command(flatten)]
        project: ProjectArg,
    },
    /// Two runs of a scheme side by side: who moved, and how well they agree.
    #[command(
        after_help = "Example:\n  tessera segment compare wine-stores live newest --project my-shop"
    )]
    Compare {
        /// The scheme.
        scheme: String,
        /// A run's id, live or newest.
        a: String,
        /// A run's id, live or newest.
        b: String,
        #[command(flatten)]
        project: ProjectArg,
    },
    /// How far a scheme groups the same members as another does, as products by attributes and by co-purchase.
    #[command(
        after_help = "Example:\n  tessera segment agreement products-by-dna products-bought-together --project my-shop"
    )]
    Agreement {
        /// The scheme.
        scheme: String,
        /// The other, of the same kind of members.
        other: String,
        #[command(flatten)]
        project: ProjectArg,
    },
    /// Who went from which cluster to which between two dates, and why.
    #[command(
        after_help = "Example:\n  tessera segment migration wine-stores --project my-shop\n  tessera segment migration wine-stores --from 2026-01-31 --to 2026-03-01 --members"
    )]
    Migration(Migration),
    /// Where a member was, from when to when, and how it came there.
    #[command(
        after_help = "Example:\n  tessera segment history-of wine-stores S0012 --project my-shop"
    )]
    HistoryOf {
        /// The scheme.
        scheme: String,
        /// The member's id.
        member: String,
        /// Of a customer: what it is looked at for, as in analytics.
        #[arg(long)]
        purpose: Option<String>,
        #[command(flatten)]
        project: ProjectArg,
    },
    /// Make a run live, as the owner of the machine; people decide in the pages, two by two.
    #[command(
        after_help = "Example:\n  tessera segment publish wine-stores --from 2030-03-01 --project my-shop"
    )]
    Publish {
        #[command(flatten)]
        of: Of,
        /// The day from which it is live, today or a later one; now where not given.
        #[arg(long)]
        from: Option<String>,
        /// Why, for the audit.
        #[arg(long, default_value = "published on the command line")]
        reason: String,
    },
    /// What the clusters of the live schemes are worth, and how that changed since the publications before.
    #[command(after_help = "Example:\n  tessera segment worth --project my-shop")]
    Worth {
        #[command(flatten)]
        project: ProjectArg,
    },
    /// Retire a scheme: nothing of it is live from now on, and it is not run; what was live can still be asked for.
    #[command(
        after_help = "Example:\n  tessera segment retire wine-stores --reason \"one plan for all drinks\" --project my-shop"
    )]
    Retire(Standing),
    /// Remove a scheme that is not live from the lists; its history is kept, and it can be brought back.
    #[command(
        after_help = "Example:\n  tessera segment remove wine-try --reason \"only a try\" --yes --project my-shop"
    )]
    Remove {
        #[command(flatten)]
        of: Standing,
        /// Do it; without, what would be done is said.
        #[arg(long)]
        yes: bool,
    },
    /// Bring a scheme back that was retired or removed; nothing of it is live until a run is published. With a version:
    /// go back to it, as a new version.
    #[command(
        after_help = "Example:\n  tessera segment restore wine-stores --reason \"planned by again\" --project my-shop\n  tessera segment restore wine-stores --version 412 --reason \"the old weights\"\n  tessera segment restore wine-stores --version 412 --part live --reason \"plan as before\""
    )]
    Restore(Restore),
}

/// A run of a scheme.
#[derive(Debug, Clone, Args)]
pub struct Of {
    /// The scheme.
    pub scheme: String,
    /// The run: its id, live or newest.
    #[arg(long, default_value = "newest")]
    pub run: String,
    #[command(flatten)]
    pub project: ProjectArg,
}

/// What is asked of the newcomers of a run.
#[derive(Debug, Args)]
pub struct Newcomers {
    #[command(flatten)]
    pub of: Of,
    /// How they are placed; auto takes the way that does best on members whose cluster is known.
    #[arg(long, default_value = "auto", value_parser = ["auto", "like", "model", "largest", "tightest"])]
    pub method: String,
    /// A history is thin that began fewer days before; 0 for never. 90 where not given.
    #[arg(long)]
    pub days: Option<u32>,
    /// A history is thin that has fewer receipts; 0 for never. 50 of stores, 20 of products, 3 of customers where not
    /// given.
    #[arg(long)]
    pub receipts: Option<u32>,
    /// How much an attribute counts, 0 to 100, as in format=3; may be given for several.
    #[arg(long, value_name = "ATTRIBUTE=WEIGHT")]
    pub weight: Vec<String>,
    /// Show what each attribute says for the cluster proposed.
    #[arg(long)]
    pub reasons: bool,
    /// Of customers: what they are looked at for, as in analytics.
    #[arg(long)]
    pub purpose: Option<String>,
    /// Newcomers shown.
    #[arg(long, default_value_t = 200)]
    pub limit: usize,
}

/// A run of a scheme, or what was live at a date.
#[derive(Debug, Clone, Args)]
pub struct Then {
    #[command(flatten)]
    pub of: Of,
    /// What was live at this date (its end) or instant, instead of a run.
    #[arg(long, conflicts_with = "run")]
    pub on: Option<String>,
}

/// Two dates of a scheme, and of which members.
#[derive(Debug, Args)]
pub struct Migration {
    /// The scheme.
    pub scheme: String,
    /// The earlier date (its end) or instant; the end of the publication before where not given.
    #[arg(long)]
    pub from: Option<String>,
    /// The later one; now, or the beginning of what is planned last, where not given.
    #[arg(long)]
    pub to: Option<String>,
    /// List the members too, each with its reason.
    #[arg(long)]
    pub members: bool,
    /// Members that were in this cluster: its number or name then.
    #[arg(long, requires = "members")]
    pub out_of: Option<String>,
    /// Members that are in this cluster at the later date.
    #[arg(long, requires = "members")]
    pub into: Option<String>,
    /// Members of whom this became; all that did not stay where not given.
    #[arg(long, requires = "members", value_parser = ["moved", "stayed", "entered", "left"])]
    pub kind: Option<String>,
    /// Of customers: what they are looked at for, as in analytics.
    #[arg(long, requires = "members")]
    pub purpose: Option<String>,
    /// Members shown.
    #[arg(long, default_value_t = 100)]
    pub limit: usize,
    #[command(flatten)]
    pub project: ProjectArg,
}

/// Why, and whether only the cost is asked for.
#[derive(Debug, Clone, Args)]
pub struct Why {
    /// Show what it would cost and change nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Why, for the audit.
    #[arg(long, default_value = "changed on the command line")]
    pub reason: String,
}

/// Members of a run.
#[derive(Debug, Clone, Args)]
pub struct OfMembers {
    #[command(flatten)]
    pub of: Of,
    /// The members.
    #[arg(required = true)]
    pub members: Vec<String>,
    #[command(flatten)]
    pub why: Why,
}

#[derive(Debug, Args)]
pub struct Recipe {
    /// The scheme: lower-case letters, digits, hyphens.
    pub scheme: String,
    /// The recipe's file (TOML); without one the newest version is printed.
    pub file: Option<PathBuf>,
    /// Begin with a template instead of a file.
    #[arg(long, conflicts_with = "file")]
    pub template: Option<String>,
    /// Of a template: the category, where it has one.
    #[arg(long, requires = "template")]
    pub category: Option<String>,
    /// Show how many members it would keep, of rules in each cell, and save nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Why, for the audit.
    #[arg(long, default_value = "saved on the command line")]
    pub reason: String,
    #[command(flatten)]
    pub project: ProjectArg,
}

#[derive(Debug, Args)]
pub struct Fit {
    /// The scheme.
    pub scheme: String,
    /// Another number of clusters than the recipe's.
    #[arg(long)]
    pub clusters: Option<usize>,
    /// Another method than the recipe's: kmeans, medoids, ward, average, complete, genie, mixture or auto.
    #[arg(long)]
    pub method: Option<String>,
    /// What the scenario is called.
    #[arg(long)]
    pub title: Option<String>,
    /// Why, for the audit.
    #[arg(long, default_value = "run on the command line")]
    pub reason: String,
    #[command(flatten)]
    pub project: ProjectArg,
}
