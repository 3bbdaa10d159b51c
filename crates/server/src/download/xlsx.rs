//! Rows as one sheet of a workbook. Texts are written as texts, so no cell becomes a formula.

use super::columns::{Column, Holds, text};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use serde_json::Value;

/// Rows that a sheet holds below its head.
pub(super) const ROWS_MAX: u32 = 1_048_575;
/// Characters that a cell holds.
const CHARACTERS_MAX: usize = 32_767;
/// Digits of a number that a sheet keeps.
const EXACT_MAX: f64 = 1e15;

struct Formats {
    head: Format,
    money: Format,
    time: Format,
}

/// Writes a workbook of one sheet.
pub(super) fn write(name: &str, columns: &[Column], rows: &[Value]) -> Result<Vec<u8>, XlsxError> {
    let formats = Formats {
        head: Format::new().set_bold(),
        money: Format::new().set_num_format("#,##0.00##"),
        time: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
    };
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(name)?;
    sheet.set_freeze_panes(1, 0)?;
    for (place, column) in (0_u16..).zip(columns) {
        sheet.write_string_with_format(0, place, &column.name, &formats.head)?;
        let width = if column.holds == Holds::Time {
            20
        } else {
            column.name.len().max(12)
        };
        sheet.set_column_width(place, f64::from(u32::try_from(width).unwrap_or(12)))?;
    }
    for (line, row) in (1_u32..).zip(rows) {
        for (place, column) in (0_u16..).zip(columns) {
            cell(
                sheet,
                (line, place),
                column,
                &row[column.name.as_str()],
                &formats,
            )?;
        }
    }
    workbook.save_to_buffer()
}

fn cell(
    sheet: &mut Worksheet,
    (line, place): (u32, u16),
    column: &Column,
    value: &Value,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let exact = |number: &f64| number.abs() < EXACT_MAX;
    match (value, column.holds) {
        (Value::Null, _) => return Ok(()),
        (Value::Bool(flag), _) => {
            sheet.write_boolean(line, place, *flag)?;
            return Ok(());
        }
        (Value::Number(number), _) => {
            if let Some(number) = number.as_f64().filter(exact) {
                sheet.write_number(line, place, number)?;
                return Ok(());
            }
        }
        (Value::String(text), Holds::Money) => {
            if let Some(number) = text.parse().ok().filter(exact) {
                sheet.write_number_with_format(line, place, number, &formats.money)?;
                return Ok(());
            }
        }
        (Value::String(text), Holds::Time) => {
            if let Ok(time) = ExcelDateTime::parse_from_str(text) {
                sheet.write_datetime_with_format(line, place, &time, &formats.time)?;
                return Ok(());
            }
        }
        _ => {}
    }
    let text: String = text(value).chars().take(CHARACTERS_MAX).collect();
    sheet.write_string(line, place, text)?;
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_value_finds_its_cell() {
        let column = |name: &str, holds| Column {
            name: name.into(),
            holds,
        };
        let columns = [
            column("text", Holds::Text),
            column("number", Holds::Number),
            column("money", Holds::Money),
            column("time", Holds::Time),
        ];
        let long = "x".repeat(40_000);
        let rows = [
            json!({"text": "=1+1", "number": -3, "money": "-12.5000", "time": "2011-12-09T12:50:00Z"}),
            json!({"text": long, "number": 9_007_199_254_740_993_i64, "money": "none", "time": "0001"}),
            json!({"text": null, "number": null, "money": null, "time": null}),
            json!({"text": [1, {"a": true}], "number": true, "money": 3, "time": ""}),
        ];
        let bytes = write("members", &columns, &rows).unwrap();
        assert!(bytes.starts_with(b"PK"));
    }
}
