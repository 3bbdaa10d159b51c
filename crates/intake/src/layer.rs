//! What a batch says for all its events beside what an event says itself: `context` and `integrations`. It must not
//! know what is in them.
//!
//! The merge goes by top-level keys and the event wins: a deep merge would put the batch's "yes" for advertising into
//! an event whose own, empty consent object means "no". `null` is the same as nothing said. The two are merged only
//! when asked, for a batch's context copied into each event could turn 500 KB into gigabytes.

use std::sync::Arc;

use serde_json::{Map, Value};

/// An event's own object over the one of its batch.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Layer {
    own: Map<String, Value>,
    shared: Arc<Map<String, Value>>,
}

impl Layer {
    /// Lays an event's own object over its batch's.
    pub fn new(own: Map<String, Value>, shared: Arc<Map<String, Value>>) -> Self {
        Self { own, shared }
    }

    /// What the two say of a key; never `null`.
    pub fn get(&self, key: &str) -> Option<&Value> {
        let said = |map: &'_ Map<String, Value>| map.get(key).is_some_and(|value| !value.is_null());
        if said(&self.own) {
            return self.own.get(key);
        }
        self.shared.get(key).filter(|value| !value.is_null())
    }

    /// What the two say of a key within a key.
    pub fn within(&self, key: &str, inner: &str) -> Option<&Value> {
        self.get(key)?.get(inner).filter(|value| !value.is_null())
    }

    /// Both as one object.
    pub fn merged(&self) -> Map<String, Value> {
        merge(&self.own, &self.shared)
    }
}

/// An event's object and its batch's as one: keys of the event first and winning, but where they are `null`.
pub fn merge(own: &Map<String, Value>, shared: &Map<String, Value>) -> Map<String, Value> {
    let mut merged = own.clone();
    for (key, value) in shared {
        if !value.is_null() && merged.get(key).is_none_or(Value::is_null) {
            merged.insert(key.clone(), value.clone());
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn the_event_wins_and_null_says_nothing() {
        let own = map(json!({"consent": {}, "ip": null, "locale": "en"}));
        let shared = map(json!({"consent": {"Ads": true}, "ip": "1", "locale": "de", "app": null}));
        let layer = Layer::new(own, Arc::new(shared));
        assert_eq!(
            layer.merged(),
            map(json!({"consent": {}, "ip": "1", "locale": "en"}))
        );
        assert_eq!(layer.get("ip"), Some(&json!("1")));
        assert_eq!(layer.within("consent", "Ads"), None);
        assert_eq!(layer.get("app"), None);
    }

    fn any_map() -> impl Strategy<Value = Map<String, Value>> {
        let value = prop_oneof![
            Just(Value::Null),
            Just(json!({})),
            (0..3).prop_map(Value::from)
        ];
        proptest::collection::vec(("[a-d]", value), 0..6)
            .prop_map(|pairs| pairs.into_iter().collect())
    }

    proptest! {
        #[test]
        fn merging_again_changes_nothing(own in any_map(), shared in any_map()) {
            let once = merge(&own, &shared);
            prop_assert_eq!(merge(&once, &shared), once.clone());
            prop_assert_eq!(merge(&once, &once), once.clone());
            let layer = Layer::new(own, Arc::new(shared));
            for key in ["a", "b", "c", "d"] {
                prop_assert_eq!(layer.get(key), once.get(key).filter(|value| !value.is_null()));
            }
        }
    }
}
