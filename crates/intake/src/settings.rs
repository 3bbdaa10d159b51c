//! The settings documents that browser libraries ask for before they send. Equal in shape to the smallest ones with
//! which the real libraries were seen to work; it must not know who may have them.

use serde_json::{Value, json};

/// Where the program is reached from a browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// `http` or `https`.
    pub scheme: &'a str,
    /// Host and, where it is not the scheme's usual one, port.
    pub host: &'a str,
}

/// What `GET /v1/projects/<key>/settings` answers: Segment's browser library then sends to `host`/v1.
pub fn segment(place: Place<'_>, write_key: &str) -> Value {
    json!({
        "integrations": {
            "Segment.io": {
                "apiKey": write_key,
                "unbundledIntegrations": [],
                "addBundledMetadata": true,
                "apiHost": format!("{}/v1", place.host),
                "protocol": place.scheme,
                "versionSettings": {"version": "4.4.7", "componentTypes": ["browser"]}
            }
        },
        "plan": {
            "track": {"__default": {"enabled": true, "integrations": {}}},
            "identify": {"__default": {"enabled": true}},
            "group": {"__default": {"enabled": true}}
        },
        "edgeFunction": {},
        "analyticsNextEnabled": true,
        "middlewareSettings": {},
        "enabledMiddleware": {},
        "metrics": {"sampleRate": 0},
        "legacyVideoPluginsEnabled": false,
        "remotePlugins": []
    })
}

/// What `GET /sourceConfig/?writeKey=<key>` answers. The library is told by the page where to send, so that no place is
/// in it; ids and the date are those that the library was seen to take and mean nothing here.
pub fn rudder(write_key: &str) -> Value {
    json!({
        "source": {
            "id": "src1",
            "name": "web",
            "writeKey": write_key,
            "enabled": true,
            "workspaceId": "ws1",
            "config": {"statsCollection": {"errors": {"enabled": false}, "metrics": {"enabled": false}}},
            "connections": [],
            "destinations": []
        },
        "updatedAt": "2026-01-01T00:00:00.000Z",
        "consentManagementMetadata": {"providers": []}
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_those_that_worked() {
        let recorded = |text| serde_json::from_str::<Value>(text).unwrap();
        let place = Place {
            scheme: "http",
            host: "127.0.0.1:7120",
        };
        let expected = recorded(include_str!("../tests/fixtures/settings-segment.json"));
        assert_eq!(segment(place, "WK_TEST"), expected);
        assert_eq!(
            rudder("WK_TEST"),
            recorded(include_str!("../tests/fixtures/settings-rudder.json"))
        );
    }

    #[test]
    fn place_and_key_go_where_they_belong() {
        let place = Place {
            scheme: "https",
            host: "t.example.org",
        };
        let document = segment(place, "a\"b");
        assert_eq!(
            document["integrations"]["Segment.io"]["apiHost"],
            "t.example.org/v1"
        );
        assert_eq!(document["integrations"]["Segment.io"]["protocol"], "https");
        assert_eq!(document["integrations"]["Segment.io"]["apiKey"], "a\"b");
        assert_eq!(rudder("k")["source"]["writeKey"], "k");
    }
}
