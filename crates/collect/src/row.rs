//! From a record's text to a row's typed values and keys, or to the problem that keeps it out. Which texts
//! belong to which field is `mapping`'s; what becomes of the row is the importer's.

use std::sync::Arc;

use retail::{Currency, IdKind, Kind};

use crate::check::ValidSpec;
use crate::fields::{Field, FieldType, fields_of, identity_of};
use crate::identity::{IdentityPlan, KeyMaker, Keys};
use crate::mapping::{Mapping, Slot};
use crate::orders::{OrderFacts, OrderPlan};
use crate::parse::number::{self, NumberStyle};
use crate::parse::time::TimeReader;
use crate::parse::words;
use crate::problem::{BadCode, Problem};
use crate::read::Record;
use crate::value::Value;

/// More than any kind has fields.
pub(crate) const FIELDS_MAX: usize = 32;

/// Decimals that count units: they are in no currency.
const COUNTS: &[&str] = &["quantity", "on_hand", "on_order"];

/// Places on the globe, and how far from zero they can lie.
const DEGREES: &[(&str, f64)] = &[("lat", 90.0), ("lon", 180.0)];

/// One good row.
pub(crate) struct Row<'r> {
    pub values: [Value<'r>; FIELDS_MAX],
    pub keys: Keys,
    /// What orders work out from their fields.
    pub order: Option<OrderFacts>,
}

/// What stays the same for all rows of a file.
pub(crate) struct RowPlan {
    pub kind: Kind,
    fields: &'static [Field],
    pub mapping: Mapping,
    pub style: NumberStyle,
    pub id_kind: IdKind,
    /// Fields that a row can give, with where they come from.
    mapped: Vec<(usize, Field, Slot)>,
    blanks: Vec<String>,
    longest_blank: usize,
    pub identity: IdentityPlan,
    orders: Option<OrderPlan>,
    birth: Option<(usize, usize)>,
    /// Where rows have their currency, and the one declared for all of them.
    currency: (Option<usize>, Option<Currency>),
    /// Fields that go beside the row.
    pub beside: Vec<(usize, Field)>,
}

/// What changes from row to row.
pub(crate) struct RowState {
    pub time: TimeReader,
    pub keys: KeyMaker,
}

impl RowPlan {
    pub fn new(spec: &ValidSpec) -> Arc<Self> {
        let fields = fields_of(spec.kind);
        let index = |name: &str| fields.iter().position(|f| f.name == name);
        let is_beside = |field: &Field| field.names_a_person() || field.kind == FieldType::IdKind;
        let beside = fields.iter().enumerate().filter(|(_, f)| is_beside(f));
        Arc::new(Self {
            kind: spec.kind,
            fields,
            mapping: spec.mapping.clone(),
            style: spec.style,
            id_kind: spec.id_kind,
            mapped: mapped(fields, &spec.mapping),
            blanks: spec.blanks.clone(),
            longest_blank: spec.blanks.iter().map(String::len).max().unwrap_or(0),
            identity: IdentityPlan::new(identity_of(spec.kind), fields, &spec.mapping),
            orders: (spec.kind == Kind::Orders).then(|| OrderPlan::new(fields, &spec.rules)),
            birth: index("birth_date").zip(index("birth_year")),
            currency: currency_of(fields, &spec.mapping),
            beside: beside.map(|(i, field)| (i, *field)).collect(),
        })
    }

    /// The values and keys of a record.
    pub fn read<'r>(
        &'r self,
        state: &mut RowState,
        record: &'r Record,
    ) -> Result<Row<'r>, Problem> {
        let mut values = [Value::None; FIELDS_MAX];
        // Amounts with a sign or code of a currency; none in most rows, which then allocate nothing.
        let mut marked: Vec<(usize, &str)> = Vec::new();
        for (i, field, slot) in &self.mapped {
            let value = match slot {
                Slot::Absent => Value::None,
                Slot::Constant(text) => self.value(*i, field, text, self.style, &mut state.time)?,
                Slot::Column(column) => {
                    let text = trim(record.get(*column));
                    if text.is_empty() || self.is_blank(text) {
                        Value::None
                    } else {
                        let style = self.style_of(record, *column);
                        let value = self.value(*i, field, text, style, &mut state.time)?;
                        if field.kind == FieldType::Decimal && words::is_dressed(text) {
                            marked.push((*i, text));
                        }
                        value
                    }
                }
                Slot::Sum(columns) => {
                    for &column in columns {
                        let text = trim(record.get(column));
                        if words::is_dressed(text) && !self.is_blank(text) {
                            marked.push((*i, text));
                        }
                    }
                    self.sum(*i, columns, record)?
                }
            };
            if field.required && value.is_none() {
                return Err(self.missing(*i));
            }
            values[*i] = value;
        }
        self.check_marks(&marked, &values)?;
        let order = match &self.orders {
            Some(orders) => Some(orders.facts(&mut values).map_err(|(i, code)| {
                if code == BadCode::MissingValue {
                    self.missing(i)
                } else {
                    self.problem(i, code, "")
                }
            })?),
            None => None,
        };
        self.take_birth_year(&mut values, state)?;
        let keys = state.keys.keys(&self.identity, &values);
        Ok(Row {
            values,
            keys,
            order,
        })
    }

    /// An amount that says it is in another currency than its row must not be added up with the others; a number of
    /// units is in none.
    fn check_marks(&self, marked: &[(usize, &str)], values: &[Value<'_>]) -> Result<(), Problem> {
        let (at, declared) = self.currency;
        for &(i, text) in marked {
            if COUNTS.contains(&self.fields[i].name) {
                if words::carries_currency(text) {
                    return Err(self.problem(i, BadCode::BadNumber, text));
                }
                continue;
            }
            let own = match at.map(|at| values[at]) {
                Some(Value::Currency(currency)) => Some(currency),
                _ => declared,
            };
            if let Some(own) = own.filter(|own| !words::may_be_in(text, *own)) {
                let name = self.fields[i].name;
                let reason = format!(
                    "{name} carries another currency than its row, which is in {own}; map currency to the column \
                     that says it (this one, where every amount does)"
                );
                let column = &self.mapping.names[i];
                return Err(Problem::of_value(
                    BadCode::BadCurrency,
                    column,
                    text,
                    reason,
                ));
            }
        }
        Ok(())
    }

    fn is_blank(&self, text: &str) -> bool {
        text.len() <= self.longest_blank && self.blanks.iter().any(|blank| blank == text)
    }

    /// How a field's number is written.
    fn style_of(&self, record: &Record, column: usize) -> NumberStyle {
        if record.is_number(column) {
            NumberStyle {
                mark: b'.',
                ..self.style
            }
        } else {
            self.style
        }
    }

    fn value<'r>(
        &self,
        i: usize,
        field: &Field,
        text: &'r str,
        style: NumberStyle,
        time: &mut TimeReader,
    ) -> Result<Value<'r>, Problem> {
        let value = match field.kind {
            FieldType::Text
            | FieldType::Person
            | FieldType::Device
            | FieldType::Card
            | FieldType::PersonFact => return Ok(Value::Text(text)),
            FieldType::Decimal => number::decimal(text, style).map(Value::Decimal),
            FieldType::Time => time.instant(text).map(Value::Time),
            FieldType::Int => number::int(text, style).and_then(small).map(Value::Int),
            FieldType::Float => number::float(text, style).and_then(|value| {
                let fits = DEGREES
                    .iter()
                    .all(|(name, most)| *name != field.name || value.abs() <= *most);
                fits.then_some(Value::Float(value)).ok_or(BadCode::TooLarge)
            }),
            FieldType::Date => time.day(text).map(Value::Day),
            FieldType::Flag => words::flag(text).map(Value::Flag).ok_or(BadCode::BadFlag),
            FieldType::Consent => {
                let word = |yes| Value::Text(if yes { "yes" } else { "no" });
                words::flag(text).map(word).ok_or(BadCode::BadFlag)
            }
            FieldType::Currency => words::currency(text)
                .map(Value::Currency)
                .ok_or(BadCode::BadCurrency),
            FieldType::Gtin => words::gtin(text).map(Value::Gtin).ok_or(BadCode::BadGtin),
            FieldType::Choice(choices) => words::choice(text, choices)
                .map(Value::Text)
                .ok_or(BadCode::BadChoice),
            FieldType::IdKind => IdKind::from_word(text)
                .map(Value::Kind)
                .ok_or(BadCode::BadChoice),
        };
        value.map_err(|code| self.problem(i, code, text))
    }

    fn sum<'r>(&self, i: usize, columns: &[usize], record: &Record) -> Result<Value<'r>, Problem> {
        let mut sum: Option<i64> = None;
        for &column in columns {
            let text = trim(record.get(column));
            if text.is_empty() || self.is_blank(text) {
                continue;
            }
            let style = self.style_of(record, column);
            let part = number::decimal(text, style).map_err(|code| self.problem(i, code, text))?;
            let total = sum.unwrap_or(0).checked_add(part);
            sum = Some(total.ok_or_else(|| self.problem(i, BadCode::TooLarge, text))?);
        }
        Ok(sum.map_or(Value::None, Value::Decimal))
    }

    /// Only the year of a birth date may enter the lake.
    fn take_birth_year(
        &self,
        values: &mut [Value<'_>],
        state: &mut RowState,
    ) -> Result<(), Problem> {
        let Some((date, year)) = self.birth else {
            return Ok(());
        };
        if let (Value::Text(text), Value::None) = (values[date], values[year]) {
            let day = state
                .time
                .day(text)
                .map_err(|code| self.problem(date, code, text))?;
            values[year] = Value::Int(i64::from(crate::parse::time::civil_of_day(day).0));
        }
        Ok(())
    }

    fn missing(&self, field: usize) -> Problem {
        let name = self.fields[field].name;
        Problem {
            column: Some(self.mapping.names[field].clone()),
            value: None,
            reason: format!(
                "{name} is blank, or a text that means so ({}), and every row of {} needs it",
                self.blanks.join(" "),
                self.kind
            ),
            code: BadCode::MissingValue,
        }
    }

    fn problem(&self, field: usize, code: BadCode, text: &str) -> Problem {
        let name = self.fields[field].name;
        let reason = match code {
            BadCode::BadNumber => format!(
                "{name} is no number; the decimal mark is '{}'",
                char::from(self.style.mark)
            ),
            BadCode::TooFine => {
                format!("{name} has more than four decimals; give round = true to round it")
            }
            BadCode::TooLarge => match DEGREES.iter().find(|(of, _)| *of == name) {
                Some((_, most)) => format!("{name} lies between -{most} and {most} degrees"),
                None => format!("{name} is larger than the column holds"),
            },
            BadCode::BadDate => {
                format!(
                    "{name} is no date or time of the format in use, or one that does not exist or lies outside 1900 to \
                     2199; where the file writes dates another way, give date_format"
                )
            }
            BadCode::BadFlag => format!("{name} is neither yes nor no"),
            BadCode::BadCurrency => format!(
                "{name} is no currency of ISO 4217, as in EUR, and no sign that one currency has alone; where all rows have the same one, map {name} = {{ constant = \"JPY\" }} or another"
            ),
            BadCode::BadGtin => {
                format!("{name} is no GTIN: 8, 12, 13 or 14 digits with a right check digit")
            }
            _ => format!("{name} takes {}", self.fields[field].description),
        };
        Problem::of_value(code, &self.mapping.names[field], text, reason)
    }
}

/// Where rows of a kind have their currency, and the one that is declared for all.
fn currency_of(fields: &[Field], mapping: &Mapping) -> (Option<usize>, Option<Currency>) {
    let at = fields.iter().position(|f| f.kind == FieldType::Currency);
    let declared = at.and_then(|at| match &mapping.slots[at] {
        Slot::Constant(text) => words::currency(text),
        _ => None,
    });
    (at, declared)
}

/// The fields that can differ from row to row; the currency declared for all rows is a column of its own.
fn mapped(fields: &[Field], mapping: &Mapping) -> Vec<(usize, Field, Slot)> {
    let all = fields.iter().zip(&mapping.slots).enumerate();
    let mapped = all.filter(|(_, (field, slot))| match slot {
        Slot::Absent => false,
        Slot::Constant(_) => field.kind != FieldType::Currency,
        Slot::Column(_) | Slot::Sum(_) => true,
    });
    mapped
        .map(|(i, (field, slot))| (i, *field, slot.clone()))
        .collect()
}

/// The text without blanks at its ends, fast where there are none.
#[inline]
fn trim(text: &str) -> &str {
    let is_plain = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_graphic());
    let bytes = text.as_bytes();
    if is_plain(bytes.first()) && is_plain(bytes.last()) {
        text
    } else {
        text.trim()
    }
}

fn small(value: i64) -> Result<i64, BadCode> {
    i32::try_from(value)
        .map(i64::from)
        .map_err(|_| BadCode::TooLarge)
}
