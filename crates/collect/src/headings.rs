//! A file's headings as messages may show them, and the columns that a file without a list of its columns may
//! still bring. Which field a heading means is `sniff::guess`'s.

use std::collections::HashSet;

use retail::Kind;

use crate::fields::fields_of;
use crate::presets;
use crate::sniff::Sniffed;
use crate::sniff::guess::plain;
use crate::spec::{ImportSpec, Source};

/// The columns in words. A first line in which nothing is a known heading may be a row of data, which may name
/// persons, so it is not repeated.
pub(crate) fn shown(spec: &ImportSpec, sniffed: &Sniffed, columns: &[String]) -> String {
    let form = &sniffed.form;
    let named = !form.format.is_csv() && !form.format.is_sheet();
    // Where words stand above every column of numbers or dates, the line is one of headings.
    let mut measured = sniffed.columns.iter().filter(|column| {
        matches!(
            column.guessed_type,
            "whole number" | "decimal number" | "date and time"
        )
    });
    let word = |name: &str| !name.bytes().any(|b| b.is_ascii_digit() || b == b'@');
    let heads = measured.clone().next().is_some()
        && measured.all(|column| word(&column.name))
        && !columns.iter().any(|name| name.contains('@'));
    let sure = named || heads || !form.dialect.header || spec.options.header == Some(true);
    if sure || is_known(spec, columns) {
        return format!("the columns {}", columns.join(", "));
    }
    let n = columns.len();
    format!(
        "{n} columns and seems to have no header line: add one, or give header = true if its first line is one, or header = false to name its columns column_1 to column_{n}"
    )
}

/// Whether a column has a name that a field, a preset or the spec has.
fn is_known(spec: &ImportSpec, columns: &[String]) -> bool {
    let mut known: HashSet<String> = HashSet::new();
    for field in fields_of(spec.kind) {
        known.insert(plain(field.name));
        known.extend(field.aliases.iter().map(|alias| alias.to_string()));
    }
    let of_presets = presets::headings(spec.kind, columns);
    known.extend(of_presets.iter().map(|name| plain(name)));
    let own = spec.mapping.values().flat_map(Source::columns);
    known.extend(own.map(plain));
    columns.iter().any(|column| known.contains(&plain(column)))
}

/// The columns that the sources name and the first lines lack. A field that every row needs must be there from
/// the start in one of its columns.
pub(crate) fn to_come(kind: Kind, sources: &[Option<Source>], found: &[String]) -> Vec<String> {
    let mut known: HashSet<String> = found.iter().map(|c| c.to_ascii_lowercase()).collect();
    let seen = known.clone();
    let mut to_come = Vec::new();
    for (field, source) in fields_of(kind).iter().zip(sources) {
        let columns = source.as_ref().map(Source::columns).unwrap_or_default();
        // Of an order line's two prices one is needed.
        let needed = field.required || matches!(field.name, "unit_price" | "amount");
        let has_one = columns
            .iter()
            .any(|c| seen.contains(&c.to_ascii_lowercase()));
        if needed && !has_one {
            continue;
        }
        let new = columns
            .into_iter()
            .filter(|c| known.insert(c.to_ascii_lowercase()));
        to_come.extend(new.map(str::to_string));
    }
    to_come
}
