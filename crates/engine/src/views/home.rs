//! The story of a project on one page.

use super::RunBrief;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The story of a project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Home {
    /// The project's title.
    pub title: String,
    /// What the data says, in a sentence.
    pub sentence: String,
    /// The currency of the money below, ISO 4217.
    pub currency: String,
    /// Key figures.
    pub figures: Vec<Figure>,
    /// Where the story goes on.
    pub chapters: Vec<Chapter>,
    /// What to do next, the most worthwhile first.
    pub next_steps: Vec<NextStep>,
    /// The segments of customers; empty before the first run.
    pub segments: Vec<SegmentShare>,
    /// Sales by calendar month, in order.
    pub sales_by_month: Vec<MonthSales>,
    /// The newest runs, newest first.
    pub last_runs: Vec<RunBrief>,
}

/// A key figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Figure {
    /// Its name for programs.
    pub key: String,
    /// Its name for people.
    pub label: String,
    /// A number as a decimal string, or text.
    pub value: String,
    /// A currency code, share (0..1), days, date, or a word; absent for a plain count.
    pub unit: Option<String>,
    /// How it is computed, for people who check.
    pub how_computed: String,
    /// Path of the page in the UI, below the project, e.g. /segments.
    pub link: Option<String>,
}

/// A page that goes on with the story.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Chapter {
    /// Its title.
    pub title: String,
    /// What is to be seen there.
    pub text: String,
    /// Path below the project.
    pub link: String,
}

/// Something worth doing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NextStep {
    /// What to do.
    pub title: String,
    /// Why.
    pub text: String,
    /// Path below the project.
    pub link: String,
    /// What it is worth, in words or as a decimal string.
    pub worth: Option<String>,
}

/// A segment's part of the whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SegmentShare {
    /// The cluster's number.
    pub cluster: i32,
    /// The cluster's name.
    pub name: String,
    /// Customers in it.
    pub customers: u64,
    /// Its share of the customers, 0..1.
    pub share_customers: f64,
    /// Its share of the spend, 0..1.
    pub share_spend: f64,
}

/// Sales of one calendar month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MonthSales {
    /// The month, YYYY-MM.
    pub month: String,
    /// Sales less returns.
    #[schema(format = "decimal", examples("12.5000"))]
    pub amount: String,
    /// Receipts.
    pub receipts: u64,
    /// Known customers.
    pub customers: u64,
}
