//! Rows into a table's columns. Which column takes which value is settled once per file; columns that say the
//! same in every row are made at the end.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, BooleanBuilder, Date32Builder, Decimal128Builder, Float64Builder,
    Int32Builder, Int64Builder, RecordBatch, StringArray, StringBuilder, TimestampMicrosecondArray,
    TimestampMicrosecondBuilder, new_null_array,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use retail::{ColumnType, Kind, Table};

use crate::check::ValidSpec;
use crate::error::CollectError;
use crate::fields::{FieldType, fields_of};
use crate::mapping::Slot;
use crate::row::Row;
use crate::spec::Tax;
use crate::value::Value;

/// What a column takes from each row.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Live {
    Field(usize),
    /// A field that takes a word where it is blank.
    FieldOr(usize, &'static str),
    /// A field that takes an id made from the row's key where it is blank.
    FieldOrRowKey(usize),
    FieldOrAboutKey(usize),
    About,
    RowKey,
    Weekday,
    Hour,
    Amount,
    LineType,
    ServiceKind,
    Cancelled,
}

/// What a column says in every row.
#[derive(Debug, Clone, PartialEq)]
enum Same {
    Text(String),
    Flag(bool),
    Time(i64),
    Null,
}

#[derive(Debug, Clone)]
enum From {
    Live(Live),
    Same(Same),
}

/// How a file's rows become a table's columns.
#[derive(Debug, Clone)]
pub(crate) struct BuildPlan {
    kind: Kind,
    schema: SchemaRef,
    columns: Vec<(ColumnType, From)>,
    happened_at: Option<usize>,
    known_at: i64,
}

impl BuildPlan {
    pub fn new(spec: &ValidSpec, import_id: &str, known_at: i64) -> Self {
        let table = Table::of_feed(spec.kind);
        let columns = table.columns.iter().map(|column| {
            let from = match column.name {
                "known_at" => From::Same(Same::Time(known_at)),
                "source" => From::Same(Same::Text(spec.source.clone())),
                "import_id" => From::Same(Same::Text(import_id.to_string())),
                "tax_included" => From::Same(Same::Flag(spec.tax == Tax::Included)),
                name => source_of(spec, name),
            };
            (column.kind, from)
        });
        let fields = table.columns.iter().map(|column| {
            // The engine fills the keys of persons in, so here they may be null.
            let nullable = !column.required || is_person_key(column.name);
            Field::new(column.name, column.kind.arrow(), nullable)
        });
        Self {
            kind: spec.kind,
            schema: Arc::new(Schema::new(fields.collect::<Vec<_>>())),
            columns: columns.collect(),
            happened_at: fields_of(spec.kind)
                .iter()
                .position(|f| f.column == "happened_at"),
            known_at,
        }
    }

    /// When a row happened, in microseconds; when it was imported where it does not say.
    pub fn happened_at(&self, row: &Row<'_>) -> i64 {
        match self.happened_at.map(|i| row.values[i]) {
            Some(Value::Time(instant)) => instant.micros,
            _ => self.known_at,
        }
    }

    pub fn start(&self, rows: usize) -> Batch<'_> {
        let live = self.columns.iter().filter_map(|(kind, from)| match from {
            From::Live(live) => Some((*live, Builder::new(*kind, rows))),
            From::Same(_) => None,
        });
        Batch {
            plan: self,
            live: live.collect(),
            rows: 0,
        }
    }
}

fn is_person_key(column: &str) -> bool {
    matches!(column, "customer_key" | "device_key" | "card_key")
}

fn source_of(spec: &ValidSpec, column: &str) -> From {
    let live = match column {
        "receipt_key" | "entity_key" => Live::About,
        "line_key" | "row_key" => Live::RowKey,
        "weekday" => Live::Weekday,
        "hour" => Live::Hour,
        "amount" => Live::Amount,
        "line_type" => Live::LineType,
        "service_kind" => Live::ServiceKind,
        "cancelled" if spec.kind == Kind::Orders => Live::Cancelled,
        _ => return field_source(spec, column),
    };
    From::Live(live)
}

fn field_source(spec: &ValidSpec, column: &str) -> From {
    let fields = fields_of(spec.kind);
    let Some(i) = fields
        .iter()
        .position(|f| f.column == column && !f.names_a_person())
    else {
        return From::Same(Same::Null);
    };
    let live = match (spec.kind, column) {
        (Kind::Orders, "discount" | "unit_price") | (_, "happened_at" | "birth_year") => {
            Live::Field(i)
        }
        (Kind::Prices, "kind") => Live::FieldOr(i, "regular"),
        (Kind::Events, "type") => Live::FieldOr(i, "track"),
        (Kind::Events, "message_id") | (Kind::Ads, "ad_id") | (Kind::Reviews, "review_id") => {
            Live::FieldOrRowKey(i)
        }
        (Kind::Surveys, "response_id") => Live::FieldOrAboutKey(i),
        _ => match (&spec.mapping.slots[i], fields[i].kind) {
            (Slot::Absent, _) => return From::Same(Same::Null),
            (Slot::Constant(text), FieldType::Text | FieldType::Currency) => {
                return From::Same(Same::Text(text.clone()));
            }
            _ => Live::Field(i),
        },
    };
    From::Live(live)
}

/// A batch in the making.
pub(crate) struct Batch<'p> {
    plan: &'p BuildPlan,
    live: Vec<(Live, Builder)>,
    rows: usize,
}

impl Batch<'_> {
    pub fn push(&mut self, row: &Row<'_>, row_key: i64) {
        for (live, builder) in &mut self.live {
            builder.push(self.plan, *live, row, row_key);
        }
        self.rows += 1;
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn finish(self) -> Result<RecordBatch, CollectError> {
        let mut live = self.live.into_iter();
        let columns = self.plan.columns.iter().map(|(kind, from)| match from {
            From::Same(same) => same_array(same, *kind, self.rows),
            From::Live(_) => live.next().map_or_else(
                || new_null_array(&kind.arrow(), self.rows),
                |(_, builder)| builder.finish(),
            ),
        });
        RecordBatch::try_new(self.plan.schema.clone(), columns.collect()).map_err(|e| {
            CollectError::Build {
                kind: self.plan.kind,
                why: e.to_string(),
            }
        })
    }
}

fn same_array(same: &Same, kind: ColumnType, rows: usize) -> ArrayRef {
    match same {
        Same::Text(text) => Arc::new(StringArray::new_repeated(text, rows)),
        Same::Flag(flag) => Arc::new(BooleanArray::from(vec![*flag; rows])),
        Same::Time(micros) => {
            Arc::new(TimestampMicrosecondArray::from(vec![*micros; rows]).with_timezone("UTC"))
        }
        Same::Null => new_null_array(&kind.arrow(), rows),
    }
}

enum Builder {
    Text(StringBuilder),
    Int(Int64Builder),
    SmallInt(Int32Builder),
    Float(Float64Builder),
    Decimal(Decimal128Builder),
    Time(TimestampMicrosecondBuilder),
    Date(Date32Builder),
    Flag(BooleanBuilder),
}

impl Builder {
    fn new(kind: ColumnType, rows: usize) -> Self {
        match kind {
            ColumnType::Text => Self::Text(StringBuilder::with_capacity(rows, rows * 8)),
            ColumnType::Int => Self::Int(Int64Builder::with_capacity(rows)),
            ColumnType::SmallInt => Self::SmallInt(Int32Builder::with_capacity(rows)),
            ColumnType::Float => Self::Float(Float64Builder::with_capacity(rows)),
            ColumnType::Decimal => {
                Self::Decimal(Decimal128Builder::with_capacity(rows).with_data_type(
                    DataType::Decimal128(ColumnType::DECIMAL_PRECISION, ColumnType::DECIMAL_SCALE),
                ))
            }
            ColumnType::Time => {
                Self::Time(TimestampMicrosecondBuilder::with_capacity(rows).with_timezone("UTC"))
            }
            ColumnType::Date => Self::Date(Date32Builder::with_capacity(rows)),
            ColumnType::Flag => Self::Flag(BooleanBuilder::with_capacity(rows)),
        }
    }

    fn push(&mut self, plan: &BuildPlan, live: Live, row: &Row<'_>, row_key: i64) {
        let order = row.order.as_ref();
        let clock = || match plan.happened_at.map(|i| row.values[i]) {
            Some(Value::Time(instant)) => Some(instant),
            _ => None,
        };
        match live {
            Live::Field(i) if plan.happened_at == Some(i) => {
                self.push_value(Value::None, Some(plan.happened_at(row)))
            }
            Live::Field(i) => self.push_value(row.values[i], None),
            Live::FieldOr(i, word) => self.push_value(or(row.values[i], Value::Text(word)), None),
            Live::FieldOrRowKey(i) => self.push_id(row.values[i], row_key),
            Live::FieldOrAboutKey(i) => self.push_id(row.values[i], row.keys.about),
            Live::About => self.push_value(Value::Int(row.keys.about), None),
            Live::RowKey => self.push_value(Value::Int(row_key), None),
            Live::Weekday => self.push_value(
                clock().map_or(Value::None, |c| Value::Int(c.weekday.into())),
                None,
            ),
            Live::Hour => self.push_value(
                clock().map_or(Value::None, |c| Value::Int(c.hour.into())),
                None,
            ),
            Live::Amount => self.push_value(
                order.map_or(Value::None, |o| Value::Decimal(o.amount)),
                None,
            ),
            Live::LineType => self.push_value(
                order.map_or(Value::None, |o| Value::Text(o.line_type)),
                None,
            ),
            Live::ServiceKind => {
                let kind = order.and_then(|o| o.service_kind);
                self.push_value(kind.map_or(Value::None, Value::Text), None);
            }
            Live::Cancelled => {
                self.push_value(Value::Flag(order.is_some_and(|o| o.cancelled)), None)
            }
        }
    }

    fn push_id(&mut self, value: Value<'_>, key: i64) {
        match value {
            Value::None => self.push_value(Value::Text(&format!("made-{key:016x}")), None),
            value => self.push_value(value, None),
        }
    }

    /// Appends a value; one of another type than the column's is null, which no mapping can bring about.
    fn push_value(&mut self, value: Value<'_>, micros: Option<i64>) {
        match self {
            Self::Text(builder) => match &value {
                Value::Text(text) => builder.append_value(text),
                Value::Currency(currency) => builder.append_value(currency.code()),
                Value::Gtin(digits) => builder.append_value(String::from_utf8_lossy(digits)),
                _ => builder.append_null(),
            },
            Self::Int(builder) => builder.append_option(int(value)),
            Self::SmallInt(builder) => {
                builder.append_option(int(value).and_then(|v| i32::try_from(v).ok()))
            }
            Self::Float(builder) => match value {
                Value::Float(v) => builder.append_value(v),
                _ => builder.append_null(),
            },
            Self::Decimal(builder) => builder.append_option(value.decimal().map(i128::from)),
            Self::Time(builder) => match value {
                Value::Time(instant) => builder.append_value(instant.micros),
                _ => builder.append_option(micros),
            },
            Self::Date(builder) => match value {
                Value::Day(day) => builder.append_value(day),
                _ => builder.append_null(),
            },
            Self::Flag(builder) => match value {
                Value::Flag(flag) => builder.append_value(flag),
                _ => builder.append_null(),
            },
        }
    }

    fn finish(self) -> ArrayRef {
        match self {
            Self::Text(mut b) => Arc::new(b.finish()),
            Self::Int(mut b) => Arc::new(b.finish()),
            Self::SmallInt(mut b) => Arc::new(b.finish()),
            Self::Float(mut b) => Arc::new(b.finish()),
            Self::Decimal(mut b) => Arc::new(b.finish()),
            Self::Time(mut b) => Arc::new(b.finish()),
            Self::Date(mut b) => Arc::new(b.finish()),
            Self::Flag(mut b) => Arc::new(b.finish()),
        }
    }
}

fn int(value: Value<'_>) -> Option<i64> {
    match value {
        Value::Int(v) => Some(v),
        _ => None,
    }
}

fn or<'v>(value: Value<'v>, other: Value<'v>) -> Value<'v> {
    if value.is_none() { other } else { value }
}
