//! What customers do and say besides buying: events, survey answers, ad results, reviews.

use super::{ENTITY_KEY, IMPORT_ID, KNOWN_AT, ROW_KEY, SOURCE, may, must};
use crate::Kind;
use crate::table::{ColumnType::*, Table};

/// Web, app, e-mail and service events.
pub const EVENTS: Table = Table {
    name: "events",
    doc: "one event of web, app, e-mail or service",
    feed: Some(Kind::Events),
    identity: Some(("entity_key", "row_key")),
    columns: &[
        ENTITY_KEY,
        ROW_KEY,
        must("message_id", Text, "the event's own id"),
        must("type", Text, "identify, track, page, screen, group, alias"),
        may("event", Text, "the event's name, as in Product Viewed"),
        may("customer_key", Int, "who, as a meaningless integer"),
        may(
            "device_key",
            Int,
            "the browser or device, as a meaningless integer",
        ),
        may("channel", Text, "web, app, email, service"),
        may("product_id", Text, "the product it is about"),
        may("query", Text, "what was searched"),
        may("order_id", Text, "the order it is about"),
        may("value", Decimal, "its worth"),
        may("currency", Text, "three letters (ISO 4217)"),
        may("properties", Text, "the further properties, as JSON"),
        must("happened_at", Time, "when it happened"),
        KNOWN_AT,
        SOURCE,
        IMPORT_ID,
    ],
};

/// Survey answers: declared attributes.
pub const SURVEY_ANSWERS: Table = Table {
    name: "survey_answers",
    doc: "one answer to one question",
    feed: Some(Kind::Surveys),
    identity: Some(("entity_key", "row_key")),
    columns: &[
        ENTITY_KEY,
        ROW_KEY,
        must("response_id", Text, "the filled-in questionnaire"),
        may(
            "customer_key",
            Int,
            "who answered, as a meaningless integer",
        ),
        may("survey_id", Text, "the survey"),
        must("question_id", Text, "the question"),
        may("question", Text, "its wording"),
        may("answer", Text, "the answer"),
        may("product_id", Text, "the product that the question is about"),
        must("happened_at", Time, "when it was answered"),
        KNOWN_AT,
        SOURCE,
        IMPORT_ID,
    ],
};

/// Ad impressions, clicks and costs.
pub const ADS: Table = Table {
    name: "ad_results",
    doc: "one impression, click or cost of an ad",
    feed: Some(Kind::Ads),
    identity: Some(("entity_key", "row_key")),
    columns: &[
        ENTITY_KEY,
        ROW_KEY,
        must("ad_id", Text, "the result's own id"),
        must("campaign", Text, "the campaign"),
        may("platform", Text, "where it ran"),
        must("kind", Text, "impression, click or cost"),
        may("customer_key", Int, "who, as a meaningless integer"),
        may(
            "device_key",
            Int,
            "the browser or device, as a meaningless integer",
        ),
        may("cost", Decimal, "what it cost"),
        may("currency", Text, "three letters (ISO 4217)"),
        must("happened_at", Time, "when it happened"),
        KNOWN_AT,
        SOURCE,
        IMPORT_ID,
    ],
};

/// Reviews and posts about products.
pub const REVIEWS: Table = Table {
    name: "reviews",
    doc: "one review or post; its words go when its author is erased",
    feed: Some(Kind::Reviews),
    identity: Some(("entity_key", "row_key")),
    columns: &[
        ENTITY_KEY,
        ROW_KEY,
        must("review_id", Text, "the review's own id"),
        may(
            "customer_key",
            Int,
            "who wrote it, as a meaningless integer",
        ),
        may("product_id", Text, "the product"),
        may("rating", Float, "stars, 1 to 5"),
        may("title", Text, "its heading"),
        may("text", Text, "its words"),
        may("origin", Text, "site or social"),
        must("happened_at", Time, "when it was written"),
        KNOWN_AT,
        SOURCE,
        IMPORT_ID,
    ],
};
