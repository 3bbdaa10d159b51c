//! An event as a plain record: the columns of `events` as the file import fills them, and beside them all that was
//! sent, so that nothing is lost. Which of it is stored where, and which names a person, is the caller's.

use std::fmt;

use jiff::Timestamp;
use retail::{Currency, Money};
use serde_json::{Map, Value};

use crate::call::EventType;
use crate::layer::Layer;
use crate::shop::{Order, Product};
use crate::time::Timing;

/// Something about an event that could not be used; the event was taken all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The field.
    pub field: String,
    /// What is wrong with it and what was done.
    pub message: String,
}

impl Remark {
    pub(crate) fn new(field: &str, message: &str) -> Self {
        Self {
            field: field.to_string(),
            message: message.to_string(),
        }
    }
}

/// One event that was taken.
///
/// Columns of `events`: `message_id`, `event_type` (`type`), `event`, `user_id` and `anonymous_id` (to become keys),
/// `channel`, `product_id`, `query`, `order_id`, `value`, `currency`, `properties`, `timing.happened_at`.
/// Texts are as sent, numbers where a text belongs become text, and `null` and blank are `None`.
#[derive(Clone, PartialEq)]
pub struct Record {
    /// Its place in the batch, from 0.
    pub index: usize,
    /// The event's own id, or one that the caller handed out.
    pub message_id: String,
    /// Whether the id was handed out here: then a retry cannot be told from a second event.
    pub assigned: bool,
    /// The type.
    pub event_type: EventType,
    /// The name of a `track` event in the specification's spelling. Pages and screens have `name` instead: a page may
    /// be called "Order Completed" without being one.
    pub event: Option<String>,
    /// The name of a `track` event as it was sent.
    pub event_given: Option<String>,
    /// `userId`.
    pub user_id: Option<String>,
    /// `anonymousId`.
    pub anonymous_id: Option<String>,
    /// `previousId` of an alias.
    pub previous_id: Option<String>,
    /// `groupId`.
    pub group_id: Option<String>,
    /// `context.device.id`: the device that an app runs on. Of a browser `anonymous_id` is all there is.
    pub device: Option<String>,
    /// web, app, email, service, or another word that was sent; `None` where only a server spoke.
    pub channel: Option<String>,
    /// The product it is about.
    pub product_id: Option<String>,
    /// What was searched.
    pub query: Option<String>,
    /// The order it is about.
    pub order_id: Option<String>,
    /// Its worth: the properties `value`, else `revenue`, else `total`, as in the file import.
    pub value: Option<Money>,
    /// The currency of its worth.
    pub currency: Option<Currency>,
    /// The shop: the property `store_id`, else `affiliation`.
    pub store: Option<String>,
    /// Stars of a review.
    pub rating: Option<f64>,
    /// `name` of a page or screen.
    pub name: Option<String>,
    /// `category` of a page or screen.
    pub category: Option<String>,
    /// The further properties: all but those texts that `product_id`, `query`, `order_id` and `currency` hold as sent.
    pub properties: Map<String, Value>,
    /// `traits`. They name persons.
    pub traits: Map<String, Value>,
    /// `context`, over the batch's. It names persons (`ip`, `traits`).
    pub context: Layer,
    /// `integrations`, over the batch's.
    pub integrations: Layer,
    /// Every other top-level key, as sent.
    pub extra: Map<String, Value>,
    /// When it happened, and how that was settled.
    pub timing: Timing,
    /// When the request came in.
    pub received_at: Timestamp,
    /// Whether the request said `Sec-GPC: 1`.
    pub gpc_header: bool,
    /// The rows of `properties.products`, in order.
    pub products: Vec<Product>,
    /// What it does to an order.
    pub order: Option<Order>,
    /// What of it could not be used.
    pub remarks: Vec<Remark>,
    pub(crate) moved: Vec<&'static str>,
}

impl Record {
    /// What tells a retry: the `messageId` alone, never `sentAt` nor the content. `None` where the sender gave none.
    pub fn dedup_key(&self) -> Option<&str> {
        (!self.assigned).then_some(self.message_id.as_str())
    }

    /// The properties as they were sent.
    pub fn given_properties(&self) -> Map<String, Value> {
        let mut all = self.properties.clone();
        for name in &self.moved {
            let held = match *name {
                "product_id" => self.product_id.clone(),
                "query" => self.query.clone(),
                "order_id" => self.order_id.clone(),
                _ => self.currency.map(|currency| currency.code().to_string()),
            };
            all.extend(held.map(|text| ((*name).to_string(), Value::String(text))));
        }
        all
    }
}

// It holds what people sent of themselves; that must not reach a log by accident.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("index", &self.index)
            .field("message_id", &self.message_id)
            .field("event_type", &self.event_type)
            .field("event", &self.event)
            .field("timing", &self.timing)
            .finish_non_exhaustive()
    }
}
