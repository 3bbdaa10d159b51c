//! `tessera demand …` as people type it. It must not do anything.

use super::ProjectArg;
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum Demand {
    /// Find it all anew from what the lake holds, and keep it.
    #[command(
        after_help = "Example:\n  tessera demand run --project my-shop\n  tessera demand run --months 24 --json"
    )]
    Run {
        /// Months back from the newest receipt that count; all where not given.
        #[arg(long)]
        months: Option<u32>,
        /// Why, for the audit.
        #[arg(long, default_value = "from the command line")]
        reason: String,
        #[command(flatten)]
        project: ProjectArg,
    },
    /// The categories of the newest run, and how far its numbers can be trusted.
    #[command(after_help = "Example:\n  tessera demand show --project my-shop")]
    Show {
        #[command(flatten)]
        project: ProjectArg,
    },
    /// Substitutes and complements: of one product, or of every product of a category.
    #[command(
        after_help = "Example:\n  tessera demand substitutes \"Red Wine\" --project my-shop\n  tessera demand substitutes P000123 --json"
    )]
    Substitutes {
        /// A product's code, or a category of the lowest level as the catalogue writes it.
        of: String,
        #[command(flatten)]
        project: ProjectArg,
    },
    /// Products that are bought in the same company as one: substitutes and products of one errand alike, with the companions
    /// that they share.
    #[command(after_help = "Example:\n  tessera demand company P000123 --project my-shop")]
    Company {
        /// The product's code.
        product: String,
        #[command(flatten)]
        project: ProjectArg,
    },
    /// The order in which customers decide within a category.
    #[command(after_help = "Example:\n  tessera demand tree \"Red Wine\" --project my-shop")]
    Tree {
        /// A category of the lowest level as the catalogue writes it.
        category: String,
        #[command(flatten)]
        project: ProjectArg,
    },
    /// Where a product's demand goes when it leaves; it adds up to 100 %.
    #[command(after_help = "Example:\n  tessera demand transfer P000123 --project my-shop")]
    Transfer {
        /// The product's code.
        product: String,
        #[command(flatten)]
        project: ProjectArg,
    },
    /// Which attributes move what customers take from a shelf of a category, of all and by cluster; worked out anew.
    #[command(
        after_help = "Example:\n  tessera demand drivers \"Red Wine\" --project my-shop\n  tessera demand drivers \"Red Wine\" --scheme value --json"
    )]
    Drivers {
        /// A category as the catalogue writes it, or, where there is no catalogue, a kind of product DNA.
        category: String,
        /// A live scheme of customers.
        #[arg(long, default_value = "buying")]
        scheme: String,
        /// Why, for the audit.
        #[arg(long, default_value = "from the command line")]
        reason: String,
        #[command(flatten)]
        project: ProjectArg,
    },
    /// Products clustered by co-purchase, and how far that agrees with the catalogue or a scheme of products.
    #[command(
        after_help = "Example:\n  tessera demand communities --project my-shop\n  tessera demand communities --scheme products-by-dna"
    )]
    Communities {
        /// A scheme of products of the workbench.
        #[arg(long)]
        scheme: Option<String>,
        #[command(flatten)]
        project: ProjectArg,
    },
}
