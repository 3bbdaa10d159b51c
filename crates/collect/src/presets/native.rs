//! Tessera's own layout: columns named as the native fields, dates in ISO 8601 and UTC, decimal points. The
//! generator (`tessera synth`) and the sample files write it.

use retail::Kind;

use super::{Layout, Preset};
use crate::spec::Options;

pub(super) const PRESET: Preset = Preset {
    name: "native",
    label: "Tessera's own layout",
    kinds: &Kind::ALL,
    description: "columns named as the fields, dates in ISO 8601, decimal points; what tessera synth writes",
};

pub(super) fn layout(_: Kind) -> Layout {
    Layout {
        options: Options {
            date_format: Some("iso".to_string()),
            decimal: Some('.'),
            ..Options::default()
        },
        guess: true,
        ..Layout::default()
    }
}
