//! Receipts of one customer with their lines.

use super::page::page;
use super::words::words;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

words!(
    /// Whether a receipt sells or takes back.
    ReceiptType {
        /// It sells.
        Sale => "sale",
        /// It takes back.
        Return => "return",
        /// It sells some goods and takes others back.
        Mixed => "mixed",
    }
);

words!(
    /// What a line of a receipt is.
    LineType {
        /// Goods sold.
        Sale => "sale",
        /// Goods taken back.
        Return => "return",
        /// Postage, fees and the like.
        Service => "service",
    }
);

/// A receipt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Receipt {
    /// What the receipt is known by; two shops may use one number.
    pub receipt_key: String,
    /// The receipt's number.
    pub receipt_id: String,
    /// When it happened.
    #[schema(format = DateTime)]
    pub happened_at: String,
    /// The store.
    pub store: Option<String>,
    /// The channel.
    pub channel: Option<String>,
    /// The country.
    pub country: Option<String>,
    /// Lines.
    pub lines: u64,
    /// Units over all lines.
    pub units: f64,
    /// Amount over all lines.
    #[schema(format = "decimal", examples("12.5000"))]
    pub amount: String,
    /// Whether it sells or takes back.
    #[serde(rename = "type")]
    pub receipt_type: ReceiptType,
    /// Its lines.
    pub items: Vec<ReceiptItem>,
}

/// A line of a receipt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReceiptItem {
    /// The product's code.
    pub product_id: String,
    /// The product in words.
    pub description: Option<String>,
    /// Units; negative when taken back.
    pub quantity: f64,
    /// Price of a unit.
    #[schema(format = "decimal", examples("12.5000"))]
    pub unit_price: String,
    /// Amount of the line.
    #[schema(format = "decimal", examples("12.5000"))]
    pub amount: String,
    /// What the line is.
    pub line_type: LineType,
    /// Which service, for a service line.
    pub service_kind: Option<String>,
    /// The receipt on which the goods taken back were sold, where it was found.
    pub matched_receipt: Option<String>,
}

page!(
    /// Receipts of one customer.
    ReceiptPage of Receipt
);
