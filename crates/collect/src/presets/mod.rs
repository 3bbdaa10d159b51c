//! Named presets: how the exports of known systems are written, as data, one file per system beside this
//! one. Reading and checking by them is done elsewhere; no preset has code of its own.

mod complete_journey;
mod native;
mod online_retail;
mod pos;
mod shops;

use std::collections::BTreeMap;

use retail::Kind;

use crate::error::CollectError;
use crate::spec::{ImportSpec, Options, OrderRules, Source, SourceRule};

/// A preset as lists show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preset {
    /// Its name, as in `--preset`.
    pub name: &'static str,
    /// Its label.
    pub label: &'static str,
    /// The kinds it reads.
    pub kinds: &'static [Kind],
    /// What it reads, in a sentence.
    pub description: &'static str,
}

/// What a preset says for one kind.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Layout {
    pub mapping: BTreeMap<String, Source>,
    pub options: Options,
    pub rules: OrderRules,
    /// Whether fields that are not mapped are guessed from the headings, too.
    pub guess: bool,
}

/// Every preset.
pub const PRESETS: &[Preset] = &[
    online_retail::PRESET,
    complete_journey::PRESET,
    pos::PRESET,
    shops::SHOPIFY,
    shops::WOOCOMMERCE,
    shops::GOOGLE_FEED,
    native::PRESET,
];

/// The preset of a name.
pub fn preset(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}

/// What the preset of a spec says; an empty layout with guessing where there is no preset.
pub(crate) fn layout(spec: &ImportSpec, columns: &[String]) -> Result<Layout, CollectError> {
    let Some(name) = &spec.preset else {
        return Ok(Layout {
            guess: true,
            ..Layout::default()
        });
    };
    let layout = match name.as_str() {
        "online-retail" => online_retail::layout(spec.kind),
        "complete-journey" => complete_journey::layout(spec.kind, columns),
        "pos" => pos::layout(spec.kind),
        "shopify" => shops::shopify(spec.kind),
        "woocommerce" => shops::woocommerce(spec.kind),
        "google-feed" => shops::google_feed(spec.kind),
        "native" => Some(native::layout(spec.kind)),
        _ => None,
    };
    let readers = PRESETS
        .iter()
        .filter(|preset| preset.kinds.contains(&spec.kind));
    let choices: Vec<&str> = readers.map(|preset| preset.name).collect();
    layout.ok_or_else(|| CollectError::UnknownPreset {
        preset: name.clone(),
        kind: spec.kind,
        choices: choices.join(", "),
    })
}

/// Every heading that a preset knows for a kind.
pub(crate) fn headings(kind: Kind, columns: &[String]) -> Vec<String> {
    let readers = PRESETS.iter().filter(|preset| preset.kinds.contains(&kind));
    let layouts = readers.filter_map(|p| layout(&ImportSpec::preset(kind, p.name), columns).ok());
    let names = |layout: Layout| -> Vec<String> {
        let columns = layout.mapping.values().flat_map(Source::columns);
        columns.map(str::to_string).collect()
    };
    layouts.flat_map(names).collect()
}

/// A mapping from pairs of field and source.
fn mapping<const N: usize>(pairs: [(&str, Source); N]) -> BTreeMap<String, Source> {
    pairs
        .into_iter()
        .map(|(field, source)| (field.to_string(), source))
        .collect()
}

/// The first of some columns that is not blank: also how other spellings of a heading are listed.
fn first(columns: &[&str]) -> Source {
    Source::from(SourceRule {
        first: columns.iter().map(|c| c.to_string()).collect(),
        ..SourceRule::default()
    })
}

fn constant(text: &str) -> Source {
    Source::from(SourceRule {
        constant: Some(text.to_string()),
        ..SourceRule::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_reads_what_it_lists_and_nothing_else() {
        for preset in PRESETS {
            for kind in Kind::ALL {
                let layout = layout(&ImportSpec::preset(kind, preset.name), &[]);
                assert_eq!(
                    layout.is_ok(),
                    preset.kinds.contains(&kind),
                    "{} {kind}",
                    preset.name
                );
                for field in layout.map(|l| l.mapping).unwrap_or_default().keys() {
                    assert!(
                        crate::fields::field(kind, field).is_some(),
                        "{} {kind}.{field}",
                        preset.name
                    );
                }
            }
        }
    }
}
