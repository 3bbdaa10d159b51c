//! Rows on their way to a file: one writer of cells for CSV text and Arrow columns alike, so that every table
//! is described once. Holds no table and no file.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Date32Builder, Decimal128Builder, Float64Builder, Int64Builder, StringBuilder,
    TimestampMillisecondBuilder,
};
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use arrow::record_batch::RecordBatch;

use crate::SampleError;
use crate::calendar::{Date, clock};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text; empty text is a missing value in Parquet, too.
    Text,
    /// Text that seldom repeats; Parquet keeps no dictionary of it.
    Key,
    Int,
    /// Ten-thousandths of the currency.
    Money,
    Number,
    Date,
    /// Local time, to the second.
    Time,
}

impl Kind {
    fn data_type(self) -> DataType {
        match self {
            Self::Text | Self::Key => DataType::Utf8,
            Self::Int => DataType::Int64,
            Self::Money => DataType::Decimal128(18, 4),
            Self::Number => DataType::Float64,
            Self::Date => DataType::Date32,
            Self::Time => DataType::Timestamp(TimeUnit::Millisecond, None),
        }
    }
}

/// The name and columns of a table.
#[derive(Debug)]
pub(crate) struct Table {
    pub name: &'static str,
    pub columns: &'static [(&'static str, Kind)],
}

impl Table {
    pub(crate) fn schema(&self) -> Arc<Schema> {
        let field = |(name, kind): &(&str, Kind)| Field::new(*name, kind.data_type(), true);
        Arc::new(Schema::new(
            self.columns.iter().map(field).collect::<Vec<_>>(),
        ))
    }

    /// The header line of the CSV file.
    pub(crate) fn header(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| *name).collect();
        names.join(",") + "\n"
    }
}

/// A date with its text made once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stamp {
    date: Date,
    text: [u8; 10],
}

impl Stamp {
    pub(crate) fn new(date: Date) -> Self {
        let mut text = [0; 10];
        text.copy_from_slice(&date.to_string().as_bytes()[..10]);
        Self { date, text }
    }
}

/// Rows of one table. Cells are written left to right; `end` closes the row.
#[derive(Debug)]
pub(crate) enum Rows {
    Csv {
        table: &'static Table,
        bytes: Vec<u8>,
        rows: u64,
    },
    Arrow {
        table: &'static Table,
        columns: Vec<Column>,
        next: usize,
        rows: u64,
    },
}

#[derive(Debug)]
pub(crate) enum Column {
    Text(StringBuilder),
    Int(Int64Builder),
    Money(Decimal128Builder),
    Number(Float64Builder),
    Date(Date32Builder),
    Time(TimestampMillisecondBuilder),
}

impl Rows {
    pub(crate) fn csv(table: &'static Table) -> Self {
        Self::Csv {
            table,
            // Most pieces grow to a few of these; starting empty would copy them over and over.
            bytes: Vec::with_capacity(1 << 16),
            rows: 0,
        }
    }

    pub(crate) fn arrow(table: &'static Table) -> Self {
        let column = |kind: Kind| match kind {
            Kind::Text | Kind::Key => Column::Text(StringBuilder::new()),
            Kind::Int => Column::Int(Int64Builder::new()),
            Kind::Money => Column::Money(Decimal128Builder::new().with_data_type(kind.data_type())),
            Kind::Number => Column::Number(Float64Builder::new()),
            Kind::Date => Column::Date(Date32Builder::new()),
            Kind::Time => Column::Time(TimestampMillisecondBuilder::new()),
        };
        let columns = table
            .columns
            .iter()
            .map(|(_, kind)| column(*kind))
            .collect();
        Self::Arrow {
            table,
            columns,
            next: 0,
            rows: 0,
        }
    }

    pub(crate) fn table(&self) -> &'static Table {
        match self {
            Self::Csv { table, .. } | Self::Arrow { table, .. } => table,
        }
    }

    /// Text that may hold commas or quotes.
    pub(crate) fn text(&mut self, value: &str) {
        match self {
            Self::Csv { bytes, .. } => {
                if value
                    .bytes()
                    .any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r'))
                {
                    bytes.push(b'"');
                    for byte in value.bytes() {
                        if byte == b'"' {
                            bytes.push(b'"');
                        }
                        bytes.push(byte);
                    }
                    bytes.extend_from_slice(b"\",");
                } else {
                    bytes.extend_from_slice(value.as_bytes());
                    bytes.push(b',');
                }
            }
            Self::Arrow { .. } => self.code(value),
        }
    }

    /// Text known to be free of commas, quotes and line ends.
    #[inline]
    pub(crate) fn code(&mut self, value: &str) {
        match self {
            Self::Csv { bytes, .. } => {
                bytes.extend_from_slice(value.as_bytes());
                bytes.push(b',');
            }
            Self::Arrow { .. } => {
                if let Column::Text(builder) = self.column(Kind::Text) {
                    if value.is_empty() {
                        builder.append_null()
                    } else {
                        builder.append_value(value)
                    }
                }
            }
        }
    }

    pub(crate) fn int(&mut self, value: i64) {
        match self {
            Self::Csv { bytes, .. } => {
                digits(bytes, value, 1);
                bytes.push(b',');
            }
            Self::Arrow { .. } => {
                if let Column::Int(builder) = self.column(Kind::Int) {
                    builder.append_value(value);
                }
            }
        }
    }

    /// Ten-thousandths of the currency; two decimals are written where they suffice.
    #[inline]
    pub(crate) fn money(&mut self, value: i64) {
        match self {
            Self::Csv { bytes, .. } => {
                if value < 0 {
                    bytes.push(b'-');
                }
                let size = value.abs();
                digits(bytes, size / 10_000, 1);
                bytes.push(b'.');
                let fraction = size % 10_000;
                if fraction % 100 == 0 {
                    digits(bytes, fraction / 100, 2)
                } else {
                    digits(bytes, fraction, 4)
                }
                bytes.push(b',');
            }
            Self::Arrow { .. } => {
                if let Column::Money(builder) = self.column(Kind::Money) {
                    builder.append_value(i128::from(value));
                }
            }
        }
    }

    /// A measure, rounded to `10^-decimals`.
    pub(crate) fn number(&mut self, value: f64, decimals: usize) {
        let scale = 10f64.powi(decimals as i32);
        let rounded = (value * scale).round() / scale;
        match self {
            Self::Csv { bytes, .. } => bytes.extend_from_slice(format!("{rounded},").as_bytes()),
            Self::Arrow { .. } => {
                if let Column::Number(builder) = self.column(Kind::Number) {
                    builder.append_value(rounded);
                }
            }
        }
    }

    pub(crate) fn date(&mut self, value: Option<Date>) {
        match self {
            Self::Csv { bytes, .. } => {
                if let Some(date) = value {
                    bytes.extend_from_slice(&Stamp::new(date).text);
                }
                bytes.push(b',');
            }
            Self::Arrow { .. } => {
                if let Column::Date(builder) = self.column(Kind::Date) {
                    builder.append_option(value.map(Date::days_since_epoch));
                }
            }
        }
    }

    /// A second (0 to 86,399) of a day.
    #[inline]
    pub(crate) fn time(&mut self, day: &Stamp, second: u32) {
        match self {
            Self::Csv { bytes, .. } => {
                bytes.extend_from_slice(&day.text);
                bytes.push(b'T');
                bytes.extend_from_slice(&clock(second));
                bytes.push(b',');
            }
            Self::Arrow { .. } => {
                if let Column::Time(builder) = self.column(Kind::Time) {
                    let seconds =
                        i64::from(day.date.days_since_epoch()) * 86_400 + i64::from(second);
                    builder.append_value(seconds * 1000);
                }
            }
        }
    }

    /// A missing value of any kind.
    pub(crate) fn none(&mut self) {
        match self {
            Self::Csv { bytes, .. } => bytes.push(b','),
            Self::Arrow { columns, next, .. } => {
                let place = *next;
                *next += 1;
                match &mut columns[place] {
                    Column::Text(builder) => builder.append_null(),
                    Column::Int(builder) => builder.append_null(),
                    Column::Money(builder) => builder.append_null(),
                    Column::Number(builder) => builder.append_null(),
                    Column::Date(builder) => builder.append_null(),
                    Column::Time(builder) => builder.append_null(),
                }
            }
        }
    }

    /// Closes the row.
    #[inline]
    pub(crate) fn end(&mut self) {
        match self {
            Self::Csv { bytes, rows, .. } => {
                if let Some(last) = bytes.last_mut() {
                    *last = b'\n';
                }
                *rows += 1;
            }
            Self::Arrow {
                table, next, rows, ..
            } => {
                debug_assert_eq!(
                    *next,
                    table.columns.len(),
                    "row of {} is not whole",
                    table.name
                );
                *next = 0;
                *rows += 1;
            }
        }
    }

    fn column(&mut self, kind: Kind) -> &mut Column {
        match self {
            Self::Arrow {
                table,
                columns,
                next,
                ..
            } => {
                let place = *next;
                *next += 1;
                debug_assert_eq!(
                    table.columns[place].1.data_type(),
                    kind.data_type(),
                    "{}.{}",
                    table.name,
                    table.columns[place].0
                );
                &mut columns[place]
            }
            Self::Csv { .. } => unreachable!("only Arrow rows have columns"),
        }
    }
}

/// Finishes Arrow rows as one batch.
pub(crate) fn batch(
    table: &'static Table,
    columns: Vec<Column>,
) -> Result<RecordBatch, SampleError> {
    let array = |column: Column| -> ArrayRef {
        match column {
            Column::Text(mut builder) => Arc::new(builder.finish()),
            Column::Int(mut builder) => Arc::new(builder.finish()),
            Column::Money(mut builder) => Arc::new(builder.finish()),
            Column::Number(mut builder) => Arc::new(builder.finish()),
            Column::Date(mut builder) => Arc::new(builder.finish()),
            Column::Time(mut builder) => Arc::new(builder.finish()),
        }
    };
    let arrays = columns.into_iter().map(array).collect();
    RecordBatch::try_new(table.schema(), arrays).map_err(|source| SampleError::Arrow {
        table: table.name,
        source,
    })
}

/// Appends a whole number with at least `width` digits.
#[inline]
pub(crate) fn digits(bytes: &mut Vec<u8>, value: i64, width: usize) {
    let mut buffer = [b'0'; 20];
    let mut place = buffer.len();
    let mut rest = value.unsigned_abs();
    while rest > 0 {
        place -= 1;
        buffer[place] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    if value < 0 {
        bytes.push(b'-');
    }
    bytes.extend_from_slice(&buffer[place.min(buffer.len() - width)..]);
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    static TABLE: Table = Table {
        name: "cells",
        columns: &[
            ("text", Kind::Text),
            ("int", Kind::Int),
            ("money", Kind::Money),
            ("number", Kind::Number),
            ("date", Kind::Date),
            ("time", Kind::Time),
        ],
    };

    fn fill(rows: &mut Rows) {
        let date = Date::new(2025, 3, 9).unwrap();
        rows.text("a \"b\", c");
        rows.int(-12);
        rows.money(-19_900);
        rows.number(1.23456, 3);
        rows.date(Some(date));
        rows.time(&Stamp::new(date), 3_723);
        rows.end();
        rows.none();
        rows.int(0);
        rows.money(12_345);
        rows.none();
        rows.date(None);
        rows.none();
        rows.end();
    }

    #[test]
    fn cells_are_written_alike() {
        let mut rows = Rows::csv(&TABLE);
        fill(&mut rows);
        let Rows::Csv { bytes, rows: 2, .. } = rows else {
            panic!("two rows")
        };
        let wanted =
            "\"a \"\"b\"\", c\",-12,-1.99,1.235,2025-03-09,2025-03-09T01:02:03\n,0,1.2345,,,\n";
        assert_eq!(String::from_utf8(bytes).unwrap(), wanted);
        let mut rows = Rows::arrow(&TABLE);
        fill(&mut rows);
        let Rows::Arrow { columns, .. } = rows else {
            panic!("columns")
        };
        let batch = batch(&TABLE, columns).unwrap();
        assert_eq!((batch.num_rows(), batch.num_columns()), (2, 6));
        assert_eq!(batch.column(0).null_count(), 1);
    }
}
