//! What lies beside the tables: the guide to the folder, and the segments' definition as JSON. Holds no row.

use serde_json::{Value, json};

use crate::habits::{AXIS_NAMES, MISSIONS, SEGMENTS};

/// `README.md` of the folder.
pub(crate) const README: &str = include_str!("data/README.md");

/// The segments' true definition.
pub(crate) fn segments() -> Value {
    let segment = |segment: &crate::habits::Segment| {
        let tastes: serde_json::Map<String, Value> = AXIS_NAMES
            .iter()
            .zip(segment.tastes)
            .map(|(name, taste)| ((*name).to_owned(), json!(taste)))
            .collect();
        let missions: serde_json::Map<String, Value> = MISSIONS
            .iter()
            .zip(segment.missions)
            .map(|(name, weight)| (name.name().to_owned(), json!(weight)))
            .collect();
        json!({
            "name": segment.name,
            "missions": missions,
            "tastes": tastes,
            "weekdays_from_monday": segment.week,
            "hour": segment.hour,
            "hour_standard_deviation": segment.hour_spread,
            "online_share": segment.online,
            "app_share_of_online": segment.app,
            "price_coefficient": segment.price,
            "promotion_utility": segment.promotion,
            "habit_utility": segment.habit,
        })
    };
    json!({ "segments": SEGMENTS.iter().map(segment).collect::<Vec<_>>() })
}
