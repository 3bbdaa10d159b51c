//! What an import is asked to do: kind, preset, mapping, options. It is plain data with a file form (TOML)
//! and an API form (JSON), unchecked; `check` turns it into a `ValidSpec` against the file's columns.

use std::collections::BTreeMap;

use retail::{IdKind, Kind};
use serde::{Deserialize, Serialize};

use crate::error::CollectError;

/// An import as asked for: the mapping file, or the body of the API's call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportSpec {
    /// The feed kind.
    pub kind: Kind,
    /// A named preset, whose mapping, options and rules hold where these here say nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<String>,
    /// Where each native field comes from. Fields not named are guessed from the headings.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub mapping: BTreeMap<String, Source>,
    /// How the file is written.
    #[serde(default)]
    pub options: Options,
    /// What else the rows mean, in orders.
    #[serde(default)]
    pub rules: OrderRules,
}

impl ImportSpec {
    /// A spec of a kind with everything else open.
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            preset: None,
            mapping: BTreeMap::new(),
            options: Options::default(),
            rules: OrderRules::default(),
        }
    }

    /// A spec of a kind by a preset.
    pub fn preset(kind: Kind, preset: &str) -> Self {
        Self {
            preset: Some(preset.to_string()),
            ..Self::new(kind)
        }
    }

    /// Reads a mapping file.
    pub fn from_toml(text: &str) -> Result<Self, CollectError> {
        toml::from_str(text).map_err(|e| CollectError::BadSpec(e.to_string()))
    }

    /// Reads the API's form.
    pub fn from_json(text: &str) -> Result<Self, CollectError> {
        serde_json::from_str(text).map_err(|e| CollectError::BadSpec(e.to_string()))
    }

    /// Writes a mapping file.
    pub fn to_toml(&self) -> Result<String, CollectError> {
        toml::to_string(self).map_err(|e| CollectError::BadSpec(e.to_string()))
    }
}

/// Where a field's text comes from: a column by its name, or a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Source {
    /// The column of this name.
    Column(String),
    /// A rule; exactly one of its sources is given.
    Rule(Box<SourceRule>),
}

impl Source {
    /// Every column that it names.
    pub(crate) fn columns(&self) -> Vec<&str> {
        let rule = match self {
            Self::Column(column) => return vec![column],
            Self::Rule(rule) => rule,
        };
        let pairs = rule.pairs.iter().flat_map(|(name, value)| [name, value]);
        let one = rule.column.iter().chain(&rule.present);
        let all = one.chain(&rule.first).chain(&rule.sum).chain(pairs);
        all.map(String::as_str).collect()
    }
}

impl From<SourceRule> for Source {
    fn from(rule: SourceRule) -> Self {
        Self::Rule(Box::new(rule))
    }
}

impl From<&str> for Source {
    fn from(column: &str) -> Self {
        Self::Column(column.to_string())
    }
}

/// A rule that makes a field's text. Exactly one of `column`, `first`, `sum`, `pairs`, `present`, `constant`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SourceRule {
    /// The column of this name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The first of these columns that is not blank; columns that the file lacks are passed over.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub first: Vec<String>,
    /// The sum of these columns, for decimals.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sum: Vec<String>,
    /// Columns of names and values beside each other; gives `name=value;name=value`, or with `named` the
    /// value of the first pair of such a name. Columns that the file lacks are passed over.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pairs: Vec<(String, String)>,
    /// With `pairs`: which names to take, without regard to case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub named: Vec<String>,
    /// `yes` where this column is not blank, else `no`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub present: Option<String>,
    /// The same text for every row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constant: Option<String>,
    /// The text where the source is blank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// With `part`: where to cut, as in `>`; first at `,` where several such texts stand in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
    /// Which part, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<usize>,
    /// Texts to replace as a whole, as in `"5+" = "5"`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub replace: BTreeMap<String, String>,
    /// The day on which week 1 begins: the text is a week's number and becomes the first day of that week.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weeks_from: Option<String>,
    /// With `weeks_from`: give the last day of the week instead.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub week_end: bool,
    /// Drops a `.0` that a table program added to whole numbers, as in `17850.0`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub whole: bool,
}

/// How a file is written, and what it leaves unsaid. What is not given is detected or takes its default;
/// `ValidSpec::choices` shows which.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// `utf-8`, `utf-16le`, `utf-16be`, `windows-1252` or another label of the WHATWG standard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// One character, or `tab`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<String>,
    /// Whether `"` encloses fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quotes: Option<bool>,
    /// Whether the first line names the columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<bool>,
    /// Names of the columns in their order, where the file has no header line that names them. They are kept
    /// with an import (`ValidSpec::resolved`), so that its raw lines can be cut again without the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<String>>,
    /// The decimal mark, `.` or `,`; the other one groups thousands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal: Option<char>,
    /// `iso`, or as in `%d/%m/%Y %H:%M`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_format: Option<String>,
    /// The shop's time zone, as in `Europe/London`; default UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// The currency of rows that state none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Whether prices include tax; default excluded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax: Option<Tax>,
    /// What to do with equal rows of one receipt; default keep.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeats: Option<Repeats>,
    /// The feed's name: rows are the same only within one source. Default: the preset's or kind's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The kind of customer ids where rows state none; default loyalty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_kind: Option<IdKind>,
    /// The channel of rows that state none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// The sheet of a workbook; default the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Whether amounts with more than four decimals are rounded instead of quarantined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub round: Option<bool>,
    /// Texts that mean blank; default `NULL null \N NaN nan`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blanks: Option<Vec<String>>,
    /// How columns that only a record's first row gives are carried on to its further rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carry: Option<Carry>,
}

/// For files in which several rows make one record and only the first gives all columns (Shopify's exports).
/// Columns that the file lacks are passed over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Carry {
    /// Rows that follow each other with the same text in this column make one record.
    pub by: String,
    /// Columns that are filled from the record's first row where they are blank.
    pub columns: Vec<String>,
    /// Rows in which all of these are blank only add to the row above, as a further picture: they count as
    /// duplicates. None: every row counts.
    pub own: Vec<String>,
}

/// Whether prices include tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tax {
    /// Prices are what the shopper pays.
    Included,
    /// Tax comes on top.
    Excluded,
}

/// What to do with equal rows of one receipt that have no line number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repeats {
    /// They are true repeats: each is a line of its own.
    Keep,
    /// They are slips of the export: the first is loaded, the others count as duplicates.
    Drop,
}

/// What order lines mean beyond their columns.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OrderRules {
    /// Receipts whose number starts so are cancellations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancel_prefix: Option<String>,
    /// Product codes that are services.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<ServiceRule>,
    /// Whether lines at price 0 with a negative quantity, not on a cancellation, are write-offs.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub write_offs: bool,
}

/// A product code, or the start of one, that is a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceRule {
    /// The code, exact in case; a `*` at its end stands for any rest.
    pub code: String,
    /// postage, fee, discount, write_off, sample, adjustment or voucher.
    pub kind: String,
}

impl Options {
    /// Sets one option by its name. A value that is no TOML (`email`, `%d/%m/%Y`) is taken as text.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), CollectError> {
        let wrong = |cause: toml::de::Error| {
            let cause = cause.message().trim().to_string();
            CollectError::BadSpec(format!("option {name} = {value}: {cause}"))
        };
        let one_of = |value: toml::Value| {
            toml::Table::from_iter([(name.to_string(), value)]).try_into::<Options>()
        };
        let typed = toml::from_str::<toml::Table>(&format!("v = {value}"))
            .ok()
            .and_then(|mut table| one_of(table.remove("v")?).ok());
        // A number may be a name: a source of 2024.
        let one = match typed {
            Some(one) => one,
            None => one_of(toml::Value::String(value.to_string())).map_err(wrong)?,
        };
        *self = one.over(std::mem::take(self));
        Ok(())
    }

    /// These options, with another's where these say nothing.
    pub(crate) fn over(self, other: Options) -> Options {
        Options {
            encoding: self.encoding.or(other.encoding),
            delimiter: self.delimiter.or(other.delimiter),
            quotes: self.quotes.or(other.quotes),
            header: self.header.or(other.header),
            columns: self.columns.or(other.columns),
            decimal: self.decimal.or(other.decimal),
            date_format: self.date_format.or(other.date_format),
            timezone: self.timezone.or(other.timezone),
            currency: self.currency.or(other.currency),
            tax: self.tax.or(other.tax),
            repeats: self.repeats.or(other.repeats),
            source: self.source.or(other.source),
            id_kind: self.id_kind.or(other.id_kind),
            channel: self.channel.or(other.channel),
            sheet: self.sheet.or(other.sheet),
            round: self.round.or(other.round),
            blanks: self.blanks.or(other.blanks),
            carry: self.carry.or(other.carry),
        }
    }
}

impl OrderRules {
    /// These rules, with another's where these say nothing.
    pub(crate) fn over(self, other: OrderRules) -> OrderRules {
        OrderRules {
            cancel_prefix: self.cancel_prefix.or(other.cancel_prefix),
            services: if self.services.is_empty() {
                other.services
            } else {
                self.services
            },
            write_offs: self.write_offs || other.write_offs,
        }
    }
}
