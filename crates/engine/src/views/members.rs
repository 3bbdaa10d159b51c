//! Members of a scheme, row by row.

use super::page::page;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A member of a scheme.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MemberRow {
    /// The customer.
    pub customer_key: i64,
    /// The cluster.
    pub cluster: i32,
    /// The cluster's name.
    pub cluster_name: String,
    /// The nearest other cluster.
    pub second_cluster: Option<i32>,
    /// The nearest other cluster's name.
    pub second_name: Option<String>,
    /// How much nearer the own cluster is than the second, 0..1.
    pub margin: f64,
    /// Silhouette of this member, -1..1; absent outside the sample it is measured on.
    pub silhouette: Option<f64>,
    /// Days since the last receipt.
    pub recency_days: i64,
    /// Receipts.
    pub receipts: u64,
    /// Spend less returns.
    #[schema(format = "decimal", examples("12.5000"))]
    pub spend: String,
    /// Mean spend of a receipt.
    #[schema(format = "decimal", examples("12.5000"))]
    pub basket: String,
    /// Share of the bought value that came back, 0..1.
    pub return_share: f64,
    /// When the last receipt happened.
    #[schema(format = DateTime)]
    pub last_at: Option<String>,
}

page!(
    /// Members of a scheme.
    MemberPage of MemberRow
);
