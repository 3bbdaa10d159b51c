//! `tessera customers …` as people type it. It must not do anything.

use super::OfCustomer;
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum Customers {
    /// What a customer did and said, over all channels, the newest first.
    #[command(
        after_help = "Example:\n  tessera customers timeline 1204 --purpose service --project my-shop\n  tessera customers timeline 1204 --channel survey --purpose privacy_request --json"
    )]
    Timeline {
        #[command(flatten)]
        of: OfCustomer,
        /// One channel: shop, web, app, email, service, survey, ad, review, social, event (what happens in the real world, as a workshop).
        #[arg(long)]
        channel: Option<String>,
        /// Words that the rows hold.
        #[arg(long)]
        search: Option<String>,
        /// Rows at most.
        #[arg(long, default_value_t = 30)]
        limit: usize,
        /// Rows to pass over.
        #[arg(long, default_value_t = 0)]
        offset: usize,
    },
    /// In which segment a customer was, from when to when, by the usual segments and every scheme of customers.
    #[command(
        after_help = "Example:\n  tessera customers history 1204 --purpose analytics --project my-shop"
    )]
    History {
        #[command(flatten)]
        of: OfCustomer,
    },
    /// What is known of a customer, as the customer would read it.
    #[command(
        after_help = "Example:\n  tessera customers letter 1204 --purpose privacy_request --project my-shop"
    )]
    Letter {
        #[command(flatten)]
        of: OfCustomer,
    },
}
