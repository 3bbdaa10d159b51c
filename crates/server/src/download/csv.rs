//! Rows as csv. A text that a spreadsheet would take for a formula gets an apostrophe before it; numbers and
//! money are written as they are.

use super::columns::{Column, Holds, text};
use serde_json::Value;

/// The first line: the names of the columns.
pub(super) fn head(columns: &[Column]) -> Vec<u8> {
    let names: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
    let mut line = names.join(",").into_bytes();
    line.extend_from_slice(b"\r\n");
    line
}

/// Appends rows.
pub(super) fn append(
    into: &mut Vec<u8>,
    columns: &[Column],
    rows: &[Value],
) -> Result<(), std::io::Error> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(into);
    for row in rows {
        writer.write_record(
            columns
                .iter()
                .map(|column| cell(column, &row[column.name.as_str()])),
        )?;
    }
    writer.flush()
}

fn cell(column: &Column, value: &Value) -> String {
    let text = text(value);
    let is_number =
        value.is_number() || column.holds == Holds::Money && text.parse::<f64>().is_ok();
    if !is_number && text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        return format!("'{text}");
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(holds: Holds, value: Value, expect: &str) {
        assert_eq!(
            cell(
                &Column {
                    name: "x".into(),
                    holds
                },
                &value
            ),
            expect,
            "{value}"
        );
    }

    #[test]
    fn formulas_are_made_harmless_and_numbers_are_not_touched() {
        check(
            Holds::Text,
            json!("=HYPERLINK(\"http://x\")"),
            "'=HYPERLINK(\"http://x\")",
        );
        for start in ["=", "+", "-", "@", "\t", "\r"] {
            check(
                Holds::Text,
                json!(format!("{start}1")),
                &format!("'{start}1"),
            );
        }
        check(Holds::Text, json!("a=b"), "a=b");
        check(Holds::Text, Value::Null, "");
        check(Holds::Number, json!(-3), "-3");
        check(Holds::Number, json!(-0.25), "-0.25");
        check(Holds::Money, json!("-12.5000"), "-12.5000");
        check(Holds::Money, json!("=1+1"), "'=1+1");
    }

    #[test]
    fn rows_are_quoted_where_they_must_be() {
        let columns = [
            Column {
                name: "a".into(),
                holds: Holds::Text,
            },
            Column {
                name: "b".into(),
                holds: Holds::Number,
            },
        ];
        let mut text = head(&columns);
        append(
            &mut text,
            &columns,
            &[json!({"a": "x, \"y\"", "b": 1}), json!({"a": null, "b": 2})],
        )
        .unwrap();
        assert_eq!(
            String::from_utf8(text).unwrap(),
            "a,b\r\n\"x, \"\"y\"\"\",1\r\n,2\r\n"
        );
    }
}
