//! The kinds of feed and the presets, for the upload page and for `tessera import --help`.

use crate::views::{Kind as KindView, KindField, KindList, Preset};
use retail::Kind;

/// Every kind with its fields, and every preset.
pub fn kinds() -> KindList {
    let kinds = Kind::ALL.into_iter().map(|kind| {
        let (label, description) = collect::kind_text(kind);
        let fields = collect::fields_of(kind).iter().map(|field| KindField {
            field: field.name.to_string(),
            label: field.label.to_string(),
            field_type: field.kind.word().to_string(),
            required: field.required,
            description: field.description.to_string(),
            example: field.example.to_string(),
        });
        KindView {
            kind: kind.to_string(),
            label: label.to_string(),
            description: description.to_string(),
            sample_file: format!("{kind}.csv"),
            fields: fields.collect(),
        }
    });
    let presets = collect::PRESETS.iter().flat_map(|preset| {
        preset.kinds.iter().map(|kind| Preset {
            name: preset.name.to_string(),
            label: preset.label.to_string(),
            kind: kind.to_string(),
            description: preset.description.to_string(),
        })
    });
    KindList {
        kinds: kinds.collect(),
        presets: presets.collect(),
    }
}
