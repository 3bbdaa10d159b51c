//! One customer, and the list of customers: a key, never a name.

use super::page::page;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A customer in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CustomerRow {
    /// The customer.
    pub customer_key: i64,
    /// The cluster, where one is published.
    pub cluster: Option<i32>,
    /// The cluster's name.
    pub cluster_name: Option<String>,
    /// Days since the last receipt.
    pub recency_days: i64,
    /// Receipts.
    pub receipts: u64,
    /// Spend less returns.
    #[schema(format = "decimal", examples("12.5000"))]
    pub spend: String,
}

page!(
    /// Customers.
    CustomerPage of CustomerRow
);

/// One customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CustomerCard {
    /// The customer.
    pub customer_key: i64,
    /// The currency of the money below, ISO 4217.
    pub currency: String,
    /// When the first receipt happened.
    #[schema(format = DateTime)]
    pub first_at: Option<String>,
    /// When the last receipt happened.
    #[schema(format = DateTime)]
    pub last_at: Option<String>,
    /// Receipts.
    pub receipts: u64,
    /// Spend less returns.
    #[schema(format = "decimal", examples("12.5000"))]
    pub spend: String,
    /// What describes the customer.
    pub features: Vec<CustomerFeature>,
    /// The segment, where one is published.
    pub segment: Option<CustomerSegment>,
    /// The clusters in every live scheme of the workbench.
    pub memberships: Vec<CustomerMembership>,
    /// Why no segment is told.
    pub note: Option<String>,
}

/// In which cluster of a scheme a customer is, and how sure that is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CustomerMembership {
    /// The scheme's name in addresses.
    pub scheme: String,
    /// The scheme's name for people.
    pub title: String,
    /// The live run.
    pub run_id: String,
    /// The cluster.
    pub cluster: i32,
    /// Its name.
    pub name: String,
    /// Its probability, 0..1, by distances alone; absent where rules or a person's hand say who is in it.
    pub probability: Option<f64>,
    /// Whether a person placed the customer there.
    pub placed: bool,
    /// Whether rules say who is where.
    pub ruled: bool,
    /// The own cluster and every other of 1 % or more, likeliest first.
    pub clusters: Vec<super::MemberShare>,
}

/// A feature of one customer against the mean of all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CustomerFeature {
    /// Its name for programs.
    pub key: String,
    /// Its name for people.
    pub label: String,
    /// The customer's value.
    pub value: f64,
    /// Its unit; absent for a plain number.
    pub unit: Option<String>,
    /// The mean of all customers.
    pub total_mean: f64,
    /// Mean of all customers = 100.
    pub index: f64,
    /// How it is computed, for people who check.
    pub how_computed: String,
}

/// Why a customer is in a segment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CustomerSegment {
    /// The scheme.
    pub scheme: String,
    /// The cluster.
    pub cluster: i32,
    /// The cluster's name.
    pub name: String,
    /// The nearest other cluster's name.
    pub second_name: Option<String>,
    /// How much nearer the own cluster is than the second, 0..1.
    pub margin: f64,
    /// Why, in a sentence.
    pub sentence: String,
    /// Which features decide.
    pub contributions: Vec<Contribution>,
}

/// What a feature says for the own cluster and for the second.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Contribution {
    /// The feature.
    pub feature: String,
    /// The feature in words.
    pub label: String,
    /// Distance to the own centre by this feature.
    pub own: f64,
    /// Distance to the second centre by this feature.
    pub second: f64,
}
