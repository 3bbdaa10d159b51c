//! What the clustering writes: features, segments, the facts that name them, memberships. Rows carry the
//! run that wrote them and are never rewritten.

use super::{may, must};
use crate::table::{Column, ColumnType::*, Table};

const RUN_ID: Column = must("run_id", Text, "the run that wrote the row");
const AS_OF: Column = must("happened_at", Time, "the instant that the row describes");
const WRITTEN: Column = must("known_at", Time, "when the run wrote it");

/// Features of a customer at an instant, one row per feature.
pub const CUSTOMER_FEATURES: Table = Table {
    name: "customer_features",
    doc: "one feature of one customer at one instant",
    feed: None,
    identity: None,
    columns: &[
        RUN_ID,
        must("customer_key", Int, "the customer"),
        must("feature", Text, "the feature's key, as in recency_days"),
        may(
            "value",
            Float,
            "its value, in the feature's own unit; empty where it is not defined",
        ),
        AS_OF,
        WRITTEN,
    ],
};

/// The segments of a run.
pub const SEGMENTS: Table = Table {
    name: "segments",
    doc: "one segment of one run",
    feed: None,
    identity: None,
    columns: &[
        RUN_ID,
        must("scheme", Text, "the clustering scheme"),
        must(
            "cluster_id",
            SmallInt,
            "the segment's number, kept over runs",
        ),
        must("name", Text, "the name proposed from the facts"),
        must("sentence", Text, "what sets it apart, in a sentence"),
        must("members", Int, "how many members"),
        must("share_members", Float, "share of all members, 0 to 1"),
        must("spend", Decimal, "their spend"),
        must("share_spend", Float, "share of all spend, 0 to 1"),
        may(
            "silhouette",
            Float,
            "mean silhouette of its members, -1 to 1",
        ),
        AS_OF,
        WRITTEN,
    ],
};

/// The profile of each segment: one row per segment and feature.
pub const SEGMENT_FACTS: Table = Table {
    name: "segment_facts",
    doc: "one feature of one segment against all members",
    feed: None,
    identity: None,
    columns: &[
        RUN_ID,
        must("scheme", Text, "the clustering scheme"),
        must("cluster_id", SmallInt, "the segment's number"),
        must("feature", Text, "the feature's key"),
        must(
            "value",
            Float,
            "mean over the segment, in the feature's own unit",
        ),
        must("total", Float, "mean over all members"),
        may(
            "index_total_100",
            Float,
            "value as an index, all members = 100; empty where the total is 0",
        ),
        must(
            "effect",
            Float,
            "difference in standard deviations of all members",
        ),
        must(
            "significant",
            Flag,
            "whether the difference is more than noise",
        ),
        AS_OF,
        WRITTEN,
    ],
};

/// Who is in which segment.
pub const MEMBERSHIPS: Table = Table {
    name: "memberships",
    doc: "one member of one segment, with how sure that is",
    feed: None,
    identity: None,
    columns: &[
        RUN_ID,
        must("scheme", Text, "the clustering scheme"),
        must("customer_key", Int, "the customer"),
        must("cluster_id", SmallInt, "the segment"),
        may("second_cluster", SmallInt, "the next nearest segment"),
        must(
            "distance",
            Float,
            "distance to the own centre, in scaled units",
        ),
        may(
            "second_distance",
            Float,
            "distance to the next nearest centre",
        ),
        may("silhouette", Float, "how well it fits, -1 to 1"),
        must("x", Float, "place on the map, first axis"),
        must("y", Float, "place on the map, second axis"),
        AS_OF,
        WRITTEN,
    ],
};

const MEMBER_ID: Column = may(
    "member_id",
    Text,
    "the shop or product; empty where the member is a customer",
);
const MEMBER_KEY: Column = may("customer_key", Int, "the customer, where the member is one");

/// The features of the members of a workbench run.
pub const SCHEME_FEATURES: Table = Table {
    name: "scheme_features",
    doc: "one feature of one member of a scheme: a customer, a shop or a product",
    feed: None,
    identity: None,
    columns: &[
        RUN_ID,
        MEMBER_ID,
        MEMBER_KEY,
        must("feature", Text, "the feature's key"),
        may(
            "value",
            Float,
            "its value, in the feature's own unit; empty where it is not defined",
        ),
        AS_OF,
        WRITTEN,
    ],
};

/// The members of a workbench run, each with its cluster as found and as people shaped it.
pub const SCHEME_MEMBERS: Table = Table {
    name: "scheme_members",
    doc: "one member of one cluster of a scheme: a customer, a shop or a product",
    feed: None,
    identity: None,
    columns: &[
        RUN_ID,
        must("scheme", Text, "the clustering scheme"),
        MEMBER_ID,
        MEMBER_KEY,
        may("label", Text, "its name for people; none for a customer"),
        must(
            "part",
            Text,
            "the part of a nested scheme, blank where there are none",
        ),
        must("cluster_id", SmallInt, "the cluster, after changes by hand"),
        must(
            "found_id",
            SmallInt,
            "the cluster that the run found, before changes by hand",
        ),
        must("pinned", Flag, "whether a person placed it"),
        may("second_cluster", SmallInt, "the next nearest cluster"),
        must(
            "distance",
            Float,
            "distance to the own centre, in scaled units",
        ),
        may(
            "second_distance",
            Float,
            "distance to the next nearest centre",
        ),
        may("silhouette", Float, "how well it fits, -1 to 1"),
        must("x", Float, "place on the map of principal axes, first axis"),
        must(
            "y",
            Float,
            "place on the map of principal axes, second axis",
        ),
        must("sales", Decimal, "its sales in the period"),
        must("receipts", Int, "its receipts in the period"),
        may("first_at", Time, "its first sale in the period"),
        may("last_at", Time, "its last sale in the period"),
        may("lat", Float, "latitude, degrees north"),
        may("lon", Float, "longitude, degrees east"),
        AS_OF,
        WRITTEN,
    ],
};
